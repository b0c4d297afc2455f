#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""What each kind of fault rule does on the wire, and which requests it meets. The clock is run by hand: throttles
and windows go by it. Nothing here is judged by how long it took: what must wait or crawl would do so for hours."""

import http.client
import os
import re
import select
import socket
import ssl
import sys
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.join(HERE, "..")
sys.path[:0] = [HERE, os.path.join(CASES, "..", "lib"), os.path.join(CASES, "control"),
                os.path.join(CASES, "serviceability")]
import tap  # noqa: E402
import wire  # noqa: E402
from api import Api  # noqa: E402
from axl import Axl, ENVELOPE, insecure_context  # noqa: E402
from http_client import Client  # noqa: E402

HOUR_MS = 3600 * 1000
COLUMNS = "select tabname, colname, colno, coltype from systables t, syscolumns c where t.tabid = c.tabid"

suite = tap.Suite()
api, axl = Api(), Axl()
numbers = iter(range(1000000))


# ---- asking ----

def rule(kind, **how):
    return api.good("POST", "faults", dict({"kind": kind}, **how))


def hits(made):
    return api.good("GET", f"faults/{made['id']}")["hits"]


def name():
    return f"wire{next(numbers)}"


def add(partition):
    return axl.call("addRoutePartition", f"<routePartition><name>{partition}</name></routePartition>")


def get(partition):
    return axl.call("getRoutePartition", f"<name>{partition}</name>")


def there(partition):
    """By the store, past the rules, which meet AXL's requests for partitions only."""
    text = axl.call("executeSQLQuery", f"<sql>select count(*) n from routepartition where name='{partition}'</sql>").text
    return re.search("<n>([01])</n>", text).group(1) == "1"


