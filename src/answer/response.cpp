#include "response.h"

#include "lapis/dns/rdata.h"

namespace lapis::answer {

namespace {
constexpr std::size_t max_pointer = 0x3FFF;
}

void Response::start(const dns::Query& query, const dns::HashedName* question) {
  question_ = question;
  writer.rewind(0);
  const std::uint8_t zero[dns::header_octets] = {};
  writer.raw(zero, sizeof zero);
  if (question != nullptr) {
    // As asked, in the case it was asked (RFC 4343 §4.1; 0x20 resolvers depend on it).
    writer.raw(query.qname.data(), query.qname.size() + 4);
  }
}

void Response::remember_question() {
  // Most answers compress nothing but their owner; those never get here.
  if (remembered_) return;
  remembered_ = true;
  if (question_ != nullptr) writer.remember(*question_, dns::header_octets);
}

bool Response::put_owner(Owner& owner) {
  if (owner.offset != 0 && owner.offset <= max_pointer) return writer.put_pointer(owner.offset);
  remember_question();
  const std::size_t at = writer.size();
  if (!writer.put_name(*owner.name, owner.labels, owner.name->suffix(owner.labels))) return false;
  owner.offset = at;
  return true;
}

bool Response::put_head(Owner& owner, std::uint16_t type, std::uint32_t ttl) {
  if (!put_owner(owner) || !writer.fits(8)) return false;
  writer.u16(type);
  writer.u16(dns::rrclass::in);
  writer.u32(ttl);
  return true;
}

bool Response::put_plain_rdata(std::span<const std::uint8_t> rdata) {
  if (!writer.fits(2 + rdata.size())) return false;
  writer.u16(static_cast<std::uint16_t>(rdata.size()));
  if (!rdata.empty()) writer.raw(rdata.data(), rdata.size());
  return true;
}

bool Response::put(Section section, Owner& owner, const Records& records, std::uint32_t ttl,
                   std::size_t* name_at) {
  const std::size_t mark = writer.size();
  const std::size_t owner_offset = owner.offset;
  const dns::NameFields fields = dns::name_fields(records.type());
  if (fields.compressible) remember_question();
  Records::Iterator it = records.begin();
  for (std::uint32_t i = 0; i < records.count(); ++i, ++it) {
    const std::span<const std::uint8_t> rdata = *it;
    bool ok = put_head(owner, records.type(), ttl);
    if (ok) {
      if (i == 0 && name_at != nullptr) *name_at = writer.size() + 2 + fields.skip;
      ok = fields.compressible ? writer.put_rdata(records.type(), rdata, work_)
                               : put_plain_rdata(rdata);
    }
    if (!ok) {
      writer.rewind(mark);
      owner.offset = owner_offset;
      return false;
    }
  }
  count(section, static_cast<std::uint16_t>(records.count()));
  return true;
}

bool Response::put(Section section, Owner& owner, const RRset& set, std::uint32_t ttl, bool dnssec,
                   std::size_t* name_at) {
  const std::size_t mark = writer.size();
  const std::size_t owner_offset = owner.offset;
  const std::uint16_t before = counts_[static_cast<int>(section)];
  if (!put(section, owner, set.records, ttl, name_at)) return false;
  if (!dnssec || !set.signatures) return true;
  if (put(section, owner, set.signatures, ttl)) return true;
  // RFC 4035 §3.1.1: an RRset whose RRSIGs do not fit does not fit either.
  writer.rewind(mark);
  owner.offset = owner_offset;
  counts_[static_cast<int>(section)] = before;
  return false;
}

bool Response::put_record(Section section, Owner& owner, std::uint16_t type, std::uint32_t ttl,
                          std::span<const std::uint8_t> rdata, std::size_t* name_at) {
  const std::size_t mark = writer.size();
  const std::size_t owner_offset = owner.offset;
  const dns::NameFields fields = dns::name_fields(type);
  if (fields.compressible) remember_question();
  bool ok = put_head(owner, type, ttl);
  if (ok) {
    if (name_at != nullptr) *name_at = writer.size() + 2 + fields.skip;
    ok = writer.put_rdata(type, rdata, work_);
  }
  if (!ok) {
    writer.rewind(mark);
    owner.offset = owner_offset;
    return false;
  }
  count(section, 1);
  return true;
}

bool Response::put_address(Owner& owner, std::uint16_t type, std::uint32_t ttl,
                           std::span<const std::uint8_t> rdata) {
  if (!put_head(owner, type, ttl) || !put_plain_rdata(rdata)) return false;
  count(Section::answer, 1);
  return true;
}

void Response::finish(const dns::Query& query) {
  std::uint8_t* p = writer.data();
  std::uint16_t flags = dns::flag::qr;
  flags = static_cast<std::uint16_t>(flags | query.opcode << 11 | (query.flags & dns::flag::rd) |
                                     (rcode & 0xF));
  if (authoritative) flags |= dns::flag::aa;
  if (truncated) flags |= dns::flag::tc;
  dns::write16(p, query.id);
  dns::write16(p + 2, flags);
  dns::write16(p + 4, question_ != nullptr ? 1 : 0);
  dns::write16(p + 6, counts_[0]);
  dns::write16(p + 8, counts_[1]);
  dns::write16(p + 10, counts_[2]);
}

}  // namespace lapis::answer
