/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Values read from text and written to it as Informix does: numbers, dates and times, intervals. Pure functions,
 * used for literals when a statement is translated and for columns when it runs. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql/value.h"

/* ---- numbers ---- */

bool
sql_read_number(const char *text, size_t length, bool *integer, int64_t *number, double *real)
{
    char   copy[64];
    char  *end;
    size_t n = 0;

    while (length > 0 && isspace((unsigned char)*text)) {
        text++;
        length--;
    }
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    if (length == 0 || length >= sizeof copy)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    n = copy[0] == '-' || copy[0] == '+';
    size_t digits = strspn(copy + n, "0123456789");
    *integer = digits > 0 && n + digits == length;
    if (copy[n + strspn(copy + n, "0123456789.eE+-")] != '\0')
        return false;
    errno = 0;
    if (*integer) {
        *number = strtoll(copy, &end, 10);
        *real = (double)*number;
        if (errno == 0)
            return true;
        *integer = false;
    }
    *real = strtod(copy, &end);
    return *end == '\0' && end != copy && isfinite(*real);
}

#define MOST_DIGITS 15 /* that a double surely has */
#define MOST_ZEROS  130

void
sql_real_text(double value, char out[SQL_REAL_TEXT])
{
    char digits[32]; /* "-1.23456789012345e+19" */

    snprintf(digits, sizeof digits, "%.*e", MOST_DIGITS - 1, value);
    bool  minus = digits[0] == '-';
    char *first = digits + minus, *e = strchr(digits, 'e');
    int   exponent = e != NULL ? (int)strtol(e + 1, NULL, 10) : 0, count = MOST_DIGITS;
    char *p = out;

    first[1] = first[0]; /* over the point */
    first++;
    while (count > 1 && first[count - 1] == '0')
        count--;
    if (value == 0 || e == NULL || exponent < -MOST_ZEROS || exponent > MOST_ZEROS) {
        snprintf(out, SQL_REAL_TEXT, "0"); /* no minus before nothing */
        return;
    }
    if (minus)
        *p++ = '-';
    for (int i = 0; i <= exponent; i++)
        *p++ = i < count ? first[i] : '0';
    if (exponent < 0)
        *p++ = '0';
    if (count > exponent + 1)
        *p++ = '.';
    for (int i = exponent + 1; i < count; i++)
        *p++ = i < 0 ? '0' : first[i];
    *p = '\0';
}

/* ---- calendar ---- */

bool
sql_year_is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int
sql_days_of_month(int64_t year, int64_t month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[month - 1] + (month == 2 && sql_year_is_leap(year));
}

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
int64_t
sql_days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void
sql_date_of(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097, of_era = days - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *day = of_year - (153 * m + 2) / 5 + 1;
    *month = m + (m < 10 ? 3 : -9);
    *year = y + era * 400 + (*month <= 2);
}

/* ---- times ---- */

static const struct {
    int64_t least, most;
    char    behind; /* what separates it from the next field */
} fields[] = { { 1, 9999, '-' }, { 1, 12, '-' }, { 1, 31, ' ' },    { 0, 23, ':' },
               { 0, 59, ':' },   { 0, 59, '.' }, { 0, 99999, '\0' } };

static bool
read_digits(const char **p, const char *end, size_t most, int64_t *out, size_t *count)
{
    *out = 0;
    *count = 0;
    while (*p < end && isdigit((unsigned char)**p) && *count < most) {
        *out = *out * 10 + (**p - '0');
        (*p)++;
        (*count)++;
    }
    return *count > 0;
}

static void
fraction_of(int64_t *value, size_t digits)
{
    for (; digits < 5; digits++)
        *value *= 10;
}

/* 07/11/2019 */
static bool
read_american(const char *p, const char *end, struct sql_time *t)
{
    size_t n;
    if (!read_digits(&p, end, 2, &t->field[SQL_MONTH], &n) || p == end || *p++ != '/' ||
        !read_digits(&p, end, 2, &t->field[SQL_DAY], &n) || p == end || *p++ != '/' ||
        !read_digits(&p, end, 4, &t->field[SQL_YEAR], &n) || p != end)
        return false;
    if (n <= 2)
        t->field[SQL_YEAR] += 2000;
    return true;
}

static bool
time_is_valid(const struct sql_time *t, uint8_t from, uint8_t to)
{
    for (unsigned i = from; i <= to; i++)
        if (t->field[i] < fields[i].least || t->field[i] > fields[i].most)
            return false;
    return from > SQL_YEAR || to < SQL_DAY ||
           t->field[SQL_DAY] <= sql_days_of_month(t->field[SQL_YEAR], t->field[SQL_MONTH]);
}

