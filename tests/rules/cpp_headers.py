# SPDX-License-Identifier: MIT
"""What kind of header a name in angle brackets is."""

# The headers of the C++20 library, N4860 table 21 and 22.
STD = frozenset("""
algorithm any array atomic barrier bit bitset charconv chrono codecvt compare complex concepts condition_variable
coroutine deque exception execution filesystem format forward_list fstream functional future initializer_list
iomanip ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource mutex new numbers
numeric optional ostream queue random ranges ratio regex scoped_allocator semaphore set shared_mutex source_location
span sstream stack stdexcept stop_token streambuf string string_view strstream syncstream system_error thread tuple
type_traits typeindex typeinfo unordered_map unordered_set utility valarray variant vector version
cassert cctype cerrno cfenv cfloat cinttypes climits clocale cmath csetjmp csignal cstdarg cstddef cstdint cstdio
cstdlib cstring ctime cuchar cwchar cwctype
""".split())

LIBRARIES = {"fmt/": "fmt", "libmnl/": "libmnl", "utf8proc.h": "utf8proc", "curses.h": "ncurses",
             "getopt.h": "getopt", "bpf/": "libbpf"}

# Below these the C library has headers too.
LIBC_FOLDERS = frozenset("arpa net netinet netpacket sys bits gnu rpc".split())


def kind_of(header):
    """std, libc, linux (the kernel's own), or a library by name; None for what nobody here has heard of."""
    for beginning, library in LIBRARIES.items():
        if header.startswith(beginning):
            return library
    if header in STD:
        return "std"
    folder, slash, _ = header.partition("/")
    if not slash:
        return "libc" if header.endswith(".h") else None
    if folder in ("linux", "asm", "asm-generic"):
        return "linux"
    return "libc" if folder in LIBC_FOLDERS else None
