/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* One emulated cluster as a value: store, settings, journal, credentials. No globals: a process
 * may hold many, found by the request's listener. */
#ifndef CCMSIM_CLUSTER_H
#define CCMSIM_CLUSTER_H

#include <pthread.h>

#include "ccmsim/config.h"
#include "ccmsim/request.h"
#include "ccmsim/sim.h"
#include "ccmsim/store.h"
#include "ccmsim/uuid.h"

struct journal;
struct auth;
struct cluster_states;
struct faults;
struct axl_changes;
struct mobility;
struct sim;
struct sim_driver;
struct snapshots;
struct cluster_image;
struct clusters;
struct member;

struct cluster {
    struct uuid_source     uuids;
    struct store          *store;
    struct journal        *journal;
    struct auth           *auth;
    struct faults         *faults;
    struct sim            *sim;
    struct sim_driver     *driver;
    struct mobility       *mobility;
    struct axl_changes    *changes; /* what listChange tells */
    struct cluster_states *states;  /* cluster_state */
    struct snapshots      *snapshots;
    struct cluster_image  *filled;     /* what a reset brings back; NULL: not made yet. Under reset_lock */
    bool                   kept;       /* in a state directory */
    struct member         *member;     /* of the family; NULL: it is home, or alone */
    struct cluster_image  *origin;     /* of a copy: its store borrows it */
    struct clusters       *family;     /* private clusters beside this one; NULL: none are served */
    uint64_t               started_ns; /* monotonic */
    struct settings {
        char                ccm_version[16];  /* "15.0" */
        char                full_version[32]; /* "15.0.1.10000-30" */
        bool                axl_versions_real;
        enum axl_strictness strictness;
        bool                plain_http;   /* services that want TLS answer without it too */
        bool                rate_control; /* as in struct config */
    } settings;
    struct cluster_seed {                     /* what it is filled with, at start and after a reset */
        char    *admin_user, *admin_password; /* user NULL: as the kept state has it */
        bool     demo, seeded;
        uint32_t phones;
        uint64_t seed;
    } seed;
    struct sim_options simulation; /* what sim was made with, for copies; phone_range is owned */
    _Atomic(size_t)    answering;  /* bytes of AXL answers under way */
    pthread_mutex_t    reset_lock; /* one reset at a time */
    char              *control_token;
    bool               admin_made_up, control_made_up; /* for the start-up lines: nobody else knows them */
};

/* Open the store, fill it as cfg says and begin to simulate. driver makes its time pass: borrowed, outlives it. Slow
 * with many phones. */
bool cluster_new(struct cluster **out, const struct config *cfg, struct sim_driver *driver, struct ccm_error *err);
/* No request may be under way. NULL is fine. */
void cluster_free(struct cluster *cl);
/* Configuration, journal, sessions and the source of UUIDs as they were at start. Slow. */
bool cluster_reset(struct cluster *cl, struct ccm_error *err);

/* The name of the process node that a request reached: the publisher's where they are not told apart. */
const char *cluster_node(struct request *rq);
/* Is it up, and does that service run on it? Named as in typeservice. */
bool cluster_service_runs(struct request *rq, const char *service);

/* What a service keeps for a cluster: sessions, rates. make aborts rather than fail; reset (may be NULL) puts it back
 * with the cluster's own reset; release ends it with the cluster. reset and make run under a lock: they take no other
 * state. What is in it the service locks itself. */
struct cluster_state {
    void *(*make)(struct cluster *cl);
    void (*reset)(void *state);
    void (*release)(void *state);
};
/* Made at the first call. */
void *cluster_state(struct cluster *cl, const struct cluster_state *kind);

#endif
