// The space of all queries as a set can tell them apart: a dimension for each variable its tests
// speak about, cut into classes, and a dimension of two classes for each test that is not a set of
// classes (a pattern, a relation between two variables, an order of choice).
//
// Every query lies in one class of each dimension. Not every combination of classes has a query:
// buckets depend on keys, patterns on the name. So "no combination" proves that there is no query,
// while a combination found must be made concrete (realise.h) before it is believed.
//
// Built once from all formulas; read by any number of threads.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "classes.h"
#include "lapis/lang/set.h"
#include "term.h"

namespace lapis::verify {

/// The constant names of a set as a tree in preorder. Node n has class `self` (the name itself)
/// and class `self` + 1 (below it, but not at or below another constant below it); `end` is the
/// last class of its subtree. Node 0 is the root.
class ConstantNames {
 public:
  struct Node {
    lang::WireName name;
    std::uint32_t parent = 0;
    ClassNumber self = 0;
    ClassNumber end = 0;
    std::vector<std::uint32_t> children;
  };
  void build(std::vector<lang::WireName> names);
  const Node& node(std::uint32_t n) const { return nodes_[n]; }
  std::size_t size() const { return nodes_.size(); }
  /// Node of a constant.
  std::uint32_t find(const lang::WireName& name) const;
  /// Node a class belongs to: class 2n and 2n+1 are node n's.
  static std::uint32_t node_of(ClassNumber c) { return c / 2; }
  ClassNumber classes() const { return static_cast<ClassNumber>(nodes_.size() * 2); }
  /// Class of a (lower-case) name.
  ClassNumber class_of(dns::NameView name) const;

 private:
  std::vector<Node> nodes_;
  std::unordered_map<std::string, std::uint32_t> by_octets_;
};

class Space {
 public:
  /// What a dimension stands for.
  struct Axis {
    Var var = UINT32_MAX;    ///< the variable, or
    Bool atom = bool_false;  ///< the test that is its own dimension (class 1: true)
    ClassNumber classes = 2;
    ClassSet universe;                  ///< classes that can have values
    std::vector<std::int64_t> numbers;  ///< least value of each class
    std::int64_t greatest = 0;          ///< of the last class
    std::vector<IpAddress> addresses;   ///< least address of each class
    std::vector<std::string> texts;     ///< of each class; open texts have one more class
    bool open = false;                  ///< the last class is "any other text"
  };

  /// REQUIRES: `roots` outlive nothing; all their atoms get dimensions.
  Space(const Terms& terms, const lang::Set& set, const std::vector<Bool>& roots);

  const Terms& terms() const { return terms_; }
  const lang::Set& set() const { return set_; }
  const Axis& axis(Dimension d) const { return axes_[d]; }
  std::size_t dimensions() const { return axes_.size(); }
  const ConstantNames& names() const { return names_; }
  /// Dimension of a variable, or UINT32_MAX when no test speaks about it.
  Dimension of_variable(Var var) const;
  /// Dimension of the variable of a field, or UINT32_MAX.
  Dimension of_field(VarKind kind, std::uint32_t field) const;
  /// The atom as "dimension in set".
  struct Test {
    Dimension dimension = 0;
    ClassSet set;
  };
  const Test& test(Bool atom) const { return tests_.at(atom); }

  /// Cubes whose union is `x`; when more than `most` are needed, fewer that contain it.
  Cover cover(Bool x, std::size_t most = 64) const;

  ClassNumber class_of_number(Dimension d, std::int64_t value) const;
  ClassNumber class_of_address(Dimension d, const IpAddress& address) const;
  ClassNumber class_of_text(Dimension d, const std::string& text) const;
  std::pair<std::int64_t, std::int64_t> number_range(Dimension d, ClassNumber c) const;
  std::pair<IpAddress, IpAddress> address_range(Dimension d, ClassNumber c) const;

 private:
  void add_axes(const std::vector<Bool>& atoms);
  void add_test(Bool atom);
  Dimension axis_of(Var var);
  Cover cover(Bool x, bool positive, std::size_t most,
              std::unordered_map<std::uint64_t, Cover>& known) const;

  const Terms& terms_;
  const lang::Set& set_;
  ConstantNames names_;
  std::vector<Axis> axes_;
  std::vector<Dimension> by_variable_;
  std::unordered_map<Bool, Test> tests_;
};

}  // namespace lapis::verify
