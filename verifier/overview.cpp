#include "lapis/verify/overview.h"

#include <algorithm>
#include <map>

#include "answers.h"
#include "checks.h"

namespace lapis::verify {
namespace {

using report::Overview;

constexpr std::size_t cubes_tried = 6;
constexpr std::uint64_t key_tries = 4096;
/// Programs whose cubes are tried in one cell of the picture, and answers kept of it.
constexpr std::size_t tried_in_cell = 64;
constexpr std::size_t kept_in_cell = 6;

class Looking {
 public:
  Looking(const program::ProgramSet& set, const OverviewOptions& options)
      : options_(options), limits_(limits_of(options)), run_(set, limits_) {
    run_.model.finish({}, run_.compared);
    check_core(run_);
  }

  Overview look() {
    look_at_programs();
    look_at_pairs();
    choose_axes();
    look_at_cells();
    return std::move(out_);
  }

 private:
  static Options limits_of(const OverviewOptions& options) {
    Options out;
    out.jobs = options.jobs;
    out.limit_seconds = options.limit_seconds;
    out.core_only = true;
    return out;
  }

  const ProgramModel& item(std::size_t i) const { return run_.model.items()[i]; }
  const Space& space() const { return run_.model.space(); }

  void look_at_programs() {
    for (std::size_t i = 0; i < run_.model.items().size(); ++i) {
      const lang::Program& p = run_.program(static_cast<std::uint32_t>(i));
      Overview::Program program{p.name, p.doc, p.exclusive, run_.reachable[i] != 0, p.span, {}};
      if (program.reachable) program.witness = run_.reached_by[i]->witness(run_.model.set());
      out_.programs.push_back(std::move(program));
    }
  }

  Found common_query(Finder& finder, std::uint32_t i, std::uint32_t j) {
    const Cover both = common_cubes(run_.model, {j, i}, most_common_cubes);
    return finder.find(common_question(run_, finder, i, j, both, "overlap"));
  }

  /// Every query of the later program is one of the earlier one.
  bool shadows(Finder& finder, std::uint32_t earlier, std::uint32_t later) {
    const Found apart =
        finder.find({{item(later).match},
                     &item(later).cover,
                     {&earlier, 1},
                     [&](const lang::QueryFields& q) { return finder.matches(later, q); },
                     "shadow: " + run_.program(earlier).name + ", " + run_.program(later).name});
    return apart.none();
  }

  void look_at_pairs() {
    struct Touch {
      std::uint32_t earlier, later;
      std::optional<Overview::Pair> pair;
      bool open = false;
    };
    std::vector<Touch> touches;
    for (std::uint32_t j = 0; j < run_.model.items().size(); ++j) {
      for (const std::uint32_t i : item(j).earlier) {
        if (run_.satisfiable[i] == 0 || run_.satisfiable[j] == 0) continue;
        if (touches.size() < options_.most_pairs) {
          touches.push_back({i, j, {}, false});
        } else {
          ++out_.pairs_left_out;
        }
      }
    }
    run_.for_each(touches.size(), [&](std::size_t k, Finder& finder) {
      Touch& touch = touches[k];
      const Found found = common_query(finder, touch.earlier, touch.later);
      touch.open = !found.found() && !found.none();
      if (!found.found()) return;
      touch.pair =
          Overview::Pair{touch.earlier, touch.later, shadows(finder, touch.earlier, touch.later),
                         found.query.witness(run_.model.set())};
    });
    for (Touch& touch : touches) {
      if (touch.pair) out_.pairs.push_back(std::move(*touch.pair));
      if (touch.open) ++out_.pairs_left_out;
    }
  }

  /// Rows are the classes of names; columns those of the dimension that most cubes speak about.
  void choose_axes() {
    names_ = space().of_field(VarKind::name, lang::field_qname);
    std::map<Dimension, std::size_t> uses;
    for (const ProgramModel& program : run_.model.items()) {
      for (const Cube& cube : program.cover.cubes) {
        for (const Cube::Factor& factor : cube.factors()) ++uses[factor.dimension];
      }
    }
    std::size_t most = 0;
    for (const auto& [dimension, count] : uses) {
      const Space::Axis& axis = space().axis(dimension);
      if (axis.var == UINT32_MAX || axis.classes > options_.most_columns) continue;
      const Variable& variable = run_.model.terms().variable_of(axis.var);
      const bool shown = variable.kind == VarKind::text || variable.kind == VarKind::flag ||
                         variable.kind == VarKind::number || variable.kind == VarKind::address;
      // Attributes are what sets are written about; other fields only where there are none.
      const bool attribute = variable.index >= lang::first_attribute;
      const std::size_t weight = count + (attribute ? std::size_t{1} << 40U : 0U);
      if (!shown || weight <= most) continue;
      most = weight;
      columns_ = dimension;
    }
    name_columns();
    name_rows();
  }

