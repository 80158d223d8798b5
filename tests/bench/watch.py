#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the live view costs: its share of one core while it looks every second, beside watch -n1 ss -tanp and what the
kernel alone takes for the same questions.

Makes its own load in a network namespace of its own: idle connections, and some that come and go all the time. Each program
runs on a terminal of its own that is read, in turn; CPU time is that of the program and of all it started.
"""
import argparse
import fcntl
import json
import os
import pathlib
import platform
import pty
import select
import shutil
import signal
import socket
import struct
import subprocess
import termios
import threading
import time

import load
import owners
import scale

TICKS = os.sysconf("SC_CLK_TCK")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--connections", type=int, default=50_000,
                        help="idle TCP connections; both ends are here, so there are twice as many sockets (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=50, help="processes that hold them (default: %(default)s)")
    parser.add_argument("--changing", type=int, default=50, help="connections that come and go each second (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=20, help="how long each program is watched (default: %(default)s)")
    parser.add_argument("--portscope", default=os.environ.get("PORTSCOPE") or owners.built(), help="the program")
    parser.add_argument("--floor", help="tests/bench/floor of the same build (default: beside the program)")
    parser.add_argument("--output", help="also write the results to this file, as JSON")
    return parser.parse_args()


class Churn:
    """Connections that are opened, live for a second, and are closed."""

    def __init__(self, count):
        self._over = threading.Event()
        self._trouble = None
        self._thread = threading.Thread(target=self._work, args=(count,))
        self._thread.start()

    def _work(self, count):
        try:
            self._come_and_go(count)
        except OSError as error:
            self._trouble = error

    def _come_and_go(self, count):
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        held = []
        while not self._over.wait(1 / max(count, 1)):
            if count:
                held.append((socket.create_connection(listener.getsockname()), listener.accept()[0]))
            if len(held) > count:
                for end in held.pop(0):
                    end.close()

    def close(self):
        self._over.set()
        self._thread.join()
        if self._trouble:
            raise SystemExit(f"the load ended early, so the figures mean nothing: {self._trouble}")


class Terminal:
    """A program on a terminal of 80 columns whose output is read and thrown away."""

    def __init__(self, command):
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
                                        env=os.environ | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
        os.close(theirs)

    def read_for(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.process.args} ended with {self.process.returncode}")
            if select.select([self._ours], [], [], left)[0]:
                os.read(self._ours, 65536)

    def cpu(self):
        """Seconds of CPU that it and what it waited for have used (proc(5), stat fields 14 to 17)."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(map(int, fields[11:15])) / TICKS

    def memory(self):
        """Peak resident size in KiB; of the program itself."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0])

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        while self.process.poll() is None:
            if select.select([self._ours], [], [], 0.1)[0]:
                try:
                    os.read(self._ours, 65536)
                except OSError:
                    break
        self.process.wait()
        os.close(self._ours)


def measure(command, seconds):
    warm_up = 3
    terminal = Terminal(command)
    try:
        terminal.read_for(warm_up)
        begin, before = terminal.cpu(), time.monotonic()
        terminal.read_for(seconds / 2)
        half = terminal.memory()
        terminal.read_for(seconds / 2)
        share = (terminal.cpu() - begin) / (time.monotonic() - before)
        return {"command": owners.name_of(command), "share_of_a_core": round(share, 4), "peak_kib": terminal.memory(),
                "grew_in_second_half_kib": terminal.memory() - half}
    finally:
        terminal.close()


def measure_floor(floor, seconds):
    """What the kernel takes by itself when it is asked every second: the bare dump and the bare iterator."""
    before = os.times()
    for _ in range(seconds):
        end = time.monotonic() + 1
        for part in ("dump", "iterate"):
            subprocess.run([floor, part], check=True)
        time.sleep(max(0, end - time.monotonic()))
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return {"command": "the bare calls: dump, iterate", "share_of_a_core": round(used / seconds, 4)}


def main():
    options = arguments()
    floor = scale.floor_of(options)
    owners.enter_namespace()
    wanted = [[options.portscope, "watch", "-t"], [options.portscope, "watch", "-t", "--owners", "proc"]]
    if shutil.which("watch") and shutil.which("ss"):
        wanted.append(["watch", "-n1", "ss", "-tanp"])
    held = load.Load(2 * options.connections + options.processes * load.LISTENERS, options.processes, owners.progress)
    churn = Churn(options.changing)
    try:
        results = []
        for command in wanted:
            owners.progress(f"{options.seconds} s: {owners.name_of(command)}")
            results.append(measure(command, options.seconds))
        owners.progress("the bare calls")
        results.append(measure_floor(floor, options.seconds))
        owners.progress("")
    finally:
        churn.close()
        held.close()
    print(f"{held.sockets} idle TCP sockets in {options.processes} processes, {options.changing} connections a second that come and "
          f"go, Linux {platform.release()}, {os.cpu_count()} CPUs, {options.seconds} s each")
    print(f"{'COMMAND':<40} {'SHARE OF A CORE':>16} {'PEAK MEMORY':>12} {'GREW BY':>9}")
    for row in results:
        memory = f" {row['peak_kib'] // 1024:>9} MiB {row['grew_in_second_half_kib']:>5} KiB" if "peak_kib" in row else ""
        print(f"{row['command']:<40} {row['share_of_a_core']:>15.1%}{memory}")
    if options.output:
        document = {"sockets": held.sockets, "changing": options.changing, "kernel": platform.release(), "cpus": os.cpu_count(),
                    "seconds": options.seconds, "results": results}
        pathlib.Path(options.output).write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
