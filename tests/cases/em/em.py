#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Extension Mobility as its callers see it: messages, answers, numbers of errors, who may do what."""

import json
import os
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "..", "lib"), os.path.join(HERE, "..", "daemon")]
import tap  # noqa: E402
from axl import Axl  # noqa: E402
from http_client import Client  # noqa: E402

SERVLET = "/emservice/EMServiceServlet"
PHONE, OTHER, PLAIN = "SEP0E0000000001", "SEP0E0000000002", "SEP0E0000000003"
DECLARATION = '<?xml version="1.0"?>'
SUCCESS = DECLARATION + "<response><success/></response>"

suite = tap.Suite()
axl = Axl()
tls, plain = Client(os.environ["CCMSIM_HTTPS"]), Client(os.environ["CCMSIM_HTTP"])


# ---- what there is ----

def must(operation, content):
    answer = axl.call(operation, content)
    if answer.fault is not None:
        raise SystemExit(f"{operation}: {answer.text}")
    return answer


def phone(name, mobile):
    must("addPhone", f"<phone><name>{name}</name><product>Cisco 8841</product><class>Phone</class>"
         "<protocol>SIP</protocol><protocolSide>User</protocolSide><devicePoolName>Default</devicePoolName>"
         "<locationName>Hub_None</locationName><phoneTemplateName>Standard 8841 SIP</phoneTemplateName>"
         "<commonPhoneConfigName>Standard Common Phone Profile</commonPhoneConfigName>"
         "<useTrustedRelayPoint>Default</useTrustedRelayPoint><primaryPhoneName/>"
         "<builtInBridgeStatus>Default</builtInBridgeStatus><packetCaptureMode>None</packetCaptureMode>"
         "<certificateOperation>No Pending Operation</certificateOperation>"
         "<deviceMobilityMode>Default</deviceMobilityMode>"
         f"<enableExtensionMobility>{mobile}</enableExtensionMobility></phone>")


def profile(name, number):
    must("addLine", f"<line><pattern>{number}</pattern><usage>Device</usage></line>")
    must("addDeviceProfile", f"<deviceProfile><name>{name}</name><product>Cisco 8841</product>"
         "<class>Device Profile</class><protocol>SIP</protocol><protocolSide>User</protocolSide>"
         "<phoneTemplateName>Standard 8841 SIP</phoneTemplateName>"
         f"<lines><line><index>1</index><dirn><pattern>{number}</pattern></dirn></line></lines></deviceProfile>")


def user(name, profiles=(), default=None, groups=(), must_change="false"):
    must("addUser", f"<user><userid>{name}</userid><lastName>{name}</lastName><password>pw-{name}</password>"
         f"<presenceGroupName>Standard Presence group</presenceGroupName>"
         "<associatedGroups>" + "".join(f"<userGroup><name>{g}</name></userGroup>" for g in groups)
         + "</associatedGroups><phoneProfiles>" + "".join(f"<profileName>{p}</profileName>" for p in profiles)
         + "</phoneProfiles>" + (f"<defaultProfile>{default}</defaultProfile>" if default else "")
         + f"<passwordCredentials><pwdCredUserMustChange>{must_change}</pwdCredUserMustChange>"
         "</passwordCredentials></user>")


def application(name, groups=()):
    must("addAppUser", f"<appUser><userid>{name}</userid><password>pw-{name}</password>"
         "<presenceGroupName>Standard Presence group</presenceGroupName>"
         "<passwordCredentials><pwdCredUserMustChange>false</pwdCredUserMustChange></passwordCredentials>"
         "<associatedGroups>" + "".join(f"<userGroup><name>{g}</name></userGroup>" for g in groups)
         + "</associatedGroups></appUser>")


def provision():
    proxy = ("Standard EM Authentication Proxy Rights",)
    phone(PHONE, "true")
    phone(OTHER, "true")
    phone(PLAIN, "false")
    for name, number in (("udp-a", "70001"), ("udp-b", "70002"), ("udp-c", "70003")):
        profile(name, number)
    user("alice", ("udp-a", "udp-b"), "udp-a")
    user("em@example.com", ("udp-b",))
    user("carol", ("udp-a", "udp-c"))
    user("nobodys")
    user("stale", ("udp-a",), must_change="true")
    user("helper", groups=proxy)
    application("emproxy", proxy)
    application("powerless")


# ---- asking ----

