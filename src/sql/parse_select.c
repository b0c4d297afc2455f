/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* SELECT: SKIP and FIRST, the select list, FROM with all its joins, and what follows. */
#include <stdlib.h>
#include <string.h>

#include "sql/sql_priv.h"

#define MOST INT32_MAX

static struct sql_from *parse_from_list(struct sql_work *w);

/* ---- SKIP m FIRST n DISTINCT ---- */

static bool
take_count(struct sql_work *w, const char *word, int64_t *n)
{
    if (!sql_is_word(w, word) || w->ahead.kind != TOKEN_NUMBER)
        return false;
    sql_next(w);
    if (strspn(w->token.text, "0123456789") != w->token.length)
        sql_fail(w, -201, NULL);
    *n = w->token.length > 10 ? MOST : strtoll(w->token.text, NULL, 10);
    if (*n > MOST)
        *n = MOST;
    sql_next(w);
    return true;
}

static void
parse_options(struct sql_work *w, struct sql_select *s)
{
    take_count(w, "skip", &s->skip);
    s->has_first = take_count(w, "first", &s->first) || take_count(w, "limit", &s->first);
    /* A column may be called so: then a comma, FROM or an alias's AS follows. */
    bool name =
        sql_ahead_is_mark(w, MARK_COMMA) || sql_ahead_is_mark(w, MARK_DOT) ||
        (w->ahead.kind == TOKEN_WORD && (strcmp(w->ahead.text, "from") == 0 || strcmp(w->ahead.text, "as") == 0));
    if (name)
        return;
    if (sql_take_word(w, "distinct") || sql_take_word(w, "unique"))
        s->distinct = true;
    else
        sql_take_word(w, "all");
}

/* ---- the select list ---- */

static bool
takes_alias(const struct sql_work *w)
{
    return w->token.kind == TOKEN_WORD && !sql_is_reserved(w->token.text);
}

/* "select name group from": any word may be one where nothing else can stand. */
static bool
takes_odd_alias(const struct sql_work *w)
{
    return w->token.kind == TOKEN_WORD && strcmp(w->token.text, "from") != 0 &&
           (sql_ahead_is_mark(w, MARK_COMMA) || (w->ahead.kind == TOKEN_WORD && strcmp(w->ahead.text, "from") == 0));
}

static void
parse_item(struct sql_work *w, struct sql_item *item)
{
    if (sql_take_mark(w, MARK_STAR)) {
        item->star = true;
        return;
    }
    if (w->token.kind == TOKEN_WORD && sql_ahead_is_mark(w, MARK_DOT)) {
        /* t.* needs a third token: seen only after t and the dot. */
        const char      *at = w->at;
        struct sql_token token = w->token, ahead = w->ahead;
        item->star_of = sql_need_name(w);
        sql_next(w);
        if (sql_take_mark(w, MARK_STAR)) {
            item->star = true;
            return;
        }
        item->star_of = NULL;
        w->at = at;
        w->token = token;
        w->ahead = ahead;
    }
    item->expr = sql_parse_expr(w);
    if (sql_take_word(w, "as"))
        item->alias = sql_need_name(w);
    else if (takes_alias(w) || takes_odd_alias(w))
        item->alias = sql_need_name(w);
}

static void
parse_items(struct sql_work *w, struct sql_select *s)
{
    unsigned room = 0;

    do {
        if (s->item_count == SQL_MAX_ITEMS)
            sql_fail(w, -528, NULL);
        if (s->item_count == room) {
            room = room == 0 ? 16 : room * 2;
            struct sql_item *more = arena_alloc(w->arena, room * sizeof *more);
            if (s->item_count > 0)
                memcpy(more, s->items, s->item_count * sizeof *more);
            s->items = more;
        }
        parse_item(w, &s->items[s->item_count++]);
    } while (sql_take_mark(w, MARK_COMMA));
}

/* ---- FROM ---- */

