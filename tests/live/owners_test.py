#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Who holds a socket: every process and descriptor, however it came by it."""
import contextlib
import datetime
import fcntl
import os
import pathlib
import pwd
import re
import socket
import sys
import time
import unittest

import io_uring
import namespace
import owner_roads
import program
import scene
import stream

THREAD_WITH_A_TABLE_OF_ITS_OWN = """
import ctypes, socket, sys, threading
CLONE_FILES = 0x400
def work():
    assert ctypes.CDLL(None).unshare(CLONE_FILES) == 0
    end = socket.create_server(("127.0.0.1", 0))
    print("ready", threading.get_native_id(), end.fileno(), end.getsockname()[1], flush=True)
    sys.stdin.read()
threading.Thread(target=work).start()
"""

# The main thread alone leaves, by the system call: the process goes on, its leader a zombie.
MAIN_THREAD_GONE = """
import ctypes, os, socket, sys, threading
exit_number = {"x86_64": 60, "aarch64": 93}[os.uname().machine]
end = socket.create_server(("127.0.0.1", 0))
leader = os.getpid()
def work():
    while "Z" not in open(f"/proc/{leader}/stat").read().rpartition(")")[2].split()[0]:
        os.sched_yield()
    print("ready", end.fileno(), end.getsockname()[1], flush=True)
    os.read(0, 1)
threading.Thread(target=work).start()
ctypes.CDLL(None).syscall(exit_number, 0)
"""


def holders(row):
    return sorted((owner["pid"], owner["fd"]) for owner in row["owners"])


def descriptors_of(pid):
    """What fdinfo tells of each; one may go meanwhile."""
    for file in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir():
        with contextlib.suppress(FileNotFoundError):
            yield file.read_text()