def post(xml, client=tls, path=SERVLET, method="POST", headers=None):
    fields = {"Content-Type": "application/x-www-form-urlencoded"}
    fields.update(headers or {})
    return client.request(method, path, "xml=" + urllib.parse.quote_plus(xml), headers=fields)


def info(user="emproxy", password=None):
    return (f"<appInfo><appID>{user}</appID><appCertificate>{password or 'pw-' + user}</appCertificate></appInfo>")


def login(device, user, profile=None, duration="", caller=None, more=""):
    return (f"<request>{caller or info()}<login><deviceName>{device}</deviceName><userID>{user}</userID>"
            + (f"<deviceProfile>{profile}</deviceProfile>" if profile else "") + duration + more + "</login></request>")


def logout(device, caller=None, more=""):
    return f"<request>{caller or info()}<logout><deviceName>{device}</deviceName>{more}</logout></request>"


def query(name, content, caller=None):
    return f"<query>{caller or info()}<{name}>{content}</{name}></query>"


def devices(*names):
    return "".join(f"<deviceName>{name}</deviceName>" for name in names)


def users(*names):
    return "".join(f"<userID>{name}</userID>" for name in names)


def code(answer):
    try:
        error = ET.fromstring(answer.text).find("failure/error")
    except ET.ParseError:
        return answer.text
    return int(error.get("code")) if error is not None else "no error: " + answer.text


def refused(xml, number, name, **options):
    answer = post(xml, **options)
    suite.equal((answer.status, code(answer)), (200, number), f"{number}: {name}")
    suite.ok("success" not in answer.text.lower(), f"{number}: no word of it sounds like success", answer.text)
    return answer


def accepted(xml, name, **options):
    suite.equal(post(xml, **options).text, SUCCESS, name)


def answers(xml, wanted, name):
    suite.equal(post(xml).text, f"<response>{wanted}</response>", name)


def device_row(name, content):
    return f'<device name="{name}">{content}</device>'


def parameter(name, value):
    must("updateServiceParameter", "<processNodeName>cucm-pub</processNodeName>"
         f"<name>{name}</name><service>Cisco Extension Mobility</service><value>{value}</value>")


def free():
    post(f"<request>{info()}<logoutAll/></request>")


# ---- the form ----

def the_wire():
    answer = post(query("deviceUserQuery", devices(PHONE)))
    suite.equal(answer.headers["Content-Type"], "text/xml;charset=UTF-8", "answers are XML")
    suite.equal(answer.text, "<response><deviceUserResults>"
                + device_row(PHONE, "<none/><none/><emccDevice>no</emccDevice>")
                + "</deviceUserResults></response>", "a phone never used: nobody, nobody before, letter by letter")
    suite.equal(post(query("deviceUserQuery", devices(PHONE)), client=plain).status, 200, "without TLS too")
    for name, body in (
            ("raw, as curl --data sends it", "xml=" + query("deviceUserQuery", devices(PHONE))),
            ("with white space in front", "xml=" + urllib.parse.quote("\r\n  " + query("deviceUserQuery", devices(PHONE)))),
            ("with a declaration", "xml=" + urllib.parse.quote(DECLARATION + query("deviceUserQuery", devices(PHONE)))),
            ("with other fields around", "a=b&xml=" + urllib.parse.quote(query("deviceUserQuery", devices(PHONE))) + "&c="),
            ("indented", "xml=" + urllib.parse.quote(query("deviceUserQuery", devices(PHONE)).replace("><", ">\r\n <"))),
            ("escapes in lower case", "xml=" + re.sub("%..", lambda m: m.group().lower(),
                                                     urllib.parse.quote(query("deviceUserQuery", devices(PHONE)))))):
        got = tls.request("POST", SERVLET, body, headers={"Content-Type": "application/x-www-form-urlencoded"})
        suite.equal(got.text, answer.text, f"the message {name}")
    got = tls.request("GET", SERVLET + "?xml=" + urllib.parse.quote(query("deviceUserQuery", devices(PHONE))))
    suite.equal(got.text, answer.text, "GET answers as POST does")
    for method in ("PUT", "DELETE", "HEAD", "OPTIONS"):
        suite.equal(tls.request(method, SERVLET).status, 403, f"{method} is denied")
    suite.equal(post("<query/>", path="/emservice/emserviceservlet").status, 404, "the path is case-sensitive")
    for name in ("LoginRequest", "LoginQuery"):
        got = tls.request("GET", f"/emservice/jsp/{name}.dtd")
        suite.ok(got.status == 200 and "<!ELEMENT appInfo" in got.text, f"{name}.dtd can be fetched", got.text)


