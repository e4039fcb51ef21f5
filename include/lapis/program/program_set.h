// An ordered, checked set of addressing programs, and the production interpreter's door to it.
//
// Made by `load_program_set` from text; immutable afterwards and safe to use from all workers.
// Only the verifier can say that a set is verified; the server loads a set only when the proof's
// digest equals `digest()`.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lapis/base/ip.h"
#include "lapis/base/result.h"
#include "lapis/dns/name.h"
#include "lapis/lang/interpreter.h"
#include "lapis/lang/set.h"
#include "lapis/program/attributes.h"
#include "lapis/program/dispatch_index.h"

namespace lapis::program {

/// Everything a program may look at, for one query.
using QueryContext = lang::QueryFields;

/// Working memory of one evaluation; reused, never shared between threads. Sized for the set by
/// `ProgramSet::prepare`, after which no evaluation allocates.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

/// What the set decided. `addresses` is borrowed from the set or the Scratch: valid until the next
/// call with that Scratch.
struct Decision {
  std::int32_t program = -1;  ///< index into programs(), -1 when none matched
  const IpAddress* addresses = nullptr;
  std::uint32_t count = 0;
  std::uint32_t ttl = 0;  ///< seconds
  /// The addresses as `count` whole records with lang::question_pointer as their owner, borrowed
  /// from the set; null when the response is not constant.
  const std::uint8_t* wire = nullptr;
  /// Leading bits of the client address that the decision rests on, counted in the client's family
  /// (RFC 7871 scope): every client sharing these bits gets the same decision. 0 when no program
  /// that could have had a say looks at `client`.
  std::uint8_t scope = 0;
};

class ProgramSet {
 public:
  const std::vector<lang::Program>& programs() const { return set_.programs; }
  const lang::Set& definition() const { return set_; }
  /// SHA-256 (hex) over the set's files in order, names and contents.
  const std::string& digest() const { return set_.digest; }

  /// Sizes `scratch` for this set. Call once per worker and set, before decide().
  void prepare(Scratch& scratch) const;
  /// First program whose match holds, and its addresses of the asked family; found by the dispatch
  /// index and compiled code. The scope is 0 when it is not asked for.
  Decision decide(const QueryContext& query, Scratch& scratch, bool want_scope = true) const;
  /// The same by trying the programs one after the other, walking their trees: what decide() is
  /// proved against.
  Decision decide_in_order(const QueryContext& query, Scratch& scratch) const;
  const DispatchIndex& index() const { return index_; }

  /// Values of one program on one query, for `lapis eval`, traces and witness replay.
  bool matches(std::size_t program, const QueryContext& query, Scratch& scratch) const;
  Decision respond(std::size_t program, const QueryContext& query, Scratch& scratch) const;

  /// Value of an invariant's condition, given the query and what was answered.
  bool holds(const lang::Expr& condition, const QueryContext& query, const lang::AnswerView& answer,
             Scratch& scratch) const;
  /// The declared defaults, one per attribute: what a domain without values of its own has.
  const std::vector<AttributeValue>& defaults() const { return defaults_; }

  /// The query as the interpreter wants it: names folded to lower case (into `scratch`, where they
  /// live) and defaults filled in.
  lang::QueryFields canonical(const QueryContext& query, Scratch& scratch) const;

  explicit ProgramSet(lang::Set set);
  /// With an index made otherwise than by DispatchIndex::build, as the tests of the proof need it.
  ProgramSet(lang::Set set, DispatchIndex::Parts index);
  ~ProgramSet();
  ProgramSet(const ProgramSet&) = delete;
  ProgramSet& operator=(const ProgramSet&) = delete;

 private:
  Decision decide_canonical(const lang::QueryFields& fields, Scratch& scratch,
                            bool want_scope) const;

  lang::Set set_;
  std::vector<AttributeValue> defaults_;
  DispatchIndex index_;
};

/// The files of a set, read but not checked.
struct SetTexts {
  std::vector<lang::SetFile> files;
  std::string digest;
};
/// Reads the files of the set at `paths` into `sources`; errors name what can't be read.
Result<SetTexts> read_set(const std::vector<std::string>& paths, SourceMap& sources);
/// Parses and checks what was read. `sources` is only looked at, so that several sets can be
/// checked side by side.
Result<std::shared_ptr<const ProgramSet>> check_texts(
    const SetTexts& texts, const SourceMap& sources, Diagnostics& warnings,
    const std::vector<lang::ExtraInvariant>& extra = {});

/// Reads, parses and checks the set at `paths` (directories, taken in byte order of their file
/// names, or single files), adding its texts to `sources`. All errors, not the first. Warnings of
/// a good set are appended to `warnings`. `extra` conditions are no part of the digest.
Result<std::shared_ptr<const ProgramSet>> load_program_set(
    const std::vector<std::string>& paths, SourceMap& sources, Diagnostics& warnings,
    const std::vector<lang::ExtraInvariant>& extra = {});

}  // namespace lapis::program
