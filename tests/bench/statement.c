/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What a statement of a client costs before its first row, and what SQLite alone takes for rows.
 *
 *     statement translate CORPUS.tsv
 *
 * prints, in us, medians over the statements of a file (tests/sql/corpus.tsv: the last of four cells is the text):
 * translation alone; a connection's first sight of it, so translation and SQLite's preparing; the second to last sight.
 *
 *     statement step FILE SQL TIMES
 *
 * steps through SQLite's rows of SQL on a store file, reading each column's text, so often; prints the rows and the
 * processor time of one pass in us. */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ccmsim/sql.h"

#define MAX_STATEMENTS 1000
#define REPEATS        21

static double
cpu_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double
median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_size);
    return count > 0 ? values[count / 2] : 0;
}

/* ---- translation ---- */

struct figures {
    double translation[MAX_STATEMENTS], first[MAX_STATEMENTS], again[MAX_STATEMENTS];
    size_t count;
};

static double
translate_once(const char *text, unsigned release)
{
    struct arena          *a = arena_new();
    struct sql_translation t;
    struct ccm_error       err;
    double                 begin = cpu_us();

    bool   ok = sql_translate(a, text, release, &t, &err);
    double took = cpu_us() - begin;
    arena_free(a);
    return ok ? took : -1;
}

static double
open_once(struct store_conn *c, const char *text)
{
    struct sql_limits     limits = { .ms = 30000 };
    struct sql_statement *s = NULL;
    struct ccm_error      err;
    double                begin = cpu_us();

    bool ok = sql_open(&s, c, text, false, &limits, &err);
    sql_close(s);
    return ok ? cpu_us() - begin : -1;
}

/* Of a statement that is an error nothing is counted. */
static void
measure(struct figures *f, struct store *st, const char *text)
{
    struct ccm_error   err;
    struct store_conn *c = store_read_begin(st, &err);
    double             translation[REPEATS], again[REPEATS];

    if (c == NULL || f->count == MAX_STATEMENTS)
        return;
    double first = open_once(c, text);
    for (size_t i = 0; i < REPEATS; i++) {
        translation[i] = translate_once(text, store_release("15.0"));
        again[i] = open_once(c, text);
    }
    store_read_end(c);
    if (first < 0)
        return;
    f->translation[f->count] = median(translation, REPEATS);
    f->first[f->count] = first;
    f->again[f->count++] = median(again, REPEATS);
}

static int
translate(const char *path)
{
    static struct figures f;
    static char           line[65536];
    struct uuid_source    uuids;
    struct store         *st;
    struct ccm_error      err;

    uuid_source_init(&uuids, true, 1);
    struct store_options opt = { .readers = 1, .uuids = &uuids, .release = "15.0" };
    FILE                *in = fopen(path, "r");
    if (in == NULL || !store_open(&st, &opt, &err)) {
        fprintf(stderr, "statement: %s\n", in == NULL ? path : err.text);
        return 1;
    }
    while (fgets(line, sizeof line, in) != NULL) {
        char *text = strrchr(line, '\t');
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '#' && text != NULL && strstr(line, "\tquery\t") != NULL)
            measure(&f, st, text + 1);
    }
    fclose(in);
    store_close(st);
    printf("%zu %.1f %.1f %.1f\n", f.count, median(f.translation, f.count), median(f.first, f.count),
           median(f.again, f.count));
    return f.count > 0 ? 0 : 1;
}

/* ---- SQLite alone ---- */

static int
step(const char *path, const char *sql, int times)
{
    sqlite3      *db;
    sqlite3_stmt *s = NULL;
    size_t        bytes = 0, rows = 0;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
        fprintf(stderr, "statement: %s\n", sqlite3_errmsg(db));
        return 1;
    }
    double begin = cpu_us();
    for (int i = 0; i < times; i++) {
        while (sqlite3_step(s) == SQLITE_ROW) {
            for (int column = 0; column < sqlite3_column_count(s); column++) {
                const unsigned char *text = sqlite3_column_text(s, column);
                bytes += text != NULL ? (size_t)sqlite3_column_bytes(s, column) : 0;
            }
            rows++;
        }
        sqlite3_reset(s);
    }
    printf("%zu %zu %.1f\n", rows / (size_t)times, bytes / (size_t)times, (cpu_us() - begin) / times);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return 0;
}

int
main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "translate") == 0)
        return translate(argv[2]);
    if (argc == 5 && strcmp(argv[1], "step") == 0 && strtol(argv[4], NULL, 10) > 0)
        return step(argv[2], argv[3], (int)strtol(argv[4], NULL, 10));
    fprintf(stderr, "usage: statement translate CORPUS.tsv | step FILE SQL TIMES\n");
    return 2;
}
