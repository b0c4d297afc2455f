#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Private clusters that are left alone, and those with ports of their own. Started with --private-clusters and
--cluster-idle 1: nothing here waits for a time, only for what comes of it."""

import os
import select
import socket
import sys
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "lib"), os.path.join(HERE, "..", "control")]
import tap  # noqa: E402
from api import Api, Stream  # noqa: E402
from http_client import Client, admin, basic  # noqa: E402

suite = tap.Suite()
USER, PASSWORD = os.environ["CCMSIM_USER"], os.environ["CCMSIM_PASSWORD"]
api, tls = Api(), Client(os.environ["CCMSIM_HTTPS"])


def names():
    return {cluster["name"] for cluster in api.good("GET", "clusters")["clusters"]}


def until(holds):
    deadline = time.monotonic() + 60
    while not holds() and time.monotonic() < deadline:
        select.select([], [], [], 0.05)
    return holds()


def add(client, name, auth):
    return client.axl("addRoutePartition", f"<routePartition><name>{name}</name></routePartition>", auth=auth).status


def has(client, name, auth):
    return f"<name>{name}</name>" in client.axl("getRoutePartition", f"<name>{name}</name>", auth=auth).text


def left_alone():
    mine = basic(f"{USER}@@left", PASSWORD)
    suite.equal(add(tls, "P1", mine), 200, "a cluster that a user's name makes")
    suite.ok(until(lambda: "left" not in names()), "is dropped when nobody has asked it for so long", names())
    suite.equal(has(tls, "P1", mine), False, "who asks for it again has a new one")


def in_use():
    """Held by a stream from before the other is made: it would have to go first."""
    stream = Stream(api, "stream=true&heartbeatMs=0", {"X-Ccmsim-Cluster": "held"})
    suite.equal((stream.status, "held" in names()), (200, True), "a cluster that a stream makes")
    add(tls, "P1", basic(f"{USER}@@other", PASSWORD))
    suite.ok(until(lambda: "other" not in names()), "another is left alone and goes", names())
    suite.ok("held" in names(), "the one whose events are followed stays", names())
    stream.socket.close()
    stream.file.close()
    suite.ok(until(lambda: "held" not in names()), "until its client goes away", names())


def held_with_ports():
    """A cluster with ports, held by a stream: on a busy machine it may be dropped before the stream is there."""
    while True:
        made = api.good("POST", "clusters", {"name": "ported", "listen": True})
        hold = Stream(api, "stream=true&heartbeatMs=0", {"X-Ccmsim-Cluster": "ported"})
        if api.good("GET", "clusters/ported").get("httpsPort") == made["httpsPort"]:
            return made, hold
        api.call("DELETE", "clusters/ported")


def own_ports():
    made, hold = held_with_ports()
    own = urllib.parse.urlsplit(os.environ["CCMSIM_HTTPS"])._replace(netloc=f"127.0.0.1:{made['httpsPort']}").geturl()
    own_http = f"http://127.0.0.1:{made['httpPort']}"
    client = Client(own)
    suite.equal(add(client, "P2", admin()), 200, "a request by its own port needs no name")
    suite.equal((has(client, "P2", admin()), has(tls, "P2", basic(f"{USER}@@ported", PASSWORD)), has(tls, "P2", admin())),
                (True, True, False), "and reaches it alone")
    suite.equal(add(client, "P3", basic(f"{USER}@@elsewhere", PASSWORD)), 401,
                "a suffix that names another is a user that it doesn't have")
    suite.ok("elsewhere" not in names(), "and makes none", names())
    suite.equal(Client(own_http).request("GET", "/ccmsim/v1/health", None, f"Bearer {api.token}").status, 200,
                "without TLS too")
    there = Api(own_http)
    suite.equal(there.good("POST", "reset")["status"], "ok", "its control API is at its port")
    suite.equal(has(client, "P2", admin()), False, "and resets that cluster")
    there.close()
    hold.socket.close()
    hold.file.close()
    suite.ok(until(lambda: "ported" not in names()), "left alone it goes", names())

    def refused():
        try:
            socket.create_connection(("127.0.0.1", made["httpsPort"]), timeout=60).close()
        except ConnectionRefusedError:
            return True
        return False
    suite.ok(until(refused), "and its port with it")
    try:
        status = client.axl("getRoutePartition", "<name>P2</name>", auth=admin()).status
    except OSError:
        status = None
    except Exception as problem:  # http.client has its own
        status = type(problem).__name__
    suite.ok(status in (None, "RemoteDisconnected"), "who was connected to it is cut off", status)


for part in (left_alone, in_use, own_ports):
    suite.attempt(part.__name__, part)
suite.end()
