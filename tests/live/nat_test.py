#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""`portscope why` where NAT rules send elsewhere what comes to a port: what it says, beside where a client of another
network namespace arrives."""
import contextlib
import select
import shutil
import socket
import struct
import subprocess
import sys
import unittest

import case
import namespace
import program
import scene
from nobody import AS_NOBODY, NOBODY

OURS, THEIRS, ALSO_OURS = "10.9.0.1", "10.9.0.2", "10.9.0.3"
OF_A_CLUSTER = "10.96.0.10"
ASKED, ELSEWHERE = 8080, 9999
CLONE_NEWNET = 0x40000000
CALL = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=60).close()"
PREROUTING = "add chain {} t pre {{ type nat hook prerouting priority dstnat; }}"
OUTPUT = PREROUTING.replace("prerouting priority dstnat", "output priority -100")


def lack(*tries):
    """Why these commands cannot make NAT rules here, in words; empty when they can."""
    for tool, *_ in (*tries, ["nsenter"]):
        if not shutil.which(tool):
            return f"there is no {tool}"
    for tool in tries:
        tried = subprocess.run(["unshare", "-rn", *tool], capture_output=True, text=True)
        if tried.returncode != 0:
            return f"{tool[0]} cannot make NAT rules on this kernel: {tried.stderr.strip()}"
    return ""


NO_NFT = lack(["nft", f"add table ip t; {PREROUTING.format('ip')}"], ["iptables-nft", "-t", "nat", "-nL"],
              ["ip6tables-nft", "-t", "nat", "-nL"])
NO_LEGACY = lack(["iptables-legacy", "-t", "nat", "-nL"], ["ip6tables-legacy", "-t", "nat", "-nL"])


def run(*command):
    subprocess.run(command, check=True)


class Wire(case.Case):
    """Two namespaces with a wire between them; on our end somebody listens on the port that is asked about, and somebody
    where the rules send."""

    @classmethod
    def setUpClass(cls):
        def be_another_machine(tell):
            assert scene.libc.unshare(CLONE_NEWNET) == 0
            tell()

        cls.client = scene.Held(be_another_machine)
        cls.addClassCleanup(cls.client.close)
        cls.there = ["nsenter", "-t", str(cls.client.pid), "-n"]
        run("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1", "netns", str(cls.client.pid))
        # By itself it goes some time after the other namespace has, and the next class makes its own.
        cls.addClassCleanup(run, "ip", "link", "delete", "v0")
        for prefix, wire, address in (([], "v0", OURS), (cls.there, "v1", THEIRS)):
            run(*prefix, "ip", "address", "add", f"{address}/24", "dev", wire)
            run(*prefix, "ip", "address", "add", f"fd00::{address[-1]}/64", "dev", wire, "nodad")
            run(*prefix, "ip", "link", "set", wire, "up")
        run("ip", "address", "add", f"{ALSO_OURS}/24", "dev", "v0")
        run(*cls.there, "ip", "route", "add", OF_A_CLUSTER, "via", OURS)

    def setUp(self):
        super().setUp()
        self.elsewhere = self.stage.listener("::", ELSEWHERE, v6only=0)

    def iptables(self, *rules, command="iptables-nft"):
        for rule in rules:
            run(command, "-t", "nat", *rule.split())

    def arrives(self, address, port, prefix):
        """The port whose listener is called by who calls this one."""
        with contextlib.ExitStack() as open_ends:
            asked = open_ends.enter_context(socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True))
            caller = subprocess.Popen([*prefix, sys.executable, "-c", CALL, address, str(port)], stderr=subprocess.DEVNULL)
            open_ends.callback(caller.wait)
            called = select.select([asked, self.elsewhere], [], [], 60)[0]
            self.assertEqual(len(called), 1, "nobody is called, or two are")
            with called[0].accept()[0] as accepted:  # reset: nothing of it is to be left on the port
                accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return scene.port(called[0])

    def notes(self, target, **popen):
        told = program.document("why", target, **popen)
        self.assertEqual(told["verdict"], "free")
        return [note["text"] for note in told["notes"] if note["rule"] == "published_by_nat"]

    def assert_redirected(self, target=str(ASKED), address=OURS, port=ASKED, words="what comes from outside", here=False):
        self.assertEqual(self.arrives(address, port, [] if here else self.there), ELSEWHERE)
        note, = self.notes(target)
        self.assertTrue(note.startswith(words), note)
        self.assertIn(f"{ELSEWHERE}", note)

    def assert_reached(self, target, address=OURS, port=ASKED, here=False):
        self.assertEqual(self.arrives(address, port, [] if here else self.there), port)
        self.assertEqual(self.notes(target), [])

    def assert_told_only_while_it_is_ours(self):
        """A rule for the address of a cluster."""
        for thing in (["address", "add", f"{OF_A_CLUSTER}/32", "dev", "v0"], ["route", "add", "local", OF_A_CLUSTER, "dev", "v0"]):
            self.assert_reached(str(ASKED))
            run("ip", *thing)
            self.assertEqual(self.arrives(OURS, ASKED, self.there), ASKED)
            self.assert_redirected(address=OF_A_CLUSTER, words="some of what comes from outside over IPv4 goes to 10.9.0.1:9999")
            self.assert_redirected(f"{OF_A_CLUSTER}:{ASKED}", OF_A_CLUSTER, words="what comes from outside over IPv4")
            self.assertEqual(self.notes(f"{OURS}:{ASKED}"), [])
            run("ip", thing[0], "delete", *thing[2:])


@unittest.skipIf(NO_NFT, NO_NFT)
class Nat(Wire):
    """Rules of nft, and of the iptables that writes such."""

    def setUp(self):
        super().setUp()
        self.addCleanup(run, "nft", "flush", "ruleset")

    def nft(self, family, *rules, hook=PREROUTING):
        run("nft", f"add table {family} t")
        run("nft", hook.format(family))
        for rule in rules:
            run("nft", rule if rule.startswith("add") else f"add rule {family} t pre {rule}")

    def test_without_rules_nothing_is_said(self):
        self.assert_reached(str(ASKED))

    def test_a_rule_of_nft(self):
        self.nft("ip", f"tcp dport {ASKED} dnat to {OURS}:{ELSEWHERE}")
        self.assert_redirected(words="what comes from outside over IPv4 goes to 10.9.0.1:9999, by a rule in chain pre of table ip t")
        self.assert_redirected(f"{OURS}:{ASKED}")
        self.assert_reached(f"127.0.0.1:{ASKED}", "127.0.0.1", here=True)
        self.assert_reached(f"[::]:{ASKED + 1}", port=ASKED + 1)
        self.assertEqual(self.notes(f"[fd00::1]:{ASKED}"), [])
        self.assertEqual(self.arrives("fd00::1", ASKED, self.there), ASKED)

    def test_ranges_sets_maps_and_jumps(self):
        to = f"{OURS}:{ELSEWHERE}"
        for rules in ([f"tcp dport 8000-8999 dnat ip to {to}"], [f"tcp dport {{ 80, 8000-8100 }} dnat ip to {to}"],
                      [f"dnat ip addr . port to tcp dport map {{ {ASKED} : {OURS} . {ELSEWHERE} }}"],
                      ["add chain inet t more", f"add rule inet t more meta l4proto tcp dnat ip to {to}", f"tcp dport vmap {{ {ASKED} : jump more }}"],
                      [f"fib daddr type local meta l4proto tcp th dport {ASKED} redirect to :{ELSEWHERE}"],
                      [f'iifname != "docker0" tcp dport {ASKED} dnat ip to {to}']):
            with self.subTest(rules[-1]):
                self.nft("inet", *rules)
                self.assert_redirected()
                run("nft", "flush", "ruleset")

    def test_an_earlier_verdict_spares_it(self):
        self.nft("ip", f"tcp dport {ASKED} accept", f"tcp dport {ASKED} redirect to :{ELSEWHERE}")
        self.assert_reached(str(ASKED))

    def test_further_conditions_are_of_some(self):
        for condition in ('iifname "v0"', f"ip saddr {THEIRS}", f"ip daddr {OURS}"):
            with self.subTest(condition):
                self.nft("ip", f"{condition} tcp dport {ASKED} redirect to :{ELSEWHERE}")
                self.assert_redirected(words="some of what comes from outside over IPv4")
                run("nft", "flush", "ruleset")

    def test_of_a_wildcard_only_addresses_of_this_machine_count(self):
        self.nft("ip", f"ip daddr {OF_A_CLUSTER} tcp dport {ASKED} dnat to {OURS}:{ELSEWHERE}")
        self.assert_told_only_while_it_is_ours()
        run("nft", "flush", "ruleset")
        self.iptables(f"-A PREROUTING -d {OF_A_CLUSTER} -p tcp --dport {ASKED} -j DNAT --to-destination {OURS}:{ELSEWHERE}")
        self.assert_told_only_while_it_is_ours()

    def test_a_condition_that_all_addresses_of_this_machine_meet_is_none(self):
        self.nft("ip", f"ip daddr {{ {OURS}, {ALSO_OURS} }} tcp dport {ASKED} redirect to :{ELSEWHERE}")
        for address in (OURS, ALSO_OURS):
            self.assert_redirected(address=address, words="what comes from outside over IPv4")

    def test_what_is_sent_here_by_some_loopback_address(self):
        self.nft("ip", f"ip daddr 127.0.0.11 tcp dport {ASKED} redirect to :{ELSEWHERE}", hook=OUTPUT)
        self.assert_redirected(address="127.0.0.11", words="some of what comes from this machine over IPv4", here=True)
        self.assertEqual(self.arrives("127.0.0.1", ASKED, []), ASKED)

    def test_broadcast_is_for_datagrams(self):
        self.nft("ip", f"ip daddr 10.9.0.255 meta l4proto {{ tcp, udp }} th dport {ASKED} redirect to :{ELSEWHERE}")
        self.assertEqual(self.notes(str(ASKED)), [])
        note, = self.notes(f"{ASKED}/udp")
        self.assertTrue(note.startswith("some of what comes from outside over IPv4"), note)

    def test_of_very_many_some_are_told_and_how_many_there_are(self):
        self.nft("ip", *(f"tcp dport {ASKED} tcp sport {i} dnat to 10.0.0.{i}" for i in range(1, 10)))
        told = program.document("why", str(ASKED))
        notes = [note["text"] for note in told["notes"] if note["rule"] == "published_by_nat"]
        self.assertEqual(len(notes), 5)
        self.assertTrue(notes[-1].startswith("some of what comes goes elsewhere by 5 more rules of table ip t: "), notes[-1])
        commands = [remedy["command"] for remedy in told["remedies"]]
        self.assertEqual(commands, ["nft list chain ip t pre", "nft list table ip t"])
        for command in commands:
            run(*command.split())

    def test_the_address_that_is_asked_about_is_no_further_condition(self):
        self.nft("ip", f"ip daddr {OURS} tcp dport {ASKED} redirect to :{ELSEWHERE}")
        self.assert_redirected(f"{OURS}:{ASKED}")

    def test_ipv6(self):
        self.nft("ip6", f"tcp dport {ASKED} dnat to [fd00::1]:{ELSEWHERE}")
        self.assert_redirected(address="fd00::1", words="what comes from outside over IPv6 goes to [fd00::1]:9999")
        self.assert_reached(f"0.0.0.0:{ASKED}")

    def test_iptables(self):
        for rule in (f"-p tcp --dport {ASKED} -j DNAT --to-destination {OURS}:{ELSEWHERE}",
                     f"-p tcp -m multiport --dports 80,8000:8999 -j DNAT --to-destination {OURS}:{ELSEWHERE}",
                     f"-p tcp --dport {ASKED} -m comment --comment web -j REDIRECT --to-ports {ELSEWHERE}"):
            with self.subTest(rule):
                self.iptables(f"-A PREROUTING {rule}")
                self.assert_redirected()
                run("nft", "flush", "ruleset")
        self.iptables(f"-A PREROUTING -p tcp --dport {ASKED} -j DNAT --to-destination [fd00::1]:{ELSEWHERE}", command="ip6tables-nft")
        self.assert_redirected(address="fd00::1")

    def test_as_docker_publishes_a_port(self):
        self.iptables("-N DOCKER", "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
                      "-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER", "-A DOCKER -i docker0 -j RETURN",
                      f"-A DOCKER ! -i docker0 -p tcp -m tcp --dport {ASKED} -j DNAT --to-destination {OURS}:{ELSEWHERE}")
        target = f"{OURS}:{ASKED}"
        self.assert_redirected(target, words="what comes from outside and from this machine over IPv4")
        self.assert_redirected(target, words="what comes from outside and from this machine over IPv4", here=True)
        self.assert_reached(f"127.0.0.1:{ASKED}", "127.0.0.1", here=True)
        told = program.document("why", target)
        commands = [remedy["command"] for remedy in told["remedies"]]
        self.assertEqual(commands, [f"docker ps --filter publish={ASKED}", "nft list chain ip nat DOCKER"])
        run(*commands[1].split())

    @namespace.needs_root
    def test_who_may_not_read_the_rules_is_told_so(self):
        self.nft("ip", f"tcp dport {ASKED} redirect to :{ELSEWHERE}")
        told = program.document("why", str(ASKED), prefix=AS_NOBODY)
        self.assertEqual([note for note in told["notes"] if note["rule"] == "published_by_nat"], [])
        gap, = told["gaps"]
        self.assert_told(gap, what="nat_rules", why="EPERM", remedy="CAP_NET_ADMIN is missing: run as root")
        with socket.create_server(("0.0.0.0", ASKED)):
            blocked = program.document("why", str(ASKED), codes=(1,), prefix=AS_NOBODY)
        self.assertNotIn("nat_rules", [gap["what"] for gap in blocked["gaps"]], "something else is in the way")


LEGACY = {4: "iptables-legacy", 6: "ip6tables-legacy"}


@unittest.skipIf(NO_LEGACY, NO_LEGACY)
class Legacy(Wire):
    """Rules of iptables-legacy."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.flush)

    def flush(self):
        for command in LEGACY.values():
            run(command, "-t", "nat", "-F")
            run(command, "-t", "nat", "-X")

    def legacy(self, *rules, ip=4):
        self.iptables(*rules, command=LEGACY[ip])

    def test_a_rule(self):
        for rule in (f"-p tcp --dport {ASKED} -j DNAT --to-destination {OURS}:{ELSEWHERE}",
                     f"-p tcp -m multiport --dports 80,8000:8999 -j DNAT --to-destination {OURS}:{ELSEWHERE}",
                     f"-p tcp --dport {ASKED} -m comment --comment web -j REDIRECT --to-ports {ELSEWHERE}",
                     f"! -p udp ! -i docker0 -j REDIRECT --to-ports {ELSEWHERE}",
                     f"! -d 127.0.0.0/8 -i v+ -p tcp --dport {ASKED} -j REDIRECT --to-ports {ELSEWHERE}"):
            with self.subTest(rule):
                self.legacy("-A PREROUTING -p tcp", "-A PREROUTING -p udp -j ACCEPT", f"-A PREROUTING {rule}")
                self.assert_redirected(words="some of what" if "v+" in rule else "what comes from outside over IPv4")
                self.assert_reached(f"127.0.0.1:{ASKED}", "127.0.0.1", here=True)
                self.flush()

    def test_it_is_told_what_shows_the_rule(self):
        self.legacy(f"-A PREROUTING -p tcp --dport {ASKED} -j DNAT --to-destination {OURS}:{ELSEWHERE}")
        self.assert_redirected(words="what comes from outside over IPv4 goes to 10.9.0.1:9999, by a rule of iptables-legacy in "
                                     "chain PREROUTING of table ip nat")
        told = program.document("why", str(ASKED))
        self.assertEqual(told["gaps"], [])
        command, = [remedy["command"] for remedy in told["remedies"]]
        self.assertEqual(command, "iptables-legacy -t nat -S PREROUTING")
        self.assertIn(str(ELSEWHERE), subprocess.run(command.split(), capture_output=True, text=True, check=True).stdout)

    def test_ipv6(self):
        for target in (f"DNAT --to-destination [fd00::1]:{ELSEWHERE}", f"REDIRECT --to-ports {ELSEWHERE}"):
            with self.subTest(target):
                self.legacy(f"-A PREROUTING -d fd00::/64 -p tcp --dport {ASKED} -j {target}", ip=6)
                self.assert_redirected(f"[fd00::1]:{ASKED}", "fd00::1", words="what comes from outside over IPv6")
                self.assert_reached(f"0.0.0.0:{ASKED}")
                self.flush()

    def test_chains(self):
        to = f"-p tcp -j REDIRECT --to-ports {ELSEWHERE}"
        for rules, is_sent in (((f"-A ONE {to}",), True),
                               ((f"-A ONE -p tcp --dport {ASKED} -j RETURN", f"-A ONE {to}"), False),
                               (("-A ONE -j TWO", f"-A TWO {to}"), True),
                               (("-A ONE -g TWO", f"-A ONE {to}"), False),
                               (("-A ONE -j TWO", "-A TWO -p tcp -j RETURN", f"-A ONE {to}"), True),
                               (("-A ONE -p tcp -j ACCEPT", f"-A PREROUTING {to}"), False)):
            with self.subTest(rules):
                self.legacy("-N ONE", "-N TWO", "-A PREROUTING -j ONE", *rules)
                self.assert_redirected() if is_sent else self.assert_reached(str(ASKED))
                self.flush()

    def test_further_conditions_are_of_some(self):
        for condition in ("-i v0", f"-s {THEIRS}", f"-d {OURS}", "-m mark --mark 0"):
            with self.subTest(condition):
                self.legacy(f"-A PREROUTING {condition} -p tcp --dport {ASKED} -j REDIRECT --to-ports {ELSEWHERE}")
                self.assert_redirected(words="some of what comes from outside over IPv4")
                self.flush()
        self.legacy(f"-A PREROUTING -d {OURS} -p tcp --dport {ASKED} -j REDIRECT --to-ports {ELSEWHERE}")
        self.assert_redirected(f"{OURS}:{ASKED}")

    def test_as_docker_publishes_a_port(self):
        self.legacy("-N DOCKER", "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
                    "-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER", "-A DOCKER -i docker0 -j RETURN",
                    f"-A DOCKER ! -i docker0 -p tcp -m tcp --dport {ASKED} -j DNAT --to-destination {OURS}:{ELSEWHERE}")
        for here in (False, True):
            self.assert_redirected(f"{OURS}:{ASKED}", words="what comes from outside and from this machine over IPv4", here=here)
        self.assert_reached(f"127.0.0.1:{ASKED}", "127.0.0.1", here=True)
        self.assertEqual(program.document("why", f"{OURS}:{ASKED}")["remedies"][-1]["command"], "iptables-legacy -t nat -S DOCKER")

    def test_of_a_wildcard_only_addresses_of_this_machine_count(self):
        self.legacy(f"-A PREROUTING -d {OF_A_CLUSTER} -p tcp --dport {ASKED} -j DNAT --to-destination {OURS}:{ELSEWHERE}")
        self.assert_told_only_while_it_is_ours()

    @unittest.skipIf(NO_NFT, NO_NFT)
    def test_of_two_the_lower_priority_is_first(self):
        self.addCleanup(run, "nft", "flush", "ruleset")
        self.legacy(f"-A PREROUTING -p tcp --dport {ASKED} -j REDIRECT --to-ports 1")
        run("nft", f"add table ip t; {PREROUTING.format('ip').replace('dstnat', '-101')}; "
                   f"add rule ip t pre tcp dport {ASKED} redirect to :{ELSEWHERE}")
        self.assert_redirected(words="what comes from outside over IPv4 goes to port 9999")
        run("nft", f"delete table ip t; add table ip t; {PREROUTING.format('ip')}; "
                   f"add rule ip t pre tcp dport {ASKED} redirect to :{ELSEWHERE}")
        self.assertEqual(self.arrives(OURS, ASKED, self.there), ELSEWHERE)
        self.assertEqual([note[:12] for note in self.notes(str(ASKED))], ["some of what"] * 2, "which is first cannot be seen")

    def test_a_table_is_not_made_by_asking(self):
        names = "cat /proc/thread-self/net/ip_tables_names /proc/thread-self/net/ip6_tables_names"
        script = f'before=$({names}) && "$@" >&2 && test "$before" = "$({names})" && echo "$before"'
        told = subprocess.run(["unshare", "-n", "sh", "-c", script, "sh", program.PATH, "why", str(ASKED)],
                              capture_output=True, text=True)
        self.assertEqual(told.returncode, 0, told.stderr)

    @namespace.needs_root
    def test_whether_there_is_a_table_only_root_may_see(self):
        rights = ["--regid", str(NOBODY), "--inh-caps", "+net_admin", "--ambient-caps", "+net_admin"]
        gap, = program.document("why", str(ASKED), prefix=[*AS_NOBODY, *rights])["gaps"]
        self.assert_told(gap, what="nat_rules", why="EACCES")


if __name__ == "__main__":
    namespace.run_tests()
