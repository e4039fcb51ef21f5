// spf-syntax, spf-several-records, spf-too-many-lookups, spf-void-lookup, spf-no-such-record,
// spf-pass-all, spf-ptr, spf-after-all, spf-no-all, spf-joined-terms, spf-type (RFC 7208).
#include "spf_record.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "text_syntax.h"
#include "values.h"

namespace lapis::lint {
namespace {

constexpr int max_lookups = 10;  // RFC 7208 §4.6.4, as the three below
constexpr int max_voids = 2;
constexpr int max_mx = 10;

/// Where a name asked by SPF leads inside the zone, aliases followed.
enum class Found : std::uint8_t { unknown, nothing, node };

Found find_node(const Context& context, dns::NameView name, Index& node) {
  for (int steps = 0; steps < 16; ++steps) {
    switch (context.target(name, &node)) {
      case Target::outside:
      case Target::below_cut:
      case Target::below_dname:
        return Found::unknown;
      case Target::missing:
        return Found::nothing;
      case Target::address:
      case Target::no_address:
        return Found::node;
      case Target::alias:
        break;
    }
    const zone::Record* cname = context.first_of(node, rr::cname);
    if (cname == nullptr) return Found::unknown;
    name = context.rdata_name(*cname, 0);
  }
  return Found::unknown;
}

std::string text_of(const Context& context, const zone::Record& record) {
  const auto rdata = context.records.rdata(record);
  std::string text;
  for (std::size_t i = 0; i < rdata.size(); i += rdata[i] + std::size_t{1}) {
    text.append(rdata.begin() + static_cast<std::ptrdiff_t>(i + 1),
                rdata.begin() + static_cast<std::ptrdiff_t>(
                                    std::min<std::size_t>(i + 1 + rdata[i], rdata.size())));
  }
  return text;
}

/// Two terms without a space between, which make one name that nobody meant.
bool is_joined(const SpfTerm& term) {
  return term.domain.find_first_of(":=") != std::string_view::npos &&
         term.domain.find('%') == std::string_view::npos;
}

/// The name a term asks about: its domain-spec with %{d} put in, or `domain` when it has none.
/// Nothing when it depends on the mail (RFC 7208 §7.2).
std::optional<dns::Name> asked_name(const SpfTerm& term, const dns::Name& domain) {
  if (term.domain.empty()) return domain;
  if (is_joined(term)) return std::nullopt;
  std::string text;
  for (std::size_t i = 0; i < term.domain.size(); ++i) {
    const std::string_view rest = term.domain.substr(i);
    if (starts_folded(rest, "%{d}")) {
      text += dns::to_text(domain);
      if (text.ends_with('.')) text.pop_back();
      i += 3;
    } else if (rest[0] == '%' || rest[0] == '\\') {
      return std::nullopt;
    } else {
      text += rest[0];
    }
  }
  return dns::parse_name(text);
}

/// Counts the look-ups that evaluating a record costs when none of its terms matches, the records
/// it includes counted with it as far as they are in the zone.
class SpfCost {
 public:
  SpfCost(Context& context, const zone::Record& top) : context_(context), way_{&top} {}

  int lookups = 0;
  int voids = 0;
  bool leads_outside = false;  ///< more look-ups follow that can't be seen here
  bool has_macros = false;
  std::string missing;    ///< an include or redirect in the zone that finds no record
  std::string many_mx;    ///< an mx term with more names than are looked up
  std::string void_term;  ///< the first term of the record itself that asks for nothing
  const zone::Record* circle = nullptr;  ///< the first record of a circle of includes met
  bool is_told = false;  ///< a record it includes costs more than is allowed by itself

  void walk(const SpfRecord& record, const dns::Name& domain, bool top) {
    const SpfTerm* redirect = nullptr;
    for (const SpfTerm& term : record.terms) {
      if (lookups > 100 || circle != nullptr) return;
      if (term.kind == SpfTermKind::all) return;
      if (term.kind == SpfTermKind::redirect) {
        redirect = &term;
      } else if (term.counts()) {
        look_up(term, domain, top);
      }
    }
    if (redirect != nullptr && circle == nullptr) look_up(*redirect, domain, top);
  }

