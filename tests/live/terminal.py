# SPDX-License-Identifier: MIT
"""A terminal of a given size for portscope to write to, and a ruler for what it wrote."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import unicodedata

import program

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def run(columns, *arguments, **popen):
    """(exit code, what appeared on the terminal); carriage returns are the terminal's own."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    process = subprocess.Popen([program.PATH, *arguments], stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE,
                               **popen)
    os.close(theirs)
    pieces = []
    try:
        while piece := os.read(ours, 65536):
            pieces.append(piece)
    except OSError:  # EIO: the other side is closed
        pass
    finally:
        os.close(ours)
    process.stderr.read()
    process.stderr.close()
    return process.wait(timeout=program.TIME_LIMIT), b"".join(pieces).replace(b"\r\n", b"\n").decode("utf-8")


def talk(arguments, question, answer, **popen):
    """Types what `answer()` returns once `question` stands on the terminal. (exit code, everything that appeared)"""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([program.PATH, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, **popen)
    os.close(theirs)
    shown = b""
    answered = False
    try:
        while piece := os.read(ours, 65536):
            shown += piece
            if not answered and question.encode() in shown:
                answered = True
                os.write(ours, answer())
    except OSError:  # EIO: the other side is closed
        pass
    finally:
        os.close(ours)
    return process.wait(timeout=program.TIME_LIMIT), shown.replace(b"\r\n", b"\n").decode("utf-8")


def width(text):
    """Columns that `text` takes on a terminal."""
    total = 0
    for character in COLOURS.sub("", text):
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        total += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return total


def cut(text, column):
    """The part of `text` from terminal column `column` on."""
    for position in range(len(text) + 1):
        if width(text[:position]) >= column:
            return text[position:]
    return ""
