/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Dates, times and intervals as values (value.c). */
#ifndef SQL_VALUE_H
#define SQL_VALUE_H

#include "sql/sql_priv.h"

#define SQL_TICKS_A_DAY INT64_C(8640000000) /* hundred-thousandths of a second */

struct sql_time {
    int64_t field[7]; /* by enum sql_field */
};

bool sql_year_is_leap(int64_t year);
int  sql_days_of_month(int64_t year, int64_t month);
/* Days since 1970-01-01. */
int64_t sql_days_of(int64_t year, int64_t month, int64_t day);
void    sql_date_of(int64_t days, int64_t *year, int64_t *month, int64_t *day);
/* The fields from ... to; those that are not there are those of 1900-01-01 00:00. */
bool    sql_time_read(const char *text, size_t length, uint8_t from, uint8_t to, struct sql_time *t);
void    sql_time_write(const struct sql_time *t, uint8_t from, uint8_t to, uint8_t scale, char out[40]);
void    sql_time_from_ticks(int64_t ticks, struct sql_time *t);
int64_t sql_time_to_ticks(const struct sql_time *t);
void    sql_interval_write(int64_t number, uint8_t from, uint8_t to, char out[64]);

/* ---- of SQLite's values (native_time.c) ---- */

bool sql_any_null(int argc, sqlite3_value **argv);
void sql_give_time(sqlite3_context *ctx, const struct sql_time *t, uint8_t from, uint8_t to, uint8_t scale);
/* A date or a time out of text, and its last field; false: -1218 was raised. */
bool sql_take_time(sqlite3_context *ctx, sqlite3_value *v, struct sql_time *t, uint8_t *to);

#endif
