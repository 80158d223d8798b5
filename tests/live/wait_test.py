#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""wait ends when somebody listens, or when nobody has the place any more, and in time when neither happens."""
import os
import socket
import subprocess
import unittest

import case
import namespace
import program
import scene

ADDRESS = "127.0.0.1"
LONG = "110"  # seconds that no test waits for: it would fail before


class Waiting:
    """A portscope that waits; `ready` once it has looked and found that it must wait."""

    def __init__(self, *arguments):
        self._process = subprocess.Popen([program.PATH, "wait", "--timeout", LONG, *arguments], stdin=subprocess.DEVNULL,
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        scene.until(self._sleeps, "a portscope that waits")

    def _sleeps(self):
        """In poll(2): it looks at sockets without waiting for anything."""
        with open(f"/proc/{self._process.pid}/syscall") as call:
            return call.read().split()[0] in POLL and self._process.poll() is None

    def answer(self):
        out, err = self._process.communicate(timeout=program.TIME_LIMIT)
        return program.Answer(self._process.returncode, out, err.decode())

    def close(self):
        self._process.kill()
        self._process.communicate()


POLL = {"x86_64": ("7", "271"), "aarch64": ("73",)}[os.uname().machine]  # poll, ppoll


class Wait(case.Case):
    def waiting(self, *arguments):
        return self.stage.keep(Waiting(*arguments))

    def free_port(self):
        return str(scene.port(self.stage.bound(ADDRESS)))

    def reserved(self):
        """A bound socket that can listen later: nobody else gets its port meanwhile."""
        end = self.stage.bound(ADDRESS)
        return end, str(scene.port(end))

    def test_it_has_happened_already(self):
        waiting = self.stage.listener(ADDRESS)
        answer = program.run("wait", str(scene.port(waiting)))
        self.assertEqual(answer.code, 0, answer.err)
        self.assertIn(f"({os.getpid()})", answer.text)
        self.assertEqual(program.run("wait", "-q", str(scene.port(waiting))).out, b"")

    def test_until_somebody_listens(self):
        end, port = self.reserved()
        waiting = self.waiting(port)
        end.listen()
        self.assertEqual(waiting.answer().code, 0)

    def test_udp_and_addresses(self):
        end = self.stage.udp(ADDRESS)
        port = scene.port(end)
        self.assertEqual(program.run("wait", f"{port}/udp").code, 0)
        self.assertEqual(program.run("wait", "--timeout", "0", f"{port}/tcp").code, 1)
        self.assertEqual(program.run("wait", "--timeout", "0", f"127.0.0.2:{port}").code, 1)
        self.assertEqual(program.run("wait", "--timeout", "0", f"127.0.0.1:{port}").code, 0)

    def test_a_unix_socket_by_its_name(self):
        for kind, name in ((socket.SOCK_STREAM, str(self.stage.directory / "s")), (socket.SOCK_DGRAM, "\0portscope-wait")):
            shown = name.replace("\0", "@")
            waiting = self.waiting(shown)
            end = self.stage.unix(name, kind)
            self.assertEqual(waiting.answer().code, 0)
            self.assertEqual(program.run("wait", "--free", "--timeout", "0", shown).code, 1)
            gone = self.waiting("--free", shown)
            end.close()
            self.assertEqual(gone.answer().code, 0)

    def test_it_is_over_in_time(self):
        answer = program.run("wait", "--timeout", "0.05", self.free_port())
        self.assertEqual((answer.code, answer.out), (1, b""))
        self.assertIn("nobody listens at port", answer.err)
        waiting = self.stage.listener(ADDRESS)
        answer = program.run("wait", "--free", "--timeout", "0.05", str(scene.port(waiting)))
        self.assertEqual(answer.code, 1)
        self.assertIn("is not free", answer.err)
        self.assertIn(f"({os.getpid()})", answer.text)
        self.assertEqual(program.run("wait", "-q", "--timeout", "0", "9").err, "")

    def test_until_it_is_free(self):
        for end in (self.stage.listener(ADDRESS), self.stage.udp(ADDRESS)):
            port = scene.port(end)
            waiting = self.waiting("--free", str(port))
            end.close()
            answer = waiting.answer()
            self.assertEqual((answer.code, answer.text), (0, f"Port {port} is free.\n"), answer.err)

    @namespace.needs_bound
    def test_a_bound_socket_is_in_the_way(self):
        end, port = self.reserved()
        waiting = self.waiting("--free", port)
        end.close()
        self.assertEqual(waiting.answer().code, 0)

    def test_connections_that_are_left_are_told(self):
        waiting = self.stage.listener(ADDRESS)
        self.stage.connection(ADDRESS, waiting)
        port = str(scene.port(waiting))
        free = self.waiting("--free", port)
        waiting.close()
        self.assertIn("1 established", free.answer().text)

    def test_whoever_takes_it_over_is_waited_for_too(self):
        first = self.stage.make(socket.AF_INET, socket.SOCK_STREAM)
        first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        first.bind((ADDRESS, 0))
        first.listen()
        port = scene.port(first)
        waiting = self.waiting("--free", str(port))
        second = self.stage.make(socket.AF_INET, socket.SOCK_STREAM)
        second.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        second.bind((ADDRESS, port))
        second.listen()
        first.close()
        scene.until(waiting._sleeps, "a portscope that waits on")
        second.close()
        self.assertEqual(waiting.answer().code, 0)

    def test_any_user_is_told(self):
        end = self.stage.listener(ADDRESS)
        port = str(scene.port(end))
        if namespace.is_root():
            self.assertEqual(program.run("wait", "--free", "--timeout", "0", port, user=65534).code, 1)

    def test_the_document(self):
        waiting = self.stage.listener(ADDRESS)
        row, = program.document("wait", str(scene.port(waiting)))["sockets"]
        self.assert_mine(row, waiting)
        self.assertEqual(program.document("wait", "--timeout", "0", "9", codes=(1,))["sockets"], [])


if __name__ == "__main__":
    namespace.run_tests()
