/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Whole clusters: reset, snapshots, fixtures, private copies. Two are the same if each row of each table is. */
#include "unit.h"

#include "store_kit.h"

#include <pthread.h>
#include <unistd.h>

#include "ccmsim/clusters.h"
#include "ccmsim/fixture.h"
#include "ccmsim/sim.h"
#include "ccmsim/snapshot.h"
#include "cluster/fixture_priv.h"

struct world {
    struct config      cfg;
    struct sim_driver *driver;
    struct cluster    *cl;
    struct ccm_error   err;
};

static void
must(struct world *w, bool ok)
{
    if (!ok)
        fail_msg("%s", w->err.text);
}

static int
set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    char         *argv[] = { (char[]){ "ccmsimd" },           (char[]){ "--demo" },   (char[]){ "--admin=a:b" },
                             (char[]){ "--control-token=t" }, (char[]){ "--seed=5" }, NULL };

    assert_non_null(w);
    must(w, config_load(&w->cfg, 5, argv, &w->err));
    w->driver = sim_driver_new();
    must(w, cluster_new(&w->cl, &w->cfg, w->driver, &w->err));
    *state = w;
    return 0;
}

static int
tear_down(void **state)
{
    struct world *w = *state;

    cluster_free(w->cl);
    sim_driver_free(w->driver);
    config_release(&w->cfg);
    free(w);
    return 0;
}

static void
sql(struct cluster *cl, const char *text)
{
    struct store_writer who = { .user = "tester", .origin = "axl", .trusted = true };
    struct ccm_error    err = { 0 };
    struct store_conn  *c = store_write_begin(cl->store, &who, &err);

    if (c == NULL || sqlite3_exec(store_db(c), text, NULL, NULL, NULL) != SQLITE_OK || !store_write_end(c, true, &err))
        fail_msg("%s: %s", text, c != NULL ? sqlite3_errmsg(store_db(c)) : err.text);
}

static int64_t
number(struct cluster *cl, const char *text)
{
    struct ccm_error   err = { 0 };
    struct store_conn *c = store_read_begin(cl->store, &err);
    sqlite3_stmt      *stmt = store_prepare(c, text, &err);

    if (stmt == NULL || store_step(c, stmt, &err) != 1)
        fail_msg("%s: %s", text, err.text);
    int64_t n = sqlite3_column_int64(stmt, 0);
    store_read_end(c);
    return n;
}

static int64_t
partitions(struct cluster *cl)
{
    return number(cl, "SELECT count(*) FROM routepartition WHERE name LIKE 'Test%'");
}

/* Every row of every table. */
static void
assert_same(struct cluster *one, struct cluster *two)
{
    unsigned char   *images[2];
    size_t           sizes[2];
    sqlite3         *db;
    sqlite3_stmt    *stmt;
    struct ccm_error err;

    assert_true(store_save(one->store, &images[0], &sizes[0], &err));
    assert_true(store_save(two->store, &images[1], &sizes[1], &err));
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "ATTACH ':memory:' AS two", NULL, NULL, NULL), SQLITE_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(sqlite3_deserialize(db, i == 0 ? "main" : "two", images[i], (sqlite3_int64)sizes[i],
                                             (sqlite3_int64)sizes[i], SQLITE_DESERIALIZE_READONLY),
                         SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM main.sqlite_schema WHERE type='table'", -1, &stmt, NULL),
                     SQLITE_OK);
    int tables = 0;
    for (; sqlite3_step(stmt) == SQLITE_ROW; tables++) {
        const char *t = (const char *)sqlite3_column_text(stmt, 0);
        char       *text =
            sqlite3_mprintf("SELECT (SELECT count(*) FROM (SELECT * FROM main.\"%w\" EXCEPT SELECT * FROM "
                            "two.\"%w\"))+(SELECT count(*) FROM (SELECT * FROM two.\"%w\" EXCEPT SELECT * FROM "
                            "main.\"%w\"))+abs((SELECT count(*) FROM main.\"%w\")-(SELECT count(*) FROM two.\"%w\"))",
                            t, t, t, t, t, t);
        sqlite3_stmt *differ;
        assert_int_equal(sqlite3_prepare_v2(db, text, -1, &differ, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(differ), SQLITE_ROW);
        if (sqlite3_column_int(differ, 0) != 0)
            fail_msg("%d rows of %s differ", sqlite3_column_int(differ, 0), t);
        sqlite3_finalize(differ);
        sqlite3_free(text);
    }
    assert_true(tables > 800);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    free(images[0]);
    free(images[1]);
}

