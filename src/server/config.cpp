#include "lapis/server/config.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <thread>

#include "control_socket.h"
#include "lapis/yaml/reader.h"

namespace lapis::server {
namespace {

using YAML::Node;

/// Reads one configuration file into a Config.
class ConfigReader {
 public:
  ConfigReader(std::uint32_t file, const SourceMap& sources, Diagnostics& diagnostics,
               Config& config)
      : yaml_(file, sources, diagnostics),
        folder_(std::filesystem::path(sources.path(file)).parent_path()),
        config_(config) {}

  void read(const Node& root) {
    if (root.IsNull()) {
      yaml_.error(root, "config-missing", "the configuration is empty");
      return;
    }
    yaml_.mapping(root, "the configuration",
                  {{"server", [this](const Node& n) { read_server(n); }},
                   {"geo", [this](const Node& n) { read_geo(n); }},
                   {"zones", [this](const Node& n) { read_zones(n); }},
                   {"programs", [this](const Node& n) { read_programs(n); }}});
    finish();
  }

 private:
  ServerConfig& server() { return config_.server; }

  std::string path_of(const std::string& text) const {
    return (folder_ / text).lexically_normal().string();
  }

  void read_path(const Node& node, const char* what, std::string& path, Span& span) {
    std::string text;
    if (!yaml_.text(node, what, text)) return;
    span = yaml_.span(node);
    if (text.empty()) {
      yaml_.error(node, "config-value", std::string(what) + " must not be empty");
      return;
    }
    path = path_of(text);
  }

  template <class T>
  yaml::Reader::Key number(const char* name, T& out, std::uint64_t low, std::uint64_t high) {
    return {name, [this, name, &out, low, high](const Node& n) {
              std::uint64_t value = 0;
              if (yaml_.number(n, name, low, high, value)) out = static_cast<T>(value);
            }};
  }
  yaml::Reader::Key boolean(const char* name, bool& out) {
    return {name, [this, name, &out](const Node& n) { yaml_.boolean(n, name, out); }};
  }
  /// A text that goes into one character-string of a TXT record or into the NSID option.
  yaml::Reader::Key short_text(const char* name, std::string& out, Span* span = nullptr) {
    return {name, [this, name, &out, span](const Node& n) {
              if (!yaml_.text(n, name, out)) return;
              if (span != nullptr) *span = yaml_.span(n);
              if (out.size() > 255) {
                yaml_.error(n, "config-range", std::string(name) + " is over 255 octets");
              }
            }};
  }

  void read_server(const Node& node) {
    ServerConfig& s = server();
    yaml_.mapping(node, "server",
                  {{"listen", [this](const Node& n) { read_listen(n); }},
                   number("workers", s.workers, 1, 1024),
                   short_text("site", s.site, &s.site_span),
                   short_text("region", s.region, &s.region_span),
                   {"client-subnet", [this](const Node& n) { read_client_subnet(n); }},
                   {"on-zone-error",
                    [this](const Node& n) {
                      if (const auto i = yaml_.choice(n, "on-zone-error", {"refuse", "skip"})) {
                        server().on_zone_error = *i == 0 ? OnZoneError::refuse : OnZoneError::skip;
                      }
                    }},
                   {"include-root",
                    [this](const Node& n) {
                      Span span;
                      read_path(n, "include-root", server().include_root, span);
                    }},
                   short_text("identity", s.identity),
                   short_text("version", s.version),
                   // RFC 6891 §6.2.3: values below 512 are treated as 512.
                   number("udp-payload-size", s.udp_payload, 512, 4096),
                   boolean("minimal-responses", s.minimal_responses),
                   boolean("name-programs", s.name_programs),
                   {"cookie-secret-file",
                    [this](const Node& n) {
                      read_path(n, "cookie-secret-file", server().cookie_secret_file,
                                server().cookie_secret_span);
                    }},
                   boolean("require-cookies", s.require_cookies),
                   {"tcp", [this](const Node& n) { read_tcp(n); }},
                   {"verify", [this](const Node& n) { read_verify(n); }},
                   number("drain-time", s.drain_seconds, 0, 3600),
                   {"control", [this](const Node& n) { read_control(n); }},
                   {"log", [this](const Node& n) { read_log(n); }}});
  }

  void read_tcp(const Node& node) {
    TcpLimits& tcp = server().tcp;
    yaml_.mapping(node, "server.tcp",
                  {number("connections", tcp.connections, 1, 1000000),
                   number("connections-per-client", tcp.connections_per_client, 1, 1000000),
                   number("idle-time", tcp.idle_seconds, 1, 3600),
                   number("write-time", tcp.write_seconds, 1, 3600)});
  }

  void read_verify(const Node& node) {
    VerifyLimits& verify = server().verify;
    yaml_.mapping(node, "server.verify",
                  {number("time", verify.seconds, 1, 86400),
                   number("memory", verify.memory_mib, 64, 1U << 20U),
                   {"cache", [this, &verify](const Node& n) {
                      Span span;
                      read_path(n, "cache", verify.cache, span);
                    }}});
  }

