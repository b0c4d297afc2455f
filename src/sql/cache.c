/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Translations of a connection by their text, so that what a client sends again and again is parsed once. Each is
 * one block of memory; the least recently used goes. Long texts are not kept. */
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "sql/sql_priv.h"

#define ENTRIES 256u
#define BUCKETS 512u
#define LONGEST ((size_t)32 * 1024)

struct entry {
    struct entry          *chain;
    uint64_t               used;
    uint32_t               hash;
    struct sql_translation translation;
    const char            *text;
};

struct sql_cache {
    struct entry          *buckets[BUCKETS];
    unsigned               count;
    uint64_t               uses;
    struct arena          *scratch; /* of the present translation */
    struct sql_translation present;
};

struct sql_cache *
sql_cache_new(void)
{
    struct sql_cache *c = base_malloc(sizeof *c);

    memset(c, 0, sizeof *c);
    c->scratch = arena_new();
    return c;
}

void
sql_cache_free(struct sql_cache *c)
{
    if (c == NULL)
        return;
    for (unsigned i = 0; i < BUCKETS; i++)
        while (c->buckets[i] != NULL) {
            struct entry *next = c->buckets[i]->chain;
            free(c->buckets[i]);
            c->buckets[i] = next;
        }
    arena_free(c->scratch);
    free(c);
}

static uint32_t
hash_of(const char *text)
{
    uint32_t h = 2166136261u;
    for (; *text != '\0'; text++)
        h = (h ^ (uint8_t)*text) * 16777619u;
    return h;
}

const struct sql_translation *
sql_cache_find(struct sql_cache *c, const char *text)
{
    uint32_t hash = hash_of(text);

    for (struct entry *e = c->buckets[hash % BUCKETS]; e != NULL; e = e->chain)
        if (e->hash == hash && strcmp(e->text, text) == 0) {
            e->used = ++c->uses;
            return &e->translation;
        }
    return NULL;
}

static void
drop_oldest(struct sql_cache *c)
{
    struct entry **oldest = NULL;

    for (unsigned i = 0; i < BUCKETS; i++)
        for (struct entry **at = &c->buckets[i]; *at != NULL; at = &(*at)->chain)
            if (oldest == NULL || (*at)->used < (*oldest)->used)
                oldest = at;
    if (oldest == NULL)
        return;
    struct entry *gone = *oldest;
    *oldest = gone->chain;
    free(gone);
    c->count--;
}

/* ---- one block ---- */

struct packer {
    char  *at; /* NULL: only measured */
    size_t size;
};

static void *
pack(struct packer *p, const void *data, size_t size)
{
    size_t whole = (size + 15) & ~(size_t)15;
    void  *to = p->at != NULL ? p->at + p->size : NULL;

    if (to != NULL && size > 0)
        memcpy(to, data, size);
    p->size += whole;
    return to;
}

static void
pack_translation(struct packer *p, struct sql_translation *out, const struct sql_translation *t)
{
    struct sql_param *params = pack(p, t->params, t->param_count * sizeof *params);
    const char      **columns = pack(p, t->columns, t->column_count * sizeof *columns);
    const char       *sql = pack(p, t->sql, strlen(t->sql) + 1);

    for (unsigned i = 0; i < t->param_count; i++)
        if (t->params[i].kind == SQL_PARAM_TEXT) {
            const char *text = pack(p, t->params[i].text, t->params[i].length);
            if (params != NULL)
                params[i].text = text;
        }
    for (unsigned i = 0; i < t->column_count; i++) {
        const char *name = pack(p, t->columns[i], strlen(t->columns[i]) + 1);
        if (columns != NULL)
            columns[i] = name;
    }
    if (out == NULL)
        return;
    *out = *t;
    out->params = params;
    out->columns = columns;
    out->sql = sql;
}

static struct entry *
entry_new(const char *text, const struct sql_translation *t)
{
    struct packer p = { 0 };

    p.size = (sizeof(struct entry) + 15) & ~(size_t)15;
    pack(&p, text, strlen(text) + 1);
    pack_translation(&p, NULL, t);
    char         *block = base_malloc(p.size);
    struct entry *e = (struct entry *)(void *)block;
    p = (struct packer){ .at = block };
    memset(e, 0, sizeof *e);
    p.size = (sizeof *e + 15) & ~(size_t)15;
    e->text = pack(&p, text, strlen(text) + 1);
    pack_translation(&p, &e->translation, t);
    return e;
}

const struct sql_translation *
sql_cache_add(struct sql_cache *c, const char *text, unsigned release, struct ccm_error *err)
{
    arena_reset(c->scratch);
    if (!sql_translate(c->scratch, text, release, &c->present, err))
        return NULL;
    if (strlen(text) > LONGEST)
        return &c->present;
    if (c->count == ENTRIES)
        drop_oldest(c);
    struct entry *e = entry_new(text, &c->present);
    e->hash = hash_of(text);
    e->used = ++c->uses;
    e->chain = c->buckets[e->hash % BUCKETS];
    c->buckets[e->hash % BUCKETS] = e;
    c->count++;
    return &e->translation;
}
