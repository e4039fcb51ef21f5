// dmarc-syntax, dmarc-several-records, dmarc-placement, dmarc-unknown-tag (RFC 7489).
#include "tag_list.h"
#include "text_syntax.h"
#include "values.h"

namespace lapis::lint {
namespace {

std::string_view label_text(dns::NameView name) {
  const auto label = name.first_label();
  return {reinterpret_cast<const char*>(label.data()), label.size()};
}

bool has_label(dns::NameView name, std::string_view wanted) {
  for (; !name.is_root(); name = name.parent()) {
    if (equal_folded(label_text(name), wanted)) return true;
  }
  return false;
}

/// "v=DMARC1" and then its end or a semicolon, blanks allowed (RFC 7489 §6.4).
bool is_dmarc(std::string_view text) {
  if (!text.starts_with('v')) return false;
  text = trimmed(text.substr(1));
  if (!text.starts_with('=')) return false;
  text = trimmed(text.substr(1));
  if (!text.starts_with("DMARC1")) return false;
  text = trimmed(text.substr(6));
  return text.empty() || text[0] == ';';
}

bool one_of(std::string_view value, std::initializer_list<std::string_view> values) {
  return std::any_of(values.begin(), values.end(),
                     [&](std::string_view known) { return equal_folded(value, known); });
}

/// dmarc-uri (RFC 7489 §6.4): a URI without raw comma or exclamation mark, and a size limit.
std::string uri_error(std::string_view uri) {
  uri = trimmed(uri);
  const std::size_t mark = uri.find('!');
  if (mark != std::string_view::npos) {
    std::string_view size = uri.substr(mark + 1);
    if (!size.empty() &&
        std::string_view("kmgt").find(lower(size.back())) != std::string_view::npos) {
      size.remove_suffix(1);
    }
    if (size.empty() || !std::all_of(size.begin(), size.end(), is_digit)) {
      return quoted(uri) + " has a malformed size limit";
    }
    uri = uri.substr(0, mark);
  }
  const std::size_t colon = uri.find(':');
  if (uri.empty() || colon == std::string_view::npos || !is_alpha(uri[0])) {
    return quoted(uri) + " is no URI; write mailto:reports@example.com";
  }
  if (!std::all_of(uri.begin(), uri.end(), [](char c) { return c > 0x20 && c < 0x7F; })) {
    return quoted(uri) + " has characters that a URI can not have";
  }
  if (equal_folded(uri.substr(0, colon), "mailto")) {
    const std::string_view address = uri.substr(colon + 1);
    if (!is_mail_address(address.substr(0, address.find('?')))) {
      return quoted(uri) + " has no mail address";
    }
  }
  return {};
}

std::string uris_error(std::string_view value) {
  if (value.empty()) return "a report address is missing";
  while (!value.empty()) {
    std::string error = uri_error(next_item(value, ','));
    if (!error.empty()) return error;
  }
  return {};
}

std::string fo_error(std::string_view value) {
  if (value.empty()) return "fo is empty";
  while (!value.empty()) {
    const std::string_view item = trimmed(next_item(value, ':'));
    if (!one_of(item, {"0", "1", "d", "s"})) return "fo=" + quoted(item) + " is none of 0, 1, d, s";
  }
  return {};
}

std::string value_error(const Tag& tag) {
  const auto choice = [&](std::initializer_list<std::string_view> values,
                          const char* words) -> std::string {
    if (one_of(tag.value, values)) return {};
    return std::string(tag.name) + "=" + quoted(tag.value) + " is none of " + words;
  };
  if (tag.name == "p" || tag.name == "sp" || tag.name == "np") {
    return choice({"none", "quarantine", "reject"}, "none, quarantine, reject");
  }
  if (tag.name == "adkim" || tag.name == "aspf") return choice({"r", "s"}, "r, s");
  if (tag.name == "psd") return choice({"y", "n", "u"}, "y, n, u");
  if (tag.name == "t") return choice({"y", "n"}, "y, n");
  if (tag.name == "pct") {
    const int value = small_number(tag.value);
    if (value < 0 || value > 100) return "pct=" + quoted(tag.value) + " is no number up to 100";
  }
  if (tag.name == "ri") {
    if (tag.value.empty() || tag.value.size() > 10 ||
        !std::all_of(tag.value.begin(), tag.value.end(), is_digit) ||
        (tag.value.size() == 10 && tag.value > "4294967295")) {
      return "ri=" + quoted(tag.value) + " is no number of seconds";
    }
  }
  if (tag.name == "rua" || tag.name == "ruf") return uris_error(tag.value);
  if (tag.name == "fo") return fo_error(tag.value);
  return {};
}

bool is_known(std::string_view name) {
  return one_of(name, {"v", "p", "sp", "np", "rua", "ruf", "adkim", "aspf", "pct", "ri", "fo", "rf",
                       "psd", "t"});
}

void check_record(Context& context, const zone::Record& at, std::string_view text,
                  bool is_authorization) {
  const TagList list = parse_tags(text);
  std::string error = list.error;
  if (error.empty() && !list.repeated().empty()) {
    error = "the tag " + quoted(list.repeated()) + " is given twice";
  }
  for (const Tag& tag : list.tags) {
    if (error.empty()) error = value_error(tag);
  }
  // RFC 7489 §6.3: p is required and stands directly behind v. Reports alone still count as
  // p=none (§6.6.3).
  if (error.empty() && !is_authorization) {
    const Tag* policy = list.find("p");
    if (policy == nullptr) {
      error = "the policy p is missing";
    } else if (list.tags.size() < 2 || list.tags[1].name != "p") {
      error = "the policy p must stand directly behind v=DMARC1";
    }
  }
  if (!error.empty()) {
    context.add("dmarc-syntax", at, error);
    return;
  }
  for (const Tag& tag : list.tags) {
    if (is_known(tag.name)) continue;
    context.add("dmarc-unknown-tag", at, "the tag " + quoted(tag.name) + " is ignored");
  }
}

}  // namespace

void check_dmarc(Context& context, Index node, const std::vector<TextRecord>& texts) {
  const dns::NameView owner = context.tree.name(node);
  const bool placed = equal_folded(label_text(owner), "_dmarc");
  // RFC 7489 §7.1: example.com._report._dmarc.example.net says that reports may be sent there.
  const bool authorizes = has_label(owner, "_report") && has_label(owner, "_dmarc");
  const zone::Record* first = nullptr;
  for (const TextRecord& text : texts) {
    if (!is_dmarc(text.text)) continue;
    if (!placed && !authorizes) {
      // A wildcard answers for _dmarc below it as well.
      if (!owner.is_wildcard()) {
        context.add(
            "dmarc-placement", *text.record,
            "a DMARC record is looked for at _dmarc." + dns::to_text(owner) + " and not here");
      }
      continue;
    }
    if (first != nullptr) {
      Diagnostic& finding =
          context.add("dmarc-several-records", *text.record,
                      context.text(node) + " has more than one DMARC record: none of them counts");
      finding.related.push_back({"", "the first one", first->span});
      continue;
    }
    first = text.record;
    check_record(context, *text.record, text.text, authorizes);
  }
  if (first == nullptr && placed && !texts.empty()) {
    context.add("dmarc-syntax", *texts[0].record,
                quoted(texts[0].text) + " is no DMARC record: it must begin with 'v=DMARC1;'");
  }
}

}  // namespace lapis::lint
