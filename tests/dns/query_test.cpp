// Requests as octets: what is read, what is refused, and with which code.
#include "lapis/dns/query.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace lapis::dns {
namespace {

using Octets = std::vector<std::uint8_t>;

/// Header with the four counts, then `rest`.
Octets message(std::uint16_t flags, std::array<std::uint8_t, 4> counts, const Octets& rest) {
  Octets out{0xAB, 0xCD, static_cast<std::uint8_t>(flags >> 8), static_cast<std::uint8_t>(flags)};
  for (const std::uint8_t count : counts) {
    out.push_back(0);
    out.push_back(count);
  }
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

const Octets question{1, 'a', 0, 0, 1, 0, 1};

Octets operator+(const Octets& a, const Octets& b) {
  Octets out(a.size() + b.size());
  std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), out.begin()));
  return out;
}

Octets opt(const Octets& options, std::uint8_t version = 0) {
  const auto size = static_cast<std::uint8_t>(options.size());
  return Octets{0, 0, 41, 0x10, 0, 0, version, 0x80, 0, 0, size} + options;
}

std::uint16_t error_of(const Octets& octets) {
  Query query;
  EXPECT_EQ(parse_query(octets, query), Receipt::answer);
  return query.error;
}

TEST(ParseQuery, Ordinary) {
  Query query;
  const Octets octets = message(0x0100, {1, 0, 0, 0}, question);
  ASSERT_EQ(parse_query(octets, query), Receipt::answer);
  EXPECT_EQ(query.error, rcode::noerror);
  EXPECT_EQ(query.id, 0xABCD);
  EXPECT_TRUE(query.recursion_desired());
  EXPECT_EQ(to_text(query.qname), "a.");
  EXPECT_EQ(query.qtype, 1);
  EXPECT_EQ(query.qclass, 1);
  EXPECT_FALSE(query.edns.present);
}

TEST(ParseQuery, SilenceForResponsesAndFragments) {
  Query query;
  EXPECT_EQ(parse_query(message(0x8000, {1, 0, 0, 0}, question), query), Receipt::silent);
  EXPECT_EQ(parse_query(Octets(11), query), Receipt::silent);
  EXPECT_EQ(parse_query({}, query), Receipt::silent);
}

TEST(ParseQuery, FormatErrors) {
  EXPECT_EQ(error_of(message(0, {0, 0, 0, 0}, {})), rcode::formerr);
  EXPECT_EQ(error_of(message(0, {2, 0, 0, 0}, question + question)), rcode::formerr);
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 0}, question + Octets{0})), rcode::formerr);
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 0}, {1, 'a', 0, 0, 1, 0})), rcode::formerr);
  // A pointer in the question, to itself and to the header.
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 0}, {0xC0, 12, 0, 1, 0, 1})), rcode::formerr);
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 0}, {0xC0, 0, 0, 1, 0, 1})), rcode::formerr);
  // Label types 01 and 10 (RFC 6891 §5).
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 0}, {0x41, 0, 0, 1, 0, 1})), rcode::formerr);
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 0}, {0x80, 0, 0, 1, 0, 1})), rcode::formerr);
}

TEST(ParseQuery, NamesOfExactly255Octets) {
  Octets name;
  for (int i = 0; i < 127; ++i) name = name + Octets{1, 'a'};
  const Octets tail{0, 0, 1, 0, 1};
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 0}, name + tail)), rcode::noerror);
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 0}, Octets{1, 'b'} + name + tail)), rcode::formerr);
}

TEST(Rfc6891, OptRecord) {
  Query query;
  const Octets octets = message(0, {1, 0, 0, 1}, question + opt({0, 3, 0, 0}));
  ASSERT_EQ(parse_query(octets, query), Receipt::answer);
  EXPECT_EQ(query.error, rcode::noerror);
  EXPECT_TRUE(query.edns.present);
  EXPECT_TRUE(query.edns.dnssec_ok);
  EXPECT_TRUE(query.edns.nsid);
  EXPECT_EQ(query.edns.udp_payload, 4096);
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 2}, question + opt({}) + opt({}))), rcode::formerr);
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 1}, question + opt({}, 1))), rcode::badvers);
  // An option that runs over the end of the record.
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 1}, question + opt({0, 3, 0, 1}))), rcode::formerr);
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 1}, question + opt({0, 3, 0}))), rcode::formerr);
  // Owner other than the root.
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 1}, question + Octets{1, 'x'} + opt({}))),
            rcode::formerr);
  EXPECT_EQ(error_of(message(0, {1, 0, 0, 1}, question + opt({0xFD, 0xE9, 0, 1, 7}))),
            rcode::noerror)
      << "unknown options are ignored";
}

