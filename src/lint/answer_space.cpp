#include "answer_space.h"

#include <algorithm>
#include <set>

namespace lapis::lint {
namespace {

/// Puts `target` in place of the last `labels` labels of `name` (RFC 6672 §2.2). False: too long.
bool substitute(dns::NameView name, int labels, dns::NameView target, dns::Name& out) {
  out = dns::Name(target);
  const int kept = name.label_count() - labels;
  for (int label = kept - 1; label >= 0; --label) {
    if (!out.prepend(name.parent(label).first_label())) return false;
  }
  return true;
}

Step follow_dname(Context& zone, Index node, dns::NameView name) {
  Step step{Leads::rewrite, &zone, node, zone.first_of(node, rr::dname), {}};
  if (!substitute(name, zone.tree.name(node).label_count(), zone.rdata_name(*step.record, 0),
                  step.next)) {
    step.leads = Leads::too_long;
  }
  return step;
}

}  // namespace

Step take_step(const ZoneSet& zones, dns::NameView name) {
  Context* zone = zones.find(name);
  if (zone == nullptr) return {};
  Index node = zone->tree.closest(name);
  bool exact = zone->tree.name(node).size() == name.size();
  if (const Index cover = zone->covered_by(node); cover != none) {
    node = cover;
    exact = false;
  }
  if (zone->is_cut(node)) return {Leads::referral, zone, node, nullptr, {}};
  if (!exact) {
    if (zone->owns(node, owns_dname)) return follow_dname(*zone, node, name);
    // RFC 4592 §3.3.1: only the wildcard at the closest encloser counts.
    const Index wildcard = zone->tree.wildcard_below(node);
    if (wildcard == none) return {Leads::missing, zone, node, nullptr, {}};
    node = wildcard;
  }
  if (zone->owns(node, owns_cname)) {
    const zone::Record* cname = zone->first_of(node, rr::cname);
    return {Leads::rewrite, zone, node, cname, dns::Name(zone->rdata_name(*cname, 0))};
  }
  const bool empty = zone->tree.node(node).first_record == none && !zone->tree.is_rejected(node);
  return {empty ? Leads::empty : Leads::records, zone, node, nullptr, {}};
}

std::string unused_label(const ZoneSet& zones) {
  // The shorter the better: a name with it in front must fit into 255 octets where any does.
  std::set<std::string> used;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    const zone::NameTree& tree = zones[i].tree;
    for (Index node = 0; node < tree.size(); ++node) {
      const auto label = tree.name(node).first_label();
      if (label.size() > 3) continue;
      std::string text(label.begin(), label.end());
      std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return static_cast<char>(dns::to_lower(static_cast<std::uint8_t>(c)));
      });
      used.insert(std::move(text));
    }
  }
  const std::string_view letters = "xabcdefghijklmnopqrstuvwyz0123456789";
  std::vector<std::string> candidates{""};
  for (int size = 1; size <= 3; ++size) {
    std::vector<std::string> longer;
    for (const std::string& start : candidates) {
      for (const char c : letters) {
        if (!used.contains(start + c)) return start + c;
        longer.push_back(start + c);
      }
    }
    candidates = std::move(longer);
  }
  return "any-other-name";  // after 47,988 labels that are all in use
}

dns::Name below(const std::string& label, dns::NameView name) {
  dns::Name out(name);
  if (!out.prepend({reinterpret_cast<const std::uint8_t*>(label.data()), label.size()})) return {};
  return out;
}

}  // namespace lapis::lint
