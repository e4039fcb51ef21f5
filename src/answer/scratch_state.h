// Working memory of one worker, for the files of this folder.
#pragma once

#include <array>
#include <cstdint>

#include "lapis/answer/respond.h"
#include "lapis/dns/hashed_name.h"
#include "lapis/dns/message_writer.h"
#include "lapis/dns/query.h"
#include "lapis/program/program_set.h"
#include "served_zone.h"
#include "snapshot_state.h"

namespace lapis::answer {

/// A query that has been read, and the zone its name is in.
struct Prepared {
  dns::Query query;
  bool silent = false;
  bool has_name = false;   ///< `name` and `zone` are set
  std::int32_t zone = -1;  ///< as from ZoneIndex::find
  dns::HashedName name;
};

/// Most CNAMEs and DNAMEs that one answer follows.
inline constexpr std::size_t max_chain = 64;

/// A record that proves a denial: it has an NSEC, or is a link of the NSEC3 chain.
struct Proof {
  const ServedZone* zone = nullptr;
  Node node;
};

struct Scratch::State {
  std::array<Prepared, max_batch> prepared;
  dns::CompressionTable compression;
  dns::HashedName chain[2];    ///< names that CNAME and DNAME lead to, taking turns
  dns::HashedName target;      ///< of additional data
  dns::HashedName rdata_name;  ///< being compressed
  dns::HashedName denial;      ///< in proofs that something does not exist
  /// One for each wildcard of a chain, few for its end. Here, because making the room anew for each
  /// query would cost more than most answers do.
  std::array<Proof, max_chain + 4> proofs;
  program::Scratch program;

  void prepare(const Snapshot::State& snapshot) {
    if (prepared_for == snapshot.serial) return;
    if (snapshot.programs) snapshot.programs->prepare(program);
    prepared_for = snapshot.serial;
  }
  std::uint64_t prepared_for = 0;  ///< serial of the snapshot `program` is sized for
};

}  // namespace lapis::answer
