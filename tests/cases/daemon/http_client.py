# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""One request at a time over http.client, with nothing done behind the test's back."""

import base64
import http.client
import os
import ssl
import urllib.parse

ENVELOPE = ('<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
            '<ns:{0} xmlns:ns="http://www.cisco.com/AXL/API/15.0">{1}</ns:{0}></soapenv:Body></soapenv:Envelope>')


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def admin():
    return basic(os.environ["CCMSIM_USER"], os.environ["CCMSIM_PASSWORD"])


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()
        self.text = self.body.decode("utf-8", "replace")

    def cookie(self, name):
        for line in self.headers.get_all("Set-Cookie") or []:
            if line.startswith(name + "="):
                return line
        return None


class Client:
    """A connection that stays open from request to request."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme == "https":
            context = ssl._create_unverified_context()
            self.connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=20, context=context)
        else:
            self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)

    def request(self, method, path, body=None, auth=None, headers=None, **options):
        headers = dict(headers or {})
        if auth:
            headers["Authorization"] = auth
        if isinstance(body, str):
            body = body.encode()  # http.client would take Latin-1
        try:
            self.connection.request(method, path, body, headers, **options)
            return Answer(self.connection.getresponse())
        except Exception:
            self.connection.close()  # the next request begins anew
            raise

    def axl(self, operation, content="", auth=None, headers=None):
        headers = dict({"Content-Type": "text/xml"}, **(headers or {}))
        return self.request("POST", "/axl/", ENVELOPE.format(operation, content), auth or admin(), headers)

    def close(self):
        self.connection.close()
