#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""WebDialer by raw requests: every shape that clients send, every code, real calls, pages and WSDLs."""

import os
import sys
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "lib"), os.path.join(HERE, "..", "daemon")]
import tap  # noqa: E402
from http_client import Client  # noqa: E402
from people import ALICE, AWAY, BOB, PASSWORD, Cluster  # noqa: E402

G1, G2 = "/webdialer/services/WebdialerSoapService", "/webdialer/services/WebdialerSoapService70"
G3 = "/webdialer/services/webdialer"
HEAD = ('<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"')
NO_DEVICE = "No device is configured for the user, or missing parameters exist in the request"

suite = tap.Suite()
tls, plain = Client(os.environ["CCMSIM_HTTPS"]), Client(os.environ["CCMSIM_HTTP"])
cluster = Cluster()


# ---- asking ----

def post(body, path=G2, client=tls, attributes="", headers=None):
    xml = f"{HEAD}{attributes}><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    fields = dict({"Content-Type": "text/xml;charset=UTF-8", "SOAPAction": '""'}, **(headers or {}))
    return client.request("POST", path, xml, headers=fields)


def credential(name, user="alice", password=PASSWORD):
    return f"<{name}><userID>{escape(user)}</userID><password>{password}</password></{name}>"


def profile(name, user="alice", device=ALICE, line=""):
    return (f"<{name}><user>{user}</user><deviceName>{device}</deviceName><lineNumber>{line}</lineNumber>"
            f"<supportEM>?</supportEM><locale>?</locale><dontAutoClose>?</dontAutoClose></{name}>")


def g2(operation, content):
    return f'<urn:{operation} xmlns:urn="urn:WD70">{content}</urn:{operation}>'


def make(destination="2002", **options):
    caller = {name: options.pop(name) for name in ("password", "caller") if name in options}
    cred = credential("in0", caller.get("caller", "alice"), caller.get("password", PASSWORD))
    return g2("makeCallSoap", cred + f"<in1>{destination}</in1>" + profile("in2", **options))


def end(device=ALICE, user="alice", caller="alice"):
    return g2("endCallSoap", credential("in0", caller) + profile("in1", user, device))


def local(tag):
    return tag.rsplit("}", 1)[-1]


def result(answer):
    """Code and text of an answer, wherever they are in it."""
    values = {}
    root = ET.fromstring(answer.text)
    by_id = {e.get("id"): e for e in root.iter() if e.get("id")}
    for e in root.iter():
        if local(e.tag) in ("responseCode", "responseDescription", "description"):
            target = by_id[e.get("href")[1:]] if e.get("href") else e
            values.setdefault(local(e.tag), target.text)
    return int(values.get("responseCode", -1)), values.get("responseDescription", values.get("description"))


def answers(body, code, text, name, **options):
    answer = post(body, **options)
    got = result(answer) if answer.status == 200 else (answer.status, answer.text)
    return suite.equal(got, (code, text), f"{code}: {name}")


def calls(device=ALICE):
    return [call for call in cluster.calls() if call["caller"]["device"] == device]


def hang_up(device=ALICE, user="alice"):
    suite.equal(result(post(end(device, user, user)))[0], 0, "and its end")


# ---- shapes of requests (section 4.2) ----

