#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What is no question is refused: exit code 2, nothing on stdout, and a first line that says why."""
import unittest

import namespace
import program

# word -> what the first line must say after "portscope: "
IMPOSSIBLE = {
    "0": "port 0 is no port: ports go from 1 to 65535",
    ":0": "port 0 is no port: ports go from 1 to 65535",
    "65536": "port 65536 is above 65535",
    ":99999": "port 99999 is above 65535",
    "99999999999999999999999": "port 99999999999999999999999 is above 65535",
    "70000/tcp": "port 70000 is above 65535",
    "8000-70000": "port 70000 is above 65535",
    "127.0.0.1:65536": "port 65536 is above 65535",
    "080": "a port is written without leading zeros: 80",
    "80-70": "the range ends before it begins",
    ":-1": None,
    "0x50": None,
    "": None,
    " 80": None,
    "80 ": None,
    "80-": None,
    "8 0": None,
    "+80": None,
    "80/": None,
    "80/tpc": "'tpc' is no protocol; did you mean tcp?",
    "127.0.0.1:": None,
    "999.1.1.1": "'999.1.1.1' is no IP address",
    "1.2.3": None,
    "1.2.3.4.5": None,
    "10.0.0.0/33": "an IPv4 prefix has 0 to 32 bits",
    "10.0.0.0/-1": None,
    "10.0.0.0/": None,
    "::1/129": "an IPv6 prefix has 0 to 128 bits",
    "[::1": "the bracket [ is not closed",
    "[::1]:0": "port 0 is no port: ports go from 1 to 65535",
    "[]:80": None,
    "[::1]80": None,
    "::1::2": None,
    "tcp:": None,
    "listne": None,
    "\x1b[31m80": None,
    "80\n81": None,
}
WRONG_OPTIONS = (["--lsiten"], ["--bogus"], ["-Y"], ["--columns"], ["-C", "nothing"], ["-C", ""], ["--sort", "nothing"],
                 ["--format", "xml"], ["--color", "maybe"], ["--source", "guess"], ["-A", "tpc"], ["-f", "ipx"],
                 ["--json=1"], ["state"], ["state", "lisen"], ["exclude", "nothing"], ["--output"], ["--output="],
                 ["--output", "/nonexistent/x"], ["--s"], ["-s", "--csv"], ["\x1b[31m"], ["--\x1b[31m"])


class Arguments(unittest.TestCase):
    def assert_refused(self, *arguments):
        answer = program.run(*arguments)
        self.assertEqual((answer.code, answer.out), (2, b""), answer.err)
        self.assertTrue(answer.err.startswith("portscope: "), answer.err)
        self.assertTrue(answer.err.endswith("\n"))
        self.assertTrue(all(c == "\n" or c.isprintable() for c in answer.err), ascii(answer.err))
        return answer.err.split("\n")

    def test_impossible_words(self):
        for word, reason in IMPOSSIBLE.items():
            with self.subTest(word):
                lines = self.assert_refused("-t", "--", word)
                if reason:
                    self.assertEqual(lines[0], f"portscope: {reason}")
                if word.isprintable() and word:
                    self.assertEqual(lines[1], f"  {word}")
                    self.assertEqual(set(lines[2]), {" ", "^"})
                    self.assertLessEqual(len(lines[2]), len(lines[1]))

    def test_the_mark_stands_under_the_fault(self):
        self.assertEqual(program.run(":99999").err, "portscope: port 99999 is above 65535\n  :99999\n   ^^^^^\n")
        self.assertEqual(program.run("10.0.0.0/33").err.split("\n")[2], "           ^^")

    def test_a_word_that_starts_with_a_dash_is_no_port(self):
        self.assert_refused("-1")

    def test_wrong_options(self):
        for arguments in WRONG_OPTIONS:
            with self.subTest(arguments):
                self.assert_refused(*arguments)

    def test_words_that_are_nearly_right_are_suggested(self):
        for arguments, hint in ((["--lsiten"], "--listen"), (["-A", "tpc"], "tcp"), (["state", "lisen"], "listen"),
                                (["-C", "inod"], "inode"), (["sumary"], "summary")):
            self.assertIn(hint, self.assert_refused(*arguments)[0])

    def test_dialects_that_clash_are_refused(self):
        for arguments in (["-ti", ":8080"], ["-u", "www-data"], ["-c", "nginx"], ["-k", "-n", "tcp", "8080"]):
            with self.subTest(arguments):
                self.assert_refused(*arguments)

    def test_extra_words_are_not_ignored(self):
        self.assert_refused("-tan", "and", "more")
        self.assert_refused("list", "summary")

    def test_bytes_that_are_no_text(self):
        for word in (b"\xff\xfe", b"80\xff", b"--\xff", b"@\xff\xff\x80/tcp\xff:"):
            answer = program.run(word)
            if word.startswith(b"@"):  # an abstract name may be anything
                self.assertEqual((answer.code, answer.out), (1, answer.out))
            else:
                self.assertEqual((answer.code, answer.out), (2, b""))
                self.assertTrue(answer.err.startswith("portscope: "))

    def test_a_great_many_words(self):
        self.assertEqual(program.run("-tq", *["1-65535"] * 10_000).code, 1)
        self.assert_refused(*["80"] * 9_999, "eighty")

    def test_a_very_long_word(self):
        answer = program.run("9" * 120_000)
        self.assertEqual((answer.code, answer.out), (2, b""))

    def test_an_option_twice_is_the_option(self):
        self.assertEqual(program.run("-tt", "-l", "-l", "--json", "--json").code, 1)
        self.assertEqual(program.run("--json", "--csv", "-tH", "-C", "inode").out, b"")

    def test_help_and_version_are_answers(self):
        for option in ("--help", "-h", "--version", "-V", "--list-columns", "--list-formats"):
            answer = program.run(option)
            self.assertEqual((answer.code, answer.err), (0, ""))
            self.assertTrue(answer.text.endswith("\n"))


if __name__ == "__main__":
    namespace.run_tests()
