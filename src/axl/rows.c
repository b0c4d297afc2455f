/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The rows of a row's lists: cleared, put in, taken out, written over. */
#include <stdio.h>
#include <string.h>

#include "write_priv.h"

/* " WHERE" the rows of a list under the parent with pkid ?1. */
static void
add_scope(struct buf *sql, const struct row_write *r, const struct axl_bind *rows)
{
    buf_adds(sql, " WHERE ");
    axl_where_parent(sql, r->form, rows, "", r->form->scopes[r->scope].table, "?1");
    axl_where(sql, "", rows->where, rows->where_count);
}

static bool
list_clear(struct row_write *r, const struct axl_bind *rows, const char *pkid, struct ccm_error *err)
{
    struct buf sql;
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "DELETE FROM \"%s\"", rows->table);
    add_scope(&sql, r, rows);
    return cells_run(r->call, &sql, NULL, 0, pkid, err);
}

/* Fill sub from one list element. */
static bool
collect_row(struct row_write *sub, uint16_t node, const struct soap_element *e, struct ccm_error *err)
{
    const struct form_node *n = &sub->form->nodes[node];
    if (n->text != NULL && !collect_field(sub, n, n->text, e, axl_text(sub->call, e), err))
        return false;
    if (n->kind == FORM_GROUP &&
        (!collect(sub, node, e, err) || (sub->adding && !collect_defaults(sub, node, true, err))))
        return false;
    return collect_parts(sub, err);
}

/* A list without numbers of its own is numbered as sent, behind what is there. */
static bool
number_row(struct row_write *parent, struct row_write *sub, const struct axl_bind *rows, const char *pkid,
           struct ccm_error *err)
{
    struct axl_call *c = sub->call;
    struct buf       sql;
    if (rows->order == NULL || row_cell(sub, rows->table, rows->order) != NULL)
        return true;
    const struct store_column *col = store_column_find(rows->table, rows->order);
    if (col == NULL || !col->integer)
        return true;
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "SELECT coalesce(max(\"%s\"),0)+1 FROM \"%s\"", rows->order, rows->table);
    add_scope(&sql, parent, rows);
    sqlite3_stmt *s = store_prepare(c->conn, buf_cstr(&sql), err);
    buf_release(&sql);
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
    int          step = store_step(c->conn, s, err);
    struct value v = { .kind = VALUE_INT, .number = step == 1 ? sqlite3_column_int64(s, 0) : 1 };
    sqlite3_reset(s);
    row_set(sub, rows->table, rows->order, &v);
    return step >= 0;
}

/* The key by which a list's rows name their parent: its pkid, or a column of it. */
static bool
parent_key(struct row_write *parent, const struct axl_bind *rows, const char *pkid, struct value *out,
           struct ccm_error *err)
{
    struct axl_call *c = parent->call;
    const char      *table = parent->form->scopes[parent->scope].table;
    *out = (struct value){ .kind = VALUE_TEXT, .text = pkid };
    if (rows->ref_column == NULL)
        return true;
    const struct axl_side *side =
        rows->ref_table != NULL ? axl_side_find(parent->form->object, table, rows->ref_table) : NULL;
    sqlite3_stmt *s =
        store_prepare(c->conn,
                      arena_printf(c->arena, "SELECT \"%s\" FROM \"%s\" WHERE \"%s\"=?1", rows->ref_column,
                                   side != NULL ? side->table : table, side != NULL ? side->column : "pkid"),
                      err);
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
    int step = store_step(c->conn, s, err);
    if (step == 1 && sqlite3_column_text(s, 0) != NULL)
        out->text = arena_strdup(c->arena, (const char *)sqlite3_column_text(s, 0));
    else
        out->kind = VALUE_NULL;
    sqlite3_reset(s);
    return step >= 0;
}

static bool
list_insert(struct row_write *parent, const struct list_op *op, const char *pkid, struct ccm_error *err)
{
    const struct form_node *n = &parent->form->nodes[op->node];
    struct row_write       *sub = arena_alloc(parent->call->arena, sizeof *sub);
    char                   *fresh = arena_alloc(parent->call->arena, 37);

    row_write_init(sub, parent->call, parent->form, n->opens, true);
    sub->numbered = n->bind->order != NULL;
    if (!collect_row(sub, op->node, op->e, err) || !number_row(parent, sub, n->bind, pkid, err))
        return false;
    store_new_pkid(store_of(parent->call->conn), fresh);
    struct value key;
    return parent_key(parent, n->bind, pkid, &key, err) &&
           write_new(sub, n->bind->where, n->bind->where_count, n->bind->column, &key, fresh, err);
}

