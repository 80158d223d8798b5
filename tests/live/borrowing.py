#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""pidfd_getfd(2): whether it is to be had, and commands for which it fails: borrowing.py CALL ERRNO COMMAND..."""
import ctypes
import os
import struct
import sys
import unittest

import seccomp

PIDFD_OPEN, PIDFD_GETFD = 434, 438  # the same on every architecture


def is_possible():
    """Whether this kernel lends descriptors, to ourselves at least."""
    libc = ctypes.CDLL(None, use_errno=True)
    pidfd = libc.syscall(PIDFD_OPEN, os.getpid(), 0)
    if pidfd < 0:
        return False
    duplicate = libc.syscall(PIDFD_GETFD, pidfd, 1, 0)
    os.close(pidfd)
    if duplicate >= 0:
        os.close(duplicate)
    return duplicate >= 0


needed = unittest.skipUnless(is_possible(), "this kernel has no pidfd_getfd(2)")


def denied(call, error):
    """A command that starts another, for which this system call fails."""
    return [sys.executable, os.path.abspath(__file__), str(call), str(error)]


def deny(call, error):
    steps = [(seccomp.LOAD_WORD, 0, 0, seccomp.CALL_NUMBER), (seccomp.JUMP_EQUAL, 0, 1, call),
             (seccomp.RETURN, 0, 0, seccomp.RETURN_ERRNO | error), (seccomp.RETURN, 0, 0, seccomp.ALLOW)]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    place = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(place)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    for prctl in ((seccomp.PR_SET_NO_NEW_PRIVS, 1, 0),
                  (seccomp.PR_SET_SECCOMP, seccomp.SECCOMP_MODE_FILTER, ctypes.addressof(program))):
        if libc.prctl(*prctl, 0, 0) != 0:
            sys.exit(f"seccomp is refused: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    deny(int(sys.argv[1]), int(sys.argv[2]))
    os.execvp(sys.argv[3], sys.argv[3:])
