#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""No stranger is blamed: sockets, descriptors and pids that are used again while we look."""
import pathlib
import sys
import unittest

import namespace
import owner_roads
import program
import recycler
import scene

ROWS = program.often(10_000)  # that have an owner
WORKERS = 48


class ByProc(unittest.TestCase):
    road = "proc"

    def setUp(self):
        owner_roads.need(self.road)
        self.stage = scene.Scene()
        self.addCleanup(self.stage.close)
        script = pathlib.Path(__file__).with_name("recycler.py").read_text()
        self.stage.keep(scene.start(script, str(WORKERS)))

    def look(self):
        """(owners that are right, strangers, status of the others)"""
        right, strangers, others = 0, [], set()
        answer = program.run("-tlH", "--tsv", "-C", "local_address,name,owner_status", "--owners", self.road,
                             f"src {recycler.NETWORK}0.0/16")
        for line in answer.lines:
            local, names, status = line.split("\t")
            owners = names.split(",") if names else []
            right += owners.count(recycler.name_of(local))
            strangers += [(local, name) for name in owners if name != recycler.name_of(local)]
            if not owners:
                others.add(status)
        return right, strangers, others

    def test_ten_thousand_owners_are_the_right_ones(self):
        right, statuses = 0, set()
        while right < ROWS:
            more, strangers, others = self.look()
            self.assertEqual(strangers, [])
            right += more
            statuses |= others
        # What was held by somebody who moved on is said to be.
        self.assertLessEqual(statuses, {"gone"} if namespace.is_root() else {"gone", "hidden"})
        print(f"{right} owners by {self.road}, all right")


class ByBpf(ByProc):
    road = "bpf"


if __name__ == "__main__":
    namespace.run_tests()
