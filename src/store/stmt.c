/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Prepared statements of one connection, found by their text. The least recently used go when there
 * are too many, but never one that the present lease has been given. */
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "store/store_priv.h"

#define HASHED ((size_t)1024)

/* Eight bytes at a time, and of long texts only the end behind the columns: this is on every request's path. */
static uint32_t
hash_of(const char *sql)
{
    size_t   len = strlen(sql);
    uint64_t h = 0x9E3779B97F4A7C15u ^ len, piece;

    if (len > HASHED) {
        sql += len - HASHED;
        len = HASHED;
    }
    for (; len >= sizeof piece; len -= sizeof piece, sql += sizeof piece) {
        memcpy(&piece, sql, sizeof piece);
        h = (h ^ piece) * 0xFF51AFD7ED558CCDu;
        h ^= h >> 32;
    }
    piece = 0;
    memcpy(&piece, sql, len);
    h = (h ^ piece) * 0xFF51AFD7ED558CCDu;
    return (uint32_t)(h ^ (h >> 32));
}

/* A lease reads in one transaction: one snapshot, and its locks are taken once. The writer's connection needs
 * nothing to take it: nobody writes while it is lent. */
void
store_begin_lease(struct store_conn *c)
{
    if (c->begun || store_is_writing(c))
        return;
    c->generation = atomic_load(&c->store->generation);
    store_names_begin(c);
    c->begun = sqlite3_step(c->begin) == SQLITE_DONE;
    sqlite3_reset(c->begin);
    if (c->pin != NULL) {
        sqlite3_step(c->pin);
        sqlite3_reset(c->pin);
    }
}

static void
unlink_use(struct store_stmts *s, struct store_stmt *p)
{
    *(p->newer != NULL ? &p->newer->older : &s->newest) = p->older;
    *(p->older != NULL ? &p->older->newer : &s->oldest) = p->newer;
    p->newer = p->older = NULL;
}

static void
link_newest(struct store_stmts *s, struct store_stmt *p)
{
    p->newer = NULL;
    p->older = s->newest;
    *(s->newest != NULL ? &s->newest->newer : &s->oldest) = p;
    s->newest = p;
}

static void
drop(struct store_stmts *s, struct store_stmt *p)
{
    struct store_stmt **at = &s->buckets[p->hash % STORE_STMT_BUCKETS];

    while (*at != p)
        at = &(*at)->chain;
    *at = p->chain;
    unlink_use(s, p);
    s->count--;
    sqlite3_finalize(p->stmt);
    free(p->sql);
    free(p);
}

static struct store_stmt *
find(struct store_stmts *s, const char *sql, uint32_t hash)
{
    struct store_stmt *p = s->buckets[hash % STORE_STMT_BUCKETS];

    while (p != NULL && (p->hash != hash || strcmp(p->sql, sql) != 0))
        p = p->chain;
    return p;
}

static sqlite3_stmt *
compile(struct store_conn *c, const char *sql, unsigned flags, struct ccm_error *err)
{
    sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v3(c->db, sql, -1, flags, &stmt, NULL) != SQLITE_OK || stmt == NULL) {
        store_fail(c, err);
        return NULL;
    }
    return stmt;
}

/* A read that was lent the writer's connection can't write either; SQLite refuses it to the others itself. */
static bool
may_run(struct store_conn *c, bool readonly, struct ccm_error *err)
{
    return readonly || c->write == NULL || c->write->open ||
           ccm_fail_db(err, -387, "A read can't change the database.");
}

/* The text is running already in this lease: a second one, for the lease only. */
static sqlite3_stmt *
prepare_extra(struct store_conn *c, const char *sql, struct ccm_error *err)
{
    struct store_stmts *s = &c->stmts;
    sqlite3_stmt       *stmt = compile(c, sql, 0, err);

    if (stmt == NULL)
        return NULL;
    if (s->extra_count == s->extra_cap) {
        s->extra_cap = s->extra_cap == 0 ? 8 : s->extra_cap * 2;
        s->extra = base_realloc(s->extra, s->extra_cap * sizeof(sqlite3_stmt *));
    }
    s->extra[s->extra_count++] = stmt;
    return stmt;
}

sqlite3_stmt *
store_prepare(struct store_conn *c, const char *sql, struct ccm_error *err)
{
    struct store_stmts *s = &c->stmts;
    uint32_t            hash = hash_of(sql);
    struct store_stmt  *p = find(s, sql, hash);

    store_begin_lease(c);
    if (p != NULL && !may_run(c, p->readonly, err))
        return NULL;
    if (p != NULL && p->lease == c->lease && sqlite3_stmt_busy(p->stmt))
        return prepare_extra(c, sql, err);
    if (p != NULL) {
        sqlite3_reset(p->stmt);
        sqlite3_clear_bindings(p->stmt);
        unlink_use(s, p);
    } else {
        sqlite3_stmt *stmt = compile(c, sql, SQLITE_PREPARE_PERSISTENT, err);
        bool          readonly = stmt != NULL && sqlite3_stmt_readonly(stmt) != 0;
        if (stmt == NULL)
            return NULL;
        if (!may_run(c, readonly, err)) {
            sqlite3_finalize(stmt);
            return NULL;
        }
        p = base_malloc(sizeof(*p));
        *p = (struct store_stmt){
            .stmt = stmt, .readonly = readonly, .hash = hash, .chain = s->buckets[hash % STORE_STMT_BUCKETS]
        };
        size_t len = strlen(sql) + 1;
        p->sql = memcpy(base_malloc(len), sql, len);
        s->buckets[hash % STORE_STMT_BUCKETS] = p;
        s->count++;
    }
    p->lease = c->lease;
    link_newest(s, p);
    return p->stmt;
}

void
store_stmts_end(struct store_conn *c)
{
    struct store_stmts *s = &c->stmts;

    /* A SELECT that is not reset would pin its snapshot, and all later reads would see the past. */
    for (struct store_stmt *p = s->newest; p != NULL && p->lease == c->lease; p = p->older) {
        sqlite3_reset(p->stmt);
        sqlite3_clear_bindings(p->stmt);
    }
    for (size_t i = 0; i < s->extra_count; i++)
        sqlite3_finalize(s->extra[i]);
    s->extra_count = 0;
    while (s->count > s->max)
        drop(s, s->oldest);
    c->lease++;
}

void
store_stmts_release(struct store_conn *c)
{
    store_stmts_end(c);
    while (c->stmts.oldest != NULL)
        drop(&c->stmts, c->stmts.oldest);
    free(c->stmts.extra);
    c->stmts.extra = NULL;
}
