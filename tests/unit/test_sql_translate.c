/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The translator alone: what a statement becomes, what its columns are called, which error it is refused with. */
#include <stdio.h>
#include <string.h>

#include "ccmsim/arena.h"
#include "ccmsim/sql.h"
#include "unit.h"

#define NOW 1205

struct refusal {
    int         code;
    const char *text, *sql;
};

static void
refuse(const struct refusal *rows, size_t count, unsigned release)
{
    for (size_t i = 0; i < count; i++) {
        struct arena          *a = arena_new();
        struct sql_translation t;
        struct ccm_error       err = { 0 };
        if (sql_translate(a, rows[i].sql, release, &t, &err))
            fail_msg("not refused: %s: %s", rows[i].sql, t.sql);
        if (err.status != CCM_DATABASE || err.code != rows[i].code ||
            (rows[i].text != NULL && strcmp(err.text, rows[i].text) != 0))
            fail_msg("%s: %d %s", rows[i].sql, err.code, err.text);
        arena_free(a);
    }
}
#define REFUSE(rows, release) refuse(rows, sizeof(rows) / sizeof((rows)[0]), release)

static void
syntax_errors_have_their_numbers(void **state)
{
    static const struct refusal rows[] = {
        { -201, "A syntax error has occurred.", "selec name from device" },
        { -201, NULL, "" },
        { -201, NULL, "select from device" },
        { -201, NULL, "select name device where" },
        { -201, NULL, "select name from device where isactive" },
        { -201, NULL, "select name from device where name" },
        { -201, NULL, "select name from device order name" },
        { -201, NULL, "select name as from device" },
        { -201, NULL, "select name from device limit x" },
        { -201, NULL, "insert into routepartition(name) values('a'),('b')" },
        { -201, NULL, "select name from device where name = ?" },
        { -201, NULL, "select name from where" },
        { -201, NULL, "pragma table_info(device)" },
        { -201, NULL, "attach 'x' as y" },
        { -202, "An illegal character has been found in the statement.",
          "select \xE2\x80\x9Cname\xE2\x80\x9D from device" },
        { -202, NULL, "select `name` from device" },
        { -282, "Found a quote for which there is no matching quote.", "select name from device where name='x" },
        { -282, NULL, "select name from device where name=\"x" },
        { -283, "Found a non-terminated comment (\"{\" with no matching \"}\").",
          "select name from device where pkid={ab" },
        { -555, "Cannot use a select or any of the database statements in a multi-query prepare.",
          "select name from device; delete from device" },
        { -388, "No resource permission.", "drop table device" },
        { -388, NULL, "create table x(a int)" },
        { -944, "Cannot use \"first\" in this context.",
          "select name from device union select first 1 name from device" },
    };
    (void)state;
    REFUSE(rows, NOW);
}

static void
names_are_looked_up_in_the_dictionary(void **state)
{
    static const struct refusal rows[] = {
        { -206, "The specified table (nosuch) is not in the database.", "select name from nosuch" },
        { -206, "The specified table (shadow_device) is not in the database.", "select * from shadow_device" },
        { -206, "The specified table (sqlite_master) is not in the database.", "select * from sqlite_master" },
        { -206, NULL, "select * from sql_systables" },
        { -217, "Column (nosuch) not found in any table in the query (or SLV is undefined).",
          "select nosuch from device" },
        { -217, NULL, "select d.nosuch from device d" },
        { -217, NULL, "select name from device where alias1 = 1" },
        { -522, "Table (d) not selected in query.", "select d.name from device" },
        { -522, NULL, "select device.name from device d" },
        { -522, NULL, "select x.* from device d" },
        { -324, "Ambiguous column (name).", "select name from device, routepartition" },
        { -223, "Duplicate table name (d) in the FROM clause.", "select 1 from device d, numplan d" },
        { -223, NULL, "select 1 from device, device" },
        { -674, "Routine (nosuch) can not be resolved.", "select nosuch(name) from device" },
        { -674, NULL, "select load_extension('x') from device" },
        { -674, NULL, "execute procedure nosuch(1)" },
        { -674, NULL, "execute procedure dbreaddevicexml()" },
        { -674, NULL, "select concat(name,'-',name) from device" },
        { -664, "Wrong number of arguments to system function(lower).", "select lower(name, name) from device" },
        { -728, "Unknown first argument of dbinfo(nosuch).", "select dbinfo('nosuch') from device" },
        { -294, "The column (name) must be in the GROUP BY list.", "select name, count(*) from device" },
        { -294, NULL, "select tkclass, name from device group by tkclass" },
        { -294, NULL, "select tkclass from device group by tkclass having name = 'x'" },
        { -309, "ORDER BY column (tkclass) must be in SELECT list.",
          "select distinct name from device order by tkclass" },
        { -329, NULL, "select * from sysmaster:sysdual" },
    };
    (void)state;
    REFUSE(rows, NOW);
}

