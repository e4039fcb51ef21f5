#include "context.h"

#include <algorithm>
#include <array>

#include "zone_set.h"

namespace lapis::lint {

namespace {

/// The origin twice, one after the other; nothing when that is no name.
std::optional<dns::Name> doubled(dns::NameView origin) {
  if (origin.is_root() || origin.size() * 2 - 1 > dns::max_name_octets) return std::nullopt;
  std::array<std::uint8_t, dns::max_name_octets> octets;
  std::copy_n(origin.data(), origin.size() - 1, octets.begin());
  std::copy_n(origin.data(), origin.size(), octets.begin() + (origin.size() - 1));
  return dns::Name(dns::NameView(octets.data(), origin.size() * 2 - 1));
}

}  // namespace

Context::Context(const zone::LoadedZone& loaded, const SourceMap& source_map,
                 const LintOptions& lint_options)
    : zone(loaded),
      sources(source_map),
      records(loaded.records),
      options(lint_options),
      tree(loaded.records, loaded.rejected) {
  collect_types();
  collect_covers();
  collect_ns_targets();
  if (const auto twice = doubled(records.origin)) doubled_ = tree.find(*twice);
}

bool Context::leads_to_doubled_origin(Index node) const {
  return doubled_ != none && dns::is_under(tree.name(doubled_), tree.name(node));
}

void Context::collect_types() {
  owns_.assign(tree.size(), 0);
  for (Index i = 0; i < records.records.size(); ++i) {
    std::uint8_t& owns = owns_[tree.owner_of(i)];
    switch (record(i).type) {
      case rr::ns:
        owns |= owns_ns;
        break;
      case rr::cname:
        owns |= owns_cname;
        break;
      case rr::dname:
        owns |= owns_dname;
        break;
      case rr::a:
      case rr::aaaa:
        owns |= owns_address;
        break;
      case rr::svcb:
      case rr::https:
        owns |= owns_svcb;
        break;
      default:
        break;
    }
  }
}

void Context::collect_covers() {
  constexpr Index unknown = none - 1;
  cover_.assign(tree.size(), unknown);
  cover_[0] = none;
  std::array<Index, 130> path;  // a name has at most 127 labels
  for (Index i = 1; i < tree.size(); ++i) {
    std::size_t length = 0;
    Index at = i;
    while (cover_[at] == unknown) {
      path[length++] = at;
      at = tree.node(at).parent;
    }
    while (length > 0) {
      const bool covers = is_cut(at) || owns(at, owns_dname);
      const Index below = path[--length];
      cover_[below] = cover_[at] != none ? cover_[at] : covers ? at : none;
      at = below;
    }
  }
}

void Context::collect_ns_targets() {
  ns_target_.assign(tree.size(), false);
  for (const zone::Record& r : records.records) {
    if (r.type != rr::ns) continue;
    const dns::NameView name = rdata_name(r, 0);
    if (!dns::is_under(name, records.origin)) continue;
    const Index node = tree.find(name);
    if (node != none) ns_target_[node] = true;
  }
}

bool Context::is_alias_target(Index node) {
  if (alias_target_.empty()) {
    alias_target_.assign(tree.size(), false);
    for (const zone::Record& r : records.records) {
      if (r.type != rr::cname) continue;
      const dns::NameView name = rdata_name(r, 0);
      const Index target = dns::is_under(name, records.origin) ? tree.find(name) : none;
      if (target != none) alias_target_[target] = true;
    }
  }
  return alias_target_[node];
}

const zone::Record* Context::first_of(Index node, std::uint16_t type) const {
  for (Index i = tree.node(node).first_record; i != none; i = tree.next_record(i)) {
    if (record(i).type == type) return &record(i);
  }
  return nullptr;
}

dns::NameView Context::rdata_name(const zone::Record& record, std::size_t offset) const {
  const std::uint8_t* start = records.octets.data() + record.rdata + offset;
  std::size_t size = 1;
  for (const std::uint8_t* p = start; *p != 0; p += *p + 1) size += *p + std::size_t{1};
  return {start, size};
}

Target Context::target(dns::NameView name, Index* found) const {
  if (!dns::is_under(name, records.origin)) return Target::outside;
  Index node = tree.closest(name);
  const bool exact = tree.name(node).size() == name.size();
  const Index cover = cover_[node];
  const Index above = cover != none ? cover : node;
  if (cover != none || is_cut(node) || (!exact && owns(node, owns_dname))) {
    if (found != nullptr) *found = above;
    return is_cut(above) ? Target::below_cut : Target::below_dname;
  }
  if (!exact) {
    const Index wildcard = tree.wildcard_below(node);
    if (wildcard == none) return answers_for(name) ? Target::missing : Target::outside;
    node = wildcard;
  }
  if (found != nullptr) *found = node;
  if (!answers_for(name)) return Target::outside;
  if (owns(node, owns_address) || tree.is_rejected(node)) return Target::address;
  return owns(node, owns_cname) ? Target::alias : Target::no_address;
}

void Context::join(const ZoneSet& zones) {
  zones_ = zones.any_below(records.origin) ? &zones : nullptr;
}

bool Context::answers_for(dns::NameView name) const {
  if (zones_ == nullptr) return true;
  const Context* home = zones_->find(name);
  return home == nullptr || home == this || dns::equal(home->records.origin, records.origin);
}

Diagnostic& Context::add(const char* rule, Span at, std::string message) {
  const RuleInfo* info = find_lint_rule(rule);
  Count& count = counts_[rule];
  Diagnostic finding = error_at(at, rule, std::move(message));
  // An id that no table has would be a slip of ours; tests/rules looks for them.
  if (info != nullptr) finding.severity = info->severity;
  count.last = at;
  if (++count.found > options.max_findings_per_rule) return dropped_ = std::move(finding);
  findings_.push_back(std::move(finding));
  return findings_.back();
}

void Context::withdraw_warning(const char* rule, const zone::Record& at) {
  std::erase_if(findings_, [&](const Diagnostic& finding) {
    return finding.severity == Severity::warning && finding.rule == rule &&
           finding.span.file == at.span.file && finding.span.begin == at.span.begin;
  });
}

bool Context::is_misspelt(const zone::Record& record) const {
  return std::any_of(findings_.begin(), findings_.end(), [&](const Diagnostic& finding) {
    return finding.span.file == record.span.file && finding.span.begin >= record.span.begin &&
           finding.span.end <= record.span.end &&
           (finding.rule == "address-as-name" || finding.rule == "url-as-name" ||
            finding.rule == "missing-final-dot");
  });
}

Diagnostics Context::take_findings() {
  for (const auto& [rule, count] : counts_) {
    if (count.found <= options.max_findings_per_rule) continue;
    Diagnostic rest = error_at(count.last, rule,
                               std::to_string(count.found - options.max_findings_per_rule) +
                                   " more findings are not shown");
    if (const RuleInfo* info = find_lint_rule(rule)) rest.severity = info->severity;
    findings_.push_back(std::move(rest));
  }
  return std::move(findings_);
}

}  // namespace lapis::lint
