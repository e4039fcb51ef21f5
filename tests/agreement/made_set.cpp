#include "made_set.h"

#include <cstdio>
#include <cstdlib>

namespace lapis::agreement {

std::unique_ptr<Checked> check_text(std::string text) {
  auto out = std::make_unique<Checked>();
  out->text = std::move(text);
  Diagnostics warnings;
  auto set =
      lang::check_set({{out->sources.add("random.lisp", out->text)}}, out->sources, warnings);
  if (!set) return nullptr;
  out->set = std::make_unique<program::ProgramSet>(std::move(set).value());
  return out;
}

std::unique_ptr<Checked> make_set(std::uint64_t seed, const Size& size) {
  Random random(seed);
  std::string text = random_set(random, size);
  if (std::getenv("LAPIS_AGREEMENT_SHOW") != nullptr) {
    std::printf("; seed %llu\n%s\n", static_cast<unsigned long long>(seed), text.c_str());
  }
  return check_text(std::move(text));
}

verify::ConcreteQuery concrete(const RandomQuery& q) {
  verify::ConcreteQuery c;
  c.qname = q.qname.lowered();
  c.zone = q.zone.lowered();
  c.ipv6 = q.ipv6;
  c.client = q.client;
  c.resolver = q.resolver;
  c.transport = q.transport;
  c.site = q.site;
  c.region = q.region;
  c.country = q.country;
  c.continent = q.continent;
  c.asn = q.asn;
  for (const auto& value : q.attributes) {
    c.numbers.push_back(value.number);
    c.texts.emplace_back(value.text);
  }
  return c;
}

}  // namespace lapis::agreement
