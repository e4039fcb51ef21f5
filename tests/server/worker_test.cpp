// Workers on loopback with a service that only echoes: what the sockets promise.
#include "../../src/server/worker.h"

#include <gtest/gtest.h>

#include <thread>

#include "echo_service.h"
#include "loopback.h"

namespace lapis::server {
namespace {

ListenAddress any_port(const char* text) {
  ListenAddress listen;
  listen.address = *IpAddress::parse(text);
  listen.port = 0;
  return listen;
}

/// Containers often have no IPv6 at all.
bool has_ipv6() {
  return open_listen_sockets(any_port("::1"), 1).ok();
}

/// Workers that echo on one address until the test ends.
struct EchoServer {
  explicit EchoServer(const char* address = "127.0.0.1", unsigned count = 1, TcpLimits limits = {})
      : table(limits) {
    auto sockets = open_listen_sockets(any_port(address), count);
    EXPECT_TRUE(sockets);
    listen = (*sockets)[0].address;
    for (unsigned i = 0; i < count; ++i) {
      workers.push_back(std::make_unique<Worker>(
          table, [](Counters&) { return std::make_unique<EchoService>(); }, [] {}));
      Worker::Order order;
      order.listen.push_back(std::move((*sockets)[i]));
      order.tcp = limits;
      workers.back()->order(std::move(order));
      workers.back()->start();
    }
  }
  ~EchoServer() {
    for (auto& worker : workers) {
      Worker::Order order;
      order.abort = true;
      worker->order(std::move(order));
      worker->join();
    }
  }
  std::uint16_t port() const { return listen.port; }

