// SPDX-License-Identifier: MIT
#pragma once

/// Where the iterator is pinned, on a BPF file system of its own: systemd lets only root into /sys/fs/bpf.
#define PINNED_DIRECTORY "/run/portscope/bpf"
/// The number is that of struct socket_file: who reads another one would read nonsense.
#define PINNED_FILE PINNED_DIRECTORY "/owners-1"
