# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Results of a suite as lines: "ok - NAME", "not ok - NAME: what was seen", "ok - NAME # SKIP why"."""

import sys


class Suite:
    def __init__(self, client=None, api=None):
        """client and api name the row and column of the conformance table that this suite speaks for."""
        self.passed = self.failed = self.skipped = 0
        if client:
            self.note(f"client: {client}")
        if api:
            self.note(f"api: {api}")

    @staticmethod
    def note(text):
        print(f"# {text}", flush=True)

    def ok(self, condition, name, seen=""):
        if condition:
            self.passed += 1
            print(f"ok - {name}", flush=True)
        else:
            self.failed += 1
            seen = " ".join(str(seen).split())[:1000]
            print(f"not ok - {name}" + (f": {seen}" if seen else ""), flush=True)
        return bool(condition)

    def equal(self, got, wanted, name):
        return self.ok(got == wanted, name, f"got {got!r}, wanted {wanted!r}")

    def skip(self, name, why):
        self.skipped += 1
        print(f"ok - {name} # SKIP {why}", flush=True)

    def attempt(self, name, function, *args, **kwargs):
        """Call function; an exception is the failure called name, and the answer is then None."""
        try:
            return function(*args, **kwargs)
        except Exception as problem:
            self.ok(False, name, f"{type(problem).__name__}: {problem}")
            return None

    def end(self):
        sys.exit(1 if self.failed else 0)
