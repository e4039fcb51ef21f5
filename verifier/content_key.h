// What a question is about, as a hash: the same for the same question in whatever set it is asked.
//
// A key covers everything that an answer depends on: the formulas, down to their constants, and the
// values that each variable in them can have. Numbers of terms, classes and fields, which differ
// from set to set, are no part of it. SHA-256, so that nobody can make two questions that share a
// key.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "lapis/lang/set.h"
#include "term.h"

namespace lapis::verify {

using ContentKey = std::array<std::uint8_t, 32>;

/// SHA-256 over parts that can't run into one another.
class KeyHash {
 public:
  KeyHash();
  ~KeyHash();
  KeyHash(const KeyHash&) = delete;
  KeyHash& operator=(const KeyHash&) = delete;

  void begin();
  void add(std::uint64_t number);
  void add(std::string_view text);  ///< with its length
  void add(const IpAddress& address);
  void add(const ContentKey& key);
  ContentKey end();

 private:
  void* context_;           // EVP_MD_CTX
  std::vector<char> text_;  // what has been added
};

/// Keys of formulas. Filled by one thread, read by any number afterwards.
class ContentKeys {
 public:
  ContentKeys(const Terms& terms, const lang::Set& set) : terms_(terms), set_(set) {}

  /// Makes the keys of these formulas and of all below them.
  void add(std::span<const Bool> roots);
  /// REQUIRES: `x` was added, or is below one that was.
  const ContentKey& of(Bool x) const { return bools_[x]; }

 private:
  ContentKey make(Bool x);
  const ContentKey& number(Number x);
  const ContentKey& variable(Var var);
  const ContentKey& key_term(std::uint32_t id);
  /// Begins what a node is with its operation and the keys of its parts.
  void begin(std::uint64_t op, const std::vector<ContentKey>& parts);
  void add_field(std::uint32_t field);
  void add_element(std::uint32_t id);
  void add_masked(std::uint32_t id);
  void mark(Bool x, std::vector<Bool>& open);
  void mark_number(Number x, std::vector<Bool>& open);

  struct Lazy {
    ContentKey key{};
    bool known = false;
  };
  const Terms& terms_;
  const lang::Set& set_;
  KeyHash hash_;
  std::vector<ContentKey> bools_;
  std::vector<char> known_;  // 0 no, 1 wanted, 2 made
  std::vector<Lazy> numbers_;
  std::vector<Lazy> variables_;
  std::vector<Lazy> keys_;
};

/// The question whether there is a query for which all `formulas` hold and none of `excluded`. The
/// order in which they are given does not matter. `about` is what the key is to say beside that.
ContentKey question_key(std::uint64_t about, std::vector<ContentKey> formulas,
                        std::vector<ContentKey> excluded);

}  // namespace lapis::verify
