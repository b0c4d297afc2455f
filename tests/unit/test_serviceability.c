/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* RIS's and PerfMon's parts by themselves: parameters, states, names of counters, sessions, rates. */
#include "sim_kit.h"

#include "cluster/state.h"
#include "serviceability/ris.h"

static const struct endpoint old_ris = { "realtimeservice", "RisPort", AXIS1, API_RIS };
static const struct endpoint new_ris = { "realtimeservice2", "RISService70", AXIS2, API_RIS70 };

struct fixture {
    struct simkit  k;
    struct cluster cl;
    struct request rq;
    struct buf     out;
    struct call    c;
};

static void
open_fixture(struct fixture *f, const struct endpoint *e)
{
    memset(f, 0, sizeof *f);
    simkit_open(&f->k, 3, (struct simkit_how){ .settled = true });
    f->cl.store = f->k.kit.store;
    f->cl.sim = f->k.sim;
    f->cl.states = cluster_states_new();
    uuid_source_init(&f->cl.uuids, true, 1);
    snprintf(f->cl.settings.ccm_version, sizeof f->cl.settings.ccm_version, "15.0");
    f->rq = (struct request){ .arena = f->k.a, .cluster = &f->cl, .host = "192.0.2.1:8443" };
    buf_init(&f->out, BUF_MAX_REPLY);
    f->c = (struct call){
        .rq = &f->rq, .arena = f->k.a, .cluster = &f->cl, .endpoint = e, .out = &f->out, .node = "cucm-pub"
    };
}

static void
close_fixture(struct fixture *f)
{
    cluster_states_free(f->cl.states);
    buf_release(&f->out);
    simkit_close(&f->k);
}

static const struct soap_element *
tree(struct fixture *f, const char *payload)
{
    struct soap_message m;
    const char         *text =
        arena_printf(f->k.a,
                     "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\""
                     " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><e:Body>%s</e:Body></e:Envelope>",
                     payload);

    if (!soap_read(f->k.a, (struct str){ text, strlen(text) }, &m, &f->k.err))
        fail_msg("%s", f->k.err.text);
    return m.operation;
}

/* ---- parameters ---- */

struct bound {
    const char        *host, *object;
    struct bind_number model;
    struct bind_list   items;
};
static const struct bind_part bound_parts[] = {
    { "Host", BIND_TEXT, offsetof(struct bound, host) },
    { "Object", BIND_TEXT, offsetof(struct bound, object) },
    { "Model", BIND_NUMBER, offsetof(struct bound, model) },
    { "Items", BIND_LIST, offsetof(struct bound, items) },
    { NULL, BIND_TEXT, 0 },
};

static void
parameters_come_by_name_whatever_their_namespace(void **state)
{
    struct fixture f;
    struct bound   b = { 0 };

    (void)state;
    open_fixture(&f, &new_ris);
    assert_true(
        bind_parts(&f.c,
                   tree(&f, "<op xmlns=\"urn:x\"><OBJECT> o </OBJECT><y:Host xmlns:y=\"urn:y\">h</y:Host>"
                            "<Model>7</Model><Items><item><Item>a</Item></item><b/><x xsi:nil=\"1\"/></Items></op>"),
                   bound_parts, &b, &f.k.err));
    assert_string_equal(b.host, "h");
    assert_string_equal(b.object, "o");
    assert_true(b.model.set);
    assert_int_equal(b.model.value, 7);
    assert_int_equal(b.items.count, 2);
    assert_string_equal(b.items.texts[0], "a");
    assert_string_equal(b.items.texts[1], "");
    close_fixture(&f);
}

static void
old_clients_send_parameters_by_position(void **state)
{
    struct fixture f;
    struct bound   b = { 0 };

    (void)state;
    open_fixture(&f, &old_ris);
    assert_true(bind_parts(&f.c, tree(&f, "<op><c1>h</c1><c2>o</c2></op>"), bound_parts, &b, &f.k.err));
    assert_string_equal(b.host, "h");
    assert_string_equal(b.object, "o");
    f.c.endpoint = &new_ris;
    b = (struct bound){ 0 };
    assert_true(bind_parts(&f.c, tree(&f, "<op><c1>h</c1></op>"), bound_parts, &b, &f.k.err));
    assert_null(b.host);
    close_fixture(&f);
}

