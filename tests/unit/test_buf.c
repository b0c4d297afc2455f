/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Buffers, UTF-8 and errors. */
#include "unit.h"

#include <string.h>

#include "ccmsim/buf.h"
#include "ccmsim/error.h"
#include "ccmsim/utf8.h"

static void
bytes_and_text_are_appended(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 4096);
    assert_string_equal(buf_cstr(&b), "");
    buf_adds(&b, "abc");
    buf_addc(&b, 'd');
    buf_add(&b, "e\0f", 3);
    buf_addf(&b, "%d-%s", 42, "x");
    assert_int_equal(b.len, 11);
    assert_memory_equal(b.ptr, "abcde\0f42-x", 11);
    assert_int_equal(buf_cstr(&b)[11], '\0');
    buf_clear(&b);
    assert_string_equal(buf_cstr(&b), "");
    buf_release(&b);
}

static void
room_is_taken_as_far_as_it_was_used(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 64);
    buf_adds(&b, "ab");
    memcpy(buf_room(&b, 40), "cd", 2);
    b.len += 2;
    assert_string_equal(buf_cstr(&b), "abcd");
    assert_null(buf_room(&b, 61));
    assert_true(b.overflow);
    buf_release(&b);
}

static void
formatted_text_of_any_length_fits(void **state)
{
    struct buf b;

    (void)state;
    for (int width = 250; width < 262; width++) {
        buf_init(&b, 4096);
        buf_adds(&b, "<");
        buf_addf(&b, "%*s>", width, "e");
        assert_int_equal(b.len, width + 2);
        assert_int_equal(b.ptr[width + 1], '>');
        buf_release(&b);
    }
}

static void
overflow_is_sticky_and_leaves_out_whole_pieces(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 10);
    buf_adds(&b, "12345678");
    buf_adds(&b, "abc");
    assert_true(b.overflow);
    buf_adds(&b, "9");
    assert_null(buf_extend(&b, 1));
    buf_addf(&b, "%s", "x");
    assert_string_equal(buf_cstr(&b), "12345678");
    buf_clear(&b);
    assert_false(b.overflow);
    buf_adds(&b, "1234567890");
    assert_false(b.overflow);
    assert_string_equal(buf_cstr(&b), "1234567890");
    buf_release(&b);
}

static void
utf8_takes_what_xml_can_carry(void **state)
{
    (void)state;
    assert_true(utf8_valid("plain ASCII of some length", 26));
    assert_true(utf8_valid("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80 and ASCII behind it", 28));
    assert_true(utf8_valid("\xF4\x8F\xBF\xBF", 4));
    assert_true(utf8_valid("\xEF\xBF\xBD", 3));
}

static void
utf8_refuses_what_is_broken(void **state)
{
    static const char *const broken[] = {
        "\x80",             /* continuation alone */
        "\xC3",             /* cut off */
        "\xE2\x82",         /* cut off */
        "\xC0\xAF",         /* overlong */
        "\xE0\x9F\xBF",     /* overlong */
        "\xF0\x8F\xBF\xBF", /* overlong */
        "\xED\xA0\x80",     /* surrogate */
        "\xEF\xBF\xBF",     /* U+FFFF */
        "\xEF\xBF\xBE",     /* U+FFFE */
        "\xF4\x90\x80\x80", /* beyond U+10FFFF */
        "\xFF",
        "eight bytes, then\xC3(",
    };

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        assert_false(utf8_valid(broken[i], strlen(broken[i])));
}

static void
a_cut_text_ends_with_a_whole_character(void **state)
{
    (void)state;
    assert_int_equal(utf8_whole("abc", 3), 3);
    assert_int_equal(utf8_whole("ab\xC3\xA9", 4), 4);
    assert_int_equal(utf8_whole("ab\xC3", 3), 2);
    assert_int_equal(utf8_whole("ab\xE2\x82", 4), 2);
    assert_int_equal(utf8_whole("ab\xF0\x9F\x98", 5), 2);
    assert_int_equal(utf8_whole("", 0), 0);
}

static void
an_error_has_the_code_of_its_status(void **state)
{
    struct ccm_error err = { 0 };

    (void)state;
    assert_false(ccm_fail(&err, CCM_NOT_FOUND, "Item not valid: The specified %s was not found", "Phone"));
    assert_int_equal(err.status, CCM_NOT_FOUND);
    assert_int_equal(err.code, 5007);
    assert_string_equal(err.text, "Item not valid: The specified Phone was not found");
    assert_false(ccm_fail_db(&err, -239, "duplicate"));
    assert_int_equal(err.status, CCM_DATABASE);
    assert_int_equal(err.code, -239);
    assert_false(ccm_fail(NULL, CCM_INTERNAL, "nobody listens"));
    assert_int_equal(ccm_status_http(CCM_UNAUTHORIZED), 401);
    assert_string_equal(ccm_status_name(CCM_BAD_VERSION), "BAD_VERSION");
}

static void
a_long_error_text_is_cut_at_a_character(void **state)
{
    struct ccm_error err = { 0 };
    char             text[3000];

    (void)state;
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "\xC3\xA9", 2);
    text[sizeof text - 1] = '\0';
    ccm_fail(&err, CCM_INVALID, "%s", text);
    assert_true(strlen(err.text) > sizeof err.text - 4);
    assert_true(utf8_valid(err.text, strlen(err.text)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_and_text_are_appended),
        cmocka_unit_test(room_is_taken_as_far_as_it_was_used),
        cmocka_unit_test(formatted_text_of_any_length_fits),
        cmocka_unit_test(overflow_is_sticky_and_leaves_out_whole_pieces),
        cmocka_unit_test(utf8_takes_what_xml_can_carry),
        cmocka_unit_test(utf8_refuses_what_is_broken),
        cmocka_unit_test(a_cut_text_ends_with_a_whole_character),
        cmocka_unit_test(an_error_has_the_code_of_its_status),
        cmocka_unit_test(a_long_error_text_is_cut_at_a_character),
    };

    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
