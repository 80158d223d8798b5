#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How a listener fares, what was dropped, who called whom, and how long ago."""
import re
import socket
import subprocess
import time
import unittest

import case
import diag
import everything
import namespace
import program
import scene
import terminal

CLONE_NEWNET = 0x40000000
JIFFY = 10  # milliseconds, the longest there is
HERE, THERE = "10.77.0.1", "10.77.0.2"


def counter(file, group, name):
    """A number of /proc/net/netstat or snmp: a line of names, then one of numbers."""
    with open(f"/proc/self/net/{file}") as lines:
        names, numbers = (line.split() for line in lines if line.startswith(group + ":"))
    return int(numbers[names.index(name)])


def knock(stage, address, times, protocol=0):
    """Clients that do not wait for an answer."""
    clients = [stage.make(scene.family_of(address[0]), socket.SOCK_STREAM, protocol) for _ in range(times)]
    for client in clients:
        client.setblocking(False)
        client.connect_ex(address)
    return clients


@unittest.skipUnless(diag.knows(socket.AF_INET, socket.IPPROTO_TCP), "the kernel has no tcp_diag now")
class Listen(case.Case):
    def told(self, end, *options):
        return self.row(end, "-l", *options)["listen"]

    def test_an_idle_one(self):
        self.assertEqual(self.told(self.stage.listener("127.0.0.1", backlog=7)),
                         {"queued": 0, "backlog": 7, "overflows": 0, "limited_by": "argument", "syn_received": 0})

    def fill(self, stage, end, clients):
        """(the same as the kernel counts, as portscope tells), while nothing is refused: a SYN is sent again and again."""
        before = counter("netstat", "TcpExt", "ListenDrops")
        knock(stage, end.getsockname(), clients, end.proto)
        told = []

        def still():
            first, told[:] = counter("netstat", "TcpExt", "ListenDrops"), [self.told(end)]
            return first == counter("netstat", "TcpExt", "ListenDrops") > before and told[0]["queued"] == 4

        scene.until(still, "a full queue")
        return counter("netstat", "TcpExt", "ListenDrops") - before, told[0]

    def test_a_full_one(self):
        for address in ("127.0.0.1", "::1"):
            with scene.Scene() as stage:  # by itself: each client knocks until it is closed
                end = stage.listener(address, backlog=3)
                drops, told = self.fill(stage, end, 6)  # one more than the limit is let in
                self.assert_told(told, queued=4, backlog=3, overflows=drops)
                row = self.row(end, "-lm", "-C", "inode,drops,memory")
                self.assertGreaterEqual(row["drops"], drops)
                self.assertEqual(row["memory"]["drops_are"], "connections_refused")

    @case.skip_without(socket.AF_INET, socket.SOCK_STREAM, everything.IPPROTO_MPTCP)
    def test_a_full_one_of_mptcp(self):
        end = self.stage.bound("127.0.0.1", protocol=everything.IPPROTO_MPTCP)
        end.listen(3)
        drops, told = self.fill(self.stage, end, 6)
        self.assert_told(told, queued=4, backlog=3, overflows=drops)

    def test_it_stands_out_on_a_terminal(self):
        full, idle = self.stage.listener("127.0.0.1", backlog=1), self.stage.listener("127.0.0.1", backlog=2)
        knock(self.stage, full.getsockname(), 2)
        scene.until(lambda: self.told(full)["queued"] == 2, "a full queue")
        _, text = terminal.run(120, "-tl")
        lines = {end: next(line for line in text.split("\n") if f":{scene.port(end)} " in line) for end in (full, idle)}
        self.assertRegex(lines[full], r"\x1b\[[0-9;]*31[0-9;]*m2/1 full")
        self.assertNotRegex(lines[idle], r"\x1b\[[0-9;]*31")
        self.assertIn("0/2", lines[idle])
        knock(self.stage, idle.getsockname(), 2)
        scene.until(lambda: self.told(idle)["queued"] == 2, "a queue with one place left")
        line = next(line for line in terminal.run(120, "-tl")[1].split("\n") if f":{scene.port(idle)} " in line)
        self.assertIn("2/2", line)
        self.assertNotIn("full", line)
        self.assertNotEqual(re.findall(r"\x1b\[([0-9;]*)m2/2", line), ["1;31"])

    def test_who_limits_the_backlog(self):
        usual = scene.setting("core/somaxconn")
        self.addCleanup(scene.setting, "core/somaxconn", usual)
        early = self.stage.listener("127.0.0.1", backlog=100)
        scene.setting("core/somaxconn", 50)
        cut, cut_by_unix = self.stage.listener("127.0.0.1", backlog=100), self.stage.make(socket.AF_UNIX, socket.SOCK_STREAM)
        cut_by_unix.bind("\0cut")
        cut_by_unix.listen(100)
        small = self.stage.listener("127.0.0.1", backlog=49)
        self.assert_told(self.told(cut), backlog=50, limited_by="somaxconn")
        self.assert_told(self.told(small), backlog=49, limited_by="argument")
        self.assert_told(self.told(cut_by_unix, "-x"), backlog=50, limited_by="somaxconn", overflows=None)
        self.assert_told(self.told(early), backlog=100, limited_by=None)  # the setting of that time is not known

    def deferring(self, address, port=0):
        end = self.stage.make(scene.family_of(address), socket.SOCK_STREAM)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        end.setsockopt(socket.IPPROTO_TCP, scene.TCP_DEFER_ACCEPT, 600)
        end.bind((address, port))
        end.listen(scene.BACKLOG)
        return end

    def test_half_open_connections_are_counted_at_the_closer_listener(self):
        wide = self.deferring("0.0.0.0")
        near = self.deferring("127.0.0.1", scene.port(wide))
        every = self.deferring("::", scene.port(wide))
        for address, times in (("127.0.0.1", 3), ("127.0.0.2", 2), ("::1", 1)):
            for _ in range(times):
                self.stage.client(address, scene.port(wide))
        for options in ((), ("-t",), ("-a",), (f":{scene.port(wide)}",)):
            told = [self.told(end, *options)["syn_received"] for end in (near, wide, every)]
            self.assertEqual(told, [3, 2, 1], options)
        self.assertIn("3 half open", program.run("-tl").text)


