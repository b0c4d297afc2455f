/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Answers as Axis 1.4 writes them for the rpc/encoded services, each complex value behind a reference, every leaf with
 * its type, no white space (clients look for multiRef by name, and for the first child); and as Axis 2 does. */
#include "ccmsim/axis.h"
#include "ccmsim/xml.h"
#include "webdialer/webdialer_priv.h"

#define ENCODING "http://schemas.xmlsoap.org/soap/encoding/"
#define G3_NS    "http://webdialer.ccm.cisco.com"

const char *
wd_description(enum wd_operation op, enum wd_code code)
{
    static const char *const texts[] = {
        [WD_SUCCESS] = "Success",
        [WD_CALL_FAILURE] = "Call failure error",
        [WD_NOT_AUTHENTICATED] = "User authentication error",
        [WD_NO_PROXY_RIGHTS] = "No authentication proxy rights",
        [WD_DIRECTORY_ERROR] = "Directory error",
        [WD_NO_DEVICE] = "No device is configured for the user, or missing parameters exist in the request",
        [WD_UNAVAILABLE] = "Service temporarily unavailable",
        [WD_UNREACHABLE] = "Destination cannot be reached",
        [WD_SERVICE_ERROR] = "Service error",
        [WD_OVERLOADED] = "Service overloaded",
    };

    if (code == WD_CALL_FAILURE && op != WD_MAKE_CALL && op != WD_END_CALL)
        return "No device configured for the user";
    return texts[code];
}

/* ---- Axis 1.4 ---- */

static void
typed(struct buf *out, const char *tag, const char *type, const char *text)
{
    buf_addf(out, "<%s xsi:type=\"%s\">", tag, type);
    xml_text(out, text);
    buf_addf(out, "</%s>", tag);
}

static void
typed_number(struct buf *out, const char *tag, int number)
{
    buf_addf(out, "<%s xsi:type=\"xsd:int\">%d</%s>", tag, number, tag);
}

/* The value behind reference id, of a type in namespace ns. */
static void
begin_ref(struct buf *out, size_t id, const char *ns, const char *type)
{
    buf_addf(out,
             "<multiRef id=\"id%zu\" soapenc:root=\"0\" soapenv:encodingStyle=\"" ENCODING "\" xsi:type=\"ns2:%s\""
             " xmlns:soapenc=\"" ENCODING "\" xmlns:ns2=\"%s\">",
             id, type, ns);
}

static void
end_ref(struct buf *out)
{
    buf_adds(out, "</multiRef>");
}

static void
strings(struct buf *out, const char *type, const struct wd_device *d)
{
    buf_addf(out, "<lines soapenc:arrayType=\"%s[%zu]\" xsi:type=\"soapenc:Array\">", type, d->line_count);
    for (size_t i = 0; i < d->line_count; i++)
        typed(out, "item", type, d->lines[i]);
    buf_adds(out, "</lines>");
}

/* An array of devices, which are id1 and on; nil where there is nothing to tell. */
static void
references(struct buf *out, const char *tag, const char *ns, const char *type, const struct wd_answer *a)
{
    if (a->code != WD_SUCCESS) {
        buf_addf(out, "<%s xsi:type=\"soapenc:Array\" xsi:nil=\"true\"/>", tag);
        return;
    }
    buf_addf(out, "<%s soapenc:arrayType=\"ns3:%s[%zu]\" xsi:type=\"soapenc:Array\" xmlns:ns3=\"%s\">", tag, type,
             a->device_count, ns);
    for (size_t i = 0; i < a->device_count; i++)
        buf_addf(out, "<item href=\"#id%zu\"/>", i + 1);
    buf_addf(out, "</%s>", tag);
}

static void
call_response(struct buf *out, const char *ns, enum wd_operation op, const struct wd_answer *a)
{
    begin_ref(out, 0, ns, "CallResponse");
    typed_number(out, "responseCode", (int)a->code);
    typed(out, "responseDescription", "xsd:string", wd_description(op, a->code));
    end_ref(out);
}

/* Devices are of the first generation's namespace on both endpoints, and the code is a reference of its own. */
static void
config_response(struct buf *out, const char *ns, const struct wd_answer *a)
{
    static const char first[] = "urn:WebdialerSoap";
    size_t            last = a->code == WD_SUCCESS ? a->device_count + 1 : 1;

    begin_ref(out, 0, ns, "GetConfigResponse");
    typed(out, "description", "xsd:string", wd_description(WD_GET_PROFILE, a->code));
    references(out, "deviceInfoList", first, "WDDeviceInfo", a);
    buf_addf(out, "<responseCode href=\"#id%zu\"/>", last);
    end_ref(out);
    for (size_t i = 0; i + 1 < last; i++) {
        begin_ref(out, i + 1, first, "WDDeviceInfo");
        typed(out, "deviceName", "xsd:string", a->devices[i].name);
        strings(out, "xsd:string", &a->devices[i]);
        end_ref(out);
    }
    buf_addf(out,
             "<multiRef id=\"id%zu\" soapenc:root=\"0\" soapenv:encodingStyle=\"" ENCODING "\" xsi:type=\"xsd:int\""
             " xmlns:soapenc=\"" ENCODING "\">%d</multiRef>",
             last, (int)a->code);
}

