#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How long it takes to name the owners of many sockets: portscope beside ss, lsof and netstat.

Makes its own load in a network namespace of its own, runs the tools in turn, and tells the medians.
"""
import argparse
import json
import os
import pathlib
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time

import load

ROOT = pathlib.Path(__file__).resolve().parents[2]
INSIDE = "PORTSCOPE_BENCH_NETNS"


def built():
    """What quickstart or a build by hand left."""
    programs = [ROOT / place / "src/portscope" for place in ("build", "build-quickstart")]
    return str(next((program for program in programs if program.exists()), programs[0]))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, default=100_000, help="TCP sockets in all (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=50, help="processes that hold them (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=7, help="runs of portscope and ss (default: %(default)s)")
    parser.add_argument("--slow-runs", type=int, default=2, help="runs of lsof and netstat (default: %(default)s)")
    parser.add_argument("--portscope", default=os.environ.get("PORTSCOPE") or built(), help="the program")
    parser.add_argument("--output", help="also write the results to this file, as JSON")
    return parser.parse_args()


def enter_namespace():
    here = os.readlink("/proc/self/ns/net")
    if os.environ.get(INSIDE) not in (None, here):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    os.environ[INSIDE] = here
    command = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    os.execvp(command[0], [*command, sys.executable, *sys.argv])


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def memory_floor():
    """The kernel counts the memory of who starts a program as the program's own, so less than this cannot be told."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def measure(command):
    """(seconds, peak memory in KiB) of one run."""
    with open(os.devnull, "wb") as nowhere:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"\n{' '.join(command)} ended with {process.returncode}")
    return seconds, usage.ru_maxrss


def count_rows(portscope, sockets):
    """A fast answer must also be the whole one."""
    out = subprocess.run([portscope, "-tan", "-H", "-C", "inode"], stdout=subprocess.PIPE, check=True).stdout
    rows = out.count(b"\n")
    if rows != sockets:
        raise SystemExit(f"portscope shows {rows} of {sockets} sockets")


def tasks(options):
    """[(question, command, runs)]; the first of a question is what the others are compared with."""
    chosen = [("owners", [options.portscope, "-tanp"], options.runs), ("owners", ["ss", "-tanp"], options.runs),
              ("owners", ["netstat", "-tanp"], options.slow_runs), ("owners", ["lsof", "-nP", "-iTCP"], options.slow_runs),
              ("sockets", [options.portscope, "-tan", "-C", "state,recv_queue,send_queue,local,peer"], options.runs),
              ("sockets", [options.portscope, "-tan"], options.runs), ("sockets", ["ss", "-tan"], options.runs)]
    for _, command, _ in chosen:
        if not shutil.which(command[0]):
            print(f"left out: {command[0]} is not installed", file=sys.stderr)
    return [task for task in chosen if shutil.which(task[1][0])]


def run_in_turn(chosen):
    """Interleaved, so that a busy moment of the machine hurts all alike."""
    samples = [[] for _ in chosen]
    rounds = max(runs for _, _, runs in chosen)
    for number in range(rounds):
        for index, (_, command, runs) in enumerate(chosen):
            if number < runs:
                progress(f"round {number + 1} of {rounds}: {name_of(command)}")
                samples[index].append(measure(command))
    progress("")
    return samples


def name_of(command):
    return " ".join([os.path.basename(command[0]), *command[1:]])


def results_of(chosen, samples):
    first = {}
    results = []
    for (question, command, _), runs in zip(chosen, samples):
        seconds = statistics.median(run[0] for run in runs)
        first.setdefault(question, seconds)
        peak = max(run[1] for run in runs)
        results.append({"question": question, "command": name_of(command), "runs": len(runs), "median_s": round(seconds, 4),
                        "fastest_s": round(min(run[0] for run in runs), 4),
                        "peak_rss_kib": peak if peak > memory_floor() else None, "ratio": round(seconds / first[question], 2)})
    return results


def show(results):
    print(f"{'COMMAND':<60} {'RUNS':>4} {'MEDIAN':>9} {'FASTEST':>9} {'MEMORY':>9} {'RATIO':>6}")
    for row in results:
        peak = f"{row['peak_rss_kib'] / 1024:.1f}MiB" if row["peak_rss_kib"] else f"<{memory_floor() / 1024:.1f}MiB"
        print(f"{row['command']:<60} {row['runs']:>4} {row['median_s']:>8.3f}s {row['fastest_s']:>8.3f}s {peak:>9} {row['ratio']:>6.2f}")


def main():
    options = arguments()
    enter_namespace()
    held = load.Load(options.sockets, options.processes, progress)
    try:
        count_rows(options.portscope, held.sockets)
        chosen = tasks(options)
        results = results_of(chosen, run_in_turn(chosen))
    finally:
        held.close()
    print(f"{held.sockets} TCP sockets in {options.processes} processes, Linux {platform.release()}, {os.cpu_count()} CPUs")
    show(results)
    if options.output:
        document = {"sockets": held.sockets, "processes": options.processes, "kernel": platform.release(),
                    "cpus": os.cpu_count(), "results": results}
        pathlib.Path(options.output).write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
