#include "control_service.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "lapis/program/places.h"
#include "lapis/program/trace.h"
#include "lapis/report/witness.h"

namespace lapis::server {
namespace {

using Json = nlohmann::json;

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}
std::string failed(const std::string& words) {
  return dumped({{"error", words}});
}

/// A question as it would have come over the network.
struct Question {
  dns::Name qname;
  bool ipv6 = false;
  IpAddress resolver = IpAddress::v4(0x7F000001);
  std::optional<IpAddress> subnet;  ///< of the client-subnet option
  std::uint8_t transport = 0;
};

/// False, with words in `error`. What the server knows by itself can't be asked for.
bool read_question(const Witness& query, Question& out, std::string& error) {
  dns::NameError name_error = dns::NameError::none;
  const auto qname = dns::parse_name(query.qname, dns::NameView(), name_error);
  if (!qname) {
    error = "'" + query.qname + "' is not a domain name: " + dns::to_string(name_error);
    return false;
  }
  out.qname = qname->lowered();
  out.ipv6 = query.qtype == "AAAA";
  if (!out.ipv6 && query.qtype != "A") {
    error = "programs are asked for A and AAAA, not '" + query.qtype + "'";
    return false;
  }
  const auto read_address = [&](const std::string& text, auto& into) {
    const auto address = IpAddress::parse(text);
    if (!address) error = "'" + text + "' is not an address";
    if (address) into = *address;
    return address.has_value();
  };
  if (!query.resolver.empty() && !read_address(query.resolver, out.resolver)) return false;
  if (!query.client.empty() && !read_address(query.client, out.subnet)) return false;
  const auto& transports = lang::transport_values;
  const auto at = std::find(transports.begin(), transports.end(), query.transport);
  if (at == transports.end()) {
    error = "transport must be udp, tcp or tls, not '" + query.transport + "'";
    return false;
  }
  out.transport = static_cast<std::uint8_t>(at - transports.begin());
  if (!query.attributes.empty() || !query.zone.empty() || !query.site.empty() ||
      !query.region.empty()) {
    error = "zone, site, region and attributes are the server's own; lapis eval can vary them";
    return false;
  }
  return true;
}

class Tracing {
 public:
  Tracing(const Question& question, const Running& running,
          const answer::Snapshot::ZoneOfName& zone)
      : question_(question), running_(running), zone_(zone) {
    const auto& zones = running.config.zones;
    const auto at = std::find_if(zones.begin(), zones.end(), [&](const ZoneConfig& z) {
      return dns::to_text(z.name.lowered()) == dns::to_text(dns::Name(zone.apex).lowered());
    });
    if (at != zones.end()) config_ = &*at;
  }

  std::string run(bool json) const {
    const answer::Settings& settings = running_.snapshot.settings();
    program::QueryContext query;
    query.qname = question_.qname;
    query.zone = zone_.apex;
    query.ipv6 = question_.ipv6;
    query.resolver = question_.resolver;
    query.client = client();
    if (settings.places) program::set_place(query, *settings.places, geo::all_fields);
    query.transport = question_.transport;
    query.site = settings.site;
    query.region = settings.region;
    query.attributes = zone_.attributes->row(query.qname);
    const program::ProgramSet& set = *running_.snapshot.programs();
    const program::Trace trace =
        program::trace(set, query, [&](std::uint32_t field) { return source_of(set, field); });
    if (json) return program::trace_json(trace, set, running_.sources);
    return "zone " + dns::to_text(zone_.apex) + "\n" + program::answer_text(trace, set) +
           program::trace_text(trace, set, running_.sources);
  }

 private:
  /// The subnet option counts (RFC 7871 §7.1.2), as it does for a query from the network.
  bool believed() const {
    return question_.subnet &&
           running_.snapshot.settings().client_subnet.trusts(question_.resolver);
  }

  const IpAddress& client() const { return believed() ? *question_.subnet : question_.resolver; }

