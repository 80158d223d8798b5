#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Unix sockets in full: type, state, name, file, queues, shutdown, and who is at the other end."""
import os
import socket
import struct
import unittest

import case
import diag
import namespace
import program
import scene

KINDS = {socket.SOCK_STREAM: "stream", socket.SOCK_SEQPACKET: "seqpacket", socket.SOCK_DGRAM: "datagram"}
CONNECTED = (socket.SOCK_STREAM, socket.SOCK_SEQPACKET)


def bind(end, name):
    """All 108 bytes may be used, which the socket module does not do."""
    address = struct.pack("H", socket.AF_UNIX) + name
    if scene.libc.bind(end.fileno(), address, len(address)) != 0:
        raise OSError(scene.ctypes.get_errno(), name)


def holders(row):
    return {(owner["pid"], owner["fd"]) for owner in row["owners"]}


@unittest.skipUnless(diag.knows(socket.AF_UNIX), "the kernel has no unix_diag now; unix_names_test.py is about /proc")
class Unix(case.Case):
    def told(self, end):
        return self.row(end, "-x")

    def path(self, name):
        return str(self.stage.directory / name)

    def test_type_state_and_owner(self):
        for kind, name in KINDS.items():
            fresh = self.stage.make(socket.AF_UNIX, kind)
            self.assert_told(self.told(fresh), transport="unix", family="unix", type=name, state="unconnected", peer=None,
                             local={"path": None}, uid=os.geteuid(), interface=None, shutdown="none")
            self.assert_mine(self.told(fresh), fresh)
            ends = [self.stage.keep(end) for end in socket.socketpair(type=kind)]
            self.assertEqual([self.told(end)["state"] for end in ends], ["established"] * 2)
        for kind in CONNECTED:
            end = self.stage.unix(self.path(f"listen-{kind}"), kind)
            self.assert_told(self.told(end), state="listen", state_id=10, local={"path": self.path(f"listen-{kind}")})

    def test_names_have_all_108_bytes(self):
        for name in (b"p" * 108, b"\0" + b"a" * 107, b"\0a\0b\0", b"\0" + bytes(107), b"\0@x"):
            end = self.stage.make(socket.AF_UNIX, socket.SOCK_STREAM)
            self.addCleanup(os.chdir, os.getcwd())
            os.chdir(self.stage.directory)
            bind(end, name)
            key, wanted = ("abstract", name[1:]) if name[0] == 0 else ("path", name)
            self.assertEqual(self.told(end)["local"], {key: wanted.decode()})

    def test_the_file_is_that_of_stat(self):
        end = self.stage.unix(self.path("file"))
        status = os.stat(self.path("file"))
        self.assertEqual(self.told(end)["unix"]["file"],
                         {"inode": status.st_ino & 0xFFFFFFFF, "device_major": os.major(status.st_dev),
                          "device_minor": os.minor(status.st_dev)})
        os.unlink(self.path("file"))
        self.assertEqual(self.told(end)["unix"]["file"]["inode"], status.st_ino & 0xFFFFFFFF, "it lives on without its name")
        for nameless in (self.stage.unix("\0abstract"), self.stage.make(socket.AF_UNIX, socket.SOCK_DGRAM)):
            self.assertIsNone(self.told(nameless)["unix"]["file"])

    def test_who_waits_to_be_accepted(self):
        for kind in CONNECTED:
            name = self.path(f"pending-{kind}")
            listener = self.stage.make(socket.AF_UNIX, kind)
            listener.bind(name)
            listener.listen(3)
            self.assert_told(self.told(listener), recv_queue=0, send_queue=3)
            clients = [self.stage.make(socket.AF_UNIX, kind) for _ in range(4)]  # one more than the limit
            for client in clients:
                client.connect(name)
            refused = self.stage.make(socket.AF_UNIX, kind)
            refused.setblocking(False)
            self.assertRaises(BlockingIOError, refused.connect, name)
            row = self.told(listener)
            self.assertEqual(sorted(row["unix"]["pending"]), sorted(map(scene.inode, clients)))
            self.assert_told(row["listen"], queued=4, backlog=3)
            for client in clients:
                self.assert_told(self.told(client), state="established")
            accepted = self.stage.keep(listener.accept()[0])
            row = self.told(listener)
            self.assertEqual(sorted(row["unix"]["pending"]), sorted(map(scene.inode, clients[1:])))
            self.assertEqual(row["listen"]["queued"], 3)
            self.assertEqual(self.told(accepted)["peer"]["inode"], scene.inode(clients[0]))

    def test_a_peer_that_says_who_it_is(self):
        for kind, name in KINDS.items():
            ends = [self.stage.keep(end) for end in socket.socketpair(type=kind)]
            for one, other in (ends, ends[::-1]):
                peer = self.told(one)["peer"]
                self.assert_told(peer, inode=scene.inode(other), path=None, told_by="self")
                self.assertEqual(holders(peer), {(os.getpid(), other.fileno())}, name)

    def test_a_peer_that_has_a_name(self):
        for address, name in ((self.path("named"), {"path": self.path("named")}), ("\0named", {"abstract": "named"})):
            listener = self.stage.unix(address)
            client = self.stage.make(socket.AF_UNIX, socket.SOCK_STREAM)
            client.connect(address)
            server = self.stage.keep(listener.accept()[0])
            self.assert_told(self.told(client)["peer"], inode=scene.inode(server), told_by="self", **name)
            self.assertEqual(self.told(server)["local"], name, "accept(2) gives it the listener's name")
            self.assert_told(self.told(server)["peer"], inode=scene.inode(client), path=None, told_by="self")

    def test_who_is_not_accepted_yet_is_told_by_the_listener(self):
        listener = self.stage.unix(self.path("waiting"))
        client = self.stage.make(socket.AF_UNIX, socket.SOCK_STREAM)
        client.connect(self.path("waiting"))
        holder = self.stage.keep(scene.Held(lambda tell: tell()))
        peer = self.told(client)["peer"]
        self.assert_told(peer, inode=scene.inode(listener), path=self.path("waiting"), told_by="other")
        self.assertEqual(holders(peer), {(pid, listener.fileno()) for pid in (os.getpid(), holder.pid)})

    def test_the_other_process_is_named(self):
        listener = self.stage.unix(self.path("server"))

        def serve(tell):
            tell()  # accept() would wait for a client that waits for this
            self.kept = listener.accept()[0]
            self.kept.sendall(str(self.kept.fileno()).encode())
            self.kept.recv(1)

        server = self.stage.keep(scene.Held(serve))
        client = self.stage.make(socket.AF_UNIX, socket.SOCK_STREAM)
        client.connect(self.path("server"))
        descriptor = int(client.recv(10))
        self.assertEqual(holders(self.told(client)["peer"]), {(server.pid, descriptor)})

    def test_a_server_of_datagrams_tells_who_is_connected_to_it(self):
        server = self.stage.unix("\0datagrams", socket.SOCK_DGRAM)
        row = self.told(server)
        self.assert_told(row, state="unconnected", peer=None)
        self.assertEqual(row["unix"]["connected_by"], [])
        clients = [self.stage.make(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(3)]
        bind(clients[0], b"\0client")
        clients[1].bind(self.path("client"))
        for client in clients:
            client.connect("\0datagrams")
        holder = self.stage.keep(scene.Held(lambda tell: tell()))
        row = self.told(server)
        self.assert_told(row, state="unconnected", peer=None)
        by_inode = {sender["inode"]: sender for sender in row["unix"]["connected_by"]}
        self.assertEqual(by_inode.keys(), set(map(scene.inode, clients)))
        names = ({"abstract": "client"}, {"path": self.path("client")}, {"path": None})
        for client, name in zip(clients, names):
            self.assertEqual(by_inode[scene.inode(client)],
                             {"inode": scene.inode(client), "pids": sorted((os.getpid(), holder.pid))} | name)
            self.assert_told(self.told(client), state="established")
            self.assert_told(self.told(client)["peer"], inode=scene.inode(server), abstract="datagrams", told_by="self")

    def test_a_server_of_datagrams_may_have_a_peer_itself(self):
        server, client, other = (self.stage.make(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(3))
        bind(server, b"\0server")
        bind(other, b"\0other")
        client.connect("\0server")
        server.connect("\0other")
        row = self.told(server)
        self.assertEqual(row["peer"]["inode"], scene.inode(other))
        self.assertEqual([sender["inode"] for sender in row["unix"]["connected_by"]], [scene.inode(client)])
        pair = [self.stage.keep(end) for end in socket.socketpair(type=socket.SOCK_DGRAM)]
        self.assertEqual([self.told(end)["unix"]["connected_by"] for end in pair], [[], []], "each is the peer of the other")

    def test_shutdown_and_queues(self):
        made = {}
        for how, ours, theirs in ((None, "none", "none"), (socket.SHUT_RD, "receive", "send"), (socket.SHUT_WR, "send", "receive"),
                                  (socket.SHUT_RDWR, "both", "both")):
            for kind in CONNECTED:
                one, other = (self.stage.keep(end) for end in socket.socketpair(type=kind))
                if how is not None:
                    one.shutdown(how)
                made |= {scene.inode(one): ours, scene.inode(other): theirs}
        rows = self.rows("-x")
        self.assertEqual({inode: rows[inode]["shutdown"] for inode in made}, made)
        one, other = (self.stage.keep(end) for end in socket.socketpair())
        one.send(b"x" * 100)
        self.assertEqual(self.told(other)["recv_queue"], 100)
        row = self.row(one, "-xm")
        self.assertGreater(row["send_queue"], 100, "buffer memory")
        self.assertEqual(row["memory"]["send_allocated"], row["send_queue"])
        limit = one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        self.assert_told(row["memory"], send_limit=limit)

    def test_proc_does_not_know_and_says_so(self):
        self.stage.unix(self.path("listening"))
        for end in socket.socketpair():
            self.stage.keep(end)
        for row in program.sockets("-xa", "--source", "proc"):
            self.assert_told(row["unix"], file=None, pending=None, connected_by=None)
            self.assert_told(row, shutdown=None, recv_queue=None, uid=None)


if __name__ == "__main__":
    namespace.run_tests()
