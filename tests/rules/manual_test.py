#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""portscope(8) and portscope-json(5) describe all there is, and nothing that is not there; about
portscope-filter(7) see filter_manual_test.py."""
import itertools
import json
import re
import shutil
import subprocess
import unittest

import manual
from answers import json_objects, portscope
from source_tree import ROOT

PAGES = ("portscope.8", "portscope-json.5", "portscope-filter.7")


def table_options():
    """The rows of the option table, as (letter, name, argument), and whether --help shows them."""
    source = (ROOT / "src/cli/options.cpp").read_text(encoding="utf-8")
    row = re.compile(r"""\{\s*OptionId::\w+,\s*(?:'(?P<letter>.)'|0),\s*"(?P<name>[^"]*)",\s*"(?P<argument>[^"]*)",
                         \s*Values::\w+,\s*Group::(?P<group>\w+),""", re.VERBOSE)
    rows = list(row.finditer(source))
    assert len(rows) == source.count("{OptionId::"), "a row of the option table has a shape this test cannot read"
    return {(found["letter"] or "", found["name"], found["argument"]): found["group"] != "hidden" for found in rows}


def help_options():
    """The same from --help."""
    line = re.compile(r"^  (?:-(?P<letter>\S)|  )(?:, |  )?(?:--(?P<name>[a-z0-9-]+))?(?: (?P<argument>[A-Z][^ ]*)|\[=(?P<optional>[A-Z]+)\])?  ")
    found = []
    for text in portscope("--help").splitlines():
        match = line.match(text)
        if match and (match["letter"] or match["name"]):
            argument = f"[{match['optional']}]" if match["optional"] else match["argument"]
            found.append(tuple(part or "" for part in (match["letter"], match["name"], argument)))
    return found


class Options(unittest.TestCase):
    def setUp(self):
        self.page = manual.page("portscope.8")
        self.section = manual.sections(self.page)["OPTIONS"]

    def test_help_shows_the_table(self):
        self.assertEqual(sorted(help_options()), sorted(row for row, shown in table_options().items() if shown))

    def test_the_manual_has_every_option_and_no_other(self):
        self.assertEqual(sorted(manual.options(self.section)), sorted(table_options()))

    def test_no_option_is_invented_elsewhere(self):
        for page in PAGES:
            self.assertLessEqual(manual.long_options(manual.page(page)), {name for _, name, _ in table_options()}, page)

    def test_the_manual_has_every_command_and_no_other(self):
        listed = portscope("--help").split("\nCommands:\n")[1].split("\n\n")[0]
        commands = re.findall(r"^  (\w+)", listed, re.MULTILINE)
        self.assertEqual(manual.items(manual.sections(self.page)["DESCRIPTION"], "Cm"), commands)


class BindRules(unittest.TestCase):
    def test_the_manual_has_every_rule_and_no_other(self):
        source = (ROOT / "src/model/bind_rules.cpp").read_text(encoding="utf-8")
        rules = re.findall(r"\{BindRule::(\w+),", source)
        self.assertIn("time_wait", rules)
        section = manual.sections(manual.page("portscope.8"))["WHY"]
        self.assertEqual(sorted(manual.items(section, "Cm")), sorted(rules))


class LiveView(unittest.TestCase):
    def test_the_manual_has_every_key_of_the_live_view_and_no_other(self):
        source = (ROOT / "src/watch/actions.cpp").read_text(encoding="utf-8")
        keys = re.findall(r'\{Action::\w+,\s*\{[^}]*\},\s*"([^"]*)",', source)
        self.assertEqual(len(keys), source.count("{Action::"))
        section = manual.sections(manual.page("portscope.8"))["LIVE VIEW"]
        told = [item.replace("\\-", "-").removeprefix("\\&") for item in re.findall(r"^\.It Ic (.+)$", section, re.M)]
        self.assertEqual(told, keys)


class Columns(unittest.TestCase):
    def test_the_manual_has_every_column_and_no_other(self):
        listed = re.findall(r"^  (\w+)", portscope("--list-columns"), re.MULTILINE)
        self.assertIn("owner_status", listed)
        self.assertEqual(manual.items(manual.sections(manual.page("portscope.8"))["COLUMNS"], "Cm"), listed)

    def test_every_column_is_a_key(self):
        listed = re.findall(r"^  (\w+)", portscope("--list-columns"), re.MULTILINE)
        keys = manual.items(manual.sections(manual.page("portscope-json.5"))["SOCKET"], "Va")
        self.assertEqual(sorted(set(keys) - {"schema", "time", "host"}), sorted(listed))

    def test_the_manual_has_every_format(self):
        text = manual.sections(manual.page("portscope.8"))["OPTIONS"].split("-format Ar NAME")[1].split(".It")[0]
        listed = re.findall(r"^  (\w+)", portscope("--list-formats"), re.MULTILINE)
        self.assertEqual(re.findall(r"^\.Cm (\w+)", text, re.MULTILINE), listed)


def titled(text):
    """The text of each section and subsection, by its title in lower case: `tcp`, `tcp.bbr`."""
    parts = re.split(r"^\.S[hs] (.*)\n", text, flags=re.MULTILINE)
    return {title.lower(): below for title, below in zip(parts[1::2], parts[2::2])}


def struct_fields():
    """The names that the program gives to the fields of kernel structs, by table."""
    found = {}
    for name, table in (("tcp_info", "tcp"), ("sctp_info", "sctp.info"), ("struct_tables", None)):
        source = (ROOT / f"src/model/{name}.cpp").read_text(encoding="utf-8")
        tables = re.findall(r"^constexpr auto (\w+) =\s*std::to_array<StructField>\((.*?)\);$", source, re.M | re.S)
        for own, rows in tables:
            row = re.compile(r"""\b(?:number|limited|measured|flag|bits|hex|word)\("(\w+)"|\.name = "(\w+)\"""")
            found[table or own] = {one or other for one, other in row.findall(rows)}
    return found


class Keys(unittest.TestCase):
    """Every object in the JSON of real sockets: its keys are in the page and in the schema."""

    # Always there; others need a right, another kernel or another congestion control.
    USUAL = {"snapshot", "socket", "end", "owner", "listen", "netns", "host", "gap", "summary", "count", "age", "tcp",
             "memory", "timer", "options", "unix", "unix.file", "unix.connected_by", "netlink", "processes", "ephemeral_ports",
             "ephemeral_ports.range", "retransmission", "why", "target",
             "probe", "foretold", "blockers", "blockers.started_by", "notes", "remedies", "free", "tried", "range"}
    # What only the table calls otherwise; the two halves of BBR's bandwidth are one number in JSON.
    STRUCTS = {"vegas": "tcp.vegas", "dctcp": "tcp.dctcp", "md5_keys": "tcp", "tos": "options",
               "traffic_class": "options", "class_id": "options", "mark": "options", "flags": "options",
               "mptcp_info": "mptcp.info", "packet_info": "packet", "packet_ring": "packet.ring",
               "fanout": "packet.fanout", "filter": "packet", "netlink_flags": "netlink", "xdp_ring": "xdp.ring",
               "umem": "xdp.umem", "xdp_stats": "xdp.statistics"}

    DOCUMENTS = ("summary", "why", "free", "kill", "close")  # their heads are described once, at SNAPSHOT

    def setUp(self):
        self.page = titled(manual.page("portscope-json.5"))
        self.schema = json.loads((ROOT / "man/portscope-1.schema.json").read_text(encoding="utf-8"))["$defs"]

    def described(self, kind):
        keys = set(manual.items(self.page[kind], "Va"))
        return keys | {"schema", "version", "time", "host", "complete", "gaps"} if kind in self.DOCUMENTS else keys

    def in_schema(self, kind):
        """Several definitions make one object where the protocol decides what it has."""
        names = [name for name in self.schema if name.endswith("_end")] if kind == "end" else [kind]
        names += ["socket_line"] if kind == "socket" else []
        return set().union(*(self.schema[name]["properties"] for name in names))

    def test_the_usual_kinds_of_object_were_seen(self):
        self.assertLessEqual(self.USUAL, set(json_objects()))

    def test_every_key_is_in_the_page(self):
        for kind, keys in json_objects().items():
            self.assertIn(kind, self.page)
            self.assertLessEqual(keys, self.described(kind), kind)

    def test_page_and_schema_know_the_same(self):
        kinds = {name for name, definition in self.schema.items() if "properties" in definition}
        kinds = {"end" if name.endswith("_end") else name for name in kinds - {"socket_line"}}
        self.assertGreaterEqual(kinds, self.USUAL)
        subsections = set(re.findall(r"^\.Ss ([a-z._]+)$", manual.page("portscope-json.5"), re.MULTILINE))
        self.assertLessEqual(subsections, kinds)
        for kind in kinds:
            self.assertEqual(self.described(kind), self.in_schema(kind), kind)

    def test_every_field_of_a_kernel_struct_is_in_the_page(self):
        fields = struct_fields()
        self.assertGreaterEqual(set(fields), set(self.STRUCTS) | {"tcp", "sctp.info", "memory", "timer", "bbr"})
        for table in set(fields) - {"bbr"}:
            self.assertLessEqual(fields[table], self.described(self.STRUCTS.get(table, table)), table)


class Form(unittest.TestCase):
    # About other pages, which depend on what else this machine has installed.
    ELSEWHERE = ("referenced manual not found", "outdated mandoc.db")

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed: the form of the pages is not checked")
    def test_mandoc_finds_nothing(self):
        for name in PAGES:
            done = subprocess.run(["mandoc", "-T", "lint", "-W", "style", str(ROOT / "man" / name)],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            found = [line for line in done.stdout.splitlines() if not any(word in line for word in self.ELSEWHERE)]
            self.assertFalse(found, "\n" + "\n".join(found))

    def test_the_pages_name_each_other(self):
        for name, other in itertools.permutations(PAGES, 2):
            title, number = other.split(".")
            self.assertIn(f".Xr {title} {number}", manual.page(name))


if __name__ == "__main__":
    unittest.main(verbosity=2)
