#include "answer_text.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

#include "lapis/dns/rdata.h"
#include "lapis/zone/rr_type.h"

namespace lapis::lint {
namespace {

namespace rr = zone::rr;
using Octets = std::vector<std::uint8_t>;

std::uint32_t number(std::span<const std::uint8_t> octets, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | octets[at + i];
  return value;
}

/// Reader of a message of our own making. Every step is checked all the same: a message that does
/// not parse must show as such.
class MessageReader {
 public:
  explicit MessageReader(std::span<const std::uint8_t> message) : message_(message) {}

  struct Record {
    std::string owner;
    std::uint16_t type = 0;
    std::uint32_t ttl = 0;
    std::string data;
  };

  bool good() const { return good_; }
  std::uint16_t u16(std::size_t at) { return static_cast<std::uint16_t>(number(message_, at, 2)); }
  void skip_question() {
    at_ = 12;
    name();
    at_ += 4;
  }

  Record record() {
    Record out;
    const dns::Name owner = name();
    out.owner = dns::to_text(owner);
    if (!has(10)) return out;
    out.type = u16(at_);
    out.ttl = number(message_, at_ + 4, 4);
    const std::size_t size = u16(at_ + 8);
    at_ += 10;
    if (!has(size)) return out;
    const Octets data = plain_rdata(out.type, at_ + size);
    out.data = rdata_to_text(out.type, data);
    return out;
  }

 private:
  bool has(std::size_t octets) {
    if (at_ + octets > message_.size()) good_ = false;
    return good_;
  }

  /// A name at the cursor, compression followed (RFC 1035 section 4.1.4).
  dns::Name name() {
    Octets octets;
    std::size_t at = at_;
    bool jumped = false;
    for (int steps = 0; steps < 256 && good_; ++steps) {
      if (at >= message_.size()) break;
      const std::uint8_t size = message_[at];
      if (size >= 0xC0) {
        if (at + 1 >= message_.size()) break;
        if (!jumped) at_ = at + 2;
        jumped = true;
        at = number(message_, at, 2) & 0x3FFFU;
        continue;
      }
      if (at + size + 1U > message_.size() || octets.size() + size + 1U > dns::max_name_octets) {
        break;
      }
      octets.insert(octets.end(), message_.begin() + static_cast<std::ptrdiff_t>(at),
                    message_.begin() + static_cast<std::ptrdiff_t>(at + size + 1U));
      at += size + 1U;
      if (size != 0) continue;
      if (!jumped) at_ = at;
      // Case says nothing, and may come from the question.
      return dns::Name(dns::NameView(octets.data(), octets.size())).lowered();
    }
    good_ = false;
    return {};
  }

  Octets plain_rdata(std::uint16_t type, std::size_t end) {
    Octets out;
    const dns::NameFields fields = dns::name_fields(type);
    const std::size_t skip = std::min<std::size_t>(fields.names > 0 ? fields.skip : 0, end - at_);
    out.insert(out.end(), message_.begin() + static_cast<std::ptrdiff_t>(at_),
               message_.begin() + static_cast<std::ptrdiff_t>(at_ + skip));
    at_ += skip;
    for (int i = 0; i < fields.names && good_ && at_ < end; ++i) {
      const dns::Name found = name();
      out.insert(out.end(), found.data(), found.data() + found.size());
    }
    if (at_ > end) good_ = false;
    if (!good_) return out;
    out.insert(out.end(), message_.begin() + static_cast<std::ptrdiff_t>(at_),
               message_.begin() + static_cast<std::ptrdiff_t>(end));
    at_ = end;
    return out;
  }

  std::span<const std::uint8_t> message_;
  std::size_t at_ = 0;
  bool good_ = true;
};

std::string joined(std::vector<std::string> parts, const char* between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

/// Records of a section by RRset, in an order that does not depend on rotation.
std::string section_text(std::vector<MessageReader::Record> records) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < records.size();) {
    // RRsets stay in the order of the section: that of a chain of aliases.
    std::vector<std::string> data;
    std::size_t end = i;
    for (; end < records.size() && records[end].type == records[i].type &&
           records[end].owner == records[i].owner;
         ++end) {
      data.push_back(records[end].data);
    }
    std::sort(data.begin(), data.end());
    std::string line = zone::type_to_text(records[i].type) + " " + joined(std::move(data), ", ");
    if (i > 0) line = records[i].owner + " " + line;
    lines.push_back(line + " (TTL " + std::to_string(records[i].ttl) + ")");
    i = end;
  }
  return joined(std::move(lines), "; ");
}

std::string text_strings(std::span<const std::uint8_t> rdata) {
  std::string out;
  for (std::size_t at = 0; at < rdata.size();) {
    const std::size_t size = rdata[at++];
    if (at + size > rdata.size()) return {};
    out += out.empty() ? "\"" : " \"";
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint8_t c = rdata[at + i];
      if (c == '"' || c == '\\') {
        out += '\\';
        out += static_cast<char>(c);
      } else if (c >= 0x20 && c < 0x7F) {
        out += static_cast<char>(c);
      } else {
        char escaped[5];
        std::snprintf(escaped, sizeof escaped, "\\%03u", static_cast<unsigned>(c));
        out += escaped;
      }
    }
    out += '"';
    at += size;
  }
  return out;
}

