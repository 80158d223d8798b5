#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Names are chosen by others: none may break a row, forge one, or steer the terminal."""
import base64
import csv
import io
import re
import unicodedata
import unittest

import namespace
import program
import scene
import terminal

NAMES = {  # at most 15 bytes, as the kernel has it
    "escape": b"\x1b[31mred\x1b[0m", "title": b"\x1b]0;gotcha\x07", "newline": b"a\nb", "two_lines": b"\ntcp  x",
    "forged": b'a",pid=1,fd=9)', "comma": b"a(1),b(2)", "paren": b"a) S 1 1 (b", "open": b"((((((", "empty": b"",
    "invalid": b"\xff\xfe\x80bad", "cut": "ab日本語日".encode() + b"\xe6", "rtl": "\u202eabc\u202c".encode(),
    "isolate": "\u2066x\u2069".encode(), "zero_width": "a\u200bb\ufeff".encode(), "wide": "日本語".encode(),
    "combining": "e\u0301\u0301\u0301\u0301\u0301".encode(), "c1": b"\xc2\x9b31m", "return": b"a\rb", "delete": b"a\x08\x7fb",
    "dash": b"-", "pid": b"1/sshd", "formula": b"=1+1", "plus": b"+1", "at": b"@SUM(1)", "backslash": b"\\x1b[31m",
    "json": b'"}],"x":[{', "tab": b"a\tb", "blank": b" a  b ", "hidden": b"hidden", "kernel": b"kernel", "separator": "a\u2028b".encode(),
}
HOLDER = """
import socket, sys
name = bytes.fromhex(sys.argv[1])
with open("/proc/self/comm", "wb", 0) as comm: comm.write(name or b"\\0")
end = socket.create_server(("127.0.0.1", int(sys.argv[2])))
print("ready", flush=True)
sys.stdin.read()
"""
FIRST_PORT = 20001
FORMATS = ("table", "json", "jsonl", "csv", "tsv")
COLUMNS = "local,owners,name,cmdline,exe,user,inode"


def is_clean(text, format="table"):
    """No character but printable ones and the format's own separators."""
    own = {"tsv": "\n\t", "csv": "\r\n"}.get(format, "\n")
    return not any(c not in own and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for c in text)


def exact(value, b64):
    return base64.b64decode(b64) if b64 is not None else value.encode()


def unescape(text):
    """What the escapes of a table stand for."""
    simple = {"n": "\n", "t": "\t", "\\": "\\", '"': '"'}

    def one(match):
        word = match.group(1)
        if word in simple:
            return simple[word].encode()
        number = int(word[1:], 16)
        return bytes([number]) if word[0] == "x" else chr(number).encode()

    pieces = re.split(r"(\\(?:n|t|\\|\"|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}))", text)
    return b"".join(one(re.match(r"\\(.*)", piece)) if piece.startswith("\\") else piece.encode() for piece in pieces)


