// Program sets: how directories are read, what decides, and that deciding allocates nothing.
#include "lapis/program/program_set.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>

namespace {
std::atomic<std::size_t> allocations{0};
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* room = std::malloc(size)) return room;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* room) noexcept {
  std::free(room);
}
[[gnu::noinline]] void operator delete(void* room, std::size_t) noexcept {
  std::free(room);
}

namespace lapis::program {
namespace {

namespace fs = std::filesystem;

class Directory {
 public:
  Directory() {
    std::string pattern = (fs::temp_directory_path() / "lapis-set-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~Directory() { fs::remove_all(path); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path + "/" + name) << text;
  }
  std::string path;
};

std::string program(const std::string& name, const std::string& match) {
  return "(program " + name + " (exclusive false) (match " + match +
         ") (response (list (ipv4 \"192.0.2.1\")) (list) (ttl 60)))\n";
}

std::vector<std::string> names(const ProgramSet& set) {
  std::vector<std::string> out;
  for (const lang::Program& p : set.programs()) out.push_back(p.name);
  return out;
}

TEST(Load, TakesFilesInByteOrderLispAndYamlAlike) {
  const Directory d;
  d.write("b.lisp", program("third", "true"));
  d.write("a.yaml",
          "- name: second\n  match: (= qtype \"A\")\n  response: (list) (list) (ttl 1)\n");
  d.write("B.lisp", program("first", "true"));
  d.write(".#b.lisp", "an editor's lock");
  d.write("notes.txt", "not a program");
  SourceMap sources;
  Diagnostics warnings;
  const auto set = load_program_set({d.path}, sources, warnings);
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(names(**set), (std::vector<std::string>{"first", "second", "third"}));
  EXPECT_EQ((*set)->digest().size(), 64U);

  SourceMap again;
  d.write("b.lisp", program("third", "false"));
  const auto changed = load_program_set({d.path}, again, warnings);
  ASSERT_TRUE(changed.ok());
  EXPECT_NE((*set)->digest(), (*changed)->digest());
}

TEST(Load, SaysWhatCanNotBeRead) {
  const Directory d;
  SourceMap sources;
  Diagnostics warnings;
  const auto rule = [&](const std::string& path) {
    const auto set = load_program_set({path}, sources, warnings);
    return set.ok() ? std::string() : set.errors().front().rule;
  };
  EXPECT_EQ(rule(d.path), "empty-set");
  EXPECT_EQ(rule(d.path + "/missing"), "unreadable");
}

TEST(Decide, FirstMatchAnswersWithoutAllocating) {
  const Directory d;
  d.write("set.lisp", R"lisp(
(attribute plan (one-of "free" "pro"))
(program tcp (match (= transport "tcp"))
  (response (pick 2 (list (ipv4 "192.0.2.1") (ipv4 "192.0.2.2") (ipv4 "192.0.2.3")) qname)
            (list) (ttl 30)))
(program named (match (and (under? qname "shop.example.com.") (contains? (lower (label qname 3)) "w")
                           (glob? qname "**.shop.*.com.")))
  (response (append (rotate (if (= plan "free") (list (ipv4 "192.0.2.9")) (list)) client)
                    (pick-weighted 1 (list (ipv4 "192.0.2.4") (ipv4 "192.0.2.5")) (list 1 2)
                                   (key qname client)))
            (list (ipv6 "2001:db8::1")) (ttl 60))))lisp");
  SourceMap sources;
  Diagnostics warnings;
  const auto loaded = load_program_set({d.path}, sources, warnings);
  ASSERT_TRUE(loaded.ok());
  const ProgramSet& set = **loaded;
  Scratch scratch;
  set.prepare(scratch);
  const dns::Name qname = *dns::parse_name("WWW.Shop.Example.COM.");
  const dns::Name zone = *dns::parse_name("Example.com.");
  QueryContext query;
  query.qname = qname;
  query.zone = zone;
  query.client = *IpAddress::parse("192.0.2.77");

  const std::size_t before = allocations;
  const Decision named = set.decide(query, scratch);
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(named.program, 1);
  EXPECT_EQ(named.count, 2U);
  EXPECT_EQ(named.ttl, 60U);
  EXPECT_EQ(named.scope, 32);

  query.ipv6 = true;
  EXPECT_EQ(set.decide(query, scratch).count, 1U);
  query.transport = 1;
  const Decision tcp = set.decide(query, scratch);
  EXPECT_EQ(tcp.program, 0);
  EXPECT_EQ(tcp.count, 0U);
  EXPECT_EQ(tcp.scope, 0);

  EXPECT_EQ(allocations, before);

  query.transport = 0;
  const dns::Name other = *dns::parse_name("www.example.com.");
  query.qname = other;
  EXPECT_EQ(set.decide(query, scratch).program, -1);
}

TEST(Decide, AllocatesNothingHoweverManyProgramsThereAre) {
  std::string text =
      "(attribute plan (one-of \"free\" \"pro\") (default \"pro\"))\n(attribute weight (int 0 "
      "99))\n";
  for (int i = 0; i < 400; ++i) {
    const std::string n = std::to_string(i);
    const std::string name = "(under? qname \"d" + std::to_string(i / 8) + ".example.com.\")";
    switch (i % 8) {
      case 0:
        text += program("p" + n, "(and " + name + " (in-prefix? client \"10." +
                                     std::to_string(i % 250) + ".0.0/16\"))");
        break;
      case 1:
        text +=
            program("p" + n, "(and " + name + " (= (bucket qname 50 \"s\") 3) (= plan \"free\"))");
        break;
      case 2:
        text += program("p" + n, "(and " + name + " (= country \"C" + n + "\"))");
        break;
      case 3:
        text += program("p" + n, "(and " + name + " (= (label qname 3) \"w\"))");
        break;
      case 4:
        text +=
            program("p" + n, "(and " + name + " (glob? qname \"**.d*.example.com.\") (> asn 5))");
        break;
      case 5:
        text +=
            program("p" + n, "(in-prefix? client \"192.0." + std::to_string(i % 250) + ".0/24\")");
        break;
      case 6:
        text += program("p" + n, "(and (= zone \"z" + n + ".\") (< weight 7))");
        break;
      default:
        text += program("p" + n, "(and " + name + " (= transport \"tls\"))");
        break;
    }
  }
  const Directory d;
  d.write("a.lisp", text);
  SourceMap sources;
  Diagnostics warnings;
  const auto loaded = load_program_set({d.path}, sources, warnings);
  ASSERT_TRUE(loaded.ok()) << loaded.errors()[0].message;
  const ProgramSet& set = **loaded;
  EXPECT_GT(set.index().parts().nodes.size(), 50U);
  Scratch scratch;
  set.prepare(scratch);
  const dns::Name zone = *dns::parse_name("example.com.");
  std::vector<dns::Name> names;
  for (int i = 0; i < 60; ++i) {
    names.push_back(*dns::parse_name("W.x.d" + std::to_string(i) + ".example.com."));
  }
  const std::size_t before = allocations;
  int matched = 0;
  for (const dns::Name& name : names) {
    for (std::uint32_t i = 0; i < 200; ++i) {
      QueryContext query;
      query.qname = name;
      query.zone = zone;
      query.client = IpAddress::v4((i % 2 == 0 ? 0x0A000000u : 0xC0000000u) | i << 16 | i << 8);
      query.transport = static_cast<std::uint8_t>(i % 3);
      query.place_bits = {static_cast<std::uint8_t>(i % 25), 0, static_cast<std::uint8_t>(i % 7)};
      matched += set.decide(query, scratch).program >= 0 ? 1 : 0;
    }
  }
  EXPECT_EQ(allocations, before);
  EXPECT_GT(matched, 100);
}

}  // namespace
}  // namespace lapis::program
