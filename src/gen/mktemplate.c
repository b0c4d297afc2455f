/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Build-time: the template image with the fresh install in it. The image linked in holds the schema and the
 * type tables; the seed texts are carried out on it in one transaction, and the result is written.
 *
 *     mktemplate OUTPUT TEXT... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster/seed_priv.h"

static bool
read_file(const char *path, struct buf *b)
{
    FILE  *f = fopen(path, "rb");
    char   piece[65536];
    size_t got;

    if (f == NULL)
        return false;
    while ((got = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add(b, piece, got);
    bool ok = !ferror(f) && !b->overflow;
    fclose(f);
    return ok;
}

/* The name people know the file by, for messages. */
static const char *
base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool
load_texts(struct store *st, char **paths, int count, struct ccm_error *err)
{
    static const struct store_writer ourselves = { .user = "", .origin = "sim", .trusted = true };
    struct store_conn               *c = store_write_begin(st, &ourselves, err);
    struct arena                    *a = arena_new();
    struct buf                       text;
    bool                             ok = c != NULL;

    buf_init(&text, BUF_MAX_REPLY);
    for (int i = 0; ok && i < count; i++) {
        struct seed_target to = { .conn = c, .arena = a };
        buf_clear(&text);
        if (read_file(paths[i], &text))
            ok = seed_text(&to, base_name(paths[i]), (struct str){ buf_cstr(&text), text.len }, err);
        else
            ok = ccm_fail(err, CCM_CONFIG, "cannot read \"%s\"", paths[i]);
    }
    if (c != NULL)
        ok = store_write_end(c, ok, err) && ok;
    buf_release(&text);
    arena_free(a);
    return ok;
}

/* A compact copy, made by SQLite itself from a connection of our own: the store's readers can't write. */
static bool
save(struct store *st, const char *path, struct ccm_error *err)
{
    struct store_conn *c = store_read_begin(st, err);
    sqlite3           *db = NULL;
    sqlite3_stmt      *stmt = NULL;

    if (c == NULL)
        return false;
    remove(path);
    bool ok = sqlite3_open(sqlite3_db_filename(store_db(c), "main"), &db) == SQLITE_OK &&
              sqlite3_prepare_v2(db, "VACUUM INTO ?1", -1, &stmt, NULL) == SQLITE_OK &&
              sqlite3_bind_text(stmt, 1, path, -1, SQLITE_STATIC) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_DONE;
    if (!ok)
        ccm_fail(err, CCM_CONFIG, "cannot write \"%s\": %s", path, sqlite3_errmsg(db));
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    store_read_end(c);
    return ok;
}

int
main(int argc, char **argv)
{
    struct ccm_error   err = { 0 };
    struct uuid_source uuids;
    struct store      *st = NULL;

    if (argc < 3) {
        fprintf(stderr, "mktemplate: OUTPUT TEXT...\n");
        return 2;
    }
    uuid_source_init(&uuids, true,
                     UINT64_C(0x9d2c5680efc60000)); /* the same build, the same keys, and none that --seed may draw */
    struct store_options opt = { .readers = 1, .uuids = &uuids, .release = "15.0" };
    bool ok = store_open(&st, &opt, &err) && load_texts(st, argv + 2, argc - 2, &err) && save(st, argv[1], &err);
    store_close(st);
    if (!ok)
        fprintf(stderr, "mktemplate: %s\n", err.text);
    return ok ? 0 : 1;
}
