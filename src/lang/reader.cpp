#include "reader.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "lapis/base/side_by_side.h"
#include "lapis/base/utf8.h"

namespace lapis::lang {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool is_delimiter(char c) {
  return is_space(c) || c == '(' || c == ')' || c == '[' || c == ']' || c == '"' || c == ';';
}

class Reader {
 public:
  /// With `resynchronise`, a top-level form that starts a line closes whatever is still open: for
  /// a second reading of a text that turned out to be unbalanced, to name the right bracket.
  Reader(std::string_view text, Span part, bool resynchronise, Diagnostics& diagnostics)
      : text_(text.substr(0, part.end)),
        file_(part.file),
        resynchronise_(resynchronise),
        diagnostics_(diagnostics),
        at_(part.begin) {}

  bool unbalanced() const { return unbalanced_; }

  std::vector<Datum> all() {
    std::vector<Datum> top;
    check_utf8();
    // A byte order mark is a habit of some editors, not a part of the text.
    if (at_ == 0 && text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    for (skip_blank(); at_ < text_.size(); skip_blank()) step(top);
    unbalanced_ = !open_.empty();
    close_all(top);
    return top;
  }

 private:
  /// One token; lists are built on an explicit stack so that depth never becomes recursion.
  void step(std::vector<Datum>& top) {
    const char c = text_[at_];
    if (c == '(' || c == '[') {
      if (resynchronise_ && !open_.empty() && starts_top_level_form()) close_all(top);
      open(c == '[');
    } else if (c == ')' || c == ']') {
      close(top, c == ']');
    } else if (c == '"') {
      place(top, string());
    } else {
      place(top, atom());
    }
  }

  bool starts_top_level_form() const {
    if (at_ != 0 && text_[at_ - 1] != '\n') return false;
    for (std::string_view word :
         {"program", "attribute", "define", "field", "invariant", "pools", "total"}) {
      const std::string_view rest = text_.substr(at_ + 1);
      if (rest.starts_with(word) && rest.size() > word.size() && is_space(rest[word.size()])) {
        return true;
      }
    }
    return false;
  }

  void open(bool square) {
    Datum list;
    list.span = span(at_, at_ + 1);
    list.square = square;
    ++at_;
    open_.push_back(std::move(list));
    if (open_.size() == max_nesting + 1) {
      report(open_.back().span,
             "lists are nested more than " + std::to_string(max_nesting) + " deep",
             "split the expression with define or let");
    }
  }

  void close(std::vector<Datum>& top, bool square) {
    const Span here = span(at_, at_ + 1);
    ++at_;
    if (open_.empty()) {
      report(here, std::string("unexpected '") + (square ? ']' : ')') + "': nothing is open here",
             "remove it, or add the opening bracket");
      return;
    }
    Datum list = std::move(open_.back());
    open_.pop_back();
    if (list.square != square) {
      Diagnostic d = error_at(here, "syntax",
                              std::string("expected '") + (list.square ? ']' : ')') + "', found '" +
                                  (square ? ']' : ')') + "'");
      d.related.push_back({"", "opened here", list.span});
      diagnostics_.push_back(std::move(d));
    }
    list.span.end = static_cast<std::uint32_t>(at_);
    // Too deep lists were reported; dropping them keeps every later walk bounded, and the form
    // that held them is not checked any further.
    if (open_.size() >= max_nesting) {
      too_deep_ = true;
      return;
    }
    if (open_.empty()) list.unfinished = std::exchange(too_deep_, false);
    place(top, std::move(list));
  }

  void close_all(std::vector<Datum>& top) {
    if (open_.empty()) return;
    report(open_.back().span,
           std::string("'") + (open_.back().square ? '[' : '(') + "' is never closed",
           open_.size() == 1 ? "add the closing bracket"
                             : "add " + std::to_string(open_.size()) + " closing brackets");
    while (!open_.empty()) {
      Datum list = std::move(open_.back());
      open_.pop_back();
      list.span.end = static_cast<std::uint32_t>(last_end_ > list.span.begin ? last_end_ : at_);
      if (open_.size() >= max_nesting) continue;
      // Checking an unfinished form would only give follow-up errors: it is marked.
      list.unfinished = open_.empty();
      (open_.empty() ? top : open_.back().items).push_back(std::move(list));
    }
  }

  Datum string() {
    Datum d;
    d.kind = Datum::Kind::string;
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != '"') {
      const char c = text_[at_];
      if (c == '\n') break;
      if (c != '\\') {
        const std::size_t plain = run([](char o) { return o != '"' && o != '\\' && o != '\n'; });
        if (plain == 0) take_character(d.text);
        d.text += text_.substr(at_, plain);
        at_ += plain;
        continue;
      }
      const char escaped = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      switch (escaped) {
        case 'n':
          d.text += '\n';
          break;
        case 't':
          d.text += '\t';
          break;
        case '"':
        case '\\':
          d.text += escaped;
          break;
        default:
          report(span(at_, std::min(at_ + 2, text_.size())), "unknown escape in a string",
                 "strings know \\\" \\\\ \\n \\t; a backslash itself is written \\\\");
      }
      at_ += at_ + 1 < text_.size() ? 2 : 1;
    }
    if (at_ < text_.size() && text_[at_] == '"') {
      ++at_;
    } else {
      report(span(start, at_), "the string is not closed on its line", "add the closing '\"'");
    }
    d.span = span(start, at_);
    return d;
  }

