/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* One row of a seed text, written by SQL: for what no AXL object reaches. The store's defaults fill what the
 * text leaves out, its rules hold as for every writer. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/uuid.h"
#include "cluster/seed_priv.h"

void
seed_uuid(const char *kind, const char *key, char out[37])
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    char          text[1024];
    unsigned      len = 0;

    int n = snprintf(text, sizeof text, "%s\n%s", kind, key);
    if (n < 0 || !EVP_Digest(text, strnlen(text, sizeof text), sum, &len, EVP_sha256(), NULL))
        abort();
    sum[6] = (unsigned char)((sum[6] & 0x0f) | 0x40);
    sum[8] = (unsigned char)((sum[8] & 0x3f) | 0x80);
    snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", sum[0], sum[1], sum[2],
             sum[3], sum[4], sum[5], sum[6], sum[7], sum[8], sum[9], sum[10], sum[11], sum[12], sum[13], sum[14],
             sum[15]);
}

/* The pkid of the row that a reference cell names. */
static const char *
referred(struct seed_target *to, const struct seed_cell *cell, struct ccm_error *err)
{
    const char   *sql = arena_printf(to->arena, "SELECT pkid FROM \"%s\" WHERE \"%s\"=?1 ORDER BY pkid LIMIT 1",
                                     cell->ref_table, cell->ref_column);
    sqlite3_stmt *stmt = store_prepare(to->conn, sql, err);
    if (stmt == NULL)
        return NULL;
    sqlite3_bind_text(stmt, 1, cell->value, -1, SQLITE_STATIC);
    int got = store_step(to->conn, stmt, err);
    if (got == 1)
        return arena_strdup(to->arena, (const char *)sqlite3_column_text(stmt, 0));
    if (got == 0)
        ccm_fail(err, CCM_INVALID, "no row of \"%s\" with %s \"%s\"", cell->ref_table, cell->ref_column, cell->value);
    return NULL;
}

static bool
bind_cell(struct seed_target *to, sqlite3_stmt *stmt, int at, const struct seed_cell *cell, const char *text,
          struct ccm_error *err)
{
    int64_t number;

    if (cell->value == NULL) {
        sqlite3_bind_null(stmt, at);
    } else if (cell->type_table != NULL) {
        const struct store_enum *e = store_enum_find(store_of(to->conn), cell->type_table);
        if (e == NULL || !store_enum_number(e, cell->value, &number))
            return ccm_fail(err, CCM_INVALID, "no \"%s\" in %s", cell->value, cell->type_table);
        sqlite3_bind_int64(stmt, at, number);
    } else {
        sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
    }
    return true;
}

static const char *
insert_sql(struct seed_target *to, const char *table, const struct seed_cell *cells, size_t count, bool with_pkid)
{
    struct buf names, marks;

    buf_init(&names, BUF_MAX_SQL);
    buf_init(&marks, BUF_MAX_SQL);
    if (with_pkid) {
        buf_adds(&names, "pkid");
        buf_adds(&marks, "?1");
    }
    for (size_t i = 0; i < count; i++) {
        buf_addf(&names, "%s\"%s\"", names.len > 0 ? "," : "", cells[i].name);
        buf_addf(&marks, "%s?%zu", marks.len > 0 ? "," : "", i + 2);
    }
    const char *sql =
        arena_printf(to->arena, "INSERT INTO \"%s\" (%s) VALUES (%s)", table, buf_cstr(&names), buf_cstr(&marks));
    buf_release(&names);
    buf_release(&marks);
    return sql;
}

bool
seed_row(struct seed_target *to, const char *table, const struct seed_cell *cells, size_t count, const char *key,
         struct ccm_error *err)
{
    bool make_pkid = store_column_find(table, "pkid") != NULL;
    char pkid[37];

    for (size_t i = 0; i < count; i++) {
        if (store_column_find(table, cells[i].name) == NULL)
            return ccm_fail(err, CCM_INVALID, "no column \"%s\" in \"%s\"", cells[i].name, table);
        if (strcmp(cells[i].name, "pkid") == 0)
            make_pkid = false;
    }
    /* References first: their statements must not run inside the insert's. */
    const char **texts = arena_alloc(to->arena, (count + 1) * sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        texts[i] = cells[i].value;
        if (cells[i].value != NULL && cells[i].ref_table != NULL && (texts[i] = referred(to, &cells[i], err)) == NULL)
            return false;
    }
    sqlite3_stmt *stmt = store_prepare(to->conn, insert_sql(to, table, cells, count, make_pkid), err);
    if (stmt == NULL)
        return false;
    if (make_pkid) {
        seed_uuid(table, key, pkid);
        sqlite3_bind_text(stmt, 1, pkid, -1, SQLITE_STATIC);
    }
    for (size_t i = 0; i < count; i++)
        if (!bind_cell(to, stmt, (int)i + 2, &cells[i], texts[i], err))
            return false;
    bool ok = store_step(to->conn, stmt, err) == 0;
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    return ok;
}
