# SPDX-License-Identifier: MIT
"""Which questions this kernel answers (sock_diag(7)), asked without portscope."""
import socket
import struct

NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY = 4, 20
NLM_F_REQUEST, NLM_F_DUMP = 1, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
# Sizes of the requests: inet_diag_req_v2, unix_diag_req, packet_diag_req, netlink_diag_req, vsock_diag_req,
# xdp_diag_req, tipc_sock_diag_req.
AF_XDP = 44
SIZES = {socket.AF_INET: 56, socket.AF_UNIX: 24, socket.AF_PACKET: 20, socket.AF_NETLINK: 20, socket.AF_VSOCK: 24,
         AF_XDP: 20, socket.AF_TIPC: 8}
HEADER = struct.Struct("IHHII")


def refusal(family, protocol=0):
    """Why a family, of IP a protocol, cannot be asked for, as an errno; 0 when it can."""
    body = struct.pack("BB", family, protocol).ljust(SIZES[family], b"\0")
    head = HEADER.pack(HEADER.size + len(body), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG) as asked:
        asked.sendto(head + body, (0, 0))
        answer = asked.recv(65536)
    kind = HEADER.unpack_from(answer)[1]
    # A protocol of IP without a module ends an empty dump with its error.
    return -struct.unpack_from("i", answer, HEADER.size)[0] if kind in (NLMSG_ERROR, NLMSG_DONE) else 0


def knows(family, protocol=0):
    return refusal(family, protocol) == 0
