/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Forms: what one operation of one version reads or writes, as a flat tree of elements with their
 * store bindings. Made from the const contract the first time it is asked for and then kept: the
 * cache holds nothing but what the contract implies, so it is the same for every cluster. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form_priv.h"

bool
form_holds(axl_mask mask, enum axl_version v)
{
    return (mask >> v) & 1u;
}

/* ---- finding the part of a message that is the object ---- */

static const struct axl_node *
find_elem(const struct axl_node *n, const struct axl_node *end, enum axl_version v, const char *name)
{
    for (; n < end; n++) {
        if (!form_holds(n->versions, v) || n->kind == AXL_ATTR)
            continue;
        if (n->kind == AXL_ELEM && (name == NULL || strcmp(n->name, name) == 0))
            return n;
    }
    return NULL;
}

static const struct axl_node *
type_elem(const char *type, enum axl_version v, const char *name, const struct axl_node **end)
{
    const struct axl_type *t = type != NULL ? axl_type_find(type) : NULL;
    if (t == NULL)
        return NULL;
    *end = &axl_nodes[t->node_first + t->node_count];
    return find_elem(&axl_nodes[t->node_first], *end, v, name);
}

/* The element of the operation's message that holds the object; *type when all of the message does. */
static const struct axl_node *
object_elem(const struct axl_op *op, enum axl_version v, enum form_role role, const struct axl_node **end)
{
    const struct axl_node *ret;
    switch (role) {
    case FORM_ADD: return type_elem(op->request_type, v, NULL, end);
    case FORM_SEARCH: return type_elem(op->request_type, v, "searchCriteria", end);
    default:
        ret = type_elem(op->response_type, v, "return", end);
        if (ret == NULL)
            return NULL;
        if (ret->ref_kind == AXL_REF_COMPLEX) { /* return of a named type */
            const struct axl_type *t = &axl_types[ret->type_ref];
            *end = &axl_nodes[t->node_first + t->node_count];
            return find_elem(&axl_nodes[t->node_first], *end, v, NULL);
        }
        return find_elem(ret + 1, form_skip(ret, *end), v, NULL);
    }
}

static const char *const role_verb[FORM_ROLES] = { "add", "update", "get", "list", "list" };

static void
mark_nillable(const struct axl_object *o, enum axl_version v, struct form *f)
{
    const struct form *add = axl_form(o, v, FORM_ADD);
    if (add == NULL)
        return;
    for (uint16_t i = 1; i < f->count; i++) {
        uint16_t a = form_find(add, f->nodes[i].path);
        f->nodes[i].add_nillable = a != FORM_NONE && add->nodes[a].nillable;
    }
}

/* Null is nil where an add may set nil: before 14 with xsi:nil and its namespace on the element, from 14 on
 * without; a reference to nothing keeps its empty uuid. */
static void
make_wire(struct arena *a, struct form *f)
{
    for (uint16_t i = 0; i < f->count; i++) {
        struct form_node *n = &f->nodes[i];
        const char       *none = "";
        if (n->kind == FORM_ATTR || n->name == NULL)
            continue;
        if (n->add_nillable && f->version >= AXL_V8_0 && f->version < AXL_V14_0)
            none = " xsi:nil=\"true\" uuid=\"\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
        else if (n->uuid_attr || (n->add_nillable && f->version >= AXL_V14_0))
            none = " uuid=\"\"";
        n->wire.start.ptr = arena_printf(a, "<%s>", n->name);
        n->wire.end.ptr = arena_printf(a, "</%s>", n->name);
        n->wire.empty.ptr = arena_printf(a, "<%s/>", n->name);
        n->wire.null.ptr = arena_printf(a, "<%s%s/>", n->name, none);
        n->wire.start.len = strlen(n->wire.start.ptr);
        n->wire.end.len = strlen(n->wire.end.ptr);
        n->wire.empty.len = strlen(n->wire.empty.ptr);
        n->wire.null.len = strlen(n->wire.null.ptr);
    }
}

