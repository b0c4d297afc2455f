/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* From an object's fields and their roles the types of its regular messages, from 8.0 on: XThing (add),
 * RThing (get), LThing (list), AddThingReq, UpdateThingReq, GetThingReq, GetThingRes, ListThingReq,
 * ListThingRes and RemoveThingReq. From a group's fields XPart, RPart and LPart. A type that a `type` block
 * tells is left alone. */
#include <ctype.h>
#include <string.h>

#include "contractc.h"

struct maker {
    struct contract       *c;
    const char            *name; /* of the object or group */
    const struct c_fields *fields;
    axl_mask               add, update, get, list, remove; /* versions that have the operation */
};

/* ---- roles down the tree ---- */

static bool
inherit_roles(struct contract *c, struct c_node *n, const struct c_roles *above, const axl_mask *limits)
{
    bool ok = true;

    for (; n != NULL; n = n->next) {
        axl_mask any = 0;
        if (!n->roles->told)
            memcpy(n->roles->versions, above->versions, sizeof above->versions);
        for (unsigned r = 0; r < C_ROLES; r++) {
            axl_mask told = n->roles->versions[r];
            n->roles->versions[r] &= limits[r] & n->versions;
            any |= n->roles->versions[r];
            if (n->roles->told && told != 0 && n->roles->versions[r] == 0)
                ok = c_problem(c, n->place, "a role holds in no version");
        }
        if (any == 0)
            ok = c_problem(c, n->place, "the field has no role in any version");
        ok = inherit_roles(c, n->child, n->roles, n->roles->versions) && ok;
    }
    return ok;
}

/* ---- what a line is in a role ---- */

static bool
is_updating(enum c_role r)
{
    return r == C_UPDATE || r == C_NEW || r == C_EDIT;
}

/* In answers all is optional, never nil, without default; an update need not send anything. */
static void
derive(struct c_node *n, const struct c_node *line, enum c_role r, bool top)
{
    if (((line->roles->as_is >> r) & 1) || n->kind != AXL_ELEM || r == C_ADD_ROLE)
        return;
    if (is_updating(r)) {
        n->min = top ? 0 : n->min;
        return;
    }
    n->min = 0;
    n->nillable = false;
    n->def = n->fixed = NULL;
    if (r == C_SEARCH) {
        n->type = "xs:string";
        n->max = 1;
    } else if (line->get_type != NULL) {
        n->type = r == C_LIST_ROLE && line->list_type != NULL ? line->list_type : line->get_type;
    }
}

static struct c_node *
in_role(struct contract *c, const struct c_node *line, enum c_role r, bool top)
{
    struct c_node *n = arena_alloc(c->arena, sizeof *n), **tail = &n->child;

    *n = *line;
    n->roles = NULL;
    n->child = n->next = NULL;
    n->versions = line->roles->versions[r];
    derive(n, line, r, top);
    for (const struct c_node *k = line->child; k != NULL; k = k->next)
        if (k->roles->versions[r] != 0) {
            *tail = in_role(c, k, r, false);
            tail = &(*tail)->next;
        }
    return n;
}

/* ---- small builders ---- */

static struct c_node *
node(struct maker *m, enum axl_node_kind kind, const char *name, const char *type, struct c_node *child)
{
    struct c_node *n = arena_alloc(m->c->arena, sizeof *n);
    n->place = m->fields->place;
    n->kind = (uint8_t)kind;
    n->name = name;
    n->type = type;
    n->min = n->max = 1;
    n->versions = C_ALL_VERSIONS;
    n->child = child;
    return n;
}

static struct c_node *
optional(struct c_node *n)
{
    n->min = 0;
    return n;
}

static void
append(struct c_node **list, struct c_node *n)
{
    while (*list != NULL)
        list = &(*list)->next;
    *list = n;
}

static struct c_node *
copy(struct contract *c, const struct c_node *from)
{
    struct c_node *first = NULL, **tail = &first;
    for (; from != NULL; from = from->next) {
        *tail = arena_alloc(c->arena, sizeof **tail);
        **tail = *from;
        (*tail)->next = NULL;
        (*tail)->child = copy(c, from->child);
        tail = &(*tail)->next;
    }
    return first;
}

static const char *
prefixed(struct contract *c, const char *prefix, const char *name)
{
    char *text = arena_printf(c->arena, "%s%s", prefix, name);
    text[strlen(prefix)] = (char)toupper((unsigned char)text[strlen(prefix)]);
    return text;
}

