#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""SQL from the command line (`ccmsim sql`), printed as administrators know it; and what SQL changes reaches the
simulated phones as the same change through AXL does, which `ccmsim phone` shows."""

import json
import os
import subprocess
import time

import kit
import daemon
import tap

PATIENCE = 30
PRINTED = [
    ("a table", ["run sql select name, tkclass, fkenduser from device where name in ('SEP001122334455', 'TAB-ANNA') order by name"], 0,
     "name            tkclass fkenduser\n"
     "=============== ======= ====================================\n"
     "SEP001122334455 1       087cb605-b476-08c7-792c-d9045b02b316\n"
     "TAB-ANNA        1       \n"),
    ("without the words before", ["select name as PoolName from devicepool where name = 'HQ'"], 0, "poolname\n========\nHQ\n"),
    ("a write", ["run sql update scratch set content = 'x'"], 0, "Rows: 1\n"),
    ("CSV", ["--csv", "select name, description from routepartition where name = 'Internal'"], 0,
     "name,description\nInternal,Directory numbers\n"),
    ("CSV of what must be quoted", ["--csv", "select 'a,\"b\"' as x from systables where tabid = 1"], 0, 'x\n"a,""b"""\n'),
]


class Companion:
    def __init__(self, server):
        self.env = dict(os.environ, CCMSIM_URL=server.https, CCMSIM_ADMIN=f"{server.user}:{server.password}",
                        CCMSIM_CONTROL=server.token)

    def run(self, *words):
        return subprocess.run([os.path.join(daemon.build_dir(), "ccmsim"), *words], env=self.env, capture_output=True,
                              text=True, timeout=60, check=False)

    def phone(self, name):
        """The device as the simulator has it, without what is its alone; None if it has none."""
        done = self.run("--json", "phone", name)
        if done.returncode != 0:
            return None
        whole = json.loads(done.stdout)
        return {key: whole[key] for key in ("description", "class", "model", "protocol", "status", "lines")}


def eventually(look, wanted):
    """What look() gives, once it is wanted; the last of it when patience ends."""
    end = time.monotonic() + PATIENCE
    seen = look()
    while not wanted(seen) and time.monotonic() < end:
        time.sleep(0.05)
        seen = look()
    return seen


def printed(suite, companion):
    for name, words, status, text in PRINTED:
        done = companion.run("sql", *words)
        suite.ok((done.returncode, done.stdout) == (status, text), name, f"{done.returncode} {done.stdout!r} {done.stderr!r}")
    done = companion.run("sql", "--json", "select name, tkclass from device where name = 'TAB-ANNA'")
    suite.equal(json.loads(done.stdout or "null"), [{"name": "TAB-ANNA", "tkclass": "1"}], "JSON")
    done = companion.run("sql", "select nonsense from device")
    suite.ok(done.returncode == 1 and done.stdout == "" and "Column (nonsense) not found in any table" in done.stderr,
             "an error on the other stream, with its status", done)


def same(suite, companion, name, ours, theirs, wanted):
    """Both devices come to be as wanted, and alike."""
    by_sql = eventually(lambda: companion.phone(ours), wanted)
    by_axl = eventually(lambda: companion.phone(theirs), wanted)
    suite.ok(wanted(by_sql) and by_sql == by_axl, name, f"by SQL {by_sql}, by AXL {by_axl}")


def reaches(suite, fixture, companion):
    """TAB-MARIA changes by SQL, TAB-GRETA by AXL."""
    sql, axl = fixture.sql, fixture.sql.axl
    maria, greta = "TAB-MARIA", "TAB-GRETA"
    same(suite, companion, "twins at first", maria, greta, lambda p: p is not None and p["status"] == "Registered")
    sql.update(f"update device set description = 'changed' where name = '{maria}'")
    axl.call("updatePhone", f"<name>{greta}</name><description>changed</description>")
    same(suite, companion, "a new description", maria, greta, lambda p: p is not None and p["description"] == "changed")
    for number in ("7101", "7102"):
        axl.call("addLine", f"<line><pattern>{number}</pattern><usage>Device</usage><routePartitionName>Internal</routePartitionName></line>")
    inserted = sql.update(f"insert into devicenumplanmap (fkdevice, fknumplan, numplanindex) select d.pkid, n.pkid, 1 "
                          f"from device d, numplan n where d.name = '{maria}' and n.dnorpattern = '7101'")
    suite.equal(inserted.updated, 1, "a line by SQL")
    axl.call("updatePhone", f"<name>{greta}</name><lines><line><index>1</index><dirn><pattern>7102</pattern>"
             "<routePartitionName>Internal</routePartitionName></dirn></line></lines>")
    lines = [eventually(lambda name=name: companion.phone(name), lambda p: p is not None and len(p["lines"]) == 1)
             for name in (maria, greta)]
    shapes = [[sorted(line) for line in phone["lines"]] if phone else None for phone in lines]
    suite.ok(shapes[0] and shapes[0] == shapes[1] and "7101" in json.dumps(lines[0]) and "7102" in json.dumps(lines[1]),
             "a line each", lines)
    suite.equal(sql.update(f"delete from device where name = '{maria}'").updated, 1, "removed by SQL")
    axl.call("removePhone", f"<name>{greta}</name>")
    same(suite, companion, "both are gone", maria, greta, lambda p: p is None)


def main():
    suite = tap.Suite()
    with kit.Fixture() as fixture:
        companion = Companion(fixture.daemon)
        printed(suite, companion)
        suite.attempt("what SQL changes", reaches, suite, fixture, companion)
    suite.end()


if __name__ == "__main__":
    main()
