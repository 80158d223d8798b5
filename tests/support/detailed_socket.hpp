// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "render/details.hpp"

namespace fake {

/// A socket of which more is known than its row, and what is shown of that.
struct DetailedSocket {
  portscope::Snapshot snapshot;
  portscope::Socket socket;

  explicit DetailedSocket(const portscope::Socket& row = {}) : socket(row) {}

  template <class T>
  DetailedSocket& add(portscope::DetailKind kind, const T& value) {
    socket.details = snapshot.details.add_value(socket.details, kind, value);
    return *this;
  }
  template <class T>
  DetailedSocket& add_list(portscope::DetailKind kind, const std::vector<T>& values) {
    socket.details = snapshot.details.add_list(socket.details, kind, values);
    return *this;
  }
  DetailedSocket& add_text(portscope::DetailKind kind, std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
    socket.details = snapshot.details.add(socket.details, kind, bytes);
    return *this;
  }

  /// The line for people.
  [[nodiscard]] std::string line(const render::DetailView& view) const { return view.line(snapshot, socket); }
  /// The object, in JSON.
  [[nodiscard]] std::string json(const render::DetailView& view) const {
    std::string out;
    render::JsonWriter writer(out, render::JsonStyle::compact);
    writer.begin_object();
    render::write_member(writer, "x", render::Details{&snapshot, &socket, &view});
    writer.end_object();
    constexpr std::string_view around = R"({"x":})";
    return out.substr(around.size() - 1, out.size() - around.size());
  }
};

}  // namespace fake
