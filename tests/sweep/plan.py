# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Builds request content from the schema: the smallest valid one, or one with every settable field, and
tells which leaf got which text, so that answers and the store can be compared with it."""

from lxml import etree
from zeep.xsd import Nil

import xsd

# Attributes that the server gives, or that name the target of a reference a second time.
GIVEN = {"uuid", "ctiid"}
# A vendorConfig's children in an order that is not the alphabet's.
VENDOR = (("webAccess", "0"), ("sshAccess", "1"), ("adminSettings", "2"))


class Leaf:
    """One value that was sent: where, with which position in each list above it."""

    def __init__(self, path, positions, text, kind="text"):
        self.path, self.positions, self.text, self.kind = path, positions, text, kind


class Plan:
    """The content for zeep, the leaves in it, and the paths for which there was no value."""

    def __init__(self, name, full, phase=0, variant=0, types=()):
        self.name, self.full, self.phase, self.variant = name, full, phase, variant
        self.types = [kind for kind in types if kind is not None]
        self.world = False
        self.leaves = []
        self.unset = {}
        self.chosen = {}


class Planner:
    def __init__(self, values, exceptions):
        self.values, self.store, self.map = values, values.store, values.map
        self.exceptions = exceptions

    def content(self, plan, complex_type, path="", positions=()):
        made = {}
        for group in complex_type.groups:
            self._group(plan, group, path, positions, made)
        return made

    def _group(self, plan, group, path, positions, made):
        items = group.items
        if group.kind == "choice" and items:
            if not plan.full and group.low == 0 and not self._wanted(plan, items, path):
                return
            items = [items[plan.variant % len(items)]]
        for item in items:
            if isinstance(item, xsd.Group):
                self._group(plan, item, path, positions, made)
            else:
                value = self.element(plan, item, path, positions)
                if value is not None:
                    made[item.name] = value

    def _wanted(self, plan, items, path):
        """Whether values.tsv wants one of these even in the smallest request."""
        for item in items:
            if isinstance(item, xsd.Element):
                override = self.values.override(plan.name, join(path, item.name))
                if override and (override.smallest or plan.world and override.world):
                    return True
        return False

    def element(self, plan, element, path, positions, key=None):
        """Content for one element; None if it is left out. key: its path in a get answer, if not by its name."""
        path = key or join(path, element.name)
        override = self.values.override(plan.name, path)
        always = override is not None and (override.smallest or plan.world and override.world)
        line = self.values.line(plan.name, path)
        if path in self.exceptions or (line is not None and ("readonly" in line.flags or line.kind in ("none", "through"))):
            return None
        if not plan.full and element.low == 0 and not always:
            return None
        if not plan.full and element.nillable and not always and element.default is None:
            return Nil
        if not element.many:
            return self._one(plan, element, path, positions)
        wanted = override.count if override and override.count else (2 if plan.full else 1)
        if element.high:
            wanted = min(wanted, element.high)
        items = [self._one(plan, element, path, positions + (n,)) for n in range(wanted)]
        items = [item for item in items if item is not None]
        return items or None

    def _one(self, plan, element, path, positions):
        kind = element.type
        if isinstance(kind, xsd.Simple):
            return self._text(plan, element, kind, path, positions)
        if kind.text is not None:
            if kind.name == "XFkType" and not self._known_target(plan, path):
                plan.unset[path] = "a reference, and the store map doesn't say to what"
                return None
            text = self._text(plan, element, kind.text, path, positions)
            return None if text is None else self._attributed(plan, kind, text, path, positions)
        if kind.any:
            plan.leaves.append(Leaf(path, positions, VENDOR, "any"))
            return {"_value_1": [any_child(name, text) for name, text in VENDOR]}
        made = self.content(plan, kind, path, positions)
        return made or ({} if element.low and not plan.full else None)

    def _known_target(self, plan, path):
        line = self.values.line(plan.name, path)
        override = self.values.override(plan.name, path)
        return (line is not None and line.kind in ("ref", "part", "column", "enum")) or bool(override and override.values)

    def _attributed(self, plan, kind, text, path, positions):
        made = {"_value_1": text}
        for name in kind.attributes:
            if name not in GIVEN and plan.full and self.values.line(plan.name, f"{path}/@{name}"):
                made[name] = "true"
                plan.leaves.append(Leaf(f"{path}/@{name}", positions, "true"))
        return made

    def _text(self, plan, element, simple, path, positions):
        line = self.values.line(plan.name, path)
        override = self.values.override(plan.name, path)
        if not plan.full and element.default is not None and not (override and override.values):
            text = element.default
        elif line is not None and line.kind in ("ref", "part", "refid") and not (override and override.values != ["*"]):
            text = self._reference(plan, line, path, positions)
        else:
            text = self.values.leaf(plan.name, path, simple, element, plan.phase, positions[-1] if positions else 0)
        if text is None:
            plan.unset[path] = "no value: nothing fits, or nothing to refer to"
            return None
        secret = line is not None and (line.kind == "secret" or "writeonly" in line.flags)
        kind = "secret" if secret else "integer" if simple.integer and text.isdigit() else "text"
        plan.leaves.append(Leaf(path, positions, text, kind))
        return text

    def _reference(self, plan, line, path, positions):
        """Text of a row that exists; components of one reference speak of the same row."""
        target = self.map.target(line)
        if target is None:
            return None
        table, column, where = target
        scope = (path.rsplit("/", 1)[0], positions, line.args[0]) if line.kind == "part" else (path, positions, "")
        if scope not in plan.chosen:
            pool = self._pool(plan, line, path, table, column, where)
            if not pool:
                return None
            place = plan.phase * 2 + (positions[-1] if positions else 0)
            plan.chosen[scope] = pool[place % len(pool)]
        row = plan.chosen[scope]
        if line.kind == "ref":
            return row[column]
        if line.kind == "refid":
            return "{%s}" % row["pkid"].upper()
        return self._component(line, row)

    def _pool(self, plan, line, path, table, column, where):
        """Rows that can be meant: with text for this field; of those the ones that the other components tell
        best, so with nothing in components that the messages of this version don't have."""
        pool = self.store.pool(table, where)
        if line.kind != "part":
            pool = [row for row in pool if row[column] not in (None, "")]
            if not self.map.section(line.args[-1]):
                pool.sort(key=lambda row: str(row[column]))
            return pool
        above = path.rsplit("/", 1)[0] if "/" in path else ""
        sisters = [other for other in self.map.section(plan.name).lines.values()
                   if other.kind == "part" and other.args[0] == line.args[0]
                   and (other.path.rsplit("/", 1)[0] if "/" in other.path else "") == above]
        told = {sister.path: any(xsd.has_path(kind, sister.path) for kind in plan.types) for sister in sisters}
        pool = [row for row in pool if row[line.args[1]] not in (None, "") or line.of]
        untold = [sum((row[sister.args[1]] is None) == told[sister.path] for sister in sisters) for row in pool]
        return [row for row, count in zip(pool, untold) if count == min(untold)]

    def _component(self, line, row):
        value = row[line.args[1]]
        if line.of and value is not None:
            name, column = line.of.split(".")
            further = self.map.section(name)
            beyond = self.store.pkid(further.table if further else name.split(":")[-1], value)
            value = beyond[column] if beyond is not None else None
        return value


def join(path, name):
    return f"{path}/{name}" if path else name


def any_child(name, text):
    child = etree.Element(name)
    child.text = text
    return child


def first_alternatives(groups):
    """Elements of the groups, of each choice only the first: a client's stubs refuse both at once."""
    for group in groups:
        for item in group.items[:1] if group.kind == "choice" else group.items:
            if isinstance(item, xsd.Group):
                yield from first_alternatives([item])
            else:
                yield item


def all_tags(complex_type):
    """returnedTags with every leaf of a type."""
    made = {}
    for element in first_alternatives(complex_type.groups):
        kind = element.type
        plain = isinstance(kind, xsd.Simple) or kind.text is not None
        inner = "" if plain else all_tags(kind)
        made[element.name] = [inner] if element.many else inner
    return made
