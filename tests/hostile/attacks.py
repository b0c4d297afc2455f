# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Hostile SOAP messages: each function makes the body of one, from a seeded random source. The answer to
each must be a SOAP fault; those in MAY_PASS may also get a good answer."""

import gzip

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
API = "http://www.cisco.com/AXL/API/15.0"


def envelope(payload, header="", declaration='<?xml version="1.0" encoding="UTF-8"?>', api=API):
    return (f'{declaration}<soapenv:Envelope xmlns:soapenv="{ENVELOPE}" xmlns:ns="{api}" '
            f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{header}'
            f"<soapenv:Body>{payload}</soapenv:Body></soapenv:Envelope>")


def get_phone(name="SEP001122334455"):
    return f"<ns:getPhone><name>{name}</name></ns:getPhone>"


GOOD = envelope("<ns:getCCMVersion/>").encode()


def doctype(rng, subset, body):
    system = rng.choice(["", ' SYSTEM "http://127.0.0.1:9/x.dtd"', ' PUBLIC "a" "file:///etc/passwd"'])
    return f"<!DOCTYPE x{system} [{subset}]>" + envelope(body, declaration="")


# ---- what libxml2 and gSOAP could choke on ----

def too_deep(rng):
    depth = rng.choice([99, 150, 1000, 30000])
    name = rng.choice(["a", "ns:a", "soapenv:Body"])
    return envelope(f"<{name}>" * depth + f"</{name}>" * depth)


def unclosed_depth(rng):
    return envelope("<a>" * rng.randint(100, 100000))[:-40]


def too_many_elements(rng):
    return envelope("<ns:op>" + "<a/>" * rng.choice([100001, 300000]) + "</ns:op>")


def too_many_attributes(rng):
    count = rng.choice([300, 5000, 100000])
    kind = rng.choice([" a%d=''", " xmlns:a%d='urn:%d'"])
    attributes = "".join(kind.replace("%d", str(i)) for i in range(count))
    return envelope(f"<ns:op{attributes}/>")


def endless_tag(rng):
    return envelope("<ns:op a='" + "x" * rng.randint(17000, 200000) + "'/>")


def long_name(rng):
    name = "n" * rng.randint(1025, 15000)
    return envelope(rng.choice([f"<ns:{name}/>", f"<ns:op {name}='1'/>",
                                f"<op xmlns:{name}='urn:a'><{name}:b {name}:c=''/></op>"]))


def entity_bomb(rng):
    width, depth = rng.randint(8, 40), rng.randint(5, 30)
    subset = '<!ENTITY e0 "bomb">'
    for i in range(1, depth):
        subset += f'<!ENTITY e{i} "' + f"&e{i - 1};" * width + '">'
    return doctype(rng, subset, f"<ns:op>&e{depth - 1};</ns:op>")


def long_entity(rng):
    return doctype(rng, '<!ENTITY e "' + "x" * 50000 + '">', "<ns:op>" + "&e;" * rng.randint(100, 5000) + "</ns:op>")


def external_entity(rng):
    where = rng.choice(["file:///etc/passwd", "file:///dev/zero", "http://127.0.0.1:{canary}/e", "expect://id",
                        "php://filter/resource=x", "../../../../etc/hostname"])
    return doctype(rng, f'<!ENTITY e SYSTEM "{where}">', get_phone("&e;"))


def parameter_entity(rng):
    return doctype(rng, '<!ENTITY % p SYSTEM "http://127.0.0.1:{canary}/p">%p;', get_phone())


def bare_doctype(rng):
    return doctype(rng, rng.choice(["", "<!ELEMENT a ANY>", "<!ATTLIST a b CDATA 'c'>", "<!-- > -->"]), get_phone())


def xinclude(rng):
    return envelope('<ns:op xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" '
                    'parse="text"/></ns:op>')


def unknown_entity(rng):
    return envelope(get_phone(rng.choice(["&x;", "&nbsp;", "&eacute;", "&lt", "&;", "& ", "&#;", "&#x;"])))


def bad_reference(rng):
    number = rng.choice(["0", "1", "8", "xD800", "xFFFF", "x110000", "99999999999999999999", "-5"])
    return envelope(get_phone(f"&#{number};"))


def broken_utf8(rng):
    piece = rng.choice([b"\x80", b"\xff", b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
                        b"\xf8\x88\x80\x80\x80",
                        b"\xef\xbf\xbf"])
    body = envelope(get_phone("@")).encode()
    return body.replace(b"@", piece) if rng.random() < 0.7 else body.replace(b"getPhone", b"get" + piece)


def nul_byte(rng):
    body = bytearray(envelope(get_phone()).encode())
    body[rng.randrange(len(body))] = 0
    return bytes(body)


def control_character(rng):
    return envelope(get_phone("a" + chr(rng.choice([1, 2, 7, 8, 11, 12, 27, 31])) + "b"))


def other_encoding(rng):
    name = rng.choice(["utf-16", "utf-16-be", "utf-32", "cp037", "utf-7"])
    return envelope(get_phone(), declaration=f'<?xml version="1.0" encoding="{name}"?>').encode(name)


def declared_encoding(rng):
    name = rng.choice(["windows-1252", "UTF-16", "EBCDIC-CP-US", "ISO-2022-JP", "x" * 500, "GB18030", "a'b"])
    return envelope(get_phone(), declaration=f'<?xml version="1.0" encoding="{name}"?>')


def wrong_end_tag(rng):
    return envelope(rng.choice(["<ns:getPhone><name>x</nam></ns:getPhone>", "<ns:getPhone></ns:getLine>", "<a></b></a>",
                                "<ns:getPhone><name>x</ns:getPhone></name>", "</a>", "<a b='1'></a b='1'>"]))


def cut_off(rng):
    body = envelope(get_phone()).encode()
    return body[:rng.randrange(1, len(body) - 1)]


def two_roots(rng):
    return envelope(get_phone()) + rng.choice([envelope(get_phone(), declaration=""), "<a/>", "garbage", "\x7f",
                                               "&amp;"])


def duplicate_attribute(rng):
    return envelope("<ns:getPhone sequence='1' sequence='2'/>")


def undeclared_prefix(rng):
    return envelope(rng.choice(["<zz:getPhone/>", "<ns:getPhone zz:a='1'/>", "<ns:getPhone><zz:name/></ns:getPhone>"]))


def no_envelope(rng):
    return rng.choice([get_phone().replace("ns:", ""), "<a/>", "{}", '{"getPhone": {"name": "x"}}', "getPhone", "\n",
                       "0",
                       "<html><body/></html>", "<?xml version='1.0'?>", "<!-- only -->", "a=b&c=d"])


def other_envelope(rng):
    return envelope(get_phone()).replace(ENVELOPE, rng.choice(["urn:x", ENVELOPE + "x",
                                                               "http://schemas.xmlsoap.org/soap/"]))


def no_body(rng):
    return rng.choice([f'<e:Envelope xmlns:e="{ENVELOPE}"/>',
                       f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Header/></e:Envelope>',
                       f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body/></e:Envelope>', envelope(""), envelope("text"),
                       f'<e:Envelope xmlns:e="{ENVELOPE}"><Body><a/></Body></e:Envelope>'])


def random_bytes(rng):
    return rng.randbytes(rng.randint(1, 5000))


def xml_noise(rng):
    words = ["<", ">", "</", "/>", "<a", "<![CDATA[", "]]>", "<!--", "-->", "<?", "?>", "&", ";", "'", '"', "=", "a",
             " ", "xmlns",
             ":", "soapenv:", "<soapenv:Body>", "</soapenv:Envelope>", "é"]
    return envelope("".join(rng.choice(words) for _ in range(rng.randint(20, 400)))[:2000] + "<")


def compressed(rng):
    return gzip.compress(envelope(get_phone() * 1000).encode())


# ---- well-formed, and not for AXL ----

def unknown_operation(rng):
    name = rng.choice(["getNothing", "dropDatabase", "GETPHONE", "getPhone2", "addaddPhone", "x" * 900, "get",
                       "list", "_",
                       "getPhoneResponse", "Fault", "executeSQLQuer\u0443"])
    return envelope(f"<ns:{name}><name>x</name></ns:{name}>")


def unknown_namespace(rng):
    api = rng.choice(["http://www.cisco.com/AXL/API/99.9", "http://www.cisco.com/AXL/API/", "urn:nothing",
                      "http://www.cisco.com/AXL/API/15.0/../../x", "http://www.cisco.com/AXL/API/%s%n%x"])
    return envelope(get_phone(), api=api)


def injection(rng):
    return envelope(get_phone(rng.choice(["'; drop table device;--", "' or '1'='1", "%s%s%n%n",
                                          "${jndi:ldap://127.0.0.1/x}",
                                          "../../../../etc/passwd", "$(id)", "\\", "x" * 100000,
                                          "\u202e\u0000".replace("\0", "")])))


def unexpected_element(rng):
    return envelope(rng.choice(["<ns:getPhone><nonsense/></ns:getPhone>", "<ns:getPhone/>",
                                "<ns:getPhone><name/><name/></ns:getPhone>",
                                "<ns:getPhone><uuid>x</uuid></ns:getPhone>",
                                "<ns:getPhone><name><b/></name></ns:getPhone>",
                                "<ns:addPhone><phone/></ns:addPhone>", "<ns:addPhone/>",
                                "<ns:updatePhone><name>none</name><description>x</description></ns:updatePhone>",
                                "<ns:removePhone><uuid>{00000000-0000-0000-0000-000000000000}</uuid>"
                                "</ns:removePhone>"]))


def forbidden_sql(rng):
    sql = rng.choice(["attach database 'x.db' as x", "pragma writable_schema=1", "drop table device",
                      "create table x(a)", "select load_extension('x')", "delete from sqlite_master", "select * from pragma_database_list",
                      "vacuum into 'x.db'", "select writefile('x.db','y')", "select readfile('/etc/passwd')",
                      ";", "'", "select (((((", "select * from nothing", "select nothing from device",
                      "with recursive a(b) as (select 1 union all select b+1 from a) "
                      "insert into device select b from a"])
    return envelope(f"<ns:executeSQLQuery><sql>{sql}</sql></ns:executeSQLQuery>")


def costly_sql(rng):
    sql = rng.choice(["select zeroblob(2000000000) from device", "select hex(randomblob(900000000)) from enduser",
                      "select " + "(" * 2000 + "1" + ")" * 2000 + " from device",
                      "select name from device where name like '" + "%_" * 20000 + "'",
                      "select 1 from device where " + " or ".join(["1=2"] * 3000)])
    return envelope(f"<ns:executeSQLQuery><sql>{sql}</sql></ns:executeSQLQuery>")


def odd_list(rng):
    skip, first = (rng.choice(["-1", "0", "1", "99999999999999999999", "x", "", "1e9", " 5 "]) for _ in range(2))
    name = rng.choice(["%", "%" * 3000, "_" * 5000, "%_" * 4000, "[", "\\", "'"])
    return envelope(f"<ns:listPhone><searchCriteria><name>{name}</name></searchCriteria>"
                    "<returnedTags><name/></returnedTags>"
                    f"<skip>{skip}</skip><first>{first}</first></ns:listPhone>")


def large_text(rng):
    return envelope(get_phone("<![CDATA[" + "&<" * rng.choice([1000, 1000000]) + "]]>"))


def mutated(rng):
    body = bytearray(envelope(get_phone()).encode())
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(body))
        kind = rng.randrange(4)
        if kind == 0:
            body[at] = rng.randrange(256)
        elif kind == 1:
            del body[at:at + rng.randint(1, 20)]
        elif kind == 2:
            body[at:at] = body[at:at + rng.randint(1, 20)]
        else:
            body[at:at] = rng.randbytes(rng.randint(1, 4))
    return bytes(body)


ILL_FORMED = [too_deep, unclosed_depth, too_many_elements, too_many_attributes, endless_tag, long_name, entity_bomb,
              long_entity,
              external_entity, parameter_entity, bare_doctype, unknown_entity, bad_reference, broken_utf8, nul_byte,
              control_character, other_encoding, declared_encoding, wrong_end_tag, cut_off, two_roots,
              duplicate_attribute,
              undeclared_prefix, no_envelope, other_envelope, no_body, random_bytes, xml_noise, compressed]
NOT_FOR_AXL = [unknown_operation, unknown_namespace, injection, unexpected_element, forbidden_sql, xinclude]
MAY_PASS = [costly_sql, odd_list, large_text, mutated]