  program::FieldSource place_source(geo::Field field) const {
    const auto& places = running_.snapshot.settings().places;
    const auto& choice = running_.config.geo.fields[static_cast<std::size_t>(field)];
    if (!places) return {"unknown: the server has no geo database", {}};
    return {places->origin(client(), field), choice ? choice->span : Span{}};
  }

  program::FieldSource source_of(const program::ProgramSet& set, std::uint32_t field) const {
    const ServerConfig& server = running_.config.server;
    switch (field) {
      case lang::field_qname:
      case lang::field_qtype:
        return {"the question", {}};
      case lang::field_zone:
        return {"the zone that the name is in", config_ == nullptr ? Span{} : config_->name_span};
      case lang::field_client:
        if (believed()) return {"the client-subnet option", {}};
        return {question_.subnet ? "the source address; the client-subnet option is not believed"
                                 : "the source address; there is no client-subnet option",
                {}};
      case lang::field_resolver:
        return {"the source address", {}};
      case lang::field_transport:
        return {"how the question came", {}};
      case lang::field_site:
        return {server.site.empty() ? "not configured" : "the server's site", server.site_span};
      case lang::field_region:
        return {server.region.empty() ? "not configured" : "the server's region",
                server.region_span};
      case lang::field_country:
        return place_source(geo::Field::country);
      case lang::field_continent:
        return place_source(geo::Field::continent);
      case lang::field_asn:
        return place_source(geo::Field::asn);
      default:
        return attribute_source(set, field - lang::first_attribute);
    }
  }

  program::FieldSource attribute_source(const program::ProgramSet& set, std::size_t index) const {
    using Origin = program::AttributeTable::Origin;
    const lang::Attribute& attribute = set.definition().attributes[index];
    const Origin origin = zone_.attributes->origin(question_.qname, index);
    switch (origin.kind) {
      case Origin::Kind::row:
        return {"the row of " + dns::to_text(origin.row) + " in " +
                    (config_ == nullptr ? "the attributes file" : config_->attributes_file),
                config_ == nullptr ? Span{} : config_->attributes_file_span};
      case Origin::Kind::zone_wide: {
        Span span;
        if (config_ != nullptr) {
          for (const auto& given : config_->attributes) {
            if (given.name == attribute.name) span = given.value_span;
          }
        }
        return {"the attributes of the zone", span};
      }
      case Origin::Kind::declared:
        break;
    }
    return {"its default", attribute.span};
  }

  const Question& question_;
  const Running& running_;
  const answer::Snapshot::ZoneOfName& zone_;
  const ZoneConfig* config_ = nullptr;
};

std::string trace(const Json& request, const Running& running) {
  Witness query;
  std::string error;
  if (!request.contains("query") || !report::read_witness(dumped(request["query"]), query, error)) {
    return failed(error.empty() ? "there is no 'query'" : error);
  }
  Question question;
  if (!read_question(query, question, error)) return failed(error);
  const std::string name = dns::to_text(question.qname);
  const auto zone = running.snapshot.zone_of(question.qname);
  if (!zone) return failed("no zone is served that " + name + " is in");
  const std::string apex = dns::to_text(zone->apex);
  if (zone->attributes == nullptr) return failed("the zone " + apex + " is broken");
  if (!zone->addressing) {
    return failed("the zone " + apex + " has no addressing: its own records answer");
  }
  const bool json = request.value("format", "text") == "json";
  return dumped({{"output", Tracing(question, running, *zone).run(json)}});
}

}  // namespace

std::string answer_control(std::string_view line, const Running& running) {
  const Json request = Json::parse(line, nullptr, false);
  if (!request.is_object()) return failed("the request is not a JSON object");
  const auto text = [&](const char* key) {
    return request.contains(key) && request[key].is_string() ? request[key].get<std::string>() : "";
  };
  if (request.contains("format") && text("format") != "text" && text("format") != "json") {
    return failed("format must be text or json");
  }
  if (text("command") == "trace") return trace(request, running);
  return failed("unknown command; there is: trace");
}

}  // namespace lapis::server