 private:
  void look_up(const SpfTerm& term, const dns::Name& domain, bool top) {
    ++lookups;
    if (term.kind == SpfTermKind::ptr) return;
    const bool follows = term.kind == SpfTermKind::include || term.kind == SpfTermKind::redirect;
    const auto name = asked_name(term, domain);
    Index node = none;
    const Found found = name ? find_node(context_, *name, node) : Found::unknown;
    if (found == Found::unknown) {
      leads_outside |= follows;
      has_macros |= !name;
      return;
    }
    if (follows) {
      follow(term, found == Found::node ? node : none, *name, top);
    } else if (term.kind == SpfTermKind::mx) {
      ask_mx(term, found == Found::node ? node : none, top);
    } else if (found == Found::nothing ||
               !(context_.owns(node, owns_address) || context_.tree.is_rejected(node))) {
      count_void(term, top);
    }
  }

  void count_void(const SpfTerm& term, bool top) {
    ++voids;
    if (top && void_term.empty()) void_term = quoted(term.text);
  }

  void ask_mx(const SpfTerm& term, Index node, bool top) {
    int count = 0;
    for (Index i = node == none ? none : context_.tree.node(node).first_record; i != none;
         i = context_.tree.next_record(i)) {
      count += context_.record(i).type == rr::mx ? 1 : 0;
    }
    if (count == 0) return count_void(term, top);
    if (count > max_mx && many_mx.empty()) many_mx = quoted(term.text);
  }

  void follow(const SpfTerm& term, Index node, const dns::Name& name, bool top) {
    bool any = false;
    for (Index i = node == none ? none : context_.tree.node(node).first_record; i != none;
         i = context_.tree.next_record(i)) {
      if (context_.record(i).type != rr::txt) continue;
      const std::string text = text_of(context_, context_.record(i));
      if (!is_spf(text)) continue;
      any = true;
      walk_included(context_.record(i), text, name);
      break;
    }
    if (any || (node != none && context_.tree.is_rejected(node))) return;
    ++voids;
    if (top && missing.empty()) missing = quoted(term.text);
  }

  /// Depth is bounded: each level has counted a look-up, and walk() stops at a hundred.
  void walk_included(const zone::Record& at, const std::string& text, const dns::Name& name) {
    const auto before = std::find(way_.begin(), way_.end(), &at);
    if (before != way_.end()) {
      circle = *std::min_element(before, way_.end());
      return;
    }
    const SpfRecord record = parse_spf(text);
    if (!record.error.empty() || lookups > 100) return;
    const int by_others = lookups;
    way_.push_back(&at);
    walk(record, name, false);
    way_.pop_back();
    is_told |= lookups - by_others > max_lookups;
  }

