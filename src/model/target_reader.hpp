// SPDX-License-Identifier: MIT
#pragma once

#include "model/query_scanner.hpp"
#include "portscope/target.hpp"

namespace portscope {

/// Reads one target: `8080`, `:8080`, `8000-8999`, `8080/tcp`, `tcp:8080`, `127.0.0.1:8080`,
/// `[::1]:22`, `*:80`, `10.0.0.0/8`, `10.0.0.0/8:443`, `::1`, `/run/x.sock`, `@abstract`.
/// Throws QueryError that marks the impossible part.
Target read_target(const QueryScanner& scanner, const QueryToken& token);

/// The same behind `src` and `dst`, where a number alone is no port, and a port may be a service.
Target read_end(const QueryScanner& scanner, const QueryToken& token);

/// Ports behind `sport` and the like: `443`, `:443`, `8000-8999`, `https`, `*`. Not below `least`.
PortRange read_ports(const QueryScanner& scanner, const QueryToken& token, std::uint32_t least);

}  // namespace portscope