/* Additions, changes, removals, and texts that need care. */
static void
stir(struct cluster *cl)
{
    sql(cl, "INSERT INTO routepartition(name,description) VALUES('Test A','plain'),('Test B','  blanks  '),"
            "('Test C','two'||char(10)||'lines \"quoted\" \\'),('Test D','NULL'),('Test E','-> x'),('Test F','')");
    sql(cl, "UPDATE routepartition SET description='changed' WHERE name NOT LIKE 'Test%'");
    sql(cl,
        "INSERT INTO callingsearchspace(name) VALUES('Test CSS');"
        "INSERT INTO callingsearchspacemember(fkcallingsearchspace,fkroutepartition,sortorder) SELECT c.pkid,p.pkid,1"
        " FROM callingsearchspace c, routepartition p WHERE c.name='Test CSS' AND p.name='Test A'");
    sql(cl, "DELETE FROM functionrole WHERE pkid IN (SELECT pkid FROM functionrole ORDER BY name LIMIT 1)");
    sql(cl, "UPDATE numplan SET description='\xc3\xbc' WHERE pkid IN (SELECT pkid FROM numplan LIMIT 3)");
}

static void
a_reset_brings_back_the_beginning(void **state)
{
    struct world   *w = *state;
    struct cluster *other;

    must(w, cluster_new(&other, &w->cfg, w->driver, &w->err));
    stir(w->cl);
    assert_int_equal(partitions(w->cl), 6);
    for (int i = 0; i < 2; i++) {
        must(w, cluster_reset(w->cl, &w->err));
        assert_int_equal(partitions(w->cl), 0);
        if (i == 0)
            stir(w->cl);
    }
    /* The same seed, the same ids from there on. */
    sql(w->cl, "INSERT INTO routepartition(name) VALUES('Test')");
    sql(other, "INSERT INTO routepartition(name) VALUES('Test')");
    assert_int_equal(number(w->cl, "SELECT count(*) FROM routepartition WHERE name='Test'"), 1);
    cluster_free(other);
}

static void
snapshots_are_kept_by_name(void **state)
{
    struct world               *w = *state;
    struct arena               *a = arena_new();
    const struct snapshot_info *list;

    must(w, snapshot_take(w->cl, "empty", &w->err));
    stir(w->cl);
    must(w, snapshot_take(w->cl, "full", &w->err));
    must(w, snapshot_restore(w->cl, "empty", &w->err));
    assert_int_equal(partitions(w->cl), 0);
    must(w, snapshot_restore(w->cl, "full", &w->err));
    assert_int_equal(partitions(w->cl), 6);
    must(w, snapshot_take(w->cl, "empty", &w->err));
    assert_int_equal(snapshot_list(w->cl, a, &list), 2);
    assert_string_equal(list[0].name, "empty");
    assert_string_equal(list[1].name, "full");
    assert_true(list[0].bytes > 1000000);
    assert_false(snapshot_restore(w->cl, "none", &w->err));
    assert_int_equal(w->err.status, CCM_NOT_FOUND);
    static const char *const bad[] = { "", ".x", "../x", "a/b", "a b", "-x" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(snapshot_take(w->cl, bad[i], &w->err));
        assert_int_equal(w->err.status, CCM_BAD_REQUEST);
    }
    must(w, snapshot_remove(w->cl, "full", &w->err));
    assert_false(snapshot_remove(w->cl, "full", &w->err));
    assert_int_equal(snapshot_list(w->cl, a, &list), 1);
    must(w, cluster_reset(w->cl, &w->err));
    assert_int_equal(snapshot_list(w->cl, a, &list), 1);
    arena_free(a);
}

static void
snapshots_outlive_the_process_with_a_state_directory(void **state)
{
    struct world *w = *state;
    char          dir[] = "/tmp/ccmsimtest-XXXXXX";

    assert_non_null(mkdtemp(dir));
    w->cfg.state_dir = strdup(dir);
    for (int i = 0; i < 2; i++) {
        struct cluster *cl;
        must(w, cluster_new(&cl, &w->cfg, w->driver, &w->err));
        if (i == 0) {
            stir(cl);
            must(w, snapshot_take(cl, "kept", &w->err));
            must(w, cluster_reset(cl, &w->err));
        }
        assert_int_equal(partitions(cl), 0);
        if (i == 1) {
            must(w, snapshot_restore(cl, "kept", &w->err));
            assert_int_equal(partitions(cl), 6);
        }
        cluster_free(cl);
    }
    remove_tree(dir);
}

