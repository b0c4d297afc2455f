/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What soap_read makes of requests, right, sloppy and hostile. */
#include "unit.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/soap.h"

#define ENV_NS  "http://schemas.xmlsoap.org/soap/envelope/"
#define ENV12   "http://www.w3.org/2003/05/soap-envelope"
#define XSI_NS  "http://www.w3.org/2001/XMLSchema-instance"
#define API     "http://www.cisco.com/AXL/API/15.0"
#define DECL    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define HEAD    "<soapenv:Envelope xmlns:soapenv=\"" ENV_NS "\" xmlns:ns=\"" API "\" xmlns:xsi=\"" XSI_NS "\">"
#define OPEN    HEAD "<soapenv:Body>"
#define CLOSE   "</soapenv:Body></soapenv:Envelope>"
#define OP      "<ns:getPhone sequence=\"1\"><name>SEP1</name></ns:getPhone>"
#define OP_READ "getPhone{" API "}@sequence=1;(name'SEP1')"

/* name{namespace}!nil @attribute=value; 'text' (children), for comparison. */
static void
show(struct buf *b, const struct soap_element *e)
{
    buf_adds(b, e->name);
    if (e->ns != NULL)
        buf_addf(b, "{%s}", e->ns);
    if (e->nil)
        buf_addc(b, '!');
    for (const struct soap_attr *attr = e->attrs; attr != NULL; attr = attr->next)
        buf_addf(b, "@%s=%s;", attr->name, attr->value);
    if (e->text[0] != '\0')
        buf_addf(b, "'%s'", e->text);
    if (e->children == NULL)
        return;
    buf_addc(b, '(');
    for (const struct soap_element *c = e->children; c != NULL; c = c->next) {
        if (c != e->children)
            buf_addc(b, ' ');
        show(b, c);
    }
    buf_addc(b, ')');
}

/* Read it and show it, or the error's text. The result is in the arena. */
static const char *
reading(struct arena *a, const char *request, size_t len)
{
    struct soap_message message = { 0 };
    struct ccm_error    err = { 0 };
    struct buf          b;

    if (!soap_read(a, (struct str){ request, len }, &message, &err)) {
        assert_int_equal(err.status, CCM_MALFORMED);
        return arena_strdup(a, err.text);
    }
    buf_init(&b, BUF_MAX_REPLY);
    show(&b, message.operation);
    const char *text = arena_strndup(a, buf_cstr(&b), b.len);
    buf_release(&b);
    return text;
}

struct row {
    const char *request, *expected;
};

static void
check_rows(const struct row *rows, size_t count)
{
    struct arena *a = arena_new();

    for (size_t i = 0; i < count; i++) {
        assert_string_equal(reading(a, rows[i].request, strlen(rows[i].request)), rows[i].expected);
        arena_reset(a);
    }
    arena_free(a);
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof(rows)[0])

static const struct row envelopes[] = {
    { DECL OPEN OP CLOSE, OP_READ },
    { OPEN OP CLOSE, OP_READ },                          /* no declaration */
    { "\xEF\xBB\xBF" DECL OPEN OP CLOSE, OP_READ },      /* byte order mark */
    { "\xEF\xBB\xBF\n" OPEN OP CLOSE, OP_READ },         /* and white space */
    { " \r\n\t" DECL "\n" OPEN OP CLOSE "\n", OP_READ }, /* white space before the declaration */
    { DECL "<!-- a < b --><?pi ?>" OPEN OP CLOSE "<!-- end -->", OP_READ },
    { HEAD "<soapenv:Header/><soapenv:Body>" OP CLOSE, OP_READ },
    { HEAD "<soapenv:Header></soapenv:Header><soapenv:Body>" OP CLOSE, OP_READ },
    { HEAD "<soapenv:Header><x xmlns=\"urn:x\" soapenv:mustUnderstand=\"1\">t<y>u</y></x><z/></soapenv:Header>"
           "<soapenv:Body>" OP CLOSE,
      OP_READ },
    { "<env:Envelope xmlns:env=\"" ENV12 "\"><env:Header/><env:Body><getPhone xmlns=\"" API
      "\" sequence=\"1\"><name xmlns=\"\">SEP1</name></getPhone></env:Body></env:Envelope>",
      OP_READ },
    { "<Envelope xmlns=\"" ENV_NS "\"><Body><a:getPhone xmlns:a=\"" API
      "\" sequence=\"1\"><name xmlns=\"\">SEP1</name></a:getPhone></Body></Envelope>",
      OP_READ },
    { HEAD "<soapenv:Body soapenv:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\">" OP CLOSE, OP_READ },
    { OPEN OP "<second/>" CLOSE, OP_READ }, /* the first is the operation */
};

