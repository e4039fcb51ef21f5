// The dispatch index: from a query to the few programs that can match it, in their order.
//
// A tree over the dimensions of the query space. A node asks for the class of the query in one
// dimension and has children by *blocks* of classes: a program is filed under the blocks that make
// up the classes its match needs there, or, when the match needs nothing (or too much) of that
// dimension, in the node's `rest`. A query goes to the child of every block that holds its class
// (one on each level at most) and to the rest. Leaves list programs, ascending. What the leaves
// reached list are the query's *candidates*: all programs that match are among them, because every
// path only asks for what the program's match implies. The first candidate that matches is
// therefore the first program that matches. The verifier proves the premise for every program and
// node (rule index-differs).
//
// Size: a program stands in at most `most_copies` leaves, so the index is linear in the number of
// programs. A search goes down at most `most_depth` nodes and uses no memory but its Search.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lapis/lang/client_trace.h"
#include "lapis/lang/code.h"
#include "lapis/lang/interpreter.h"
#include "lapis/lang/set.h"
#include "lapis/program/dimension.h"

namespace lapis::program {

class DispatchIndex {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;
  static constexpr std::uint32_t most_copies = 64;
  static constexpr int most_depth = 8;

  struct Node {
    std::uint32_t dimension = none;  ///< none: a leaf
    std::uint32_t first = 0;         ///< of its levels; of a leaf's programs
    std::uint32_t count = 0;
    std::uint32_t rest = none;   ///< node
    std::uint32_t least = none;  ///< first program of the subtree
  };
  /// Children by blocks of one size. Dense: the child of block b is at `first + (b - base)`;
  /// otherwise blocks are sorted.
  struct Level {
    std::uint8_t shift = 0;
    bool dense = false;
    ClassNumber base = 0;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  struct Child {
    ClassNumber block = 0;
    std::uint32_t node = none;
  };
  /// The classes of the client's address a program needs, for the scope.
  struct ClientNeed {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    bool any = true;
  };
  /// The whole index as plain data; node 0 is the root.
  struct Parts {
    std::vector<Dimension> dimensions;
    std::vector<Node> nodes;
    std::vector<Level> levels;
    std::vector<Child> children;
    std::vector<std::uint32_t> programs;
    std::vector<ClientNeed> client_needs;  ///< by program
    std::vector<ClassRange> client_ranges;
    /// By program: every leaf that lists it is reached by the very queries that it matches, so that
    /// its match need not be evaluated there. No match of these uses a place, and what it needs of
    /// the client are its client_ranges, no more.
    std::vector<bool> settled;
    std::uint32_t client_dimension = none;
    bool matches_use_client = false;  ///< client, or a place derived from it, stands in a match
  };

  /// Working memory of searches; one per thread, sized by prepare().
  class Search {
   public:
    void prepare(const DispatchIndex& index);

   private:
    friend class DispatchIndex;
    struct Known {
      std::uint64_t query = 0;  ///< number of the query it was found for
      ClassNumber number = 0;
    };
    /// A match evaluated by first_match_traced(), which scope() need not evaluate again.
    struct Traced {
      std::uint32_t program = none;
      std::uint8_t bits = 0;  ///< of the client, that its value rests on
    };
    static constexpr std::size_t most_traced = 16;
    static constexpr std::size_t most_asked = 16;

    std::vector<Known> classes_;  // by dimension
    // What first_match_traced() has seen. A count above the room means that some are missing.
    std::array<Traced, most_traced> traced_;
    std::size_t traced_count_ = 0;
    std::array<std::uint32_t, most_asked> asked_;  ///< nodes that asked about the client
    std::size_t asked_count_ = 0;
    lang::Registers registers_;
    std::uint64_t query_ = 0;
    dns::HashedName qname_;
    dns::HashedName zone_;
  };

  static DispatchIndex build(const lang::Set& set);
  /// `set` must be the one that `parts` was built from, and outlive the index.
  DispatchIndex(const lang::Set& set, Parts parts);

