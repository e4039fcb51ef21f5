// `lapis eval PATH…`: which program answers a query, why the earlier ones did not, and the answer.
#include "eval.h"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "answer.h"
#include "lapis/report/witness.h"
#include "output.h"
#include "query.h"

namespace lapis::cli {
namespace {

/// Programs explained in text output without --trace.
constexpr std::size_t most_explained = 50;

struct EvalOptions {
  std::vector<std::string> paths;
  Witness query;
  std::vector<std::string> attributes;
  std::string queries;
  std::string format = "text";
  std::string colour = "auto";
  bool trace = false;
};

Exit wrong_usage(const std::string& words) {
  std::fprintf(stderr, "lapis eval: %s\n", words.c_str());
  return Exit::usage;
}

void append_list(std::string& out, const char* name, const std::vector<IpAddress>& addresses) {
  out += std::string("  ") + name;
  for (const IpAddress& address : addresses) out += " " + address.to_string();
  out += addresses.empty() ? " none\n" : "\n";
}

/// Programs before the one that answers, or all when none does.
std::size_t tried_in_vain(const program::ProgramSet& set, const Answer& answer) {
  return answer.program < 0 ? set.programs().size() : static_cast<std::size_t>(answer.program);
}

std::string as_text(const program::ProgramSet& set, const Answer& answer, Answerer& answerer,
                    const program::QueryContext& query, bool all) {
  std::string out;
  if (answer.program < 0) {
    out = "no program matches: the zone's own records answer\n";
  } else {
    out = "program " + set.programs()[static_cast<std::size_t>(answer.program)].name + "\n";
    append_list(out, "ipv4", answer.ipv4);
    append_list(out, "ipv6", answer.ipv6);
    out += "  ttl  " + std::to_string(answer.ttl) + "\n";
  }
  const std::size_t tried = tried_in_vain(set, answer);
  if (tried == 0) return out;
  out += answer.program < 0 ? "programs tried:\n" : "programs tried before it:\n";
  for (std::size_t i = 0; i < tried; ++i) {
    if (i == most_explained && !all) {
      out += "  … and " + std::to_string(tried - i) + " more; --trace shows all\n";
      break;
    }
    out += "  " + set.programs()[i].name + ": " + answerer.why_not(i, query) + "\n";
  }
  return out;
}

std::string as_json(const program::ProgramSet& set, const Answer& answer, Answerer& answerer,
                    const program::QueryContext& query, bool trace) {
  std::string out;
  answerer.append_json(answer, out);
  if (trace) {
    out.pop_back();
    out += ",\"tried\":[";
    for (std::size_t i = 0; i < tried_in_vain(set, answer); ++i) {
      out += i == 0 ? "{\"program\":" : ",{\"program\":";
      report::append_json_string(out, set.programs()[i].name);
      out += ",\"reason\":";
      report::append_json_string(out, answerer.why_not(i, query));
      out += "}";
    }
    out += "]}";
  }
  return out + "\n";
}

Exit eval_one(const program::ProgramSet& set, EvalOptions& options) {
  std::string error;
  for (const std::string& option : options.attributes) {
    std::pair<std::string, AttributeText> attribute;
    if (!read_attribute_option(set, option, attribute, error)) return wrong_usage(error);
    options.query.attributes.push_back(std::move(attribute));
  }
  QueryReader reader(set);
  if (!reader.read(options.query, error)) return wrong_usage(error);
  Answerer answerer(set);
  Answer answer;
  answerer.answer(reader.context(), answer);
  const auto render = options.format == "json" ? as_json : as_text;
  const std::string out = render(set, answer, answerer, reader.context(), options.trace);
  std::fwrite(out.data(), 1, out.size(), stdout);
  return Exit::fine;
}

Exit run_eval(EvalOptions& options) {
  if (options.queries.empty() == options.query.qname.empty()) {
    return wrong_usage("give either --qname or --queries");
  }
  if (!readable(options.paths)) return Exit::usage;
  SourceMap sources;
  Diagnostics warnings;
  const auto set = program::load_program_set(options.paths, sources, warnings);
  if (!set.ok()) {
    complain(set.errors(), sources, {.format = "text", .colour = options.colour});
    return exit_of(set.errors());
  }
  return options.queries.empty() ? eval_one(**set, options) : eval_lines(**set, options.queries);
}

}  // namespace

void add_eval(CLI::App& app, Status& status) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* command = app.add_subcommand("eval", "Ask a program set what it answers to a query");
  Witness& query = options->query;
  command->add_option("path", options->paths, "Directories or files of one program set")
      ->required()
      ->type_name("PATH");
  command->add_option("--qname", query.qname, "Owner name of the address records asked for");
  command->add_option("--qtype", query.qtype, "A or AAAA")->capture_default_str();
  command->add_option("--zone", query.zone, "Apex of the zone; needed where the set looks at it");
  command->add_option("--client", query.client, "Client address; default: the resolver's");
  command->add_option("--resolver", query.resolver, "Source address; default: the client's");
  command->add_option("--transport", query.transport, "udp, tcp or tls")->capture_default_str();
  command->add_option("--site", query.site, "Site of the server");
  command->add_option("--region", query.region, "Region of the server");
  command->add_option("--country", query.country, "Country of the client");
  command->add_option("--continent", query.continent, "Continent of the client");
  command->add_option("--asn", query.asn, "Autonomous system of the client");
  command->add_option("--attr", options->attributes, "Attribute of the domain, as name=value")
      ->type_size(1)
      ->allow_extra_args(false);
  command
      ->add_option("--queries", options->queries,
                   "Many queries, JSON lines from FILE or - for standard input")
      ->type_name("FILE");
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_option("--color", options->colour, "Colour of error messages")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  command->add_flag("--trace", options->trace, "Explain every program tried, in JSON too");
  command->callback([options, &status] { status = run_eval(*options); });
}

}  // namespace lapis::cli
