// ptr-without-address, address-without-ptr: reverse zones against forward zones (RFC 1912 §2.1).
#include <optional>

#include "lapis/base/ip.h"
#include "zone_set.h"

namespace lapis::lint {
namespace {

const dns::Name& v4_root() {
  static const dns::Name name = *dns::parse_name("in-addr.arpa.");
  return name;
}
const dns::Name& v6_root() {
  static const dns::Name name = *dns::parse_name("ip6.arpa.");
  return name;
}

bool is_reverse(dns::NameView origin) {
  return dns::is_under(origin, v4_root()) || dns::is_under(origin, v6_root());
}

using Octets = std::vector<std::uint8_t>;

int hex_value(std::uint8_t c) {
  c = dns::to_lower(c);
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// The octets of the address that a reverse name stands for (RFC 1035 §3.5, RFC 3596 §2.5); empty
/// when it stands for none, as below the names of RFC 2317.
Octets address_of(dns::NameView name) {
  Octets octets;
  if (dns::is_under(name, v4_root()) && name.label_count() == 6) {
    octets.resize(4);
    for (int i = 3; i >= 0; --i, name = name.parent()) {
      const auto label = name.first_label();
      if (label.size() > 3 || (label.size() > 1 && label[0] == '0')) return {};
      int value = 0;
      for (const std::uint8_t c : label) {
        if (c < '0' || c > '9') return {};
        value = value * 10 + (c - '0');
      }
      if (value > 255) return {};
      octets[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value);
    }
  } else if (dns::is_under(name, v6_root()) && name.label_count() == 34) {
    octets.resize(16);
    for (int i = 31; i >= 0; --i, name = name.parent()) {
      const auto label = name.first_label();
      const int value = label.size() == 1 ? hex_value(label[0]) : -1;
      if (value < 0) return {};
      octets[static_cast<std::size_t>(i / 2)] |=
          static_cast<std::uint8_t>(i % 2 == 0 ? value << 4 : value);
    }
  }
  return octets;
}

dns::Name reverse_name(std::span<const std::uint8_t> octets) {
  dns::Name name = octets.size() == 4 ? v4_root() : v6_root();
  for (const std::uint8_t octet : octets) {
    if (octets.size() == 4) {
      const std::string digits = std::to_string(octet);
      name.prepend({reinterpret_cast<const std::uint8_t*>(digits.data()), digits.size()});
    } else {
      for (const int nibble : {octet >> 4, octet & 15}) {
        const auto digit = static_cast<std::uint8_t>("0123456789abcdef"[nibble]);
        name.prepend({&digit, 1});
      }
    }
  }
  return name;
}

std::string address_text(std::span<const std::uint8_t> octets) {
  if (octets.size() == 16) return IpAddress::v6(octets.first<16>()).to_string();
  return IpAddress::v4(std::uint32_t{octets[0]} << 24 | std::uint32_t{octets[1]} << 16 |
                       std::uint32_t{octets[2]} << 8 | octets[3])
      .to_string();
}

struct Place {
  Context* zone = nullptr;
  Index node = none;
  Target target = Target::outside;
};

/// Where a name leads, aliases followed through all zones given.
Place follow(const ZoneSet& zones, dns::NameView name) {
  Place place;
  for (int steps = 0; steps < 16; ++steps) {
    place.zone = zones.find(name);
    if (place.zone == nullptr) return {};
    place.node = none;
    place.target = place.zone->target(name, &place.node);
    if (place.target != Target::alias) return place;
    const zone::Record* cname = place.zone->first_of(place.node, rr::cname);
    if (cname == nullptr) return {};
    name = place.zone->rdata_name(*cname, 0);
  }
  return {};
}

bool owns(const Place& place, std::uint16_t type, std::span<const std::uint8_t> rdata) {
  for (Index i = place.zone->tree.node(place.node).first_record; i != none;
       i = place.zone->tree.next_record(i)) {
    const zone::Record& record = place.zone->record(i);
    const auto data = place.zone->records.rdata(record);
    if (record.type == type && std::equal(data.begin(), data.end(), rdata.begin(), rdata.end())) {
      return true;
    }
  }
  return false;
}

void check_ptr(const ZoneSet& zones, Context& reverse, const zone::Record& ptr) {
  const Octets address = address_of(reverse.records.owner(ptr));
  if (address.empty()) return;
  const dns::NameView name = reverse.rdata_name(ptr, 0);
  const Place place = follow(zones, name);
  std::string problem;
  switch (place.target) {
    case Target::missing:
      problem = "does not exist";
      break;
    case Target::no_address:
      problem = "has no address";
      break;
    case Target::address:
      if (place.zone->tree.is_rejected(place.node) ||
          owns(place, address.size() == 4 ? rr::a : rr::aaaa, address)) {
        return;
      }
      problem = "does not have the address " + address_text(address);
      break;
    default:
      return;  // somebody else's name
  }
  reverse.add("ptr-without-address", ptr, dns::to_text(name) + " " + problem);
}

void check_address(const ZoneSet& zones, Context& forward, const zone::Record& record) {
  const auto octets = forward.records.rdata(record);
  const dns::Name name = reverse_name(octets);
  const Context* zone = zones.find(name);
  if (zone == nullptr || !is_reverse(zone->records.origin)) return;
  Index node = none;
  const Target target = zone->target(name, &node);
  if (target != Target::missing && target != Target::no_address && target != Target::address) {
    return;  // delegated further, or an alias into the zone of who has the address (RFC 2317)
  }
  if (node != none && (zone->first_of(node, rr::ptr) != nullptr || zone->tree.is_rejected(node))) {
    return;
  }
  forward.add("address-without-ptr", record,
              address_text(octets) + " has no PTR record in " + dns::to_text(zone->records.origin));
}

}  // namespace

void check_reverse(const ZoneSet& zones) {
  bool any_reverse = false;
  bool any_forward = false;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    (is_reverse(zones[i].records.origin) ? any_reverse : any_forward) = true;
  }
  if (!any_reverse || !any_forward) return;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    Context& context = zones[i];
    const bool reverse = is_reverse(context.records.origin);
    for (Index r = 0; r < context.records.records.size(); ++r) {
      const zone::Record& record = context.record(r);
      const Index node = context.tree.owner_of(r);
      if (context.is_covered(node) || context.is_cut(node)) continue;
      if (reverse && record.type == rr::ptr) {
        check_ptr(zones, context, record);
      } else if (!reverse && (record.type == rr::a || record.type == rr::aaaa) &&
                 !context.tree.name(node).is_wildcard()) {
        check_address(zones, context, record);
      }
    }
  }
}

}  // namespace lapis::lint
