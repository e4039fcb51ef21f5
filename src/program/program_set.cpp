#include "lapis/program/program_set.h"

#include <openssl/evp.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace lapis::program {

using lang::Interpreter;

struct Scratch::State {
  lang::Memory memory;
  dns::Name qname;
  dns::Name zone;
  DispatchIndex::Search search;
};

Scratch::Scratch() : state_(std::make_unique<State>()) {}
Scratch::~Scratch() = default;

namespace {

/// Declared defaults in the interpreter's form; texts point into the set.
std::vector<AttributeValue> default_values(const lang::Set& set) {
  std::vector<AttributeValue> values;
  for (const lang::Attribute& attribute : set.attributes) {
    AttributeValue value;
    if (const auto* flag = std::get_if<bool>(&attribute.default_value)) {
      value.number = *flag ? 1 : 0;
    } else if (const auto* number = std::get_if<std::int64_t>(&attribute.default_value)) {
      value.number = *number;
    } else {
      value.text = std::get<std::string>(attribute.default_value);
    }
    values.push_back(value);
  }
  return values;
}

}  // namespace

ProgramSet::ProgramSet(lang::Set set)
    : set_(std::move(set)), defaults_(default_values(set_)), index_(DispatchIndex::build(set_)) {}
ProgramSet::ProgramSet(lang::Set set, DispatchIndex::Parts index)
    : set_(std::move(set)), defaults_(default_values(set_)), index_(set_, std::move(index)) {}
ProgramSet::~ProgramSet() = default;

void ProgramSet::prepare(Scratch& scratch) const {
  scratch.state().memory.prepare(set_);
  scratch.state().search.prepare(index_);
}

namespace {

/// `name` itself when it is in lower case, else its folded copy in `home`.
dns::NameView folded(dns::NameView name, dns::Name& home) {
  const auto octets = name.octets();
  // Lengths of labels are below 64 and so never look like letters.
  const bool capital = std::any_of(octets.begin(), octets.end(),
                                   [](std::uint8_t c) { return dns::to_lower(c) != c; });
  if (!capital) return name;
  home = dns::Name(name).lowered();
  return home;
}

}  // namespace

lang::QueryFields ProgramSet::canonical(const QueryContext& query, Scratch& scratch) const {
  // Names are compared as octets from here on: folded once, not at every comparison, and most
  // arrive in lower case already.
  lang::QueryFields fields = query;
  if (query.hashed_qname == nullptr) {
    fields.qname = folded(query.qname, scratch.state().qname);
    fields.zone = folded(query.zone, scratch.state().zone);
  }
  if (fields.attributes == nullptr) fields.attributes = defaults_.data();
  return fields;
}

namespace {

Decision answer(const lang::Program& program, std::size_t index, bool ipv6,
                Interpreter& interpreter) {
  const lang::AddressList list = interpreter.list(ipv6 ? *program.ipv6 : *program.ipv4);
  Decision decision;
  decision.program = static_cast<std::int32_t>(index);
  decision.addresses = list.data;
  decision.count = list.count;
  decision.ttl = static_cast<std::uint32_t>(interpreter.number(*program.ttl));
  decision.scope = interpreter.scope();
  return decision;
}

}  // namespace

Decision ProgramSet::decide(const QueryContext& query, Scratch& scratch, bool want_scope) const {
  // A name that has been hashed is in lower case already, and the copy can be spared.
  if (query.hashed_qname != nullptr && query.attributes != nullptr) {
    return decide_canonical(query, scratch, want_scope);
  }
  return decide_canonical(canonical(query, scratch), scratch, want_scope);
}

Decision ProgramSet::decide_canonical(const lang::QueryFields& fields, Scratch& scratch,
                                      bool want_scope) const {
  lang::Memory& memory = scratch.state().memory;
  DispatchIndex::Search& search = scratch.state().search;
  const std::uint32_t found = want_scope ? index_.first_match_traced(fields, memory, search)
                                         : index_.first_match(fields, memory, search);
  Decision decision;
  if (want_scope) decision.scope = index_.scope(fields, found, memory, search);
  if (found == DispatchIndex::none) return decision;
  Interpreter interpreter(fields, memory);
  const lang::CompiledAnswer answer = index_.answer(found, fields.ipv6, interpreter, search);
  decision.program = static_cast<std::int32_t>(found);
  decision.addresses = answer.list.data;
  decision.count = answer.list.count;
  decision.wire = answer.wire;
  decision.ttl = answer.ttl;
  if (want_scope) decision.scope = std::max(decision.scope, interpreter.scope());
  return decision;
}

Decision ProgramSet::decide_in_order(const QueryContext& query, Scratch& scratch) const {
  const lang::QueryFields fields = canonical(query, scratch);
  lang::Memory& memory = scratch.state().memory;
  Interpreter interpreter(fields, memory);
  std::uint32_t found = 0;
  while (found < set_.programs.size() && !interpreter.evaluate(*set_.programs[found].match)) {
    ++found;
  }
  if (found == set_.programs.size()) found = DispatchIndex::none;
  const std::uint8_t scope = index_.scope_in_order(fields, found, memory);
  Decision decision;
  if (found != DispatchIndex::none) {
    Interpreter answering(fields, memory);
    decision = answer(set_.programs[found], found, fields.ipv6, answering);
  }
  decision.scope = std::max(decision.scope, scope);
  return decision;
}

