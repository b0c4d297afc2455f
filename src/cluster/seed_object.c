/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* One AXL object of a seed text: paths and values become the element tree that a client would send, and
 * the engine adds it with the checks and defaults of a request. "member[2]" in a path is the second
 * element of that name; "@uuid" an attribute. */
#include <stdlib.h>
#include <string.h>

#include "ccmsim/axl.h"
#include "ccmsim/uuid.h"
#include "cluster/seed_priv.h"

struct node {
    const char       *name, *text;
    unsigned          index; /* 1 for the first of its name */
    struct soap_attr *attrs;
    struct node      *children, *next;
};

/* The child called by one segment of a path, made when it is not there. */
static struct node *
child(struct arena *a, struct node *parent, const char *segment, size_t len)
{
    const char   *bracket = memchr(segment, '[', len);
    size_t        name_len = bracket != NULL ? (size_t)(bracket - segment) : len;
    unsigned      index = bracket != NULL ? (unsigned)strtoul(bracket + 1, NULL, 10) : 1;
    struct node **link = &parent->children;

    for (; *link != NULL; link = &(*link)->next)
        if ((*link)->index == index && strlen((*link)->name) == name_len &&
            memcmp((*link)->name, segment, name_len) == 0)
            return *link;
    struct node *n = *link = arena_alloc(a, sizeof *n);
    n->name = arena_strndup(a, segment, name_len);
    n->index = index;
    return n;
}

static void
put(struct arena *a, struct node *root, const char *path, const char *value)
{
    struct node *n = root;

    while (*path != '\0') {
        size_t len = strcspn(path, "/");
        if (*path == '@') {
            struct soap_attr *at = arena_alloc(a, sizeof *at);
            *at = (struct soap_attr){ .name = path + 1, .value = value, .next = n->attrs };
            n->attrs = at;
            return;
        }
        n = child(a, n, path, len);
        path += len + (path[len] == '/');
    }
    n->text = value;
}

static const struct soap_element *
as_elements(struct arena *a, const struct node *n)
{
    if (n == NULL)
        return NULL;
    struct soap_element *e = arena_alloc(a, sizeof *e);
    *e = (struct soap_element){
        .name = n->name,
        .text = n->text != NULL ? n->text : "",
        .attrs = n->attrs,
        .children = as_elements(a, n->children),
        .next = as_elements(a, n->next),
    };
    return e;
}

bool
seed_object(struct seed_target *to, const char *object, const struct seed_cell *cells, size_t count, const char *key,
            struct ccm_error *err)
{
    struct node root = { .name = object, .index = 1 };
    char        pkid[37];

    seed_uuid(object, key, pkid);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(cells[i].name, "@uuid") != 0)
            put(to->arena, &root, cells[i].name, cells[i].value);
        else if (!uuid_parse(cells[i].value, strlen(cells[i].value), pkid))
            return ccm_fail(err, CCM_INVALID, "no UUID: \"%s\"", cells[i].value);
    }
    return axl_add_object(to->conn, to->arena, object, AXL_VERSIONS - 1, as_elements(to->arena, &root), pkid, NULL,
                          err);
}
