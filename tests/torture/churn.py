# SPDX-License-Identifier: MIT
"""Sockets that last, among others that come and go at full speed: how often does a listing miss or repeat one?"""
import collections
import contextlib
import ctypes
import dataclasses
import json
import os
import pathlib
import re
import resource
import socket
import subprocess

import namespace
import program
import scene

GENERATOR = os.environ.get("CHURN", str(program.ROOT / "build/tests/torture/churn"))
SHARED_PORT = 7777  # the generator's, too
DESCRIPTORS = 12_000
CLONE_NEWNET = 0x40000000
SMALLEST_TABLE = 256  # buckets; net.ipv4.tcp_child_ehash_entries takes nothing smaller
LONGEST = 600  # seconds; the generator ends by itself even if nobody ends it


def connections(stage):
    listener = stage.listener("127.0.0.1", backlog=100)
    return [end for _ in range(1000) for end in stage.connection("127.0.0.1", listener)]


def addresses(count):
    """The half of 127.0.0.0/8 that the generator leaves alone."""
    return [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(count)]


def workers(stage, kind, count):
    ends = []
    for _ in range(count):
        end = stage.make(socket.AF_INET, kind)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        end.bind(("127.0.0.1", SHARED_PORT))
        if kind == socket.SOCK_STREAM:
            end.listen(1)
        ends.append(end)
    return ends


def unix_sockets(stage):
    named = [stage.unix("", socket.SOCK_DGRAM) for _ in range(1000)]
    return named + [stage.keep(end) for _ in range(500) for end in socket.socketpair()]


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    generator: str
    lasting: object  # scene.Scene -> sockets
    letters: str  # of the options that portscope, ss and netstat have in common
    lsof: tuple = ()
    table: int = 0  # buckets of the namespace's own table of connections; 0 = the machine's


TCP = ("-iTCP",)
UDP = ("-iUDP",)
CASES = (
    Case("2,000 TCP ends", "tcp", connections, "-tan", TCP),
    Case("2,000 TCP ends, 256 buckets", "tcp", connections, "-tan", TCP, SMALLEST_TABLE),
    Case("2,000 listeners", "listen", lambda stage: [stage.listener("127.0.0.1") for _ in range(2000)], "-tln", TCP),
    Case("2,000 listeners, one port, many addresses", "listen-address",
         lambda stage: [stage.listener(address, SHARED_PORT) for address in addresses(2000)], "-tln", TCP),
    Case("2,000 listeners, one port, one address", "listen-worker",
         lambda stage: workers(stage, socket.SOCK_STREAM, 2000), "-tln", TCP),
    Case("2,000 UDP", "udp", lambda stage: [stage.udp("127.0.0.1") for _ in range(2000)], "-uan", UDP),
    Case("3,000 UDP, one port, many addresses", "udp-address",
         lambda stage: [stage.udp(address, SHARED_PORT) for address in addresses(3000)], "-uan", UDP),
    Case("3,000 UDP, one port, one address", "udp-worker",
         lambda stage: workers(stage, socket.SOCK_DGRAM, 3000), "-uan", UDP),
    Case("2,000 Unix", "unix", unix_sockets, "-xan", ("-U",)),
)


@dataclasses.dataclass
class Count:
    looks: int = 0
    misses: int = 0  # a socket at a look
    repeats: int = 0
    announced: int = 0  # looks that said that sockets may be missing
    strays: int = 0  # other sockets that were seen: without any, nothing came and went
    wrong: list = dataclasses.field(default_factory=list)  # what no look may say

    def add(self, lasting, found, announced=False):
        missing = lasting - found.keys()
        self.looks += 1
        self.announced += announced
        self.misses += 0 if announced else len(missing)
        self.repeats += sum(found[inode] - 1 for inode in lasting & found.keys())
        self.strays = max(self.strays, len(found) - len(lasting))

    def __str__(self):
        words = f"{self.misses} missed, {self.repeats} repeated"
        return words + (f" ({self.announced} of {self.looks} said to be incomplete)" if self.announced else "")


def portscope(case, source):
    """(inode -> rows, whether it says that sockets may be missing, what is wrong with the answer)"""
    answer = program.run(case.letters, "--json", "-C", "inode", "--owners", "none", "--source", source)
    try:
        document = json.loads(answer.out)
    except ValueError:
        return {}, False, f"exit {answer.code} without a document: {answer.err}"
    gaps = [gap for gap in document["gaps"] if gap["what"] == "sockets"]
    found = collections.Counter(row["inode"] for row in document["sockets"] if row["inode"])
    in_flux = any(gap["why"] == "EAGAIN" for gap in gaps)
    as_it_should = answer.code == (3 if gaps else 0) and bool(answer.err) == bool(gaps)
    return found, in_flux, "" if as_it_should else f"exit {answer.code}, gaps {gaps}, stderr {answer.err!r}"


SHAPES = {  # where each tool has the inode
    "ss": re.compile(rb"\bino:(\d+)|^u_\S+ +\S+ +\d+ +\d+ +\S+ +(\d+)", re.M),
    "netstat": re.compile(rb"^(?:tcp|udp).* (\d+) *$|^unix .*? (\d+)(?: +[@/].*)? *$", re.M),
    "lsof": re.compile(rb"^[di](\d+)$", re.M),
}


def command(tool, case):
    return ["lsof", "-nP", "-F", "di", *case.lsof] if tool == "lsof" else [tool, case.letters + "e"]


def other_tool(case, tool):
    out = subprocess.run(command(tool, case), stdin=subprocess.DEVNULL, capture_output=True).stdout
    return collections.Counter(int(found[found.lastindex]) for found in SHAPES[tool].finditer(out))


def enter_namespace(table):
    """A namespace that is this case's only; the sysctl of the one it is made in decides how large its table is."""
    scene.setting("ipv4/tcp_child_ehash_entries", table)
    if scene.libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    namespace.prepare()


@contextlib.contextmanager
def generating(kind, threads):
    process = subprocess.Popen([GENERATOR, kind, str(threads), str(LONGEST)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"ready\n", "the generator did not start"
        yield
    finally:
        process.communicate()


@contextlib.contextmanager
def busy(case, threads=1):
    """The lasting sockets, by inode, while others come and go."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, DESCRIPTORS), hard))
    enter_namespace(case.table)
    with scene.Scene() as stage:
        lasting = set(map(scene.inode, case.lasting(stage)))
        with generating(case.generator, threads):
            yield lasting


def look_often(case, lasting, looks, source):
    count = Count()
    for _ in range(looks):
        found, announced, wrong = portscope(case, source)
        count.add(lasting, found, announced)
        if wrong:
            count.wrong.append(wrong)
    return count


def look_with(tool, case, lasting, looks):
    count = Count()
    for _ in range(looks):
        count.add(lasting, other_tool(case, tool))
    return count
