/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Names and types of conditions and values, from the leaves up: one function a kind of node. */
#include <stdlib.h>
#include <string.h>

#include "sql/sql_priv.h"

static void
gather(struct sql_expr *e)
{
    for (unsigned i = 0; i < e->count; i++) {
        e->plain |= e->args[i]->plain;
        e->aggregate |= e->args[i]->aggregate;
    }
}

/* ---- leaves ---- */

static void
leaf_text(struct sql_work *w, struct sql_expr *e)
{
    (void)w;
    if (e->type.kind == SQL_ANY)
        e->type = sql_type_of_kind(SQL_TEXT);
}

static void
leaf_integer(struct sql_work *w, struct sql_expr *e)
{
    (void)w;
    if (e->type.kind == SQL_ANY)
        e->type = sql_type_of_kind(SQL_INT);
}

static void
leaf_real(struct sql_work *w, struct sql_expr *e)
{
    (void)w;
    e->type = sql_type_of_kind(SQL_DECIMAL);
}

static void
leaf_null(struct sql_work *w, struct sql_expr *e)
{
    (void)w;
    e->type = sql_type_of_kind(SQL_ANY);
}

static void
column(struct sql_work *w, struct sql_expr *e)
{
    sql_find_column(w, e);
    if (w->scope != NULL && w->scope->in_aggregate)
        e->plain = false;
}

static void
slice(struct sql_work *w, struct sql_expr *e)
{
    sql_resolve_expr(w, &e->args[0]);
    if (!sql_type_is_text(&e->args[0]->type))
        sql_fail(w, -201, NULL);
    e->type = sql_type_of_kind(SQL_TEXT);
    gather(e);
}

/* ---- arithmetic ---- */

static void
negate(struct sql_work *w, struct sql_expr *e)
{
    struct sql_expr **a = &e->args[0];

    sql_resolve_value(w, a);
    if (sql_type_is_text(&(*a)->type))
        sql_convert(w, a, sql_type_of_kind(SQL_DECIMAL));
    e->type = (*a)->type;
    gather(e);
    if ((*a)->kind == EXPR_INTEGER) {
        e->kind = EXPR_INTEGER;
        e->number = -(*a)->number;
        e->count = 0;
    }
}

static bool
is_interval(const struct sql_type *t)
{
    return t->kind == SQL_DAYS || t->kind == SQL_MONTHS;
}

static bool
is_time(const struct sql_type *t)
{
    return t->kind == SQL_DATE || t->kind == SQL_DATETIME;
}

static struct sql_type
day_to_fraction(void)
{
    return (struct sql_type){ .kind = SQL_DAYS, .from = SQL_DAY, .to = SQL_SECOND };
}

/* The type of a + b and a - b where time is concerned; false: it isn't. */
static bool
time_type(struct sql_work *w, struct sql_expr *e)
{
    const struct sql_type *a = &e->args[0]->type, *b = &e->args[1]->type;
    bool                   minus = e->op == MARK_MINUS, plus = e->op == MARK_PLUS;

    if (!is_time(a) && !is_time(b) && !is_interval(a) && !is_interval(b))
        return false;
    if (is_time(a) && is_interval(b) && (plus || minus))
        e->type = *a;
    else if (is_interval(a) && is_time(b) && plus)
        e->type = *b;
    else if (a->kind == SQL_DATE && b->kind == SQL_DATE && minus)
        e->type = sql_type_of_kind(SQL_INT);
    else if (is_time(a) && is_time(b) && minus)
        e->type = day_to_fraction();
    else if (a->kind == SQL_DATE && sql_type_is_number(b) && (plus || minus))
        e->type = *a;
    else if (sql_type_is_number(a) && b->kind == SQL_DATE && plus)
        e->type = *b;
    else if (is_interval(a) && a->kind == b->kind && (plus || minus))
        e->type = *a;
    else if (is_interval(a) && sql_type_is_number(b) && !plus && !minus)
        e->type = *a;
    else if (sql_type_is_number(a) && is_interval(b) && e->op == MARK_STAR)
        e->type = *b;
    else if (a->kind != SQL_ANY && b->kind != SQL_ANY)
        sql_fail(w, -1266, NULL);
    return true;
}

