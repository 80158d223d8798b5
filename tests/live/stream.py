# SPDX-License-Identifier: MIT
"""portscope as it tells of one event after the other."""
import select
import signal
import subprocess

import program


class Stream:
    """portscope events, read line by line; it has begun when it told of a socket that comes for that."""

    def __init__(self, test, *arguments, command="events", prefix=()):
        self.test = test
        self.process = subprocess.Popen([*prefix, program.PATH, command, *arguments], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = []
        test.addCleanup(self.close)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def begin(self, sign="opened"):
        """Sockets are opened until one is told of, which only the second look does: what the first one shows was there before.
        Where there is none, `closed` is the sign that it listens, and they are closed, too."""
        ends = []
        while sign not in "".join(self.lines[-1:]):
            ends.append(self.test.stage.listener("127.0.0.1", 0))
            if select.select([self.process.stdout], [], [], 0.2)[0]:
                self.lines.append(self.process.stdout.readline())
            if sign == "closed":
                ends[-1].close()
        for end in ends:
            end.close()
        return self

    def until(self, wanted):
        """The lines up to one that is wanted."""
        for line in self.process.stdout:
            self.lines.append(line)
            if wanted(line):
                return line
        self.test.fail("it ended: " + self.process.stderr.read())

    def end(self, number=signal.SIGTERM):
        """Its exit code, and all lines."""
        self.process.send_signal(number)
        self.lines += self.process.stdout.readlines()
        return self.process.wait(timeout=program.TIME_LIMIT), self.lines
