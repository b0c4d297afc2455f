/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Carrying out a row: its own columns, its companion rows, our shadow columns, the rows of its lists,
 * and the special fields, in that order. All inside the caller's transaction. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "write_priv.h"

static void set_constants(struct row_write *r, const char *table, const struct axl_const *consts, unsigned count);
static void set_extras(struct row_write *r, const char *table);
static bool list_insert(struct row_write *parent, const struct list_op *op, const char *pkid, struct ccm_error *err);

/* ---- statements over cells ---- */

static bool
run(struct axl_call *c, struct buf *sql, struct cell *const *cells, unsigned count, const char *last,
    struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c->conn, buf_cstr(sql), err);
    buf_release(sql);
    if (s == NULL)
        return false;
    for (unsigned i = 0; i < count; i++)
        axl_bind_value(s, (int)i + 1, &cells[i]->value);
    if (last != NULL)
        sqlite3_bind_text(s, (int)count + 1, last, -1, SQLITE_TRANSIENT);
    int step = store_step(c->conn, s, err);
    sqlite3_reset(s);
    return step >= 0;
}

#define MAX_CELLS 400

/* Cells of one table. */
static unsigned
gather(const struct row_write *r, const char *table, bool shadow, struct cell **out)
{
    unsigned n = 0;
    for (struct cell *c = r->cells; c != NULL && n < MAX_CELLS; c = c->next)
        if (c->shadow == shadow && strcmp(c->table, table) == 0)
            out[n++] = c;
    return n;
}

/* Bits that the request didn't name keep the column's default in a new row. */
static void
complete_bits(struct cell *const *cells, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (cells[i]->bit_mask != 0) {
            const struct store_column *col = store_column_find(cells[i]->table, cells[i]->column);
            int64_t def = col != NULL && col->def != NULL ? strtoll(col->def, NULL, 10) : 0;
            cells[i]->value.number |= def & ~cells[i]->bit_mask;
        }
}

static bool
insert_row(struct axl_call *c, const char *table, struct cell *const *cells, unsigned count, struct ccm_error *err)
{
    struct buf sql;
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "INSERT INTO \"%s\"(", table);
    for (unsigned i = 0; i < count; i++)
        buf_addf(&sql, "%s\"%s\"", i > 0 ? "," : "", cells[i]->column);
    buf_adds(&sql, ") VALUES(");
    for (unsigned i = 0; i < count; i++)
        buf_addf(&sql, "%s?%u", i > 0 ? "," : "", i + 1);
    buf_addc(&sql, ')');
    complete_bits(cells, count);
    return run(c, &sql, cells, count, NULL, err);
}

static bool
update_row(struct axl_call *c, const char *table, const char *key, const char *pkid, struct cell *const *cells,
           unsigned count, struct ccm_error *err)
{
    struct buf sql;
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "UPDATE \"%s\" SET ", table);
    for (unsigned i = 0; i < count; i++)
        if (cells[i]->bit_mask != 0)
            buf_addf(&sql, "%s\"%s\"=(\"%s\"&~%lld)|?%u", i > 0 ? "," : "", cells[i]->column, cells[i]->column,
                     (long long)cells[i]->bit_mask, i + 1);
        else
            buf_addf(&sql, "%s\"%s\"=?%u", i > 0 ? "," : "", cells[i]->column, i + 1);
    buf_addf(&sql, " WHERE \"%s\"=?%u", key, count + 1);
    return run(c, &sql, cells, count, pkid, err);
}

/* ---- companion rows and shadow columns ---- */

static struct cell
text_cell(const char *column, const char *text)
{
    return (struct cell){ .column = column, .value = { .kind = VALUE_TEXT, .text = text } };
}

static bool
insert_side(struct row_write *r, const struct axl_side *side, const char *pkid, struct cell **cells, unsigned count,
            struct ccm_error *err)
{
    struct axl_call *c = r->call;
    struct cell      parent = text_cell(side->column, pkid), id;
    char             fresh[37];

    parent.table = side->table;
    if (!side->behind)
        cells[count++] = &parent;
    else
        snprintf(fresh, sizeof fresh, "%s", pkid);
    if (store_column_find(side->table, "pkid") != NULL) {
        if (!side->behind)
            store_new_pkid(store_of(c->conn), fresh);
        id = text_cell("pkid", fresh);
        id.table = side->table;
        cells[count++] = &id;
    }
    return insert_row(c, side->table, cells, count, err);
}

