/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Conditions as SQLite's SQL. */
#include <string.h>

#include "sql/emit.h"

static void
put(struct sql_work *w, const char *text)
{
    buf_adds(&w->out, text);
}

/* Balanced, so that a thousand conditions in a row don't nest a thousand deep. */
static void
emit_logic_run(struct sql_work *w, const struct sql_expr *e, unsigned from, unsigned to)
{
    if (to - from == 1) {
        sql_emit_expr(w, e->args[from]);
        return;
    }
    unsigned middle = from + (to - from) / 2;
    put(w, "(");
    emit_logic_run(w, e, from, middle);
    put(w, e->kind == EXPR_AND ? " AND " : " OR ");
    emit_logic_run(w, e, middle, to);
    put(w, ")");
}

void
sql_emit_logic(struct sql_work *w, const struct sql_expr *e)
{
    emit_logic_run(w, e, 0, e->count);
}

void
sql_emit_not(struct sql_work *w, const struct sql_expr *e)
{
    put(w, "(NOT ");
    sql_emit_expr(w, e->args[0]);
    put(w, ")");
}

static const char *
operator_text(int op)
{
    switch (op) {
    case MARK_EQUAL: return "=";
    case MARK_UNEQUAL: return "<>";
    case MARK_LESS: return "<";
    case MARK_MORE: return ">";
    case MARK_LESS_EQUAL: return "<=";
    default: return ">=";
    }
}

/* Blanks at the end of a text don't count: a literal that has some means the text without them too. */
static bool
emit_padded(struct sql_work *w, const struct sql_expr *e)
{
    const struct sql_expr *b = e->args[1];
    size_t                 n = b->length;

    if (b->kind != EXPR_TEXT || b->type.kind != SQL_TEXT || n == 0 || b->name[n - 1] != ' ' ||
        (e->op != MARK_EQUAL && e->op != MARK_UNEQUAL))
        return false;
    while (n > 0 && b->name[n - 1] == ' ')
        n--;
    put(w, "(");
    sql_emit_expr(w, e->args[0]);
    put(w, e->op == MARK_EQUAL ? " IN (" : " NOT IN (");
    sql_emit_text(w, b->name, b->length);
    put(w, ",");
    sql_emit_text(w, b->name, n);
    put(w, "))");
    return true;
}

void
sql_emit_compare(struct sql_work *w, const struct sql_expr *e)
{
    if (!emit_padded(w, e))
        sql_emit_infix(w, e->args[0], operator_text(e->op), e->args[1]);
}

void
sql_emit_is_null(struct sql_work *w, const struct sql_expr *e)
{
    put(w, "(");
    sql_emit_expr(w, e->args[0]);
    put(w, e->negated ? " IS NOT NULL)" : " IS NULL)");
}

void
sql_emit_between(struct sql_work *w, const struct sql_expr *e)
{
    put(w, "(");
    sql_emit_expr(w, e->args[0]);
    put(w, e->negated ? " NOT BETWEEN " : " BETWEEN ");
    sql_emit_expr(w, e->args[1]);
    put(w, " AND ");
    sql_emit_expr(w, e->args[2]);
    put(w, ")");
}

void
sql_emit_in_list(struct sql_work *w, const struct sql_expr *e)
{
    put(w, "(");
    sql_emit_expr(w, e->args[0]);
    put(w, e->negated ? " NOT IN (" : " IN (");
    for (unsigned i = 1; i < e->count; i++) {
        if (i > 1)
            put(w, ",");
        sql_emit_expr(w, e->args[i]);
    }
    put(w, "))");
}

void
sql_emit_in_select(struct sql_work *w, const struct sql_expr *e)
{
    put(w, "(");
    sql_emit_expr(w, e->args[0]);
    put(w, e->negated ? " NOT IN (" : " IN (");
    sql_emit_select(w, e->select, false, false);
    put(w, "))");
}

void
sql_emit_exists(struct sql_work *w, const struct sql_expr *e)
{
    put(w, e->negated ? "(NOT EXISTS(" : "(EXISTS(");
    sql_emit_select(w, e->select, false, false);
    put(w, "))");
}

/* x > ALL (...): there is none of which it isn't true. */
void
sql_emit_quantified(struct sql_work *w, const struct sql_expr *e)
{
    put(w, e->number == 1 ? "(NOT EXISTS(SELECT 1 FROM (" : "(EXISTS(SELECT 1 FROM (");
    sql_emit_select(w, e->select, true, false);
    put(w, ") AS q WHERE (");
    sql_emit_expr(w, e->args[0]);
    put(w, operator_text(e->op));
    put(w, e->number == 1 ? "q.c1) IS NOT 1))" : "q.c1)))");
}
