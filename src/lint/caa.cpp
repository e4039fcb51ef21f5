// caa-syntax, caa-unknown-tag, caa-flags, caa-deny-and-allow (RFC 8659, 9495).
#include "text_syntax.h"
#include "values.h"

namespace lapis::lint {
namespace {

struct Caa {
  std::uint8_t flags = 0;
  std::string_view tag;
  std::string_view value;
};

bool read_caa(std::span<const std::uint8_t> rdata, Caa& caa) {
  if (rdata.size() < 2 || rdata.size() < 2u + rdata[1]) return false;
  const std::string_view text(reinterpret_cast<const char*>(rdata.data()), rdata.size());
  caa.flags = rdata[0];
  caa.tag = text.substr(2, rdata[1]);
  caa.value = text.substr(2u + rdata[1]);
  return true;
}

/// Letters and digits with single hyphens inside (RFC 8659 §4.2: label and tag).
bool is_ldh(std::string_view text) {
  return !text.empty() && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

/// RFC 8659 §4.2: issue-value = *WSP [issuer-domain-name *WSP] [";" *WSP [parameters *WSP]]
std::string issuer_error(std::string_view value) {
  const std::string_view issuer = trimmed(next_item(value, ';'));
  for (std::string_view rest = issuer; !rest.empty();) {
    const std::size_t dot = rest.find('.');
    if (!is_ldh(rest.substr(0, dot)) || dot + 1 == rest.size()) {
      return quoted(issuer) + " is no domain name of a CA";
    }
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  }
  bool first = true;
  while (!trimmed(value).empty()) {
    const std::string_view parameter = trimmed(next_item(value, ';'));
    const std::size_t equals = parameter.find('=');
    // A semicolon stands only between two parameters.
    if (equals == std::string_view::npos || !is_ldh(trimmed(parameter.substr(0, equals)))) {
      return (first ? "the parameter " : "the parameter after the semicolon, ") +
             quoted(parameter) + ", is no tag=value";
    }
    const std::string_view content = trimmed(parameter.substr(equals + 1));
    if (!std::all_of(content.begin(), content.end(),
                     [](char c) { return c >= 0x21 && c <= 0x7E && c != ';'; })) {
      return "the parameter " + quoted(parameter) + " has a space in its value";
    }
    first = false;
  }
  return {};
}

/// RFC 8659 §4.4: a URL to report to, of the schemes mailto, http or https.
std::string report_error(std::string_view value) {
  if (starts_folded(value, "mailto:")) {
    const std::string_view address = value.substr(7);
    return is_mail_address(address.substr(0, address.find('?')))
               ? std::string()
               : quoted(value) + " has no mail address";
  }
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!starts_folded(value, scheme)) continue;
    std::string_view host = value.substr(scheme.size());
    host = host.substr(0, host.find_first_of("/:?#"));
    return is_host_name(host, 1) ? std::string() : quoted(value) + " names no host";
  }
  return quoted(value) + " is no mailto:, http: or https: URL";
}

bool is_issuer_tag(std::string_view tag) {
  for (const char* known : {"issue", "issuewild", "issuemail", "issuevmc"}) {
    if (equal_folded(tag, known)) return true;
  }
  return false;
}

std::string value_error(const Caa& caa) {
  if (is_issuer_tag(caa.tag)) return issuer_error(caa.value);
  if (equal_folded(caa.tag, "iodef")) return report_error(caa.value);
  // CA/Browser Forum Baseline Requirements, appendix A.1.
  if (equal_folded(caa.tag, "contactemail") && !is_mail_address(caa.value)) {
    return quoted(caa.value) + " is no mail address";
  }
  if (equal_folded(caa.tag, "contactphone") && !caa.value.starts_with('+')) {
    return quoted(caa.value) + " is no international telephone number";
  }
  return {};
}

bool is_known_tag(std::string_view tag) {
  return is_issuer_tag(tag) || equal_folded(tag, "iodef") || equal_folded(tag, "contactemail") ||
         equal_folded(tag, "contactphone");
}

std::string near_tag(std::string_view tag) {
  return did_you_mean(lowered(tag), {"issue", "issuewild", "issuemail", "issuevmc", "iodef",
                                     "contactemail", "contactphone"});
}

void check_record(Context& context, const zone::Record& at, const Caa& caa) {
  if (!is_known_tag(caa.tag)) {
    const bool critical = (caa.flags & 0x80) != 0;
    const std::string meant = near_tag(caa.tag);
    Diagnostic& finding =
        context.add("caa-unknown-tag", at,
                    "the property " + quoted(caa.tag) + " is not known" +
                        (critical ? " and critical: no CA may issue for this name" : ""));
    if (!meant.empty()) finding.help = "did you mean '" + meant + "'?";
    if (critical || !meant.empty()) finding.severity = Severity::warning;
  }
  std::string error = value_error(caa);
  if (!error.empty()) context.add("caa-syntax", at, std::string(caa.tag) + ": " + error);
  // RFC 8659 §4.1: bit 0 is "issuer critical", the others are reserved.
  if ((caa.flags & 0x7F) != 0) {
    Diagnostic& finding = context.add(
        "caa-flags", at, "flags " + std::to_string(caa.flags) + ": only 0 and 128 have a meaning");
    if (caa.flags == 1) finding.help = "critical is written 128";
  }
}

}  // namespace

void check_caa(Context& context, const std::vector<const zone::Record*>& records) {
  const zone::Record* deny = nullptr;
  const zone::Record* allow = nullptr;
  for (const zone::Record* record : records) {
    Caa caa;
    if (!read_caa(context.records.rdata(*record), caa)) continue;
    check_record(context, *record, caa);
    if (!equal_folded(caa.tag, "issue")) continue;
    std::string_view value = caa.value;
    const bool denies = trimmed(next_item(value, ';')).empty();
    const zone::Record*& kind = denies ? deny : allow;
    if (kind == nullptr) kind = record;
  }
  if (deny == nullptr || allow == nullptr) return;
  Diagnostic& finding = context.add(
      "caa-deny-and-allow", *deny,
      "issue \";\" forbids nothing beside a record that permits a CA: the permission holds");
  finding.related.push_back({"", "the record that permits a CA", allow->span});
}

}  // namespace lapis::lint
