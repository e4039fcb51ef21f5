#include "symbols.h"

#include <algorithm>

namespace lapis::editor {
namespace {

using lang::Symbol;

bool in_scope(const Symbol& symbol, std::uint32_t symbol_file, std::uint32_t file,
              const Span& use) {
  if (!symbol.scope.known()) return true;
  // The declaration itself may stand before its scope begins.
  if (symbol_file == file && symbol.name_span == use) return true;
  return symbol_file == file && symbol.scope.begin <= use.begin && use.begin < symbol.scope.end;
}

/// The better of two declarations of one name: the one whose scope is smaller, then the later one
/// (bindings of one `let` end together).
bool is_nearer(const Symbol& a, const Symbol& b) {
  const auto size = [](const Symbol& s) {
    return s.scope.known() ? s.scope.end - s.scope.begin : UINT32_MAX;
  };
  return size(a) < size(b);
}

void find_smallest(const lang::Expr& e, Span word, const lang::Expr*& best) {
  const bool around = e.span.file == word.file && e.span.begin <= word.begin &&
                      word.end <= e.span.end && e.span.begin < e.span.end;
  if (around &&
      (best == nullptr || e.span.end - e.span.begin < best->span.end - best->span.begin)) {
    best = &e;
  }
  // Definitions that were put in stand elsewhere, so every part is looked at.
  for (const lang::Expr* part : e.args) find_smallest(*part, word, best);
}

}  // namespace

const lang::NameUse* use_at(const CheckedSet& set, std::uint32_t file, std::uint32_t offset) {
  const auto& uses = set.outline(file).uses;
  const auto at = std::find_if(uses.begin(), uses.end(), [&](const lang::NameUse& use) {
    return use.span.begin <= offset && offset <= use.span.end;
  });
  return at == uses.end() ? nullptr : &*at;
}

Found resolve(const CheckedSet& set, std::uint32_t file, const lang::NameUse& use) {
  Found best;
  for (std::uint32_t f = 1; f <= set.files.size(); ++f) {
    for (const Symbol& symbol : set.outline(f).symbols) {
      if (symbol.name != use.name || !in_scope(symbol, f, file, use.span)) continue;
      if (use.quoted && symbol.kind != Symbol::Kind::program) continue;
      if (symbol.name_span == use.span && f == file) return {&symbol, f};
      if (!best.known() || is_nearer(symbol, *best.symbol)) best = {&symbol, f};
    }
  }
  return best;
}

std::vector<Found> visible_at(const CheckedSet& set, std::uint32_t file, std::uint32_t offset) {
  std::vector<Found> out;
  // A form that is being typed ends where the cursor is.
  const Span here{file, offset == 0 ? 0 : offset - 1, offset};
  for (std::uint32_t f = 1; f <= set.files.size(); ++f) {
    for (const Symbol& symbol : set.outline(f).symbols) {
      if (symbol.scope.known() && symbol.name_span.begin > offset && f == file &&
          symbol.kind == Symbol::Kind::local) {
        continue;
      }
      if (in_scope(symbol, f, file, here)) out.push_back({&symbol, f});
    }
  }
  return out;
}

std::vector<Span> places_of(const CheckedSet& set, const Found& found) {
  std::vector<Span> out;
  for (std::uint32_t f = 1; f <= set.files.size(); ++f) {
    if (found.symbol->scope.known() && f != found.file) continue;
    for (const lang::NameUse& use : set.outline(f).uses) {
      if (use.name != found.symbol->name) continue;
      const Found meant = resolve(set, f, use);
      if (meant.symbol == found.symbol) {
        out.push_back({f, use.span.begin, use.span.end});
      }
    }
  }
  return out;
}

bool is_taken(const CheckedSet& set, const std::string& name) {
  for (const SetText& file : set.files) {
    const auto& symbols = file.outline->symbols;
    if (std::any_of(symbols.begin(), symbols.end(),
                    [&](const Symbol& s) { return s.name == name; })) {
      return true;
    }
  }
  const auto& fields = lang::field_table();
  if (std::any_of(fields.begin(), fields.end(),
                  [&](const lang::FieldRow& row) { return row.name == name; })) {
    return true;
  }
  const auto& forms = lang::form_words();
  return std::any_of(forms.begin(), forms.end(),
                     [&](const lang::FormWord& form) { return form.name == name; });
}

std::optional<lang::Type> type_at(const CheckedSet& set, std::uint32_t file, Span word) {
  if (!set.set) return std::nullopt;
  const lang::Expr* best = nullptr;
  const Span wanted{file, word.begin, word.end};
  for (const lang::Program& program : set.set->programs) {
    for (const lang::Expr* e : {program.match, program.ipv4, program.ipv6, program.ttl}) {
      find_smallest(*e, wanted, best);
    }
  }
  for (const lang::Invariant& invariant : set.set->invariants) {
    find_smallest(*invariant.condition, wanted, best);
  }
  // Something larger is not what the word is.
  if (best == nullptr || best->span.begin != word.begin || best->span.end != word.end) {
    return std::nullopt;
  }
  return best->type;
}

std::vector<std::string> values_of(const CheckedSet& set, const std::string& name) {
  if (name == "qtype") return {lang::qtype_values.begin(), lang::qtype_values.end()};
  if (name == "transport") {
    return {lang::transport_values.begin(), lang::transport_values.end()};
  }
  std::vector<std::string> out;
  if (name == "answered-by") {
    for (const SetText& file : set.files) {
      for (const Symbol& s : file.outline->symbols) {
        if (s.kind == Symbol::Kind::program) out.push_back(s.name);
      }
    }
    return out;
  }
  // From the text, so that it works while the set has errors: (one-of "a" "b").
  for (const SetText& file : set.files) {
    for (const Symbol& s : file.outline->symbols) {
      if (s.name != name || !s.detail.starts_with("(one-of ")) continue;
      for (std::size_t at = s.detail.find('"'); at != std::string::npos;) {
        const std::size_t end = s.detail.find('"', at + 1);
        if (end == std::string::npos) break;
        out.push_back(s.detail.substr(at + 1, end - at - 1));
        at = s.detail.find('"', end + 1);
      }
    }
  }
  return out;
}

}  // namespace lapis::editor
