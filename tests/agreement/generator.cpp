// Program text is written by a grammar that keeps the types, ranges and domains the checker will
// find, so that what it writes is well-typed without asking the checker.
#include "generator.h"

#include <limits>

#include "set_writer.h"

namespace lapis::agreement {
namespace {

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

const AttributeWords all_attributes[] = {
    {"plan", R"((one-of "free" "pro" "business"))", Sort::words, 0, 0, {"free", "pro", "business"}},
    {"tier", "(int 0 5)", Sort::number, 0, 5},
    {"weight", "(int -100 100)", Sort::number, -100, 100},
    {"big", "(int -9223372036854775808 9223372036854775807)", Sort::number, least, most},
    {"flag", "bool", Sort::boolean},
    {"owner", "string", Sort::words},
    {"mode", R"((one-of "A" "a" ""))", Sort::words, 0, 0, {"A", "a", ""}},
};

}  // namespace

std::string SetWriter::write() {
  choose_vocabulary();
  attributes();
  fields();
  pools();
  for (int i = 0; i < size_.definitions; ++i) {
    if (chance(r_, 60)) define();
  }
  const int programs = 1 + static_cast<int>(pick(static_cast<std::size_t>(size_.programs)));
  for (int i = 0; i < programs; ++i) program("p" + std::to_string(i));
  programs_ = programs;
  in_invariant_ = true;
  for (int i = 0; i < size_.invariants; ++i) {
    if (chance(r_, 60)) {
      out_ += "(invariant i" + std::to_string(i) + " " + boolean(size_.depth - 1) + ")\n";
    }
  }
  return out_;
}

void SetWriter::choose_vocabulary() {
  names_ = some(name_words, 5);
  prefixes_ = some(prefix4_words, 3);
  for (const std::string& word : some(prefix6_words, 2)) prefixes_.push_back(word);
  addresses_ = some(client4_words, 3);
  for (const std::string& word : some(client6_words, 2)) addresses_.push_back(word);
  countries_ = some(country_words, 3);
  places_ = some(place_words, 3);
  for (int i = 0; i < 4; ++i) numbers_.push_back(any_of(r_, number_words));
}

std::string SetWriter::number_in(std::int64_t low, std::int64_t high) {
  std::int64_t value = any_of(r_, numbers_);
  if (chance(r_, 20)) value = low;
  if (chance(r_, 20)) value = high;
  return std::to_string(std::clamp(value, low, high));
}

std::string SetWriter::word_for(const Words& words) {
  if (!words.domain.empty()) return quoted(any_of(r_, words.domain));
  return quoted(chance(r_, 50) ? any_of(r_, countries_) : any_of(r_, places_));
}

void SetWriter::attributes() {
  for (const AttributeWords& attribute : all_attributes) {
    if (static_cast<int>(attributes_.size()) >= size_.attributes || chance(r_, 40)) continue;
    attributes_.push_back(attribute);
    out_ += "(attribute " + attribute.name + " " + attribute.type;
    if (chance(r_, 30)) out_ += R"( (doc "random"))";
    if (chance(r_, 50)) {
      out_ += " (default ";
      if (attribute.sort == Sort::boolean) out_ += "true";
      if (attribute.sort == Sort::number) out_ += number_in(attribute.low, attribute.high);
      if (attribute.sort == Sort::words) out_ += word_for({"", attribute.domain});
      out_ += ")";
    }
    out_ += ")\n";
  }
}

void SetWriter::fields() {
  for (const char* field : {"site", "region"}) {
    if (!chance(r_, 40)) continue;
    Texts values = some(place_words, 3);
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    out_ += std::string("(field ") + field + " (one-of";
    for (const std::string& value : values) out_ += " " + quoted(value);
    out_ += "))\n";
    (field[0] == 's' ? sites_ : regions_) = values;
  }
}

void SetWriter::pools() {
  out_ += "(define pool-a " + literal_list(4, 1 + pick(4)) + ")\n";
  out_ += "(define pool-b " + literal_list(6, 1 + pick(3)) + ")\n";
  out_ += "(define nets (list " + prefix_word() + " " + prefix_word() + "))\n";
  out_ += "(define (low-half a) (in-prefix? a (list \"192.0.2.0/25\" \"2001:db8:1::/48\")))\n";
  out_ += "(define (wanted a) (or (low-half a) " + atom() + "))\n";
  if (chance(r_, 20)) out_ += "(pools pool-a pool-b)\n";
  if (chance(r_, 10)) out_ += "(total true)\n";
}

void SetWriter::define() {
  Function f;
  f.name = fresh("f");
  const std::size_t count = pick(3);
  std::string head = f.name;
  for (std::size_t i = 0; i < count; ++i) {
    Variable v;
    v.name = fresh("a");
    v.sort = any_of(
        r_, std::vector<Sort>{Sort::boolean, Sort::number, Sort::words, Sort::name, Sort::address});
    v.range = {v.name, -1000, 1000};
    v.words = {v.name, {}, true};
    f.parameters.push_back(v.sort);
    head += " " + v.name;
    scope_.push_back(v);
  }
  const bool boolean_result = chance(r_, 70);
  f.result = boolean_result ? Sort::boolean : Sort::number;
  std::string body;
  if (boolean_result) {
    body = boolean(size_.depth - 2);
  } else {
    body = "(clamp " + number(size_.depth - 2).text + " -1000 1000)";
  }
  scope_.clear();
  // Both spellings of a definition without parameters.
  f.name = count == 0 && chance(r_, 50) ? f.name : "(" + f.name;
  out_ += "(define " + (f.name[0] == '(' ? "(" + head + ")" : head) + " " + body + ")\n";
  functions_.push_back(f);
}

void SetWriter::program(const std::string& name) {
  scope_.clear();
  std::string config;
  const auto bind = [&](Sort sort, const std::string& value) {
    Variable v;
    v.name = fresh("c");
    v.sort = sort;
    config += " [" + v.name + " " + value + "]";
    scope_.push_back(v);
    return v.name;
  };
  if (chance(r_, 70)) bind(Sort::list4, literal_list(4, pick(5)));
  if (chance(r_, 60)) bind(Sort::list6, literal_list(6, pick(4)));
  if (chance(r_, 20)) bind(Sort::list4, "(map ipv4 (list \"192.0.2.9\" \"192.0.2.8\"))");
  Texts clauses;
  if (!config.empty()) clauses.push_back("(config (" + config.substr(1) + "))");
  if (chance(r_, 30)) clauses.emplace_back(R"((doc "a \"random\" program"))");
  if (chance(r_, 50))
    clauses.emplace_back(chance(r_, 70) ? "(exclusive false)" : "(exclusive true)");
  clauses.push_back("(match " + boolean(size_.depth) + ")");
  clauses.push_back("(response " + list(4, size_.depth - 1) + " " + list(6, size_.depth - 1) + " " +
                    ttl(size_.depth - 2) + ")");
  std::swap(clauses[pick(clauses.size())], clauses[pick(clauses.size())]);
  out_ += "(program " + name;
  for (const std::string& clause : clauses) out_ += "\n  " + clause;
  out_ += ")\n";
  scope_.clear();
}

std::vector<Variable> SetWriter::visible(Sort sort) const {
  std::vector<Variable> found;
  for (const Variable& v : scope_) {
    if (v.sort == sort) found.push_back(v);
  }
  return found;
}

std::string random_set(Random& random, const Size& size) {
  return SetWriter(random, size).write();
}

}  // namespace lapis::agreement
