#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Whether `portscope events` tells of every short connection, with the right bytes, beside ss -E on the same ones.

Makes its own load in a network namespace of its own: clients that connect, send and close, some thousand times a second, each
connection with a byte count of its own. Both programs listen at the same time.
"""
import argparse
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

import owners

PORT = 8080


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=2000, help="connections a second (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=10, help="how long (default: %(default)s)")
    parser.add_argument("--portscope", default=os.environ.get("PORTSCOPE") or owners.built(), help="the program")
    return parser.parse_args()


class Listening:
    """A program, and the lines it writes."""

    def __init__(self, *command):
        self.lines = []
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self._thread = threading.Thread(target=lambda: self.lines.extend(self._process.stdout))
        self._thread.start()

    def end(self):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()
        self._thread.join()
        return self.lines


def bytes_of(number):
    return 1 + number % 9000


def serve(listener, count):
    for _ in range(count):
        end = listener.accept()[0]
        while end.recv(65536):
            pass
        end.close()


def connect(rate, seconds):
    """The connections, evenly over the time; where the machine is too slow for that, as fast as it is."""
    listener = socket.create_server(("127.0.0.1", PORT), backlog=4096)
    count = rate * seconds
    server = threading.Thread(target=serve, args=(listener, count))
    server.start()
    begin = time.monotonic()
    for number in range(count):
        time.sleep(max(0, begin + number / rate - time.monotonic()))
        client = socket.create_connection(("127.0.0.1", PORT))
        client.sendall(b"x" * bytes_of(number))
        client.close()
    server.join()
    return count, time.monotonic() - begin


def told_by_portscope(lines):
    """Bytes sent of each connection's client, and how many announcements were lost."""
    events = [json.loads(line) for line in lines]
    sent = sorted(event["bytes_sent"] for event in events
                  if event["event"] == "closed" and event["peer"] and event["peer"]["port"] == PORT)
    return sent, sum(event["gap"]["count"] or 0 for event in events if event["event"] == "gap")


def told_by_ss(lines):
    """A socket is a line, and what -i tells of it the next one."""
    ends = zip(lines, lines[1:])
    return sorted(int(match[1]) for line, after in ends
                  if line.split()[-1:] == [f"127.0.0.1:{PORT}"] and (match := re.search(r"bytes_sent:(\d+)", after)))


def main():
    options = arguments()
    owners.enter_namespace()
    ours = Listening(options.portscope, "events", "-t", "--jsonl", "-C", "local,peer,owners")
    theirs = Listening("stdbuf", "-oL", "ss", "-Etin")
    time.sleep(2)  # neither tells when it has begun
    count, seconds = connect(options.rate, options.seconds)
    time.sleep(2)
    expected = sorted(map(bytes_of, range(count)))
    sent, lost = told_by_portscope(ours.end())
    of_ss = told_by_ss(theirs.end())
    print(f"{count} connections in {seconds:.1f} s ({count / seconds:.0f} a second)")
    print(f"portscope events  {len(sent):6} told, bytes right: {sent == expected}, announcements lost: {lost}")
    print(f"ss -Etin          {len(of_ss):6} told, bytes right: {of_ss == expected}")


if __name__ == "__main__":
    main()
