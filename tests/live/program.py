# SPDX-License-Identifier: MIT
"""Runs portscope, and holds every JSON it writes against the schema that ships."""
import dataclasses
import functools
import json
import os
import pathlib
import subprocess

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATH = os.environ.get("PORTSCOPE", str(ROOT / "build/src/portscope"))
SANITIZED = b"__asan_init" in pathlib.Path(PATH).read_bytes()
TIME_LIMIT = 120  # generous: a build with sanitizers on a busy machine
# The environment to run it in under strace, which leaves no room for the tracer that looks for leaks.
TRACED = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}


def often(count):
    """How often to repeat what chance decides: a build with sanitizers is slow, and looks for faults of another kind; an
    emulated machine (tests/vm) is slow."""
    return count // 5 if SANITIZED or "PORTSCOPE_VM_PHASE" in os.environ else count


@dataclasses.dataclass
class Answer:
    code: int
    out: bytes
    err: str

    @property
    def text(self):
        return self.out.decode("utf-8")

    @property
    def lines(self):
        return self.text.splitlines()


def run(*arguments, prefix=(), **popen):
    """What portscope answers to these arguments; `prefix` is a command that starts it."""
    popen.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run([*prefix, PATH, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIME_LIMIT, **popen)
    return Answer(done.returncode, done.stdout, done.stderr.decode("utf-8"))


VALID = set()  # rows that were, as text


@functools.cache
def schema_validator():
    files = sorted((ROOT / "man").glob("*.schema.json"))
    assert len(files) == 1, f"one JSON Schema ships with the program, here are {len(files)}"
    schema = json.loads(files[0].read_text())  # tests/rules/schema_test.py says whether it is one
    kind = jsonschema.Draft202012Validator
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def refuse_twins(pairs):
    assert len({key for key, _ in pairs}) == len(pairs), f"a key stands twice: {pairs}"
    return dict(pairs)


def without_known_rows(value):
    """Validation is slow, and a test sees the same sockets again and again: a row that was valid is valid."""
    if "sockets" not in value:
        return value
    return value | {"sockets": [row for row in value["sockets"] if json.dumps(row) not in VALID]}


def parse(text):
    """One JSON value, valid by the schema and without a key that stands twice."""
    value = json.loads(text, object_pairs_hook=refuse_twins)
    new = without_known_rows(value)
    complaints = [f"{error.json_path}: {error.message}" for error in schema_validator().iter_errors(new)]
    assert not complaints, "against the schema: " + "; ".join(complaints)[:2000]
    VALID.update(map(json.dumps, new.get("sockets", ())))
    return value


def document(*arguments, codes=(0,), **popen):
    """The document that --json writes."""
    answer = run(*arguments, "--json", **popen)
    assert answer.code in codes, f"exit {answer.code}: {answer.err}"
    return parse(answer.text)


def sockets(*arguments, **popen):
    """Its sockets; none is an answer too."""
    return document(*arguments, codes=(0, 1), **popen)["sockets"]


def lines(*arguments, **popen):
    """The objects that --jsonl writes."""
    answer = run(*arguments, "--jsonl", **popen)
    assert answer.code in (0, 1), f"exit {answer.code}: {answer.err}"
    return [parse(line) for line in answer.text.split("\n")[:-1]]


def place(end):
    """An end as a comparable value: (address, port), or the name of a Unix socket."""
    if end is None:
        return None
    if "port" in end:
        return (end["address"], end["port"])
    return end["abstract"] if "abstract" in end else end["path"]


def key(row):
    """What tells one socket from another, whichever tool lists it."""
    return (row["transport"], row["state"], place(row["local"]), place(row["peer"]))


def find(rows, **wanted):
    """The only row with these values; `port` and `name` look at its local end."""
    def fits(row):
        return all(
            (row["local"].get("port") if name == "port" else place(row["local"]) if name == "name" else row[name]) == value
            for name, value in wanted.items())

    found = [row for row in rows if fits(row)]
    assert len(found) == 1, f"{len(found)} rows with {wanted}"
    return found[0]