static void
values_must_fit(void **state)
{
    static const struct refusal rows[] = {
        { -1213, "A character to numeric conversion process failed", "select name from device where tkclass = 'x'" },
        { -1213, NULL, "select name from device where tkclass = ''" },
        { -1213, NULL, "select name from device where tkclass in ('1', 'x')" },
        { -1213, NULL, "update device set tkuserlocale = 'x'" },
        { -1260, NULL, "select name from device where isactive = 'yes'" },
        { -9634, "No cast from integer to boolean.", "select name from device where isactive = 1" },
        { -1215, NULL, "update device set tkuserlocale = 99999999999" },
        { -236, "Number of columns in INSERT does not match number of VALUES.",
          "insert into routepartition(name, description) values('a')" },
        { -236, NULL, "insert into routepartition values('a')" },
        { -236, NULL, "insert into routepartition(name) select name, pkid from device" },
        { -273, "No UPDATE permission for clause.", "update callingsearchspace set clause = 'x'" },
        { -273, NULL, "update device set pkid = 'x'" },
        { -273, NULL, "update typemodel set name = 'x'" },
        { -273, NULL, "update systables set tabname = 'x'" },
        { -274, "No DELETE permission for typemodel.", "delete from typemodel" },
        { -275, "The Insert privilege is required for this operation.",
          "insert into typemodel(enum, name) values(1, 'x')" },
        { -9628, "Type (blob2) not found.", "select name::blob2 from device" },
        { -1263, NULL, "select datetime(2019-02-30) year to day from device" },
        { -1266, NULL, "select today * today from device" },
    };
    (void)state;
    REFUSE(rows, NOW);
}

static void
releases_have_their_own_columns(void **state)
{
    static const struct refusal old[] = {
        { -206, NULL, "select * from activationcode" },
        { -217, NULL, "select enablebfcp from device" },
        { -206, NULL, "select * from devicexml4k" },
    };
    static const struct refusal now[] = { { -217, NULL, "select xml from device" } };

    (void)state;
    REFUSE(old, 500);
    REFUSE(now, NOW);
    assert_int_equal(store_release("15.0"), 1205);
    assert_int_equal(store_release("8.5"), 805);
    assert_int_equal(store_release("5.0"), 500);
}

/* ---- what comes out ---- */

static void
becomes(const char *sql, const char *expected)
{
    struct arena          *a = arena_new();
    struct sql_translation t;
    struct ccm_error       err = { 0 };

    if (!sql_translate(a, sql, NOW, &t, &err))
        fail_msg("%s: %d %s", sql, err.code, err.text);
    if (strcmp(t.sql, expected) != 0)
        fail_msg("%s\nbecame   %s\nexpected %s", sql, t.sql, expected);
    arena_free(a);
}

static void
every_name_is_quoted_and_every_literal_bound(void **state)
{
    (void)state;
    becomes("select name from device where name = \"name\"",
            "SELECT t1.\"name\" FROM \"device\" AS t1 WHERE (t1.\"name\"=?)");
    becomes("select d.\"name\" from device d where d.tkclass = '1'",
            "SELECT t1.\"name\" FROM \"device\" AS t1 WHERE (t1.\"tkclass\"=?)");
    becomes("select name group from routepartition order by group",
            "SELECT t1.\"name\" FROM \"routepartition\" AS t1 ORDER BY 1");
    becomes("select skip 2 first 3 name from routepartition",
            "SELECT t1.\"name\" FROM \"routepartition\" AS t1 ORDER BY t1.rowid LIMIT ? OFFSET ?");
    becomes("select name from device where name like 'SEP%'",
            "SELECT t1.\"name\" FROM \"device\" AS t1 WHERE ((t1.\"name\">=? AND t1.\"name\"<?))");
    becomes("select name from device where name like 'a\\%b'",
            "SELECT t1.\"name\" FROM \"device\" AS t1 WHERE (t1.\"name\"=?)");
    becomes("select name from device where name matches '*[0-9]'",
            "SELECT t1.\"name\" FROM \"device\" AS t1 WHERE (sql_matches(t1.\"name\",?))");
    becomes("select 5/2 from systables where tabid=1",
            "SELECT sql_fits(sql_divide(?,?)) FROM \"sql_systables\" AS t1 WHERE (t1.\"tabid\"=?)");
    becomes("select a.name from routepartition a, outer numplan b where a.pkid=b.fkroutepartition and a.name='x'",
            "SELECT t1.\"name\" FROM \"routepartition\" AS t1 LEFT JOIN \"numplan\" AS t2 ON "
            "(t1.\"pkid\"=t2.\"fkroutepartition\") WHERE (t1.\"name\"=?)");
    becomes("update device d set d.description='x' where d.name='y'",
            "UPDATE \"device\" AS t1 SET \"description\"=? WHERE (t1.\"name\"=?)");
    becomes("delete from speeddial", "DELETE FROM \"speeddial\" AS t1 WHERE 1");
    becomes("insert into routepartition(routepartition.name) values(\"a\")",
            "INSERT INTO \"routepartition\"(\"name\") VALUES(?)");
    becomes("select name from informix.routepartition -- that's it\n;",
            "SELECT t1.\"name\" FROM \"routepartition\" AS t1");
    becomes("select {a comment} name /* and 'one more */ from \"informix\".routepartition",
            "SELECT t1.\"name\" FROM \"routepartition\" AS t1");
}

