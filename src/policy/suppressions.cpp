#include "suppressions.h"

#include <algorithm>

namespace lapis::policy {
namespace {

constexpr std::string_view marker = "lapis:";

struct Comment {
  std::uint32_t line = 0;
  std::size_t begin = 0;  ///< after the comment sign
  std::size_t end = 0;    ///< at the line's end
  bool alone = false;     ///< nothing else on its line
};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/// Walks a text once and finds its comments.
class Scanner {
 public:
  Scanner(std::string_view text, Syntax syntax) : text_(text), syntax_(syntax) {}

  std::vector<Comment> comments() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        line_blank_ = true;
        // A string of a zone file ends with its line; the loader says so where it is not closed.
        if (syntax_ == Syntax::zone) quote_ = 0;
        ++at_;
      } else if (quote_ != 0) {
        inside_string(c);
      } else if (starts_comment(c)) {
        take_comment();
      } else {
        outside(c);
      }
    }
    return std::move(found_);
  }

 private:
  void inside_string(char c) {
    if (c == '\\' && quote_ == '"') {
      // What is escaped is no end of the string; a line's end still is one.
      at_ += at_ + 1 < text_.size() && text_[at_ + 1] != '\n' ? 2 : 1;
      return;
    }
    if (c == quote_) quote_ = 0;
    ++at_;
  }

  bool starts_comment(char c) const {
    const bool after_blank = at_ == 0 || is_blank(text_[at_ - 1]) || text_[at_ - 1] == '\n';
    if (syntax_ != Syntax::yaml) return c == ';';
    // Lisp in a block scalar has comments of its own.
    return (c == '#' && after_blank) || (c == ';' && after_blank);
  }

  void take_comment() {
    Comment comment;
    comment.line = line_;
    comment.alone = line_blank_;
    const char sign = text_[at_];
    while (at_ < text_.size() && text_[at_] == sign) ++at_;
    comment.begin = at_;
    at_ = std::min(text_.find('\n', at_), text_.size());
    comment.end = at_;
    line_blank_ = false;
    found_.push_back(comment);
  }

  void outside(char c) {
    if (c == '\\' && syntax_ == Syntax::zone) {
      line_blank_ = false;
      at_ += at_ + 1 < text_.size() && text_[at_ + 1] != '\n' ? 2 : 1;
      return;
    }
    if (c == '"' || (c == '\'' && syntax_ == Syntax::yaml && starts_scalar())) quote_ = c;
    if (!is_blank(c)) line_blank_ = false;
    ++at_;
  }

  /// In YAML an apostrophe inside a word is no quote.
  bool starts_scalar() const {
    return at_ == 0 || std::string_view(" \t\n[{,(").find(text_[at_ - 1]) != std::string_view::npos;
  }

  std::string_view text_;
  Syntax syntax_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  bool line_blank_ = true;
  char quote_ = 0;
  std::vector<Comment> found_;
};

/// Reads one comment; `allow(RULE, …) reason`.
class CommentReader {
 public:
  CommentReader(std::uint32_t file, std::string_view text, const Comment& comment)
      : file_(file), text_(text), at_(comment.begin), end_(comment.end) {
    while (end_ > at_ && is_blank(text_[end_ - 1])) --end_;
  }

  /// Whether the comment speaks to lapis at all.
  bool addressed() {
    blanks();
    if (!text_.substr(0, end_).substr(at_).starts_with(marker)) return false;
    begin_ = at_;
    at_ += marker.size();
    return true;
  }

