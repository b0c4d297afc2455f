/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Envelopes, faults and pages of Axis 1 and Axis 2. */
#include "ccmsim/axis.h"

#include "ccmsim/xml.h"

#define ENVELOPE_NS "http://schemas.xmlsoap.org/soap/envelope/"
#define AXIS_NS     "http://xml.apache.org/axis/"

const char *
axis_content_type(enum axis axis)
{
    return axis == AXIS1 ? "text/xml;charset=utf-8" : "text/xml;charset=UTF-8";
}

void
axis_begin(struct buf *b, enum axis axis)
{
    if (axis == AXIS1)
        buf_adds(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"" ENVELOPE_NS
                    "\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""
                    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body>");
    else
        buf_adds(b, "<?xml version='1.0' encoding='utf-8'?><soapenv:Envelope xmlns:soapenv=\"" ENVELOPE_NS
                    "\"><soapenv:Body>");
}

void
axis_end(struct buf *b, enum axis axis)
{
    (void)axis; /* alike so far */
    buf_adds(b, "</soapenv:Body></soapenv:Envelope>");
}

/* Axis 1 numbers its prefixes through the document, so that the host's is ns2 where the code has taken ns1. */
static void
detail(struct buf *b, const struct axis_fault *f)
{
    const char *prefix = f->of_axis ? "ns2" : "ns1";

    buf_addf(b, "<detail><%s:hostname xmlns:%s=\"" AXIS_NS "\">", prefix, prefix);
    xml_text(b, f->hostname);
    buf_addf(b, "</%s:hostname></detail>", prefix);
}

void
axis_fault(struct buf *b, enum axis axis, const struct axis_fault *f)
{
    axis_begin(b, axis);
    buf_addf(b, "<soapenv:Fault><faultcode%s>%s:%s</faultcode><faultstring>",
             f->of_axis ? " xmlns:ns1=\"" AXIS_NS "\"" : "", f->of_axis ? "ns1" : "soapenv", f->code);
    xml_text(b, f->text);
    buf_adds(b, "</faultstring>");
    if (axis == AXIS2)
        buf_adds(b, "<detail/>");
    else if (f->hostname != NULL)
        detail(b, f);
    buf_adds(b, "</soapenv:Fault>");
    axis_end(b, axis);
}

void
axis_service_page(struct buf *b, enum axis axis, const char *name)
{
    buf_adds(b, "<html><head><title>");
    xml_text(b, name);
    buf_adds(b, "</title></head><body><h1>");
    xml_text(b, name);
    buf_addf(b, "</h1><p>Hi there, this is an %s service!</p></body></html>", axis == AXIS1 ? "AXIS" : "Axis2");
}

void
axis_list_page(struct buf *b, enum axis axis, const char *base, const char *const *names)
{
    buf_addf(b, "<html><head><title>%s</title></head><body><h1>%s</h1><ul>", axis == AXIS1 ? "Axis" : "List Services",
             axis == AXIS1 ? "And now... Some Services" : "Available services");
    for (; *names != NULL; names++) {
        buf_adds(b, "<li>");
        xml_text(b, *names);
        buf_adds(b, " <a href=\"");
        xml_valuen(b, base, strlen(base));
        xml_valuen(b, *names, strlen(*names));
        buf_adds(b, "?wsdl\">(wsdl)</a></li>");
    }
    buf_adds(b, "</ul></body></html>");
}
