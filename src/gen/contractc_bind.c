/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Completes the bindings: the table of each column (its scope's, or a side), the tables and key columns
 * of referenced objects, conversions by column type; and holds tables and columns against the data
 * dictionary, paths against the messages (contractc_paths.c). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "contractc.h"

static bool
check_table(struct contract *c, struct c_place at, const char *table)
{
    if (table == NULL || c->dictionary == NULL || dictionary_has_table(c->dictionary, table))
        return true;
    return c_problem(c, at, "no table \"%s\" in the dictionary", table);
}

static bool
check_column(struct contract *c, struct c_place at, const char *table, const char *column)
{
    if (table == NULL || column == NULL || c->dictionary == NULL)
        return true;
    if (!check_table(c, at, table))
        return false;
    if (dictionary_column(c->dictionary, table, column) == NULL)
        return c_problem(c, at, "no column \"%s.%s\" in the dictionary", table, column);
    return true;
}

static bool
check_type_table(struct contract *c, struct c_place at, const char *table)
{
    if (table == NULL || c->dictionary == NULL)
        return true;
    if (dictionary_column(c->dictionary, table, "enum") == NULL ||
        dictionary_column(c->dictionary, table, "name") == NULL)
        return c_problem(c, at, "no type table \"%s\" in the dictionary", table);
    return true;
}

/* ---- scopes ---- */

static bool
is_scope(const struct c_bind *b)
{
    return !b->none && (b->b.kind == BIND_ROWS || b->b.kind == BIND_ROW);
}

static bool
is_below(const char *path, const char *above)
{
    size_t len = strlen(above);
    return strncmp(path, above, len) == 0 && path[len] == '/';
}

/* The rows or row line whose rows a path belongs to; NULL: the object's own. */
static const struct c_bind *
scope_of(const struct c_object *o, const struct c_bind *b)
{
    const struct c_bind *best = NULL;
    for (size_t i = 0; i < o->binds.count; i++) {
        const struct c_bind *s = &o->binds.items[i];
        if (is_scope(s) && (s->b.versions & b->b.versions) != 0 && is_below(b->b.path, s->b.path) &&
            (best == NULL || strlen(s->b.path) > strlen(best->b.path)))
            best = s;
    }
    return best;
}

static bool
is_side(const struct c_object *o, const char *table)
{
    for (size_t i = 0; i < o->sides.count; i++)
        if (strcmp(o->sides.items[i].s.table, table) == 0)
            return true;
    return false;
}

/* ---- references ---- */

static const struct c_bind *
bind_find(const struct c_object *o, const char *path)
{
    const struct c_bind *found = NULL;
    for (size_t i = 0; i < o->binds.count; i++)
        if (strcmp(o->binds.items[i].b.path, path) == 0 &&
            (found == NULL ||
             (o->binds.items[i].b.versions & -o->binds.items[i].b.versions) > (found->b.versions & -found->b.versions)))
            found = &o->binds.items[i];
    return found;
}

/* The table of an AXL object, and (column != NULL) the column of its first key field. */
static bool
object_table(struct contract *c, struct c_place at, const char *name, const char **table, const char **column)
{
    const struct c_object *o = c_object_find(c, name);
    if (o == NULL)
        return c_problem(c, at, "no object \"%s\"", name);
    if (o->table == NULL)
        return c_problem(c, at, "object \"%s\" has no store section: name its table (table:NAME.COLUMN)", name);
    *table = o->table;
    if (column == NULL || *column != NULL)
        return true;
    const struct c_bind *key = o->keys.count > 0 ? bind_find(o, o->keys.items[0].paths[0]) : NULL;
    if (key == NULL || key->b.column == NULL)
        return c_problem(c, at, "object \"%s\" has no key column: say by COLUMN", name);
    *column = key->b.column;
    return true;
}

static bool
complete_ref(struct contract *c, struct c_bind *b)
{
    bool ok = true;
    if (b->target_object != NULL)
        ok = object_table(c, b->place, b->target_object, &b->b.target, &b->b.target_column);
    else if (b->b.target_column == NULL)
        ok = c_problem(c, b->place, "the line does not say which column of \"%s\" is the text", b->b.target);
    if (ok && b->of_object != NULL)
        ok = object_table(c, b->place, b->of_object, &b->b.ref_table, NULL);
    if (!ok)
        return false;
    ok = check_column(c, b->place, b->b.target, b->b.target_column);
    ok = check_column(c, b->place, b->b.ref_table != NULL ? b->b.ref_table : b->b.target, b->b.ref_column) && ok;
    for (unsigned i = 0; i < b->b.where_count; i++)
        ok = check_column(c, b->place, b->b.target, b->b.where[i].column) && ok;
    return ok;
}

/* ---- one line ---- */

static uint8_t
conv_by_type(const char *type)
{
    static const char *const ints[] = { "INTEGER", "SMALLINT", "SERIAL", "INT8", NULL };
    if (type == NULL)
        return CONV_TEXT;
    if (strncmp(type, "BOOLEAN", 7) == 0)
        return CONV_BOOL;
    for (unsigned i = 0; ints[i] != NULL; i++)
        if (strncmp(type, ints[i], strlen(ints[i])) == 0)
            return CONV_INT;
    return CONV_TEXT;
}

/* shadow_TABLE, and a column named after the path below the scope. */
static void
complete_shadow(struct contract *c, struct c_bind *b, const struct c_bind *scope, const char *table)
{
    const char *rest = scope != NULL ? b->b.path + strlen(scope->b.path) + 1 : b->b.path;
    char       *column = arena_strdup(c->arena, rest);
    if (strcmp(rest, ".") == 0)
        column = arena_strdup(c->arena, "text");
    for (char *p = column; *p != '\0'; p++)
        *p = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '_';
    b->b.table = arena_printf(c->arena, "shadow_%s", table);
    b->b.column = column;
}

static bool
complete_rows(struct contract *c, const struct c_object *o, struct c_bind *b, const char *parent_table)
{
    bool ok = check_column(c, b->place, b->b.table, b->b.column);
    ok = check_column(c, b->place, b->b.table, b->b.order) && ok;
    for (unsigned i = 0; i < b->b.where_count; i++)
        ok = check_column(c, b->place, b->b.table, b->b.where[i].column) && ok;
    if (b->b.ref_table != NULL && strcmp(b->b.ref_table, parent_table) == 0)
        b->b.ref_table = NULL;
    if (b->b.ref_table != NULL && !is_side(o, b->b.ref_table))
        ok = c_problem(c, b->place, "\"%s\" is no side of \"%s\"", b->b.ref_table, o->name);
    return check_column(c, b->place, b->b.ref_table != NULL ? b->b.ref_table : parent_table, b->b.ref_column) && ok;
}

/* A column of the scope's table or of a side. */
static bool
complete_column(struct contract *c, const struct c_object *o, struct c_bind *b, const char *table)
{
    if (b->b.column == NULL)
        return true;
    if (b->b.table == NULL)
        b->b.table = table;
    if (!check_column(c, b->place, b->b.table, b->b.column))
        return false;
    if (b->b.kind != BIND_CALL && strcmp(b->b.table, table) != 0 && !is_side(o, b->b.table))
        return c_problem(c, b->place, "table \"%s\" is neither that of the row (\"%s\") nor a side", b->b.table, table);
    if (!b->conv_told && c->dictionary != NULL && (b->b.kind == BIND_COLUMN || b->b.kind == BIND_CALL))
        b->b.conv = conv_by_type(dictionary_column(c->dictionary, b->b.table, b->b.column));
    return true;
}

static bool
complete_bind(struct contract *c, const struct c_object *o, struct c_bind *b)
{
    const struct c_bind *scope = scope_of(o, b);
    const char          *table = scope != NULL ? scope->b.table : o->table;

    if (b->none)
        return true;
    switch ((enum axl_bind_kind)b->b.kind) {
    case BIND_ROWS:
    case BIND_ROW: return complete_rows(c, o, b, table);
    case BIND_SHADOW: complete_shadow(c, b, scope, table); return true;
    case BIND_ENUM:
    case BIND_CALL: return complete_column(c, o, b, table) && check_type_table(c, b->place, b->b.target);
    case BIND_REF:
    case BIND_REFID:
    case BIND_PART: return complete_column(c, o, b, table) && complete_ref(c, b);
    case BIND_THROUGH:
        return complete_column(c, o, b, table) && check_column(c, b->place, b->b.target, b->b.target_column) &&
               check_type_table(c, b->place, b->b.ref_table);
    case BIND_COLUMN:
    case BIND_BIT:
    case BIND_XML:
    case BIND_SECRET: return complete_column(c, o, b, table);
    }
    return true;
}

/* ---- the object ---- */

static int
compare_binds(const void *a, const void *b)
{
    const struct c_bind *x = a, *y = b;
    int                  d = strcmp(x->b.path, y->b.path);
    axl_mask             m = x->b.versions & -x->b.versions, n = y->b.versions & -y->b.versions;
    return d != 0 ? d : (m > n) - (m < n);
}

static void
check_head(struct contract *c, struct c_object *o)
{
    check_table(c, o->place, o->table);
    check_column(c, o->place, o->table, o->order);
    for (size_t i = 0; i < o->where.count; i++)
        check_column(c, o->place, o->table, o->where.items[i].column);
    for (size_t i = 0; i < o->sets.count; i++) {
        struct axl_set *s = &o->sets.items[i];
        if (s->table == NULL)
            s->table = o->table;
        check_column(c, o->place, s->table, s->column);
    }
    for (size_t i = 0; i < o->sides.count; i++) {
        const struct c_side *s = &o->sides.items[i];
        check_column(c, s->place, s->s.behind ? o->table : s->s.table, s->s.column);
        check_table(c, s->place, s->s.table);
        for (unsigned k = 0; k < s->s.where_count; k++)
            check_column(c, s->place, s->s.table, s->s.where[k].column);
    }
    for (size_t i = 0; i < o->keys.count; i++)
        for (unsigned k = 0; k < o->keys.items[i].count; k++)
            if (bind_find(o, o->keys.items[i].paths[k]) == NULL)
                c_problem(c, o->place, "key field \"%s\" has no store line", o->keys.items[i].paths[k]);
    if (o->noun != NULL && bind_find(o, o->noun) == NULL)
        c_problem(c, o->place, "noun \"%s\" has no store line", o->noun);
}

static void
check_duplicates(struct contract *c, const struct c_object *o)
{
    for (size_t i = 1; i < o->binds.count; i++)
        for (size_t k = i; k-- > 0 && strcmp(o->binds.items[k].b.path, o->binds.items[i].b.path) == 0;)
            if ((o->binds.items[k].b.versions & o->binds.items[i].b.versions) != 0)
                c_problem(c, o->binds.items[i].place, "path \"%s\" is told twice", o->binds.items[i].b.path);
}

bool
contract_bind(struct contract *c)
{
    size_t before = c->problems.count;

    for (size_t i = 0; i < c->objects.count; i++) {
        struct c_object *o = c->objects.items[i];
        if (o->table == NULL) {
            if (o->binds.count > 0)
                c_problem(c, o->binds.items[0].place, "the store section names no table");
            continue;
        }
        if (o->binds.count > 0)
            qsort(o->binds.items, o->binds.count, sizeof *o->binds.items, compare_binds);
        check_head(c, o);
        check_duplicates(c, o);
    }
    for (size_t i = 0; i < c->objects.count; i++)
        for (size_t k = 0; c->objects.items[i]->table != NULL && k < c->objects.items[i]->binds.count; k++)
            complete_bind(c, c->objects.items[i], &c->objects.items[i]->binds.items[k]);
    return c->problems.count == before;
}
