# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""What the data dictionary (schema/db/dictionary.tsv) says of a column, so that generated values fit it."""

import re
import sqlite3


class Column:
    def __init__(self, cells):
        cells += [""] * (12 - len(cells))
        self.type, self.nullable, self.default = cells[2].upper(), cells[3] == "y", cells[4]
        self.key, self.check, self.validation = cells[5], cells[10], cells[11]
        match = re.search(r"CHAR\((\d+)", self.type)
        self.length = int(match.group(1)) if match else None
        self.integer = self.type.startswith(("INT", "SMALLINT", "SERIAL"))
        self.boolean = self.type.startswith("BOOL")
        self.name = cells[1]

    @property
    def points_to(self):
        """(table, column) of a foreign key, or None."""
        match = re.search(r"fk=(\w+)\.(\w+)", self.key)
        return match.groups() if match else None

    def accepts(self, text):
        if self.length and len(text) > self.length:
            return False
        if self.integer and not re.fullmatch(r"-?\d+", text):
            return False
        return self._valid(text) and self._checked(text)

    def _valid(self, text):
        if not self.validation:
            return True
        try:
            return re.search(self.validation, text) is not None
        except re.error:
            return True

    def _checked(self, text):
        """The check, asked of SQLite; one over other columns too can't be told and passes."""
        if not self.check:
            return True
        value = int(text) if self.integer else text
        try:
            with sqlite3.connect(":memory:") as db:
                row = db.execute(f"SELECT ({self.check}) FROM (SELECT ? AS {self.name})", (value,)).fetchone()
            return row[0] is None or bool(row[0])
        except sqlite3.Error:
            return True


class Dictionary:
    def __init__(self, path):
        self._columns = {}
        with open(path, encoding="utf-8") as file:
            for line in file:
                if not line.startswith("#"):
                    cells = line.rstrip("\n").split("\t")
                    self._columns[(cells[0], cells[1])] = Column(cells)

    def column(self, table, column):
        return self._columns.get((table, column))

    def columns(self, table):
        return [column for (name, _), column in self._columns.items() if name == table]
