#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Starts a command whose socket(2) fails for some families: seccomp.py ERRNO FAMILY[,FAMILY...] COMMAND..."""
import ctypes
import os
import struct
import sys

SOCKET_CALL = {"x86_64": 41, "aarch64": 198}[os.uname().machine]
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
RETURN_ERRNO, ALLOW = 0x00050000, 0x7FFF0000
LOAD_WORD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06  # linux/bpf_common.h
CALL_NUMBER, FIRST_ARGUMENT = 0, 16  # offsets in struct seccomp_data


def filter_program(error, families):
    """struct sock_filter[]: code, jump if true, jump if false, operand."""
    steps = [(LOAD_WORD, 0, 0, CALL_NUMBER), (JUMP_EQUAL, 0, len(families) + 1, SOCKET_CALL),
             (LOAD_WORD, 0, 0, FIRST_ARGUMENT)]
    steps += [(JUMP_EQUAL, len(families) - index, 0, family) for index, family in enumerate(families)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, RETURN_ERRNO | error)]
    return b"".join(struct.pack("HBBI", *step) for step in steps), len(steps)


def deny(error, families):
    steps, count = filter_program(error, families)
    buffer = ctypes.create_string_buffer(steps)
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", count, ctypes.addressof(buffer)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    for call in ((PR_SET_NO_NEW_PRIVS, 1, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program))):
        if libc.prctl(*call, 0, 0) != 0:
            sys.exit(f"seccomp is refused: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    deny(int(sys.argv[1]), [int(family) for family in sys.argv[2].split(",")])
    os.execvp(sys.argv[3], sys.argv[3:])
