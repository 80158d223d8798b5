#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The same sockets before and after the kernel can be asked for them by sock_diag. For machines of tests/vm/run, in
whose first phase it loads the modules and takes them away again."""
import os
import pathlib
import socket
import subprocess
import sys
import unittest

import namespace
import program
import scene

MODULES = pathlib.Path("/modules")
ICMP, ICMPV6 = 1, 58
BY_NETLINK = ("tcp", "udp", "udplite", "raw", "unix")  # icmp has no diag module
EVERYTHING = ("-a", "-A", "tcp,udp,udplite,raw,icmp,unix", "-C", "transport,family,state,local,inode,source")


def open_sockets(stage):
    listener = stage.listener("127.0.0.1", 80)
    stage.connection("127.0.0.1", listener)
    stage.listener("::", 81, v6only=0)
    stage.listener("::", 82, v6only=1)
    stage.bound("127.0.0.1", 83)
    stage.udp("0.0.0.0", 53)
    stage.udp("::1", 54)
    stage.udp("127.0.0.1", 55, protocol=scene.IPPROTO_UDPLITE)
    stage.bound("127.0.0.1", 0, socket.SOCK_RAW, ICMP)
    stage.bound("::1", 0, socket.SOCK_RAW, ICMPV6)
    stage.bound("127.0.0.1", 777, socket.SOCK_DGRAM, ICMP)
    for end in socket.socketpair():
        stage.keep(end)


def keys(document):
    """Without bound TCP sockets, which /proc does not show."""
    return sorted((row["transport"], row["family"], row["state"], str(program.place(row["local"])), row["inode"])
                  for row in document["sockets"] if row["state"] != "bound")


class Modules(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        open_sockets(cls.stage)
        cls.without = program.run(*EVERYTHING, "--json")
        for name in (MODULES / "diag").read_text().split():
            subprocess.run(["insmod", MODULES / f"{name}.ko"], check=True)
            cls.addClassCleanup(subprocess.run, ["rmmod", name], check=True)
        cls.netlink = program.document(*EVERYTHING)

    def test_netlink_tells_of_every_protocol(self):
        self.assertEqual((self.netlink["complete"], self.netlink["gaps"]), (True, []))
        sources = {row["transport"]: row["source"] for row in self.netlink["sockets"]}
        self.assertEqual(sources, dict.fromkeys(BY_NETLINK, "netlink") | {"icmp": "proc"})

    def test_proc_tells_of_the_same_sockets(self):
        self.assertEqual(keys(program.document(*EVERYTHING, "--source", "proc", codes=(0, 3))), keys(self.netlink))

    def test_without_modules_they_are_the_same_but_bound_ones_may_be_missing(self):
        document = program.parse(self.without.text)
        self.assertEqual({row["source"] for row in document["sockets"]}, {"proc"})
        self.assertEqual(keys(document), keys(self.netlink))
        self.assertEqual(self.without.code, 3, "nobody can know of bound sockets")

    def test_a_bound_socket_is_found_or_said_to_be_unknowable(self):
        answer = program.run("-B", "--json")
        ports = [row["local"]["port"] for row in program.parse(answer.text)["sockets"]]
        self.assertIn((answer.code, ports), ((0, [83]), (3, [])))


if __name__ == "__main__":
    if os.environ.get("PORTSCOPE_VM_PHASE") != "protocols":
        print("skipped: loads modules into the kernel, so it runs only in the first phase of a machine of tests/vm/run")
        sys.exit(namespace.SKIPPED)
    namespace.run_tests()
