// SPDX-License-Identifier: MIT
#include "model/pattern.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace portscope {

namespace {

/// regcomp(3) writes every repetition out: `(a{1,255}){1,255}` takes 65,025 states, one more level
/// takes all memory.
std::size_t repetitions(std::string_view text) {
  std::size_t product = 1;
  constexpr std::size_t enough = 1'000'000;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    std::size_t largest = 1;
    const std::string_view inside = text.substr(at + 1, text.find('}', at) - at - 1);
    for (std::size_t i = 0; i < inside.size(); ++i) {
      std::size_t number = 0;
      std::from_chars(inside.data() + i, inside.data() + inside.size(), number);
      largest = std::max(largest, number);
    }
    product = std::min(product * std::min(largest, enough), enough);
  }
  return product;
}

}  // namespace

Pattern::Pattern(const std::string& text) {
  constexpr std::size_t longest = 1000;
  constexpr std::size_t most_repetitions = 1000;
  if (text.size() > longest || repetitions(text) > most_repetitions) {
    throw std::invalid_argument("it is too large");
  }
  if (text.find('\0') != std::string::npos) throw std::invalid_argument("it has a NUL in it");
  const int error = ::regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB);
  if (error != 0) {
    std::array<char, 128> words{};
    ::regerror(error, &compiled_, words.data(), words.size());
    throw std::invalid_argument(words.data());
  }
}

Pattern::~Pattern() { ::regfree(&compiled_); }

bool Pattern::is_in(std::string_view text) const {
  regmatch_t part{};
  part.rm_so = 0;
  part.rm_eo = static_cast<regoff_t>(text.size());
  return ::regexec(&compiled_, text.data() != nullptr ? text.data() : "", 1, &part, REG_STARTEND) == 0;
}

/// The usual walk with one point to come back to: its time grows with the product of both lengths
/// at worst, where fnmatch(3) can take for ever.
bool matches_glob(std::string_view glob, std::string_view text) {
  std::size_t g = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', g) == std::string_view::npos;
}

}  // namespace portscope
