/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Running a client's statement: what comes of its translation, with a second wall around it (an authorizer that
 * knows CallManager's tables and nothing else) and limits of time. SQLite's words go to the log, Informix's to
 * the client. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base_priv.h"
#include "ccmsim/log.h"
#include "sql/sql_priv.h"

#define STEPS_A_CHECK 2000
#define COUNT_MS      10000u

struct sql_guard {
    struct sql_limits limits;
    struct timespec   deadline, processor_deadline;
    bool              writes, late;
};

struct sql_statement {
    struct sql_session           *session;
    const struct sql_translation *translation;
    sqlite3_stmt                 *stmt;
    struct sql_guard              guard;
    int64_t                       written;
    bool                          over; /* a write was done by a procedure, or the end was met */
    char                          number[SQL_REAL_TEXT];
};

/* ---- the walls ---- */

/* A row that is removed takes its shadow along. */
static bool
is_open_to_writes(const char *table)
{
    return store_table_known(table) || strncmp(table, "shadow_", 7) == 0;
}

static int
authorize(void *cookie, int action, const char *a, const char *b, const char *db, const char *trigger)
{
    const struct sql_session *s = cookie;
    bool                      fine = false;

    (void)db;
    if (!s->preparing)
        return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT: fine = true; break;
    case SQLITE_FUNCTION: fine = strcasecmp(b, "load_extension") != 0; break;
    case SQLITE_READ:
        fine = trigger != NULL || store_table_known(a) || strncmp(a, "sql_sys", 7) == 0 ||
               strncmp(a, "live_", 5) == 0 || (s->guard->writes && is_open_to_writes(a));
        break;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE: fine = s->guard->writes && (trigger != NULL || is_open_to_writes(a)); break;
    default: break;
    }
    return fine ? SQLITE_OK : SQLITE_DENY;
}

static bool
is_past(clockid_t clock, const struct timespec *deadline)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return now.tv_sec > deadline->tv_sec || (now.tv_sec == deadline->tv_sec && now.tv_nsec > deadline->tv_nsec);
}

static int
progress(void *cookie)
{
    struct sql_guard *g = cookie;

    g->late = is_past(CLOCK_MONOTONIC, &g->deadline) ||
              (g->limits.processor_ms != 0 && is_past(CLOCK_THREAD_CPUTIME_ID, &g->processor_deadline));
    return g->late || (g->limits.cancelled != NULL && g->limits.cancelled(g->limits.cookie));
}

