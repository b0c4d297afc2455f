/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the store's tests share: a store with seeded ids, and SQL in one line. */
#ifndef STORE_KIT_H
#define STORE_KIT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/store.h"

struct kit {
    struct uuid_source uuids;
    struct store      *store;
    struct ccm_error   err;
};

static inline void
kit_open(struct kit *k, const char *state)
{
    struct store_options opt = { .state_dir = state, .readers = 4, .uuids = &k->uuids, .release = "15.0" };

    memset(k, 0, sizeof(*k));
    uuid_source_init(&k->uuids, true, 7);
    if (!store_open(&k->store, &opt, &k->err))
        fail_msg("%s", k->err.text);
}

static inline struct store_conn *
kit_begin(struct kit *k)
{
    struct store_writer who = { .user = "tester", .origin = "axl" };
    struct store_conn  *c = store_write_begin(k->store, &who, &k->err);
    assert_non_null(c);
    return c;
}

/* Run one statement to its end; false and k->err when it fails. */
static inline bool
kit_run(struct kit *k, struct store_conn *c, const char *sql)
{
    sqlite3_stmt *stmt = store_prepare(c, sql, &k->err);
    int           rc = -1;

    if (stmt == NULL)
        return false;
    while ((rc = store_step(c, stmt, &k->err)) == 1)
        continue;
    sqlite3_reset(stmt);
    return rc == 0;
}

/* One statement as one write. */
static inline bool
kit_write(struct kit *k, const char *sql)
{
    struct store_conn *c = kit_begin(k);
    struct ccm_error   first = { 0 };
    bool               ok = kit_run(k, c, sql);

    if (!ok)
        first = k->err;
    bool ended = store_write_end(c, ok, &k->err);
    if (!ok)
        k->err = first;
    return ok && ended;
}

static inline void
kit_must(struct kit *k, const char *sql)
{
    if (!kit_write(k, sql))
        fail_msg("%s: %d %s", sql, k->err.code, k->err.text);
}

static inline void
kit_refused(struct kit *k, const char *sql, int code, const char *text)
{
    if (kit_write(k, sql))
        fail_msg("not refused: %s", sql);
    assert_int_equal(k->err.status, CCM_DATABASE);
    assert_int_equal(k->err.code, code);
    assert_string_equal(k->err.text, text);
}

/* The first column of the first row, in a buffer that the next call overwrites; "(none)", "(null)". */
static inline const char *
kit_value(struct kit *k, const char *sql)
{
    static _Thread_local char value[20000];
    struct store_conn        *c = store_read_begin(k->store, &k->err);
    assert_non_null(c);
    sqlite3_stmt *stmt = store_prepare(c, sql, &k->err);
    if (stmt == NULL)
        fail_msg("%s: %s", sql, k->err.text);
    int rc = store_step(c, stmt, &k->err);
    if (rc < 0)
        fail_msg("%s: %s", sql, k->err.text);
    const char *text = rc == 1 ? (const char *)sqlite3_column_text(stmt, 0) : "(none)";
    snprintf(value, sizeof(value), "%s", text != NULL ? text : "(null)");
    store_read_end(c);
    return value;
}

#endif