static void
what_is_no_number_is_refused(void **state)
{
    static const char *const wrong[] = { "Hello", "-1", "1.5", "99999999999", "1 2" };
    struct fixture           f;

    (void)state;
    open_fixture(&f, &old_ris);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct bound b = { 0 };
        const char  *body = arena_printf(f.k.a, "<op><Model>%s</Model></op>", wrong[i]);
        assert_false(bind_parts(&f.c, tree(&f, body), bound_parts, &b, &f.k.err));
        assert_non_null(strstr(f.k.err.text, wrong[i]));
        assert_non_null(strstr(f.k.err.text, "java.lang.NumberFormatException"));
    }
    struct bound b = { 0 };
    assert_true(bind_parts(&f.c, tree(&f, "<op><Model/></op>"), bound_parts, &b, &f.k.err));
    assert_false(b.model.set);
    close_fixture(&f);
}

/* ---- states ---- */

static void
a_state_is_read_as_text_or_as_elements(void **state)
{
#define STATE                                                                                                        \
    "<StateInfo ClusterWide=\"1\"><Node Name=\"a\" SubsystemStartTime=\"17\" StateId=\"12\" TotalItemsFound=\"1\"/>" \
    "<Node StateId='3' Name='b' SubsystemStartTime='18'/></StateInfo>"
    static const char *const forms[] = {
        "<StateInfo><![CDATA[" STATE "]]></StateInfo>",
        "<StateInfo>" STATE "</StateInfo>",
    };
    struct fixture f;

    (void)state;
    open_fixture(&f, &new_ris);
    for (size_t i = 0; i < 2; i++) {
        struct ris_criteria *q = arena_alloc(f.k.a, sizeof *q);
        ris_state_read(&f.c, tree(&f, forms[i]), q);
        assert_int_equal(q->state_count, 2);
        assert_string_equal(q->states[0].node, "a");
        assert_int_equal(q->states[0].started, 17);
        assert_int_equal(q->states[0].id, 12);
        assert_string_equal(q->states[1].node, "b");
        assert_int_equal(q->states[1].id, 3);
    }
    static const char *const broken[] = { "<S>&lt;Node </S>", "<S>&lt;Node Name=\"a</S>",
                                          "<S>&lt;Node Name=\"a\"/></S>" };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct ris_criteria *q = arena_alloc(f.k.a, sizeof *q);
        ris_state_read(&f.c, tree(&f, broken[i]), q);
        assert_int_equal(q->state_count, 0);
    }
    close_fixture(&f);
}

static void
the_state_of_a_node_moves_with_its_devices(void **state)
{
    struct fixture         f;
    struct serviceability *s;

    (void)state;
    open_fixture(&f, &new_ris);
    s = serviceability_of(&f.cl);
    uint64_t first = ris_state_id(s, f.k.sim, "cucm-pub");
    assert_int_equal(ris_state_id(s, f.k.sim, "cucm-pub"), first);
    assert_true(sim_device_unplug(f.k.sim, "SEP000000000001", &f.k.err));
    assert_true(sim_clock_run_idle(f.k.sim, 3600000, NULL, &f.k.err));
    uint64_t second = ris_state_id(s, f.k.sim, "cucm-pub");
    assert_true(second > first);
    assert_int_equal(ris_state_id(s, f.k.sim, "CUCM-PUB"), second);
    close_fixture(&f);
}

/* ---- counters ---- */

static void
names_of_counters_are_taken_apart(void **state)
{
    static const struct {
        const char *text, *instance;
        bool        good;
    } cases[] = {
        { "\\\\cucm-pub\\Cisco CallManager\\CallsActive", NULL, true },
        { "\\\\CUCM-PUB.example.com\\cisco callmanager\\callsactive", NULL, true },
        { "\\\\192.0.2.1\\Cisco CallManager\\CallsActive", NULL, true }, /* what the client calls us */
        { "\\\\cucm-pub\\Cisco Lines(SEP1:\\+4930)\\Active", "SEP1:\\+4930", true },
        { "\\\\cucm-pub\\Cisco Phones(SEP1)\\CallsAttempted", "SEP1", true },
        { "\\\\cucm-pub\\Cisco Phones\\CallsAttempted", NULL, false },
        { "\\\\cucm-pub\\Cisco Phones(SEP1", NULL, false },
        { "\\\\cucm-pub\\Cisco Phones(SEP1)", NULL, false },
        { "\\\\cucm-pub\\Cisco CallManager", NULL, false },
        { "\\\\cucm-pub\\\\CallsActive", NULL, false },
        { "\\\\cucm-pub", NULL, false },
        { "\\cucm-pub\\Cisco CallManager\\CallsActive", NULL, false },
        { "\\\\other\\Cisco CallManager\\CallsActive", NULL, false },
        { "\\\\cucm-pub\\Memory\\Free KBytes", NULL, false },
        { "", NULL, false },
    };
    struct fixture f;

    (void)state;
    open_fixture(&f, &new_ris);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct perfmon_path p;
        bool                good = perfmon_path_parse(&f.c, cases[i].text, &p, &f.k.err);
        if (good != cases[i].good)
            fail_msg("%s: %s", cases[i].text, f.k.err.text);
        if (good && cases[i].instance != NULL)
            assert_string_equal(p.instance, cases[i].instance);
        else if (good)
            assert_null(p.instance);
    }
    close_fixture(&f);
}

