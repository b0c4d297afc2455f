/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A whole statement: which kind, INSERT, UPDATE, DELETE and EXECUTE, and that nothing follows it. */
#include <string.h>

#include "sql/sql_priv.h"

static void
parse_select(struct sql_work *w, struct sql_tree *t)
{
    t->verb = SQL_SELECT;
    t->select = sql_parse_select(w);
}

/* ---- INSERT ---- */

static void
parse_columns(struct sql_work *w, struct sql_write *x)
{
    struct sql_list names = { 0 }, qualifiers = { 0 };

    sql_need_mark(w, MARK_OPEN);
    do {
        const char *name = sql_need_name(w), *qualifier = NULL;
        if (sql_take_mark(w, MARK_DOT)) {
            qualifier = name;
            name = sql_need_name(w);
        }
        sql_list_add(w, &names, (void *)(uintptr_t)name);
        sql_list_add(w, &qualifiers, (void *)(uintptr_t)qualifier);
    } while (sql_take_mark(w, MARK_COMMA));
    sql_need_mark(w, MARK_CLOSE);
    x->columns = (const char **)names.ptr;
    x->qualifiers = (const char **)qualifiers.ptr;
    x->column_count = names.count;
}

static void
parse_values(struct sql_work *w, struct sql_write *x)
{
    struct sql_list l = { 0 };

    sql_need_mark(w, MARK_OPEN);
    do
        sql_list_add(w, &l, sql_parse_expr(w));
    while (sql_take_mark(w, MARK_COMMA));
    sql_need_mark(w, MARK_CLOSE);
    x->values = (struct sql_expr **)l.ptr;
    x->value_count = l.count;
}

static void
parse_insert(struct sql_work *w, struct sql_tree *t)
{
    struct sql_write *x = t->write = sql_new(w, sizeof *x);

    t->verb = SQL_INSERT;
    sql_next(w);
    sql_need_word(w, "into");
    x->target = sql_parse_table(w);
    if (sql_is_mark(w, MARK_OPEN))
        parse_columns(w, x);
    if (sql_take_word(w, "values"))
        parse_values(w, x);
    else if (sql_is_word(w, "select"))
        x->select = sql_parse_select(w);
    else
        sql_fail(w, -201, NULL);
}

/* ---- UPDATE ---- */

static void
parse_set_name(struct sql_work *w, struct sql_assignment *a)
{
    a->column = sql_need_name(w);
    if (sql_take_mark(w, MARK_DOT)) {
        a->qualifier = a->column;
        a->column = sql_need_name(w);
    }
}

static struct sql_assignment *
add_assignment(struct sql_work *w, struct sql_list *l)
{
    struct sql_assignment *a = sql_new(w, sizeof *a);
    sql_list_add(w, l, a);
    return a;
}

/* (a, b) = (x, y), or = (SELECT ...) */
static void
parse_set_row(struct sql_work *w, struct sql_write *x, struct sql_list *l)
{
    unsigned first = l->count;

    sql_need_mark(w, MARK_OPEN);
    do
        parse_set_name(w, add_assignment(w, l));
    while (sql_take_mark(w, MARK_COMMA));
    sql_need_mark(w, MARK_CLOSE);
    sql_need_mark(w, MARK_EQUAL);
    sql_need_mark(w, MARK_OPEN);
    bool bracket = sql_is_mark(w, MARK_OPEN) && w->ahead.kind == TOKEN_WORD && strcmp(w->ahead.text, "select") == 0;
    if (bracket)
        sql_next(w);
    if (sql_is_word(w, "select")) {
        if (first != 0 || x->row != NULL)
            sql_fail(w, -201, NULL);
        x->row = sql_parse_select(w);
        if (bracket)
            sql_need_mark(w, MARK_CLOSE);
    } else {
        unsigned i = first;
        do {
            if (i >= l->count)
                sql_fail(w, -236, NULL);
            ((struct sql_assignment *)l->ptr[i++])->value = sql_parse_expr(w);
        } while (sql_take_mark(w, MARK_COMMA));
        if (i != l->count)
            sql_fail(w, -236, NULL);
    }
    sql_need_mark(w, MARK_CLOSE);
}

