#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What bind(2) does differs from kernel to kernel: the model of its rules beside this one. For machines of tests/vm/run."""
import subprocess
import unittest

import namespace

SCENES = 100


class BindOracle(unittest.TestCase):
    def test_the_model_foretells_what_bind_and_listen_do(self):
        for seed in (1, 2, 3):
            with self.subTest(seed=seed):
                answer = subprocess.run(["bind_oracle", str(SCENES), str(seed)], capture_output=True, text=True, check=False)
                if answer.returncode == 77:
                    self.skipTest(answer.stdout.strip())
                self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)


if __name__ == "__main__":
    namespace.run_tests()
