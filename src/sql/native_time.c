/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Functions on dates and times, and dbinfo. The node's clock is UTC. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sql/value.h"

static bool
any_null(int argc, sqlite3_value **argv)
{
    for (int i = 0; i < argc; i++)
        if (sqlite3_value_type(argv[i]) == SQLITE_NULL)
            return true;
    return false;
}

static void
give_time(sqlite3_context *ctx, const struct sql_time *t, uint8_t from, uint8_t to, uint8_t scale)
{
    char out[40];

    sql_time_write(t, from, to, scale, out);
    sqlite3_result_text(ctx, out, -1, SQLITE_TRANSIENT);
}

/* What a text can be: a whole time with or without fraction, or a date. */
static bool
read_any(sqlite3_value *v, struct sql_time *t, uint8_t *to)
{
    static const uint8_t ends[] = { SQL_DAY, SQL_SECOND, SQL_FRACTION, SQL_MINUTE, SQL_HOUR };
    const char          *text = (const char *)sqlite3_value_text(v);

    for (size_t i = 0; text != NULL && i < sizeof ends; i++)
        if (sql_time_read(text, (size_t)sqlite3_value_bytes(v), SQL_YEAR, ends[i], t)) {
            *to = ends[i];
            return true;
        }
    return false;
}

static bool
read_or_raise(sqlite3_context *ctx, sqlite3_value *v, struct sql_time *t, uint8_t *to)
{
    if (read_any(v, t, to))
        return true;
    sql_raise(ctx, -1218, NULL);
    return false;
}

static void
now(sqlite3_context *ctx, struct sql_time *t)
{
    sql_time_from_ticks(sql_session_of(ctx)->now_us / 10, t);
}

/* sql_current(from, to, scale) */
static void
fn_current(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct sql_time t;

    (void)argc;
    now(ctx, &t);
    give_time(ctx, &t, (uint8_t)sqlite3_value_int(argv[0]), (uint8_t)sqlite3_value_int(argv[1]),
              (uint8_t)sqlite3_value_int(argv[2]));
}

static void
fn_today(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct sql_time t;

    (void)argc;
    (void)argv;
    now(ctx, &t);
    give_time(ctx, &t, SQL_YEAR, SQL_DAY, 0);
}

/* sql_extend(x, from, to, from, to, scale): the fields of the one to those of the other; leading fields that it
 * lacks are those of now, trailing ones the lowest. from -1: text that must have the wanted fields. */
static void
fn_extend(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    int             have_from = sqlite3_value_int(argv[1]), have_to = sqlite3_value_int(argv[2]);
    uint8_t         from = (uint8_t)sqlite3_value_int(argv[3]), to = (uint8_t)sqlite3_value_int(argv[4]), end;
    const char     *text = (const char *)sqlite3_value_text(argv[0]);
    struct sql_time t, present;

    (void)argc;
    if (text == NULL)
        return;
    size_t length = (size_t)sqlite3_value_bytes(argv[0]);
    if (have_from < 0) {
        if (!sql_time_read(text, length, from, to, &t) && (from != SQL_YEAR || !read_any(argv[0], &t, &end))) {
            sql_raise(ctx, from == SQL_YEAR && to == SQL_DAY ? -1218 : -1263, NULL);
            return;
        }
    } else if (!sql_time_read(text, length, (uint8_t)have_from, (uint8_t)have_to, &t)) {
        sql_raise(ctx, -1263, NULL);
        return;
    } else {
        now(ctx, &present);
        for (int i = 0; i < have_from; i++)
            t.field[i] = present.field[i];
    }
    give_time(ctx, &t, from, to, (uint8_t)sqlite3_value_int(argv[5]));
}

/* ---- parts ---- */

static void
part(sqlite3_context *ctx, sqlite3_value *v, int field)
{
    struct sql_time t;
    uint8_t         to;

    if (sqlite3_value_type(v) == SQLITE_NULL || !read_or_raise(ctx, v, &t, &to))
        return;
    if (field < 0) {
        int64_t days = sql_days_of(t.field[SQL_YEAR], t.field[SQL_MONTH], t.field[SQL_DAY]);
        sqlite3_result_int64(ctx, ((days + 4) % 7 + 7) % 7);
    } else {
        sqlite3_result_int64(ctx, t.field[field]);
    }
}

