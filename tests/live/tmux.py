# SPDX-License-Identifier: MIT
"""portscope on a terminal that can be read: an interactive shell inside tmux."""
import itertools
import os
import re
import shlex
import subprocess
import time

import program

PROMPT = "ready>"
NUMBERS = itertools.count()
KEYS = {"\n": ("Enter",), " ": ("Space",), "\x1b": ("Escape",), ";": ("-l", "--", "\\;")}  # tmux takes a last `;` for its own


class Terminal:
    """A shell in a window of that size; portscope is what it is told to run."""

    def __init__(self, columns, lines, **environment):
        self.server = f"portscope-test-{os.getpid()}-{next(NUMBERS)}"  # one of that name may still be on its way out
        shell = ["env", "PS1=" + PROMPT, *(f"{name}={value}" for name, value in environment.items()),
                 "bash", "--norc", "--noprofile", "-i"]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(lines), shlex.join(shell))
        self.tmux("set-option", "-g", "status", "off")
        self.tmux("resize-window", "-x", str(columns), "-y", str(lines))
        self.wait_for(PROMPT)

    def tmux(self, *words):
        done = subprocess.run(["tmux", "-L", self.server, *words], capture_output=True, text=True, check=True,
                              env=os.environ | {"LC_ALL": "C.UTF-8"}, timeout=program.TIME_LIMIT)
        return done.stdout

    def run(self, *arguments):
        self.send(shlex.join([program.PATH, *arguments]) + "; echo left with $?\n")

    def send(self, keys):
        """Types them, one after the other; names of keys are those of tmux: `C-c`, `PageDown`."""
        for key in keys if isinstance(keys, (list, tuple)) else self.spell(keys):
            self.tmux("send-keys", *key)

    @staticmethod
    def spell(keys):
        """Letters as they are, and the few that are not."""
        words, plain = [], ""
        for key in keys:
            if key in KEYS:
                words += [("-l", "--", plain)] if plain else []
                words.append(KEYS[key])
                plain = ""
            else:
                plain += key
        return words + ([("-l", "--", plain)] if plain else [])

    def press(self, *names):
        self.send([(name,) for name in names])

    def text(self, *options):
        return self.tmux("capture-pane", "-p", *options)

    def wait_for(self, *wanted, without=(), holds=lambda text: True):
        """The screen, once all of this stands on it, and it `holds` what else is wanted of it: it is drawn bit by bit."""
        deadline = time.monotonic() + program.TIME_LIMIT
        while True:
            text = self.text()
            if all(part in text for part in wanted) and not any(part in text for part in without) and holds(text):
                return text
            assert time.monotonic() < deadline, f"never came: {wanted} without {without}:\n{text}"
            time.sleep(0.01)

    def wait_for_line(self, pattern):
        """The screen, once a line of it begins with what matches."""
        return self.wait_for(holds=re.compile(pattern, re.M).search)

    def resize(self, columns, lines):
        self.tmux("resize-window", "-x", str(columns), "-y", str(lines))

    def child(self):
        """The program that the shell runs."""
        shell = self.tmux("display-message", "-p", "#{pane_pid}").strip()
        done = subprocess.run(["ps", "-o", "pid=", "--ppid", shell], capture_output=True, text=True)
        return int(done.stdout.split()[0])

    def modes(self):
        """How the terminal is set, as stty(1) has it: of the shell that waits on it, or of who took it."""
        return self.tmux("display-message", "-p", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}").split()

    def close(self):
        self.tmux("kill-server")
