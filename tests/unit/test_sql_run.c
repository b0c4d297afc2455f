/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Clients' SQL run over a fresh store: values as Informix gives them, writes, errors that show only then. */
#include <string.h>

#include "ccmsim/sql.h"
#include "store_kit.h"

#define DUAL " from systables where tabid=1"
/* 2019-07-11 11:06:41.5 */
#define NOW_US INT64_C(1562843201500000)

static struct sql_limits
limits(void)
{
    return (struct sql_limits){ .ms = 20000, .now_us = NOW_US };
}

/* All rows: cells separated by "|", rows by "/"; "~" for null. False: k->err. */
static bool
query(struct kit *k, const char *sql, char *out, size_t size)
{
    struct store_conn    *c = store_read_begin(k->store, &k->err);
    struct sql_limits     l = limits();
    struct sql_statement *s;
    int                   rc = -1;

    out[0] = '\0';
    if (sql_open(&s, c, sql, false, &l, &k->err)) {
        while ((rc = sql_step(s, &k->err)) == 1) {
            if (out[0] != '\0')
                strncat(out, "/", size - strlen(out) - 1);
            for (unsigned i = 0; i < sql_translation_of(s)->column_count; i++) {
                size_t      length;
                const char *text = sql_text(s, i, &length);
                if (i > 0)
                    strncat(out, "|", size - strlen(out) - 1);
                strncat(out, text != NULL ? text : "~", size - strlen(out) - 1);
            }
        }
        sql_close(s);
    }
    store_read_end(c);
    return rc == 0;
}

/* Rows written, or -1 and k->err. */
static int64_t
update(struct kit *k, const char *sql)
{
    struct store_writer   who = { .user = "tester", .origin = "sql" };
    struct store_conn    *c = store_write_begin(k->store, &who, &k->err);
    struct sql_limits     l = limits();
    struct sql_statement *s;
    int64_t               rows = -1;
    struct ccm_error      first = { 0 };

    if (sql_open(&s, c, sql, true, &l, &first)) {
        if (sql_step(s, &first) == 0)
            rows = sql_rows_written(s);
        sql_close(s);
    }
    bool ended = store_write_end(c, rows >= 0, &k->err);
    if (rows < 0)
        k->err = first;
    return ended ? rows : -1;
}

static void
gives(struct kit *k, const char *sql, const char *expected)
{
    char out[4000];

    if (!query(k, sql, out, sizeof out))
        fail_msg("%s: %d %s", sql, k->err.code, k->err.text);
    if (strcmp(out, expected) != 0)
        fail_msg("%s\ngave     %s\nexpected %s", sql, out, expected);
}

static void
fails(struct kit *k, const char *sql, int code)
{
    char out[4000];

    if (query(k, sql, out, sizeof out))
        fail_msg("not refused: %s: %s", sql, out);
    if (k->err.code != code)
        fail_msg("%s: %d %s", sql, k->err.code, k->err.text);
}

static void
writes(struct kit *k, const char *sql, int64_t rows)
{
    int64_t n = update(k, sql);
    if (n != rows)
        fail_msg("%s: %lld rows: %d %s", sql, (long long)n, k->err.code, k->err.text);
}

static void
write_fails(struct kit *k, const char *sql, int code, const char *text)
{
    if (update(k, sql) >= 0)
        fail_msg("not refused: %s", sql);
    if (k->err.code != code || (text != NULL && strcmp(k->err.text, text) != 0))
        fail_msg("%s: %d %s", sql, k->err.code, k->err.text);
}

