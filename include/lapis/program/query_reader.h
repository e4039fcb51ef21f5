// From a query in presentation form (options, JSON lines) to what the interpreter reads.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/geo/places.h"
#include "lapis/program/program_set.h"

namespace lapis::program {

/// Checks queries against one set and turns them into contexts. Reused from query to query; the
/// memory it needs is taken once.
class QueryReader {
 public:
  explicit QueryReader(const ProgramSet& set);

  /// From now on, country, continent and asn that a query does not give are looked up by its
  /// client. Borrowed; null for none.
  void use_places(const geo::Places* places) { places_ = places; }

  /// Fills context(), which borrows from `query` and from this reader until the next call.
  /// False, with words in `error`: a malformed name or address, an undeclared attribute, a value
  /// outside its type, a qname outside the zone. `given`: fields that the query gives even where
  /// they are "" or 0 in it.
  bool read(const Witness& query, std::string& error, geo::Fields given = 0);
  QueryContext& context() { return context_; }

 private:
  bool read_names(const Witness& query, std::string& error);
  bool read_addresses(const Witness& query, std::string& error);
  bool read_places(const Witness& query, std::string& error);
  void look_up_place(geo::Fields given);
  bool read_attributes(const Witness& query, std::string& error);

  const ProgramSet& set_;
  const geo::Places* places_ = nullptr;
  bool uses_zone_ = false;
  dns::Name qname_;
  dns::Name zone_;
  std::string last_zone_;  ///< text zone_ was read from; batches repeat it
  std::unordered_map<std::string_view, std::size_t> attribute_index_;
  std::vector<AttributeValue> defaults_;
  std::vector<AttributeValue> values_;
  QueryContext context_;
};

/// Reads `name=value` as given to --attr by the declared type of the attribute; a name the set
/// does not declare or a value of another type is an error in words.
bool read_attribute_option(const ProgramSet& set, std::string_view option,
                           std::pair<std::string, AttributeText>& out, std::string& error);

/// Reads the number of an autonomous system (RFC 6793: 32 bits).
bool read_asn(std::string_view text, std::uint32_t& out, std::string& error);

}  // namespace lapis::program
