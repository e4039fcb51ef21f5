// The rules about what records say: one function for each kind of value, called by values.cpp,
// which walks over the zone once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "context.h"

namespace lapis::lint {

/// A TXT record with its strings joined, as every user of TXT below reads it (RFC 7208 §3.3,
/// RFC 6376 §3.6.2.2, RFC 7489 §6.1).
struct TextRecord {
  const zone::Record* record = nullptr;
  std::string text;
};

/// What one name owns of the types whose records are judged together.
struct NodeValues {
  std::vector<TextRecord> texts;
  std::vector<const zone::Record*> caa;
  std::vector<const zone::Record*> tlsa;
  std::vector<const zone::Record*> sshfp;
  std::vector<const zone::Record*> ds;
  std::vector<const zone::Record*> svcb;  ///< SVCB and HTTPS
  void clear();
};

// TXT. Each looks at the records of its kind and leaves the others alone.
void check_spf(Context& context, Index node, const std::vector<TextRecord>& texts);
void check_dmarc(Context& context, Index node, const std::vector<TextRecord>& texts);
void check_dkim(Context& context, Index node, const std::vector<TextRecord>& texts);
void check_mta_sts(Context& context, Index node, const std::vector<TextRecord>& texts);
void check_tlsrpt(Context& context, Index node, const std::vector<TextRecord>& texts);

void check_caa(Context& context, const std::vector<const zone::Record*>& records);
void check_tlsa(Context& context, Index node, const std::vector<const zone::Record*>& records);
void check_sshfp(Context& context, const std::vector<const zone::Record*>& records);
void check_ds(Context& context, Index node, const std::vector<const zone::Record*>& records);
void check_svcb(Context& context, Index node, const std::vector<const zone::Record*>& records);

/// Notes the addresses of one zone that lie in blocks nobody can reach from outside.
class SpecialAddresses {
 public:
  /// `record` is an A or AAAA record.
  void see(const Context& context, const zone::Record& record);
  /// One finding for each block seen, on its first record.
  void report(Context& context) const;

 private:
  struct Seen {
    const zone::Record* first = nullptr;
    std::size_t count = 0;
  };
  std::vector<Seen> seen_;
};

/// Notes TTLs that caches will not keep to.
class TtlPolicy {
 public:
  void see(const zone::Record& record) {
    if (record.ttl - 1 < 604'800) return;  // 1 second to a week
    see_unusual(record);
  }
  void report(Context& context) const;

 private:
  void see_unusual(const zone::Record& record);
  struct Seen {
    const zone::Record* first = nullptr;
    std::size_t count = 0;
  };
  Seen zero_, long_;
};

/// The ZONEMD records of the apex against the zone (RFC 8976).
void check_zonemd(Context& context);

}  // namespace lapis::lint