static void
envelopes_are_read_however_they_are_dressed(void **state)
{
    (void)state;
    CHECK_ROWS(envelopes);
}

static const struct row payloads[] = {
    { OPEN "<op/>" CLOSE, "op" },
    { OPEN "<op xmlns=\"urn:x\"><a/><b xmlns=\"\"/></op>" CLOSE, "op{urn:x}(a{urn:x} b)" },
    /* Two versions declared: the operation's own counts. */
    { "<e:Envelope xmlns:e=\"" ENV_NS "\" xmlns:old=\"http://www.cisco.com/AXL/API/8.5\" xmlns:new=\"" API
      "\"><e:Body><old:op><new:x/></old:op></e:Body></e:Envelope>",
      "op{http://www.cisco.com/AXL/API/8.5}(x{" API "})" },
    { "<e:Envelope xmlns:e=\"" ENV_NS "\"><e:Body><op xmlns=\"http://www.cisco.com/AXL/1.0\"/></e:Body></e:Envelope>",
      "op{http://www.cisco.com/AXL/1.0}" },
    { OPEN "<op><a xsi:nil=\"true\"/><b xsi:nil=\"1\" uuid=\"\"/><c xsi:nil=\"false\">x</c></op>" CLOSE,
      "op(a! b!@uuid=; c'x')" },
    { OPEN "<op xmlns:i=\"" XSI_NS "\"><a i:nil=\" true \"/><b nil=\"true\"/></op>" CLOSE, "op(a! b@nil=true;)" },
    /* Types are not for us, known or not, nor is where the schema may be found. */
    { OPEN "<op xsi:type=\"ns:GetPhoneReq\" xsi:schemaLocation=\"a b\"><a xsi:type=\"xsd:string\">1</a></op>" CLOSE,
      "op(a'1')" },
    /* References of rpc/encoded mean nothing here: attributes like any other. */
    { OPEN "<op href=\"#1\"><a id=\"1\">x</a><b id=\"1\"/></op>" CLOSE, "op@href=#1;(a@id=1;'x' b@id=1;)" },
    { OPEN "<op soapenv:encodingStyle=\"x\" a=\"1\" b=\"2\"/>" CLOSE, "op@encodingStyle=x;@a=1;@b=2;" },
    { OPEN "<op xml:lang=\"de\" xmlns:q=\"urn:q\" q:a=\"1\"/>" CLOSE, "op@lang=de;@a=1;" },
    { OPEN "<op xmlns:q=\"not a uri\"/>" CLOSE, "op" },
};

static void
payloads_are_trees_of_local_names(void **state)
{
    (void)state;
    CHECK_ROWS(payloads);
}

static const struct row texts[] = {
    { OPEN "<op><a>x</a><b></b><c/></op>" CLOSE, "op(a'x' b c)" },
    { OPEN "<op><a>  x  </a><b>\ny\n</b></op>" CLOSE, "op(a'  x  ' b'\ny\n')" },
    { OPEN "<op><a>   </a></op>" CLOSE, "op(a'   ')" },
    { OPEN "<op>\n  <a>x</a>\n  <b/>\n</op>" CLOSE, "op(a'x' b)" },
    { OPEN "<op>one <a>x</a> two<b/> three </op>" CLOSE, "op'one  two three '(a'x' b)" },
    { OPEN "<op>&lt;&gt;&amp;&apos;&quot;</op>" CLOSE, "op'<>&'\"'" },
    { OPEN "<op>&#65;&#x42;&#233;&#x20AC;&#x1F600;</op>" CLOSE, "op'AB\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80'" },
    { OPEN "<op>gr\xC3\xBC\xC3\x9F \xE2\x82\xAC</op>" CLOSE, "op'gr\xC3\xBC\xC3\x9F \xE2\x82\xAC'" },
    { OPEN "<op>&amp;lt; &amp;#65;</op>" CLOSE, "op'&lt; &#65;'" },
    { OPEN "<op>a<!-- b -->c<?d e?>f</op>" CLOSE, "op'acf'" },
    { OPEN "<op><!-- b --> c</op>" CLOSE, "op' c'" },
    { OPEN "<op><![CDATA[<a>&amp;]]></op>" CLOSE, "op'<a>&amp;'" },
    { OPEN "<op>a<![CDATA[ b ]]>c<![CDATA[]]><![CDATA[>]]></op>" CLOSE, "op'a b c>'" },
    { OPEN "<op> <![CDATA[ ]]></op>" CLOSE, "op'  '" },
    { OPEN "<op>a\r\nb\rc&#13;d&#10;e\tf</op>" CLOSE, "op'a\nb\nc\rd\ne\tf'" },
    { OPEN "<op><![CDATA[a\r\nb\rc]]></op>" CLOSE, "op'a\nb\nc'" },
    { OPEN "<op><a>\xEF\xBB\xBFx</a> \xEF\xBB\xBF</op>" CLOSE, "op' \xEF\xBB\xBF'(a'\xEF\xBB\xBFx')" },
    { OPEN "<op>&#13;&#10;x&#32;</op>" CLOSE, "op'\r\nx '" },
    { OPEN "<op a=\"&lt;&amp;&quot;&#38;amp; &#38;#38;\" b='\"' c=\" x\ny&#10;\"/>" CLOSE,
      "op@a=<&\"&amp; &#38;;@b=\";@c= x y\n;" },
};

