/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The tree of elements below a `type` line: indentation by two is depth. Elements that stand
 * directly in a type, element or extension form an implied sequence. */
#include <stdlib.h>
#include <string.h>

#include "contractc.h"

#define MAX_DEPTH 60

static struct c_node *
node_new(struct contract *c, const struct c_line *l, enum axl_node_kind kind)
{
    struct c_node *n = arena_alloc(c->arena, sizeof *n);
    n->place = l->place;
    n->kind = (uint8_t)kind;
    n->min = n->max = 1;
    n->versions = C_ALL_VERSIONS;
    return n;
}

/* "?", "*", "+", "0..3" */
static bool
cardinality(const char *w, struct c_node *n)
{
    char *end;

    if (strcmp(w, "?") == 0 || strcmp(w, "*") == 0)
        n->min = 0;
    if (strcmp(w, "*") == 0 || strcmp(w, "+") == 0)
        n->max = AXL_UNBOUNDED;
    if (strlen(w) == 1 && strchr("?*+", *w) != NULL)
        return true;
    if (strstr(w, "..") == NULL || *w < '0' || *w > '9')
        return false;
    unsigned long min = strtoul(w, &end, 10);
    if (strncmp(end, "..", 2) != 0 || end[2] < '0' || end[2] > '9')
        return false;
    unsigned long max = strtoul(end + 2, &end, 10);
    if (*end != '\0' || min > max || max >= AXL_UNBOUNDED)
        return false;
    n->min = (uint16_t)min;
    n->max = (uint16_t)max;
    return true;
}

/* The words behind name and type. */
static bool
modifiers(struct contract *c, const struct c_line *l, unsigned first, struct c_node *n)
{
    for (unsigned i = first; i < l->count; i++) {
        const char *w = l->words[i];
        if (strcmp(w, "nil") == 0 && n->kind == AXL_ELEM)
            n->nillable = true;
        else if (w[0] == '=' && (n->kind == AXL_ELEM || n->kind == AXL_ATTR))
            n->def = w + 1;
        else if (strncmp(w, "fixed=", 6) == 0 && n->kind == AXL_ELEM)
            n->fixed = w + 6;
        else if (strcmp(w, "optional") == 0 && n->kind == AXL_ATTR)
            n->optional = true;
        else if (strcmp(w, "required") == 0 && n->kind == AXL_ATTR)
            n->required = true;
        else if (c_versions_like(w)) {
            if (!c_versions_parse(c, l->place, w, &n->versions))
                return false;
        } else if (n->kind == AXL_ATTR || n->kind == AXL_EXT || n->kind == AXL_SIMPLE_EXT || !cardinality(w, n))
            return c_problem(c, l->place, "\"%s\" means nothing here", w);
    }
    return true;
}

static const struct {
    const char        *word;
    enum axl_node_kind kind;
    unsigned           arguments;
} keywords[] = {
    { "sequence", AXL_SEQ, 0 }, { "choice", AXL_CHOICE, 0 },    { "all", AXL_ALL, 0 },
    { "extends", AXL_EXT, 1 },  { "value", AXL_SIMPLE_EXT, 1 }, { "any", AXL_ANY, 2 },
};

/* TYPE, or in fields TYPE/GETTYPE[/LISTTYPE] */
static void
split_types(struct c_node *n)
{
    char *slash = n->type != NULL ? strchr(n->type, '/') : NULL;
    if (slash == NULL)
        return;
    *slash = '\0';
    n->get_type = slash + 1;
    if ((slash = strchr(slash + 1, '/')) != NULL) {
        *slash = '\0';
        n->list_type = slash + 1;
    }
}

static struct c_node *
element_or_attribute(struct contract *c, const struct c_line *l, bool roles)
{
    if (l->count < 2) {
        c_problem(c, l->place, "\"%s\" has no type", l->words[0]);
        return NULL;
    }
    bool           attribute = l->words[0][0] == '@';
    struct c_node *n = node_new(c, l, attribute ? AXL_ATTR : AXL_ELEM);
    n->name = l->words[0] + (attribute ? 1 : 0);
    n->type = strcmp(l->words[1], "-") == 0 ? NULL : l->words[1];
    if (roles && !attribute)
        split_types(n);
    return modifiers(c, l, 2, n) ? n : NULL;
}

static struct c_node *
node_parse(struct contract *c, const struct c_line *l, bool roles)
{
    for (size_t k = 0; k < sizeof keywords / sizeof keywords[0]; k++) {
        if (!c_word_is(l, 0, keywords[k].word))
            continue;
        struct c_node *n = node_new(c, l, keywords[k].kind);
        if (l->count < 1 + keywords[k].arguments) {
            c_problem(c, l->place, "\"%s\" lacks an argument", keywords[k].word);
            return NULL;
        }
        n->type = keywords[k].arguments > 0 ? l->words[1] : NULL;
        n->process = keywords[k].arguments > 1 ? l->words[2] : NULL;
        return modifiers(c, l, 1 + keywords[k].arguments, n) ? n : NULL;
    }
    return element_or_attribute(c, l, roles);
}

