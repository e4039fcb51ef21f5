// One dimension of the query space as the dispatch index sees it: a quantity of the query and the
// classes its values fall into.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lapis/base/ip.h"
#include "lapis/dns/hashed_name.h"
#include "lapis/lang/constant.h"
#include "lapis/lang/expr.h"
#include "lapis/lang/field.h"
#include "lapis/program/class_ranges.h"

namespace lapis::program {

/// Constant names in canonical order (RFC 4034 §6.1), which is the preorder of their tree. Name n
/// has class 2n (the name itself) and 2n+1 (below it, but not at or below a constant below it), so
/// that a subtree is a range. Name 0 is the root.
class NameClasses {
 public:
  void build(std::vector<lang::WireName> names);
  ClassNumber classes() const { return static_cast<ClassNumber>(names_.size() * 2); }
  const std::vector<lang::WireName>& names() const { return names_; }
  ClassNumber class_of(const dns::HashedName& name) const;
  /// Prefetches where class_of() will most likely find `name`.
  void prefetch(const dns::HashedName& name) const;
  /// Number of the nearest constant at or above `name`, going by hashes alone: a guess that is
  /// right but for collisions. UINT32_MAX: none but the root.
  std::uint32_t find_by_hash(const dns::HashedName& name) const;
  /// The classes at and below a constant. REQUIRES: it was given to build().
  ClassRange subtree(const lang::WireName& name) const;
  ClassRange subtree(std::uint32_t name) const { return {2 * name, ends_[name]}; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t name = UINT32_MAX;  ///< UINT32_MAX: empty
  };
  std::uint32_t find(std::uint64_t hash, dns::NameView name) const;

  std::vector<lang::WireName> names_;
  std::vector<ClassNumber> ends_;  ///< last class of the subtree
  std::vector<Slot> slots_;        ///< open addressing
  std::uint64_t depths_[2] = {};   ///< bit k: a constant has k labels
};

/// Constant texts, sorted; one more class for all others.
class TextClasses {
 public:
  void build(std::vector<std::string> texts);
  ClassNumber classes() const { return static_cast<ClassNumber>(texts_.size() + 1); }
  const std::vector<std::string>& texts() const { return texts_; }
  ClassNumber class_of(std::string_view text) const;

 private:
  std::vector<std::string> texts_;
  std::vector<std::uint32_t> slots_;  ///< open addressing: number + 1, 0 for empty
};

/// A quantity and its classes. Filled by the index's builder; immutable afterwards.
struct Dimension {
  enum class Kind : std::uint8_t { name, address, text, number };
  static constexpr std::uint32_t no_field = UINT32_MAX;

  Kind kind = Kind::number;
  /// FieldId or attribute the quantity is, or no_field: it is the value of `subject`.
  std::uint32_t field = no_field;
  /// Integer or string expression over fields that do not depend on the client; it has no locals.
  const lang::Expr* subject = nullptr;

  NameClasses names;                  ///< Kind::name
  TextClasses texts;                  ///< Kind::text
  std::vector<std::int64_t> numbers;  ///< Kind::number: least value of each class
  std::vector<IpAddress> addresses;   ///< Kind::address: least address of each class
  std::vector<std::uint32_t> ipv4;    ///< of those the IPv4 addresses, which come first, as numbers

  ClassNumber classes() const;
  ClassNumber class_of(std::int64_t number) const;
  ClassNumber class_of(const IpAddress& address) const;
  bool is_client() const { return kind == Kind::address && field == lang::field_client; }
  /// Derived from the client's address by a table of places (country, continent, asn).
  bool is_place() const {
    return field == lang::field_country || field == lang::field_continent ||
           field == lang::field_asn;
  }
};

}  // namespace lapis::program
