// Queries that are likely to tell neighbouring constants of a set apart.
#include <algorithm>
#include <limits>

#include "generator.h"
#include "vocabulary.h"

namespace lapis::agreement {
namespace {

constexpr std::string_view odd_labels[] = {"a",   "b", "x",     "w", "img",   "img12",
                                           "www", "*", "xn--q", "A", "proxy", "1"};

bool prepend(dns::Name& name, std::string_view label) {
  return name.prepend({reinterpret_cast<const std::uint8_t*>(label.data()), label.size()});
}

std::string odd_label(Random& random) {
  switch (below(random, 12)) {
    case 0: {  // any octets
      std::string label(1 + below(random, 4), '\0');
      for (char& c : label) c = static_cast<char>(below(random, 256));
      return label;
    }
    case 1:
      return std::string(63, 'w');
    default:
      return std::string(any_of(random, odd_labels));
  }
}

void mix_case(Random& random, std::string& text) {
  for (char& c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter && chance(random, 30)) c = static_cast<char>(c ^ 0x20);
  }
}

/// Letters of a wire name change case; octets above 63 can not be lengths.
dns::Name with_mixed_case(Random& random, const dns::Name& name) {
  std::string octets(reinterpret_cast<const char*>(name.data()), name.size());
  mix_case(random, octets);
  return dns::Name(
      dns::NameView(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()));
}

IpAddress step(const IpAddress& address, bool up) {
  // One up or down in the address's own width, wrapping round.
  if (address.is_v4()) return IpAddress::v4(address.v4_value() + (up ? 1U : 0xFFFFFFFFU));
  const std::uint64_t low = address.low() + (up ? 1U : ~std::uint64_t{0});
  const bool carry = up ? low == 0 : address.low() == 0;
  const std::uint64_t high = address.high() + (carry ? (up ? 1U : ~std::uint64_t{0}) : 0U);
  return IpAddress::from_bits(Family::v6, high, low);
}

}  // namespace

lang::QueryFields RandomQuery::fields() const {
  lang::QueryFields fields;
  fields.qname = qname;
  fields.zone = zone;
  fields.ipv6 = ipv6;
  fields.client = client;
  fields.resolver = resolver;
  fields.transport = transport;
  fields.site = site;
  fields.region = region;
  fields.country = country;
  fields.continent = continent;
  fields.asn = asn;
  fields.place_bits.fill(client.is_v4() ? 24 : 48);
  fields.attributes = attributes.empty() ? nullptr : attributes.data();
  return fields;
}

Witness RandomQuery::witness(const lang::Set& set) const {
  Witness w;
  w.qname = dns::to_text(qname);
  w.zone = dns::to_text(zone);
  w.qtype = lang::qtype_values[ipv6 ? 1 : 0];
  w.client = client.to_string();
  w.resolver = resolver.to_string();
  w.transport = lang::transport_values[transport];
  w.site = site;
  w.region = region;
  w.country = country;
  w.continent = continent;
  w.asn = asn;
  for (std::size_t i = 0; i < set.attributes.size(); ++i) {
    AttributeText value;
    switch (set.attributes[i].type.kind) {
      case lang::Kind::boolean:
        value = attributes[i].number != 0;
        break;
      case lang::Kind::integer:
        value = attributes[i].number;
        break;
      default:
        value = std::string(attributes[i].text);
        break;
    }
    w.attributes.emplace_back(set.attributes[i].name, std::move(value));
  }
  return w;
}

QuerySource::QuerySource(const lang::Set& set) : set_(set) {
  for (const lang::Program& program : set.programs) {
    for (const lang::Expr* e : {program.match, program.ipv4, program.ipv6, program.ttl})
      collect(*e);
  }
  for (const lang::Invariant& invariant : set.invariants) collect(*invariant.condition);
  // Something to start from where a set has no constants of a kind.
  names_.push_back(*dns::parse_name("www.example.com."));
  prefixes_.push_back(*Prefix::parse("192.0.2.0/24"));
  prefixes_.push_back(*Prefix::parse("2001:db8::/32"));
  texts_.emplace_back("DE");
  texts_.emplace_back();
  for (const std::int64_t n : {0, 1}) numbers_.push_back(n);
}

void QuerySource::collect(const lang::Expr& root) {
  std::vector<const lang::Expr*> open{&root};
  while (!open.empty()) {
    const lang::Expr* e = open.back();
    open.pop_back();
    if (e->is_constant()) collect(e->value);
    if (e->op == lang::Op::glob) patterns_.push_back(std::get<std::string>(e->args[1]->value));
    open.insert(open.end(), e->args.begin(), e->args.end());
  }
}

void QuerySource::collect(const lang::Constant& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) numbers_.push_back(*number);
  if (const auto* text = std::get_if<std::string>(&value)) texts_.push_back(*text);
  if (const auto* name = std::get_if<lang::WireName>(&value)) names_.emplace_back(name->view());
  if (const auto* ip = std::get_if<IpAddress>(&value)) {
    prefixes_.push_back({*ip, static_cast<std::uint8_t>(ip->width())});
  }
  if (const auto* prefix = std::get_if<Prefix>(&value)) prefixes_.push_back(*prefix);
  if (const auto* list = lang::list_if(value)) {
    for (const std::int64_t n : list->numbers) numbers_.push_back(n);
    for (const std::string& text : list->texts) texts_.push_back(text);
    for (const lang::WireName& name : list->names) names_.emplace_back(name.view());
    for (const IpAddress& ip : list->addresses) collect(lang::Constant(ip));
    for (const Prefix& prefix : list->prefixes) prefixes_.push_back(prefix);
  }
}

