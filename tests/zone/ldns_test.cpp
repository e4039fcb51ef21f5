// Random zones of the common types, which our own scanner reads, beside what ldns makes of the same
// text: the same records, octet by octet.
#include <gtest/gtest.h>
#include <ldns/ldns.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>
#include <memory>
#include <random>

#include "lapis/zone/rr_type.h"
#include "loaded.h"

namespace lapis::zone::testing {
namespace {

/// Text of zones: every notation that ldns reads as RFC 1035 means it.
class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  std::string zone() {
    std::string out = "$ORIGIN t.\n$TTL " + default_ttl() + "\n" + soa();
    for (unsigned i = 0; i < 60; ++i) out += line();
    return out;
  }

 private:
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  bool sometimes(unsigned one_in) { return below(one_in) == 0; }
  template <std::size_t n>
  std::string one_of(const char* const (&words)[n]) {
    return words[below(n)];
  }

  std::string blank() { return one_of({" ", "\t", "  ", " \t "}); }
  std::string number(unsigned limit) { return std::to_string(below(limit)); }
  std::string ttl() { return one_of({"0", "60", "3600", "1h", "1h30m", "2d", "1W", "2147483647"}); }

  /// ldns takes a default of 0 for none.
  std::string default_ttl() { return one_of({"60", "3600", "1h", "1h30m", "2d", "1W"}); }

  std::string label() {
    std::string out;
    for (unsigned n = 1 + below(sometimes(20) ? 60 : 8); n > 0; --n) {
      out += sometimes(25) ? one_of({"\\.", "\\\\", "\\032", "\\255", "\\\"", "\\a", "\\;", "\\("})
                           : std::string(1, "abcXYZ019-_"[below(11)]);
    }
    return out;
  }
  std::string relative() {
    std::string out = sometimes(15) ? "*" : label();
    for (unsigned n = below(3); n > 0; --n) out += "." + label();
    return out;
  }
  std::string name() {
    if (sometimes(8)) return "@";
    if (sometimes(12)) return one_of({".", "example.net.", "T.", "a.b.c.t."});
    return relative() + (sometimes(3) ? ".t." : "");
  }
  std::string address() {
    return number(256) + "." + number(256) + "." + number(256) + "." + number(256);
  }
  std::string address6() {
    return one_of({"::", "::1", "2001:db8::1", "2001:DB8:0:1::f", "1:2:3:4:5:6:7:8",
                   "::ffff:192.0.2.1", "2001:db8::", "fe80:0:0:0:0:0:0:1"});
  }
  std::string text() {
    std::string out = "\"";
    for (unsigned n = below(sometimes(10) ? 200 : 12); n > 0; --n) {
      out +=
          one_of({"a", "B", "0", " ", ";", "(", ")", "\\\"", "\\\\", "\\009", "\\200", "'", "$"});
    }
    return out + "\"";
  }
  /// Blank, or the same with a new line, inside parentheses.
  std::string gap(bool open) {
    return open && sometimes(3) ? one_of({"\n ", " ; a comment (\n\t", "\n\n "}) : blank();
  }
  /// The fields of a record, in parentheses now and then.
  std::string fields(std::initializer_list<std::string> all) {
    const bool open = sometimes(4);
    std::string out = open ? "(" + gap(true) : "";
    for (const std::string& field : all) out += field + gap(open);
    return out + (open ? ")" : "");
  }

  std::string soa() {
    return "@ SOA " +
           fields({"ns", "host\\.master.t.", number(4000000000U), "2h", "900", "2w", "1d"}) + "\n";
  }
  std::string rdata() {
    switch (below(8)) {
      case 0:
        return "A" + blank() + fields({address()});
      case 1:
        return "AAAA" + blank() + fields({address6()});
      case 2:
        return "NS" + blank() + fields({name()});
      case 3:
        return "CNAME" + blank() + fields({name()});
      case 4:
        return "MX" + blank() + fields({number(65536), name()});
      case 5:
        return "TXT" + blank() +
               (sometimes(2) ? fields({text()}) : fields({text(), text(), text()}));
      case 6:
        return "PTR" + blank() + fields({name()});
      default:
        return "SRV" + blank() + fields({number(65536), number(65536), number(65536), name()});
    }
  }
  std::string line() {
    if (sometimes(20)) return "; only a comment\n\n";
    if (sometimes(25)) return "$ORIGIN " + one_of({"t.", "sub.t.", "a.b.t."}) + "\n";
    if (sometimes(30)) return "$TTL " + default_ttl() + "\n";
    std::string out;
    if (!sometimes(5)) out = sometimes(10) ? "@" : relative() + (sometimes(4) ? ".t." : "");
    out += blank();
    if (sometimes(3)) out += ttl() + blank();
    if (sometimes(3)) out += "IN" + blank();
    return out + rdata() + (sometimes(6) ? blank() + "; comment" : "") + "\n";
  }

