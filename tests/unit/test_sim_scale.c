/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A thousand phones boot, ten thousand calls at random, a node fails and comes back, all by hand: counters, events and
 * registry agree exactly, nothing is stuck, and the same seed writes the same events byte for byte. */
#include "sim_kit.h"

#define PHONES 1000u
#define CALLS  10000u

struct tally { /* what the events say */
    uint64_t hash, count;
    uint64_t offhook, connected, ended, lines;
    int64_t  registered; /* devices */
};

static bool
take(void *cookie, const struct sim_event *e)
{
    struct tally *t = cookie;

    t->count++;
    for (const char *p = e->json; *p != '\0'; p++)
        t->hash = (t->hash ^ (uint8_t)*p) * 1099511628211u;
    if (strcmp(e->kind, "call") == 0) {
        t->offhook += strstr(e->json, "\"state\":\"offhook\"") != NULL;
        t->connected += strstr(e->json, "\"state\":\"connected\"") != NULL;
        t->ended += strstr(e->json, "\"state\":\"ended\"") != NULL;
    }
    t->lines += strcmp(e->kind, "line") == 0;
    if (strcmp(e->kind, "device") == 0) {
        t->registered += strstr(e->json, "\"status\":\"Registered\"") != NULL;
        t->registered -= strstr(e->json, "\"status\":\"UnRegistered\"") != NULL;
    }
    return true;
}

