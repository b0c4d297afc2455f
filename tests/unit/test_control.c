/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The control API's pure parts: routes found, bodies read, texts that fit, links by what is watched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ccmsim/glob.h"
#include "ccmsim/query.h"
#include "control/content.h"
#include "control/control_priv.h"
#include "control/expect.h"
#include "control/index.h"

/* ---- routes ---- */

static void
every_route_is_found_by_its_own_path(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        struct ccm_error err = { .status = CCM_OK };
        json_t          *args = json_object();
        const char      *allow;
        assert_ptr_equal(control_match(a, control_routes[i].method, control_routes[i].path, args, &allow, &err),
                         &control_routes[i]);
        json_decref(args);
    }
    arena_free(a);
}

static void
every_parameter_of_a_path_has_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        for (const char *p = control_routes[i].path; (p = strchr(p, '{')) != NULL; p++) {
            char name[64] = "";
            memcpy(name, p + 1, strcspn(p, "}") - 1);
            const struct route_field *f = route_field(control_routes[i].fields, name);
            assert_non_null(f);
            assert_int_equal(f->place, IN_PATH);
        }
}

static void
a_known_path_with_another_method_says_what_it_takes(void **state)
{
    struct arena    *a = arena_new();
    struct ccm_error err = { .status = CCM_OK };
    json_t          *args = json_object();
    const char      *allow;

    (void)state;
    assert_null(control_match(a, "PATCH", "clock", args, &allow, &err));
    assert_int_equal(err.status, CCM_BAD_METHOD);
    assert_string_equal(allow, "GET, HEAD, PUT");
    assert_null(control_match(a, "GET", "phones//press", args, &allow, &err));
    assert_int_equal(err.status, CCM_NO_RESOURCE);
    json_decref(args);
    arena_free(a);
}

static void
a_piece_of_a_path_is_unescaped(void **state)
{
    struct arena    *a = arena_new();
    struct ccm_error err = { .status = CCM_OK };
    json_t          *args = json_object();
    const char      *allow;

    (void)state;
    assert_non_null(control_match(a, "GET", "phones/a%2fb%20c+", args, &allow, &err));
    assert_string_equal(json_string_value(json_object_get(args, "name")), "a/b c+");
    assert_null(control_match(a, "GET", "phones/%00", args, &allow, &err));
    assert_null(control_match(a, "GET", "phones/%ff", args, &allow, &err));
    json_decref(args);
    arena_free(a);
}

/* ---- queries ---- */

static void
pairs_come_in_their_order(void **state)
{
    char  text[] = "a=1&&b=x+y%26&c&=d";
    char *at = text, *name, *value;

    (void)state;
    assert_true(query_next(&at, &name, &value));
    assert_string_equal(name, "a");
    assert_string_equal(value, "1");
    assert_true(query_next(&at, &name, &value));
    assert_string_equal(value, "x y&");
    assert_true(query_next(&at, &name, &value));
    assert_string_equal(name, "c");
    assert_string_equal(value, "");
    assert_true(query_next(&at, &name, &value));
    assert_string_equal(name, "");
    assert_string_equal(value, "d");
    assert_false(query_next(&at, &name, &value));
}

/* ---- bodies ---- */

static size_t
count(const struct content_node *n, const char *path)
{
    size_t found = 0;

    for (n = content_find(n, path); n != NULL; n = content_find(n->next, path))
        found++;
    return found;
}

static void
elements_are_found_by_the_end_of_their_way(void **state)
{
    struct arena              *a = arena_new();
    const struct content_node *n = content_read(
        a, STR("<s:E xmlns:s='x'><s:B><add id='1'><p><name> one </name></p><p><name>two</name></p></add></s:B></s:E>"));

    (void)state;
    assert_int_equal(count(n, "name"), 2);
    assert_int_equal(count(n, "p/name"), 2);
    assert_int_equal(count(n, "/E/B/add/p/name"), 2);
    assert_int_equal(count(n, "/B/add"), 0);
    assert_int_equal(count(n, "add/name"), 0);
    assert_int_equal(count(n, "add/@id"), 1);
    assert_string_equal(content_find(n, "p/name")->text, "one");
    arena_free(a);
}

