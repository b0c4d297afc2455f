#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Extension Mobility over a database that is damaged: rows that are not what they have to be, tables that take no more.
Each damage is done to a copy of a kept state while nobody has it open, as a disk would."""

import os
import re
import shutil
import sqlite3
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "..", "lib"), os.path.join(HERE, "..", "daemon")]
import daemon  # noqa: E402
import tap  # noqa: E402
from axl import Axl  # noqa: E402
from http_client import Client  # noqa: E402

PHONE, USER, PROFILE = "SEP00DE00FF0002", "bhoffmann", "EM-bhoffmann"  # of the demonstration cluster
BREAK = "CREATE TRIGGER broken BEFORE {} BEGIN SELECT RAISE(ABORT, 'damaged'); END"
PHONES_ROW = f"(SELECT pkid FROM device WHERE name = '{PHONE}')"
HALF_AN_HOUR = "<exclusiveDuration><time>30</time></exclusiveDuration>"

suite = tap.Suite()


class Node:
    """A daemon on a state; what Extension Mobility answers there."""

    def __init__(self, server):
        self.server, self.client = server, Client(server.https)
        self.axl = Axl(server.https + "/axl/", server.user, server.password)

    def em(self, message, root="request"):
        """The code of the answer; 0 with "success" or rows is None."""
        body = (f"<{root}><appInfo><appID>{self.server.user}</appID><appCertificate>{self.server.password}"
                f"</appCertificate></appInfo>{message}</{root}>")
        text = self.client.request("POST", "/emservice/EMServiceServlet", "xml=" + urllib.parse.quote(body),
                                   headers={"Content-Type": "application/x-www-form-urlencoded"}).text
        found = re.search('<error code="([0-9]+)">', text)
        return int(found.group(1)) if found else None

    def login(self, duration=""):
        return self.em(f"<login><deviceName>{PHONE}</deviceName><userID>{USER}</userID>{duration}</login>")

    def logout(self):
        return self.em(f"<logout><deviceName>{PHONE}</deviceName></logout>")

    def who(self):
        return self.em(f"<deviceUserQuery><deviceName>{PHONE}</deviceName></deviceUserQuery>", "query")

    def by_axl(self):
        return self.axl.call("doDeviceLogin", f"<deviceName>{PHONE}</deviceName><loginDuration>0</loginDuration>"
                             f"<profileName>{PROFILE}</profileName><userId>{USER}</userId>").fault


def damaged(whole, name, statement, case):
    """case gets a daemon on a copy of the state that the statement was carried out on."""
    state = os.path.join(os.path.dirname(whole), name)
    shutil.copytree(whole, state)
    db = sqlite3.connect(os.path.join(state, "ccmsim.db"))
    db.executescript(statement)
    db.close()
    with daemon.Daemon(["--log-level", "error"], state=state) as server:
        case(Node(server))
        suite.equal(server.stop(), 0, f"{name}: the daemon ends when asked")


def flag(node):
    suite.equal((node.login(), node.logout()), (20, 20), "20: whether it is enabled on the phone can't be told")
    suite.equal(node.by_axl(), "Hoteling flag error", "by AXL its message")
    suite.equal(node.who(), None, "a query tells who is there all the same")


def status(node):
    suite.equal((node.login(), node.logout()), (21, 21), "21: who is on the phone can't be told")
    suite.equal(node.by_axl(), "Hoteling Status error", "by AXL its message")


def limit(node):
    suite.equal(node.login(HALF_AN_HOUR), 7, "7: the automatic logout can't be set")
    suite.equal(node.logout(), 19, "nobody has been logged in")
    suite.equal(node.login(), None, "a login that needs none is done")
    suite.equal(node.logout(), None, "and its logout")


def limit_stays(node):
    suite.equal(node.logout(), 7, "7: the automatic logout can't be removed")
    suite.equal(node.login(), 7, "nor for a login that begins anew")
    suite.equal(node.logout(), 7, "he is still on the phone")


def rows(node):
    suite.equal(node.login(), 6, "6: the login can't be written")
    suite.equal(node.by_axl(), "Database Error", "by AXL its message")
    suite.equal((node.who(), node.logout()), (None, 19), "queries are answered, nobody is logged in")


def main():
    with tempfile.TemporaryDirectory(prefix="ccmsim-damaged-") as tmp:
        whole = os.path.join(tmp, "whole")
        with daemon.Daemon(["--demo"], state=whole) as server:
            node = Node(server)
            suite.equal((node.login(HALF_AN_HOUR), node.logout()), (None, None), "before: login and logout")
            server.stop()
        damaged(whole, "flag", f"UPDATE device SET allowhotelingflag = '?' WHERE name = '{PHONE}'", flag)
        damaged(whole, "status", f"DELETE FROM extensionmobilitydynamic WHERE fkdevice = {PHONES_ROW}", status)
        damaged(whole, "limit", BREAK.format("INSERT ON shadow_extensionmobilitydynamic"), limit)
        damaged(whole, "rows", BREAK.format("UPDATE ON extensionmobilitydynamic"), rows)
        with daemon.Daemon(["--demo"], state=whole) as server:
            suite.equal(Node(server).login(HALF_AN_HOUR), None, "a login that the damage finds there")
            server.stop()
        damaged(whole, "limit-stays", BREAK.format("DELETE ON shadow_extensionmobilitydynamic"), limit_stays)
    suite.end()


main()
