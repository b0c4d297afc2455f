#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Phones, clock and nodes through the control API: each route's good case, pages, filters, states in the way."""

from api import Api
import tap

suite = tap.Suite()
api = Api()
PHONE = "SEP00DE00C01000"


def settle():
    """All that was set off has happened."""
    return api.good("POST", "clock/run-until-idle", {"withinMs": 600000})


def clock():
    suite.equal(api.good("GET", "clock")["mode"], "manual", "time stands still")
    before = api.good("GET", "clock")["nowMs"]
    after = api.good("POST", "clock/advance", {"byMs": 1500})
    suite.equal(after["nowMs"] - before, 1500, "the clock is advanced by hand")
    fast = api.good("PUT", "clock", {"mode": "fast", "speed": 50})
    suite.ok(fast["mode"] == "fast" and fast["speed"] == 50, "faster", fast)
    for route, body in (("clock/advance", {"byMs": 1}), ("clock/run-until-idle", {})):
        status, answer = api.call("POST", route, body)
        suite.ok(status == 409 and "manual" in answer["hint"], f"{route} while time passes is 409 and says what to do", answer)
    for body in ({"mode": "fast"}, {"mode": "real", "speed": 2}, {"mode": "manual", "speed": 2}):
        status, answer = api.call("PUT", "clock", body)
        suite.ok(status == 400 and "speed" in answer["error"], f"{body} is 400", answer)
    suite.equal(api.good("PUT", "clock", {"mode": "manual"})["mode"], "manual", "by hand again")


def boot():
    first = api.good("GET", f"phones/{PHONE}")
    suite.equal(first["status"], "Unknown", "a phone that boots is not known yet")
    ran = settle()
    suite.ok(ran["timersRun"] > 0, "timers have run", ran)
    phone = api.good("GET", f"phones/{PHONE.lower()}")
    suite.ok(phone["name"] == PHONE and phone["status"] == "Registered" and phone["node"] and
             phone["address"].startswith("127.") and phone["lines"][0]["state"] == "idle", "it has registered", phone)


def pages():
    whole = api.good("GET", "phones", limit=10000)
    names = [phone["name"] for phone in whole["phones"]]
    suite.ok(len(names) == whole["total"] > 70 and "next" not in whole, "all devices on one page", whole["total"])
    seen, offset = [], 0
    while offset is not None:
        page = api.good("GET", "phones", limit=7, offset=offset)
        seen += [phone["name"] for phone in page["phones"]]
        offset = page.get("next")
    suite.equal(seen, names, "pages add up to the whole, in its order")
    suite.equal(api.good("GET", "phones", offset=100000), {"phones": [], "total": len(names)}, "behind the last page")
    for query, fits in (({"name": PHONE.lower()}, lambda p: p["name"] == PHONE),
                        ({"name": "SEP00DE00C*"}, lambda p: p["name"].startswith("SEP00DE00C")),
                        ({"status": "Registered"}, lambda p: p["status"] == "Registered"),
                        ({"status": "Rejected"}, lambda p: p["status"] == "Rejected"),
                        ({"class": "SIPTrunk"}, lambda p: p["class"] == "SIPTrunk"),
                        ({"class": "Phone", "name": "CSF*"}, lambda p: p["name"].startswith("CSF")),
                        ({"directoryNumber": "2001"}, lambda p: any(n["pattern"] == "2001" for n in p["lines"])),
                        ({"lineState": "idle"}, lambda p: any(n["state"] == "idle" for n in p["lines"])),
                        ({"node": "cucm-pub"}, lambda p: p["node"] == "cucm-pub"),
                        ({"description": "Anna*"}, lambda p: p["description"].startswith("Anna")),
                        ({"user": "nobody"}, lambda p: False)):
        got = [p["name"] for p in api.good("GET", "phones", limit=10000, **query)["phones"]]
        suite.equal(got, [p["name"] for p in whole["phones"] if fits(p)], f"phones by {query}")
    suite.equal(api.call("GET", "phones", name="a", description="b")[0], 400, "one pattern at a time")


def power():
    api.good("POST", f"phones/{PHONE}/unregister")
    settle()
    gone = api.good("GET", f"phones/{PHONE}")
    suite.ok(gone["status"] == "UnRegistered" and gone["reason"] != 0, "an unplugged phone unregisters", gone)
    api.good("POST", f"phones/{PHONE}/register")
    settle()
    suite.equal(api.good("GET", f"phones/{PHONE}")["status"], "Registered", "plugged in it comes back")
    api.good("POST", f"phones/{PHONE}/reject", {"reason": 3})
    settle()
    refused = api.good("GET", f"phones/{PHONE}")
    suite.ok(refused["status"] == "Rejected" and refused["reason"] == 3, "a refused phone is rejected", refused)
    api.good("POST", f"phones/{PHONE}/reject", {"reason": 0})
    settle()
    suite.equal(api.good("GET", f"phones/{PHONE}")["status"], "Registered", "let in it registers")


