// The response being written: header counts, sections in order, whole RRsets or none.
#pragma once

#include <cstdint>

#include "lapis/dns/message_writer.h"
#include "lapis/dns/types.h"
#include "served_zone.h"

namespace lapis::answer {

/// Owner of an RRset in the response: the suffix of `name` with `labels` labels. `offset` is where
/// that suffix already lies in the message, 0 when it does not or is not known.
struct Owner {
  const dns::HashedName* name = nullptr;
  int labels = 0;
  std::size_t offset = 0;
};

enum class Section : std::uint8_t { answer, authority, additional };

class Response {
 public:
  Response(std::uint8_t* out, std::size_t limit, dns::CompressionTable& table,
           dns::HashedName& work)
      : writer(out, limit, table), work_(work) {}

  /// Header octets (filled by finish) and the question as asked, or only the header.
  void start(const dns::Query& query, const dns::HashedName* question);

  /// Adds the RRset, whole, and false when it does not fit. `*name_at`, when given, receives the
  /// offset of the first name in the first record's rdata.
  bool put(Section section, Owner& owner, const Records& records, std::uint32_t ttl,
           std::size_t* name_at = nullptr);
  /// The same for an RRset and, if `dnssec`, its RRSIGs: both or none.
  bool put(Section section, Owner& owner, const RRset& set, std::uint32_t ttl, bool dnssec,
           std::size_t* name_at = nullptr);
  /// One record whose rdata is not from a zone.
  bool put_record(Section section, Owner& owner, std::uint16_t type, std::uint32_t ttl,
                  std::span<const std::uint8_t> rdata, std::size_t* name_at = nullptr);

  /// One A or AAAA record of the answer. After false, the caller rewinds.
  bool put_address(Owner& owner, std::uint16_t type, std::uint32_t ttl,
                   std::span<const std::uint8_t> rdata);

  bool empty(Section section) const { return counts_[static_cast<int>(section)] == 0; }
  void count(Section section, std::uint16_t records) {
    counts_[static_cast<int>(section)] =
        static_cast<std::uint16_t>(counts_[static_cast<int>(section)] + records);
  }
  /// Writes the header.
  void finish(const dns::Query& query);

  dns::MessageWriter writer;
  std::uint16_t rcode = dns::rcode::noerror;
  bool authoritative = false;
  bool truncated = false;

 private:
  bool put_owner(Owner& owner);
  /// Owner, type, class and TTL. After false, as after that of put_plain_rdata(), something may
  /// have been written.
  bool put_head(Owner& owner, std::uint16_t type, std::uint32_t ttl);
  /// Length and octets, without names to compress.
  bool put_plain_rdata(std::span<const std::uint8_t> rdata);
  void remember_question();

  const dns::HashedName* question_ = nullptr;
  bool remembered_ = false;
  std::uint16_t counts_[3] = {};
  dns::HashedName& work_;
};

}  // namespace lapis::answer
