/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The registry on a clock by hand: what is in the store comes up, is found, and follows the change feed. */
#include "sim_kit.h"

static void
test_starts(void **state)
{
    struct simkit k;

    (void)state;
    simkit_open(&k, 3, (struct simkit_how){ 0 });
    const struct sim_device *d = sim_device_find(k.sim, k.a, "sep000000000001");
    assert_non_null(d);
    assert_string_equal(d->name, "SEP000000000001");
    assert_string_equal(d->state, "booting");
    assert_int_equal(d->status, SIM_UNKNOWN);
    assert_true(sim_clock_run_idle(k.sim, 3600000, NULL, &k.err));
    d = sim_device_find(k.sim, k.a, "SEP000000000001");
    assert_int_equal(d->status, SIM_REGISTERED);
    assert_int_equal(d->reason, 0);
    assert_string_equal(d->node, "cucm-pub");
    assert_string_equal(d->device_class, "Phone");
    assert_int_equal(d->line_count, 1);
    assert_string_equal(d->lines[0].pattern, "2001");
    assert_int_equal(d->lines[0].status, SIM_REGISTERED);
    assert_int_equal(simkit_counter(&k, "cucm-pub", "RegisteredHardwarePhones"), 3);
    simkit_close(&k);
}

static void
test_selects(void **state)
{
    struct simkit                   k;
    const struct sim_device *const *out;
    size_t                          total;
    const char                     *some[] = { "SEP00000000000*", NULL }, *exact[] = { "2007", "2002", NULL };

    (void)state;
    simkit_open(&k, 20, (struct simkit_how){ .settled = true });
    struct sim_filter f = { .device_class = "Phone", .status = SIM_STATUS_COUNT, .limit = 5 };
    assert_int_equal(sim_devices(k.sim, k.a, &f, &out, &total), 5);
    assert_int_equal(total, 20);
    assert_string_equal(out[0]->name, "SEP000000000001");
    f.limit = 0;
    f.patterns = some;
    assert_int_equal(sim_devices(k.sim, k.a, &f, &out, &total), 9);
    f.patterns = exact;
    f.by = SIM_BY_DIRECTORY_NUMBER;
    assert_int_equal(sim_devices(k.sim, k.a, &f, &out, &total), 2);
    assert_string_equal(out[0]->name, "SEP000000000002");
    const char *address[] = { out[0]->address, NULL };
    f.patterns = address;
    f.by = SIM_BY_ADDRESS;
    assert_int_equal(sim_devices(k.sim, k.a, &f, &out, &total), 1);
    assert_string_equal(out[0]->name, "SEP000000000002");
    f.patterns = NULL;
    f.status = SIM_REJECTED;
    assert_int_equal(sim_devices(k.sim, k.a, &f, &out, &total), 0);
    assert_int_equal(total, 0);
    simkit_close(&k);
}

static void
test_follows(void **state)
{
    struct simkit k;

    (void)state;
    simkit_open(&k, 2, (struct simkit_how){ .settled = true });
    simkit_write(&k, "DELETE FROM device WHERE name='SEP000000000001'");
    assert_null(sim_device_find(k.sim, k.a, "SEP000000000001"));
    assert_int_equal(simkit_counter(&k, "cucm-pub", "RegisteredHardwarePhones"), 1);
    simkit_phone(&k, 9);
    const struct sim_device *d = sim_device_find(k.sim, k.a, "SEP000000000009");
    assert_non_null(d);
    assert_string_equal(d->state, "booting");
    assert_true(sim_clock_run_idle(k.sim, 3600000, NULL, &k.err));
    d = sim_device_find(k.sim, k.a, "SEP000000000009");
    assert_int_equal(d->status, SIM_REGISTERED);
    assert_string_equal(d->lines[0].pattern, "2009");
    simkit_close(&k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starts),
        cmocka_unit_test(test_selects),
        cmocka_unit_test(test_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
