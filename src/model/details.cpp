// SPDX-License-Identifier: MIT
#include "portscope/details.hpp"

namespace portscope {

namespace {

constexpr std::size_t unit = 8;  // ids count in these, so that 32 bits reach over 32 GiB

}  // namespace

DetailId DetailStore::add(DetailId id, DetailKind kind, Bytes payload) {
  const std::size_t size = payload.size();
  const Header header{id, kind, static_cast<std::uint32_t>(size), 0};
  const std::size_t place = bytes_.size();
  bytes_.resize(place + (sizeof header + size + unit - 1) / unit * unit);
  std::memcpy(&bytes_[place], &header, sizeof header);
  if (size > 0) std::memcpy(&bytes_[place + sizeof header], payload.data(), size);
  return static_cast<DetailId>(place / unit + 1);
}

DetailId DetailStore::add_all(const DetailStore& other, DetailId id) {
  if (id == DetailId::none) return id;
  const std::size_t place = (static_cast<std::size_t>(id) - 1) * unit;
  Header header;
  std::memcpy(&header, &other.bytes_[place], sizeof header);
  const DetailId before = add_all(other, header.previous);
  return add(before, header.kind, Bytes(other.bytes_).subspan(place + sizeof header, header.size));
}

std::optional<DetailStore::Bytes> DetailStore::find(DetailId id, DetailKind kind) const {
  while (id != DetailId::none) {
    const std::size_t place = (static_cast<std::size_t>(id) - 1) * unit;
    Header header;
    std::memcpy(&header, &bytes_[place], sizeof header);
    if (header.kind == kind) return Bytes(bytes_).subspan(place + sizeof header, header.size);
    id = header.previous;
  }
  return std::nullopt;
}

std::string_view DetailStore::text(DetailId id, DetailKind kind) const {
  const auto bytes = find(id, kind);
  if (!bytes) return {};
  const std::string_view all(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  return all.substr(0, all.find('\0'));
}

}  // namespace portscope
