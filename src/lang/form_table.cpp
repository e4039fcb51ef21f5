// All forms of the language in one table, sorted by name: number of arguments, how it is typed,
// usage.
#include <algorithm>

#include "checker.h"

namespace lapis::lang {
using C = Checker;

std::span<const Checker::Form> Checker::form_table() {
  static const Form table[] = {
      {"!=", 2, 2, &C::type_equality, Op::ne, "(!= A B)"},
      {"*", 1, -1, &C::type_product, Op::mul, "(* X FACTOR…), at most one not constant"},
      {"+", 1, -1, &C::type_sum, Op::add, "(+ X…)"},
      {"-", 1, -1, &C::type_difference, Op::sub, "(- X Y…)"},
      {"<", 2, -1, &C::type_order, Op::lt, "(< A B…)"},
      {"<=", 2, -1, &C::type_order, Op::le, "(<= A B…)"},
      {"=", 2, -1, &C::type_equality, Op::eq, "(= A B…)"},
      {">", 2, -1, &C::type_order, Op::gt, "(> A B…)"},
      {">=", 2, -1, &C::type_order, Op::ge, "(>= A B…)"},
      {"and", 0, -1, &C::type_logic, Op::and_, "(and TEST…)"},
      {"answer-ipv4", 0, 0, &C::type_answer, Op::answer_ipv4, "answer-ipv4"},
      {"answer-ipv6", 0, 0, &C::type_answer, Op::answer_ipv6, "answer-ipv6"},
      {"answer-ttl", 0, 0, &C::type_answer, Op::answer_ttl, "answer-ttl"},
      {"answered-by", 0, 0, &C::type_answer, Op::answered_by, "answered-by"},
      {"append", 1, -1, &C::type_append, Op::append, "(append LIST…)"},
      {"bucket", 2, 3, &C::type_bucket, Op::bucket, "(bucket KEY N [SALT])"},
      {"clamp", 3, 3, &C::type_clamp, Op::min, "(clamp X LOW HIGH)"},
      {"concat", 1, -1, &C::type_append, Op::append, "(concat LIST…)"},
      {"cond", 1, -1, &C::type_cond, Op::if_, "(cond [TEST EXPR]… [else EXPR])"},
      {"contains?", 2, 2, &C::type_pattern, Op::contains, "(contains? NAME-OR-STRING TEXT)"},
      {"disjoint?", 2, 2, &C::type_list_relation, Op::disjoint, "(disjoint? LIST LIST)"},
      {"family", 1, 1, &C::type_family, Op::family, "(family ADDRESS)"},
      {"filter", 2, 2, &C::type_filter, Op::append, "(filter FUNCTION LIST)"},
      {"glob?", 2, 2, &C::type_glob, Op::glob, "(glob? NAME \"*.example.com.\")"},
      {"has-prefix?", 2, 2, &C::type_pattern, Op::has_prefix, "(has-prefix? NAME-OR-STRING TEXT)"},
      {"has-suffix?", 2, 2, &C::type_pattern, Op::has_suffix, "(has-suffix? NAME-OR-STRING TEXT)"},
      {"if", 3, 3, &C::type_if, Op::if_, "(if TEST THEN ELSE)"},
      {"if-empty", 2, 2, &C::type_if_empty, Op::if_empty, "(if-empty LIST FALLBACK)"},
      {"implies", 2, 2, &C::type_logic, Op::implies, "(implies TEST TEST)"},
      {"in", 2, 2, &C::type_in, Op::in, "(in X LIST)"},
      {"in-prefix?", 2, 2, &C::type_in_prefix, Op::in_prefix,
       "(in-prefix? ADDRESS \"192.0.2.0/24\"), or a list of prefixes"},
      {"ipv4", 1, 1, &C::type_address, Op::constant, "(ipv4 \"192.0.2.1\")"},
      {"ipv6", 1, 1, &C::type_address, Op::constant, "(ipv6 \"2001:db8::1\")"},
      {"key", 1, 32, &C::type_key, Op::key, "(key A B…)"},
      {"label", 2, 2, &C::type_label, Op::label, "(label NAME N), 0 is the top label"},
      {"label-count", 1, 1, &C::type_label_count, Op::label_count, "(label-count NAME)"},
      {"length", 1, 1, &C::type_length, Op::length, "(length LIST)"},
      {"let", 2, 2, &C::type_let, Op::let, "(let ([NAME EXPR]…) EXPR)"},
      {"list", 0, -1, &C::type_list, Op::list, "(list X…)"},
      {"lower", 1, 1, &C::type_lower, Op::lower, "(lower STRING)"},
      {"map", 2, 2, &C::type_map, Op::list, "(map FUNCTION LIST)"},
      {"max", 1, -1, &C::type_extreme, Op::max, "(max X…)"},
      {"min", 1, -1, &C::type_extreme, Op::min, "(min X…)"},
      {"mod", 2, 2, &C::type_mod, Op::mod, "(mod X M)"},
      {"not", 1, 1, &C::type_logic, Op::not_, "(not TEST)"},
      {"one-of?", 2, -1, &C::type_one_of, Op::in, "(one-of? X VALUE…) or (one-of? X LIST)"},
      {"or", 0, -1, &C::type_logic, Op::or_, "(or TEST…)"},
      {"pick", 3, 3, &C::type_pick, Op::pick, "(pick K LIST KEY)"},
      {"pick-weighted", 4, 4, &C::type_pick_weighted, Op::pick_weighted,
       "(pick-weighted K LIST WEIGHTS KEY)"},
      {"prefix-of", 2, 3, &C::type_prefix_of, Op::prefix_of,
       "(prefix-of ADDRESS BITS) or (prefix-of ADDRESS IPV4-BITS IPV6-BITS)"},
      {"rotate", 2, 2, &C::type_rotate, Op::rotate, "(rotate LIST KEY)"},
      {"strictly-under?", 2, 2, &C::type_under, Op::strictly_under, "(strictly-under? NAME NAME)"},
      {"subset?", 2, 2, &C::type_list_relation, Op::subset, "(subset? LIST LIST)"},
      {"take", 2, 2, &C::type_take, Op::take, "(take N LIST)"},
      {"ttl", 1, 1, &C::type_ttl, Op::constant, "(ttl SECONDS)"},
      {"under?", 2, 2, &C::type_under, Op::under, "(under? NAME NAME)"},
      {"unique", 1, 1, &C::type_unique, Op::unique, "(unique LIST)"},
  };
  return table;
}

const Checker::Form* Checker::find_form(std::string_view name) {
  const auto table = form_table();
  const auto at = std::lower_bound(
      table.begin(), table.end(), name,
      [](const Form& form, std::string_view wanted) { return form.name < wanted; });
  return at != table.end() && at->name == name ? &*at : nullptr;
}

std::vector<std::string> Checker::form_names() {
  std::vector<std::string> names;
  for (const Form& form : form_table()) names.emplace_back(form.name);
  return names;
}

}  // namespace lapis::lang
