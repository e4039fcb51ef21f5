#include "lapis/lang/type.h"

#include <algorithm>
#include <iterator>

namespace lapis::lang {

const char* to_string(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "bool";
    case Kind::integer:
      return "int";
    case Kind::text:
      return "string";
    case Kind::name:
      return "domain name";
    case Kind::ipv4:
      return "ipv4";
    case Kind::ipv6:
      return "ipv6";
    case Kind::address:
      return "address";
    case Kind::prefix:
      return "prefix";
    case Kind::ttl:
      return "ttl";
    case Kind::key:
      return "key";
    case Kind::list:
      return "list";
    case Kind::nothing:
      return "nothing";
  }
  return "nothing";
}

Type Type::simple(Kind kind) {
  Type t;
  t.kind = kind;
  return t;
}

Type Type::integer(std::int64_t low, std::int64_t high) {
  Type t = simple(Kind::integer);
  t.low = low;
  t.high = high;
  return t;
}

Type Type::ttl(std::int64_t low, std::int64_t high) {
  Type t = integer(low, high);
  t.kind = Kind::ttl;
  return t;
}

Type Type::one_of(std::vector<std::string> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  Type t = text();
  t.domain = std::make_shared<const std::vector<std::string>>(std::move(values));
  return t;
}

Type Type::list_of(Kind element, std::int64_t least, std::int64_t most) {
  Type t = simple(Kind::list);
  t.element = element;
  t.low = least;
  t.high = most;
  return t;
}

std::string to_string(const Type& type) {
  switch (type.kind) {
    case Kind::integer:
      return type.low == type.high
                 ? "int " + std::to_string(type.low)
                 : "int " + std::to_string(type.low) + ".." + std::to_string(type.high);
    case Kind::text: {
      if (!type.domain || type.domain->size() < 2) return "string";
      std::string out = "one of";
      for (const std::string& value : *type.domain) out += " \"" + value + "\"";
      return out;
    }
    case Kind::list:
      if (type.element == Kind::nothing) return "empty list";
      return std::string("list of ") + to_string(type.element);
    default:
      return to_string(type.kind);
  }
}

bool fits(Kind from, Kind to) {
  if (from == to || from == Kind::nothing) return true;
  return to == Kind::address && (from == Kind::ipv4 || from == Kind::ipv6);
}

namespace {

bool join_kinds(Kind a, Kind b, Kind& out) {
  if (fits(a, b)) {
    out = b;
  } else if (fits(b, a)) {
    out = a;
  } else if (fits(a, Kind::address) && fits(b, Kind::address)) {
    out = Kind::address;
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool join(const Type& a, const Type& b, Type& result) {
  Type out;  // `result` may be `a` or `b`
  if (!join_kinds(a.kind, b.kind, out.kind)) return false;
  if (out.kind == Kind::list && !join_kinds(a.element, b.element, out.element)) return false;
  out.low = std::min(a.low, b.low);
  out.high = std::max(a.high, b.high);
  if (a.domain && b.domain) {
    std::vector<std::string> both;
    std::set_union(a.domain->begin(), a.domain->end(), b.domain->begin(), b.domain->end(),
                   std::back_inserter(both));
    out.domain = std::make_shared<const std::vector<std::string>>(std::move(both));
  }
  result = std::move(out);
  return true;
}

}  // namespace lapis::lang
