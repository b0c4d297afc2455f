/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A cluster's time: the machine's, the machine's times a factor, or by hand. Timers run in the order of their moments,
 * one thread at a time, and what happens in one happens at its moment, however late it is run. */
#include <math.h>
#include <time.h>

#include "sim/sim_priv.h"

/* 2026-01-01: by hand and from a seed, so that two runs write the same stamps. */
#define SEEDED_EPOCH_MS 1767225600000
/* Timers that are run before others get a turn at the lock. */
#define AT_A_TIME 256u

int64_t
sim_machine_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t
calendar_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static double
speed_of(const struct sim *sim)
{
    return sim->opt.mode == SIM_CLOCK_FAST ? sim->opt.speed : 1.0;
}

void
clock_start(struct sim *sim)
{
    sim->base_ns = sim_machine_ns();
    sim->base_ms = sim->opt.mode == SIM_CLOCK_MANUAL && sim->opt.seeded ? SEEDED_EPOCH_MS : calendar_ms();
    sim->moment = NO_MOMENT;
    sim->wake_ns = INT64_MAX;
}

/* Lock held. */
int64_t
clock_now(const struct sim *sim)
{
    if (sim->moment != NO_MOMENT)
        return sim->moment;
    if (sim->opt.mode == SIM_CLOCK_MANUAL)
        return sim->base_ms;
    double passed = (double)(sim_machine_ns() - sim->base_ns) * speed_of(sim) / 1e6;
    return sim->base_ms + (int64_t)passed;
}

void
clock_timer(struct sim *sim, struct sim_timer *t, int64_t delay_ms)
{
    heap_add(&sim->heap, t, clock_now(sim) + (delay_ms > 0 ? delay_ms : 0));
}

void
clock_stop(struct sim *sim, struct sim_timer *t)
{
    heap_remove(&sim->heap, t);
}

