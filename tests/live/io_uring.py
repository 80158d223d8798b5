# SPDX-License-Identifier: MIT
"""io_uring(7), as far as files are registered with it: it keeps them open without a descriptor."""
import array
import ctypes
import os
import unittest

SETUP, REGISTER = 425, 427  # the same on every architecture
REGISTER_FILES = 2  # linux/io_uring.h
PARAMETERS = 120  # size of struct io_uring_params


class Registered:
    """A ring that holds these descriptors' files until it is closed."""

    def __init__(self, descriptors):
        libc = ctypes.CDLL(None, use_errno=True)
        self._ring = libc.syscall(SETUP, 4, ctypes.create_string_buffer(PARAMETERS))
        if self._ring < 0:
            raise unittest.SkipTest(f"no io_uring here: {os.strerror(ctypes.get_errno())}")
        numbers = array.array("i", descriptors)
        address, count = numbers.buffer_info()
        if libc.syscall(REGISTER, self._ring, REGISTER_FILES, ctypes.c_void_p(address), count) != 0:
            raise OSError(ctypes.get_errno(), "IORING_REGISTER_FILES")

    def close(self):
        os.close(self._ring)
