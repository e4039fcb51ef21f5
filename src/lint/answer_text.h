// Answers of the production code, read back for comparison.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lapis/answer/respond.h"
#include "lapis/answer/snapshot.h"
#include "lapis/zone/records.h"

namespace lapis::lint {

/// Rdata in presentation form, as far as it consists of names, numbers and addresses; the generic
/// form of RFC 3597 otherwise.
std::string rdata_to_text(std::uint16_t type, std::span<const std::uint8_t> rdata);

/// One zone behind the code that answers queries.
class Responder {
 public:
  /// Fails when the zone can't be served.
  static Result<Responder> make(const zone::ZoneRecords& records);

  /// What the answer says, for people; two answers are the same when this text is. Additional
  /// records count only in referrals, and of the SOA of a negative answer only that it is there.
  std::string ask(dns::NameView name, std::uint16_t type);

 private:
  explicit Responder(std::shared_ptr<const answer::Snapshot> snapshot)
      : snapshot_(std::move(snapshot)),
        scratch_(std::make_unique<answer::Scratch>()),
        out_(answer::max_message) {}

  std::shared_ptr<const answer::Snapshot> snapshot_;
  std::unique_ptr<answer::Scratch> scratch_;
  std::vector<std::uint8_t> out_;
};

}  // namespace lapis::lint
