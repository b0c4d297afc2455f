#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Each rule and trap of the database's SQL as a case (rules.tsv), on a daemon of the release that it is about."""

import fnmatch
import json
import re
import sys

import kit
import tap


def problem_of(outcome, result):
    """None, or what differs from the outcome that the table tells."""
    if outcome == "rows-or-error":
        return None if result.rows is not None or result.code is not None and result.code < 0 else str(result)
    if outcome == "done":
        return None if result.text is None and result.http == 200 else str(result)
    if outcome.startswith("<"):
        return None if outcome in result.body.decode() and result.http == 200 else str(result.body)
    if outcome.startswith("columns "):
        return None if len(result.names) == int(outcome[8:]) else f"{len(result.names)} columns: {result}"
    if outcome.startswith("["):
        return differs(json.loads(outcome), result)
    if outcome.isdigit():
        return None if result.updated == int(outcome) else str(result)
    codes, text = outcome.split(" ", 1)
    if result.text is None or result.code is None:
        return f"no error: {result}"
    pattern = "".join(".*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", text))
    if any(fnmatch.fnmatchcase(str(result.code), code) for code in codes.split("|")) and \
            re.fullmatch(pattern, result.text, re.S):
        return None
    return str(result)


def differs(wanted, result):
    if result.rows is None:
        return str(result)
    rows = [list(row) for row in result.cells]
    if rows != wanted[1:]:
        return f"{rows[:5]} {len(rows)} rows"
    if wanted and wanted[0] is not None and result.names != wanted[0]:
        return f"elements {result.names}"
    return None


def named(suite, cases):
    """Each rule has a case that names it."""
    for row in kit.read_table("rules.names", ["name", "why"]):
        begins = re.compile(re.escape(row["name"]) + r"(?![\w-])")
        found = any(begins.match(case["rule"]) for case in cases)
        suite.ok(found != bool(row["why"]), f"{row['name']}: {row['why'] or 'has a case'}", f"found {found}")


def main():
    suite = tap.Suite()
    cases = kit.read_table("rules.tsv", ["rule", "kind", "release", "sql", "outcome"])
    chosen = sys.argv[1:]
    if not chosen:
        named(suite, cases)
    for release in sorted({case["release"] for case in cases}):
        with kit.Fixture(*kit.ASLEEP, "--ccm-version", release or "15.0") as fixture:
            for case in cases:
                if case["release"] == release and (not chosen or case["rule"] in chosen):
                    result = suite.attempt(case["rule"], fixture.sql.run, case["kind"], case["sql"])
                    if result is not None:
                        problem = problem_of(case["outcome"], result)
                        suite.ok(problem is None, f"{case['rule']}: {case['sql'][:80]}",
                                 f"wanted {case['outcome'][:200]}, got {problem}")
            suite.ok(fixture.daemon.alive(), f"the daemon of release {release or '15.0'} lives")
    suite.end()


if __name__ == "__main__":
    main()
