# SPDX-License-Identifier: MIT
"""Opens real sockets of every kind, and processes that hold them."""
import ctypes
import errno
import os
import pathlib
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

IPPROTO_UDPLITE = 136
TCP_DEFER_ACCEPT = 9
IPV6_V6ONLY = 26
SO_BINDTODEVICE = 25
SO_ATTACH_FILTER = 26
SO_DETACH_FILTER = 27
BACKLOG = 16
LET_NOTHING_THROUGH = (0x06, 0, 0, 0)  # BPF_RET | BPF_K
LET_ALL_THROUGH = (0x06, 0, 0, 0xFFFFFFFF)

libc = ctypes.CDLL(None, use_errno=True)


def until(condition, what):
    """Waits for a change in the kernel that nothing announces."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.001)


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def sockaddr(address, port):
    """What connect() and bind() take, the scope of fe80::1%lo included."""
    kind = family_of(address)
    return socket.getaddrinfo(address, port, kind, socket.SOCK_DGRAM, 0, socket.AI_NUMERICHOST)[0][4]


def tcp_state(end):
    """The kernel's number of its state (struct tcp_info, linux/tcp.h)."""
    return end.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def inode(end):
    return os.fstat(end.fileno()).st_ino


def port(end):
    return end.getsockname()[1]


def attach_filter(end, *instructions):
    """A filter of classic BPF (struct sock_fprog); what it refuses is as good as lost on the way."""
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)
    place = ctypes.create_string_buffer(code, len(code))
    end.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(instructions), ctypes.addressof(place)))


def detach_filter(end):
    end.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)


def setting(name, value=None):
    """A number below /proc/sys/net, of this network namespace; set to `value` if there is one."""
    path = pathlib.Path("/proc/sys/net") / name
    if value is not None:
        path.write_text(str(value))
    return int(path.read_text())


def receive(end, size):
    """Exactly so many bytes."""
    data = b""
    while len(data) < size:
        data += end.recv(size - len(data))
    return data


def fill(end):
    """Sends until nothing more fits, so that what comes after waits for a reader."""
    end.setblocking(False)
    try:
        while True:
            end.send(b"x" * 65536)
    except BlockingIOError:
        pass
    # What is still on its way fits once more.
    while select.select([], [end], [], 0)[1]:
        try:
            end.send(b"x" * 65536)
        except BlockingIOError:
            break


