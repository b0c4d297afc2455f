# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""A private daemon for a test: free ports, a password of its own, a temporary directory.

Used by tests/run, by suites that start daemons of their own (crash, sweep) and by hand."""

import os
import random
import secrets
import select
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def build_dir():
    return os.path.abspath(os.environ.get("CCMSIM_BUILD", os.path.join(ROOT, "build")))


def loopback():
    """An address of 127/8 that nobody else is likely to use: clients with a fixed port 8443 need their own."""
    return "127.%d.%d.%d" % (random.randint(16, 250), random.randint(1, 250), random.randint(2, 250))


def urls_of(line):
    """HTTPS and HTTP URL of a ready line."""
    words = line.split()
    return (next(word for word in words if word.startswith("https://")),
            next((word for word in words if word.startswith("http://")), ""))


class StartError(Exception):
    pass


class Daemon:
    """One running ccmsimd. Use as a context manager, or start() and stop()."""

    def __init__(self, options=(), state=None, fixed=False, program=None, ready_timeout=60):
        self.program = program or os.path.join(build_dir(), "ccmsimd")
        self.options = list(options)
        self.state = state
        self.address = loopback() if fixed else "127.0.0.1"
        self.ports = ("8443", "8080") if fixed else ("0", "0")
        self.user = "testadmin"
        self.password = secrets.token_hex(12)
        self.token = secrets.token_hex(16)
        self.ready_timeout = ready_timeout
        self.journals = os.environ.get("CCMSIM_JOURNALS")  # a folder: what is asked is kept there
        self.tmp = None
        self.process = None
        self.https = self.http = None

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, trace):
        self.stop()
        self.clean()

    def start(self):
        if self.tmp is None:
            self.tmp = tempfile.mkdtemp(prefix="ccmsim-test-")
        argv = [self.program, "--listen", self.address, "--https-port", self.ports[0], "--http-port", self.ports[1],
                *self.options]
        if self.state:
            argv += ["--state", self.state]
        if self.journals:
            argv += ["--journal-file", os.path.join(self.journals, os.path.basename(self.tmp))]
        env = dict(os.environ, CCMSIM_ADMIN=f"{self.user}:{self.password}", CCMSIM_CONTROL=self.token,
                   TMPDIR=self.tmp)
        self.log = open(os.path.join(self.tmp, "daemon.log"), "ab")
        self.process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=self.log, start_new_session=True)
        line = self.ready_lines(1)[0]
        self.https, self.http = urls_of(line)
        return self

    def ready_lines(self, count):
        """Wait for that many ready lines; StartError with the log if they don't come."""
        deadline = time.monotonic() + self.ready_timeout
        text = b""
        out = self.process.stdout.fileno()
        while time.monotonic() < deadline:
            if select.select([out], [], [], 0.2)[0]:
                piece = os.read(out, 4096)
                if not piece:
                    break
                text += piece
            lines = [line for line in text.decode("utf-8", "replace").splitlines(True)
                     if line.startswith("ccmsimd: ready ") and line.endswith("\n")]
            if len(lines) >= count:
                return lines
        self.process.kill()
        self.process.wait()
        raise StartError("no ready line from %s; log: %s" % (self.program, self.log_text()[-2000:]))

    def log_text(self):
        with open(os.path.join(self.tmp, "daemon.log"), encoding="utf-8", errors="replace") as log:
            return log.read()

    def environment(self):
        """What a suite is told of the daemon."""
        return {"CCMSIM_URL": self.https + "/axl/", "CCMSIM_HTTPS": self.https, "CCMSIM_HTTP": self.http,
                "CCMSIM_HOST": self.address, "CCMSIM_PORT": self.https.rsplit(":", 1)[1], "CCMSIM_USER": self.user,
                "CCMSIM_PASSWORD": self.password, "CCMSIM_TOKEN": self.token, "CCMSIM_STATE": self.state or "",
                "CCMSIM_PID": str(self.process.pid)}

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """As the power cut does: no chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def stop(self):
        """Ask it to end; the exit status, or None if it had to be killed."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = None
        self.process.stdout.close()
        self.log.close()
        return status

    def clean(self):
        if self.tmp:
            shutil.rmtree(self.tmp, ignore_errors=True)
            self.tmp = None
