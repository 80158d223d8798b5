#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""portscope-filter(7) against the program: its fields, words and states are all there are, its examples run, and its
error messages are those that are printed."""
import functools
import re
import shlex
import shutil
import socket
import subprocess
import unittest

import manual
from answers import PROGRAM
from source_tree import ROOT

PAGE = "portscope-filter.7"
# A network namespace of its own has nothing but `lo`; who is not root needs a user namespace for one.
NAMESPACES = (["unshare", "-n"], ["unshare", "-rn"])
# What --explain-filter calls the costs in the table of fields.
COSTS = {"nothing": "nothing beyond the rows", "processes": "a walk over processes", "mark": "the mark of each socket",
         "tcp_info": "tcp_info of each socket", "all sockets": "all sockets of the protocols"}
COMPARED = {"equal": ["=", "!="], "order": ["=", "!=", "<", "<=", ">", ">="], "text": ["=", "!=", "~", "!~"]}
SIGNS = sorted(set(sum(COMPARED.values(), [])))
SERVICES = ("http", "https")


@functools.cache
def namespace():
    """The command before a command that runs it in a network namespace of its own; None: there is none to be had."""
    for command in NAMESPACES if shutil.which("unshare") else ():
        if subprocess.run([*command, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return command
    return None


@functools.cache
def knows_services():
    """Whether this machine has an /etc/services, which the examples with names of services need."""
    try:
        return all(socket.getservbyname(name) for name in SERVICES)
    except OSError:
        return False


@functools.cache
def has_cgroups():
    """Whether the tree of cgroups (version 2) is mounted, where the path of one is looked up."""
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        return any(line.split()[2] == "cgroup2" for line in mounts)


def run(*words):
    """What it prints, and its exit status."""
    return subprocess.run([*namespace(), PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False)


def explain(*words):
    return run("--explain-filter", *words)


def source(name):
    return (ROOT / name).read_text(encoding="utf-8")


def sections():
    return manual.sections(manual.page(PAGE))


def plain(text):
    r"""Text of a literal block as it is read: `\e` is a backslash."""
    return text.replace("\\e", "\\").replace("\\&", "")


def blocks(section):
    """The literal blocks of a section."""
    return [plain(block) for block in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", section, re.MULTILINE | re.DOTALL)]


def columns(section):
    """The rows of a table, less its headings."""
    rows = re.findall(r"^\.It Cm (.* Ta.*)$", section, re.MULTILINE)
    return [[plain(cell).strip() for cell in re.split(r" Ta ?", row)] for row in rows]


def sessions(section):
    """What was typed at the `$ portscope` of each example, and what is printed below it."""
    found = []
    for block in blocks(section):
        for one in re.split(r"^\$ portscope ", block, flags=re.MULTILINE)[1:]:
            typed, _, printed = one.partition("\n")
            found.append((shlex.split(typed), printed.rstrip("\n") + "\n"))
    return found


def field_table():
    """The names in the table of fields: each with the other names for it."""
    text = source("src/model/filter_fields.cpp")
    ids = dict(re.findall(r'^    \{FieldId::(\w+),\s*"(\w+)",', text, re.MULTILINE))
    assert len(ids) + 1 == text.count("    {FieldId::"), "a row of the table has a shape this test cannot read"
    names = {name: set() for name in ids.values()}
    others = re.search(r"other_names = .*?\(\{(.*?)\}\);", text, re.DOTALL)[1]
    for other, field in re.findall(r'\{"(\w+)", FieldId::(\w+)\}', others):
        names[ids[field]].add(other)
    return names


def enumerators(enumeration):
    """The names of an enumeration of the vocabulary."""
    text = source("include/portscope/protocol.hpp")
    names = re.search(rf"struct Names<{enumeration}> \{{.*?\(\s*\{{(.*?)\}}\)", text, re.DOTALL)[1]
    return re.findall(r'"(\w+)"', names)


def grammar():
    """The rules of GRAMMAR by name; each a list of words, those to be written as they are with their quotes."""
    rules = {}
    for line in blocks(sections()["GRAMMAR"])[0].splitlines():
        name, _, right = re.match(r"(\w*)\s*(=|\|)\s+(.*)", line).groups()
        rules.setdefault(name or list(rules)[-1], []).extend(re.findall(r'"[^"]*"|\w+|[{}|\[\]]', right))
    return rules


def spelled(rule):
    return [word.strip('"') for word in grammar()[rule] if word.startswith('"')]


def examples():
    """The command lines of EXAMPLES, each with the line that says what it finds."""
    text = blocks(sections()["EXAMPLES"])[0]
    pairs = [paragraph.split("\n") for paragraph in text.strip().split("\n\n")]
    assert all(len(pair) == 2 and pair[0].startswith("# ") and pair[1].startswith("portscope ") for pair in pairs), \
        "an example is a line that begins with # and a command line"
    return [(what, shlex.split(command)[1:]) for what, command in pairs]


class Fields(unittest.TestCase):
    def setUp(self):
        self.section = sections()["FIELDS OF A SOCKET"]
        self.rows = columns(self.section)
        self.runnable = [row for row in self.rows if row[0] != "cgroup" or has_cgroups()]

    def test_the_table_has_every_field_and_no_other(self):
        self.assertEqual([row[0] for row in self.rows], list(field_table()))

    def test_every_field_is_explained_with_every_other_name(self):
        below = self.section[self.section.index("What they mean"):]
        items = [item.split(" , ") for item in re.findall(r"^\.It Cm (.*)$", below, re.MULTILINE)]
        self.assertEqual({name: set(others) for name, *others in items}, field_table())
        self.assertEqual([name for name, *_ in items], list(field_table()))

    @unittest.skipUnless(namespace(), "no network namespace of its own can be made here")
    def test_the_program_knows_every_name(self):
        example = {row[0]: row[1] for row in self.rows}
        for name, others in field_table().items():
            for other in others:
                self.assertEqual(explain(f"{other} = {example[name]}").returncode, 0, other)

    @unittest.skipUnless(namespace(), "no network namespace of its own can be made here")
    def test_each_is_compared_as_the_table_says(self):
        for name, example, compared, *_ in self.runnable:
            for sign in SIGNS:
                done = explain(f"{name} {sign} {example}")
                allowed = sign in COMPARED[compared]
                self.assertEqual(done.returncode, 0 if allowed else 2, f"{name} {sign} {example}\n{done.stderr}")
                self.assertEqual("is not compared by" in done.stderr, not allowed, name)
            self.assertEqual(explain(f"{name} in ({example}, {example})").returncode, 0, name)

    @unittest.skipUnless(namespace(), "no network namespace of its own can be made here")
    def test_kernel_and_costs_are_as_the_table_says(self):
        for name, example, _, kernel, cost in self.runnable:
            told = explain("-t", f"{name} = {example}").stdout
            asked = re.search(r"^kernel +tcp: (.*)$", told, re.MULTILINE)[1]
            self.assertEqual(asked != "everything", kernel == "yes", f"{name}: {asked}")
            self.assertEqual(re.search(r"^costs +(.*)$", told, re.MULTILINE)[1], COSTS[cost], name)


class Grammar(unittest.TestCase):
    def test_every_rule_is_there(self):
        """What is no word to be written is a rule, or a section's title in the singular."""
        rules = grammar()
        used = {word for right in rules.values() for word in right if re.fullmatch(r"\w+", word)}
        self.assertEqual(used - set(rules), {"FIELD", "VALUE", "STATE", "TARGET"})
        self.assertEqual(set(rules) - used, {"filter"} - used)

    def test_it_has_every_spelling_of_the_parser_and_no_other(self):
        text = source("src/model/query_parser.cpp") + source("src/model/query_terms.cpp")
        signs = re.findall(r'\{"([^"]+)", Comparison::', text)
        self.assertIn("geq", signs)
        self.assertEqual(sorted(spelled("comparison")), sorted(signs))
        groups = re.search(r"groups\{(.*?)\}", text)[1]
        self.assertEqual(spelled("group"), re.findall(r'"(\w+)"', groups))
        joints = re.findall(r'take(?:_word)?\("(and|or|not|[&|!]+)"\)', text)
        self.assertEqual(sorted(spelled("and") + spelled("or") + spelled("not")), sorted(set(joints)))

    def test_it_has_every_protocol(self):
        self.assertEqual(spelled("protocol"), enumerators("Transport"))

    def test_every_sign_is_explained(self):
        words = set(re.split(r"[\s,]+", sections()["COMPARISONS"]))
        self.assertLessEqual(set(spelled("comparison")), words)

    @unittest.skipUnless(namespace(), "no network namespace of its own can be made here")
    def test_the_program_takes_every_word(self):
        for sign in spelled("comparison"):
            field = "proc" if "~" in sign else "sport"
            self.assertEqual(explain(f"{field} {sign} 80").returncode, 0, sign)
        for word in spelled("group") + spelled("protocol"):
            self.assertEqual(explain(word).returncode, 0, word)
        for word in spelled("and") + spelled("or"):
            self.assertEqual(explain(f"sport = 80 {word} dport = 80").returncode, 0, word)
        for word in spelled("not"):
            self.assertEqual(explain(f"{word} sport = 80").returncode, 0, word)