static void
later_objects_and_counters_come_with_their_release(void **state)
{
    struct fixture f;

    (void)state;
    open_fixture(&f, &new_ris);
    assert_true(perfmon_since(&f.cl, "11.5"));
    assert_true(perfmon_since(&f.cl, "15.0"));
    snprintf(f.cl.settings.ccm_version, sizeof f.cl.settings.ccm_version, "9.1");
    assert_true(perfmon_since(&f.cl, "9.1"));
    assert_false(perfmon_since(&f.cl, "10.0"));
    close_fixture(&f);
}

static void
the_table_has_no_counter_twice(void **state)
{
    (void)state;
    for (const struct perfmon_object *o = perfmon_objects; o->name != NULL; o++) {
        assert_true(o->count > 0);
        for (size_t i = 0; i < o->count; i++)
            for (size_t k = 0; k < i; k++)
                if (strcasecmp(o->counters[i].name, o->counters[k].name) == 0)
                    fail_msg("%s: %s", o->name, o->counters[i].name);
    }
}

/* ---- rows ---- */

#define ROWS 400u

static const char *
any_of(uint32_t *seed, const char *const *texts, uint32_t count)
{
    *seed = *seed * 1664525u + 1013904223u;
    return texts[(*seed >> 16) % count];
}
#define ANY_OF(...) \
    any_of(seed, (const char *const[]){ __VA_ARGS__ }, sizeof(const char *const[]){ __VA_ARGS__ } / sizeof(char *))

/* Values that come again in the next row, and those that have no element of the usual form: nil, empty, escaped. */
static void
make_record(struct fixture *f, uint32_t *seed, struct ris_record *out)
{
    struct sim_device   *d = arena_alloc(f->k.a, sizeof *d);
    struct sim_presence *p = arena_alloc(f->k.a, sizeof *p);
    struct sim_line     *lines = arena_alloc(f->k.a, 2 * sizeof *lines);
    char                *wide = arena_alloc(f->k.a, 6000);

    memset(wide, '<', 5999);
    *p = (struct sim_presence){ .node = "n", .status = SIM_REGISTERED, .time_ms = *seed % 3 * 1000 };
    for (unsigned i = 0; i < 2; i++)
        lines[i] = (struct sim_line){ .pattern = ANY_OF("1", "\\+49<1>"), .status = SIM_REGISTERED };
    *d = (struct sim_device){
        .name = ANY_OF("SEP1", "SEP22"),
        .description = ANY_OF("", "a & b", "\xc3\xa4", "plain", wide, NULL),
        .device_class = ANY_OF("Phone", "Phone", "MediaResources"),
        .protocol = "SIP",
        .address = ANY_OF("", "127.64.0.1"),
        .active_load = ANY_OF("", "load", "load"),
        .inactive_load = ANY_OF("", "x"),
        .user = ANY_OF("", "", "me"),
        .tkmodel = (int)(*seed >> 20 & 1),
        .attempts = *seed >> 24 & 1,
        .lines = lines,
        .line_count = *seed >> 28 & 1 ? 2 : 0,
        .presences = p,
        .presence_count = 1,
    };
    *out = (struct ris_record){ .device = d, .presence = p };
}

/* What is between the first row's beginning and the last one's end; in the arena. */
static const char *
rows_of(struct fixture *f, struct ris_record *first, size_t count)
{
    struct ris_result *r = arena_alloc(f->k.a, sizeof *r);

    r->node_count = 1;
    r->nodes[0] = (struct ris_node){
        .name = "n", .return_code = "Ok", .answers = true, .found = count, .returned = count, .records = first
    };
    buf_clear(&f->out);
    ris_answer(&f->c, RIS_DEVICES, r);
    assert_false(f->out.overflow);
    const char *text = buf_cstr(&f->out), *begin = strstr(text, "CmDevices"), *end = strstr(begin, "CmDevices>");
    begin = strchr(begin, '>') + 1;
    if (end < begin)
        end = strstr(begin, "CmDevices>");
    return arena_strndup(f->k.a, begin, (size_t)(end - begin));
}

