// Walks over the zone and hands each name's values to the rules about them; tlsa-unsigned.
#include "values.h"

namespace lapis::lint {
namespace {

std::string joined(std::span<const std::uint8_t> rdata) {
  std::string text;
  text.reserve(rdata.size());
  for (std::size_t i = 0; i < rdata.size(); i += rdata[i] + std::size_t{1}) {
    const std::size_t size = std::min<std::size_t>(rdata[i], rdata.size() - i - 1);
    text.append(rdata.begin() + static_cast<std::ptrdiff_t>(i + 1),
                rdata.begin() + static_cast<std::ptrdiff_t>(i + 1 + size));
  }
  return text;
}

/// True when the record is of a type that is judged per name.
bool collect(const Context& context, const zone::Record& record, NodeValues& values) {
  switch (record.type) {
    case rr::txt:
    case rr::spf:
      values.texts.push_back({&record, joined(context.records.rdata(record))});
      return true;
    case rr::caa:
      values.caa.push_back(&record);
      return true;
    case rr::tlsa:
    case rr::smimea:
      values.tlsa.push_back(&record);
      return true;
    case rr::sshfp:
      values.sshfp.push_back(&record);
      return true;
    case rr::ds:
      values.ds.push_back(&record);
      return true;
    case rr::svcb:
    case rr::https:
      values.svcb.push_back(&record);
      return true;
    default:
      return false;
  }
}

void check_node(Context& context, Index node, const NodeValues& values) {
  if (!values.texts.empty()) {
    check_spf(context, node, values.texts);
    check_dmarc(context, node, values.texts);
    check_dkim(context, node, values.texts);
    check_mta_sts(context, node, values.texts);
    check_tlsrpt(context, node, values.texts);
  }
  if (!values.caa.empty()) check_caa(context, values.caa);
  if (!values.tlsa.empty()) check_tlsa(context, node, values.tlsa);
  if (!values.sshfp.empty()) check_sshfp(context, values.sshfp);
  if (!values.ds.empty()) check_ds(context, node, values.ds);
  if (!values.svcb.empty()) check_svcb(context, node, values.svcb);
}

}  // namespace

void NodeValues::clear() {
  texts.clear();
  caa.clear();
  tlsa.clear();
  sshfp.clear();
  ds.clear();
  svcb.clear();
}

void check_values(Context& context) {
  SpecialAddresses addresses;
  TtlPolicy ttls;
  NodeValues values;
  const zone::Record* tlsa = nullptr;
  for (Index node = 0; node < context.tree.size(); ++node) {
    // What is never answered says nothing to anybody; glue is part of the referral.
    const bool answered = !context.is_covered(node);
    bool any = false;
    for (Index i = context.tree.node(node).first_record; i != none;
         i = context.tree.next_record(i)) {
      const zone::Record& record = context.record(i);
      ttls.see(record);
      if (record.type == rr::a || record.type == rr::aaaa) {
        addresses.see(context, record);
      } else if (answered) {
        if (record.type == rr::tlsa && (tlsa == nullptr || &record < tlsa)) tlsa = &record;
        any |= collect(context, record, values);
      }
    }
    if (!any) continue;
    check_node(context, node, values);
    values.clear();
  }
  // RFC 6698 §4.1. It is one thing, however many records there are.
  if (tlsa != nullptr && context.first_of(0, rr::dnskey) == nullptr) {
    context.add("tlsa-unsigned", *tlsa,
                "TLSA counts only in a signed zone, and this one has no DNSKEY");
  }
  addresses.report(context);
  ttls.report(context);
  check_zonemd(context);
}

}  // namespace lapis::lint
