#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""An MPTCP socket and the TCP connections it consists of are one entry."""
import itertools
import socket
import struct
import unittest

import case
import diag
import everything
import namespace
import program
import scene


SOL_MPTCP, MPTCP_INFO = 284, 1
# struct mptcp_info (linux/mptcp.h): name, place, format
FIELDS = [("subflows", 0, "B"), ("add_addr_signal", 1, "B"), ("add_addr_accepted", 2, "B"), ("subflows_max", 3, "B"),
          ("add_addr_signal_max", 4, "B"), ("add_addr_accepted_max", 5, "B"), ("token", 12, "I"), ("write_seq", 16, "Q"),
          ("snd_una", 24, "Q"), ("rcv_nxt", 32, "Q"), ("local_addr_used", 40, "B"), ("local_addr_max", 41, "B"), ("checksum", 42, "?"),
          ("retransmits", 44, "I"), ("bytes_retrans", 48, "Q"), ("bytes_sent", 56, "Q"), ("bytes_received", 64, "Q"),
          ("bytes_acked", 72, "Q"), ("subflows_total", 80, "B"), ("last_data_sent_ms", 84, "I"), ("last_data_recv_ms", 88, "I"),
          ("last_ack_recv_ms", 92, "I")]
IDENTITIES = {"token", "write_seq", "snd_una", "rcv_nxt"}  # told as hexadecimal text


def info(end):
    """As long as this kernel makes it."""
    told = end.getsockopt(SOL_MPTCP, MPTCP_INFO, 1024)
    fields = {name: struct.unpack_from(form, told, place)[0] for name, place, form in FIELDS if place + struct.calcsize(form) <= len(told)}
    flags, = struct.unpack_from("I", told, 8)
    return fields | {"fallback": bool(flags & 1), "remote_key_received": bool(flags & 2)}


def has_mptcp():
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, everything.IPPROTO_MPTCP).close()
    except OSError as error:
        return f"socket() says: {error}"
    return "" if diag.knows(socket.AF_INET, socket.IPPROTO_TCP) else "the kernel has no tcp_diag now"


@unittest.skipIf(has_mptcp(), f"MPTCP: {has_mptcp()}")
class Mptcp(case.Case):
    ports = itertools.count(8080)  # what is left of a test is not in the way of the next

    def setUp(self):
        super().setUp()
        self.port = next(self.ports)
        self.ends = everything.open_mptcp(self.stage, "127.0.0.1", self.port)
        self.listener, self.client, self.server = self.ends
        self.inodes = set(map(scene.inode, self.ends))

    def mine(self, *options):
        """Of the connections to the port of this test."""
        rows = program.sockets(*options)
        return [row for row in rows if self.port in (row["local"]["port"], (row["peer"] or {}).get("port"))]

    def test_each_is_one_entry_with_its_subflows(self):
        rows = self.mine("-a")
        self.assertEqual([row["transport"] for row in rows], ["mptcp"] * 3)
        self.assertEqual({row["inode"] for row in rows}, self.inodes)
        self.assertEqual({row["inode"] for row in self.mine("-aM")}, self.inodes)
        row = program.find(rows, inode=scene.inode(self.listener))
        self.assertEqual((row["state"], program.place(row["local"]), row["peer"]), ("listen", ("127.0.0.1", self.port), None))
        self.assert_told(row["mptcp"]["subflows"][0], state="listen", local=row["local"], peer=None)
        for end in (self.client, self.server):
            row = program.find(rows, inode=scene.inode(end))
            self.assert_mine(row, end)
            self.assertEqual((row["state"], program.place(row["local"]), program.place(row["peer"])),
                             ("established", end.getsockname(), end.getpeername()))
            subflow, = row["mptcp"]["subflows"]
            self.assert_told(subflow, state="established", local=row["local"], peer=row["peer"])

    def test_by_themselves_the_subflows_are_tcp(self):
        rows = self.mine("-ta", "-i")
        self.assertEqual([(row["transport"], row["inode"]) for row in rows], [("tcp", row["inode"]) for row in rows])
        self.assertEqual({row["inode"] for row in rows}, self.inodes)
        told = self.mine("-aMi")
        subflows = {subflow["cookie"] for row in told for subflow in row["mptcp"]["subflows"]}
        self.assertEqual({row["cookie"] for row in rows}, subflows)
        tokens = {row["inode"]: row["mptcp"]["info"]["token"] for row in told}
        for row in rows:
            self.assertEqual(row["tcp"]["ulp"], "mptcp")
            if row["state"] == "established":
                self.assertEqual(row["tcp"]["subflow"]["local_token"], tokens[row["inode"]])

    def test_a_target_of_tcp_finds_them(self):
        for target in (f"{self.port}/tcp", f"tcp:{self.port}"):
            rows = self.mine("-l", target)
            self.assertEqual([(row["inode"], program.place(row["local"])) for row in rows],
                             [(scene.inode(self.listener), ("127.0.0.1", self.port))], target)
        self.assertEqual([row["transport"] for row in self.mine("-l", f":{self.port}")], ["mptcp"])

    def test_bytes_are_counted_for_the_whole(self):
        self.client.sendall(b"x" * 10_000)
        scene.receive(self.server, 10_000)
        row = self.row(self.client, "-Mi")
        if "bytes_sent" in row["mptcp"]["info"]:  # Linux 6.5
            self.assertEqual(row["mptcp"]["info"]["bytes_sent"], 10_000)
            self.assertEqual(self.row(self.server, "-Mi")["mptcp"]["info"]["bytes_received"], 10_000)
        self.assertFalse(row["mptcp"]["info"]["fallback"])

    def test_all_that_getsockopt_tells(self):
        try:
            info(self.client)
        except OSError as error:
            self.skipTest(f"MPTCP_INFO: {error}")
        self.client.sendall(b"x" * 10_000)
        scene.receive(self.server, 10_000)
        scene.until(lambda: info(self.client).get("bytes_acked", 10_000) == 10_000, "the acknowledgement")
        for end in (self.client, self.server):
            before = info(end)
            told = self.row(end, "-Mi")["mptcp"]["info"]
            after = info(end)
            self.assertEqual(told.keys(), before.keys())
            for name, value in told.items():
                value = int(value, 16) if name in IDENTITIES else value
                self.assertTrue(before[name] <= value <= after[name], f"{name}: {value}, the socket said {before[name]}, then {after[name]}")

    def test_a_plain_client_is_tcp(self):
        client, server = self.stage.connection("127.0.0.1", self.listener)
        rows = [self.row(end) for end in (client, server)]
        self.assertEqual([row["transport"] for row in rows], ["tcp", "tcp"])


if __name__ == "__main__":
    namespace.run_tests()
