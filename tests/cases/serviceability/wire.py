# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Requests to RIS and PerfMon as raw HTTP, for cases about exact forms."""

import base64
import http.client
import os
import re
import ssl
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "lib"))

ENVELOPE = ('<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
            'xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" '
            'xmlns:s="http://schemas.cisco.com/ast/soap{slash}"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>')
RIS70 = "/realtimeservice2/services/RISService70"
RIS = "/realtimeservice2/services/RISService"
RISPORT = "/realtimeservice/services/RisPort"
RISPORT70 = "/realtimeservice/services/RisPort70"
PERFMON = "/perfmonservice2/services/PerfmonService"
PERFMONPORT = "/perfmonservice/services/PerfmonPort"


class Reply:
    def __init__(self, answer):
        self.status, self.headers = answer.status, answer.headers
        self.text = answer.read().decode("utf-8")

    def all(self, name):
        """Texts of the elements of that local name, in order; a nil one is None."""
        found = re.findall(rf"<(?:ns1:)?{name}((?: [^>]*?)?)(?:/>|>([^<]*)</(?:ns1:)?{name}>)", self.text)
        return [None if "nil=" in attributes else text for attributes, text in found]

    def one(self, name):
        return (self.all(name) or [""])[0]

    @property
    def fault(self):
        return self.one("faultstring") if "<faultstring" in self.text else None


class Wire:
    def __init__(self, url=None, user=None, password=None):
        self.url = urllib.parse.urlsplit(url or os.environ["CCMSIM_HTTPS"])
        self.user = user or os.environ.get("CCMSIM_USER")
        self.password = password or os.environ.get("CCMSIM_PASSWORD")
        self.context = ssl.create_default_context()
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE

    def basic(self):
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    def send(self, method, path, body=None, headers=None, basic=True):
        every = {"Content-Type": "text/xml;charset=UTF-8"} if body is not None else {}
        if basic:
            every["Authorization"] = self.basic()
        every.update(headers or {})
        connection = http.client.HTTPSConnection(self.url.hostname, self.url.port, context=self.context, timeout=60)
        try:
            connection.request(method, path, body.encode() if body is not None else None, every)
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def soap(self, path, body, headers=None):
        slash = "" if "service2/" in path else "/"
        return self.send("POST", path, ENVELOPE.format(slash=slash, body=body), headers)


def criteria(items=("*",), **fields):
    """The criteria of RISService70, with other values where they are named."""
    values = {"MaxReturnedDevices": "1000", "DeviceClass": "Any", "Model": "255", "Status": "Any", "NodeName": "",
              "SelectBy": "Name", "SelectItems": None, "Protocol": "Any", "DownloadStatus": "Any"}
    values.update(fields)
    values["SelectItems"] = "".join(f"<s:item><s:Item>{item}</s:Item></s:item>" for item in items)
    return "".join(f"<s:{name}>{value}</s:{name}>" for name, value in values.items())


def select(items=("*",), state="", operation="selectCmDevice", **fields):
    return (f"<s:{operation}><s:StateInfo>{state}</s:StateInfo><s:CmSelectionCriteria>{criteria(items, **fields)}"
            f"</s:CmSelectionCriteria></s:{operation}>")
