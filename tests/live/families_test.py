#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Packet, netlink, raw and UDP-Lite sockets: all that is told of them is what the test made of them."""
import contextlib
import os
import socket
import struct
import unittest

import case
import diag
import everything
import namespace
import program
import scene

SO_COOKIE = 57
SOL_PACKET = 263
PACKET_ADD_MEMBERSHIP, PACKET_RX_RING, PACKET_STATISTICS, PACKET_COPY_THRESH, PACKET_AUXDATA, PACKET_ORIGDEV = 1, 5, 6, 7, 8, 9
PACKET_VERSION, PACKET_RESERVE, PACKET_TX_RING, PACKET_LOSS, PACKET_VNET_HDR = 10, 12, 13, 14, 15
PACKET_TIMESTAMP, PACKET_FANOUT = 17, 18
TPACKET_V2, TPACKET_V3 = 1, 2
MEMBERSHIPS = ("multicast", "promiscuous", "all_multicast", "unicast")
SOL_NETLINK = 270
NETLINK_ADD_MEMBERSHIP = 1
NETLINK_SWITCHES = {"packet_info": 3, "broadcast_error": 4, "no_enobufs": 5, "listen_all_nsid": 8, "cap_ack": 10}
NEED_PACKET_DIAG = unittest.skipUnless(diag.knows(socket.AF_PACKET), "the kernel has no packet_diag now")
NEED_NETLINK_DIAG = unittest.skipUnless(diag.knows(socket.AF_NETLINK), "the kernel has no netlink_diag now")


