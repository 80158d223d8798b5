// SPDX-License-Identifier: MIT
#include "model/query_values.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "model/nearest.hpp"
#include "model/pattern.hpp"
#include "model/quantities.hpp"
#include "model/target_reader.hpp"
#include "model/vocabulary.hpp"

namespace portscope {

namespace {

/// The largest value that makes sense, for `> 65535`.
std::uint64_t largest_of(Syntax syntax) {
  if (syntax == Syntax::port) return UINT16_MAX;
  return syntax == Syntax::id ? UINT32_MAX : UINT64_MAX;
}

std::optional<NumberRange> compared(NumberRange value, Comparison comparison, NumberRange possible) {
  switch (comparison) {
    case Comparison::equal:
    case Comparison::matches:
      return value;
    case Comparison::less:
      if (value.first <= possible.first) return std::nullopt;
      return NumberRange{possible.first, value.first - 1};
    case Comparison::less_equal:
      return NumberRange{possible.first, value.last};
    case Comparison::greater:
      if (value.last >= possible.last) return std::nullopt;
      return NumberRange{value.last + 1, possible.last};
    case Comparison::greater_equal:
      return NumberRange{value.first, possible.last};
  }
  return std::nullopt;
}

std::optional<std::uint64_t> read_number(Syntax syntax, std::string_view text) {
  if (syntax == Syntax::duration) return read_duration(text);
  if (syntax == Syntax::hex) return read_hex(text);
  if (syntax == Syntax::id) return read_digits(text);
  return read_amount(text);
}

std::string_view without_article(std::string_view words) { return words.substr(words.find(' ') + 1); }

class ValueReader {
 public:
  ValueReader(const QueryScanner& scanner, const QueryToken& token, const FilterField& field, Comparison comparison)
      : scanner_(scanner), token_(token), field_(field), comparison_(comparison) {}

  void read_into(Condition& condition) const;

 private:
  [[nodiscard]] NumberRange number_range() const;
  [[nodiscard]] NumberRange checked(NumberRange range) const;
  [[nodiscard]] Numbers words() const;
  [[nodiscard]] MarkTest mark() const;
  void add_texts(Texts& texts) const;
  [[noreturn]] void fail(const std::string& what) const { scanner_.fail(what, token_.place); }
  [[nodiscard]] std::string quoted() const { return "'" + token_.text + "'"; }

