#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ss reads the same kernel: on the same sockets it must tell what portscope tells."""
import collections
import unittest

import everything
import namespace
import peers
import program
import scene


class Peers(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = scene.Scene()
        everything.open_all(cls.stage)

    @classmethod
    def tearDownClass(cls):
        cls.stage.close()

    def inet_rows(self, transport):
        """Without bound TCP sockets, which ss does not show."""
        rows = program.sockets("-a", "-A", transport)
        return [row for row in rows if row["state"] != "bound"]

    def assert_same(self, ours, theirs):
        self.assertTrue(theirs)
        self.assertEqual(collections.Counter(map(program.key, ours)), collections.Counter(row["key"] for row in theirs))

    def test_tcp(self):
        ours, theirs = self.inet_rows("tcp"), peers.ss_inet("tcp", ["-ta"])
        self.assert_same(ours, theirs)
        by_cookie = {row["cookie"]: row for row in theirs}
        for row in ours:
            other = by_cookie[row["cookie"]]
            with self.subTest(program.key(row)):
                self.assertEqual(program.key(row), other["key"])
                self.assertEqual(row["inode"], other["inode"])
                self.assertEqual(row["uid"], other["uid"] if row["inode"] else None)
                self.assertEqual(row["dual_stack"], other["v6only"] == "0")

    def test_udp(self):
        ours, theirs = self.inet_rows("udp"), peers.ss_inet("udp", ["-ua"])
        self.assert_same(ours, theirs)
        self.assertEqual({row["cookie"]: row["inode"] for row in ours}, {row["cookie"]: row["inode"] for row in theirs})

    def test_raw(self):
        self.assert_same(self.inet_rows("raw"), peers.ss_inet("raw", ["-wa"]))

    @namespace.needs_found
    def test_bound_sockets_are_what_ss_lacks(self):
        bound = program.sockets("-tB")
        self.assertEqual({program.place(row["local"]) for row in bound}, {("127.0.0.1", 8086), ("::", 8087)})
        all_of_ss = {row["key"][2] for row in peers.ss_inet("tcp", ["-ta"])}
        self.assertFalse(all_of_ss & {("127.0.0.1", 8086), ("::", 8087)})

    def test_unix(self):
        ours = {row["inode"]: row for row in program.sockets("-xa")}
        theirs = {row["inode"]: row for row in peers.ss_unix(["-xa"])}
        self.assertEqual(ours.keys(), theirs.keys())
        for inode, other in theirs.items():
            row = ours[inode]
            with self.subTest(other):
                name = "@" + row["local"]["abstract"] if "abstract" in row["local"] else row["local"]["path"]
                self.assertEqual(name, other["name"])
                self.assertEqual(row["type"], other["type"])
                told = row["peer"] if (row["peer"] or {}).get("told_by") == "self" else None
                self.assertEqual((told or {}).get("inode"), other["peer"])  # ss does not ask the other end
                self.assertEqual((row["recv_queue"], row["send_queue"]), (other["recv_queue"], other["send_queue"]))
                if row["type"] != "datagram":  # there ss calls connected who was connected to
                    self.assertEqual(row["state"], other["state"])

    def test_a_unix_peer_is_named_and_so_are_its_owners(self):
        rows = program.sockets("-xa")
        by_inode = {row["inode"]: row for row in rows}
        named = [row for row in rows if row["peer"] and row["peer"].get("inode") and program.place(row["peer"])]
        self.assertTrue(named)
        for row in named:
            other = by_inode[row["peer"]["inode"]]
            self.assertEqual(program.place(row["peer"]), program.place(other["local"]))
            self.assertEqual(row["peer"]["owners"], other["owners"])

    def test_devices_and_scopes(self):
        answer = program.run("-l", "8084-8085", "9003-9004")  # targets are ANDed: no port is in both
        self.assertEqual((answer.code, answer.out), (2, b""))
        for target in ("8084", "8085", "9003/udp", "9004/udp"):
            self.assertEqual([row["interface"] for row in program.sockets(target)], ["lo"], target)
        table = program.run("-ltH", "8084-8085").text
        self.assertIn("[fe80::1%lo]:8084", table)
        self.assertIn("127.0.0.1%lo:8085", table)


if __name__ == "__main__":
    namespace.run_tests()
