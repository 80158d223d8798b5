#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every byte of struct tcp_info (linux/tcp.h), as long as this kernel makes it, against getsockopt(2)."""
import socket
import struct
import sys
import unittest

import case
import diag
import namespace
import program
import scene
import tcp_scene

CONGESTION_STATES = ("open", "disorder", "cwr", "recovery", "loss")
FASTOPEN_FAILURES = ("unspecified", "cookie_unavailable", "data_not_acked", "syn_retransmitted")
OPTIONS = ("timestamps", "sack", "wscale", "ecn", "ecn_seen", "syn_data", "usec_timestamps", "tfo_child")
# Behind eight bytes that are taken apart by hand: names as they follow each other, and their sizes.
FIELDS = """
    rto_us:4 ato_us:4 snd_mss:4 rcv_mss:4 unacked:4 sacked:4 lost:4 retrans:4 fackets:4 last_data_sent_ms:4 last_ack_sent_ms:4
    last_data_recv_ms:4 last_ack_recv_ms:4 pmtu:4 rcv_ssthresh:4 rtt_us:4 rttvar_us:4 snd_ssthresh:4 snd_cwnd:4 advmss:4 reordering:4
    rcv_rtt_us:4 rcv_space:4 total_retrans:4 pacing_rate:8 max_pacing_rate:8 bytes_acked:8 bytes_received:8 segs_out:4 segs_in:4
    notsent_bytes:4 min_rtt_us:4 data_segs_in:4 data_segs_out:4 delivery_rate:8 busy_time_us:8 rwnd_limited_us:8 sndbuf_limited_us:8
    delivered:4 delivered_ce:4 bytes_sent:8 bytes_retrans:8 dsack_dups:4 reord_seen:4 rcv_ooopack:4 snd_wnd:4 rcv_wnd:4 rehash:4
    total_rto:2 total_rto_recoveries:2 total_rto_time_ms:4 received_ce:4 delivered_e1_bytes:4 delivered_e0_bytes:4 delivered_ce_bytes:4
    received_e1_bytes:4 received_e0_bytes:4 received_ce_bytes:4
""".split()
# By these the kernel says that it has not measured, or that there is no limit.
UNKNOWN = {"last_ack_sent_ms": 0, "rto_us": 0, "rtt_us": 0, "rcv_rtt_us": 0, "min_rtt_us": 2**32 - 1, "snd_ssthresh": 0x7FFFFFFF,
           "pacing_rate": 2**64 - 1, "max_pacing_rate": 2**64 - 1}
# What the kernel says there has another meaning (the queue of a listener) or none (the time since its start).
MEANINGLESS = {"listen": {"unacked", "sacked"}, "syn_sent": {"last_data_sent_ms", "last_data_recv_ms", "last_ack_recv_ms"}}
NOT_OF_THE_STRUCT = {"congestion", "ulp", "vegas", "dctcp", "bbr", "tls", "subflow", "md5_keys"}


def first_bytes(info):
    state, retransmits, probes, backoff, options, scales, more = struct.unpack_from("x7B", info)  # tcpi_state comes first
    little = sys.byteorder == "little"
    return {"ca_state": CONGESTION_STATES[state], "retransmits": retransmits, "probes": probes, "backoff": backoff,
            "snd_wscale": scales & 15 if little else scales >> 4, "rcv_wscale": scales >> 4 if little else scales & 15,
            "delivery_rate_app_limited": bool(more & (1 if little else 128)),
            "fastopen_client_fail": FASTOPEN_FAILURES[more >> 1 & 3 if little else more >> 5 & 3],
            } | {name: bool(options >> bit & 1) for bit, name in enumerate(OPTIONS)}


def read(info):
    """What the struct says, by our names; null where the kernel does not know."""
    told, place = first_bytes(info), 8
    for field in FIELDS:
        name, size = field.split(":")
        if place + int(size) > len(info):
            break
        value = int.from_bytes(info[place:place + int(size)], sys.byteorder)
        told[name] = None if UNKNOWN.get(name) == value else value
        place += int(size)
    if place + 4 <= len(info):  # bits that differ from kernel to kernel
        told["accecn_flags"] = f"{int.from_bytes(info[place:place + 4], sys.byteorder):x}"
    return told