def control(method, path, body=None):
    headers = {"Authorization": "Bearer " + os.environ["CCMSIM_TOKEN"], "Content-Type": "application/json"}
    answer = tls.request(method, "/ccmsim/v1/" + path, body and json.dumps(body), headers=headers)
    if answer.status != 200:
        raise SystemExit(f"{method} {path}: {answer.text}")
    return json.loads(answer.text)


def running(service, yes):
    control("PUT", "nodes/cucm-pub/services/" + urllib.parse.quote(service), {"running": yes})


def stopped():
    message = query("deviceUserQuery", devices(PHONE))
    running("Cisco Extension Mobility", False)
    answer = post(message)
    suite.ok(answer.status == 503 and "not currently available" in answer.text, "then it is 503, a page", answer.text)
    suite.equal(tls.request("GET", "/emservice/jsp/LoginQuery.dtd").status, 503, "for its DTDs too")
    suite.equal(must("getPhone", f"<name>{PHONE}</name>").status, 200, "AXL doesn't care")
    running("Cisco Extension Mobility", True)
    suite.equal(post(message).status, 200, "and answers")


def broken():
    good = query("deviceUserQuery", devices(PHONE))
    doctype = '<!DOCTYPE query [<!ENTITY a "b">]>'
    for name, xml in (("nothing", ""), ("no XML", "hello"), ("not well-formed", "<query><appInfo></query>"),
                      ("another root", "<login/>"), ("a document type of its own", doctype + good),
                      ("an entity", good.replace(PHONE, "&xxe;")),
                      ("elements out of order", "<query><deviceUserQuery>" + devices(PHONE) + "</deviceUserQuery>"
                       + info() + "</query>"),
                      ("an element too many", good.replace("</query>", "<x/></query>").replace("<x/>", "<checkUser/>")),
                      ("no device", query("deviceUserQuery", "")),
                      ("an unknown element", query("deviceUserQuery", devices(PHONE) + "<x/>")),
                      ("an unknown request", f"<request>{info()}<logoff/></request>"),
                      ("no caller", "<query><deviceUserQuery>" + devices(PHONE) + "</deviceUserQuery></query>"),
                      ("a time that is none", login(PHONE, "alice", duration="<exclusiveDuration><time>soon</time>"
                                                    "</exclusiveDuration>")),
                      ("a time beyond reason", login(PHONE, "alice", duration="<exclusiveDuration><time>99999999</time>"
                                                     "</exclusiveDuration>")),
                      ("depth", "<query>" * 5000 + "</query>" * 5000),
                      ("size", query("deviceUserQuery", devices(PHONE) * 12000))):
        refused(xml, 1, name)
    got = tls.request("POST", SERVLET, good, headers={"Content-Type": "text/xml"})
    suite.equal(code(got), 1, "1: a body that is no form")
    got = tls.request("POST", SERVLET, "yml=" + good)
    suite.equal(code(got), 1, "1: a form without the field")
    refused(query("whoIsThere", devices(PHONE)), 8, "a query that there isn't")


# ---- who may ----