static void
arithmetic(struct sql_work *w, struct sql_expr *e)
{
    for (unsigned i = 0; i < 2; i++)
        sql_resolve_value(w, &e->args[i]);
    gather(e);
    if (time_type(w, e))
        return;
    for (unsigned i = 0; i < 2; i++)
        sql_convert(w, &e->args[i], sql_type_of_kind(SQL_DECIMAL));
    bool whole = e->args[0]->type.kind == SQL_INT && e->args[1]->type.kind == SQL_INT && e->op != MARK_SLASH;
    e->type = sql_type_of_kind(whole ? SQL_INT : SQL_DECIMAL);
}

static void
concat(struct sql_work *w, struct sql_expr *e)
{
    for (unsigned i = 0; i < 2; i++)
        sql_resolve_value(w, &e->args[i]);
    e->type = sql_type_of_kind(SQL_TEXT);
    gather(e);
}

static void
units(struct sql_work *w, struct sql_expr *e)
{
    sql_resolve_value(w, &e->args[0]);
    sql_convert(w, &e->args[0], sql_type_of_kind(SQL_DECIMAL));
    e->type.kind = e->number <= SQL_MONTH ? SQL_MONTHS : SQL_DAYS;
    e->type.from = e->type.to = (uint8_t)e->number;
    gather(e);
}

/* ---- conditions ---- */

static void
logic(struct sql_work *w, struct sql_expr *e)
{
    for (unsigned i = 0; i < e->count; i++)
        sql_resolve_condition(w, &e->args[i]);
    e->type = sql_type_of_kind(SQL_CONDITION);
    gather(e);
}

static void
compare(struct sql_work *w, struct sql_expr *e)
{
    for (unsigned i = 0; i < 2; i++)
        sql_resolve_value(w, &e->args[i]);
    sql_convert_pair(w, &e->args[0], &e->args[1]);
    e->type = sql_type_of_kind(SQL_CONDITION);
    gather(e);
}

/* args[0] beside each of the others. */
static void
compare_all(struct sql_work *w, struct sql_expr *e)
{
    for (unsigned i = 0; i < e->count; i++)
        sql_resolve_value(w, &e->args[i]);
    for (unsigned i = 1; i < e->count; i++)
        if (sql_type_is_text(&e->args[0]->type) && sql_type_is_number(&e->args[i]->type))
            sql_convert(w, &e->args[0], sql_type_of_kind(SQL_DECIMAL));
    for (unsigned i = 1; i < e->count; i++)
        sql_convert_pair(w, &e->args[0], &e->args[i]);
    e->type = sql_type_of_kind(SQL_CONDITION);
    gather(e);
}

static void
pattern(struct sql_work *w, struct sql_expr *e)
{
    for (unsigned i = 0; i < e->count; i++)
        sql_resolve_value(w, &e->args[i]);
    if (e->count == 3 && (e->args[2]->kind != EXPR_TEXT || e->args[2]->length != 1))
        sql_fail(w, -201, NULL);
    e->type = sql_type_of_kind(SQL_CONDITION);
    gather(e);
}

static void
is_null(struct sql_work *w, struct sql_expr *e)
{
    sql_resolve_value(w, &e->args[0]);
    e->type = sql_type_of_kind(SQL_CONDITION);
    gather(e);
}

static void
one_column(struct sql_work *w, const struct sql_select *s)
{
    if (s->item_count != 1)
        sql_fail(w, -201, NULL);
}

static void
subquery(struct sql_work *w, struct sql_expr *e)
{
    bool in_aggregate = w->scope != NULL && w->scope->in_aggregate;

    if (w->scope != NULL)
        w->scope->in_aggregate = false;
    sql_resolve_select(w, e->select);
    if (w->scope != NULL)
        w->scope->in_aggregate = in_aggregate;
}

static void
exists(struct sql_work *w, struct sql_expr *e)
{
    subquery(w, e);
    e->type = sql_type_of_kind(SQL_CONDITION);
}

static void
in_select(struct sql_work *w, struct sql_expr *e)
{
    sql_resolve_value(w, &e->args[0]);
    subquery(w, e);
    one_column(w, e->select);
    const struct sql_type *there = &e->select->types[0];
    struct sql_expr       *left = e->args[0];
    if (sql_type_is_text(&left->type) && !sql_type_is_text(there) && there->kind != SQL_ANY)
        sql_convert(w, &e->args[0], there->kind == SQL_INT ? sql_type_of_kind(SQL_DECIMAL) : *there);
    e->type = sql_type_of_kind(SQL_CONDITION);
    gather(e);
}

