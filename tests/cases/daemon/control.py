#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""The control API and its companion: health, reset, journal; bad input; nothing without the credential."""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "lib")]
import daemon  # noqa: E402
import tap  # noqa: E402
from http_client import Client, admin, basic  # noqa: E402

suite = tap.Suite()
HTTPS, HTTP, TOKEN = (os.environ["CCMSIM_" + name] for name in ("HTTPS", "HTTP", "TOKEN"))
tls, plain = Client(HTTPS), Client(HTTP)
BEARER = "Bearer " + TOKEN


def call(method, path, auth=BEARER, client=tls):
    answer = client.request(method, "/ccmsim/v1/" + path, auth=auth)
    return answer.status, json.loads(answer.text) if answer.text else None


def health():
    for name, client in (("HTTP", plain), ("HTTPS", tls)):
        status, body = call("GET", "health", client=client)
        suite.ok(status == 200 and body["status"] == "ok" and body["ccmVersion"] == "15.0", f"health over {name}", body)
    suite.equal(call("GET", "health", basic("control", TOKEN))[0], 200, "the token is taken as Basic too")


def refusals():
    for name, auth in (("no credential", None), ("a wrong token", "Bearer x"), ("an AXL user", admin()),
                       ("a wrong user", basic("admin", TOKEN)), ("a longer token", BEARER + "x")):
        for path in ("health", "journal", "nothing"):
            status, body = call("GET", path, auth)
            suite.ok(status == 401 and body["error"] and body["hint"], f"{name} is 401 for {path}", body)
    for method, path, wanted in (("GET", "nothing", 404), ("GET", "", 404), ("GET", "health/x", 404),
                                 ("POST", "health", 405), ("GET", "reset", 405), ("PATCH", "journal", 405),
                                 ("GET", "journal?limit=x", 400), ("GET", "journal?limit=-1", 400),
                                 ("GET", "journal?status=1000", 400), ("GET", "journal?format=xml", 400),
                                 ("GET", "journal?nonsense=1", 400), ("GET", "journal?after=1e9", 400)):
        status, body = call(method, path)
        suite.ok(status == wanted and body["error"] and body["hint"], f"{method} {path} is {wanted} and says why", body)


def journal():
    last = call("GET", "journal?limit=1")[1]["entries"]
    after = last[0]["seq"] if last else 0
    secret = "Hidden.77x"
    tls.axl("addAppUser", f"<appUser><userid>journal</userid><password>{secret}</password></appUser>")
    tls.axl("getAppUser", "<userid>journal</userid>")
    tls.axl("getAppUser", "<userid>nobody</userid>")
    tls.request("GET", "/nothing")
    entries = call("GET", f"journal?after={after}")[1]["entries"]
    seen = [(e["service"], e["operation"], e["status"], e["user"]) for e in entries]
    user = os.environ["CCMSIM_USER"]
    suite.equal(seen, [("axl", "addAppUser", 200, user), ("axl", "getAppUser", 200, user),
                       ("axl", "getAppUser", 500, user), ("", "", 404, "")], "every exchange is there, in order")
    text = json.dumps(entries)
    suite.ok(secret not in text and "<password>***</password>" in text, "a password is masked", text)
    suite.ok(os.environ["CCMSIM_PASSWORD"] not in text, "no credential of the caller is there")
    suite.ok("<userid>journal</userid>" in entries[1]["request"] and "journal" in entries[1]["reply"],
             "request and answer can be read back", entries[1])
    for query, count in (("operation=getAppUser", 2), ("status=500", 1), ("service=axl", 3), ("service=em", 0),
                         ("operation=getAppUser&status=200", 1), (f"user={user}", 3), ("limit=2", 2)):
        found = call("GET", f"journal?after={after}&{query}")[1]["entries"]
        suite.equal(len(found), count, f"journal?{query}")
    lines = tls.request("GET", f"/ccmsim/v1/journal?after={after}&format=lines", auth=BEARER).text.splitlines()
    suite.equal([json.loads(line)["seq"] for line in lines], [e["seq"] for e in entries], "the same as lines")


def reset():
    tls.axl("addRoutePartition", "<routePartition><name>resetMe</name></routePartition>")
    cookie = tls.request("GET", "/axl/", auth=admin()).cookie("JSESSIONIDSSO")
    suite.equal(call("POST", "reset"), (200, {"status": "ok"}), "reset")
    suite.equal(call("GET", "journal")[1]["entries"], [], "the journal is empty")
    answer = tls.axl("getRoutePartition", "<name>resetMe</name>")
    suite.ok("<axlcode>5007</axlcode>" in answer.text, "what was added is gone; the administrator is still let in",
             answer.text)
    suite.equal(tls.request("GET", "/axl/", headers={"Cookie": cookie}).status, 401, "sessions are gone")


def companion():
    def run(*arguments, **environment):
        env = dict(os.environ, CCMSIM_URL=HTTPS, CCMSIM_CONTROL=TOKEN, **environment)
        done = subprocess.run([os.path.join(daemon.build_dir(), "ccmsim"), *arguments], env=env, text=True,
                              capture_output=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    tls.axl("addRoutePartition", "<routePartition><name>shell</name></routePartition>")
    tls.axl("getRoutePartition", "<name>shell</name>")
    code, out, err = run("health")
    suite.ok(code == 0 and "ccmVersion" in out, "ccmsim health", out + err)
    code, out, err = run("health", "--json")
    suite.ok(code == 0 and json.loads(out)["status"] == "ok", "ccmsim health --json", out + err)
    code, out, err = run("journal", "operation=getRoutePartition", "limit=1")
    suite.ok(code == 0 and len(out.splitlines()) == 2, "ccmsim journal", out + err)
    code, out, err = run("journal", "operation=none", "--json")
    suite.ok(code == 1 and json.loads(out) == [], "an empty journal is status 1", out + err)
    code, out, err = run("coverage", "--json")
    states = json.loads(out)["operations"] if code == 0 else {}
    suite.equal([states.get(name) for name in ("addRoutePartition", "getRoutePartition", "addPhone")],
                ["full", "full", "none"], "ccmsim coverage tells what was confirmed")
    code, out, err = run("reset")
    suite.ok(code == 0, "ccmsim reset", out + err)
    for arguments, wanted in ((("nonsense",), 2), ((), 2), (("journal", "x"), 2), (("journal", "limit=x"), 2),
                              (("health", "--token", "wrong"), 3), (("health", "--url", "https://127.0.0.1:1"), 3),
                              (("--help",), 0), (("--version",), 0), (("coverage", "/nonexistent"), 1)):
        code, out, err = run(*arguments)
        suite.ok(code == wanted and (wanted == 0 or err), f"ccmsim {' '.join(arguments)} is status {wanted}", out + err)


for part in (health, refusals, journal, reset, companion):
    suite.attempt(part.__name__, part)
suite.end()
