#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""One namespace, two roads: what netlink tells and what /proc tells must be the same, but for what /proc cannot know."""
import copy
import unittest

import everything
import namespace
import program
import scene

IN_FLIGHT = 10_000  # bytes in a queue that is being filled; they move between two looks


def identity(row):
    return row["inode"] or program.key(row)


def as_proc_tells(row):
    """What is left of a row of netlink when only /proc is to be had (proc(5), portscope-json(5))."""
    told = copy.deepcopy(row)
    for unknown in ("cookie", "cgroup", "unit", "container", "interface", "shutdown"):
        told[unknown] = None
    if row["family"] == "ipv6" and row["local"]["address"] == "::":
        told["dual_stack"] = None
    if row["listen"] is not None:
        told["listen"].update(backlog=None, overflows=None, limited_by=None)
    if row["transport"] in ("tcp", "unix"):
        told["drops"] = None
    if row["transport"] == "unix":
        told.update(uid=None, user=None, unix={"file": None, "pending": None, "connected_by": None})
        if row["peer"] is not None:
            told["peer"] = {"inode": None, "told_by": None, "path": None}
    return told


def unknown_queues(row):
    """Queues that /proc does not tell: none of a Unix socket, and no limit of a listener."""
    if row["transport"] == "unix":
        return ("recv_queue", "send_queue")
    return ("send_queue",) if row["state"] == "listen" else ()


def comparable(row):
    """Without what changes between two looks, and without the queues that have a test of their own."""
    row = copy.deepcopy(row)
    for queue in unknown_queues(row):
        del row[queue]
    if row["transport"] == "unix" and row["listen"]:
        del row["listen"]["queued"]
    for owner in row["owners"]:
        del owner["start_time"]  # owners_test.py is strict about it
    if row["transport"] == "unix" and row.get("peer"):
        row["peer"].pop("owners", None)
    for queue in ("recv_queue", "send_queue"):
        if row.get(queue, 0) > IN_FLIGHT:
            row[queue] = "in flight"
    return row


class Roads(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = scene.Scene()
        everything.open_all(cls.stage)
        # A fork, so that sockets have more than one holder.
        cls.fork = scene.Held(lambda tell: tell())
        cls.best = program.document("-a", "-A", "inet,unix")["sockets"]
        cls.proc = program.document("-a", "-A", "inet,unix", "--source", "proc")["sockets"]

    @classmethod
    def tearDownClass(cls):
        cls.fork.close()
        cls.stage.close()

    def in_proc(self):
        return [row for row in self.best if row["state"] != "bound"]

    def test_owners_of_a_peer_that_proc_does_not_tell_are_not_said_to_be_none(self):
        unknown = [row["peer"] for row in self.proc if row["transport"] == "unix" and row["peer"]]
        self.assertTrue(unknown)
        for peer in unknown:
            self.assertIsNone(peer.get("owners"), peer)

    def test_every_protocol_and_state_is_on_the_stage(self):
        self.assertEqual({row["transport"] for row in self.best}, {"tcp", "udp", "udplite", "raw", "icmp", "unix"})
        self.assertEqual({row["state"] for row in self.best if row["transport"] == "tcp"},
                         {"listen", "established", "syn_sent", "syn_received", "fin_wait_1", "fin_wait_2", "close_wait",
                          "last_ack", "closing", "time_wait", *(["bound"] if namespace.lists_bound else [])})

    def test_both_roads_find_the_same_sockets_once(self):
        for rows in (self.best, self.proc):
            identities = [identity(row) for row in rows]
            self.assertEqual(len(identities), len(set(identities)))
        self.assertEqual({identity(row) for row in self.in_proc()}, {identity(row) for row in self.proc})

    def test_both_roads_tell_the_same_of_each(self):
        by_proc = {identity(row): row for row in self.proc}
        for row in self.in_proc():
            with self.subTest(program.key(row)):
                told = as_proc_tells(row)
                found = by_proc[identity(row)]
                if row.get("type") == "datagram":
                    # Unix datagrams: /proc says "connected" also of who was connected to.
                    told.pop("state"), told.pop("state_id"), told.pop("peer")
                    found = {key: value for key, value in found.items() if key in told}
                found, told = comparable(found), comparable(told)
                differing = {key for key in found.keys() | told.keys() if found.get(key) != told.get(key)}
                self.assertEqual({key: found.get(key) for key in differing}, {key: told.get(key) for key in differing})

    def test_a_queue_that_proc_does_not_tell_is_null_not_zero(self):
        for row in self.proc:
            for queue in unknown_queues(row):
                self.assertIsNone(row[queue], (queue, program.key(row)))
            if row["transport"] == "unix" and row["listen"]:
                self.assertIsNone(row["listen"]["queued"], program.key(row))

    def test_netlink_alone_says_what_it_cannot_tell(self):
        answer = program.document("-a", "-A", "inet,unix", "--source", "netlink", codes=(0, 3))
        self.assertEqual(answer["complete"], not answer["gaps"])
        missing = {gap["transport"] for gap in answer["gaps"] if gap["what"] == "sockets"}
        self.assertLessEqual(missing, {"raw", "udplite", "icmp"})
        shown = {identity(row) for row in self.best if row["transport"] not in missing}
        self.assertEqual({identity(row) for row in answer["sockets"]}, shown)

    def test_formats_tell_the_same_sockets(self):
        inodes = sorted(str(row["inode"]) for row in self.best if row["inode"])
        for option, separator in (("--csv", ","), ("--tsv", "\t")):
            answer = program.run("-a", "-A", "inet,unix", option, "-H", "-C", "inode")
            self.assertEqual(sorted(filter(str.isdigit, answer.lines)), inodes, separator)
        self.assertEqual(sorted(str(row["inode"]) for row in program.lines("-a", "-A", "inet,unix") if row["inode"]), inodes)
        table = program.run("-a", "-A", "inet,unix", "-H", "-C", "inode")
        self.assertEqual(sorted(filter(str.isdigit, (line.strip() for line in table.lines))), inodes)

    def test_orphans_and_unaccepted_have_no_owner_and_nobody_else_does(self):
        for row in self.best:
            self.assertEqual(row["owner_status"], "known" if row["inode"] else "none", program.key(row))
        self.assertEqual(sum(row["state"] == "fin_wait_2" and not row["inode"] for row in self.best), 2)


if __name__ == "__main__":
    namespace.run_tests()
