#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes replies.txt beside it: what nf_tables answers about the rules of rules.nft and rules.iptables. To be run as root
in a network namespace of its own (`unshare -n`), with nft and iptables-nft. A line is the message type by name, the
table or set that was asked about, and the body in hex."""
import pathlib
import socket
import struct
import subprocess

HERE = pathlib.Path(__file__).parent
NETLINK_NETFILTER = 12
NLM_F_REQUEST, NLM_F_DUMP = 1, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
NFNL_SUBSYS_NFTABLES = 10
GETCHAIN, GETRULE, GETSETELEM = 4, 7, 13  # NFT_MSG_*
FAMILIES = {"inet": 1, "ip": 2, "ip6": 10}  # NFPROTO_*


def text(kind, value):
    payload = value.encode() + b"\0"
    return struct.pack("HH", 4 + len(payload), kind) + payload + bytes(-len(payload) % 4)


def dump(message, family, attributes=b""):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as end:
        body = struct.pack("BBH", family, 0, 0) + attributes
        kind = NFNL_SUBSYS_NFTABLES << 8 | message
        end.send(struct.pack("IHHII", 16 + len(body), kind, NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + body)
        while True:
            rest = end.recv(65536)
            while rest:
                length, kind = struct.unpack_from("IH", rest)
                if kind in (NLMSG_DONE, NLMSG_ERROR):
                    assert struct.unpack_from("i", rest, 16) == (0,), rest
                    return
                yield rest[16:length].hex()
                rest = rest[(length + 3) // 4 * 4:]


def words(*command):
    return [line.split() for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()]


def main():
    subprocess.run(["nft", "-f", HERE / "rules.nft"], check=True)
    for line in (HERE / "rules.iptables").read_text().splitlines():
        subprocess.run(line.split(), check=True)
    lines = [f"chains - {row}" for row in dump(GETCHAIN, 0)]
    for _, family, table in words("nft", "list", "tables"):
        about = f"{family}/{table}"
        lines += [f"rules {about} {row}" for row in dump(GETRULE, FAMILIES[family], text(1, table))]
        sets = sorted({line[line.index("set") + 1] for line in words("nft", "--debug=netlink", "list", "table", family, table)
                       if "lookup" in line})
        for name in sets:
            lines += [f"elements {about}/{name} {row}"
                      for row in dump(GETSETELEM, FAMILIES[family], text(1, table) + text(2, name))]
    (HERE / "replies.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
