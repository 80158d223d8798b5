// SPDX-License-Identifier: MIT
#include "model/vocabulary.hpp"

#include "portscope/protocol.hpp"
#include "portscope/scope.hpp"

namespace portscope {

namespace {

template <class E>
Numbers numbers_of(EnumSet<E> set) {
  Numbers numbers;
  for (std::size_t i = 0; i < Names<E>::list.size(); ++i) {
    if (set.contains(static_cast<E>(i))) numbers.push_back({i, i});
  }
  return numbers;
}

template <class E>
std::optional<Numbers> read_named(std::string_view word) {
  const auto value = named<E>(word);
  return value ? std::optional(numbers_of(EnumSet<E>{*value})) : std::nullopt;
}

template <class E>
std::vector<std::string_view> names() {
  return {Names<E>::list.begin(), Names<E>::list.end()};
}

std::optional<Numbers> read_states(std::string_view word) {
  const auto states = parse_states(word);
  return states ? std::optional(numbers_of(*states)) : std::nullopt;
}

std::vector<std::string_view> state_words() {
  auto words = names<State>();
  words.insert(words.end(), {"all", "connected", "synchronized", "bucket", "big"});
  return words;
}

std::optional<Numbers> read_transport(std::string_view word) {
  if (word == "inet") return numbers_of(inet_transports);
  const auto transport = parse_transport(word);
  return transport ? std::optional(numbers_of(EnumSet<Transport>{*transport})) : std::nullopt;
}

std::vector<std::string_view> transport_words() {
  auto words = names<Transport>();
  words.emplace_back("inet");
  return words;
}

/// Also the names of ss -f.
std::optional<Numbers> read_family(std::string_view word) {
  if (word == "inet") return numbers_of(EnumSet<Family>{Family::ipv4});
  if (word == "inet6") return numbers_of(EnumSet<Family>{Family::ipv6});
  if (word == "link") return numbers_of(EnumSet<Family>{Family::packet});
  return read_named<Family>(word);
}

std::vector<std::string_view> family_words() {
  auto words = names<Family>();
  words.insert(words.end(), {"inet", "inet6", "link"});
  return words;
}

/// What is not told is no answer.
std::optional<Numbers> read_direction(std::string_view word) {
  return word == name(Direction::untold) ? std::nullopt : read_named<Direction>(word);
}

std::vector<std::string_view> direction_words() { return {"in", "out", "local"}; }

}  // namespace

Vocabulary vocabulary_of(FieldId field) {
  if (field == FieldId::proto) return {"a protocol", "protocol", read_transport, transport_words};
  if (field == FieldId::family) return {"a family", "family", read_family, family_words};
  if (field == FieldId::scope) return {"a scope", "scope", read_named<Scope>, names<Scope>};
  if (field == FieldId::direction) return {"in, out or local", "direction", read_direction, direction_words};
  return {"a state", "state", read_states, state_words};
}

}  // namespace portscope
