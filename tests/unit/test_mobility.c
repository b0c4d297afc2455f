/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Logging in and out, and the limits, with the clock by hand: what the store says and what the phone shows. */
#include "unit.h"

#include "store_kit.h"

#include <unistd.h>

#include "ccmsim/mobility.h"

struct world {
    struct kit       k;
    struct sim      *sim;
    struct mobility *mobility;
    struct arena    *arena;
    char             state[32];
};

static void
on_change(void *cookie, const struct store_writer *who, const struct store_change *changes, size_t count)
{
    struct world *w = cookie;

    sim_on_change(w->sim, who, changes, count);
    mobility_on_change(w->mobility, changes, count);
}

static void
begin(struct world *w)
{
    struct sim_options opt = { .store = w->k.store,
                               .seeded = true,
                               .seed = 1,
                               .release = "15.0",
                               .mode = SIM_CLOCK_MANUAL,
                               .phone_range = "127.64.0.0/10",
                               .timing = sim_timing_default,
                               .settled = true };

    if (!sim_new(&w->sim, &opt, &w->k.err))
        fail_msg("%s", w->k.err.text);
    w->mobility = mobility_new(w->k.store, w->sim);
    w->arena = arena_new();
    store_listen(w->k.store, on_change, w);
}

static void
end(struct world *w)
{
    store_listen(w->k.store, NULL, NULL);
    sim_free(w->sim);
    mobility_free(w->mobility);
    arena_free(w->arena);
}

#define DEVICE(name, class, profile)                                                                                  \
    "INSERT INTO device(name,tkproduct,tkmodel,tkdeviceprotocol,tkprotocolside,tkclass,tkdeviceprofile,"              \
    "allowhotelingflag,fkdevicepool) SELECT '" name "',36854,683,11,1," class "," profile ",'t',pkid FROM devicepool" \
                                                                              " WHERE name='Default'"
#define NUMBER(pattern, device)                                                                                        \
    "INSERT INTO numplan(dnorpattern,tkpatternusage) VALUES('" pattern "',2)",                                         \
        "INSERT INTO devicenumplanmap(fkdevice,fknumplan,numplanindex) SELECT d.pkid,n.pkid,1 FROM device d,numplan n" \
        " WHERE d.name='" device "' AND n.dnorpattern='" pattern "'"

static void
provision(struct world *w)
{
    static const char *const statements[] = {
        DEVICE("SEP0000000000E1", "1", "0"),
        DEVICE("SEP0000000000E2", "1", "0"),
        DEVICE("EM-1", "254", "1"),
        NUMBER("1001", "SEP0000000000E1"),
        NUMBER("1002", "SEP0000000000E2"),
        NUMBER("7001", "EM-1"),
        "INSERT INTO enduser(userid,lastname) VALUES('em','M')",
        "INSERT INTO enduser(userid,lastname) VALUES('other','O')",
        "INSERT INTO enduserdevicemap(fkenduser,fkdevice,defaultprofile,tkuserassociation) SELECT u.pkid,d.pkid,'t',5"
        " FROM enduser u,device d WHERE d.name='EM-1'",
    };

    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
        kit_must(&w->k, statements[i]);
}

static int
set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);

    snprintf(w->state, sizeof w->state, "/tmp/ccmsim-mobility-XXXXXX");
    assert_non_null(mkdtemp(w->state));
    kit_open(&w->k, w->state);
    provision(w);
    begin(w);
    *state = w;
    return 0;
}

static int
tear_down(void **state)
{
    struct world *w = *state;

    end(w);
    store_close(w->k.store);
    remove_tree(w->state);
    free(w);
    return 0;
}

static void
parameter(struct world *w, const char *name, const char *value)
{
    char sql[256];

    snprintf(sql, sizeof sql, "UPDATE processconfig SET paramvalue='%s' WHERE paramname='%s'", value, name);
    kit_must(&w->k, sql);
}

