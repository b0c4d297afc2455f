/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Values in a fixture's text, and what is to be known of the tables they belong to. */
#include <stdlib.h>
#include <string.h>

#include "cluster/fixture_priv.h"

#define ARROW "-> "

/* ---- values ---- */

static bool
is_plain(const char *text, size_t len)
{
    if (len == 0 || text[0] == '"' || text[0] == ' ' || text[len - 1] == ' ' ||
        (len == 4 && memcmp(text, "NULL", 4) == 0) || (len >= 3 && memcmp(text, ARROW, 3) == 0))
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return false;
    return true;
}

void
fixture_put(struct buf *out, const char *text, size_t len)
{
    if (is_plain(text, len)) {
        buf_add(out, text, len);
        return;
    }
    buf_addc(out, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            buf_addf(out, "\\%c", c);
        else if (c == '\n')
            buf_adds(out, "\\n");
        else if (c < 0x20 || c == 0x7f)
            buf_addf(out, "\\x%02x", c);
        else
            buf_addc(out, (char)c);
    }
    buf_addc(out, '"');
}

static int
hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
unquote(struct arena *a, const char *written, const char **text)
{
    size_t      len = strlen(written), n = 0;
    char       *out = arena_alloc(a, len + 1);
    const char *p = written + 1, *end = written + len - 1;

    if (len < 2 || *end != '"')
        return false;
    for (; p < end; p++) {
        if (*p == '"')
            return false;
        if (*p != '\\') {
            out[n++] = *p;
        } else if (p + 1 < end && (p[1] == '"' || p[1] == '\\')) {
            out[n++] = *++p;
        } else if (p + 1 < end && p[1] == 'n') {
            out[n++] = '\n';
            p++;
        } else if (p + 3 < end && p[1] == 'x' && hex_digit(p[2]) >= 0 && hex_digit(p[3]) >= 0) {
            out[n] = (char)(hex_digit(p[2]) << 4 | hex_digit(p[3]));
            if (out[n++] == '\0')
                return false;
            p += 3;
        } else {
            return false;
        }
    }
    *text = out;
    return true;
}

bool
fixture_get(struct arena *a, const char *written, enum fixture_kind *kind, const char **text)
{
    *kind = FIXTURE_TEXT;
    *text = written;
    if (strncmp(written, ARROW, strlen(ARROW)) == 0) {
        *kind = FIXTURE_REFERENCE;
        *text = written += strlen(ARROW);
    } else if (strcmp(written, "NULL") == 0) {
        *kind = FIXTURE_NULL;
    }
    return *written != '"' || unquote(a, written, text);
}

/* ---- tables ---- */

static const char *
column_text(struct arena *a, sqlite3_stmt *stmt, int n)
{
    const char *text = (const char *)sqlite3_column_text(stmt, n);

    return text != NULL ? arena_strdup(a, text) : NULL;
}

static bool
has_column(sqlite3 *db, const char *table, const char *column)
{
    return sqlite3_table_column_metadata(db, "main", table, column, NULL, NULL, NULL, NULL, NULL) == SQLITE_OK;
}

/* What rows of a table are called by. */
static const char *
name_column(sqlite3 *db, const char *table)
{
    static const char *const names[] = { "name", "userid" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (has_column(db, table, names[i]))
            return names[i];
    return NULL;
}

static void
read_references(struct arena *a, sqlite3 *db, const char *table, struct fixture_column *columns, size_t count)
{
    char         *sql = sqlite3_mprintf("SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list(%Q)", table);
    sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK)
        while (sqlite3_step(stmt) == SQLITE_ROW)
            for (size_t i = 0; i < count; i++)
                if (strcmp(columns[i].name, (const char *)sqlite3_column_text(stmt, 0)) == 0) {
                    columns[i].parent = column_text(a, stmt, 1);
                    columns[i].parent_key = column_text(a, stmt, 2);
                    columns[i].parent_name = name_column(db, columns[i].parent);
                    if (columns[i].parent_name == NULL || columns[i].parent_key == NULL)
                        columns[i].parent = NULL;
                }
    sqlite3_finalize(stmt);
    sqlite3_free(sql);
}

const struct fixture_table *
fixture_table(struct arena *a, sqlite3 *db, const char *name)
{
    char                  *sql = sqlite3_mprintf("SELECT name, dflt_value, pk FROM pragma_table_info(%Q)", name);
    sqlite3_stmt          *stmt = NULL;
    struct fixture_column *columns = arena_alloc(a, FIXTURE_MAX_COLUMNS * sizeof *columns);
    struct fixture_table  *t = arena_alloc(a, sizeof *t);
    unsigned               keys = 0;

    *t = (struct fixture_table){ .name = arena_strdup(a, name), .columns = columns };
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK)
        while (sqlite3_step(stmt) == SQLITE_ROW && t->count < FIXTURE_MAX_COLUMNS) {
            struct fixture_column *c = &columns[t->count++];
            c->name = column_text(a, stmt, 0);
            c->def = column_text(a, stmt, 1);
            if (sqlite3_column_int(stmt, 2) > 0) {
                t->key = c->name;
                keys++;
            }
        }
    sqlite3_finalize(stmt);
    sqlite3_free(sql);
    if (keys > 1)
        t->key = NULL;
    read_references(a, db, name, columns, t->count);
    return t->count > 0 ? t : NULL;
}
