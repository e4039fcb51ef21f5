// chain-too-long, cname-loop.
#include <algorithm>

#include "replay.h"

namespace lapis::lint {
namespace {

/// Follows the CNAME records inside the zone. Each node has at most one successor, so lengths and
/// loops come out of one walk that remembers.
class Chains {
 public:
  explicit Chains(Context& context)
      : context_(context),
        next_(context.tree.size(), none),
        length_(context.tree.size(), 0),
        reached_(context.tree.size(), false) {}

  void run() {
    bool any = false;
    for (Index node = 0; node < context_.tree.size(); ++node) any |= link(node);
    if (!any) return;
    for (Index node = 0; node < context_.tree.size(); ++node) {
      if (is_alias(node)) walk(node);
    }
    for (Index node = 0; node < context_.tree.size(); ++node) {
      // Told once, where the chain starts.
      if (!is_alias(node) || reached_[node] || length_[node] == looping ||
          length_[node] <= context_.options.max_chain) {
        continue;
      }
      context_.add("chain-too-long", *context_.first_of(node, rr::cname),
                   "a chain of " + std::to_string(length_[node]) +
                       " CNAME records starts here; resolvers give up on long ones");
    }
  }

 private:
  static constexpr std::size_t looping = static_cast<std::size_t>(-1);
  static constexpr std::size_t on_path = looping - 1;

  bool is_alias(Index node) const {
    return context_.owns(node, owns_cname) && !context_.is_covered(node) &&
           !context_.is_cut(node) && context_.answers_for(context_.tree.name(node));
  }

  bool link(Index node) {
    if (!is_alias(node)) return false;
    Index target = none;
    const zone::Record& cname = *context_.first_of(node, rr::cname);
    const Target kind = context_.target(context_.rdata_name(cname, 0), &target);
    if (kind == Target::alias) {
      next_[node] = target;
      reached_[target] = true;
    }
    return true;
  }

  void walk(Index start) {
    if (length_[start] != 0) return;
    std::vector<Index> path;
    Index node = start;
    while (node != none && length_[node] == 0) {
      length_[node] = on_path;
      path.push_back(node);
      node = next_[node];
    }
    std::size_t length = 0;
    if (node != none && length_[node] == on_path) {
      report_loop(std::find(path.begin(), path.end(), node), path.end());
      length = looping;
    } else if (node != none) {
      length = length_[node];
    }
    for (auto at = path.rbegin(); at != path.rend(); ++at) {
      if (length != looping) ++length;
      length_[*at] = length;
    }
  }

  void report_loop(std::vector<Index>::const_iterator begin,
                   std::vector<Index>::const_iterator end) {
    const zone::Record* first = nullptr;
    for (auto at = begin; at != end; ++at) {
      const zone::Record* cname = context_.first_of(*at, rr::cname);
      if (first == nullptr || cname < first) first = cname;
    }
    const dns::NameView query = context_.records.owner(*first);
    const ReplayAnswer answer = replay_.ask(query, rr::a, context_);
    if (answer.asked && (answer.other || answer.has_soa || answer.aliases == 0)) {
      report_disagreement(context_, *first, "cname-loop", query);
      return;
    }
    Diagnostic& finding =
        context_.add("cname-loop", *first,
                     "this CNAME leads back to itself after " + std::to_string(end - begin) +
                         (end - begin == 1 ? " step" : " steps"));
    if (answer.asked) finding.witness = zone_query(query, context_);
  }

  Context& context_;
  ReplayAlone replay_;
  std::vector<Index> next_;
  std::vector<std::size_t> length_;
  std::vector<bool> reached_;
};

}  // namespace

void check_chains(Context& context) {
  Chains(context).run();
}

}  // namespace lapis::lint
