# SPDX-License-Identifier: MIT
"""Random filters: what each means, and how it is written for portscope and for ss.

A filter is a leaf, or ("not", filter), ("and", filter, filter), ("or", filter, filter).
"""
import dataclasses
import ipaddress
import typing

NUMBERS = {"=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
           ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}
SPELLINGS = {"=": ("=", "==", "eq"), "!=": ("!=", "ne", "neq"), "<": ("<", "lt"), "<=": ("<=", "le", "leq"), ">": (">", "gt"),
             ">=": (">=", "ge", "geq")}
SIGNS = {"not": ("not", "!"), "and": ("and", "&", "&&", ""), "or": ("or", "|", "||")}
WILDCARDS = ("0.0.0.0", "::")


@dataclasses.dataclass
class Leaf:
    words: list  # as both tools take it; one of ours may be for portscope alone
    holds: typing.Callable  # of a row of --json
    in_proc: bool = True  # /proc tells enough to decide it
    version: int = None  # of IP, where it names an address

    @property
    def text(self):
        return " ".join(self.words)


def leaves(tree):
    return [tree] if isinstance(tree, Leaf) else [leaf for part in tree[1:] for leaf in leaves(part)]


def holds(tree, row):
    if isinstance(tree, Leaf):
        return tree.holds(row)
    if tree[0] == "not":
        return not holds(tree[1], row)
    return (all if tree[0] == "and" else any)(holds(part, row) for part in tree[1:])


def for_ss(tree, random):
    """Every pair in parentheses: ss goes strictly from left to right."""
    if isinstance(tree, Leaf):
        return tree.words
    if tree[0] == "not":
        return [random.choice(SIGNS["not"]), "(", *for_ss(tree[1], random), ")"]
    sign = random.choice(SIGNS[tree[0]])
    left, right = (["(", *for_ss(part, random), ")"] for part in tree[1:])
    return [*left, *([sign] if sign else []), *right]


def for_portscope(tree, random, outer="or"):
    """With as few parentheses as its precedence allows: not, and, or."""
    if isinstance(tree, Leaf):
        return tree.text
    strength = ("or", "and", "not")
    parts = [for_portscope(part, random, tree[0]) for part in tree[1:]]
    sign = random.choice(SIGNS[tree[0]])
    text = f"{sign} {parts[0]}" if tree[0] == "not" else f" {sign} ".join(parts)
    needed = strength.index(tree[0]) < strength.index(outer)
    return f"({text})" if needed or random.random() < 0.1 else text


def without_blanks(text):
    """`( sport = :80 )` as `(sport=:80)`."""
    for sign in ("==", "!=", ">=", "<=", "=", ">", "<", "(", ")", "&&", "||", "&", "|"):
        text = text.replace(f" {sign} ", sign).replace(f" {sign}", sign).replace(f"{sign} ", sign)
    return text


def tree(random, leaf, depth):
    if depth == 0 or random.random() < 0.25:
        return leaf()
    kind = random.choice(("not", "and", "or"))
    return (kind, *(tree(random, leaf, depth - 1) for _ in range(1 if kind == "not" else 2)))


def place(row, side):
    """(address, port) as the kernel's tables have it: zeros where there is no other end. Only of IP sockets."""
    end = row[side] or {"address": WILDCARDS[row["family"] == "ipv6"], "port": 0}
    return ipaddress.ip_address(end["address"]), end["port"]


def is_ip(row):
    return row["family"] in ("ipv4", "ipv6")


def port_leaf(field, comparison, number, random):
    side = "local" if field == "sport" else "peer"
    value = random.choice((f":{number}", str(number)))
    operator = [] if comparison == "=" and random.random() < 0.2 else [random.choice(SPELLINGS[comparison])]
    return Leaf([field, *operator, value],
                lambda row: NUMBERS[comparison](place(row, side)[1], number) if is_ip(row) else comparison == "!=")


def end_leaf(field, text, network, number, random):
    """`src 127.0.0.0/8:80`; without a network, or without a port."""
    side = "local" if field == "src" else "peer"
    operator = random.choice(([], [], ["="], ["=="], ["eq"]))

    def holds_of(row):
        address, port = place(row, side)
        return (network is None or address in network) and number in (None, port)

    return Leaf([field, *operator, text], lambda row: is_ip(row) and holds_of(row), version=network and network.version)


def end_text(network, number, single):
    """As ss takes it: a prefix of IPv6 is in brackets whole, which are needed before a port only."""
    text = "*" if network is None else str(network.network_address) if single else str(network)
    if network is not None and network.version == 6:
        text = f"[{text}]"
    return text if number is None else f"{text}:{number}"


def device_leaf(name, index, random):
    negated = random.random() < 0.3
    word = random.choice((name, str(index)))
    operator = [random.choice(SPELLINGS["!="])] if negated else random.choice(([], ["="], ["=="], ["eq"]))
    return Leaf(["dev", *operator, word], lambda row: (row["interface"] == name) != negated, in_proc=False)


def mark_leaf(value, mask, random):
    negated = random.random() < 0.3
    text = hex(value) if mask is None else f"{hex(value)}/{hex(mask)}"
    operator = random.choice(SPELLINGS["!=" if negated else "="])
    kept = 0xFFFFFFFF if mask is None else mask

    def holds_of(row):
        mark = (row.get("options") or {}).get("mark", 0)  # of half-open connections no options are told
        return is_ip(row) and mark & kept == value

    return Leaf(["fwmark", operator, text], lambda row: holds_of(row) != negated, in_proc=False)
