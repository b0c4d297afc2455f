/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the store refuses, in which words, what it derives, and what it tells the change feed. */
#include "store_kit.h"

#define DUPLICATE "Could not insert new row - duplicate value in a UNIQUE INDEX column (Unique Index:)."

static int
open_store(void **state)
{
    struct kit *k = malloc(sizeof(*k));
    kit_open(k, NULL);
    *state = k;
    return 0;
}

static int
close_store(void **state)
{
    struct kit *k = *state;
    store_close(k->store);
    free(k);
    return 0;
}

/* ---- errors ---- */

static void
a_name_taken_is_minus_239(void **state)
{
    struct kit *k = *state;

    kit_must(k, "INSERT INTO routepartition(name) VALUES('P')");
    kit_refused(k, "INSERT INTO routepartition(name) VALUES('P')", -239, DUPLICATE);
    kit_refused(k, "INSERT INTO routepartition(pkid,name) SELECT pkid,'Q' FROM routepartition WHERE name='P'", -268,
                "Unique constraint (informix.pk_routepartition) violated.");
}

static void
a_column_left_out_is_minus_391(void **state)
{
    kit_refused(*state, "INSERT INTO routepartition(description) VALUES('x')", -391,
                "Cannot insert a null into column (routepartition.name).");
}

static void
a_reference_to_nothing_is_minus_691(void **state)
{
    kit_refused(*state, "INSERT INTO numplan(dnorpattern,tkpatternusage,fkroutepartition) VALUES('1',2,'nowhere')",
                -691,
                "Missing key in referenced table for referential constraint (informix.fk_numplan_fkroutepartition).");
    kit_refused(*state, "INSERT INTO numplan(dnorpattern,tkpatternusage) VALUES('1',777)", -691,
                "Missing key in referenced table for referential constraint (informix.fk_numplan_tkpatternusage).");
}

static void
a_row_in_use_stays_with_minus_692(void **state)
{
    struct kit *k = *state;

    kit_must(k, "INSERT INTO routepartition(name) VALUES('P')");
    kit_must(k, "INSERT INTO numplan(dnorpattern,tkpatternusage,fkroutepartition) SELECT '1',2,pkid FROM "
                "routepartition WHERE name='P'");
    kit_refused(k, "DELETE FROM routepartition WHERE name='P'", -692,
                "Key value for constraint (informix.fk_numplan_fkroutepartition) is still being referenced.");
    assert_string_equal(kit_value(k, "SELECT count(*) FROM routepartition WHERE name='P'"), "1");
}

static void
a_write_goes_on_after_a_failed_reference(void **state)
{
    struct kit        *k = *state;
    struct store_conn *c = kit_begin(k);

    assert_false(
        kit_run(k, c, "INSERT INTO numplan(dnorpattern,tkpatternusage,fkroutepartition) VALUES('1',2,'nowhere')"));
    assert_int_equal(k->err.code, -691);
    assert_true(kit_run(k, c, "INSERT INTO routepartition(name) VALUES('P')"));
    assert_true(store_write_end(c, true, &k->err));
    assert_string_equal(kit_value(k, "SELECT count(*) FROM numplan WHERE dnorpattern='1'"), "0");
    assert_string_equal(kit_value(k, "SELECT name FROM routepartition WHERE name='P'"), "P");
}

static void
text_in_a_number_is_minus_1213(void **state)
{
    kit_refused(*state, "INSERT INTO numplan(dnorpattern,tkpatternusage) VALUES('1','two')", -1213,
                "A character to numeric conversion process failed");
}

static void
a_validation_answers_with_its_field_number(void **state)
{
    struct kit *k = *state;

    kit_refused(k, "INSERT INTO facinfo(name,code) VALUES('F','abc')", -746, "37131");
    kit_refused(k, "INSERT INTO routepartition(name) VALUES('a<b')", -746, "35139");
    kit_must(k, "INSERT INTO facinfo(name,code) VALUES('F','123')");
    kit_refused(k, "UPDATE facinfo SET code='abc' WHERE name='F'", -746, "37131");
    assert_string_equal(kit_value(k, "SELECT code FROM facinfo WHERE name='F'"), "123");
}

static void
a_check_answers_with_its_field_number(void **state)
{
    kit_refused(*state, "INSERT INTO callingsearchspace(name,tkpartitionusage) VALUES('C',21)", -746, "38252");
}

