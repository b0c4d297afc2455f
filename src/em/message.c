/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Reading what was sent: out of the form, through libxml2 and our DTD, into a tree. No network, no entities, no
 * document type of the sender's own. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/valid.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/utf8.h"
#include "em/em_priv.h"

bool
em_fail(struct ccm_error *err, int code)
{
    ccm_fail(err, CCM_INVALID, "%s", mobility_text(code));
    err->code = code;
    return false;
}

int
em_error_code(const struct ccm_error *err)
{
    static const struct {
        enum ccm_status status;
        int             code;
    } rows[] = { { CCM_MALFORMED, 1 },   { CCM_UNAUTHORIZED, 3 }, { CCM_DATABASE, 6 }, { CCM_UNKNOWN_OP, 8 },
                 { CCM_UNSUPPORTED, 8 }, { CCM_FORBIDDEN, 10 },   { CCM_BUSY, 26 },    { CCM_THROTTLED, 26 } };

    if (err->code >= 1 && err->code <= 47)
        return err->code;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == err->status)
            return rows[i].code;
    return 0;
}

/* ---- the form ---- */

static int
hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* Leniently: what is no escape stands for itself. */
static const char *
form_decode(struct arena *a, const char *from, size_t len)
{
    char *text = arena_alloc(a, len + 1), *to = text;

    for (size_t i = 0; i < len; i++)
        if (from[i] == '+') {
            *to++ = ' ';
        } else if (from[i] == '%' && i + 2 < len && hex(from[i + 1]) >= 0 && hex(from[i + 2]) >= 0) {
            *to++ = (char)(hex(from[i + 1]) * 16 + hex(from[i + 2]));
            i += 2;
        } else {
            *to++ = from[i];
        }
    *to = '\0';
    return strlen(text) == (size_t)(to - text) ? text : ""; /* a NUL is in no message */
}

/* What is no UTF-8 was meant as Latin-1. */
static const char *
as_utf8(struct arena *a, const char *text)
{
    size_t len = strlen(text);

    if (utf8_valid(text, len))
        return text;
    char *out = arena_alloc(a, 2 * len + 1), *to = out;
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
        if (*p < 0x80) {
            *to++ = (char)*p;
        } else {
            *to++ = (char)(0xC0 | *p >> 6);
            *to++ = (char)(0x80 | (*p & 0x3F));
        }
    *to = '\0';
    return out;
}

const char *
em_form_field(struct arena *a, struct str form)
{
    const char *at = form.ptr, *end = form.ptr + form.len;

    while (at < end) {
        const char *amp = memchr(at, '&', (size_t)(end - at)), *stop = amp != NULL ? amp : end;
        while (at < stop && strchr("\r\n\t ", *at) != NULL)
            at++;
        if (stop - at >= 4 && memcmp(at, "xml=", 4) == 0)
            return as_utf8(a, form_decode(a, at + 4, (size_t)(stop - at - 4)));
        at = stop + 1;
    }
    return NULL;
}

/* ---- libxml2 ---- */

static void
on_error(void *arg, const char *fmt, ...)
{
    (void)arg;
    (void)fmt;
}

static xmlDtd *
dtd_parse(const char *text)
{
    xmlParserInputBuffer *in = xmlParserInputBufferCreateMem(text, (int)strlen(text), XML_CHAR_ENCODING_UTF8);

    return in != NULL ? xmlIOParseDTD(NULL, in, XML_CHAR_ENCODING_UTF8) : NULL; /* which frees in */
}

static bool
is_valid(xmlDoc *doc, const char *dtd_text)
{
    xmlValidCtxt *ctxt = xmlNewValidCtxt();
    xmlDtd       *dtd = dtd_parse(dtd_text);
    bool          valid = false;

    if (ctxt != NULL && dtd != NULL) {
        ctxt->error = ctxt->warning = on_error;
        valid = xmlValidateDtd(ctxt, doc, dtd) == 1;
    }
    xmlFreeDtd(dtd);
    xmlFreeValidCtxt(ctxt);
    return valid;
}

/* libxml2's own limits hold: 256 levels, 10 MB a text. */
static xmlDoc *
parse(const char *text)
{
    if (strlen(text) > EM_MAX_MESSAGE || strstr(text, "<!DOCTYPE") != NULL || strstr(text, "<!ENTITY") != NULL)
        return NULL;
    text += strspn(text, " \t\r\n"); /* the declaration, if there is one, may stand behind it */
    return xmlReadMemory(text, (int)strlen(text), NULL, "UTF-8",
                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA |
                             XML_PARSE_IGNORE_ENC | XML_PARSE_COMPACT);
}

/* ---- the tree: of a valid message, so that recursion ends ---- */

