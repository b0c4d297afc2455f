/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Conditions and values, by recursive descent: OR, AND, NOT, comparisons, + -, * /, ||, signs and casts. */
#include <string.h>

#include "sql/sql_priv.h"

static struct sql_expr *parse_and(struct sql_work *w);
static struct sql_expr *parse_not(struct sql_work *w);

void
sql_descend(struct sql_work *w)
{
    if (++w->depth > SQL_MAX_DEPTH)
        sql_fail(w, -201, NULL);
}

struct sql_expr *
sql_expr_new(struct sql_work *w, enum sql_expr_kind kind)
{
    struct sql_expr *e = sql_new(w, sizeof *e);
    e->kind = (uint8_t)kind;
    return e;
}

struct sql_expr *
sql_expr_measure(struct sql_work *w, struct sql_expr *e)
{
    unsigned highest = 0;

    for (unsigned i = 0; i < e->count; i++)
        if (e->args[i]->height > highest)
            highest = e->args[i]->height;
    if (highest >= SQL_MAX_HEIGHT)
        sql_fail(w, -201, NULL);
    e->height = (uint16_t)(highest + 1);
    return e;
}

struct sql_expr *
sql_expr_of(struct sql_work *w, enum sql_expr_kind kind, struct sql_expr *a, struct sql_expr *b)
{
    struct sql_expr *e = sql_expr_new(w, kind);
    e->args = arena_alloc(w->arena, 3 * sizeof(struct sql_expr *));
    e->args[e->count++] = a;
    if (b != NULL)
        e->args[e->count++] = b;
    return sql_expr_measure(w, e);
}

void
sql_list_add(struct sql_work *w, struct sql_list *l, void *p)
{
    if (l->count == l->room) {
        unsigned room = l->room == 0 ? 4 : l->room * 2;
        void   **ptr = arena_alloc(w->arena, room * sizeof *ptr);
        if (l->count > 0)
            memcpy(ptr, l->ptr, l->count * sizeof *ptr);
        l->ptr = ptr;
        l->room = room;
    }
    l->ptr[l->count++] = p;
}

static struct sql_expr *
of_list(struct sql_work *w, enum sql_expr_kind kind, const struct sql_list *l)
{
    if (l->count == 1)
        return l->ptr[0];
    struct sql_expr *e = sql_expr_new(w, kind);
    e->args = (struct sql_expr **)l->ptr;
    e->count = l->count;
    return sql_expr_measure(w, e);
}

struct sql_expr *
sql_parse_expr(struct sql_work *w)
{
    struct sql_list l = { 0 };

    sql_descend(w);
    do
        sql_list_add(w, &l, parse_and(w));
    while (sql_take_word(w, "or"));
    w->depth--;
    return of_list(w, EXPR_OR, &l);
}

static struct sql_expr *
parse_and(struct sql_work *w)
{
    struct sql_list l = { 0 };

    do
        sql_list_add(w, &l, parse_not(w));
    while (sql_take_word(w, "and"));
    return of_list(w, EXPR_AND, &l);
}

/* ---- comparisons ---- */

static struct sql_expr *
parse_in(struct sql_work *w, struct sql_expr *left)
{
    sql_need_mark(w, MARK_OPEN);
    if (sql_is_word(w, "select")) {
        struct sql_expr *e = sql_expr_of(w, EXPR_IN_SELECT, left, NULL);
        e->select = sql_parse_select(w);
        sql_need_mark(w, MARK_CLOSE);
        return e;
    }
    struct sql_list l = { 0 };
    sql_list_add(w, &l, left);
    do
        sql_list_add(w, &l, sql_parse_value(w));
    while (sql_take_mark(w, MARK_COMMA));
    sql_need_mark(w, MARK_CLOSE);
    struct sql_expr *e = sql_expr_new(w, EXPR_IN_LIST);
    e->args = (struct sql_expr **)l.ptr;
    e->count = l.count;
    return sql_expr_measure(w, e);
}

static struct sql_expr *
parse_between(struct sql_work *w, struct sql_expr *left)
{
    struct sql_expr *e = sql_expr_of(w, EXPR_BETWEEN, left, sql_parse_value(w));
    sql_need_word(w, "and");
    e->args[e->count++] = sql_parse_value(w);
    return e;
}

static struct sql_expr *
parse_pattern(struct sql_work *w, struct sql_expr *left, enum sql_expr_kind kind)
{
    struct sql_expr *e = sql_expr_of(w, kind, left, sql_parse_value(w));
    if (sql_take_word(w, "escape"))
        e->args[e->count++] = sql_parse_value(w);
    return e;
}

static struct sql_expr *
parse_like(struct sql_work *w, struct sql_expr *left)
{
    return parse_pattern(w, left, EXPR_LIKE);
}

static struct sql_expr *
parse_matches(struct sql_work *w, struct sql_expr *left)
{
    return parse_pattern(w, left, EXPR_MATCHES);
}

static struct sql_expr *
parse_quantified(struct sql_work *w, struct sql_expr *left, int op)
{
    struct sql_expr *e = sql_expr_of(w, EXPR_QUANTIFIED, left, NULL);
    e->op = op;
    e->number = sql_is_word(w, "all");
    sql_next(w);
    sql_need_mark(w, MARK_OPEN);
    e->select = sql_parse_select(w);
    sql_need_mark(w, MARK_CLOSE);
    return e;
}

