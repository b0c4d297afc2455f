/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* From the elements of an add or update to the columns of a row: each field by its binding, lists
 * set aside for later, defaults for what was left out. Order of elements doesn't matter, as on a
 * real node; unknown elements are passed over unless checks are strict. */
#include <string.h>

#include "write_priv.h"

void
row_write_init(struct row_write *r, struct axl_call *c, const struct form *f, uint16_t scope, bool adding)
{
    *r = (struct row_write){ .call = c, .form = f, .scope = scope, .adding = adding };
    r->seen = arena_alloc(c->arena, f->count);
    r->cells_end = &r->cells;
    r->lists_end = &r->lists;
    r->after_end = &r->after;
}

struct cell *
row_cell(struct row_write *r, const char *table, const char *column)
{
    for (struct cell *c = r->cells; c != NULL; c = c->next)
        if (strcmp(c->column, column) == 0 && strcmp(c->table, table) == 0)
            return c;
    return NULL;
}

struct cell *
row_set(struct row_write *r, const char *table, const char *column, const struct value *v)
{
    struct cell *c = row_cell(r, table, column);
    if (c == NULL) {
        c = arena_alloc(r->call->arena, sizeof *c);
        c->table = table;
        c->column = column;
        c->implied = true;
        *r->cells_end = c;
        r->cells_end = &c->next;
    }
    c->implied = c->implied && r->defaulting;
    c->value = *v;
    return c;
}

static void
set_bit(struct row_write *r, const struct axl_bind *b, bool on)
{
    struct cell *c = row_cell(r, b->table, b->column);
    if (c == NULL) {
        struct value zero = { .kind = VALUE_INT };
        c = row_set(r, b->table, b->column, &zero);
    }
    c->bit_mask |= b->number;
    c->value.number = on ? c->value.number | b->number : c->value.number & ~(int64_t)b->number;
}

static bool
set_part(struct row_write *r, const struct axl_bind *b, const struct soap_element *e, const char *text, bool nil,
         struct ccm_error *err)
{
    struct part *p = NULL;
    for (unsigned i = 0; i < r->part_count; i++)
        if (strcmp(r->parts[i].bind->column, b->column) == 0)
            p = &r->parts[i];
    if (p == NULL) {
        if (r->part_count == MAX_PARTS)
            return ccm_fail(err, CCM_INTERNAL, "too many references in one row");
        p = &r->parts[r->part_count++];
        *p = (struct part){ .bind = b };
    }
    if (p->count == sizeof p->fields / sizeof p->fields[0])
        return ccm_fail(err, CCM_INVALID, "Element %s is given more than once", b->path);
    struct value v = { .kind = VALUE_TEXT, .text = text };
    if (b->ref_table != NULL) {
        struct axl_bind ref = { .target = b->ref_table, .target_column = b->ref_column };
        if (!axl_ref_resolve(r->call, &ref, nil ? "" : text, e != NULL ? soap_attr(e, "uuid") : NULL, &v, err))
            return false;
    } else if (nil || *text == '\0')
        v.kind = VALUE_NULL;
    p->fields[p->count].bind = b;
    p->fields[p->count++].value = v;
    return true;
}

/* Child elements as XML text, in their order. */
static void
serialize(struct buf *b, const struct soap_element *children)
{
    for (const struct soap_element *e = children; e != NULL; e = e->next) {
        xml_begin(b, e->name);
        for (const struct soap_attr *a = e->attrs; a != NULL; a = a->next)
            if (strcmp(a->name, "nil") != 0)
                xml_attr(b, a->name, a->value);
        bool empty = e->children == NULL && (e->text == NULL || *e->text == '\0');
        xml_end(b, empty);
        if (empty)
            continue;
        if (e->children != NULL)
            serialize(b, e->children);
        else
            xml_text(b, e->text);
        xml_close(b, e->name);
    }
}