/* The words up to ":" are the node, those behind it its roles. */
static struct c_node *
role_node_parse(struct contract *c, struct c_line *l)
{
    unsigned       colon = 0, count = l->count;
    struct c_roles roles = { .told = false };

    while (colon < count && !c_word_is(l, colon, ":"))
        colon++;
    if (colon < count && !c_roles_parse(c, l, colon + 1, &roles))
        return NULL;
    l->count = colon;
    struct c_node *n = l->count > 0 ? node_parse(c, l, true) : NULL;
    if (n != NULL) {
        n->roles = arena_alloc(c->arena, sizeof *n->roles);
        *n->roles = roles;
    } else if (l->count == 0) {
        c_problem(c, l->place, "roles without a field");
    }
    return n;
}

static bool
is_group(const struct c_node *n)
{
    return n->kind == AXL_SEQ || n->kind == AXL_CHOICE || n->kind == AXL_ALL;
}

static bool
is_particle(const struct c_node *n)
{
    return is_group(n) || n->kind == AXL_ELEM || n->kind == AXL_ANY;
}

/* Elements right below an owner: put them and the groups between them into one sequence. */
static void
imply_sequence(struct contract *c, struct c_node **first, axl_mask versions)
{
    bool bare = false;
    for (const struct c_node *n = *first; n != NULL; n = n->next)
        bare = bare || n->kind == AXL_ELEM || n->kind == AXL_ANY;
    if (!bare)
        return;

    struct c_node  *seq = arena_alloc(c->arena, sizeof *seq);
    struct c_node **inside = &seq->child, **outside = first, *n = *first;
    bool            placed = false;
    seq->place = n->place;
    seq->kind = AXL_SEQ;
    seq->min = seq->max = 1;
    seq->versions = versions;
    for (; n != NULL; n = n->next) {
        struct c_node ***to = is_particle(n) ? &inside : &outside;
        if (is_particle(n) && !placed) {
            *outside = seq;
            outside = &seq->next;
            placed = true;
        }
        **to = n;
        *to = &n->next;
    }
    *inside = NULL;
    *outside = NULL;
}

/* Fix versions below their parent's, imply sequences, number depths. */
static bool
settle(struct contract *c, struct c_node **first, axl_mask versions, uint8_t depth, bool owner)
{
    bool ok = true;

    if (owner)
        imply_sequence(c, first, versions);
    for (struct c_node *n = *first; n != NULL; n = n->next) {
        if ((n->versions & versions) == 0)
            ok = c_problem(c, n->place, "holds in no version in which what it stands in holds");
        n->versions &= versions;
        n->depth = depth;
        if (n->type != NULL && n->child != NULL && n->kind == AXL_ELEM)
            ok = c_problem(c, n->child->place, "\"%s\" has a type: nothing may stand below it", n->name);
        if (n->child != NULL && (n->kind == AXL_ATTR || n->kind == AXL_ANY))
            ok = c_problem(c, n->child->place, "nothing may stand below an attribute or any");
        if (is_group(n))
            for (const struct c_node *k = n->child; k != NULL; k = k->next)
                if (!is_particle(k))
                    ok = c_problem(c, k->place, "only elements and groups may stand in a group");
        ok = settle(c, &n->child, n->versions, (uint8_t)(depth + 1), !is_group(n)) && ok;
    }
    return ok;
}

bool
c_tree_settle(struct contract *c, struct c_type *t)
{
    return settle(c, &t->child, t->versions, 1, true);
}

bool
c_tree_parse(struct c_lexer *lx, struct c_node **first, bool roles)
{
    struct contract *c = lx->c;
    struct c_node  **tail[MAX_DEPTH + 1];
    unsigned         depth = 0; /* of the last line */
    bool             ok = true;

    tail[0] = first;
    while (c_lexer_next(lx)) {
        struct c_line *l = &lx->line;
        if (l->indent == 0) {
            lx->back = true;
            break;
        }
        unsigned d = l->indent / 2;
        if (l->indent % 2 != 0 || d > depth + 1 || d > MAX_DEPTH) {
            ok = c_problem(c, l->place, "indentation by two blanks a level");
            continue;
        }
        struct c_node *n = roles ? role_node_parse(c, l) : node_parse(c, l, false);
        if (n == NULL) {
            ok = false;
            continue;
        }
        *tail[d - 1] = n;
        tail[d - 1] = &n->next;
        tail[d] = &n->child;
        depth = d;
    }
    return ok;
}
