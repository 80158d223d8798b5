#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""--options: what a program has set on its sockets, and what may not be looked into is said."""
import errno
import os
import socket
import struct
import unittest

import borrowing
import case
import namespace
import program
import scene
from nobody import AS_NOBODY, NOBODY, copy_program

SO_BUSY_POLL, SO_INCOMING_CPU = 46, 49
IP_FREEBIND, IP_TRANSPARENT = 15, 19
TCP_USER_TIMEOUT, TCP_FASTOPEN = 18, 23
TIMEVAL = struct.Struct("ll")
SERVER = """
import socket
end = socket.create_server(("127.0.0.1", 0))
print("ready", end.getsockname()[1], flush=True)
input()
"""


@borrowing.needed
class Options(case.Case):
    def options(self, end, *arguments):
        return self.row(end, "--options", *arguments)["options"]

    def test_whatever_was_set_on_a_listener(self):
        end = self.stage.make(socket.AF_INET, socket.SOCK_STREAM)
        fresh = self.stage.make(socket.AF_INET, socket.SOCK_STREAM)
        fresh.listen()
        before = self.options(fresh)
        sol, tcp = socket.SOL_SOCKET, socket.IPPROTO_TCP
        settings = {
            "reuse_address": (sol, socket.SO_REUSEADDR, 1), "reuse_port": (sol, socket.SO_REUSEPORT, 1),
            "keepalive": (sol, socket.SO_KEEPALIVE, 1), "keepalive_idle_s": (tcp, socket.TCP_KEEPIDLE, 61),
            "keepalive_interval_s": (tcp, socket.TCP_KEEPINTVL, 11), "keepalive_count": (tcp, socket.TCP_KEEPCNT, 5),
            "user_timeout_ms": (tcp, TCP_USER_TIMEOUT, 31234), "no_delay": (tcp, socket.TCP_NODELAY, 1),
            "cork": (tcp, socket.TCP_CORK, 1), "defer_accept_s": (tcp, scene.TCP_DEFER_ACCEPT, 3),
            "max_segment": (tcp, socket.TCP_MAXSEG, 1000), "fast_open_queue": (tcp, TCP_FASTOPEN, 17),
            "receive_buffer": (sol, socket.SO_RCVBUF, 50000), "send_buffer": (sol, socket.SO_SNDBUF, 60000),
            "dont_route": (sol, socket.SO_DONTROUTE, 1), "oob_inline": (sol, socket.SO_OOBINLINE, 1),
            "priority": (sol, socket.SO_PRIORITY, 5),
            "incoming_cpu": (sol, SO_INCOMING_CPU, 0), "freebind": (socket.IPPROTO_IP, IP_FREEBIND, 1),
        }
        for level, name, value in settings.values():
            end.setsockopt(level, name, value)
        end.bind(("127.0.0.1", 0))
        end.listen()
        told = self.options(end)
        for member, (level, name, _) in settings.items():
            with self.subTest(member):
                # Not the value that was set: some the kernel rounds or doubles.
                self.assertEqual(told[member], end.getsockopt(level, name))
                self.assertNotEqual(told[member], before[member], "it would be told of any socket")
                self.assertEqual(type(told[member]), type(before[member] if member != "incoming_cpu" else 0))
        self.assert_told(told, keepalive_idle_s=61, keepalive_interval_s=11, keepalive_count=5, user_timeout_ms=31234,
                         receive_buffer=100000, send_buffer=120000, priority=5, bound_device=None, linger=False, mark=0)

    @namespace.needs_root
    def test_what_only_root_may_set(self):
        end = self.stage.bound("127.0.0.1", kind=socket.SOCK_DGRAM, device="lo")
        end.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 0xABCD)
        end.setsockopt(socket.IPPROTO_IP, IP_TRANSPARENT, 1)
        end.setsockopt(socket.SOL_SOCKET, SO_BUSY_POLL, 50)
        self.assert_told(self.options(end), bound_device="lo", mark=0xABCD, transparent=True, busy_poll_us=50)
        self.assert_told(self.options(end, "-e"), bound_device="lo", mark=0xABCD, transparent=True, busy_poll_us=50)

    def test_a_device_that_was_named_to_steer_a_terminal(self):
        if not namespace.is_root():
            self.skipTest("only root can name an interface")
        name = "a\x1b[31m"
        program.subprocess.run(["ip", "link", "set", "lo", "down"], check=True)
        self.addCleanup(program.subprocess.run, ["ip", "link", "set", "lo", "up"], check=True)
        program.subprocess.run(["ip", "link", "set", "lo", "name", name], check=True)
        self.addCleanup(program.subprocess.run, ["ip", "link", "set", name, "name", "lo"], check=True)
        end = self.stage.make(socket.AF_INET, socket.SOCK_DGRAM)
        end.setsockopt(socket.SOL_SOCKET, scene.SO_BINDTODEVICE, name.encode())
        end.bind(("127.0.0.1", 0))
        self.assertEqual(self.options(end)["bound_device"], name)
        answer = program.run("-u", "--options")
        self.assertNotIn(b"\x1b", answer.out)
        self.assertIn("bound to a\\x1b[31m", answer.text)

    def test_lingering(self):
        for on, seconds in ((1, 7), (1, 0), (0, 0)):
            end = self.stage.listener("127.0.0.1")
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", on, seconds))
            self.assert_told(self.options(end), linger=bool(on), linger_s=seconds)

    def test_timeouts(self):
        end = self.stage.udp("127.0.0.1")
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, TIMEVAL.pack(2, 500_000))
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, TIMEVAL.pack(3600, 0))
        self.assert_told(self.options(end), receive_timeout_ms=2500, send_timeout_ms=3_600_000)

    def test_udp_has_what_udp_has(self):
        end = self.stage.udp("127.0.0.1")
        end.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        told = self.options(end)
        self.assert_told(told, broadcast=True, reuse_address=False, reuse_port=False)
        for member in ("keepalive", "no_delay", "user_timeout_ms", "linger", "v6_only", "peer_credentials", "pass_credentials"):
            self.assertNotIn(member, told)

    def test_an_ipv6_socket_says_whether_it_takes_ipv4(self):
        for value in (0, 1):
            end = self.stage.bound("::", v6only=value)
            end.listen()
            self.assert_told(self.options(end), v6_only=bool(value))

    def test_an_mptcp_socket(self):
        if case.lack(socket.AF_INET, socket.SOCK_STREAM, 262):
            self.skipTest(case.lack(socket.AF_INET, socket.SOCK_STREAM, 262))
        end = self.stage.make(socket.AF_INET, socket.SOCK_STREAM, 262)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        end.bind(("127.0.0.1", 0))
        end.listen()
        rows = [row for row in self.rows("--mptcp", "--options").values() if row["transport"] == "mptcp"]
        if not rows:
            self.skipTest("the kernel has no mptcp_diag")
        self.assert_told(rows[0]["options"], keepalive=True)

    def test_the_tcp_socket_behind_an_mptcp_one_has_no_descriptor_and_that_is_said(self):
        if case.lack(socket.AF_INET, socket.SOCK_STREAM, 262):
            self.skipTest(case.lack(socket.AF_INET, socket.SOCK_STREAM, 262))
        end = self.stage.make(socket.AF_INET, socket.SOCK_STREAM, 262)
        end.bind(("127.0.0.1", 0))
        end.listen()
        document = program.document("-t", "-a", "--options")
        self.assertIsNone(program.find(document["sockets"], inode=scene.inode(end))["options"].get("reuse_address"))
        gap, = document["gaps"]
        self.assertEqual((gap["what"], gap["why"], gap["count"]), ("options", "EOPNOTSUPP", 1))
        self.assertIn("--mptcp", gap["remedy"])

    def test_who_is_at_the_other_end_of_a_unix_socket(self):
        listener = self.stage.unix("\0options")
        one, other = map(self.stage.keep, socket.socketpair())
        one.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)

        def connect(tell):
            client = socket.socket(socket.AF_UNIX)
            client.connect("\0options")
            tell()
            client.recv(1)
            client.close()

        client = self.stage.keep(scene.Held(connect))
        server = self.stage.keep(listener.accept()[0])
        rows = self.rows("-x", "--options")
        mine = {"pid": os.getpid(), "uid": os.geteuid(), "gid": os.getegid()}
        self.assert_told(rows[scene.inode(one)]["options"], pass_credentials=True, peer_credentials=mine)
        self.assert_told(rows[scene.inode(other)]["options"], pass_credentials=False, peer_credentials=mine)
        self.assert_told(rows[scene.inode(listener)]["options"], peer_credentials=mine)
        self.assert_told(rows[scene.inode(server)]["options"], peer_credentials={**mine, "pid": client.pid})
        self.assertNotIn("no_delay", rows[scene.inode(one)]["options"])

    def test_of_a_unix_socket_without_an_other_end_nobody_is_at_it(self):
        end = self.stage.unix("\0alone", socket.SOCK_DGRAM)
        self.assertIsNone(self.options(end, "-x")["peer_credentials"])

    def test_other_families(self):
        ends = [self.stage.make(socket.AF_NETLINK, socket.SOCK_RAW)]
        ends[0].bind((0, 0))
        if namespace.is_root():
            ends.append(self.stage.make(socket.AF_PACKET, socket.SOCK_RAW))
        for end in ends:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 70000)
            self.assert_told(self.options(end, "-0", "--netlink"), receive_buffer=140000)

    def test_who_has_no_descriptor_has_no_options_and_nothing_is_missing(self):
        self.stage.time_wait("127.0.0.1")
        self.stage.syn_received("127.0.0.1")
        document = program.document("-t", "-a", "--options")
        for state in ("time_wait", "syn_received"):
            rows = [row for row in document["sockets"] if row["state"] == state]
            self.assertTrue(rows)
            for row in rows:
                self.assertNotIn("reuse_address", row["options"] or {})
        self.assertEqual((document["complete"], document["gaps"]), (True, []))

    def test_what_the_tables_tell_is_told_without_asking_the_socket(self):
        end = self.stage.listener("127.0.0.1")
        self.assertNotIn("reuse_address", self.row(end, "-e")["options"])
        self.assertNotIn("options", self.row(end))

    def test_the_socket_is_the_same_afterwards(self):
        """It is still there, holds what it held, and ends when its own process lets go."""
        client, server = self.stage.connection("127.0.0.1")
        client.send(b"unread")
        scene.until(lambda: self.row(server)["recv_queue"] == 6, "the data")
        before = os.listdir("/proc/self/fd")
        program.sockets("-a", "--options")
        self.assertEqual(len(os.listdir("/proc/self/fd")), len(before))
        self.assertEqual(server.recv(100), b"unread")
        server.close()
        self.assertEqual(client.recv(1), b"")

    def test_a_thread_with_descriptors_of_its_own(self):
        def work(tell):
            import threading

            def own_table():
                if scene.libc.unshare(0x400) != 0:  # CLONE_FILES
                    raise OSError("unshare")
                end = socket.create_server(("127.0.0.1", 0))
                end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                tell(scene.port(end))
                threading.Event().wait()

            threading.Thread(target=own_table, daemon=True).start()

        holder = self.stage.keep(scene.Held(work))
        port = int(holder.told.split()[1])
        document = program.document("-tl", "--options")
        row = program.find(document["sockets"], port=port)
        self.assertEqual(row["owner_status"], "known")
        if "keepalive" in row["options"]:
            self.assert_told(row["options"], keepalive=True)
        else:
            gap, = document["gaps"]
            self.assertEqual((gap["what"], gap["why"], gap["count"]), ("options", "EINVAL", 1))
            self.assertIn("6.9", gap["remedy"])

    def test_the_table(self):
        end = self.stage.listener("127.0.0.1")
        end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)
        self.assertIn("keepalive after 30s", program.run("-tl", "--options").text)
        self.assertNotIn("keepalive", program.run("-tl", "-e").text)

    def test_without_proc_nothing_is_claimed(self):
        if not namespace.is_root() or program.SANITIZED:
            self.skipTest("needs root, and no address sanitizer")
        self.stage.listener("127.0.0.1")
        no_proc = ["unshare", "-m", "--propagation", "unchanged", "sh", "-ec",
                   'mount --make-private /proc; mount -t tmpfs none /proc; exec "$@"', "sh"]
        document = program.document("-tl", "--options", prefix=no_proc)
        self.assertEqual(sorted(gap["what"] for gap in document["gaps"]), ["options", "owners"])
        self.assertNotIn("reuse_address", document["sockets"][0]["options"] or {})


