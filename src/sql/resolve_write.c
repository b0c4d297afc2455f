/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* INSERT, UPDATE, DELETE: what may be written, and values made fit for their columns. */
#include <string.h>

#include "ccmsim/utf8.h"
#include "sql/sql_priv.h"

/* Columns that the dictionary calls not modifiable and that administrators are known to change all the same. */
static const struct {
    const char *table, *column; /* NULL: all but its key */
} changed_all_the_same[] = {
    { "credential", NULL },
    { "credentialdynamic", NULL },
    { "credentialpolicydefault", NULL },
    { "device", "tkmodel" },
    { "device", "isdualmode" },
    { "numplan", "tkpatternusage" },
    { "processnode", "tkprocessnoderole" },
    { "phonebutton", "isfixedfeature" },
    { "phonetemplate", "numofbuttons" },
    { "extensionmobilitydynamic", NULL },
    { "dntracelogging", NULL },
};

static bool
may_update(const struct store_table *t, const struct store_column *c)
{
    if (c->modifiable)
        return true;
    for (size_t i = 0; i < sizeof changed_all_the_same / sizeof changed_all_the_same[0]; i++)
        if (strcmp(changed_all_the_same[i].table, t->name) == 0 &&
            (changed_all_the_same[i].column != NULL ? strcmp(changed_all_the_same[i].column, c->name) == 0
                                                    : !c->primary))
            return true;
    return false;
}

/* ---- values ---- */

static void
check_range(struct sql_work *w, const struct store_column *c, int64_t n)
{
    if (strcmp(c->type, "SMALLINT") == 0 && (n < -32767 || n > 32767))
        sql_fail(w, -1214, NULL);
    if (n < -2147483647 || n > 2147483647)
        sql_fail(w, -1215, NULL);
}

/* Too long a text is cut, whole characters staying whole. */
static void
fit_text(struct sql_work *w, struct sql_expr **e, const struct store_column *c)
{
    struct sql_type to = sql_type_of_kind(SQL_TEXT);

    to.length = (uint16_t)(c->max_length > UINT16_MAX ? 0 : c->max_length);
    if (to.length == 0 || (*e)->kind == EXPR_NULL)
        return;
    if ((*e)->kind == EXPR_TEXT) {
        if ((*e)->length > to.length) {
            (*e)->length = utf8_whole((*e)->name, to.length);
            (*e)->name = arena_strndup(w->arena, (*e)->name, (*e)->length);
        }
        return;
    }
    if ((*e)->kind == EXPR_COLUMN && (*e)->type.length > 0 && (*e)->type.length <= to.length)
        return;
    struct sql_expr *cut = sql_expr_of(w, EXPR_CONVERT, *e, NULL);
    cut->type = to;
    cut->plain = (*e)->plain;
    cut->aggregate = (*e)->aggregate;
    *e = cut;
}

static void
assign(struct sql_work *w, struct sql_expr **e, const struct store_table *t, const struct store_column *c)
{
    struct sql_type to = sql_column_type(c);

    if (c->serial && ((*e)->kind == EXPR_NULL || ((*e)->kind == EXPR_INTEGER && (*e)->number == 0))) {
        (*e)->kind = EXPR_DEFAULT;
        (*e)->name = t->name;
        return;
    }
    if (to.kind == SQL_INT && (*e)->type.kind == SQL_DECIMAL) {
        struct sql_expr *whole = sql_expr_of(w, EXPR_CONVERT, *e, NULL);
        whole->type = to;
        *e = whole;
    } else {
        sql_convert(w, e, to);
    }
    if (to.kind == SQL_INT && (*e)->kind == EXPR_INTEGER)
        check_range(w, c, (*e)->number);
    if (sql_type_is_text(&to))
        fit_text(w, e, c);
}

/* ---- statements ---- */

static void
open_target(struct sql_work *w, struct sql_write *x, int code)
{
    sql_source_open(w, x->target);
    if (x->target->table.type || x->target->table.catalogue || sql_table_is_live(&x->target->table))
        sql_fail(w, code, x->target->table.name);
}

