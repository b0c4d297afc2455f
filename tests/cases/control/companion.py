#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""ccmsim from the shell: every command does what it says, in tables or JSON; exit statuses for scripts; the manual
describes each command of --help."""

import json
import os
import re
import subprocess

from api import Api, ccmsim, daemon
import tap

suite = tap.Suite()
api = Api()
PHONE, OTHER = "SEP00DE00C01000", "SEP00DE00C11025"


def run(wanted, *arguments, **options):
    """Standard output of a command that must end so."""
    code, out, err = ccmsim(*arguments, **options)
    suite.ok(code == wanted and (wanted < 2 or err), f"ccmsim {' '.join(arguments)} is status {wanted}",
             f"{code}: {out}{err}")
    return out


def value(*arguments, wanted=0):
    return json.loads(run(wanted, *arguments, "--json"))


def phones():
    rows = run(0, "phones", "--status", "registered", "name=SEP00DE00C*").splitlines()
    suite.ok(rows[0].split()[:2] == ["NAME", "STATUS"] and rows[1].split()[:2] == [PHONE, "Registered"],
             "phones are a table", rows[:2])
    suite.equal(value("phones", "limit=2")["phones"], api.good("GET", "phones", limit=2)["phones"], "or JSON")
    suite.ok("offset=2" in run(0, "phones", "--limit", "2"), "that says how to go on")
    suite.ok("2001" in run(0, "phone", PHONE), "one with its lines")
    run(0, "phone", "unregister", PHONE, OTHER)
    run(0, "clock", "idle", "--within", "10m")
    suite.equal({value("phone", name)["status"] for name in (PHONE, OTHER)}, {"UnRegistered"}, "several at once")
    run(0, "phone", "register", PHONE, OTHER)
    run(0, "clock", "advance", "5m")
    run(0, "phone", "reject", PHONE, "3")
    run(0, "phone", "reject", PHONE, "0")
    run(0, "clock", "idle")
    suite.equal(value("phone", PHONE)["status"], "Registered", "rejected and let in")
    run(1, "phones", "--status", "Rejected")
    run(1, "phone", "NOBODY")
    run(1, "phone", "register", PHONE, "NOBODY")


def calls():
    call = value("call", "dial", PHONE, "2002")
    suite.ok("ringing" in run(0, "calls", "--device", PHONE), "the call rings")
    run(0, "call", "answer", str(call["id"]))
    suite.equal(value("call", str(call["id"]))["state"], "connected", "and is answered")
    run(0, "call", "clear", str(call["id"]))
    run(1, "call", "clear", str(call["id"]))
    run(1, "calls")
    run(0, "phone", "press", PHONE, "Speaker")
    run(0, "phone", "press", PHONE, "Onhook")


def clock():
    run(0, "clock", "manual")
    before = value("clock")["nowMs"]
    suite.equal(value("clock", "advance", "1.5s")["nowMs"] - before, 1500, "the clock is advanced")
    run(0, "clock", "fast", "100")
    run(1, "clock", "advance", "1s")
    run(0, "clock", "real")
    run(0, "clock", "manual")


def nodes():
    suite.ok("cucm-pub" in run(0, "nodes"), "nodes are a table")
    run(0, "node", "down", "cucm-sub1")
    suite.equal(value("node", "cucm-sub1")["up"], False, "a node is down")
    run(0, "node", "up", "cucm-sub1")
    run(0, "service", "stop", "cucm-sub1", "Cisco CallManager")
    run(0, "service", "start", "cucm-sub1", "Cisco CallManager")
    run(1, "node", "nowhere")
    run(0, "clock", "idle", "--within", "1h")


def events():
    last = api.good("GET", "events", limit=0)["last"]
    run(1, "events", "--after", str(last))
    run(0, "phone", "unregister", PHONE)
    run(0, "clock", "idle", "within=1h")
    lines = run(0, "events", "--after", str(last), "--kind", "device").splitlines()
    suite.equal(json.loads(lines[0])["subject"], PHONE, "what happened since")
    followed = run(0, "events", "--follow", "--after", str(last), "--limit", "1").splitlines()
    suite.equal(json.loads(followed[0])["seq"], last + 1, "followed, up to a limit")
    run(0, "phone", "register", PHONE)
    run(0, "clock", "idle", "within=1h")


def waits():
    run(0, "wait", "phones", f"name={PHONE}", "--status", "Registered")
    run(1, "wait", "phones", f"name={PHONE}", "--status", "Rejected", "--timeout", "50ms")
    suite.equal(value("wait", "phones", "status=Rejected", "timeout=0", wanted=1)["met"], False, "not met, as JSON")
    run(0, "wait", "calls", "--state", "connected", "max=0")
    run(1, "wait", "requests", "operation=none", "--timeout", "0")


def journal():
    run(0, "journal", "clear")
    run(1, "journal")
    axl = ("sql", "select name from device where name = 'nothing'", "--user",
           os.environ["CCMSIM_USER"] + ":" + os.environ["CCMSIM_PASSWORD"])
    ccmsim(*axl, url=os.environ["CCMSIM_HTTPS"])
    run(0, "journal", "operation=executeSQLQuery")
    run(0, "verify", "operation=executeSQLQuery", "count=1", "contains:executeSQLQuery/sql=select*")
    out = run(1, "verify", "operation=executeSQLQuery", "contains:executeSQLQuery/sql=update*")
    suite.ok('wanted "update*"' in out, "verify tells what came nearest", out)
    run(1, "verify", "operation=addPhone", "then", "operation=executeSQLQuery")
    run(0, "verify", "operation=addPhone", "count=0", "and", "operation=executeSQLQuery")
    run(0, "verify", "-", stdin='{"expectations": [{"operation": "executeSQLQuery"}]}')
    run(2, "verify", "-", stdin="{")


def statuses():
    for arguments, wanted in ((("health",), 0), (("nonsense",), 2), ((), 2), (("phone",), 2), (("phone", "a", "b"), 2),
                              (("phones", "--nonsense", "x"), 2), (("phones", "--limit"), 2), (("phones", "limit=0"), 2),
                              (("phones", "status=none"), 2), (("clock", "advance", "soon"), 2), (("clock", "fast"), 2),
                              (("call", "dial", PHONE), 2), (("call", "x"), 2), (("wait",), 2),
                              (("wait", "phones", "min=2", "max=1"), 1), (("verify",), 2), (("health", "x"), 2),
                              (("phone", "reject", PHONE, "x"), 2), (("events", "kind=none"), 1),
                              (("health", "--token", "wrong"), 3), (("health", "--url", "http://127.0.0.1:1"), 3),
                              (("health", "--url"), 2), (("phones", "--help"), 0), (("--version",), 0)):
        run(wanted, *arguments)


def manual():


    path = os.path.join(daemon.ROOT, "man", "ccmsim.1")
    done = subprocess.run(["man", "--warnings", "-l", path], capture_output=True, text=True, check=False,
                          env=dict(os.environ, MANWIDTH="200", LC_ALL="C.UTF-8")) if have("man") else None
    if done is not None:
        suite.equal((done.returncode, done.stderr), (0, ""), "the manual is well formed")
    with open(path, encoding="utf-8") as source:
        text = source.read()
    plain = re.sub(r"\\f[A-Z]|\\&", "", text).replace("\\-", "-").replace('"', "")
    words = re.findall(r"^\.TP\n\.(?:B|BR|BI) (.*)$", text, re.M)
    tagged = [re.sub(r"\\f[A-Z]|\\&", "", line).replace("\\-", "-").replace('"', "") for line in words]
    help_text = ccmsim("--help")[1]
    section = help_text.split("commands:\n")[1].split("\n\n")[0].splitlines()
    for line in section:
        if not line.startswith("        "):
            name = re.split(r" (?=[A-Z\[])", line.strip())[0]
            suite.ok(any(tag == name or tag.startswith(name + " ") for tag in tagged), f"the manual has {name}", tagged)
    for option in re.findall(r"^  (--\w+)", help_text.split("options:\n")[1], re.M):
        suite.ok(option in plain, f"the manual has {option}")


def have(program):
    return any(os.access(os.path.join(folder, program), os.X_OK) for folder in os.environ["PATH"].split(":"))


for part in (phones, calls, clock, nodes, events, waits, journal, statuses, manual):
    suite.attempt(part.__name__, part)
suite.end()
