/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* executeSQLQuery and executeSQLUpdate: a client's SQL as it stands, run by SQLite behind an authorizer
 * that lets it see and change CallManager's tables and nothing else, with limits on time and size.
 * Errors carry Informix's numbers and words. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "special.h"

#define TIME_LIMIT_MS   30000
#define STEPS_PER_CHECK 1000

struct guard {
    struct axl_call *call;
    struct timespec  deadline;
    bool             writes, late;
    char             hidden[64]; /* table that was asked for and isn't a client's to see */
};

static int
authorize(void *cookie, int action, const char *a, const char *b, const char *db, const char *trigger)
{
    struct guard *g = cookie;
    (void)b;
    (void)db;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_FUNCTION: return b != NULL && strcasecmp(b, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_READ:
        if (trigger != NULL || store_table_known(a) || strncmp(a, "sqlite_", 7) == 0)
            break;
        snprintf(g->hidden, sizeof g->hidden, "%s", a);
        return SQLITE_DENY;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE: return g->writes && (trigger != NULL || store_table_known(a)) ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_DENY;
    }
    if (strncmp(a, "sqlite_", 7) == 0) {
        snprintf(g->hidden, sizeof g->hidden, "%s", a);
        return SQLITE_DENY;
    }
    return SQLITE_OK;
}

static int
progress(void *cookie)
{
    struct guard   *g = cookie;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    g->late =
        now.tv_sec > g->deadline.tv_sec || (now.tv_sec == g->deadline.tv_sec && now.tv_nsec > g->deadline.tv_nsec);
    return g->late || (g->call->request != NULL && request_cancelled(g->call->request));
}

static void
guard_begin(struct guard *g, struct axl_call *c, bool writes)
{
    *g = (struct guard){ .call = c, .writes = writes };
    clock_gettime(CLOCK_MONOTONIC, &g->deadline);
    g->deadline.tv_sec += TIME_LIMIT_MS / 1000;
    sqlite3_set_authorizer(store_db(c->conn), authorize, g);
    sqlite3_progress_handler(store_db(c->conn), STEPS_PER_CHECK, progress, g);
}

static void
guard_end(struct axl_call *c)
{
    sqlite3_set_authorizer(store_db(c->conn), NULL, NULL);
    sqlite3_progress_handler(store_db(c->conn), 0, NULL, NULL);
}

/* SQLite's complaint in Informix's words. */
static bool
prepare_error(const struct guard *g, struct axl_call *c, struct ccm_error *err)
{
    static const struct {
        const char *prefix;
        int         code;
        const char *format;
    } rows[] = {
        { "no such table: ", -206, "The specified table (%s) is not in the database." },
        { "no such column: ", -217, "Column (%s) not found in any table in the query (or SLV is undefined)." },
        { "ambiguous column name: ", -324, "Ambiguous column (%s)." },
        { "no such function: ", -674, "Routine (%s) can not be resolved." },
    };
    const char *message = sqlite3_errmsg(store_db(c->conn));
    if (g->hidden[0] != '\0')
        return ccm_fail_db(err, -206, "The specified table (%s) is not in the database.", g->hidden);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t n = strlen(rows[i].prefix);
        if (strncmp(message, rows[i].prefix, n) == 0) {
            const char *text = arena_strdup(c->arena, message + n);
            char       *name = arena_strdup(c->arena, rows[i].format);
            char       *at = strstr(name, "%s");
            return ccm_fail_db(err, rows[i].code, "%.*s%s%s", (int)(at - name), name, text, at + 2);
        }
    }
    if (sqlite3_errcode(store_db(c->conn)) == SQLITE_AUTH)
        return ccm_fail_db(err, -387, "No connect permission.");
    return ccm_fail_db(err, -201, "A syntax error has occurred.");
}

