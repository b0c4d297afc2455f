#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""RIS over raw HTTP: forms of both eras, what a selection selects, the state that is sent back, faults."""

import os
import re
import sys
from html import escape, unescape

from wire import PERFMON, PERFMONPORT, RIS, RIS70, RISPORT, RISPORT70, Wire, select
from tap import Suite
import axl

PHONE = "SEP00DE00C01000"


def shapes(suite, wire):
    r = wire.soap(RIS70, select([PHONE]))
    suite.equal(r.status, 200, "era B: status")
    suite.ok(r.text.startswith("<?xml version='1.0' encoding='utf-8'?><soapenv:Envelope xmlns:soapenv=\"http://schemas."
                               "xmlsoap.org/soap/envelope/\"><soapenv:Body><ns1:selectCmDeviceResponse xmlns:ns1="
                               "\"http://schemas.cisco.com/ast/soap\"><ns1:selectCmDeviceReturn>"), "era B: opening", r.text[:300])
    suite.ok(not re.search(r">\s+<", r.text), "era B: no white space between elements")
    suite.equal(r.all("TotalDevicesFound"), ["1"], "one found")
    device = re.search(r"<ns1:CmDevices><ns1:item>(.*?)</ns1:item></ns1:CmDevices>", r.text)
    names = re.findall(r"<ns1:(\w+)[ />]", re.sub(r"<ns1:(LinesStatus|IPAddress)>.*?</ns1:\1>", r"<ns1:\1/>", device.group(1)))
    suite.equal(names, "Name DirNumber DeviceClass Model Product BoxProduct Httpd RegistrationAttempts IsCtiControllable "
                "LoginUserId Status StatusReason PerfMonObject DChannel Description H323Trunk TimeStamp Protocol "
                "NumOfLines LinesStatus ActiveLoadID InactiveLoadID DownloadStatus DownloadFailureReason DownloadServer "
                "IPAddress".split(), "era B: fields in order")
    suite.ok('<ns1:H323Trunk xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="1"/>' in r.text, "era B: nil")
    suite.equal(r.one("DirNumber"), "2001-Registered", "number and its status")
    suite.equal(r.one("Description"), "Anna Albrecht", "description from the store")
    suite.equal((r.one("DeviceClass"), r.all("Status")[0], r.one("StatusReason")), ("Phone", "Registered", "0"), "state")
    suite.ok(int(r.one("TimeStamp")) > 1000000000, "time stamp in seconds", r.one("TimeStamp"))
    r = wire.soap(RISPORT70, select([PHONE], operation="SelectCmDevice"))
    suite.ok('<IPAddress xsi:type="soapenc:Array" soapenc:arrayType="ns1:IPAddressArrayType[1]">' in r.text, "era A, 70: array")
    body = ('<s:SelectCmDevice soapenv:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><StateInfo xsi:type='
            '"xsd:string"/><CmSelectionCriteria xsi:type="s:CmSelectionCriteria"><MaxReturnedDevices xsi:type="xsd:'
            'unsignedInt">200</MaxReturnedDevices><Class xsi:type="xsd:string">Phone</Class><Model xsi:type="xsd:'
            'unsignedInt">255</Model><Status xsi:type="xsd:string">Registered</Status><NodeName xsi:type="xsd:string" '
            'xsi:nil="true"/><SelectBy xsi:type="xsd:string">Name</SelectBy><SelectItems soapenc:arrayType='
            f'"s:SelectItem[1]" xsi:type="soapenc:Array"><item xsi:type="s:SelectItem"><Item xsi:type="xsd:string">{PHONE}'
            '</Item></item></SelectItems></CmSelectionCriteria></s:SelectCmDevice>')
    r = wire.soap(RISPORT, body, {"SOAPAction": '"http://schemas.cisco.com/ast/soap/action/#RisPort#SelectCmDevice"'})
    suite.ok('<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope' in r.text, "era A: declaration that scanners match")
    suite.ok('<Class xsi:type="ns1:DeviceClass">Phone</Class>' in r.text, "era A: Class")
    suite.ok(re.search(r'<IpAddress xsi:type="xsd:string">127\.\d+\.\d+\.\d+</IpAddress>', r.text), "era A: IpAddress", r.text[:900])
    suite.ok('soapenc:arrayType="ns1:CmNode[3]" xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"' in r.text, "era A: nodes")
    multi = ('<s:SelectCmDevice><StateInfo/><CmSelectionCriteria href="#id0"/></s:SelectCmDevice><multiRef id="id0">'
             '<Class>Phone</Class><SelectBy>Name</SelectBy><SelectItems href="#id1"/></multiRef><multiRef id="id1">'
             f'<item href="#id2"/></multiRef><multiRef id="id2"><Item>{PHONE},SEP00DE00CD11E1</Item></multiRef>')
    suite.equal(wire.soap(RISPORT, multi).one("TotalDevicesFound"), "2", "era A: references, a comma list")
    r = wire.soap(RIS, select([PHONE]))
    suite.ok("<ns1:selectCmDeviceResponse><ns1:SelectCmDeviceResult>" in r.text and "<ns1:CmNode>" in r.text and
             "<ns1:CmDevice>" in r.text, "RISService: members and the child of the response's own name")
    sip = select([PHONE]).replace("selectCmDevice>", "selectCmDeviceSIP>").replace("Criteria>", "CriteriaSIP>")
    r = wire.soap(RIS, sip)
    suite.ok("<ns1:selectCmDeviceSIPResponse><ns1:SelectCmDeviceResultSIP>" in r.text and "<ns1:CmNodeSIP>" in r.text and
             "<ns1:CmDevices><ns1:item>" in r.text, "RISService: selectCmDeviceSIP", r.text[:600])


