/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Begin and end of a write, and the step of a statement. The writer's lock is held from begin to end,
 * and never while the listener of the change feed runs. */
#include <stdio.h>
#include <string.h>

#include "store/store_priv.h"

/* Outside a transaction: nobody looks at what a complete writer does. Its rows are copies of rows that were
 * looked at, and point to one another or to what those point to. */
static void
watch(struct store_conn *c, bool on)
{
    store_hook_set(c, on);
    if (!on)
        store_occupied_forget(c->file);
    sqlite3_exec(c->db, on ? "PRAGMA foreign_keys=ON" : "PRAGMA foreign_keys=OFF", NULL, NULL, NULL);
}

static struct store_conn *
begin_locked(struct store *st, const struct store_writer *who, struct ccm_error *err)
{
    struct store_conn *c = st->writer;
    bool               complete = who != NULL && who->complete;
    if (complete)
        watch(c, false);
    if (!store_exec(c, "BEGIN IMMEDIATE", err)) {
        if (complete)
            watch(c, true);
        pthread_mutex_unlock(&st->write_lock);
        return NULL;
    }
    struct store_write *w = c->write;
    w->open = true;
    w->trusted = who != NULL && who->trusted;
    w->complete = complete;
    snprintf(w->user, sizeof(w->user), "%s", who != NULL && who->user != NULL ? who->user : "");
    snprintf(w->origin, sizeof(w->origin), "%s", who != NULL && who->origin != NULL ? who->origin : "");
    return c;
}

struct store_conn *
store_write_begin(struct store *st, const struct store_writer *who, struct ccm_error *err)
{
    pthread_mutex_lock(&st->write_lock);
    return begin_locked(st, who, err);
}

struct store_conn *
store_write_try(struct store *st, const struct store_writer *who, bool *busy, struct ccm_error *err)
{
    *busy = pthread_mutex_trylock(&st->write_lock) != 0;
    return *busy ? NULL : begin_locked(st, who, err);
}

static bool
commit_write(struct store_conn *c, struct ccm_error *err)
{
    struct store_write *w = c->write;

    if (w->violation.status == CCM_OK && !store_rules_run(c, err))
        return false;
    if (w->violation.status != CCM_OK) {
        if (err != NULL)
            *err = w->violation;
        return false;
    }
    const struct store_observer *o = &c->store->observer;
    if (o->row != NULL && !w->complete)
        o->ending(o->cookie, c);
    return store_exec(c, "COMMIT", err);
}

bool
store_write_end(struct store_conn *c, bool commit, struct ccm_error *err)
{
    struct store *st = c->store;
    uint64_t      batch = 0;

    store_stmts_end(c);
    bool ok = commit && commit_write(c, err);
    /* A full disk may have rolled back already. */
    if (!ok && !sqlite3_get_autocommit(c->db))
        sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
    if (ok && c->write->trusted) /* an installation: what it wrote is read in place, not from the log */
        sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (ok) {
        atomic_fetch_add(&st->generation, 1);
        batch = store_feed_queue(st, c->write);
    }
    if (st->observer.row != NULL && !c->write->complete)
        st->observer.ended(st->observer.cookie, ok);
    if (c->write->complete)
        watch(c, true);
    store_write_forget(c->write);
    pthread_mutex_unlock(&st->write_lock);
    if (batch != 0)
        store_feed_deliver(st, batch);
    return ok;
}

int
store_step(struct store_conn *c, sqlite3_stmt *stmt, struct ccm_error *err)
{
    bool sound = c->write == NULL || c->write->violation.status == CCM_OK;
    int  rc = sqlite3_step(stmt);

    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        /* The statement undid itself, and with it what broke a rule. */
        if (sound && c->write != NULL)
            c->write->violation.status = CCM_OK;
        if (sqlite3_extended_errcode(c->db) == SQLITE_CONSTRAINT_FOREIGNKEY)
            store_fail_reference(c, stmt, err);
        else
            store_fail(c, err);
        return -1;
    }
    if (sound && c->write != NULL && c->write->violation.status != CCM_OK) {
        if (err != NULL)
            *err = c->write->violation;
        return -1;
    }
    return rc == SQLITE_ROW;
}
