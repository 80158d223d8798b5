# SPDX-License-Identifier: MIT
"""A test that opens sockets of its own and looks at what is told of each."""
import os
import socket
import unittest

import program
import scene


def lack(*kind):
    """Why this kernel has no such socket, in the words of socket(2); empty when it has."""
    try:
        socket.socket(*kind).close()
    except OSError as error:
        return f"this kernel has no socket{kind}: {error}"
    return ""


def skip_without(*kind):
    return unittest.skipIf(lack(*kind), lack(*kind))


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.stage = scene.Scene()
        self.addCleanup(self.stage.close)

    def rows(self, *options):
        """{inode: row}; one look for many sockets, which is dear where the machine is emulated."""
        return {row["inode"]: row for row in program.sockets("-a", *options)}

    def row(self, end, *options):
        return program.find(program.sockets("-a", *options), inode=scene.inode(end))

    def assert_told(self, told, **expected):
        """Of `told` these members have these values."""
        self.assertEqual({name: told.get(name, "not told") for name in expected}, expected)

    def assert_mine(self, row, end):
        self.assertEqual([(owner["pid"], owner["fd"]) for owner in row["owners"]], [(os.getpid(), end.fileno())])
        self.assertEqual(row["owner_status"], "known")

    def rows_or_gap(self, transport, ends, options=(), askable=True):
        """The rows of these sockets; who is not told of is announced. `askable` says that the kernel can be asked for
        this transport: then all are told of, and nothing is announced."""
        answer = program.run("-a", "-A", f"icmp,{transport}", *options, "--json")  # a table that can always be read, too
        document = program.parse(answer.text)
        inodes = set(map(scene.inode, ends))
        rows = [row for row in document["sockets"] if row["inode"] in inodes]
        missing = inodes - {row["inode"] for row in rows}
        gaps = [gap for gap in document["gaps"] if (gap["what"], gap.get("transport")) == ("sockets", transport)]
        self.assertEqual({row["transport"] for row in rows} - {transport}, set())
        if askable:
            self.assertEqual((missing, gaps, answer.code), (set(), [], 0), answer.err)
        elif missing:
            self.assertTrue(gaps, "'none' and 'cannot know' must not be confused")
        if gaps:
            self.assertEqual((answer.code, document["complete"], len(gaps)), (3, False, 1))
            self.assertGreaterEqual(len(missing) if gaps[0]["count"] is None else gaps[0]["count"], len(missing))
            self.assertIn(transport, answer.err)
            self.assertTrue(gaps[0]["remedy"])
        return rows
