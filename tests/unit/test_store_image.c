/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Saving and restoring a store while others read and write it, in memory and in a state directory. */
#include "store_kit.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "store/store_priv.h"

static void
add(struct kit *k, const char *name)
{
    char sql[100];

    snprintf(sql, sizeof(sql), "INSERT INTO routepartition(name) VALUES('%s')", name);
    kit_must(k, sql);
}

static const char *
names(struct kit *k)
{
    return kit_value(k, "SELECT group_concat(name,' ') FROM (SELECT name FROM routepartition WHERE length(name)=1 "
                        "ORDER BY name)");
}

static int
files(const struct store *st)
{
    DIR           *d = opendir(st->dir);
    struct dirent *e;
    int            n = 0;

    while (d != NULL && (e = readdir(d)) != NULL)
        n += strstr(e->d_name, ".db") != NULL && strstr(e->d_name, ".db-") == NULL;
    closedir(d);
    return n;
}

static void
round_trip(const char *state)
{
    struct kit     k;
    unsigned char *image;
    size_t         size;

    kit_open(&k, state);
    add(&k, "A");
    assert_true(store_save(k.store, &image, &size, &k.err));
    add(&k, "B");
    for (int i = 0; i < 5; i++) {
        uint64_t generation = store_generation(k.store);
        assert_true(store_restore(k.store, image, size, &k.err));
        assert_true(store_generation(k.store) > generation);
        assert_string_equal(names(&k), "A");
        assert_string_equal(kit_value(&k, "PRAGMA integrity_check"), "ok");
        add(&k, "C");
        assert_string_equal(names(&k), "A C");
        assert_int_equal(files(k.store), 1);
    }
    assert_true(store_reset(k.store, &k.err));
    assert_string_equal(names(&k), "(null)");
    add(&k, "D");
    assert_string_equal(names(&k), "D");
    store_close(k.store);
    free(image);
}

static void
a_store_comes_back_as_it_was_saved(void **state)
{
    (void)state;
    round_trip(NULL);
}

static void
so_does_one_with_a_state_directory(void **state)
{
    char       dir[] = "/tmp/ccmsimtest-XXXXXX", name[64];
    struct kit k;

    (void)state;
    assert_non_null(mkdtemp(dir));
    round_trip(dir);
    kit_open(&k, dir);
    assert_string_equal(names(&k), "D");
    store_close(k.store);
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof(name), "%s/%s", dir, i == 0 ? "ccmsim.db" : "lock");
        unlink(name);
    }
    assert_int_equal(rmdir(dir), 0);
}

static void
who_reads_goes_on_with_what_was(void **state)
{
    struct kit     k;
    unsigned char *image;
    size_t         size;

    (void)state;
    kit_open(&k, NULL);
    add(&k, "A");
    assert_true(store_save(k.store, &image, &size, &k.err));
    add(&k, "B");
    struct store_conn *c = store_read_begin(k.store, &k.err), *late = store_read_begin(k.store, &k.err);
    sqlite3_stmt      *stmt = store_prepare(c, "SELECT name FROM routepartition WHERE length(name)=1", &k.err);
    assert_int_equal(store_step(c, stmt, &k.err), 1);
    assert_true(store_restore(k.store, image, size, &k.err));
    assert_int_equal(files(k.store), 2);
    assert_int_equal(store_step(c, stmt, &k.err), 1);
    assert_int_equal(store_step(c, stmt, &k.err), 0);
    /* A lease that has not read yet belongs to the old file as well. */
    stmt = store_prepare(late, "SELECT count(*) FROM routepartition WHERE length(name)=1", &k.err);
    assert_int_equal(store_step(late, stmt, &k.err), 1);
    assert_int_equal(sqlite3_column_int(stmt, 0), 2);
    assert_string_equal(names(&k), "A");
    store_read_end(c);
    assert_int_equal(files(k.store), 2);
    store_read_end(late);
    assert_int_equal(files(k.store), 1);
    store_close(k.store);
    free(image);
}

