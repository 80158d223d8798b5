#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The summary of sockets that the test opened: what it counts is what there is, and what it says is left is left."""
import errno
import os
import pathlib
import socket
import unittest

import namespace
import program
import scene
from names_test import exact, is_clean, unescape

HOME = "127.0.0.1"
SERVER_PORT = 8080
BACKLOG = 64
HOSTILE = b"\x1b]0;x\x07\n\xe2\x80\xae\xff"
SETTINGS = pathlib.Path("/proc/sys/net/ipv4")


def set_ports(first, last, reserved=""):
    (SETTINGS / "ip_local_port_range").write_text(f"{first} {last}")
    (SETTINGS / "ip_local_reserved_ports").write_text(f"{reserved}\n")


def counter(file, table, name):
    names, numbers = (line.split() for line in pathlib.Path(f"/proc/self/net/{file}").read_text().splitlines() if line.startswith(table))
    return int(numbers[names.index(name)])


def destination(ports, address, port, source=HOME):
    found = [row for row in ports["destinations"] if (row["source"], row["address"], row["port"]) == (source, address, port)]
    assert len(found) == 1, f"{len(found)} rows of {address}:{port} in {ports}"
    return {key: found[0][key] for key in ("used", "time_wait", "left")}


def used(ports, address):
    return {row["address"]: row["used"] for row in ports["sources"]}[address]


