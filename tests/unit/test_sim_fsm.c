/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Every row of the two tables: the device, or the call, is put into the row's state and the row's event happens. What
 * must come of it stands here row by row, and a row of the table that isn't here fails the test. */
#include "sim_kit.h"

#include "sim/call.h"
#include "sim/phone.h"

#define AWAY(reason) SIM_UNREGISTERED, (reason)
#define AS_IT_WAS    -1, -1

/* The state behind it; status and reason, or as it was; whether its timer runs. */
struct phone_case {
    uint8_t state, event, next;
    int     status, reason;
    bool    timer;
};

static const struct phone_case phone_cases[] = {
    { STATE_OFF, EVENT_PLUG, STATE_BOOTING, AS_IT_WAS, true },
    { STATE_BOOTING, EVENT_TIME, STATE_REGISTERING, AS_IT_WAS, true },
    { STATE_BOOTING, EVENT_UNPLUG, STATE_OFF, AS_IT_WAS, false },
    /* The attempt is accepted at once where nothing is against it. */
    { STATE_REGISTERING, EVENT_TIME, STATE_REGISTERED, SIM_REGISTERED, 0, false },
    { STATE_REGISTERING, EVENT_ACCEPTED, STATE_REGISTERED, SIM_REGISTERED, 0, false },
    { STATE_REGISTERING, EVENT_REFUSED, STATE_REJECTED, SIM_REJECTED, 3, false },
    { STATE_REGISTERING, EVENT_NOWHERE, STATE_SEARCHING, AS_IT_WAS, false },
    { STATE_REGISTERING, EVENT_UNPLUG, STATE_OFF, AS_IT_WAS, false },
    { STATE_REGISTERED, EVENT_UNPLUG, STATE_LOST, SIM_REGISTERED, 0, true },
    { STATE_REGISTERED, EVENT_RESET, STATE_RESETTING, AWAY(9), true },
    { STATE_REGISTERED, EVENT_WIPE, STATE_RESETTING, AWAY(30), true },
    { STATE_REGISTERED, EVENT_RESTART, STATE_RESTARTING, AWAY(15), true },
    { STATE_REGISTERED, EVENT_APPLY, STATE_APPLYING, SIM_REGISTERED, 0, true },
    { STATE_REGISTERED, EVENT_APPLY_CHANGED, STATE_RESTARTING, AWAY(17), true },
    { STATE_REGISTERED, EVENT_LOGIN, STATE_CHANGING, AWAY(19), true },
    { STATE_REGISTERED, EVENT_LOST, STATE_REGISTERING, AWAY(13), true },
    { STATE_REGISTERED, EVENT_BACK, STATE_RETURNING, SIM_REGISTERED, 0, true },
    { STATE_REGISTERED, EVENT_REJECT, STATE_REJECTED, SIM_REJECTED, 3, false },
    { STATE_REGISTERED, EVENT_LINE, STATE_REGISTERED, SIM_REGISTERED, 0, false },
    { STATE_APPLYING, EVENT_TIME, STATE_REGISTERED, SIM_REGISTERED, 0, false },
    { STATE_APPLYING, EVENT_UNPLUG, STATE_LOST, SIM_REGISTERED, 0, true },
    { STATE_APPLYING, EVENT_RESET, STATE_RESETTING, AWAY(9), true },
    { STATE_APPLYING, EVENT_WIPE, STATE_RESETTING, AWAY(30), true },
    { STATE_APPLYING, EVENT_RESTART, STATE_RESTARTING, AWAY(15), true },
    { STATE_APPLYING, EVENT_APPLY_CHANGED, STATE_RESTARTING, AWAY(17), true },
    { STATE_APPLYING, EVENT_LOGIN, STATE_CHANGING, AWAY(19), true },
    { STATE_APPLYING, EVENT_LOST, STATE_REGISTERING, AWAY(13), true },
    { STATE_APPLYING, EVENT_BACK, STATE_RETURNING, SIM_REGISTERED, 0, true },
    { STATE_APPLYING, EVENT_REJECT, STATE_REJECTED, SIM_REJECTED, 3, false },
    { STATE_APPLYING, EVENT_LINE, STATE_APPLYING, SIM_REGISTERED, 0, false },
    /* It is where it should be already: it stays. */
    { STATE_RETURNING, EVENT_TIME, STATE_REGISTERED, SIM_REGISTERED, 0, false },
    { STATE_RETURNING, EVENT_HOME, STATE_REGISTERING, AWAY(28), true },
    { STATE_RETURNING, EVENT_STAY, STATE_REGISTERED, SIM_REGISTERED, 0, false },
    { STATE_RETURNING, EVENT_UNPLUG, STATE_LOST, SIM_REGISTERED, 0, true },
    { STATE_RETURNING, EVENT_RESET, STATE_RESETTING, AWAY(9), true },
    { STATE_RETURNING, EVENT_WIPE, STATE_RESETTING, AWAY(30), true },
    { STATE_RETURNING, EVENT_RESTART, STATE_RESTARTING, AWAY(15), true },
    { STATE_RETURNING, EVENT_APPLY_CHANGED, STATE_RESTARTING, AWAY(17), true },
    { STATE_RETURNING, EVENT_LOGIN, STATE_CHANGING, AWAY(19), true },
    { STATE_RETURNING, EVENT_LOST, STATE_REGISTERING, AWAY(13), true },
    { STATE_RETURNING, EVENT_REJECT, STATE_REJECTED, SIM_REJECTED, 3, false },
    { STATE_RETURNING, EVENT_LINE, STATE_RETURNING, SIM_REGISTERED, 0, false },
    { STATE_LOST, EVENT_TIME, STATE_OFF, AWAY(13), false },
    { STATE_LOST, EVENT_PLUG, STATE_BOOTING, AWAY(8), true },
    { STATE_LOST, EVENT_RESET, STATE_OFF, AWAY(18), false },
    { STATE_LOST, EVENT_RESTART, STATE_OFF, AWAY(18), false },
    { STATE_LOST, EVENT_WIPE, STATE_OFF, AWAY(18), false },
    { STATE_LOST, EVENT_APPLY_CHANGED, STATE_OFF, AWAY(18), false },
    { STATE_LOST, EVENT_LOGIN, STATE_OFF, AWAY(18), false },
    { STATE_LOST, EVENT_LOST, STATE_OFF, AWAY(13), false },
    { STATE_RESETTING, EVENT_TIME, STATE_REGISTERING, AS_IT_WAS, true },
    { STATE_RESETTING, EVENT_UNPLUG, STATE_OFF, AS_IT_WAS, false },
    { STATE_RESTARTING, EVENT_TIME, STATE_REGISTERING, AS_IT_WAS, true },
    { STATE_RESTARTING, EVENT_UNPLUG, STATE_OFF, AS_IT_WAS, false },
    { STATE_RESTARTING, EVENT_RESET, STATE_RESETTING, AWAY(9), true },
    { STATE_RESTARTING, EVENT_WIPE, STATE_RESETTING, AWAY(30), true },
    { STATE_CHANGING, EVENT_TIME, STATE_REGISTERING, AS_IT_WAS, true },
    { STATE_CHANGING, EVENT_UNPLUG, STATE_OFF, AS_IT_WAS, false },
    { STATE_CHANGING, EVENT_RESET, STATE_RESETTING, AWAY(9), true },
    { STATE_CHANGING, EVENT_WIPE, STATE_RESETTING, AWAY(30), true },
    { STATE_CHANGING, EVENT_LOGIN, STATE_CHANGING, AWAY(19), true },
    { STATE_SEARCHING, EVENT_BACK, STATE_REGISTERING, AS_IT_WAS, true },
    { STATE_SEARCHING, EVENT_UNPLUG, STATE_OFF, AS_IT_WAS, false },
    { STATE_REJECTED, EVENT_ADMIT, STATE_REGISTERING, AS_IT_WAS, true },
    { STATE_REJECTED, EVENT_RESET, STATE_REGISTERING, AS_IT_WAS, true },
    { STATE_REJECTED, EVENT_RESTART, STATE_REGISTERING, AS_IT_WAS, true },
    { STATE_REJECTED, EVENT_UNPLUG, STATE_OFF, AS_IT_WAS, false },
    { STATE_REJECTED, EVENT_LOST, STATE_REGISTERING, AS_IT_WAS, true },
};
#define PHONE_CASES (sizeof phone_cases / sizeof phone_cases[0])

