// From data to typed expressions: names are resolved, definitions put in at each use, types and
// ranges found, constants folded, literals turned into what their place wants.
//
// One Checker lives for one set. It never stops at the first error: a form that can't be typed
// gives a null expression, which silences only what depends on it.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "arena.h"
#include "lapis/lang/set.h"
#include "reader.h"

namespace lapis::lang {

/// What the place of an expression would like: a hint for literals and lists, checked afterwards.
struct Want {
  Kind kind = Kind::nothing;     ///< nothing: anything
  Kind element = Kind::nothing;  ///< for lists
};

/// A set-wide `define`.
struct Definition {
  std::string name;
  std::vector<const Datum*> parameters;
  bool is_function = false;
  const Datum* body = nullptr;
  Span span;
  Span name_span;
  bool used = false;
  bool active = false;     ///< being put in right now: met again, it is recursive
  bool recursive = false;  ///< reported as such; uses stay silent
};

/// A name bound by `let`, `config` or a parameter. Scopes are chains on the call stack.
struct Scope {
  const Scope* parent = nullptr;
  std::string_view name;
  const Expr* constant = nullptr;  ///< null: read `slot`
  std::uint32_t slot = 0;
  Type type;
  bool* used = nullptr;
};

class Checker {
 public:
  Checker(const SourceMap& sources, Diagnostics& diagnostics);
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  /// Reads the forms of one file. REQUIRES: `data` outlives the checker.
  void collect(const std::vector<Datum>& data);
  /// Checks everything collected and gives the set; null members where errors were reported.
  Set finish(Diagnostics& warnings);

  /// A form of the language: its name, how many arguments it takes, and how it is typed.
  struct Form {
    std::string_view name;
    int least;
    int most;  ///< -1: any number
    const Expr* (Checker::*type)(const Datum&, const Form&, Want, const Scope*);
    Op op;
    std::string_view usage;
  };
  static std::span<const Form> form_table();
  static const Form* find_form(std::string_view name);
  static std::vector<std::string> form_names();

 private:
  // checker_parts.cpp: the programs of a large set, in parts side by side
  Checker(const Checker& whole, Diagnostics& diagnostics);
  bool check_programs_in_parts();

  // checker_set.cpp, checker_definitions.cpp, checker_program.cpp: top-level forms
  void collect_form(const Datum& form);
  void collect_attribute(const Datum& form);
  void collect_define(const Datum& form);
  void collect_field(const Datum& form);
  void collect_pools(const Datum& form);
  void collect_total(const Datum& form);
  bool claim_name(const Datum& name, std::string_view what);
  bool bindable(const Datum& name);
  void set_aside(const Datum& form);
  bool read_type(const Datum& datum, Type& out);
  bool read_default(const Datum& datum, Attribute& attribute);
  void check_program(const Datum& form);
  void check_config(const Datum& clause, Program& program, std::deque<Scope>& scopes);
  void check_response(const Datum& clause, Program& program, const Scope* scope);
  void check_invariant(const Datum& form);
  void check_recursion();
  void check_pools();
  void check_definition(Definition& definition);
  void check_unused_function(const Definition& definition);
  void warn_unused(Diagnostics& warnings);
  /// Free symbols of an expression, for definitions that no program uses.
  void references(const Datum& datum, std::vector<std::string_view>& bound,
                  std::vector<const Datum*>& out) const;

  // checker_expr.cpp: expressions
  const Expr* check(const Datum& datum, Want want, const Scope* scope);
  const Expr* infer(const Datum& datum, Want want, const Scope* scope);
  const Expr* infer_symbol(const Datum& datum, Want want, const Scope* scope);
  const Expr* infer_form(const Datum& datum, Want want, const Scope* scope);
  const Expr* bind(const Expr* value, std::string_view name, Scope& scope);
  const Expr* coerce(const Expr* e, Want want);
  const Expr* literal(const std::string& text, Kind kind, Span span);
  const Expr* literal_list(const Expr& list, Kind element);
  const Expr* reread(const Expr* e, Kind kind);
  const Expr* at_use(const Expr* e, Span use);
  const Expr& origin(const Expr& e) const;
  void mismatch(const Expr& found, Want want);

  // checker_calls.cpp: definitions put in at their use
  const Expr* put_in(Definition& definition, Span use, Want want);
  const Expr* call(Definition& definition, const std::vector<const Expr*>& arguments, Span use,
                   Want want);
  const Expr* call_form(Definition& definition, const Datum& datum, Want want, const Scope* scope);
  const Expr* wrap_lets(const std::vector<std::pair<std::uint32_t, const Expr*>>& lets,
                        const Expr* body, Span span);
  Definition* named_function(const Datum& datum);

