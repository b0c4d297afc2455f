/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Credentials: the headers, the stored hash, the bounded tables. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "ccmsim/auth.h"
#include "cluster/auth_table.h"

static void
basic_credentials_are_read(void **state)
{
    static const struct {
        const char *header, *user, *password; /* user NULL: refused */
    } rows[] = {
        { "Basic YWRtaW46c2VjcmV0", "admin", "secret" },
        { "bASIC  YWRtaW46c2VjcmV0  ", "admin", "secret" },
        { "Basic dTo=", "u", "" },
        { "Basic dTo", "u", "" },
        { "Basic dTphOmI=", "u", "a:b" },
        { "Basic w6Q6w7Y=", "\xc3\xa4", "\xc3\xb6" },
        { "Basic 5Dr2", "\xc3\xa4", "\xc3\xb6" }, /* Latin-1 */
        { "Basic OnA=", NULL, NULL },             /* no user */
        { "Basic YWJj", NULL, NULL },             /* no colon */
        { "Basic dQA6cA==", NULL, NULL },         /* a NUL */
        { "Basic YWRtaW46c2VjcmV0 x", NULL, NULL },
        { "Basic YWRt*W46", NULL, NULL },
        { "Basic A", NULL, NULL },
        { "Basic", NULL, NULL },
        { "Basic ", NULL, NULL },
        { "BasicYWRtaW46c2VjcmV0", NULL, NULL },
        { "Bearer YWRtaW46c2VjcmV0", NULL, NULL },
        { "", NULL, NULL },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *a = arena_new();
        const char   *user = NULL, *password = NULL;
        bool          ok = auth_parse_basic(a, rows[i].header, &user, &password);
        if (ok != (rows[i].user != NULL) ||
            (ok && (strcmp(user, rows[i].user) != 0 || strcmp(password, rows[i].password) != 0)))
            fail_msg("%s", rows[i].header);
        arena_free(a);
    }
}

static void
cookies_are_found_in_sloppy_headers(void **state)
{
    static const struct {
        const char *header, *value; /* of JSESSIONID; NULL: none */
    } rows[] = {
        { "JSESSIONID=A1", "A1" },
        { "JSESSIONIDSSO=B; JSESSIONID=A1", "A1" },
        { "JSESSIONID=A1; path=/; Secure; HttpOnly", "A1" },
        { " x=1;jsessionid=\"A1\" ;y", "A1" },
        { "x=1, JSESSIONID=A1,", "A1" },
        { "JSESSIONID=", "" },
        { "JSESSIONID", NULL },
        { "XJSESSIONID=A1", NULL },
        { "", NULL },
        { ";;;,,, =", NULL },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *a = arena_new();
        const char   *value = auth_parse_cookie(a, rows[i].header, "JSESSIONID");
        if ((value == NULL) != (rows[i].value == NULL) || (value != NULL && strcmp(value, rows[i].value) != 0))
            fail_msg("%s", rows[i].header);
        arena_free(a);
    }
}

static void
a_hash_fits_its_column_and_its_secret_only(void **state)
{
    char *one = auth_hash("secret"), *two = auth_hash("secret");

    (void)state;
    assert_true(strlen(one) <= 288);
    assert_string_not_equal(one, two);
    assert_true(auth_hash_matches(one, "secret"));
    assert_true(auth_hash_matches(two, "secret"));
    assert_false(auth_hash_matches(one, "Secret"));
    assert_false(auth_hash_matches(one, ""));
    one[strlen(one) - 5] ^= 1;
    assert_false(auth_hash_matches(one, "secret"));
    free(one);
    free(two);
}

static void
a_broken_hash_matches_nothing(void **state)
{
    static const char *const rows[] = { "",
                                        "secret",
                                        "$scrypt$",
                                        "$scrypt$ln=12,r=8,p=1$",
                                        "$scrypt$ln=12,r=8,p=1$abcd",
                                        "$scrypt$ln=12,r=8,p=1$$",
                                        "$scrypt$ln=99,r=8,p=1$c2FsdA$c2FsdA",
                                        "$scrypt$ln=12,r=8,p=1$c2FsdA$c2FsdA",
                                        "$scrypt$ln=12,r=8,p=1$!!!!$c2FsdA" };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_false(auth_hash_matches(rows[i], "secret"));
}

/* A key of set n (there are 4) that differs by m. */
static void
key_of(unsigned char key[AUTH_KEY_BYTES], uint32_t n, unsigned char m)
{
    memset(key, m, AUTH_KEY_BYTES);
    memcpy(key, &n, sizeof n);
}

static void
a_full_set_drops_the_longest_unused(void **state)
{
    struct auth_table t;
    unsigned char     key[AUTH_KEY_BYTES];

    (void)state;
    auth_table_init(&t, 4, 0);
    for (unsigned char i = 0; i < 8; i++) {
        key_of(key, 1, i);
        auth_table_put(&t, key, 100u + i)->generation = i;
    }
    key_of(key, 1, 0);
    assert_int_equal(auth_table_find(&t, key, 200)->generation, 0);
    key_of(key, 1, 99);
    auth_table_put(&t, key, 201);
    key_of(key, 1, 1);
    assert_null(auth_table_find(&t, key, 202));
    key_of(key, 1, 0);
    assert_non_null(auth_table_find(&t, key, 202));
    auth_table_remove(&t, key);
    assert_null(auth_table_find(&t, key, 203));
    auth_table_release(&t);
}

static void
an_idle_entry_is_forgotten(void **state)
{
    struct auth_table t;
    unsigned char     key[AUTH_KEY_BYTES];

    (void)state;
    auth_table_init(&t, 4, 50);
    key_of(key, 2, 7);
    auth_table_put(&t, key, 100);
    assert_non_null(auth_table_find(&t, key, 150)); /* which counts as use */
    assert_non_null(auth_table_find(&t, key, 200));
    assert_null(auth_table_find(&t, key, 251));
    auth_table_release(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(basic_credentials_are_read),
        cmocka_unit_test(cookies_are_found_in_sloppy_headers),
        cmocka_unit_test(a_hash_fits_its_column_and_its_secret_only),
        cmocka_unit_test(a_broken_hash_matches_nothing),
        cmocka_unit_test(a_full_set_drops_the_longest_unused),
        cmocka_unit_test(an_idle_entry_is_forgotten),
    };
    return cmocka_run_group_tests_name("auth", tests, NULL, NULL);
}