  std::mt19937 random_;
};

std::string hex(const std::uint8_t* octets, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += "0123456789abcdef"[octets[i] >> 4];
    out += "0123456789abcdef"[octets[i] & 15];
  }
  return out;
}

struct Row {
  std::string owner_and_type;
  std::uint32_t ttl = 0;
  std::string rdata;
};

/// One line for each record, sorted. The TTL only where an RRset has one record: ldns gives those
/// without a TTL the one of their RRset (RFC 2181 §5.2), we the default (RFC 2308 §4) and a
/// warning.
std::vector<std::string> lines(const std::vector<Row>& rows) {
  std::map<std::string, int> count;
  for (const Row& row : rows) ++count[row.owner_and_type];
  std::vector<std::string> out;
  for (const Row& row : rows) {
    const bool alone = count[row.owner_and_type] == 1;
    out.push_back(row.owner_and_type + " " + (alone ? std::to_string(row.ttl) : "-") + " " +
                  row.rdata);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Row of_ldns(const ldns_rr* rr) {
  Row out;
  const ldns_rdf* owner = ldns_rr_owner(rr);
  out.owner_and_type = hex(ldns_rdf_data(owner), ldns_rdf_size(owner)) + " " +
                       type_to_text(static_cast<std::uint16_t>(ldns_rr_get_type(rr)));
  out.ttl = ldns_rr_ttl(rr);
  for (std::size_t i = 0; i < ldns_rr_rd_count(rr); ++i) {
    out.rdata += hex(ldns_rdf_data(ldns_rr_rdf(rr, i)), ldns_rdf_size(ldns_rr_rdf(rr, i)));
  }
  return out;
}

/// Records of the text as ldns reads it; nothing and `complaint` when it does not.
std::vector<Row> by_ldns(std::string text, std::string& complaint) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      fmemopen(text.data(), text.size(), "r"), std::fclose);
  const std::unique_ptr<ldns_rdf, void (*)(ldns_rdf*)> origin(ldns_dname_new_frm_str("t."),
                                                              ldns_rdf_deep_free);
  ldns_zone* read = nullptr;
  int line = 0;
  const ldns_status status =
      ldns_zone_new_frm_fp_l(&read, file.get(), origin.get(), 0, LDNS_RR_CLASS_IN, &line);
  if (status != LDNS_STATUS_OK) {
    complaint = std::to_string(line) + ": " + ldns_get_errorstr_by_id(status);
    return {};
  }
  const std::unique_ptr<ldns_zone, void (*)(ldns_zone*)> zone(read, ldns_zone_deep_free);
  std::vector<Row> out = {of_ldns(ldns_zone_soa(zone.get()))};
  const ldns_rr_list* rrs = ldns_zone_rrs(zone.get());
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(rrs); ++i) {
    out.push_back(of_ldns(ldns_rr_list_rr(rrs, i)));
  }
  return out;
}

std::vector<Row> by_us(const ZoneRecords& zone) {
  std::vector<Row> out;
  for (const Record& record : zone.records) {
    const dns::NameView owner = zone.owner(record);
    const auto rdata = zone.rdata(record);
    out.push_back({hex(owner.data(), owner.size()) + " " + type_to_text(record.type), record.ttl,
                   hex(rdata.data(), rdata.size())});
  }
  return out;
}

/// What sorted `a` has and sorted `b` has not.
std::vector<std::string> without(const std::vector<std::string>& a,
                                 const std::vector<std::string>& b) {
  std::vector<std::string> out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

TEST(CommonTypes, AreReadAsLdnsReadsThem) {
  std::size_t records = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    const std::string text = Writer(seed).zone();
    const Loaded loaded = load(text);
    const std::vector<std::string> ours = lines(by_us(loaded.zone.records));
    std::string complaint;
    const std::vector<std::string> theirs = lines(by_ldns(text, complaint));
    ASSERT_EQ(complaint, "") << text;
    ASSERT_TRUE(loaded.errors().empty()) << loaded.errors()[0] << "\n" << text;
    EXPECT_EQ(without(ours, theirs), std::vector<std::string>()) << "only ours, seed " << seed;
    EXPECT_EQ(without(theirs, ours), std::vector<std::string>()) << "only of ldns, seed " << seed;
    if (HasFailure()) FAIL() << text;
    records += ours.size();
  }
  EXPECT_GT(records, 10'000U);
}

}  // namespace
}  // namespace lapis::zone::testing
