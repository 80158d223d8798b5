# SPDX-License-Identifier: MIT
"""Inside the test machine: takes the steps of /plan, and writes what comes of each between two marks.

A line of the plan is `PHASE modules` or `PHASE SCRIPT`. Python starts slowly on an emulated machine, so the scripts run
in forks of this one, each in a network namespace of its own.
"""
import ctypes
import os
import pathlib
import runpy
import signal
import subprocess
import sys
import traceback
import unittest  # noqa: F401 (every script needs it, and it is slow to load)

import program  # the same; its schema, too, is read once

CLONE_NEWNET = 0x40000000
TESTS = pathlib.Path("/portscope/tests")
SECONDS = 300  # for a script, on a busy host
libc = ctypes.CDLL(None, use_errno=True)
program.schema_validator()


def load_modules(phase):
    for name in pathlib.Path(f"/modules/{phase}").read_text().split():
        subprocess.run(["insmod", f"/modules/{name}.ko"], check=True)


def run_script(phase, name):
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    # To tests/live/namespace.py any namespace but the present one means: this is the script's own by now.
    os.environ.update(PORTSCOPE_VM_PHASE=phase, PORTSCOPE_TEST_NETNS="that of guest.py")
    sys.argv = [str(TESTS / name)]
    signal.alarm(SECONDS)
    runpy.run_path(sys.argv[0], run_name="__main__")


def take(phase, name):
    """The exit code of this step."""
    try:
        if name == "modules":
            load_modules(phase)
        else:
            run_script(phase, name)
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code)
            return 1
        return int(end.code or 0)
    except BaseException:  # whatever it is, the host wants to read it
        traceback.print_exc()
        return 1
    return 0


def fork_and_take(phase, name):
    pid = os.fork()
    if pid == 0:
        code = take(phase, name)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code < 0:
        print(f"\nended by {signal.Signals(-code).name}")  # SIGALRM: it took too long
    return code


def uptime():
    return pathlib.Path("/proc/uptime").read_text().split()[0]


for line in pathlib.Path("/plan").read_text().splitlines():
    print(f"@@ {uptime()} {line}", flush=True)
    exit_code = fork_and_take(*line.split())
    print(f"\n@@ {uptime()} exit {exit_code}", flush=True)
