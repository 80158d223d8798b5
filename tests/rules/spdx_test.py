#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every source says under which licence it is, in a line that tools read (https://spdx.dev)."""
import pathlib
import re
import tempfile
import unittest

from source_tree import ROOT, files

FOLDERS = ("include", "src", "tests", "man", "packaging", ".ci")
SUFFIXES = (".cpp", ".hpp", ".h", ".c", ".hpp.in", ".py", ".sh", ".bash", ".fish", ".zsh", ".5", ".8", ".schema.json")
LINE = re.compile(r"SPDX-License-Identifier: MIT\b")
FOR_THE_KERNEL = re.compile(r"SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause\b")  # the kernel lends some helpers only to that
IN_THE_KERNEL = tuple(f"src/bpf/{name}" for name in ("bind_hash.bpf.c", "bind_hash.h", "cast.bpf.h", "choice.bpf.h", "file_tables.bpf.c",
                                                     "kernel.bpf.h", "process.bpf.h", "socket_file.h", "socket_files.bpf.c"))
HEAD = 5  # lines; a script begins with the name of its interpreter, a schema with its own names


def is_script(path):
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def sources(root):
    """By suffix, and scripts without one."""
    found = []
    for folder in FOLDERS:
        recorded = (pathlib.Path("tests/data"), pathlib.Path("tests/golden"))
        for path in files(root, folder, ("",)):
            if any(parent in recorded for parent in path.parents) or not (root / path).is_file():
                continue
            if path.name.endswith(SUFFIXES) or is_script(root / path):
                found.append(path)
    return found


def without_licence(root):
    bare = []
    for path in sources(root):
        head = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()[:HEAD]
        wanted = FOR_THE_KERNEL if path.as_posix() in IN_THE_KERNEL else LINE
        if not any(wanted.search(line) for line in head):
            bare.append(f"{path}:1: no line SPDX-License-Identifier: MIT")
    return bare


class Licence(unittest.TestCase):
    def test_every_source_has_the_line(self):
        self.assertGreater(len(sources(ROOT)), 50, "the sources are not where this test looks")
        bare = without_licence(ROOT)
        self.assertFalse(bare, "\n" + "\n".join(bare))

    def test_a_source_without_it_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "src").mkdir()
            (root / "src/good.cpp").write_text("// SPDX-License-Identifier: MIT\n")
            (root / "src/bare.cpp").write_text("int main() {}\n")
            (root / "src/late.hpp").write_text("\n" * HEAD + "// SPDX-License-Identifier: MIT\n")
            (root / "src/other").write_text("#!/bin/sh\n# SPDX-License-Identifier: GPL-2.0-only\n")
            (root / "src/notes.txt").write_text("not a source\n")
            found = [error.split(":")[0] for error in without_licence(root)]
            self.assertEqual(found, ["src/bare.cpp", "src/late.hpp", "src/other"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
