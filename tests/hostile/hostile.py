#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Hostile requests, a thousand and more, side by side, while a witness keeps asking for an honest answer.

Each must get a clear answer (HTTP, and a SOAP fault where it was a message) or see its connection closed. At
the end the daemon must be alive, answer as before, and hold no more memory than a round before and no
connection. The daemon is that of CCMSIM_HTTPS, CCMSIM_HTTP, CCMSIM_USER, CCMSIM_PASSWORD, CCMSIM_PID; its idle
time should be a few seconds (--idle-timeout).

usage: tests/hostile/hostile.py [--rounds N] [--seed N] [--only NAME] [--verbose]"""

import argparse
import collections
import concurrent.futures
import os
import random
import ssl
import socket
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))
import abuses  # noqa: E402
import attacks  # noqa: E402
import fields  # noqa: E402
import tap  # noqa: E402
from wire import Closed, Target, Wrong, demand_fault, demand_soap  # noqa: E402

THREADS = 32
WITNESS_PATIENCE = 10.0  # the longest that an honest client waits on a loaded machine of two cores
# The daemon tells malloc to keep up to 64 MB that is free (main.c), and the journal fills up to 32 MB.
MAX_GROWTH_KB = 96 * 1024


def message_attack(make, may_pass, canary_port):
    def attack(target, rng):
        body = make(rng)
        if isinstance(body, str):
            body = body.replace("{canary}", str(canary_port)).encode()
        with target.connect() as wire:
            wire.send(target.request(body))
            try:
                answer = wire.answer()
            except Closed:
                raise Wrong("closed instead of a fault") from None
            return demand_soap(answer) if may_pass else demand_fault(answer)
    attack.__name__ = make.__name__
    return attack


def all_attacks(canary_port, schema):
    """(attack, how many of it in a round)"""
    messages = [(message_attack(make, False, canary_port), 7) for make in attacks.ILL_FORMED + attacks.NOT_FOR_AXL]
    messages += [(message_attack(make, True, canary_port), 5) for make in attacks.MAY_PASS]
    messages.append((fields.odd_fields(schema), 150))
    return messages + [(abuse, 7) for abuse in abuses.ABUSES] + [(abuse, 3) for abuse in abuses.SLOW_ABUSES]


class Canary:
    """A listener that no external entity should ever reach."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]

    def touched(self):
        try:
            self.listener.accept()[0].close()
            return True
        except BlockingIOError:
            return False


class Witness(threading.Thread):
    """An honest client: one connection as long as it lasts, a new one after each ten answers."""

    def __init__(self, target):
        super().__init__(daemon=True)
        self.target = target
        self.done = threading.Event()
        self.answers, self.longest, self.problem = 0, 0.0, ""

    def ask(self, wire):
        start = time.monotonic()
        wire.send(self.target.request(attacks.GOOD))
        answer = wire.answer()
        self.longest = max(self.longest, time.monotonic() - start)
        if answer.status != 200 or b"getCCMVersionResponse" not in answer.body:
            raise Wrong(f"status {answer.status}: {answer.body[:200]!r}")
        self.answers += 1

    def run(self):
        try:
            while not self.done.is_set():
                with self.target.connect() as wire:
                    for _ in range(10):
                        self.ask(wire)
                        self.done.wait(0.02)
        except (Wrong, Closed, OSError, ssl.SSLError) as problem:
            self.problem = f"{type(problem).__name__}: {problem}"


def process_value(pid, file, name):
    with open(f"/proc/{pid}/{file}", encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith(name + ":"):
                return int(line.split()[1])
    return 0


def sockets(pid):
    """Open ones; files and read connections to the store may become more with use."""
    count = 0
    for entry in os.listdir(f"/proc/{pid}/fd"):
        try:
            count += os.readlink(f"/proc/{pid}/fd/{entry}").startswith("socket:")
        except OSError:
            pass
    return count


def settled_sockets(pid, wanted):
    """Closed connections take the daemon a moment to notice."""
    for _ in range(100):
        count = sockets(pid)
        if count <= wanted:
            break
        time.sleep(0.1)
    return count


def one(attack, target, seed):
    try:
        return attack(target, random.Random(seed)), None
    except Closed:
        return "closed", None
    except Wrong as problem:
        return "wrong", f"seed {seed}: {problem}"
    except (OSError, ssl.SSLError) as problem:
        return "wrong", f"seed {seed}: {type(problem).__name__}: {problem}"


class Round:
    """Every attack, its number of times, mixed."""

    def __init__(self, target, wanted, seed):
        self.outcomes = collections.defaultdict(collections.Counter)
        self.problems = collections.defaultdict(list)
        jobs = [(attack, f"{seed}.{attack.__name__}.{i}") for attack, count in wanted for i in range(count)]
        random.Random(seed).shuffle(jobs)
        self.count = len(jobs)
        with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
            running = {pool.submit(one, attack, target, job): attack.__name__ for attack, job in jobs}
            for done in concurrent.futures.as_completed(running):
                outcome, problem = done.result()
                self.outcomes[running[done]][outcome] += 1
                if problem:
                    self.problems[running[done]].append(problem)


def main():
    parser = argparse.ArgumentParser(description="Hostile requests against a running daemon.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    env = os.environ
    target = Target(env["CCMSIM_HTTPS"], env["CCMSIM_HTTP"], env["CCMSIM_USER"], env["CCMSIM_PASSWORD"])
    pid = env["CCMSIM_PID"]
    suite, canary, start = tap.Suite(), Canary(), time.monotonic()
    wanted = [(attack, count) for attack, count in all_attacks(canary.port, fields.load_schema(target))
              if args.only in attack.__name__]
    first_sockets = sockets(pid)
    witness = Witness(target)
    witness.start()
    rounds, memory = [], []
    for number in range(args.rounds):
        rounds.append(Round(target, wanted, args.seed + number))
        memory.append(process_value(pid, "status", "VmRSS"))
    witness.done.set()
    witness.join(30)
    for attack, _ in wanted:
        name = attack.__name__
        problems = [problem for done in rounds for problem in done.problems[name]]
        seen = sum((done.outcomes[name] for done in rounds), collections.Counter())
        suite.ok(not problems, name.replace("_", " "), f"{len(problems)} of {sum(seen.values())} wrong: {problems[:2]}")
        if args.verbose:
            print("    ", dict(seen))
    suite.ok(not canary.touched(), "no external entity was fetched")
    suite.ok(not witness.problem and witness.answers > 0, "an honest client was served all the while", witness.problem)
    suite.ok(witness.longest < WITNESS_PATIENCE, "and never had to wait long", f"{witness.longest:.1f} s")
    suite.equal(one(honest, target, 0), ("answer", None), "the daemon answers as before")
    # The first round fills buffers and the journal; from then on there is nothing to grow for.
    growth = memory[-1] - memory[min(1, len(memory) - 1)]
    suite.ok(growth < MAX_GROWTH_KB, "the last round takes no more memory than the one before", f"{memory} kB")
    left = settled_sockets(pid, first_sockets)
    suite.ok(left <= first_sockets, "every connection is given back", f"{first_sockets}, now {left}")
    print(f"hostile: {sum(done.count for done in rounds)} requests in {time.monotonic() - start:.0f} s, witness "
          f"{witness.answers} answers, longest {1000 * witness.longest:.0f} ms, memory {memory} kB")
    suite.end()


def honest(target, _rng):
    with target.connect() as wire:
        wire.send(target.request(attacks.GOOD))
        return demand_soap(wire.answer())


if __name__ == "__main__":
    main()
