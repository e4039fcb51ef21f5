// dname-and-ns, data-below-dname, data-below-delegation, unneeded-glue, missing-glue,
// wildcard-delegation.
#include <algorithm>
#include <string>

#include "context.h"

namespace lapis::lint {
namespace {

bool is_address(std::uint16_t type) {
  return type == rr::a || type == rr::aaaa;
}

bool is_dnssec_proof(std::uint16_t type) {
  return type == rr::rrsig || type == rr::nsec || type == rr::nsec3;
}

bool is_letter(std::uint8_t c) {
  return dns::to_lower(c) >= 'a' && dns::to_lower(c) <= 'z';
}

/// A label a nameserver would have: ns, dns2, a-ns, ns1-old, ns1b; or glue.
bool is_nameserver_label(std::span<const std::uint8_t> label) {
  for (std::size_t at = 0; at < label.size();) {
    std::string word;
    while (at < label.size() && is_letter(label[at])) {
      word += static_cast<char>(dns::to_lower(label[at++]));
    }
    if (word == "ns" || word == "dns" || word == "nameserver" || word == "glue") return true;
    const std::size_t digits_from = at;
    while (at < label.size() && label[at] >= '0' && label[at] <= '9') ++at;
    if (at == label.size() && word.ends_with("ns")) return true;  // oldns, pdns3
    if (word.empty() && at == digits_from) ++at;
  }
  return false;
}

/// The names differ in one character: ns1.a and ns2.a, or a.dns and b.dns.
bool is_one_off(dns::NameView a, dns::NameView b) {
  if (a.size() != b.size()) return false;
  int different = 0;
  for (std::size_t i = 0; i < a.size() && different < 2; ++i) {
    different += dns::to_lower(a.data()[i]) != dns::to_lower(b.data()[i]) ? 1 : 0;
  }
  return different == 1;
}

/// The name of an address below a delegation that was glue once, or that an NS record should name:
/// like a nameserver's, or like that of one of the delegation's. Any other address is data that
/// somebody expects to be answered.
bool looks_like_nameserver(const Context& context, Index node, Index cut) {
  const dns::NameView name = context.tree.name(node);
  if (is_nameserver_label(name.first_label())) return true;
  for (Index i = context.tree.node(cut).first_record; i != none; i = context.tree.next_record(i)) {
    const zone::Record& r = context.record(i);
    if (r.type == rr::ns && is_one_off(name, context.rdata_name(r, 0))) return true;
  }
  return false;
}

void check_below_cut(Context& context, Index node, Index cut) {
  const zone::Record* leftover = nullptr;
  for (Index i = context.tree.node(node).first_record; i != none; i = context.tree.next_record(i)) {
    const zone::Record& r = context.record(i);
    if (is_dnssec_proof(r.type)) continue;
    if (is_address(r.type) && context.is_ns_target(node)) continue;
    if (is_address(r.type) && looks_like_nameserver(context, node, cut)) {
      if (leftover == nullptr) leftover = &r;
      continue;
    }
    Diagnostic& finding = context.add("data-below-delegation", r,
                                      context.text(node) + " is below the delegation of " +
                                          context.text(cut) + " and is never answered from here");
    if (const zone::Record* ns = context.first_of(cut, rr::ns)) {
      finding.related.push_back({"", "the delegation", ns->span});
    }
    return;
  }
  if (leftover == nullptr) return;
  context.add("unneeded-glue", *leftover,
              "no NS record names " + context.text(node) + ": this address is no glue");
}

void check_below_dname(Context& context, Index node, Index owner) {
  for (Index i = context.tree.node(node).first_record; i != none; i = context.tree.next_record(i)) {
    const zone::Record& r = context.record(i);
    if (is_dnssec_proof(r.type)) continue;
    Diagnostic& finding = context.add("data-below-dname", r,
                                      context.text(node) + " is below the DNAME of " +
                                          context.text(owner) + " and is never answered");
    if (const zone::Record* dname = context.first_of(owner, rr::dname)) {
      finding.related.push_back({"", "the DNAME record", dname->span});
    }
    return;
  }
}

/// Data at a delegation point besides NS and DS: the parent answers with a referral instead.
void check_at_cut(Context& context, Index node) {
  if (context.owns(node, owns_cname)) return;  // cname-and-other-data
  for (Index i = context.tree.node(node).first_record; i != none; i = context.tree.next_record(i)) {
    const zone::Record& r = context.record(i);
    if (r.type == rr::ns || r.type == rr::ds || r.type == rr::dname || is_dnssec_proof(r.type) ||
        (is_address(r.type) && context.is_ns_target(node))) {
      continue;
    }
    Diagnostic& finding = context.add(
        "data-below-delegation", r,
        context.text(node) + " is delegated, so this record is never answered from here");
    finding.severity = Severity::note;
    return;
  }
}

void check_cut(Context& context, Index node) {
  const zone::Record* ns = context.first_of(node, rr::ns);
  if (context.tree.name(node).is_wildcard()) {
    context.add("wildcard-delegation", *ns, "NS records at a wildcard delegate nothing reliably");
  }
  if (context.owns(node, owns_dname)) {
    const zone::Record* dname = context.first_of(node, rr::dname);
    const bool dname_later = dname > ns;
    Diagnostic& finding = context.add("dname-and-ns", dname_later ? *dname : *ns,
                                      context.text(node) + " has a DNAME and NS records");
    finding.related.push_back({"", dname_later ? "the NS record" : "the DNAME record",
                               dname_later ? ns->span : dname->span});
  }
  check_at_cut(context, node);
}

void check_glue(Context& context, const zone::Record& ns, Index owner) {
  const dns::NameView name = context.rdata_name(ns, 0);
  if (context.target(name) != Target::below_cut) return;
  const Index node = context.tree.find(name);
  if (node != none && (context.owns(node, owns_address) || context.tree.is_rejected(node))) return;
  const bool in_domain = owner != 0 && dns::is_under(name, context.tree.name(owner));
  Diagnostic& finding = context.add("missing-glue", ns,
                                    "the nameserver " + dns::to_text(name) +
                                        " is below a delegation and has no address in this zone");
  if (!in_domain && owner != 0) finding.severity = Severity::warning;
  finding.help = "add its A and AAAA records here; resolvers can not reach it otherwise";
}

}  // namespace

void check_delegations(Context& context) {
  for (Index node = 0; node < context.tree.size(); ++node) {
    const Index cover = context.covered_by(node);
    if (cover != none) {
      if (context.is_cut(cover)) {
        check_below_cut(context, node, cover);
      } else {
        check_below_dname(context, node, cover);
      }
      continue;
    }
    if (context.is_cut(node)) check_cut(context, node);
    if (!context.owns(node, owns_ns)) continue;
    for (Index i = context.tree.node(node).first_record; i != none;
         i = context.tree.next_record(i)) {
      if (context.record(i).type == rr::ns) check_glue(context, context.record(i), node);
    }
  }
}

}  // namespace lapis::lint
