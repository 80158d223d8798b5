#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Sockets that no table lists (vsock and AF_XDP without their diag modules), found by their descriptors."""
import array
import ctypes
import errno
import os
import socket
import unittest

import borrowing
import case
import diag
import namespace
import program
import scene
from nobody import AS_NOBODY, copy_program

AF_XDP = diag.AF_XDP
ANY = 0xFFFFFFFF  # VMADDR_CID_ANY, VMADDR_PORT_ANY
LOOPBACK = 1  # VMADDR_CID_LOCAL
SO_COOKIE, SO_NETNS_COOKIE = 57, 71
XDP_KIND, VSOCK_KIND = (AF_XDP, socket.SOCK_RAW), (socket.AF_VSOCK, socket.SOCK_STREAM)


def is_counted(protocol):
    """Whether the kernel has the protocol (/proc/net/protocols)."""
    with open("/proc/self/net/protocols") as table:
        return protocol in {line.split()[0] for line in table}


def cookie(end):
    """By the C library: of vsock sockets Python reads nothing that is wider than an int."""
    value, size = ctypes.c_uint64(), ctypes.c_uint32(8)
    place = ctypes.byref(value), ctypes.byref(size)
    assert scene.libc.getsockopt(end.fileno(), socket.SOL_SOCKET, SO_COOKIE, *place) == 0
    return value.value


class Descriptors(case.Case):
    @classmethod
    def setUpClass(cls):
        copy_program(cls.addClassCleanup)

    def assert_found(self, row, end, **expected):
        self.assert_mine(row, end)
        self.assert_told(row, uid=os.geteuid(), **expected)
        self.assertEqual(int(row["cookie"], 16), cookie(end))

    def one_gap(self, document, transport):
        gap, = document["gaps"]
        self.assertEqual((gap["what"], gap["transport"], document["complete"]), ("sockets", transport, False))
        return gap


def tells_its_namespace():
    try:
        with socket.socket() as end:
            return len(end.getsockopt(socket.SOL_SOCKET, SO_NETNS_COOKIE, 8)) == 8
    except OSError:
        return False


@borrowing.needed
@unittest.skipUnless(tells_its_namespace(), "before Linux 5.14 no socket tells its network namespace")
@unittest.skipIf(diag.knows(AF_XDP), "the kernel has xdp_diag: sockets are not looked for one by one")
@case.skip_without(*XDP_KIND)
class Xdp(Descriptors):
    def test_none_is_none(self):
        answer = program.run("--xdp", "-a")
        self.assertEqual((answer.code, answer.err), (1, ""))

    def test_all_of_them_are_a_whole_answer(self):
        ends = [self.stage.make(*XDP_KIND) for _ in range(3)]
        document = program.document("--xdp", "-a")
        self.assertEqual((document["complete"], document["gaps"]), (True, []))
        rows = {row["inode"]: row for row in document["sockets"]}
        self.assertEqual(set(rows), set(map(scene.inode, ends)))
        for end in ends:
            self.assert_found(rows[scene.inode(end)], end, transport="xdp", family="xdp", type="raw", state="unconnected",
                              local=None, peer=None, interface=None)
        self.assertEqual({row["source"] for row in program.lines("--xdp", "-a", "-C", "source")}, {"descriptor"})

    def test_one_that_many_hold_is_one(self):
        end = self.stage.make(*XDP_KIND)
        fork = self.stage.keep(scene.Held(lambda tell: tell()))
        row, = program.sockets("--xdp", "-a")
        self.assertEqual(sorted((owner["pid"], owner["fd"]) for owner in row["owners"]),
                         sorted([(os.getpid(), end.fileno()), (fork.pid, end.fileno())]))

    def test_one_that_nobody_holds_is_missed(self):
        """On its way through a Unix socket it has no descriptor, but the kernel counts it."""
        found, lost = self.stage.make(*XDP_KIND), socket.socket(*XDP_KIND)
        one, other = map(self.stage.keep, socket.socketpair())
        one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [lost.fileno()]))])
        lost.close()
        document = program.document("--xdp", "-a", codes=(3,))
        self.assertEqual([row["inode"] for row in document["sockets"]], [scene.inode(found)])
        self.assertEqual(self.one_gap(document, "xdp")["count"], 1)
        self.assertIn("1 xdp socket may be missing", program.run("--xdp", "-a").err)
        other.close()

    @namespace.needs_root
    def test_another_network_namespace_has_its_own(self):
        self.stage.make(*XDP_KIND)
        answer = program.run("--xdp", "-a", prefix=["unshare", "-n"])
        self.assertEqual((answer.code, answer.err), (1, ""))

        def elsewhere(tell):
            if scene.libc.unshare(0x40000000) != 0:  # CLONE_NEWNET
                raise OSError("unshare")
            end = socket.socket(*XDP_KIND)
            tell(end.fileno())
            scene.select.select([], [], [])

        self.stage.keep(scene.Held(elsewhere))
        self.assertEqual(len(program.document("--xdp", "-a")["sockets"]), 1)

    @namespace.needs_root
    def test_who_may_not_look_is_told_how_many_there_are(self):
        ends = [self.stage.make(*XDP_KIND) for _ in range(2)]
        document = program.document("--xdp", "-a", codes=(3,), prefix=AS_NOBODY)
        gap = self.one_gap(document, "xdp")
        self.assertEqual((document["sockets"], gap["why"], gap["count"]), ([], "EACCES", len(ends)))
        self.assertIn("run as root", gap["remedy"])

    def test_a_kernel_that_does_not_lend(self):
        self.stage.make(*XDP_KIND)
        for error, remedy in ((errno.EPERM, "CAP_SYS_PTRACE"), (errno.ENOSYS, "5.6")):
            with self.subTest(error=error):
                prefix = borrowing.denied(borrowing.PIDFD_GETFD, error)
                document = program.document("--xdp", "-a", codes=(3,), prefix=prefix)
                gap = self.one_gap(document, "xdp")
                self.assertEqual((document["sockets"], gap["why"], gap["count"]), ([], errno.errorcode[error], 1))
                self.assertIn(remedy, gap["remedy"])

    def test_who_chose_netlink_or_proc_gets_nothing_else(self):
        self.stage.make(*XDP_KIND)
        for source in ("netlink", "proc"):
            answer = program.run("--xdp", "-a", "--source", source)
            self.assertEqual((answer.code, answer.out), (2, b""))

    def test_memory_of_what_was_found(self):
        end = self.stage.make(*XDP_KIND)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 70000)
        row, = program.sockets("--xdp", "-a", "--memory")
        self.assertEqual((row["memory"]["receive_limit"], row["drops"]), (140000, 0))


