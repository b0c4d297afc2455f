/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The family of private clusters: made, found, held by requests, dropped. A thread of its own closes those that are
 * dropped once their last request has ended, and drops those that nobody asks for any more. */
#include "ccmsim/clusters.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ccmsim/fixture.h"
#include "ccmsim/http.h"
#include "ccmsim/log.h"
#include "ccmsim/thread.h"
#include "cluster/clusters_priv.h"
#include "cluster/image.h"
#include "cluster/snapshots.h"

#define LOOK_S 1 /* so often for those that are idle */

static int64_t
clock_ms(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool
clusters_check_name(const char *name, char out[CLUSTERS_MAX_NAME + 1], struct ccm_error *err)
{
    size_t len = strlen(name);
    bool   ok = len > 0 && len <= CLUSTERS_MAX_NAME && name[0] != '-' && name[len - 1] != '-';

    for (size_t i = 0; ok && i < len; i++) {
        out[i] = (char)tolower((unsigned char)name[i]);
        ok = isalnum((unsigned char)name[i]) || name[i] == '-';
    }
    if (ok)
        out[len] = '\0';
    return ok || ccm_fail(err, CCM_BAD_REQUEST,
                          "a cluster's name is 1 to %u letters, digits and '-', neither first nor last a '-'",
                          CLUSTERS_MAX_NAME);
}

/* ---- members; under the lock ---- */

/* Where a name is, or would be. */
static struct member **
find(struct clusters *cs, const char *name)
{
    struct member **at = &cs->buckets[clusters_hash(name) % CLUSTERS_BUCKETS];

    while (*at != NULL && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    return at;
}

struct member *
clusters_member(struct clusters *cs, const char *name)
{
    return *find(cs, name);
}

uint32_t
clusters_hash(const char *name)
{
    uint32_t h = 2166136261u; /* FNV-1a */

    for (; *name != '\0'; name++)
        h = (h ^ (unsigned char)*name) * 16777619u;
    return h;
}

struct member *
clusters_begin(struct clusters *cs, const char *name, struct ccm_error *err)
{
    struct member **at = find(cs, name);

    if (*at != NULL) {
        ccm_fail(err, CCM_CONFLICT, "there is a cluster '%s' already", name);
        return NULL;
    }
    if (atomic_load(&cs->count) >= CLUSTERS_MAX) {
        ccm_fail(err, CCM_CONFLICT, "there are %u clusters already: drop some", CLUSTERS_MAX);
        return NULL;
    }
    struct member *m = calloc(1, sizeof *m);
    if (m == NULL)
        abort();
    snprintf(m->name, sizeof m->name, "%s", name);
    m->family = cs;
    m->refs = 1; /* of whoever makes it */
    m->made_ms = clock_ms(CLOCK_REALTIME);
    m->last_ms = clock_ms(CLOCK_MONOTONIC);
    *at = m;
    atomic_fetch_add(&cs->count, 1);
    return m;
}

/* Nobody finds it any more. */
static void
detach(struct clusters *cs, struct member *m)
{
    *find(cs, m->name) = m->next;
    atomic_fetch_sub(&cs->count, 1);
    m->dead = true;
    m->next = cs->dead;
    cs->dead = m;
    pthread_cond_signal(&cs->work);
}

void
clusters_leave(void *arg)
{
    struct member   *m = arg;
    struct clusters *cs = m->family;

    pthread_mutex_lock(&cs->lock);
    m->last_ms = clock_ms(CLOCK_MONOTONIC);
    if (--m->refs == 0 && m->dead)
        pthread_cond_signal(&cs->work);
    pthread_mutex_unlock(&cs->lock);
}

/* ---- making ---- */

/* Of an image on small pages; takes over the reference. */
static struct cluster_image *
shrink(struct cluster *home, struct cluster_image *image, struct ccm_error *err)
{
    unsigned char *store;
    size_t         size;

    if (image == NULL)
        return NULL;
    struct cluster_image *small = NULL;
    if (store_shrink(home->store, image->store, image->size, &store, &size, err))
        small = cluster_image_new(store, size, image->uuids, image->sim != NULL ? strdup(image->sim) : NULL);
    cluster_image_release(image);
    return small;
}

/* What clusters are usually copies of is made once. */
static struct cluster_image *
source_image(struct clusters *cs, const struct cluster_source *s, struct ccm_error *err)
{
    struct cluster *home = cs->opt.home;

    if (s->from == CLUSTER_FROM_SNAPSHOT)
        return shrink(home, snapshots_image(home->snapshots, s->snapshot, err), err);
    bool                   like_home = s->from == CLUSTER_LIKE_HOME;
    struct cluster_image **kept = like_home ? &cs->like_home : &cs->bare;
    pthread_mutex_lock(&home->reset_lock);
    if (*kept == NULL)
        *kept = shrink(home, like_home ? cluster_filled(home, err) : cluster_bare(home, err), err);
    struct cluster_image *image = *kept != NULL ? cluster_image_hold(*kept) : NULL;
    pthread_mutex_unlock(&home->reset_lock);
    return image;
}

static bool
load(struct cluster *cl, const char *name, struct str text, struct ccm_error *err)
{
    if (!fixture_load(cl, name, text, err))
        return false;
    /* A reset is to bring back what it was made with. */
    struct cluster_image *image = cluster_image_take(cl, err);
    if (image == NULL)
        return false;
    cluster_image_release(cl->filled);
    cl->filled = image;
    return true;
}

static bool
open_ports(struct clusters *cs, struct member *m, struct ccm_error *err)
{
    if (cs->opt.server == NULL)
        return ccm_fail(err, CCM_CONFLICT, "this server opens no further ports");
    m->https = http_open(cs->opt.server, cs->opt.address, true, m->cluster, err);
    m->http = m->https != NULL ? http_open(cs->opt.server, cs->opt.address, false, m->cluster, err) : NULL;
    return m->http != NULL;
}

/* Whoever waits looks again. */
static void
conclude(struct clusters *cs, struct member *m, bool ok)
{
    pthread_mutex_lock(&cs->lock);
    m->ready = ok;
    m->refs--;
    m->last_ms = clock_ms(CLOCK_MONOTONIC);
    if (!ok)
        detach(cs, m);
    struct waiter *w = m->waiters;
    m->waiters = NULL;
    pthread_mutex_unlock(&cs->lock);
    while (w != NULL) {
        struct waiter *next = w->next; /* it is in the arena of the request */
        request_resume(w->rq);
        w = next;
    }
}

void
clusters_abandon(struct clusters *cs, struct member *m)
{
    conclude(cs, m, false);
}

bool
clusters_make(struct clusters *cs, struct member *m, const struct cluster_source *s, struct ccm_error *err)
{
    /* What a kept state held at the start is not what the built-in template has. */
    bool                  same = s->from != CLUSTER_FROM_SNAPSHOT && !cs->opt.home->kept;
    struct cluster_image *image = source_image(cs, s, err);
    bool                  ok = image != NULL && cluster_copy(&m->cluster, cs->opt.home, image, same, err);

    cluster_image_release(image);
    if (ok) {
        m->cluster->family = cs;
        m->cluster->member = m;
    }
    ok = ok && (s->from != CLUSTER_FROM_FIXTURE || load(m->cluster, m->name, s->fixture, err)) &&
         (!s->listen || open_ports(cs, m, err));
    conclude(cs, m, ok);
    return ok;
}

bool
clusters_add(struct clusters *cs, const char *name, const struct cluster_source *source, struct ccm_error *err)
{
    char plain[CLUSTERS_MAX_NAME + 1];

    if (!clusters_check_name(name, plain, err))
        return false;
    pthread_mutex_lock(&cs->lock);
    struct member *m = clusters_begin(cs, plain, err);
    pthread_mutex_unlock(&cs->lock);
    return m != NULL && clusters_make(cs, m, source, err);
}

bool
clusters_drop(struct clusters *cs, const char *name, struct ccm_error *err)
{
    char plain[CLUSTERS_MAX_NAME + 1];

    if (!clusters_check_name(name, plain, err))
        return false;
    pthread_mutex_lock(&cs->lock);
    struct member *m = *find(cs, plain);
    bool           ok = m != NULL && m->ready;
    if (ok)
        detach(cs, m);
    pthread_mutex_unlock(&cs->lock);
    return ok || ccm_fail(err, CCM_NOT_FOUND, "there is no cluster '%s'", plain);
}

/* ---- the thread ---- */

static void
close_member(struct clusters *cs, struct member *m)
{
    if (m->https != NULL)
        http_close(cs->opt.server, m->https);
    if (m->http != NULL)
        http_close(cs->opt.server, m->http);
    cluster_free(m->cluster);
    free(m);
}

static struct member *
take_dead(struct clusters *cs)
{
    for (struct member **at = &cs->dead; *at != NULL; at = &(*at)->next)
        if ((*at)->refs == 0) {
            struct member *m = *at;
            *at = m->next;
            return m;
        }
    return NULL;
}

static void
drop_idle(struct clusters *cs)
{
    int64_t before = clock_ms(CLOCK_MONOTONIC) - (int64_t)cs->opt.idle_s * 1000;

    for (size_t i = 0; i < CLUSTERS_BUCKETS; i++)
        for (struct member *m = cs->buckets[i], *next; m != NULL; m = next) {
            next = m->next;
            if (m->ready && m->refs == 0 && m->last_ms <= before) {
                log_info("cluster '%s' was idle for %u s: dropped", m->name, cs->opt.idle_s);
                detach(cs, m);
            }
        }
}

static void *
work(void *cookie)
{
    struct clusters *cs = cookie;
    struct timespec  until;

    pthread_mutex_lock(&cs->lock);
    while (!cs->ending) {
        struct member *m = take_dead(cs);
        if (m != NULL) {
            pthread_mutex_unlock(&cs->lock);
            close_member(cs, m);
            pthread_mutex_lock(&cs->lock);
            continue;
        }
        if (cs->opt.idle_s == 0) {
            pthread_cond_wait(&cs->work, &cs->lock);
            continue;
        }
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += LOOK_S;
        if (pthread_cond_timedwait(&cs->work, &cs->lock, &until) != 0)
            drop_idle(cs);
    }
    pthread_mutex_unlock(&cs->lock);
    return NULL;
}

/* ---- life ---- */

bool
clusters_new(struct clusters **out, const struct clusters_options *opt, struct ccm_error *err)
{
    struct clusters *cs = calloc(1, sizeof *cs);

    if (cs == NULL)
        abort();
    cs->opt = *opt;
    pthread_mutex_init(&cs->lock, NULL);
    pthread_cond_init(&cs->work, NULL);
    cs->started = thread_start(&cs->thread, work, cs);
    if (!cs->started) {
        clusters_free(cs);
        return ccm_fail(err, CCM_CONFIG, "can't start a thread: raise the limit of processes (ulimit -u)");
    }
    opt->home->family = cs;
    *out = cs;
    return true;
}

void
clusters_stop(struct clusters *cs)
{
    if (cs == NULL || !cs->started)
        return;
    pthread_mutex_lock(&cs->lock);
    cs->ending = true;
    pthread_cond_signal(&cs->work);
    pthread_mutex_unlock(&cs->lock);
    pthread_join(cs->thread, NULL);
    cs->started = false;
}

void
clusters_free(struct clusters *cs)
{
    if (cs == NULL)
        return;
    clusters_stop(cs);
    for (size_t i = 0; i < CLUSTERS_BUCKETS + 1; i++)
        for (struct member *m = i < CLUSTERS_BUCKETS ? cs->buckets[i] : cs->dead, *next; m != NULL; m = next) {
            next = m->next;
            cluster_free(m->cluster); /* its listeners ended with the server */
            free(m);
        }
    cluster_image_release(cs->like_home);
    cluster_image_release(cs->bare);
    pthread_cond_destroy(&cs->work);
    pthread_mutex_destroy(&cs->lock);
    free(cs);
}

/* ---- telling ---- */

static struct cluster_info
info_of(const struct member *m, struct arena *a)
{
    return (struct cluster_info){
        .name = arena_strdup(a, m->name),
        .made_ms = m->made_ms,
        .idle_ms = m->refs > 0 ? 0 : clock_ms(CLOCK_MONOTONIC) - m->last_ms,
        .requests = m->requests,
        .in_use = m->refs,
        .https_port = m->https != NULL ? http_listener_port(m->https) : 0,
        .http_port = m->http != NULL ? http_listener_port(m->http) : 0,
    };
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(((const struct cluster_info *)a)->name, ((const struct cluster_info *)b)->name);
}

size_t
clusters_list(struct clusters *cs, struct arena *a, const struct cluster_info **out)
{
    size_t n = 0;

    pthread_mutex_lock(&cs->lock);
    struct cluster_info *list = arena_alloc(a, (atomic_load(&cs->count) + 1) * sizeof *list);
    for (size_t i = 0; i < CLUSTERS_BUCKETS; i++)
        for (const struct member *m = cs->buckets[i]; m != NULL; m = m->next)
            if (m->ready)
                list[n++] = info_of(m, a);
    pthread_mutex_unlock(&cs->lock);
    qsort(list, n, sizeof *list, by_name);
    *out = list;
    return n;
}

const struct cluster_info *
clusters_find(struct clusters *cs, struct arena *a, const char *name)
{
    char                 plain[CLUSTERS_MAX_NAME + 1];
    struct cluster_info *info = NULL;

    if (!clusters_check_name(name, plain, NULL))
        return NULL;
    pthread_mutex_lock(&cs->lock);
    const struct member *m = *find(cs, plain);
    if (m != NULL && m->ready) {
        info = arena_alloc(a, sizeof *info);
        *info = info_of(m, a);
    }
    pthread_mutex_unlock(&cs->lock);
    return info;
}
