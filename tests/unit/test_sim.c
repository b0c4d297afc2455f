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

static const struct sim_device *
find(struct simkit *k, const char *name)
{
    const struct sim_device *d = sim_device_find(k->sim, k->a, name);

    if (d == NULL)
        fail_msg("no %s", name);
    return d;
}

static void
pass(struct simkit *k, int64_t ms)
{
    if (!sim_clock_advance(k->sim, ms, NULL, &k->err))
        fail_msg("%s", k->err.text);
}

static void
act(struct simkit *k, char op, const char *table, const char *name)
{
    struct store_conn *c = kit_begin(&k->kit);
    char               sql[200], pkid[37] = "";

    snprintf(sql, sizeof sql, "SELECT pkid FROM %s WHERE %s='%s'", table,
             strcmp(table, "numplan") == 0 ? "dnorpattern" : "name", name);
    sqlite3_stmt *s = store_prepare(c, sql, &k->err);
    assert_int_equal(store_step(c, s, &k->err), 1);
    snprintf(pkid, sizeof pkid, "%s", (const char *)sqlite3_column_text(s, 0));
    assert_true(sim_acts_on(table));
    assert_true(store_act(c, op, table, pkid, &k->err));
    assert_true(store_write_end(c, true, &k->err));
}

#define IS(device, is_state, is_status, is_reason)      \
    do {                                                \
        const struct sim_device *d_ = find(&k, device); \
        assert_string_equal(d_->state, is_state);       \
        assert_int_equal(d_->status, SIM_##is_status);  \
        assert_int_equal(d_->reason, is_reason);        \
    } while (0)

/* Each act on a device, and on what devices depend on; a write that is rolled back does nothing. */
static void
test_acts(void **state)
{
    struct simkit      k;
    struct store_conn *c;

    (void)state;
    simkit_open(&k, 2, (struct simkit_how){ .settled = true });
    c = kit_begin(&k.kit);
    assert_true(store_act(c, 'R', "device", "00000000-0000-0000-0002-000000000001", &k.err));
    assert_false(store_write_end(c, false, &k.err));
    IS("SEP000000000001", "registered", REGISTERED, 0);
    act(&k, 'R', "device", "SEP000000000001");
    IS("SEP000000000001", "resetting", UNREGISTERED, 9);
    IS("SEP000000000002", "registered", REGISTERED, 0);
    assert_int_equal(find(&k, "SEP000000000001")->lines[0].status, SIM_UNREGISTERED);
    pass(&k, 200000);
    IS("SEP000000000001", "registered", REGISTERED, 0);
    act(&k, 'S', "numplan", "2001");
    IS("SEP000000000001", "restarting", UNREGISTERED, 15);
    pass(&k, 200000);
    act(&k, 'A', "devicepool", "Default");
    IS("SEP000000000001", "applying", REGISTERED, 0);
    pass(&k, 200000);
    simkit_write(&k, "INSERT INTO callmanagergroup(pkid,name) VALUES('00000000-0000-0000-0009-000000000001','Empty')");
    simkit_write(&k, "UPDATE devicepool SET fkcallmanagergroup='00000000-0000-0000-0009-000000000001' WHERE "
                     "name='Default'");
    IS("SEP000000000001", "registered", REGISTERED, 0); /* it learns of it when it registers next */
    act(&k, 'R', "callmanagergroup", "Empty");
    IS("SEP000000000002", "resetting", UNREGISTERED, 9);
    simkit_write(&k, "UPDATE device SET specialloadinformation='sip88xx.1' WHERE name='SEP000000000001'");
    pass(&k, 200000);
    assert_string_equal(find(&k, "SEP000000000001")->active_load, "sip88xx.1");
    simkit_write(&k, "UPDATE device SET specialloadinformation='sip88xx.2' WHERE name='SEP000000000001'");
    act(&k, 'A', "device", "SEP000000000001");
    IS("SEP000000000001", "restarting", UNREGISTERED, 17);
    pass(&k, 200000);
    act(&k, 'W', "device", "SEP000000000001");
    IS("SEP000000000001", "resetting", UNREGISTERED, 30);
    act(&k, 'L', "device", "SEP000000000002");
    IS("SEP000000000002", "registered", REGISTERED, 0);
    assert_false(sim_acts_on("facinfo"));
    simkit_close(&k);
}

/* A changed line restarts the phone; a name, a description, a number are there at once. */
static void
test_changes(void **state)
{
    struct simkit k;

    (void)state;
    simkit_open(&k, 2, (struct simkit_how){ .settled = true });
    simkit_write(&k, "UPDATE device SET name='SEP0000000000AA',description='Lobby' WHERE name='SEP000000000001'");
    assert_null(sim_device_find(k.sim, k.a, "SEP000000000001"));
    assert_string_equal(find(&k, "sep0000000000aa")->description, "Lobby");
    IS("SEP0000000000AA", "registered", REGISTERED, 0);
    simkit_write(&k, "UPDATE numplan SET dnorpattern='2999' WHERE dnorpattern='2001'");
    assert_string_equal(find(&k, "SEP0000000000AA")->lines[0].pattern, "2999");
    simkit_write(&k, "DELETE FROM devicenumplanmap WHERE fkdevice=(SELECT pkid FROM device WHERE "
                     "name='SEP0000000000AA')");
    assert_int_equal(find(&k, "SEP0000000000AA")->line_count, 0);
    IS("SEP0000000000AA", "restarting", UNREGISTERED, 15);
    pass(&k, 60000);
    IS("SEP0000000000AA", "registered", REGISTERED, 0);
    /* 2002's phone goes with its number. */
    simkit_write(&k, "DELETE FROM numplan WHERE dnorpattern='2002'");
    assert_int_equal(find(&k, "SEP000000000002")->line_count, 0);
    simkit_close(&k);
}

/* Publisher down: its phones go to the next member and, once it is back, home. */
static void
test_failover(void **state)
{
    struct simkit k;

    (void)state;
    simkit_open(&k, 3, (struct simkit_how){ .settled = true, .subscribers = 1 });
    const struct sim_node *nodes;
    assert_int_equal(sim_nodes(k.sim, k.a, &nodes), 2);
    assert_string_equal(nodes[0].address, "127.0.0.1");
    assert_true(nodes[0].publisher);
    assert_string_equal(nodes[1].address, "127.0.0.2");
    assert_true(sim_node_power(k.sim, "CUCM-PUB", false, &k.err));
    IS("SEP000000000001", "registering", UNREGISTERED, 13);
    int64_t value;
    assert_false(sim_counter(k.sim, "cucm-pub", "Cisco CallManager", NULL, "CallsAttempted", &value));
    pass(&k, 5000);
    IS("SEP000000000001", "registered", REGISTERED, 0);
    const struct sim_device *d = find(&k, "SEP000000000001");
    assert_string_equal(d->node, "cucm-sub1");
    assert_int_equal(d->presence_count, 2);
    assert_string_equal(d->presences[1].node, "cucm-pub");
    assert_int_equal(d->presences[1].status, SIM_UNREGISTERED);
    assert_int_equal(simkit_counter(&k, "cucm-sub1", "RegisteredHardwarePhones"), 3);
    assert_true(sim_node_power(k.sim, "127.0.0.1", true, &k.err));
    IS("SEP000000000001", "returning", REGISTERED, 0);
    pass(&k, 120000);
    IS("SEP000000000001", "registering", UNREGISTERED, 28);
    pass(&k, 5000);
    assert_string_equal(find(&k, "SEP000000000001")->node, "cucm-pub");
    assert_int_equal(simkit_counter(&k, "cucm-pub", "RegisteredHardwarePhones"), 3);
    assert_int_equal(simkit_counter(&k, "cucm-sub1", "RegisteredHardwarePhones"), 0);
    /* The CallManager service alone; and both nodes at once: nowhere to go. */
    assert_true(sim_service_set(k.sim, "cucm-pub", "Cisco CallManager", false, &k.err));
    IS("SEP000000000002", "registering", UNREGISTERED, 6);
    assert_true(sim_node_power(k.sim, "cucm-sub1", false, &k.err));
    pass(&k, 5000);
    IS("SEP000000000002", "searching", UNREGISTERED, 6);
    assert_true(sim_service_set(k.sim, "cucm-pub", "Cisco CallManager", true, &k.err));
    pass(&k, 5000);
    IS("SEP000000000002", "registered", REGISTERED, 0);
    assert_false(sim_node_power(k.sim, "nowhere", false, &k.err));
    assert_int_equal(k.err.status, CCM_NOT_FOUND);
    simkit_close(&k);
}

static size_t
records(struct simkit *k, const struct sim_filter *f, const char *node)
{
    const struct sim_device *const *out;
    const struct sim_tally         *t;
    size_t                          sum = 0;

    sim_records(k->sim, k->a, f, &out, &t);
    for (; t->node != NULL; t++)
        if (node == NULL || strcmp(t->node, node) == 0)
            sum += t->records;
    return sum;
}

/* Devices that have moved are records on two nodes. */
static void
test_records(void **state)
{
    struct simkit                   k;
    const struct sim_device *const *out;
    size_t                          total;
    const char *some[] = { "SEP00000000000*", NULL }, *nodes[] = { "CUCM-PUB", NULL }, *star[] = { "*", NULL };

    (void)state;
    simkit_open(&k, 12, (struct simkit_how){ .settled = true, .subscribers = 1 });
    struct sim_filter f = { .device_class = "Phone", .status = SIM_STATUS_COUNT, .seen = true, .left = true };
    assert_int_equal(records(&k, &f, NULL), 12);
    assert_int_equal(records(&k, &f, "cucm-pub"), 12);
    assert_true(sim_node_power(k.sim, "cucm-pub", false, &k.err));
    pass(&k, 5000);
    f.limit = 3;
    assert_int_equal(sim_devices(k.sim, k.a, &f, &out, &total), 3);
    assert_int_equal(total, 24);
    assert_int_equal(records(&k, &f, "cucm-pub"), 12);
    assert_int_equal(records(&k, &f, "cucm-sub1"), 12);
    f.status = SIM_UNREGISTERED;
    assert_int_equal(sim_devices(k.sim, k.a, &f, &out, &total), 3);
    assert_int_equal(total, 12);
    f.nodes = nodes;
    f.patterns = some;
    assert_int_equal(records(&k, &f, NULL), 9);
    f.status = SIM_REGISTERED;
    assert_int_equal(records(&k, &f, NULL), 0);
    f = (struct sim_filter){ .device_class = "Phone", .node = "cucm-pub", .status = SIM_STATUS_COUNT, .seen = true };
    assert_int_equal(records(&k, &f, NULL), 0);
    /* Without wildcards a star is a name that nothing has; with them all names fit. */
    f.node = NULL;
    f.patterns = star;
    assert_int_equal(sim_devices(k.sim, k.a, &f, &out, &total), 12);
    f.literal = true;
    assert_int_equal(sim_devices(k.sim, k.a, &f, &out, &total), 0);
    /* Removed and forgotten devices take their records with them. */
    f = (struct sim_filter){
        .device_class = "Phone", .status = SIM_STATUS_COUNT, .seen = true, .left = true, .nodes = nodes
    };
    simkit_write(&k, "DELETE FROM devicenumplanmap WHERE fkdevice='00000000-0000-0000-0002-000000000001';"
                     "DELETE FROM device WHERE pkid='00000000-0000-0000-0002-000000000001'");
    assert_int_equal(records(&k, &f, "cucm-pub"), 11);
    assert_true(sim_reset(k.sim, &k.err));
    f.nodes = NULL;
    assert_int_equal(records(&k, &f, NULL), 11);
    simkit_close(&k);
}

static void
test_services(void **state)
{
    struct simkit k;

    (void)state;
    simkit_open(&k, 0, (struct simkit_how){ .subscribers = 1 });
    assert_true(sim_service_runs(k.sim, "cucm-pub", "Cisco RIS Data Collector"));
    assert_true(sim_service_set(k.sim, "cucm-pub", "Cisco RIS Data Collector", false, &k.err));
    assert_false(sim_service_runs(k.sim, "cucm-pub", "Cisco RIS Data Collector"));
    assert_true(sim_service_runs(k.sim, "cucm-sub1", "Cisco RIS Data Collector"));
    assert_true(sim_service_activate(k.sim, "cucm-pub", "Cisco Tftp", false, &k.err));
    assert_false(sim_service_set(k.sim, "cucm-pub", "Cisco Tftp", true, &k.err));
    assert_int_equal(k.err.status, CCM_CONFLICT);
    assert_false(sim_service_activate(k.sim, "cucm-pub", "Cisco RIS Data Collector", false, &k.err));
    assert_int_equal(k.err.status, CCM_CONFLICT);
    assert_false(sim_service_set(k.sim, "cucm-sub1", "Cisco DRF Master", true, &k.err)); /* the publisher's alone */
    assert_int_equal(k.err.status, CCM_NOT_FOUND);
    assert_true(sim_node_power(k.sim, "cucm-pub", false, &k.err));
    assert_false(sim_service_runs(k.sim, "cucm-pub", "Cisco AXL Web Service"));
    assert_false(sim_service_set(k.sim, "cucm-pub", "Cisco AXL Web Service", true, &k.err));
    simkit_write(&k, "DELETE FROM callmanagergroupmember WHERE fkcallmanager='00000000-0000-0000-0005-000000000001';"
                     "DELETE FROM callmanager WHERE name='CM_cucm-sub1';"
                     "DELETE FROM processnode WHERE name='cucm-sub1'");
    const struct sim_node *nodes;
    assert_int_equal(sim_nodes(k.sim, k.a, &nodes), 1);
    simkit_close(&k);
}

/* A SIP phone of which one line is refused. */
static void
test_partly(void **state)
{
    struct simkit k;

    (void)state;
    simkit_open(&k, 2, (struct simkit_how){ .settled = true });
    assert_true(sim_line_reject(k.sim, "SEP000000000001", 1, true, &k.err));
    IS("SEP000000000001", "registered", PARTIALLY, 0);
    assert_int_equal(find(&k, "SEP000000000001")->lines[0].status, SIM_REJECTED);
    assert_int_equal(simkit_counter(&k, "cucm-pub", "PartiallyRegisteredPhone"), 1);
    assert_int_equal(simkit_counter(&k, "cucm-pub", "RegisteredHardwarePhones"), 1);
    assert_true(sim_line_reject(k.sim, "SEP000000000001", 1, false, &k.err));
    IS("SEP000000000001", "registered", REGISTERED, 0);
    assert_false(sim_line_reject(k.sim, "SEP000000000001", 2, true, &k.err));
    simkit_close(&k);
}

/* Nobody provisioned it: rejected, and made once auto-registration is on; a name of the store wins over a stranger. */
static void
test_strangers(void **state)
{
    struct simkit k;

    (void)state;
    simkit_open(&k, 0, (struct simkit_how){ .settled = true });
    assert_true(sim_device_appear(k.sim, "SEP00000000000A", 683, &k.err));
    IS("SEP00000000000A", "rejected", REJECTED, 3);
    simkit_write(&k, "UPDATE callmanager SET autoregistrationstartdn=1000,autoregistrationenddn=1001,"
                     "autoregistrationnextdn=1000");
    assert_true(sim_device_appear(k.sim, "SEP00000000000A", 683, &k.err));
    pass(&k, 200000);
    IS("SEP00000000000A", "registered", REGISTERED, 0);
    const struct sim_device *d = find(&k, "SEP00000000000A");
    assert_string_equal(d->description, "Auto 1000");
    assert_string_equal(d->lines[0].pattern, "1000");
    assert_string_equal(d->protocol, "SIP");
    assert_true(sim_device_appear(k.sim, "SEP00000000000B", 7, &k.err));
    pass(&k, 200000);
    assert_string_equal(find(&k, "SEP00000000000B")->lines[0].pattern, "1001");
    assert_string_equal(find(&k, "SEP00000000000B")->protocol, "SCCP");
    assert_true(sim_device_appear(k.sim, "SEP00000000000C", 683, &k.err));
    IS("SEP00000000000C", "rejected", REJECTED, 5);
    assert_false(sim_device_appear(k.sim, "no name", 683, &k.err));
    assert_true(sim_device_appear(k.sim, "SEP000000000009", 683, &k.err));
    IS("SEP000000000009", "rejected", REJECTED, 5);
    simkit_phone(&k, 9);
    pass(&k, 200000);
    IS("SEP000000000009", "registered", REGISTERED, 0);
    simkit_close(&k);
}

/* A profile on a phone: its lines, its user; and back. */
static void
test_mobility(void **state)
{
    struct simkit k;

    (void)state;
    simkit_open(&k, 2, (struct simkit_how){ .settled = true });
    simkit_write(
        &k, "INSERT INTO device(pkid,name,tkclass,tkmodel,tkproduct,tkdeviceprotocol,tkprotocolside,fkphonetemplate) "
            "SELECT '00000000-0000-0000-000A-000000000001','Profile',254,tkmodel,tkproduct,tkdeviceprotocol,"
            "tkprotocolside,fkphonetemplate FROM device WHERE name='SEP000000000001';"
            "INSERT INTO numplan(pkid,dnorpattern,tkpatternusage) VALUES('00000000-0000-0000-000B-000000000001',"
            "'5001',2);"
            "INSERT INTO devicenumplanmap(fkdevice,fknumplan,numplanindex) VALUES("
            "'00000000-0000-0000-000A-000000000001','00000000-0000-0000-000B-000000000001',1);"
            "INSERT INTO enduser(pkid,userid,lastname) VALUES('00000000-0000-0000-000C-000000000001','jdoe','Doe');"
            "UPDATE device SET allowhotelingflag='t' WHERE name='SEP000000000001'");
    IS("SEP000000000001", "registered", REGISTERED, 0);
    struct store_conn *c = kit_begin(&k.kit);
    assert_true(kit_run(&k.kit, c,
                        "UPDATE extensionmobilitydynamic SET fkenduser='00000000-0000-0000-000C-000000000001',"
                        "fkdevice_currentloginprofile='00000000-0000-0000-000A-000000000001' WHERE "
                        "fkdevice='00000000-0000-0000-0002-000000000001'"));
    assert_true(store_act(c, 'I', "device", "00000000-0000-0000-0002-000000000001", &k.err));
    assert_true(store_write_end(c, true, &k.err));
    IS("SEP000000000001", "changing", UNREGISTERED, 19);
    pass(&k, 60000);
    const struct sim_device *d = find(&k, "SEP000000000001");
    assert_string_equal(d->user, "jdoe");
    assert_int_equal(d->line_count, 1);
    assert_string_equal(d->lines[0].pattern, "5001");
    /* What changes in the profile changes on the phone. */
    simkit_write(&k, "UPDATE numplan SET dnorpattern='5002' WHERE dnorpattern='5001'");
    assert_string_equal(find(&k, "SEP000000000001")->lines[0].pattern, "5002");
    act(&k, 'R', "numplan", "5002");
    IS("SEP000000000001", "resetting", UNREGISTERED, 9);
    pass(&k, 200000);
    simkit_write(&k, "UPDATE extensionmobilitydynamic SET fkenduser=NULL,fkdevice_currentloginprofile=NULL");
    d = find(&k, "SEP000000000001");
    assert_string_equal(d->user, "");
    assert_string_equal(d->lines[0].pattern, "2001");
    simkit_close(&k);
}

/* Read anew, it is as it was at first. */
static void
test_reset(void **state)
{
    struct simkit k;
    uint64_t      id;

    (void)state;
    simkit_open(&k, 5, (struct simkit_how){ .settled = true, .subscribers = 1 });
    assert_true(sim_call_dial(k.sim, "SEP000000000001", 0, "2002", &id, NULL, &k.err));
    assert_true(sim_node_power(k.sim, "cucm-pub", false, &k.err));
    assert_true(sim_device_unplug(k.sim, "SEP000000000003", &k.err) || true);
    pass(&k, 1000);
    assert_true(sim_reset(k.sim, &k.err));
    assert_int_equal(simkit_counter(&k, "cucm-pub", "RegisteredHardwarePhones"), 5);
    assert_int_equal(simkit_counter(&k, "cucm-pub", "CallsAttempted"), 0);
    assert_null(sim_call_find(k.sim, k.a, id));
    assert_true(sim_clock_run_idle(k.sim, 3600000, NULL, &k.err));
    IS("SEP000000000003", "registered", REGISTERED, 0);
    simkit_close(&k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starts),   cmocka_unit_test(test_selects),  cmocka_unit_test(test_follows),
        cmocka_unit_test(test_acts),     cmocka_unit_test(test_changes),  cmocka_unit_test(test_failover),
        cmocka_unit_test(test_services), cmocka_unit_test(test_partly),   cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_records),  cmocka_unit_test(test_mobility), cmocka_unit_test(test_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
