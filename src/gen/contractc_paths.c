/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Store lines against messages: a line's path must be in some message of the object in some version
 * the line holds for; and (from 8.0 on, where messages have no cycles) each field of a bound object
 * must have a line. */
#include <ctype.h>
#include <string.h>

#include "contractc.h"

#define MAX_DEPTH  24
#define MAX_FIELDS 20000 /* of one object in one version: more means types that hold themselves */

struct walk {
    struct contract *c;
    struct c_object *o;
    enum axl_version v;
    bool             update; /* newX, addX, removeX stand for X */
    unsigned         fields; /* seen by cover_field */
};
typedef void visit_fn(struct walk *w, const struct c_node *n, void *arg);

/* Call fn for each element, attribute and wildcard of a content model, through groups and bases. */
static void
each_field(struct walk *w, const struct c_node *n, unsigned depth, visit_fn *fn, void *arg)
{
    for (; n != NULL && depth < MAX_DEPTH; n = n->next) {
        if (((n->versions >> w->v) & 1) == 0)
            continue;
        if (n->kind == AXL_ELEM || n->kind == AXL_ATTR || n->kind == AXL_ANY) {
            fn(w, n, arg);
            continue;
        }
        const struct c_type *base = n->kind == AXL_EXT ? c_type_in(w->c, n->type, w->v) : NULL;
        if (base != NULL)
            each_field(w, base->child, depth + 1, fn, arg);
        each_field(w, n->child, depth + 1, fn, arg);
    }
}

static const struct c_node *
content(struct walk *w, const struct c_node *n)
{
    const struct c_type *t = n->type != NULL && n->kind == AXL_ELEM ? c_type_in(w->c, n->type, w->v) : NULL;
    return t != NULL ? t->child : n->child;
}

/* ---- is a path there? ---- */

struct seek {
    const char *path;
    bool        found;
};

/* newX to X when word, of which len characters count, is X. */
static bool
names_it(const char *name, const char *word, size_t len, bool update)
{
    static const char *const modes[] = { "new", "add", "remove" };
    if (strlen(name) == len && strncmp(name, word, len) == 0)
        return true;
    for (size_t i = 0; update && len > 0 && i < sizeof modes / sizeof modes[0]; i++) {
        size_t skip = strlen(modes[i]);
        if (strncmp(name, modes[i], skip) == 0 && strlen(name) == skip + len &&
            tolower((unsigned char)name[skip]) == tolower((unsigned char)word[0]) &&
            strncmp(name + skip + 1, word + 1, len - 1) == 0)
            return true;
    }
    return false;
}

static void
seek_field(struct walk *w, const struct c_node *n, void *arg)
{
    struct seek *s = arg, below;
    const char  *word = s->path;
    size_t       len = strcspn(word, "/");

    if (s->found || n->kind == AXL_ANY || (*word == '@') != (n->kind == AXL_ATTR))
        return;
    if (*word == '@') {
        s->found = strcmp(n->name, word + 1) == 0;
        return;
    }
    if (!names_it(n->name, word, len, w->update))
        return;
    if (word[len] == '\0' || strcmp(word + len, "/.") == 0) {
        s->found = true;
        return;
    }
    below = (struct seek){ word + len + 1, false };
    each_field(w, content(w, n), 0, seek_field, &below);
    s->found = below.found;
}

/* ---- the object's messages ---- */

struct role_call {
    visit_fn *fn;
    void     *arg;
};

/* Below the wrapper element of an add request, or of <return> in an answer. */
static void
inside(struct walk *w, const struct c_node *n, void *arg)
{
    struct role_call *r = arg;
    if (n->kind == AXL_ELEM)
        each_field(w, content(w, n), 0, r->fn, r->arg);
}

static void
inside_return(struct walk *w, const struct c_node *n, void *arg)
{
    if (n->kind == AXL_ELEM && strcmp(n->name, "return") == 0)
        each_field(w, content(w, n), 0, inside, arg);
}

static void
inside_criteria(struct walk *w, const struct c_node *n, void *arg)
{
    if (n->kind == AXL_ELEM && strcmp(n->name, "searchCriteria") == 0)
        inside(w, n, arg);
}

static const struct c_node *
type_content(struct walk *w, const char *name)
{
    const struct c_type *t = name != NULL ? c_type_in(w->c, name, w->v) : NULL;
    return t != NULL ? t->child : NULL;
}

/* Call fn for the fields of each message of the object in version w->v. */
static void
each_message(struct walk *w, visit_fn *fn, void *arg)
{
    struct role_call r = { fn, arg };

    for (size_t i = 0; i < w->c->ops.count; i++) {
        const struct c_op *op = &w->c->ops.items[i];
        if (op->object == NULL || strcmp(op->object, w->o->name) != 0 || ((op->versions >> w->v) & 1) == 0)
            continue;
        w->update = op->family == AXL_UPDATE;
        if (op->family == AXL_UPDATE)
            each_field(w, type_content(w, op->request), 0, fn, arg);
        else if (op->family == AXL_ADD)
            each_field(w, type_content(w, op->request), 0, inside, &r);
        else if (op->family == AXL_GET || op->family == AXL_LIST)
            each_field(w, type_content(w, op->response), 0, inside_return, &r);
        if (op->family == AXL_LIST)
            each_field(w, type_content(w, op->request), 0, inside_criteria, &r);
    }
}

/* The key elements of a get or a remove may be in no other message (phoneName, before 8.0). */
static bool
is_key(const struct c_object *o, const char *path)
{
    for (size_t k = 0; k < o->keys.count; k++)
        for (unsigned i = 0; i < o->keys.items[k].count; i++)
            if (strcmp(o->keys.items[k].paths[i], path) == 0)
                return true;
    return false;
}

