#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""vsock, AF_XDP and TIPC: told of where the kernel can be asked or a descriptor can be looked at, announced where not."""
import contextlib
import ctypes
import errno
import mmap
import os
import select
import socket
import struct
import subprocess

import case
import diag
import namespace
import program
import scene

VMADDR_CID_ANY, VMADDR_CID_LOCAL = 0xFFFFFFFF, 1
AF_XDP, SOL_XDP, XDP_COPY = diag.AF_XDP, 283, 2
XDP_RX_RING, XDP_TX_RING, XDP_UMEM_REG, XDP_FILL_RING, XDP_COMPLETION_RING, XDP_STATISTICS = 2, 3, 4, 5, 6, 7
CHUNK, CHUNKS = 4096, 16
TIPC_SERVICE, TIPC_INSTANCE = 18888, 17


@case.skip_without(socket.AF_VSOCK, socket.SOCK_STREAM)
class Vsock(case.Case):
    """They belong to no namespace: others may be listed too."""
    askable = diag.knows(socket.AF_VSOCK)

    def make(self, kind=socket.SOCK_STREAM):
        return self.stage.make(socket.AF_VSOCK, kind)

    def told(self, end):
        """Its row; nothing where a gap says that there may be more."""
        rows = self.rows_or_gap("vsock", [end], askable=self.askable)
        return rows[0] if rows else None

    def listener(self, cid=VMADDR_CID_ANY, kind=socket.SOCK_STREAM, port=socket.VMADDR_PORT_ANY):
        end = self.make(kind)
        end.bind((cid, port))
        end.listen(5)
        return end

    def inodes(self, asked):
        answer = program.run("-A", "icmp,vsock", "-l", asked, "--json")
        return [row["inode"] for row in program.parse(answer.text)["sockets"]]

    def test_a_listener(self):
        end = self.listener(port=30_000 + os.getpid() % 30_000)
        row = self.told(end)
        if row is None:
            self.skipTest("neither asked for nor found; the gap was told")
        cid, port = end.getsockname()
        self.assert_told(row, transport="vsock", family="vsock", type="stream", state="listen", local={"cid": cid, "port": port},
                         peer=None)
        self.assert_mine(row, end)
        sources = [row["source"] for row in self.rows_or_gap("vsock", [end], ("-C", "transport,inode,source"), self.askable)]
        self.assertEqual(sources, ["netlink" if self.askable else "descriptor"])
        self.assertIn(scene.inode(end), self.inodes(f"src vsock:{cid}:*"))
        for asked, found in ((f":{port}", [end]), (f"src vsock:*:{port}", [end]), (f"src vsock:{cid}:{port}", [end]),
                             (f"src vsock:{cid}:{port - 1}", []), (f"src vsock:7:{port}", [])):
            self.assertEqual(self.inodes(asked), list(map(scene.inode, found)), asked)

    def test_without_a_module_to_ask_something_may_always_be_missing(self):
        end = self.listener()
        self.rows_or_gap("vsock", [end], askable=self.askable)
        for options in (("-a", "-A", "icmp,vsock"), ("-a", "--vsock")):
            answer = program.run(*options)
            # Before Linux 5.14 no socket tells its namespace, so none of them can be found either.
            self.assertIn(answer.code, (0,) if self.askable else (2, 3), answer.err)
            self.assertEqual("vsock" in answer.err, not self.askable, answer.err)

    def test_both_ends_of_a_connection(self):
        for kind, name in ((socket.SOCK_STREAM, "stream"), (socket.SOCK_SEQPACKET, "seqpacket")):
            try:
                listener = self.listener(VMADDR_CID_LOCAL, kind)
            except OSError as error:
                self.skipTest(f"no way from this machine to itself (vsock_loopback): {error}")
            client = self.make(kind)
            client.connect(listener.getsockname())
            server = self.stage.keep(listener.accept()[0])
            rows = {row["inode"]: row for row in self.rows_or_gap("vsock", [client, server], askable=self.askable)}
            for end in (client, server):
                if scene.inode(end) not in rows:
                    continue
                local, peer = ({"cid": cid, "port": port} for cid, port in (end.getsockname(), end.getpeername()))
                row = rows[scene.inode(end)]
                self.assert_told(row, type=name, state="established", local=local, peer=peer)
                self.assert_mine(row, end)


def umem():
    """(what to keep, setsockopt's struct xdp_umem_reg) of memory for frames."""
    memory = mmap.mmap(-1, CHUNK * CHUNKS)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return memory, struct.pack("QQII", address, CHUNK * CHUNKS, CHUNK, 128)


