#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What can be seen without rights, and that the rest is announced."""
import os
import pwd
import subprocess
import unittest

import namespace
import program
import scene
from nobody import AS_NOBODY, NOBODY, copy_program

HIDDEN_PROC = ["unshare", "-m", "--propagation", "unchanged", "sh", "-ec", 'mount --make-private /proc; mount -t proc -o hidepid=2 proc /proc; exec "$@"', "sh", *AS_NOBODY]
NO_PROC = ["unshare", "-m", "--propagation", "unchanged", "sh", "-ec", 'mount --make-private /proc; mount -t tmpfs none /proc; exec "$@"', "sh"]
SERVER = """
import socket
end = socket.create_server(("127.0.0.1", 0))
print("ready", end.fileno(), end.getsockname()[1], flush=True)
input()
"""


class Rights(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not namespace.is_root():
            raise unittest.SkipTest("only root can become somebody else")
        copy_program(cls.addClassCleanup)
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        cls.of_root = [cls.stage.listener("127.0.0.1"), cls.stage.listener("::1")]
        cls.of_nobody = cls.stage.keep(scene.start(SERVER, user=NOBODY, extra_groups=[]))
        cls.fd, cls.port = map(int, cls.of_nobody.told)

    def assert_one_note(self, answer, count):
        self.assertEqual(answer.err.count("\n"), 1, answer.err)
        self.assertIn(f" {count} socket", answer.err)

    def assert_owners_hidden(self, prefix, hidden_ports):
        for extra, code in (((), 0), (("--strict",), 3)):
            answer = program.run("-tl", *extra, prefix=prefix)
            self.assertEqual(answer.code, code, answer.err)
            self.assert_one_note(answer, len(hidden_ports))
        document = program.document("-tl", prefix=prefix)
        self.assertFalse(document["complete"])
        gap, = document["gaps"]
        self.assertEqual((gap["what"], gap["count"]), ("owners", len(hidden_ports)))
        self.assertTrue(gap["remedy"])
        for port in hidden_ports:
            row = program.find(document["sockets"], port=port)
            self.assertEqual((row["owner_status"], row["owners"]), ("hidden", []))
        return document["sockets"]

    def test_nobody_sees_his_own_and_is_told_of_the_rest(self):
        rows = self.assert_owners_hidden(AS_NOBODY, [scene.port(end) for end in self.of_root])
        own = program.find(rows, port=self.port)
        self.assertEqual([(owner["pid"], owner["fd"]) for owner in own["owners"]], [(self.of_nobody.pid, self.fd)])
        self.assertEqual(own["owner_status"], "known")
        self.assertEqual((own["uid"], own["user"]), (NOBODY, pwd.getpwuid(NOBODY).pw_name))
        for end in self.of_root:
            row = program.find(rows, port=scene.port(end))
            self.assertEqual((row["uid"], row["user"]), (0, "root"))

    def test_the_note_names_the_right(self):
        answer = program.run("-tl", prefix=AS_NOBODY)
        self.assertIn("run as root", answer.err)
        self.assertIn("hidden", answer.text)
        self.assertNotIn("hidden", program.run("-tl", str(self.port), prefix=AS_NOBODY).text)
        for right, missing in (("dac_read_search", "CAP_SYS_PTRACE"), ("sys_ptrace", "CAP_DAC_READ_SEARCH")):
            half = [*AS_NOBODY, f"--inh-caps=-all,+{right}", f"--ambient-caps=-all,+{right}"]
            self.assertIn(missing, program.run("-tl", prefix=half).err, right)

    def test_both_rights_are_enough(self):
        rights = "-all,+dac_read_search,+sys_ptrace"
        answer = program.run("-tl", prefix=[*AS_NOBODY, f"--inh-caps={rights}", f"--ambient-caps={rights}"])
        # Where some process is protected even from root, hidden sockets would still be unlikely here.
        self.assertEqual((answer.code, answer.err), (0, ""))
        self.assertIn(str(os.getpid()), answer.text)

    def test_nothing_hidden_nothing_said(self):
        answer = program.run("-tl", str(self.port), "--strict", prefix=AS_NOBODY)
        self.assertEqual((answer.code, answer.err), (0, ""))
        self.assertTrue(program.document("-tl", str(self.port), prefix=AS_NOBODY)["complete"])

    def test_hidepid(self):
        rows = self.assert_owners_hidden(HIDDEN_PROC, [scene.port(end) for end in self.of_root])
        own = program.find(rows, port=self.port)
        self.assertEqual([owner["pid"] for owner in own["owners"]], [self.of_nobody.pid])

    @unittest.skipIf(program.SANITIZED, "the address sanitizer itself needs /proc")
    def test_netlink_without_proc(self):
        ports = sorted([*map(scene.port, self.of_root), self.port])
        rows = self.assert_owners_hidden(NO_PROC, ports)
        self.assertEqual(sorted(row["local"]["port"] for row in rows), ports)

    @unittest.skipIf(program.SANITIZED, "the address sanitizer itself needs /proc")
    def test_what_only_proc_lists_is_missed_aloud(self):
        self.stage.bound("127.0.0.1", 77, kind=scene.socket.SOCK_DGRAM, protocol=1)
        answer = program.run("--icmp", prefix=NO_PROC)
        self.assertNotEqual(answer.code, 0)
        self.assertTrue(answer.err.startswith("portscope: "), answer.err)

    def test_quiet_needs_no_note_of_owners(self):
        answer = program.run("-tlq", prefix=AS_NOBODY)
        self.assertEqual((answer.code, answer.out, answer.err), (0, b"", ""))

    def test_the_shape_of_proc_subset_pid(self):
        prefix = ["unshare", "-m", "--propagation", "unchanged", "sh", "-ec", 'mount --make-private /proc; mount -t proc -o subset=pid proc /proc; exec "$@"', "sh"]
        if subprocess.run([*prefix, "cat", "/proc/thread-self/net/tcp"], capture_output=True).returncode != 0:
            # Linux 5.10 has no tables there; netlink has.
            self.assertEqual(program.run("-tl", "--source", "proc", prefix=prefix).code, 2)
            self.assertEqual(len(program.sockets("-tl", prefix=prefix)), 3)
            return
        shown = program.sockets("-tl", "--source", "proc", prefix=prefix)
        self.assertEqual(len(shown), 3)
        self.assertEqual({row["owner_status"] for row in shown}, {"known"})


if __name__ == "__main__":
    namespace.run_tests()
