/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A simulator from beginning to end, and its one lock. */
#include <stdlib.h>

#include "sim/load.h"

/* Lengths are product knowledge: keep-alives every 30 s and about three missed, the monitor duration of 120 s, T301
 * of 180 s, 15 s for a first digit are the product's; boot and reset times vary by model and network. */
const struct sim_timing sim_timing_default = {
    .boot = { 30000, 60000 },
    .register_ = { 1000, 3000 },
    .reset = { 30000, 90000 },
    .restart = { 5000, 15000 },
    .apply = { 1000, 3000 },
    .login = { 3000, 8000 },
    .keepalive_loss = { 60000, 120000 },
    .failback = { 120000, 120000 },
    .no_answer_ms = 180000,
    .tone_ms = 10000,
    .digits_ms = 15000,
};

char *
sim_copy(const char *text)
{
    if (text == NULL)
        return NULL;
    size_t size = strlen(text) + 1;
    return memcpy(base_malloc(size), text, size);
}

void
sim_lock(struct sim *sim)
{
    pthread_mutex_lock(&sim->lock);
}

void
sim_unlock(struct sim *sim)
{
    int64_t  wake = clock_wake_ns(sim);
    bool     earlier = wake < sim->wake_ns;
    uint64_t last = sim->last_seq;
    void (*fn)(void *cookie, uint64_t last_seq) = last != sim->told_seq ? sim->listener : NULL;
    void *cookie = sim->listener_cookie;

    if (earlier)
        sim->wake_ns = wake;
    sim->told_seq = last;
    pthread_mutex_unlock(&sim->lock);
    if (earlier && sim->opt.driver != NULL)
        driver_wake(sim->opt.driver, sim, wake);
    if (fn != NULL)
        fn(cookie, last);
}

bool
sim_new(struct sim **out, const struct sim_options *opt, struct ccm_error *err)
{
    struct sim *sim = base_malloc(sizeof *sim);

    memset(sim, 0, sizeof *sim);
    sim->opt = *opt;
    if (sim->opt.driver == NULL)
        sim->opt.mode = SIM_CLOCK_MANUAL;
    pthread_mutex_init(&sim->lock, NULL);
    pthread_cond_init(&sim->idle, NULL);
    buf_init(&sim->scratch, BUF_MAX_TEXT);
    sim->first_seq = 1;
    sim->devices = MAP_OF(struct dev, name, true);
    sim->device_pkids = MAP_OF(struct dev, pkid, true);
    sim->profiles = MAP_OF(struct dev, profile, true);
    sim->numbers = MAP_OF(struct dn, pattern, false);
    sim->number_pkids = MAP_OF(struct dn, pkid, true);
    sim->line_pkids = MAP_OF(struct line, pkid, true);
    sim->partitions = MAP_OF(struct partition, pkid, true);
    sim->spaces = MAP_OF(struct css, pkid, true);
    sim->groups = MAP_OF(struct group, pkid, true);
    sim->pools = MAP_OF(struct pool, pkid, true);
    if (sim->opt.mode == SIM_CLOCK_FAST && !(sim->opt.speed > 0 && sim->opt.speed <= SIM_MAX_SPEED)) {
        ccm_fail(err, CCM_CONFIG, "a clock's speed must be above 0 and at most %g", SIM_MAX_SPEED);
        sim_free(sim);
        return false;
    }
    clock_start(sim);
    if (sim->opt.driver != NULL)
        driver_attach(sim->opt.driver, sim);
    sim->settling = sim->opt.settled;
    if (!registry_set_range(sim, opt->phone_range, err) || !load_all(sim, err)) {
        sim_free(sim);
        return false;
    }
    sim->settling = false;
    *out = sim;
    return true;
}

void
sim_free(struct sim *sim)
{
    if (sim == NULL)
        return;
    if (sim->opt.driver != NULL)
        driver_detach(sim->opt.driver, sim);
    call_clear_all(sim);
    apply_clear(sim);
    alarms_release(&sim->alarms);
    heap_release(&sim->heap);
    events_clear(sim);
    buf_release(&sim->scratch);
    pthread_cond_destroy(&sim->idle);
    pthread_mutex_destroy(&sim->lock);
    free(sim);
}

/* Timers of others stay: they are of their own making, and their moments are on a clock that goes on. */
bool
sim_reload(struct sim *sim, bool loading, struct ccm_error *err)
{
    sim_lock(sim);
    while (sim->running && !pthread_equal(sim->runner, pthread_self()))
        pthread_cond_wait(&sim->idle, &sim->lock);
    call_clear_all(sim);
    apply_clear(sim);
    sim->last_call = 0;
    sim->loading = loading;
    sim->settling = sim->opt.settled;
    sim_unlock(sim);
    bool ok = load_all(sim, err);
    sim_lock(sim);
    sim->settling = false;
    sim_unlock(sim);
    return ok;
}

bool
sim_reset(struct sim *sim, struct ccm_error *err)
{
    return sim_reload(sim, false, err);
}
