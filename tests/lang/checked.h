// Program text to checked sets and answers, for the tests of the language.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "lapis/lang/code.h"
#include "lapis/lang/interpreter.h"
#include "lapis/lang/set.h"

namespace lapis::lang {

/// A set made of texts, with the map its spans belong to.
struct Checked {
  explicit Checked(const std::vector<std::string>& texts, const std::string& extension = ".lisp") {
    std::vector<SetFile> files;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      files.push_back({sources.add(std::to_string(i) + extension, texts[i])});
    }
    result = std::make_unique<Result<Set>>(check_set(files, sources, warnings));
  }
  explicit Checked(const std::string& text) : Checked(std::vector<std::string>{text}) {}

  bool ok() const { return result->ok(); }
  const Set& set() const { return **result; }
  const Diagnostics& errors() const {
    static const Diagnostics none;
    return ok() ? none : result->errors();
  }
  /// "rule@line:column text-under-the-caret" of every error, in order.
  std::vector<std::string> places() const {
    std::vector<std::string> out;
    for (const Diagnostic& d : errors()) {
      const Location at = sources.locate(d.span);
      out.push_back(d.rule + "@" + std::to_string(at.line) + ":" + std::to_string(at.column) + " " +
                    std::string(sources.slice(d.span)));
    }
    return out;
  }
  std::string said() const {
    std::string out;
    for (const Diagnostic& d : errors()) out += d.rule + ": " + d.message + " | " + d.help + "\n";
    return out;
  }

  SourceMap sources;
  Diagnostics warnings;
  std::unique_ptr<Result<Set>> result;
};

inline constexpr const char* declarations = R"lisp(
(attribute plan (one-of "free" "pro" "business"))
(attribute weight (int 0 100))
(attribute vip bool)
(attribute owner string)
(attribute wide (int -9223372036854775808 9223372036854775807))
)lisp";

/// A whole set around a test, or around a list of IPv4 addresses.
inline std::string with_match(const std::string& test) {
  return std::string(declarations) + "(program p (match " + test +
         ")\n (response (list) (list) (ttl 1)))";
}
inline std::string with_list(const std::string& list) {
  return std::string(declarations) + "(program p (match true)\n (response " + list +
         " (list) (ttl 1)))";
}

/// One query with names of its own, to be changed field by field.
struct Query {
  Query() {
    fields.qname = *qname;
    fields.zone = *zone;
    fields.client = *IpAddress::parse("192.0.2.77");
    fields.resolver = *IpAddress::parse("2001:db8::53");
    fields.site = "ams1";
    fields.country = "DE";
    fields.asn = 64496;
    attributes = {{0, "pro"}, {40, {}}, {1, {}}, {0, "Mixed"}, {-7, {}}};
    fields.attributes = attributes.data();
  }
  Query& name(const std::string& text) {
    qname = std::make_unique<dns::Name>(*dns::parse_name(text));
    fields.qname = *qname;
    return *this;
  }
  Query& client(const std::string& text) {
    fields.client = *IpAddress::parse(text);
    return *this;
  }

  std::unique_ptr<dns::Name> qname =
      std::make_unique<dns::Name>(*dns::parse_name("www.shop.example.com."));
  std::unique_ptr<dns::Name> zone = std::make_unique<dns::Name>(*dns::parse_name("example.com."));
  std::vector<AttributeValue> attributes;
  QueryFields fields;
};

/// Value of a test on a query; `scope` receives the client bits looked at.
inline bool holds(const std::string& test, const Query& query = {}, int* scope = nullptr) {
  const Checked checked(with_match(test));
  EXPECT_TRUE(checked.ok()) << test << "\n" << checked.said();
  if (!checked.ok()) return false;
  Memory memory;
  memory.prepare(checked.set());
  Interpreter interpreter(query.fields, memory);
  const bool value = interpreter.evaluate(*checked.set().programs[0].match);
  const Code code = Code::compile(checked.set());
  Registers registers;
  registers.prepare(code);
  Interpreter compiled(query.fields, memory);
  EXPECT_EQ(code.matches(0, compiled, registers), value) << test;
  EXPECT_EQ(compiled.scope(), interpreter.scope()) << test;
  if (scope != nullptr) *scope = interpreter.scope();
  return value;
}

inline std::vector<std::string> answers(const std::string& list, const Query& query = {}) {
  const Checked checked(with_list(list));
  EXPECT_TRUE(checked.ok()) << list << "\n" << checked.said();
  if (!checked.ok()) return {};
  Memory memory;
  memory.prepare(checked.set());
  Interpreter interpreter(query.fields, memory);
  const AddressList found = interpreter.list(*checked.set().programs[0].ipv4);
  std::vector<std::string> out;
  for (std::uint32_t i = 0; i < found.count; ++i) out.push_back(found.data[i].to_string());
  const Code code = Code::compile(checked.set());
  Registers registers;
  registers.prepare(code);
  Interpreter running(query.fields, memory);
  const AddressList compiled = code.answer(0, false, running, registers).list;
  std::vector<std::string> again;
  for (std::uint32_t i = 0; i < compiled.count; ++i) {
    again.push_back(compiled.data[i].to_string());
  }
  EXPECT_EQ(again, out) << list;
  return out;
}

}  // namespace lapis::lang