static void
a_broken_rule_is_not_forgotten_by_who_goes_on(void **state)
{
    struct kit        *k = *state;
    struct store_conn *c = kit_begin(k);

    assert_false(kit_run(k, c, "INSERT INTO facinfo(name,code) VALUES('F','abc')"));
    assert_true(kit_run(k, c, "INSERT INTO routepartition(name) VALUES('P')"));
    assert_false(store_write_end(c, true, &k->err));
    assert_string_equal(k->err.text, "37131");
    assert_string_equal(kit_value(k, "SELECT count(*) FROM routepartition WHERE name='P'"), "0");
}

static void
booleans_are_t_and_f(void **state)
{
    kit_refused(*state, "INSERT INTO routepartition(name,useoriginatingdevicetimezone) VALUES('P','true')", -1260,
                "It is not possible to convert between the specified types.");
}

static void
a_pattern_exists_once_even_without_partition(void **state)
{
    struct kit *k = *state;
    const char *text = "Cannot insert or update pattern. A DN exists with the same pattern and partition.";

    kit_must(k, "INSERT INTO routepartition(name) VALUES('P')");
    kit_must(k, "INSERT INTO numplan(dnorpattern,tkpatternusage) VALUES('1000',2)");
    kit_must(k, "INSERT INTO numplan(dnorpattern,tkpatternusage,fkroutepartition) SELECT '1000',2,pkid FROM "
                "routepartition WHERE name='P'");
    kit_refused(k, "INSERT INTO numplan(dnorpattern,tkpatternusage) VALUES('1000',2)", -746, text);
    kit_refused(k, "UPDATE numplan SET fkroutepartition=NULL WHERE dnorpattern='1000'", -746, text);
}

static void
what_came_with_the_installation_stays(void **state)
{
    struct kit *k = *state;

    kit_must(k, "INSERT INTO dirgroup(name,isstandard) VALUES('Standard of the test','t'),('Mine','f')");
    kit_must(k, "DELETE FROM dirgroup WHERE name='Mine'");
    kit_refused(k, "DELETE FROM dirgroup", -746, "A standard record of dirgroup cannot be deleted.");
    kit_refused(k, "DELETE FROM routepartition WHERE tkpartitionusage=103", -746,
                "The built-in record of routepartition cannot be deleted.");
    kit_refused(k, "DELETE FROM processnode WHERE name='EnterpriseWideData'", -746,
                "The built-in record of processnode cannot be deleted.");
}

/* Every default must satisfy the rules of its own column. */
static void
all_defaults_pass_their_rules(void **state)
{
    struct kit *k = *state;
    char        sql[200], *names, *rest, *name;
    int         made = 0;

    names = rest = strdup(
        kit_value(k, "SELECT group_concat(name, ' ') FROM sqlite_schema WHERE type='table' AND name NOT GLOB 'sys*'"
                     " AND name NOT GLOB 'type*' AND name NOT GLOB 'shadow*'"));
    while ((name = strsep(&rest, " ")) != NULL) {
        snprintf(sql, sizeof(sql), "INSERT INTO \"%s\" DEFAULT VALUES", name);
        bool ok = kit_write(k, sql);
        made += ok;
        /* Columns without a default, references to rows that are not there, and keys taken are another matter. */
        if (!ok && k->err.code != -391 && k->err.code != -691 && k->err.code != -239 && k->err.code != -703)
            fail_msg("%s: %d %s", sql, k->err.code, k->err.text);
    }
    free(names);
    assert_true(made > 10);
}

/* ---- what is derived ---- */

static void
the_clause_of_a_search_space_follows_its_members(void **state)
{
    struct kit *k = *state;

    kit_must(k, "INSERT INTO routepartition(name) VALUES('P1'),('P2'),('P3')");
    kit_must(k, "INSERT INTO callingsearchspace(name) VALUES('C')");
    kit_must(
        k, "INSERT INTO callingsearchspacemember(fkcallingsearchspace,fkroutepartition,sortorder) SELECT c.pkid,p.pkid,"
           "10-substr(p.name,2) FROM callingsearchspace c, routepartition p WHERE c.name='C' AND p.name GLOB 'P[1-3]'");
    assert_string_equal(kit_value(k, "SELECT clause FROM callingsearchspace WHERE name='C'"), "P3:P2:P1");
    kit_must(k, "UPDATE routepartition SET name='Q' WHERE name='P2'");
    assert_string_equal(kit_value(k, "SELECT clause FROM callingsearchspace WHERE name='C'"), "P3:Q:P1");
    kit_must(k, "DELETE FROM routepartition WHERE name='P1'");
    assert_string_equal(kit_value(k, "SELECT clause FROM callingsearchspace WHERE name='C'"), "P3:Q");
    kit_must(k, "UPDATE callingsearchspacemember SET sortorder=50 WHERE sortorder=7 AND fkcallingsearchspace=(SELECT "
                "pkid FROM callingsearchspace WHERE name='C')");
    assert_string_equal(kit_value(k, "SELECT clause FROM callingsearchspace WHERE name='C'"), "Q:P3");
}

