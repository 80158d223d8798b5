#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A file that no longer fits on a few screens has become two things."""
import pathlib
import tempfile
import unittest

from source_tree import ROOT, files

MOST_LINES = 300
TABLES = ("src/render/columns.cpp", "src/cli/options.cpp")  # as long as what they list


def sizes(root):
    sources = files(root, "src", (".cpp", ".hpp")) + files(root, "include", (".hpp", ".hpp.in"))
    return {path.as_posix(): len((root / path).read_text(encoding="utf-8").splitlines()) for path in sources}


def too_long(root):
    long = {path: lines for path, lines in sizes(root).items() if lines > MOST_LINES and path not in TABLES}
    return [f"{path}: {lines} lines, {MOST_LINES} are enough" for path, lines in long.items()]


class Sizes(unittest.TestCase):
    def test_no_source_is_too_long(self):
        lines = sorted(sizes(ROOT).values())
        self.assertGreater(len(lines), 50, "the sources are not where this test looks")
        print(f"{len(lines)} files, median {lines[len(lines) // 2]} lines, longest {lines[-1]}")
        self.assertFalse(too_long(ROOT), "\n" + "\n".join(too_long(ROOT)))

    def test_a_table_that_may_be_long_is_there(self):
        for path in TABLES:
            self.assertIn(path, sizes(ROOT))

    def test_a_long_file_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, lines in {"src/long.cpp": MOST_LINES + 1, "src/just.cpp": MOST_LINES, TABLES[0]: 900}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text("// a line\n" * lines)
            self.assertEqual(too_long(root), ["src/long.cpp: 301 lines, 300 are enough"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
