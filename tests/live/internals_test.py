#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Whatever ss(8) prints of a socket is in portscope's JSON."""
import itertools
import json
import re
import socket
import unittest

import case
import diag
import everything
import namespace
import program
import sayings
import scene
import ss
import tcp_scene

NO_TIMER = {"expires_ms": 0}
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def milliseconds(text):
    """(least, most) that ss may have printed as this: `1min59sec` is any of a second."""
    minutes, seconds, rest = re.fullmatch(r"(?:(\d+)min)?(?:(\d+)(?:sec|\.))?(?:(\d+)ms)?", text).groups(default="0")
    least = (int(minutes) * 60 + int(seconds)) * 1000 + int(rest)
    vague = 60_000 if int(minutes) > 9 else 1000 if int(minutes) or int(seconds) > 9 else 1
    return least, least + vague - 1


def holders(text):
    """ss has an order of its own."""
    return sorted(re.findall(r'\("[^"]*",pid=\d+,fd=\d+\)', text))


def lies_between(text, before, after):
    """Whether each number of `text` lies between those of the two others, and the rest is the same."""
    if NUMBER.sub("#", text) != NUMBER.sub("#", before) or NUMBER.sub("#", text) != NUMBER.sub("#", after):
        return False
    numbers = (map(float, NUMBER.findall(one)) for one in (text, before, after))
    return all(min(first, last) <= between <= max(first, last) for between, first, last in zip(*numbers))


def moved(before, after):
    """Something was sent or received, or a timer began anew."""
    was, is_now = before.get("tcp") or {}, after.get("tcp") or {}
    return (any(was.get(name) != is_now.get(name) for name in ("segs_in", "segs_out", "total_retrans", "backoff", "probes"))
            or (after.get("timer") or NO_TIMER)["expires_ms"] > (before.get("timer") or NO_TIMER)["expires_ms"])


class Words(case.Case):
    """Takes the words of ss one by one; the same sockets are looked at before and after it."""

    def read(self, ours, theirs):
        """[(row of ss, our row before, our row after), ...]; of each socket from a moment when it was still."""
        def look():  # without the schema, which other tests hold these objects against: that takes long where all is emulated
            return {row["cookie"]: row for row in json.loads(program.run("-a", *ours, "--json").text)["sockets"]}

        found = {}

        def still():
            before, rows, after = look(), theirs(), look()
            for row in rows:
                cookie = row.value("sk")
                first, last = before.get(cookie), after.get(cookie)
                self.assertTrue(first and last, f"not told: {row.line}")
                if not moved(first, last):
                    found[cookie] = (row, first, last)
            return found.keys() >= {row.value("sk") for row in rows}

        scene.until(still, "a moment without traffic")
        return list(found.values())

    def check(self, table, readings):
        self.assertTrue(readings)
        for row, before, after in readings:
            for name, value in row.tokens:
                with self.subTest(word=name, value=value, line=row.line):
                    self.check_word(table, name, value, before, after)

    def check_word(self, table, name, value, before, after):
        if name in tcp_scene.algorithms() and value is None:
            self.assertEqual(before["tcp"]["congestion"], name)
            return
        if name.startswith("tcp-ulp-"):
            self.assertEqual(before["tcp"]["ulp"], name.removeprefix("tcp-ulp-"))
            return
        if name == "md5keys":  # it tries to print the keys as well
            self.assertEqual(before["tcp"]["md5_keys"], len(value.split(",")))
            return
        self.assertTrue(name in table, "a word of ss that this test does not know")
        if name == "users":
            self.assertEqual(holders(value), holders(table[name](before)))
            return
        first, last = table[name](before), table[name](after)
        if value in (first, last) or first and value == sayings.shortened(first):
            return
        self.assertIsNotNone(value)
        if name == "timer":
            self.assertEqual(value.split(",")[::2], first.split(",")[::2])
            least, most = milliseconds(value.split(",")[1])
            self.assertLessEqual(least, before["timer"]["expires_ms"])
            self.assertGreaterEqual(most, after["timer"]["expires_ms"])
            return
        self.assertTrue(lies_between(value, first, last), f"ss: {value}; portscope: {first}, then {last}")


