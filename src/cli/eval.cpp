// `lapis eval PATH…`: which program answers a query, why the earlier ones did not, and the answer.
#include "eval.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <optional>

#include "answer.h"
#include "geo.h"
#include "lapis/program/query_reader.h"
#include "lapis/program/trace.h"
#include "lapis/report/witness.h"
#include "output.h"

namespace lapis::cli {
namespace {

/// Programs explained in text output without --trace.
constexpr std::size_t most_explained = 50;

struct EvalOptions {
  std::vector<std::string> paths;
  Witness query;
  std::vector<std::string> attributes;
  geo::Fields given = 0;  ///< of country, continent and asn
  std::string geo;
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

std::string answer_text(const program::ProgramSet& set, const Answer& answer) {
  if (answer.program < 0) return "no program matches: the zone's own records answer\n";
  std::string out =
      "program " + set.programs()[static_cast<std::size_t>(answer.program)].name + "\n";
  append_list(out, "ipv4", answer.ipv4);
  append_list(out, "ipv6", answer.ipv6);
  return out + "  ttl  " + std::to_string(answer.ttl) + "\n";
}

std::string reasons_text(const program::ProgramSet& set, const Answer& answer, Answerer& answerer,
                         const program::QueryContext& query, const SourceMap& sources) {
  const std::size_t tried = tried_in_vain(set, answer);
  if (tried == 0) return {};
  std::string out = answer.program < 0 ? "programs tried:\n" : "programs tried before it:\n";
  for (std::size_t i = 0; i < tried; ++i) {
    if (i == most_explained) {
      out += "  … and " + std::to_string(tried - i) + " more; --trace shows all\n";
      break;
    }
    out += "  " + set.programs()[i].name + ": " + answerer.why_not(i, query, sources) + "\n";
  }
  return out;
}

/// Without its closing bracket.
std::string reasons_json(const program::ProgramSet& set, const Answer& answer, Answerer& answerer,
                         const program::QueryContext& query, const SourceMap& sources) {
  std::string out = ",\"tried\":[";
  for (std::size_t i = 0; i < tried_in_vain(set, answer); ++i) {
    out += i == 0 ? "{\"program\":" : ",{\"program\":";
    report::append_json_string(out, set.programs()[i].name);
    out += ",\"reason\":";
    report::append_json_string(out, answerer.why_not(i, query, sources));
    out += "}";
  }
  return out + "]";
}

/// Which option gave a field of the query, or what stands in for it.
program::FieldSource source_of(const program::ProgramSet& set, const EvalOptions& options,
                               const geo::Places* places, const IpAddress& client,
                               std::uint32_t field) {
  const Witness& query = options.query;
  const auto place = [&](geo::Field wanted) {
    if ((options.given & geo::only(wanted)) != 0) {
      return program::FieldSource{std::string("--") + geo::to_string(wanted), {}};
    }
    return program::FieldSource{places == nullptr ? "not given" : places->origin(client, wanted),
                                {}};
  };
  const auto given = [](const std::string& value, const char* option) {
    return program::FieldSource{value.empty() ? "not given" : option, {}};
  };
  switch (field) {
    case lang::field_zone:
      return given(query.zone, "--zone");
    case lang::field_client:
      if (!query.client.empty()) return {"--client", {}};
      return given(query.resolver, "the same as --resolver");
    case lang::field_resolver:
      if (!query.resolver.empty()) return {"--resolver", {}};
      return given(query.client, "the same as --client");
    case lang::field_site:
      return given(query.site, "--site");
    case lang::field_region:
      return given(query.region, "--region");
    case lang::field_country:
      return place(geo::Field::country);
    case lang::field_continent:
      return place(geo::Field::continent);
    case lang::field_asn:
      return place(geo::Field::asn);
    case lang::field_qname:
    case lang::field_qtype:
    case lang::field_transport:
      return {"--" + set.definition().field_name(field), {}};
    default:
      break;
  }
  const lang::Attribute& attribute = set.definition().attributes[field - lang::first_attribute];
  for (const auto& [name, value] : query.attributes) {
    if (name == attribute.name) return {"--attr", {}};
  }
  return {"its default", attribute.span};
}

Exit eval_one(const program::ProgramSet& set, const SourceMap& sources, const geo::Places* places,
              EvalOptions& options) {
  std::string error;
  for (const std::string& option : options.attributes) {
    std::pair<std::string, AttributeText> attribute;
    if (!program::read_attribute_option(set, option, attribute, error)) return wrong_usage(error);
    options.query.attributes.push_back(std::move(attribute));
  }
  program::QueryReader reader(set);
  reader.use_places(places);
  if (!reader.read(options.query, error, options.given)) return wrong_usage(error);
  Answerer answerer(set);
  Answer answer;
  answerer.answer(reader.context(), answer);
  const program::QueryContext& query = reader.context();
  const bool json = options.format == "json";
  std::string out;
  if (json) {
    answerer.append_json(answer, out);
    out.pop_back();
    if (options.trace) out += reasons_json(set, answer, answerer, query, sources);
  } else {
    out = answer_text(set, answer);
    if (!options.trace) out += reasons_text(set, answer, answerer, query, sources);
  }
  if (options.trace) {
    const program::Trace trace = program::trace(set, query, [&](std::uint32_t field) {
      return source_of(set, options, places, query.client, field);
    });
    out += json ? ",\"trace\":" + trace_json(trace, set, sources) : trace_text(trace, set, sources);
  }
  if (json) out += "}\n";
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
  Diagnostics findings;
  const auto places = load_geo(options.geo, sources, findings);
  complain(findings, sources, {.format = "text", .colour = options.colour});
  if (has_errors(findings)) return exit_of(findings);
  return options.queries.empty() ? eval_one(**set, sources, places.get(), options)
                                 : eval_lines(**set, options.queries, places.get());
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
  const CLI::Option* places[] = {
      command->add_option("--country", query.country, "Country of the client"),
      command->add_option("--continent", query.continent, "Continent of the client"),
      command->add_option("--asn", query.asn, "Autonomous system of the client")};
  add_geo_option(*command, options->geo);
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
  command->add_flag("--trace", options->trace,
                    "Show every program tried, the value of each part, and where fields came from");
  command->callback([options, places = std::to_array(places), &status] {
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i]->count() > 0) options->given |= geo::only(static_cast<geo::Field>(i));
    }
    status = run_eval(*options);
  });
}

}  // namespace lapis::cli