static int
login(struct world *w, const char *device, const char *user, int64_t seconds, bool by_axl)
{
    const struct store_writer   who = { .user = "tester", .origin = "em" };
    const struct mobility_login l = {
        .device = device, .user = user, .profile = by_axl ? "EM-1" : NULL, .seconds = seconds, .by_axl = by_axl
    };
    struct mobility_result r = { 0 };

    bool ok = mobility_login(w->mobility, w->arena, &who, &l, &r);
    assert_int_equal(ok, r.code == 0);
    return r.code;
}

static int
logout(struct world *w, const char *device)
{
    const struct store_writer who = { .user = "tester", .origin = "em" };
    struct mobility_result    r = { 0 };

    bool ok = mobility_logout(w->mobility, w->arena, &who, device, NULL, &r);
    assert_int_equal(ok, r.code == 0);
    return r.code;
}

static void
pass(struct world *w, int64_t seconds)
{
    assert_true(sim_clock_advance(w->sim, seconds * 1000, NULL, &w->k.err));
}

/* The phone's user and first number, now. */
static const char *
shown(struct world *w, const char *name)
{
    const struct sim_device *d = sim_device_find(w->sim, w->arena, name);

    assert_non_null(d);
    return arena_printf(w->arena, "%s %s", d->user, d->line_count > 0 ? d->lines[0].pattern : "-");
}

#define ONE "SEP0000000000E1"
#define TWO "SEP0000000000E2"

static void
the_profile_is_on_the_phone_until_the_logout(void **state)
{
    struct world *w = *state;

    assert_string_equal(shown(w, ONE), " 1001");
    assert_int_equal(login(w, ONE, "em", MOBILITY_NO_LIMIT, false), 0);
    pass(w, 120);
    assert_string_equal(shown(w, ONE), "em 7001");
    assert_int_equal(sim_device_find(w->sim, w->arena, ONE)->status, SIM_REGISTERED);
    assert_string_equal(
        kit_value(&w->k, "SELECT loginduration FROM extensionmobilitydynamic WHERE fkenduser IS NOT NULL"), "0");
    pass(w, 30 * 86400);
    assert_string_equal(shown(w, ONE), "em 7001");
    assert_int_equal(logout(w, ONE), 0);
    pass(w, 120);
    assert_string_equal(shown(w, ONE), " 1001");
    assert_int_equal(logout(w, ONE), 19);
}

static void
who_stays_too_long_is_logged_out(void **state)
{
    struct world *w = *state;

    assert_int_equal(login(w, ONE, "em", 1800, false), 0);
    assert_int_equal(login(w, TWO, "other", 3600, false), 0);
    pass(w, 1799);
    assert_string_equal(shown(w, ONE), "em 7001");
    pass(w, 1);
    assert_string_equal(kit_value(&w->k, "SELECT count(*) FROM extensionmobilitydynamic WHERE fkenduser IS NOT NULL"),
                        "1");
    pass(w, 120);
    assert_string_equal(shown(w, ONE), " 1001");
    assert_string_equal(shown(w, TWO), "other 7001");
    pass(w, 1800);
    assert_string_equal(shown(w, TWO), " 1002");
    assert_string_equal(kit_value(&w->k, "SELECT count(*) FROM shadow_extensionmobilitydynamic"), "0");
}

static void
a_second_login_begins_the_time_anew(void **state)
{
    struct world *w = *state;

    assert_int_equal(login(w, ONE, "em", 1800, false), 0);
    pass(w, 1000);
    assert_int_equal(login(w, ONE, "em", 1800, false), 0);
    pass(w, 1799);
    assert_string_equal(shown(w, ONE), "em 7001");
    pass(w, 121);
    assert_string_equal(shown(w, ONE), " 1001");
}

