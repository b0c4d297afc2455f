# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Well-formed AXL requests that no client would send: operations, elements and now and then values as the
daemon's own schema has them, but with wrong values, and elements missing, repeated and misplaced. Any answer
will do, but a fault speaks AXL's language, not that of the database underneath."""

import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile

from attacks import envelope
from wire import Wrong, demand_soap, well_formed

XSD = "{http://www.w3.org/2001/XMLSchema}"
VALUES = ("", " ", "x", "0", "1", "-1", "true", "false", "maybe", "99999999999", "Default", "SEP001122334455", "1000",
          "None", "{00000000-0000-0000-0000-000000000000}", "{1B1B9EB6-7803-11D3-BDF0-00108302EAD1}", "not a uuid",
          "Größe €", "'", "';--", "%", "x" * 51, "x" * 300, "x" * 5000, "&#x9;", "2026-13-45", "1.2.3.4", "Cisco 8845",
          "SIP")
DATABASE_WORDS = re.compile(r"sqlite|constraint failed|no such (table|column|function)|datatype mismatch|near \"|misuse",
                            re.I)
MAX_DEPTH = 6
NAMES = (("name", "device"), ("pkid", "device"), ("name", "devicepool"), ("name", "callingsearchspace"),
         ("name", "routepartition"), ("dnorpattern", "numplan"), ("pkid", "numplan"), ("userid", "enduser"),
         ("name", "region"), ("name", "location"), ("name", "phonetemplate"), ("name", "sipprofile"),
         ("name", "dirgroup"), ("name", "datetimesetting"), ("name", "callmanagergroup"))


class Schema:
    """The parts of an XSD that it takes to get names right."""

    def __init__(self, soap, enums, present):
        root = ElementTree.fromstring(soap)
        self.present = present
        self.types = {t.get("name"): t for t in root.findall(XSD + "complexType")}
        self.values = {t.get("name"): [v.get("value") for v in t.iter(XSD + "enumeration")]
                       for t in ElementTree.fromstring(enums).findall(XSD + "simpleType")}
        self.operations = sorted((e.get("name"), self._local(e.get("type"))) for e in root.findall(XSD + "element")
                                 if e.get("type", "").endswith("Req") or e.get("type", "").endswith("Request"))

    @staticmethod
    def _local(name):
        return (name or "").split(":")[-1]

    def members(self, node):
        """Elements and attributes of a complex type, however nested and inherited."""
        for child in node:
            kind = child.tag[len(XSD):]
            if kind in ("element", "attribute"):
                yield child
                continue
            if kind == "extension" and self._local(child.get("base")) in self.types:
                yield from self.members(self.types[self._local(child.get("base"))])
            yield from self.members(child)

    def value(self, rng, kind):
        known = self.values.get(kind) or self.present
        text = rng.choice(known) if known and rng.random() < 0.5 else rng.choice(VALUES)
        return text.replace("& ", "&amp; ").replace("<", "&lt;").replace('"', "&quot;")

    def element(self, rng, name, kind, node=None, depth=0):
        """One element with random content of about the right shape."""
        node = self.types.get(kind) if node is None else node
        members = list(self.members(node)) if node is not None and depth < MAX_DEPTH else []
        attributes, children = "", []
        share = rng.choice([0.05, 0.2, 0.9]) if depth > 1 else 0.9
        for member in members:
            if member.tag == XSD + "attribute":
                if rng.random() < 0.3:
                    attributes += f' {member.get("name")}="{self.value(rng, self._local(member.get("type")))}"'
            elif rng.random() < share:
                children.append(self.element(rng, member.get("name"), self._local(member.get("type")),
                                             member.find(XSD + "complexType"), depth + 1))
        if not children or rng.random() < 0.03:
            nil = ' xsi:nil="true"' if rng.random() < 0.05 else ""
            return f"<{name}{attributes}{nil}>{self.value(rng, kind)}</{name}>"
        if rng.random() < 0.1:
            children.append(rng.choice(children))
        if rng.random() < 0.1:
            rng.shuffle(children)
        return f"<{name}{attributes}>{''.join(children)}</{name}>"


def present_values(target):
    """Names and keys of what is there, so that some references are met."""
    values = []
    with target.connect() as wire:
        for column, table in NAMES:
            sql = f"<ns:executeSQLQuery><sql>select first 20 {column} as v from {table}</sql></ns:executeSQLQuery>"
            wire.send(target.request(envelope(sql).encode()))
            values += [v.text for v in well_formed(wire.answer()).iter("v") if v.text]
    return values


def load_schema(target):
    """The newest schema that the daemon offers for download."""
    with target.connect() as wire:
        wire.send(target.head(None, method="GET", path="/plugins/axlsqltoolkit.zip"))
        answer = wire.answer()
    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    return Schema(archive.read("schema/15.0/AXLSoap.xsd"), archive.read("schema/15.0/AXLEnums.xsd"),
                  present_values(target))


def odd_fields(schema):
    """An attack with that schema."""
    def attack(target, rng):
        name, kind = rng.choice(schema.operations)
        body = envelope(schema.element(rng, f"ns:{name}", kind)).encode()
        with target.connect() as wire:
            wire.send(target.request(body))
            answer = wire.answer()
        outcome = demand_soap(answer)
        text = well_formed(answer).findtext(".//faultstring") or ""
        if outcome == "fault" and DATABASE_WORDS.search(text):
            raise Wrong(f"{name}: the database's own words: {text[:300]}")
        return outcome
    attack.__name__ = "odd_fields"
    return attack
