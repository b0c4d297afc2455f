/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Values and conditions as SQLite's SQL: every name quoted, every table by a name of our own, every literal a
 * parameter, so that statements that differ in their literals alone are one statement to SQLite. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sql/emit.h"

#define EXACT_DIGITS 32u /* of a DECIMAL */

static void
put(struct sql_work *w, const char *text)
{
    buf_adds(&w->out, text);
}

void
sql_emit_name(struct sql_work *w, const char *name)
{
    buf_addc(&w->out, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"')
            buf_addc(&w->out, '"');
        buf_addc(&w->out, *name);
    }
    buf_addc(&w->out, '"');
}

/* ---- parameters ---- */

static struct sql_param *
add_param(struct sql_work *w)
{
    if (w->param_count == SQL_MAX_PARAMS)
        sql_fail(w, -460, NULL);
    if (w->param_count == w->param_room) {
        unsigned          room = w->param_room == 0 ? 16 : w->param_room * 2;
        struct sql_param *more = arena_alloc(w->arena, room * sizeof *more);
        if (w->param_count > 0)
            memcpy(more, w->params, w->param_count * sizeof *more);
        w->params = more;
        w->param_room = room;
    }
    buf_addc(&w->out, '?');
    return &w->params[w->param_count++];
}

void
sql_emit_text(struct sql_work *w, const char *text, size_t length)
{
    struct sql_param *p = add_param(w);
    *p = (struct sql_param){ .kind = SQL_PARAM_TEXT, .text = text, .length = length };
}

void
sql_emit_number(struct sql_work *w, int64_t number)
{
    struct sql_param *p = add_param(w);
    *p = (struct sql_param){ .kind = SQL_PARAM_INT, .number = number };
}

/* ---- leaves ---- */

static void
emit_null(struct sql_work *w, const struct sql_expr *e)
{
    (void)e;
    put(w, "NULL");
}

static void
emit_default(struct sql_work *w, const struct sql_expr *e)
{
    put(w, "next_serial(");
    sql_emit_text(w, e->name, strlen(e->name));
    put(w, ")");
}

static void
emit_text(struct sql_work *w, const struct sql_expr *e)
{
    sql_emit_text(w, e->name, e->length);
}

static void
emit_integer(struct sql_work *w, const struct sql_expr *e)
{
    sql_emit_number(w, e->number);
}

static void
emit_real(struct sql_work *w, const struct sql_expr *e)
{
    struct sql_param *p = add_param(w);
    *p = (struct sql_param){ .kind = SQL_PARAM_REAL, .real = strtod(e->name, NULL) };
}

static void
emit_column(struct sql_work *w, const struct sql_expr *e)
{
    buf_addf(&w->out, "t%u.", e->source->number);
    if (e->source->derived != NULL)
        buf_addf(&w->out, "c%d", e->column + 1);
    else
        sql_emit_name(w, sql_source_column(e->source, (unsigned)e->column));
}

static void
emit_rowid(struct sql_work *w, const struct sql_expr *e)
{
    buf_addf(&w->out, "t%u.rowid", e->source->number);
}

static void
emit_slice(struct sql_work *w, const struct sql_expr *e)
{
    put(w, "substr(");
    sql_emit_expr(w, e->args[0]);
    buf_addf(&w->out, ",%" PRId64 ",%" PRId64 ")", e->number, e->number2 - e->number + 1);
}

/* ---- calls ---- */

static void
emit_args(struct sql_work *w, const char *name, const struct sql_expr *e)
{
    put(w, name);
    put(w, "(");
    if (e->star)
        put(w, "*");
    if (e->distinct)
        put(w, "DISTINCT ");
    for (unsigned i = 0; i < e->count; i++) {
        if (i > 0)
            put(w, ",");
        sql_emit_expr(w, e->args[i]);
    }
}

static void
emit_call(struct sql_work *w, const struct sql_expr *e)
{
    emit_args(w, e->function->sqlite, e);
    if (strcmp(e->function->name, "current") == 0)
        buf_addf(&w->out, "%d,%d,%d", e->cast.from, e->cast.to, e->cast.scale);
    put(w, ")");
}

static void
emit_two(struct sql_work *w, const char *function, const struct sql_expr *a, const struct sql_expr *b)
{
    put(w, function);
    put(w, "(");
    sql_emit_expr(w, a);
    put(w, ",");
    sql_emit_expr(w, b);
    put(w, ")");
}

void
sql_emit_infix(struct sql_work *w, const struct sql_expr *a, const char *op, const struct sql_expr *b)
{
    put(w, "(");
    sql_emit_expr(w, a);
    put(w, op);
    sql_emit_expr(w, b);
    put(w, ")");
}

/* ---- arithmetic ---- */

