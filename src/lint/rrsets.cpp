// duplicate-record, rrset-ttl-mismatch.
#include <algorithm>

#include "context.h"
#include "lapis/zone/servable.h"

namespace lapis::lint {
namespace {

using Group = std::vector<Index>;  // the records of one RRset, in file order

/// The first record of `group` before position `at` with the same rdata, or null.
class DuplicateFinder {
 public:
  DuplicateFinder(const Context& context, const Group& group) : context_(context), group_(group) {
    if (group.size() <= pairwise_limit) return;
    for (const Index i : group) {
      const auto rdata = context.records.rdata(context.record(i));
      std::string key(rdata.begin(), rdata.end());
      std::transform(key.begin(), key.end(), key.begin(), [](char c) {
        return static_cast<char>(dns::to_lower(static_cast<std::uint8_t>(c)));
      });
      by_folded_rdata_[std::move(key)].push_back(i);
    }
    for (const auto& [key, same] : by_folded_rdata_) {
      for (std::size_t k = 1; k < same.size(); ++k) remember(same, k);
    }
  }

  const zone::Record* first_same(std::size_t at) const {
    const zone::Record& record = context_.record(group_[at]);
    if (group_.size() > pairwise_limit) {
      const auto found = firsts_.find(group_[at]);
      return found == firsts_.end() ? nullptr : &context_.record(found->second);
    }
    for (std::size_t i = 0; i < at; ++i) {
      const zone::Record& other = context_.record(group_[i]);
      if (zone::same_rdata(context_.records, other, record)) return &other;
    }
    return nullptr;
  }

 private:
  static constexpr std::size_t pairwise_limit = 16;

  void remember(const Group& same, std::size_t k) {
    // Equal after folding is not yet equal; the few records to compare with are the first ones.
    for (std::size_t i = 0; i < std::min(k, pairwise_limit); ++i) {
      if (zone::same_rdata(context_.records, context_.record(same[i]), context_.record(same[k]))) {
        firsts_[same[k]] = same[i];
        return;
      }
    }
  }

  const Context& context_;
  const Group& group_;
  std::map<std::string, Group> by_folded_rdata_;
  std::map<Index, Index> firsts_;
};

bool is_singleton(std::uint16_t type) {
  return type == rr::cname || type == rr::dname || type == rr::soa;
}

/// The TTL that most records of the group have; of equally frequent ones the earliest.
std::uint32_t usual_ttl(const Context& context, const Group& group) {
  std::uint32_t best = 0;
  std::size_t best_count = 0;
  std::map<std::uint32_t, std::size_t> counts;
  for (const Index i : group) ++counts[context.record(i).ttl];
  for (const Index i : group) {
    const std::size_t count = counts[context.record(i).ttl];
    if (count <= best_count) continue;
    best = context.record(i).ttl;
    best_count = count;
  }
  return best;
}

/// One finding for the RRset, on the first record that is unlike the others.
void check_ttls(Context& context, const Group& group, const DuplicateFinder& duplicates) {
  const zone::Record& first = context.record(group[0]);
  const bool all_same = std::all_of(group.begin(), group.end(),
                                    [&](Index i) { return context.record(i).ttl == first.ttl; });
  if (all_same) return;
  const std::uint32_t usual = usual_ttl(context, group);
  const auto usual_at = std::find_if(group.begin(), group.end(),
                                     [&](Index i) { return context.record(i).ttl == usual; });
  for (std::size_t k = 0; k < group.size(); ++k) {
    const zone::Record& record = context.record(group[k]);
    if (record.ttl == usual || duplicates.first_same(k) != nullptr) continue;
    Diagnostic& finding = context.add("rrset-ttl-mismatch", record,
                                      "TTL " + std::to_string(record.ttl) + ", but another " +
                                          zone::type_to_text(record.type) +
                                          " record of this name has " + std::to_string(usual));
    finding.related.push_back({"", "a record of the same RRset", context.record(*usual_at).span});
    return;
  }
}

void check_group(Context& context, const Group& group) {
  const zone::Record& first = context.record(group[0]);
  const DuplicateFinder duplicates(context, group);
  for (std::size_t k = 1; k < group.size(); ++k) {
    const zone::Record& record = context.record(group[k]);
    const zone::Record* same = duplicates.first_same(k);
    if (same == nullptr) continue;
    Diagnostic& finding =
        context.add("duplicate-record", record,
                    "this " + zone::type_to_text(record.type) + " record is there twice");
    finding.related.push_back({"", "the first one", same->span});
  }
  if (first.type != rr::rrsig && !is_singleton(first.type)) check_ttls(context, group, duplicates);
}

}  // namespace

void check_rrsets(Context& context) {
  std::vector<Index> all;
  Group group;
  for (Index node = 0; node < context.tree.size(); ++node) {
    const auto& entry = context.tree.node(node);
    if (entry.first_record == entry.last_record) continue;
    all.clear();
    for (Index i = entry.first_record; i != none; i = context.tree.next_record(i)) all.push_back(i);
    std::sort(all.begin(), all.end(), [&](Index a, Index b) {
      const auto type_a = context.record(a).type;
      const auto type_b = context.record(b).type;
      return type_a != type_b ? type_a < type_b : a < b;
    });
    for (std::size_t i = 0; i < all.size();) {
      group.clear();
      const std::uint16_t type = context.record(all[i]).type;
      for (; i < all.size() && context.record(all[i]).type == type; ++i) group.push_back(all[i]);
      if (group.size() > 1) check_group(context, group);
    }
  }
}

}  // namespace lapis::lint
