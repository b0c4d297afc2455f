/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The innermost of values: literals, columns, calls, CASE, CAST, brackets, subqueries; and the odd ways in
 * which some functions take their arguments. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sql/sql_priv.h"

static struct sql_expr *
parse_literal(struct sql_work *w)
{
    struct sql_expr *e;

    if (w->token.kind == TOKEN_STRING) {
        e = sql_expr_new(w, EXPR_TEXT);
        e->name = w->token.text;
        e->length = w->token.length;
    } else {
        errno = 0;
        bool whole = strspn(w->token.text, "0123456789") == w->token.length;
        e = sql_expr_new(w, EXPR_INTEGER);
        e->name = w->token.text;
        if (whole)
            e->number = strtoll(w->token.text, NULL, 10);
        if (!whole || errno == ERANGE)
            e->kind = EXPR_REAL;
    }
    sql_next(w);
    return e;
}

static struct sql_expr *
parse_bracket(struct sql_work *w)
{
    struct sql_expr *e;

    sql_next(w);
    sql_descend(w);
    if (sql_is_word(w, "select")) {
        e = sql_expr_new(w, EXPR_SELECT);
        e->select = sql_parse_select(w);
    } else {
        e = sql_parse_expr(w);
    }
    w->depth--;
    sql_need_mark(w, MARK_CLOSE);
    return e;
}

static struct sql_expr *
parse_case(struct sql_work *w)
{
    struct sql_expr *e = sql_expr_new(w, EXPR_CASE);
    struct sql_list  l = { 0 };

    sql_next(w);
    sql_descend(w);
    if (!sql_is_word(w, "when")) {
        e->op = 1;
        sql_list_add(w, &l, sql_parse_value(w));
    }
    while (sql_take_word(w, "when")) {
        sql_list_add(w, &l, e->op == 1 ? sql_parse_value(w) : sql_parse_expr(w));
        sql_need_word(w, "then");
        sql_list_add(w, &l, sql_parse_expr(w));
    }
    if (l.count < 2)
        sql_fail(w, -201, NULL);
    if (sql_take_word(w, "else")) {
        e->number = 1;
        sql_list_add(w, &l, sql_parse_expr(w));
    }
    sql_need_word(w, "end");
    w->depth--;
    e->args = (struct sql_expr **)l.ptr;
    e->count = l.count;
    return sql_expr_measure(w, e);
}

static struct sql_expr *
parse_cast_call(struct sql_work *w)
{
    sql_next(w);
    sql_need_mark(w, MARK_OPEN);
    struct sql_expr *e = sql_expr_of(w, EXPR_CAST, sql_parse_value(w), NULL);
    sql_need_word(w, "as");
    e->cast = sql_parse_type(w);
    sql_need_mark(w, MARK_CLOSE);
    return e;
}

/* ---- calls ---- */

static struct sql_expr *
text_expr(struct sql_work *w, const char *text)
{
    struct sql_expr *e = sql_expr_new(w, EXPR_TEXT);
    e->name = text;
    e->length = strlen(text);
    return e;
}

/* TRIM([LEADING|TRAILING|BOTH] [c] FROM x) or TRIM(x): args are x, c and the name says which. */
static void
parse_trim(struct sql_work *w, struct sql_expr *e, struct sql_list *l)
{
    static const char *const sides[][2] = { { "leading", "ltrim" }, { "trailing", "rtrim" }, { "both", "trim" } };
    struct sql_expr         *what = NULL;
    bool                     sided = false;

    for (size_t i = 0; i < 3 && !sided; i++)
        if (sql_is_word(w, sides[i][0]) && !sql_ahead_is_mark(w, MARK_CLOSE) && !sql_ahead_is_mark(w, MARK_DOT)) {
            sql_next(w);
            e->name = sides[i][1];
            sided = true;
        }
    if (!sql_is_word(w, "from"))
        what = sql_parse_value(w);
    if (sql_take_word(w, "from")) {
        sql_list_add(w, l, sql_parse_value(w));
        sql_list_add(w, l, what != NULL ? what : text_expr(w, " "));
    } else if (sided || what == NULL) {
        sql_fail(w, -201, NULL);
    } else {
        sql_list_add(w, l, what);
    }
}

/* SUBSTRING(x FROM a [FOR n]) */
static void
parse_substring(struct sql_work *w, struct sql_expr *e, struct sql_list *l)
{
    (void)e;
    sql_list_add(w, l, sql_parse_value(w));
    sql_need_word(w, "from");
    sql_list_add(w, l, sql_parse_value(w));
    if (sql_take_word(w, "for"))
        sql_list_add(w, l, sql_parse_value(w));
}

/* EXTEND(x [, first TO last]) */
static void
parse_extend(struct sql_work *w, struct sql_expr *e, struct sql_list *l)
{
    sql_list_add(w, l, sql_parse_value(w));
    e->cast = (struct sql_type){ .kind = SQL_DATETIME, .from = SQL_YEAR, .to = SQL_FRACTION, .scale = 3 };
    if (sql_take_mark(w, MARK_COMMA) && !sql_parse_fields(w, &e->cast))
        sql_fail(w, -201, NULL);
}