static void
text_arrives_as_it_was_meant(void **state)
{
    (void)state;
    CHECK_ROWS(texts);
}

static const struct row latin1[] = {
    { "<?xml version='1.0' encoding='ISO-8859-1'?>" OPEN "<op>gr\xFC\xDF</op>" CLOSE, "op'gr\xC3\xBC\xC3\x9F'" },
    /* What would also be UTF-8 is Latin-1 all the same. */
    { "<?xml version=\"1.0\" encoding = \"iso-8859-1\" standalone=\"yes\" ?>" OPEN "<op>\xC3\xBC</op>" CLOSE,
      "op'\xC3\x83\xC2\xBC'" },
    { "<?xml version='1.0' encoding='us-ascii'?>" OPEN "<op>a</op>" CLOSE, "op'a'" },
    { "<?xml version='1.0' encoding='windows-1252'?>" OPEN OP CLOSE,
      "encoding 'windows-1252' is not supported: send UTF-8" },
    { "<?xml version='1.0' encoding='UTF-16'?>" OPEN OP CLOSE, "encoding 'UTF-16' is not supported: send UTF-8" },
    { "\xFF\xFE<", "the request is in UTF-16: send UTF-8" },
    { OPEN "<op>gr\xFC\xDF</op>" CLOSE, "the request is not UTF-8" },
    { OPEN "<op>\xC0\xAF</op>" CLOSE, "the request is not UTF-8" },
    { OPEN "<op>\xED\xA0\x80</op>" CLOSE, "the request is not UTF-8" },
};

static void
other_encodings_are_converted_or_refused(void **state)
{
    (void)state;
    CHECK_ROWS(latin1);
}

#define ILL "the request is not well-formed XML: "

