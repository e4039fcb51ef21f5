// Verdicts on sets written in a test.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "lapis/verify/verify.h"

namespace lapis {

inline verify::Report verified(const std::string& text, verify::Options options) {
  SourceMap sources;
  Diagnostics warnings;
  auto set = lang::check_set({{sources.add("set.lisp", text)}}, sources, warnings);
  EXPECT_TRUE(set.ok());
  if (!set.ok()) return {};
  const program::ProgramSet programs(std::move(set).value());
  options.jobs = 1;
  return verify::verify(programs, sources, options);
}

/// A program with this match and a constant answer.
inline std::string program_text(const std::string& name, const std::string& match) {
  return "(program " + name + " (match " + match +
         ") (response (list (ipv4 \"192.0.2.1\")) (list (ipv6 \"2001:db8::1\")) (ttl 60)))\n";
}

}  // namespace lapis
