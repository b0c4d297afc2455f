# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Raw connections to a daemon, and a strict reader of HTTP answers."""

import base64
import re
import select
import socket
import ssl
import struct
import time
import urllib.parse
import xml.etree.ElementTree as ElementTree

PATIENCE = 20.0  # seconds for one answer, while a thousand others are asked for
STATUS_LINE = re.compile(rb"^HTTP/1\.[01] ([1-5]\d\d)( [^\r\n]*)?$")


class Wrong(Exception):
    """The daemon did what it must not."""


class Closed(Exception):
    """The connection ended before a whole answer was there."""


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def is_fault(self):
        return b"Fault>" in self.body


class Target:
    """Where the daemon is and who we are there."""

    def __init__(self, https, http, user, password):
        self.tls = self._address(https)
        self.plain = self._address(http) if http else None
        self.host = "%s:%d" % self.tls
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.authorization = f"Basic {token}"
        self.context = ssl.create_default_context()
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE

    @staticmethod
    def _address(url):
        parts = urllib.parse.urlsplit(url)
        return parts.hostname, parts.port

    def connect(self, tls=True):
        address = self.tls if tls else self.plain
        raw = socket.create_connection(address, timeout=PATIENCE)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not tls:
            return Wire(raw)
        try:
            return Wire(self.context.wrap_socket(raw))
        except (OSError, ssl.SSLError):
            raw.close()
            raise

    def head(self, length, method="POST", path="/axl/", extra=(), authorization=None, version="HTTP/1.1"):
        """The head of a request; length None leaves Content-Length out."""
        lines = [f"{method} {path} {version}", f"Host: {self.host}",
                 f"Authorization: {authorization or self.authorization}", "Content-Type: text/xml; charset=utf-8"]
        if length is not None:
            lines.append(f"Content-Length: {length}")
        return ("\r\n".join([*lines, *extra]) + "\r\n\r\n").encode("latin-1")

    def request(self, body, **how):
        return self.head(len(body), **how) + body


class Wire:
    """One connection."""

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.close()

    def close(self):
        try:
            self.sock.close()
        except OSError:
            pass

    def send(self, data):
        """Send all of it; False if the daemon closed meanwhile, which it may."""
        try:
            self.sock.sendall(data)
            return True
        except (OSError, ssl.SSLError):
            return False

    def half_close(self):
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def reset(self):
        """Close with RST instead of FIN."""
        try:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
        self.close()

    def is_quiet(self, seconds):
        """Nothing to be read for so long."""
        return not self.buffer and not select.select([self.sock], [], [], seconds)[0]

    def _more(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0:
            raise Wrong(f"no answer within {PATIENCE:.0f} s")
        self.sock.settimeout(left)
        try:
            piece = self.sock.recv(65536)
        except (TimeoutError, ssl.SSLWantReadError):
            raise Wrong(f"no answer within {PATIENCE:.0f} s") from None
        except (OSError, ssl.SSLError):
            piece = b""
        if not piece:
            raise Closed("closed")
        self.buffer += piece

    def _line(self, deadline):
        while b"\n" not in self.buffer:
            if len(self.buffer) > 65536:
                raise Wrong("a header line without end")
            self._more(deadline)
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.rstrip(b"\r")

    def _exactly(self, count, deadline):
        while len(self.buffer) < count:
            self._more(deadline)
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def _body(self, headers, deadline):
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = b""
            while True:
                size = int(self._line(deadline).split(b";")[0], 16)
                body += self._exactly(size, deadline)
                self._line(deadline)
                if size == 0:
                    return body
        if "content-length" in headers:
            return self._exactly(int(headers["content-length"]), deadline)
        try:
            while True:
                self._more(deadline)
        except Closed:
            body, self.buffer = self.buffer, b""
            return body

    def answer(self, method="POST"):
        """The next answer, whole. Raises Closed if the connection ends in or before it, Wrong if it isn't HTTP."""
        deadline = time.monotonic() + PATIENCE
        while True:
            first = self._line(deadline)
            match = STATUS_LINE.match(first)
            if not match:
                raise Wrong(f"not a status line: {first[:80]!r}")
            headers = {}
            while True:
                line = self._line(deadline)
                if not line:
                    break
                name, colon, value = line.decode("latin-1").partition(":")
                if not colon or not name or name != name.strip():
                    raise Wrong(f"not a header: {line[:80]!r}")
                headers[name.lower()] = value.strip()
            status = int(match.group(1))
            if status >= 200:
                break
        if method == "HEAD" or status in (204, 304):
            return Answer(status, headers, b"")
        return Answer(status, headers, self._body(headers, deadline))


def well_formed(answer):
    """The answer's body as a tree."""
    try:
        return ElementTree.fromstring(answer.body)
    except ElementTree.ParseError as problem:
        raise Wrong(f"the answer is not well-formed: {problem}: {answer.body[:200]!r}") from None


def demand_fault(answer):
    """A SOAP fault with a text; or AXL's own page for a version it doesn't offer."""
    if answer.status == 599 and b"Incorrect axl version" in answer.body:
        return "fault"
    root = well_formed(answer)
    fault = root.find(".//{*}Fault")
    if answer.status < 400 or fault is None:
        raise Wrong(f"no fault but status {answer.status}: {answer.body[:200]!r}")
    text = fault.findtext("faultstring") or ""
    if not text.strip():
        raise Wrong("a fault without a text")
    return "fault"


def demand_soap(answer):
    """A SOAP answer, good or a fault."""
    root = well_formed(answer)
    if not root.tag.endswith("}Envelope"):
        raise Wrong(f"no envelope: {answer.body[:200]!r}")
    if root.find(".//{*}Fault") is not None:
        return demand_fault(answer)
    if answer.status != 200:
        raise Wrong(f"status {answer.status} without a fault: {answer.body[:200]!r}")
    return "answer"
