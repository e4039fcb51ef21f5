// rewrite-loop, rewrite-black-hole, dname-growth, chain-too-long (chains.cpp has those of one
// zone's CNAMEs alone): where CNAME and DNAME records lead, for all queries there are.
//
// Why looking at few names settles all of them (also docs/lint/answer-space.md):
//
// A query's name is rewritten step by step, and take_step() depends only on which names the zones
// have, not on the type asked. After a CNAME the name is the record's target, whatever it was
// before; so what can happen behind a CNAME is found by walking from each CNAME's target once. What
// remains are stretches in which only DNAMEs rewrite. A DNAME takes off its owner d and puts its
// target there, and keeps the labels in front. In a circle (or an endless growth) of such steps let
// P be the longest sequence of leading labels that no step touches. Some step j then takes off all
// that stands behind P, so the name there is P.d, d the owner of that step's DNAME; otherwise one
// more label would be untouched. All later steps depend on what stands behind P alone: the highest
// cut or DNAME above a name decides, and it lies there. So every name P'.d takes the same steps, in
// particular one whose label P' occurs in no zone. Walking from UNUSED.d for each DNAME therefore
// finds every circle and every growth, and every one found is there.
//
// Walks end: a name has at most 255 octets, so a walk either repeats a name or stops.
#include <algorithm>
#include <map>
#include <unordered_set>

#include "answer_space.h"
#include "spelling.h"

namespace lapis::lint {
namespace {

std::string key_of(dns::NameView name) {
  const dns::Name folded = dns::Name(name).lowered();
  return {folded.data(), folded.data() + folded.size()};
}

struct Place {
  Context* zone = nullptr;
  const zone::Record* record = nullptr;
};

bool is_before(const Place& a, const Place& b) {
  const Span& x = a.record->span;
  const Span& y = b.record->span;
  return x.file != y.file ? x.file < y.file : x.begin < y.begin;
}

/// A walk through DNAMEs, up to the first CNAME or the end.
struct Stretch {
  enum class End : std::uint8_t { settled, stops, cname, loop, growth };
  End end = End::stops;
  Step last;                ///< the step at the end
  std::vector<Place> path;  ///< DNAMEs taken
  std::size_t loop_at = 0;  ///< for `loop`, where in the path the circle begins
};

class Rewrites {
 public:
  explicit Rewrites(const ZoneSet& zones) : zones_(zones), replay_(zones) {}

  void run() {
    collect();
    if (starts_.empty()) return;
    if (any_dname_) label_ = unused_label(zones_);
    for (const Place& start : starts_) {
      if (start.record->type == rr::cname) {
        check_cname(start);
      } else {
        check_dname(start);
      }
    }
    find_cname_loops();
    find_long_chains();
    for (const auto& [first, loop] : loops_) report_loop(loop);
  }

 private:
  void collect() {
    for (std::size_t i = 0; i < zones_.size(); ++i) {
      Context& zone = zones_[i];
      for (Index r = 0; r < zone.records.records.size(); ++r) {
        const zone::Record& record = zone.record(r);
        if (record.type != rr::cname && record.type != rr::dname) continue;
        const Index node = zone.tree.owner_of(r);
        if (zone.is_covered(node) || zone.is_cut(node)) continue;
        if (zone.first_of(node, record.type) != &record) continue;
        // Below the apex of another zone given it is not answered from here.
        if (zones_.find(zone.tree.name(node)) != &zone) continue;
        starts_.push_back({&zone, &record});
        any_dname_ |= record.type == rr::dname;
      }
    }
  }

  /// The query that meets the record first.
  dns::Name query_of(const Place& start) {
    const dns::NameView owner = start.zone->records.owner(*start.record);
    if (start.record->type == rr::dname) return below(label_, owner);
    if (!owner.is_wildcard()) return dns::Name(owner);
    if (label_.empty()) label_ = unused_label(zones_);
    return below(label_, owner.parent());
  }

