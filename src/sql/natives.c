/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The functions of Informix that SQLite lacks, given to a connection. */
#include <stdio.h>
#include <string.h>

#include "sql/sql_priv.h"

void
sql_raise(sqlite3_context *ctx, int code, const char *object)
{
    char text[200];

    snprintf(text, sizeof text, "!%d %s", code, object != NULL ? object : "");
    sqlite3_result_error(ctx, text, -1);
}

struct sql_session *
sql_session_of(sqlite3_context *ctx)
{
    return sqlite3_user_data(ctx);
}

static bool
add(sqlite3 *db, struct sql_session *s, const struct sql_native *rows)
{
    for (const struct sql_native *n = rows; n->name != NULL; n++) {
        int  flags = SQLITE_UTF8 | SQLITE_DIRECTONLY | (n->varies ? 0 : SQLITE_DETERMINISTIC);
        bool aggregate = n->final != NULL;
        if (sqlite3_create_function(db, n->name, n->args, flags, s, aggregate ? NULL : n->fn, aggregate ? n->fn : NULL,
                                    n->final) != SQLITE_OK)
            return false;
    }
    return true;
}

bool
sql_functions_add(sqlite3 *db, struct sql_session *s)
{
    return add(db, s, sql_text_natives) && add(db, s, sql_number_natives) && add(db, s, sql_time_natives) &&
           add(db, s, sql_info_natives) && add(db, s, sql_match_natives) && add(db, s, sql_exact_natives);
}