static void
a_row_is_the_same_whatever_stands_before_it(void **state)
{
    static const struct endpoint *const endpoints[] = { &old_ris, &new_ris };
    struct ris_record                   records[ROWS];
    uint32_t                            seed = 7;

    (void)state;
    for (size_t e = 0; e < 2; e++) {
        struct fixture f;
        open_fixture(&f, endpoints[e]);
        f.c.op = &ris_operations[0];
        for (size_t i = 0; i < ROWS; i++)
            make_record(&f, &seed, &records[i]);
        const char *close = e == 0 ? "</" : "</ns1:";
        struct buf  alone;
        buf_init(&alone, BUF_MAX_REPLY);
        for (size_t i = 0; i < ROWS; i++) {
            const char *row = rows_of(&f, &records[i], 1);
            buf_add(&alone, row, strlen(row) - strlen(close));
        }
        for (size_t i = 0; i + 1 < ROWS; i++)
            records[i].next = &records[i + 1];
        buf_adds(&alone, close);
        assert_string_equal(rows_of(&f, records, ROWS), buf_cstr(&alone));
        /* Where the answer has no room for them all, nothing is written past it. */
        for (size_t max = 500; max < 50000; max += 977) {
            struct ris_result r = { .node_count = 1 };
            r.nodes[0] = (struct ris_node){ .name = "n", .return_code = "Ok", .records = records, .returned = 1 };
            buf_release(&f.out);
            buf_init(&f.out, max);
            ris_answer(&f.c, RIS_DEVICES, &r);
            assert_true(f.out.overflow && f.out.len <= max);
        }
        buf_release(&alone);
        close_fixture(&f);
    }
}

/* Texts in full: names, order and white space are what clients index on. */
static void
a_row_is_written_as_clients_expect_it(void **state)
{
    struct sim_line     line = { .pattern = "2001", .status = SIM_REGISTERED };
    struct sim_presence presence = { .node = "n", .status = SIM_UNREGISTERED, .reason = 13, .time_ms = 1999 };
    struct sim_device   d = { .name = "SEP1",
                              .description = "a<b",
                              .device_class = "Phone",
                              .user = "",
                              .tkmodel = 683,
                              .tkproduct = -1,
                              .address = "127.64.0.1",
                              .lines = &line,
                              .line_count = 1,
                              .presences = &presence,
                              .presence_count = 1 };
    struct ris_record   r = { .device = &d, .presence = &presence };
    struct fixture      f;

    (void)state;
    open_fixture(&f, &old_ris);
    f.c.op = &ris_operations[0];
    assert_string_equal(rows_of(&f, &r, 1),
                        "<item xsi:type=\"ns1:CmDevice\"><Name xsi:type=\"xsd:string\">SEP1</Name>"
                        "<IpAddress xsi:type=\"xsd:string\">127.64.0.1</IpAddress>"
                        "<DirNumber xsi:type=\"xsd:string\">2001-Registered</DirNumber>"
                        "<Class xsi:type=\"ns1:DeviceClass\">Phone</Class>"
                        "<Model xsi:type=\"xsd:unsignedInt\">683</Model>"
                        "<Product xsi:type=\"xsd:unsignedInt\">-1</Product>"
                        "<BoxProduct xsi:type=\"xsd:unsignedInt\">0</BoxProduct>"
                        "<Httpd xsi:type=\"ns1:CmDevHttpd\">No</Httpd>"
                        "<RegistrationAttempts xsi:type=\"xsd:unsignedInt\">0</RegistrationAttempts>"
                        "<IsCtiControllable xsi:type=\"xsd:boolean\">false</IsCtiControllable>"
                        "<LoginUserId xsi:type=\"xsd:string\" xsi:nil=\"true\"/>"
                        "<Status xsi:type=\"ns1:CmDevRegStat\">UnRegistered</Status>"
                        "<StatusReason xsi:type=\"xsd:unsignedInt\">13</StatusReason>"
                        "<PerfMonObject xsi:type=\"xsd:unsignedInt\">2</PerfMonObject>"
                        "<DChannel xsi:type=\"xsd:unsignedInt\">0</DChannel>"
                        "<Description xsi:type=\"xsd:string\">a&lt;b</Description>"
                        "<H323Trunk xsi:type=\"ns1:H323Trunk\" xsi:nil=\"true\"/>"
                        "<TimeStamp xsi:type=\"xsd:unsignedInt\">1</TimeStamp></item></");
    close_fixture(&f);
}

