/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* TO_CHAR and TO_DATE by a format, and dbinfo. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sql/value.h"

/* ---- formats: %Y-%m-%d %H:%M:%S ---- */

static const char *const months[] = { "January", "February", "March",     "April",   "May",      "June",
                                      "July",    "August",   "September", "October", "November", "December" };
static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };

static void
format_one(sqlite3_str *out, char letter, const struct sql_time *t)
{
    int64_t day = sql_days_of(t->field[SQL_YEAR], t->field[SQL_MONTH], t->field[SQL_DAY]);

    switch (letter) {
    case 'Y': sqlite3_str_appendf(out, "%04lld", t->field[SQL_YEAR]); break;
    case 'y': sqlite3_str_appendf(out, "%02lld", t->field[SQL_YEAR] % 100); break;
    case 'm': sqlite3_str_appendf(out, "%02lld", t->field[SQL_MONTH]); break;
    case 'd': sqlite3_str_appendf(out, "%02lld", t->field[SQL_DAY]); break;
    case 'e': sqlite3_str_appendf(out, "%2lld", t->field[SQL_DAY]); break;
    case 'H': sqlite3_str_appendf(out, "%02lld", t->field[SQL_HOUR]); break;
    case 'I': sqlite3_str_appendf(out, "%02lld", (t->field[SQL_HOUR] + 11) % 12 + 1); break;
    case 'M': sqlite3_str_appendf(out, "%02lld", t->field[SQL_MINUTE]); break;
    case 'S': sqlite3_str_appendf(out, "%02lld", t->field[SQL_SECOND]); break;
    case 'F': sqlite3_str_appendf(out, "%03lld", t->field[SQL_FRACTION] / 100); break;
    case 'p': sqlite3_str_appendall(out, t->field[SQL_HOUR] < 12 ? "AM" : "PM"); break;
    case 'B': sqlite3_str_appendall(out, months[t->field[SQL_MONTH] - 1]); break;
    case 'b': sqlite3_str_append(out, months[t->field[SQL_MONTH] - 1], 3); break;
    case 'A': sqlite3_str_appendall(out, days[((day + 4) % 7 + 7) % 7]); break;
    case 'a': sqlite3_str_append(out, days[((day + 4) % 7 + 7) % 7], 3); break;
    default: sqlite3_str_append(out, &letter, 1);
    }
}

/* TO_CHAR(x [, format]): a number as it is, a time by its format. */
static void
fn_to_char(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct sql_time t;
    uint8_t         to;

    if (sql_any_null(argc, argv))
        return;
    if (sqlite3_value_type(argv[0]) == SQLITE_FLOAT) {
        char text[SQL_REAL_TEXT];
        sql_real_text(sqlite3_value_double(argv[0]), text);
        sqlite3_result_text(ctx, text, -1, SQLITE_TRANSIENT);
        return;
    }
    if (argc < 2 || sqlite3_value_type(argv[0]) == SQLITE_INTEGER) {
        sqlite3_result_text(ctx, (const char *)sqlite3_value_text(argv[0]), -1, SQLITE_TRANSIENT);
        return;
    }
    if (!sql_take_time(ctx, argv[0], &t, &to))
        return;
    sqlite3_str *out = sqlite3_str_new(NULL);
    for (const char *f = (const char *)sqlite3_value_text(argv[1]); *f != '\0'; f++) {
        if (*f == '%' && f[1] != '\0')
            format_one(out, *++f, &t);
        else
            sqlite3_str_append(out, f, 1);
    }
    char *made = sqlite3_str_finish(out);
    sqlite3_result_text(ctx, made != NULL ? made : "", -1, made != NULL ? sqlite3_free : NULL);
}

static bool
scan_number(const char **p, size_t most, int64_t *out)
{
    const char *start = *p;

    *out = 0;
    while (**p >= '0' && **p <= '9' && (size_t)(*p - start) < most)
        *out = *out * 10 + (*(*p)++ - '0');
    return *p > start;
}

static bool
scan(const char *p, const char *f, struct sql_time *t)
{
    static const struct {
        char    letter;
        uint8_t field, digits;
    } rows[] = { { 'Y', SQL_YEAR, 4 }, { 'm', SQL_MONTH, 2 },  { 'd', SQL_DAY, 2 },   { 'e', SQL_DAY, 2 },
                 { 'H', SQL_HOUR, 2 }, { 'M', SQL_MINUTE, 2 }, { 'S', SQL_SECOND, 2 } };
    for (; *f != '\0'; f++) {
        if (*f != '%') {
            if (*p++ != *f)
                return false;
            continue;
        }
        f++;
        size_t i = 0;
        while (i < sizeof rows / sizeof rows[0] && rows[i].letter != *f)
            i++;
        if (i == sizeof rows / sizeof rows[0] || !scan_number(&p, rows[i].digits, &t->field[rows[i].field]))
            return false;
    }
    return *p == '\0';
}

