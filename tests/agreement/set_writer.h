// The grammar that random program sets are written by.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "generator.h"
#include "vocabulary.h"

namespace lapis::agreement {

using Texts = std::vector<std::string>;

/// Written expressions with what the checker will know about them.
struct Number {
  std::string text;
  std::int64_t low;
  std::int64_t high;
};
struct Words {
  std::string text;
  Texts domain;         ///< empty: any string
  bool opaque = false;  ///< a parameter: its domain is that of each argument
};
enum class Sort { boolean, number, words, name, address, list4, list6 };
struct Variable {
  std::string name;
  Sort sort;
  Number range{};
  Words words{};
};
struct Function {
  std::string name;
  std::vector<Sort> parameters;
  Sort result;
};
struct AttributeWords {
  std::string name;
  std::string type;
  Sort sort;
  std::int64_t low = 0;
  std::int64_t high = 0;
  Texts domain{};
};

inline std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

/// Writes one set. Each member writes what it is named after, `depth` levels deep at most.
class SetWriter {
 public:
  SetWriter(Random& random, const Size& size) : r_(random), size_(size) {}
  std::string write();

 private:
  // ---- vocabulary

  std::size_t pick(std::size_t n) { return below(r_, n); }
  template <class Range>
  Texts some(const Range& range, std::size_t count) {
    Texts words;
    for (std::size_t i = 0; i < count; ++i) words.emplace_back(any_of(r_, range));
    return words;
  }
  void choose_vocabulary();
  std::string name_word() { return quoted(any_of(r_, names_)); }
  std::string prefix_word() { return quoted(any_of(r_, prefixes_)); }
  std::string address_word() { return quoted(any_of(r_, addresses_)); }
  std::string fresh(const char* stem) { return stem + std::to_string(++counter_); }
  /// A literal within a range: what the checker wants when the other side is a field.
  std::string number_in(std::int64_t low, std::int64_t high);
  std::string word_for(const Words& words);

  // ---- top level

  void attributes();
  void fields();
  void pools();
  void define();
  void program(const std::string& name);

  // ---- scope

  std::vector<Variable> visible(Sort sort) const;
  /// `(let ([x VALUE]) BODY)` with a value of any sort.
  template <class Body>
  std::string with_let(int depth, Body body) {
    Variable v;
    v.name = fresh("v");
    std::string value;
    switch (pick(7)) {
      case 0:
        v.sort = Sort::boolean;
        value = boolean(depth - 1);
        break;
      case 1: {
        v.sort = Sort::number;
        const Number n = number(depth - 1);
        v.range = {v.name, n.low, n.high};
        value = n.text;
        break;
      }
      case 2: {
        v.sort = Sort::words;
        const Words w = words(depth - 1);
        v.words = {v.name, w.domain, w.opaque};
        value = w.text;
        break;
      }
      case 3:
        v.sort = Sort::name;
        value = name(depth - 1, false);
        break;
      case 4:
        v.sort = Sort::address;
        value = address(depth - 1, false);
        break;
      case 5:
        v.sort = Sort::list4;
        value = list(4, depth - 1);
        break;
      default:
        v.sort = Sort::list6;
        value = list(6, depth - 1);
        break;
    }
    const std::size_t before = scope_.size();
    scope_.push_back(v);
    const std::string inner = body();
    scope_.resize(before);
    return "(let ([" + v.name + " " + value + "]) " + inner + ")";
  }

  // ---- tests

  /// A test that certainly depends on the query.
  std::string atom();
  std::string boolean(int depth);
  std::string several(const char* op, int depth);
  template <class Arm>
  std::string choice(int depth, Arm arm) {
    if (chance(r_, 60)) {
      return "(if " + boolean(depth - 1) + " " + arm(depth - 1) + " " + arm(depth - 1) + ")";
    }
    return "(cond [" + boolean(depth - 1) + " " + arm(depth - 1) + "] [" + atom() + " " +
           arm(depth - 2) + "] [else " + arm(depth - 1) + "])";
  }
  std::string number_test(int depth);
  /// Label counts compared with each other, or buckets.
  std::string number_relation(int depth);
  std::string order() { return any_of(r_, Texts{"<", "<=", ">", ">="}); }
  std::string words_test(int depth);
  std::string name_test(int depth);
  std::string address_test(int depth);
  std::string list_test(int depth);

  // ---- numbers

  Number number(int depth);
  Number number_leaf(int depth);
  Number bucket(int depth);
  /// Sum or difference; clamps first where it could overflow, as an author would have to.
  Number binary(const char* op, Number x, Number y);
  Number product(Number x, std::int64_t factor);
  static Number narrowed(const Number& x);

  // ---- words, names, addresses, keys

  Words words(int depth);
  /// `literal`: the place reads a string in quotes as a name.
  std::string name(int depth, bool literal);
  std::string address(int depth, bool literal);
  std::string key(int depth);
  std::string key_part(int depth);

  // ---- lists and TTLs

  std::string literal_list(int family, std::size_t count);
  std::string pool_address(int family);
  std::string constant_list(int family);
  std::string list(int family, int depth);
  /// Distinct addresses with weights, at least one of them positive.
  std::string weighted(int family, int depth);
  std::string ttl(int depth);

  // ---- calls

  std::string call(Sort result, int depth);

  Random& r_;
  const Size& size_;
  std::string out_;
  Texts names_, prefixes_, addresses_, countries_, places_, sites_, regions_;
  std::vector<std::int64_t> numbers_;
  std::vector<AttributeWords> attributes_;
  std::vector<Function> functions_;
  std::vector<Variable> scope_;
  int counter_ = 0;
  int programs_ = 1;
  bool in_invariant_ = false;
};

}  // namespace lapis::agreement