static uint64_t
mixed(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

int64_t
clock_draw(struct sim *sim, struct dev *d, struct sim_span span)
{
    if (span.max_ms <= span.min_ms)
        return span.min_ms;
    uint64_t z = mixed(sim->opt.seed + sim_hash(d->name, true) + 0x9E3779B97F4A7C15u * ++d->draws);
    return span.min_ms + (int64_t)(z % (span.max_ms - span.min_ms + 1u));
}

/* The machine's nanosecond at which the first timer is due. */
int64_t
clock_wake_ns(const struct sim *sim)
{
    const struct sim_timer *first = heap_first(&sim->heap);

    if (first == NULL || sim->opt.mode == SIM_CLOCK_MANUAL || sim->running)
        return INT64_MAX;
    double wait = ceil((double)(first->at - sim->base_ms) * 1e6 / speed_of(sim));
    return wait > 4e18 ? INT64_MAX : sim->base_ns + (int64_t)wait;
}

/* ---- running timers ---- */

static void
run_alarm(struct sim *sim, struct sim_alarm *alarm)
{
    alarm_take(&sim->alarms, alarm);
    sim->moment = NO_MOMENT;
    sim_unlock(sim);
    alarm->fn(alarm->cookie);
    free(alarm);
    sim_lock(sim);
}

static void
run_one(struct sim *sim, struct sim_timer *t)
{
    heap_remove(&sim->heap, t);
    if (sim->opt.mode == SIM_CLOCK_MANUAL && t->at > sim->base_ms)
        sim->base_ms = t->at;
    sim->moment = t->at;
    switch ((enum sim_timer_kind)t->kind) {
    case TIMER_DEVICE:
        phone_event(sim, (struct dev *)(void *)((char *)t - offsetof(struct dev, timer)), EVENT_TIME);
        break;
    case TIMER_CALL: call_time(sim, (struct call *)(void *)((char *)t - offsetof(struct call, timer))); break;
    case TIMER_OTHER: run_alarm(sim, (struct sim_alarm *)(void *)t); break;
    }
    sim->moment = NO_MOMENT;
}

/* Run what is due until then (by hand) or by now. The lock is let go now and then. */
static size_t
run_due(struct sim *sim, bool by_hand, int64_t until)
{
    size_t ran = 0;

    sim->running = true;
    sim->runner = pthread_self();
    for (;;) {
        struct sim_timer *t = heap_first(&sim->heap);
        if (t == NULL || t->at > (by_hand ? until : clock_now(sim)) || by_hand != (sim->opt.mode == SIM_CLOCK_MANUAL))
            break;
        run_one(sim, t);
        if (++ran % AT_A_TIME == 0) {
            sim_unlock(sim);
            sim_lock(sim);
        }
    }
    sim->running = false;
    pthread_cond_broadcast(&sim->idle);
    return ran;
}

int64_t
clock_run(struct sim *sim)
{
    sim_lock(sim);
    sim->wake_ns = INT64_MAX;
    if (!sim->running && sim->opt.mode != SIM_CLOCK_MANUAL)
        run_due(sim, false, 0);
    int64_t next = sim->wake_ns = clock_wake_ns(sim);
    sim_unlock(sim);
    return next;
}

/* ---- for others ---- */

int64_t
sim_now_ms(const struct sim *sim)
{
    struct sim *s = (struct sim *)(uintptr_t)sim;

    pthread_mutex_lock(&s->lock);
    int64_t now = clock_now(s);
    pthread_mutex_unlock(&s->lock);
    return now;
}

enum sim_clock_mode
sim_clock_mode(const struct sim *sim, double *speed)
{
    struct sim *s = (struct sim *)(uintptr_t)sim;

    pthread_mutex_lock(&s->lock);
    enum sim_clock_mode mode = s->opt.mode;
    if (speed != NULL)
        *speed = mode == SIM_CLOCK_MANUAL ? 0 : speed_of(s);
    pthread_mutex_unlock(&s->lock);
    return mode;
}

static const char *const mode_names[] = { "real", "fast", "manual" };

bool
sim_clock_set(struct sim *sim, enum sim_clock_mode mode, double speed, struct ccm_error *err)
{
    if (mode == SIM_CLOCK_FAST && !(speed > 0 && speed <= SIM_MAX_SPEED))
        return ccm_fail(err, CCM_INVALID, "speed must be above 0 and at most %g", SIM_MAX_SPEED);
    if (mode != SIM_CLOCK_MANUAL && sim->opt.driver == NULL)
        return ccm_fail(err, CCM_CONFLICT, "this clock runs by hand only");
    sim_lock(sim);
    sim->base_ms = clock_now(sim);
    sim->base_ns = sim_machine_ns();
    sim->opt.mode = mode;
    sim->opt.speed = mode == SIM_CLOCK_FAST ? speed : 1.0;
    struct buf *b = event_begin(sim, KIND_CLOCK, mode_names[mode]);
    event_text(b, "mode", mode_names[mode]);
    if (mode == SIM_CLOCK_FAST)
        buf_addf(b, ",\"speed\":%.12g", speed);
    event_end(sim, KIND_CLOCK, mode_names[mode]);
    sim_unlock(sim);
    return true;
}

/* Wait for a turn. False: the clock isn't run by hand, or this thread is in the middle of running it. */
static bool
take_turn(struct sim *sim, struct ccm_error *err)
{
    sim_lock(sim);
    if (sim->running && pthread_equal(sim->runner, pthread_self())) {
        sim_unlock(sim);
        return ccm_fail(err, CCM_CONFLICT, "the clock can't be moved by one of its own timers");
    }
    while (sim->running)
        pthread_cond_wait(&sim->idle, &sim->lock);
    if (sim->opt.mode == SIM_CLOCK_MANUAL)
        return true;
    sim_unlock(sim);
    return ccm_fail(err, CCM_CONFLICT, "the clock is not run by hand: set it to manual first");
}

bool
sim_clock_advance(struct sim *sim, int64_t by_ms, size_t *ran, struct ccm_error *err)
{
    if (by_ms < 0 || by_ms > SIM_MAX_ADVANCE_MS)
        return ccm_fail(err, CCM_INVALID, "time to pass must be from 0 to %lld ms", (long long)SIM_MAX_ADVANCE_MS);
    if (!take_turn(sim, err))
        return false;
    int64_t until = sim->base_ms + by_ms;
    size_t  n = run_due(sim, true, until);
    if (sim->opt.mode == SIM_CLOCK_MANUAL && sim->base_ms < until)
        sim->base_ms = until;
    sim_unlock(sim);
    if (ran != NULL)
        *ran = n;
    return true;
}

bool
sim_clock_run_idle(struct sim *sim, int64_t within_ms, size_t *ran, struct ccm_error *err)
{
    if (within_ms < 0 || within_ms > SIM_MAX_ADVANCE_MS)
        return ccm_fail(err, CCM_INVALID, "within must be from 0 to %lld ms", (long long)SIM_MAX_ADVANCE_MS);
    if (!take_turn(sim, err))
        return false;
    size_t n = run_due(sim, true, sim->base_ms + within_ms);
    sim_unlock(sim);
    if (ran != NULL)
        *ran = n;
    return true;
}

uint64_t
sim_timer_start(struct sim *sim, int64_t delay_ms, void (*fn)(void *cookie), void *cookie)
{
    sim_lock(sim);
    struct sim_alarm *alarm = alarm_new(&sim->alarms, fn, cookie);
    uint64_t          id = alarm->id;
    clock_timer(sim, &alarm->timer, delay_ms);
    sim_unlock(sim);
    return id;
}

bool
sim_timer_cancel(struct sim *sim, uint64_t id)
{
    sim_lock(sim);
    struct sim_alarm *alarm = alarm_find(&sim->alarms, id);
    if (alarm != NULL) {
        clock_stop(sim, &alarm->timer);
        alarm_take(&sim->alarms, alarm);
        free(alarm);
    }
    sim_unlock(sim);
    return alarm != NULL;
}
