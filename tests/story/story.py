#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""One user's day, seen from outside only: provisioned by zeep, registered, found by cisco-risport, logged in to by
curl, dialled from by Axis, counted by cisco-perfmon, logged out by the clock, reset, removed, and gone everywhere.
The journal then tells the requests in their order."""

import base64
import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET

import requests
import urllib3
import zeep

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "clients")]
import scenario  # noqa: E402
import tap  # noqa: E402
from axl import insecure_context  # noqa: E402

PHONE, OTHER, PROFILE, USER, PASSWORD, PIN = ("SEP00C0FFEE0001", "SEP00C0FFEE0002", "alice-profile", "alice",
                                              "Wonderland-1", "24680")
PARTITION, CSS = "Story-PT", "Story-CSS"
LIMIT_MINUTES = 30


class Control:
    """The control API; an answer other than 2xx is an exception with its text."""

    def __init__(self):
        self.base = os.environ["CCMSIM_HTTPS"] + "/ccmsim/v1/"
        self.token = os.environ["CCMSIM_TOKEN"]

    def open(self, method, path, body=None, **headers):
        request = urllib.request.Request(self.base + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": "Bearer " + self.token, **headers})
        if body is not None:
            request.add_header("Content-Type", "application/json")
        return urllib.request.urlopen(request, timeout=60, context=insecure_context())

    def call(self, method, path, body=None):
        try:
            with self.open(method, path, body) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as problem:
            raise RuntimeError(f"{method} {path}: {problem.code} {problem.read().decode()}") from None

    def wait(self, **condition):
        return self.call("POST", "wait", condition)


class Stream(threading.Thread):
    """The event stream, read as it comes."""

    def __init__(self, control):
        super().__init__(daemon=True)
        self.answer = control.open("GET", "events", Accept="text/event-stream")
        self.events, self.more = [], threading.Condition()

    def run(self):
        for line in self.answer:
            if line.startswith(b"data:"):
                with self.more:
                    self.events.append(json.loads(line[5:]))
                    self.more.notify_all()

    def await_event(self, fits, seconds=30):
        with self.more:
            return self.more.wait_for(lambda: any(fits(event) for event in self.events), seconds)


def axl_by_zeep():
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    session = requests.Session()
    session.verify = False
    session.auth = (os.environ["CCMSIM_USER"], os.environ["CCMSIM_PASSWORD"])
    client = zeep.Client(scenario.schema("15.0"), transport=zeep.Transport(session=session, timeout=60),
                         settings=zeep.Settings(strict=False, xml_huge_tree=True))
    return client.create_service("{http://www.cisco.com/AXLAPIService/}AXLAPIBinding", os.environ["CCMSIM_URL"])


def run(*argv):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{argv[0]}: {done.stderr[-600:]}")
    return done.stdout


def ris(name):
    """What cisco-risport tells of a device: (node, record), or None."""
    nodes = json.loads(run("node", os.path.join(HERE, "ris.js"), name)) or []
    for node in nodes if isinstance(nodes, list) else [nodes]:
        devices = node.get("CmDevices") or {}
        items = devices.get("item", []) if isinstance(devices, dict) else devices
        for device in items if isinstance(items, list) else [items]:
            if device.get("Name") == name:
                return node["Name"], device
    return None


def counters(node):
    return json.loads(run("node", os.path.join(HERE, "perfmon.js"), node, "Cisco CallManager"))


def em(message):
    """An Extension Mobility message by curl; the answer's root."""
    text = run("curl", "-sk", "--data-urlencode", "xml=" + message,
               os.environ["CCMSIM_HTTPS"] + "/emservice/EMServiceServlet")
    return ET.fromstring(text)


def em_caller():
    return (f"<appInfo><appID>{os.environ['CCMSIM_USER']}</appID>"
            f"<appCertificate>{os.environ['CCMSIM_PASSWORD']}</appCertificate></appInfo>")


def em_user_of(device):
    row = em(f"<query>{em_caller()}<deviceUserQuery><deviceName>{device}</deviceName></deviceUserQuery></query>")
    return row.findtext(".//device/userID")


