#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""The sweep: every object, every field, through zeep and the WSDL alone, each value looked up in the
store's own tables. Starts its own daemon.

Results go to BUILD/sweep/V/OBJECT.json; what was done for the same commit isn't done again unless --fresh.
The exit status is 75 when time was up before the end: call it again to go on."""

import argparse
import csv
import glob
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]
import client as axlclient  # noqa: E402
import daemon  # noqa: E402
import dictionary  # noqa: E402
import plan  # noqa: E402
import probe  # noqa: E402
import storemap  # noqa: E402
import values  # noqa: E402
import world  # noqa: E402
import xsd  # noqa: E402
from exercise import Exercise  # noqa: E402
from record import Record  # noqa: E402

TIME_UP = 75
OURS = {"5.0", "6.0", "7.0", "7.1", "8.0", "8.5", "9.0", "9.1", "10.0", "10.5"}


def schema_dir(version):
    """The vendor's own files where an npm package brings them, else those that the build made."""
    base = os.path.join(daemon.build_dir(), "node", "node_modules", "cisco-axl", "schema")
    if version in OURS:
        base = os.path.join(daemon.build_dir(), "gen", "toolkit", "schema")
    return os.path.join(base, version)


def objects():
    with open(os.path.join(HERE, "objects"), encoding="utf-8") as file:
        return file.read().split()


def commit():
    def git(*words):
        return subprocess.run(["git", *words], cwd=daemon.ROOT, capture_output=True, text=True, check=False).stdout
    head = git("rev-parse", "HEAD").strip() or "no commit"
    return head + (" changed" if git("status", "--porcelain", "--untracked-files=no") else "")


def signature(schema, name):
    """The shape of an object's messages, for telling versions apart; not the values of enumerations."""
    def shape(kind, seen):
        if isinstance(kind, xsd.Simple):
            return [kind.base, kind.max_length]
        if kind in seen:
            return []
        return [[e.name, e.low, e.high, e.nillable, e.default, shape(e.type, seen | {kind})] for e in kind.elements()]
    messages = [schema.message(verb + name) for verb in ("add", "update", "list")]
    return json.dumps([shape(message, set()) if message else None for message in messages])


def read_exceptions(version):
    found = {}
    with open(os.path.join(HERE, "exceptions.tsv"), encoding="utf-8") as file:
        for row in csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"):
            if not row["versions"] or storemap.holds(row["versions"], version):
                found.setdefault(row["object"], {})[row["path"]] = row["reason"]
    return found