bool ProgramSet::matches(std::size_t program, const QueryContext& query, Scratch& scratch) const {
  const lang::QueryFields fields = canonical(query, scratch);
  Interpreter interpreter(fields, scratch.state().memory);
  return interpreter.evaluate(*set_.programs[program].match);
}

Decision ProgramSet::respond(std::size_t program, const QueryContext& query,
                             Scratch& scratch) const {
  const lang::QueryFields fields = canonical(query, scratch);
  Interpreter interpreter(fields, scratch.state().memory);
  return answer(set_.programs[program], program, fields.ipv6, interpreter);
}

bool ProgramSet::holds(const lang::Expr& condition, const QueryContext& query,
                       const lang::AnswerView& answer_view, Scratch& scratch) const {
  const lang::QueryFields fields = canonical(query, scratch);
  Interpreter interpreter(fields, scratch.state().memory, &answer_view);
  return interpreter.evaluate(condition);
}

// ---- loading

namespace {

namespace fs = std::filesystem;

/// Editors leave dot files beside what they edit.
bool is_program_file(const fs::path& path) {
  return path.filename().native()[0] != '.' &&
         (path.extension() == ".lisp" || path.extension() == ".yaml");
}

/// Files of the set in the order in which they are read.
bool list_files(const std::string& path, std::vector<std::string>& out, Diagnostics& diagnostics) {
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (code || !fs::exists(status)) {
    diagnostics.push_back(error_at({}, "unreadable",
                                   path + ": " + (code ? code.message() : "no such file"),
                                   "name a program file or a directory of *.lisp files"));
    return false;
  }
  if (!fs::is_directory(status)) {
    out.push_back(path);
    return true;
  }
  std::vector<std::string> found;
  for (fs::directory_iterator at(path, code), end; !code && at != end; at.increment(code)) {
    if (is_program_file(at->path()) && !fs::is_directory(at->path(), code)) {
      found.push_back(at->path().string());
    }
  }
  if (code) {
    diagnostics.push_back(error_at({}, "unreadable", path + ": " + code.message()));
    return false;
  }
  if (found.empty()) {
    diagnostics.push_back(error_at({}, "empty-set",
                                   path + ": no program files (*.lisp, *.yaml) here",
                                   "a program set is a directory of *.lisp and *.yaml files"));
    return false;
  }
  std::sort(found.begin(), found.end());
  out.insert(out.end(), found.begin(), found.end());
  return true;
}

/// SHA-256 over names (without directory) and contents, each preceded by its length.
class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_, EVP_sha256(), nullptr); }
  ~Digest() { EVP_MD_CTX_free(context_); }
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void add(std::string_view text) {
    std::uint8_t length[8];
    std::uint64_t n = text.size();
    for (std::uint8_t& octet : length) {
      octet = static_cast<std::uint8_t>(n);
      n >>= 8;
    }
    EVP_DigestUpdate(context_, length, sizeof length);
    EVP_DigestUpdate(context_, text.data(), text.size());
  }

  std::string hex() {
    std::uint8_t octets[32];
    EVP_DigestFinal_ex(context_, octets, nullptr);
    std::string out;
    for (std::uint8_t octet : octets) {
      out += "0123456789abcdef"[octet >> 4];
      out += "0123456789abcdef"[octet & 15];
    }
    return out;
  }

 private:
  EVP_MD_CTX* context_;
};

}  // namespace

Result<SetTexts> read_set(const std::vector<std::string>& paths, SourceMap& sources) {
  Diagnostics diagnostics;
  std::vector<std::string> names;
  for (const std::string& path : paths) list_files(path, names, diagnostics);
  SetTexts out;
  Digest digest;
  for (const std::string& name : names) {
    std::string text;
    std::string error;
    if (!read_file(name, text, error)) {
      diagnostics.push_back(error_at({}, "unreadable", name + ": " + error));
      continue;
    }
    digest.add(fs::path(name).filename().string());
    digest.add(text);
    out.files.push_back({sources.add(name, std::move(text))});
  }
  if (!diagnostics.empty()) return diagnostics;
  out.digest = digest.hex();
  return out;
}

Result<std::shared_ptr<const ProgramSet>> check_texts(
    const SetTexts& texts, const SourceMap& sources, Diagnostics& warnings,
    const std::vector<lang::ExtraInvariant>& extra) {
  auto set = lang::check_set(texts.files, sources, warnings, extra);
  if (!set) return std::move(set.errors());
  set->digest = texts.digest;
  return std::make_shared<const ProgramSet>(std::move(set).value());
}

Result<std::shared_ptr<const ProgramSet>> load_program_set(
    const std::vector<std::string>& paths, SourceMap& sources, Diagnostics& warnings,
    const std::vector<lang::ExtraInvariant>& extra) {
  auto texts = read_set(paths, sources);
  if (!texts) return std::move(texts.errors());
  return check_texts(*texts, sources, warnings, extra);
}

}  // namespace lapis::program
