# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""What the sweep found out about one object: per field whether all looks agreed, per step what failed."""

import json


class Record:
    def __init__(self, name, version):
        self.name, self.version = name, version
        self.fields = {}
        self.columns = {}
        self.steps = {}
        self.failures = []
        self.excepted = {}
        self.seconds = 0.0

    def step(self, step, ok, seen="", excerpt=None):
        """One whole request."""
        self.steps.setdefault(step, [0, 0])[0 if ok else 1] += 1
        if not ok:
            self._failure(step, "", seen, excerpt)
        return ok

    def field(self, step, path, ok, seen="", excerpt=None):
        """One look at one field."""
        self.fields[path] = self.fields.get(path, True) and ok
        if not ok:
            self._failure(step, path, seen, excerpt)

    def column(self, step, path, seen, excerpt=None):
        """A look at the column: seen is None when the value stands there."""
        if seen is NotImplemented:
            return
        self.columns[path] = self.columns.get(path, True) and seen is None
        self.field(step, path, seen is None, f"store holds {seen}", excerpt)

    def except_field(self, path, reason):
        self.excepted[path] = reason

    def _failure(self, step, path, seen, excerpt):
        once = {"step": step, "path": path, "seen": " ".join(str(seen).split())[:600]}
        if any(f["step"] == step and f["path"] == path for f in self.failures):
            return
        if excerpt and sum("request" in f for f in self.failures) < 12:
            once.update(excerpt)
        self.failures.append(once)

    @property
    def failed_fields(self):
        return sorted(path for path, ok in self.fields.items() if not ok and path not in self.excepted)

    def counts(self):
        return {"fields": len(self.fields | self.excepted), "failed_fields": len(self.failed_fields),
                "excepted": len(self.excepted), "columns": len(self.columns),
                "failed_columns": sum(not ok for ok in self.columns.values()),
                "steps": sum(ok for ok, _ in self.steps.values()),
                "failed_steps": sum(failed for _, failed in self.steps.values())}

    def save(self, path, commit):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"object": self.name, "version": self.version, "commit": commit,
                       "seconds": round(self.seconds, 1), "counts": self.counts(), "steps": self.steps,
                       "failed_fields": self.failed_fields, "excepted": self.excepted,
                       "failures": self.failures}, file, indent=1, ensure_ascii=False)
