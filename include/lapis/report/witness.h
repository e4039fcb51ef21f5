// A witness query in the forms people and tools use: one JSON object (also the input line of
// `lapis eval --queries`), a `lapis eval` command line and a `dig` command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lapis/base/diagnostic.h"

namespace lapis::report {

/// Appends `text` as a JSON string literal. Octets that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// The value as it is written in JSON, YAML and programs: strings in quotes.
std::string attribute_text(const AttributeText& value);

/// One JSON object on one line, every key present, in the order of `Witness`.
std::string witness_json(const Witness& witness);

/// Which of the keys were there that a geo database can give as well.
struct PlaceKeys {
  bool country = false;
  bool continent = false;
  bool asn = false;
};

/// Reads one JSON object. Missing keys keep the defaults of `Witness`; an unknown or repeated key,
/// a value of another type, or anything after the object is an error, in words in `error`.
/// `out` is overwritten; its memory is reused from call to call.
bool read_witness(std::string_view json, Witness& out, std::string& error,
                  PlaceKeys* given = nullptr);

/// `text` as one word of a POSIX shell, quoted only when needed.
std::string shell_quote(std::string_view text);

/// A command line that replays the witness on the set at `paths`.
std::string eval_command(const Witness& witness, const std::vector<std::string>& paths);

/// Where the `dig` line sends its question.
struct DigTarget {
  std::string address = "127.0.0.1";
  unsigned port = 5300;
};

/// A command line that asks a running server the witness' question as the witness' client.
std::string dig_command(const Witness& witness, const DigTarget& target = {});

}  // namespace lapis::report
