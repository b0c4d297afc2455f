/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fuzzing soap_read: any bytes give a tree or a reason, and a tree is the one that libxml2's own
 * tree reader makes of the same bytes: names, namespaces, attributes, text. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>

#include "ccmsim/soap.h"
#include "fuzz.h"
#include "soap/soap_priv.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

static void
demand(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "fuzz_soap: %s\n", what);
    abort();
}

static void
demand_text(const char *ours, const xmlChar *theirs, const char *what)
{
    if (ours != NULL && theirs != NULL && strcmp(ours, (const char *)theirs) == 0)
        return;
    fprintf(stderr, "fuzz_soap: %s: '%s', expected '%s'\n", what, ours, (const char *)theirs);
    abort();
}

static bool
is_blank(const struct buf *b)
{
    return b->len == 0 || strspn(b->ptr, " \t\r\n") >= b->len;
}

static bool
is_leaf(const xmlNode *node)
{
    return xmlFirstElementChild((xmlNode *)node) == NULL;
}

/* What soap.h promises of the text: whole in a leaf; else without the stretches of mere white space. */
static void
expected_text(const xmlNode *node, struct buf *all)
{
    struct buf stretch;

    buf_init(&stretch, BUF_MAX_REPLY);
    for (const xmlNode *n = node->children;; n = n->next) {
        if (n != NULL && (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE))
            buf_adds(&stretch, (const char *)n->content);
        if (n == NULL || n->type == XML_ELEMENT_NODE) {
            buf_cstr(&stretch);
            if (is_leaf(node) || !is_blank(&stretch))
                buf_add(all, stretch.ptr, stretch.len);
            buf_clear(&stretch);
        }
        if (n == NULL)
            break;
    }
    buf_release(&stretch);
}

static void
compare_attributes(const struct soap_element *e, xmlNode *node)
{
    const struct soap_attr *ours = e->attrs;

    for (xmlAttr *attr = node->properties; attr != NULL; attr = attr->next) {
        if (attr->ns != NULL && strcmp((const char *)attr->ns->href, XSI) == 0)
            continue;
        demand(ours != NULL, "an attribute is missing");
        demand_text(ours->name, attr->name, "attribute name");
        xmlChar *value = xmlNodeListGetString(node->doc, attr->children, 1);
        demand_text(ours->value, value == NULL ? (const xmlChar *)"" : value, "attribute value");
        xmlFree(value);
        ours = ours->next;
    }
    demand(ours == NULL, "an attribute too many");
}

static void
compare(const struct soap_element *e, xmlNode *node)
{
    struct buf text;

    demand_text(e->name, node->name, "element name");
    const char *ns = node->ns == NULL || node->ns->href[0] == '\0' ? NULL : (const char *)node->ns->href;
    demand((e->ns == NULL) == (ns == NULL), "a namespace there or not");
    if (ns != NULL)
        demand_text(e->ns, node->ns->href, "namespace");
    compare_attributes(e, node);
    buf_init(&text, BUF_MAX_REPLY);
    expected_text(node, &text);
    demand_text(e->text, (const xmlChar *)buf_cstr(&text), "text");
    buf_release(&text);
    const struct soap_element *child = e->children;
    for (xmlNode *n = xmlFirstElementChild(node); n != NULL; n = xmlNextElementSibling(n)) {
        demand(child != NULL, "a child is missing");
        compare(child, n);
        child = child->next;
    }
    demand(child == NULL, "a child too many");
}

static void
on_error(void *arg, const char *fmt, ...)
{
    (void)arg;
    (void)fmt;
}

static void
compare_with_tree(struct arena *a, struct str body, const struct soap_message *message)
{
    struct str text;

    demand(text_decode(a, body, &text, NULL), "read, but not decoded");
    xmlSetGenericErrorFunc(NULL, on_error);
    xmlDoc *doc = xmlReadMemory(text.ptr, (int)text.len, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    demand(doc != NULL, "read, but libxml2 finds it ill-formed");
    xmlNode *body_node = xmlFirstElementChild(xmlDocGetRootElement(doc));
    while (body_node != NULL && strcmp((const char *)body_node->name, "Body") != 0)
        body_node = xmlNextElementSibling(body_node);
    demand(body_node != NULL, "read without a body");
    const struct soap_element *e = message->body;
    for (xmlNode *n = xmlFirstElementChild(body_node); n != NULL; n = xmlNextElementSibling(n)) {
        demand(e != NULL, "a child of Body is missing");
        compare(e, n);
        e = e->next;
    }
    demand(e == NULL, "a child of Body too many");
    xmlFreeDoc(doc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena       *a = arena_new();
    struct str          body = { (const char *)data, size };
    struct soap_message message = { 0 };
    struct ccm_error    err = { 0 };

    if (soap_read(a, body, &message, &err)) {
        compare_with_tree(a, body, &message);
        demand(soap_dereference(a, &message, &err) || err.status == CCM_MALFORMED, "not resolved for another reason");
    } else
        demand(err.status == CCM_MALFORMED && err.text[0] != '\0', "refused without a reason");
    arena_free(a);
    return 0;
}
