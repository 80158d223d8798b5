// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "portscope/details.hpp"
#include "render/cell.hpp"

namespace render {

// What there is to say of a socket beyond its row, one view for each object of portscope-json(5).
extern const DetailView tcp_view;
extern const DetailView memory_view;
extern const DetailView timer_view;
extern const DetailView options_view;
extern const DetailView unix_view;
extern const DetailView packet_view;
extern const DetailView netlink_view;
extern const DetailView mptcp_view;
extern const DetailView sctp_view;
extern const DetailView xdp_view;
extern const DetailView tipc_view;

/// The connection's age by struct tcp_info; nothing without it.
Cell age_of(const portscope::Snapshot& snapshot, const portscope::Socket& socket);

/// One socket's details, while they are looked at.
class DetailReader {
 public:
  DetailReader(const portscope::Snapshot& snapshot, const portscope::Socket& socket)
      : store_(snapshot.details), id_(socket.details) {}

  [[nodiscard]] bool has(portscope::DetailKind kind) const { return store_.find(id_, kind).has_value(); }
  /// A field of a kernel struct; nothing when it is not told.
  [[nodiscard]] std::optional<std::uint64_t> number(portscope::DetailKind kind, std::string_view field) const;
  [[nodiscard]] std::string_view text(portscope::DetailKind kind) const { return store_.text(id_, kind); }
  template <class T>
  [[nodiscard]] std::optional<T> value(portscope::DetailKind kind) const {
    return store_.value<T>(id_, kind);
  }
  template <class T>
  [[nodiscard]] std::vector<T> list(portscope::DetailKind kind) const {
    return store_.list<T>(id_, kind);
  }

  /// All fields that this kernel's struct has, each under its own name.
  void append_fields(Object& object, portscope::DetailKind kind) const;
  /// The same as an object of their own, when there are any.
  void append_nested(Object& object, std::string_view name, portscope::DetailKind kind) const;

 private:
  const portscope::DetailStore& store_;
  portscope::DetailId id_;
};

/// A line of short statements, parted by commas.
class Statements {
 public:
  /// Begins a statement, and returns where to write it.
  std::string& next() {
    if (!text_.empty()) text_ += ", ";
    return text_;
  }
  void add(std::string_view statement) { next() += statement; }
  /// `name number`, or nothing where the number is not told or 0.
  void add_count(std::string_view name, const std::optional<std::uint64_t>& number);
  void add_amount(std::string_view name, const std::optional<std::uint64_t>& number);
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

inline Member member(std::string_view name, const std::optional<std::uint64_t>& number) {
  return {name, number ? Cell{*number} : Cell{}};
}

}  // namespace render
