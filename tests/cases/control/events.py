#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Events as pages and as a stream, and waits for phones and requests. Time is by hand."""

import os
import threading

from api import Api, Stream
from http_client import Client
import tap

suite = tap.Suite()
api = Api()
PHONE, OTHER = "SEP00DE00C01000", "SEP00DE00C11025"


def settle():
    api.good("POST", "clock/run-until-idle", {"withinMs": 600000})


def last():
    return api.good("GET", "events", after=0, limit=0)["last"]


def power(name, on):
    api.good("POST", f"phones/{name}/{'register' if on else 'unregister'}")
    settle()


def pages():
    settle()
    start = last()
    power(PHONE, False)
    power(PHONE, True)
    page = api.good("GET", "events", after=start)
    events = page["events"]
    suite.ok(len(events) >= 2 and page["last"] == page["next"] == events[-1]["seq"] and not page["lost"],
             "what happened since", page)
    suite.equal([e["seq"] for e in events], list(range(start + 1, page["last"] + 1)), "nothing is left out")
    statuses = [e["status"] for e in events if e["kind"] == "device" and e["subject"] == PHONE]
    suite.equal(statuses, ["UnRegistered", "Registered"], "in the order it happened")
    seen, after = [], start
    while after < page["last"]:
        step = api.good("GET", "events", after=after, limit=1)
        seen += step["events"]
        after = step["next"]
    suite.equal(seen, events, "page by page it is the same")
    suite.equal(api.good("GET", "events", after=start, kind="device", subject=PHONE.lower())["events"],
                [e for e in events if e["kind"] == "device" and e["subject"] == PHONE], "by kind and subject")
    suite.equal(api.good("GET", "events", after=start, kind="call,node")["events"], [], "none of other kinds")
    suite.equal(api.call("GET", "events", kind="nonsense")[0], 400, "an unknown kind is 400")


def stream():
    start = last()
    s = Stream(api)
    suite.ok(s.status == 200 and s.headers["content-type"] == "text/event-stream", "a stream begins", s.headers)
    suite.equal(s.message(), {"comment": ""}, "and says so at once")
    power(PHONE, False)
    e = s.event()
    suite.ok(e["event"] == "device" and int(e["id"]) == e["data"]["seq"] > start and
             e["data"]["subject"] == PHONE and e["data"]["status"] == "UnRegistered", "what happens comes over it", e)
    s.close()
    power(PHONE, True)
    again = Stream(api, headers={"Last-Event-ID": e["id"]})
    suite.equal(again.event()["data"]["seq"], int(e["id"]) + 1, "a client that comes back misses nothing")
    again.close()
    one = Stream(api, f"subject={PHONE}&kind=device")
    power(OTHER, False)
    power(OTHER, True)
    power(PHONE, False)
    suite.equal(one.event()["data"]["subject"], PHONE, "a stream for one phone has that phone's only")
    power(PHONE, True)
    suite.equal(one.event()["data"]["status"], "Registered", "and goes on")
    one.close()
    beat = Stream(api, "heartbeatMs=100&subject=none")
    suite.equal([beat.message(), beat.message(), beat.message()], [{"comment": ""}] * 3, "heartbeats while nothing happens")
    beat.close()
    suite.equal(api.raw("GET", "events?stream=true&kind=x").status, 400, "a stream of nonsense is 400")
    bad = Stream(api, headers={"Last-Event-ID": "x"})
    suite.equal(bad.status, 400, "Last-Event-ID that is none is 400")
    bad.close()


class Wait:
    """A wait on a connection of its own."""

    def __init__(self, **body):
        self.answer = None
        self.body = body
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        self.answer = Api().good("POST", "wait", self.body)

    def result(self):
        self.thread.join()
        return self.answer


def until_waiting(count):
    """The waits are known to the daemon."""
    while api.good("GET", "health")["waits"] != count:
        pass


