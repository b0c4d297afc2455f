/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The store's life: opening, closing, resetting, where its files are, leases and statements, and two
 * stores in one process used by several threads. */
#include "store_kit.h"

#include "store/store_priv.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
make_state_dir(void)
{
    char *dir = strdup("/tmp/ccmsim-test-XXXXXX");
    assert_non_null(mkdtemp(dir));
    return dir;
}

static void
remove_state_dir(char *dir)
{
    static const char *const names[] = { "ccmsim.db", "ccmsim.db-wal", "ccmsim.db-shm", "lock" };
    char                     path[200];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(dir), 0);
    free(dir);
}

static bool
open_state(struct kit *k, const char *dir)
{
    struct store_options opt = { .state_dir = dir, .readers = 1, .uuids = &k->uuids, .release = "15.0" };

    memset(k, 0, sizeof(*k));
    uuid_source_init(&k->uuids, true, 1);
    return store_open(&k->store, &opt, &k->err);
}

/* Put a big-endian number into the database's header. */
static void
patch_header(const char *dir, int offset, uint32_t value)
{
    unsigned char bytes[4] = { (unsigned char)(value >> 24), (unsigned char)(value >> 16), (unsigned char)(value >> 8),
                               (unsigned char)value };
    char          path[200];

    snprintf(path, sizeof(path), "%s/ccmsim.db", dir);
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, 4, offset), 4);
    close(fd);
}

static void
a_temporary_store_leaves_nothing(void **state)
{
    struct kit k;
    char       dir[200];

    (void)state;
    kit_open(&k, NULL);
    kit_must(&k, "INSERT INTO routepartition(name) VALUES('P')");
    snprintf(dir, sizeof(dir), "%s", k.store->dir);
    assert_int_equal(access(dir, F_OK), 0);
    store_close(k.store);
    assert_int_not_equal(access(dir, F_OK), 0);
}

static void
what_a_killed_process_left_is_swept(void **state)
{
    struct kit k;
    char       dir[] = "/dev/shm/ccmsim.XXXXXX", path[60];

    (void)state;
    if (mkdtemp(dir) == NULL)
        skip();
    snprintf(path, sizeof(path), "%s/lock", dir);
    close(open(path, O_CREAT | O_RDWR, 0600));
    kit_open(&k, NULL);
    assert_int_not_equal(access(dir, F_OK), 0);
    store_close(k.store);
}

static void
a_state_is_kept(void **state)
{
    struct kit k;
    char      *dir = make_state_dir();

    (void)state;
    kit_open(&k, dir);
    kit_must(&k, "INSERT INTO routepartition(name,description) VALUES('P','Zürich \xf0\x9f\x93\x9e 007')");
    store_close(k.store);
    kit_open(&k, dir);
    assert_string_equal(kit_value(&k, "SELECT description FROM routepartition WHERE name='P'"),
                        "Zürich \xf0\x9f\x93\x9e 007");
    store_close(k.store);
    remove_state_dir(dir);
}

static void
a_state_in_use_is_refused(void **state)
{
    struct kit k, second;
    char      *dir = make_state_dir();

    (void)state;
    kit_open(&k, dir);
    assert_false(open_state(&second, dir));
    assert_int_equal(second.err.status, CCM_CONFIG);
    assert_non_null(strstr(second.err.text, "is in use"));
    store_close(k.store);
    assert_true(open_state(&second, dir));
    store_close(second.store);
    remove_state_dir(dir);
}

static void
a_state_of_a_newer_schema_is_refused(void **state)
{
    struct kit k;
    char      *dir = make_state_dir();

    (void)state;
    kit_open(&k, dir);
    store_close(k.store);
    patch_header(dir, 60, 9999);
    assert_false(open_state(&k, dir));
    assert_non_null(strstr(k.err.text, "newer schema"));
    remove_state_dir(dir);
}

static void
a_state_that_is_no_database_is_refused(void **state)
{
    struct kit k;
    char      *dir = make_state_dir();

    (void)state;
    kit_open(&k, dir);
    store_close(k.store);
    patch_header(dir, 0, 0);
    assert_false(open_state(&k, dir));
    assert_non_null(strstr(k.err.text, "is no database"));
    remove_state_dir(dir);
}