/* TO_DATE(text [, format]) */
static void
fn_to_date_format(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct sql_time t = { { 1900, 1, 1, 0, 0, 0, 0 } };
    uint8_t         to;
    char            again[40];

    if (sql_any_null(argc, argv))
        return;
    if (argc < 2) {
        if (sql_take_time(ctx, argv[0], &t, &to))
            sql_give_time(ctx, &t, SQL_YEAR, SQL_SECOND, 0);
        return;
    }
    if (!scan((const char *)sqlite3_value_text(argv[0]), (const char *)sqlite3_value_text(argv[1]), &t)) {
        sql_raise(ctx, -1277, NULL);
        return;
    }
    sql_time_write(&t, SQL_YEAR, SQL_SECOND, 0, again);
    struct sql_time checked;
    if (!sql_time_read(again, strlen(again), SQL_YEAR, SQL_SECOND, &checked))
        sql_raise(ctx, -1263, NULL);
    else
        sqlite3_result_text(ctx, again, -1, SQLITE_TRANSIENT);
}

/* ---- dbinfo ---- */

static void
utc_to_datetime(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct sql_time t;
    bool            integer = false;
    int64_t         utc = 0;
    double          real;
    const char     *text = (const char *)sqlite3_value_text(argv[1]);

    (void)argc;
    if (text == NULL || !sql_read_number(text, (size_t)sqlite3_value_bytes(argv[1]), &integer, &utc, &real) ||
        !integer || utc < 0 || utc > UINT32_MAX) {
        sql_raise(ctx, -885, NULL);
        return;
    }
    sql_time_from_ticks(utc * 100000, &t);
    sql_give_time(ctx, &t, SQL_YEAR, SQL_SECOND, 0);
}

static void
utc_current(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    (void)argv;
    sqlite3_result_int64(ctx, sql_session_of(ctx)->now_us / 1000000);
}

/* The database server of each release, as far as that is known. */
static void
version(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    static const struct {
        unsigned    from;
        const char *major, *minor, *level;
    } servers[] = {
        { 1205, "12", "10", "FC11" }, { 1000, "11", "70", "UC7" }, { 800, "11", "50", "UC4" }, { 0, "10", "00", "UC5" }
    };
    const char *what = argc > 1 ? (const char *)sqlite3_value_text(argv[1]) : NULL;
    char        text[120];
    size_t      i = 0;

    while (sql_session_of(ctx)->release < servers[i].from)
        i++;
    if (what == NULL)
        what = "";
    if (strcmp(what, "full") == 0)
        snprintf(text, sizeof text, "IBM Informix Dynamic Server Version %s.%s.%s", servers[i].major, servers[i].minor,
                 servers[i].level);
    else if (strcmp(what, "server-type") == 0)
        snprintf(text, sizeof text, "IBM Informix Dynamic Server");
    else if (strcmp(what, "major") == 0)
        snprintf(text, sizeof text, "%s", servers[i].major);
    else if (strcmp(what, "minor") == 0)
        snprintf(text, sizeof text, "%s", servers[i].minor);
    else if (strcmp(what, "level") == 0)
        snprintf(text, sizeof text, "%s", servers[i].level + 1);
    else if (strcmp(what, "os") == 0)
        snprintf(text, sizeof text, "%c", servers[i].level[0]);
    else {
        sql_raise(ctx, -728, what);
        return;
    }
    sqlite3_result_text(ctx, text, -1, SQLITE_TRANSIENT);
}

static void
zero(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    (void)argv;
    sqlite3_result_int(ctx, 0);
}

static void
server_name(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    (void)argv;
    sqlite3_result_text(ctx, "ccm", -1, SQLITE_STATIC);
}

static void
fn_dbinfo(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    static const struct {
        const char *option;
        void (*fn)(sqlite3_context *, int, sqlite3_value **);
    } rows[] = { { "utc_to_datetime", utc_to_datetime },
                 { "utc_current", utc_current },
                 { "version", version },
                 { "dbhostname", server_name },
                 { "dbname", server_name } };
    const char *option = (const char *)sqlite3_value_text(argv[0]);

    for (size_t i = 0; option != NULL && i < sizeof rows / sizeof rows[0]; i++)
        if (strcasecmp(option, rows[i].option) == 0) {
            rows[i].fn(ctx, argc, argv);
            return;
        }
    zero(ctx, argc, argv);
}

const struct sql_native sql_info_natives[] = {
    { "sql_to_char", -1, fn_to_char, NULL, false },
    { "sql_to_date_format", -1, fn_to_date_format, NULL, false },
    { "sql_dbinfo", -1, fn_dbinfo, NULL, true },
    { NULL, 0, NULL, NULL, false },
};
