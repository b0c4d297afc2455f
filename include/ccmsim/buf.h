/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Bytes that grow to a ceiling. Overflow is sticky: writers need not test each call,
 * the one who sends the buffer tests .overflow. Owns malloc memory: buf_release. */
#ifndef CCMSIM_BUF_H
#define CCMSIM_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
    const char *ptr;
    size_t      len;
};
#define STR(lit) ((struct str){ (lit), sizeof(lit) - 1 })

struct buf {
    char  *ptr;
    size_t len, cap, max;
    bool   overflow;
};

/* The ceilings, all of them. */
#define BUF_MAX_REPLY   (64u * 1024 * 1024)
#define BUF_MAX_REQUEST (8u * 1024 * 1024)
#define BUF_MAX_SQL     (256u * 1024)
#define BUF_MAX_TEXT    (1024u * 1024)

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
void buf_clear(struct buf *b);
void buf_add(struct buf *b, const void *data, size_t len);
/* len more bytes for the caller to write, all of them; NULL (and .overflow) if they don't fit. */
char *buf_extend(struct buf *b, size_t len);
/* Room for len bytes behind the text; its writer adds to .len what he used of it. NULL (and .overflow) as above. */
char *buf_room(struct buf *b, size_t len);
void  buf_adds(struct buf *b, const char *s);
void  buf_addc(struct buf *b, char c);
void  buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The text with a NUL behind it (not counted in len). "" if empty. */
const char *buf_cstr(struct buf *b);

#endif
