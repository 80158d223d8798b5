# SPDX-License-Identifier: MIT
"""One system call that fails: is the answer whole, or is it said that it is not?"""
import collections
import dataclasses
import errno
import json
import os
import re
import signal
import socket
import subprocess
import tempfile

import everything
import program
import scene

ASKED = ("-tuxap", "--json")
LONGEST = 60  # seconds that no answer may take
STARTS = "fcntl"  # the first call that main() makes; those before are the dynamic loader's
KEPT = (0, 2, 3)  # yes, trouble, incomplete: portscope(8), EXIT STATUS

# What each call can fail with, here or in a container that forbids it (seccomp, a security module, a cgroup).
DENIED = ("EACCES", "EPERM")
SHORT = ("ENOMEM", "EMFILE", "ENFILE")
FAULTS = {
    "socket": (*SHORT, *DENIED, "ENOBUFS", "EAFNOSUPPORT"),
    "bind": (*DENIED, "ENOMEM", "EADDRINUSE"),
    "sendto": (*DENIED, "EINTR", "ENOMEM", "ENOBUFS", "EBUSY"),
    "sendmsg": (*DENIED, "EINTR", "ENOMEM", "ENOBUFS", "EBUSY"),
    "recvmsg": ("EINTR", "EAGAIN", "ENOMEM", "ENOBUFS", "EIO"),
    "openat": (*DENIED, *SHORT, "EINTR", "EIO", "ENOENT", "ESRCH"),
    "getdents64": (*DENIED, "EINTR", "EIO", "ENOMEM", "ENOENT"),
    "read": (*DENIED, "EINTR", "EIO", "ENOMEM", "ESRCH"),
    "pread64": ("EIO",),
    "readlinkat": (*DENIED, "EIO", "ENOMEM", "ENOENT", "ESRCH"),
    "newfstatat": (*DENIED, "EIO", "ENOENT"),
    "statfs": (*DENIED, "EINTR", "EIO"),
    "kcmp": (*DENIED, "ESRCH", "ENOSYS"),
    "bpf": (*DENIED, "ENOMEM", "ENOSYS"),
    "lseek": ("EIO",),
    "getsockname": ("ENOBUFS",),
    "ioctl": ("EIO",),
    "uname": ("EFAULT",),
    "connect": (*DENIED, "ECONNREFUSED"),
    "fcntl": ("EINTR",),
    "write": ("EINTR", "EAGAIN", "EIO", "ENOSPC"),
    "mmap": ("ENOMEM",),
}


def open_sockets(stage):
    """Some of each kind, and none that ends by itself."""
    everything.open_datagrams(stage)
    everything.open_unix(stage)
    for address in ("127.0.0.1", "::1"):
        stage.listener(address)
        stage.bound(address)
        stage.connection(address)
        stage.half_closed(address)
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        stage.keep(scene.Held(lambda tell, kind=kind: (stage.bound("127.0.0.1", kind=kind), tell())))


@dataclasses.dataclass
class Seen:
    code: int
    out: bytes
    err: str

    @property
    def document(self):
        return json.loads(self.out)