static const struct row refused[] = {
    { "", "the request is empty" },
    { "   ", "the request is empty" },
    { "getPhone", "the request is not XML" },
    { OP, ILL "line 1: Namespace prefix ns on getPhone is not defined" },
    { "<getPhone/>", "the request is not a SOAP envelope" },
    { "<Envelope><Body><op/></Body></Envelope>", "the request is not a SOAP envelope" },
    { "<e:Envelope xmlns:e=\"urn:x\"><e:Body><op/></e:Body></e:Envelope>", "the request is not a SOAP envelope" },
    { "<e:Envelope xmlns:e=\"" ENV_NS "\"/>", "the request is not a SOAP envelope with a body" },
    { "<e:Envelope xmlns:e=\"" ENV_NS "\"><op/></e:Envelope>", "the request is not a SOAP envelope with a body" },
    { "<e:Envelope xmlns:e=\"" ENV_NS "\"><e:Header/></e:Envelope>", "the request is not a SOAP envelope with a body" },
    { "<e:Envelope xmlns:e=\"" ENV_NS "\"><Body><op/></Body></e:Envelope>",
      "the request is not a SOAP envelope with a body" },
    { OPEN CLOSE, "the SOAP body of the request holds no operation" },
    { OPEN "text" CLOSE, "the SOAP body of the request holds no operation" },
    { HEAD "<soapenv:Body/></soapenv:Envelope>", "the SOAP body of the request holds no operation" },
    { OPEN "<op><a>x</b></op>" CLOSE, ILL "line 1: Opening and ending tag mismatch: a line 1 and b" },
    { OPEN "<op>\n<a>\n", ILL "line 2: Document ends before its elements do" },
    { OPEN "<op><a", ILL "a tag without end" },
    { OPEN "<op a=\"1", ILL "a tag without end" },
    { OPEN "<op a=\"1\" a=\"2\"/>" CLOSE, ILL "line 1: Attribute a redefined" },
    { OPEN "<op a=1/>" CLOSE, ILL "line 1: AttValue: \" or ' expected" },
    { OPEN "<z:op/>" CLOSE, ILL "line 1: Namespace prefix z on op is not defined" },
    { OPEN "<op z:nil=\"true\"/>" CLOSE, ILL "line 1: Namespace prefix z for nil on op is not defined" },
    { OPEN "<op/>" CLOSE "<more/>", ILL "line 1: Extra content at the end of the document" },
    { OPEN "<op/>" CLOSE "more", ILL "line 1: Extra content at the end of the document" },
    { OPEN "<op>&x;</op>" CLOSE, ILL "line 1: Entity 'x' not defined" },
    { OPEN "<op>&nbsp;</op>" CLOSE, ILL "line 1: Entity 'nbsp' not defined" },
    { OPEN "<op a=\"&x;\"/>" CLOSE, ILL "line 1: Entity 'x' not defined" },
    { OPEN "<op>&#0;</op>" CLOSE, ILL "line 1: xmlParseCharRef: invalid xmlChar value 0" },
    { OPEN "<op>&#xD800;</op>" CLOSE, ILL "line 1: xmlParseCharRef: invalid xmlChar value 55296" },
    { OPEN "<op>&#1;</op>" CLOSE, ILL "line 1: xmlParseCharRef: invalid xmlChar value 1" },
    { OPEN "<op>a & b</op>" CLOSE, ILL "line 1: xmlParseEntityRef: no name" },
    { OPEN "<op>]]></op>" CLOSE, ILL "line 1: Sequence ']]>' not allowed in content" },
    { OPEN "<op>a < b</op>" CLOSE, ILL "line 1: StartTag: invalid element name" },
    { OPEN "<op>\x01</op>" CLOSE, ILL "line 1: PCDATA invalid Char value 1" },
    { OPEN "<op><!-- a", ILL "'<!--' without '-->'" },
    { OPEN "<op><![CDATA[ a ]></op>" CLOSE, ILL "'<![CDATA[' without ']]>'" },
    { "<?xml version='1.0'", ILL "'<?' without '?>'" },
    { "<?xml version='1.0' encoding='UTF-8' nonsense?>" OPEN OP CLOSE,
      ILL "line 1: parsing XML declaration: '?>' expected" },
};

static void
what_is_no_soap_request_is_refused_with_its_reason(void **state)
{
    (void)state;
    CHECK_ROWS(refused);
}

#define NO_DOCTYPE "a DOCTYPE is not allowed in a SOAP message"

