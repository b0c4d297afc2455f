/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The thread that makes time pass. It sleeps until the earliest moment that any simulator, or any delay in machine
 * time, has asked for; with nothing to come it sleeps for good. */
#include <stdlib.h>
#include <time.h>

#include "ccmsim/thread.h"
#include "sim/sim_priv.h"

struct rider {
    struct sim *sim;
    int64_t     at_ns;
};

struct sim_driver {
    pthread_mutex_t   lock;
    pthread_cond_t    wake, done;
    pthread_t         thread;
    bool              started, stop;
    struct rider     *riders;
    size_t            count, cap;
    struct sim       *busy; /* being run now */
    struct sim_heap   heap; /* delays, in machine nanoseconds */
    struct sim_alarms alarms;
};

struct sim_driver *
sim_driver_new(void)
{
    struct sim_driver *drv = base_malloc(sizeof *drv);
    pthread_condattr_t attr;

    memset(drv, 0, sizeof *drv);
    pthread_mutex_init(&drv->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&drv->wake, &attr);
    pthread_cond_init(&drv->done, &attr);
    pthread_condattr_destroy(&attr);
    return drv;
}

void
sim_driver_free(struct sim_driver *drv)
{
    if (drv == NULL)
        return;
    pthread_mutex_lock(&drv->lock);
    drv->stop = true;
    pthread_cond_broadcast(&drv->wake);
    pthread_mutex_unlock(&drv->lock);
    if (drv->started)
        pthread_join(drv->thread, NULL);
    free(drv->riders);
    heap_release(&drv->heap);
    alarms_release(&drv->alarms);
    pthread_cond_destroy(&drv->wake);
    pthread_cond_destroy(&drv->done);
    pthread_mutex_destroy(&drv->lock);
    free(drv);
}

static struct rider *
rider_of(struct sim_driver *drv, const struct sim *sim)
{
    for (size_t i = 0; i < drv->count; i++)
        if (drv->riders[i].sim == sim)
            return &drv->riders[i];
    return NULL;
}

static void
run_rider(struct sim_driver *drv, struct rider *r)
{
    struct sim *sim = r->sim;

    r->at_ns = INT64_MAX;
    drv->busy = sim;
    pthread_mutex_unlock(&drv->lock);
    int64_t next = clock_run(sim);
    pthread_mutex_lock(&drv->lock);
    drv->busy = NULL;
    r = rider_of(drv, sim);
    if (r != NULL && next < r->at_ns)
        r->at_ns = next;
    pthread_cond_broadcast(&drv->done);
}

static void
run_delay(struct sim_driver *drv, struct sim_alarm *alarm)
{
    heap_remove(&drv->heap, &alarm->timer);
    alarm_take(&drv->alarms, alarm);
    pthread_mutex_unlock(&drv->lock);
    alarm->fn(alarm->cookie);
    free(alarm);
    pthread_mutex_lock(&drv->lock);
}

static void
sleep_until(struct sim_driver *drv, int64_t at_ns)
{
    if (at_ns == INT64_MAX) {
        pthread_cond_wait(&drv->wake, &drv->lock);
        return;
    }
    struct timespec t = { .tv_sec = at_ns / 1000000000, .tv_nsec = at_ns % 1000000000 };
    pthread_cond_timedwait(&drv->wake, &drv->lock, &t);
}

static void *
drive(void *arg)
{
    struct sim_driver *drv = arg;

    pthread_mutex_lock(&drv->lock);
    while (!drv->stop) {
        struct sim_timer *delay = heap_first(&drv->heap);
        struct rider     *first = NULL;
        for (size_t i = 0; i < drv->count; i++)
            if (first == NULL || drv->riders[i].at_ns < first->at_ns)
                first = &drv->riders[i];
        int64_t now = sim_machine_ns();
        int64_t at = first != NULL ? first->at_ns : INT64_MAX;
        if (delay != NULL && delay->at <= now)
            run_delay(drv, (struct sim_alarm *)(void *)delay);
        else if (at <= now)
            run_rider(drv, first);
        else
            sleep_until(drv, delay != NULL && delay->at < at ? delay->at : at);
    }
    pthread_mutex_unlock(&drv->lock);
    return NULL;
}

/* Lock held. */
static void
start(struct sim_driver *drv)
{
    if (!drv->started && !thread_start(&drv->thread, drive, drv))
        base_out_of_memory(0);
    drv->started = true;
}

void
driver_attach(struct sim_driver *drv, struct sim *sim)
{
    pthread_mutex_lock(&drv->lock);
    if (drv->count == drv->cap) {
        drv->cap = drv->cap == 0 ? 8 : drv->cap * 2;
        drv->riders = base_realloc(drv->riders, drv->cap * sizeof *drv->riders);
    }
    drv->riders[drv->count++] = (struct rider){ sim, INT64_MAX };
    start(drv);
    pthread_mutex_unlock(&drv->lock);
}

void
driver_detach(struct sim_driver *drv, struct sim *sim)
{
    pthread_mutex_lock(&drv->lock);
    struct rider *r = rider_of(drv, sim);
    if (r != NULL)
        *r = drv->riders[--drv->count];
    while (drv->busy == sim)
        pthread_cond_wait(&drv->done, &drv->lock);
    pthread_mutex_unlock(&drv->lock);
}

void
driver_wake(struct sim_driver *drv, struct sim *sim, int64_t at_ns)
{
    pthread_mutex_lock(&drv->lock);
    struct rider *r = rider_of(drv, sim);
    if (r != NULL && at_ns < r->at_ns) {
        r->at_ns = at_ns;
        pthread_cond_signal(&drv->wake);
    }
    pthread_mutex_unlock(&drv->lock);
}

uint64_t
sim_driver_after(struct sim_driver *drv, uint64_t delay_ms, void (*fn)(void *cookie), void *cookie)
{
    int64_t delay_ns = delay_ms > INT64_MAX / 4000000 ? INT64_MAX / 4 : (int64_t)delay_ms * 1000000;

    pthread_mutex_lock(&drv->lock);
    struct sim_alarm *alarm = alarm_new(&drv->alarms, fn, cookie);
    uint64_t          id = alarm->id;
    heap_add(&drv->heap, &alarm->timer, sim_machine_ns() + delay_ns);
    start(drv);
    pthread_cond_signal(&drv->wake);
    pthread_mutex_unlock(&drv->lock);
    return id;
}

bool
sim_driver_cancel(struct sim_driver *drv, uint64_t id)
{
    pthread_mutex_lock(&drv->lock);
    struct sim_alarm *alarm = alarm_find(&drv->alarms, id);
    if (alarm != NULL) {
        heap_remove(&drv->heap, &alarm->timer);
        alarm_take(&drv->alarms, alarm);
        free(alarm);
    }
    pthread_mutex_unlock(&drv->lock);
    return alarm != NULL;
}
