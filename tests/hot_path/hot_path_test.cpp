// No query allocates memory or takes a lock: neither behind answer::respond, whatever the octets,
// nor in a worker between its sockets.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include "../../src/server/dns_service.h"
#include "../../src/server/worker.h"
#include "answer/served.h"
#include "geo/mmdb_writer.h"
#include "server/loopback.h"
#include "watch.h"

namespace lapis {
namespace {

using answer::testing::Octets;
using answer::testing::Request;
using answer::testing::Served;
using testing::Calls;
using testing::Watch;

constexpr const char* programs = R"(
(attribute plan (one-of "free" "pro") (default "free"))
(program placed
  (match (and (= plan "free") (under? qname "b.programs.test.")
              (or (= country "NL") (= continent "EU") (= asn 64496))))
  (response (list (ipv4 "192.0.2.4")) (list) (ttl 30)))
(program near
  (match (and (= plan "free") (in-prefix? client "203.0.113.0/24")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 30)))
(program weighed
  (match (and (= plan "free") (not (in-prefix? client "203.0.113.0/24"))))
  (response (if (< (bucket qname 100 "w") 70)
                (list (ipv4 "192.0.2.2"))
                (list (ipv4 "192.0.2.3")))
            (list) (ttl 30)))
)";

/// Every kind of answer: plain, several records, chains, wildcards, referrals, denials, programs.
void fill(Served& s) {
  geo::MmdbWriter places;
  places.insert("203.0.113.0/24", {{"country", "NL"}, {"continent", "EU"}, {"asn", 64496}});
  places.insert("2001:db8::/32", {{"country", "DE"}, {"continent", "EU"}, {"asn", 64497}});
  s.settings.places = geo::loaded(&places, &places);
  s.settings.version = "lapis";
  s.settings.cookie_secrets = {{1, 2, 3}};
  s.settings.broken_zones = {*dns::parse_name("broken.example.")};
  s.zone("example.",
         "www A 192.0.2.9\nwww AAAA 2001:db8::9\nwww TXT \"some text\"\n"
         "mail MX 10 www\nmail MX 20 other.example.net.\n"
         "alias CNAME chain\nchain CNAME www\nout CNAME www.example.net.\n"
         "loop CNAME pool\npool CNAME loop\n"
         "*.wild A 192.0.2.7\nold DNAME new\na.new A 192.0.2.8\n"
         "child NS ns.child\nns.child A 192.0.2.54\n"
         "_s._tcp SRV 1 2 53 www\n");
  std::string many;
  for (int i = 0; i < 200; ++i) many += "many A 198.18.0." + std::to_string(i) + "\n";
  s.zone("many.test.", many);
  s.zone("programs.test.", "a A 192.0.2.9\na AAAA 2001:db8::9\nb A 192.0.2.9\n", true);
  s.programs(programs);
}

std::vector<Octets> all_queries() {
  std::vector<Octets> out;
  for (const char* name : {"www.example.",      "WwW.eXample.",     "mail.example.",
                           "alias.example.",    "out.example.",     "loop.example.",
                           "x.y.wild.example.", "a.old.example.",   "old.example.",
                           "h.child.example.",  "missing.example.", "_s._tcp.example.",
                           "_tcp.example.",     "example.",         ".",
                           "broken.example.",   "elsewhere.",       "many.many.test.",
                           "a.programs.test.",  "b.programs.test.", "version.bind."}) {
    for (const char* type : {"A", "AAAA", "MX", "TXT", "SRV", "ANY", "DS", "RRSIG", "AXFR"}) {
      for (int form = 0; form < 4; ++form) {
        Request request;
        request.name = name;
        request.type = type;
        request.edns = form > 0;
        request.dnssec = form > 1;
        if (form == 3) {
          request.options = {answer::testing::subnet_option("203.0.113.0/24"),
                             {10, {1, 2, 3, 4, 5, 6, 7, 8}},
                             {3, {}}};
        }
        out.push_back(request.wire());
      }
    }
  }
  Request chaos;
  chaos.name = "version.bind.";
  chaos.type = "TXT";
  chaos.qclass = 3;
  out.push_back(chaos.wire());
  return out;
}

TEST(Watch, SeesAllocationsAndLocks) {
  std::mutex mutex;
  Watch watch(Watch::Whom::everyone);
  auto* room = new std::array<int, 100>;
  asm volatile("" : : "r"(room) : "memory");  // or the compiler leaves it out
  mutex.lock();
  const Calls own = watch.stop();
  mutex.unlock();
  delete room;
  EXPECT_EQ(own.allocations, 1U);
  EXPECT_EQ(own.locks, 1U);

  std::thread other;
  std::atomic<bool> go{false}, done{false};
  other = std::thread([&] {
    while (!go) std::this_thread::yield();
    Octets octets(1000);
    asm volatile("" : : "r"(octets.data()) : "memory");
    const std::lock_guard lock(mutex);
    done = true;
  });
  Watch others(Watch::Whom::other_threads);
  const Octets mine(1000);
  go = true;
  while (!done) std::this_thread::yield();
  const Calls seen = others.stop();
  other.join();
  EXPECT_EQ(seen.allocations, 1U) << "of the other thread, not of this one";
  EXPECT_EQ(seen.locks, 1U);
}

TEST(HotPath, RespondAllocatesNothingAndTakesNoLock) {
  Served s;
  fill(s);
  const answer::Snapshot& snapshot = s.snapshot();
  const std::vector<Octets> queries = all_queries();
  // The same messages with octets changed, cut and added reach every path of the reader.
  std::vector<Octets> damaged;
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    Octets q = queries[random() % queries.size()];
    for (unsigned k = random() % 3; k > 0; --k) {
      q[random() % q.size()] = static_cast<std::uint8_t>(random());
    }
    if (random() % 4 == 0) q.resize(random() % (q.size() + 8));
    damaged.push_back(std::move(q));
  }
  answer::Scratch scratch;
  prepare(snapshot, scratch);
  Octets out(answer::max_message * answer::max_batch);
  std::array<answer::BatchItem, answer::max_batch> items;
  std::size_t answered = 0, by_program = 0;