  const Parts& parts() const { return parts_; }
  /// The programs as they are run.
  const lang::Code& code() const { return code_; }
  const lang::Set& set() const { return *set_; }
  /// The child for a class on a level; null when there is none.
  const Child* child(const Level& level, ClassNumber c) const;

  // These run compiled matches.

  /// First program that matches, or `none`. `memory` as for the Interpreter; names in lower case.
  std::uint32_t first_match(const lang::QueryFields& query, lang::Memory& memory,
                            Search& search) const;
  /// The same; leaves in `search` what the matches looked at rest on, for the scope() that follows.
  std::uint32_t first_match_traced(const lang::QueryFields& query, lang::Memory& memory,
                                   Search& search) const;
  /// All programs that the index does not rule out, ascending, into `out`.
  void candidates(const lang::QueryFields& query, lang::Memory& memory, Search& search,
                  std::vector<std::uint32_t>& out) const;

  /// Leading client bits on which it rests that `winner` (or `none`) is the first match: every
  /// client sharing them has the same first match. Equal to what scope_in_order() says, and never
  /// shorter; longer only when telling the nearest of the programs that other clients reach from
  /// those that this query rules out anyway took more than `most_scope_work`. REQUIRES: `winner` is
  /// first_match_traced() for this query with this `search`, just before.
  std::uint8_t scope(const lang::QueryFields& query, std::uint32_t winner, lang::Memory& memory,
                     Search& search) const;
  static constexpr int most_scope_work = 8192;
  /// The same by looking at every program up to the winner; what scope() is tested against.
  std::uint8_t scope_in_order(const lang::QueryFields& query, std::uint32_t winner,
                              lang::Memory& memory) const;

  /// The answer of a program. REQUIRES: `search` is prepared.
  lang::CompiledAnswer answer(std::uint32_t program, bool ipv6, lang::Interpreter& interpreter,
                              Search& search) const {
    return code_.answer(program, ipv6, interpreter, search.registers_);
  }

  /// Class of the query in a dimension.
  ClassNumber class_of(std::uint32_t dimension, const lang::QueryFields& query,
                       lang::Memory& memory, Search& search) const;

 private:
  class ScopeSearch;
  /// Room for the nodes still to be visited: on each of `most_depth` nodes one child a level (at
  /// most 32) and the rest.
  static constexpr std::size_t most_waiting = most_depth * 33;

  ClassNumber find_class(const Dimension& dimension, const lang::QueryFields& query,
                         lang::Memory& memory, Search& search) const;
  /// Calls `leaf(node)` for each leaf the query reaches whose programs are not all behind
  /// `limit`, which may go down meanwhile. `note_asked`: of the nodes that ask about the client.
  template <bool note_asked, class Leaf>
  void visit(const lang::QueryFields& query, lang::Memory& memory, Search& search,
             const std::uint32_t& limit, Leaf leaf) const;
  /// First program in the leaves reached for which `matches(p)` holds, or `none`.
  template <bool note_asked, class Matches>
  std::uint32_t first_that(const lang::QueryFields& query, lang::Memory& memory, Search& search,
                           Matches matches) const;
  /// What program `p`, which does not match because of `bits` bits of the client, adds to the
  /// scope.
  std::uint8_t contribution(std::uint32_t p, std::uint8_t bits, const IpAddress& client) const;
  /// Leading client bits that a settled program's match rests on where it holds; `own` is the
  /// client's class, if its match needs one.
  std::uint8_t settled_bits(std::uint32_t p, const IpAddress& client, ClassNumber own) const;
  std::uint8_t settled_bits(std::uint32_t p, const lang::QueryFields& query, lang::Memory& memory,
                            Search& search) const {
    const bool any = parts_.client_needs[p].any;
    return any ? std::uint8_t{0}
               : settled_bits(p, query.client,
                              class_of(parts_.client_dimension, query, memory, search));
  }
  /// What a dimension says of the client.
  enum class About : std::uint8_t { nothing, client, place };

  const lang::Set* set_;
  Parts parts_;
  std::vector<About> about_;  // by dimension
  lang::Code code_;
};

}  // namespace lapis::program