  Stretch walk(dns::Name name) {
    Stretch stretch;
    std::map<std::string, std::size_t> seen;
    for (;;) {
      stretch.last = take_step(zones_, name);
      const Step& step = stretch.last;
      if (step.leads == Leads::too_long) {
        stretch.path.push_back({step.zone, step.record});
        stretch.end = repeats(stretch.path) ? Stretch::End::growth : Stretch::End::stops;
        break;
      }
      if (step.leads != Leads::rewrite) break;
      if (step.record->type == rr::cname) {
        stretch.end = Stretch::End::cname;
        break;
      }
      std::string key = key_of(name);
      if (settled_.contains(key)) {
        stretch.end = Stretch::End::settled;
        break;
      }
      const auto [at, is_new] = seen.emplace(std::move(key), stretch.path.size());
      if (!is_new) {
        stretch.end = Stretch::End::loop;
        stretch.loop_at = at->second;
        break;
      }
      stretch.path.push_back({step.zone, step.record});
      name = step.next;
    }
    // What comes behind these names has been looked at.
    for (const auto& [key, index] : seen) settled_.insert(key);
    return stretch;
  }

  static bool repeats(const std::vector<Place>& path) {
    return std::any_of(path.begin(), path.end(), [&](const Place& a) {
      return std::count_if(path.begin(), path.end(),
                           [&](const Place& b) { return a.record == b.record; }) > 1;
    });
  }

  void check_cname(const Place& start) {
    const dns::Name target(start.zone->rdata_name(*start.record, 0));
    Stretch stretch = walk(target);
    switch (stretch.end) {
      case Stretch::End::settled:
        check_settled(start, target);
        return;
      case Stretch::End::cname:
        next_[start.record] = {stretch.last.zone, stretch.last.record};
        through_[start.record] = !stretch.path.empty();
        return;
      case Stretch::End::loop:
        keep_loop({stretch.path.begin() + static_cast<std::ptrdiff_t>(stretch.loop_at),
                   stretch.path.end()});
        return;
      case Stretch::End::growth:
        report_growth(stretch);
        return;
      case Stretch::End::stops:
        check_end(start, stretch, target);
        return;
    }
  }

  /// The DNAMEs on the way were walked before, from another record; the end may still be a hole
  /// that this record leads to, or a CNAME.
  void check_settled(const Place& start, const dns::Name& target) {
    Stretch stretch;
    dns::Name name = target;
    // As long as a walk through names of at most 255 octets that repeats none can be useful.
    for (int steps = 0; steps < 1000; ++steps) {
      stretch.last = take_step(zones_, name);
      if (stretch.last.leads != Leads::rewrite) {
        check_end(start, stretch, target);
        return;
      }
      if (stretch.last.record->type == rr::cname) {
        next_[start.record] = {stretch.last.zone, stretch.last.record};
        through_[start.record] = true;
        return;
      }
      stretch.path.push_back({stretch.last.zone, stretch.last.record});
      name = stretch.last.next;
    }
  }

  void check_end(const Place& start, const Stretch& stretch, const dns::Name& target) {
    const Leads leads = stretch.last.leads;
    if (leads != Leads::missing && leads != Leads::empty && leads != Leads::too_long) return;
    if (start.zone->is_misspelt(*start.record)) return;
    std::string message;
    if (leads == Leads::missing) {
      message = dns::to_text(target) + " does not exist";
    } else if (leads == Leads::empty) {
      message = dns::to_text(target) + " has no records of any type";
    } else {
      message = dns::to_text(target) + " becomes too long on its way through a DNAME";
    }
    report_hole(start, stretch, std::move(message));
  }