static void
a_state_directory_that_cannot_be_made_is_refused(void **state)
{
    struct kit k;

    (void)state;
    assert_false(open_state(&k, "/proc/nowhere/state"));
    assert_int_equal(k.err.status, CCM_CONFIG);
}

static void
an_older_state_is_brought_up(void **state)
{
    struct kit k;
    char      *dir = make_state_dir();

    (void)state;
    kit_open(&k, dir);
    kit_must(&k, "INSERT INTO routepartition(name) VALUES('P')");
    kit_must(&k, "INSERT INTO typeproduct(enum,name,tkmodel) VALUES(99999,'Device pack phone',7)");
    store_close(k.store);
    patch_header(dir, 68, 12345); /* made by another schema */
    kit_open(&k, dir);
    assert_string_equal(kit_value(&k, "SELECT name FROM routepartition WHERE name='P'"), "P");
    assert_string_equal(kit_value(&k, "SELECT name FROM typeproduct WHERE enum=99999"), "Device pack phone");
    assert_string_equal(kit_value(&k, "PRAGMA journal_mode"), "wal");
    assert_string_equal(kit_value(&k, "SELECT count(*) FROM pragma_foreign_key_check"), "0");
    kit_must(&k, "INSERT INTO routepartition(name) VALUES('Q')");
    store_close(k.store);
    remove_state_dir(dir);
}

static void
reset_brings_back_the_template(void **state)
{
    struct kit k;

    (void)state;
    kit_open(&k, NULL);
    struct store_conn *idle = store_read_begin(k.store, &k.err);
    uint64_t           before = store_generation(k.store);
    kit_must(&k, "INSERT INTO routepartition(name) VALUES('P')");
    store_read_end(idle);
    assert_true(store_reset(k.store, &k.err));
    assert_true(store_generation(k.store) >= before + 2);
    assert_string_equal(kit_value(&k, "SELECT count(*) FROM routepartition WHERE name='P'"), "0");
    assert_string_equal(kit_value(&k, "SELECT count(*)>0 FROM typemodel"), "1");
    kit_must(&k, "INSERT INTO routepartition(name) VALUES('P')");
    assert_string_equal(kit_value(&k, "PRAGMA integrity_check"), "ok");
    store_close(k.store);
}

static void
the_same_seed_gives_the_same_keys(void **state)
{
    struct kit a, b;

    (void)state;
    kit_open(&a, NULL);
    kit_open(&b, NULL);
    kit_must(&a, "INSERT INTO routepartition(name) VALUES('P')");
    kit_must(&b, "INSERT INTO routepartition(name) VALUES('P')");
    char *first = strdup(kit_value(&a, "SELECT pkid FROM routepartition WHERE name='P'"));
    assert_string_equal(first, kit_value(&b, "SELECT pkid FROM routepartition WHERE name='P'"));
    free(first);
    store_close(a.store);
    store_close(b.store);
}

static void
a_statement_not_reset_does_not_pin_the_past(void **state)
{
    struct kit k;

    (void)state;
    kit_open(&k, NULL);
    kit_must(&k, "INSERT INTO routepartition(name) VALUES('P1'),('P2')");
    struct store_conn *c = store_read_begin(k.store, &k.err);
    sqlite3_stmt      *stmt = store_prepare(c, "SELECT name FROM routepartition ORDER BY name", &k.err);
    assert_int_equal(store_step(c, stmt, &k.err), 1);
    store_read_end(c);
    kit_must(&k, "DELETE FROM routepartition WHERE name='P1'");
    assert_string_equal(kit_value(&k, "SELECT name FROM routepartition WHERE name LIKE 'P_' ORDER BY name"), "P2");
    store_close(k.store);
}

static void
one_text_can_run_twice_at_a_time(void **state)
{
    struct kit  k;
    const char *sql = "SELECT enum FROM typeclass ORDER BY enum";

    (void)state;
    kit_open(&k, NULL);
    struct store_conn *c = store_read_begin(k.store, &k.err);
    sqlite3_stmt      *outer = store_prepare(c, sql, &k.err);
    assert_int_equal(store_step(c, outer, &k.err), 1);
    assert_int_equal(store_step(c, outer, &k.err), 1);
    sqlite3_stmt *inner = store_prepare(c, sql, &k.err);
    assert_ptr_not_equal(outer, inner);
    assert_int_equal(store_step(c, inner, &k.err), 1);
    assert_int_not_equal(sqlite3_column_int(inner, 0), sqlite3_column_int(outer, 0));
    store_read_end(c);
    store_close(k.store);
}