static void
fn_year(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    part(ctx, argv[0], SQL_YEAR);
}

static void
fn_month(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    part(ctx, argv[0], SQL_MONTH);
}

static void
fn_day(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    part(ctx, argv[0], SQL_DAY);
}

static void
fn_weekday(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    part(ctx, argv[0], -1);
}

static void
fn_mdy(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    if (any_null(argc, argv))
        return;
    int64_t month = sqlite3_value_int64(argv[0]), day = sqlite3_value_int64(argv[1]),
            year = sqlite3_value_int64(argv[2]);
    if (month < 1 || month > 12)
        sql_raise(ctx, -1205, NULL);
    else if (year < 1 || year > 9999)
        sql_raise(ctx, -1204, NULL);
    else if (day < 1 || day > sql_days_of_month(year, month))
        sql_raise(ctx, -1206, NULL);
    else
        give_time(ctx, &(struct sql_time){ { year, month, day, 0, 0, 0, 0 } }, SQL_YEAR, SQL_DAY, 0);
}

/* DATE(x): of text, of a time, of the number of days since the end of 1899. */
static void
fn_to_date(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct sql_time t;
    uint8_t         to;

    if (any_null(argc, argv))
        return;
    if (sqlite3_value_type(argv[0]) == SQLITE_INTEGER) {
        int64_t days = sqlite3_value_int64(argv[0]);
        if (days < -693594 || days > 2958464) {
            sql_raise(ctx, -1204, NULL);
            return;
        }
        sql_time_from_ticks((days + sql_days_of(1899, 12, 31)) * SQL_TICKS_A_DAY, &t);
    } else if (!read_or_raise(ctx, argv[0], &t, &to)) {
        return;
    }
    give_time(ctx, &t, SQL_YEAR, SQL_DAY, 0);
}

/* ---- arithmetic ---- */

static void
add_ticks(sqlite3_context *ctx, sqlite3_value **argv, int64_t ticks)
{
    struct sql_time t;
    uint8_t         to;

    if (any_null(2, argv) || !read_or_raise(ctx, argv[0], &t, &to))
        return;
    int64_t sum = sql_time_to_ticks(&t) + ticks;
    if (sum < sql_days_of(1, 1, 1) * SQL_TICKS_A_DAY || sum >= sql_days_of(10000, 1, 1) * SQL_TICKS_A_DAY) {
        sql_raise(ctx, -1263, NULL);
        return;
    }
    sql_time_from_ticks(sum, &t);
    give_time(ctx, &t, SQL_YEAR, to, 3);
}

#define MOST_DAYS 4000000

static void
fn_add_days(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    int64_t days = sqlite3_value_int64(argv[1]);

    (void)argc;
    if (days > MOST_DAYS || days < -MOST_DAYS)
        sql_raise(ctx, -1263, NULL);
    else
        add_ticks(ctx, argv, days * SQL_TICKS_A_DAY);
}

static void
fn_add_time(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    int64_t ticks = sqlite3_value_int64(argv[1]);

    (void)argc;
    if (ticks / SQL_TICKS_A_DAY > MOST_DAYS || ticks / SQL_TICKS_A_DAY < -MOST_DAYS)
        sql_raise(ctx, -1263, NULL);
    else
        add_ticks(ctx, argv, ticks);
}

static void
fn_add_months(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct sql_time t;
    uint8_t         to;
    int64_t         months = sqlite3_value_int64(argv[1]);

    (void)argc;
    if (any_null(2, argv) || !read_or_raise(ctx, argv[0], &t, &to))
        return;
    int64_t all = t.field[SQL_YEAR] * 12 + t.field[SQL_MONTH] - 1;
    if (months > 120000 || months < -120000 || all + months < 12 || all + months >= 120000) {
        sql_raise(ctx, -1263, NULL);
        return;
    }
    all += months;
    t.field[SQL_YEAR] = all / 12;
    t.field[SQL_MONTH] = all % 12 + 1;
    int last = sql_days_of_month(t.field[SQL_YEAR], t.field[SQL_MONTH]);
    if (t.field[SQL_DAY] > last)
        t.field[SQL_DAY] = last;
    give_time(ctx, &t, SQL_YEAR, to, 3);
}

