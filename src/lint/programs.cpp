#include "lapis/lint/programs.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>

#include "lapis/lang/expr.h"
#include "lapis/lang/field.h"
#include "lapis/lang/set.h"
#include "static_addresses.h"
#include "zone_set.h"

namespace lapis::lint {
namespace {

/// A zone with addressing, and for each of its names whether programs are asked at or below it.
struct AskedZone {
  const ProgrammedZone* given = nullptr;
  Context* context = nullptr;
  std::vector<bool> at_or_below;
};

class ProgramCheck {
 public:
  ProgramCheck(const program::ProgramSet& set, std::span<const ProgrammedZone> zones,
               const SourceMap& sources, const AskUnmatched& ask)
      : set_(set), ask_(ask) {
    std::vector<Context*> all;
    for (const ProgrammedZone& zone : zones) {
      contexts_.push_back(std::make_unique<Context>(*zone.zone, sources, options_));
      all.push_back(contexts_.back().get());
    }
    whole_ = std::make_unique<ZoneSet>(all);
    for (std::size_t i = 0; i < zones.size(); ++i) {
      if (zones[i].addressing) asked_.push_back(mark(zones[i], *contexts_[i]));
    }
  }

  Diagnostics run() {
    if (asked_.empty()) return {};
    for (const AskedZone& zone : asked_) check_rows(*zone.context, zone.given->rows);
    for (const lang::Program& program : set_.programs()) {
      named_.clear();
      check_names(*program.match, program);
    }
    check_static();
    return std::move(findings_);
  }

 private:
  /// Programs are asked for the node's own name, or for names that the wildcard stands for.
  bool owns_asked(const Context& context, Index node) const {
    return lint::owns_asked(context, *whole_, node);
  }

  AskedZone mark(const ProgrammedZone& given, Context& context) const {
    AskedZone zone{&given, &context, std::vector<bool>(context.tree.size(), false)};
    for (Index node = 0; node < context.tree.size(); ++node) {
      if (!owns_asked(context, node)) continue;
      for (Index at = node; at != none && !zone.at_or_below[at];
           at = context.tree.node(at).parent) {
        zone.at_or_below[at] = true;
      }
    }
    return zone;
  }

  /// Programs can be asked for `name` itself, or with `below` for some name at or below it.
  bool is_asked(const AskedZone& zone, dns::NameView name, bool below) const {
    const Context& context = *zone.context;
    if (dns::is_under(context.records.origin, name) && below) return zone.at_or_below[0];
    if (!dns::is_under(name, context.records.origin)) return false;
    const Index node = context.tree.closest(name);
    if (context.tree.name(node).size() == name.size()) {
      if (context.tree.is_rejected(node)) return true;
      return below ? zone.at_or_below[node] : owns_asked(context, node);
    }
    if (context.is_covered(node) || context.is_cut(node) || context.owns(node, owns_dname)) {
      return false;
    }
    const Index wildcard = context.tree.wildcard_below(node);
    return wildcard != none && owns_asked(context, wildcard) && whole_->find(name) == &context;
  }

  bool is_asked(dns::NameView name, bool below) const {
    return std::any_of(asked_.begin(), asked_.end(),
                       [&](const AskedZone& zone) { return is_asked(zone, name, below); });
  }

  void add(const char* rule, Span at, std::string message, std::string program = {}) {
    Diagnostic finding = error_at(at, rule, std::move(message));
    finding.severity = find_lint_rule(rule)->severity;
    finding.program = std::move(program);
    findings_.push_back(std::move(finding));
  }

  void check_rows(const Context& context, const std::vector<program::AttributeRow>& rows) {
    const auto zone = std::find_if(asked_.begin(), asked_.end(), [&](const AskedZone& asked) {
      return asked.context == &context;
    });
    for (const program::AttributeRow& row : rows) {
      // A row holds for its name and for the names below it.
      if (is_asked(*zone, row.name, true)) continue;
      const bool exists = context.tree.find(row.name) != none;
      add("attribute-row-unused", row.span,
          dns::to_text(row.name) +
              (exists ? " owns no address that is answered, and neither does a name below it"
                      : " does not exist in the zone"));
    }
  }

  static bool is_field(const lang::Expr& expr, std::uint32_t field) {
    return expr.op == lang::Op::field && expr.index == field;
  }

  /// The depth of the tree is bounded (lang::max_depth).
  void check_names(const lang::Expr& expr, const lang::Program& program) {
    for (const lang::Expr* arg : expr.args) check_names(*arg, program);
    const bool equality = expr.op == lang::Op::eq || expr.op == lang::Op::ne;
    const bool inside = expr.op == lang::Op::under || expr.op == lang::Op::strictly_under;
    if ((!equality && !inside && expr.op != lang::Op::in) || expr.args.size() != 2) return;
    const lang::Expr* field = expr.args[0];
    const lang::Expr* constant = expr.args[1];
    if (equality && field->is_constant()) std::swap(field, constant);
    if (!constant->is_constant()) return;
    const bool zone = is_field(*field, lang::field_zone);
    if (!zone && !is_field(*field, lang::field_qname)) return;
    std::vector<const lang::WireName*> names;
    if (const auto* name = std::get_if<lang::WireName>(&constant->value)) names.push_back(name);
    if (const auto* list = lang::list_if(constant->value)) {
      for (const lang::WireName& name : list->names) names.push_back(&name);
    }
    for (const lang::WireName* name : names) check_name(*name, zone, inside, expr, program);
  }

  void check_name(const lang::WireName& wire, bool zone, bool inside, const lang::Expr& expr,
                  const lang::Program& program) {
    const dns::NameView name = wire.view();
    std::string problem;
    if (zone && !inside) {
      const bool asked = std::any_of(asked_.begin(), asked_.end(), [&](const AskedZone& each) {
        return dns::equal(each.context->records.origin, name);
      });
      if (asked) return;
      problem = "is no zone with addressing";
    } else if (zone) {
      const bool asked = std::any_of(asked_.begin(), asked_.end(), [&](const AskedZone& each) {
        return dns::is_under(each.context->records.origin, name);
      });
      if (asked) return;
      problem = "is above no zone with addressing";
    } else {
      if (is_asked(name, inside)) return;
      problem = inside ? "has no name at or below it that programs are asked for"
                       : "is never asked of programs: no zone with addressing has an address there";
    }
    if (!named_.insert(wire.octets).second) return;
    add("program-name-unasked", expr.span, dns::to_text(name) + " " + problem, program.name);
  }

  void check_static() {
    for (const AskedZone& zone : asked_) {
      Diagnostics found = check_static_addresses(set_, *zone.context, *whole_, *zone.given, ask_);
      std::move(found.begin(), found.end(), std::back_inserter(findings_));
    }
  }

  const program::ProgramSet& set_;
  const AskUnmatched& ask_;
  LintOptions options_;
  std::vector<std::unique_ptr<Context>> contexts_;
  std::unique_ptr<ZoneSet> whole_;
  std::vector<AskedZone> asked_;
  std::set<std::string> named_;  // told for the program at hand
  Diagnostics findings_;
};

}  // namespace

Diagnostics lint_programs(const program::ProgramSet& set, std::span<const ProgrammedZone> zones,
                          const SourceMap& sources, const AskUnmatched& ask) {
  return ProgramCheck(set, zones, sources, ask).run();
}

}  // namespace lapis::lint
