// SPDX-License-Identifier: MIT
#include "collect/table_file.hpp"

#include <cerrno>
#include <string>

#include "collect/fields.hpp"
#include "collect/kept_attributes.hpp"

namespace collect {

Pass scan_table(const Family& family, const Question& question,
                const std::function<std::optional<Row>(std::string_view line)>& parse) {
  Pass pass;
  const auto text = read_table(question, family.files[0]);
  if (!text) {
    pass.error = text.error();
    return pass;
  }
  std::string_view rest = *text;
  take_line(rest);  // headings
  while (!rest.empty()) {
    const auto row = parse(take_line(rest));
    if (!row) {
      pass.error = EPROTO;  // a table of another shape must not pass for an empty one
      return pass;
    }
    ++pass.counted;
    pass.fingerprint += trace_of(row->socket.inode);
    portscope::Socket* const socket = keep(question, pass, row->socket);
    if (socket == nullptr) continue;
    for (const Row::Number& number : row->details) keep_value(question, *socket, number.kind, number.value);
  }
  pass.whole = is_one_page(question, *text);
  return pass;
}

}  // namespace collect
