// Constant values in the typed tree: what literals and `config` bindings become.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "lapis/base/ip.h"
#include "lapis/dns/name.h"
#include "lapis/lang/type.h"

namespace lapis::lang {

/// A domain name in lower-cased wire form.
struct WireName {
  std::string octets;

  WireName() : octets(1, '\0') {}
  explicit WireName(dns::NameView view);
  dns::NameView view() const {
    return {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
  }
  friend auto operator<=>(const WireName&, const WireName&) = default;
};

/// Canonical order (RFC 4034 §6.1), without repeats.
void sort_names(std::vector<WireName>& names);

/// A list constant: only the vector that belongs to `element` is filled; ipv4, ipv6 and address
/// share `addresses`, integers and ttls share `numbers`.
struct ListConstant {
  Kind element = Kind::nothing;
  std::vector<std::int64_t> numbers;
  std::vector<std::string> texts;
  std::vector<WireName> names;
  std::vector<IpAddress> addresses;
  std::vector<Prefix> prefixes;
  std::vector<bool> booleans;

  std::size_t size() const;
  friend bool operator==(const ListConstant&, const ListConstant&) = default;
};

/// A list constant that is shared by all copies: trees are full of constants, few of them lists,
/// and a list in place would make each several times as large.
class SharedList {
 public:
  SharedList(ListConstant list) : list_(std::make_shared<const ListConstant>(std::move(list))) {}
  const ListConstant& operator*() const { return *list_; }
  friend bool operator==(const SharedList& a, const SharedList& b) {
    return a.list_ == b.list_ || *a.list_ == *b.list_;
  }

 private:
  std::shared_ptr<const ListConstant> list_;
};

/// boolean, integer/ttl, text, name, address, prefix or list.
using Constant =
    std::variant<bool, std::int64_t, std::string, WireName, IpAddress, Prefix, SharedList>;

/// The list that a constant is. REQUIRES: it is one.
inline const ListConstant& list_in(const Constant& constant) {
  return *std::get<SharedList>(constant);
}
/// The same, or null when it is no list.
inline const ListConstant* list_if(const Constant& constant) {
  const auto* list = std::get_if<SharedList>(&constant);
  return list == nullptr ? nullptr : &**list;
}

/// The constant as it could be written in a program: `"x"`, `(ipv4 "192.0.2.1")`, `(list …)`.
std::string to_string(const Constant& constant);

}  // namespace lapis::lang