static bool
is_time(const struct sql_expr *e)
{
    return e->type.kind == SQL_DATE || e->type.kind == SQL_DATETIME;
}

/* a + b and a - b with a time: the time first. */
static void
emit_shift(struct sql_work *w, const struct sql_expr *time, const struct sql_expr *by, bool back)
{
    const char *function = by->type.kind == SQL_MONTHS ? "sql_add_months"
                           : by->type.kind == SQL_DAYS ? "sql_add_time"
                                                       : "sql_add_days";
    put(w, function);
    put(w, "(");
    sql_emit_expr(w, time);
    put(w, back ? ",-(" : ",(");
    sql_emit_expr(w, by);
    put(w, "))");
}

static void
emit_time_arithmetic(struct sql_work *w, const struct sql_expr *e)
{
    const struct sql_expr *a = e->args[0], *b = e->args[1];

    if (is_time(a) && is_time(b))
        emit_two(w, e->type.kind == SQL_INT ? "sql_days_between" : "sql_time_between", a, b);
    else if (is_time(a))
        emit_shift(w, a, b, e->op == MARK_MINUS);
    else
        emit_shift(w, b, a, false);
}

static void
emit_arithmetic(struct sql_work *w, const struct sql_expr *e)
{
    const struct sql_expr *a = e->args[0], *b = e->args[1];

    if (is_time(a) || is_time(b))
        emit_time_arithmetic(w, e);
    else if (e->op == MARK_SLASH)
        emit_two(w, "sql_divide", a, b);
    else
        sql_emit_infix(w, a, e->op == MARK_PLUS ? "+" : e->op == MARK_MINUS ? "-" : "*", b);
}

static void
emit_negate(struct sql_work *w, const struct sql_expr *e)
{
    put(w, "(-");
    sql_emit_expr(w, e->args[0]);
    put(w, ")");
}

static void
emit_concat(struct sql_work *w, const struct sql_expr *e)
{
    sql_emit_infix(w, e->args[0], "||", e->args[1]);
}

static void
emit_units(struct sql_work *w, const struct sql_expr *e)
{
    static const int64_t unit[] = { 12, 1, 8640000000, 360000000, 6000000, 100000, 1 };

    put(w, "CAST(");
    sql_emit_expr(w, e->args[0]);
    buf_addf(&w->out, "*%" PRId64 " AS INTEGER)", unit[e->number]);
}

/* ---- one value of a query ---- */

static void
emit_scalar(struct sql_work *w, const struct sql_expr *e)
{
    const struct sql_select *s = e->select;
    bool                     one = (s->aggregate && s->group_count == 0) || (s->has_first && s->first <= 1);

    put(w, "(");
    if (one && s->next == NULL) {
        sql_emit_select(w, s, false, false);
    } else {
        put(w, "SELECT sql_one(c1) FROM (");
        sql_emit_select(w, s, true, false);
        put(w, ")");
    }
    put(w, ")");
}

static void
emit_case(struct sql_work *w, const struct sql_expr *e)
{
    unsigned i = 0;

    put(w, "CASE");
    if (e->op == 1) {
        put(w, " ");
        sql_emit_expr(w, e->args[i++]);
    }
    for (; i + 1 < e->count; i += 2) {
        put(w, " WHEN ");
        sql_emit_expr(w, e->args[i]);
        put(w, " THEN ");
        sql_emit_expr(w, e->args[i + 1]);
    }
    if (e->number == 1) {
        put(w, " ELSE ");
        sql_emit_expr(w, e->args[e->count - 1]);
    }
    put(w, " END");
}

/* ---- conversions ---- */

static void
emit_to(struct sql_work *w, const struct sql_expr *e, struct sql_type to)
{
    const struct sql_type from = e->type;

    switch (to.kind) {
    case SQL_INT: put(w, "sql_integer("); break;
    case SQL_DECIMAL: put(w, to.scale == 255 ? "sql_number(" : "sql_decimal("); break;
    case SQL_BOOL: put(w, from.kind == SQL_CONDITION ? "(CASE " : "sql_boolean("); break;
    case SQL_TEXT: put(w, "sql_cut("); break;
    case SQL_CHAR: put(w, "sql_pad("); break;
    case SQL_DATE:
    case SQL_DATETIME: put(w, "sql_extend("); break;
    default: put(w, "sql_interval("); break;
    }
    sql_emit_shown(w, e);
    if (to.kind == SQL_BOOL && from.kind == SQL_CONDITION)
        put(w, " WHEN 1 THEN 't' WHEN 0 THEN 'f' END");
    else if (to.kind == SQL_TEXT || to.kind == SQL_CHAR)
        buf_addf(&w->out, ",%d", to.length);
    else if (to.kind == SQL_DECIMAL && to.scale != 255)
        buf_addf(&w->out, ",%d", to.scale);
    else if (to.kind == SQL_DATE || to.kind == SQL_DATETIME)
        buf_addf(&w->out, ",%d,%d,%d,%d,%d", from.kind == SQL_DATE || from.kind == SQL_DATETIME ? from.from : -1,
                 from.kind == SQL_DATE ? SQL_DAY : from.to, to.kind == SQL_DATE ? SQL_YEAR : to.from,
                 to.kind == SQL_DATE ? SQL_DAY : to.to, to.scale);
    else if (to.kind == SQL_DAYS || to.kind == SQL_MONTHS)
        buf_addf(&w->out, ",%d,%d", to.from, to.to);
    put(w, ")");
}

