#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How long each format takes to show many sockets with their owners, and how much memory.

Makes its own load in a network namespace of its own, runs the formats in turn on the same sockets, and tells the medians.
"""
import argparse
import json
import os
import pathlib
import platform
import statistics

import load
import owners

FORMATS = ("table", "json", "jsonl", "csv", "tsv")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--connections", type=int, default=50_000,
                        help="TCP connections; both ends are here, so there are twice as many sockets (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=50, help="processes that hold them (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=9, help="runs of each format (default: %(default)s)")
    parser.add_argument("--portscope", default=os.environ.get("PORTSCOPE") or owners.built(), help="the program")
    parser.add_argument("--output", help="also write the results to this file, as JSON")
    return parser.parse_args()


def tasks(options):
    """[(format, command, runs)], and the same rows without any output, which is what they have in common."""
    command = [options.portscope, "-tanp"]
    return [("none", [*command, "-q"], options.runs),
            *((name, [*command, "--format", name], options.runs) for name in FORMATS)]


def results_of(chosen, samples, sockets):
    results = []
    for (name, command, _), runs in zip(chosen, samples):
        peak = max(run[1] for run in runs)
        results.append({"format": name, "command": owners.name_of(command), "runs": len(runs),
                        "median_s": round(statistics.median(run[0] for run in runs), 4),
                        "fastest_s": round(min(run[0] for run in runs), 4),
                        "bytes_a_socket": round(peak * 1024 / sockets) if peak > owners.memory_floor() else None})
    fastest = min(row["median_s"] for row in results if row["format"] in FORMATS)
    return [row | {"ratio": round(row["median_s"] / fastest, 2)} for row in results]


def show(results):
    print(f"{'COMMAND':<40} {'MEDIAN':>9} {'FASTEST':>9} {'MEMORY A SOCKET':>16} {'RATIO':>6}")
    for row in results:
        memory = f"{row['bytes_a_socket']} B" if row["bytes_a_socket"] else "not told"
        print(f"{row['command']:<40} {row['median_s']:>8.3f}s {row['fastest_s']:>8.3f}s {memory:>16} {row['ratio']:>6.2f}")


def main():
    options = arguments()
    owners.enter_namespace()
    held = load.Load(2 * options.connections + options.processes * load.LISTENERS, options.processes, owners.progress)
    try:
        owners.count_rows(options.portscope, held.sockets)
        chosen = tasks(options)
        results = results_of(chosen, owners.run_in_turn(chosen), held.sockets)
    finally:
        held.close()
    print(f"{held.sockets} TCP sockets in {options.processes} processes, Linux {platform.release()}, {os.cpu_count()} CPUs, "
          f"{options.runs} runs of each, interleaved; the ratio is to the fastest format")
    show(results)
    if options.output:
        document = {"sockets": held.sockets, "processes": options.processes, "kernel": platform.release(),
                    "cpus": os.cpu_count(), "results": results}
        pathlib.Path(options.output).write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