static void
parse_renamed(struct sql_work *w, struct sql_source *s)
{
    struct sql_list l = { 0 };

    if (!sql_take_mark(w, MARK_OPEN))
        return;
    do
        sql_list_add(w, &l, (void *)(uintptr_t)sql_need_name(w));
    while (sql_take_mark(w, MARK_COMMA));
    sql_need_mark(w, MARK_CLOSE);
    s->renamed = (const char *const *)l.ptr;
    s->renamed_count = l.count;
}

static void
parse_alias(struct sql_work *w, struct sql_source *s)
{
    if (sql_take_word(w, "as"))
        s->alias = sql_need_name(w);
    else if (takes_alias(w))
        s->alias = sql_need_name(w);
}

/* [owner.]name; a colon would name another database. */
struct sql_source *
sql_parse_table(struct sql_work *w)
{
    struct sql_source *s = sql_new(w, sizeof *s);

    if (w->token.kind == TOKEN_STRING && w->token.double_quoted && sql_ahead_is_mark(w, MARK_DOT)) {
        sql_next(w);
        sql_next(w);
    }
    if (w->token.kind == TOKEN_WORD && sql_is_reserved(w->token.text))
        sql_fail(w, -201, NULL);
    s->name = sql_need_name(w);
    if (sql_is_mark(w, MARK_COLON))
        sql_fail(w, -329, NULL);
    if (sql_take_mark(w, MARK_DOT))
        s->name = sql_need_name(w);
    return s;
}

static struct sql_source *
parse_derived(struct sql_work *w, unsigned closes)
{
    struct sql_source *s = sql_new(w, sizeof *s);

    s->derived = sql_parse_select(w);
    while (closes-- > 0)
        sql_need_mark(w, MARK_CLOSE);
    parse_alias(w, s);
    if (s->alias != NULL)
        parse_renamed(w, s);
    return s;
}

/* A table, a derived one, or joins in brackets. */
static void
parse_part(struct sql_work *w, struct sql_from *f)
{
    if (sql_is_word(w, "table") && sql_ahead_is_mark(w, MARK_OPEN)) { /* TABLE(MULTISET(SELECT ...)) */
        sql_next(w);
        sql_next(w);
        sql_need_word(w, "multiset");
        sql_need_mark(w, MARK_OPEN);
        f->source = parse_derived(w, 2);
    } else if (sql_take_mark(w, MARK_OPEN)) {
        if (sql_is_word(w, "select")) {
            f->source = parse_derived(w, 1);
            return;
        }
        f->parts = parse_from_list(w);
        sql_need_mark(w, MARK_CLOSE);
    } else {
        f->source = sql_parse_table(w);
        parse_alias(w, f->source);
    }
}

/* The words of a join that begins here; false: none does. */
static bool
take_join(struct sql_work *w, enum sql_join *join)
{
    static const struct {
        const char   *word;
        enum sql_join join;
        bool          outer;
    } rows[] = { { "inner", JOIN_INNER, false },
                 { "left", JOIN_LEFT, true },
                 { "right", JOIN_RIGHT, true },
                 { "full", JOIN_FULL, true },
                 { "cross", JOIN_CROSS, false } };

    *join = JOIN_INNER;
    if (sql_take_word(w, "join"))
        return true;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (sql_take_word(w, rows[i].word)) {
            if (rows[i].outer)
                sql_take_word(w, "outer");
            sql_need_word(w, "join");
            *join = rows[i].join;
            return true;
        }
    return false;
}

