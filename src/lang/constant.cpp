#include "lapis/lang/constant.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace lapis::lang {

void sort_names(std::vector<WireName>& names) {
  std::unordered_set<std::string_view> seen;
  std::vector<std::pair<std::string, std::uint32_t>> order;  // key, which name
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    if (seen.insert(names[i].octets).second)
      order.emplace_back(dns::canonical_key(names[i].view()), i);
  }
  std::sort(order.begin(), order.end());
  std::vector<WireName> sorted;
  sorted.reserve(order.size());
  for (const auto& [key, i] : order) sorted.push_back(std::move(names[i]));
  names = std::move(sorted);
}

WireName::WireName(dns::NameView view) : octets(view.size(), '\0') {
  std::transform(view.data(), view.data() + view.size(), octets.begin(),
                 [](std::uint8_t c) { return static_cast<char>(dns::to_lower(c)); });
}

std::size_t ListConstant::size() const {
  switch (element) {
    case Kind::integer:
    case Kind::ttl:
      return numbers.size();
    case Kind::text:
      return texts.size();
    case Kind::name:
      return names.size();
    case Kind::ipv4:
    case Kind::ipv6:
    case Kind::address:
      return addresses.size();
    case Kind::prefix:
      return prefixes.size();
    case Kind::boolean:
      return booleans.size();
    default:
      return 0;
  }
}

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
  return out + '"';
}

std::string written(bool v) {
  return v ? "true" : "false";
}
std::string written(std::int64_t v) {
  return std::to_string(v);
}
std::string written(const std::string& v) {
  return quoted(v);
}
std::string written(const WireName& v) {
  return quoted(dns::to_text(v.view()));
}
std::string written(const IpAddress& v) {
  return (v.is_v4() ? "(ipv4 \"" : "(ipv6 \"") + v.to_string() + "\")";
}
std::string written(const Prefix& v) {
  return quoted(v.to_string());
}

std::string written(const ListConstant& list) {
  std::string out = "(list";
  auto add = [&](const auto& values) {
    for (const auto& v : values) out += " " + written(v);
  };
  add(list.numbers);
  add(list.texts);
  add(list.names);
  add(list.addresses);
  add(list.prefixes);
  for (bool v : list.booleans) out += " " + written(v);
  return out + ")";
}
std::string written(const SharedList& list) {
  return written(*list);
}

}  // namespace

std::string to_string(const Constant& constant) {
  return std::visit([](const auto& v) { return written(v); }, constant);
}

}  // namespace lapis::lang