static void
parse_update(struct sql_work *w, struct sql_tree *t)
{
    struct sql_write *x = t->write = sql_new(w, sizeof *x);
    struct sql_list   l = { 0 };

    t->verb = SQL_UPDATE;
    sql_next(w);
    x->target = sql_parse_table(w);
    if (sql_take_word(w, "as"))
        x->target->alias = sql_need_name(w);
    else if (!sql_is_word(w, "set"))
        x->target->alias = sql_need_name(w);
    sql_need_word(w, "set");
    do {
        if (sql_is_mark(w, MARK_OPEN)) {
            parse_set_row(w, x, &l);
            continue;
        }
        if (x->row != NULL)
            sql_fail(w, -201, NULL);
        struct sql_assignment *a = add_assignment(w, &l);
        parse_set_name(w, a);
        sql_need_mark(w, MARK_EQUAL);
        a->value = sql_parse_expr(w);
    } while (sql_take_mark(w, MARK_COMMA));
    x->set = arena_alloc(w->arena, l.count * sizeof *x->set);
    for (unsigned i = 0; i < l.count; i++)
        x->set[i] = *(struct sql_assignment *)l.ptr[i];
    x->set_count = l.count;
    if (sql_take_word(w, "where"))
        x->where = sql_parse_expr(w);
}

static void
parse_delete(struct sql_work *w, struct sql_tree *t)
{
    struct sql_write *x = t->write = sql_new(w, sizeof *x);

    t->verb = SQL_DELETE;
    sql_next(w);
    sql_need_word(w, "from");
    x->target = sql_parse_table(w);
    if (sql_take_word(w, "as"))
        x->target->alias = sql_need_name(w);
    else if (w->token.kind == TOKEN_WORD && !sql_is_reserved(w->token.text))
        x->target->alias = sql_need_name(w);
    if (sql_take_word(w, "where"))
        x->where = sql_parse_expr(w);
}

/* ---- EXECUTE PROCEDURE name(args) ---- */

static void
parse_execute(struct sql_work *w, struct sql_tree *t)
{
    struct sql_list l = { 0 };

    t->verb = SQL_EXECUTE;
    sql_next(w);
    if (!sql_take_word(w, "procedure"))
        sql_need_word(w, "function");
    const char *name = sql_need_name(w);
    if (sql_take_mark(w, MARK_DOT))
        name = sql_need_name(w);
    sql_need_mark(w, MARK_OPEN);
    while (!sql_is_mark(w, MARK_CLOSE)) {
        sql_list_add(w, &l, sql_parse_value(w));
        if (!sql_take_mark(w, MARK_COMMA))
            break;
    }
    sql_need_mark(w, MARK_CLOSE);
    t->procedure = sql_procedure_find(name);
    if (t->procedure == NULL || t->procedure->args != l.count)
        sql_fail(w, -674, name);
    t->args = (struct sql_expr **)l.ptr;
    t->arg_count = l.count;
}

/* What the user that AXL connects as has no right to. */
static void
parse_forbidden(struct sql_work *w, struct sql_tree *t)
{
    (void)t;
    sql_fail(w, -388, NULL);
}

void
sql_parse(struct sql_work *w, struct sql_tree *t)
{
    static const struct {
        const char *word;
        void (*parse)(struct sql_work *w, struct sql_tree *t);
    } rows[] = {
        { "select", parse_select },     { "insert", parse_insert },        { "update", parse_update },
        { "delete", parse_delete },     { "execute", parse_execute },      { "create", parse_forbidden },
        { "drop", parse_forbidden },    { "alter", parse_forbidden },      { "grant", parse_forbidden },
        { "revoke", parse_forbidden },  { "rename", parse_forbidden },     { "truncate", parse_forbidden },
        { "lock", parse_forbidden },    { "unlock", parse_forbidden },     { "database", parse_forbidden },
        { "connect", parse_forbidden }, { "disconnect", parse_forbidden },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (sql_is_word(w, rows[i].word)) {
            rows[i].parse(w, t);
            if (sql_take_mark(w, MARK_SEMICOLON) && w->token.kind != TOKEN_END)
                sql_fail(w, -555, NULL);
            if (w->token.kind != TOKEN_END)
                sql_fail(w, -201, NULL);
            return;
        }
    sql_fail(w, -201, NULL);
}
