// The typed tree: what the checker makes of program text, and the only thing that the interpreter
// and the verifier read.
//
// Definitions are already put in at each use (parameters become `let` slots), `cond` is nested
// `if_`, implications stay for the trace, constants are folded, and string literals have become
// what their place wants. Nodes are owned by the Set's arena, immutable, and shared freely between
// threads. Depth is limited by the checker, so walking the tree by recursion is bounded.
#pragma once

#include <cstdint>
#include <vector>

#include "lapis/base/source.h"
#include "lapis/lang/constant.h"
#include "lapis/lang/type.h"

namespace lapis::lang {

enum class Op : std::uint8_t {
  // leaves
  constant,  ///< `value`
  field,     ///< `index` is a FieldId
  local,     ///< `index` is a slot
  // any type
  let,  ///< args: value, body; `index` is the slot
  if_,  ///< args: test, then, else
  // boolean
  not_,
  and_,  ///< n-ary, left to right, short-circuit
  or_,
  implies,
  // comparison; args have one kind: boolean, number, text, name or address
  eq,
  ne,
  lt,  ///< lt … ge: numbers or addresses
  le,
  gt,
  ge,
  // numbers; ranges in the types exclude overflow
  add,  ///< n-ary
  sub,
  neg,
  mul,  ///< args[1] is a constant
  mod,  ///< args[1] is a positive constant; the result is in 0 … m-1
  min,
  max,
  length,       ///< of a list of addresses that is not constant
  label_count,  ///< of a name
  bucket,       ///< args: key; `number` is N, `seed` the hash seed
  // text
  label,   ///< args: name; `number` counts from the right, 0 is the top label; "" when absent
  lower,   ///< ASCII letters to lower case
  family,  ///< of an address: "ipv4" or "ipv6"
  // membership in a constant list: `list` is args[1]->value, sorted, without repeats
  in,         ///< args: x, constant list
  in_prefix,  ///< args: address, constant prefix list, sorted and disjoint
  // names; args[1] is a constant for all but eq/ne and `under` between qname and zone
  under,
  strictly_under,
  // name or text in args[0], constant text in args[1]
  has_prefix,
  has_suffix,
  contains,
  glob,
  // addresses
  prefix_of,  ///< args: address; `number` bits kept of IPv4, `number6` of IPv6; the rest zero
  // keys
  key,  ///< args: names, addresses, texts; for bucket, pick, rotate
  // lists of addresses
  list,           ///< args: elements
  append,         ///< n-ary, in order
  take,           ///< args: number, list
  unique,         ///< first occurrences, in order
  if_empty,       ///< args: list, fallback
  pick,           ///< args: list, key; `number` is K
  pick_weighted,  ///< args: list (constant), weights (constant), key; `number` is K
  rotate,         ///< args: list, key
  // what only invariants may use
  answered_by,  ///< text: name of the answering program, "" when none
  answer_ipv4,  ///< list of ipv4
  answer_ipv6,  ///< list of ipv6
  answer_ttl,   ///< number
  disjoint,     ///< args: two lists of addresses
  subset,       ///< args: two lists of addresses
};

/// Deepest typed tree; bounds the recursion of every walk over it.
inline constexpr std::uint32_t max_depth = 1000;

/// The operator as written in programs.
const char* to_string(Op op);

struct Expr {
  Op op = Op::constant;
  Span span;                ///< the whole form, in the file where it stands
  std::uint32_t index = 0;  ///< field or slot
  /// Where the interpreter's working memory holds what this node builds: offset (in elements) of
  /// the room of a list, number of the buffer of a text.
  std::uint32_t storage = 0;
  /// Height of the tree below and including this node; the checker keeps it at most `max_depth`.
  std::uint32_t depth = 1;
  Type type;
  std::vector<const Expr*> args;
  Constant value = false;   ///< for Op::constant
  std::int64_t number = 0;  ///< see Op
  std::int64_t number6 = 0;
  std::uint64_t seed = 0;

  bool is_constant() const { return op == Op::constant; }
};

/// Equal but for their places in the text: the same value for every query, provided that field
/// numbers mean the same on both sides.
bool same_tree(const Expr& a, const Expr& b);

/// The tree in Lisp syntax on one line; for tests, traces and messages.
std::string to_string(const Expr& expr);

}  // namespace lapis::lang
