#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""kill -9 in the middle of 1,000 writes, 20 times in a row on one state directory: every write that was
answered is there, nothing is half there, integrity and foreign keys hold. usage: crash.py [ROUNDS]"""

import os
import random
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]
import daemon  # noqa: E402
import tap  # noqa: E402
import writes  # noqa: E402

WRITES = 1000
PATIENCE = 60


def kill_amid(server, number, rng):
    """Start 1,000 writes and kill the daemon after some of them; the writers."""
    writers = writes.Writers(server, number * WRITES, WRITES)
    goal = rng.randint(WRITES // 10, WRITES * 9 // 10)
    writers.start()
    deadline = time.monotonic() + PATIENCE
    while writers.done < goal and not writers.faults and time.monotonic() < deadline:
        time.sleep(0.001)
    server.kill()
    writers.halt = True
    writers.join()
    return writers


def check(suite, number, state, tmp, answered, writers):
    look = writes.Look(state, tmp)
    label = f"round {number + 1}"
    suite.ok(writers.done < WRITES and not writers.faults, f"{label}: killed amid the writes",
             f"{writers.done} answered, faults {writers.faults[:2]}")
    suite.equal(look.integrity(), ["ok"], f"{label}: integrity_check")
    suite.equal(look.broken_keys(), [], f"{label}: foreign_key_check")
    for kind, names in answered.items():
        missing = names - look.names(kind)
        suite.ok(not missing, f"{label}: every answered {kind} is there ({len(names)})", sorted(missing)[:5])
    suite.equal(look.phones_without_line(), [], f"{label}: no phone is half there")
    look.close()


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    suite = tap.Suite()
    seed = random.randrange(1 << 32)
    suite.note(f"seed: {seed}")
    rng = random.Random(seed)
    answered = {"partition": set(), "phone": set()}
    with tempfile.TemporaryDirectory(prefix="ccmsim-crash-") as tmp:
        state = os.path.join(tmp, "state")
        for number in range(rounds):
            server = daemon.Daemon(["--log-level", "warn"], state=state)
            try:
                server.start()
            except daemon.StartError as problem:
                suite.ok(False, f"round {number + 1}: starts on what the last kill left", problem)
                break
            writers = kill_amid(server, number, rng)
            server.clean()
            for kind, names in writers.answered.items():
                answered[kind] |= names
            check(suite, number, state, tmp, answered, writers)
        with daemon.Daemon(state=state) as server:
            suite.ok(server.alive(), "starts after the last kill")
            suite.equal(server.stop(), 0, "and ends when asked")
    suite.end()


main()