static void
detail_response(struct buf *out, const char *ns, const struct wd_answer *a)
{
    begin_ref(out, 0, ns, "ConfigResponseDetail");
    typed(out, "description", "soapenc:string", wd_description(WD_GET_PROFILE_DETAIL, a->code));
    references(out, "deviceInfoListDetail", ns, "WDDeviceInfoDetail", a);
    typed_number(out, "responseCode", (int)a->code);
    end_ref(out);
    for (size_t i = 0; a->code == WD_SUCCESS && i < a->device_count; i++) {
        begin_ref(out, i + 1, ns, "WDDeviceInfoDetail");
        typed(out, "deviceName", "soapenc:string", a->devices[i].name);
        strings(out, "soapenc:string", &a->devices[i]);
        typed(out, "phoneDesc", "soapenc:string", a->devices[i].description);
        typed(out, "phoneType", "soapenc:string", a->devices[i].type);
        end_ref(out);
    }
}

static void
axis1_return(struct buf *out, enum wd_operation op, const struct wd_answer *a)
{
    if (op == WD_IS_CLUSTER_USER)
        typed(out, "isClusterUserSoapReturn", "xsd:boolean", a->yes ? "true" : "false");
    else if (op == WD_GET_PRIMARY_LINE) {
        buf_adds(out, "<getPrimaryLineReturn xsi:type=\"soapenc:string\" xmlns:soapenc=\"" ENCODING "\">");
        xml_text(out, a->primary);
        buf_adds(out, "</getPrimaryLineReturn>");
    } else
        buf_addf(out, "<%sReturn href=\"#id0\"/>", wd_operation_names[op]);
}

static void
axis1(struct buf *out, const char *ns, enum wd_operation op, const struct wd_answer *a)
{
    axis_begin(out, AXIS1);
    buf_addf(out, "<ns1:%sResponse soapenv:encodingStyle=\"" ENCODING "\" xmlns:ns1=\"%s\">", wd_operation_names[op],
             ns);
    axis1_return(out, op, a);
    buf_addf(out, "</ns1:%sResponse>", wd_operation_names[op]);
    if (op == WD_MAKE_CALL || op == WD_END_CALL)
        call_response(out, ns, op, a);
    else if (op == WD_GET_PROFILE)
        config_response(out, ns, a);
    else if (op == WD_GET_PROFILE_DETAIL)
        detail_response(out, ns, a);
    axis_end(out, AXIS1);
}

/* ---- Axis 2 ---- */

static void
literal(struct buf *out, const char *tag, const char *text)
{
    xml_leaf(out, tag, text);
}

static void
literal_number(struct buf *out, const char *tag, int number)
{
    buf_addf(out, "<%s>%d</%s>", tag, number, tag);
}

static void
literal_devices(struct buf *out, const char *tag, bool detail, const struct wd_answer *a)
{
    for (size_t i = 0; a->code == WD_SUCCESS && i < a->device_count; i++) {
        const struct wd_device *d = &a->devices[i];
        xml_open(out, tag);
        literal(out, "ns2:deviceName", d->name);
        for (size_t k = 0; k < d->line_count; k++)
            literal(out, "ns2:lines", d->lines[k]);
        if (detail) {
            literal(out, "ns2:phoneDesc", d->description);
            literal(out, "ns2:phoneType", d->type);
        }
        xml_close(out, tag);
    }
}

static void
axis2_return(struct buf *out, enum wd_operation op, const struct wd_answer *a)
{
    const char *description = wd_description(op, a->code);

    switch (op) {
    case WD_IS_CLUSTER_USER: buf_adds(out, a->yes ? "true" : "false"); break;
    case WD_GET_PRIMARY_LINE: xml_text(out, a->primary); break;
    case WD_GET_PROFILE:
    case WD_GET_PROFILE_DETAIL:
        literal(out, "ns2:description", description);
        literal_devices(out, op == WD_GET_PROFILE ? "ns2:deviceInfoList" : "ns2:deviceInfoListDetail",
                        op == WD_GET_PROFILE_DETAIL, a);
        literal_number(out, "ns2:responseCode", (int)a->code);
        break;
    default:
        literal_number(out, "ns2:responseCode", (int)a->code);
        literal(out, "ns2:responseDescription", description);
    }
}

static void
axis2(struct buf *out, enum wd_operation op, const struct wd_answer *a)
{
    buf_adds(out, "<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope"
                  " xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Header/><soapenv:Body>");
    buf_addf(out, "<ns2:%sResponse xmlns:ns2=\"" G3_NS "\"><ns2:return>", wd_operation_names[op]);
    axis2_return(out, op, a);
    buf_addf(out, "</ns2:return></ns2:%sResponse>", wd_operation_names[op]);
    axis_end(out, AXIS2);
}

void
wd_answer_write(struct buf *out, enum wd_generation g, enum wd_operation op, const struct wd_answer *answer)
{
    if (g == WD_G3)
        axis2(out, op, answer);
    else
        axis1(out, g == WD_G1 ? "urn:WebdialerSoap" : "urn:WD70", op, answer);
}
