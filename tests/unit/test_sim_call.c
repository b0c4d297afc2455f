/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Simple calls: who may call whom, what rings, what ends how, what lines and counters show. */
#include "sim_kit.h"

static struct simkit k;

static int
open_kit(void **state)
{
    (void)state;
    simkit_open(&k, 6, (struct simkit_how){ .settled = true });
    return 0;
}

static int
close_kit(void **state)
{
    (void)state;
    simkit_close(&k);
    return 0;
}

static const char *
phone(unsigned n)
{
    return arena_printf(k.a, "SEP%012u", n);
}

static uint64_t
dial(unsigned n, const char *digits)
{
    uint64_t             id;
    enum sim_dial_result why;

    if (!sim_call_dial(k.sim, phone(n), 0, digits, &id, &why, &k.err))
        fail_msg("%s", k.err.text);
    assert_int_equal(why, SIM_DIAL_OK);
    return id;
}

static void
is(uint64_t id, const char *state, int cause)
{
    const struct sim_call *c = sim_call_find(k.sim, k.a, id);

    assert_non_null(c);
    assert_string_equal(c->state, state);
    assert_int_equal(c->cause, cause);
}

static void
shows(unsigned n, enum sim_line_state state)
{
    assert_string_equal(sim_line_state_name(sim_device_find(k.sim, k.a, phone(n))->lines[0].state),
                        sim_line_state_name(state));
}

static int64_t
counter(const char *name)
{
    return simkit_counter(&k, "cucm-pub", name);
}

static void
pass(int64_t ms)
{
    assert_true(sim_clock_advance(k.sim, ms, NULL, &k.err));
}

static void
press(unsigned n, const char *key)
{
    if (!sim_device_press(k.sim, phone(n), key, &k.err))
        fail_msg("%s: %s", key, k.err.text);
}

static void
test_answered(void **state)
{
    (void)state;
    uint64_t id = dial(1, "2002");
    is(id, "ringing", 0);
    shows(1, SIM_LINE_RINGOUT);
    shows(2, SIM_LINE_RINGIN);
    assert_int_equal(counter("CallsAttempted"), 1);
    assert_int_equal(counter("CallsInProgress"), 1);
    assert_int_equal(counter("CallsActive"), 0);
    assert_true(sim_call_answer(k.sim, id, phone(2), &k.err));
    is(id, "connected", 0);
    shows(1, SIM_LINE_CONNECTED);
    shows(2, SIM_LINE_CONNECTED);
    assert_int_equal(counter("CallsActive"), 1);
    assert_int_equal(counter("CallsCompleted"), 0);
    assert_false(sim_call_answer(k.sim, id, NULL, &k.err));
    assert_int_equal(k.err.status, CCM_CONFLICT);
    pass(60000);
    assert_true(sim_call_clear(k.sim, id, &k.err));
    is(id, "ended", 16);
    const struct sim_call *c = sim_call_find(k.sim, k.a, id);
    assert_int_equal(c->end_ms - c->connect_ms, 60000);
    assert_string_equal(c->called.device, phone(2));
    assert_string_equal(c->called.pattern, "2002");
    shows(1, SIM_LINE_IDLE);
    shows(2, SIM_LINE_IDLE);
    assert_int_equal(counter("CallsInProgress"), 0);
    assert_int_equal(counter("CallsActive"), 0);
    assert_int_equal(counter("CallsCompleted"), 1);
    int64_t own;
    assert_true(sim_counter(k.sim, "cucm-pub", "Cisco Phones", phone(1), "CallsAttempted", &own));
    assert_int_equal(own, 1);
    assert_false(sim_call_clear(k.sim, id, &k.err));
    assert_int_equal(k.err.status, CCM_CONFLICT);
    assert_false(sim_call_clear(k.sim, 999, &k.err));
    assert_int_equal(k.err.status, CCM_NOT_FOUND);
}

static void
test_fails(void **state)
{
    (void)state;
    uint64_t nobody = dial(1, "7777");
    is(nobody, "reorder", 1);
    shows(1, SIM_LINE_REORDER);
    pass(10000);
    is(nobody, "ended", 1);
    shows(1, SIM_LINE_IDLE);

    assert_true(sim_device_unplug(k.sim, phone(3), &k.err));
    pass(200000);
    is(dial(1, "2003"), "reorder", 27);
    pass(10000);

    uint64_t rings = dial(1, "2002");
    pass(179999);
    is(rings, "ringing", 0);
    pass(1);
    is(rings, "reorder", 19);
    shows(2, SIM_LINE_IDLE);
    pass(10000);
    is(rings, "ended", 19);
    assert_int_equal(counter("CallsInProgress"), 0);
    assert_int_equal(counter("CallsCompleted"), 0);
}

