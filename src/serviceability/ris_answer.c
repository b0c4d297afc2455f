/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A selection as each of the services writes it. What a device is written with is a table of fields; the shapes
 * differ in which they have, in the names of the arrays' members, and in what is around them. */
#include <string.h>

#include "serviceability/ris_row.h"

/* ---- fields of a device ---- */

/* "NUMBER-STATUS", a comma between lines. A record left behind has no line registered. */
static const char *
status_of_line(const struct ris_record *r, size_t index)
{
    return sim_status_name(r->presence == r->device->presences ? r->device->lines[index].status : r->presence->status);
}

static const char *
number_of_line(const struct ris_record *r, size_t index)
{
    return r->device->lines[index].pattern;
}

static size_t
count_lines(const struct ris_record *r)
{
    return r->device->line_count;
}

static bool
list_numbers(struct ris_out *o, const struct ris_record *r)
{
    for (size_t i = 0; i < r->device->line_count; i++) {
        if (i > 0)
            ris_put_char(o, ',');
        ris_put_text(o, number_of_line(r, i));
        ris_put_char(o, '-');
        ris_put_text(o, status_of_line(r, i));
    }
    return r->device->line_count > 0;
}

/* Web servers of phones are not simulated, nor would the others have one. */
static const char *
httpd_of(const struct ris_record *r, size_t index)
{
    (void)index;
    return strcmp(r->device->device_class, "Phone") == 0 ? "No" : "Unknown";
}

static const char *
user_of(const struct ris_record *r, size_t index)
{
    (void)index;
    return r->device->user != NULL && r->device->user[0] != '\0' ? r->device->user : NULL;
}

static const char *
cti_of(const struct ris_record *r, size_t index)
{
    (void)index;
    return r->device->cti_controllable ? "true" : "false";
}

static const char *
status_of(const struct ris_record *r, size_t index)
{
    (void)index;
    return sim_status_name(r->presence->status);
}

static int64_t
time_of(const struct ris_record *r, size_t index)
{
    (void)index;
    return r->presence->time_ms / 1000;
}

/* The PerfMon object that counts the device, by RIS class or class of the store. */
static int64_t
perfmon_object_of(const struct ris_record *r, size_t index)
{
    static const struct {
        const char *device_class;
        int         tkclass, object; /* tkclass 0: any */
    } objects[] = {
        { "Phone", 0, 2 },
        { "Cti", 0, 2 },
        { "VoiceMail", 0, 2 },
        { "H323", 0, 4 },
        { "Gateway", 0, 5 },
        { "HuntList", 0, 21 },
        { "SIPTrunk", 0, 22 },
        { "MediaResources", 4, 15 },
        { "MediaResources", 5, 13 },
        { "MediaResources", 12, 6 },
        { "MediaResources", 19, 23 },
    };

    (void)index;
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++)
        if (strcmp(objects[i].device_class, r->device->device_class) == 0 &&
            (objects[i].tkclass == 0 || objects[i].tkclass == r->device->tkclass))
            return objects[i].object;
    return 1;
}

static size_t
count_addresses(const struct ris_record *r)
{
    return r->device->address != NULL && r->device->address[0] != '\0';
}

#define MEMBER(function, type, expression)                         \
    static type function(const struct ris_record *r, size_t index) \
    {                                                              \
        (void)index;                                               \
        return expression;                                         \
    }
MEMBER(name_of, const char *, r->device->name)
MEMBER(class_of, const char *, r->device->device_class)
MEMBER(model_of, int64_t, r->device->tkmodel)
MEMBER(product_of, int64_t, r->device->tkproduct)
MEMBER(attempts_of, int64_t, r->device->attempts)
MEMBER(reason_of, int64_t, r->presence->reason)
MEMBER(description_of, const char *, r->device->description)
MEMBER(protocol_of, const char *, r->device->protocol)
MEMBER(line_count_of, int64_t, (int64_t)r->device->line_count)
MEMBER(active_load_of, const char *, r->device->active_load)
MEMBER(inactive_load_of, const char *, r->device->inactive_load)
MEMBER(address_of, const char *, r->device->address)

#define XSD_NUMBER "xsd:unsignedInt"
#define XSD_STRING "xsd:string"
#define FIXED(name, type, value)    \
    {                               \
        TAG(name, type), RIS_FIXED, \
        {                           \
            .fixed = (value)        \
        }                           \
    }
#define NUMBER(name, get)                  \
    {                                      \
        TAG(name, XSD_NUMBER), RIS_NUMBER, \
        {                                  \
            .number = (get)                \
        }                                  \
    }
#define TEXT(name, type, get)      \
    {                              \
        TAG(name, type), RIS_TEXT, \
        {                          \
            .text = (get)          \
        }                          \
    }
#define ARRAY(name, its)                       \
    {                                          \
        TAG(name, "soapenc:Array"), RIS_ARRAY, \
        {                                      \
            .array = (its)                     \
        }                                      \
    }

