#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Filters at random: portscope selects what ss selects, and the same whoever decides, the kernel or portscope."""
import random
import re
import unittest

import filter_scene
import filter_words
import filters
import namespace
import peers
import program

SEED = 20240229
EXPRESSIONS = program.often(480)
RENEWED_EVERY = 60  # of TIME_WAIT and SYN_SENT there are new ones before the old ones are gone
PROTOCOLS = (["-t"], ["-t"], ["-u"], ["-t", "-u"])
STATES = (["-a"], ["-a"], ["-a"], ["state", "established"], ["state", "connected"], ["state", "listening", "state", "time-wait"],
          ["exclude", "established"], ["state", "synchronized"], ["state", "bucket"], ["state", "big"], ["state", "all"],
          ["state", "fin-wait-2", "state", "close-wait"], ["state", "all", "exclude", "listening"],
          ["exclude", "listening", "exclude", "syn-sent"])


UNDECIDED = "undecided"


def steady(look, other):
    """(what `look` finds before and after the other, what the other finds): sockets come and go by themselves."""
    while True:
        before, found, after = look(), other(), look()
        if before == after:
            return after, found


class AsSs(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = filter_scene.FilterScene()
        cls.addClassCleanup(cls.stage.close)

    def cookies_of_ss(self, arguments):
        return sorted(re.findall(r"\bsk:([0-9a-f]+)", "\n".join(peers.output("ss", "-Hne", *arguments))))

    def cookies_of_ours(self, arguments):
        answer = program.run("-H", "-C", "cookie", *arguments)
        if answer.code == 2:
            return answer.err.splitlines()[0]
        # Linux 5.10 tells no mark of some, which ss takes for 0.
        if answer.code == 3 and namespace.LINUX < (6, 1) and "asks for fwmark" in answer.err:
            return UNDECIDED
        self.assertEqual((answer.code, answer.err), (0 if answer.out else 1, ""))
        return sorted(answer.text.split())

    def compare(self, theirs, ours):
        """How many both find; ours makes an error of what no socket can match."""
        expected, found = steady(lambda: self.cookies_of_ss(theirs), lambda: self.cookies_of_ours(ours))
        if found == UNDECIDED:
            return 0
        if "no socket is both" in found or "no socket can match" in found:
            found = []
        self.assertEqual(found, expected, f"\nss {' '.join(theirs)}\nportscope {ours}")
        return len(expected)

    def options(self, chance, tree):
        """ss refuses addresses of the family that was not asked for; to us they are such as no socket has."""
        versions = {leaf.version for leaf in filters.leaves(tree)} - {None}
        fitting = [f"-{version}" for version in (4, 6) if versions <= {version}]
        return [*chance.choice(PROTOCOLS), *([chance.choice(fitting)] if fitting and chance.random() < 0.5 else [])]

    def spell(self, chance, words, tree):
        """As ss has it, or with no more parentheses and blanks than we need; in one word of the shell or in many."""
        text = filters.for_portscope(tree, chance)
        return chance.choice((words, [" ".join(words)], [text], text.split(), [filters.without_blanks(text)]))

    def test_random_filters(self):
        chance = random.Random(SEED)
        words = filter_words.Words(chance, self.stage)
        found = []
        for number in range(EXPRESSIONS):
            if number % RENEWED_EVERY == 0:
                self.stage.renew()
            tree = filters.tree(chance, words.leaf, chance.randint(0, 4))
            options, states = self.options(chance, tree), chance.choice(STATES)
            # What is excluded is taken away from all states by ss, from the usual ones by us.
            ours = [*options, "-a", *states] if states[0] == "exclude" else [*options, *states]
            theirs = ["(", *filters.for_ss(tree, chance), ")"]
            with self.subTest(number=number):
                found.append(self.compare([*options, *states, *theirs], [*ours, "(", *self.spell(chance, theirs, tree), ")"]))
        self.assertLess(found.count(None), EXPRESSIONS / 20, "few contradict themselves")
        found = [count for count in found if count is not None]
        self.assertGreater(sum(count > 0 for count in found), EXPRESSIONS / 2, "most find something")
        self.assertGreater(len(set(found)), 20, "and not the same")


if __name__ == "__main__":
    namespace.run_tests()