class Packet(case.Case):
    def packet(self, kind=socket.SOCK_RAW, protocol=everything.ETH_P_ALL, interface="lo"):
        end = self.stage.make(socket.AF_PACKET, kind, 0 if interface else socket.htons(protocol))
        if interface:
            end.bind((interface, protocol))
        return end

    def test_what_is_heard_and_where(self):
        kinds = ((socket.SOCK_RAW, "raw"), (socket.SOCK_DGRAM, "datagram"))
        protocols = ((3, "all"), (0x0806, "arp"), (0x0800, "ip"), (0x86DD, "ipv6"), (0x1234, None))
        made = {self.packet(kind, protocol, interface): (name, protocol, word, interface)
                for kind, name in kinds for protocol, word in protocols for interface in (None, "lo")}
        for source in ("auto", "proc"):
            rows = self.rows("--packet", "--source", source)
            for end, (name, protocol, word, interface) in made.items():
                row = rows[scene.inode(end)]
                with self.subTest(name=name, protocol=protocol, interface=interface, source=source):
                    self.assert_told(row, transport="packet", family="packet", type=name, state="unconnected", peer=None,
                                     local={"protocol": protocol, "protocol_name": word}, interface=interface, uid=os.geteuid(),
                                     listen=None)
                    self.assert_mine(row, end)
                if source == "auto" and diag.knows(socket.AF_PACKET):
                    cookie = end.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8)
                    self.assertEqual(int(row["cookie"], 16), struct.unpack("Q", cookie)[0])

    def test_a_protocol_of_zero_hears_nothing(self):
        end = self.stage.make(socket.AF_PACKET, socket.SOCK_RAW)
        row = self.row(end, "-0")
        self.assertEqual(row["local"], {"protocol": 0, "protocol_name": None})
        if diag.knows(socket.AF_PACKET):
            self.assertFalse(row["packet"]["running"])
            end.bind(("lo", 3))
            self.assertTrue(self.row(end, "-0")["packet"]["running"])

    @NEED_PACKET_DIAG
    def test_rings(self):
        third = self.packet()
        third.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V3)
        third.setsockopt(SOL_PACKET, PACKET_RX_RING, struct.pack("7I", 8192, 4, 2048, 16, 60, 8, 1))
        second = self.packet()
        second.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V2)
        second.setsockopt(SOL_PACKET, PACKET_TX_RING, struct.pack("4I", 4096, 2, 1024, 8))
        told = self.row(third, "-0i")["packet"]
        self.assertEqual((told["version"], told["receive_ring"]),
                         (TPACKET_V3, {"block_size": 8192, "block_count": 4, "frame_size": 2048, "frame_count": 16,
                                       "retire_timeout_ms": 60, "private_size": 8, "features": "1"}))
        self.assertNotIn("transmit_ring", told)
        told = self.row(second, "-0i")["packet"]
        self.assertEqual(told["transmit_ring"], {"block_size": 4096, "block_count": 2, "frame_size": 1024, "frame_count": 8,
                                                 "retire_timeout_ms": 0, "private_size": 0, "features": "0"})
        self.assertEqual(told["version"], TPACKET_V2)
        self.assertNotIn("receive_ring", told)

    @NEED_PACKET_DIAG
    def test_fan_out(self):
        made = {}
        for number, (kind, name) in enumerate(((0, "hash"), (1, "lb"), (2, "cpu"), (3, "rollover"), (4, "rnd"), (5, "qm")), 700):
            flags = 0x8000 if kind == 0 else 0  # PACKET_FANOUT_FLAG_DEFRAG
            for _ in range(2):
                end = self.packet()
                end.setsockopt(SOL_PACKET, PACKET_FANOUT, struct.pack("I", number | (kind | flags) << 16))
                made[scene.inode(end)] = {"id": number, "type": name}
        alone = self.packet()
        rows = self.rows("-0")
        self.assertEqual({inode: rows[inode]["packet"]["fanout"] for inode in made}, made)
        self.assertNotIn("fanout", rows[scene.inode(alone)]["packet"])

    @NEED_PACKET_DIAG
    def test_memberships(self):
        joined = {"multicast": bytes.fromhex("01005e000006"), "promiscuous": b"", "all_multicast": b"", "unicast": bytes.fromhex("020000000001")}
        end = self.packet(interface=None)
        index = socket.if_nametoindex("lo")
        for name, address in joined.items():
            for _ in range(2):
                end.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP,
                               struct.pack("iHH8s", index, MEMBERSHIPS.index(name), len(address), address))
        told = {membership["type"]: membership for membership in self.row(end, "-0")["packet"]["memberships"]}
        self.assertEqual(told.keys(), joined.keys())
        for name, address in joined.items():
            self.assert_told(told[name], interface="lo", interface_index=index, count=2, address=address.hex(":") or None)
        self.assertIn("promiscuous", program.run("-0i").text)

    @NEED_PACKET_DIAG
    def test_filter(self):
        end = self.packet()
        scene.attach_filter(end, (0x28, 0, 0, 12), (0x15, 0, 1, 0x0806), scene.LET_ALL_THROUGH, scene.LET_NOTHING_THROUGH)
        self.assertEqual(self.row(end, "-0")["packet"]["filter_instructions"], 4)

    @NEED_PACKET_DIAG
    def test_switches_and_numbers(self):
        plain, made = self.packet(), {}
        for name, number, value, told in (("auxdata", PACKET_AUXDATA, 1, True), ("origdev", PACKET_ORIGDEV, 1, True),
                                          ("vnet_header", PACKET_VNET_HDR, 1, True), ("tx_loss", PACKET_LOSS, 1, True),
                                          ("reserve", PACKET_RESERVE, 64, 64), ("copy_threshold", PACKET_COPY_THRESH, 512, 512),
                                          ("timestamp", PACKET_TIMESTAMP, 64, 64)):
            end = self.packet()
            end.setsockopt(SOL_PACKET, number, value)
            made[scene.inode(end)] = {name: told}
        rows = self.rows("-0")
        usual = rows[scene.inode(plain)]["packet"]
        self.assert_told(usual, version=0, reserve=0, copy_threshold=0, timestamp=0, running=True, auxdata=False, origdev=False,
                         vnet_header=False, tx_loss=False)
        for inode, changed in made.items():
            self.assertEqual(rows[inode]["packet"], usual | changed)

    @NEED_PACKET_DIAG
    def test_drops_are_those_the_socket_counts(self):
        end = self.packet(protocol=0x0800)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        target = self.stage.udp("127.0.0.1")
        for _ in range(50):
            target.sendto(b"x" * 1000, target.getsockname())
        row = self.row(end, "-0m", "-C", "inode,drops,memory,recv_queue")
        seen, dropped = struct.unpack("II", end.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        self.assertGreater(dropped, 0)
        self.assert_told(row, drops=dropped)
        self.assert_told(row["memory"], drops=dropped, drops_are="packets_dropped", receive_allocated=row["recv_queue"])
        self.assertGreater(row["recv_queue"], 0, f"{seen} were seen")


class Netlink(case.Case):
    def netlink(self, protocol=everything.NETLINK_USERSOCK, kind=socket.SOCK_RAW, groups=0):
        end = self.stage.make(socket.AF_NETLINK, kind, protocol)
        end.bind((0, groups))
        return end

    def test_protocol_and_port_id(self):
        protocols = ((0, "rtnl"), (2, "usersock"), (15, "uevent"), (16, "genl"))
        made = {self.netlink(protocol): (protocol, name) for protocol, name in protocols * 2}
        for source in ("auto", "proc"):
            rows = self.rows("--netlink", "--source", source)
            for end, (protocol, name) in made.items():
                row = rows[scene.inode(end)]
                self.assert_told(row, transport="netlink", family="netlink", state="unconnected", peer=None, interface=None,
                                 local={"protocol": protocol, "protocol_name": name, "port_id": end.getsockname()[0]})
                self.assert_mine(row, end)

    def test_groups(self):
        end = self.netlink(everything.NETLINK_ROUTE, groups=1 | 1 << 8)
        for group in (30, 32, 33):
            end.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)
        if diag.knows(socket.AF_NETLINK):
            self.assertEqual(self.row(end, "--netlink")["netlink"]["groups"], [1, 9, 30, 32, 33])
            self.assertIn("groups 1 9 30 32 33", program.run("--netlink", "-i").text)
        # The first 32 are all that this road has; the others may be left out, but none made up.
        self.assertEqual(self.row(end, "--netlink", "--source", "proc")["netlink"]["groups"][:4], [1, 9, 30, 32])

    @NEED_NETLINK_DIAG
    def test_types_switches_and_the_peer(self):
        raw, datagram = self.netlink(), self.netlink(kind=socket.SOCK_DGRAM)
        made = {name: self.netlink() for name in NETLINK_SWITCHES}
        for name, end in made.items():
            end.setsockopt(SOL_NETLINK, NETLINK_SWITCHES[name], 1)
        connected = self.netlink()
        connected.connect((4711, 1 << 3))
        rows = self.rows("--netlink")
        self.assertEqual([rows[scene.inode(end)]["type"] for end in (raw, datagram)], ["raw", "datagram"])
        plain = {"groups": [], "callback_running": False} | dict.fromkeys(NETLINK_SWITCHES, False)
        self.assertEqual(rows[scene.inode(raw)]["netlink"], plain)
        for name, end in made.items():
            self.assertEqual(rows[scene.inode(end)]["netlink"], plain | {name: True})
        row = rows[scene.inode(connected)]
        self.assertEqual(row["state"], "established")
        self.assert_told(row["peer"], protocol=2, protocol_name="usersock", port_id=4711, group=4)

    def test_sockets_of_the_kernel_are_called_so(self):
        for source in ("auto", "proc"):
            rows = program.sockets("--netlink", "-a", "--source", source)
            of_kernel = [row for row in rows if row["local"]["port_id"] == 0]
            self.assertLessEqual({"rtnl", "genl", "tcpdiag"}, {row["local"]["protocol_name"] for row in of_kernel})
            self.assertEqual({row["owner_status"] for row in of_kernel}, {"kernel"})
            self.assertEqual([row["owners"] for row in of_kernel], [[]] * len(of_kernel))

    def test_drops_are_those_the_kernel_counts(self):
        end = self.netlink(groups=1)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        speaker = self.netlink()
        for _ in range(50):
            with contextlib.suppress(ConnectionRefusedError):  # the kernel itself does not listen
                speaker.sendto(b"x" * 1000, (0, 1))
        with open("/proc/self/net/netlink") as table:
            drops, = (int(line.split()[8]) for line in table if line.split()[-1] == str(scene.inode(end)))
        self.assertGreater(drops, 0)
        for source in ("auto", "proc"):
            row = self.row(end, "--netlink", "--source", source, "-C", "inode,drops,recv_queue")
            self.assertEqual(row["drops"], drops, source)
            self.assertGreater(row["recv_queue"], 0)


