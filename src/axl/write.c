/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Carrying out a row: its own columns, its companion rows, our shadow columns, the rows of its lists,
 * and the special fields, in that order. All inside the caller's transaction. */
#include <stdio.h>
#include <string.h>

#include "write_priv.h"

bool
write_after(struct row_write *r, const char *pkid, struct ccm_error *err)
{
    for (const struct after_op *op = r->after; op != NULL; op = op->next) {
        const struct axl_special *s = axl_special_find(op->bind->func);
        if (s == NULL)
            return ccm_fail(err, CCM_UNSUPPORTED, "Element %s can't be kept", op->bind->path);
        if (s->write != NULL && !s->write(r->call, op->bind, pkid, op->e, op->text, err))
            return false;
    }
    return true;
}

/* The row that a row of a numbered list tells in parts (a line's directory number): it gives the row its own number. */
static const char *
part_row(struct row_write *r, const char *table, const char **pkid)
{
    for (unsigned i = 0; r->numbered && i < r->part_count; i++) {
        const struct axl_bind *b = r->parts[i].bind;
        const struct cell     *c = strcmp(b->table, table) == 0 ? row_cell(r, table, b->column) : NULL;
        if (c != NULL && c->value.kind == VALUE_TEXT) {
            *pkid = c->value.text;
            return b->target;
        }
    }
    return NULL;
}

bool
write_new(struct row_write *r, const struct axl_const *consts, unsigned const_count, const char *parent_column,
          const struct value *parent, const char *pkid, struct ccm_error *err)
{
    const char  *table = r->form->scopes[r->scope].table;
    struct cell *cells[MAX_CELLS];

    row_set_constants(r, table, consts, const_count);
    row_set_extras(r, table);
    if (parent_column != NULL)
        row_set(r, table, parent_column, parent);
    row_set(r, table, "pkid", &(struct value){ .kind = VALUE_TEXT, .text = pkid });
    if (!write_behind(r, table, err))
        return false;
    for (struct cell **p = &r->cells; *p != NULL;) { /* null in a column that can't be: its default */
        const struct store_column *col =
            (*p)->value.kind == VALUE_NULL && !(*p)->shadow ? store_column_find((*p)->table, (*p)->column) : NULL;
        if (col != NULL && !col->nullable)
            *p = (*p)->next;
        else
            p = &(*p)->next;
    }
    unsigned    count = cells_of(r, table, false, cells);
    const char *main_pkid = NULL, *main = part_row(r, table, &main_pkid);
    return cells_insert(r->call, table, cells, count, main, main_pkid, err) && write_sides(r, pkid, true, err) &&
           write_shadow(r, pkid, err) && write_lists(r, pkid, err) && write_after(r, pkid, err);
}

bool
axl_row_insert(struct axl_call *c, const struct form *f, const struct soap_element *e, const char *pkid, char out[37],
               struct ccm_error *err)
{
    const struct axl_object *o = f->object;
    struct row_write        *r = arena_alloc(c->arena, sizeof *r);

    row_write_init(r, c, f, 0, true);
    if (!collect(r, 0, e, err) || !collect_defaults(r, 0, true, err) || !collect_parts(r, err))
        return false;
    if (pkid != NULL)
        snprintf(out, 37, "%s", pkid);
    else
        store_new_pkid(store_of(c->conn), out);
    return write_new(r, o->where, o->where_count, NULL, NULL, out, err);
}

bool
axl_row_update(struct axl_call *c, const struct form *f, const struct soap_element *e, const char *pkid,
               struct ccm_error *err)
{
    struct row_write *r = arena_alloc(c->arena, sizeof *r);
    struct cell      *cells[MAX_CELLS];

    row_write_init(r, c, f, 0, false);
    r->pkid = pkid;
    if (!collect(r, 0, e, err) || !collect_parts(r, err))
        return false;
    unsigned count = cells_of(r, f->object->table, false, cells);
    return (count == 0 || cells_update(c, f->object->table, "pkid", pkid, NULL, 0, cells, count, err)) &&
           write_sides(r, pkid, false, err) && write_shadow(r, pkid, err) && write_lists(r, pkid, err) &&
           write_after(r, pkid, err);
}
