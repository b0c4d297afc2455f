#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""10,000 suspended requests on one worker, a third of them waits, a third streams, a third requests of AXL that a rule
delays, while others are served as fast as by a daemon beside it that has none; clients that go away free what they
held, twice. usage: suspended.py [COUNT]"""

import json
import os
import resource
import selectors
import socket
import statistics
import sys
import time
import urllib.parse

from api import BASE, Api, daemon
from http_client import Client, basic
import tap

suite = tap.Suite()
ROUNDS, REQUESTS = 3, 150
SPARE = 500  # descriptors for all else
OPTIONS = ["--demo", "--workers", "1", "--clock", "manual", "--plain-http", "serve"]


def most(wanted):
    """As many as there may be descriptors, here and in the daemon, which inherits the limits."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and hard * 7 // 8 < wanted + SPARE:  # the daemon keeps an eighth for itself
        suite.note(f"only {hard} descriptors are allowed: fewer than {wanted} requests")
        return hard * 7 // 8 - SPARE
    return wanted


class Crowd:
    """Raw connections that have each sent a request."""

    def __init__(self, api):
        self.api, self.sockets = api, []
        self.url = urllib.parse.urlsplit(api.url)

    def send(self, method, path, body=None):
        s = socket.create_connection((self.url.hostname, self.url.port), timeout=60)
        text = json.dumps(body) if body is not None else ""
        s.sendall((f"{method} {BASE}{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.api.token}\r\n"
                   f"Content-Length: {len(text)}\r\n\r\n{text}").encode())
        self.sockets.append(s)

    def axl(self, d, operation):
        """A request of AXL, without TLS."""
        text = (f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><n:{operation} '
                'xmlns:n="http://www.cisco.com/AXL/API/15.0"/></e:Body></e:Envelope>')
        s = socket.create_connection((self.url.hostname, self.url.port), timeout=60)
        s.sendall((f"POST /axl/ HTTP/1.1\r\nHost: x\r\nAuthorization: {basic(d.user, d.password)}\r\n"
                   f"Content-Type: text/xml\r\nContent-Length: {len(text)}\r\n\r\n{text}").encode())
        self.sockets.append(s)

    def answers(self, count):
        """How many have answered something with that many bytes of text in it, as they come."""
        selector = selectors.DefaultSelector()
        for s in self.sockets:
            selector.register(s, selectors.EVENT_READ)
        answered = []
        while len(answered) < count:
            for key, _ in selector.select(60):
                selector.unregister(key.fileobj)
                answered.append((key.fileobj, key.fileobj.recv(65536).decode()))
        return answered

    def leave(self):
        for s in self.sockets:
            s.close()
        self.sockets = []


def until(api, **wanted):
    """Health says so; the last of it."""
    deadline = time.monotonic() + 60
    while True:
        health = api.good("GET", "health")
        if all(health[name] == value for name, value in wanted.items()) or time.monotonic() > deadline:
            return health


class Served:
    """Requests of AXL over one connection."""

    def __init__(self, d):
        self.d, self.client = d, Client(d.https)

    def one(self):
        start = time.monotonic()
        answer = self.client.axl("getUser", "<userid>aalbrecht</userid>", auth=basic(self.d.user, self.d.password))
        if answer.status != 200:
            raise AssertionError("getUser failed")
        return time.monotonic() - start

    def processor(self):
        """Seconds that the daemon's threads have run."""
        total = 0
        for task in os.listdir(f"/proc/{self.d.process.pid}/task"):
            with open(f"/proc/{self.d.process.pid}/task/{task}/schedstat", encoding="ascii") as stat:
                total += int(stat.read().split()[0])
        return total / 1e9


def compare(alone, crowded):
    """By turns, so that whatever else the machine does meets both: how many times as long the median request and the
    processor's time for all of them take, in the best of some rounds."""
    best = (float("inf"), float("inf"))
    for _ in range(ROUNDS):
        times, spent = ([], []), [served.processor() for served in (alone, crowded)]
        for _ in range(REQUESTS):
            for served, taken in zip((alone, crowded), times):
                taken.append(served.one())
        spent = [served.processor() - before for served, before in zip((alone, crowded), spent)]
        best = min(best[0], statistics.median(times[1]) / statistics.median(times[0])), min(best[1], spent[1] / spent[0])
    return best


