#include "format_tree.h"

#include <algorithm>
#include <utility>

namespace lapis::lang {
namespace {

/// What lies between two tokens.
struct Gap {
  std::string_view beside;  ///< a comment on the line of the token before; empty when none
  std::vector<FormatComment> comments;
  bool blank_after = false;  ///< an empty line precedes the next token
};

std::string_view without_blanks_at_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r\f");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

class TreeBuilder {
 public:
  explicit TreeBuilder(std::string_view text) : text_(text) {}

  FormatFile file(const std::vector<Datum>& data) {
    FormatFile out;
    std::size_t at = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    for (const Datum& datum : data) {
      Gap gap = read_gap(at, datum.span.begin, !out.forms.empty());
      append(out.forms, std::move(gap), datum, false);
      at = datum.span.end;
    }
    Gap rest = read_gap(at, text_.size(), !out.forms.empty());
    if (!out.forms.empty()) finish(out.forms.back(), rest.beside);
    out.at_end = std::move(rest.comments);
    return out;
  }

 private:
  /// Text outside of tokens is white space and comments. `token_before`: something stands on the
  /// line that the gap begins in.
  Gap read_gap(std::size_t begin, std::size_t end, bool token_before) const {
    Gap gap;
    std::size_t newlines = token_before ? 0 : 1;
    for (std::size_t at = begin; at < end;) {
      if (text_[at] != ';') {
        newlines += text_[at] == '\n' ? 1U : 0U;
        ++at;
        continue;
      }
      const std::size_t stop = std::min(text_.find('\n', at), end);
      const std::string_view comment = without_blanks_at_end(text_.substr(at, stop - at));
      if (newlines == 0) {
        gap.beside = comment;
      } else {
        gap.comments.push_back({comment, newlines > 1});
      }
      newlines = 0;
      at = stop;
    }
    gap.blank_after = newlines > 1;
    return gap;
  }

  /// The trailing comment of a node is known. One behind its last part moves behind its bracket,
  /// so that the bracket need not stand on a line of its own.
  static void finish(FormatNode& node, std::string_view beside) {
    node.after = beside;
    pull(node);
  }
  /// What moves out of a part makes room there for the comment of the part's own last part.
  static void pull(FormatNode& node) {
    if (!node.after.empty() || !node.at_end.empty() || node.items.empty()) return;
    node.after = std::exchange(node.items.back().after, {});
    if (!node.after.empty()) pull(node.items.back());
  }

  void append(std::vector<FormatNode>& siblings, Gap gap, const Datum& datum, bool square) const {
    if (!siblings.empty()) finish(siblings.back(), gap.beside);
    FormatNode node;
    node.before = std::move(gap.comments);
    node.blank_before = gap.blank_after;
    if (datum.is_list()) {
      fill(node, datum, square);
    } else {
      node.token = text_.substr(datum.span.begin, datum.span.end - datum.span.begin);
    }
    siblings.push_back(std::move(node));
  }

  /// Bindings of `config` and `let` and the arms of `cond` are written with square brackets,
  /// everything else with round ones.
  void fill(FormatNode& node, const Datum& datum, bool square) const {
    node.list = true;
    node.square = square;
    const bool binds = datum.head() == "config" || datum.head() == "let";
    const bool arms = datum.head() == "cond";
    std::size_t at = datum.span.begin + 1;
    for (std::size_t i = 0; i < datum.items.size(); ++i) {
      const Datum& item = datum.items[i];
      Gap gap = read_gap(at, item.span.begin, true);
      if (i == 0) make_own_line(gap);
      append(node.items, std::move(gap), item, arms && i > 0);
      if (i == 0) hoist(node, std::exchange(node.items.front().before, {}));
      if (i == 0) node.items.front().blank_before = false;
      if (binds && i == 1) bind(node.items.back(), datum.head() == "config");
      at = item.span.end;
    }
    Gap gap = read_gap(at, datum.span.end - 1, true);
    if (node.items.empty()) {
      make_own_line(gap);
      hoist(node, std::move(gap.comments));
      return;
    }
    finish(node.items.back(), gap.beside);
    node.at_end = std::move(gap.comments);
  }

  /// The constants of a program stand one a line, bindings of a `let` where they have room.
  static void bind(FormatNode& bindings, bool one_a_line) {
    bindings.bindings = bindings.list;
    bindings.must_break = one_a_line && bindings.items.size() > 1;
    for (FormatNode& binding : bindings.items) binding.square = binding.list;
  }

  static void make_own_line(Gap& gap) {
    if (gap.beside.empty()) return;
    gap.comments.insert(gap.comments.begin(), {std::exchange(gap.beside, {}), false});
  }

  /// Comments between an opening bracket and what it opens with move above the list.
  static void hoist(FormatNode& node, std::vector<FormatComment> comments) {
    if (comments.empty()) return;
    comments.front().blank_before = std::exchange(node.blank_before, false);
    node.before.insert(node.before.end(), comments.begin(), comments.end());
  }

  std::string_view text_;
};

}  // namespace

FormatFile format_tree(std::string_view text, const std::vector<Datum>& data) {
  return TreeBuilder(text).file(data);
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace lapis::lang
