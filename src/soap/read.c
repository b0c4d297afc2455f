/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* soap_read: gSOAP reads the envelope and the DOM of each child of Body from the plain document that
 * normal.c wrote; the DOM is copied into the request's arena as soap_elements.
 * Each thread keeps its own gSOAP context and parser; no lock. */
#include "ccmsim/soap.h"

#include <pthread.h>
#include <stdlib.h>

#include "soap/axlshellH.h"
#include "soap/soap_priv.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

/* A reader that has met a request beyond this size is not kept: its buffers have grown with it. */
#define MAX_KEPT ((size_t)1024 * 1024)

/* libgsoap's, by that name. No row for AXL's namespaces: with one row for all versions, gSOAP gives
 * every namespace that fits its pattern the name of the one declared last. */
struct Namespace namespaces[] = {
    { "SOAP-ENV", SOAP_ENVELOPE_1_1, "http://www.w3.org/*/soap-envelope", NULL },
    { "SOAP-ENC", "http://schemas.xmlsoap.org/soap/encoding/", "http://www.w3.org/*/soap-encoding", NULL },
    { "xsi", XSI, NULL, NULL },
    { "xsd", "http://www.w3.org/2001/XMLSchema", NULL, NULL },
    { NULL, NULL, NULL, NULL },
};

struct reader {
    struct soap   *soap;
    struct normal *normal;
    struct buf     plain;
    struct str     rest; /* of plain, not yet read by gSOAP */
};

/* ---- a reader for each thread ---- */

static pthread_key_t reader_key;

static void
reader_free(void *arg)
{
    struct reader *r = arg;

    if (r->soap != NULL) {
        soap_destroy(r->soap);
        soap_end(r->soap);
        soap_free(r->soap);
    }
    normal_free(r->normal);
    buf_release(&r->plain);
    free(r);
}

static void
make_key(void)
{
    pthread_key_create(&reader_key, reader_free);
}

static size_t
on_recv(struct soap *soap, char *to, size_t room)
{
    struct reader *r = soap->user;
    size_t         n = r->rest.len < room ? r->rest.len : room;

    memcpy(to, r->rest.ptr, n);
    r->rest.ptr += n;
    r->rest.len -= n;
    return n;
}

/* There is no HTTP head to be read: it was the web server's. */
static int
on_http(struct soap *soap)
{
    (void)soap;
    return SOAP_OK;
}

/* Header entries are passed over, those marked mustUnderstand too. */
static int
on_ignore(struct soap *soap, const char *tag)
{
    (void)soap;
    (void)tag;
    return SOAP_OK;
}

static struct reader *
reader_new(void)
{
    struct reader *r = calloc(1, sizeof *r);

    if (r == NULL)
        return NULL;
    buf_init(&r->plain, 5 * (size_t)BUF_MAX_REQUEST);
    r->normal = normal_new();
    /* Input is UTF-8 and stays it; a tree is read as such, whatever ids and types it bears. */
    r->soap = soap_new1(SOAP_C_UTFSTRING | SOAP_DOM_TREE);
    if (r->normal == NULL || r->soap == NULL) {
        reader_free(r);
        return NULL;
    }
    soap_set_namespaces(r->soap, namespaces);
    r->soap->user = r;
    r->soap->frecv = on_recv;
    r->soap->fparse = on_http;
    r->soap->fignore = on_ignore;
    r->soap->maxlevel = SOAP_MAX_DEPTH;
    r->soap->maxoccurs = SOAP_MAX_ELEMENTS;
    return r;
}

/* This thread's reader; NULL if there is no memory for one. */
static struct reader *
reader_of_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, make_key);
    struct reader *r = pthread_getspecific(reader_key);
    if (r != NULL)
        return r;
    r = reader_new();
    if (r != NULL && pthread_setspecific(reader_key, r) != 0) {
        reader_free(r);
        return NULL;
    }
    return r;
}

/* What the request left behind, in the reader's buffers and in gSOAP. */
static void
reader_clear(struct reader *r, bool ok)
{
    if (r->plain.cap > MAX_KEPT) {
        pthread_setspecific(reader_key, NULL);
        reader_free(r);
        return;
    }
    buf_clear(&r->plain);
    /* soap_end walks two empty tables of ids, 48 kB, at three times the cost of a small request. Only
     * where the namespaces opened were all closed again is it enough to give the memory back. */
    if (ok) {
        soap_dealloc(r->soap, NULL);
    } else {
        soap_destroy(r->soap);
        soap_end(r->soap);
    }
}

/* ---- from gSOAP's DOM to ours ---- */

struct copy {
    struct arena *arena;
    const char   *gsoap_ns, *ns; /* the last namespace copied: mostly it is the next one too */
};

static const char *
local_name(const char *name)
{
    const char *colon = strchr(name, ':');

    return colon == NULL ? name : colon + 1;
}

static const char *
copy_namespace(struct copy *c, const char *ns)
{
    if (ns == NULL || ns[0] == '\0')
        return NULL;
    if (c->gsoap_ns == NULL || strcmp(c->gsoap_ns, ns) != 0) {
        c->gsoap_ns = ns;
        c->ns = arena_strdup(c->arena, ns);
    }
    return c->ns;
}

static bool
is_true(const char *text)
{
    text += strspn(text, " \t\r\n");
    size_t len = strcspn(text, " \t\r\n");

    return (len == 1 && text[0] == '1') || (len == 4 && memcmp(text, "true", 4) == 0);
}

