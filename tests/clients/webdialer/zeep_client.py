# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""zeep with the static WSDL and the binding's other name, as a public toolkit does."""

import os
import sys

import requests
import urllib3
import zeep
from zeep.cache import InMemoryCache
from zeep.transports import Transport

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "..", "lib")]
import tap  # noqa: E402

ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
# zeep fetches the schema of SOAP's encoding from the network unless it has it: what it needs of that.
SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="{ENCODING}" targetNamespace="{ENCODING}">
<xs:attribute name="arrayType" type="xs:string"/><xs:attribute name="offset" type="xs:string"/>
<xs:complexType name="Array"><xs:sequence><xs:any namespace="##any" minOccurs="0" maxOccurs="unbounded"
processContents="lax"/></xs:sequence><xs:attribute ref="tns:arrayType"/></xs:complexType>
<xs:complexType name="string"><xs:simpleContent><xs:extension base="xs:string"/></xs:simpleContent></xs:complexType>
</xs:schema>"""

suite = tap.Suite(client="zeep 4.2.1 (Python)", api="WebDialer")
urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
session = requests.Session()
session.verify, session.trust_env = False, False
cache = InMemoryCache()
cache.add(ENCODING, SCHEMA.encode())
base = os.environ["WD_BASE"]
client = zeep.Client(base + "/wsdl/wd70.wsdl", transport=Transport(session=session, cache=cache, timeout=20),
                     settings=zeep.Settings(strict=False))
service = client.create_service("{urn:WD70}WebdialerSoapServiceSoapBinding",
                                base + "/services/WebdialerSoapService70")
user, device = os.environ["WD_USER"], os.environ["WD_DEVICE"]


def credential(password=os.environ["WD_PASSWORD"]):
    return {"userID": user, "password": password}


def profile():
    return {"user": user, "deviceName": device, "lineNumber": "2001; no partition", "supportEM": False, "locale": "",
            "dontAutoClose": False, "dontShowCallConf": False}


def code(answer):
    return answer["responseCode"]


answer = suite.attempt("makeCallSoap", service.makeCallSoap, in0=credential(), in1="2002", in2=profile())
suite.ok(answer is not None and (code(answer), answer["responseDescription"]) == (0, "Success"), "a call", answer)
answer = suite.attempt("endCallSoap", service.endCallSoap, in0=credential(), in1=profile())
suite.ok(answer is not None and code(answer) == 0, "and its end", answer)
answer = suite.attempt("again", service.endCallSoap, in0=credential(), in1=profile())
suite.ok(answer is not None and code(answer) == 1, "which is there once", answer)
answer = suite.attempt("wrong password", service.makeCallSoap, in0=credential("x"), in1="2002", in2=profile())
suite.ok(answer is not None and code(answer) == 2, "a wrong password", answer)
suite.equal(suite.attempt("isClusterUserSoap", service.isClusterUserSoap, in0=user), True, "a user of the cluster")
suite.equal(suite.attempt("not one", service.isClusterUserSoap, in0="nobody"), False, "nobody of it")
suite.equal(str(suite.attempt("getPrimaryLine", service.getPrimaryLine, in0=credential())), "2001", "the primary line")
answer = suite.attempt("getProfileDetailSoap", service.getProfileDetailSoap, in0=credential())
suite.ok(answer is not None and code(answer) == 0, "the profile in detail", answer)
literal = zeep.Client(base + "/services/webdialer?wsdl", transport=Transport(session=session, timeout=20)).service
answer = suite.attempt("literal", literal.getProfileDetailSoap, args0=credential())
suite.ok(answer is not None and answer["deviceInfoListDetail"][0]["lines"] == ["2001; no partition", "2001; Office"],
         "document/literal: the profile in detail", answer)
answer = suite.attempt("literal", literal.makeCallSoap, args0=credential(), args1="2002", args2=profile())
suite.ok(answer is not None and answer["responseCode"] == 0, "document/literal: a call", answer)
suite.end()
