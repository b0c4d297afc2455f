/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The writer of answers: its forms, its escapes, and any bytes at all. */
#include "unit.h"

#include <libxml/parser.h>
#include <string.h>

#include "ccmsim/xml.h"

static void
an_answer_is_written_as_callmanager_writes_it(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 4096);
    xml_declaration(&b);
    xml_begin(&b, "ns:getPhoneResponse");
    xml_attr(&b, "xmlns:ns", "http://www.cisco.com/AXL/API/15.0");
    xml_end(&b, false);
    xml_open(&b, "return");
    xml_leaf(&b, "name", "SEP001122334455");
    xml_leaf(&b, "description", "");
    xml_leaf(&b, "model", NULL);
    xml_begin(&b, "devicePoolName");
    xml_attr(&b, "uuid", "{X}");
    xml_end(&b, true);
    xml_empty(&b, "lines");
    xml_close(&b, "return");
    xml_close(&b, "ns:getPhoneResponse");
    assert_string_equal(buf_cstr(&b), "<?xml version='1.0' encoding='UTF-8'?>"
                                      "<ns:getPhoneResponse xmlns:ns=\"http://www.cisco.com/AXL/API/15.0\">"
                                      "<return><name>SEP001122334455</name><description/><model/>"
                                      "<devicePoolName uuid=\"{X}\"/><lines/></return></ns:getPhoneResponse>");
    buf_release(&b);
}

static const struct {
    const char *text, *as_text, *as_value;
} escapes[] = {
    { "", "", "" },
    { "a<b>&c", "a&lt;b&gt;&amp;c", "a&lt;b&gt;&amp;c" },
    { "]]>", "]]&gt;", "]]&gt;" },
    { "\"'", "\"'", "&quot;'" },
    { "a\tb\nc", "a\tb\nc", "a&#9;b&#10;c" },
    { "a\r\nb", "a&#13;\nb", "a&#13;&#10;b" },
    { "a\x01\x08\x0B\x1F\x7F", "a\x7F", "a\x7F" },
    { "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80", "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80",
      "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80" },
    { "a\xC3", "a", "a" },
    { "a\xE2\x82<", "a&lt;", "a&lt;" },
    { "\xED\xA0\x80|\xEF\xBF\xBF|\xC0\xAF", "||", "||" },
};

static void
text_and_values_are_escaped(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 4096);
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        xml_text(&b, escapes[i].text);
        assert_string_equal(buf_cstr(&b), escapes[i].as_text);
        buf_clear(&b);
        xml_valuen(&b, escapes[i].text, strlen(escapes[i].text));
        assert_string_equal(buf_cstr(&b), escapes[i].as_value);
        buf_clear(&b);
    }
    buf_release(&b);
}

static void
text_with_a_length_may_hold_a_nul(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 4096);
    xml_textn(&b, "a\0b<", 4);
    assert_string_equal(buf_cstr(&b), "ab&lt;");
    buf_release(&b);
}

/* Whatever the bytes, the document is well-formed, and ASCII comes back as it was. */
static void
any_bytes_make_a_well_formed_document(void **state)
{
    uint64_t seed = 12345;

    (void)state;
    for (int round = 0; round < 500; round++) {
        char       bytes[64];
        struct buf b;
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bytes[i] = (char)(round % 2 ? (seed >> 33) & 0xFF : 0x20 + (seed >> 33) % 0x5F);
        }
        buf_init(&b, 4096);
        xml_begin(&b, "x");
        buf_adds(&b, " v=\"");
        xml_valuen(&b, bytes, sizeof bytes);
        buf_addc(&b, '"');
        xml_end(&b, false);
        xml_textn(&b, bytes, sizeof bytes);
        xml_close(&b, "x");
        xmlDoc *doc = xmlReadMemory(b.ptr, (int)b.len, NULL, NULL, XML_PARSE_NONET);
        assert_non_null(doc);
        if (round % 2 == 0) {
            xmlChar *text = xmlNodeGetContent(xmlDocGetRootElement(doc));
            xmlChar *value = xmlGetProp(xmlDocGetRootElement(doc), (const xmlChar *)"v");
            assert_memory_equal(text, bytes, sizeof bytes);
            assert_memory_equal(value, bytes, sizeof bytes);
            xmlFree(text);
            xmlFree(value);
        }
        xmlFreeDoc(doc);
        buf_release(&b);
    }
}

static void
a_full_buffer_takes_no_half_tags(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 5);
    xml_open(&b, "abc");
    xml_close(&b, "abc");
    assert_true(b.overflow);
    assert_string_equal(buf_cstr(&b), "<abc>");
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_written_as_callmanager_writes_it),
        cmocka_unit_test(text_and_values_are_escaped),
        cmocka_unit_test(text_with_a_length_may_hold_a_nul),
        cmocka_unit_test(any_bytes_make_a_well_formed_document),
        cmocka_unit_test(a_full_buffer_takes_no_half_tags),
    };

    return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
