/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Bodies as lists of nodes. They come from anybody and may be cut off: libxml2 reads them without network and
 * entities, stops at a DOCTYPE, and what it got until then counts. */
#include "control/content.h"

#include <libxml/xmlreader.h>
#include <string.h>

#include "ccmsim/query.h"

#define READ_OPTIONS (XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA)
#define SPACES       " \t\r\n"

struct reading {
    struct arena        *arena;
    struct content_node *first, **end;
    struct content_node *open; /* the innermost element */
};

static struct content_node *
add(struct reading *r, const char *name, const char *text)
{
    struct content_node *n = arena_alloc(r->arena, sizeof *n);

    *n = (struct content_node){ .name = name, .parent = r->open, .text = text };
    *r->end = n;
    r->end = &n->next;
    return n;
}

static const char *
trimmed(struct arena *a, const char *text)
{
    size_t len;

    text += strspn(text, SPACES);
    for (len = strlen(text); len > 0 && strchr(SPACES, text[len - 1]) != NULL; len--)
        ;
    return arena_strndup(a, text, len);
}

static const char *
copied(struct arena *a, const xmlChar *text)
{
    return arena_strdup(a, text != NULL ? (const char *)text : "");
}

static void
begin_element(struct reading *r, xmlTextReader *x)
{
    bool                 empty = xmlTextReaderIsEmptyElement(x) == 1;
    struct content_node *n = add(r, copied(r->arena, xmlTextReaderConstLocalName(x)), "");

    r->open = n;
    while (xmlTextReaderMoveToNextAttribute(x) == 1)
        if (xmlTextReaderIsNamespaceDecl(x) != 1)
            add(r, arena_printf(r->arena, "@%s", (const char *)xmlTextReaderConstLocalName(x)),
                copied(r->arena, xmlTextReaderConstValue(x)));
    if (empty)
        r->open = (struct content_node *)n->parent;
}

/* Text in pieces, around comments for instance, is one text; each piece is bounded by the body. */
static void
add_text(struct reading *r, const xmlChar *value)
{
    if (r->open == NULL || value == NULL)
        return;
    const char *piece = trimmed(r->arena, (const char *)value);
    if (*piece != '\0')
        r->open->text = *r->open->text == '\0' ? piece : arena_printf(r->arena, "%s%s", r->open->text, piece);
}

static void
read_xml(struct reading *r, struct str body)
{
    xmlTextReader *x = xmlReaderForMemory(body.ptr, (int)body.len, NULL, NULL, READ_OPTIONS);

    r->open = NULL;
    while (x != NULL && xmlTextReaderRead(x) == 1) {
        int type = xmlTextReaderNodeType(x);
        if (type == XML_READER_TYPE_DOCUMENT_TYPE)
            break;
        if (type == XML_READER_TYPE_ELEMENT)
            begin_element(r, x);
        else if (type == XML_READER_TYPE_END_ELEMENT && r->open != NULL)
            r->open = (struct content_node *)r->open->parent;
        else if (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA)
            add_text(r, xmlTextReaderConstValue(x));
    }
    r->open = NULL;
    xmlFreeTextReader(x);
}

static void
read_form(struct reading *r, struct str body)
{
    char *text = arena_strndup(r->arena, body.ptr, body.len), *name, *value;

    while (query_next(&text, &name, &value)) {
        add(r, name, value);
        if (value[strspn(value, SPACES)] == '<')
            read_xml(r, (struct str){ value, strlen(value) });
    }
}

const struct content_node *
content_read(struct arena *a, struct str body)
{
    struct reading r = { .arena = a };
    size_t         at = 0;

    r.end = &r.first;
    while (at < body.len && body.ptr[at] != '\0' && strchr(SPACES, body.ptr[at]) != NULL)
        at++;
    if (at < body.len && (body.ptr[at] == '<' || body.ptr[at] == '\xef'))
        read_xml(&r, (struct str){ body.ptr + at, body.len - at });
    else if (at < body.len)
        read_form(&r, body);
    return r.first;
}

/* Does the way to n end in path? Compared from its last part up. */
static bool
way_ends_in(const struct content_node *n, const char *path)
{
    size_t len = strlen(path);

    for (;; n = n->parent) {
        size_t begin = len;
        while (begin > 0 && path[begin - 1] != '/')
            begin--;
        if (n == NULL || strlen(n->name) != len - begin || memcmp(n->name, path + begin, len - begin) != 0)
            return false;
        if (begin <= 1)
            return begin == 0 || n->parent == NULL; /* "/Envelope": from the root */
        len = begin - 1;
    }
}

const struct content_node *
content_find(const struct content_node *n, const char *path)
{
    while (n != NULL && !way_ends_in(n, path))
        n = n->next;
    return n;
}
