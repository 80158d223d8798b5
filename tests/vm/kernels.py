# SPDX-License-Identifier: MIT
"""Debian's cloud kernels: which there are, their packages, and the modules in them."""
import contextlib
import dataclasses
import lzma
import os
import pathlib
import re
import subprocess
import tempfile

CACHE = os.environ.get("PORTSCOPE_VM_CACHE")  # a directory in which downloaded packages stay
BACKPORTED = "6.12"
OLD_STABLE = ("deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
              "http://deb.debian.org/debian-security bullseye-security main")
ONCE_CALLED = {"tipc_diag": "diag"}  # until 6.2 or so


class Missing(Exception):
    """What cannot be had on this machine, in words."""


def output(*command, **popen):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, **popen).stdout
    except subprocess.CalledProcessError as error:
        last_words = error.stderr.strip().splitlines()[-1:] or [f"exit code {error.returncode}"]
        raise Missing(f"{' '.join(command)}: {last_words[0]}") from error


def stable_package():
    depends = re.search(r"Depends: (linux-image-\d\S+)", output("apt-cache", "depends", "linux-image-cloud-amd64"))
    if not depends:
        raise Missing("apt knows no linux-image-cloud-amd64")
    return depends[1]


def newest(version, ending, options=()):
    """The newest package of that version whose name ends so."""
    names = output("apt-cache", *options, "pkgnames", f"linux-image-{version}.").split()
    fitting = [name for name in names if re.search(ending + "$", name)]
    if not fitting:
        raise Missing(f"apt knows no linux-image-{version}.*{ending}")
    return max(fitting, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])


@contextlib.contextmanager
def apt_of_old_stable():
    """What makes apt look at the release before this one alone, in lists of its own."""
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        place.chmod(0o755)  # for the user _apt
        (place / "sources").write_text(OLD_STABLE + "\n")
        options = [f"-oDir::Etc::sourcelist={place}/sources", "-oDir::Etc::sourceparts=-", f"-oDir::State::lists={place}/lists",
                   f"-oDir::Cache={place}/cache"]
        for folder in ("lists/partial", "cache/archives/partial"):
            (place / folder).mkdir(parents=True)
        output("apt-get", *options, "update")
        yield options


def download_old(version, cache):
    for found in cache.glob(f"linux-image-{version}.*_*.deb"):
        return found
    with apt_of_old_stable() as options:
        return download(newest(version, "-cloud-amd64", options), cache, options)


def download(package, cache, options=()):
    """The package as a file; one that is in the cache is as good."""
    for found in cache.glob(f"{package}_*.deb"):
        return found
    cache.mkdir(parents=True, exist_ok=True)
    # In a place of its own first: what is left of a download that broke off must not be taken for a package.
    with tempfile.TemporaryDirectory(dir=cache) as place:
        output("apt-get", *options, "download", package, cwd=place)
        fetched = next(pathlib.Path(place).glob("*.deb"))
        return fetched.rename(cache / fetched.name)


# How each is had, given where packages are kept.
RELEASES = {
    "6.1": lambda cache: download(stable_package(), cache),
    # A kernel of a later release that was built for this one.
    BACKPORTED: lambda cache: download(newest(BACKPORTED, r"\+deb\d+-cloud-amd64"), cache),
    "5.10": lambda cache: download_old("5.10", cache),
}


@dataclasses.dataclass
class Kernel:
    name: str
    image: pathlib.Path
    files: dict  # {name of a module: its file}
    built_in: set  # names of those that need no file


def module_name(path):
    return pathlib.Path(path).name.split(".")[0].replace("-", "_")


def fetch(release, directory):
    """Downloads and unpacks the kernel of this release."""
    package = RELEASES[release](pathlib.Path(CACHE or directory).resolve())
    unpacked = directory / "kernel"
    output("dpkg-deb", "-x", str(package), str(unpacked))
    image = next((unpacked / "boot").glob("vmlinuz-*"))
    files = {module_name(path): path for path in unpacked.rglob("*.ko*")}
    listed = next(unpacked.rglob("modules.builtin")).read_text()
    built_in = {module_name(line) for line in listed.splitlines()}
    return Kernel(image.name.removeprefix("vmlinuz-"), image, files, built_in)


def read_module(path):
    """The module as insmod(8) wants it; 6.12 packs them."""
    content = path.read_bytes()
    return lzma.decompress(content) if path.suffix == ".xz" else content


def needs_of(content):
    """What modinfo(8) calls `depends`. The package has no modules.dep, that is made where it is installed."""
    depends = re.search(rb"\bdepends=([^\0]*)\0", content)
    return [name.replace("-", "_") for name in depends[1].decode().split(",") if name] if depends else []


def in_order(kernel, wanted):
    """({name: content} of these modules and all that they need, each after what it needs; names of those not there)"""
    modules = {}

    def add(name):
        if name in modules:
            return
        content = read_module(kernel.files[name])
        for needed in needs_of(content):
            add(needed)
        modules[name] = content

    names = [name if name in kernel.files else ONCE_CALLED.get(name, name) for name in wanted]
    for name in names:
        if name in kernel.files:
            add(name)
    return modules, [name for name in names if name not in kernel.files and name not in kernel.built_in]
