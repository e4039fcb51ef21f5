#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "dns_service.h"
#include "lapis/dns/query.h"
#include "tcp_stream.h"
#include "workloads.h"

namespace lapis::bench {
namespace {

constexpr std::size_t answer_room = 4096 + 192;  // as server::UdpBatch lays them out
constexpr std::size_t pipelined = 4;

class Discard final : public server::TcpSink {
 public:
  std::size_t write(std::span<const std::uint8_t> octets) override {
    total += octets.size();
    return octets.size();
  }
  std::size_t total = 0;
};

}  // namespace

struct Player::State {
  server::Counters counters;
  server::DnsService service{counters};
  answer::Client client{*IpAddress::parse("127.0.0.1"), 5353, answer::Transport::udp};
  Octets room = Octets(answer::max_batch * answer_room);
  std::array<server::Exchange, answer::max_batch> batch;
  server::TcpBuffers buffers;
  server::TcpStream stream{{client.address, client.port, answer::Transport::tcp}};
  std::vector<Octets> reads;  // what one read brings of a stream
  std::size_t next = 0;       // the query, or the read, that comes next
};

Player::Player(const Workload& workload) : workload_(workload), state_(std::make_unique<State>()) {
  state_->service.adopt(workload.snapshot);
  if (workload.transport == answer::Transport::udp) return;
  for (std::size_t i = 0; i < workload.queries.size(); ++i) {
    if (i % pipelined == 0) state_->reads.emplace_back();
    Octets& read = state_->reads.back();
    const Octets& query = workload.queries[i];
    read.push_back(static_cast<std::uint8_t>(query.size() >> 8));
    read.push_back(static_cast<std::uint8_t>(query.size()));
    read.insert(read.end(), query.begin(), query.end());
  }
}

Player::~Player() = default;

std::size_t Player::play(std::size_t count) {
  State& s = *state_;
  if (workload_.transport == answer::Transport::tcp) {
    Discard sink;
    for (std::size_t i = 0; i < count / pipelined; ++i) {
      const Octets& read = s.reads[s.next++ % s.reads.size()];
      std::memcpy(s.stream.receive_room(s.buffers).data(), read.data(), read.size());
      s.stream.received(read.size(), s.buffers, s.service, sink);
    }
    return sink.total;
  }
  std::size_t octets = 0;
  for (std::size_t at = 0; at < count; at += answer::max_batch) {
    for (std::size_t i = 0; i < answer::max_batch; ++i) {
      server::Exchange& exchange = s.batch[i];
      exchange.client = s.client;
      exchange.query = workload_.queries[s.next++ % workload_.queries.size()];
      exchange.out = {s.room.data() + i * answer_room, 4096};
      exchange.size = 0;
    }
    s.service.answer(s.batch);
    for (const server::Exchange& exchange : s.batch) octets += exchange.size;
  }
  return octets;
}

void Player::check() {
  Octets out(answer::max_message);
  answer::Scratch scratch;
  answer::prepare(*workload_.snapshot, scratch);
  answer::Client client = state_->client;
  client.transport = workload_.transport;
  for (const Octets& query : workload_.queries) {
    const std::size_t size = answer::respond(*workload_.snapshot, client, query, scratch, out);
    const bool right =
        size >= 12 && (workload_.rcode < 0 || scratch.outcome.rcode == workload_.rcode) &&
        (workload_.answers < 0 || dns::read16(out.data() + 6) == workload_.answers) &&
        (scratch.outcome.program >= 0) == workload_.by_program;
    if (right) continue;
    std::fprintf(stderr, "a wrong answer: %zu octets, RCODE %d, %d records, program %d\n", size,
                 scratch.outcome.rcode, size >= 12 ? dns::read16(out.data() + 6) : 0,
                 scratch.outcome.program);
    std::exit(1);
  }
}

}  // namespace lapis::bench