static const struct ris_field        line_number = TEXT("DirectoryNumber", XSD_STRING, number_of_line);
static const struct ris_field        line_status = TEXT("Status", "ns1:CmSingleLineStatus", status_of_line);
static const struct ris_field *const line_fields[] = { &line_number, &line_status, NULL };
static const struct ris_array line_array = { "ns1:CmDevSingleLineStatus", TAG("item", "ns1:CmDevSingleLineStatus"),
                                             line_fields, count_lines, true };

static const struct ris_field        ip_text = TEXT("IP", XSD_STRING, address_of);
static const struct ris_field        ip_kind = FIXED("IPAddrType", "ns1:IPAddrType", "ipv4");
static const struct ris_field        ip_use = FIXED("Attribute", "ns1:AttributeType", "Unknown");
static const struct ris_field *const ip_fields[] = { &ip_text, &ip_kind, &ip_use, NULL };
static const struct ris_array ip_array = { "ns1:IPAddressArrayType", TAG("item", "ns1:IPAddressArrayType"), ip_fields,
                                           count_addresses, false };

static const struct ris_field name = TEXT("Name", XSD_STRING, name_of);
static const struct ris_field ip = TEXT("IpAddress", XSD_STRING, address_of);
static const struct ris_field numbers = { TAG("DirNumber", XSD_STRING), RIS_LIST, { .list = list_numbers } };
static const struct ris_field old_class = TEXT("Class", "ns1:DeviceClass", class_of);
static const struct ris_field device_class = TEXT("DeviceClass", "ns1:DeviceClass", class_of);
static const struct ris_field model = NUMBER("Model", model_of);
static const struct ris_field product = NUMBER("Product", product_of);
static const struct ris_field box = FIXED("BoxProduct", XSD_NUMBER, "0");
static const struct ris_field httpd = TEXT("Httpd", "ns1:CmDevHttpd", httpd_of);
static const struct ris_field attempts = NUMBER("RegistrationAttempts", attempts_of);
static const struct ris_field cti = TEXT("IsCtiControllable", "xsd:boolean", cti_of);
static const struct ris_field user = TEXT("LoginUserId", XSD_STRING, user_of);
static const struct ris_field status = TEXT("Status", "ns1:CmDevRegStat", status_of);
static const struct ris_field reason = NUMBER("StatusReason", reason_of);
static const struct ris_field perfmon_object = NUMBER("PerfMonObject", perfmon_object_of);
static const struct ris_field d_channel = FIXED("DChannel", XSD_NUMBER, "0");
static const struct ris_field description = TEXT("Description", XSD_STRING, description_of);
static const struct ris_field trunk = FIXED("H323Trunk", "ns1:H323Trunk", NULL);
static const struct ris_field stamp = NUMBER("TimeStamp", time_of);
static const struct ris_field protocol = TEXT("Protocol", "ns1:ProtocolType", protocol_of);
static const struct ris_field line_count = NUMBER("NumOfLines", line_count_of);
static const struct ris_field lines = ARRAY("LinesStatus", &line_array);
static const struct ris_field active_load = TEXT("ActiveLoadID", XSD_STRING, active_load_of);
static const struct ris_field inactive_load = TEXT("InactiveLoadID", XSD_STRING, inactive_load_of);
static const struct ris_field download = FIXED("DownloadStatus", "ns1:DeviceDownloadStatus", "Unknown");
static const struct ris_field failure = FIXED("DownloadFailureReason", XSD_STRING, "");
static const struct ris_field server = FIXED("DownloadServer", XSD_STRING, "");
static const struct ris_field ips = ARRAY("IPAddress", &ip_array);

#define MIDDLE                                                                                             \
    &model, &product, &box, &httpd, &attempts, &cti, &user, &status, &reason, &perfmon_object, &d_channel, \
        &description, &trunk, &stamp
static const struct ris_field *const fields_70[] = { &name,          &numbers,    &device_class, MIDDLE,
                                                     &protocol,      &line_count, &lines,        &active_load,
                                                     &inactive_load, &download,   &failure,      &server,
                                                     &ips,           NULL };
static const struct ris_field *const fields_rpc[] = { &name, &ip, &numbers, &old_class, MIDDLE, NULL };
static const struct ris_field *const fields_doc[] = { &name, &ip, &numbers, &device_class, MIDDLE, NULL };
static const struct ris_field *const fields_rpc_sip[] = { &name,     &ip,         &numbers, &old_class, MIDDLE,
                                                          &protocol, &line_count, &lines,   NULL };
static const struct ris_field *const fields_doc_sip[] = { &name,     &ip,         &numbers, &device_class, MIDDLE,
                                                          &protocol, &line_count, &lines,   NULL };

/* ---- shapes ---- */

struct ris_form {
    const char                    *response; /* element of the answer */
    struct str                     wrap[2];  /* what stands around result and state in era B */
    struct tag                     result, nodes, node, devices, device;
    const char                    *node_type, *device_type;
    const struct ris_field *const *fields;
};

