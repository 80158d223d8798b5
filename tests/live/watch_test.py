#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The live view, on a real terminal, and its changes line by line, where there is none."""
import contextlib
import os
import re
import shutil
import signal
import socket
import threading
import time
import unittest

import case
import namespace
import program
import scene
import tmux
import watching
from stream import Stream


@contextlib.contextmanager
def talking(client, server):
    """Data goes to and fro meanwhile."""
    over = threading.Event()

    def talk():
        while not over.is_set():
            scene.receive(server, client.send(b"x" * 10_000))
            over.wait(0.02)

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def frozen_threads(pid):
    """All threads of it but the first stand still (ptrace(2)), and are gone with it afterwards."""
    seize, interrupt, any_thread = 0x4206, 0x4207, 0x40000000  # linux/ptrace.h; __WALL
    threads = [int(name) for name in os.listdir(f"/proc/{pid}/task") if int(name) != pid]
    for thread in threads:
        for request in (seize, interrupt):
            if scene.libc.ptrace(request, thread, None, None) != 0:
                raise unittest.SkipTest("the threads of another process cannot be stopped here: ptrace(2)")
        os.waitpid(thread, any_thread)
    yield
    left = set(threads)

    def all_gone():
        for thread in list(left):
            waited, status = os.waitpid(thread, any_thread | os.WNOHANG)
            if waited and (os.WIFSIGNALED(status) or os.WIFEXITED(status)):
                left.remove(thread)
        return not left

    scene.until(all_gone, "the end of the program")


def service(port):
    """What services(5) calls it; empty when it has no name."""
    try:
        return socket.getservbyport(port, "tcp")
    except OSError:
        return ""


