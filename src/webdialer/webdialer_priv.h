/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* WebDialer's SOAP services: three generations of one interface (Developers Guide, WebDialer API). */
#ifndef CCMSIM_WEBDIALER_PRIV_H
#define CCMSIM_WEBDIALER_PRIV_H

#include "ccmsim/request.h"
#include "ccmsim/sim.h"
#include "ccmsim/soap.h"

#define WD_SERVICE "Cisco WebDialer Web Service"

enum wd_generation {
    WD_G1, /* urn:WebdialerSoap, rpc/encoded, four operations */
    WD_G2, /* urn:WD70, rpc/encoded */
    WD_G3  /* document/literal */
};

enum wd_operation {
    WD_MAKE_CALL,
    WD_END_CALL,
    WD_GET_PROFILE,
    WD_IS_CLUSTER_USER,
    WD_GET_PROFILE_DETAIL,
    WD_GET_PRIMARY_LINE,
    WD_OPERATIONS
};
extern const char *const wd_operation_names[WD_OPERATIONS];

/* What a request asks, whatever it looked like. Texts are trimmed, "" where absent. */
struct wd_request {
    enum wd_operation operation;
    const char       *user, *password; /* of the credential */
    const char       *userid;          /* of getProfileSoap and isClusterUserSoap */
    const char       *destination;
    const char       *profile_user, *device, *line;
};

/* Response codes (section 5). */
enum wd_code {
    WD_SUCCESS,
    WD_CALL_FAILURE, /* of profiles: no device */
    WD_NOT_AUTHENTICATED,
    WD_NO_PROXY_RIGHTS,
    WD_DIRECTORY_ERROR,
    WD_NO_DEVICE,
    WD_UNAVAILABLE,
    WD_UNREACHABLE,
    WD_SERVICE_ERROR,
    WD_OVERLOADED
};

struct wd_device {
    const char        *name, *description, *type;
    size_t             line_count;
    const char *const *lines; /* "1000; Internal" */
};

struct wd_answer {
    enum wd_code            code;
    size_t                  device_count;
    const struct wd_device *devices;
    bool                    yes;     /* isClusterUserSoap */
    const char             *primary; /* getPrimaryLine */
};
const char *wd_description(enum wd_operation op, enum wd_code code);

/* request.c. False: *err is CCM_UNKNOWN_OP. */
bool wd_request_read(struct arena *a, const struct soap_element *operation, enum wd_generation g,
                     struct wd_request *out, struct ccm_error *err);

/* answer.c */
void wd_answer_write(struct buf *out, enum wd_generation g, enum wd_operation op, const struct wd_answer *answer);

/* directory.c: what the store and the simulator know of a user */

/* pkid "": no such user. */
bool wd_user_find(struct store_conn *c, const char *userid, char pkid[37], struct ccm_error *err);
/* The devices that a user controls and CTI can, and the one that he is logged in to. */
bool wd_devices(struct request *rq, struct store_conn *c, const char *user_pkid, struct wd_answer *answer,
                struct ccm_error *err);
/* Is this device among them? */
bool wd_has_device(struct store_conn *c, const char *user_pkid, const char *device, bool *has, struct ccm_error *err);
bool wd_primary_line(struct arena *a, struct store_conn *c, const char *user_pkid, const char **line,
                     struct ccm_error *err);
/* The destination as the application dial rules make it. */
bool wd_apply_dial_rules(struct arena *a, struct store_conn *c, const char **destination, struct ccm_error *err);

/* act.c: rq->user and access are known, except for isClusterUserSoap. */
void wd_act(struct request *rq, const struct wd_request *w, struct wd_answer *answer);
/* Codes that hold before anybody is asked who he is; false: go on. */
bool wd_refuse_early(struct request *rq, const struct wd_request *w, struct wd_answer *answer);

#endif
