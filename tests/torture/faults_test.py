#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Whatever fails on the way: the whole answer, or one that says what it lacks; never a crash, never a hang."""
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../live"))

import faults
import namespace
import program
import scene
import terminal

PLACES = int(os.environ.get("TORTURE_PLACES", "1"))  # of each call and error


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        faults.open_sockets(cls.stage)
        cls.whole = faults.by_identity(faults.run().document)

    def judge(self, fault, seen):
        with self.subTest(fault):
            self.assertIsNone(faults.complaint(seen, self.whole, fault), f"{fault}: exit {seen.code}, stderr {seen.err!r}")


@unittest.skipUnless(shutil.which("strace"), "strace is not installed")
class SystemCalls(Case):
    def setUp(self):
        if faults.run(faults.strace("-o", "/dev/null")).code != 0:
            self.skipTest("strace may not trace here")
        self.before, self.calls = faults.calls_of_a_run()

    def each(self, cases):
        """(what is injected, how it ended)"""
        told = 0
        for fault in cases:
            told += 1
            try:
                yield fault, faults.run_with(fault)
            except subprocess.TimeoutExpired:
                self.fail(f"{fault}: hangs")
        print(f"{told} runs", flush=True)

    def test_one_fails(self):
        for fault, seen in self.each(faults.sweep(PLACES, self.before, self.calls)):
            self.judge(fault, seen)

    def test_a_signal_at_any_of_them(self):
        """The document is whole or absent, unless it was cut while it was written; what ends nothing changes nothing."""
        hit = 0
        for fault, seen in self.each(faults.signals_at(PLACES, self.before, self.calls)):
            deadly = "INT" in fault or "TERM" in fault
            # Where there are fewer processes than before, the last call of its kind does not come.
            if not deadly or seen.code == 0:
                self.judge(fault, seen)
                continue
            hit += 1
            with self.subTest(fault):
                self.assertIn(-seen.code if seen.code < 0 else seen.code - 128, (signal.SIGINT, signal.SIGTERM), seen.err)
                if seen.out and not fault.startswith("write:"):
                    self.assertEqual(faults.by_identity(seen.document).keys(), self.whole.keys())
        self.assertGreater(hit, PLACES * len(faults.SIGNALLED) // 2)


@unittest.skipUnless(shutil.which("strace"), "strace is not installed")
class ManySockets(Case):
    """So many that another thread receives what the kernel says of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ends = [cls.stage.keep(end) for _ in range(2000) for end in socket.socketpair()]
        cls.whole = faults.by_identity(faults.run().document)
        assert len(cls.whole) > len(ends)

    def test_to_receive_them_fails(self):
        before, calls = faults.calls_of_a_run()
        received = faults.sweep(PLACES, before, calls, ("recvmsg", "mmap", "sendto"))
        for fault in received:
            self.judge(fault, faults.run_with(fault))

    def test_no_thread_can_be_had(self):
        for limit in ("--nproc=1", "--stack=65536"):
            self.judge(limit, faults.run(["prlimit", limit]))


class Surroundings(Case):
    def test_nothing_is_wrong(self):
        seen = faults.run()
        self.assertEqual((seen.code, seen.err), (0, ""))
        self.judge("nothing", seen)
        self.assertGreater(len(self.whole), 40)

    def test_standard_streams_are_closed(self):
        for count in range(4):
            for closed in itertools.combinations((0, 1, 2), count):
                script = 'exec "$@" ' + " ".join(f"{number}>&-" for number in closed)
                seen = faults.run(["sh", "-c", script, "sh"])
                with self.subTest(closed=closed):
                    if 1 in closed:
                        self.assertEqual((seen.code, seen.out, bool(seen.err)), (2, b"", 2 not in closed))
                    else:
                        self.assertIsNone(faults.complaint(seen, self.whole))

    def test_few_descriptors(self):
        for limit in range(20, 2, -1):
            seen = faults.run(["prlimit", f"--nofile={limit}"])
            if seen.code == 127:  # the dynamic loader has too few
                break
            self.judge(f"nofile={limit}", seen)

    @unittest.skipIf(program.SANITIZED, "the address sanitizer needs terabytes of addresses")
    def test_little_memory(self):
        """From where the program can be started at all."""
        mebibyte, started = 1 << 20, 0
        for size in range(4, 64):
            limit = ["prlimit", f"--as={size * mebibyte}"]
            if faults.run(limit, ["--version"]).code == 0:
                self.judge(f"as={size}M", faults.run(limit))
                started += 1
        self.assertGreater(started, 10)

    def test_no_more_processes_and_a_small_stack(self):
        for limit in ("--nproc=1", "--stack=65536", "--core=0", "--memlock=0"):
            for road in ("auto", "proc", "bpf"):
                self.judge(f"{limit}, {road}", faults.run(["prlimit", limit], (*faults.ASKED, "--owners", road)))

    def test_odd_environments(self):
        odd = ({}, {"TERM": ""}, {"TERM": "\x1b]0;x\a"}, {"LC_ALL": "xx_YY"}, {"LC_ALL": "tr_TR.UTF-8"}, {"LC_ALL": "/../../tmp"},
               {"COLUMNS": "-1"}, {"COLUMNS": "abc"}, {"COLUMNS": "9" * 30}, {"COLUMNS": "0"}, {"TZ": ":/etc/passwd"}, {"HOME": "\xff"},
               {"NO_COLOR": "1"}, {"LANG": "x" * 100_000}, {"PATH": ""})
        for environment in odd:
            self.judge(str(environment)[:60], faults.run(env=environment))
            with self.subTest(environment=str(environment)[:60]):
                code, shown = terminal.run(80, "-tuxap", env=environment)
                self.assertEqual(code, 0, shown)
                self.assertGreater(shown.count("\n"), len(self.whole))

    def test_odd_terminals(self):
        expected = terminal.run(200, "-tuxap")[1]
        for columns in (0, 1, 2, 20, 40, 1000, 65535):
            for arguments in (("-tuxap",), ("--listen",), ("-s",), ("-tuxape",), (":1",), ("why", "1"), ("--help",)):
                with self.subTest(columns=columns, arguments=arguments):
                    code, shown = terminal.run(columns, *arguments)
                    self.assertIn(code, (0, 1))
                    self.assertLess(len(shown), 10 * len(expected), "blanks up to the edge")
                    if columns >= 20 and arguments != ("--help",):
                        self.assertLessEqual(max(map(terminal.width, shown.split("\n"))), max(columns, 40))


if __name__ == "__main__":
    namespace.run_tests()
