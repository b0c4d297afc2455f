/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Parameters out of a request's tree, by tables of names. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "serviceability/serviceability_priv.h"

static const struct bind_part *
part_of(const struct bind_part *parts, const char *name)
{
    for (; parts->name != NULL; parts++)
        if (strcasecmp(parts->name, name) == 0)
            return parts;
    return NULL;
}

static bool
named(const struct soap_element *in, const char *name)
{
    for (const struct soap_element *e = in->children; e != NULL; e = e->next)
        if (strcasecmp(e->name, name) == 0)
            return true;
    return false;
}

/* ---- values ---- */

static bool
take_number(struct call *c, const char *text, struct bind_number *out, struct ccm_error *err)
{
    char *end;

    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (text[0] == '-' || *end != '\0' || errno != 0 || n > UINT32_MAX)
        return ccm_fail(err, CCM_INVALID, "%sFor input string: \"%.100s\"",
                        c->endpoint->axis == AXIS1 ? "java.lang.NumberFormatException: " : "", text);
    *out = (struct bind_number){ true, (uint32_t)n };
    return true;
}

static size_t
count_leaves(const struct soap_element *e)
{
    size_t n = 0;

    for (const struct soap_element *child = e->children; child != NULL; child = child->next)
        n += child->children != NULL ? count_leaves(child) : 1;
    return n;
}

static void
take_leaves(struct arena *a, const struct soap_element *e, const char **texts, size_t *n)
{
    for (const struct soap_element *child = e->children; child != NULL; child = child->next)
        if (child->children != NULL)
            take_leaves(a, child, texts, n);
        else if (!child->nil)
            texts[(*n)++] = soap_trimmed(a, child->text);
}

static bool
take_list(struct call *c, const struct soap_element *e, struct bind_list *out, struct ccm_error *err)
{
    size_t count = count_leaves(e);

    if (count > BIND_LIST_MAX)
        return ccm_fail(err, CCM_INVALID, "%zu items are more than the %u that are taken", count, BIND_LIST_MAX);
    const char **texts = arena_alloc(c->arena, (count + 1) * sizeof *texts);
    size_t       n = 0;
    take_leaves(c->arena, e, texts, &n);
    *out = (struct bind_list){ n, texts };
    return true;
}

static bool
take(struct call *c, const struct soap_element *e, const struct bind_part *part, void *out, struct ccm_error *err)
{
    void *to = (char *)out + part->offset;

    if (e->nil)
        return true;
    if (part->kind == BIND_LIST)
        return take_list(c, e, to, err);
    if (part->kind == BIND_TREE) {
        *(const struct soap_element **)to = e;
        return true;
    }
    const char *text = soap_trimmed(c->arena, e->text);
    if (*text == '\0')
        return true;
    if (part->kind == BIND_NUMBER)
        return take_number(c, text, to, err);
    *(const char **)to = text;
    return true;
}

/* ---- the children ---- */

bool
bind_parts(struct call *c, const struct soap_element *in, const struct bind_part *parts, void *out,
           struct ccm_error *err)
{
    size_t position = 0, count = 0;

    while (parts[count].name != NULL)
        count++;
    for (const struct soap_element *e = in->children; e != NULL; e = e->next, position++) {
        const struct bind_part *part = part_of(parts, e->name);
        if (part == NULL && c->endpoint->axis == AXIS1 && position < count && !named(in, parts[position].name))
            part = &parts[position];
        if (part != NULL && !take(c, e, part, out, err))
            return false;
    }
    return true;
}
