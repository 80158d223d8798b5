# SPDX-License-Identifier: MIT
"""Sockets of which TCP has much to say: losses, full windows, timers, algorithms, keys, options."""
import contextlib
import os
import pathlib
import socket
import struct

import everything
import scene

TCP_MD5SIG, TCP_FASTOPEN, TCP_ULP, SO_MARK, SO_MAX_PACING_RATE, SO_PRIORITY = 14, 23, 31, 36, 47, 12
MSG_FASTOPEN = 0x20000000
IP_FREEBIND, IP_TRANSPARENT, IP_BIND_ADDRESS_NO_PORT, IPV6_TCLASS = 15, 19, 24, 67
SOL_PACKET, PACKET_VERSION, PACKET_RX_RING, PACKET_TX_RING, PACKET_FANOUT = 263, 10, 5, 13, 18

# What ss prints of this scene wherever the kernel has the means (see open_all).
WORDS = {"ts", "sack", "ecn", "ecnseen", "fastopen", "cubic", "reno", "bbr", "wscale", "rto", "backoff", "rtt", "ato", "mss", "pmtu",
         "rcvmss", "advmss", "cwnd", "ssthresh", "bytes_sent", "bytes_retrans", "bytes_acked", "bytes_received", "segs_out", "segs_in",
         "data_segs_out", "data_segs_in", "send", "lastsnd", "lastrcv", "lastack", "pacing_rate", "delivery_rate", "delivered",
         "app_limited", "busy", "rwnd_limited", "unacked", "retrans", "lost", "sacked", "rcv_rtt", "rcv_space", "rcv_ssthresh",
         "notsent", "minrtt", "rcv_ooopack", "snd_wnd", "skmem", "timer", "uid", "ino", "sk", "cgroup", "fwmark", "tos", "tclass",
         "class_id", "v6only", "inet-sockopt", "shutdown", "md5keys", "tcp-ulp-tls"}


def info(end):
    return end.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1024)


def total_retrans(end):
    return struct.unpack_from("I", info(end), 100)[0]


def algorithms():
    names = pathlib.Path("/proc/sys/net/ipv4/tcp_available_congestion_control").read_text().split()
    return names + ["dctcp-reno"] if "dctcp" in names else names  # what DCTCP becomes without ECN


def talk(client, server):
    """Data both ways, in several segments."""
    for size in (10, 100_000):
        client.sendall(b"x" * size)
        scene.receive(server, size)
        server.sendall(b"y" * size)
        scene.receive(client, size)


def open_algorithms(stage):
    for name in set(algorithms()) - {"dctcp-reno"}:
        # Chosen before the connection is made it may ask for ECN (DCTCP does), after it not.
        ends = [stage.bound("127.0.0.1"), stage.make(socket.AF_INET, socket.SOCK_STREAM), *stage.connection("127.0.0.1")]
        for end in ends:
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, name.encode())
        ends[0].listen(1)
        ends[1].connect(ends[0].getsockname())
        talk(ends[1], stage.keep(ends[0].accept()[0]))
        talk(*ends[2:])


def open_losses(stage):
    """A server that became deaf: what is sent to it is sent again and again, the last one with pieces missing."""
    for again in (1, 2):
        client, server = stage.connection("127.0.0.1")
        talk(client, server)
        scene.attach_filter(server, scene.LET_NOTHING_THROUGH)
        client.sendall(b"x" * 1000)
        scene.until(lambda: total_retrans(client) >= again, "a retransmission")
    client, server = stage.connection("127.0.0.1")
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")  # it lowers the threshold at once
    talk(client, server)
    # A segment of more than 200 bytes is lost (BPF_LD|BPF_W|BPF_LEN, BPF_JGT), those behind it come.
    scene.attach_filter(server, (0x80, 0, 0, 0), (0x25, 0, 1, 200), scene.LET_NOTHING_THROUGH, scene.LET_ALL_THROUGH)
    client.sendall(b"x" * 1000)
    for _ in range(8):
        client.sendall(b"y" * 10)
    scene.until(lambda: total_retrans(client) >= 1, "a retransmission")
    # And one that heard everything in the end.
    client, server = stage.connection("127.0.0.1")
    scene.attach_filter(server, scene.LET_NOTHING_THROUGH)
    client.sendall(b"x" * 1000)
    scene.until(lambda: total_retrans(client) >= 1, "a retransmission")
    scene.detach_filter(server)
    scene.receive(server, 1000)
    scene.until(lambda: struct.unpack_from("I", info(client), 24)[0] == 0, "an acknowledgement")


def open_full_windows(stage):
    client, _ = stage.connection("127.0.0.1")
    scene.fill(client)
    client, _ = stage.connection("::1")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    scene.fill(client)