/* The busy trigger is 2: a second call waits, a third is refused. */
static void
test_busy(void **state)
{
    (void)state;
    uint64_t first = dial(1, "2002");
    assert_true(sim_call_answer(k.sim, first, NULL, &k.err));
    uint64_t second = dial(3, "2002");
    is(second, "ringing", 0);
    uint64_t third = dial(4, "2002");
    is(third, "busy", 17);
    shows(4, SIM_LINE_BUSY);
    pass(10000);
    is(third, "ended", 17);
    assert_true(sim_call_clear(k.sim, second, &k.err));
    shows(2, SIM_LINE_CONNECTED);
}

static void
test_refused(void **state)
{
    enum sim_dial_result why;
    uint64_t             id;

    (void)state;
    assert_false(sim_call_dial(k.sim, "SEPNOBODY", 0, "2002", &id, &why, &k.err));
    assert_int_equal(why, SIM_DIAL_NO_DEVICE);
    assert_false(sim_call_dial(k.sim, phone(1), 3, "2002", &id, &why, &k.err));
    assert_int_equal(why, SIM_DIAL_NO_LINE);
    for (int i = 0; i < 4; i++)
        dial(1, "7777");
    assert_false(sim_call_dial(k.sim, phone(1), 0, "2002", &id, &why, &k.err));
    assert_int_equal(why, SIM_DIAL_LINE_BUSY);
    assert_true(sim_device_unplug(k.sim, phone(2), &k.err));
    pass(200000);
    assert_false(sim_call_dial(k.sim, phone(2), 0, "2001", &id, &why, &k.err));
    assert_int_equal(why, SIM_DIAL_UNREGISTERED);
    static const char *const bad[] = { "", "20 02", "a", "2+2", "222222222222222222222222222222222222222222222222222" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(sim_call_dial(k.sim, phone(1), 0, bad[i], &id, &why, &k.err));
        assert_int_equal(k.err.status, CCM_INVALID);
    }
}

/* Line 2001 also on phone 5: both ring, one answers, the other shows that its number is in use. */
static void
test_shared(void **state)
{
    (void)state;
    simkit_write(&k, "INSERT INTO devicenumplanmap(fkdevice,fknumplan,numplanindex) VALUES("
                     "'00000000-0000-0000-0002-000000000005','00000000-0000-0000-0001-000000000001',2)");
    pass(60000); /* phone 5 restarts for its new line */
    uint64_t                 id = dial(2, "2001");
    const struct sim_device *five = sim_device_find(k.sim, k.a, phone(5));
    assert_int_equal(five->line_count, 2);
    assert_int_equal(five->lines[1].state, SIM_LINE_RINGIN);
    shows(1, SIM_LINE_RINGIN);
    assert_false(sim_call_answer(k.sim, id, phone(3), &k.err));
    assert_true(sim_call_answer(k.sim, id, phone(5), &k.err));
    shows(1, SIM_LINE_REMOTE_IN_USE);
    assert_string_equal(sim_call_find(k.sim, k.a, id)->called.device, phone(5));
    assert_true(sim_call_clear(k.sim, id, &k.err));
    shows(1, SIM_LINE_IDLE);
}

/* The same number in two partitions: the line's space is asked first, then the device's, then none. */
static void
test_spaces(void **state)
{
    (void)state;
    simkit_write(&k,
                 "INSERT INTO routepartition(pkid,name) VALUES('00000000-0000-0000-0007-000000000001','Inside');"
                 "INSERT INTO routepartition(pkid,name) VALUES('00000000-0000-0000-0007-000000000002','Outside');"
                 "INSERT INTO callingsearchspace(pkid,name) VALUES('00000000-0000-0000-0008-000000000001','In');"
                 "INSERT INTO callingsearchspace(pkid,name) VALUES('00000000-0000-0000-0008-000000000002','Out');"
                 "INSERT INTO callingsearchspacemember(fkcallingsearchspace,fkroutepartition,sortorder) VALUES("
                 "'00000000-0000-0000-0008-000000000001','00000000-0000-0000-0007-000000000001',1),"
                 "('00000000-0000-0000-0008-000000000002','00000000-0000-0000-0007-000000000002',1);"
                 "UPDATE numplan SET dnorpattern='3000',fkroutepartition='00000000-0000-0000-0007-000000000001' WHERE "
                 "dnorpattern='2002';"
                 "UPDATE numplan SET dnorpattern='3000',fkroutepartition='00000000-0000-0000-0007-000000000002' WHERE "
                 "dnorpattern='2003';");
    pass(200000);
    is(dial(1, "3000"), "reorder", 1); /* neither is in a space of phone 1 */
    pass(20000);
    simkit_write(&k, "UPDATE device SET fkcallingsearchspace='00000000-0000-0000-0008-000000000002' WHERE "
                     "name='SEP000000000001'");
    uint64_t id = dial(1, "3000");
    assert_string_equal(sim_call_find(k.sim, k.a, id)->called.partition, "Outside");
    assert_true(sim_call_clear(k.sim, id, &k.err));
    simkit_write(&k, "UPDATE numplan SET fkcallingsearchspace_sharedlineappear='00000000-0000-0000-0008-000000000001' "
                     "WHERE dnorpattern='2001'");
    id = dial(1, "3000");
    assert_string_equal(sim_call_find(k.sim, k.a, id)->called.partition, "Inside");
    assert_true(sim_call_clear(k.sim, id, &k.err));
    is(dial(1, "2004"), "ringing", 0);
}

