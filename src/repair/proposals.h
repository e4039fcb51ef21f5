// What could be done about a finding, before anything is proved.
#pragma once

#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/text_edit.h"
#include "lapis/lang/revise.h"
#include "lapis/lang/set.h"

namespace lapis::repair {

struct Proposal {
  std::string title;
  bool same_answers = true;  ///< what it claims
  std::vector<TextEdit> edits;
};

/// The best first; none when nothing is known to help.
std::vector<Proposal> proposals_for(const Diagnostic& finding, const lang::Set& set,
                                    lang::Reviser& reviser);

}  // namespace lapis::repair
