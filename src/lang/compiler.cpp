#include "compiler.h"

#include <algorithm>
#include <set>

#include "lapis/dns/types.h"

namespace lapis::lang {
namespace {

constexpr std::size_t cell_octets = sizeof(Code::Cell);
/// Lists that would not fit into a message are not written beforehand.
constexpr std::size_t most_wire_octets = 65535;

constexpr std::size_t cells_for(std::size_t octets) {
  return (octets + cell_octets - 1) / cell_octets;
}

void append16(std::vector<unsigned char>& out, std::uint32_t v) {
  out.push_back(static_cast<unsigned char>(v >> 8));
  out.push_back(static_cast<unsigned char>(v));
}

/// The records of an RRset (RFC 1035 §4.1.3); empty when there is nothing to be gained or an
/// address stands twice, which an RRset does not have (RFC 2181 §5).
std::vector<unsigned char> records(const IpAddress* addresses, std::size_t count,
                                   std::uint16_t type, std::uint32_t ttl) {
  const std::size_t rdata = type == dns::type::aaaa ? 16 : 4;
  std::vector<unsigned char> out;
  if (count * (record_head_octets + rdata) > most_wire_octets) return out;
  std::set<IpAddress> seen;
  for (std::size_t i = 0; i < count; ++i) {
    if (!seen.insert(addresses[i]).second) return {};
    append16(out, question_pointer);
    append16(out, type);
    append16(out, dns::rrclass::in);
    append16(out, ttl >> 16);
    append16(out, ttl & 0xFFFF);
    append16(out, static_cast<std::uint32_t>(rdata));
    const auto octets = addresses[i].octets();
    out.insert(out.end(), octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(rdata));
  }
  return out;
}

}  // namespace

Operand Compiler::literal(const void* octets, std::size_t count) {
  // Backwards, so that each lies in order once all are turned around.
  const std::size_t cells = cells_for(count);
  literals_.resize(literals_.size() + cells);
  for (std::size_t i = 0; i < cells; ++i) {
    const std::size_t at = i * cell_octets;
    std::memcpy(&literals_[literals_.size() - 1 - i], static_cast<const char*>(octets) + at,
                std::min(cell_octets, count - at));
  }
  return operand(Place::literal, static_cast<std::uint32_t>(literals_.size()));
}

Operand Compiler::text_literal(const char* octets, std::size_t count) {
  const TextLiteral head{static_cast<std::uint32_t>(count)};
  std::string whole(reinterpret_cast<const char*>(&head), sizeof head);
  whole.append(octets, count);
  return literal(whole.data(), whole.size());
}

Compiler::List Compiler::constant_list(const ListConstant& v) {
  const ListLiteral list{v.addresses.data(), static_cast<std::uint32_t>(v.addresses.size()), 0};
  return {literal(&list, sizeof list)};
}

Compiler::Int Compiler::bucket(Key key, const Expr& e) {
  const Bucket bucket{e.seed, static_cast<std::uint64_t>(e.number)};
  const Int out = fresh<Int>();
  emit(Do::bucket, out.at, key.at, literal(&bucket, sizeof bucket), key.kind);
  return out;
}

void Compiler::build_wire(List list, std::uint16_t type, std::uint32_t ttl) {
  std::vector<Operand> open{list.at};
  std::set<Operand> known;
  while (!open.empty()) {
    const Operand at = open.back();
    open.pop_back();
    if (!known.insert(at).second) continue;
    if (place_of(at) == Place::reg) {
      const auto [first, last] = ends_.equal_range(at);
      for (auto from = first; from != last; ++from) open.push_back(from->second);
      continue;
    }
    const std::size_t cell = (at & operand_bits) - 1;  // lists take one cell
    ListLiteral value;
    std::memcpy(&value, &literals_[cell], sizeof value);
    const std::vector<unsigned char> wire = records(value.data, value.count, type, ttl);
    if (wire.empty()) continue;
    value.wire = literal(wire.data(), wire.size()) & operand_bits;
    std::memcpy(&literals_[cell], &value, sizeof value);
  }
}

void Compiler::program(const Program& program) {
  code_.clear();
  literals_.clear();
  ends_.clear();
  used_ = {};
  Code::Entry entry;
  Semantics<Compiler> semantics(*this);
  const auto end = [this](Operand value) { emit(Do::end, 0, value, 0); };
  const auto here = [this] { return static_cast<std::uint32_t>(code_.size()); };

  end(semantics.boolean(*program.match).at);
  const bool same_ttl = program.ttl->is_constant();
  if (same_ttl) {
    entry.constant_ttl = static_cast<std::uint32_t>(std::get<std::int64_t>(program.ttl->value));
  } else {
    entry.ttl = here();
    end(semantics.integer(*program.ttl).at);
  }
  const auto response = [&](const Expr& list, std::uint16_t type) {
    const std::uint32_t at = here();
    const List value = semantics.list(list);
    end(value.at);
    if (same_ttl) build_wire(value, type, entry.constant_ttl);
    return at;
  };
  entry.ipv4 = response(*program.ipv4, dns::type::a);
  entry.hot_before = static_cast<std::uint32_t>(literals_.size());
  entry.ipv6 = response(*program.ipv6, dns::type::aaaa);

  std::vector<Code::Cell>& cells = out_.cells_;
  cells.insert(cells.end(), literals_.rbegin(), literals_.rend());
  entry.base = static_cast<std::uint32_t>(cells.size());
  cells.insert(cells.end(), code_.begin(), code_.end());
  out_.entries_.push_back(entry);

  Registers::Counts& most = out_.registers_;
  most.bools = std::max(most.bools, used_.bools);
  most.ints = std::max(most.ints, used_.ints);
  most.texts = std::max(most.texts, used_.texts);
  most.names = std::max(most.names, used_.names);
  most.addresses = std::max(most.addresses, used_.addresses);
  most.lists = std::max(most.lists, used_.lists);
  most.keys = std::max(most.keys, used_.keys);
}

Code Code::compile(const Set& set) {
  Code code;
  code.entries_.reserve(set.programs.size());
  Compiler compiler(code);
  for (const Program& program : set.programs) compiler.program(program);
  code.cells_.shrink_to_fit();
  return code;
}

std::span<const Code::Cell> Code::hot_cells(std::uint32_t program) const {
  const Entry& entry = entries_[program];
  return {cells_.data() + entry.base - entry.hot_before, entry.hot_before + entry.ipv6};
}

}  // namespace lapis::lang
