/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fresh ids, seeded and random, and the forms they are read and written in. */
#include "unit.h"

#include <string.h>

#include "ccmsim/uuid.h"

static void
a_new_uuid_is_of_version_4(void **state)
{
    struct uuid_source sources[2];

    (void)state;
    uuid_source_init(&sources[0], false, 0);
    uuid_source_init(&sources[1], true, 1);
    for (int i = 0; i < 1000; i++) {
        char id[37], again[37];
        uuid_new(&sources[i % 2], id);
        assert_int_equal(strlen(id), 36);
        assert_int_equal(id[14], '4');
        assert_non_null(strchr("89ab", id[19]));
        assert_true(uuid_parse(id, 36, again));
        assert_string_equal(id, again);
    }
}

static void
one_seed_gives_one_sequence(void **state)
{
    struct uuid_source a, b, c;
    char               first[37], second[37], third[37];

    (void)state;
    uuid_source_init(&a, true, 42);
    uuid_source_init(&b, true, 42);
    uuid_source_init(&c, true, 43);
    for (int i = 0; i < 100; i++) {
        uuid_new(&a, first);
        uuid_new(&b, second);
        uuid_new(&c, third);
        assert_string_equal(first, second);
        assert_string_not_equal(first, third);
    }
    assert_true(uuid_random(&a) == uuid_random(&b));
}

static void
a_seed_gives_the_same_ids_in_every_release(void **state)
{
    struct uuid_source src;
    char               id[37];

    (void)state;
    uuid_source_init(&src, true, 42);
    uuid_new(&src, id);
    assert_string_equal(id, "16c72e0c-2e0b-4815-be3a-116d86d90461");
}

static void
random_ids_differ(void **state)
{
    struct uuid_source src;
    char               a[37], b[37];

    (void)state;
    uuid_source_init(&src, false, 42);
    uuid_new(&src, a);
    uuid_new(&src, b);
    assert_string_not_equal(a, b);
    assert_true(uuid_random(&src) != uuid_random(&src));
}

static void
every_way_to_write_a_uuid_is_read(void **state)
{
    static const char form[] = "1b1b9eb6-7803-11d3-bdf0-00108302ead1";
    char              id[37];

    (void)state;
    assert_true(uuid_parse("{1B1B9EB6-7803-11D3-BDF0-00108302EAD1}", 38, id));
    assert_string_equal(id, form);
    assert_true(uuid_parse("1B1B9eb6-7803-11D3-BDF0-00108302EAD1", 36, id));
    assert_string_equal(id, form);
}

static void
what_is_no_uuid_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "{}",
        "1b1b9eb6-7803-11d3-bdf0-00108302ead",
        "1b1b9eb6-7803-11d3-bdf0-00108302ead1a",
        "{1b1b9eb6-7803-11d3-bdf0-00108302ead1",
        "1b1b9eb6-7803-11d3-bdf0-00108302ead1}",
        "(1b1b9eb6-7803-11d3-bdf0-00108302ead1)",
        "1b1b9eb607803-11d3-bdf0-00108302ead1",
        "1b1b9eb6-7803-11d3-bdf0-00108302eadg",
        " b1b9eb6-7803-11d3-bdf0-00108302ead1",
    };
    char id[37];

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(uuid_parse(wrong[i], strlen(wrong[i]), id));
}

static void
the_wire_form_is_braced_and_upper_case(void **state)
{
    char wire[39];

    (void)state;
    uuid_braced("1b1b9eb6-7803-11d3-bdf0-00108302ead1", wire);
    assert_string_equal(wire, "{1B1B9EB6-7803-11D3-BDF0-00108302EAD1}");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_uuid_is_of_version_4),
        cmocka_unit_test(one_seed_gives_one_sequence),
        cmocka_unit_test(a_seed_gives_the_same_ids_in_every_release),
        cmocka_unit_test(random_ids_differ),
        cmocka_unit_test(every_way_to_write_a_uuid_is_read),
        cmocka_unit_test(what_is_no_uuid_is_refused),
        cmocka_unit_test(the_wire_form_is_braced_and_upper_case),
    };

    return cmocka_run_group_tests_name("uuid", tests, NULL, NULL);
}
