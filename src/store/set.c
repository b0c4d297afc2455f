/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A set of (kind, key) in the order of arrival, for what a write has touched: one write may touch a
 * million rows, so nothing here looks at all entries for one. */
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "store/store_priv.h"

static uint32_t
hash_of(uint16_t kind, const char *key)
{
    uint32_t h = 2166136261u ^ kind;
    for (; *key != '\0'; key++)
        h = (h ^ (uint8_t)*key) * 16777619u;
    return h;
}

static void
rehash(struct store_set *s)
{
    size_t slots = s->slot_count == 0 ? 64 : s->slot_count * 2;

    free(s->slots);
    s->slots = base_malloc(slots * sizeof(*s->slots));
    memset(s->slots, 0, slots * sizeof(*s->slots));
    s->slot_count = slots;
    for (size_t i = 0; i < s->count; i++) {
        size_t at = s->entries[i].hash & (slots - 1);
        while (s->slots[at] != 0)
            at = (at + 1) & (slots - 1);
        s->slots[at] = (uint32_t)i + 1;
    }
}

struct store_set_entry *
store_set_put(struct store_set *s, uint16_t kind, const char *key, bool *fresh)
{
    uint32_t hash = hash_of(kind, key);

    if ((s->count + 1) * 4 > s->slot_count * 3)
        rehash(s);
    size_t at = hash & (s->slot_count - 1);
    while (s->slots[at] != 0) {
        struct store_set_entry *e = &s->entries[s->slots[at] - 1];
        if (e->hash == hash && e->kind == kind && strncmp(e->key, key, sizeof(e->key) - 1) == 0) {
            *fresh = false;
            return e;
        }
        at = (at + 1) & (s->slot_count - 1);
    }
    if (s->count == s->cap) {
        s->cap = s->cap == 0 ? 32 : s->cap * 2;
        s->entries = base_realloc(s->entries, s->cap * sizeof(*s->entries));
    }
    struct store_set_entry *e = &s->entries[s->count++];
    *e = (struct store_set_entry){ .hash = hash, .kind = kind };
    strncpy(e->key, key, sizeof(e->key) - 1);
    s->slots[at] = (uint32_t)s->count;
    *fresh = true;
    return e;
}

void
store_set_clear(struct store_set *s)
{
    /* A bulk load's memory is not kept for the small writes after it. */
    if (s->cap > 4096) {
        store_set_release(s);
        return;
    }
    s->count = 0;
    if (s->slot_count > 0)
        memset(s->slots, 0, s->slot_count * sizeof(*s->slots));
}

void
store_set_release(struct store_set *s)
{
    free(s->entries);
    free(s->slots);
    *s = (struct store_set){ 0 };
}
