/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The server's parts as its own files see them. */
#ifndef CCMSIM_HTTP_PRIV_H
#define CCMSIM_HTTP_PRIV_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "ccmsim/http.h"

struct executor;

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
    struct executor    *executor;
    atomic_bool         stopping;  /* answers close their connection */
    atomic_bool         cancelled; /* the grace is over: who waits should give up */
    atomic_uint         parked;    /* connections suspended and not yet resumed */
    atomic_uint         in_flight; /* requests begun and not yet completed */
    pthread_mutex_t     lock;      /* of idle */
    pthread_cond_t      idle;      /* in_flight fell to 0 while stopping */
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
};

/* libmicrohttpd's callbacks; cls is the listener. */
enum MHD_Result exchange_on_request(void *cls, struct MHD_Connection *conn, const char *url, const char *method,
                                    const char *version, const char *data, size_t *size, void **context);
void            exchange_on_completed(void *cls, struct MHD_Connection *conn, void **context,
                                      enum MHD_RequestTerminationCode code);

struct executor *executor_new(unsigned threads);
/* Run what is queued, end the threads; what is submitted from now on is refused. */
void executor_end(struct executor *ex);
/* Ended, or never begun. NULL is fine. */
void executor_free(struct executor *ex);

#endif
