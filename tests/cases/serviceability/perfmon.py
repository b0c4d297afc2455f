#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""PerfMon over raw HTTP: forms of both eras, counters beside RIS's truth, sessions, faults."""

import os
import re
import sys
from html import escape

from wire import PERFMON, PERFMONPORT, RIS70, Wire, select
from tap import Suite
import axl


def host_object(name, host="cucm-pub", obj="Cisco CallManager"):
    return f"<s:{name}><s:Host>{host}</s:Host><s:Object>{obj}</s:Object></s:{name}>"


def counters(handle, *names):
    listed = "".join(f"<s:Counter><s:Name>{escape(name)}</s:Name></s:Counter>" for name in names)
    return f"<s:SessionHandle>{handle}</s:SessionHandle><s:ArrayOfCounter>{listed}</s:ArrayOfCounter>"


def values(reply):
    return {name: (int(value), int(status))
            for name, value, status in zip(reply.all("Name"), reply.all("Value"), reply.all("CStatus"))}


def once(suite, wire):
    for host in ("cucm-pub", "CUCM-PUB", "127.0.0.1", "cucm-pub.example.com"):
        r = wire.soap(PERFMON, host_object("perfmonCollectCounterData", host))
        got = values(r)
        suite.ok(f"\\\\{host}\\Cisco CallManager\\CallsActive" in got and len(got) == 113, f"the host as {host}", list(got)[:3])
    suite.equal(got[f"\\\\{host}\\Cisco CallManager\\InitializationState"], (100, 1), "initialised")
    suite.equal(got[f"\\\\{host}\\Cisco CallManager\\MTPResourceTotal"][1], 0xC0000BBA, "what isn't known says so")
    for node in ("cucm-pub", "cucm-sub1", "cucm-sub2"):
        got = values(wire.soap(PERFMON, host_object("perfmonCollectCounterData", node)))
        phones = [got[f"\\\\{node}\\Cisco CallManager\\{name}"][0]
                  for name in ("RegisteredHardwarePhones", "RegisteredOtherStationDevices")]
        seen = [int(wire.soap(RIS70, select(NodeName=node, Status="Registered", DeviceClass=c)).one("TotalDevicesFound"))
                for c in ("Phone", "Cti", "VoiceMail")]
        suite.equal(sum(phones), sum(seen), f"{node}: as many stations as RIS has")
        r = wire.soap(PERFMON, host_object("perfmonListInstance", node, "Cisco Phones"))
        suite.equal(len(r.all("Name")), seen[0] + seen[1], f"{node}: an instance each")
    r = wire.soap(PERFMON, host_object("perfmonCollectCounterData", "cucm-sub1", "Cisco Lines"))
    suite.ok(all(re.fullmatch(r"\\\\cucm-sub1\\Cisco Lines\([^)]+\)\\Active", name) for name in values(r)), "lines' names")
    r = wire.soap(PERFMON, "<s:perfmonListCounter><s:Host>cucm-pub</s:Host></s:perfmonListCounter>")
    suite.equal(re.findall(r"<ns1:perfmonListCounterReturn><ns1:Name>([^<]*)</ns1:Name><ns1:MultiInstance>(\w+)", r.text),
                [("Cisco CallManager", "false"), ("Cisco Phones", "true"), ("Cisco Lines", "true"), ("Cisco SIP", "true"),
                 ("Cisco H323", "true"), ("Cisco Hunt Lists", "true")], "objects")
    suite.ok("<ns1:ArrayOfCounter><ns1:item><ns1:Name>CallsAttempted</ns1:Name></ns1:item></ns1:ArrayOfCounter>" in r.text,
             "counters of an object are items")
    ask = "<s:perfmonQueryCounterDescription><s:Counter>{}</s:Counter></s:perfmonQueryCounterDescription>"
    r = wire.soap(PERFMON, ask.format("\\\\cucm-pub\\Cisco CallManager\\CallsActive"))
    suite.equal(r.one("perfmonQueryCounterDescriptionReturn"), "calls with media now", "description")
    r = wire.soap(PERFMON, host_object("perfmonListInstance", "cucm-pub", "Cisco H323"))
    suite.ok("<ns1:perfmonListInstanceResponse" in r.text and r.status == 200 and not r.all("Name"), "no instance, no rows")


