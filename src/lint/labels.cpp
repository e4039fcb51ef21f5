// idn-label, unprintable-character, look-alike-character: the octets that names are made of.
//
// Each label of the zone is looked at once, at the node of the name tree that it names, and the
// names in rdata where the zone does not have them. What the loader has already said about raw
// characters of the text is not said again: here only labels that no loader can doubt are left,
// A-labels and escaped octets.
#include <idn2.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "context.h"
#include "lapis/zone/characters.h"
#include "lapis/zone/record_text.h"

namespace lapis::lint {
namespace {

using Label = std::span<const std::uint8_t>;

struct Fault {
  const char* rule = nullptr;
  std::string message;
  std::string help;
};

bool is_a_label(Label label) {
  return label.size() >= 4 && dns::to_lower(label[0]) == 'x' && dns::to_lower(label[1]) == 'n' &&
         label[2] == '-' && label[3] == '-';
}

/// "@" means the origin where it is the whole name; as a label it is nothing but that character.
bool is_at(Label label) {
  return label.size() == 1 && label[0] == '@';
}

/// The quick look: letters, digits, symbols, no A-label.
bool is_ordinary(Label label) {
  return !is_a_label(label) && !is_at(label) &&
         std::all_of(label.begin(), label.end(), [](auto c) { return c > 0x20 && c < 0x7F; });
}

struct Idn2Free {
  void operator()(void* text) const { idn2_free(text); }
};

std::string as_text(Label label) {
  return {label.begin(), label.end()};
}

/// Letters of more than one of the scripts that share shapes (UTS 39 section 5.1, restricted to
/// Latin, Greek and Cyrillic).
bool mixes_scripts(std::string_view text, char32_t& first_foreign) {
  bool latin = false;
  first_foreign = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = zone::next_code_point(text, at);
    if (!c) return false;
    latin |= (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= 0xC0 && *c <= 0x24F);
    const bool foreign = *c >= 0x370 && *c <= 0x52F;
    if (foreign && first_foreign == 0) first_foreign = *c;
  }
  return latin && first_foreign != 0;
}

Fault mixed_script(const std::string& shown, char32_t foreign) {
  const zone::LookAlike looks = zone::look_alike(foreign);
  std::string message =
      "'" + shown + "' mixes letters of several scripts: " + zone::code_point_text(foreign);
  if (looks.ascii != 0) message += std::string(" looks like ") + looks.ascii;
  return {"look-alike-character", std::move(message), {}};
}

/// RFC 5891 section 4.2 and RFC 5892: an A-label decodes (RFC 3492), its characters are allowed,
/// and encoding them gives the same A-label again.
Fault a_label_fault(Label label) {
  std::string lower = as_text(label);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return static_cast<char>(dns::to_lower(static_cast<std::uint8_t>(c)));
  });
  char* decoded = nullptr;
  int status = idn2_to_unicode_8z8z(lower.c_str(), &decoded, 0);
  const std::unique_ptr<char, Idn2Free> unicode(decoded);
  if (status != IDN2_OK || decoded == nullptr || lower == decoded) {
    return {"idn-label", "'" + lower + "' is no A-label: its Punycode does not decode", {}};
  }
  std::uint8_t* encoded = nullptr;
  const auto* text = reinterpret_cast<const std::uint8_t*>(decoded);
  status = idn2_lookup_u8(text, &encoded, IDN2_NO_TR46);
  const std::unique_ptr<std::uint8_t, Idn2Free> again(encoded);
  if (status != IDN2_OK || encoded == nullptr) {
    return {"idn-label",
            "'" + lower + "' is no A-label: " + std::string(decoded) +
                " is no internationalized label (" + idn2_strerror(status) + ")",
            {}};
  }
  const std::string_view ascii(reinterpret_cast<const char*>(encoded));
  if (ascii != lower) {
    return {"idn-label",
            "'" + lower + "' is no A-label: it decodes to " + decoded + ", which is " +
                std::string(ascii),
            "write " + std::string(ascii)};
  }
  char32_t foreign = 0;
  if (mixes_scripts(decoded, foreign)) return mixed_script(decoded, foreign);
  return {};
}

