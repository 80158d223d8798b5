# SPDX-License-Identifier: MIT
"""What portscope's JSON tells of a socket, in the words of ss(8): a number is the same when its text is."""
import os
import re

SHUTDOWN = {"none": "<->", "receive": "-->", "send": "<--", "both": "---"}
TIMERS = {"retransmit": "on", "time_wait": "timewait", "zero_window_probe": "persist", "delayed_ack": "unknown"}
TLS_PLACES = {"base": "none", "software": "sw", "hardware": "hw", "hardware_record": "hw-record"}
FANOUT = {"rollover": "roll", "rnd": "random", "cbpf": "0x6", "ebpf": "0x7"}
FLAG_NAMES = {"bind_address_no_port": "bind_addr_no_port"}
PACKET_FLAGS = {"running": "running", "auxdata": "auxdata", "origdev": "origdev", "vnet_header": "vnethdr", "tx_loss": "loss"}
# MPTCP_SUBFLOW_FLAG_*, from the lowest bit on.
SUBFLOW_FLAGS = "MmJjBbecv"


def as_hex(number):
    """%#x leaves a zero alone."""
    return hex(number) if number else "0"


def milliseconds(microseconds):
    return f"{microseconds / 1000:g}"


def bits(bytes_a_second):
    """As -n prints it."""
    return f"{bytes_a_second * 8.0:.0f}bps"


def shortened(text):
    """As without -n: three digits and a letter."""
    def short(match):
        number = float(match[1])
        for limit, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
            if number >= limit:
                return f"{number / limit:.3g}{letter}bps"
        return f"{number:g}bps"

    return re.sub(r"(\d+)bps", short, text)


def timer_text(milliseconds_left):
    seconds, rest = divmod(milliseconds_left, 1000)
    minutes, seconds = divmod(seconds, 60)
    text = f"{minutes}min" if minutes else ""
    rest = 0 if minutes else rest
    seconds = 0 if minutes > 9 else seconds
    if seconds:
        rest = 0 if seconds > 9 else rest
        text += f"{seconds}." if rest else f"{seconds}sec"
    return text + (f"{rest:03}ms" if rest else "")


def timer(row):
    told = row["timer"]
    return f"{TIMERS.get(told['kind'], told['kind'])},{timer_text(told['expires_ms'])},{told['retransmits']}"


def memory(row):
    told = row["memory"]
    names = {"r": "receive_allocated", "rb": "receive_limit", "t": "send_allocated", "tb": "send_limit", "f": "forward_allocated",
             "w": "send_queued", "o": "option_memory", "bl": "backlog", "d": "drops"}
    # Of drops that the kernel does not count ss prints a zero.
    return ",".join(f"{letters}{told[name] or 0}" for letters, name in names.items())


def flags(row):
    told = row["options"]
    order = ("recverr", "is_icsk", "freebind", "hdrincl", "mc_loop", "transparent", "mc_all", "nodefrag", "bind_address_no_port",
             "recverr_rfc4884", "defer_connect")
    return " ".join(FLAG_NAMES.get(name, name) for name in order if told[name])


def users(row):
    return ",".join(f'("{owner["name"]}",pid={owner["pid"]},fd={owner["fd"]})' for owner in row["owners"])


def bbr(row):
    told = row["tcp"]["bbr"]
    least = 0xFFFFFFFF if told["min_rtt_us"] is None else told["min_rtt_us"]  # unknown, it is printed as if it was a time
    text = f"bw:{bits(told['bandwidth'])},mrtt:{milliseconds(least)}"
    for name in ("pacing_gain", "cwnd_gain"):
        text += f",{name}:{told[name + '_256'] / 256:g}" if told[name + "_256"] else ""
    return text


def dctcp(row):
    """Without ECN it goes on as Reno."""
    if not row["tcp"]["dctcp"]["enabled"]:
        return "fallback_mode"
    return ",".join(f"{name}:{row['tcp']['dctcp'][name]}" for name in ("ce_state", "alpha", "ab_ecn", "ab_tot"))


def send_rate(row):
    told = row["tcp"]
    vegas = told.get("vegas", {})
    rtt = vegas["rtt_us"] if vegas.get("enabled") and vegas["rtt_us"] else told["rtt_us"]
    return bits(told["snd_cwnd"] * told["snd_mss"] * 1e6 / rtt)


def pacing_rate(row):
    most = row["tcp"]["max_pacing_rate"]
    return bits(row["tcp"]["pacing_rate"]) + (f"/{bits(most)}" if most else "")


def limited(name):
    def text(row):
        told = row["tcp"]
        return f"{told[name] // 1000}ms({100 * told[name] / told['busy_time_us']:.1f}%)"

    return text


def subflow_token(row):
    told = row["tcp"]["subflow"]
    return "/".join(f"{int(told[side + '_token'], 16):04x}(id:{told[side + '_id']})" for side in ("remote", "local"))


def subflow_flags(row):
    number = int(row["tcp"]["subflow"]["flags"], 16)
    return "".join(letter for bit, letter in enumerate(SUBFLOW_FLAGS) if number >> bit & 1)


def as_number(value):
    return int(value, 16) if isinstance(value, str) else value


def subflow(name):
    return lambda row: f"{as_number(row['tcp']['subflow'][name]):x}"


def tcp(name, form=str):
    return lambda row: form(row["tcp"][name])


def flag(name):
    """A word alone: it stands there when this is true."""
    return lambda row: None if row["tcp"][name] else "not so"


def of_info(family, name, form=str):
    return lambda row: form(row[family]["info"][name])


def is_set(family, name):
    return lambda row: None if row[family]["info"][name] else "not so"


