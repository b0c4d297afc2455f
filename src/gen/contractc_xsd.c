/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Writes one version's schemas. Where a version has one namespace, AXLSoap.xsd holds everything and
 * AXLEnums.xsd repeats the enumerations closed, in a namespace of its own that nothing imports. Where it
 * has two (5.0, 7.0, 7.1), AXLSoap.xsd holds the messages and imports axl.xsd, which includes AXLEnums.xsd. */
#include <string.h>

#include "contractc.h"

struct writer {
    const struct contract *c;
    enum axl_version       v;
    FILE                  *out;
    bool                   enums_only; /* AXLEnums.xsd: closed lists */
};

static void
escape(FILE *out, const char *s)
{
    static const struct {
        char        ch;
        const char *text;
    } entities[] = { { '&', "&amp;" },  { '<', "&lt;" },   { '>', "&gt;" },
                     { '"', "&quot;" }, { '\n', "&#10;" }, { '\t', "&#9;" } };

    for (; *s != '\0'; s++) {
        size_t i = 0, n = sizeof entities / sizeof entities[0];
        while (i < n && entities[i].ch != *s)
            i++;
        if (i < n)
            fputs(entities[i].text, out);
        else
            fputc(*s, out);
    }
}

static void
attribute(FILE *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    fprintf(out, " %s=\"", name);
    escape(out, value);
    fputc('"', out);
}

static void
indent(FILE *out, unsigned depth)
{
    fprintf(out, "%*s", (int)(depth * 2), "");
}

static bool
holds(const struct writer *w, axl_mask versions)
{
    return (versions >> w->v) & 1;
}

/* Does the type stand in the types' namespace in this version? Simple types all do. */
static bool
is_axl(const struct writer *w, const char *name)
{
    if (!c_versions[w->v].two_namespaces)
        return false;
    const struct c_type *t = c_type_in(w->c, name, w->v);
    return t == NULL || t->axl_namespace;
}

/* The qualified name of a type. */
static void
reference(struct writer *w, const char *attr, const char *type)
{
    if (strncmp(type, "xs:", 3) == 0)
        fprintf(w->out, " %s=\"xsd:%s\"", attr, type + 3);
    else
        fprintf(w->out, " %s=\"%s:%s\"", attr, is_axl(w, type) ? "axl" : "axlapi", type);
}

/* ---- simple types ---- */

static void
facets(struct writer *w, const struct c_simple *s, unsigned depth)
{
    const struct {
        const char *name, *text;
        int32_t     number;
    } list[] = {
        { "minInclusive", s->min_value, -1 }, { "maxInclusive", s->max_value, -1 },
        { "length", NULL, s->length },        { "minLength", NULL, s->min_length },
        { "maxLength", NULL, s->max_length }, { "whiteSpace", s->white_space, -1 },
        { "pattern", s->pattern, -1 },
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        if (list[i].text == NULL && list[i].number < 0)
            continue;
        indent(w->out, depth);
        fprintf(w->out, "<xsd:%s", list[i].name);
        if (list[i].text != NULL)
            attribute(w->out, "value", list[i].text);
        else
            fprintf(w->out, " value=\"%d\"", list[i].number);
        fputs("/>\n", w->out);
    }
}

/* <restriction> by facets or, with values, by the enumeration's list. */
static void
restriction(struct writer *w, const struct c_simple *s, const char *base, bool values, unsigned depth)
{
    indent(w->out, depth);
    fputs("<xsd:restriction", w->out);
    reference(w, "base", base);
    fputs(">\n", w->out);
    if (!values)
        facets(w, s, depth + 1);
    for (size_t i = 0; values && i < w->c->enums.items[s->values - 1].values.count; i++) {
        const struct c_value *val = &w->c->enums.items[s->values - 1].values.items[i];
        if (!holds(w, val->versions))
            continue;
        indent(w->out, depth + 1);
        fputs("<xsd:enumeration", w->out);
        attribute(w->out, "value", val->text);
        fputs("/>\n", w->out);
    }
    indent(w->out, depth);
    fputs("</xsd:restriction>\n", w->out);
}

static void
member(struct writer *w, const struct c_simple *s, const char *base, bool values, unsigned depth)
{
    indent(w->out, depth);
    fputs("<xsd:simpleType>\n", w->out);
    restriction(w, s, base, values, depth + 1);
    indent(w->out, depth);
    fputs("</xsd:simpleType>\n", w->out);
}

static bool
has_facets(const struct c_simple *s)
{
    return s->min_value != NULL || s->max_value != NULL || s->pattern != NULL || s->white_space != NULL ||
           s->length >= 0 || s->min_length >= 0 || s->max_length >= 0;
}

