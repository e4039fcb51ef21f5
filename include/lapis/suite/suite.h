// Tests of program sets: cases in YAML, each a query or a product of queries and what must become
// of them. Behind `lapis test`; the format of the files is described in docs/testing.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lapis/base/ip.h"
#include "lapis/base/result.h"
#include "lapis/base/source.h"
#include "lapis/geo/places.h"
#include "lapis/lang/set.h"
#include "lapis/program/program_set.h"

namespace lapis::suite {

/// A value as written, with its place.
struct Text {
  std::string text;
  Span span;
};

/// One field of a query and the values it takes: one for `query`, several for `for-all`.
struct Setting {
  std::string field;       ///< name of a field, or of an attribute
  bool attribute = false;  ///< given under `attributes`
  Span span;               ///< of the name
  std::vector<Text> values;
};

/// What a case wants of each of its queries; what is not given is not looked at.
struct Expected {
  std::optional<Text> program;                       ///< empty text: no program answers
  std::optional<std::vector<IpAddress>> ipv4, ipv6;  ///< as sets (an RRset has no order)
  Span ipv4_span, ipv6_span;
  std::optional<std::int64_t> ttl;
  Span ttl_span;
  std::optional<Text> property;  ///< a condition in the language
};

struct Case {
  std::string name;
  Span span;                      ///< of the name, or where the case begins
  std::vector<Setting> settings;  ///< later ones win
  Expected expected;
};

/// Queries of one product are not more than this.
inline constexpr std::uint64_t most_queries = 1000000;

struct TestFile {
  std::uint32_t file = 0;
  std::vector<std::string> set;  ///< paths of the set under test; empty when the file names none
  std::vector<Case> cases;
};

/// Reads a test file that is in `sources`. All errors, with their places.
Result<TestFile> read_test_file(const SourceMap& sources, std::uint32_t file);

/// What became of one case.
struct CaseResult {
  std::string name;
  Span span;
  std::uint64_t queries = 0;
  Diagnostics failures;  ///< none: passed. The first few queries that fail, and how many more
};

class Coverage;

/// Test files that share a set.
class Suite {
 public:
  /// `files` must outlive the suite. Their properties are checked along with the set at `paths`.
  /// Errors of the set and of properties, with their places.
  static Result<Suite> load(const std::vector<std::string>& paths,
                            std::vector<const TestFile*> files, SourceMap& sources);

  const std::shared_ptr<const program::ProgramSet>& set() const { return set_; }
  /// Runs every case. `coverage`, when not null, is told of every query. Country, continent and asn
  /// that a case does not give are looked up in `places`, unless null.
  std::vector<CaseResult> run(Coverage* coverage, const geo::Places* places = nullptr) const;

 private:
  Suite() = default;
  std::vector<const TestFile*> files_;
  std::shared_ptr<const program::ProgramSet> set_;
};

}  // namespace lapis::suite
