/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* One HTTP request on its way down the pipeline, and its reply. Owned by the connection;
 * everything in it lives in its arena until the reply is out. */
#ifndef CCMSIM_REQUEST_H
#define CCMSIM_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ccmsim/arena.h"
#include "ccmsim/buf.h"
#include "ccmsim/error.h"

struct cluster;
struct request;
struct service;
struct soap_message;

enum outcome { DONE, SUSPENDED, FAILED };

struct reply_header {
    const char          *name, *value;
    struct reply_header *next;
};

/* What becomes of a complete reply: it is sent, or the connection ends without it, by a normal close or a reset. */
enum reply_fate { REPLY_SEND, REPLY_CLOSE, REPLY_RESET };

struct reply {
    int                  status; /* HTTP */
    const char          *content_type;
    struct buf           body;
    struct reply_header *headers;
    bool                 close;
    enum reply_fate      fate;
    /* A reply of several pieces: NULL, or called on the loop behind body whenever there is room. > 0: so many bytes
     * were put in; 0: nothing now, request_resume wakes it; -1: that was all; -2: break the connection. Once the
     * client has gone it isn't called again. What it uses is freed by arena_defer. */
    ssize_t (*more)(struct request *rq, char *out, size_t room);
    uint64_t length; /* with more: bytes of the whole, body included; 0: unknown, chunks are sent */
};

enum user_kind { USER_NONE, USER_APPLICATION, USER_END };

/* Access, as the roles of a user add up to. Bits. */
#define ACCESS_AXL_READ       1u
#define ACCESS_AXL_WRITE      2u
#define ACCESS_SERVICEABILITY 4u
#define ACCESS_EM             8u

struct request {
    struct arena   *arena;
    struct cluster *cluster;
    const char     *method; /* "POST" */
    const char *path; /* without scheme, host and query; once routed: doubled and trailing slashes and ";..." gone */
    const char *sent_path; /* the same as it was sent */
    const char *query;     /* behind '?', or NULL */
    const char *host;      /* Host header or the listener's address */
    const char *node;      /* process node that was reached; "": the publisher, or not told apart */
    bool        tls;
    struct str  body;
    const char *(*header)(struct request *rq, const char *name); /* case-blind; NULL: absent */

    /* set on the way */
    const struct service *service;
    const char           *user; /* authenticated; NULL: nobody */
    enum user_kind        user_kind;
    unsigned              access;    /* ACCESS_ bits */
    const char           *operation; /* for journal, faults, throttle; NULL until identified */
    struct soap_message  *soap;      /* SOAP services */
    void                 *state;     /* of the service, across a suspension */
    struct reply          reply;
    uint64_t              started_ns; /* monotonic */
    unsigned              step;       /* the pipeline's: where to go on after a suspension */
    void                 *auth;       /* auth's own, across a suspension */
    void                 *choice;     /* of a cluster (clusters.h) */
    bool                  user_names_cluster;
    void                 *faults; /* what it has met (faults.h) */
    /* NULL, or told, on a thread of http's, that the client has gone or the server ends while the request waits:
     * give up what is waited for and see to it that request_resume is called. Set it before SUSPENDED is returned.
     * A client without TLS that closes its sending half counts as gone, as for most servers. */
    void (*on_cancel)(struct request *rq);
    void *connection; /* http's own */
};

/* Suspension: a handler that must wait returns SUSPENDED after arranging that request_resume is
 * called exactly once, from any thread, then or already before it returned; its service's handle()
 * is then called again. Until then the request belongs to whoever is to resume it. A reply of several
 * pieces may be woken as often as one likes, until its arena is freed. Never blocks. */
void request_resume(struct request *rq);
/* True once the client has gone, or the server ends: a suspended job should give up. */
bool request_cancelled(const struct request *rq);

/* The address that the request came from, as numbers, in the arena. On the loop only. */
const char *request_peer(struct request *rq);

void reply_header(struct request *rq, const char *name, const char *value);
/* The web server's HTML error page ("HTTP Status 401 - ..."), as the real node's. */
void reply_html_error(struct request *rq, int status, const char *text);

/* Lanes of the executor, each with a queue and threads of its own: what waits in one holds up no other. */
enum executor_lane {
    LANE_BRIEF, /* too much for a loop, and done soon: password hashing, reads */
    LANE_WRITE, /* waits for the store's writer */
    LANE_LONG,  /* SQL of clients that turned out to take its time */
    LANE_COUNT
};
/* Run fn(arg) on one of the lane's threads and resume rq when it is back (so fn doesn't): the caller returns
 * SUSPENDED. False (CCM_BUSY) when its queue is full: nothing runs. */
bool executor_submit_to(struct request *rq, enum executor_lane lane, void (*fn)(void *), void *arg,
                        struct ccm_error *err);
/* The same on LANE_BRIEF. */
bool executor_submit(struct request *rq, void (*fn)(void *), void *arg, struct ccm_error *err);

#endif
