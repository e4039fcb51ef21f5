// The one shape of every finding Lapis reports: language, verifier, zone lint and configuration.
//
// Below the server nothing prints or logs: functions return diagnostics, and `report/` turns them
// into text, JSON and the rest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "lapis/base/source.h"

namespace lapis {

enum class Severity : std::uint8_t { error, warning, note };

const char* to_string(Severity severity);

/// A value of a declared attribute, in presentation form.
using AttributeText = std::variant<bool, std::int64_t, std::string>;

/// A concrete query, in presentation form: what a finding shows as its proof, what `lapis eval`
/// reads, and what the production interpreter replays.
struct Witness {
  std::string qname;
  std::string zone;
  std::string qtype = "A";
  std::string client;
  std::string resolver;
  std::string transport = "udp";
  std::string site;
  std::string region;
  std::string country;
  std::string continent;
  std::uint32_t asn = 0;
  std::vector<std::pair<std::string, AttributeText>> attributes;
};

/// A second place that explains a finding; `name` is the program (or record) there, if any.
struct Related {
  std::string name;
  std::string message;
  Span span;
};

struct Diagnostic {
  std::string rule;  ///< stable id, e.g. "unreachable", "syntax", "type-mismatch"
  Severity severity = Severity::error;
  std::string message;  ///< one sentence, no final full stop, no position
  Span span;
  std::string help;     ///< what to do, or empty
  std::string program;  ///< the program the finding is about, or empty
  std::vector<Related> related;
  std::optional<Witness> witness;
  std::string zone;   ///< apex of the zone the finding is about, in presentation form, or empty
  std::string owner;  ///< owner name of the record the finding is about, or empty
};

using Diagnostics = std::vector<Diagnostic>;

/// True when at least one diagnostic has severity error.
bool has_errors(const Diagnostics& diagnostics);

/// An error diagnostic in one expression.
Diagnostic error_at(Span span, std::string rule, std::string message, std::string help = {});

/// The candidate nearest to `word` by edit distance, when near enough to be a likely typo
/// (distance at most 1 + length/4); empty otherwise. For "did you mean".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace lapis
