#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""RIS and PerfMon while things happen, with the clock by hand (the control API): a phone that leaves, a node that goes
down, calls, sessions that are left alone, requests per minute. Started with --rate-control and --clock manual."""

import json
import os
import re
import sys
import urllib.parse
import urllib.request

from wire import PERFMON, PERFMONPORT, RIS70, RISPORT, Wire, select
from tap import Suite
import axl

PHONE = "SEP00DE00C01000"


class Control:
    def __init__(self):
        self.url = os.environ["CCMSIM_HTTPS"] + "/ccmsim/v1/"
        self.context = axl.insecure_context()

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, method=method,
                                         data=json.dumps(body).encode() if body is not None else None,
                                         headers={"Authorization": "Bearer " + os.environ["CCMSIM_TOKEN"],
                                                  "Content-Type": "application/json"})
        with urllib.request.urlopen(request, context=self.context, timeout=60) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def advance(self, seconds):
        return self.ask("POST", "clock/advance", {"byMs": seconds * 1000})


def records(reply):
    """[(node, status, reason)] of a selection of one device."""
    out = []
    for node, inner in re.findall(r"<ns1:Name>(cucm-\w+)</ns1:Name><ns1:NoChange>\w+</ns1:NoChange><ns1:CmDevices>(.*?)"
                                  r"</ns1:CmDevices>", reply.text):
        for status, reason in re.findall(r"<ns1:Status>(\w+)</ns1:Status><ns1:StatusReason>(\d+)", inner):
            out.append((node, status, int(reason)))
    return out


def leaves(suite, wire, control):
    [(home, status, _)] = records(wire.soap(RIS70, select([PHONE])))
    suite.equal(status, "Registered", "registered")
    state = wire.soap(RIS70, select([PHONE])).one("StateInfo")
    control.ask("POST", f"phones/{PHONE}/unregister")
    control.advance(600)
    r = wire.soap(RIS70, select([PHONE], state=state))
    suite.equal(records(r), [(home, "UnRegistered", 13)], "unplugged: KeepAliveTimeout")
    suite.equal(r.all("NoChange").count("false"), 1, "only its node has changed")
    suite.equal(r.one("DirNumber"), "2001-UnRegistered", "its line too")
    suite.equal(wire.soap(RIS70, select([PHONE], Status="UnRegistered")).one("TotalDevicesFound"), "1", "selected by status")
    control.ask("POST", f"phones/{PHONE}/register")
    control.ask("POST", "clock/run-until-idle", {})
    suite.equal(records(wire.soap(RIS70, select([PHONE]))), [(home, "Registered", 0)], "plugged in again")
    return home


def node_fails(suite, wire, control, home):
    control.advance(60)
    control.ask("PUT", f"nodes/{home}", {"up": False})
    control.advance(600)
    r = wire.soap(RIS70, select([PHONE]))
    new = [record for record in records(r) if record[1] == "Registered"]
    suite.ok(len(new) == 1 and new[0][0] != home, "registered elsewhere", records(r))
    suite.ok(f"<ns1:ReturnCode>NodeNotResponding</ns1:ReturnCode><ns1:Name>{home}</ns1:Name>" in r.text, "its node doesn't respond")
    r = wire.soap(PERFMON, f"<s:perfmonListCounter><s:Host>{home}</s:Host></s:perfmonListCounter>")
    suite.ok(r.status == 500 and "does not respond" in r.fault, "nor has it counters", r.text)
    control.ask("PUT", f"nodes/{home}", {"up": True})
    control.advance(3600)
    r = wire.soap(RIS70, select([PHONE]))
    suite.ok((home, "Registered", 0) in records(r), "it comes home", records(r))
    suite.ok(any(record[0] == new[0][0] and record[1] == "UnRegistered" for record in records(r)), "and is UnRegistered where it was", records(r))
    r = wire.soap(RIS70, select([PHONE], operation="selectCmDeviceExt"))
    suite.equal(records(r), [(home, "Registered", 0)], "Ext: the newest record alone")
    r = wire.soap(RIS70, select([PHONE], NodeName=new[0][0]))
    suite.equal([record[1] for record in records(r)], ["UnRegistered"], "the old node asked alone")


def stopped(suite, wire, control):
    """Each SOAP service is a service of the node: stopped, the web server has no such application."""
    node = control.ask("GET", "nodes")["nodes"][0]["name"]
    counters = f"<s:perfmonListCounter><s:Host>{node}</s:Host></s:perfmonListCounter>"
    for service, ris, perfmon in [("SOAP -Real-Time Service APIs", 404, 200),
                                  ("SOAP -Performance Monitoring APIs", 200, 404)]:
        path = f"nodes/{node}/services/{urllib.parse.quote(service)}"
        control.ask("PUT", path, {"running": False})
        suite.equal([wire.soap(RIS70, select([PHONE])).status, wire.soap(PERFMON, counters).status], [ris, perfmon],
                    f"{service} stopped")
        control.ask("PUT", path, {"running": True})
    suite.equal([wire.soap(RIS70, select([PHONE])).status, wire.soap(PERFMON, counters).status], [200, 200], "both started")


def collector_stops(suite, wire, control, home):
    """The asked node's own collector, and another's."""
    def running(node, yes):
        control.ask("PUT", f"nodes/{node}/services/Cisco%20RIS%20Data%20Collector", {"running": yes})

    control.advance(60)
    running("cucm-pub", False)
    for path, code, operation in ((RIS70, "soapenv:Server", "selectCmDevice"),
                                  (RISPORT, "soapenv:Server.userException", "SelectCmDevice")):
        r = wire.soap(path, select([PHONE], operation=operation))
        suite.ok((r.status, r.one("faultcode")) == (500, code) and "Error Code = 7" in r.fault
                 and "Following error needs soap clients to start a new session" in r.fault,
                 f"{path}: without its collector the node has nothing to tell", r.text)
    running("cucm-pub", True)
    other = home if home != "cucm-pub" else "cucm-sub1"
    running(other, False)
    r = wire.soap(RIS70, select([PHONE]))
    suite.ok(f"<ns1:ReturnCode>NodeNotResponding</ns1:ReturnCode><ns1:Name>{other}</ns1:Name>" in r.text,
             "another node without its collector doesn't respond", r.text[:600])
    suite.equal(wire.soap(RIS70, select(NodeName=other)).all("ReturnCode"), ["NodeNotResponding"], "asked alone neither")
    running(other, True)
    r = wire.soap(RIS70, select([PHONE]))
    suite.ok((home, "Registered", 0) in records(r) and "NodeNotResponding" not in r.text, "all is well again", r.text[:600])


def calls(suite, wire, control, home):
    def value(counter, obj="Cisco CallManager"):
        r = wire.soap(PERFMON, f"<s:perfmonCollectCounterData><s:Host>{home}</s:Host><s:Object>{obj}</s:Object></s:perfmonCollectCounterData>")
        got = dict(zip(r.all("Name"), r.all("Value")))
        return int(got[f"\\\\{home}\\{counter}"])

    control.advance(60)
    before = value("Cisco CallManager\\CallsCompleted")
    call = control.ask("POST", "calls", {"device": PHONE, "digits": "2014"})
    suite.ok(value("Cisco CallManager\\CallsInProgress") == 1 and value("Cisco CallManager\\CallsActive") == 0, "ringing")
    suite.equal(value(f"Cisco Phones({PHONE})\\CallsAttempted", "Cisco Phones"), 1, "the phone's attempts")
    control.ask("POST", f"calls/{call['id']}/answer", {})
    suite.equal(value("Cisco CallManager\\CallsActive"), 1, "answered")
    control.ask("DELETE", f"calls/{call['id']}")
    suite.equal([value(f"Cisco CallManager\\{name}") for name in ("CallsInProgress", "CallsActive", "CallsCompleted")],
                [0, 0, before + 1], "cleared")


def idle_session(suite, wire, control):
    handle = wire.soap(PERFMON, "<s:perfmonOpenSession/>").one("perfmonOpenSessionReturn")
    collect = f"<s:perfmonCollectSessionData><s:SessionHandle>{handle}</s:SessionHandle></s:perfmonCollectSessionData>"
    control.advance(24 * 3600)
    suite.equal(wire.soap(PERFMON, collect).status, 200, "a session that was left alone for a day")
    control.advance(26 * 3600)
    suite.equal(wire.soap(PERFMON, collect).status, 500, "for more than 25 hours")


def rates(suite, wire, control):
    control.advance(60)
    status = [wire.soap(RIS70, select([PHONE])).status for _ in range(15)]
    suite.equal(status, [200] * 15, "15 a minute")
    r = wire.soap(RIS70, select([PHONE]), {"SOAPAction": "selectCmDevice"})
    suite.equal((r.status, r.one("faultcode"), r.fault),
                (500, "ns1:Server.RateControl", "Exceeded allowed rate for Reatime information. Current allowed rate for realtime "
                 "information is 15 requests per minute.RISService70"), "era B: the sixteenth")
    action = "http://schemas.cisco.com/ast/soap/action/#RisPort#SelectCmDevice"
    r = wire.soap(RISPORT, select([PHONE], operation="SelectCmDevice"), {"SOAPAction": f'"{action}"'})
    suite.equal((r.status, r.one("faultcode"), r.fault),
                (500, "ns1:Server.RateControl", "AxisFault: Exceeded allowed rate for Reatime information. Current allowed rate "
                 f"for realtime information is 15 requests per minute.{action}"), "era A: shares the allowance")
    suite.ok('<faultcode xmlns:ns1="http://xml.apache.org/axis/">' in r.text and "<ns2:hostname " in r.text, "era A: as captured")
    suite.equal(wire.soap(PERFMON, "<s:perfmonListCounter><s:Host>cucm-pub</s:Host></s:perfmonListCounter>").status, 200,
                "PerfMon has its own")
    control.advance(60)
    suite.equal(wire.soap(RIS70, select([PHONE])).status, 200, "the next minute")
    sql = axl.Axl(os.environ["CCMSIM_URL"])
    answer = sql.call("executeSQLUpdate", "<sql>update processconfig set paramvalue = '3' where paramname = "
                      "'AllowedPerformanceQueriesPerMinute'</sql>")
    suite.ok(answer.status == 200, "the parameter is set", answer.text)
    control.advance(60)
    old, action = "<s:PerfmonListCounter><Host>cucm-pub</Host></s:PerfmonListCounter>", "#PerfmonPort#PerfmonListCounter"
    last = [wire.soap(PERFMONPORT, old, {"SOAPAction": action}) for _ in range(4)]
    suite.equal([r.status for r in last], [200, 200, 200, 500], "PerfMon holds to what it says now")
    text = ("Exceeded allowed rate for Perfmon information. Current allowed rate for perfmon information is 3 requests per "
            "minute.")
    suite.equal((last[3].one("faultcode"), last[3].fault), ("ns1:Server.RateControl", "AxisFault: " + text + action),
                "era A: its fault")
    r = wire.soap(PERFMON, "<s:perfmonOpenSession/>")
    suite.equal((r.status, r.one("faultcode"), r.fault), (500, "ns1:Server.RateControl", text + "PerfmonService"),
                "era B: as captured, sharing the allowance")


def main():
    suite, wire, control = Suite(), Wire(), Control()
    home = leaves(suite, wire, control)
    node_fails(suite, wire, control, home)
    stopped(suite, wire, control)
    collector_stops(suite, wire, control, home)
    calls(suite, wire, control, home)
    idle_session(suite, wire, control)
    rates(suite, wire, control)
    suite.end()


if __name__ == "__main__":
    sys.exit(main())