static const struct soap_element *
copy(struct arena *a, const xmlNode *from)
{
    struct soap_element        *e = arena_alloc(a, sizeof *e);
    const struct soap_element **end = &e->children;
    xmlChar                    *text = xmlFirstElementChild((xmlNode *)from) == NULL ? xmlNodeGetContent(from) : NULL;

    e->name = arena_strdup(a, (const char *)from->name);
    e->text = text != NULL ? soap_trimmed(a, arena_strdup(a, (const char *)text)) : "";
    xmlFree(text);
    for (const xmlNode *n = xmlFirstElementChild((xmlNode *)from); n != NULL; n = xmlNextElementSibling((xmlNode *)n)) {
        *end = copy(a, n);
        end = (const struct soap_element **)&((struct soap_element *)*end)->next;
    }
    return e;
}

/* ---- what it asks ---- */

/* The release that first knew it. */
static const struct {
    const char       *name;
    enum em_operation operation;
    bool              query;
    double            since;
} operations[] = {
    { "login", EM_LOGIN, false, 0 },
    { "logout", EM_LOGOUT, false, 0 },
    { "logoutAll", EM_LOGOUT_ALL, false, 8.0 },
    { "deviceUserQuery", EM_DEVICE_USER_QUERY, true, 0 },
    { "userDevicesQuery", EM_USER_DEVICES_QUERY, true, 0 },
    { "deviceProfileQuery", EM_DEVICE_PROFILE_QUERY, true, 8.5 },
    { "userDeviceProfileQuery", EM_DEVICE_PROFILE_QUERY, true, 8.5 },
    { "checkUser", EM_CHECK_USER, true, 8.0 },
};
#define OPERATIONS (sizeof operations / sizeof operations[0])

static size_t
find_operation(const char *name, bool query, double release)
{
    for (size_t i = 0; i < OPERATIONS; i++)
        if (strcmp(operations[i].name, name) == 0 && operations[i].query == query && release >= operations[i].since)
            return i;
    return OPERATIONS;
}

static const char *
text_of(const struct soap_element *e, const char *name)
{
    const struct soap_element *child = soap_child(e, name);

    return child != NULL ? child->text : "";
}

/* Whole minutes. */
static bool
read_duration(const struct soap_element *e, int64_t *seconds)
{
    const struct soap_element *duration = soap_child(e, "exclusiveDuration");

    *seconds = MOBILITY_SYSTEM_LIMIT;
    if (duration == NULL)
        return true;
    *seconds = MOBILITY_NO_LIMIT;
    const struct soap_element *time = soap_child(duration, "time");
    if (time == NULL)
        return true;
    long minutes = strtol(time->text, NULL, 10);
    if (time->text[0] == '\0' || time->text[strspn(time->text, "0123456789")] != '\0' || strlen(time->text) > 9 ||
        minutes > MOBILITY_MAX_MINUTES)
        return false;
    *seconds = minutes > 0 ? minutes * 60 : MOBILITY_NO_LIMIT;
    return true;
}

static bool
take(struct em_message *m, size_t i)
{
    const struct soap_element *info = m->root->children;
    const struct soap_element *e = m->element = info->next;

    m->operation = operations[i].operation;
    m->app_id = text_of(info, "appID");
    m->encrypted = soap_child(info, "appEncryptedCertificate") != NULL;
    m->certificate = text_of(info, m->encrypted ? "appEncryptedCertificate" : "appCertificate");
    m->device = text_of(e, "deviceName");
    m->user = text_of(e, "userID");
    m->profile = text_of(e, "deviceProfile");
    m->remote_address = text_of(e, "remoteIPAddr");
    m->via = strcmp(text_of(e, "isViaHeaderSet"), "true") == 0;
    return read_duration(e, &m->seconds);
}

/* Behind appInfo, where the operation stands. */
static bool
is_second(xmlNode *root, const xmlNode *e)
{
    xmlNode *first = xmlFirstElementChild(root);

    return first != e && strcmp((const char *)first->name, "appInfo") == 0 && xmlNextElementSibling(first) == e;
}

static bool
read_document(struct arena *a, xmlDoc *doc, double release, struct em_message *out, struct ccm_error *err)
{
    xmlNode *root = xmlDocGetRootElement(doc);
    bool     query = out->query = strcmp((const char *)root->name, "query") == 0;
    xmlNode *last = xmlLastElementChild(root);

    if (last == NULL || (!query && strcmp((const char *)root->name, "request") != 0))
        return em_fail(err, 1);
    size_t i = find_operation((const char *)last->name, query, release);
    if (i == OPERATIONS)
        return em_fail(err, query && is_second(root, last) ? 8 : 1);
    if (!is_valid(doc, query ? em_login_query_dtd : em_login_request_dtd))
        return em_fail(err, 1);
    out->root = copy(a, root);
    if (!take(out, i) || (release < 12.0 && soap_child(out->element, "loginType") != NULL))
        return em_fail(err, 1);
    return true;
}

bool
em_message_read(struct arena *a, const char *text, double release, struct em_message *out, struct ccm_error *err)
{
    xmlDoc *doc = parse(text);

    *out = (struct em_message){ 0 };
    if (doc == NULL)
        return em_fail(err, 1);
    bool ok = read_document(a, doc, release, out, err);
    xmlFreeDoc(doc);
    return ok;
}
