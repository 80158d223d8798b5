#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The kernel closes the very sockets that were shown; both ends of a connection see it."""
import errno
import socket
import unittest

import case
import namespace
import program
import scene
import terminal

ADDRESS = "127.0.0.1"


def can_destroy():
    """Whether this kernel closes sockets, and for us."""
    with scene.Scene() as stage:
        client, _ = stage.connection(ADDRESS)
        answer = program.run("close", "--yes", "--json", "-t", f"sport = :{scene.port(client)}")
    return b'"fate":"closed"' in answer.out


def error_of(end):
    """The errno that its next use meets."""
    try:
        end.setblocking(False)
        end.recv(1)
    except OSError as error:
        return error.errno
    return 0


class Case(case.Case):
    def close(self, *arguments, code=0, **run):
        answer = program.run("close", "--yes", *arguments, **run)
        self.assertEqual(answer.code, code, answer.text + answer.err)
        return answer.text


@unittest.skipUnless(namespace.is_root(), "only root can close sockets")
class Close(Case):
    @classmethod
    def setUpClass(cls):
        if not can_destroy():
            raise unittest.SkipTest("this kernel was built without CONFIG_INET_DIAG_DESTROY")

    def test_both_ends_of_a_connection_see_it(self):
        for address in (ADDRESS, "::1"):
            client, server = self.stage.connection(address)
            text = self.close("-t", f"sport = :{scene.port(client)}", "state", "established")
            self.assertIn("1 of 1 socket closed.", text)
            self.assertEqual(error_of(client), errno.ECONNABORTED)
            scene.until(lambda: error_of(server) != errno.EAGAIN, "a reset")
            self.assertEqual(program.sockets("-t", "state", "established", f"sport = :{scene.port(client)}"), [])

    def test_a_connection_through_a_dual_stack_listener(self):
        waiting = self.stage.listener("::", v6only=0)
        client = self.stage.client(ADDRESS, scene.port(waiting))
        server = self.stage.keep(waiting.accept()[0])
        self.close("-6", f"{scene.port(waiting)}/tcp", "state", "established")
        self.assertEqual(error_of(server), errno.ECONNABORTED)
        scene.until(lambda: error_of(client) != errno.EAGAIN, "a reset")

    def test_others_live_on(self):
        waiting = self.stage.listener(ADDRESS)
        first, second = (self.stage.client(ADDRESS, scene.port(waiting)) for _ in range(2))
        for _ in range(2):
            self.stage.keep(waiting.accept()[0])
        self.close(f"sport = :{scene.port(first)}")
        self.assertEqual((error_of(first), error_of(second)), (errno.ECONNABORTED, errno.EAGAIN))
        self.stage.client(ADDRESS, scene.port(waiting))

    def test_a_listener_keeps_its_port(self):
        chosen = self.stage.bound(ADDRESS)  # a port that the kernel had chosen would be free
        port = scene.port(chosen)
        chosen.close()
        waiting = self.stage.listener(ADDRESS, port)
        self.close("-l", f"{scene.port(waiting)}/tcp")
        with self.assertRaises(ConnectionRefusedError):
            self.stage.client(ADDRESS, scene.port(waiting))
        if namespace.lists_bound:
            text = self.close(f"{scene.port(waiting)}/tcp", code=2)
            self.assertIn("end its process", text)

    def test_one_of_several_that_share_a_port(self):
        group = []
        for _ in range(4):
            end = self.stage.make(socket.AF_INET, socket.SOCK_STREAM)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            end.bind((ADDRESS, scene.port(group[0]) if group else 0))
            end.listen()
            group.append(end)
        self.close("-l", f"inode = {scene.inode(group[2])}")
        left = {row["inode"] for row in program.sockets("-l", f"{scene.port(group[0])}/tcp")}
        self.assertEqual(left, {scene.inode(end) for end in group} - {scene.inode(group[2])})

    def test_udp(self):
        waiting = self.stage.udp(ADDRESS)
        self.close(f"{scene.port(waiting)}/udp")
        self.assertEqual(error_of(waiting), errno.ECONNABORTED)

    def test_time_wait_and_half_open(self):
        local, _ = self.stage.time_wait(ADDRESS)
        answer = program.run("close", "--yes", "state", "time-wait", f"sport = :{local[1]}")
        if answer.code == 2:  # Linux 5.10
            self.assertIn("1 not: this kernel closes no time_wait", answer.text)
            return
        self.assertEqual(answer.code, 0, answer.text + answer.err)
        self.assertEqual(program.sockets("-a", f"sport = :{local[1]}", "state", "time-wait"), [])

    def test_what_changed_while_it_was_asked_is_not_closed(self):
        """Another connection has the same ends by then."""
        waiting = self.stage.listener(ADDRESS)
        first = self.stage.client(ADDRESS, scene.port(waiting))
        self.stage.keep(waiting.accept()[0])
        ends = first.getsockname()
        second = []

        def meanwhile():
            first.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            first.close()
            end = self.stage.make(socket.AF_INET, socket.SOCK_STREAM)
            end.bind(ends)
            end.connect(waiting.getsockname())
            second.append(end)
            return b"y\n"

        code, text = terminal.talk(["close", f"sport = :{ends[1]}"], "[y/N] ", meanwhile)
        self.assertEqual(code, 1, text)
        self.assertIn("does not find it any more", text)
        self.assertEqual(error_of(second[0]), errno.EAGAIN)

    def test_k_is_the_same(self):
        client, _ = self.stage.connection(ADDRESS)
        answer = program.run("-K", "--yes", "-t", f"sport = :{scene.port(client)}")
        self.assertEqual(answer.code, 0, answer.err)
        self.assertEqual(error_of(client), errno.ECONNABORTED)

    def test_the_document(self):
        client, _ = self.stage.connection(ADDRESS)
        document = program.document("close", "--yes", "-t", f"sport = :{scene.port(client)}")
        self.assert_told(document, schema="portscope.close/1", result="closed", closed=1, dry_run=False)
        self.assertEqual(document["closings"][0]["fate"], "closed")
        self.assertEqual(document["closings"][0]["cookie"], document["sockets"][0]["cookie"])


