// SPDX-License-Identifier: MIT
#pragma once

#include "watch/arrange.hpp"
#include "watch/live.hpp"
#include "watch/looks.hpp"
#include "watch/page.hpp"

namespace watch {

/// What is shown and how it stands, with the screen it stands on.
class Display {
 public:
  explicit Display(const Beginning& beginning);

  State state;

  /// From now on these are the columns.
  void take(Question question) { question_ = std::move(question); }
  [[nodiscard]] const portscope::Request& request() const { return question_.request; }
  void take(Looks::Taken taken);
  void take_closer(portscope::Snapshot snapshot);

  /// What a key does to it; what remains to be done is left to the caller.
  portscope::EnumSet<Effect> press(const Input& input, const Ask& ask);

  [[nodiscard]] const Content& content() const { return content_; }
  /// Nothing where a group is selected, or nothing.
  [[nodiscard]] const portscope::Socket* selected_socket() const;
  /// The selected row as a line of text.
  [[nodiscard]] std::string selected_text() const;

  /// Draws everything, if anything has changed.
  void draw(const Status& status);
  void change() { changed_ = true; }
  /// Forgets marks whose time is over.
  void expire(portscope::Time now);
  /// The terminal has another size, or was somebody else's meanwhile.
  void resize();

 private:
  void arrange_anew();
  [[nodiscard]] std::vector<Field> fields() const;

  Screen screen_;
  Question question_;
  Content content_;
  Arrangement arrangement_;
  Widths widths_;
  Page page_;
  bool changed_ = true;
};

}  // namespace watch
