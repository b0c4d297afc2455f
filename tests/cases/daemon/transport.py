#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""AXL's transport: credentials, cookies, roles, status codes, what old clients send."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "lib")]
import tap  # noqa: E402
from http_client import ENVELOPE, Client, admin, basic  # noqa: E402

suite = tap.Suite()
tls, plain = Client(os.environ["CCMSIM_HTTPS"]), Client(os.environ["CCMSIM_HTTP"])
BANNER = "Cisco CallManager: AXL Web Service"
VERSION = ENVELOPE.format("getCCMVersion", "")


def challenges():
    answer = tls.request("GET", "/axl/")
    suite.equal(answer.status, 401, "a GET without credentials is 401")
    suite.equal(answer.headers["WWW-Authenticate"], 'Basic realm="Cisco Web Services Realm"', "with the challenge")
    suite.equal(answer.headers["Content-Type"], "text/html;charset=utf-8", "as HTML")
    suite.ok("HTTP Status 401" in answer.text, "with the words that clients search for", answer.text)
    answer = tls.request("GET", "/axl/", auth=admin())
    suite.ok(answer.status == 200 and BANNER in answer.text, "the same connection then gets the banner", answer.text)
    wrong = basic(os.environ["CCMSIM_USER"], "wrong")
    for name, auth in (("a wrong password", wrong), ("an unknown user", basic("nobody", "x")),
                       ("no base64", "Basic ***"), ("another scheme", "Digest x"), ("an empty one", "Basic ")):
        suite.equal(tls.request("POST", "/axl/", VERSION, auth).status, 401, f"{name} is 401")
    suite.equal(tls.request("GET", "/axl", auth=admin()).status, 200, "/axl without its slash answers")
    upper = basic(os.environ["CCMSIM_USER"].upper(), os.environ["CCMSIM_PASSWORD"])
    suite.equal(tls.request("GET", "/axl/", auth=upper).status, 200, "the user's name is taken in any case")


def cookies():
    answer = tls.request("GET", "/axl/", auth=admin())
    sso, session = answer.cookie("JSESSIONIDSSO"), answer.cookie("JSESSIONID")
    suite.ok(sso and "Path=/;" in sso and "Secure" in sso and "HttpOnly" in sso, "JSESSIONIDSSO is set", sso)
    suite.ok(session and "Path=/axl" in session, "JSESSIONID is set for /axl", session)
    for name, cookie in (("the pair", sso.split(";")[0]), ("the whole line", sso), ("JSESSIONID", session),
                         ("among others", f"a=b; {sso.split(';')[0]}; c=d")):
        other = Client(os.environ["CCMSIM_HTTPS"])
        answer = other.request("GET", "/axl/", headers={"Cookie": cookie})
        suite.equal(answer.status, 200, f"a new connection with the cookie ({name}) is let in")
        other.close()
    suite.equal(tls.request("GET", "/axl/", headers={"Cookie": "JSESSIONIDSSO=" + "0" * 32}).status, 401,
                "an unknown session is 401")
    suite.equal(tls.request("GET", "/axl/", auth=basic("nobody", "x"), headers={"Cookie": sso}).status, 401,
                "credentials win over a cookie")
    answer = tls.request("GET", "/axl/", auth=admin(), headers={"Cookie": sso})
    suite.equal(answer.cookie("JSESSIONIDSSO"), None, "a session that is used is not set again")


def methods():
    for method in ("PUT", "DELETE", "OPTIONS", "HEAD"):
        suite.equal(tls.request(method, "/axl/", auth=admin()).status, 405, f"{method} is 405")
    suite.equal(tls.request("GET", "/nothing").status, 404, "an unknown path is 404")
    for name, client in (("HTTP", plain), ("HTTPS", tls)):
        answer = client.request("GET", "/nothing")
        suite.ok("HTTP Status 404" in answer.text, f"as HTML, over {name}", answer.text)


def paths():
    for path in ("//axl/", "/axl//", "/axl", "/axl/;jsessionid=1", "//axl///x/", "/axl/?wsdl", "//axl?wsdl"):
        answer = tls.request("POST", path, VERSION, admin())
        suite.ok("componentVersion" in answer.text, f"a call to {path} is answered", answer.text)
    suite.equal(tls.request("GET", "//axlx/", auth=admin()).status, 404, "//axlx/ is nothing")


