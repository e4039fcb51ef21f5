#include "tcp_stream.h"

#include <algorithm>
#include <cstring>

namespace lapis::server {
namespace {

constexpr std::size_t header_octets = 12;
/// Octets of answers after which other connections get their turn.
constexpr std::size_t turn_octets = 4 * TcpBuffers::write_mark;

}  // namespace

std::span<std::uint8_t> TcpStream::receive_room(TcpBuffers& buffers) {
  const std::span<std::uint8_t> all = buffers.input();
  if (!input_.empty()) std::memcpy(all.data(), input_.data(), input_.size());
  return all.subspan(input_.size());
}

TcpStream::Status TcpStream::received(std::size_t count, TcpBuffers& buffers, Service& service,
                                      TcpSink& sink) {
  const std::size_t held = input_.size();
  input_.clear();
  return run(buffers.input().first(held + count), buffers, service, sink);
}

TcpStream::Status TcpStream::resume(TcpBuffers& buffers, Service& service, TcpSink& sink) {
  if (const Status status = flush(sink); status != Status::reading) return status;
  const std::size_t held = input_.size();
  if (held == 0) return Status::reading;
  std::memcpy(buffers.input().data(), input_.data(), held);
  input_.clear();
  return run(buffers.input().first(held), buffers, service, sink);
}

TcpStream::Status TcpStream::flush(TcpSink& sink) {
  if (output_.empty()) return Status::reading;
  const std::size_t taken = sink.write(std::span(output_).subspan(sent_));
  if (taken == TcpSink::broken) return Status::closed;
  sent_ += taken;
  if (sent_ < output_.size()) return Status::writing;
  std::vector<std::uint8_t>().swap(output_);
  sent_ = 0;
  return Status::reading;
}

TcpStream::Answered TcpStream::answer_messages(std::span<const std::uint8_t> input,
                                               std::span<std::uint8_t> output, Service& service) {
  constexpr std::size_t prefix = TcpBuffers::length_prefix;
  Answered done;
  while (done.produced <= TcpBuffers::write_mark) {
    const std::span<const std::uint8_t> rest = input.subspan(done.consumed);
    if (rest.size() < prefix) break;
    const std::size_t length = static_cast<std::size_t>(rest[0]) << 8U | rest[1];
    if (length < header_octets) {
      // Nothing shorter than a header is DNS; what follows can't be trusted to be framed either.
      done.malformed = true;
      break;
    }
    if (rest.size() < prefix + length) break;
    Exchange exchange;
    exchange.client = client_;
    exchange.query = rest.subspan(prefix, length);
    exchange.out = output.subspan(done.produced + prefix, answer::max_message);
    service.answer({&exchange, 1});
    ++queries_;
    done.consumed += prefix + length;
    if (exchange.size == 0) continue;
    output[done.produced] = static_cast<std::uint8_t>(exchange.size >> 8U);
    output[done.produced + 1] = static_cast<std::uint8_t>(exchange.size);
    done.produced += prefix + exchange.size;
  }
  return done;
}

TcpStream::Status TcpStream::run(std::span<const std::uint8_t> input, TcpBuffers& buffers,
                                 Service& service, TcpSink& sink) {
  const std::span<std::uint8_t> output = buffers.output();
  std::size_t written = 0;
  Status status = Status::reading;
  for (;;) {
    const Answered done = answer_messages(input, output, service);
    input = input.subspan(done.consumed);
    if (done.produced != 0) {
      const std::size_t taken = sink.write(output.first(done.produced));
      if (taken == TcpSink::broken) return Status::closed;
      if (taken < done.produced) {
        output_.assign(output.begin() + static_cast<std::ptrdiff_t>(taken),
                       output.begin() + static_cast<std::ptrdiff_t>(done.produced));
        status = Status::writing;
        break;
      }
      written += done.produced;
    }
    if (done.malformed) return Status::closed;
    if (done.produced <= TcpBuffers::write_mark) break;
    if (written >= turn_octets) {
      status = Status::yielding;
      break;
    }
  }
  input_.assign(input.begin(), input.end());
  if (input_.empty()) input_.shrink_to_fit();
  return status;
}

}  // namespace lapis::server
