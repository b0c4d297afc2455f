/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Which tables and columns a client sees: those that the dictionary has for the release served. Columns are
 * looked for in the tables of the query, then in those of the queries around it. */
#include <string.h>

#include "sql/sql_priv.h"

bool
sql_column_exists(const struct sql_work *w, const struct store_column *c)
{
    return c->first <= w->release && w->release <= c->last;
}

/* Its rows are what happens. */
bool
sql_table_is_live(const struct store_table *t)
{
    return strcmp(store_table_source(t->name), t->name) != 0;
}

bool
sql_table_exists(unsigned release, const struct store_table *t)
{
    for (unsigned i = 0; i < t->columns; i++) {
        const struct store_column *c = store_table_column(t->number, i);
        if (c->first <= release && release <= c->last)
            return true;
    }
    return false;
}

int
sql_table_column(const struct sql_work *w, const struct store_table *t, const char *name)
{
    int i = store_table_column_find(t->number, name);
    return i >= 0 && sql_column_exists(w, store_table_column(t->number, (unsigned)i)) ? i : -1;
}

struct sql_type
sql_column_type(const struct store_column *c)
{
    static const struct {
        const char *prefix;
        uint8_t     kind;
    } kinds[] = { { "CHAR", SQL_CHAR }, { "FLOAT", SQL_DECIMAL }, { "DATE", SQL_DATE } };
    struct sql_type t = { .kind = SQL_TEXT, .length = (uint16_t)(c->max_length > UINT16_MAX ? 0 : c->max_length) };

    if (c->integer || c->boolean) {
        t.kind = c->integer ? SQL_INT : SQL_BOOL;
        t.length = 0;
        return t;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strncmp(c->type, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
            t.kind = kinds[i].kind;
    if (t.kind == SQL_DATE)
        t.to = SQL_DAY;
    t.scale = 255;
    return t;
}

void
sql_source_open(struct sql_work *w, struct sql_source *s)
{
    if (!store_table_find(s->name, &s->table) || !sql_table_exists(w->release, &s->table))
        sql_fail(w, -206, s->name);
    s->number = ++w->source_numbers;
    if (s->alias == NULL)
        s->alias = s->name;
}

unsigned
sql_source_columns(const struct sql_source *s)
{
    return s->derived != NULL ? s->derived->item_count : s->table.columns;
}

bool
sql_source_has(const struct sql_work *w, const struct sql_source *s, unsigned column)
{
    return s->derived != NULL || sql_column_exists(w, store_table_column(s->table.number, column));
}

const char *
sql_source_column(const struct sql_source *s, unsigned column)
{
    if (s->derived == NULL)
        return store_table_column(s->table.number, column)->name;
    return column < s->renamed_count ? s->renamed[column] : s->derived->items[column].name;
}

struct sql_type
sql_source_type(const struct sql_source *s, unsigned column)
{
    return s->derived != NULL ? s->derived->types[column]
                              : sql_column_type(store_table_column(s->table.number, column));
}

/* -1: no such column; -2: more than one. */
static int
find_in(struct sql_work *w, const struct sql_source *s, const char *name)
{
    int found = -1;

    if (s->derived == NULL)
        return sql_table_column(w, &s->table, name);
    for (unsigned i = 0; i < s->derived->item_count; i++)
        if (strcmp(sql_source_column(s, i), name) == 0)
            found = found == -1 ? (int)i : -2;
    return found;
}

static void
bind(struct sql_work *w, struct sql_scope *at, struct sql_expr *e, struct sql_source *s, int column)
{
    e->source = s;
    e->column = column;
    e->type = sql_source_type(s, (unsigned)column);
    at->touched |= (uint64_t)1 << s->place;
    e->plain = at == w->scope;
}

struct sql_expr *
sql_column_expr(struct sql_work *w, const struct sql_source *s, unsigned column)
{
    struct sql_expr *e = sql_expr_new(w, EXPR_COLUMN);

    e->name = sql_source_column(s, column);
    e->source = s;
    e->column = (int)column;
    e->type = sql_source_type(s, column);
    e->plain = true;
    return e;
}

static bool
find_rowid(struct sql_work *w, struct sql_scope *at, struct sql_expr *e, struct sql_source *s)
{
    if (strcmp(e->name, "rowid") != 0 || s->derived != NULL || s->table.catalogue)
        return false;
    e->kind = EXPR_ROWID;
    e->source = s;
    e->type = sql_type_of_kind(SQL_INT);
    at->touched |= (uint64_t)1 << s->place;
    e->plain = at == w->scope;
    return true;
}

static void
find_qualified(struct sql_work *w, struct sql_expr *e)
{
    for (struct sql_scope *at = w->scope; at != NULL; at = at->parent)
        for (unsigned i = 0; i < at->count; i++) {
            struct sql_source *s = at->sources[i];
            if (s->alias == NULL || strcmp(s->alias, e->qualifier) != 0)
                continue;
            int column = find_in(w, s, e->name);
            if (column == -2)
                sql_fail(w, -324, e->name);
            if (column == -1 && find_rowid(w, at, e, s))
                return;
            if (column == -1)
                sql_fail(w, -217, e->name);
            bind(w, at, e, s, column);
            return;
        }
    sql_fail(w, -522, e->qualifier);
}

void
sql_find_column(struct sql_work *w, struct sql_expr *e)
{
    if (e->qualifier != NULL) {
        find_qualified(w, e);
        return;
    }
    for (struct sql_scope *at = w->scope; at != NULL; at = at->parent) {
        struct sql_source *found = NULL;
        int                column = -1;
        for (unsigned i = 0; i < at->count; i++) {
            int c = find_in(w, at->sources[i], e->name);
            if (c == -2 || (c >= 0 && found != NULL))
                sql_fail(w, -324, e->name);
            if (c >= 0) {
                found = at->sources[i];
                column = c;
            }
        }
        if (found != NULL) {
            bind(w, at, e, found, column);
            return;
        }
        if (at->count == 1 && find_rowid(w, at, e, at->sources[0]))
            return;
    }
    sql_fail(w, -217, e->name);
}
