// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "portscope/bind.hpp"

namespace portscope {

/// `127.0.0.1:80`, `[::1]:80`, `[fe80::1%eth0]:80`.
std::string place_text(const Snapshot& snapshot, const Socket& socket);

/// Whether something would be in the way of the attempts when they are changed so.
Truth conflict_with(const BindView& view, void (*change)(BindAttempt& attempt));

/// So many redirects by NAT are told each; of the others, which a cluster has by the thousand, how many they are.
inline constexpr std::size_t redirects_told = 4;

/// What is not in the way and worth knowing.
std::vector<BindNote> notes_on(const BindView& view, const BindAnswer& answer);

/// What can be done about the sockets in the way and those who hold them.
std::vector<BindRemedy> remedies_against_blockers(const BindView& view, const BindAnswer& answer);

/// Unless it is there already.
void add_remedy(std::vector<BindRemedy>& remedies, BindRemedy remedy);

/// What can be done, the gentlest first.
std::vector<BindRemedy> remedies_for(const BindView& view, const BindAnswer& answer);

}  // namespace portscope
