# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Valid, distinctive values for leaves: from the schema's facets and the dictionary's rules; values.tsv
says the rest (which combinations make sense to a CallManager is not in any schema)."""

import csv
import re

import storemap
import xsd

# Tried in this order; the first that facets and dictionary accept is taken. {n} is a number never used before.
TEXTS = ("0Zürich Ω {n}", "0Zurich {n}", "0sweep{n}", "sweep {n}", "sweep{n}", "Sw-{n}", "s{n}", "0{n4}", "{n4}",
         "0{n}", "{n}", "192.0.2.{byte}", "2001:db8::{hex}", "{hex12}", "00{hex}", "SEP{hex12}", "s{n}@example.com",
         "http://192.0.2.1/{n}", "s{n}.example.com", "{digit}", "A", "08:00", "*{n}", "+{n}")
INTEGERS = (3, 7, 2, 5, 12, 4, 1, 20, 30, 60, 90, 100, 180, 300, 600, 1000, 1800, 3600, 6000, 10000, 25, 40, 0, -1)
POSITIONS = {"index", "selectionOrder", "order", "sortOrder", "lineSelectionOrder", "routeSelectionOrder"}


class Override:
    def __init__(self, row):
        self.values = row["value"].split(" | ")
        self.smallest = row["when"].startswith("always")
        self.world = self.smallest or row["when"] == "world"
        self.add_only = row["when"].endswith("add-only")
        # Where the answer shows it instead: a path, or "-" when only the store does.
        self.answered = row["when"][9:] if row["when"].startswith("answered ") else None
        self.count = None
        if row["value"].startswith("count="):
            self.count, self.values = int(row["value"][6:]), []


class Values:
    def __init__(self, path, version, store, store_map, dictionary):
        self.store, self.map, self.dictionary = store, store_map, dictionary
        self.number = 100
        self.overrides = {}
        with open(path, encoding="utf-8") as file:
            lines = (line for line in file if not line.startswith("#"))
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                if not row["versions"] or storemap.holds(row["versions"], version):
                    self.overrides[(row["object"], row["path"])] = Override(row)

    def override(self, name, path):
        return self.overrides.get((name, path)) or self.overrides.get(("*", path))

    def fill(self, template):
        self.number += 1
        n = self.number
        return template.format(n=n, n4="%04d" % (n % 10000), n10="%010d" % n, byte=n % 250 + 2, hex="%x" % n,
                               hex12="%012X" % n, digit=n % 8 + 1, letter="ABCDEFGH"[n % 8])

    def leaf(self, name, path, simple, element, phase, position):
        """Text for a leaf; None if there is none to be had. phase 0 is add's, 1 is update's."""
        override = self.override(name, path)
        if override and override.values:
            text = override.values[min(phase, len(override.values) - 1)]
            if text.startswith("="):
                return self._existing(text[1:], phase * 2 + position)
            if text != "*":
                return self.fill(text)
        line = self.line(name, path)
        choices = simple.values or self._type_table(line)
        if choices:
            return self._enum(name, path, line, choices, element, phase)
        if simple.boolean:
            return self._boolean(element, phase)
        column = self.column(name, path, line)
        if path.rsplit("/", 1)[-1] in POSITIONS and "/" in path:
            return str(position + 1)
        if simple.integer or (column is not None and column.integer and line.kind == "column"):
            return self._integer(simple, column, element, phase)
        if column is not None and column.boolean:
            return self._boolean(element, phase)
        return self._text(simple, column)

    def _existing(self, what, place):
        """Text of a row that is there: of TABLE.COLUMN, the key of an OBJECT, or of a query's rows; None if
        there is none."""
        if what.startswith("select "):
            rows = self.store.rows(what)
            return rows[place % len(rows)][0] if rows else None
        table, _, column = what.partition(".")
        where = []
        if not column:
            section = self.map.section(what)
            if section is None:
                return None
            table, column, where = section.table, self.map.key_column(section), section.where
        rows = [row for row in self.store.pool(table, where) if row[column] not in (None, "")]
        return rows[place % len(rows)][column] if rows else None

    def line(self, name, path):
        section = self.map.section(name)
        return section.line(section.leaf_path(path)) if section else None

    def column(self, name, path, line):
        if line is None or line.kind not in ("column", "part", "enum") or not line.args:
            return None
        if line.kind == "part":
            target = self.map.target(line)
            return target and self.dictionary.column(target[0], line.args[1])
        section = self.map.section(name)
        scope = section.scope(section.leaf_path(path))
        table = scope.args[0] if scope else section.table
        words = line.args[0].split(".")
        return self.dictionary.column(words[0] if len(words) > 1 else table, words[-1])

    def _boolean(self, element, phase):
        value = element.default not in ("true", "t", "1")
        return "true" if value == (phase == 0) else "false"

    def _type_table(self, line):
        """Names of the type table behind a field whose schema type is plain text."""
        return sorted(self.store.type_names(line.args[1])) if line is not None and line.kind == "enum" else []

    def _enum(self, name, path, line, values, element, phase):
        """The second value at first, then the first: of those that type table and dictionary accept, if any."""
        if line is not None and line.kind == "enum" and len(line.args) > 1:
            known = self.store.type_names(line.args[1])
            column = self.column(name, path, line)
            fitting = [value for value in values if value in known
                       and (column is None or column.accepts(str(known[value])))]
            values = fitting or [value for value in values if value in known] or values
        others = [value for value in values if value != element.default] or values
        return others[(1, 0)[phase] % len(others)]

    def _integer(self, simple, column, element, phase):
        fitting = []
        for number in INTEGERS:
            low = simple.minimum is None or number >= simple.minimum
            high = simple.maximum is None or number <= simple.maximum
            if low and high and str(number) != element.default and (column is None or column.accepts(str(number))):
                fitting.append(str(number))
        if simple.minimum is not None and not fitting:
            fitting = [str(simple.minimum), str(simple.minimum + 1)]
        return fitting[phase % len(fitting)] if fitting else None

    def text_for(self, column):
        """Text that the dictionary lets into a column."""
        return self._text(xsd.Simple(), column)

    def _text(self, simple, column):
        for template in TEXTS:
            text = self.fill(template)
            if simple.max_length and len(text) > simple.max_length:
                continue
            if simple.min_length and len(text) < simple.min_length:
                continue
            if simple.length and len(text) != simple.length:
                continue
            if any(not re.fullmatch(pattern, text) for pattern in simple.patterns):
                continue
            if simple.base in ("Name", "NCName") and not re.fullmatch(r"[A-Za-z_][\w.-]*", text):
                continue
            if column is None or column.accepts(text):
                return text
        return None
