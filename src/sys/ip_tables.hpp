// SPDX-License-Identifier: MIT
// The kernel's headers about the tables of iptables-legacy. They include <linux/if.h>, which gives way to <net/if.h>
// only where that was there before any other header of the kernel's. All they want of it is IFNAMSIZ.
#pragma once

#include <net/if.h>
#include <netinet/in.h>

#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wreserved-macro-identifier"
#endif
#define _LINUX_IF_H  // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
#ifdef __clang__
#pragma clang diagnostic pop
#endif

#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
