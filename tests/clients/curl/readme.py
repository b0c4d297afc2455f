#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""The README's curl commands, run as they stand there but for address and password; what the README says
comes back does. Then curl in the ways of scripts: HTTP/1.0, chunked, a cookie instead of the password."""

import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lib"))
import tap  # noqa: E402

USER = f"{os.environ['CCMSIM_USER']}:{os.environ['CCMSIM_PASSWORD']}"
ADDRESS = f"{os.environ['CCMSIM_HOST']}:{os.environ['CCMSIM_PORT']}"
VERSION_REQUEST = ('<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
                   'xmlns:ns="http://www.cisco.com/AXL/API/15.0"><soapenv:Body><ns:getCCMVersion/>'
                   '</soapenv:Body></soapenv:Envelope>')


def blocks():
    """The README's indented blocks, each as its text."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        text = file.read()
    return [re.sub(r"^    ", "", block, flags=re.M) for block in re.findall(r"(?:^    .*\n)+", text, flags=re.M)]


def shell(command):
    done = subprocess.run(["sh", "-c", command], cwd=os.environ["CCMSIM_TMP"], capture_output=True, text=True,
                          timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def from_readme(suite):
    """Each block that begins with curl and asks an API; one that begins with XML and follows it tells the answer."""
    found = blocks()
    for number, block in enumerate(found):
        if not block.startswith("curl ") or "/ccmsim/" in block:
            continue
        command = block.replace("admin:secret", USER).replace("127.0.0.1:8443", ADDRESS)
        status, output = shell(command)
        name = "README: " + " ".join(block.split())[:60]
        suite.ok(status == 0 and "Fault" not in output, name, output)
        following = found[number + 1] if number + 1 < len(found) else ""
        if following.startswith("<?xml"):
            flat = re.sub(r">\s+<", "><", following)
            for element in re.findall(r"<(\w+)>([^<>.]+)</\1>", flat):
                wanted = "<%s>%s</%s>" % (element[0], element[1], element[0])
                suite.ok(wanted in output, f"README: the answer has {wanted}", output)


def as_scripts_do(suite):
    url = f"https://{ADDRESS}/axl/"
    body = f"-H 'Content-Type: text/xml' --data '{VERSION_REQUEST}'"
    for name, options in (("plain", ""), ("HTTP/1.0", "--http1.0"), ("chunked", "-H 'Transfer-Encoding: chunked'"),
                          ("Expect: 100-continue", "-H 'Expect: 100-continue'"),
                          ("a password only when asked", "--anyauth")):
        status, output = shell(f"curl -sk {options} -u '{USER}' {body} {url}")
        suite.ok(status == 0 and "<version>" in output, f"getCCMVersion, {name}", output)
    status, output = shell(f"curl -sk -c jar -u '{USER}' {url} && curl -sk -b jar {body} {url}")
    suite.ok("<version>" in output, "a cookie instead of the password", output)
    status, output = shell(f"curl -sk -o /dev/null -w '%{{http_code}}' -u x:y {body} {url}")
    suite.equal(output, "401", "a wrong password")


def main():
    done = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True)
    suite = tap.Suite(f"curl {done.stdout.split()[1]}", "AXL 15.0")
    from_readme(suite)
    as_scripts_do(suite)
    suite.end()


main()
