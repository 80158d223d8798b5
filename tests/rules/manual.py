# SPDX-License-Identifier: MIT
"""Reads what the tests need from a manual page in mdoc(7): the items of its lists, by section."""
import re

from source_tree import ROOT


def page(name):
    return (ROOT / "man" / name).read_text(encoding="utf-8")


def sections(text):
    """The text of each section, by its title."""
    parts = re.split(r"^\.Sh (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def items(section, macro):
    """What stands behind `macro` at the beginning of each list item: `.It Cm name Pq HEADING` -> name."""
    return re.findall(rf"^\.It {macro} (\S+)", section, re.MULTILINE)


def options(section):
    """The options of a list, as (letter or '', name or '', argument or '')."""
    found = []
    for item in re.findall(r"^\.It (Fl .*)$", section, re.MULTILINE):
        letter = re.search(r"Fl ([^-\s])(?:\s|$)", item)
        name = re.search(r"Fl -(\S+)", item)
        argument = re.search(r"Ar (\S+)", item)
        found.append(tuple(match[1] if match else "" for match in (letter, name, argument)))
    return found


def long_options(text):
    """Every long option of ours that the page speaks of."""
    return set(re.findall(r"\bFl -([a-z][a-z0-9-]*)", text))
