/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* doDeviceLogin and doDeviceLogout: Extension Mobility's act, with AXL's faults. */
#include <stdlib.h>
#include <string.h>

#include "ccmsim/mobility.h"
#include "special.h"

/* A device by the element that an era calls it (deviceName, deviceId, or a reference with a uuid): its name. */
static bool
find_name(struct axl_call *c, const struct soap_element *rq, const char *name_element, const char *id_element,
          const char **name, struct ccm_error *err)
{
    const struct soap_element *e = soap_child(rq, name_element), *id = soap_child(rq, id_element);
    const struct axl_bind      b = { .target = "device", .target_column = "name" };
    const char                *uuid = id != NULL ? axl_text(c, id) : e != NULL ? soap_attr(e, "uuid") : NULL;
    struct value               v;

    *name = axl_text(c, e);
    if (uuid == NULL || *uuid == '\0')
        return **name != '\0' || ccm_fail(err, CCM_INVALID, "Required element %s is missing", name_element);
    if (!axl_ref_resolve(c, &b, "", uuid, &v, err) || !store_name(c->conn, "device", "name", v.text, name, err))
        return false;
    *name = arena_strdup(c->arena, *name != NULL ? *name : "");
    return true;
}

static bool
read_duration(struct axl_call *c, const struct soap_element *e, int64_t *seconds, struct ccm_error *err)
{
    const char *text = axl_text(c, e);
    char       *end;

    if (e == NULL)
        return ccm_fail(err, CCM_INVALID, "Required element loginDuration is missing");
    *seconds = strtoll(text, &end, 10);
    return (*text != '\0' && *end == '\0' && *seconds >= 0 && *seconds <= INT32_MAX) ||
           ccm_fail(err, CCM_INVALID, "The value \"%.100s\" of loginDuration is not a number of seconds", text);
}

static bool
not_found(struct axl_call *c, const char *what, bool device, struct ccm_error *err)
{
    if (!device || c->version >= AXL_V8_0)
        return ccm_fail(err, CCM_NOT_FOUND, "Item not valid: The specified %.100s was not found", what);
    ccm_fail(err, CCM_NOT_FOUND, "Device not found with name %.100s.", what); /* the guides' own sample */
    err->code = 0;
    return false;
}

static bool
fail(struct axl_call *c, const struct mobility_login *l, const struct mobility_result *r, struct ccm_error *err)
{
    switch (r->code) {
    case 6: return ccm_fail(err, CCM_INTERNAL, "%s", r->text);
    case 11: return not_found(c, l->device, true, err);
    case 12: return not_found(c, l->profile, false, err);
    case 23: return not_found(c, l->user, false, err);
    default: return ccm_fail(err, CCM_INVALID, "%s", r->text);
    }
}

bool
axl_run_device_login(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    struct mobility_login  l = { .user = axl_text(c, soap_child(rq, "userId")), .by_axl = true };
    struct mobility_result result;

    if (!find_name(c, rq, "deviceName", "deviceId", &l.device, err) ||
        !read_duration(c, soap_child(rq, "loginDuration"), &l.seconds, err) ||
        !find_name(c, rq, "profileName", "profileId", &l.profile, err))
        return false;
    if (l.user[0] == '\0')
        return ccm_fail(err, CCM_INVALID, "Required element userId is missing");
    if (!mobility_login_in(c->cluster->mobility, c->conn, c->arena, &l, &result))
        return fail(c, &l, &result, err);
    xml_leaf(c->out, "return", "true");
    return true;
}

bool
axl_run_device_logout(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    struct mobility_login  l = { 0 };
    struct mobility_result result;

    if (!find_name(c, rq, "deviceName", "deviceId", &l.device, err))
        return false;
    if (!mobility_logout_in(c->cluster->mobility, c->conn, c->arena, l.device, NULL, &result))
        return fail(c, &l, &result, err);
    xml_leaf(c->out, "return", "true");
    return true;
}
