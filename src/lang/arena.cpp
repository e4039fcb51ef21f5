#include "arena.h"

namespace lapis::lang {
namespace {

class Compaction {
 public:
  explicit Compaction(Arena& to) : to_(to) {}

  void move(const Expr*& root) {
    if (root != nullptr) root = kept(*root);
  }

 private:
  /// Recursion is as deep as the tree, which the checker bounds.
  const Expr* kept(const Expr& e) {
    // The arena it lies in is the compaction's own, and its nodes were made as variables. One that
    // has moved has height 0, which no tree has, and says where to in place of a seed.
    Expr& from = const_cast<Expr&>(e);
    if (from.depth == 0) return reinterpret_cast<const Expr*>(from.seed);
    for (const Expr*& arg : from.args) arg = kept(*arg);
    Expr& to = to_.add();
    to = std::move(from);
    from.depth = 0;
    static_assert(sizeof from.seed >= sizeof(std::uintptr_t));
    from.seed = reinterpret_cast<std::uintptr_t>(&to);
    return &to;
  }

  Arena& to_;
};

}  // namespace

std::shared_ptr<const Arena> compacted(std::unique_ptr<Arena> from, std::vector<Program>& programs,
                                       std::vector<Invariant>& invariants) {
  auto to = std::make_shared<Arena>();
  Compaction compaction(*to);
  for (Program& program : programs) {
    for (const Expr** root : {&program.match, &program.ipv4, &program.ipv6, &program.ttl}) {
      compaction.move(*root);
    }
  }
  for (Invariant& invariant : invariants) compaction.move(invariant.condition);
  from.reset();
  return to;
}

}  // namespace lapis::lang
