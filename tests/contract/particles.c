/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Reads an emitted schema back, straight from its XML tree, into canonical rows: one a particle of each
 * complex type (type, depth, node, name, reference, min, max, nil, default, extra) or a part of each
 * simple type; and the WSDL's operations. Knows nothing of the compiler that wrote it. Prints the rows, or
 * counts and digests:
 *   particles [--rows types|simples|operations] VERSION-DIRECTORY... */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/arena.h"
#include "ccmsim/buf.h"

struct row_set { /* the rows of one type */
    const char *name;
    struct buf  text;
    size_t      rows;
};

struct reader {
    struct row_set  types[4000], simples[1000], operations[2000];
    size_t          type_count, simple_count, operation_count;
    const char     *ns;        /* of the document read: "api" or "axl" */
    char            path[600]; /* of unnamed types: "Type/element" */
    struct row_set *set;
};

static const char *
prop(const xmlNode *n, const char *name)
{
    const xmlAttr *a = xmlHasProp((xmlNode *)n, (const xmlChar *)name);
    if (a == NULL)
        return NULL;
    return a->children != NULL ? (const char *)a->children->content : "";
}

static const char *
prop_or(const xmlNode *n, const char *name, const char *otherwise)
{
    const char *v = prop(n, name);
    return v != NULL ? v : otherwise;
}

