#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What a file names of the project, its includes reach. The builds of tests/run compile many files in one go, in which one
would not miss what another before it has included."""
import functools
import pathlib
import re
import tempfile
import unittest

from includes_test import part_of
from source_tree import ROOT, files

INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|^#[^\n]*', re.S | re.M)
# The layout is that of clang-format: what a namespace declares begins its line.
TYPE = re.compile(r"^(?:template <.*>\s*)?(?:struct|class|enum class|using) (?:\[\[\w+\]\] )?(\w+)\b(?!;)", re.M)
FUNCTION = re.compile(r"^(?!using|namespace|struct|class|enum|template|return)[\w:<>,&*\[\] ]+?[ &*](\w+)\(", re.M)
WORD = re.compile(r"\b[A-Za-z_]\w*\b")
CALL = re.compile(r"(?<![\w.>:])([a-z_]\w*)\(|\b(?:act|cli|collect|model|portscope|render|sys|watch)::([a-z_]\w*)\b")
# What the file itself declares, in whatever scope: types, functions, and variables, which are not always called.
OWN = (re.compile(r"\b(?:struct|class|enum class|using|typename) (\w+)"),
       re.compile(r"(?<!return)(?<!else)(?<=[\w>&*\]]) [&*]?(\w+)\("),
       re.compile(r"\b([a-z_]\w*)\b(?!\()"))
PLACES = ("src", "include")


def may_include(path, header):
    folder = header.parts[1]
    return folder in part_of(path.as_posix()).project or path.parts[1] == folder


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.headers = {path.relative_to(place).as_posix(): path for place in PLACES
                        for path in files(root, place, (".hpp",))}

    @functools.cache
    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    @functools.cache
    def code(self, path):
        return NOT_CODE.sub(" ", self.text(path))

    @functools.cache
    def included(self, path):
        """The headers of the project that it includes, and that these include."""
        found, rest = set(), [path]
        while rest:
            for name in INCLUDE.findall(self.text(rest.pop())):
                header = self.headers.get(name)
                if header is not None and header not in found:
                    found.add(header)
                    rest.append(header)
        return found

    def declared(self, pattern):
        """Name -> the one header that declares it."""
        homes = {}
        for header in self.headers.values():
            for name in pattern.findall(self.code(header)):
                homes.setdefault(name, set()).add(header)
        return {name: homes.pop() for name, homes in homes.items() if len(homes) == 1}

    def errors(self):
        types, functions = self.declared(TYPE), self.declared(FUNCTION)
        return [error for place in PLACES for path in files(self.root, place, (".cpp", ".hpp"))
                for error in self.errors_in(path, types, functions)]

    def errors_in(self, path, types, functions):
        reach = self.included(path) | {path}
        known = {name for header in reach - {path} for name in WORD.findall(self.code(header))}
        known |= {name for pattern in OWN for name in pattern.findall(self.code(path))}
        used = {name: types[name] for name in WORD.findall(self.code(path)) if name in types}
        called = {name for names in CALL.findall(self.code(path)) for name in names}
        used |= {name: functions[name] for name in called if name in functions}
        return [f"{path}: names {name} of {header}, which it does not include" for name, header in used.items()
                if header not in reach and name not in known and may_include(path, header)]


class Reach(unittest.TestCase):
    def test_every_name_is_reached(self):
        errors = Tree(ROOT).errors()
        self.assertFalse(errors, "\n" + "\n".join(errors))

    def test_what_is_planted_is_found(self):
        source = 'namespace sys {{\n{}\nvoid work() {{\n  Thing thing(1);\n  sys::{}(thing);\n}}\n}}\n'
        with tempfile.TemporaryDirectory() as folder:
            directory = pathlib.Path(folder, "src/sys")
            directory.mkdir(parents=True)
            (directory / "thing.hpp").write_text("namespace sys {\nclass Thing {};\nvoid use(Thing thing);\n}\n")
            (directory / "both.hpp").write_text('#include "sys/thing.hpp"\n')
            (directory / "bare.cpp").write_text(source.format("", "use"))
            (directory / "whole.cpp").write_text('#include "sys/both.hpp"\n' + source.format("", "use"))
            (directory / "own.cpp").write_text(source.format("struct Thing {{}};\nvoid use(int thing);", "use"))
            self.assertEqual(sorted(error.split(" of ")[0] for error in Tree(folder).errors()),
                             ["src/sys/bare.cpp: names Thing", "src/sys/bare.cpp: names use"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
