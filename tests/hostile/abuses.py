# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Hostile HTTP: each function abuses a connection of its own and returns what it got, in a word. It raises
Wrong when the daemon did what it must not. What the daemon may do is said by each."""

import base64
import socket
import ssl
import time

from attacks import GOOD, envelope, get_phone
from wire import Closed, Wrong, demand_fault, demand_soap

REFUSALS = (400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 417, 431, 500, 501, 503, 505, 599)


def answer_or_close(wire, statuses=REFUSALS, method="POST"):
    """An answer with one of these statuses, or the end of the connection."""
    try:
        answer = wire.answer(method)
    except Closed:
        return "closed"
    if answer.status not in statuses:
        raise Wrong(f"status {answer.status}: {answer.body[:100]!r}")
    return f"status {answer.status}"


def sent(target, data, statuses=REFUSALS, tls=True, method="POST", half_close=True):
    """Send it, say that no more will come, and see what happens. Only a plain connection can be half-closed, and
    only there a good request is sent on to the TLS port."""
    if not tls:
        statuses = (302, *statuses)
    with target.connect(tls) as wire:
        wire.send(data)
        if half_close and not tls:
            wire.half_close()
        return answer_or_close(wire, statuses, method)


# ---- the head ----

def random_request(target, rng):
    data = rng.randbytes(rng.randint(1, 3000)) + b"\r\n\r\n"
    return sent(target, data, tls=False)


def odd_request_line(target, rng):
    line = rng.choice([b"GET", b"GET /axl/", b"GET /axl/ HTTP/0.9", b"GET /axl/ HTTP/2.0", b"GET /axl/ HTTP/1.1 x",
                       b"GET  /axl/ HTTP/1.1",
                       b"PRI * HTTP/2.0", b" GET /axl/ HTTP/1.1", b"GET\t/axl/\tHTTP/1.1", b"\0GET /axl/ HTTP/1.1",
                       b"G\xc3\x89T /axl/ HTTP/1.1",
                       b"GET axl HTTP/1.1", b"GET http://[::1/axl/ HTTP/1.1", b"GET /%00/../../etc/passwd HTTP/1.1",
                       b"GET /axl/ HTTP/1.x",
                       b"GET /axl/ XTTP/1.1", b"GET /axl/%ff%fe%zz%2 HTTP/1.1"])
    data = line + b"\r\nHost: x\r\nConnection: close\r\n\r\n"
    return sent(target, data, (200, *REFUSALS), tls=False)


def odd_method(target, rng):
    method = rng.choice(["FOO", "TRACE", "DELETE", "PUT", "PATCH", "PROPFIND", "A" * 2000, "get", "OPTIONS", "CONNECT"])
    return sent(target, target.head(0, method=method, extra=["Connection: close"]), (200, *REFUSALS), method=method)


def long_path(target, rng):
    path = "/axl/" + rng.choice(["a", "/", "%41", "../", "?a=b&", "\\"]) * rng.randint(1000, 30000)
    return sent(target, target.head(0, path=path, extra=["Connection: close"]), (200, *REFUSALS))


def strange_path(target, rng):
    path = rng.choice(["/", "/..", "/axl/../../../etc/passwd", "/axl/..%2f..%2fetc/passwd", "//axl//", "/axl%00/x",
                       "/plugins/../axl/",
                       "/plugins/axlsqltoolkit.zip/../../x", "*", "/ccmsim/v1/reset", "/ccmsim/v1/nothing",
                       "/ccmsim/v1/journal?status=x",
                       "http://example.com/axl/", "/%"])
    body = b"" if path == "*" else GOOD
    with target.connect() as wire:
        wire.send(target.request(body, path=path, authorization="Basic eDp5", extra=["Connection: close"]))
        return answer_or_close(wire)


def huge_header(target, rng):
    extra = ["X-Filler: " + "x" * rng.choice([9000, 40000, 300000])]
    return sent(target, target.request(GOOD, extra=extra), (200, *REFUSALS))


def many_headers(target, rng):
    extra = [f"X-{i}: {i}" for i in range(rng.choice([100, 1000, 20000]))]
    return sent(target, target.request(GOOD, extra=extra), (200, *REFUSALS))


def endless_header(target, rng):
    with target.connect() as wire:
        wire.send(f"POST /axl/ HTTP/1.1\r\nHost: {target.host}\r\nX: ".encode())
        for _ in range(200):
            if not wire.send(b"x" * 8192):
                break
        return answer_or_close(wire)


def broken_header(target, rng):
    line = rng.choice([b"no colon", b": no name", b"X\0Y: 1", b"X: a\0b", b"X: a\rb", b" leading: space",
                       b"X : space", b"X: \xff\xfe",
                       b"Host: other", b"X\xc3\xa9: 1", b"\x01: 1", b"X: a\x0b\x0c\x7fb"])
    head = target.head(len(GOOD))[:-2] + line + b"\r\n\r\n"
    return sent(target, head + GOOD, (200, *REFUSALS))


def bad_credentials(target, rng):
    """Anything but 401 with nothing of a SOAP answer would be a hole."""
    value = rng.choice(["Basic", "Basic ", "Basic !!!!", "Basic " + "A" * 20000,
                        "Basic " + base64.b64encode(b"nobody").decode(),
                        "Basic " + base64.b64encode(b":").decode(), "Basic " + base64.b64encode(b"a\0b:c").decode(),
                        "Basic " + base64.b64encode(rng.randbytes(50)).decode(), "Bearer x", "Digest username=\"x\"",
                        "Negotiate TlRMTVNTUA==",
                        "Basic " + base64.b64encode(b"' or 1=1--:x").decode(), "basic\tx", "=", "\x7f"])
    with target.connect() as wire:
        wire.send(target.request(GOOD, authorization=value))
        answer = wire.answer()
    if answer.status != 401 or b"Envelope" in answer.body:
        raise Wrong(f"status {answer.status} for credentials {value[:40]!r}")
    return "status 401"


def bad_cookie(target, rng):
    value = rng.choice(["JSESSIONID=" + "A" * 32, "JSESSIONIDSSO=x", "JSESSIONID=", ";;;=;", "a" * 10000,
                        "JSESSIONID=' or 1=1--"])
    head = target.head(len(GOOD), extra=[f"Cookie: {value}"]).decode("latin-1")
    head = "\r\n".join(line for line in head.split("\r\n") if not line.startswith("Authorization"))
    with target.connect() as wire:
        wire.send(head.encode("latin-1") + GOOD)
        answer = wire.answer()
    if answer.status not in (401, 431):
        raise Wrong(f"status {answer.status} for cookie {value[:40]!r}")
    return f"status {answer.status}"


# ---- lengths ----

def too_large(target, rng):
    """Refused with 413 before or while it comes; it need not read to the end."""
    size = rng.choice([9, 10, 12]) << 20
    chunk = b"x" * 65536
    with target.connect() as wire:
        wire.send(target.head(size))
        for _ in range(size // len(chunk)):
            if not wire.is_quiet(0) or not wire.send(chunk):
                break
        return answer_or_close(wire, (413,))


def announced_too_large(target, rng):
    length = rng.choice([8388609, 2 ** 31, 2 ** 32 + 5, 2 ** 63, 2 ** 64 - 1, 2 ** 64 + 5, 10 ** 40])
    extra = ["Expect: 100-continue"] if rng.random() < 0.3 else []
    return sent(target, target.head(length, extra=extra), (400, 413), half_close=False)


def bad_length(target, rng):
    length = rng.choice(["-1", "x", "0x10", "1e3", "+5", "5 5", "5,5", "", " ", "99999999999999999999999", "5;",
                         "\xb2"])
    return sent(target, target.head(length) + GOOD, (200, *REFUSALS), tls=False)


def length_too_short(target, rng):
    """The rest is taken for the next request: a fault, then a refusal or the end."""
    short = rng.randrange(1, len(GOOD) - 1)
    with target.connect() as wire:
        wire.send(target.head(short) + GOOD)
        demand_fault(wire.answer())
        return "fault, " + answer_or_close(wire)


def length_too_long(target, rng):
    """It waits for the rest until the client says that none will come, or time is up."""
    with target.connect(tls=False) as wire:
        wire.send(target.head(len(GOOD) + rng.randint(1, 5000)) + GOOD)
        if not wire.is_quiet(0.2):
            raise Wrong("answered before the body was there")
        wire.half_close()
        return answer_or_close(wire)


def two_lengths(target, rng):
    extra = [f"Content-Length: {rng.choice([0, 5, 10 ** 6])}"]
    return sent(target, target.head(len(GOOD), extra=extra + ["Connection: close"]) + GOOD, (200, *REFUSALS))


def length_and_chunks(target, rng):
    extra = ["Transfer-Encoding: chunked", "Connection: close"]
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD)
    return sent(target, target.head(rng.choice([5, len(GOOD), 10 ** 6]), extra=extra) + body, (200, *REFUSALS))


def bad_chunks(target, rng):
    body = rng.choice([b"x\r\nabc\r\n0\r\n\r\n", b"-5\r\nabc", b"FFFFFFFFFFFFFFFF\r\nabc",
                       b"FFFFFFFFFFFFFFFFF\r\nabc", b"5\r\nabcdefgh\r\n0\r\n\r\n",
                       b"5 \r\nabcde\r\n0\r\n\r\n", b"\r\n\r\n", b"0x5\r\nabcde\r\n0\r\n\r\n",
                       b"5;" + b"x" * 100000 + b"\r\nabcde\r\n0\r\n\r\n",
                       b"0\r\n" + b"X: y\r\n" * 20000 + b"\r\n", b"5\nabcde\n0\n\n", rng.randbytes(300)])
    return sent(target, target.head(None, extra=["Transfer-Encoding: chunked", "Connection: close"]) + body, tls=False)


def endless_chunks(target, rng):
    with target.connect() as wire:
        wire.send(target.head(None, extra=["Transfer-Encoding: chunked"]))
        for _ in range(200):
            if not wire.is_quiet(0) or not wire.send(b"10000\r\n" + b"x" * 65536 + b"\r\n"):
                break
        return answer_or_close(wire, (413,))


def one_byte_chunks(target, rng):
    data = b"".join(b"1\r\n%c\r\n" % byte for byte in GOOD) + b"0\r\n\r\n"
    with target.connect() as wire:
        wire.send(target.head(None, extra=["Transfer-Encoding: chunked"]) + data)
        return demand_soap(wire.answer())


def odd_expectation(target, rng):
    extra = [rng.choice(["Expect: 100-continue", "Expect: x", "Expect: 100-continue, 100-continue", "Expect:"])]
    return sent(target, target.request(GOOD, extra=extra), (200, *REFUSALS), half_close=False)


def odd_encoding(target, rng):
    extra = [rng.choice(["Transfer-Encoding: gzip", "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: x",
                         "Content-Encoding: gzip", "Upgrade: websocket", "Upgrade: h2c",
                         "Content-Type: multipart/form-data; boundary=x"]),
             "Connection: close"]
    return sent(target, target.request(GOOD, extra=extra), (200, *REFUSALS), tls=False)


# ---- time, and connections that end ----

def slow_body(target, rng):
    """One that takes its time gets its answer all the same."""
    with target.connect() as wire:
        wire.send(target.head(len(GOOD)))
        step = len(GOOD) // 8 + 1
        for at in range(0, len(GOOD), step):
            time.sleep(0.25)
            wire.send(GOOD[at:at + step])
        return demand_soap(wire.answer())


def slow_head(target, rng):
    head = target.head(len(GOOD))
    step = len(head) // 8 + 1
    with target.connect() as wire:
        for at in range(0, len(head), step):
            time.sleep(0.25)
            wire.send(head[at:at + step])
        wire.send(GOOD)
        return demand_soap(wire.answer())


def stalled(target, rng):
    """One that goes silent is dropped when the idle time is over."""
    data = rng.choice([b"", b"POST /axl/ HTTP/1.1\r\nHost: x\r\n", target.head(len(GOOD)),
                       target.head(len(GOOD)) + GOOD[:50]])
    with target.connect(tls=rng.random() < 0.5) as wire:
        wire.send(data)
        return answer_or_close(wire, (408,))


def slow_reader(target, rng):
    """Asks for much and doesn't read for a while."""
    with target.connect() as wire:
        for _ in range(20):
            wire.send(target.request(GOOD))
        time.sleep(1)
        for _ in range(20):
            demand_soap(wire.answer())
    return "answer"