static sqlite3_stmt *
prepare(struct guard *g, struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    const char   *sql = axl_text(c, soap_child(rq, "sql")), *tail = NULL;
    sqlite3_stmt *s = NULL;

    if (strlen(sql) > BUF_MAX_SQL) {
        ccm_fail_db(err, -202, "An illegal character has been found in the statement.");
        return NULL;
    }
    if (sqlite3_prepare_v2(store_db(c->conn), sql, -1, &s, &tail) != SQLITE_OK) {
        prepare_error(g, c, err);
        return NULL;
    }
    if (s == NULL || tail[strspn(tail, " \t\r\n;")] != '\0') {
        ccm_fail_db(err, -201, "A syntax error has occurred.");
        sqlite3_finalize(s);
        return NULL;
    }
    return s;
}

/* An element name for a column: its label in lower case, less what XML can't have. */
static const char *
column_element(struct axl_call *c, sqlite3_stmt *s, int i)
{
    const char *label = sqlite3_column_name(s, i);
    char       *name = arena_strdup(c->arena, label != NULL ? label : "");
    size_t      n = 0;
    for (const char *p = name; *p != '\0' && (isalnum((unsigned char)*p) || *p == '_'); p++)
        name[n++] = (char)tolower((unsigned char)*p);
    name[n] = '\0';
    return n > 0 && !isdigit((unsigned char)name[0]) ? name : "expression";
}

static int
step(struct guard *g, struct axl_call *c, sqlite3_stmt *s, struct ccm_error *err)
{
    int rc = store_step(c->conn, s, err);
    if (rc < 0 && g->late)
        ccm_fail_db(err, -213, "Statement interrupted by user: it ran longer than %d s", TIME_LIMIT_MS / 1000);
    return rc;
}

static bool
too_large(struct guard *g, struct axl_call *c, sqlite3_stmt *s, unsigned long rows, struct ccm_error *err)
{
    unsigned long total = rows;
    int           rc;
    while ((rc = step(g, c, s, err)) == 1)
        total++;
    return rc == 0 && axl_fail_too_large(c, total, rows, err);
}

static bool
answer(struct guard *g, struct axl_call *c, sqlite3_stmt *s, struct ccm_error *err)
{
    int           columns = sqlite3_column_count(s), rc;
    const char  **names = arena_alloc(c->arena, sizeof *names * (size_t)(columns > 0 ? columns : 1));
    size_t        start = c->out->len;
    unsigned long rows = 0;

    for (int i = 0; i < columns; i++)
        names[i] = column_element(c, s, i);
    xml_open(c->out, "return");
    while ((rc = step(g, c, s, err)) == 1) {
        xml_open(c->out, "row");
        for (int i = 0; i < columns; i++)
            xml_leaf(c->out, names[i], (const char *)sqlite3_column_text(s, i));
        xml_close(c->out, "row");
        rows++;
        enum axl_growth growth = axl_answer_grew(c, start, err);
        if (growth != GROWTH_FINE)
            return growth == GROWTH_TOO_LARGE && too_large(g, c, s, rows, err);
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
    struct guard g;
    bool         ok;

    guard_begin(&g, c, false);
    sqlite3_stmt *s = prepare(&g, c, rq, err);
    if (s != NULL && !sqlite3_stmt_readonly(s))
        ok = ccm_fail_db(err, -201, "A syntax error has occurred.");
    else
        ok = s != NULL && answer(&g, c, s, err);
    sqlite3_finalize(s);
    guard_end(c);
    return ok;
}

bool
axl_run_sql_update(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    struct guard g;
    bool         ok = false;

    guard_begin(&g, c, true);
    sqlite3_stmt *s = prepare(&g, c, rq, err);
    if (s != NULL && sqlite3_stmt_readonly(s))
        ccm_fail_db(err, -201, "A syntax error has occurred.");
    else if (s != NULL && step(&g, c, s, err) == 0) {
        ok = true;
        xml_open(c->out, "return");
        xml_leaf(c->out, "rowsUpdated", arena_printf(c->arena, "%d", sqlite3_changes(store_db(c->conn))));
        xml_close(c->out, "return");
    }
    sqlite3_finalize(s);
    guard_end(c);
    return ok;
}
