// SPDX-License-Identifier: MIT
#include "model/pattern.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <numeric>
#include <utility>
#include <vector>

namespace portscope {

namespace {

/// How many states regcomp(3) makes of a pattern, about. It writes every repetition out, `X+` as `XX*`: the pattern
/// `(a{1,255}){1,255}` takes 65,025, and `a` with thirty `+` behind it all memory.
class States {
 public:
  explicit States(std::string_view text) : rest_(text) {
    while (!rest_.empty()) read();
    close_atom();
  }

  [[nodiscard]] std::size_t count() const { return std::accumulate(groups_.begin(), groups_.end(), std::size_t{}); }

 private:
  void read();
  void close_atom() { groups_.back() = std::min(groups_.back() + std::exchange(atom_, 0), most); }
  void begin_atom(std::size_t length);
  void close_group();
  void repeat(std::size_t times) { atom_ = std::min(atom_ * times, most); }
  void repeat_as_written();

  static constexpr std::size_t most = 1'000'000'000;
  std::string_view rest_;
  std::vector<std::size_t> groups_{0};  // those that are open; the first is all
  std::size_t atom_ = 0;                // what a repetition would be about
};

void States::begin_atom(std::size_t length) {
  close_atom();
  atom_ = 1;
  rest_.remove_prefix(std::min(length, rest_.size()));
}

void States::close_group() {
  close_atom();
  if (groups_.size() == 1) return;  // regcomp(3) will say so
  atom_ = groups_.back();
  groups_.pop_back();
}

/// `{3}`, `{3,}`, `{3,5}`.
void States::repeat_as_written() {
  std::size_t largest = 1;
  const std::string_view inside = rest_.substr(0, rest_.find('}'));
  for (std::size_t i = 0; i < inside.size(); ++i) {
    std::size_t number = 0;
    std::from_chars(inside.data() + i, inside.data() + inside.size(), number);
    largest = std::max(largest, std::min(number, most));
  }
  repeat(largest);
  rest_.remove_prefix(inside.size());
}

/// Behind the bracket: it may begin with ^, and then with ], which does not end it.
std::size_t length_of_set(std::string_view text) {
  std::size_t at = text.starts_with('^') ? 1 : 0;
  if (text.substr(at).starts_with(']')) ++at;
  while ((at = text.find_first_of("[]", at)) != std::string_view::npos && text[at] == '[') {
    const bool is_class = text.find_first_of(":.=", at) == at + 1;
    at = is_class ? text.find(']', at) : at;
    if (at != std::string_view::npos) ++at;
  }
  return at == std::string_view::npos ? text.size() : at + 1;
}

void States::read() {
  const char c = rest_.front();
  rest_.remove_prefix(1);
  switch (c) {
    case '(':
      close_atom();
      groups_.push_back(0);
      break;
    case ')':
      close_group();
      break;
    case '+':
      repeat(2);
      break;
    case '{':
      repeat_as_written();
      break;
    case '*':
    case '?':
      break;
    case '[':
      begin_atom(length_of_set(rest_));
      break;
    default:
      begin_atom(c == '\\' ? 1 : 0);
      break;
  }
}

}  // namespace

Pattern::Pattern(const std::string& text) {
  constexpr std::size_t longest = 1000;
  constexpr std::size_t most_states = 20'000;  // some ten megabytes
  if (text.size() > longest || States(text).count() > most_states) throw std::invalid_argument("it is too large");
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