static const char *
xml_of(struct axl_call *c, const struct soap_element *e)
{
    struct buf b;
    buf_init(&b, BUF_MAX_TEXT);
    if (e != NULL)
        serialize(&b, e->children);
    char *text = arena_strndup(c->arena, b.len > 0 ? b.ptr : "", b.len);
    buf_release(&b);
    return text;
}

static void
add_after(struct row_write *r, const struct axl_bind *b, const struct soap_element *e, const char *text)
{
    struct after_op *op = arena_alloc(r->call->arena, sizeof *op);
    *op = (struct after_op){ .bind = b, .e = e, .text = text };
    *r->after_end = op;
    r->after_end = &op->next;
}

/* A reference's name: its text, or the name within a whole embedded object (before 8.0). */
static const char *
reference_name(struct axl_call *c, const struct soap_element *e, const char *text)
{
    if (e == NULL || e->children == NULL)
        return text;
    static const char *const names[] = { "name", "userid", "pattern" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct soap_element *n = soap_child(e, names[i]);
        if (n != NULL)
            return axl_text(c, n);
    }
    return text;
}

bool
collect_field(struct row_write *r, const struct form_node *n, const struct axl_bind *b, const struct soap_element *e,
              const char *text, struct ccm_error *err)
{
    struct value v;
    bool         nil = e != NULL && e->nil, on;
    struct cell *cell;

    switch ((enum axl_bind_kind)b->kind) {
    case BIND_COLUMN:
    case BIND_ENUM:
    case BIND_SHADOW:
        if (n != NULL && n->any) { /* a container of ours, kept as it stands */
            if (n->mode != 0 && n->mode != 'n')
                return ccm_fail(err, CCM_UNSUPPORTED, "Element %s can't be carried out: send the whole list", n->name);
            text = xml_of(r->call, e);
            nil = false;
        }
        if (!axl_value_in(r->call, n, b, text, nil, &v, err))
            return false;
        if (v.kind == VALUE_NULL && r->adding && b->def != NULL && !axl_value_in(r->call, n, b, b->def, false, &v, err))
            return false;
        if (v.kind == VALUE_NULL && r->adding && !nil && b->kind != BIND_SHADOW)
            return true; /* an empty element in an add: the column's own default */
        cell = row_set(r, b->table, b->column, &v);
        cell->shadow = b->kind == BIND_SHADOW;
        return true;
    case BIND_BIT:
        if (!axl_value_in(r->call, n, &(struct axl_bind){ .kind = BIND_COLUMN, .conv = CONV_INT_BOOL, .table = b->table,
                                                          .column = b->column },
                          *text == '\0' ? "false" : text, nil, &v, err))
            return false;
        on = v.kind == VALUE_INT && v.number != 0;
        set_bit(r, b, on);
        return true;
    case BIND_REF:
    case BIND_REFID:
        if (b->kind == BIND_REF && !axl_ref_resolve(r->call, b, nil ? "" : reference_name(r->call, e, text),
                                                    e != NULL ? soap_attr(e, "uuid") : NULL, &v, err))
            return false;
        if (b->kind == BIND_REFID && !axl_ref_resolve(r->call, b, NULL, nil ? NULL : text, &v, err))
            return false;
        if (v.kind == VALUE_NULL && r->adding && !nil)
            return true;
        row_set(r, b->table, b->column, &v)->reference = true;
        return true;
    case BIND_PART:
        return set_part(r, b, e, text, nil, err);
    case BIND_XML:
        text = xml_of(r->call, e);
        if (b->func != NULL)
            add_after(r, b, e, text);
        else
            row_set(r, b->table, b->column, &(struct value){ .kind = VALUE_TEXT, .text = text });
        return true;
    case BIND_SECRET:
    case BIND_CALL:
        add_after(r, b, e, text);
        return true;
    case BIND_THROUGH:
    case BIND_ROWS:
    case BIND_ROW:
        return true;
    }
    return true;
}

