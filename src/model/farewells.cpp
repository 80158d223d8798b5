// SPDX-License-Identifier: MIT
#include "model/farewells.hpp"

#include "model/remains.hpp"

namespace portscope {

void RecentKeys::add(std::uint64_t key, std::uint64_t look) {
  const Note note{look, ++count_};
  notes_[key] = note;
  order_.push_back({key, note});
  while (order_.size() > most) forget_oldest();
}

std::optional<std::uint64_t> RecentKeys::look_of(std::uint64_t key) const {
  const auto found = notes_.find(key);
  return found == notes_.end() ? std::nullopt : std::make_optional(found->second.look);
}

bool RecentKeys::take(std::uint64_t key) { return notes_.erase(key) != 0; }

void RecentKeys::forget_before(std::uint64_t look) {
  while (!order_.empty() && order_.front().note.look < look) forget_oldest();
}

void RecentKeys::forget_oldest() {
  const auto found = notes_.find(order_.front().key);
  if (found != notes_.end() && found->second.number == order_.front().note.number) notes_.erase(found);
  order_.pop_front();
}

/// Hashes of ends are well mixed in 64 bits; the kernel counts cookies from 1.
std::uint64_t Farewells::key_of_ends(const Socket& socket) {
  const auto ends = ends_of(socket);
  return ends ? std::hash<FiveTuple>{}(*ends) : 0;
}

std::uint64_t Farewells::key_of(const Socket& socket) {
  return socket.cookie != 0 ? socket.cookie : key_of_ends(socket);
}

void Farewells::note_ended(const Socket& socket, std::uint64_t look) {
  ended_.add(key_of(socket), look);
  if (socket.cookie != 0 && socket.transport == Transport::tcp && five_tuple(socket)) {
    ended_.add(key_of_ends(socket), look);
  }
}

void Farewells::note_missed(const Socket& socket, std::uint64_t look) {
  const bool is_announced = socket.transport == Transport::tcp || socket.transport == Transport::udp;
  if (is_announced && !is_remainder(socket)) missed_.add(key_of(socket), look);
}

/// By its ends alone a new connection is known by having a holder. What has none cannot get one again.
bool Farewells::covers(const Socket& shown, std::uint64_t look) const {
  if (const auto ended = ended_.look_of(key_of(shown))) return shown.cookie != 0 || *ended == look || shown.inode == 0;
  return shown.inode == 0 && missed_.look_of(key_of(shown));
}

bool Farewells::covers_by_ends(const Socket& shown) const {
  return is_remainder(shown) && ended_.look_of(key_of_ends(shown));
}

void Farewells::note_again(const Socket& shown, std::uint64_t look) {
  const std::uint64_t key = key_of(shown);
  (missed_.look_of(key) ? missed_ : ended_).add(key, look);
}

}  // namespace portscope
