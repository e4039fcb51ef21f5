// Program text: the reader and the checker end for any text, every error has a place inside it, and
// a set that passes can be evaluated. Text that parses has a layout that formatting keeps.
#include <cstdlib>

#include "lapis/lang/format.h"
#include "lapis/program/program_set.h"

namespace {

void check_places(const lapis::Diagnostics& findings, const lapis::SourceMap& sources) {
  for (const lapis::Diagnostic& d : findings) {
    const std::size_t size = sources.text(1).size();
    if (d.span.file != 1 || d.span.begin > d.span.end || d.span.end > size) std::abort();
    if (d.message.empty() || d.rule.empty()) std::abort();
  }
}

void ask(const lapis::program::ProgramSet& set) {
  lapis::program::Scratch scratch;
  set.prepare(scratch);
  const auto qname = lapis::dns::parse_name("a\\.b.\\000.www.example.com.");
  lapis::program::QueryContext query;
  query.qname = *qname;
  query.client = *lapis::IpAddress::parse("2001:db8::1");
  for (const bool ipv6 : {false, true}) {
    query.ipv6 = ipv6;
    set.decide(query, scratch);
    for (std::size_t i = 0; i < set.programs().size(); ++i) set.respond(i, query, scratch);
  }
}

void lay_out(lapis::SourceMap& sources, std::uint32_t file) {
  const auto once = lapis::lang::format_text(sources, file);
  if (!once.ok()) return;
  const auto twice = lapis::lang::format_text(sources, sources.add("again.lisp", *once));
  if (!twice.ok() || *twice != *once) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 1U << 16U) return 0;
  for (const char* name : {"fuzz.lisp", "fuzz.yaml"}) {
    lapis::SourceMap sources;
    lapis::Diagnostics warnings;
    std::string text(reinterpret_cast<const char*>(data), size);
    const std::uint32_t file = sources.add(name, std::move(text));
    auto set = lapis::lang::check_set({{file}}, sources, warnings);
    check_places(set.ok() ? warnings : set.errors(), sources);
    lay_out(sources, file);
    if (set.ok()) ask(lapis::program::ProgramSet(std::move(set).value()));
  }
  return 0;
}
