#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""`portscope free`: ports that can be had, and a command that gets one before anybody else."""
import pathlib
import socket
import subprocess
import sys

import case
import namespace
import program
import scene

# Listens on the port it is told, says so, and waits for its end.
BY_NUMBER = """if True:
    import socket, sys
    end = socket.socket()
    end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    other = socket.socket()
    try:
        other.bind(("127.0.0.1", int(sys.argv[1])))
        print("snatched", flush=True)
    except OSError:
        pass
    end.bind(("127.0.0.1", int(sys.argv[1])))
    end.listen()
    print("ready", sys.argv[1], flush=True)
    sys.stdin.read()
"""
# Takes what it is given, as sd_listen_fds(3) tells.
BY_DESCRIPTOR = """if True:
    import os, socket, sys
    assert os.environ["LISTEN_PID"] == str(os.getpid())
    ends = [socket.socket(fileno=3 + i) for i in range(int(os.environ["LISTEN_FDS"]))]
    print("ready", *(end.getsockname()[1] for end in ends), *(end.getsockopt(1, 30) for end in ends), flush=True)
    sys.stdin.read()
"""


def free(*words, codes=(0,)):
    answer = program.run("free", *words)
    assert answer.code in codes, f"exit {answer.code}: {answer.err}"
    return [int(line) for line in answer.lines]


class Free(case.Case):
    def start(self, *words):
        """What the command that portscope became says."""
        process = subprocess.Popen([program.PATH, "free", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self.stage.keep(scene.Started(process))

    def test_in_a_range_the_first_that_can_be_had(self):
        self.stage.listener("127.0.0.1", 8000)
        self.stage.udp("127.0.0.1", 8001)
        self.assertEqual(free("8000-8999"), [8001])
        self.assertEqual(free("-n", "2", "-tu", "8000-8999"), [8002, 8003])
        self.assertEqual(free("-u", "8000-8999"), [8000])
        self.assertEqual(free("127.0.0.2", "8000-8999"), [8000])

    def test_what_only_bind_knows_is_found_out(self):
        bound = self.stage.bound("127.0.0.1", 8000)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        self.stage.bound("::1", 8001)
        self.assertEqual(free("8000-8010"), [8002])
        self.assertEqual(free("-4", "8000-8010"), [8001])

    def test_without_a_range_a_port_for_clients(self):
        low, high = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
        ports = free("-n", "5")
        self.assertEqual(len(set(ports)), 5)
        for port in ports:
            self.assertTrue(low <= port <= high)
            self.stage.listener("::", port)

    def test_fewer_than_asked_for(self):
        self.stage.listener("0.0.0.0", 8000)
        answer = program.run("free", "-n", "3", "8000-8002")
        self.assertEqual((answer.code, answer.lines), (1, ["8001", "8002"]))
        self.assertIn("2 of 3 ports are free among 8000-8002 (EADDRINUSE)", answer.err)

    def test_json(self):
        told = program.document("free", "-n", "2", "127.0.0.1:8000-8999")
        self.assert_told(told, schema="portscope.free/1", wanted=2, ports=[8000, 8001], range={"first": 8000, "last": 8999},
                         tried=[{"transport": "tcp", "address": "127.0.0.1"}])

    def test_a_command_that_binds_itself(self):
        command = self.start("--exec", "8000-8999", "--", sys.executable, "-c", BY_NUMBER, "{port}")
        self.assertEqual(command.told, ["8000"], "and nobody could snatch it")
        row = program.find(program.sockets("-tl", "8000"), port=8000)
        self.assertEqual([owner["pid"] for owner in row["owners"]], [command.pid], "the same process")
        # Who kept the port for it is gone as soon as it listens.
        if namespace.lists_bound:
            scene.until(lambda: not program.sockets("-B", "8000"), "the keeper's end")

    def test_the_keeper_ends_with_the_command(self):
        answer = program.run("free", "--exec", "8000-8000", "--", "true")
        self.assertEqual(answer.code, 0)
        answer = program.run("free", "--exec", "8000-8000", "--", "sh", "-c", "exit {port}")
        self.assertEqual(answer.code, 8000 % 256)
        scene.until(lambda: free("8000-8000", codes=(0, 1)) == [8000], "the keeper's end")

    def test_a_command_that_is_given_sockets(self):
        command = self.start("-n", "2", "--exec", "8000-8999", "--", sys.executable, "-c", BY_DESCRIPTOR)
        self.assertEqual(command.told, ["8000", "8001", "1", "1"], "ports, and that they listen")
        self.stage.client("127.0.0.1", 8000)
        self.stage.client("::1", 8001)
        command = self.start("-u", "--exec", "9000-9999", "--", sys.executable, "-c", BY_DESCRIPTOR)
        self.assertEqual(command.told, ["9000", "0"])

    def test_a_command_that_is_not_there(self):
        answer = program.run("free", "--exec", "--", "/no/such/command")
        self.assertEqual(answer.code, 2)
        self.assertIn("/no/such/command", answer.err)

    @namespace.needs_root
    def test_as_another_user(self):
        answer = program.run("free", "--user", "nobody", "1-100")
        self.assertEqual((answer.code, answer.lines), (1, []))
        self.assertIn("EACCES", answer.err)


if __name__ == "__main__":
    namespace.run_tests()