@unittest.skipUnless(shutil.which("tmux"), "tmux is not installed")
class OnATerminal(watching.Watching):
    def test_it_shows_the_columns_of_the_list(self):
        terminal = self.open()
        text = terminal.wait_for("127.0.0.1:8080", "127.0.0.1:5432", "127.0.0.1:53", "? help")
        for heading in ("PROTO", "STATE", "LOCAL", "PEER", "PROCESS"):
            self.assertIn(heading, text)
        self.assertRegex(text, r"1-5 of 5 .*every 1s .*took \d+ms")
        self.assertRegex(text, rf"127\.0\.0\.1:8080 .*python3\((\d+,)*{os.getpid()}[,)]")
        terminal.send("q")
        self.assert_left(terminal)

    def test_every_way_out_gives_the_terminal_back(self):
        for key in ("q", "C-c"):
            with self.subTest(key):
                terminal = self.open()
                terminal.wait_for("? help")
                terminal.press(key)
                self.assert_left(terminal)
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                terminal = self.open()
                terminal.wait_for("? help")
                os.kill(terminal.child(), number)
                self.assert_left(terminal)

    def test_no_look_is_waited_for(self):
        terminal = self.open()
        terminal.wait_for("? help")
        with frozen_threads(terminal.child()):
            terminal.press("C-l")  # now there is a look that will never end
            terminal.press("q")
        self.assert_left(terminal)

    def test_a_crash_gives_the_terminal_back(self):
        for number in (signal.SIGSEGV, signal.SIGQUIT, signal.SIGUSR1, signal.SIGALRM):
            with self.subTest(number):
                terminal = self.open()
                terminal.wait_for("? help")
                os.kill(terminal.child(), number)
                self.assert_left(terminal, 128 + number)

    def test_it_stops_and_goes_on(self):
        terminal = self.open()
        terminal.wait_for("127.0.0.1:8080")
        terminal.press("C-z")
        terminal.wait_for("Stopped")
        self.assertEqual(terminal.modes(), watching.GIVEN_BACK)
        terminal.send("fg\n")
        terminal.wait_for("127.0.0.1:8080", "? help", without=["Stopped"])
        terminal.send("q")
        terminal.wait_for(tmux.PROMPT, without=["? help"])

    def test_new_rows_and_closed_ones_are_marked(self):
        terminal = self.open()
        terminal.wait_for("127.0.0.1:8080")
        late = self.stage.listener("127.0.0.1", 9999)
        terminal.wait_for_line(r"^\+ tcp +listen .*127\.0\.0\.1:9999")
        late.close()
        terminal.wait_for_line(r"^- tcp +listen .*127\.0\.0\.1:9999 .*python3")
        terminal.wait_for("127.0.0.1:8080", without=["127.0.0.1:9999"])

    def test_colours_are_left_out_when_told_so(self):
        terminal = self.open("--color", "never")
        terminal.wait_for("127.0.0.1:8080")
        self.stage.listener("127.0.0.1", 9999)
        terminal.wait_for("127.0.0.1:9999")
        self.assertNotRegex(terminal.text("-e"), "\x1b\\[[0-9;]*3[0-7]m")

    def test_a_filter_works_while_it_is_typed(self):
        terminal = self.open()
        terminal.wait_for("127.0.0.1:5432")
        terminal.send("/:5432")
        terminal.wait_for("127.0.0.1:5432", "/:5432", without=["127.0.0.1:53 ", "127.0.0.1:8080"])
        terminal.send(" nonsense")
        terminal.wait_for("nonsense: ", "127.0.0.1:5432")
        terminal.press("Escape")
        terminal.wait_for("127.0.0.1:8080", "127.0.0.1:53 ")
        terminal.send("/udp\n")
        terminal.wait_for("127.0.0.1:53", "/udp", "? help", without=["127.0.0.1:8080"])

    def test_a_filter_is_split_into_words_as_on_the_command_line(self):
        terminal = self.open("-t")
        terminal.press("/")
        for typed in (" sport = :8080 ", "or not state listening "):
            terminal.send(typed)
            text = terminal.wait_for(typed.strip())
            self.assertNotIn("no part of", text)
        terminal.press("C-u")
        terminal.send("/no/such/path or :8080")
        terminal.wait_for("127.0.0.1:8080")

    def test_the_filter_of_the_command_line_is_kept(self):
        terminal = self.open("state", "listen")
        terminal.wait_for("127.0.0.1:8080", "1-2 of 2", "/state listen", without=["established"])

    def test_letters_choose_protocols_and_states(self):
        terminal = self.open()
        terminal.wait_for("127.0.0.1:53")
        terminal.send("t")
        terminal.wait_for("127.0.0.1:8080", "tcp", without=["127.0.0.1:53 "])
        terminal.send("e")
        terminal.wait_for("established", without=["listen "])
        terminal.send("el")
        terminal.wait_for("127.0.0.1:5432", without=["127.0.0.1:53 "])
        terminal.send("ltu")
        terminal.wait_for("127.0.0.1:53", without=["127.0.0.1:8080"])

    def test_it_sorts(self):
        terminal = self.open("--sort", "local")
        order = lambda text: [int(port) for port in re.findall(r"listen .*?127\.0\.0\.1:(\d+)", text)]
        terminal.wait_for("LOCAL▲", holds=lambda text: order(text) == [5432, 8080])
        terminal.send("S")
        terminal.wait_for("LOCAL▼", holds=lambda text: order(text) == [8080, 5432])
        terminal.send("s")
        terminal.wait_for("127.0.0.1:8080", "PEER▲")

    def test_groups_fold(self):
        terminal = self.open("-t")
        terminal.wait_for("127.0.0.1:8080")
        terminal.send(" ")
        text = terminal.wait_for(f"python3({os.getpid()})  4 sockets", "by process")
        self.assertNotIn("127.0.0.1:8080", text)
        terminal.send(" ")
        terminal.wait_for("127.0.0.1:8080")
        terminal.send("b")
        terminal.wait_for("by port", "8080  2 sockets")

    def test_pause_holds_everything(self):
        terminal = self.open()
        terminal.wait_for("127.0.0.1:8080")
        terminal.send("p")
        terminal.wait_for("PAUSED")
        self.stage.listener("127.0.0.1", 9999)
        terminal.send("j")
        self.assertNotIn("9999", terminal.wait_for("PAUSED"))
        terminal.send("p")
        terminal.wait_for("127.0.0.1:9999")

    def test_details_are_updated(self):
        terminal = self.open("-t", "state", "established", size=(200, 60))
        terminal.wait_for("127.0.0.1:8080", "? help")  # the words of the filter stand in the command line, too
        terminal.press("Enter")
        terminal.wait_for("cookie", "owners", "python3", "rates", "inode")
        terminal.wait_for("sent 0 B/s, received 0 B/s")
        with talking(self.client, self.server):
            terminal.wait_for("received ", without=["sent 0 B/s, received 0 B/s"])
        terminal.press("PageDown")
        terminal.wait_for("rto_us", "rcv_space")
        terminal.press("Escape")
        terminal.wait_for("? help", without=["cookie"])

    def test_rates_are_shown_and_nothing_for_udp(self):
        terminal = self.open(size=(200, 60))
        terminal.wait_for("SENT/S", "RECV/S")
        with talking(self.client, self.server):
            terminal.wait_for("█")
        terminal.wait_for_line(r"^. udp .* python3\(\d+\) +- +- ")

    def test_a_listener_tells_its_queue_and_how_many_it_refuses(self):
        full = self.stage.listener("127.0.0.1", 7777, backlog=1)
        terminal = self.open("-t", "sport", "=", ":7777", size=(200, 60))
        terminal.wait_for("127.0.0.1:7777", "? help")
        for _ in range(4):
            client = self.stage.make(socket.AF_INET, socket.SOCK_STREAM)
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        # The clients whose SYN is refused send it again and again.
        scene.until(lambda: re.search(r"listen +2 +1 +127\.0\.0\.1:7777 .* [0-9.]*[1-9][0-9.]*( |$)", terminal.text(), re.M),
                    "a full queue that refuses")
        self.assertIn("LOST/S", terminal.text())

    def test_a_pinned_socket_stays_on_top(self):
        terminal = self.open("-t", "--sort", "local")
        terminal.wait_for("127.0.0.1:8080", "? help")
        terminal.press("G")
        terminal.send("w")
        pinned = r"\A.*\n.*\n \^tcp .*:8080 "
        terminal.wait_for("LOCAL▲", holds=re.compile(pinned).search)
        terminal.send("S")
        terminal.wait_for("LOCAL▼", holds=re.compile(pinned).search)
        terminal.send("w")
        terminal.wait_for("127.0.0.1:8080", without=["^"])

    @unittest.skipUnless(service(80) and service(5432), "services(5) has no names here")
    def test_ports_have_names(self):
        self.stage.listener("127.0.0.1", 80)
        terminal = self.open("-t", size=(120, 24))  # a child on its way to another program is a holder for a moment
        terminal.wait_for("127.0.0.1:80 ", "? help")
        terminal.send("d")
        terminal.wait_for(f"127.0.0.1:{service(80)} ", f"127.0.0.1:{service(5432)} ")
        terminal.send("d")
        terminal.wait_for("127.0.0.1:5432 ")

    def test_help_names_the_keys(self):
        terminal = self.open(size=(200, 60))
        terminal.wait_for("? help")
        terminal.send("?")
        terminal.wait_for("pause, and go on", "the row above", "quit")
        terminal.press("Escape")
        terminal.wait_for("127.0.0.1:8080")

    def test_any_size_and_another_one(self):
        terminal = self.open(size=(20, 10))
        text = terminal.wait_for("of 5", "LOCAL")
        self.assertEqual(len(text.splitlines()), 10)
        for key in ("Enter", "j", "Escape", "?", "Escape", "Space", "Space"):
            terminal.press(key)
        terminal.press("G")
        terminal.resize(120, 30)
        terminal.wait_for("127.0.0.1:8080", "PROCESS", "? help")
        terminal.resize(20, 10)
        terminal.wait_for("LOCAL", without=["PROCESS"])
        terminal.send("q")
        terminal.wait_for("left with 0")

    def test_names_steer_nothing(self):
        with watching.renamed(b"evil\x1b[31m"):
            terminal = self.open()
            terminal.wait_for("\\x1b[31m")

    def test_a_mouse_sorts_and_selects(self):
        terminal = self.open("-t")
        terminal.wait_for("127.0.0.1:8080")
        self.assertEqual(terminal.modes()[1], "1")
        button, column, line = 0, 4, 2  # pressed, as xterm reported it first: all plus 32
        terminal.send([("-l", "--", "\x1b[M" + "".join(chr(32 + number) for number in (button, column, line)))])
        terminal.wait_for("PROTO▲")

    def test_without_ncurses_there_is_no_view(self):
        (self.stage.directory / "libncursesw.so.6").touch()
        terminal = self.open(size=(120, 24), LD_LIBRARY_PATH=self.stage.directory)
        terminal.wait_for("no live view without libncursesw.so.6", "TERM=dumb", "left with 2")

    def test_a_terminal_that_cannot_be_steered_gets_lines(self):
        terminal = self.open(TERM="dumb")
        self.assertNotIn("? help", terminal.text())
        deadline = time.monotonic() + program.TIME_LIMIT
        while not re.search("opened   tcp +listen", terminal.text()):  # nothing tells when the first look was
            self.stage.listener("127.0.0.1", 0)
            self.assertLess(time.monotonic(), deadline, terminal.text())


class Lines(case.Case):
    """What is written to a pipe: events (see events_test.py)."""

    def test_a_pipe_gets_a_line_for_each_change(self):
        code, lines = Stream(self, "-tl", "--watch=0.1", command="watch").begin().end()
        self.assertEqual(code, 0)
        self.assertRegex("".join(lines), r"(?m)^\S+Z  (opened|closed) +tcp +127\.0\.0\.1:\d+ ")

    def test_so_does_who_asks_for_json(self):
        code, lines = Stream(self, "-tl", "--jsonl", command="watch").begin().end()
        self.assertEqual((code, program.parse(lines[0])["schema"]), (0, "portscope.event/1"))

    def test_what_cannot_be_watched_is_said(self):
        for words in (["--json"], ["-s"], ["-q"], ["port", "99999"], ["--watch=0"], ["--watch=x"]):
            with self.subTest(words):
                answer = program.run("watch", *words)
                self.assertEqual(answer.code, 2)
                self.assertTrue(answer.err)


if __name__ == "__main__":
    namespace.run_tests()
