#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Who waits is told what for, on the terminal of the standard error output; and nothing stays of it."""
import os
import pty
import shutil
import subprocess
import unittest

import namespace
import program
import scene

# The kernel takes its time with the second piece of the answer.
SLOW = ["strace", "-f", "-o", "/dev/null", "-e", "trace=recvmsg", "-e", "inject=recvmsg:delay_enter=1500000:when=2"]


def left_of(line):
    """What a terminal shows at last of a line that was written over."""
    shown = []
    for piece in line.split("\r"):
        shown[:len(piece)] = piece
    return "".join(shown).rstrip()


def told(*arguments, prefix=()):
    """What came to the terminal behind the standard error output."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([*prefix, program.PATH, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=theirs, env=program.TRACED):
        os.close(theirs)
        pieces = []
        try:
            while piece := os.read(ours, 65536):
                pieces.append(piece)
        except OSError:  # EIO: the other side is closed
            pass
    os.close(ours)
    return b"".join(pieces).decode()


@unittest.skipUnless(shutil.which("strace"), "strace is not installed")
class Progress(unittest.TestCase):
    def setUp(self):
        self.stage = scene.Scene()
        self.addCleanup(self.stage.close)
        for _ in range(3):
            self.stage.listener("127.0.0.1")
        if subprocess.run([*SLOW, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode != 0:
            self.skipTest("strace may not trace here")

    def test_long_work_is_told_and_leaves_no_trace(self):
        text = told("-tan", prefix=SLOW)
        self.assertIn("\rreading tcp: 3 of 3 sockets", text)
        self.assertEqual(left_of(text), "")

    def test_where_nobody_looks_nothing_is_told(self):
        self.assertEqual(program.run("-tan", prefix=SLOW, env=program.TRACED).err, "")


if __name__ == "__main__":
    namespace.run_tests()
