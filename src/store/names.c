/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the rows that many others refer to are called (device pools, profiles, partitions): remembered by
 * a connection that reads until something is written. The generation is taken before the snapshot begins, so
 * what is remembered under it is never older than the last write that was answered. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "ccmsim/arena.h"
#include "store/store_priv.h"

#define SLOTS    1024u
#define MAX_USED 768u

struct name {
    uint32_t    round; /* of the cache; another: free */
    const char *table, *column;
    char        pkid[36];
    const char *text;
};

struct store_names {
    struct arena *arena; /* the texts */
    uint64_t      generation;
    uint32_t      round;
    unsigned      used;
    struct name   slots[SLOTS];
};

static struct store_names *
names_new(void)
{
    struct store_names *n = base_malloc(sizeof *n);

    memset(n, 0, sizeof *n);
    n->arena = arena_new();
    n->round = 1;
    return n;
}

void
store_names_free(struct store_names *n)
{
    if (n == NULL)
        return;
    arena_free(n->arena);
    free(n);
}

static void
forget(struct store_names *n)
{
    n->round++;
    n->used = 0;
    arena_reset(n->arena);
}

void
store_names_begin(struct store_conn *c)
{
    struct store_names *n = c->names;

    if (n == NULL || (n->generation == c->generation && n->used < MAX_USED))
        return;
    n->generation = c->generation;
    forget(n);
}

static size_t
slot_of(const char *column, const char *pkid)
{
    uint64_t a, b, c, h = (uintptr_t)column;

    memcpy(&a, pkid, sizeof a);
    memcpy(&b, pkid + 14, sizeof b);
    memcpy(&c, pkid + 28, sizeof c);
    h = (h ^ a) * 0xFF51AFD7ED558CCDu;
    h = ((h ^ (h >> 32)) + b) * 0xC4CEB9FE1A85EC53u;
    h = ((h ^ (h >> 32)) + c) * 0xFF51AFD7ED558CCDu;
    return (size_t)(h >> 40) % SLOTS;
}

/* The slot that has the name, or a free one. */
static struct name *
find(struct store_names *n, const char *table, const char *column, const char *pkid)
{
    size_t i = slot_of(column, pkid);

    for (;; i = (i + 1) % SLOTS) {
        struct name *s = &n->slots[i];
        if (s->round != n->round ||
            (s->column == column && s->table == table && memcmp(s->pkid, pkid, sizeof s->pkid) == 0))
            return s;
    }
}

/* *text is a copy in the cache's arena; NULL: no such row, or null. */
static bool
read_name(struct store_conn *c, const char *table, const char *column, const char *pkid, const char **text,
          struct ccm_error *err)
{
    struct arena *a = c->names->arena;
    sqlite3_stmt *s = store_prepare(c, arena_printf(a, "SELECT \"%s\" FROM \"%s\" WHERE pkid=?1", column, table), err);

    *text = NULL;
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_STATIC);
    int         step = store_step(c, s, err);
    const char *found = step == 1 ? (const char *)sqlite3_column_text(s, 0) : NULL;
    if (found != NULL)
        *text = arena_strdup(a, found);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return step >= 0;
}

bool
store_name(struct store_conn *c, const char *table, const char *column, const char *pkid, const char **text,
           struct ccm_error *err)
{
    if (c->names == NULL) {
        c->names = names_new();
        c->names->generation = c->generation;
    }
    struct store_names *n = c->names;
    if (store_is_writing(c))
        forget(n); /* what is being written may change any name: none is kept */
    if (store_is_writing(c) || n->used >= MAX_USED || strlen(pkid) != sizeof n->slots[0].pkid)
        return read_name(c, table, column, pkid, text, err);
    struct name *s = find(n, table, column, pkid);
    if (s->round != n->round) {
        if (!read_name(c, table, column, pkid, &s->text, err))
            return false;
        s->round = n->round;
        s->table = table;
        s->column = column;
        memcpy(s->pkid, pkid, sizeof s->pkid);
        n->used++;
    }
    *text = s->text;
    return true;
}