/* ---- sessions and rates ---- */

static void
sessions_end_by_themselves_and_are_bounded(void **state)
{
    struct fixture             f;
    const char                *handle, *other;
    const struct perfmon_path *paths;
    size_t                     count;

    (void)state;
    open_fixture(&f, &new_ris);
    struct serviceability *s = serviceability_of(&f.cl);
    assert_true(session_open(s, &f.cl, f.k.a, "cucm-pub", &handle, &f.k.err));
    assert_false(session_paths(s, f.k.sim, f.k.a, "cucm-sub1", handle, &paths, &count, &f.k.err));
    assert_true(sim_clock_advance(f.k.sim, 25ll * 3600 * 1000, NULL, &f.k.err));
    assert_true(session_paths(s, f.k.sim, f.k.a, "cucm-pub", handle, &paths, &count, &f.k.err));
    assert_int_equal(count, 0);
    assert_true(sim_clock_advance(f.k.sim, 25ll * 3600 * 1000 + 1, NULL, &f.k.err));
    assert_false(session_close(s, f.k.sim, "cucm-pub", handle, &f.k.err));
    for (unsigned i = 0; i < PERFMON_SESSIONS_MAX; i++)
        assert_true(session_open(s, &f.cl, f.k.a, "cucm-pub", &other, &f.k.err));
    assert_false(session_open(s, &f.cl, f.k.a, "cucm-pub", &other, &f.k.err));
    assert_true(session_open(s, &f.cl, f.k.a, "cucm-sub1", &other, &f.k.err));
    close_fixture(&f);
}

static void
a_reset_forgets_sessions_and_rates(void **state)
{
    struct fixture f;
    const char    *handle;
    unsigned       allowed;

    (void)state;
    open_fixture(&f, &new_ris);
    f.cl.settings.rate_control = true;
    struct serviceability *s = serviceability_of(&f.cl);
    assert_true(session_open(s, &f.cl, f.k.a, "cucm-pub", &handle, &f.k.err));
    for (unsigned i = 0; i < 15; i++)
        assert_true(rate_take(s, &f.cl, RATE_RIS, "cucm-pub", &allowed, &f.k.err));
    assert_int_equal(allowed, 15);
    assert_false(rate_take(s, &f.cl, RATE_RIS, "cucm-sub1", &allowed, &f.k.err));
    assert_int_equal(f.k.err.status, CCM_THROTTLED);
    assert_true(rate_take(s, &f.cl, RATE_PERFMON, "cucm-pub", &allowed, &f.k.err));
    cluster_states_reset(f.cl.states);
    assert_true(rate_take(s, &f.cl, RATE_RIS, "cucm-pub", &allowed, &f.k.err));
    assert_false(session_close(s, f.k.sim, "cucm-pub", handle, &f.k.err));
    for (unsigned i = 1; i < 15; i++)
        assert_true(rate_take(s, &f.cl, RATE_RIS, "cucm-pub", &allowed, &f.k.err));
    assert_false(rate_take(s, &f.cl, RATE_RIS, "cucm-pub", &allowed, &f.k.err));
    assert_true(sim_clock_advance(f.k.sim, 60000, NULL, &f.k.err));
    assert_true(rate_take(s, &f.cl, RATE_RIS, "cucm-pub", &allowed, &f.k.err));
    close_fixture(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_come_by_name_whatever_their_namespace),
        cmocka_unit_test(old_clients_send_parameters_by_position),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(a_state_is_read_as_text_or_as_elements),
        cmocka_unit_test(the_state_of_a_node_moves_with_its_devices),
        cmocka_unit_test(names_of_counters_are_taken_apart),
        cmocka_unit_test(later_objects_and_counters_come_with_their_release),
        cmocka_unit_test(the_table_has_no_counter_twice),
        cmocka_unit_test(a_row_is_the_same_whatever_stands_before_it),
        cmocka_unit_test(a_row_is_written_as_clients_expect_it),
        cmocka_unit_test(sessions_end_by_themselves_and_are_bounded),
        cmocka_unit_test(a_reset_forgets_sessions_and_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
