#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The include rule of ARCHITECTURE.md: the folder is the layer, and the include line shows it."""
import dataclasses
import pathlib
import re
import tempfile
import unittest

from cpp_headers import kind_of
from source_tree import ROOT, files


@dataclasses.dataclass(frozen=True)
class Part:
    """What may be included: parts of the project by folder, and other headers by kind (cpp_headers.py)."""
    project: frozenset
    outside: frozenset


def part(project, outside):
    return Part(frozenset(project.split()), frozenset(outside.split()))


# A part always may include itself. The longest matching path counts.
PARTS = {
    "include/portscope": part("portscope", "std"),
    "src/model": part("portscope model", "std libc fmt"),
    "src/bpf": part("bpf", "std libc linux libbpf"),
    "src/pch": part("", "std fmt"),
    "src/sys": part("sys bpf", "std libc linux libmnl"),
    "src/collect": part("collect portscope sys", "std libc linux"),
    "src/act": part("act portscope collect sys", "std libc linux"),
    "src/render": part("render portscope", "std fmt utf8proc"),
    "src/watch": part("watch portscope model render", "std libc fmt ncurses"),
    "src/cli": part("cli portscope model render watch", "std fmt getopt"),
    "src/main.cpp": part("portscope sys collect render cli", "std"),
}

# A library that only one file knows can be exchanged in an afternoon.
ONLY_IN = {"libmnl": "src/sys/diag.cpp", "utf8proc": "src/render/text.cpp", "ncurses": "src/watch/curses.hpp"}

INCLUDE = re.compile(r"\s*#\s*include\s*(.*)")
NAMED = re.compile(r'(?:"(?P<quoted>[^"]+)"|<(?P<angled>[^>]+)>)')


def part_of(path):
    matching = [name for name in PARTS if path == name or path.startswith(name + "/")]
    return PARTS[max(matching, key=len)] if matching else None


def is_project_file(root, header):
    """Includes are written from src/ or include/; version.hpp and skeletons are made by the build."""
    places = [root / "src" / header, root / "include" / header, root / "include" / (header + ".in")]
    return header.endswith(".lskel.h") or any(place.is_file() for place in places)


def quoted_error(root, rules, header):
    if ".." in pathlib.PurePosixPath(header).parts:
        return "no way up: write it from src/ or include/"
    if header.endswith((".cpp", ".c")):
        return "sources are compiled, not included"
    if not is_project_file(root, header):
        return "quotes are for files of the project, written from src/ or include/"
    folder = header.split("/")[0]
    return None if folder in rules.project else f"this part may not include {folder}/"


def angled_error(root, rules, path, header):
    if is_project_file(root, header):
        return "files of the project are included with quotes"
    kind = kind_of(header)
    if kind not in rules.outside:
        return f"this part may not include {kind or 'an unknown library'}"
    home = ONLY_IN.get(kind, path)
    return None if path == home else f"only {home} knows {kind}"


def errors_in(root, path):
    rules = part_of(path)
    if rules is None:
        return [f"{path}:1: belongs to no part; ARCHITECTURE.md and this test must name one"]
    errors = []
    for number, line in enumerate((root / path).read_text(encoding="utf-8").splitlines(), 1):
        directive = INCLUDE.match(line)
        if directive is None:
            continue
        name = NAMED.match(directive[1])
        if name is None:
            error = "only <name> and \"name\" can be checked"
        elif name["quoted"]:
            error = quoted_error(root, rules, name["quoted"])
        else:
            error = angled_error(root, rules, path, name["angled"])
        if error:
            errors.append(f"{path}:{number}: {line.strip()}: {error}")
    return errors


def all_errors(root):
    sources = files(root, "src", (".cpp", ".hpp", ".c", ".h")) + files(root, "include", (".hpp", ".h", ".hpp.in"))
    return [error for path in sources for error in errors_in(root, path.as_posix())]