static void
emit_convert(struct sql_work *w, const struct sql_expr *e)
{
    emit_to(w, e->args[0], e->type);
}

/* Whole numbers of more digits than 64 bits hold, and sums of them, keep their digits where a client is shown them. */
static void
emit_exact(struct sql_work *w, const struct sql_expr *e)
{
    bool number = sql_type_is_number(&e->type);

    if (number && e->kind == EXPR_ARITHMETIC && e->op != MARK_SLASH && !is_time(e->args[0]) && !is_time(e->args[1])) {
        put(w, e->op == MARK_PLUS ? "sql_add(" : e->op == MARK_MINUS ? "sql_subtract(" : "sql_multiply(");
        emit_exact(w, e->args[0]);
        put(w, ",");
        emit_exact(w, e->args[1]);
        put(w, ")");
    } else if (number && e->kind == EXPR_NEGATE) {
        put(w, "sql_subtract(0,");
        emit_exact(w, e->args[0]);
        put(w, ")");
    } else if (e->kind == EXPR_REAL && e->name[strspn(e->name, "0123456789")] == '\0' &&
               strlen(e->name) <= EXACT_DIGITS) {
        sql_emit_text(w, e->name, strlen(e->name));
    } else {
        sql_emit_expr(w, e);
    }
}

void
sql_emit_shown(struct sql_work *w, const struct sql_expr *e)
{
    if (e->type.kind == SQL_INT || e->type.kind == SQL_DECIMAL) {
        bool column = e->kind == EXPR_COLUMN || e->kind == EXPR_INTEGER;
        put(w, e->type.kind == SQL_DECIMAL && !column ? "sql_fits(" : "");
        emit_exact(w, e);
        put(w, e->type.kind == SQL_DECIMAL && !column ? ")" : "");
        return;
    }
    if (e->type.kind != SQL_DAYS && e->type.kind != SQL_MONTHS) {
        sql_emit_expr(w, e);
        return;
    }
    put(w, "sql_interval_text(");
    sql_emit_expr(w, e);
    buf_addf(&w->out, ",%d,%d)", e->type.from, e->type.to);
}

static void (*const emitters[])(struct sql_work *w, const struct sql_expr *e) = {
    [EXPR_NULL] = emit_null,
    [EXPR_TEXT] = emit_text,
    [EXPR_INTEGER] = emit_integer,
    [EXPR_REAL] = emit_real,
    [EXPR_COLUMN] = emit_column,
    [EXPR_ROWID] = emit_rowid,
    [EXPR_SLICE] = emit_slice,
    [EXPR_NEGATE] = emit_negate,
    [EXPR_ARITHMETIC] = emit_arithmetic,
    [EXPR_CONCAT] = emit_concat,
    [EXPR_AND] = sql_emit_logic,
    [EXPR_OR] = sql_emit_logic,
    [EXPR_NOT] = sql_emit_not,
    [EXPR_COMPARE] = sql_emit_compare,
    [EXPR_IS_NULL] = sql_emit_is_null,
    [EXPR_BETWEEN] = sql_emit_between,
    [EXPR_LIKE] = sql_emit_like,
    [EXPR_MATCHES] = sql_emit_like,
    [EXPR_IN_LIST] = sql_emit_in_list,
    [EXPR_IN_SELECT] = sql_emit_in_select,
    [EXPR_EXISTS] = sql_emit_exists,
    [EXPR_QUANTIFIED] = sql_emit_quantified,
    [EXPR_SELECT] = emit_scalar,
    [EXPR_CASE] = emit_case,
    [EXPR_CALL] = emit_call,
    [EXPR_CAST] = emit_convert,
    [EXPR_CONVERT] = emit_convert,
    [EXPR_UNITS] = emit_units,
    [EXPR_DEFAULT] = emit_default,
};

void
sql_emit_expr(struct sql_work *w, const struct sql_expr *e)
{
    if (w->out.overflow)
        sql_fail(w, -460, NULL);
    emitters[e->kind](w, e);
}
