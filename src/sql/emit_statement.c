/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Whole queries and writes as SQLite's SQL. */
#include <inttypes.h>
#include <string.h>

#include "sql/sql_priv.h"

static void
put(struct sql_work *w, const char *text)
{
    buf_adds(&w->out, text);
}

/* ---- FROM ---- */

static void emit_from(struct sql_work *w, const struct sql_from *first);

static void
emit_table(struct sql_work *w, const struct sql_source *s)
{
    const char *catalogue = s->table.catalogue ? sql_catalogue_table(s->table.name) : NULL;

    sql_emit_name(w, catalogue != NULL ? catalogue : store_table_source(s->table.name));
    buf_addf(&w->out, " AS t%u", s->number);
}

static void
emit_part(struct sql_work *w, const struct sql_from *f)
{
    if (f->parts != NULL) {
        put(w, "(");
        emit_from(w, f->parts);
        put(w, ")");
    } else if (f->source->derived != NULL) {
        put(w, "(");
        sql_emit_select(w, f->source->derived, true, false);
        buf_addf(&w->out, ") AS t%u", f->source->number);
    } else {
        emit_table(w, f->source);
    }
}

static void
emit_join(struct sql_work *w, const struct sql_from *f, bool first)
{
    static const char *const words[] = {
        [JOIN_COMMA] = ",",           [JOIN_INNER] = " JOIN ",
        [JOIN_LEFT] = " LEFT JOIN ",  [JOIN_RIGHT] = " RIGHT JOIN ",
        [JOIN_FULL] = " FULL JOIN ",  [JOIN_CROSS] = " JOIN ",
        [JOIN_OUTER] = " LEFT JOIN ",
    };
    if (!first)
        put(w, words[f->join]);
    emit_part(w, f);
    if (first)
        return;
    if (f->on != NULL) {
        put(w, " ON ");
        sql_emit_expr(w, f->on);
    } else if (f->join == JOIN_OUTER) {
        put(w, " ON 1");
    }
}

/* OUTER tables come last: all others stand on their left, as in the query they mean. */
static void
emit_from(struct sql_work *w, const struct sql_from *list)
{
    bool first = true;

    for (int outer = 0; outer < 2; outer++)
        for (const struct sql_from *f = list; f != NULL; f = f->next) {
            if ((f->join == JOIN_OUTER) != (outer == 1))
                continue;
            emit_join(w, f, first);
            first = false;
        }
}

/* ---- SELECT ---- */

static void
emit_branch(struct sql_work *w, const struct sql_select *s, bool named, bool top)
{
    put(w, s->distinct ? "SELECT DISTINCT " : "SELECT ");
    for (unsigned i = 0; i < s->item_count; i++) {
        if (i > 0)
            put(w, ",");
        if (top)
            sql_emit_shown(w, s->items[i].expr);
        else
            sql_emit_expr(w, s->items[i].expr);
        if (named)
            buf_addf(&w->out, " AS c%u", i + 1);
    }
    put(w, " FROM ");
    emit_from(w, s->from);
    if (s->where != NULL) {
        put(w, " WHERE ");
        sql_emit_expr(w, s->where);
    }
    for (unsigned i = 0; i < s->group_count; i++) {
        put(w, i == 0 ? " GROUP BY " : ",");
        /* A literal would be taken for a column's number. */
        put(w, "(");
        sql_emit_expr(w, s->groups[i]);
        put(w, ")");
    }
    if (s->having != NULL) {
        put(w, " HAVING ");
        sql_emit_expr(w, s->having);
    }
}

/* A whole table's pages come in the order of its rows, though an index might tell all that is asked for. With a
 * condition they come as the plan finds them: the same for each page, since skip and first are parameters; sorting would
 * read all that fit for each page. */
static bool
wants_stable_order(const struct sql_select *s)
{
    return (s->has_first || s->skip > 0) && s->order_count == 0 && s->where == NULL && s->next == NULL &&
           !s->distinct && !s->aggregate && s->group_count == 0 && s->source_count == 1 &&
           s->sources[0]->derived == NULL;
}

