/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Sums and products of whole numbers beyond 64 bits, as the digits that a client is shown: DECIMAL has 32. Such a
 * number is a text here, of digits alone. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql/sql_priv.h"

#define MOST_DIGITS 32
#define MOST_REAL   1e126 /* of a DECIMAL */

__extension__ typedef __int128 wide;

static wide
limit(void)
{
    wide w = 1;

    for (int i = 0; i < MOST_DIGITS; i++)
        w *= 10;
    return w;
}

/* False: it is no whole number, or has too many digits. */
static bool
read_wide(sqlite3_value *v, wide *out)
{
    if (sqlite3_value_type(v) == SQLITE_INTEGER) {
        *out = sqlite3_value_int64(v);
        return true;
    }
    const char *text = sqlite3_value_type(v) == SQLITE_TEXT ? (const char *)sqlite3_value_text(v) : "";
    bool        minus = *text == '-';
    size_t      digits = strspn(text + minus, "0123456789");

    if (digits == 0 || digits > MOST_DIGITS || text[minus + digits] != '\0')
        return false;
    *out = 0;
    for (const char *p = text + minus; *p != '\0'; p++)
        *out = *out * 10 + (*p - '0');
    if (minus)
        *out = -*out;
    return true;
}

static void
give_wide(sqlite3_context *ctx, wide w)
{
    char text[MOST_DIGITS + 2], *p = text + sizeof text;
    bool minus = w < 0;
    wide rest = minus ? -w : w;

    if (w >= INT64_MIN && w <= INT64_MAX) {
        sqlite3_result_int64(ctx, (int64_t)w);
        return;
    }
    if (rest >= limit()) {
        sql_raise(ctx, -1226, NULL);
        return;
    }
    for (; rest > 0; rest /= 10)
        *--p = (char)('0' + (int)(rest % 10));
    if (minus)
        *--p = '-';
    sqlite3_result_text(ctx, p, (int)(text + sizeof text - p), SQLITE_TRANSIENT);
}

static void
give_real(sqlite3_context *ctx, double value)
{
    if (!isfinite(value) || fabs(value) >= MOST_REAL)
        sql_raise(ctx, -1226, NULL);
    else
        sqlite3_result_double(ctx, value);
}

static void
combine(sqlite3_context *ctx, sqlite3_value **argv, char op)
{
    wide a, b, out;

    if (sqlite3_value_type(argv[0]) == SQLITE_NULL || sqlite3_value_type(argv[1]) == SQLITE_NULL)
        return;
    if (read_wide(argv[0], &a) && read_wide(argv[1], &b)) {
        if (op == '*'   ? __builtin_mul_overflow(a, b, &out)
            : op == '+' ? __builtin_add_overflow(a, b, &out)
                        : __builtin_sub_overflow(a, b, &out))
            sql_raise(ctx, -1226, NULL);
        else
            give_wide(ctx, out);
        return;
    }
    double x = sqlite3_value_double(argv[0]), y = sqlite3_value_double(argv[1]);
    give_real(ctx, op == '*' ? x * y : op == '+' ? x + y : x - y);
}

static void
fn_add(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    combine(ctx, argv, '+');
}

static void
fn_subtract(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    combine(ctx, argv, '-');
}

static void
fn_multiply(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    combine(ctx, argv, '*');
}

/* A number that is shown, or -1226. */
static void
fn_fits(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    if (sqlite3_value_type(argv[0]) == SQLITE_FLOAT)
        give_real(ctx, sqlite3_value_double(argv[0]));
    else
        sqlite3_result_value(ctx, argv[0]);
}

const struct sql_native sql_exact_natives[] = {
    { "sql_add", 2, fn_add, NULL, false },
    { "sql_subtract", 2, fn_subtract, NULL, false },
    { "sql_multiply", 2, fn_multiply, NULL, false },
    { "sql_fits", 1, fn_fits, NULL, false },
    { NULL, 0, NULL, NULL, false },
};
