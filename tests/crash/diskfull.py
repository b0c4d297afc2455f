#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""A full disk and a read-only one under --state, on a small tmpfs: writes get a fault, nothing is half
done, reads go on, and writes too when there is room again. Needs root for the mount; else it is skipped."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]
import axl  # noqa: E402
import daemon  # noqa: E402
import tap  # noqa: E402
import writes  # noqa: E402

MOUNT_SIZE = "24m"
MOST_WRITES = 60000


def mount(options, directory):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", directory], check=False,
                          capture_output=True).returncode == 0


def fill(directory):
    """All of the room that is left but a little."""
    stat = os.statvfs(directory)
    with open(os.path.join(directory, "ballast"), "wb") as file:
        file.write(b"x" * max(0, stat.f_bavail * stat.f_bsize - (256 << 10)))


def full_disk(suite, directory, tmp):
    state = os.path.join(directory, "state")
    with daemon.Daemon(["--log-level", "warn"], state=state) as server:
        client = axl.Axl(server.https + "/axl/", server.user, server.password)
        before = writes.Writers(server, 0, 40)
        before.start()
        before.join()
        suite.equal(before.done, 40, "writes while there is room")
        fill(directory)
        writers = writes.Writers(server, 1000, MOST_WRITES)
        writers.start()
        while any(thread.is_alive() for thread in writers.threads):
            for thread in writers.threads:
                thread.join(0.05)
            if len(writers.faults) >= 8:
                writers.halt = True
        suite.ok(writers.faults, "a full disk gives a fault", f"{writers.done} writes went through")
        suite.ok(all(status == 500 for status, _, _ in writers.faults), "the fault is a SOAP fault", writers.faults[:2])
        suite.note(f"fault text: {writers.faults[0] if writers.faults else ''}")
        suite.ok(client.call("listRoutePartition", "<searchCriteria><name>%</name></searchCriteria>"
                             "<returnedTags><name/></returnedTags>").fault is None, "reads go on")
        os.unlink(os.path.join(directory, "ballast"))
        after = writes.Writers(server, 900000, 100)
        after.start()
        after.join()
        suite.equal((after.done, after.faults[:1]), (100, []), "writes go on when there is room")
        suite.equal(server.stop(), 0, "ends when asked")
        look = writes.Look(state, tmp)
        suite.equal(look.integrity(), ["ok"], "integrity_check")
        suite.equal(look.broken_keys(), [], "foreign_key_check")
        suite.equal(look.phones_without_line(), [], "no phone is half there")
        for kind in ("partition", "phone"):
            answered = before.answered[kind] | writers.answered[kind] | after.answered[kind]
            present = {name for name in look.names(kind) if name.startswith(("PT-", "SEP"))}
            suite.equal((sorted(answered - present)[:3], sorted(present - answered)[:3]), ([], []),
                        f"each {kind} that was answered, and no other")
        look.close()


def read_only(suite, directory):
    """Started on a read-only state: it says so in one line and doesn't run."""
    subprocess.run(["mount", "-o", "remount,ro", directory], check=True)
    server = daemon.Daemon(state=os.path.join(directory, "state"))
    try:
        server.start()
    except daemon.StartError:
        log = server.log_text().strip()
        suite.ok(server.process.returncode != 0 and log and len(log.splitlines()) == 1,
                 "a read-only state is refused in one line", log)
        suite.note(f"refusal: {log}")
    else:
        client = axl.Axl(server.https + "/axl/", server.user, server.password)
        answer = client.call("addRoutePartition", "<routePartition><name>RO</name></routePartition>")
        suite.ok(answer.fault is not None, "a write to a read-only state is a fault", answer.text[:300])
        server.stop()
    server.clean()


def main():
    suite = tap.Suite()
    with tempfile.TemporaryDirectory(prefix="ccmsim-full-") as tmp:
        directory = os.path.join(tmp, "disk")
        os.mkdir(directory)
        if not mount(f"size={MOUNT_SIZE}", directory):
            suite.skip("full and read-only disk", "can't mount a tmpfs here (not root?)")
            suite.end()
        try:
            full_disk(suite, directory, tmp)
            read_only(suite, directory)
        finally:
            subprocess.run(["umount", "-l", directory], check=False)
    suite.end()


main()