static void
emit_orders(struct sql_work *w, const struct sql_select *s)
{
    for (unsigned i = 0; i < s->order_count; i++) {
        const struct sql_order *o = &s->orders[i];
        put(w, i == 0 ? " ORDER BY " : ",");
        if (o->ordinal != 0) {
            buf_addf(&w->out, "%u", o->ordinal);
        } else {
            put(w, "(");
            sql_emit_expr(w, o->expr);
            put(w, ")");
        }
        if (o->descending)
            put(w, " DESC");
    }
    if (wants_stable_order(s))
        buf_addf(&w->out, " ORDER BY t%u.rowid", s->sources[0]->number);
}

void
sql_emit_select(struct sql_work *w, const struct sql_select *s, bool named, bool top)
{
    for (const struct sql_select *branch = s; branch != NULL; branch = branch->next) {
        emit_branch(w, branch, named, top);
        if (branch->next != NULL)
            put(w, branch->all_next ? " UNION ALL " : " UNION ");
    }
    emit_orders(w, s);
    if (s->has_first || s->skip > 0) {
        put(w, " LIMIT ");
        sql_emit_number(w, s->has_first ? s->first : -1);
        put(w, " OFFSET ");
        sql_emit_number(w, s->skip);
    }
}

/* ---- writes ---- */

static void
emit_column_name(struct sql_work *w, const struct sql_write *x, int number)
{
    sql_emit_name(w, store_table_column(x->target->table.number, (unsigned)number)->name);
}

static void
emit_insert(struct sql_work *w, const struct sql_write *x)
{
    put(w, "INSERT INTO ");
    sql_emit_name(w, x->target->table.name);
    for (unsigned i = 0; i < x->column_count; i++) {
        put(w, i == 0 ? "(" : ",");
        emit_column_name(w, x, x->numbers[i]);
    }
    put(w, ") ");
    if (x->select != NULL) {
        sql_emit_select(w, x->select, false, true);
        return;
    }
    for (unsigned i = 0; i < x->value_count; i++) {
        put(w, i == 0 ? "VALUES(" : ",");
        sql_emit_shown(w, x->values[i]);
    }
    put(w, ")");
}

/* SET (a, b) = (SELECT ...): no more than one row. */
static void
emit_row(struct sql_work *w, const struct sql_write *x)
{
    for (unsigned i = 0; i < x->set_count; i++) {
        put(w, i == 0 ? "(" : ",");
        emit_column_name(w, x, x->set[i].number);
    }
    put(w, ")=(SELECT ");
    for (unsigned i = 0; i < x->set_count; i++)
        buf_addf(&w->out, "%ssql_one(c%u)", i == 0 ? "" : ",", i + 1);
    put(w, " FROM (");
    sql_emit_select(w, x->row, true, true);
    put(w, "))");
}

/* Without a condition SQLite would empty a table without a look at its rows; the store wants to see each. */
static void
emit_where(struct sql_work *w, const struct sql_write *x)
{
    put(w, " WHERE ");
    if (x->where != NULL)
        sql_emit_expr(w, x->where);
    else
        put(w, "1");
}

static void
emit_update(struct sql_work *w, const struct sql_write *x)
{
    put(w, "UPDATE ");
    emit_table(w, x->target);
    put(w, " SET ");
    if (x->row != NULL) {
        emit_row(w, x);
    } else {
        for (unsigned i = 0; i < x->set_count; i++) {
            if (i > 0)
                put(w, ",");
            emit_column_name(w, x, x->set[i].number);
            put(w, "=");
            sql_emit_shown(w, x->set[i].value);
        }
    }
    emit_where(w, x);
}

static void
emit_delete(struct sql_work *w, const struct sql_write *x)
{
    put(w, "DELETE FROM ");
    emit_table(w, x->target);
    emit_where(w, x);
}

/* The arguments of a procedure are values of one row. */
static void
emit_execute(struct sql_work *w, const struct sql_tree *t)
{
    put(w, "SELECT ");
    for (unsigned i = 0; i < t->arg_count; i++) {
        if (i > 0)
            put(w, ",");
        sql_emit_shown(w, t->args[i]);
    }
    if (t->arg_count == 0)
        put(w, "1");
}

void
sql_emit(struct sql_work *w, const struct sql_tree *t)
{
    switch (t->verb) {
    case SQL_SELECT: sql_emit_select(w, t->select, false, true); break;
    case SQL_INSERT: emit_insert(w, t->write); break;
    case SQL_UPDATE: emit_update(w, t->write); break;
    case SQL_DELETE: emit_delete(w, t->write); break;
    case SQL_EXECUTE: emit_execute(w, t); break;
    }
}
