/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The Extension Mobility service: one XML message in a form field, one XML answer. Failures are answers with a number
 * (src/sim/em_errors.def); inside they are struct ccm_error with the number as code and status CCM_EM_STATUS. */
#ifndef CCMSIM_EM_PRIV_H
#define CCMSIM_EM_PRIV_H

#include "ccmsim/mobility.h"
#include "ccmsim/request.h"
#include "ccmsim/soap.h"

extern const char em_login_request_dtd[], em_login_query_dtd[];

#define EM_MAX_MESSAGE (256u * 1024)

enum em_operation {
    EM_LOGIN,
    EM_LOGOUT,
    EM_LOGOUT_ALL,
    EM_DEVICE_USER_QUERY,
    EM_USER_DEVICES_QUERY,
    EM_DEVICE_PROFILE_QUERY,
    EM_CHECK_USER
};

/* A message of the documented grammar. Texts are without white space around them, "" where absent. */
struct em_message {
    enum em_operation          operation;
    bool                       query;   /* root "query", else "request" */
    const struct soap_element *root;    /* the whole, as a tree */
    const struct soap_element *element; /* the operation's own */
    const char                *app_id, *certificate;
    bool                       encrypted; /* the certificate is EMApp's */
    const char                *device, *user, *profile;
    int64_t                    seconds; /* of mobility_login */
    const char                *remote_address;
    bool                       via;
};

/* message.c */

/* The value of the field xml in a form ("a=b&xml=%3Cquery..."), as UTF-8 in the arena; NULL: there is none. */
const char *em_form_field(struct arena *a, struct str form);
/* Read a message that may be sent to that release. Errors: 1, 8. */
bool em_message_read(struct arena *a, const char *text, double release, struct em_message *out, struct ccm_error *err);
/* *err becomes the numbered error with its message; false. */
bool em_fail(struct ccm_error *err, int code);
/* The number that an error answers with. */
int em_error_code(const struct ccm_error *err);

/* guard.c */

/* Validate IP Address and Allow Proxy. Errors: 28, 29, 30. */
bool em_guard_address(struct request *rq, const struct em_message *m, struct ccm_error *err);

/* query.c: the results into rq->reply.body. False: *err. */
bool em_query(struct request *rq, struct store_conn *c, const struct em_message *m, double release,
              struct ccm_error *err);
/* A name without the mark of the private cluster that the request is for ("alice@@suite1"). */
const char *em_plain_user(struct request *rq, const char *user);
/* As java.net.URLEncoder: what user ids are written with. */
void em_write_encoded(struct buf *out, const char *text);

#endif
