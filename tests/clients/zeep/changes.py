#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""listChange through zeep: what AXL and SQL write is told in order, once, to who asks from where he was; the queue is
another one after a reset. usage: changes.py VERSION"""

import os
import subprocess
import sys

from zeep.exceptions import Fault

import provision
import tap

NAME = "Changes-PT"
PHONE = {"name": "SEP0C0C0C0C0C0C", "product": "Cisco 8841", "class": "Phone", "protocol": "SIP", "protocolSide": "User",
         "devicePoolName": "Default", "commonPhoneConfigName": "Standard Common Phone Profile", "locationName": "Hub_None",
         "useTrustedRelayPoint": "Default", "phoneTemplateName": "Standard 8841 SIP",
         "securityProfileName": "Cisco 8841 - Standard SIP Non-Secure Profile", "lines": {"line": [
             {"index": 1, "dirn": {"pattern": "7711", "routePartitionName": NAME}}]}}


class Queue:
    """A client that remembers where it was."""

    def __init__(self, service):
        self.service = service
        self.info = service.listChange().queueInfo
        while int(self.info.lastChangeId) >= int(self.info.nextStartChangeId):
            self.info = self.ask().queueInfo

    def ask(self, start=None, queue=None, objects=None):
        more = {"objectList": {"object": objects}} if objects else {}
        return self.service.listChange(startChangeId={"_value_1": start or self.info.nextStartChangeId,
                                                      "queueId": queue or self.info.queueId}, **more)

    def next(self, objects=None):
        """What came since, as (type, action, uuid, doGet, tags); all pages of it. Ids count on from where it was."""
        found, ids, first, self.pages = [], [], int(self.info.nextStartChangeId), 0
        while True:
            answer = self.ask(objects=objects)
            self.info, self.pages = answer.queueInfo, self.pages + 1
            for change in (answer.changes.change if answer.changes else None) or []:
                tags = change.changedTags.changedTag if change.changedTags else None
                found.append((change.type, change.action, change.uuid, change.doGet,
                              {tag.name: tag._value_1 for tag in tags or []}))
                ids.append(int(change.id))
            if int(self.info.lastChangeId) < int(self.info.nextStartChangeId):
                break
        self.steady = objects is not None or ids == list(range(first, first + len(ids)))
        return found


def told(suite, queue, name, wanted):
    found = queue.next()
    suite.ok(found == wanted and queue.steady, name, f"{found} {queue.steady}, wanted {wanted}")


def refused(suite, name, text, ask, *args, **kwargs):
    try:
        suite.ok(False, name, ask(*args, **kwargs))
    except Fault as fault:
        suite.ok(text in fault.message, name, fault.message)


def partitions(suite, service, queue):
    uuid = service.addRoutePartition(routePartition={"name": NAME, "description": "one"})["return"]
    told(suite, queue, "added", [("RoutePartition", "a", uuid, "true", {})])
    told(suite, queue, "told once", [])
    service.updateRoutePartition(name=NAME, description="two")
    told(suite, queue, "changed: its tag", [("RoutePartition", "u", uuid, "false", {"description": "two"})])
    service.executeSQLUpdate(sql=f"UPDATE routepartition SET description = 'three' WHERE name = '{NAME}'")
    told(suite, queue, "the same by SQL", [("RoutePartition", "u", uuid, "false", {"description": "three"})])
    refused(suite, "a write that fails", "", service.addRoutePartition, routePartition={"name": NAME})
    told(suite, queue, "is no change", [])
    service.executeSQLUpdate(sql=f"UPDATE routepartition SET description = 'three' WHERE name = '{NAME}'")
    told(suite, queue, "nor is one that changes nothing", [])
    return uuid


def phones(suite, service, queue, partition):
    line = service.addLine(line={"pattern": "7711", "usage": "Device", "routePartitionName": NAME})["return"]
    phone = service.addPhone(phone=PHONE)["return"]
    told(suite, queue, "a line, then a phone that has it: both",
         [("Line", "a", line, "true", {}), ("Phone", "a", phone, "true", {}), ("Line", "u", line, "true", {})])
    service.updatePhone(name=PHONE["name"], description="Lobby", devicePoolName="Default", enableExtensionMobility="true")
    told(suite, queue, "several tags; what makes rows besides is to be read", [("Phone", "u", phone, "true", {})])
    service.updatePhone(name=PHONE["name"], description="Hall", networkLocation="OnNet")
    told(suite, queue, "enumerations by name",
         [("Phone", "u", phone, "false", {"description": "Hall", "networkLocation": "OnNet"})])
    service.updatePhone(name=PHONE["name"], callingSearchSpaceName="")
    service.executeSQLUpdate(sql="UPDATE devicenumplanmap SET label = 'Hall' WHERE fkdevice IN "
                             f"(SELECT pkid FROM device WHERE name = '{PHONE['name']}')")
    told(suite, queue, "a row of both", [("Phone", "u", phone, "true", {}), ("Line", "u", line, "true", {})])
    service.updateLine(pattern="7711", routePartitionName=NAME, description="Desk")
    service.removePhone(name=PHONE["name"])
    found = queue.next(objects=["Phone"])
    suite.equal(found, [("Phone", "r", phone, "false", {})], "only the types that were asked for")
    service.executeSQLUpdate(sql="DELETE FROM numplan WHERE dnorpattern = '7711'")
    service.removeRoutePartition(name=NAME)
    told(suite, queue, "removed by SQL and by AXL", [("Line", "r", line, "false", {}), ("RoutePartition", "r", partition, "false", {})])


def pages(suite, service, queue):
    for half in ("A", "B"):
        service.executeSQLUpdate(sql=f"INSERT INTO routepartition(name) SELECT '{half}-' || tabname FROM systables WHERE tabid > 99")
    count = int(service.executeSQLQuery(sql="SELECT count(*) FROM routepartition WHERE name LIKE 'A-%' OR name LIKE 'B-%'")
                ["return"].row[0][0].text)
    found = queue.next()
    kinds = {change[:2] for change in found}
    suite.ok(len(found) == count > 1000 and queue.pages > 1 and kinds == {("RoutePartition", "a")} and len({change[2] for change in found}) == count and queue.steady,
             f"{count} changes, each once", f"{len(found)} {kinds} {queue.steady}")


def bounded(suite, service, queue):
    """100,000 changes are kept; who was further behind is told so."""
    old = int(queue.info.nextStartChangeId) - 1
    for part in ("C", "D", "E", "F"):
        service.executeSQLUpdate(sql=f"INSERT INTO routepartition(name) SELECT '{part}-' || a.tabid || '-' || b.tabid FROM systables a, systables b "
                                 "WHERE a.tabid > 99 AND b.tabid BETWEEN 100 AND 131")
    info = service.listChange().queueInfo
    suite.ok(int(info.lastChangeId) > 100000 and int(info.firstChangeId) == int(info.lastChangeId) - 99999,
             "the last 100,000 are kept", info)
    refused(suite, "a change that was dropped", "The startChangeId value is not in the queue.", queue.ask, start=old)


def errors(suite, service, queue):
    text = "The queueId value does not match the server."
    refused(suite, "another queue", text, queue.ask, queue="12345")
    refused(suite, "a change to come", "The startChangeId value is not in the queue.", queue.ask, start=10 ** 9)
    tool = os.path.join(os.environ["CCMSIM_BUILD"], "ccmsim")
    env = dict(os.environ, CCMSIM_URL=os.environ["CCMSIM_HTTPS"], CCMSIM_CONTROL=os.environ["CCMSIM_TOKEN"])
    done = subprocess.run([tool, "reset"], env=env, capture_output=True, text=True, check=False)
    suite.ok(done.returncode == 0, "reset", done.stderr)
    refused(suite, "is another queue", text, queue.ask)
    queue = Queue(service)
    told(suite, queue, "which is empty", [])


def main():
    suite = tap.Suite()
    service = provision.connect(sys.argv[1])
    queue = Queue(service)
    partition = suite.attempt("partitions", partitions, suite, service, queue)
    for part, args in ((phones, (partition,)), (pages, ()), (bounded, ()), (errors, ())):
        suite.attempt(part.__name__, part, suite, service, queue, *args)
    suite.end()


if __name__ == "__main__":
    main()
