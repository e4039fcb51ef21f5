#include "lapis/lang/interpreter.h"

#include <bit>
#include <cstring>

namespace lapis::lang {
namespace {

__extension__ using Wide = unsigned __int128;

/// One character of presentation form (dns::to_text) at `out`; returns the octets written, 1 to 4.
std::size_t put_escaped(std::uint8_t c, char* out) {
  switch (c) {
    case '.':
    case '\\':
    case '"':
    case '(':
    case ')':
    case ';':
    case '@':
    case '$':
      out[0] = '\\';
      out[1] = static_cast<char>(c);
      return 2;
    default:
      break;
  }
  if (c > 0x20 && c < 0x7F) {
    out[0] = static_cast<char>(c);
    return 1;
  }
  out[0] = '\\';
  out[1] = static_cast<char>('0' + c / 100);
  out[2] = static_cast<char>('0' + c / 10 % 10);
  out[3] = static_cast<char>('0' + c % 10);
  return 4;
}

/// Matches one label against a glob part where `*` is any run of characters. Linear in practice
/// and bounded by |label| x |part|: only the last star is ever retried.
bool label_matches(std::string_view part, std::string_view label) {
  std::size_t p = 0;
  std::size_t l = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (l < label.size()) {
    if (p < part.size() && part[p] == '*') {
      star = p++;
      resume = l;
    } else if (p < part.size() && part[p] == label[l]) {
      ++p;
      ++l;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      l = ++resume;
    } else {
      return false;
    }
  }
  while (p < part.size() && part[p] == '*') ++p;
  return p == part.size();
}

/// The label at `at` in presentation form in `buffer`.
std::string_view label_text(const std::uint8_t* at, std::array<char, 256>& buffer) {
  std::size_t size = 0;
  for (std::size_t i = 1; i <= *at; ++i) size += put_escaped(at[i], buffer.data() + size);
  return {buffer.data(), size};
}

/// Next part of a glob pattern (up to an unescaped dot), moving `pattern` past it.
std::string_view next_part(std::string_view& pattern) {
  std::size_t i = 0;
  while (i < pattern.size() && pattern[i] != '.') i += pattern[i] == '\\' ? 2U : 1U;
  const std::string_view part = pattern.substr(0, i);
  pattern.remove_prefix(std::min(i + 1, pattern.size()));
  return part;
}

std::uint64_t hash_address(const IpAddress& address, std::uint64_t seed) {
  const auto octets = address.octets();
  return stable_hash({octets.data(), address.octet_count()}, seed);
}

/// floor(log2(x) * 2^40) for x >= 1 by repeated squaring: the same on every machine.
std::uint64_t fixed_log2(std::uint64_t x) {
  const int whole = 63 - std::countl_zero(x);
  // In [2^63, 2^64): one bit before the binary point.
  Wide mantissa = static_cast<Wide>(x) << (63 - whole);
  std::uint64_t fraction = 0;
  for (int i = 0; i < 40; ++i) {
    mantissa = mantissa * mantissa >> 63;
    fraction <<= 1;
    if (mantissa >> 64 != 0) {
      mantissa >>= 1;
      fraction |= 1;
    }
  }
  return static_cast<std::uint64_t>(whole) << 40 | fraction;
}

}  // namespace

std::uint64_t rendezvous_rank(const IpAddress& element, std::uint64_t key_hash) {
  return hash_address(element, key_hash);
}

WeightedCost weighted_cost(const IpAddress& element, std::uint64_t key_hash, std::int64_t weight) {
  // u = (rank | 1) / 2^64, so that -log2(u) = 64 - log2(rank | 1) is never zero nor infinite.
  const std::uint64_t rank = hash_address(element, key_hash) | 1;
  const std::uint64_t negative_log = (std::uint64_t{64} << 40) - fixed_log2(rank);
  return {negative_log, static_cast<std::uint64_t>(weight)};
}

bool operator<(const WeightedCost& a, const WeightedCost& b) {
  return static_cast<Wide>(a.negative_log) * b.weight <
         static_cast<Wide>(b.negative_log) * a.weight;
}

void Memory::prepare(const Set& set) {
  slots.resize(std::max<std::size_t>(slots.size(), set.slots));
  keys.resize(std::max<std::size_t>(keys.size(), set.slots));
  addresses.resize(std::max<std::size_t>(addresses.size(), set.storage + std::size_t{1}));
  texts.resize(std::max<std::size_t>(texts.size(), set.texts));
  ranks.resize(addresses.size());
}

Interpreter::Text Interpreter::presentation(Name name) const {
  char* out = m_.name_text.data();
  if (name.is_root()) {
    *out = '.';
    return {out, 1};
  }
  std::size_t size = 0;
  for (const std::uint8_t* p = name.data(); *p != 0; p += *p + 1) {
    for (std::size_t i = 1; i <= *p; ++i) size += put_escaped(p[i], out + size);
    out[size++] = '.';
  }
  return {out, size};
}

Interpreter::Text Interpreter::label(Name name, const Expr& e) {
  const int labels = name.label_count();
  if (e.number >= labels) return {};
  const dns::NameView at = name.parent(labels - 1 - static_cast<int>(e.number));
  return label_text(at.data(), m_.texts[e.storage]);
}

Interpreter::Text Interpreter::lower(Text text, const Expr& e) {
  auto& buffer = m_.texts[e.storage];
  text = text.substr(0, buffer.size());  // never cuts: texts have at most 255 octets
  std::transform(text.begin(), text.end(), buffer.begin(), [](char c) {
    return static_cast<char>(dns::to_lower(static_cast<std::uint8_t>(c)));
  });
  return {buffer.data(), text.size()};
}

bool Interpreter::in_names(Name x, const ListConstant& list) const {
  const std::string_view octets(reinterpret_cast<const char*>(x.data()), x.size());
  const auto at = std::lower_bound(
      list.names.begin(), list.names.end(), octets,
      [](const WireName& name, std::string_view wanted) { return name.octets < wanted; });
  return at != list.names.end() && at->octets == octets;
}

bool Interpreter::in_addresses(const Address& x, const ListConstant& list) {
  const auto at = std::lower_bound(list.addresses.begin(), list.addresses.end(), x.ip);
  // The nearest neighbours in order share the most bits with x: past these bits nothing changes.
  if (at != list.addresses.end()) compared(x, {*at, 0});
  if (at != list.addresses.begin()) compared(x, {*(at - 1), 0});
  return at != list.addresses.end() && *at == x.ip;
}

bool Interpreter::in_prefixes(const Address& x, const ListConstant& list) {
  // Sorted and disjoint: only the last prefix that starts at or before x can hold it.
  const auto after =
      std::upper_bound(list.prefixes.begin(), list.prefixes.end(), x.ip,
                       [](const IpAddress& ip, const Prefix& p) { return ip < p.base; });
  const Prefix* before = after != list.prefixes.begin() ? &*(after - 1) : nullptr;
  if (before != nullptr && before->contains(x.ip)) {
    consult(std::min<int>(before->length, x.client_bits));
    return true;
  }
  // Outside: it takes one bit more than what is shared with the nearest prefix on either side.
  auto missed = [&](const Prefix& p) {
    if (p.base.family() != x.ip.family()) return;
    consult(std::min<int>(x.ip.common_bits(p.base) + 1, x.client_bits));
  };
  if (before != nullptr) missed(*before);
  if (after != list.prefixes.end()) missed(*after);
  return false;
}

bool Interpreter::under(Name name, Name ancestor) const {
  if (name.size() < ancestor.size()) return false;
  const std::size_t start = name.size() - ancestor.size();
  if (std::memcmp(name.data() + start, ancestor.data(), ancestor.size()) != 0) return false;
  std::size_t i = 0;
  while (i < start) i += name.data()[i] + std::size_t{1};
  return i == start;
}

bool Interpreter::glob(Name x, const std::string& pattern) const {
  // Labels are matched left to right; only the last `**` is ever retried, which is enough because
  // a later `**` can take up whatever an earlier one leaves.
  std::array<char, 256> buffer;
  std::string_view rest(pattern);
  const std::uint8_t* at = x.data();
  std::string_view retry_pattern;
  const std::uint8_t* retry_at = nullptr;
  while (true) {
    std::string_view after = rest;
    if (!rest.empty() && next_part(after) == "**") {
      retry_pattern = after;
      retry_at = at;
      rest = after;
      continue;
    }
    if (rest.empty() && *at == 0) return true;
    if (!rest.empty() && *at != 0) {
      after = rest;
      const std::string_view part = next_part(after);
      if (label_matches(part, label_text(at, buffer))) {
        rest = after;
        at += *at + 1;
        continue;
      }
    }
    if (retry_at == nullptr || *retry_at == 0) return false;
    retry_at += *retry_at + 1;
    at = retry_at;
    rest = retry_pattern;
  }
}

KeyOctets Interpreter::key_of(Text text) const {
  KeyOctets key;
  key.inside = false;
  key.view = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  return key;
}

KeyOctets Interpreter::key_of(Name name) const {
  KeyOctets key;
  key.inside = false;
  key.view = name.octets();
  return key;
}

KeyOctets Interpreter::key_of(const Address& address) {
  consult(address.client_bits);
  KeyOctets key;
  const auto octets = address.ip.octets();
  key.size = static_cast<std::uint32_t>(address.ip.octet_count());
  std::copy_n(octets.begin(), key.size, key.own.begin());
  return key;
}

void Interpreter::key_add(Key& key, std::span<const std::uint8_t> part) const {
  std::uint64_t h = stable_hash(part, 0);
  for (int i = 0; i < 8; ++i, h >>= 8) key.own[key.size++] = static_cast<std::uint8_t>(h);
}

AddressList Interpreter::unique(List list, const Expr& e) const {
  List out = list_begin(e);
  IpAddress* to = room(out);
  for (std::uint32_t i = 0; i < list.count; ++i) {
    if (std::find(to, to + out.count, list.data[i]) == to + out.count) {
      to[out.count++] = list.data[i];
    }
  }
  return out;
}

AddressList Interpreter::pick(List list, std::span<const std::uint8_t> key, const Expr& e) {
  const std::uint64_t key_hash = stable_hash(key, 0);
  List out = list_begin(e);
  IpAddress* best = room(out);
  std::uint64_t* ranks = m_.ranks.data() + e.storage;
  const auto most = static_cast<std::uint32_t>(e.number);
  for (std::uint32_t i = 0; i < list.count; ++i) {
    const IpAddress element = list.data[i];
    const std::uint64_t rank = rendezvous_rank(element, key_hash);
    std::uint32_t at = out.count;
    // Insertion by rank, the address itself deciding between equal ranks.
    while (at > 0 && (ranks[at - 1] < rank || (ranks[at - 1] == rank && element < best[at - 1]))) {
      --at;
    }
    if (at > 0 && best[at - 1] == element) continue;  // a repeated element
    if (at >= most) continue;
    const std::uint32_t last = std::min(out.count, most - 1);
    std::copy_backward(best + at, best + last, best + last + 1);
    std::copy_backward(ranks + at, ranks + last, ranks + last + 1);
    best[at] = element;
    ranks[at] = rank;
    out.count = last + 1;
  }
  return out;
}

AddressList Interpreter::pick_weighted(std::span<const std::uint8_t> key, const Expr& e) {
  const auto& from = list_in(e.args[0]->value).addresses;
  const auto& weights = list_in(e.args[1]->value).numbers;
  const std::uint64_t key_hash = stable_hash(key, 0);
  List out = list_begin(e);
  IpAddress* best = room(out);
  std::uint64_t* chosen = m_.ranks.data() + e.storage;  // index in `from` of each pick
  const auto most = static_cast<std::uint32_t>(e.number);
  const auto cost = [&](std::size_t i) { return weighted_cost(from[i], key_hash, weights[i]); };
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (weights[i] == 0) continue;
    const WeightedCost mine = cost(i);
    std::uint32_t at = out.count;
    while (at > 0) {
      const WeightedCost other = cost(chosen[at - 1]);
      if (other < mine || (!(mine < other) && best[at - 1] < from[i])) break;
      --at;
    }
    if (at >= most) continue;
    const std::uint32_t last = std::min(out.count, most - 1);
    std::copy_backward(best + at, best + last, best + last + 1);
    std::copy_backward(chosen + at, chosen + last, chosen + last + 1);
    best[at] = from[i];
    chosen[at] = i;
    out.count = last + 1;
  }
  return out;
}

AddressList Interpreter::rotate(List list, std::span<const std::uint8_t> key, const Expr& e) const {
  if (list.count < 2) return list;
  const auto start = static_cast<std::uint32_t>(stable_hash(key, 0) % list.count);
  List out = list_begin(e);
  IpAddress* to = room(out);
  std::copy(list.data + start, list.data + list.count, to);
  std::copy_n(list.data, start, to + (list.count - start));
  out.count = list.count;
  return out;
}

bool Interpreter::disjoint(List a, List b) {
  return std::none_of(a.data, a.data + a.count, [&](const IpAddress& ip) {
    return std::find(b.data, b.data + b.count, ip) != b.data + b.count;
  });
}

bool Interpreter::subset(List a, List b) {
  return std::all_of(a.data, a.data + a.count, [&](const IpAddress& ip) {
    return std::find(b.data, b.data + b.count, ip) != b.data + b.count;
  });
}

}  // namespace lapis::lang
