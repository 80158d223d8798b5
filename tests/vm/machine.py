# SPDX-License-Identifier: MIT
"""Runs a kernel in QEMU, and reads what guest.py tells of every step."""
import dataclasses
import re
import subprocess

SECONDS = 2400  # for a machine, on a busy host
SKIPPED = 77  # namespace.SKIPPED of the live tests
# One processor, and a plain one: what a better machine has beyond that is dear to emulate. The first serial port is the
# kernel's, the second one that of guest.py. A machine whose kernel panics ends, and so does one that is left alone.
QEMU = ("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-accel", "tcg", "-cpu", "qemu64", "-smp", "1",
        "-m", "1024", "-nodefaults", "-no-reboot", "-display", "none", "-append",
        "console=ttyS0 quiet panic=-1 mitigations=off")  # no secrets in there


@dataclasses.dataclass
class Step:
    """What a script said, and its exit code; None when it did not come to its end."""
    phase: str
    name: str
    code: int | None = None
    seconds: float | None = None
    text: str = "the machine did not come to this"

    @property
    def counts(self):
        """(passed, failed, skipped) tests; a step that is no test program counts as one."""
        ran = re.findall(r"^Ran (\d+) tests? in", self.text, re.M)
        skipped = re.findall(r"^(?:OK|FAILED) \(.*\bskipped=(\d+)", self.text, re.M)
        skipped = int(skipped[-1]) if skipped else 0
        # A test has such a line for each of its subtests.
        failed = len(set(re.findall(r"^(?:FAIL|ERROR): (\w+ \(\S+\))", self.text, re.M)))
        if self.code == SKIPPED:
            return 0, 0, 1
        if self.code != 0:
            failed = failed or 1
        elif self.name == "modules":
            return 1, 0, 0
        passed = max(int(ran[-1]) - failed - skipped, 0) if ran else 0
        # A script that says nothing of tests has tested nothing.
        return (passed, failed, skipped) if passed or failed or skipped else (0, 1, 0)

    @property
    def verdict(self):
        passed, failed, _ = self.counts
        return "failed" if failed else "ok" if passed else "skipped"

    @property
    def skips(self):
        """The tests that were skipped, with their reasons; the first line of a docstring stands in between."""
        cases = re.findall(r"^(\w+) \(.*\)\n?.*\.\.\. skipped '(.*)'$", self.text.replace('"', "'"), re.M)
        return [f"{name}: {reason}" for name, reason in cases] + re.findall(r"^skipped: (.*)$", self.text, re.M)


def text_of(path):
    return path.read_bytes().decode(errors="replace") if path.exists() else ""


def boot(image, initrd, directory):
    """(what guest.py told, what the kernel and QEMU told)"""
    console, told = directory / "console", directory / "told"
    command = [*QEMU, "-serial", f"file:{console}", "-serial", f"file:{told}", "-kernel", image, "-initrd", initrd]
    try:
        qemu = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False)
        complaint = qemu.stderr.decode(errors="replace")
    except subprocess.TimeoutExpired:
        complaint = f"ended by force after {SECONDS} seconds\n"
    return text_of(told), text_of(console) + complaint


def read_steps(plan, told):
    """A step for each (phase, name) of the plan."""
    pattern = r"^@@ (\S+) (\S+) (\S+)\n(.*?)(?:\n@@ (\S+) exit (-?\d+)$|\Z)"
    found = {}
    for begin, phase, name, text, end, code in re.findall(pattern, told, re.M | re.S):
        if code:
            found[phase, name] = Step(phase, name, int(code), float(end) - float(begin), text.strip("\n"))
        else:
            found[phase, name] = Step(phase, name, None, None, text + "\nthe machine stopped here")
    return [found.get(step, Step(*step)) for step in plan]
