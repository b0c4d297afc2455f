/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A selection as each of the services writes it. What a device is written with is a table of fields; the shapes
 * differ in which they have, in the names of the arrays' members, and in what is around them. */
#include <string.h>

#include "serviceability/ris.h"

/* ---- fields of a device ---- */

#define NUMBER "xsd:unsignedInt"
#define STRING "xsd:string"

struct field {
    struct tag tag;
    void (*write)(struct call *c, const struct tag *t, const struct ris_record *r);
};

static void
write_name(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_text(c, t, r->device->name);
}

/* "NUMBER-STATUS", a comma between lines. A record left behind has no line registered. */
static const char *
line_status(const struct ris_record *r, const struct sim_line *l)
{
    return r->presence == r->device->presences ? sim_status_name(l->status) : sim_status_name(r->presence->status);
}

static void
write_numbers(struct call *c, const struct tag *t, const struct ris_record *r)
{
    if (r->device->line_count == 0) {
        tag_nil(c, t);
        return;
    }
    tag_open(c, t);
    for (size_t i = 0; i < r->device->line_count; i++) {
        if (i > 0)
            buf_addc(c->out, ',');
        xml_text(c->out, r->device->lines[i].pattern);
        buf_addc(c->out, '-');
        buf_adds(c->out, line_status(r, &r->device->lines[i]));
    }
    tag_close(c, t);
}

static void
write_class(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_text(c, t, r->device->device_class);
}

static void
write_model(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_number(c, t, r->device->tkmodel);
}

static void
write_product(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_number(c, t, r->device->tkproduct);
}

static void
write_zero(struct call *c, const struct tag *t, const struct ris_record *r)
{
    (void)r;
    tag_number(c, t, 0);
}

/* Web servers of phones are not simulated, nor would the others have one. */
static void
write_httpd(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_text(c, t, strcmp(r->device->device_class, "Phone") == 0 ? "No" : "Unknown");
}

static void
write_attempts(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_number(c, t, r->device->attempts);
}

static void
write_cti(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_bool(c, t, r->device->cti_controllable);
}

static void
write_user(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_text(c, t, r->device->user != NULL && r->device->user[0] != '\0' ? r->device->user : NULL);
}

static void
write_status(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_text(c, t, sim_status_name(r->presence->status));
}

static void
write_reason(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_number(c, t, r->presence->reason);
}

/* The PerfMon object that counts the device, by RIS class or class of the store. */
static void
write_perfmon_object(struct call *c, const struct tag *t, const struct ris_record *r)
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
    int object = 1;

    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++)
        if (strcmp(objects[i].device_class, r->device->device_class) == 0 &&
            (objects[i].tkclass == 0 || objects[i].tkclass == r->device->tkclass))
            object = objects[i].object;
    tag_number(c, t, object);
}

static void
write_description(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_text(c, t, r->device->description);
}

static void
write_nil(struct call *c, const struct tag *t, const struct ris_record *r)
{
    (void)r;
    tag_nil(c, t);
}

static void
write_time(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_number(c, t, r->presence->time_ms / 1000);
}

static void
write_protocol(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_text(c, t, r->device->protocol);
}

static void
write_line_count(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_number(c, t, (int64_t)r->device->line_count);
}

static const struct tag line_tag = TAG("item", "ns1:CmDevSingleLineStatus"),
                        line_number_tag = TAG("DirectoryNumber", STRING),
                        line_status_tag = TAG("Status", "ns1:CmSingleLineStatus");

static void
write_lines(struct call *c, const struct tag *t, const struct ris_record *r)
{
    if (r->device->line_count == 0) {
        tag_nil(c, t);
        return;
    }
    tag_array(c, t, "ns1:CmDevSingleLineStatus", r->device->line_count, false);
    for (size_t i = 0; i < r->device->line_count; i++) {
        tag_open(c, &line_tag);
        tag_text(c, &line_number_tag, r->device->lines[i].pattern);
        tag_text(c, &line_status_tag, line_status(r, &r->device->lines[i]));
        tag_close(c, &line_tag);
    }
    tag_close(c, t);
}

static void
write_active_load(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_text(c, t, r->device->active_load);
}

static void
write_inactive_load(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_text(c, t, r->device->inactive_load);
}

static void
write_unknown(struct call *c, const struct tag *t, const struct ris_record *r)
{
    (void)r;
    tag_text(c, t, "Unknown");
}

static void
write_empty(struct call *c, const struct tag *t, const struct ris_record *r)
{
    (void)r;
    tag_empty(c, t);
}

static void
write_ip(struct call *c, const struct tag *t, const struct ris_record *r)
{
    tag_text(c, t, r->device->address);
}

static const struct tag ip_tag = TAG("item", "ns1:IPAddressArrayType"), ip_text_tag = TAG("IP", STRING),
                        ip_kind_tag = TAG("IPAddrType", "ns1:IPAddrType"),
                        ip_use_tag = TAG("Attribute", "ns1:AttributeType");

static void
write_ips(struct call *c, const struct tag *t, const struct ris_record *r)
{
    bool known = r->device->address != NULL && r->device->address[0] != '\0';

    tag_array(c, t, "ns1:IPAddressArrayType", known, false);
    if (known) {
        tag_open(c, &ip_tag);
        tag_text(c, &ip_text_tag, r->device->address);
        tag_text(c, &ip_kind_tag, "ipv4");
        tag_text(c, &ip_use_tag, "Unknown");
        tag_close(c, &ip_tag);
    }
    tag_close(c, t);
}