def waits():
    now = api.good("POST", "wait", {"phones": {"name": PHONE, "status": "Registered"}})
    suite.ok(now["met"] and now["found"] == 1 and now["present"]["name"] == PHONE, "what holds already is met at once", now)
    no = api.good("POST", "wait", {"phones": {"name": PHONE, "status": "Rejected"}, "timeoutMs": 0})
    suite.ok(not no["met"] and no["present"]["status"] == "Registered", "without time it only looks", no)
    no = api.good("POST", "wait", {"phones": {"name": PHONE, "status": "Rejected"}, "timeoutMs": 50})
    suite.ok(not no["met"] and no["found"] == 0, "time is up", no)
    registered = api.good("POST", "wait", {"phones": {"status": "Registered"}})["found"]
    waiting = {
        "one phone": Wait(phones={"name": PHONE.lower(), "status": "UnRegistered"}),
        "the same again": Wait(phones={"name": PHONE, "status": "UnRegistered"}),
        "how many are registered": Wait(phones={"status": "Registered", "max": registered - 1}),
        "how many of a pattern are": Wait(phones={"name": "SEP*", "status": "UnRegistered"}),
        "how many of a class are": Wait(phones={"class": "Phone", "status": "UnRegistered", "count": 1}),
    }
    other = Wait(phones={"name": OTHER, "status": "UnRegistered"})
    until_waiting(len(waiting) + 1)
    power(PHONE, False)
    for name, wait in waiting.items():
        result = wait.result()
        suite.ok(result["met"] and result["found"] >= 1, f"a wait for {name} is met", result)
    suite.equal(api.good("GET", "health")["waits"], 1, "the one for another phone goes on")
    power(OTHER, False)
    suite.ok(other.result()["met"], "until that phone does it")
    power(PHONE, True)
    power(OTHER, True)
    suite.equal(api.good("GET", "health")["waits"], 0, "no wait is left")


def calls():
    waiting = {
        "a device's call": Wait(calls={"device": OTHER.lower(), "state": "ringing"}),
        "any call": Wait(calls={"state": "connected"}),
        "a line's state": Wait(phones={"name": OTHER, "lineState": "connected"}),
    }
    until_waiting(len(waiting))
    call = api.good("POST", "calls", {"device": PHONE, "digits": "2002"})
    over = Wait(calls={"id": call["id"], "state": "ended"})
    suite.ok(waiting["a device's call"].result()["met"], "a wait for a device's call is met when it rings")
    api.good("POST", f"calls/{call['id']}/answer")
    for name, wait in waiting.items():
        suite.ok(wait.result()["met"], f"a wait for {name} is met")
    until_waiting(1)
    api.good("DELETE", f"calls/{call['id']}")
    result = over.result()
    suite.ok(result["met"] and result["present"]["cause"] == 16, "a wait for its end is met", result)


def requests():
    axl = Client(os.environ["CCMSIM_HTTPS"])
    waiting = {
        "an operation": Wait(requests={"operation": "addRoutePartition"}),
        "two of it": Wait(requests={"operation": "addRoutePartition", "count": 2}),
        "an element": Wait(requests={"operation": "addRoutePartition", "contains": {"routePartition/name": "second*"}}),
        "any of a service": Wait(requests={"service": "axl", "min": 2}),
    }
    until_waiting(len(waiting))
    for name in ("first", "second one"):
        axl.axl("addRoutePartition", f"<routePartition><name>{name}</name></routePartition>")
    for name, wait in waiting.items():
        result = wait.result()
        suite.ok(result["met"] and result["entries"], f"a wait for {name} is met", result)
    now = api.good("POST", "wait", {"requests": {"contains": {"routePartition/name": "first"}, "count": 1}})
    suite.ok(now["met"] and now["found"] == 1, "what was asked before counts", now)
    no = api.good("POST", "wait", {"requests": {"operation": "removeLine"}, "timeoutMs": 50})
    suite.ok(not no["met"] and no["entries"] == [], "what was not asked times out", no)


def refusals():
    for body in ({}, {"phones": {}, "calls": {}}, {"timeoutMs": 1}, {"phones": {"min": 2, "max": 1}},
                 {"requests": {"count": 1, "max": 2}}):
        status, answer = api.call("POST", "wait", body)
        suite.ok(status == 400 and answer["error"] and answer["hint"], f"a wait for {body} is 400", answer)


for part in (pages, stream, waits, calls, requests, refusals):
    suite.attempt(part.__name__, part)
suite.end()