  const QueryScanner& scanner_;
  const QueryToken& token_;
  const FilterField& field_;
  Comparison comparison_;
};

/// `10`, or `10-20`.
NumberRange ValueReader::number_range() const {
  const std::string_view text = token_.text;
  const std::size_t dash = text.find('-');
  const auto first = read_number(field_.syntax, text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : read_number(field_.syntax, text.substr(dash + 1));
  if (!first || !last) fail(quoted() + " is no " + std::string(without_article(description_of(field_))));
  if (*last < *first) fail("the range ends before it begins");
  if (*last > largest_of(field_.syntax)) {
    fail(token_.text + " is above " + std::to_string(largest_of(field_.syntax)));
  }
  return {*first, *last};
}

/// The range that the comparison makes of it. `port > 65535` can hold of nothing.
NumberRange ValueReader::checked(NumberRange range) const {
  const bool from_1 = (field_.syntax == Syntax::port && field_.id != FieldId::dport) || field_.id == FieldId::pid;
  const std::uint64_t least = from_1 ? 1 : 0;
  auto result = compared(range, comparison_, {least, largest_of(field_.syntax)});
  if (!result) {
    const bool below = comparison_ == Comparison::less;
    fail("no " + std::string(field_.name) + " is " + (below ? "below " : "above ") + token_.text);
  }
  if (result->last < least) fail("no " + std::string(field_.name) + " is below 1");
  // Those of vsock are larger.
  if (field_.syntax == Syntax::port && comparison_ != Comparison::equal && result->last == UINT16_MAX) {
    result->last = UINT32_MAX;
  }
  return *result;
}

Numbers ValueReader::words() const {
  const Vocabulary vocabulary = vocabulary_of(field_.id);
  if (auto numbers = vocabulary.read(token_.text)) return *numbers;
  fail(quoted() + " is no " + std::string(vocabulary.kind) + did_you_mean(token_.text, vocabulary.words()));
}

MarkTest ValueReader::mark() const {
  const auto mark = read_mark(token_.text);
  if (!mark) fail(quoted() + " is no mark: 0x1, or 0x1/0xff with a mask");
  if ((mark->value & ~mark->mask) != 0) fail("the mask leaves out bits of the mark, which can then never be equal");
  return *mark;
}

/// Names as people write them, beside what the kernel keeps of them.
void ValueReader::add_texts(Texts& texts) const {
  const std::string& text = token_.text;
  texts.push_back(text);
  const bool plain = text.find_first_of("*?") == std::string::npos;
  constexpr std::size_t longest_name = 15;  // of comm, TASK_COMM_LEN without its NUL
  constexpr std::size_t shortest_id = 8;
  if (!plain) return;
  if (field_.id == FieldId::proc && text.size() > longest_name) texts.push_back(text.substr(0, longest_name));
  if (field_.id == FieldId::unit && text.find('.') == std::string::npos) texts.push_back(text + ".service");
  const bool may_be_id = text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (field_.id == FieldId::container && may_be_id && text.size() >= shortest_id) texts.push_back(text + "*");
}

template <class Values, class Value>
void add(Condition& condition, Value value) {
  if (!std::holds_alternative<Values>(condition.values)) condition.values = Values{};
  auto& values = std::get<Values>(condition.values);
  values.push_back(std::move(value));
}

/// `nginx| sport = 80` in one word of the shell: an empty alternative is found in everything.
PatternRef compile(const std::string& text) {
  if (text.ends_with('|') && !text.ends_with("\\|")) throw std::invalid_argument("it ends in |");
  return std::make_shared<const Pattern>(text);
}

void ValueReader::read_into(Condition& condition) const {
  if (comparison_ == Comparison::matches) {
    try {
      condition.values = compile(token_.text);
    } catch (const std::invalid_argument& error) {
      fail(quoted() + " is no regular expression: " + error.what());
    }
    return;
  }
  switch (field_.syntax) {
    case Syntax::target:
    case Syntax::end:
      add<std::vector<Target>>(condition, read_end(scanner_, token_));
      break;
    case Syntax::port: {
      const PortRange ports = read_ports(scanner_, token_, field_.id == FieldId::dport ? 0 : 1);
      add<Numbers>(condition, checked({ports.first, ports.last}));
      break;
    }
    case Syntax::word:
      for (const NumberRange& number : words()) add<Numbers>(condition, number);
      break;
    case Syntax::count:
    case Syntax::amount:
    case Syntax::duration:
    case Syntax::id:
    case Syntax::hex:
      add<Numbers>(condition, checked(number_range()));
      break;
    case Syntax::mark:
      add<Marks>(condition, mark());
      break;
    case Syntax::interface:
    case Syntax::cgroup:
    case Syntax::user:
      add<Texts>(condition, token_.text);
      break;
    case Syntax::text: {
      Texts texts;
      add_texts(texts);
      for (auto& text : texts) add<Texts>(condition, std::move(text));
      break;
    }
  }
}

}  // namespace

bool allows(Syntax syntax, Comparison comparison) {
  switch (comparison) {
    case Comparison::equal:
      return true;
    case Comparison::matches:
      return syntax == Syntax::text || syntax == Syntax::user || syntax == Syntax::cgroup;
    case Comparison::less:
    case Comparison::less_equal:
    case Comparison::greater:
    case Comparison::greater_equal:
      return syntax == Syntax::port || syntax == Syntax::count || syntax == Syntax::amount ||
             syntax == Syntax::duration || syntax == Syntax::id;
  }
  return false;
}

std::string_view description_of(const FilterField& field) {
  switch (field.syntax) {
    case Syntax::target:
    case Syntax::end:
      return "an address, a port as :80, or a path";
    case Syntax::port:
      return "a port";
    case Syntax::word:
      return vocabulary_of(field.id).article_and_kind;
    case Syntax::count:
      return "a number";
    case Syntax::amount:
      return "an amount: 100, 10K, 1.5M";
    case Syntax::duration:
      return "a duration: 50ms, 1.5s, 1h";
    case Syntax::id:
      return "a number";
    case Syntax::hex:
      return "a cookie in hexadecimal digits";
    case Syntax::mark:
      return "a mark: 0x1, or 0x1/0xff with a mask";
    case Syntax::interface:
      return "an interface";
    case Syntax::cgroup:
      return "the path of a cgroup";
    case Syntax::user:
      return "a user";
    case Syntax::text:
      return "a name";
  }
  return "a value";
}

void read_value(const QueryScanner& scanner, const QueryToken& token, const FilterField& field, Comparison comparison,
                Condition& condition) {
  ValueReader(scanner, token, field, comparison).read_into(condition);
}

}  // namespace portscope
