// delegation-missing, delegation-inconsistent, glue-inconsistent, lame-delegation: what parent and
// child zones say of each other, when both are given (RFC 1034 §4.2.2, RFC 1912 §2.8); and
// ns-target-is-cname of a nameserver in another zone given.
#include <algorithm>

#include "answer_space.h"

namespace lapis::lint {
namespace {

std::vector<const zone::Record*> records_at(const Context& context, Index node,
                                            std::uint16_t type) {
  std::vector<const zone::Record*> found;
  for (Index i = context.tree.node(node).first_record; i != none; i = context.tree.next_record(i)) {
    if (context.record(i).type == type) found.push_back(&context.record(i));
  }
  return found;
}

bool names(const Context& context, const std::vector<const zone::Record*>& ns, dns::NameView name) {
  return std::any_of(ns.begin(), ns.end(), [&](const zone::Record* record) {
    return dns::equal(context.rdata_name(*record, 0), name);
  });
}

Witness ns_query(dns::NameView name, const Context& zone) {
  Witness witness = zone_query(name, zone);
  witness.qtype = "NS";
  return witness;
}

class Delegation {
 public:
  Delegation(const ZoneSet& zones, ReplayAlone& replay, Context& parent, Context& child, Index cut)
      : zones_(zones),
        replay_(replay),
        parent_(parent),
        child_(child),
        above_(records_at(parent, cut, rr::ns)),
        below_(records_at(child, 0, rr::ns)) {}

  void check() {
    if (below_.empty()) return;  // no-apex-ns
    if (check_servers()) check_glue();
  }

 private:
  /// True when both sides name the same servers.
  bool check_servers() {
    for (const zone::Record* record : above_) {
      const dns::NameView name = parent_.rdata_name(*record, 0);
      if (names(child_, below_, name) || parent_.is_misspelt(*record)) continue;
      bool asked = false;
      if (!only_in_one(name, true, asked)) {
        report_disagreement(parent_, *record, "delegation-inconsistent", child_.records.origin);
        return false;
      }
      Diagnostic& finding =
          parent_.add("delegation-inconsistent", *record,
                      dns::to_text(name) + " is no nameserver of " +
                          dns::to_text(child_.records.origin) + " according to that zone itself");
      finding.related.push_back({"", "the zone's own nameservers", below_[0]->span});
      if (asked) finding.witness = ns_query(child_.records.origin, parent_);
      return false;
    }
    for (const zone::Record* record : below_) {
      const dns::NameView name = child_.rdata_name(*record, 0);
      if (names(parent_, above_, name) || child_.is_misspelt(*record)) continue;
      bool asked = false;
      if (!only_in_one(name, false, asked)) {
        report_disagreement(child_, *record, "delegation-inconsistent", child_.records.origin);
        return false;
      }
      Diagnostic& finding = child_.add("delegation-inconsistent", *record,
                                       "the delegation in " + dns::to_text(parent_.records.origin) +
                                           " does not name " + dns::to_text(name));
      finding.related.push_back({"", "the delegation", above_[0]->span});
      if (asked) finding.witness = ns_query(child_.records.origin, parent_);
      return false;
    }
    return true;
  }

  /// Of the two answers about the child's nameservers only one has the name: the parent's referral,
  /// or what the child says itself.
  bool only_in_one(dns::NameView name, bool in_parent, bool& asked) {
    const dns::NameView apex = child_.records.origin;
    const ReplayAnswer above = replay_.ask(apex, rr::ns, parent_);
    const ReplayAnswer below = replay_.ask(apex, rr::ns, child_);
    asked = above.asked && below.asked;
    return !asked || (above.is_referral() && has(above.servers, name) == in_parent &&
                      has(below.answered_servers, name) != in_parent);
  }

  static bool has(const std::vector<dns::Name>& names, dns::NameView name) {
    return std::any_of(names.begin(), names.end(),
                       [&](const dns::Name& each) { return dns::equal(each, name); });
  }

  static bool has(const std::vector<ReplayAnswer::Address>& addresses, dns::NameView name,
                  std::span<const std::uint8_t> octets) {
    return std::any_of(addresses.begin(), addresses.end(), [&](const auto& each) {
      return dns::equal(each.first, name) &&
             std::equal(each.second.begin(), each.second.end(), octets.begin(), octets.end());
    });
  }

  /// The parent's referral has the address as glue and the child does not answer it, or the other
  /// way round.
  bool only_in_one(const zone::Record& record, const Context& of, bool& asked) {
    const dns::NameView name = of.records.owner(record);
    const auto octets = of.records.rdata(record);
    const ReplayAnswer above = replay_.ask(child_.records.origin, rr::ns, parent_);
    const ReplayAnswer below = replay_.ask(name, record.type, child_);
    asked = above.asked && below.asked;
    const bool in_parent = &of == &parent_;
    return !asked || (has(above.addressed, name, octets) == in_parent &&
                      has(below.answered, name, octets) != in_parent);
  }