static bool
is(const xmlNode *n, const char *name)
{
    return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

static const xmlNode *
child(const xmlNode *n, const char *name)
{
    for (const xmlNode *k = n->children; k != NULL; k = k->next)
        if (is(k, name))
            return k;
    return NULL;
}

/* xsd:string -> xs:string; a prefix of ours is dropped. */
static void
add_reference(struct buf *b, const char *qname)
{
    const char *colon = strchr(qname, ':');
    if (colon == NULL)
        buf_adds(b, qname);
    else if (strncmp(qname, "xsd:", 4) == 0)
        buf_addf(b, "xs:%s", colon + 1);
    else
        buf_adds(b, colon + 1);
}

static void
new_set(struct row_set *s, const char *name)
{
    s->name = strdup(name);
    s->rows = 0;
    buf_init(&s->text, BUF_MAX_REQUEST);
}

/* ---- simple types ---- */

static void
simple_rows(struct row_set *s, const xmlNode *n, unsigned depth)
{
    for (const xmlNode *k = n->children; k != NULL; k = k->next) {
        if (k->type != XML_ELEMENT_NODE)
            continue;
        const char *reference = prop(k, is(k, "union") ? "memberTypes" : "base");
        buf_addf(&s->text, "%s\t%u\t%s\t", s->name, depth, (const char *)k->name);
        if (reference != NULL)
            add_reference(&s->text, reference);
        buf_addf(&s->text, "\t%s\n", prop_or(k, "value", ""));
        s->rows++;
        simple_rows(s, k, depth + 1);
    }
}

static void
read_simple(struct reader *r, const xmlNode *n, const char *name)
{
    struct row_set *s = &r->simples[r->simple_count++];
    new_set(s, name);
    simple_rows(s, n, 1);
}

/* ---- complex types ---- */

static void
row(struct reader *r, unsigned depth, const char *node, const xmlNode *n, const char *ref, const char *extra)
{
    struct buf *b = &r->set->text;
    bool        named = strcmp(node, "el") == 0 || strcmp(node, "at") == 0;
    const char *def = named ? prop(n, "default") : NULL, *max = prop_or(n, "maxOccurs", "1");
    bool        nil = strcmp(prop_or(n, "nillable", "false"), "true") == 0;

    buf_addf(b, "%s\t%u\t%s\t%s\t", r->set->name, depth, node, named ? prop_or(n, "name", "") : "");
    if (ref != NULL)
        add_reference(b, ref);
    buf_addf(b, "\t%s\t%s\t%s\t%s%s\t%s\n", prop_or(n, "minOccurs", "1"), strcmp(max, "unbounded") == 0 ? "*" : max,
             nil ? "n" : "", def != NULL ? "=" : "", def != NULL ? def : "", extra);
    r->set->rows++;
}

static void content(struct reader *r, const xmlNode *n, unsigned depth);

static void
read_element(struct reader *r, const xmlNode *n, unsigned depth)
{
    const xmlNode *simple = child(n, "simpleType"), *complex = child(n, "complexType");
    const char    *fixed = prop(n, "fixed"), *ref = prop(n, "type");
    char           extra[300] = "", anonymous[700];
    size_t         above = strlen(r->path);

    if (fixed != NULL)
        snprintf(extra, sizeof extra, "fixed=%s", fixed);
    snprintf(r->path + above, sizeof r->path - above, "/%s", prop_or(n, "name", ""));
    if (simple != NULL) {
        snprintf(anonymous, sizeof anonymous, "~%s", r->path);
        bool known = false;
        for (size_t i = 0; i < r->simple_count; i++)
            known = known || strcmp(r->simples[i].name, anonymous) == 0;
        if (!known)
            read_simple(r, simple, anonymous);
        ref = anonymous;
    }
    row(r, depth, "el", n, ref, extra);
    if (complex != NULL)
        content(r, complex, depth + 1);
    r->path[above] = '\0';
}

static void
content(struct reader *r, const xmlNode *n, unsigned depth)
{
    static const struct {
        const char *tag, *node;
    } groups[] = { { "sequence", "seq" }, { "choice", "cho" }, { "all", "all" } };

    for (const xmlNode *k = n->children; k != NULL; k = k->next) {
        for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
            if (is(k, groups[i].tag)) {
                row(r, depth, groups[i].node, k, NULL, "");
                content(r, k, depth + 1);
            }
        if (is(k, "element"))
            read_element(r, k, depth);
        else if (is(k, "attribute"))
            row(r, depth, "at", k, prop(k, "type"), prop_or(k, "use", ""));
        else if (is(k, "any")) {
            char extra[100];
            snprintf(extra, sizeof extra, "%s %s", prop_or(k, "namespace", ""), prop_or(k, "processContents", ""));
            row(r, depth, "any", k, NULL, extra);
        } else if (is(k, "complexContent") || is(k, "simpleContent")) {
            const xmlNode *ext = child(k, "extension");
            row(r, depth, is(k, "complexContent") ? "ext" : "sext", ext, prop(ext, "base"), "");
            content(r, ext, depth + 1);
        }
    }
}

static void
read_complex(struct reader *r, const xmlNode *n, const char *name, bool anonymous)
{
    char extra[100];

    r->set = &r->types[r->type_count++];
    new_set(r->set, name);
    snprintf(r->path, sizeof r->path, "%s", name);
    snprintf(extra, sizeof extra, "ns=%s%s%s%s%s", r->ns, prop(n, "final") != NULL ? " final=" : "",
             prop_or(n, "final", ""), prop(n, "abstract") != NULL ? " abstract=true" : "",
             anonymous ? " anonymous=1" : "");
    row(r, 0, "type", n, NULL, extra);
    content(r, n, 1);
}

static bool
read_document(struct reader *r, const char *path, const char *ns)
{
    xmlDoc *doc = xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOBLANKS);
    char    name[300];

    if (doc == NULL)
        return false;
    r->ns = ns;
    for (const xmlNode *n = xmlDocGetRootElement(doc)->children; n != NULL; n = n->next) {
        if (is(n, "complexType"))
            read_complex(r, n, prop(n, "name"), false);
        else if (is(n, "simpleType"))
            read_simple(r, n, prop(n, "name"));
        else if (is(n, "element") && child(n, "complexType") != NULL) {
            snprintf(name, sizeof name, "~%s", prop(n, "name"));
            read_complex(r, child(n, "complexType"), name, true);
        }
    }
    xmlFreeDoc(doc);
    return true;
}