static void
check_path(struct contract *c, struct c_object *o, const struct c_bind *b)
{
    struct seek s = { b->b.path, is_key(o, b->b.path) };
    for (int v = AXL_VERSIONS - 1; v >= 0 && !s.found; v--) {
        struct walk w = { c, o, (enum axl_version)v, false, 0 };
        if ((b->b.versions >> v) & 1)
            each_message(&w, seek_field, &s);
    }
    if (!s.found)
        c_problem(c, b->place, "no message of \"%s\" has \"%s\"%s", o->name, b->b.path,
                  b->b.versions == C_ALL_VERSIONS ? "" : " in these versions");
}

/* ---- has each field a line? ---- */

struct missing {
    C_LIST(const char *) list; /* told already */
};

struct cover_at {
    struct missing *missing;
    const char     *path; /* of the container */
    unsigned        depth;
};

static const struct c_bind *
bind_at(const struct walk *w, const char *path, size_t len)
{
    for (size_t i = 0; i < w->o->binds.count; i++) {
        const struct c_bind *b = &w->o->binds.items[i];
        if (strncmp(b->b.path, path, len) == 0 && b->b.path[len] == '\0' && ((b->b.versions >> w->v) & 1))
            return b;
    }
    return NULL;
}

static bool
bound_below(const struct walk *w, const char *path)
{
    size_t len = strlen(path);
    for (size_t i = 0; i < w->o->binds.count; i++)
        if (strncmp(w->o->binds.items[i].b.path, path, len) == 0 && w->o->binds.items[i].b.path[len] == '/')
            return true;
    return false;
}

/* The store's path of an update's newX, addX, removeX. */
static const char *
plain_path(struct walk *w, const char *path, const char *name)
{
    static const char *const modes[] = { "new", "add", "remove" };
    struct arena            *a = w->c->arena;
    const char              *full = arena_printf(a, "%s%s%s", path, *path != '\0' ? "/" : "", name);

    for (size_t i = 0; w->update && i < sizeof modes / sizeof modes[0]; i++) {
        size_t skip = strlen(modes[i]);
        if (bind_at(w, full, strlen(full)) != NULL || bound_below(w, full))
            break;
        if (strncmp(name, modes[i], skip) != 0 || !isupper((unsigned char)name[skip]))
            continue;
        for (int lower = 1; lower >= 0; lower--) {
            char *bare = arena_strdup(a, name + skip);
            bare[0] = lower ? (char)tolower((unsigned char)bare[0]) : bare[0];
            const char *p = arena_printf(a, "%s%s%s", path, *path != '\0' ? "/" : "", bare);
            if (bind_at(w, p, strlen(p)) != NULL || bound_below(w, p))
                return p;
        }
    }
    return full;
}

static void
note_missing(struct walk *w, struct missing *m, const char *path)
{
    for (size_t i = 0; i < m->list.count; i++)
        if (strcmp(m->list.items[i], path) == 0)
            return;
    *C_ADD(w->c, m->list) = path;
    c_problem(w->c, w->o->place, "field \"%s\" has no store line (%s)", path, c_versions[w->v].name);
}

static void
find_element(struct walk *w, const struct c_node *n, void *arg)
{
    (void)w;
    if (n->kind == AXL_ELEM)
        *(bool *)arg = true;
}

static void
cover_field(struct walk *w, const struct c_node *n, void *arg)
{
    struct cover_at *at = arg;
    bool             container = false;

    if (n->kind == AXL_ANY || at->depth > MAX_DEPTH || w->fields > MAX_FIELDS)
        return;
    if (++w->fields > MAX_FIELDS) {
        c_problem(w->c, w->o->place, "object \"%s\" has no end of fields in %s", w->o->name, c_versions[w->v].name);
        return;
    }
    if (n->kind == AXL_ATTR) {
        const char *p = arena_printf(w->c->arena, "%s%s@%s", at->path, *at->path != '\0' ? "/" : "", n->name);
        if (strcmp(n->name, "uuid") != 0 && strcmp(n->name, "ctiid") != 0 && strcmp(n->name, "sequence") != 0 &&
            bind_at(w, p, strlen(p)) == NULL)
            note_missing(w, at->missing, p);
        return;
    }
    const char          *p = plain_path(w, at->path, n->name);
    const struct c_bind *b = bind_at(w, p, strlen(p));
    each_field(w, content(w, n), 0, find_element, &container);
    if (b != NULL && b->b.kind != BIND_ROWS && b->b.kind != BIND_ROW)
        return; /* what stands below is its business */
    if (w->update && *at->path == '\0' && strcmp(n->name, "uuid") == 0)
        return;
    struct cover_at below = { at->missing, p, at->depth + 1 };
    if (container)
        each_field(w, content(w, n), 0, cover_field, &below);
    else if (b == NULL)
        note_missing(w, at->missing, p);
}

bool
contract_paths(struct contract *c, bool complete)
{
    size_t before = c->problems.count;

    for (size_t i = 0; i < c->objects.count; i++) {
        struct c_object *o = c->objects.items[i];
        struct missing   m = { { NULL, 0, 0 } };
        struct cover_at  at = { &m, "", 0 };
        if (o->table == NULL)
            continue;
        for (size_t k = 0; k < o->binds.count; k++)
            check_path(c, o, &o->binds.items[k]);
        for (int v = AXL_VERSIONS - 1; complete && v >= 0; v--) {
            struct walk w = { c, o, (enum axl_version)v, false, 0 };
            if ((C_LEGACY >> v) & 1)
                break;
            each_message(&w, cover_field, &at);
        }
    }
    return c->problems.count == before;
}
