// no-apex-ns, single-ns, soa-mname, soa-rname, soa-timers, soa-timers-unusual.
#include <algorithm>

#include "context.h"
#include "spelling.h"
#include "text_syntax.h"

namespace lapis::lint {
namespace {

std::vector<const zone::Record*> apex_records(const Context& context, std::uint16_t type) {
  std::vector<const zone::Record*> found;
  for (Index i = context.tree.node(0).first_record; i != none; i = context.tree.next_record(i)) {
    if (context.record(i).type == type) found.push_back(&context.record(i));
  }
  return found;
}

std::uint32_t timer(const Context& context, const zone::Record& soa, int which) {
  // The five numbers are the last twenty octets: serial, refresh, retry, expire, minimum.
  const auto rdata = context.records.rdata(soa);
  const std::uint8_t* p = rdata.data() + rdata.size() - 20 + which * 4;
  return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}

/// The zone's only nameserver is no host of the Internet: localhost (RFC 6761 §6.3, zones of a
/// resolver for itself, response policies) or invalid (catalog zones, RFC 9432 §4.1). Nobody comes
/// to it by delegation, so what delegated zones need is not asked of it.
bool is_local(const Context& context) {
  const auto ns = apex_records(context, rr::ns);
  return !ns.empty() && std::all_of(ns.begin(), ns.end(), [&](const zone::Record* r) {
    const dns::NameView name = context.rdata_name(*r, 0);
    if (name.label_count() != 1) return false;
    const auto label = name.first_label();
    const std::string_view text(reinterpret_cast<const char*>(label.data()), label.size());
    return equal_folded(text, "localhost") || equal_folded(text, "invalid");
  });
}

void check_ns(Context& context, const zone::Record* soa) {
  const auto ns = apex_records(context, rr::ns);
  const bool refused =
      std::any_of(context.zone.rejected.begin(), context.zone.rejected.end(), [&](const auto& r) {
        return r.type == rr::ns && dns::equal(context.records.owner(r), context.records.origin);
      });
  // Of a zone without a name, relative owners are not known.
  const bool nameless =
      std::any_of(context.zone.diagnostics.begin(), context.zone.diagnostics.end(),
                  [](const Diagnostic& said) { return said.rule == "missing-origin"; });
  if (context.records.records.empty() || refused || nameless) return;
  if (ns.empty()) {
    const zone::Record& place = soa != nullptr ? *soa : context.records.records[0];
    context.add("no-apex-ns", place, "no NS record at " + dns::to_text(context.records.origin));
    return;
  }
  const bool all_same = std::all_of(ns.begin(), ns.end(), [&](const zone::Record* r) {
    return dns::equal(context.rdata_name(*r, 0), context.rdata_name(*ns[0], 0));
  });
  if (all_same && !is_local(context))
    context.add("single-ns", *ns[0], "the zone has only one nameserver");
}

/// RFC 1912 §2.2 and RIPE-203: what a zone without special needs has.
void check_unusual_timers(Context& context, const zone::Record& soa) {
  struct Range {
    int which;
    const char* name;
    std::uint32_t least, most;
  };
  constexpr std::uint32_t week = 604'800;
  for (const auto& [which, name, least, most] :
       {Range{1, "refresh", 1200, 86'400}, Range{2, "retry", 120, 86'400},
        Range{3, "expire", week, 8 * week}, Range{4, "minimum", 60, 86'400}}) {
    const std::uint32_t value = timer(context, soa, which);
    if (value >= least && value <= most) continue;
    context.add("soa-timers-unusual", soa,
                std::string(name) + " is " + std::to_string(value) + " seconds; usual are " +
                    std::to_string(least) + " to " + std::to_string(most));
  }
}

void check_soa(Context& context, const zone::Record& soa) {
  const dns::NameView mname = context.rdata_name(soa, 0);
  const dns::NameView rname = context.rdata_name(soa, mname.size());
  const auto ns = apex_records(context, rr::ns);
  const bool listed = std::any_of(ns.begin(), ns.end(), [&](const zone::Record* r) {
    return dns::equal(context.rdata_name(*r, 0), mname);
  });
  const bool misspelt = report_spelling(context, soa, 0, 0);
  if (!ns.empty() && !listed && !misspelt) {
    context.add("soa-mname", soa,
                "the primary " + dns::to_text(mname) + " is none of the zone's nameservers");
  }
  const auto mailbox = rname.first_label();
  if (std::find(mailbox.begin(), mailbox.end(), '@') != mailbox.end()) {
    context.add("soa-rname", soa, "the mailbox is written with @; its first dot stands for that")
        .help = "write hostmaster.example.com. for hostmaster@example.com";
  } else if (rname.label_count() < 2) {
    if (!is_local(context)) {
      context.add("soa-rname", soa, dns::to_text(rname) + " is no mailbox: it names no domain");
    }
  } else {
    report_spelling(context, soa, mname.size(), 1);
  }
  const std::uint32_t refresh = timer(context, soa, 1);
  const std::uint32_t retry = timer(context, soa, 2);
  const std::uint32_t expire = timer(context, soa, 3);
  const std::uint32_t minimum = timer(context, soa, 4);
  std::string problem;
  if (expire <= refresh) {
    problem = "expire is not above refresh: secondaries drop the zone before they ask again";
  } else if (retry > refresh) {
    problem = "retry is above refresh";
  } else if (expire < std::uint64_t{refresh} + retry) {
    problem = "expire is below refresh + retry: one failed refresh ends the zone";
  } else if (minimum > 86400 && !is_local(context)) {
    problem = "negative answers are cached for more than a day";
  }
  if (!problem.empty()) {
    context.add("soa-timers", soa, std::move(problem));
    return;
  }
  check_unusual_timers(context, soa);
}

}  // namespace

void check_apex(Context& context) {
  const zone::Record* soa = context.first_of(0, rr::soa);
  check_ns(context, soa);
  if (soa != nullptr) check_soa(context, *soa);
}

}  // namespace lapis::lint
