#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Private clusters made at the first request that names them: by user, host name and header; alone, at once, and
with two whole suites beside each other. The daemon runs with --private-clusters."""

import json
import os
import re
import subprocess
import sys
import threading
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "lib")]
import tap  # noqa: E402
from http_client import Client, admin, basic  # noqa: E402

suite = tap.Suite()
USER, PASSWORD = os.environ["CCMSIM_USER"], os.environ["CCMSIM_PASSWORD"]
tls = Client(os.environ["CCMSIM_HTTPS"])
token = {"Authorization": "Bearer " + os.environ["CCMSIM_TOKEN"]}


def of(name):
    """Credentials that name a cluster."""
    return basic(f"{USER}@@{name}", PASSWORD)


def add(name, **how):
    return tls.axl("addRoutePartition", f"<routePartition><name>{name}</name></routePartition>", **how).status


def has(name, **how):
    answer = tls.axl("getRoutePartition", f"<name>{name}</name>", **how)
    return f"<name>{name}</name>" in answer.text if answer.status in (200, 500) else answer.status


def control(method, path, cluster=None, body=None):
    headers = dict(token, **({"X-Ccmsim-Cluster": cluster} if cluster else {}))
    if body is not None:
        headers["Content-Type"] = "application/json"
    return tls.request(method, "/ccmsim/v1/" + path, body and json.dumps(body), headers=headers)


def by_user():
    suite.equal(add("P1", auth=of("one")), 200, "a user's suffix makes a cluster and reaches it")
    suite.equal(has("P1", auth=of("one")), True, "and reaches it again")
    suite.equal(has("P1", auth=of("ONE")), True, "in any case")
    suite.equal(has("P1", auth=of("two")), False, "another name is another cluster")
    suite.equal(has("P1", auth=admin()), False, "and none of it is in the one without a name")
    suite.equal(add("P0", auth=admin()), 200, "what is added there")
    suite.equal(has("P0", auth=of("three")), False, "is not in a copy made later: they begin as it began")
    suite.equal(tls.request("GET", "/axl/", auth=basic(f"{USER}@@one", "wrong")).status, 401,
                "a wrong password is 401 there too")
    suite.equal(tls.request("GET", "/axl/", auth=basic("nobody@@one", PASSWORD)).status, 401, "and an unknown user")
    suite.equal(tls.request("GET", "/axl/", auth=basic(f"{USER}@@a.b", PASSWORD)).status, 400,
                "what can't be a cluster's name is 400")


def by_host_and_header():
    suite.equal(has("P1", headers={"Host": "one.ccmsim.localhost"}), True, "the host name reaches it")
    suite.equal(has("P1", headers={"Host": "ONE.ccmsim.localhost:8443"}), True, "in any case, with a port")
    suite.equal(has("P1", headers={"Host": "one.example.com"}), True, "in any domain once it is there")
    suite.equal(has("P0", headers={"Host": "four.example.com"}), True, "a name that nobody has is the main cluster's")
    suite.equal(has("P0", headers={"Host": "five.ccmsim.localhost"}), False, "in the clusters' domain a new one is made")
    suite.equal(has("P1", headers={"X-Ccmsim-Cluster": "one"}), True, "the header reaches it")
    suite.equal(has("P1", headers={"X-Ccmsim-Cluster": "one", "Host": "two.ccmsim.localhost"}), True,
                "and wins over the host name")
    suite.equal(has("P0", headers={"Host": "127.0.0.1"}), True, "an address names none")


def sessions():
    cookie = tls.request("GET", "/axl/", auth=of("one")).cookie("JSESSIONIDSSO").split(";")[0]
    other = Client(os.environ["CCMSIM_HTTPS"])
    suite.equal(other.request("GET", "/axl/", headers={"Cookie": cookie}).status, 401,
                "a private cluster's session is none of the main one's")
    suite.equal(other.request("GET", "/axl/", headers={"Cookie": cookie, "Host": "one.ccmsim.localhost"}).status, 200,
                "and holds where it was begun")
    other.close()


def control_api():
    journal = json.loads(control("GET", "journal?operation=addRoutePartition", "one").text)["entries"]
    suite.equal([entry["user"] for entry in journal], [USER], "the journal is its own, with the user's real name")
    suite.equal(control("POST", "reset", "one").status, 200, "it is reset")
    suite.equal(has("P1", auth=of("one")), False, "and is as it began")
    suite.equal(has("P0", auth=admin()), True, "while the main cluster stays as it was")
    add("P1", auth=of("one"))
    suite.equal(control("POST", "reset").status, 200, "the main one is reset")
    suite.equal((has("P0", auth=admin()), has("P1", auth=of("one"))), (False, True), "and the private one stays")


def entries(cluster, service):
    listed = json.loads(control("GET", "journal", cluster).text)["entries"]
    return [(entry["operation"], entry["user"]) for entry in listed if entry["service"] == service]


def running(service, yes, cluster):
    return control("PUT", f"nodes/cucm-pub/services/{urllib.parse.quote(service)}", cluster, {"running": yes}).status


def people(name):
    """A proxy and a user, in a cluster of that name only."""
    proxy = tls.axl("addAppUser", "<appUser><userid>emproxy</userid><password>pw</password><presenceGroupName>"
                    "Standard Presence group</presenceGroupName><passwordCredentials><pwdCredUserMustChange>false"
                    "</pwdCredUserMustChange></passwordCredentials><associatedGroups><userGroup><name>"
                    "Standard EM Authentication Proxy Rights</name></userGroup></associatedGroups></appUser>", auth=of(name))
    user = tls.axl("addUser", "<user><userid>walter</userid><lastName>W</lastName><password>pw</password>"
                   "<presenceGroupName>Standard Presence group</presenceGroupName><passwordCredentials>"
                   "<pwdCredUserMustChange>false</pwdCredUserMustChange></passwordCredentials></user>", auth=of(name))
    suite.equal((proxy.status, user.status), (200, 200), f"a proxy and a user in {name}")


def em(message, user, root="query"):
    xml = (f"<{root}><appInfo><appID>{user}</appID><appCertificate>pw</appCertificate></appInfo>{message}</{root}>")
    return tls.request("POST", "/emservice/EMServiceServlet", "xml=" + urllib.parse.quote(xml),
                       headers={"Content-Type": "application/x-www-form-urlencoded"})


def extension_mobility():
    ask = "<deviceUserQuery><deviceName>SEP000000000001</deviceName></deviceUserQuery>"
    people("mobile")
    suite.ok("<deviceUserResults>" in em(ask, "emproxy@@mobile").text, "Extension Mobility: appID's suffix reaches it")
    suite.ok('code="3"' in em(ask, "emproxy").text, "where alone that user is known")
    suite.equal(entries("mobile", "em"), [("deviceUserQuery", "emproxy")], "it is in that cluster's journal, by its real name")
    suite.ok('code="3"' in em(ask, "emproxy@@made-by-em").text, "a name that nobody has makes a cluster")
    suite.equal(control("GET", "clusters/made-by-em").status, 200, "which is there")

    phone = tls.axl("addPhone", "<phone><name>SEP000000000001</name><product>Cisco 8841</product><class>Phone</class>"
                    "<protocol>SIP</protocol><protocolSide>User</protocolSide><devicePoolName>Default</devicePoolName>"
                    "<locationName>Hub_None</locationName><enableExtensionMobility>true</enableExtensionMobility></phone>",
                    auth=of("mobile"))
    suite.equal(phone.status, 200, "a phone there")

    def login(user):
        return em(f"<login><deviceName>SEP000000000001</deviceName><userID>{user}</userID></login>", "emproxy@@mobile",
                  "request").text

    suite.ok(login("walter") == login("walter@@mobile") != login("walter@@one"), "the user of a login may have it too",
             (login("walter@@mobile"), login("walter@@one")))
    for query in ("userDevicesQuery", "deviceProfileQuery", "checkUser"):
        def about(user):
            return em(f"<{query}><userID>{user}</userID></{query}>", "emproxy@@mobile").text
        suite.ok(about("walter@@mobile") == about("walter").replace('id="walter"', 'id="walter%40%40mobile"')
                 and "doesNotExist" in about("walter@@one") and "doesNotExist" not in about("walter@@mobile"),
                 f"and those of {query}", (about("walter@@mobile"), about("walter@@one")))
    own = em("<userDevicesQuery><userID>walter@@mobile</userID></userDevicesQuery>", "walter@@mobile").text
    suite.ok("<userDevicesResults>" in own, "a user may ask about himself by that name", own)
    suite.equal(running("Cisco Extension Mobility", False, "mobile"), 200, "stopped there")
    suite.equal((em(ask, "emproxy@@mobile").status, em(ask, "emproxy").status), (503, 200), "it is 503 there alone")
    fault = {"kind": "status", "httpStatus": 502, "service": "em"}
    suite.equal((running("Cisco Extension Mobility", True, "mobile"), control("POST", "faults", "mobile", fault).status),
                (200, 200), "started, with a fault")
    suite.equal((em(ask, "emproxy@@mobile").status, em(ask, "emproxy").status), (502, 200), "which is met there alone")


def webdialer():
    path = "/webdialer/services/WebdialerSoapService70"

    def send(operation, content):
        envelope = ('<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
                    f'<urn:{operation} xmlns:urn="urn:WD70">{content}</urn:{operation}></soapenv:Body></soapenv:Envelope>')
        return tls.request("POST", path, envelope, headers={"Content-Type": "text/xml", "SOAPAction": '""'})

    def code(operation, content):
        text = send(operation, content).text
        return re.search(r'xsi:type="xsd:(?:int|boolean)"[^>]*>(\w+)<', text).group(1)

    def get_profile(user):
        return code("getProfileSoap", f"<in0><userID>{user}</userID><password>pw</password></in0><in1>{user}</in1>")

    def end_call(user, whose):
        return code("endCallSoap", f"<in0><userID>{user}</userID><password>pw</password></in0>"
                    f"<in1><user>{whose}</user><deviceName>SEP000000000001</deviceName></in1>")

    people("dialer")
    suite.equal((get_profile("walter@@dialer"), get_profile("walter")), ("1", "2"),
                "WebDialer: the credential's userID reaches a cluster, where alone that user is known")
    suite.equal([user for _, user in entries("dialer", "webdialer")], ["walter"], "it is in its journal, by its real name")
    suite.equal((code("isClusterUserSoap", "<in0>walter@@dialer</in0>"), code("isClusterUserSoap", "<in0>walter</in0>")),
                ("true", "false"), "isClusterUserSoap, which has no credential, by whom it asks for")
    suite.ok(end_call("walter@@dialer", "walter@@dialer") == end_call("walter@@dialer", "walter")
             != end_call("walter@@dialer", "walter@@one"), "the user of a profile may have it too",
             [end_call("walter@@dialer", whose) for whose in ("walter@@dialer", "walter", "walter@@one")])
    suite.equal(running("Cisco WebDialer Web Service", False, "dialer"), 200, "stopped there")
    suite.equal([send("isClusterUserSoap", f"<in0>{user}</in0>").status for user in ("walter@@dialer", "walter")],
                [404, 200], "it is 404 there alone")


def at_once():
    results = []

    def first(number):
        client = Client(os.environ["CCMSIM_HTTPS"])
        answer = client.axl("addRoutePartition", f"<routePartition><name>Q{number}</name></routePartition>",
                            auth=of("crowd"))
        results.append(answer.status)
        client.close()

    threads = [threading.Thread(target=first, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    suite.equal(results, [200] * 24, "24 first requests at once are all answered")
    suite.equal([has(f"Q{number}", auth=of("crowd")) for number in range(24)], [True] * 24, "by one and the same cluster")


def whole_suites():
    """The same provisioning at once in two clusters of one daemon: each would fail if it saw the other's objects."""
    running = []
    for name in ("left", "right"):
        env = dict(os.environ, CCMSIM_USER=f"{USER}@@{name}")
        running.append((name, subprocess.Popen(["tests/clients/zeep/provision.py", "15.0"], cwd=ROOT, env=env,
                                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                               stderr=subprocess.STDOUT, text=True)))
    for name, process in running:
        output, _ = process.communicate()
        lines = output.splitlines()
        for line in lines:
            if line.startswith("not ok"):
                suite.ok(False, f"zeep in {name}: {line[9:]}")
        passed = sum(line.startswith("ok") for line in lines)
        suite.ok(process.returncode == 0 and passed > 20, f"zeep's provisioning in cluster {name}: {passed} checks",
                 output[-300:])


for part in (by_user, by_host_and_header, sessions, control_api, extension_mobility, webdialer, at_once, whole_suites):
    suite.attempt(part.__name__, part)
suite.end()