static void
test_keys(void **state)
{
    (void)state;
    press(1, "Line1");
    shows(1, SIM_LINE_OFFHOOK);
    press(1, "KeyPad2");
    press(1, "KeyPad0");
    press(1, "keypad0");
    shows(1, SIM_LINE_OFFHOOK);
    press(1, "KeyPad2");
    shows(2, SIM_LINE_RINGIN);
    press(2, "Answer");
    shows(1, SIM_LINE_CONNECTED);
    press(1, "KeyPad9");
    press(2, "EndCall");
    shows(1, SIM_LINE_IDLE);
    press(3, "Speaker");
    press(3, "Speaker");
    shows(3, SIM_LINE_IDLE);
    press(3, "Offhook");
    pass(15000); /* no digit comes */
    shows(3, SIM_LINE_REORDER);
    press(3, "Onhook");
    press(3, "KeyPad5");
    press(3, "KeyPadPound");
    shows(3, SIM_LINE_REORDER);
    press(3, "EndCall");
    uint64_t id = dial(4, "2003");
    press(3, "Line1");
    is(id, "connected", 0);
    assert_false(sim_device_press(k.sim, phone(5), "Onhook", &k.err));
    assert_int_equal(k.err.status, CCM_CONFLICT);
    assert_false(sim_device_press(k.sim, phone(5), "Line9", &k.err));
    assert_int_equal(k.err.status, CCM_NOT_FOUND);
    assert_false(sim_device_press(k.sim, phone(5), "KeyPadX", &k.err));
    assert_int_equal(k.err.status, CCM_INVALID);
    assert_false(sim_device_press(k.sim, phone(5), "Hold", &k.err));
    assert_int_equal(k.err.status, CCM_UNSUPPORTED);
    assert_false(sim_device_press(k.sim, "SEPNOBODY", "Line1", &k.err));
    assert_int_equal(k.err.status, CCM_NOT_FOUND);
}

/* What a phone in a call is told to do waits; what takes the phone away takes the call with it. */
static void
test_interrupted(void **state)
{
    (void)state;
    uint64_t           id = dial(1, "2002");
    struct store_conn *c;
    assert_true(sim_call_answer(k.sim, id, NULL, &k.err));
    c = kit_begin(&k.kit);
    assert_true(store_act(c, 'R', "device", "00000000-0000-0000-0002-000000000001", &k.err));
    assert_true(store_write_end(c, true, &k.err));
    assert_string_equal(sim_device_find(k.sim, k.a, phone(1))->state, "registered");
    assert_true(sim_call_clear(k.sim, id, &k.err));
    assert_string_equal(sim_device_find(k.sim, k.a, phone(1))->state, "resetting");
    assert_int_equal(sim_device_find(k.sim, k.a, phone(1))->reason, 9);
    pass(200000);

    id = dial(1, "2002");
    assert_true(sim_call_answer(k.sim, id, NULL, &k.err));
    assert_true(sim_device_unplug(k.sim, phone(2), &k.err));
    is(id, "connected", 0);
    pass(200000);
    is(id, "ended", 41);
    shows(1, SIM_LINE_IDLE);

    id = dial(1, "2003");
    simkit_write(&k, "DELETE FROM device WHERE name='SEP000000000003'");
    is(id, "reorder", 27);
    pass(20000);
    id = dial(1, "2004");
    simkit_write(&k, "DELETE FROM device WHERE name='SEP000000000001'");
    is(id, "ended", 41);
    shows(4, SIM_LINE_IDLE);
    assert_int_equal(counter("CallsInProgress"), 0);
}

int
main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, open_kit, close_kit)
    const struct CMUnitTest tests[] = {
        CASE(test_answered), CASE(test_fails),  CASE(test_busy), CASE(test_refused),
        CASE(test_shared),   CASE(test_spaces), CASE(test_keys), CASE(test_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
