#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""`portscope why`: each rule with a real culprit, beside what bind() gives to us."""
import errno
import os
import pathlib
import socket
import subprocess
import sys

import borrowing
import case
import namespace
import program
import scene
from nobody import AS_NOBODY, NOBODY

SENTENCES = set((program.ROOT / "tests/golden/bind-rules.txt").read_text().splitlines())
BIND_CALL = {"x86_64": 49, "aarch64": 200}[os.uname().machine]
REUSE = {"--reuseaddr": socket.SO_REUSEADDR, "--reuseport": socket.SO_REUSEPORT}


def why(*words, **popen):
    return program.document("why", *words, codes=(0, 1, 3), **popen)


def really(address, port, *options, kind=socket.SOCK_STREAM):
    """The call that fails for a socket with these options, and the name of its error; None and None when none does."""
    with socket.socket(scene.family_of(address), kind) as end:
        for option in options:
            if option in REUSE:
                end.setsockopt(socket.SOL_SOCKET, REUSE[option], 1)
        calls = {"bind": lambda: end.bind(scene.sockaddr(address, port))}
        if kind == socket.SOCK_STREAM:
            calls["listen"] = end.listen
        for name, call in calls.items():
            try:
                call()
            except OSError as error:
                return name, errno.errorcode[error.errno]
    return None, None