def ring(name):
    def text(row):
        told = row["packet"][name]
        return (f"blk_size:{told['block_size']},blk_nr:{told['block_count']},frm_size:{told['frame_size']},"
                f"frm_nr:{told['frame_count']},tmo:{told['retire_timeout_ms']},features:0x{told['features']}")

    return text


def packet_flags(row):
    return " ".join(word for name, word in PACKET_FLAGS.items() if row["packet"][name]) or "0"


def fanout(row):
    told = row["packet"]["fanout"]
    return f"id:{told['id']},type:{FANOUT.get(told['type'], told['type'])}"


def kernel_device(row):
    """ss takes the kernel's own form of a device number for that of stat(2)."""
    told = row["unix"]["file"]
    number = told["device_major"] << 20 | told["device_minor"]
    return f"{os.major(number)}/{os.minor(number)}"


def groups(row):
    return f"0x{sum(1 << group - 1 for group in row['netlink']['groups'] if group <= 32):08x}"


COMMON = {"uid": lambda row: str(row["uid"]), "ino": lambda row: str(row["inode"] or 0), "sk": lambda row: row["cookie"],
          "users": users, "skmem": memory, "shutdown": lambda row: SHUTDOWN[row["shutdown"]]}
INET = COMMON | {
    "cgroup": lambda row: row["cgroup"], "fwmark": lambda row: hex(row["options"]["mark"]), "timer": timer, "inet-sockopt": flags,
    "v6only": lambda row: "0" if row["dual_stack"] else "1", "tos": lambda row: as_hex(row["options"]["tos"]),
    "tclass": lambda row: as_hex(row["options"]["traffic_class"]), "class_id": lambda row: as_hex(row["options"]["class_id"]),
}
SUBFLOW = {"flags": subflow_flags, "token": subflow_token, "seq": subflow("map_seq"), "sfseq": subflow("map_subflow_seq"),
           "ssnoff": subflow("ssn_offset"), "maplen": subflow("map_data_length")}
TLS = {"version": lambda row: row["tcp"]["tls"]["version"], "cipher": lambda row: row["tcp"]["tls"]["cipher"],
       "rxconf": lambda row: TLS_PLACES[row["tcp"]["tls"]["receive"]], "txconf": lambda row: TLS_PLACES[row["tcp"]["tls"]["transmit"]],
       "zc_ro_tx": lambda row: None if row["tcp"]["tls"]["zero_copy_sendfile"] else "not so"}
SAME_NAME = ("backoff", "reordering", "reord_seen", "unacked", "lost", "sacked", "dsack_dups", "fackets", "rcv_space", "rcv_ssthresh",
             "rcv_ooopack", "snd_wnd", "pmtu", "advmss", "bytes_sent", "bytes_retrans", "bytes_acked", "bytes_received", "segs_out",
             "segs_in", "data_segs_out", "data_segs_in", "delivered", "delivered_ce")
TCP = INET | SUBFLOW | TLS | {name: tcp(name) for name in SAME_NAME} | {
    "ts": flag("timestamps"), "sack": flag("sack"), "ecn": flag("ecn"), "ecnseen": flag("ecn_seen"), "fastopen": flag("syn_data"),
    "app_limited": flag("delivery_rate_app_limited"), "rto": tcp("rto_us", milliseconds), "ato": tcp("ato_us", milliseconds),
    "rcv_rtt": tcp("rcv_rtt_us", milliseconds), "minrtt": tcp("min_rtt_us", milliseconds), "mss": tcp("snd_mss"),
    "rcvmss": tcp("rcv_mss"), "cwnd": tcp("snd_cwnd"), "ssthresh": tcp("snd_ssthresh"), "lastsnd": tcp("last_data_sent_ms"),
    "lastrcv": tcp("last_data_recv_ms"), "lastack": tcp("last_ack_recv_ms"), "notsent": tcp("notsent_bytes"),
    "wscale": lambda row: f"{row['tcp']['snd_wscale']},{row['tcp']['rcv_wscale']}",
    "rtt": lambda row: f"{milliseconds(row['tcp']['rtt_us'])}/{milliseconds(row['tcp']['rttvar_us'])}",
    "retrans": lambda row: f"{row['tcp']['retrans']}/{row['tcp']['total_retrans']}",
    "send": send_rate, "pacing_rate": pacing_rate, "delivery_rate": tcp("delivery_rate", bits),
    "busy": lambda row: f"{row['tcp']['busy_time_us'] // 1000}ms", "rwnd_limited": limited("rwnd_limited_us"),
    "sndbuf_limited": limited("sndbuf_limited_us"), "bbr": bbr, "dctcp": dctcp,
}
MPTCP = INET | {
    name: of_info("mptcp", name) for name in ("subflows", "add_addr_signal", "add_addr_accepted", "subflows_max", "add_addr_signal_max",
                                              "add_addr_accepted_max", "token")} | {
    name: of_info("mptcp", name, lambda value: f"{as_number(value):x}") for name in ("write_seq", "snd_una", "rcv_nxt")} | {
    "fallback": is_set("mptcp", "fallback"), "remote_key": is_set("mptcp", "remote_key_received")}
UNIX = COMMON | {"file": lambda row: str(row["unix"]["file"]["inode"]), "dev": kernel_device,
                 "peers": lambda row: " ".join(map(str, row["unix"]["pending"]))}
PACKET = COMMON | {"ver": lambda row: str(row["packet"]["version"]), "cpy_thresh": lambda row: str(row["packet"]["copy_threshold"]),
                   "flags": packet_flags, "ring_rx": ring("receive_ring"), "ring_tx": ring("transmit_ring"), "fanout": fanout}
# It prints a zero for what it could not know.
NETLINK = {"sk": lambda row: "0", "cb": lambda row: "0", "groups": groups, "skmem": memory}
