#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Where the answer goes: closed, full, slow, gone, or a file that must be whole or untouched."""
import fcntl
import json
import os
import pathlib
import resource
import signal
import subprocess
import tempfile
import unittest

import namespace
import program
import scene

LISTENERS = 1500  # enough for several times what a pipe holds


def shell(script, **popen):
    """A shell with portscope as $P."""
    done = subprocess.run(["sh", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "P": program.PATH}, timeout=program.TIME_LIMIT, **popen)
    return program.Answer(done.returncode, done.stdout, done.stderr.decode())


class Output(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, LISTENERS + 500), hard))
        cls.stage = scene.Scene()
        cls.addClassCleanup(cls.stage.close)
        for number in range(LISTENERS):
            cls.stage.listener("127.0.0.1", 10_000 + number)

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="portscope-")
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def assert_write_error(self, answer):
        self.assertEqual(answer.code, 2, answer.err)
        self.assertTrue(answer.err.startswith("portscope: cannot write"), answer.err)
        self.assertEqual(answer.err.count("\n"), 1, answer.err)

    def test_what_cannot_be_written_is_trouble(self):
        for format in ("table", "json", "jsonl", "csv", "tsv"):
            for redirection in (">&-", ">/dev/full"):
                with self.subTest(format=format, redirection=redirection):
                    self.assert_write_error(shell(f'"$P" -tl --format {format} {redirection}'))
        for question in ("--help", "--version", "--list-columns", "-s", "-tl 1"):
            self.assert_write_error(shell(f'"$P" {question} >/dev/full'))

    def test_an_answer_without_a_byte_needs_no_output(self):
        self.assertEqual(shell('"$P" -tlq >&-').code, 0)
        self.assertEqual(shell('"$P" -tlq >/dev/full').code, 0)

    def test_a_limit_of_the_size_of_files(self):
        answer = shell(f'ulimit -f 0; "$P" -tl >{self.directory}/out')
        self.assertIn(answer.code, (2, 128 + signal.SIGXFSZ))
        answer = shell(f'trap "" XFSZ; ulimit -f 0; "$P" -tl >{self.directory}/out')
        self.assert_write_error(answer)

    def test_closed_errors_and_input_do_not_matter(self):
        whole = shell('"$P" -tl').out
        for redirection in ("2>&-", "<&-", "<&- 2>&-"):
            answer = shell(f'"$P" -tl {redirection}')
            self.assertEqual((answer.code, answer.out, answer.err), (0, whole, ""), redirection)

    def test_all_closed(self):
        self.assertEqual(shell('"$P" -tl <&- >&- 2>&-').code, 2)
        self.assertEqual(shell('"$P" --bogus <&- >&- 2>&-').code, 2)

    def test_nothing_but_the_output_takes_the_place_of_a_closed_descriptor(self):
        """What is printed must never go into a socket that got the number of stdout or stderr."""
        for closed in (">&-", "2>&-", "<&- >&- 2>&-"):
            answer = shell(f'"$P" -tl --output {self.directory}/file {closed}')
            self.assertEqual(answer.code, 0, (closed, answer.err))
            self.assertEqual((self.directory / "file").read_text().count("\n"), LISTENERS + 1)

    def test_a_slow_reader_that_does_not_block(self):
        """A non-blocking pipe is full most of the time; not a byte may be lost."""
        whole = program.run("-tl", "--json", "-C", "local,inode").out
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        os.set_blocking(writer, False)
        process = subprocess.Popen([program.PATH, "-tl", "--json", "-C", "local,inode"], stdout=writer)
        os.close(writer)
        pieces = []
        while piece := os.read(reader, 1000):
            pieces.append(piece)
        os.close(reader)
        self.assertEqual(process.wait(), 0)
        self.assertEqual(json.loads(b"".join(pieces))["sockets"], json.loads(whole)["sockets"])

    def test_a_reader_that_has_seen_enough(self):
        for trap in ("", "trap '' PIPE; "):
            for format in ("table", "json", "jsonl"):
                answer = shell(f'{trap}{{ "$P" -tl --format {format}; echo $? >{self.directory}/code; }} | head -c 1')
                self.assertEqual((len(answer.out), answer.err), (1, ""))
                code = int((self.directory / "code").read_text())
                self.assertIn(code, (0, 128 + signal.SIGPIPE), (trap, format))

    def test_a_file_is_written_whole_and_renamed(self):
        target = self.directory / "answer.json"
        target.write_text("old")
        before = target.stat().st_ino
        answer = program.run("-tl", "--json", "--output", str(target))
        self.assertEqual((answer.code, answer.out, answer.err), (0, b"", ""))
        self.assertEqual(len(program.parse(target.read_text())["sockets"]), LISTENERS)
        self.assertNotEqual(target.stat().st_ino, before)
        self.assertEqual(os.listdir(self.directory), ["answer.json"])
        self.assertEqual(shell(f'umask 027; "$P" -tl --output {self.directory}/fresh').code, 0)
        self.assertEqual((self.directory / "fresh").stat().st_mode & 0o777, 0o640)

    def test_a_file_that_fails_leaves_the_old_one(self):
        target = self.directory / "answer"
        target.write_text("old")
        self.assert_write_error(shell(f'trap "" XFSZ; ulimit -f 1; "$P" -tl --json --output {target}'))
        self.assertEqual(target.read_text(), "old")
        self.assertEqual(os.listdir(self.directory), ["answer"])

    def test_trouble_leaves_the_old_file_and_no_other(self):
        target = self.directory / "answer"
        target.write_text("old")
        for arguments in (["--bogus"], ["-t", ":99999"], ["-s", "--csv"]):
            self.assertEqual(program.run(*arguments, "--output", str(target)).code, 2)
            self.assertEqual((os.listdir(self.directory), target.read_text()), (["answer"], "old"))

    def test_a_file_that_cannot_be_is_trouble(self):
        for target in ("/nonexistent/x", str(self.directory), "/proc/x", "/dev/null/x"):
            self.assert_write_error(program.run("-tl", "--output", target))
        self.assertEqual(os.listdir(self.directory), [])

    def test_a_working_directory_that_is_gone(self):
        answer = shell(f'mkdir {self.directory}/gone; cd {self.directory}/gone; rmdir ../gone; "$P" -tlq')
        self.assertEqual((answer.code, answer.err), (0, ""))

    def test_the_environment_changes_no_row(self):
        expected = program.run("-tl").out
        for environment in ({}, {"TERM": "dumb"}, {"LC_ALL": "tr_TR.UTF-8"}, {"LC_ALL": "C"}, {"COLUMNS": "-1"}, {"COLUMNS": "20"},
                            {"COLUMNS": "99999999999"}, {"LANG": "xx"}, {"NO_COLOR": "1"}, {"TZ": "Asia/Tokyo"}):
            self.assertEqual(program.run("-tl", env=environment).out, expected, environment)

    def test_few_descriptors_are_announced_or_enough(self):
        for limit in (16, 8, 6, 5, 4):
            answer = shell(f'ulimit -n {limit}; "$P" -tl --json')
            with self.subTest(limit=limit, err=answer.err):
                self.assertIn(answer.code, (0, 2, 3))
                if answer.code == 2:
                    self.assertEqual(answer.out, b"")
                    continue
                document = json.loads(answer.text)
                self.assertEqual(len(document["sockets"]), LISTENERS)
                unknown = sum(row["owner_status"] != "known" for row in document["sockets"])
                self.assertEqual(unknown == 0, answer.err == "")
                self.assertEqual(unknown == 0, document["complete"])


if __name__ == "__main__":
    namespace.run_tests()
