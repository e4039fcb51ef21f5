#include "spf_record.h"

#include <array>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/ip.h"
#include "text_syntax.h"

namespace lapis::lint {
namespace {

struct Mechanism {
  const char* name;
  SpfTermKind kind;
};
constexpr auto mechanisms = std::to_array<Mechanism>({
    {"all", SpfTermKind::all},
    {"include", SpfTermKind::include},
    {"a", SpfTermKind::a},
    {"mx", SpfTermKind::mx},
    {"ptr", SpfTermKind::ptr},
    {"ip4", SpfTermKind::ip4},
    {"ip6", SpfTermKind::ip6},
    {"exists", SpfTermKind::exists},
});

bool is_macro_literal(char c) {  // RFC 7208 §7.1: %x21-24 / %x26-7E
  return c >= 0x21 && c <= 0x7E && c != '%';
}

/// One macro-expand at the front of `text`: its size, or 0 and a reason.
std::size_t macro_size(std::string_view text, bool in_explanation, std::string& error) {
  if (text.size() < 2) {
    error = "a single % must be written %%";
    return 0;
  }
  if (text[1] == '%' || text[1] == '_' || text[1] == '-') return 2;
  if (text[1] != '{') {
    error = "% begins a macro: write %{letter}, %%, %_ or %-";
    return 0;
  }
  const std::size_t close = text.find('}');
  if (close == std::string_view::npos || close == 2) {
    error = "the macro has no end";
    return 0;
  }
  const char letter = lower(text[2]);
  const std::string_view letters = in_explanation ? "slodiphcrtv" : "slodiphv";
  if (letters.find(letter) == std::string_view::npos) {
    error =
        std::string("there is no macro letter ") + quoted(text.substr(2, 1)) +
        (std::string_view("crt").find(letter) != std::string_view::npos ? " outside of explanations"
                                                                        : "");
    return 0;
  }
  std::size_t at = 3;
  const std::size_t digits = at;
  while (is_digit(text[at])) ++at;
  if (at > digits &&
      text.substr(digits, at - digits).find_first_not_of('0') == std::string_view::npos) {
    error = "a macro that keeps 0 labels";  // RFC 7208 §7.3
    return 0;
  }
  if (lower(text[at]) == 'r') ++at;
  while (at < close && std::string_view(".-+,/_=").find(text[at]) != std::string_view::npos) ++at;
  if (at != close) {
    error = "the macro " + quoted(text.substr(0, close + 1)) + " is malformed";
    return 0;
  }
  return close + 1;
}

/// Empty when the text is a macro-string; `ends_in_macro` tells how it ends.
std::string macro_string_error(std::string_view text, bool& ends_in_macro) {
  ends_in_macro = false;
  std::string error;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '%') {
      const std::size_t size = macro_size(text.substr(i), false, error);
      if (size == 0) return error;
      i += size;
      ends_in_macro = true;
    } else if (is_macro_literal(text[i])) {
      ++i;
      ends_in_macro = false;
    } else {
      return "a character that is not printable ASCII";
    }
  }
  return {};
}

/// RFC 7208 §7.1: toplabel has a letter, or a hyphen inside, and no hyphen at its ends.
bool is_top_label(std::string_view label) {
  if (label.empty() || label.size() > 63) return false;
  bool letter = false;
  bool hyphen = false;
  for (const char c : label) {
    if (!is_alnum(c) && c != '-') return false;
    letter |= is_alpha(c);
    hyphen |= c == '-';
  }
  return (letter || hyphen) && label.front() != '-' && label.back() != '-';
}