static uint64_t
draw(uint64_t *x)
{
    uint64_t z = (*x += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    return (z ^ (z >> 31)) >> 7;
}

static int64_t
sum(struct simkit *k, const char *counter)
{
    static const char *const nodes[] = { "cucm-pub", "cucm-sub1", "cucm-sub2" };
    int64_t                  total = 0, value;

    for (size_t i = 0; i < 3; i++)
        if (sim_counter(k->sim, nodes[i], "Cisco CallManager", NULL, counter, &value))
            total += value;
    return total;
}

static size_t
devices_of(struct simkit *k, const char *class, enum sim_status status, const char *node)
{
    struct sim_filter               f = { .device_class = class, .status = status, .node = node, .limit = 1 };
    const struct sim_device *const *out;
    size_t                          total;

    sim_devices(k->sim, k->a, &f, &out, &total);
    return total;
}

static size_t
devices(struct simkit *k, enum sim_status status, const char *node)
{
    return devices_of(k, "Phone", status, node);
}

static void
advance(struct simkit *k, int64_t ms)
{
    if (!sim_clock_advance(k->sim, ms, NULL, &k->err))
        fail_msg("%s", k->err.text);
}

struct totals {
    int64_t  attempted, completed;
    uint64_t counted_from; /* calls of a node that failed are nobody's to count */
};

/* One act at random: dial, answer or hang up. */
static void
act(struct simkit *k, uint64_t *x, unsigned *dialled, struct totals *t)
{
    char     device[20], digits[20];
    uint64_t id;

    snprintf(device, sizeof device, "SEP%012u", (unsigned)(draw(x) % PHONES) + 1);
    uint64_t current = sim_device_call(k->sim, device);
    if (current != 0) {
        const struct sim_call *c = sim_call_find(k->sim, k->a, current);
        bool                   connected = strcmp(c->state, "connected") == 0;
        if (strcmp(c->state, "ringing") == 0 && strcmp(c->caller.device, device) != 0 && draw(x) % 4 != 0) {
            assert_true(sim_call_answer(k->sim, current, device, &k->err));
        } else {
            assert_true(sim_call_clear(k->sim, current, &k->err));
            t->completed += connected && current >= t->counted_from;
        }
        return;
    }
    if (*dialled == CALLS)
        return;
    /* Some numbers are nobody's. */
    snprintf(digits, sizeof digits, "%u", 2001 + (unsigned)(draw(x) % (PHONES + 20)));
    if (sim_call_dial(k->sim, device, 0, digits, &id, NULL, &k->err)) {
        ++*dialled;
        t->attempted++;
    }
}

static void
run(struct tally *tally)
{
    struct simkit k;
    struct totals t = { 0 };
    uint64_t      x = 42, read = 0;
    unsigned      dialled = 0, lost = 0;

    *tally = (struct tally){ .hash = 14695981039346656037u };
    simkit_open(&k, PHONES, (struct simkit_how){ .subscribers = 2, .seed = 7 });
    assert_int_equal(devices(&k, SIM_UNKNOWN, NULL), PHONES);
    advance(&k, 120000);
    assert_int_equal(devices(&k, SIM_REGISTERED, "cucm-pub"), PHONES);
    assert_int_equal(sum(&k, "RegisteredHardwarePhones"), PHONES);

    for (unsigned step = 0; dialled < CALLS; step++) {
        act(&k, &x, &dialled, &t);
        if (step % 8 == 0)
            advance(&k, (int64_t)(draw(&x) % 2000));
        if (dialled == CALLS / 2 && lost == 0) {
            /* Its counters are gone with it; what they had said until then is known here. */
            lost = 1;
            t = (struct totals){ .counted_from = dialled + 1 };
            assert_true(sim_node_power(k.sim, "cucm-pub", false, &k.err));
            assert_int_equal(devices(&k, SIM_REGISTERED, "cucm-pub"), 0);
            advance(&k, 5000);
            assert_int_equal(devices(&k, SIM_REGISTERED, "cucm-sub1"), PHONES);
        }
        if (dialled == CALLS / 2 + 500 && lost == 1) {
            lost = 2;
            assert_true(sim_node_power(k.sim, "cucm-pub", true, &k.err));
        }
        if (step % 512 == 0) {
            read = sim_events(k.sim, read, take, tally);
            arena_reset(k.a);
        }
    }
    /* Everybody who still talks hangs up; the rest ends by itself. */
    for (unsigned n = 1; n <= PHONES; n++) {
        char device[20];
        snprintf(device, sizeof device, "SEP%012u", n);
        uint64_t id = sim_device_call(k.sim, device);
        if (id == 0)
            continue;
        const struct sim_call *c = sim_call_find(k.sim, k.a, id);
        t.completed += strcmp(c->state, "connected") == 0 && id >= t.counted_from;
        assert_true(sim_call_clear(k.sim, id, &k.err));
    }
    advance(&k, 600000);
    const struct sim_call *const *calls;
    assert_int_equal(sim_calls(k.sim, k.a, &calls), 0);
    read = sim_events(k.sim, read, take, tally);

    assert_int_equal(devices(&k, SIM_REGISTERED, NULL), PHONES);
    assert_int_equal(devices(&k, SIM_REGISTERED, "cucm-pub"), PHONES);
    assert_int_equal(sum(&k, "RegisteredHardwarePhones"), PHONES);
    assert_int_equal(sum(&k, "CallsInProgress"), 0);
    assert_int_equal(sum(&k, "CallsActive"), 0);
    assert_int_equal(tally->registered, devices_of(&k, NULL, SIM_REGISTERED, NULL)); /* media resources too */
    assert_int_equal(sum(&k, "CallsAttempted"), t.attempted);
    assert_int_equal(sum(&k, "CallsCompleted"), t.completed);
    assert_int_equal(tally->count, read);
    assert_int_equal(tally->offhook, CALLS);
    assert_int_equal(tally->ended, CALLS);
    assert_true(tally->connected > CALLS / 10);
    for (unsigned n = 1; n <= PHONES; n++) {
        char device[20];
        snprintf(device, sizeof device, "SEP%012u", n);
        const struct sim_device *d = sim_device_find(k.sim, k.a, device);
        assert_string_equal(d->state, "registered");
        assert_int_equal(d->lines[0].state, SIM_LINE_IDLE);
        assert_int_equal(d->lines[0].status, SIM_REGISTERED);
    }
    size_t ran;
    assert_true(sim_clock_run_idle(k.sim, 86400000, &ran, &k.err));
    assert_int_equal(ran, 0); /* no timer is left */
    simkit_close(&k);
}

static void
test_thousand(void **state)
{
    struct tally first, second;

    (void)state;
    run(&first);
    run(&second);
    assert_int_equal(first.count, second.count);
    assert_true(first.hash == second.hash);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_thousand) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