static void
the_clause_of_a_media_resource_list_follows_its_members(void **state)
{
    struct kit *k = *state;

    kit_must(k, "INSERT INTO mediaresourcegroup(name) VALUES('G1'),('G2')");
    kit_must(k, "INSERT INTO mediaresourcelist(name) VALUES('L')");
    kit_must(k, "INSERT INTO mediaresourcelistmember(fkmediaresourcelist,fkmediaresourcegroup,sortorder)"
                " SELECT l.pkid,g.pkid,substr(g.name,2)+0 FROM mediaresourcelist l, mediaresourcegroup g WHERE "
                "l.name='L' AND g.name GLOB 'G[12]'");
    assert_string_equal(kit_value(k, "SELECT clause FROM mediaresourcelist WHERE name='L'"), "G1:G2");
    kit_must(k, "UPDATE mediaresourcegroup SET name='G9' WHERE name='G1'");
    assert_string_equal(kit_value(k, "SELECT clause FROM mediaresourcelist WHERE name='L'"), "G9:G2");
}

static void
the_clause_of_a_route_filter_follows_its_members(void **state)
{
    struct kit *k = *state;

    kit_must(k, "INSERT INTO dialplan(name) VALUES('Test plan')");
    kit_must(k, "INSERT INTO routefilter(name,fkdialplan) SELECT 'F',pkid FROM dialplan WHERE name='Test plan'");
    kit_must(k, "INSERT INTO dialplantag(tag,fkdialplan) SELECT 'AREA-CODE',pkid FROM dialplan WHERE name='Test plan'");
    kit_must(k, "INSERT INTO routefiltermember(fkroutefilter,fkdialplantag,tkoperator,digits,precedence)"
                " SELECT f.pkid,t.pkid,(SELECT enum FROM typeoperator WHERE name='=='),'213',1 FROM routefilter f JOIN "
                "dialplantag t USING(fkdialplan) WHERE f.name='F'");
    assert_string_equal(kit_value(k, "SELECT clause FROM routefilter WHERE name='F'"), "(AREA-CODE == 213)");
}

static void
serials_count_on(void **state)
{
    struct kit *k = *state;

    kit_must(k, "INSERT INTO processnode(name,mac,description) VALUES('node1','',''),('node2','','')");
    assert_string_equal(
        kit_value(k,
                  "SELECT b.nodeid-a.nodeid FROM processnode a, processnode b WHERE a.name='node1' AND b.name='node2'"),
        "1");
    kit_must(k, "INSERT INTO processnode(name,mac,description,nodeid) VALUES('node3','','',70)");
    kit_must(k, "DELETE FROM processnode WHERE name='node3'");
    kit_must(k, "INSERT INTO processnode(name,mac,description) VALUES('node4','','')");
    assert_string_equal(kit_value(k, "SELECT nodeid FROM processnode WHERE name='node4'"), "71");
}

static void
a_new_number_has_its_side_rows(void **state)
{
    struct kit *k = *state;

    kit_must(k, "INSERT INTO numplan(dnorpattern,tkpatternusage) VALUES('1000',2),('1001',5)");
    assert_string_equal(kit_value(k, "SELECT n.dnorpattern FROM callforwarddynamic c JOIN numplan n ON "
                                     "n.pkid=c.fknumplan WHERE n.dnorpattern IN ('1000','1001')"),
                        "1000");
    assert_string_equal(kit_value(k, "SELECT count(*) FROM numplandynamic d JOIN numplan n ON n.pkid=d.fknumplan WHERE "
                                     "n.dnorpattern IN ('1000','1001')"),
                        "1");
    kit_must(k, "DELETE FROM numplan WHERE dnorpattern IN ('1000','1001')");
    assert_string_equal(
        kit_value(k, "SELECT count(*) FROM callforwarddynamic WHERE fknumplan NOT IN (SELECT pkid FROM numplan)"), "0");
}