  ConnectionTable table;
  ListenAddress listen;
  std::vector<std::unique_ptr<Worker>> workers;
};

std::vector<std::uint8_t> echoed(std::vector<std::uint8_t> query) {
  query[2] |= 0x80U;
  return query;
}

TEST(Worker, AnswersUdp) {
  EchoServer server;
  ClientSocket client(SOCK_DGRAM, server.port());
  for (std::uint16_t id = 0; id < 500; ++id) {
    ASSERT_TRUE(client.send(echo_query(id)));
    EXPECT_EQ(client.datagram(), echoed(echo_query(id)));
  }
}

TEST(Worker, AnswersABurstOfUdpWhole) {
  EchoServer server;
  ClientSocket client(SOCK_DGRAM, server.port());
  for (std::uint16_t id = 0; id < 200; ++id) ASSERT_TRUE(client.send(echo_query(id)));
  std::vector<bool> seen(200);
  for (int i = 0; i < 200; ++i) {
    const auto got = client.datagram();
    ASSERT_TRUE(got);
    seen.at(static_cast<std::size_t>((*got)[0]) << 8U | (*got)[1]) = true;
  }
  EXPECT_EQ(std::count(seen.begin(), seen.end(), true), 200);
}

TEST(Worker, AnswersUdpOverIpv6) {
  if (!has_ipv6()) GTEST_SKIP() << "no IPv6 here";
  EchoServer server("::1");
  ClientSocket client(SOCK_DGRAM, server.port(), "::1");
  ASSERT_TRUE(client.send(echo_query(3)));
  EXPECT_EQ(client.datagram(), echoed(echo_query(3)));
}

/// The client socket is connected, so only an answer from the address asked can arrive.
TEST(Worker, WildcardAnswersFromTheAddressAsked) {
  EchoServer server("0.0.0.0");
  for (const char* address : {"127.0.0.1", "127.0.0.2", "127.1.2.3"}) {
    ClientSocket client(SOCK_DGRAM, server.port(), address);
    ASSERT_TRUE(client.send(echo_query(3)));
    EXPECT_EQ(client.datagram(), echoed(echo_query(3))) << address;
  }
}

TEST(Worker, Ipv6WildcardAnswersFromTheAddressAsked) {
  if (!has_ipv6()) GTEST_SKIP() << "no IPv6 here";
  EchoServer server("::");
  ClientSocket client(SOCK_DGRAM, server.port(), "::1");
  ASSERT_TRUE(client.send(echo_query(3)));
  EXPECT_EQ(client.datagram(), echoed(echo_query(3)));
}

TEST(Worker, DropsOversizedDatagramsAndGoesOn) {
  EchoServer server;
  ClientSocket client(SOCK_DGRAM, server.port());
  const std::vector<std::uint8_t> large(5000);
  ASSERT_TRUE(client.send(large));
  ASSERT_TRUE(client.send(echo_query(2)));
  EXPECT_EQ(client.datagram(), echoed(echo_query(2)));
  EXPECT_EQ(server.workers[0]->counters().dropped.get(), 1U);
}

TEST(Worker, ServesLargeAnswersToAPipelineThatReadsLate) {
  EchoServer server;
  ClientSocket client(SOCK_STREAM, server.port());
  ASSERT_TRUE(client.connected());
  std::vector<std::uint8_t> all;
  for (std::uint16_t id = 0; id < 200; ++id) {
    const auto one = framed(echo_query(id, 50000));
    all.insert(all.end(), one.begin(), one.end());
  }
  ASSERT_TRUE(client.send(all));
  client.finish_sending();
  for (std::uint16_t id = 0; id < 200; ++id) {
    const auto got = client.message();
    ASSERT_TRUE(got) << id;
    EXPECT_EQ(got->size(), 50000U);
    EXPECT_EQ((*got)[1], id & 0xFFU);
  }
  EXPECT_TRUE(client.at_end());
}

/// So many connections ask at once that the worker rests between its turns.
TEST(Worker, AnswersEveryoneWhileManyConnectionsAreBusy) {
  EchoServer server;
  constexpr std::size_t connections = 8 * Moderation::busy;
  constexpr std::uint16_t rounds = 50;
  std::vector<std::unique_ptr<ClientSocket>> clients;
  for (std::size_t i = 0; i < connections; ++i) {
    clients.push_back(std::make_unique<ClientSocket>(SOCK_STREAM, server.port()));
    ASSERT_TRUE(clients.back()->connected());
  }
  ClientSocket datagrams(SOCK_DGRAM, server.port());
  for (std::uint16_t id = 0; id < rounds; ++id) {
    for (const auto& client : clients) ASSERT_TRUE(client->send(framed(echo_query(id))));
    ASSERT_TRUE(datagrams.send(echo_query(id)));
    for (const auto& client : clients) ASSERT_EQ(client->message(), echoed(echo_query(id)));
    ASSERT_EQ(datagrams.datagram(), echoed(echo_query(id)));
  }
  EXPECT_EQ(server.workers[0]->counters().tcp_queries.get(), connections * rounds);
  EXPECT_EQ(server.workers[0]->counters().udp_queries.get(), rounds);
}

TEST(Worker, AnswersAHalfClosedConnection) {
  EchoServer server;
  ClientSocket client(SOCK_STREAM, server.port());
  ASSERT_TRUE(client.send(framed(echo_query(8))));
  client.finish_sending();
  EXPECT_EQ(client.message(), echoed(echo_query(8)));
  EXPECT_TRUE(client.at_end());
}

TEST(Worker, ServesBesideAThousandIdleConnections) {
  raise_descriptor_limit();
  EchoServer server("127.0.0.1", 2);
  std::vector<std::unique_ptr<ClientSocket>> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.push_back(std::make_unique<ClientSocket>(SOCK_STREAM, server.port()));
    ASSERT_TRUE(idle.back()->connected()) << i;
  }
  for (std::size_t i = 0; i < idle.size(); i += 37) {
    ASSERT_TRUE(idle[i]->send(framed(echo_query(static_cast<std::uint16_t>(i)))));
    EXPECT_EQ(idle[i]->message(), echoed(echo_query(static_cast<std::uint16_t>(i))));
  }
  EXPECT_EQ(server.table.total(), 1000U);
}

TEST(Worker, RefusesAClientOverItsLimit) {
  TcpLimits limits;
  limits.connections_per_client = 2;
  EchoServer server("127.0.0.1", 1, limits);
  ClientSocket first(SOCK_STREAM, server.port());
  ClientSocket second(SOCK_STREAM, server.port());
  ClientSocket third(SOCK_STREAM, server.port());
  EXPECT_TRUE(third.at_end());
  ASSERT_TRUE(first.send(framed(echo_query(1))));
  EXPECT_EQ(first.message(), echoed(echo_query(1)));
  EXPECT_EQ(server.workers[0]->counters().tcp_refused.get(), 1U);
}

TEST(Worker, MakesRoomByClosingTheLongestIdle) {
  TcpLimits limits;
  limits.connections = 2;
  EchoServer server("127.0.0.1", 1, limits);
  ClientSocket first(SOCK_STREAM, server.port());
  ClientSocket second(SOCK_STREAM, server.port());
  ASSERT_TRUE(second.send(framed(echo_query(1))));
  ASSERT_TRUE(second.message());
  ClientSocket third(SOCK_STREAM, server.port());
  EXPECT_TRUE(first.at_end());
  for (ClientSocket* kept : {&second, &third}) {
    ASSERT_TRUE(kept->send(framed(echo_query(2))));
    EXPECT_TRUE(kept->message());
  }
}

TEST(Worker, ClosesWhatIdlesTooLong) {
  TcpLimits limits;
  limits.idle_seconds = 1;
  EchoServer server("127.0.0.1", 1, limits);
  ClientSocket client(SOCK_STREAM, server.port());
  // Half a message is no sign of life.
  ASSERT_TRUE(client.send(std::vector<std::uint8_t>{0}));
  EXPECT_TRUE(client.at_end());
}

TEST(Worker, ClosesAReaderThatDoesNotRead) {
  TcpLimits limits;
  limits.write_seconds = 1;
  EchoServer server("127.0.0.1", 1, limits);
  ClientSocket client(SOCK_STREAM, server.port());
  std::vector<std::uint8_t> all;
  for (std::uint16_t id = 0; id < 1000; ++id) {
    const auto one = framed(echo_query(id, 60000));
    all.insert(all.end(), one.begin(), one.end());
  }
  ASSERT_TRUE(client.send(all));
  const auto& timeouts = server.workers[0]->counters().tcp_timeouts;
  for (int i = 0; i < 1000 && timeouts.get() == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(timeouts.get(), 1U);
}

TEST(Worker, DrainFinishesWhatWasReceived) {
  EchoServer server;
  ClientSocket idle(SOCK_STREAM, server.port());
  ClientSocket busy(SOCK_STREAM, server.port());
  std::vector<std::uint8_t> all;
  for (std::uint16_t id = 0; id < 100; ++id) {
    const auto one = framed(echo_query(id, 50000));
    all.insert(all.end(), one.begin(), one.end());
  }
  ASSERT_TRUE(busy.send(all));
  ASSERT_TRUE(busy.message());
  Worker::Order order;
  order.drain = true;
  server.workers[0]->order(std::move(order));
  EXPECT_TRUE(idle.at_end());
  for (int i = 1; i < 100; ++i) ASSERT_TRUE(busy.message()) << i;
  EXPECT_TRUE(busy.at_end());
  server.workers[0]->join();
  EXPECT_TRUE(server.workers[0]->finished());
}

TEST(Worker, SilencesOneAddressAndListensOnAnother) {
  EchoServer server;
  auto more = open_listen_sockets(any_port("127.0.0.1"), 1);
  ASSERT_TRUE(more);
  const std::uint16_t other = (*more)[0].address.port;
  Worker::Order order;
  order.listen.push_back(std::move((*more)[0]));
  order.silence.push_back(server.listen);
  server.workers[0]->order(std::move(order));
  ClientSocket client(SOCK_DGRAM, other);
  ASSERT_TRUE(client.send(echo_query(5)));
  EXPECT_EQ(client.datagram(), echoed(echo_query(5)));
  EXPECT_FALSE(ClientSocket(SOCK_STREAM, server.port()).connected());
}

TEST(Sockets, AnAddressInUseIsADiagnosticEvenWithReusePort) {
  auto first = open_listen_sockets(any_port("127.0.0.1"), 2);
  ASSERT_TRUE(first);
  for (const unsigned workers : {1U, 2U}) {
    const auto second = open_listen_sockets((*first)[0].address, workers);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.errors()[0].rule, "listen");
    EXPECT_NE(second.errors()[0].message.find("Address already in use"), std::string::npos);
  }
}

TEST(Sockets, AForeignAddressIsADiagnostic) {
  const auto result = open_listen_sockets(any_port("192.0.2.1"), 1);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.errors()[0].help, "no interface has this address");
}

TEST(Worker, TwoWorkersShareAnAddress) {
  EchoServer server("127.0.0.1", 2);
  for (int i = 0; i < 64; ++i) {
    ClientSocket client(SOCK_DGRAM, server.port());
    ASSERT_TRUE(client.send(echo_query(5)));
    ASSERT_TRUE(client.datagram());
  }
  const auto first = server.workers[0]->counters().udp_queries.get();
  const auto second = server.workers[1]->counters().udp_queries.get();
  EXPECT_EQ(first + second, 64U);
  EXPECT_GT(first, 0U);
  EXPECT_GT(second, 0U);
}

}  // namespace
}  // namespace lapis::server
