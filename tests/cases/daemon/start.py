#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Start and end: the ready line, what is refused, made-up credentials, a kept state, signals, systemd."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "lib")]
import daemon  # noqa: E402
import tap  # noqa: E402
from http_client import ENVELOPE, Client, basic  # noqa: E402

suite = tap.Suite()
PROGRAM = os.path.join(daemon.build_dir(), "ccmsimd")
PORTS = ["--https-port", "0", "--http-port", "0"]
READY = re.compile(r"^ccmsimd: ready https://127\.0\.0\.1:(\d+) http://127\.0\.0\.1:(\d+)$")


def environment(**more):
    env = {name: value for name, value in os.environ.items() if not name.startswith("CCMSIM_")}
    return dict(env, **more)


class Started:
    """A daemon by hand: its lines up to the ready line."""

    def __init__(self, *options, **env):
        self.process = subprocess.Popen([PROGRAM, *PORTS, *options], env=environment(**env), text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.lines = []
        while not self.lines or not self.lines[-1].startswith("ccmsimd: ready"):
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError(self.process.stderr.read())
            self.lines.append(line.rstrip("\n"))
        self.https, self.http = self.lines[-1].split()[2:4]

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


def refused(name, options, says, **env):
    done = subprocess.run([PROGRAM, *PORTS, *options], env=environment(**env), text=True, capture_output=True, timeout=30)
    lines = done.stderr.splitlines()
    suite.ok(done.returncode == 1 and len(lines) == 1 and says in lines[0] and not done.stdout, name,
             f"{done.returncode} {done.stdout} {done.stderr}")


def mistakes(tmp):
    refused("an unknown option", ["--nonsense"], "unknown option '--nonsense': try --help")
    refused("a value out of range", ["--workers", "1000"], "give a number from 0 to 256")
    refused("an unreadable file", ["--config", tmp + "/none"], "No such file")
    refused("an unreadable certificate", ["--tls-cert", tmp + "/none", "--tls-key", tmp + "/none"], "can't read")
    refused("a certificate that is none", ["--tls-cert", __file__, "--tls-key", __file__], "no certificate in")
    refused("a state that is no directory", ["--state", __file__], "Not a directory")
    refused("all addresses with a made-up password", ["--listen", "0.0.0.0"], "give --admin and --control-token")
    refused("the same when only checked", ["--listen", "0.0.0.0", "--check-config"], "give --admin and --control-token")
    refused("a journal that can't be written", ["--journal-file", tmp + "/none/x"], "can't write the journal file")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run([PROGRAM, "--https-port", "0", "--http-port", port], env=environment(), text=True,
                              capture_output=True, timeout=30)
        suite.ok(done.returncode == 1 and "Address already in use; stop what holds it" in done.stderr,
                 "a taken port", done.stderr)


def words():
    for options, says in ((["--version"], "ccmsimd "), (["--help"], "--https-port N"),
                          (["--sample-config"], "#https-port = 8443"), (["--check-config"], "the options are fine")):
        done = subprocess.run([PROGRAM, *options], env=environment(), text=True, capture_output=True, timeout=30)
        suite.ok(done.returncode == 0 and says in done.stdout and not done.stderr, " ".join(options), done.stdout)


def made_up():
    with_demo = Started("--demo")
    suite.ok(READY.match(with_demo.lines[-1]), "the ready line has its form", with_demo.lines[-1])
    match = re.match(r"^ccmsimd: made up for this cluster: user (\S+) password (\S+)$", with_demo.lines[0])
    suite.ok(match, "a password is made up and printed", with_demo.lines)
    answer = Client(with_demo.https).request("GET", "/axl/", auth=basic(*match.groups()))
    suite.equal(answer.status, 200, "and is let in")
    token = next(line.split()[-1] for line in with_demo.lines if "control token" in line)
    answer = Client(with_demo.http).request("GET", "/ccmsim/v1/health", auth="Bearer " + token)
    suite.equal(answer.status, 200, "so is the control token")
    command = next((line.split("try: ", 1)[1] for line in with_demo.lines if "try: curl" in line), "false")
    done = subprocess.run(["sh", "-c", command], text=True, capture_output=True, timeout=30)
    suite.ok("<phone " in done.stdout, "the line to paste lists phones", done.stdout[:300] + done.stderr[-200:])
    suite.equal(with_demo.end(signal.SIGINT)[:2], (0, ""), "SIGINT ends it, with status 0 and no more output")


def signals():
    d = Started(CCMSIM_ADMIN="a:b", CCMSIM_CONTROL="t")
    suite.equal(len(d.lines), 1, "with credentials given, there is the ready line only")
    client, answers = Client(d.https), []

    def ask():
        try:
            while True:
                answers.append(client.request("POST", "/axl/", ENVELOPE.format("getCCMVersion", ""), basic("a", "b")).status)
        except OSError:
            pass
        except Exception as problem:  # the connection ends between two requests
            if type(problem).__name__ not in ("RemoteDisconnected", "BadStatusLine", "ResponseNotReady"):
                answers.append(repr(problem))

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    suite.equal(d.end()[0], 0, "SIGTERM under load is status 0")
    thread.join()
    suite.ok(answers and set(answers) == {200}, "what was in flight was answered", set(answers))


def early():
    process = subprocess.Popen([PROGRAM, *PORTS, "--phones", "500000"], env=environment(), stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    process.terminate()
    suite.equal(process.wait(5), -signal.SIGTERM, "a signal before it is ready ends it at once")


def state(tmp):
    folder = tmp + "/state"
    add = ENVELOPE.format("addRoutePartition", "<routePartition><name>kept</name></routePartition>")
    first = Started("--state", folder, "--admin", "a:b", "--control-token", "t")
    suite.equal(Client(first.https).request("POST", "/axl/", add, basic("a", "b")).status, 200, "a write")
    refused("a state in use", ["--state", folder], "is in use")
    suite.equal(first.end()[0], 0, "the end")
    for name in os.listdir(folder):
        mode = stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode)
        suite.equal(mode & 0o077, 0, f"{name} is nobody else's to read")
    second = Started("--state", folder, "--admin", "a:c", "--control-token", "t")
    client = Client(second.https)
    get = ENVELOPE.format("getRoutePartition", "<name>kept</name>")
    suite.equal(client.request("POST", "/axl/", get, basic("a", "c")).status, 200, "what was written is there again")
    suite.equal(client.request("POST", "/axl/", get, basic("a", "b")).status, 401, "with the newly given password only")
    second.end()


def systemd(tmp):
    path = tmp + "/notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(path)
        told.settimeout(10)
        d = Started(NOTIFY_SOCKET=path)
        suite.equal(told.recv(100), b"READY=1", "systemd is told when it is ready")
        d.end()
        suite.equal(told.recv(100), b"STOPPING=1", "and when it ends")


def several():
    d = Started("--listen", "127.0.0.1", "--listen", "127.0.0.2", "--http-port", "0", "--admin", "a:b")
    urls = d.lines[-1].split()[2:]
    suite.equal((len(urls), len(set(urls))), (6, 6), "two addresses with three ports each")
    for url in urls:
        suite.ok(Client(url).request("GET", "/axl/", auth=basic("a", "b")).status in (200, 302), f"{url} answers")
    d.end()


def seeded():
    found = []
    for _ in range(2):
        d = Started("--seed", "42", "--admin", "a:b")
        add = ENVELOPE.format("addRoutePartition", "<routePartition><name>s</name></routePartition>")
        found.append(Client(d.https).request("POST", "/axl/", add, basic("a", "b")).text)
        d.end()
    suite.ok(found[0] == found[1] and "<return>{" in found[0], "the same seed and requests give the same answers", found)


with tempfile.TemporaryDirectory() as folder:
    for part, arguments in ((mistakes, [folder]), (words, []), (made_up, []), (signals, []), (early, []), (state, [folder]),
                            (systemd, [folder]), (several, []), (seeded, [])):
        suite.attempt(part.__name__, part, *arguments)
suite.end()