def callers():
    ask = query("deviceUserQuery", devices(PHONE), "{}")
    for name, caller in (("no id", info("", "x")), ("no password", "<appInfo><appID>emproxy</appID><appCertificate/></appInfo>"),
                         ("an id of blanks", info(" ", "x"))):
        refused(ask.format(caller), 2, name)
    for name, caller in (("an unknown id", info("whoever")), ("a wrong password", info("emproxy", "wrong")),
                         ("EMApp's certificate", info().replace("appCertificate", "appEncryptedCertificate"))):
        refused(ask.format(caller), 3, name)
    answer = refused(login(PHONE, "alice", caller=info("emproxy", "wrong")), 3, "at a login")
    suite.ok("Application Authentication Error: Could not authenticate 'emproxy'" in answer.text,
             "with the words that clients search for", answer.text)
    answer = refused(ask.format(info("whoever")), 3, "at a query")
    suite.ok("DB Query Error: Application Authentication Error: Could not authenticate" in answer.text,
             "with the words of a query", answer.text)
    refused(ask.format(info("stale")), 27, "a password that must be changed")
    for xml, name in ((ask.format(info("powerless")), "a query"), (login(PHONE, "alice", caller=info("powerless")), "a login"),
                      (f"<request>{info('powerless')}<logoutAll/></request>", "everybody out")):
        refused(xml, 10, name + " by an application without the right")
    refused(login(PHONE, "carol", "udp-c", caller=info("alice")), 10, "a login of another")
    refused(ask.format(info("alice")), 10, "a user who asks about a phone")
    refused(query("userDevicesQuery", users("alice", "carol"), info("alice")), 10, "a user who asks about another")
    refused(f"<request>{info('alice')}<logoutAll/></request>", 10, "everybody out by a user")
    answers(query("userDevicesQuery", users("Alice"), info("alice")), '<userDevicesResults><user id="Alice"><none/>'
            "</user></userDevicesResults>", "a user may ask about himself")
    accepted(login(PHONE, "alice", caller=info("alice")), "a user logs himself in, without a group")
    refused(logout(PHONE, caller=info("carol")), 10, "a user logs out another")
    accepted(logout(PHONE, caller=info("ALICE", "pw-alice")), "a user logs himself out")
    accepted(login(PHONE, "carol", "udp-c", caller=info("helper")), "an end user of the group acts for others")
    accepted(logout(PHONE, caller=info("helper")), "in both directions")


# ---- logins ----

def logins():
    none = "<emccDevice>no</emccDevice>"
    free()
    refused(login("SEP00000000DEAD", "alice"), 11, "login on no device")
    refused(logout("SEP00000000DEAD"), 11, "logout of no device")
    refused(login(PLAIN, "alice"), 22, "login where it is disabled")
    refused(logout(PLAIN), 5, "logout where it is disabled")
    refused(login(PHONE, "nobody-here"), 23, "an unknown user")
    refused(login(PHONE, "alice", "udp-none"), 12, "a profile that there isn't")
    refused(login(PHONE, "alice", "udp-c"), 12, "a profile of others")
    refused(login(PHONE, "nobodys"), 12, "a user without profiles")
    refused(login(PHONE, "carol"), 12, "two profiles and no default")
    refused(logout(PHONE), 19, "logout of a free phone")
    accepted(login(PHONE.lower(), "ALICE", "UDP-B"), "names in any case")
    answers(query("deviceUserQuery", devices(PHONE)), "<deviceUserResults>"
            + device_row(PHONE, "<userID>alice</userID><lastlogin>carol</lastlogin>" + none) + "</deviceUserResults>",
            "who is on it, and who was")
    answers(query("userDevicesQuery", users("alice", "carol", "nobody-here")),
            f'<userDevicesResults><user id="alice"><deviceName>{PHONE}</deviceName></user><user id="carol"><none/></user>'
            '<user id="nobody-here"><doesNotExist/></user></userDevicesResults>', "where users are")
    refused(login(PHONE, "carol", "udp-c"), 18, "a phone that is taken")
    refused(login(OTHER, "alice"), 25, "logged in elsewhere")
    accepted(login(PHONE, "alice"), "the same user again: his login begins anew")
    accepted(logout(PHONE), "logout")
    answers(query("deviceUserQuery", devices(PHONE, OTHER, "SEP00000000DEAD")), "<deviceUserResults>"
            + device_row(PHONE, "<none/><lastlogin>alice</lastlogin>" + none)
            + device_row(OTHER, "<none/><none/>" + none) + device_row("SEP00000000DEAD", "<doesNotExist/>")
            + "</deviceUserResults>", "free after use, never used, not there")
    accepted(login(OTHER, "em@example.com"), "the only profile is taken without being named")
    answers(query("deviceUserQuery", devices(OTHER)), "<deviceUserResults>"
            + device_row(OTHER, "<userID>em%40example.com</userID><none/>" + none) + "</deviceUserResults>",
            "user ids are percent-encoded; the first login has nobody before it")
    answers(query("userDevicesQuery", users("em@example.com")), '<userDevicesResults><user id="em%40example.com">'
            f"<deviceName>{OTHER}</deviceName></user></userDevicesResults>", "as the id attribute too")
    accepted(f"<request>{info()}<logoutAll/></request>", "everybody out")
    answers(query("userDevicesQuery", users("em@example.com")), '<userDevicesResults><user id="em%40example.com"><none/>'
            "</user></userDevicesResults>", "and they are")
    for duration in ("<exclusiveDuration><indefinite/></exclusiveDuration>",
                     "<exclusiveDuration><indefinite></indefinite></exclusiveDuration>",
                     "<exclusiveDuration><time>30</time></exclusiveDuration>",
                     "<exclusiveDuration><time>30</time></exclusiveDuration><remoteIPAddr>192.0.2.1</remoteIPAddr>"
                     "<isViaHeaderSet>false</isViaHeaderSet>"):
        accepted(login(PHONE, "alice", duration=duration), f"a login with {duration}")
        accepted(logout(PHONE), "and its logout")


