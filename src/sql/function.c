/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The functions that clients may call: Informix's name, its arguments, what it gives, and what does it in
 * SQLite. An unknown name is -674, a wrong number of arguments -664. */
#include <stdlib.h>
#include <string.h>

#include "sql/sql_priv.h"

static void
check_extend(struct sql_work *w, struct sql_expr *e)
{
    struct sql_type from = e->args[0]->type, to = e->cast;

    if (sql_type_is_text(&from)) {
        from = to;
        sql_convert(w, &e->args[0], to);
    }
    if (from.kind != SQL_DATE && from.kind != SQL_DATETIME && from.kind != SQL_ANY)
        sql_fail(w, -1260, NULL);
    e->type = to;
    e->kind = EXPR_CONVERT;
}

static void
check_now(struct sql_work *w, struct sql_expr *e)
{
    (void)w;
    e->type = e->cast;
}

static void
check_decode(struct sql_work *w, struct sql_expr *e)
{
    for (unsigned i = 1; i + 1 < e->count; i += 2)
        sql_convert_pair(w, &e->args[0], &e->args[i]);
    for (unsigned i = 2; i < e->count; i += 2)
        if (e->args[i]->type.kind != SQL_ANY) {
            e->type = e->args[i]->type;
            return;
        }
}

/* The first value that can be told decides; the others follow it. */
static void
check_first_known(struct sql_work *w, struct sql_expr *e)
{
    for (unsigned i = 0; i < e->count && e->type.kind == SQL_ANY; i++)
        e->type = e->args[i]->type;
    for (unsigned i = 0; i < e->count; i++)
        if (e->type.kind == SQL_BOOL || e->type.kind == SQL_DATE || e->type.kind == SQL_DATETIME)
            sql_convert(w, &e->args[i], e->type);
}

static void
check_nvl2(struct sql_work *w, struct sql_expr *e)
{
    (void)w;
    e->type = e->args[1]->type.kind != SQL_ANY ? e->args[1]->type : e->args[2]->type;
}

static void
check_dbinfo(struct sql_work *w, struct sql_expr *e)
{
    static const struct {
        const char *option;
        uint8_t     least, most, kind;
    } options[] = {
        { "utc_to_datetime", 2, 2, SQL_DATETIME },
        { "utc_current", 1, 1, SQL_INT },
        { "version", 2, 2, SQL_TEXT },
        { "sqlca.sqlerrd1", 1, 1, SQL_INT },
        { "sqlca.sqlerrd2", 1, 1, SQL_INT },
        { "sessionid", 1, 1, SQL_INT },
        { "dbhostname", 1, 1, SQL_TEXT },
        { "dbname", 1, 1, SQL_TEXT },
        { "serial8", 1, 1, SQL_INT },
        { "bigserial", 1, 1, SQL_INT },
    };
    const struct sql_expr *first = e->args[0];
    for (size_t i = 0; first->kind == EXPR_TEXT && i < sizeof options / sizeof options[0]; i++)
        if (strcasecmp(first->name, options[i].option) == 0) {
            if (e->count < options[i].least || e->count > options[i].most)
                sql_fail(w, -664, "dbinfo");
            e->type = sql_type_of_kind((enum sql_kind)options[i].kind);
            return;
        }
    sql_fail(w, -728, first->kind == EXPR_TEXT ? first->name : "");
}

static void
check_minmax(struct sql_work *w, struct sql_expr *e)
{
    (void)w;
    e->type = e->args[0]->type;
}