/* The union of a base and the values: the base is a member type when it has no facets of its own. */
static void
union_with_base(struct writer *w, const struct c_simple *s, unsigned depth)
{
    bool named = s->kind == C_OR && !has_facets(s);

    indent(w->out, depth);
    fputs("<xsd:union", w->out);
    if (named)
        reference(w, "memberTypes", s->base);
    fputs(">\n", w->out);
    if (s->kind == C_OR && !named)
        member(w, s, s->base, false, depth + 1);
    member(w, s, "xs:string", true, depth + 1);
    if (s->kind == C_OPEN)
        member(w, s, "xs:string", false, depth + 1);
    indent(w->out, depth);
    fputs("</xsd:union>\n", w->out);
}

static void
simple_type(struct writer *w, const struct c_simple *s, const char *name, unsigned depth)
{
    indent(w->out, depth);
    fputs("<xsd:simpleType", w->out);
    attribute(w->out, "name", name);
    fputs(">\n", w->out);
    if ((s->kind == C_OPEN || s->kind == C_OR) && !w->enums_only)
        union_with_base(w, s, depth + 1);
    else
        restriction(w, s, s->kind == C_PLAIN ? s->base : "xs:string", s->kind != C_PLAIN, depth + 1);
    indent(w->out, depth);
    fputs("</xsd:simpleType>\n", w->out);
}

/* ---- complex types ---- */

static void content(struct writer *w, const struct c_node *n, unsigned depth);

static void
occurs(struct writer *w, const struct c_node *n)
{
    if (n->min != 1)
        fprintf(w->out, " minOccurs=\"%u\"", n->min);
    if (n->max == AXL_UNBOUNDED)
        fputs(" maxOccurs=\"unbounded\"", w->out);
    else if (n->max != 1)
        fprintf(w->out, " maxOccurs=\"%u\"", n->max);
}

static bool
has_content(const struct writer *w, const struct c_node *n)
{
    for (; n != NULL; n = n->next)
        if (holds(w, n->versions))
            return true;
    return false;
}

static void
close_or_content(struct writer *w, const struct c_node *n, const char *tag, unsigned depth)
{
    if (!has_content(w, n->child)) {
        fputs("/>\n", w->out);
        return;
    }
    fputs(">\n", w->out);
    content(w, n->child, depth + 1);
    indent(w->out, depth);
    fprintf(w->out, "</xsd:%s>\n", tag);
}

static void
element(struct writer *w, const struct c_node *n, unsigned depth)
{
    const struct c_simple *anonymous = n->type != NULL && n->type[0] == '~' ? c_simple_in(w->c, n->type, w->v) : NULL;

    fputs("<xsd:element", w->out);
    attribute(w->out, "name", n->name);
    if (n->type != NULL && anonymous == NULL)
        reference(w, "type", n->type);
    occurs(w, n);
    attribute(w->out, "nillable", n->nillable ? "true" : NULL);
    attribute(w->out, "default", n->def);
    attribute(w->out, "fixed", n->fixed);
    if (anonymous == NULL && !has_content(w, n->child)) {
        fputs("/>\n", w->out);
        return;
    }
    fputs(">\n", w->out);
    if (anonymous != NULL) {
        simple_type(w, anonymous, NULL, depth + 1);
    } else {
        indent(w->out, depth + 1);
        fputs("<xsd:complexType>\n", w->out);
        content(w, n->child, depth + 2);
        indent(w->out, depth + 1);
        fputs("</xsd:complexType>\n", w->out);
    }
    indent(w->out, depth);
    fputs("</xsd:element>\n", w->out);
}

static void
extension(struct writer *w, const struct c_node *n, unsigned depth)
{
    const char *kind = n->kind == AXL_EXT ? "complexContent" : "simpleContent";

    fprintf(w->out, "<xsd:%s>\n", kind);
    indent(w->out, depth + 1);
    fputs("<xsd:extension", w->out);
    reference(w, "base", n->type);
    close_or_content(w, n, "extension", depth + 1);
    indent(w->out, depth);
    fprintf(w->out, "</xsd:%s>\n", kind);
}

static void
attribute_node(struct writer *w, const struct c_node *n, unsigned depth)
{
    const struct c_simple *anonymous = n->type[0] == '~' ? c_simple_in(w->c, n->type, w->v) : NULL;

    fputs("<xsd:attribute", w->out);
    attribute(w->out, "name", n->name);
    if (anonymous == NULL)
        reference(w, "type", n->type);
    attribute(w->out, "use", n->required ? "required" : n->optional ? "optional" : NULL);
    attribute(w->out, "default", n->def);
    if (anonymous == NULL) {
        fputs("/>\n", w->out);
        return;
    }
    fputs(">\n", w->out);
    simple_type(w, anonymous, NULL, depth + 1);
    indent(w->out, depth);
    fputs("</xsd:attribute>\n", w->out);
}

