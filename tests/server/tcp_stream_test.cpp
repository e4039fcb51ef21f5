// The framing of DNS over TCP (RFC 7766 §8): every segmentation of the same octets gives the same
// answers, and a peer that does not read stops the work.
#include "../../src/server/tcp_stream.h"

#include <gtest/gtest.h>

#include <random>

#include "echo_service.h"

namespace lapis::server {
namespace {

using Octets = std::vector<std::uint8_t>;
using Status = TcpStream::Status;

/// Takes at most `allowance` octets in all.
struct Peer final : TcpSink {
  Octets got;
  std::size_t allowance = ~std::size_t{0};
  std::size_t writes = 0;
  bool gone = false;
  std::size_t write(std::span<const std::uint8_t> octets) override {
    if (gone) return broken;
    ++writes;
    const std::size_t n = std::min(octets.size(), allowance);
    got.insert(got.end(), octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(n));
    allowance -= n;
    return n;
  }
};

struct Conversation {
  TcpBuffers buffers;
  EchoService service;
  Peer peer;
  TcpStream stream{answer::Client()};

  Status send(std::span<const std::uint8_t> octets) {
    const std::span<std::uint8_t> room = stream.receive_room(buffers);
    EXPECT_GE(room.size(), octets.size());
    std::copy(octets.begin(), octets.end(), room.begin());
    return stream.received(octets.size(), buffers, service, peer);
  }
  Status resume() { return stream.resume(buffers, service, peer); }
};

void append(Octets& to, const Octets& more) {
  to.insert(to.end(), more.begin(), more.end());
}

Octets answer_to(const Octets& query) {
  EchoService service;
  Octets out(answer::max_message);
  Exchange e;
  e.query = query;
  e.out = out;
  service.answer({&e, 1});
  out.resize(e.size);
  return out;
}

TEST(TcpStream, AnswersOneMessage) {
  Conversation c;
  EXPECT_EQ(c.send(framed(echo_query(7))), Status::reading);
  EXPECT_EQ(c.peer.got, framed(answer_to(echo_query(7))));
  EXPECT_TRUE(c.stream.at_rest());
  EXPECT_EQ(c.stream.queries(), 1U);
}

TEST(TcpStream, PipelinedQueriesLeaveInOneWrite) {
  Conversation c;
  Octets all;
  Octets expected;
  for (std::uint16_t id = 0; id < 100; ++id) {
    append(all, framed(echo_query(id)));
    append(expected, framed(answer_to(echo_query(id))));
  }
  EXPECT_EQ(c.send(all), Status::reading);
  EXPECT_EQ(c.peer.got, expected);
  EXPECT_EQ(c.peer.writes, 1U);
}

TEST(TcpStream, EverySplitOfTwoMessagesGivesTheSameAnswers) {
  Octets all = framed(echo_query(1, 40));
  append(all, framed(echo_query(2)));
  Octets expected = framed(answer_to(echo_query(1, 40)));
  append(expected, framed(answer_to(echo_query(2))));
  for (std::size_t first = 0; first <= all.size(); ++first) {
    for (std::size_t second = first; second <= all.size(); ++second) {
      Conversation c;
      const std::span<const std::uint8_t> octets(all);
      c.send(octets.first(first));
      c.send(octets.subspan(first, second - first));
      EXPECT_EQ(c.send(octets.subspan(second)), Status::reading);
      EXPECT_EQ(c.peer.got, expected) << first << " " << second;
    }
  }
}

TEST(TcpStream, RandomSegmentsAndRandomReadersLoseNothing) {
  std::mt19937 random(20240607);
  for (int round = 0; round < 200; ++round) {
    Conversation c;
    Octets all;
    Octets expected;
    const int messages = 1 + static_cast<int>(random() % 60);
    for (int i = 0; i < messages; ++i) {
      const Octets q = echo_query(static_cast<std::uint16_t>(i), random() % 3 == 0 ? 50000 : 20);
      append(all, framed(q));
      append(expected, framed(answer_to(q)));
    }
    std::size_t at = 0;
    Status status = Status::reading;
    c.peer.allowance = random() % 100000;
    while (at < all.size() || status != Status::reading) {
      if (status == Status::reading) {
        const std::size_t n = std::min<std::size_t>(all.size() - at, 1 + random() % 200);
        status = c.send(std::span<const std::uint8_t>(all).subspan(at, n));
        at += n;
      } else {
        c.peer.allowance = random() % 100000;
        status = c.resume();
      }
      ASSERT_NE(status, Status::closed);
    }
    ASSERT_EQ(c.peer.got, expected);
    EXPECT_TRUE(c.stream.at_rest());
  }
}

TEST(TcpStream, StopsAnsweringWhileThePeerDoesNotRead) {
  Conversation c;
  c.peer.allowance = 1000;
  Octets all;
  for (std::uint16_t id = 0; id < 200; ++id) append(all, framed(echo_query(id, 50000)));
  EXPECT_EQ(c.send(all), Status::writing);
  EXPECT_LE(c.stream.queries(), 3U);
  EXPECT_TRUE(c.stream.has_output());
  EXPECT_EQ(c.resume(), Status::writing);
  EXPECT_LE(c.stream.queries(), 3U);
}

TEST(TcpStream, LargeAnswersAreServedWholeInTurns) {
  Conversation c;
  Octets all;
  for (std::uint16_t id = 0; id < 200; ++id) append(all, framed(echo_query(id, 50000)));
  Status status = c.send(all);
  int turns = 1;
  for (; status == Status::yielding; ++turns) status = c.resume();
  EXPECT_EQ(status, Status::reading);
  EXPECT_GT(turns, 10);
  EXPECT_EQ(c.peer.got.size(), 200U * 50002U);
  EXPECT_EQ(c.stream.queries(), 200U);
}

TEST(TcpStream, SilentQueriesGetNothing) {
  Conversation c;
  Octets response = echo_query(3);
  response[2] = 0x80;
  Octets all = framed(response);
  append(all, framed(echo_query(4)));
  EXPECT_EQ(c.send(all), Status::reading);
  EXPECT_EQ(c.peer.got, framed(answer_to(echo_query(4))));
}

TEST(TcpStream, ShorterThanAHeaderClosesAfterEarlierAnswers) {
  for (std::uint8_t length = 0; length < 12; ++length) {
    Conversation c;
    Octets all = framed(echo_query(5));
    append(all, {0, length});
    EXPECT_EQ(c.send(all), Status::closed);
    EXPECT_EQ(c.peer.got, framed(answer_to(echo_query(5))));
  }
}

TEST(TcpStream, ABrokenConnectionCloses) {
  Conversation c;
  c.peer.gone = true;
  EXPECT_EQ(c.send(framed(echo_query(5))), Status::closed);
}

TEST(TcpStream, ReadsTheLargestMessage) {
  Conversation c;
  Octets query(answer::max_message, 1);
  const Octets start = echo_query(9);
  std::copy(start.begin(), start.end(), query.begin());
  const Octets all = framed(query);
  EXPECT_EQ(c.send(std::span<const std::uint8_t>(all).first(all.size() - 1)), Status::reading);
  EXPECT_EQ(c.stream.queries(), 0U);
  EXPECT_EQ(c.send(std::span<const std::uint8_t>(all).last(1)), Status::reading);
  EXPECT_EQ(c.peer.got, framed(answer_to(query)));
}

}  // namespace
}  // namespace lapis::server
