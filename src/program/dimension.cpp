#include "lapis/program/dimension.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "lapis/base/stable_hash.h"

namespace lapis::program {
namespace {

/// Slots of a table that stays at most half full.
std::size_t slot_count(std::size_t entries) {
  return std::bit_ceil(std::max<std::size_t>(entries * 2, 2));
}

/// Up to so many are compared one by one.
constexpr std::size_t few_texts = 4;

std::uint64_t text_hash(std::string_view text) {
  return stable_hash({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, 0);
}

/// The class whose least value is the last one not above `value`.
template <class T>
ClassNumber class_in(const std::vector<T>& starts, const T& value) {
  return static_cast<ClassNumber>(std::upper_bound(starts.begin(), starts.end(), value) -
                                  starts.begin() - 1);
}

}  // namespace

// ---- names

void NameClasses::build(std::vector<lang::WireName> names) {
  names.emplace_back();
  lang::sort_names(names);
  names_ = std::move(names);
  ends_.assign(names_.size(), classes() - 1);
  slots_.assign(slot_count(names_.size()), {});
  std::vector<std::uint32_t> path;
  dns::HashedName hashed;
  for (std::uint32_t n = 0; n < names_.size(); ++n) {
    while (!path.empty() && !dns::is_under(names_[n].view(), names_[path.back()].view())) {
      ends_[path.back()] = 2 * n - 1;
      path.pop_back();
    }
    path.push_back(n);
    hashed.assign(names_[n].view());
    depths_[hashed.labels() / 64] |= std::uint64_t{1} << hashed.labels() % 64;
    std::size_t at = hashed.hash() & (slots_.size() - 1);
    while (slots_[at].name != UINT32_MAX) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {hashed.hash(), n};
  }
}

std::uint32_t NameClasses::find(std::uint64_t hash, dns::NameView name) const {
  for (std::size_t at = hash & (slots_.size() - 1); slots_[at].name != UINT32_MAX;
       at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash != hash) continue;
    const dns::NameView found = names_[slots_[at].name].view();
    if (found.size() == name.size() && std::memcmp(found.data(), name.data(), name.size()) == 0) {
      return slots_[at].name;
    }
  }
  return UINT32_MAX;
}

ClassNumber NameClasses::class_of(const dns::HashedName& name) const {
  for (int k = name.labels(); k > 0; --k) {
    if ((depths_[k / 64] >> k % 64 & 1) == 0) continue;
    const std::uint32_t found = find(name.hash(k), name.suffix(k));
    if (found != UINT32_MAX) return 2 * found + (k == name.labels() ? 0 : 1);
  }
  return name.labels() == 0 ? 0 : 1;
}

void NameClasses::prefetch(const dns::HashedName& name) const {
  for (int k = name.labels(); k > 0; --k) {
    if ((depths_[k / 64] >> k % 64 & 1) == 0) continue;
    __builtin_prefetch(&slots_[name.hash(k) & (slots_.size() - 1)]);
    return;
  }
}

std::uint32_t NameClasses::find_by_hash(const dns::HashedName& name) const {
  for (int k = name.labels(); k > 0; --k) {
    if ((depths_[k / 64] >> k % 64 & 1) == 0) continue;
    for (std::size_t at = name.hash(k) & (slots_.size() - 1); slots_[at].name != UINT32_MAX;
         at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].hash == name.hash(k)) return slots_[at].name;
    }
  }
  return UINT32_MAX;
}

ClassRange NameClasses::subtree(const lang::WireName& name) const {
  dns::HashedName hashed;
  hashed.assign(name.view());
  const std::uint32_t at = find(hashed.hash(), name.view());
  assert(at != UINT32_MAX);
  return subtree(at);
}

// ---- texts

void TextClasses::build(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  texts_ = std::move(texts);
  slots_.assign(slot_count(texts_.size()), 0);
  for (std::uint32_t i = 0; i < texts_.size(); ++i) {
    std::size_t at = text_hash(texts_[i]) & (slots_.size() - 1);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = i + 1;
  }
}

ClassNumber TextClasses::class_of(std::string_view text) const {
  if (texts_.size() <= few_texts) {
    // Lengths tell most of them apart; hashing costs more than a few comparisons.
    ClassNumber at = 0;
    while (at < texts_.size() && texts_[at] != text) ++at;
    return at;
  }
  for (std::size_t at = text_hash(text) & (slots_.size() - 1); slots_[at] != 0;
       at = (at + 1) & (slots_.size() - 1)) {
    if (texts_[slots_[at] - 1] == text) return slots_[at] - 1;
  }
  return static_cast<ClassNumber>(texts_.size());
}

// ---- any

ClassNumber Dimension::classes() const {
  switch (kind) {
    case Kind::name:
      return names.classes();
    case Kind::text:
      return texts.classes();
    case Kind::number:
      return static_cast<ClassNumber>(numbers.size());
    case Kind::address:
      break;
  }
  return static_cast<ClassNumber>(addresses.size());
}

ClassNumber Dimension::class_of(std::int64_t number) const {
  return class_in(numbers, number);
}
ClassNumber Dimension::class_of(const IpAddress& address) const {
  if (address.is_v4()) return class_in(ipv4, address.v4_value());
  return class_in(addresses, address);
}

}  // namespace lapis::program
