#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Walks the store sections of the contract: for each object that AXL carries out, what list answers is what a SELECT
over CallManager's tables answers, field by field, and what an UPDATE puts into a column is what get shows."""

import os
import sys

import kit
import daemon
import dictionary
import storemap
import tap
import values
import xsd
from xsd import Simple

VERSION = "15.0"
TRUTH = {"bool": {"t": "true", "f": "false"}, "intbool": {"1": "true", "0": "false"}, "tf": {"T": "true", "F": "false"},
         "onoff": {"t": "On", "f": "Off"}}
EACH = 1  # rows of an object that are written


class Field:
    """A leaf of the object's own row: the element, how SQL reads it, how its text is shown over AXL."""

    def __init__(self, name, line):
        self.name, self.line = name, line
        self.join, self.expression, self.shown = [], "", None


class Query:
    """The SELECT that the store section means, in the words that a client would use."""

    def __init__(self, walk, section):
        self.walk, self.section = walk, section
        self.joins, self.count = [], 0
        self.sides = {}

    def alias(self):
        self.count += 1
        return f"j{self.count}"

    def column(self, word):
        """m.column, or that of a companion row, which is joined once."""
        parts = word.split(".")
        if len(parts) == 1 or parts[0] not in self.section.sides:
            return f"m.{parts[-1]}", self.section.table, parts[-1]
        side = self.section.sides[parts[0]]
        if parts[0] not in self.sides:
            name = self.sides[parts[0]] = self.alias()
            on = f"{name}.pkid = m.{side.column}" if side.by else f"{name}.{side.column} = m.pkid"
            self.joins.append(f"LEFT JOIN {parts[0]} {name} ON {on}{conditions(name, side.where)}")
        return f"{self.sides[parts[0]]}.{parts[1]}", parts[0], parts[1]

    def follow(self, column, table, key, where):
        name = self.alias()
        self.joins.append(f"LEFT JOIN {table} {name} ON {name}.{key} = {column}{conditions(name, where)}")
        return name

    def expression(self, line):
        """SQL of a field's text and the words that show it, or None where the section names no column."""
        if line.kind not in ("column", "enum", "ref", "part", "bit"):
            return None
        column, table, name = self.column(line.args[0])
        if line.kind == "column":
            return column, self.walk.conversion(line, table, name)
        if line.kind == "bit":
            return column, {str(n): "true" if n & int(line.args[1]) else "false" for n in range(256)}
        if line.kind == "enum":
            return self.follow(column, line.args[1], "enum", []) + ".name", None
        target = self.walk.map.target(line)
        if target is None:
            return None
        if line.kind == "ref":
            return f"{self.follow(column, target[0], line.on or 'pkid', target[2])}.{target[1]}", None
        middle = f"{self.follow(column, target[0], 'pkid', [])}.{line.args[1]}"
        if not line.of:
            return middle, self.walk.conversion(line, target[0], line.args[1])
        other, shown = line.of.split(".")
        further = self.walk.map.section(other)
        return f"{self.follow(middle, further.table if further else other.split(':')[-1], 'pkid', [])}.{shown}", None

    def text(self, fields):
        columns = "".join(f", {field.expression} AS f{n}" for n, field in enumerate(fields))
        where = conditions("m", self.section.where)[5:]
        return f"SELECT m.pkid AS key{columns} FROM {self.section.table} m {' '.join(self.joins)}" + \
            (f" WHERE {where}" if where else "")


def conditions(alias, pairs):
    """" AND ..." of C=V words."""
    made = []
    for column, value in pairs:
        if value in ("null", "NULL"):
            made.append(f"{alias}.{column} IS NULL")
        elif value.startswith("!"):
            made.append(f"({alias}.{column} != '{value[1:]}' OR {alias}.{column} IS NULL)")
        else:
            made.append(f"{alias}.{column} IN ({', '.join(repr(word) for word in value.split('|'))})")
    return "".join(" AND " + word for word in made)


