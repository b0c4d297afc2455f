/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Clients that go away while their request waits. libmicrohttpd doesn't look at the socket of a suspended
 * connection, so one thread a server does, with an epoll set of its own. An entry stands from the suspension
 * to the resumption: while it stands the connection is suspended and its exchange can't go. */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ccmsim/thread.h"
#include "http/http_priv.h"

#define WAKE   UINT64_MAX
#define EVENTS 64

struct entry {
    struct exchange *x; /* NULL: free */
    int              fd;
    uint32_t         turn;    /* grows with each use, so that a late event is known as such */
    bool             telling; /* its hook is running; who resumes it meanwhile leaves that to us */
    bool             resume;
    uint32_t         next_free;
};

struct watch {
    pthread_mutex_t lock;
    pthread_t       thread;
    bool            started, ending, stopping;
    int             epoll, wake;
    struct entry   *entries;
    uint32_t        count, cap, free_first; /* free_first: index + 1, 0 none */
    uint32_t        in_use;
};

static uint64_t
key_of(const struct watch *w, uint32_t index)
{
    return (uint64_t)w->entries[index].turn << 32 | index;
}

/* ---- entries; under the lock ---- */

static uint32_t
take_entry(struct watch *w)
{
    if (w->free_first != 0) {
        uint32_t index = w->free_first - 1;
        w->free_first = w->entries[index].next_free;
        return index;
    }
    if (w->count == w->cap) {
        w->cap = w->cap > 0 ? w->cap * 2 : 64;
        w->entries = realloc(w->entries, w->cap * sizeof *w->entries);
        if (w->entries == NULL)
            abort();
    }
    w->entries[w->count] = (struct entry){ .turn = 0 };
    return w->count++;
}

static void
give_entry(struct watch *w, uint32_t index)
{
    struct entry *e = &w->entries[index];

    epoll_ctl(w->epoll, EPOLL_CTL_DEL, e->fd, NULL);
    e->x->watched = 0;
    e->x = NULL;
    e->telling = e->resume = false;
    e->turn++;
    e->next_free = w->free_first;
    w->free_first = index + 1;
    w->in_use--;
}

/* ---- telling ---- */

/* The client of that entry has gone, or the server ends: tell the request, and resume it if that is what came
 * of it. Called and left with the lock held. */
static void
tell(struct watch *w, uint64_t key)
{
    uint32_t index = (uint32_t)key;

    if (index >= w->count || w->entries[index].x == NULL || key_of(w, index) != key || w->entries[index].telling)
        return;
    struct exchange *x = w->entries[index].x;
    w->entries[index].telling = true;
    pthread_mutex_unlock(&w->lock);
    exchange_gone(x);
    pthread_mutex_lock(&w->lock);
    w->entries[index].telling = false;
    if (!w->entries[index].resume)
        return;
    give_entry(w, index);
    pthread_mutex_unlock(&w->lock);
    exchange_resume_now(x);
    pthread_mutex_lock(&w->lock);
}

static void
tell_all(struct watch *w)
{
    for (uint32_t i = 0; i < w->count; i++)
        if (w->entries[i].x != NULL)
            tell(w, key_of(w, i));
}

static void *
work(void *cookie)
{
    struct watch      *w = cookie;
    struct epoll_event events[EVENTS];
    uint64_t           drained;

    pthread_mutex_lock(&w->lock);
    while (!w->ending) {
        pthread_mutex_unlock(&w->lock);
        int n = epoll_wait(w->epoll, events, EVENTS, -1);
        pthread_mutex_lock(&w->lock);
        for (int i = 0; i < n; i++)
            if (events[i].data.u64 != WAKE)
                tell(w, events[i].data.u64);
            else if (read(w->wake, &drained, sizeof drained) > 0 && w->stopping)
                tell_all(w);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static void
poke(struct watch *w)
{
    uint64_t one = 1;

    while (write(w->wake, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

/* ---- the face ---- */

struct watch *
watch_new(void)
{
    struct watch      *w = calloc(1, sizeof *w);
    struct epoll_event event = { .events = EPOLLIN, .data.u64 = WAKE };

    if (w == NULL)
        abort();
    pthread_mutex_init(&w->lock, NULL);
    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    w->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    w->started = w->epoll >= 0 && w->wake >= 0 && epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->wake, &event) == 0 &&
                 thread_start(&w->thread, work, w);
    if (w->started)
        return w;
    watch_free(w);
    return NULL;
}

void
watch_add(struct watch *w, struct exchange *x, int fd)
{
    struct epoll_event event = { .events = EPOLLRDHUP | EPOLLONESHOT };

    pthread_mutex_lock(&w->lock);
    uint32_t      index = take_entry(w);
    struct entry *e = &w->entries[index];
    e->x = x;
    e->fd = fd;
    event.data.u64 = key_of(w, index);
    x->watched = index + 1;
    w->in_use++;
    epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &event);
    bool stopping = w->stopping;
    pthread_mutex_unlock(&w->lock);
    if (stopping)
        poke(w);
}

bool
watch_remove(struct watch *w, struct exchange *x)
{
    pthread_mutex_lock(&w->lock);
    uint32_t watched = x->watched;
    bool     mine = watched == 0 || !w->entries[watched - 1].telling;
    if (!mine)
        w->entries[watched - 1].resume = true;
    else if (watched != 0)
        give_entry(w, watched - 1);
    pthread_mutex_unlock(&w->lock);
    return mine;
}

void
watch_stop(struct watch *w)
{
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_mutex_unlock(&w->lock);
    poke(w);
}

void
watch_free(struct watch *w)
{
    if (w == NULL)
        return;
    if (w->started) {
        pthread_mutex_lock(&w->lock);
        w->ending = true;
        pthread_mutex_unlock(&w->lock);
        poke(w);
        pthread_join(w->thread, NULL);
    }
    if (w->epoll >= 0)
        close(w->epoll);
    if (w->wake >= 0)
        close(w->wake);
    pthread_mutex_destroy(&w->lock);
    free(w->entries);
    free(w);
}
