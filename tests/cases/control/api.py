# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""The control API as the tests call it, and the companion beside it."""

import json
import os
import socket
import subprocess
import sys
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "daemon"), os.path.join(HERE, "..", "..", "lib")]
import daemon  # noqa: E402
from http_client import Client  # noqa: E402

BASE = "/ccmsim/v1/"


class Api:
    """One connection. url and token default to the suite's daemon."""

    def __init__(self, url=None, token=None):
        self.url = url or os.environ["CCMSIM_HTTP"]
        self.client = Client(self.url)
        self.token = token or os.environ["CCMSIM_TOKEN"]

    def raw(self, method, path, body=None, auth=True):
        """auth: True, a header's text, or None."""
        auth = f"Bearer {self.token}" if auth is True else auth
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        return self.client.request(method, BASE + path, body, auth, headers)

    def call(self, method, path, body=None, **query):
        """Status and JSON value."""
        if query:
            path += "?" + urllib.parse.urlencode(query)
        answer = self.raw(method, path, body)
        return answer.status, json.loads(answer.text) if answer.text else None

    def good(self, method, path, body=None, **query):
        """The value of a 200; anything else is an exception."""
        status, value = self.call(method, path, body, **query)
        if status != 200:
            raise AssertionError(f"{method} {path} {body}: {status} {value}")
        return value

    def close(self):
        self.client.close()


def ccmsim(*arguments, url=None, token=None, stdin=None):
    """Exit status, standard output, standard error."""
    env = {"CCMSIM_URL": url or os.environ["CCMSIM_HTTP"], "CCMSIM_CONTROL": token or os.environ["CCMSIM_TOKEN"],
           "PATH": os.environ["PATH"]}
    done = subprocess.run([os.path.join(daemon.build_dir(), "ccmsim"), *arguments], env=env, capture_output=True,
                          text=True, input=stdin, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


class Stream:
    """A GET of server-sent events on a connection of its own, read as far as one likes."""

    def __init__(self, api, query="", headers=None):
        url = urllib.parse.urlsplit(api.url)
        self.socket = socket.create_connection((url.hostname, url.port), timeout=20)
        lines = [f"GET {BASE}events?{query} HTTP/1.1", f"Host: {url.netloc}", f"Authorization: Bearer {api.token}",
                 "Accept: text/event-stream"] + [f"{k}: {v}" for k, v in (headers or {}).items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        for line in iter(self.file.readline, b"\r\n"):
            name, value = line.decode().split(":", 1)
            self.headers[name.lower()] = value.strip()
        self.text = b""

    def chunk(self):
        """The next piece that was sent; b"" at the end."""
        size = int(self.file.readline() or b"0", 16)
        data = self.file.read(size)
        self.file.readline()
        return data

    def message(self):
        """The next event as a dict of its fields; comments are {"comment": ""}; None at the end."""
        while b"\n\n" not in self.text:
            piece = self.chunk()
            if not piece:
                return None
            self.text += piece
        message, self.text = self.text.split(b"\n\n", 1)
        fields = {}
        for line in message.decode().splitlines():
            name, _, value = line.partition(":")
            fields[name or "comment"] = value.strip()
        return fields

    def event(self):
        """The next that is no comment, its data read."""
        while True:
            message = self.message()
            if message is None or "data" in message:
                return message and dict(message, data=json.loads(message["data"]))

    def close(self):
        self.file.close()
        self.socket.close()
