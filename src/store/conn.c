/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A connection to the store's database: its settings, and the pool of those that read. */
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "store/store_priv.h"

/* More readers than any server has work for: beyond it something leaks. */
#define MAX_LEASED  256u
#define READ_STMTS  200u
#define WRITE_STMTS 600u
#define BUSY_MS     5000
/* A short read: a list of a thousand rows with a handful of tags, two milliseconds. */
#define STEPS_PER_CHECK 1000
#define MAX_CHECKS      100u
/* The log is written back once it holds more pages than one block of its index can tell: reading looks each page up
 * there first. */
#define COMMON_SETTINGS                                                         \
    "PRAGMA foreign_keys=ON; PRAGMA secure_delete=0; PRAGMA temp_store=MEMORY;" \
    "PRAGMA recursive_triggers=ON; PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864;"
/* Short reads go over the writer's connection, which keeps its mapping. Others would give all of it up at each commit
 * and fault every page in again, which costs several times what reading the pages does. */
#define READER_SETTINGS "PRAGMA query_only=ON; PRAGMA mmap_size=0; PRAGMA cache_size=-16384"
/* WAL by the header already; asked for all the same, so that a file from elsewhere gets it. */
#define WRITER_SETTINGS "PRAGMA journal_mode=WAL; PRAGMA mmap_size=2147418112; PRAGMA cache_size=-32768"

bool
store_exec(struct store_conn *c, const char *sql, struct ccm_error *err)
{
    return sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK || store_fail(c, err);
}

