# SPDX-License-Identifier: MIT
"""What portscope says about sockets that are opened here for it to find."""
import contextlib
import functools
import json
import os
import pathlib
import select
import socket
import subprocess
import sys
import tempfile

from source_tree import ROOT

IPPROTO_MPTCP = 262
PROGRAM = os.environ.get("PORTSCOPE", str(ROOT / "build/src/portscope"))


HOLDER = """import socket
end = socket.create_server(("127.0.0.1", 0))
print(end.getsockname()[1], flush=True)
input()"""


def portscope(*arguments, may_fail=False):
    """Its output, in the C locale; trouble (2) is an error here, unless it is what was asked for."""
    done = subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1, 3) and not may_fail:
        raise RuntimeError(f"portscope {' '.join(arguments)}: exit {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode("utf-8")


@contextlib.contextmanager
def sockets():
    """Sockets of many kinds, held by this process; gives the ports and the Unix path to ask for."""
    with contextlib.ExitStack() as stack:
        def keep(new):
            return stack.enter_context(contextlib.closing(new))

        folder = stack.enter_context(tempfile.TemporaryDirectory())
        listener = keep(socket.create_server(("127.0.0.1", 0)))
        keep(socket.create_connection(listener.getsockname()))
        keep(listener.accept()[0])
        keep(socket.create_connection(listener.getsockname()))  # nobody accepts it: no process holds that end
        datagram = keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        datagram.bind(("127.0.0.1", 0))
        path = os.fsencode(pathlib.Path(folder) / "not-utf-8-") + b"\xff"
        unix = keep(socket.socket(socket.AF_UNIX))
        unix.bind(path)
        unix.listen(1)
        client = keep(socket.socket(socket.AF_UNIX))
        client.connect(path)
        keep(unix.accept()[0])
        abstract = keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        abstract.bind(b"\0portscope-rules-%d" % os.getpid())
        keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)).connect(abstract.getsockname())
        keep(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)).bind((0, 1))
        with contextlib.suppress(OSError):  # needs a right
            keep(socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
        with contextlib.suppress(OSError):  # not every kernel has it
            multipath = keep(socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP))
            multipath.bind(("127.0.0.1", 0))
            multipath.listen()
        holder = stack.enter_context(subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE,
                                                      stdout=subprocess.PIPE))
        stack.callback(holder.kill)
        yield {"held": holder.stdout.readline().decode().strip(), "tcp": listener.getsockname()[1], "udp": datagram.getsockname()[1], "path": os.fsdecode(path),
               "abstract": f"@portscope-rules-{os.getpid()}"}


@functools.cache
def documents():
    """The JSON of those sockets in every shape, by how it was asked for."""
    asked = {}
    with sockets() as opened:
        every_column = ",".join(line.split()[0] for line in portscope("--list-columns").splitlines() if line[2] != " ")
        for target in (f"{opened['tcp']}/tcp", f"{opened['udp']}/udp", opened["path"], opened["abstract"]):
            for more in ((), ("--source", "proc"), ("-C", every_column), ("-C", "cookie"), ("-e", "--options")):
                asked[(target, *more)] = json.loads(portscope("-a", "--json", target, *more))
            for line in portscope("-a", "--jsonl", target).splitlines():
                asked[(target, "--jsonl", line)] = json.loads(line)
        for family in ("--netlink", "--packet", "--mptcp"):
            asked[(family, "-imoe")] = json.loads(portscope("-u", family, "-imoe", "--json"))
        asked[("-s",)] = json.loads(portscope("--summary", "-A", "all", "--json"))
        for more in ((), ("--no-probe",), ("--reuseaddr",)):
            asked[("why", *more)] = json.loads(portscope("why", str(opened["tcp"]), *more, "--json"))
        asked[("why", "on lo")] = json.loads(portscope("why", f"udp:lo:{opened['udp']}", "--json"))
        asked[("free",)] = json.loads(portscope("free", "-n", "2", "--json"))
        asked[("kill",)] = json.loads(portscope("kill", "--dry-run", "--json", opened["held"]))
        asked[("kill, refused",)] = json.loads(portscope("kill", "--dry-run", "--json", str(opened["tcp"]), may_fail=True))
        asked[("close",)] = json.loads(portscope("close", "--dry-run", "--json", str(opened["tcp"])))
        asked[("close, a Unix socket",)] = json.loads(portscope("close", "--yes", "--json", opened["path"], may_fail=True))
        asked[("show",)] = json.loads(portscope("show", "--json", str(opened["udp"])))
        for event in changes():
            asked[("events", event["event"])] = event
        asked[("bound, from /proc",)] = json.loads(portscope("--bound", "--source", "proc", "-tu", "--json"))
    return asked


def changes():
    """How a stream of events tells of a socket that opens and closes; others come and go until it has noticed one."""
    with subprocess.Popen([PROGRAM, "events", "--watch=0.1", "--jsonl", "-tl"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE) as watcher:
        while not select.select([watcher.stdout], [], [], 0)[0]:
            with contextlib.closing(socket.create_server(("127.0.0.1", 0))):
                select.select([watcher.stdout], [], [], 0.3)
        seen = {}
        while "closed" not in seen:
            event = json.loads(watcher.stdout.readline())
            seen[event["event"]] = event
        watcher.terminate()
    return seen.values()


NAMES = {"socket": "socket", "local": "end", "peer": "end", "locals": "end", "peers": "end", "sockets": "socket", "gaps": "gap", "gap": "gap", "duration": "age",
         "owners": "owner", "counts": "count", "listeners_inside": "socket", "overflowed_listeners": "socket", "left": "socket"}
EVENT = ("schema", "event", "time", "host", "duration", "gap")
DOCUMENTS = ("snapshot", "socket", "event", "summary", "why", "free", "kill", "close")


def kind_of(key, parent):
    """What the pages call the object at `key`: `tcp` in a socket, `tcp.bbr` inside that."""
    if key in NAMES:
        return NAMES[key]
    return key if parent in DOCUMENTS else f"{parent}.{'ring' if key.endswith('_ring') else key}"


def collect(value, kind, found):
    """Adds the keys of each object below `value` to the kind of object it is."""
    if isinstance(value, list):
        for each in value:
            collect(each, kind, found)
    elif isinstance(value, dict):
        found.setdefault(kind, set()).update(key.removesuffix("_b64") for key in value)
        for key, below in value.items():
            collect(below, kind_of(key, kind), found)


def json_objects():
    """The keys of every kind of object that was seen."""
    found = {}
    for document in map(dict, documents().values()):
        kind = document["schema"].split("/")[0].removeprefix("portscope.")
        if kind == "event":  # with the members of a socket
            collect({key: document.pop(key) for key in EVENT if key in document}, "event", found)
            kind = "socket"
        collect(document, kind, found)
    return found