static bool
is_comparison(const struct sql_work *w)
{
    static const int marks[] = { MARK_EQUAL, MARK_LESS, MARK_MORE, MARK_LESS_EQUAL, MARK_MORE_EQUAL, MARK_UNEQUAL };
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (sql_is_mark(w, marks[i]))
            return true;
    return false;
}

static struct sql_expr *
parse_comparison(struct sql_work *w, struct sql_expr *left)
{
    int op = w->token.mark;

    sql_next(w);
    if (sql_ahead_is_mark(w, MARK_OPEN) && (sql_is_word(w, "all") || sql_is_word(w, "any") || sql_is_word(w, "some")))
        return parse_quantified(w, left, op);
    struct sql_expr *e = sql_expr_of(w, EXPR_COMPARE, left, sql_parse_value(w));
    e->op = op;
    return e;
}

static struct sql_expr *
parse_is(struct sql_work *w, struct sql_expr *left)
{
    bool             negated = sql_take_word(w, "not");
    struct sql_expr *e = sql_expr_of(w, EXPR_IS_NULL, left, NULL);

    sql_need_word(w, "null");
    e->negated = negated;
    return e;
}

/* What may stand behind a value and makes a condition of it. */
static struct sql_expr *
parse_tail(struct sql_work *w, struct sql_expr *left)
{
    static const struct {
        const char *word;
        struct sql_expr *(*parse)(struct sql_work *w, struct sql_expr *left);
    } rows[] = {
        { "in", parse_in }, { "between", parse_between }, { "like", parse_like }, { "matches", parse_matches }
    };
    if (is_comparison(w))
        return parse_comparison(w, left);
    if (sql_take_word(w, "is"))
        return parse_is(w, left);
    bool negated = sql_take_word(w, "not");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (sql_take_word(w, rows[i].word)) {
            struct sql_expr *e = rows[i].parse(w, left);
            e->negated = negated;
            return e;
        }
    if (negated)
        sql_fail(w, -201, NULL);
    return left;
}

static struct sql_expr *
parse_not(struct sql_work *w)
{
    if (sql_is_word(w, "not") && !sql_ahead_is_mark(w, MARK_DOT)) {
        sql_descend(w);
        sql_next(w);
        struct sql_expr *e = sql_expr_of(w, EXPR_NOT, parse_not(w), NULL);
        w->depth--;
        return e;
    }
    if (sql_is_word(w, "exists") && sql_ahead_is_mark(w, MARK_OPEN)) {
        struct sql_expr *e = sql_expr_new(w, EXPR_EXISTS);
        sql_next(w);
        sql_next(w);
        e->select = sql_parse_select(w);
        sql_need_mark(w, MARK_CLOSE);
        return e;
    }
    return parse_tail(w, sql_parse_value(w));
}

/* ---- values ---- */

static struct sql_expr *
parse_cast(struct sql_work *w)
{
    struct sql_expr *e = sql_parse_primary(w);
    unsigned         casts = 0;

    while (sql_take_mark(w, MARK_CAST)) {
        if (++casts > 16)
            sql_fail(w, -201, NULL);
        e = sql_expr_of(w, EXPR_CAST, e, NULL);
        e->cast = sql_parse_type(w);
    }
    uint8_t field;
    if (sql_is_word(w, "units") && w->ahead.kind == TOKEN_WORD && sql_field_find(w->ahead.text, &field)) {
        sql_next(w);
        sql_next(w);
        e = sql_expr_of(w, EXPR_UNITS, e, NULL);
        e->number = field;
    }
    return e;
}

static struct sql_expr *
parse_sign(struct sql_work *w)
{
    if (sql_take_mark(w, MARK_MINUS)) {
        sql_descend(w);
        struct sql_expr *e = sql_expr_of(w, EXPR_NEGATE, parse_sign(w), NULL);
        w->depth--;
        return e;
    }
    if (sql_take_mark(w, MARK_PLUS)) {
        sql_descend(w);
        struct sql_expr *e = parse_sign(w);
        w->depth--;
        return e;
    }
    return parse_cast(w);
}

/* A chain of operators of one rank; SQLite nests each, so it has an end. */
static struct sql_expr *
parse_chain(struct sql_work *w, const int *marks, struct sql_expr *(*operand)(struct sql_work *w))
{
    enum { LONGEST = 300 };
    struct sql_expr *e = operand(w);

    for (unsigned n = 0;; n++) {
        const int *mark = marks;
        while (*mark != MARK_NONE && !sql_is_mark(w, *mark))
            mark++;
        if (*mark == MARK_NONE)
            return e;
        if (n > LONGEST)
            sql_fail(w, -201, NULL);
        sql_next(w);
        e = sql_expr_of(w, *mark == MARK_CONCAT ? EXPR_CONCAT : EXPR_ARITHMETIC, e, operand(w));
        e->op = *mark;
    }
}

static struct sql_expr *
parse_concat(struct sql_work *w)
{
    static const int marks[] = { MARK_CONCAT, MARK_NONE };
    return parse_chain(w, marks, parse_sign);
}

static struct sql_expr *
parse_product(struct sql_work *w)
{
    static const int marks[] = { MARK_STAR, MARK_SLASH, MARK_NONE };
    return parse_chain(w, marks, parse_concat);
}

struct sql_expr *
sql_parse_value(struct sql_work *w)
{
    static const int marks[] = { MARK_PLUS, MARK_MINUS, MARK_NONE };

    sql_descend(w);
    struct sql_expr *e = parse_chain(w, marks, parse_product);
    w->depth--;
    return e;
}