def calls():
    suite.equal(api.good("GET", "calls"), {"calls": [], "total": 0}, "nobody speaks")
    call = api.good("POST", "calls", {"device": PHONE, "digits": "2002"})
    path = f"calls/{call['id']}"
    suite.ok(call["state"] == "ringing" and call["caller"]["device"] == PHONE and call["called"]["pattern"] == "2002",
             "a dialled number rings", call)
    suite.equal([c["id"] for c in api.good("GET", "calls", device=PHONE.lower(), state="ringing")["calls"]], [call["id"]],
                "it is among the caller's calls")
    suite.equal(api.good("GET", "calls", device=PHONE, state="connected")["total"], 0, "and not connected")
    suite.equal(api.good("POST", f"{path}/answer")["state"], "connected", "it is answered")
    status, answer = api.call("POST", f"{path}/answer")
    suite.ok(status == 409 and "ringing" in answer["hint"], "a second answer is 409 and says why", answer)
    line = api.good("GET", f"phones/{PHONE}")["lines"][0]
    suite.equal(line["state"], "connected", "the caller's line shows it")
    waits = [{"calls": {"id": call["id"], "state": "connected"}}, {"calls": {"device": PHONE, "state": "connected"}},
             {"calls": {"state": "connected", "count": 1}}, {"phones": {"lineState": "connected", "min": 2}}]
    for body in waits:
        suite.ok(api.good("POST", "wait", dict(body, timeoutMs=0))["met"], f"a wait for {body} is met", body)
    ended = api.good("DELETE", path)
    suite.ok(ended["state"] == "ended" and ended["cause"] == 16, "it is cleared", ended)
    suite.equal(api.call("DELETE", path)[0], 409, "once only")
    suite.equal(api.good("GET", path)["state"], "ended", "it can still be looked at")
    lost = api.good("POST", "calls", {"device": PHONE, "digits": "99999999"})
    suite.ok(lost["state"] == "reorder" and lost["cause"] == 1, "a number that is none gets reorder", lost)
    status, answer = api.call("POST", "calls", {"device": PHONE, "digits": "2002", "line": 9})
    suite.ok(status == 409 and "line" in answer["hint"], "a line that isn't there is 409 and says what to do", answer)
    suite.equal(api.call("POST", "calls", {"device": "NOBODY", "digits": "1"})[0], 404, "a device that isn't there is 404")
    api.good("DELETE", f"calls/{lost['id']}")
    pressed = api.good("POST", f"phones/{PHONE}/press", {"keys": ["Speaker", "KeyPad2"]})
    suite.equal(pressed["lines"][0]["state"], "offhook", "keys are pressed")
    api.good("POST", f"phones/{PHONE}/press", {"keys": ["Onhook"]})
    suite.equal(api.good("GET", "calls")["total"], 0, "and it is on hook again")


def unknown():
    for method, path, body in (("GET", "phones/NOBODY", None), ("POST", "phones/NOBODY/register", None),
                               ("POST", "phones/NOBODY/unregister", None),
                               ("POST", "phones/NOBODY/reject", {"reason": 1}),
                               ("POST", "phones/NOBODY/press", {"keys": ["Speaker"]}), ("GET", "nodes/nowhere", None),
                               ("PUT", "nodes/nowhere", {"up": True}), ("GET", "calls/999", None),
                               ("DELETE", "calls/999", None), ("POST", "calls/999/answer", {}),
                               ("PUT", "nodes/cucm-pub/services/None", {"running": True})):
        status, answer = api.call(method, path, body)
        suite.ok(status == 404 and answer["error"] and answer["hint"], f"{method} {path} is 404 and says what to do", answer)


def nodes():
    all_nodes = api.good("GET", "nodes")["nodes"]
    suite.ok(all_nodes[0]["publisher"] and len(all_nodes) == 3, "publisher first, then the subscribers", all_nodes)
    home = api.good("GET", f"phones/{PHONE}")["node"]
    suite.ok(not api.good("PUT", f"nodes/{home}", {"up": False})["up"], "a node is switched off")
    settle()
    away = api.good("GET", f"phones/{PHONE}")
    suite.ok(away["status"] == "Registered" and away["node"] != home, "its phones go to the next of their group", away)
    suite.ok(api.good("PUT", f"nodes/{home}", {"up": True})["up"], "and on again")
    settle()
    suite.equal(api.good("GET", f"phones/{PHONE}")["node"], home, "they come back")
    service = "Cisco%20CallManager"
    stopped = api.good("PUT", f"nodes/{home}/services/{service}", {"running": False})
    suite.ok(not next(s for s in stopped["services"] if s["name"] == "Cisco CallManager")["running"], "a service stops",
             stopped)
    settle()
    suite.ok(api.good("GET", f"phones/{PHONE}")["node"] != home, "without CallManager its phones leave")
    api.good("PUT", f"nodes/{home}/services/{service}", {"running": True})
    settle()
    suite.equal(api.good("GET", f"phones/{PHONE}")["node"], home, "with it they come back")


for part in (clock, boot, pages, power, calls, unknown, nodes):
    suite.attempt(part.__name__, part)
suite.end()