class States(unittest.TestCase):
    def setUp(self):
        self.section = sections()["STATES"]
        self.rows = columns(self.section)

    def test_the_table_has_every_state_and_every_spelling(self):
        self.assertEqual([row[0] for row in self.rows], enumerators("State"))
        bare = {re.sub("[-_]", "", word.lower()) for row in self.rows for word in re.split("[ ,]+", row[1])}
        others = re.search(r"other_spellings = .*?\(\{(.*?)\}\);", source("src/model/protocol.cpp"), re.DOTALL)[1]
        self.assertLessEqual(set(re.findall(r'\{"(\w+)",', others)), bare)

    def test_the_page_has_every_group(self):
        groups = re.findall(r'group == "(\w+)"', source("src/model/protocol.cpp"))
        self.assertEqual(re.findall(r"^\.It Cm (\w+)$", self.section, re.MULTILINE), ["unconnected", "bound", *groups])

    @unittest.skipUnless(namespace(), "no network namespace of its own can be made here")
    def test_the_program_means_what_the_table_says(self):
        def states(word):
            return re.search(r"^states +(.*)$", explain("-a", "state", word).stdout, re.MULTILINE)[1]

        for name, others in self.rows:
            for word in [name, name.upper(), *filter(None, re.split("[ ,]+", others))]:
                self.assertEqual(states(word), name, word)