static void
a_changed_template_has_a_new_stamp(void **state)
{
    struct kit *k = *state;

    kit_must(k, "INSERT INTO featurecontrolpolicy(name) VALUES('F')");
    char *first = strdup(kit_value(k, "SELECT versionstamp FROM featurecontrolpolicy WHERE name='F'"));
    kit_must(k, "UPDATE featurecontrolpolicy SET description='x' WHERE name='F'");
    const char *second = kit_value(k, "SELECT versionstamp FROM featurecontrolpolicy WHERE name='F'");
    assert_string_not_equal(first, second);
    assert_int_equal(strlen(second), 47);
    assert_int_equal(strspn(second, "0123456789"), 10);
    free(first);
}

/* ---- the change feed ---- */

struct told {
    struct kit *kit;
    char        log[4000];
    bool        write_once;
};

static void
on_changes(void *cookie, const struct store_writer *who, const struct store_change *changes, size_t count)
{
    struct told *t = cookie;

    for (size_t i = 0; i < count; i++)
        snprintf(t->log + strlen(t->log), sizeof(t->log) - strlen(t->log), "%s/%s %c %s;", who->user, who->origin,
                 changes[i].op, changes[i].table);
    if (t->write_once) {
        t->write_once = false;
        kit_must(t->kit, "INSERT INTO routepartition(name) VALUES('made by the listener')");
    }
}

static void
changes_are_told_in_order_and_once(void **state)
{
    struct kit *k = *state;
    struct told t = { .kit = k };

    store_listen(k->store, on_changes, &t);
    struct store_conn *c = kit_begin(k);
    assert_true(kit_run(k, c, "INSERT INTO routepartition(name) VALUES('P')"));
    assert_true(kit_run(k, c, "UPDATE routepartition SET description='x' WHERE name='P'"));
    assert_true(kit_run(k, c, "INSERT INTO callingsearchspace(name) VALUES('C')"));
    assert_true(kit_run(k, c, "DELETE FROM callingsearchspace WHERE name='C'"));
    assert_string_equal(t.log, "");
    assert_true(store_write_end(c, true, &k->err));
    assert_string_equal(t.log, "tester/axl a routepartition;");
    kit_must(k, "UPDATE routepartition SET description='y' WHERE name='P'");
    kit_must(k, "DELETE FROM routepartition WHERE name='P'");
    assert_string_equal(t.log, "tester/axl a routepartition;tester/axl u routepartition;tester/axl r routepartition;");
}

static void
cascades_are_told(void **state)
{
    struct kit *k = *state;
    struct told t = { .kit = k };

    kit_must(k, "INSERT INTO numplan(dnorpattern,tkpatternusage) VALUES('1000',2)");
    store_listen(k->store, on_changes, &t);
    kit_must(k, "DELETE FROM numplan WHERE dnorpattern='1000'");
    assert_non_null(strstr(t.log, "r numplan;"));
    assert_non_null(strstr(t.log, "r callforwarddynamic;"));
    assert_non_null(strstr(t.log, "r numplandynamic;"));
}

static void
a_refused_write_tells_nothing(void **state)
{
    struct kit *k = *state;
    struct told t = { .kit = k };

    store_listen(k->store, on_changes, &t);
    assert_false(kit_write(k, "INSERT INTO facinfo(name,code) VALUES('F','abc')"));
    kit_must(k, "INSERT INTO routepartition(name) VALUES('P')");
    assert_string_equal(t.log, "tester/axl a routepartition;");
}

static void
a_listener_may_write(void **state)
{
    struct kit *k = *state;
    struct told t = { .kit = k, .write_once = true };

    store_listen(k->store, on_changes, &t);
    kit_must(k, "INSERT INTO routepartition(name) VALUES('P')");
    assert_string_equal(t.log, "tester/axl a routepartition;tester/axl a routepartition;");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_store, close_store)

/* ---- Extension Mobility's row of a phone ---- */

#define DYNAMIC(column)                                                                                    \
    "SELECT m." column " FROM extensionmobilitydynamic m JOIN device d ON d.pkid=m.fkdevice WHERE d.name=" \
    "'SEP0000000000E1'"
#define DEVICE(name, columns, values)                                                                             \
    "INSERT INTO device(name,tkproduct,tkmodel,tkdeviceprotocol,tkprotocolside,tkclass" columns ") VALUES('" name \
    "',36854,683,11,1," values ")"

