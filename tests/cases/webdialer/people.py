# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Who calls whom in WebDialer's tests: phones that are registered and one that isn't, their users, a proxy. The clock
is run by hand, so that nothing rings out or is throttled by chance."""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "..", "lib"), os.path.join(HERE, "..", "daemon")]
from axl import Axl  # noqa: E402
from http_client import Client  # noqa: E402

ALICE, BOB, AWAY = "SEP0D0000000001", "SEP0D0000000002", "SEP0D0000000003"
PASSWORD = "dial.me"


class Cluster:
    def __init__(self):
        self.axl, self.client = Axl(), Client(os.environ["CCMSIM_HTTPS"])
        self.provision()
        self.control("POST", "clock/run-until-idle", {})
        self.control("POST", f"phones/{AWAY}/unregister")
        self.control("POST", "clock/run-until-idle", {})

    def must(self, operation, content):
        answer = self.axl.call(operation, content)
        if answer.fault is not None:
            raise SystemExit(f"{operation}: {answer.text}")
        return answer

    def control(self, method, path, body=None):
        answer = self.client.request(method, "/ccmsim/v1/" + path, None if body is None else json.dumps(body),
                                     headers={"Authorization": "Bearer " + os.environ["CCMSIM_TOKEN"],
                                              "Content-Type": "application/json"})
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {answer.text}")
        return json.loads(answer.text) if answer.text else None

    def provision(self):
        self.must("addRoutePartition", "<routePartition><name>Office</name></routePartition>")
        for pattern, partition in (("2001", ""), ("2001", "Office"), ("2002", ""), ("2003", "")):
            self.must("addLine", f"<line><pattern>{pattern}</pattern><usage>Device</usage>"
                      f"<routePartitionName>{partition}</routePartitionName></line>")
        self.phone(ALICE, "Alice at her desk", ("2001", ""), ("2001", "Office"))
        self.phone(BOB, "Bob", ("2002", ""))
        self.phone(AWAY, "Carol", ("2003", ""))
        self.user("alice", ALICE, "2001")
        self.user("bob", BOB)
        self.user("carol", AWAY)
        self.user("dave")
        self.must("addAppUser", f"<appUser><userid>wdproxy</userid><password>{PASSWORD}</password>"
                  "<presenceGroupName>Standard Presence group</presenceGroupName><associatedGroups><userGroup>"
                  "<name>Standard EM Authentication Proxy Rights</name></userGroup></associatedGroups></appUser>")
        self.parameter("MaximumConcurrentCallRequests", "8")

    def phone(self, name, description, *lines):
        rows = "".join(f"<line><index>{i + 1}</index><dirn><pattern>{pattern}</pattern><routePartitionName>{partition}"
                       "</routePartitionName></dirn></line>" for i, (pattern, partition) in enumerate(lines))
        self.must("addPhone", f"<phone><name>{name}</name><description>{description}</description>"
                  "<product>Cisco 8841</product><class>Phone</class><protocol>SIP</protocol>"
                  "<protocolSide>User</protocolSide><devicePoolName>Default</devicePoolName>"
                  "<locationName>Hub_None</locationName><phoneTemplateName>Standard 8841 SIP</phoneTemplateName>"
                  "<commonPhoneConfigName>Standard Common Phone Profile</commonPhoneConfigName>"
                  "<useTrustedRelayPoint>Default</useTrustedRelayPoint><primaryPhoneName/>"
                  "<builtInBridgeStatus>Default</builtInBridgeStatus><packetCaptureMode>None</packetCaptureMode>"
                  "<certificateOperation>No Pending Operation</certificateOperation>"
                  f"<deviceMobilityMode>Default</deviceMobilityMode><lines>{rows}</lines></phone>")

    def user(self, name, device=None, primary=None):
        self.must("addUser", f"<user><userid>{name}</userid><lastName>{name}</lastName><password>{PASSWORD}</password>"
                  "<presenceGroupName>Standard Presence group</presenceGroupName>"
                  + (f"<associatedDevices><device>{device}</device></associatedDevices>" if device else "")
                  + (f"<primaryExtension><pattern>{primary}</pattern></primaryExtension>" if primary else "") + "</user>")

    def parameter(self, name, value):
        self.must("updateServiceParameter", f"<processNodeName>cucm-pub</processNodeName><name>{name}</name>"
                  f"<service>Cisco WebDialer Web Service</service><value>{value}</value>")

    def sql(self, statement):
        self.must("executeSQLUpdate", f"<sql>{statement}</sql>")

    def pause(self):
        """A second goes by, which is what WebDialer counts calls in."""
        self.control("POST", "clock/advance", {"byMs": 1000})

    def calls(self):
        return self.control("GET", "calls")["calls"]

    def hang_up_all(self):
        for call in self.calls():
            self.control("DELETE", f"calls/{call['id']}")
