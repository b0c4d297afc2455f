#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""What a login does to the phone, with the clock by hand: the profile's line and the user on it, in the simulator and in
RIS; AXL's login alike; the logout when its time is over."""

import os
import sys
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "..", "lib"), os.path.join(HERE, "..", "daemon")]
import json  # noqa: E402

import tap  # noqa: E402
from axl import Axl  # noqa: E402
from http_client import Client, admin  # noqa: E402

PHONE, USER, PROFILE = "SEP00DE00FF0002", "bhoffmann", "EM-bhoffmann"  # of the demonstration cluster

suite = tap.Suite()
axl, https = Axl(), Client(os.environ["CCMSIM_HTTPS"])


def control(method, path, body=None):
    answer = https.request(method, "/ccmsim/v1/" + path, None if body is None else json.dumps(body),
                           headers={"Authorization": "Bearer " + os.environ["CCMSIM_TOKEN"],
                                    "Content-Type": "application/json"})
    return json.loads(answer.text)


def em(message):
    who = (f"<appInfo><appID>{os.environ['CCMSIM_USER']}</appID><appCertificate>{os.environ['CCMSIM_PASSWORD']}"
           "</appCertificate></appInfo>")
    body = "xml=" + urllib.parse.quote(message.replace("<appInfo/>", who))
    return https.request("POST", "/emservice/EMServiceServlet", body,
                         headers={"Content-Type": "application/x-www-form-urlencoded"}).text


def login(duration):
    return em(f"<request><appInfo/><login><deviceName>{PHONE}</deviceName><userID>{USER}</userID>"
              f"<exclusiveDuration>{duration}</exclusiveDuration></login></request>")


def pass_time(seconds):
    control("POST", "clock/advance", {"byMs": seconds * 1000})


def shown():
    device = control("GET", f"phones/{PHONE}")
    return device["user"], device["lines"][0]["pattern"], device["status"]


def ris():
    ns = "http://schemas.cisco.com/ast/soap"
    text = https.request("POST", "/realtimeservice2/services/RISService70", (
        f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:s="{ns}"><e:Body><s:selectCmDevice>'
        "<s:StateInfo/><s:CmSelectionCriteria><s:MaxReturnedDevices>10</s:MaxReturnedDevices><s:DeviceClass>Any"
        "</s:DeviceClass><s:Model>255</s:Model><s:Status>Any</s:Status><s:NodeName/><s:SelectBy>Name</s:SelectBy>"
        f"<s:SelectItems><s:item><s:Item>{PHONE}</s:Item></s:item></s:SelectItems><s:Protocol>Any</s:Protocol>"
        "<s:DownloadStatus>Any</s:DownloadStatus></s:CmSelectionCriteria></s:selectCmDevice></e:Body></e:Envelope>"),
        auth=admin(), headers={"Content-Type": "text/xml", "SOAPAction": '"selectCmDevice"'}).text
    return text


suite.equal(shown(), ("", "2900", "Registered"), "before: its own line, nobody")
suite.ok("<success/>" in login("<time>30</time>"), "the login is accepted")
pass_time(120)
suite.equal(shown(), (USER, "2002", "Registered"), "then the profile's line, and the user")
text = ris()
suite.ok(f"LoginUserId>{USER}<" in text and "2002" in text, "RIS tells of both", text)
pass_time(30 * 60 - 121)
suite.equal(shown()[0], USER, "a second before its time is over he is there")
pass_time(1)
answer = em(f"<query><appInfo/><deviceUserQuery><deviceName>{PHONE}</deviceName></deviceUserQuery></query>")
suite.ok(f"<none/><lastlogin>{USER}</lastlogin>" in answer, "then he is logged out", answer)
pass_time(120)
suite.equal(shown(), ("", "2900", "Registered"), "and the phone is its own again")
answer = axl.call("doDeviceLogin", f"<deviceName>{PHONE}</deviceName><loginDuration>60</loginDuration>"
                  f"<profileName>{PROFILE}</profileName><userId>{USER}</userId>")
suite.equal(answer.result, "true", "AXL's login")
pass_time(3600)
suite.equal(shown(), (USER, "2002", "Registered"), "does the same to the phone, and no time ends it")
suite.equal(axl.call("doDeviceLogout", f"<deviceName>{PHONE}</deviceName>").result, "true", "AXL's logout")
pass_time(120)
suite.equal(shown(), ("", "2900", "Registered"), "does")
events = [(e["kind"], e["subject"]) for e in control("GET", "events?limit=1000")["events"] if e["kind"] == "mobility"]
suite.equal(events, [("mobility", PHONE)] * 4, "the events tell of two logins and two logouts")
suite.ok("<success/>" in login("<time>30</time>"), "a login before a reset")
control("POST", "reset")
suite.equal(shown(), ("", "2900", "Registered"), "after which nobody is there")
pass_time(86400)
suite.equal(shown(), ("", "2900", "Registered"), "nor is anybody logged out")
suite.end()
