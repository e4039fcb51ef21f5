// The workloads that are counted and timed inside one process: zones, programs and queries as
// bench/run asks them over sockets, made from fixed seeds so that every run does the same.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lapis/answer/respond.h"
#include "lapis/answer/snapshot.h"

namespace lapis::bench {

using Octets = std::vector<std::uint8_t>;

struct Workload {
  std::shared_ptr<const answer::Snapshot> snapshot;
  std::vector<Octets> queries;
  answer::Transport transport = answer::Transport::udp;
  /// What every answer must be, so that nothing fast and wrong is measured; -1: differs.
  int rcode = 0;
  int answers = 1;
  bool by_program = false;
};

/// A workload by name, and how it is made.
struct Recipe {
  std::string name;
  Workload (*make)();
};

const std::vector<Recipe>& recipes();

/// Names in every zone of recipes().
inline constexpr std::size_t zone_names = 10'000;

/// Text of bench.test. with `names` address records h0 …, CNAME c0 … and MX m0 … .
std::string plain_zone(std::size_t names);

/// A query for `name`.bench.test.; `subnet`, when not 0, is sent as an EDNS client subnet /24.
Octets make_query(const std::string& name, std::uint16_t type, std::uint32_t subnet = 0,
                  bool edns = false);

/// The snapshot of one zone, bench.test.; `programs` and `attributes` (CSV) may be empty, `places`
/// null. Whatever is wrong with the texts ends the process with a message.
std::shared_ptr<const answer::Snapshot> serve(const std::string& zone, const std::string& programs,
                                              const std::string& attributes,
                                              std::shared_ptr<const geo::Places> places = nullptr);

/// `count` programs of one kind over as many groups of names as `groups_of` says.
enum class Kind : std::uint8_t { name, subnet, weight, attribute };
std::string many_programs(Kind kind, std::size_t count);
std::size_t groups_of(Kind kind, std::size_t programs);

/// Address and name of the zone for many_programs: h0.p0 … , each in one of `groups` groups.
std::string grouped_zone(std::size_t groups);
std::string grouped_name(std::size_t i, std::size_t groups);
std::string grouped_attributes(std::size_t groups);

/// Answers queries as a worker does: by batches, or by messages of a TCP stream, four a read.
class Player {
 public:
  explicit Player(const Workload& workload);
  ~Player();
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  /// Answers the next `count` queries, after the last the first again. Returns the octets of the
  /// answers.
  /// REQUIRES: count is a multiple of answer::max_batch
  std::size_t play(std::size_t count);
  /// Answers every query once and looks at the answers; what is wrong ends the process.
  void check();

 private:
  struct State;
  const Workload& workload_;
  std::unique_ptr<State> state_;
};

}  // namespace lapis::bench
