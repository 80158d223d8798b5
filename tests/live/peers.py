# SPDX-License-Identifier: MIT
"""What ss and netstat say of the same sockets, in the words of portscope-json(5)."""
import ipaddress
import re
import subprocess

SS_STATES = {"UNCONN": "unconnected", "ESTAB": "established", "SYN-RECV": "syn_received", "FIN-WAIT-1": "fin_wait_1",
             "FIN-WAIT-2": "fin_wait_2"}
NETSTAT_STATES = {"SYN_RECV": "syn_received", "FIN_WAIT1": "fin_wait_1", "FIN_WAIT2": "fin_wait_2"}
UNIX_TYPES = {"u_str": "stream", "u_dgr": "datagram", "u_seq": "seqpacket"}


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def state(word):
    return SS_STATES.get(word) or NETSTAT_STATES.get(word) or word.lower().replace("-", "_")


def end(text):
    """`[::ffff:127.0.0.1]:80`, `*:80`, `[fe80::1]%lo:80`; None where nobody is."""
    address, _, port = text.rpartition(":")
    address = re.sub(r"%\w+", "", address).strip("[]")
    if address == "*":
        address = "::"
    parsed = ipaddress.ip_address(address)
    mapped = getattr(parsed, "ipv4_mapped", None)
    place = (str(mapped or parsed), 0 if port == "*" else int(port))
    return None if parsed.is_unspecified and place[1] == 0 else place


def ss_inet(transport, options):
    """{(transport, state, local, peer), ...} with inode, uid and cookie of each, as ss prints them."""
    rows = []
    for line in output("ss", "-Hne", *options):
        words = line.split()
        if words[0].isdigit():  # of one state alone ss does not name it
            words.insert(0, "ESTAB")
        facts = dict(word.split(":", 1) for word in words[5:] if ":" in word)
        rows.append({"key": (transport, state(words[0]), end(words[3]), end(words[4])),
                     "inode": int(facts.get("ino", 0)) or None, "cookie": facts.get("sk"),
                     "uid": int(facts.get("uid", 0)), "v6only": facts.get("v6only")})
    return rows


def ss_unix(options):
    rows = []
    for line in output("ss", "-Hn", *options):
        kind, word, receive, send, name, inode, _, peer = line.split()[:8]
        rows.append({"type": UNIX_TYPES[kind], "state": state(word), "recv_queue": int(receive), "send_queue": int(send),
                     "name": None if name == "*" else name, "inode": int(inode), "peer": int(peer) or None})
    return rows


def netstat(options):
    """[((transport, state, local, peer), "PID/name" or None), ...]"""
    rows = []
    for line in output("netstat", "-n", *options)[2:]:
        words = line.split()
        transport = words[0].rstrip("6").replace("udpl", "udplite") if words[0] != "udp" else "udp"
        if transport not in ("tcp", "udp", "udplite"):
            continue
        has_state = transport == "tcp" or (len(words) > 5 and words[5] == "ESTABLISHED")
        word = state(words[5]) if has_state else "unconnected"
        rest = words[6:] if has_state else words[5:]
        rows.append(((transport, word, end(words[3]), end(words[4])), rest[0] if rest else None))
    return rows
