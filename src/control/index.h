/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Who watches what: links by text, several under one text. Not locked. */
#ifndef CCMSIM_CONTROL_INDEX_H
#define CCMSIM_CONTROL_INDEX_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

struct index_link {
    char              *key; /* owned while it is in */
    uint32_t           hash;
    void              *owner;
    struct index_link *next, **at; /* at NULL: not in */
};

struct index {
    struct index_link **buckets; /* NULL until the first link */
    size_t              size, count;
    uint64_t            seed;
};

void index_release(struct index *ix);
/* Put l in under "kind:text", text in lower case. */
void index_add(struct index *ix, struct index_link *l, const char *kind, const char *text, void *owner);
/* Not being in is fine. */
void index_remove(struct index *ix, struct index_link *l);
/* The first link of a text, and those behind it; NULL: no more. The one that was given may be removed meanwhile, if
 * its follower was asked for before. */
struct index_link *index_first(const struct index *ix, const char *kind, const char *text);
struct index_link *index_next(const struct index_link *l);

#endif
