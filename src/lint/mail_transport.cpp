// mta-sts-syntax, mta-sts-several-records, mta-sts-no-policy-host (RFC 8461); tlsrpt-syntax,
// tlsrpt-several-records (RFC 8460).
#include "tag_list.h"
#include "text_syntax.h"
#include "values.h"

namespace lapis::lint {
namespace {

bool has_first_label(dns::NameView name, std::string_view label) {
  const auto first = name.first_label();
  return equal_folded({reinterpret_cast<const char*>(first.data()), first.size()}, label);
}

/// RFC 8461 §3.1 and RFC 8460 §3: one record counts, and it begins with its version.
class OneRecord {
 public:
  OneRecord(Context& context, Index node, const char* what, const char* version,
            const char* syntax_rule, const char* several_rule)
      : context_(context),
        node_(node),
        what_(what),
        version_(version),
        syntax_rule_(syntax_rule),
        several_rule_(several_rule) {}

  /// The record, its tags in `list`; null when there is none or something is wrong.
  const zone::Record* find(const std::vector<TextRecord>& texts, TagList& list) {
    const TextRecord* first = nullptr;
    for (const TextRecord& text : texts) {
      if (!text.text.starts_with(version_)) continue;
      if (first != nullptr) {
        Diagnostic& finding = context_.add(
            several_rule_, *text.record,
            context_.text(node_) + " has more than one " + what_ + " record: none of them counts");
        finding.related.push_back({"", "the first one", first->record->span});
        return nullptr;
      }
      first = &text;
    }
    if (first == nullptr) {
      return fail(*texts[0].record, quoted(texts[0].text) + " is no " + what_ +
                                        " record: it must begin with '" + version_ + ";'");
    }
    list = parse_tags(first->text);
    if (!list.error.empty()) return fail(*first->record, list.error);
    if (list.tags[0].value != std::string_view(version_).substr(2)) {
      return fail(*first->record, "the version must be " + std::string(version_));
    }
    if (!list.repeated().empty()) {
      return fail(*first->record, "the field " + quoted(list.repeated()) + " is given twice");
    }
    return first->record;
  }

  const zone::Record* fail(const zone::Record& at, std::string message) {
    context_.add(syntax_rule_, at, std::move(message));
    return nullptr;
  }

 private:
  Context& context_;
  Index node_;
  const char* what_;
  const char* version_;
  const char* syntax_rule_;
  const char* several_rule_;
};

std::string report_uri_error(std::string_view uri) {
  uri = trimmed(uri);
  if (starts_folded(uri, "https://")) {
    return uri.size() > 8 ? std::string() : quoted(uri) + " names no host";
  }
  if (!starts_folded(uri, "mailto:")) {
    return quoted(uri) + " is neither a mailto: nor an https: URI";
  }
  const std::string_view address = uri.substr(7);
  return is_mail_address(address.substr(0, address.find('?')))
             ? std::string()
             : quoted(uri) + " has no mail address";
}

}  // namespace

void check_mta_sts(Context& context, Index node, const std::vector<TextRecord>& texts) {
  const dns::NameView owner = context.tree.name(node);
  if (!has_first_label(owner, "_mta-sts")) return;
  OneRecord one(context, node, "MTA-STS", "v=STSv1", "mta-sts-syntax", "mta-sts-several-records");
  TagList list;
  const zone::Record* record = one.find(texts, list);
  if (record == nullptr) return;
  // RFC 8461 §3.1: sts-id = 1*32(ALPHA / DIGIT)
  const Tag* id = list.find("id");
  if (id == nullptr) {
    one.fail(*record, "the id is missing; senders see by it that the policy has changed");
    return;
  }
  if (id->value.empty() || id->value.size() > 32 ||
      !std::all_of(id->value.begin(), id->value.end(), is_alnum)) {
    one.fail(*record, "the id " + quoted(id->value) + " is not 1 to 32 letters and digits");
    return;
  }
  // RFC 8461 §3.3: the policy is fetched from the host mta-sts in the same domain.
  dns::Name host(owner.parent());
  const std::string_view label = "mta-sts";
  if (!host.prepend({reinterpret_cast<const std::uint8_t*>(label.data()), label.size()})) return;
  const Target where = context.target(host);
  if (where == Target::missing || where == Target::no_address) {
    context.add("mta-sts-no-policy-host", *record,
                "the policy is fetched from " + dns::to_text(host) + ", which has no address");
  }
}

void check_tlsrpt(Context& context, Index node, const std::vector<TextRecord>& texts) {
  const dns::NameView owner = context.tree.name(node);
  if (!has_first_label(owner, "_smtp") || !has_first_label(owner.parent(), "_tls")) return;
  OneRecord one(context, node, "TLSRPT", "v=TLSRPTv1", "tlsrpt-syntax", "tlsrpt-several-records");
  TagList list;
  const zone::Record* record = one.find(texts, list);
  if (record == nullptr) return;
  const Tag* rua = list.find("rua");
  if (rua == nullptr || rua->value.empty()) {
    one.fail(*record, "the report address rua is missing");
    return;
  }
  std::string_view uris = rua->value;
  while (!uris.empty()) {
    std::string error = report_uri_error(next_item(uris, ','));
    if (error.empty()) continue;
    one.fail(*record, std::move(error));
    return;
  }
}

}  // namespace lapis::lint