def old(suite, wire):
    r = wire.soap(PERFMONPORT, "<s:PerfmonCollectCounterData><HOST>cucm-pub</HOST><Object>Cisco CallManager</Object>"
                  "</s:PerfmonCollectCounterData>")
    suite.ok('<ArrayOfCounterInfo xsi:type="soapenc:Array" soapenc:arrayType="ns1:CounterInfoType[113]" xmlns:soapenc='
             '"http://schemas.xmlsoap.org/soap/encoding/"><item xsi:type="ns1:CounterInfoType"><Name xsi:type="ns1:'
             'CounterNameType">' in r.text, "era A: array", r.text[:700])
    suite.ok(re.search(r'<Value xsi:type="xsd:long">\d+</Value><CStatus xsi:type="xsd:unsignedInt">1</CStatus>', r.text), "era A: types")
    r = wire.soap(PERFMONPORT, "<s:PerfmonCollectCounterData><c-gensym3>cucm-pub</c-gensym3><c-gensym5>Cisco CallManager"
                  "</c-gensym5></s:PerfmonCollectCounterData>")
    suite.equal(len(r.all("Value")), 113, "era A: parts by position")
    r = wire.soap(PERFMONPORT, "<s:PerfmonListCounter><Host>cucm-pub</Host></s:PerfmonListCounter>")
    suite.ok('<ArrayOfObjectInfo ' in r.text and not re.search(r"<\w+>", r.text), "era A: no element without a type")
    handle = wire.soap(PERFMONPORT, "<s:PerfmonOpenSession/>").one("SessionHandle")
    suite.ok(re.fullmatch(r"[0-9a-f-]{36}", handle), "era A: a session", handle)
    name = "\\\\cucm-pub\\Cisco CallManager\\CallsActive"
    r = wire.soap(PERFMONPORT, f"<s:PerfmonAddCounter><SessionHandle>{handle}</SessionHandle><ArrayOfCounter><item><Name>"
                  f"{name}</Name></item></ArrayOfCounter></s:PerfmonAddCounter>")
    suite.ok("PerfmonAddCounterResponse" in r.text, "era A: a counter added", r.text)
    r = wire.soap(PERFMONPORT, f"<s:PerfmonCollectSessionData><SessionHandle>{handle}</SessionHandle></s:PerfmonCollectSessionData>")
    suite.equal(values(r), {name: (0, 0)}, "era A: collected")
    r = wire.soap(PERFMONPORT, f"<s:PerfmonCloseSession><SessionHandle>{handle}</SessionHandle></s:PerfmonCloseSession>")
    suite.equal(r.status, 200, "era A: closed")


def sessions(suite, wire):
    def call(name, inner):
        return wire.soap(PERFMON, f"<s:{name}>{inner}</s:{name}>")

    def collect():
        return values(call("perfmonCollectSessionData", f"<s:SessionHandle>{handle}</s:SessionHandle>"))

    phone = "SEP00DE00CD11E1"
    node = re.search(r"<ns1:Name>(cucm-\w+)</ns1:Name><ns1:NoChange>false</ns1:NoChange><ns1:CmDevices><ns1:item>",
                     wire.soap(RIS70, select([phone])).text).group(1)
    names = [f"\\\\{node}\\Cisco CallManager\\CallsActive", f"\\\\{node}\\Cisco Phones({phone})\\CallsAttempted"]
    r = wire.soap(PERFMON, "<s:perfmonOpenSession/>")
    handle = r.one("perfmonOpenSessionReturn")
    suite.ok(re.fullmatch(r"[0-9a-f-]{36}", handle), "a session", r.text)
    suite.ok('<ns1:perfmonAddCounterResponse xmlns:ns1="http://schemas.cisco.com/ast/soap"/>' in
             call("perfmonAddCounter", counters(handle, *names)).text, "counters added")
    suite.equal(list(collect().items()), [(name, (0, 0)) for name in names], "collected in order")
    call("perfmonAddCounter", counters(handle, names[0]))
    suite.equal(len(collect()), 2, "added again: still once")
    r = call("perfmonAddCounter", counters(handle, f"\\\\{node}\\Cisco CallManager\\CallsCompleted", "\\\\no\\such\\thing"))
    suite.ok(r.status == 500 and "'no'" in r.fault, "a bad name", r.text)
    suite.equal(len(collect()), 2, "refuses all of the request")
    r = call("perfmonAddCounter", counters("x", names[0]))
    suite.ok(r.status == 500 and "'x'" in r.fault, "a counter for a session that there isn't", r.text)
    r = call("perfmonAddCounter", counters(handle, *[f"\\\\{node}\\Cisco Phones(SEP{i:012X})\\CallsAttempted" for i in range(3001)]))
    suite.ok(r.status == 500 and "no more than 3000 counters" in r.fault, "more counters than a session holds", r.text[:500])
    suite.equal(len(collect()), 2, "refuses them all")
    answer = axl.Axl(os.environ["CCMSIM_URL"]).call("removePhone", f"<name>{phone}</name>")
    suite.ok(answer.status == 200, "the phone is removed", answer.text)
    suite.equal(collect()[names[1]], (0, 0x800007D1), "an instance that is gone says so")
    call("perfmonRemoveCounter", counters(handle, names[1], "\\\\x\\y\\z"))
    suite.equal(list(collect()), names[:1], "removed")
    suite.ok("perfmonCloseSessionResponse" in call("perfmonCloseSession", f"<s:SessionHandle>{handle}</s:SessionHandle>").text, "closed")
    r = call("perfmonCollectSessionData", f"<s:SessionHandle>{handle}</s:SessionHandle>")
    suite.ok(r.status == 500 and handle in r.fault, "closed: it is unknown", r.text)
    opened = 0
    while opened < 200:
        r = wire.soap(PERFMON, "<s:perfmonOpenSession/>")
        if r.status != 200:
            break
        opened += 1
    suite.ok(opened <= 100 and "Too many sessions" in (r.fault or ""), "sessions are bounded in number", opened)