def shapes():
    cred, prof = credential, profile
    encoding = ' soapenv:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
    rows = (
        ("SoapUI's", G2, f'<urn:makeCallSoap xmlns:urn="urn:WD70"{encoding}>'
         + cred("in0").replace("<in0>", '<in0 xsi:type="urn:Credential">')
         + '<in1 xsi:type="xsd:string">2002</in1>'
         + prof("in2").replace("<in2>", '<in2 xsi:type="urn:UserProfile">') + "</urn:makeCallSoap>"),
        ("the first generation's names", G1, '<urn:makeCallSoap xmlns:urn="urn:WebdialerSoap">' + cred("cred")
         + "<dest>2002</dest>" + prof("prof") + "</urn:makeCallSoap>"),
        ("those names on the second's endpoint", G2, '<urn:makeCallSoap xmlns:urn="urn:WebdialerSoap">' + cred("cred")
         + "<dest>2002</dest>" + prof("prof") + "</urn:makeCallSoap>"),
        ("references to siblings in Body", G2, '<t:makeCallSoap xmlns:t="urn:WebdialerSoap"><cred href="#id1"/>'
         '<dest xsi:type="xsd:string">2002</dest><prof href="#id2"/></t:makeCallSoap>'
         + cred("t:Credential").replace("<t:Credential>", '<t:Credential xmlns:t="urn:WebdialerSoap" id="id1" '
                                        'xsi:type="t:Credential">')
         + prof("multiRef").replace("<multiRef>", '<multiRef id="id2">')),
        ("what is referred to first", G2, cred("multiRef").replace("<multiRef>", '<multiRef id="c">')
         + g2("makeCallSoap", '<in0 href="#c"/><in1>2002</in1>' + prof("in2"))),
        ("no namespace, types of an undeclared prefix", G2, "<makeCallSoap>"
         + cred("in0").replace("<in0>", '<in0 xsi:type="urn:Credential">') + '<in1 xsi:type="xsd:string">2002</in1>'
         + prof("in2").replace("<in2>", '<in2 xsi:type="urn:UserProfile">') + "</makeCallSoap>"),
        ("parameters in any order", G2, g2("makeCallSoap", prof("in2") + "<in1>2002</in1>" + cred("in0"))),
        ("members in any order", G2, g2("makeCallSoap", f"<in0><password>{PASSWORD}</password><userID>alice</userID></in0>"
         f"<in1>2002</in1><in2><lineNumber/><deviceName>{ALICE}</deviceName><user>alice</user></in2>")),
        ("padding", G2, g2("makeCallSoap", f"<in0>\n <userID> alice\n</userID> <password> {PASSWORD} </password></in0>"
         f"<in1>\t2002 </in1><in2><user> alice</user><deviceName> {ALICE} </deviceName></in2>")),
        ("parameters of other names, by their place", G2, g2("makeCallSoap", cred("credential") + "<number>2002</number>"
                                                            + prof("who"))),
        ("a null token", G2, g2("makeCallSoap", cred("in0").replace("<in0>", '<in0><token xsi:nil="true"/>')
                                + "<in1>2002</in1>" + prof("in2"))),
        ("small letters in the path", "/webdialer/services/webdialersoapservice70", make()),
        ("a POST to the WSDL", G2 + "?wsdl", make()),
        ("doubled slashes", "//webdialer//services/WebdialerSoapService70", make()),
    )
    for name, path, body in rows:
        cluster.pause()
        if answers(body, 0, "Success", name, path=path):
            suite.equal([call["dialled"] for call in calls()], ["2002"], f"{name}: a call is up")
        hang_up()
        suite.equal(calls(), [], f"{name}: no call is up")
    cluster.pause()
    answers(make(), 0, "Success", "an odd SOAPAction and an Authorization header, which mean nothing",
            headers={"SOAPAction": '"CUCM:DB ver=10.0"', "Authorization": "Basic eDp5"})
    answers('<urn:endCallSoap xmlns:urn="urn:WebdialerSoap">' + cred("cred") + prof("prof") + "</urn:endCallSoap>", 0,
            "Success", "made with in0, ended with cred")


# ---- the form of answers ----