class RawAndUdpLite(case.Case):
    def test_raw(self):
        made = {(address, protocol): self.stage.bound(address, 0, socket.SOCK_RAW, protocol)
                for address, protocol in (("0.0.0.0", 253), ("127.0.0.1", 1), ("::1", 58))}
        for source in ("auto", "proc"):
            rows = self.rows("-w", "--source", source)
            for (address, protocol), end in made.items():
                row = rows[scene.inode(end)]
                self.assert_told(row, transport="raw", state="unconnected", local={"address": address, "port": protocol}, peer=None)
                self.assert_mine(row, end)
        client = self.stage.client("127.0.0.1", 0, socket.SOCK_RAW, 253)
        self.assert_told(self.row(client, "-w"), state="established", local={"address": "127.0.0.1", "port": 253})

    def test_udplite(self):
        try:
            end = self.stage.udp("127.0.0.1", protocol=scene.IPPROTO_UDPLITE)
        except OSError as error:
            self.skipTest(f"UDP-Lite: socket() says: {error}")
        client = self.stage.client(*end.getsockname(), socket.SOCK_DGRAM, scene.IPPROTO_UDPLITE)
        rows = {source: [self.row(one, "--udplite", "--source", source) for one in (end, client)] for source in ("auto", "proc")}
        for source, (server, sender) in rows.items():
            self.assertEqual((server["state"], sender["state"]), ("unconnected", "established"), source)
            self.assertEqual([program.key(server)[2:], program.key(sender)[2:]],
                             [(end.getsockname(), None), (client.getsockname(), end.getsockname())], source)


