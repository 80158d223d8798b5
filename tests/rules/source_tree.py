# SPDX-License-Identifier: MIT
"""Finds the files of the project, so that each rule looks at all of them."""
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOT_OURS = ("build", "debian", "__pycache__")


def files(root, folder, suffixes):
    """Every file below `folder` whose name ends in one of `suffixes`, as paths relative to `root`."""
    found = []
    for path, folders, names in os.walk(pathlib.Path(root) / folder):
        folders[:] = sorted(name for name in folders if not name.startswith(NOT_OURS))
        found += [pathlib.Path(path, name).relative_to(root) for name in sorted(names) if name.endswith(suffixes)]
    return found
