#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Processes that come and go as fast as they can, with pids that are used again at once: recycler.py WORKERS

Each is called `wN` from its first moment to its last, and opens, closes and opens again listeners on the address that
belongs to N alone. Whoever is said to hold one of those and has another name is a stranger. Ends when its input does.
"""
import ctypes
import os
import random
import select
import socket
import sys

PR_SET_NAME = 15
LAST_PID = "/proc/sys/kernel/ns_last_pid"
LISTENERS, ROUNDS = 24, 3
LONGEST = 0.4  # seconds that a round of listeners lives; many live shorter than it takes to look
NETWORK = "127.77."


def address(number):
    return f"{NETWORK}{number // 250 % 250}.{1 + number % 250}"


def name_of(local):
    """Of the only process that ever holds a socket there, as far as one can tell after 62500 of them."""
    high, low = map(int, local.removeprefix(NETWORK).split("."))
    return f"w{high * 250 + low - 1}"


def work(number):
    random.seed(number)
    ctypes.CDLL(None).prctl(PR_SET_NAME, f"w{number % 62500}".encode(), 0, 0, 0)
    for _ in range(ROUNDS):
        ends = [socket.create_server((address(number), 0)) for _ in range(LISTENERS)]
        select.select([], [], [], random.uniform(0, LONGEST))
        for end in ends:
            end.close()


def start(number, pids, first):
    """The kernel hands out pids in rising order, from the one that is written here."""
    if number % len(pids) == 0 and first is not None:
        with open(LAST_PID, "w") as last:
            last.write(str(first))
    pid = os.fork()
    if pid == 0:
        work(number)
        os._exit(0)
    pids[number % len(pids)] = pid


def main():
    pids = [0] * int(sys.argv[1])
    first = os.getpid() if os.access(LAST_PID, os.W_OK) else None
    for number in range(len(pids)):
        start(number, pids, first)
    print("ready", flush=True)
    number = len(pids)
    while not select.select([0], [], [], 0)[0]:
        os.waitpid(pids[number % len(pids)], 0)
        start(number, pids, first)
        number += 1
    for pid in pids:
        try:
            os.waitpid(pid, 0)
        except ChildProcessError:
            pass


if __name__ == "__main__":
    main()