static void
what_is_broken_is_read_as_far_as_it_goes(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    assert_int_equal(count(content_read(a, STR("<a><b>1</b><c>")), "a/b"), 1);
    assert_null(content_read(a, STR("")));
    assert_int_equal(count(content_read(a, STR("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>")), "a"), 0);
    assert_int_equal(count(content_read(a, STR("user=x&xml=%3Cq%3E%3Cr%3E1%3C/r%3E%3C/q%3E")), "q/r"), 1);
    arena_free(a);
}

static void
a_star_stands_for_anything(void **state)
{
    (void)state;
    assert_true(glob_fits("a*c", "abbc", false));
    assert_true(glob_fits("A*c", "abbC", true));
    assert_false(glob_fits("A*c", "abbc", false));
    assert_true(glob_fits("*", "", false));
    assert_true(glob_fits("*b*", "abc", false));
    assert_true(glob_fits("a*b*c", "a-b-b-c", false));
    assert_false(glob_fits("a*c", "abcd", false));
    assert_false(glob_fits("abc", "ab", false));
    assert_false(glob_fits("", "a", false));
}

/* ---- expectations ---- */

static bool
reads(const char *json, struct expectation *x)
{
    json_t          *object = json_loads(json, 0, NULL);
    struct ccm_error err = { .status = CCM_OK };
    bool             ok = expect_read(x, object, &err);

    x->name = x->service = x->operation = x->user = x->text = NULL;
    json_decref(object);
    return ok;
}

static void
how_often_is_at_least_once_unless_told(void **state)
{
    struct expectation x;

    (void)state;
    assert_true(reads("{}", &x));
    assert_true(!expect_met(&x, 0) && expect_met(&x, 1) && expect_met(&x, 9));
    assert_true(reads("{\"count\": 0}", &x));
    assert_true(expect_met(&x, 0) && !expect_met(&x, 1));
    assert_true(reads("{\"max\": 2}", &x));
    assert_true(expect_met(&x, 0) && expect_met(&x, 2) && !expect_met(&x, 3));
    assert_false(reads("{\"count\": 1, \"max\": 2}", &x));
    assert_false(reads("{\"min\": 3, \"max\": 2}", &x));
}

/* ---- who watches what ---- */

static void
links_of_one_text_are_found_whatever_else_is_in(void **state)
{
    enum { MANY = 1000 };
    struct index       ix = { .buckets = NULL };
    struct index_link *links = calloc(MANY, sizeof *links);
    size_t             found = 0;

    (void)state;
    for (size_t i = 0; i < MANY; i++) {
        char text[16];
        snprintf(text, sizeof text, "n%zu", i % 100);
        index_add(&ix, &links[i], i % 2 == 0 ? "even" : "odd", text, &links[i]);
    }
    for (struct index_link *l = index_first(&ix, "even", "N42"); l != NULL; l = index_next(l)) {
        assert_int_equal((size_t)((struct index_link *)l->owner - links) % 100, 42);
        found++;
    }
    assert_int_equal(found, MANY / 100);
    assert_null(index_first(&ix, "odd", "n42"));
    for (size_t i = 0; i < MANY; i++)
        index_remove(&ix, &links[i]);
    index_remove(&ix, &links[0]);
    assert_int_equal(ix.count, 0);
    assert_null(index_first(&ix, "even", "n42"));
    index_release(&ix);
    free(links);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_found_by_its_own_path),
        cmocka_unit_test(every_parameter_of_a_path_has_a_row),
        cmocka_unit_test(a_known_path_with_another_method_says_what_it_takes),
        cmocka_unit_test(a_piece_of_a_path_is_unescaped),
        cmocka_unit_test(pairs_come_in_their_order),
        cmocka_unit_test(elements_are_found_by_the_end_of_their_way),
        cmocka_unit_test(what_is_broken_is_read_as_far_as_it_goes),
        cmocka_unit_test(a_star_stands_for_anything),
        cmocka_unit_test(how_often_is_at_least_once_unless_told),
        cmocka_unit_test(links_of_one_text_are_found_whatever_else_is_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
