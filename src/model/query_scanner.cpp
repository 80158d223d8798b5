// SPDX-License-Identifier: MIT
#include "model/query_scanner.hpp"

#include <algorithm>

namespace portscope {

namespace {

constexpr std::string_view blanks = " \t\n\r\v\f";
constexpr std::string_view operators = "=!<>~&|";

bool is_blank(char c) { return blanks.find(c) != std::string_view::npos; }
bool is_operator(char c) { return operators.find(c) != std::string_view::npos; }
bool begins_name(char c) { return c == '/' || c == '@'; }
bool is_quote(char c) { return c == '"' || c == '\''; }

/// `" 80"` is a mistake of a script; a filter of several words may have blanks around it.
bool is_padded(std::string_view word) {
  const std::size_t first = word.find_first_not_of(blanks);
  if (first == std::string_view::npos) return true;
  const std::size_t last = word.find_last_not_of(blanks);
  const bool is_one_word = word.substr(first, last - first + 1).find_first_of(" \t\n()=<>") == std::string_view::npos;
  return is_one_word && (first != 0 || last + 1 != word.size());
}

}  // namespace

QueryScanner::QueryScanner(std::span<const std::string> words) {
  for (const std::string& word : words) {
    if (!text_.empty()) text_ += ' ';
    if (!word.empty() && begins_name(word.front())) names_.emplace_back(text_.size(), text_.size() + word.size());
    text_ += word;
  }
  // Only now does the text stay where it is.
  std::size_t begin = 0;
  for (const std::string& word : words) {
    const std::string_view place = std::string_view(text_).substr(begin, word.size());
    if (word.empty()) fail("an empty word is no filter", std::string_view(text_).substr(begin, 1));
    if (!begins_name(word.front()) && is_padded(word)) fail("a blank is no part of a port or address", place);
    begin += word.size() + 1;
  }
}

void QueryScanner::fail(const std::string& what, std::string_view place) const {
  const std::size_t begin =
      place.data() == nullptr ? text_.size() : static_cast<std::size_t>(place.data() - text_.data());
  throw QueryError(what, text_, std::min(begin, text_.size()), place.size());
}

void QueryScanner::skip_blanks() {
  while (position_ < text_.size() && is_blank(text_[position_])) ++position_;
}

bool QueryScanner::at_end() {
  skip_blanks();
  return position_ == text_.size();
}

std::string_view QueryScanner::here() {
  skip_blanks();
  return std::string_view(text_).substr(position_);
}

bool QueryScanner::is_name_here() const { return position_ < text_.size() && begins_name(text_[position_]); }

bool QueryScanner::sees(std::string_view sign) { return !at_end() && here().starts_with(sign); }

bool QueryScanner::take(std::string_view sign) {
  if (!sees(sign)) return false;
  position_ += sign.size();
  return true;
}

QueryToken QueryScanner::cut(std::size_t end) {
  const std::string_view place = std::string_view(text_).substr(position_, end - position_);
  position_ = end;
  return {std::string(place), place, false};
}

/// A backslash takes the next character as it is.
QueryToken QueryScanner::quoted() {
  const std::size_t begin = position_;
  const char quote = text_[position_++];
  QueryToken token;
  token.quoted = true;
  while (position_ < text_.size() && text_[position_] != quote) {
    if (text_[position_] == '\\' && position_ + 1 < text_.size()) ++position_;
    token.text += text_[position_++];
  }
  if (position_ == text_.size()) fail("the quote is not closed", std::string_view(text_).substr(begin, 1));
  ++position_;
  token.place = std::string_view(text_).substr(begin, position_ - begin);
  return token;
}

/// A word of the shell that is a name ends where it ends; another name at a blank or a parenthesis.
std::size_t QueryScanner::end_of_name() const {
  const auto whole =
      std::find_if(names_.begin(), names_.end(), [&](const auto& name) { return name.first == position_; });
  if (whole != names_.end()) return whole->second;
  return std::min(text_.find_first_of(std::string(blanks) + "),", position_), text_.size());
}

QueryToken QueryScanner::next() {
  skip_blanks();
  if (position_ < text_.size() && is_quote(text_[position_])) return quoted();
  if (is_name_here()) return cut(end_of_name());
  std::size_t end = position_;
  const auto ends_here = [&](char c) { return is_blank(c) || is_operator(c) || c == '(' || c == ')' || c == ','; };
  while (end < text_.size() && !ends_here(text_[end])) ++end;
  return cut(end);
}

QueryToken QueryScanner::peek() {
  const std::size_t before = position_;
  QueryToken token = next();
  position_ = before;
  return token;
}

QueryToken QueryScanner::next_value(ValueEnd value_end) {
  skip_blanks();
  if (position_ < text_.size() && is_quote(text_[position_])) return quoted();
  if (is_name_here() && value_end != ValueEnd::nothing) return cut(end_of_name());
  std::size_t end = position_;
  std::size_t open = 0;
  for (; end < text_.size() && !is_blank(text_[end]); ++end) {
    const char c = text_[end];
    if (value_end == ValueEnd::comma && c == ',') break;
    if (value_end == ValueEnd::operators && is_operator(c)) break;
    if (value_end == ValueEnd::junctions && (c == '&' || c == '|')) break;
    if (c == '(') ++open;
    if (c == ')' && open-- == 0) break;
  }
  return cut(end);
}

}  // namespace portscope
