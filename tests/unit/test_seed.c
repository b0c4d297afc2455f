/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The fresh installation, seed texts with their mistakes, the demonstration cluster, many phones. */
#include "store_kit.h"

#include "ccmsim/cluster.h"
#include "cluster/seed.h"
#include "cluster/seed_priv.h"

struct seeded {
    struct kit     kit;
    struct cluster cl;
};

static int
set_up(void **state)
{
    struct seeded *s = calloc(1, sizeof *s);

    assert_non_null(s);
    kit_open(&s->kit, NULL);
    s->cl.store = s->kit.store;
    *state = s;
    return 0;
}

static int
tear_down(void **state)
{
    struct seeded *s = *state;

    store_close(s->kit.store);
    free(s);
    return 0;
}

/* The first column of the first row, as a number. */
static int64_t
number(struct seeded *s, const char *sql)
{
    struct store_conn *c = store_read_begin(s->kit.store, &s->kit.err);
    sqlite3_stmt      *stmt = store_prepare(c, sql, &s->kit.err);

    if (stmt == NULL || store_step(c, stmt, &s->kit.err) != 1)
        fail_msg("%s: %s", sql, s->kit.err.text);
    int64_t n = sqlite3_column_int64(stmt, 0);
    store_read_end(c);
    return n;
}

static bool
carry_out(struct seeded *s, const char *text)
{
    struct seed_target to = { .conn = kit_begin(&s->kit), .arena = arena_new(), .object = seed_object };
    struct ccm_error   why = { 0 };

    bool ok = seed_text(&to, "test.txt", (struct str){ text, strlen(text) }, &why);
    store_write_end(to.conn, ok, &s->kit.err);
    arena_free(to.arena);
    if (!ok)
        s->kit.err = why;
    return ok;
}

