// The algorithm of RFC 1034 §4.3.2 for one question of class IN, as clarified since.
//
//   find the zone -> walk to the name -> referral | DNAME | the node | wildcard | nothing
//                 ^                                  |
//                 +------- CNAME, DNAME target ------+
//
// Split by the question it answers: answerer.cpp walks, referral.cpp hands over to a child zone,
// negative.cpp says no, programs.cpp asks the programs, additional.cpp adds addresses, denial.cpp
// proves. One object per query, on the stack; it fills the Response and nothing else.
#pragma once

#include <array>
#include <cstdint>

#include "response.h"
#include "scratch_state.h"
#include "snapshot_state.h"

namespace lapis::answer {

class Answerer {
 public:
  Answerer(const Snapshot::State& snapshot, const Client& client, const Prepared& prepared,
           Scratch::State& work, Response& response);

  /// Fills the three sections, rcode, AA and TC of the response.
  void run();

  /// The program that gave the answer, or -1.
  std::int32_t program() const { return program_; }
  /// Leading bits of the client's address that the answer depends on (RFC 7871 §7.2.1).
  std::uint8_t scope() const { return scope_; }
  /// An Extended DNS Error to add, or -1.
  std::int32_t extended_error() const { return extended_error_; }

 private:
  enum class Step : std::uint8_t { done, follow };

  Step answer_in_zone();
  /// `node` holds the records of the current name: its own, or a wildcard's.
  Step answer_from_node(Node node);
  Step follow_cname(const Records& cname, const RRset& set);
  Step follow_dname(Node node, int labels);
  bool enter(std::uint64_t name_hash);
  void find_zone();

  void put_answer(const RRset& set);
  bool dname_written(const RRset& dname) const;
  void put_any(Node node);
  bool put_signatures(Node node);

  /// `no`: no program decides, so that the zone's own records are the answer. `nothing`: one does,
  /// and it gives no address; nothing has been written.
  enum class Decided : std::uint8_t { no, nothing, addresses };
  Decided answer_from_programs(bool ipv6);
  void put_decision(const program::Decision& decision, bool ipv6);
  void put_addresses(const IpAddress* addresses, std::uint32_t count, std::uint32_t ttl, bool ipv6);
  bool programs_own(Node node) const {
    return zone_->addressing && snapshot_.programs != nullptr && node.has(node_flag::address);
  }

  void refer(Node cut, int labels);
  bool put_glue(const Records& ns, bool in_domain, const dns::HashedName& owner, int labels);
  void answer_nodata(Node node);
  void answer_nxdomain();
  bool put_soa();

  void add_additional();
  /// The addresses of `target`; false when one of them did not fit.
  /// With `also`, the RRset of that type at `target`, too, in front of them.
  bool put_addresses_of(dns::NameView target, bool glue, std::uint16_t also = 0);
  bool put_service_targets(const Records& records);
  bool put_set_of(Node node, std::uint16_t type, Owner& owner);

  // Proofs of denial (RFC 4035 §3.1.3, RFC 5155 §7.2), when the query asks for them.
  bool proves() const { return dnssec_ && zone_->is_signed(); }
  void prove_nodata(Node node);
  void prove_nxdomain();
  void prove_wildcard();
  void prove_unsigned_delegation(Node cut, int labels);
  int prove_closest_encloser(const dns::HashedName& name, int labels);
  void prove_covered(dns::NameView name);
  void prove_with(std::size_t nsec3_link);
  void prove_with(Node node);
  /// Writes the records noted by prove_with.
  void put_proofs();

  Owner owner(int labels) const;
  bool is_question() const { return current_ == &prepared_.name; }

  const Snapshot::State& snapshot_;
  const Client& client_;
  const Prepared& prepared_;
  Scratch::State& work_;
  Response& response_;
  const bool dnssec_;
  const std::uint16_t qtype_;

  const ServedZone* zone_ = nullptr;
  std::int32_t zone_number_;
  const dns::HashedName* current_;  ///< the question's name, then where the chain has led
  std::size_t current_offset_;      ///< where it lies in the message, 0 if nowhere
  int encloser_labels_ = 0;         ///< of the closest encloser, when the name does not exist
  Node wildcard_;                   ///< the wildcard that the current name matched, if any

  std::array<std::uint64_t, max_chain> chain_;  ///< hashes of the owners of CNAMEs written
  std::size_t chain_length_ = 0;
  /// A DNAME loop makes ever longer names, each compressed onto the one before; readers limit how
  /// many pointers they follow.
  static constexpr std::size_t max_dname_links = 16;
  std::size_t dname_links_ = 0;
  std::array<const void*, max_dname_links> dnames_;  ///< DNAMEs written
  std::size_t dname_count_ = 0;

  Records additional_from_;      ///< the RRset of the answer whose names get addresses
  std::size_t proof_count_ = 0;  ///< of work_.proofs
  static constexpr std::size_t max_targets = 64;
  std::array<std::uint64_t, max_targets> targets_;  ///< hashes of targets that have been added
  std::size_t target_count_ = 0;

  std::int32_t program_ = -1;
  std::uint8_t scope_ = 0;
  std::int32_t extended_error_ = -1;
};

/// Whether records of this type name hosts whose addresses go into the additional section.
bool has_additional(std::uint16_t type);

}  // namespace lapis::answer
