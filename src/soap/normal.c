/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The libxml2 pass: refuses what is not well-formed, which gSOAP would let through (wrong end tags,
 * unknown entities, undeclared prefixes, text behind the envelope), counts, and writes the document
 * anew so that gSOAP, which trims, splits and truncates some text, reads every character of it.
 * SAX, no tree, no network, no entities: a DOCTYPE never gets here. */
#include <pthread.h>
#include <stdlib.h>

#include "ccmsim/xml.h"
#include "soap/soap_priv.h"

/* Names stay in the parser's dictionary; past this many bytes a new parser is made. */
#define MAX_DICTIONARY ((size_t)256 * 1024)

struct normal {
    xmlParserCtxt    *parser;
    struct buf       *out;
    struct ccm_error *err;
    bool              failed;
    enum { BEHIND_START, BEHIND_END, IN_TEXT } place;
    struct buf space; /* white space whose worth is not known yet */
    unsigned   depth, elements;
};

static void
refuse(struct normal *n, const char *what)
{
    if (!n->failed)
        ccm_fail(n->err, CCM_MALFORMED, "%s", what);
    n->failed = true;
    xmlStopParser(n->parser);
}

static const char *
chars(const xmlChar *s)
{
    return (const char *)s;
}

/* The tag's name as it was sent. */
static void
write_name(struct buf *out, const xmlChar *prefix, const xmlChar *local)
{
    if (prefix != NULL) {
        buf_adds(out, chars(prefix));
        buf_addc(out, ':');
    }
    buf_adds(out, chars(local));
}

/* libxml2 hands out the value of an attribute with '&' as "&#38;" unless it is told to replace
 * entities, which it never is here. */
static void
write_value(struct buf *out, const char *value, size_t len)
{
    static const struct str amp = { "&#38;", 5 };

    for (;;) {
        const char *at = memmem(value, len, amp.ptr, amp.len);
        size_t      run = at == NULL ? len : (size_t)(at - value);
        xml_valuen(out, value, run);
        if (at == NULL)
            return;
        buf_add(out, amp.ptr, amp.len);
        value += run + amp.len;
        len -= run + amp.len;
    }
}

static void
write_namespaces(struct buf *out, int count, const xmlChar **pairs)
{
    for (int i = 0; i < count; i++, pairs += 2) {
        buf_adds(out, pairs[0] != NULL ? " xmlns:" : " xmlns");
        if (pairs[0] != NULL)
            buf_adds(out, chars(pairs[0]));
        buf_adds(out, "=\"");
        if (pairs[1] != NULL)
            xml_valuen(out, chars(pairs[1]), strlen(chars(pairs[1])));
        buf_addc(out, '"');
    }
}

/* five: local name, prefix, namespace, value, its end. */
static bool
write_attributes(struct buf *out, int count, const xmlChar **five)
{
    for (int i = 0; i < count; i++, five += 5) {
        if (strlen(chars(five[0])) > SOAP_MAX_NAME)
            return false;
        buf_addc(out, ' ');
        write_name(out, five[1], five[0]);
        buf_adds(out, "=\"");
        write_value(out, chars(five[3]), (size_t)(five[4] - five[3]));
        buf_addc(out, '"');
    }
    return true;
}

static bool
is_envelope(const xmlChar *local, const xmlChar *uri)
{
    return strcmp(chars(local), "Envelope") == 0 && uri != NULL &&
           (strcmp(chars(uri), SOAP_ENVELOPE_1_1) == 0 || strcmp(chars(uri), SOAP_ENVELOPE_1_2) == 0);
}

static void
on_start(void *arg, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int namespaces,
         const xmlChar **pairs, int attributes, int defaulted, const xmlChar **five)
{
    struct normal *n = ((xmlParserCtxt *)arg)->_private;

    (void)defaulted;
    if (n->depth == 0 && !is_envelope(local, uri))
        refuse(n, "the request is not a SOAP envelope");
    else if (++n->depth > SOAP_MAX_DEPTH)
        refuse(n, "elements of the request are nested too deeply");
    else if (++n->elements > SOAP_MAX_ELEMENTS)
        refuse(n, "the request has too many elements");
    else if (namespaces + attributes > SOAP_MAX_ATTRIBUTES)
        refuse(n, "an element of the request has too many attributes");
    else if (strlen(chars(local)) > SOAP_MAX_NAME)
        refuse(n, "a name in the request is too long");
    if (n->failed)
        return;
    buf_addc(n->out, '<');
    write_name(n->out, prefix, local);
    write_namespaces(n->out, namespaces, pairs);
    if (!write_attributes(n->out, attributes, five))
        refuse(n, "a name in the request is too long");
    buf_addc(n->out, '>');
    buf_clear(&n->space);
    n->place = BEHIND_START;
}