  Datum atom() {
    Datum d;
    const std::size_t start = at_;
    while (at_ < text_.size() && !is_delimiter(text_[at_])) ++at_;
    d.span = span(start, at_);
    const std::string_view word = text_.substr(start, at_ - start);
    const std::size_t digits = word[0] == '-' || word[0] == '+' ? 1 : 0;
    if (digits < word.size() && word[digits] >= '0' && word[digits] <= '9') {
      number(d, word);
      return d;
    }
    d.kind = Datum::Kind::symbol;
    at_ = start;
    if (run([](char o) { return !is_delimiter(o); }) == word.size()) {
      d.text = word;
      at_ = d.span.end;
    }
    while (at_ < d.span.end) take_character(d.text);
    if (word == "#t" || word == "#true") d.text = "true";
    if (word == "#f" || word == "#false") d.text = "false";
    return d;
  }

  void number(Datum& d, std::string_view word) {
    d.kind = Datum::Kind::number;
    const std::string_view digits = word[0] == '+' ? word.substr(1) : word;
    const auto [end, code] =
        std::from_chars(digits.data(), digits.data() + digits.size(), d.number);
    if (code == std::errc::result_out_of_range) {
      report(d.span, "the integer does not fit in 64 bits", "use a value within ±2^63");
    } else if (end != digits.data() + digits.size()) {
      report(d.span, "'" + std::string(word) + "' is neither a number nor a name",
             "names do not start with a digit; addresses and prefixes stand in quotes");
      d.number = 0;
    }
  }

  /// How many ASCII characters from `at_` on are wanted ones.
  template <class Wanted>
  std::size_t run(Wanted wanted) const {
    std::size_t end = at_;
    while (end < text_.size() && static_cast<unsigned char>(text_[end]) < 0x80 &&
           wanted(text_[end])) {
      ++end;
    }
    return end - at_;
  }

  /// Moves the character at `at_` to `out`; a bad octet becomes U+FFFD.
  void take_character(std::string& out) {
    const std::size_t size = decode_utf8(text_, at_).size;
    out += size == 0 ? std::string_view("\xEF\xBF\xBD") : text_.substr(at_, size);
    at_ += std::max<std::size_t>(size, 1);
  }

  void place(std::vector<Datum>& top, Datum datum) {
    last_end_ = datum.span.end;
    (open_.empty() ? top : open_.back().items).push_back(std::move(datum));
  }

