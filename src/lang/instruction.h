// The instructions of compiled programs.
#pragma once

#include <cstdint>

#include "lapis/base/ip.h"
#include "lapis/lang/code.h"

namespace lapis::lang {

/// Where an instruction finds a value: the upper two bits say what the other thirty mean.
enum class Place : std::uint32_t {
  reg,        ///< number of a register of the value's type
  literal,    ///< cells before the base
  field,      ///< FieldId or attribute
  immediate,  ///< the number itself, signed; for booleans 0 or 1
};
using Operand = std::uint32_t;
inline constexpr Operand operand_bits = (Operand{1} << 30) - 1;

constexpr Operand operand(Place place, std::uint32_t value) {
  return static_cast<Operand>(place) << 30 | (value & operand_bits);
}
constexpr Place place_of(Operand o) {
  return static_cast<Place>(o >> 30);
}

/// What stands in `to`, `x` and `y`, when nothing else is said: register of the result, operands.
enum class Do : std::uint16_t {
  end,  ///< x: the value
  // Control. Targets are relative to the base.
  jump,        ///< y: target
  branch,      ///< x: test, y: target when it is false
  both_begin,  ///< to: first, y: target when that decides
  both_end,    ///< to: first, then the result; x: second
  either_begin,
  either_end,
  if_begin,   ///< of booleans. to: test; y: the other arm
  if_middle,  ///< to: test; y: target when the other arm is not needed
  if_end,     ///< to: test, then the result; x and y: the arms
  set_apart,  ///< to: integer register
  resume,     ///< x: the same
  // Values as they are, and locals (y: slot).
  move_bool,
  move_int,
  move_text,
  move_name,
  move_address,
  move_list,
  move_key,  ///< kind: of the key x
  read_int,  ///< y: field; for those that rest on the client
  read_text,
  store_bool,
  store_int,
  store_text,
  store_name,
  store_address,
  store_list,
  store_key,
  load_bool,
  load_int,
  load_text,
  load_name,
  load_address,
  load_list,
  load_key,
  // Booleans.
  negate,
  equal_bool,
  equal_int,
  equal_text,
  equal_name,
  equal_address,
  less_int,
  less_address,
  in_numbers,  ///< y, here and below: literal with a pointer
  in_texts,
  in_names,
  in_addresses,
  in_prefixes,
  in_prefix,  ///< y: literal, the prefix itself
  under,
  strictly_under,
  has_prefix_text,
  has_prefix_name,
  has_suffix_text,
  has_suffix_name,
  contains_text,
  contains_name,
  glob,
  disjoint,
  subset,
  // Numbers.
  add,
  subtract,
  negate_int,
  scale,
  modulo,
  label_count,
  length,
  bucket,  ///< kind: of the key x; y: literal, a Bucket
  // Texts and addresses.
  label,  ///< y: literal with a pointer
  lower,
  family,
  prefix_of,  ///< y: bits for IPv4, and for IPv6 from bit 8 on
  // Keys.
  key_address,
  key_begin,
  key_add,  ///< kind: of the part x
  // Lists. Those of kind `wide` are followed by a cell with a pointer.
  list_begin,     ///< y: storage
  list_add,       ///< to: the list
  list_append,    ///< to: the list
  take,           ///< x: count, y: list
  unique,         ///< y: literal with a pointer
  pick,           ///< wide. x: list, y: key of `kind`
  pick_weighted,  ///< wide. y: key of `kind`
  rotate,         ///< wide. x: list, y: key of `kind`
};

/// What a key is made of.
enum class KeyKind : std::uint16_t { own, text, name };

struct Instruction {
  Do what = Do::end;
  KeyKind kind = KeyKind::own;
  std::uint32_t to = 0;
  Operand x = 0;
  Operand y = 0;
};
static_assert(sizeof(Instruction) == sizeof(Code::Cell));

// Literals that are neither a number, an address or a prefix, nor a pointer.

/// Its octets follow.
struct TextLiteral {
  std::uint32_t size;
};
struct ListLiteral {
  const IpAddress* data;
  std::uint32_t count;
  std::uint32_t wire;  ///< cells before the base; 0: none
};
struct Bucket {
  std::uint64_t seed;
  std::uint64_t count;
};

}  // namespace lapis::lang
