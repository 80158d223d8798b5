#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A socket that lives through the whole look is in the answer once, however busy the machine."""
import collections
import os
import resource
import socket
import struct
import unittest

import namespace
import program
import scene

LOOKS = program.often(30)
TCP, UDP, UNIX = 500, 500, 200


WINDOW = 200  # sockets alive at a time; the oldest goes as a new one comes


def replace_for_ever(make):
    window = collections.deque()
    while True:
        window.append(make())
        if len(window) > WINDOW:
            for end in window.popleft():
                end.close()


def connection(listener):
    client = socket.create_connection(listener.getsockname())
    server = listener.accept()[0]
    for end in (client, server):  # closed by a reset, so that no time_wait is left
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return client, server


def bound(family, name):
    end = socket.socket(family, socket.SOCK_DGRAM)
    end.bind(name)
    return (end,)


class Churn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8000), hard))
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        cls.lasting = {"tcp": set(), "udp": set(), "unix": set()}
        listener = cls.stage.listener("127.0.0.1", backlog=TCP)
        for _ in range(TCP // 2):
            cls.lasting["tcp"].update(map(scene.inode, cls.stage.connection("127.0.0.1", listener)))
        for _ in range(UDP):
            cls.lasting["udp"].add(scene.inode(cls.stage.udp("127.0.0.1")))
        for _ in range(UNIX // 2):
            pair = [cls.stage.keep(end) for end in socket.socketpair()]
            cls.lasting["unix"].update(map(scene.inode, pair))

        busy = cls.stage.listener("127.0.0.2", backlog=100)
        makers = (lambda: connection(busy), lambda: bound(socket.AF_INET, ("127.0.0.3", 0)), lambda: bound(socket.AF_UNIX, ""))
        for make in makers:
            def begin(tell, make=make):
                tell()
                replace_for_ever(make)
            cls.stage.keep(scene.Held(begin))

    def look(self, source):
        """Every lasting socket once, and no socket twice."""
        answer = program.run("-a", "-A", "tcp,udp,unix", "-H", "--tsv", "-C", "transport,inode", "--source", source)
        # Of /proc it may be said that it could not be read completely; not said, it must be complete.
        self.assertIn(answer.code, (0, 3) if source == "proc" else (0,), answer.err)
        self.assertNotIn("line breaks", answer.err, "there is no such name")
        rows = collections.Counter(tuple(line.split("\t")) for line in answer.lines if line.split("\t")[1].isdigit())
        inodes = {protocol: {int(inode) for transport, inode in rows if transport == protocol} for protocol in self.lasting}
        for protocol, lasting in self.lasting.items():
            if f" {protocol} sockets may be missing" not in answer.err:
                self.assertEqual(lasting - inodes[protocol], set(), f"{protocol} missing")
        self.assertEqual([row for row, count in rows.items() if count > 1], [], "twice")
        return inodes

    def look_often(self, source):
        seen = collections.defaultdict(set)
        for number in range(LOOKS):
            with self.subTest(look=number):
                for protocol, inodes in self.look(source).items():
                    seen[protocol] |= inodes
        for protocol, lasting in self.lasting.items():
            self.assertGreater(len(seen[protocol]), len(lasting) + 2 * WINDOW, f"{protocol} did not come and go")

    def test_netlink(self):
        self.look_often("netlink")

    def test_proc(self):
        self.look_often("proc")

    def cells(self, columns):
        """A light format: to hold thousands of rows against the schema takes longer than to list them."""
        answer = program.run("-a", "-A", "tcp,udp,unix", "-H", "--tsv", "-C", columns)
        self.assertEqual((answer.code, answer.err), (0, ""))
        return [line.split("\t") for line in answer.lines]

    def test_owners_of_the_lasting_are_known_at_every_look(self):
        lasting = {str(inode) for inodes in self.lasting.values() for inode in inodes}
        for _ in range(LOOKS // 3):
            rows = [(inode, status, pids.split(",")) for inode, status, pids in self.cells("inode,owner_status,pid") if inode in lasting]
            self.assertEqual(len(rows), len(lasting))
            self.assertEqual({status for _, status, _ in rows}, {"known"})
            self.assertEqual([row for row in rows if str(os.getpid()) not in row[2]], [])

    def test_no_cookie_is_there_twice(self):
        for _ in range(LOOKS // 3):
            cookies = collections.Counter(cookie for cookie, in self.cells("cookie"))
            self.assertEqual([cookie for cookie, count in cookies.items() if count > 1], [])


if __name__ == "__main__":
    namespace.run_tests()
