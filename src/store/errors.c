/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* SQLite's errors in the words of CallManager's database: numbers and texts are Informix's as AXL
 * passes them on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_priv.h"

#define FIELD_ERROR 35000

/* ---- one function a kind of error; detail is what stands behind SQLite's colon ---- */

static bool
fail_unique(struct ccm_error *err, const char *detail)
{
    if (strstr(detail, "'numplan_pattern'") != NULL)
        return ccm_fail_db(err, -746,
                           "Cannot insert or update pattern. A DN exists with the same pattern and partition.");
    return ccm_fail_db(err, -239,
                       "Could not insert new row - duplicate value in a UNIQUE INDEX column (Unique Index:).");
}

/* A primary key is a constraint, and has a name. */
static bool
fail_primary(struct ccm_error *err, const char *detail)
{
    return ccm_fail_db(err, -268, "Unique constraint (informix.pk_%.*s) violated.", (int)strcspn(detail, "."), detail);
}

static bool
fail_null(struct ccm_error *err, const char *detail)
{
    char                       table[128];
    const char                *dot = strchr(detail, '.');
    const struct store_column *c = NULL;

    if (dot != NULL) {
        snprintf(table, sizeof table, "%.*s", (int)(dot - detail), detail);
        c = store_column_find(table, dot + 1);
    }
    if (c != NULL && c->primary)
        return ccm_fail_db(err, -703, "Primary key on table (%s) has a field with a null key value.", table);
    return ccm_fail_db(err, -391, "Cannot insert a null into column (%s).", detail);
}

/* The constraints are named after their fields: "FI_2131". */
static bool
fail_check(struct ccm_error *err, const char *detail)
{
    if (strncmp(detail, "FI_", 3) == 0)
        return ccm_fail_db(err, -746, "%ld", strtol(detail + 3, NULL, 10) + FIELD_ERROR);
    return ccm_fail_db(err, -530, "Check constraint (%s) failed.", detail);
}

static bool
fail_trigger(struct ccm_error *err, const char *detail)
{
    return ccm_fail_db(err, -746, "%s", detail);
}

static bool
fail_conversion(struct ccm_error *err, const char *detail)
{
    (void)detail;
    return ccm_fail_db(err, -1213, "A character to numeric conversion process failed");
}

static bool
fail_reference(struct ccm_error *err, const char *detail)
{
    (void)detail;
    return ccm_fail_db(err, -525, "Failure to satisfy referential constraint.");
}

static bool
fail_full(struct ccm_error *err, const char *detail)
{
    (void)detail;
    return ccm_fail_db(err, -131, "ISAM error: no free disk space");
}

static bool
fail_read_only(struct ccm_error *err, const char *detail)
{
    (void)detail;
    return ccm_fail_db(err, -271, "Could not insert new row into the table: the database cannot be written.");
}

static bool
fail_io(struct ccm_error *err, const char *detail)
{
    (void)detail;
    return ccm_fail_db(err, -271, "Could not insert new row into the table: input/output error.");
}

static bool
fail_busy(struct ccm_error *err, const char *detail)
{
    (void)detail;
    return ccm_fail(err, CCM_BUSY, "the database is busy");
}

static bool
fail_interrupt(struct ccm_error *err, const char *detail)
{
    (void)detail;
    return ccm_fail_db(err, -213, "Statement interrupted by user.");
}

static bool
fail_memory(struct ccm_error *err, const char *detail)
{
    (void)detail;
    return ccm_fail(err, CCM_INTERNAL, "out of memory in the database");
}

static const struct {
    int code; /* extended, or primary for all that extend it */
    bool (*fail)(struct ccm_error *err, const char *detail);
} kinds[] = {
    { SQLITE_CONSTRAINT_UNIQUE, fail_unique },
    { SQLITE_CONSTRAINT_PRIMARYKEY, fail_primary },
    { SQLITE_CONSTRAINT_ROWID, fail_unique },
    { SQLITE_CONSTRAINT_NOTNULL, fail_null },
    { SQLITE_CONSTRAINT_CHECK, fail_check },
    { SQLITE_CONSTRAINT_TRIGGER, fail_trigger },
    { SQLITE_CONSTRAINT_DATATYPE, fail_conversion },
    { SQLITE_CONSTRAINT_FOREIGNKEY, fail_reference },
    { SQLITE_MISMATCH, fail_conversion },
    { SQLITE_FULL, fail_full },
    { SQLITE_READONLY, fail_read_only },
    { SQLITE_CANTOPEN, fail_read_only },
    { SQLITE_PERM, fail_read_only },
    { SQLITE_IOERR, fail_io },
    { SQLITE_BUSY, fail_busy },
    { SQLITE_LOCKED, fail_busy },
    { SQLITE_INTERRUPT, fail_interrupt },
    { SQLITE_NOMEM, fail_memory },
};