  void check_dname(const Place& start) {
    const dns::Name query = query_of(start);
    if (query.view().is_root()) return;  // nothing fits below it
    Stretch stretch = walk(query);
    if (stretch.end == Stretch::End::loop) {
      keep_loop({stretch.path.begin() + static_cast<std::ptrdiff_t>(stretch.loop_at),
                 stretch.path.end()});
    } else if (stretch.end == Stretch::End::growth) {
      report_growth(stretch);
    }
    // A hole is told at the DNAME that leads there at once. Of the names below the target some may
    // exist although this one does not: then it is none.
    const dns::NameView target = start.zone->rdata_name(*start.record, 0);
    const dns::Name moved = below(label_, target);
    const Step step = take_step(zones_, moved);
    if (step.leads != Leads::missing && step.leads != Leads::empty) return;
    if (step.leads == Leads::missing && dns::equal(step.zone->tree.name(step.node), target) &&
        step.zone->tree.node(step.node).has_child) {
      return;
    }
    if (leads_into_given_zone(target) || start.zone->is_misspelt(*start.record)) return;
    Stretch one;
    one.last = step;
    report_hole(start, one,
                "no name below " + dns::to_text(target) +
                    " exists, so every name below this DNAME is denied");
  }

  /// Some zone given begins below the name.
  bool leads_into_given_zone(dns::NameView name) const {
    for (std::size_t i = 0; i < zones_.size(); ++i) {
      if (dns::is_under(zones_[i].records.origin, name)) return true;
    }
    return false;
  }

  void report_hole(const Place& start, const Stretch& stretch, std::string message) {
    const dns::Name query = query_of(start);
    std::vector<const Context*> zones{start.zone, stretch.last.zone};
    for (const Place& place : stretch.path) zones.push_back(place.zone);
    const Replay::Answer answer = replay_.ask(query, rr::a, zones);
    const bool told = answer.aliases > 0 && !answer.other &&
                      (answer.rcode == 3 || (answer.rcode == 0 && answer.has_soa));
    const bool too_long = answer.rcode == 6 && stretch.last.leads == Leads::too_long;
    if (answer.asked && !told && !too_long) {
      report_disagreement(*start.zone, *start.record, "rewrite-black-hole", query);
      return;
    }
    Diagnostic& finding = start.zone->add("rewrite-black-hole", *start.record, std::move(message));
    if (answer.asked) finding.witness = zone_query(query, *start.zone);
    suggest_final_dot(*start.zone, *start.record, 0, finding);
  }

  void report_growth(const Stretch& stretch) {
    // The DNAME that is taken again and again and stands first.
    const Place* first = nullptr;
    for (const Place& place : stretch.path) {
      const auto same = [&](const Place& other) { return other.record == place.record; };
      if (std::count_if(stretch.path.begin(), stretch.path.end(), same) < 2) continue;
      if (first == nullptr || is_before(place, *first)) first = &place;
    }
    if (!grown_.insert(first->record).second) return;
    const dns::Name query = query_of(*first);
    std::vector<const Context*> zones;
    for (const Place& place : stretch.path) zones.push_back(place.zone);
    const Replay::Answer answer = replay_.ask(query, rr::a, zones);
    if (answer.asked && (answer.other || answer.has_soa || answer.aliases == 0)) {
      report_disagreement(*first->zone, *first->record, "dname-growth", query);
      return;
    }
    Diagnostic& finding = first->zone->add(
        "dname-growth", *first->record,
        "names below this DNAME are rewritten to ever longer ones, until they are too long");
    if (answer.asked) finding.witness = zone_query(query, *first->zone);
  }

  void keep_loop(std::vector<Place> loop) {
    const auto first = std::min_element(loop.begin(), loop.end(), is_before);
    const zone::Record* key = first->record;
    std::rotate(loop.begin(), first, loop.end());
    loops_.emplace(key, std::move(loop));
  }

  /// Circles with CNAMEs in them: each CNAME leads to at most one next one.
  void find_cname_loops() {
    std::map<const zone::Record*, std::size_t> walked;
    std::size_t number = 0;
    for (const Place& start : starts_) {
      if (!next_.contains(start.record)) continue;
      ++number;
      Place at = start;
      std::vector<Place> path;
      while (at.record != nullptr && walked.emplace(at.record, number).second) {
        path.push_back(at);
        const auto next = next_.find(at.record);
        at = next == next_.end() ? Place{} : next->second;
      }
      if (at.record == nullptr || walked[at.record] != number) continue;
      const auto begin = std::find_if(
          path.begin(), path.end(), [&](const Place& place) { return place.record == at.record; });
      std::vector<Place> loop(begin, path.end());
      // One zone's CNAMEs alone: cname-loop.
      const bool plain = std::all_of(loop.begin(), loop.end(), [&](const Place& place) {
        return place.zone == loop[0].zone && !through_[place.record];
      });
      if (!plain) keep_loop(std::move(loop));
    }
  }