  void read_control(const Node& node) {
    read_path(node, "control", server().control, server().control_span);
    if (server().control.size() <= ControlSocket::longest_path) return;
    yaml_.error(node, "config-range",
                "the path of a socket has at most " + std::to_string(ControlSocket::longest_path) +
                    " octets");
  }

  void read_log(const Node& node) {
    yaml_.mapping(node, "server.log",
                  {{"level",
                    [this](const Node& n) {
                      if (const auto i =
                              yaml_.choice(n, "log level", {"debug", "info", "warning", "error"})) {
                        server().log_level = static_cast<LogLevel>(*i);
                      }
                    }},
                   {"format", [this](const Node& n) {
                      if (const auto i = yaml_.choice(n, "log format", {"text", "json"})) {
                        server().log_format = static_cast<LogFormat>(*i);
                      }
                    }}});
  }

  void read_listen(const Node& node) {
    listen_given_ = true;
    const bool listed = yaml_.sequence(node, "listen", true, [this](const Node& n) {
      std::string text;
      std::string error;
      if (!yaml_.text(n, "a listen address", text)) return;
      std::optional<ListenAddress> address = parse_listen_address(text, error);
      if (!address) {
        yaml_.error(n, "config-value", "'" + text + "' is not a listen address: " + error,
                    "write address@port, address:port or [v6-address]:port");
        return;
      }
      address->span = yaml_.span(n);
      auto& all = server().listen;
      const auto first = std::find(all.begin(), all.end(), *address);
      if (first != all.end()) {
        yaml_.error(n, "config-duplicate", address->to_string() + " is listed twice");
        return;
      }
      all.push_back(*address);
    });
    if (listed && node.IsSequence() && node.size() == 0) {
      yaml_.error(node, "config-value", "listen must name at least one address");
    }
  }

  void read_client_subnet(const Node& node) {
    answer::ClientSubnetTrust& trust = server().client_subnet;
    using Mode = answer::ClientSubnetTrust::Mode;
    if (node.IsScalar() && (node.Scalar() == "all" || node.Scalar() == "none")) {
      trust.mode = node.Scalar() == "all" ? Mode::all : Mode::none;
      return;
    }
    trust.mode = Mode::prefixes;
    if (!node.IsScalar() && !node.IsSequence()) {
      yaml_.error(node, "config-type",
                  "client-subnet must be all, none, or a list of resolver prefixes");
      return;
    }
    yaml_.sequence(node, "client-subnet", true, [&](const Node& n) {
      std::string text;
      std::string error;
      if (!yaml_.text(n, "a resolver prefix", text)) return;
      if (const auto prefix = Prefix::parse(text, &error)) {
        trust.resolvers.push_back(*prefix);
        return;
      }
      const std::string near = did_you_mean(text, {"all", "none"});
      yaml_.error(n, "config-value",
                  "'" + text + "' is not a prefix" + (error.empty() ? "" : ": " + error),
                  near.empty() ? "client-subnet is all, none, or a list of resolver prefixes"
                               : "did you mean '" + near + "'?");
    });
  }

  void read_geo(const Node& node) {
    geo::Choices& geo = config_.geo;
    const auto choice = [&](geo::Field field) {
      return yaml::Reader::Key{geo::to_string(field), [this, &geo, field](const Node& n) {
                                 read_database(n, geo.fields[static_cast<std::size_t>(field)]);
                               }};
    };
    const bool mapped =
        yaml_.mapping(node, "geo",
                      {choice(geo::Field::country), choice(geo::Field::continent),
                       choice(geo::Field::asn), number("max-age", geo.max_age_days, 1, 36500)});
    if (mapped && node.size() == 0) yaml_.missing(node, "geo", "country");
  }

  /// A path, or a path and the keys that lead to the value.
  void read_database(const Node& node, std::optional<geo::Choice>& out) {
    geo::Choice choice;
    if (!node.IsMap()) {
      read_path(node, "the path of a database", choice.path, choice.span);
    } else {
      bool filed = false;
      yaml_.mapping(node, "a database",
                    {{"file",
                      [&](const Node& n) {
                        filed = true;
                        read_path(n, "file", choice.path, choice.span);
                      }},
                     {"key", [&](const Node& n) { read_database_key(n, choice.key); }}});
      if (!filed) yaml_.missing(node, "a database", "file");
    }
    if (!choice.path.empty()) out = std::move(choice);
  }

  void read_database_key(const Node& node, std::string& key) {
    if (!yaml_.text(node, "key", key)) return;
    if (!key.empty() && key.front() != '/' && key.back() != '/' &&
        key.find("//") == std::string::npos) {
      return;
    }
    yaml_.error(node, "config-value", "'" + key + "' leads to no value",
                "write the keys from the record to the value, such as country/iso_code");
  }

