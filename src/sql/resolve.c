/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A SELECT: opens its tables, spreads its stars, resolves its clauses, moves the conditions of OUTER tables to
 * their joins, and holds it to Informix's rules of GROUP BY, DISTINCT and ORDER BY. */
#include <string.h>

#include "sql/sql_priv.h"

/* ---- tables ---- */

static void
open_source(struct sql_work *w, struct sql_scope *scope, struct sql_source *s)
{
    if (scope->count == SQL_MAX_SOURCES)
        sql_fail(w, -201, NULL);
    if (s->derived != NULL) {
        /* Its query sees what stands around this one, not its neighbours. */
        w->scope = scope->parent;
        sql_resolve_select(w, s->derived);
        w->scope = scope;
        s->number = ++w->source_numbers;
        if (s->renamed_count > s->derived->item_count)
            sql_fail(w, -201, NULL);
    } else {
        sql_source_open(w, s);
    }
    for (unsigned i = 0; i < scope->count; i++)
        if (s->alias != NULL && scope->sources[i]->alias != NULL && strcmp(scope->sources[i]->alias, s->alias) == 0)
            sql_fail(w, -223, s->alias);
    s->place = scope->count;
    scope->sources[scope->count++] = s;
}

static uint64_t
open_from(struct sql_work *w, struct sql_scope *scope, struct sql_from *f)
{
    uint64_t all = 0;

    for (; f != NULL; f = f->next) {
        if (f->source != NULL) {
            open_source(w, scope, f->source);
            f->sources = (uint64_t)1 << f->source->place;
        } else {
            f->sources = open_from(w, scope, f->parts);
        }
        all |= f->sources;
    }
    return all;
}

static void
resolve_ons(struct sql_work *w, struct sql_from *f)
{
    for (; f != NULL; f = f->next) {
        resolve_ons(w, f->parts);
        if (f->on != NULL)
            sql_resolve_condition(w, &f->on);
    }
}

/* ---- OUTER ---- */

/* The innermost OUTER that has one of these tables; NULL: none. */
static struct sql_from *
find_outer(struct sql_from *f, uint64_t touched)
{
    for (; f != NULL; f = f->next) {
        if ((f->sources & touched) == 0)
            continue;
        struct sql_from *inner = f->parts != NULL ? find_outer(f->parts, touched) : NULL;
        if (inner != NULL)
            return inner;
        if (f->join == JOIN_OUTER)
            return f;
    }
    return NULL;
}

static struct sql_expr *
both(struct sql_work *w, struct sql_expr *a, struct sql_expr *b)
{
    if (a == NULL)
        return b;
    struct sql_expr *e = sql_expr_of(w, EXPR_AND, a, b);
    e->type = sql_type_of_kind(SQL_CONDITION);
    return e;
}

/* A condition on an OUTER table chooses its rows, not those of the others: it is one of the join. */
static void
resolve_where(struct sql_work *w, struct sql_scope *scope, struct sql_select *s)
{
    struct sql_expr *whole = s->where, **parts = &whole;
    unsigned         count = 1;

    if (whole->kind == EXPR_AND) {
        parts = whole->args;
        count = whole->count;
    }
    s->where = NULL;
    struct sql_list kept = { 0 };
    for (unsigned i = 0; i < count; i++) {
        scope->touched = 0;
        sql_resolve_condition(w, &parts[i]);
        if (parts[i]->aggregate)
            sql_fail(w, -201, NULL);
        struct sql_from *outer = find_outer(s->from, scope->touched);
        if (outer != NULL)
            outer->on = both(w, outer->on, parts[i]);
        else
            sql_list_add(w, &kept, parts[i]);
    }
    if (kept.count == 0)
        return;
    s->where = kept.ptr[0];
    if (kept.count > 1) {
        s->where = sql_expr_new(w, EXPR_AND);
        s->where->args = (struct sql_expr **)kept.ptr;
        s->where->count = kept.count;
        s->where->type = sql_type_of_kind(SQL_CONDITION);
    }
}

/* ---- the select list ---- */