static int
find_target_column(struct sql_work *w, const struct sql_write *x, const char *qualifier, const char *name)
{
    const struct sql_source *s = x->target;

    if (qualifier != NULL && strcmp(qualifier, s->alias) != 0 && strcmp(qualifier, s->name) != 0)
        sql_fail(w, -522, qualifier);
    int i = sql_table_column(w, &s->table, name);
    if (i < 0)
        sql_fail(w, -217, name);
    return i;
}

static void
insert_columns(struct sql_work *w, struct sql_write *x)
{
    const struct store_table *t = &x->target->table;
    unsigned                  most = x->columns != NULL ? x->column_count : t->columns, n = 0;

    x->numbers = arena_alloc(w->arena, (most + 1) * sizeof *x->numbers);
    if (x->columns == NULL) {
        for (unsigned i = 0; i < t->columns; i++)
            if (sql_column_exists(w, store_table_column(t->number, i)))
                x->numbers[n++] = (int)i;
    } else {
        for (; n < x->column_count; n++) {
            x->numbers[n] = find_target_column(w, x, x->qualifiers[n], x->columns[n]);
            for (unsigned k = 0; k < n; k++)
                if (x->numbers[k] == x->numbers[n])
                    sql_fail(w, -328, x->columns[n]);
        }
    }
    x->column_count = n;
}

static void
resolve_insert(struct sql_work *w, struct sql_write *x)
{
    const struct store_table *t = &x->target->table;

    open_target(w, x, -275);
    insert_columns(w, x);
    if (x->select != NULL) {
        sql_resolve_select(w, x->select);
        if (x->select->item_count != x->column_count)
            sql_fail(w, -236, NULL);
        for (struct sql_select *s = x->select; s != NULL; s = s->next)
            for (unsigned i = 0; i < x->column_count; i++)
                assign(w, &s->items[i].expr, t, store_table_column(t->number, (unsigned)x->numbers[i]));
        return;
    }
    if (x->value_count != x->column_count)
        sql_fail(w, -236, NULL);
    for (unsigned i = 0; i < x->value_count; i++) {
        sql_resolve_value(w, &x->values[i]);
        assign(w, &x->values[i], t, store_table_column(t->number, (unsigned)x->numbers[i]));
    }
}

static void
update_columns(struct sql_work *w, struct sql_write *x)
{
    const struct store_table *t = &x->target->table;

    for (unsigned i = 0; i < x->set_count; i++) {
        struct sql_assignment *a = &x->set[i];
        a->number = find_target_column(w, x, a->qualifier, a->column);
        for (unsigned k = 0; k < i; k++)
            if (x->set[k].number == a->number)
                sql_fail(w, -201, NULL);
        if (!may_update(t, store_table_column(t->number, (unsigned)a->number)))
            sql_fail(w, -273, a->column);
    }
}

static void
resolve_update(struct sql_work *w, struct sql_write *x)
{
    const struct store_table *t = &x->target->table;

    update_columns(w, x);
    if (x->row != NULL) {
        sql_resolve_select(w, x->row);
        if (x->row->item_count != x->set_count)
            sql_fail(w, -236, NULL);
    }
    for (unsigned i = 0; i < x->set_count; i++) {
        const struct store_column *c = store_table_column(t->number, (unsigned)x->set[i].number);
        struct sql_expr          **value = x->row != NULL ? &x->row->items[i].expr : &x->set[i].value;
        if (x->row == NULL)
            sql_resolve_value(w, value);
        assign(w, value, t, c);
    }
}

void
sql_resolve_write(struct sql_work *w, struct sql_tree *tree)
{
    struct sql_write  *x = tree->write;
    struct sql_source *only[1] = { x->target };
    struct sql_scope   scope = { .sources = only, .count = 1 };

    if (tree->verb == SQL_INSERT) {
        resolve_insert(w, x);
        return;
    }
    open_target(w, x, tree->verb == SQL_UPDATE ? -273 : -274);
    w->scope = &scope;
    if (tree->verb == SQL_UPDATE)
        resolve_update(w, x);
    if (x->where != NULL)
        sql_resolve_condition(w, &x->where);
    w->scope = NULL;
}
