#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""What is too large for one answer is read in pages, as clients do it: the fault's two numbers, then SKIP and FIRST
until there are no more rows. Without ORDER BY too each row comes once."""

import re

import kit
import tap

# Of about 13 MB each; in several shapes, since each has an order of its own to keep.
LARGE = {
    "a join": "a.pkid, b.pkid AS other FROM phonebutton a, typegeolocationdevice s, device b WHERE a.buttonnum > 0",
    "a join with a condition": "a.pkid, b.pkid AS other, a.label FROM phonebutton a, phonebutton b WHERE a.buttonnum = b.buttonnum",
    "a derived table": "x.p, x.q FROM (SELECT a.pkid AS p, b.pkid AS q FROM phonebutton a, device b) x",
    "a union": "a.pkid, b.pkid AS other FROM phonebutton a, device b UNION ALL SELECT a.pkid, b.pkid FROM phonebutton a, device b",
}
NUMBERS = re.compile(r"^Query request too large\. Total rows matched: (\d+) rows\. Suggest(?:iv|ed)e? Row Fetch: less than (\d+) rows", re.I)


def pages(suite, fixture, name, select):
    refused = fixture.sql.query(f"SELECT {select}")
    found = NUMBERS.match(refused.text or "")
    if not suite.ok(found is not None, f"{name}: refused with its numbers", refused):
        return
    total, size = int(found.group(1)), int(found.group(2))
    store = fixture.store()
    right = store.execute(f"SELECT count(*) FROM (SELECT {select})").fetchone()[0]
    store.close()
    suite.equal(total, right, f"{name}: the rows that there are")
    suite.ok(0 < size < total, f"{name}: pages smaller than all", size)
    seen, skip = [], 0
    while skip < total and 0 < size:
        page = fixture.sql.query(f"SELECT SKIP {skip} FIRST {size - 1} {select}")
        if not suite.ok(page.rows is not None and page.rows, f"{name}: the page from {skip}", page):
            return
        suite.ok(len(page.body) <= 9 << 20, f"{name}: of no more than 8 MB of rows", len(page.body))
        seen += page.cells
        skip += size - 1
    suite.equal(len(seen), total, f"{name}: all rows in pages")
    everything = fixture.store()
    wanted = sorted(tuple(map(kit.cell_text, row)) for row in everything.execute(f"SELECT {select}"))
    everything.close()
    suite.ok(sorted(seen) == wanted, f"{name}: each row as often as it is there", f"{len(set(seen))} different")
    nothing = fixture.sql.query(f"SELECT SKIP {total} FIRST 10 {select}")
    suite.equal(nothing.cells if nothing.rows is not None else nothing.text, [], f"{name}: behind the last there is none")


def main():
    suite = tap.Suite()
    with kit.Fixture() as fixture:
        for name, select in LARGE.items():
            suite.attempt(name, pages, suite, fixture, name, select)
        suite.ok(fixture.daemon.alive(), "the daemon lives")
    suite.end()


if __name__ == "__main__":
    main()