@borrowing.needed
class Refusals(case.Case):
    @classmethod
    def setUpClass(cls):
        copy_program(cls.addClassCleanup)

    def assert_refused(self, why, remedy, prefix, count=2):
        """The answer stands, and says what is missing in it."""
        for strict, code in (((), 0), (("--strict",), 3)):
            answer = program.run("-tl", "--options", *strict, prefix=prefix)
            self.assertEqual(answer.code, code, answer.err)
            self.assertIn(f"the options of {count} socket", answer.err)
            self.assertIn(f"({why})", answer.err)
        document = program.document("-tl", "--options", prefix=prefix)
        self.assertFalse(document["complete"])
        gap, = [gap for gap in document["gaps"] if gap["what"] == "options"]
        self.assertEqual((gap["why"], gap["count"]), (why, count))
        self.assertIn(remedy, gap["remedy"])
        return document

    def test_a_kernel_that_does_not_lend(self):
        ends = [self.stage.listener("127.0.0.1"), self.stage.listener("::1")]
        for call in (borrowing.PIDFD_OPEN, borrowing.PIDFD_GETFD):
            for error, remedy in ((errno.EPERM, "CAP_SYS_PTRACE"), (errno.ENOSYS, "5.6")):
                with self.subTest(call=call, error=error):
                    document = self.assert_refused(errno.errorcode[error], remedy, borrowing.denied(call, error))
                    self.assertEqual({gap["what"] for gap in document["gaps"]}, {"options"}, "owners are known")
                    for end in ends:
                        row = program.find(document["sockets"], inode=scene.inode(end))
                        self.assertNotIn("reuse_address", row["options"] or {})

    @namespace.needs_root
    def test_nobody_reads_his_own_and_is_told_of_the_rest(self):
        ends = [self.stage.listener("127.0.0.1"), self.stage.listener("::1")]
        own = self.stage.keep(scene.start(SERVER, user=NOBODY, extra_groups=[]))
        document = self.assert_refused("EACCES", "run as root", AS_NOBODY)
        self.assertTrue(program.find(document["sockets"], port=int(own.told[0]))["options"]["reuse_address"])
        for end in ends:
            row = program.find(document["sockets"], inode=scene.inode(end))
            self.assertNotIn("reuse_address", row["options"] or {})

    @namespace.needs_root
    def test_a_socket_shared_with_root_is_read_through_the_one_who_may_be_asked(self):
        end = self.stage.listener("127.0.0.1")
        end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

        def become_nobody(tell):
            os.setgroups([])
            os.setresuid(NOBODY, NOBODY, NOBODY)
            scene.libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: after a change of user nobody may look in
            tell()

        self.stage.keep(scene.Held(become_nobody))
        document = program.document("-tl", "--options", prefix=AS_NOBODY)
        self.assert_told(program.find(document["sockets"], inode=scene.inode(end))["options"], keepalive=True)
        self.assertEqual(document["gaps"], [])

    @namespace.needs_root
    def test_two_rights_are_enough(self):
        self.stage.listener("127.0.0.1")
        rights = "-all,+dac_read_search,+sys_ptrace"
        document = program.document("-tl", "--options",
                                    prefix=[*AS_NOBODY, f"--inh-caps={rights}", f"--ambient-caps={rights}"])
        self.assertTrue(document["sockets"][0]["options"]["reuse_address"])
        self.assertEqual(document["gaps"], [])


if __name__ == "__main__":
    namespace.run_tests()