def profiles():
    rows = '<user id="alice">' + "".join(
        f"<deviceProfile><deviceProfileName>{name}</deviceProfileName><isDefaultDeviceProfile>{flag}"
        "</isDefaultDeviceProfile></deviceProfile>" for name, flag in (("udp-a", "t"), ("udp-b", "f"))) + "</user>"
    for name in ("deviceProfileQuery", "userDeviceProfileQuery"):
        answers(query(name, users("alice", "nobodys", "nobody-here")), f"<deviceProfileResults>{rows}"
                '<user id="nobodys"><none/></user><user id="nobody-here"><doesNotExist/></user></deviceProfileResults>',
                f"{name}: profiles and which is the default")
    answers(query("checkUser", users("alice", "nobody-here")), '<checkUserResults><user id="alice"><exists>alice</exists>'
            '</user><user id="nobody-here"><doesNotExist/></user></checkUserResults>', "checkUser")
    answers(query("deviceUserQuery", devices(OTHER) + "<loginType>UID</loginType><remoteIPAddr>x</remoteIPAddr>"),
            "<deviceUserResults>" + device_row(OTHER, "<none/><lastlogin>em%40example.com</lastlogin>"
                                               "<emccDevice>no</emccDevice>") + "</deviceUserResults>",
            "what EMApp of 12 sends along")


# ---- parameters ----

def behaviours():
    free()
    parameter("MultipleLoginBehavior", "Multiple Logins Allowed")
    accepted(login(PHONE, "alice"), "several logins allowed: the first")
    accepted(login(OTHER, "alice"), "and the second")
    answers(query("userDevicesQuery", users("alice")), f'<userDevicesResults><user id="alice"><deviceName>{PHONE}'
            f"</deviceName><deviceName>{OTHER}</deviceName></user></userDevicesResults>", "he is on both")
    free()
    parameter("MultipleLoginBehavior", "Auto Logout")
    accepted(login(PHONE, "alice"), "auto logout: the first")
    accepted(login(OTHER, "alice"), "and the second")
    answers(query("userDevicesQuery", users("alice")), f'<userDevicesResults><user id="alice"><deviceName>{OTHER}'
            "</deviceName></user></userDevicesResults>", "he is on the second alone")
    parameter("MultipleLoginBehavior", "Multiple Logins Not Allowed")
    free()


def addresses():
    ask = query("deviceUserQuery", devices(PHONE) + "<remoteIPAddr>{}</remoteIPAddr>")
    via = "<remoteIPAddr>192.0.2.9</remoteIPAddr><isViaHeaderSet>true</isViaHeaderSet>"
    parameter("ValidateIPAddress", "T")
    refused(ask.format("192.0.2.9"), 28, "an address that is not trusted")
    refused(query("deviceUserQuery", devices(PHONE)), 28, "nor is the sender's own")
    refused(login(PHONE, "alice", more=via), 30, "a proxy, which isn't allowed")
    got = post(query("deviceUserQuery", devices(PHONE)), headers={"Via": "1.1 somewhere"})
    suite.equal(code(got), 30, "30: nor one in HTTP's own header")
    parameter("TrustedListOfIPs", "192.0.2.8; 192.0.2.9;localhost")
    suite.equal(code(post(ask.format("192.0.2.9")))[:8], "no error", "a trusted address may")
    refused(ask.format("192.0.2.90"), 28, "no part of one")
    parameter("AllowProxy", "T")
    accepted(login(PHONE, "alice", more=via), "a proxy that is allowed")
    parameter("AllowProxy", "F")
    parameter("TrustedListOfIPs", "")
    parameter("ValidateIPAddress", "F")
    free()


