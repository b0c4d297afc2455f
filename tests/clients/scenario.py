# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""scenario.json for Python clients: its steps, and looking into answers by its paths. The other
languages have the same few lines in their own."""

import json
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
UUID = re.compile(r"^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$")


def steps():
    with open(os.path.join(HERE, "scenario.json"), encoding="utf-8") as file:
        return json.load(file)["steps"]


def matches(wanted, got, kept):
    if wanted == "{uuid}":
        return bool(UUID.match(got or ""))
    if wanted == "*":
        return bool(got)
    if wanted.startswith("$"):
        return got == kept.get(wanted[1:])
    return got == wanted


def schema(version):
    """The vendor's WSDL where npm's cisco-axl brings it, ours otherwise."""
    build = os.environ["CCMSIM_BUILD"]
    vendor = os.path.join(build, "node", "node_modules", "cisco-axl", "schema", version, "AXLAPI.wsdl")
    if os.path.exists(vendor):
        return vendor
    return os.path.join(build, "gen", "toolkit", "schema", version, "AXLAPI.wsdl")