static bool
seems_registered(uint8_t state)
{
    return state == STATE_REGISTERED || state == STATE_APPLYING || state == STATE_RETURNING || state == STATE_LOST;
}

static void
put_into(struct sim *sim, struct dev *d, uint8_t state)
{
    clock_stop(sim, &d->timer);
    d->reject = 0;
    phone_set(sim, d,
              seems_registered(state)   ? SIM_REGISTERED
              : state == STATE_REJECTED ? SIM_REJECTED
                                        : SIM_UNREGISTERED,
              seems_registered(state)   ? 0
              : state == STATE_REJECTED ? 3
                                        : 1,
              1);
    d->state = state;
    sim->lost_reason = REASON_KEEPALIVE_TIMEOUT;
}

static void
check_phone(struct simkit *k, struct dev *d, const struct phone_case *t)
{
    struct sim *sim = k->sim;

    put_into(sim, d, t->state);
    int status = d->status, reason = d->reason;
    if (t->event == EVENT_REJECT || t->event == EVENT_REFUSED)
        d->reject = 3;
    if (!phone_event(sim, d, (enum dev_event)t->event))
        fail_msg("state %s takes no event %d", phone_state_name(t->state), t->event);
    if (d->state != t->next || d->status != (t->status < 0 ? status : t->status) ||
        d->reason != (t->reason < 0 ? reason : t->reason) || (d->timer.pos != 0) != t->timer)
        fail_msg("state %s, event %d: now %s, status %d, reason %d, timer %d", phone_state_name(t->state), t->event,
                 phone_state_name(d->state), d->status, d->reason, d->timer.pos != 0);
}