static void
an_image_opens_as_a_store_of_its_own(void **state)
{
    struct kit     k, other = { .err = { 0 } };
    unsigned char *image;
    size_t         size;

    (void)state;
    kit_open(&k, NULL);
    add(&k, "A");
    assert_true(store_save(k.store, &image, &size, &k.err));
    struct store_options opt = {
        .readers = 1, .uuids = &k.uuids, .release = "15.0", .image = image, .image_size = size
    };
    assert_true(store_open(&other.store, &opt, &k.err));
    add(&other, "B");
    assert_string_equal(names(&other), "A B");
    assert_string_equal(names(&k), "A");
    store_close(other.store);
    unsigned char *small;
    size_t         small_size;
    assert_true(store_shrink(k.store, image, size, &small, &small_size, &k.err));
    assert_true(small_size < size);
    opt.image = small;
    opt.image_size = small_size;
    assert_true(store_open(&other.store, &opt, &k.err));
    add(&other, "B");
    assert_string_equal(names(&other), "A B");
    assert_string_equal(kit_value(&other, "PRAGMA page_size"), "1024");
    assert_string_equal(kit_value(&other, "PRAGMA integrity_check"), "ok");
    store_close(other.store);
    store_close(k.store);
    free(image);
    free(small);
}

struct crowd {
    struct kit    *k;
    unsigned char *image;
    size_t         size;
    atomic_bool    stop;
    atomic_int     read, written;
};

static void *
read_on(void *arg)
{
    struct crowd    *crowd = arg;
    struct ccm_error err;

    while (!atomic_load(&crowd->stop)) {
        struct store_conn *c = store_read_begin(crowd->k->store, &err);
        if (c == NULL)
            abort();
        sqlite3_stmt *stmt =
            store_prepare(c, "SELECT count(*),min(name) FROM routepartition WHERE name LIKE 'A%'", &err);
        if (stmt == NULL || store_step(c, stmt, &err) != 1 || sqlite3_column_int(stmt, 0) < 1)
            abort();
        store_read_end(c);
        atomic_fetch_add(&crowd->read, 1);
    }
    return NULL;
}

static void *
write_on(void *arg)
{
    struct crowd       *crowd = arg;
    struct store_writer who = { .user = "tester", .origin = "axl" };
    struct ccm_error    err;

    while (!atomic_load(&crowd->stop)) {
        struct store_conn *c = store_write_begin(crowd->k->store, &who, &err);
        if (c == NULL || sqlite3_exec(store_db(c), "INSERT INTO routepartition(name) VALUES('A'||hex(randomblob(8)))",
                                      NULL, NULL, NULL) != SQLITE_OK)
            abort();
        if (!store_write_end(c, true, &err))
            abort();
        atomic_fetch_add(&crowd->written, 1);
    }
    return NULL;
}

static void
readers_and_writers_go_on_through_restores(void **state)
{
    struct kit   k;
    struct crowd crowd = { .k = &k };
    pthread_t    threads[4];

    (void)state;
    kit_open(&k, NULL);
    add(&k, "A");
    assert_true(store_save(k.store, &crowd.image, &crowd.size, &k.err));
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, i < 3 ? read_on : write_on, &crowd), 0);
    for (int i = 0; i < 15; i++)
        assert_true(store_restore(k.store, crowd.image, crowd.size, &k.err));
    atomic_store(&crowd.stop, true);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(files(k.store), 1);
    assert_string_equal(kit_value(&k, "PRAGMA integrity_check"), "ok");
    store_close(k.store);
    free(crowd.image);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_comes_back_as_it_was_saved),
        cmocka_unit_test(so_does_one_with_a_state_directory),
        cmocka_unit_test(who_reads_goes_on_with_what_was),
        cmocka_unit_test(an_image_opens_as_a_store_of_its_own),
        cmocka_unit_test(readers_and_writers_go_on_through_restores),
    };
    return cmocka_run_group_tests_name("store image", tests, NULL, NULL);
}