static void
add_item(struct sql_work *w, struct sql_item **items, unsigned *count, unsigned *room, const struct sql_item *item)
{
    if (*count == SQL_MAX_ITEMS)
        sql_fail(w, -528, NULL);
    if (*count == *room) {
        *room = *room == 0 ? 16 : *room * 2;
        struct sql_item *more = arena_alloc(w->arena, *room * sizeof *more);
        if (*count > 0)
            memcpy(more, *items, *count * sizeof *more);
        *items = more;
    }
    (*items)[(*count)++] = *item;
}

static void
spread_stars(struct sql_work *w, struct sql_scope *scope, struct sql_select *s)
{
    struct sql_item *items = NULL;
    unsigned         count = 0, room = 0;

    for (unsigned i = 0; i < s->item_count; i++) {
        struct sql_item *item = &s->items[i];
        bool             found = false;
        if (!item->star) {
            add_item(w, &items, &count, &room, item);
            continue;
        }
        for (unsigned k = 0; k < scope->count; k++) {
            const struct sql_source *source = scope->sources[k];
            if (item->star_of != NULL && (source->alias == NULL || strcmp(source->alias, item->star_of) != 0))
                continue;
            found = true;
            for (unsigned c = 0; c < sql_source_columns(source); c++)
                if (sql_source_has(w, source, c))
                    add_item(w, &items, &count, &room,
                             &(struct sql_item){ .expr = sql_column_expr(w, source, c), .star = true });
        }
        if (!found)
            sql_fail(w, -522, item->star_of);
    }
    s->items = items;
    s->item_count = count;
}

/* What a column without a name is called. */
static const char *
item_name(const struct sql_item *item)
{
    const struct sql_expr *e = item->expr;

    if (item->alias != NULL)
        return item->alias;
    if (e->kind == EXPR_CONVERT)
        e = e->args[0];
    if (e->kind == EXPR_SLICE)
        e = e->args[0];
    switch (e->kind) {
    case EXPR_COLUMN: return e->name;
    case EXPR_ROWID: return "rowid";
    case EXPR_TEXT:
    case EXPR_INTEGER:
    case EXPR_REAL:
    case EXPR_NULL: return "constant";
    case EXPR_CALL: return e->function->aggregate ? e->name : "expression";
    default: return "expression";
    }
}

static void
resolve_items(struct sql_work *w, struct sql_scope *scope, struct sql_select *s)
{
    spread_stars(w, scope, s);
    scope->aggregates = true;
    for (unsigned i = 0; i < s->item_count; i++) {
        struct sql_item *item = &s->items[i];
        if (!item->star)
            sql_resolve_value(w, &item->expr);
        item->name = item_name(item);
        s->aggregate |= item->expr->aggregate;
    }
    scope->aggregates = false;
    s->types = arena_alloc(w->arena, (s->item_count + 1) * sizeof *s->types);
    for (unsigned i = 0; i < s->item_count; i++)
        s->types[i] = s->items[i].expr->type;
}

/* ---- GROUP BY ---- */

/* The number of the select item with that name, or 0. */
static unsigned
item_named(const struct sql_select *s, const struct sql_expr *e)
{
    if (e->kind != EXPR_COLUMN || e->qualifier != NULL)
        return 0;
    for (unsigned i = 0; i < s->item_count; i++)
        if (s->items[i].name != NULL && strcmp(s->items[i].name, e->name) == 0)
            return i + 1;
    return 0;
}

static bool
is_column_here(const struct sql_scope *scope, const struct sql_expr *e)
{
    if (e->kind != EXPR_COLUMN || e->qualifier != NULL)
        return false;
    for (unsigned i = 0; i < scope->count; i++)
        for (unsigned c = 0; c < sql_source_columns(scope->sources[i]); c++)
            if (strcmp(sql_source_column(scope->sources[i], c), e->name) == 0)
                return true;
    return false;
}

static void
resolve_groups(struct sql_work *w, struct sql_scope *scope, struct sql_select *s)
{
    for (unsigned i = 0; i < s->group_count; i++) {
        struct sql_expr **e = &s->groups[i];
        unsigned          item = 0;
        if ((*e)->kind == EXPR_INTEGER) {
            if ((*e)->number < 1 || (*e)->number > s->item_count)
                sql_fail(w, -201, NULL);
            item = (unsigned)(*e)->number;
        } else if (!is_column_here(scope, *e)) {
            item = item_named(s, *e);
        }
        if (item != 0)
            *e = s->items[item - 1].expr;
        else
            sql_resolve_value(w, e);
        if ((*e)->aggregate)
            sql_fail(w, -201, NULL);
    }
}

