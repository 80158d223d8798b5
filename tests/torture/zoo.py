# SPDX-License-Identifier: MIT
"""Names that somebody might choose to fool who reads them, and processes and sockets that have them."""
import os
import pathlib
import shutil
import socket
import subprocess

import scene

LONGEST = 15  # bytes of a process's name, and so of those here
SLEEP = shutil.which("sleep")


def texts():
    yield from ("\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b[2J\x1b[H", "\x1bP1$r\x1b\\", "\x1b[?1049h", "a\x1b", "\x9b31m", "\x85", "\x90x\x9c")
    yield from ('a",pid=1,fd=9)', "a(1),b(2)", "a) S 1 1 (b", "((((((", '"}],"x":[{', "1 (sshd) S 1", "tcp  LISTEN 0", "users:((\"x\"")
    yield from ("=1+1", "+1", "-1", "@SUM(1)", "'=1", "%s%n%x", "$(reboot)", "`reboot`", ";reboot", "|cat", "&&x", "\\", "\\x1b[31m", "\\n", '"', "'", "a,b", "a;b", "a:b")
    yield from ("-", "--", "-k", "null", "true", "0", "-0", "1e9", "NaN", "hidden", "kernel", "none", "pid 1", " ", "  a  b  ", "\u00a0", "\u3000x", "…")
    yield from (f"x{chr(number)}y" for number in (*range(1, 32), 0x7F, 0x80, 0x84, 0x8D, 0x9D, 0x9F))
    yield from (f"x{chr(number)}y" for number in (0xAD, 0x34F, 0x61C, 0x115F, 0x180E, 0x200B, 0x200E, 0x2028, 0x2029, 0x202A, 0x202E, 0x2060, 0x2066,
                                                  0x2069, 0x3164, 0xFE0F, 0xFEFF, 0xFFF9, 0xFFFE, 0xE000, 0xE0041, 0x10FFFF, 0x1F3FB))
    yield from ("日本語", "e\u0301\u0301\u0301\u0301", "\u0301x", "👩\u200d🔬", "שלום", "مرحبا", "A\u030a", "ﷺ", "\U0001f1e9\U0001f1ea")


def names():
    """As bytes, which a name is: no two alike, none with a slash or a NUL."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts()]
    encoded += [b"\xff\xfe", b"\x80", b"ab\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xe6\x97", b"\x1b\xff["]
    return list(dict.fromkeys(name[:LONGEST].replace(b"/", b"|") for name in encoded))


class Zoo:
    """For each name a program of that name, in a file and with an argument of that name, which holds a TCP socket that listens
    and, with `unix`, two Unix sockets: one in a file and an abstract one of that name."""

    def __init__(self, stage, unix=True):
        self.stage = stage
        self.has_unix = unix
        self.ports = {}  # -> (name, pid)
        self.place = pathlib.Path(stage.directory, "zoo")
        self.place.mkdir()

    def settle(self, all_names):
        before = os.getcwd()
        os.chdir(self.place)  # what is bound here is called by its name, and nothing else
        try:
            for name in all_names:
                self.settle_one(name)
        finally:
            os.chdir(before)
        return self

    def settle_one(self, name):
        program = os.fsencode(self.place) + b"/" + name
        shutil.copy(SLEEP, program)
        ends = [socket.create_server(("127.0.0.1", 0))]
        if self.has_unix:
            ends += [self.unix(b"\0" + name), self.unix(b"s" + name)]
        process = subprocess.Popen([name, b"600"], executable=program, stdin=subprocess.DEVNULL,
                                   pass_fds=[end.fileno() for end in ends])
        self.stage.keep(scene.Running(process))
        self.ports[scene.port(ends[0])] = (name, process.pid)
        for end in ends:
            end.close()

    @staticmethod
    def unix(name):
        end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        end.bind(name)
        end.listen(1)
        return end
