#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Faults, snapshots, fixtures and private clusters through the control API and ccmsim."""

import json
import os
import tempfile

from api import Api, ccmsim
from http_client import Client
import tap

suite = tap.Suite()
api, axl = Api(), Client(os.environ["CCMSIM_HTTPS"])


def add(name, headers=None):
    return axl.axl("addRoutePartition", f"<routePartition><name>{name}</name></routePartition>", headers=headers).status


def there(name, headers=None):
    return axl.axl("getRoutePartition", f"<name>{name}</name>", headers=headers).status == 200


def faults():
    suite.equal(api.good("GET", "faults"), {"faults": []}, "nothing goes wrong")
    rule = api.good("POST", "faults", {"kind": "status", "operation": "addRoutePartition", "httpStatus": 503,
                                       "text": "away", "skip": 1, "count": 1})
    suite.equal([add("f1"), add("f2"), add("f3")], [200, 503, 200], "the second request gets what the rule says")
    told = api.good("GET", f"faults/{rule['id']}")
    suite.ok(told["hits"] == 1 and told["kind"] == "status" and told["httpStatus"] == 503, "it tells how often", told)
    error = api.good("POST", "faults", {"kind": "error", "service": "axl", "status": "NOT_FOUND", "text": "made up"})
    answer = axl.axl("getRoutePartition", "<name>f1</name>")
    suite.ok(answer.status == 500 and "made up" in answer.text, "a fault of the service's own", answer.text)
    suite.equal(api.call("DELETE", f"faults/{error['id']}"), (200, {"status": "ok"}), "a rule is removed")
    suite.equal(api.call("DELETE", f"faults/{error['id']}")[0], 404, "once")
    suite.equal(api.call("GET", f"faults/{error['id']}")[0], 404, "then it is gone")
    suite.ok(there("f1"), "and nothing goes wrong any more")
    api.good("POST", "faults", {"kind": "delay", "operation": "getRoutePartition", "minMs": 20})
    suite.ok(there("f1"), "a delay delays")
    suite.equal(api.good("GET", "faults")["faults"][-1]["hits"], 1, "and is counted")
    api.good("DELETE", "faults")
    suite.equal(api.good("GET", "faults"), {"faults": []}, "all are removed")
    for body in ({"kind": "status"}, {"kind": "slow"}, {"kind": "throttle"}, {"kind": "error", "element": "name"}):
        status, answer = api.call("POST", "faults", body)
        suite.ok(status == 400 and answer["error"] and answer["hint"], f"{body} is 400 and says why", answer)
    api.good("DELETE", "faults")


def snapshots():
    add("kept")
    snapshot = api.good("POST", "snapshots", {"name": "before"})
    suite.ok(snapshot["name"] == "before" and snapshot["bytes"] > 0, "a snapshot is taken", snapshot)
    add("later")
    api.good("POST", "snapshots/before/restore")
    suite.ok(there("kept") and not there("later"), "and brought back")
    suite.equal([s["name"] for s in api.good("GET", "snapshots")["snapshots"]], ["before"], "it is listed")
    api.good("DELETE", "snapshots/before")
    for method, path in (("DELETE", "snapshots/before"), ("POST", "snapshots/before/restore")):
        status, answer = api.call(method, path)
        suite.ok(status == 404 and answer["hint"], f"{method} {path} is 404", answer)
    status, answer = api.call("POST", "snapshots", {"name": "../x"})
    suite.ok(status == 400 and answer["hint"], "a name that is none is 400", answer)


def fixtures():
    add("fixed")
    text = api.raw("GET", "fixture")
    suite.ok(text.status == 200 and text.headers["content-type"].startswith("text/plain") and "fixed" in text.text,
             "a fixture is saved as text", text.text[:200])
    suite.equal(api.raw("GET", "fixture").text, text.text, "the same each time")
    api.good("POST", "reset")
    suite.ok(not there("fixed"), "after a reset it is gone")
    status, answer = api.call("POST", "fixture?name=bad", "nonsense here\n")
    suite.ok(status == 400 and answer["error"].startswith("bad:1"), "what can't be carried out is told with its line", answer)


def clusters():
    made = api.good("POST", "clusters", {"name": "mine", "listen": True})
    suite.ok(made["name"] == "mine" and made["httpPort"] and made["httpsPort"], "a private cluster with ports", made)
    headers = {"X-Ccmsim-Cluster": "mine"}
    suite.equal(add("private", headers), 200, "it answers")
    suite.ok(there("private", headers) and not there("private"), "for itself")
    own = Api(f"http://127.0.0.1:{made['httpPort']}")
    suite.equal(own.good("GET", "health")["status"], "ok", "its control API is at its port")
    suite.ok(own.good("GET", "events")["last"] >= 0, "with events of its own")
    own.close()
    status, answer = api.call("POST", "clusters", {"name": "mine"})
    suite.ok(status == 409 and answer["hint"], "a second of that name is 409", answer)
    for body in ({"name": "x", "from": "fresh", "snapshot": "y"}, {"name": "a b"}, {"name": "-"}):
        suite.equal(api.call("POST", "clusters", body)[0], 400, f"{body} is 400")
    suite.equal(api.call("POST", "clusters", {"name": "x", "snapshot": "none"})[0], 404, "a snapshot that isn't there is 404")
    suite.equal([c["name"] for c in api.good("GET", "clusters")["clusters"]], ["mine"], "it is listed")
    suite.ok(api.good("GET", "clusters/mine")["requests"] >= 3, "with its requests")
    api.good("DELETE", "clusters/mine")
    suite.equal(api.call("DELETE", "clusters/mine")[0], 404, "it is dropped once")
    suite.equal(api.call("GET", "clusters/mine")[0], 404, "and gone")


def shell():
    def run(wanted, *arguments, **options):
        code, out, err = ccmsim(*arguments, **options)
        suite.ok(code == wanted, f"ccmsim {' '.join(arguments)} is status {wanted}", f"{code}: {out}{err}")
        return out

    run(1, "fault", "list")
    rule = json.loads(run(0, "fault", "add", "delay", "operation=addPhone", "min=1s", "max=2s", "--json"))
    suite.equal((rule["minMs"], rule["maxMs"]), (1000, 2000), "a rule from the shell")
    suite.ok("addPhone" in run(0, "fault", "list"), "is listed")
    run(0, "fault", "clear", str(rule["id"]))
    run(1, "fault", "clear", str(rule["id"]))
    run(0, "fault", "clear")
    run(2, "fault", "add", "nonsense")
    run(2, "fault", "add")
    run(0, "snapshot", "create", "shell")
    suite.ok("shell" in run(0, "snapshot", "list"), "a snapshot from the shell")
    run(0, "snapshot", "restore", "shell")
    run(0, "snapshot", "delete", "shell")
    run(1, "snapshot", "list")
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "fixture.txt")
        run(0, "fixture", "save", file)
        with open(file, encoding="utf-8") as saved:
            suite.equal(saved.read(), api.raw("GET", "fixture").text, "a fixture from the shell")
        run(2, "fixture", "load", os.path.join(folder, "none"))
        run(1, "fixture", "load", "-", stdin="nonsense here\n")
    run(0, "cluster", "create", "shell", "from=fresh")
    run(0, "cluster", "shell")
    suite.ok("shell" in run(0, "cluster", "list"), "a cluster from the shell")
    run(0, "cluster", "drop", "shell")
    run(1, "cluster", "shell")


for part in (faults, snapshots, fixtures, clusters, shell):
    suite.attempt(part.__name__, part)
suite.end()
