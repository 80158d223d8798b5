#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What fingers know from ss, netstat, lsof, fuser and sockstat works, or is answered with how it is written here."""
import re
import shlex
import shutil
import subprocess
import unittest

import namespace
import program
import scene

PAGE = (program.ROOT / "man/portscope.8").read_text(encoding="utf-8")
TOOLS = {"netstat", "ss", "lsof", "fuser", "sockstat"}
# Before Linux 5.14 nobody knows whether a port that seems free is merely bound: `kill` says so, with exit code 3.
FOUND_OR_NOT = (0, 1) if namespace.LINUX >= (5, 14) else (0, 1, 3)

# What is refused, and what the one line must say; a spelling of ours in it must work.
REFUSED = {
    "-ti :8080": ("portscope -t --info :8080", "portscope -H -C pid :8080"),
    "-t -i :8080": ("portscope -t --info :8080", "portscope -H -C pid :8080"),
    "-ti:8080": ("portscope -t --info :8080", "portscope -H -C pid :8080"),
    "-tiTCP:8080": ("portscope -t --info tcp:8080", "portscope -H -C pid tcp:8080"),
    "-ti tcp:8080": ("portscope -t --info tcp:8080", "portscope -H -C pid tcp:8080"),
    "-p 1234": ("pid=1234", ":1234"),
    "-u www-data": ("user=www-data",),
    "-c nginx": ("proc=nginx",),
    "-i lo": ("dev=lo", "ip -s link show lo"),
    "-rn": ("ip route",),
    "-r": ("getent hosts ADDRESS",),
    "--resolve": ("getent hosts ADDRESS",),
    "-k 8080/tcp": ("portscope kill 8080/tcp",),
    "diff old.json": ("portscope --csv --output old.csv",),
    "check": ("portscope --listen --csv -C transport,local,name",),
    "-N blue -tl": ("nsenter --net=/run/netns/blue portscope -tl",),
    "--netns blue": ("nsenter --net=/run/netns/blue portscope -tulpn",),
    "--all-netns": ("ip -all netns exec portscope -tulpn",),
    "-Z": ("ps -Z -p PID",),
    "-T": ("ps -T -p PID",),
    "--format prom": ("-s --json",),
    "-b": ("-0 --info",),
    "-Fpcn": ("--json", "-C pid,name,local"),
    "-U": ("-x", "--udplite"),
    "-Q": ("-C transport,state,local,peer,owners",),
}
ENDLESS = {"netstat -tanc"}  # watch_test looks at the live view
WORKS = ("-i", "-s", "-tin", "-ti4", "-v", "-nP", "-q", "-tlnp 8080", "-p 8080/tcp", "-u 53", "-an --inet", "--inet6",
         "-A inet", "--protocol=inet", "--programs --numeric-ports --numeric-hosts", "-tulpen", "-planA inet", "+c0 -n")


def harmless(spelling):
    """The arguments of a spelling of ours; what acts only shows."""
    words = shlex.split(spelling)
    return [*words, "--dry-run"] if words[0] in ("kill", "close", "-K") else words


def habits():
    """The rows of the table: (what is typed elsewhere, how it is written here)."""
    section = re.search(r"^\.Sh HABITS\n(.*?)^\.Sh ", PAGE, re.MULTILINE | re.DOTALL)[1]
    rows = re.search(r"^\.Bd -literal\n(.*?)^\.Ed", section, re.MULTILINE | re.DOTALL)[1].splitlines()
    return [tuple(re.split(r"  +|(?<=.{39}) ", row, maxsplit=1)) for row in rows]


def lsof(*arguments):
    """The inodes of the sockets that lsof lists."""
    listed = subprocess.run(["lsof", "-nP", *arguments, "-Fd"], capture_output=True, text=True, check=False).stdout
    return {int(line[1:]) for line in listed.splitlines() if line.startswith("d")}