/* sorted by name */
static const struct sql_function functions[] = {
    { "abs", 1, 1, "n", "0", "abs", false, false, NULL },
    { "add_months", 2, 2, "dn", "0", "sql_add_months", false, false, NULL },
    { "ascii", 1, 1, "t", "n", "unicode", false, false, NULL },
    { "avg", 1, 1, "n", "d", "avg", true, false, NULL },
    { "ceil", 1, 1, "n", "d", "sql_ceil", false, false, NULL },
    { "char_length", 1, 1, "t", "n", "length", false, false, NULL },
    { "character_length", 1, 1, "t", "n", "length", false, false, NULL },
    { "charindex", 2, 3, "ttn", "n", "sql_charindex", false, false, NULL },
    { "chr", 1, 1, "n", "t", "char", false, false, NULL },
    { "coalesce", 1, 100, "*", "*", "sql_coalesce", false, false, check_first_known },
    { "concat", 2, 2, "t", "t", "sql_concat", false, true, NULL },
    { "count", 1, 1, "*", "n", "count", true, false, NULL },
    { "current", 0, 0, "", "*", "sql_current", false, false, check_now },
    { "date", 1, 1, "*", "D", "sql_to_date", false, false, NULL },
    { "day", 1, 1, "D", "n", "sql_day", false, false, NULL },
    { "dbinfo", 1, 3, "*", "*", "sql_dbinfo", false, false, check_dbinfo },
    { "decode", 3, 99, "*", "*", "sql_decode", false, false, check_decode },
    { "exp", 1, 1, "n", "d", "sql_exp", false, false, NULL },
    { "extend", 1, 1, "*", "*", NULL, false, false, check_extend },
    { "floor", 1, 1, "n", "d", "sql_floor", false, false, NULL },
    { "hex", 1, 1, "n", "t", "sql_hex", false, false, NULL },
    { "initcap", 1, 1, "t", "t", "sql_initcap", false, false, NULL },
    { "instr", 2, 2, "t", "n", "instr", false, false, NULL },
    { "last_day", 1, 1, "D", "0", "sql_last_day", false, false, NULL },
    { "left", 2, 2, "tn", "t", "sql_left", false, false, NULL },
    { "len", 1, 1, "t", "n", "sql_length", false, false, NULL },
    { "length", 1, 1, "t", "n", "sql_length", false, false, NULL },
    { "ln", 1, 1, "n", "d", "sql_ln", false, false, NULL },
    { "log10", 1, 1, "n", "d", "sql_log10", false, false, NULL },
    { "logn", 1, 1, "n", "d", "sql_ln", false, false, NULL },
    { "lower", 1, 1, "t", "t", "sql_lower", false, false, NULL },
    { "lpad", 2, 3, "tnt", "t", "sql_lpad", false, false, NULL },
    { "ltrim", 1, 2, "t", "t", "ltrim", false, false, NULL },
    { "max", 1, 1, "*", "*", "max", true, false, check_minmax },
    { "mdy", 3, 3, "n", "D", "sql_mdy", false, false, NULL },
    { "min", 1, 1, "*", "*", "min", true, false, check_minmax },
    { "mod", 2, 2, "n", "n", "sql_mod", false, false, NULL },
    { "month", 1, 1, "D", "n", "sql_month", false, false, NULL },
    { "newid", 0, 0, "", "t", "newid", false, false, NULL },
    { "nullif", 2, 2, "*", "0", "nullif", false, false, NULL },
    { "nvl", 2, 2, "*", "*", "ifnull", false, false, check_first_known },
    { "nvl2", 3, 3, "*", "*", "sql_nvl2", false, false, check_nvl2 },
    { "octet_length", 1, 1, "t", "n", "sql_octets", false, false, NULL },
    { "pow", 2, 2, "n", "d", "sql_power", false, false, NULL },
    { "power", 2, 2, "n", "d", "sql_power", false, false, NULL },
    { "range", 1, 1, "n", "d", "sql_range", true, false, NULL },
    { "regex_replace", 3, 5, "ttt", "t", "sql_regex_replace", false, false, NULL },
    { "replace", 2, 3, "t", "t", "sql_replace", false, false, NULL },
    { "reverse", 1, 1, "t", "t", "sql_reverse", false, false, NULL },
    { "right", 2, 2, "tn", "t", "sql_right", false, false, NULL },
    { "root", 1, 2, "n", "d", "sql_root", false, false, NULL },
    { "round", 1, 2, "n", "d", "sql_round", false, false, NULL },
    { "rpad", 2, 3, "tnt", "t", "sql_rpad", false, false, NULL },
    { "rtrim", 1, 2, "t", "t", "rtrim", false, false, NULL },
    { "space", 1, 1, "n", "t", "sql_space", false, false, NULL },
    { "sqrt", 1, 1, "n", "d", "sql_root", false, false, NULL },
    { "stdev", 1, 1, "n", "d", "sql_stdev", true, false, NULL },
    { "substr", 2, 3, "tnn", "t", "sql_substr", false, false, NULL },
    { "substring", 2, 3, "tnn", "t", "sql_substring", false, false, NULL },
    { "sum", 1, 1, "n", "0", "sum", true, false, NULL },
    { "to_char", 1, 2, "*t", "t", "sql_to_char", false, false, NULL },
    { "to_date", 1, 2, "tt", "m", "sql_to_date_format", false, false, NULL },
    { "to_number", 1, 1, "*", "d", "sql_number", false, false, NULL },
    { "today", 0, 0, "", "*", "sql_today", false, false, check_now },
    { "trim", 1, 2, "t", "t", "trim", false, false, NULL },
    { "trunc", 1, 2, "n", "d", "sql_trunc", false, false, NULL },
    { "upper", 1, 1, "t", "t", "sql_upper", false, false, NULL },
    { "variance", 1, 1, "n", "d", "sql_variance", true, false, NULL },
    { "weekday", 1, 1, "D", "n", "sql_weekday", false, false, NULL },
    { "year", 1, 1, "D", "n", "sql_year", false, false, NULL },
};

