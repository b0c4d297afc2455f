# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Writes for the crash tests, from several threads: partitions, phones with a line each, changes. Keeps
which of them were answered, and looks into a store for them."""

import http.client
import shutil
import sqlite3
import sys
import os
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
import axl  # noqa: E402

PHONE = ("<phone>{fields}<callingSearchSpaceName/><devicePoolName>Default</devicePoolName>"
         "<commonPhoneConfigName>Standard Common Phone Profile</commonPhoneConfigName>"
         "<locationName>Hub_None</locationName><useTrustedRelayPoint>Default</useTrustedRelayPoint>"
         "<lines><line><index>1</index><dirn><pattern>{number}</pattern></dirn></line></lines>"
         "<phoneTemplateName>Standard 7965 SCCP</phoneTemplateName></phone>")


def request(n):
    """Operation and content of write n; its kind and the name that it leaves in the store."""
    if n % 4 == 0:
        name = "SEP%012X" % n
        identity = axl.fields(name=name, product="Cisco 7965", **{"class": "Phone"}, protocol="SCCP",
                              protocolSide="User")
        return "addPhone", PHONE.format(fields=identity, number=100000 + n), "phone", name
    name = f"PT-{n}"
    return "addRoutePartition", f"<routePartition>{axl.fields(name=name, description=n)}</routePartition>", \
        "partition", name


class Writers:
    """count writes beginning with number first, from threads, each with a connection of its own."""

    def __init__(self, server, first, count, threads=4):
        self.server = server
        self.lock = threading.Lock()
        self.next, self.last = first, first + count
        self.answered = {"partition": set(), "phone": set()}
        self.faults = []
        self.done = 0
        self.halt = False
        self.threads = [threading.Thread(target=self._work) for _ in range(threads)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join()

    def _take(self):
        with self.lock:
            if self.halt or self.next >= self.last:
                return None
            self.next += 1
            return self.next - 1

    def _work(self):
        client = axl.Axl(self.server.https + "/axl/", self.server.user, self.server.password)
        while (number := self._take()) is not None:
            operation, content, kind, name = request(number)
            try:
                answer = client.call(operation, content)
            except (OSError, http.client.HTTPException):
                return
            with self.lock:
                if answer.result:
                    self.answered[kind].add(name)
                    self.done += 1
                else:
                    self.faults.append((answer.status, answer.code, answer.fault or answer.text[:300]))


class Look:
    """A copy of the store's files, opened by itself, so that the daemon's own recovery is still to come."""

    def __init__(self, state, tmp):
        self.copy = os.path.join(tmp, "copy")
        shutil.rmtree(self.copy, ignore_errors=True)
        os.makedirs(self.copy)
        for name in os.listdir(state):
            if ".db" in name and not name.endswith("-shm"):
                shutil.copy(os.path.join(state, name), self.copy)
        name = next(name for name in os.listdir(self.copy) if name.endswith(".db"))
        self.db = sqlite3.connect(os.path.join(self.copy, name))

    def integrity(self):
        return [row[0] for row in self.db.execute("PRAGMA integrity_check")]

    def broken_keys(self):
        return self.db.execute("PRAGMA foreign_key_check").fetchall()

    def names(self, kind):
        if kind == "partition":
            return {row[0] for row in self.db.execute("SELECT name FROM routepartition")}
        return {row[0] for row in self.db.execute("SELECT name FROM device WHERE tkclass = 1 AND name LIKE 'SEP%'")}

    def phones_without_line(self):
        """A phone is written with its line in one transaction: one without is half-done."""
        return [row[0] for row in self.db.execute(
            "SELECT name FROM device d WHERE name LIKE 'SEP%' AND tkclass = 1 AND NOT EXISTS "
            "(SELECT 1 FROM devicenumplanmap m WHERE m.fkdevice = d.pkid)")]

    def close(self):
        self.db.close()
        shutil.rmtree(self.copy, ignore_errors=True)
