#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A block for each socket, with everything that is known of it."""
import os
import socket
import unittest

import borrowing
import case
import namespace
import program
import scene
import terminal

ADDRESS = "127.0.0.1"


def sections(block):
    """{heading: {name: value}} of one block; its first line under None."""
    title, *lines = block.splitlines()
    found = {None: title}
    for line in lines:
        if not line.startswith(" "):
            found[line] = {}
            heading = line
        else:
            name, _, value = line.strip().partition(" ")
            found[heading].setdefault(name, value.strip())
    return found


class Show(case.Case):
    def blocks(self, *arguments, **run):
        answer = program.run("show", *arguments, **run)
        self.assertIn(answer.code, (0, 3), answer.err)
        return [sections(block) for block in answer.text.split("\n\n")]

    def test_a_listener(self):
        waiting = self.stage.listener(ADDRESS)
        block, = self.blocks(f"{scene.port(waiting)}/tcp")
        self.assertEqual(block[None], f"tcp listen {ADDRESS}:{scene.port(waiting)}")
        self.assert_told(block["identity"], inode=str(scene.inode(waiting)))
        owner = block["owners"]
        self.assertIn(f"python3({os.getpid()})", owner)
        self.assert_told(owner, fd=str(waiting.fileno()), ppid=str(os.getppid()))
        with open("/proc/self/cmdline") as cmdline:
            self.assertEqual(owner["cmdline"].split(), cmdline.read().rstrip("\0").split("\0"))
        self.assertIn("python", owner["exe"])
        self.assertIn("start_time", owner)
        self.assertIn("0/16", block["queues"]["listen"])

    def test_a_connection(self):
        client, server = self.stage.connection(ADDRESS)
        client.send(b"hello")
        block, = self.blocks("-t", f"sport = :{scene.port(server)}")
        self.assertIn(" -> ", block[None])
        self.assert_told(block["queues"], recv_queue="5")
        self.assertGreater(int(block["tcp"]["rtt_us"]), 0)
        self.assertIn("memory", block)

    @borrowing.needed
    def test_options_that_are_set(self):
        waiting = self.stage.listener(ADDRESS)  # with SO_REUSEADDR
        block, = self.blocks(f"{scene.port(waiting)}/tcp")
        self.assertEqual(block["options"]["reuse_address"], "true")

    def test_udp_and_unix(self):
        udp = self.stage.udp(ADDRESS)
        block, = self.blocks(f"{scene.port(udp)}/udp")
        self.assertTrue(block[None].startswith("udp unconnected"), block)
        name = str(self.stage.directory / "s")
        self.stage.unix(name)
        block, = self.blocks(name)
        self.assertEqual(block[None], f"unix stream listen {name}")
        self.assertIn("unix", block)

    def test_one_block_a_socket(self):
        waiting = self.stage.listener(ADDRESS)
        self.stage.connection(ADDRESS, waiting)
        self.assertEqual(len(self.blocks("-t", f"sport = :{scene.port(waiting)}")), 2)

    def test_all_that_json_tells_is_there(self):
        client, _ = self.stage.connection(ADDRESS)
        asked = ("-t", f"sport = :{scene.port(client)}")
        row, = program.sockets("show", *asked)
        block, = self.blocks(*asked)
        self.assertLessEqual({"tcp", "memory", "options", "owners"}, set(row))
        self.assertEqual(set(row["tcp"]) - set(block["tcp"]), {name for name in row["tcp"] if row["tcp"][name] is None})

    def test_nothing_there_is_exit_1(self):
        answer = program.run("show", "9")
        self.assertEqual((answer.code, answer.out), (1, b""))
        self.assertEqual(program.run("show").code, 2)

    def test_on_a_terminal_it_fits(self):
        client, _ = self.stage.connection(ADDRESS)
        code, text = terminal.run(50, "show", "-t", f"sport = :{scene.port(client)}")
        self.assertIn(code, (0, 3))
        for line in text.splitlines():
            self.assertLessEqual(terminal.width(line), 50, line)

    def test_names_cannot_steer_the_terminal(self):
        self.stage.make(socket.AF_UNIX, socket.SOCK_DGRAM).bind(b"\0portscope-\x1b[31m")
        text = program.run("show", "-x", "-a", f"inode = {scene.inode(self.stage.kept()[0])}").text
        self.assertIn("\\x1b[31m", text)
        self.assertNotIn("\x1b", text)


if __name__ == "__main__":
    namespace.run_tests()