def forms():
    answer = post(end(user="bob", caller="bob", device=BOB))
    suite.equal(answer.headers["Content-Type"], "text/xml;charset=utf-8", "answers are XML")
    encoding = "http://schemas.xmlsoap.org/soap/encoding/"
    suite.equal(answer.text, '<?xml version="1.0" encoding="UTF-8"?>'
                '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
                'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
                f'<soapenv:Body><ns1:endCallSoapResponse soapenv:encodingStyle="{encoding}" xmlns:ns1="urn:WD70">'
                '<endCallSoapReturn href="#id0"/></ns1:endCallSoapResponse>'
                f'<multiRef id="id0" soapenc:root="0" soapenv:encodingStyle="{encoding}" xsi:type="ns2:CallResponse" '
                f'xmlns:soapenc="{encoding}" xmlns:ns2="urn:WD70"><responseCode xsi:type="xsd:int">1</responseCode>'
                '<responseDescription xsi:type="xsd:string">Call failure error</responseDescription></multiRef>'
                "</soapenv:Body></soapenv:Envelope>", "a call's answer, letter by letter")
    text = post(g2("getProfileSoap", credential("in0") + "<in1>alice</in1>")).text
    for piece in ('<getProfileSoapReturn href="#id0"/>', '<description xsi:type="xsd:string">Success</description>',
                  'soapenc:arrayType="ns3:WDDeviceInfo[1]" xsi:type="soapenc:Array" xmlns:ns3="urn:WebdialerSoap">'
                  '<item href="#id1"/></deviceInfoList>', '<responseCode href="#id2"/>',
                  'xsi:type="ns2:WDDeviceInfo" xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" '
                  f'xmlns:ns2="urn:WebdialerSoap"><deviceName xsi:type="xsd:string">{ALICE}</deviceName>'
                  '<lines soapenc:arrayType="xsd:string[2]" xsi:type="soapenc:Array">'
                  '<item xsi:type="xsd:string">2001; no partition</item><item xsi:type="xsd:string">2001; Office</item>'
                  "</lines></multiRef>", 'xsi:type="xsd:int" xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/">0'):
        suite.ok(piece in text, f"getProfileSoap: {piece[:50]}", text)
    text = post(g2("getProfileDetailSoap", credential("in0"))).text
    for piece in ('<description xsi:type="soapenc:string">Success</description>', '<responseCode xsi:type="xsd:int">0<',
                  'soapenc:arrayType="ns3:WDDeviceInfoDetail[1]"', '<item xsi:type="soapenc:string">2001; Office</item>',
                  '<phoneDesc xsi:type="soapenc:string">Alice at her desk</phoneDesc>',
                  '<phoneType xsi:type="soapenc:string">Cisco 8841</phoneType>'):
        suite.ok(piece in text, f"getProfileDetailSoap: {piece[:50]}", text)
    suite.ok(">\n" not in text and "> <" not in text, "no white space between elements", text)
    for user, wanted in (("alice", "true"), (" ALICE ", "true"), ("nobody", "false"), ("", "false")):
        text = post(g2("isClusterUserSoap", f"<in0>{user}</in0>")).text
        suite.ok(f'<isClusterUserSoapReturn xsi:type="xsd:boolean">{wanted}</isClusterUserSoapReturn>' in text,
                 f"isClusterUserSoap {user!r} needs no credentials: {wanted}", text)
    for cred, wanted in ((credential("in0"), "2001"), (credential("in0", "bob"), ""),
                         (credential("in0", password="wrong"), ""), (credential("in0", ""), "")):
        text = post(g2("getPrimaryLine", cred)).text
        suite.ok(f'>{wanted}</getPrimaryLineReturn>' in text, f"getPrimaryLine: {wanted!r}", text)
    text = post('<a:isClusterUserSoap xmlns:a="urn:WebdialerSoap"><userid>bob</userid></a:isClusterUserSoap>', path=G1).text
    suite.ok('xmlns:ns1="urn:WebdialerSoap"' in text and ">true<" in text, "the first generation answers in its own", text)


def literal():
    ns = 'xmlns:web="http://webdialer.ccm.cisco.com"'

    def cred(user="alice"):
        return (f"<web:args0><web:userID>{user}</web:userID><web:password>{PASSWORD}</web:password></web:args0>")
    prof = (f"<web:user>alice</web:user><web:deviceName>{ALICE}</web:deviceName><web:lineNumber>2001; Office"
            "</web:lineNumber>")
    cluster.pause()
    answer = post(f"<web:makeCallSoap {ns}>{cred()}<web:args1>2002</web:args1><web:args2>{prof}</web:args2>"
                  "</web:makeCallSoap>", path=G3)
    suite.ok("<ns2:return><ns2:responseCode>0</ns2:responseCode><ns2:responseDescription>Success<" in answer.text,
             "document/literal: a call", answer.text)
    suite.equal([call["caller"]["partition"] for call in calls()], ["Office"], "from the line that was named")
    answer = post(f"<web:endCallSoap {ns}>{cred()}<web:args1>{prof}</web:args1></web:endCallSoap>", path=G3)
    suite.ok("<ns2:responseCode>0<" in answer.text, "and its end", answer.text)
    text = post(f"<web:getProfileDetailSoap {ns}>{cred()}</web:getProfileDetailSoap>", path=G3).text
    suite.ok(f"<ns2:deviceInfoListDetail><ns2:deviceName>{ALICE}</ns2:deviceName><ns2:lines>2001; no partition</ns2:lines>"
             in text, "the profile in detail", text)
    text = post(f"<web:isClusterUserSoap {ns}><web:args0>alice</web:args0></web:isClusterUserSoap>", path=G3).text
    suite.ok("<ns2:return>true</ns2:return>" in text, "whose user", text)


# ---- codes ----