def faults(suite, wire):
    for name, body, part in (
            ("host", host_object("perfmonCollectCounterData", "nowhere"), "'nowhere'"),
            ("object", host_object("perfmonCollectCounterData", obj="Cisco Nothing"), "'Cisco Nothing'"),
            ("object not carried out", host_object("perfmonCollectCounterData", obj="Processor"), "'Processor' is not carried out"),
            ("no host", "<s:perfmonListCounter/>", "host is missing"),
            ("session", "<s:perfmonCloseSession><s:SessionHandle>x</s:SessionHandle></s:perfmonCloseSession>", "'x'"),
            ("path", "<s:perfmonQueryCounterDescription><s:Counter>CallsActive</s:Counter></s:perfmonQueryCounterDescription>",
             "'CallsActive'"),
            ("counter", "<s:perfmonQueryCounterDescription><s:Counter>\\\\cucm-pub\\Cisco CallManager\\Nothing</s:Counter>"
             "</s:perfmonQueryCounterDescription>", "Nothing"),
            ("instance of an object without", "<s:perfmonQueryCounterDescription><s:Counter>\\\\cucm-pub\\Cisco CallManager(1)"
             "\\CallsActive</s:Counter></s:perfmonQueryCounterDescription>", "is unknown")):
        r = wire.soap(PERFMON, body)
        suite.ok(r.status == 500 and r.one("faultcode") == "soapenv:Server" and part in (r.fault or ""), f"fault: {name}", r.text)
    old_style = "<s:PerfmonCollectCounterData><Host>{}</Host><Object>{}</Object></s:PerfmonCollectCounterData>"
    for name, body, code, part in (
            ("host", old_style.format("nowhere", "Cisco CallManager"), "soapenv:Server.userException", "'nowhere'"),
            ("object", old_style.format("cucm-pub", "Cisco Nothing"), "soapenv:Server.userException", "'Cisco Nothing'"),
            ("session", "<s:PerfmonCloseSession><SessionHandle>x</SessionHandle></s:PerfmonCloseSession>",
             "soapenv:Server.userException", "'x'"),
            ("operation", "<s:PerfmonNothing/>", "soapenv:Server", "No such operation 'PerfmonNothing'")):
        r = wire.soap(PERFMONPORT, body)
        suite.ok(r.status == 500 and r.one("faultcode") == code and part in (r.fault or ""), f"era A, fault: {name}", r.text)
    r = wire.soap(PERFMON, "<s:perfmonNothing/>")
    suite.ok(r.status == 500 and r.one("faultcode") == "soapenv:Client" and "Operation not found" in r.fault,
             "fault: operation", r.text)
    for path, part in ((PERFMON, "WstxParsingException"), (PERFMONPORT, "SAXParseException")):
        r = wire.send("POST", path, "<soapenv:Envelope><a></b>")
        suite.ok(r.status == 500 and part in (r.fault or ""), f"{path}: mismatched tags", r.text)
        suite.equal([wire.send("POST", path, "<x/>", basic=False).status, wire.send("PUT", path, "x").status], [401, 405],
                    f"{path}: nobody, PUT")


def main():
    suite, wire = Suite(), Wire()
    once(suite, wire)
    old(suite, wire)
    faults(suite, wire)
    sessions(suite, wire)
    suite.end()


if __name__ == "__main__":
    sys.exit(main())
