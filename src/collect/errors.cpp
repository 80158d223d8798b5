// SPDX-License-Identifier: MIT
#include "collect/errors.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

namespace collect {

std::string errno_name(int error) {
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : std::to_string(error);
}

std::string remedy(int error, std::string otherwise) {
  switch (error) {
    case EMFILE:
    case ENFILE:
      return "raise the limit of open files (ulimit -n)";
    case ENOMEM:
    case ENOBUFS:
      return "there is not enough memory; try again";
    default:
      return otherwise;
  }
}

}  // namespace collect