/* A companion that the main row points to is made first, and the main row told its pkid. */
static bool
insert_behind(struct row_write *r, const char *table, struct ccm_error *err)
{
    const struct axl_object *o = r->form->object;
    struct cell *cells[MAX_CELLS + 2];

    for (unsigned i = 0; i < o->side_count; i++) {
        const struct axl_side *side = &o->sides[i];
        if (!side->behind || !axl_side_belongs(side, table))
            continue;
        if (!side->always && gather(r, side->table, false, cells) == 0)
            continue;
        set_constants(r, side->table, side->where, side->where_count);
        set_extras(r, side->table);
        char *id = arena_alloc(r->call->arena, 37);
        store_new_pkid(store_of(r->call->conn), id);
        if (!insert_side(r, side, id, cells, gather(r, side->table, false, cells), err))
            return false;
        row_set(r, table, side->column, &(struct value){ .kind = VALUE_TEXT, .text = id });
    }
    return true;
}

/* pkid of the companion behind the main row; "" when it has none. */
static const char *
behind_pkid(struct row_write *r, const char *table, const struct axl_side *side, const char *pkid, struct ccm_error *err)
{
    struct axl_call *c = r->call;
    sqlite3_stmt *s = store_prepare(c->conn,
                                    arena_printf(c->arena, "SELECT \"%s\" FROM \"%s\" WHERE pkid=?1", side->column, table),
                                    err);
    if (s == NULL)
        return NULL;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
    const char *id = NULL;
    int step = store_step(c->conn, s, err);
    if (step >= 0)
        id = step == 1 && sqlite3_column_text(s, 0) != NULL
                 ? arena_strdup(c->arena, (const char *)sqlite3_column_text(s, 0))
                 : "";
    sqlite3_reset(s);
    return id;
}

static bool
write_sides(struct row_write *r, const char *pkid, bool fresh, struct ccm_error *err)
{
    const struct axl_object *o = r->form->object;
    const char  *table = r->form->scopes[r->scope].table;
    struct cell *cells[MAX_CELLS + 2];

    for (unsigned i = 0; i < o->side_count; i++) {
        const struct axl_side *side = &o->sides[i];
        if (!axl_side_belongs(side, table) || (side->behind && fresh))
            continue;
        if (fresh && (side->always || gather(r, side->table, false, cells) > 0)) {
            set_constants(r, side->table, side->where, side->where_count);
            set_extras(r, side->table);
        }
        unsigned count = gather(r, side->table, false, cells);
        if (count == 0 && !(fresh && side->always))
            continue;
        if (!fresh) {
            const char *key = side->behind ? "pkid" : side->column, *id = pkid;
            if (side->behind && (id = behind_pkid(r, table, side, pkid, err)) == NULL)
                return false;
            if (!update_row(r->call, side->table, key, id, cells, count, err))
                return false;
            if (side->behind || sqlite3_changes(store_db(r->call->conn)) > 0)
                continue;
        }
        if (!insert_side(r, side, pkid, cells, count, err))
            return false;
    }
    return true;
}

static bool
write_shadow(struct row_write *r, const char *pkid, struct ccm_error *err)
{
    const char  *shadow = NULL;
    struct cell *cells[MAX_CELLS], id = text_cell("pkid", pkid);
    struct buf   sql;

    for (struct cell *c = r->cells; c != NULL && shadow == NULL; c = c->next)
        if (c->shadow)
            shadow = c->table;
    if (shadow == NULL)
        return true;
    unsigned count = gather(r, shadow, true, cells);
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "INSERT INTO \"%s\"(", shadow);
    for (unsigned i = 0; i < count; i++)
        buf_addf(&sql, "\"%s\",", cells[i]->column);
    buf_adds(&sql, "pkid) VALUES(");
    for (unsigned i = 0; i <= count; i++)
        buf_addf(&sql, "%s?%u", i > 0 ? "," : "", i + 1);
    buf_adds(&sql, ") ON CONFLICT(pkid) DO UPDATE SET ");
    for (unsigned i = 0; i < count; i++)
        buf_addf(&sql, "%s\"%s\"=excluded.\"%s\"", i > 0 ? "," : "", cells[i]->column, cells[i]->column);
    return run(r->call, &sql, cells, count, id.value.text, err);
}

static bool
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

/* ---- lists ---- */

