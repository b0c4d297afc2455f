/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What clusters.c and choose.c share: a family of clusters and its members. */
#ifndef CCMSIM_CLUSTERS_PRIV_H
#define CCMSIM_CLUSTERS_PRIV_H

#include <stdatomic.h>

#include "ccmsim/clusters.h"

#define CLUSTERS_BUCKETS 1024u

struct listener;

struct waiter { /* a request that waits until a cluster is made */
    struct waiter  *next;
    struct request *rq;
};

struct member {
    struct member   *next; /* in its bucket, or of the dead */
    struct clusters *family;
    char             name[CLUSTERS_MAX_NAME + 1];
    struct cluster  *cluster; /* NULL until made */
    bool             ready, dead;
    unsigned         refs; /* requests under way, and whoever makes it */
    uint64_t         requests;
    int64_t          made_ms, last_ms; /* since 1970; monotonic */
    struct listener *https, *http;
    struct waiter   *waiters;
};

struct clusters {
    struct clusters_options opt;
    pthread_mutex_t         lock;
    pthread_cond_t          work; /* something may be closed */
    pthread_t               thread;
    bool                    started, ending;
    struct member          *buckets[CLUSTERS_BUCKETS];
    struct member          *dead;
    atomic_uint             count;
    struct cluster_image   *like_home, *bare; /* NULL: not yet made. Under home's reset_lock */
};

/* The name in lower case, or false. */
bool     clusters_check_name(const char *name, char out[CLUSTERS_MAX_NAME + 1], struct ccm_error *err);
uint32_t clusters_hash(const char *name);

/* ---- under the lock ---- */

struct member *clusters_member(struct clusters *cs, const char *name);
/* A member yet to be made, held. NULL with *err. */
struct member *clusters_begin(struct clusters *cs, const char *name, struct ccm_error *err);

/* ---- without it ---- */

/* Make what was begun; lets go of it, and of the member where it fails. Slow. */
bool clusters_make(struct clusters *cs, struct member *m, const struct cluster_source *s, struct ccm_error *err);
/* What was begun can't be made. */
void clusters_abandon(struct clusters *cs, struct member *m);
/* A request lets go. */
void clusters_leave(void *member);

#endif
