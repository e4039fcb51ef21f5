// What a source text declares and where its words are used, for editors. Made from the surface of
// the text alone, so that there is an outline of a text that does not check, or only partly parses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lapis/base/source.h"

namespace lapis::lang {

struct Symbol {
  enum class Kind : std::uint8_t {
    attribute,
    definition,  ///< `define` without parameters
    function,    ///< `define` with parameters
    program,
    invariant,
    field,     ///< a `field` form: the name is one of the server's own fields
    constant,  ///< of a `config`
    local,     ///< bound by `let`, or a parameter
  } kind = Kind::definition;
  std::string name;
  Span name_span;
  Span form;           ///< the whole form, or binding
  Span scope;          ///< where the name is known; file 0: in the whole set
  std::string detail;  ///< what it is in one line: the type, the parameters, the expression
  std::string doc;
};

/// An occurrence of a name, declarations included.
struct NameUse {
  std::string name;
  Span span;
  bool quoted = false;  ///< a program's name as a string beside `answered-by`
};

struct Outline {
  std::vector<Symbol> symbols;  ///< in the order of the text
  std::vector<NameUse> uses;    ///< in the order of the text
};

/// Outline of a `*.lisp` or `*.yaml` file of a set. Total: any text has one.
Outline outline_of(const SourceMap& sources, std::uint32_t file);

/// Where the cursor is in the text, for completion.
struct Context {
  std::vector<std::string> heads;  ///< of the open lists, outermost first; "" without a name
  Span word;                       ///< the name or string the offset is in or right behind
  bool in_string = false;
  bool in_comment = false;
  bool at_head = false;                 ///< the word is, or would be, the head of its list
  std::vector<std::string> neighbours;  ///< other names directly in the innermost list
};

/// REQUIRES: offset <= size of the text.
Context context_at(const SourceMap& sources, std::uint32_t file, std::uint32_t offset);

/// A primitive of the language.
struct FormWord {
  std::string_view name;
  std::string_view usage;  ///< how it is written: "(under? NAME NAME)"
};
/// All primitives, sorted by name.
const std::vector<FormWord>& form_words();

/// `text` can be a name: one word that is no number and no word of the language.
bool is_bindable_name(std::string_view text);

}  // namespace lapis::lang
