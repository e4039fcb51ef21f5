// SvcParams of SVCB and HTTPS (RFC 9460 §2.1 and appendix A; dohpath RFC 9461).
#include <algorithm>
#include <map>
#include <optional>

#include "lapis/base/octets.h"
#include "rdata_text.h"

namespace lapis::zone {
namespace {

enum SvcKey : std::uint16_t {
  mandatory = 0,
  alpn = 1,
  no_default_alpn = 2,
  port = 3,
  ipv4hint = 4,
  ech = 5,
  ipv6hint = 6,
  dohpath = 7,
  ohttp = 8,
};

struct KeyName {
  const char* name;
  std::uint16_t number;
};
constexpr KeyName key_names[] = {
    {"mandatory", mandatory}, {"alpn", alpn},         {"no-default-alpn", no_default_alpn},
    {"port", port},           {"ipv4hint", ipv4hint}, {"ech", ech},
    {"ipv6hint", ipv6hint},   {"dohpath", dohpath},   {"ohttp", ohttp}};

std::optional<std::uint16_t> key_from_text(std::string_view text) {
  for (const KeyName& key : key_names) {
    if (text == key.name) return key.number;
  }
  if (!text.starts_with("key") || text.size() == 3 || text.size() > 8) return std::nullopt;
  if (text.size() > 4 && text[3] == '0') return std::nullopt;
  unsigned number = 0;
  for (const char c : text.substr(3)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  if (number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

std::string key_to_text(std::uint16_t number) {
  for (const KeyName& key : key_names) {
    if (number == key.number) return key.name;
  }
  return "key" + std::to_string(number);
}

/// One parameter as written: key, the tokens it spans, and the value with its char-string escapes
/// taken away.
struct Parameter {
  Token first;
  Token last;
  bool has_value = false;
  std::vector<std::uint8_t> value;
};

using Octets = std::vector<std::uint8_t>;

std::string_view as_text(const Octets& octets) {
  static_assert(sizeof(char) == sizeof(std::uint8_t));
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

/// Splits at commas; in lists of octet strings a backslash keeps the next character (RFC 9460
/// appendix A.1).
std::vector<std::string> split_list(std::string_view text, bool escapes) {
  std::vector<std::string> items(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (escapes && text[i] == '\\' && i + 1 < text.size()) {
      items.back() += text[++i];
    } else if (text[i] == ',') {
      items.emplace_back();
    } else {
      items.back() += text[i];
    }
  }
  return items;
}

class ParameterReader {
 public:
  ParameterReader(FieldReader& in, const Parameter& parameter) : in_(in), parameter_(parameter) {}

  bool encode(std::uint16_t key, Octets& out) {
    switch (key) {
      case mandatory:
        return encode_mandatory(out);
      case alpn:
        return encode_alpn(out);
      case no_default_alpn:
      case ohttp:
        return !parameter_.has_value || fail("this parameter takes no value");
      case port:
        return encode_port(out);
      case ipv4hint:
        return encode_addresses(false, out);
      case ipv6hint:
        return encode_addresses(true, out);
      case ech:
        return (has_value() && append_base64(as_text(parameter_.value), out)) ||
               fail("expected base64 text");
      case dohpath:
        out = parameter_.value;
        return has_value() || fail("expected a URI template");
      default:
        out = parameter_.value;
        return true;
    }
  }

 private:
  bool has_value() const { return !parameter_.value.empty(); }
  bool fail(std::string message) {
    return in_.fail(parameter_.first, parameter_.last, std::move(message));
  }

  bool fail_mandatory(std::string message) {
    fail(std::move(message));
    in_.error().rule = "svcb-mandatory";
    return false;
  }

  bool encode_mandatory(Octets& out) {
    std::vector<std::uint16_t> keys;
    for (const std::string& name : split_list(as_text(parameter_.value), false)) {
      const auto key = key_from_text(name);
      if (!key) return fail_mandatory("unknown key in mandatory: " + name);
      if (*key == mandatory) return fail_mandatory("mandatory can not list itself");
      keys.push_back(*key);
    }
    std::sort(keys.begin(), keys.end());
    if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) {
      return fail_mandatory("mandatory lists a key twice");
    }
    for (const std::uint16_t key : keys) {
      out.push_back(static_cast<std::uint8_t>(key >> 8));
      out.push_back(static_cast<std::uint8_t>(key & 0xFF));
    }
    return true;
  }

  bool encode_alpn(Octets& out) {
    for (const std::string& id : split_list(as_text(parameter_.value), true)) {
      if (id.empty() || id.size() > 255) return fail("a protocol id has 1 to 255 octets");
      out.push_back(static_cast<std::uint8_t>(id.size()));
      out.insert(out.end(), id.begin(), id.end());
    }
    return true;
  }

  bool encode_port(Octets& out) {
    unsigned value = 0;
    const std::string_view digits = as_text(parameter_.value);
    bool good = !digits.empty() && digits.size() <= 5;
    for (const char c : digits) {
      good = good && c >= '0' && c <= '9';
      if (good) value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (!good || value > 65535) return fail("expected a port from 0 to 65535");
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value & 0xFF));
    return true;
  }

  bool encode_addresses(bool v6, Octets& out) {
    for (const std::string& item : split_list(as_text(parameter_.value), false)) {
      const Token whole{0, static_cast<std::uint32_t>(item.size()), false, false};
      TextError ignored;
      FieldReader address(item, {&whole, 1}, 0, in_.origin(), out, ignored);
      if (!(v6 ? address.ipv6() : address.ipv4())) {
        return fail(v6 ? "expected IPv6 addresses with commas between"
                       : "expected IPv4 addresses with commas between");
      }
    }
    return true;
  }

  FieldReader& in_;
  const Parameter& parameter_;
};

bool unescape(FieldReader& in, const Token& token, std::string_view raw, Octets& out) {
  for (std::size_t i = 0; i < raw.size();) {
    std::uint8_t c = 0;
    if (!dns::read_escaped(raw, i, c)) {
      return in.fail(token, "bad escape: \\DDD needs three digits up to 255");
    }
    out.push_back(c);
  }
  return true;
}

/// Takes one `key[=value]`; the value may be a quoted token glued to the equals sign.
bool take_parameter(FieldReader& in, Parameter& parameter, std::string_view& key) {
  parameter.first = parameter.last = *in.take("a parameter");
  std::string_view word = in.chars(parameter.first);
  const std::size_t equals = word.find('=');
  key = word.substr(0, equals);
  if (equals == std::string_view::npos) return true;
  parameter.has_value = true;
  word.remove_prefix(equals + 1);
  if (!unescape(in, parameter.first, word, parameter.value)) return false;
  if (word.empty() && !in.at_end() && in.peek_token().glued && in.peek_token().quoted) {
    parameter.last = *in.take("a value");
    return unescape(in, parameter.last, in.chars(parameter.last), parameter.value);
  }
  return true;
}

bool check_mandatory(const std::map<std::uint16_t, Octets>& values, FieldReader& in) {
  const auto list = values.find(mandatory);
  if (list == values.end()) return true;
  for (std::size_t i = 0; i + 1 < list->second.size(); i += 2) {
    const auto key = static_cast<std::uint16_t>(list->second[i] << 8 | list->second[i + 1]);
    if (!values.contains(key)) {
      in.fail_at_end("mandatory lists " + key_to_text(key) + ", which this record does not have");
      in.error().rule = "svcb-mandatory";
      return false;
    }
  }
  return true;
}

bool read_values(FieldReader& in, std::map<std::uint16_t, Octets>& values) {
  while (!in.at_end()) {
    Parameter parameter;
    std::string_view name;
    if (!take_parameter(in, parameter, name)) return false;
    const auto key = key_from_text(name);
    if (!key) return in.fail(parameter.first, parameter.last, "unknown service parameter");
    auto [slot, is_new] = values.try_emplace(*key);
    if (!is_new) return in.fail(parameter.first, parameter.last, "parameter given twice");
    if (!ParameterReader(in, parameter).encode(*key, slot->second)) return false;
    if (slot->second.size() > 65535) {
      return in.fail(parameter.first, parameter.last, "parameter of more than 65535 octets");
    }
  }
  return true;
}

using Value = std::span<const std::uint8_t>;

/// Whether a value in wire form has the form of its key (RFC 9460 §7, §8).
bool has_form(std::uint16_t number, Value value) {
  switch (number) {
    case mandatory:
      return !value.empty() && value.size() % 2 == 0;
    case alpn: {
      std::size_t at = 0;
      while (at < value.size() && value[at] != 0) at += value[at] + std::size_t{1};
      return at == value.size() && at > 0;
    }
    case no_default_alpn:
    case ohttp:
      return value.empty();
    case port:
      return value.size() == 2;
    case ipv4hint:
      return !value.empty() && value.size() % 4 == 0;
    case ipv6hint:
      return !value.empty() && value.size() % 16 == 0;
    case ech:
    case dohpath:
      return !value.empty();
    default:
      return true;
  }
}

/// RFC 9460 §8: ascending, without itself, and every key listed is there.
bool can_be_met(Value list, const std::map<std::uint16_t, Value>& values) {
  int last = mandatory;
  for (std::size_t at = 0; at < list.size(); at += 2) {
    const std::uint16_t number = read16(list, at);
    if (number <= last || !values.contains(number)) return false;
    last = number;
  }
  return true;
}

}  // namespace

bool read_svc_params(FieldReader& in) {
  std::map<std::uint16_t, Octets> values;  // RFC 9460 §2.2: ascending keys on the wire
  if (!read_values(in, values)) {
    TextError& error = in.error();
    if (std::string_view(error.rule) == "bad-rdata") error.rule = "svcb-params";
    return false;
  }
  if (!check_mandatory(values, in)) return false;
  if (values.contains(no_default_alpn) && !values.contains(alpn)) {
    in.fail_at_end("no-default-alpn without alpn (RFC 9460 section 7.1.1)");
    in.error().rule = "svcb-no-default-alpn";
    return false;
  }
  for (const auto& [key, value] : values) {
    in.put16(key);
    in.put16(value.size());
    in.out().insert(in.out().end(), value.begin(), value.end());
  }
  return true;
}

const char* svc_params_defect(Value parameters) {
  std::map<std::uint16_t, Value> values;
  int last = -1;
  while (!parameters.empty()) {
    if (parameters.size() < 4) return "svcb-params";
    const std::uint16_t number = read16(parameters, 0);
    const std::size_t size = read16(parameters, 2);
    // RFC 9460 §2.2: strictly ascending, so none is there twice.
    if (number <= last || parameters.size() < 4 + size) return "svcb-params";
    const Value value = parameters.subspan(4, size);
    if (!has_form(number, value)) return "svcb-params";
    values.emplace(number, value);
    last = number;
    parameters = parameters.subspan(4 + size);
  }
  const auto list = values.find(mandatory);
  if (list != values.end() && !can_be_met(list->second, values)) return "svcb-mandatory";
  if (values.contains(no_default_alpn) && !values.contains(alpn)) return "svcb-no-default-alpn";
  return nullptr;
}

}  // namespace lapis::zone
