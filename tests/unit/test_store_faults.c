/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The disk fails at the n-th write, for every n: the write in progress is there whole or not at all, the
 * answer says which, and the store goes on when the disk does. */
#include "store_kit.h"

#include <unistd.h>

#include "../faults/fault_vfs.h"

#define MOST_WRITES 400

static const char *const one_write[] = {
    "INSERT INTO routepartition(name) VALUES('A'),('B')",
    "INSERT INTO callingsearchspace(name) VALUES('C')",
    "INSERT INTO callingsearchspacemember(fkcallingsearchspace,fkroutepartition,sortorder) SELECT c.pkid,p.pkid,1"
    " FROM callingsearchspace c, routepartition p WHERE c.name='C' AND p.name IN ('A','B')",
    "INSERT INTO numplan(dnorpattern,tkpatternusage,fkroutepartition) SELECT '1000',2,pkid FROM routepartition WHERE "
    "name='A'",
};

static bool
write_all(struct kit *k)
{
    struct store_writer who = { .user = "tester", .origin = "axl" };
    struct store_conn  *c = store_write_begin(k->store, &who, &k->err);
    struct ccm_error    first = { 0 };
    bool                ok = c != NULL;

    if (!ok)
        return false;
    for (size_t i = 0; ok && i < sizeof(one_write) / sizeof(one_write[0]); i++)
        ok = kit_run(k, c, one_write[i]);
    first = k->err;
    bool ended = store_write_end(c, ok, &k->err);
    if (!ok)
        k->err = first;
    return ended;
}

/* All rows of the write, or none: the number of them. */
static int
rows(struct kit *k)
{
    const char *sum =
        kit_value(k, "SELECT (SELECT count(*) FROM routepartition WHERE name IN ('A','B'))+(SELECT count(*) FROM"
                     " callingsearchspace WHERE clause IN ('A:B','B:A'))+(SELECT count(*) FROM callforwarddynamic c"
                     " JOIN numplan n ON n.pkid=c.fknumplan WHERE n.dnorpattern='1000')");
    return (int)strtol(sum, NULL, 10);
}

static void
assert_whole(struct kit *k)
{
    assert_string_equal(kit_value(k, "PRAGMA integrity_check"), "ok");
    assert_string_equal(kit_value(k, "SELECT count(*) FROM pragma_foreign_key_check"), "0");
}

static void
remove_state(const char *dir)
{
    static const char *const names[] = { "ccmsim.db", "lock" };
    char                     path[200];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(dir), 0);
}

/* One round: false when the write went through without meeting the fault. */
static bool
round_fails(long n, int code, bool once, int expected)
{
    struct kit k;
    char       in_memory[] = "/dev/shm/ccmsimtest-XXXXXX", on_disk[] = "/tmp/ccmsimtest-XXXXXX";
    char      *dir = mkdtemp(in_memory);

    if (dir == NULL)
        dir = mkdtemp(on_disk);
    assert_non_null(dir);
    kit_open(&k, dir);
    fault_arm(n, code, once);
    bool ok = write_all(&k);
    long failed = fault_disarm();
    if (!ok) {
        assert_true(failed > 0);
        assert_int_equal(k.err.status, CCM_DATABASE);
        assert_int_equal(k.err.code, expected);
        assert_int_equal(rows(&k), 0);
        assert_true(write_all(&k));
    }
    assert_int_equal(rows(&k), 4);
    store_close(k.store);
    kit_open(&k, dir);
    assert_int_equal(rows(&k), 4);
    if (n % 8 == 0)
        assert_whole(&k);
    store_close(k.store);
    remove_state(dir);
    return failed > 0;
}

static void
a_full_disk_leaves_the_store_whole(void **state)
{
    long n = 1;

    (void)state;
    while (n < MOST_WRITES && round_fails(n, SQLITE_FULL, false, -131))
        n++;
    assert_true(n > 4 && n < MOST_WRITES);
}

static void
a_broken_write_leaves_the_store_whole(void **state)
{
    long n = 1;

    (void)state;
    while (n < MOST_WRITES && round_fails(n, SQLITE_IOERR_WRITE, true, -271))
        n++;
    assert_true(n > 4 && n < MOST_WRITES);
}

static void
a_reset_that_fails_changes_nothing(void **state)
{
    struct kit k;
    bool       done = false;

    (void)state;
    kit_open(&k, NULL);
    for (long n = 1; !done && n < 100000; n = n * 3 + 1) {
        if (rows(&k) == 0)
            assert_true(write_all(&k));
        fault_arm(n, SQLITE_FULL, false);
        done = store_reset(k.store, &k.err);
        fault_disarm();
        assert_int_equal(rows(&k), done ? 0 : 4);
    }
    assert_true(done);
    assert_true(write_all(&k));
    assert_whole(&k);
    store_close(k.store);
}

static int
install(void **state)
{
    (void)state;
    fault_vfs_install();
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk_leaves_the_store_whole),
        cmocka_unit_test(a_broken_write_leaves_the_store_whole),
        cmocka_unit_test(a_reset_that_fails_changes_nothing),
    };
    return cmocka_run_group_tests(tests, install, NULL);
}
