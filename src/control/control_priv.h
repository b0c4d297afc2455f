/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The control API's parts. */
#ifndef CCMSIM_CONTROL_PRIV_H
#define CCMSIM_CONTROL_PRIV_H

#include <jansson.h>

#include "ccmsim/request.h"
#include "ccmsim/routes.h"

/* What is asked of a route: its parameters, checked. rq->state, across suspensions. */
struct ask {
    const struct route *route;
    json_t             *args;    /* from path, query and body, by name, each of the type that its row says */
    const char         *hint;    /* beside an error: what to do; NULL: the status has its own */
    enum outcome        outcome; /* of a slow handler, once it ran */
    struct ccm_error    err;
    void               *own; /* the handler's, across a suspension */
};

/* Handlers. DONE with the reply written, SUSPENDED (never those of slow routes), FAILED with *err. */
#define ROUTE(id, method, path, flags, handler, fields, summary, answer, conflict) \
    enum outcome control_##handler(struct request *rq, struct ask *ask, struct ccm_error *err);
#include "control/routes.def"
#undef ROUTE

/* ---- what comes in (input.c, match.c) ---- */

/* The route of a method and a path below ROUTES_BASE; texts of its {parameters} go into args. NULL with *err:
 * CCM_NO_RESOURCE, or CCM_BAD_METHOD and the Allow header's text in *allow, in the arena. */
const struct route *control_match(struct arena *a, const char *method, const char *path, json_t *args,
                                  const char **allow, struct ccm_error *err);
/* Add what query and body say to args, each checked; also what control_match put there. */
bool control_read(struct arena *a, const struct route *route, const char *query, struct str body, json_t *args,
                  struct ccm_error *err);

const char *ask_text(const struct ask *ask, const char *name); /* NULL: not given */
int64_t     ask_number(const struct ask *ask, const char *name, int64_t otherwise);
bool        ask_flag(const struct ask *ask, const char *name);

/* ---- what goes out ---- */

/* Answer with a JSON value, which is released. Returns DONE. */
enum outcome control_reply(struct request *rq, int status, json_t *body);
/* FAILED with *err, and what to do about it. */
enum outcome control_refuse(struct ask *ask, enum ccm_status status, struct ccm_error *err, const char *hint,
                            const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* The document; released by the caller. */
json_t *control_document(void);

#endif