def half_closed(target, rng):
    with target.connect(tls=False) as wire:
        wire.send(target.request(GOOD))
        wire.half_close()
        return answer_or_close(wire, (200, 302))


def half_closed_in_the_middle(target, rng):
    data = target.request(GOOD)
    with target.connect(tls=False) as wire:
        wire.send(data[:rng.randrange(1, len(data) - 1)])
        wire.half_close()
        return answer_or_close(wire)


def reset_in_the_answer(target, rng):
    """Nothing to be seen from here: that others are served is what counts."""
    wire = target.connect(tls=rng.random() < 0.5)
    for _ in range(rng.randint(1, 30)):
        wire.send(target.request(GOOD))
    if rng.random() < 0.7:
        try:
            wire.sock.recv(rng.randint(1, 500))
        except OSError:
            pass
    wire.reset()
    return "reset"


def reset_in_the_request(target, rng):
    data = target.request(envelope(get_phone()).encode())
    wire = target.connect(tls=rng.random() < 0.5)
    wire.send(data[:rng.randrange(len(data))])
    wire.reset()
    return "reset"


def pipelined(target, rng):
    """As many answers as requests, in their order."""
    good = [rng.random() < 0.6 for _ in range(rng.randint(2, 25))]
    bad = envelope("<ns:getPhone><name>x</nam></ns:getPhone>").encode()
    with target.connect() as wire:
        wire.send(b"".join(target.request(GOOD if is_good else bad) for is_good in good))
        for is_good in good:
            if (demand_soap(wire.answer()) == "fault") == is_good:
                raise Wrong("answers out of order")
    return "answer"