static struct form *
build(struct arena *arena, const struct axl_object *o, enum axl_version v, enum form_role role)
{
    static const size_t nodes_size = sizeof(struct form_node) * MAX_NODES;
    char                name[128];
    snprintf(name, sizeof name, "%s%s", role_verb[role], o->name);
    const struct axl_op *op = axl_op_find(name, v);
    if (op == NULL || o->table == NULL)
        return NULL;

    struct builder b = { .arena = arena, .object = o, .version = v, .role = role };
    b.nodes = malloc(nodes_size);
    b.scopes = malloc(sizeof *b.scopes * MAX_SCOPES);
    struct form *f = NULL;
    if (b.nodes == NULL || b.scopes == NULL)
        abort();
    b.scopes[b.scope_count++] = (struct form_scope){ .table = o->table };
    form_add_node(&b, FORM_NONE);
    b.nodes[0].path = "";

    const struct axl_node *end = NULL;
    const struct axl_type *t = NULL;
    if (role == FORM_UPDATE)
        t = axl_type_find(op->request_type);
    else {
        const struct axl_node *e = object_elem(op, v, role, &end);
        if (e == NULL)
            goto out;
        b.nodes[0].name = e->name;
        if (e->ref_kind == AXL_REF_COMPLEX)
            t = &axl_types[e->type_ref];
        else
            for (int attrs = 1; attrs >= 0; attrs--)
                form_expand_nodes(&b, e + 1, form_skip(e, end), (uint8_t)(e->depth + 1), 0, "", 0, attrs);
    }
    if (t != NULL)
        for (int attrs = 1; attrs >= 0; attrs--)
            form_expand_type(&b, t, 0, "", 0, attrs);
    b.nodes[0].end = b.count;
    for (uint16_t i = 1; i < b.count; i++)
        if (b.nodes[i].kind == FORM_ATTR)
            b.nodes[b.nodes[i].parent].attributes = true;

    f = arena_alloc(arena, sizeof *f);
    f->arena = arena;
    f->object = o;
    f->version = v;
    f->role = role;
    f->wrapper = role == FORM_UPDATE || role == FORM_SEARCH ? NULL : b.nodes[0].name;
    f->count = b.count;
    f->scope_count = b.scope_count;
    f->nodes = arena_alloc(arena, sizeof *f->nodes * b.count);
    memcpy(f->nodes, b.nodes, sizeof *f->nodes * b.count);
    f->scopes = arena_alloc(arena, sizeof *f->scopes * b.scope_count);
    memcpy(f->scopes, b.scopes, sizeof *f->scopes * b.scope_count);
    if (role == FORM_GET || role == FORM_LIST) {
        mark_nillable(o, v, f);
        make_wire(arena, f);
    }
out:
    free(b.nodes);
    free(b.scopes);
    return f;
}

/* ---- the cache ---- */

#define MAX_OBJECTS 512

static _Atomic(const struct form *) cache[MAX_OBJECTS][AXL_VERSIONS][FORM_ROLES];
static const struct form            absent;

const struct form *
axl_form(const struct axl_object *o, enum axl_version v, enum form_role role)
{
    size_t index = (size_t)(o - axl_objects);
    if (index >= MAX_OBJECTS)
        return NULL;
    const struct form *f = atomic_load_explicit(&cache[index][v][role], memory_order_acquire);
    if (f == NULL) {
        struct arena      *arena = arena_new();
        const struct form *made = build(arena, o, v, role);
        const struct form *fresh = made != NULL ? made : &absent;
        if (made == NULL)
            arena_free(arena);
        if (atomic_compare_exchange_strong(&cache[index][v][role], &f, fresh))
            f = fresh;
        else if (made != NULL)
            arena_free(arena); /* another thread was first: f is its form */
    }
    return f == &absent ? NULL : f;
}

uint16_t
form_child(const struct form *f, uint16_t parent, const char *name, uint16_t *hint)
{
    bool     attr = name[0] == '@';
    uint16_t first = (uint16_t)(parent + 1), end = f->nodes[parent].end;
    uint16_t start = hint != NULL && *hint > parent && *hint < end ? *hint : first;

    for (int round = 0; round < 2; round++) {
        uint16_t i = round == 0 ? start : first, stop = round == 0 ? end : start;
        for (; i < stop; i = f->nodes[i].end)
            if ((f->nodes[i].kind == FORM_ATTR) == attr && strcmp(f->nodes[i].name, name + attr) == 0) {
                if (hint != NULL)
                    *hint = f->nodes[i].end;
                return i;
            }
    }
    return FORM_NONE;
}

uint16_t
form_find(const struct form *f, const char *path)
{
    for (uint16_t i = 1; i < f->count; i++)
        if (strcmp(f->nodes[i].path, path) == 0)
            return i;
    return FORM_NONE;
}