class Summary(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.stage = scene.Scene()
        self.addCleanup(self.stage.close)
        set_ports(32768, 60999)

    def ports(self, *arguments):
        return program.document("-s", *arguments)["ephemeral_ports"]

    def connect_until_refused(self, address, port):
        """How many more connections the kernel has ports for."""
        count = 0
        try:
            while True:
                self.stage.client(address, port)
                count += 1
        except OSError as error:
            self.assertEqual(error.errno, errno.EADDRNOTAVAIL)
        return count

    def test_the_budget_is_what_the_kernel_gives(self):
        set_ports(41000, 41007)
        self.stage.listener(HOME, SERVER_PORT, backlog=BACKLOG)
        self.stage.listener("127.0.0.2", SERVER_PORT, backlog=BACKLOG)
        for _ in range(3):
            self.stage.client(HOME, SERVER_PORT)
        self.stage.client("127.0.0.2", SERVER_PORT)
        ports = self.ports()
        self.assertEqual(ports["range"], {"first": 41000, "last": 41007})
        self.assertEqual((ports["reserved"], ports["bound"], ports["available"]), (0, 0, 8))
        self.assertEqual(destination(ports, HOME, SERVER_PORT), {"used": 3, "time_wait": 0, "left": 5})
        self.assertEqual(destination(ports, "127.0.0.2", SERVER_PORT), {"used": 1, "time_wait": 0, "left": 7})
        self.assertEqual(len(ports["destinations"]), 2, "the server's ends are no clients")
        self.assertEqual(self.connect_until_refused(HOME, SERVER_PORT), 5)
        self.assertEqual(destination(self.ports(), HOME, SERVER_PORT), {"used": 8, "time_wait": 0, "left": 0})
        self.assertEqual(self.connect_until_refused("127.0.0.2", SERVER_PORT), 7)

    @namespace.needs_bound
    def test_what_is_reserved_or_bound_is_not_given(self):
        set_ports(41100, 41107, "41100,41106-41110")
        self.stage.listener(HOME, SERVER_PORT, backlog=BACKLOG)
        self.stage.listener("127.0.0.2", 41101)
        self.stage.bound("127.0.0.3", 41102)
        self.stage.client(HOME, SERVER_PORT)
        ports = self.ports()
        self.assertEqual((ports["reserved"], ports["available"], ports["bound"]), (3, 5, 2))
        self.assertEqual(destination(ports, HOME, SERVER_PORT), {"used": 1, "time_wait": 0, "left": 2})
        self.assertEqual(self.connect_until_refused(HOME, SERVER_PORT), 2)

    @namespace.needs_bound
    def test_bind_finds_what_no_socket_of_the_address_has(self):
        set_ports(41200, 41205)
        self.stage.client(HOME, scene.port(self.stage.listener(HOME, SERVER_PORT)))
        self.stage.listener(HOME, 41203)
        self.assertEqual(used(self.ports(), HOME), 2)
        found = 0
        with self.assertRaises(OSError) as refused:
            while True:
                self.stage.make(socket.AF_INET, socket.SOCK_STREAM).bind((HOME, 0))
                found += 1
        self.assertEqual(refused.exception.errno, errno.EADDRINUSE)
        self.assertEqual(found, 4)
        self.assertEqual(used(self.ports(), HOME), 6)

    def test_time_wait_counts_and_is_told(self):
        set_ports(41300, 41303)
        server = self.stage.listener("127.0.0.4", SERVER_PORT)
        for keep in (True, False, False):
            client, accepted = self.stage.connection("127.0.0.4", server)
            if not keep:
                client.close()
                accepted.close()
        scene.until(lambda: len(program.sockets("state", "time-wait", "127.0.0.4")) == 2, "two in TIME_WAIT")
        document = program.document("-s", "127.0.0.4")
        self.assertEqual(destination(document["ephemeral_ports"], "127.0.0.4", SERVER_PORT), {"used": 3, "time_wait": 2, "left": 1})
        self.assertEqual(document["time_wait"], 2)
        self.assertIn("2 in time_wait", program.run("-s", "127.0.0.4").text)

    def test_servers_inside_are_named_unless_reserved(self):
        for address, port in ((HOME, 41401), ("::1", 41400), (HOME, 41402), (HOME, 41500)):
            self.stage.listener(address, port)
        set_ports(41400, 41407, "41402")
        inside = self.ports()["listeners_inside"]
        self.assertEqual([program.place(row["local"]) for row in inside], [("::1", 41400), (HOME, 41401)])
        for row in inside:
            self.assertEqual((row["transport"], row["owner_status"]), ("tcp", "known"))
            self.assertEqual([owner["pid"] for owner in row["owners"]], [os.getpid()])
        self.assertIn("Listening inside 41400-41407", program.run("-s").text)
        set_ports(41400, 41407, "41400-41402")
        self.assertEqual(self.ports()["listeners_inside"], [])
        self.assertNotIn("Listening inside", program.run("-s").text)

    def test_a_server_that_refuses_is_named(self):
        refused = counter("netstat", "TcpExt:", "ListenOverflows")
        full = self.stage.listener("127.0.0.5", backlog=0)
        port = scene.port(full)
        self.stage.client("127.0.0.5", port)
        late = self.stage.make(socket.AF_INET, socket.SOCK_STREAM)
        late.setblocking(False)
        late.connect_ex(("127.0.0.5", port))
        scene.until(lambda: counter("netstat", "TcpExt:", "ListenOverflows") > refused, "a refusal")
        document = program.document("-s")
        row, = [row for row in document["overflowed_listeners"] if row["local"]["port"] == port]
        self.assertEqual((row["listen"]["queued"], row["listen"]["backlog"]), (1, 0))
        self.assertGreaterEqual(row["listen"]["overflows"], 1)
        self.assertEqual([owner["pid"] for owner in row["owners"]], [os.getpid()])
        self.assertGreaterEqual(document["listen_overflows"], refused + 1)
        self.assertGreaterEqual(document["listen_drops"], document["listen_overflows"])
        text = program.run("-s").text
        self.assertRegex(text, rf"127\.0\.0\.5:{port} +1/0 full, \d+ refused")

    def test_what_tcp_sent_again_is_counted(self):
        self.stage.syn_sent("127.0.0.6")
        scene.until(lambda: counter("snmp", "Tcp:", "RetransSegs") > 0, "a segment that was sent again")
        before = [counter("snmp", "Tcp:", name) for name in ("OutSegs", "RetransSegs")]
        told = program.document("-s")["retransmission"]
        after = [counter("snmp", "Tcp:", name) for name in ("OutSegs", "RetransSegs")]
        out, again = told["segments_out"], told["segments_retransmitted"]
        self.assertTrue(before[0] <= out <= after[0] and before[1] <= again <= after[1], (before, told, after))
        self.assertEqual(told["share_ppm"], round(again / (out + again) * 1_000_000))
        self.assertIn("was sent again", program.run("-s").text)

    def test_orphans_are_those_without_a_program(self):
        def orphans(end):
            return program.document("-s", f":{end}")["orphans"]

        client, _ = self.stage.fin_wait_1(HOME)
        port = scene.port(client)
        self.assertEqual(orphans(port), 0, "it has its program")
        client.close()
        self.assertEqual(orphans(port), 1)
        self.assertIn("1 orphan ", program.run("-s", f":{port}").text)

        waiting = self.stage.listener(HOME)
        self.stage.client(HOME, scene.port(waiting))
        self.assertEqual(orphans(scene.port(waiting)), 0, "it will have one")

    def test_a_closed_socket_that_waits_for_the_other_end(self):
        """Where the wait is long the kernel keeps the whole socket, and counts it as an orphan."""
        setting = SETTINGS / "tcp_fin_timeout"
        self.addCleanup(setting.write_text, setting.read_text())
        for seconds, orphans in (("60", 0), ("240", 1)):
            setting.write_text(seconds)
            client, _ = self.stage.half_closed(HOME)
            port = scene.port(client)
            client.close()
            document = program.document("-s", f":{port}")
            self.assertEqual([row["state"] for row in document["counts"]], ["fin_wait_2"], seconds)
            self.assertEqual(document["orphans"], orphans, seconds)

    def test_who_holds_the_most_comes_first(self):
        address = "127.0.0.77"

        def hold(listeners, name):
            def work(tell):
                pathlib.Path("/proc/self/comm").write_bytes(name)
                waiting = [socket.create_server((address, 0)) for _ in range(listeners)]
                client = socket.create_connection(waiting[0].getsockname())
                server, again = waiting[0].accept()[0], client.dup()
                tell()
                work.kept = waiting, client, server, again

            return self.stage.keep(scene.Held(work)).pid

        few, many = hold(1, b"few"), hold(3, HOSTILE)
        document = program.document("-s", address)
        self.assertEqual(document["processes_left_out"], 0)
        first, second = document["processes"]
        self.assertIn("name_b64", first)
        self.assertEqual(exact(first.pop("name"), first.pop("name_b64")), HOSTILE)
        self.assertEqual(first, {"pid": many, "sockets": 5, "listening": 3, "established": 2})
        self.assertEqual(second, {"pid": few, "name": "few", "sockets": 3, "listening": 1, "established": 2})
        text = program.run("-s", address).text
        self.assertTrue(is_clean(text))
        row, = [line for line in text.splitlines() if line.split()[:4] == ["5", "3", "2", str(many)]]
        self.assertEqual(unescape(row.split(maxsplit=4)[4]), HOSTILE)

    def test_other_families_are_counted_when_asked_for(self):
        self.stage.unix(f"{self.stage.directory}/socket")
        self.assertNotIn("unix", {row["transport"] for row in program.document("-s")["counts"]})
        self.assertEqual({row["transport"] for row in program.document("-s", "-x")["counts"]}, {"unix"})
        everything = program.document("-s", "-A", "all", codes=(0, 3))  # this kernel may hide some of them
        self.assertLess({"unix", "netlink"}, {row["transport"] for row in everything["counts"]})


if __name__ == "__main__":
    namespace.run_tests()
