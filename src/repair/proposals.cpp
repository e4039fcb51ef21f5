#include "proposals.h"

#include <algorithm>

namespace lapis::repair {
namespace {

/// "config name 'x'" of "config name 'x' is never used".
std::string subject_of(const std::string& message) {
  return message.substr(0, message.find(" is never used"));
}

/// The first of the programs that take the queries of an unreachable one.
const Related* first_of(const Diagnostic& finding, const lang::Set& set) {
  for (const lang::Program& program : set.programs) {
    for (const Related& related : finding.related) {
      if (related.name == program.name) return &related;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<Proposal> proposals_for(const Diagnostic& finding, const lang::Set& set,
                                    lang::Reviser& reviser) {
  std::vector<Proposal> out;
  const std::string program = "'" + finding.program + "'";
  const auto add = [&](std::string title, std::vector<TextEdit> edits, bool same_answers = true) {
    if (!edits.empty()) out.push_back({std::move(title), same_answers, std::move(edits)});
  };
  if (finding.rule == "redundant-condition") {
    add("leave out the condition, which holds anyway", reviser.drop_condition(finding.span));
  } else if (finding.rule == "unused" && finding.program.empty()) {
    add("leave out the " + subject_of(finding.message), reviser.drop_form(finding.span));
  } else if (finding.rule == "unused") {
    add("leave out the " + subject_of(finding.message), reviser.drop_constant(finding.span));
  } else if (finding.rule == "unsatisfiable") {
    add("leave out program " + program + ", which no query matches",
        reviser.drop_form(finding.span));
  } else if (finding.rule == "unreachable") {
    add("leave out program " + program + ", which is never reached",
        reviser.drop_form(finding.span));
    if (const Related* first = first_of(finding, set)) {
      add("move program " + program + " before '" + first->name + "'",
          reviser.move_before(finding.span, first->span), false);
    }
  } else if (finding.rule == "conflict" && finding.related.size() == 1) {
    const Related& later = finding.related[0];
    add("let program '" + later.name + "' match only what " + program + " does not",
        reviser.exclude(later.span, finding.span));
  }
  return out;
}

}  // namespace lapis::repair
