# SPDX-License-Identifier: MIT
"""Filters at random that make a difference among the sockets of filter_scene.py."""
import ipaddress
import pwd
import re
import socket

import filters
import namespace
import scene
from filters import Leaf

COMPARISONS = tuple(filters.NUMBERS)
PORTS = (1, 22, 80, 443, 1023, 1024, 8080, 8081, 8082, 8083, 8085, 9000, 9006, 32768, 65534, 65535)
V4 = ("127.0.0.1", "10.1.2.3", "127.9.8.7", "10.1.2.9", "192.0.2.1", "0.0.0.0")
V6 = ("::1", "fd00::5", "fe80::1", "2001:db8::1", "fd00::6", "::")
TALKING = ("established", "syn_sent", "fin_wait_1", "fin_wait_2", "close_wait", "last_ack", "closing")
SCOPES = ((("127.0.0.0/8", "::1/128"), "loopback"), (("169.254.0.0/16", "fe80::/10"), "link"),
          (("10.0.0.0/8", "fc00::/7"), "private"), (("0.0.0.0/32", "::/128"), "any"))


def ports_of(stage):
    """Those that are in use, and a few that are not."""
    kept = [end for end in stage.kept() if end.family in (socket.AF_INET, socket.AF_INET6)]
    return sorted({*PORTS, *map(scene.port, kept)} - {0})


class Words:
    """Leaves at random, of the language of ss."""

    def __init__(self, random, stage):
        self.random = random
        self.ports = ports_of(stage)
        self.devices = stage.devices
        self.kinds = [self.port] * 5 + [self.end] * 4 + [self.device] + [self.mark] * namespace.is_root()

    def leaf(self):
        return self.random.choice(self.kinds)()

    def number(self):
        near = self.random.choice(self.ports) + self.random.choice((-1, 0, 0, 0, 0, 1))
        return self.random.choice((min(max(near, 1), 65535), self.random.choice(self.ports), self.random.randint(1, 65535)))

    def port(self):
        field, comparison, number = self.random.choice(("sport", "dport")), self.random.choice(COMPARISONS), self.number()
        if field == "dport" and self.random.random() < 0.1:
            number = 0
        least = 1 if field == "sport" else 0
        if (comparison == "<" and number == least) or (comparison == ">" and number == 65535):
            comparison = "="  # nothing is below or above; ours is an error
        return filters.port_leaf(field, comparison, number, self.random)

    def end(self):
        """Left out, because ss understands something else:

        - /0: to ss it is every address, also of the other family;
        - `src [::ffff:127.0.0.1]`: to ss IPv4 inside of IPv6 is of IPv6 there, to us it is IPv4;
        - IPv6 prefixes so short that they cover ::ffff:0:0/96, for the same reason;
        - prefixes that begin with the bits of an address of the other family: ss compares once more what the kernel sent
          and forgets the family then, which goes wrong under `not` (iproute2, misc/ss.c, inet_addr_match);
        - `src != ADDRESS`: a syntax error; and an IPv6 address without brackets is refused, with a prefix it is not;
        - `sport = :0`, `sport < 1`, `sport > 65535`: ours are errors, as nothing can match;
        - the state `closed`: to ss a UDP socket without peer is closed.
        """
        field = self.random.choice(("src", "dst"))
        number = self.number() if self.random.random() < 0.4 else None
        if self.random.random() < 0.1:
            number = number or self.number()
            return filters.end_leaf(field, self.random.choice((f":{number}", f"*:{number}")), None, number, self.random)
        while True:
            address = self.random.choice(V4 + V6)
            full = 128 if ":" in address else 32
            single = self.random.random() < 0.4
            bits = full if single else self.random.randint(1, full)
            network = ipaddress.ip_network(f"{address}/{bits}", strict=False)
            if not confuses_ss(network):
                break
        text = filters.end_text(network, number, single)
        return filters.end_leaf(field, text, network, number, self.random)

    def device(self):
        name = self.random.choice(self.devices)
        return filters.device_leaf(name, socket.if_nametoindex(name), self.random)

    def mark(self):
        value, mask = self.random.choice(((0x11, None), (0x1F, None), (0, None), (0x10, 0xF0), (0x1, 0x1), (0, 0xE)))
        return filters.mark_leaf(value, mask, self.random)