class Scene:
    """Sockets of this process, all closed together."""

    def __init__(self):
        self._open = []
        self._directory = tempfile.TemporaryDirectory(prefix="portscope-")
        self.directory = pathlib.Path(self._directory.name)
        self.directory.chmod(0o755)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for thing in reversed(self._open):
            thing.close()
        self._open.clear()
        self._directory.cleanup()

    def keep(self, thing):
        self._open.append(thing)
        return thing

    def kept(self):
        """The sockets that are still open."""
        return [thing for thing in self._open if isinstance(thing, socket.socket) and thing.fileno() >= 0]

    def make(self, family, kind, protocol=0):
        return self.keep(socket.socket(family, kind, protocol))

    def bound(self, address, port=0, kind=socket.SOCK_STREAM, protocol=0, device=None, v6only=None):
        end = self.make(family_of(address), kind, protocol)
        if kind == socket.SOCK_STREAM:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if v6only is not None:
            end.setsockopt(socket.IPPROTO_IPV6, IPV6_V6ONLY, v6only)
        if device:
            end.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, device.encode())
        end.bind(sockaddr(address, port))
        return end

    def listener(self, address, port=0, backlog=BACKLOG, **options):
        end = self.bound(address, port, **options)
        end.listen(backlog)
        return end

    def client(self, address, port, kind=socket.SOCK_STREAM, protocol=0):
        end = self.make(family_of(address), kind, protocol)
        end.connect(sockaddr(address, port))
        return end

    def connection(self, address, listener=None, protocol=0):
        """Both ends of a connection, (client, server)."""
        waiting = listener or self.listener(address, protocol=protocol)
        client = self.client(address, port(waiting), protocol=protocol)
        server = self.keep(waiting.accept()[0])
        if listener is None:
            waiting.close()
        return client, server

    def udp(self, address, port=0, **options):
        return self.bound(address, port, socket.SOCK_DGRAM, **options)

    def unix(self, name, kind=socket.SOCK_STREAM, listen=True):
        end = self.make(socket.AF_UNIX, kind)
        end.bind(name)
        if listen and kind != socket.SOCK_DGRAM:
            end.listen(BACKLOG)
        return end

    def half_closed(self, address):
        """(FIN_WAIT2, CLOSE_WAIT)"""
        client, server = self.connection(address)
        client.shutdown(socket.SHUT_WR)
        until(lambda: tcp_state(client) == 5 and tcp_state(server) == 8, "FIN_WAIT2 and CLOSE_WAIT")
        return client, server

    def closing(self, address):
        """A socket in CLOSING: its FIN waits behind data that nobody reads, the other's has come."""
        client, server = self.connection(address)
        fill(client)
        client.shutdown(socket.SHUT_WR)
        server.shutdown(socket.SHUT_WR)
        until(lambda: tcp_state(client) == 11, "CLOSING")
        return client, server

    def last_ack(self, address):
        client, server = self.connection(address)
        server.shutdown(socket.SHUT_WR)
        until(lambda: tcp_state(client) == 8, "CLOSE_WAIT")
        fill(client)
        client.shutdown(socket.SHUT_WR)
        until(lambda: tcp_state(client) == 9, "LAST_ACK")
        return client, server

    def fin_wait_1(self, address):
        client, server = self.connection(address)
        fill(client)
        client.shutdown(socket.SHUT_WR)
        until(lambda: tcp_state(client) == 4, "FIN_WAIT1")
        return client, server

    def time_wait(self, address):
        """(local, peer) of a connection that is over."""
        client, server = self.connection(address)
        ends = client.getsockname()[:2], client.getpeername()[:2]
        client.close()
        server.close()
        return ends

    def syn_sent(self, address):
        """A client whose SYN is dropped because the queue of the listener is full."""
        full = self.listener(address, backlog=0)
        self.client(address, port(full))
        client = self.make(family_of(address), socket.SOCK_STREAM)
        client.setblocking(False)
        assert client.connect_ex(sockaddr(address, port(full))) == errno.EINPROGRESS
        assert tcp_state(client) == 2, "SYN_SENT"
        return client

    def syn_received(self, address):
        """A listener that waits for data before it takes the connection for made."""
        deferring = self.bound(address)
        deferring.setsockopt(socket.IPPROTO_TCP, TCP_DEFER_ACCEPT, 600)
        deferring.listen(BACKLOG)
        self.client(address, port(deferring))
        return deferring


class Held:
    """A process of its own that does `work(tell)` and then waits to be let go.

    What it hands to `tell` arrives here as `told`. It ends with this process at the latest.
    """

    def __init__(self, work):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            self._be_held(work, ours, theirs)
        theirs.close()
        self._line = ours
        self.told = ours.recv(65536).decode()
        assert not self.told.startswith("failed"), self.told

    @staticmethod
    def _be_held(work, ours, theirs):
        status = 1
        try:
            ours.close()
            libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
            work(lambda message="": theirs.send(f"ready {message}".encode()))
            theirs.recv(1)
            status = 0
        except BaseException as error:  # must reach the test, whatever it is
            theirs.send(f"failed {error!r}".encode())
        finally:
            os._exit(status)

    def close(self):
        self._line.close()
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def start(code, *arguments, **popen):
    """A fresh Python that runs `code` and says `ready` (with words after it) on its output."""
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, **popen)
    return Started(process)


class Running:
    """A program that lives until it is closed."""

    def __init__(self, process):
        self._process = process
        self.pid = process.pid

    def close(self):
        self._process.kill()
        self._process.communicate()


class Started(Running):
    """One that says when it is ready."""

    def __init__(self, process):
        super().__init__(process)
        line = process.stdout.readline().decode().split()
        assert line[:1] == ["ready"], f"did not start: {line}"
        self.told = line[1:]

    def go(self):
        """Lets it go on to where it says `ready` again."""
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline().decode().split()
        assert line[:1] == ["ready"], f"did not go on: {line}"
        self.told = line[1:]
