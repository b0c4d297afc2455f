/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The server's parts as its own files see them. */
#ifndef CCMSIM_HTTP_PRIV_H
#define CCMSIM_HTTP_PRIV_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "ccmsim/http.h"

struct executor;
struct watch;

struct listener {
    struct http_server *server;
    struct cluster     *cluster;
    char               *address; /* as given */
    uint16_t            port;
    bool                tls;
    int                 fd; /* bound; -1 once libmicrohttpd owns it */
    struct MHD_Daemon  *mhd;
    struct listener    *next; /* in the order of http_listen */
};

struct http_server {
    struct http_options opt;
    struct listener    *listeners;
    struct executor    *lanes[LANE_COUNT];
    struct watch       *watch;
    atomic_bool         stopping;  /* answers close their connection */
    atomic_bool         cancelled; /* the grace is over: who waits should give up */
    atomic_uint         parked;    /* connections suspended and not yet resumed */
    atomic_uint         in_flight; /* requests begun and not yet completed */
    atomic_uint         streams;   /* replies of several pieces under way */
    atomic_uint         open;      /* connections */
    atomic_uint         peak;      /* the most of them since their memory was given back */
    unsigned            most_open;
    atomic_bool         full; /* which has been said */
    pthread_mutex_t     lock; /* of idle, and of the list of listeners */
    pthread_cond_t      idle; /* in_flight fell to 0 while stopping */
};

/* How a suspension and its resumption meet, whichever comes first. */
enum wait { WAIT_NONE, WAIT_PARKED, WAIT_RESUMED };

/* One request and what libmicrohttpd has of it. Lives in its own arena. */
struct exchange {
    struct request         rq; /* rq.connection points back here */
    struct listener       *listener;
    struct MHD_Connection *mhd;
    struct buf             body;
    size_t                 received; /* of the body, also what was thrown away */
    atomic_int             wait;     /* enum wait */
    uint32_t               watched;  /* watch.c's entry + 1; 0: none */
    atomic_bool            gone;     /* the client */
    bool                   streaming;
};

/* Tell the request that its client has gone; it stays suspended meanwhile. */
void exchange_gone(struct exchange *x);
/* Let libmicrohttpd go on with it. x may be gone behind it. */
void exchange_resume_now(struct exchange *x);

/* ---- stream.c: replies of several pieces ---- */

struct MHD_Response *stream_response(struct exchange *x);
/* Wait for request_resume. False: it came already. Loop only. */
bool exchange_park(struct exchange *x);

/* ---- watch.c: clients that go away while their request waits ---- */

struct watch *watch_new(void);
/* x has been suspended: tell it (exchange_gone, from the watching thread) when the client has gone. */
void watch_add(struct watch *w, struct exchange *x, int fd);
/* x is to be resumed. False: it is just being told, and is resumed behind that. */
bool watch_remove(struct watch *w, struct exchange *x);
/* Tell all that wait, now and from now on. */
void watch_stop(struct watch *w);
void watch_free(struct watch *w);

/* ---- crowd.c ---- */

/* As many connections as the process's limit of descriptors leaves room for. */
unsigned crowd_most(void);

/* libmicrohttpd's callbacks; cls is the listener. */
enum MHD_Result crowd_admit(void *cls, const struct sockaddr *address, socklen_t len);
void            crowd_on_connection(void *cls, struct MHD_Connection *conn, void **context,
                                    enum MHD_ConnectionNotificationCode code);
enum MHD_Result exchange_on_request(void *cls, struct MHD_Connection *conn, const char *url, const char *method,
                                    const char *version, const char *data, size_t *size, void **context);
void            exchange_on_completed(void *cls, struct MHD_Connection *conn, void **context,
                                      enum MHD_RequestTerminationCode code);

struct executor *executor_new(unsigned threads);
/* Run what is queued, end the threads; what is submitted from now on is refused. NULL is fine. */
void executor_end(struct executor *ex);
/* Ended, or never begun. NULL is fine. */
void executor_free(struct executor *ex);

#endif
