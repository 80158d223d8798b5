#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Who holds a port is ended, and nobody else: clients, heirs, ancestors and whoever has the number of a process now live
on."""
import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import unittest

import borrowing
import case
import namespace
import program
import scene
import terminal

ADDRESS = "127.0.0.1"
LONG = "60"  # a grace that no test waits for

# A kernel on which nobody can see bound sockets may have one there, and that is said.
NOBODY_THERE = 1 if namespace.finds_bound else 3

HOLDER = """
import os, signal, socket, sys
def listen(port=0):
    end = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    end.bind(("127.0.0.1", port))
    end.listen()
    return end
def ready(*words):
    print("ready", *words, flush=True)
def end_with_parent():
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
"""


def holder(code):
    """A process that runs `code`, which tells its port and waits."""
    return scene.start(HOLDER + code)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Case(case.Case):
    def holder(self, code):
        return self.stage.keep(holder(code))

    def listener(self):
        """A process that does nothing but listen, and its port."""
        process = self.holder("end = listen()\nready(end.getsockname()[1])\nsignal.pause()")
        return process, process.told[0]

    def kill(self, port, *options, code=0, **run):
        answer = program.run("kill", "--yes", *options, port, **run)
        self.assertEqual(answer.code, code, answer.text + answer.err)
        return answer.text

    def document(self, port, *options, codes=(0,)):
        return program.document("kill", "--yes", *options, port, codes=codes)


class Kill(Case):
    def test_the_holder_ends_and_the_port_is_free(self):
        process, port = self.listener()
        text = self.kill(port)
        self.assertIn(f"{process.pid} python3 ended", text)
        self.assertIn(f"Port {port} is free.", text)
        self.assertFalse(is_alive(process.pid))

    def test_its_client_survives(self):
        process = self.holder("""
end = listen()
ready(end.getsockname()[1])
kept = end.accept()
signal.pause()""")
        port = process.told[0]
        client = self.holder(f"""
end = socket.create_connection(("127.0.0.1", {port}))
ready(end.getsockname()[1])
signal.pause()""")
        self.kill(port)
        self.assertFalse(is_alive(process.pid))
        self.assertTrue(is_alive(client.pid))
        # Nor is it a holder of the port that the kernel gave it.
        text = self.kill(client.told[0], code=NOBODY_THERE)
        self.assertIn("Nothing holds", text)
        self.assertTrue(is_alive(client.pid))

    def test_who_serves_an_accepted_connection_is_no_holder(self):
        process = self.holder("""
end = listen()
client = socket.create_connection(end.getsockname())
accepted = end.accept()[0]
closed, close = os.pipe()
child = os.fork()
if child == 0:
    end_with_parent()
    end.close(); client.close()
    os.write(close, b".")
    signal.pause()
os.read(closed, 1)
ready(end.getsockname()[1], child)
signal.pause()""")
        port, child = process.told
        shown = program.document("kill", "--dry-run", port)
        self.assertEqual([holder["pid"] for holder in shown["holders"]], [process.pid])
        self.assertTrue(is_alive(int(child)))

    def test_udp_and_a_bound_socket_are_held_too(self):
        udp = self.holder("""
end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); end.bind(("127.0.0.1", 0))
ready(end.getsockname()[1])
signal.pause()""")
        self.kill(f"{udp.told[0]}/udp")
        self.assertFalse(is_alive(udp.pid))
        if not namespace.finds_bound:
            return
        bound = self.holder("""
end = socket.socket(); end.bind(("127.0.0.1", 0))
ready(end.getsockname()[1])
signal.pause()""")
        self.kill(f"{bound.told[0]}/tcp")
        self.assertFalse(is_alive(bound.pid))

    def test_an_address_leaves_other_addresses_alone(self):
        process, port = self.listener()
        other = self.stage.listener("127.0.0.2", int(port))
        self.kill(f"127.0.0.1:{port}")
        self.assertFalse(is_alive(process.pid))
        self.assertEqual(program.sockets("--listen", port)[0]["inode"], scene.inode(other))

    @unittest.skipIf(case.lack(socket.AF_INET, socket.SOCK_STREAM, 262), "no MPTCP")
    def test_a_holder_of_mptcp_is_known_by_its_tcp_port(self):
        process = self.holder("""
end = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
end.bind(("127.0.0.1", 0)); end.listen()
ready(end.getsockname()[1])
signal.pause()""")
        self.kill(f"{process.told[0]}/tcp")
        self.assertFalse(is_alive(process.pid))

    def test_all_who_share_the_socket_are_shown_and_ended(self):
        process = self.holder("""
end = listen()
child = os.fork()
if child == 0:
    while True: signal.pause()
ready(end.getsockname()[1], child)
signal.pause()""")
        port, child = process.told
        text = self.kill(port)
        self.assertLess(text.index(f"  {process.pid} "), text.index(f"  {child} "), "parents first")
        self.assertFalse(is_alive(int(child)))

    def test_a_child_that_ends_with_its_parent_is_not_blamed(self):
        process = self.holder("""
end = listen()
bound, tell = os.pipe()
child = os.fork()
if child == 0:
    end_with_parent()
    os.write(tell, b".")
    while True: signal.pause()
os.read(bound, 1)
ready(end.getsockname()[1], child)
signal.pause()""")
        self.assertIn("is free.", self.kill(process.told[0]))

    def test_a_dry_run_only_shows(self):
        process, port = self.listener()
        text = self.kill(port, "--dry-run")
        self.assertIn("SIGTERM goes to:", text)
        self.assertTrue(is_alive(process.pid))
        self.assertEqual(program.document("kill", "--dry-run", port)["result"], "planned")

    def test_nothing_there_is_exit_1(self):
        text = self.kill("9", code=NOBODY_THERE)
        self.assertEqual(text, "Nothing holds port 9.\n")
        self.assertEqual(self.document("9", codes=(NOBODY_THERE,))["result"], "nothing")

    def test_the_document(self):
        process, port = self.listener()
        document = self.document(port)
        self.assert_told(document, schema="portscope.kill/1", result="freed", target=port, dry_run=False, left=[])
        self.assert_told(document["holders"][0], pid=process.pid, sent="SIGTERM", fate="ended", refusal=None)
        self.assertEqual(document["sockets"][0]["owners"][0]["pid"], process.pid)

    def test_without_a_terminal_it_must_be_told_yes(self):
        process, port = self.listener()
        answer = program.run("kill", port)
        self.assertEqual((answer.code, answer.out), (2, b""))
        self.assertIn("--yes", answer.err)
        self.assertTrue(is_alive(process.pid))


STUBBORN = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
end = listen()
ready(end.getsockname()[1])
while True: signal.pause()"""


class Grace(Case):
    def test_who_ignores_sigterm_is_told_of(self):
        process = self.holder(STUBBORN)
        text = self.kill(process.told[0], "--grace", "0", code=1)
        self.assertIn("--force sends SIGKILL", text)
        self.assertIn("is still held:", text)
        self.assertTrue(is_alive(process.pid))

    def test_force_kills_who_still_holds_it(self):
        process = self.holder(STUBBORN)
        document = self.document(process.told[0], "--grace", "0.1", "--force")
        self.assert_told(document["holders"][0], sent="SIGKILL", fate="ended")
        self.assertFalse(is_alive(process.pid))

    def test_who_closes_the_socket_and_runs_on_is_not_killed(self):
        process = self.holder("""
end = listen()
signal.signal(signal.SIGTERM, lambda *_: end.close())
ready(end.getsockname()[1])
while True: signal.pause()""")
        document = self.document(process.told[0], "--grace", LONG, "--force")
        self.assert_told(document["holders"][0], sent="SIGTERM", fate="let_go")
        self.assertEqual(document["result"], "freed")
        self.assertTrue(is_alive(process.pid))

    def test_what_is_left_of_its_connections_is_told(self):
        process = self.holder("""
end = listen()
client = socket.create_connection(end.getsockname())
end.accept()[0].close()
ready(end.getsockname()[1])
signal.pause()""")
        text = self.kill(process.told[0])
        self.assertIn("SO_REUSEADDR", text)