bool
sql_time_read(const char *text, size_t length, uint8_t from, uint8_t to, struct sql_time *t)
{
    const char *p = text, *end = text + length;
    size_t      n;

    *t = (struct sql_time){ { 1900, 1, 1, 0, 0, 0, 0 } };
    while (end > p && end[-1] == ' ')
        end--;
    if (from == SQL_YEAR && to == SQL_DAY && memchr(text, '/', length) != NULL)
        return read_american(p, end, t) && time_is_valid(t, from, to);
    for (unsigned i = from; i <= to; i++) {
        if (i == SQL_FRACTION && p == end)
            break; /* seconds without a fraction */
        if (i > from && (p == end || *p++ != fields[i - 1].behind))
            return false;
        if (!read_digits(&p, end, i == SQL_FRACTION ? 5 : i == SQL_YEAR ? 4 : 2, &t->field[i], &n))
            return false;
        if (i == SQL_FRACTION)
            fraction_of(&t->field[i], n);
    }
    return p == end && time_is_valid(t, from, to);
}

void
sql_time_write(const struct sql_time *t, uint8_t from, uint8_t to, uint8_t scale, char out[40])
{
    size_t n = 0;

    out[0] = '\0';
    for (unsigned i = from; i <= to; i++) {
        if (i == SQL_FRACTION) {
            char digits[16];
            if (scale == 0 || scale > 5)
                scale = 3;
            snprintf(digits, sizeof digits, "%05" PRId64, t->field[i] % 100000);
            n += (size_t)snprintf(out + n, 40 - n, "%.*s", scale, digits);
        } else {
            n += (size_t)snprintf(out + n, 40 - n, "%0*" PRId64, i == SQL_YEAR ? 4 : 2, t->field[i]);
        }
        if (i < to && n < 38) {
            out[n++] = fields[i].behind;
            out[n] = '\0';
        }
    }
}

bool
sql_read_time(const char *text, size_t length, uint8_t from, uint8_t to, char *out)
{
    struct sql_time t;

    if (!sql_time_read(text, length, from, to, &t))
        return false;
    sql_time_write(&t, from, to, 5, out);
    if (to == SQL_FRACTION) { /* no more digits than three, if that is all */
        size_t n = strlen(out);
        while (n > 3 && out[n - 1] == '0' && out[n - 4] != '.')
            out[--n] = '\0';
    }
    return true;
}

void
sql_time_from_ticks(int64_t ticks, struct sql_time *t)
{
    int64_t days = ticks / SQL_TICKS_A_DAY, rest = ticks % SQL_TICKS_A_DAY;

    if (rest < 0) {
        rest += SQL_TICKS_A_DAY;
        days--;
    }
    sql_date_of(days, &t->field[SQL_YEAR], &t->field[SQL_MONTH], &t->field[SQL_DAY]);
    t->field[SQL_HOUR] = rest / 360000000;
    t->field[SQL_MINUTE] = rest / 6000000 % 60;
    t->field[SQL_SECOND] = rest / 100000 % 60;
    t->field[SQL_FRACTION] = rest % 100000;
}

int64_t
sql_time_to_ticks(const struct sql_time *t)
{
    return sql_days_of(t->field[SQL_YEAR], t->field[SQL_MONTH], t->field[SQL_DAY]) * SQL_TICKS_A_DAY +
           t->field[SQL_HOUR] * 360000000 + t->field[SQL_MINUTE] * 6000000 + t->field[SQL_SECOND] * 100000 +
           t->field[SQL_FRACTION];
}

/* ---- intervals ---- */

static const int64_t unit_of[] = { 12, 1, SQL_TICKS_A_DAY, 360000000, 6000000, 100000, 1 };

bool
sql_read_interval(const char *text, size_t length, uint8_t from, uint8_t to, int64_t *number)
{
    const char *p = text, *end = text + length;
    bool        minus;
    size_t      n;
    int64_t     value;

    while (p < end && *p == ' ')
        p++;
    minus = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    *number = 0;
    for (unsigned i = from; i <= to; i++) {
        if (i == SQL_FRACTION && p == end)
            break;
        if (i > from && (p == end || *p++ != fields[i - 1].behind))
            return false;
        if (!read_digits(&p, end, i == from ? 9 : i == SQL_FRACTION ? 5 : 2, &value, &n))
            return false;
        if (i == SQL_FRACTION)
            fraction_of(&value, n);
        if (i > from && (value < 0 || value > fields[i].most))
            return false;
        *number += value * unit_of[i];
    }
    if (minus)
        *number = -*number;
    return p == end;
}

void
sql_interval_write(int64_t number, uint8_t from, uint8_t to, char out[64])
{
    bool   minus = number < 0;
    size_t n = (size_t)snprintf(out, 64, "%s", minus ? "-" : "");

    if (minus)
        number = -number;
    for (unsigned i = from; i <= to && n < 50; i++) {
        int64_t value = number / unit_of[i];
        number %= unit_of[i];
        n += (size_t)snprintf(out + n, 64 - n,
                              i == from           ? "%" PRId64
                              : i == SQL_FRACTION ? "%05" PRId64
                                                  : "%02" PRId64,
                              value);
        if (i < to)
            out[n++] = fields[i].behind;
        out[n] = '\0';
    }
}