std::optional<std::string> known_rdata(std::uint16_t type, std::span<const std::uint8_t> rdata) {
  char address[INET6_ADDRSTRLEN];
  if ((type == rr::a && rdata.size() == 4) || (type == rr::aaaa && rdata.size() == 16)) {
    return inet_ntop(type == rr::a ? AF_INET : AF_INET6, rdata.data(), address, sizeof address);
  }
  if (type == rr::txt || type == rr::spf) return text_strings(rdata);
  std::size_t numbers = 0;  // of two octets, before the name
  switch (type) {
    case rr::ns:
    case rr::cname:
    case rr::dname:
    case rr::ptr:
      break;
    case rr::mx:
      numbers = 1;
      break;
    case rr::srv:
      numbers = 3;
      break;
    case rr::soa: {
      const dns::NameView mname(rdata.data(), dns::name_size(rdata));
      const auto rest = rdata.subspan(mname.size());
      const dns::NameView rname(rest.data(), dns::name_size(rest));
      std::string text = dns::to_text(mname) + " " + dns::to_text(rname);
      for (std::size_t i = 0; i < 5; ++i) {
        text += " " + std::to_string(number(rest, rname.size() + i * 4, 4));
      }
      return text;
    }
    default:
      return std::nullopt;
  }
  std::string text;
  for (std::size_t i = 0; i < numbers; ++i) text += std::to_string(number(rdata, i * 2, 2)) + " ";
  const auto name = rdata.subspan(numbers * 2);
  return text + dns::to_text(dns::NameView(name.data(), dns::name_size(name)));
}

}  // namespace

std::string rdata_to_text(std::uint16_t type, std::span<const std::uint8_t> rdata) {
  if (dns::is_well_formed(type, rdata)) {
    if (auto text = known_rdata(type, rdata)) return *text;
  }
  std::string text = "\\# " + std::to_string(rdata.size());
  if (!rdata.empty()) text += ' ';
  constexpr std::string_view digits = "0123456789abcdef";
  for (const std::uint8_t octet : rdata) {
    text += digits[octet >> 4];
    text += digits[octet & 15];
  }
  return text;
}

Result<Responder> Responder::make(const zone::ZoneRecords& records) {
  std::vector<answer::ZoneInput> zones(1);
  zones[0].records = records;
  auto built = answer::Snapshot::build(std::move(zones), nullptr, {});
  if (!built.ok()) return built.errors();
  return Responder(std::move(built).value());
}

std::string Responder::ask(dns::NameView name, std::uint16_t type) {
  Octets query{0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  query.insert(query.end(), name.data(), name.data() + name.size());
  for (const int octet : {type >> 8, type & 0xFF, 0, 1}) {
    query.push_back(static_cast<std::uint8_t>(octet));
  }
  answer::Client client;
  client.address = *IpAddress::parse("192.0.2.1");
  client.transport = answer::Transport::tcp;
  const std::size_t size = answer::respond(*snapshot_, client, query, *scratch_, out_);
  if (size < 12) return "no answer";
  MessageReader reader({out_.data(), size});
  const unsigned rcode = out_[3] & 15U;
  const bool authoritative = (out_[2] & 4U) != 0;
  reader.skip_question();
  std::array<std::vector<MessageReader::Record>, 3> sections;
  for (std::size_t s = 0; s < 3; ++s) {
    const std::size_t count = reader.u16(6 + s * 2);
    for (std::size_t i = 0; i < count && reader.good(); ++i) sections[s].push_back(reader.record());
  }
  if (!reader.good()) return "an unreadable answer";
  std::string text = section_text(std::move(sections[0]));
  const auto join = [&](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
  if (!authoritative && rcode == 0) {
    auto referral = sections[1];
    referral.insert(referral.end(), sections[2].begin(), sections[2].end());
    std::erase_if(referral, [](const auto& record) { return record.type == rr::opt; });
    join("referral: " + section_text(std::move(referral)));
  }
  const bool negative = std::any_of(sections[1].begin(), sections[1].end(),
                                    [](const auto& record) { return record.type == rr::soa; });
  if (rcode == 3) {
    join("NXDOMAIN");
  } else if (rcode != 0) {
    join("RCODE " + std::to_string(rcode));
  } else if (negative) {
    join("NODATA");
  } else if (text.empty()) {
    join("NOERROR, empty");
  }
  return text;
}

}  // namespace lapis::lint
