/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Conversions between types, as Informix makes them by itself: a quoted number beside a number is one, 'T' beside
 * a boolean is true, text beside a date is a date. Literals are converted here, once; others when it runs. */
#include <string.h>

#include "sql/sql_priv.h"

struct sql_type
sql_type_of_kind(enum sql_kind kind)
{
    struct sql_type t = { .kind = (uint8_t)kind };

    if (kind == SQL_DECIMAL)
        t.scale = 255;
    if (kind == SQL_DATE)
        t.to = SQL_DAY;
    if (kind == SQL_DATETIME)
        t.to = SQL_SECOND;
    return t;
}

bool
sql_type_is_number(const struct sql_type *t)
{
    return t->kind == SQL_INT || t->kind == SQL_DECIMAL;
}

bool
sql_type_is_text(const struct sql_type *t)
{
    return t->kind == SQL_TEXT || t->kind == SQL_CHAR;
}

static bool
is_time(const struct sql_type *t)
{
    return t->kind == SQL_DATE || t->kind == SQL_DATETIME;
}

static void
wrap(struct sql_work *w, struct sql_expr **e, struct sql_type to)
{
    struct sql_expr *c = sql_expr_of(w, EXPR_CONVERT, *e, NULL);

    c->type = to;
    c->plain = (*e)->plain;
    c->aggregate = (*e)->aggregate;
    *e = c;
}

/* ---- literals ---- */

static void
literal_number(struct sql_work *w, struct sql_expr *e, struct sql_type to)
{
    bool   integer;
    double real;

    if (!sql_read_number(e->name, e->length, &integer, &e->number, &real))
        sql_fail(w, -1213, NULL);
    e->kind = integer ? EXPR_INTEGER : EXPR_REAL;
    e->name = arena_strndup(w->arena, e->name, e->length);
    e->type = sql_type_of_kind(integer ? SQL_INT : SQL_DECIMAL);
    if (to.kind == SQL_INT && !integer) {
        if (real < -9.2e18 || real > 9.2e18)
            sql_fail(w, -1215, NULL);
        e->number = (int64_t)real;
        e->kind = EXPR_INTEGER;
        e->type = to;
    }
}

static void
literal_bool(struct sql_work *w, struct sql_expr *e, struct sql_type to)
{
    size_t n = e->length;

    while (n > 1 && e->name[n - 1] == ' ')
        n--;
    if (n != 1 || strchr("tTfF", e->name[0]) == NULL)
        sql_fail(w, -1260, NULL);
    e->name = e->name[0] == 't' || e->name[0] == 'T' ? "t" : "f";
    e->length = 1;
    e->type = to;
}

static void
literal_time(struct sql_work *w, struct sql_expr *e, struct sql_type to)
{
    char out[40];

    if (!sql_read_time(e->name, e->length, to.from, to.to, out))
        sql_fail(w, to.kind == SQL_DATE ? -1218 : -1263, NULL);
    e->name = arena_strdup(w->arena, out);
    e->length = strlen(out);
    e->type = to;
}

static void
literal_interval(struct sql_work *w, struct sql_expr *e, struct sql_type to)
{
    if (!sql_read_interval(e->name, e->length, to.from, to.to, &e->number))
        sql_fail(w, -1263, NULL);
    e->kind = EXPR_INTEGER;
    e->type = to;
}

static bool
convert_literal(struct sql_work *w, struct sql_expr *e, struct sql_type to)
{
    static void (*const by_kind[])(struct sql_work * w, struct sql_expr * e, struct sql_type to) = {
        [SQL_INT] = literal_number,      [SQL_DECIMAL] = literal_number, [SQL_BOOL] = literal_bool,
        [SQL_DATE] = literal_time,       [SQL_DATETIME] = literal_time,  [SQL_DAYS] = literal_interval,
        [SQL_MONTHS] = literal_interval, [SQL_CONDITION] = NULL,
    };
    if (e->kind != EXPR_TEXT || e->type.kind != SQL_TEXT || by_kind[to.kind] == NULL)
        return false;
    by_kind[to.kind](w, e, to);
    return true;
}

/* ---- any value ---- */

/* What has no way from one to the other. */
static const char *
no_cast(uint8_t from, uint8_t to)
{
    if (to == SQL_BOOL && (from == SQL_INT || from == SQL_DECIMAL))
        return "integer to boolean";
    if (from == SQL_BOOL && (to == SQL_INT || to == SQL_DECIMAL))
        return "boolean to integer";
    return NULL;
}

static bool
needs_no_work(const struct sql_type *from, const struct sql_type *to)
{
    if (from->kind == to->kind)
        return from->kind != SQL_DATETIME || (from->from == to->from && from->to == to->to);
    if (sql_type_is_text(from) && sql_type_is_text(to))
        return true;
    if (from->kind == SQL_INT && to->kind == SQL_DECIMAL)
        return true;
    return from->kind == SQL_BOOL && sql_type_is_text(to);
}

void
sql_convert(struct sql_work *w, struct sql_expr **e, struct sql_type to)
{
    struct sql_type from = (*e)->type;

    if (from.kind == SQL_ANY || needs_no_work(&from, &to))
        return;
    if (from.kind == SQL_CONDITION) {
        wrap(w, e, sql_type_of_kind(SQL_BOOL));
        sql_convert(w, e, to);
        return;
    }
    const char *bad = no_cast(from.kind, to.kind);
    if (bad != NULL)
        sql_fail(w, -9634, bad);
    if (!convert_literal(w, *e, to))
        wrap(w, e, to);
}

static int
rank(const struct sql_type *t)
{
    return sql_type_is_text(t) ? 0 : 1;
}

void
sql_convert_pair(struct sql_work *w, struct sql_expr **a, struct sql_expr **b)
{
    if ((*a)->type.kind == SQL_CONDITION)
        sql_convert(w, a, sql_type_of_kind(SQL_BOOL));
    if ((*b)->type.kind == SQL_CONDITION)
        sql_convert(w, b, sql_type_of_kind(SQL_BOOL));
    const struct sql_type *ta = &(*a)->type, *tb = &(*b)->type;
    if (ta->kind == SQL_ANY || tb->kind == SQL_ANY)
        return;
    if (ta->kind == SQL_BOOL && sql_type_is_number(tb))
        sql_fail(w, -9634, "integer to boolean");
    if (tb->kind == SQL_BOOL && sql_type_is_number(ta))
        sql_fail(w, -9634, "integer to boolean");
    if (rank(ta) != rank(tb)) {
        struct sql_expr **text = rank(ta) == 0 ? a : b;
        struct sql_type   to = rank(ta) == 0 ? *tb : *ta;
        if (to.kind == SQL_INT) /* '1.5' beside 1 stays what it is */
            to = sql_type_of_kind(SQL_DECIMAL);
        sql_convert(w, text, to);
    } else if (is_time(ta) && is_time(tb) && ta->kind != tb->kind) {
        sql_convert(w, ta->kind == SQL_DATE ? a : b, ta->kind == SQL_DATE ? *tb : *ta);
    }
}
