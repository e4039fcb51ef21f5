// Instructions of one decision, for sets of any size: run under callgrind by bench/dispatch/run.
//
//     dispatch SET QUERIES HOT [list]
//
// loads a set made by `bench/verify/generate.py realistic`, prepares queries for all its names (or
// for HOT of them), and decides QUERIES of them, by the index or by the ordered list. Only
// decide_all() is counted; the set's size and the memory of the process go to standard output.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "lapis/dns/hashed_name.h"
#include "lapis/program/program_set.h"

namespace {

using namespace lapis;

struct Prepared {
  dns::HashedName qname;
  program::AttributeValue attributes[3];  // plan, weight, protected
  program::QueryContext query;
};

/// Queries as generate.py's groups of programs expect them; `hot` names, or all for 0.
std::vector<Prepared> make_queries(std::size_t programs, std::size_t hot) {
  static constexpr const char* plans[] = {"free", "pro", "business", "enterprise"};
  static constexpr const char* sites[] = {"ams1", "fra1", "iad1", "sin1", "nrt1", "gru1"};
  static constexpr const char* countries[] = {"NL", "DE", "US", "BR"};
  // Six groups share sixteen or so programs.
  const std::size_t groups = std::max<std::size_t>(1, programs * 6 / 17);
  std::mt19937 random(1);
  std::vector<std::size_t> names(hot == 0 ? groups : std::min(hot, groups));
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = hot == 0 ? i : random() % groups;
  std::vector<Prepared> out(4096);
  static const dns::Name zone = *dns::parse_name("example.");
  for (Prepared& p : out) {
    const std::size_t g = names[random() % names.size()];
    const std::string name =
        "www.d" + std::to_string(g) + ".customer" + std::to_string(g % 97) + ".example.";
    p.qname.assign(*dns::parse_name(name));
    p.attributes[0].text = plans[random() % 4];
    p.attributes[1].number = static_cast<std::int64_t>(random() % 1001);
    p.query.zone = zone;
    p.query.client = IpAddress::v4(
        random() % 2 == 0 ? static_cast<std::uint32_t>(random())
                          : static_cast<std::uint32_t>((10 + g / 65536 % 90) << 24 |
                                                       (g / 256 % 256) << 16 | (g % 256) << 8 | 7));
    p.query.resolver = *IpAddress::parse("192.0.2.53");
    p.query.site = sites[random() % 6];
    p.query.country = countries[random() % 4];
  }
  for (Prepared& p : out) {
    p.query.qname = p.qname.view();
    p.query.hashed_qname = &p.qname;
    p.query.attributes = p.attributes;
  }
  return out;
}

}  // namespace

extern "C" [[gnu::noinline]] std::size_t decide_all(const program::ProgramSet& set,
                                                    const std::vector<Prepared>& queries,
                                                    std::size_t count, bool in_order,
                                                    program::Scratch& scratch) {
  std::size_t matched = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const program::QueryContext& query = queries[i % queries.size()].query;
    const program::Decision decision =
        in_order ? set.decide_in_order(query, scratch) : set.decide(query, scratch, false);
    matched += decision.program >= 0 ? 1 : 0;
  }
  return matched;
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  SourceMap sources;
  Diagnostics warnings;
  const auto set = program::load_program_set({argv[1]}, sources, warnings);
  if (!set) {
    std::fprintf(stderr, "%s\n", set.errors()[0].message.c_str());
    return 1;
  }
  const auto count = static_cast<std::size_t>(std::atoll(argv[2]));
  const auto queries =
      make_queries((*set)->programs().size(), static_cast<std::size_t>(std::atoll(argv[3])));
  program::Scratch scratch;
  (*set)->prepare(scratch);
  const bool in_order = argc > 4 && std::strcmp(argv[4], "list") == 0;
  const std::size_t matched = decide_all(**set, queries, count, in_order, scratch);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto& parts = (*set)->index().parts();
  std::printf("programs %zu matched %.3f nodes %zu children %zu rss_mib %ld\n",
              (*set)->programs().size(), static_cast<double>(matched) / static_cast<double>(count),
              parts.nodes.size(), parts.children.size(), usage.ru_maxrss / 1024);
}
