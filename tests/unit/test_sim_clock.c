/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The clock by hand, faster than the machine's, and the driver's delays. */
#include "sim_kit.h"

#include <pthread.h>

struct note {
    struct simkit  *k;
    int64_t         at[8];
    size_t          count;
    pthread_mutex_t lock;
    pthread_cond_t  cond;
};

static void
note_time(void *cookie)
{
    struct note *n = cookie;
    int64_t      now = sim_now_ms(n->k->sim);

    pthread_mutex_lock(&n->lock);
    if (n->count < 8)
        n->at[n->count++] = now;
    pthread_cond_signal(&n->cond);
    pthread_mutex_unlock(&n->lock);
}

static void
wait_for(struct note *n, size_t count)
{
    pthread_mutex_lock(&n->lock);
    while (n->count < count)
        pthread_cond_wait(&n->cond, &n->lock);
    pthread_mutex_unlock(&n->lock);
}

#define NOTE(kit)                                                                       \
    {                                                                                   \
        .k = (kit), .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER \
    }

static void
test_by_hand(void **state)
{
    struct simkit k;
    struct note   n = NOTE(&k);
    size_t        ran;

    (void)state;
    simkit_open(&k, 0, (struct simkit_how){ .settled = true });
    int64_t start = sim_now_ms(k.sim);
    assert_true(start == 1767225600000);
    sim_timer_start(k.sim, 300, note_time, &n);
    sim_timer_start(k.sim, 100, note_time, &n);
    uint64_t third = sim_timer_start(k.sim, 200, note_time, &n);
    assert_true(sim_timer_cancel(k.sim, third));
    assert_false(sim_timer_cancel(k.sim, third));
    assert_true(sim_clock_advance(k.sim, 99, &ran, &k.err));
    assert_int_equal(ran, 0);
    assert_true(sim_clock_advance(k.sim, 1, &ran, &k.err));
    assert_int_equal(ran, 1);
    assert_true(sim_clock_run_idle(k.sim, 100, &ran, &k.err));
    assert_int_equal(ran, 0);
    assert_true(sim_now_ms(k.sim) == start + 100);
    assert_true(sim_clock_run_idle(k.sim, 1000, &ran, &k.err));
    assert_int_equal(ran, 1);
    assert_true(sim_now_ms(k.sim) == start + 300);
    assert_true(n.at[0] == start + 100 && n.at[1] == start + 300);
    assert_false(sim_clock_advance(k.sim, -1, NULL, &k.err));
    assert_int_equal(k.err.status, CCM_INVALID);
    assert_false(sim_clock_set(k.sim, SIM_CLOCK_REAL, 0, &k.err));
    assert_int_equal(k.err.status, CCM_CONFLICT);
    simkit_close(&k);
}

static void
advance_inside(void *cookie)
{
    struct simkit *k = cookie;

    assert_false(sim_clock_advance(k->sim, 10, NULL, &k->err));
    assert_int_equal(k->err.status, CCM_CONFLICT);
}

static void
test_not_from_within(void **state)
{
    struct simkit k;
    size_t        ran;

    (void)state;
    simkit_open(&k, 0, (struct simkit_how){ .settled = true });
    sim_timer_start(k.sim, 10, advance_inside, &k);
    assert_true(sim_clock_advance(k.sim, 10, &ran, &k.err));
    assert_int_equal(ran, 1);
    simkit_close(&k);
}

static void
test_fast(void **state)
{
    struct sim_driver *drv = sim_driver_new();
    struct simkit      k;
    struct note        n = NOTE(&k);

    (void)state;
    simkit_open(&k, 2, (struct simkit_how){ .driver = drv, .mode = SIM_CLOCK_FAST, .speed = 100000 });
    int64_t start = sim_now_ms(k.sim);
    sim_timer_start(k.sim, 3600000, note_time, &n);
    wait_for(&n, 1);
    assert_true(n.at[0] >= start + 3600000);
    assert_int_equal(sim_device_find(k.sim, k.a, "SEP000000000002")->status, SIM_REGISTERED);
    assert_false(sim_clock_advance(k.sim, 1, NULL, &k.err));
    assert_int_equal(k.err.status, CCM_CONFLICT);
    assert_true(sim_clock_set(k.sim, SIM_CLOCK_MANUAL, 0, &k.err));
    sim_timer_start(k.sim, 1000, note_time, &n);
    assert_true(sim_clock_advance(k.sim, 1000, NULL, &k.err));
    assert_int_equal(n.count, 2);
    /* A timer that was waiting runs when time passes again. */
    sim_timer_start(k.sim, 1000, note_time, &n);
    assert_true(sim_clock_set(k.sim, SIM_CLOCK_FAST, 100000, &k.err));
    wait_for(&n, 3);
    assert_false(sim_clock_set(k.sim, SIM_CLOCK_FAST, 0, &k.err));
    simkit_close(&k);
    sim_driver_free(drv);
}

static void
test_delays(void **state)
{
    struct sim_driver *drv = sim_driver_new();
    struct simkit      k;
    struct note        n = NOTE(&k);

    (void)state;
    simkit_open(&k, 0, (struct simkit_how){ .settled = true });
    uint64_t far = sim_driver_after(drv, 100000000, note_time, &n);
    sim_driver_after(drv, 0, note_time, &n);
    sim_driver_after(drv, 1, note_time, &n);
    wait_for(&n, 2);
    assert_true(sim_driver_cancel(drv, far));
    assert_false(sim_driver_cancel(drv, far));
    sim_driver_free(drv);
    simkit_close(&k);
}

static void
test_lengths(void **state)
{
    static const char *const bad[] = {
        "boot", "boot=", "boot=x", "boot=5-1", "boot=1-2-3", "sleep=1", "no-answer=1-2"
    };
    struct sim_timing t = sim_timing_default;
    struct ccm_error  err;

    (void)state;
    assert_true(sim_timing_parse(&t, "boot=1-2.5,register=0,no-answer=20", &err));
    assert_int_equal(t.boot.min_ms, 1000);
    assert_int_equal(t.boot.max_ms, 2500);
    assert_int_equal(t.register_.max_ms, 0);
    assert_int_equal(t.no_answer_ms, 20000);
    assert_int_equal(t.reset.min_ms, sim_timing_default.reset.min_ms);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(sim_timing_parse(&t, bad[i], &err));
        assert_int_equal(err.status, CCM_CONFIG);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand), cmocka_unit_test(test_not_from_within), cmocka_unit_test(test_fast),
        cmocka_unit_test(test_delays),  cmocka_unit_test(test_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
