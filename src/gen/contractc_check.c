/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Checks of the messages: names told once a version, every type and base known in the versions that
 * use it, operations of one name in disjoint versions. Sorts all lists by name. */
#include <stdlib.h>
#include <string.h>

#include "contractc.h"

/* The XML Schema types that contracts use. */
static const char *const xs_types[] = {
    "xs:string",
    "xs:boolean",
    "xs:int",
    "xs:integer",
    "xs:long",
    "xs:unsignedLong",
    "xs:unsignedInt",
    "xs:short",
    "xs:Name",
    "xs:anyURI",
    "xs:nonNegativeInteger",
    "xs:positiveInteger",
    "xs:decimal",
    "xs:double",
    "xs:float",
    "xs:time",
    "xs:date",
    "xs:dateTime",
    "xs:anyType",
    "xs:token",
    "xs:base64Binary",
    "xs:unsignedShort",
    "xs:unsignedByte",
    "xs:byte",
    "xs:normalizedString",
    "xs:language",
    "xs:NMTOKEN",
    "xs:hexBinary",
    NULL,
};

static bool
is_xs(const char *name)
{
    for (size_t i = 0; xs_types[i] != NULL; i++)
        if (strcmp(xs_types[i], name) == 0)
            return true;
    return false;
}

/* ---- order ---- */

static int
by_versions(axl_mask a, axl_mask b)
{
    return (a & -a) < (b & -b) ? -1 : (a & -a) > (b & -b);
}

#define COMPARE(fn, type)                                          \
    static int fn(const void *a, const void *b)                    \
    {                                                              \
        const type *x = a, *y = b;                                 \
        int         d = strcmp(x->name, y->name);                  \
        return d != 0 ? d : by_versions(x->versions, y->versions); \
    }
COMPARE(compare_types, struct c_type)
COMPARE(compare_simples, struct c_simple)
COMPARE(compare_ops, struct c_op)
COMPARE(compare_elements, struct c_element)

static int
compare_objects(const void *a, const void *b)
{
    return strcmp((*(struct c_object *const *)a)->name, (*(struct c_object *const *)b)->name);
}

static void
sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    if (count > 0)
        qsort(items, count, size, compare);
}

/* Index of the first item called name in a list sorted by name; count when there is none. */
#define FIND_FIRST(list, key)                        \
    size_t lo = 0, hi = (list).count;                \
    while (lo < hi) {                                \
        size_t mid = (lo + hi) / 2;                  \
        if (strcmp((list).items[mid].name, key) < 0) \
            lo = mid + 1;                            \
        else                                         \
            hi = mid;                                \
    }                                                \
    return lo < (list).count && strcmp((list).items[lo].name, key) == 0 ? lo : (list).count

size_t
c_type_first(const struct contract *c, const char *name)
{
    FIND_FIRST(c->types, name);
}

size_t
c_simple_first(const struct contract *c, const char *name)
{
    FIND_FIRST(c->simples, name);
}

const struct c_type *
c_type_in(const struct contract *c, const char *name, enum axl_version v)
{
    for (size_t i = c_type_first(c, name); i < c->types.count && strcmp(c->types.items[i].name, name) == 0; i++)
        if ((c->types.items[i].versions >> v) & 1)
            return &c->types.items[i];
    return NULL;
}

const struct c_simple *
c_simple_in(const struct contract *c, const char *name, enum axl_version v)
{
    for (size_t i = c_simple_first(c, name); i < c->simples.count && strcmp(c->simples.items[i].name, name) == 0; i++)
        if ((c->simples.items[i].versions >> v) & 1)
            return &c->simples.items[i];
    return NULL;
}

struct c_object *
c_object_find(const struct contract *c, const char *name)
{
    for (size_t i = 0; i < c->objects.count; i++)
        if (strcmp(c->objects.items[i]->name, name) == 0)
            return c->objects.items[i];
    return NULL;
}

/* ---- names told twice ---- */

#define CHECK_ONCE(c, list, what)                                                                  \
    for (size_t i = 1; i < (list).count; i++)                                                      \
        for (size_t k = i; k-- > 0 && strcmp((list).items[k].name, (list).items[i].name) == 0;)    \
            if (((list).items[k].versions & (list).items[i].versions) != 0)                        \
    c_problem(c, (list).items[i].place, what " \"%s\" is told twice for %s", (list).items[i].name, \
              c_versions_text((c)->arena, (list).items[k].versions &(list).items[i].versions))

static void
check_names(struct contract *c)
{
    CHECK_ONCE(c, c->types, "type");
    CHECK_ONCE(c, c->simples, "simple type");
    CHECK_ONCE(c, c->ops, "operation");
    CHECK_ONCE(c, c->elements, "element");
    for (size_t i = 1; i < c->objects.count; i++)
        if (strcmp(c->objects.items[i]->name, c->objects.items[i - 1]->name) == 0)
            c_problem(c, c->objects.items[i]->place, "object \"%s\" is told twice", c->objects.items[i]->name);
}

/* ---- references ---- */