def codes():
    for name, body in (("a wrong password", make(password="wrong")), ("an unknown user", make(caller="nobody")),
                       ("no user", make(caller="")), ("no password", make(password="")),
                       ("no credential", g2("makeCallSoap", "<in1>2002</in1>" + profile("in2")))):
        answers(body, 2, "User authentication error", name)
    answers(g2("getProfileSoap", credential("in0", password="x") + "<in1/>"), 2, "User authentication error", "a profile")
    answers(make(user="bob", device=BOB), 3, "No authentication proxy rights", "a call of another")
    answers(g2("getProfileSoap", credential("in0") + "<in1>bob</in1>"), 3, "No authentication proxy rights",
            "the profile of another")
    answers(g2("getProfileSoap", credential("in0", "wdproxy") + "<in1>nobody</in1>"), 4, "Directory error",
            "a proxy for nobody")
    for name, body in (("no user in the profile", make(user="")), ("no device", make(device="")),
                       ("no destination", make(destination="")), ("no profile", g2("makeCallSoap", credential("in0")
                                                                                  + "<in1>2002</in1>")),
                       ("a device of others", make(device=BOB)), ("no such device", make(device="SEP00000000DEAD"))):
        answers(body, 5, NO_DEVICE, name)
    answers(make(destination="alice@example.com"), 7, "Destination cannot be reached", "a URI")
    answers(make(destination="call me"), 7, "Destination cannot be reached", "what can't be dialled")
    cluster.pause()
    answers(make(destination="99999"), 0, "Success", "a number that there isn't: the phone dials it all the same")
    suite.equal([call["state"] for call in calls()], ["reorder"], "and hears the reorder tone")
    hang_up()
    answers(make(user="carol", device=AWAY, caller="carol"), 1, "Call failure error", "a phone that is not registered")
    answers(end(), 1, "Call failure error", "no call to be ended")
    answers(g2("getProfileSoap", credential("in0", "dave") + "<in1/>"), 1, "No device configured for the user",
            "a user without devices")
    answers(g2("getProfileDetailSoap", credential("in0", "dave")), 1, "No device configured for the user", "in detail")
    answers(g2("getProfileSoap", credential("in0") + "<in1></in1>"), 0, "Success", "no name means oneself")
    answers(g2("getProfileSoap", credential("in0", "wdproxy") + "<in1>bob</in1>"), 0, "Success", "a proxy for another")
    cluster.pause()
    answers(make(caller="wdproxy"), 0, "Success", "a call by proxy")
    suite.equal(len(calls()), 1, "it is up")
    answers(end(caller="wdproxy"), 0, "Success", "and ended by proxy")
    for line in ("2001", "2001;Office", "2001; Office", "2001; no partition", "2001; null", "2001;", "1", "0", "?", ""):
        cluster.pause()
        answers(make(line=line), 0, "Success", f"the line {line!r}")
        wanted = "Office" if "Office" in line else ""
        suite.equal([call["caller"]["partition"] for call in calls()], [wanted], f"which is {wanted!r}")
        hang_up()


def overload():
    cluster.parameter("MaximumConcurrentCallRequests", "1")
    cluster.pause()
    answers(make(), 0, "Success", "the first call of a second")
    hang_up()
    answers(make(), 9, "Service overloaded", "one more than the parameter allows")
    suite.equal(calls(), [], "it is not made")
    cluster.pause()
    answers(make(), 0, "Success", "a second later")
    hang_up()
    cluster.parameter("MaximumConcurrentCallRequests", "8")


def services():
    node = "nodes/cucm-pub/services/"
    cluster.control("PUT", node + "Cisco%20CTIManager", {"running": False})
    answers(make(), 6, "Service temporarily unavailable", "without CTIManager")
    answers(g2("getProfileSoap", credential("in0") + "<in1/>"), 0, "Success", "profiles don't need it")
    cluster.control("PUT", node + "Cisco%20CTIManager", {"running": True})
    cluster.control("PUT", node + "A%20Cisco%20DB", {"running": False})
    for name, body in (("a call", make()), ("its end", end()), ("a profile", g2("getProfileSoap", credential("in0") + "<in1/>")),
                       ("a profile in detail", g2("getProfileDetailSoap", credential("in0")))):
        answers(body, 4, "Directory error", f"{name} while nobody can be authenticated, as the database is down")
    cluster.control("PUT", node + "A%20Cisco%20DB", {"running": True})
    cluster.control("PUT", node + "Cisco%20WebDialer%20Web%20Service", {"running": False})
    suite.equal(post(make()).status, 404, "without WebDialer there is nothing")
    suite.equal([tls.request("GET", G2 + "?wsdl").status, tls.request("GET", "/webdialer/services").status], [404, 404],
                "no WSDL and no page")
    cluster.control("PUT", node + "Cisco%20WebDialer%20Web%20Service", {"running": True})
    suite.equal(tls.request("GET", G2 + "?wsdl").status, 200, "started again there is")


CALL_CODES = ("Success", "Call failure error", "User authentication error", "No authentication proxy rights",
              "Directory error", NO_DEVICE, "Service temporarily unavailable", "Destination cannot be reached",
              "Service error", "Service overloaded")


