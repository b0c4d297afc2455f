/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Functions on numbers, conversions to them, choices between values, and aggregates that SQLite lacks. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sql/sql_priv.h"

static bool
is_null(sqlite3_value *v)
{
    return sqlite3_value_type(v) == SQLITE_NULL;
}

static bool
is_text(sqlite3_value *v)
{
    return sqlite3_value_type(v) == SQLITE_TEXT;
}

/* The value as a number; false: raised. */
static bool
read(sqlite3_context *ctx, sqlite3_value *v, bool *integer, int64_t *number, double *real)
{
    if (is_text(v)) {
        const char *text = (const char *)sqlite3_value_text(v);
        if (!sql_read_number(text, (size_t)sqlite3_value_bytes(v), integer, number, real)) {
            sql_raise(ctx, -1213, NULL);
            return false;
        }
        return true;
    }
    *integer = sqlite3_value_type(v) == SQLITE_INTEGER;
    *number = sqlite3_value_int64(v);
    *real = sqlite3_value_double(v);
    return true;
}

static void
give(sqlite3_context *ctx, double value)
{
    if (!isfinite(value))
        sql_raise(ctx, -1226, NULL);
    else if (value == floor(value) && fabs(value) < 9e15)
        sqlite3_result_int64(ctx, (int64_t)value);
    else
        sqlite3_result_double(ctx, value);
}

/* ---- conversions ---- */

static void
fn_number(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    bool    integer;
    int64_t number;
    double  real;

    (void)argc;
    if (is_null(argv[0]) || !read(ctx, argv[0], &integer, &number, &real))
        return;
    if (integer)
        sqlite3_result_int64(ctx, number);
    else
        sqlite3_result_double(ctx, real);
}

static void
fn_integer(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    bool    integer;
    int64_t number;
    double  real;

    (void)argc;
    if (is_null(argv[0]) || !read(ctx, argv[0], &integer, &number, &real))
        return;
    if (!integer && fabs(real) > 9.2e18)
        sql_raise(ctx, -1215, NULL);
    else
        sqlite3_result_int64(ctx, integer ? number : (int64_t)real);
}

static double
rounded(double value, int64_t digits)
{
    if (digits > 15 || digits < -15)
        return digits > 0 ? value : 0;
    double scale = pow(10, (double)digits);
    return round(value * scale) / scale;
}

/* sql_decimal(x, digits) */
static void
fn_decimal(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    bool    integer;
    int64_t number;
    double  real;

    (void)argc;
    if (!is_null(argv[0]) && read(ctx, argv[0], &integer, &number, &real))
        give(ctx, rounded(real, sqlite3_value_int64(argv[1])));
}

/* ---- arithmetic ---- */

static void
fn_divide(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    if (is_null(argv[0]) || is_null(argv[1]))
        return;
    double by = sqlite3_value_double(argv[1]);
    if (by == 0)
        sql_raise(ctx, -1202, NULL);
    else
        give(ctx, sqlite3_value_double(argv[0]) / by);
}

static void
fn_mod(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    if (is_null(argv[0]) || is_null(argv[1]))
        return;
    int64_t by = sqlite3_value_int64(argv[1]);
    if (by == 0)
        sql_raise(ctx, -1202, NULL);
    else
        sqlite3_result_int64(ctx, by == -1 ? 0 : sqlite3_value_int64(argv[0]) % by);
}

static void
fn_round(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    if (!is_null(argv[0]))
        give(ctx, rounded(sqlite3_value_double(argv[0]), argc > 1 ? sqlite3_value_int64(argv[1]) : 0));
}

static void
fn_trunc(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    int64_t digits = argc > 1 ? sqlite3_value_int64(argv[1]) : 0;

    if (is_null(argv[0]))
        return;
    double scale = digits > 15 || digits < -15 ? 1 : pow(10, (double)digits);
    give(ctx, trunc(sqlite3_value_double(argv[0]) * scale) / scale);
}

static void
map(sqlite3_context *ctx, sqlite3_value **argv, double (*fn)(double))
{
    if (!is_null(argv[0]))
        give(ctx, fn(sqlite3_value_double(argv[0])));
}

static void
fn_floor(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    map(ctx, argv, floor);
}

static void
fn_ceil(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    map(ctx, argv, ceil);
}

static void
fn_exp(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    map(ctx, argv, exp);
}

static void
fn_ln(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    map(ctx, argv, log);
}

static void
fn_log10(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    map(ctx, argv, log10);
}

static void
fn_power(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    if (!is_null(argv[0]) && !is_null(argv[1]))
        give(ctx, pow(sqlite3_value_double(argv[0]), sqlite3_value_double(argv[1])));
}

static void
fn_root(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    double n = argc > 1 ? sqlite3_value_double(argv[1]) : 2;

    if (is_null(argv[0]))
        return;
    if (n == 0)
        sql_raise(ctx, -1202, NULL);
    else
        give(ctx, pow(sqlite3_value_double(argv[0]), 1 / n));
}

