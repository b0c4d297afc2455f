/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Builds the template database that every new store is a copy of: schema, indexes, shadow tables
 * and the rows of the type tables, packed. Pages of 4 kB: empty tables cost
 * one each, but rows of device fit into one, and trees of 100,000 rows are two levels lower than with 1 kB.
 * Usage: imagec VERSION TYPES OUT SQLFILE... (files that end in "shadow.sql" may be missing) */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/dict.h"

#define PAGES "PRAGMA page_size=4096"

static uint32_t hash = 2166136261u;

/* FNV-1a over all that makes the image: a state made by another schema shows. */
static void
add_to_hash(const char *text)
{
    for (; *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
}

static void
run(sqlite3 *db, const char *sql, const char *where)
{
    char *message = NULL;

    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "imagec: %s: %s\n", where, message);
        exit(1);
    }
}

/* "tkmodel=431 tkclass=1" into names and values of at most max columns; cuts text into pieces. */
static size_t
read_attributes(char *text, const char **names, const char **values, size_t max)
{
    size_t n = 0;
    char  *word;

    while ((word = strsep(&text, " ")) != NULL && n < max) {
        char *eq = strchr(word, '=');
        if (eq == NULL)
            continue;
        *eq = '\0';
        names[n] = word;
        values[n++] = eq + 1;
    }
    return n;
}

static void
add_type_row(sqlite3 *db, const struct tsv *t, const struct tsv_line *l)
{
    const char *names[8], *values[8];
    char       *attributes = strdup(tsv_cell(l, 4));
    size_t      n = read_attributes(attributes, names, values, 8);
    char       *columns = strdup(""), *list = strdup("");

    for (size_t i = 0; i < n; i++) {
        char *c = sqlite3_mprintf("%s,\"%w\"", columns, names[i]), *v = sqlite3_mprintf("%s,%Q", list, values[i]);
        columns = c;
        list = v;
    }
    char *sql = sqlite3_mprintf("INSERT INTO \"%w\"(enum,name,moniker%s) VALUES(%Q,%Q,%Q%s)", l->cells[0], columns,
                                tsv_cell(l, 1), tsv_cell(l, 2), tsv_cell(l, 3), list);
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        tsv_die(t, l, message);
    sqlite3_free(sql);
    free(attributes);
}

static void
save(sqlite3 *db, const char *path)
{
    sqlite3_int64  size;
    unsigned char *image = sqlite3_serialize(db, "main", &size, 0);
    FILE          *f = fopen(path, "wb");

    if (image == NULL || f == NULL || fwrite(image, 1, (size_t)size, f) != (size_t)size || fclose(f) != 0) {
        perror(path);
        exit(1);
    }
    sqlite3_free(image);
}

int
main(int argc, char **argv)
{
    sqlite3   *db;
    struct tsv types;
    char       pragma[80];

    if (argc < 5) {
        fprintf(stderr, "usage: imagec VERSION TYPES OUT SQLFILE...\n");
        return 2;
    }
    if (sqlite3_open(":memory:", &db) != SQLITE_OK)
        return 1;
    run(db, PAGES "; PRAGMA foreign_keys=OFF; BEGIN", "start");
    add_to_hash(PAGES);
    for (int i = 4; i < argc; i++) {
        char *sql = file_text(argv[i], strstr(argv[i], "shadow.sql") != NULL);
        add_to_hash(sql);
        run(db, sql, argv[i]);
        free(sql);
    }
    char *text = file_text(argv[2], false);
    add_to_hash(text);
    free(text);
    tsv_load(&types, argv[2]);
    for (size_t i = 0; i < types.count; i++)
        add_type_row(db, &types, &types.lines[i]);
    snprintf(pragma, sizeof(pragma), "PRAGMA user_version=%ld; PRAGMA application_id=%" PRId32,
             strtol(argv[1], NULL, 10), (int32_t)hash);
    run(db, pragma, "version");
    run(db, "COMMIT; VACUUM", "finish");
    save(db, argv[3]);
    sqlite3_close(db);
    return 0;
}
