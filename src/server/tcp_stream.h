// DNS over TCP without sockets (RFC 7766, RFC 1035 §4.2.2): octets in any segmentation go in,
// answers with their length prefixes come out.
//
// A stream remembers between wake-ups only what it must: the beginning of an incomplete message
// and answers the peer has not taken. All work happens in buffers that one worker's streams share,
// so an idle connection costs a few dozen octets. Answers of one wake-up leave in one write.
//
// Back-pressure: as long as answers wait for the peer, no further query is read or answered.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "service.h"

namespace lapis::server {

/// Working memory of one worker for all its streams; holds nothing between calls.
class TcpBuffers {
 public:
  static constexpr std::size_t length_prefix = 2;
  static constexpr std::size_t input_size = 2 * (length_prefix + answer::max_message);
  /// Answers are written out when more than this waits.
  static constexpr std::size_t write_mark = 65536;
  static constexpr std::size_t output_size = write_mark + length_prefix + answer::max_message;

  TcpBuffers() : input_(new std::uint8_t[input_size]), output_(new std::uint8_t[output_size]) {}
  std::span<std::uint8_t> input() { return {input_.get(), input_size}; }
  std::span<std::uint8_t> output() { return {output_.get(), output_size}; }

 private:
  std::unique_ptr<std::uint8_t[]> input_;
  std::unique_ptr<std::uint8_t[]> output_;
};

/// Where a stream's answers go.
class TcpSink {
 public:
  /// Takes some of `octets` from the front and returns how many: fewer means that the peer is not
  /// reading fast enough. Nothing: the connection is broken.
  static constexpr std::size_t broken = ~std::size_t{0};
  virtual std::size_t write(std::span<const std::uint8_t> octets) = 0;

 protected:
  ~TcpSink() = default;
};

class TcpStream {
 public:
  enum class Status : std::uint8_t {
    reading,   ///< everything possible is answered and written; wait for octets
    writing,   ///< answers wait for the peer; call `resume` when it can take some
    yielding,  ///< answered enough for one turn; call `resume` soon
    closed,    ///< the peer broke the framing, or the connection is broken
  };

  explicit TcpStream(const answer::Client& client) : client_(client) {}

  /// Room for octets from the peer. REQUIRES: the last status was `reading`.
  std::span<std::uint8_t> receive_room(TcpBuffers& buffers);
  /// `count` octets were put at the front of receive_room().
  Status received(std::size_t count, TcpBuffers& buffers, Service& service, TcpSink& sink);
  /// Writes what waits and goes on.
  Status resume(TcpBuffers& buffers, Service& service, TcpSink& sink);

  /// Nothing is half received and nothing waits to be sent.
  bool at_rest() const { return input_.empty() && output_.empty(); }
  bool has_output() const { return !output_.empty(); }
  /// Queries answered (or passed over in silence) so far.
  std::uint64_t queries() const { return queries_; }

 private:
  struct Answered {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    bool malformed = false;
  };
  Answered answer_messages(std::span<const std::uint8_t> input, std::span<std::uint8_t> output,
                           Service& service);
  Status run(std::span<const std::uint8_t> input, TcpBuffers& buffers, Service& service,
             TcpSink& sink);
  Status flush(TcpSink& sink);

  answer::Client client_;
  std::vector<std::uint8_t> input_;   // incomplete message, or messages held back
  std::vector<std::uint8_t> output_;  // answers the peer has not taken
  std::size_t sent_ = 0;              // octets of output_ that it has
  std::uint64_t queries_ = 0;
};

}  // namespace lapis::server