bool
store_fail(struct store_conn *c, struct ccm_error *err)
{
    int         code = c->db != NULL ? sqlite3_extended_errcode(c->db) : SQLITE_NOMEM;
    const char *text = c->db != NULL ? sqlite3_errmsg(c->db) : "";
    const char *colon = strstr(text, ": ");

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (code == kinds[i].code || (code & 0xff) == kinds[i].code)
            return kinds[i].fail(err, colon != NULL ? colon + 2 : text);
    return ccm_fail(err, CCM_INTERNAL, "database: %s", text);
}

/* ---- which reference failed ---- */

/* A row of the child table that points to what isn't there: -691. */
static bool
find_missing(struct store_conn *c, const struct store_touched *row, char *name, size_t size)
{
    const struct store_table_def *t = &store_tables[row->table];

    for (int i = 0; i < t->column_count; i++) {
        const struct store_column_def *column = store_column_def(t, i);
        sqlite3_stmt                  *stmt;
        char                           sql[400];
        if (column->parent < 0)
            continue;
        const struct store_table_def *parent = &store_tables[column->parent];
        snprintf(sql, sizeof(sql),
                 "SELECT 1 FROM \"%s\" WHERE rowid=?1 AND \"%s\" IS NOT NULL AND NOT EXISTS(SELECT 1 FROM \"%s\" WHERE "
                 "%s=\"%s\".\"%s\")",
                 t->name, column->pub.name, parent->name, parent->pkid >= 0 ? "pkid" : "enum", t->name,
                 column->pub.name);
        if (sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL) != SQLITE_OK)
            continue;
        sqlite3_bind_int64(stmt, 1, row->rowid);
        bool found = sqlite3_step(stmt) == SQLITE_ROW;
        sqlite3_finalize(stmt);
        if (found) {
            snprintf(name, size, "informix.fk_%s_%s", t->name, column->pub.name);
            return true;
        }
    }
    return false;
}

static bool
is_referenced(struct store_conn *c, const char *table, const char *column, const char *pkid)
{
    sqlite3_stmt *stmt;
    char          sql[300];

    snprintf(sql, sizeof(sql), "SELECT 1 FROM \"%s\" WHERE \"%s\"=?1 LIMIT 1", table, column);
    if (sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return false;
    sqlite3_bind_text(stmt, 1, pkid, -1, SQLITE_STATIC);
    bool found = sqlite3_step(stmt) == SQLITE_ROW;
    sqlite3_finalize(stmt);
    return found;
}

/* A row that is gone, and that others still point to: -692. */
static bool
find_referenced(struct store_conn *c, const struct store_touched *row, char *name, size_t size)
{
    for (uint32_t k = 0; k < store_table_count; k++) {
        const struct store_table_def *t = &store_tables[k];
        for (int i = 0; i < t->column_count; i++) {
            const struct store_column_def *column = store_column_def(t, i);
            if (column->parent != row->table || !is_referenced(c, t->name, column->pub.name, row->pkid))
                continue;
            snprintf(name, size, "informix.fk_%s_%s", t->name, column->pub.name);
            return true;
        }
    }
    return false;
}

static bool
name_reference(struct store_conn *c, struct ccm_error *err)
{
    const struct store_write *w = c->write;
    char                      name[160];

    for (size_t i = 0; i < w->touched_count; i++) {
        const struct store_touched *row = &w->touched[i];
        if (row->op == 'r' && find_referenced(c, row, name, sizeof(name)))
            return ccm_fail_db(err, -692, "Key value for constraint (%s) is still being referenced.", name);
        if (row->op != 'r' && find_missing(c, row, name, sizeof(name)))
            return ccm_fail_db(err, -691, "Missing key in referenced table for referential constraint (%s).", name);
    }
    return fail_reference(err, "");
}

bool
store_fail_reference(struct store_conn *c, sqlite3_stmt *stmt, struct ccm_error *err)
{
    struct store_write *w = c->write;

    if (w == NULL || sqlite3_get_autocommit(c->db))
        return store_fail(c, err);
    /* SQLite does not say which: run the statement again with the check put off, look at the rows it
     * left, and take all of it back. */
    sqlite3_reset(stmt);
    if (sqlite3_exec(c->db, "SAVEPOINT reference; PRAGMA defer_foreign_keys=ON", NULL, NULL, NULL) != SQLITE_OK)
        return fail_reference(err, "");
    w->trace = true;
    w->touched_count = 0;
    while (sqlite3_step(stmt) == SQLITE_ROW)
        continue;
    w->trace = false;
    name_reference(c, err);
    sqlite3_reset(stmt);
    sqlite3_exec(c->db, "ROLLBACK TO reference; RELEASE reference; PRAGMA defer_foreign_keys=OFF", NULL, NULL, NULL);
    return false;
}
