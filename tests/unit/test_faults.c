/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Which requests meet which rule, how often, and what throttles let pass. The effects on the wire are
 * tests/cases/daemon/faults.py's. */
#include "unit.h"

#include <string.h>

#include "ccmsim/service.h"
#include "cluster/faults_priv.h"

struct bench {
    struct faults *faults;
    struct arena  *arena;
    struct request rq;
    struct service service;
};

static int
set_up(void **state)
{
    struct bench *b = test_calloc(1, sizeof *b);

    b->faults = faults_new();
    b->arena = arena_new();
    b->service.name = "axl";
    b->rq = (struct request){ .arena = b->arena, .service = &b->service, .operation = "getPhone", .user = "anna" };
    *state = b;
    return 0;
}

static int
tear_down(void **state)
{
    struct bench *b = *state;

    faults_free(b->faults);
    arena_free(b->arena);
    test_free(b);
    return 0;
}

static uint64_t
add(struct bench *b, struct fault_rule rule)
{
    struct ccm_error err = { 0 };
    uint64_t         id = 0;

    if (!faults_add(b->faults, &rule, &id, &err))
        fail_msg("%s", err.text);
    return id;
}

static bool
met_at(struct bench *b, int64_t now_ms)
{
    const struct fault_verdict *v = faults_decide(b->faults, &b->rq, now_ms);
    return v != NULL && v->rule != NULL;
}

static bool
met(struct bench *b)
{
    return met_at(b, 1000);
}

static void
names_decide(void **state)
{
    static const struct {
        struct fault_rule rule;
        bool              met;
    } rows[] = {
        { { .kind = FAULT_CLOSE }, true },
        { { .kind = FAULT_CLOSE, .service = "axl" }, true },
        { { .kind = FAULT_CLOSE, .service = "ris" }, false },
        { { .kind = FAULT_CLOSE, .operation = "getphone" }, true },
        { { .kind = FAULT_CLOSE, .operation = "get*" }, true },
        { { .kind = FAULT_CLOSE, .operation = "*Phone" }, true },
        { { .kind = FAULT_CLOSE, .operation = "*e*o*e" }, true },
        { { .kind = FAULT_CLOSE, .operation = "get" }, false },
        { { .kind = FAULT_CLOSE, .operation = "*User" }, false },
        { { .kind = FAULT_CLOSE, .user = "Anna" }, true },
        { { .kind = FAULT_CLOSE, .user = "bert" }, false },
        { { .kind = FAULT_CLOSE, .from_ms = 1000, .until_ms = 1001 }, true },
        { { .kind = FAULT_CLOSE, .from_ms = 1001 }, false },
        { { .kind = FAULT_CLOSE, .until_ms = 1000 }, false },
    };
    struct bench *b = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        add(b, rows[i].rule);
        if (met(b) != rows[i].met)
            fail_msg("row %zu", i);
        faults_clear(b->faults);
    }
    b->service.unrecorded = true;
    add(b, (struct fault_rule){ .kind = FAULT_CLOSE });
    assert_false(met(b));
}

static void
objects_are_found_in_the_tree_or_the_text(void **state)
{
    struct bench       *b = *state;
    struct soap_element name = { .name = "name", .text = " SEP1 " },
                        op = { .name = "getPhone", .text = "", .children = &name };
    struct soap_message m = { .operation = &op };

    b->rq.soap = &m;
    add(b, (struct fault_rule){ .kind = FAULT_CLOSE, .object = "sep1" });
    assert_true(met(b));
    faults_clear(b->faults);
    add(b, (struct fault_rule){ .kind = FAULT_CLOSE, .object = "SEP*", .element = "Name" });
    assert_true(met(b));
    name.text = "SIP1";
    assert_false(met(b));
    faults_clear(b->faults);
    add(b, (struct fault_rule){ .kind = FAULT_CLOSE, .object = "SIP1", .element = "uuid" });
    assert_false(met(b));
    faults_clear(b->faults);
    b->rq.soap = NULL;
    add(b, (struct fault_rule){ .kind = FAULT_CLOSE, .object = "SEP1" });
    static const struct {
        const char *body;
        bool        met;
    } rows[] = { { "<deviceName>SEP1</deviceName>", true },
                 { "a=SEP1&b", true },
                 { "sep1", true },
                 { "SEP12", false },
                 { "xSEP1", false },
                 { "", false },
                 { "\"SEP1\"", true },
                 { "xSEP1 SEP1", true } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        b->rq.body = (struct str){ rows[i].body, strlen(rows[i].body) };
        if (met(b) != rows[i].met)
            fail_msg("%s", rows[i].body);
    }
}

static void
some_pass_first_and_only_so_many_are_met(void **state)
{
    struct bench            *b = *state;
    const struct fault_rule *rules;
    char                     seen[11] = "";

    uint64_t id = add(b, (struct fault_rule){ .kind = FAULT_CLOSE, .skip = 2, .count = 3 });
    for (int i = 0; i < 10; i++)
        seen[i] = met(b) ? 'x' : '.';
    assert_string_equal(seen, "..xxx.....");
    assert_int_equal(faults_read(b->faults, b->arena, &rules), 1);
    assert_int_equal(rules[0].id, id);
    assert_int_equal(rules[0].fitted, 10);
    assert_int_equal(rules[0].hits, 3);
}

