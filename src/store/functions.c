/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* SQL functions that the schema's defaults use: newid(), next_serial(TABLE), new_versionstamp(). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "store/store_priv.h"

static void
fn_newid(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct store_conn *c = sqlite3_user_data(ctx);
    char               id[37];

    (void)argc, (void)argv;
    uuid_new(c->store->opt.uuids, id);
    sqlite3_result_text(ctx, id, 36, SQLITE_TRANSIENT);
}

/* Ten digits of seconds, a dash, a new id: what CallManager stamps on a changed device. */
static void
fn_new_versionstamp(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct store_conn *c = sqlite3_user_data(ctx);
    char               id[37], stamp[64];

    (void)argc, (void)argv;
    uuid_new(c->store->opt.uuids, id);
    snprintf(stamp, sizeof(stamp), "%010" PRId64 "-%s", (int64_t)time(NULL), id);
    sqlite3_result_text(ctx, stamp, -1, SQLITE_TRANSIENT);
}

static bool
serial_load(struct store_conn *c, struct store_serial *s)
{
    const struct store_table_def *t = &store_tables[s->table];
    char                          sql[200];
    sqlite3_stmt                 *stmt;

    snprintf(sql, sizeof(sql), "SELECT max(%s) FROM %s", store_column_def(t, s->column)->pub.name, t->name);
    if (sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return false;
    bool ok = sqlite3_step(stmt) == SQLITE_ROW;
    s->last = ok ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    return ok;
}

static int
serial_column(const struct store_table_def *t)
{
    for (int i = 0; i < t->column_count; i++)
        if (store_column_def(t, i)->serial)
            return i;
    return -1;
}

/* The table's counter, with the highest number in use when first asked for. */
static struct store_serial *
serial_find(struct store_conn *c, int table)
{
    for (size_t i = 0; table >= 0 && i < STORE_MAX_SERIALS; i++) {
        struct store_serial *s = &c->write->serials[i];
        if (s->column >= 0 && s->table == table)
            return s;
        if (s->column >= 0)
            continue;
        *s = (struct store_serial){ .table = table, .column = serial_column(&store_tables[table]) };
        if (s->column < 0 || !serial_load(c, s)) {
            s->column = -1;
            return NULL;
        }
        return s;
    }
    return NULL;
}

/* One past the highest ever given: as with Informix's serials, a number is not given twice. */
static void
fn_next_serial(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct store_conn   *c = sqlite3_user_data(ctx);
    const char          *table = (const char *)sqlite3_value_text(argv[0]);
    struct store_serial *s = NULL;

    (void)argc;
    if (c->write != NULL && table != NULL)
        s = serial_find(c, store_table_index(table));
    if (s == NULL)
        sqlite3_result_error(ctx, "no such serial", -1);
    else
        sqlite3_result_int64(ctx, ++s->last);
}

bool
store_functions_add(struct store_conn *c, struct ccm_error *err)
{
    static const struct {
        const char *name;
        int         args;
        void (*fn)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = {
        { "newid", 0, fn_newid },
        { "new_versionstamp", 0, fn_new_versionstamp },
        { "next_serial", 1, fn_next_serial },
    };
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
        if (sqlite3_create_function(c->db, functions[i].name, functions[i].args, SQLITE_UTF8, c, functions[i].fn, NULL,
                                    NULL) != SQLITE_OK)
            return store_fail(c, err);
    return true;
}
