/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A cluster's hub: who waits for a condition, who follows the events. Each is found by what it waits for, so that an
 * event costs what it wakes, however many others there are. Waits for the same condition share one look at it.
 *
 * One lock, never held over a call that blocks: the simulator's and the journal's own locks are taken inside it, none
 * of theirs is held when it is taken. Event streams and waits are put in and taken out by their requests; whoever
 * adds events or exchanges runs the hub, one at a time. */
#ifndef CCMSIM_CONTROL_HUB_H
#define CCMSIM_CONTROL_HUB_H

#include <pthread.h>
#include <stdatomic.h>

#include "ccmsim/cluster.h"
#include "ccmsim/sim.h"
#include "control/condition.h"
#include "control/index.h"

struct hub_counts {
    size_t waits, streams;
};

struct hub {
    struct cluster *cluster;
    pthread_mutex_t lock;
    atomic_uint     rings;      /* calls of the listeners not yet looked at: one of them is looking */
    struct index    index;      /* what is watched: streams and groups */
    struct index    conditions; /* groups by their conditions */
    size_t          wait_count, stream_count, request_groups;
    atomic_uint     timers; /* of the driver's, that may still run */
    uint64_t        seen_event, seen_entry;
    bool            sweeping; /* a look at the groups that need a walk is due */
};

/* The cluster's; made at the first call. */
struct hub *hub_of(struct cluster *cl);
void        hub_count(struct hub *h, struct hub_counts *out);

/* ---- waits ---- */

/* All that wait for one condition. */
struct group {
    struct hub       *hub;
    struct condition *condition; /* owned */
    struct index_link by_condition, by_subject;
    unsigned          refs;
    struct wait      *members;
    struct standing   now;
    bool              stale;        /* needs a walk, and something happened since */
    uint64_t          counted_upto; /* requests: the last entry looked at */
};

enum wait_state { WAIT_WAITING, WAIT_MET, WAIT_TIMED_OUT, WAIT_GONE };

struct wait {
    struct hub     *group_hub;
    struct group   *group; /* NULL: settled */
    struct wait    *next, **at;
    struct request *rq;
    uint64_t        timer; /* 0: none */
    unsigned        refs;  /* the request, the timer */
    enum wait_state state;
    int64_t         found;
    json_t         *facts; /* owned */
};

/* The group of a condition, which it takes over. May walk over the journal: slow where condition_reads_bodies. */
struct group *hub_group(struct hub *h, struct condition *c);
/* Wait in it for timeout_ms; the reference to the group goes over. Settled at once if the condition holds
 * already or timeout_ms is 0; else the request is resumed when it is. */
struct wait *hub_wait(struct group *g, struct request *rq, uint64_t timeout_ms, bool *settled);
/* The client has gone. */
void hub_wait_cancel(struct wait *w);
/* Settled, and not needed any more. */
void hub_wait_end(struct wait *w);

/* ---- streams ---- */

struct stream {
    struct hub       *hub;
    struct index_link by_subject;
    struct request   *rq;    /* NULL: it has ended */
    unsigned          refs;  /* the request, the timer */
    unsigned          kinds; /* bits of hub_kind; 0: all */
    bool              idle;  /* has said that there is nothing, and is to be woken */
    bool              woken; /* something came since it looked */
    bool              beat;  /* a heartbeat is due */
    uint64_t          from;  /* of what woke it: nothing for it lies before */
    uint64_t          beat_ms, timer;
};

/* Bit of a kind of event; 0: none of that name. */
unsigned hub_kind(const char *name);
/* subject NULL: all. beat_ms 0: no heartbeats. */
struct stream *hub_stream(struct hub *h, struct request *rq, unsigned kinds, const char *subject, uint64_t beat_ms);
/* About to look: what comes from now on sets woken. *from: the event that woke it, 0 if none did. True: a heartbeat is
 * due. */
bool hub_stream_looks(struct stream *s, uint64_t *from);
/* Nothing was found. False: something came meanwhile, look again. */
bool hub_stream_idles(struct stream *s);
void hub_stream_end(struct stream *s);

#endif