/* X of an edit: choice ? of (sequence ? of removeX and addX) and X. */
static struct c_node *
edit(struct maker *m, struct c_node *x)
{
    struct c_node *both[2];
    for (unsigned i = 0; i < 2; i++) {
        both[i] = copy(m->c, x);
        both[i]->name = prefixed(m->c, i == 0 ? "remove" : "add", x->name);
    }
    both[0]->next = both[1];
    struct c_node *seq = optional(node(m, AXL_SEQ, NULL, NULL, both[0]));
    struct c_node *choice = optional(node(m, AXL_CHOICE, NULL, NULL, seq));
    seq->next = x;
    seq->versions = choice->versions = x->versions;
    return choice;
}

/* The fields that play a role, in their order; attributes apart. */
static struct c_node *
fields_in(struct maker *m, enum c_role first, enum c_role last, struct c_node **attributes)
{
    struct c_node *list = NULL;
    for (const struct c_node *line = m->fields->first; line != NULL; line = line->next)
        for (unsigned r = first; r <= last; r++) {
            if (line->roles->versions[r] == 0)
                continue;
            struct c_node *n = in_role(m->c, line, (enum c_role)r, true);
            if (r == C_NEW)
                n->name = prefixed(m->c, "new", n->name);
            if (r == C_EDIT && n->kind == AXL_ELEM)
                n = edit(m, n);
            append(n->kind == AXL_ATTR && attributes != NULL ? attributes : &list, n);
        }
    return list;
}

/* ---- the types ---- */

static bool
is_told(struct contract *c, const char *name)
{
    for (size_t i = 0; i < c->types.count; i++)
        if ((c->types.items[i].versions & ~C_LEGACY) != 0 && strcmp(c->types.items[i].name, name) == 0)
            return true;
    return false;
}

static void
add_type(struct maker *m, const char *name, axl_mask versions, struct c_node *child)
{
    struct c_type *t = C_ADD(m->c, m->c->types);
    *t = (struct c_type){ .place = m->fields->place, .name = name, .versions = versions, .child = child };
    c_tree_settle(m->c, t);
}

/* The type's name, unless it is told or no version needs it. */
static const char *
wanted(struct maker *m, const char *prefix, const char *suffix, axl_mask versions)
{
    const char *name = arena_printf(m->c->arena, "%s%s%s", prefix, m->name, suffix);
    return versions != 0 && !is_told(m->c, name) ? name : NULL;
}

/* XThing, RThing, LThing */
static void
make_content(struct maker *m, const char *prefix, enum c_role role, axl_mask versions)
{
    struct c_node *attributes = NULL, *list = fields_in(m, role, role, &attributes);
    const char    *name = list != NULL ? wanted(m, prefix, "", versions) : NULL;

    if (name == NULL)
        return;
    struct c_node *seq = optional(node(m, AXL_SEQ, NULL, NULL, list));
    seq->next = attributes;
    add_type(m, name, versions, seq);
}

/* A request that isn't an extension has @sequence of its own. */
static struct c_node *
plain_request(struct maker *m, struct c_node *content)
{
    struct c_node *seq = node(m, AXL_SEQ, NULL, NULL, content);
    seq->next = node(m, AXL_ATTR, "sequence", "xs:unsignedLong", NULL);
    seq->next->optional = true;
    return seq;
}

static struct c_node *
extension(struct maker *m, const char *base, struct c_node *content)
{
    return node(m, AXL_EXT, NULL, base, node(m, AXL_SEQ, NULL, NULL, content));
}

static const char *
content_type(struct maker *m, const char *prefix)
{
    return arena_printf(m->c->arena, "%s%s", prefix, m->name);
}

