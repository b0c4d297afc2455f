/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Companion rows of a row: those that point to it, those it points to, and our shadow columns. */
#include <stdio.h>
#include <string.h>

#include "write_priv.h"

/* The companion's own cells, with what ties it to the row and its pkid. */
static bool
insert_side(struct row_write *r, const struct axl_side *side, const char *pkid, struct ccm_error *err)
{
    struct axl_call *c = r->call;
    struct cell     *cells[MAX_CELLS + 2], tie[2];
    unsigned         count = cells_of(r, side->table, false, cells);
    char             fresh[37];

    if (side->behind)
        snprintf(fresh, sizeof fresh, "%s", pkid);
    else
        store_new_pkid(store_of(c->conn), fresh);
    tie[0] = cell_of_text(side->column, pkid);
    tie[1] = cell_of_text("pkid", fresh);
    tie[0].table = tie[1].table = side->table;
    if (!side->behind)
        cells[count++] = &tie[0];
    if (store_column_find(side->table, "pkid") != NULL)
        cells[count++] = &tie[1];
    return cells_insert(c, side->table, cells, count, side->behind ? NULL : r->form->scopes[r->scope].table,
                        side->behind ? NULL : pkid, err);
}

/* Make a companion: its constants and extras are set as for any new row. */
static bool
make_side(struct row_write *r, const struct axl_side *side, const char *pkid, struct ccm_error *err)
{
    row_set_constants(r, side->table, side->where, side->where_count);
    row_set_extras(r, side->table);
    return insert_side(r, side, pkid, err);
}

/* A companion that the main row points to is made first, and the main row told its pkid. */
bool
write_behind(struct row_write *r, const char *table, struct ccm_error *err)
{
    const struct axl_object *o = r->form->object;
    struct cell             *cells[MAX_CELLS];

    for (unsigned i = 0; i < o->side_count; i++) {
        const struct axl_side *side = &o->sides[i];
        if (!side->behind || !axl_side_belongs(side, table))
            continue;
        if (!side->always && cells_of(r, side->table, false, cells) == 0)
            continue;
        char *id = arena_alloc(r->call->arena, 37);
        store_new_pkid(store_of(r->call->conn), id);
        if (!make_side(r, side, id, err))
            return false;
        row_set(r, table, side->column, &(struct value){ .kind = VALUE_TEXT, .text = id });
    }
    return true;
}

/* pkid of the companion behind the main row; "" when it has none. */
static const char *
behind_pkid(struct row_write *r, const char *table, const struct axl_side *side, const char *pkid,
            struct ccm_error *err)
{
    struct axl_call *c = r->call;
    sqlite3_stmt    *s = store_prepare(
           c->conn, arena_printf(c->arena, "SELECT \"%s\" FROM \"%s\" WHERE pkid=?1", side->column, table), err);
    if (s == NULL)
        return NULL;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
    const char *id = NULL;
    int         step = store_step(c->conn, s, err);
    if (step >= 0)
        id = step == 1 && sqlite3_column_text(s, 0) != NULL
                 ? arena_strdup(c->arena, (const char *)sqlite3_column_text(s, 0))
                 : "";
    sqlite3_reset(s);
    return id;
}

/* Change a companion, or make it now that a column of it is set. */
static bool
update_side(struct row_write *r, const char *table, const struct axl_side *side, const char *pkid,
            struct cell *const *cells, unsigned count, struct ccm_error *err)
{
    struct axl_call *c = r->call;
    const char      *id = pkid;
    char             fresh[37];

    if (side->behind && (id = behind_pkid(r, table, side, pkid, err)) == NULL)
        return false;
    if (*id != '\0' && !cells_update(c, side->table, side->behind ? "pkid" : side->column, id, side->where,
                                     side->where_count, cells, count, err))
        return false;
    if (*id != '\0' && sqlite3_changes(store_db(c->conn)) > 0)
        return true;
    if (!side->behind)
        return make_side(r, side, pkid, err);
    store_new_pkid(store_of(c->conn), fresh);
    struct cell pointer = cell_of_text(side->column, fresh), *pointers[] = { &pointer };
    return make_side(r, side, fresh, err) && cells_update(c, table, "pkid", pkid, NULL, 0, pointers, 1, err);
}

static bool
is_asked_for(struct cell *const *cells, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (!cells[i]->implied)
            return true;
    return false;
}

bool
write_sides(struct row_write *r, const char *pkid, bool fresh, struct ccm_error *err)
{
    const struct axl_object *o = r->form->object;
    const char              *table = r->form->scopes[r->scope].table;
    struct cell             *cells[MAX_CELLS];

    for (unsigned i = 0; i < o->side_count; i++) {
        const struct axl_side *side = &o->sides[i];
        if (!axl_side_belongs(side, table) || (side->behind && fresh))
            continue;
        unsigned count = cells_of(r, side->table, false, cells);
        if (!is_asked_for(cells, count) && !(fresh && side->always))
            continue;
        if (!(fresh ? make_side(r, side, pkid, err) : update_side(r, table, side, pkid, cells, count, err)))
            return false;
    }
    return true;
}

bool
write_shadow(struct row_write *r, const char *pkid, struct ccm_error *err)
{
    const char  *shadow = NULL;
    struct cell *cells[MAX_CELLS], id = cell_of_text("pkid", pkid);
    struct buf   sql;

    for (struct cell *c = r->cells; c != NULL && shadow == NULL; c = c->next)
        if (c->shadow)
            shadow = c->table;
    if (shadow == NULL)
        return true;
    unsigned count = cells_of(r, shadow, true, cells);
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "INSERT INTO \"%s\"(", shadow);
    for (unsigned i = 0; i < count; i++)
        buf_addf(&sql, "\"%s\",", cells[i]->column);
    buf_adds(&sql, "pkid,rowid) VALUES(");
    for (unsigned i = 0; i <= count; i++)
        buf_addf(&sql, "%s?%u", i > 0 ? "," : "", i + 1);
    cells_add_number(&sql, shadow, r->form->scopes[r->scope].table, count + 1);
    buf_adds(&sql, ") ON CONFLICT(pkid) DO UPDATE SET ");
    for (unsigned i = 0; i < count; i++)
        buf_addf(&sql, "%s\"%s\"=excluded.\"%s\"", i > 0 ? "," : "", cells[i]->column, cells[i]->column);
    return cells_run(r->call, &sql, cells, count, id.value.text, err);
}
