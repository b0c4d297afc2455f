/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Service and enterprise parameters as they stand. */
#include <stdlib.h>
#include <strings.h>

#include "ccmsim/arena.h"
#include "store/store_priv.h"

/* The node's own value, then any other's, then the default: a node without a row shares the publisher's. */
#define VALUE                                                                                              \
    "SELECT c.paramvalue FROM typeservice s JOIN processconfig c ON c.tkservice=s.enum AND c.paramname=?2" \
    " LEFT JOIN processnode n ON n.pkid=c.fkprocessnode WHERE s.name=?1 ORDER BY n.name=?3 COLLATE NOCASE" \
    " DESC LIMIT 1"
#define DEFAULT                                                                                                 \
    "SELECT d.paramvalue FROM typeservice s JOIN processconfigdefaults d ON d.tkservice=s.enum WHERE s.name=?1" \
    " AND d.paramname=?2"

static bool
read_value(struct store_conn *c, struct arena *a, const char *sql, const char *const args[3], const char **value,
           struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(c, sql, err);

    *value = NULL;
    if (stmt == NULL)
        return false;
    for (int i = 0; i < sqlite3_bind_parameter_count(stmt); i++)
        sqlite3_bind_text(stmt, i + 1, args[i], -1, SQLITE_STATIC);
    int step = store_step(c, stmt, err);
    if (step == 1 && sqlite3_column_text(stmt, 0) != NULL)
        *value = arena_strdup(a, (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_reset(stmt);
    return step >= 0;
}

bool
store_parameter(struct store_conn *c, struct arena *a, const char *service, const char *name, const char *node,
                const char **value, struct ccm_error *err)
{
    const char *const args[3] = { service, name, node };

    if (!read_value(c, a, VALUE, args, value, err) || (*value == NULL && !read_value(c, a, DEFAULT, args, value, err)))
        return false;
    if (*value == NULL)
        *value = "";
    return true;
}

bool
store_parameter_is_true(const char *value)
{
    return strcasecmp(value, "T") == 0 || strcasecmp(value, "true") == 0 || strcmp(value, "1") == 0;
}
