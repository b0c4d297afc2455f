#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Random statements of a grammar (grammar.py), the same in each run: right ones give the rows that Python's SQLite
gives for the same question put plainly; spoilt ones give rows or an error in Informix's words, never one of SQLite's,
and the daemon lives on.

usage: differential.py [--seed N] [--count N]"""

import argparse
import re
import sqlite3

import grammar
import kit
import tap
from corpus import agree

SEED = 20190711
COUNT = 1500  # right ones, twice as many spoilt ones
SHOWN = 25
MESSAGES = {int(row["code"]): row["text"] for row in kit.read_table("messages.tsv", ["code", "text"])}
FOREIGN = re.compile(r"sqlite|no such |near \"|unrecognized token|misuse|constraint failed:|ambiguous column name|"
                     r"incomplete input|circular reference|result column|datatype mismatch|database is|out of memory", re.I)


def fold(name):
    """Case of letters that have one other form, letter by letter."""
    def function(text):
        if not isinstance(text, str):
            return text
        return "".join(other if len(other) == 1 else one for one, other in ((c, getattr(c, name)()) for c in text))
    return function


def plain_store(fixture):
    store = fixture.store()
    store.create_function("fold_lower", 1, fold("lower"))
    store.create_function("fold_upper", 1, fold("upper"))
    return store


def words_of_informix(result):
    """None if the answer is rows or a count or an error in its own words, else what is wrong."""
    if result.text is None:
        return None if result.rows is not None or result.updated is not None else str(result)
    if result.code is None or result.code >= 0 or FOREIGN.search(re.sub(r"\(.*\)", "", result.text, flags=re.S)):
        return str(result)
    message = MESSAGES.get(result.code)
    if message is None:
        return f"a code that isn't in the list: {result}"
    pattern = ".*".join(re.escape(part) for part in message.split("*"))
    return None if re.fullmatch(pattern, result.text, re.S) else str(result)


class Tally:
    """Failures of a kind as one result, with the first few."""

    def __init__(self, suite, name):
        self.suite, self.name, self.count, self.failures = suite, name, 0, []

    def add(self, problem, text):
        self.count += 1
        if problem is not None:
            self.failures.append((text, problem))

    def end(self):
        for text, problem in self.failures[:SHOWN]:
            self.suite.ok(False, f"{self.name}: {text}", problem)
        self.suite.ok(not self.failures and self.count, f"{self.name}: {self.count} statements",
                      f"{len(self.failures)} of them wrong")


def right_ones(suite, fixture, made, count):
    tally, rows, errors = Tally(suite, "same rows as plain SQLite"), 0, 0
    store = plain_store(fixture)
    for _ in range(count):
        ours, plain, mode = made.select()
        try:
            names, wanted = kit.rows_of(store, plain)
        except sqlite3.Error as problem:
            tally.add(f"the grammar's own mistake: {problem}: {plain}", ours)
            continue
        result = fixture.sql.query(ours)
        rows += bool(wanted)
        tally.add(agree(mode, names, wanted, result), ours)
    store.close()
    tally.end()
    suite.ok(rows > count / 3, f"{rows} of them have rows")


def spoilt_ones(suite, fixture, made, count):
    reads, writes = Tally(suite, "spoilt reads"), Tally(suite, "spoilt writes")
    answered = 0
    for number in range(count):
        if number % 4:
            text = made.spoil(made.select()[0])
            result = fixture.sql.query(text)
            reads.add(words_of_informix(result), text)
        else:
            text = made.write()
            text = made.spoil(text) if number % 8 else text
            result = fixture.sql.update(text)
            writes.add(words_of_informix(result), text)
        answered += result.text is None
    reads.end()
    writes.end()
    suite.ok(0 < answered < count, f"{answered} of {count} spoilt ones were still statements")


def main():
    parser = argparse.ArgumentParser(description="Random statements against plain SQLite.")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT)
    args = parser.parse_args()
    suite = tap.Suite()
    with kit.Fixture() as fixture:
        store = fixture.store()
        made = grammar.Grammar(args.seed, kit.Columns(), store)
        store.close()
        right_ones(suite, fixture, made, args.count)
        spoilt_ones(suite, fixture, made, 2 * args.count)
        suite.ok(fixture.daemon.alive(), "the daemon lives")
        suite.equal(fixture.daemon.stop(), 0, "and ends when asked")
    suite.end()


if __name__ == "__main__":
    main()