static void
many_texts_do_not_pile_up(void **state)
{
    struct kit k;
    char       sql[60];

    (void)state;
    kit_open(&k, NULL);
    for (int i = 0; i < 1000; i++) {
        snprintf(sql, sizeof(sql), "SELECT %d", i);
        kit_value(&k, sql);
    }
    struct store_conn *c = store_read_begin(k.store, &k.err);
    int                n = 0;
    for (sqlite3_stmt *s = NULL; (s = sqlite3_next_stmt(store_db(c), s)) != NULL;)
        n++;
    assert_true(n <= 250);
    store_read_end(c);
    store_close(k.store);
}

static void
readers_cannot_write(void **state)
{
    struct kit k;

    (void)state;
    kit_open(&k, NULL);
    struct store_conn *c = store_read_begin(k.store, &k.err);
    assert_false(kit_run(&k, c, "INSERT INTO routepartition(name) VALUES('P')"));
    assert_int_equal(k.err.status, CCM_DATABASE);
    store_read_end(c);
    store_close(k.store);
}

static void
short_reads_see_the_last_write_and_cannot_write(void **state)
{
    struct kit k;

    (void)state;
    kit_open(&k, NULL);
    kit_must(&k, "INSERT INTO routepartition(name) VALUES('P1')");
    for (int i = 2; i < 5; i++) {
        struct store_conn *c = store_read_short(k.store, &k.err);
        sqlite3_stmt      *s = store_prepare(c, "SELECT name FROM routepartition WHERE name LIKE 'P_'", &k.err);
        const char        *name = NULL;
        char               pkid[37], expected[3] = { 'P', (char)('0' + i - 1), '\0' }, sql[80];
        assert_int_equal(store_step(c, s, &k.err), 1);
        assert_string_equal(sqlite3_column_text(s, 0), expected);
        s = store_prepare(c, "SELECT pkid FROM routepartition WHERE name LIKE 'P_'", &k.err);
        assert_int_equal(store_step(c, s, &k.err), 1);
        snprintf(pkid, sizeof(pkid), "%s", (const char *)sqlite3_column_text(s, 0));
        assert_true(store_name(c, "routepartition", "name", pkid, &name, &k.err));
        assert_string_equal(name, expected);
        assert_false(kit_run(&k, c, "INSERT INTO routepartition(name) VALUES('Q')"));
        assert_int_equal(k.err.status, CCM_DATABASE);
        store_read_end(c);
        snprintf(sql, sizeof(sql), "UPDATE routepartition SET name='P%d' WHERE name LIKE 'P_'", i);
        kit_must(&k, sql);
    }
    /* While somebody writes it is another connection, and sees what was before. */
    struct store_conn *w = kit_begin(&k);
    assert_true(kit_run(&k, w, "DELETE FROM routepartition WHERE name='P4'"));
    struct store_conn *c = store_read_short(k.store, &k.err);
    assert_ptr_not_equal(c, w);
    sqlite3_stmt *s = store_prepare(c, "SELECT name FROM routepartition WHERE name LIKE 'P_'", &k.err);
    assert_int_equal(store_step(c, s, &k.err), 1);
    store_read_end(c);
    assert_true(store_write_end(w, true, &k.err));
    store_close(k.store);
}

static bool
is_empty(struct kit *k, const char *table)
{
    struct store_conn *c = store_read_short(k->store, &k->err);
    bool               empty = store_table_empty(c, table);
    store_read_end(c);
    return empty;
}

