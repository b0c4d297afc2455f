#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Two clusters in one process, and the same suites against both at the same time: neither may see anything
of the other. usage: twin.py SUITE ..."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import daemon  # noqa: E402
import tap  # noqa: E402


def commands(names):
    found = {}
    with open(os.path.join(HERE, "..", "suites"), encoding="utf-8") as table:
        for line in table:
            words = line.split()
            if words and words[0] in names:
                found[words[0]] = words[2:]
    return [(name, found[name]) for name in names]


class Twin(daemon.Daemon):
    """A Daemon that is two: sides holds the environment of each."""

    def __init__(self):
        super().__init__(program=os.path.join(daemon.build_dir(), "test", "twin"))
        self.sides = []

    def start(self):
        self.tmp = tempfile.mkdtemp(prefix="ccmsim-twin-")
        users = [("first", "first-password", "first-token"), ("second", "second-password", "second-token")]
        argv = [self.program]
        for number, (user, password, token) in enumerate(users):
            argv += ["--and"] * number + ["--https-port", "0", "--http-port", "0", "--admin", f"{user}:{password}",
                                          "--control-token", token]
        self.log = open(os.path.join(self.tmp, "daemon.log"), "ab")
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
                                        env=dict(os.environ, TMPDIR=self.tmp), start_new_session=True)
        for (user, password, token), line in zip(users, self.ready_lines(2)):
            self.https, self.http = daemon.urls_of(line)
            self.user, self.password, self.token = user, password, token
            self.sides.append(self.environment())
        return self


def play(suite, name, argv, sides, tmp):
    running = []
    for number, side in enumerate(sides):
        private = os.path.join(tmp, f"{name}-{number}")
        os.makedirs(private)
        env = dict(os.environ, **side, CCMSIM_TMP=private)
        running.append(subprocess.Popen(argv, cwd=daemon.ROOT, env=env, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
    for number, process in enumerate(running):
        output, _ = process.communicate()
        lines = output.splitlines()
        for line in lines:
            if line.startswith("not ok"):
                suite.ok(False, f"{name}, cluster {number + 1}: {line[9:]}")
        passed = sum(line.startswith("ok") for line in lines)
        suite.ok(process.returncode == 0 and passed, f"{name}, cluster {number + 1}: {passed} checks",
                 f"exit status {process.returncode}: {output[-300:]}")


def main():
    suite = tap.Suite()
    with tempfile.TemporaryDirectory(prefix="ccmsim-twin-") as tmp, Twin() as twin:
        for name, argv in commands(sys.argv[1:]):
            play(suite, name, argv, twin.sides, tmp)
        suite.equal(twin.stop(), 0, "both end when asked")
    suite.end()


main()