static const struct field name = { TAG("Name", STRING), write_name };
static const struct field ip = { TAG("IpAddress", STRING), write_ip };
static const struct field numbers = { TAG("DirNumber", STRING), write_numbers };
static const struct field old_class = { TAG("Class", "ns1:DeviceClass"), write_class };
static const struct field device_class = { TAG("DeviceClass", "ns1:DeviceClass"), write_class };
static const struct field model = { TAG("Model", NUMBER), write_model };
static const struct field product = { TAG("Product", NUMBER), write_product };
static const struct field box = { TAG("BoxProduct", NUMBER), write_zero };
static const struct field httpd = { TAG("Httpd", "ns1:CmDevHttpd"), write_httpd };
static const struct field attempts = { TAG("RegistrationAttempts", NUMBER), write_attempts };
static const struct field cti = { TAG("IsCtiControllable", "xsd:boolean"), write_cti };
static const struct field user = { TAG("LoginUserId", STRING), write_user };
static const struct field status = { TAG("Status", "ns1:CmDevRegStat"), write_status };
static const struct field reason = { TAG("StatusReason", NUMBER), write_reason };
static const struct field perfmon_object = { TAG("PerfMonObject", NUMBER), write_perfmon_object };
static const struct field d_channel = { TAG("DChannel", NUMBER), write_zero };
static const struct field description = { TAG("Description", STRING), write_description };
static const struct field trunk = { TAG("H323Trunk", "ns1:H323Trunk"), write_nil };
static const struct field stamp = { TAG("TimeStamp", NUMBER), write_time };
static const struct field protocol = { TAG("Protocol", "ns1:ProtocolType"), write_protocol };
static const struct field line_count = { TAG("NumOfLines", NUMBER), write_line_count };
static const struct field lines = { TAG("LinesStatus", "soapenc:Array"), write_lines };
static const struct field active_load = { TAG("ActiveLoadID", STRING), write_active_load };
static const struct field inactive_load = { TAG("InactiveLoadID", STRING), write_inactive_load };
static const struct field download = { TAG("DownloadStatus", "ns1:DeviceDownloadStatus"), write_unknown };
static const struct field failure = { TAG("DownloadFailureReason", STRING), write_empty };
static const struct field server = { TAG("DownloadServer", STRING), write_empty };
static const struct field ips = { TAG("IPAddress", "soapenc:Array"), write_ips };

#define MIDDLE                                                                                             \
    &model, &product, &box, &httpd, &attempts, &cti, &user, &status, &reason, &perfmon_object, &d_channel, \
        &description, &trunk, &stamp
static const struct field *const fields_70[] = { &name,          &numbers,    &device_class, MIDDLE,
                                                 &protocol,      &line_count, &lines,        &active_load,
                                                 &inactive_load, &download,   &failure,      &server,
                                                 &ips,           NULL };
static const struct field *const fields_rpc[] = { &name, &ip, &numbers, &old_class, MIDDLE, NULL };
static const struct field *const fields_doc[] = { &name, &ip, &numbers, &device_class, MIDDLE, NULL };
static const struct field *const fields_rpc_sip[] = { &name,     &ip,         &numbers, &old_class, MIDDLE,
                                                      &protocol, &line_count, &lines,   NULL };
static const struct field *const fields_doc_sip[] = { &name,     &ip,         &numbers, &device_class, MIDDLE,
                                                      &protocol, &line_count, &lines,   NULL };

/* ---- shapes ---- */

struct ris_form {
    const char                *response; /* element of the answer */
    struct str                 wrap[2];  /* what stands around result and state in era B */
    struct tag                 result, nodes, node, devices, device;
    const char                *node_type, *device_type;
    const struct field *const *fields;
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

static const struct tag total_tag = TAG("TotalDevicesFound", NUMBER), code_tag = TAG("ReturnCode", "ns1:RisReturnCode"),
                        change_tag = TAG("NoChange", "xsd:boolean"), state_tag = TAG("StateInfo", STRING);

static void
write_node(struct call *c, const struct ris_form *f, const struct ris_node *n)
{
    tag_open(c, &f->node);
    tag_text(c, &code_tag, n->return_code);
    tag_text(c, &name.tag, n->name);
    tag_bool(c, &change_tag, n->no_change);
    if (n->records == NULL && c->endpoint->axis == AXIS2) {
        tag_empty(c, &f->devices);
    } else {
        tag_array(c, &f->devices, f->device_type, n->records != NULL ? n->returned : 0, false);
        for (const struct ris_record *r = n->records; r != NULL; r = r->next) {
            tag_open(c, &f->device);
            for (const struct field *const *field = f->fields; *field != NULL; field++)
                (*field)->write(c, &(*field)->tag, r);
            tag_close(c, &f->device);
        }
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
        tag_array(c, &f->nodes, f->node_type, r->node_count, true);
        for (size_t i = 0; i < r->node_count; i++)
            write_node(c, f, &r->nodes[i]);
        tag_close(c, &f->nodes);
    }
    tag_close(c, &f->result);
    tag_text(c, &state_tag, nothing ? "" : ris_state_text(c, r));
    if (doc)
        buf_add(c->out, f->wrap[1].ptr, f->wrap[1].len);
    response_end(c, f->response);
}