/* With groups or aggregates, no column stands alone that isn't in the list. */
static void
check_grouped(struct sql_work *w, const struct sql_select *s, const struct sql_expr *e)
{
    for (unsigned i = 0; i < s->group_count; i++)
        if (sql_expr_same(s->groups[i], e))
            return;
    if (e->kind == EXPR_CALL && e->function->aggregate)
        return;
    if ((e->kind == EXPR_COLUMN || e->kind == EXPR_ROWID) && e->plain)
        sql_fail(w, -294, e->name);
    for (unsigned i = 0; i < e->count; i++)
        check_grouped(w, s, e->args[i]);
}

/* ---- ORDER BY ---- */

static unsigned
item_same(const struct sql_select *s, const struct sql_expr *e)
{
    for (unsigned i = 0; i < s->item_count; i++)
        if (sql_expr_same(s->items[i].expr, e))
            return i + 1;
    return 0;
}

static void
resolve_order(struct sql_work *w, struct sql_scope *scope, struct sql_select *s, struct sql_order *o)
{
    if (o->expr->kind == EXPR_INTEGER) {
        if (o->expr->number < 1 || o->expr->number > s->item_count)
            sql_fail(w, -201, NULL);
        o->ordinal = (unsigned)o->expr->number;
        return;
    }
    o->ordinal = item_named(s, o->expr);
    if (o->ordinal != 0)
        return;
    scope->aggregates = true;
    const char *name = o->expr->kind == EXPR_COLUMN ? o->expr->name : "expression";
    sql_resolve_value(w, &o->expr);
    scope->aggregates = false;
    o->ordinal = item_same(s, o->expr);
    if (o->ordinal == 0 && (s->distinct || s->next != NULL))
        sql_fail(w, -309, name);
    if (s->aggregate || s->group_count > 0)
        check_grouped(w, s, o->expr);
}

/* ---- all of it ---- */

static void
resolve_branch(struct sql_work *w, struct sql_scope *scope, struct sql_select *s)
{
    scope->sources = arena_alloc(w->arena, SQL_MAX_SOURCES * sizeof(struct sql_source *));
    scope->select = s;
    open_from(w, scope, s->from);
    s->sources = scope->sources;
    s->source_count = scope->count;
    resolve_ons(w, s->from);
    resolve_items(w, scope, s);
    if (s->where != NULL)
        resolve_where(w, scope, s);
    resolve_groups(w, scope, s);
    if (s->having != NULL) {
        scope->aggregates = true;
        sql_resolve_condition(w, &s->having);
        scope->aggregates = false;
        s->aggregate = true;
    }
    if (!s->aggregate && s->group_count == 0)
        return;
    for (unsigned i = 0; i < s->item_count; i++)
        check_grouped(w, s, s->items[i].expr);
    if (s->having != NULL)
        check_grouped(w, s, s->having);
}

void
sql_resolve_select(struct sql_work *w, struct sql_select *s)
{
    struct sql_scope *parent = w->scope;

    for (struct sql_select *branch = s; branch != NULL; branch = branch->next) {
        struct sql_scope scope = { .parent = parent };
        w->scope = &scope;
        resolve_branch(w, &scope, branch);
        if (branch->item_count != s->item_count)
            sql_fail(w, -201, NULL);
        for (unsigned i = 0; i < s->item_count; i++)
            if (s->types[i].kind == SQL_ANY)
                s->types[i] = branch->types[i];
        for (unsigned i = 0; branch == s && i < s->order_count; i++)
            resolve_order(w, &scope, s, &s->orders[i]);
    }
    w->scope = parent;
}

void
sql_resolve(struct sql_work *w, struct sql_tree *t)
{
    if (t->select != NULL)
        sql_resolve_select(w, t->select);
    if (t->write != NULL)
        sql_resolve_write(w, t);
    for (unsigned i = 0; i < t->arg_count; i++)
        sql_resolve_value(w, &t->args[i]);
}