@unittest.skipUnless(diag.knows(socket.AF_INET, socket.IPPROTO_TCP), "the kernel has no tcp_diag now")
class Inet(Words):
    @classmethod
    def setUpClass(cls):
        cls.scene = scene.Scene()
        cls.addClassCleanup(cls.scene.close)
        cls.missing = tcp_scene.open_all(cls.scene)

    def read_inet(self, option, *options):
        return self.read([option, "-imoe"], lambda: ss.inet(option, *options))

    def test_tcp(self):
        for numeric in (("-n",), ()):
            self.check(sayings.TCP, self.read_inet("-t", "-iemo", "--tos", "--inet-sockopt", "--cgroup", *numeric))

    def test_the_scene_has_something_to_say(self):
        words = {name for row in ss.inet("-t", "-iemon", "--tos", "--inet-sockopt") for name, _ in row.tokens}
        self.assertEqual(tcp_scene.WORDS - words - self.missing.keys(), set())
        for word, reason in self.missing.items():
            print(f"not said, {word}: {reason}")

    def test_queues_and_states(self):
        for row, before, _ in self.read_inet("-t", "-e"):
            self.assertEqual((before["state"], before["recv_queue"], before["send_queue"]), (row.state, row.recv_queue, row.send_queue),
                             row.line)

    def test_udp(self):
        tcp_scene.open_udp(self.stage)
        for numeric in (("-n",), ()):
            self.check(sayings.INET, self.read_inet("-u", "-iemo", "--tos", "--inet-sockopt", "--cgroup", *numeric))

    @case.skip_without(socket.AF_INET, socket.SOCK_STREAM, everything.IPPROTO_MPTCP)
    def test_mptcp(self):
        _, client, server = everything.open_mptcp(self.stage)
        client.sendall(b"x" * 1000)
        scene.receive(server, 1000)
        self.check(sayings.MPTCP, self.read_inet("-M", "-iemon"))
        subflows = [reading for reading in self.read_inet("-t", "-iemon") if ("tcp-ulp-mptcp", None) in reading[0].tokens]
        self.check(sayings.TCP, subflows)


class Others(Words):
    @unittest.skipUnless(diag.knows(socket.AF_UNIX), "the kernel has no unix_diag now")
    def test_unix(self):
        everything.open_unix(self.stage)
        self.check(sayings.UNIX, self.by_inode(["-xm"], ss.unix("-pemn")))
        for row, told, _ in self.by_inode(["-xm"], ss.unix("-n")):
            name = "*" if told["local"].get("path", "") is None else ("@" if "abstract" in told["local"] else "") + program.place(told["local"])
            peer = told["peer"] or {"told_by": "other"}
            self.assertEqual((row.local, int(row.peer), row.recv_queue, row.send_queue),
                             (name, peer["inode"] if peer["told_by"] == "self" else 0, told["recv_queue"], told["send_queue"]))

    @unittest.skipUnless(diag.knows(socket.AF_PACKET), "the kernel has no packet_diag now")
    def test_packet(self):
        tcp_scene.open_packet(self.stage)
        self.check(sayings.PACKET, self.by_inode(["-0m"], ss.packet("-pemn")))
        for row, told, _ in self.by_inode(["-0m"], ss.packet("-e")):
            what, where = row.local.rsplit(":", 1)
            name = told["local"]["protocol_name"]
            self.assertEqual((what, where), ("*" if name == "all" else name or f"[{told['local']['protocol']}]", told["interface"] or "*"))
            self.assertEqual((row.kind, row.recv_queue), ({"raw": "p_raw", "datagram": "p_dgr"}[told["type"]], told["recv_queue"]))

    def by_inode(self, ours, rows):
        told = {str(row["inode"]): row for row in program.sockets("-a", *ours)}
        self.assertEqual({row.value("ino") for row in rows} if rows[0].value("ino") else set(), told.keys() if rows[0].value("ino") else set())
        return [(row, told[row.value("ino")], told[row.value("ino")]) for row in rows]

    @unittest.skipUnless(diag.knows(socket.AF_NETLINK), "the kernel has no netlink_diag now")
    def test_netlink(self):
        everything.open_netlink(self.stage)
        told = {(row["local"]["protocol"], row["local"]["port_id"]): row for row in program.sockets("--netlink", "-am")}
        asks = 4  # NETLINK_SOCK_DIAG, by which both ask: what lies there is their own
        seen = 0
        for row in ss.netlink("-emn"):
            protocol, port_id = map(int, row.local.split(":"))
            key = (protocol, port_id & 0xFFFFFFFF)  # ss prints it with a sign
            if key[0] == asks:
                continue
            ours = told[key]
            self.assertEqual((row.recv_queue, row.send_queue), (ours["recv_queue"], ours["memory"]["send_allocated"]))
            for name, value in row.tokens:
                self.check_word(sayings.NETLINK, name, value, ours, ours)
            seen += 1
        self.assertEqual(seen, len([key for key in told if key[0] != asks]))
        names = {tuple(row.local.split(":")) for row in ss.netlink("-e")}
        for protocol, port_id in itertools.product((row["local"]["protocol_name"] for row in told.values()), [0]):
            self.assertTrue({(protocol, "kernel")} & names or protocol == "usersock", protocol)


if __name__ == "__main__":
    namespace.run_tests()
