// Running test cases on the production interpreter.
#include <algorithm>

#include "lapis/lang/interpreter.h"
#include "lapis/program/query_reader.h"
#include "lapis/program/trace.h"
#include "lapis/suite/coverage.h"
#include "lapis/suite/suite.h"

namespace lapis::suite {
namespace {

/// Failing queries shown of one case.
constexpr std::uint64_t most_shown = 3;

std::string listed(std::vector<IpAddress> addresses) {
  std::string out;
  for (const IpAddress& address : addresses) out += (out.empty() ? "" : " ") + address.to_string();
  return out.empty() ? "none" : out;
}

std::vector<IpAddress> as_set(std::vector<IpAddress> addresses) {
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return addresses;
}

/// Runs the cases of one set.
class Runner {
 public:
  Runner(const program::ProgramSet& set, Coverage* coverage, const geo::Places* places)
      : set_(set), coverage_(coverage), reader_(set) {
    reader_.use_places(places);
    set_.prepare(scratch_);
    memory_.prepare(set_.definition());
  }

  /// `property` is the invariant of the case, or null.
  CaseResult run(const Case& c, const lang::Invariant* property) {
    CaseResult result{c.name, c.span, 0, {}};
    std::vector<std::size_t> at(c.settings.size(), 0);
    std::uint64_t failed = 0;
    do {
      ++result.queries;
      Diagnostics found;
      if (!ask(c, at, property, found)) {
        result.failures = std::move(found);
        return result;
      }
      if (found.empty()) continue;
      if (++failed <= most_shown) {
        std::move(found.begin(), found.end(), std::back_inserter(result.failures));
      }
    } while (advance(c, at));
    if (failed > most_shown) {
      result.failures.back().message += " (as for " + std::to_string(failed - most_shown) +
                                        " more of " + std::to_string(result.queries) + " queries)";
    }
    return result;
  }

 private:
  static bool advance(const Case& c, std::vector<std::size_t>& at) {
    for (std::size_t i = at.size(); i-- > 0;) {
      if (++at[i] < c.settings[i].values.size()) return true;
      at[i] = 0;
    }
    return false;
  }

  /// One query. False when it is none: every other query of the case would fail the same way.
  bool ask(const Case& c, const std::vector<std::size_t>& at, const lang::Invariant* property,
           Diagnostics& found) {
    Witness query;
    std::string error;
    geo::Fields given = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      const Text& value = c.settings[i].values[at[i]];
      for (const geo::Field field : {geo::Field::country, geo::Field::continent, geo::Field::asn}) {
        if (c.settings[i].field == geo::to_string(field)) given |= geo::only(field);
      }
      if (set_field(query, c.settings[i], value, error)) continue;
      found.push_back(error_at(value.span, "test-file", error));
      return false;
    }
    if (!reader_.read(query, error, given)) {
      found.push_back(error_at(c.span, "test-file", "'" + c.name + "': " + error));
      return false;
    }
    const std::size_t before = found.size();
    compare(c, property, found);
    if (found.size() == before) return true;
    // With what was looked up, so that it can be asked again without the databases.
    const program::QueryContext& asked = reader_.context();
    Witness shown = query;
    shown.country = asked.country;
    shown.continent = asked.continent;
    shown.asn = asked.asn;
    for (std::size_t i = before; i < found.size(); ++i) found[i].witness = shown;
    return true;
  }

  bool set_field(Witness& query, const Setting& setting, const Text& value, std::string& error) {
    if (setting.attribute) {
      std::pair<std::string, AttributeText> read;
      if (!program::read_attribute_option(set_, setting.field + "=" + value.text, read, error)) {
        return false;
      }
      for (auto& given : query.attributes) {
        if (given.first != read.first) continue;
        given.second = std::move(read.second);
        return true;
      }
      query.attributes.push_back(std::move(read));
      return true;
    }
    const std::pair<const char*, std::string*> texts[] = {
        {"qname", &query.qname},       {"zone", &query.zone},
        {"qtype", &query.qtype},       {"client", &query.client},
        {"resolver", &query.resolver}, {"transport", &query.transport},
        {"site", &query.site},         {"region", &query.region},
        {"country", &query.country},   {"continent", &query.continent}};
    for (const auto& [name, into] : texts) {
      if (setting.field == name) *into = value.text;
    }
    if (setting.field != "asn") return true;
    return program::read_asn(value.text, query.asn, error);
  }

  struct Answered {
    std::vector<IpAddress> ipv4, ipv6;
    lang::AnswerView view;
    const lang::Program* program = nullptr;
  };

  Answered answer() {
    const lang::QueryFields fields = set_.canonical(reader_.context(), scratch_);
    Answered out;
    const std::int32_t index = decide();
    if (index < 0) return out;
    out.program = &set_.programs()[static_cast<std::size_t>(index)];
    lang::Interpreter interpreter(fields, memory_);
    lang::AddressList list = interpreter.list(*out.program->ipv4);
    out.ipv4.assign(list.data, list.data + list.count);
    list = interpreter.list(*out.program->ipv6);
    out.ipv6.assign(list.data, list.data + list.count);
    out.view.program = out.program->name;
    out.view.ttl = interpreter.number(*out.program->ttl);
    return out;
  }

