// Evaluation that keeps what it saw: the production interpreter, watched. It is the same algebra
// and the same walk, so a trace can't say anything else than what a query gets.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lapis/lang/constant.h"
#include "lapis/lang/interpreter.h"

namespace lapis::lang {

/// One evaluated node and what it was. Parts that were not looked at (behind a decided `and`, the
/// other arm of an `if`) are missing; constants, whose value is in the text, too.
struct Observation {
  const Expr* expr = nullptr;
  Constant value;  ///< of a key its octets, as a text in hexadecimal
  std::vector<Observation> parts;
};

class Tracer : public Interpreter {
 public:
  using Interpreter::Interpreter;

  /// The whole evaluation of one expression. REQUIRES: its kind is the one asked for.
  Observation boolean(const Expr& e) {
    return observed(e, [&] { Semantics<Tracer>(*this).boolean(e); });
  }
  Observation integer(const Expr& e) {
    return observed(e, [&] { Semantics<Tracer>(*this).integer(e); });
  }
  Observation address_list(const Expr& e) {
    return observed(e, [&] { Semantics<Tracer>(*this).list(e); });
  }

  // For Semantics.
  void enter(const Expr& e) { open_.push_back({&e, false, {}}); }
  template <class Value>
  void leave(const Expr& e, const Value& value) {
    Observation done = std::move(open_.back());
    open_.pop_back();
    done.value = shown(value);
    if (!e.is_constant() || open_.size() == 1) open_.back().parts.push_back(std::move(done));
  }

 private:
  template <class Evaluate>
  Observation observed(const Expr&, Evaluate evaluate) {
    open_.assign(1, {});
    evaluate();
    Observation whole = std::move(open_.front().parts.front());
    open_.clear();
    return whole;
  }

  static Constant shown(bool value) { return value; }
  static Constant shown(std::int64_t value) { return value; }
  static Constant shown(std::string_view value) { return std::string(value); }
  static Constant shown(dns::NameView value) { return WireName(value); }
  static Constant shown(const TracedAddress& value) { return value.ip; }
  static Constant shown(const AddressList& value);
  static Constant shown(const KeyOctets& value);

  std::vector<Observation> open_;
};

}  // namespace lapis::lang
