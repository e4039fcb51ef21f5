#include "workloads.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "geo/mmdb_writer.h"
#include "lapis/base/source.h"
#include "lapis/dns/query.h"
#include "lapis/lang/set.h"
#include "lapis/program/program_set.h"
#include "lapis/zone/load.h"

namespace lapis::bench {
namespace {

namespace type = dns::type;

constexpr std::size_t query_count = 4096;

[[noreturn]] void give_up(const Diagnostics& diagnostics) {
  for (const Diagnostic& d : diagnostics) std::fprintf(stderr, "%s\n", d.message.c_str());
  std::exit(1);
}

void append16(Octets& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

void append(Octets& out, const std::string& text) {
  out.insert(out.end(), text.begin(), text.end());
}

std::string dotted(std::uint32_t a) {
  return std::to_string(a >> 24) + "." + std::to_string(a >> 16 & 255) + "." +
         std::to_string(a >> 8 & 255) + "." + std::to_string(a & 255);
}

std::string address(std::size_t i) {
  return dotted(
      static_cast<std::uint32_t>(198U << 24 | 18U << 16 | (i / 250 % 250) << 8 | (i % 250 + 1)));
}

const char* const zone_head =
    "$ORIGIN bench.test.\n$TTL 3600\n@ SOA ns host 1 7200 3600 604800 300\n@ NS ns\n"
    "ns A 192.0.2.1\n";

std::string numbered(const char* letter, std::size_t i) {
  return letter + std::to_string(i);
}

/// Octets 1 and 2 of the client's address that group `g` singles out.
std::uint32_t own_network(std::size_t g) {
  return static_cast<std::uint32_t>(10U << 24 | (g >> 8 & 255) << 16 | (g & 255) << 8);
}

std::string response(std::size_t i) {
  const std::string number = std::to_string(i % 250 + 1);
  return "(response (list (ipv4 \"203.0.113." + number + "\")) (list (ipv6 \"2001:db8::" + number +
         "\")) (ttl 60))";
}

/// Queries of one kind for random names of the zone.
template <class Make>
Workload of(std::shared_ptr<const answer::Snapshot> snapshot, Make make) {
  Workload out;
  out.snapshot = std::move(snapshot);
  std::mt19937 random(1);
  for (std::size_t i = 0; i < query_count; ++i) out.queries.push_back(make(random));
  return out;
}

std::size_t any_name(std::mt19937& random) {
  return random() % zone_names;
}

Workload fixed(const char* letter, std::uint16_t qtype, int rcode, int answers) {
  Workload out = of(serve(plain_zone(zone_names), "", ""), [&](std::mt19937& random) {
    return make_query(numbered(letter, any_name(random)), qtype);
  });
  out.rcode = rcode;
  out.answers = answers;
  return out;
}

Workload static_a() {
  return fixed("h", type::a, dns::rcode::noerror, 1);
}

Workload static_a_subnet() {
  return of(serve(plain_zone(zone_names), "", ""), [](std::mt19937& random) {
    const std::uint32_t client =
        172U << 24 | 16U << 16 | static_cast<std::uint32_t>(random() % 256) << 8;
    return make_query(numbered("h", any_name(random)), type::a, client);
  });
}

Workload mixed() {
  Workload out = of(serve(plain_zone(zone_names), "", ""), [](std::mt19937& random) {
    const std::size_t i = any_name(random);
    const auto kind = random() % 100;
    if (kind < 70) return make_query(numbered("h", i), type::a);
    if (kind < 80) return make_query(numbered("h", i), type::mx);
    if (kind < 90) return make_query(numbered("x", i), type::a);
    if (kind < 95) return make_query(numbered("c", i), type::a);
    return make_query(numbered("m", i), type::mx);
  });
  out.rcode = out.answers = -1;
  return out;
}

/// Referrals with glue, and denials with their proofs, as a signed zone gives them. What is in a
/// signature does not matter here, only how long it is.
std::string signed_zone() {
  const std::string signature(86, 'A');
  const auto signed_by = [&](const std::string& owner, const std::string& covered, int labels) {
    return owner + " RRSIG " + covered + " 13 " + std::to_string(labels) +
           " 3600 20380101000000 20200101000000 1 bench.test. " + signature + "==\n";
  };
  std::string out = zone_head;
  out += "@ DNSKEY 257 3 13 " + signature + "==\n@ NSEC h0000 NS SOA RRSIG NSEC DNSKEY\n";
  for (const char* covered : {"SOA", "NS", "DNSKEY", "NSEC"}) out += signed_by("@", covered, 2);
  out += signed_by("ns", "A", 3) + "ns NSEC @ A RRSIG NSEC\n" + signed_by("ns", "NSEC", 3);
  constexpr std::size_t names = 1000;
  for (std::size_t i = 0; i < names; ++i) {
    const std::string own = "h" + std::to_string(1000 + i);
    const std::string next = i + 1 < names ? "h" + std::to_string(1001 + i) : "ns";
    out += own + " A " + address(i) + "\n" + own + " NSEC " + next + " A RRSIG NSEC\n";
    out += signed_by(own, "A", 3) + signed_by(own, "NSEC", 3);
  }
  return out;
}

Octets with_dnssec(Octets query) {
  query[query.size() - 4] = 0x80;  // the first flag octet of the OPT record that ends the query
  return query;
}

Workload signed_a() {
  Workload out = of(serve(signed_zone(), "", ""), [](std::mt19937& random) {
    return with_dnssec(make_query("h" + std::to_string(1000 + random() % 1000), type::a, 0, true));
  });
  out.answers = 2;
  return out;
}

Workload signed_nxdomain() {
  Workload out = of(serve(signed_zone(), "", ""), [](std::mt19937& random) {
    return with_dnssec(
        make_query("h" + std::to_string(1000 + random() % 1000) + "x", type::a, 0, true));
  });
  out.rcode = dns::rcode::nxdomain;
  out.answers = 0;
  return out;
}

Workload referral() {
  std::string zone = zone_head;
  for (std::size_t i = 0; i < zone_names; ++i) {
    const std::string child = numbered("d", i);
    zone += child + " NS ns." + child + "\nns." + child + " A " + address(i) + "\n";
  }
  Workload out = of(serve(zone, "", ""), [](std::mt19937& random) {
    return make_query("www." + numbered("d", any_name(random)), type::a);
  });
  out.answers = 0;
  return out;
}

/// Clients of four networks and of elsewhere, two plans, and a weight for one of them: W5.
Workload programs_mixed() {
  std::string set = "(attribute plan (one-of \"free\" \"pro\") (default \"free\"))\n";
  std::string any;
  for (int n = 1; n <= 5; ++n) {
    const std::string net = "(in-prefix? client \"10." + std::to_string(n) + ".0.0/16\")";
    if (n < 5) any += " " + net;
    const std::string where = n < 5 ? net : "(not (or" + any + "))";
    const std::string name = std::to_string(n);
    set += "(program free-" + name + " (match (and " + where + " (= plan \"free\"))) " +
           response(static_cast<std::size_t>(n)) + ")\n";
    set += "(program pro-" + name + " (match (and " + where +
           " (= plan \"pro\")))\n (response (if " + "(< (bucket qname 100 \"" + name +
           "\") 70) (list (ipv4 \"203.0.113." + name + "1\")) (list (ipv4 \"203.0.113." + name +
           "2\"))) (list) (ttl 60)))\n";
  }
  std::string rows = "name,plan\n";
  for (std::size_t i = 0; i < zone_names; ++i) {
    rows += numbered("h", i) + (i % 2 == 0 ? ",free\n" : ",pro\n");
  }
  Workload out = of(serve(plain_zone(zone_names), set, rows), [](std::mt19937& random) {
    const std::uint32_t network = random() % 5;
    const std::uint32_t client = (network < 4 ? 10U << 24 | (network + 1) << 16 : 172U << 24) |
                                 static_cast<std::uint32_t>(random() % 256) << 8;
    return make_query(numbered("h", any_name(random)), type::a, client);
  });
  out.by_program = true;
  return out;
}

/// The same with four countries for the networks, and a database as large as real ones: some
/// 300,000 networks, of which each /24 of 10.0.0.0/8 is another.
Workload programs_country() {
  static constexpr std::array<const char*, 4> countries = {"NL", "DE", "US", "JP"};
  geo::MmdbWriter writer(6, 28);
  std::mt19937 random(2);
  const auto add = [&](std::uint32_t network) {
    writer.insert(dotted(network) + "/24", {{"country", {{"iso_code", countries[random() % 4]}}}});
  };
  for (std::uint32_t i = 0; i < 65'536; ++i) add(10U << 24 | i << 8);
  for (std::uint32_t i = 0; i < 250'000; ++i) {
    add((32U + static_cast<std::uint32_t>(random() % 128)) << 24 |
        static_cast<std::uint32_t>(random() % 65'536) << 8);
  }
  std::string set = "(attribute plan (one-of \"free\" \"pro\") (default \"free\"))\n";
  for (std::size_t n = 0; n < 5; ++n) {
    const std::string where =
        n < 4 ? "(= country \"" + std::string(countries[n]) + "\")"
              : std::string("(not (in country (list \"NL\" \"DE\" \"US\" \"JP\")))");
    for (const char* plan : {"free", "pro"}) {
      set += "(program " + std::string(plan) + std::to_string(n) + " (match (and " + where +
             " (= plan \"" + plan + "\"))) " + response(n) + ")\n";
    }
  }
  std::string rows = "name,plan\n";
  for (std::size_t i = 0; i < zone_names; ++i) {
    rows += numbered("h", i) + (i % 2 == 0 ? ",free\n" : ",pro\n");
  }
  Workload out = of(serve(plain_zone(zone_names), set, rows, geo::loaded(&writer, nullptr)),
                    [](std::mt19937& r) {
                      const std::uint32_t network = r() % 5 < 4 ? 10U << 24 : 172U << 24;
                      const auto inside = static_cast<std::uint32_t>(r() % 65'536) << 8;
                      return make_query(numbered("h", any_name(r)), type::a, network | inside);
                    });
  out.by_program = true;
  return out;
}

template <Kind kind, std::size_t count>
Workload programs() {
  const std::size_t groups = groups_of(kind, count);
  Workload out = of(serve(grouped_zone(groups), many_programs(kind, count),
                          kind == Kind::attribute ? grouped_attributes(groups) : ""),
                    [&](std::mt19937& random) {
                      const std::size_t i = any_name(random);
                      std::uint32_t client = 0;
                      if (kind == Kind::subnet) {
                        client = random() % 2 == 0 ? own_network(i % groups) : 172U << 24;
                      }
                      return make_query(grouped_name(i, groups), type::a, client);
                    });
  out.by_program = true;
  return out;
}

Workload tcp() {
  Workload out = static_a();
  out.transport = answer::Transport::tcp;
  return out;
}

}  // namespace

const std::vector<Recipe>& recipes() {
  static const std::vector<Recipe> all = {
      {"static-a", static_a},
      {"static-a-subnet", static_a_subnet},
      {"static-nodata", [] { return fixed("h", type::mx, dns::rcode::noerror, 0); }},
      {"static-nxdomain", [] { return fixed("x", type::a, dns::rcode::nxdomain, 0); }},
      {"static-cname", [] { return fixed("c", type::a, dns::rcode::noerror, 2); }},
      {"static-mx", [] { return fixed("m", type::mx, dns::rcode::noerror, 1); }},
      {"static-mixed", mixed},
      {"referral", referral},
      {"signed-a", signed_a},
      {"signed-nxdomain", signed_nxdomain},
      {"tcp-pipelined", tcp},
      {"programs-mixed", programs_mixed},
      {"programs-country", programs_country},
      {"programs-name-10", programs<Kind::name, 10>},
      {"programs-name-10000", programs<Kind::name, 10'000>},
      {"programs-subnet-10", programs<Kind::subnet, 10>},
      {"programs-subnet-10000", programs<Kind::subnet, 10'000>},
      {"programs-weight-10", programs<Kind::weight, 10>},
      {"programs-weight-10000", programs<Kind::weight, 10'000>},
      {"programs-attribute-10", programs<Kind::attribute, 10>},
      {"programs-attribute-10000", programs<Kind::attribute, 10'000>},
  };
  return all;
}

std::string plain_zone(std::size_t names) {
  std::string out = zone_head;
  for (std::size_t i = 0; i < names; ++i) {
    const std::string n = std::to_string(i);
    out += "h" + n + " A " + address(i) + "\nc" + n + " CNAME h" + n + "\nm" + n + " MX 10 h" + n +
           "\n";
  }
  return out;
}

Octets make_query(const std::string& name, std::uint16_t qtype, std::uint32_t subnet, bool edns) {
  Octets out;
  edns = edns || subnet != 0;
  for (const int v : {0, 0, 1, 0, 0, edns ? 1 : 0}) append16(out, static_cast<std::size_t>(v));
  const std::string full = name + ".bench.test";
  for (std::size_t at = 0; at <= full.size();) {
    const std::size_t end = std::min(full.find('.', at), full.size());
    out.push_back(static_cast<std::uint8_t>(end - at));
    append(out, full.substr(at, end - at));
    at = end + 1;
  }
  out.push_back(0);
  append16(out, qtype);
  append16(out, dns::rrclass::in);
  if (!edns) return out;
  out.push_back(0);
  append16(out, type::opt);
  append16(out, 1232);
  append16(out, 0);
  append16(out, 0);
  append16(out, subnet != 0 ? 11 : 0);
  if (subnet == 0) return out;
  append16(out, 8);  // RFC 7871 §6: the option, its size, family 1, a /24, no scope
  append16(out, 7);
  append16(out, 1);
  out.push_back(24);
  out.push_back(0);
  for (const int shift : {24, 16, 8}) out.push_back(static_cast<std::uint8_t>(subnet >> shift));
  return out;
}

std::size_t groups_of(Kind kind, std::size_t programs) {
  return kind == Kind::name ? programs : programs / 2;
}

std::string grouped_name(std::size_t i, std::size_t groups) {
  return numbered("h", i) + ".p" + std::to_string(100'000 + i % groups);
}

std::string grouped_zone(std::size_t groups) {
  std::string out = zone_head;
  for (std::size_t i = 0; i < zone_names; ++i) {
    out += grouped_name(i, groups) + " A " + address(i) + "\n";
  }
  return out;
}

std::string grouped_attributes(std::size_t groups) {
  std::string out = "name,plan\n";
  for (std::size_t i = 0; i < zone_names; ++i) {
    out += grouped_name(i, groups) + (i / groups % 2 == 0 ? ",free\n" : ",pro\n");
  }
  return out;
}

std::string many_programs(Kind kind, std::size_t count) {
  std::string out;
  if (kind == Kind::attribute) {
    out = "(attribute plan (one-of \"free\" \"pro\") (default \"free\"))\n";
  }
  const std::size_t groups = groups_of(kind, count);
  for (std::size_t j = 0; j < count; ++j) {
    const std::size_t g = j % groups;
    const bool second = j >= groups;
    const std::string under = "(under? qname \"p" + std::to_string(100'000 + g) + ".bench.test.\")";
    std::string test;
    switch (kind) {
      case Kind::name:
        test = under;
        break;
      case Kind::subnet:
        test = "(in-prefix? client \"" + dotted(own_network(g)) + "/24\")";
        if (second) test = "(not " + test + ")";
        break;
      case Kind::weight:
        test = std::string(second ? "(>= " : "(< ") + "(bucket qname 100 \"w\") 30)";
        break;
      case Kind::attribute:
        test = std::string("(= plan ") + (second ? "\"pro\")" : "\"free\")");
        break;
    }
    if (kind != Kind::name) test = "(and " + under + " " + test + ")";
    out += "(program n" + std::to_string(j) + " (match " + test + ") " + response(j) + ")\n";
  }
  return out;
}

std::shared_ptr<const answer::Snapshot> serve(const std::string& zone, const std::string& programs,
                                              const std::string& attributes,
                                              std::shared_ptr<const geo::Places> places) {
  SourceMap sources;
  zone::LoadOptions options;
  options.origin = dns::parse_name("bench.test.");
  zone::LoadedZone loaded =
      zone::load_zone_text(sources.add("bench.test.zone", zone), sources, options);
  if (!loaded.ok()) give_up(loaded.diagnostics);
  answer::ZoneInput input;
  input.records = std::move(loaded.records);
  std::shared_ptr<const program::ProgramSet> set;
  if (!programs.empty()) {
    input.addressing = true;
    Diagnostics warnings;
    auto checked = lang::check_set({{sources.add("set.lisp", programs)}}, sources, warnings);
    if (!checked.ok()) give_up(checked.errors());
    set = std::make_shared<program::ProgramSet>(std::move(checked).value());
    const std::uint32_t file = attributes.empty() ? 0 : sources.add("attributes.csv", attributes);
    auto table = program::AttributeTable::build(*set, options.origin->view(), {}, sources, file);
    if (!table.ok()) give_up(table.errors());
    input.attributes = std::move(table).value();
  }
  std::vector<answer::ZoneInput> zones;
  zones.push_back(std::move(input));
  answer::Settings settings;
  settings.places = std::move(places);
  auto built = answer::Snapshot::build(std::move(zones), set, std::move(settings));
  if (!built.ok()) give_up(built.errors());
  return *built;
}

}  // namespace lapis::bench