static void
copy_attributes(struct copy *c, struct soap_element *e, const struct soap_dom_attribute *from)
{
    const struct soap_attr **end = &e->attrs;

    for (; from != NULL; from = from->next) {
        const char *value = from->text == NULL ? "" : from->text;
        if (strncmp(from->name, "xmlns", 5) == 0 && (from->name[5] == ':' || from->name[5] == '\0'))
            continue;
        if (from->nstr != NULL && strcmp(from->nstr, XSI) == 0) {
            if (strcmp(local_name(from->name), "nil") == 0)
                e->nil = is_true(value);
            continue;
        }
        struct soap_attr *attr = arena_alloc(c->arena, sizeof *attr);
        attr->name = arena_strdup(c->arena, local_name(from->name));
        attr->value = arena_strdup(c->arena, value);
        *end = attr;
        end = &attr->next;
    }
}

/* Text between child elements, which gSOAP has as nameless elements, in one piece. */
static const char *
joined_text(struct copy *c, const struct soap_dom_element *from)
{
    size_t len = 0;

    for (const struct soap_dom_element *e = from->elts; e != NULL; e = e->next)
        if (e->name == NULL && e->text != NULL)
            len += strlen(e->text);
    if (len == 0)
        return "";
    char *text = arena_alloc(c->arena, len + 1), *p = text;
    for (const struct soap_dom_element *e = from->elts; e != NULL; e = e->next)
        if (e->name == NULL && e->text != NULL)
            p = stpcpy(p, e->text);
    return text;
}

/* Recursion ends: normal.c let no document through that is deeper than SOAP_MAX_DEPTH. */
static const struct soap_element *
copy_element(struct copy *c, const struct soap_dom_element *from)
{
    struct soap_element        *e = arena_alloc(c->arena, sizeof *e);
    const struct soap_element **end = &e->children;

    e->name = arena_strdup(c->arena, local_name(from->name));
    e->ns = copy_namespace(c, from->nstr);
    copy_attributes(c, e, from->atts);
    for (const struct soap_dom_element *child = from->elts; child != NULL; child = child->next)
        if (child->name != NULL) {
            *end = copy_element(c, child);
            end = (const struct soap_element **)&((struct soap_element *)*end)->next;
        }
    if (from->text != NULL)
        e->text = arena_strdup(c->arena, from->text);
    else
        e->text = joined_text(c, from);
    return e;
}

/* ---- reading ---- */

static bool
read_header(struct soap *soap)
{
    if (soap_element_begin_in(soap, "SOAP-ENV:Header", 1, NULL) != SOAP_OK) {
        bool absent = soap->error == SOAP_TAG_MISMATCH || soap->error == SOAP_NO_TAG;
        soap->error = SOAP_OK;
        return absent;
    }
    if (!soap->body)
        return true;
    while (soap_ignore_element(soap) == SOAP_OK)
        continue;
    if (soap->error != SOAP_NO_TAG)
        return false;
    soap->error = SOAP_OK;
    return soap_element_end_in(soap, "SOAP-ENV:Header") == SOAP_OK;
}

/* Copies each child of Body. False: gSOAP's error, or no memory. */
static bool
read_children(struct soap *soap, struct copy *c, struct soap_message *out)
{
    const struct soap_element **end = &out->body;

    while (soap_peek_element(soap) == SOAP_OK) {
        struct soap_dom_element dom;
        soap_default_xsd__anyType(soap, &dom);
        if (soap_in_xsd__anyType(soap, NULL, &dom, NULL) == NULL)
            return false;
        *end = copy_element(c, &dom);
        end = (const struct soap_element **)&((struct soap_element *)*end)->next;
    }
    if (soap->error != SOAP_NO_TAG)
        return false;
    soap->error = SOAP_OK;
    return true;
}

static bool
read_body(struct soap *soap, struct copy *c, struct soap_message *out)
{
    if (soap_element_begin_in(soap, "SOAP-ENV:Body", 0, NULL) != SOAP_OK)
        return false;
    return !soap->body || (read_children(soap, c, out) && soap_element_end_in(soap, "SOAP-ENV:Body") == SOAP_OK);
}

static bool
read_plain(struct reader *r, struct arena *a, struct soap_message *out, struct ccm_error *err)
{
    struct soap *soap = r->soap;
    struct copy  c = { .arena = a };

    r->rest = (struct str){ r->plain.ptr, r->plain.len };
    out->body = NULL;
    if (soap_begin_recv(soap) != SOAP_OK || soap_envelope_begin_in(soap) != SOAP_OK || !read_header(soap) ||
        !read_body(soap, &c, out) || soap_envelope_end_in(soap) != SOAP_OK)
        return ccm_fail(err, CCM_MALFORMED, "the request is not a SOAP envelope with a body");
    out->operation = out->body;
    return out->operation != NULL || ccm_fail(err, CCM_MALFORMED, "the SOAP body of the request holds no operation");
}

bool
soap_read(struct arena *a, struct str body, struct soap_message *out, struct ccm_error *err)
{
    struct str     text;
    struct reader *r = reader_of_thread();

    if (r == NULL)
        return ccm_fail(err, CCM_INTERNAL, "out of memory for a SOAP reader");
    if (!text_decode(a, body, &text, err) || !text_check(text, err))
        return false;
    bool ok = normal_write(r->normal, text, &r->plain, err) && read_plain(r, a, out, err);
    reader_clear(r, ok);
    return ok;
}
