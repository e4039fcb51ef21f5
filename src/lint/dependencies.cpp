// cyclic-dependency: delegations none of whose nameservers can be found, because the way to each
// leads through another such delegation (RFC 1034 §4.2.1).
//
// A delegation can be used when one of its nameservers can be reached: by glue in the parent, by an
// address in authoritative data of a zone that can itself be reached, or outside of all zones
// given, where nothing is known and the best is assumed. Whether a zone can be reached depends on
// the delegation to it. The delegations that can be used are the least solution of that; what is
// left over and depends on others left over is reported, each group once.
#include <algorithm>
#include <map>

#include "answer_space.h"

namespace lapis::lint {
namespace {

struct Point {
  Context* zone = nullptr;  ///< where the NS records stand
  Index node = none;        ///< a cut, or 0: the apex of a zone whose parent is not given
  std::vector<std::vector<std::size_t>> ways;  ///< per nameserver, the points it depends on
  bool usable = false;
};

class Dependencies {
 public:
  explicit Dependencies(const ZoneSet& zones) : zones_(zones) {}

  void run() {
    collect();
    for (std::size_t i = 0; i < points_.size(); ++i) find_ways(points_[i]);
    settle();
    report();
  }

 private:
  using Key = std::pair<const Context*, Index>;

  void collect() {
    for (std::size_t i = 0; i < zones_.size(); ++i) {
      Context& zone = zones_[i];
      if (zones_.find_apex(zone.records.origin) != &zone) continue;
      for (Index r = 0; r < zone.records.records.size(); ++r) {
        if (zone.record(r).type != rr::ns) continue;
        const Index node = zone.tree.owner_of(r);
        if (zone.is_covered(node) || (node == 0 && has_parent(zone))) continue;
        // A child given whose own parent is not this zone: the names are the child's.
        const auto [at, is_new] = index_.emplace(Key{&zone, node}, points_.size());
        if (is_new) points_.push_back({&zone, node, {}, false});
      }
    }
  }

  bool has_parent(const Context& zone) const {
    const dns::NameView apex = zone.records.origin;
    return !apex.is_root() && delegation_above(apex) != none_;
  }

  static constexpr std::size_t none_ = static_cast<std::size_t>(-1);

  /// The point through which resolvers come to the apex of a zone given: the cut in the zone above
  /// it, or none.
  std::size_t delegation_above(dns::NameView apex) const {
    if (apex.is_root()) return none_;
    const Context* parent = zones_.find(apex.parent());
    if (parent == nullptr) return none_;
    Index node = parent->tree.closest(apex);
    if (parent->covered_by(node) != none) node = parent->covered_by(node);
    if (!parent->is_cut(node)) return none_;
    const auto found = index_.find({parent, node});
    // While points are collected the cut may still be missing in the index: it is there in the end.
    return found == index_.end() ? points_.size() : found->second;
  }

  /// The point that the data of a zone given is reached through.
  std::size_t point_of(const Context& zone) const {
    const std::size_t above = delegation_above(zone.records.origin);
    if (above != none_ && above < points_.size()) return above;
    const auto own = index_.find({&zone, 0});
    return own == index_.end() ? none_ : own->second;
  }

  void find_ways(Point& point) {
    Context& zone = *point.zone;
    for (Index i = zone.tree.node(point.node).first_record; i != none;
         i = zone.tree.next_record(i)) {
      if (zone.record(i).type != rr::ns) continue;
      point.ways.push_back(way_to(point, zone.rdata_name(zone.record(i), 0)));
    }
  }

  /// The points that must be usable for the nameserver to be found from `point`.
  std::vector<std::size_t> way_to(const Point& point, dns::NameView server) const {
    Context& zone = *point.zone;
    if (dns::is_under(server, zone.records.origin)) {
      // Glue or authoritative data of the zone that refers: it comes with the referral, or from the
      // same servers. At the apex of a zone without parent given the parent's glue is assumed.
      const Index node = zone.tree.find(server);
      if (node != none && (zone.owns(node, owns_address) || zone.tree.is_rejected(node))) return {};
      if (point.node == 0) return {};
    } else if (point.node == 0 && same_parent(zone.records.origin, server)) {
      return {};  // sibling glue (RFC 9471 §3.2) in a parent that is not given
    }
    const Step step = take_step(zones_, server);
    if (step.leads == Leads::outside || step.zone == nullptr) return {};
    if (step.leads == Leads::referral) {
      const auto found = index_.find({step.zone, step.node});
      if (found == index_.end()) return {};
      return with_zone(*step.zone, found->second);
    }
    // Data of a zone given: whether it has an address there is the matter of other rules.
    const std::size_t home = point_of(*step.zone);
    if (home == none_) return {};
    return {home};
  }

  /// A cut below a zone needs that zone, too.
  std::vector<std::size_t> with_zone(const Context& zone, std::size_t cut) const {
    std::vector<std::size_t> needs{cut};
    const std::size_t above = point_of(zone);
    if (above != none_ && above != cut) needs.push_back(above);
    return needs;
  }

