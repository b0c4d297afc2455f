#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""zeep with the WSDLs that the daemon serves, fetched with Basic and used with the address they name. Before that,
gSOAP's wsdl2h reads each of them, those of rpc/encoded services too.

usage: serviceability.py RIS|PerfMon"""

import glob
import os
import subprocess
import sys

import requests
import urllib3
import zeep

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "lib"))
from daemon import ROOT  # noqa: E402
from tap import Suite  # noqa: E402

PHONE = "SEP00DE00C01000"
BINDING = "{http://schemas.cisco.com/ast/soap}"


def client(path):
    session = requests.Session()
    session.auth = (os.environ["CCMSIM_USER"], os.environ["CCMSIM_PASSWORD"])
    session.verify = False
    return zeep.Client(os.environ["CCMSIM_HTTPS"] + path + "?wsdl", transport=zeep.Transport(session=session))


def criteria(**fields):
    values = {"MaxReturnedDevices": 1000, "DeviceClass": "Any", "Model": 255, "Status": "Any", "NodeName": "",
              "SelectBy": "Name", "SelectItems": {"item": [{"Item": PHONE}]}, "Protocol": "Any", "DownloadStatus": "Any"}
    values.update(fields)
    return values


def fault(suite, name, call, part):
    try:
        suite.ok(False, name, call())
    except zeep.exceptions.Fault as problem:
        suite.ok(part in problem.message, name, problem.message)


def ris(suite):
    for path in sorted(glob.glob(os.path.join(ROOT, "wsdl", "*.wsdl"))):
        done = subprocess.run(["wsdl2h", "-o", os.devnull, path], capture_output=True, text=True, check=False)
        suite.ok(done.returncode == 0 and "rror" not in done.stderr, f"wsdl2h reads {os.path.basename(path)}", done.stderr)
    c = client("/realtimeservice2/services/RISService70")
    suite.ok(BINDING + "RisBinding" in c.wsdl.bindings, "binding", list(c.wsdl.bindings))
    r = c.service.selectCmDevice(StateInfo="", CmSelectionCriteria=criteria())
    nodes = [n for n in r["SelectCmDeviceResult"]["CmNodes"]["item"] if n["ReturnCode"] == "Ok"]
    device = nodes[0]["CmDevices"]["item"][0]
    suite.equal((len(nodes), device["Name"], device["Status"]), (1, PHONE, "Registered"), "selectCmDevice")
    suite.ok(isinstance(device["TimeStamp"], int) and device["LoginUserId"] is None, "types", device)
    suite.equal(device["LinesStatus"]["item"][0]["DirectoryNumber"], "2001", "lines")
    again = c.service.selectCmDevice(StateInfo=r["StateInfo"], CmSelectionCriteria=criteria())
    suite.ok(all(n["NoChange"] for n in again["SelectCmDeviceResult"]["CmNodes"]["item"]), "NoChange")
    suite.equal(again["StateInfo"], r["StateInfo"], "the same state")
    r = c.service.selectCmDeviceExt(StateInfo="", CmSelectionCriteria=criteria(MaxReturnedDevices=None, Model=None))
    suite.equal(r["SelectCmDeviceResult"]["TotalDevicesFound"], 1, "selectCmDeviceExt, with nils")
    r = c.service.selectCmDevice(StateInfo="", CmSelectionCriteria=criteria(SelectItems={"item": [{"Item": "SEPNONE"}]}))
    nodes = r["SelectCmDeviceResult"]["CmNodes"]
    suite.ok((nodes is None or not nodes["item"]) and not r["StateInfo"], "nothing found", r)
    fault(suite, "an operation that is not carried out", lambda: c.service.selectCtiItem(StateInfo="", CtiSelectionCriteria={
        "MaxReturnedItems": 1, "CtiMgrClass": "Line", "Status": "Any", "NodeName": "", "SelectAppBy": "AppId",
        "AppItems": None, "DevNames": None, "DirNumbers": None}), "selectCtiItem is not carried out")
    c = client("/realtimeservice2/services/RISService")
    old = {k: v for k, v in criteria().items() if k not in ("Protocol", "DownloadStatus")}
    r = c.service.selectCmDevice(StateInfo="", CmSelectionCriteria=old)
    nodes = [n for n in r["SelectCmDeviceResult"]["CmNodes"]["CmNode"] if n["ReturnCode"] == "Ok"]
    suite.ok(nodes[0]["CmDevices"]["CmDevice"][0]["IpAddress"].startswith("127."), "RISService: selectCmDevice")
    r = c.service.selectCmDeviceSIP(StateInfo="", CmSelectionCriteriaSIP={**old, "Protocol": "Any"})
    suite.equal(r["SelectCmDeviceResultSIP"]["TotalDevicesFound"], 1, "RISService: selectCmDeviceSIP")


def perfmon(suite):
    c = client("/perfmonservice2/services/PerfmonService")
    suite.ok(BINDING + "PerfmonBinding" in c.wsdl.bindings, "binding", list(c.wsdl.bindings))
    rows = c.service.perfmonCollectCounterData(Host="cucm-pub", Object="Cisco CallManager")
    name = "\\\\cucm-pub\\Cisco CallManager\\CallsActive"
    got = {row["Name"]["_value_1"] if isinstance(row["Name"], zeep.xsd.CompoundValue) else row["Name"]: row for row in rows}
    suite.ok(name in got and got[name]["CStatus"] == 1 and got[name]["Value"] == 0, "perfmonCollectCounterData", rows[:2])
    objects = c.service.perfmonListCounter(Host="cucm-pub")
    suite.ok(len(objects) == 6 and objects[1]["MultiInstance"] is True, "perfmonListCounter", len(objects))
    handle = c.service.perfmonOpenSession()
    handle = getattr(handle, "_value_1", handle)
    c.service.perfmonAddCounter(SessionHandle=handle, ArrayOfCounter={"Counter": [{"Name": name}]})
    rows = c.service.perfmonCollectSessionData(SessionHandle=handle)
    suite.equal([(row["Value"], row["CStatus"]) for row in rows], [(0, 0)], "a session")
    c.service.perfmonRemoveCounter(SessionHandle=handle, ArrayOfCounter={"Counter": [{"Name": name}]})
    suite.ok(not c.service.perfmonCollectSessionData(SessionHandle=handle), "nothing left in it")
    c.service.perfmonCloseSession(SessionHandle=handle)
    fault(suite, "closed", lambda: c.service.perfmonCloseSession(SessionHandle=handle), handle)
    suite.equal(c.service.perfmonQueryCounterDescription(Counter=name), "calls with media now", "perfmonQueryCounterDescription")
    instances = c.service.perfmonListInstance(Host="cucm-sub1", Object="Cisco Phones")
    suite.ok(len(instances) > 10, "perfmonListInstance", len(instances))


def main():
    urllib3.disable_warnings()
    api = sys.argv[1]
    suite = Suite(f"zeep {zeep.__version__} (Python)", f"{api} era B")
    suite.attempt(api, ris if api == "RIS" else perfmon, suite)
    suite.end()


if __name__ == "__main__":
    main()
