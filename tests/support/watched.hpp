// SPDX-License-Identifier: MIT
// A live view without a terminal: what it shows, and keys to press.
#pragma once

#include <string>
#include <string_view>

#include "support/sockets.hpp"
#include "watch/arrange.hpp"
#include "watch/dialogue.hpp"
#include "watch/page.hpp"
#include "watch/press.hpp"
#include "watch/row_lines.hpp"

namespace fake {

/// A screen of that size over three sockets: a web server with a connection, and a database.
class Watched {
 public:
  explicit Watched(watch::Size size = {}) : Watched(size, machine()) {}
  Watched(watch::Size size, portscope::Snapshot shown) : size_(size) {
    ask_ = [this](const watch::Wishes& wishes) -> std::variant<watch::Question, watch::Fault> {
      if (wishes.filter.find("wrong") != std::string::npos)
        return watch::Fault{"this is wrong", wishes.filter.find("wrong"), 5};
      asked.push_back(wishes);
      return question_;
    };
    question_.columns = {render::find_column("transport"), render::find_column("state"), render::find_column("local"),
                         render::find_column("peer"), render::find_column("owners")};
    take(std::move(shown), watch::Continuity::new_question);
  }

  static portscope::Snapshot machine(int second = 1) {
    portscope::Snapshot snapshot;
    snapshot.time = portscope::Time(std::chrono::seconds(second));
    auto server = listener("0.0.0.0", 80);
    auto client = connection(end("10.0.0.1", 80), end("10.0.0.2", 4000));
    auto database = listener("127.0.0.1", 5432);
    server.cookie = 11;
    server.inode = 1;
    client.cookie = 12;
    client.inode = 2;
    database.cookie = 13;
    database.inode = 3;
    for (auto* socket : {&server, &client, &database}) socket->owner_status = portscope::OwnerStatus::known;
    snapshot.processes.resize(2);
    snapshot.processes[0].pid = 100;
    snapshot.processes[0].name = snapshot.strings.intern("nginx");
    snapshot.processes[1].pid = 200;
    snapshot.processes[1].name = snapshot.strings.intern("postgres");
    snapshot.holders = {{1, 0, 6, 0}, {2, 0, 7, 0}, {3, 1, 5, 0}};
    snapshot.sockets = {server, client, database};
    return snapshot;
  }

  void take(portscope::Snapshot snapshot, watch::Continuity continuity = watch::Continuity::same_question) {
    if (continuity == watch::Continuity::new_question) widths_ = {};
    content.take(std::move(snapshot), continuity);
    arrange();
  }

  /// Presses the keys of a text, one after the other.
  Watched& type(std::string_view keys) {
    for (const char key : keys) press({watch::typed(key)});
    return *this;
  }
  Watched& press(const watch::Input& input) {
    const auto pane = watch::pane_lines(content, arrangement, state, size_);
    const auto page = this->page();
    auto pressed = watch::press(state, input, {content, arrangement, page.headings, ask_, size_, pane.size()});
    state = std::move(pressed.state);
    effects = pressed.effects;
    arrange();
    return *this;
  }

  /// The terminal gets another size.
  Watched& resize(watch::Size size) {
    size_ = size;
    widths_ = {};
    arrange();
    return *this;
  }
  /// What was begun for the dialogue brings this.
  Watched& hear(const watch::PlannedDeed& deed) {
    state.dialogue = watch::heard(state.dialogue, deed);
    return *this;
  }

  [[nodiscard]] std::vector<watch::Field> fields() const {
    static const portscope::ServiceByPort services(
        {{22, "tcp", "ssh"}, {80, "tcp", "http"}, {5432, "tcp", "pg\x1b[1m"}});
    return watch::fields_for(question_, state.wishes, state.names ? &services : nullptr);
  }
  [[nodiscard]] watch::Page page(watch::Charset charset = watch::Charset::utf8) const {
    const watch::Shown shown{content, arrangement, state, size_, charset};
    widths_ = watch::widened(std::move(widths_), fields(), shown);
    return watch::compose(shown, widths_, status);
  }
  /// The screen as text; lines end where their last letter is.
  [[nodiscard]] std::string screen(watch::Charset charset = watch::Charset::utf8) const {
    std::string text;
    for (const auto& line : page(charset).lines) {
      for (const auto& piece : line.pieces) text += piece.text;
      text.erase(text.find_last_not_of(' ') + 1);
      text += '\n';
    }
    return text;
  }
  /// The local port of the selected row; 0 of a group.
  [[nodiscard]] std::uint32_t selected_port() const {
    const auto& row = arrangement.rows.at(state.selected);
    if (row.kind == watch::Row::Kind::group) return 0;
    return port_of(content.snapshot().sockets[row.index].local).value_or(0);
  }

  watch::Content content;
  watch::Arrangement arrangement;
  watch::State state;
  watch::Status status;
  portscope::EnumSet<watch::Effect> effects;
  std::vector<watch::Wishes> asked;

 private:
  void arrange() {
    arrangement = watch::arrange(content, state);
    state = watch::settle(state, arrangement, size_);
  }

  watch::Size size_;
  mutable watch::Widths widths_;  // as they were on the screen before
  watch::Question question_;
  watch::Ask ask_;
};

}  // namespace fake