static void
add_list(struct row_write *r, enum list_what what, uint16_t node, const struct soap_element *e)
{
    struct list_op *op = arena_alloc(r->call->arena, sizeof *op);
    *op = (struct list_op){ .what = what, .node = node, .e = e };
    *r->lists_end = op;
    r->lists_end = &op->next;
}

/* A list element sent plainly in an update replaces the rows, all of them, before any is put in. */
static void
clear_lists(struct row_write *r, uint16_t container)
{
    const struct form *f = r->form;
    for (uint16_t i = (uint16_t)(container + 1); i < f->nodes[container].end; i = f->nodes[i].end)
        if (f->nodes[i].opens != FORM_NONE && f->nodes[i].bind->kind == BIND_ROWS && !r->seen[i] &&
            (f->nodes[i].bind->flags & BINDF_READONLY) == 0) {
            r->seen[i] = true;
            add_list(r, LIST_CLEAR, i, NULL);
        }
}

static void
collect_list(struct row_write *r, uint16_t node, uint16_t container, const struct soap_element *e)
{
    const struct form_node *n = &r->form->nodes[node];
    char mode = n->mode != 0 ? n->mode : r->form->nodes[container].mode;

    if (n->bind->kind == BIND_ROW)
        add_list(r, LIST_PUT, node, e);
    else if (mode == 'r')
        add_list(r, LIST_REMOVE, node, e);
    else {
        if (!r->adding && mode == 0 && !r->seen[node]) {
            r->seen[node] = true;
            add_list(r, LIST_CLEAR, node, NULL);
        }
        if (e->children != NULL || n->kind == FORM_LEAF || e->attrs != NULL)
            add_list(r, LIST_INSERT, node, e);
    }
    r->seen[node] = true;
}

static bool
collect_attributes(struct row_write *r, uint16_t node, const struct soap_element *e, struct ccm_error *err)
{
    for (const struct soap_attr *a = e->attrs; a != NULL; a = a->next) {
        uint16_t i = form_child(r->form, node, arena_printf(r->call->arena, "@%s", a->name), NULL);
        if (i == FORM_NONE || *a->value == '\0')
            continue;
        const struct form_node *n = &r->form->nodes[i];
        if ((n->bind->flags & BINDF_READONLY) == 0 && n->scope == r->scope &&
            !collect_field(r, n, n->bind, NULL, a->value, err))
            return false;
    }
    return true;
}

static bool
ignored(const struct row_write *r, const struct form_node *n)
{
    unsigned flags = n->bind != NULL ? n->bind->flags : 0;
    return n->key || (flags & BINDF_READONLY) != 0 || ((flags & BINDF_CREATEONLY) != 0 && !r->adding);
}

bool
collect(struct row_write *r, uint16_t node, const struct soap_element *e, struct ccm_error *err)
{
    uint16_t hint = 0;
    if (!collect_attributes(r, node, e, err))
        return false;
    for (const struct soap_element *child = e->children; child != NULL; child = child->next) {
        uint16_t i = form_child(r->form, node, child->name, &hint);
        if (i == FORM_NONE) {
            if (r->call->strictness == AXL_STRICT)
                return ccm_fail(err, CCM_UNEXPECTED, "Unexpected element. Found <%.100s>", child->name);
            continue;
        }
        const struct form_node *n = &r->form->nodes[i];
        if (ignored(r, n)) {
            r->seen[i] = true;
            continue;
        }
        if (n->opens != FORM_NONE)
            collect_list(r, i, node, child);
        else if (n->kind == FORM_LEAF) {
            r->seen[i] = true;
            const char *text = n->any || n->bind->kind == BIND_SECRET ? child->text : axl_text(r->call, child);
            if (!collect_attributes(r, i, child, err) || !collect_field(r, n, n->bind, child, text, err))
                return false;
        } else {
            r->seen[i] = true;
            if (!r->adding && n->mode == 0)
                clear_lists(r, i);
            if (!collect(r, i, child, err) || (r->adding && !child->nil && !collect_defaults(r, i, true, err)))
                return false;
        }
    }
    return true;
}

