// SPDX-License-Identifier: MIT
#include "cli/lsof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "cli/lsof_internet.hpp"
#include "cli/lsof_states.hpp"
#include "cli/word_kinds.hpp"

namespace cli {

namespace {

constexpr std::size_t nowhere = std::string_view::npos;

/// Those that lsof has too, without an argument, and that choose neither protocols nor details here.
constexpr std::string_view shared_letters = "nPal";

bool has(std::string_view letters, char letter) { return letters.find(letter) != nowhere; }

bool is_made_of(std::string_view text, std::string_view allowed) { return text.find_first_not_of(allowed) == nowhere; }

/// `+c0`, also in two words: how much of a name lsof shows. Here it is always all of it.
bool is_name_width(std::string_view word) { return word.starts_with("+c") && is_made_of(word.substr(2), "0123456789"); }

/// `-i4` may be -i and -4, too.
bool is_family_alone(std::string_view text) { return text == "4" || text == "6"; }

/// `-i8080`, which lsof does not take either: -4 and -6 are options of ours.
bool is_bare_port(std::string_view text) { return is_number(text) && !is_made_of(text, "46"); }

/// Where among the letters of the cluster one stands that has a shape of lsof behind it, in the same word.
std::size_t find_shape(const std::string& cluster, char letter, bool (*is_shape)(std::string_view)) {
  const std::string_view letters = letters_of(cluster);
  for (std::size_t at = letters.find(letter); at != nowhere; at = letters.find(letter, at + 1)) {
    if (is_shape(std::string_view(cluster).substr(at + 2))) return at;
  }
  return nowhere;
}

/// The letters before a shape: what makes it clear who is speaking.
std::string_view plain_letters(const std::string& cluster) {
  const std::string_view letters = letters_of(cluster);
  const std::size_t internet = find_shape(cluster, 'i', is_lsof_internet);
  const std::size_t states = find_shape(cluster, 's', is_lsof_states);
  return letters.substr(0, std::min({internet, states, letters.find_last_not_of('i') + 1}));
}

/// One walk over the words.
class Reader {
 public:
  explicit Reader(const std::vector<std::string>& typed) : typed_(typed), kinds_(kinds_of(typed)) {}

  std::vector<std::string> result();

 private:
  [[nodiscard]] const std::string* next_operand() const;
  void take_word();
  bool take_shape_inside(const std::string& cluster);
  bool take_shape_behind(const std::string& cluster, const std::string& next);
  void take_internet(const Tail& tail, const std::string& cluster);
  void take_states(const Tail& tail);
  void keep(std::string_view cluster);
  void refuse_clash(const LsofInternet& internet, const std::string& cluster) const;
  void fill_places();

