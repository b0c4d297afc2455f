# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""zeep as the vendor's own samples set it up, and a look at its answers as paths."""

import re

import requests
import urllib3
import zeep
from requests.auth import HTTPBasicAuth
from zeep.exceptions import Fault
from zeep.plugins import HistoryPlugin
from zeep.transports import Transport

BINDING = "{http://www.cisco.com/AXLAPIService/}AXLAPIBinding"


class Client:
    def __init__(self, wsdl, url, user, password):
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        session = requests.Session()
        session.verify = False
        session.trust_env = False
        session.auth = HTTPBasicAuth(user, password)
        self.history = HistoryPlugin(maxlen=1)
        self.zeep = zeep.Client(wsdl, transport=Transport(session=session, timeout=60, operation_timeout=60),
                                settings=zeep.Settings(strict=False, xml_huge_tree=True), plugins=[self.history])
        self.service = self.zeep.create_service(BINDING, url)
        self.calls = 0

    def call(self, operation, **content):
        self.calls += 1
        return getattr(self.service, operation)(**content)

    def excerpt(self):
        """The last request and answer, for a report."""
        def text(sent):
            if not sent:
                return ""
            raw = zeep.wsdl.utils.etree.tostring(sent["envelope"], encoding="unicode")
            return re.sub(r"\s+", " ", raw)[:1500]
        try:
            return {"request": text(self.history.last_sent), "answer": text(self.history.last_received)}
        except IndexError:
            return {}


def fault_code(fault):
    """axlcode of a zeep Fault, or None."""
    if isinstance(fault, Fault) and fault.detail is not None:
        for child in fault.detail.iter():
            if isinstance(child.tag, str) and child.tag.rsplit("}", 1)[-1] in ("axlcode", "code"):
                return int(child.text)
    return None


def dig(answer, path):
    """All values at path below a zeep answer, lists flattened, each with its positions in those lists."""
    found = [(answer, ())]
    for name in path.split("/"):
        following = []
        for value, positions in found:
            inner = member(value, name)
            if isinstance(inner, list):
                following += [(item, positions + (n,)) for n, item in enumerate(inner)]
            elif inner is not None:
                following.append((inner, positions))
        found = following
    return found


def member(value, name):
    if name.startswith("@"):
        name = name[1:]
    if isinstance(value, dict):
        return value.get(name)
    return getattr(value, name, None) if value is not None and not isinstance(value, str) else None


def text_of(value):
    """Text of a leaf as zeep gives it: plain, or with attributes beside it."""
    inner = member(value, "_value_1")
    if inner is not None:
        value = inner
    elif hasattr(value, "__values__"):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def children_of(value):
    """(name, text) of the children of an any-type element, in order."""
    inner = member(value, "_value_1")
    return tuple((child.tag, child.text) for child in inner or ())