static struct sql_from *
parse_from_list(struct sql_work *w)
{
    struct sql_from *first = NULL, **at = &first;
    enum sql_join    join = JOIN_COMMA;

    sql_descend(w);
    do {
        struct sql_from *f = sql_new(w, sizeof *f);
        *at = f;
        at = &f->next;
        f->join = join;
        if (join == JOIN_COMMA && sql_is_word(w, "outer") && !sql_ahead_is_mark(w, MARK_COMMA)) {
            sql_next(w);
            f->join = JOIN_OUTER;
        }
        parse_part(w, f);
        if (join != JOIN_COMMA && join != JOIN_CROSS) {
            sql_need_word(w, "on");
            f->on = sql_parse_expr(w);
        } else if (join == JOIN_CROSS && sql_take_word(w, "on")) {
            f->on = sql_parse_expr(w);
        }
        join = JOIN_COMMA;
    } while (sql_take_mark(w, MARK_COMMA) || take_join(w, &join));
    w->depth--;
    return first;
}

/* ---- GROUP BY, ORDER BY ---- */

static void
parse_groups(struct sql_work *w, struct sql_select *s)
{
    struct sql_list l = { 0 };

    sql_need_word(w, "by");
    do
        sql_list_add(w, &l, sql_parse_value(w));
    while (sql_take_mark(w, MARK_COMMA));
    s->groups = (struct sql_expr **)l.ptr;
    s->group_count = l.count;
}

static void
parse_orders(struct sql_work *w, struct sql_select *s)
{
    struct sql_list l = { 0 };

    sql_need_word(w, "by");
    do {
        struct sql_order *o = sql_new(w, sizeof *o);
        o->expr = sql_parse_value(w);
        if (sql_take_word(w, "desc"))
            o->descending = true;
        else
            sql_take_word(w, "asc");
        sql_list_add(w, &l, o);
    } while (sql_take_mark(w, MARK_COMMA));
    s->orders = arena_alloc(w->arena, l.count * sizeof *s->orders);
    for (unsigned i = 0; i < l.count; i++)
        s->orders[i] = *(struct sql_order *)l.ptr[i];
    s->order_count = l.count;
}

static struct sql_select *
parse_branch(struct sql_work *w)
{
    struct sql_select *s = sql_new(w, sizeof *s);

    sql_need_word(w, "select");
    parse_options(w, s);
    parse_items(w, s);
    sql_need_word(w, "from");
    s->from = parse_from_list(w);
    if (sql_take_word(w, "where"))
        s->where = sql_parse_expr(w);
    if (sql_take_word(w, "group"))
        parse_groups(w, s);
    if (sql_take_word(w, "having"))
        s->having = sql_parse_expr(w);
    return s;
}

/* What follows the last branch holds for the whole. */
static void
parse_end(struct sql_work *w, struct sql_select *s)
{
    if (sql_take_word(w, "order"))
        parse_orders(w, s);
    if (!s->has_first)
        s->has_first = take_count(w, "limit", &s->first);
    if (sql_take_word(w, "into")) {
        if (!sql_take_word(w, "temp") && !sql_take_word(w, "scratch"))
            sql_fail(w, -201, NULL);
        s->temp = sql_need_name(w);
        if (sql_take_word(w, "with")) {
            sql_need_word(w, "no");
            sql_need_word(w, "log");
        }
    }
    if (sql_take_word(w, "for")) {
        if (sql_take_word(w, "read"))
            sql_need_word(w, "only");
        else
            sql_need_word(w, "update");
    }
}

struct sql_select *
sql_parse_select(struct sql_work *w)
{
    unsigned branches = 1;

    sql_descend(w);
    if (++w->nested > SQL_MAX_NESTED)
        sql_fail(w, -201, NULL);
    struct sql_select *first = parse_branch(w), *last = first;

    while (sql_take_word(w, "union")) {
        if (++branches > 64)
            sql_fail(w, -201, NULL);
        last->all_next = sql_take_word(w, "all");
        last->next = parse_branch(w);
        last = last->next;
        if (last->has_first || last->skip > 0) /* they are of the whole, and stand in its first part */
            sql_fail(w, -944, last->has_first ? "first" : "skip");
    }
    parse_end(w, first);
    w->depth--;
    w->nested--;
    return first;
}