  /// Glue must be what the child answers (RFC 1034 §4.2.2).
  void check_glue() {
    for (const zone::Record* ns : above_) {
      const dns::NameView name = parent_.rdata_name(*ns, 0);
      // Only names that the child itself answers for.
      if (!dns::is_under(name, child_.records.origin) || zones_.find(name) != &child_) continue;
      const Index glue = parent_.tree.find(name);
      Index own = none;
      if (glue == none || child_.target(name, &own) != Target::address) continue;
      if (child_.tree.is_rejected(own) || parent_.tree.is_rejected(glue)) continue;
      if (check_addresses(parent_, glue, child_, own, "glue that the child zone does not have")) {
        check_addresses(child_, own, parent_, glue, "an address that the parent's glue lacks");
      }
    }
  }

  bool check_addresses(Context& one, Index one_node, Context& other, Index other_node,
                       const char* message) {
    for (const std::uint16_t type : {rr::a, rr::aaaa}) {
      for (const zone::Record* record : records_at(one, one_node, type)) {
        const auto others = records_at(other, other_node, type);
        const auto rdata = one.records.rdata(*record);
        const bool there = std::any_of(others.begin(), others.end(), [&](const zone::Record* r) {
          const auto data = other.records.rdata(*r);
          return std::equal(data.begin(), data.end(), rdata.begin(), rdata.end());
        });
        if (there) continue;
        const dns::NameView name = one.records.owner(*record);
        bool asked = false;
        if (!only_in_one(*record, one, asked)) {
          report_disagreement(one, *record, "glue-inconsistent", name);
          return false;
        }
        Diagnostic& finding = one.add("glue-inconsistent", *record, message);
        if (asked) {
          finding.witness = zone_query(name, child_);
          finding.witness->qtype = zone::type_to_text(type);
        }
        if (!others.empty()) finding.related.push_back({"", "what is there", others[0]->span});
        return false;
      }
    }
    return true;
  }

  const ZoneSet& zones_;
  ReplayAlone& replay_;
  Context& parent_;
  Context& child_;
  std::vector<const zone::Record*> above_;
  std::vector<const zone::Record*> below_;
};

void check_child(const ZoneSet& zones, ReplayAlone& replay, Context& child) {
  const dns::NameView apex = child.records.origin;
  if (apex.is_root()) return;
  Context* parent = zones.find(apex.parent());
  if (parent == nullptr || parent == &child) return;
  const Index node = parent->tree.closest(apex);
  // A delegation, or a DNAME, between the two: the parent of the child is a zone not given.
  if (parent->is_covered(node)) return;
  const bool exact = parent->tree.name(node).size() == apex.size();
  if (!exact && (parent->is_cut(node) || parent->owns(node, owns_dname))) return;
  if (exact && parent->is_cut(node)) {
    Delegation(zones, replay, *parent, child, node).check();
    return;
  }
  if (exact && parent->tree.is_rejected(node)) return;
  const zone::Record* soa = child.first_of(0, rr::soa);
  if (soa == nullptr) return;
  const ReplayAnswer answer = replay.ask(apex, rr::ns, *parent);
  if (answer.is_referral()) {
    report_disagreement(child, *soa, "delegation-missing", apex);
    return;
  }
  Diagnostic& finding =
      child.add("delegation-missing", *soa,
                dns::to_text(parent->records.origin) + " does not delegate " + dns::to_text(apex) +
                    ": resolvers that do not ask a server of both never get here");
  if (answer.asked) finding.witness = ns_query(apex, *parent);
}

/// A nameserver whose name lies in another zone given and owns no address there.
void check_server(const ZoneSet& zones, ReplayAlone& replay, Context& context,
                  const zone::Record& ns) {
  const dns::NameView name = context.rdata_name(ns, 0);
  Context* home = zones.find(name);
  if (home == nullptr || home == &context || dns::is_under(name, context.records.origin)) return;
  Index node = none;
  const Target target = home->target(name, &node);
  std::string problem;
  if (target == Target::missing) {
    problem = " does not exist in ";
  } else if (target == Target::no_address) {
    problem = " has no address in ";
  } else if (target == Target::alias) {
    problem = " is an alias in ";
  } else {
    return;
  }
  const ReplayAnswer v4 = replay.ask(name, rr::a, *home);
  const ReplayAnswer v6 = replay.ask(name, rr::aaaa, *home);
  const bool bears_out = target == Target::alias
                             ? v4.aliases > 0
                             : v4.aliases == 0 && v4.answered.empty() && v6.answered.empty();
  const char* rule = target == Target::alias ? "ns-target-is-cname" : "lame-delegation";
  if (v4.asked && !bears_out) {
    report_disagreement(context, ns, rule, name);
    return;
  }
  Diagnostic& finding = context.add(
      rule, ns,
      "the nameserver " + dns::to_text(name) + problem + dns::to_text(home->records.origin));
  if (v4.asked) finding.witness = zone_query(name, *home);
}

}  // namespace

void check_parents(const ZoneSet& zones) {
  if (zones.size() < 2) return;
  ReplayAlone replay;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    Context& context = zones[i];
    if (zones.find_apex(context.records.origin) != &context) continue;
    check_child(zones, replay, context);
    for (Index r = 0; r < context.records.records.size(); ++r) {
      const zone::Record& record = context.record(r);
      if (record.type != rr::ns || context.is_covered(context.tree.owner_of(r))) continue;
      check_server(zones, replay, context, record);
    }
  }
}

}  // namespace lapis::lint