static void
a_new_store_is_a_fresh_installation(void **state)
{
    struct seeded *s = *state;

    assert_int_equal(number(s, "SELECT count(*) FROM functionrole"), 39);
    assert_int_equal(number(s, "SELECT count(*) FROM processnode"), 2);
    assert_int_equal(number(s, "SELECT count(*) FROM device WHERE tkclass = 1 AND tkmodel <> 645"), 0);
    assert_int_equal(number(s, "SELECT count(*) FROM devicepool WHERE pkid = '1b1b9eb6-7803-11d3-bdf0-00108302ead1'"),
                     1);
    assert_int_equal(number(s, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

static void
rows_are_written_by_name(void **state)
{
    struct seeded *s = *state;

    assert_true(carry_out(s, "# a comment\n"
                             "table processnode\n"
                             "    | name  | tknodeusage:typenodeusage | description=constant | #reader\n"
                             "d   | node9 | Publisher                 | words\n"
                             "\n"
                             "table callmanager\n"
                             "      | name | fkprocessnode->processnode.name\n"
                             "i 9.0 | CM9  | node9\n"
                             "\n"
                             "sql\n"
                             "  UPDATE callmanager SET description = 'by sql'\n"
                             "  WHERE name = 'CM9'\n"));
    assert_int_equal(number(s, "SELECT count(*) FROM callmanager c JOIN processnode n ON n.pkid = c.fkprocessnode "
                               "WHERE c.description = 'by sql' AND n.name = 'node9' AND n.description = 'constant'"),
                     1);
}

static void
objects_are_added_through_the_engine(void **state)
{
    struct seeded *s = *state;

    assert_true(carry_out(s, "object RoutePartition\n  name Two words\n  description of three words\n\n"
                             "objects Css\n"
                             "  | name | members/member/routePartitionName | members/member/index=1\n"
                             "i | Own  | Two words\n"));
    assert_int_equal(number(s, "SELECT count(*) FROM callingsearchspace WHERE name = 'Own' AND clause = 'Two words'"),
                     1);
}

static void
a_mistake_is_told_with_its_line(void **state)
{
    struct seeded *s = *state;
    static const struct {
        const char *text, *why;
    } cases[] = {
        { "rubbish\n", "test.txt:1: no block begins with \"rubbish\"" },
        { "table region\n | name\nx | R\n", "test.txt:3: a row begins with d, i, u or g, not \"x\"" },
        { "table region\n | name\ni | R | more\n", "test.txt:3: more cells than columns" },
        { "table region\n | nosuch\ni | R\n", "test.txt:3: no column \"nosuch\" in \"region\"" },
        { "table callmanager\n | name | fkprocessnode->processnode.name\ni | C | none\n",
          "test.txt:3: no row of \"processnode\" with name \"none\"" },
        { "table processnode\n | name | tknodeusage:typenodeusage\ni | N | Sometimes\n",
          "test.txt:3: no \"Sometimes\" in typenodeusage" },
        { "sql\n  SELECT nonsense\n\n", "test.txt:3: no such column: nonsense" },
        { "object NoSuchThing\n  name x\n\n", "test.txt:3: no way to add an object of type \"NoSuchThing\"" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_false(carry_out(s, cases[i].text));
        assert_string_equal(s->kit.err.text, cases[i].why);
    }
    assert_int_equal(number(s, "SELECT count(*) FROM region"), 1);
}

static void
the_demonstration_cluster_is_added_once(void **state)
{
    struct seeded *s = *state;

    if (!seed_demo(&s->cl, &s->kit.err))
        fail_msg("%s", s->kit.err.text);
    assert_int_equal(number(s, "SELECT count(*) FROM enduser"), 60);
    int64_t devices = number(s, "SELECT count(*) FROM device");
    assert_true(number(s, "SELECT count(DISTINCT tkmodel) FROM device WHERE tkclass = 1") >= 12);
    assert_int_equal(number(s, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_true(seed_demo(&s->cl, &s->kit.err));
    assert_int_equal(number(s, "SELECT count(*) FROM device"), devices);
}

/* The rows of tables that the model phone's addition touched, and how many of them. */
static void
phones_are_like_the_one_that_axl_added(void **state)
{
    struct seeded *s = *state;

    if (!seed_phones(&s->cl, 30, &s->kit.err))
        fail_msg("%s", s->kit.err.text);
    assert_int_equal(number(s, "SELECT count(*) FROM device WHERE name GLOB 'SEP0*'"), 30);
    assert_int_equal(number(s, "SELECT count(DISTINCT ctiid) = count(*) FROM device"), 1);
    assert_int_equal(number(s, "SELECT count(*) FROM enduser"), 30);
    assert_int_equal(number(s, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    static const char *const tables[] = { "telecaster", "devicenumplanmap", "dnddynamic", "extensionmobilitydynamic" };
    char                     sql[400];
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        snprintf(sql, sizeof sql,
                 "SELECT count(*) = 30 * (SELECT count(*) FROM %s x JOIN device d ON d.pkid = x.fkdevice "
                 "WHERE d.name = 'SEP000000000001') FROM %s x JOIN device d ON d.pkid = x.fkdevice "
                 "WHERE d.name GLOB 'SEP0*'",
                 tables[i], tables[i]);
        assert_int_equal(number(s, sql), 1);
    }
    assert_int_equal(number(s, "SELECT count(*) FROM device d JOIN devicenumplanmap m ON m.fkdevice = d.pkid "
                               "JOIN numplan n ON n.pkid = m.fknumplan JOIN enduser u ON u.pkid = d.fkenduser "
                               "WHERE substr(d.name, 4) + 10000000 = n.dnorpattern + 0 "
                               "AND u.userid = printf('user%06d', substr(d.name, 4)) AND d.description LIKE "
                               "'%' || u.userid AND n.iscallable = 't'"),
                     30);
}

static void
more_phones_are_added_to_those_there(void **state)
{
    struct seeded *s = *state;

    assert_true(seed_phones(&s->cl, 5, &s->kit.err));
    assert_true(seed_phones(&s->cl, 12, &s->kit.err));
    assert_true(seed_phones(&s->cl, 12, &s->kit.err));
    assert_int_equal(number(s, "SELECT count(*) FROM device WHERE name GLOB 'SEP0*'"), 12);
}

static void
the_administrator_has_every_role(void **state)
{
    struct seeded *s = *state;

    assert_true(seed_admin(&s->cl, "boss", "secret", &s->kit.err));
    assert_true(seed_admin(&s->cl, "boss", "other", &s->kit.err));
    assert_int_equal(number(s, "SELECT count(*) FROM credential"), 1);
    assert_int_equal(
        number(s, "SELECT count(DISTINCT r.fkfunctionrole) FROM applicationuserdirgroupmap m JOIN applicationuser u "
                  "ON u.pkid = m.fkapplicationuser JOIN functionroledirgroupmap r ON r.fkdirgroup = m.fkdirgroup "
                  "WHERE u.name = 'boss'"),
        number(s, "SELECT count(DISTINCT fkfunctionrole) FROM functionroledirgroupmap"));
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_new_store_is_a_fresh_installation),
        T(rows_are_written_by_name),
        T(objects_are_added_through_the_engine),
        T(a_mistake_is_told_with_its_line),
        T(the_demonstration_cluster_is_added_once),
        T(phones_are_like_the_one_that_axl_added),
        T(more_phones_are_added_to_those_there),
        T(the_administrator_has_every_role),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
