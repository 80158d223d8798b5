# SPDX-License-Identifier: MIT
"""One of everything: every protocol and state that can be had in a namespace, over IPv4 and IPv6."""
import socket

import scene

ICMP, ICMPV6, EXPERIMENT = 1, 58, 253
ETH_P_ALL, ETH_P_ARP = 3, 0x0806
NETLINK_ROUTE, NETLINK_USERSOCK, NETLINK_GENERIC = 0, 2, 16
IPPROTO_MPTCP = 262


def open_tcp(stage):
    stage.listener("127.0.0.1", 8080)
    stage.listener("0.0.0.0", 8081)
    stage.listener("::", 8082, v6only=0)
    stage.listener("::", 8083, v6only=1)
    stage.listener("fe80::1%lo", 8084)
    stage.listener("127.0.0.1", 8085, device="lo")
    stage.bound("127.0.0.1", 8086)
    stage.bound("::", 8087, v6only=0)
    stage.connection("127.0.0.1", stage.listener("::", 8088, v6only=0))  # IPv4 inside an IPv6 socket
    for number, address in enumerate(("127.0.0.1", "::1")):
        stage.connection(address)
        unaccepted = stage.listener(address, 8090 + number)
        stage.client(address, scene.port(unaccepted))
        stage.half_closed(address)
        stage.closing(address)
        stage.last_ack(address)
        stage.fin_wait_1(address)
        stage.time_wait(address)
        stage.syn_sent(address)
        stage.syn_received(address)
        stage.half_closed(address)[0].close()  # an orphan: still there, but no process has it


def open_datagrams(stage):
    for protocol, first in ((socket.IPPROTO_UDP, 9000), (scene.IPPROTO_UDPLITE, 9100)):
        stage.udp("0.0.0.0", first, protocol=protocol)
        stage.udp("::", first + 1, protocol=protocol, v6only=0)
        stage.udp("::", first + 2, protocol=protocol, v6only=1)
        stage.udp("127.0.0.1", first + 3, protocol=protocol, device="lo")
        stage.udp("fe80::1%lo", first + 4, protocol=protocol)
        stage.client("127.0.0.1", first, socket.SOCK_DGRAM, protocol)
        stage.client("::1", first + 1, socket.SOCK_DGRAM, protocol)
    mapped = stage.udp("::", 9005, v6only=0)
    mapped.connect(("::ffff:127.0.0.1", 9000))
    for number in range(2):  # two workers share one port
        shared = stage.make(socket.AF_INET, socket.SOCK_DGRAM)
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        shared.bind(("127.0.0.1", 9006))


def open_raw(stage):
    stage.bound("0.0.0.0", 0, socket.SOCK_RAW, ICMP)
    stage.bound("::1", 0, socket.SOCK_RAW, ICMPV6)
    stage.client("127.0.0.1", 0, socket.SOCK_RAW, EXPERIMENT)
    stage.bound("127.0.0.1", 3301, socket.SOCK_DGRAM, ICMP)
    stage.bound("::1", 3302, socket.SOCK_DGRAM, ICMPV6)


def open_unix(stage):
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        for name in (f"{stage.directory}/{kind.name}", f"\0portscope-test-{kind.name}"):
            waiting = stage.unix(name, kind)
            client = stage.make(socket.AF_UNIX, kind)
            client.connect(name)
            stage.keep(waiting.accept()[0])
        unaccepted = stage.make(socket.AF_UNIX, kind)
        unaccepted.connect(name)
    stage.unix(f"{stage.directory}/datagram", socket.SOCK_DGRAM)
    stage.unix("\0portscope-test-datagram", socket.SOCK_DGRAM)
    talker = stage.make(socket.AF_UNIX, socket.SOCK_DGRAM)
    talker.connect(f"{stage.directory}/datagram")
    for end in socket.socketpair():
        stage.keep(end)
    stage.unix(f"{stage.directory}/bound", listen=False)
    stage.make(socket.AF_UNIX, socket.SOCK_STREAM)


def open_packet(stage):
    stage.make(socket.AF_PACKET, socket.SOCK_RAW)  # hears nothing yet
    for kind, protocol in ((socket.SOCK_RAW, ETH_P_ALL), (socket.SOCK_DGRAM, ETH_P_ARP)):
        for everywhere in (True, False):
            end = stage.make(socket.AF_PACKET, kind, socket.htons(protocol) if everywhere else 0)
            scene.attach_filter(end, scene.LET_NOTHING_THROUGH)  # so that its queue stands still
            if not everywhere:
                end.bind(("lo", protocol))


def open_netlink(stage):
    for protocol in (NETLINK_ROUTE, NETLINK_USERSOCK, NETLINK_GENERIC):
        stage.make(socket.AF_NETLINK, socket.SOCK_RAW, protocol).bind((0, 0))
    listening = stage.make(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_USERSOCK)
    listening.bind((0, 1 | 1 << 8))  # groups 1 and 9, in which nobody speaks
    stage.make(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)  # without a port it is in no list


def open_mptcp(stage, address="127.0.0.1", port=0):
    """(listener, client, server). Not in open_all(): by itself -t lists what they consist of, else it is left out."""
    listener = stage.bound(address, port, protocol=IPPROTO_MPTCP)
    listener.listen(scene.BACKLOG)
    return listener, *stage.connection(address, listener, protocol=IPPROTO_MPTCP)


def open_all(stage):
    open_tcp(stage)
    open_datagrams(stage)
    open_raw(stage)
    open_unix(stage)
    open_packet(stage)
    open_netlink(stage)