  /// Help where a test waits for a program that the set does not have.
  std::string unknown_program(std::string_view name) const {
    std::vector<std::string> names;
    for (const lang::Program& program : set_.programs()) {
      if (name.empty() || program.name == name) return {};
      names.push_back(program.name);
    }
    const std::string near = did_you_mean(name, names);
    return "the set has no program '" + std::string(name) + "'" +
           (near.empty() ? "" : "; did you mean '" + near + "'?");
  }

  std::int32_t decide() {
    if (coverage_ == nullptr) return set_.decide(reader_.context(), scratch_).program;
    const program::Trace trace = program::trace(
        set_, reader_.context(), [](std::uint32_t) { return program::FieldSource{}; });
    coverage_->add(trace);
    return trace.program;
  }

  void compare(const Case& c, const lang::Invariant* property, Diagnostics& found) {
    const Expected& wanted = c.expected;
    Answered got = answer();
    got.view.ipv4 = got.ipv4;
    got.view.ipv6 = got.ipv6;
    const auto fail = [&](Span span, const std::string& words) {
      Diagnostic d = error_at(span, "test-failed", "'" + c.name + "': " + words);
      if (got.program != nullptr) {
        d.program = got.program->name;
        d.related.push_back({got.program->name, "answers the query", got.program->name_span});
      }
      found.push_back(std::move(d));
    };
    const auto named = [](std::string_view name) {
      return name.empty() ? std::string("no program") : "program '" + std::string(name) + "'";
    };
    if (wanted.program && wanted.program->text != got.view.program) {
      fail(wanted.program->span,
           named(got.view.program) + " answers, expected " + named(wanted.program->text));
      found.back().help = unknown_program(wanted.program->text);
      return;  // another program's addresses would only repeat it
    }
    if (wanted.ipv4 && as_set(*wanted.ipv4) != as_set(got.ipv4)) {
      fail(wanted.ipv4_span,
           "the IPv4 addresses are " + listed(got.ipv4) + ", expected " + listed(*wanted.ipv4));
    }
    if (wanted.ipv6 && as_set(*wanted.ipv6) != as_set(got.ipv6)) {
      fail(wanted.ipv6_span,
           "the IPv6 addresses are " + listed(got.ipv6) + ", expected " + listed(*wanted.ipv6));
    }
    if (wanted.ttl && (got.program == nullptr || *wanted.ttl != got.view.ttl)) {
      fail(wanted.ttl_span,
           (got.program == nullptr ? "no program answers"
                                   : "the TTL is " + std::to_string(got.view.ttl)) +
               std::string(", expected ") + std::to_string(*wanted.ttl));
    }
    if (property != nullptr &&
        !set_.holds(*property->condition, reader_.context(), got.view, scratch_)) {
      fail(wanted.property->span, "the property does not hold");
    }
  }

  const program::ProgramSet& set_;
  Coverage* coverage_;
  program::QueryReader reader_;
  program::Scratch scratch_;
  lang::Memory memory_;
};

/// Invariants are told apart by names; no program can have one with a blank.
std::string property_name(std::size_t number) {
  return "test property " + std::to_string(number);
}

}  // namespace

Result<Suite> Suite::load(const std::vector<std::string>& paths, std::vector<const TestFile*> files,
                          SourceMap& sources) {
  std::vector<lang::ExtraInvariant> extra;
  for (const TestFile* file : files) {
    for (const Case& c : file->cases) {
      if (!c.expected.property) continue;
      extra.push_back({property_name(extra.size()), c.span, c.expected.property->span});
    }
  }
  Diagnostics warnings;  // of the set, which verify reports
  auto set = program::load_program_set(paths, sources, warnings, extra);
  if (!set.ok()) return std::move(set.errors());
  Suite suite;
  suite.files_ = std::move(files);
  suite.set_ = std::move(set).value();
  return suite;
}

std::vector<CaseResult> Suite::run(Coverage* coverage, const geo::Places* places) const {
  std::vector<CaseResult> out;
  Runner runner(*set_, coverage, places);
  std::size_t properties = 0;
  for (const TestFile* file : files_) {
    for (const Case& c : file->cases) {
      const lang::Invariant* property = nullptr;
      if (c.expected.property) {
        const std::string name = property_name(properties++);
        const auto& all = set_->definition().invariants;
        const auto at = std::find_if(all.begin(), all.end(),
                                     [&](const lang::Invariant& i) { return i.name == name; });
        if (at != all.end()) property = &*at;
      }
      out.push_back(runner.run(c, property));
    }
  }
  return out;
}

}  // namespace lapis::suite
