// A query as a value: what formulas are evaluated on and witnesses are made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/program/program_set.h"

namespace lapis::verify {

/// A whole query, owning what lang::QueryFields borrows.
struct ConcreteQuery {
  dns::Name qname;
  dns::Name zone;
  bool ipv6 = false;
  IpAddress client;
  IpAddress resolver;
  std::uint8_t transport = 0;
  std::string site, region, country, continent;
  std::uint32_t asn = 0;
  std::vector<std::int64_t> numbers;  ///< of int and bool attributes, by declaration
  std::vector<std::string> texts;     ///< of string and one-of attributes, by declaration

  /// Borrowed from this object, valid until it changes.
  lang::QueryFields fields() const;
  Witness witness(const lang::Set& set) const;

 private:
  mutable std::vector<lang::AttributeValue> values_;
};

/// Sets a text field or attribute, qtype and transport included.
void set_text(ConcreteQuery& query, std::uint32_t field, const std::string& text);
/// Sets asn, or an int or bool attribute.
void set_number(ConcreteQuery& query, std::uint32_t field, std::int64_t value);

}  // namespace lapis::verify
