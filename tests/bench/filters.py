#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How long it takes to find few sockets among many: portscope beside ss, both of which let the kernel choose.

Makes connections over loopback in network namespaces of their own, few at first and then more, runs the tools in turn, and
tells the medians, and how they grow.
"""
import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys

import load
import owners

COLUMNS = "state,recv_queue,send_queue,local,peer"  # those of ss


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--connections", type=int, nargs="+", default=[100, 10_000, 100_000],
                        help="TCP connections in all, one table each; both ends are here (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=50, help="processes that hold them (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=15, help="runs of each command (default: %(default)s)")
    parser.add_argument("--portscope", default=os.environ.get("PORTSCOPE") or owners.built(), help="the program")
    parser.add_argument("--output", help="also write the results to this file, as JSON")
    return parser.parse_args()


def some_connection():
    """(local, peer) of one, as its client sees it: a port that few have."""
    told = subprocess.run(["ss", "-Htn", "state", "established", "sport", "!=", f":{load.PORT}"], stdout=subprocess.PIPE, text=True, check=True)
    return told.stdout.split()[2:4]


def tasks(portscope, runs):
    """[(question, command, runs)]; the first of a question is what the others are compared with."""
    local, peer = some_connection()
    port = "sport = :" + local.rpartition(":")[2]
    ends = f"src {local} dst {peer}"
    few = [portscope, "-H", "-C", COLUMNS]
    return [(question, command, runs) for question, *commands in (
        ("a port", [*few, "-t", port], ["ss", "-Htn", *port.split()], [portscope, "-q", "-t", port]),
        ("a port, every protocol", [*few, port], ["ss", "-Hnatuw", *port.split()], [portscope, "-q", port]),
        ("a port, with owners", [portscope, "-H", port], ["ss", "-Htnp", *port.split()]),
        ("a connection", [*few, "-t", ends], ["ss", "-Htn", *ends.split()], [portscope, "-q", "-t", ends]),
        ("a connection, with owners", [portscope, "-H", "-t", ends], ["ss", "-Htnp", *ends.split()]),
        ("a network", [*few, "-t", "dst 127.101.1.0/30 or dst 192.0.2.0/24"],
         ["ss", "-Htn", *"( dst 127.101.1.0/30 or dst 192.0.2.0/24 )".split()]),
        ("listeners", [*few, "-tul"], ["ss", "-tuln"]),
        ("listeners, with owners", [portscope, "--listen"], ["ss", "-tulnp"], [portscope, "-tulpn"]),
        ("listeners, quiet", [portscope, "-q", "-tl"], ["ss", "-tln"])) for command in commands]


def compare_counts(portscope):
    """A fast answer must also be the whole one."""
    port = some_connection()[0].rpartition(":")[2]
    ours, theirs = (subprocess.run([*command, f"sport = :{port}"], stdout=subprocess.PIPE, check=True).stdout.count(b"\n")
                    for command in ([portscope, "-t", "-H", "-C", "inode"], ["ss", "-Htn"]))
    if ours != theirs:
        raise SystemExit(f"portscope shows {ours} sockets where ss shows {theirs}")


def measured(options, connections):
    """The results with so many connections; in a namespace of their own, which is gone afterwards."""
    reader, writer = os.pipe()
    command = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    inside = [sys.executable, __file__, "--portscope", options.portscope, "--processes", str(options.processes),
              "--runs", str(options.runs), "--connections", str(connections), "--output", f"/dev/fd/{writer}"]
    with subprocess.Popen([*command, *inside], pass_fds=[writer], env=os.environ | {owners.INSIDE: "yes"}) as process:
        os.close(writer)
        with open(reader) as results:
            text = results.read()
    if process.returncode != 0:
        raise SystemExit(process.returncode)
    return json.loads(text)


def measure_here(options):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    connections = options.connections[0]
    processes = min(options.processes, max(1, connections // 10))
    held = load.Load(2 * connections + processes * load.LISTENERS, processes, owners.progress)
    try:
        compare_counts(options.portscope)
        chosen = tasks(options.portscope, options.runs)
        results = owners.results_of(chosen, owners.run_in_turn(chosen))
    finally:
        held.close()
    pathlib.Path(options.output).write_text(json.dumps({"sockets": held.sockets, "processes": processes, "results": results}))


def show(document):
    print(f"\n{document['sockets']} TCP sockets in {document['processes']} processes")
    question = None
    for row in document["results"]:
        if row["question"] != question:
            question = row["question"]
            print(f"  {question}")
        print(f"    {row['command']:<80} {row['median_s'] * 1000:>9.1f} ms {row['ratio']:>7.2f}")


def show_growth(documents):
    print("\nMedians in ms as sockets grow:")
    print(f"  {'':<80} " + " ".join(f"{document['sockets']:>9}" for document in documents))
    for rows in zip(*(document["results"] for document in documents)):
        name = f"{rows[-1]['question']}: {rows[-1]['command']}"
        print(f"  {name[:80]:<80} " + " ".join(f"{row['median_s'] * 1000:>9.1f}" for row in rows))


def main():
    options = arguments()
    if os.environ.get(owners.INSIDE) == "yes":
        measure_here(options)
        return
    documents = [measured(options, connections) for connections in options.connections]
    print(f"Linux {platform.release()}, {os.cpu_count()} CPUs, {options.runs} runs of each, interleaved; the ratio is to the first "
          "of a question")
    for document in documents:
        show(document)
    show_growth(documents)
    if options.output:
        pathlib.Path(options.output).write_text(json.dumps(documents, indent=2) + "\n")


if __name__ == "__main__":
    main()
