/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The lines of a contract file that stand at its left edge: simple, enum, type, element, operation,
 * object, key, fields, group and store. Takes any bytes. */
#include <stdlib.h>
#include <string.h>

#include "contractc.h"

struct reader {
    struct c_lexer   lx;
    struct c_object *object; /* of this file, or NULL */
};

/* Version words at the end of a line; any other word is refused. */
static bool
versions_from(struct contract *c, const struct c_line *l, unsigned first, axl_mask *out)
{
    *out = C_ALL_VERSIONS;
    for (unsigned i = first; i < l->count; i++) {
        if (!c_versions_like(l->words[i]))
            return c_problem(c, l->place, "\"%s\" means nothing here", l->words[i]);
        if (!c_versions_parse(c, l->place, l->words[i], out))
            return false;
    }
    return true;
}

static bool
needs(struct contract *c, const struct c_line *l, unsigned words, const char *what)
{
    return l->count >= words || c_problem(c, l->place, "%s lacks %s", l->words[0], what);
}

static bool
number(struct contract *c, struct c_place at, const char *text, int32_t *out)
{
    char *end;
    long  n = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || n < 0 || n > INT32_MAX)
        return c_problem(c, at, "\"%s\" is no number", text);
    *out = (int32_t)n;
    return true;
}

/* maxLength=50 and the like; false when the word is none of them. */
static bool
facet(struct contract *c, struct c_place at, char *w, struct c_simple *s, bool *ok)
{
    const struct {
        const char  *name;
        const char **text;
        int32_t     *num;
    } facets[] = {
        { "pattern", &s->pattern, NULL },        { "min", &s->min_value, NULL }, { "max", &s->max_value, NULL },
        { "whiteSpace", &s->white_space, NULL }, { "length", NULL, &s->length }, { "minLength", NULL, &s->min_length },
        { "maxLength", NULL, &s->max_length },
    };
    for (size_t i = 0; i < sizeof facets / sizeof facets[0]; i++) {
        size_t len = strlen(facets[i].name);
        if (strncmp(w, facets[i].name, len) != 0 || w[len] != '=')
            continue;
        if (facets[i].text != NULL)
            *facets[i].text = w + len + 1;
        else
            *ok = number(c, at, w + len + 1, facets[i].num) && *ok;
        return true;
    }
    return false;
}

static struct c_simple *
simple_new(struct contract *c, struct c_place at, const char *name)
{
    struct c_simple *s = C_ADD(c, c->simples);
    *s = (struct c_simple){
        .place = at, .name = name, .versions = C_ALL_VERSIONS, .length = -1, .min_length = -1, .max_length = -1
    };
    return s;
}

/* Facets and versions, in any order. */
static bool
simple_rest(struct contract *c, const struct c_line *l, unsigned first, struct c_simple *s)
{
    bool ok = true;
    for (unsigned i = first; i < l->count; i++) {
        if (facet(c, l->place, l->words[i], s, &ok))
            continue;
        if (!c_versions_like(l->words[i]))
            return c_problem(c, l->place, "\"%s\" means nothing here", l->words[i]);
        ok = c_versions_parse(c, l->place, l->words[i], &s->versions) && ok;
    }
    return ok;
}

/* simple NAME BASE [FACET=VALUE ...] [VERSIONS] */
static bool
parse_simple(struct contract *c, struct reader *r)
{
    const struct c_line *l = &r->lx.line;
    if (!needs(c, l, 3, "a name and a base"))
        return false;
    struct c_simple *s = simple_new(c, l->place, l->words[1]);
    s->base = l->words[2];
    return simple_rest(c, l, 3, s);
}

static size_t
enum_list(struct contract *c, const char *name)
{
    for (size_t i = 0; i < c->enums.count; i++)
        if (strcmp(c->enums.items[i].name, name) == 0)
            return i;
    struct c_enum *e = C_ADD(c, c->enums);
    *e = (struct c_enum){ .name = name };
    return c->enums.count - 1;
}

/* enum NAME closed|open|or BASE [FACET=VALUE ...] [VERSIONS], below it the values: TEXT [VERSIONS].
 * Values hold only in versions of the enum lines right above them. */
