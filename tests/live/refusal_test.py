#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Where the kernel refuses a road: AF_NETLINK forbidden by seccomp, /proc missing, or both."""
import errno
import pathlib
import socket
import sys
import unittest

import everything
import namespace
import program
import scene

LAUNCHER = pathlib.Path(__file__).with_name("seccomp.py")
REFUSALS = (errno.EAFNOSUPPORT, errno.EPERM, errno.EACCES)
NO_PROC = ["unshare", "-m", "--propagation", "unchanged", "sh", "-ec", 'mount --make-private /proc; mount -t tmpfs none /proc; exec "$@"', "sh"]


def without_netlink(error=errno.EPERM):
    return [sys.executable, str(LAUNCHER), str(error), str(int(socket.AF_NETLINK))]


def facts(row):
    """What both roads tell of a listener."""
    owners = [{key: owner[key] for key in ("pid", "fd", "name", "exe", "cmdline")} for owner in row["owners"]]
    return (*program.key(row), row["inode"], row.get("type"), row["owner_status"], str(owners))


class Refusal(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        everything.open_all(cls.stage)

    def test_the_launcher_denies_what_it_says(self):
        probe = "import socket\ntry: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)\nexcept OSError as e: print(e.errno)"
        for error in REFUSALS:
            out = program.subprocess.run([*without_netlink(error), sys.executable, "-c", probe], capture_output=True)
            self.assertEqual(out.stdout.decode().strip(), str(error), out.stderr)

    def test_the_same_listeners_appear_from_proc(self):
        whole = sorted(map(facts, program.sockets("--listen", "-A", "inet,unix")), key=str)
        self.assertGreater(len(whole), 30)
        for error in REFUSALS:
            with self.subTest(errno.errorcode[error]):
                answer = program.run("--listen", "-A", "inet,unix", prefix=without_netlink(error))
                self.assertEqual(answer.code, 0, answer.err)
                rows = program.sockets("--listen", "-A", "inet,unix", prefix=without_netlink(error))
                self.assertEqual(sorted(map(facts, rows), key=str), whole)

    def test_bound_sockets_may_be_missing_and_that_is_said(self):
        for error in REFUSALS:
            with self.subTest(errno.errorcode[error]):
                answer = program.run(prefix=without_netlink(error))
                self.assertEqual(answer.code, 3, answer.err)
                self.assertIn("bound", answer.err)
                self.assertEqual(answer.err.count("\n"), 1, answer.err)
                document = program.document("-t", codes=(3,), prefix=without_netlink(error))
                self.assertFalse(document["complete"])
                gap, = document["gaps"]
                self.assertEqual((gap["what"], gap["transport"], gap["why"]), ("sockets", "tcp", errno.errorcode[error]))

    def test_netlink_demanded_and_refused_is_trouble(self):
        answer = program.run("-t", "--source", "netlink", prefix=without_netlink())
        self.assertEqual((answer.code, answer.out), (2, b""))
        self.assertTrue(answer.err.startswith("portscope: "), answer.err)

    @unittest.skipIf(program.SANITIZED, "the address sanitizer itself needs /proc")
    @namespace.needs_root
    def test_neither_road(self):
        for arguments in ((), ("--listen",), ("-x",), ("-t", "--json"), ("-s",)):
            with self.subTest(arguments):
                answer = program.run(*arguments, prefix=[*NO_PROC, *without_netlink()])
                self.assertEqual((answer.code, answer.out), (2, b""))
                self.assertTrue(answer.err.startswith("portscope: "), answer.err)
                self.assertIn("EPERM", answer.err)


class EmptyRefusal(unittest.TestCase):
    """In a namespace without a socket, an empty /proc is an answer."""

    EMPTY = ["unshare", "-n"]

    @namespace.needs_root
    def test_no_listener_is_an_answer(self):
        answer = program.run("--listen", prefix=[*self.EMPTY, *without_netlink()])
        self.assertEqual((answer.code, answer.err), (1, ""))

    @namespace.needs_root
    def test_no_socket_in_proc_is_an_incomplete_answer_not_trouble(self):
        answer = program.run("-t", prefix=[*self.EMPTY, *without_netlink()])
        self.assertEqual(answer.code, 3, answer.err)
        self.assertIn("bound", answer.err)

    @namespace.needs_root
    def test_nothing_at_all(self):
        for arguments in ((), ("-a",), ("-x",), ("--listen", "--source", "proc")):
            answer = program.run(*arguments, prefix=self.EMPTY)
            self.assertEqual((answer.code, answer.err), (1, ""), arguments)


if __name__ == "__main__":
    namespace.run_tests()
