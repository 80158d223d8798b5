#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The stream of events: what becomes of sockets, also of those that live between two looks."""
import csv
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import unittest

import case
import namespace
import program
import scene
from nobody import AS_NOBODY
from stream import Stream



def talk(client, server, sent, answered):
    """Both end as they like: the client first."""
    scene.receive(server, client.send(b"x" * sent))
    scene.receive(client, server.send(b"y" * answered))
    client.close()
    server.close()


def netlink_sockets():
    """/proc/net/netlink of the namespace we are in."""
    with open("/proc/thread-self/net/netlink") as table:
        headings = table.readline().split()
        return [dict(zip(headings, row.split())) for row in table]


def parsed(lines):
    return [program.parse(line) for line in lines if line.strip()]


class Events(case.Case):
    def setUp(self):
        super().setUp()
        self.web = self.stage.listener("127.0.0.1", 8080)

    def ends_of(self, events, port):
        """The closed end of each connection with that port at this end."""
        return [event for event in events if event["event"] == "closed" and event["local"]["port"] == port and event["peer"]]

    def test_a_connection_that_lives_between_two_looks(self):
        stream = Stream(self, "-t", "--jsonl", "--watch=3600").begin("closed")
        client, server = self.stage.connection("127.0.0.1", self.web)
        port = scene.port(client)
        talk(client, server, 4000, 70)
        stream.until(lambda line: f'"local":{{"address":"127.0.0.1","port":{port}}}' in line)
        event = self.ends_of(parsed(stream.end()[1]), port)[0]
        # The kernel counts the end of the stream (FIN) as a byte received.
        self.assertEqual((event["bytes_sent"], event["bytes_received"], event["retransmits"]), (4000, 71, 0))
        self.assertEqual((event["state"], event["owner_status"], event["owners"]), ("closed", "gone", []))
        self.assertGreaterEqual(event["duration"]["at_least_ms"], 0)

    def test_a_connection_that_was_seen_has_its_process(self):
        stream = Stream(self, "-t", "--jsonl", "--watch=0.1").begin()
        client, server = self.stage.connection("127.0.0.1", self.web)
        port = scene.port(client)
        stream.until(lambda line: '"opened"' in line and f'"local":{{"address":"127.0.0.1","port":{port}}}' in line)
        talk(client, server, 500, 20)
        stream.until(lambda line: '"closed"' in line and f'"local":{{"address":"127.0.0.1","port":{port}}}' in line)
        event = self.ends_of(parsed(stream.end()[1]), port)[0]
        self.assertEqual((event["bytes_sent"], event["bytes_received"]), (500, 21))
        self.assertEqual([owner["pid"] for owner in event["owners"]], [os.getpid()])

    def test_states_change_and_time_wait_remembers_who_it_was(self):
        stream = Stream(self, "-t", "-a", "--jsonl", "--watch=0.1").begin()
        client, server = self.stage.connection("127.0.0.1", self.web)
        port = scene.port(client)
        here = f'"local":{{"address":"127.0.0.1","port":{port}}}'
        stream.until(lambda line: '"opened"' in line and here in line)
        client.shutdown(socket.SHUT_WR)
        stream.until(lambda line: '"changed"' in line and '"fin_wait_2"' in line and here in line)
        server.close()
        client.close()
        event = program.parse(stream.until(lambda line: '"changed"' in line and '"time_wait"' in line and here in line))
        stream.end()
        self.assertEqual((event["owner_status"], [owner["pid"] for owner in event["owners"]]), ("gone", [os.getpid()]))

    def opened(self, stream):
        """A connection, and what finds its client in the stream; rows of /proc have no cookie."""
        client, server = self.stage.connection("127.0.0.1", self.web)
        here = f'"local":{{"address":"127.0.0.1","port":{scene.port(client)}}}'
        event = program.parse(stream.until(lambda line: '"opened"' in line and here in line))
        return client, server, f'"cookie":"{event["cookie"]}"' if event["cookie"] else here

    def closed_once(self, *arguments, act):
        """What is told of the client of a connection with which `act` deals, until two later ones have ended."""
        stream = Stream(self, "-t", "--jsonl", "--watch=0.1", *arguments).begin()
        client, server, this = self.opened(stream)
        act(client, server, lambda kind: stream.until(lambda line: f'"{kind}"' in line and this in line))
        for _ in range(2):  # looks and announcements that come later have nothing to add
            later = self.stage.listener("127.0.0.1", 0)
            mark = f'"port":{scene.port(later)}}}'
            stream.until(lambda line: '"opened"' in line and mark in line)
            later.close()
            stream.until(lambda line: '"closed"' in line and mark in line)
        told = parsed(line for line in stream.end()[1] if this in line)
        self.assertEqual([event["event"] for event in told].count("opened"), 1)
        self.assertEqual([event["event"] for event in told].count("closed"), 1)
        return told

    def test_a_reset_and_a_close_later_are_one_end(self):
        def act(client, server, until):
            server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            server.close()
            until("closed")
            client.close()

        for every_state in ([], ["-a"]):
            with self.subTest(every_state):
                self.closed_once(*every_state, act=act)

    def test_what_leaves_the_filter_is_closed_once(self):
        def act(client, server, until):
            client.shutdown(socket.SHUT_WR)
            until("closed")
            server.close()
            client.close()

        self.closed_once("state", "established", "or", "state", "listen", act=act)

    def test_a_half_closed_connection_is_not_opened_again(self):
        def act(client, server, until):
            client.close()
            self.assertEqual(server.recv(1), b"")
            until("closed")

        for source in ([], ["--source", "proc"]):
            with self.subTest(source):
                told = self.closed_once(*source, act=act)
                self.assertEqual([owner["pid"] for owner in told[-1]["owners"]], [os.getpid()])
                self.assertEqual(told[-1]["bytes_sent"], 0)

    def test_with_time_wait_a_half_closed_connection_changes(self):
        stream = Stream(self, "-t", "-a", "--jsonl", "--watch=0.1").begin()
        client, server, this = self.opened(stream)
        client.close()
        stream.until(lambda line: '"fin_wait_2"' in line and this in line)
        server.close()
        stream.until(lambda line: '"time_wait"' in line and this in line)
        told = parsed(line for line in stream.end()[1] if this in line)
        self.assertEqual({event["event"] for event in told[1:]}, {"changed"})
        self.assertEqual({owner["pid"] for event in told for owner in event["owners"]}, {os.getpid()})
        self.assertEqual(told[-1]["bytes_sent"], 0)

    def test_udp_and_unix(self):
        stream = Stream(self, "-tux", "--jsonl", "--watch=0.1").begin()
        end = self.stage.udp("127.0.0.1", 5353)
        stream.until(lambda line: '"opened"' in line and '"port":5353' in line)
        end.close()
        line = stream.until(lambda line: '"closed"' in line and '"port":5353' in line)
        event = program.parse(line)
        self.assertEqual((event["transport"], "bytes_sent" in event), ("udp", False))
        self.assertEqual([owner["pid"] for owner in event["owners"]], [os.getpid()])
        stream.end()

    def test_every_short_connection_is_told_or_counted(self):
        """Some thousand of them as fast as they come, with byte counts of their own."""
        stream = Stream(self, "-t", "--jsonl", "--watch=0.5", "-C", "local,peer,owner_status").begin()
        expected = {}
        for number in range(3000):
            client, server = self.stage.connection("127.0.0.1", self.web)
            expected.setdefault(scene.port(client), []).append((100 + number, 1 + number % 7))
            talk(client, server, 100 + number, 1 + number % 7)
        last, peer = self.stage.connection("127.0.0.1", self.web)
        port = scene.port(last)
        talk(last, peer, 1, 1)
        stream.until(lambda line: f'"port":{port}' in line and '"closed"' in line and '"bytes_sent":1,' in line)
        events = parsed(stream.end()[1])
        told = {}
        for event in events:
            if event["event"] == "closed" and event["peer"] and event["peer"]["port"] == 8080:
                told.setdefault(event["local"]["port"], []).append((event["bytes_sent"], event["bytes_received"] - 1))
        lost = sum(event["gap"]["count"] for event in events if event["event"] == "gap")
        missing = sum(len(counts) for port, counts in expected.items() if sorted(told.get(port, [])) != sorted(counts))
        self.assertLessEqual(missing, lost)
        self.assertEqual(lost, 0, "there is room for so many")

    @namespace.needs_root
    def test_nobody_is_told_as_much(self):
        stream = Stream(self, "-t", "--jsonl", "--watch=3600", prefix=AS_NOBODY).begin("closed")
        client, server = self.stage.connection("127.0.0.1", self.web)
        port = scene.port(client)
        talk(client, server, 4000, 70)
        stream.until(lambda line: f'"local":{{"address":"127.0.0.1","port":{port}}}' in line)
        event = self.ends_of(parsed(stream.end()[1]), port)[0]
        self.assertEqual(event["bytes_sent"], 4000)

    @namespace.needs_root
    def test_what_was_lost_is_counted(self):
        """A stream that is stopped meanwhile has only room for what net.core.rmem_max allows, as nobody."""
        stream = Stream(self, "-t", "--jsonl", "--watch=3600", prefix=AS_NOBODY).begin("closed")
        stream.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, stream.process.pid, os.WSTOPPED)
        count = 0
        while not any(int(row["Drops"]) for row in netlink_sockets()):
            for _ in range(100):
                client, server = self.stage.connection("127.0.0.1", self.web)
                talk(client, server, 10, 10)
            count += 100
        stream.process.send_signal(signal.SIGCONT)
        lost = told = 0
        while told + lost < 2 * count:  # two ends of each connection; the kernel may be behind with telling
            event = json.loads(stream.process.stdout.readline())
            lost += event["gap"]["count"] if event["event"] == "gap" else 0
            self.assertTrue(event["host"]["name"])
            told += event["event"] == "closed" and event["peer"] is not None
        self.assertGreater(lost, 0)
        self.assertEqual(told + lost, 2 * count)
        self.assertEqual(stream.end()[0], 3)

    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_a_kernel_that_does_not_tell_is_a_gap_to_the_end(self):
        prefix = ["strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace=bind", "-e", "inject=bind:error=EPERM:when=1"]
        if subprocess.run([*prefix, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode != 0:
            self.skipTest("strace may not trace here")
        done = program.run("events", "--for", "0.5", "-t", "--jsonl", prefix=prefix, env=program.TRACED)
        event = program.parse(done.lines[0])
        self.assertEqual((event["event"], event["gap"]["why"], done.code), ("gap", "EPERM", 3))
        self.assertIn("EPERM", done.err)

    def test_it_ends_when_told_so_and_in_time(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.assertEqual(Stream(self, "-t").begin().end(number)[0], 0)
        done = program.run("events", "--for", "0.2", "-t")
        self.assertEqual((done.code, done.err), (0, ""))

    def test_it_ends_when_nobody_reads(self):
        stream = Stream(self, "-t").begin()
        stream.process.stdout.close()
        self.assertEqual(stream.process.wait(timeout=program.TIME_LIMIT), 0)

    def test_formats(self):
        stream = Stream(self, "-t", "--csv", "--watch=0.1").begin()
        self.stage.listener("127.0.0.1", 9999)
        stream.until(lambda line: ",9999," in line)
        rows = list(csv.reader(stream.end()[1]))
        self.assertEqual(rows[0][:2] + rows[0][-5:],
                         ["time", "event", "bytes_sent", "bytes_received", "retransmits", "duration", "gap"])
        self.assertEqual({len(row) for row in rows}, {len(rows[0])})
        stream = Stream(self, "-t", "--watch=0.1").begin()
        self.stage.listener("127.0.0.1", 9998)
        line = stream.until(lambda line: ":9998" in line)
        self.assertRegex(line, r"^\S+Z  opened   tcp +listen .*127\.0\.0\.1:9998 .*python3\(")
        self.assertRegex(stream.end()[1][0], r"^TIME +EVENT +PROTO +STATE ")

    def test_the_option_of_ss_is_the_command(self):
        done = program.run("-E", "--for=0.2", "-t", "--tsv")
        self.assertEqual((done.code, done.text.split("\t")[:2]), (0, ["time", "event"]))

    def test_what_cannot_be_told_is_said(self):
        for words in (["--json"], ["-s"], ["-q"], ["--sort", "local"], ["port", "99999"], ["--for", "x"], ["--watch=0"]):
            with self.subTest(words):
                answer = program.run("events", *words)
                self.assertEqual((answer.code, answer.out), (2, b""))
                self.assertTrue(answer.err)


if __name__ == "__main__":
    namespace.run_tests()