std::string domain_spec_error(std::string_view text) {
  if (text.empty()) return "a domain is missing";
  bool ends_in_macro = false;
  std::string error = macro_string_error(text, ends_in_macro);
  if (!error.empty()) return error;
  if (ends_in_macro) return {};
  std::string_view name = text;
  if (name.ends_with('.')) name.remove_suffix(1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return quoted(text) + " is no full domain name";
  if (name.starts_with('.')) return quoted(text) + " begins with a dot";
  if (!is_top_label(name.substr(dot + 1))) {
    return quoted(text) + " does not end in a top-level domain";
  }
  if (name.find("..") != std::string_view::npos) return quoted(text) + " has an empty label";
  return {};
}

/// Takes `/n` off the end, n without leading zeros and at most `most`. False: malformed.
bool take_length(std::string_view& text, int most) {
  const std::size_t slash = text.rfind('/');
  const std::string_view digits = text.substr(slash + 1);
  const int value = small_number(digits);
  if (value < 0 || value > most || (digits.size() > 1 && digits[0] == '0')) return false;
  text = text.substr(0, slash);
  return true;
}

bool ends_in_length(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return false;
  const std::size_t brace = text.rfind('}');
  return brace == std::string_view::npos || brace < slash;
}

/// dual-cidr-length at the end of an `a` or `mx` argument (RFC 7208 §5.3).
bool take_dual_length(std::string_view& text) {
  if (!ends_in_length(text)) return true;
  const std::size_t slash = text.rfind('/');
  if (slash > 0 && text[slash - 1] == '/') {
    if (!take_length(text, 128)) return false;
    text.remove_suffix(1);
    if (!ends_in_length(text)) return true;
  }
  return take_length(text, 32);
}

class SpfParser {
 public:
  explicit SpfParser(std::string_view text) : text_(text) {}

  SpfRecord run() {
    std::size_t at = 6;  // after v=spf1
    while (record_.error.empty()) {
      while (at < text_.size() && text_[at] == ' ') ++at;
      if (at == text_.size()) break;
      const std::size_t end = std::min(text_.find(' ', at), text_.size());
      term(text_.substr(at, end - at), at);
      at = end;
    }
    return std::move(record_);
  }

 private:
  void fail(const SpfTerm& term, std::string why) {
    record_.error = quoted(term.text) + ": " + std::move(why);
  }

  void term(std::string_view text, std::size_t begin) {
    SpfTerm term;
    term.text = text;
    term.begin = begin;
    const std::size_t delimiter = text.find_first_of(":/=");
    if (delimiter != std::string_view::npos && text[delimiter] == '=') {
      modifier(term, text.substr(0, delimiter), text.substr(delimiter + 1));
      return;
    }
    std::string_view name = text.substr(0, delimiter);
    std::string_view rest = delimiter == std::string_view::npos ? "" : text.substr(delimiter);
    if (!name.empty() && std::string_view("+-~?").find(name[0]) != std::string_view::npos) {
      term.qualifier = name[0];
      name.remove_prefix(1);
    }
    for (const Mechanism& mechanism : mechanisms) {
      if (!equal_folded(name, mechanism.name)) continue;
      term.kind = mechanism.kind;
      argument(term, rest);
      return;
    }
    unknown(term, name);
  }

  void unknown(const SpfTerm& term, std::string_view name) {
    std::vector<std::string> known;
    for (const Mechanism& mechanism : mechanisms) known.emplace_back(mechanism.name);
    for (const char* modifier : {"redirect", "exp"}) known.emplace_back(modifier);
    const std::string meant = name == "ip" ? "ip4" : did_you_mean(lowered(name), known);
    fail(term, "there is no such mechanism" +
                   (meant.empty() ? "" : "; did you mean " + quoted(meant) + "?"));
  }

  void argument(SpfTerm& term, std::string_view rest) {
    const bool has_argument = rest.starts_with(':');
    std::string_view value = has_argument ? rest.substr(1) : rest;
    switch (term.kind) {
      case SpfTermKind::all:
        if (!rest.empty()) return fail(term, "all takes no argument");
        break;
      case SpfTermKind::ip4:
      case SpfTermKind::ip6:
        if (!has_argument) return fail(term, "an address is missing");
        if (!network(value, term.kind == SpfTermKind::ip4)) {
          return fail(term, term.kind == SpfTermKind::ip4 ? "this is no IPv4 network"
                                                          : "this is no IPv6 network");
        }
        return record_.terms.push_back(term);
      case SpfTermKind::a:
      case SpfTermKind::mx:
        if (!take_dual_length(value)) return fail(term, "the prefix length is malformed");
        if (!has_argument && !value.empty()) return fail(term, "this is malformed");
        break;
      default:
        if (!has_argument && !rest.empty()) return fail(term, "this is malformed");
        break;
    }
    const bool needs = term.kind == SpfTermKind::include || term.kind == SpfTermKind::exists;
    if (has_argument || needs) {
      std::string error = domain_spec_error(value);
      if (!error.empty()) return fail(term, std::move(error));
      term.domain = value;
    }
    record_.terms.push_back(term);
  }

  static bool network(std::string_view value, bool v4) {
    if (value.find('/') != std::string_view::npos && !take_length(value, v4 ? 32 : 128)) {
      return false;
    }
    const auto address = IpAddress::parse(value);
    if (!address) return false;
    return v4 ? address->is_v4() && value.find(':') == std::string_view::npos
              : value.find(':') != std::string_view::npos;
  }

  void modifier(SpfTerm& term, std::string_view name, std::string_view value) {
    const bool good_name =
        !name.empty() && is_alpha(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
          return is_alnum(c) || c == '-' || c == '_' || c == '.';
        });
    if (!good_name) return fail(term, "this is neither a mechanism nor a modifier");
    std::string error;
    if (equal_folded(name, "redirect") || equal_folded(name, "exp")) {
      term.kind = equal_folded(name, "exp") ? SpfTermKind::exp : SpfTermKind::redirect;
      bool& seen = term.kind == SpfTermKind::exp ? has_exp_ : has_redirect_;
      if (seen) return fail(term, "this modifier is given twice");  // RFC 7208 §6
      seen = true;
      error = domain_spec_error(value);
      term.domain = value;
    } else {
      term.kind = SpfTermKind::unknown_modifier;
      bool ends_in_macro = false;
      error = macro_string_error(value, ends_in_macro);
      // "ip4=192.0.2.1" is a modifier nobody knows, so nothing is permitted by it.
      for (const Mechanism& mechanism : mechanisms) {
        if (equal_folded(name, mechanism.name)) {
          error = "a mechanism takes its argument after a colon, not after =";
        }
      }
    }
    if (!error.empty()) return fail(term, std::move(error));
    record_.terms.push_back(term);
  }

  std::string_view text_;
  SpfRecord record_;
  bool has_redirect_ = false;
  bool has_exp_ = false;
};

}  // namespace

bool SpfTerm::counts() const {
  switch (kind) {
    case SpfTermKind::include:
    case SpfTermKind::a:
    case SpfTermKind::mx:
    case SpfTermKind::ptr:
    case SpfTermKind::exists:
    case SpfTermKind::redirect:
      return true;
    default:
      return false;
  }
}

bool is_spf(std::string_view text) {
  return starts_folded(text, "v=spf1") && (text.size() == 6 || text[6] == ' ');
}

SpfRecord parse_spf(std::string_view text) {
  return SpfParser(text).run();
}

}  // namespace lapis::lint