/* " WHERE" the rows of a list under the parent with pkid ?1. */
static void
add_scope(struct buf *sql, const struct row_write *r, const struct axl_bind *rows)
{
    buf_adds(sql, " WHERE ");
    axl_where_parent(sql, r->form, rows, "", r->form->scopes[r->scope].table);
    axl_where(sql, "", rows->where, rows->where_count);
}

static bool
list_clear(struct row_write *r, const struct axl_bind *rows, const char *pkid, struct ccm_error *err)
{
    struct buf sql;
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "DELETE FROM \"%s\"", rows->table);
    add_scope(&sql, r, rows);
    return run(r->call, &sql, NULL, 0, pkid, err);
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
    int step = store_step(c->conn, s, err);
    struct value v = { .kind = VALUE_INT, .number = step == 1 ? sqlite3_column_int64(s, 0) : 1 };
    sqlite3_reset(s);
    row_set(sub, rows->table, rows->order, &v);
    return step >= 0;
}

static bool write_lists(struct row_write *r, const char *pkid, struct ccm_error *err);

static void
set_constants(struct row_write *r, const char *table, const struct axl_const *consts, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const char *v = axl_const_value(r->call->arena, &consts[i]);
        if (v != NULL && !(axl_const_is_choice(&consts[i]) && row_cell(r, table, consts[i].column) != NULL))
            row_set(r, table, consts[i].column, &(struct value){ .kind = VALUE_TEXT, .text = v });
    }
}

/* "now" and "next" are the time and one more than the column's highest; the rest is as it stands. */
static struct value
extra_value(struct row_write *r, const struct axl_set *set)
{
    struct axl_call *c = r->call;
    struct value     v = { .kind = VALUE_TEXT, .text = set->value };
    if (strcmp(set->value, "now") == 0)
        return (struct value){ .kind = VALUE_INT, .number = (int64_t)time(NULL) };
    if (strcmp(set->value, "next") != 0)
        return v;
    sqlite3_stmt *s = store_prepare(
        c->conn, arena_printf(c->arena, "SELECT coalesce(max(\"%s\"),0)+1 FROM \"%s\"", set->column, set->table), NULL);
    v = (struct value){ .kind = VALUE_INT, .number = 1 };
    if (s != NULL && store_step(c->conn, s, NULL) == 1)
        v.number = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return v;
}

/* A device's model follows from its product. */
static void
set_model(struct row_write *r)
{
    const struct cell *product = row_cell(r, "device", "tkproduct");
    const struct store_enum *e = store_enum_find(store_of(r->call->conn), "typeproduct");
    int64_t number, model;
    if (product == NULL || e == NULL || row_cell(r, "device", "tkmodel") != NULL)
        return;
    number = product->value.kind == VALUE_INT ? product->value.number : strtoll(product->value.text, NULL, 10);
    if (store_enum_attr(e, number, "tkmodel", &model))
        row_set(r, "device", "tkmodel", &(struct value){ .kind = VALUE_INT, .number = model });
}

/* What no field says and the row needs all the same. */
static void
set_extras(struct row_write *r, const char *table)
{
    const struct axl_object *o = r->form->object;
    for (unsigned i = 0; i < o->set_count; i++)
        if (strcmp(o->sets[i].table, table) == 0 && row_cell(r, table, o->sets[i].column) == NULL) {
            struct value v = extra_value(r, &o->sets[i]);
            row_set(r, table, o->sets[i].column, &v);
        }
    if (strcmp(table, "device") == 0)
        set_model(r);
}

