#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What a filter spares: what the kernel is asked, which processes are looked into, and what happens when it refuses."""
import functools
import os
import re
import resource
import shutil
import tempfile
import unittest

import case
import namespace
import program
import scene
from nobody import AS_NOBODY, copy_program

SO_MARK = 36
VETH = "twin0"
DUMP = re.compile(r"sendto\(.*(?:SOCK_DIAG_BY_FAMILY|TCPDIAG_GETSOCK).*NLM_F_(?:DUMP|ROOT|MATCH)")
LOOK_UP = re.compile(r"sendto\(.*SOCK_DIAG_BY_FAMILY, nlmsg_flags=NLM_F_REQUEST\|NLM_F_ACK, ")
WALK_OVER_BOUND = re.compile(r"sendto\(.*TCPDIAG_GETSOCK.*idiag_states=[^,]*(?:0x2000|TCP_BOUND_INACTIVE)\b")
DESCRIPTORS = re.compile(r"getdents64\(\d+</proc/(?:\d+/task/)?(\d+)/(?:task|fd)>")


@unittest.skipUnless(shutil.which("strace"), "strace is not installed")
class Traced(case.Case):
    def trace(self, *arguments, calls):
        """(what it answers, its system calls)"""
        with tempfile.NamedTemporaryFile(mode="r") as log:
            answer = program.run(*arguments, prefix=["strace", "-f", "-y", "-s", "4096", "-e", f"trace={calls}", "-o", log.name],
                                 env=program.TRACED)
            lines = log.read().splitlines()
        if answer.code == 1 and "ptrace" in answer.err:
            self.skipTest(f"strace may not trace here: {answer.err.strip()}")
        return answer, lines


class Cost(Traced):
    def ends(self, client):
        return ["src", "%s:%d" % client.getsockname()[:2], "dst", "%s:%d" % client.getpeername()[:2]]

    def test_one_connection_is_looked_up_not_listed(self):
        client, _ = self.stage.connection("127.0.0.1")
        answer, calls = self.trace("-t", "-H", "-C", "local,peer", *self.ends(client), calls="sendto")
        self.assertEqual((answer.code, answer.err, len(answer.lines)), (0, "", 1))
        self.assertEqual(answer.text.split(), ["%s:%d" % client.getsockname(), "%s:%d" % client.getpeername()])
        self.assertEqual([call for call in calls if DUMP.search(call)], [])
        self.assertTrue([call for call in calls if LOOK_UP.search(call)], calls)

    def test_a_port_goes_into_the_request(self):
        waiting = self.stage.listener("127.0.0.1")
        port = scene.port(waiting)
        answer, calls = self.trace("-t", "-H", "-C", "local", f"sport = :{port}", calls="sendto")
        self.assertEqual(answer.text.split(), [f"127.0.0.1:{port}"])
        self.assertTrue([call for call in calls if DUMP.search(call) and f"htons({port})" in call], calls)

    def make_twins(self):
        """Two sockets with the same ends, bound to different interfaces: one talks, the other calls in vain."""
        if program.subprocess.run(["ip", "link", "add", VETH, "type", "veth"], capture_output=True).returncode != 0:
            self.skipTest("this kernel has no veth")
        self.addCleanup(program.subprocess.run, ["ip", "link", "delete", VETH], check=True)
        program.subprocess.run(["ip", "link", "set", VETH, "up"], check=True)
        program.subprocess.run(["ip", "address", "add", "10.9.8.7/24", "dev", VETH], check=True)
        waiting = self.stage.listener("10.9.8.7")
        twins = []
        for device in ("lo", VETH):
            end = self.stage.bound("10.9.8.7", scene.port(twins[0]) if twins else 0, device=device)
            end.setblocking(False)
            end.connect_ex(("10.9.8.7", scene.port(waiting)))
            twins.append(end)
        self.stage.keep(waiting.accept()[0])
        scene.until(lambda: sorted(map(scene.tcp_state, twins)) == [1, 2], "ESTABLISHED and SYN_SENT")
        return twins

    def test_bound_to_an_interface_it_is_found_too(self):
        twins = self.make_twins()
        ends = self.ends(next(end for end in twins if scene.tcp_state(end) == 1))
        for road in ((), ("--no-push-down",)):
            rows = program.sockets("-t", *road, *ends)
            self.assertEqual(sorted(row["inode"] for row in rows), sorted(map(scene.inode, twins)), road)
            self.assertEqual(sorted(row["interface"] for row in rows), sorted(("lo", VETH)))

    def looked_into(self, *arguments):
        """The processes whose descriptors were listed, beside portscope itself."""
        answer, calls = self.trace("--owners", "proc", *arguments, calls="getdents64,openat,readlinkat,readlink")
        self.assertEqual((answer.code, answer.err), (0, ""), arguments)
        own = {line.split()[0] for line in calls}
        return {int(pid) for pid in DESCRIPTORS.findall("\n".join(calls)) if pid not in own}

    def test_processes_are_looked_into_only_for_who_asks_for_them(self):
        port = scene.port(self.stage.listener("127.0.0.1"))
        for spared in (["-q", f"sport = :{port}"], ["-H", "-C", "local", f"sport = :{port}"], ["-H", "-C", "local,uid", "-t"]):
            self.assertEqual(self.looked_into(*spared), set(), spared)
        for needed in (["-q", f"sport = :{port} and proc = python*"], ["-H", "-C", "owners", f"sport = :{port}"]):
            self.assertIn(os.getpid(), self.looked_into(*needed), needed)

    def test_of_one_process_only_its_descriptors_are_listed(self):
        self.stage.listener("127.0.0.1")
        other = self.stage.keep(scene.Held(lambda tell: tell()))
        for words in (["-q", f"pid={os.getpid()}"], ["-H", "-C", "local", "-t", f"pid = {os.getpid()} and state listen"]):
            self.assertEqual(self.looked_into(*words), {os.getpid()}, words)
        self.assertLessEqual({os.getpid(), other.pid}, self.looked_into("-q", f"pid != 1 and uid = {os.geteuid()}"))

    def test_of_several_holders_all_are_asked_where_another_condition_needs_them(self):
        """Also where nobody wants to see them."""
        waiting = self.stage.listener("127.0.0.1")
        other = self.stage.keep(scene.Held(lambda tell: tell()))
        for words, found in ((f"pid = {other.pid}", True), (f"pid = {other.pid} and pid = {os.getpid()}", True),
                             (f"pid = {other.pid} and pid != {os.getpid()}", False), (f"pid = {other.pid} and proc !~ .", False),
                             (f"not pid = {os.getpid()}", False)):
            for columns in ("inode", "inode,owners"):
                answer = program.run("-tlH", "-C", columns, words)
                self.assertEqual(str(scene.inode(waiting)) in answer.text.split(), found, (columns, words))