@case.skip_without(AF_XDP, socket.SOCK_RAW)
class Xdp(case.Case):
    askable = diag.knows(AF_XDP)

    def xdp(self, interface="lo"):
        """Bound to queue 0 of the interface; the program that would feed it is not needed."""
        end = self.stage.make(AF_XDP, socket.SOCK_RAW)
        memory, registration = umem()
        self.addCleanup(memory.find, b"")  # it lives as long as the test
        end.setsockopt(SOL_XDP, XDP_UMEM_REG, registration)
        for ring, entries in ((XDP_FILL_RING, 64), (XDP_COMPLETION_RING, 32), (XDP_RX_RING, 16), (XDP_TX_RING, 8)):
            end.setsockopt(SOL_XDP, ring, entries)
        if interface:
            address = struct.pack("HHIII", AF_XDP, XDP_COPY, socket.if_nametoindex(interface), 0, 0)
            # The queue of a socket that was closed is given back a little later.
            scene.until(lambda: scene.libc.bind(end.fileno(), address, len(address)) == 0 or ctypes.get_errno() != errno.EBUSY,
                        "queue 0 of " + interface)
        return end

    def test_none_is_none(self):
        answer = program.run("--xdp")
        self.assertEqual((answer.code, answer.err), (1, ""))

    def test_who_takes_frames_of_which_queue(self):
        end = self.xdp()
        rows = self.rows_or_gap("xdp", [end], options=("-im",), askable=self.askable)
        if not rows:
            self.skipTest("neither asked for nor found; the gap was told")
        row, = rows
        self.assert_told(row, transport="xdp", family="xdp", type="raw")
        self.assert_mine(row, end)
        if not self.askable:
            return
        self.assert_told(row, interface="lo", local={"queue": 0}, uid=os.geteuid())
        self.assert_told(row["xdp"], receive_ring={"entries": 16}, transmit_ring={"entries": 8}, fill_ring={"entries": 64},
                         completion_ring={"entries": 32})
        self.assert_told(row["xdp"]["umem"], size=CHUNK * CHUNKS, pages=CHUNK * CHUNKS // mmap.PAGESIZE, chunk_size=CHUNK,
                         headroom=128, queue=0, zero_copy=False, references=1)
        dropped, invalid, tx_invalid, full, fill_empty, tx_empty = struct.unpack("6Q", end.getsockopt(SOL_XDP, XDP_STATISTICS, 48))
        self.assertEqual(row["xdp"]["statistics"], {"rx_dropped": dropped, "rx_invalid": invalid, "rx_full": full, "tx_invalid": tx_invalid,
                                                    "fill_ring_empty": fill_empty, "tx_ring_empty": tx_empty})
        limit = end.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        self.assert_told(row["memory"], receive_limit=limit)

    def test_one_that_is_not_bound_hides_no_other(self):
        """At an unbound one xsk_diag_dump() of some kernels breaks off, and says nothing of it."""
        ends = [self.xdp("lo")]
        ends += [self.xdp(None) for _ in range(2)]
        ends.append(self.xdp(self.other_interface()))
        found = {row["inode"] for row in self.rows_or_gap("xdp", ends, askable=False)}
        if not found >= set(map(scene.inode, ends)):
            print(f"{len(ends) - len(found)} of {len(ends)} were announced, not found")

    def other_interface(self):
        subprocess.run(["ip", "link", "add", "xdp0", "type", "veth", "peer", "name", "xdp1"], check=True)
        self.addCleanup(subprocess.run, ["ip", "link", "delete", "xdp0"], check=True)
        for name in ("xdp0", "xdp1"):
            subprocess.run(["ip", "link", "set", name, "up"], check=True)
        return "xdp0"


@case.skip_without(socket.AF_TIPC, socket.SOCK_STREAM)
class Tipc(case.Case):
    askable = diag.knows(socket.AF_TIPC)

    def place(self, name):
        """A TIPC port id as portscope tells it: (TIPC_ADDR_ID, node, reference, 0, scope)."""
        return {"node": name[1], "reference": name[2]}

    def server(self, kind):
        end = self.stage.make(socket.AF_TIPC, kind)
        end.bind((socket.TIPC_ADDR_NAMESEQ, TIPC_SERVICE, TIPC_INSTANCE, TIPC_INSTANCE, socket.TIPC_NODE_SCOPE))
        return end

    def test_a_service_and_its_connection(self):
        for kind, name in ((socket.SOCK_STREAM, "stream"), (socket.SOCK_SEQPACKET, "seqpacket")):
            listener = self.server(kind)
            listener.listen(5)
            client = self.stage.make(socket.AF_TIPC, kind)
            client.setblocking(False)  # it is accept(2) that answers
            with contextlib.suppress(BlockingIOError):
                client.connect((socket.TIPC_ADDR_NAME, TIPC_SERVICE, TIPC_INSTANCE, 0))
            server = self.stage.keep(listener.accept()[0])
            select.select([], [client], [], 60)
            rows = {row["inode"]: row for row in self.rows_or_gap("tipc", [listener, client, server], askable=self.askable)}
            if not self.askable:
                continue
            row = rows[scene.inode(listener)]
            self.assert_told(row, family="tipc", type=name, state="listen", local=self.place(listener.getsockname()), peer=None,
                             uid=os.geteuid())
            self.assertTrue(row["tipc"]["published"])
            for end in (client, server):
                row = rows[scene.inode(end)]
                self.assert_told(row, type=name, state="established", local=self.place(end.getsockname()),
                                 peer=self.place(end.getpeername()))
                self.assertFalse(row["tipc"]["published"])
                self.assert_mine(row, end)
            self.assert_told(rows[scene.inode(client)]["tipc"], link_congested=False, connection_congested=False)
            listener.close()

    def test_datagrams_wait_to_be_read(self):
        for kind, name in ((socket.SOCK_RDM, "rdm"), (socket.SOCK_DGRAM, "datagram")):
            end = self.server(kind)
            sender = self.stage.make(socket.AF_TIPC, kind)
            for _ in range(3):
                sender.sendto(b"x" * 10, (socket.TIPC_ADDR_NAME, TIPC_SERVICE, TIPC_INSTANCE, 0))
            rows = self.rows_or_gap("tipc", [end, sender], askable=self.askable)
            if self.askable:
                self.assert_told(program.find(rows, inode=scene.inode(end)), type=name, state="unconnected", recv_queue=3)
                self.assertFalse(program.find(rows, inode=scene.inode(sender))["tipc"]["published"])
            end.close()


if __name__ == "__main__":
    namespace.run_tests()
