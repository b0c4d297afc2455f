/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Types and the literals of time: DATETIME(2019-07-11 10:00) YEAR TO MINUTE, INTERVAL(5) DAY TO DAY,
 * CURRENT YEAR TO SECOND, TODAY, and the names of types behind CAST and "::". */
#include <stdlib.h>
#include <string.h>

#include "sql/sql_priv.h"

bool
sql_field_find(const char *word, uint8_t *field)
{
    static const char *const names[] = { "year", "month", "day", "hour", "minute", "second", "fraction" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(word, names[i]) == 0) {
            *field = (uint8_t)i;
            return true;
        }
    return false;
}

/* (n), if it stands there; else the number given. */
static unsigned
parse_size(struct sql_work *w, unsigned otherwise, unsigned most)
{
    if (!sql_take_mark(w, MARK_OPEN))
        return otherwise;
    if (w->token.kind != TOKEN_NUMBER || strspn(w->token.text, "0123456789") != w->token.length || w->token.length > 6)
        sql_fail(w, -201, NULL);
    unsigned long n = strtoul(w->token.text, NULL, 10);
    sql_next(w);
    if (n > most)
        sql_fail(w, -201, NULL);
    if (sql_take_mark(w, MARK_COMMA)) { /* VARCHAR(max, reserve) */
        sql_next(w);
    }
    sql_need_mark(w, MARK_CLOSE);
    return (unsigned)n;
}

bool
sql_parse_fields(struct sql_work *w, struct sql_type *type)
{
    if (w->token.kind != TOKEN_WORD || !sql_field_find(w->token.text, &type->from))
        return false;
    sql_next(w);
    parse_size(w, 0, 9);
    if (!sql_take_word(w, "to")) {
        type->to = type->from;
        return true;
    }
    if (w->token.kind != TOKEN_WORD || !sql_field_find(w->token.text, &type->to) || type->to < type->from)
        sql_fail(w, -201, NULL);
    sql_next(w);
    type->scale = (uint8_t)parse_size(w, type->to == SQL_FRACTION ? 3 : 0, 5);
    return true;
}

/* What stands in the brackets behind the present word, as it stands. */
static char *
raw_bracket(struct sql_work *w, size_t *length)
{
    const char *close = memchr(w->at, ')', (size_t)(w->end - w->at));

    if (close == NULL)
        sql_fail(w, -201, NULL);
    const char *from = w->at;
    while (from < close && *from == ' ')
        from++;
    *length = (size_t)(close - from);
    while (*length > 0 && from[*length - 1] == ' ')
        (*length)--;
    w->at = close + 1;
    w->ahead = (struct sql_token){ .kind = TOKEN_MARK, .mark = MARK_CLOSE };
    sql_next(w);
    sql_next(w);
    return arena_strndup(w->arena, from, *length);
}

static struct sql_expr *
parse_datetime(struct sql_work *w)
{
    size_t           length;
    char            *raw = raw_bracket(w, &length), out[40];
    struct sql_expr *e = sql_expr_new(w, EXPR_TEXT);

    e->type.kind = SQL_DATETIME;
    if (!sql_parse_fields(w, &e->type))
        sql_fail(w, -201, NULL);
    if (!sql_read_time(raw, length, e->type.from, e->type.to, out))
        sql_fail(w, -1263, NULL);
    e->name = arena_strdup(w->arena, out);
    e->length = strlen(out);
    return e;
}

static struct sql_expr *
parse_interval(struct sql_work *w)
{
    size_t           length;
    char            *raw = raw_bracket(w, &length);
    struct sql_expr *e = sql_expr_new(w, EXPR_INTEGER);

    if (!sql_parse_fields(w, &e->type) || (e->type.from <= SQL_MONTH) != (e->type.to <= SQL_MONTH))
        sql_fail(w, -201, NULL);
    e->type.kind = e->type.to <= SQL_MONTH ? SQL_MONTHS : SQL_DAYS;
    if (!sql_read_interval(raw, length, e->type.from, e->type.to, &e->number))
        sql_fail(w, -1263, NULL);
    return e;
}