def selections(suite, wire):
    def names(body, path=RIS70):
        r = wire.soap(path, body)
        return re.findall(r"<ns1:item><ns1:Name>([^<]*)</ns1:Name><ns1:DirNumber", r.text)

    every = names(select())
    suite.ok(len(every) > 60 and PHONE in every and "Carrier" in every, "everything", len(every))
    suite.equal(every and int(wire.soap(RIS70, select()).one("TotalDevicesFound")), len(every), "total of everything")
    suite.equal(names(select([PHONE.lower()])), [PHONE], "a name in another case")
    suite.ok(all(name.startswith("SEP00DE00C") for name in names(select(["SEP00DE00C*"]))), "a prefix")
    suite.equal(names(select([f"{PHONE}, SEP00DE00CD11E1"])), [PHONE, "SEP00DE00CD11E1"], "a comma list")
    r = wire.soap(RIS70, select(["2001"], SelectBy="DirNumber"))
    suite.ok(r.all("DirNumber") and all("2001-" in numbers for numbers in r.all("DirNumber")), "by number", r.all("DirNumber"))
    suite.ok(len(names(select(["200*"], SelectBy="DirNumber"))) > len(r.all("DirNumber")), "by a part of a number")
    suite.equal(set(wire.soap(RIS70, select(["Anna Alb*"], SelectBy="Description")).all("Description")), {"Anna Albrecht"},
                "by description")
    address = wire.soap(RIS70, select([PHONE])).one("IP")
    suite.equal(names(select([address], SelectBy="IPV4Address")), [PHONE], "by address")
    suite.equal(names(select(["::1"], SelectBy="IPV6Address")), [], "by an address of the other kind")
    suite.equal(len(names(select(MaxReturnedDevices="5"))), 5, "MaxReturnedDevices")
    suite.equal(wire.soap(RIS70, select(MaxReturnedDevices="5")).one("TotalDevicesFound"), str(len(every)), "total beyond it")
    suite.equal(len(names(select(MaxReturnedDevices="0"))), len(every), "MaxReturnedDevices 0")
    model = wire.soap(RIS70, select([PHONE])).one("Model")
    suite.ok(PHONE in names(select(Model=model)) and "Carrier" not in names(select(Model=model)), "by model")
    suite.ok("Carrier" in names(select(DeviceClass="SIPTrunk")) and PHONE not in names(select(DeviceClass="SIPTrunk")), "class")
    suite.ok(PHONE not in names(select(Status="UnRegistered")) and PHONE in names(select(Status="Registered")), "status")
    suite.equal(names(select(DownloadStatus="Failed")), [], "nobody loads firmware")
    where = re.findall(r"<ns1:Name>(cucm-\w+)</ns1:Name>", wire.soap(RIS70, select()).text)
    suite.equal(where, ["cucm-pub", "cucm-sub1", "cucm-sub2"], "each node, the publisher first")
    parts = [names(select(NodeName=node)) for node in where]
    suite.equal(sorted(sum(parts, [])), sorted(every), "the nodes' devices are all devices")
    r = wire.soap(RIS70, select(NodeName="nowhere"))
    suite.equal((r.one("ReturnCode"), r.one("TotalDevicesFound")), ("InvalidNodeName", "0"), "an unknown node")
    r = wire.soap(RIS70, select(["SEPFFFFFFFFFFFF"]))
    suite.ok("<ns1:TotalDevicesFound>0</ns1:TotalDevicesFound><ns1:CmNodes xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-"
             "instance\" xsi:nil=\"1\"/></ns1:SelectCmDeviceResult><ns1:StateInfo/>" in r.text, "nothing found", r.text)
    ext = {"operation": "selectCmDeviceExt"}
    suite.equal(names(select([PHONE], **ext)), [PHONE], "Ext: a name")
    suite.ok("<ns1:selectCmDeviceResponse " in wire.soap(RIS70, select([PHONE], **ext)).text, "Ext: the same response")
    suite.equal(names(select(["SEP*"], **ext)), [], "Ext: a star is no wildcard")
    suite.equal(len(names(select([""], **ext))), len(every), "Ext: an empty item narrows nothing")
    r = wire.soap(RIS70, "<s:selectCmDevice/>")
    suite.equal(r.one("TotalDevicesFound"), str(len(every)), "no criteria at all")


