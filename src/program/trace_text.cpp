#include <algorithm>

#include "lapis/program/trace.h"
#include "trace_words.h"

namespace lapis::program {

std::string expression_text(const lang::Expr& expr, const SourceMap& sources, std::size_t longest) {
  std::string text;
  if (expr.span.known() && expr.span.file <= sources.size()) text = sources.slice(expr.span);
  if (text.empty() || text.find('\n') != std::string::npos || expr.is_constant()) {
    text = lang::to_string(expr);
  }
  if (text.size() <= longest) return text;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

std::string value_text(const lang::Constant& value) {
  if (const auto* address = std::get_if<IpAddress>(&value)) return address->to_string();
  if (const auto* name = std::get_if<lang::WireName>(&value)) return dns::to_text(name->view());
  const auto* list = lang::list_if(value);
  if (list == nullptr) return lang::to_string(value);
  std::string out;
  for (const IpAddress& address : list->addresses) {
    out += (out.empty() ? "" : " ") + address.to_string();
  }
  return out.empty() ? "none" : out;
}

std::vector<const lang::Expr*> skipped(const lang::Observation& seen) {
  std::vector<const lang::Expr*> out;
  switch (seen.expr->op) {
    case lang::Op::and_:
    case lang::Op::or_:
    case lang::Op::implies:
    case lang::Op::if_:
      break;
    default:
      return out;
  }
  for (const lang::Expr* part : seen.expr->args) {
    const bool looked_at = std::any_of(seen.parts.begin(), seen.parts.end(),
                                       [&](const lang::Observation& o) { return o.expr == part; });
    if (!looked_at && !part->is_constant()) out.push_back(part);
  }
  return out;
}

namespace {

constexpr std::size_t longest_expression = 100;
constexpr std::size_t place_column = 72;

class Lines {
 public:
  explicit Lines(const SourceMap& sources) : sources_(sources) {}

  void line(std::size_t depth, std::string text, Span place = {}) {
    out_.append(2 * depth, ' ');
    const std::size_t used = 2 * depth + text.size();
    out_ += text;
    if (place.known() && place.file <= sources_.size()) {
      const Location at = sources_.locate(place);
      out_.append(used < place_column ? place_column - used : 2, ' ');
      out_ += at.path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    }
    out_ += '\n';
  }

  /// The depth of a typed tree is bounded, and with it this recursion.
  void observation(std::size_t depth, const lang::Observation& seen, const char* label = "") {
    line(depth, label + text_of(*seen.expr) + " = " + value_text(seen.value), seen.expr->span);
    for (const lang::Observation& part : seen.parts) observation(depth + 1, part);
    for (const lang::Expr* part : skipped(seen)) {
      line(depth + 1, text_of(*part) + ": not looked at", part->span);
    }
  }

  std::string take() && { return std::move(out_); }

 private:
  std::string text_of(const lang::Expr& expr) const {
    return expression_text(expr, sources_, longest_expression);
  }

  const SourceMap& sources_;
  std::string out_;
};

}  // namespace

std::string answer_text(const Trace& trace, const ProgramSet& set) {
  if (trace.program < 0) return "no program matches: the zone's own records answer\n";
  return "program " + set.programs()[static_cast<std::size_t>(trace.program)].name + "\n  ipv4 " +
         value_text(trace.ipv4.value) + "\n  ipv6 " + value_text(trace.ipv6.value) + "\n  ttl  " +
         value_text(trace.ttl.value) + "\n";
}

std::string trace_text(const Trace& trace, const ProgramSet& set, const SourceMap& sources) {
  Lines lines(sources);
  if (!trace.fields.empty()) lines.line(0, "fields that were read:");
  for (const TracedField& field : trace.fields) {
    lines.line(1, field.name + " = " + value_text(field.value) + ": " + field.source.words,
               field.source.span);
  }
  if (!trace.tried.empty()) lines.line(0, "programs tried:");
  for (const TracedProgram& tried : trace.tried) {
    const lang::Program& program = set.programs()[tried.program];
    lines.line(1, program.name + (tried.matched ? ": matches" : ": does not match"),
               program.name_span);
    lines.observation(2, tried.match);
  }
  if (trace.program >= 0) {
    const lang::Program& program = set.programs()[static_cast<std::size_t>(trace.program)];
    lines.line(0, "response of " + program.name + ":", program.response_span);
    lines.observation(1, trace.ipv4, "ipv4: ");
    lines.observation(1, trace.ipv6, "ipv6: ");
    lines.observation(1, trace.ttl, "ttl: ");
  }
  lines.line(0, "client bits the answer depends on: " + std::to_string(trace.scope));
  return std::move(lines).take();
}

}  // namespace lapis::program
