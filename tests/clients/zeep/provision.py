#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""zeep, set up as the vendor's samples do. usage: provision.py VERSION"""

import os
import sys

import requests
import urllib3
import zeep
from requests.auth import HTTPBasicAuth
from zeep.exceptions import Fault
from zeep.transports import Transport

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "..", "lib")]
import scenario  # noqa: E402
import tap  # noqa: E402

BINDING = "{http://www.cisco.com/AXLAPIService/}AXLAPIBinding"


def connect(version):
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    session = requests.Session()
    session.verify = False
    session.auth = HTTPBasicAuth(os.environ["CCMSIM_USER"], os.environ["CCMSIM_PASSWORD"])
    transport = Transport(session=session, timeout=20)
    client = zeep.Client(scenario.schema(version), transport=transport,
                         settings=zeep.Settings(strict=False, xml_huge_tree=True))
    return client.create_service(BINDING, os.environ["CCMSIM_URL"])


def arguments(value):
    if value is None:
        return zeep.xsd.Nil
    if isinstance(value, dict):
        return {name: arguments(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [arguments(inner) for inner in value]
    return value


def part(value, name):
    if name.startswith("@"):
        return getattr(value, name[1:], None)
    if name.isdigit():
        return value[int(name)] if isinstance(value, list) and len(value) > int(name) else None
    return getattr(value, name, None)


def pick(answer, path):
    for name in path.split("."):
        answer = part(answer, name) if answer is not None else None
    inner = getattr(answer, "_value_1", answer)
    return None if inner is None else str(inner)


def run(suite, service, step, kept):
    try:
        answer = getattr(service, step["op"])(**arguments(step["args"]))
    except Fault as fault:
        wanted = step.get("fault")
        suite.ok(wanted is not None and wanted in fault.message, step["name"], f"fault: {fault.message}")
        return
    if step.get("fault"):
        suite.ok(False, step["name"], "no fault")
        return
    if step.get("raw"):
        cells = {cell.tag: cell.text for row in answer["return"].row for cell in row}
        suite.equal(cells.get("name"), "SEP0011223344AA", step["name"])
    if "keep" in step:
        kept[step["keep"]] = pick(answer, "return")
    for path, wanted in step["expect"].items():
        got = pick(answer, path)
        suite.ok(scenario.matches(wanted, got, kept), f"{step['name']}: {path}", f"got {got!r}, wanted {wanted!r}")


def main():
    version = sys.argv[1]
    suite = tap.Suite(f"zeep {zeep.__version__} (Python)", f"AXL {version}")
    service = suite.attempt("load the WSDL", connect, version)
    kept = {}
    for step in scenario.steps() if service else ():
        suite.attempt(step["name"], run, suite, service, step, kept)
    suite.end()


if __name__ == "__main__":
    main()
