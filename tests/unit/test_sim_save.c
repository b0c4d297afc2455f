/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What a simulator saves, another over the same store takes up: it then goes the same way, event for event. */
#include "sim_kit.h"

#include "ccmsim/buf.h"

static bool
append(void *cookie, const struct sim_event *e)
{
    buf_adds(cookie, e->json);
    buf_adds(cookie, "\n");
    return true;
}

static void
go_on(struct simkit *k, uint64_t after, struct buf *events)
{
    uint64_t id;

    buf_init(events, BUF_MAX_TEXT);
    assert_true(sim_clock_advance(k->sim, 30000, NULL, &k->err));
    assert_true(sim_call_clear(k->sim, sim_device_call(k->sim, "SEP000000000003"), &k->err));
    assert_true(sim_call_dial(k->sim, "SEP000000000003", 0, "2004", &id, NULL, &k->err));
    assert_true(sim_clock_advance(k->sim, 900000, NULL, &k->err));
    sim_events(k->sim, after, append, events);
}

/* Phones in many states, calls that are over, one that rings and one that talks. */
static void
stir(struct simkit *k)
{
    uint64_t id;

    assert_true(sim_clock_advance(k->sim, 120000, NULL, &k->err));
    assert_true(sim_call_dial(k->sim, "SEP000000000001", 0, "2005", &id, NULL, &k->err));
    assert_true(sim_call_answer(k->sim, id, NULL, &k->err));
    assert_true(sim_clock_advance(k->sim, 5000, NULL, &k->err));
    assert_true(sim_call_clear(k->sim, id, &k->err));
    assert_true(sim_call_dial(k->sim, "SEP000000000001", 0, "99", &id, NULL, &k->err));
    assert_true(sim_call_clear(k->sim, id, &k->err));
    assert_true(sim_device_unplug(k->sim, "SEP000000000007", &k->err));
    assert_true(sim_device_reject(k->sim, "SEP000000000008", 15, &k->err));
    assert_true(sim_line_reject(k->sim, "SEP000000000009", 1, true, &k->err));
    assert_true(sim_node_power(k->sim, "cucm-pub", false, &k->err));
    assert_true(sim_clock_advance(k->sim, 10000, NULL, &k->err));
    assert_true(sim_node_power(k->sim, "cucm-pub", true, &k->err));
    assert_true(sim_call_dial(k->sim, "SEP000000000001", 0, "2002", &id, NULL, &k->err));
    assert_true(sim_call_dial(k->sim, "SEP000000000003", 0, "2004", &id, NULL, &k->err));
    assert_true(sim_call_answer(k->sim, id, NULL, &k->err));
    assert_true(sim_clock_advance(k->sim, 50000, NULL, &k->err));
}

static void
same_party(const struct sim_party *a, const struct sim_party *b)
{
    assert_string_equal(a->device, b->device);
    assert_string_equal(a->pattern, b->pattern);
    assert_string_equal(a->name, b->name);
}

/* The calls that are over are told of as before. */
static void
same_ended(struct simkit *k, struct sim *old)
{
    for (uint64_t id = 1; id <= 2; id++) {
        const struct sim_call *was = sim_call_find(old, k->a, id), *is = sim_call_find(k->sim, k->a, id);
        assert_non_null(was);
        assert_non_null(is);
        assert_string_equal(is->state, "ended");
        assert_string_equal(is->dialled, was->dialled);
        same_party(&is->caller, &was->caller);
        same_party(&is->called, &was->called);
        assert_true(is->start_ms == was->start_ms && is->connect_ms == was->connect_ms && is->end_ms == was->end_ms);
        assert_true(is->end_ms > 0);
        assert_int_equal(is->cause, was->cause);
    }
}

