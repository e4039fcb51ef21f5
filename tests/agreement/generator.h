// Random typed program sets, as program text, and random queries that meet their constants.
//
// Everything depends on the state of the generator alone, so a failing case is named by its seed.
// The vocabularies are small on purpose: predicates over few, nested constants imply, exclude and
// shadow each other, which is where an interpreter and a verifier could come to differ.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/lang/interpreter.h"
#include "lapis/lang/set.h"

namespace lapis::agreement {

using Random = std::mt19937_64;

struct Size {
  int programs = 4;
  int depth = 4;        ///< of expressions
  int attributes = 4;   ///< at most
  int definitions = 4;  ///< at most, besides the constant ones
  int invariants = 2;   ///< at most
};

/// Text of one program set over the whole language.
std::string random_set(Random& random, const Size& size);

/// One query and everything it borrows. Values of attributes stand in declaration order.
struct RandomQuery {
  dns::Name qname;
  dns::Name zone;
  bool ipv6 = false;
  IpAddress client;
  IpAddress resolver;
  std::uint8_t transport = 0;
  std::string site, region, country, continent;
  std::uint32_t asn = 0;
  std::vector<std::string> texts;  ///< homes of the attributes' strings
  std::vector<lang::AttributeValue> attributes;

  RandomQuery() = default;
  RandomQuery(RandomQuery&&) = default;
  RandomQuery& operator=(RandomQuery&&) = default;
  RandomQuery(const RandomQuery&) = delete;
  RandomQuery& operator=(const RandomQuery&) = delete;

  /// Borrowed from this object. Names keep the case they were asked in.
  lang::QueryFields fields() const;
  /// The query in presentation form, for messages.
  Witness witness(const lang::Set& set) const;
};

/// Makes queries for one set, biased to its constants: names at, above, below and beside them,
/// addresses at the ends of prefixes, strings and numbers that are constants or nearly so.
class QuerySource {
 public:
  explicit QuerySource(const lang::Set& set);
  RandomQuery next(Random& random) const;

 private:
  void collect(const lang::Expr& root);
  void collect(const lang::Constant& value);
  dns::Name name(Random& random) const;
  dns::Name matching(Random& random, const std::string& pattern) const;
  IpAddress address(Random& random) const;
  std::string text(Random& random) const;
  std::int64_t number(Random& random, std::int64_t low, std::int64_t high) const;
  std::string field_text(Random& random, std::uint32_t field) const;

  const lang::Set& set_;
  std::vector<dns::Name> names_;
  std::vector<std::string> texts_;
  std::vector<std::string> patterns_;
  std::vector<Prefix> prefixes_;
  std::vector<std::int64_t> numbers_;
};

}  // namespace lapis::agreement