class ProcessNames(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        cls.cases = {}
        for number, (case, name) in enumerate(NAMES.items()):
            # The last arguments are never looked at but for being shown.
            arguments = [name.hex(), str(FIRST_PORT + number), name.replace(b"\0", b""), b""]
            process = cls.stage.keep(scene.start(HOLDER, *arguments))
            cls.cases[FIRST_PORT + number] = (case, name, process.pid)

    def test_json_tells_the_exact_bytes(self):
        rows = program.sockets("-tl")
        self.assertEqual(len(rows), len(NAMES))
        for port, (case, name, pid) in self.cases.items():
            with self.subTest(case):
                owner, = program.find(rows, port=port)["owners"]
                self.assertEqual(owner["pid"], pid)
                self.assertEqual(exact(owner["name"], owner.get("name_b64")), name)
                arguments = owner.get("cmdline_b64") or [base64.b64encode(a.encode()).decode() for a in owner["cmdline"]]
                self.assertEqual([base64.b64decode(a) for a in arguments][-2:], [name, b""])
                self.assertEqual("name_b64" in owner, b"\xef\xbf\xbd" in name or not is_utf8(name))

    def test_every_format_is_clean_and_has_one_row_each(self):
        for format in FORMATS:
            for columns in ([], ["-C", COLUMNS]):
                with self.subTest(format=format, columns=columns):
                    answer = program.run("-tlH", "--format", format, *columns)
                    self.assertEqual((answer.code, answer.err), (0, ""))
                    self.assertTrue(is_clean(answer.text, format))
                    count = answer.text.count("\n")
                    self.assertEqual(count, 1 if format == "json" else len(NAMES))

    def test_csv_reads_back(self):
        rows = list(csv.DictReader(io.StringIO(program.run("-tl", "--csv", "-C", "local_port,pid,name,cmdline").text, newline="")))
        self.assertEqual(len(rows), len(NAMES))
        for row in rows:
            case, name, pid = self.cases[int(row["local_port"])]
            with self.subTest(case):
                self.assertEqual(int(row["pid"]), pid)
                self.assertNotIn(row["name"][:1], tuple("=+-@\t\r"))
                self.assertFalse(set(row) - {"local_port", "pid", "name", "cmdline"}, "more cells than headings")

    def test_tsv_has_the_cells_of_its_heading(self):
        lines = program.run("-tl", "--tsv", "-C", "local_port,pid,name,cmdline,exe").text.split("\n")[:-1]
        self.assertEqual({line.count("\t") for line in lines}, {4})
        for line in lines[1:]:
            port, pid = line.split("\t")[:2]
            self.assertEqual(self.cases[int(port)][2], int(pid))

    def test_one_holder_each_and_the_name_can_be_read_back(self):
        lines = program.run("-tlH", "-C", "local_port,owners").text.split("\n")[:-1]
        self.assertEqual(len(lines), len(NAMES))
        for line in lines:
            port, text = re.fullmatch(r" *(\d+)  (.*)", line).groups()
            case, name, pid = self.cases[int(port)]
            with self.subTest(case):
                tail = f"({pid})"
                self.assertTrue(text.endswith(tail), text)
                shown = text[:-len(tail)]
                if shown.startswith('"'):
                    self.assertTrue(shown.endswith('"') and len(shown) > 1, shown)
                    shown = shown[1:-1]
                    self.assertIsNone(re.search(r'(?<!\\)(?:\\\\)*"', shown), shown)
                self.assertEqual(unescape(shown), name)

    def test_nothing_and_a_name_differ(self):
        lines = program.run("-tlH", "-C", "local_port,name").text.split("\n")[:-1]
        shown = {self.cases[int(line[:5])][0]: line[7:] for line in lines}
        self.assertNotIn(shown["empty"], ("-", ""))
        self.assertNotEqual(shown["dash"], "-")

    def test_columns_stay_aligned_on_a_terminal(self):
        code, text = terminal.run(400, "-tl", "--color", "never", "-C", "local_port,owners,state,inode")
        self.assertEqual(code, 0)
        heading, *rows = text.splitlines()
        self.assertEqual(len(rows), len(NAMES))
        column = terminal.width(heading[:heading.index("STATE")])
        for row in rows:
            self.assertRegex(terminal.cut(row, column), r"^listen +\d+$", ascii(row))

    def test_no_line_is_wider_than_the_terminal(self):
        for columns in (200, 80, 40, 20, 3, 1):
            for arguments in (["-tl"], ["-tlH"], ["-tl", "-C", COLUMNS], ["-tl", "--color", "always"]):
                with self.subTest(columns=columns, arguments=arguments):
                    code, text = terminal.run(columns, *arguments)
                    self.assertEqual(code, 0)
                    lines = text.split("\n")[:-1]
                    # A last line may say which columns found no place.
                    least = len(NAMES) + ("-tlH" not in arguments)
                    self.assertIn(len(lines), (least, least + (columns < 200)))
                    self.assertLessEqual(max(map(terminal.width, lines)), columns)
                    self.assertTrue(is_clean(terminal.COLOURS.sub("", text)), ascii(text))

    def test_a_cut_is_marked(self):
        whole = terminal.run(400, "-tlH", "-C", "local_port,cmdline")[1].splitlines()
        cut = terminal.run(60, "-tlH", "-C", "local_port,cmdline")[1].splitlines()
        for before, after in zip(whole, cut):
            self.assertEqual("…" in after, terminal.width(before) > 60 or "…" in before, ascii(after))

    def test_a_terminal_without_a_size(self):
        code, text = terminal.run(0, "-tl")
        self.assertEqual((code, len(text.splitlines())), (0, len(NAMES) + 1))


def is_utf8(name):
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


if __name__ == "__main__":
    namespace.run_tests()