def resident(process):
    with open(f"/proc/{process.pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def handles(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


class Crowds:
    """A third each of waits, streams and delays."""

    def __init__(self, d, api, count):
        self.d, self.api = d, api
        self.phones = [p["name"] for p in api.good("GET", "phones", limit=10000, **{"class": "Phone"})["phones"]]
        self.waits, self.streams, self.delays = Crowd(api), Crowd(api), Crowd(api)
        self.counts = (count - 2 * (count // 3), count // 3, count // 3)

    def gather(self):
        """By turns."""
        for i in range(self.counts[0]):
            self.wait(i)
            if i < self.counts[1]:
                subject = self.phones[i % len(self.phones)] if i % 2 else i
                self.streams.send("GET", f"events?stream=true&heartbeatMs=0&subject={subject}")
                self.delays.axl(self.d, "getLine")
        waits, streams, delays = self.counts
        health = until(self.api, waits=waits, eventStreams=streams, requestsSuspended=sum(self.counts))
        suite.equal((health["waits"], health["eventStreams"], health["requestsSuspended"]), (waits, streams, sum(self.counts)),
                    f"{waits} waits, {streams} streams and {delays} delays at once on one worker")

    def wait(self, i):
        kind = i % 4
        condition = ({"phones": {"name": self.phones[i % len(self.phones)], "status": "Rejected"}} if kind == 0 else
                     {"phones": {"name": f"SEP{i:012X}"}} if kind == 1 else
                     {"requests": {"operation": f"addNothing{i}"}} if kind == 2 else
                     {"phones": {"status": "Rejected", "min": 1000}})
        self.waits.send("POST", "wait", dict(condition, timeoutMs=3600000))

    def some_are_met(self):
        wanted = len([i for i in range(0, self.counts[0], 4) if i % len(self.phones) == 0])
        self.api.good("POST", f"phones/{self.phones[0]}/reject", {"reason": 3})
        met = self.waits.answers(wanted)
        suite.ok(len(met) == wanted and all('"met":true' in text for _, text in met),
                 f"the {wanted} that wait for a phone are answered when it comes to it", met[:1])
        health = until(self.api, waits=self.counts[0] - wanted)
        suite.equal(health["waits"], self.counts[0] - wanted, "the others go on waiting")
        self.api.good("POST", f"phones/{self.phones[0]}/reject", {"reason": 0})
        self.api.good("POST", "clock/run-until-idle", {})

    def leave(self, fewest):
        for crowd in (self.waits, self.streams, self.delays):
            crowd.leave()
        none = {"waits": 0, "eventStreams": 0, "requestsSuspended": 0, "streams": 0}
        health = until(self.api, **none)
        suite.equal({name: health[name] for name in none}, none, "waits, streams and delays whose clients go away are freed")
        deadline = time.monotonic() + 60
        while handles(self.d.process) > fewest and time.monotonic() < deadline:
            self.api.good("GET", "health")
        suite.ok(handles(self.d.process) <= fewest, "and their descriptors", (handles(self.d.process), fewest))


def ends_all_the_same(d, api):
    left = Crowd(api)
    for i in range(20):
        left.send("POST", "wait", {"phones": {"name": f"never{i}"}, "timeoutMs": 3600000})
        left.send("GET", "events?stream=true")
        left.axl(d, "getLine")
    until(api, waits=20, eventStreams=20, requestsSuspended=60)
    suite.equal(d.stop(), 0, "the daemon ends though some still wait")
    left.leave()


def main():
    count = most(int(sys.argv[1]) if len(sys.argv) > 1 else 10000)
    with daemon.Daemon(OPTIONS) as empty, daemon.Daemon([*OPTIONS, "--connection-limit", str(count + 100)]) as d:
        api = Api(d.http, d.token)
        alone, crowded = Served(empty), Served(d)
        compare(alone, crowded)
        api.good("POST", "faults", {"kind": "delay", "operation": "getLine", "minMs": 3600000})
        before, fewest = resident(d.process), handles(d.process)
        crowds = Crowds(d, api, count)
        crowds.gather()
        held = resident(d.process) - before
        wall, processor = compare(alone, crowded)
        suite.note(f"beside {count} suspended a request takes {wall:.2f} times as long and {processor:.2f} times the "
                   f"processor's time; they hold {held / count / 1024:.1f} kB each")
        suite.ok(wall < 2 and processor < 2, "others are served at the usual speed", (wall, processor))
        crowds.some_are_met()
        crowds.leave(fewest)
        after = resident(d.process) - before
        suite.ok(after < held / 3, "and their memory", (after, held))
        suite.note(f"{after / 1e6:.1f} of {held / 1e6:.1f} MB are still resident when they have gone")
        crowds = Crowds(d, api, count)
        crowds.gather()
        again = resident(d.process) - before
        suite.ok(again < held * 1.25, "as many once more need no more memory", (again, held))
        crowds.leave(fewest)
        ends_all_the_same(d, api)
        empty.stop()


suite.attempt("main", main)
suite.end()
