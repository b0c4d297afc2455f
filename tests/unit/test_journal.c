/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The journal: what it keeps, what it drops, and that no secret is in it. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ccmsim/journal.h"

static struct str
str_of(const char *text)
{
    return (struct str){ text, strlen(text) };
}

static void
add(struct journal *j, const char *operation, int status, const char *request, const char *reply)
{
    struct journal_entry e = {
        .service = "axl",
        .operation = operation,
        .user = "u",
        .method = "POST",
        .path = "/axl/",
        .status = status,
        .request = str_of(request),
        .reply = str_of(reply),
    };
    journal_add(j, &e);
}

static void
on_entry(void *cookie, const struct journal_entry *e)
{
    buf_addf(cookie, "%llu:%s:%d ", (unsigned long long)e->seq, e->operation, e->status);
}

static void
on_json(void *cookie, const struct journal_entry *e)
{
    journal_entry_json(cookie, e);
}

static void
expect(struct journal *j, struct journal_filter f, const char *wanted)
{
    struct buf b;

    buf_init(&b, BUF_MAX_TEXT);
    journal_read(j, &f, on_entry, &b);
    assert_string_equal(buf_cstr(&b), wanted);
    buf_release(&b);
}

static void
filters_choose_and_limits_take_the_newest(void **state)
{
    struct journal *j;

    (void)state;
    assert_true(journal_new(&j, NULL, NULL));
    add(j, "getPhone", 200, "", "");
    add(j, "addPhone", 500, "", "");
    add(j, "getPhone", 500, "", "");
    add(j, NULL, 404, "", "");
    expect(j, (struct journal_filter){ 0 }, "1:getPhone:200 2:addPhone:500 3:getPhone:500 4::404 ");
    expect(j, (struct journal_filter){ .operation = "getPhone" }, "1:getPhone:200 3:getPhone:500 ");
    expect(j, (struct journal_filter){ .operation = "getPhone", .limit = 1 }, "3:getPhone:500 ");
    expect(j, (struct journal_filter){ .status = 500, .after = 2 }, "3:getPhone:500 ");
    expect(j, (struct journal_filter){ .service = "em" }, "");
    expect(j, (struct journal_filter){ .user = "u", .limit = 2 }, "3:getPhone:500 4::404 ");
    journal_clear(j);
    expect(j, (struct journal_filter){ 0 }, "");
    add(j, "listPhone", 200, "", "");
    expect(j, (struct journal_filter){ 0 }, "5:listPhone:200 ");
    journal_free(j);
}

static void
the_oldest_go_when_it_is_full(void **state)
{
    struct journal *j;
    char           *big = malloc(JOURNAL_MAX_BODY * 2 + 1);

    (void)state;
    assert_true(journal_new(&j, NULL, NULL));
    for (unsigned i = 0; i < JOURNAL_MAX_ENTRIES + 10; i++)
        add(j, "x", 200, "a", "b");
    assert_int_equal(journal_count(j), JOURNAL_MAX_ENTRIES);
    expect(j, (struct journal_filter){ .after = JOURNAL_MAX_ENTRIES + 9 }, "10010:x:200 ");
    memset(big, 'a', JOURNAL_MAX_BODY * 2);
    big[JOURNAL_MAX_BODY * 2] = '\0';
    for (unsigned i = 0; i < 2 * JOURNAL_MAX_BYTES / JOURNAL_MAX_BODY; i++)
        add(j, "big", 200, "", big);
    assert_true(journal_count(j) <= JOURNAL_MAX_BYTES / JOURNAL_MAX_BODY);
    assert_true(journal_count(j) >= JOURNAL_MAX_BYTES / JOURNAL_MAX_BODY - 2);
    free(big);
    journal_free(j);
}