def by_rule():
    """8 is for what has no other code, which nothing here is by itself; a rule can ask for it and for each other."""
    cluster.pause()
    for how, number in (({"status": "INTERNAL"}, 8), *(({"status": "INTERNAL", "code": n}, n) for n in range(1, 10))):
        rule = cluster.control("POST", "faults", dict({"kind": "error", "service": "webdialer", "count": 1}, **how))
        answers(make(), number, CALL_CODES[number], f"asked for by a rule: {how}")
        suite.equal(calls(), [], "no call is made")
        cluster.control("DELETE", f"faults/{rule['id']}")


def dial_rules():
    cluster.parameter("ApplyApplicationDialRulesOnSOAPDialRequest", "T")
    cluster.sql("insert into applicationdialrule(name,numbeginwith,numofdigits,digitsremoved,prefix,priority,"
                "tkapplicationdialrule) values('wd','+49305',10,9,'200',0,0)")
    cluster.pause()
    answers(make(destination="+493055522"), 0, "Success", "a destination that a dial rule makes")
    suite.equal([call["dialled"] for call in calls()], ["2002"], "is what was dialled")
    hang_up()
    cluster.parameter("ApplyApplicationDialRulesOnSOAPDialRequest", "F")


# ---- SOAP's own trouble, pages ----

def faults():
    for name, body, code, text in (
            ("an operation that there isn't", g2("getCallStatusSoap", ""), "soapenv:Client", "No such operation"),
            ("a reference to nothing", g2("makeCallSoap", '<in0 href="#x"/>'), "soapenv:Server", "not in it"),
            ("a circle of references", g2("makeCallSoap", '<in0 href="#x"/>') + '<m id="x"><a href="#x"/></m>',
             "soapenv:Server", "refers to itself"),
            ("nothing", "", "soapenv:Server", "no operation")):
        answer = post(body)
        root = ET.fromstring(answer.text)
        suite.ok(answer.status == 500 and root.findtext(".//faultcode").startswith(code)
                 and text in root.findtext(".//faultstring"), f"{name} is a fault", answer.text)
    answer = post(g2("getPrimaryLine", credential("in0")), path=G1)
    suite.ok(answer.status == 500 and "No such operation" in answer.text, "what came later is not in the first generation",
             answer.text)
    answer = tls.request("POST", G2, "<a><b></a>", headers={"Content-Type": "text/xml"})
    suite.ok(answer.status == 500 and "Fault" in answer.text, "ill-formed XML is a fault", answer.text)


def pages():
    host = os.environ["CCMSIM_HTTPS"].split("//")[1]
    for path, name in ((G2 + "?wsdl", "urn:WD70"), (G2 + "?WSDL", "urn:WD70"), ("/webdialer/wsdl/wd70.wsdl", "urn:WD70"),
                       (G1 + "?wsdl", "urn:WebdialerSoap"), (G3 + "?wsdl", "http://webdialer.ccm.cisco.com")):
        answer = tls.request("GET", path)
        root = ET.fromstring(answer.text)
        suite.equal((answer.status, root.get("targetNamespace")), (200, name), f"{path} is the WSDL")
        suite.ok(f'location="https://{host}/webdialer/services/' in answer.text, "with the caller's host", answer.text)
    text = tls.request("GET", G2 + "?wsdl").text
    for name in ("WebdialerSoapService70SoapBinding", "WebdialerSoapServiceSoapBinding"):
        suite.ok(f'<wsdl:binding name="{name}"' in text, f"with the binding {name}", text)
    for path in (G1, G2, G3):
        answer = tls.request("GET", path)
        suite.ok(answer.status == 200 and "Hi there, this is an" in answer.text, f"GET {path} is Axis's page", answer.text)
    answer = tls.request("GET", "/webdialer/services")
    suite.ok("WebdialerSoapService70?wsdl" in answer.text, "the services are listed", answer.text)
    for path in ("/webdialer/Webdialer?destination=1", "/webdialer/Redirector", "/webdialer/WebdialerRedirector"):
        suite.equal(tls.request("GET", path).status, 501, f"{path} says that it isn't there yet")
    suite.equal(tls.request("GET", "/webdialer/services/Nothing").status, 404, "an unknown service is 404")
    suite.equal(tls.request("PUT", G2, "x").status, 405, "PUT is 405")
    suite.equal(post(g2("isClusterUserSoap", "<in0>bob</in0>"), client=plain).status, 200, "without TLS too")


for part in (shapes, forms, literal, codes, overload, services, by_rule, dial_rules, faults, pages):
    part()
suite.end()