  void skip_blank() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) {
        ++at_;
      } else if (text_[at_] == ';') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else {
        return;
      }
    }
  }

  void check_utf8() {
    for (std::size_t i = at_; i < text_.size();) {
      const auto octet = static_cast<unsigned char>(text_[i]);
      if (octet > 0 && octet < 0x80) {  // most are
        ++i;
        continue;
      }
      const std::size_t n = decode_utf8(text_, i).size;
      if (n == 0) {
        report(span(i, i + 1), "the file is not UTF-8: bad octet here", "save the file as UTF-8");
        return;
      }
      if (text_[i] == '\0') {
        report(span(i, i + 1), "NUL octet in program text", "remove it");
        return;
      }
      i += n;
    }
  }

  Span span(std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }
  void report(Span where, std::string message, std::string help) {
    diagnostics_.push_back(error_at(where, "syntax", std::move(message), std::move(help)));
  }

  std::string_view text_;
  std::uint32_t file_;
  bool resynchronise_;
  bool unbalanced_ = false;
  bool too_deep_ = false;  // in the top-level form being read
  Diagnostics& diagnostics_;
  std::size_t at_;
  std::size_t last_end_ = 0;
  std::vector<Datum> open_;
};

}  // namespace

std::vector<Datum> read_data(const SourceMap& sources, std::uint32_t file,
                             Diagnostics& diagnostics) {
  const auto size = static_cast<std::uint32_t>(sources.text(file).size());
  return read_data(sources, Span{file, 0, size}, diagnostics);
}

namespace {

/// Where a list begins in the first column, as top-level forms do, at or after `from`.
std::size_t form_start(std::string_view text, std::size_t from, std::size_t end) {
  const std::size_t at = text.substr(0, end).find("\n(", from);
  return at == std::string_view::npos ? end : at + 1;
}

/// Reads the parts of a large text side by side. Nothing when the text has an error: a part that
/// reads without one ends outside of all lists, so that the next starts where reading in order
/// would have been; otherwise that is not known.
std::optional<std::vector<Datum>> read_in_parts(std::string_view text, Span whole) {
  constexpr std::size_t worthwhile = std::size_t{1} << 18;
  const std::size_t size = whole.end - whole.begin;
  const std::size_t parts = parts_of(size, worthwhile);
  if (parts < 2) return std::nullopt;
  std::vector<Span> spans;
  for (std::size_t i = 0, at = whole.begin; i < parts && at < whole.end; ++i) {
    const std::size_t wanted = whole.begin + size / parts * (i + 1);
    const std::size_t end =
        i + 1 == parts ? whole.end : form_start(text, std::max(at, wanted), whole.end);
    spans.push_back({whole.file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
    at = end;
  }
  struct Part {
    std::vector<Datum> data;
    Diagnostics diagnostics;
    bool unbalanced = false;
  };
  std::vector<Part> read(spans.size());
  side_by_side(spans.size(), [&](std::size_t i) {
    Reader reader(text, spans[i], false, read[i].diagnostics);
    read[i].data = reader.all();
    read[i].unbalanced = reader.unbalanced();
  });
  std::vector<Datum> out;
  for (Part& part : read) {
    if (part.unbalanced || !part.diagnostics.empty()) return std::nullopt;
    out.insert(out.end(), std::make_move_iterator(part.data.begin()),
               std::make_move_iterator(part.data.end()));
  }
  return out;
}

}  // namespace

std::vector<Datum> read_data(const SourceMap& sources, Span part, Diagnostics& diagnostics) {
  if (auto data = read_in_parts(sources.text(part.file), part)) return std::move(*data);
  Diagnostics found;
  Reader plain(sources.text(part.file), part, false, found);
  std::vector<Datum> data = plain.all();
  if (plain.unbalanced()) {
    found.clear();
    data = Reader(sources.text(part.file), part, true, found).all();
  }
  diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  return data;
}

}  // namespace lapis::lang
