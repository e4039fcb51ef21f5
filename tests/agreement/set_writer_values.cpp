// Numbers, words, names, addresses and keys.
#include "set_writer.h"

namespace lapis::agreement {

Number SetWriter::number(int depth) {
  if (depth <= 0) return number_leaf(depth);
  switch (pick(14)) {
    case 0:
    case 1:
      return binary("+", number(depth - 1), number(depth - 1));
    case 2:
      return binary("-", number(depth - 1), number(depth - 1));
    case 3: {
      const Number x = number(depth - 1);
      std::int64_t high = 0;
      if (__builtin_sub_overflow(std::int64_t{0}, x.low, &high)) return x;
      return {"(- " + x.text + ")", -x.high, high};
    }
    case 4:
      return product(number(depth - 1), any_of(r_, std::vector<std::int64_t>{-3, 0, 2, 100}));
    case 5: {
      const Number x = number(depth - 1);
      const std::int64_t m = any_of(r_, std::vector<std::int64_t>{1, 2, 7, 1000});
      const bool within = x.low >= 0 && x.high < m;
      return {"(mod " + x.text + " " + std::to_string(m) + ")", within ? x.low : 0,
              within ? x.high : m - 1};
    }
    case 6: {
      const Number x = number(depth - 1);
      const Number y = number(depth - 1);
      return {"(min " + x.text + " " + y.text + ")", std::min(x.low, y.low),
              std::min(x.high, y.high)};
    }
    case 7: {
      const Number x = number(depth - 1);
      const Number y = number(depth - 1);
      return {"(max " + x.text + " " + y.text + ")", std::max(x.low, y.low),
              std::max(x.high, y.high)};
    }
    case 8: {
      const Number x = number(depth - 1);
      return {"(clamp " + x.text + " -5 100)", std::clamp<std::int64_t>(x.low, -5, 100),
              std::clamp<std::int64_t>(x.high, -5, 100)};
    }
    case 9: {
      const Number x = number(depth - 1);
      const Number y = number(depth - 1);
      return {"(if " + boolean(depth - 1) + " " + x.text + " " + y.text + ")",
              std::min(x.low, y.low), std::max(x.high, y.high)};
    }
    case 10: {
      Number inner{};
      const std::string text = with_let(depth, [&] {
        inner = number(depth - 1);
        return inner.text;
      });
      return {text, inner.low, inner.high};
    }
    case 11:
      return {"(length " + list(chance(r_, 50) ? 4 : 6, depth - 1) + ")", 0, 4096};
    case 12:
      return bucket(depth - 1);
    default:
      return {call(Sort::number, depth), -1000, 1000};
  }
}

Number SetWriter::bucket(int depth) {
  const int n = any_of(r_, bucket_counts);
  std::string text = "(bucket " + key(depth) + " " + std::to_string(n);
  if (chance(r_, 60)) text += " " + quoted(any_of(r_, salt_words));
  return {text + ")", 0, n - 1};
}

Number SetWriter::number_leaf(int depth) {
  const auto locals = visible(Sort::number);
  if (!locals.empty() && chance(r_, 40)) return any_of(r_, locals).range;
  if (in_invariant_ && chance(r_, 20)) return {"answer-ttl", 0, 2147483647};
  for (const AttributeWords& attribute : attributes_) {
    if (attribute.sort == Sort::number && chance(r_, 40)) {
      return {attribute.name, attribute.low, attribute.high};
    }
  }
  switch (pick(4)) {
    case 0:
      return {"asn", 0, 4294967295};
    case 1:
      return {"(label-count " + name(depth - 1, true) + ")", 0, 127};
    case 2:
      return {"(bucket client 10)", 0, 9};
    default: {
      const std::int64_t n = any_of(r_, numbers_);
      return {std::to_string(n), n, n};
    }
  }
}

Number SetWriter::binary(const char* op, Number x, Number y) {
  Number out{};
  for (;;) {
    const bool minus = op[0] == '-';
    bool overflow = false;
    if (minus) {
      overflow = __builtin_sub_overflow(x.low, y.high, &out.low);
      overflow = __builtin_sub_overflow(x.high, y.low, &out.high) || overflow;
    } else {
      overflow = __builtin_add_overflow(x.low, y.low, &out.low);
      overflow = __builtin_add_overflow(x.high, y.high, &out.high) || overflow;
    }
    if (!overflow) break;
    x = narrowed(x);
    y = narrowed(y);
  }
  out.text = std::string("(") + op + " " + x.text + " " + y.text + ")";
  return out;
}

Number SetWriter::product(Number x, std::int64_t factor) {
  std::int64_t a = 0;
  std::int64_t b = 0;
  if (__builtin_mul_overflow(x.low, factor, &a) || __builtin_mul_overflow(x.high, factor, &b)) {
    x = narrowed(x);
    a = x.low * factor;
    b = x.high * factor;
  }
  const std::string f = std::to_string(factor);
  return {chance(r_, 50) ? "(* " + x.text + " " + f + ")" : "(* " + f + " " + x.text + ")",
          std::min(a, b), std::max(a, b)};
}

Number SetWriter::narrowed(const Number& x) {
  constexpr std::int64_t bound = 1000000;
  return {"(clamp " + x.text + " -1000000 1000000)", std::clamp(x.low, -bound, bound),
          std::clamp(x.high, -bound, bound)};
}

Words SetWriter::words(int depth) {
  if (depth > 0) {
    switch (pick(7)) {
      case 0: {
        const Words x = words(depth - 1);
        Words out{"(lower " + x.text + ")", x.domain, x.opaque};
        for (std::string& value : out.domain) {
          for (char& c : value) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        }
        return out;
      }
      case 1: {
        const Words x = words(depth - 1);
        const Words y = words(depth - 1);
        Words out{"(if " + atom() + " " + x.text + " " + y.text + ")", {}, x.opaque || y.opaque};
        if (!x.domain.empty() && !y.domain.empty()) {
          out.domain = x.domain;
          out.domain.insert(out.domain.end(), y.domain.begin(), y.domain.end());
        }
        return out;
      }
      case 2:
        // Of a constant it is one itself, of a domain the writer does not work out.
        if (chance(r_, 15)) return {"(label " + name_word() + " 1)", {}, true};
        return {
            "(label " + name(depth - 1, false) + " " + std::to_string(pick(4)) + ")", {}, false};
      case 3:
        if (chance(r_, 30)) return {"(family " + address(depth - 1, true) + ")", {}, true};
        return {chance(r_, 70) ? "(family client)" : "(family resolver)", {"ipv4", "ipv6"}, false};
      case 4: {
        Words inner;
        const std::string text = with_let(depth, [&] {
          inner = words(depth - 1);
          return inner.text;
        });
        return {text, inner.domain, inner.opaque};
      }
      default:
        break;
    }
  }
  const auto locals = visible(Sort::words);
  if (!locals.empty() && chance(r_, 40)) return any_of(r_, locals).words;
  for (const AttributeWords& attribute : attributes_) {
    if (attribute.sort == Sort::words && chance(r_, 40)) {
      return {attribute.name, attribute.domain, false};
    }
  }
  switch (pick(7)) {
    case 0:
      return {"qtype", {"A", "AAAA"}, false};
    case 1:
      return {"transport", {"udp", "tcp", "tls"}, false};
    case 2:
      return {"site", sites_, false};
    case 3:
      return {"region", regions_, false};
    case 4:
      return {"country", {}, false};
    case 5:
      return {"continent", {}, false};
    default: {
      const std::string word(any_of(r_, countries_));
      return {quoted(word), {word}, false};
    }
  }
}

std::string SetWriter::name(int depth, bool literal) {
  if (depth > 1 && chance(r_, 20)) {
    return "(if " + atom() + " " + name(depth - 1, literal) + " " + name(depth - 1, literal) + ")";
  }
  if (depth > 1 && chance(r_, 8)) {
    return with_let(depth - 1, [&] { return name(depth - 2, literal); });
  }
  const auto locals = visible(Sort::name);
  if (!locals.empty() && chance(r_, 40)) return any_of(r_, locals).name;
  if (literal && chance(r_, 50)) return name_word();
  return chance(r_, 75) ? "qname" : "zone";
}

std::string SetWriter::address(int depth, bool literal) {
  if (depth > 1 && chance(r_, 15)) {
    return "(if " + atom() + " " + address(depth - 1, literal) + " " + address(depth - 1, literal) +
           ")";
  }
  if (depth > 1 && chance(r_, 5)) {
    return with_let(depth - 1, [&] { return address(depth - 2, literal); });
  }
  if (depth > 0 && chance(r_, 25)) {
    const std::string inner = address(depth - 1, literal);
    if (chance(r_, 50)) return "(prefix-of " + inner + " " + std::to_string(pick(33)) + ")";
    return "(prefix-of " + inner + " " + std::to_string(pick(33)) + " " +
           std::to_string(pick(129)) + ")";
  }
  const auto locals = visible(Sort::address);
  if (!locals.empty() && chance(r_, 40)) return any_of(r_, locals).name;
  if (literal && chance(r_, 20)) return address_word();
  if (chance(r_, 10)) return "(ipv4 " + quoted(any_of(r_, pool4_words)) + ")";
  if (chance(r_, 5)) return "(ipv6 " + quoted(any_of(r_, pool6_words)) + ")";
  return chance(r_, 75) ? "client" : "resolver";
}

std::string SetWriter::key(int depth) {
  if (depth > 0 && chance(r_, 30)) {
    std::string out = "(key";
    for (std::size_t i = pick(3) + 1; i > 0; --i) out += " " + key_part(depth - 1);
    return out + ")";
  }
  return key_part(depth);
}

std::string SetWriter::key_part(int depth) {
  switch (pick(4)) {
    case 0:
      return address(depth, false);
    case 1:
      return words(depth).text;
    default:
      return name(depth, false);
  }
}

}  // namespace lapis::agreement
