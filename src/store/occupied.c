/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Which tables hold nothing: of the 812 most clusters use some hundred, and a query had better leave the others
 * out than open and search them. Found out on the writer's connection, whose lease nobody else writes in; forgotten
 * as soon as a row comes, and never found again while the file is in use. */
#include <stdlib.h>
#include <string.h>

#include "store/store_priv.h"

#define SHADOW "shadow_"

enum { UNKNOWN, EMPTY, OCCUPIED };

static void
set(struct store_file *f, size_t table, unsigned char to)
{
    if (atomic_exchange(&f->occupied[table], to) != to)
        atomic_fetch_add(&f->epoch, 1);
}

void
store_occupied_note(struct store_file *f, int table, bool shadow)
{
    size_t i = (size_t)table * 2 + shadow;

    if (atomic_load_explicit(&f->occupied[i], memory_order_relaxed) != OCCUPIED)
        set(f, i, OCCUPIED);
}

void
store_occupied_forget(struct store_file *f)
{
    for (size_t i = 0; i < (size_t)store_table_count * 2; i++)
        set(f, i, UNKNOWN);
}

/* A table of the file, and without rows: what is live is not the file's. */
static bool
is_empty(struct store_conn *c, const char *table)
{
    sqlite3_stmt *stmt = NULL;
    char         *sql = sqlite3_mprintf("SELECT (SELECT count(*)=1 AND max(type)='table' FROM pragma_table_list(%Q))"
                                                " AND NOT EXISTS(SELECT 1 FROM \"%w\")",
                                        table, table);
    bool          empty = sql != NULL && sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
                 sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0) == 1;

    sqlite3_finalize(stmt);
    sqlite3_free(sql);
    return empty;
}

bool
store_table_empty(struct store_conn *c, const char *table)
{
    struct store_file *f = c->file;
    bool               shadow = strncmp(table, SHADOW, strlen(SHADOW)) == 0;
    int                number = store_table_index(shadow ? table + strlen(SHADOW) : table);

    if (number < 0)
        return false;
    /* The lease's snapshot first: what comes into a table afterwards is not in it. */
    store_begin_lease(c);
    size_t        i = (size_t)number * 2 + shadow;
    unsigned char known = atomic_load(&f->occupied[i]);
    if (known == UNKNOWN && c->write != NULL && !c->write->open) {
        known = is_empty(c, table) ? EMPTY : OCCUPIED;
        set(f, i, known);
    }
    return known == EMPTY;
}

uint64_t
store_table_epoch(struct store_conn *c)
{
    store_begin_lease(c);
    return atomic_load(&c->file->epoch);
}
