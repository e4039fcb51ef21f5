#include "answered_world.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "lapis/base/source.h"
#include "lapis/dns/types.h"
#include "lapis/lang/set.h"
#include "lapis/program/program_set.h"
#include "lapis/zone/load.h"

namespace lapis::fuzz {
namespace {

constexpr const char* plain_zone = R"(
$TTL 300
@ SOA ns h 1 2 3 4 60
@ NS ns
@ NS ns.out.
@ MX 10 mail
ns A 192.0.2.1
ns AAAA 2001:db8::1
mail A 192.0.2.2
a CNAME b
b CNAME c
c TXT "end"
loop CNAME pool
pool CNAME loop
d DNAME e
x.e A 192.0.2.3
grow DNAME a.grow
sub NS ns.sub
sub NS ns.other
ns.sub A 192.0.2.4
other NS ns.other
ns.other A 192.0.2.5
* TXT "wild"
*.w CNAME x.w.z2.
ent.a.b.c A 192.0.2.6
_s._tcp SRV 1 2 3 mail
svc HTTPS 1 . alpn=h2
big TXT "0123456789012345678901234567890123456789012345678901234567890123456789"
big TXT "1123456789012345678901234567890123456789012345678901234567890123456789"
big TXT "2123456789012345678901234567890123456789012345678901234567890123456789"
big TXT "3123456789012345678901234567890123456789012345678901234567890123456789"
big TXT "4123456789012345678901234567890123456789012345678901234567890123456789"
big TXT "5123456789012345678901234567890123456789012345678901234567890123456789"
big TXT "6123456789012345678901234567890123456789012345678901234567890123456789"
long DNAME aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc.d.
)";

constexpr const char* nsec_zone = R"(
$TTL 300
@ SOA ns h 1 2 3 4 60
@ RRSIG SOA 13 1 300 20380101000000 20200101000000 1 n. AAAA
@ NS ns
@ DNSKEY 257 3 13 AAAA
@ NSEC *.n. NS SOA RRSIG NSEC DNSKEY
@ RRSIG NSEC 13 1 300 20380101000000 20200101000000 1 n. AAAA
* TXT "wild"
* RRSIG TXT 13 1 300 20380101000000 20200101000000 1 n. AAAA
* NSEC a.ent.n. TXT RRSIG NSEC
* RRSIG NSEC 13 1 300 20380101000000 20200101000000 1 n. AAAA
a.ent A 192.0.2.1
a.ent RRSIG A 13 3 300 20380101000000 20200101000000 1 n. AAAA
a.ent NSEC s.n. A RRSIG NSEC
a.ent RRSIG NSEC 13 3 300 20380101000000 20200101000000 1 n. AAAA
s NS ns.s
s NSEC @ NS RRSIG NSEC
s RRSIG NSEC 13 2 300 20380101000000 20200101000000 1 n. AAAA
ns.s A 192.0.2.2
)";

// Hashed without salt or iterations: n3. and two names below it.
constexpr const char* nsec3_zone = R"(
$TTL 300
@ SOA ns h 1 2 3 4 60
@ RRSIG SOA 13 1 300 20380101000000 20200101000000 1 n3. AAAA
@ NS ns
@ DNSKEY 257 3 13 AAAA
@ NSEC3PARAM 1 0 0 -
*.w CNAME a
*.w RRSIG CNAME 13 2 300 20380101000000 20200101000000 1 n3. AAAA
a A 192.0.2.1
s NS ns.out.
00000000000000000000000000000000 NSEC3 1 1 0 - 80000000000000000000000000000000 NS SOA
00000000000000000000000000000000 RRSIG NSEC3 13 2 300 20380101000000 20200101000000 1 n3. AAAA
80000000000000000000000000000000 NSEC3 1 1 0 - 00000000000000000000000000000000 A
80000000000000000000000000000000 RRSIG NSEC3 13 2 300 20380101000000 20200101000000 1 n3. AAAA
)";

constexpr const char* programmed_zone = R"(
$TTL 300
@ SOA ns h 1 2 3 4 60
@ NS ns
ns A 192.0.2.1
www A 192.0.2.2
www AAAA 2001:db8::2
alias CNAME www
* A 192.0.2.3
)";

constexpr const char* programs = R"(
(program near (match (in-prefix? client "203.0.113.0/24"))
  (response (list (ipv4 "192.0.2.9")) (list (ipv6 "2001:db8::9")) (ttl 30)))
(program half (match (and (not (in-prefix? client "203.0.113.0/24")) (< (bucket client 10) 5)))
  (response (list) (rotate (list (ipv6 "2001:db8::a") (ipv6 "2001:db8::b")) client) (ttl 60)))
)";

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

answer::ZoneInput load(const char* origin, const char* text, bool addressing = false) {
  SourceMap sources;
  zone::LoadOptions options;
  options.origin = dns::parse_name(origin);
  zone::LoadedZone loaded = zone::load_zone_text(sources.add(origin, text), sources, options);
  if (!loaded.ok()) fail(loaded.diagnostics[0].message.c_str());
  return {std::move(loaded.records), addressing, {}};
}

