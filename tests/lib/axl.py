# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""The least of an AXL client: one envelope, one connection kept open. For tests that are about the
daemon and not about a client."""

import base64
import http.client
import os
import ssl
import urllib.parse
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

ENVELOPE = ('<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:ns="http://www.cisco.com/AXL/API/{version}"><soapenv:Body>'
            '<ns:{operation}>{content}</ns:{operation}></soapenv:Body></soapenv:Envelope>')


def insecure_context():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Answer:
    """HTTP status, headers, body; the element below Body, and the fault if it is one."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.text = body.decode("utf-8", "replace")
        self.element = self.fault = None
        try:
            root = ET.fromstring(body)
        except ET.ParseError:
            return
        for child in root.iter():
            if child.tag.endswith("}Body") and len(child):
                self.element = child[0]
        if self.element is not None and self.element.tag.endswith("}Fault"):
            self.fault = self.element.findtext("faultstring")

    @property
    def code(self):
        for child in self.element.iter() if self.element is not None else ():
            if child.tag.rsplit("}", 1)[-1] in ("axlcode", "code"):
                return int(child.text)
        return None

    @property
    def result(self):
        """Text of <return>: the uuid of what was written."""
        return self.element.findtext("return") if self.element is not None and self.fault is None else None


class Axl:
    def __init__(self, url=None, user=None, password=None, version="15.0", timeout=60):
        self.url = urllib.parse.urlsplit(url or os.environ["CCMSIM_URL"])
        user = user or os.environ["CCMSIM_USER"]
        password = password or os.environ["CCMSIM_PASSWORD"]
        self.authorization = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self.version = version
        self.timeout = timeout
        self.connection = None

    def connect(self):
        if self.url.scheme == "https":
            return http.client.HTTPSConnection(self.url.netloc, timeout=self.timeout, context=insecure_context())
        return http.client.HTTPConnection(self.url.netloc, timeout=self.timeout)

    def post(self, body, headers=None):
        fields = {"Content-Type": "text/xml; charset=utf-8", "Authorization": self.authorization}
        fields.update(headers or {})
        if self.connection is None:
            self.connection = self.connect()
        try:
            self.connection.request("POST", self.url.path or "/axl/", body, fields)
            answer = self.connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def call(self, operation, content="", version=None):
        version = version or self.version
        body = ENVELOPE.format(version=version, operation=operation, content=content)
        return self.post(body.encode(), {"SOAPAction": f'"CUCM:DB ver={version} {operation}"'})

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def fields(**values):
    """<name>value</name>... in the order given."""
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in values.items())
