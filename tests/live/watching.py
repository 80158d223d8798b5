# SPDX-License-Identifier: MIT
"""The live view on a real terminal, over a few sockets."""
import contextlib
import pathlib

import case
import tmux

GIVEN_BACK = ["0", "0", "1"]  # the usual screen, no mouse, the cursor


@contextlib.contextmanager
def renamed(name):
    """This process has another name meanwhile (proc(5), comm)."""
    comm = pathlib.Path("/proc/self/comm")
    before = comm.read_bytes()
    comm.write_bytes(name)
    try:
        yield
    finally:
        comm.write_bytes(before.rstrip())


class Watching(case.Case):
    def setUp(self):
        super().setUp()
        self.web = self.stage.listener("127.0.0.1", 8080)
        self.stage.listener("127.0.0.1", 5432)
        self.client, self.server = self.stage.connection("127.0.0.1", self.web)
        self.stage.udp("127.0.0.1", 53)

    def open(self, *arguments, size=(80, 24), **environment):
        terminal = tmux.Terminal(*size, **environment)
        self.addCleanup(terminal.close)
        terminal.run("watch", *arguments)
        return terminal

    def assert_left(self, terminal, code=0):
        terminal.wait_for(f"left with {code}")
        self.assertEqual(terminal.modes(), GIVEN_BACK)
        terminal.send("stty -a\n")
        modes = terminal.wait_for("echok")
        self.assertIn(" icanon", modes)
        self.assertRegex(modes, r"(?m)(^|\s)echo(\s|$)")
