#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""More connections than the limit of open files allows: those too many are closed at once, the others are served, and
what needs a file still finds one. The soft limit is raised to the hard one."""

import os
import resource
import select
import socket
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "lib"), os.path.join(HERE, "..", "control")]
import tap  # noqa: E402
from api import Api, daemon  # noqa: E402
from http_client import Client, basic  # noqa: E402

LIMIT, KEPT, SOFT = 400, 128, 150

suite = tap.Suite()


def limited(directory):
    """The daemon, started with those limits."""
    path = os.path.join(directory, "limited")
    with open(path, "w", encoding="ascii") as script:
        script.write(f'#!/bin/sh\nulimit -Sn {SOFT} && ulimit -Hn {LIMIT} && exec {daemon.build_dir()}/ccmsimd "$@"\n')
    os.chmod(path, 0o755)
    return path


def closed(sockets):
    """Those that the other side has closed: nobody has asked for anything on them."""
    gone = []
    for s in sockets:
        if select.select([s], [], [], 0)[0] and not s.recv(1):
            gone.append(s)
    return gone


def until(holds):
    deadline = time.monotonic() + 60
    while not holds() and time.monotonic() < deadline:
        select.select([], [], [], 0.05)
    return holds()


def main():
    with tempfile.TemporaryDirectory() as tmp, \
            daemon.Daemon(["--demo", "--workers", "2", "--log-level", "warn"], program=limited(tmp)) as d:
        soft, hard = resource.prlimit(d.process.pid, resource.RLIMIT_NOFILE)
        suite.equal((soft, hard), (LIMIT, LIMIT), "the soft limit has become the hard one")
        url = urllib.parse.urlsplit(d.http)
        client, api = Client(d.https), Api(d.http, d.token)
        who = basic(d.user, d.password)

        def served():
            return client.axl("getUser", "<userid>aalbrecht</userid>", auth=who).status
        suite.equal((served(), api.call("GET", "health")[0]), (200, 200), "alone it is served")
        crowd = [socket.create_connection((url.hostname, url.port), timeout=60) for _ in range(LIMIT)]
        most = LIMIT - KEPT
        gone = []

        def enough():
            gone.extend(closed([s for s in crowd if s not in gone]))
            return len(gone) >= LIMIT - most
        suite.ok(until(enough), f"of {LIMIT} more connections those beyond {most} are closed", len(gone))
        suite.ok(len(gone) <= LIMIT - most + 4, "and no others", len(gone))
        suite.equal((served(), api.call("GET", "health")[0]), (200, 200), "who was there before is still served")
        suite.equal(api.call("POST", "snapshots", {"name": "full"})[0], 200, "and a snapshot finds the files it needs")
        suite.equal(api.call("POST", "clusters", {"name": "one"})[0] // 100, 2, "a private cluster too")
        suite.equal(d.log_text().count("ulimit -n"), 1, "the log says so once")
        for s in crowd:
            s.close()

        def again():
            try:
                return Client(d.http).request("GET", "/ccmsim/v1/health", None, f"Bearer {d.token}").status == 200
            except OSError:
                return False
        suite.ok(until(again), "when they have gone others are let in again")
        suite.equal(d.stop(), 0, "it ends when asked")


suite.attempt("main", main)
suite.end()
