#include "lapis/dns/rdata.h"

#include <algorithm>
#include <cstring>

#include "lapis/dns/types.h"

namespace lapis::dns {

NameFields name_fields(std::uint16_t type) {
  switch (type) {
    // RFC 1035: compressible.
    case type::ns:
    case type::md:
    case type::mf:
    case type::cname:
    case type::mb:
    case type::mg:
    case type::mr:
    case type::ptr:
      return {0, 1, true, true};
    case type::soa:
    case type::minfo:
      return {0, 2, true, true};
    case type::mx:
      return {2, 1, true, true};
    // Later types: never compressed (RFC 3597 §4), folded in canonical form.
    case type::dname:
      return {0, 1, false, true};
    case type::rp:
      return {0, 2, false, true};
    case type::afsdb:
    case type::rt:
    case type::kx:
      return {2, 1, false, true};
    case type::px:
      return {2, 2, false, true};
    case type::srv:
      return {6, 1, false, true};
    case type::rrsig:
    case type::sig:
      return {18, 1, false, true};
    // Neither compressed nor folded (RFC 6840 §5.1 took NSEC off the list).
    case type::nsec:
      return {0, 1, false, false};
    case type::svcb:
    case type::https:
      return {2, 1, false, false};
    case type::lp:
      return {2, 1, false, false};
    default:
      return {};
  }
}

std::size_t name_size(std::span<const std::uint8_t> octets) {
  std::size_t i = 0;
  const std::size_t end = std::min(octets.size(), max_name_octets);
  while (i < end) {
    const std::size_t length = octets[i];
    if (length == 0) return i + 1;
    if (length > max_label_octets) return 0;
    i += length + 1;
  }
  return 0;
}

NameView rdata_name(std::uint16_t type, std::span<const std::uint8_t> rdata, int index) {
  std::size_t at = name_fields(type).skip;
  std::size_t size = name_size(rdata.subspan(at));
  for (; index > 0; --index) {
    at += size;
    size = name_size(rdata.subspan(at));
  }
  return {rdata.data() + at, size};
}

namespace {

/// Octets in front of the rest and how many there must be after the names.
bool has_fixed_rest(std::uint16_t type, std::size_t rest) {
  switch (type) {
    case type::soa:
      return rest == 20;
    case type::rrsig:
    case type::sig:
      return rest >= 1;
    case type::nsec:
    case type::svcb:
    case type::https:
      return true;
    default:
      return rest == 0;
  }
}

}  // namespace

bool is_well_formed(std::uint16_t type, std::span<const std::uint8_t> rdata) {
  switch (type) {
    case type::a:
      return rdata.size() == 4;
    case type::aaaa:
      return rdata.size() == 16;
    case type::ds:
    case type::cds:
      return rdata.size() >= 5;
    case type::dnskey:
    case type::cdnskey:
      return rdata.size() >= 5;
    case type::nsec3param:
      return rdata.size() >= 5 && rdata.size() == 5u + rdata[4];
    case type::nsec3: {
      if (rdata.size() < 6) return false;
      const std::size_t hash = 5u + rdata[4];
      return hash < rdata.size() && hash + 1 + rdata[hash] <= rdata.size();
    }
    case type::txt:
    case type::hinfo: {
      std::size_t i = 0;
      while (i < rdata.size()) i += rdata[i] + std::size_t{1};
      return i == rdata.size() && !rdata.empty();
    }
    default:
      break;
  }
  const NameFields fields = name_fields(type);
  if (fields.names == 0) return true;
  if (rdata.size() < fields.skip) return false;
  std::size_t at = fields.skip;
  for (int i = 0; i < fields.names; ++i) {
    const std::size_t size = name_size(rdata.subspan(at));
    if (size == 0) return false;
    at += size;
  }
  return has_fixed_rest(type, rdata.size() - at);
}

bool same_rdata(std::uint16_t type, std::span<const std::uint8_t> a,
                std::span<const std::uint8_t> b) {
  if (a.size() != b.size()) return false;
  const NameFields fields = name_fields(type);
  if (!fields.folded) return a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0;
  std::size_t at = fields.skip;
  if (!std::equal(a.begin(), a.begin() + fields.skip, b.begin())) return false;
  for (int i = 0; i < fields.names; ++i) {
    const std::size_t size = name_size(a.subspan(at));
    if (size != name_size(b.subspan(at))) return false;
    if (!equal({a.data() + at, size}, {b.data() + at, size})) return false;
    at += size;
  }
  return std::equal(a.begin() + static_cast<std::ptrdiff_t>(at), a.end(),
                    b.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace lapis::dns