static void
tables_are_known_to_be_empty_until_a_row_comes(void **state)
{
    struct kit k;

    (void)state;
    kit_open(&k, NULL);
    struct store_conn *r = store_read_begin(k.store, &k.err);
    assert_false(store_table_empty(r, "aarneighborhood")); /* not known yet, and not found out here */
    store_read_end(r);
    assert_true(is_empty(&k, "aarneighborhood"));
    assert_true(is_empty(&k, "shadow_device"));
    assert_false(is_empty(&k, "typemodel"));
    assert_false(is_empty(&k, "no such table"));
    r = store_read_begin(k.store, &k.err);
    uint64_t epoch = store_table_epoch(r);
    assert_true(store_table_empty(r, "aarneighborhood"));
    /* A row that is undone counts too: others may have seen the table so while it was there. */
    struct store_conn *w = kit_begin(&k);
    assert_true(kit_run(&k, w, "INSERT INTO aarneighborhood(name) VALUES('A')"));
    assert_false(store_table_empty(w, "aarneighborhood"));
    assert_false(store_write_end(w, false, &k.err));
    assert_false(store_table_empty(r, "aarneighborhood"));
    assert_true(store_table_epoch(r) > epoch);
    store_read_end(r);
    assert_true(is_empty(&k, "dialrules"));
    assert_true(store_reset(k.store, &k.err));
    assert_true(is_empty(&k, "aarneighborhood"));
    store_close(k.store);
}

static void
a_long_read_is_stopped_where_it_was_to_be_short(void **state)
{
    struct kit  k;
    const char *sql = "SELECT count(*) FROM typemodel a, typemodel b, typemodel c";

    (void)state;
    kit_open(&k, NULL);
    struct store_conn *c = store_read_short(k.store, &k.err);
    assert_true(kit_run(&k, c, "SELECT count(*) FROM typemodel"));
    assert_false(store_read_stopped(c));
    assert_false(kit_run(&k, c, sql));
    assert_true(store_read_stopped(c));
    store_read_end(c);
    c = store_read_short(k.store, &k.err);
    assert_false(store_read_stopped(c));
    assert_true(kit_run(&k, c, "SELECT count(*) FROM typemodel"));
    store_read_end(c);
    struct store_conn *w = kit_begin(&k); /* nothing stops a write */
    assert_true(kit_run(&k, w, "SELECT count(*) FROM typemodel a, typemodel b"));
    assert_true(store_write_end(w, true, &k.err));
    store_close(k.store);
}

static void
a_write_not_committed_leaves_nothing(void **state)
{
    struct kit k;

    (void)state;
    kit_open(&k, NULL);
    uint64_t           generation = store_generation(k.store);
    struct store_conn *c = kit_begin(&k);
    assert_true(kit_run(&k, c, "INSERT INTO routepartition(name) VALUES('P')"));
    assert_false(store_write_end(c, false, &k.err));
    assert_int_equal(store_generation(k.store), generation);
    assert_string_equal(kit_value(&k, "SELECT count(*) FROM routepartition WHERE name='P'"), "0");
    store_close(k.store);
}

static void
type_tables_are_known_by_name_and_number(void **state)
{
    struct kit k;
    int64_t    n;

    (void)state;
    kit_open(&k, NULL);
    const struct store_enum *product = store_enum_find(k.store, "typeproduct"),
                            *class = store_enum_find(k.store, "typeclass");
    assert_null(store_enum_find(k.store, "device"));
    assert_null(store_enum_find(k.store, "typenonsense"));
    assert_true(store_enum_number(class, "CTI Route Point", &n));
    assert_int_equal(n, 10);
    assert_true(store_enum_number(class, "cti route point", &n));
    assert_false(store_enum_number(class, "No such class", &n));
    assert_string_equal(store_enum_name(class, 254), "Device Profile");
    assert_null(store_enum_name(class, 123456));
    assert_true(store_enum_number(product, "Cisco 7821", &n));
    assert_true(store_enum_attr(product, n, "tkmodel", &n));
    assert_int_equal(n, 621);
    assert_false(store_enum_attr(product, n, "name", &n));
    kit_must(&k, "INSERT INTO typeproduct(enum,name,tkmodel) VALUES(99999,'Device pack phone',7)");
    assert_true(store_enum_number(product, "Device pack phone", &n));
    assert_int_equal(n, 99999);
    store_close(k.store);
}