static void
a_rate_is_kept_and_drawn_from_the_seed(void **state)
{
    struct bench *b = *state;
    char          seen[2][1001] = { "", "" };
    int           hits = 0;

    for (int run = 0; run < 2; run++) {
        add(b, (struct fault_rule){ .kind = FAULT_CLOSE, .rate = 0.25, .seed = 42 });
        for (int i = 0; i < 1000; i++) {
            seen[run][i] = met(b) ? 'x' : '.';
            hits += seen[run][i] == 'x';
        }
        faults_clear(b->faults);
    }
    assert_string_equal(seen[0], seen[1]);
    assert_in_range(hits, 400, 600);
}

static void
delays_add_up_and_the_first_of_the_rest_decides(void **state)
{
    struct bench *b = *state;

    add(b, (struct fault_rule){ .kind = FAULT_DELAY, .min_ms = 10, .max_ms = 10 });
    add(b, (struct fault_rule){ .kind = FAULT_CLOSE });
    add(b, (struct fault_rule){ .kind = FAULT_RESET });
    add(b, (struct fault_rule){ .kind = FAULT_DELAY, .min_ms = 20, .max_ms = 29 });
    struct fault_verdict *v = faults_decide(b->faults, &b->rq, 1);
    assert_int_equal(v->rule->kind, FAULT_CLOSE);
    assert_in_range(v->delay_ms, 30, 39);
}

static void
a_throttle_lets_so_many_pass_in_a_time(void **state)
{
    struct bench *b = *state;

    add(b, (struct fault_rule){ .kind = FAULT_THROTTLE, .requests = 3, .per_ms = 60000 });
    for (int i = 0; i < 3; i++)
        assert_false(met_at(b, 1000 + i * 1000));
    assert_true(met_at(b, 3500));
    assert_true(met_at(b, 60999));
    assert_false(met_at(b, 61000)); /* the first is a minute ago */
    assert_true(met_at(b, 61001));
    assert_false(met_at(b, 62000));
    assert_false(met_at(b, 63000));
    assert_true(met_at(b, 63000));
    faults_clear(b->faults);
    add(b, (struct fault_rule){ .kind = FAULT_THROTTLE, .requests = 1, .per_ms = 1000, .each_user = true });
    assert_false(met(b));
    assert_true(met(b));
    b->rq.user = "bert";
    assert_false(met(b));
    assert_true(met(b));
}

static void
rules_are_checked_listed_and_removed(void **state)
{
    static const struct fault_rule bad[] = {
        { .kind = (enum fault_kind)99 },
        { .kind = FAULT_ERROR },
        { .kind = FAULT_STATUS, .http_status = 100 },
        { .kind = FAULT_DELAY },
        { .kind = FAULT_DELAY, .min_ms = 2, .max_ms = 1 },
        { .kind = FAULT_SLOW },
        { .kind = FAULT_GARBAGE },
        { .kind = FAULT_THROTTLE, .requests = 1 },
        { .kind = FAULT_THROTTLE, .per_ms = 1 },
        { .kind = FAULT_CLOSE, .rate = 2 },
        { .kind = FAULT_CLOSE, .rate = -1 },
        { .kind = FAULT_CLOSE, .element = "name" },
        { .kind = FAULT_CLOSE, .from_ms = 5, .until_ms = 5 },
        { .kind = FAULT_DELAY, .min_ms = 1, .max_ms = 1, .after = true },
    };
    struct bench            *b = *state;
    struct ccm_error         err;
    uint64_t                 id;
    const struct fault_rule *rules;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (faults_add(b->faults, &bad[i], &id, &err))
            fail_msg("row %zu was taken", i);
        assert_int_equal(err.status, CCM_BAD_REQUEST);
    }
    uint64_t one = add(b, (struct fault_rule){ .kind = FAULT_CLOSE, .operation = "one" });
    uint64_t two = add(b, (struct fault_rule){ .kind = FAULT_CLOSE, .operation = "two" });
    assert_true(faults_remove(b->faults, one, &err));
    assert_false(faults_remove(b->faults, one, &err));
    assert_int_equal(err.status, CCM_NOT_FOUND);
    uint64_t three = add(b, (struct fault_rule){ .kind = FAULT_CLOSE, .operation = "three" });
    assert_int_equal(faults_read(b->faults, b->arena, &rules), 2);
    assert_int_equal(rules[0].id, two);
    assert_int_equal(rules[1].id, three);
    assert_string_equal(rules[1].operation, "three");
    assert_true(faults_remove(b->faults, three, &err));
    assert_true(faults_remove(b->faults, two, &err));
    add(b, (struct fault_rule){ .kind = FAULT_CLOSE });
    assert_true(met(b));
    faults_clear(b->faults);
    for (unsigned i = 0; i < FAULTS_MAX_RULES; i++)
        add(b, (struct fault_rule){ .kind = FAULT_CLOSE, .operation = "none" });
    assert_false(faults_add(b->faults, &(struct fault_rule){ .kind = FAULT_CLOSE }, &id, &err));
    assert_int_equal(err.status, CCM_CONFLICT);
    for (int i = 0; fault_kind_name((enum fault_kind)i)[0] != '\0'; i++)
        assert_int_equal(fault_kind_find(fault_kind_name((enum fault_kind)i)), i);
    assert_int_equal(fault_kind_find("nothing"), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_decide, set_up, tear_down),
        cmocka_unit_test_setup_teardown(objects_are_found_in_the_tree_or_the_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(some_pass_first_and_only_so_many_are_met, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rate_is_kept_and_drawn_from_the_seed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(delays_add_up_and_the_first_of_the_rest_decides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_throttle_lets_so_many_pass_in_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rules_are_checked_listed_and_removed, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
