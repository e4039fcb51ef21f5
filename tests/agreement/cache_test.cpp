// A cache must not be seen in a report: sets are edited at random, and verified with and without
// it.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "lapis/verify/verify.h"
#include "made_set.h"
#include "proof_cache.h"
#include "vocabulary.h"

namespace lapis {
namespace {

namespace fs = std::filesystem;
using agreement::below;
using agreement::Random;
using verify::ContentKey;
using verify::ProofCache;

/// A directory that is gone when the test is.
class Folder {
 public:
  explicit Folder(const std::string& name) : path_(fs::path(testing::TempDir()) / name) {
    fs::remove_all(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string text() const { return path_.string(); }
  fs::path file() const { return path_ / "proofs"; }

 private:
  fs::path path_;
};

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

/// Top-level forms: each begins in the first column.
std::vector<std::string> forms_of(const std::string& text) {
  std::vector<std::string> forms;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("(")) forms.emplace_back();
    if (!forms.empty()) forms.back() += line + "\n";
  }
  return forms;
}

bool is_program(const std::string& form) {
  return form.starts_with("(program");
}

void show(std::ostream& out, const Diagnostic& d) {
  out << d.rule << '|' << to_string(d.severity) << '|' << d.message << '|' << d.help << '|'
      << d.program << '|' << d.span.begin << '-' << d.span.end;
  for (const Related& r : d.related) {
    out << "\n  " << r.name << '|' << r.message << '|' << r.span.begin << '-' << r.span.end;
  }
  if (d.witness) {
    const Witness& w = *d.witness;
    for (const std::string* text : {&w.qname, &w.zone, &w.qtype, &w.client, &w.resolver,
                                    &w.transport, &w.site, &w.region, &w.country, &w.continent}) {
      out << "\n  " << *text;
    }
    out << "\n  " << w.asn;
    for (const auto& [name, value] : w.attributes) {
      out << "\n  " << name << '=';
      std::visit([&](const auto& v) { out << v; }, value);
    }
  }
  out << '\n';
}

std::string shown(const verify::Report& report) {
  std::ostringstream out;
  out << to_string(report.verdict) << '|' << report.undecided_reason << '|' << report.internal_error
      << '\n';
  for (const Diagnostic& d : report.findings) show(out, d);
  return out.str();
}

/// Verifies a text with and without the cache; what the cache settled, or nothing for a text that
/// does not check.
class Compared {
 public:
  explicit Compared(std::string cache) : cache_(std::move(cache)) {}

  bool compare(const std::string& text) {
    SourceMap sources;
    Diagnostics warnings;
    auto set = lang::check_set({{sources.add("edited.lisp", text)}}, sources, warnings);
    if (!set) return false;
    const program::ProgramSet programs(std::move(set).value());
    verify::Options options;
    options.jobs = 1;
    options.coverage = true;
    const std::string plain = shown(verify::verify(programs, sources, options));
    options.cache_directory = cache_;
    const verify::Report kept = verify::verify(programs, sources, options);
    EXPECT_EQ(kept.cache_error, "");
    EXPECT_EQ(plain, shown(kept)) << text;
    settled += kept.stats.settled_by_cache;
    ++verified;
    with_findings += kept.findings.empty() ? 0 : 1;
    return !testing::Test::HasFailure();
  }

  std::uint64_t settled = 0;
  int verified = 0;
  int with_findings = 0;