static const struct row doctypes[] = {
    { "<!DOCTYPE x>" OPEN OP CLOSE, NO_DOCTYPE },
    { DECL "\n<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">" OPEN OP CLOSE, NO_DOCTYPE },
    { "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" OPEN "<op>&e;</op>" CLOSE, NO_DOCTYPE },
    { "<!DOCTYPE x [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]>" OPEN "<op>&b;</op>" CLOSE, NO_DOCTYPE },
    { "<!-- x --><!DOCTYPE x>" OPEN OP CLOSE, NO_DOCTYPE },
    { OPEN "<op><!ENTITY e \"x\"></op>" CLOSE, NO_DOCTYPE },
    { "<?xml version='1.0' encoding='ISO-8859-1'?><!DOCTYPE x>" OPEN OP CLOSE, NO_DOCTYPE },
    /* The letters alone do no harm. */
    { OPEN "<op><!-- <!DOCTYPE x> --><![CDATA[<!DOCTYPE x>]]></op>" CLOSE, "op'<!DOCTYPE x>'" },
    { OPEN "<op a='<!DOCTYPE x>'/>" CLOSE, ILL "line 1: Unescaped '<' not allowed in attributes values" },
};

static void
a_doctype_is_refused_before_any_parser_sees_it(void **state)
{
    (void)state;
    CHECK_ROWS(doctypes);
}

static void
a_nul_is_refused_wherever_it_is(void **state)
{
    static const char good[] = DECL OPEN OP CLOSE;
    struct arena                           *a = arena_new();

    (void)state;
    for (size_t at = 0; at < sizeof good; at++) {
        char bad[sizeof good + 1];
        memcpy(bad, good, at);
        bad[at] = '\0';
        memcpy(bad + at + 1, good + at, sizeof good - at);
        assert_string_equal(reading(a, bad, sizeof good), ILL "it holds a NUL byte");
        arena_reset(a);
    }
    arena_free(a);
}

/* before, count times piece (each "%" in it replaced by the count so far), after: the reading of it. */
static const char *
reading_of_many(struct arena *a, const char *before, const char *piece, int count, const char *after)
{
    struct buf b;

    buf_init(&b, BUF_MAX_REPLY);
    buf_adds(&b, before);
    for (int i = 0; i < count; i++)
        for (const char *p = piece; *p != '\0'; p++)
            if (*p == '%')
                buf_addf(&b, "%d", i);
            else
                buf_addc(&b, *p);
    buf_adds(&b, after);
    const char *text = reading(a, buf_cstr(&b), b.len);
    buf_release(&b);
    return text;
}

static void
each_limit_has_its_own_refusal(void **state)
{
    struct arena *a = arena_new();
    char          name[1026];

    (void)state;
    assert_string_equal(reading_of_many(a, OPEN, "<a>", 99, ""), "elements of the request are nested too deeply");
    assert_string_equal(reading_of_many(a, OPEN, "<a>", 1000000, ""), "elements of the request are nested too deeply");
    assert_string_equal(reading_of_many(a, OPEN "<op>", "<a/>", 100000, "</op>" CLOSE),
                        "the request has too many elements");
    assert_string_equal(reading_of_many(a, OPEN "<op ", " a%=''", 257, "/>" CLOSE),
                        "an element of the request has too many attributes");
    assert_string_equal(reading_of_many(a, OPEN "<op ", " xmlns:a%='urn:%'", 257, "/>" CLOSE),
                        "an element of the request has too many attributes");
    assert_string_equal(reading_of_many(a, OPEN "<op ", " a%=''", 200000, "/>" CLOSE),
                        "a tag of the request is too long");
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_string_equal(reading_of_many(a, OPEN "<", name, 1, "/>" CLOSE), "a name in the request is too long");
    assert_string_equal(reading_of_many(a, OPEN "<op ", name, 1, "=''/>" CLOSE), "a name in the request is too long");
    assert_string_equal(reading_of_many(a, OPEN "<op>", " ", (int)BUF_MAX_REQUEST, "</op>" CLOSE),
                        "the request is too long");
    arena_free(a);
}

static void
what_is_just_within_the_limits_is_read(void **state)
{
    struct arena       *a = arena_new();
    struct soap_message m;
    struct buf          b;
    size_t              count = 0;

    (void)state;
    buf_init(&b, BUF_MAX_REPLY);
    buf_adds(&b, OPEN);
    for (int i = 0; i < 98; i++)
        buf_adds(&b, "<a>");
    buf_adds(&b, "x");
    for (int i = 0; i < 98; i++)
        buf_adds(&b, "</a>");
    buf_adds(&b, CLOSE);
    assert_true(soap_read(a, (struct str){ b.ptr, b.len }, &m, NULL));
    for (const struct soap_element *e = m.operation; e != NULL; e = e->children)
        count++;
    assert_int_equal(count, 98);
    buf_clear(&b);
    buf_adds(&b, OPEN "<op>");
    for (int i = 0; i < 99990; i++)
        buf_adds(&b, "<a/>");
    buf_adds(&b, "</op>" CLOSE);
    assert_true(soap_read(a, (struct str){ b.ptr, b.len }, &m, NULL));
    count = 0;
    for (const struct soap_element *e = m.operation->children; e != NULL; e = e->next)
        count++;
    assert_int_equal(count, 99990);
    buf_release(&b);
    arena_free(a);
}

static void
a_long_text_arrives_whole(void **state)
{
    struct arena       *a = arena_new();
    struct soap_message m;
    struct buf          b;

    (void)state;
    buf_init(&b, BUF_MAX_REPLY);
    buf_adds(&b, OPEN "<op a=\"");
    for (int i = 0; i < 1000; i++)
        buf_adds(&b, "&amp;");
    buf_adds(&b, "\"><![CDATA[ ");
    for (int i = 0; i < 600000; i++)
        buf_adds(&b, "&\xC3\xA9<");
    buf_adds(&b, "]]></op>" CLOSE);
    assert_true(soap_read(a, (struct str){ b.ptr, b.len }, &m, NULL));
    buf_release(&b);
    assert_int_equal(strlen(m.operation->text), 1 + 4 * 600000);
    assert_string_equal(m.operation->text + 4 * 600000 - 3, "&\xC3\xA9<");
    assert_int_equal(strspn(soap_attr(m.operation, "a"), "&"), 1000);
    arena_free(a);
}

/* Names of requests end up in a dictionary of libxml2's, which must not fill up. */
static void
names_never_seen_before_do_no_harm(void **state)
{
    struct arena *a = arena_new();
    struct buf    b;

    (void)state;
    buf_init(&b, BUF_MAX_REPLY);
    for (int round = 0; round < 300; round++) {
        buf_clear(&b);
        buf_adds(&b, OPEN "<op>");
        for (int i = 0; i < 100; i++)
            buf_addf(&b, "<name%d.%d.%0500d/>", round, i, 1);
        buf_adds(&b, "</op>" CLOSE);
        struct soap_message m;
        assert_true(soap_read(a, (struct str){ b.ptr, b.len }, &m, NULL));
        arena_reset(a);
    }
    buf_release(&b);
    arena_free(a);
}

/* Whatever the last request was, the next good one is read right. */
static void
a_bad_request_leaves_no_trace(void **state)
{
    struct arena *a = arena_new();
    const char *good = DECL OPEN OP CLOSE;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_string_equal(reading(a, refused[i].request, strlen(refused[i].request)), refused[i].expected);
        assert_string_equal(reading(a, good, strlen(good)), OP_READ);
        arena_reset(a);
    }
    arena_free(a);
}