  void name_columns() {
    if (columns_ == UINT32_MAX) {
      out_.columns.emplace_back("all queries");
      column_classes_.push_back(0);
      return;
    }
    const Space::Axis& axis = space().axis(columns_);
    const Variable& variable = run_.model.terms().variable_of(axis.var);
    out_.column_field = run_.model.set().field_name(variable.index);
    for (ClassNumber c = 0; c < axis.classes; ++c) {
      if (!axis.universe.contains(c)) continue;
      column_classes_.push_back(c);
      out_.columns.push_back(class_text(variable.kind, axis, c));
    }
  }

  std::string class_text(VarKind kind, const Space::Axis& axis, ClassNumber c) const {
    if (kind == VarKind::flag) return c == 0 ? "false" : "true";
    if (kind == VarKind::number) {
      const auto [low, high] = space().number_range(columns_, c);
      return low == high ? std::to_string(low)
                         : std::to_string(low) + " to " + std::to_string(high);
    }
    if (kind == VarKind::address) {
      const auto [low, high] = space().address_range(columns_, c);
      return low.to_string() + " to " + high.to_string();
    }
    if (axis.open && c + 1 == axis.classes) return "any other";
    return c < axis.texts.size() ? axis.texts[c] : "any other";
  }

  void name_rows() {
    if (names_ == UINT32_MAX) {
      out_.rows.emplace_back("every name");
      row_classes_.push_back(0);
      return;
    }
    const Space::Axis& axis = space().axis(names_);
    for (ClassNumber c = 0; c < axis.classes; ++c) {
      if (!axis.universe.contains(c)) continue;
      if (row_classes_.size() == options_.most_rows) {
        ++out_.rows_left_out;
        continue;
      }
      const lang::WireName& name = space().names().node(ConstantNames::node_of(c)).name;
      const std::string text = dns::to_text(name.view());
      const bool itself = c % 2 == 0;
      row_classes_.push_back(c);
      if (text == ".") {
        out_.rows.emplace_back(itself ? "." : "any other name");
      } else {
        out_.rows.push_back(itself ? text : "below " + text);
      }
    }
  }

  void look_at_cells() {
    out_.cells.resize(row_classes_.size() * column_classes_.size());
    run_.for_each(out_.cells.size(), [&](std::size_t k, Finder& finder) {
      Cube cell;
      bool any = true;
      if (names_ != UINT32_MAX) {
        const ClassNumber c = row_classes_[k / column_classes_.size()];
        any = cell.narrow(names_, ClassSet(c, c));
      }
      if (columns_ != UINT32_MAX) {
        const ClassNumber c = column_classes_[k % column_classes_.size()];
        any = cell.narrow(columns_, ClassSet(c, c)) && any;
      }
      if (any) look_at_cell(cell, out_.cells[k], finder);
    });
  }

  /// Queries of the cell, one of each program's cubes that touch it, and who answers them.
  void look_at_cell(const Cube& cell, Overview::Cell& out, Finder& finder) {
    std::map<std::int32_t, Witness> found;
    const auto ask = [&](const Cube& cube) {
      ConcreteQuery query;
      if (finder.realiser().realise(cube, key_tries, query) != Outcome::found) return;
      const lang::QueryFields fields = query.fields();
      std::int32_t answers = -1;
      for (std::size_t i = 0; i < run_.model.items().size(); ++i) {
        if (!touches(item(i), cell) || !finder.matches(i, fields)) continue;
        answers = static_cast<std::int32_t>(i);
        break;
      }
      found.try_emplace(answers, query.witness(run_.model.set()));
    };
    ask(cell);
    std::size_t tried = 0;
    for (const ProgramModel& program : run_.model.items()) {
      if (tried == tried_in_cell || found.size() == kept_in_cell) break;
      std::size_t cubes = 0;
      for (const Cube& cube : program.cover.cubes) {
        Cube shared;
        if (cubes == cubes_tried || !cube.intersect(cell, shared)) continue;
        ++cubes;
        ask(shared);
      }
      tried += cubes > 0 ? 1 : 0;
    }
    for (auto& [program, witness] : found) out.answers.push_back({program, std::move(witness)});
  }

  static bool touches(const ProgramModel& program, const Cube& cell) {
    return std::any_of(program.cover.cubes.begin(), program.cover.cubes.end(),
                       [&](const Cube& cube) { return cube.touches(cell); });
  }

  const OverviewOptions& options_;
  const Options limits_;
  Run run_;
  Overview out_;
  Dimension names_ = UINT32_MAX;
  Dimension columns_ = UINT32_MAX;
  std::vector<ClassNumber> row_classes_;
  std::vector<ClassNumber> column_classes_;
};

}  // namespace

report::Overview overview(const program::ProgramSet& set, const OverviewOptions& options) {
  return Looking(set, options).look();
}

}  // namespace lapis::verify
