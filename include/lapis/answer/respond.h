// One DNS message in, one DNS message out.
//
// This is the only door between the sockets and the DNS: the server knows no DNS, and nothing
// behind this door knows sockets, clocks or logs. `respond` is total: any octets in, an answer or
// silence out; with a prepared Scratch it does not allocate, lock, throw or recurse on its input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "lapis/base/ip.h"

namespace lapis::answer {

class Snapshot;

enum class Transport : std::uint8_t { udp, tcp, tls };

/// Who asks, as the socket saw it.
struct Client {
  IpAddress address;
  std::uint16_t port = 0;
  Transport transport = Transport::udp;
};

/// What became of a query, for counters, query logs and traces. Valid until the next call with the
/// same Scratch.
struct Outcome {
  std::uint8_t rcode = 0;     ///< low 4 bits of the RCODE sent
  bool silent = false;        ///< nothing was to be sent
  bool truncated = false;     ///< TC was set
  std::int32_t program = -1;  ///< index of the program that answered, or -1
};

/// Working memory of one worker: never shared between threads, reused for every query.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  Outcome outcome;
  /// Unix time in seconds, set by the owner once per batch; the times in DNS cookies are judged by
  /// it (RFC 9018 §4.3). Nothing else behind this door depends on time.
  std::uint32_t now = 0;

  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

/// Sizes `scratch` for the programs of `snapshot`. An owner who takes over a new snapshot calls
/// this once, so that no query pays for it; without, the first query that programs decide does.
void prepare(const Snapshot& snapshot, Scratch& scratch);

/// Largest message `respond` ever writes; the size of every output buffer for TCP.
inline constexpr std::size_t max_message = 65535;

/// Answers the message `query` into `out` and returns the number of octets written; 0 is silence.
/// For UDP the answer is never longer than the client offered (EDNS, RFC 6891) or the snapshot's
/// own limit, whichever is less, and TC is set when something had to be left out.
/// REQUIRES: out.size() >= 512 for UDP (>= the snapshot's UDP limit to use it all), max_message
/// for TCP; `out` does not overlap `query`.
std::size_t respond(const Snapshot& snapshot, const Client& client,
                    std::span<const std::uint8_t> query, Scratch& scratch,
                    std::span<std::uint8_t> out);

/// One message of a batch. `size` and `outcome` are filled in.
struct BatchItem {
  Client client;
  std::span<const std::uint8_t> query;
  std::span<std::uint8_t> out;  ///< as for respond()
  std::size_t size = 0;         ///< octets written; 0 is silence
  Outcome outcome;
};

/// Most messages that one call of respond_batch may bring.
inline constexpr std::size_t max_batch = 64;

/// Answers a batch as respond() would answer each, but in stages, so that the memory the answers
/// come from is on its way while the other questions are read.
/// REQUIRES: items.size() <= max_batch
void respond_batch(const Snapshot& snapshot, std::span<BatchItem> items, Scratch& scratch);

}  // namespace lapis::answer
