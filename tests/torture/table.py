# SPDX-License-Identifier: MIT
"""What portscope does, and what the tools beside it do, in the same minutes on the same sockets: a table for the README."""
import collections
import os
import shutil
import subprocess
import sys

import churn
import faults
import program
import scene

TOOLS = ("ss", "netstat", "lsof")
LONGEST = 5  # seconds, of which an undisturbed run takes a hundredth
VERDICTS = ("whole", "announced", "half said", "silent", "crash", "hang")


def installed():
    return [tool for tool in TOOLS if shutil.which(tool)]


def counted(count):
    return "none" if (count.misses, count.repeats) == (0, 0) else f"{count.misses} / {count.repeats}"


def counted_of_proc(count):
    said = f", says so {count.announced}x" if count.announced else ""
    return counted(count) + said


def churn_rows(looks, threads):
    yield ["case", "portscope", "portscope, /proc", *installed()]
    for case in churn.CASES:
        print(case.name, file=sys.stderr)
        with churn.busy(case, threads) as lasting:
            by_netlink, by_proc = (churn.look_often(case, lasting, looks, source) for source in ("netlink", "proc"))
            others = [counted(churn.look_with(tool, case, lasting, looks)) for tool in installed()]
        yield [case.name, counted(by_netlink), counted_of_proc(by_proc), *others]


def commands():
    """What each is asked; lsof looks at this process only, for it would list the whole machine's."""
    known = {"ss": ["ss", "-tuxanp"], "netstat": ["netstat", "-tuxanp"], "lsof": ["lsof", "-nP", "-i", "-a", "-p", str(os.getpid())]}
    return {tool: known[tool] for tool in installed()}


def lines_of(out):
    return sorted(out.splitlines())


def verdict(seen, whole):
    """Of a tool that tells only lines."""
    if seen.code < 0 or seen.code >= 128:
        return "crash"
    if lines_of(seen.out) == whole:
        return "whole"
    return ("silent", "half said", "announced")[(seen.code != 0) + bool(seen.err)]


def own_verdict(seen, whole, fault):
    if complaint := faults.complaint(seen, whole, fault):
        print(f"{fault}: {complaint}", file=sys.stderr)
        return "crash" if seen.code not in faults.KEPT else "silent"
    return "whole" if (seen.code, seen.err) == (0, "") else "announced"


def run_tool(command, fault):
    return faults.end_of([*faults.injecting(fault), *command], LONGEST)


def sweep_tool(command, most):
    """The loader's calls are those that are made to tell the version, too."""
    version = {"ss": "-V", "netstat": "-V", "lsof": "-v"}[command[0]]
    before, calls = (collections.Counter(faults.trace(*words)) for words in ((command[0], version), command))
    whole = lines_of(subprocess.run(command, capture_output=True).stdout)
    for fault in faults.sweep(most, before, calls):
        try:
            yield verdict(run_tool(command, fault), whole)
        except subprocess.TimeoutExpired:
            yield "hang"


def sweep_own(most):
    whole = faults.by_identity(faults.run().document)
    for fault in faults.sweep(most, *faults.calls_of_a_run()):
        try:
            yield own_verdict(faults.run_with(fault), whole, fault)
        except subprocess.TimeoutExpired:
            yield "hang"


def fault_rows(most):
    with scene.Scene() as stage:
        faults.open_sockets(stage)
        told = {"portscope": collections.Counter(sweep_own(most))}
        for tool, command in commands().items():
            print(tool, file=sys.stderr)
            told[tool] = collections.Counter(sweep_tool(command, most))
    yield ["a system call fails", *told]
    yield ["faults", *(str(sum(counts.values())) for counts in told.values())]
    for name in VERDICTS:
        yield [name, *(str(counts[name]) for counts in told.values())]


def markdown(rows):
    first, *others = rows
    return "\n".join("| " + " | ".join(row) + " |" for row in (first, ["---"] * len(first), *others)) + "\n"


def versions():
    asked = {"ss": ["ss", "-V"], "netstat": ["netstat", "-V"], "lsof": ["lsof", "-v"]}
    for tool in installed():
        done = subprocess.run(asked[tool], capture_output=True, text=True)
        text = done.stdout + done.stderr
        number = next((word for line in text.splitlines() if "revision" in line or tool != "lsof" for word in line.split()
                       if any(map(str.isdigit, word)) and "." in word), "unknown")
        yield f"{tool} {number.strip(',')}"


def write(readme, looks, places, threads):
    kernel = ".".join(os.uname().release.split(".")[:2])
    text = (f"Linux {kernel}, {os.cpu_count()} CPUs, {', '.join(versions())}, against {program.run('--version').text.split(chr(10))[0]}.\n\n"
            f"Missed / repeated long-lived sockets in {looks} looks:\n\n{markdown(churn_rows(looks, threads))}\n"
            f"One call fails, or all of them from some place on ({places} places a call and error):\n\n{markdown(fault_rows(places))}")
    begin, end = "<!-- table -->\n", "<!-- end -->\n"
    page = readme.read_text()
    head, rest = page.split(begin)
    readme.write_text(head + begin + "\n" + text + "\n" + end + rest.split(end)[1])
