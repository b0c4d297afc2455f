#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""The dynamic tables by SQL, while things happen: registrationdynamic follows the phones, as RIS tells of them, and
extensionmobilitydynamic who is logged in, over executeSQLQuery and `ccmsim sql` alike."""

import json

import kit
from companion import Companion, eventually
import tap

PHONE = "SEP001122334466"
ROW = ("SELECT r.lastknownipaddress, r.lastknownucm, r.lastseen, r.lastactive, s.name AS status FROM registrationdynamic r "
       "JOIN device d ON r.fkdevice = d.pkid JOIN typerisstatus s ON s.enum = r.tkrisstatus WHERE d.name = '%s'")
EVERY = "SELECT d.name, r.lastknownipaddress FROM registrationdynamic r, device d WHERE r.fkdevice = d.pkid"
LOGIN = ("SELECT u.userid, p.name AS profile, em.logintime FROM extensionmobilitydynamic em JOIN device d ON em.fkdevice = d.pkid "
         f"LEFT JOIN enduser u ON u.pkid = em.fkenduser LEFT JOIN device p ON p.pkid = em.fkdevice_currentloginprofile WHERE d.name = '{PHONE}'")


def row_of(sql, name):
    """The device's row as a dictionary; None: there is none."""
    result = sql.query(ROW % name)
    return dict(result.rows[0]) if result.rows else None


def known(companion):
    """Name and address of all devices that are or were registered, as the control API has them."""
    done = companion.run("--json", "phones", "--limit", "1000")
    devices = json.loads(done.stdout)
    devices = devices["phones"] if isinstance(devices, dict) else devices
    return sorted((d["name"], d.get("address") or "") for d in devices if d["status"] == "Registered")


def registrations(suite, sql, companion):
    seen = sorted(sql.query(EVERY).cells)
    suite.ok(len(seen) > 60 and seen == known(companion), "a row of each registered device, with its address",
             f"{len(seen)} {seen[:3]} {known(companion)[:3]}")
    by_key = sql.query("SELECT count(*) FROM device d, registrationdynamic r WHERE d.pkid = r.fkdevice").cells
    suite.equal(by_key, [(str(len(seen)),)], "found from the device too")
    keys = sql.query("SELECT count(DISTINCT pkid) AS keys, count(DISTINCT fkdevice) AS devices, count(*) FROM registrationdynamic").cells
    suite.equal(keys, [(str(len(seen)),) * 3], "a key each")
    paged = [row for page in range(0, len(seen), 7)
             for row in sql.query(f"SELECT SKIP {page} FIRST 7 pkid FROM registrationdynamic").cells]
    suite.equal(len(set(paged)), len(seen), "pages have each row once")
    one = companion.run("sql", "run sql " + EVERY + f" AND d.name = '{PHONE}'")
    suite.ok(one.returncode == 0 and dict(seen)[PHONE] in one.stdout, "the command line sees it", one)
    suite.equal(sql.query("SELECT count(*) FROM registrationdynamic WHERE fkdevice = 'nothing'").cells, [("0",)], "no such device")


def comes_and_goes(suite, sql, companion):
    before = row_of(sql, PHONE)
    suite.ok(before and before["status"] == "Registered" and int(before["lastseen"]) > 0 and before["lastactive"] == "0",
             "registered", before)
    suite.equal(companion.run("clock", "advance", "1h").returncode, 0, "an hour passes")
    suite.equal(companion.run("phone", "unregister", PHONE).returncode, 0, "unplugged")
    suite.equal(companion.run("clock", "advance", "10m").returncode, 0, "long enough to be missed")
    gone = row_of(sql, PHONE)
    suite.ok(gone and gone["status"] == "Unregistered" and gone["lastknownipaddress"] == before["lastknownipaddress"] and
             gone["lastknownucm"] == before["lastknownucm"] and int(gone["lastseen"]) >= int(before["lastseen"]) + 3600,
             "gone, the row keeps what was last, and when", f"{before} {gone}")
    suite.equal(companion.run("phone", "register", PHONE).returncode, 0, "plugged in")
    companion.run("clock", "idle")
    back = row_of(sql, PHONE)
    suite.ok(back and back["status"] == "Registered" and int(back["lastseen"]) > int(gone["lastseen"]), "and back", back)
    suite.equal(companion.run("call", "dial", PHONE, "1001").returncode, 0, "a call")
    active = row_of(sql, PHONE)
    suite.ok(int(active["lastactive"]) >= int(back["lastseen"]), "is its last activity", active)