class Walk:
    def __init__(self, suite, fixture):
        schema = os.path.join(daemon.build_dir(), "gen", "toolkit", "schema", VERSION, "AXLSoap.xsd")
        self.suite, self.fixture = suite, fixture
        self.schema = xsd.Schema(schema)
        self.map = storemap.StoreMap(os.path.join(daemon.ROOT, "schema", "axl", "objects"), VERSION)
        self.dictionary = dictionary.Dictionary(os.path.join(daemon.ROOT, "schema", "db", "dictionary.tsv"))
        self.columns = kit.Columns()
        self.sql, self.axl = fixture.sql, fixture.sql.axl
        rows = kit.read_table("storewalk.tsv", ["object", "field", "value", "reason"])
        self.given = {(row["object"], row["field"]): row["value"] for row in rows if row["value"]}
        self.exceptions = {(row["object"], row["field"]) for row in rows if not row["value"]}
        self.used = set()
        self.compared = self.written = 0

    def conversion(self, line, table, name):
        column = self.dictionary.column(table, name)
        if line.conversion in TRUTH:
            return TRUTH[line.conversion]
        if line.conversion == "uuid":
            return str.upper
        return TRUTH["bool"] if column is not None and column.boolean and line.conversion is None else None

    def fields(self, section, answer):
        """The leaves of an answer's type that are columns of the object's own row or of rows that it points to;
        and queries for some of them each, since a join has room for 64 tables."""
        found, queries = [], []
        for element in answer.elements():
            leaf = isinstance(element.type, Simple) or element.type.text is not None
            line = section.lines.get(element.name)
            if not leaf or element.many or line is None or line.conversion == "time":
                continue
            if not queries or len(queries[-1][0].joins) > 30:
                queries.append((Query(self, section), []))
            read = queries[-1][0].expression(line)
            if read is not None:
                field = Field(element.name, line)
                field.expression, field.shown = read
                found.append(field)
                queries[-1][1].append(field)
        return found, queries

    # ---- list and SELECT ----

    def listed(self, name, fields, message, element):
        """pkid to {field: text} as list answers."""
        criteria = next(message.element("searchCriteria").type.elements()).name
        tags = "".join(f"<{field.name}/>" for field in fields)
        answer = self.axl.call("list" + name, f"<searchCriteria><{criteria}>%</{criteria}></searchCriteria>"
                               f"<returnedTags>{tags}</returnedTags>")
        if answer.fault is not None:
            raise ValueError(answer.fault)
        return {key_of(item): {field.name: text_at(item, field.name) for field in fields}
                for item in answer.element.iter(element)}

    def compare(self, name):
        section = self.map.section(name)
        message = self.schema.message("list" + name)
        if section is None or message is None or message.element("searchCriteria") is None:
            self.suite.ok((name, "list") in self.exceptions, f"{name}: list", "there is no list")
            self.used.add((name, "list"))
            return
        inner = next(self.schema.message(f"list{name}Response").elements()).type
        element = next(inner.elements())
        fields, queries = self.fields(section, element.type)
        listed = self.listed(name, fields, message, element.name)
        selected = {}
        for query, some in queries:
            result = self.sql.query(query.text(some))
            if not self.suite.ok(result.rows is not None, f"{name}: SELECT", f"{result}: {query.text(some)}"):
                return
            for row in result.rows:
                shown = {field.name: show(field, cell[1]) for field, cell in zip(some, row[1:])}
                selected.setdefault(row[0][1], {}).update(shown)
        self.suite.ok(listed and set(listed) == set(selected), f"{name}: list has the rows of {section.table}",
                      f"{len(listed)} listed, {len(result.rows)} selected, only listed {sorted(set(listed) - set(selected))[:3]}, "
                      f"only selected {sorted(set(selected) - set(listed))[:3]}")
        for field in fields:
            wrong = [(listed[key][field.name], selected[key][field.name]) for key in listed
                     if key in selected and listed[key][field.name] != selected[key][field.name]]
            self.compared += 1
            if wrong and (name, field.name) in self.exceptions:
                self.used.add((name, field.name))
                continue
            self.suite.ok(not wrong, f"{name} {field.name}: list is SELECT {field.expression}", wrong[:3])

    # ---- UPDATE and get ----

    def write(self, name):
        section, message = self.map.section(name), self.schema.message("get" + name)
        if section is None or message is None:
            return
        inner = next(self.schema.message(f"get{name}Response").elements()).type
        fields = [field for field in self.fields(section, next(inner.elements()).type)[0]
                  if field.line.kind in ("column", "enum", "ref")]
        where = conditions("m", section.where)[5:]
        keys = self.sql.query(f"SELECT m.pkid FROM {section.table} m" + (f" WHERE {where}" if where else ""))
        for key in sorted(row[0] for row in keys.cells)[:EACH]:
            for field in fields:
                self.write_one(name, section, field, key)

    def write_one(self, name, section, field, key):
        """Put another value into the column, see it in get, put the old one back."""
        words = field.line.args[0].split(".")
        table = words[0] if len(words) > 1 and words[0] in section.sides else section.table
        column = self.dictionary.column(table, words[-1])
        if column is None or column.name == "pkid" or "writeonly" in field.line.flags:
            return
        if table == section.table and column.name in dict(section.where):
            return  # with another value it would be another object
        if table != section.table:
            side = section.sides[table]
            row = f"pkid = (SELECT {side.column} FROM {section.table} WHERE pkid = '{key}')" if side.by else \
                f"{side.column} = '{key}'"
        else:
            row = f"pkid = '{key}'"
        old = self.sql.query(f"SELECT {column.name} FROM {table} WHERE {row}")
        if not old.rows:
            return
        new, text = self.another(field, column, old.cells[0][0])
        if self.given.get((name, field.name), "*") != "*":
            new = text = self.given[(name, field.name)]
        if new is None:
            return
        if (name, field.name) in self.exceptions and (table, column.name) in self.columns.readonly:
            self.used.add((name, field.name))
            return
        label = f"{name} {field.name}: UPDATE {table} SET {column.name} shows in get"
        self.written += 1
        result = self.sql.update(f"UPDATE {table} SET {column.name} = {quoted(new)} WHERE {row}")
        if (table, column.name) in self.columns.readonly and self.given.get((name, field.name)) != "*":
            self.suite.ok(result.code == -273, f"{name} {field.name}: {table}.{column.name} isn't a client's to change", result)
            return
        shown = None
        if result.updated == 1:
            answer = self.axl.call("get" + name, f"<uuid>{{{key.upper()}}}</uuid>")
            item = answer.element.find("return")[0] if answer.fault is None else None
            shown = text_at(item, field.name) if item is not None else answer.fault
            back = self.sql.update(f"UPDATE {table} SET {column.name} = {quoted(old.cells[0][0] or None, column)} WHERE {row}")
            if back.updated != 1:
                self.suite.ok(False, label + " and back", back)
        if not (result.updated == 1 and shown == text) and (name, field.name) in self.exceptions:
            self.used.add((name, field.name))
            return
        self.suite.ok(result.updated == 1 and shown == text, label,
                      result if result.updated != 1 else f"set {new!r}, wanted {text!r}, got {shown!r}")

    def another(self, field, column, old):
        """A value that the column may have and hasn't, and the text that get shows for it."""
        line = field.line
        store = self.fixture.store()
        try:
            if line.kind == "enum":
                for number, text in store.execute(f"SELECT enum, name FROM {line.args[1]} ORDER BY enum"):
                    if str(number) != old and column.accepts(str(number)):
                        return str(number), text
                return None, None
            if line.kind == "ref":
                table, shown, where = self.map.target(line)
                rows = store.execute(f"SELECT {line.on or 'pkid'}, {shown} FROM {table} t WHERE {shown} != ''"
                                     f"{conditions('t', where)} ORDER BY 1 DESC").fetchall()
                return next(((str(key), str(text)) for key, text in rows if str(key) != old), (None, None))
        finally:
            store.close()
        if column.boolean:
            new = "f" if old == "t" else "t"
        elif column.integer:
            new = next((str(n) for n in values.INTEGERS if str(n) != old and column.accepts(str(n))), None)
        else:
            new = self.text(column, old)
        return new, None if new is None else show(field, new)

    @staticmethod
    def text(column, old):
        for number in range(900, 903):
            for template in values.TEXTS:
                text = template.format(n=number, n4=number, n10=number, byte=number % 250, hex="%x" % number,
                                       hex12="%012X" % number, digit=number % 8 + 1, letter="H")
                if text != old and len(text.encode()) <= (column.length or 50) and column.accepts(text):
                    return text
        return None


