#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A copy of the program that has capabilities of its own: what it shows with them, and that they serve nothing else."""
import os
import pathlib
import re
import shutil
import struct
import subprocess
import unittest

import namespace
import program
import scene
from nobody import AS_NOBODY, copy_program
from rights_test import SERVER

KILL, NET_ADMIN, SYS_PTRACE, DAC_READ_SEARCH = 5, 12, 19, 2  # linux/capability.h
LENT = (KILL, NET_ADMIN, SYS_PTRACE, DAC_READ_SEARCH)
CALL = re.compile(r"^(\d+) +(\w+)\((.*)$", re.M)


def file_capabilities(capabilities, in_effect=False):
    """struct vfs_cap_data (linux/capability.h), revision 2."""
    mask = sum(1 << capability for capability in capabilities)
    return struct.pack("<5I", 0x02000000 | in_effect, mask & 0xFFFFFFFF, 0, mask >> 32, 0)


def bounding_set():
    return int(re.search(r"CapBnd:\s*(\w+)", pathlib.Path("/proc/self/status").read_text())[1], 16)


@namespace.needs_root
@unittest.skipIf(program.SANITIZED, "the address sanitizer needs the environment, which such a program is not given")
class LentRights(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not all(bounding_set() >> capability & 1 for capability in LENT):
            raise unittest.SkipTest("the capabilities to lend are not to be had here")
        cls.directory = copy_program(cls.addClassCleanup)
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        cls.port = scene.port(cls.stage.listener("127.0.0.1"))

    def setUp(self):
        place = program.PATH
        self.addCleanup(setattr, program, "PATH", place)
        (self.directory / "lent").unlink(missing_ok=True)  # it may still run
        program.PATH = shutil.copy(place, self.directory / "lent")
        self.lend(LENT)

    def lend(self, capabilities, in_effect=False):
        try:
            os.setxattr(program.PATH, "security.capability", file_capabilities(capabilities, in_effect))
        except OSError as error:
            self.skipTest(f"a file cannot have capabilities here: {error}")

    def traced(self, *arguments):
        """The calls of the program when nobody runs it, as [(thread, name, rest of the line)]."""
        log = self.directory / "log"
        done = subprocess.run(["strace", "-f", "-u", "nobody", "-o", log, "-e", "trace=capset,write,connect,execve,openat",
                               program.PATH, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=program.TIME_LIMIT)
        self.assertEqual(done.returncode, 0, done.stderr)
        return CALL.findall(log.read_text())

    def sets_at(self, calls):
        """What a thread has, as the text of strace, when it makes each of the calls that are not capset."""
        sets = {}
        for thread, name, rest in calls:
            if name == "capset":
                sets[thread] = re.search(r"effective=(\S+), permitted=([^}]*?), inheritable", rest).groups()
            else:
                yield name, rest, sets.get(thread)

    def test_owners_of_others_are_seen(self):
        for in_effect in (False, True):
            self.lend(LENT, in_effect)
            document = program.document("-tl", prefix=AS_NOBODY)
            row = program.find(document["sockets"], port=self.port)
            self.assertEqual([owner["pid"] for owner in row["owners"]], [os.getpid()])
            self.assertEqual(document["gaps"], [])

    def test_nobody_else_has_them(self):
        os.removexattr(program.PATH, "security.capability")
        row = program.find(program.sockets("-tl", prefix=AS_NOBODY), port=self.port)
        self.assertEqual(row["owner_status"], "hidden")

    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_none_is_left_when_a_byte_is_written(self):
        written = [sets for name, rest, sets in self.sets_at(self.traced("-tlp")) if name == "write" and rest.startswith("1,")]
        self.assertTrue(written)
        self.assertEqual(set(written), {("0", "0")})

    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_none_is_in_effect_between_the_looks(self):
        calls = list(self.sets_at(self.traced("events", "-tu", "--for=0.5", "--watch=0.1")))
        self.assertEqual([sets for name, rest, sets in calls if name == "write" and sets and sets[0] != "0"], [])

    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_nothing_is_run_connected_or_opened_for_writing_with_them(self):
        calls = list(self.sets_at(self.traced("-tlp")))
        self.assertEqual([name for name, _, _ in calls].count("execve"), 1, "its own start")
        self.assertEqual([rest for name, rest, sets in calls if name == "connect" and sets[0] != "0"], [])
        self.assertEqual([rest for name, rest, sets in calls if name == "openat" and re.search("O_WRONLY|O_RDWR|O_CREAT", rest)], [])

    def test_files_are_not_written(self):
        target = self.directory / "written"
        answer = program.run("-tl", "--output", str(target), prefix=AS_NOBODY)
        self.assertEqual((answer.code, answer.out), (2, b""))
        self.assertIn("--output", answer.err)
        self.assertFalse(target.exists())

    def test_programs_are_not_started(self):
        answer = program.run("free", "--exec", "--", "echo", "{port}", prefix=AS_NOBODY)
        self.assertEqual((answer.code, answer.out), (2, b""), answer.err)
        self.assertIn("echo", answer.err)

    def test_nobody_is_killed_with_them(self):
        victim = self.stage.keep(scene.start(SERVER))
        answer = program.run("kill", f"tcp:{victim.told[1]}", "--yes", prefix=AS_NOBODY)
        self.assertNotEqual(answer.code, 0, answer.text)
        os.kill(victim.pid, 0)

    def test_what_the_bounding_set_lacks_is_missed(self):
        answer = program.run("-tl", prefix=[*AS_NOBODY, "--bounding-set", "-sys_ptrace,-dac_read_search"])
        self.assertEqual(answer.code, 0, answer.err)
        self.assertIn("hidden", answer.text)
        self.assertEqual(answer.err.count("\n"), 1, answer.err)

    def test_set_user_id_is_refused(self):
        os.chmod(program.PATH, 0o4755)
        answer = program.run("-tl", prefix=AS_NOBODY)
        self.assertEqual((answer.code, answer.out), (2, b""))
        self.assertIn("set-user-id", answer.err)


if __name__ == "__main__":
    namespace.run_tests()
