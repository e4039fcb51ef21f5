// A checked program set: what `check_set` returns when there is no error.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lapis/base/result.h"
#include "lapis/base/source.h"
#include "lapis/lang/constant.h"
#include "lapis/lang/expr.h"
#include "lapis/lang/field.h"

namespace lapis::lang {

/// `(attribute NAME TYPE [(default V)] [(doc S)])`. Without a default: "", false, the value of the
/// range nearest to 0, or the first value of a one-of.
struct Attribute {
  std::string name;
  Type type;
  Constant default_value;
  std::string doc;
  Span span;
};

/// A `config` binding or a set-wide constant definition, kept for reports.
struct Binding {
  std::string name;
  Constant value;
  Type type;
  Span span;  ///< of the name
  bool used = false;
};

struct Program {
  std::string name;
  std::string doc;
  bool exclusive = true;
  std::vector<Binding> config;
  const Expr* match = nullptr;  ///< boolean
  const Expr* ipv4 = nullptr;   ///< list of ipv4
  const Expr* ipv6 = nullptr;   ///< list of ipv6
  const Expr* ttl = nullptr;    ///< ttl
  Span span;                    ///< the whole form
  Span name_span;
  Span match_span;
  Span response_span;
  std::uint32_t slots = 0;    ///< local slots that match and response need
  std::uint32_t storage = 0;  ///< addresses of working memory that its lists need
  std::uint32_t texts = 0;    ///< text buffers that label and lower need
  /// Upper bound of the nodes evaluated for one query by match and response together.
  std::uint64_t steps = 0;
  std::uint64_t match_steps = 0;  ///< of the match alone
};

/// `(invariant NAME EXPR)`.
struct Invariant {
  std::string name;
  const Expr* condition = nullptr;
  Span span;
  Span name_span;
};

/// `(field site (one-of …))` or `region`.
struct ClosedField {
  FieldId field = field_site;
  std::vector<std::string> values;  ///< sorted
  Span span;
};

struct Set {
  std::vector<Attribute> attributes;
  std::vector<ClosedField> closed_fields;
  std::vector<Program> programs;
  std::vector<Invariant> invariants;
  std::vector<Binding> definitions;  ///< parameterless constant `define`s
  std::vector<std::string> pools;    ///< `(pools NAME…)`: names of definitions
  bool total = false;                ///< `(total true)`
  Span total_span;
  Span pools_span;
  std::uint32_t slots = 0;    ///< greatest over all programs
  std::uint32_t storage = 0;  ///< greatest over all programs
  std::uint32_t texts = 0;    ///< greatest over all programs
  std::string digest;         ///< SHA-256 hex of file names and contents
  /// Owns all Expr nodes.
  std::shared_ptr<const void> arena;

  /// Type of a field or attribute; for site and region the closed domain if there is one.
  Type field_type(std::uint32_t field) const;
  std::string field_name(std::uint32_t field) const;
};

/// One source text of a set, in the order in which programs are tried.
struct SetFile {
  std::uint32_t file = 0;  ///< number in the SourceMap
};

/// A condition that is checked along with a set although no file of it holds it, such as the
/// property of a test. It becomes an invariant of the checked set.
struct ExtraInvariant {
  std::string name;  ///< told apart from all others by something no program can write: a blank
  Span name_span;
  Span text;  ///< the characters of the condition
};

/// Reads, expands and types the files of one set. All errors of all files, not the first;
/// warnings of a good set go to `warnings`. The digest is left empty.
Result<Set> check_set(const std::vector<SetFile>& files, const SourceMap& sources,
                      Diagnostics& warnings, const std::vector<ExtraInvariant>& extra = {});

}  // namespace lapis::lang
