/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* References of rpc/encoded SOAP: <in0 href="#id1"/> stands for what <multiRef id="id1"> holds. Resolved by copying,
 * so that readers see a plain tree; what a few references can blow up to is bounded as a request is. */
#include <stdlib.h>

#include "ccmsim/soap.h"
#include "soap/soap_priv.h"

struct target {
    const char                *id;
    const struct soap_element *element;
    bool                       open; /* being copied: who refers to it now is inside it */
};

struct resolver {
    struct arena     *arena;
    struct target    *targets; /* sorted by id */
    size_t            count, references, elements;
    struct ccm_error *err;
};

/* Recursion ends: soap_read's trees are SOAP_MAX_DEPTH deep. */
static void
count(struct resolver *r, const struct soap_element *e)
{
    for (; e != NULL; e = e->next) {
        r->count += soap_attr(e, "id") != NULL;
        r->references += soap_attr(e, "href") != NULL;
        count(r, e->children);
    }
}

static struct target *
collect(struct target *to, const struct soap_element *e)
{
    for (; e != NULL; e = e->next) {
        const char *id = soap_attr(e, "id");
        if (id != NULL)
            *to++ = (struct target){ .id = id, .element = e };
        to = collect(to, e->children);
    }
    return to;
}

static int
by_id(const void *x, const void *y)
{
    return strcmp(((const struct target *)x)->id, ((const struct target *)y)->id);
}

/* NULL: none, or no use. */
static struct target *
find(struct resolver *r, const char *href)
{
    struct target  key = { .id = href + 1 };
    struct target *t = href[0] == '#' && r->count > 0 ? bsearch(&key, r->targets, r->count, sizeof key, by_id) : NULL;

    if (t == NULL)
        ccm_fail(r->err, CCM_MALFORMED, "the request refers to '%.100s', which is not in it", href);
    else if (t->open)
        ccm_fail(r->err, CCM_MALFORMED, "'%.100s' of the request refers to itself", href);
    return t != NULL && !t->open ? t : NULL;
}

static const struct soap_element *copy(struct resolver *r, const struct soap_element *from, unsigned depth);

static bool
copy_children(struct resolver *r, struct soap_element *to, const struct soap_element *from, unsigned depth)
{
    const struct soap_element **end = &to->children;

    for (const struct soap_element *child = from->children; child != NULL; child = child->next) {
        struct soap_element *c = (struct soap_element *)copy(r, child, depth + 1);
        if (c == NULL)
            return false;
        *end = c;
        end = (const struct soap_element **)&c->next;
    }
    return true;
}

/* The contents of what it refers to, which may refer on. */
static bool
follow(struct resolver *r, struct soap_element *to, const char *href, unsigned depth)
{
    struct target *t = find(r, href);

    if (t == NULL)
        return false;
    t->open = true;
    const struct soap_element *c = copy(r, t->element, depth + 1);
    t->open = false;
    if (c == NULL)
        return false;
    to->text = c->text;
    to->attrs = c->attrs;
    to->children = c->children;
    to->nil = c->nil;
    return true;
}

/* NULL: *err says why. Recursion ends by depth. */
static const struct soap_element *
copy(struct resolver *r, const struct soap_element *from, unsigned depth)
{
    const char *href = soap_attr(from, "href");

    if (depth > SOAP_MAX_DEPTH || ++r->elements > SOAP_MAX_ELEMENTS) {
        ccm_fail(r->err, CCM_MALFORMED, "the request refers to more than may be in one");
        return NULL;
    }
    struct soap_element *to = arena_alloc(r->arena, sizeof *to);
    *to = *from;
    to->next = to->children = NULL;
    return (href != NULL ? follow(r, to, href, depth) : copy_children(r, to, from, depth)) ? to : NULL;
}

/* Only Body's own children with an id are independent; an operation that carries one among none is still it. */
static const struct soap_element *
find_operation(const struct soap_message *m)
{
    for (const struct soap_element *e = m->body; e != NULL; e = e->next)
        if (soap_attr(e, "id") == NULL)
            return e;
    return m->body;
}

bool
soap_dereference(struct arena *a, struct soap_message *m, struct ccm_error *err)
{
    struct resolver r = { .arena = a, .err = err };

    m->operation = find_operation(m);
    count(&r, m->body);
    if (r.references == 0)
        return true;
    r.targets = arena_alloc(a, (r.count + 1) * sizeof *r.targets);
    collect(r.targets, m->body);
    qsort(r.targets, r.count, sizeof *r.targets, by_id);
    m->operation = copy(&r, m->operation, 0);
    return m->operation != NULL;
}
