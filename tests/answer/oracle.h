// What an authoritative server must answer, written straight from RFC 1034 §4.3.2 and as slowly as
// it pleases: names are lists of strings, a zone is a map from names to records, and whether a name
// exists is found by looking at all of them. Shares no code with what it judges.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace lapis::answer::testing {

/// Labels from the leftmost to the top; empty is the root. Lower case.
using Labels = std::vector<std::string>;

Labels labels_of(const std::string& text);
std::string text_of(const Labels& labels);

struct OracleZone {
  Labels apex;
  /// By owner, then by type; records as ldns prints their rdata.
  std::map<Labels, std::map<std::string, std::set<std::string>>> records;

  void add(const std::string& owner, const std::string& type, const std::string& rdata) {
    records[labels_of(owner)][type].insert(rdata);
  }
};

struct OracleAnswer {
  std::string rcode = "NOERROR";
  bool aa = false;
  /// Lines "OWNER TYPE RDATA"; TTLs are not the oracle's business.
  std::set<std::string> answer, authority, additional;
};

/// Answers a question of class IN; `type` is neither ANY nor RRSIG.
OracleAnswer ask_oracle(const std::vector<OracleZone>& zones, const std::string& name,
                        const std::string& type);

}  // namespace lapis::answer::testing
