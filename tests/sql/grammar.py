# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Random statements. Each is made twice from the same draws: as CallManager's database reads it and as plain SQLite
would be asked the same thing. What the two understand differently is either written out on the plain side or left out."""

import random

# Small enough that three of them without a condition are no matter.
TABLES = ("device numplan devicenumplanmap enduser enduserdevicemap endusernumplanmap routepartition callingsearchspace "
          "callingsearchspacemember devicepool typemodel typeclass typepatternusage processnode linegroup region location "
          "linegroupnumplanmap dirgroup enduserdirgroupmap telecastersubscribedservice callforwarddynamic").split()
RESERVED = ("group", "order", "index", "limit", "to", "default", "primary", "user", "partition", "location", "count")


class Both:
    """The same in both languages, with its type: text, int or bool; of text whether it is ASCII and never cut."""

    def __init__(self, ours, plain=None, kind="bool", safe=True):
        self.ours, self.plain = ours, ours if plain is None else plain
        self.kind, self.safe = kind, safe


def literal(text):
    return "'" + str(text).replace("'", "''") + "'"


class Grammar:
    def __init__(self, seed, columns, store):
        self.random = random.Random(seed)
        self.columns = columns
        self.samples = {}
        self.kinds = {}
        for table in TABLES:
            for column in columns.tables[table]:
                self._learn(store, table, column)

    def _learn(self, store, table, column):
        found = [row[0] for row in store.execute(f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" IS NOT NULL '
                                                 "ORDER BY 1 LIMIT 40")]
        self.samples[table, column] = found
        if (table, column) in self.columns.integers:
            self.kinds[table, column] = "int"
        elif found and all(value in ("t", "f") for value in found):
            self.kinds[table, column] = "bool"
        else:
            self.kinds[table, column] = "text"

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, share):
        return self.random.random() < share

    # ---- FROM ----

    def source(self, count, start="t"):
        """[(alias, table)] and the FROM clause: tables that refer to each other where there are such."""
        places = [(f"{start}1", self.random.choice(TABLES))]
        text = f"{places[0][1]} {self.pick('', 'AS ')}{start}1"
        comma, later = True, []
        for number in range(2, count + 1):
            alias = f"{start}{number}"
            table, condition = self.neighbour(places, alias)
            if comma and self.chance(0.4):
                text += f", {table} {alias}"
                later.append(condition)
            else:
                comma = False
                text += f" {self.pick('JOIN', 'INNER JOIN', 'LEFT JOIN', 'LEFT OUTER JOIN')} {table} {alias} ON {condition}"
            places.append((alias, table))
        return places, text, [Both(condition) for condition in later]

    def neighbour(self, places, alias):
        links = []
        for known, table in places:
            for (child, column), (parent, key, _) in self.columns.references.items():
                if child == table and parent in TABLES:
                    links.append((parent, f"{alias}.{key} = {known}.{column}"))
                if parent == table and child in TABLES and column in self.columns.tables[child]:
                    links.append((child, f"{known}.{key} = {alias}.{column}"))
        return self.random.choice(links) if links else (places[0][1], f"{alias}.pkid = {places[0][0]}.pkid")

    # ---- expressions ----

    def column(self, places, kind=None):
        """A column of one of the places, its sample values."""
        for _ in range(30):
            alias, table = self.random.choice(places)
            name = self.random.choice(self.columns.tables[table])
            if self.random.random() < 0.5 and (table, "name") in self.kinds:
                name = "name"
            found = self.kinds[table, name]
            if kind in (None, found):
                samples = self.samples[table, name]
                safe = all(str(value).isascii() for value in samples)
                written = name.upper() if self.chance(0.1) else f'{alias}."{name}"' if self.chance(0.05) else name
                ours = written if '"' in written else f"{alias}.{written}"
                return Both(ours, f'{alias}."{name}"', found, safe), samples
        return Both("7", kind="int") if kind == "int" else Both("'t'", kind=kind or "text"), []

    def text(self, places, depth=0):
        column, samples = self.column(places, "text")
        way = self.random.randrange(12) if depth < 2 else 0
        if way == 1:
            other = self.text(places, depth + 1)
            return Both(f"{column.ours} || {other.ours}", f"({column.plain} || {other.plain})", "text", False)
        if way == 2:
            return Both(f"LOWER({column.ours})", f"fold_lower({column.plain})", "text", column.safe)
        if way == 3:
            return Both(f"upper({column.ours})", f"fold_upper({column.plain})", "text", column.safe)
        if way == 4:
            return Both(f"REPLACE({column.ours}, 'a', 'xy')", f"replace({column.plain}, 'a', 'xy')", "text", column.safe)
        if way == 5 and column.safe:
            start, count = self.random.randrange(1, 6), self.random.randrange(1, 6)
            form = self.pick("SUBSTR({0}, {1}, {2})", "SUBSTRING({0} FROM {1} FOR {2})", "{0}[{1},{3}]")
            return Both(form.format(column.ours, start, count, start + count - 1),
                        f"substr({column.plain}, {start}, {count})", "text", False)
        if way == 6:
            return Both(f"NVL({column.ours}, 'none')", f"ifnull({column.plain}, 'none')", "text", column.safe)
        if way == 7 and samples:
            value = literal(self.random.choice(samples))
            return Both(f"DECODE({column.ours}, {value}, 'yes', NULL, 'null', 'no')",
                        f"CASE WHEN {column.plain} = {value} THEN 'yes' WHEN {column.plain} IS NULL THEN 'null' ELSE 'no' END",
                        "text")
        if way == 8:
            condition = self.condition(places, depth + 1)
            return Both(f"CASE WHEN {condition.ours} THEN 'a' ELSE {column.ours} END",
                        f"CASE WHEN {condition.plain} THEN 'a' ELSE {column.plain} END", "text", column.safe)
        if way == 9:
            return Both(f"CONCAT({column.ours}, '-x')", f"({column.plain} || '-x')", "text", column.safe)
        if way == 10:
            return Both(f"TRIM({column.ours})", f"trim({column.plain})", "text", column.safe)
        return column

    def number(self, places, depth=0):
        column, _ = self.column(places, "int")
        way = self.random.randrange(8) if depth < 2 else 0
        if way == 1:
            plus = self.random.randrange(1, 9)
            return Both(f"{column.ours} + {plus}", f"({column.plain} + {plus})", "int")
        if way == 2:
            text, _ = self.column(places, "text")
            return Both(f"LENGTH({text.ours})", f"length(CAST(rtrim({text.plain}) AS BLOB))", "int")
        if way == 3:
            times = self.random.randrange(2, 5)
            return Both(f"{column.ours} * {times} - 1", f"({column.plain} * {times} - 1)", "int")
        if way == 4:
            return Both(f"MOD({column.ours}, 7)", f"({column.plain} % 7)", "int")
        if way == 5:
            return Both(f"NVL({column.ours}, -1)", f"ifnull({column.plain}, -1)", "int")
        return column

    def value(self, places, depth=0):
        return self.text(places, depth) if self.chance(0.7) else self.number(places, depth)

    # ---- conditions ----

    def condition(self, places, depth=0):
        way = self.random.randrange(14 if depth < 2 else 10)
        if way < 2:
            return self.compare_number(places)
        if way < 5:
            return self.compare_text(places)
        if way == 5:
            column, _ = self.column(places)
            form = self.pick("{0} IS NULL", "{0} IS NOT NULL")
            return Both(form.format(column.ours), form.format(column.plain))
        if way < 8:
            return self.like(places)
        if way == 8:
            column, samples = self.column(places, "bool")
            value = self.pick("t", "f")
            if not samples:
                return self.compare_number(places)
            ours = self.pick(f"'{value}'", f'"{value}"', f"'{value.upper()}'")
            return Both(f"{column.ours} = {ours}", f"{column.plain} = '{value}'")
        if way == 9:
            return self.listed(places)
        if way == 10:
            inner = self.condition(places, depth + 1)
            return Both(f"NOT ({inner.ours})", f"NOT ({inner.plain})")
        if way == 11:
            return self.subquery(places)
        word = self.pick("AND", "OR")
        left, right = self.condition(places, depth + 1), self.condition(places, depth + 1)
        return Both(f"({left.ours} {word} {right.ours})", f"({left.plain} {word} {right.plain})")

    def compare_number(self, places):
        column, samples = self.column(places, "int")
        value = self.random.choice(samples or [1])
        sign = self.pick("=", "!=", "<>", "<", ">", "<=", ">=")
        ours = self.pick(str(value), f"'{value}'", f'"{value}"')
        return Both(f"{column.ours} {sign} {ours}", f"{column.plain} {sign} {value}")

    def compare_text(self, places):
        column, samples = self.column(places, "text")
        value = literal(self.random.choice(samples or ["x"]))
        sign = self.pick("=", "=", "!=", "<", ">")
        ours = value if '"' in value or "''" in value or self.chance(0.7) else '"' + value[1:-1] + '"'
        return Both(f"{column.ours} {sign} {ours}", f"{column.plain} {sign} {value}")

    def like(self, places):
        column, samples = self.column(places, "text")
        text = str(self.random.choice(samples or ["abc"]))
        start = self.random.randrange(len(text) + 1)
        piece = text[start:start + self.random.randrange(1, 6)]
        if any(sign in piece for sign in "%_\\*?[]'\""):
            piece = "a"
        word = self.pick("", "NOT ")
        if self.chance(0.6):
            pattern = self.pick("", "%") + piece + self.pick("", "%", "_", "%%")
            return Both(f"{column.ours} {word}LIKE '{pattern}'", f"{column.plain} {word}LIKE '{pattern}' ESCAPE '\\'")
        pattern = self.pick("", "*") + piece + self.pick("*", "?", "[0-9a-c]*", "[^0-9]")
        return Both(f"{column.ours} {word}MATCHES '{pattern}'", f"{word}matches({column.plain}, '{pattern}')")

    def listed(self, places):
        column, samples = self.column(places, self.pick("int", "text"))
        values = [self.random.choice(samples or [1]) for _ in range(self.random.randrange(1, 4))]
        if column.kind == "int":
            ours, plain = ", ".join(self.pick(str(v), f"'{v}'") for v in values), ", ".join(map(str, values))
        else:
            ours = plain = ", ".join(literal(v) for v in values)
        if self.chance(0.3):
            first, last = sorted([values[0], values[-1]])
            if column.kind == "int":
                return Both(f"{column.ours} BETWEEN {first} AND '{last}'", f"{column.plain} BETWEEN {first} AND {last}")
            return Both(*(f"{side} BETWEEN {literal(first)} AND {literal(last)}" for side in (column.ours, column.plain)))
        word = self.pick("IN", "NOT IN")
        return Both(f"{column.ours} {word} ({ours})", f"{column.plain} {word} ({plain})")

    def subquery(self, places):
        alias, table = self.random.choice(places)
        other, link = self.neighbour([(alias, table)], "s1")
        inner = self.condition([("s1", other)], 2)
        if self.chance(0.5):
            word = self.pick("EXISTS", "NOT EXISTS")
            return Both(*(f"{word} (SELECT {self.pick('1', '*')} FROM {other} s1 WHERE {link} AND {side})"
                          for side in (inner.ours, inner.plain)))
        return Both(*(f"(SELECT count(*) FROM {other} s1 WHERE {link} AND {side}) >= 1" for side in (inner.ours, inner.plain)))

    # ---- statements ----

    def where(self, places, later):
        conditions = later + [self.condition(places) for _ in range(self.pick(0, 1, 1, 1, 2))]
        if not conditions:
            return Both("", "")
        return Both(*(" WHERE " + " AND ".join(side) for side in
                      ([c.ours for c in conditions], [c.plain for c in conditions])))

    def select(self):
        """A statement in both languages and how its rows are to be compared."""
        way = self.random.randrange(10)
        if way == 0:
            return self.grouped()
        if way == 1:
            return self.union()
        if way == 2:
            return self.derived()
        return self.plain_select()

    def plain_select(self):
        places, source, later = self.source(self.pick(1, 1, 1, 2, 2, 3))
        where = self.where(places, later)
        items = [self.value(places) for _ in range(self.random.randrange(1, 5))]
        names = [self.pick(f"c{n}", f"c{n}", f"{self.pick(*RESERVED)}{'' if n == 0 else n}") for n in range(len(items))]
        ours = ", ".join(f"{item.ours} AS {name}" for item, name in zip(items, names))
        plain = ", ".join(f'{item.plain} AS "{name}"' for item, name in zip(items, names))
        front = self.pick("", "", "", "DISTINCT ", "UNIQUE ")
        mode, tail, cut = "set", "", ""
        key = places[0][0] + (".enum" if places[0][1].startswith("type") else ".pkid")
        if not front and len(places) == 1 and self.chance(0.4):
            skip, first = self.random.randrange(0, 4), self.random.randrange(1, 9)
            tail = f" ORDER BY {key}"
            cut = f" LIMIT {first} OFFSET {skip}"
            front = f"SKIP {skip} FIRST {first} " if skip else self.pick(f"FIRST {first} ", f"LIMIT {first} ")
        elif self.chance(0.4):
            place = self.random.randrange(len(items)) + 1
            mode, tail = f"keys {place}", f" ORDER BY {place}{self.pick('', ' ASC', ' DESC')}"
        return (f"SELECT {front}{ours} FROM {source}{where.ours}{tail}",
                f"SELECT {'DISTINCT ' if front in ('DISTINCT ', 'UNIQUE ') else ''}{plain} FROM {source}{where.plain}{tail}{cut}",
                mode)

    def grouped(self):
        places, source, later = self.source(self.pick(1, 2, 2, 3))
        where = self.where(places, later)
        keys = [self.column(places)[0] for _ in range(self.pick(1, 1, 2))]
        number, _ = self.column(places, "int")
        text, _ = self.column(places, "text")
        sums = [Both(form.format(c.ours), form.format(c.plain)) for form, c in (
            ("count(*)", number), ("max({0})", text), ("min({0})", number), ("sum({0})", number), ("count(DISTINCT {0})", text))]
        sums = self.random.sample(sums, self.random.randrange(1, 4))
        having = self.pick("", " HAVING count(*) > 1")
        ours = ", ".join([f"{k.ours} AS k{n}" for n, k in enumerate(keys)] + [f"{s.ours} AS s{n}" for n, s in enumerate(sums)])
        plain = ", ".join([f"{k.plain} AS k{n}" for n, k in enumerate(keys)] + [f"{s.plain} AS s{n}" for n, s in enumerate(sums)])
        by = self.pick(", ".join(k.ours for k in keys), ", ".join(str(n + 1) for n in range(len(keys))))
        return (f"SELECT {ours} FROM {source}{where.ours} GROUP BY {by}{having}",
                f"SELECT {plain} FROM {source}{where.plain} GROUP BY {', '.join(k.plain for k in keys)}{having}", "set")

    def union(self):
        sides = []
        for number in range(2):
            places, source, later = self.source(1, f"u{number}")
            where = self.where(places, later)
            column, _ = self.column(places, "text")
            sides.append(Both(*(f"SELECT {c} AS a FROM {source}{w}" for c, w in
                                ((column.ours, where.ours), (column.plain, where.plain)))))
        word = self.pick("UNION", "UNION ALL")
        tail = self.pick("", " ORDER BY 1")
        return (f"{sides[0].ours} {word} {sides[1].ours}{tail}", f"{sides[0].plain} {word} {sides[1].plain}{tail}",
                "keys 1" if tail else "set")

    def derived(self):
        places, source, later = self.source(self.pick(1, 2), "d")
        where = self.where(places, later)
        item = self.value(places, 1)
        word = self.pick("", "AS ")
        return (f"SELECT x.v FROM (SELECT {item.ours} AS v FROM {source}{where.ours}) {word}x WHERE x.v IS NOT NULL",
                f"SELECT x.v FROM (SELECT {item.plain} AS v FROM {source}{where.plain}) x WHERE x.v IS NOT NULL", "set")

    def write(self):
        """An UPDATE, INSERT or DELETE; whatever comes of it."""
        table = self.random.choice(TABLES)
        places = [(table, table)]
        condition = self.condition(places, 1).ours
        column, samples = self.column(places)
        name = column.ours.split(".")[-1].strip('"')
        value = self.pick(literal(self.random.choice(samples or [1])), "NULL", "'x'", "7", "newid()", "''", '"name"')
        return self.pick(f"UPDATE {table} SET {name} = {value} WHERE {condition}",
                         f"UPDATE {table} SET {table}.{name} = {column.ours} || 'z' WHERE {condition}",
                         f"INSERT INTO {table} ({name}) VALUES ({value})",
                         f"INSERT INTO {table} ({name}) SELECT FIRST 2 {column.ours} FROM {table} WHERE {condition}",
                         f"DELETE FROM {table} WHERE {condition} AND 1 = 0")

    # ---- mistakes ----

    NOISE = ("SELECT", "FROM", "WHERE", "(", ")", ",", ".", "'", '"', "{", "}", "--", "/*", ";", "AND", "NOT", "NULL", "IN",
             "LIKE", "MATCHES", "ESCAPE", "''", "'[a'", "'\\'", "[1]", "[1,2]", "::integer", "::boolean", "::lvarchar(3)", "||", "*",
             "/", "0", "-1", "9999999999999999999", "1e400", "1.5", "UNION", "ORDER BY 9", "GROUP BY 1", "HAVING", "FIRST 3",
             "SKIP 2", "OUTER", "TODAY", "CURRENT", "newid()", "dbinfo('x')", "CASE", "WHEN", "END", "EXISTS", "ALL", "ANY",
             "device", "name", "pkid", "nonsense", "rowid", "sqlite_master", "sqlite_version()", "printf('%s')", "PRAGMA", "INTO TEMP x",
             "é", "\u201cx\u201d", "\t", "max(name)", "count(*)", "char(0)", "x'00'", "?", ":a", "@b", "$c", "`", "\\", "~", "<<", "IS",
             "COLLATE NOCASE", "INDEXED BY x", "GLOB", "REGEXP", "WITH", "VALUES", "RETURNING", "USING", "NATURAL", "OFFSET 1")

    def spoil(self, text):
        """The statement with one to four mistakes in it."""
        words = text.split(" ")
        for _ in range(self.random.randrange(1, 5)):
            place = self.random.randrange(len(words) + 1)
            way = self.random.randrange(5)
            if way == 0 and len(words) > 1:
                del words[min(place, len(words) - 1)]
            elif way == 1 and words:
                words[min(place, len(words) - 1)] = self.random.choice(self.NOISE)
            elif way == 2:
                words.insert(place, self.random.choice(self.NOISE))
            elif way == 3 and words:
                other = self.random.randrange(len(words))
                place = min(place, len(words) - 1)
                words[place], words[other] = words[other], words[place]
            elif words:
                place = min(place, len(words) - 1)
                cut = self.random.randrange(len(words[place]) + 1)
                words[place] = words[place][:cut]
        return " ".join(words)