static void
fn_last_day(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct sql_time t;
    uint8_t         to;

    if (any_null(argc, argv) || !read_or_raise(ctx, argv[0], &t, &to))
        return;
    t.field[SQL_DAY] = sql_days_of_month(t.field[SQL_YEAR], t.field[SQL_MONTH]);
    give_time(ctx, &t, SQL_YEAR, to, 3);
}

static void
between(sqlite3_context *ctx, sqlite3_value **argv, int64_t unit)
{
    struct sql_time a, b;
    uint8_t         to;

    if (any_null(2, argv) || !read_or_raise(ctx, argv[0], &a, &to) || !read_or_raise(ctx, argv[1], &b, &to))
        return;
    sqlite3_result_int64(ctx, (sql_time_to_ticks(&a) - sql_time_to_ticks(&b)) / unit);
}

static void
fn_days_between(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    between(ctx, argv, SQL_TICKS_A_DAY);
}

static void
fn_time_between(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    between(ctx, argv, 1);
}

/* sql_interval(text, from, to), sql_interval_text(number, from, to) */
static void
fn_interval(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const char *text = (const char *)sqlite3_value_text(argv[0]);
    int64_t     number;

    (void)argc;
    if (text == NULL)
        return;
    if (sql_read_interval(text, (size_t)sqlite3_value_bytes(argv[0]), (uint8_t)sqlite3_value_int(argv[1]),
                          (uint8_t)sqlite3_value_int(argv[2]), &number))
        sqlite3_result_int64(ctx, number);
    else
        sql_raise(ctx, -1263, NULL);
}

static void
fn_interval_text(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    char out[64];

    (void)argc;
    if (any_null(1, argv))
        return;
    sql_interval_write(sqlite3_value_int64(argv[0]), (uint8_t)sqlite3_value_int(argv[1]),
                       (uint8_t)sqlite3_value_int(argv[2]), out);
    sqlite3_result_text(ctx, out, -1, SQLITE_TRANSIENT);
}

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

    if (any_null(argc, argv))
        return;
    if (sqlite3_value_type(argv[0]) == SQLITE_FLOAT) {
        char text[40];
        sql_real_text(sqlite3_value_double(argv[0]), text);
        sqlite3_result_text(ctx, text, -1, SQLITE_TRANSIENT);
        return;
    }
    if (argc < 2 || sqlite3_value_type(argv[0]) == SQLITE_INTEGER) {
        sqlite3_result_text(ctx, (const char *)sqlite3_value_text(argv[0]), -1, SQLITE_TRANSIENT);
        return;
    }
    if (!read_or_raise(ctx, argv[0], &t, &to))
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

    if (any_null(argc, argv))
        return;
    if (argc < 2) {
        if (read_or_raise(ctx, argv[0], &t, &to))
            give_time(ctx, &t, SQL_YEAR, SQL_SECOND, 0);
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
    give_time(ctx, &t, SQL_YEAR, SQL_SECOND, 0);
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

const struct sql_native sql_time_natives[] = {
    { "sql_current", 3, fn_current, NULL, true },
    { "sql_today", 0, fn_today, NULL, true },
    { "sql_extend", 6, fn_extend, NULL, true },
    { "sql_year", 1, fn_year, NULL, false },
    { "sql_month", 1, fn_month, NULL, false },
    { "sql_day", 1, fn_day, NULL, false },
    { "sql_weekday", 1, fn_weekday, NULL, false },
    { "sql_mdy", 3, fn_mdy, NULL, false },
    { "sql_to_date", 1, fn_to_date, NULL, false },
    { "sql_add_days", 2, fn_add_days, NULL, false },
    { "sql_add_time", 2, fn_add_time, NULL, false },
    { "sql_add_months", 2, fn_add_months, NULL, false },
    { "sql_last_day", 1, fn_last_day, NULL, false },
    { "sql_days_between", 2, fn_days_between, NULL, false },
    { "sql_time_between", 2, fn_time_between, NULL, false },
    { "sql_interval", 3, fn_interval, NULL, false },
    { "sql_interval_text", 3, fn_interval_text, NULL, false },
    { "sql_to_char", -1, fn_to_char, NULL, false },
    { "sql_to_date_format", -1, fn_to_date_format, NULL, false },
    { "sql_dbinfo", -1, fn_dbinfo, NULL, true },
    { NULL, 0, NULL, NULL, false },
};