static bool
configure(struct store_conn *c, bool writer, struct ccm_error *err)
{
    sqlite3_busy_timeout(c->db, BUSY_MS);
    if (!store_functions_add(c, err) || !store_live_add(c, err) || !store_exec(c, COMMON_SETTINGS, err))
        return false;
    if (!store_exec(c, c->store->opt.full_sync ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", err))
        return false;
    if (sqlite3_prepare_v3(c->db, "BEGIN", -1, SQLITE_PREPARE_PERSISTENT, &c->begin, NULL) != SQLITE_OK ||
        sqlite3_prepare_v3(c->db, "COMMIT", -1, SQLITE_PREPARE_PERSISTENT, &c->commit, NULL) != SQLITE_OK)
        return store_fail(c, err);
    if (!writer)
        return store_exec(c, READER_SETTINGS, err) &&
               (sqlite3_prepare_v3(c->db, "SELECT 1 FROM sqlite_schema LIMIT 0", -1, SQLITE_PREPARE_PERSISTENT, &c->pin,
                                   NULL) == SQLITE_OK ||
                store_fail(c, err));
    return store_exec(c, WRITER_SETTINGS, err) && store_hook_install(c, err);
}

static struct store_file *
hold_file(struct store *st)
{
    pthread_mutex_lock(&st->pool_lock);
    struct store_file *f = st->file;
    f->refs++;
    pthread_mutex_unlock(&st->pool_lock);
    return f;
}

static void
let_go(struct store *st, struct store_file *f)
{
    pthread_mutex_lock(&st->pool_lock);
    bool last = --f->refs == 0 && f->old;
    pthread_mutex_unlock(&st->pool_lock);
    if (!last)
        return;
    store_files_unlink(f->path);
    store_file_free(f);
}

struct store_conn *
store_conn_open(struct store *st, bool writer, struct ccm_error *err)
{
    return store_conn_open_file(st, hold_file(st), writer, err);
}

struct store_conn *
store_conn_open_file(struct store *st, struct store_file *file, bool writer, struct ccm_error *err)
{
    struct store_conn *c = base_malloc(sizeof(*c));

    *c = (struct store_conn){ .store = st, .file = file, .lease = 1, .stmts.max = writer ? WRITE_STMTS : READ_STMTS };
    if (sqlite3_open_v2(file->path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        store_fail(c, err);
        store_conn_close(c);
        return NULL;
    }
    sqlite3_extended_result_codes(c->db, 1);
    if (!configure(c, writer, err)) {
        store_conn_close(c);
        return NULL;
    }
    return c;
}

void
store_conn_close(struct store_conn *c)
{
    if (c == NULL)
        return;
    store_stmts_release(c);
    for (size_t i = 0; i < STORE_SLOTS; i++)
        if (c->slots[i].release != NULL)
            c->slots[i].release(c->slots[i].data);
    sqlite3_finalize(c->pin);
    sqlite3_finalize(c->begin);
    sqlite3_finalize(c->commit);
    pthread_mutex_lock(&c->store->pool_lock);
    bool old = c->file->old;
    pthread_mutex_unlock(&c->store->pool_lock);
    if (old) /* nobody will read what closing would bring from the log to the file */
        sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(c->db);
    let_go(c->store, c->file);
    store_write_free(c->write);
    store_names_free(c->names);
    free(c);
}

/* ---- the pool ---- */

/* An idle reader, or the right to open one more (*may_open). */
static struct store_conn *
pool_take(struct store *st, bool *may_open)
{
    pthread_mutex_lock(&st->pool_lock);
    struct store_conn *c = st->idle;
    *may_open = st->leased_count < MAX_LEASED;
    if (c != NULL) {
        st->idle = c->next;
        st->idle_count--;
    }
    if (c != NULL || *may_open)
        st->leased_count++;
    pthread_mutex_unlock(&st->pool_lock);
    return c;
}

static void
pool_give(struct store *st, struct store_conn *c)
{
    pthread_mutex_lock(&st->pool_lock);
    bool keep = c != NULL && c->file == st->file && st->idle_count < st->opt.readers;
    if (keep) {
        c->next = st->idle;
        st->idle = c;
        st->idle_count++;
    }
    pthread_mutex_unlock(&st->pool_lock);
    if (!keep)
        store_conn_close(c);
    /* Counted back last: the store is closed when none is out. */
    pthread_mutex_lock(&st->pool_lock);
    st->leased_count--;
    pthread_cond_broadcast(&st->pool_cond);
    pthread_mutex_unlock(&st->pool_lock);
}

void
store_pool_clear(struct store *st)
{
    pthread_mutex_lock(&st->pool_lock);
    struct store_conn *c = st->idle;
    st->idle = NULL;
    st->idle_count = 0;
    pthread_mutex_unlock(&st->pool_lock);
    for (struct store_conn *next; c != NULL; c = next) {
        next = c->next;
        store_conn_close(c);
    }
}

struct store_conn *
store_read_begin(struct store *st, struct ccm_error *err)
{
    bool               may_open;
    struct store_conn *c = pool_take(st, &may_open);

    if (c != NULL)
        return c;
    if (!may_open) {
        ccm_fail(err, CCM_BUSY, "too many requests read the database at once");
        return NULL;
    }
    c = store_conn_open(st, false, err);
    if (c == NULL)
        pool_give(st, NULL);
    return c;
}

/* Statements of a short read have made some more steps. */
static int
on_steps(void *arg)
{
    struct store_conn *c = arg;

    if (c->checks < MAX_CHECKS)
        c->checks++;
    return store_read_stopped(c);
}

struct store_conn *
store_read_short(struct store *st, struct ccm_error *err)
{
    bool               alone = pthread_mutex_trylock(&st->write_lock) == 0;
    struct store_conn *c = alone ? st->writer : store_read_begin(st, err);

    if (c != NULL) {
        c->checks = 1;
        sqlite3_progress_handler(c->db, STEPS_PER_CHECK, on_steps, c);
    }
    return c;
}

struct store_conn *
store_read_idle(struct store *st, struct ccm_error *err)
{
    return pthread_mutex_trylock(&st->write_lock) == 0 ? st->writer : store_read_begin(st, err);
}

bool
store_read_stopped(const struct store_conn *c)
{
    return c->checks == MAX_CHECKS;
}

void
store_read_end(struct store_conn *c)
{
    if (c == NULL)
        return;
    struct store *st = c->store;
    store_stmts_end(c);
    if (c->begun) {
        sqlite3_step(c->commit);
        sqlite3_reset(c->commit);
        c->begun = false;
    }
    if (c->checks > 0) {
        c->checks = 0;
        sqlite3_progress_handler(c->db, 0, NULL, NULL);
    }
    if (c->write != NULL)
        pthread_mutex_unlock(&st->write_lock);
    else
        pool_give(st, c);
}

sqlite3 *
store_db(struct store_conn *c)
{
    return c->db;
}

struct store *
store_of(struct store_conn *c)
{
    return c->store;
}

struct store_slot *
store_slot(struct store_conn *c, enum store_slot_user user)
{
    return &c->slots[user];
}