  const std::vector<std::string>& typed_;
  const std::vector<WordKind> kinds_;
  std::string letters_;  ///< of all clusters
  std::size_t position_ = 0;
  std::vector<std::string> words_;
  std::vector<std::string> internet_;  ///< a filter for each -i
  LsofStates states_;
  // In words_: where the operands of all -i and of all -s go, and clusters that end with an -i for everything.
  std::size_t internet_place_ = 0;
  std::size_t states_place_ = 0;
  std::vector<std::size_t> bare_;
};

const std::string* Reader::next_operand() const {
  const std::size_t next = position_ + 1;
  return next < typed_.size() && kinds_[next] == WordKind::operand ? &typed_[next] : nullptr;
}

void Reader::keep(std::string_view cluster) {
  if (cluster.size() > 1) words_.emplace_back(cluster);
}

/// What scripts kill: everyone at that port, the browsers that talk to it too.
void Reader::refuse_clash(const LsofInternet& internet, const std::string& cluster) const {
  if (!has(letters_, 't')) return;
  throw UsageError(fmt::format("-t with -i is TCP with its inside to ss: write portscope -t --info {0}; "
                               "it is process ids to lsof: write portscope -H -C pid {0}",
                               internet.target),
                   {cluster, 0, cluster.size()});
}

void Reader::take_internet(const Tail& tail, const std::string& cluster) {
  const LsofInternet internet = read_lsof_internet(tail);
  refuse_clash(internet, cluster);
  if (internet_.empty()) {
    internet_place_ = words_.size();
    words_.emplace_back();
  }
  internet_.push_back(internet.filter);
}

void Reader::take_states(const Tail& tail) {
  if (states_.empty()) {
    states_place_ = words_.size();
    words_.emplace_back();
  }
  const LsofStates states = read_lsof_states(tail);
  states_.wanted |= states.wanted;
  states_.excluded |= states.excluded;
}

bool Reader::take_shape_inside(const std::string& cluster) {
  const std::string_view word = cluster;
  if (const std::size_t at = find_shape(cluster, 'i', is_bare_port); at != nowhere) {
    const std::string_view port = word.substr(at + 2);
    throw UsageError(fmt::format("a colon is missing: write portscope {0}, or -i :{0} as with lsof", port),
                     {cluster, at + 2, port.size()});
  }
  if (const std::size_t at = find_shape(cluster, 'i', is_lsof_internet); at != nowhere) {
    if (is_family_alone(word.substr(at + 2)) && !is_made_of(letters_, shared_letters)) return false;
    keep(word.substr(0, at + 1));
    take_internet({cluster, at + 2}, cluster);
    return true;
  }
  const std::size_t at = find_shape(cluster, 's', is_lsof_states);
  if (at == nowhere) return false;
  keep(word.substr(0, at + 1));
  take_states({cluster, at + 2});
  return true;
}

bool Reader::take_shape_behind(const std::string& cluster, const std::string& next) {
  const std::string_view letters = letters_of(cluster);
  const std::string_view head = std::string_view(cluster).substr(0, letters.size());
  if (letters.back() == 's' && is_lsof_states(next)) {
    keep(head);
    take_states({next});
    return true;
  }
  if (!has(letters, 'i') || !is_lsof_internet(next)) return false;
  if (has(letters, 't') && !is_family_alone(next)) refuse_clash(read_lsof_internet({next}), cluster);
  // With other letters it is -i as in ss, and the next word a target.
  if (letters.back() != 'i' || !is_made_of(head.substr(1), shared_letters)) return false;
  keep(head);
  take_internet({next}, cluster);
  return true;
}

void Reader::take_word() {
  const std::string& word = typed_[position_];
  const std::string* next = next_operand();
  if (kinds_[position_] == WordKind::operand && is_name_width(word)) {
    if (word == "+c" && next != nullptr && is_number(*next)) ++position_;
    return;
  }
  if (kinds_[position_] == WordKind::cluster) {
    if (take_shape_inside(word)) return;
    if (next != nullptr && take_shape_behind(word, *next)) {
      ++position_;
      return;
    }
    const std::string_view letters = std::string_view(word).substr(1);
    if (letters.back() == 'i' && is_made_of(letters.substr(0, letters.size() - 1), shared_letters)) {
      bare_.push_back(words_.size());
    }
  }
  words_.push_back(word);
}

void Reader::fill_places() {
  if (!internet_.empty()) {
    words_[internet_place_] = internet_.size() == 1 ? fmt::format("( {} )", internet_.front())
                                                    : fmt::format("( ( {} ) )", fmt::join(internet_, " ) or ( "));
  }
  if (!states_.empty()) words_[states_place_] = fmt::format("( {} )", filter_of(states_));
  if (internet_.empty() && states_.empty()) return;
  // Beside these a bare -i is that of lsof, which chooses everything; -n changes nothing.
  for (const std::size_t index : bare_) words_[index].back() = 'n';
}

std::vector<std::string> Reader::result() {
  for (std::size_t i = 0; i < typed_.size(); ++i) {
    if (kinds_[i] == WordKind::cluster) letters_ += plain_letters(typed_[i]);
  }
  for (; position_ < typed_.size(); ++position_) take_word();
  fill_places();
  return std::move(words_);
}

}  // namespace

std::vector<std::string> without_lsof_shapes(const std::vector<std::string>& typed) { return Reader(typed).result(); }

}  // namespace cli