# ---- TLS ----

def garbage_for_tls(target, rng):
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
    data = rng.choice([rng.randbytes(rng.randint(1, 2000)), b"POST /axl/ HTTP/1.1\r\n\r\n", hello,
                       hello + rng.randbytes(508), b"\x15\x03\x03\x00\x02\x02\x28",
                       b"\x16\x03\x01\xff\xff" + rng.randbytes(3000), b"\x80\x2e\x01\x03\x01"])
    with socket.create_connection(target.tls, timeout=20) as raw:
        try:
            raw.sendall(data)
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(4096):
                pass
        except TimeoutError:
            raise Wrong("garbage on the TLS port keeps its connection") from None
        except OSError:
            pass
    return "closed"


def tls_for_plain(target, rng):
    try:
        with socket.create_connection(target.plain, timeout=20) as raw:
            target.context.wrap_socket(raw).close()
    except (OSError, ssl.SSLError):
        return "closed"
    raise Wrong("TLS on the plain port")


def shaken_and_left(target, rng):
    target.connect().reset()
    return "reset"


ABUSES = [random_request, odd_request_line, odd_method, long_path, strange_path, huge_header, many_headers,
          endless_header, broken_header,
          bad_credentials, bad_cookie, announced_too_large, bad_length, length_too_short, length_too_long,
          two_lengths, length_and_chunks,
          bad_chunks, one_byte_chunks, odd_expectation, odd_encoding, half_closed, half_closed_in_the_middle,
          reset_in_the_answer,
          reset_in_the_request, pipelined, garbage_for_tls, tls_for_plain, shaken_and_left]
SLOW_ABUSES = [slow_body, slow_head, stalled, slow_reader, too_large, endless_chunks]