static void
parse_plain(struct sql_work *w, struct sql_expr *e, struct sql_list *l)
{
    if (sql_take_mark(w, MARK_STAR)) {
        e->star = true;
        return;
    }
    if (sql_take_word(w, "distinct") || sql_take_word(w, "unique"))
        e->distinct = true;
    else if (sql_is_word(w, "all") && !sql_ahead_is_mark(w, MARK_CLOSE))
        sql_next(w);
    if (sql_is_mark(w, MARK_CLOSE))
        return;
    do
        sql_list_add(w, l, sql_parse_expr(w));
    while (sql_take_mark(w, MARK_COMMA));
}

static struct sql_expr *
parse_call(struct sql_work *w, const char *name)
{
    static const struct {
        const char *name;
        void (*parse)(struct sql_work *w, struct sql_expr *e, struct sql_list *l);
    } odd[] = { { "trim", parse_trim }, { "substring", parse_substring }, { "extend", parse_extend } };
    struct sql_expr *e = sql_expr_new(w, EXPR_CALL);
    struct sql_list  l = { 0 };
    size_t           i = 0;

    e->name = name;
    sql_next(w);
    sql_descend(w);
    while (i < sizeof odd / sizeof odd[0] && strcmp(odd[i].name, name) != 0)
        i++;
    (i < sizeof odd / sizeof odd[0] ? odd[i].parse : parse_plain)(w, e, &l);
    w->depth--;
    sql_need_mark(w, MARK_CLOSE);
    e->args = (struct sql_expr **)l.ptr;
    e->count = l.count;
    return sql_expr_measure(w, e);
}

/* ---- columns ---- */

static int64_t
parse_place(struct sql_work *w)
{
    if (w->token.kind != TOKEN_NUMBER || strspn(w->token.text, "0123456789") != w->token.length || w->token.length > 5)
        sql_fail(w, -201, NULL);
    int64_t n = strtoll(w->token.text, NULL, 10);
    sql_next(w);
    return n;
}

/* x[a] and x[a, b], columns only */
static struct sql_expr *
parse_slice(struct sql_work *w, struct sql_expr *column)
{
    if (!sql_take_mark(w, MARK_BRACKET))
        return column;
    struct sql_expr *e = sql_expr_of(w, EXPR_SLICE, column, NULL);
    e->number = parse_place(w);
    e->number2 = sql_take_mark(w, MARK_COMMA) ? parse_place(w) : e->number;
    sql_need_mark(w, MARK_UNBRACKET);
    if (e->number < 1 || e->number2 < e->number)
        sql_fail(w, -201, NULL);
    return e;
}

static struct sql_expr *
parse_column(struct sql_work *w, const char *name)
{
    struct sql_expr *e = sql_expr_new(w, EXPR_COLUMN);

    e->name = name;
    /* owner.table.column at most */
    for (int dots = 0; dots < 2 && sql_take_mark(w, MARK_DOT); dots++) {
        if (w->token.kind != TOKEN_WORD && !(w->token.kind == TOKEN_STRING && w->token.double_quoted))
            sql_fail(w, -201, NULL);
        e->qualifier = e->name;
        e->name = w->token.text;
        if (w->token.kind == TOKEN_STRING) {
            /* Between double quotes, and only behind a dot, it is a name: in any case, as all names are. */
            char *lower = arena_strndup(w->arena, w->token.text, w->token.length);
            for (char *c = lower; *c != '\0'; c++)
                *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
            e->name = lower;
        }
        sql_next(w);
    }
    return parse_slice(w, e);
}

/* Words that are values by themselves, while no column of the name is asked for. */
static struct sql_expr *
parse_value_word(struct sql_work *w)
{
    if (sql_is_word(w, "null")) {
        sql_next(w);
        return sql_expr_new(w, EXPR_NULL);
    }
    if (sql_is_word(w, "case"))
        return parse_case(w);
    if (sql_is_word(w, "cast") && sql_ahead_is_mark(w, MARK_OPEN))
        return parse_cast_call(w);
    return sql_parse_time(w);
}

struct sql_expr *
sql_parse_primary(struct sql_work *w)
{
    if (w->token.kind == TOKEN_STRING && w->token.double_quoted && sql_ahead_is_mark(w, MARK_DOT)) {
        const char *owner = w->token.text;
        sql_next(w);
        return parse_column(w, owner);
    }
    if (w->token.kind == TOKEN_STRING || w->token.kind == TOKEN_NUMBER)
        return parse_literal(w);
    if (sql_is_mark(w, MARK_OPEN))
        return parse_bracket(w);
    if (w->token.kind != TOKEN_WORD)
        sql_fail(w, -201, NULL);
    if (!sql_ahead_is_mark(w, MARK_DOT)) {
        struct sql_expr *e = parse_value_word(w);
        if (e != NULL)
            return e;
    }
    static const char *const never[] = { "select", "from", "where", "and", "or", "then", "when", "else", "end", "in" };
    for (size_t i = 0; i < sizeof never / sizeof never[0] && !sql_ahead_is_mark(w, MARK_DOT); i++)
        if (sql_is_word(w, never[i]))
            sql_fail(w, -201, NULL);
    const char *name = w->token.text;
    sql_next(w);
    return sql_is_mark(w, MARK_OPEN) ? parse_call(w, name) : parse_column(w, name);
}
