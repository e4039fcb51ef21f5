#include "lapis/lang/tracer.h"

namespace lapis::lang {

Constant Tracer::shown(const AddressList& value) {
  ListConstant list;
  list.element = Kind::address;
  list.addresses.assign(value.data, value.data + value.count);
  return list;
}

Constant Tracer::shown(const KeyOctets& value) {
  std::string out;
  for (const std::uint8_t octet : value.octets()) {
    out += "0123456789abcdef"[octet >> 4U];
    out += "0123456789abcdef"[octet & 15U];
  }
  return out;
}

}  // namespace lapis::lang