static void
test_phone_rows(void **state)
{
    struct simkit k;

    (void)state;
    simkit_open(&k, 1, (struct simkit_how){ .settled = true });
    struct dev *d = registry_find(k.sim, "SEP000000000001");
    for (size_t i = 0; i < phone_row_count; i++) {
        size_t found = 0;
        for (size_t n = 0; n < PHONE_CASES; n++)
            if (phone_cases[n].state == phone_rows[i].state && phone_cases[n].event == phone_rows[i].event) {
                check_phone(&k, d, &phone_cases[n]);
                found++;
            }
        if (found != 1)
            fail_msg("row %s, event %d of the table has %zu cases", phone_state_name(phone_rows[i].state),
                     phone_rows[i].event, found);
    }
    assert_int_equal(phone_row_count, PHONE_CASES);
    simkit_close(&k);
}

/* What no row is for comes to nothing. */
static void
test_phone_rest(void **state)
{
    struct simkit k;

    (void)state;
    simkit_open(&k, 1, (struct simkit_how){ .settled = true });
    struct dev *d = registry_find(k.sim, "SEP000000000001");
    for (uint8_t s = 0; s < STATE_COUNT; s++)
        for (uint8_t e = 0; e < EVENT_COUNT; e++) {
            bool row = false;
            for (size_t i = 0; i < phone_row_count; i++)
                row |= phone_rows[i].state == s && phone_rows[i].event == e;
            if (row)
                continue;
            put_into(k.sim, d, s);
            assert_false(phone_event(k.sim, d, (enum dev_event)e));
            assert_int_equal(d->state, s);
        }
    simkit_close(&k);
}

/* ---- reasons ---- */

static bool
unregistered_known(int reason)
{
    static const int known[] = {
#define UNREGISTERED(id, number, name) number,
#include "sim/reasons.def"
#undef UNREGISTERED
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i] == reason)
            return true;
    return false;
}

/* Each reason that an action gives is one of RIS's, under the status with which it goes. */
static void
test_reasons(void **state)
{
    struct simkit    k;
    struct ccm_error err;

    (void)state;
    for (size_t n = 0; n < PHONE_CASES; n++)
        if (phone_cases[n].status == SIM_UNREGISTERED)
            assert_true(unregistered_known(phone_cases[n].reason));
    for (int r = 0; r <= 40; r++)
        if (r == 27 || r == 32 || r > 34)
            assert_false(unregistered_known(r));
    simkit_open(&k, 1, (struct simkit_how){ .settled = true });
    for (int r = 1; r <= 35; r++) {
        assert_true(sim_device_reject(k.sim, "SEP000000000001", r, &err));
        assert_int_equal(sim_device_find(k.sim, k.a, "SEP000000000001")->reason, r);
        assert_true(sim_device_reject(k.sim, "SEP000000000001", 0, &err));
        assert_true(sim_clock_advance(k.sim, 10000, NULL, &err));
        assert_int_equal(sim_device_find(k.sim, k.a, "SEP000000000001")->status, SIM_REGISTERED);
    }
    assert_false(sim_device_reject(k.sim, "SEP000000000001", 36, &err));
    assert_int_equal(err.status, CCM_INVALID);
    simkit_close(&k);
}

