// SPDX-License-Identifier: MIT
#include "support/golden.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "portscope/version.hpp"

namespace golden {

namespace {

std::string path_of(const std::string& name) { return std::string(PORTSCOPE_TESTS) + "/" + name; }

/// A new version number must not change every document.
std::string without_version(std::string text) {
  const std::string ours = '"' + std::string(portscope::version) + '"';
  for (const std::string_view key : {"\"version\":", "\"version\": "}) {
    const std::string member = std::string(key) + ours;
    if (const std::size_t at = text.find(member); at != std::string::npos) {
      text.replace(at, member.size(), std::string(key) + "\"VERSION\"");
    }
  }
  return text;
}

std::size_t first_difference(const std::string& a, const std::string& b) {
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(std::count(a.begin(), left, '\n')) + 1;
}

}  // namespace

std::string read_file(const std::string& name) {
  const std::ifstream in(path_of(name), std::ios::binary);
  if (!in) throw std::runtime_error("no file tests/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

testing::AssertionResult matches(std::string_view text, const std::string& name) {
  const std::string actual = without_version(std::string(text));
  const std::string file = "golden/" + name;
  const char* update = std::getenv("UPDATE_GOLDEN");
  if (update != nullptr && std::string_view(update) == "1") {
    std::ofstream out(path_of(file), std::ios::binary);
    out << actual;
    if (!out.flush()) return testing::AssertionFailure() << "cannot write tests/" << file;
    return testing::AssertionSuccess();
  }
  std::string expected;
  try {
    expected = read_file(file);
  } catch (const std::runtime_error& error) {
    return testing::AssertionFailure() << error.what() << "; UPDATE_GOLDEN=1 makes it";
  }
  if (actual == expected) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "differs from tests/" << file << " at line "
                                     << first_difference(actual, expected)
                                     << " (UPDATE_GOLDEN=1 renews it); it is now:\n"
                                     << actual;
}

}  // namespace golden
