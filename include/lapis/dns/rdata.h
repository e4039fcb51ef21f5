// Where domain names lie inside rdata, by record type.
//
// Needed in four places: compression (only the types of RFC 1035 may be compressed, RFC 3597 §4),
// canonical comparison (RFC 4034 §6.2), following names to additional data, and the check that
// rdata in uncompressed wire form is well-formed before it is served.
#pragma once

#include <cstdint>
#include <span>

#include "lapis/dns/name.h"

namespace lapis::dns {

/// `skip` octets, then `names` names, then anything.
struct NameFields {
  std::uint8_t skip = 0;
  std::uint8_t names = 0;
  bool compressible = false;  ///< RFC 1035 types: may be compressed in messages
  bool folded = false;        ///< names are case-folded in canonical form (RFC 4034 §6.2)
};

/// Layout of the names in rdata of `type`; `names == 0` for types without any, for unknown types
/// and for NAPTR, whose name does not lie at a fixed place.
NameFields name_fields(std::uint16_t type);

/// Size of the well-formed uncompressed name at the front of `octets`; 0 when there is none.
std::size_t name_size(std::span<const std::uint8_t> octets);

/// The `index`th name of rdata of `type`. REQUIRES: is_well_formed(type, rdata) and
/// index < name_fields(type).names
NameView rdata_name(std::uint16_t type, std::span<const std::uint8_t> rdata, int index = 0);

/// The rdata has the shape its type asks for, as far as serving it depends on it: address sizes,
/// names, the SOA's numbers, and the fixed fields of the DNSSEC types.
bool is_well_formed(std::uint16_t type, std::span<const std::uint8_t> rdata);

/// Same record data: equal octets, names of the folded types compared without case.
bool same_rdata(std::uint16_t type, std::span<const std::uint8_t> a,
                std::span<const std::uint8_t> b);

}  // namespace lapis::dns