class Races(Case):
    """Between what was shown and the signal: the question on the terminal is where time passes."""

    def ask(self, port, meanwhile, *options):
        """Answers yes after `meanwhile` has been done. (exit code, what was shown)"""
        return terminal.talk(["kill", *options, port], "[y/N] ", lambda: (meanwhile(), b"y\n")[1])

    def test_yes_ends_and_everything_else_does_not(self):
        for answer, code, alive in ((b"n\n", 1, True), (b"\n", 1, True), (b"\x04", 1, True), (b"YES\n", 0, False)):
            process, port = self.listener()
            ended, text = terminal.talk(["kill", port], "[y/N] ", lambda: answer)
            self.assertEqual((ended, is_alive(process.pid)), (code, alive), text)
            self.assertIn("SIGTERM goes to:", text)

    def test_a_socket_that_was_passed_on(self):
        """The holder that was shown gives the socket to an heir and lives on: neither is sent anything."""
        process = self.holder("""
ours, theirs = socket.socketpair()
end = listen()
port = end.getsockname()[1]
child = os.fork()
if child == 0:
    end_with_parent()
    end.close(); ours.close()
    theirs.send(b"x")
    message, kept, *_ = socket.recv_fds(theirs, 1, 1)
    theirs.send(b"x")
    while True: signal.pause()
ours.recv(1)
ready(port, child)
sys.stdin.readline()
socket.send_fds(ours, [b"x"], [end.fileno()])
ours.recv(1)
end.close()
ready()
while True: signal.pause()""")
        port, heir = process.told
        code, text = self.ask(port, process.go)
        self.assertEqual(code, 1, text)
        self.assertIn("was not sent anything", text)
        self.assertIn("passed on", text)
        self.assertTrue(is_alive(process.pid) and is_alive(int(heir)))

    def test_an_heir_that_was_not_shown(self):
        """The holder forks while the question stands: it ends, its child is told of and lives."""
        process = self.holder("""
end = listen()
ready(end.getsockname()[1])
sys.stdin.readline()
child = os.fork()
if child == 0:
    while True: signal.pause()
ready(child)
signal.pause()""")
        code, text = self.ask(process.told[0], process.go)
        heir = int(process.told[0])
        self.addCleanup(os.kill, heir, signal.SIGKILL)
        self.assertEqual(code, 1, text)
        self.assertIn(f"{heir} python3 has the same socket, inherited", text)
        self.assertTrue(is_alive(heir))
        self.assertFalse(is_alive(process.pid))

    def test_another_socket_in_the_same_place(self):
        """Descriptor and port are the same, the socket is another one."""
        process = self.holder("""
end = listen()
port, number = end.getsockname()[1], end.fileno()
ready(port)
sys.stdin.readline()
end.close()
end = listen(port)
assert end.fileno() == number
ready()
while True: signal.pause()""")
        code, text = self.ask(process.told[0], process.go)
        self.assertEqual(code, 1, text)
        self.assertIn("was not sent anything", text)
        self.assertTrue(is_alive(process.pid))

    def test_a_holder_that_is_gone(self):
        process, port = self.listener()

        def end():
            os.kill(process.pid, signal.SIGKILL)
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

        code, text = self.ask(port, end)
        self.assertEqual(code, 0, text)
        self.assertIn("had ended already", text)

    @namespace.needs_root
    def test_a_number_that_is_another_process_now(self):
        """Inside a PID namespace of its own the number is given anew, to a process that even holds a socket on that port."""
        done = subprocess.run(["unshare", "-pf", "--mount-proc", sys.executable, __file__, "recycle"], capture_output=True,
                              text=True, timeout=program.TIME_LIMIT)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_where_nothing_may_be_duplicated_the_link_is_proof_enough(self):
        process, port = self.listener()
        self.kill(port, prefix=borrowing.denied(borrowing.PIDFD_GETFD, 1))
        self.assertFalse(is_alive(process.pid))

    def test_a_kernel_without_pidfds_is_sent_nothing(self):
        process, port = self.listener()
        text = self.kill(port, code=1, prefix=borrowing.denied(borrowing.PIDFD_OPEN, 38))
        self.assertIn("ENOSYS", text)
        self.assertTrue(is_alive(process.pid))


