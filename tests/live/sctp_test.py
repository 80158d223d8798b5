#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""SCTP endpoints and associations with all their addresses, and DCCP."""
import socket
import struct
import unittest

import case
import diag
import namespace
import program
import scene

IPPROTO_SCTP, SCTP_STATUS, SCTP_SOCKOPT_BINDX_ADD = 132, 14, 100
SOCK_DCCP, IPPROTO_DCCP, SOL_DCCP, DCCP_SOCKOPT_SERVICE = 6, 33, 269, 2


def sockaddr(address, port):
    if ":" in address:
        return struct.pack("=H", socket.AF_INET6) + struct.pack("!HI", port, 0) + socket.inet_pton(socket.AF_INET6, address) + bytes(4)
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + socket.inet_aton(address) + bytes(8)


@case.skip_without(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_SCTP)
class Sctp(case.Case):
    askable = diag.knows(socket.AF_INET, IPPROTO_SCTP)

    def bound(self, *addresses, kind=socket.SOCK_STREAM):
        """To one port of all these addresses."""
        end = self.stage.make(scene.family_of(addresses[0]), kind, IPPROTO_SCTP)
        end.bind((addresses[0], 0))
        for address in addresses[1:]:
            end.setsockopt(IPPROTO_SCTP, SCTP_SOCKOPT_BINDX_ADD, sockaddr(address, scene.port(end)))
        return end

    def listener(self, *addresses, kind=socket.SOCK_STREAM):
        end = self.bound(*addresses, kind=kind)
        end.listen(5)
        return end

    def association(self, ours, theirs):
        """(listener, client, server)"""
        listener, client = self.listener(*theirs), self.bound(*ours)
        client.connect((theirs[0], scene.port(listener)))
        return listener, client, self.stage.keep(listener.accept()[0])

    def found(self, *ends, options=()):
        """The kernel is asked, or /proc read: all are there in either case."""
        rows = self.rows_or_gap("sctp", ends, options)
        self.assertEqual({row["source"] for row in self.rows_or_gap("sctp", ends, ("-C", "transport,inode,source"))},
                         {"netlink" if self.askable else "proc"})
        return rows

    def assert_addresses(self, told, addresses, port):
        self.assertEqual(sorted(map(program.place, told)), sorted((address, port) for address in addresses))

    def test_a_listener(self):
        for address in ("0.0.0.0", "127.0.0.1", "::1", "::"):
            end = self.listener(address)
            row, = self.found(end)
            self.assert_told(row, family="ipv6" if ":" in address else "ipv4", state="listen", peer=None,
                             local={"address": address, "port": scene.port(end)})
            self.assertEqual(row["sctp"]["association"], None)
            self.assert_addresses(row["sctp"]["locals"], [address], scene.port(end))
            self.assertEqual(row["sctp"]["peers"], [])
            self.assert_mine(row, end)
            if self.askable:
                self.assert_told(row["listen"], queued=0, backlog=5)

    def test_both_ends_of_an_association(self):
        for address in ("127.0.0.1", "::1"):
            listener, client, server = self.association([address], [address])
            rows = {row["inode"]: row for row in self.found(listener, client, server)}
            self.assertEqual(rows[scene.inode(listener)]["state"], "listen")
            for end, other in ((client, server), (server, client)):
                row = rows[scene.inode(end)]
                here, there = (address, scene.port(end)), (address, end.getpeername()[1])
                self.assertEqual((row["state"], program.place(row["local"]), program.place(row["peer"])), ("established", here, there))
                self.assertEqual(row["sctp"]["association"], "established")
                self.assert_addresses(row["sctp"]["locals"], [address], here[1])
                self.assert_addresses(row["sctp"]["peers"], [address], there[1])
                self.assert_mine(row, end)

    def test_several_addresses(self):
        ours, theirs = ["127.0.0.3", "127.0.0.4"], ["127.0.0.1", "127.0.0.2", "127.0.0.5"]
        listener, client, server = self.association(ours, theirs)
        rows = {row["inode"]: row for row in self.found(listener, client, server)}
        self.assert_addresses(rows[scene.inode(listener)]["sctp"]["locals"], theirs, scene.port(listener))
        for end, here, there in ((client, ours, theirs), (server, theirs, ours)):
            row = rows[scene.inode(end)]
            self.assert_addresses(row["sctp"]["locals"], here, scene.port(end))
            self.assert_addresses(row["sctp"]["peers"], there, end.getpeername()[1])
            self.assertIn(row["local"]["address"], here)
            self.assertIn(row["peer"]["address"], there)
        self.assertIn(f"peer addresses {' '.join(theirs)}", program.run("-Si").text)

    def test_one_socket_may_have_many_associations(self):
        hub = self.listener("127.0.0.1", kind=socket.SOCK_SEQPACKET)
        clients = [self.bound("127.0.0.1") for _ in range(3)]
        for client in clients:
            client.connect(hub.getsockname())
            client.sendall(b"hello")
        for _ in clients:
            hub.recv(100)
        rows = self.found(hub)
        self.assertEqual(sorted((row["state"], program.place(row["peer"]) or ("", 0)) for row in rows),
                         sorted([("listen", ("", 0)), *(("established", client.getsockname()) for client in clients)]))
        for row in rows:
            self.assertEqual(program.place(row["local"]), hub.getsockname())
            self.assert_mine(row, hub)

    @unittest.skipUnless(askable, "the kernel has no sctp_diag now")
    def test_internals_are_those_of_getsockopt(self):
        _, client, server = self.association(["127.0.0.1"], ["127.0.0.1"])
        client.sendall(b"x" * 1000)
        server.recv(1000)
        scene.until(lambda: struct.unpack_from("H", client.getsockopt(IPPROTO_SCTP, SCTP_STATUS, 176), 12)[0] == 0, "the SACK")
        for end in (client, server):
            row, = self.found(end, options=("-i",))
            fields = struct.unpack_from("iiIHHHHI", end.getsockopt(IPPROTO_SCTP, SCTP_STATUS, 176))
            # SCTP_STATUS tells the window of the peer. What it calls the fragmentation point is sctpi_maxseg; the
            # kernel never fills sctpi_fragmentation_point, and its zero would be a lie.
            names = ("peer_rwnd", "unacked_data", "pending_data", "streams_in", "streams_out", "max_segment")
            self.assert_told(row["sctp"]["info"], **dict(zip(names, fields[2:])))
            self.assertIn(row["sctp"]["info"].get("fragmentation_point"), (None, fields[-1]))
        tags = [self.found(end, options=("-i",))[0]["sctp"]["info"] for end in (client, server)]
        self.assertEqual((tags[0]["tag"], tags[0]["peer_tag"]), (tags[1]["peer_tag"], tags[1]["tag"]))

    @unittest.skipUnless(askable, "the kernel has no sctp_diag now")
    def test_proc_tells_the_same(self):
        self.association(["127.0.0.3", "127.0.0.4"], ["127.0.0.1", "127.0.0.2"])
        self.association(["::1"], ["::1"])
        self.bound("127.0.0.1")
        told = []
        for source in ("netlink", "proc"):
            rows = program.sockets("-Sa", "--source", source)
            told.append(sorted((row["inode"] or 0, row["state"], row["state_id"], row["family"], program.place(row["local"])[1],
                                *(tuple(sorted(map(program.place, row["sctp"][name]))) for name in ("locals", "peers")),
                                row["sctp"]["association"] or "", row["uid"] or 0) for row in rows))
        self.assertEqual(*told)