class Includes(unittest.TestCase):
    def test_every_include_is_allowed(self):
        self.assertGreater(len(files(ROOT, "src", (".cpp",))), 10, "the sources are not where this test looks")
        errors = all_errors(ROOT)
        self.assertFalse(errors, "\n" + "\n".join(errors))

    def test_the_architecture_page_has_the_same_parts(self):
        page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
        section = page.split("## Who may include what")[1].split("\n## ")[0]
        self.assertEqual(set(re.findall(r"^\| `([^`]+)`", section, re.MULTILINE)), set(PARTS))

    def test_a_library_of_one_file_is_there(self):
        for library, path in ONLY_IN.items():
            included = [kind_of(name) for name in re.findall(r"#include <([^>]+)>", (ROOT / path).read_text())]
            self.assertIn(library, included, path)


class PlantedErrors(unittest.TestCase):
    """The test itself is tested: each of these lines must be found, at its place."""
    PLANTED = {
        "include/portscope/address.hpp": "#include <unistd.h>",
        "include/portscope/socket.hpp": '#include "model/index.hpp"',
        "src/model/index.cpp": "#include <linux/inet_diag.h>",
        "src/sys/proc.cpp": '#include "portscope/socket.hpp"',
        "src/sys/machine.cpp": "#include <libmnl/libmnl.h>",
        "src/collect/family.cpp": "  #  include <fmt/format.h>",
        "src/collect/roads.cpp": '#include "../sys/proc.hpp"',
        "src/act/kin.cpp": '#include "render/cell.hpp"',
        "src/render/cell.cpp": '#include "sys/proc.hpp"',
        "src/render/grid.cpp": "#include <utf8proc.h>",
        "src/render/table.cpp": '#include "cell.hpp"',
        "src/cli/lists.cpp": '#include "cli/words.cpp"',
        "src/watch/page.cpp": "#include <curses.h>",
        "src/watch/live.cpp": '#include "collect/family.hpp"',
        "src/cli/plan.cpp": '#include "collect/family.hpp"',
        "src/cli/parse.cpp": "#include <boost/program_options.hpp>",
        "src/cli/help.cpp": "#include <portscope/socket.hpp>",
        "src/main.cpp": "#include <linux/netlink.h>",
        "src/common/strings.cpp": "#include <string>",
        "src/watch.cpp": "#include HEADER",
    }

    def test_each_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for header in ("include/portscope/socket.hpp", "src/model/index.hpp", "src/sys/proc.hpp",
                           "src/render/cell.hpp", "src/collect/family.hpp"):
                self.write(root / header, "// nothing\n")
            for path, line in self.PLANTED.items():
                self.write(root / path, f"#include <string>\n\n{line}\n")
            found = {error.split(":")[0]: error for error in all_errors(root)}
            self.assertEqual(set(found), set(self.PLANTED))
            for path in set(self.PLANTED) - {"src/common/strings.cpp", "src/watch.cpp"}:
                self.assertTrue(found[path].startswith(path + ":3: #"), found[path])

    def test_what_is_allowed_is_not_found(self):
        allowed = {
            "include/portscope/socket.hpp": "#include <cstdint>",
            "src/sys/diag.cpp": "#include <libmnl/libmnl.h>\n#include <linux/netlink.h>\n#include <sys/stat.h>",
            "src/collect/family.cpp": '#include "portscope/socket.hpp"\n#include <netinet/in.h>',
            "src/render/text.cpp": "#include <utf8proc.h>\n#include <fmt/format.h>",
            "src/cli/parse.cpp": "#include <getopt.h>",
        }
        with tempfile.TemporaryDirectory() as folder:
            for path, lines in allowed.items():
                self.write(pathlib.Path(folder) / path, lines + "\n")
            self.assertEqual(all_errors(pathlib.Path(folder)), [])

    @staticmethod
    def write(path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    unittest.main(verbosity=2)
