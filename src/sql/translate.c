/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* From text to what SQLite runs: the walk through the steps. */
#include <string.h>

#include "sql/sql_priv.h"

/* Names as AXL writes them: elements of XML, in lower case. */
static const char *
element_name(struct sql_work *w, const char *name)
{
    char *copy = arena_strdup(w->arena, name), *to = copy;

    for (const char *p = name; *p != '\0'; p++)
        if (*p != '$')
            *to++ = *p;
    *to = '\0';
    return *copy != '\0' ? copy : "expression";
}

static void
name_columns(struct sql_work *w, const struct sql_tree *t, struct sql_translation *out)
{
    if (t->verb == SQL_EXECUTE) {
        out->columns = t->procedure->columns;
        while (out->column_count < 2 && out->columns[out->column_count] != NULL)
            out->column_count++;
        return;
    }
    if (t->select == NULL)
        return;
    const char **names = arena_alloc(w->arena, (t->select->item_count + 1) * sizeof *names);
    for (unsigned i = 0; i < t->select->item_count; i++)
        names[i] = element_name(w, t->select->items[i].name);
    out->columns = names;
    out->column_count = t->select->item_count;
    out->into_temp = t->select->temp != NULL;
}

static void
walk(struct sql_work *w, const char *text, struct sql_translation *out)
{
    struct sql_tree tree = { 0 };

    sql_lex_start(w, text);
    sql_parse(w, &tree);
    sql_resolve(w, &tree);
    sql_emit(w, &tree);
    if (w->out.overflow)
        sql_fail(w, -460, NULL);
    *out = (struct sql_translation){ .verb = tree.verb,
                                     .sql = arena_strdup(w->arena, buf_cstr(&w->out)),
                                     .params = w->params,
                                     .param_count = w->param_count,
                                     .procedure = tree.procedure };
    name_columns(w, &tree, out);
}

bool
sql_translate(struct arena *a, const char *text, unsigned release, struct sql_translation *out, struct ccm_error *err)
{
    struct sql_work *w = arena_alloc(a, sizeof *w);
    volatile bool    ok = false;

    w->arena = a;
    w->err = err;
    w->release = release;
    buf_init(&w->out, BUF_MAX_TEXT);
    if (setjmp(w->failed) == 0) {
        walk(w, text, out);
        ok = true;
    }
    buf_release(&w->out);
    return ok;
}
