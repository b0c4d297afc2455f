# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""Where the contract files say that each field lives: the `store` sections of schema/axl/objects/*.axl
(docs/contract.md has the form), read line by line."""

import os
import re

VERSIONS = ["5.0", "6.0", "7.0", "7.1", "8.0", "8.5", "9.0", "9.1", "10.0", "10.5", "11.0", "11.5", "12.0", "12.5",
            "14.0", "15.0"]
RANGE = re.compile(r"^(\d+\.\d+)?(-)?(\d+\.\d+)?$")
FLAGS = {"readonly", "createonly", "writeonly", "guess", "inferred"}
CONVERSIONS = {"text", "int", "bool", "intbool", "onoff", "tf", "uuid", "time"}


def words_of(line):
    """Words of a line: blanks separate, double quotes hold together, # at the start of a word ends it."""
    words = []
    for match in re.finditer(r'"((?:\\.|[^"\\])*)"|(\S+)', line):
        if match.group(2) is not None and match.group(2).startswith("#"):
            break
        text = match.group(1)
        words.append(match.group(2) if text is None else re.sub(r"\\(.)", r"\1", text))
    return words


def holds(word, version):
    """Whether a word of version ranges covers version; None if it is no such word."""
    at = VERSIONS.index(version)
    found = False
    for part in word.split(","):
        match = RANGE.match(part)
        if not match or not (match.group(1) or match.group(3)):
            return None
        low = VERSIONS.index(match.group(1)) if match.group(1) else 0
        high = VERSIONS.index(match.group(3)) if match.group(3) else (len(VERSIONS) - 1 if match.group(2) else low)
        found = found or low <= at <= high
    return found


def pairs(words):
    return [tuple(word.split("=", 1)) for word in words]


class Line:
    """One field's home. kind and args as in the file; where holds the C=V conditions."""

    def __init__(self, path, kind, words):
        self.path, self.kind = path, kind
        self.args, self.where = [], []
        self.flags, self.default, self.reason = set(), None, ""
        self.conversion = self.by = self.order = self.of = self.on = None
        if kind == "none":
            self.reason = " ".join(words)
            return
        position = 0
        while position < len(words):
            position = self._word(words, position)

    def _word(self, words, position):
        word = words[position]
        following = words[position + 1] if position + 1 < len(words) else None
        if word == "where":
            stop = position + 1
            while stop < len(words) and "=" in words[stop] and not words[stop].startswith("default="):
                self.where += pairs([words[stop]])
                stop += 1
            return stop
        if word in ("by", "order", "of", "on") and following:
            setattr(self, word, following)
            return position + 2
        if word in FLAGS or word in ("create", "dense"):
            self.flags.add(word)
        elif word.startswith("default="):
            self.default = word[8:]
        elif word in CONVERSIONS and (self.args or self.kind == "shadow"):
            self.conversion = word
        else:
            self.args.append(word)
        return position + 1


class Side:
    """A companion row: its column that points to the row, or the row's column that points to it (by)."""

    def __init__(self, words):
        self.by = words[0] == "by"
        self.column = words[1] if self.by else words[0]
        self.where = pairs(words[words.index("where") + 1:]) if "where" in words else []


class Section:
    """The store section of one object, as it holds in one version."""

    def __init__(self, name):
        self.name = name
        self.table = None
        self.where, self.keys, self.order = [], [], None
        self.sides = {}
        self.lines = {}

    def line(self, path):
        return self.lines.get(path)

    def leaf_path(self, path):
        """Path of the line that holds a leaf's text: for a repeated or optional element that is PATH/. ."""
        return path + "/." if path + "/." in self.lines else path

    def scope(self, path):
        """The nearest rows or row line above path, or None for the object's own row."""
        parts = path.split("/")
        for stop in range(len(parts) - 1, 0, -1):
            line = self.lines.get("/".join(parts[:stop]))
            if line is not None and line.kind in ("rows", "row"):
                return line
        return None


HEADERS = {"table", "where", "set", "key", "order", "noun", "side", "side?"}


def read_section(path, version):
    section = None
    with open(path, encoding="utf-8") as file:
        for text in file:
            words = words_of(text)
            if section is None:
                if words == ["store"]:
                    section = Section(os.path.basename(path)[:-4])
                continue
            if words:
                read_line(section, words, version)
    return section


def read_line(section, words, version):
    # A reason may have a number in it: of a `none` line only the last word can be a range.
    ranged = words[-1:] if words[1:2] == ["none"] else words[2:]
    held = [(word, holds(word, version)) for word in ranged]
    if any(answer is False for _, answer in held):
        return
    words = words[:2] + [word for word in words[2:] if (word, True) not in held]
    name = words[0]
    if name == "table":
        section.table = words[1]
    elif name == "where":
        section.where += pairs(words[1:])
    elif name == "key":
        section.keys.append([word.rstrip("?") for word in words[1:]])
    elif name in ("side", "side?"):
        section.sides[words[1]] = Side(words[2:])
    elif name == "order":
        section.order = words[1]
    elif name not in HEADERS and len(words) > 1:
        section.lines[name] = Line(name, words[1], words[2:])


class StoreMap:
    """All sections, read when asked for."""

    def __init__(self, directory, version):
        self.directory, self.version = directory, version
        self._sections = {}

    def section(self, name):
        if name not in self._sections:
            path = os.path.join(self.directory, name + ".axl")
            found = read_section(path, self.version) if os.path.exists(path) else None
            self._sections[name] = found if found and found.table else None
        return self._sections[name]

    def target(self, line, words=None):
        """Table, text column and conditions of what a reference points to: (table, column, where)."""
        name = words or line.args[-1]
        if name.startswith("table:"):
            table, _, column = name[6:].partition(".")
            return table, line.by or column or "name", list(line.where)
        section = self.section(name)
        if section is None:
            return None
        return section.table, line.by or self.key_column(section), section.where + line.where

    @staticmethod
    def key_column(section):
        """Column of the natural key's first field."""
        for key in section.keys:
            home = section.lines.get(key[0])
            if home is not None and home.kind == "column":
                return home.args[0].split(".")[-1]
        return "name"