def provision_all(axl):
    def dirn(number):
        return {"pattern": number, "routePartitionName": PARTITION}

    def phone(name, number, **more):
        return {"name": name, "product": "Cisco 7965", "class": "Phone", "protocol": "SCCP", "protocolSide": "User",
                "devicePoolName": "Default", "callingSearchSpaceName": CSS, "locationName": "Hub_None",
                "commonPhoneConfigName": "Standard Common Phone Profile", "phoneTemplateName": "Standard 7965 SCCP",
                "useTrustedRelayPoint": "Default", "builtInBridgeStatus": "Default", "packetCaptureMode": "None",
                "certificateOperation": "No Pending Operation", "deviceMobilityMode": "Default",
                "lines": {"line": [{"index": 1, "dirn": dirn(number)}]}, **more}

    axl.addRoutePartition(routePartition={"name": PARTITION, "description": "the story's"})
    axl.addCss(css={"name": CSS, "members": {"member": [{"routePartitionName": PARTITION, "index": 1}]}})
    for number in ("7001", "7002", "7100"):
        axl.addLine(line={"pattern": number, "usage": "Device", "routePartitionName": PARTITION,
                          "shareLineAppearanceCssName": CSS})
    axl.addDeviceProfile(deviceProfile={
        "name": PROFILE, "product": "Cisco 7965", "class": "Device Profile", "protocol": "SCCP", "protocolSide": "User",
        "phoneTemplateName": "Standard 7965 SCCP", "lines": {"line": [{"index": 1, "dirn": dirn("7100")}]}})
    axl.addPhone(phone=phone(OTHER, "7002"))
    axl.addPhone(phone=phone(PHONE, "7001", enableExtensionMobility=True))
    axl.addUser(user={"userid": USER, "firstName": "Alice", "lastName": "Liddell", "password": PASSWORD, "pin": PIN,
                      "presenceGroupName": "Standard Presence group", "associatedDevices": {"device": [PHONE]},
                      "phoneProfiles": {"profileName": [PROFILE]}, "defaultProfile": PROFILE,
                      "associatedGroups": {"userGroup": [{"name": "Standard CCM End Users"}]}})


def remove_all(axl):
    axl.removePhone(name=PHONE)
    axl.removePhone(name=OTHER)
    axl.removeUser(userid=USER)
    axl.removeDeviceProfile(name=PROFILE)


