/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* From the elements of an add or update to the columns of a row: each field by its binding, lists
 * set aside for later, defaults for what was left out. Order of elements doesn't matter, as on a
 * real node; unknown elements are passed over unless checks are strict. */
#include <string.h>

#include "write_priv.h"

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
        if (!axl_value_in(r->call, n,
                          &(struct axl_bind){
                              .kind = BIND_COLUMN, .conv = CONV_INT_BOOL, .table = b->table, .column = b->column },
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
    case BIND_PART: return part_set(r, b, e, text, nil, err);
    case BIND_XML:
        text = xml_of(r->call, e);
        if (b->func != NULL)
            add_after(r, b, e, text);
        else
            row_set(r, b->table, b->column, &(struct value){ .kind = VALUE_TEXT, .text = text });
        return true;
    case BIND_SECRET:
    case BIND_CALL: add_after(r, b, e, text); return true;
    case BIND_THROUGH:
    case BIND_ROWS:
    case BIND_ROW: return true;
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
    char                    mode = n->mode != 0 ? n->mode : r->form->nodes[container].mode;

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
    const struct form      *f = r->form;
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
