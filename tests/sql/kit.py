# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""What the SQL tests share: the fixture's store, a client that gives rows as they stand in the answer, and a
look into the store file by Python's own SQLite, which knows nothing of the daemon's SQL."""

import csv
import hashlib
import itertools
import os
import re
import sqlite3
import sys
import tempfile
import uuid
from xml.sax.saxutils import escape

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "sweep")]
import axl  # noqa: E402
import daemon  # noqa: E402

RELEASES = ["5.0.1", "5.1.1", "6.0.1", "6.1.1", "7.0.1", "7.1.2", "8.0.1", "8.5.1", "8.6.1", "9.0.1", "9.1.1", "10.0.1",
            "10.5.1", "10.5.2", "11.0.1", "11.5.1", "12.0.1", "12.5.1"]


def read_table(name, columns):
    """Rows of a .tsv file beside this one, comments left out, as dictionaries."""
    with open(os.path.join(HERE, name), encoding="utf-8", newline="") as file:
        rows = csv.reader((line for line in file if line.strip() and not line.startswith("#")), delimiter="\t",
                          quoting=csv.QUOTE_NONE)
        return [dict(zip(columns, row + [""] * (len(columns) - len(row)))) for row in rows]


def add_functions(db, first=100000):
    """What the schema's defaults call. Keys that are left to them are numbered, so the same each time."""
    serials, numbers = itertools.count(first), itertools.count(1)

    def newid():
        return str(uuid.UUID(bytes=hashlib.sha256(b"fixture %d %d" % (first, next(numbers))).digest()[:16], version=4))

    db.create_function("newid", 0, newid)
    db.create_function("next_serial", 1, lambda table: next(serials))
    db.create_function("new_versionstamp", 0, lambda: "1-00000000-0000-4000-8000-000000000000")


def load_fixture(path):
    """Run fixture.sql on a store file."""
    db = sqlite3.connect(path, isolation_level=None)
    add_functions(db)
    db.execute("PRAGMA foreign_keys=ON")
    with open(os.path.join(HERE, "fixture.sql"), encoding="utf-8") as file:
        db.executescript("BEGIN;" + file.read() + "COMMIT;")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


# Devices that never register: registrationdynamic then has the fixture's rows, which a plain query can tell too.
ASLEEP = ["--phones-start", "booting", "--phone-timing", "boot=86400-86400,register=86400-86400"]


class Fixture:
    """A daemon on the demonstration cluster with the rows of fixture.sql beside. A context manager."""

    def __init__(self, *options):
        self.options = list(options)

    def __enter__(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="ccmsim-sql-")
        self.state = os.path.join(self.tmp.name, "state")
        with daemon.Daemon(["--demo", "--seed", "1", "--log-level", "warn"], state=self.state):
            pass
        load_fixture(os.path.join(self.state, "ccmsim.db"))
        self.daemon = daemon.Daemon(["--seed", "2", "--log-level", "warn", *self.options], state=self.state).start()
        self.sql = Sql(self.daemon)
        return self

    def __exit__(self, kind, value, trace):
        self.sql.close()
        if self.daemon.alive():
            self.daemon.stop()
        self.daemon.clean()
        self.tmp.cleanup()

    def store(self):
        """The store file as any reader may see it, with LIKE as CallManager's database has it."""
        return open_store(self.state)


def open_store(state):
    db = sqlite3.connect(f"file:{os.path.join(state, 'ccmsim.db')}?mode=ro", uri=True, isolation_level=None, timeout=10)
    db.execute("PRAGMA case_sensitive_like=ON")
    db.create_function("matches", 2, matches)
    return db


def matches(text, pattern):
    """MATCHES, for expected rows: * ? [a-z] [^a-z] and a backslash that takes the meaning away."""
    if text is None or pattern is None:
        return None
    regex = re.sub(r"\\(.)|(\*)|(\?)|(\[\^?[^]]*\])|(.)", lambda m: re.escape(m[1]) if m[1] else ".*" if m[2] else "."
                   if m[3] else m[4] if m[4] else re.escape(m[5]), pattern, flags=re.S)
    return 1 if re.fullmatch(regex, text, re.S) else 0


