/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* executeSQLQuery and executeSQLUpdate: a client's SQL, run by sql/, as AXL shapes it: an element a column, named in
 * lower case, without types; a row count for writes. */
#include <string.h>
#include <time.h>

#include "ccmsim/cluster.h"
#include "ccmsim/sql.h"
#include "special.h"

#define TIME_LIMIT_MS 30000u
/* What takes longer waits among its like. */
#define BRIEF_MS 50u
#define STOPPED  (-213)

static bool
cancelled(void *cookie)
{
    return request_cancelled(cookie);
}

static bool
open_statement(struct sql_statement **s, struct axl_call *c, const struct soap_element *rq, bool writes,
               struct ccm_error *err)
{
    struct sql_limits limits = { .ms = TIME_LIMIT_MS,
                                 .processor_ms = c->brief ? BRIEF_MS : 0,
                                 .now_us = (int64_t)time(NULL) * 1000000 };

    if (c->request != NULL) {
        limits.now_us = sim_now_ms(c->request->cluster->sim) * 1000;
        limits.cancelled = cancelled;
        limits.cookie = c->request;
    }
    return sql_open(s, c->conn, axl_text(c, soap_child(rq, "sql")), writes, &limits, err);
}

/* ---- rows ---- */

struct tag { /* of a column, made once */
    const char *start, *end, *empty;
    size_t      start_length, end_length, empty_length;
};

static struct tag *
make_tags(struct axl_call *c, const struct sql_translation *t)
{
    struct tag *tags = arena_alloc(c->arena, sizeof *tags * (t->column_count + 1));

    for (unsigned i = 0; i < t->column_count; i++) {
        struct tag *g = &tags[i];
        g->start = arena_printf(c->arena, "<%s>", t->columns[i]);
        g->end = arena_printf(c->arena, "</%s>", t->columns[i]);
        g->empty = arena_printf(c->arena, "<%s/>", t->columns[i]);
        g->start_length = strlen(g->start);
        g->end_length = strlen(g->end);
        g->empty_length = strlen(g->empty);
    }
    return tags;
}

static void
put_row(struct axl_call *c, struct sql_statement *s, const struct tag *tags, unsigned columns)
{
    xml_open(c->out, "row");
    for (unsigned i = 0; i < columns; i++) {
        size_t      length;
        const char *text = sql_text(s, i, &length);
        if (length == 0) {
            buf_add(c->out, tags[i].empty, tags[i].empty_length);
            continue;
        }
        buf_add(c->out, tags[i].start, tags[i].start_length);
        xml_textn(c->out, text, length);
        buf_add(c->out, tags[i].end, tags[i].end_length);
    }
    xml_close(c->out, "row");
}

static bool
too_large(struct axl_call *c, struct sql_statement *s, unsigned long rows, struct ccm_error *err)
{
    unsigned long total;
    return sql_count(s, &total, err) && axl_fail_too_large(c, total, rows, err);
}

static bool
answer(struct axl_call *c, struct sql_statement *s, struct ccm_error *err)
{
    const struct sql_translation *t = sql_translation_of(s);
    const struct tag             *tags = make_tags(c, t);
    size_t                        start = c->out->len;
    unsigned long                 rows = 0;
    int                           rc;

    xml_open(c->out, "return");
    while ((rc = sql_step(s, err)) == 1) {
        put_row(c, s, tags, t->column_count);
        rows++;
        enum axl_growth growth = axl_answer_grew(c, start, err);
        if (growth != GROWTH_FINE)
            return growth == GROWTH_TOO_LARGE && too_large(c, s, rows, err);
    }
    if (rc < 0)
        return false;
    if (rows == 0) {
        c->out->len = start;
        xml_empty(c->out, "return");
    } else
        xml_close(c->out, "return");
    return true;
}

bool
axl_run_sql_query(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    struct sql_statement *s;

    bool ok = open_statement(&s, c, rq, false, err);
    if (ok) {
        ok = answer(c, s, err);
        sql_close(s);
    }
    c->stopped = !ok && c->brief && err->status == CCM_DATABASE && err->code == STOPPED;
    return ok;
}

bool
axl_run_sql_update(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    struct sql_statement *s;
    int                   rc;
    long long             rows = 0;

    if (!open_statement(&s, c, rq, true, err))
        return false;
    while ((rc = sql_step(s, err)) == 1)
        rows++; /* SELECT ... INTO TEMP: a table that lasts as long as this connection, not longer */
    if (rc == 0) {
        if (!sql_translation_of(s)->into_temp)
            rows = sql_rows_written(s);
        xml_open(c->out, "return");
        xml_leaf(c->out, "rowsUpdated", arena_printf(c->arena, "%lld", rows));
        xml_close(c->out, "return");
    }
    sql_close(s);
    return rc == 0;
}