class Refused(Case):
    def refused(self, port, rule):
        document = self.document(port, codes=(2,))
        self.assertEqual(document["result"], "refused")
        refusal, = [holder["refusal"] for holder in document["holders"] if holder["refusal"]]
        self.assertEqual(refusal["rule"], rule)
        self.assertEqual([holder["sent"] for holder in document["holders"]], [None] * len(document["holders"]))
        return refusal["command"]

    def test_who_started_it(self):
        waiting = self.stage.listener(ADDRESS)
        command = self.refused(str(scene.port(waiting)), "ancestor")
        self.assertEqual(command, f"kill {os.getpid()}")

    def named(self, name):
        return self.holder(f"""
end = listen()
open("/proc/self/comm", "w").write({name!r})
ready(end.getsockname()[1])
signal.pause()""")

    def test_proxies_by_their_names(self):
        for name, command in (("docker-proxy", "docker stop"), ("rootlessport", "podman stop"),
                              ("slirp4netns", "podman stop"), ("pasta.avx2", "podman stop"),
                              ("kube-proxy", "kubectl delete service"), ("systemd", "systemctl --user stop")):
            with self.subTest(name):
                process = self.named(name)
                rule = "activator" if name == "systemd" else "proxy"
                self.assertIn(command, self.refused(process.told[0], rule))
                self.assertTrue(is_alive(process.pid))

    def test_a_companion_of_who_is_refused_is_spared_too(self):
        process = self.holder("""
end = listen()
child = os.fork()
if child == 0:
    end_with_parent()
    open("/proc/self/comm", "w").write("docker-proxy")
    ready(end.getsockname()[1], os.getpid(), os.getppid())
signal.pause()""")
        port, child, parent = process.told
        self.refused(port, "proxy")
        self.assertTrue(is_alive(int(child)) and is_alive(int(parent)))

    @namespace.needs_root
    def test_the_first_process(self):
        code = HOLDER + f"""
import subprocess
end = listen()
port = str(end.getsockname()[1])
child = subprocess.run([{program.PATH!r}, "kill", "--yes", port], capture_output=True, text=True)
print(child.stdout)
sys.exit(0 if child.returncode == 2 and "is pid 1" in child.stdout else 1)"""
        done = subprocess.run(["unshare", "-pf", "--mount-proc", sys.executable, "-c", code], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    @namespace.needs_root
    def test_of_another_user_it_is_hidden(self):
        process, port = self.listener()
        answer = program.run("kill", "--yes", port, user=65534)
        self.assertEqual(answer.code, 1, answer.text)
        self.assertIn("may not look into", answer.text)
        self.assertIn("hidden from you", answer.err)
        self.assertEqual(program.run("kill", "--yes", "--strict", port, user=65534).code, 3)
        self.assertTrue(is_alive(process.pid))


def recycle():
    """The first process of a PID namespace: shows a holder, ends it, and gives its number to a bystander."""
    first = holder("end = listen()\nready(end.getsockname()[1])\nsignal.pause()")
    port = int(first.told[0])
    bystander = None

    def meanwhile():
        nonlocal bystander
        first.close()
        with open("/proc/sys/kernel/ns_last_pid", "w") as last:
            last.write(str(first.pid - 1))
        bystander = holder(f"end = listen({port})\nready()\nwhile True: signal.pause()")
        assert bystander.pid == first.pid, "the number was not given again"
        return b"y\n"

    code, text = terminal.talk(["kill", str(port)], "[y/N] ", meanwhile)
    assert code == 1 and "was not sent anything" in text, text
    assert is_alive(bystander.pid), text
    bystander.close()


if __name__ == "__main__":
    if sys.argv[1:] == ["recycle"]:
        recycle()
    else:
        namespace.run_tests()