static bool
parse_enum(struct contract *c, struct reader *r)
{
    const struct c_line *l = &r->lx.line;
    if (!needs(c, l, 3, "a name and closed, open or \"or\" and a base"))
        return false;
    const char      *name = l->words[1];
    size_t           list = enum_list(c, name);
    struct c_simple *s = simple_new(c, l->place, name);
    bool             ok, is_or = c_word_is(l, 2, "or");

    if (!is_or && !c_word_is(l, 2, "open") && !c_word_is(l, 2, "closed"))
        return c_problem(c, l->place, "\"%s\" should be closed, open or \"or\" and a base", l->words[2]);
    if (is_or && !needs(c, l, 4, "a base"))
        return false;
    s->kind = is_or ? C_OR : c_word_is(l, 2, "open") ? C_OPEN : C_CLOSED;
    s->base = is_or ? l->words[3] : "xs:string";
    s->values = list + 1;
    ok = simple_rest(c, l, is_or ? 4 : 3, s);

    axl_mask all = 0;
    for (size_t i = 0; i < c->simples.count; i++)
        if (strcmp(c->simples.items[i].name, name) == 0)
            all |= c->simples.items[i].versions;
    while (c_lexer_next(&r->lx)) {
        if (l->indent == 0) {
            r->lx.back = true;
            break;
        }
        axl_mask told;
        if (!versions_from(c, l, 1, &told)) {
            ok = false;
            continue;
        }
        if ((told & all) == 0)
            ok = c_problem(c, l->place, "\"%s\" holds in no version of its enumeration", l->words[0]);
        *C_ADD(c, c->enums.items[list].values) = (struct c_value){ l->place, l->words[0], told & all };
    }
    return ok;
}

/* type NAME [axl] [final] [abstract] [VERSIONS], below it the tree. */
static bool
parse_type(struct contract *c, struct reader *r)
{
    const struct c_line *l = &r->lx.line;
    if (!needs(c, l, 2, "a name"))
        return false;
    struct c_type *t = C_ADD(c, c->types);
    *t = (struct c_type){ .place = l->place, .name = l->words[1] };
    unsigned i = 2;
    for (; i < l->count && !c_versions_like(l->words[i]); i++) {
        if (c_word_is(l, i, "axl"))
            t->axl_namespace = true;
        else if (c_word_is(l, i, "final"))
            t->is_final = true;
        else if (c_word_is(l, i, "abstract"))
            t->is_abstract = true;
        else
            return c_problem(c, l->place, "\"%s\" means nothing here", l->words[i]);
    }
    if (!versions_from(c, l, i, &t->versions))
        return false;
    return c_tree_parse(&r->lx, &t->child, false) && c_tree_settle(c, t);
}

/* element NAME TYPE [VERSIONS] */
static bool
parse_element(struct contract *c, struct reader *r)
{
    const struct c_line *l = &r->lx.line;
    if (!needs(c, l, 3, "a name and a type"))
        return false;
    struct c_element *e = C_ADD(c, c->elements);
    *e = (struct c_element){ .place = l->place, .name = l->words[1], .type = l->words[2] };
    return versions_from(c, l, 3, &e->versions);
}

/* operation NAME FAMILY REQUESTTYPE RESPONSETYPE [irregular] [VERSIONS]; "-": no type. */
static bool
parse_operation(struct contract *c, struct reader *r)
{
    const struct c_line *l = &r->lx.line;
    if (!needs(c, l, 5, "a name, family, request and response type"))
        return false;
    struct c_op *op = C_ADD(c, c->ops);
    *op = (struct c_op){ .place = l->place,
                         .name = l->words[1],
                         .request = l->words[3],
                         .response = l->words[4],
                         .object = r->object != NULL ? r->object->name : NULL };
    while (c_family_names[op->family] != NULL && strcmp(c_family_names[op->family], l->words[2]) != 0)
        op->family++;
    if (c_family_names[op->family] == NULL)
        return c_problem(c, l->place, "no family of operations \"%s\"", l->words[2]);
    if (strcmp(op->request, "-") == 0)
        op->request = NULL;
    if (strcmp(op->response, "-") == 0)
        op->response = NULL;
    op->irregular = c_word_is(l, 5, "irregular");
    return versions_from(c, l, op->irregular ? 6 : 5, &op->versions);
}

