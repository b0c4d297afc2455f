/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The one writer of XML answers: compact, streaming into a struct buf, no DOM. Tags must be
 * literals or live until closed. Text is escaped; what XML 1.0 can't carry is dropped. */
#ifndef CCMSIM_XML_H
#define CCMSIM_XML_H

#include "ccmsim/buf.h"

void xml_declaration(struct buf *b);                               /* <?xml version='1.0' encoding='UTF-8'?> */
void xml_open(struct buf *b, const char *tag);                     /* <tag> */
void xml_close(struct buf *b, const char *tag);                    /* </tag> */
void xml_empty(struct buf *b, const char *tag);                    /* <tag/> */
void xml_begin(struct buf *b, const char *tag);                    /* <tag, attributes may follow */
void xml_attr(struct buf *b, const char *name, const char *value); /*  name="value" */
void xml_end(struct buf *b, bool empty);                           /* > or /> */
void xml_text(struct buf *b, const char *text);
void xml_textn(struct buf *b, const char *text, size_t len);
/* As xml_textn, for what stands between an attribute's double quotes. */
void xml_valuen(struct buf *b, const char *value, size_t len);
/* <tag>text</tag>, or <tag/> when text is NULL or empty. */
void xml_leaf(struct buf *b, const char *tag, const char *text);

#endif
