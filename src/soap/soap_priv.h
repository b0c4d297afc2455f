/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The steps of soap_read, each made for the next: text_decode and text_check on the bytes,
 * normal_write (libxml2) from any well-formed document to a plain one, then gSOAP. */
#ifndef CCMSIM_SOAP_PRIV_H
#define CCMSIM_SOAP_PRIV_H

#include <libxml/parser.h>

#include "ccmsim/arena.h"
#include "ccmsim/buf.h"
#include "ccmsim/error.h"

#define SOAP_MAX_DEPTH      100
#define SOAP_MAX_ELEMENTS   100000
#define SOAP_MAX_ATTRIBUTES 256 /* of one element, declarations of namespaces included */
#define SOAP_MAX_NAME       1024
#define SOAP_MAX_TAG        (16u * 1024) /* libxml2 and gSOAP are quadratic in the attributes of a tag */

#define SOAP_ENVELOPE_1_1 "http://schemas.xmlsoap.org/soap/envelope/"
#define SOAP_ENVELOPE_1_2 "http://www.w3.org/2003/05/soap-envelope"

/* The document's bytes as UTF-8 with LF at line ends, without byte order mark and leading white space;
 * in the arena if that took a change. Refused: nothing at all, NULs, a declared encoding other than UTF-8,
 * US-ASCII and ISO-8859-1. */
bool text_decode(struct arena *a, struct str body, struct str *out, struct ccm_error *err);
/* Refuse what no parser should be shown: broken UTF-8, a DOCTYPE, endless tags. */
bool text_check(struct str text, struct ccm_error *err);

/* Writes documents anew; one thread at a time. */
struct normal;
struct normal *normal_new(void);
void           normal_free(struct normal *n);
/* Write the well-formed SOAP document doc into out, plainly: no declaration, comments, processing
 * instructions, CDATA sections or entities but the five; no white space between elements, and where
 * white space matters, so that gSOAP keeps it. Refuses what is ill-formed, no envelope, or too much. */
bool normal_write(struct normal *n, struct str doc, struct buf *out, struct ccm_error *err);

#endif
