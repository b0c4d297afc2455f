# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""An AXL schema as plain objects: elements, groups and the facets of simple types, which zeep's own
model doesn't keep. Only what AXL's schemas use."""

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"


class Simple:
    """Facets of a simple type; those of a union are of its first member, with the values of all."""

    def __init__(self, name=""):
        self.name = name
        self.base = "string"
        self.values = []
        self.patterns = []
        self.max_length = self.min_length = self.length = None
        self.minimum = self.maximum = None

    @property
    def boolean(self):
        return self.name.split(":")[-1] == "boolean"

    @property
    def integer(self):
        return "nteger" in self.base or self.base in ("int", "long", "short", "unsignedLong", "unsignedInt")


class Element:
    def __init__(self, name, kind, low, high, nillable, default):
        self.name, self.type = name, kind
        self.low, self.high = low, high
        self.nillable, self.default = nillable, default

    @property
    def many(self):
        return self.high is None or self.high > 1


class Group:
    """A sequence, choice or all; items are Elements and Groups."""

    def __init__(self, kind, low, high):
        self.kind, self.low, self.high = kind, low, high
        self.items = []


class Complex:
    def __init__(self, name):
        self.name = name
        self.groups = []
        self.attributes = {}
        self.text = None
        self.any = False

    def elements(self):
        """All elements of the content, in order, whatever group they stand in."""
        pending = list(self.groups)
        while pending:
            item = pending.pop(0)
            if isinstance(item, Element):
                yield item
            else:
                pending[:0] = item.items

    def element(self, name):
        return next((e for e in self.elements() if e.name == name), None)


class Schema:
    def __init__(self, path):
        root = etree.parse(path, etree.XMLParser(huge_tree=True, remove_comments=True)).getroot()
        self._nodes = {}
        self._types = {}
        self.roots = {}
        for node in root:
            if node.tag in (XS + "complexType", XS + "simpleType"):
                self._nodes[node.get("name")] = node
            elif node.tag == XS + "element":
                self.roots[node.get("name")] = node

    def message(self, name):
        """Complex type of a global element (a request or response), or None."""
        node = self.roots.get(name)
        return None if node is None else self._element_type(node)

    def type(self, qname):
        name = qname.split(":")[-1]
        if name in self._types:
            return self._types[name]
        node = self._nodes.get(name)
        if node is None:
            made = Simple(qname)
            made.base = name
        elif node.tag == XS + "simpleType":
            made = self._simple(node, name)
        else:
            made = Complex(name)
            self._types[name] = made
            self._complex(node, made)
        self._types[name] = made
        return made

    def _element_type(self, node):
        if node.get("type"):
            return self.type(node.get("type"))
        for child in node:
            if child.tag == XS + "complexType":
                made = Complex("")
                self._complex(child, made)
                return made
            if child.tag == XS + "simpleType":
                return self._simple(child, "")
        return self.type("xsd:anyType")

    def _complex(self, node, made):
        for child in node:
            kind = child.tag[len(XS):] if isinstance(child.tag, str) else ""
            if kind in ("sequence", "choice", "all"):
                made.groups.append(self._group(child, kind, made))
            elif kind == "attribute":
                made.attributes[child.get("name")] = child.get("use", "optional")
            elif kind in ("complexContent", "simpleContent"):
                self._complex(child, made)
            elif kind in ("extension", "restriction"):
                self._extend(child, made)

    def _extend(self, node, made):
        base = self.type(node.get("base"))
        if isinstance(base, Complex):
            made.groups += base.groups
            made.attributes.update(base.attributes)
            made.text = made.text or base.text
            made.any = made.any or base.any
        else:
            made.text = base
        self._complex(node, made)

    def _group(self, node, kind, owner):
        high = node.get("maxOccurs", "1")
        group = Group(kind, int(node.get("minOccurs", "1")), None if high == "unbounded" else int(high))
        for child in node:
            what = child.tag[len(XS):] if isinstance(child.tag, str) else ""
            if what == "element":
                group.items.append(self._element(child))
            elif what in ("sequence", "choice", "all"):
                group.items.append(self._group(child, what, owner))
            elif what == "any":
                owner.any = True
        return group

    def _element(self, node):
        high = node.get("maxOccurs", "1")
        return Element(node.get("name"), self._element_type(node), int(node.get("minOccurs", "1")),
                       None if high == "unbounded" else int(high), node.get("nillable") in ("true", "1"),
                       node.get("default"))

    def _simple(self, node, name):
        made = Simple(name)
        for child in node:
            if child.tag == XS + "restriction":
                self._restrict(child, made)
            elif child.tag == XS + "union":
                self._unite(child, made)
        return made

    def _restrict(self, node, made):
        base = self.type(node.get("base")) if node.get("base") else Simple("xsd:string")
        made.base = base.base
        made.values = list(base.values)
        made.patterns = list(base.patterns)
        made.max_length, made.min_length, made.length = base.max_length, base.min_length, base.length
        made.minimum, made.maximum = base.minimum, base.maximum
        for facet in node:
            kind, value = facet.tag[len(XS):], facet.get("value")
            if kind == "enumeration":
                made.values.append(value)
            elif kind == "pattern":
                made.patterns.append(value)
            elif kind == "maxLength":
                made.max_length = int(value)
            elif kind == "minLength":
                made.min_length = int(value)
            elif kind == "length":
                made.length = int(value)
            elif kind == "minInclusive":
                made.minimum = int(value)
            elif kind == "maxInclusive":
                made.maximum = int(value)

    def _unite(self, node, made):
        members = [self.type(name) for name in (node.get("memberTypes") or "").split()]
        members += [self._simple(child, "") for child in node if child.tag == XS + "simpleType"]
        first = members[0] if members else Simple()
        made.base = first.base
        made.minimum, made.maximum = first.minimum, first.maximum
        made.max_length, made.patterns = first.max_length, list(first.patterns)
        for member in members:
            made.values += [value for value in member.values if value not in ("", "null")]


def type_at(kind, path):
    """Type of the element at path, None if there is none."""
    for name in path.split("/"):
        element = kind.element(name) if isinstance(kind, Complex) else None
        if element is None:
            return None
        kind = element.type
    return kind


def has_path(kind, path):
    """Whether a type has an element, or with @ an attribute, at path."""
    if "@" not in path:
        return type_at(kind, path) is not None
    above, name = path.rsplit("/@", 1)
    kind = type_at(kind, above)
    return isinstance(kind, Complex) and name in kind.attributes
