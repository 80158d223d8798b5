#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints the screen of the live view that stands in the README: servers and clients under made-up names, in a network
namespace of its own."""
import argparse
import pathlib
import socket
import threading

import namespace
import scene
import tmux


def named(name, work):
    """A process of that name that holds what `work` opens."""
    def begin(tell):
        pathlib.Path("/proc/self/comm").write_text(name)
        begin.held = work()
        tell()

    return scene.Held(begin)


def server(address, port):
    listener = socket.create_server((address, port), backlog=64)

    def serve(end):
        while data := end.recv(65536):
            end.sendall(data[: len(data) // 4])

    def accept():
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener


def client(port, size, pause):
    end = socket.create_connection(("127.0.0.1", port))

    def talk():
        while True:
            end.sendall(b"x" * size)
            scene.receive(end, size // 4)
            threading.Event().wait(pause)

    threading.Thread(target=talk, daemon=True).start()
    return end


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--columns", type=int, default=112)
    parser.add_argument("--lines", type=int, default=13)
    options = parser.parse_args()
    namespace.enter()
    stage = [named("nginx", lambda: server("0.0.0.0", 80)), named("postgres", lambda: server("127.0.0.1", 5432)),
             named("redis-server", lambda: server("127.0.0.1", 6379)),
             named("node", lambda: [client(5432, 4000, 0.05), client(6379, 400, 0.02)]),
             named("curl", lambda: client(80, 40_000, 0.1))]
    terminal = tmux.Terminal(options.columns, options.lines, TERM="screen-256color")
    try:
        terminal.run("watch", "-t", "-C", "transport,state,local,peer,owners")
        terminal.wait_for("redis-server", "█")
        late = named("ruby", lambda: server("127.0.0.1", 3000))
        stage.append(late)
        terminal.wait_for("+ tcp")
        print("\n".join(line.rstrip() for line in terminal.text().splitlines()))
    finally:
        terminal.close()
        for held in stage:
            held.close()


if __name__ == "__main__":
    main()