class Result:
    """Rows as lists of (element, text), or the code and text of a fault."""

    def __init__(self, answer):
        self.http = answer.status
        self.text = answer.fault
        self.code = answer.code if answer.fault is not None else None
        self.body = answer.body
        self.rows = None
        self.updated = None
        if answer.element is None or answer.fault is not None:
            return
        inner = answer.element.find("return")
        updated = inner.findtext("rowsUpdated") if inner is not None else None
        if updated is not None:
            self.updated = int(updated)
        else:
            self.rows = [[(cell.tag, cell.text or "") for cell in row] for row in inner] if inner is not None else []

    @property
    def names(self):
        return [name for name, _ in self.rows[0]] if self.rows else []

    @property
    def cells(self):
        return [tuple(text for _, text in row) for row in self.rows]

    def __str__(self):
        if self.rows is not None:
            return f"{len(self.rows)} rows {self.names} {self.cells[:3]}"
        if self.updated is not None:
            return f"{self.updated} rows updated"
        return f"{self.code}: {self.text}" if self.text is not None else f"HTTP {self.http} {self.body[:200]!r}"


class Sql:
    """executeSQLQuery and executeSQLUpdate on one connection."""

    def __init__(self, server, version="15.0", timeout=60):
        self.axl = axl.Axl(server.https + "/axl/", server.user, server.password, version, timeout)

    def query(self, sql, version=None):
        return Result(self.axl.call("executeSQLQuery", f"<sql>{escape(sql)}</sql>", version))

    def update(self, sql, version=None):
        return Result(self.axl.call("executeSQLUpdate", f"<sql>{escape(sql)}</sql>", version))

    def run(self, kind, sql):
        """kind: query or update, and the schema version behind it if it isn't the usual one."""
        verb, _, version = kind.partition(" ")
        return (self.query if verb == "query" else self.update)(sql, version or None)

    def close(self):
        self.axl.close()


def cell_text(value):
    """A store's value as it stands in an answer: null and the empty text look the same there."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)


def rows_of(db, sql):
    """Element names and rows that a plain SQLite query means."""
    cursor = db.execute(sql)
    names = [column[0].lower() for column in cursor.description or ()]
    return names, [tuple(cell_text(value) for value in row) for row in cursor.fetchall()]


class Columns:
    """Columns of a table in the order that SELECT * shows, as the dictionary file has them for a release."""

    def __init__(self, release="12.5.1"):
        self.tables = {}
        self.integers, self.readonly, self.references = set(), set(), {}
        with open(os.path.join(daemon.ROOT, "schema", "db", "dictionary.tsv"), encoding="utf-8") as file:
            for line in file:
                if line.startswith("#"):
                    continue
                cells = line.rstrip("\n").split("\t")
                first, last = cells[6], cells[7]
                if self.place(first) <= self.place(release) <= self.place(last):
                    self.tables.setdefault(cells[0], []).append(cells[1])
                    if cells[2].startswith(("INT", "SMALLINT", "SERIAL")):
                        self.integers.add((cells[0], cells[1]))
                    if cells[9] == "n":
                        self.readonly.add((cells[0], cells[1]))
                    found = re.search(r"\bfk=(\w+)\.(\w+)", cells[5])
                    if found:
                        self.references[(cells[0], cells[1])] = (*found.groups(), "C" if "cascade" in cells[5] else "R")

    @staticmethod
    def place(release):
        return tuple(int(part) for part in release.split(".")) if release else (0,)

    def star(self, table, alias=None):
        return ", ".join(f'{alias or table}."{column}"' for column in self.tables[table])

    def fill(self, sql):
        """{device} or {device d} in an expected query stands for all columns of device, of its alias d."""
        return re.sub(r"\{(\w+)(?: (\w+))?\}", lambda m: self.star(m[1], m[2]), sql)

    def tabulate(self, db):
        """The dictionary as tables for expected queries: temp.dictionary(tabname, colname, colno) and
        temp.reference(tabname, colno, other, otherno, delrule)."""
        db.execute("CREATE TEMP TABLE dictionary(tabname, colname, colno)")
        db.executemany("INSERT INTO temp.dictionary VALUES (?, ?, ?)",
                       [(table, column, place + 1) for table, columns in self.tables.items()
                        for place, column in enumerate(columns)])
        db.execute("CREATE TEMP TABLE reference(tabname, colno, other, otherno, delrule)")
        db.executemany("INSERT INTO temp.reference VALUES (?, ?, ?, ?, ?)",
                       [(table, self.place_of(table, column), other, self.place_of(other, key), rule)
                        for (table, column), (other, key, rule) in self.references.items()
                        if key in self.tables.get(other, ())])

    def place_of(self, table, column):
        return self.tables[table].index(column) + 1
