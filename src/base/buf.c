/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Bytes that grow by doubling up to their ceiling. What would pass the ceiling is left out
 * whole and .overflow set; nothing is added from then on. */
#include "ccmsim/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base_priv.h"

#define FIRST_CAP ((size_t)256)

/* Room for len more bytes and a NUL, or false and .overflow. */
static bool
reserve(struct buf *b, size_t len)
{
    if (b->overflow || len > b->max - b->len) {
        b->overflow = true;
        return false;
    }
    size_t need = b->len + len + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap < FIRST_CAP ? FIRST_CAP : b->cap * 2;
    if (cap < need)
        cap = need;
    b->ptr = base_realloc(b->ptr, cap);
    b->cap = cap;
    return true;
}

void
buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){ .max = max };
}

void
buf_release(struct buf *b)
{
    free(b->ptr);
    *b = (struct buf){ .max = b->max };
}

void
buf_clear(struct buf *b)
{
    b->len = 0;
    b->overflow = false;
}

void
buf_add(struct buf *b, const void *data, size_t len)
{
    if (len == 0 || !reserve(b, len))
        return;
    memcpy(b->ptr + b->len, data, len);
    b->len += len;
}

char *
buf_extend(struct buf *b, size_t len)
{
    if (!reserve(b, len))
        return NULL;
    b->len += len;
    return b->ptr + b->len - len;
}

char *
buf_room(struct buf *b, size_t len)
{
    return reserve(b, len) ? b->ptr + b->len : NULL;
}

void
buf_adds(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void
buf_addc(struct buf *b, char c)
{
    if (reserve(b, 1))
        b->ptr[b->len++] = c;
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
    char    small[256];
    va_list ap, again;

    va_start(ap, fmt);
    va_copy(again, ap);
    int len = vsnprintf(small, sizeof small, fmt, ap);
    if (len > 0 && (size_t)len < sizeof small) {
        buf_add(b, small, (size_t)len);
    } else if (len > 0 && reserve(b, (size_t)len)) {
        vsnprintf(b->ptr + b->len, (size_t)len + 1, fmt, again);
        b->len += (size_t)len;
    }
    va_end(again);
    va_end(ap);
}

const char *
buf_cstr(struct buf *b)
{
    if (b->ptr == NULL)
        return "";
    b->ptr[b->len] = '\0';
    return b->ptr;
}
