/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Faults and envelopes in the form of their era (before 8.0: axl:Error; after: axlError, unqualified),
 * with the literal prefixes that clients index on. */
#include <stdlib.h>
#include <string.h>

#include "envelope.h"

static bool
legacy(enum axl_version v)
{
    return v < AXL_V8_0;
}

static const char *
envelope_prefix(enum axl_version v)
{
    return legacy(v) ? "SOAP-ENV" : "soapenv";
}

static void
envelope_begin(struct buf *b, enum axl_version v)
{
    const char *p = envelope_prefix(v);
    xml_declaration(b);
    buf_addf(b, "<%s:Envelope xmlns:%s=\"http://schemas.xmlsoap.org/soap/envelope/\">", p, p);
    if (legacy(v))
        buf_addf(b, "<%s:Header/>", p);
    buf_addf(b, "<%s:Body>", p);
}

static void
envelope_end(struct buf *b, enum axl_version v)
{
    const char *p = envelope_prefix(v);
    buf_addf(b, "</%s:Body></%s:Envelope>", p, p);
}

void
axl_response_begin(struct buf *b, enum axl_version v, const char *element, const char *sequence, const char *attr,
                   const char *value)
{
    envelope_begin(b, v);
    buf_addf(b, "<%s:%s xmlns:%s=\"%s\"", legacy(v) ? "axl" : "ns", element, legacy(v) ? "axl" : "ns",
             axl_version_info[v].api_namespace);
    if (legacy(v) || v >= AXL_V14_0)
        xml_attr(b, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    if (sequence != NULL)
        xml_attr(b, "sequence", sequence);
    if (attr != NULL)
        xml_attr(b, attr, value);
    xml_end(b, false);
}

void
axl_response_end(struct buf *b, enum axl_version v, const char *element)
{
    buf_addf(b, "</%s:%s>", legacy(v) ? "axl" : "ns", element);
    envelope_end(b, v);
}

/* The one operation whose faults are known to qualify axlError. */
static bool
is_list_change(const char *operation)
{
    return strcmp(operation, "listChange") == 0;
}

static void
detail(struct buf *b, enum axl_version v, const struct ccm_error *err, const char *operation)
{
    xml_open(b, "detail");
    if (legacy(v))
        buf_addf(b, "<axl:Error xmlns:axl=\"http://www.cisco.com/AXL/1.0\"><axl:code>%d</axl:code>", err->code);
    else if (is_list_change(operation))
        buf_addf(b, "<ns2:axlError xmlns:ns2=\"%s\"><axlcode>%d</axlcode>", axl_version_info[v].api_namespace,
                 err->code);
    else
        buf_addf(b, "<axlError><axlcode>%d</axlcode>", err->code);
    xml_leaf(b, legacy(v) ? "axl:message" : "axlmessage", err->text);
    xml_leaf(b, "request", operation);
    buf_adds(b, legacy(v) ? "</axl:Error>" : is_list_change(operation) ? "</ns2:axlError>" : "</axlError>");
    xml_close(b, "detail");
}

void
axl_fault(struct buf *b, enum axl_version v, const struct ccm_error *err, const char *operation)
{
    bool client = err->status == CCM_DATABASE || err->status == CCM_MALFORMED;
    envelope_begin(b, v);
    buf_addf(b, "<%s:Fault><faultcode>%s:%s</faultcode>", envelope_prefix(v), envelope_prefix(v),
             client ? "Client" : "Server");
    xml_leaf(b, "faultstring", err->text);
    if (err->status != CCM_MALFORMED)
        detail(b, v, err, operation);
    buf_addf(b, "</%s:Fault>", envelope_prefix(v));
    envelope_end(b, v);
}