static void
secrets_are_masked(void **state)
{
    static const struct {
        const char *text, *masked;
    } rows[] = {
        { "<a><password>hunter2</password><b>x</b></a>", "<a><password>***</password><b>x</b></a>" },
        { "<password>x</password>", "<password>*</password>" },
        { "<ns:Password a=\"1\">hunter2</ns:Password>", "<ns:Password a=\"1\">***</ns:Password>" },
        { "<pin>12345</pin><pinCredentials><pinCredPolicyName>P</pinCredPolicyName></pinCredentials>",
          "<pin>***</pin><pinCredentials><pinCredPolicyName>P</pinCredPolicyName></pinCredentials>" },
        { "<digestCredentials>abc&amp;d</digestCredentials>", "<digestCredentials>***</digestCredentials>" },
        { "<password><![CDATA[a<b>c]]></password><x/>", "<password>***</password><x/>" },
        { "<password><!-- -->abcd</password>", "<password>***</password>" },
        { "<ldapPassword>abcd", "<ldapPassword>***" },
        { "<password> \n<a>b</a></password>", "<password> \n<a>b</a></password>" },
        { "<password>abcd<a>b</a></password>", "<password>***<a>b</a></password>" },
        { "<password><![CDATA[ab", "<password>***" },
        { "<password/><pin></pin><password nil=\"true\" />", "<password/><pin></pin><password nil=\"true\" />" },
        { "<shipping>abcd</shipping><spin>abcd</spin>", "<shipping>abcd</shipping><spin>abcd</spin>" },
        { "<password", "<password" },
        { "<", "<" },
        { "", "" },
        { "no xml at all", "no xml at all" },
        { "<credentials>$scrypt$x</credentials>", "<credentials>***</credentials>" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char  *text = strdup(rows[i].text);
        size_t len = journal_mask(text, strlen(text));
        if (len != strlen(rows[i].masked) || memcmp(text, rows[i].masked, len) != 0)
            fail_msg("%s: %.*s", rows[i].text, (int)len, text);
        free(text);
    }
}

static void
an_entry_is_one_line_of_json(void **state)
{
    struct journal *j;
    struct buf      b;

    (void)state;
    assert_true(journal_new(&j, NULL, NULL));
    buf_init(&b, BUF_MAX_TEXT);
    add(j, "addUser", 200, "<password>hunter2</password>\n\t\"\\\xc3\xa4\xff", "<pin>99</pin>");
    journal_read(j, &(struct journal_filter){ 0 }, on_json, &b);
    assert_non_null(
        strstr(buf_cstr(&b), "\"request\":\"<password>***</password>\\n\\u0009\\\"\\\\\xc3\xa4\xef\xbf\xbd\""));
    assert_non_null(strstr(buf_cstr(&b), "\"reply\":\"<pin>**</pin>\""));
    assert_non_null(strstr(buf_cstr(&b), "\"request_bytes\":35"));
    assert_null(strchr(buf_cstr(&b), '\n'));
    buf_release(&b);
    journal_free(j);
}

static void
what_is_no_text_stays_out(void **state)
{
    struct journal      *j;
    struct buf           b;
    struct journal_entry e = { .request = { "<\0p\0i\0n\0>", 10 }, .reply = { NULL, 0 } };

    (void)state;
    assert_true(journal_new(&j, NULL, NULL));
    buf_init(&b, BUF_MAX_TEXT);
    journal_add(j, &e);
    journal_read(j, &(struct journal_filter){ 0 }, on_json, &b);
    assert_non_null(strstr(buf_cstr(&b), "\"request\":\"(binary)\",\"reply\":\"\""));
    buf_release(&b);
    journal_free(j);
}

static void
the_file_gets_every_exchange(void **state)
{
    struct journal  *j;
    struct ccm_error err = { 0 };
    char             name[] = "/tmp/ccmsim-test-XXXXXX", text[4096] = "";
    int              fd = mkstemp(name);

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    assert_true(journal_new(&j, name, &err));
    add(j, "one", 200, "<pin>123</pin>", "");
    add(j, "two", 200, "", "<password>hunter2</password>");
    journal_free(j);
    FILE *f = fopen(name, "re");
    assert_non_null(f);
    assert_true(fread(text, 1, sizeof text - 1, f) > 0);
    fclose(f);
    unlink(name);
    assert_non_null(strstr(text, "\"operation\":\"one\""));
    assert_non_null(strstr(text, "}\n{\"seq\":2,"));
    assert_null(strstr(text, "hunter2"));
    assert_false(journal_new(&j, "/nonexistent/journal", &err));
    assert_string_equal(err.text, "can't write the journal file '/nonexistent/journal': No such file or directory");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_choose_and_limits_take_the_newest),
        cmocka_unit_test(the_oldest_go_when_it_is_full),
        cmocka_unit_test(secrets_are_masked),
        cmocka_unit_test(an_entry_is_one_line_of_json),
        cmocka_unit_test(what_is_no_text_stays_out),
        cmocka_unit_test(the_file_gets_every_exchange),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