 private:
  const std::string cache_;
};

/// One edit as authors make them.
void edit(std::vector<std::string>& forms, Random& random) {
  std::vector<std::size_t> programs;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    if (is_program(forms[i])) programs.push_back(i);
  }
  if (programs.empty()) return;
  const std::size_t at = programs[below(random, programs.size())];
  const std::size_t other = programs[below(random, programs.size())];
  const auto replace = [&](const std::string& from, const std::string& to) {
    // One of the places, in whatever form it is.
    std::vector<std::pair<std::size_t, std::size_t>> places;
    for (std::size_t f = 0; f < forms.size(); ++f) {
      for (std::size_t p = forms[f].find(from); p != std::string::npos;
           p = forms[f].find(from, p + 1)) {
        places.emplace_back(f, p);
      }
    }
    if (places.empty()) return;
    const auto [f, p] = places[below(random, places.size())];
    forms[f].replace(p, from.size(), to);
  };
  static const std::pair<const char*, const char*> words[] = {
      {"(and ", "(or "},
      {"(or ", "(and "},
      {"(exclusive false)", "(exclusive true)"},
      {"(exclusive true)", "(exclusive false)"},
      {"(not (", "(or ("},
      {"\"DE\"", "\"FR\""},
      {"example.com.", "example.org."},
      {"192.0.2.0/24", "192.0.2.0/25"},
      {"\"canary\"", "\"x\""},
      {"\"pro\"", "\"free\""},
      {"(ttl 60)", "(ttl 30000)"},
      {"(< ", "(>= "},
  };
  switch (below(random, 6)) {
    case 0:
      if (programs.size() > 1) forms.erase(forms.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 1:
      std::swap(forms[at], forms[other]);
      break;
    case 2: {  // a copy under another name
      std::string copy = forms[at];
      const std::size_t name = copy.find(' ') + 1;
      copy.insert(copy.find_first_of(" \n", name), "-copy" + std::to_string(random() % 1000));
      forms.insert(forms.begin() + static_cast<std::ptrdiff_t>(other), copy);
      break;
    }
    default: {
      const auto& [from, to] = words[below(random, std::size(words))];
      replace(from, to);
      break;
    }
  }
}

std::string joined(const std::vector<std::string>& forms) {
  std::string text;
  for (const std::string& form : forms) text += form;
  return text;
}

TEST(Cache, EditsOfTheCorpusAreJudgedAlike) {
  const Folder folder("lapis-cache-corpus");
  Compared both(folder.text());
  Random random(11);
  for (const auto& entry :
       fs::directory_iterator(fs::path(LAPIS_SOURCE_DIR) / "tests/verify/corpus")) {
    std::vector<std::string> forms = forms_of(text_of(entry.path()));
    both.compare(joined(forms));
    for (int i = 0; i < 25 && !HasFailure(); ++i) {
      std::vector<std::string> edited = forms;
      edit(edited, random);
      // An edit that can be verified is built upon.
      if (both.compare(joined(edited))) forms = std::move(edited);
    }
  }
  EXPECT_GT(both.verified, 300);
  EXPECT_GT(both.settled, 1000U);
  EXPECT_GT(both.with_findings, 100);
}

TEST(Cache, EditsOfRandomSetsAreJudgedAlike) {
  const char* wanted = std::getenv("LAPIS_AGREEMENT_SETS");
  const int sets = wanted != nullptr ? std::atoi(wanted) : 40;
  const Folder folder("lapis-cache-random");
  Compared both(folder.text());
  for (int seed = 1; seed <= sets && !HasFailure(); ++seed) {
    Random random(static_cast<std::uint64_t>(seed) + 700'000);
    std::vector<std::string> forms = forms_of(agreement::random_set(random, {5, 3, 3, 3, 1}));
    both.compare(joined(forms));
    for (int i = 0; i < 8 && !HasFailure(); ++i) {
      std::vector<std::string> edited = forms;
      edit(edited, random);
      if (both.compare(joined(edited))) forms = std::move(edited);
    }
  }
  EXPECT_GT(both.verified, sets * 3);
  EXPECT_GT(both.settled, static_cast<std::uint64_t>(sets) * 20);
  EXPECT_GT(both.with_findings, sets / 2);
}

// ---- the file

ContentKey number(std::uint64_t n) {
  ContentKey key{};
  for (int i = 0; i < 8; ++i)
    key[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(n >> (56 - 8 * i));
  return key;
}

const ContentKey writer = number(77);

void keep(const Folder& folder, std::uint64_t first, std::uint64_t last, std::size_t most = 100) {
  ProofCache cache(folder.text(), writer, most);
  for (std::uint64_t n = first; n <= last; ++n) cache.add(number(n));
  std::string error;
  ASSERT_TRUE(cache.save(error)) << error;
}

TEST(Cache, KeepsWhatWasAdded) {
  const Folder folder("lapis-cache-file");
  keep(folder, 1, 10);
  keep(folder, 20, 30);
  ProofCache cache(folder.text(), writer);
  EXPECT_EQ(cache.size(), 21U);
  EXPECT_TRUE(cache.holds(number(1)));
  EXPECT_TRUE(cache.holds(number(30)));
  EXPECT_FALSE(cache.holds(number(11)));
}

TEST(Cache, AnyOtherOctetInTheFileIsAsGoodAsNoFile) {
  const Folder folder("lapis-cache-damaged");
  keep(folder, 1, 3);
  const std::string good = text_of(folder.file());
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    std::ofstream(folder.file(), std::ios::trunc) << bad;
    EXPECT_EQ(ProofCache(folder.text(), writer).size(), 0U) << at;
    std::ofstream(folder.file(), std::ios::trunc) << good.substr(0, at);
    EXPECT_EQ(ProofCache(folder.text(), writer).size(), 0U) << at;
  }
  std::ofstream(folder.file(), std::ios::trunc) << good;
  EXPECT_EQ(ProofCache(folder.text(), writer).size(), 3U);
}

TEST(Cache, OfAnotherBuildIsNotRead) {
  const Folder folder("lapis-cache-build");
  keep(folder, 1, 3);
  EXPECT_EQ(ProofCache(folder.text(), number(78)).size(), 0U);
  ContentKey here;
  ASSERT_TRUE(verify::build_identity(here));
  EXPECT_NE(here, ContentKey{});
}

TEST(Cache, ThatOthersCanWriteToIsNotRead) {
  const Folder folder("lapis-cache-mode");
  keep(folder, 1, 3);
  ASSERT_EQ(chmod(folder.file().c_str(), 0620), 0);
  EXPECT_EQ(ProofCache(folder.text(), writer).size(), 0U);
  ASSERT_EQ(chmod(folder.file().c_str(), 0640), 0);
  EXPECT_EQ(ProofCache(folder.text(), writer).size(), 3U);
  fs::rename(folder.file(), folder.file().string() + ".elsewhere");
  fs::create_symlink(folder.file().string() + ".elsewhere", folder.file());
  EXPECT_EQ(ProofCache(folder.text(), writer).size(), 0U);
}

TEST(Cache, ForgetsWhatWasNotAskedForLongest) {
  const Folder folder("lapis-cache-bound");
  keep(folder, 1, 100);
  for (int run = 0; run < 3; ++run) {
    ProofCache cache(folder.text(), writer, 100);
    for (std::uint64_t n = 1; n <= 40; ++n) EXPECT_TRUE(cache.holds(number(n)));
    for (std::uint64_t n = 0; n < 20; ++n) cache.add(number(1000 + 20 * run + n));
    std::string error;
    ASSERT_TRUE(cache.save(error)) << error;
    EXPECT_EQ(ProofCache(folder.text(), writer, 100).size(), 100U);
  }
  ProofCache cache(folder.text(), writer, 100);
  for (std::uint64_t n = 1; n <= 40; ++n) EXPECT_TRUE(cache.holds(number(n))) << n;
  for (std::uint64_t n = 1000; n < 1060; ++n) EXPECT_TRUE(cache.holds(number(n))) << n;
}

TEST(Cache, RunsSideBySideLeaveAWholeFile) {
  const Folder folder("lapis-cache-side");
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < 20; ++i) {
        const std::uint64_t first = 1000 * t + 10 * i;
        ProofCache cache(folder.text(), writer, 10'000);
        for (std::uint64_t n = first; n < first + 10; ++n) cache.add(number(n));
        std::string error;
        EXPECT_TRUE(cache.save(error)) << error;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(ProofCache(folder.text(), writer, 10'000).size(), 10U);
  // Nothing is left beside it.
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.text()), fs::directory_iterator()), 1);
}

TEST(Cache, ThatCannotBeWrittenIsSaid) {
  const Folder folder("lapis-cache-nowhere");
  std::ofstream(folder.text()) << "a file, no directory";
  const auto checked = agreement::make_set(3, {4, 3, 3, 3, 0});
  ASSERT_NE(checked, nullptr);
  verify::Options options;
  options.cache_directory = folder.text();
  const verify::Report report = verify::verify(*checked->set, checked->sources, options);
  EXPECT_NE(report.cache_error, "");
  EXPECT_EQ(report.internal_error, "");
}

}  // namespace
}  // namespace lapis
