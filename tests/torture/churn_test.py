#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A socket that lives through the whole look is in the answer once, thousands of them beside a generator at full speed."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../live"))

import churn
import namespace

LOOKS = int(os.environ.get("TORTURE_LOOKS", "2"))
THREADS = int(os.environ.get("TORTURE_THREADS", "1"))


class Churn(unittest.TestCase):
    def test_nothing_is_missed_or_repeated(self):
        for case in churn.CASES:
            with churn.busy(case, THREADS) as lasting:
                for source in ("netlink", "proc"):
                    with self.subTest(case.name, source=source):
                        count = churn.look_often(case, lasting, LOOKS, source)
                        print(f"{case.name}, {source}: {count}", flush=True)
                        self.assertEqual((count.wrong, count.misses, count.repeats), ([], 0, 0))
                        self.assertGreater(count.strays, 100, "nothing came and went")
                        if source == "netlink":
                            self.assertEqual(count.announced, 0)


if __name__ == "__main__":
    namespace.run_tests()
