// SPDX-License-Identifier: MIT
#include "collect/owner_records.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace collect {

namespace {

ProcessStamp stamp_of(const socket_file& file) {
  ProcessStamp stamp;
  stamp.pid = static_cast<std::int32_t>(file.pid);
  stamp.parent = static_cast<std::int32_t>(file.parent);
  stamp.start = file.start;
  stamp.code = file.code;
  static_assert(sizeof stamp.comm == sizeof file.comm);
  std::memcpy(stamp.comm.data(), static_cast<const void*>(file.comm), sizeof file.comm);
  return stamp;
}

}  // namespace

std::string_view ProcessStamp::name() const {
  return {comm.data(), static_cast<std::size_t>(std::find(comm.begin(), comm.end(), '\0') - comm.begin())};
}

void OwnerRecords::add(const socket_file& file) {
  const ProcessStamp stamp = stamp_of(file);
  if (processes.empty() || processes.back() != stamp) processes.push_back(stamp);
  OwnerRecord record;
  // The TCP sockets beneath an MPTCP one have its inode, and cookies of their own.
  if (file.protocol != IPPROTO_MPTCP) record.cookie = file.cookie;
  record.inode = file.inode;
  record.process = static_cast<std::uint32_t>(processes.size() - 1);
  record.fd = static_cast<std::int32_t>(file.fd);
  record.tid = file.tid == file.pid ? 0 : static_cast<std::int32_t>(file.tid);
  records.push_back(record);
}

}  // namespace collect