  /// The apex of the server's zone given and `apex` have the same parent.
  bool same_parent(dns::NameView apex, dns::NameView server) const {
    const Context* home = zones_.find(server);
    if (home == nullptr || apex.is_root() || home->records.origin.view().is_root()) return false;
    return dns::equal(apex.parent(), home->records.origin.view().parent());
  }

  void settle() {
    // Each round that changes nothing is the last; a list of who waits for whom keeps it linear.
    std::vector<std::vector<std::size_t>> waiting(points_.size());
    std::vector<std::size_t> ready;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      if (points_[i].ways.empty()) points_[i].usable = true;
      for (const auto& way : points_[i].ways) {
        if (way.empty()) points_[i].usable = true;
        for (const std::size_t need : way) waiting[need].push_back(i);
      }
      if (points_[i].usable) ready.push_back(i);
    }
    while (!ready.empty()) {
      const std::size_t done = ready.back();
      ready.pop_back();
      for (const std::size_t i : waiting[done]) {
        Point& point = points_[i];
        if (point.usable) continue;
        point.usable = std::any_of(point.ways.begin(), point.ways.end(), [&](const auto& way) {
          return std::all_of(way.begin(), way.end(),
                             [&](std::size_t need) { return points_[need].usable; });
        });
        if (point.usable) ready.push_back(i);
      }
    }
  }

  /// The first way that is closed leads on; following it ends in the circle that closes it.
  std::size_t closed_by(std::size_t i) const {
    for (const auto& way : points_[i].ways) {
      for (const std::size_t need : way) {
        if (!points_[need].usable) return need;
      }
    }
    return i;
  }

  void report() {
    std::vector<bool> seen(points_.size(), false);
    for (std::size_t i = 0; i < points_.size(); ++i) {
      if (points_[i].usable || seen[i]) continue;
      std::vector<std::size_t> path;
      std::size_t at = i;
      while (!seen[at]) {
        seen[at] = true;
        path.push_back(at);
        at = closed_by(at);
      }
      const auto begin = std::find(path.begin(), path.end(), at);
      if (begin == path.end()) continue;  // leads to a circle that is told
      const std::vector<std::size_t> circle(begin, path.end());
      // A delegation that needs only itself lacks its glue: missing-glue.
      if (circle.size() > 1) report_circle(circle);
    }
  }

  const zone::Record& first_ns(std::size_t i) const {
    return *points_[i].zone->first_of(points_[i].node, rr::ns);
  }

  void report_circle(std::vector<std::size_t> circle) {
    const auto before = [&](std::size_t a, std::size_t b) {
      const Span& x = first_ns(a).span;
      const Span& y = first_ns(b).span;
      return x.file != y.file ? x.file < y.file : x.begin < y.begin;
    };
    std::rotate(circle.begin(), std::min_element(circle.begin(), circle.end(), before),
                circle.end());
    const Point& first = points_[circle[0]];
    const dns::NameView name = first.zone->tree.name(first.node);
    bool asked = false;
    if (!bears_out(first, asked)) {
      report_disagreement(*first.zone, first_ns(circle[0]), "cyclic-dependency", name);
      return;
    }
    Diagnostic& finding =
        first.zone->add("cyclic-dependency", first_ns(circle[0]),
                        "to find a nameserver of " + dns::to_text(name) + " one must find one of " +
                            first_name(circle[1]) + " first, and the other way round");
    for (std::size_t i = 1; i < std::min<std::size_t>(circle.size(), 8); ++i) {
      finding.related.push_back({"", "depends on " + first_name(circle[(i + 1) % circle.size()]),
                                 first_ns(circle[i]).span});
    }
    if (asked) {
      finding.witness = zone_query(name, *first.zone);
      finding.witness->qtype = "NS";
    }
    finding.help = "add the addresses of one of these nameservers as glue, or name another one";
    for (const std::size_t i : circle) withdraw_missing_glue(points_[i]);
  }

  /// That the other delegations' nameservers lack glue is what the circle consists of.
  static void withdraw_missing_glue(const Point& point) {
    Context& zone = *point.zone;
    for (Index i = zone.tree.node(point.node).first_record; i != none;
         i = zone.tree.next_record(i)) {
      if (zone.record(i).type == rr::ns) zone.withdraw_warning("missing-glue", zone.record(i));
    }
  }

  std::string first_name(std::size_t i) const {
    return dns::to_text(points_[i].zone->tree.name(points_[i].node));
  }

  /// The zone alone names the servers, in a referral or about itself, and no address of any.
  bool bears_out(const Point& point, bool& asked) {
    const ReplayAnswer answer = replay_.ask(point.zone->tree.name(point.node), rr::ns, *point.zone);
    asked = answer.asked;
    if (!asked) return true;
    const auto& servers = point.node == 0 ? answer.answered_servers : answer.servers;
    return answer.authoritative == (point.node == 0) && !servers.empty() &&
           answer.addressed.empty();
  }

  const ZoneSet& zones_;
  ReplayAlone replay_;
  std::vector<Point> points_;
  std::map<Key, std::size_t> index_;
};

}  // namespace

void check_dependencies(const ZoneSet& zones) {
  Dependencies(zones).run();
}

}  // namespace lapis::lint
