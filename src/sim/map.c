/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Items by a text that they hold themselves: open addressing, a pointer a slot. Beside it a byte of the text's hash,
 * so that other items need not be looked at: of many, each is far away. */
#include <stdlib.h>
#include <strings.h>

#include "sim/sim_priv.h"

uint64_t
sim_hash(const char *text, bool fold)
{
    uint64_t h = 14695981039346656037u;

    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        unsigned char c = fold && *p >= 'A' && *p <= 'Z' ? (unsigned char)(*p | 0x20) : *p;
        h = (h ^ c) * 1099511628211u;
    }
    return h ^ (h >> 29);
}

static const char *
key_of(const struct sim_map *m, const void *item)
{
    return *(char *const *)(const void *)((const char *)item + m->key);
}

static size_t
home(const struct sim_map *m, uint64_t hash)
{
    return (size_t)hash & (m->cap - 1);
}

static unsigned char
tag_of(uint64_t hash)
{
    return (unsigned char)(hash >> 56);
}

static void
place(struct sim_map *m, void *item)
{
    uint64_t hash = sim_hash(key_of(m, item), m->fold);
    size_t   at = home(m, hash);

    while (m->slots[at] != NULL)
        at = (at + 1) & (m->cap - 1);
    m->slots[at] = item;
    m->tags[at] = tag_of(hash);
}

static void
resize(struct sim_map *m, size_t cap)
{
    void **old = m->slots;
    size_t old_cap = m->cap;

    m->cap = cap;
    m->slots = base_malloc(m->cap * sizeof(void *));
    memset(m->slots, 0, m->cap * sizeof(void *));
    free(m->tags);
    m->tags = base_malloc(m->cap);
    for (size_t i = 0; i < old_cap; i++)
        if (old[i] != NULL)
            place(m, old[i]);
    free(old);
}

void
map_reserve(struct sim_map *m, size_t count)
{
    size_t cap = m->cap == 0 ? 16 : m->cap;

    while (count * 4 > cap * 3)
        cap *= 2;
    if (cap > m->cap)
        resize(m, cap);
}

void *
map_get(const struct sim_map *m, const char *key)
{
    if (m->count == 0)
        return NULL;
    uint64_t hash = sim_hash(key, m->fold);
    for (size_t at = home(m, hash); m->slots[at] != NULL; at = (at + 1) & (m->cap - 1)) {
        if (m->tags[at] != tag_of(hash))
            continue;
        const char *have = key_of(m, m->slots[at]);
        if (m->fold ? strcasecmp(have, key) == 0 : strcmp(have, key) == 0)
            return m->slots[at];
    }
    return NULL;
}

void
map_put(struct sim_map *m, void *item)
{
    if ((m->count + 1) * 4 > m->cap * 3)
        resize(m, m->cap == 0 ? 16 : m->cap * 2);
    place(m, item);
    m->count++;
}

void
map_drop(struct sim_map *m, const void *item)
{
    if (m->count == 0)
        return;
    size_t at = home(m, sim_hash(key_of(m, item), m->fold));
    while (m->slots[at] != item) {
        if (m->slots[at] == NULL)
            return;
        at = (at + 1) & (m->cap - 1);
    }
    /* What stands behind it and could stand here moves up. */
    for (size_t next = (at + 1) & (m->cap - 1); m->slots[next] != NULL; next = (next + 1) & (m->cap - 1)) {
        size_t want = home(m, sim_hash(key_of(m, m->slots[next]), m->fold));
        if (((next - want) & (m->cap - 1)) >= ((next - at) & (m->cap - 1))) {
            m->slots[at] = m->slots[next];
            m->tags[at] = m->tags[next];
            at = next;
        }
    }
    m->slots[at] = NULL;
    m->count--;
}

void
map_release(struct sim_map *m)
{
    free(m->slots);
    free(m->tags);
    m->slots = NULL;
    m->tags = NULL;
    m->cap = m->count = 0;
}
