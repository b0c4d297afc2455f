#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Verification of the journal: was this asked, how often, in which order, with what in which element."""

import os

from api import Api
from http_client import Client
import tap

suite = tap.Suite()
api, axl = Api(), Client(os.environ["CCMSIM_HTTPS"])
start = api.good("GET", "journal", limit=1)["entries"]
AFTER = start[-1]["seq"] if start else 0


def check(expectations, **more):
    return api.good("POST", "journal/verify", dict({"expectations": expectations, "after": AFTER}, **more))


def one(**expectation):
    answer = check([expectation])
    return answer["ok"], answer["results"][0]


def ask():
    axl.axl("addRoutePartition", "<routePartition><name>first</name><description>a b</description></routePartition>")
    axl.axl("addRoutePartition", "<routePartition><name>second</name></routePartition>")
    axl.axl("getRoutePartition", "<name>first</name>")
    axl.axl("getRoutePartition", "<name>third</name>")
    axl.axl("addLine", "<line><pattern>100</pattern><routePartitionName>first</routePartitionName></line>")


def counts():
    for wanted, found, fields in ((True, 2, {"operation": "addRoutePartition"}),
                                  (True, 2, {"operation": "addRoutePartition", "count": 2}),
                                  (False, 2, {"operation": "addRoutePartition", "count": 1}),
                                  (True, 2, {"operation": "addRoutePartition", "min": 2}),
                                  (False, 2, {"operation": "addRoutePartition", "min": 3}),
                                  (True, 2, {"operation": "addRoutePartition", "max": 2}),
                                  (False, 2, {"operation": "addRoutePartition", "max": 1}),
                                  (True, 0, {"operation": "removeLine", "count": 0}),
                                  (True, 0, {"operation": "removeLine", "max": 0}),
                                  (False, 0, {"operation": "removeLine"}),
                                  (True, 5, {"service": "axl", "min": 5}), (False, 0, {"service": "em"}),
                                  (True, 1, {"status": 500, "operation": "getRoutePartition"}),
                                  (True, 5, {"user": os.environ["CCMSIM_USER"]}), (False, 0, {"user": "nobody"})):
        ok, result = one(**fields)
        suite.ok((ok, result["ok"], result["found"]) == (wanted, wanted, found), f"{fields} is {wanted}", result)


def elements():
    name = "routePartition/name"
    for wanted, fields in ((1, {"contains": {name: "first"}}), (2, {"contains": {name: None}}),
                           (1, {"contains": {name: "se*nd"}}), (2, {"contains": {name: "*s*"}}),
                           (0, {"contains": {name: "fir"}}), (0, {"contains": {"Partition/name": "first"}}),
                           (2, {"contains": {"name": "first"}}),
                           (1, {"contains": {"addRoutePartition/routePartition/description": "a b"}}),
                           (1, {"contains": {"/Envelope/Body/addRoutePartition/routePartition/name": "first"}}),
                           (0, {"contains": {"/Body/addRoutePartition/routePartition/name": "first"}}),
                           (0, {"contains": {name: "first", "description": "other"}}),
                           (1, {"contains": {name: "first", "description": "a*"}}),
                           (1, {"answerContains": {"return/routePartition/@uuid": "{*}"}}),
                           (1, {"answerContains": {"Fault/faultstring": None}}),
                           (1, {"text": "<pattern>100</pattern>"}), (0, {"text": "<pattern>1000</pattern>"})):
        found = one(**fields)[1]["found"]
        suite.equal(found, wanted, f"{fields} is met by {wanted}")


def nearest():
    ok, result = one(name="the line", operation="addLine", status=200, contains={"line/pattern": "200"})
    seq = api.good("GET", "journal", operation="addLine", after=AFTER)["entries"][0]["seq"]
    suite.ok(not ok and result["name"] == "the line" and result["wanted"] == "at least 1", "what was not met is named",
             result)
    suite.equal(result["nearest"][0], {"seq": seq, "differences": [{"what": "request line/pattern", "wanted": "200",
                                                                     "found": ["100"]}]},
                "the nearest miss comes first, with its difference")


def order():
    first, second = {"contains": {"routePartition/name": "first"}}, {"contains": {"routePartition/name": "second"}}
    line = {"operation": "addLine"}
    for wanted, expectations in ((True, [first, second, line]), (True, [first, line]), (False, [second, first]),
                                 (False, [line, first]), (True, [dict(line, count=1)]),
                                 (True, [{"operation": "addRoutePartition", "count": 2}, line]),
                                 (False, [line, {"operation": "getRoutePartition"}]),
                                 (True, [first, {"operation": "removeLine", "count": 0}, second])):
        answer = check(expectations, ordered=True)
        suite.ok(answer["ok"] == wanted == answer["order"]["ok"], f"{expectations} in order is {wanted}", answer)
        suite.ok(check(expectations)["ok"], "without order it is met")
    suite.equal(check([second, first], ordered=True)["order"]["expectation"], 1, "it is told which came too early")


def refusals():
    for expectation in ({"count": 1, "min": 1}, {"min": 2, "max": 1}):
        status, body = api.call("POST", "journal/verify", {"expectations": [expectation]})
        suite.ok(status == 400 and body["error"] and body["hint"], f"{expectation} contradicts itself", body)


def hostile():
    bomb = ('<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
            '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>')
    for what, body in (("entities", bomb), ("deep nesting", "<a>" * 50000), ("no end", "<a><b>text"),
                       ("no XML", "\x01\x02 & = % <"), ("a form", "xml=%3Cquery%3E%3Cx%3E1%3C/x%3E%3C/query%3E")):
        axl.request("POST", "/axl/", body, auth="Basic eDp4", headers={"Content-Type": "text/xml"})
        answer = check([{"contains": {"no/such": "x"}}, {"contains": {"a": "aaaaaaaaaa*"}}])
        suite.equal([r["found"] for r in answer["results"]], [0, 0], f"{what} in the journal hurts nobody")


def clearing():
    suite.equal(api.call("DELETE", "journal"), (200, {"status": "ok"}), "the journal is cleared")
    suite.equal(one(service="axl")[1]["found"], 0, "nothing is found any more")
    axl.axl("getRoutePartition", "<name>first</name>")
    suite.ok(one(service="axl")[1]["entries"][0] > AFTER + 5, "numbering goes on")


for part in (ask, counts, elements, nearest, order, refusals, hostile, clearing):
    suite.attempt(part.__name__, part)
suite.end()
