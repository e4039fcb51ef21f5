// Answers of programs, compared.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model.h"

namespace lapis::verify {

/// An answer as RRsets: addresses sorted, since their order carries no meaning (RFC 2181 §5).
struct Answered {
  bool constant = false;  ///< the same for every query
  std::vector<IpAddress> ipv4;
  std::vector<IpAddress> ipv6;
  std::int64_t ttl = 0;
};

/// The program's answer if it is the same for every query.
Answered fixed_answer(const Model& model, std::size_t program);
/// What the production interpreter answers to one query.
Answered evaluated(const lang::Program& program, const lang::QueryFields& query,
                   lang::Memory& memory);
bool differs(const Answered& a, const Answered& b);

struct ProgramPair {
  std::uint32_t later = 0;
  std::uint32_t earlier = 0;
};

/// "Their answers differ", over all queries. May make new atoms: Model::finish() must follow.
Bool differ_formula(Model& model, const ProgramPair& pair);
/// Enough cubes of what two programs share to find a query of both, or that there is none.
inline constexpr std::size_t most_common_cubes = 32;
/// Up to `most` cubes that both programs' cubes share.
Cover common_cubes(const Model& model, const ProgramPair& pair, std::size_t most);

}  // namespace lapis::verify
