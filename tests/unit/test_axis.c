/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The outer forms of Axis 1 and 2, and the WSDLs that the program holds. */
#include "unit.h"

#include <libxml/parser.h>
#include <string.h>

#include "ccmsim/axis.h"
#include "ccmsim/wsdl.h"

static void
a_rate_fault_of_axis_1_is_the_captured_one(void **state)
{
    struct buf              b;
    const struct axis_fault f = {
        .code = "Server.RateControl", .of_axis = true, .text = "AxisFault: Exceeded & out", .hostname = "CUCM-PUB"
    };

    (void)state;
    buf_init(&b, 4096);
    axis_fault(&b, AXIS1, &f);
    assert_string_equal(
        buf_cstr(&b),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope"
        " xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\""
        " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
        "<soapenv:Body><soapenv:Fault><faultcode xmlns:ns1=\"http://xml.apache.org/axis/\">ns1:Server.RateControl"
        "</faultcode><faultstring>AxisFault: Exceeded &amp; out</faultstring><detail>"
        "<ns2:hostname xmlns:ns2=\"http://xml.apache.org/axis/\">CUCM-PUB</ns2:hostname></detail></soapenv:Fault>"
        "</soapenv:Body></soapenv:Envelope>");
    buf_release(&b);
}

static void
axis_2_has_its_own_declaration_and_an_empty_detail(void **state)
{
    struct buf              b;
    const struct axis_fault f = { .code = "Server", .text = "no such host" };

    (void)state;
    buf_init(&b, 4096);
    axis_fault(&b, AXIS2, &f);
    assert_string_equal(buf_cstr(&b),
                        "<?xml version='1.0' encoding='utf-8'?><soapenv:Envelope"
                        " xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body><soapenv:Fault>"
                        "<faultcode>soapenv:Server</faultcode><faultstring>no such host</faultstring><detail/>"
                        "</soapenv:Fault></soapenv:Body></soapenv:Envelope>");
    buf_release(&b);
}

static void
a_wsdl_names_the_host_that_asked(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, BUF_MAX_REPLY);
    assert_true(wsdl_write(&b, "RISService70", true, "192.0.2.7:9443"));
    assert_non_null(strstr(buf_cstr(&b), "location=\"https://192.0.2.7:9443/realtimeservice2/services/RISService70\""));
    assert_null(strstr(buf_cstr(&b), "localhost"));
    buf_clear(&b);
    assert_true(wsdl_write(&b, "RISService70", false, "a\"><b"));
    xmlDoc *doc = xmlReadMemory(b.ptr, (int)b.len, NULL, NULL, XML_PARSE_NONET);
    assert_non_null(doc);
    xmlFreeDoc(doc);
    buf_clear(&b);
    assert_false(wsdl_write(&b, "RISService71", true, "x"));
    assert_int_equal(b.len, 0);
    buf_release(&b);
}

static void
only_wsdl_asks_for_one(void **state)
{
    (void)state;
    assert_true(wsdl_asked("wsdl"));
    assert_true(wsdl_asked("WSDL"));
    assert_true(wsdl_asked("wsdl&x=1"));
    assert_true(wsdl_asked("wsdl="));
    assert_false(wsdl_asked("wsdl2"));
    assert_false(wsdl_asked("xsd"));
    assert_false(wsdl_asked(""));
    assert_false(wsdl_asked(NULL));
}

static void
a_list_page_links_each_service(void **state)
{
    static const char *const names[] = { "A", "B", NULL };
    struct buf               b;

    (void)state;
    buf_init(&b, 4096);
    axis_list_page(&b, AXIS2, "https://h/x/services/", names);
    assert_non_null(strstr(buf_cstr(&b), "<a href=\"https://h/x/services/B?wsdl\">"));
    buf_clear(&b);
    axis_service_page(&b, AXIS1, "RisPort");
    assert_non_null(strstr(buf_cstr(&b), "<h1>RisPort</h1>"));
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rate_fault_of_axis_1_is_the_captured_one),
        cmocka_unit_test(axis_2_has_its_own_declaration_and_an_empty_detail),
        cmocka_unit_test(a_wsdl_names_the_host_that_asked),
        cmocka_unit_test(only_wsdl_asks_for_one),
        cmocka_unit_test(a_list_page_links_each_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