@case.skip_without(socket.AF_INET, SOCK_DCCP, IPPROTO_DCCP)
class Dccp(case.Case):
    askable = diag.knows(socket.AF_INET, IPPROTO_DCCP)

    def make(self, address):
        end = self.stage.make(scene.family_of(address), SOCK_DCCP, IPPROTO_DCCP)
        end.setsockopt(SOL_DCCP, DCCP_SOCKOPT_SERVICE, struct.pack("!I", 42))
        return end

    def test_a_listener_and_a_connection(self):
        for address in ("127.0.0.1", "::1"):
            listener, client = self.make(address), self.make(address)
            listener.bind((address, 0))
            listener.listen(5)
            client.connect(listener.getsockname())
            server = self.stage.keep(listener.accept()[0])
            server.send(b"x")  # what the client hears first makes it open, too
            client.recv(1)
            rows = {row["inode"]: row for row in self.rows_or_gap("dccp", [listener, client, server], askable=self.askable)}
            if not self.askable:
                self.assertEqual(rows, {})
                continue
            self.assert_told(rows[scene.inode(listener)], state="listen", peer=None,
                             local={"address": address, "port": scene.port(listener)})
            for end in (client, server):
                row = rows[scene.inode(end)]
                self.assertEqual((row["state"], program.place(row["local"]), program.place(row["peer"])),
                                 ("established", end.getsockname()[:2], end.getpeername()[:2]))
                self.assert_mine(row, end)


if __name__ == "__main__":
    namespace.run_tests()
