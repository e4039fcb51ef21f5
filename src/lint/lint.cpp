#include "lapis/lint/lint.h"

#include <algorithm>
#include <memory>
#include <set>

#include "answer_space.h"
#include "context.h"
#include "lapis/zone/servable.h"
#include "subjects.h"
#include "zone_set.h"

namespace lapis::lint {
namespace {

/// Nothing could be read: that is said already, and a missing SOA would be no second defect.
bool is_unread(const zone::LoadedZone& zone) {
  return zone.records.records.empty() && zone.rejected.empty() && !zone.ok();
}

void check_alone(Context& context) {
  for (const auto check :
       {check_rrsets, check_apex, check_delegations, check_targets, check_chains, check_wildcards,
        check_spelling, check_labels, check_values, check_serial, check_dnssec}) {
    check(context);
  }
}

void check_together(const ZoneSet& zones) {
  for (const auto check : {check_reverse, check_parent_keys, check_far_targets, check_rewrites,
                           check_parents, check_dependencies})
    check(zones);
}

/// Takes out what only follows from text that the loader has doubted already: a strange TTL where
/// the unit is wrong, a strange value where a character is not what it looks like.
void drop_consequences(const Diagnostics& of_text, Diagnostics& findings) {
  bool odd_ttl = false;
  std::vector<Span> odd_text;
  for (const Diagnostic& said : of_text) {
    odd_ttl |= said.rule == "ttl-unit" || said.rule == "bad-ttl";
    if (said.rule == "look-alike-character" || said.rule == "unprintable-character") {
      odd_text.push_back(said.span);
    }
  }
  if (!odd_ttl && odd_text.empty()) return;
  std::erase_if(findings, [&](const Diagnostic& finding) {
    if (odd_ttl && (finding.rule == "ttl-zero" || finding.rule == "ttl-very-long")) return true;
    return std::any_of(odd_text.begin(), odd_text.end(), [&](Span odd) {
      return odd.file == finding.span.file && finding.span.begin <= odd.begin &&
             odd.end <= finding.span.end;
    });
  });
}

/// A name with an odd character leads nowhere, too: only the character is told.
void drop_odd_targets(Diagnostics& findings) {
  std::vector<Span> odd;
  for (const Diagnostic& finding : findings) {
    if (finding.rule == "unprintable-character") odd.push_back(finding.span);
  }
  if (odd.empty()) return;
  std::erase_if(findings, [&](const Diagnostic& finding) {
    if (finding.rule != "rewrite-black-hole" && finding.rule != "target-does-not-exist" &&
        finding.rule != "missing-glue" && finding.rule != "lame-delegation") {
      return false;
    }
    return std::any_of(odd.begin(), odd.end(), [&](Span span) {
      return span.file == finding.span.file && finding.span.begin <= span.begin &&
             span.end <= finding.span.end;
    });
  });
}

/// A SOA record that is below the apex because its owner lacks the final dot: that is the defect,
/// and an error, for the zone has no SOA record.
void join_soa_without_dot(Diagnostics& findings) {
  for (Diagnostic& finding : findings) {
    if (finding.rule != "missing-final-dot") continue;
    const auto is_same = [&](const Diagnostic& other) {
      return other.rule == "soa-count" && other.span.file == finding.span.file &&
             other.span.begin == finding.span.begin;
    };
    if (std::none_of(findings.begin(), findings.end(), is_same)) continue;
    finding.severity = Severity::error;
    std::erase_if(findings, [place = finding.span](const Diagnostic& other) {
      return other.rule == "soa-count" && other.span.file == place.file &&
             other.span.begin == place.begin;
    });
    return;
  }
}

/// Of a record that is there twice only that is told: what is wrong with its data is told of the
/// first one.
void drop_what_duplicates_repeat(Diagnostics& findings) {
  static const std::set<std::string_view> of_one_record = {
      "mx-target-is-cname", "ns-target-is-cname", "srv-target-is-cname", "target-does-not-exist",
      "missing-glue",       "lame-delegation",    "missing-final-dot",   "address-as-name",
      "url-as-name",        "special-address",    "rewrite-black-hole"};
  std::set<std::pair<std::uint32_t, std::uint32_t>> twice;
  for (const Diagnostic& finding : findings) {
    if (finding.rule == "duplicate-record") twice.emplace(finding.span.file, finding.span.begin);
  }
  if (twice.empty()) return;
  std::erase_if(findings, [&](const Diagnostic& finding) {
    return of_one_record.contains(finding.rule) &&
           twice.contains({finding.span.file, finding.span.begin});
  });
}

/// A record of the chain (or a digest of the zone) that is wrong is one that the signer did not
/// make so: that its signature does not verify is no second defect, nor that one too many has none.
void drop_signatures_over_wrong_records(Diagnostics& findings) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> wrong;
  std::set<std::pair<std::uint32_t, std::uint32_t>> too_many;
  for (const Diagnostic& finding : findings) {
    if (finding.rule.starts_with("nsec") || finding.rule.starts_with("zonemd-")) {
      wrong.emplace(finding.span.file, finding.span.begin);
    }
    if (finding.rule == "nsec-extra" || finding.rule == "nsec3-extra") {
      too_many.emplace(finding.span.file, finding.span.begin);
    }
  }
  if (wrong.empty()) return;
  std::erase_if(findings, [&](const Diagnostic& finding) {
    if (finding.rule == "rrsig-missing") {
      return too_many.contains({finding.span.file, finding.span.begin});
    }
    return finding.rule == "rrsig-invalid" && !finding.related.empty() &&
           wrong.contains({finding.related[0].span.file, finding.related[0].span.begin});
  });
}

/// All findings of one zone in the order of their place.
Diagnostics findings_of(const zone::LoadedZone& zone, Context* context) {
  Diagnostics findings = zone.diagnostics;
  if (context == nullptr) return findings;
  auto append = [&](Diagnostics more) {
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  };
  append(zone::structure_errors(zone, context->tree));
  Diagnostics of_rules = context->take_findings();
  drop_consequences(zone.diagnostics, of_rules);
  drop_odd_targets(of_rules);
  drop_what_duplicates_repeat(of_rules);
  drop_signatures_over_wrong_records(of_rules);
  append(std::move(of_rules));
  join_soa_without_dot(findings);
  std::stable_sort(findings.begin(), findings.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return a.span.file != b.span.file ? a.span.file < b.span.file : a.span.begin < b.span.begin;
  });
  return findings;
}

}  // namespace

std::vector<Diagnostics> lint_zones(std::span<const zone::LoadedZone* const> zones,
                                    const SourceMap& sources, const LintOptions& options) {
  std::vector<std::unique_ptr<Context>> contexts(zones.size());
  std::vector<Context*> read;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    if (is_unread(*zones[i])) continue;
    contexts[i] = std::make_unique<Context>(*zones[i], sources, options);
    read.push_back(contexts[i].get());
  }
  const ZoneSet together(read);
  for (Context* context : read) {
    context->join(together);
    check_alone(*context);
  }
  check_together(together);
  std::vector<Diagnostics> findings;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    findings.push_back(findings_of(*zones[i], contexts[i].get()));
    name_subjects(*zones[i], findings.back());
  }
  return findings;
}

Diagnostics lint_zone(const zone::LoadedZone& zone, const SourceMap& sources,
                      const LintOptions& options) {
  const zone::LoadedZone* const one = &zone;
  return std::move(lint_zones({&one, 1}, sources, options)[0]);
}

}  // namespace lapis::lint