/// A name that a glob pattern matches, or nearly.
dns::Name QuerySource::matching(Random& random, const std::string& pattern) const {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '*') {
      text += pattern[i];
      continue;
    }
    const bool many = i + 1 < pattern.size() && pattern[i + 1] == '*';
    if (many && i + 2 < pattern.size() && pattern[i + 2] == '.') {
      i += 2;  // any number of labels
      for (std::size_t n = below(random, 3); n > 0; --n) text += "ab.";
    } else if (chance(random, 80)) {
      text +=
          any_of(random, piece_words).find_first_of(".\\") == std::string_view::npos ? "w" : "q2";
    }
  }
  const auto name = dns::parse_name(text.empty() ? "." : text);
  return name ? *name : names_.front();
}

dns::Name QuerySource::name(Random& random) const {
  dns::Name name = any_of(random, names_);
  if (!patterns_.empty() && chance(random, 25)) name = matching(random, any_of(random, patterns_));
  const std::size_t changes = below(random, 3);
  for (std::size_t i = 0; i < changes; ++i) {
    dns::Name changed = name;
    switch (below(random, 6)) {
      case 0:  // above
        if (!name.view().is_root()) changed = dns::Name(name.view().parent());
        break;
      case 1:  // beside
        if (!name.view().is_root()) changed = dns::Name(name.view().parent());
        prepend(changed, odd_label(random));
        break;
      case 2: {  // a label that continues the first one
        if (name.view().is_root()) break;
        const auto first = name.view().first_label();
        std::string label(first.begin(), first.end());
        label += chance(random, 50) ? "1" : "x";
        changed = dns::Name(name.view().parent());
        prepend(changed, label);
        break;
      }
      case 3: {  // below, with a string the set looks for
        std::string label = any_of(random, texts_).substr(0, 63);
        std::erase(label, '.');
        prepend(changed, label);
        break;
      }
      default:
        prepend(changed, odd_label(random));
        break;
    }
    name = changed;
  }
  return chance(random, 30) ? with_mixed_case(random, name) : name;
}

IpAddress QuerySource::address(Random& random) const {
  const Prefix& prefix = any_of(random, prefixes_);
  switch (below(random, 7)) {
    case 0:
      return prefix.base;
    case 1:
      return prefix.last();
    case 2:
      return step(prefix.base, false);
    case 3:
      return step(prefix.last(), true);
    case 4: {  // anywhere inside
      const IpAddress last = prefix.last();
      const std::uint64_t high = random();
      const std::uint64_t low = random();
      return IpAddress::from_bits(last.family(),
                                  prefix.base.high() | (high & (last.high() ^ prefix.base.high())),
                                  prefix.base.low() | (low & (last.low() ^ prefix.base.low())));
    }
    case 5:
      return IpAddress::v4(static_cast<std::uint32_t>(random()));
    default: {
      const std::uint64_t high = random();
      return IpAddress::from_bits(Family::v6, 0x2000000000000000U | high >> 3U, random());
    }
  }
}

std::string QuerySource::text(Random& random) const {
  std::string text = any_of(random, texts_);
  switch (below(random, 6)) {
    case 0:
      mix_case(random, text);
      break;
    case 1:
      text += any_of(random, odd_labels);
      break;
    case 2:
      text = std::string(any_of(random, odd_labels)) + text;
      break;
    case 3:
      if (!text.empty()) text.pop_back();
      break;
    default:
      break;
  }
  return text.substr(0, lang::max_text);
}

std::int64_t QuerySource::number(Random& random, std::int64_t low, std::int64_t high) const {
  switch (below(random, 6)) {
    case 0:
      return low;
    case 1:
      return high;
    case 2: {
      const std::uint64_t width =
          static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
      const std::uint64_t offset = width == ~std::uint64_t{0} ? random() : random() % (width + 1);
      return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
    }
    default: {
      const std::int64_t near = any_of(random, numbers_);
      const auto delta = static_cast<std::int64_t>(below(random, 3)) - 1;
      const bool end = near == std::numeric_limits<std::int64_t>::max() ||
                       near == std::numeric_limits<std::int64_t>::min();
      return std::clamp(end ? near : near + delta, low, high);
    }
  }
}

std::string QuerySource::field_text(Random& random, std::uint32_t field) const {
  const lang::Type type = set_.field_type(field);
  return type.domain ? any_of(random, *type.domain) : text(random);
}

RandomQuery QuerySource::next(Random& random) const {
  RandomQuery q;
  q.qname = name(random);
  const auto labels = static_cast<std::size_t>(q.qname.view().label_count());
  q.zone = dns::Name(q.qname.view().parent(static_cast<int>(below(random, labels + 1))));
  if (chance(random, 20)) q.zone = with_mixed_case(random, q.zone);
  q.ipv6 = chance(random, 50);
  q.client = address(random);
  q.resolver = chance(random, 50) ? q.client : address(random);
  q.transport = static_cast<std::uint8_t>(below(random, 3));
  q.site = field_text(random, lang::field_site);
  q.region = field_text(random, lang::field_region);
  q.country = field_text(random, lang::field_country);
  q.continent = field_text(random, lang::field_continent);
  q.asn = static_cast<std::uint32_t>(number(random, 0, lang::max_asn));
  q.texts.reserve(set_.attributes.size());  // values borrow from it
  for (const lang::Attribute& attribute : set_.attributes) {
    lang::AttributeValue value;
    switch (attribute.type.kind) {
      case lang::Kind::boolean:
        value.number = chance(random, 50) ? 1 : 0;
        break;
      case lang::Kind::integer:
        value.number = number(random, attribute.type.low, attribute.type.high);
        break;
      default:
        value.text = q.texts.emplace_back(
            attribute.type.domain ? any_of(random, *attribute.type.domain) : text(random));
        break;
    }
    q.attributes.push_back(value);
  }
  return q;
}

}  // namespace lapis::agreement