static void
scalar(struct sql_work *w, struct sql_expr *e)
{
    subquery(w, e);
    one_column(w, e->select);
    e->type = e->select->types[0];
}

/* ---- CASE, casts ---- */

static void
choose(struct sql_work *w, struct sql_expr *e)
{
    unsigned first = e->op == 1 ? 1 : 0, pairs = (e->count - first - (unsigned)e->number) / 2;

    if (first == 1)
        sql_resolve_value(w, &e->args[0]);
    for (unsigned i = 0; i < pairs; i++) {
        struct sql_expr **when = &e->args[first + 2 * i];
        if (first == 1) {
            sql_resolve_value(w, when);
            if (e->args[0]->type.kind != SQL_ANY)
                sql_convert(w, when, e->args[0]->type);
        } else {
            sql_resolve_condition(w, when);
        }
        sql_resolve_value(w, when + 1);
    }
    if (e->number == 1)
        sql_resolve_value(w, &e->args[e->count - 1]);
    for (unsigned i = first + 1; i < e->count && e->type.kind == SQL_ANY; i += 2)
        e->type = e->args[i]->type;
    if (e->number == 1 && e->type.kind == SQL_ANY)
        e->type = e->args[e->count - 1]->type;
    gather(e);
}

static void
cast(struct sql_work *w, struct sql_expr *e)
{
    sql_resolve_value(w, &e->args[0]);
    e->type = e->cast;
    gather(e);
}

static void (*const resolvers[])(struct sql_work *w, struct sql_expr *e) = {
    [EXPR_NULL] = leaf_null,
    [EXPR_TEXT] = leaf_text,
    [EXPR_INTEGER] = leaf_integer,
    [EXPR_REAL] = leaf_real,
    [EXPR_COLUMN] = column,
    [EXPR_SLICE] = slice,
    [EXPR_NEGATE] = negate,
    [EXPR_ARITHMETIC] = arithmetic,
    [EXPR_CONCAT] = concat,
    [EXPR_AND] = logic,
    [EXPR_OR] = logic,
    [EXPR_NOT] = logic,
    [EXPR_COMPARE] = compare,
    [EXPR_IS_NULL] = is_null,
    [EXPR_BETWEEN] = compare_all,
    [EXPR_LIKE] = pattern,
    [EXPR_MATCHES] = pattern,
    [EXPR_IN_LIST] = compare_all,
    [EXPR_IN_SELECT] = in_select,
    [EXPR_EXISTS] = exists,
    [EXPR_QUANTIFIED] = in_select,
    [EXPR_SELECT] = scalar,
    [EXPR_CASE] = choose,
    [EXPR_CALL] = sql_resolve_call,
    [EXPR_CAST] = cast,
    [EXPR_UNITS] = units,
    [EXPR_DEFAULT] = leaf_null,
};

void
sql_resolve_expr(struct sql_work *w, struct sql_expr **e)
{
    if ((*e)->kind < sizeof resolvers / sizeof resolvers[0] && resolvers[(*e)->kind] != NULL)
        resolvers[(*e)->kind](w, *e);
}

void
sql_resolve_condition(struct sql_work *w, struct sql_expr **e)
{
    sql_resolve_expr(w, e);
    if ((*e)->type.kind != SQL_CONDITION)
        sql_fail(w, -201, NULL);
}

void
sql_resolve_value(struct sql_work *w, struct sql_expr **e)
{
    sql_resolve_expr(w, e);
    if ((*e)->type.kind == SQL_CONDITION)
        sql_convert(w, e, sql_type_of_kind(SQL_BOOL));
}

bool
sql_expr_same(const struct sql_expr *a, const struct sql_expr *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind || a->op != b->op || a->number != b->number || a->number2 != b->number2 ||
        a->count != b->count || a->source != b->source || a->select != b->select || a->length != b->length ||
        a->negated != b->negated || a->distinct != b->distinct || a->star != b->star)
        return false;
    if (a->kind == EXPR_COLUMN || a->kind == EXPR_ROWID)
        return a->column == b->column;
    if ((a->name == NULL) != (b->name == NULL) || (a->name != NULL && strcmp(a->name, b->name) != 0))
        return false;
    for (unsigned i = 0; i < a->count; i++)
        if (!sql_expr_same(a->args[i], b->args[i]))
            return false;
    return true;
}
