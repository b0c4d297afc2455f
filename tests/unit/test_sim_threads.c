/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Everybody at once, on a clock that runs by itself: callers, readers, a writer of the store, a failing node. Nothing
 * is lost or stuck afterwards. What a race would do, ThreadSanitizer shows. */
#include "sim_kit.h"

#include <pthread.h>
#include <stdatomic.h>

#define PHONES 40u
#define ROUNDS 300u

static struct simkit k;
static atomic_uint   told;

static void
hear(void *cookie, uint64_t last_seq)
{
    (void)cookie;
    (void)last_seq;
    atomic_fetch_add(&told, 1);
}

static void *
call(void *arg)
{
    unsigned x = (unsigned)(uintptr_t)arg;
    uint64_t id;
    char     device[20], digits[20];

    for (unsigned i = 0; i < ROUNDS; i++) {
        x = x * 1103515245u + 12345u;
        snprintf(device, sizeof device, "SEP%012u", x / 65536 % PHONES + 1);
        snprintf(digits, sizeof digits, "%u", 2001 + x / 777 % PHONES);
        if (sim_call_dial(k.sim, device, 0, digits, &id, NULL, NULL)) {
            sim_call_answer(k.sim, id, NULL, NULL);
            sim_device_call(k.sim, device);
            sim_call_clear(k.sim, id, NULL);
        }
    }
    return NULL;
}

static bool
take(void *cookie, const struct sim_event *e)
{
    uint64_t *next = cookie;

    assert_int_equal(e->seq, *next);
    ++*next;
    return true;
}

static void *
look(void *arg)
{
    struct arena *a = arena_new();
    uint64_t      seq = 1;

    (void)arg;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct sim_filter               f = { .status = SIM_STATUS_COUNT };
        const struct sim_device *const *out;
        const struct sim_node          *nodes;
        const struct sim_call *const   *calls;
        int64_t                         value;
        sim_devices(k.sim, a, &f, &out, NULL);
        sim_nodes(k.sim, a, &nodes);
        sim_calls(k.sim, a, &calls);
        sim_counter(k.sim, "cucm-pub", "Cisco CallManager", NULL, "CallsAttempted", &value);
        sim_events(k.sim, seq - 1, take, &seq);
        arena_reset(a);
    }
    arena_free(a);
    return NULL;
}

static void *
provision(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 40; i++) {
        simkit_phone(&k, 100 + i);
        if (i % 2 == 0)
            simkit_write(&k, "DELETE FROM numplan WHERE pkid IN (SELECT fknumplan FROM devicenumplanmap m JOIN device "
                             "d ON d.pkid=m.fkdevice WHERE d.name GLOB 'SEP0000000001*');"
                             "DELETE FROM device WHERE name GLOB 'SEP0000000001*'");
    }
    return NULL;
}

static void *
fail_nodes(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 30; i++) {
        sim_node_power(k.sim, "cucm-pub", i % 2 != 0, NULL);
        sim_device_unplug(k.sim, "SEP000000000001", NULL);
        sim_device_plug(k.sim, "SEP000000000001", NULL);
    }
    return NULL;
}

static void
test_all_at_once(void **state)
{
    struct sim_driver *drv = sim_driver_new();
    void *(*const work[])(void *) = { call, call, look, provision, fail_nodes };
    pthread_t threads[5];

    (void)state;
    simkit_open(
        &k, PHONES,
        (struct simkit_how){ .settled = true, .subscribers = 1, .driver = drv, .mode = SIM_CLOCK_FAST, .speed = 5000 });
    sim_listen(k.sim, hear, NULL);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work[i], (void *)(uintptr_t)(i + 1)), 0);
    for (size_t i = 0; i < 5; i++)
        pthread_join(threads[i], NULL);
    assert_true(sim_node_power(k.sim, "cucm-pub", true, &k.err));
    assert_true(sim_clock_set(k.sim, SIM_CLOCK_MANUAL, 0, &k.err));
    assert_true(sim_clock_advance(k.sim, 3600000, NULL, &k.err));
    struct sim_filter               f = { .device_class = "Phone", .status = SIM_REGISTERED, .node = "cucm-pub" };
    const struct sim_device *const *out;
    size_t                          total;
    sim_devices(k.sim, k.a, &f, &out, &total);
    assert_int_equal(simkit_counter(&k, "cucm-pub", "RegisteredHardwarePhones"), (int64_t)total);
    assert_true(total >= PHONES - 1);
    assert_int_equal(simkit_counter(&k, "cucm-pub", "CallsInProgress"), 0);
    assert_int_equal(simkit_counter(&k, "cucm-pub", "CallsActive"), 0);
    for (size_t i = 0; i < total; i++)
        assert_int_equal(out[i]->lines[0].state, SIM_LINE_IDLE);
    assert_true(atomic_load(&told) > 0);
    simkit_close(&k);
    sim_driver_free(drv);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_all_at_once) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
