/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* An older state under the present schema: a fresh copy of the template is filled from it, table by
 * table, column by column, and takes its place when whole. What the schema has no place for is left. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base_priv.h"
#include "store/store_priv.h"

static char *
with_suffix(const char *path, const char *suffix)
{
    size_t len = strlen(path) + strlen(suffix) + 1;
    char  *out = base_malloc(len);
    snprintf(out, len, "%s%s", path, suffix);
    return out;
}

static bool
fail(sqlite3 *db, const struct store *st, struct ccm_error *err)
{
    return ccm_fail(err, CCM_CONFIG, "can't bring state directory \"%s\" to the present schema: %s", st->dir,
                    sqlite3_errmsg(db));
}

/* The columns both have, in quotes, with commas; "" none. sqlite3_free it. */
static char *
common_columns(sqlite3 *db, const char *table)
{
    sqlite3_stmt *stmt;
    char         *list = sqlite3_mprintf("");

    if (sqlite3_prepare_v2(db,
                           "SELECT n.name FROM pragma_table_info(?1, 'main') n JOIN pragma_table_info(?1, 'old') o"
                           " ON o.name=n.name",
                           -1, &stmt, NULL) != SQLITE_OK)
        return list;
    sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        char *longer = sqlite3_mprintf("%s%s\"%w\"", list, list[0] != '\0' ? "," : "", sqlite3_column_text(stmt, 0));
        sqlite3_free(list);
        list = longer;
    }
    sqlite3_finalize(stmt);
    return list;
}

/* Rows of the type tables that a device pack added are kept beside ours; of all else the state rules. */
static bool
copy_table(sqlite3 *db, const char *table)
{
    char *columns = common_columns(db, table);
    int   t = store_table_index(table);
    bool  ours = t >= 0 && (store_tables[t].is_type || store_tables[t].is_catalogue), ok = true;

    if (columns[0] != '\0' && !(ours && store_tables[t].is_catalogue)) {
        char *sql =
            ours ? sqlite3_mprintf("INSERT OR IGNORE INTO main.\"%w\"(%s) SELECT %s FROM old.\"%w\"", table, columns,
                                   columns, table)
                 : sqlite3_mprintf("DELETE FROM main.\"%w\"; INSERT INTO main.\"%w\"(%s) SELECT %s FROM old.\"%w\"",
                                   table, table, columns, columns, table);
        ok = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
        sqlite3_free(sql);
    }
    sqlite3_free(columns);
    return ok;
}

static bool
copy_all(sqlite3 *db)
{
    sqlite3_stmt *stmt;
    bool          ok = true;

    if (sqlite3_prepare_v2(db,
                           "SELECT n.name FROM main.sqlite_schema n JOIN old.sqlite_schema o ON o.name=n.name AND"
                           " o.type='table' WHERE n.type='table'",
                           -1, &stmt, NULL) != SQLITE_OK)
        return false;
    while (ok && sqlite3_step(stmt) == SQLITE_ROW)
        ok = copy_table(db, (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    return ok;
}

static bool
copy_state(struct store *st, const char *fresh, struct ccm_error *err)
{
    sqlite3 *db = NULL;
    bool     ok = sqlite3_open_v2(fresh, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK;

    char *attach = sqlite3_mprintf("PRAGMA foreign_keys=OFF; ATTACH %Q AS old; BEGIN", st->path);
    ok = ok && sqlite3_exec(db, attach, NULL, NULL, NULL) == SQLITE_OK && copy_all(db) &&
         sqlite3_exec(db, "COMMIT; DETACH old; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE", NULL, NULL,
                      NULL) == SQLITE_OK;
    sqlite3_free(attach);
    if (!ok)
        fail(db, st, err);
    sqlite3_close(db);
    return ok;
}

bool
store_migrate(struct store *st, struct ccm_error *err)
{
    char *fresh = with_suffix(st->path, ".new"), *wal = with_suffix(st->path, "-wal"),
         *shm = with_suffix(st->path, "-shm");
    bool ok = store_files_write_image(fresh, &st->image, true, err) && copy_state(st, fresh, err);

    /* The copy read the old log as well; it must not be taken for the new file's. */
    if (ok && ((unlink(wal) != 0 && errno != ENOENT) || (unlink(shm) != 0 && errno != ENOENT) ||
               rename(fresh, st->path) != 0))
        ok = ccm_fail(err, CCM_CONFIG, "can't replace \"%s\": %s", st->path, strerror(errno));
    if (!ok)
        unlink(fresh);
    free(fresh);
    free(wal);
    free(shm);
    return ok;
}
