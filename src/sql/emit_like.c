/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* LIKE and MATCHES. A pattern that is known and begins with plain text also gives a range, which an index can
 * serve; one without wildcards is an equality. */
#include <string.h>

#include "sql/sql_priv.h"

struct pattern {
    char  *fixed; /* what it begins with, escapes undone */
    size_t length;
    bool   whole; /* there is nothing else */
    bool   open;  /* then only "any text" follows */
};

static struct pattern
read_pattern(struct sql_work *w, const struct sql_expr *e, char escape, bool like)
{
    const char    *p = e->name, *end = p + e->length;
    struct pattern out = { .fixed = arena_alloc(w->arena, e->length + 1) };
    const char    *wild = like ? "%_" : "*?[";

    for (; p < end && strchr(wild, *p) == NULL; p++) {
        if (*p == escape && p + 1 < end)
            p++;
        out.fixed[out.length++] = *p;
    }
    out.whole = p == end;
    out.open = p + 1 == end && *p == (like ? '%' : '*');
    return out;
}

static void
emit_match(struct sql_work *w, const struct sql_expr *e)
{
    buf_adds(&w->out, e->kind == EXPR_LIKE ? "sql_like(" : "sql_matches(");
    for (unsigned i = 0; i < e->count; i++) {
        if (i > 0)
            buf_addc(&w->out, ',');
        sql_emit_expr(w, e->args[i]);
    }
    buf_addc(&w->out, ')');
}

static void
emit_bound(struct sql_work *w, const struct sql_expr *column, const char *op, const char *text, size_t length)
{
    sql_emit_expr(w, column);
    buf_adds(&w->out, op);
    sql_emit_text(w, text, length);
}

void
sql_emit_like(struct sql_work *w, const struct sql_expr *e)
{
    static const char      last[] = "\xF4\x8F\xBF\xBF"; /* behind any character */
    const struct sql_expr *x = e->args[0], *pattern = e->args[1];
    char                   escape = e->count == 3 ? e->args[2]->name[0] : '\\';
    struct pattern         p = { 0 };

    buf_adds(&w->out, e->negated ? "(NOT " : "(");
    bool known = pattern->kind == EXPR_TEXT && x->kind == EXPR_COLUMN && sql_type_is_text(&x->type);
    if (known)
        p = read_pattern(w, pattern, escape, e->kind == EXPR_LIKE);
    if (known && p.whole) {
        emit_bound(w, x, "=", p.fixed, p.length);
    } else if (known && p.length > 0) {
        char *high = arena_printf(w->arena, "%s%s", p.fixed, last);
        buf_addc(&w->out, '(');
        emit_bound(w, x, ">=", p.fixed, p.length);
        buf_adds(&w->out, " AND ");
        emit_bound(w, x, "<", high, p.length + sizeof last - 1);
        if (!p.open) {
            buf_adds(&w->out, " AND ");
            emit_match(w, e);
        }
        buf_addc(&w->out, ')');
    } else {
        emit_match(w, e);
    }
    buf_addc(&w->out, ')');
}