static int
open_store(void **state)
{
    struct kit *k = calloc(1, sizeof *k);
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

/* ---- values ---- */

static void
expressions_have_informix_values(void **state)
{
    static const char *const rows[][2] = {
        { "5/2, 4/2, 7-3*2, -(-2), 1.50 + 1", "2.5|2|1|2|2.5" },
        { "'12'::int + 1, 'abcdef'::varchar(3), cast(3.7 as int), 'ab'::char(4) || '.', 2.567::decimal(5,2)",
          "13|abc|3|ab  .|2.57" },
        { "length('abc  '), length('\xC3\xA4'), char_length('\xC3\xA4'), octet_length('\xC3\xA4 ')", "3|2|1|3" },
        { "upper('\xC3\xA4x'), lower('\xC3\x84X'), initcap('the old PHONE')", "\xC3\x84X|\xC3\xA4x|The Old Phone" },
        { "substring('abcdef' from 2 for 3), substring('abc' from 0 for 2), substr('abcdef', -3, 2), substr('abc', 0)",
          "bcd|a|de|abc" },
        { "trim('  a '), trim(leading '0' from '0070'), trim(trailing '0' from '0070'), trim(both 'x' from 'xax')",
          "a|70|007|a" },
        { "lpad('7', 3, '0'), rpad('ab', 5, 'xy'), lpad('abc', 2), replace('aXbX', 'X', '-'), replace('aXb', 'X')",
          "007|abxyx|ab|a-b-|ab" },
        { "regex_replace('Line - 1001', ' - [0-9]+$', ''), regex_replace('abab', '(a)(b)', '\\2\\1')", "Line|baba" },
        { "concat('a', 'b'), 'a' || 1 || 'b', 'a' || null", "ab|a1b|~" },
        { "decode(2, 1, 'one', 2, 'two', 'many'), decode(null, null, 'same', 'other'), decode(3, 1, 'one')",
          "two|same|~" },
        { "nvl(null, 'x'), nvl2(null, 1, 2), nullif('a', 'a'), coalesce(null, null, 'y')", "x|2|~|y" },
        { "case 1 when 1 then 'a' else 'b' end, case when 1 > 2 then 'a' end, 1 > 2, 1 = 1 and 2 = 2, null is null",
          "a|~|f|t|t" },
        { "abs(-5), mod(7, 3), round(2.567, 2), trunc(-2.9), power(2, 10), sqrt(16), floor(-2.5), ceil(2.1), hex(255)",
          "5|1|2.57|-2|1024|4|-3|3|0x000000FF" },
        { "'it''s', \"say \"\"hi\"\"\", 'a{b}--c'", "it's|say \"hi\"|a{b}--c" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char sql[1000];
        snprintf(sql, sizeof sql, "select %s" DUAL, rows[i][0]);
        gives(*state, sql, rows[i][1]);
    }
}

static void
times_have_informix_values(void **state)
{
    static const char *const rows[][2] = {
        { "today, current, current year to second, current hour to minute",
          "2019-07-11|2019-07-11 11:06:41.500|2019-07-11 11:06:41|11:06" },
        { "dbinfo('utc_to_datetime', 1562843201), dbinfo('utc_current')", "2019-07-11 11:06:41|1562843201" },
        { "mdy(2, 28, 2020) + 1, mdy(3, 1, 2020) - mdy(2, 28, 2020), weekday(mdy(7, 11, 2019))", "2020-02-29|2|4" },
        { "year(today), month(today), day(today), last_day(mdy(2, 1, 2020)), add_months(mdy(1, 31, 2019), 1)",
          "2019|7|11|2020-02-29|2019-02-28" },
        { "datetime(2019-07-11 10:00) year to minute + 90 units minute", "2019-07-11 11:30" },
        { "datetime(2019-07-11 10:00) year to minute - interval(1 02:03) day to minute", "2019-07-10 07:57" },
        { "current year to second - datetime(2019-07-10 11:06:40) year to second", "1 00:00:01" },
        { "interval(5 10:30) day to minute, interval(2-3) year to month, 3 units day", "5 10:30|2-03|3" },
        { "extend(today, year to minute), extend(current, month to day), '07/11/2019'::date",
          "2019-07-11 00:00|07-11|2019-07-11" },
        { "to_char(current, '%Y/%m/%d %H:%M:%S'), to_date('2019-01-02 03:04', '%Y-%m-%d %H:%M')",
          "2019/07/11 11:06:41|2019-01-02 03:04:00" },
        { "today > '07/10/2019', today = datetime(2019-07-11) year to day", "t|t" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char sql[1000];
        snprintf(sql, sizeof sql, "select %s" DUAL, rows[i][0]);
        gives(*state, sql, rows[i][1]);
    }
}

static void
what_fails_while_it_runs_has_its_number(void **state)
{
    struct kit *k = *state;

    writes(k, "insert into routepartition(name) values('x1')", 1);
    writes(k, "insert into routepartition(name) values('2')", 1);
    fails(k, "select (select name from routepartition)" DUAL, -284);
    fails(k, "select 1/0" DUAL, -1202);
    fails(k, "select name from routepartition where name = 1", -1213);
    fails(k, "select sum(name) from routepartition", -1213);
    fails(k, "select mdy(2, 30, 2019)" DUAL, -1206);
    fails(k, "select dbinfo('utc_to_datetime', 'x')" DUAL, -885);
    fails(k, "select to_date('x', '%Y')" DUAL, -1277);
    fails(k, "select '1x'::int" DUAL, -1213);
    fails(k, "insert into routepartition(name) values('y')", -387);
    gives(k,
          "select (select name from routepartition where name = 'x1'), (select name from routepartition where 1 = "
          "2)" DUAL,
          "x1|~");
}

static void
conditions_mean_what_they_mean_in_informix(void **state)
{
    struct kit *k = *state;

    writes(k, "insert into routepartition(name, description) values('name', 'Case')", 1);
    writes(k, "insert into routepartition(name, description) values('a_b', '')", 1);
    gives(k, "select name from routepartition where name = \"name\"", "name");
    gives(k, "select description from routepartition where description like 'case%'", "");
    gives(k, "select name from routepartition where name like 'a\\_b'", "a_b");
    gives(k, "select '50%' like '%!%' escape '!', '50' like '%!%' escape '!', '50%x' like '%!%%' escape '!'" DUAL,
          "t|f|t");
    gives(k, "select name from routepartition where name matches '[a-c]?b'", "a_b");
    gives(k, "select name from routepartition where name matches '[^a]ame'", "name");
    gives(k, "select name from routepartition where name not matches '*[ab]*' and description like 'C_se'", "");
    gives(k, "select name from routepartition where name = 'a_b   '", "a_b");
    gives(k, "select name from routepartition where useoriginatingdevicetimezone = 'T' and name = 'a_b'", "a_b");
    gives(k, "select name from routepartition where tkpartitionusage = '99' and name in ('a_b', 'zz')", "a_b");
    gives(k, "select name from routepartition where fktimeschedule != '' and name = 'a_b'", "");
    gives(k, "select name[1,2], name[3] from routepartition where name = 'a_b'", "a_|b");
    gives(k,
          "select count(*) from routepartition where tkpartitionusage >= all (select enum from typepartitionusage "
          "where enum < 100)"
          " and name = 'a_b'",
          "1");
    gives(k,
          "select a.name, b.name from routepartition a, outer routepartition b where a.name = 'a_b' and b.name = "
          "a.description",
          "a_b|~");
    gives(k, "select skip 1 first 1 name from routepartition where name in ('name', 'a_b') order by name", "name");
    gives(k, "select name n from routepartition where name in ('name', 'a_b') order by n desc", "name/a_b");
}

static void
writes_obey_the_store(void **state)
{
    struct kit *k = *state;

    writes(k, "insert into routepartition(name) values('w1')", 1);
    write_fails(k, "insert into routepartition(name) values('w1')", -239, NULL);
    write_fails(k, "insert into routepartition(pkid, name) select pkid, 'w2' from routepartition where name = 'w1'",
                -268, "Unique constraint (informix.pk_routepartition) violated.");
    write_fails(k, "insert into routepartition(description) values('w')", -391,
                "Cannot insert a null into column (routepartition.name).");
    write_fails(k, "insert into facinfo(name, code, authorizationlevel) values('x', 'abc', 1)", -746, "37131");
    write_fails(
        k, "update routepartition set fktimeschedule = 'nosuch' where name = 'w1'", -691,
        "Missing key in referenced table for referential constraint (informix.fk_routepartition_fktimeschedule).");
    write_fails(k, "delete from devicepool", -692, NULL);
    writes(k, "update routepartition p set p.description = name || '!' where p.name = 'w1'", 1);
    gives(k, "select description from routepartition where name = 'w1'", "w1!");
    writes(k, "update routepartition set (description, tkreset) = ('z', '1') where name = 'w1'", 1);
    gives(k, "select description, tkreset from routepartition where name = 'w1'", "z|1");
    writes(k, "insert into routepartition(name) select name || '-2' from routepartition where name = 'w1'", 1);
    writes(k, "update routepartition set description = 'none' where name = 'nosuch'", 0);
    writes(k, "delete from routepartition where name matches 'w1*'", 2);
    write_fails(k, "select name from routepartition", -201, NULL);
}

static void
device_xml_is_read_and_written_by_procedures(void **state)
{
    struct kit *k = *state;
    char        sql[300], pkid[100];

    assert_true(query(k, "select first 1 pkid from device", pkid, sizeof pkid));
    snprintf(sql, sizeof sql, "execute procedure dbwritedevicexml('%s', '<a>b</a>')", pkid);
    writes(k, sql, 1);
    snprintf(sql, sizeof sql, "execute function dbreaddevicexml('%s')", pkid);
    gives(k, sql, "<a>b</a>");
    gives(k, "execute procedure dbreaddevicexml('nosuch')", "");
    write_fails(k, "execute procedure dbwritedevicexml('nosuch', '<a/>')", -691, NULL);
}

static void
the_catalogue_is_the_dictionary(void **state)
{
    struct kit *k = *state;

    gives(k, "select tabname, ncols, tabtype from systables where tabname = 'routepartition'", "routepartition|10|T");
    gives(k,
          "select c.colname, c.coltype, c.collength from systables t, syscolumns c where t.tabid = c.tabid and"
          " t.tabname = 'routepartition' and c.colno <= 2",
          "pkid|269|36/name|269|50");
    gives(k, "select count(*) from systables where tabid > 99 and tabname like 'sys%'", "0");
    gives(k,
          "select p.tabname, r.delrule from systables t, sysconstraints c, sysreferences r, systables p where"
          " t.tabname = 'speeddial' and c.tabid = t.tabid and r.constrid = c.constrid and p.tabid = r.ptabid"
          " and c.constrname like '%fkdevice'",
          "device|C");
    gives(k,
          "select d.default from sysdefaults d, syscolumns c, systables t where t.tabname='routepartition' and"
          " c.tabid=t.tabid and c.colname='resettoggle' and d.tabid=t.tabid and d.colno=c.colno",
          "f");
}

static void
a_statement_is_given_up_when_its_time_is_over(void **state)
{
    struct kit           *k = *state;
    struct store_conn    *c = store_read_begin(k->store, &k->err);
    struct sql_limits     l = { .ms = 0 };
    struct sql_statement *s;

    assert_true(
        sql_open(&s, c, "select count(*) from typemodel a, typemodel b, typemodel c, typemodel d", false, &l, &k->err));
    assert_int_equal(sql_step(s, &k->err), -1);
    assert_int_equal(k->err.code, -213);
    sql_close(s);
    store_read_end(c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_have_informix_values),
        cmocka_unit_test(times_have_informix_values),
        cmocka_unit_test(what_fails_while_it_runs_has_its_number),
        cmocka_unit_test(conditions_mean_what_they_mean_in_informix),
        cmocka_unit_test(writes_obey_the_store),
        cmocka_unit_test(device_xml_is_read_and_written_by_procedures),
        cmocka_unit_test(the_catalogue_is_the_dictionary),
        cmocka_unit_test(a_statement_is_given_up_when_its_time_is_over),
    };
    return cmocka_run_group_tests(tests, open_store, close_store);
}
