/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Arenas: pieces cut from blocks that grow, large pieces in blocks of their own. With
 * -DARENA_MALLOC every piece is a block, so that sanitizers see overruns and late uses. */
#include "ccmsim/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"

#define FIRST_BLOCK ((size_t)16 * 1024)
#define MAX_BLOCK   ((size_t)512 * 1024)

struct block {
    struct block *next;
    alignas(max_align_t) char bytes[];
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *);
    void *arg;
};

struct arena {
    struct block    *first; /* kept by a reset; NULL with -DARENA_MALLOC */
    struct block    *more;
    char            *at, *end;   /* what is left of the open block */
    size_t           block_size; /* of the next block */
    struct deferred *deferred;
};

static struct block *
block_new(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2)
        base_out_of_memory(size);
    struct block *b = base_malloc(sizeof *b + size);

    b->next = a->more;
    a->more = b;
    return b;
}

#ifdef ARENA_MALLOC

static void
open_first(struct arena *a)
{
    (void)a;
}

static void *
piece(struct arena *a, size_t size)
{
    return block_new(a, size)->bytes;
}

#else

static void
open_first(struct arena *a)
{
    if (a->first == NULL)
        a->first = base_malloc(sizeof *a->first + FIRST_BLOCK);
    a->at = a->first->bytes;
    a->end = a->at + FIRST_BLOCK;
    a->block_size = 2 * FIRST_BLOCK;
}

/* A piece that does not fit: in a block of its own if large, else at the head of a new open block. */
static void *
piece_slow(struct arena *a, size_t size)
{
    if (size > a->block_size / 4)
        return block_new(a, size)->bytes;
    char *p = block_new(a, a->block_size)->bytes;

    a->at = p + size;
    a->end = p + a->block_size;
    if (a->block_size < MAX_BLOCK)
        a->block_size *= 2;
    return p;
}

static void *
piece(struct arena *a, size_t size)
{
    size_t unit = alignof(max_align_t);

    if (size > SIZE_MAX / 2)
        base_out_of_memory(size);
    size = (size + unit - 1) & ~(unit - 1);
    if (size > (size_t)(a->end - a->at))
        return piece_slow(a, size);
    char *p = a->at;
    a->at += size;
    return p;
}

#endif

static void
run_deferred(struct arena *a)
{
    while (a->deferred != NULL) {
        struct deferred *d = a->deferred;
        a->deferred = d->next;
        d->fn(d->arg);
    }
}

static void
free_more(struct arena *a)
{
    while (a->more != NULL) {
        struct block *next = a->more->next;
        free(a->more);
        a->more = next;
    }
}

struct arena *
arena_new(void)
{
    struct arena *a = base_malloc(sizeof *a);

    memset(a, 0, sizeof *a);
    open_first(a);
    return a;
}

void
arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    run_deferred(a);
    free_more(a);
    free(a->first);
    free(a);
}

void
arena_reset(struct arena *a)
{
    run_deferred(a);
    free_more(a);
    open_first(a);
}

void *
arena_alloc(struct arena *a, size_t size)
{
    return memset(piece(a, size), 0, size);
}

char *
arena_strndup(struct arena *a, const char *s, size_t len)
{
    char *copy = piece(a, len + 1);

    memcpy(copy, s, len);
    copy[len] = '\0';
    return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
    char    small[256];
    va_list again;

    va_copy(again, ap);
    int len = vsnprintf(small, sizeof small, fmt, ap);
    if (len < 0)
        len = 0;
    char *text;
    if ((size_t)len < sizeof small) {
        text = arena_strndup(a, small, (size_t)len);
    } else {
        text = piece(a, (size_t)len + 1);
        vsnprintf(text, (size_t)len + 1, fmt, again);
    }
    va_end(again);
    return text;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    char *text = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return text;
}

void
arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
    struct deferred *d = arena_alloc(a, sizeof *d);

    *d = (struct deferred){ a->deferred, fn, arg };
    a->deferred = d;
}