def open_marked(stage):
    client, _ = stage.connection("127.0.0.1")
    for level, option, value in ((socket.SOL_SOCKET, SO_MARK, 0x2a), (socket.IPPROTO_IP, socket.IP_TOS, 0x10),
                                 (socket.SOL_SOCKET, SO_PRIORITY, 5), (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
                                 (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 120), (socket.IPPROTO_IP, IP_FREEBIND, 1),
                                 (socket.SOL_SOCKET, SO_MAX_PACING_RATE, 10_000_000)):
        client.setsockopt(level, option, value)
    client, _ = stage.connection("::1")
    client.setsockopt(socket.IPPROTO_IPV6, IPV6_TCLASS, 0x20)
    client.shutdown(socket.SHUT_RD)
    bound_late = stage.make(socket.AF_INET, socket.SOCK_STREAM)
    for option in (IP_BIND_ADDRESS_NO_PORT, IP_TRANSPARENT, socket.IP_RECVERR if hasattr(socket, "IP_RECVERR") else 11):
        bound_late.setsockopt(socket.IPPROTO_IP, option, 1)
    listener = stage.listener("127.0.0.1")
    bound_late.connect(listener.getsockname())


def open_of_another_user(stage):
    """chown(2) of a descriptor changes the user of its socket."""
    os.fchown(stage.listener("127.0.0.1").fileno(), 1234, -1)


def open_ecn(stage):
    scene.setting("ipv4/tcp_ecn", 1)
    client, server = stage.connection("127.0.0.1")
    talk(client, server)
    scene.setting("ipv4/tcp_ecn", 2)


def md5_key(address, key):
    """struct tcp_md5sig (linux/tcp.h)"""
    place = struct.pack("=HH4s", socket.AF_INET, 0, socket.inet_aton(address)).ljust(128, b"\0")
    return place + struct.pack("=BBHI", 0, 0, len(key), 0) + key.ljust(80, b"\0")


def open_md5(stage):
    listener = stage.listener("127.0.0.1")
    client = stage.make(socket.AF_INET, socket.SOCK_STREAM)
    for end in (listener, client):
        end.setsockopt(socket.IPPROTO_TCP, TCP_MD5SIG, md5_key("127.0.0.1", b"secret"))
    listener.setsockopt(socket.IPPROTO_TCP, TCP_MD5SIG, md5_key("127.0.0.9", b"another, of others"))
    client.connect(listener.getsockname())
    stage.keep(listener.accept()[0])


def open_fast(stage):
    """The first connection fetches the cookie, the second has data in its SYN."""
    scene.setting("ipv4/tcp_fastopen", 3)
    listener = stage.bound("127.0.0.1")
    listener.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN, 5)
    listener.listen(5)
    for _ in range(2):
        client = stage.make(socket.AF_INET, socket.SOCK_STREAM)
        client.sendto(b"x" * 100, MSG_FASTOPEN, listener.getsockname())
        server = stage.keep(listener.accept()[0])
        scene.receive(server, 100)
    if not info(client)[5] & 32:  # TCPI_OPT_SYN_DATA
        raise OSError("the second SYN had no data either")


def open_tls(stage):
    client, server = stage.connection("127.0.0.1")
    for end, direction in ((client, 1), (server, 2)):  # TLS_TX, TLS_RX
        end.setsockopt(socket.IPPROTO_TCP, TCP_ULP, b"tls")
        # struct tls12_crypto_info_aes_gcm_128: TLS 1.2, its cipher 51, then 8, 16, 4 and 8 bytes
        end.setsockopt(282, direction, struct.pack("HH", 0x0303, 51) + bytes(range(36)))
    client.sendall(b"x" * 100)
    scene.receive(server, 100)


def open_all(stage):
    """{word of ss: why it cannot be had here}"""
    everything.open_tcp(stage)
    for part in (open_losses, open_full_windows, open_marked, open_ecn):
        part(stage)
    missing = {}
    for part, words in ((open_algorithms, ()), (open_of_another_user, ["uid"]), (open_md5, ["md5keys"]),
                        (open_fast, ["fastopen"]), (open_tls, ["tcp-ulp-tls"])):
        try:
            part(stage)
        except OSError as error:
            missing |= dict.fromkeys(words, str(error))
    missing |= {name: "no such congestion control" for name in {"cubic", "reno", "bbr"} - set(algorithms())}
    return missing


def open_udp(stage):
    plain = stage.udp("127.0.0.1")
    plain.setsockopt(socket.SOL_SOCKET, SO_MARK, 7)
    plain.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x08)
    stage.udp("::", v6only=0).setsockopt(socket.IPPROTO_IPV6, IPV6_TCLASS, 0x40)
    client = stage.client(*plain.getsockname(), socket.SOCK_DGRAM)
    client.send(b"x" * 100)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    with contextlib.suppress(OSError):
        for _ in range(20):
            client.send(b"x" * 1000)


def open_packet(stage):
    everything.open_packet(stage)
    for version, ring, shape in ((2, PACKET_RX_RING, struct.pack("7I", 8192, 4, 2048, 16, 60, 8, 1)),
                                 (1, PACKET_TX_RING, struct.pack("4I", 4096, 2, 1024, 8))):
        end = stage.make(socket.AF_PACKET, socket.SOCK_RAW)
        end.setsockopt(SOL_PACKET, PACKET_VERSION, version)
        end.setsockopt(SOL_PACKET, ring, shape)
    for kind in range(8):
        end = stage.make(socket.AF_PACKET, socket.SOCK_RAW)
        scene.attach_filter(end, scene.LET_NOTHING_THROUGH)
        end.bind(("lo", everything.ETH_P_ALL))
        end.setsockopt(SOL_PACKET, PACKET_FANOUT, struct.pack("I", 800 + kind | kind << 16))
    for option in (8, 9, 15, 14):  # PACKET_AUXDATA, ORIGDEV, VNET_HDR, LOSS
        end.setsockopt(SOL_PACKET, option, 1)