axl_mask
c_type_versions(const struct contract *c, const char *name)
{
    axl_mask known = 0;
    for (size_t i = c_type_first(c, name); i < c->types.count && strcmp(c->types.items[i].name, name) == 0; i++)
        known |= c->types.items[i].versions;
    return known;
}

axl_mask
c_simple_versions(const struct contract *c, const char *name)
{
    axl_mask known = 0;
    for (size_t i = c_simple_first(c, name); i < c->simples.count && strcmp(c->simples.items[i].name, name) == 0; i++)
        known |= c->simples.items[i].versions;
    return known;
}

/* Is the type known in all these versions, and of one kind? */
static bool
check_ref(struct contract *c, struct c_place at, const char *name, axl_mask versions, bool complex_only)
{
    if (!complex_only && is_xs(name))
        return true;
    axl_mask types = c_type_versions(c, name), simples = complex_only ? 0 : c_simple_versions(c, name);
    axl_mask known = types | simples;
    if ((types & simples) != 0)
        return c_problem(c, at, "\"%s\" is both a type and a simple type", name);
    if ((types & versions) != 0 && (simples & versions) != 0)
        return c_problem(c, at, "\"%s\" is a type in some of these versions and a simple type in others", name);
    if (known == 0)
        return c_problem(c, at, "no type \"%s\"", name);
    if ((versions & ~known) != 0)
        return c_problem(c, at, "no type \"%s\" in %s", name, c_versions_text(c->arena, versions & (axl_mask)~known));
    return true;
}

/* A type has one base at most, and a chain of bases ends. */
static void
check_base(struct contract *c, const struct c_type *t)
{
    const struct c_node *base = NULL;
    for (const struct c_node *n = t->child; n != NULL; n = n->next) {
        if (n->kind != AXL_EXT)
            continue;
        if (base != NULL && (base->versions & n->versions) != 0)
            c_problem(c, n->place, "type \"%s\" has two bases", t->name);
        base = n;
        for (int v = 0; v < AXL_VERSIONS; v++) {
            const struct c_type *b = (n->versions >> v) & 1 ? c_type_in(c, n->type, (enum axl_version)v) : NULL;
            for (unsigned steps = 0; b != NULL; steps++) {
                const struct c_node *k = b->child;
                while (k != NULL && (k->kind != AXL_EXT || ((k->versions >> v) & 1) == 0))
                    k = k->next;
                if (steps > 20 || b == t) {
                    c_problem(c, n->place, "type \"%s\" extends itself", t->name);
                    return;
                }
                b = k != NULL ? c_type_in(c, k->type, (enum axl_version)v) : NULL;
            }
        }
    }
}

static void
check_nodes(struct contract *c, const struct c_node *n)
{
    for (; n != NULL; n = n->next) {
        if (n->type != NULL && n->kind != AXL_ANY)
            check_ref(c, n->place, n->type, n->versions, n->kind == AXL_EXT);
        if (n->kind == AXL_ATTR && n->type == NULL)
            c_problem(c, n->place, "attribute \"%s\" has no type", n->name);
        for (const struct c_node *k = n->next; k != NULL; k = k->next)
            if (n->kind == AXL_ATTR && k->kind == AXL_ATTR && (n->versions & k->versions) != 0 &&
                strcmp(n->name, k->name) == 0)
                c_problem(c, k->place, "attribute \"%s\" is told twice", n->name);
        check_nodes(c, n->child);
    }
}

static void
check_simples(struct contract *c)
{
    for (size_t i = 0; i < c->simples.count; i++) {
        const struct c_simple *s = &c->simples.items[i];
        if (!is_xs(s->base) && c_simple_first(c, s->base) == c->simples.count)
            c_problem(c, s->place, "no simple type \"%s\"", s->base);
    }
}

bool
contract_check(struct contract *c)
{
    size_t before = c->problems.count;

    sort(c->types.items, c->types.count, sizeof *c->types.items, compare_types);
    sort(c->simples.items, c->simples.count, sizeof *c->simples.items, compare_simples);
    sort(c->ops.items, c->ops.count, sizeof *c->ops.items, compare_ops);
    sort(c->elements.items, c->elements.count, sizeof *c->elements.items, compare_elements);
    sort(c->objects.items, c->objects.count, sizeof *c->objects.items, compare_objects);
    check_names(c);
    check_simples(c);
    for (size_t i = 0; i < c->types.count; i++) {
        check_base(c, &c->types.items[i]);
        check_nodes(c, c->types.items[i].child);
    }
    for (size_t i = 0; i < c->elements.count; i++)
        check_ref(c, c->elements.items[i].place, c->elements.items[i].type, c->elements.items[i].versions, false);
    for (size_t i = 0; i < c->ops.count; i++) {
        const struct c_op *op = &c->ops.items[i];
        if (op->request != NULL)
            check_ref(c, op->place, op->request, op->versions, false);
        if (op->response != NULL)
            check_ref(c, op->place, op->response, op->versions, false);
    }
    return c->problems.count == before;
}
