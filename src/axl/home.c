/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Where a field lives: its binding, the companion row of its table, and the constants that tell an object's
 * rows from others of that table, as SQL and as values to set. A constant may be one value, a choice
 * ("2|13"), an exclusion ("!645") or "null". Values come from the contract, never from a client. */
#include <string.h>

#include "axl_priv.h"

const struct axl_bind *
axl_bind_find(const struct axl_object *o, const char *path, enum axl_version v)
{
    size_t lo = 0, hi = o->bind_count;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (strcmp(o->binds[mid].path, path) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < o->bind_count && strcmp(o->binds[lo].path, path) == 0; lo++)
        if (((o->binds[lo].versions >> v) & 1u) != 0)
            return &o->binds[lo];
    return NULL;
}

bool
axl_side_belongs(const struct axl_side *s, const char *scope_table)
{
    size_t len = strlen(scope_table);
    if (s->behind)
        return store_column_find(scope_table, s->column) != NULL;
    return strncmp(s->column + 2, scope_table, len) == 0 && (s->column[2 + len] == '\0' || s->column[2 + len] == '_');
}

const struct axl_side *
axl_side_find(const struct axl_object *o, const char *scope_table, const char *table)
{
    for (unsigned i = 0; i < o->side_count; i++)
        if (strcmp(o->sides[i].table, table) == 0 && axl_side_belongs(&o->sides[i], scope_table))
            return &o->sides[i];
    return NULL;
}

static void
column(struct buf *sql, const char *alias, const char *name)
{
    if (*alias != '\0') {
        buf_adds(sql, alias);
        buf_addc(sql, '.');
    }
    buf_addc(sql, '"');
    buf_adds(sql, name);
    buf_addc(sql, '"');
}

static void
choice(struct buf *sql, const char *values)
{
    buf_adds(sql, " IN ('");
    for (const char *p = values; *p != '\0'; p++)
        if (*p == '|')
            buf_adds(sql, "','");
        else
            buf_addc(sql, *p);
    buf_adds(sql, "')");
}

void
axl_where(struct buf *sql, const char *alias, const struct axl_const *c, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        buf_adds(sql, " AND ");
        if (c[i].value[0] == '!') {
            buf_addc(sql, '(');
            column(sql, alias, c[i].column);
            buf_adds(sql, " IS NULL OR ");
            column(sql, alias, c[i].column);
            buf_addf(sql, "<>'%s')", c[i].value + 1);
            continue;
        }
        column(sql, alias, c[i].column);
        if (strcmp(c[i].value, "null") == 0)
            buf_adds(sql, " IS NULL");
        else if (strchr(c[i].value, '|') != NULL)
            choice(sql, c[i].value);
        else
            buf_addf(sql, "='%s'", c[i].value);
    }
}

const char *
axl_const_value(struct arena *a, const struct axl_const *c)
{
    const char *bar = strchr(c->value, '|');
    if (c->value[0] == '!' || strcmp(c->value, "null") == 0)
        return NULL;
    return bar == NULL ? c->value : arena_strndup(a, c->value, (size_t)(bar - c->value));
}

bool
axl_const_is_choice(const struct axl_const *c)
{
    return strchr(c->value, '|') != NULL;
}

void
axl_where_parent(struct buf *sql, const struct form *f, const struct axl_bind *rows, const char *alias,
                 const char *parent_table, const char *parent_pkid)
{
    column(sql, alias, rows->column);
    if (rows->ref_column == NULL) {
        buf_addf(sql, "=%s", parent_pkid);
        return;
    }
    const struct axl_side *side =
        rows->ref_table != NULL ? axl_side_find(f->object, parent_table, rows->ref_table) : NULL;
    buf_addf(sql, "=(SELECT k.\"%s\" FROM \"%s\" k WHERE k.\"%s\"=%s)", rows->ref_column,
             side != NULL ? side->table : parent_table, side != NULL ? side->column : "pkid", parent_pkid);
}
