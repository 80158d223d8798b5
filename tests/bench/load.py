# SPDX-License-Identifier: MIT
"""The load: processes that hold many TCP connections, both ends of each."""
import os
import resource
import socket

LISTENERS = 8  # in each process; a port is used once with each listener
PORT = 7000  # of all listeners
SPARE = 64  # descriptors of the interpreter itself


def connections_of(sockets, processes):
    """How many connections each process makes; a connection is two sockets."""
    each = (sockets // processes - LISTENERS) // 2
    if each < 1:
        raise SystemExit(f"{sockets} sockets are too few for {processes} processes")
    return each


def allow_descriptors(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if count > hard:
        raise SystemExit(f"{count} descriptors a process are above the hard limit of {hard}: use more processes")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))


def open_sockets(number, connections):
    """Every process and listener has an address of its own in 127/8, so that ports suffice."""
    held = []
    for index in range(LISTENERS):
        listener = socket.create_server((f"127.{1 + number // 250}.{1 + number % 250}.{1 + index}", PORT), backlog=64)
        held.append(listener)
    for index in range(connections):
        listener = held[index % LISTENERS]
        client = socket.socket()
        client.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT: the port may repeat for another peer
        client.bind((f"127.{101 + number // 250}.{1 + number % 250}.1", 0))
        client.connect(listener.getsockname())
        held += [client, listener.accept()[0]]
    return held


class Load:
    """Forked processes that hold their sockets until this one lets go."""

    def __init__(self, sockets, processes, progress):
        connections = connections_of(sockets, processes)
        self._lines = []
        self._pids = []
        allow_descriptors(connections * 2 + LISTENERS + processes * 2 + SPARE)
        for number in range(processes):
            progress(f"making {sockets} sockets: process {number + 1} of {processes}")
            self._start(number, connections)
        self.sockets = processes * (connections * 2 + LISTENERS)

    def _start(self, number, connections):
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            ours.close()
            for line in self._lines:
                line.close()
            try:
                held = open_sockets(number, connections)
                theirs.send(b"ready")
                theirs.recv(1)  # nothing comes but the end
                del held
            finally:
                os._exit(0)
        theirs.close()
        self._pids.append(pid)
        self._lines.append(ours)
        if ours.recv(5) != b"ready":
            raise SystemExit("a process could not open its sockets")

    def close(self):
        for line in self._lines:
            line.close()
        for pid in self._pids:
            os.waitpid(pid, 0)
