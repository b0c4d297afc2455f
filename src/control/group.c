/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Waits. A group stands for a condition and knows how it stands; a wait is a member until it is met, its time is up or
 * its client has gone, whichever comes first under the lock: then the request is resumed, once. */
#include <stdlib.h>
#include <string.h>

#include "ccmsim/journal.h"
#include "control/hub_priv.h"

#define MAX_TOLD 10 /* numbers of exchanges told */

/* ---- members ---- */

static void
unref(struct wait *w)
{
    if (--w->refs > 0)
        return;
    json_decref(w->facts);
    free(w);
}

static void
drop_group(struct group *g)
{
    struct hub *h = g->hub;

    if (--g->refs > 0)
        return;
    index_remove(&h->conditions, &g->by_condition);
    index_remove(&h->index, &g->by_subject);
    if (g->condition->kind == ON_REQUESTS)
        h->request_groups--;
    condition_free(g->condition);
    json_decref(g->now.facts);
    free(g);
}

/* Facts go over as a copy: the group's change, and counts of references are the lock's. */
static void
take_facts(struct wait *w)
{
    w->found = w->group->now.found;
    w->facts = json_deep_copy(w->group->now.facts);
}

static void
leave(struct wait *w, enum wait_state state)
{
    struct group *g = w->group;
    struct hub   *h = g->hub;

    take_facts(w);
    w->state = state;
    *w->at = w->next;
    if (w->next != NULL)
        w->next->at = w->at;
    w->group = NULL;
    h->wait_count--;
    if (w->timer != 0 && state != WAIT_TIMED_OUT && sim_driver_cancel(h->cluster->driver, w->timer)) {
        atomic_fetch_sub(&h->timers, 1);
        unref(w);
    }
    request_resume(w->rq);
    drop_group(g);
}

/* The group may be gone behind it. */
static void
settle(struct group *g)
{
    if (!condition_met(g->condition, g->now.found))
        return;
    g->refs++;
    while (g->members != NULL)
        leave(g->members, WAIT_MET);
    drop_group(g);
}

/* ---- looking ---- */

void
group_look(struct group *g)
{
    struct standing now;

    condition_look(g->condition, g->hub->cluster, &now);
    json_decref(g->now.facts);
    g->now = now;
    g->stale = false;
    settle(g);
}

static void
count_entry(struct condition *c, struct standing *now, struct exhibit *e)
{
    size_t points;

    if (expect_differences(&c->x, e, &points) > 0)
        return;
    now->found++;
    json_t *seqs = json_object_get(now->facts, "entries");
    json_array_append_new(seqs, json_integer((json_int_t)e->entry->seq));
    if (json_array_size(seqs) > MAX_TOLD)
        json_array_remove(seqs, 0);
}

void
group_try(struct group *g, struct exhibit *e)
{
    if (e->entry->seq <= g->counted_upto)
        return;
    g->counted_upto = e->entry->seq;
    count_entry(g->condition, &g->now, e);
    settle(g);
}

/* ---- groups ---- */

static void
on_counted(void *cookie, const struct journal_entry *entry)
{
    struct group  *g = cookie;
    struct exhibit e = { .entry = entry, .arena = arena_new() };

    g->counted_upto = entry->seq;
    count_entry(g->condition, &g->now, &e);
    arena_free(e.arena);
}

static void
count_entries(struct group *g, struct journal *j)
{
    const struct expectation *x = &g->condition->x;
    struct journal_filter     f = {
            .service = x->service, .operation = x->operation, .user = x->user, .status = x->status, .after = g->counted_upto
    };
    uint64_t last = journal_last(j);

    journal_read(j, &f, on_counted, g);
    if (g->counted_upto < last)
        g->counted_upto = last;
}

static struct group *
make(struct hub *h, struct condition *c)
{
    struct group *g = calloc(1, sizeof *g);

    if (g == NULL)
        abort();
    g->hub = h;
    g->condition = c;
    g->refs = 1;
    if (c->kind == ON_REQUESTS) {
        g->now.facts = json_pack("{s:[]}", "entries");
        count_entries(g, h->cluster->journal);
    }
    return g;
}