class Examples(unittest.TestCase):
    def test_there_are_thirty(self):
        commands = [" ".join(words) for _, words in examples()]
        self.assertGreaterEqual(len(commands), 30)
        self.assertEqual(len(set(commands)), len(commands))

    @unittest.skipUnless(namespace(), "no network namespace of its own can be made here")
    def test_every_example_is_a_filter(self):
        for what, words in examples():
            with self.subTest(what):
                if any(service in " ".join(words) for service in SERVICES) and not knows_services():
                    self.skipTest("this machine knows no services: /etc/services is missing")
                done = explain(*words)
                self.assertEqual((done.returncode, done.stderr), (0, ""), words)

    @unittest.skipUnless(namespace(), "no network namespace of its own can be made here")
    def test_the_short_list_of_portscope_8_too(self):
        text = blocks(manual.sections(manual.page("portscope.8"))["CHOOSING SOCKETS"])[0]
        commands = re.findall(r"^portscope (.*?)  ", text, re.MULTILINE)
        self.assertGreaterEqual(len(commands), 5)
        for command in commands:
            self.assertEqual(explain(*shlex.split(command)).returncode, 0, command)

    @unittest.skipUnless(namespace(), "no network namespace of its own can be made here")
    def test_what_is_explained_is_printed_so(self):
        found = sessions(sections()["WHAT THE KERNEL DECIDES"])
        self.assertTrue(found)
        for words, printed in found:
            self.assertEqual(run(*words).stdout, printed)


class Errors(unittest.TestCase):
    @unittest.skipUnless(namespace(), "no network namespace of its own can be made here")
    def test_every_message_is_printed_so(self):
        found = sessions(sections()["ERROR MESSAGES"])
        self.assertGreaterEqual(len(found), 3)
        for words, printed in found:
            done = run(*words)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", printed), words)


if __name__ == "__main__":
    unittest.main(verbosity=2)
