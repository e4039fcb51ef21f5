#include "unmatched.h"

#include <deque>
#include <utility>

#include "lapis/lang/expr.h"
#include "lapis/lang/field.h"
#include "lapis/verify/verify.h"

namespace lapis::cli {
namespace {

using lang::Expr;
using lang::Op;

constexpr double most_seconds = 30;

/// Builds the condition that a query is one of those asked about, as a program would write it.
class ConditionBuilder {
 public:
  ConditionBuilder(const program::ProgramSet& set, std::deque<Expr>& arena)
      : set_(set), arena_(arena) {}

  const Expr* condition(const lint::AddressQueries& queries, const std::string& site,
                        const std::string& region) {
    std::vector<const Expr*> parts;
    const auto name = lang::WireName(queries.name);
    const Expr* qname = field(lang::field_qname, lang::Type::name());
    const Expr* constant_name = constant(name, lang::Type::name());
    parts.push_back(boolean(queries.below ? Op::strictly_under : Op::eq, {qname, constant_name}));
    for (const dns::Name& other : queries.without) {
      const Expr* inside =
          boolean(Op::under, {qname, constant(lang::WireName(other), lang::Type::name())});
      parts.push_back(boolean(Op::not_, {inside}));
    }
    parts.push_back(equal(lang::field_zone, lang::Type::name(), lang::WireName(queries.zone)));
    parts.push_back(equal(lang::field_qtype, lang::Type::text(),
                          std::string(lang::qtype_values[queries.ipv6 ? 1 : 0])));
    parts.push_back(equal(lang::field_site, lang::Type::text(), site));
    parts.push_back(equal(lang::field_region, lang::Type::text(), region));
    add_attributes(queries, parts);
    return boolean(Op::and_, std::move(parts));
  }

 private:
  void add_attributes(const lint::AddressQueries& queries, std::vector<const Expr*>& parts) {
    const auto& attributes = set_.definition().attributes;
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      const lang::Type& type = attributes[i].type;
      lang::Constant value = attributes[i].default_value;
      if (queries.attributes != nullptr) {
        const program::AttributeValue& given = queries.attributes[i];
        if (type.kind == lang::Kind::text) {
          value = std::string(given.text);
        } else if (type.kind == lang::Kind::boolean) {
          value = given.number != 0;
        } else {
          value = given.number;
        }
      }
      parts.push_back(equal(static_cast<std::uint32_t>(lang::first_attribute + i), type, value));
    }
  }

  Expr& make(Op op, lang::Type type, std::vector<const Expr*> args) {
    Expr& expr = arena_.emplace_back();
    expr.op = op;
    expr.type = std::move(type);
    for (const Expr* arg : args) expr.depth = std::max(expr.depth, arg->depth + 1);
    expr.args = std::move(args);
    return expr;
  }
  const Expr* boolean(Op op, std::vector<const Expr*> args) {
    return &make(op, lang::Type::boolean(), std::move(args));
  }
  const Expr* field(std::uint32_t id, const lang::Type& type) {
    Expr& expr = make(Op::field, type, {});
    expr.index = id;
    return &expr;
  }
  const Expr* constant(lang::Constant value, const lang::Type& type) {
    Expr& expr = make(Op::constant, type, {});
    expr.value = std::move(value);
    return &expr;
  }
  const Expr* equal(std::uint32_t id, const lang::Type& type, lang::Constant value) {
    return boolean(Op::eq, {field(id, type), constant(std::move(value), type)});
  }

  const program::ProgramSet& set_;
  std::deque<Expr>& arena_;
};

}  // namespace

std::vector<lint::Unmatched> find_unmatched(const program::ProgramSet& set,
                                            std::span<const lint::AddressQueries> questions,
                                            const std::string& site, const std::string& region) {
  std::deque<Expr> arena;
  ConditionBuilder builder(set, arena);
  std::vector<verify::QueryGoal> goals;
  for (const lint::AddressQueries& queries : questions) {
    goals.push_back({static_cast<std::uint32_t>(set.programs().size()), false,
                     builder.condition(queries, site, region)});
  }
  verify::Options options;
  options.limit_seconds = most_seconds;
  const verify::QueryAnswers answers = verify::find_queries(set, goals, options);
  std::vector<lint::Unmatched> out;
  for (const verify::QueryAnswer& answer : answers.answers) {
    using Kind = lint::Unmatched::Kind;
    if (!answers.internal_error.empty()) {
      out.push_back({Kind::undecided, answers.internal_error});
    } else if (answer.kind == verify::QueryAnswer::Kind::query) {
      out.push_back({Kind::found, {}});
    } else if (answer.kind == verify::QueryAnswer::Kind::none) {
      out.push_back({Kind::never, {}});
    } else {
      out.push_back({Kind::undecided, answer.reason});
    }
  }
  return out;
}

}  // namespace lapis::cli