def request(operation, content):
    """The bytes of a request."""
    body = ENVELOPE.format(version=axl.version, operation=operation, content=content).encode()
    return (f"POST /axl/ HTTP/1.1\r\nHost: {axl.url.netloc}\r\nAuthorization: {axl.authorization}\r\n"
            f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


class Tls:
    """TLS over a socket that is read here: Python's own takes a reset for an end."""

    def __init__(self):
        self.raw = socket.create_connection((axl.url.hostname, axl.url.port), timeout=60)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = insecure_context().wrap_bio(self.incoming, self.outgoing)
        self.step(self.tls.do_handshake)

    def step(self, act, *values):
        """Its result; None when the peer has ended the connection."""
        while True:
            try:
                result = act(*values)
            except ssl.SSLWantReadError:
                result = ...
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return None
            self.raw.sendall(self.outgoing.read())
            if result is not ...:
                return result
            piece = self.raw.recv(65536)
            if piece:
                self.incoming.write(piece)
            else:
                self.incoming.write_eof()

    def read(self):
        return self.step(self.tls.read, 65536)

    def read_all(self):
        """What came, and how it ended: "end" or "reset"."""
        got = b""
        try:
            while piece := self.read():
                got += piece
        except ConnectionResetError:
            return got, "reset"
        finally:
            self.close()
        return got, "end"

    def answered(self):
        """Whether a byte of an answer, or the end, has come."""
        while select.select([self.raw], [], [], 0)[0]:
            piece = self.raw.recv(65536)
            if not piece:
                return True
            self.incoming.write(piece)
        try:
            self.tls.read(1)
        except ssl.SSLWantReadError:
            return False
        return True

    def close(self):
        self.raw.close()


def send(operation, content):
    """A connection on which a request was sent and no answer read."""
    connection = Tls()
    connection.step(connection.tls.write, request(operation, content))
    return connection


def until(condition):
    """Ask until it holds; a minute is a failure, not a measurement."""
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


# ---- kinds ----

def error():
    for status, code, text in (("INVALID", 5003, "made & up"), ("NOT_FOUND", 5007, "not there"),
                               ("DATABASE", -239, "Could not insert new row"), ("INTERNAL", -1, "oh")):
        more = {"code": code} if status == "DATABASE" else {}
        made = rule("error", operation="addRoutePartition", status=status, text=text, count=1, **more)
        partition = name()
        answer = add(partition)
        side = "Client" if status == "DATABASE" else "Server"
        suite.equal((answer.status, answer.fault, answer.code, answer.element.findtext("faultcode")),
                    (500, text, code, f"soapenv:{side}"), f"error {status}: AXL's fault")
        detail = answer.element.find("detail/axlError")
        suite.equal((detail.findtext("axlmessage"), detail.findtext("request")), (text, "addRoutePartition"),
                    "with text and operation in its detail")
        suite.ok(not there(partition) and hits(made) == 1, "and nothing was done")
        api.good("DELETE", "faults")
    rule("error", operation="getRoutePartition", status="NOT_FOUND", text="old form")
    old = Axl(version="7.1").call("getRoutePartition", "<name>x</name>")
    suite.ok("<axl:Error" in old.text and "<axl:code>5007</axl:code>" in old.text and "old form" in old.text,
             "before 8.0 it is axl:Error", old.text)


def status():
    rule("status", operation="getRoutePartition", httpStatus=503, text="<b>away</b>", count=1)
    answer = get("x")
    suite.equal((answer.status, answer.text, answer.headers["Content-Type"]),
                (503, "<b>away</b>", "text/html;charset=utf-8"), "status with its body")
    rule("status", operation="getRoutePartition", httpStatus=429, text="{}", contentType="application/json", count=1)
    answer = get("x")
    suite.equal((answer.status, answer.text, answer.headers["Content-Type"]), (429, "{}", "application/json"),
                "and a content type")
    rule("status", operation="getRoutePartition", httpStatus=502, count=1)
    answer = get("x")
    suite.ok(answer.status == 502 and "<html" in answer.text and "502" in answer.text, "without one: a page", answer.text)
    suite.equal(get("x").code, 5007, "the connection goes on")


def delay():
    partition, passed = name(), name()
    made = rule("delay", operation="addRoutePartition", object=partition, minMs=HOUR_MS)
    waiting = send("addRoutePartition", f"<routePartition><name>{partition}</name></routePartition>")
    suite.ok(until(lambda: hits(made) == 1), "a delayed request is met")
    suite.equal(add(passed).status, 200, "another is answered")
    suite.ok(not waiting.answered() and not there(partition), "while it waits, and nothing of it is done")
    # What others left the loop for is counted until their answers are out.
    suite.ok(until(lambda: api.good("GET", "health")["requestsSuspended"] == 1), "health counts it")
    waiting.close()
    suite.ok(until(lambda: api.good("GET", "health")["requestsSuspended"] == 0), "its client goes: it waits no more")
    suite.ok(not there(partition), "nor is it carried out")
    api.good("DELETE", "faults")
    made = rule("delay", operation="addRoutePartition", minMs=1, maxMs=5)
    suite.equal((add(partition).status, there(partition), hits(made)), (200, True, 1), "after a delay it is carried out")


def close_and_reset():
    for kind, ending in (("close", "end"), ("reset", "reset")):
        partition = name()
        content = f"<routePartition><name>{partition}</name></routePartition>"
        rule(kind, operation="addRoutePartition")
        suite.equal(send("addRoutePartition", content).read_all(), (b"", ending), f"{kind}: no byte, then {ending}")
        suite.ok(not there(partition), "and nothing was done")
        api.good("DELETE", "faults")
        suite.equal(add(partition).status, 200, "afterwards it is as before")


def truncate():
    whole = get("none").body
    for kept in (0, 1, len(whole) - 1):
        rule("truncate", operation="getRoutePartition", bytes=kept)
        head, _, body = send("getRoutePartition", "<name>none</name>").read_all()[0].partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        suite.equal((length and int(length.group(1)), body), (len(whole), whole[:kept]),
                    f"truncate: {kept} of the {len(whole)} bytes that were told")
        api.good("DELETE", "faults")
    rule("truncate", operation="getRoutePartition", bytes=10)
    try:
        suite.ok(False, "a client sees an incomplete answer", get("none").text)
    except http.client.IncompleteRead as problem:
        suite.equal(problem.partial, whole[:10], "a client sees an incomplete answer")
    rule("truncate", operation="addRoutePartition", bytes=1000000)
    suite.equal(add(name()).status, 200, "more than there is cuts nothing")


def garbage():
    seen = []
    for seed in (1, 1, 2):
        rule("garbage", operation="getRoutePartition", bytes=4000, seed=seed, count=2)
        first, second = get("x"), get("x")
        suite.ok(first.status == 200 and first.headers["Content-Type"] == "text/xml;charset=UTF-8"
                 and len(first.body) == 4000 and len(set(first.body)) > 200 and first.element is None,
                 "garbage: so many bytes at random, said to be XML", first.body[:80])
        suite.ok(first.body != second.body, "others each time")
        seen.append(first.body)
    suite.ok(seen[0] == seen[1] != seen[2], "the same for the same seed")


def slow():
    whole = axl.call("executeSQLQuery", f"<sql>{COLUMNS}</sql>")
    suite.ok(whole.status == 200 and len(whole.body) > 200000, "an answer that is long", len(whole.body))
    made = rule("slow", operation="executeSQLQuery", object="select tabname*", bytes=20)
    crawling = send("executeSQLQuery", f"<sql>{COLUMNS}</sql>")
    got = b""
    while got.count(b"\r\n\r\n") == 0 or got.endswith(b"\r\n\r\n"):
        got += crawling.read()
    head, _, body = got.partition(b"\r\n\r\n")
    suite.ok(b" 200 " in head and f"content-length: {len(whole.body)}".encode() in head.lower(), "slow: the head is whole", head)
    suite.equal(get("none").code, 5007, "another request is answered")
    suite.ok(whole.body.startswith(body) and len(body) < len(whole.body) // 2, "while the body has only begun", len(body))
    crawling.close()
    suite.equal(hits(made), 1, "it was met once")
    api.good("DELETE", "faults")
    rule("slow", operation="executeSQLQuery", bytes=16777216)
    suite.ok(axl.call("executeSQLQuery", f"<sql>{COLUMNS}</sql>").body == whole.body, "slowed less it is the same, byte for byte")


def throttle():
    made = rule("throttle", service="axl", operation="getRoutePartition", requests=2, perMs=60000, text="too fast")
    told = [get("none").status for _ in range(4)]
    suite.equal(told, [500, 500, 503, 503], "throttle: two pass, then no more")
    answer = get("none")
    suite.ok("too fast" in answer.text and answer.element is None, "with the rule's text", answer.text)
    suite.equal(add(name()).status, 200, "other operations pass")
    api.good("POST", "clock/advance", {"byMs": 59999})
    suite.equal(get("none").status, 503, "nearly a minute later still")
    api.good("POST", "clock/advance", {"byMs": 1})
    suite.equal((get("none").status, hits(made)), (500, 4), "a minute later they do")
    api.good("DELETE", "faults")
    rule("throttle", service="serviceability", requests=1, perMs=60000)
    ris = wire.Wire()
    suite.equal(ris.soap(wire.RIS70, wire.select()).status, 200, "RIS: one passes")
    for path, start, ending in ((wire.RIS70, "", "RISService70"), (wire.RISPORT70, "AxisFault: ", "")):
        answer = ris.soap(path, wire.select())
        suite.ok(answer.status == 500 and answer.fault and answer.fault.startswith(start + "Exceeded allowed rate for Reatime")
                 and answer.fault.endswith(ending) and "Server.RateControl" in answer.text.replace("ns1:", ""),
                 f"then {path} says so in RIS's own words", answer.text)


def other_services():
    ris = wire.Wire()
    rule("error", service="serviceability", operation="selectCmDevice", status="INTERNAL", text="collector is ill", count=1)
    answer = ris.soap(wire.RIS70, wire.select())
    suite.equal((answer.status, answer.fault), (500, "collector is ill"), "RIS: a fault of Axis")
    suite.equal(ris.soap(wire.RIS70, wire.select()).status, 200, "once")
    rule("error", service="em", status="BUSY", code=26, text="try later", count=1)
    message = ("<query><appInfo><appID>x</appID><appCertificate>y</appCertificate></appInfo><deviceUserQuery>"
               "<deviceName>SEP000000000001</deviceName></deviceUserQuery></query>")
    tls = Client(os.environ["CCMSIM_HTTPS"])

    def em():
        return tls.request("POST", "/emservice/EMServiceServlet", "xml=" + urllib.parse.quote(message),
                           headers={"Content-Type": "application/x-www-form-urlencoded"}).text

    suite.ok('<failure><error code="26">try later</error></failure>' in em(), "Extension Mobility: its numbered error")
    rule("error", service="em", object="SEP000000000001", element="deviceName", status="INVALID", code=6, text="sick")
    suite.ok('code="6">sick<' in em(), "found by the device in its message")


# ---- which ----

def codes(count, one=get):
    return [one("none").status for _ in range(count)]


def counted():
    made = rule("status", operation="getRoutePartition", httpStatus=503, skip=2, count=3)
    suite.equal(codes(7), [500, 500, 503, 503, 503, 500, 500], "two are skipped, three are met")
    suite.equal(hits(made), 3, "and counted")
    api.good("DELETE", "faults")
    patterns = []
    for seed in (7, 7, 8):
        rule("status", operation="getRoutePartition", httpStatus=503, rate=0.5, seed=seed)
        patterns.append(codes(40))
        api.good("DELETE", "faults")
    suite.ok(patterns[0] == patterns[1] != patterns[2], "a rate: by the seed the same ones", patterns)
    suite.ok(all(5 < pattern.count(503) < 35 for pattern in patterns), "about so many of them", patterns)
    rule("status", operation="getRoutePartition", httpStatus=501, count=1)
    rule("status", operation="getRoutePartition", httpStatus=502)
    suite.equal(codes(2), [501, 502], "of several the first that fits decides")


def matched():
    held, other = name(), name()
    suite.equal((add(held).status, add(other).status), (200, 200), "two partitions")
    user = os.environ["CCMSIM_USER"]
    for condition, wanted in (({"object": held}, (503, 200)), ({"object": held.upper()}, (503, 200)),
                              ({"object": held[:4] + "*"}, (503, 503)), ({"object": held[:-1]}, (200, 200)),
                              ({"object": held, "element": "name"}, (503, 200)),
                              ({"object": held, "element": "description"}, (200, 200)),
                              ({"user": user}, (503, 503)), ({"user": user + "x"}, (200, 200)),
                              ({"service": "axl"}, (503, 503)), ({"service": "em"}, (200, 200)),
                              ({"operation": "getRoute*"}, (503, 503)), ({"operation": "getPhone"}, (200, 200))):
        rule("status", httpStatus=503, **condition)
        suite.equal((get(held).status, get(other).status), wanted, f"{condition} meets {wanted}")
        api.good("DELETE", "faults")
    rule("status", httpStatus=503)
    suite.equal(axl.post(b"", {"Authorization": "Basic eDp5"}).status, 401, "who is not let in, is not met")
    suite.equal(api.good("GET", "health")["status"], "ok", "nor is the control API")


def windows():
    now = api.good("GET", "clock")["nowMs"]
    rule("status", operation="getRoutePartition", httpStatus=503, **{"from": now + 1000, "until": now + 2000})
    told = codes(1)
    for _ in range(2):
        api.good("POST", "clock/advance", {"byMs": 1000})
        told += codes(1)
    suite.equal(told, [500, 503, 500], "only within its window of the cluster's time")


def lost_answers():
    for kind, how in (("error", {"status": "INTERNAL", "text": "lost"}), ("status", {"httpStatus": 504, "text": "late"}),
                      ("garbage", {"bytes": 100})):
        partition = name()
        rule(kind, operation="addRoutePartition", carryOut=True, **how)
        answer = add(partition)
        suite.ok(answer.result is None and there(partition), f"{kind}: carried out, its answer lost", answer.text)
        wanted = {"error": (500, b"lost"), "status": (504, b"late"), "garbage": (200, b"")}[kind]
        suite.ok(answer.status == wanted[0] and wanted[1] in answer.body, "and another in its place", answer.text)
        api.good("DELETE", "faults")
    for kind, ending in (("close", "end"), ("reset", "reset")):
        partition = name()
        rule(kind, operation="addRoutePartition", carryOut=True)
        content = f"<routePartition><name>{partition}</name></routePartition>"
        suite.equal(send("addRoutePartition", content).read_all(), (b"", ending), f"{kind}: no answer")
        suite.ok(there(partition), "and carried out")
        api.good("DELETE", "faults")


for part in (error, status, delay, close_and_reset, truncate, garbage, slow, throttle, other_services, counted, matched,
             windows, lost_answers):
    suite.attempt(part.__name__, part)
    api.good("DELETE", "faults")
suite.end()