  Watch watch(Watch::Whom::everyone);
  for (const answer::Transport transport : {answer::Transport::udp, answer::Transport::tcp}) {
    for (const std::vector<Octets>* set : {&queries, &std::as_const(damaged)}) {
      for (std::size_t at = 0; at < set->size(); at += items.size()) {
        const std::size_t count = std::min(items.size(), set->size() - at);
        for (std::size_t i = 0; i < count; ++i) {
          items[i].client = {IpAddress::v4(0xC6336401), 5353, transport};
          items[i].query = (*set)[at + i];
          items[i].out = {out.data() + i * answer::max_message, answer::max_message};
        }
        respond_batch(snapshot, {items.data(), count}, scratch);
        for (std::size_t i = 0; i < count; ++i) {
          answered += items[i].size != 0 ? 1 : 0;
          by_program += items[i].outcome.program >= 0 ? 1 : 0;
        }
      }
    }
  }
  const Calls calls = watch.stop();
  EXPECT_EQ(calls.allocations, 0U);
  EXPECT_EQ(calls.locks, 0U);
  EXPECT_GT(answered, 2 * queries.size());
  EXPECT_GT(by_program, 0U);
}

/// One worker of the real server on loopback.
class Server {
 public:
  explicit Server(std::shared_ptr<const answer::Snapshot> snapshot) : table_(limits_) {
    server::ListenAddress any;
    any.address = *IpAddress::parse("127.0.0.1");
    any.port = 0;
    auto sockets = server::open_listen_sockets(any, 1);
    EXPECT_TRUE(sockets.ok());
    port = (*sockets)[0].address.port;
    worker_ = std::make_unique<server::Worker>(
        table_,
        [](server::Counters& counters) { return std::make_unique<server::DnsService>(counters); },
        [] {});
    server::Worker::Order order;
    order.snapshot = std::move(snapshot);
    order.listen.push_back(std::move((*sockets)[0]));
    order.tcp = limits_;
    worker_->order(std::move(order));
    worker_->start();
  }
  ~Server() {
    server::Worker::Order order;
    order.abort = true;
    worker_->order(std::move(order));
    worker_->join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  std::uint16_t port = 0;

 private:
  server::TcpLimits limits_;
  server::ConnectionTable table_;
  std::unique_ptr<server::Worker> worker_;
};

/// Sends all queries over UDP, 32 at a time, and takes what comes back until nothing does.
/// Uses no memory of its own. Returns the number of answers.
std::size_t ask_udp(server::ClientSocket& client, const std::vector<Octets>& queries) {
  std::array<std::uint8_t, 4096> room;
  std::size_t answers = 0;
  for (std::size_t at = 0; at < queries.size(); at += 32) {
    const std::size_t end = std::min(at + 32, queries.size());
    for (std::size_t i = at; i < end; ++i) EXPECT_TRUE(client.send(queries[i]));
    for (std::size_t i = at; i < end; ++i) {
      answers += recv(client.fd(), room.data(), room.size(), 0) > 0 ? 1 : 0;
    }
  }
  return answers;
}

/// Sends `queries` as one segment at most and reads the answers; false when one is missing.
bool ask_tcp(server::ClientSocket& client, std::span<const std::uint8_t> framed, int count) {
  static std::array<std::uint8_t, 65536> room;
  if (!client.send(framed)) return false;
  const auto read = [&](std::size_t size) {
    for (std::size_t got = 0; got < size;) {
      const ssize_t n = recv(client.fd(), room.data() + got, size - got, 0);
      if (n <= 0) return false;
      got += static_cast<std::size_t>(n);
    }
    return true;
  };
  for (int i = 0; i < count; ++i) {
    if (!read(2) || !read(static_cast<std::size_t>(room[0]) << 8U | room[1])) return false;
  }
  return true;
}

TEST(HotPath, AWorkerAllocatesNothingAndTakesNoLockPerQuery) {
  Served s;
  fill(s);
  const std::vector<Octets> queries = all_queries();
  std::vector<Octets> pipelined;
  for (std::size_t i = 0; i + 4 <= queries.size(); i += 4) {
    pipelined.emplace_back();
    for (std::size_t k = i; k < i + 4; ++k) {
      answer::testing::append16(pipelined.back(), queries[k].size());
      pipelined.back().insert(pipelined.back().end(), queries[k].begin(), queries[k].end());
    }
  }
  Server server({std::shared_ptr<const void>(), &s.snapshot()});
  server::ClientSocket udp(SOCK_DGRAM, server.port);
  server::ClientSocket tcp(SOCK_STREAM, server.port);
  ASSERT_TRUE(tcp.connected());
  // The connection, and what the loop keeps for the two sockets, is made before counting.
  ASSERT_EQ(ask_udp(udp, {queries[0]}), 1U);
  ASSERT_TRUE(ask_tcp(tcp, pipelined[0], 4));

  Watch watch(Watch::Whom::other_threads);
  const std::size_t by_udp = ask_udp(udp, queries);
  std::size_t by_tcp = 0;
  for (const Octets& framed : pipelined) by_tcp += ask_tcp(tcp, framed, 4) ? 4 : 0;
  const Calls calls = watch.stop();
  EXPECT_EQ(by_udp, queries.size());
  EXPECT_EQ(by_tcp, 4 * pipelined.size());
  EXPECT_EQ(calls.allocations, 0U);
  EXPECT_EQ(calls.locks, 0U);
}

}  // namespace
}  // namespace lapis
