/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Functions on dates and times, and dbinfo. The node's clock is UTC. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sql/value.h"

bool
sql_any_null(int argc, sqlite3_value **argv)
{
    for (int i = 0; i < argc; i++)
        if (sqlite3_value_type(argv[i]) == SQLITE_NULL)
            return true;
    return false;
}

void
sql_give_time(sqlite3_context *ctx, const struct sql_time *t, uint8_t from, uint8_t to, uint8_t scale)
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

bool
sql_take_time(sqlite3_context *ctx, sqlite3_value *v, struct sql_time *t, uint8_t *to)
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
    sql_give_time(ctx, &t, (uint8_t)sqlite3_value_int(argv[0]), (uint8_t)sqlite3_value_int(argv[1]),
                  (uint8_t)sqlite3_value_int(argv[2]));
}

static void
fn_today(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct sql_time t;

    (void)argc;
    (void)argv;
    now(ctx, &t);
    sql_give_time(ctx, &t, SQL_YEAR, SQL_DAY, 0);
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
    sql_give_time(ctx, &t, from, to, (uint8_t)sqlite3_value_int(argv[5]));
}

/* ---- parts ---- */

static void
part(sqlite3_context *ctx, sqlite3_value *v, int field)
{
    struct sql_time t;
    uint8_t         to;

    if (sqlite3_value_type(v) == SQLITE_NULL || !sql_take_time(ctx, v, &t, &to))
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
    if (sql_any_null(argc, argv))
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
        sql_give_time(ctx, &(struct sql_time){ { year, month, day, 0, 0, 0, 0 } }, SQL_YEAR, SQL_DAY, 0);
}

/* DATE(x): of text, of a time, of the number of days since the end of 1899. */
static void
fn_to_date(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct sql_time t;
    uint8_t         to;

    if (sql_any_null(argc, argv))
        return;
    if (sqlite3_value_type(argv[0]) == SQLITE_INTEGER) {
        int64_t days = sqlite3_value_int64(argv[0]);
        if (days < -693594 || days > 2958464) {
            sql_raise(ctx, -1204, NULL);
            return;
        }
        sql_time_from_ticks((days + sql_days_of(1899, 12, 31)) * SQL_TICKS_A_DAY, &t);
    } else if (!sql_take_time(ctx, argv[0], &t, &to)) {
        return;
    }
    sql_give_time(ctx, &t, SQL_YEAR, SQL_DAY, 0);
}

/* ---- arithmetic ---- */

static void
add_ticks(sqlite3_context *ctx, sqlite3_value **argv, int64_t ticks)
{
    struct sql_time t;
    uint8_t         to;

    if (sql_any_null(2, argv) || !sql_take_time(ctx, argv[0], &t, &to))
        return;
    int64_t sum = sql_time_to_ticks(&t) + ticks;
    if (sum < sql_days_of(1, 1, 1) * SQL_TICKS_A_DAY || sum >= sql_days_of(10000, 1, 1) * SQL_TICKS_A_DAY) {
        sql_raise(ctx, -1263, NULL);
        return;
    }
    sql_time_from_ticks(sum, &t);
    sql_give_time(ctx, &t, SQL_YEAR, to, 3);
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
    if (sql_any_null(2, argv) || !sql_take_time(ctx, argv[0], &t, &to))
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
    sql_give_time(ctx, &t, SQL_YEAR, to, 3);
}

static void
fn_last_day(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct sql_time t;
    uint8_t         to;

    if (sql_any_null(argc, argv) || !sql_take_time(ctx, argv[0], &t, &to))
        return;
    t.field[SQL_DAY] = sql_days_of_month(t.field[SQL_YEAR], t.field[SQL_MONTH]);
    sql_give_time(ctx, &t, SQL_YEAR, to, 3);
}

static void
between(sqlite3_context *ctx, sqlite3_value **argv, int64_t unit)
{
    struct sql_time a, b;
    uint8_t         to;

    if (sql_any_null(2, argv) || !sql_take_time(ctx, argv[0], &a, &to) || !sql_take_time(ctx, argv[1], &b, &to))
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
    if (sql_any_null(1, argv))
        return;
    sql_interval_write(sqlite3_value_int64(argv[0]), (uint8_t)sqlite3_value_int(argv[1]),
                       (uint8_t)sqlite3_value_int(argv[2]), out);
    sqlite3_result_text(ctx, out, -1, SQLITE_TRANSIENT);
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
    { NULL, 0, NULL, NULL, false },
};
