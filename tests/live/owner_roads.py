# SPDX-License-Identifier: MIT
"""The roads by which holders are found, and whether they can be gone here."""
import functools
import os
import socket
import unittest

import program


@functools.cache
def lack(road):
    """Why the road cannot be gone; empty when it can."""
    if road in ("auto", "proc"):
        return ""
    told = program.run("--version").text
    if "with BPF" not in told:
        return "this portscope was built without BPF"
    with socket.socket(socket.AF_UNIX):  # of a socket whose holder is asked for: whoever cannot iterate says so
        answer = program.run("-a", "-x", "--owners", road)
    return "" if "CAP_BPF" not in answer.err and "kernel cannot iterate" not in answer.err else answer.err.strip()


def need(road):
    if lack(road):
        raise unittest.SkipTest(lack(road))


def pinner():
    """The program that pins an iterator."""
    path = os.environ.get("PORTSCOPE_OWNERS", os.path.join(os.path.dirname(program.PATH), "bpf/portscope-owners"))
    if not os.path.exists(path):
        raise unittest.SkipTest("this portscope was built without BPF")
    return path
