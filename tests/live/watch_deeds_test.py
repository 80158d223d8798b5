#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the live view does to sockets: it shows what would happen, as the commands do, and does nothing that nobody agreed
to. Then a walk through everything, at three sizes."""
import shutil
import unittest

import namespace
import program
import scene
import watching

SERVER = """
import signal, socket, sys
if sys.argv[1] == "stubborn": signal.signal(signal.SIGTERM, signal.SIG_IGN)
end = socket.create_server(("127.0.0.1", 0))
print("ready", end.getsockname()[1], flush=True)
signal.pause()
"""


def state_of(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0]


@unittest.skipUnless(shutil.which("tmux"), "tmux is not installed")
class Deeds(watching.Watching):
    def serve(self, kind="obedient"):
        process = self.stage.keep(scene.start(SERVER, kind))
        return process, process.told[0]

    def open_at(self, filter_, *wanted):
        terminal = self.open("-t", *filter_.split(), size=(400, 40))
        terminal.wait_for("1-1 of 1", "? help", *wanted)
        return terminal

    def test_k_shows_what_the_command_shows_and_ends_the_holder(self):
        server, port = self.serve()
        terminal = self.open_at(f"sport = :{port}")
        terminal.send("K")
        text = terminal.wait_for("SIGTERM goes to:", "End them? [y/N]")
        self.assertIn(program.run("kill", "--dry-run", f"127.0.0.1:{port}/tcp").text, text)
        self.assertNotEqual(state_of(server.pid), "Z")
        terminal.send("y")
        terminal.wait_for(f"{server.pid} python3 ended", f"127.0.0.1:{port}/tcp is free.", "- tcp")
        self.assertEqual(state_of(server.pid), "Z")
        terminal.press("Escape")
        terminal.wait_for("? help", without=["is free"])

    def test_anything_but_y_does_nothing(self):
        server, port = self.serve()
        terminal = self.open_at(f"sport = :{port}")
        for key in ("n", "Escape", "Enter", "q"):
            terminal.send("K")
            terminal.wait_for("End them?")
            terminal.press(key)
            terminal.wait_for("? help", without=["End them?"])
        self.assertNotEqual(state_of(server.pid), "Z")

    def test_who_may_not_be_ended_is_told_and_nobody_is(self):
        terminal = self.open_at("sport = :8080 state listen")
        with watching.renamed(b"docker-proxy"):
            terminal.send("K")
            text = terminal.wait_for("Not ended:", "instead:", "Esc back")
        self.assertNotIn("[y/N]", text)
        terminal.send("y")
        terminal.press("Escape")
        terminal.wait_for("127.0.0.1:8080", "? help")

    def test_who_does_not_end_is_told_and_the_screen_lives_meanwhile(self):
        server, port = self.serve("stubborn")
        terminal = self.open("-t")
        terminal.wait_for(f"127.0.0.1:{port}", "? help")
        terminal.send(f"/sport = :{port}\n")
        terminal.wait_for("1-1 of 1", "? help")
        terminal.send("Ky")
        # The y came before there was a question, and is none.
        terminal.wait_for("End them? [y/N]")
        terminal.send("y")
        terminal.wait_for("under way")
        terminal.resize(100, 30)
        terminal.wait_for(f"{server.pid} python3 still holds the port, after SIGTERM", "is still held")
        self.assertNotEqual(state_of(server.pid), "Z")

    def test_the_view_can_be_left_while_something_is_under_way(self):
        server, port = self.serve("stubborn")
        terminal = self.open_at(f"sport = :{port}")
        terminal.send("K")
        terminal.wait_for("End them?")
        terminal.send("y")
        terminal.wait_for("under way")
        terminal.press("C-c")
        self.assert_left(terminal)
        self.assertNotEqual(state_of(server.pid), "Z")

    def test_c_closes_this_socket_and_no_other(self):
        other, _ = self.stage.connection("127.0.0.1", self.web)
        port = scene.port(self.client)
        terminal = self.open_at(f"sport = :{port}")
        terminal.send("c")
        terminal.wait_for("1 socket to be closed:", f"127.0.0.1:{port}", "Close them? [y/N]")
        self.assertEqual(scene.tcp_state(self.client), 1)
        terminal.send("y")
        terminal.wait_for("closed.")
        if "1 of 1 socket closed." in terminal.text():
            self.assertEqual(scene.tcp_state(self.client), 7)
            with self.assertRaises(ConnectionError):
                self.client.recv(1)
        else:  # a kernel without CONFIG_INET_DIAG_DESTROY
            self.assertIn("1 not:", terminal.text())
        self.assertEqual(scene.tcp_state(other), 1)

    def test_what_has_no_port_has_nobody_to_be_ended(self):
        self.stage.unix(str(self.stage.directory / "x.sock"))
        terminal = self.open("-x", str(self.stage.directory / "x.sock"))
        terminal.wait_for("x.sock", "? help")
        terminal.send("K")
        terminal.wait_for("A unix socket has no port", "Esc back")


@unittest.skipUnless(shutil.which("tmux"), "tmux is not installed")
class Walk(watching.Watching):
    """Whole screens are compared in tests/watch/screens_test.cpp; here the real program draws them on a real terminal."""

    def look(self, terminal, *wanted, without=()):
        """The screen, which has everything that its size has room for."""
        wide, high = terminal.size
        kept = [part for part in wanted if len(part) < wide]
        text = terminal.wait_for(*kept, without=without)
        lines = text.rstrip("\n").split("\n")
        self.assertLessEqual(len(lines), high)
        self.assertLessEqual(max(map(len, lines)), wide)
        return text

    def walk(self, *size):
        server = self.stage.keep(scene.start(SERVER, "obedient"))
        port = server.told[0]
        terminal = self.open(size=size)
        terminal.size = size
        self.look(terminal, "of 6", "? help")
        terminal.send("/tcp")
        self.look(terminal, "/tcp", "of 5")
        terminal.send("\n")
        self.look(terminal, "? help")
        terminal.send("s")
        self.look(terminal, "▲")
        terminal.send("S")
        self.look(terminal, "▼")
        terminal.send("b")
        self.look(terminal, "▸ python3(")
        terminal.send(" ")
        self.look(terminal, "▾ python3(")
        terminal.send("bbbb")
        self.look(terminal, without=["▾", "▸"])
        terminal.send("p")
        self.look(terminal, "PAUSED")
        terminal.send("p")
        self.look(terminal, without=["PAUSED"])
        terminal.press("Enter")
        self.look(terminal, "identity", "Esc back")
        terminal.press("Escape")
        terminal.press("/", "C-u")
        terminal.send(f"sport = :{port}\n")
        self.look(terminal, "1-1 of 1", "? help")
        terminal.send("K")
        self.look(terminal, "End them? [y/N]")
        terminal.send("n")
        self.look(terminal, "? help", without=["End them?"])
        terminal.resize(60, 15)
        terminal.wait_for("1-1 of 1", f"127.0.0.1:{port}", "? help  q quit")
        terminal.resize(*size)
        self.look(terminal, "1-1 of 1", "? help")
        terminal.send("q")
        terminal.wait_for("left with 0")
        self.assertEqual(terminal.modes(), watching.GIVEN_BACK)

    def test_at_the_usual_size(self):
        self.walk(80, 24)

    def test_on_a_large_terminal(self):
        self.walk(200, 60)

    def test_on_a_tiny_one(self):
        self.walk(20, 10)

    def test_a_storm_of_sizes(self):
        terminal = self.open(size=(80, 24))
        terminal.wait_for("127.0.0.1:8080", "? help")
        for wide, high in ((1, 1), (300, 3), (2, 60), (300, 60), (7, 2), (1, 24), (80, 1), (20, 10)) * 3:
            terminal.resize(wide, high)
            terminal.press("j", "Enter", "k", "Escape", "K", "n", "?", "Escape", "w")
        terminal.resize(100, 30)
        terminal.wait_for("127.0.0.1:8080", "? help")
        terminal.press("q")
        terminal.wait_for("left with 0")

    def test_keys_while_nothing_is_there(self):
        terminal = self.open("sport", "=", ":1")
        terminal.wait_for("0-0 of 0", "? help")
        terminal.press("j", "k", "G", "g", "Enter", "K", "c", "w", "y", "n", "Space", "b", "b", "b", "b", "s", "S", "d")
        terminal.wait_for("of 0")
        terminal.press("q")
        terminal.wait_for("left with 0")


if __name__ == "__main__":
    namespace.run_tests()