class Drops(case.Case):
    def test_udp(self):
        for address, group in (("127.0.0.1", "Udp"), ("::1", None)):
            end = self.stage.udp(address)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            client = self.stage.client(address, scene.port(end), socket.SOCK_DGRAM)
            before = counter("snmp", group, "RcvbufErrors") if group else None
            for _ in range(20):
                client.send(b"x" * 2000)
            with open("/proc/self/net/udp" if group else "/proc/self/net/udp6") as table:
                dropped, = (int(line.split()[-1]) for line in table if line.split()[9] == str(scene.inode(end)))
            self.assertGreater(dropped, 0)
            if group:
                self.assertEqual(counter("snmp", group, "RcvbufErrors") - before, dropped)
            for source in ("auto", "proc"):
                row = self.row(end, "-um", "--source", source, "-C", "inode,drops,memory")
                self.assertEqual(row["drops"], dropped, source)
                if source == "auto" and diag.knows(socket.AF_INET, socket.IPPROTO_UDP):
                    self.assert_told(row["memory"], drops=dropped, drops_are="receive_overflows")
            self.assertIn(f"receive overflows {dropped}", program.run("-um").text)


def live_there(server_here):
    """Work for a process in a network namespace of its own: a server, and a client of ours."""
    port_here = scene.port(server_here)

    def work(tell):
        server_here.close()  # the copy that the fork made
        if scene.libc.unshare(CLONE_NEWNET) != 0:
            raise OSError(scene.ctypes.get_errno(), "unshare")
        tell()
        scene.until(lambda: "there" in dict(map(reversed, socket.if_nameindex())), "an interface")
        for words in (["address", "add", f"{THERE}/24", "dev", "there"], ["link", "set", "there", "up"]):
            subprocess.run(["ip", *words], check=True)
        ends = work.ends = [socket.create_server((THERE, 7000)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)]
        ends[1].bind((THERE, 7000))
        ends.append(socket.socket())
        scene.until(lambda: ends[-1].connect_ex((HERE, port_here)) == 0, "the way back")
        ends.append(ends[0].accept()[0])

    return work