def without_services():
    ask = query("deviceUserQuery", devices(PHONE) + "<remoteIPAddr>192.0.2.9</remoteIPAddr>")
    parameter("ValidateIPAddress", "T")
    running("Cisco RIS Data Collector", False)
    refused(ask, 29, "which phones are registered can't be asked")
    refused(login(PHONE, "alice"), 29, "nor at a login")
    parameter("TrustedListOfIPs", "192.0.2.9")
    suite.equal(code(post(ask))[:8], "no error", "a trusted address needs no collector")
    parameter("TrustedListOfIPs", "")
    running("Cisco RIS Data Collector", True)
    refused(ask, 28, "started again, it doesn't know that address")
    parameter("ValidateIPAddress", "F")
    running("A Cisco DB", False)
    for message, name in ((query("deviceUserQuery", devices(PHONE)), "a query"), (login(PHONE, "alice"), "a login"),
                          (logout(PHONE), "a logout"), (f"<request>{info()}<logoutAll/></request>", "everybody out")):
        refused(message, 9, f"{name} while nobody can be authenticated, as the database is down")
    running("A Cisco DB", True)
    accepted(login(PHONE, "alice"), "started again it authenticates")
    free()


# The documented codes with their messages; from 31 on between clusters, which there is only one of here.
MESSAGES = {0: "Unknown Error", 1: "Error on Parsing", 2: "Cannot authorize App user", 3: "Invalid App User",
            4: "Policy Validation error", 5: "Device logon disabled", 6: "Database Error", 7: "Logout Request Error",
            8: "Query type undetermined", 9: "Dir. User Info Error", 10: "User lacks app proxy rights",
            11: "Device does not exist", 12: "Dev. Profile not found", 18: "Another user logged in",
            19: "No user logged in", 20: "Hoteling flag error", 21: "Hoteling Status error", 22: "Device logon disabled",
            23: "User not found", 25: "User logged in elsewhere", 26: "Busy, please try again", 27: "Change Password",
            28: "Untrusted IP Error", 29: "RIS down-contact admin", 30: "Proxy not allowed",
            31: "EMCC Not Activated for the user", 32: "Device does not support EMCC", 33: "No free EMCC dummy device",
            35: "Visiting Cluster Information is not present in Home Cluster", 36: "No Remote Cluster",
            37: "Duplicate Device Name", 38: "EMCC Not Allowed", 39: "Configuration Issue",
            40: "No Response from Remote Host", 41: "PIN change is required", 42: "Invalid ClusterID",
            43: "Device Security mode error", 44: "", 45: "Remote Cluster version not supported",
            46: "Remote Cluster security mode not supported", 47: "DN has multiple users"}


def by_rule():
    """0 and 4 have no cause that could be here ("unclassified", "an unknown reason"); a rule can ask for each."""
    for number, text in MESSAGES.items():
        rule = control("POST", "faults", {"kind": "error", "service": "em", "operation": "login", "code": number,
                                          "status": "INTERNAL", "count": 1})
        answer = refused(login(PHONE, "alice"), number, "asked for by a rule")
        suite.ok(f'<error code="{number}">{text}</error>' in answer.text, f"{number}: with its message", answer.text)
        control("DELETE", f"faults/{rule['id']}")
    refused(logout(PHONE), 19, "none of them was carried out")


def busy():
    parameter("MaximumConcurrentRequests", "1")
    with ThreadPoolExecutor(16) as pool:
        # A password that is not yet known takes its time to be refused: they meet.
        def one(i):
            return code(post(query("deviceUserQuery", devices(PHONE), info("emproxy", f"wrong{i}")),
                             client=Client(os.environ["CCMSIM_HTTPS"])))
        codes = set(pool.map(one, range(64)))
    suite.equal(codes, {3, 26}, "26: more at once than the limit")
    parameter("MaximumConcurrentRequests", "5")
    suite.equal(code(post(query("deviceUserQuery", devices(PHONE))))[:8], "no error", "and all is well behind it")


# ---- the same act by AXL ----

