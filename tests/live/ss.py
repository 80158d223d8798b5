# SPDX-License-Identifier: MIT
"""Every word that ss(8) prints of a socket, taken apart."""
import dataclasses
import re

import peers

# What stands behind the addresses. Most of it is `name:value` or `name:(values)`, the rest is listed here.
TOKENS = re.compile(r"""
    (?P<shutdown>[<-]-[>-])(?=\s|$)
  | (?P<list>users|inet-sockopt|timer|skmem|mem|bbr|dctcp):\s?\((?P<values>(?:\((?:"[^"]*"|[^()"])*\)|[^()])*)\)
  | (?P<group>flags|ring_rx|ring_tx|fanout)\(\s?(?P<members>[^)]*?)\s?\)
  | (?P<rate>send|pacing_rate|delivery_rate)\s(?P<amount>\S+)
  | (?P<tls>version|cipher|rxconf|txconf):\s(?P<setting>\S+)
  | (?P<pending>peers):(?P<inodes>(?:\s\d+)+)
  | (?P<name>[a-z][\w-]*)[:=](?P<value>\S*)
  | (?P<word>[a-z][\w-]*)
""", re.VERBOSE)


@dataclasses.dataclass
class Row:
    line: str
    kind: str  # u_str, p_raw, tcp, ...; empty where ss does not tell
    state: str
    recv_queue: int
    send_queue: int
    local: str
    peer: str
    tokens: list  # (name, value); a word alone has the value None

    def value(self, name):
        return dict(self.tokens).get(name)


def tokens(text):
    """[(name, value), ...]; whatever is not understood fails."""
    found, place = [], 0
    for match in TOKENS.finditer(text):
        assert not text[place:match.start()].strip(), f"what is {text[place:match.start()]!r} in {text!r}?"
        place = match.end()
        names = [name for name in match.groupdict() if match[name] is not None]
        if names == ["shutdown"]:
            found.append(("shutdown", match["shutdown"]))
        else:
            found.append((match[names[0]], match[names[1]].strip() if len(names) > 1 else None))
    assert not text[place:].strip(), f"what is {text[place:]!r} in {text!r}?"
    return found


def inet(*options):
    """ss leaves the state away where all have the same, and the protocol where only one was asked for."""
    rows = []
    for line in peers.output("ss", "-OHa", *options):
        state, receive, send, local, peer, *rest = line.split(None, 5)
        rows.append(Row(line, "", peers.state(state), int(receive), int(send), local, peer, tokens("".join(rest))))
    return rows


def unix(*options):
    """The inodes stand where others have ports."""
    rows = []
    for line in peers.output("ss", "-OHxa", *options):
        kind, state, receive, send, name, inode, _, peer, *rest = line.split(None, 8)
        row = Row(line, kind, peers.state(state), int(receive), int(send), name, peer, tokens("".join(rest)))
        # The file has an `ino`, too.
        row.tokens = [("file" if name == "ino" else name, value) for name, value in row.tokens] + [("ino", inode)]
        rows.append(row)
    return rows


def packet(*options):
    rows = []
    for line in peers.output("ss", "-OH0a", *options):
        kind, receive, send, local, peer, *rest = re.sub(r"^(p_\w+) +UNCONN", r"\1", line).split(None, 5)
        rows.append(Row(line, kind, "unconnected", int(receive), int(send), local, peer, tokens("".join(rest))))
    return rows


def netlink(*options):
    """A dump may repeat a socket, and ss repeats it then."""
    rows = {}
    for line in peers.output("ss", "-OHaf", "netlink", *options):
        receive, send, local, peer, *rest = re.sub(r"^(nl +)?(UNCONN +)?", "", line).split(None, 4)
        rows[local] = Row(line, "nl", "unconnected", int(receive), int(send), local, peer, tokens("".join(rest)))
    return list(rows.values())