TEST(Rfc7871Section6, ClientSubnetOption) {
  const auto code = [](const Octets& data) {
    const Octets option = Octets{0, 8, 0, static_cast<std::uint8_t>(data.size())} + data;
    return error_of(message(0, {1, 0, 0, 1}, question + opt(option)));
  };
  EXPECT_EQ(code({0, 1, 24, 0, 192, 0, 2}), rcode::noerror);
  EXPECT_EQ(code({0, 1, 0, 0}), rcode::noerror);
  EXPECT_EQ(code({0, 0, 0, 0}), rcode::noerror);
  EXPECT_EQ(code({0, 2, 33, 0, 0x20, 1, 0xd, 0xb8, 0x80}), rcode::noerror);
  EXPECT_EQ(code({0, 1, 24, 1, 192, 0, 2}), rcode::formerr) << "scope in a query";
  EXPECT_EQ(code({0, 1, 24, 0, 192, 0, 2, 0}), rcode::formerr) << "too many octets";
  EXPECT_EQ(code({0, 1, 24, 0, 192, 0}), rcode::formerr) << "too few octets";
  EXPECT_EQ(code({0, 1, 20, 0, 192, 0, 0x0F}), rcode::formerr) << "bits past the prefix";
  EXPECT_EQ(code({0, 1, 33, 0, 192, 0, 2, 1, 0}), rcode::formerr);
  EXPECT_EQ(code({0, 3, 0, 0}), rcode::formerr) << "unknown family";
  EXPECT_EQ(code({0, 1, 24}), rcode::formerr);
}

TEST(Rfc7873Section5_2_2, CookieSizes) {
  for (int size = 0; size <= 48; ++size) {
    const Octets option = Octets{0, 10, 0, static_cast<std::uint8_t>(size)} +
                          Octets(static_cast<std::size_t>(size), 7);
    const bool good = size == 8 || (size >= 16 && size <= 40);
    EXPECT_EQ(error_of(message(0, {1, 0, 0, 1}, question + opt(option))),
              good ? rcode::noerror : rcode::formerr)
        << size;
  }
}

TEST(Rfc1035Section4_1_4, PointersLeadBackwards) {
  // At 12: "a."; at 15: "b" and a pointer to 12; at 19: a pointer to itself; at 21: one forward.
  const Octets octets = Octets(12) + Octets{1, 'a', 0, 1, 'b', 0xC0, 12, 0xC0, 19, 0xC0, 23, 0};
  EXPECT_EQ(skip_name(octets, 12), 15u);
  EXPECT_EQ(skip_name(octets, 15), 19u);
  EXPECT_EQ(skip_name(octets, 19), 0u);
  EXPECT_EQ(skip_name(octets, 21), 0u);
  // Two pointers at each other.
  const Octets loop = Octets(12) + Octets{1, 'x', 0xC0, 16, 1, 'y', 0xC0, 12};
  EXPECT_EQ(skip_name(loop, 16), 0u);
  EXPECT_EQ(skip_name(loop, 12), 0u);
}

TEST(Opcodes, NotimpAndOptOfUpdates) {
  EXPECT_EQ(error_of(message(0x1000, {1, 0, 0, 0}, question)), rcode::notimp);
  Query query;
  const Octets notify = message(0x2000, {1, 0, 0, 1}, question + opt({}));
  EXPECT_EQ(parse_query(notify, query), Receipt::answer);
  EXPECT_TRUE(query.edns.present);
  EXPECT_EQ(query.opcode, opcode::notify);
  // An opcode that we don't know, with a question and without.
  for (const bool asks : {true, false}) {
    const Octets status =
        message(0x1000, {std::uint8_t{asks}, 0, 0, 1}, asks ? question + opt({}) : opt({}));
    EXPECT_EQ(parse_query(status, query), Receipt::answer);
    EXPECT_EQ(query.error, rcode::notimp);
    EXPECT_TRUE(query.edns.present);
  }
  const Octets broken = message(0x1000, {1, 0, 0, 2}, question + opt({}));
  EXPECT_EQ(parse_query(broken, query), Receipt::answer);
  EXPECT_EQ(query.error, rcode::notimp);
  EXPECT_FALSE(query.edns.present) << "what can't be read to its end is not believed";
}

}  // namespace
}  // namespace lapis::dns