def added_and_removed(suite, sql, companion):
    name = "SEP0A0B0C0D0E0F"
    added = sql.axl.call("addPhone", f"<phone><name>{name}</name><product>Cisco 8841</product><class>Phone</class>"
                         "<protocol>SIP</protocol><protocolSide>User</protocolSide><devicePoolName>Default</devicePoolName>"
                         "<commonPhoneConfigName>Standard Common Phone Profile</commonPhoneConfigName>"
                         "<locationName>Hub_None</locationName><useTrustedRelayPoint>Default</useTrustedRelayPoint>"
                         "<phoneTemplateName>Standard 8841 SIP</phoneTemplateName>"
                         "<securityProfileName>Cisco 8841 - Standard SIP Non-Secure Profile</securityProfileName></phone>")
    suite.ok(added.fault is None, "a new phone", added.fault)
    suite.equal(row_of(sql, name), None, "has no row before it registered")
    companion.run("clock", "idle")
    suite.equal((row_of(sql, name) or {}).get("status"), "Registered", "and one when it has")
    before = sql.query("SELECT count(*) FROM registrationdynamic").cells[0][0]
    sql.axl.call("removePhone", f"<name>{name}</name>")
    after = sql.query("SELECT count(*) FROM registrationdynamic").cells[0][0]
    suite.equal(int(after), int(before) - 1, "removed, its row is gone")


def not_for_writing(suite, sql):
    for statement, code in (("UPDATE registrationdynamic SET lastseen = 0", -273), ("DELETE FROM registrationdynamic", -274),
                            (f"INSERT INTO registrationdynamic(fkdevice) SELECT pkid FROM device WHERE name = '{PHONE}'", -275)):
        result = sql.update(statement)
        suite.ok(result.code == code, f"refused: {statement[:40]}", result)


def mobility(suite, sql, companion):
    suite.equal(sql.query(LOGIN).cells, [("mscott", "UDP-mscott", "1562843201")], "who the fixture has logged in")
    suite.equal(sql.axl.call("doDeviceLogout", f"<deviceName>{PHONE}</deviceName>").fault, None, "is logged out")
    suite.equal(sql.query(LOGIN).cells, [("", "", "")], "nobody is logged in")
    answer = sql.axl.call("doDeviceLogin", f"<deviceName>{PHONE}</deviceName><loginDuration>3600</loginDuration>"
                          "<profileName>UDP-mscott</profileName><userId>mscott</userId>")
    suite.ok(answer.fault is None, "a login", answer.fault)
    row = sql.query(LOGIN).cells
    suite.ok(row and row[0][:2] == ("mscott", "UDP-mscott") and int(row[0][2]) > 1562843201, "has its user, profile and time", row)
    answer = sql.axl.call("doDeviceLogout", f"<deviceName>{PHONE}</deviceName>")
    suite.ok(answer.fault is None, "a logout", answer.fault)
    suite.equal(sql.query(LOGIN).cells, [("", "", "")], "takes them away")
    companion.run("clock", "idle")


def main():
    suite = tap.Suite()
    with kit.Fixture("--clock", "manual") as fixture:
        companion = Companion(fixture.daemon)
        for part, args in ((registrations, (fixture.sql, companion)), (mobility, (fixture.sql, companion)),
                           (comes_and_goes, (fixture.sql, companion)), (added_and_removed, (fixture.sql, companion)),
                           (not_for_writing, (fixture.sql,))):
            suite.attempt(part.__name__, part, suite, *args)
    suite.end()


if __name__ == "__main__":
    main()
