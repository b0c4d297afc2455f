/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What Serviceability keeps for a cluster. Guarded by its lock, which is never held over a call out. */
#ifndef CCMSIM_SERVICEABILITY_STATE_H
#define CCMSIM_SERVICEABILITY_STATE_H

#include "serviceability/serviceability_priv.h"

#define NODES_MAX 64

struct session;

struct window { /* of one minute, for a node, or for the cluster under the name "" */
    char     node[64];
    int64_t  since_ms;
    unsigned count;
};

struct state_id {
    char     node[64];
    uint64_t id;
};

struct serviceability {
    pthread_mutex_t lock;
    struct window   windows[RATE_COUNT][NODES_MAX];
    uint64_t        seen_event; /* of the simulator's */
    uint64_t        common_id;  /* changes of all nodes at once, and of none that is known */
    struct state_id ids[NODES_MAX];
    struct session *sessions;
};

/* perfmon_session.c; under the lock */
void sessions_clear(struct serviceability *s);

#endif
