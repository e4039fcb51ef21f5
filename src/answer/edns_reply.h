// The OPT record of a response (RFC 6891 §6.1) with the options the query asked for.
#pragma once

#include <cstdint>
#include <string_view>

#include "cookies.h"
#include "lapis/answer/respond.h"
#include "lapis/dns/query.h"
#include "response.h"
#include "snapshot_state.h"

namespace lapis::answer {

struct EdnsReply {
  EdnsReply(const Snapshot::State& snapshot, const Client& client, const dns::Query& query);

  /// Octets that must be kept free for put(). 0 when the query has no OPT.
  std::size_t reserve() const;
  /// Adds the OPT; `limit` is the largest size of the whole message. REQUIRES: reserve() octets
  /// are free, except for an Extended DNS Error and padding, which are left out when they do not
  /// fit.
  void put(Response& response, std::size_t limit) const;

  std::uint8_t scope = 0;            ///< of the client subnet (RFC 7871)
  std::int32_t extended_error = -1;  ///< RFC 8914 info code, or -1
  /// Of the program to be named in the text of an Extended DNS Error 0; empty: none.
  std::string_view program;
  bool has_cookie = false;
  ServerCookie cookie{};

 private:
  std::size_t options_size() const;
  void put_extended_error(dns::MessageWriter& writer) const;

  const Snapshot::State& snapshot_;
  const Client& client_;
  const dns::Query& query_;
  bool echo_subnet_ = false;
  bool keepalive_ = false;
  std::size_t nsid_size_ = 0;
};

}  // namespace lapis::answer
