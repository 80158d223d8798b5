#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Clusters that fingers know from ss and netstat mean here what they mean there."""
import collections
import itertools
import os
import re
import shutil
import tempfile
import unittest

import everything
import namespace
import peers
import program
import scene


def counted(rows):
    return collections.Counter(map(program.key, rows))


def without_bound(rows):
    """ss and netstat do not show bound sockets."""
    return [row for row in rows if row["state"] != "bound"]


def without_refusals(text):
    """The full listener refuses its client again at every retransmission."""
    return re.sub(r"\d+ refused *", "", text)


class Dialect(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        everything.open_all(cls.stage)

    def assert_same_text(self, spelling, *others):
        expected = program.run(*spelling)
        self.assertEqual((expected.code, expected.err), (0, ""))
        for other in others:
            answer = program.run(*other)
            self.assertEqual((answer.code, answer.err), (0, ""), other)
            self.assertEqual(without_refusals(answer.text), without_refusals(expected.text), other)

    def test_any_order_of_a_cluster_and_the_long_forms(self):
        for cluster, long_forms in (("tulpn", ["--tcp", "--udp", "--listen"]), ("tlnp", ["--tcp", "--listening"])):
            orders = list(itertools.permutations(cluster))[::7]
            self.assert_same_text(long_forms, *(["-" + "".join(order)] for order in orders))
        self.assert_same_text(["--unix", "--listen"], ["-xlp"], ["-plx"], ["-l", "-x", "-p"], ["-xlpn"])
        self.assert_same_text(["-lt"], ["-tlW"], ["-tlP"], ["-nP", "-tl"], ["-tlO"], ["-t", "--numeric", "--processes", "-l"])

    def test_all_clusters(self):
        for cluster, long_forms in (("-tan", ["--tcp", "--all"]), ("-tanp", ["--tcp", "--all"]), ("-an", ["--all"]),
                                    ("-nat", ["--tcp", "--all"]), ("-anp", ["--all"]), ("-uan", ["--udp", "--all"]),
                                    ("-tuan", ["--tcp", "--udp", "--all"]), ("-xan", ["--unix", "--all"])):
            self.assertEqual(counted(program.sockets(cluster)), counted(program.sockets(*long_forms)), cluster)

    def test_as_ss(self):
        for cluster, parts in (("-tan", ["tcp"]), ("-tanp", ["tcp"]), ("-tln", ["tcp"]), ("-tlnp", ["tcp"]), ("-uln", ["udp"]),
                               ("-uan", ["udp"]), ("-tulpn", ["tcp", "udp"]), ("-tun", ["tcp", "udp"])):
            theirs = []
            for transport in parts:
                own = "".join(c for c in cluster if c not in "tu") + transport[0]
                theirs += [row["key"] for row in peers.ss_inet(transport, [own])]
            ours = without_bound(program.sockets(cluster))
            if cluster == "-tun":  # without -a ss leaves out more than time_wait
                ours = [row for row in ours if row["state"] not in ("listen", "unconnected", "syn_received")]
            with self.subTest(cluster):
                self.assertEqual(counted(ours), collections.Counter(theirs))

    def test_unix_as_ss(self):
        self.assertEqual({row["inode"] for row in program.sockets("-xlp")},
                         {row["inode"] for row in peers.ss_unix(["-xl"]) if row["state"] == "listen"})
        self.assertEqual({row["inode"] for row in program.sockets("-xan")}, {row["inode"] for row in peers.ss_unix(["-xa"])})

    def test_names_and_families_as_ss(self):
        directory = self.enterContext(tempfile.TemporaryDirectory())
        self.stage.unix(f"{directory}/Demo.sock")
        self.stage.unix(f"\0portscope-demo-{os.getpid()}")
        for term in (f"src {directory}/*", f"src {directory.lower()}/demo*", f"src unix:{directory}/Demo.sock", "src @*",
                     "src unix:*DEMO*", "src unix:*", f"not src {directory}/*"):
            with self.subTest(term):
                theirs = {row["inode"] for row in peers.ss_unix(["-xa", *term.split()])}
                self.assertTrue(theirs)
                self.assertEqual({row["inode"] for row in program.sockets("-xa", *term.split())}, theirs)
        for term in ("src inet:127.0.0.1", "src inet6:[::1]", "src inet6:*", "src inet:0.0.0.0", "dst inet:127.0.0.0/8"):
            with self.subTest(term):
                theirs = collections.Counter(row["key"] for row in peers.ss_inet("tcp", ["-ta", *term.split()]))
                self.assertTrue(theirs)
                self.assertEqual(counted(without_bound(program.sockets("-ta", *term.split()))), theirs)

    @unittest.skipUnless(shutil.which("netstat"), "netstat is not installed")
    def test_as_netstat(self):
        for cluster in ("-tan", "-tlnp", "-tulpn", "-uan"):
            theirs = collections.Counter(key for key, _ in peers.netstat([cluster]))
            if cluster == "-uan":  # netstat's -u takes UDP-Lite along
                theirs = collections.Counter({key: count for key, count in theirs.items() if key[0] == "udp"})
            if cluster == "-tulpn":
                theirs = collections.Counter({key: count for key, count in theirs.items() if key[0] != "udplite"})
            with self.subTest(cluster):
                self.assertEqual(counted(without_bound(program.sockets(cluster))), theirs)

    @unittest.skipUnless(shutil.which("netstat"), "netstat is not installed")
    def test_owners_as_netstat(self):
        named = {key: owner.split("/")[0] for key, owner in peers.netstat(["-tanp"]) if owner and owner != "-"}
        ours = {program.key(row): str(row["owners"][0]["pid"]) for row in program.sockets("-tanp")
                if row["owners"] and row["state"] != "bound"}
        self.assertEqual(ours, named)
        self.assertEqual(set(named.values()), {str(os.getpid())})

    def test_summary(self):
        counts = collections.Counter((row["transport"], row["state"]) for row in program.sockets("-a"))
        for spelling in (["-s"], ["--summary"], ["summary"]):
            document = program.document(*spelling)
            self.assertEqual(document["schema"], "portscope.summary/1")
            told = {(row["transport"], row["state"]): row["sockets"] for row in document["counts"]}
            self.assertEqual(told, dict(counts), spelling)
            families = collections.Counter((row["transport"], row["family"]) for row in program.sockets("-a"))
            for family in ("ipv4", "ipv6"):
                for transport in ("tcp", "udp"):
                    self.assertEqual(sum(row[family] for row in document["counts"] if row["transport"] == transport),
                                     families[transport, family])
            self.assertIn("time_wait", program.run(*spelling).text)
        told = program.document("-s", "-t")["counts"]
        self.assertEqual({row["transport"] for row in told}, {"tcp"})

    def test_extended_adds_columns(self):
        heading = program.run("-tane").lines[0].split()
        self.assertLessEqual({"INODE", "COOKIE", "UID"}, set(heading))
        self.assertNotIn("INODE", program.run("-tan").lines[0])


if __name__ == "__main__":
    namespace.run_tests()