def states(suite, wire):
    first = wire.soap(RIS70, select([PHONE]))
    state = unescape(first.one("StateInfo"))
    suite.ok(re.fullmatch(r'<StateInfo ClusterWide="1">(<Node Name="[\w-]+" SubsystemStartTime="\d+" StateId="\d+" '
                          r'TotalItemsFound="\d" TotalItemsReturned="\d"/>){3}</StateInfo>', state), "StateInfo", state)
    again = wire.soap(RIS70, select([PHONE], state=escape(state, quote=False)))
    suite.equal(again.all("NoChange"), ["true"] * 3, "sent back: no change")
    suite.equal(unescape(again.one("StateInfo")), state, "sent back: the same again, byte for byte")
    suite.ok("<ns1:DirNumber" not in again.text and again.text.count("<ns1:CmDevices/>") == 3, "sent back: no devices")
    suite.equal(wire.soap(RIS70, select([PHONE], state=state)).all("NoChange"), ["true"] * 3, "sent back unescaped, as elements")
    suite.equal(wire.soap(RIS70, select([PHONE], state="<x")).status, 500, "a broken request is none")
    suite.equal(wire.soap(RIS70, select([PHONE], state="12")).all("NoChange"), ["false"] * 3, "a state that is none")
    answer = axl.Axl(os.environ["CCMSIM_URL"]).call("removePhone", f"<name>{PHONE}</name>")
    suite.ok(answer.status == 200, "the phone is removed", answer.text)
    r = wire.soap(RIS70, select(["SEP00DE00CD11E1"], state=escape(state, quote=False)))
    suite.ok("false" in r.all("NoChange"), "a node has changed", r.all("NoChange"))
    suite.equal(wire.soap(RIS70, select([PHONE])).one("TotalDevicesFound"), "0", "it is gone")


def faults(suite, wire):
    r = wire.soap(RIS70, select(Model="Hello"))
    suite.equal((r.status, r.one("faultcode"), r.fault), (500, "soapenv:Server", 'For input string: "Hello"'), "a model that is no number")
    r = wire.soap(RISPORT, select(Model="Hello", operation="SelectCmDevice"))
    suite.equal((r.status, r.one("faultcode")), (500, "soapenv:Server.userException"), "era A: the same")
    suite.ok('<ns1:hostname xmlns:ns1="http://xml.apache.org/axis/">cucm-pub</ns1:hostname>' in r.text, "era A: the node in the detail", r.text)
    r = wire.soap(RIS70, select(SelectBy="Colour"))
    suite.ok(r.status == 500 and "Colour" in r.fault, "an unknown SelectBy", r.text)
    r = wire.soap(RIS70, select(Status="Sleeping"))
    suite.equal((r.status, set(r.all("ReturnCode"))), (200, {"InvalidRequest"}), "an unknown status")
    r = wire.soap(RIS70, select(DeviceClass="Teapot"))
    suite.equal((r.status, set(r.all("ReturnCode"))), (200, {"InvalidRequest"}), "an unknown class")
    r = wire.soap(RIS, select(SelectBy="Colour"))
    suite.equal((r.status, set(r.all("ReturnCode"))), (200, {"InvalidRequest"}), "an unknown SelectBy where it is any text")
    for field in ("Protocol", "DownloadStatus"):
        r = wire.soap(RIS70, select(**{field: "Teapot"}))
        suite.ok(r.status == 500 and "Teapot" in r.fault, f"an unknown {field}", r.text)
    r = wire.soap(RISPORT70, select(NodeName="nowhere", operation="SelectCmDevice"))
    suite.equal((r.status, r.all("ReturnCode")), (200, ["InvalidNodeName"]), "era A: an unknown node")
    r = wire.soap(RIS70, select([PHONE]))
    suite.equal(sorted(r.all("ReturnCode")), ["NotFound", "NotFound", "Ok"], "nodes that don't have it: NotFound")
    for path, name in ((RIS70, "selectCtiItem"), (RISPORT, "GetServerInfo"), (RIS, "executeCCMSQLStatement")):
        r = wire.soap(path, f"<s:{name}/>")
        suite.equal((r.status, r.fault), (500, f"{name} is not carried out by this server"), f"{name} is not carried out")
    r = wire.soap(RIS70, "<s:selectNothing/>")
    suite.ok(r.one("faultcode") == "soapenv:Client" and r.fault.startswith("The endpoint reference (EPR) for the Operation"),
             "era B: an unknown operation", r.text)
    suite.equal(wire.soap(RISPORT, "<s:SelectNothing/>").fault, "No such operation 'SelectNothing'", "era A: the same")
    r = wire.send("POST", RIS, "<soapenv:Envelope><a></b>")
    suite.ok(r.status == 500 and r.one("faultcode") == "soapenv:Server" and "WstxParsingException" in r.fault,
             "mismatched tags", r.text)
    r = wire.send("POST", RISPORT, "<soapenv:Envelope><a></b>")
    suite.ok(r.status == 500 and r.one("faultcode") == "soapenv:Server.userException" and "SAXParseException" in r.fault,
             "era A: the same", r.text)
    suite.equal(wire.send("PUT", RIS70, "x").status, 405, "PUT")
    suite.equal(wire.send("POST", RIS70, "<x/>", basic=False).status, 401, "nobody")
    suite.equal(wire.send("GET", RIS70 + "?wsdl", basic=False).status, 401, "the WSDL for nobody")
    wrong = Wire(password="wrong").send("POST", RIS70, "<x/>")
    suite.ok(wrong.status == 401 and "<html" in wrong.text and "Basic realm=" in str(wrong.headers), "a wrong password",
             wrong.text)
    answer = axl.Axl(os.environ["CCMSIM_URL"]).call(
        "addAppUser", "<appUser><userid>powerless</userid><password>pw-powerless</password><presenceGroupName>Standard "
        "Presence group</presenceGroupName></appUser>")
    suite.ok(answer.status == 200, "a user without a role", answer.text)
    powerless = Wire(user="powerless", password="pw-powerless")
    suite.equal([powerless.soap(path, f"<s:{operation}/>").status for path, operation in (
        (RIS70, "selectCmDevice"), (RISPORT, "SelectCmDevice"), (PERFMON, "perfmonOpenSession"),
        (PERFMONPORT, "PerfmonOpenSession"))], [403] * 4,
                "who lacks the role")
    suite.equal(wire.send("GET", "/realtimeservice2/services/Nothing?wsdl").status, 404, "the WSDL of nothing")


