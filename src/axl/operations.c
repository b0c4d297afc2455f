/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The operations that no family covers, and the engine's entry for others (axl.h). */
#include <string.h>

#include "ccmsim/auth.h"
#include "special.h"

static bool
get_ccm_version(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    const char *node = axl_text(c, soap_child(rq, "processNodeName"));
    if (*node != '\0') {
        const struct axl_bind b = { .target = "processnode", .target_column = "name" };
        struct value          v;
        if (!axl_ref_resolve(c, &b, node, NULL, &v, err))
            return false;
    }
    xml_open(c->out, "return");
    xml_open(c->out, "componentVersion");
    xml_leaf(c->out, "version", c->cluster->settings.full_version);
    xml_close(c->out, "componentVersion");
    xml_close(c->out, "return");
    return true;
}

static bool
get_os_version(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    (void)rq;
    (void)err;
    xml_open(c->out, "return");
    xml_open(c->out, "os");
    xml_leaf(c->out, "osName", "VOS");
    xml_leaf(c->out, "osVersion", c->cluster->settings.full_version);
    xml_close(c->out, "os");
    xml_close(c->out, "return");
    return true;
}

static bool
get_num_devices(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    const char              *name = axl_text(c, soap_child(rq, "class"));
    const struct store_enum *classes = store_enum_find(store_of(c->conn), "typeclass");
    int64_t class;

    if (classes == NULL || !store_enum_number(classes, name, &class))
        return ccm_fail(err, CCM_INVALID, "Invalid value '%.100s' for element class: not one of its values", name);
    sqlite3_stmt *s = store_prepare(c->conn, "SELECT count(*) FROM device WHERE tkclass=?1", err);
    if (s == NULL)
        return false;
    sqlite3_bind_int64(s, 1, class);
    if (store_step(c->conn, s, err) != 1)
        return false;
    xml_leaf(c->out, "return", (const char *)sqlite3_column_text(s, 0));
    sqlite3_reset(s);
    return true;
}

/* A device by the element that an era calls it: name, id, or a reference with a uuid. */
static bool
find_device(struct axl_call *c, const struct soap_element *rq, char pkid[37], struct ccm_error *err)
{
    const struct soap_element *name = soap_child(rq, "deviceName"), *id = soap_child(rq, "deviceId");
    const struct axl_bind      b = { .target = "device", .target_column = "name" };
    const char                *uuid = id != NULL ? axl_text(c, id) : name != NULL ? soap_attr(name, "uuid") : NULL;
    struct value               v;

    if (!axl_ref_resolve(c, &b, axl_text(c, name), uuid, &v, err))
        return false;
    if (v.kind == VALUE_NULL)
        return ccm_fail(err, CCM_INVALID, "Required element deviceName is missing");
    memcpy(pkid, v.text, 37);
    return true;
}

static bool
reset_type(const char *name, char *op)
{
    static const struct {
        const char *name;
        char        op;
    } types[] = { { "Reset", 'R' }, { "Restart", 'S' }, { "Apply Configuration", 'A' } };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(types[i].name, name) == 0) {
            *op = types[i].op;
            return true;
        }
    return false;
}

static bool
do_device_reset(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    const struct soap_element *hard = soap_child(rq, "isHardReset"), *type = soap_child(rq, "deviceResetType");
    const char                *text = hard != NULL ? axl_text(c, hard) : "";
    char                       pkid[37], op = *text == 't' || *text == '1' ? 'R' : 'S';

    if (hard == NULL && type != NULL && !reset_type(axl_text(c, type), &op))
        return ccm_fail(err, CCM_INVALID, "Invalid value '%.100s' for element deviceResetType: not one of its values",
                        axl_text(c, type));
    if (!find_device(c, rq, pkid, err) || !axl_act(c, op, "device", pkid, err))
        return false;
    xml_leaf(c->out, "return", "true");
    return true;
}

/* A wrong password is an answer, not a fault. 0 is the code of success, 1 what we answer otherwise:
 * the real numbers are not public. */
static bool
do_authenticate_user(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    enum { PASSWORD = 3, PIN = 4 };
    const struct soap_element *password = soap_child(rq, "password"), *pin = soap_child(rq, "pin");
    const struct soap_element *secret = password != NULL ? password : pin;
    enum user_kind             kind = USER_NONE;
    char                       pkid[37];
    bool                       found = false;
    const char                *user = axl_text(c, soap_child(rq, "userid"));

    if (secret == NULL)
        return ccm_fail(err, CCM_INVALID, "Required element password is missing");
    bool ok = auth_verify(c->conn, user, secret->text, password != NULL ? PASSWORD : PIN, &found, &kind, pkid);
    if (!found)
        return ccm_fail(err, CCM_NOT_FOUND, "Item not valid: The specified User was not found");
    xml_open(c->out, "return");
    xml_leaf(c->out, "userAuthenticated", ok ? "true" : "false");
    if (c->version >= AXL_V7_0)
        xml_leaf(c->out, "code", ok ? "0" : "1");
    xml_close(c->out, "return");
    return true;
}

static const struct axl_operation operations[] = {
    /* sorted by name */
    { "doAuthenticateUser", do_authenticate_user, NULL, false, true },
    { "doDeviceLogin", axl_run_device_login, NULL, true, false },
    { "doDeviceLogout", axl_run_device_logout, NULL, true, false },
    { "doDeviceReset", do_device_reset, NULL, true, false },
    { "executeSQLQuery", axl_run_sql_query, NULL, false, true },
    { "executeSQLUpdate", axl_run_sql_update, NULL, true, true },
    { "getCCMVersion", get_ccm_version, NULL, false, false },
    { "getNumDevices", get_num_devices, "class", false, false },
    { "getOSVersion", get_os_version, NULL, false, false },
    { "listChange", axl_run_list_change, NULL, false, false },
};

const struct axl_operation *
axl_operation_find(const char *name)
{
    size_t lo = 0, hi = sizeof operations / sizeof operations[0];
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int    cmp = strcmp(operations[mid].name, name);
        if (cmp == 0)
            return &operations[mid];
        if (cmp < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

bool
axl_add_object(struct store_conn *conn, struct arena *a, const char *object, enum axl_version v,
               const struct soap_element *element, const char *pkid, char uuid_out[37], struct ccm_error *err)
{
    const struct axl_object *o = axl_object_find(object);
    const struct form       *f = o != NULL ? axl_form(o, v, FORM_ADD) : NULL;
    struct axl_call          c = { .arena = a, .conn = conn, .version = v, .strictness = AXL_STRICT };
    char                     id[37];

    if (f == NULL)
        return ccm_fail(err, CCM_UNSUPPORTED, "no way to add an object of type \"%s\"", object);
    return axl_row_insert(&c, f, element, pkid, uuid_out != NULL ? uuid_out : id, err);
}
