/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Event streams as the hub knows them: asleep until there is something for them, or a heartbeat is due. */
#include <stdlib.h>

#include "control/hub_priv.h"

static void
unref(struct stream *s, unsigned count)
{
    s->refs -= count;
    if (s->refs == 0)
        free(s);
}

static void
resume(struct stream *s)
{
    if (!s->idle)
        return;
    s->idle = false;
    request_resume(s->rq);
}

void
stream_wake(struct stream *s, uint64_t seq)
{
    if (!s->woken)
        s->from = seq;
    s->woken = true;
    resume(s);
}

static void
on_beat(void *cookie)
{
    struct stream *s = cookie;
    struct hub    *h = s->hub;

    pthread_mutex_lock(&h->lock);
    if (s->rq != NULL) {
        s->beat = true;
        resume(s);
        s->timer = sim_driver_after(h->cluster->driver, s->beat_ms, on_beat, s);
        pthread_mutex_unlock(&h->lock);
        return;
    }
    unref(s, 1);
    pthread_mutex_unlock(&h->lock);
    atomic_fetch_sub(&h->timers, 1);
}

struct stream *
hub_stream(struct hub *h, struct request *rq, unsigned kinds, const char *subject, uint64_t beat_ms)
{
    struct stream *s = calloc(1, sizeof *s);

    if (s == NULL)
        abort();
    *s = (struct stream){ .hub = h, .rq = rq, .refs = 1, .kinds = kinds, .beat_ms = beat_ms };
    pthread_mutex_lock(&h->lock);
    index_add(&h->index, &s->by_subject, "stream", subject != NULL ? subject : "", s);
    h->stream_count++;
    if (beat_ms > 0) {
        s->refs++;
        atomic_fetch_add(&h->timers, 1);
        s->timer = sim_driver_after(h->cluster->driver, beat_ms, on_beat, s);
    }
    pthread_mutex_unlock(&h->lock);
    return s;
}

bool
hub_stream_looks(struct stream *s, uint64_t *from)
{
    pthread_mutex_lock(&s->hub->lock);
    bool beat = s->beat;
    *from = s->woken ? s->from : 0;
    s->woken = s->beat = s->idle = false;
    pthread_mutex_unlock(&s->hub->lock);
    return beat;
}

bool
hub_stream_idles(struct stream *s)
{
    pthread_mutex_lock(&s->hub->lock);
    bool nothing = !s->woken && !s->beat;
    s->idle = nothing;
    pthread_mutex_unlock(&s->hub->lock);
    return nothing;
}

void
hub_stream_end(struct stream *s)
{
    struct hub *h = s->hub;

    pthread_mutex_lock(&h->lock);
    index_remove(&h->index, &s->by_subject);
    h->stream_count--;
    s->rq = NULL;
    bool cancelled = s->timer != 0 && sim_driver_cancel(h->cluster->driver, s->timer);
    if (cancelled)
        atomic_fetch_sub(&h->timers, 1);
    unref(s, cancelled ? 2 : 1);
    pthread_mutex_unlock(&h->lock);
}