static void
make_requests(struct maker *m)
{
    const struct c_fields *f = m->fields;
    const char            *name;

    if ((name = wanted(m, "Add", "Req", m->add)) != NULL)
        add_type(m, name, m->add,
                 extension(m, "APIRequest", node(m, AXL_ELEM, f->element, content_type(m, "X"), NULL)));
    if ((name = wanted(m, "Update", "Req", m->update)) != NULL) {
        struct c_node *content = f->base == NULL ? copy(m->c, f->update_key != NULL ? f->update_key : f->key) : NULL;
        append(&content, fields_in(m, C_UPDATE, C_EDIT, NULL));
        add_type(m, name, m->update, extension(m, f->base != NULL ? f->base : "APIRequest", content));
    }
    if (f->key != NULL && (name = wanted(m, "Get", "Req", m->get)) != NULL) {
        struct c_node *content = copy(m->c, f->key);
        append(&content, optional(node(m, AXL_ELEM, "returnedTags", content_type(m, "R"), NULL)));
        add_type(m, name, m->get, plain_request(m, content));
    }
    if (f->key != NULL && (name = wanted(m, "Remove", "Req", m->remove)) != NULL)
        add_type(m, name, m->remove, plain_request(m, copy(m->c, f->key)));
    if ((name = wanted(m, "List", "Req", m->list)) != NULL) {
        struct c_node *search = node(m, AXL_SEQ, NULL, NULL, fields_in(m, C_SEARCH, C_SEARCH, NULL));
        struct c_node *content = node(m, AXL_ELEM, "searchCriteria", NULL, search);
        append(&content, node(m, AXL_ELEM, "returnedTags", content_type(m, "L"), NULL));
        append(&content, optional(node(m, AXL_ELEM, "skip", "xs:unsignedLong", NULL)));
        append(&content, optional(node(m, AXL_ELEM, "first", "xs:unsignedLong", NULL)));
        add_type(m, name, m->list, plain_request(m, content));
    }
}

static void
make_answer(struct maker *m, const char *prefix, const char *type, axl_mask versions, bool many)
{
    const char *name = wanted(m, prefix, "Res", versions);
    if (name == NULL)
        return;
    struct c_node *e = node(m, AXL_ELEM, m->fields->element, content_type(m, type), NULL);
    if (many)
        optional(e)->max = AXL_UNBOUNDED;
    add_type(m, name, versions,
             extension(m, "APIResponse", node(m, AXL_ELEM, "return", NULL, node(m, AXL_SEQ, NULL, NULL, e))));
}

/* The versions from 8.0 on in which the object has the operation. */
static axl_mask
operation_versions(struct maker *m, const char *verb, const char *type_prefix, const char *type_suffix, bool response)
{
    const char *name = arena_printf(m->c->arena, "%s%s", verb, m->name);
    const char *type = arena_printf(m->c->arena, "%s%s%s", type_prefix, m->name, type_suffix);
    axl_mask    versions = 0;

    for (size_t i = 0; i < m->c->ops.count; i++) {
        const struct c_op *op = &m->c->ops.items[i];
        const char        *used = response ? op->response : op->request;
        if (strcmp(op->name, name) == 0 && used != NULL && strcmp(used, type) == 0)
            versions |= op->versions & (axl_mask)~C_LEGACY;
    }
    return versions;
}

static void
make_object(struct contract *c, struct c_object *o)
{
    struct maker m = { .c = c, .name = o->name, .fields = &o->fields };

    m.add = operation_versions(&m, "add", "Add", "Req", false);
    m.update = operation_versions(&m, "update", "Update", "Req", false);
    m.get = operation_versions(&m, "get", "Get", "Res", true);
    m.list = operation_versions(&m, "list", "List", "Res", true);
    m.remove = operation_versions(&m, "remove", "Remove", "Req", false);
    const axl_mask limits[C_ROLES] = { m.add, m.update, m.update, m.update, m.get, m.list, m.list };
    if (!inherit_roles(c, o->fields.first, &o->fields.defaults, limits))
        return;
    make_content(&m, "X", C_ADD_ROLE, m.add);
    make_content(&m, "R", C_GET, m.get);
    make_content(&m, "L", C_LIST_ROLE, m.list);
    make_requests(&m);
    make_answer(&m, "Get", "R", m.get, false);
    make_answer(&m, "List", "L", m.list, true);
}

/* A group's roles hold in the versions its line tells, from 8.0 on. */
static void
make_group(struct contract *c, struct c_group *g)
{
    struct maker m = { .c = c, .name = g->name, .fields = &g->fields };
    axl_mask     limits[C_ROLES];

    for (unsigned r = 0; r < C_ROLES; r++)
        limits[r] = g->fields.defaults.versions[r] & (axl_mask)~C_LEGACY;
    if (!inherit_roles(c, g->fields.first, &g->fields.defaults, limits))
        return;
    make_content(&m, "X", C_ADD_ROLE, limits[C_ADD_ROLE]);
    make_content(&m, "R", C_GET, limits[C_GET]);
    make_content(&m, "L", C_LIST_ROLE, limits[C_LIST_ROLE]);
}

bool
contract_fields(struct contract *c)
{
    size_t before = c->problems.count;

    for (size_t i = 0; i < c->objects.count; i++)
        if (c->objects.items[i]->fields.element != NULL)
            make_object(c, c->objects.items[i]);
    for (size_t i = 0; i < c->groups.count; i++)
        make_group(c, &c->groups.items[i]);
    return c->problems.count == before;
}
