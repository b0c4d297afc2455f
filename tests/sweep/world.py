# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Objects for others to refer to: a few of each kind, added the smallest way before the sweep begins."""

from exercise import Exercise
from record import Record

EACH = 4


def populate(names, schema, client, planner, store):
    """Add EACH of every object; in rounds, because some need others. Names of those that couldn't be made."""
    pending = {name: EACH for name in names if schema.message("add" + name) is not None}
    progress = True
    while pending and progress:
        progress = False
        for name in list(pending):
            exercise = Exercise(name, schema, client, planner, store, Record(name, ""))
            while pending.get(name):
                content, plan = exercise.plan(full=False)
                if exercise.add("world", content, quiet=True) is None:
                    break
                progress = True
                pending[name] -= 1
                if not pending[name]:
                    del pending[name]
    return sorted(name for name, left in pending.items() if left == EACH)