def confuses_ss(network):
    """Whether it holds, bit by bit, of an address of the other family that the scene has."""
    if network.version == 6 and ipaddress.ip_address("::ffff:0:0") in network:
        return True
    others = V6 if network.version == 4 else V4
    bits = lambda packed: int.from_bytes(packed.ljust(16, b"\0"), "big") >> (128 - network.prefixlen)
    wanted = bits(network.network_address.packed)
    return any(bits(ipaddress.ip_address(other).packed) == wanted for other in (*others, "0.0.0.0", "::ffff:127.0.0.1", "::"))


class OwnWords(Words):
    """Of the whole language. `rows` is everything that there is, as --json tells it."""

    def __init__(self, random, stage, rows):
        super().__init__(random, stage)
        self.rows = rows
        own = (self.either_port, self.protocol, self.family, self.state, self.process, self.pid, self.user, self.scope, self.direction,
               self.identity, self.queue, self.age, self.ports_in, self.target, self.path, self.end_not, self.tcp_number)
        self.kinds += own

    def pick(self, *keys):
        """A value that some row has there."""
        values = [row[keys[0]] for row in self.rows]
        for key in keys[1:]:
            values = [value[key] for value in values if value]
        return self.random.choice([value for value in values if value is not None])

    def equals(self, field, word, told, **options):
        """`field = word`, in one of its spellings; `told` is whether it holds."""
        negated = self.random.random() < 0.25
        other = self.random.choice(("=", "==", "eq", ""))
        text = f"{field} {self.random.choice(('!=', 'ne')) if negated else other} {word}"
        if self.random.random() < 0.3:
            text = f"{field} {'not ' if negated else ''}in ({word})"
        return Leaf(text.split(), lambda row: bool(told(row)) != negated, **options)

    def compared(self, field, number, word, told, **options):
        """What has no such number holds for no comparison, and so for `!=`."""
        comparison = self.random.choice(COMPARISONS)
        if comparison == "<" and number == 0 or comparison == ">" and field == "port" and number == 65535:
            comparison = "="
        wanted = filters.NUMBERS["=" if comparison == "!=" else comparison]

        def any_holds(row):
            return any(wanted(value, number) for value in told(row) if value is not None)

        sign = self.random.choice(filters.SPELLINGS[comparison])
        return Leaf([field, sign, word], lambda row: any_holds(row) != (comparison == "!="), **options)

    def both_ports(self, row):
        return [row[side]["port"] for side in ("local", "peer") if row[side]] if filters.is_ip(row) else []

    def either_port(self):
        number = self.number()
        number += number == 1  # `port < 1` is an error
        return self.compared("port", number, str(number), self.both_ports)

    def ports_in(self):
        field = self.random.choice(("port", "sport", "dport"))
        sides = {"port": ("local", "peer"), "sport": ("local",), "dport": ("peer",)}[field]
        ranges = [sorted((self.number(), self.number())) for _ in range(self.random.randint(1, 4))]
        ranges = [(low, self.random.choice((low, high))) for low, high in ranges]
        text = ",".join(f"{low}-{high}" if low != high else str(low) for low, high in ranges)

        def told(row):
            numbers = [filters.place(row, side)[1] for side in sides if row[side] or field == "dport"] if filters.is_ip(row) else []
            return any(low <= number <= high for number in numbers for low, high in ranges)

        negated = self.random.random() < 0.3
        return Leaf([f"{field} {'not ' if negated else ''}in ({text})"], lambda row: told(row) != negated)

    def protocol(self):
        word = self.random.choice(("tcp", "udp", "unix", "raw", "inet"))
        if self.random.random() < 0.3 and word != "inet":
            return Leaf([word], lambda row: row["transport"] == word)
        return self.equals("proto", word, lambda row: row["transport"] == word or (word == "inet" and filters.is_ip(row)))

    def family(self):
        word = self.random.choice(("ipv4", "ipv6", "inet", "inet6", "unix"))
        return self.equals("family", word, lambda row: row["family"] == {"inet": "ipv4", "inet6": "ipv6"}.get(word, word))

    def state(self):
        word = self.random.choice(("listen", "established", "time-wait", "FIN_WAIT2", "unconnected", "close-wait"))
        name = {"FIN_WAIT2": "fin_wait_2"}.get(word, word.replace("-", "_"))
        if self.random.random() < 0.3:
            return Leaf([f"exclude {word}"], lambda row: row["state"] != name)
        # /proc says of a Unix datagram socket that it is connected when another is connected to it.
        return self.equals("state", word, lambda row: row["state"] == name, in_proc=name not in ("established", "unconnected"))

    def process(self):
        """Of a pattern the parentheses and blanks are quoted."""
        field, key = self.random.choice((("proc", "name"), ("exe", "exe"), ("cmdline", "cmdline")))
        pattern = self.random.choice(("python", "^python", "n$", "on[0-9]", "'(py|x)thon'", "none of them"))
        pattern = f"'{pattern}'" if " " in pattern else pattern
        negated = self.random.random() < 0.3

        def told(row):
            texts = [" ".join(owner[key]) if key == "cmdline" else owner[key] or "" for owner in row["owners"]]
            return any(re.search(pattern.strip("'"), text) for text in texts)

        return Leaf([f"{field} {'!~' if negated else '~'} {pattern}"], lambda row: told(row) != negated)

    def pid(self):
        number = self.random.choice([owner["pid"] for row in self.rows for owner in row["owners"]] + [1])
        return self.compared("pid", number, str(number), lambda row: [owner["pid"] for owner in row["owners"]])

    def user(self):
        number = self.pick("uid")
        if self.random.random() < 0.5:
            return self.compared("uid", number, str(number), lambda row: [row["uid"]], in_proc=False)
        return self.equals("user", self.random.choice((str(number), pwd.getpwuid(number).pw_name)),
                           lambda row: row["uid"] == number, in_proc=False)

    def scope(self):
        networks, word = self.random.choice(SCOPES)

        def told(row):
            end = row["peer"] or row["local"]
            return filters.is_ip(row) and any(ipaddress.ip_address(end["address"]) in ipaddress.ip_network(each) for each in networks)

        return self.equals("scope", word, told)

    def direction(self):
        word = self.random.choice(("in", "out", "local"))
        return self.equals("direction", word, lambda row: row.get("direction") == word)

    def identity(self):
        if self.random.random() < 0.5:
            number = self.pick("inode")
            return self.compared("inode", number, str(number), lambda row: [row["inode"] or None])
        word = self.pick("cookie")
        return self.equals("cookie", word, lambda row: row["cookie"] == word, in_proc=False)

    def queue(self):
        field = self.random.choice(("recv_queue", "send_queue"))
        number, word = self.random.choice(((0, "0"), (1, "1"), (16, "16"), (128, "128"), (1024, "1K"), (10240, "10K")))
        return self.compared(field, number, word, lambda row: [row[field]], in_proc=False)

    def age(self):
        """Surely less than a day, but of some the kernel tells only how old they are at least."""
        sign = self.random.choice(("<", "<=", ">"))
        return Leaf(["age", sign, "1d"], lambda row: sign != ">" and bool(row.get("age")), in_proc=False)

    def tcp_number(self):
        field, key = self.random.choice((("bytes_sent", "bytes_sent"), ("bytes_received", "bytes_received"), ("retrans", "total_retrans")))
        number, word = self.random.choice(((0, "0"), (1, "1"), (1048576, "1M")))
        return self.compared(field, number, word, lambda row: [row["tcp"][key] if row["state"] in TALKING and row.get("tcp") else None], in_proc=False)

    def target(self):
        """A port, or a network. Who is reached at an address with a port selection_test.py asks."""
        number = self.number()
        if self.random.random() < 0.5:
            text = self.random.choice((f":{number}", str(number), f"*:{number}"))
            return Leaf([text], lambda row: filters.is_ip(row) and row["local"]["port"] == number)
        address = self.random.choice(V4 + V6)
        bits = self.random.randint(8, 128 if ":" in address else 32)
        network = ipaddress.ip_network(f"{address}/{bits}", strict=False)

        def told(row):
            return filters.is_ip(row) and any(ipaddress.ip_address(row[side]["address"]) in network for side in ("local", "peer") if row[side])

        return Leaf([str(network)], told)

    def path(self):
        names = [row["local"] for row in self.rows if row["transport"] == "unix"]
        name = self.random.choice([each for each in names if each.get("path") or each.get("abstract")])
        text = name.get("path") or "@" + name["abstract"]
        return Leaf([text], lambda row: row["transport"] == "unix" and any(
            row[side] and (row[side].get("path") or "@" + (row[side].get("abstract") or "")) == text for side in ("local", "peer")),
            in_proc=False)

    def end_not(self):
        leaf = self.end()
        field, value = leaf.words[0], leaf.words[-1]
        return Leaf([field, "!=", value], lambda row: not leaf.holds(row))
