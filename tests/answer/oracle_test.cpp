// Random zones and all their interesting questions, against the oracle.
// LAPIS_TEST_ZONES sets how many worlds of zones are tried.
#include "oracle.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <sstream>

#include "served.h"

namespace lapis::answer::testing {
namespace {

/// A few zones on few labels, so that owners, targets and questions meet often.
class World {
 public:
  explicit World(std::uint32_t seed) : random_(seed) {
    for (const char* apex : {"z.", "b.z.", "w."}) {
      if (apex != std::string("z.") && below(4) == 0) continue;
      make_zone(apex);
    }
  }

  std::vector<OracleZone> zones;
  std::vector<std::string> texts;
  std::set<std::string> names;

 private:
  unsigned below(unsigned n) { return random_() % n; }

  std::string label() {
    static const char* const labels[] = {"a", "b", "c", "d", "*"};
    return labels[below(5)];
  }
  std::string name_below(const std::string& apex) {
    std::string name = apex;
    for (unsigned depth = below(4); depth > 0; --depth) name.insert(0, label() + ".");
    return name;
  }
  std::string target() {
    const std::string apex =
        below(5) == 0 ? "out." : zones[below(unsigned(zones.size()))].apex[0] + ".";
    std::string name = name_below(apex == "b." ? "b.z." : apex);
    names.insert(name);
    return name;
  }

  void add(const std::string& owner, const std::string& type, const std::string& rdata) {
    OracleZone& zone = zones.back();
    auto& node = zone.records[labels_of(owner)];
    // A CNAME stands alone, and there is one CNAME and one DNAME at a name.
    if (node.count("CNAME") != 0 || (type == "CNAME" && !node.empty())) return;
    if (type == "DNAME" && node.count("DNAME") != 0) return;
    node[type].insert(rdata);
    texts.back() += owner + " 60 " + type + " " + rdata + "\n";
    names.insert(owner);
  }

  void make_zone(const std::string& apex) {
    zones.push_back({labels_of(apex), {}});
    texts.emplace_back();
    add(apex, "SOA", "ns." + apex + " h." + apex + " 1 2 3 4 5");
    add(apex, "NS", "ns." + apex);
    for (unsigned count = below(14); count > 0; --count) add_random(apex);
    names.insert("nx." + apex);
  }

  void add_random(const std::string& apex) {
    const std::string owner = name_below(apex);
    const bool wildcard = owner[0] == '*';
    const std::string digit = std::to_string(below(4));
    switch (below(12)) {
      case 0:
      case 1:
        return add(owner, "A", "192.0.2." + digit);
      case 2:
        return add(owner, "AAAA", "2001:db8::" + std::to_string(below(4) + 1));
      case 3:
        return add(owner, "TXT", "\"" + digit + "\"");
      case 4:
        return add(owner, "MX", digit + " " + target());
      case 5:
        return add(owner, "SRV", "1 2 3 " + target());
      case 6:
      case 7:
        return add(owner, "CNAME", target());
      case 8:
        // RFC 4592 §4.4 leaves DNAME and NS at wildcards undefined.
        if (!wildcard) add(owner, "DNAME", target());
        return;
      case 9:
        if (owner != apex) add(owner, "DS", "1 13 2 " + std::string(64, 'a'));
        return;
      default:
        if (!wildcard && owner != apex) add(owner, "NS", target());
        return;
    }
  }

  std::mt19937 random_;
};

/// Lines without TTL and class, as a set; a record that stands twice is a failure.
std::set<std::string> as_set(const std::vector<std::string>& lines) {
  std::set<std::string> out;
  for (const std::string& line : lines) {
    std::istringstream words(line);
    std::string owner, ttl, rrclass, rest;
    words >> owner >> ttl >> rrclass;
    std::getline(words, rest);
    EXPECT_TRUE(out.insert(owner + rest).second) << "twice in a section: " << line;
  }
  return out;
}

void check_world(std::uint32_t seed) {
  const World world(seed);
  Served served;
  served.over_tcp();
  std::string zone_texts;
  for (std::size_t i = 0; i < world.zones.size(); ++i) {
    served.plain_zone(text_of(world.zones[i].apex), world.texts[i]);
    zone_texts += world.texts[i] + "\n";
  }
  std::set<std::string> names = world.names;
  for (const std::string& name : world.names) {
    for (const char* prefix : {"a.", "*.", "a.b.", "nx."}) names.insert(prefix + name);
    if (name != ".")
      names.insert(name.substr(name.find('.') + 1).empty() ? "." : name.substr(name.find('.') + 1));
  }
  for (const std::string& name : names) {
    for (const char* type :
         {"A", "AAAA", "NS", "SOA", "MX", "SRV", "CNAME", "DNAME", "DS", "TXT"}) {
      const OracleAnswer expected = ask_oracle(world.zones, name, type);
      const Reply reply = served.ask(name, type);
      const bool same = reply.text().starts_with(expected.rcode + (expected.aa ? " aa\n" : "\n")) &&
                        as_set(reply.answer) == expected.answer &&
                        as_set(reply.authority) == expected.authority &&
                        as_set(reply.additional) == expected.additional;
      if (same) continue;
      std::string wanted = expected.rcode + (expected.aa ? " aa" : "") + "\n";
      for (const auto* section : {&expected.answer, &expected.authority, &expected.additional}) {
        for (const std::string& line : *section) wanted += "  " + line + "\n";
        wanted += "--\n";
      }
      FAIL() << "seed " << seed << ": " << name << " " << type << "\n"
             << reply.text() << "but the oracle says\n"
             << wanted << "zones:\n"
             << zone_texts;
    }
  }
}

TEST(Oracle, RandomWorlds) {
  const char* wanted = std::getenv("LAPIS_TEST_ZONES");
  const unsigned count = wanted != nullptr ? static_cast<unsigned>(std::atoi(wanted)) : 150;
  for (std::uint32_t seed = 1; seed <= count && !::testing::Test::HasFailure(); ++seed) {
    check_world(seed);
  }
}

}  // namespace
}  // namespace lapis::answer::testing