static void
test_goes_on(void **state)
{
    struct simkit k;
    struct buf    saved, again, first, second;

    (void)state;
    simkit_open(&k, 12, (struct simkit_how){ .subscribers = 1, .seed = 3 });
    stir(&k);
    buf_init(&saved, BUF_MAX_TEXT);
    buf_init(&again, BUF_MAX_TEXT);
    sim_save(k.sim, &saved);
    uint64_t seq = sim_events(k.sim, UINT64_MAX - 1, NULL, NULL);
    go_on(&k, seq, &first);

    struct sim        *old = k.sim;
    struct sim_options opt = { .store = k.kit.store, .seeded = true, .seed = 3, .timing = sim_timing_default };
    assert_true(sim_new(&k.sim, &opt, &k.err));
    if (!sim_load(k.sim, buf_cstr(&saved), &k.err))
        fail_msg("%s", k.err.text);
    same_ended(&k, old);
    sim_save(k.sim, &again);
    /* The turns of timers are counted anew; all else is the same. */
    assert_int_equal(sim_events(k.sim, UINT64_MAX - 1, NULL, NULL), seq);
    go_on(&k, seq, &second);
    assert_string_equal(buf_cstr(&first), buf_cstr(&second));
    assert_true(first.len > 1000);
    sim_free(old);
    buf_release(&saved);
    buf_release(&again);
    buf_release(&first);
    buf_release(&second);
    simkit_close(&k);
}

/* Back to an earlier state of the same simulator, and what the store has got since begins anew. */
static void
test_goes_back(void **state)
{
    struct simkit k;
    struct buf    saved;

    (void)state;
    simkit_open(&k, 3, (struct simkit_how){ .settled = true });
    buf_init(&saved, BUF_MAX_TEXT);
    sim_save(k.sim, &saved);
    simkit_phone(&k, 5);
    simkit_write(&k, "DELETE FROM device WHERE name='SEP000000000002'");
    assert_true(sim_device_unplug(k.sim, "SEP000000000001", &k.err));
    assert_true(sim_clock_advance(k.sim, 300000, NULL, &k.err));
    assert_int_equal(sim_device_find(k.sim, k.a, "SEP000000000001")->status, SIM_UNREGISTERED);
    assert_true(sim_load(k.sim, buf_cstr(&saved), &k.err));
    assert_int_equal(sim_device_find(k.sim, k.a, "SEP000000000001")->status, SIM_REGISTERED);
    assert_null(sim_device_find(k.sim, k.a, "SEP000000000002"));
    assert_int_equal(sim_device_find(k.sim, k.a, "SEP000000000005")->status, SIM_REGISTERED);
    buf_release(&saved);
    simkit_close(&k);
}

static void
test_refuses(void **state)
{
    static const char *const bad[] = { "", "{", "[]", "{\"format\":2,\"devices\":[]}", "{\"format\":1}" };
    static const char *const odd[] = {
        "{\"format\":1,\"devices\":[1,{},{\"name\":\"SEP000000000001\"},{\"name\":\"SEP000000000001\",\"state\":"
        "\"registered\",\"status\":99}],\"nodes\":[3],\"calls\":[4]}",
        "{\"format\":1,\"devices\":[{\"name\":\"SEP000000000001\",\"state\":\"registered\",\"status\":1,\"slot\":"
        "4294967295,\"node\":\"nowhere\",\"pending\":77,\"left\":[1,[]],\"refused\":[0,9]}],\"calls\":[{\"id\":1,"
        "\"state\":\"connected\",\"caller\":[[\"SEP000000000001\",1,4]],\"called\":[]}]}",
    };
    struct simkit k;

    (void)state;
    simkit_open(&k, 2, (struct simkit_how){ .settled = true });
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(sim_load(k.sim, bad[i], &k.err));
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        assert_true(sim_load(k.sim, odd[i], &k.err));
        assert_true(sim_clock_advance(k.sim, 3600000, NULL, &k.err));
        assert_non_null(sim_device_find(k.sim, k.a, "SEP000000000002"));
    }
    simkit_close(&k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goes_on),
        cmocka_unit_test(test_goes_back),
        cmocka_unit_test(test_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