/// A label with octets above 127: UTF-8 text that nobody encoded, or something else.
Fault raw_text_fault(Label label) {
  const std::string text = as_text(label);
  bool utf8 = true;
  char32_t special = 0;
  for (std::size_t at = 0; at < text.size() && utf8;) {
    const auto c = zone::next_code_point(text, at);
    utf8 = c.has_value();
    if (!utf8) break;
    const zone::Looks looks = zone::look_alike(*c).looks;
    if (looks != zone::Looks::fine && looks != zone::Looks::letter && special == 0) special = *c;
  }
  if (!utf8) {
    return {"unprintable-character", "a label with octets above 127 that are not UTF-8 text", {}};
  }
  if (special != 0) {
    return {
        "look-alike-character",
        "the name holds " + zone::code_point_text(special) + ", which is not what it looks like",
        {}};
  }
  char32_t foreign = 0;
  if (mixes_scripts(text, foreign)) return mixed_script(text, foreign);
  std::uint8_t* encoded = nullptr;
  const auto* octets = reinterpret_cast<const std::uint8_t*>(text.c_str());
  const int status = idn2_lookup_u8(octets, &encoded, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<std::uint8_t, Idn2Free> ascii(encoded);
  std::string help;
  if (status == IDN2_OK && encoded != nullptr) {
    help = "write " + std::string(reinterpret_cast<const char*>(encoded));
  }
  return {"idn-label", "'" + text + "' is not encoded: resolvers ask for its A-label",
          std::move(help)};
}

/// The instance name of a service is free text (RFC 6763 section 4.1.1): the label in front of
/// _service._tcp or _udp.
bool is_service_instance(dns::NameView name) {
  if (name.label_count() < 3) return false;
  const auto service = name.parent().first_label();
  const auto protocol = name.parent(2).first_label();
  return service.size() > 1 && service[0] == '_' && protocol.size() == 4 && protocol[0] == '_';
}

Fault label_fault(dns::NameView name) {
  const Label label = name.first_label();
  if (is_a_label(label)) return a_label_fault(label);
  if (is_at(label)) {
    return {"suspicious-text",
            "read as " + dns::to_text(name) + ": @ stands for the origin only where it is alone",
            "leave .@ out: a name without a final dot ends in the origin anyway"};
  }
  if (is_service_instance(name)) return {};
  const auto odd =
      std::find_if(label.begin(), label.end(), [](auto c) { return c <= 0x20 || c == 0x7F; });
  if (odd != label.end()) {
    return {"unprintable-character",
            "the name " + dns::to_text(name) + " holds a " +
                (*odd == 0x20 ? std::string("blank")
                              : "control character (octet " + std::to_string(*odd) + ")"),
            {}};
  }
  return raw_text_fault(label);
}

/// The loader has reported characters that stand in the text as such.
bool said_by_loader(const Context& context, Span place) {
  return std::any_of(
      context.zone.diagnostics.begin(), context.zone.diagnostics.end(), [&](const Diagnostic& d) {
        return d.span.file == place.file && d.span.begin >= place.begin &&
               d.span.end <= place.end &&
               (d.rule == "look-alike-character" || d.rule == "unprintable-character");
      });
}

void report(Context& context, const zone::Record& record, std::size_t word, bool owner,
            dns::NameView name) {
  if (said_by_loader(context, record.span)) return;
  Fault fault = label_fault(name);
  if (fault.rule == nullptr) return;
  Span place = record.span;
  if (const auto text = zone::record_text(context.sources, record)) {
    if (owner && text->owner) place = *text->owner;
    if (!owner && word < text->rdata.size()) place = text->rdata[word];
    // Who writes \@ means it.
    if (is_at(name.first_label()) && context.sources.slice(place).find('\\') != std::string::npos) {
      return;
    }
  }
  context.add(fault.rule, place, std::move(fault.message)).help = std::move(fault.help);
}

void check_owners(Context& context) {
  std::vector<Index> odd;
  for (Index node = 0; node < context.tree.size(); ++node) {
    const auto label = context.tree.name(node).first_label();
    if (!is_ordinary(label) && (node != 0 || is_a_label(label))) odd.push_back(node);
  }
  if (odd.empty()) return;
  std::sort(odd.begin(), odd.end());
  std::vector<bool> told(context.tree.size(), false);
  // Placed on the first record at or below the name: the one that brings it into the zone.
  for (Index i = 0; i < context.records.records.size(); ++i) {
    for (Index node = context.tree.owner_of(i); node != none && !told[node];
         node = context.tree.node(node).parent) {
      told[node] = true;
      if (std::binary_search(odd.begin(), odd.end(), node)) {
        report(context, context.record(i), 0, true, context.tree.name(node));
      }
    }
  }
}

struct NameField {
  std::size_t offset;
  std::size_t word;
};

bool name_field(std::uint16_t type, NameField& field) {
  switch (type) {
    case rr::ns:
    case rr::cname:
    case rr::dname:
    case rr::ptr:
      field = {0, 0};
      return true;
    case rr::mx:
    case rr::svcb:
    case rr::https:
      field = {2, 1};
      return true;
    case rr::srv:
      field = {6, 3};
      return true;
    default:
      return false;
  }
}

void check_targets_of(Context& context, const zone::Record& record) {
  NameField field{};
  if (!name_field(record.type, field)) return;
  for (dns::NameView name = context.rdata_name(record, field.offset); !name.is_root();
       name = name.parent()) {
    // With an @ it is a mail address (url-as-name).
    if (is_ordinary(name.first_label()) || is_at(name.first_label())) continue;
    // A name that the zone has is reported where it is owned.
    if (dns::is_under(name, context.records.origin) && context.tree.find(name) != none) return;
    return report(context, record, field.word, false, name);
  }
}

}  // namespace

void check_labels(Context& context) {
  check_owners(context);
  for (const zone::Record& record : context.records.records) check_targets_of(context, record);
}

}  // namespace lapis::lint