def end_of(command, longest=LONGEST, env=None):
    """How it ended. What hangs is killed with the program it traces."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=program.TRACED if env is None else env, start_new_session=True)
    try:
        out, err = process.communicate(timeout=longest)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return Seen(process.returncode, out, err.decode(errors="replace"))


def run(prefix=(), arguments=ASKED, env=None):
    return end_of([*prefix, program.PATH, *arguments], env=env)


def identity(row):
    return row["inode"] or str(program.key(row))


def by_identity(document):
    """Without what a test before this one left in time_wait, which ends by itself after a minute."""
    rows = [row for row in document["sockets"] if row["state"] != "time_wait"]
    found = {identity(row): row for row in rows}
    assert len(found) == len(rows), "a socket is there twice"
    return found


def holders(row):
    return {(owner["pid"], owner["fd"]) for owner in row["owners"]}


OF_OTHER_ROWS = ("owners", "pids")  # of a peer, which has a row of its own


def is_as(told, value):
    """Null says that it is not known, as much of a row is not when only /proc can be read."""
    if told is None or told == value:
        return True
    if isinstance(told, dict) and isinstance(value, dict):
        return all(key in OF_OTHER_ROWS or is_as(told.get(key), value[key]) for key in value)
    if isinstance(told, list) and isinstance(value, list):
        return len(told) == len(value) and all(map(is_as, told, value))
    return False


def compared(row):
    """What both roads can tell. Of a Unix datagram socket they see different things (roads_test.py)."""
    own = {"owners", "owner_status", *(("state", "state_id", "peer") if row.get("type") == "datagram" else ())}
    return {key: value for key, value in row.items() if key not in own}


def differences(whole, found):
    for name, row in found.items():
        for key, value in compared(whole[name]).items():
            if not is_as(row.get(key), value):
                yield f"{key} of {program.key(row)}: {row.get(key)!r}, not {value!r}"


def fewer_owners(whole, found, fault):
    """Rows that lack an owner without a word. A file that is gone (ENOENT, ESRCH) is how a process looks that ended; and
    who may not see a process is told of it only where a socket is left without any owner."""
    for name, row in found.items():
        known = holders(row)
        ended = re.search("ENOENT|ESRCH", fault)
        refused = re.search("EACCES|EPERM", fault) and known
        if known != holders(whole[name]) and not ended and not refused:
            yield f"owners of {program.key(row)}: {known}, not {holders(whole[name])}"


def complaint_of(document, seen, whole, fault):
    found = by_identity(document)
    said = {gap["what"] for gap in document["gaps"]}
    if strangers := found.keys() - whole.keys():
        return f"rows of sockets that are not there: {strangers}"
    if wrong := [name for name, row in found.items() if not holders(row) <= holders(whole[name])]:
        return f"owners who are none: {[found[name] for name in wrong]}"
    if bool(said) != bool(seen.err) or document["complete"] == bool(said) or (seen.code == 3) != ("sockets" in said):
        return f"exit {seen.code}, gaps {document['gaps']}, stderr {seen.err!r}: these contradict each other"
    if (missing := whole.keys() - found.keys()) and "sockets" not in said:
        return f"{len(missing)} rows missing, and no gap says so: {[whole[name] for name in missing]}"
    if "owners" not in said and (less := next(fewer_owners(whole, found, fault), None)):
        return less
    return next(differences(whole, found), None)


def complaint(seen, whole, fault=""):
    """Why this is neither the whole answer nor one that says what it lacks; nothing when it is."""
    if seen.code not in KEPT:
        return f"ended with {seen.code}: {seen.err}"
    if any(not line.startswith("portscope: ") for line in seen.err.splitlines()):
        return f"says {seen.err!r}"
    if seen.code != 0 and not seen.err:
        return f"exit {seen.code} without a word"
    if seen.code == 2:
        return f"trouble, and {len(seen.out)} bytes of an answer" if seen.out and not fault.startswith("write:") else None
    try:
        document = seen.document
    except ValueError:
        return f"exit {seen.code} with {len(seen.out)} bytes that are not a document"
    return complaint_of(document, seen, whole, fault)


def strace(*options):
    return ["strace", "-f", "-qq", *options]


def trace(*command):
    """The names of the system calls that it makes, in their order."""
    with tempfile.NamedTemporaryFile("r") as log:
        subprocess.run([*strace("-o", log.name), *command], stdin=subprocess.DEVNULL, capture_output=True, env=program.TRACED)
        return re.findall(r"^(?:\d+ +)?(\w+)\(", log.read(), re.M)


def calls_of_a_run():
    """(call -> how often the loader makes it, call -> how often it is made in all)"""
    names = trace(program.PATH, *ASKED)
    return collections.Counter(names[:names.index(STARTS)]), collections.Counter(names)


def places(first, last, most):
    """The first few of the numbers from `first` to `last`, the last, and some between; at least three, or the middle one."""
    count = last - first + 1
    if most == 1:
        return [first + count // 2]
    if count <= most:
        return range(first, last + 1)
    return sorted({first, first + 1, last, *(first + count * step // (most - 2) for step in range(1, most - 2))})


def sweep(most, calls_before, calls, only=tuple(FAULTS)):
    """Every fault of these calls as strace's `inject` takes it: once at some place, and from some place on."""
    for call in only:
        errors = FAULTS[call]
        if not calls[call]:
            continue
        first = calls_before[call] + 1
        for error in errors:
            assert hasattr(errno, error)
            for place in places(first, calls[call], most):
                yield f"{call}:error={error}:when={place}"
            # A call that is interrupted for ever never comes back, by rights; where nothing can be written, not a word.
            if error not in ("EINTR", "EAGAIN") and call != "write":
                yield f"{call}:error={error}:when={first}+"


SIGNALLED = ("openat", "recvmsg", "getdents64", "read", "write")


def signals_at(most, calls_before, calls):
    """A signal at some place of each call."""
    for call in SIGNALLED:
        for name in ("INT", "TERM", "WINCH", "CONT"):
            for place in places(calls_before[call] + 1, calls[call], most):
                yield f"{call}:signal={name}:when={place}"


def injecting(fault):
    quick = () if "signal=" in fault else ("--seccomp-bpf",)  # strace 6.1 forgets signals with it
    return strace(*quick, "-o", "/dev/null", "-e", f"trace={fault.split(':')[0]}", "-e", f"inject={fault}")


def run_with(fault):
    return run(injecting(fault))