def quoted(value, column=None):
    if value is None:
        return "''" if column is not None and not column.nullable else "NULL"
    return "'" + value.replace("'", "''") + "'"


def key_of(item):
    return item.get("uuid", "").strip("{}").lower()


def text_at(item, name):
    child = item.find(name)
    return "" if child is None else child.text or ""


def show(field, text):
    if callable(field.shown):
        return "{%s}" % text.upper() if text else ""
    return field.shown.get(text, text) if field.shown else text


def main():
    suite = tap.Suite()
    with open(os.path.join(kit.HERE, "..", "sweep", "objects"), encoding="utf-8") as file:
        names = sys.argv[1:] or file.read().split()
    with kit.Fixture() as fixture:
        walk = Walk(suite, fixture)
        for name in names:
            suite.attempt(f"{name}: list", walk.compare, name)
        for name in names:
            suite.attempt(f"{name}: UPDATE", walk.write, name)
        if not sys.argv[1:]:
            for name, field in sorted(walk.exceptions - walk.used):
                suite.ok(False, f"{name} {field}: an exception that isn't needed any more")
        suite.ok(fixture.daemon.alive(), "the daemon lives")
        suite.note(f"{walk.compared} fields compared, {walk.written} written, {len(walk.used)} excepted")
    suite.end()


if __name__ == "__main__":
    main()