static void
literals_keep_their_types(void **state)
{
    struct arena          *a = arena_new();
    struct sql_translation t;
    struct ccm_error       err;

    (void)state;
    assert_true(
        sql_translate(a, "select name from device where tkclass=' 12 ' and isactive='T' and name='it''s' and name=12",
                      NOW, &t, &err));
    assert_int_equal(t.param_count, 4);
    assert_int_equal(t.params[0].kind, SQL_PARAM_INT);
    assert_int_equal(t.params[0].number, 12);
    assert_string_equal(t.params[1].text, "t");
    assert_string_equal(t.params[2].text, "it's");
    assert_int_equal(t.params[3].kind, SQL_PARAM_INT);
    arena_free(a);
}

static void
columns_are_named_as_axl_names_them(void **state)
{
    static const struct {
        const char *sql, *names;
    } rows[] = {
        { "select Name, d.tkClass as TheClass, name[1,3] from device d", "name theclass name " },
        { "select count(*), max(name), sum(tkclass), min(ctiid), avg(ctiid) from device", "count max sum min avg " },
        { "select 1, 'x', null, tkclass + 1, lower(name), (select 1 from systables where tabid=1) from device",
          "constant constant constant expression expression expression " },
        { "select d.name, tm.name from device d, typemodel tm", "name name " },
        { "select name nm from device union select name from routepartition", "nm " },
        { "select * from (select name as a, count(*) from device group by name) t", "a count " },
        { "select pkid is null as p, case when name='x' then 1 end from device", "p expression " },
        { "execute procedure dbreaddevicexml('x')", "xml " },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena          *a = arena_new();
        struct sql_translation t;
        struct ccm_error       err = { 0 };
        char                   names[200] = "";
        if (!sql_translate(a, rows[i].sql, NOW, &t, &err))
            fail_msg("%s: %s", rows[i].sql, err.text);
        for (unsigned k = 0; k < t.column_count; k++)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s ", t.columns[k]);
        assert_string_equal(names, rows[i].names);
        arena_free(a);
    }
}

/* ---- bounds ---- */

static char *
repeat(struct arena *a, const char *before, const char *piece, unsigned count, const char *behind)
{
    size_t n = strlen(piece);
    char  *text = arena_alloc(a, strlen(before) + n * count + strlen(behind) + 1), *at = text;

    at = stpcpy(at, before);
    for (unsigned i = 0; i < count; i++)
        at = stpcpy(at, piece);
    stpcpy(at, behind);
    return text;
}

static void
what_is_too_deep_or_too_long_is_refused(void **state)
{
    struct arena          *a = arena_new();
    struct sql_translation t;
    struct ccm_error       err;

    (void)state;
    assert_false(sql_translate(a, repeat(a, "select ", "(", 5000, "1 from device"), NOW, &t, &err));
    assert_int_equal(err.code, -201);
    assert_false(sql_translate(a, repeat(a, "select ", "- ", 20000, "1 from device"), NOW, &t, &err));
    assert_int_equal(err.code, -201);
    assert_false(sql_translate(a, repeat(a, "select 1 ", "+ 1 ", 20000, "from device"), NOW, &t, &err));
    assert_int_equal(err.code, -201);
    assert_false(sql_translate(a, repeat(a, "select name from device where ", "not ", 20000, "1=1"), NOW, &t, &err));
    assert_int_equal(err.code, -201);
    assert_false(sql_translate(a, repeat(a, "select ", "name,", 60000, "name from device"), NOW, &t, &err));
    assert_false(sql_translate(a, repeat(a, "select ", " ", 300000, "name from device"), NOW, &t, &err));
    assert_int_equal(err.code, -460);
    /* A long list and a long chain of conditions are what clients send. */
    assert_true(
        sql_translate(a, repeat(a, "select 1 from device where name in ('x'", ",'abc'", 20000, ")"), NOW, &t, &err));
    assert_true(
        sql_translate(a, repeat(a, "select 1 from device where 1=2", " or name='abc'", 10000, ""), NOW, &t, &err));
    arena_free(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syntax_errors_have_their_numbers),
        cmocka_unit_test(names_are_looked_up_in_the_dictionary),
        cmocka_unit_test(values_must_fit),
        cmocka_unit_test(releases_have_their_own_columns),
        cmocka_unit_test(every_name_is_quoted_and_every_literal_bound),
        cmocka_unit_test(literals_keep_their_types),
        cmocka_unit_test(columns_are_named_as_axl_names_them),
        cmocka_unit_test(what_is_too_deep_or_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