static int
compare_names(const void *name, const void *row)
{
    return strcmp(name, ((const struct sql_function *)row)->name);
}

const struct sql_function *
sql_function_find(const char *name)
{
    return bsearch(name, functions, sizeof functions / sizeof functions[0], sizeof functions[0], compare_names);
}

static struct sql_type
result_type(const struct sql_function *f, const struct sql_expr *e)
{
    switch (f->result[0]) {
    case 't': return sql_type_of_kind(SQL_TEXT);
    case 'n': return sql_type_of_kind(SQL_INT);
    case 'd': return sql_type_of_kind(SQL_DECIMAL);
    case 'D': return sql_type_of_kind(SQL_DATE);
    case 'm': return sql_type_of_kind(SQL_DATETIME);
    case '0': return e->args[0]->type;
    default: return sql_type_of_kind(SQL_ANY);
    }
}

static void
convert_args(struct sql_work *w, struct sql_expr *e)
{
    const char *letters = e->function->args;

    for (unsigned i = 0; i < e->count; i++) {
        const struct sql_type *t = &e->args[i]->type;
        if (*letters == 'n' && !sql_type_is_number(t) && t->kind != SQL_DAYS && t->kind != SQL_MONTHS)
            sql_convert(w, &e->args[i], sql_type_of_kind(SQL_DECIMAL));
        if (*letters == 'D' && sql_type_is_text(t))
            sql_convert(w, &e->args[i], sql_type_of_kind(SQL_DATE));
        if (letters[0] != '\0' && letters[1] != '\0')
            letters++;
    }
}

static void
resolve_aggregate(struct sql_work *w, struct sql_expr *e)
{
    struct sql_scope *scope = w->scope;

    if (scope == NULL || !scope->aggregates || scope->in_aggregate)
        sql_fail(w, -201, NULL);
    scope->in_aggregate = true;
    for (unsigned i = 0; i < e->count; i++)
        sql_resolve_value(w, &e->args[i]);
    scope->in_aggregate = false;
}

void
sql_resolve_call(struct sql_work *w, struct sql_expr *e)
{
    const struct sql_function *f = sql_function_find(e->name);

    if (f == NULL)
        sql_fail(w, -674, e->name);
    e->function = f;
    bool counts_rows = e->star && f->aggregate && strcmp(f->name, "count") == 0;
    if ((e->star && !counts_rows) || (e->distinct && !f->aggregate))
        sql_fail(w, -201, NULL);
    if (f->aggregate) {
        resolve_aggregate(w, e);
    } else {
        for (unsigned i = 0; i < e->count; i++)
            sql_resolve_value(w, &e->args[i]);
    }
    if (!counts_rows && (e->count < f->least || e->count > f->most))
        sql_fail(w, f->routine ? -674 : -664, f->name);
    for (unsigned i = 0; i < e->count; i++) {
        e->plain |= e->args[i]->plain;
        e->aggregate |= e->args[i]->aggregate;
    }
    convert_args(w, e);
    e->type = counts_rows ? sql_type_of_kind(SQL_INT) : result_type(f, e);
    if (f->check != NULL)
        f->check(w, e);
    if (f->aggregate) {
        e->aggregate = true;
        e->plain = false;
    }
}
