#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A Unix socket may be called anything: 108 bytes, NULs among them when the name is abstract."""
import ctypes
import os
import socket
import struct
import unittest

import namespace
import program
import scene
import terminal
from names_test import exact, is_clean, unescape

FORGERY = b"x\n0000000000000000: 00000002 00000000 00010000 0001 01 4242424 @forged-row"
PATHS = {  # relative, so that a name is just this
    "plain": b"plain", "newline": b"a\nb", "tab": b"a\tb", "blanks": b"  a  b  ", "escape": b"\x1b[31mred", "delete": b"\x7f\xc2\x9b31m",
    "rtl": "\u202eabc".encode(), "invalid": b"\xff\xfe", "full": b"f" * 108, "at": b"@same", "dash": b"-", "forged": FORGERY,
    "quote": b'"q",\'', "formula": b"=1+1", "comma": b"a,b", "inode": b"inode:12", "backslash": b"a\\nb", "null": b"null",
}
ABSTRACT = {
    "plain": b"plain", "newline": b"a\nb", "blanks": b"  a  b  ", "invalid": b"\xff\xfe", "nul": b"a\0b", "trailing": b"a\0",
    "leading": b"\0a", "empty": b"", "full": b"f" * 107, "same": b"same", "escape": b"\x1b]0;x\x07", "forged": FORGERY, "dash": b"-",
}


def bind(end, name):
    """All 108 bytes may be used, which the socket module does not do."""
    address = struct.pack("H", socket.AF_UNIX) + name
    if scene.libc.bind(end.fileno(), ctypes.create_string_buffer(address, len(address)), len(address)) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), name)


class UnixNames(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        cls.addClassCleanup(os.chdir, os.getcwd())
        os.chdir(cls.stage.directory)
        cls.names = {}
        for is_abstract, names in ((False, PATHS), (True, ABSTRACT)):
            for name in names.values():
                end = cls.stage.make(socket.AF_UNIX, socket.SOCK_STREAM)
                bind(end, (b"\0" if is_abstract else b"") + name)
                end.listen(1)
                cls.names[scene.inode(end)] = (is_abstract, name)

    def test_json_tells_the_exact_bytes(self):
        rows = {row["inode"]: row for row in program.sockets("-xl")}
        self.assertEqual(rows.keys(), self.names.keys())
        for inode, (is_abstract, name) in self.names.items():
            with self.subTest(abstract=is_abstract, name=name):
                local = rows[inode]["local"]
                key = "abstract" if is_abstract else "path"
                self.assertEqual(exact(local[key], local.get(f"{key}_b64")), name)
                self.assertNotIn("path" if is_abstract else "abstract", local)

    def test_every_format_is_clean_and_has_one_row_each(self):
        for source in ("netlink", "proc"):
            for format in ("table", "jsonl", "csv", "tsv"):
                with self.subTest(format=format, source=source):
                    answer = program.run("-xlH", "--format", format, "--source", source)
                    self.assertTrue(is_clean(answer.text, format), ascii(answer.text))
                    self.assertTrue(is_clean(answer.err), ascii(answer.err))
                    if source == "netlink":
                        self.assertEqual((answer.code, answer.err), (0, ""))
                        self.assertEqual(answer.text.count("\n"), len(self.names))

    def shown(self):
        """{inode: what the table has for its name}"""
        lines = program.run("-xaH", "-C", "inode,local").text.split("\n")[:-1]
        return {int(line.split()[0]): line.lstrip().split("  ", 1)[1] for line in lines}

    def test_different_names_look_different(self):
        shown = self.shown()
        seen = {}
        for inode, text in shown.items():
            self.assertNotIn(text, seen, f"{self.names[inode]} and {self.names.get(seen.get(text))}")
            seen[text] = inode

    def test_no_name_looks_like_none(self):
        nameless = self.stage.make(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(nameless.close)
        shown = self.shown()
        self.assertEqual([inode for inode, text in shown.items() if text == shown[scene.inode(nameless)]], [scene.inode(nameless)])

    def test_names_can_be_read_back(self):
        for inode, text in self.shown().items():
            is_abstract, name = self.names[inode]
            with self.subTest(abstract=is_abstract, name=name):
                if len(text) > 1 and text.startswith('"') and text.endswith('"'):
                    text = text[1:-1]
                self.assertEqual(unescape(text), (b"@" if is_abstract else b"") + name)

    def test_a_name_cannot_forge_a_row(self):
        for arguments in (["-x"], ["-xl"], ["-xa"]):
            self.assertEqual({row["inode"] for row in program.sockets(*arguments)}, self.names.keys())

    def test_in_proc_a_forgery_is_absent_or_announced(self):
        """There a name with line breaks cannot be told from rows."""
        document = program.document("-x", "--source", "proc", codes=(0, 3))
        inodes = [row["inode"] for row in document["sockets"]]
        self.assertLessEqual(self.names.keys(), set(inodes))
        self.assertEqual(len([inode for inode in inodes if inode in self.names]), len(self.names))
        forged = [row for row in document["sockets"] if row["inode"] not in self.names]
        if forged:
            self.assertFalse(document["complete"])
            self.assertIn("sockets", {gap["what"] for gap in document["gaps"]})
            self.assertFalse({row["owner_status"] for row in forged} & {"known", "kernel"})

    def test_no_line_is_wider_than_the_terminal(self):
        for columns in (80, 40, 20, 1):
            lines = terminal.run(columns, "-xl", "--color", "never")[1].split("\n")[:-1]
            self.assertIn(len(lines), (len(self.names) + 1, len(self.names) + 2))
            self.assertLessEqual(max(map(terminal.width, lines)), columns)

    def test_a_target_may_be_any_name_that_can_be_typed(self):
        for name in (b"plain", b"a\nb", b"  a  b  ", b"\xff\xfe", b"same"):
            rows = program.sockets("-xl", b"@" + name)
            self.assertEqual([self.names[row["inode"]] for row in rows], [(True, name)])
        with scene.Scene() as other:
            for name in (b"odd\n\xff", b"  ", b"]:80", b"x/tcp"):
                path = os.fsencode(other.directory) + b"/" + name.replace(b"/", b"_")
                end = other.make(socket.AF_UNIX, socket.SOCK_STREAM)
                end.bind(path)
                end.listen(1)
                self.assertEqual([row["inode"] for row in program.sockets("-l", path)], [scene.inode(end)], name)

    def test_removed_and_rebound(self):
        with scene.Scene() as other:
            path = str(other.directory / "again")
            first = other.unix(path)
            os.unlink(path)
            second = other.unix(path)
            self.assertEqual({row["inode"] for row in program.sockets("-xl", path)}, {scene.inode(first), scene.inode(second)})

    def test_a_name_the_kernel_chose(self):
        with scene.Scene() as other:
            end = other.make(socket.AF_UNIX, socket.SOCK_DGRAM)
            end.bind("")
            row, = (row for row in program.sockets("-xa") if row["inode"] == scene.inode(end))
            self.assertEqual(row["local"], {"abstract": end.getsockname()[1:].decode()})


if __name__ == "__main__":
    namespace.run_tests()