def by_axl():
    free()
    answer = axl.call("doDeviceLogin", f"<deviceName>{PHONE}</deviceName><loginDuration>3600</loginDuration>"
                      "<profileName>udp-c</profileName><userId>alice</userId>")
    suite.equal(answer.result, "true", "doDeviceLogin, with any profile")
    answers(query("deviceUserQuery", devices(PHONE)), "<deviceUserResults>"
            + device_row(PHONE, "<userID>alice</userID><lastlogin>alice</lastlogin><emccDevice>no</emccDevice>")
            + "</deviceUserResults>", "EM's query sees it")
    got = must("getPhone", f"<name>{PHONE}</name><returnedTags><loginUserId/><currentProfileName/><loginDuration/>"
               "</returnedTags>").text
    for text in (">alice</loginUserId>", ">udp-c</currentProfileName>", "<loginDuration>3600</loginDuration>"):
        suite.ok(text in got, f"getPhone tells {text}", got)
    for content, text, name in (
            (f"<deviceName>{OTHER}</deviceName><loginDuration>0</loginDuration><profileName>udp-c</profileName>"
             "<userId>alice</userId>", "User logged in elsewhere", "elsewhere"),
            (f"<deviceName>{PHONE}</deviceName><loginDuration>0</loginDuration><profileName>udp-c</profileName>"
             "<userId>carol</userId>", "Another user logged in", "taken"),
            (f"<deviceName>{PLAIN}</deviceName><loginDuration>0</loginDuration><profileName>udp-c</profileName>"
             "<userId>carol</userId>", "Device logon disabled", "disabled"),
            ("<deviceName>SEP00000000DEAD</deviceName><loginDuration>0</loginDuration><profileName>udp-c</profileName>"
             "<userId>carol</userId>", "Item not valid: The specified SEP00000000DEAD was not found", "no device"),
            (f"<deviceName>{OTHER}</deviceName><loginDuration>0</loginDuration><profileName>udp-x</profileName>"
             "<userId>carol</userId>", "Item not valid: The specified udp-x was not found", "no profile"),
            (f"<deviceName>{OTHER}</deviceName><loginDuration>0</loginDuration><profileName>udp-c</profileName>"
             "<userId>nobody-here</userId>", "Item not valid: The specified nobody-here was not found", "no user"),
            (f"<deviceName>{OTHER}</deviceName><loginDuration>-1</loginDuration><profileName>udp-c</profileName>"
             "<userId>carol</userId>", None, "less than no time"),
            (f"<deviceName>{OTHER}</deviceName><profileName>udp-c</profileName><userId>carol</userId>",
             "Required element loginDuration is missing", "no time")):
        answer = axl.call("doDeviceLogin", content)
        suite.ok(answer.status == 500 and answer.fault and text in (None, answer.fault), f"doDeviceLogin: {name}", answer.text)
    suite.equal(axl.call("doDeviceLogout", f"<deviceName>{PHONE}</deviceName>").result, "true", "doDeviceLogout")
    suite.equal(axl.call("doDeviceLogout", f"<deviceName>{PHONE}</deviceName>").fault, "No user logged in", "once")
    accepted(login(PHONE, "alice", duration="<exclusiveDuration><time>30</time></exclusiveDuration>"), "EM's login")
    got = must("getPhone", f"<name>{PHONE}</name>").text
    for text in (">alice</loginUserId>", ">udp-a</currentProfileName>", "<loginDuration>1800</loginDuration>"):
        suite.ok(text in got, f"getPhone tells {text} of it", got)
    uuid = re.search('<phone [^>]*uuid="([^"]*)"', got).group(1)
    old = Axl(version="6.0")
    suite.equal(old.call("doDeviceLogout", f"<deviceId>{uuid}</deviceId>").result, "true", "doDeviceLogout of 6.0 by id")
    answer = old.call("doDeviceLogout", "<deviceName>SEP00000000DEAD</deviceName>")
    suite.equal(answer.fault, "Device not found with name SEP00000000DEAD.", "and the fault of its guide")


def removal():
    accepted(login(PHONE, "carol", "udp-c"), "a login")
    must("removeUser", "<userid>carol</userid>")
    answers(query("deviceUserQuery", devices(PHONE)), "<deviceUserResults>"
            + device_row(PHONE, "<none/><lastlogin>alice</lastlogin><emccDevice>no</emccDevice>") + "</deviceUserResults>",
            "whose user is removed, is over")
    accepted(login(PHONE, "alice"), "another")
    must("updatePhone", f"<name>{PHONE}</name><enableExtensionMobility>false</enableExtensionMobility>")
    answers(query("userDevicesQuery", users("alice")), '<userDevicesResults><user id="alice"><none/></user>'
            "</userDevicesResults>", "on a phone where it is disabled, too")


provision()
for part in (the_wire, stopped, broken, callers, logins, profiles, behaviours, addresses, without_services, by_rule,
             busy, by_axl, removal):
    part()
suite.end()