static void *
read_in_thread(void *arg)
{
    struct arena *a = arena_new();
    size_t       *right = arg;

    for (int i = 0; i < 200; i++) {
        const struct row *row = &payloads[(size_t)i % (sizeof payloads / sizeof payloads[0])];
        *right += strcmp(reading(a, row->request, strlen(row->request)), row->expected) == 0;
        arena_reset(a);
    }
    arena_free(a);
    return NULL;
}

static void
threads_read_side_by_side(void **state)
{
    pthread_t threads[4];
    size_t    right[4] = { 0 };

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_in_thread, &right[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(right[i], 200);
    }
}

static void
children_and_attributes_are_found_by_local_name(void **state)
{
    static const char   request[] = OPEN "<ns:op Uuid=\"1\" uuid=\"2\"><b>1</b><ns:b>2</ns:b></ns:op>" CLOSE;
    struct arena       *a = arena_new();
    struct soap_message m;

    (void)state;
    assert_true(soap_read(a, STR(request), &m, NULL));
    assert_string_equal(soap_attr(m.operation, "uuid"), "2");
    assert_null(soap_attr(m.operation, "ctiid"));
    assert_string_equal(soap_child(m.operation, "b")->text, "1");
    assert_null(soap_child(m.operation, "B"));
    arena_free(a);
}

/* As reading, with its references resolved. */
static const char *
resolved(struct arena *a, const char *request)
{
    struct soap_message message = { 0 };
    struct ccm_error    err = { 0 };
    struct buf          b;

    if (!soap_read(a, (struct str){ request, strlen(request) }, &message, &err) ||
        !soap_dereference(a, &message, &err)) {
        assert_int_equal(err.status, CCM_MALFORMED);
        return arena_strdup(a, err.text);
    }
    buf_init(&b, BUF_MAX_REPLY);
    show(&b, message.operation);
    const char *text = arena_strndup(a, buf_cstr(&b), b.len);
    buf_release(&b);
    return text;
}

