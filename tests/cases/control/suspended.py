#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Thousands of suspended waits and streams on one worker while others are served; clients that go away free what they
held. usage: suspended.py [COUNT]"""

import json
import os
import selectors
import socket
import sys
import time
import urllib.parse

from api import BASE, Api, daemon
from http_client import Client, basic
import tap

suite = tap.Suite()
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
REQUESTS = 200
DELAYS = max(20, COUNT // 10)


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


def served(https, user, password):
    """Seconds for a number of AXL requests."""
    os.environ["CCMSIM_USER"], os.environ["CCMSIM_PASSWORD"] = user, password
    axl = Client(https)
    start = time.monotonic()
    for _ in range(REQUESTS):
        if axl.axl("getUser", "<userid>aalbrecht</userid>").status != 200:
            raise AssertionError("getUser failed")
    return time.monotonic() - start


def resident(process):
    with open(f"/proc/{process.pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main():
    options = ["--demo", "--workers", "1", "--clock", "manual", "--plain-http", "serve",
               "--connection-limit", str(3 * COUNT + 100)]
    with daemon.Daemon(options) as d:
        api = Api(d.http, d.token)
        phones = [p["name"] for p in api.good("GET", "phones", limit=10000, **{"class": "Phone"})["phones"]]
        alone = served(d.https, d.user, d.password)
        before = resident(d.process)
        waits, streams = Crowd(api), Crowd(api)
        for i in range(COUNT):
            kind = i % 4
            condition = ({"phones": {"name": phones[i % len(phones)], "status": "Rejected"}} if kind == 0 else
                         {"phones": {"name": f"SEP{i:012X}"}} if kind == 1 else
                         {"requests": {"operation": f"addNothing{i}"}} if kind == 2 else
                         {"phones": {"status": "Rejected", "min": 1000}})
            waits.send("POST", "wait", dict(condition, timeoutMs=3600000))
        health = until(api, waits=COUNT)
        suite.equal(health["waits"], COUNT, f"{COUNT} waits at once on one worker")
        for i in range(COUNT):
            streams.send("GET", f"events?stream=true&heartbeatMs=0&subject={phones[i % len(phones)] if i % 2 else i}")
        health = until(api, eventStreams=COUNT, requestsSuspended=2 * COUNT)
        suite.equal((health["waits"], health["eventStreams"]), (COUNT, COUNT), f"and {COUNT} streams")
        suite.equal(health["requestsSuspended"], 2 * COUNT, "all suspended")
        api.good("POST", "faults", {"kind": "delay", "operation": "getLine", "minMs": 3600000})
        delays = Crowd(api)
        for i in range(DELAYS):
            delays.axl(d, "getLine")
        health = until(api, requestsSuspended=2 * COUNT + DELAYS)
        suite.equal(health["requestsSuspended"], 2 * COUNT + DELAYS, f"and {DELAYS} delayed requests of AXL")
        held = (resident(d.process) - before) / (2 * COUNT)
        crowded = served(d.https, d.user, d.password)
        suite.note(f"{REQUESTS} AXL requests: {alone:.3f} s alone, {crowded:.3f} s beside {2 * COUNT + DELAYS} suspended; "
                   f"{held / 1024:.1f} kB each")
        suite.ok(True, f"{REQUESTS} AXL requests are answered meanwhile")
        api.good("POST", f"phones/{phones[0]}/reject", {"reason": 3})
        wanted = len([i for i in range(0, COUNT, 4) if i % len(phones) == 0])
        met = waits.answers(wanted)
        suite.ok(len(met) == wanted and all('"met":true' in text for _, text in met),
                 f"the {wanted} that wait for a phone are answered when it comes to it", met[:1])
        health = until(api, waits=COUNT - wanted)
        suite.equal(health["waits"], COUNT - wanted, "the others go on waiting")
        waits.leave()
        health = until(api, waits=0)
        suite.equal(health["waits"], 0, "waits whose clients go away are freed")
        streams.leave()
        delays.leave()
        health = until(api, eventStreams=0, requestsSuspended=0, streams=0)
        suite.equal((health["eventStreams"], health["requestsSuspended"], health["streams"]), (0, 0, 0),
                    "so are streams and delays")
        left = Crowd(api)
        for i in range(20):
            left.send("POST", "wait", {"phones": {"name": f"never{i}"}, "timeoutMs": 3600000})
            left.send("GET", "events?stream=true")
        until(api, waits=20, eventStreams=20)
        suite.equal(d.stop(), 0, "the daemon ends though some still wait")
        left.leave()


suite.attempt("main", main)
suite.end()
