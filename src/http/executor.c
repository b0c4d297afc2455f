/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Bounded pools of threads, one a lane, for what would block an event loop. A job belongs to a suspended request,
 * which is resumed when the job is back. */
#include <pthread.h>
#include <stdlib.h>

#include "ccmsim/thread.h"
#include "http/http_priv.h"

#define QUEUE_MAX   1024u
#define THREADS_MAX 64u

struct job {
    void (*fn)(void *arg);
    void           *arg;
    struct request *rq;
};

struct executor {
    pthread_mutex_t lock;
    pthread_cond_t  work;
    struct job      queue[QUEUE_MAX]; /* ring */
    unsigned        head, count;
    bool            ending;
    unsigned        thread_count;
    pthread_t       threads[THREADS_MAX];
};

static bool
take(struct executor *ex, struct job *out)
{
    pthread_mutex_lock(&ex->lock);
    while (ex->count == 0 && !ex->ending)
        pthread_cond_wait(&ex->work, &ex->lock);
    bool got = ex->count > 0;
    if (got) {
        *out = ex->queue[ex->head];
        ex->head = (ex->head + 1) % QUEUE_MAX;
        ex->count--;
    }
    pthread_mutex_unlock(&ex->lock);
    return got;
}

static void *
work(void *cookie)
{
    struct job job;

    while (take(cookie, &job)) {
        job.fn(job.arg);
        request_resume(job.rq);
    }
    return NULL;
}

struct executor *
executor_new(unsigned threads)
{
    struct executor *ex = calloc(1, sizeof *ex);

    if (ex == NULL)
        abort();
    pthread_mutex_init(&ex->lock, NULL);
    pthread_cond_init(&ex->work, NULL);
    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    while (ex->thread_count < threads && thread_start(&ex->threads[ex->thread_count], work, ex))
        ex->thread_count++;
    if (ex->thread_count == 0) {
        executor_free(ex);
        return NULL;
    }
    return ex;
}

void
executor_end(struct executor *ex)
{
    if (ex == NULL)
        return;
    pthread_mutex_lock(&ex->lock);
    ex->ending = true;
    pthread_cond_broadcast(&ex->work);
    pthread_mutex_unlock(&ex->lock);
    for (unsigned i = 0; i < ex->thread_count; i++)
        pthread_join(ex->threads[i], NULL);
    ex->thread_count = 0;
}

void
executor_free(struct executor *ex)
{
    if (ex == NULL)
        return;
    pthread_cond_destroy(&ex->work);
    pthread_mutex_destroy(&ex->lock);
    free(ex);
}

bool
executor_submit_to(struct request *rq, enum executor_lane lane, void (*fn)(void *), void *arg, struct ccm_error *err)
{
    struct exchange *x = rq->connection;
    struct executor *ex = x->listener->server->lanes[lane];

    pthread_mutex_lock(&ex->lock);
    bool room = ex->count < QUEUE_MAX && !ex->ending;
    if (room) {
        ex->queue[(ex->head + ex->count) % QUEUE_MAX] = (struct job){ fn, arg, rq };
        ex->count++;
        pthread_cond_signal(&ex->work);
    }
    pthread_mutex_unlock(&ex->lock);
    return room || ccm_fail(err, CCM_BUSY, "too much is waiting; try again");
}

bool
executor_submit(struct request *rq, void (*fn)(void *), void *arg, struct ccm_error *err)
{
    return executor_submit_to(rq, LANE_BRIEF, fn, arg, err);
}
