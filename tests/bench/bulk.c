/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The rows that a seed added, loaded once more by nothing but SQLite: same schema, same indexes, one
 * prepared statement a table, one transaction, no rules, no foreign keys. Reading the rows is timed apart and
 * taken off.
 *
 *     bulk SEEDED EMPTY
 *
 * EMPTY is a store without the seed; it gets the rows it lacks. Prints: rows, seconds, seconds of processor. */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The schema's defaults name these; no row inserted here leaves a column to its default. */
static void
fn_none(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc, (void)argv;
    sqlite3_result_null(ctx);
}

static double
seconds(clockid_t clock)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
check(sqlite3 *db, int rc)
{
    if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
        return;
    fprintf(stderr, "bulk: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    check(db, sqlite3_prepare_v2(db, sql, -1, &stmt, NULL));
    return stmt;
}

static sqlite3_int64
count(sqlite3 *db, const char *schema, const char *table)
{
    char sql[300];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s.\"%s\"", schema, table);
    sqlite3_stmt *stmt = prepare(db, sql);
    check(db, sqlite3_step(stmt));
    sqlite3_int64 n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return n;
}

/* Copy the rows behind the first that main has already; without insert, only read them. */
static long
copy(sqlite3 *db, const char *table, sqlite3_int64 have, bool insert)
{
    char sql[20000], marks[2000] = "?1";
    long rows = 0;

    snprintf(sql, sizeof sql, "SELECT * FROM src.\"%s\" ORDER BY rowid LIMIT -1 OFFSET %lld", table, have);
    sqlite3_stmt *from = prepare(db, sql), *to = NULL;
    int           columns = sqlite3_column_count(from);
    for (int i = 2; i <= columns; i++)
        snprintf(marks + strlen(marks), sizeof marks - strlen(marks), ",?%d", i);
    snprintf(sql, sizeof sql, "INSERT INTO main.\"%s\" VALUES (%s)", table, marks);
    if (insert)
        to = prepare(db, sql);
    while (sqlite3_step(from) == SQLITE_ROW) {
        for (int i = 0; i < columns; i++) {
            sqlite3_value *v = sqlite3_column_value(from, i);
            if (insert)
                sqlite3_bind_value(to, i + 1, v);
        }
        if (insert) {
            check(db, sqlite3_step(to));
            sqlite3_reset(to);
        }
        rows++;
    }
    sqlite3_finalize(from);
    sqlite3_finalize(to);
    return rows;
}

int
main(int argc, char **argv)
{
    static const char *const functions[] = { "newid", "next_serial", "new_versionstamp" };
    char                     tables[1000][64];
    sqlite3_int64            have[1000];
    int                      n = 0;
    long                     rows = 0;
    sqlite3                 *db;

    if (argc != 3 || sqlite3_open(argv[2], &db) != SQLITE_OK)
        return 2;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        sqlite3_create_function(db, functions[i], -1, SQLITE_UTF8, NULL, fn_none, NULL, NULL);
    char *sql = sqlite3_mprintf("ATTACH %Q AS src", argv[1]);
    check(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
    sqlite3_free(sql);
    check(db, sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=0", NULL,
                           NULL, NULL));
    sqlite3_stmt *names = prepare(db, "SELECT name FROM main.sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite%'");
    while (sqlite3_step(names) == SQLITE_ROW && n < 1000) {
        snprintf(tables[n], sizeof tables[n], "%s", (const char *)sqlite3_column_text(names, 0));
        have[n] = count(db, "main", tables[n]);
        n += count(db, "src", tables[n]) > have[n];
    }
    sqlite3_finalize(names);

    double read_wall = -seconds(CLOCK_MONOTONIC), read_cpu = -seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < n; i++)
        copy(db, tables[i], have[i], false);
    read_wall += seconds(CLOCK_MONOTONIC), read_cpu += seconds(CLOCK_PROCESS_CPUTIME_ID);

    double wall = -seconds(CLOCK_MONOTONIC), cpu = -seconds(CLOCK_PROCESS_CPUTIME_ID);
    check(db, sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
    for (int i = 0; i < n; i++)
        rows += copy(db, tables[i], have[i], true);
    check(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
    wall += seconds(CLOCK_MONOTONIC), cpu += seconds(CLOCK_PROCESS_CPUTIME_ID);
    printf("%ld %.2f %.2f\n", rows, wall - read_wall, cpu - read_cpu);
    sqlite3_close(db);
    return 0;
}