@borrowing.needed
@unittest.skipIf(diag.knows(socket.AF_VSOCK), "the kernel has vsock_diag: sockets are not looked for one by one")
@case.skip_without(*VSOCK_KIND)
class Vsock(Descriptors):
    def bound(self, cid=ANY, port=ANY, kind=socket.SOCK_STREAM):
        end = self.stage.make(socket.AF_VSOCK, kind)
        try:
            end.bind((cid, port))
        except OSError as error:
            self.skipTest(f"vsock cannot be bound to {cid}: {error}")
        return end

    def listener(self, **where):
        end = self.bound(**where)
        end.listen()
        return end

    def look(self, *arguments, **run):
        return program.document("--vsock", *arguments, codes=(3,), **run)

    def test_what_is_found_is_told_as_it_is(self):
        kinds = ((socket.SOCK_STREAM, "stream"), (socket.SOCK_SEQPACKET, "seqpacket"))
        listeners = {self.listener(kind=kind): name for kind, name in kinds}
        bound = self.bound()
        rows = {row["inode"]: row for row in self.look("-a")["sockets"]}
        for end, kind in listeners.items():
            cid, port = end.getsockname()
            self.assert_found(rows[scene.inode(end)], end, transport="vsock", family="vsock", type=kind, state="listen",
                              local={"cid": cid, "port": port}, peer=None)
        self.assert_found(rows[scene.inode(bound)], bound, state="bound", peer=None)
        self.assertEqual({row["inode"] for row in self.look("--listen")["sockets"]}, set(map(scene.inode, listeners)))

    def test_connections(self):
        waiting = self.listener(cid=LOOPBACK)
        client = self.stage.make(*VSOCK_KIND)
        client.connect(waiting.getsockname())
        server = self.stage.keep(waiting.accept()[0])
        rows = {row["inode"]: row for row in self.look("-a")["sockets"]}
        for end in (client, server):
            name, peer = ({"cid": place[0], "port": place[1]} for place in (end.getsockname(), end.getpeername()))
            self.assert_found(rows[scene.inode(end)], end, state="established", local=name, peer=peer)

    def test_a_port_is_found_by_its_number(self):
        first, second = self.listener(), self.listener()
        row, = self.look("-l", f"vsock:{first.getsockname()[1]}")["sockets"]
        self.assertEqual(row["inode"], scene.inode(first))
        self.assertNotEqual(row["inode"], scene.inode(second))

    def test_that_some_may_be_missing_is_always_said(self):
        """The kernel does not count them, so nobody can know that these were all."""
        for opened in (0, 1):
            if opened:
                self.listener()
            document = self.look("-a")
            gap = self.one_gap(document, "vsock")
            self.assertEqual((len(document["sockets"]), gap["count"]), (opened, None))
            # EACCES: there is a process that is closed even to root.
            self.assertIn(gap["why"], ("ENOENT", "EACCES"))
            self.assertIn("diag module", gap["remedy"])
            self.assertIn("some vsock sockets may be missing", program.run("--vsock", "-a").err)

    @namespace.needs_root
    def test_who_may_not_look_is_told(self):
        self.listener()
        document = self.look("-a", prefix=AS_NOBODY)
        gap = self.one_gap(document, "vsock")
        self.assertEqual((document["sockets"], gap["why"], gap["count"]), ([], "EACCES", None))
        self.assertIn("run as root", gap["remedy"])


@unittest.skipIf(is_counted("AF_VSOCK"), "the kernel has vsock")
class WithoutVsock(case.Case):
    def test_none_can_exist(self):
        answer = program.run("--vsock", "-a")
        self.assertEqual((answer.code, answer.err), (1, ""))


if __name__ == "__main__":
    namespace.run_tests()
