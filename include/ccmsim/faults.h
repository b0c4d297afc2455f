/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What a test makes go wrong, slow or scarce: rules by service, operation, user and object, looked at once a
 * request is known and allowed and before it is carried out. The control API's own requests are never met.
 * Rules that delay add up; of the others the first that fits decides. Any thread. */
#ifndef CCMSIM_FAULTS_H
#define CCMSIM_FAULTS_H

#include "ccmsim/request.h"

struct faults;
struct sim_driver;

#define FAULTS_MAX_RULES 1000u

enum fault_kind {
    FAULT_ERROR,    /* the service's own fault for status, code and text */
    FAULT_STATUS,   /* an HTTP status with a body */
    FAULT_DELAY,    /* wait, by the machine's time, then go on */
    FAULT_CLOSE,    /* end the connection without an answer */
    FAULT_RESET,    /* reset it */
    FAULT_TRUNCATE, /* the answer ends after so many bytes of its body */
    FAULT_GARBAGE,  /* so many bytes at random, under the answer's status 200 and type text/xml */
    FAULT_SLOW,     /* the answer's body goes out at so many bytes a second */
    FAULT_THROTTLE, /* more than requests within per_ms: CCM_THROTTLED, which each service says in its own words */
};
const char *fault_kind_name(enum fault_kind kind); /* "error", "status" ... */
/* -1: no such kind. */
int fault_kind_find(const char *name);

/* Texts are copied; NULL, 0 and false leave a condition out. Names match without case; '*' stands for anything. */
struct fault_rule {
    uint64_t        id; /* set by faults_add */
    const char     *service, *operation, *user;
    const char     *object;  /* text of an element of the request, such as the name of a device */
    const char     *element; /* which element; NULL: any */
    enum fault_kind kind;
    bool            after; /* ERROR, STATUS, CLOSE, RESET, GARBAGE: carry the request out first; its answer is lost */
    uint64_t        skip;  /* so many fitting requests pass first */
    uint64_t        count; /* then so many are met; 0: all */
    double          rate;  /* of them this part, drawn from seed; 0: every one */
    uint64_t        seed;
    int64_t         from_ms, until_ms; /* the cluster's time since 1970; 0: no bound */
    enum ccm_status status;            /* ERROR */
    int             code;              /* ERROR: 0: as the status has it */
    const char     *text;              /* ERROR: the message; STATUS: the body; THROTTLE: NULL, the service's own */
    int             http_status;       /* STATUS */
    const char     *content_type;      /* STATUS; NULL: text/html */
    uint32_t        min_ms, max_ms;    /* DELAY: drawn between them */
    uint32_t        bytes;             /* TRUNCATE, GARBAGE, SLOW */
    uint32_t        requests, per_ms;  /* THROTTLE */
    bool            each_user;         /* THROTTLE: counted for each user */
    /* told by faults_read */
    uint64_t fitted; /* requests that the conditions fitted */
    uint64_t hits;   /* of them met */
};

struct faults *faults_new(void);
void           faults_free(struct faults *f);
/* Check and take a rule; *id says which it is. Errors: CCM_BAD_REQUEST says what is wrong, CCM_CONFLICT: too many. */
bool faults_add(struct faults *f, const struct fault_rule *rule, uint64_t *id, struct ccm_error *err);
/* False (CCM_NOT_FOUND): no such rule. */
bool faults_remove(struct faults *f, uint64_t id, struct ccm_error *err);
void faults_clear(struct faults *f);
/* Copies in the arena, in the order they were added. */
size_t faults_read(struct faults *f, struct arena *a, const struct fault_rule **out);

/* ---- for the pipeline ---- */

/* Before handle: DONE; SUSPENDED while a delay lasts; FAILED with *err, or with none and a complete reply. now_ms is
 * the cluster's time. */
enum outcome faults_before(struct faults *f, struct sim_driver *driver, struct request *rq, int64_t now_ms,
                           struct ccm_error *err);
/* Behind handle, the reply being complete: false with *err when a fault of the service takes its place. */
bool faults_after(struct request *rq, struct ccm_error *err);
/* Last, when the journal has seen the reply: cut it, slow it down. */
void faults_send(struct sim_driver *driver, struct request *rq);

#endif
