// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/lower.hpp"
#include "portscope/expression.hpp"
#include "portscope/protocol.hpp"

namespace portscope {

/// How the values of a field are written.
enum class Syntax : std::uint8_t {
  target,     ///< `127.0.0.1:8080`; no field name stands before it
  end,        ///< `10.0.0.0/8:443`
  port,       ///< `443`, `:443`, `8000-8999`, a service
  word,       ///< one of a list
  count,      ///< `10`, `10-20`, `10K`
  amount,     ///< `10M`
  duration,   ///< `50ms`
  id,         ///< digits only
  hex,        ///< a cookie
  mark,       ///< `0x1/0xff`
  interface,  ///< a name or an index
  cgroup,     ///< a path
  user,       ///< a name or an id
  text        ///< `nginx*`, or after ~ a regular expression
};

/// What cannot be seen of a socket when the field is not told, as a Gap says it.
struct Untold {
  std::string_view why;     ///< an errno by name; empty: as the owners are hidden
  std::string_view remedy;  ///< what would show it
};

/// One field: all there is to say about it.
struct FilterField {
  FieldId id;
  std::string_view name;
  std::string_view help;
  Syntax syntax;
  Truth (*holds)(const Condition&, const Facts&);
  Lowered (*lower)(const Condition&, Transport) = nullptr;  ///< to what the kernel decides; null: nothing
  EnumSet<Need> needs = {};                                 ///< to decide it; empty: the row says it
  EnumSet<Transport> transports = every<Transport>();       ///< of others it never holds
  EnumSet<Need> text_needs = {};                            ///< besides, where it is compared as a text
  Untold untold = {};
};

/// THE table of fields, in the order of FieldId.
std::span<const FilterField> filter_fields();
const FilterField& field_of(const Condition& condition);

/// Whether a socket of that transport and state can have a value in the field at all.
bool arises(const FilterField& field, const Socket& socket);

/// The field of that name, or of another name for it; nullptr when there is none.
const FilterField* find_field(std::string_view name);

}  // namespace portscope