/* The key by which a list's rows name their parent: its pkid, or a column of it. */
static bool
parent_key(struct row_write *parent, const struct axl_bind *rows, const char *pkid, struct value *out,
           struct ccm_error *err)
{
    struct axl_call *c = parent->call;
    const char *table = parent->form->scopes[parent->scope].table;
    *out = (struct value){ .kind = VALUE_TEXT, .text = pkid };
    if (rows->ref_column == NULL)
        return true;
    const struct axl_side *side =
        rows->ref_table != NULL ? axl_side_find(parent->form->object, table, rows->ref_table) : NULL;
    sqlite3_stmt *s = store_prepare(c->conn,
                                    arena_printf(c->arena, "SELECT \"%s\" FROM \"%s\" WHERE \"%s\"=?1",
                                                 rows->ref_column, side != NULL ? side->table : table,
                                                 side != NULL ? side->column : "pkid"),
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
write_new(struct row_write *r, const struct axl_const *consts, unsigned const_count, const char *parent_column,
          const struct value *parent, const char *pkid, struct ccm_error *err)
{
    const char  *table = r->form->scopes[r->scope].table;
    struct cell *cells[MAX_CELLS];

    set_constants(r, table, consts, const_count);
    set_extras(r, table);
    if (parent_column != NULL)
        row_set(r, table, parent_column, parent);
    row_set(r, table, "pkid", &(struct value){ .kind = VALUE_TEXT, .text = pkid });
    if (!insert_behind(r, table, err))
        return false;
    for (struct cell **p = &r->cells; *p != NULL;) { /* null in a column that can't be: its default */
        const struct store_column *col =
            (*p)->value.kind == VALUE_NULL && !(*p)->shadow ? store_column_find((*p)->table, (*p)->column) : NULL;
        if (col != NULL && !col->nullable)
            *p = (*p)->next;
        else
            p = &(*p)->next;
    }
    unsigned count = gather(r, table, false, cells);
    return insert_row(r->call, table, cells, count, err) && write_sides(r, pkid, true, err) &&
           write_shadow(r, pkid, err) && write_lists(r, pkid, err) && write_after(r, pkid, err);
}

static bool
list_insert(struct row_write *parent, const struct list_op *op, const char *pkid, struct ccm_error *err)
{
    const struct form_node *n = &parent->form->nodes[op->node];
    struct row_write *sub = arena_alloc(parent->call->arena, sizeof *sub);
    char *fresh = arena_alloc(parent->call->arena, 37);

    row_write_init(sub, parent->call, parent->form, n->opens, true);
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
    struct row_write *sub = arena_alloc(parent->call->arena, sizeof *sub);
    struct cell      *use[MAX_CELLS];
    unsigned          count = 0;
    bool              references = false;
    struct buf        sql;

    row_write_init(sub, parent->call, parent->form, n->opens, false);
    if (!collect_row(sub, op->node, op->e, err))
        return false;
    for (struct cell *c = sub->cells; c != NULL; c = c->next)
        references = references || (c->reference && c->value.kind != VALUE_NULL && strcmp(c->table, n->bind->table) == 0);
    buf_init(&sql, BUF_MAX_SQL);
    struct cell self = text_cell("", pkid);
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
    return run(parent->call, &sql, use, count, NULL, err);
}

/* A row there is at most one of: written over, made, or taken away when sent empty. */
static bool
list_put(struct row_write *parent, const struct list_op *op, const char *pkid, struct ccm_error *err)
{
    const struct form_node *n = &parent->form->nodes[op->node];
    struct axl_call  *c = parent->call;
    struct row_write *sub;
    struct buf        sql;
    struct cell      *cells[MAX_CELLS];
    char             *id = arena_alloc(c->arena, 37);

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
    unsigned count = gather(sub, n->bind->table, false, cells);
    return (count == 0 || update_row(c, n->bind->table, "pkid", id, cells, count, err)) &&
           write_sides(sub, id, false, err) && write_shadow(sub, id, err) && write_lists(sub, id, err) &&
           write_after(sub, id, err);
}

static bool
write_lists(struct row_write *r, const char *pkid, struct ccm_error *err)
{
    for (const struct list_op *op = r->lists; op != NULL; op = op->next) {
        bool ok = true;
        switch (op->what) {
        case LIST_CLEAR:
            ok = list_clear(r, r->form->nodes[op->node].bind, pkid, err);
            break;
        case LIST_INSERT:
            ok = list_insert(r, op, pkid, err);
            break;
        case LIST_REMOVE:
            ok = list_remove(r, op, pkid, err);
            break;
        case LIST_PUT:
            ok = list_put(r, op, pkid, err);
            break;
        }
        if (!ok)
            return false;
    }
    return true;
}

/* ---- the object's own row ---- */

bool
axl_row_insert(struct axl_call *c, const struct form *f, const struct soap_element *e, const char *pkid, char out[37],
               struct ccm_error *err)
{
    const struct axl_object *o = f->object;
    struct row_write *r = arena_alloc(c->arena, sizeof *r);

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
    if (!collect(r, 0, e, err) || !collect_parts(r, err))
        return false;
    unsigned count = gather(r, f->object->table, false, cells);
    return (count == 0 || update_row(c, f->object->table, "pkid", pkid, cells, count, err)) &&
           write_sides(r, pkid, false, err) && write_shadow(r, pkid, err) && write_lists(r, pkid, err) &&
           write_after(r, pkid, err);
}