class Refused(Case):
    def test_a_no_closes_nothing(self):
        client, _ = self.stage.connection(ADDRESS)
        code, text = terminal.talk(["close", f"sport = :{scene.port(client)}"], "[y/N] ", lambda: b"n\n")
        self.assertEqual(code, 1, text)
        self.assertIn("1 socket to be closed:", text)
        self.assertEqual(error_of(client), errno.EAGAIN)

    def test_a_dry_run_only_shows(self):
        client, _ = self.stage.connection(ADDRESS)
        self.assertIn("to be closed", self.close("--dry-run", f"sport = :{scene.port(client)}"))
        self.assertEqual(error_of(client), errno.EAGAIN)

    def test_a_dry_run_tells_what_would_not_be_closed(self):
        client, _ = self.stage.connection(ADDRESS)
        self.stage.unix("\0close-test")
        text = self.close("--dry-run", "@close-test", code=2)
        self.assertIn("1 would not be: the kernel closes no unix socket", text)
        text = self.close("--dry-run", "@close-test", "or", f"sport = :{scene.port(client)}")
        self.assertIn("2 sockets to be closed:", text)
        self.assertIn("1 would not be: ", text)

    def test_nothing_there_is_exit_1(self):
        self.assertEqual(self.close("9", code=1), "No socket matches.\n")

    def test_without_a_filter_or_a_yes_it_is_refused(self):
        self.assertIn("needs a filter", program.run("close", "--yes").err)
        self.assertEqual(program.run("close", "--yes", "-t").code, 2)
        self.assertEqual(program.run("close", "8080").code, 2)

    def test_what_the_kernel_does_not_close_is_said(self):
        end = self.stage.unix("\0portscope-close")
        self.assertIn("closes no unix socket", self.close("@portscope-close", code=2))
        self.assertGreater(end.fileno(), 0)

    @namespace.needs_root
    def test_whoever_may_not_is_told_what_is_missing(self):
        client, _ = self.stage.connection(ADDRESS)
        text = self.close("-t", f"sport = :{scene.port(client)}", code=2, user=65534)
        self.assertIn("0 of 1 socket closed.", text)
        if can_destroy():
            self.assertIn("CAP_NET_ADMIN", text)
        self.assertEqual(error_of(client), errno.EAGAIN)


if __name__ == "__main__":
    namespace.run_tests()