#define NO_WRAP    \
    {              \
        { "", 0 }, \
        {          \
            "", 0  \
        }          \
    }
#define FORM(response, wrap_open, wrap_close, sip, node_member, device_member, fields)                        \
    {                                                                                                         \
        response, { STR(wrap_open), STR(wrap_close) },                                                        \
            TAG("SelectCmDeviceResult" sip, "ns1:SelectCmDeviceResult" sip), TAG("CmNodes", "soapenc:Array"), \
            TAG(node_member, "ns1:CmNode" sip), TAG("CmDevices", "soapenc:Array"),                            \
            TAG(device_member, "ns1:CmDevice" sip), "ns1:CmNode" sip, "ns1:CmDevice" sip, fields              \
    }

static const struct ris_form form_70_doc = FORM("selectCmDeviceResponse", "<ns1:selectCmDeviceReturn>",
                                                "</ns1:selectCmDeviceReturn>", "", "item", "item", fields_70);
static const struct ris_form form_70_rpc = FORM("SelectCmDeviceResponse", "", "", "", "item", "item", fields_70);
static const struct ris_form form_ext_rpc = FORM("SelectCmDeviceExtResponse", "", "", "", "item", "item", fields_70);
/* The child of the response has the response's own name. */
static const struct ris_form form_doc = FORM("selectCmDeviceResponse", "<ns1:selectCmDeviceResponse>",
                                             "</ns1:selectCmDeviceResponse>", "", "CmNode", "CmDevice", fields_doc);
static const struct ris_form form_rpc = FORM("SelectCmDeviceResponse", "", "", "", "item", "item", fields_rpc);
static const struct ris_form form_doc_sip =
    FORM("selectCmDeviceSIPResponse", "<ns1:selectCmDeviceSIPResponse>", "</ns1:selectCmDeviceSIPResponse>", "SIP",
         "CmNodeSIP", "item", fields_doc_sip);
static const struct ris_form form_rpc_sip =
    FORM("SelectCmDeviceSIPResponse", "", "", "SIP", "item", "item", fields_rpc_sip);

static const struct ris_form *
form_of(const struct call *c, enum ris_kind kind)
{
    bool doc = c->endpoint->axis == AXIS2;

    if (kind == RIS_DEVICES_SIP)
        return doc ? &form_doc_sip : &form_rpc_sip;
    if (c->endpoint->api == API_RIS)
        return doc ? &form_doc : &form_rpc;
    /* The newer service answers both operations with the same message. */
    return doc ? &form_70_doc : strcmp(c->op->name, "selectCmDeviceExt") == 0 ? &form_ext_rpc : &form_70_rpc;
}

/* ---- the answer ---- */

static const struct tag total_tag = TAG("TotalDevicesFound", XSD_NUMBER),
                        code_tag = TAG("ReturnCode", "ns1:RisReturnCode"), change_tag = TAG("NoChange", "xsd:boolean"),
                        state_tag = TAG("StateInfo", XSD_STRING);

static void
write_node(struct call *c, const struct ris_form *f, const struct ris_row *row, const struct ris_node *n)
{
    tag_open(c, &f->node);
    tag_text(c, &code_tag, n->return_code);
    tag_text(c, &name.tag, n->name);
    tag_bool(c, &change_tag, n->no_change);
    if (n->records == NULL && c->endpoint->axis == AXIS2) {
        tag_empty(c, &f->devices);
    } else {
        tag_array(c, &f->devices, f->device_type, n->records != NULL ? n->returned : 0, false);
        ris_rows(c, row, n->records, n->returned);
        tag_close(c, &f->devices);
    }
    tag_close(c, &f->node);
}

/* Is there nothing to tell of any node? */
static bool
is_nothing(const struct ris_result *r)
{
    for (size_t i = 0; i < r->node_count; i++)
        if (r->nodes[i].no_change || strcmp(r->nodes[i].return_code, "NotFound") != 0)
            return false;
    return true;
}

void
ris_answer(struct call *c, enum ris_kind kind, const struct ris_result *r)
{
    const struct ris_form *f = form_of(c, kind);
    bool                   nothing = is_nothing(r), doc = c->endpoint->axis == AXIS2;

    response_begin(c, f->response);
    if (doc)
        buf_add(c->out, f->wrap[0].ptr, f->wrap[0].len);
    tag_open(c, &f->result);
    tag_number(c, &total_tag, (int64_t)r->total);
    if (nothing) {
        tag_nil(c, &f->nodes);
    } else {
        const struct ris_row *row = ris_row_ready(c, &f->device, f->fields);
        tag_array(c, &f->nodes, f->node_type, r->node_count, true);
        for (size_t i = 0; i < r->node_count; i++)
            write_node(c, f, row, &r->nodes[i]);
        tag_close(c, &f->nodes);
    }
    tag_close(c, &f->result);
    tag_text(c, &state_tag, nothing ? "" : ris_state_text(c, r));
    if (doc)
        buf_add(c->out, f->wrap[1].ptr, f->wrap[1].len);
    response_end(c, f->response);
}