  std::string_view word() {
    blanks();
    word_begin_ = at_;
    while (at_ < end_ && is_word(text_[at_])) ++at_;
    return text_.substr(word_begin_, at_ - word_begin_);
  }
  bool take(char c) {
    blanks();
    if (at_ >= end_ || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string rest() {
    blanks();
    // A dash or colon between rule and reason is a habit, not a reason.
    std::string_view words = text_.substr(at_, end_ - at_);
    while (!words.empty() && (words[0] == '-' || words[0] == ':' || is_blank(words[0]))) {
      words.remove_prefix(1);
    }
    return std::string(words);
  }
  Span word_span() const { return span(word_begin_, at_); }
  Span whole() const { return span(begin_, end_); }

 private:
  static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '*';
  }
  void blanks() {
    while (at_ < end_ && is_blank(text_[at_])) ++at_;
  }
  Span span(std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  std::uint32_t file_;
  std::string_view text_;
  std::size_t at_;
  std::size_t end_;
  std::size_t begin_ = 0;
  std::size_t word_begin_ = 0;
};

Diagnostic bad(Span span, std::string message, std::string help) {
  return error_at(span, "bad-suppression", std::move(message), std::move(help));
}

struct Collector {
  const FindRule& find_rule;
  const std::vector<std::string>& ids;
  Diagnostics& findings;
  std::vector<Suppression> out;

  void read(CommentReader reader, std::uint32_t line) {
    if (!reader.addressed()) return;
    const std::string_view verb = reader.word();
    if (verb != "allow" || !reader.take('(')) {
      const std::string near = did_you_mean(verb, {"allow"});
      findings.push_back(bad(reader.whole(), "this comment is addressed to lapis, but says nothing",
                             near.empty() || verb == "allow"
                                 ? "write lapis: allow(RULE) and the reason"
                                 : "did you mean 'allow'?"));
      return;
    }
    std::vector<Suppression> rules;
    do {
      const std::string id(reader.word());
      rules.push_back({id, "", reader.word_span(), line, false});
    } while (reader.take(','));
    if (!reader.take(')')) {
      findings.push_back(bad(reader.whole(), "the list of rules is not closed",
                             "write allow(RULE) and the reason"));
      return;
    }
    const std::string reason = reader.rest();
    if (reason.empty()) {
      findings.push_back(bad(reader.whole(), "a suppression needs a reason",
                             "say after allow(RULE) why the finding is accepted"));
      return;
    }
    for (Suppression& suppression : rules) add(std::move(suppression), reason);
  }

  void add(Suppression suppression, const std::string& reason) {
    const RuleInfo* rule = find_rule(suppression.rule);
    if (rule == nullptr) {
      const std::string near = did_you_mean(suppression.rule, ids);
      findings.push_back(
          bad(suppression.span, "there is no rule '" + suppression.rule + "'",
              near.empty() ? "lapis explain lists all rules" : "did you mean '" + near + "'?"));
      return;
    }
    if (rule->fixed_level) {
      findings.push_back(bad(suppression.span, "'" + suppression.rule + "' can't be suppressed",
                             "what can't be read or loaded can't be accepted either"));
      return;
    }
    suppression.reason = reason;
    out.push_back(std::move(suppression));
  }
};

}  // namespace

Syntax syntax_of(std::string_view path) {
  if (path.ends_with(".lisp")) return Syntax::lisp;
  if (path.ends_with(".yaml") || path.ends_with(".yml")) return Syntax::yaml;
  return Syntax::zone;
}

std::vector<Suppression> suppressions_of(std::uint32_t file, const SourceMap& sources,
                                         const FindRule& find_rule,
                                         const std::vector<std::string>& ids,
                                         Diagnostics& findings) {
  const std::string_view text = sources.text(file);
  if (text.find(marker) == std::string_view::npos) return {};
  const std::vector<Comment> comments = Scanner(text, syntax_of(sources.path(file))).comments();
  Collector collector{find_rule, ids, findings, {}};
  // A comment alone on its line speaks of the line below the comments that stand together with it.
  std::vector<std::uint32_t> lines(comments.size());
  for (std::size_t i = comments.size(); i-- > 0;) {
    const bool joined = i + 1 < comments.size() && comments[i + 1].alone &&
                        comments[i + 1].line == comments[i].line + 1;
    lines[i] = comments[i].line;
    if (comments[i].alone) lines[i] = joined ? lines[i + 1] : comments[i].line + 1;
  }
  for (std::size_t i = 0; i < comments.size(); ++i) {
    collector.read(CommentReader(file, text, comments[i]), lines[i]);
  }
  std::stable_sort(collector.out.begin(), collector.out.end(),
                   [](const Suppression& a, const Suppression& b) { return a.line < b.line; });
  return std::move(collector.out);
}

}  // namespace lapis::policy
