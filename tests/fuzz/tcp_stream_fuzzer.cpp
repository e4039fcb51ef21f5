// A TCP peer that sends anything in any pieces and reads as it pleases. However the octets are cut,
// what comes out is what the same octets give in one piece, message by message.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "server/echo_service.h"
#include "server/tcp_stream.h"

namespace {

using lapis::server::EchoService;
using lapis::server::Exchange;
using lapis::server::TcpBuffers;
using lapis::server::TcpSink;
using lapis::server::TcpStream;

/// Answers are up to 64 KiB for each 16 octets sent; this keeps a run short.
constexpr std::size_t most_octets = 1024;

/// SplitMix64: how the octets are cut depends on the input alone.
std::uint64_t next(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

/// A peer that takes all, or part, or nothing.
class MoodySink final : public TcpSink {
 public:
  explicit MoodySink(std::uint64_t& state) : state_(state) {}
  std::size_t write(std::span<const std::uint8_t> octets) override {
    const std::uint64_t mood = next(state_) % 4;
    const std::size_t taken =
        mood < 2 ? octets.size() : (mood == 2 ? 0 : next(state_) % (octets.size() + 1));
    received.insert(received.end(), octets.begin(), octets.begin() + static_cast<long>(taken));
    return taken;
  }
  std::vector<std::uint8_t> received;

 private:
  std::uint64_t& state_;
};

/// The answers by the framing's definition (RFC 1035 §4.2.2), without any stream. `broken`: a
/// message too short to be one follows.
std::vector<std::uint8_t> expected(std::span<const std::uint8_t> octets, EchoService& service,
                                   bool& broken) {
  std::vector<std::uint8_t> all;
  std::vector<std::uint8_t> room(lapis::answer::max_message);
  broken = false;
  while (octets.size() >= 2) {
    const std::size_t size = static_cast<std::size_t>(octets[0]) << 8U | octets[1];
    if (size < 12) {
      broken = true;
      break;
    }
    if (octets.size() < 2 + size) break;
    Exchange exchange;
    exchange.query = octets.subspan(2, size);
    exchange.out = room;
    service.answer({&exchange, 1});
    octets = octets.subspan(2 + size);
    if (exchange.size == 0) continue;
    all.push_back(static_cast<std::uint8_t>(exchange.size >> 8U));
    all.push_back(static_cast<std::uint8_t>(exchange.size));
    all.insert(all.end(), room.begin(), room.begin() + static_cast<long>(exchange.size));
  }
  return all;
}

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > most_octets) return 0;
  std::uint64_t state = static_cast<std::uint64_t>(data[0]) << 8U | data[1];
  std::span<const std::uint8_t> rest(data + 2, size - 2);

  static TcpBuffers buffers;
  EchoService service;
  bool broken = false;
  const std::vector<std::uint8_t> wanted = expected(rest, service, broken);

  TcpStream stream{lapis::answer::Client{}};
  MoodySink sink(state);
  TcpStream::Status status = TcpStream::Status::reading;
  while (status == TcpStream::Status::reading && !rest.empty()) {
    const std::span<std::uint8_t> room = stream.receive_room(buffers);
    require(!room.empty());
    const std::size_t most = std::min(room.size(), rest.size());
    const std::size_t piece = 1 + next(state) % (next(state) % 2 == 0 ? most : 3);
    const std::size_t count = std::min(piece, most);
    std::copy_n(rest.begin(), count, room.begin());
    rest = rest.subspan(count);
    status = stream.received(count, buffers, service, sink);
    while (status == TcpStream::Status::writing || status == TcpStream::Status::yielding) {
      status = stream.resume(buffers, service, sink);
    }
  }
  require((status == TcpStream::Status::closed) == broken);
  // Also before a fault: what was answered is sent, and nothing after it.
  require(sink.received == wanted);
  return 0;
}
