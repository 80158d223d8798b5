#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Whoever decides a filter, the kernel or portscope, by netlink or by /proc: the answer is the same, and the right one."""
import random
import unittest

import everything
import filter_scene
import filter_words
import filters
import namespace
import program
import scene

SEED = 20240301
EXPRESSIONS = program.often(420)
IDENTITY = "transport,state,local,peer,inode"


def identity(row):
    return str(row["inode"] or program.key(row))


class SameAnswer(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = filter_scene.FilterScene()
        cls.addClassCleanup(cls.stage.close)
        everything.open_unix(cls.stage)
        cls.fork = scene.Held(lambda tell: tell())  # most sockets have two holders
        cls.addClassCleanup(cls.fork.close)

    def lines(self, *options):
        answer = program.run("-a", "-A", "tcp,udp,unix", "--jsonl", *options)
        if answer.code == 2:
            return answer.err.splitlines()[0]
        self.assertEqual((answer.code, answer.err), (0 if answer.out else 1, ""), options)
        return [program.json.loads(line) for line in answer.lines]

    def identities(self, *options):
        rows = self.lines("-C", IDENTITY, *options)
        return rows if isinstance(rows, str) else sorted(map(identity, rows))

    def everything(self):
        return [row for row in self.lines("-e", "-i") if row["state"] != "bound"]

    def outline(self):
        """Quickly, what there is: sockets go away by themselves."""
        return sorted((identity(row), row["state"]) for row in self.lines("-C", IDENTITY) if row["state"] != "bound")

    def steady(self, rows, words, roads):
        """What there is, and what each road finds of it."""
        while True:
            found = [self.identities(*road, words) for road in roads]
            if sorted((identity(row), row["state"]) for row in rows) == self.outline():
                return rows, found
            rows = self.everything()

    def test_random_filters(self):
        chance = random.Random(SEED)
        words = filter_words.OwnWords(chance, self.stage, self.everything())
        counts = []
        for number in range(EXPRESSIONS):
            if number % 30 == 0:
                self.stage.renew()
                words.rows = self.everything()
            tree = filters.tree(chance, words.leaf, chance.randint(0, 3))
            text = filters.for_portscope(tree, chance)
            text = f"({text})" if text[0] in "/@" else text  # a word that begins so is one name, blanks and all
            roads = [(), ("--no-push-down",)]
            if all(leaf.in_proc for leaf in filters.leaves(tree)):
                roads.append(("--source", "proc"))
            with self.subTest(number=number, text=text):
                words.rows, found = self.steady(words.rows, text, roads)
                wanted = sorted(identity(row) for row in words.rows if filters.holds(tree, row))
                if "no socket" in found[0]:  # it contradicts itself
                    self.assertEqual(wanted, [])
                    counts.append(None)
                    continue
                for road, one in zip(roads, found):
                    self.assertEqual(one, wanted, f"portscope {' '.join(road)} '{text}'")
                counts.append(len(wanted))
        self.assertLess(counts.count(None), EXPRESSIONS / 10, "few contradict themselves")
        counts = [count for count in counts if count is not None]
        self.assertGreater(sum(count > 0 for count in counts), EXPRESSIONS / 2, "most find something")
        self.assertGreater(len(set(counts)), 20, "and not the same")


if __name__ == "__main__":
    namespace.run_tests()
