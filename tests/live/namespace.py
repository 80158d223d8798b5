# SPDX-License-Identifier: MIT
"""A network namespace of a test's own: what it lists is what the test opened, and nothing else."""
import os
import subprocess
import sys
import unittest

SKIPPED = 77  # Meson's exit code for a test that could not be made
INSIDE = "PORTSCOPE_TEST_NETNS"


def own_netns():
    return os.readlink("/proc/self/ns/net")


def enter():
    """Starts the running script again inside a fresh network namespace, with lo up."""
    if os.environ.get(INSIDE) not in (None, own_netns()):
        prepare()
        return
    command = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    attempt = subprocess.run([*command, "true"], capture_output=True, text=True)
    if attempt.returncode != 0:
        print(f"skipped: no network namespace to be had: {attempt.stderr.strip()}")
        sys.exit(SKIPPED)
    os.environ[INSIDE] = own_netns()
    os.execvp(command[0], [*command, sys.executable, *sys.argv])


def prepare():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "address", "add", "fe80::1/64", "dev", "lo", "nodad"], check=True)
    subprocess.run(["ip", "address", "add", "2001:db8::1/128", "dev", "lo", "nodad"], check=True)
    with open("/proc/sys/net/ipv4/ping_group_range", "w") as groups:
        groups.write("0 65534" if is_root() else "0 0")


def is_root():
    """Root of the machine, not of a user namespace in which there is nobody else."""
    with open("/proc/self/uid_map") as rows:
        return os.geteuid() == 0 and rows.read().split() == ["0", "0", "4294967295"]


# Linux 6.8 and later list TCP sockets that are bound and do not listen: inet_diag, TCPF_BOUND_INACTIVE.
LINUX = tuple(map(int, os.uname().release.split(".")[:2]))
lists_bound = LINUX >= (6, 8)
needs_bound = unittest.skipUnless(lists_bound, "only Linux 6.8 and later list bound sockets")
# Before that, whoever may look into their holders finds them one by one (SO_NETNS_COOKIE).
finds_bound = lists_bound or (LINUX >= (5, 14) and is_root())
needs_found = unittest.skipUnless(finds_bound, "before Linux 5.14 bound sockets are in no list, and cannot be found")
needs_root = unittest.skipUnless(is_root(), "only root can become somebody else")


def run_tests():
    """The last line of every test file: makes the namespace, then runs the tests of the file."""
    enter()
    unittest.main(verbosity=2)