/* Is another alternative of n's choice there? */
static bool
choice_taken(const struct row_write *r, uint16_t i)
{
    const struct form *f = r->form;
    const struct form_node *n = &f->nodes[i];
    if (n->choice == 0)
        return false;
    for (uint16_t k = (uint16_t)(n->parent + 1); k < f->nodes[n->parent].end; k = f->nodes[k].end)
        if (f->nodes[k].choice == n->choice && f->nodes[k].alternative != n->alternative && r->seen[k])
            return true;
    return false;
}

static bool
missing(const struct row_write *r, const struct form_node *n)
{
    const struct axl_object *o = r->form->object;
    if (!n->required || n->choice != 0 || r->scope != 0)
        return false;
    if (r->call->strictness == AXL_STRICT)
        return true;
    for (unsigned k = 0; k < o->key_count; k++)
        for (unsigned p = 0; p < o->keys[k].count; p++)
            if (strcmp(o->keys[k].paths[p], n->path) == 0 && ((o->keys[k].optional >> p) & 1u) == 0)
                return true;
    return false;
}

bool
collect_defaults(struct row_write *r, uint16_t node, bool present, struct ccm_error *err)
{
    const struct form *f = r->form;
    for (uint16_t i = (uint16_t)(node + 1); i < f->nodes[node].end; i = f->nodes[i].end) {
        const struct form_node *n = &f->nodes[i];
        if (r->seen[i] || n->kind == FORM_ATTR || n->opens != FORM_NONE || choice_taken(r, i))
            continue;
        if (n->kind == FORM_GROUP) {
            if (!collect_defaults(r, i, false, err))
                return false;
            continue;
        }
        if (n->bind->kind == BIND_XML || n->bind->kind == BIND_SECRET || (n->bind->flags & BINDF_READONLY) != 0)
            continue;
        const char *def = present && n->def != NULL && *n->def != '\0' ? n->def : n->bind->def;
        if (def == NULL && present && missing(r, n))
            return ccm_fail(err, CCM_INVALID, "Required element %s is missing", n->name);
        r->defaulting = true;
        bool ok = def == NULL ||
                  (n->bind->table != NULL && n->bind->column != NULL &&
                   row_cell(r, n->bind->table, n->bind->column) != NULL) ||
                  collect_field(r, n, n->bind, NULL, def, err);
        r->defaulting = false;
        if (!ok)
            return false;
    }
    return true;
}

/* ---- references told in parts ---- */

static bool
part_create(struct row_write *r, const struct part *p, struct value *out, struct ccm_error *err)
{
    struct axl_call *c = r->call;
    const struct axl_object *o = axl_object_find(p->bind->target_object);
    const struct form *f = o != NULL ? axl_form(o, AXL_V15_0, FORM_ADD) : NULL;
    struct soap_element *root = arena_alloc(c->arena, sizeof *root), *last = NULL;
    char *id = arena_alloc(c->arena, 37);

    if (f == NULL)
        return ccm_fail(err, CCM_INTERNAL, "no way to make a %s", p->bind->target_object);
    *root = (struct soap_element){ .name = f->wrapper, .text = "" };
    for (unsigned i = 0; i < p->count; i++) {
        if (p->fields[i].value.kind == VALUE_NULL)
            continue;
        const struct axl_bind *field = NULL;
        for (unsigned k = 0; k < o->bind_count && field == NULL; k++)
            if (((o->binds[k].versions >> AXL_V15_0) & 1u) != 0 && o->binds[k].column != NULL && strcmp(o->binds[k].column, p->fields[i].bind->target_column) == 0 &&
                strchr(o->binds[k].path, '/') == NULL)
                field = &o->binds[k];
        if (field == NULL)
            continue;
        struct soap_element *e = arena_alloc(c->arena, sizeof *e);
        struct soap_attr    *uuid = arena_alloc(c->arena, sizeof *uuid);
        *uuid = (struct soap_attr){ .name = "uuid", .value = p->fields[i].value.text };
        *e = (struct soap_element){ .name = field->path, .text = p->fields[i].value.text };
        if (p->fields[i].bind->ref_table != NULL)
            *e = (struct soap_element){ .name = field->path, .text = "", .attrs = uuid };
        if (last == NULL)
            root->children = e;
        else
            last->next = e;
        last = e;
    }
    enum axl_strictness asked = c->strictness;
    c->strictness = AXL_CUCM; /* the client didn't send this element: what the schema requires of it doesn't count */
    bool ok = axl_row_insert(c, f, root, NULL, id, err);
    c->strictness = asked;
    *out = (struct value){ .kind = VALUE_TEXT, .text = id };
    return ok;
}

