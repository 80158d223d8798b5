// SPDX-License-Identifier: MIT
#include "portscope/observer.hpp"

#include "collect/memory.hpp"
#include "collect/take_snapshot.hpp"
#include "sys/lent_rights.hpp"
#include "sys/machine.hpp"

namespace portscope {

struct Observer::Inside {
  std::unique_ptr<sys::Diag> diag = sys::open_diag();
  sys::Proc proc;
  std::unique_ptr<sys::SocketFiles> files = sys::open_socket_files();
  std::unique_ptr<sys::BindHash> bind_hash = sys::open_bind_hash();
  collect::Memory memory;
};

Observer::Observer() {
  const sys::LentRights rights;
  inside_ = std::make_unique<Inside>();
}

Observer::~Observer() = default;

Snapshot Observer::look(const Request& request) {
  const sys::LentRights rights;
  const auto clock = sys::read_clock();
  return collect::take_snapshot(request,
                                {*inside_->diag, inside_->proc, inside_->files.get(), inside_->bind_hash.get()},
                                {Time(clock.now), Time(clock.boot)}, &inside_->memory);
}

OwnerRoad Observer::road() const { return inside_->memory.road; }

}  // namespace portscope