/* removeX: the row is the one with the same references; where a list has none, with the same values. */
static bool
list_remove(struct row_write *parent, const struct list_op *op, const char *pkid, struct ccm_error *err)
{
    const struct form_node *n = &parent->form->nodes[op->node];
    struct row_write       *sub = arena_alloc(parent->call->arena, sizeof *sub);
    struct cell            *use[MAX_CELLS];
    unsigned                count = 0;
    bool                    references = false;
    struct buf              sql;

    row_write_init(sub, parent->call, parent->form, n->opens, false);
    if (!collect_row(sub, op->node, op->e, err))
        return false;
    for (struct cell *c = sub->cells; c != NULL; c = c->next)
        references =
            references || (c->reference && c->value.kind != VALUE_NULL && strcmp(c->table, n->bind->table) == 0);
    buf_init(&sql, BUF_MAX_SQL);
    struct cell self = cell_of_text("", pkid);
    use[count++] = &self;
    buf_addf(&sql, "DELETE FROM \"%s\"", n->bind->table);
    add_scope(&sql, parent, n->bind);
    for (struct cell *c = sub->cells; c != NULL && count < MAX_CELLS; c = c->next) {
        bool order = n->bind->order != NULL && strcmp(c->column, n->bind->order) == 0;
        if (c->shadow || strcmp(c->table, n->bind->table) != 0 || (references ? !c->reference : order))
            continue;
        use[count++] = c;
        buf_addf(&sql, " AND \"%s\" IS ?%u", c->column, count);
    }
    return cells_run(parent->call, &sql, use, count, NULL, err);
}

/* A row there is at most one of: written over, made, or taken away when sent empty. */
static bool
list_put(struct row_write *parent, const struct list_op *op, const char *pkid, struct ccm_error *err)
{
    const struct form_node *n = &parent->form->nodes[op->node];
    struct axl_call        *c = parent->call;
    struct row_write       *sub;
    struct buf              sql;
    struct cell            *cells[MAX_CELLS];
    char                   *id = arena_alloc(c->arena, 37);

    bool empty = op->e->nil || (op->e->children == NULL && *axl_text(c, op->e) == '\0' &&
                                (soap_attr(op->e, "uuid") == NULL || *soap_attr(op->e, "uuid") == '\0'));
    if (empty)
        return list_clear(parent, n->bind, pkid, err);
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "SELECT pkid FROM \"%s\"", n->bind->table);
    add_scope(&sql, parent, n->bind);
    sqlite3_stmt *s = store_prepare(c->conn, buf_cstr(&sql), err);
    buf_release(&sql);
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
    int step = store_step(c->conn, s, err);
    if (step == 1)
        snprintf(id, 37, "%s", (const char *)sqlite3_column_text(s, 0));
    sqlite3_reset(s);
    if (step < 0)
        return false;
    if (step == 0)
        return list_insert(parent, op, pkid, err);
    sub = arena_alloc(c->arena, sizeof *sub);
    row_write_init(sub, c, parent->form, n->opens, false);
    if (!collect_row(sub, op->node, op->e, err))
        return false;
    unsigned count = cells_of(sub, n->bind->table, false, cells);
    return (count == 0 || cells_update(c, n->bind->table, "pkid", id, NULL, 0, cells, count, err)) &&
           write_sides(sub, id, false, err) && write_shadow(sub, id, err) && write_lists(sub, id, err) &&
           write_after(sub, id, err);
}

bool
write_lists(struct row_write *r, const char *pkid, struct ccm_error *err)
{
    for (const struct list_op *op = r->lists; op != NULL; op = op->next) {
        bool ok = true;
        switch (op->what) {
        case LIST_CLEAR: ok = list_clear(r, r->form->nodes[op->node].bind, pkid, err); break;
        case LIST_INSERT: ok = list_insert(r, op, pkid, err); break;
        case LIST_REMOVE: ok = list_remove(r, op, pkid, err); break;
        case LIST_PUT: ok = list_put(r, op, pkid, err); break;
        }
        if (!ok)
            return false;
    }
    return true;
}
