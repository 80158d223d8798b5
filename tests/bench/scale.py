#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Owners at any scale: portscope beside ss, lsof and what the kernel alone takes, from a thousand sockets to a million.

Makes the load itself in a network namespace of its own, one size after the other; runs all commands in turn; tells medians,
peak memory, the ratios that were promised, and how the time for each socket grows.
"""
import argparse
import json
import os
import pathlib
import platform
import select
import statistics
import subprocess
import sys
import time

import load
import owners

def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000],
                        help="TCP sockets in all, one size after the other (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=50, help="processes that hold them (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=7, help="runs of each quick command (default: %(default)s)")
    parser.add_argument("--limit", type=float, default=60, help="seconds after which a slow tool is stopped (default: %(default)s)")
    parser.add_argument("--portscope", default=os.environ.get("PORTSCOPE") or owners.built(), help="the program")
    parser.add_argument("--floor", help="tests/bench/floor of the same build (default: beside the program)")
    parser.add_argument("--output", help="also write the results to this file, as JSON")
    return parser.parse_args()


def floor_of(options):
    path = pathlib.Path(options.floor or pathlib.Path(options.portscope).parents[1] / "tests/bench/floor")
    if not path.exists():
        raise SystemExit(f"{path} is missing: ninja -C {pathlib.Path(options.portscope).parents[1]} tests/bench/floor")
    return str(path)


def some_port():
    """Of a client; few sockets have it."""
    told = subprocess.run("ss -Htn state established sport != :7000 | head -n 1", shell=True, stdout=subprocess.PIPE, text=True, check=True)
    return told.stdout.split()[2].rpartition(":")[2]


def commands(options, floor):
    """{name: (command, whether it may take long)}"""
    program, port = options.portscope, some_port()
    return {
        "dump": ([floor, "dump"], False), "iterate": ([floor, "iterate"], False), "tables": ([floor, "tables"], False),
        "walk": ([floor, "walk"], False),
        "table": ([program, "-tanp"], False), "table, bpf": ([program, "-tanp", "--owners", "bpf"], False),
        "table, proc": ([program, "-tanp", "--owners", "proc"], False),
        "json": ([program, "-tanp", "--json"], False), "csv": ([program, "-tanp", "--csv"], False),
        "no owners": ([program, "-tan", "--owners", "none"], False), "ss, no owners": (["ss", "-tan"], False),
        "ss": (["ss", "-tanp"], True), "lsof": (["lsof", "-nP", "-iTCP"], True), "netstat": (["netstat", "-tanp"], True),
        "listen, bpf": ([program, "--listen", "--owners", "bpf"], False),
        "listen, proc": ([program, "--listen", "--owners", "proc"], False), "listen, ss": (["ss", "-tulnp"], False),
        "port": ([program, f":{port}"], False), "port, lsof": (["lsof", "-nP", "-i", f":{port}"], True),
        "filter": ([program, "-H", f"sport = :{port}"], False), "filter, ss": (["ss", "-Htn", f"sport = :{port}"], False)}


def timed(command, limit):
    """Seconds; nothing when it had not ended by then. The end is waited for: subprocess looks for it, every 50 ms in the end."""
    with open(os.devnull, "wb") as nowhere:
        start = time.perf_counter()
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=nowhere, stderr=nowhere) as process:
            end = os.pidfd_open(process.pid)
            has_ended = bool(select.select([end], [], [], limit)[0])
            seconds = time.perf_counter() - start
            os.close(end)
            if not has_ended:
                process.kill()
        return seconds if has_ended else None


def run_all(options, chosen):
    samples = {name: [] for name in chosen}
    for number in range(options.runs):
        for name, (command, is_slow) in chosen.items():
            if is_slow and (number > 0 or None in samples[name]):
                continue
            owners.progress(f"round {number + 1} of {options.runs}: {owners.name_of(command)}")
            samples[name].append(timed(command, options.limit))
    owners.progress("")
    return {name: None if None in runs else statistics.median(runs) for name, runs in samples.items()}


def memory(floor, command, sockets):
    """Peak resident size in bytes a socket."""
    told = subprocess.run([floor, "memory", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return round(int(told.stderr.split()[-1]) * 1024 / sockets)


GOALS = (  # what, of which, at most (or at least) so many times; from which size on
    ("-tanp: ss / portscope with BPF", "ss", "table, bpf", "at least", 20, 100_000),
    ("-tanp: ss / portscope without", "ss", "table, proc", "at least", 8, 100_000),
    ("-tanp with BPF / the floor, dump and iterator", "table, bpf", "floor", "at most", 1.6, 100_000),
    ("--listen: ss / portscope with BPF", "listen, ss", "listen, bpf", "at least", 8, 100_000),
    ("--listen: ss / portscope without", "listen, ss", "listen, proc", "at least", 2, 100_000),
    (":PORT: lsof / portscope", "port, lsof", "port", "at least", 20, 100_000),
    ("--json / table", "json", "table", "at most", 1.5, 100_000),
    ("a port with owners / ss without", "filter", "filter, ss", "at most", 1, 100_000))


def judge(result):
    medians = result["medians_s"] | {"floor": result["medians_s"]["dump"] + result["medians_s"]["iterate"]}
    for what, over, under, kind, goal, size in GOALS:
        if result["sockets"] < size * 0.9:
            continue
        if medians[over] is None:
            print(f"  {what:<50} more than {result['limit_s'] / medians[under]:.1f} (it was stopped); {kind} {goal}")
            continue
        ratio = medians[over] / medians[under]
        met = ratio >= goal if kind == "at least" else ratio <= goal
        print(f"  {what:<50} {ratio:>6.2f}  {kind} {goal}: {'met' if met else 'MISSED'}")


def measure_here(options):
    floor = floor_of(options)
    sockets = options.sockets[0]
    processes = min(options.processes, max(1, sockets // 100))
    held = load.Load(sockets, processes, owners.progress)
    try:
        owners.count_rows(options.portscope, held.sockets)
        chosen = commands(options, floor)
        medians = run_all(options, chosen)
        bytes_a_socket = {name: memory(floor, chosen[name][0], held.sockets) for name in ("table, bpf", "table, proc", "json")}
    finally:
        held.close()
    result = {"sockets": held.sockets, "processes": processes, "limit_s": options.limit, "medians_s": medians,
              "bytes_a_socket": bytes_a_socket}
    pathlib.Path(options.output).write_text(json.dumps(result))


def measured(options, sockets):
    """The results with so many; in a namespace of their own, which is gone afterwards."""
    reader, writer = os.pipe()
    inside = [sys.executable, __file__, "--portscope", options.portscope, "--floor", floor_of(options), "--processes",
              str(options.processes), "--runs", str(options.runs), "--limit", str(options.limit), "--sockets", str(sockets),
              "--output", f"/dev/fd/{writer}"]
    with subprocess.Popen(["unshare", "-n", *inside], pass_fds=[writer], env=os.environ | {owners.INSIDE: "yes"}) as process:
        os.close(writer)
        with open(reader) as results:
            text = results.read()
    if process.returncode != 0:
        raise SystemExit(process.returncode)
    return json.loads(text)


def show(results):
    print(f"{'median in ms':<16}" + "".join(f"{result['sockets']:>12}" for result in results))
    for name in results[0]["medians_s"]:
        cells = [result["medians_s"][name] for result in results]
        print(f"{name:<16}" + "".join(f"{'stopped' if cell is None else format(cell * 1000, '.1f'):>12}" for cell in cells))
    print("us a socket")
    for name in ("table, bpf", "table, proc"):
        print(f"{name:<16}" + "".join(f"{result['medians_s'][name] / result['sockets'] * 1e6:>12.2f}" for result in results))
    print("peak memory in bytes a socket")
    for name in results[0]["bytes_a_socket"]:
        print(f"{name:<16}" + "".join(f"{result['bytes_a_socket'][name]:>12}" for result in results))


def main():
    options = arguments()
    if os.environ.get(owners.INSIDE) == "yes":
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        measure_here(options)
        return
    if os.geteuid() != 0:
        raise SystemExit("an iterator takes root")
    results = [measured(options, sockets) for sockets in options.sockets]
    print(f"Linux {platform.release()}, {os.cpu_count()} CPUs, {options.runs} runs of each (slow ones: 1), interleaved")
    show(results)
    for result in results:
        if result["sockets"] >= 90_000:
            print(f"{result['sockets']} sockets in {result['processes']} processes")
            judge(result)
    if options.output:
        pathlib.Path(options.output).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
