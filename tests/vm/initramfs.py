# SPDX-License-Identifier: MIT
"""What the test machine has instead of a disk: Python, the tests and their tools, as cpio archives."""
import importlib.util
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig

PROJECT = pathlib.Path(__file__).resolve().parents[2]
# The shell of busybox, and its nsenter, would take its own commands for those that are here.
TOOLS = ("busybox", "ip", "netstat", "nsenter", "setpriv", "sh", "ss", "unshare")
# Where one of these is missing, the cases that need it say so.
MORE_TOOLS = ("nft", "iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy", "strace")
XTABLES = re.compile(r"lib(xt|ipt|ip6t)_(standard|tcp|udp|multiport|addrtype|mark|comment|DNAT|REDIRECT)\.so")
PYTHON = pathlib.Path("/usr/bin/python3")
LIBRARY = pathlib.Path(sysconfig.get_path("stdlib"))
# Large and of no use to a test; of what is written in C, what would bring libraries of its own along.
LEFT_OUT = re.compile(r"(config-\w+-.*|test|idlelib|lib2to3|distutils|ensurepip|pydoc_data|tkinter|turtledemo)/|"
                      r"(.*/)?__pycache__/|"
                      r"lib-dynload/(_codecs_|_curses|_dbm|_hashlib|_sqlite3|_ssl|_test|_xx|nis|readline)")


def put(root, source, place):
    target = root / str(place).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def put_python_file(root, source):
    """As byte code where Debian has compiled it: an emulated machine compiles slowly. Python takes a .pyc that stands
    in the place of its source as it is."""
    compiled = pathlib.Path(importlib.util.cache_from_source(source)) if source.suffix == ".py" else source
    if source.suffix == ".py" and compiled.exists():
        put(root, compiled, source.with_suffix(".pyc"))
    else:
        put(root, source, source)


def put_python_files(root, directory):
    for path in directory.rglob("*"):
        if path.is_file() and not LEFT_OUT.match(str(path.relative_to(directory))):
            put_python_file(root, path)


def parts_of_jsonschema():
    """The modules and packages outside the standard library that `import jsonschema` takes."""
    before = set(sys.modules)
    importlib.import_module("jsonschema")
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None)
        if "." not in name and file and LIBRARY not in pathlib.Path(file).parents:
            yield pathlib.Path(file)


def put_python(root):
    put(root, PYTHON, PYTHON)
    put_python_files(root, LIBRARY)
    for path in parts_of_jsonschema():
        if path.name == "__init__.py":
            put_python_files(root, path.parent)
        else:
            put_python_file(root, path)


def put_libraries(root):
    """Those that what is there by now is linked to."""
    files = [path for path in root.rglob("*") if path.is_file() and (path.suffix == ".so" or path.parent.name == "bin")]
    told = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False).stdout
    for library in set(re.findall(r"(/\S+) \(0x", told)):
        put(root, library, library)


def put_more_tools(root):
    """With the libraries of iptables(8) that it loads, one for each kind of match and target."""
    for tool in filter(shutil.which, MORE_TOOLS):
        put(root, shutil.which(tool), f"/usr/bin/{tool}")
    for library in pathlib.Path("/usr/lib").glob("*/xtables/*.so"):
        if XTABLES.fullmatch(library.name):
            put(root, library, library)


def put_tests(root):
    for pattern in ("tests/live/*.py", "tests/vm/*_test.py", "tests/vm/guest.py", "tests/golden/bind-rules.txt",
                    "man/*.schema.json", "man/portscope.8"):
        for path in PROJECT.glob(pattern):
            put(root, path, pathlib.Path("portscope") / path.relative_to(PROJECT))


def make_root(root, programs):
    """All but the modules, which differ from kernel to kernel."""
    for folder in ("usr/bin", "usr/lib", "usr/lib64", "proc", "sys", "dev", "tmp", "run", "root", "etc"):
        (root / folder).mkdir(parents=True)
    for folder in ("bin", "lib", "lib64"):
        (root / folder).symlink_to(f"usr/{folder}")
    put(root, PROJECT / "tests/vm/init", "/init")
    for program in programs:
        put(root, program, f"/usr/bin/{program.name}")
    for tool in TOOLS:
        put(root, shutil.which(tool), f"/usr/bin/{tool}")
    put_python(root)
    put_more_tools(root)
    put_libraries(root)
    put_tests(root)
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/:/bin/false\n"
                                     "nobody:x:65534:65534:nobody:/:/bin/false\n")
    (root / "etc/group").write_text("root:x:0:\nnogroup:x:65534:\n")


def archive(root):
    """The folder as the kernel takes it. Not compressed: that costs an emulated machine more than it saves."""
    names = subprocess.run(["find", ".", "-print0"], cwd=root, capture_output=True, check=True).stdout
    return subprocess.run(["cpio", "--quiet", "-0", "-o", "-H", "newc", "-R", "0:0"], cwd=root, input=names,
                          capture_output=True, check=True).stdout
