/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Memory that dies together. One arena a request; a request's code never frees.
 * Out of memory is fatal (logged, abort): no caller tests for it. Not thread-safe:
 * one owner at a time. Built with -DARENA_MALLOC each piece is one malloc, so that
 * sanitizers see overruns and late uses. */
#ifndef CCMSIM_ARENA_H
#define CCMSIM_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
/* Run what was deferred, newest first, then give all memory back. NULL is fine. */
void arena_free(struct arena *a);
/* As arena_free, but the arena stays usable and keeps its first block. */
void arena_reset(struct arena *a);
/* size bytes, zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* Call fn(arg) when the arena is freed or reset: for what isn't memory. */
void arena_defer(struct arena *a, void (*fn)(void *), void *arg);

#endif