class ByProc(unittest.TestCase):
    """What holds by every road."""
    maxDiff = None
    road = "proc"

    def setUp(self):
        owner_roads.need(self.road)
        self.stage = scene.Scene()
        self.addCleanup(self.stage.close)

    def ask(self, *options, **popen):
        return program.run("--owners", self.road, *options, **popen)

    def of_port(self, port):
        return program.find(program.sockets("-ta", "--owners", self.road, str(port)), port=port)

    def test_forks_that_share_a_listener_are_all_named(self):
        end = self.stage.listener("127.0.0.1")
        forks = [self.stage.keep(scene.Held(lambda tell: tell())) for _ in range(3)]
        pids = sorted([os.getpid(), *(fork.pid for fork in forks)])
        row = self.of_port(scene.port(end))
        self.assertEqual(holders(row), [(pid, end.fileno()) for pid in pids])
        name = row["owners"][0]["name"]
        table = self.ask("-ltH", str(scene.port(end))).text
        self.assertIn(f"{name}({','.join(map(str, pids))})", table)

    def test_a_passed_descriptor_belongs_to_who_received_it(self):
        sender, receiver = (self.stage.keep(end) for end in socket.socketpair())
        end = self.stage.listener("127.0.0.1")
        port = scene.port(end)
        socket.send_fds(sender, [b"x"], [end.fileno()])
        end.close()
        row = self.of_port(port)  # it is in nobody's table now
        self.assertEqual(row["owners"], [])
        self.assertIn(row["owner_status"], ("kernel", "hidden"))

        def take(tell):
            tell(socket.recv_fds(receiver, 1, 1)[1][0])

        holder = self.stage.keep(scene.Held(take))
        row = self.of_port(port)
        self.assertEqual(holders(row), [(holder.pid, int(holder.told.split()[1]))])
        self.assertEqual(row["owner_status"], "known")

    def test_a_thread_with_a_table_of_its_own(self):
        process = self.stage.keep(scene.start(THREAD_WITH_A_TABLE_OF_ITS_OWN))
        tid, fd, port = map(int, process.told)
        row = self.of_port(port)
        self.assertEqual(holders(row), [(process.pid, fd)])
        self.assertEqual(row["owners"][0]["tid"], tid)

    def test_a_process_whose_main_thread_has_exited(self):
        process = self.stage.keep(scene.start(MAIN_THREAD_GONE))
        fd, port = map(int, process.told)
        row = self.of_port(port)
        self.assertEqual(holders(row), [(process.pid, fd)])
        owner = row["owners"][0]
        self.assertEqual((owner["name"], owner["ppid"]), (pathlib.Path(f"/proc/{process.pid}/comm").read_text()[:-1], os.getpid()))
        # The leader's memory is gone; that must not read as a program without arguments.
        self.assertNotEqual(owner["cmdline"], [])

    def test_threads_that_share_the_table_are_one_holder(self):
        code = """
import socket, sys, threading
end = socket.create_server(("127.0.0.1", 0))
for _ in range(5): threading.Thread(target=sys.stdin.read).start()
print("ready", end.fileno(), end.getsockname()[1], flush=True)
"""
        process = self.stage.keep(scene.start(code))
        fd, port = map(int, process.told)
        row = self.of_port(port)
        self.assertEqual(holders(row), [(process.pid, fd)])
        self.assertNotIn("tid", row["owners"][0])

    def test_every_descriptor_is_told_and_the_process_once_in_the_table(self):
        end = self.stage.listener("127.0.0.1")
        copies = [self.stage.keep(end.dup()) for _ in range(40)]
        row = self.of_port(scene.port(end))
        self.assertEqual(holders(row), sorted((os.getpid(), copy.fileno()) for copy in [end, *copies]))
        self.assertEqual(self.ask("-tlH", str(scene.port(end))).text.count(str(os.getpid())), 1)

    def test_however_few_are_asked_for_all_their_holders_are_named(self):
        end, udp = self.stage.listener("127.0.0.1"), self.stage.udp("127.0.0.1")
        client, server = self.stage.connection("127.0.0.1", end)
        fork = self.stage.keep(scene.Held(lambda tell: tell()))
        port, far, other = map(scene.port, (end, client, udp))
        for words, wanted in ((f"sport = :{port}", [end, server]), (f"dport = :{port}", [client]), (f":{far}", [client]),
                              (f"sport = :{port} and dport = :{far}", [server]), (f"sport = :{port} or sport = :{other}", [end, server, udp]),
                              (f":{other}", [udp]), (f"state listening and :{port}", [end]), (f"not state listening and port {port}", [client, server])):
            with self.subTest(words):
                rows = program.sockets("-a", "--owners", self.road, words)
                self.assertEqual(sorted(map(holders, rows)), sorted(sorted((pid, held.fileno()) for pid in (os.getpid(), fork.pid)) for held in wanted))

    def test_a_high_descriptor(self):
        def hold(tell):
            import resource
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            end = socket.create_server(("127.0.0.1", 0))
            high = fcntl.fcntl(end, fcntl.F_DUPFD, min(hard, 20_000) - 1)
            port = scene.port(end)
            end.close()
            tell(f"{high} {port}")

        holder = self.stage.keep(scene.Held(hold))
        high, port = map(int, holder.told.split()[1:])
        self.assertGreater(high, 1000)
        self.assertEqual(holders(self.of_port(port)), [(holder.pid, high)])

    def test_what_is_told_of_a_process_is_what_proc_tells(self):
        end = self.stage.listener("127.0.0.1")
        owner, = self.of_port(scene.port(end))["owners"]
        arguments = pathlib.Path("/proc/self/cmdline").read_text().split("\0")[:-1]
        self.assertEqual(owner["name"], pathlib.Path("/proc/self/comm").read_text()[:-1])
        self.assertEqual(owner["exe"], os.readlink("/proc/self/exe"))
        self.assertEqual(owner["cmdline"], arguments)
        self.assertEqual(owner["ppid"], os.getppid())
        self.assertEqual((owner["uid"], owner["user"]), (os.geteuid(), pwd.getpwuid(os.geteuid()).pw_name))

    def test_the_start_of_a_process_is_the_same_at_every_look(self):
        end = self.stage.listener("127.0.0.1")
        looks = {self.of_port(scene.port(end))["owners"][0]["start_time"] for _ in range(3)}
        boot = time.clock_gettime(time.CLOCK_REALTIME) - time.clock_gettime(time.CLOCK_BOOTTIME)
        ticks = int(pathlib.Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        start = boot + ticks / os.sysconf("SC_CLK_TCK")
        for look in looks:
            told = datetime.datetime.fromisoformat(look).timestamp()
            self.assertLess(abs(told - start), 0.02, "two ticks of the clock")
        self.assertEqual(len(looks), 1, looks)

    @namespace.needs_root
    def test_the_user_of_a_socket_and_of_its_holder_may_differ(self):
        end = self.stage.listener("127.0.0.1")
        holder = self.stage.keep(scene.start("print('ready', flush=True); input()", pass_fds=[end.fileno()], user=65534))
        row = self.of_port(scene.port(end))
        self.assertEqual((row["uid"], row["user"]), (0, "root"))
        owner, = (owner for owner in row["owners"] if owner["pid"] == holder.pid)
        self.assertEqual((owner["uid"], owner["user"]), (65534, pwd.getpwuid(65534).pw_name))

    def test_a_connection_whose_owner_died_has_none(self):
        waiting = self.stage.listener("127.0.0.1")

        def connect(tell):
            client = socket.create_connection(("127.0.0.1", scene.port(waiting)))
            tell(scene.port(client))
            socket.socketpair()[0].recv(1)

        owner = scene.Held(connect)
        server = self.stage.keep(waiting.accept()[0])
        port = int(owner.told.split()[1])
        owner.close()
        scene.until(lambda: scene.tcp_state(server) == 8, "CLOSE_WAIT")
        row = self.of_port(port)
        self.assertIn(row["state"], ("fin_wait_1", "fin_wait_2"))
        self.assertEqual((row["owner_status"], row["owners"]), ("none", []))
        self.assertIsNone(row["uid"])

    def test_a_process_that_ended_and_waits_for_its_parent_is_no_trouble(self):
        end = self.stage.listener("127.0.0.1")
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        self.addCleanup(os.waitpid, pid, 0)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        self.assertEqual(holders(self.of_port(scene.port(end))), [(os.getpid(), end.fileno())])

    def test_a_socket_that_io_uring_holds_is_in_no_table(self):
        end = self.stage.listener("127.0.0.1")
        self.stage.keep(io_uring.Registered([end.fileno()]))
        port = scene.port(end)
        end.close()
        row = self.of_port(port)
        self.assertEqual(row["owners"], [])
        self.assertIn(row["owner_status"], ("kernel", "hidden"))

    @namespace.needs_root
    def test_from_a_pid_namespace_of_ones_own_the_others_are_elsewhere(self):
        end = self.stage.listener("127.0.0.1")
        prefix = ["unshare", "--pid", "--fork", "--mount-proc"]
        rows = program.sockets("-ta", "--owners", "auto", str(scene.port(end)), prefix=prefix)
        self.assertEqual((rows[0]["owner_status"], rows[0]["owners"]), ("elsewhere", []))


class ByBpf(ByProc):
    road = "bpf"

    def test_a_kernel_that_can_reads_tables_and_others_show_one_file_after_the_other(self):
        watcher = stream.Stream(self, "--owners", "bpf").begin()
        links = [line.split()[1] for text in descriptors_of(watcher.process.pid) for line in text.splitlines()
                 if line.startswith("target_name:")]
        release = tuple(map(int, re.match(r"(\d+)\.(\d+)", os.uname().release).groups()))
        can = release >= (6, 2) and sys.maxsize > 2**32
        self.assertEqual(links, ["task" if can else "task_file"])


MANY_FILES = """
import os, resource, sys
files = 6000
limits = resource.getrlimit(resource.RLIMIT_NOFILE)
try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (files + 100, max(files + 100, limits[1])))
    held = [os.open("/dev/null", os.O_RDONLY) for _ in range(files)]
    print("ready", flush=True)
except (OSError, ValueError) as error:
    print("ready", error, flush=True)
sys.stdin.read()
"""


class ByTable(ByBpf):
    """Where so many files are open that the program that reads tables is worth its loading."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        holder = scene.start(MANY_FILES)
        cls.addClassCleanup(holder.close)
        if holder.told:
            raise unittest.SkipTest("not so many descriptors: " + " ".join(holder.told))


if __name__ == "__main__":
    namespace.run_tests()