  void read_programs(const Node& node) {
    yaml_.sequence(node, "programs", true, [this](const Node& n) {
      std::string path;
      Span span;
      read_path(n, "a program path", path, span);
      if (path.empty()) return;
      config_.programs.push_back(std::move(path));
      config_.program_spans.push_back(span);
    });
  }

  void read_zones(const Node& node) {
    if (node.IsNull()) return;
    yaml_.sequence(node, "zones", false, [this](const Node& n) { read_zone(n); });
  }

  void read_zone(const Node& node) {
    ZoneConfig zone;
    bool named = false;
    bool filed = false;
    const bool mapped = yaml_.mapping(
        node, "a zone",
        {{"name",
          [&](const Node& n) {
            named = true;
            read_zone_name(n, zone);
          }},
         {"file",
          [&](const Node& n) {
            filed = true;
            read_path(n, "file", zone.file, zone.file_span);
          }},
         boolean("addressing", zone.addressing),
         {"attributes", [&](const Node& n) { read_attributes(n, zone); }},
         {"attributes-file", [&](const Node& n) {
            read_path(n, "attributes-file", zone.attributes_file, zone.attributes_file_span);
          }}});
    if (!mapped) return;
    if (!named) yaml_.missing(node, "a zone", "name");
    if (!filed) yaml_.missing(node, "a zone", "file");
    if (zone.name_span.known()) add_zone(std::move(zone));
  }

  void read_zone_name(const Node& node, ZoneConfig& zone) {
    std::string text;
    if (!yaml_.text(node, "name", text)) return;
    dns::NameError error = dns::NameError::none;
    const std::optional<dns::Name> name = dns::parse_name(text, dns::NameView(), error);
    if (!name || text == "@") {
      yaml_.error(node, "config-value",
                  "'" + text + "' is not a domain name" +
                      (name ? std::string() : std::string(": ") + dns::to_string(error)));
      return;
    }
    zone.name = *name;
    zone.name_span = yaml_.span(node);
  }

  void read_attributes(const Node& node, ZoneConfig& zone) {
    yaml_.free_mapping(node, "attributes", [&](const Node& key, const Node& value) {
      program::AttributeTable::ZoneWide row;
      if (!yaml_.text(value, "attribute '" + key.Scalar() + "'", row.value)) return;
      row.name = key.Scalar();
      row.name_span = yaml_.span(key);
      row.value_span = yaml_.span(value);
      zone.attributes.push_back(std::move(row));
    });
  }

  void add_zone(ZoneConfig zone) {
    const auto [first, fresh] = zone_names_.emplace(zone.name, zone.name_span);
    if (!fresh) {
      Diagnostic d = error_at(zone.name_span, "config-duplicate-zone",
                              "zone " + dns::to_text(zone.name) + " is listed twice");
      d.related.push_back({"", "first listed here", first->second});
      yaml_.report(std::move(d));
    }
    config_.zones.push_back(std::move(zone));
  }

  /// Defaults that depend on what was given, and warnings.
  void finish() {
    if (!listen_given_) {
      ListenAddress any;
      any.address = IpAddress::v4(0);
      server().listen.push_back(any);
      any.address = IpAddress::from_bits(Family::v6, 0, 0);
      server().listen.push_back(any);
    }
    if (!config_.programs.empty()) return;
    for (const ZoneConfig& zone : config_.zones) {
      if (!zone.addressing && zone.attributes.empty() && zone.attributes_file.empty()) continue;
      Diagnostic d = error_at(zone.name_span, "config-no-programs",
                              "zone " + dns::to_text(zone.name) +
                                  " is set up for programs, but there is no 'programs' path",
                              "its own records answer");
      d.severity = Severity::warning;
      config_.warnings.push_back(std::move(d));
    }
  }

  yaml::Reader yaml_;
  std::filesystem::path folder_;
  Config& config_;
  bool listen_given_ = false;
  std::map<dns::Name, Span> zone_names_;
};

}  // namespace

Result<Config> read_config(std::uint32_t file, const SourceMap& sources) {
  Diagnostics diagnostics;
  Config config;
  config.path = sources.path(file);
  config.server.workers = std::max(1U, std::thread::hardware_concurrency());
  if (const std::optional<Node> root = yaml::parse_yaml(file, sources, diagnostics)) {
    try {
      ConfigReader(file, sources, diagnostics, config).read(*root);
    } catch (const std::exception& e) {
      diagnostics.push_back(error_at({file, 0, 0}, "config-syntax", e.what()));
    }
  }
  if (!diagnostics.empty()) return diagnostics;
  return config;
}

Result<Config> load_config(const std::string& path, SourceMap& sources) {
  std::string text;
  std::string error;
  if (!read_file(path, text, error)) {
    return error_at({}, "unreadable", "can't read " + path + ": " + error);
  }
  return read_config(sources.add(path, std::move(text)), sources);
}

}  // namespace lapis::server