/* A partition or a search space only tells apart what a number names. */
static bool
names_something(const struct axl_bind *b)
{
    return b->ref_table == NULL ||
           (strcmp(b->ref_table, "routepartition") != 0 && strcmp(b->ref_table, "callingsearchspace") != 0);
}

static bool
part_resolve(struct row_write *r, const struct part *p, struct value *out, struct ccm_error *err)
{
    struct axl_call *c = r->call;
    const struct axl_object *o = p->bind->target_object != NULL ? axl_object_find(p->bind->target_object) : NULL;
    struct buf sql;
    bool       any = false, create = false;
    const char *what = "";

    *out = (struct value){ .kind = VALUE_NULL };
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "SELECT pkid FROM \"%s\" WHERE 1", p->bind->target);
    for (unsigned i = 0; i < p->count; i++) {
        any = any || (p->fields[i].value.kind != VALUE_NULL && names_something(p->fields[i].bind));
        create = create || (p->fields[i].bind->flags & BINDF_CREATE) != 0;
        if (p->fields[i].bind->ref_table == NULL && p->fields[i].value.kind == VALUE_TEXT)
            what = p->fields[i].value.text;
        buf_addf(&sql, p->fields[i].value.kind == VALUE_NULL ? " AND \"%s\" IS ?%u" : " AND \"%s\"=?%u",
                 p->fields[i].bind->target_column, i + 1);
    }
    if (p->count == 1 && o != NULL && strcmp(p->bind->target, "numplan") == 0)
        buf_adds(&sql, " AND fkroutepartition IS NULL"); /* no partition named: the null partition */
    if (o != NULL)
        axl_where(&sql, "", o->where, o->where_count);
    sqlite3_stmt *s = any ? store_prepare(c->conn, buf_cstr(&sql), err) : NULL;
    buf_release(&sql);
    if (!any)
        return true;
    if (s == NULL)
        return false;
    for (unsigned i = 0; i < p->count; i++)
        axl_bind_value(s, (int)i + 1, &p->fields[i].value);
    int step = store_step(c->conn, s, err);
    if (step == 1)
        *out = (struct value){ .kind = VALUE_TEXT,
                               .text = arena_strdup(c->arena, (const char *)sqlite3_column_text(s, 0)) };
    sqlite3_reset(s);
    if (step < 0)
        return false;
    if (step == 0 && create)
        return part_create(r, p, out, err);
    return step == 1 || ccm_fail(err, CCM_NOT_FOUND, "Item not valid: The specified %s was not found", what);
}

bool
collect_parts(struct row_write *r, struct ccm_error *err)
{
    for (unsigned i = 0; i < r->part_count; i++) {
        const struct axl_bind *b = r->parts[i].bind;
        struct value v;
        if (row_cell(r, b->table, b->column) != NULL)
            continue; /* a uuid attribute decided already */
        if (!part_resolve(r, &r->parts[i], &v, err))
            return false;
        row_set(r, b->table, b->column, &v)->reference = true;
    }
    return true;
}
