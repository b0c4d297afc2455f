/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The hub's run: from what happened to whom it concerns. */
#include "control/hub.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ccmsim/journal.h"
#include "control/hub_priv.h"

/* What needs a walk over all phones or calls is looked at no more often than this. */
#define SWEEP_MS 10

/* ---- events ---- */

static const char *const kinds[] = { "device", "line", "call", "node", "service", "mobility", "clock" };

unsigned
hub_kind(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i], name) == 0)
            return 1u << i;
    return 0;
}

static void
wake_streams(struct hub *h, const char *subject, unsigned kind, uint64_t seq)
{
    for (struct index_link *l = index_first(&h->index, "stream", subject); l != NULL; l = index_next(l)) {
        struct stream *s = l->owner;
        if (s->kinds == 0 || (s->kinds & kind) != 0)
            stream_wake(s, seq);
    }
}

static void
look_at_groups(struct hub *h, const char *what, const char *subject)
{
    for (struct index_link *l = index_first(&h->index, what, subject), *next; l != NULL; l = next) {
        next = index_next(l);
        group_look(l->owner);
    }
}

static void
sweep(void *cookie)
{
    struct hub *h = cookie;

    pthread_mutex_lock(&h->lock);
    h->sweeping = false;
    for (struct index_link *l = index_first(&h->index, "sweep", ""), *next; l != NULL; l = next) {
        struct group *g = l->owner;
        next = index_next(l);
        if (g->stale)
            group_look(g);
    }
    pthread_mutex_unlock(&h->lock);
    atomic_fetch_sub(&h->timers, 1);
}

static void
order_sweep(struct hub *h)
{
    bool any = false;

    for (struct index_link *l = index_first(&h->index, "sweep", ""); l != NULL && !h->sweeping; l = index_next(l)) {
        ((struct group *)l->owner)->stale = true;
        any = true;
    }
    if (!any)
        return;
    h->sweeping = true;
    atomic_fetch_add(&h->timers, 1);
    sim_driver_after(h->cluster->driver, SWEEP_MS, sweep, h);
}

static bool
on_event(void *cookie, const struct sim_event *e)
{
    struct hub *h = cookie;
    unsigned    kind = hub_kind(e->kind);

    pthread_mutex_lock(&h->lock);
    h->seen_event = e->seq;
    wake_streams(h, "", kind, e->seq);
    if (*e->subject != '\0')
        wake_streams(h, e->subject, kind, e->seq);
    look_at_groups(h, strcmp(e->kind, "call") == 0 ? "call" : "device", e->subject);
    if (strcmp(e->kind, "clock") != 0)
        order_sweep(h);
    pthread_mutex_unlock(&h->lock);
    return true;
}

/* A cluster that was reset may count anew. */
static void
take_events(struct hub *h)
{
    uint64_t last = sim_events(h->cluster->sim, UINT64_MAX - 1, NULL, NULL);

    pthread_mutex_lock(&h->lock);
    bool any = h->index.count > 0;
    if (!any)
        h->seen_event = last;
    else if (last < h->seen_event)
        h->seen_event = 0;
    uint64_t after = h->seen_event;
    pthread_mutex_unlock(&h->lock);
    if (any)
        sim_events(h->cluster->sim, after, on_event, h);
}

/* ---- exchanges ---- */

static void
try_groups(struct hub *h, const char *operation, struct exhibit *e)
{
    for (struct index_link *l = index_first(&h->index, "request", operation), *next; l != NULL; l = next) {
        next = index_next(l);
        group_try(l->owner, e);
    }
}

static void
on_entry(void *cookie, const struct journal_entry *entry)
{
    struct hub    *h = cookie;
    struct exhibit e = { .entry = entry, .arena = arena_new() };

    pthread_mutex_lock(&h->lock);
    h->seen_entry = entry->seq;
    try_groups(h, "", &e);
    if (*entry->operation != '\0')
        try_groups(h, entry->operation, &e);
    pthread_mutex_unlock(&h->lock);
    arena_free(e.arena);
}

static void
take_entries(struct hub *h)
{
    pthread_mutex_lock(&h->lock);
    bool any = h->request_groups > 0;
    if (!any)
        h->seen_entry = journal_last(h->cluster->journal);
    struct journal_filter f = { .after = h->seen_entry };
    pthread_mutex_unlock(&h->lock);
    if (any)
        journal_read(h->cluster->journal, &f, on_entry, h);
}

/* ---- ringing ---- */

/* One thread runs; who rings meanwhile leaves the rest to it. */
static void
on_ring(struct hub *h)
{
    unsigned seen = 1;

    if (atomic_fetch_add(&h->rings, 1) > 0)
        return;
    do {
        seen = atomic_load(&h->rings);
        take_events(h);
        take_entries(h);
    } while (!atomic_compare_exchange_strong(&h->rings, &seen, 0));
}

static void
on_events(void *cookie, uint64_t last_seq)
{
    (void)last_seq;
    on_ring(cookie);
}

static void
on_exchange(void *cookie)
{
    on_ring(cookie);
}

/* ---- life ---- */

static void *
make(struct cluster *cl)
{
    struct hub *h = calloc(1, sizeof *h);

    if (h == NULL)
        abort();
    h->cluster = cl;
    pthread_mutex_init(&h->lock, NULL);
    h->seen_event = sim_events(cl->sim, UINT64_MAX - 1, NULL, NULL);
    h->seen_entry = journal_last(cl->journal);
    sim_listen(cl->sim, on_events, h);
    journal_listen(cl->journal, on_exchange, h);
    return h;
}

static void
on_barrier(void *cookie)
{
    struct hub *h = cookie;

    atomic_fetch_sub(&h->timers, 1);
}

/* No request is left, so no wait and no stream; a timer may be on its last lines. The driver may just be calling the
 * listener that it had before: when it comes to the barrier it no longer is. */
static void
end(void *state)
{
    struct hub *h = state;

    sim_listen(h->cluster->sim, NULL, NULL);
    journal_listen(h->cluster->journal, NULL, NULL);
    atomic_fetch_add(&h->timers, 1);
    sim_driver_after(h->cluster->driver, 0, on_barrier, h);
    while (atomic_load(&h->timers) > 0 || atomic_load(&h->rings) > 0)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    index_release(&h->index);
    index_release(&h->conditions);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

void
hub_count(struct hub *h, struct hub_counts *out)
{
    pthread_mutex_lock(&h->lock);
    *out = (struct hub_counts){ h->wait_count, h->stream_count };
    pthread_mutex_unlock(&h->lock);
}

struct hub *
hub_of(struct cluster *cl)
{
    static const struct cluster_state kind = { .make = make, .reset = NULL, .release = end };

    return cluster_state(cl, &kind);
}
