// SPDX-License-Identifier: MIT
// The expressions of a rule that only fill registers: from the packet, or from other registers.
#pragma once

#include "collect/nat_packet.hpp"
#include "collect/nft_attributes.hpp"
#include "collect/nft_registers.hpp"

namespace collect {

void load_meta(const Attributes& about, const NatPacket& packet, NftRegisters& registers);
void load_payload(const Attributes& about, const NatPacket& packet, NftRegisters& registers);
void load_fib(const Attributes& about, NftRegisters& registers);
void run_bitwise(const Attributes& about, NftRegisters& registers);
void run_byteorder(const Attributes& about, NftRegisters& registers);

}  // namespace collect
