// `lapis diff OLD NEW`: which queries are answered differently when one program set takes the place
// of another; and, for two versions of a zone, zone_diff.h.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <tuple>

#include "answer.h"
#include "lapis/base/side_by_side.h"
#include "lapis/program/program_set.h"
#include "lapis/program/query_reader.h"
#include "lapis/report/set_difference.h"
#include "lapis/report/witness.h"
#include "lapis/verify/diff.h"
#include "output.h"
#include "revision.h"
#include "zone_diff.h"

namespace lapis::cli {
namespace {

struct DiffOptions {
  std::string before;
  std::string after;
  std::string format = "text";
  std::string queries;
  std::string most_changed;
  bool exit_code = false;
  bool stats = false;
  bool are_zones = false;
  std::string origin;
  verify::Options verify;
};

/// One of the two sets, and how to ask it.
struct Side {
  std::shared_ptr<const program::ProgramSet> set;
  std::string path;  ///< as the user wrote it
  bool on_disk = false;
  std::unique_ptr<program::QueryReader> reader;
  std::unique_ptr<Answerer> answerer;

  /// A query of a log with the attributes that this set declares.
  Witness known(const Witness& witness) const {
    Witness out = witness;
    const auto& declared = set->definition().attributes;
    std::erase_if(out.attributes, [&](const auto& attribute) {
      return std::none_of(declared.begin(), declared.end(),
                          [&](const auto& a) { return a.name == attribute.first; });
    });
    return out;
  }
  bool ask(const Witness& witness, Answer& out, std::string& error) {
    if (!reader->read(witness, error)) return false;
    answerer->answer(reader->context(), out);
    return true;
  }
  std::string program(const Answer& a) const {
    return a.program < 0 ? "" : set->programs()[static_cast<std::size_t>(a.program)].name;
  }
};

std::vector<IpAddress> sorted(std::vector<IpAddress> list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

std::vector<std::string> texts(const std::vector<IpAddress>& list) {
  std::vector<std::string> out;
  for (const IpAddress& address : list) out.push_back(address.to_string());
  return out;
}

report::SideAnswer shown(const verify::SideAnswer& answer, const Witness& witness,
                         const Side& side) {
  report::SideAnswer out;
  out.program = answer.program;
  out.ipv4 = texts(answer.ipv4);
  out.ipv6 = texts(answer.ipv6);
  out.addresses = witness.qtype == "AAAA" ? out.ipv6 : out.ipv4;
  out.ttl = answer.ttl;
  if (side.on_disk) out.replay = report::eval_command(witness, {side.path});
  return out;
}

/// The witness asked of the set as it was loaded; a defect when it answers something else.
bool replays(const verify::SideAnswer& expected, const Witness& witness, Side& side,
             std::string& error) {
  Answer got;
  if (!side.ask(witness, got, error)) return false;
  if (side.program(got) != expected.program || sorted(got.ipv4) != expected.ipv4 ||
      sorted(got.ipv6) != expected.ipv6 || (!expected.program.empty() && got.ttl != expected.ttl)) {
    error = "the witness " + report::witness_json(witness) + " does not replay on " + side.path;
    return false;
  }
  return true;
}

/// Counts the queries of a log by what happens to them.
class Log {
 public:
  Log(Side& before, Side& after) : before_(before), after_(after) {}

  bool read(const std::string& path, std::string& error) {
    std::ifstream file;
    if (path != "-") {
      file.open(path);
      if (!file) {
        error = path + " can't be read";
        return false;
      }
    }
    std::istream& in = path == "-" ? std::cin : file;
    std::uint64_t number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (line.empty()) continue;
      if (!count(line, error)) {
        error = path + ":" + std::to_string(number) + ": " + error;
        return false;
      }
    }
    return true;
  }

  report::QueryWeights weights;
  /// By program before, program after, and whether the answer differs.
  std::map<std::tuple<std::string, std::string, bool>, std::uint64_t> classes;

 private:
  bool count(const std::string& line, std::string& error) {
    Witness query;
    if (!report::read_witness(line, query, error)) return false;
    Answer a;
    Answer b;
    if (!before_.ask(before_.known(query), a, error)) return false;
    if (!after_.ask(after_.known(query), b, error)) return false;
    ++weights.all;
    const std::string x = before_.program(a);
    const std::string y = after_.program(b);
    const bool six = query.qtype == "AAAA";
    const auto was = sorted(six ? a.ipv6 : a.ipv4);
    const auto is = sorted(six ? b.ipv6 : b.ipv4);
    const bool differs =
        x.empty() != y.empty() || was != is || (!x.empty() && !was.empty() && a.ttl != b.ttl);
    if (differs) {
      ++weights.answered_differently;
    } else if (x != y) {
      ++weights.by_another_program;
    }
    if (differs || x != y) ++classes[{x, y, differs}];
    return true;
  }

  Side& before_;
  Side& after_;
};

/// `--max-changed`: true when the change is larger. A percentage counts queries of the log; a plain
/// number counts them when there is a log and classes otherwise.
bool too_large(const report::SetDifference& d, const std::string& limit) {
  const double most = std::stod(limit);
  if (limit.back() == '%') {
    return d.queries->all > 0 && 100.0 * static_cast<double>(d.queries->answered_differently) /
                                         static_cast<double>(d.queries->all) >
                                     most;
  }
  const auto changed =
      d.queries ? d.queries->answered_differently
                : static_cast<std::uint64_t>(std::count_if(d.changes.begin(), d.changes.end(),
                                                           [](const auto& c) { return c.answer; }));
  return static_cast<double>(changed) > most;
}

std::string check_limit(const std::string& limit) {
  std::size_t used = 0;
  double value = -1;
  try {
    value = std::stod(limit, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  const bool percent = used + 1 == limit.size() && limit.back() == '%';
  // What else reads as a number, such as "nan" or "0x1", is a slip of the pen.
  if (value < 0 || (used != limit.size() && !percent) ||
      limit.find_first_not_of("0123456789.%") != std::string::npos) {
    return "a number of classes or queries, or a percentage such as 0.5%, is expected";
  }
  return {};
}

Exit usage_error(const std::string& words) {
  std::fprintf(stderr, "lapis: %s\n", words.c_str());
  return Exit::usage;
}

std::string seconds(double milliseconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", milliseconds / 1000);
  return text;
}

Exit run_diff(const DiffOptions& options) {
  if (!options.most_changed.empty() && options.most_changed.back() == '%' &&
      options.queries.empty()) {
    return usage_error("--max-changed with a percentage needs --queries: it counts queries");
  }
  const Stopwatch watch;
  SourceMap sources;
  Revision revisions[2];
  Side sides[2];
  const std::string* given[] = {&options.before, &options.after};
  std::string paths[2];
  static auto* const kept = new std::vector<std::shared_ptr<const program::ProgramSet>>;
  for (int i = 0; i < 2; ++i) {
    std::string error;
    paths[i] = revisions[i].open(*given[i], error);
    if (paths[i].empty()) return usage_error(error);
  }
  const double opened = watch.elapsed_ms();
  program::SetTexts texts[2];
  for (int i = 0; i < 2; ++i) {
    const auto first = static_cast<std::uint32_t>(sources.size() + 1);
    auto read = program::read_set({paths[i]}, sources);
    sources.show_as(first, paths[i], *given[i]);
    if (!read.ok()) return not_comparable(read.errors(), sources, options.format);
    texts[i] = std::move(read).value();
  }
  const double read_after = watch.elapsed_ms();
  std::optional<Result<std::shared_ptr<const program::ProgramSet>>> checked[2];
  side_by_side(2, [&](std::size_t i) {
    Diagnostics findings;
    checked[i].emplace(program::check_texts(texts[i], sources, findings));
  });
  for (int i = 0; i < 2; ++i) {
    auto& set = *checked[i];
    sides[i].path = *given[i];
    sides[i].on_disk = paths[i] == *given[i];
    if (!set.ok()) return not_comparable(set.errors(), sources, options.format);
    sides[i].set = *set;
    // The process is about to end: sets of thousands of programs are left to the system.
    kept->push_back(*set);
    sides[i].reader = std::make_unique<program::QueryReader>(**set);
    sides[i].answerer = std::make_unique<Answerer>(**set);
  }
  const double checked_after = watch.elapsed_ms();
  const verify::DiffReport proof = verify::diff(*sides[0].set, *sides[1].set, options.verify);
  const double compared_after = watch.elapsed_ms();
  std::string error = proof.internal_error;
  report::SetDifference out;
  for (const verify::Change& change : proof.changes) {
    if (!error.empty()) break;
    if (!replays(change.before, change.witness, sides[0], error) ||
        !replays(change.after, change.witness_after, sides[1], error)) {
      break;
    }
    report::ChangeEntry entry;
    entry.before = shown(change.before, change.witness, sides[0]);
    entry.after = shown(change.after, change.witness_after, sides[1]);
    entry.witness = change.witness;
    entry.witness_after = change.witness_after;
    entry.unset = change.unset;
    entry.answer = change.answer;
    entry.where = change.where;
    out.changes.push_back(std::move(entry));
  }
  if (!error.empty()) {
    std::fprintf(stderr, "lapis: internal error: %s\n", error.c_str());
    return Exit::internal;
  }
  out.before_path = options.before;
  out.after_path = options.after;
  out.before_programs = sides[0].set->programs().size();
  out.after_programs = sides[1].set->programs().size();
  out.attributes = proof.differences;
  out.undecided = proof.undecided;
  if (!options.queries.empty()) {
    Log log(sides[0], sides[1]);
    if (!log.read(options.queries, error)) return usage_error(error);
    out.queries = log.weights;
    for (report::ChangeEntry& entry : out.changes) {
      // A class of one pair holds the queries of the pair that keep their answer as well.
      for (const bool differs : {true, false}) {
        if (differs && !entry.answer) continue;
        const auto at = log.classes.find({entry.before.program, entry.after.program, differs});
        if (at != log.classes.end()) entry.queries += at->second;
      }
    }
  }
  out.elapsed_ms = watch.elapsed_ms();
  if (options.stats) {
    out.stats = {{"seconds to fetch revisions", seconds(opened)},
                 {"seconds to read both sets", seconds(read_after - opened)},
                 {"seconds to check both sets", seconds(checked_after - read_after)},
                 {"seconds to compare", seconds(compared_after - checked_after)},
                 {"seconds to replay and weigh", seconds(out.elapsed_ms - compared_after)}};
  }
  const std::string text = options.format == "json"       ? report::difference_json(out)
                           : options.format == "markdown" ? report::difference_markdown(out)
                           : options.format == "html"     ? report::difference_html(out)
                                                          : report::difference_text(out);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (!out.undecided.empty()) return Exit::undecided;
  if (!options.most_changed.empty() && too_large(out, options.most_changed)) return Exit::findings;
  return options.exit_code && !out.changes.empty() ? Exit::findings : Exit::fine;
}

bool is_about_zones(const DiffOptions& options) {
  return options.are_zones || (names_zone_file(options.before) && names_zone_file(options.after));
}

Exit diff_zone_files(const DiffOptions& options) {
  if (options.format == "html") return usage_error("--format html is for program sets");
  // An option that is left alone without a word would be a limit that never fails.
  for (const auto& [given, name] : {std::pair(!options.queries.empty(), "--queries"),
                                    std::pair(!options.most_changed.empty(), "--max-changed"),
                                    std::pair(options.stats, "--stats")}) {
    if (given) return usage_error(std::string(name) + " is for program sets");
  }
  ZoneDiffOptions zones;
  zones.before = options.before;
  zones.after = options.after;
  zones.origin = options.origin;
  zones.format = options.format;
  zones.exit_code = options.exit_code;
  return run_zone_diff(zones);
}

}  // namespace

void add_diff(CLI::App& app, Status& status) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* command =
      app.add_subcommand("diff", "Show which queries two program sets answer differently");
  command->add_option("old", options->before, "Directory, file, or git revision REV:path")
      ->required()
      ->type_name("OLD");
  command->add_option("new", options->after, "Directory, file, or git revision REV:path")
      ->required()
      ->type_name("NEW");
  command->add_option("--format", options->format, "How to show it")
      ->check(CLI::IsMember({"text", "json", "markdown", "html"}))
      ->capture_default_str();
  command
      ->add_option("--queries", options->queries,
                   "Weigh changes by queries, JSON lines as `lapis eval --queries` reads them")
      ->type_name("FILE");
  command
      ->add_option("--max-changed", options->most_changed,
                   "Fail when more is answered differently: PERCENT% of the queries, or a count "
                   "of queries, or of classes without --queries")
      ->type_name("N|N%")
      ->check(CLI::Validator([](std::string& text) { return check_limit(text); }, "", ""));
  command->add_flag("--exit-code", options->exit_code, "Exit with 1 when anything changes");
  command->add_flag("--stats", options->stats, "Show what the run cost");
  command->add_option("--jobs,-j", options->verify.jobs, "Threads; 0 is one per core")
      ->capture_default_str();
  command
      ->add_option("--limit-seconds", options->verify.limit_seconds,
                   "Time after which the rest is undecided; 0 is none")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--zone", options->are_zones,
                    "Compare zone files; *.zone and db.* are taken for such anyway");
  command->add_option("--origin", options->origin, "The zone's name; else as its files say")
      ->type_name("NAME");
  command->callback([options, &status] {
    status = is_about_zones(*options) ? diff_zone_files(*options) : run_diff(*options);
  });
}

}  // namespace lapis::cli