/* Text begins with a character reference if it begins with white space: gSOAP would skip that. */
static void
write_space(struct normal *n)
{
    if (n->space.len == 0)
        return;
    buf_addf(n->out, "&#%d;", n->space.ptr[0]);
    xml_textn(n->out, n->space.ptr + 1, n->space.len - 1);
    buf_clear(&n->space);
}

static void
on_end(void *arg, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    struct normal *n = ((xmlParserCtxt *)arg)->_private;

    (void)uri;
    if (n->failed)
        return;
    /* White space alone is a value only in an element that holds nothing else. */
    if (n->place == BEHIND_START)
        write_space(n);
    buf_clear(&n->space);
    buf_add(n->out, "</", 2);
    write_name(n->out, prefix, local);
    buf_addc(n->out, '>');
    n->depth--;
    n->place = BEHIND_END;
}

static void
on_text(void *arg, const xmlChar *text, int count)
{
    struct normal *n = ((xmlParserCtxt *)arg)->_private;
    const char    *s = chars(text);
    size_t         len = (size_t)count, space = 0;

    if (n->failed)
        return;
    if (n->place != IN_TEXT) {
        while (space < len && (s[space] == ' ' || s[space] == '\n' || s[space] == '\t' || s[space] == '\r'))
            space++;
        buf_add(&n->space, s, space);
        if (space == len)
            return;
        bool begun = n->space.len > 0;
        write_space(n);
        n->place = IN_TEXT;
        if (!begun && len >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0) {
            buf_adds(n->out, "&#xFEFF;"); /* gSOAP would skip this as well */
            space = 3;
        }
    }
    xml_textn(n->out, s + space, len - space);
}

/* A namespace name that is no proper URI, or a relative one: only libxml2 minds. */
static bool
is_harmless(const xmlError *e)
{
    return e->level < XML_ERR_ERROR || e->code == XML_WAR_NS_URI || e->code == XML_WAR_NS_URI_RELATIVE;
}

static void
on_error(void *arg, xmlError *e)
{
    struct normal *n = ((xmlParserCtxt *)arg)->_private;

    if (n->failed || is_harmless(e))
        return;
    n->failed = true;
    const char *text = e->message == NULL ? "" : e->message;
    if (e->code == XML_ERR_DOCUMENT_END && n->depth > 0)
        text = "Document ends before its elements do"; /* libxml2 says "Extra content" of that too */
    ccm_fail(n->err, CCM_MALFORMED, "the request is not well-formed XML: line %d: %.*s", e->line,
             (int)strcspn(text, "\n"), text);
}

static bool
open_parser(struct normal *n)
{
    xmlSAXHandler sax = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .serror = on_error,
    };

    n->parser = xmlCreatePushParserCtxt(&sax, NULL, NULL, 0, NULL);
    if (n->parser != NULL)
        n->parser->_private = n;
    return n->parser != NULL;
}

struct normal *
normal_new(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct normal        *n = calloc(1, sizeof *n);

    pthread_once(&once, xmlInitParser);
    if (n == NULL)
        return NULL;
    buf_init(&n->space, BUF_MAX_REQUEST);
    if (!open_parser(n)) {
        free(n);
        return NULL;
    }
    return n;
}

void
normal_free(struct normal *n)
{
    if (n == NULL)
        return;
    xmlFreeParserCtxt(n->parser);
    buf_release(&n->space);
    free(n);
}

/* A parser for one more document. */
static bool
renew_parser(struct normal *n)
{
    if (n->parser != NULL && xmlDictGetUsage(n->parser->dict) > MAX_DICTIONARY) {
        xmlFreeParserCtxt(n->parser);
        n->parser = NULL;
    }
    if (n->parser == NULL && !open_parser(n))
        return false;
    /* The bytes are UTF-8 by now, whatever they declare. */
    return xmlCtxtResetPush(n->parser, NULL, 0, NULL, "UTF-8") == 0 &&
           xmlCtxtUseOptions(n->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC) == 0;
}

bool
normal_write(struct normal *n, struct str doc, struct buf *out, struct ccm_error *err)
{
    if (doc.len > BUF_MAX_REQUEST)
        return ccm_fail(err, CCM_MALFORMED, "the request is too long");
    if (!renew_parser(n))
        return ccm_fail(err, CCM_INTERNAL, "out of memory for an XML parser");
    n->out = out;
    n->err = err;
    n->failed = false;
    n->depth = n->elements = 0;
    buf_clear(&n->space);
    xmlParseChunk(n->parser, doc.ptr, (int)doc.len, 1);
    if (n->failed)
        return false;
    if (!n->parser->wellFormed)
        return ccm_fail(err, CCM_MALFORMED, "the request is not well-formed XML");
    return !out->overflow || ccm_fail(err, CCM_MALFORMED, "the request is too long");
}
