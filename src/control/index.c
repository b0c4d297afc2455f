/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A hash table that chains; it doubles when full. Keys come from clients, so each table draws a seed. */
#include "control/index.h"

#include <ctype.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 64u

static uint32_t
hash_part(uint64_t *state, const char *text)
{
    for (; *text != '\0'; text++)
        *state = (*state ^ (uint64_t)(unsigned char)tolower((unsigned char)*text)) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(*state >> 32);
}

static uint32_t
hash_of(const struct index *ix, const char *kind, const char *text)
{
    uint64_t state = ix->seed;

    hash_part(&state, kind);
    hash_part(&state, ":");
    return hash_part(&state, text);
}

static bool
is_key(const char *key, const char *kind, const char *text)
{
    size_t n = strlen(kind);

    return strncmp(key, kind, n) == 0 && key[n] == ':' && strcasecmp(key + n + 1, text) == 0;
}

void
index_release(struct index *ix)
{
    free(ix->buckets);
    *ix = (struct index){ .buckets = NULL };
}

static void
put(struct index *ix, struct index_link *l)
{
    struct index_link **bucket = &ix->buckets[l->hash & (ix->size - 1)];

    l->next = *bucket;
    l->at = bucket;
    if (l->next != NULL)
        l->next->at = &l->next;
    *bucket = l;
}

static void
grow(struct index *ix)
{
    struct index old = *ix;

    ix->size = old.size != 0 ? old.size * 2 : FIRST_SIZE;
    ix->buckets = calloc(ix->size, sizeof(void *));
    if (ix->buckets == NULL)
        abort();
    for (size_t i = 0; i < old.size; i++)
        for (struct index_link *l = old.buckets[i], *next; l != NULL; l = next) {
            next = l->next;
            put(ix, l);
        }
    free(old.buckets);
}

void
index_add(struct index *ix, struct index_link *l, const char *kind, const char *text, void *owner)
{
    if (ix->seed == 0 && RAND_bytes((unsigned char *)&ix->seed, sizeof ix->seed) != 1)
        abort();
    if (ix->count == ix->size)
        grow(ix);
    if (asprintf(&l->key, "%s:%s", kind, text) < 0)
        abort();
    l->hash = hash_of(ix, kind, text);
    l->owner = owner;
    put(ix, l);
    ix->count++;
}

void
index_remove(struct index *ix, struct index_link *l)
{
    if (l->at == NULL)
        return;
    *l->at = l->next;
    if (l->next != NULL)
        l->next->at = l->at;
    l->at = NULL;
    free(l->key);
    l->key = NULL;
    ix->count--;
}

struct index_link *
index_first(const struct index *ix, const char *kind, const char *text)
{
    if (ix->count == 0)
        return NULL;
    uint32_t           hash = hash_of(ix, kind, text);
    struct index_link *l = ix->buckets[hash & (ix->size - 1)];

    while (l != NULL && (l->hash != hash || !is_key(l->key, kind, text)))
        l = l->next;
    return l;
}

struct index_link *
index_next(const struct index_link *l)
{
    struct index_link *n = l->next;

    while (n != NULL && (n->hash != l->hash || strcasecmp(n->key, l->key) != 0))
        n = n->next;
    return n;
}
