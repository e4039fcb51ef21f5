#include "content_key.h"

#include <openssl/evp.h>

#include <algorithm>

namespace lapis::verify {
namespace {

/// SHA-256, looked up once: finding an algorithm by name costs more than hashing a formula.
const EVP_MD* sha256() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

EVP_MD_CTX* as_context(void* context) {
  return static_cast<EVP_MD_CTX*>(context);
}

}  // namespace

KeyHash::KeyHash() : context_(EVP_MD_CTX_new()) {}
KeyHash::~KeyHash() {
  EVP_MD_CTX_free(as_context(context_));
}

void KeyHash::begin() {
  text_.clear();
}

void KeyHash::add(std::uint64_t value) {
  for (int i = 0; i < 8; ++i) text_.push_back(static_cast<char>(value >> (8 * i)));
}

void KeyHash::add(std::string_view text) {
  add(std::uint64_t{text.size()});
  text_.insert(text_.end(), text.begin(), text.end());
}

void KeyHash::add(const IpAddress& address) {
  add(std::uint64_t{address.is_v4() ? 4U : 6U});
  add(address.high());
  add(address.low());
}

void KeyHash::add(const ContentKey& key) {
  text_.insert(text_.end(), key.begin(), key.end());
}

ContentKey KeyHash::end() {
  ContentKey out{};
  EVP_DigestInit_ex(as_context(context_), sha256(), nullptr);
  EVP_DigestUpdate(as_context(context_), text_.data(), text_.size());
  EVP_DigestFinal_ex(as_context(context_), out.data(), nullptr);
  return out;
}

void ContentKeys::mark_number(Number x, std::vector<Bool>& open) {
  const NumberNode& n = terms_.number_node(x);
  switch (n.op) {
    case NumberOp::constant:
    case NumberOp::variable:
      return;
    case NumberOp::choose:
      mark(n.a, open);
      mark_number(n.b, open);
      mark_number(n.c, open);
      return;
    case NumberOp::add:
      mark_number(n.a, open);
      mark_number(n.b, open);
      return;
    default:
      mark_number(n.a, open);
      return;
  }
}

void ContentKeys::mark(Bool x, std::vector<Bool>& open) {
  if (known_[x] != 0) return;
  known_[x] = 1;
  open.push_back(x);
}

void ContentKeys::add(std::span<const Bool> roots) {
  known_.resize(terms_.size());
  bools_.resize(terms_.size());
  std::vector<Bool> open;
  std::vector<Bool> wanted;
  for (Bool root : roots) mark(root, open);
  while (!open.empty()) {
    const Bool x = open.back();
    open.pop_back();
    wanted.push_back(x);
    const BoolNode& n = terms_.node(x);
    if (n.op == BoolOp::number_less || n.op == BoolOp::number_equal) {
      mark_number(n.a, open);
      mark_number(n.b, open);
    } else if (!Terms::is_atom(n.op)) {
      for (Bool arg : terms_.arguments(x)) mark(arg, open);
    }
  }
  // What a formula is made of has a smaller number than the formula.
  std::sort(wanted.begin(), wanted.end());
  for (Bool x : wanted) {
    bools_[x] = make(x);
    known_[x] = 2;
  }
}

void ContentKeys::begin(std::uint64_t op, const std::vector<ContentKey>& parts) {
  hash_.begin();
  hash_.add(op);
  hash_.add(std::uint64_t{parts.size()});
  for (const ContentKey& part : parts) hash_.add(part);
}

/// A field's number depends on the attributes declared before it; its name does not.
void ContentKeys::add_field(std::uint32_t field) {
  hash_.add(set_.field_name(field));
  const lang::Type type = set_.field_type(field);
  hash_.add(static_cast<std::uint64_t>(type.kind));
  hash_.add(std::uint64_t{type.domain ? 1U : 0U});
  if (!type.domain) return;
  hash_.add(std::uint64_t{type.domain->size()});
  for (const std::string& value : *type.domain) hash_.add(value);
}

void ContentKeys::add_element(std::uint32_t id) {
  const RankedElement& element = terms_.element(id);
  hash_.add(element.address);
  hash_.add(static_cast<std::uint64_t>(element.weight));
}

void ContentKeys::add_masked(std::uint32_t id) {
  const MaskedAddress& m = terms_.masked(id);
  hash_.add(std::uint64_t{m.field});  // client or resolver: the same in all sets
  hash_.add(std::uint64_t{m.bits4});
  hash_.add(std::uint64_t{m.bits6});
}

ContentKey ContentKeys::make(Bool x) {
  const BoolNode& n = terms_.node(x);
  // Keys of parts are made first: there is one buffer.
  std::vector<ContentKey> parts;
  switch (n.op) {
    case BoolOp::constant:
      break;
    case BoolOp::not_:
    case BoolOp::and_:
    case BoolOp::or_:
      for (Bool arg : terms_.arguments(x)) parts.push_back(bools_[arg]);
      std::sort(parts.begin(), parts.end());
      break;
    case BoolOp::pattern:
      parts.push_back(variable(terms_.pattern_of(n.a).var));
      break;
    case BoolOp::number_less:
    case BoolOp::number_equal:
      parts = {number(n.a), number(n.b)};
      break;
    case BoolOp::before:
      parts.push_back(key_term(n.c));
      break;
    case BoolOp::apex:
    case BoolOp::address_equal:
    case BoolOp::address_less:
      break;
    default:
      parts.push_back(variable(n.a));
      break;
  }
  begin(static_cast<std::uint64_t>(n.op), parts);
  switch (n.op) {
    case BoolOp::constant:
      hash_.add(std::uint64_t{x});
      break;
    case BoolOp::in_numbers:
      for (const auto& [low, high] : terms_.number_ranges(n.b)) {
        hash_.add(static_cast<std::uint64_t>(low));
        hash_.add(static_cast<std::uint64_t>(high));
      }
      break;
    case BoolOp::in_addresses:
      for (const auto& [low, high] : terms_.address_ranges(n.b)) {
        hash_.add(low);
        hash_.add(high);
      }
      break;
    case BoolOp::in_texts:
      for (const std::string& text : terms_.texts(n.b)) hash_.add(text);
      break;
    case BoolOp::under:
    case BoolOp::is_name:
      hash_.add(terms_.name(n.b).octets);
      break;
    case BoolOp::pattern: {
      const Pattern& p = terms_.pattern_of(n.a);
      hash_.add(static_cast<std::uint64_t>(p.kind));
      hash_.add(std::uint64_t{p.lowered ? 1U : 0U});
      hash_.add(p.text);
      break;
    }
    case BoolOp::address_equal:
    case BoolOp::address_less:
      add_masked(n.a);
      add_masked(n.b);
      break;
    case BoolOp::before:
      add_element(n.a);
      add_element(n.b);
      break;
    default:
      break;
  }
  return hash_.end();
}

const ContentKey& ContentKeys::number(Number x) {
  if (numbers_.size() <= x) numbers_.resize(x + 1);
  if (numbers_[x].known) return numbers_[x].key;
  const NumberNode n = terms_.number_node(x);
  std::vector<ContentKey> parts;
  switch (n.op) {
    case NumberOp::constant:
      break;
    case NumberOp::variable:
      parts.push_back(variable(n.a));
      break;
    case NumberOp::choose:
      parts = {bools_[n.a], number(n.b), number(n.c)};
      break;
    case NumberOp::add:
      parts = {number(n.a), number(n.b)};
      std::sort(parts.begin(), parts.end());
      break;
    default:
      parts.push_back(number(n.a));
      break;
  }
  begin(static_cast<std::uint64_t>(n.op), parts);
  hash_.add(static_cast<std::uint64_t>(n.value));
  numbers_[x] = {hash_.end(), true};
  return numbers_[x].key;
}

const ContentKey& ContentKeys::variable(Var var) {
  if (variables_.size() <= var) variables_.resize(terms_.variable_count());
  if (variables_[var].known) return variables_[var].key;
  const Variable& v = terms_.variable_of(var);
  const bool bucket = v.kind == VarKind::bucket;
  const ContentKey key = bucket ? key_term(v.index) : ContentKey{};
  hash_.begin();
  hash_.add(static_cast<std::uint64_t>(v.kind));
  hash_.add(key);
  if (!bucket) add_field(v.index);
  hash_.add(std::uint64_t{v.position});
  hash_.add(static_cast<std::uint64_t>(v.low));
  hash_.add(static_cast<std::uint64_t>(v.high));
  hash_.add(v.seed);
  variables_[var] = {hash_.end(), true};
  return variables_[var].key;
}

const ContentKey& ContentKeys::key_term(std::uint32_t id) {
  if (keys_.size() <= id) keys_.resize(id + 1);
  if (keys_[id].known) return keys_[id].key;
  const KeyTerm& term = terms_.key_of(id);
  hash_.begin();
  hash_.add(std::uint64_t{term.joined ? 1U : 0U});
  for (const KeyPart& part : term.parts) {
    hash_.add(static_cast<std::uint64_t>(part.kind));
    hash_.add(part.octets);
    if (part.kind != KeyPart::Kind::octets) add_field(part.field);
    hash_.add(std::uint64_t{part.position});
    hash_.add(std::uint64_t{part.bits4});
    hash_.add(std::uint64_t{part.bits6});
    hash_.add(std::uint64_t{part.lowered ? 1U : 0U});
  }
  keys_[id] = {hash_.end(), true};
  return keys_[id].key;
}

ContentKey question_key(std::uint64_t about, std::vector<ContentKey> formulas,
                        std::vector<ContentKey> excluded) {
  thread_local KeyHash hash;
  hash.begin();
  hash.add(about);
  for (auto* keys : {&formulas, &excluded}) {
    std::sort(keys->begin(), keys->end());
    keys->erase(std::unique(keys->begin(), keys->end()), keys->end());
    hash.add(std::uint64_t{keys->size()});
    for (const ContentKey& key : *keys) hash.add(key);
  }
  return hash.end();
}

}  // namespace lapis::verify
