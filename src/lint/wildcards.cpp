// wildcard-blocked-by-ent.
#include "context.h"

namespace lapis::lint {
namespace {

/// An empty non-terminal beside a wildcard (RFC 4592 §2.2.2): it exists, so the wildcard does not
/// answer for it or for other names below it.
bool blocks_wildcard(const Context& context, Index node) {
  const auto& entry = context.tree.node(node);
  if (entry.first_record != none || entry.parent == none || context.tree.is_rejected(node)) {
    return false;
  }
  if (context.is_covered(node) || context.leads_to_doubled_origin(node)) return false;
  const auto label = context.tree.name(node).first_label();
  // _tcp, _dmarc's parent and the like are names that nobody looks up for their own sake.
  if (label[0] == '_' || (label.size() == 1 && label[0] == '*')) return false;
  return context.tree.wildcard_below(entry.parent) != none;
}

}  // namespace

void check_wildcards(Context& context) {
  std::vector<bool> blocking(context.tree.size(), false);
  std::size_t count = 0;
  for (Index node = 1; node < context.tree.size(); ++node) {
    if (!blocks_wildcard(context, node)) continue;
    blocking[node] = true;
    ++count;
  }
  // Placed on the first record below the empty name: that is what makes it exist.
  for (Index i = 0; count > 0 && i < context.records.records.size(); ++i) {
    Index node = context.tree.node(context.tree.owner_of(i)).parent;
    for (; node != none; node = context.tree.node(node).parent) {
      if (!blocking[node]) continue;
      blocking[node] = false;
      --count;
      context.add("wildcard-blocked-by-ent", context.record(i),
                  context.text(node) + " exists only because of this record, so the wildcard " +
                      dns::to_text(context.tree.name(
                          context.tree.wildcard_below(context.tree.node(node).parent))) +
                      " no longer answers for it and for names below it");
    }
  }
}

}  // namespace lapis::lint
