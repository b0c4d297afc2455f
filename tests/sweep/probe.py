# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Looks into the store file itself, read-only: whether a value stands in the column that the store map
names, and which rows a reference can point to."""

import glob
import os
import sqlite3


class Store:
    def __init__(self, directory, store_map):
        self.map = store_map
        self.db = None
        for path in sorted(glob.glob(os.path.join(directory, "*"))):
            if os.path.isfile(path) and open(path, "rb").read(15) == b"SQLite format 3":
                self.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10, isolation_level=None)
        if self.db is None:
            raise FileNotFoundError(f"no SQLite file in {directory}")
        self.db.row_factory = sqlite3.Row
        self._types = {}

    def rows(self, sql, *values):
        return self.db.execute(sql, values).fetchall()

    def type_names(self, table):
        if table not in self._types:
            try:
                self._types[table] = {row["name"]: row["enum"] for row in self.rows(f'SELECT enum, name FROM "{table}"')}
            except sqlite3.Error:
                self._types[table] = {}
        return self._types[table]

    @staticmethod
    def condition(pairs):
        parts, values = [], []
        for column, value in pairs:
            if value in ("null", "NULL"):
                parts.append(f'"{column}" IS NULL')
            elif value.startswith("!"):
                parts.append(f'"{column}" IS NOT ?')
                values.append(value[1:])
            elif "|" in value:
                choices = value.split("|")
                parts.append(f'"{column}" IN ({",".join("?" * len(choices))})')
                values += choices
            else:
                parts.append(f'"{column}" = ?')
                values.append(value)
        return " AND ".join(parts) or "1", values

    def pool(self, table, where):
        """Rows a reference may point to: those the sweep made itself, newest first, then the others."""
        condition, values = self.condition(where)
        rows = self.rows(f'SELECT * FROM "{table}" WHERE {condition} ORDER BY rowid DESC LIMIT 300', *values)
        return rows

    def pkid(self, table, pkid, column="pkid"):
        found = self.rows(f'SELECT * FROM "{table}" WHERE "{column}" = ?', pkid) if pkid is not None else []
        return found[0] if found else None

    # ---- checks ----

    def contexts(self, section, path, pkid, positions):
        """Rows in which the field at path may stand: one, or all of an unordered list."""
        rows = [(self.pkid(section.table, pkid), None)]
        parts = path.split("/")
        seen = 0
        for stop in range(1, len(parts)):
            line = section.lines.get("/".join(parts[:stop]))
            if line is None or line.kind not in ("rows", "row"):
                continue
            rows = [(child, line) for parent, _ in rows if parent is not None
                    for child in self._children(section, line, parent)]
            if line.kind == "rows":
                if line.order and seen < len(positions) and positions[seen] < len(rows):
                    rows = [rows[positions[seen]]]
                seen += 1
        return rows

    def _children(self, section, line, parent):
        key = self.cell(section, parent, line.of) if line.of else parent["pkid"]
        condition, values = self.condition(line.where)
        order = f'"{line.order}"' if line.order else "rowid"
        return self.rows(f'SELECT * FROM "{line.args[0]}" WHERE "{line.args[1]}" = ? AND {condition} ORDER BY {order}',
                         key, *values)

    def check(self, section, path, pkid, positions, text):
        """None if text stands where the map says, else what stands there. NotImplemented: the map names no column."""
        line = section.line(path)
        if line is None or line.kind not in READERS:
            return NotImplemented
        seen = []
        for row, _ in self.contexts(section, path, pkid, positions):
            if row is None:
                continue
            got = READERS[line.kind](self, section, line, row)
            if got == text or same(line, got, text):
                return None
            seen.append(got)
        return repr(seen)

    def cell(self, section, row, word):
        """A column of the row, or of one of its companions when written TABLE.COLUMN."""
        parts = word.split(".")
        if len(parts) == 1 or parts[0] not in section.sides:
            return row[parts[-1]]
        side = section.sides[parts[0]]
        condition, values = self.condition(side.where)
        column, key = ("pkid", row[side.column]) if side.by else (side.column, row["pkid"])
        found = self.rows(f'SELECT * FROM "{parts[0]}" WHERE "{column}" = ? AND {condition}', key, *values)
        return found[0][parts[1]] if found else None

    def _column(self, section, line, row):
        value = self.cell(section, row, line.args[0])
        return "" if value is None else str(value)

    def _enum(self, section, line, row):
        number = self.cell(section, row, line.args[0])
        names = [name for name, enum in self.type_names(line.args[1]).items() if enum == number]
        return names[0] if names else f"number {number}"

    def _ref(self, section, line, row):
        target = self.map.target(line)
        pkid = self.cell(section, row, line.args[0])
        found = self.pkid(target[0], pkid, line.on or "pkid") if target else None
        return found[target[1]] if found is not None else f"pkid {pkid}"

    def _part(self, section, line, row):
        target = self.map.target(line)
        found = self.pkid(target[0], self.cell(section, row, line.args[0])) if target else None
        if found is None:
            return "no row"
        value = found[line.args[1]]
        if line.of:
            name, column = line.of.split(".")
            further = self.map.section(name)
            table = further.table if further else name.split(":")[-1]
            beyond = self.pkid(table, value)
            value = beyond[column] if beyond is not None else None
        return "" if value is None else str(value)

    def _bit(self, section, line, row):
        value = self.cell(section, row, line.args[0]) or 0
        return "true" if int(value) & int(line.args[1]) else "false"


READERS = {"column": Store._column, "enum": Store._enum, "ref": Store._ref, "part": Store._part, "bit": Store._bit}
BOOLEANS = {"t": "true", "f": "false", "T": "true", "F": "false", "1": "true", "0": "false",
            "true": "true", "false": "false"}


def same(line, got, text):
    """Equal after the conversion that the line names."""
    if line.conversion == "uuid":
        return got.lower().strip("{}") == text.lower().strip("{}")
    if line.conversion == "onoff":
        return {"t": "On", "f": "Off"}.get(got) == text
    if text in ("true", "false"):
        return BOOLEANS.get(got) == text
    return False