def habits(suite, wire):
    """What field clients do that no schema allows."""
    for headers in ({"SOAPAction": "urn:vim25/5.0"}, {"SOAPAction": '""'}, {"SOAPAction": "CDRonDemandService"},
                    {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "TEXT/XML; Charset=\"utf-8\""}):
        suite.equal(wire.soap(RIS70, select([PHONE]), headers).one("TotalDevicesFound"), "1", f"with {headers}")
    for path in (RIS70 + "?wsdl", RIS70 + "/", "/" + RIS70):
        suite.equal(wire.soap(path, select([PHONE])).one("TotalDevicesFound"), "1", f"POST to {path}")
    suite.equal(wire.soap(RIS70, select([PHONE]).replace("selectCmDevice>", "SelectCmDevice>")).one("TotalDevicesFound"), "1",
                "the operation in another case")
    first = wire.soap(RIS70, select([PHONE]))
    cookies = [line for name, line in first.headers.items() if name.lower() == "set-cookie"]
    suite.ok(any(c.startswith("JSESSIONIDSSO=") and "Path=/;" in c for c in cookies) and
             any(c.startswith("JSESSIONID=") and "Path=/realtimeservice2;" in c for c in cookies), "cookies", cookies)
    whole = ", ".join(cookies)
    for header in ("", "Basic ", "Basic Og=="):
        r = wire.send("POST", RIS70, __import__("wire").ENVELOPE.format(slash="", body=select([PHONE])),
                      {"Cookie": whole, "Authorization": header}, basic=False)
        suite.equal(r.status, 200, f"the whole Set-Cookie sent back beside Authorization '{header}'")
        suite.ok("JSESSIONIDSSO" not in str(r.headers), "no new cookie for who has one")
    r = wire.send("GET", RIS70 + "?wsdl")
    suite.ok(f'location="https://{wire.url.netloc}{RIS70}"' in r.text, "the WSDL names the caller's host", r.text[-300:])
    suite.equal(wire.send("GET", "/realtimeservice2/services/listServices").status, 200, "listServices")
    suite.ok("RisPort70" in wire.send("GET", "/realtimeservice/services").text, "the services of era A")
    suite.equal(wire.send("GET", RISPORT).status, 200, "a service's page")


def main():
    suite, wire = Suite(), Wire()
    shapes(suite, wire)
    selections(suite, wire)
    faults(suite, wire)
    habits(suite, wire)
    states(suite, wire)
    suite.end()


if __name__ == "__main__":
    sys.exit(main())