static struct timespec
moment_after(clockid_t clock, unsigned ms)
{
    struct timespec t;

    clock_gettime(clock, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

static void
set_deadline(struct sql_guard *g, unsigned ms)
{
    g->deadline = moment_after(CLOCK_MONOTONIC, ms);
    g->late = false;
}

/* ---- sessions ---- */

static void
session_free(void *data)
{
    struct sql_session *s = data;

    sql_cache_free(s->cache);
    if (s->locale != NULL)
        freelocale(s->locale);
    free(s->tabids);
    free(s);
}

static struct sql_session *
session_of(struct store_conn *c, struct ccm_error *err)
{
    struct store_slot *slot = store_slot(c, STORE_SLOT_SQL);

    if (slot->data != NULL)
        return slot->data;
    struct sql_session *s = base_malloc(sizeof *s);
    *s = (struct sql_session){ .conn = c, .release = store_release(store_release_name(store_of(c))) };
    s->cache = sql_cache_new();
    s->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
    *slot = (struct store_slot){ s, session_free };
    if (s->locale == NULL || !sql_functions_add(store_db(c), s) || !sql_catalogue_add(store_db(c), s)) {
        log_error("SQL for clients: %s", sqlite3_errmsg(store_db(c)));
        ccm_fail(err, CCM_INTERNAL, "the database is not ready");
        return NULL;
    }
    store_live_connect(c);
    sqlite3_set_authorizer(store_db(c), authorize, s);
    return s;
}

/* ---- errors ---- */

/* "!-1213 object" is one of ours. */
static bool
raised(const char *message, struct ccm_error *err)
{
    char *end;

    if (message[0] != '!')
        return false;
    long code = strtol(message + 1, &end, 10);
    if (code == -746)
        ccm_fail_db(err, -746, "%s", *end == ' ' ? end + 1 : end);
    else
        sql_error(err, (int)code, *end == ' ' ? end + 1 : end);
    return true;
}

static int
failed_step(struct sql_statement *s, struct ccm_error *err)
{
    static const struct {
        const char *part;
        int         code;
    } words[] = { { "integer overflow", -1226 }, { "too big", -528 } };
    const char *message = sqlite3_errmsg(store_db(s->session->conn));

    if (s->guard.late) {
        sql_error(err, -213, NULL);
        return -1;
    }
    /* The store has told Informix's errors already; what it took for a mistake of ours may be a client's. */
    if (err->status != CCM_INTERNAL || raised(message, err))
        return -1;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(message, words[i].part) != NULL) {
            sql_error(err, words[i].code, NULL);
            return -1;
        }
    log_error("SQL of a client: %s: %s", message, s->translation->sql);
    ccm_fail(err, CCM_INTERNAL, "The database could not carry out the statement.");
    return -1;
}

/* ---- statements ---- */

static void
bind(sqlite3_stmt *stmt, const struct sql_translation *t)
{
    for (unsigned i = 0; i < t->param_count; i++) {
        const struct sql_param *p = &t->params[i];
        if (p->kind == SQL_PARAM_TEXT)
            sqlite3_bind_text(stmt, (int)i + 1, p->text, (int)p->length, SQLITE_STATIC);
        else if (p->kind == SQL_PARAM_INT)
            sqlite3_bind_int64(stmt, (int)i + 1, p->number);
        else
            sqlite3_bind_double(stmt, (int)i + 1, p->real);
    }
}

static sqlite3_stmt *
prepare(struct sql_statement *s, const char *sql, struct ccm_error *err)
{
    s->session->preparing = true;
    sqlite3_stmt *stmt = store_prepare(s->session->conn, sql, err);
    s->session->preparing = false;
    if (stmt != NULL)
        return stmt;
    log_error("SQL of a client: %s: %s", sqlite3_errmsg(store_db(s->session->conn)), sql);
    sql_error(err, -201, NULL);
    return NULL;
}

static bool
call_procedure(struct sql_statement *s, struct ccm_error *err)
{
    const struct sql_procedure *p = s->translation->procedure;
    const char                 *args[4] = { NULL };
    sqlite3_stmt               *values = s->stmt;

    if (sql_step(s, err) != 1)
        return false;
    for (unsigned i = 0; i < p->args; i++)
        args[i] = (const char *)sqlite3_column_text(values, (int)i);
    if (p->run != NULL) {
        s->over = true;
        return p->run(s->session->conn, args, &s->written, err);
    }
    s->stmt = prepare(s, p->sql, err);
    for (unsigned i = 0; s->stmt != NULL && i < p->args; i++)
        sqlite3_bind_text(s->stmt, (int)i + 1, args[i], -1, SQLITE_TRANSIENT);
    return s->stmt != NULL;
}

static bool
may_run(const struct sql_translation *t, bool writes, struct ccm_error *err)
{
    bool is_write = t->verb == SQL_EXECUTE ? t->procedure->writes : t->verb != SQL_SELECT || t->into_temp;

    if (is_write == writes)
        return true;
    return sql_error(err, is_write ? -387 : -201, NULL);
}

bool
sql_open(struct sql_statement **out, struct store_conn *c, const char *text, bool writes,
         const struct sql_limits *limits, struct ccm_error *err)
{
    struct sql_session *session = session_of(c, err);

    *out = NULL;
    if (session == NULL)
        return false;
    const struct sql_translation *t = sql_cache_find(session->cache, text);
    if (t == NULL)
        t = sql_cache_add(session->cache, text, session->release, err);
    if (t == NULL || !may_run(t, writes, err))
        return false;
    struct sql_statement *s = base_malloc(sizeof *s);
    *s = (struct sql_statement){ .session = session,
                                 .translation = t,
                                 .guard = { .limits = *limits, .writes = writes } };
    set_deadline(&s->guard, limits->ms);
    if (limits->processor_ms != 0)
        s->guard.processor_deadline = moment_after(CLOCK_THREAD_CPUTIME_ID, limits->processor_ms);
    session->now_us = limits->now_us;
    session->guard = &s->guard;
    sqlite3_progress_handler(store_db(c), STEPS_A_CHECK, progress, &s->guard);
    s->stmt = prepare(s, t->sql, err);
    if (s->stmt != NULL)
        bind(s->stmt, t);
    if (s->stmt == NULL || (t->verb == SQL_EXECUTE && !call_procedure(s, err))) {
        sql_close(s);
        return false;
    }
    *out = s;
    return true;
}

const struct sql_translation *
sql_translation_of(const struct sql_statement *s)
{
    return s->translation;
}

int
sql_step(struct sql_statement *s, struct ccm_error *err)
{
    if (s->over)
        return 0;
    int rc = store_step(s->session->conn, s->stmt, err);
    if (rc < 0)
        return failed_step(s, err);
    if (rc == 0) {
        s->over = true;
        s->written = sqlite3_changes64(store_db(s->session->conn));
    }
    return rc;
}

const char *
sql_text(struct sql_statement *s, unsigned column, size_t *length)
{
    /* One look-up instead of three: nobody else uses the connection meanwhile. */
    sqlite3_value *v = sqlite3_column_value(s->stmt, (int)column);

    if (sqlite3_value_type(v) == SQLITE_FLOAT) {
        sql_real_text(sqlite3_value_double(v), s->number);
        *length = strlen(s->number);
        return s->number;
    }
    const char *text = (const char *)sqlite3_value_text(v);
    *length = text != NULL ? (size_t)sqlite3_value_bytes(v) : 0;
    return text;
}

bool
sql_count(struct sql_statement *s, unsigned long *rows, struct ccm_error *err)
{
    const char *sql = s->translation->verb == SQL_EXECUTE ? s->translation->procedure->sql : s->translation->sql;
    char       *text = sqlite3_mprintf("SELECT count(*) FROM (%s)", sql);

    sqlite3_reset(s->stmt);
    s->stmt = text != NULL ? prepare(s, text, err) : NULL;
    sqlite3_free(text);
    if (s->stmt == NULL)
        return false;
    bind(s->stmt, s->translation);
    set_deadline(&s->guard, s->guard.limits.ms < COUNT_MS ? s->guard.limits.ms : COUNT_MS);
    s->over = false;
    if (sql_step(s, err) != 1)
        return false;
    *rows = (unsigned long)sqlite3_column_int64(s->stmt, 0);
    return true;
}

int64_t
sql_rows_written(const struct sql_statement *s)
{
    return s->written;
}

void
sql_close(struct sql_statement *s)
{
    if (s == NULL)
        return;
    if (s->stmt != NULL) {
        sqlite3_reset(s->stmt);
        sqlite3_clear_bindings(s->stmt);
    }
    sqlite3_progress_handler(store_db(s->session->conn), 0, NULL, NULL);
    s->session->guard = NULL;
    free(s);
}