  /// This CNAME leads to the next one by name, inside one zone: chains.cpp counts such.
  bool is_plain_step(const Place& from, const Place& to) const {
    return from.zone == to.zone && !through_.at(from.record);
  }

  /// Chains of CNAMEs that leave a zone or pass a DNAME; told once, at the record where they start.
  void find_long_chains() {
    std::unordered_set<const zone::Record*> reached;
    for (const auto& [record, next] : next_) reached.insert(next.record);
    for (const Place& start : starts_) {
      if (next_.contains(start.record) && !reached.contains(start.record)) check_length(start);
    }
  }

  void check_length(const Place& start) {
    constexpr std::size_t far = 64;  // longer ones are too long, however long they are
    std::vector<Place> path{start};
    std::size_t plain = 1;
    bool told = false;
    for (auto next = next_.find(start.record); next != next_.end() && path.size() < far;
         next = next_.find(next->second.record)) {
      const auto again = [&](const Place& place) { return place.record == next->second.record; };
      if (std::any_of(path.begin(), path.end(), again)) return;  // a circle
      plain = is_plain_step(path.back(), next->second) ? plain + 1 : 1;
      told |= plain > start.zone->options.max_chain;
      path.push_back(next->second);
    }
    if (path.size() <= start.zone->options.max_chain || told) return;
    const dns::Name query = query_of(start);
    std::vector<const Context*> zones;
    for (const Place& place : path) zones.push_back(place.zone);
    const Replay::Answer answer = replay_.ask(query, rr::a, zones);
    if (answer.asked && answer.aliases == 0) {
      report_disagreement(*start.zone, *start.record, "chain-too-long", query);
      return;
    }
    Diagnostic& finding = start.zone->add(
        "chain-too-long", *start.record,
        "a chain of " + std::string(path.size() < far ? "" : "at least ") +
            std::to_string(path.size()) +
            " CNAME records starts here and leads through several zones or a DNAME; resolvers give "
            "up on long ones");
    if (answer.asked) finding.witness = zone_query(query, *start.zone);
  }

  void report_loop(const std::vector<Place>& loop) {
    const Place& first = loop[0];
    const dns::Name query = query_of(first);
    std::vector<const Context*> zones;
    for (const Place& place : loop) zones.push_back(place.zone);
    const Replay::Answer answer = replay_.ask(query, rr::a, zones);
    if (answer.asked && (answer.other || answer.has_soa || answer.aliases == 0)) {
      report_disagreement(*first.zone, *first.record, "rewrite-loop", query);
      return;
    }
    Diagnostic& finding = first.zone->add(
        "rewrite-loop", *first.record,
        "queries led through this record come back to it" +
            (loop.size() > 1 ? " after " + std::to_string(loop.size()) + " records" : ""));
    if (answer.asked) finding.witness = zone_query(query, *first.zone);
    for (std::size_t i = 1; i < std::min<std::size_t>(loop.size(), 8); ++i) {
      finding.related.push_back({"", "then this one", loop[i].record->span});
    }
  }

  const ZoneSet& zones_;
  Replay replay_;
  std::vector<Place> starts_;
  bool any_dname_ = false;
  std::string label_;
  std::unordered_set<std::string> settled_;
  std::map<const zone::Record*, Place> next_;    // of a CNAME, the CNAME it leads to
  std::map<const zone::Record*, bool> through_;  // by way of a DNAME
  std::map<const zone::Record*, std::vector<Place>> loops_;
  std::unordered_set<const zone::Record*> grown_;
};

}  // namespace

void check_rewrites(const ZoneSet& zones) {
  Rewrites(zones).run();
}

}  // namespace lapis::lint