/* Where to find it when something happens. */
static void
enter(struct hub *h, struct group *g)
{
    const struct condition *c = g->condition;
    char                    id[24];

    index_add(&h->conditions, &g->by_condition, "condition", c->key, g);
    if (c->kind == ON_REQUESTS) {
        h->request_groups++;
        index_add(&h->index, &g->by_subject, "request", c->x.operation != NULL ? c->x.operation : "", g);
        count_entries(g, h->cluster->journal); /* what came since make() counted */
    } else if (condition_device(c) != NULL) {
        index_add(&h->index, &g->by_subject, "device", condition_device(c), g);
    } else if (c->kind == ON_CALLS && c->id >= 0) {
        snprintf(id, sizeof id, "%lld", (long long)c->id);
        index_add(&h->index, &g->by_subject, "call", id, g);
    } else {
        index_add(&h->index, &g->by_subject, "sweep", "", g);
    }
}

static struct group *
find(struct hub *h, const char *key)
{
    struct index_link *l = index_first(&h->conditions, "condition", key);

    /* Keys differ by case where texts do. */
    while (l != NULL && strcmp(((struct group *)l->owner)->condition->key, key) != 0)
        l = index_next(l);
    return l != NULL ? l->owner : NULL;
}

struct group *
hub_group(struct hub *h, struct condition *c)
{
    pthread_mutex_lock(&h->lock);
    struct group *g = find(h, c->key);
    if (g == NULL) {
        /* The journal is read without the lock; somebody else may do the same meanwhile. */
        pthread_mutex_unlock(&h->lock);
        struct group *made = make(h, c);
        pthread_mutex_lock(&h->lock);
        g = find(h, c->key);
        if (g == NULL) {
            enter(h, made);
            if (c->kind != ON_REQUESTS)
                condition_look(c, h->cluster, &made->now);
            pthread_mutex_unlock(&h->lock);
            return made;
        }
        json_decref(made->now.facts);
        free(made);
    }
    g->refs++;
    pthread_mutex_unlock(&h->lock);
    condition_free(c);
    return g;
}

/* ---- waits ---- */

static void
on_time(void *cookie)
{
    struct wait *w = cookie;
    struct hub  *h = w->group_hub;

    pthread_mutex_lock(&h->lock);
    if (w->state == WAIT_WAITING) {
        if (w->group->stale)
            group_look(w->group);
        if (w->state == WAIT_WAITING)
            leave(w, WAIT_TIMED_OUT);
    }
    unref(w);
    pthread_mutex_unlock(&h->lock);
    atomic_fetch_sub(&h->timers, 1);
}

struct wait *
hub_wait(struct group *g, struct request *rq, uint64_t timeout_ms, bool *settled)
{
    struct hub  *h = g->hub;
    struct wait *w = calloc(1, sizeof *w);

    if (w == NULL)
        abort();
    *w = (struct wait){ .group = g, .group_hub = h, .rq = rq, .refs = 1 };
    pthread_mutex_lock(&h->lock);
    if (g->stale)
        group_look(g);
    bool met = condition_met(g->condition, g->now.found);
    *settled = met || timeout_ms == 0;
    if (*settled) {
        take_facts(w);
        w->state = met ? WAIT_MET : WAIT_TIMED_OUT;
        drop_group(g);
    } else {
        w->next = g->members;
        w->at = &g->members;
        if (w->next != NULL)
            w->next->at = &w->next;
        g->members = w;
        h->wait_count++;
        w->refs++;
        atomic_fetch_add(&h->timers, 1);
        w->timer = sim_driver_after(h->cluster->driver, timeout_ms, on_time, w);
    }
    pthread_mutex_unlock(&h->lock);
    return w;
}

void
hub_wait_cancel(struct wait *w)
{
    pthread_mutex_lock(&w->group_hub->lock);
    if (w->state == WAIT_WAITING)
        leave(w, WAIT_GONE);
    pthread_mutex_unlock(&w->group_hub->lock);
}

void
hub_wait_end(struct wait *w)
{
    struct hub *h = w->group_hub;

    pthread_mutex_lock(&h->lock);
    unref(w);
    pthread_mutex_unlock(&h->lock);
}
