/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A cluster as a fixture: its rows against those of a fresh installation, table by table, row by row in the order
 * of their keys, one column a line. Both are opened in memory, so that nobody waits. */
#include <stdlib.h>
#include <string.h>

#include "cluster/fixture_priv.h"

struct saver {
    struct arena *arena;
    sqlite3      *db; /* main: the cluster; fresh: the template */
    struct buf   *out;
};

static bool
sql_fail(struct saver *s, struct ccm_error *err)
{
    return ccm_fail(err, CCM_INTERNAL, "can't write the fixture: %s", sqlite3_errmsg(s->db));
}

static bool
open_images(struct saver *s, unsigned char *now, size_t now_size, const void *fresh, size_t fresh_size,
            struct ccm_error *err)
{
    bool ok = sqlite3_open_v2(":memory:", &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
              sqlite3_deserialize(s->db, "main", now, (sqlite3_int64)now_size, (sqlite3_int64)now_size,
                                  SQLITE_DESERIALIZE_READONLY) == SQLITE_OK &&
              sqlite3_exec(s->db, "ATTACH ':memory:' AS fresh", NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_deserialize(s->db, "fresh", (unsigned char *)(uintptr_t)fresh, (sqlite3_int64)fresh_size,
                                  (sqlite3_int64)fresh_size, SQLITE_DESERIALIZE_READONLY) == SQLITE_OK;
    return ok || sql_fail(s, err);
}

/* ---- one row ---- */

/* The name of the row that a key stands for, if no other has it. */
static const char *
reference_name(struct saver *s, const struct fixture_column *c, const char *key)
{
    char *sql =
        sqlite3_mprintf("SELECT \"%w\" FROM main.\"%w\" p WHERE \"%w\"=%Q AND 1=(SELECT count(*) FROM (SELECT 1 FROM "
                        "main.\"%w\" o WHERE o.\"%w\"=p.\"%w\" LIMIT 2))",
                        c->parent_name, c->parent, c->parent_key, key, c->parent, c->parent_name, c->parent_name);
    sqlite3_stmt *stmt = NULL;
    const char   *name = NULL;

    if (sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW &&
        sqlite3_column_type(stmt, 0) == SQLITE_TEXT)
        name = arena_strdup(s->arena, (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    sqlite3_free(sql);
    return name;
}

/* Left out, would the column get this value? Defaults that are worked out are another each time. */
static bool
is_default(const struct fixture_column *c, sqlite3_stmt *stmt, int at)
{
    const char *def = c->def != NULL ? c->def : "NULL", *text = (const char *)sqlite3_column_text(stmt, at);
    size_t      len = strlen(def);

    if (strchr(def, '(') != NULL)
        return false;
    if (text == NULL || strcmp(def, "NULL") == 0)
        return text == NULL && strcmp(def, "NULL") == 0;
    if (len >= 2 && *def == '\'')
        return strlen(text) == len - 2 && memcmp(text, def + 1, len - 2) == 0 && strchr(text, '\'') == NULL;
    return strcmp(text, def) == 0;
}

static void
put_value(struct saver *s, const struct fixture_column *c, sqlite3_stmt *stmt, int at, bool by_name)
{
    const char *text = (const char *)sqlite3_column_text(stmt, at), *name;

    if (text == NULL) {
        buf_adds(s->out, "NULL");
    } else if (by_name && c->parent != NULL && (name = reference_name(s, c, text)) != NULL && *name != '\0') {
        buf_adds(s->out, "-> ");
        fixture_put(s->out, name, strlen(name));
    } else {
        fixture_put(s->out, text, (size_t)sqlite3_column_bytes(stmt, at));
    }
}

static void
put_row(struct saver *s, const struct fixture_table *t, sqlite3_stmt *stmt, bool removed)
{
    buf_addf(s->out, "\n%s%s\n", removed ? FIXTURE_REMOVE : FIXTURE_COPY, t->name);
    for (size_t i = 0; i < t->count; i++) {
        const struct fixture_column *c = &t->columns[i];
        bool                         is_key = t->key != NULL && strcmp(c->name, t->key) == 0;
        if (removed ? t->key != NULL && !is_key : is_default(c, stmt, (int)i))
            continue;
        buf_addf(s->out, "  %-28s ", c->name);
        put_value(s, c, stmt, (int)i, !removed);
        buf_addc(s->out, '\n');
    }
}

/* ---- one table ---- */

static const char *
column_list(struct saver *s, const struct fixture_table *t)
{
    struct buf text;

    buf_init(&text, BUF_MAX_TEXT);
    for (size_t i = 0; i < t->count; i++)
        buf_addf(&text, "%s\"%s\"", i > 0 ? "," : "", t->columns[i].name);
    const char *out = arena_strdup(s->arena, buf_cstr(&text));
    buf_release(&text);
    return out;
}

static bool
put_rows(struct saver *s, const struct fixture_table *t, const char *sql, bool removed, struct ccm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    int           rc = sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL);

    while (rc == SQLITE_OK || rc == SQLITE_ROW)
        if ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
            put_row(s, t, stmt, removed);
    sqlite3_finalize(stmt);
    return rc == SQLITE_DONE || sql_fail(s, err);
}

/* What is in one and not, or not so, in the other. */
static bool
put_table(struct saver *s, const char *name, struct ccm_error *err)
{
    const struct fixture_table *t = fixture_table(s->arena, s->db, name);

    if (t == NULL)
        return sql_fail(s, err);
    const char *columns = column_list(s, t), *key = t->key != NULL ? t->key : "";
    const char *removed =
        t->key != NULL
            ? arena_printf(
                  s->arena,
                  "SELECT %s FROM fresh.\"%s\" WHERE \"%s\" NOT IN (SELECT \"%s\" FROM main.\"%s\") ORDER BY \"%s\"",
                  columns, name, key, key, name, key)
            : arena_printf(s->arena, "SELECT %s FROM fresh.\"%s\" EXCEPT SELECT %s FROM main.\"%s\"", columns, name,
                           columns, name);
    const char *copied =
        arena_printf(s->arena, "SELECT %s FROM main.\"%s\" EXCEPT SELECT %s FROM fresh.\"%s\"%s%s%s", columns, name,
                     columns, name, t->key != NULL ? " ORDER BY \"" : "", key, t->key != NULL ? "\"" : "");
    return put_rows(s, t, removed, true, err) && put_rows(s, t, copied, false, err);
}

/* Tables whose content is one in both are told apart from the others without reading them row by row. */
static bool
put_tables(struct saver *s, struct ccm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool          ok = sqlite3_prepare_v2(s->db,
                                          "SELECT name FROM main.sqlite_schema WHERE type='table' AND name NOT LIKE "
                                                   "'sqlite\\_%' ESCAPE '\\' ORDER BY name",
                                          -1, &stmt, NULL) == SQLITE_OK ||
              sql_fail(s, err);

    while (ok && sqlite3_step(stmt) == SQLITE_ROW) {
        struct arena *whole = s->arena;
        s->arena = arena_new();
        ok = put_table(s, arena_strdup(s->arena, (const char *)sqlite3_column_text(stmt, 0)), err);
        arena_free(s->arena);
        s->arena = whole;
    }
    sqlite3_finalize(stmt);
    return ok;
}

bool
fixture_save(struct cluster *cl, struct buf *out, struct ccm_error *err)
{
    struct saver   s = { .arena = NULL, .out = out };
    unsigned char *image = NULL;
    const void    *fresh;
    size_t         size = 0, fresh_size;

    if (!store_save(cl->store, &image, &size, err))
        return false;
    store_template(&fresh, &fresh_size);
    buf_adds(out,
             "# A cluster of ccmsim (docs/fixtures.md): what it holds beyond a fresh installation.\n\n" FIXTURE_FRESH
             "\n");
    bool ok = open_images(&s, image, size, fresh, fresh_size, err) && put_tables(&s, err);
    sqlite3_close(s.db);
    free(image);
    if (ok && out->overflow)
        return ccm_fail(err, CCM_BAD_REQUEST, "the fixture is larger than %zu bytes", out->max);
    return ok;
}
