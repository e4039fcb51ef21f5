// Lists of addresses, and TTLs.
#include "set_writer.h"

namespace lapis::agreement {

std::string SetWriter::literal_list(int family, std::size_t count) {
  std::string out = "(list";
  for (std::size_t i = 0; i < count; ++i) out += " " + pool_address(family);
  return out + ")";
}

std::string SetWriter::pool_address(int family) {
  return family == 4 ? "(ipv4 " + quoted(any_of(r_, pool4_words)) + ")"
                     : "(ipv6 " + quoted(any_of(r_, pool6_words)) + ")";
}

std::string SetWriter::constant_list(int family) {
  if (chance(r_, 50)) return family == 4 ? "pool-a" : "pool-b";
  return literal_list(family, 1 + pick(4));
}

std::string SetWriter::list(int family, int depth) {
  if (depth <= 0) {
    const auto locals = visible(family == 4 ? Sort::list4 : Sort::list6);
    if (!locals.empty() && chance(r_, 50)) return any_of(r_, locals).name;
    if (chance(r_, 40)) return constant_list(family);
    return literal_list(family, pick(4));
  }
  switch (pick(13)) {
    case 0:
      return (chance(r_, 50) ? "(append " : "(concat ") + list(family, depth - 1) + " " +
             list(family, depth - 1) + ")";
    case 1: {
      const std::string count = chance(r_, 60) ? std::to_string(pick(4)) : number(depth - 1).text;
      return "(take " + count + " " + list(family, depth - 1) + ")";
    }
    case 2:
      return "(unique " + list(family, depth - 1) + ")";
    case 3:
      return "(if-empty " + list(family, depth - 1) + " " + list(family, depth - 1) + ")";
    case 4:
    case 5:
      return "(pick " + std::to_string(1 + pick(3)) + " " + list(family, depth - 1) + " " +
             key(depth - 1) + ")";
    case 6:
      return weighted(family, depth);
    case 7:
      return "(rotate " + list(family, depth - 1) + " " + key(depth - 1) + ")";
    case 8:
      return "(filter " + std::string(chance(r_, 50) ? "low-half " : "wanted ") +
             constant_list(family) + ")";
    case 9:
    case 10:
      return choice(depth, [&](int d) { return list(family, d); });
    case 11:
      return "(list " + pool_address(family) + " (if " + boolean(depth - 1) + " " +
             pool_address(family) + " " + pool_address(family) + "))";
    default:
      return with_let(depth, [&] { return list(family, depth - 1); });
  }
}

std::string SetWriter::weighted(int family, int depth) {
  Texts all;
  if (family == 4) {
    all.assign(std::begin(pool4_words), std::end(pool4_words));
  } else {
    all.assign(std::begin(pool6_words), std::end(pool6_words));
  }
  const std::size_t count = 1 + pick(3);
  const std::size_t start = pick(all.size());
  std::string elements;
  std::string weights = " " + std::to_string(1 + pick(9));
  for (std::size_t i = 0; i < count; ++i) {
    elements += (family == 4 ? " (ipv4 " : " (ipv6 ") + quoted(all[(start + i) % all.size()]) + ")";
    if (i > 0) weights += " " + std::to_string(pick(3));
  }
  return "(pick-weighted " + std::to_string(1 + pick(3)) + " (list" + elements + ") (list" +
         weights + ") " + key(depth - 1) + ")";
}

std::string SetWriter::ttl(int depth) {
  switch (depth > 0 ? pick(6) : 0) {
    case 1:
      return "(if " + boolean(depth - 1) + " (ttl 60) (ttl 2147483647))";
    case 2:
      return "(ttl (clamp " + number(depth - 1).text + " 0 3600))";
    case 3:
      return "(min (ttl 300) (ttl (max 0 (min 100 (label-count qname)))))";
    case 4:
      return with_let(depth, [&] { return ttl(depth - 1); });
    default:
      return "(ttl " + any_of(r_, Texts{"0", "30", "60", "300"}) + ")";
  }
}

}  // namespace lapis::agreement