static struct sql_expr *
parse_now(struct sql_work *w, const char *name, uint8_t kind)
{
    struct sql_expr *e = sql_expr_new(w, EXPR_CALL);

    sql_next(w);
    e->name = name;
    e->cast = (struct sql_type){ .kind = kind, .from = SQL_YEAR, .to = SQL_FRACTION, .scale = 3 };
    if (kind == SQL_DATE)
        e->cast.to = SQL_DAY;
    else
        sql_parse_fields(w, &e->cast);
    return e;
}

struct sql_expr *
sql_parse_time(struct sql_work *w)
{
    bool bracket = sql_ahead_is_mark(w, MARK_OPEN);

    if (bracket && sql_is_word(w, "datetime"))
        return parse_datetime(w);
    if (bracket && sql_is_word(w, "interval"))
        return parse_interval(w);
    if (!bracket && (sql_is_word(w, "current") || sql_is_word(w, "sysdate")))
        return parse_now(w, "current", SQL_DATETIME);
    if (!bracket && sql_is_word(w, "today"))
        return parse_now(w, "today", SQL_DATE);
    return NULL;
}

/* ---- types ---- */

struct sql_type
sql_parse_type(struct sql_work *w)
{
    static const struct {
        const char *name;
        uint8_t     kind;
        uint16_t    length; /* when none is given */
        uint16_t    most;   /* that may be given; 0: none may */
    } types[] = {
        { "integer", SQL_INT, 0, 0 },      { "int", SQL_INT, 0, 0 },
        { "smallint", SQL_INT, 0, 0 },     { "bigint", SQL_INT, 0, 0 },
        { "int8", SQL_INT, 0, 0 },         { "serial", SQL_INT, 0, 0 },
        { "char", SQL_CHAR, 1, 32767 },    { "character", SQL_CHAR, 1, 32767 },
        { "nchar", SQL_CHAR, 1, 32767 },   { "varchar", SQL_TEXT, 1, 255 },
        { "nvarchar", SQL_TEXT, 1, 255 },  { "lvarchar", SQL_TEXT, 2048, 32739 },
        { "boolean", SQL_BOOL, 0, 0 },     { "date", SQL_DATE, 0, 0 },
        { "float", SQL_DECIMAL, 255, 16 }, { "smallfloat", SQL_DECIMAL, 255, 0 },
        { "real", SQL_DECIMAL, 255, 0 },   { "decimal", SQL_DECIMAL, 255, 32 },
        { "dec", SQL_DECIMAL, 255, 32 },   { "numeric", SQL_DECIMAL, 255, 32 },
        { "money", SQL_DECIMAL, 2, 32 },   { "datetime", SQL_DATETIME, 0, 0 },
        { "interval", SQL_DAYS, 0, 0 },
    };
    const char     *name = sql_need_name(w);
    struct sql_type t = { 0 };
    size_t          i = 0;

    while (i < sizeof types / sizeof types[0] && strcmp(types[i].name, name) != 0)
        i++;
    if (i == sizeof types / sizeof types[0])
        sql_fail(w, -9628, name);
    t.kind = types[i].kind;
    if (t.kind == SQL_DATETIME || t.kind == SQL_DAYS) {
        if (!sql_parse_fields(w, &t))
            sql_fail(w, -201, NULL);
        if (t.kind == SQL_DAYS && t.to <= SQL_MONTH)
            t.kind = SQL_MONTHS;
    } else if (t.kind == SQL_DATE) {
        t.to = SQL_DAY;
        t.from = SQL_YEAR;
    } else if (t.kind == SQL_DECIMAL) {
        t.scale = (uint8_t)types[i].length;
        if (types[i].most > 0 && sql_take_mark(w, MARK_OPEN)) {
            sql_next(w);
            t.scale = 0;
            if (sql_take_mark(w, MARK_COMMA)) {
                if (w->token.kind != TOKEN_NUMBER || w->token.length > 2)
                    sql_fail(w, -201, NULL);
                t.scale = (uint8_t)strtoul(w->token.text, NULL, 10);
                sql_next(w);
            }
            sql_need_mark(w, MARK_CLOSE);
        }
    } else if (types[i].most > 0) {
        t.length = (uint16_t)parse_size(w, types[i].length, types[i].most);
    }
    return t;
}