def main():
    suite, control = tap.Suite(), Control()
    axl = axl_by_zeep()
    control.call("PUT", "clock", {"mode": "manual"})
    stream = Stream(control)
    stream.start()

    provision_all(axl)
    suite.ok(True, "zeep provisions a user, two phones and a device profile")
    control.call("POST", "clock/run-until-idle", {})
    met = control.wait(phones={"name": "SEP00C0FFEE*", "status": "Registered", "count": 2})
    suite.ok(met["met"], "both phones register by themselves", met)
    suite.ok(stream.await_event(lambda e: e.get("kind") == "device" and PHONE in json.dumps(e)
                                and "Registered" in json.dumps(e)), "the event stream tells it", stream.events[-3:])

    found = ris(PHONE)
    suite.ok(found and found[1].get("Status") == "Registered", "cisco-risport finds the phone", found)
    node = found[0] if found else ""
    suite.ok(found and found[1].get("DirNumber") == "7001-Registered", "with its own line", found)
    before = counters(node)
    suite.ok(before.get("RegisteredHardwarePhones", 0) >= 2, "cisco-perfmon counts it", before.get("RegisteredHardwarePhones"))

    answer = em(f"<request>{em_caller()}<login><deviceName>{PHONE}</deviceName><userID>{USER}</userID>"
                f"<deviceProfile>{PROFILE}</deviceProfile><exclusiveDuration><time>{LIMIT_MINUTES}</time>"
                "</exclusiveDuration></login></request>")
    suite.ok(answer.find("success") is not None, "Extension Mobility logs the user in", ET.tostring(answer))
    suite.equal(em_user_of(PHONE), USER, "and tells who is on the phone")
    control.call("POST", "clock/advance", {"byMs": 120000})
    met = control.wait(phones={"name": PHONE, "status": "Registered", "user": USER})
    suite.ok(met["met"], "the phone is back with the user", met)
    found = ris(PHONE)
    suite.ok(found and found[1].get("LoginUserId") == USER, "cisco-risport shows LoginUserId", found)
    suite.ok(found and str(found[1].get("DirNumber", "")).startswith("7100-Registered"), "and the profile's line", found)

    dial = os.path.join(HERE, "dial")
    profile = run(dial, "profile", USER, PASSWORD).splitlines()
    suite.ok(profile[:1] == ["0"] and any(PHONE in line and "7100" in line for line in profile[1:]),
             "Axis's getProfileDetailSoap names the phone with the profile's line", profile)
    told = run(dial, "call", USER, PASSWORD, PHONE, f"7100; {PARTITION}", "7002").splitlines()
    suite.equal(told, ["0", "Success"], "WebDialer calls")
    met = control.wait(calls={"device": OTHER, "state": "ringing"})
    suite.ok(met["met"], "the other phone rings", met)
    calls = control.call("GET", f"calls?device={OTHER}")
    ident = calls["calls"][0]["id"]
    during = counters(node)
    suite.equal(during["CallsInProgress"] - before["CallsInProgress"], 1, "cisco-perfmon sees a call in progress")
    control.call("POST", f"calls/{ident}/answer", {})
    suite.equal(counters(node)["CallsActive"] - before["CallsActive"], 1, "and, when it is answered, active")
    told = run(dial, "end", USER, PASSWORD, PHONE, f"7100; {PARTITION}").splitlines()
    suite.equal(told, ["0", "Success"], "WebDialer ends it")
    after = counters(node)
    suite.equal([after[name] - before[name] for name in ("CallsAttempted", "CallsCompleted", "CallsActive", "CallsInProgress")],
                [1, 1, 0, 0], "cisco-perfmon counts one call attempted and completed")
    suite.ok(stream.await_event(lambda e: e.get("kind") == "call" and "ended" in json.dumps(e)),
             "the event stream tells the call's end", stream.events[-3:])

    control.call("POST", "clock/advance", {"byMs": (LIMIT_MINUTES + 3) * 60000})
    met = control.wait(phones={"name": PHONE, "status": "Registered", "user": ""})
    suite.ok(met["met"], "behind the login limit the phone is its own again", met)
    suite.equal(em_user_of(PHONE), None, "Extension Mobility says so")
    found = ris(PHONE)
    suite.ok(found and not found[1].get("LoginUserId") and found[1].get("DirNumber") == "7001-Registered",
             "and so does cisco-risport", found)
    stamp = found[1].get("TimeStamp") if found else None

    axl.resetPhone(name=PHONE)
    control.call("POST", "clock/advance", {"byMs": 1000})
    found = ris(PHONE)
    suite.ok(found and found[1].get("Status") == "UnRegistered", "resetPhone takes it down", found)
    control.call("POST", "clock/run-until-idle", {})
    found = ris(PHONE)
    suite.ok(found and found[1].get("Status") == "Registered" and found[1].get("TimeStamp") != stamp,
             "and it comes back with a new time stamp", found)

    remove_all(axl)
    control.call("POST", "clock/run-until-idle", {})
    suite.equal(ris(PHONE), None, "removed, it is gone from RIS")
    gone = em(f"<query>{em_caller()}<deviceUserQuery><deviceName>{PHONE}</deviceName></deviceUserQuery></query>")
    suite.ok(gone.find(".//doesNotExist") is not None, "from Extension Mobility", ET.tostring(gone))
    suite.equal(run(dial, "profile", USER, PASSWORD).splitlines()[:1], ["2"], "from WebDialer")
    suite.equal(counters(node)["RegisteredHardwarePhones"], before["RegisteredHardwarePhones"] - 2, "from the counters")
    listed = control.call("GET", "phones?name=SEP00C0FFEE*")
    suite.equal(listed["phones"], [], "and from the registry")
    rows = axl.executeSQLQuery(sql="select name from device where name like 'SEP00C0FFEE%'")
    suite.ok(not getattr(rows, "row", None) and not rows["return"], "and from the tables", rows)

    order = [("axl", "addUser", None), ("serviceability", None, "selectCmDeviceExt"), ("em", "login", None),
             ("webdialer", "makeCallSoap", None), ("webdialer", "endCallSoap", None), ("axl", "resetPhone", None),
             ("axl", "removePhone", None)]
    verdict = control.call("POST", "journal/verify", {
        "ordered": True,
        "expectations": [{"service": service, **({"operation": operation or alternative})}
                         for service, operation, alternative in order]})
    suite.ok(verdict.get("ok", verdict.get("met")), "the journal verifies the requests in their order", verdict)
    suite.end()


if __name__ == "__main__":
    main()
