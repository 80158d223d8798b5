#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Which sockets are wanted: options, states and targets, against what was opened."""
import ipaddress
import unittest

import everything
import namespace
import program
import scene

IP = {"tcp", "udp", "udplite", "raw", "icmp"}
SPELLINGS = {"listen": ("LISTEN", "listening"), "established": ("estab", "ESTAB", "ESTABLISHED"),
             "time_wait": ("time-wait", "TIME_WAIT", "time_wait"), "fin_wait_1": ("fin-wait-1", "FIN_WAIT1", "fin_wait_1"),
             "fin_wait_2": ("fin-wait-2", "FIN_WAIT2"), "syn_received": ("syn-recv", "SYN_RECV"),
             "syn_sent": ("syn-sent", "SYN_SENT"), "close_wait": ("close-wait", "CLOSE_WAIT"),
             "last_ack": ("last-ack", "LAST_ACK"), "closing": ("CLOSING", "closing")}
LEAVING = ("time_wait", "fin_wait_2")  # a minute after the stage was set, which is little where a machine is emulated


def names(rows, but=()):
    """By inode where there is one: /proc knows neither the peers of Unix sockets nor who of them only listens."""
    return sorted(str(row["inode"] or program.key(row)) for row in rows if row["state"] not in but)


class Selection(unittest.TestCase):
    """Those whose names begin with 0 come first, while the sockets that leave are there."""
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        everything.open_all(cls.stage)
        cls.all = program.sockets("-a", "-A", "inet,unix")

    def assert_selects(self, arguments, condition, but=LEAVING):
        for source in ("auto", "proc"):
            wanted = [row for row in self.all if condition(row) and (source == "auto" or row["state"] != "bound")]
            self.assertTrue(wanted, "the stage has none of these")
            with self.subTest(arguments=arguments, source=source):
                answer = program.run(*arguments, "--json", "--source", source)
                self.assertIn(answer.code, (0, 3) if source == "proc" else (0,), answer.err)
                self.assertEqual(names(program.parse(answer.text)["sockets"], but), names(wanted, but))

    def test_protocols(self):
        for option, wanted in (("-t", {"tcp"}), ("-u", {"udp"}), ("-w", {"raw"}), ("-x", {"unix"}), ("--udplite", {"udplite"}),
                               ("--icmp", {"icmp"}), ("-tu", {"tcp", "udp"}), ("-tx", {"tcp", "unix"}), ("-a", IP),
                               ("-Ainet,unix", IP | {"unix"}), ("-Ainet", IP), ("-Atcp,unix", {"tcp", "unix"})):
            self.assert_selects([option, "-a"], lambda row, wanted=wanted: row["transport"] in wanted)

    def test_families(self):
        for option, family in (("-4", "ipv4"), ("-6", "ipv6")):
            self.assert_selects([option, "-a"], lambda row, family=family: row["family"] == family)
            self.assert_selects([option, "-ta"], lambda row, family=family: (row["transport"], row["family"]) == ("tcp", family))
        self.assert_selects(["-f", "unix", "-a"], lambda row: row["transport"] == "unix")
        self.assert_selects(["-46", "-a"], lambda row: row["transport"] in IP)

    def test_0_without_all_time_wait_is_left_out(self):
        for words in ([], ["list"]):
            self.assert_selects(words, lambda row: row["transport"] in IP and row["state"] != "time_wait", but=())

    def test_listen(self):
        def waits(row):
            return row["state"] == "listen" or (row["state"] == "unconnected" and row["transport"] in IP)

        self.assert_selects(["-l"], lambda row: waits(row) and row["transport"] in IP)
        self.assert_selects(["--listening", "-A", "inet,unix"], waits)
        self.assert_selects(["-tl"], lambda row: (row["transport"], row["state"]) == ("tcp", "listen"))
        self.assert_selects(["-xl"], lambda row: (row["transport"], row["state"]) == ("unix", "listen"))
        self.assert_selects(["-lu"], lambda row: row["transport"] == "udp" and waits(row))

    @namespace.needs_bound
    def test_bound(self):
        rows = program.sockets("-tB")
        self.assertEqual(names(rows), names(row for row in self.all if row["state"] == "bound"))
        both = program.sockets("-tlB")
        self.assertEqual(names(both), names(row for row in self.all
                                            if row["transport"] == "tcp" and row["state"] in ("bound", "listen")))

    def test_0_states_in_every_spelling(self):
        for state, spellings in SPELLINGS.items():
            for spelling in spellings:
                self.assert_selects(["-t", "state", spelling],
                                    lambda row, state=state: (row["transport"], row["state"]) == ("tcp", state), but=())
        self.assert_selects(["-ta", "exclude", "listen"], lambda row: row["transport"] == "tcp" and row["state"] != "listen")
        self.assert_selects(["-t", "state", "listen", "state", "syn-sent"],
                            lambda row: row["transport"] == "tcp" and row["state"] in ("listen", "syn_sent"))

    def assert_target(self, words, condition):
        self.assert_selects(["-a", *words], lambda row: row["transport"] in IP and condition(row))

    def test_ports(self):
        for word in ("8080", ":8080", "*:8080"):
            self.assert_target([word], lambda row: row["local"]["port"] == 8080)
        self.assert_target(["8080/tcp"], lambda row: row["transport"] == "tcp" and row["local"]["port"] == 8080)
        self.assert_target(["tcp:8080"], lambda row: row["transport"] == "tcp" and row["local"]["port"] == 8080)
        self.assert_target(["9000/udp"], lambda row: row["transport"] == "udp" and row["local"]["port"] == 9000)
        self.assert_target(["8000-8999"], lambda row: 8000 <= row["local"]["port"] <= 8999)
        self.assert_target(["8080-8085", "8083-8099"], lambda row: 8083 <= row["local"]["port"] <= 8085)
        self.assert_target(["1-65535"], lambda row: row["local"]["port"] > 0)

    def reached_at(self, address, port):
        four = "." in address

        def condition(row):
            local = row["local"]
            wildcard = local["address"] == "0.0.0.0" and four or local["address"] == "::" and (not four or row["dual_stack"])
            return local["port"] == port and (local["address"] == address or wildcard)

        return condition

    def test_an_address_with_a_port_finds_who_is_reached_there(self):
        for address, port, found in (("127.0.0.1", 8080, 1), ("127.0.0.1", 8081, 1), ("10.1.2.3", 8081, 1), ("127.0.0.1", 8082, 1),
                                     ("127.0.0.1", 8088, 2), ("::1", 8082, 1), ("::1", 8083, 1), ("127.0.0.1", 9000, 1)):
            word = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
            rows = program.sockets("-a", word)
            with self.subTest(word):
                self.assertEqual(len(rows), found)
                self.assertEqual(names(rows), names(row for row in self.all
                                                    if row["transport"] in IP and self.reached_at(address, port)(row)))
        for word in ("127.0.0.1:8083", "127.0.0.2:8080", "[::1]:8081"):
            self.assertEqual(program.sockets("-a", word), [], word)

    def test_prefixes_match_either_end(self):
        def inside(prefix):
            network = ipaddress.ip_network(prefix)
            return lambda row: any(end and ipaddress.ip_address(end["address"]) in network for end in (row["local"], row["peer"]))

        for prefix in ("127.0.0.0/8", "::1/128", "fe80::/10", "127.0.0.1"):
            self.assert_target([prefix], inside(prefix))
        self.assertEqual(program.sockets("-a", "10.0.0.0/8"), [])

    def test_a_scope(self):
        rows = program.sockets("-ta", "[fe80::1%lo]:8084")
        self.assertEqual([row["local"]["port"] for row in rows], [8084])

    def test_unix_targets(self):
        path = f"{self.stage.directory}/SOCK_STREAM"
        rows = program.sockets("-l", path)
        self.assertEqual([row["local"] for row in rows], [{"path": path}])
        rows = program.sockets("-l", "@portscope-test-SOCK_STREAM")
        self.assertEqual([row["local"] for row in rows], [{"abstract": "portscope-test-SOCK_STREAM"}])

    def test_quiet_answers_by_its_exit_code(self):
        for words, code in ((("8080",), 0), (("2",), 1), (("-u", "8080"), 1), (("-l", "8081/tcp"), 0)):
            answer = program.run("-q", *words)
            self.assertEqual((answer.code, answer.out, answer.err), (code, b"", ""), words)

    def test_nothing_matched_is_an_answer_of_its_own(self):
        for option in ("--json", "--csv", "--tsv", "--format=table"):
            self.assertEqual(program.run("2", option).code, 1)
        self.assertEqual(program.document("2", codes=(1,))["sockets"], [])
        self.assertEqual(program.run("2", "--jsonl").out, b"")


if __name__ == "__main__":
    namespace.run_tests()
