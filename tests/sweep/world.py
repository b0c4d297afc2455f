# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Rows for others to refer to, made before the sweep begins: a few of each object, added the smallest way,
and, by SQL, rows of the tables whose objects AXL doesn't write here."""

import uuid

from exercise import Exercise
from record import Record

EACH = 4


def populate(names, schema, client, planner, store):
    """Add EACH of every object; in rounds, because some need others. Names of those that couldn't be made."""
    pending = {name: EACH for name in names if schema.message("add" + name) is not None}
    fill_tables(names, client, planner, store)
    progress = True
    while pending and progress:
        progress = False
        for name in list(pending):
            exercise = Exercise(name, schema, client, planner, store, Record(name, ""))
            while pending.get(name):
                content, _ = exercise.plan(full=False, world=pending[name] > EACH // 2)
                if exercise.add("world", content, quiet=True) is None:
                    break
                progress = True
                pending[name] -= 1
                if not pending[name]:
                    del pending[name]
    fill_tables(names, client, planner, store)
    return sorted(name for name, left in pending.items() if left == EACH)


def fill_tables(names, client, planner, store):
    """Two rows in each table that a reference points to and that holds none which it could mean."""
    own = {planner.map.section(name).table for name in names if planner.map.section(name)}
    targets = [(*text[1:].split("."), []) for override in planner.values.overrides.values()
               for text in override.values if text.startswith("=") and "." in text and " " not in text]
    for name in names:
        section = planner.map.section(name)
        targets += [planner.map.target(line) for line in (section.lines.values() if section else ())
                    if line.kind in ("ref", "part")]
    for target in targets:
        if target and target[0] not in own and len(store.pool(target[0], target[2])) < 2:
            for _ in range(2):
                insert(target, client, planner.values, store)


def insert(target, client, values, store):
    """One row with what the dictionary wants; whether it went in shows in the sweep itself."""
    table, text, where = target
    fixed = dict(where)
    cells = {"pkid": f"'{uuid.uuid4()}'"}
    for column in values.dictionary.columns(table):
        name = column.name
        if name in fixed and fixed[name][:1] != "!":
            cells[name] = "'" + fixed[name].split("|")[0] + "'"
        elif name != "pkid" and (name == text or not (column.nullable or column.default)):
            cells[name] = cell(column, values, store)
    sql = f"INSERT INTO {table} ({', '.join(cells)}) VALUES ({', '.join(cells.values())})"
    try:
        client.call("executeSQLUpdate", sql=sql)
    except Exception as problem:  # then the fields that refer to it are reported as having nothing to refer to
        print(f"# no row for {table}: {problem}", flush=True)


def cell(column, values, store):
    if column.points_to:
        table, key = column.points_to
        rows = store.rows(f'SELECT "{key}" FROM "{table}" LIMIT 1')
        return f"'{rows[0][0]}'" if rows else "NULL"
    if column.boolean:
        return "'f'"
    if column.integer:
        return next((str(n) for n in (1, 0, 2, 100) if column.accepts(str(n))), "1")
    return "'" + (values.text_for(column) or "x") + "'"