/* ---- the WSDL ---- */

/* Name and SOAPAction of each operation of the binding. */
static bool
read_operations(struct reader *r, const char *path)
{
    xmlDoc *doc = xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOBLANKS);
    if (doc == NULL)
        return false;
    const xmlNode *binding = child(xmlDocGetRootElement(doc), "binding");
    for (const xmlNode *n = binding != NULL ? binding->children : NULL; n != NULL; n = n->next) {
        const xmlNode *soap = is(n, "operation") ? child(n, "operation") : NULL;
        if (soap == NULL)
            continue;
        struct row_set *s = &r->operations[r->operation_count++];
        new_set(s, prop_or(n, "name", ""));
        buf_addf(&s->text, "%s\t%s\n", s->name, prop_or(soap, "soapAction", ""));
        s->rows = 1;
    }
    xmlFreeDoc(doc);
    return true;
}

/* ---- output ---- */

static int
compare(const void *a, const void *b)
{
    return strcmp(((const struct row_set *)a)->name, ((const struct row_set *)b)->name);
}

/* Rows and SHA-256 of all sets, sorted by name; or the rows themselves. */
static void
finish(struct row_set *sets, size_t count, bool print, bool digest)
{
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned      len = 0;
    size_t        rows = 0;
    EVP_MD_CTX   *ctx = EVP_MD_CTX_new();

    qsort(sets, count, sizeof *sets, compare);
    EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
    for (size_t i = 0; i < count; i++) {
        EVP_DigestUpdate(ctx, sets[i].text.ptr, sets[i].text.len);
        rows += sets[i].rows;
        if (print)
            fwrite(sets[i].text.ptr, 1, sets[i].text.len, stdout);
        buf_release(&sets[i].text);
        free((char *)sets[i].name);
    }
    EVP_DigestFinal_ex(ctx, md, &len);
    EVP_MD_CTX_free(ctx);
    if (!digest)
        return;
    printf(" %zu %zu ", count, rows);
    for (unsigned i = 0; i < len; i++)
        printf("%02x", md[i]);
}

static bool
read_version(const char *dir, const char *rows)
{
    struct reader *r = calloc(1, sizeof *r);
    char           path[1000];
    const char    *name = strrchr(dir, '/') != NULL ? strrchr(dir, '/') + 1 : dir;
    bool           ok;

    snprintf(path, sizeof path, "%s/AXLSoap.xsd", dir);
    ok = read_document(r, path, "api");
    snprintf(path, sizeof path, "%s/axl.xsd", dir);
    FILE *two = fopen(path, "r");
    if (two != NULL) {
        fclose(two);
        ok = ok && read_document(r, path, "axl");
        snprintf(path, sizeof path, "%s/AXLEnums.xsd", dir);
        ok = ok && read_document(r, path, "axl");
    }
    snprintf(path, sizeof path, "%s/AXLAPI.wsdl", dir);
    ok = ok && read_operations(r, path);
    if (rows == NULL)
        printf("%s", name);
    finish(r->types, r->type_count, rows != NULL && strcmp(rows, "types") == 0, rows == NULL);
    finish(r->simples, r->simple_count, rows != NULL && strcmp(rows, "simples") == 0, rows == NULL);
    finish(r->operations, r->operation_count, rows != NULL && strcmp(rows, "operations") == 0, rows == NULL);
    if (rows == NULL)
        printf("\n");
    free(r);
    return ok;
}

int
main(int argc, char **argv)
{
    const char *rows = NULL;
    int         first = 1;
    bool        ok = true;

    if (argc > 2 && strcmp(argv[1], "--rows") == 0) {
        rows = argv[2];
        first = 3;
    }
    for (int i = first; i < argc; i++)
        ok = read_version(argv[i], rows) && ok;
    xmlCleanupParser();
    return ok ? 0 : 1;
}
