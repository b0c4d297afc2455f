#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""The conformance table: which unmodified client works with which API and schema version, as the last
test run saw it. Suites say "# client: X" and "# api: Y". As a program it writes the table into a
file between the marks <!-- conformance --> and <!-- /conformance -->.

usage: conformance.py RESULTS.json README.md"""

import json
import os
import re
import sys

MARKS = re.compile(r"(<!-- conformance -->\n).*?(<!-- /conformance -->)", re.S)


def load(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def save(results, path, complete):
    """Keep the cells of a run; a run of only some suites replaces only theirs."""
    cells = [{"suite": r.name, "client": r.notes["client"], "api": r.notes["api"], "passed": r.passed,
              "failed": r.failed, "skipped": r.skipped}
             for r in results if "client" in r.notes and "api" in r.notes]
    if not complete:
        names = {cell["suite"] for cell in cells}
        cells += [cell for cell in load(path) if cell["suite"] not in names]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(cells, file, indent=1)


def api_order(api):
    words = api.split()
    return (words[0], [float(word) for word in words[1:] if word.replace(".", "", 1).isdigit()], api)


def cell_text(cells):
    passed, failed = sum(c["passed"] for c in cells), sum(c["failed"] for c in cells)
    if not cells:
        return ""
    if not passed and not failed:
        return "skipped"
    return f"{passed}/{passed + failed}" + ("" if not failed else " **no**")


def table(path):
    cells = load(path)
    if not cells:
        return ""
    apis = sorted({cell["api"] for cell in cells}, key=api_order)
    clients = sorted({cell["client"] for cell in cells}, key=str.lower)
    lines = ["| Client | " + " | ".join(apis) + " |", "|---|" + "---|" * len(apis)]
    for client in clients:
        row = [cell_text([c for c in cells if (c["client"], c["api"]) == (client, api)]) for api in apis]
        lines.append(f"| {client} | " + " | ".join(row) + " |")
    return "\n".join(lines)


def main():
    results, readme = sys.argv[1:]
    text = table(results)
    if not text:
        sys.exit(f"{results}: no results; run `make check` first")
    with open(readme, encoding="utf-8") as file:
        old = file.read()
    new, count = MARKS.subn(lambda match: match.group(1) + text + "\n" + match.group(2), old)
    if not count:
        sys.exit(f"{readme}: no line <!-- conformance --> followed by <!-- /conformance -->")
    with open(readme, "w", encoding="utf-8") as file:
        file.write(new)


if __name__ == "__main__":
    main()