static void
a_phone_has_a_row_while_extension_mobility_is_enabled(void **state)
{
    struct kit *k = *state;

    kit_must(k, DEVICE("SEP0000000000E1", ",ignorepi", "1,'t'"));
    assert_string_equal(kit_value(k, DYNAMIC("pkid")), "(none)");
    kit_must(k, "UPDATE device SET allowhotelingflag='t' WHERE name='SEP0000000000E1'");
    assert_string_equal(kit_value(k, DYNAMIC("ignorepi")), "t");
    assert_string_equal(kit_value(k, DYNAMIC("fkenduser")), "(null)");
    kit_must(k, "UPDATE device SET ignorepi='f' WHERE name='SEP0000000000E1'");
    assert_string_equal(kit_value(k, DYNAMIC("ignorepi")), "f");
    kit_must(k, "UPDATE device SET allowhotelingflag='f' WHERE name='SEP0000000000E1'");
    assert_string_equal(kit_value(k, DYNAMIC("pkid")), "(none)");
    kit_must(k, DEVICE("EM-1", ",tkdeviceprofile,allowhotelingflag", "254,1,'t'"));
    assert_string_equal(kit_value(k, "SELECT count(*) FROM extensionmobilitydynamic"), "0");
}

static void
the_row_tells_of_the_profile_until_its_user_goes(void **state)
{
    struct kit *k = *state;

    kit_must(k, "INSERT INTO enduser(userid,lastname) VALUES('em','M')");
    kit_must(k, DEVICE("SEP0000000000E1", ",allowhotelingflag,ignorepi", "1,'t','f'"));
    kit_must(k, DEVICE("EM-1", ",tkdeviceprofile,ignorepi", "254,1,'t'"));
    kit_must(k,
             "UPDATE extensionmobilitydynamic SET logintime=7,fkenduser=(SELECT pkid FROM enduser WHERE userid='em'),"
             "fkdevice_currentloginprofile=(SELECT pkid FROM device WHERE name='EM-1')");
    kit_must(k, "INSERT INTO shadow_extensionmobilitydynamic SELECT pkid,9 FROM extensionmobilitydynamic");
    assert_string_equal(kit_value(k, DYNAMIC("ignorepi")), "t");
    assert_string_equal(kit_value(k, DYNAMIC("mismatchedlogin")), "f");
    kit_must(k, "DELETE FROM enduser WHERE userid='em'");
    assert_string_equal(kit_value(k, DYNAMIC("ignorepi")), "f");
    assert_string_equal(kit_value(k, DYNAMIC("logintime")), "(null)");
    assert_string_equal(kit_value(k, DYNAMIC("fkdevice_currentloginprofile")), "(null)");
    assert_string_equal(kit_value(k, "SELECT count(*) FROM shadow_extensionmobilitydynamic"), "0");
    kit_must(k, "UPDATE device SET ikdevice_defaultprofile=(SELECT pkid FROM device WHERE name='EM-1') WHERE "
                "name='SEP0000000000E1'");
    assert_string_equal(kit_value(k, DYNAMIC("ignorepi")), "t");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_name_taken_is_minus_239),
        TEST(a_column_left_out_is_minus_391),
        TEST(a_reference_to_nothing_is_minus_691),
        TEST(a_row_in_use_stays_with_minus_692),
        TEST(a_write_goes_on_after_a_failed_reference),
        TEST(text_in_a_number_is_minus_1213),
        TEST(a_validation_answers_with_its_field_number),
        TEST(a_check_answers_with_its_field_number),
        TEST(a_broken_rule_is_not_forgotten_by_who_goes_on),
        TEST(booleans_are_t_and_f),
        TEST(a_pattern_exists_once_even_without_partition),
        TEST(what_came_with_the_installation_stays),
        TEST(all_defaults_pass_their_rules),
        TEST(the_clause_of_a_search_space_follows_its_members),
        TEST(the_clause_of_a_media_resource_list_follows_its_members),
        TEST(the_clause_of_a_route_filter_follows_its_members),
        TEST(serials_count_on),
        TEST(a_new_number_has_its_side_rows),
        TEST(a_changed_template_has_a_new_stamp),
        TEST(changes_are_told_in_order_and_once),
        TEST(cascades_are_told),
        TEST(a_refused_write_tells_nothing),
        TEST(a_listener_may_write),
        TEST(a_phone_has_a_row_while_extension_mobility_is_enabled),
        TEST(the_row_tells_of_the_profile_until_its_user_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