/// A reader that trusts nothing.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> message) : message_(message) {}

  std::size_t at = 12;

  std::uint16_t u16(std::size_t offset) const {
    if (offset + 2 > message_.size()) fail("the message is cut short");
    return static_cast<std::uint16_t>(message_[offset] << 8 | message_[offset + 1]);
  }

  /// Steps over a name, following its pointers to see that they lead backwards and end.
  bool name() {
    const bool root = at < message_.size() && message_[at] == 0;
    std::size_t octets = 0;
    std::size_t walk = at;
    bool jumped = false;
    for (;;) {
      if (walk >= message_.size()) fail("a name runs over the end");
      const std::size_t length = message_[walk];
      if (length >= 0xC0) {
        const std::size_t target = u16(walk) & 0x3FFFu;
        if (!jumped) at = walk + 2;
        if (target >= walk || target < 12) fail("a pointer does not lead backwards");
        jumped = true;
        walk = target;
        continue;
      }
      if (length > 63) fail("bad label");
      octets += length + 1;
      if (octets > 255) fail("a name of more than 255 octets");
      walk += length + 1;
      if (length == 0) break;
    }
    if (!jumped) at = walk;
    return root;
  }

 private:
  std::span<const std::uint8_t> message_;
};

/// Reads the whole response; returns whether it has an OPT record.
bool check_response(std::span<const std::uint8_t> message) {
  Reader reader(message);
  for (int i = reader.u16(4); i > 0; --i) {
    reader.name();
    reader.at += 4;
  }
  int opts = 0;
  const int before = reader.u16(6) + reader.u16(8);
  for (int i = 0; i < before + reader.u16(10); ++i) {
    const bool root = reader.name();
    const std::uint16_t type = reader.u16(reader.at);
    if (type == dns::type::opt) {
      ++opts;
      if (!root || i < before) fail("an OPT record out of place");
    }
    reader.at += 10 + reader.u16(reader.at + 8);
  }
  if (reader.at != message.size()) fail("the records do not end where the message does");
  if (opts > 1) fail("two OPT records");
  return opts == 1;
}

void check_header(std::span<const std::uint8_t> query, std::span<const std::uint8_t> response) {
  if (response.size() < 12 || query.size() < 12) fail("an answer to no query");
  if ((query[2] & 0x80) != 0) fail("an answer to a response");
  if (response[0] != query[0] || response[1] != query[1]) fail("another id");
  if ((response[2] & 0x80) == 0) fail("no response");
  if ((response[2] & 0x79) != (query[2] & 0x79)) fail("opcode and RD are echoed");
  if ((response[3] & 0xF0) != 0) fail("RA, Z, AD and CD are clear");
}

}  // namespace

bool check_answer(std::span<const std::uint8_t> query, std::span<const std::uint8_t> response) {
  check_header(query, response);
  return check_response(response);
}

const answer::Snapshot& answered_world() {
  static const std::shared_ptr<const answer::Snapshot> world = [] {
    std::vector<answer::ZoneInput> zones;
    zones.push_back(load("z.", plain_zone));
    zones.push_back(load("n.", nsec_zone));
    zones.push_back(load("n3.", nsec3_zone));
    zones.push_back(load("p.", programmed_zone, true));
    SourceMap sources;
    Diagnostics warnings;
    auto set = lang::check_set({{sources.add("p", programs)}}, sources, warnings);
    if (!set.ok()) fail(set.errors()[0].message.c_str());
    answer::Settings settings;
    settings.version = "v";
    settings.identity = "identity";
    settings.cookie_secrets = {{1, 2, 3}};
    settings.broken_zones = {*dns::parse_name("broken.")};
    auto built = answer::Snapshot::build(
        std::move(zones), std::make_shared<program::ProgramSet>(std::move(set).value()), settings);
    if (!built.ok()) fail(built.errors()[0].message.c_str());
    return *built;
  }();
  return *world;
}

std::span<const std::uint8_t> ask_world(std::span<const std::uint8_t> query,
                                        answer::Transport transport) {
  static answer::Scratch scratch;
  static std::vector<std::uint8_t> out(answer::max_message);
  static std::vector<std::uint8_t> batched(answer::max_message);
  const answer::Client client{*IpAddress::parse("198.51.100.1"), 53, transport};
  scratch.now = 1'700'000'000;
  const std::size_t size = answer::respond(answered_world(), client, query, scratch, out);
  if ((size == 0) != scratch.outcome.silent) fail("silence and outcome differ");

  answer::BatchItem item{client, query, batched, 0, {}};
  answer::respond_batch(answered_world(), {&item, 1}, scratch);
  if (item.size != size ||
      !std::equal(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size), batched.begin())) {
    fail("a batch answers otherwise");
  }

  const std::span<const std::uint8_t> response(out.data(), size);
  if (size == 0) return response;
  const bool has_opt = check_answer(query, response);
  const bool udp = transport == answer::Transport::udp;
  if (udp && size > (has_opt ? 1232u : 512u)) fail("more than was offered");
  return response;
}

}  // namespace lapis::fuzz
