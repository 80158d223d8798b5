#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Owners for a group: portscope-owners pins an iterator, and whoever may read it needs no right of their own."""
import grp
import os
import socket
import unittest

import namespace
import owner_roads
import program
import scene
from nobody import NOBODY

GROUP = grp.getgrgid(NOBODY).gr_name
OTHERS = 65533  # a group that is not let in
STRANGER = ["setpriv", "--reuid", str(NOBODY), "--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]


def inside(*steps):
    """A command that starts another one in a mount namespace with a /run of its own, after these steps."""
    script = " && ".join(["mount -t tmpfs -o mode=755 run /run", *steps, 'exec "$@"'])
    return ["unshare", "-m", "sh", "-c", script, "sh"]


class Pinned(unittest.TestCase):
    maxDiff = None

    @namespace.needs_root
    def setUp(self):
        owner_roads.need("bpf")
        self.pin = f"{owner_roads.pinner()} {GROUP}"
        self.stage = scene.Scene()
        self.addCleanup(self.stage.close)
        self.ends = [self.stage.listener("127.0.0.1"), self.stage.listener("127.0.0.1")]

    def told(self, road, prefix):
        document = program.document("-tl", "--owners", road, prefix=prefix)
        return document, {row["inode"]: row for row in document["sockets"] if row["inode"] in map(scene.inode, self.ends)}

    def test_a_stranger_in_the_group_sees_every_owner(self):
        prefix = [*inside(self.pin), *STRANGER, "--regid", str(NOBODY)]
        for road in ("pinned", "auto"):
            document, rows = self.told(road, prefix)
            self.assertTrue(document["complete"], document["gaps"])
            for end in self.ends:
                owner, = rows[scene.inode(end)]["owners"]
                self.assertEqual((owner["pid"], owner["fd"], owner["ppid"]), (os.getpid(), end.fileno(), os.getppid()))
                self.assertIsNone(owner["exe"], "that takes a right of one's own")

    def test_what_is_told_is_what_root_is_told(self):
        _, theirs = self.told("pinned", [*inside(self.pin), *STRANGER, "--regid", str(NOBODY)])
        _, roots = self.told("proc", [])
        for rows in (theirs, roots):
            for row in rows.values():
                for owner in row["owners"]:
                    owner["exe"] = None
        self.assertEqual(theirs, roots)

    def test_who_is_not_in_the_group_is_told_so(self):
        prefix = [*inside(self.pin), *STRANGER, "--regid", str(OTHERS)]
        document, rows = self.told("pinned", prefix)
        self.assertEqual({row["owner_status"] for row in rows.values()}, {"hidden"})
        self.assertEqual([gap["why"] for gap in document["gaps"]], ["EACCES"])
        self.assertEqual(self.told("auto", prefix)[0]["gaps"][0]["remedy"], "run as root, or see RIGHTS in portscope(8)")

    def test_after_it_was_removed_there_is_none(self):
        prefix = inside(self.pin, f"{owner_roads.pinner()} --remove", "! mountpoint -q /run/portscope/bpf")
        self.assertEqual(self.told("pinned", prefix)[0]["gaps"][0]["why"], "ENOENT")

    def test_a_file_that_looks_like_one_is_not_believed(self):
        forged = "mkdir -p /run/portscope/bpf && head -c 6400 /dev/zero >/run/portscope/bpf/owners-1"
        self.assertEqual(self.told("pinned", inside(forged))[0]["gaps"][0]["why"], "ENODEV")

    def test_it_can_be_pinned_twice_and_says_what_is_wrong(self):
        program.run(prefix=inside(self.pin, self.pin))
        answer = program.run(prefix=inside(f"{owner_roads.pinner()} no-such-group"))
        self.assertIn("cannot find the group no-such-group", answer.err)


if __name__ == "__main__":
    namespace.run_tests()