/* ---- calls ---- */

struct call_case {
    uint8_t state, event, next;
    int     cause;
};

static const struct call_case call_cases[] = {
    { CALL_OFFHOOK, ON_DIGIT, CALL_RINGING, 0 }, /* the last digit of a number that is there */
    { CALL_OFFHOOK, ON_RING, CALL_RINGING, 0 },     { CALL_OFFHOOK, ON_FAIL_BUSY, CALL_BUSY, 0 },
    { CALL_OFFHOOK, ON_FAIL, CALL_REORDER, 0 },     { CALL_OFFHOOK, ON_TIME, CALL_RINGING, 0 },
    { CALL_RINGING, ON_ANSWER, CALL_CONNECTED, 0 }, { CALL_RINGING, ON_TIME, CALL_REORDER, 19 },
    { CALL_RINGING, ON_FAIL, CALL_REORDER, 0 },     { CALL_BUSY, ON_TIME, CALL_ENDED, 16 },
    { CALL_REORDER, ON_TIME, CALL_ENDED, 16 },      { CALL_OFFHOOK, ON_CLEAR, CALL_ENDED, 16 },
    { CALL_RINGING, ON_CLEAR, CALL_ENDED, 16 },     { CALL_CONNECTED, ON_CLEAR, CALL_ENDED, 16 },
    { CALL_BUSY, ON_CLEAR, CALL_ENDED, 16 },        { CALL_REORDER, ON_CLEAR, CALL_ENDED, 16 },
    { CALL_OFFHOOK, ON_LOST, CALL_ENDED, 16 },      { CALL_RINGING, ON_LOST, CALL_ENDED, 16 },
    { CALL_CONNECTED, ON_LOST, CALL_ENDED, 16 },    { CALL_BUSY, ON_LOST, CALL_ENDED, 16 },
    { CALL_REORDER, ON_LOST, CALL_ENDED, 16 },
};
#define CALL_CASES (sizeof call_cases / sizeof call_cases[0])

static struct call *
call_in(struct simkit *k, uint8_t state)
{
    struct dev  *d = registry_find(k->sim, "SEP000000000001");
    struct call *c = call_new(k->sim, d->lines[0]);

    if (state == CALL_RINGING || state == CALL_CONNECTED)
        call_dial(k->sim, c, "2002");
    if (state == CALL_CONNECTED)
        assert_true(call_answer(k->sim, c, NULL));
    if (state == CALL_BUSY)
        assert_true(call_event(k->sim, c, ON_FAIL_BUSY));
    if (state == CALL_REORDER)
        assert_true(call_event(k->sim, c, ON_FAIL));
    assert_int_equal(c->state, state);
    return c;
}

static void
test_call_rows(void **state)
{
    struct simkit k;
    bool          seen[64] = { false };

    (void)state;
    simkit_open(&k, 2, (struct simkit_how){ .settled = true });
    for (size_t i = 0; i < CALL_CASES; i++) {
        const struct call_case *t = &call_cases[i];
        struct call            *c = call_in(&k, t->state);
        if (t->state == CALL_OFFHOOK) {
            snprintf(c->digits, sizeof c->digits, "2002");
            c->dn = route_number(k.sim, c->caller->line, "2002");
        }
        c->answering = c->called;
        assert_true(call_event(k.sim, c, (enum call_event)t->event));
        if (c->state != t->next || c->cause != t->cause)
            fail_msg("state %s, event %d: now %s, cause %d", call_state_name(t->state), t->event,
                     call_state_name(c->state), c->cause);
        for (size_t r = 0; r < call_row_count; r++)
            if ((call_rows[r].state == t->state || call_rows[r].state == CALL_STATE_ANY) &&
                call_rows[r].event == t->event)
                seen[r] = true;
        call_event(k.sim, c, ON_CLEAR);
        assert_int_equal(k.sim->call_count, 0);
        assert_int_equal(c->timer.pos, 0);
    }
    for (size_t r = 0; r < call_row_count; r++)
        if (!seen[r])
            fail_msg("row %s, event %d of the table has no case", call_state_name(call_rows[r].state),
                     call_rows[r].event);
    assert_int_equal(simkit_counter(&k, "cucm-pub", "CallsInProgress"), 0);
    assert_int_equal(simkit_counter(&k, "cucm-pub", "CallsActive"), 0);
    simkit_close(&k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phone_rows),
        cmocka_unit_test(test_phone_rest),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_call_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
