// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/query_scanner.hpp"
#include "portscope/target.hpp"

namespace portscope {

bool all_digits(std::string_view text);

/// Where a word may stand.
enum class Place : std::uint8_t { alone, behind_end, behind_port };

/// One word being read; knows where in it a part stands, so that errors can mark it.
class WordReader {
 public:
  WordReader(const QueryScanner& scanner, const QueryToken& token, Place place)
      : scanner_(scanner), token_(token), place_(place) {}

  /// Marks that part of the word.
  [[noreturn]] void fail(const std::string& what, std::string_view part) const;

  /// `80`, `8000-8999`; of services the name, but where the word stands alone. They are to be among `allowed`.
  [[nodiscard]] PortRange ports(std::string_view text, const PortRange& allowed) const;

 private:
  [[nodiscard]] std::uint32_t port(std::string_view text, const PortRange& allowed) const;
  [[nodiscard]] std::uint32_t service(std::string_view text) const;

  const QueryScanner& scanner_;
  const QueryToken& token_;
  Place place_;
};

}  // namespace portscope