static char *
saved(struct world *w, struct cluster *cl)
{
    struct buf text;

    buf_init(&text, BUF_MAX_REPLY);
    must(w, fixture_save(cl, &text, &w->err));
    buf_cstr(&text);
    return text.ptr;
}

static bool
load(struct cluster *cl, const char *text, struct ccm_error *err)
{
    return fixture_load(cl, "test.txt", (struct str){ text, strlen(text) }, err);
}

static void
what_is_saved_loads_as_it_was(void **state)
{
    struct world   *w = *state;
    struct cluster *other;

    w->cfg.demo = false;
    must(w, cluster_new(&other, &w->cfg, w->driver, &w->err));
    stir(w->cl);
    char *text = saved(w, w->cl);
    assert_non_null(strstr(text, "\ncopy routepartition\n"));
    assert_non_null(strstr(text, "\nremove functionrole\n"));
    assert_non_null(strstr(text, "-> Test A\n"));
    must(w, load(other, text, &w->err));
    assert_same(w->cl, other);
    char *again = saved(w, other);
    assert_string_equal(text, again);
    free(text);
    free(again);
    /* A fresh installation is no text at all but its head. */
    must(w, load(other, "fresh\n", &w->err));
    text = saved(w, other);
    assert_null(strstr(text, "copy device\n"));
    free(text);
    cluster_free(other);
}

static void
a_fixture_may_be_written_by_hand(void **state)
{
    struct world *w = *state;

    must(w, load(w->cl,
                 "# by hand\r\n\r\nobjects RoutePartition\r\n  | name   | description\r\ni | Test 1 | one\r\n"
                 "\nobject Css\nname Test\nmembers/member/routePartitionName Test 1\nmembers/member/index 1\n\n"
                 "copy routepartition\n  name  Test 2\n  description \"a\\nb\"\n\n"
                 "sql\nUPDATE routepartition SET description='by SQL' WHERE name='Test 1'\n",
                 &w->err));
    assert_int_equal(partitions(w->cl), 2);
    assert_int_equal(
        number(w->cl,
               "SELECT count(*) FROM routepartition WHERE description='by SQL' OR description='a'||char(10)||'b'"),
        2);
    assert_int_equal(number(w->cl, "SELECT count(*) FROM callingsearchspacemember m JOIN callingsearchspace c ON "
                                   "c.pkid=m.fkcallingsearchspace WHERE c.name='Test' AND c.clause='Test 1'"),
                     1);
    assert_int_equal(number(w->cl, "SELECT count(*) FROM device WHERE name='SEP001122334401'") >= 0, 1);
    /* Copies of the same name are the same row. */
    must(w, load(w->cl, "copy routepartition\n  name  Test 2\n  description \"a\\nb\"\n", &w->err));
    assert_int_equal(partitions(w->cl), 2);
}

static void
mistakes_in_fixtures_are_told_and_nothing_is_done(void **state)
{
    static const char *const rows[][2] = {
        { "copy nothing\n  a b\n", "test.txt:1: there is no table \"nothing\"" },
        { "copy sqlite_schema\n  a b\n", "test.txt:1: there is no table" },
        { "copy routepartition\n  name T\n  nothing x\n",
          "test.txt:3: table routepartition has no column \"nothing\"" },
        { "copy routepartition\n  name \"x\n", "test.txt:2: bad quotes" },
        { "copy routepartition\n  name \"\\x00\"\n", "test.txt:2: bad quotes" },
        { "copy routepartition\n  name -> x\n", "test.txt:2: name refers to nothing" },
        { "copy routepartition\n  name T\n  fktimeschedule -> Nobody\n",
          "test.txt:1: no row of timeschedule is called" },
        { "copy routepartition\n  name T\n  fktimeschedule 11111111-1111-1111-1111-111111111111\n", "isn't there" },
        { "copy routepartition\n  description x\n", "test.txt:1:" },
        { "copy routepartition\n\n", "test.txt:1: a row without columns" },
        { "copy routepartition\n  name Test X\n\nobjects Nothing\n  | name\ni | x\n", "test.txt:6:" },
        { "copy routepartition\n  name Test X\n\nnonsense\n", "test.txt:4: no block begins with" },
        { "sql\nATTACH '/tmp/ccmsim-must-not-be' AS x\n", "test.txt:2: not authorized" },
        { "sql\nPRAGMA writable_schema=1\n", "not authorized" },
        { "sql\nCOMMIT\n", "not authorized" },
        { "sql\nDROP TABLE device\n", "not authorized" },
        { "sql\nVACUUM INTO '/tmp/ccmsim-must-not-be'\n", "cannot VACUUM" },
    };
    struct world *w = *state;
    uint64_t      generation = store_generation(w->cl->store);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (load(w->cl, rows[i][0], &w->err))
            fail_msg("taken: %s", rows[i][0]);
        if (strstr(w->err.text, rows[i][1]) == NULL)
            fail_msg("%s: wanted '%s', got '%s'", rows[i][0], rows[i][1], w->err.text);
        assert_int_equal(w->err.status, CCM_BAD_REQUEST);
    }
    assert_int_equal(partitions(w->cl), 0);
    assert_int_equal(store_generation(w->cl->store), generation);
    assert_int_not_equal(access("/tmp/ccmsim-must-not-be", F_OK), 0);
}

