#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""The OpenAPI document against the live routes: it is whole, each route is there, and whatever it forbids is refused
with an error and a hint: missing and unknown fields, wrong types, values out of bounds, wrong methods, broken and
oversized bodies, no credential."""

import copy
import json
import re
import urllib.parse

from api import Api
from http_client import basic
import tap

suite = tap.Suite()
api = Api()
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
document = api.good("GET", "openapi.json")

# A text of each kind that is never right.
WRONG = {"string": 5, "integer": "x", "number": "x", "boolean": "maybe", "array": {}, "object": []}


def operations():
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def valid(schema):
    """A value that the schema lets through."""
    if "example" in schema:
        return copy.deepcopy(schema["example"])
    kind = schema["type"]
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "string":
        return "x" * max(1, schema.get("minLength", 1))
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), min(1, schema.get("maximum", 1)))
    if kind == "boolean":
        return False
    if kind == "array":
        return [valid(schema["items"]) for _ in range(schema.get("minItems", 1))]
    if "additionalProperties" in schema and schema["additionalProperties"]:
        return {f"name{i}": "x" for i in range(schema.get("minProperties", 0))}
    return {name: valid(member) for name, member in schema.get("properties", {}).items()
            if name in schema.get("required", ())}


def invalid(schema):
    """(what, value) for each way to break it, deep into objects and lists."""
    kind = schema["type"]
    yield "of a wrong type", WRONG[kind]
    if kind != "string" or "enum" in schema:
        yield "a strange text", "\u00fc'\"<&"
    if not schema.get("nullable"):
        yield "null", None
    if "enum" in schema:
        yield "no member of its list", "no-such-value"
    elif kind == "string":
        if schema.get("maxLength", 10 ** 9) < 100000:
            yield "too long", "x" * (schema["maxLength"] + 1)
        if schema.get("minLength", 0) > 0:
            yield "too short", ""
    if kind in ("integer", "number"):
        yield "too small", schema["minimum"] - 1
        if schema["maximum"] < 2 ** 62:
            yield "too large", schema["maximum"] + 1
        yield "larger than any", 10 ** 30
    if kind == "integer":
        yield "a fraction", 1.5
    if kind == "array":
        if schema.get("minItems"):
            yield "empty", []
        if schema.get("maxItems", 10 ** 9) <= 1000:
            yield "too many", [valid(schema["items"])] * (schema["maxItems"] + 1)
        for what, value in invalid(schema["items"]):
            yield f"an item {what}", [value]
    if kind == "object" and schema.get("additionalProperties") is False:
        good = valid(schema)
        yield "with an unknown member", dict(good, noSuchField=1)
        for name in schema.get("required", ()):
            yield f"without {name}", {key: value for key, value in good.items() if key != name}
        for name, member in schema["properties"].items():
            for what, value in invalid(member):
                yield f"with {name} {what}", dict(good, **{name: value})
    elif kind == "object" and schema.get("additionalProperties"):
        for what, value in (("a member that is a number", {"a": 1}), ("a member that is an object", {"a": {}}),
                            ("an empty name", {"": "x"})):
            yield what, value


def parameters(operation, place):
    return [p for p in operation["parameters"] if p["in"] == place]


def concrete(path, operation):
    """The path with a value for each parameter that fits and names nothing."""
    for p in parameters(operation, "path"):
        value = valid(p["schema"]) if p["schema"]["type"] != "string" or "enum" in p["schema"] else "no-such-thing"
        path = path.replace("{" + p["name"] + "}", urllib.parse.quote(str(value), safe=""))
    return path[1:]


def body_schema(operation):
    """None where no JSON is taken."""
    content = operation.get("requestBody", {}).get("content", {})
    return content["application/json"]["schema"] if "application/json" in content else None


def refused(method, path, body, wanted, name):
    answer = api.raw(method, path, body)
    try:
        value = json.loads(answer.text)
    except ValueError:
        value = {}
    suite.ok(answer.status == wanted and value.get("error") and value.get("hint"), f"{name} is {wanted} and says why",
             f"{answer.status} {answer.text}")
    return answer


def whole():
    suite.equal(document["openapi"], "3.0.3", "the document is OpenAPI 3.0")
    ids, schemas = [], document["components"]["schemas"]
    for method, path, operation in operations():
        name = f"{method} {path}"
        ids.append(operation["operationId"])
        suite.ok(operation["summary"] and "200" in operation["responses"] and "401" in operation["responses"],
                 f"{name} says what it does and what comes back")
        named = {p["name"] for p in parameters(operation, "path")}
        suite.equal(named, set(re.findall(r"\{(\w+)\}", path)), f"{name} describes each part of its path")
        suite.ok(all(p["description"] and p["schema"]["type"] for p in operation["parameters"]),
                 f"{name} describes its parameters")
    suite.equal(len(ids), len(set(ids)), "operation ids differ")
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    suite.equal(references - set(schemas), set(), "each reference leads somewhere")


def methods():
    for path, item in document["paths"].items():
        some = next(iter(item.values()))
        target = concrete(path, some)
        allowed = {method.upper() for method in item} | ({"HEAD"} if "get" in item else set())
        for method in METHODS:
            if method in allowed:
                continue
            answer = refused(method, target, None, 405, f"{method} {path}")
            suite.equal({word.strip() for word in answer.headers["Allow"].split(",")}, allowed,
                        f"{method} {path} tells what is allowed")
    for path in ("", "nothing", "health/x", "phones/x/y/z", "%00", "HEALTH"):
        refused("GET", path, None, 404, f"GET {path!r}")


def credentials():
    for method, path, operation in operations():
        target = concrete(path, operation)
        for what, auth in (("no credential", None), ("a wrong token", "Bearer x"), ("half a token", "Bearer " +
                           api.token[:-1]), ("the token as another user", basic("admin", api.token)),
                           ("an AXL user", basic("testadmin", "x")), ("an empty token", "Bearer ")):
            answer = api.raw(method, target, "{}" if method != "GET" else None, auth)
            suite.ok(answer.status == 401 and json.loads(answer.text)["hint"] and answer.headers["WWW-Authenticate"],
                     f"{method} {path} with {what} is 401", f"{answer.status} {answer.text}")
    for path in ("nothing", "phones/none"):
        suite.equal(api.raw("GET", path, None, None).status, 401, f"{path} is not told of without the credential")


def queries():
    for method, path, operation in operations():
        target = concrete(path, operation)
        known = parameters(operation, "query")
        refused(method, target + "?noSuchParameter=1", None, 400, f"{method} {path} with an unknown parameter")
        for p in known:
            for what, value in invalid(p["schema"]):
                if value is None or (p["schema"]["type"] == "string" and not isinstance(value, str)):
                    continue
                text = urllib.parse.quote(value if isinstance(value, str) else json.dumps(value))
                refused(method, f"{target}?{p['name']}={text}", None, 400,
                        f"{method} {path} with {p['name']} {what}")
            text = urllib.parse.quote(str(valid(p["schema"])))
            refused(method, f"{target}?{p['name']}={text}&{p['name']}={text}", None, 400,
                    f"{method} {path} with {p['name']} twice")
            refused(method, f"{target}?{p['name']}=%ff", None, 400, f"{method} {path} with {p['name']} no UTF-8")


def paths():
    for method, path, operation in operations():
        for p in parameters(operation, "path"):
            for what, value in invalid(p["schema"]):
                if value is None or value == "" or (p["schema"]["type"] == "string" and not isinstance(value, str)):
                    continue
                text = urllib.parse.quote(value if isinstance(value, str) else json.dumps(value), safe="")
                refused(method, path[1:].replace("{" + p["name"] + "}", text), None, 400,
                        f"{method} {path} with {p['name']} {what}")


def bodies():
    for method, path, operation in operations():
        target = concrete(path, operation)
        schema = body_schema(operation)
        name = f"{method} {path}"
        if method == "GET":
            continue
        if schema is None and "requestBody" in operation:
            continue  # a document of its own
        if schema is None:
            refused(method, target, {"noSuchField": 1}, 400, f"{name} with a body that is not asked for")
            continue
        for what, text in (("broken JSON", '{"a":'), ("two values", "{} {}"), ("a name twice", '{"a":1,"a":1}'),
                           ("no UTF-8", b'{"\xff": 1}'), ("a bare text", '"x"'), ("a list", "[]"),
                           ("a NUL", '{"a": "\\u0000"}'), ("XML", "<a/>"), ("deep nesting", "[" * 100000)):
            refused(method, target, text, 400, f"{name} with {what}")
        if operation["requestBody"]["required"]:
            refused(method, target, None, 400, f"{name} without a body")
            refused(method, target, " \n", 400, f"{name} with a blank body")
        if schema.get("properties"):
            refused(method, target, '{"a": "' + "x" * (1024 * 1024) + '"}', 413, f"{name} with an oversized body")
            for what, value in invalid(schema):
                if isinstance(value, dict):
                    refused(method, target, value, 400, f"{name} {what}")


for part in (whole, methods, credentials, queries, paths, bodies):
    suite.attempt(part.__name__, part)
suite.ok(api.good("GET", "health")["status"] == "ok", "it is as well as before")
suite.end()