class Roads(case.Case):
    def both(self, option):
        """{inode: (what netlink tells, what /proc tells)} of the sockets of this process and of the kernel."""
        rows = {source: {row["inode"]: row for row in program.sockets("-a", option, "-m", "--source", source)
                         if row["owner_status"] == "kernel" or os.getpid() in {owner["pid"] for owner in row["owners"]}}
                for source in ("netlink", "proc")}
        self.assertEqual(rows["netlink"].keys(), rows["proc"].keys())
        self.assertTrue(rows["proc"])
        return {inode: (rows["netlink"][inode], row) for inode, row in rows["proc"].items()}

    def assert_same(self, option, unknown, columns):
        for one, other in self.both(option).values():
            columns_here = columns if one["owner_status"] != "kernel" else columns - {"recv_queue"}  # there our question lies
            with self.subTest(one["local"], inode=one["inode"]):
                self.assertEqual({name: other[name] for name in columns_here}, {name: one[name] for name in columns_here})
                self.assert_told(other, **dict.fromkeys(unknown))

    @NEED_PACKET_DIAG
    def test_packet(self):
        everything.open_packet(self.stage)
        self.assert_same("--packet", ("cookie", "cgroup", "memory", "shutdown"),
                         {"type", "state", "state_id", "local", "peer", "interface", "uid", "user", "recv_queue", "owners", "listen"})
        for _, row in self.both("--packet").values():
            self.assertIsNone(row["packet"].get("memberships"), "unknown is not none")

    @NEED_NETLINK_DIAG
    def test_netlink(self):
        everything.open_netlink(self.stage)
        self.assert_same("--netlink", ("type", "cookie", "cgroup", "memory", "shutdown", "uid", "peer"),
                         {"state", "state_id", "local", "recv_queue", "owners", "owner_status"})
        for one, other in self.both("--netlink").values():
            self.assertEqual(other["netlink"]["groups"], one["netlink"]["groups"])


if __name__ == "__main__":
    namespace.run_tests()
