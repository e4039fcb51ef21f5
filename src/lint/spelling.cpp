// address-as-name, url-as-name, missing-final-dot.
//
// All three look at the text as written: "192.0.2.1" may be the name of four labels that it says,
// and "www.example.com.example.com." with its final dot is meant. A quick look at the wire form
// decides whether the text is worth reading.
#include "spelling.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "lapis/zone/record_text.h"

namespace lapis::lint {
namespace {

bool is_address_text(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  std::array<char, INET6_ADDRSTRLEN> copy{};
  std::array<std::uint8_t, 16> address{};
  if (text.size() >= copy.size()) return false;
  std::memcpy(copy.data(), text.data(), text.size());
  return inet_pton(AF_INET, copy.data(), address.data()) == 1 ||
         inet_pton(AF_INET6, copy.data(), address.data()) == 1;
}

/// An IPv4 address begins with a label of digits, an IPv6 address has colons in its first one.
bool may_be_address(dns::NameView name) {
  const auto label = name.first_label();
  const bool digits = label.size() <= 3 && std::all_of(label.begin(), label.end(),
                                                       [](auto c) { return c >= '0' && c <= '9'; });
  return digits || std::find(label.begin(), label.end(), ':') != label.end();
}

bool has_url_character(dns::NameView name) {
  return std::any_of(name.data(), name.data() + name.size(),
                     [](std::uint8_t c) { return c == '/' || c == '@' || c == ':'; });
}

bool is_reverse(dns::NameView origin) {
  while (origin.label_count() > 1) origin = origin.parent();
  constexpr std::array<std::uint8_t, 6> arpa{4, 'a', 'r', 'p', 'a', 0};
  return dns::equal(origin, dns::NameView(arpa.data(), arpa.size()));
}

/// What kind of address on the web or by mail the text is, or null. Slashes are usual in the names
/// of classless reverse delegation (RFC 2317).
const char* url_kind(std::string_view text, bool reverse) {
  if (text.find("://") != std::string_view::npos) return "a URL stands";
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos && at > 0 && text[at - 1] != '\\')
    return "a mail address stands";
  if (!reverse && text.find('/') != std::string_view::npos) return "a path stands";
  return nullptr;
}

/// The labels of the apex, one after the other, stand in the name a second time.
bool may_hold_origin_twice(dns::NameView name, dns::NameView origin) {
  if (origin.is_root() || name.size() < 2 * origin.size() - 1) return false;
  const std::uint8_t* last = name.data() + name.size() - origin.size();
  const std::size_t size = origin.size() - 1;
  return std::search(name.data(), last, origin.data(), origin.data() + size,
                     [](auto a, auto b) { return dns::to_lower(a) == dns::to_lower(b); }) != last;
}

void add_missing_dot(Context& context, Span place, dns::NameView read) {
  context
      .add("missing-final-dot", place,
           "read as " + dns::to_text(read) + ": the final dot seems to be missing")
      .help = "write " + std::string(context.sources.slice(place)) + ".";
}

void check_owner(Context& context, Index node) {
  const auto& entry = context.tree.node(node);
  if (entry.first_record == none) return;
  const dns::NameView name = context.tree.name(node);
  if (!may_hold_origin_twice(name, context.records.origin)) return;
  const auto text = zone::record_text(context.sources, context.record(entry.first_record));
  if (!text || !text->owner) return;
  if (zone::lacks_final_dot(context.sources.slice(*text->owner), context.records.origin)) {
    add_missing_dot(context, *text->owner, name);
  }
}

}  // namespace

bool report_spelling(Context& context, const zone::Record& record, std::size_t offset,
                     std::size_t word) {
  const dns::NameView origin = context.records.origin;
  const dns::NameView name = context.rdata_name(record, offset);
  if (name.is_root()) return false;
  const bool address = may_be_address(name);
  const bool url = has_url_character(name);
  const bool twice = may_hold_origin_twice(name, origin);
  // The target of a PTR is a host; no host is named below a reverse zone.
  const bool reverse = record.type == rr::ptr && dns::is_under(name, origin) && is_reverse(origin);
  if (!address && !url && !twice && !reverse) return false;
  const auto text = zone::record_text(context.sources, record);
  if (!text || text->rdata.size() <= word) return false;
  const Span place = text->rdata[word];
  const std::string_view written = context.sources.slice(place);
  if (address && is_address_text(written)) {
    context
        .add("address-as-name", place,
             "an address stands where " + zone::type_to_text(record.type) + " takes a name")
        .help = "give the address to a name of its own, and write that name here";
    return true;
  }
  if (url) {
    if (const char* kind = url_kind(written, is_reverse(origin))) {
      context.add(
          "url-as-name", place,
          std::string(kind) + " where " + zone::type_to_text(record.type) + " takes a name");
      return true;
    }
  }
  if ((twice && zone::lacks_final_dot(written, origin)) ||
      (reverse && written != "@" && !zone::is_absolute_text(written))) {
    add_missing_dot(context, place, name);
    return true;
  }
  return false;
}

void suggest_final_dot(const Context& context, const zone::Record& record, std::size_t word,
                       Diagnostic& finding) {
  const auto text = zone::record_text(context.sources, record);
  if (!text || text->rdata.size() <= word || !finding.help.empty()) return;
  const std::string_view written = context.sources.slice(text->rdata[word]);
  if (zone::is_absolute_text(written) || written.find('.') == std::string_view::npos) return;
  finding.help = "if " + std::string(written) +
                 ". is meant, write it so: names without a final dot end in " + "the origin";
}

void check_spelling(Context& context) {
  for (Index node = 1; node < context.tree.size(); ++node) check_owner(context, node);
}

}  // namespace lapis::lint
