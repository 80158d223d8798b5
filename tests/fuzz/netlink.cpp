// SPDX-License-Identifier: MIT
// Whatever sock_diag answers: nothing is read past the end of a message, and the answer can be written.
//
// An input names a protocol by its first byte; then come messages, each behind its length in two bytes (little-endian).
#include <chrono>
#include <stdexcept>

#include "collect/take_snapshot.hpp"
#include "fuzz/answer.hpp"
#include "support/fake_proc.hpp"
#include "sys/diag.hpp"

namespace {

using portscope::Need;
using portscope::Transport;

/// Gives the same messages to every question.
class Answering : public sys::Diag {
 public:
  explicit Answering(std::vector<std::vector<std::byte>> messages) : messages_(std::move(messages)) {}

  sys::DumpEnd dump(const sys::DiagRequest& /*request*/, const std::function<void(sys::Bytes)>& on_row) override {
    for (const auto& message : messages_) on_row(message);
    return {};
  }
  int look_up(const sys::DiagRequest& request, const std::function<void(sys::Bytes)>& on_row) override {
    return dump(request, on_row).error;
  }
  sys::Result<std::unique_ptr<sys::DiagEvents>> watch_destroyed() override {
    return sys::Result<std::unique_ptr<sys::DiagEvents>>::failure(1);
  }
  sys::InodesSoFar inodes_so_far() override { return {}; }
  int destroy(sys::Bytes /*body*/) override { return 0; }

 private:
  std::vector<std::vector<std::byte>> messages_;
};

/// Each in a block of its own, so that a read past its end is seen.
std::vector<std::vector<std::byte>> messages_in(sys::Bytes input) {
  std::vector<std::vector<std::byte>> messages;
  while (input.size() >= 2) {
    const std::size_t announced = sys::copy_from<std::uint16_t>(input);
    input = input.subspan(2);
    const auto message = input.first(std::min(announced, input.size()));
    messages.emplace_back(message.begin(), message.end());
    input = input.subspan(message.size());
  }
  return messages;
}

const sys::Proc& empty_proc() {
  static const fake::Proc tree;
  static const sys::Proc proc = tree.open();
  return proc;
}

}  // namespace

/// Called by libFuzzer, and by replay.cpp.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::size_t transports = portscope::Names<Transport>::list.size();
  portscope::Request request;
  request.selection.transports = {static_cast<Transport>(data[0] % transports)};
  request.source = portscope::SourceChoice::netlink;
  request.needs = fuzz::needs_of_all_columns() - portscope::EnumSet<Need>{Need::owners, Need::set_options};
  Answering diag(messages_in(std::as_bytes(std::span(data + 1, size - 1))));
  const portscope::Time now{std::chrono::hours(1)};
  try {
    fuzz::check_formats(collect::take_snapshot(request, {diag, empty_proc()}, {now, portscope::Time{}}));
  } catch (const std::runtime_error&) {
    // Not one table made sense, which the program says; an answer, too.
  }
  return 0;
}