/* object NAME: what follows in the file is its. */
static bool
parse_object(struct contract *c, struct reader *r)
{
    const struct c_line *l = &r->lx.line;
    if (!needs(c, l, 2, "a name"))
        return false;
    if (r->object != NULL)
        return c_problem(c, l->place, "a second object in one file");
    r->object = arena_alloc(c->arena, sizeof *r->object);
    r->object->place = l->place;
    r->object->name = l->words[1];
    *C_ADD(c, c->objects) = r->object;
    return true;
}

/* fields ELEMENT [by TYPE] [: ROLE ...], below it the fields with their roles. */
static bool
parse_fields(struct contract *c, struct reader *r)
{
    const struct c_line *l = &r->lx.line;
    unsigned             at = 2;

    if (r->object == NULL || r->object->fields.element != NULL)
        return c_problem(c, l->place, r->object == NULL ? "fields without an object" : "fields are told twice");
    if (!needs(c, l, 2, "the element that wraps them"))
        return false;
    struct c_fields *f = &r->object->fields;
    f->place = l->place;
    f->element = l->words[1];
    if (c_word_is(l, at, "by")) {
        if ((f->base = l->words[at + 1]) == NULL)
            return c_problem(c, l->place, "\"by\" lacks a type");
        at += 2;
    }
    if (at < l->count && !c_word_is(l, at, ":"))
        return c_problem(c, l->place, "\"%s\" means nothing here", l->words[at]);
    if (at < l->count && !c_roles_parse(c, l, at + 1, &f->defaults))
        return false;
    return c_tree_parse(&r->lx, &f->first, true);
}

/* key [update], below it the elements that name the object in get, update and remove requests, or in
 * update requests when they differ. */
static bool
parse_key(struct contract *c, struct reader *r)
{
    const struct c_line *l = &r->lx.line;
    bool                 update = c_word_is(l, 1, "update");

    if (r->object == NULL)
        return c_problem(c, l->place, "a key without an object");
    if (l->count > (update ? 2 : 1))
        return c_problem(c, l->place, "\"%s\" means nothing here", l->words[update ? 2 : 1]);
    struct c_node **key = update ? &r->object->fields.update_key : &r->object->fields.key;
    if (*key != NULL)
        return c_problem(c, l->place, "the key is told twice");
    return c_tree_parse(&r->lx, key, false);
}

/* group NAME : ROLE ..., below it the fields of XNAME (add), RNAME (get) and LNAME (list). */
static bool
parse_group(struct contract *c, struct reader *r)
{
    const struct c_line *l = &r->lx.line;
    struct c_group       g = { .name = l->words[1], .fields.place = l->place };

    if (!needs(c, l, 2, "a name"))
        return false;
    if (!c_word_is(l, 2, ":"))
        return c_problem(c, l->place, "group lacks its roles");
    if (!c_roles_parse(c, l, 3, &g.fields.defaults) || !c_tree_parse(&r->lx, &g.fields.first, true))
        return false;
    *C_ADD(c, c->groups) = g;
    return true;
}

static bool
parse_store(struct contract *c, struct reader *r)
{
    if (r->object == NULL)
        return c_problem(c, r->lx.line.place, "a store section without an object");
    return c_store_parse(&r->lx, r->object);
}

bool
contract_parse(struct contract *c, const char *name, const char *bytes, size_t len)
{
    static const struct {
        const char *word;
        bool (*parse)(struct contract *c, struct reader *r);
    } lines[] = {
        { "simple", parse_simple },       { "enum", parse_enum },
        { "type", parse_type },           { "element", parse_element },
        { "operation", parse_operation }, { "object", parse_object },
        { "fields", parse_fields },       { "key", parse_key },
        { "group", parse_group },         { "store", parse_store },
    };
    struct reader r = { .object = NULL };
    size_t        before = c->problems.count;

    c_lexer_init(&r.lx, c, name, bytes, len);
    while (c_lexer_next(&r.lx)) {
        size_t i = 0, n = sizeof lines / sizeof lines[0];
        while (i < n && (r.lx.line.indent > 0 || !c_word_is(&r.lx.line, 0, lines[i].word)))
            i++;
        if (i == n)
            c_problem(c, r.lx.line.place, "\"%s\" begins no line at this place", r.lx.line.words[0]);
        else
            lines[i].parse(c, &r);
    }
    return c->problems.count == before;
}
