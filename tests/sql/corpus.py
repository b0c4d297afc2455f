#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Statements that clients were seen to send (corpus.tsv), each with the rows that a plain query of Python's SQLite
on the same store gives (expected.tsv): names, order where one was asked for, values. Writes come last; each leaves
its table as the same write by plain SQLite leaves a copy of it."""

import re
import sqlite3
import sys

import kit
import tap


def agree(mode, wanted_names, wanted, result):
    """None, or what differs."""
    if result.rows is None:
        return str(result)
    rows = result.cells
    if mode == "any":
        return None
    if mode == "some":
        return None if rows and result.names == wanted_names else f"{len(rows)} rows {result.names}, wanted {wanted_names}"
    if rows and any([name for name, _ in row] != wanted_names for row in result.rows):
        return f"columns {result.names}, wanted {wanted_names}"
    if mode.startswith("first "):
        count = min(int(mode[6:]), len(wanted))
        return None if len(rows) == count and not leftover(rows, wanted) else \
            f"{len(rows)} rows, wanted {count}; not to be there: {leftover(rows, wanted)[:3]}"
    if sorted(rows) != sorted(wanted):
        return f"{len(rows)} rows, wanted {len(wanted)}; too many {leftover(rows, wanted)[:3]}, " \
               f"missing {leftover(wanted, rows)[:3]}"
    if mode.startswith("keys "):
        places = [int(word) - 1 for word in mode[5:].split(",")]
        got, right = ([[row[p] for p in places] for row in some] for some in (rows, wanted))
        return None if got == right else f"order {got[:4]}, wanted {right[:4]}"
    return None


def leftover(some, others):
    """What is in some more often than in others."""
    others = list(others)
    return [row for row in some if not (row in others and (others.remove(row) or True))]


def failed_with(result, codes):
    """None if result is one of the errors, in Informix's words."""
    if result.text is None or result.code is None:
        return f"wanted error {codes}, got {result}"
    return None if str(result.code) in codes.split("|") else f"wanted error {codes}, got {result}"


def check(suite, fixture, store, columns, statement, expected):
    name = f"{statement['id']} {statement['sql'][:70]}"
    mode, text = expected["mode"], expected["sql"]
    if mode == "code":
        problem = failed_with(fixture.sql.run(statement["kind"], statement["sql"]), text)
    elif mode == "rows":
        count, plain = kit.rows_of(store, text)[1][0][0], copy_of(store)
        plain.execute(expected["write"])
        result = fixture.sql.update(statement["sql"])
        suite.ok(count != "0", f"{name}: has rows to change")
        problem = None if result.updated == int(count) else f"wanted {count} rows updated, got {result}"
        problem = problem or written(columns, statement["sql"], store, plain)
        plain.close()
    else:
        names, rows = kit.rows_of(store, columns.fill(text))
        if not rows and mode != "any" and statement["id"] not in EMPTY:
            suite.ok(False, name, "the fixture has no row for this statement")
        problem = agree(mode, names, rows, fixture.sql.query(statement["sql"]))
    suite.ok(problem is None, name, problem)


def copy_of(store):
    """The store as it is, in memory, for the same write by plain SQLite."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    store.backup(copy, pages=-1)
    copy.execute("PRAGMA case_sensitive_like=ON")
    copy.execute("PRAGMA foreign_keys=ON")
    kit.add_functions(copy, 900000)
    return copy


def written(columns, sql, store, plain):
    """None if the table is the same after both writes, but for what is drawn anew."""
    table = re.match(r"(?i)\s*(?:update|insert into|delete from) (\w+)", sql).group(1).lower()
    named = re.match(r"(?i)\s*insert into \w+ ?\(([^)]*)\)", sql)
    cells = [word.strip().lower() for word in named.group(1).split(",")] if named else columns.tables[table]
    cells = [f'"{cell}"' for cell in cells if cell not in DRAWN and not (named and cell == "pkid")]
    ours, right = ([tuple(map(kit.cell_text, row)) for row in db.execute(f"SELECT {', '.join(cells)} FROM {table}")] for db in (store, plain))
    if sorted(ours) == sorted(right):
        return None
    wrong, missing = leftover(ours, right), leftover(right, ours)
    places = [n for n in range(len(cells)) if not wrong or not missing or wrong[0][n] != missing[0][n]]
    return f"{table} {[cells[n] for n in places]}: wrong {[[row[n] for n in places] for row in wrong[:2]]}, " \
           f"missing {[[row[n] for n in places] for row in missing[:2]]}"


def turn(statement):
    """Reads first, then what changes and adds some rows, then deletes, of
    devices, on which much hangs, last; then what changes all rows of a table."""
    if statement["kind"] == "query":
        return 0
    text = statement["sql"].lower()
    if "delete" in statement["idioms"].split():
        return 3 if text.startswith("delete from device ") else 2
    return 4 if text.startswith("update ") and " where " not in text else 1


# What rules keep beside a change: a stamp, the description once more.
DRAWN = {"versionstamp", "ndescription"}
# The one that asks for a partition that must not exist.
EMPTY = {"s213"}


def main():
    suite = tap.Suite()
    statements = kit.read_table("corpus.tsv", ["id", "kind", "idioms", "sql"])
    expected = {row["id"]: row for row in kit.read_table("expected.tsv", ["id", "mode", "sql", "write"])}
    chosen = sys.argv[1:]
    statements = [s for s in statements if not chosen or s["id"] in chosen]
    statements.sort(key=turn)
    columns = kit.Columns()
    with kit.Fixture(*kit.ASLEEP) as fixture:
        store = fixture.store()
        columns.tabulate(store)
        for statement in statements:
            suite.attempt(statement["id"], check, suite, fixture, store, columns, statement, expected[statement["id"]])
        store.close()
        suite.ok(fixture.daemon.alive(), "the daemon lives")
    suite.end()


if __name__ == "__main__":
    main()