@unittest.skipUnless(diag.knows(socket.AF_INET, socket.IPPROTO_TCP), "the kernel has no tcp_diag now")
class TcpInfo(case.Case):
    @classmethod
    def setUpClass(cls):
        cls.scene = scene.Scene()
        cls.addClassCleanup(cls.scene.close)
        tcp_scene.open_all(cls.scene)

    def look(self):
        """[(row, what the socket itself said before, and after)]; of some of the kinds the row is that of a moment."""
        ends = {scene.inode(end): end for end in self.scene.kept() if end.family in (socket.AF_INET, socket.AF_INET6)
                and end.type == socket.SOCK_STREAM}
        before = {inode: read(tcp_scene.info(end)) for inode, end in ends.items()}
        rows = program.sockets("-ta", "-i")
        after = {inode: read(tcp_scene.info(end)) for inode, end in ends.items()}
        return [(row, before[row["inode"]], after[row["inode"]]) for row in rows if row["inode"] in ends and row["state"] != "bound"]

    def assert_between(self, row, before, after):
        told = {name: value for name, value in row["tcp"].items() if name not in NOT_OF_THE_STRUCT}
        self.assertEqual(told.keys(), before.keys())
        for name, value in told.items():
            first, last = before[name], after[name]
            if value is None and name in MEANINGLESS.get(row["state"], ()):
                continue
            if value not in (first, last):
                self.assertTrue(None not in (first, value, last) and min(first, last) <= value <= max(first, last),
                                f"{name}: {value}, the socket said {first}, then {last}")

    def test_field_by_field(self):
        # What came or went meanwhile moves many numbers; most sockets are at rest.
        looked = self.look()
        still = [one for one in looked if all(one[1][name] == one[2][name] for name in ("segs_in", "segs_out", "total_retrans"))]
        self.assertGreater(len(still), len(looked) // 2)
        for row, before, after in still:
            with self.subTest(program.key(row)):
                self.assert_between(row, before, after)
        states = {row["state"] for row, _, _ in still}
        self.assertLessEqual({"listen", "established", "fin_wait_2", "close_wait"}, states)

    def test_the_scene_moves_most_fields(self):
        """A field that is the same everywhere could be read at any place."""
        seen = [before for _, before, _ in self.look()]
        constant = {name for name in seen[0] if len({one[name] for one in seen}) == 1}
        self.assertLessEqual(constant, {"fackets", "last_ack_sent_ms", "reord_seen", "dsack_dups", "fastopen_client_fail", "usec_timestamps",
                                        "sndbuf_limited_us", "delivered_ce", "probes", "tfo_child", "syn_data", "rehash", "reordering",
                                        *(name for name in seen[0] if name.startswith(("received_", "delivered_e", "delivered_ce", "accecn")))})

    def test_congestion_and_its_algorithm(self):
        for row, _, _ in self.look():
            name = row["tcp"]["congestion"]
            if row["state"] in ("listen", "close_wait", "last_ack", "closing"):
                continue  # inet_sk_diag_fill() asks the algorithm only in states below TIME_WAIT
            self.assertEqual("bbr" in row["tcp"], name == "bbr", row["tcp"])
            self.assertIn(name, tcp_scene.algorithms())
            # By this Vegas says that it has not measured.
            self.assertNotIn(0x7FFFFFFF, row["tcp"].get("vegas", {}).values())

    def test_each_as_a_column(self):
        columns = {"congestion": "congestion", "rtt_us": "rtt_us", "cwnd": "snd_cwnd", "bytes_sent": "bytes_sent",
                   "bytes_received": "bytes_received", "retransmits": "total_retrans"}
        def read():
            return {row["cookie"]: {name: row["tcp"][field] for name, field in columns.items()}
                    for row in program.sockets("-ta", "-i") if row["tcp"]}

        before = read()
        rows = {row["cookie"]: row for row in program.sockets("-ta", "-C", "cookie," + ",".join(columns))}
        after = read()
        still = [cookie for cookie, told in before.items() if after[cookie] == told]
        self.assertGreater(len(still), len(before) // 2)
        for cookie in still:
            self.assert_told(rows[cookie], **before[cookie])


if __name__ == "__main__":
    namespace.run_tests()
