/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the catalogue's two files share: where a scan stands, and what a cell says there. */
#ifndef SQL_CATALOGUE_H
#define SQL_CATALOGUE_H

#include "sql/sql_priv.h"

#define SQL_CONSTRAINTS_A_TABLE 1000 /* columns by two */

struct sql_cursor {
    sqlite3_vtab_cursor base;
    int                 table, last; /* by number in the dictionary */
    int                 column;      /* -1: the table's own row */
    int                 role;        /* of a column: 0 a key, 1 a reference */
    struct store_table  t;
    struct sql_session *session;
};

typedef void sql_cell_fn(sqlite3_context *ctx, const struct sql_cursor *c);

/* What gives a column of a table of the catalogue; NULL: null. */
sql_cell_fn *sql_cell_find(const char *table, const char *column);
/* A table's tabid, by its number in the dictionary; 0: not in this release. */
int  sql_tabid(struct sql_session *s, int table);
bool sql_column_is_constraint(const struct store_column *c, int role);

#endif
