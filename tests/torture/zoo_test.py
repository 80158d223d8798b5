#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A hundred hostile names, of processes, files, arguments and Unix sockets, in everything that portscope writes."""
import csv
import io
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../live"))

import namespace
import program
import scene
import terminal
import zoo
from names_test import exact, is_clean
from stream import Stream

NAMES = zoo.names()
FORMATS = ("table", "json", "jsonl", "csv", "tsv")
TEXTS = (["show", "-t", "state", "listen"], ["show", "-x", "state", "listen"], ["-tl", "-i", "-e", "-m"], ["-s"], ["list", "-txl", "-C", "local,name,cmdline,exe,cgroup,unit"])


class Zoo(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        cls.zoo = zoo.Zoo(cls.stage).settle(NAMES)

    def assert_clean(self, answer, format="table", codes=(0,)):
        self.assertIn(answer.code, codes, answer.err)
        self.assertTrue(is_clean(answer.text, format), ascii(answer.text))
        self.assertTrue(is_clean(answer.err), ascii(answer.err))

    def test_there_are_about_a_hundred(self):
        self.assertGreater(len(NAMES), 99)

    def test_a_row_is_a_row_in_every_format(self):
        for format in FORMATS:
            for table, count in (("-tlp", len(NAMES)), ("-xlp", 2 * len(NAMES))):
                with self.subTest(format=format, table=table):
                    answer = program.run(table, "-H", "--format", format, "-C", "local,peer,name,cmdline,exe,user")
                    self.assert_clean(answer, format)
                    self.assertEqual(answer.text.count("\n"), 1 if format == "json" else count)

    def test_json_has_the_bytes(self):
        for row in program.sockets("-tl"):
            name, pid = self.zoo.ports[row["local"]["port"]]
            with self.subTest(name):
                owner, = row["owners"]
                self.assertEqual((owner["pid"], exact(owner["name"], owner.get("name_b64"))), (pid, name))
                self.assertTrue(exact(owner["exe"], owner.get("exe_b64")).endswith(b"/" + name))

    def test_unix_sockets_have_the_bytes(self):
        rows = program.sockets("-xl")
        for key, prefix in (("abstract", b""), ("path", b"s")):
            found = [exact(row["local"][key], row["local"].get(f"{key}_b64")) for row in rows if key in row["local"]]
            self.assertEqual(sorted(found), sorted(prefix + name for name in NAMES))

    def test_csv_has_as_many_cells_as_headings(self):
        text = program.run("-txl", "--csv", "-C", "local,name,cmdline,exe").text
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        self.assertEqual({len(row) for row in rows}, {4})
        self.assertEqual(len(rows), 3 * len(NAMES) + 1)
        self.assertEqual([row for row in rows if any(cell[:1] in tuple("=+-@\t\r") and cell != "-" for cell in row)], [])

    def test_columns_stay_aligned_on_a_terminal(self):
        code, text = terminal.run(400, "-txl", "--color", "never", "-C", "name,owners,state,inode")
        heading, *rows = text.splitlines()
        self.assertEqual((code, len(rows)), (0, 3 * len(NAMES)))
        column = terminal.width(heading[:heading.index("STATE")])
        for row in rows:
            self.assertRegex(terminal.cut(row, column), r"^listen +\d+$", ascii(row))

    def test_every_text_is_clean_in_a_pipe_and_on_a_terminal(self):
        for arguments in TEXTS:
            with self.subTest(arguments):
                self.assert_clean(program.run(*arguments))
                for columns in (20, 80, 200):
                    code, text = terminal.run(columns, *arguments)
                    self.assertEqual(code, 0)
                    self.assertTrue(is_clean(terminal.COLOURS.sub("", text)), ascii(text))

    def test_every_culprit_is_shown_harmlessly(self):
        for port, (name, pid) in self.zoo.ports.items():
            with self.subTest(name):
                answer = program.run("why", str(port))
                self.assert_clean(answer, codes=(1,))
                self.assertIn(str(pid), answer.text)
                answer = program.run("kill", str(port), "--dry-run")
                self.assert_clean(answer)
                self.assertIn(str(pid), answer.text + answer.err)

    def test_events_are_lines(self):
        for format, separators in (("jsonl", 0), ("csv", None), ("tsv", None), ("text", None)):
            with self.subTest(format):
                stream = Stream(self, "-t", f"--format={format}" if format != "text" else "--watch=1", "--watch=0.1").begin()
                other = scene.Scene()
                self.addCleanup(other.close)
                few = zoo.Zoo(other, unix=False).settle(NAMES[::9])
                last = other.listener("127.0.0.1")
                stream.until(lambda line: str(scene.port(last)) in line)
                lines = stream.end()[1]
                self.assertTrue(is_clean("".join(lines), format), ascii(lines))
                for port in few.ports:
                    self.assertEqual(sum(f"{port}" in line for line in lines), 1, lines)


if __name__ == "__main__":
    namespace.run_tests()
