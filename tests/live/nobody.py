# SPDX-License-Identifier: MIT
"""Who has no rights, and how portscope is run as him."""
import os
import pathlib
import shutil
import tempfile

import program

NOBODY = 65534
AS_NOBODY = ["setpriv", "--reuid", str(NOBODY), "--clear-groups"]


def copy_program(add_cleanup):
    """From now on `program` runs a copy that everybody may reach, unlike a build in somebody's home. Its directory."""
    directory = tempfile.TemporaryDirectory(prefix="portscope-")
    add_cleanup(directory.cleanup)
    os.chmod(directory.name, 0o755)
    add_cleanup(setattr, program, "PATH", program.PATH)
    program.PATH = shutil.copy(program.PATH, directory.name)
    return pathlib.Path(directory.name)