static void
the_dictionary_is_known(void **state)
{
    (void)state;
    const struct store_column *name = store_column_find("device", "name");
    assert_non_null(name);
    assert_string_equal(name->type, "VARCHAR(129)");
    assert_int_equal(name->max_length, 129);
    assert_false(name->nullable);
    assert_true(store_column_find("device", "tkclass")->integer);
    assert_true(store_column_find("callingsearchspace", "resettoggle")->boolean);
    assert_int_equal(store_column_find("facinfo", "code")->field_id, 2131);
    assert_null(store_column_find("device", "nonsense"));
    assert_null(store_column_find("nonsense", "name"));
    assert_true(store_table_known("typemodel"));
    assert_false(store_table_known("shadow_device"));
}

/* ---- threads ---- */

struct worker {
    struct store *store;
    int           number;
    bool          ok;
};

static void *
work(void *arg)
{
    struct worker      *w = arg;
    struct store_writer who = { .user = "worker", .origin = "axl" };
    struct ccm_error    err;
    char                sql[120];

    w->ok = true;
    for (int i = 0; i < 25 && w->ok; i++) {
        struct store_conn *c = store_write_begin(w->store, &who, &err);
        snprintf(sql, sizeof(sql), "INSERT INTO routepartition(name) VALUES('W%d-%d')", w->number, i);
        sqlite3_stmt *stmt = store_prepare(c, sql, &err);
        w->ok = store_step(c, stmt, &err) == 0;
        w->ok = store_write_end(c, w->ok, &err) && w->ok;
        /* What was committed is seen by the next reader, at once. */
        c = store_read_begin(w->store, &err);
        snprintf(sql, sizeof(sql), "SELECT 1 FROM routepartition WHERE name='W%d-%d'", w->number, i);
        stmt = store_prepare(c, sql, &err);
        w->ok = w->ok && store_step(c, stmt, &err) == 1;
        store_read_end(c);
        int64_t n;
        w->ok = w->ok && store_enum_number(store_enum_find(w->store, "typeclass"), "Phone", &n);
    }
    return NULL;
}

static void
two_stores_are_used_by_many_threads(void **state)
{
    struct kit    kits[2];
    struct worker workers[8];
    pthread_t     threads[8];

    (void)state;
    kit_open(&kits[0], NULL);
    kit_open(&kits[1], NULL);
    for (int i = 0; i < 8; i++) {
        workers[i] = (struct worker){ .store = kits[i % 2].store, .number = i };
        pthread_create(&threads[i], NULL, work, &workers[i]);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        assert_true(workers[i].ok);
    }
    for (int i = 0; i < 2; i++) {
        assert_string_equal(kit_value(&kits[i], "SELECT count(*) FROM routepartition WHERE name GLOB 'W*'"), "100");
        store_close(kits[i].store);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_temporary_store_leaves_nothing),
        cmocka_unit_test(what_a_killed_process_left_is_swept),
        cmocka_unit_test(a_state_is_kept),
        cmocka_unit_test(a_state_in_use_is_refused),
        cmocka_unit_test(a_state_of_a_newer_schema_is_refused),
        cmocka_unit_test(a_state_that_is_no_database_is_refused),
        cmocka_unit_test(a_state_directory_that_cannot_be_made_is_refused),
        cmocka_unit_test(an_older_state_is_brought_up),
        cmocka_unit_test(reset_brings_back_the_template),
        cmocka_unit_test(the_same_seed_gives_the_same_keys),
        cmocka_unit_test(a_statement_not_reset_does_not_pin_the_past),
        cmocka_unit_test(one_text_can_run_twice_at_a_time),
        cmocka_unit_test(many_texts_do_not_pile_up),
        cmocka_unit_test(readers_cannot_write),
        cmocka_unit_test(short_reads_see_the_last_write_and_cannot_write),
        cmocka_unit_test(tables_are_known_to_be_empty_until_a_row_comes),
        cmocka_unit_test(a_long_read_is_stopped_where_it_was_to_be_short),
        cmocka_unit_test(a_write_not_committed_leaves_nothing),
        cmocka_unit_test(type_tables_are_known_by_name_and_number),
        cmocka_unit_test(the_dictionary_is_known),
        cmocka_unit_test(two_stores_are_used_by_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
