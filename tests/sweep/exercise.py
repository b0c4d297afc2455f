# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""The life of one object: smallest add, add with everything, get, list, update of each field, remove."""

from zeep.exceptions import Error, Fault

import client as axlclient
import plan as planning
import xsd

NOT_VALID = 5007


class Exercise:
    def __init__(self, name, schema, client, planner, store, record):
        self.name, self.schema, self.client = name, schema, client
        self.planner, self.store, self.record = planner, store, record
        self.section = planner.map.section(name)
        self.add_type = self._add_type()
        self.update_type = schema.message("update" + name)
        self.member, self.answer_type = self._answer_type()
        remove = schema.message("remove" + name) or schema.message("get" + name)
        self.problem = ""
        self.keys = {e.name for e in remove.elements()} - {"returnedTags"} if remove else set()
        self.wrapper = self._unwrap_update()

    def _add_type(self):
        message = self.schema.message("add" + self.name)
        if message is None:
            return None
        self.add_member = next(message.elements()).name
        return message.element(self.add_member).type

    def _unwrap_update(self):
        """Of an update whose fields and key stand in one element, that element's name."""
        if self.update_type is None or self.update_type.element("uuid") is not None:
            return None
        for element in self.update_type.elements():
            kind = element.type
            if isinstance(kind, xsd.Complex) and (kind.element("uuid") or kind.element("newName")) is not None:
                self.update_type = kind
                self.keys |= {"uuid", "name"} | {e.name for e in kind.elements() if e.low}
                return element.name
        return None

    def _answer_type(self):
        """Name and type of the element below <return> in the get answer."""
        response = self.schema.message(f"get{self.name}Response")
        inner = next(response.elements()).type
        element = next(inner.elements())
        return element.name, element.type

    # ---- requests; each answers None after recording why ----

    def try_call(self, step, operation, quiet=False, **content):
        try:
            return self.client.call(operation, **content)
        except (Error, ValueError, TypeError, AttributeError, KeyError, OSError) as problem:
            self.problem = f"{operation}: {type(problem).__name__}: {problem}"
            if not quiet:
                self.record.step(step, False, self.problem, self.client.excerpt())
            return None

    def add(self, step, content, quiet=False):
        answer = self.try_call(step, "add" + self.name, quiet, **{self.add_member: content})
        uuid = axlclient.text_of(axlclient.member(answer, "return")) if answer is not None else ""
        return uuid or None

    def get(self, step, uuid, **more):
        answer = self.try_call(step, "get" + self.name, uuid=uuid, **more)
        inner = axlclient.member(answer, "return") if answer is not None else None
        return axlclient.member(inner, self.member) if inner is not None else None

    def remove(self, step, uuid):
        return self.try_call(step, "remove" + self.name, **self.key(self.schema.message("remove" + self.name), uuid))

    def key(self, kind, uuid):
        """What names the object in a request: its uuid, or what the schema wants instead or besides."""
        names = [e.name for e in kind.elements() if e.low and e.name in ("name", "description")]
        if kind.element("uuid") is not None and not (self.wrapper and kind is self.update_type):
            return {"uuid": uuid}
        known = self.get("key", uuid)
        content = {name: axlclient.text_of(axlclient.member(known, name)) for name in names}
        return dict(content, uuid=uuid) if kind.element("uuid") is not None else content

    def is_gone(self, step, uuid):
        try:
            self.client.call("get" + self.name, uuid=uuid)
            self.record.step(step, False, "get after remove answered no fault", self.client.excerpt())
        except Fault as fault:
            code = axlclient.fault_code(fault)
            self.record.step(step, code == NOT_VALID, f"fault {code}: {fault.message}", self.client.excerpt())
        except (Error, OSError) as problem:
            self.record.step(step, False, f"{type(problem).__name__}: {problem}")

    # ---- comparing ----

    def readable(self, path):
        """Whether the get answer has an element (or attribute) at path in this version."""
        return xsd.has_path(self.answer_type, path)

    def settable(self, path):
        """Leaves at or below path that an add or update request has."""
        found = set()
        for kind in (self.add_type, self.update_type):
            below = xsd.type_at(kind, path) if kind is not None else None
            if below is not None:
                found.update(leaves_of(below, path))
        return sorted(found)

    def compare(self, step, answer, leaves, uuid):
        excerpt = self.client.excerpt()
        for leaf in leaves:
            if leaf.kind == "secret":
                self.record.field(step, leaf.path, True)
                continue
            override = self.planner.values.override(self.name, leaf.path)
            shown = override.answered if override and override.answered else leaf.path
            if self.readable(shown):
                ok, seen = self.agrees(answer, leaf, shown)
                self.record.field(step, leaf.path, ok, seen, excerpt)
            if leaf.kind in ("text", "integer"):
                self.look(step, leaf, uuid)

    def agrees(self, answer, leaf, shown=None):
        """Whether the answer shows what was sent, and what it shows."""
        found = axlclient.dig(answer, shown or leaf.path)
        if leaf.kind == "any":
            got = axlclient.children_of(found[0][0]) if found else ()
            return got == leaf.text, f"sent {leaf.text}, got {got}"
        got = {positions: axlclient.text_of(value) for value, positions in found}
        exact = got.get(leaf.positions, "" if leaf.text == "" else None)
        if exact is not None and same_text(exact, leaf.text):
            return True, ""
        if leaf.kind == "integer" and exact and exact.isdigit() and int(exact) == int(leaf.text):
            return True, ""
        if leaf.positions and not self.ordered(shown or leaf.path):
            return any(same_text(text, leaf.text) for text in got.values()), f"sent {leaf.text!r}, got {got}"
        return False, f"sent {leaf.text!r}, got {exact!r}"

    def ordered(self, path):
        scope = self.section.scope(self.section.leaf_path(path)) if self.section else None
        return scope is not None and scope.order is not None

    def look(self, step, leaf, uuid):
        if self.section is None:
            return
        path = self.section.leaf_path(leaf.path)
        try:
            seen = self.store.check(self.section, path, uuid.strip("{}").lower(), leaf.positions, leaf.text)
        except Exception as problem:  # a wrong line of the map must not end the sweep
            seen = f"{type(problem).__name__}: {problem}"
        self.record.column(step, leaf.path, seen)

    # ---- steps ----

    def plan(self, full, variant=0, world=False):
        plan = planning.Plan(self.name, full, 0, variant, [self.add_type])
        plan.world = world
        content = self.planner.content(plan, self.add_type)
        return content, plan

    def smallest(self):
        content, plan = self.plan(full=False)
        for path, why in plan.unset.items():
            self.record.step("smallest", False, f"{path}: {why}")
        uuid = self.add("smallest", content)
        if uuid is None:
            return False
        self.record.step("smallest", True)
        answer = self.get("smallest get", uuid)
        if answer is not None:
            self.record.step("smallest get", True)
            self.compare("smallest get", answer, plan.leaves, uuid)
        if self.remove("smallest remove", uuid) is not None:
            self.record.step("smallest remove", True)
            self.is_gone("smallest gone", uuid)
        return True

    def variants(self):
        """How many alternatives the choices of the add message have."""
        most = 1
        pending = [self.add_type]
        while pending:
            kind = pending.pop()
            groups = list(kind.groups)
            while groups:
                group = groups.pop()
                if group.kind == "choice":
                    most = max(most, len(group.items))
                groups += [item for item in group.items if isinstance(item, xsd.Group)]
            pending += [e.type for e in kind.elements() if isinstance(e.type, xsd.Complex) and e.type.groups]
        return min(most, 3)

    def whole(self, variant):
        """Add with everything; uuid and leaves of what went in."""
        content, plan = self.plan(full=True, variant=variant)
        for path, why in plan.unset.items():
            self.record.field("whole", path, False, why)
        uuid = self.add("whole", content, quiet=True)
        if uuid is None:
            uuid, content = self.narrow(content, plan)
            if uuid is None:
                return None, plan
        else:
            self.record.step("whole", True)
        kept = [leaf for leaf in plan.leaves if leaf.path.split("/")[0] in content]
        answer = self.get("whole get", uuid)
        if answer is not None:
            self.record.step("whole get", True)
            self.compare("whole get", answer, kept, uuid)
        return uuid, plan

    def narrow(self, content, plan):
        """The add with everything failed: find the fields that can't go in, one record each."""
        small, _ = self.plan(full=False)
        names = [name for name in content if name not in small]
        good = {name: content[name] for name in content if name in small}
        good.update({name: value for name, value in small.items() if name not in content})
        if not self.probe(good):
            for name in list(good):
                if name in small:
                    good[name] = small[name]
            names = list(content)
        self._halve(good, content, names)
        return self.add("whole narrowed", good), good

    def probe(self, content):
        uuid = self.add("whole", content, quiet=True)
        if uuid is not None:
            self.remove("whole", uuid)
        return uuid is not None

    def _halve(self, good, content, names):
        if not names:
            return
        attempt = dict(good, **{name: content[name] for name in names})
        if self.probe(attempt):
            good.update(attempt)
        elif len(names) == 1:
            self.record.field("whole", names[0], False, "refused: " + self.problem, self.client.excerpt())
        else:
            middle = len(names) // 2
            self._halve(good, content, names[:middle])
            self._halve(good, content, names[middle:])

    def some_tags(self, uuid):
        names = [e.name for e in self.answer_type.elements() if isinstance(e.type, xsd.Simple)][:2]
        answer = self.get("some tags", uuid, returnedTags={name: "" for name in names})
        if answer is None:
            return
        others = [e.name for e in self.answer_type.elements()
                  if e.name not in names and axlclient.member(answer, e.name) not in (None, [])]
        missing = [name for name in names if axlclient.member(answer, name) is None and self.has_value(uuid, name)]
        self.record.step("some tags", not others and not missing, f"not asked for: {others}; missing: {missing}",
                         self.client.excerpt())

    def has_value(self, uuid, name):
        whole = self.get("some tags", uuid)
        return whole is not None and axlclient.member(whole, name) is not None

    def listed(self, uuid, leaves):
        message = self.schema.message("list" + self.name)
        if message is None:
            return
        criteria = message.element("searchCriteria")
        content = {}
        if criteria is not None:
            content["searchCriteria"] = {e.name: "%" for e in list(criteria.type.elements())[:1]}
        tags = message.element("returnedTags")
        if tags is not None:
            content["returnedTags"] = planning.all_tags(tags.type)
        answer = self.try_call("list", "list" + self.name, **content)
        if answer is None:
            return
        inner = axlclient.member(answer, "return")
        rows = []
        for element in next(self.schema.message(f"list{self.name}Response").elements()).type.elements():
            found = axlclient.member(inner, element.name)
            rows += found if isinstance(found, list) else [found]
        mine = [row for row in rows if row is not None and axlclient.member(row, "uuid") == uuid]
        if not self.record.step("list", len(mine) == 1, f"{len(rows)} rows, {len(mine)} of them ours", self.client.excerpt()):
            return
        for leaf in leaves:
            if "/" not in leaf.path and leaf.kind == "text" and tags.type.element(leaf.path) is not None:
                ok, seen = self.agrees(mine[0], leaf)
                self.record.field("list", leaf.path, ok, seen)

    def update_fields(self, uuid):
        if self.update_type is None:
            return
        elements = [e for e in self.update_type.elements() if e.name not in self.keys]
        names = {e.name for e in elements}
        for element in elements:
            if not (element.name.startswith(("add", "remove")) and self.base_of(element.name, names)):
                self.update_one(uuid, element)

    @staticmethod
    def base_of(name, names):
        """lines for addLines and removeLines, if there is such a field."""
        stem = name[3:] if name.startswith("add") else name[6:]
        return stem[:1].upper() == stem[:1] and stem[:1].lower() + stem[1:] in names

    def update_one(self, uuid, element):
        path = element.name
        if path.startswith("new") and path[3:4].isupper() and self.answer_type.element(path) is None:
            path = path[3].lower() + path[4:]
            if self.answer_type.element(path) is None:
                path = element.name[3:]
        line = self.section.line(path) if self.section else None
        override = self.planner.values.override(self.name, path)
        if line is not None and "createonly" in line.flags or override and override.add_only:
            return
        plan = planning.Plan(self.name, True, 1, 0, [self.add_type, self.update_type])
        content = {element.name: self.planner.element(plan, element, "", (), key=path)}
        if content[element.name] is None:
            return
        for sister in self.sisters(element, path, line):
            content[sister.name] = self.planner.element(plan, sister, "", ())
        if self.try_call_update(uuid, element.name, path, content):
            tag = {} if is_container(element) else ""
            tags = {e.name: [tag] if e.many else tag for e in self.answer_type.elements()
                    if e.name == path or e.name in content}
            answer = self.get("update get", uuid, returnedTags=tags) if self.readable(path) else None
            if answer is not None:
                self.compare(f"update {element.name}", answer, plan.leaves, uuid)

    def sisters(self, element, path, line):
        """Elements that tell another component of the same reference: alone one would name another row."""
        if line is None or line.kind != "part":
            return []
        paths = [other.path for other in self.section.lines.values()
                 if other.kind == "part" and other.args[0] == line.args[0] and other.path != path]
        return [e for e in self.update_type.elements() if e.name in paths and e.name not in self.keys]

    def try_call_update(self, uuid, name, path, content):
        content = dict(self.key(self.update_type, uuid), **content)
        if self.wrapper:
            content = {self.wrapper: content}
        try:
            self.client.call("update" + self.name, **content)
        except (Error, ValueError, TypeError, AttributeError, KeyError, OSError) as problem:
            self.record.field(f"update {name}", path, False, f"{type(problem).__name__}: {problem}", self.client.excerpt())
            return False
        return True

    def run(self):
        """All of it. Objects that can't be added are updated in place, on a row that is there."""
        if self.add_type is None:
            uuid = self.existing()
            if self.record.step("existing", uuid is not None, "no row to work on"):
                self.some_tags(uuid)
                self.listed(uuid, [])
                self.update_fields(uuid)
            return
        if not self.smallest():
            return
        for variant in range(self.variants()):
            uuid, plan = self.whole(variant)
            if uuid is None:
                continue
            if variant == 0:
                self.some_tags(uuid)
                self.listed(uuid, plan.leaves)
                self.update_fields(uuid)
            if self.remove("remove", uuid) is not None:
                self.record.step("remove", True)
                self.is_gone("gone", uuid)

    def existing(self):
        condition, values = self.store.condition(self.section.where if self.section else [])
        table = self.section.table if self.section else None
        rows = self.store.rows(f'SELECT pkid FROM "{table}" WHERE {condition} LIMIT 1', *values) if table else []
        return "{%s}" % rows[0]["pkid"].upper() if rows else None


def leaves_of(kind, path):
    inner = list(kind.elements()) if isinstance(kind, xsd.Complex) else []
    if not inner:
        return [path]
    return [leaf for element in inner for leaf in leaves_of(element.type, f"{path}/{element.name}")]


def is_container(element):
    return isinstance(element.type, xsd.Complex) and element.type.text is None


def same_text(got, sent):
    if got == sent:
        return True
    flat = {"t": "true", "1": "true", "f": "false", "0": "false"}
    if sent in ("true", "false"):
        return flat.get(got.lower(), got.lower()) == sent
    return False

