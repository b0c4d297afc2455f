/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* From a payload to what it asks: operation and parameters by their local names, parameters of other names by their
 * place, members in any order, blanks around texts: clients send all of it. */
#include <string.h>

#include "webdialer/webdialer_priv.h"

#define NAMES 4

struct parameter {
    const char *names[NAMES]; /* of G1, G2 and G3 */
};

static const struct parameter credential = { { "cred", "in0", "args0" } },
                              userid_first = { { "userid", "in0", "args0" } },
                              destination = { { "dest", "in1", "args1" } }, userid = { { "userid", "in1", "args1" } },
                              profile_second = { { "prof", "in1", "args1" } },
                              profile_third = { { "prof", "in2", "args2" } };

const char *const wd_operation_names[WD_OPERATIONS] = {
    [WD_MAKE_CALL] = "makeCallSoap",
    [WD_END_CALL] = "endCallSoap",
    [WD_GET_PROFILE] = "getProfileSoap",
    [WD_IS_CLUSTER_USER] = "isClusterUserSoap",
    [WD_GET_PROFILE_DETAIL] = "getProfileDetailSoap",
    [WD_GET_PRIMARY_LINE] = "getPrimaryLine",
};

/* What each takes, in this order. */
static const struct parameter *const signatures[WD_OPERATIONS][3] = {
    [WD_MAKE_CALL] = { &credential, &destination, &profile_third },
    [WD_END_CALL] = { &credential, &profile_second },
    [WD_GET_PROFILE] = { &credential, &userid },
    [WD_IS_CLUSTER_USER] = { &userid_first },
    [WD_GET_PROFILE_DETAIL] = { &credential },
    [WD_GET_PRIMARY_LINE] = { &credential },
};

static bool
is_named(const struct parameter *p, const char *name)
{
    for (size_t i = 0; i < NAMES && p->names[i] != NULL; i++)
        if (strcmp(p->names[i], name) == 0)
            return true;
    return false;
}

/* Is it the name of a parameter of this operation? */
static bool
is_known(enum wd_operation op, const char *name)
{
    for (size_t i = 0; i < 3 && signatures[op][i] != NULL; i++)
        if (is_named(signatures[op][i], name))
            return true;
    return false;
}

/* By name, else what stands in its place under a name that means nothing. */
static const struct soap_element *
find(const struct soap_element *e, enum wd_operation op, const struct parameter *p)
{
    size_t place = 0, at = 0;

    for (const struct soap_element *c = e->children; c != NULL; c = c->next)
        if (is_named(p, c->name))
            return c;
    while (place < 3 && signatures[op][place] != p)
        place++;
    for (const struct soap_element *c = e->children; c != NULL; c = c->next)
        if (at++ == place)
            return is_known(op, c->name) ? NULL : c;
    return NULL;
}

static const char *
text(struct arena *a, const struct soap_element *e)
{
    return e != NULL && !e->nil ? soap_trimmed(a, e->text) : "";
}

static const char *
member(struct arena *a, const struct soap_element *e, const char *name)
{
    return e != NULL ? text(a, soap_child(e, name)) : "";
}

static void
take_profile(struct arena *a, const struct soap_element *e, struct wd_request *out)
{
    out->profile_user = member(a, e, "user");
    out->device = member(a, e, "deviceName");
    out->line = member(a, e, "lineNumber");
}

bool
wd_request_read(struct arena *a, const struct soap_element *operation, enum wd_generation g, struct wd_request *out,
                struct ccm_error *err)
{
    size_t op = 0, known = g == WD_G1 ? WD_GET_PROFILE_DETAIL : WD_OPERATIONS;

    while (op < known && strcmp(wd_operation_names[op], operation->name) != 0)
        op++;
    if (op == known)
        return ccm_fail(err, CCM_UNKNOWN_OP, "No such operation '%.100s'", operation->name);
    *out = (struct wd_request){ .operation = (enum wd_operation)op,
                                .user = "",
                                .password = "",
                                .userid = "",
                                .destination = "",
                                .profile_user = "",
                                .device = "",
                                .line = "" };
    for (size_t i = 0; i < 3 && signatures[op][i] != NULL; i++) {
        const struct parameter    *p = signatures[op][i];
        const struct soap_element *e = find(operation, out->operation, p);
        if (p == &credential) {
            out->user = member(a, e, "userID");
            out->password = member(a, e, "password");
        } else if (p == &profile_second || p == &profile_third) {
            take_profile(a, e, out);
        } else if (p == &destination) {
            out->destination = text(a, e);
        } else {
            out->userid = text(a, e);
        }
    }
    return true;
}
