#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Fifteen clients ask for what takes long, endless joins and answers of 50 MB, of a daemon with one event loop: meanwhile
others are answered, quick statements, writes and new passwords too, and when the clients hang up their work ends. How
much slower the others get is for `make bench`."""

import select
import socket
from xml.sax.saxutils import escape

import kit
import axl
import tap

ENDLESS = ("SELECT count(*) FROM phonebutton a, phonebutton b, phonebutton c, phonebutton d "
           "WHERE a.label < b.label AND b.pkid > c.pkid AND c.buttonnum != d.buttonnum")
LARGE = "SELECT a.pkid, a.label, b.pkid AS other, b.label AS otherlabel FROM phonebutton a, phonebutton b"
PHONE = "<name>SEP001122334455</name>"
PATIENCE = 60
TURNS = 3
# For slow statements, of a daemon with one event loop.
THREADS = 2


class Slow:
    """A client that has asked and waits."""

    def __init__(self, server, sql):
        sender = axl.Axl(server.https + "/axl/", server.user, server.password, timeout=PATIENCE)
        body = axl.ENVELOPE.format(version="15.0", operation="executeSQLQuery", content=f"<sql>{escape(sql)}</sql>")
        self.connection = sender.connect()
        self.connection.request("POST", "/axl/", body.encode(), {
            "Content-Type": "text/xml; charset=utf-8", "Authorization": sender.authorization,
            "SOAPAction": '"CUCM:DB ver=15.0 executeSQLQuery"'})

    def waits(self):
        """Whether nothing has come back."""
        return not self.connection.sock.pending() and not select.select([self.connection.sock], [], [], 0)[0]

    def read(self):
        answer = self.connection.getresponse()
        return kit.Result(axl.Answer(answer.status, answer.headers, answer.read()))

    def hang_up(self):
        self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.connection.close()


def add_users(fixture, count):
    """Application users who may use AXL, with passwords that nobody has used yet."""
    for n in range(count):
        fixture.sql.axl.call("addAppUser", f"<appUser><userid>load{n}</userid><password>Secret-{n}-load</password><associatedGroups>"
                             "<userGroup><name>Standard CCM Super Users</name></userGroup></associatedGroups></appUser>")


def others_are_answered(suite, fixture, endless):
    """The usual, what hashes, what writes, and quick statements, while more statements wait than there are threads for."""
    server = fixture.daemon

    def answered(name, answer):
        waiting = sum(client.waits() for client in endless)
        suite.ok(answer.fault is None and answer.status == 200 and waiting > THREADS, f"{name} is answered while the slow ones run",
                 answer.fault or answer.status if answer.fault or answer.status != 200 else f"{waiting} of them waited")

    asked = [("getPhone", PHONE), ("listPhone", "<searchCriteria><name>SEP%</name></searchCriteria><returnedTags><name/></returnedTags>"),
             ("getUser", "<userid>mscott</userid>"),
             ("updatePhone", PHONE + "<description>Michael Scott</description>"),
             ("executeSQLQuery", "<sql>SELECT name FROM devicepool WHERE name = 'HQ'</sql>"),
             ("executeSQLUpdate", "<sql>UPDATE device SET description = 'Michael S.' WHERE name = 'SEP001122334455'</sql>"),
             ("doAuthenticateUser", "<userid>mscott</userid><password>never seen {}</password>"),
             ("updateUser", "<userid>mscott</userid><password>Changed-{}-now</password>")]
    for turn in range(TURNS):
        for operation, content in asked:
            answered(f"{operation} {turn + 1}", fixture.sql.axl.call(operation, content.format(turn)))
        other = axl.Axl(server.https + "/axl/", f"load{turn}", f"Secret-{turn}-load", timeout=PATIENCE)
        answered(f"a user not seen before {turn + 1}", other.call("getUser", "<userid>mscott</userid>"))
        other.close()


def refused(suite, client):
    """An answer of 50 MB: refused, with the number that clients page by."""
    result = client.read()
    suite.ok(result.text is not None and result.text.startswith("Query request too large.") and
             "Total rows matched: 715716 rows" in result.text, "more than 8 MB is refused and the rows are counted", result)
    client.hang_up()


def main():
    suite = tap.Suite()
    with kit.Fixture("--workers", "1") as fixture:
        server = fixture.daemon
        rows = fixture.sql.query("SELECT count(*) FROM phonebutton").cells
        suite.equal(rows, [("846",)], "the table that the joins are of")
        add_users(fixture, TURNS)
        endless = [Slow(server, ENDLESS) for _ in range(10)]
        large = [Slow(server, LARGE) for _ in range(5)]
        others_are_answered(suite, fixture, endless)
        for client in endless:
            client.hang_up()
        for client in large:
            suite.attempt("an answer of 50 MB", refused, suite, client)
        again = Slow(server, "SELECT name FROM devicepool WHERE name = 'HQ'")
        suite.equal(again.read().cells, [("HQ",)], "after they hung up a statement has its turn at once")
        again.connection.close()
        suite.equal(server.stop(), 0, "and the daemon ends when asked")
    suite.end()


if __name__ == "__main__":
    main()