class Sweep:
    def __init__(self, args):
        self.args = args
        self.version = args.version
        self.schema = xsd.Schema(os.path.join(schema_dir(args.version), "AXLSoap.xsd"))
        self.map = storemap.StoreMap(os.path.join(daemon.ROOT, "schema", "axl", "objects"), args.version)
        self.dictionary = dictionary.Dictionary(os.path.join(daemon.ROOT, "schema", "db", "dictionary.tsv"))
        self.exceptions = read_exceptions(args.version)
        self.directory = os.path.join(daemon.build_dir(), "sweep", args.version)
        self.commit = commit()
        os.makedirs(self.directory, exist_ok=True)

    def names(self):
        names = self.args.object or objects()
        names = [name for name in names if self.schema.message("get" + name) is not None]
        if self.args.differences:
            others = [xsd.Schema(os.path.join(schema_dir(v), "AXLSoap.xsd")) for v in self.args.differences.split(",")]
            names = [name for name in names
                     if all(signature(self.schema, name) != signature(other, name) for other in others)]
        return names

    def path(self, name):
        return os.path.join(self.directory, name + ".json")

    def done(self, name):
        if self.args.fresh or self.commit.endswith("changed") or not os.path.exists(self.path(name)):
            return False
        with open(self.path(name), encoding="utf-8") as file:
            return json.load(file)["commit"] == self.commit

    def run(self):
        """0, 1 when something failed, or 75 when time was up."""
        pending = [name for name in self.names() if not self.done(name)]
        deadline = time.monotonic() + self.args.minutes * 60
        if pending:
            with tempfile.TemporaryDirectory(prefix="ccmsim-sweep-") as tmp:
                state = os.path.join(tmp, "state")
                with daemon.Daemon(["--log-level", "warn"], state=state) as server:
                    pending = self.work(pending, server, state, deadline)
        return self.report(pending)

    def work(self, pending, server, state, deadline):
        store = probe.Store(state, self.map)
        made = values.Values(os.path.join(HERE, "values.tsv"), self.version, store, self.map, self.dictionary)
        client = axlclient.Client(os.path.join(schema_dir(self.version), "AXLAPI.wsdl"), server.https + "/axl/",
                                  server.user, server.password)
        everyone = [name for name in objects() if self.schema.message("get" + name) is not None]
        missing = world.populate(everyone, self.schema, client, plan.Planner(made, {}), store)
        if missing:
            print("# could not be made for others to refer to: " + " ".join(missing), flush=True)
        pending = list(pending)
        while pending and time.monotonic() < deadline:
            name = pending.pop(0)
            self.one(name, client, made, store)
            if not server.alive():
                sys.exit(f"the daemon died at {name}: {server.log_text()[-1000:]}")
        return pending

    def one(self, name, client, made, store):
        record = Record(name, self.version)
        exceptions = self.exceptions.get(name, {})
        start = time.monotonic()
        section = self.map.section(name)
        record.step("store map", section is not None, "no store section for this object")
        try:
            exercise = Exercise(name, self.schema, client, plan.Planner(made, exceptions), store, record)
            reasons = dict(exceptions)
            reasons.update((path, line.reason) for path, line in (section.lines.items() if section else ())
                           if line.kind == "none")
            for path, reason in reasons.items():
                for leaf in exercise.settable(path):
                    record.except_field(leaf, reason)
            exercise.run()
        except Exception as problem:  # one object's trouble must not hide the others'
            record.step("sweep", False, f"{type(problem).__name__}: {problem}", client.excerpt())
        record.seconds = time.monotonic() - start
        record.save(self.path(name), self.commit)
        print(line_of(name, record.counts(), record.seconds), flush=True)

    def report(self, pending):
        """Totals of all results of this version; TAP lines when asked."""
        results = []
        wanted = set(self.names())
        for path in sorted(glob.glob(os.path.join(self.directory, "*.json"))):
            with open(path, encoding="utf-8") as file:
                result = json.load(file)
            if result["object"] in wanted:
                results.append(result)
        total = {}
        for result in results:
            for key, value in result["counts"].items():
                total[key] = total.get(key, 0) + value
        if self.args.tap:
            print("# client: zeep (sweep of every field)")
            print(f"# api: AXL {self.version}")
            for result in results:
                tap(result)
            share = 100.0 * total.get("excepted", 0) / max(1, total.get("fields", 0))
            print(("ok" if share <= 1 else "not ok") + f" - named exceptions: {share:.2f} % of the fields, at most 1 %")
        print(f"sweep {self.version}: {len(results)} objects, {total.get('fields', 0)} fields, "
              f"{total.get('failed_fields', 0)} failed, {total.get('excepted', 0)} excepted, "
              f"{total.get('columns', 0)} seen in their column, {total.get('failed_steps', 0)} requests failed"
              + (f", {len(pending)} objects to go" if pending else ""))
        if pending:
            return TIME_UP
        return 1 if total.get("failed_fields") or total.get("failed_steps") else 0


def line_of(name, counts, seconds):
    return (f"{name:36} fields {counts['fields']:4} failed {counts['failed_fields']:3} excepted {counts['excepted']:3} "
            f"columns {counts['columns']:4} failed {counts['failed_columns']:3} "
            f"requests failed {counts['failed_steps']:2}  {seconds:.1f} s")


def tap(result):
    failures = {}
    for failure in result["failures"]:
        failures.setdefault(failure["path"], failure)
    counts = result["counts"]
    bad = counts["failed_fields"] + counts["failed_steps"]
    for number in range(counts["fields"] - counts["excepted"] - counts["failed_fields"]):
        print(f"ok - {result['object']} field {number + 1}")
    for path in result["failed_fields"]:
        failure = failures.get(path, {"step": "", "seen": ""})
        print(f"not ok - {result['object']} {path}: {failure['step']}: {failure['seen'][:300]}")
    for failure in result["failures"]:
        if not failure["path"]:
            print(f"not ok - {result['object']} {failure['step']}: {failure['seen'][:300]}")
    if not bad:
        print(f"ok - {result['object']} whole")


def main():
    parser = argparse.ArgumentParser(description="Sweeps every field of every object through AXL.")
    parser.add_argument("--version", default="15.0")
    parser.add_argument("--object", action="append")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--differences", help="only objects that differ from those of all these versions")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--tap", action="store_true")
    sys.exit(Sweep(parser.parse_args()).run())


if __name__ == "__main__":
    main()
