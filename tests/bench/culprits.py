#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Ten ways in which a port is taken, and which program names the culprit: `lsof -ti :PORT`, `fuser PORT/tcp`,
`ss -ltnp` and `portscope why`. Prints the table of the README. Needs root, for a network namespace and other users."""
import os
import pathlib
import re
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "live"))
import namespace
import program
import scene

NOBODY = 65534
PORT = 8080


def listen(address="0.0.0.0", *options, user=None, listens=True):
    if user:
        os.setresuid(user, user, user)
    end = socket.socket(scene.family_of(address))
    for option in options:
        end.setsockopt(socket.SOL_SOCKET, option, 1)
    end.bind(scene.sockaddr(address, PORT))
    if listens:
        end.listen()
    return end


def with_connection(end, tell):
    """The culprit is the server; a client of another process talks to it."""
    tell()
    return end, end.accept()


def leftover(tell):
    end = listen()
    tell()
    kept = end.accept()
    end.close()
    return kept


def client_at_port(tell):
    """A client that was given the port for its own end."""
    far = socket.create_server(("127.0.0.1", 0))
    end = socket.socket()
    pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").write_text(f"{PORT} {PORT}")  # no other is left
    end.connect(far.getsockname())
    tell()
    return far, end


def time_wait(tell):
    end = listen()
    client = socket.create_connection(("127.0.0.1", PORT))
    accepted = end.accept()[0]
    accepted.close()
    client.recv(1)
    client.close()
    end.close()
    tell()


# What there is, who does it, how the new server binds, whether a client of another process connects.
SITUATIONS = [
    ("a listener on the same address", lambda tell: (listen(), tell()), ["0.0.0.0"], False),
    ("a listener on a wildcard, with a client", lambda tell: with_connection(listen(), tell), ["127.0.0.1"], True),
    ("a dual-stack `::` against `0.0.0.0`", lambda tell: (listen("::"), tell()), ["0.0.0.0"], False),
    ("bound, not listening", lambda tell: (listen(listens=False), tell()), ["0.0.0.0"], False),
    ("a connection whose listener is gone", leftover, ["0.0.0.0"], True),
    ("a client's ephemeral port", client_at_port, ["0.0.0.0"], False),
    ("`SO_REUSEPORT` of another user", lambda tell: (listen("0.0.0.0", socket.SO_REUSEPORT, user=NOBODY), tell()),
     ["0.0.0.0", "--reuseport"], False),
    ("`time_wait`", time_wait, ["0.0.0.0"], False),
    ("a UDP socket: not taken", lambda tell: (scene.Scene().udp("0.0.0.0", PORT), tell()), ["0.0.0.0"], False),
    ("a listener on another address: not taken", lambda tell: (listen("127.0.0.2"), tell()), ["127.0.0.1"], False),
]


def pids(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    text = " ".join(re.findall(r"pid=(\d+)", done.stdout)) if command[0] == "ss" else done.stdout
    return {int(word) for word in re.findall(r"\d+", text)}


def verdict(found, culprit):
    if culprit is None:
        return "blames somebody" if found else "says nothing"
    if culprit not in found:
        return "no"
    return "and others" if found - {culprit} else "yes"


def ours(words, culprit, rule_only):
    told = program.document("why", f"{words[0]}:{PORT}", *words[1:], codes=(0, 1))
    found = {owner["pid"] for blocker in told["blockers"] for owner in blocker["socket"]["owners"]}
    rules = ", ".join(dict.fromkeys(f"`{blocker['rule']}`" for blocker in told["blockers"]))
    if told["verdict"] == "free":
        return "free: " + ", ".join(f"`{note['rule']}`" for note in told["notes"])
    return f"{'yes' if rule_only and not found else verdict(found, culprit)}: {rules}"


def look(title, work, words, connects):
    kept = []
    held = scene.Held(lambda tell: kept.append(work(tell)))
    client = socket.create_connection(("127.0.0.1", PORT)) if connects else None
    if connects:
        scene.until(lambda: any(row["state"] == "established" and row["owners"] for row in
                                program.sockets("-a", f":{PORT}")), "the connection")
    is_free = title.endswith("not taken")
    culprit = None if is_free or title == "`time_wait`" else held.pid
    cells = [verdict(pids(["lsof", "-ti", f":{PORT}"]), culprit), verdict(pids(["fuser", f"{PORT}/tcp"]), culprit),
             verdict(pids(["ss", "-ltnpH", f"sport = :{PORT}"]), culprit), ours(words, culprit, title == "`time_wait`")]
    if client:
        client.close()
    held.close()
    return f"| {title} | {' | '.join(cells)} |"


def main():
    namespace.enter()
    index = int(os.environ.get("SITUATION", "-1"))
    if index >= 0:
        print(look(*SITUATIONS[index]), flush=True)
        return
    print("| the port is taken by | `lsof -ti :PORT` | `fuser PORT/tcp` | `ss -ltnp` | `portscope why` |\n|---|---|---|---|---|", flush=True)
    for number in range(len(SITUATIONS)):  # each in a namespace of its own: what is left over keeps the port
        environment = dict(os.environ, SITUATION=str(number))
        environment.pop(namespace.INSIDE, None)
        subprocess.run([sys.executable, __file__], env=environment, check=True)


if __name__ == "__main__":
    main()