class Direction(case.Case):
    def setUp(self):
        super().setUp()
        self.server = self.stage.listener("0.0.0.0")
        self.other = self.stage.keep(scene.Held(live_there(self.server)))
        made = subprocess.run(["ip", "link", "add", "here", "type", "veth", "peer", "name", "there", "netns", str(self.other.pid)],
                              capture_output=True, text=True)
        if made.returncode != 0:
            self.skipTest(f"no pair of interfaces: {made.stderr.strip()}")
        self.addCleanup(subprocess.run, ["ip", "link", "delete", "here"], check=False, stderr=subprocess.DEVNULL)
        for words in (["address", "add", f"{HERE}/24", "dev", "here"], ["link", "set", "here", "up"]):
            subprocess.run(["ip", *words], check=True)

    def connect(self, kind):
        client = self.stage.make(socket.AF_INET, kind)
        scene.until(lambda: client.connect_ex((THERE, 7000)) == 0, "the way there")
        return client

    def test_who_called_whom(self):
        ends = {"called": self.stage.keep(self.server.accept()[0]), "caller": self.connect(socket.SOCK_STREAM),
                "asking out": self.connect(socket.SOCK_DGRAM), "listener": self.server, "waiting": self.stage.udp("127.0.0.1")}
        ends["asking here"] = self.stage.client("127.0.0.1", scene.port(ends["waiting"]), socket.SOCK_DGRAM)
        ends["local"], ends["accepted"] = self.stage.connection("127.0.0.1", self.server)
        ends["mapped"], ends["of an IPv6 socket"] = self.stage.connection("127.0.0.1", self.stage.listener("::", v6only=0))
        expected = {"called": "in", "caller": "out", "asking out": "out", "listener": None, "waiting": None, "asking here": "local",
                    "local": "local", "accepted": "local", "mapped": "local", "of an IPv6 socket": "local"}
        for options in ((), ("-C", "inode,direction"), ("-C", "inode,direction", "--source", "proc")):
            rows = self.rows("-tu", *options)
            self.assertEqual({name: rows[scene.inode(end)]["direction"] for name, end in ends.items()}, expected, options)
        # The listener is not among what was asked for, and still tells.
        rows = {row["inode"]: row["direction"] for row in program.sockets("-t", "state", "established")}
        self.assertEqual([rows[scene.inode(ends[name])] for name in ("called", "local")], ["in", "local"])
        # Once nobody waits there any more, nothing says that they called.
        self.server.close()
        self.assertEqual(self.row(ends["called"], "-t")["direction"], "out")


@unittest.skipUnless(diag.knows(socket.AF_INET, socket.IPPROTO_TCP), "the kernel has no tcp_diag now")
class Age(case.Case):
    def assert_age(self, row, born, exact, not_before):
        """`born` lies between two times of the monotonic clock; `not_before` is when we asked."""
        now = time.monotonic()
        age = row["age"]
        self.assertEqual(age["exact"], exact, program.key(row))
        self.assertLessEqual(age["at_least_ms"], (now - born[0]) * 1000 + JIFFY, "older than it is")
        if exact:
            self.assertGreaterEqual(age["at_least_ms"], (not_before - born[1]) * 1000 - JIFFY, "younger than it is")

    def connection(self, address="127.0.0.1"):
        listener = self.stage.listener(address)
        first = time.monotonic()
        client, server = self.stage.connection(address, listener)
        return client, server, (first, time.monotonic())

    def ages(self, *ends):
        asked = time.monotonic()
        rows = self.rows("-ti")
        return [(rows[scene.inode(end)], asked) for end in ends]

    def test_of_a_connection_without_data(self):
        made = [self.connection(address) for address in ("127.0.0.1", "::1") * 2]
        for client, server, born in made:
            for row, asked in self.ages(client, server):
                self.assert_age(row, born, True, asked)

    def test_data_one_way_leaves_the_other_clock(self):
        client, server, born = self.connection()
        client.sendall(b"x")
        scene.receive(server, 1)
        for row, asked in self.ages(client, server):
            self.assert_age(row, born, True, asked)

    def test_after_data_both_ways_it_is_a_lower_bound(self):
        client, server, born = self.connection()
        client.sendall(b"x")
        scene.receive(server, 1)
        server.sendall(b"y")
        scene.receive(client, 1)
        for row, asked in self.ages(client, server):
            self.assert_age(row, born, False, asked)
        self.assertIn(">", program.run("-t", "-H", "-C", "age").text)

    def test_unknown_is_null(self):
        listener = self.stage.listener("127.0.0.1")
        bound = self.stage.bound("127.0.0.1")
        trying = self.stage.syn_sent("127.0.0.1")
        deferring = self.stage.syn_received("127.0.0.1")
        self.stage.time_wait("127.0.0.1")
        rows = program.sockets("-ta", "-i")
        by_inode = {row["inode"]: row for row in rows}
        ends = [listener, trying, deferring] + [end for end in (bound,) if scene.inode(end) in by_inode]  # told since 6.8
        for end in ends:
            self.assertIsNone(by_inode[scene.inode(end)]["age"], by_inode[scene.inode(end)]["state"])
        for row in rows:
            if row["state"] in ("time_wait", "syn_received", "listen"):
                self.assertIsNone(row["age"], row["state"])
        udp = self.stage.udp("127.0.0.1")
        self.assertIsNone(self.row(udp, "-ui").get("age"))
        for row in program.sockets("-ta", "--source", "proc", "-C", "state,age"):
            self.assertIsNone(row["age"], row["state"])

    def test_tools_agree_that_time_passes(self):
        client, _, born = self.connection()
        first = self.ages(client)[0][0]["age"]["at_least_ms"]
        scene.until(lambda: (time.monotonic() - born[1]) * 1000 > first + 2 * JIFFY, "a later moment")
        self.assertGreater(self.ages(client)[0][0]["age"]["at_least_ms"], first)


if __name__ == "__main__":
    namespace.run_tests()