class Table(unittest.TestCase):
    def test_it_has_what_people_type(self):
        self.assertGreaterEqual(len(habits()), 50)
        self.assertEqual({shlex.split(row[0])[0] for row in habits()}, TOOLS)
        self.assertEqual(len({row[0] for row in habits()}), len(habits()))

    def test_every_spelling_of_ours_works(self):
        ours = [row[1] for row in habits() if row[1].startswith("portscope ") and row[0] not in ENDLESS]
        self.assertGreater(len(ours), 45)
        for spelling in ours:
            with self.subTest(spelling):
                answer = program.run(*harmless(spelling.removeprefix("portscope ")))
                self.assertIn(answer.code, FOUND_OR_NOT, answer.err)

    def test_every_habit_works_or_is_answered(self):
        for typed in (row[0] for row in habits() if "|" not in row[0] and row[0] not in ENDLESS):
            with self.subTest(typed):
                answer = program.run(*shlex.split(typed)[1:])
                if answer.code not in FOUND_OR_NOT:
                    self.assertEqual((answer.code, answer.out), (2, b""))
                    self.assertRegex(answer.err, r"\Aportscope: .*write .*\n  .*\n +\^+\n\Z")


class Habits(unittest.TestCase):
    def test_what_is_refused_is_answered(self):
        for typed, spellings in REFUSED.items():
            with self.subTest(typed):
                answer = program.run(*shlex.split(typed))
                self.assertEqual((answer.code, answer.out), (2, b""))
                lines = answer.err.splitlines()
                self.assertEqual(len(lines), 3, answer.err)
                self.assertEqual(set(lines[2]), {" ", "^"})
                for spelling in spellings:
                    self.assertIn(spelling, lines[0])

    def test_what_the_answers_say_works(self):
        spellings = {spelling for told in REFUSED.values() for spelling in told}
        spellings = {spelling.split("portscope ")[-1] for spelling in spellings
                     if "portscope " in spelling or not re.match(r"(ip|getent|ss|ps) ?", spelling)}
        for spelling in spellings - {"--csv --output old.csv"}:  # that would leave a file
            with self.subTest(spelling):
                answer = program.run(*harmless(spelling))
                self.assertIn(answer.code, FOUND_OR_NOT, answer.err)

    def test_what_means_one_thing_only_works(self):
        for typed in WORKS:
            with self.subTest(typed):
                answer = program.run(*shlex.split(typed))
                self.assertIn(answer.code, FOUND_OR_NOT, answer.err)
                self.assertTrue(typed != "-q" or answer.out == b"")


@unittest.skipUnless(shutil.which("lsof"), "lsof is not installed")
class AsLsof(unittest.TestCase):
    """The same sockets as lsof itself; only such as it can see, which have a descriptor."""

    @classmethod
    def setUpClass(cls):
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        listener = cls.stage.listener("127.0.0.1", 8080)
        cls.stage.connection("127.0.0.1", listener)
        cls.stage.listener("::1", 8443)
        cls.stage.listener("127.0.0.1", 80)
        cls.stage.udp("127.0.0.1", 8080)
        cls.stage.udp("127.0.0.1", 53)
        cls.stage.udp("::1", 53)

    def test_it_lists_the_same(self):
        for typed in ("-i :8080", "-i:8080", "-iTCP", "-i tcp", "-iUDP", "-iTCP:80,8080", "-i :8000-8100",
                      "-i :http-alt", "-iTCP@127.0.0.1:8080", "-i @[::1]:8443", "-i @127.0.0.1",
                      "-i @127.0.0.1:53,80", "-i4", "-i 6", "-i4TCP:8080", "-i UDP:53", "-iTCP:8080 -iUDP:53",
                      "-iTCP -sTCP:LISTEN", "-i -sTCP:LISTEN", "-i -sTCP:^LISTEN",
                      "-i -s TCP:^LISTEN,^ESTABLISHED", "-iTCP -sTCP:LISTEN,ESTABLISHED",
                      "-iTCP -sTCP:^LISTEN,ESTABLISHED", "-i :8080 -sTCP:LISTEN"):
            with self.subTest(typed):
                theirs = lsof(*shlex.split(typed))
                ours = {row["inode"] for row in program.sockets("-nP", *shlex.split(typed))}
                self.assertTrue(theirs, "the test shows nothing")
                self.assertEqual(ours, theirs)

    def test_where_lsof_shows_pids_nothing_is_shown(self):
        self.assertEqual(program.run("-t", "-i", ":8080").out, b"")


if __name__ == "__main__":
    namespace.run_tests()
