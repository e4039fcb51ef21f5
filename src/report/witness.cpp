#include "lapis/report/witness.h"

#include <algorithm>

#include "witness_value.h"

namespace lapis::report {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string plain_value(const AttributeText& value) {
  if (const bool* b = std::get_if<bool>(&value)) return *b ? "true" : "false";
  if (const auto* n = std::get_if<std::int64_t>(&value)) return std::to_string(*n);
  return std::get<std::string>(value);
}

bool is_plain_word(std::string_view text) {
  constexpr std::string_view punctuation = "_./:@%+=,-";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           punctuation.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string attribute_text(const AttributeText& value) {
  if (!std::holds_alternative<std::string>(value)) return plain_value(value);
  std::string quoted;
  append_json_string(quoted, std::get<std::string>(value));
  return quoted;
}

Json witness_value(const Witness& w) {
  Json attributes = Json::object();
  for (const auto& [name, value] : w.attributes) {
    std::visit([&, &key = name](const auto& v) { attributes[key] = v; }, value);
  }
  return {
      {"qname", w.qname},         {"zone", w.zone},         {"qtype", w.qtype},
      {"client", w.client},       {"resolver", w.resolver}, {"transport", w.transport},
      {"site", w.site},           {"region", w.region},     {"country", w.country},
      {"continent", w.continent}, {"asn", w.asn},           {"attributes", std::move(attributes)}};
}

std::string witness_json(const Witness& witness) {
  return dump(witness_value(witness));
}

void append_json_string(std::string& out, std::string_view text) {
  out += dump(Json(text));
}

std::string shell_quote(std::string_view text) {
  if (is_plain_word(text)) return std::string(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string eval_command(const Witness& w, const std::vector<std::string>& paths) {
  std::string line = "lapis eval";
  for (const std::string& path : paths) line += " " + shell_quote(path);
  auto option = [&](const char* name, const std::string& value, bool wanted) {
    if (wanted) line += std::string(" --") + name + " " + shell_quote(value);
  };
  option("qname", w.qname, true);
  option("qtype", w.qtype, true);
  option("zone", w.zone, !w.zone.empty());
  option("client", w.client, !w.client.empty());
  option("resolver", w.resolver, !w.resolver.empty());
  option("transport", w.transport, w.transport != "udp");
  option("site", w.site, !w.site.empty());
  option("region", w.region, !w.region.empty());
  option("country", w.country, !w.country.empty());
  option("continent", w.continent, !w.continent.empty());
  option("asn", std::to_string(w.asn), w.asn != 0);
  for (const auto& [name, value] : w.attributes) {
    option("attr", name + "=" + plain_value(value), true);
  }
  return line;
}

std::string dig_command(const Witness& w, const DigTarget& target) {
  std::string line = "dig @" + target.address + " -p " + std::to_string(target.port);
  // dig reads a leading -, + or @ as something other than a name.
  const bool special =
      !w.qname.empty() && std::string_view("-+@").find(w.qname[0]) != std::string_view::npos;
  line += (special ? " -q " : " ") + shell_quote(w.qname) + " " + w.qtype;
  if (w.transport == "tcp") line += " +tcp";
  if (!w.client.empty() && w.client != w.resolver) {
    const bool v6 = w.client.find(':') != std::string::npos;
    line += " +subnet=" + w.client + (v6 ? "/128" : "/32");
  }
  return line;
}

}  // namespace lapis::report