static void
private_clusters_are_their_own(void **state)
{
    struct world              *w = *state;
    struct clusters           *cs;
    struct clusters_options    opt = { .home = w->cl };
    struct arena              *a = arena_new();
    const struct cluster_info *list;
    struct cluster_source      like_home = { .from = CLUSTER_LIKE_HOME }, fresh = { .from = CLUSTER_FRESH },
                          from_snapshot = { .from = CLUSTER_FROM_SNAPSHOT, .snapshot = "stirred" },
                          from_fixture = { .from = CLUSTER_FROM_FIXTURE,
                                           .fixture = STR("objects RoutePartition\n  | name\ni | Test F\n") };

    must(w, clusters_new(&cs, &opt, &w->err));
    stir(w->cl);
    must(w, snapshot_take(w->cl, "stirred", &w->err));
    must(w, clusters_add(cs, "one", &like_home, &w->err));
    must(w, clusters_add(cs, "Two", &fresh, &w->err));
    must(w, clusters_add(cs, "three", &from_snapshot, &w->err));
    must(w, clusters_add(cs, "four", &from_fixture, &w->err));
    assert_int_equal(clusters_list(cs, a, &list), 4);
    assert_string_equal(list[0].name, "four");
    assert_string_equal(list[3].name, "two");
    assert_false(clusters_add(cs, "ONE", &fresh, &w->err));
    assert_int_equal(w->err.status, CCM_CONFLICT);
    static const char *const bad[] = { "", "-a", "a-", "a.b", "a b", "\xc3\xbc" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(clusters_add(cs, bad[i], &fresh, &w->err));
        assert_int_equal(w->err.status, CCM_BAD_REQUEST);
    }
    from_snapshot.snapshot = "none";
    assert_false(clusters_add(cs, "five", &from_snapshot, &w->err));
    assert_int_equal(w->err.status, CCM_NOT_FOUND);
    from_fixture.fixture = STR("nonsense\n");
    assert_false(clusters_add(cs, "five", &from_fixture, &w->err));
    assert_int_equal(w->err.status, CCM_BAD_REQUEST);
    assert_null(clusters_find(cs, a, "five"));
    assert_non_null(clusters_find(cs, a, "THREE"));
    must(w, clusters_drop(cs, "one", &w->err));
    assert_false(clusters_drop(cs, "one", &w->err));
    assert_int_equal(clusters_list(cs, a, &list), 3);
    clusters_free(cs);
    w->cl->family = NULL;
    arena_free(a);
}

static void
values_are_written_so_that_they_read_back(void **state)
{
    static const char *const texts[] = { "",   "a",  "NULL", "null",     "-> x",     "->",   " a", "a ",
                                         "\"", "\\", "a\nb", "\x01\x7f", "\xc3\xbc", "a\"b", "\\n" };
    struct arena            *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct buf        out;
        enum fixture_kind kind;
        const char       *back;
        buf_init(&out, 1000);
        fixture_put(&out, texts[i], strlen(texts[i]));
        assert_true(fixture_get(a, buf_cstr(&out), &kind, &back));
        assert_int_equal(kind, FIXTURE_TEXT);
        assert_string_equal(back, texts[i]);
        buf_release(&out);
    }
    arena_free(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_reset_brings_back_the_beginning, set_up, tear_down),
        cmocka_unit_test_setup_teardown(snapshots_are_kept_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(snapshots_outlive_the_process_with_a_state_directory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_saved_loads_as_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fixture_may_be_written_by_hand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_in_fixtures_are_told_and_nothing_is_done, set_up, tear_down),
        cmocka_unit_test_setup_teardown(private_clusters_are_their_own, set_up, tear_down),
        cmocka_unit_test(values_are_written_so_that_they_read_back),
    };
    return cmocka_run_group_tests_name("cluster", tests, NULL, NULL);
}
