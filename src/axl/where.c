/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The constants that tell an object's rows from others of its table, as SQL and as values to set. A
 * constant may be one value, a choice ("2|13"), an exclusion ("!645") or "null". Values come from the
 * contract, never from a client. */
#include <string.h>

#include "axl_priv.h"

static void
column(struct buf *sql, const char *alias, const char *name)
{
    if (*alias != '\0')
        buf_addf(sql, "%s.", alias);
    buf_addf(sql, "\"%s\"", name);
}

static void
choice(struct buf *sql, const char *values)
{
    buf_adds(sql, " IN ('");
    for (const char *p = values; *p != '\0'; p++)
        if (*p == '|')
            buf_adds(sql, "','");
        else
            buf_addc(sql, *p);
    buf_adds(sql, "')");
}

void
axl_where(struct buf *sql, const char *alias, const struct axl_const *c, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        buf_adds(sql, " AND ");
        if (c[i].value[0] == '!') {
            buf_addc(sql, '(');
            column(sql, alias, c[i].column);
            buf_adds(sql, " IS NULL OR ");
            column(sql, alias, c[i].column);
            buf_addf(sql, "<>'%s')", c[i].value + 1);
            continue;
        }
        column(sql, alias, c[i].column);
        if (strcmp(c[i].value, "null") == 0)
            buf_adds(sql, " IS NULL");
        else if (strchr(c[i].value, '|') != NULL)
            choice(sql, c[i].value);
        else
            buf_addf(sql, "='%s'", c[i].value);
    }
}

const char *
axl_const_value(struct arena *a, const struct axl_const *c)
{
    const char *bar = strchr(c->value, '|');
    if (c->value[0] == '!' || strcmp(c->value, "null") == 0)
        return NULL;
    return bar == NULL ? c->value : arena_strndup(a, c->value, (size_t)(bar - c->value));
}

bool
axl_const_is_choice(const struct axl_const *c)
{
    return strchr(c->value, '|') != NULL;
}

void
axl_where_parent(struct buf *sql, const struct form *f, const struct axl_bind *rows, const char *alias,
                 const char *parent_table, const char *parent_pkid)
{
    column(sql, alias, rows->column);
    if (rows->ref_column == NULL) {
        buf_addf(sql, "=%s", parent_pkid);
        return;
    }
    const struct axl_side *side =
        rows->ref_table != NULL ? axl_side_find(f->object, parent_table, rows->ref_table) : NULL;
    buf_addf(sql, "=(SELECT k.\"%s\" FROM \"%s\" k WHERE k.\"%s\"=%s)", rows->ref_column,
             side != NULL ? side->table : parent_table, side != NULL ? side->column : "pkid", parent_pkid);
}
