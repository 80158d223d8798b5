// SPDX-License-Identifier: MIT
#pragma once

#include "model/filter_fields.hpp"
#include "model/query_scanner.hpp"

namespace portscope {

/// How a value is compared with the field; `!=` and `!~` are the negation of `=` and `~`.
enum class Comparison : std::uint8_t { equal, less, less_equal, greater, greater_equal, matches };

/// Whether values of that syntax can be compared so.
bool allows(Syntax syntax, Comparison comparison);

/// What stands for a value of the field in an error, as `a port`.
std::string_view description_of(const FilterField& field);

/// Reads one value of `field` into `condition`, beside those that it has already.
void read_value(const QueryScanner& scanner, const QueryToken& token, const FilterField& field, Comparison comparison,
                Condition& condition);

}  // namespace portscope