static const struct row references[] = {
    { OPEN "<op><a>1</a></op>" CLOSE, "op(a'1')" },
    { OPEN "<op><a href=\"#1\"/></op><r id=\"1\"><b>2</b></r>" CLOSE, "op(a@id=1;(b'2'))" },
    { OPEN "<r id=\"1\" n=\"x\">v</r><op><a href=\"#1\"/><b href=\"#1\"/></op>" CLOSE,
      "op(a@id=1;@n=x;'v' b@id=1;@n=x;'v')" },
    { OPEN "<op><a href=\"#1\"/></op><r id=\"1\"><b href=\"#2\"/></r><r id=\"2\" xsi:nil=\"1\"/>" CLOSE,
      "op(a@id=1;(b!@id=2;))" },
    { OPEN "<op><a href=\"#1\"/><b id=\"1\">x</b></op>" CLOSE, "op(a@id=1;'x' b@id=1;'x')" },
    { OPEN "<op id=\"0\"><a href=\"#1\"/></op><r id=\"1\">x</r>" CLOSE, "op@id=0;(a@id=1;'x')" },
    { OPEN "<op><a href=\"#1\"/></op><r id=\"2\"/>" CLOSE, "the request refers to '#1', which is not in it" },
    { OPEN "<op><a href=\"1\"/></op><r id=\"1\"/>" CLOSE, "the request refers to '1', which is not in it" },
    { OPEN "<op><a href=\"\"/></op>" CLOSE, "the request refers to '', which is not in it" },
    { OPEN "<op><a href=\"#1\"/></op><r id=\"1\"><b href=\"#1\"/></r>" CLOSE, "'#1' of the request refers to itself" },
    { OPEN "<op><a href=\"#1\"/></op><r id=\"1\"><b href=\"#2\"/></r><r id=\"2\"><c href=\"#1\"/></r>" CLOSE,
      "'#1' of the request refers to itself" },
    { OPEN "<op id=\"1\"><a href=\"#1\"/></op>" CLOSE, "'#1' of the request refers to itself" },
};

static void
references_are_replaced_by_what_they_mean(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
        assert_string_equal(resolved(a, references[i].request), references[i].expected);
        arena_reset(a);
    }
    arena_free(a);
}

/* Each level twice the one below. */
static void
references_do_not_multiply_without_end(void **state)
{
    struct arena *a = arena_new();
    struct buf    b;

    (void)state;
    buf_init(&b, BUF_MAX_TEXT);
    buf_adds(&b, OPEN "<op><a href=\"#0\"/></op>");
    for (int i = 0; i < 40; i++)
        buf_addf(&b, "<r id=\"%d\"><a href=\"#%d\"/><a href=\"#%d\"/></r>", i, i + 1, i + 1);
    buf_adds(&b, "<r id=\"40\"/>" CLOSE);
    assert_string_equal(resolved(a, buf_cstr(&b)), "the request refers to more than may be in one");
    buf_release(&b);
    arena_free(a);
}

static void
trimming_copies_only_what_it_must(void **state)
{
    struct arena *a = arena_new();
    const char   *text = "  x y";

    (void)state;
    assert_ptr_equal(soap_trimmed(a, text), text + 2);
    assert_string_equal(soap_trimmed(a, "\t\r\n x y \n"), "x y");
    assert_string_equal(soap_trimmed(a, "   "), "");
    assert_string_equal(soap_trimmed(a, ""), "");
    arena_free(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(envelopes_are_read_however_they_are_dressed),
        cmocka_unit_test(payloads_are_trees_of_local_names),
        cmocka_unit_test(text_arrives_as_it_was_meant),
        cmocka_unit_test(other_encodings_are_converted_or_refused),
        cmocka_unit_test(what_is_no_soap_request_is_refused_with_its_reason),
        cmocka_unit_test(a_doctype_is_refused_before_any_parser_sees_it),
        cmocka_unit_test(a_nul_is_refused_wherever_it_is),
        cmocka_unit_test(each_limit_has_its_own_refusal),
        cmocka_unit_test(what_is_just_within_the_limits_is_read),
        cmocka_unit_test(a_long_text_arrives_whole),
        cmocka_unit_test(names_never_seen_before_do_no_harm),
        cmocka_unit_test(a_bad_request_leaves_no_trace),
        cmocka_unit_test(threads_read_side_by_side),
        cmocka_unit_test(children_and_attributes_are_found_by_local_name),
        cmocka_unit_test(references_are_replaced_by_what_they_mean),
        cmocka_unit_test(references_do_not_multiply_without_end),
        cmocka_unit_test(trimming_copies_only_what_it_must),
    };

    return cmocka_run_group_tests_name("soap", tests, NULL, NULL);
}