static void
content(struct writer *w, const struct c_node *n, unsigned depth)
{
    static const char *const groups[] = { [AXL_SEQ] = "sequence", [AXL_CHOICE] = "choice", [AXL_ALL] = "all" };

    for (; n != NULL; n = n->next) {
        if (!holds(w, n->versions))
            continue;
        indent(w->out, depth);
        switch ((enum axl_node_kind)n->kind) {
        case AXL_SEQ:
        case AXL_CHOICE:
        case AXL_ALL:
            fprintf(w->out, "<xsd:%s", groups[n->kind]);
            occurs(w, n);
            close_or_content(w, n, groups[n->kind], depth);
            break;
        case AXL_ELEM: element(w, n, depth); break;
        case AXL_ATTR: attribute_node(w, n, depth); break;
        case AXL_ANY:
            fputs("<xsd:any", w->out);
            attribute(w->out, "namespace", n->type);
            attribute(w->out, "processContents", n->process);
            occurs(w, n);
            fputs("/>\n", w->out);
            break;
        case AXL_EXT:
        case AXL_SIMPLE_EXT: extension(w, n, depth); break;
        }
    }
}

static void
complex_type(struct writer *w, const struct c_type *t, const char *name, unsigned depth)
{
    indent(w->out, depth);
    fputs("<xsd:complexType", w->out);
    attribute(w->out, "name", name);
    attribute(w->out, "abstract", t->is_abstract ? "true" : NULL);
    attribute(w->out, "final", t->is_final ? "#all" : NULL);
    if (!has_content(w, t->child)) {
        fputs("/>\n", w->out);
        return;
    }
    fputs(">\n", w->out);
    content(w, t->child, depth + 1);
    indent(w->out, depth);
    fputs("</xsd:complexType>\n", w->out);
}

/* ---- documents ---- */

static void
head(struct writer *w, const char *target)
{
    const struct c_version *ver = &c_versions[w->v];

    fprintf(w->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<xsd:schema xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"");
    if (strcmp(target, ver->api_namespace) == 0)
        attribute(w->out, "xmlns:axlapi", ver->api_namespace);
    if (ver->two_namespaces || strcmp(target, ver->type_namespace) == 0)
        attribute(w->out, "xmlns:axl", ver->type_namespace);
    attribute(w->out, "targetNamespace", target);
    fprintf(w->out, " elementFormDefault=\"unqualified\" attributeFormDefault=\"unqualified\" version=\"%s\">\n",
            ver->name);
}

static void
global_element(struct writer *w, const char *name, const char *type)
{
    const struct c_type *anonymous = type != NULL && type[0] == '~' ? c_type_in(w->c, type, w->v) : NULL;

    fprintf(w->out, "  <xsd:element name=\"%s\"", name);
    if (anonymous != NULL) {
        fputs(">\n", w->out);
        complex_type(w, anonymous, NULL, 2);
        fputs("  </xsd:element>\n", w->out);
        return;
    }
    if (type != NULL)
        reference(w, "type", type);
    fputs("/>\n", w->out);
}

static void
elements(struct writer *w)
{
    for (size_t i = 0; i < w->c->elements.count; i++)
        if (holds(w, w->c->elements.items[i].versions))
            global_element(w, w->c->elements.items[i].name, w->c->elements.items[i].type);
    for (size_t i = 0; i < w->c->ops.count; i++) {
        const struct c_op *op = &w->c->ops.items[i];
        if (!holds(w, op->versions))
            continue;
        global_element(w, op->name, op->request);
        global_element(w, arena_printf(w->c->arena, "%sResponse", op->name), op->response);
    }
}

static void
simple_types(struct writer *w, bool plain, bool lists)
{
    for (size_t i = 0; i < w->c->simples.count; i++) {
        const struct c_simple *s = &w->c->simples.items[i];
        if (holds(w, s->versions) && s->name[0] != '~' && (s->kind == C_PLAIN ? plain : lists))
            simple_type(w, s, s->name, 1);
    }
}

static void
complex_types(struct writer *w, bool axl)
{
    for (size_t i = 0; i < w->c->types.count; i++) {
        const struct c_type *t = &w->c->types.items[i];
        if (holds(w, t->versions) && t->name[0] != '~' && is_axl(w, t->name) == axl)
            complex_type(w, t, t->name, 1);
    }
}

void
emit_schema(const struct contract *c, enum axl_version v, FILE *api, FILE *types, FILE *enums)
{
    const struct c_version *ver = &c_versions[v];
    struct writer           w = { c, v, api, false };
    bool                    two = ver->two_namespaces;

    head(&w, ver->api_namespace);
    if (two)
        fprintf(api, "  <xsd:import namespace=\"%s\" schemaLocation=\"axl.xsd\"/>\n", ver->type_namespace);
    elements(&w);
    complex_types(&w, false);
    if (!two)
        simple_types(&w, true, true);
    fputs("</xsd:schema>\n", api);

    if (two) {
        w.out = types;
        head(&w, ver->type_namespace);
        fputs("  <xsd:include schemaLocation=\"AXLEnums.xsd\"/>\n", types);
        complex_types(&w, true);
        simple_types(&w, true, false);
        fputs("</xsd:schema>\n", types);
    }
    w.out = enums;
    w.enums_only = true;
    head(&w, ver->type_namespace);
    simple_types(&w, false, true);
    fputs("</xsd:schema>\n", enums);
}