static void
the_systems_limit_holds_when_it_is_enforced(void **state)
{
    static const struct {
        const char *enforced, *limit;
        int64_t     asked;
        const char *stored;
    } rows[] = {
        { "F", "1:30", MOBILITY_SYSTEM_LIMIT, "0" },
        { "T", "1:30", MOBILITY_SYSTEM_LIMIT, "5400" },
        { "T", "1:30", MOBILITY_NO_LIMIT, "5400" },
        { "T", "1:30", 600, "600" },
        { "T", "1:30", 7200, "5400" },
        { "F", "1:30", 7200, "7200" },
        { "T", "0:00", 7200, "7200" },
        { "T", "168:00", MOBILITY_NO_LIMIT, "604800" },
        { "T", "nonsense", MOBILITY_NO_LIMIT, "0" },
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        parameter(w, "EnforceIntraClusterMaximumLoginTime", rows[i].enforced);
        parameter(w, "IntraClusterMaximumLoginTime", rows[i].limit);
        assert_int_equal(login(w, ONE, "em", rows[i].asked, false), 0);
        assert_string_equal(
            kit_value(&w->k, "SELECT loginduration FROM extensionmobilitydynamic WHERE fkenduser IS NOT NULL"),
            rows[i].stored);
    }
}

static void
what_axl_logged_in_is_not_logged_out_by_time(void **state)
{
    struct world *w = *state;

    parameter(w, "EnforceIntraClusterMaximumLoginTime", "T");
    assert_int_equal(login(w, ONE, "em", 60, true), 0);
    pass(w, 10 * 86400);
    assert_string_equal(shown(w, ONE), "em 7001");
    assert_int_equal(login(w, ONE, "em", 60, false), 0);
    pass(w, 180);
    assert_string_equal(shown(w, ONE), " 1001");
}

static void
limits_live_through_a_restart(void **state)
{
    struct world *w = *state;

    assert_int_equal(login(w, ONE, "em", 600, false), 0);
    pass(w, 300);
    end(w);
    store_close(w->k.store);
    kit_open(&w->k, w->state);
    begin(w); /* its clock begins at the same moment again: 600 s are left */
    assert_string_equal(shown(w, ONE), "em 7001");
    pass(w, 599);
    assert_string_equal(shown(w, ONE), "em 7001");
    pass(w, 121);
    assert_string_equal(shown(w, ONE), " 1001");
}

static void
the_other_phone_is_freed_where_that_is_wished(void **state)
{
    struct world *w = *state;

    assert_int_equal(login(w, ONE, "em", 600, false), 0);
    assert_int_equal(login(w, TWO, "em", 600, false), 25);
    parameter(w, "MultipleLoginBehavior", "Auto Logout");
    assert_int_equal(login(w, TWO, "em", 600, false), 0);
    pass(w, 120);
    assert_string_equal(shown(w, ONE), " 1001");
    assert_string_equal(shown(w, TWO), "em 7001");
    assert_int_equal(login(w, TWO, "other", 600, false), 18);
    parameter(w, "MultipleLoginBehavior", "Multiple Logins Allowed");
    assert_int_equal(login(w, ONE, "em", 600, false), 0);
    assert_string_equal(kit_value(&w->k, "SELECT count(*) FROM extensionmobilitydynamic WHERE fkenduser IS NOT NULL"),
                        "2");
}

static void
each_code_has_its_message(void **state)
{
    (void)state;
    assert_string_equal(mobility_text(18), "Another user logged in");
    assert_string_equal(mobility_text(0), "Unknown Error");
    assert_string_equal(mobility_text(13), "");
    for (int code = 0; code < 60; code++)
        assert_null(strcasestr(mobility_text(code), "success"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_profile_is_on_the_phone_until_the_logout),  TEST(who_stays_too_long_is_logged_out),
        TEST(a_second_login_begins_the_time_anew),           TEST(the_systems_limit_holds_when_it_is_enforced),
        TEST(what_axl_logged_in_is_not_logged_out_by_time),  TEST(limits_live_through_a_restart),
        TEST(the_other_phone_is_freed_where_that_is_wished), cmocka_unit_test(each_code_has_its_message),
    };

    return cmocka_run_group_tests_name("mobility", tests, NULL, NULL);
}