@namespace.needs_bound
@namespace.needs_root
class ManySockets(Traced):
    """Where so many are open, the table of bound ports is looked at before all that are bound are walked over."""

    IN_TABLE = 30_000  # from there on
    PORT = 7000
    PROCESSES = 4

    def make_many(self):
        """Held by others, for a process may not have so many."""
        each = self.IN_TABLE // self.PROCESSES // 2
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, [max(limit, 3 * each) for limit in limits])
        except ValueError as error:
            self.skipTest(f"{3 * each} descriptors a process, where {limits[1]} are allowed: {error}")
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, limits)

        for number in range(1, self.PROCESSES + 1):
            self.stage.keep(scene.Held(functools.partial(self.connect, number, each)))

    def connect(self, number, count, tell):
        """Both ends of so many, of addresses that only this process has: ports suffice."""
        waiting = self.stage.keep(scene.socket.create_server((f"127.0.{number}.1", self.PORT)))
        for _ in range(count):
            self.stage.keep(scene.socket.create_connection(waiting.getsockname(), source_address=(f"127.0.{number}.2", 0)))
            self.stage.keep(waiting.accept()[0])
        tell()

    def told(self, *arguments):
        """{inode: state}"""
        return {row["inode"]: row["state"] for row in program.sockets("-C", "inode,state", *arguments)}

    def walks_over_bound(self, *arguments):
        answer, calls = self.trace("-qt", *arguments, calls="sendto")
        self.assertEqual(answer.code, 0)
        self.assertTrue([call for call in calls if DUMP.search(call)], calls)
        return any(WALK_OVER_BOUND.search(call) for call in calls)

    def test_a_port_has_the_same_sockets_with_and_without_a_look_at_its_table(self):
        self.make_many()
        client, _ = self.stage.connection("127.0.0.1")
        port, connected = scene.port(client), {scene.inode(client): "established"}
        few = f"sport = :{port} and src 127.0.0.0/24"
        self.assertEqual(self.told(few), connected)
        self.assertFalse(self.walks_over_bound(few))
        self.assertTrue(self.walks_over_bound("--owners", "proc", few))
        only_bound = self.stage.bound("127.0.0.2", port)
        for road in ((), ("--owners", "proc"), ("--no-push-down",)):
            self.assertEqual(self.told(*road, few), connected | {scene.inode(only_bound): "bound"}, road)
        self.assertTrue(self.walks_over_bound(few))
        served = self.told(f":{self.PORT}")
        self.assertEqual(len(served), self.IN_TABLE // 2 + self.PROCESSES)
        self.assertEqual(served, self.told("--owners", "proc", f":{self.PORT}"))


class Refused(case.Case):
    @namespace.needs_root
    def test_marks_are_for_admins(self):
        """The kernel refuses the whole program; what is left of the filter is decided here, and the rest announced."""
        copy_program(self.addCleanup)
        marked, plain = self.stage.listener("127.0.0.1"), self.stage.listener("127.0.0.1")
        marked.setsockopt(scene.socket.SOL_SOCKET, SO_MARK, 7)
        ports = [scene.port(end) for end in (marked, plain)]
        one, both = f"sport = :{ports[0]} and fwmark = 7", f"port in ({ports[0]},{ports[1]}) and (sport = :{ports[1]} or fwmark = 7)"
        for road in ((), ("--no-push-down",)):
            for words, as_root, as_nobody in ((one, {ports[0]}, set()), (both, set(ports), {ports[1]})):
                told = program.sockets("-tl", *road, words)
                self.assertEqual({row["local"]["port"] for row in told}, as_root)
                answer = program.run("-tl", "--json", "-C", "local", *road, words, prefix=AS_NOBODY)
                document = program.parse(answer.text)
                self.assertEqual({row["local"]["port"] for row in document["sockets"]}, as_nobody)
                self.assertEqual((answer.code, document["complete"]), (3, False))
                gap, = document["gaps"]
                self.assertEqual((gap["what"], gap["why"], gap["count"]), ("sockets", "EPERM", 1))
                self.assertIn("fwmark", gap["remedy"])
                self.assertIn("CAP_NET_ADMIN", answer.err)
            decided = program.run("-tlH", "-C", "local", *road, f"sport = :{ports[1]} or sport = :1 and fwmark = 7", prefix=AS_NOBODY)
            self.assertEqual((decided.code, decided.err, len(decided.lines)), (0, "", 1))


if __name__ == "__main__":
    namespace.run_tests()
