# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""What the run's journals prove about AXL's operations, worked out by `ccmsim coverage` into
BUILD/coverage.json. Suites that only break things are not asked, nor sweeps that repeat one of another."""

import fnmatch
import os
import shutil
import subprocess

import daemon

NOT_RECORDED = ("crash", "disk-full", "hostile", "sweep-9*", "sweep-10*", "sweep-11*", "sweep-12*", "sweep-8.0")


def folder(logs, suite):
    """Where the daemons of a suite keep their journals; None: they don't."""
    if any(fnmatch.fnmatch(suite, pattern) for pattern in NOT_RECORDED):
        return None
    path = os.path.join(logs, "journals")
    os.makedirs(path, exist_ok=True)
    return path


def begin(logs):
    shutil.rmtree(os.path.join(logs, "journals"), ignore_errors=True)


def report(logs, complete):
    """A line of counts. A run of only some suites adds to what earlier ones proved."""
    journals = os.path.join(logs, "journals")
    kept = os.path.join(daemon.build_dir(), "coverage.json")
    files = [os.path.join(journals, name) for name in sorted(os.listdir(journals))] if os.path.isdir(journals) else []
    if not complete and os.path.exists(kept):
        files.append(kept)
    if not files:
        return "nothing recorded"
    program = os.path.join(daemon.build_dir(), "ccmsim")
    done = subprocess.run([program, "coverage", "--json", *files], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return "not known: " + done.stderr.strip()
    with open(kept, "w", encoding="utf-8") as out:
        out.write(done.stdout)
    shutil.rmtree(journals, ignore_errors=True)
    return subprocess.run([program, "coverage", kept], capture_output=True, text=True, check=True).stdout.splitlines()[-1]