def redirects():
    port = os.environ["CCMSIM_PORT"]
    for method, path in (("GET", "/axl/"), ("POST", "/axl/?x=1"), ("GET", "/plugins/axlsqltoolkit.zip")):
        answer = plain.request(method, path, auth=admin(), headers={"Host": "cucm.example:8080"})
        suite.equal((answer.status, answer.headers["Location"]), (302, f"https://cucm.example:{port}{path}"),
                    f"{method} {path} without TLS goes there")


def forms():
    chunks = (VERSION[i:i + 50].encode() for i in range(0, len(VERSION), 50))
    answer = tls.request("POST", "/axl/", chunks, admin(), encode_chunked=True)
    suite.ok("componentVersion" in answer.text, "a chunked request is read", answer.text)
    for name, headers in (("a form's type", {"Content-Type": "application/x-www-form-urlencoded"}),
                          ("SOAP 1.2's type", {"Content-Type": "application/soap+xml"}),
                          ("lower-case header names", {"content-type": "text/xml", "soapaction": "CUCM:DB ver=15.0"})):
        answer = tls.request("POST", "/axl/", VERSION, admin(), headers)
        suite.ok("componentVersion" in answer.text, f"{name} is read", answer.text)
    answer = tls.request("POST", "/axl/", b"x" * (8 << 20 | 1), admin())
    suite.equal(answer.status, 413, "a body over the limit is 413")


def roles():
    group = "<associatedGroups><userGroup><name>{}</name></userGroup></associatedGroups>"
    tls.axl("addAppUser", "<appUser><userid>noRole</userid><password>Secret.1x</password></appUser>")
    who = basic("noRole", "Secret.1x")
    answer = tls.axl("getCCMVersion", auth=who)
    suite.equal(answer.status, 403, "a user without a role is 403")
    suite.ok("HTTP Status 403" in answer.text and "<html" in answer.text.lower(), "as HTML", answer.text)
    answer = tls.axl("addUserGroup", "<userGroup><name>Readers</name><userRoles><userRole>"
                     "<roleName>Standard AXL Read Only API Access</roleName></userRole></userRoles></userGroup>")
    suite.equal(answer.status, 200, "a group with the read-only role is added")
    tls.axl("updateAppUser", "<userid>noRole</userid>" + group.format("Readers"))
    suite.equal(tls.axl("getCCMVersion", auth=who).status, 200, "with the read-only role, a read is answered")
    answer = tls.axl("addRoutePartition", "<routePartition><name>byReader</name></routePartition>", auth=who)
    suite.equal(answer.status, 401, "and a write is 401")
    answer = tls.axl("getRoutePartition", "<name>byReader</name>")
    suite.ok("<axlcode>5007</axlcode>" in answer.text, "and was not done", answer.text)
    cookie = tls.request("GET", "/axl/", auth=who).cookie("JSESSIONIDSSO")
    tls.axl("updateAppUser", "<userid>noRole</userid><password>Secret.2x</password>")
    suite.equal(tls.axl("getCCMVersion", auth=who).status, 401, "an old password is refused at once")
    suite.equal(tls.request("GET", "/axl/", headers={"Cookie": cookie}).status, 401, "and so is its session")
    suite.equal(tls.axl("getCCMVersion", auth=basic("noRole", "Secret.2x")).status, 200, "the new one is taken")
    tls.axl("removeAppUser", "<userid>noRole</userid>")
    suite.equal(tls.axl("getCCMVersion", auth=basic("noRole", "Secret.2x")).status, 401, "a removed user is 401")


def end_users():
    answer = tls.axl("addUser", "<user><userid>m\u00fcller</userid><lastName>M</lastName><password>Secret.1x</password>"
                     "<associatedGroups><userGroup><name>Standard CCM Super Users</name></userGroup>"
                     "</associatedGroups></user>")
    suite.equal(answer.status, 200, "an end user is added")
    suite.equal(tls.axl("getCCMVersion", auth=basic("m\u00fcller", "Secret.1x")).status, 200,
                "an end user with a role is let in, with UTF-8 in the name")
    tls.axl("removeUser", "<userid>m\u00fcller</userid>")


for part in (challenges, cookies, methods, paths, redirects, forms, roles, end_users):
    suite.attempt(part.__name__, part)
suite.end()