def written(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


class Why(case.Case):
    def server(self, address, port=0, kind=socket.SOCK_STREAM, reuse=(), listen=True):
        end = self.stage.make(scene.family_of(address), kind)
        for option in reuse:
            end.setsockopt(socket.SOL_SOCKET, REUSE[option], 1)
        end.bind(scene.sockaddr(address, port))
        if listen and kind == socket.SOCK_STREAM:
            end.listen(8)
        return end

    def ask(self, address, port, *options, kind=socket.SOCK_STREAM):
        """The answer with the probe and by the rules alone; both are held against the kernel."""
        word = written(address, port) + ("/udp" if kind == socket.SOCK_DGRAM else "")
        call, expected = really(address, port, *options, kind=kind)
        told = why(word, *options)
        by_rules = why(word, *options, "--no-probe")
        self.assertEqual(by_rules["probe"]["tried"], False)
        if by_rules["verdict"] != "unknown":
            self.assertEqual(by_rules["errno"], expected, by_rules)
        self.assertEqual(told["errno"] if told["verdict"] != "unknown" else expected, expected, told)
        self.assertEqual(told["call"], call if told["verdict"] != "unknown" else None)
        for blocker in told["blockers"] + by_rules["blockers"]:
            self.assertIn(f"{blocker['rule']}: {blocker['text']}", SENTENCES)
        for note in told["notes"]:
            self.assertIn(f"{note['rule']}: {note['text'].split(': ')[-1]}", SENTENCES)
        return told

    def assert_blocked(self, told, rule, end=None):
        self.assertEqual((told["verdict"], told["errno"]), ("blocked", "EADDRINUSE"))
        self.assertEqual({blocker["rule"] for blocker in told["blockers"]}, {rule})
        if end is not None:
            blocker, = told["blockers"]
            self.assertEqual(blocker["socket"]["inode"], scene.inode(end))
            self.assert_mine(blocker["socket"], end)
            self.assertEqual([parent["pid"] for parent in blocker["started_by"]], [os.getppid()])

    def assert_noted(self, told, *rules):
        self.assertLessEqual(set(rules), {note["rule"] for note in told["notes"]}, told["notes"])

    def test_same_address(self):
        end = self.server("127.0.0.1")
        told = self.ask("127.0.0.1", scene.port(end))
        self.assert_blocked(told, "same_address", end)
        self.assertEqual(told["probe"], {"tried": True, "errno": "EADDRINUSE"})
        self.assertIn(f"portscope kill 127.0.0.1:{scene.port(end)}/tcp", [remedy["command"] for remedy in told["remedies"]])
        self.assertIn("the next free port", " ".join(remedy["text"] for remedy in told["remedies"]))

    def test_wildcard_covers(self):
        end = self.server("0.0.0.0")
        self.assert_blocked(self.ask("127.0.0.1", scene.port(end)), "wildcard_covers", end)
        one = self.server("127.0.0.5")
        self.assert_blocked(self.ask("0.0.0.0", scene.port(one)), "wildcard_covers", one)

    def test_dual_stack_wildcard(self):
        end = self.server("::")
        self.assert_blocked(self.ask("0.0.0.0", scene.port(end)), "dual_stack_wildcard", end)

    def test_without_an_address_either_wildcard_counts(self):
        end = self.stage.listener("::", v6only=1)
        told = why(str(scene.port(end)))
        self.assert_told(told, verdict="blocked", target={"transport": "tcp", "address": "*", "port": scene.port(end)})
        self.assert_blocked(told, "same_address", end)
        self.assertEqual(why("-4", str(scene.port(end)))["verdict"], "free")

    @namespace.needs_root
    @borrowing.needed
    def test_reuseport_other_user(self):
        kept = []

        def listen_as_nobody(tell):
            os.setresuid(NOBODY, NOBODY, NOBODY)
            end = socket.socket()
            kept.append(end)  # open as long as the process
            end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            end.bind(("127.0.0.1", 0))
            end.listen()
            tell(scene.port(end))

        held = self.stage.keep(scene.Held(listen_as_nobody))
        port = int(held.told.split()[1])
        self.assert_blocked(self.ask("127.0.0.1", port, "--reuseport"), "reuseport_other_user")
        as_them = why(f"127.0.0.1:{port}", "--reuseport", "--user", "nobody")
        self.assertEqual(as_them["verdict"], "free")
        self.assert_noted(as_them, "shares_port")

    def time_wait(self, reuse=()):
        """The port of a server that is gone, and its connection closed by it first."""
        listener = self.server("127.0.0.1", reuse=reuse)
        port = scene.port(listener)
        client, accepted = self.stage.connection("127.0.0.1", listener)
        accepted.close()
        client.recv(1)
        client.close()
        listener.close()
        return port

    def test_time_wait(self):
        told = self.ask("0.0.0.0", self.time_wait())
        self.assert_blocked(told, "time_wait")
        self.assertRegex(" ".join(remedy["text"] for remedy in told["remedies"]), r"wait \d+ s")
        self.assertEqual(self.ask("0.0.0.0", self.time_wait(["--reuseaddr"]), "--reuseaddr")["verdict"], "free")
        self.assert_blocked(self.ask("0.0.0.0", self.time_wait(), "--reuseaddr"), "time_wait")

    def test_the_rules_alone_do_not_know_the_flags_of_a_time_wait(self):
        port = self.time_wait()
        told = why(f"0.0.0.0:{port}", "--reuseaddr", "--no-probe")
        self.assert_told(told, verdict="unknown", errno=None, doubts=["reuse_address"], foretold={"known": False, "errno": None})
        answer = program.run("why", f"0.0.0.0:{port}", "--reuseaddr", "--no-probe")
        self.assertEqual(answer.code, 3)
        self.assertIn("depending on whether it has set SO_REUSEADDR", answer.text)

    def test_accepted_and_leftover_connections(self):
        listener = self.server("127.0.0.1")
        port = scene.port(listener)
        _, accepted = self.stage.connection("127.0.0.1", listener)
        told = self.ask("127.0.0.1", port)
        self.assertEqual([blocker["rule"] for blocker in told["blockers"]], ["same_address", "accepted_connection"])
        listener.close()
        rule = why(f"127.0.0.1:{port}")["blockers"][0]["rule"]
        self.assertEqual(rule, "ephemeral_client", "the kernel chose the port, and who accepted cannot be told any more")
        self.assertEqual(scene.inode(accepted), why(f"127.0.0.1:{port}")["blockers"][0]["socket"]["inode"])

    @borrowing.needed
    def test_a_leftover_connection_has_the_flags_of_its_listener(self):
        """A server sets SO_REUSEADDR, a client does not, whichever range its port is from."""
        listener = self.server("127.0.0.1", reuse=["--reuseaddr"])
        _, accepted = self.stage.connection("127.0.0.1", listener)
        listener.close()
        self.assert_blocked(self.ask("127.0.0.1", scene.port(accepted)), "leftover_connection", accepted)

    def test_leftover_connection_of_a_usual_port(self):
        listener = self.server("127.0.0.1", 8090)  # its own: what is left of the connection keeps the port
        _, accepted = self.stage.connection("127.0.0.1", listener)
        listener.close()
        self.assert_blocked(self.ask("0.0.0.0", 8090), "leftover_connection", accepted)

    def test_ephemeral_client(self):
        listener = self.server("127.0.0.1")
        client, _ = self.stage.connection("127.0.0.1", listener)
        told = self.ask("0.0.0.0", scene.port(client), "--reuseaddr")
        self.assert_blocked(told, "ephemeral_client", client)
        self.assert_noted(told, "in_ephemeral_range")
        self.assertIn(f"sysctl -w net.ipv4.ip_local_reserved_ports={scene.port(client)}",
                      [remedy["command"] for remedy in told["remedies"]])

    @borrowing.needed
    def test_ipv6_connection(self):
        client, _ = self.stage.connection("::1", self.server("::1"))
        self.assert_blocked(self.ask("0.0.0.0", scene.port(client)), "ipv6_connection", client)
        self.assertEqual(self.ask("127.0.0.1", scene.port(client))["verdict"], "free")

    @namespace.needs_found
    def test_bound_not_listening(self):
        end = self.server("127.0.0.1", listen=False)
        ask = self.ask if namespace.lists_bound else lambda address, port: why(f"{address}:{port}")  # only the probe tells
        self.assert_blocked(ask("127.0.0.1", scene.port(end)), "bound_not_listening", end)

    @borrowing.needed
    @namespace.needs_bound
    def test_listen_race(self):
        end = self.server("127.0.0.1", reuse=["--reuseaddr"], listen=False)
        told = self.ask("127.0.0.1", scene.port(end), "--reuseaddr")
        self.assertEqual(told["verdict"], "free")
        self.assert_noted(told, "listen_race")

    @borrowing.needed
    @namespace.needs_bound
    def test_a_flag_that_was_taken_back(self):
        """Before Linux 6.8 bind() does not look at it any more, and listen() does: who is asked says which."""
        end = self.server("127.0.0.1", reuse=["--reuseaddr"], listen=False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        self.assert_taken_back(end, "bound_not_listening")

    @borrowing.needed
    def test_a_flag_that_a_client_has_taken_back(self):
        end = self.server("127.0.0.1", 8091, reuse=["--reuseaddr"], listen=False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        end.connect(self.server("127.0.0.1").getsockname())
        self.assert_taken_back(end, "leftover_connection")

    def assert_taken_back(self, end, rule):
        told = self.ask("127.0.0.1", scene.port(end), "--reuseaddr")
        self.assert_blocked(told, rule, end)
        text = program.run("why", f"127.0.0.1:{scene.port(end)}", "--reuseaddr").text
        self.assertIn(f"{told['call']}() fails with EADDRINUSE", text)
        if told["call"] == "listen":
            self.assert_noted(told, "listen_refuses")
            self.assertEqual(told["probe"], {"tried": True, "errno": None})

    @borrowing.needed
    def test_reuseport_shortcut(self):
        end = self.server("127.0.0.1", reuse=["--reuseport"], listen=False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)
        self.assertEqual(really("127.0.0.1", scene.port(end), "--reuseport"), (None, None))
        if namespace.lists_bound:
            told = why(f"127.0.0.1:{scene.port(end)}", "--reuseport")
            self.assertEqual(told["verdict"], "free")
            self.assert_noted(told, "reuseport_shortcut")

    @namespace.needs_root
    def test_unseen_holder(self):
        end = self.server("127.0.0.1", listen=False)
        blind = [sys.executable, str(program.ROOT / "tests/live/seccomp.py"), str(errno.EPERM), str(socket.AF_NETLINK)]
        told = why(f"127.0.0.1:{scene.port(end)}", prefix=[*AS_NOBODY, *blind])
        self.assertEqual((told["verdict"], told["errno"], told["blockers"]), ("blocked", "EADDRINUSE", []))
        self.assert_noted(told, "unseen_holder")

    @borrowing.needed
    @namespace.needs_root
    @namespace.needs_found
    def test_a_holder_that_no_table_shows(self):
        end = self.server("127.0.0.1", listen=False)
        blind = [sys.executable, str(program.ROOT / "tests/live/seccomp.py"), str(errno.EPERM), str(socket.AF_NETLINK)]
        told = why(f"127.0.0.1:{scene.port(end)}", prefix=blind)
        self.assert_blocked(told, "bound_not_listening", end)

    def test_without_ipv6(self):
        blind = [sys.executable, str(program.ROOT / "tests/live/seccomp.py"), str(errno.EAFNOSUPPORT), str(socket.AF_INET6)]
        told = why("[::]:8080", prefix=blind)
        self.assert_told(told, verdict="unavailable", errno="EAFNOSUPPORT", call="bind")
        self.assertNotIn("model_disagrees", [note["rule"] for note in told["notes"]])
        self.assertIn("take an address of IPv4", told["remedies"][0]["text"])
        self.assertEqual(why("8080", prefix=blind)["verdict"], "free", "of two wildcards the other is left")

    def test_model_disagrees(self):
        told = why("0.0.0.0:8080", prefix=borrowing.denied(BIND_CALL, errno.EPERM))
        self.assert_told(told, verdict="denied", errno="EPERM", call="bind", foretold={"known": True, "errno": None})
        self.assert_noted(told, "model_disagrees")

    def test_udp(self):
        end = self.server("127.0.0.1", kind=socket.SOCK_DGRAM)
        self.assert_blocked(self.ask("0.0.0.0", scene.port(end), kind=socket.SOCK_DGRAM), "wildcard_covers", end)
        self.assertEqual(self.ask("127.0.0.2", scene.port(end), kind=socket.SOCK_DGRAM)["verdict"], "free")

    def test_connected_datagram(self):
        end = self.server("127.0.0.1", kind=socket.SOCK_DGRAM)
        end.connect(("127.0.0.1", 9))
        self.assert_blocked(self.ask("127.0.0.1", scene.port(end), kind=socket.SOCK_DGRAM), "connected_datagram", end)

    @borrowing.needed
    def test_a_shared_udp_port_is_judged_and_not_tried(self):
        end = self.server("127.0.0.1", kind=socket.SOCK_DGRAM, reuse=["--reuseaddr"])
        told = why(f"127.0.0.1:{scene.port(end)}/udp", "--reuseaddr")
        self.assertEqual((told["verdict"], told["probe"]["tried"]), ("free", False))
        self.assert_noted(told, "shares_port")
        end.settimeout(60)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b"mine", end.getsockname())
        self.assertEqual(end.recv(16), b"mine")

    @namespace.needs_root
    def test_privileged_port(self):
        told = why("127.0.0.1:81", "--user", "nobody")
        self.assert_told(told, verdict="denied", errno="EACCES", call="bind", probe={"tried": True, "errno": "EACCES"})
        self.assert_noted(told, "privileged_port")
        self.assert_noted(why("127.0.0.1:81"), "below_unprivileged")
        as_nobody = why("127.0.0.1:81", prefix=AS_NOBODY)
        self.assert_told(as_nobody, verdict="denied", errno="EACCES")

    def test_address_not_local(self):
        told = self.ask("192.0.2.1", 8080)
        self.assert_told(told, verdict="unavailable", errno="EADDRNOTAVAIL")
        self.assert_noted(told, "address_not_local")

    def test_scope_missing(self):
        told = why("[fe80::1]:8080")
        self.assert_told(told, verdict="unavailable", errno="EINVAL")
        self.assert_noted(told, "scope_missing")
        self.assertEqual(why("[fe80::1%lo]:8080")["verdict"], "free")

    def test_on_an_interface(self):
        end = self.stage.listener("0.0.0.0", device="lo")
        self.assertEqual(why(f"tcp:lo:{scene.port(end)}")["verdict"], "blocked")
        answer = program.run("why", "tcp:nowhere:80")
        self.assertEqual(answer.code, 2)
        self.assertIn("there is no interface 'nowhere'", answer.err)

    def test_other_interface(self):
        made = subprocess.run(["ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1"], capture_output=True, text=True)
        if made.returncode != 0:
            self.skipTest(f"no veth: {made.stderr.strip()}")
        self.addCleanup(subprocess.run, ["ip", "link", "delete", "v0"], check=True)
        end = self.stage.listener("0.0.0.0", device="lo")
        told = why(f"tcp:v0:{scene.port(end)}")
        self.assertEqual(told["verdict"], "free")
        self.assert_noted(told, "other_interface")

    def test_near_misses(self):
        end = self.server("127.0.0.2", 8080)
        self.server("127.0.0.1", 8080, kind=socket.SOCK_DGRAM)
        told = self.ask("127.0.0.1", 8080)
        self.assertEqual((told["verdict"], told["blockers"]), ("free", []))
        self.assert_noted(told, "other_address", "other_protocol")
        self.assertIn("127.0.0.2:8080", told["notes"][0]["text"])
        self.assertEqual(scene.port(end), 8080)

    @namespace.needs_root
    def test_other_namespace(self):
        def listen_elsewhere(tell):
            assert scene.libc.unshare(0x40000000) == 0  # CLONE_NEWNET
            end = socket.create_server(("0.0.0.0", 8099))
            tell()
            end.detach()

        held = self.stage.keep(scene.Held(listen_elsewhere))
        told = self.ask("0.0.0.0", 8099)
        self.assertEqual(told["verdict"], "free")
        note, = [note for note in told["notes"] if note["rule"] == "other_namespace"]
        self.assertIn(f"(pid {held.pid})", note["text"])

    @namespace.needs_root
    def test_reserved_port(self):
        path = "/proc/sys/net/ipv4/ip_local_reserved_ports"
        pathlib.Path(path).write_text("40404")
        self.addCleanup(pathlib.Path(path).write_text, "\n")
        self.assert_noted(why("40404"), "reserved_port")

    @namespace.needs_root
    def test_who_may_not_look_is_told_so(self):
        end = self.server("127.0.0.1", 8080)
        told = why("127.0.0.1:8080", prefix=AS_NOBODY)
        self.assert_told(told, verdict="blocked")
        self.assertEqual(told["blockers"][0]["socket"]["owner_status"], "hidden")
        self.assertIn("learn who holds it: run as root", " ".join(remedy["text"] for remedy in told["remedies"]))
        self.assertEqual(scene.port(end), 8080)
        other = why("127.0.0.1:8081", "--user", "root", prefix=AS_NOBODY)
        self.assertEqual(other["probe"], {"tried": False, "errno": None, "why": "only root can try it as another user"})

    def test_the_trial_is_not_seen_by_anybody(self):
        """A server that waits for connections gets none, and keeps those it has."""
        end = self.server("127.0.0.1", reuse=["--reuseport"])
        clients = [self.stage.client("127.0.0.1", scene.port(end)) for _ in range(4)]
        why(f"127.0.0.1:{scene.port(end)}", "--reuseport")
        for _ in clients:
            self.stage.keep(end.accept()[0]).send(b"here")
        for client in clients:
            self.assertEqual(scene.receive(client, 4), b"here")

    def test_for_people(self):
        end = self.server("127.0.0.1", 8080)
        answer = program.run("why", "127.0.0.1:8080")
        self.assertEqual(answer.code, 1)
        self.assertEqual(answer.lines[0], "tcp 127.0.0.1:8080 is blocked: bind() fails with EADDRINUSE (Address already in use).")
        self.assertIn(f"pid {os.getpid()}", answer.text)
        self.assertIn("\nWhat to do:\n", answer.text)
        self.assertIn("By the rules: EADDRINUSE. For real: bind() gave EADDRINUSE.", answer.text)
        self.assertEqual(program.run("why", "-q", "127.0.0.1:8080").out, b"")
        end.close()
        answer = program.run("why", "127.0.0.1:8080")
        self.assertEqual((answer.code, answer.lines[0]), (0, "tcp 127.0.0.1:8080 is free: nothing is in the way."))


if __name__ == "__main__":
    namespace.run_tests()