  Context& context_;
  std::vector<const zone::Record*> way_;  // the records being walked, one included by the other
};

void check_terms(Context& context, const zone::Record& at, const SpfRecord& record) {
  const SpfTerm* all = nullptr;
  const SpfTerm* redirect = nullptr;
  for (const SpfTerm& term : record.terms) {
    const bool any_v4 = term.kind == SpfTermKind::ip4 && term.text.ends_with("/0");
    const bool any_v6 = term.kind == SpfTermKind::ip6 && term.text.ends_with("/0");
    const bool is_modifier = term.kind == SpfTermKind::redirect || term.kind == SpfTermKind::exp ||
                             term.kind == SpfTermKind::unknown_modifier;
    if (all != nullptr && !is_modifier) {
      context.add("spf-after-all", at,
                  quoted(term.text) + " stands behind all and is never looked at");
      break;
    }
    if (term.kind == SpfTermKind::redirect) redirect = &term;
    if ((term.kind == SpfTermKind::all || any_v4 || any_v6) && term.qualifier == '+') {
      context.add("spf-pass-all", at,
                  quoted(term.text) + " lets every host send mail in this domain's name");
    }
    if (term.kind == SpfTermKind::all) all = &term;
    if (term.kind == SpfTermKind::ptr) {
      context.add("spf-ptr", at, quoted(term.text) + ": the mechanism ptr should not be used");
    }
    if (is_joined(term)) {
      context.add("spf-joined-terms", at,
                  "two terms run together in " + quoted(term.text) +
                      ": the strings of a TXT record are joined without a space");
    }
  }
  if (all != nullptr && redirect != nullptr) {
    context.add("spf-after-all", at, "redirect is never used: the record has all");
  }
  if (all == nullptr && redirect == nullptr) {
    context.add("spf-no-all", at,
                "the record ends without all or redirect, so other hosts are neutral");
  }
}

void check_cost(Context& context, const zone::Record& at, const SpfRecord& record, Index node) {
  SpfCost cost(context, at);
  const dns::Name domain(context.tree.name(node));
  // Under a wildcard the domain is any name below; only what is written out can be followed.
  cost.walk(record, domain, true);
  if (!cost.missing.empty()) {
    context.add("spf-no-such-record", at,
                cost.missing + " leads to a name of this zone without an SPF record");
  }
  if (!cost.many_mx.empty()) {
    context.add("spf-too-many-lookups", at,
                cost.many_mx + " leads to more than " + std::to_string(max_mx) + " MX records");
  } else if (cost.circle != nullptr) {
    if (cost.circle == &at) {
      context.add("spf-too-many-lookups", at, "evaluation never ends: the includes go in a circle");
    }
  } else if (cost.lookups > max_lookups && !cost.is_told) {
    context.add("spf-too-many-lookups", at,
                "evaluation costs " +
                    std::string(cost.leads_outside || cost.lookups > 100 ? "at least " : "") +
                    std::to_string(cost.lookups) + " look-ups, " + std::to_string(max_lookups) +
                    " are allowed");
  }
  if (!cost.void_term.empty() || cost.voids > max_voids) {
    Diagnostic& finding =
        context.add("spf-void-lookup", at,
                    cost.voids > max_voids
                        ? std::to_string(cost.voids) + " terms ask for names without an answer, " +
                              std::to_string(max_voids) + " are allowed"
                        : cost.void_term + " asks for records that this zone does not have");
    if (cost.voids > max_voids) finding.severity = Severity::warning;
  }
}

/// Text that was meant to be an SPF record and is none.
bool nearly_spf(std::string_view text) {
  const std::string start = lowered(trimmed(text).substr(0, 12));
  for (const char* near : {"v=spf1", "v =spf1", "v= spf1", "v = spf1", "v:spf1", "spf1 ",
                           "\"v=spf1", "'v=spf1", "v=spf 1", "v=spf2 "}) {
    if (start.starts_with(near)) {
      // v=spf10 is the version of somebody else (RFC 7208 §4.5).
      const std::size_t size = std::string_view(near).size();
      return std::string_view(near) != "v=spf1" || start.size() == size || !is_alnum(start[size]);
    }
  }
  return false;
}

/// The version alone in the first of several strings, as when the quotes were forgotten: strings
/// are put together without a blank (RFC 7208 §3.3).
bool is_split_behind_version(const Context& context, const TextRecord& text) {
  const auto rdata = context.records.rdata(*text.record);
  return rdata[0] == 6 && rdata.size() > 7 && lowered(text.text.substr(0, 6)) == "v=spf1";
}

}  // namespace

void check_spf(Context& context, Index node, const std::vector<TextRecord>& texts) {
  const zone::Record* first = nullptr;
  for (const TextRecord& text : texts) {
    if (text.record->type == rr::spf) {
      context.add("spf-type", *text.record,
                  "the record type SPF is no longer looked up; publish TXT");
      continue;
    }
    if (!is_spf(text.text)) {
      if (is_split_behind_version(context, text)) {
        context
            .add("spf-syntax", *text.record,
                 "the strings are put together without a blank, to " + quoted(text.text) +
                     ", which is no SPF record")
            .help = "put the whole record between one pair of quotes";
      } else if (nearly_spf(text.text)) {
        context.add("spf-syntax", *text.record,
                    quoted(text.text) + " is no SPF record: it must begin with 'v=spf1 '");
      }
      continue;
    }
    if (first != nullptr) {
      Diagnostic& finding =
          context.add("spf-several-records", *text.record,
                      context.text(node) + " has more than one SPF record: none of them counts");
      finding.related.push_back({"", "the first one", first->span});
      continue;
    }
    first = text.record;
    const SpfRecord record = parse_spf(text.text);
    if (!record.error.empty()) {
      context.add("spf-syntax", *text.record, record.error);
      continue;
    }
    check_terms(context, *text.record, record);
    check_cost(context, *text.record, record, node);
  }
}

}  // namespace lapis::lint