  // forms, by file: checker_control.cpp, checker_forms.cpp, checker_lists.cpp
  const Expr* type_if(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_cond(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_let(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_logic(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_equality(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_order(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_sum(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_difference(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_product(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_mod(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_extreme(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_clamp(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_in(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_one_of(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_in_prefix(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_under(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_pattern(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_glob(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_label_count(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_label(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_lower(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_family(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_prefix_of(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_bucket(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_key(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_address(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_ttl(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_list(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_length(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_append(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_take(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_unique(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_if_empty(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_map(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_filter(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_pick(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_pick_weighted(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_rotate(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_answer(const Datum&, const Form&, Want, const Scope*);
  const Expr* type_list_relation(const Datum&, const Form&, Want, const Scope*);

  // shared by the forms
  const Expr* check_bool(const Datum& datum, const Scope* scope);
  const Expr* check_number(const Datum& datum, const Scope* scope);
  const Expr* check_list(const Datum& datum, const Scope* scope, Kind element = Kind::nothing);
  const Expr* check_key(const Datum& datum, const Scope* scope);
  bool constant_number(const Datum& datum, const Scope* scope, std::int64_t low, std::int64_t high,
                       std::string_view what, std::int64_t& out);
  bool check_numbers(const Datum& form, const Scope* scope, std::vector<const Expr*>& out);
  bool check_domain(const Expr* x, const Expr* constant);
  bool check_closed(const Expr* x, const Expr* y, Span span);
  const Expr* pattern_test(Op op, const Expr* x, const Expr* pattern, Span span);
  const Expr* in_list(const Expr* x, const Datum& form, const Form& row, const Scope* scope);
  const Expr* chosen(Expr* e);
  const Expr* membership(const Expr* x, ListConstant values, Span span);
  const Expr* branch(const Expr* test, const Expr* then, const Expr* otherwise, Span span);
  const Expr* logic(Op op, std::vector<const Expr*> args, Span span);
  const Expr* arithmetic(Op op, Type type, std::vector<const Expr*> args, Span span);
  const Expr* joined(std::vector<const Expr*> parts, Span span);
  const Expr* address_list(Op op, Kind element, std::int64_t least, std::int64_t most,
                           std::vector<const Expr*> args, Span span);
  bool sum_ranges(const Type& a, const Type& b, bool subtract, Span span, Type& out);
  /// Elements of a constant list as constant expressions.
  std::vector<const Expr*> elements(const Expr& list);
  const Expr* constant_list(const std::vector<const Expr*>& elements, Kind element, Span span);

  // nodes
  Expr* node(Op op, Type type, Span span, std::vector<const Expr*> args = {});
  const Expr* constant(Constant value, Type type, Span span);
  const Expr* constant(bool value, Span span);
  const Expr* constant(std::int64_t value, Span span);
  /// Gives a list-building node its room.
  void reserve_list(Expr& e);
  void reserve_text(Expr& e);
  /// `e` itself, or the constant it comes to when all arguments are constants.
  const Expr* folded(Expr* e);

  // diagnostics
  const Expr* report(Span span, std::string rule, std::string message, std::string help = {});
  /// Adds a second place to what `report` has just said, if it said it.
  void also(std::string name, std::string message, Span span);
  const Expr* unknown_name(const Datum& datum, const Scope* scope);
  std::vector<std::string> names_in_scope(const Scope* scope) const;

  const SourceMap& sources_;
  Diagnostics& diagnostics_;
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::string>> reported_;
  bool said_ = false;  // the last report was not a repetition
  std::unique_ptr<Arena> arena_;
  Set set_;
  using Names = std::map<std::string_view, Span>;
  Names own_names_;     // programs, attributes, definitions
  const Names* names_;  // its own, or those of the whole that it checks a part of
  std::unordered_map<std::string_view, std::uint32_t> fields_;
  std::deque<Definition> definitions_;
  std::unordered_map<std::string_view, Definition*> definition_by_name_;
  std::map<std::tuple<const Definition*, Kind, Kind>, const Expr*> constants_;
  std::set<std::string_view> set_aside_;  // names whose declaration failed: uses stay silent
  bool program_set_aside_ = false;
  // Constants that stand at a use of their name, with the expression they were copied from.
  std::unordered_map<const Expr*, const Expr*> origin_;
  std::unordered_map<const Expr*, const Datum*> written_;  // constant lists as written
  std::deque<Definition> wrapped_forms_;                   // for (map ipv4 …)
  std::deque<Datum> wrapped_data_;
  Type answered_by_;
  std::vector<const Datum*> pools_;
  std::vector<const Datum*> programs_;
  std::vector<std::shared_ptr<const Arena>> part_arenas_;  // of programs checked in parts
  std::vector<const Datum*> invariants_;
  std::vector<Span> uses_;  // where the definitions being put in are used, outermost first
  std::vector<bool> attribute_used_;
  std::string program_;  // being checked
  bool in_invariant_ = false;
  int depth_ = 0;
  std::size_t nodes_at_start_ = 0;
  bool too_large_ = false;
  std::uint32_t live_slots_ = 0;
  std::uint32_t max_slots_ = 0;
  std::uint32_t storage_ = 0;
  std::uint32_t texts_ = 0;
};

}  // namespace lapis::lang