static void
fn_hex(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    char text[32];

    (void)argc;
    if (is_null(argv[0]))
        return;
    int n = snprintf(text, sizeof text, "0x%08llX", (unsigned long long)sqlite3_value_int64(argv[0]) & 0xffffffffu);
    sqlite3_result_text(ctx, text, n, SQLITE_TRANSIENT);
}

/* ---- choices ---- */

static bool
same(sqlite3_value *a, sqlite3_value *b)
{
    if (is_null(a) || is_null(b))
        return is_null(a) && is_null(b);
    if (is_text(a) != is_text(b))
        return false;
    if (!is_text(a))
        return sqlite3_value_double(a) == sqlite3_value_double(b);
    return sqlite3_value_bytes(a) == sqlite3_value_bytes(b) &&
           memcmp(sqlite3_value_text(a), sqlite3_value_text(b), (size_t)sqlite3_value_bytes(a)) == 0;
}

/* DECODE(x, if, then, ..., else): null is as null. */
static void
fn_decode(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    int i = 1;

    for (; i + 1 < argc; i += 2)
        if (same(argv[0], argv[i])) {
            sqlite3_result_value(ctx, argv[i + 1]);
            return;
        }
    if (i < argc)
        sqlite3_result_value(ctx, argv[i]);
}

static void
fn_nvl2(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    sqlite3_result_value(ctx, argv[is_null(argv[0]) ? 2 : 1]);
}

static void
fn_coalesce(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    for (int i = 0; i < argc; i++)
        if (!is_null(argv[i])) {
            sqlite3_result_value(ctx, argv[i]);
            return;
        }
}

/* ---- aggregates ---- */

/* The value of a subquery that must not have a second row. */
struct only {
    sqlite3_value *value;
    bool           any;
};

static void
one_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct only *o = sqlite3_aggregate_context(ctx, sizeof *o);

    (void)argc;
    if (o == NULL)
        return;
    if (o->any)
        sql_raise(ctx, -284, NULL);
    else
        o->value = sqlite3_value_dup(argv[0]);
    o->any = true;
}

static void
one_final(sqlite3_context *ctx)
{
    struct only *o = sqlite3_aggregate_context(ctx, 0);

    if (o == NULL || o->value == NULL)
        return;
    sqlite3_result_value(ctx, o->value);
    sqlite3_value_free(o->value);
    o->value = NULL;
}

struct spread {
    int64_t count;
    double  least, most, mean, squares;
};

static void
spread_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct spread *s = sqlite3_aggregate_context(ctx, sizeof *s);

    (void)argc;
    if (s == NULL || is_null(argv[0]))
        return;
    double x = sqlite3_value_double(argv[0]);
    if (s->count == 0)
        s->least = s->most = x;
    s->least = fmin(s->least, x);
    s->most = fmax(s->most, x);
    s->count++;
    double off = x - s->mean;
    s->mean += off / (double)s->count;
    s->squares += off * (x - s->mean);
}

static void
range_final(sqlite3_context *ctx)
{
    struct spread *s = sqlite3_aggregate_context(ctx, 0);
    if (s != NULL && s->count > 0)
        give(ctx, s->most - s->least);
}

static void
variance_final(sqlite3_context *ctx)
{
    struct spread *s = sqlite3_aggregate_context(ctx, 0);
    if (s != NULL && s->count > 0)
        give(ctx, s->count > 1 ? s->squares / (double)(s->count - 1) : 0);
}

static void
stdev_final(sqlite3_context *ctx)
{
    struct spread *s = sqlite3_aggregate_context(ctx, 0);
    if (s != NULL && s->count > 0)
        give(ctx, s->count > 1 ? sqrt(s->squares / (double)(s->count - 1)) : 0);
}

const struct sql_native sql_number_natives[] = {
    { "sql_number", 1, fn_number, NULL, false },
    { "sql_integer", 1, fn_integer, NULL, false },
    { "sql_decimal", 2, fn_decimal, NULL, false },
    { "sql_divide", 2, fn_divide, NULL, false },
    { "sql_mod", 2, fn_mod, NULL, false },
    { "sql_round", -1, fn_round, NULL, false },
    { "sql_trunc", -1, fn_trunc, NULL, false },
    { "sql_floor", 1, fn_floor, NULL, false },
    { "sql_ceil", 1, fn_ceil, NULL, false },
    { "sql_exp", 1, fn_exp, NULL, false },
    { "sql_ln", 1, fn_ln, NULL, false },
    { "sql_log10", 1, fn_log10, NULL, false },
    { "sql_power", 2, fn_power, NULL, false },
    { "sql_root", -1, fn_root, NULL, false },
    { "sql_hex", 1, fn_hex, NULL, false },
    { "sql_decode", -1, fn_decode, NULL, false },
    { "sql_nvl2", 3, fn_nvl2, NULL, false },
    { "sql_coalesce", -1, fn_coalesce, NULL, false },
    { "sql_one", 1, one_step, one_final, false },
    { "sql_range", 1, spread_step, range_final, false },
    { "sql_variance", 1, spread_step, variance_final, false },
    { "sql_stdev", 1, spread_step, stdev_final, false },
    { NULL, 0, NULL, NULL, false },
};
