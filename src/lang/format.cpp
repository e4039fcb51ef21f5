#include "lapis/lang/format.h"

#include <algorithm>
#include <array>

#include "format_tree.h"

namespace lapis::lang {
namespace {

/// Names of bindings up to this long are padded, so that the values of a list of bindings begin in
/// one column.
constexpr std::size_t widest_padding = 24;
/// A list no wider than this is moved to the next line rather than broken.
constexpr std::size_t kept_together = 30;
constexpr std::size_t body_indent = 2;

/// How a list is broken when it does not fit on its line.
enum class Style : std::uint8_t {
  align,  ///< one item a line, below the first argument
  body,   ///< one item a line, indented by two
  fill,   ///< as many items a line as fit, below the first argument
};

struct Row {
  std::string_view head;
  std::size_t header;  ///< arguments that stay beside the head
  Style style;
  std::size_t most_items;  ///< with more items, head included, it is always broken; 0: no limit
};

/// Every form that is not laid out as an ordinary call.
constexpr std::array form_rows{
    Row{"program", 1, Style::body, 2},   Row{"define", 1, Style::body, 0},
    Row{"attribute", 2, Style::body, 0}, Row{"field", 1, Style::body, 0},
    Row{"invariant", 1, Style::body, 0}, Row{"config", 0, Style::body, 1},
    Row{"let", 1, Style::body, 0},       Row{"cond", 0, Style::align, 3},
    Row{"list", 0, Style::fill, 0},      Row{"one-of", 0, Style::fill, 0},
    Row{"one-of?", 0, Style::fill, 0},   Row{"pools", 0, Style::fill, 0},
};
constexpr Row ordinary{"", 0, Style::align, 0};

const Row& row_of(const FormatNode& node) {
  const auto found = std::find_if(form_rows.begin(), form_rows.end(),
                                  [&](const Row& row) { return row.head == node.head(); });
  return found == form_rows.end() ? ordinary : *found;
}

bool has_symbol_head(const FormatNode& node) {
  const std::string_view head = node.head();
  return !head.empty() && head[0] != '"';
}

/// Fills in widths, from the leaves up. The nesting of the reader bounds the recursion.
void measure(FormatNode& node) {
  if (!node.list) {
    node.width = node.least = characters(node.token);
    return;
  }
  node.width = 2 + (node.items.empty() ? 0 : node.items.size() - 1);
  node.must_break |= !node.at_end.empty();
  std::size_t widest = 0;
  for (FormatNode& item : node.items) {
    measure(item);
    node.width += item.width;
    node.must_break |= item.must_break || !item.before.empty() || !item.after.empty();
    widest = std::max(widest, item.least);
  }
  const Row& row = row_of(node);
  node.must_break |= row.most_items != 0 && node.items.size() > row.most_items;
  const std::size_t head = has_symbol_head(node) ? 1 + node.items.front().width : 0;
  const std::size_t inner = has_symbol_head(node) ? body_indent : 1;
  node.least = std::max(head, inner + widest);
  if (!node.must_break && (node.width <= kept_together || node.width < node.least)) {
    node.least = node.width;
  }
}

class Writer {
 public:
  std::string take() && { return std::move(out_); }

  void file(const FormatFile& file) {
    for (std::size_t i = 0; i < file.forms.size(); ++i) {
      const FormatNode& form = file.forms[i];
      const bool apart = i > 0 && (is_tall(form) || is_tall(file.forms[i - 1]));
      if (i > 0) end_line();
      lead(form, 0, i > 0, apart);
      print(form, 0);
      trail(form);
    }
    bool first = file.forms.empty();
    for (const FormatComment& comment : file.at_end) {
      if (!out_.empty()) end_line();
      if (comment.blank_before && !first) out_ += '\n';
      first = false;
      out_ += comment.text;
    }
    if (!out_.empty()) end_line();
  }

 private:
  static bool is_tall(const FormatNode& form) {
    return form.must_break || form.width > format_width;
  }

  void end_line() {
    out_ += '\n';
    column_ = 0;
    commented_ = false;
  }
  void new_line(std::size_t column) {
    end_line();
    indent_ = column;
  }
  void write(std::string_view text) {
    if (indent_ > 0) {
      out_.append(indent_, ' ');
      column_ += indent_;
      indent_ = 0;
    }
    out_ += text;
    column_ += characters(text);
  }
  std::size_t column() const { return column_ + indent_; }

  /// Comments above a node that begins a line at `column`, where the writer stands already.
  void lead(const FormatNode& node, std::size_t column, bool may_be_blank, bool apart) {
    bool blank = apart;
    for (const FormatComment& comment : node.before) {
      if (may_be_blank && (comment.blank_before || blank)) blank_line();
      blank = false;
      may_be_blank = true;
      write(comment.text);
      new_line(column);
    }
    if (may_be_blank && (node.blank_before || blank)) blank_line();
  }
  /// REQUIRES: nothing was written on this line.
  void blank_line() { out_ += '\n'; }

  void trail(const FormatNode& node) {
    if (node.after.empty()) return;
    write("  ");
    write(node.after);
    commented_ = true;
  }

  /// Writes a node where the writer stands. `closers` brackets follow it on its line.
  void print(const FormatNode& node, std::size_t closers, std::size_t padding = 0) {
    broke_ = false;
    const bool padded = padding > 0 && can_pad(node);
    const std::size_t extra = padded ? padding - node.items.front().width : 0;
    if (!node.must_break && column() + node.width + extra + closers <= format_width) {
      flat(node, extra);
    } else if (!node.list) {
      write(node.token);
    } else {
      broken(node, closers, extra);
    }
  }

  void flat(const FormatNode& node, std::size_t extra = 0) {
    if (!node.list) {
      write(node.token);
      return;
    }
    write(node.square ? "[" : "(");
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (i > 0) write(" ");
      flat(node.items[i]);
      if (i == 0) write(std::string(extra, ' '));
    }
    write(node.square ? "]" : ")");
  }

  void broken(const FormatNode& node, std::size_t closers, std::size_t extra) {
    const std::size_t start = column();
    write(node.square ? "[" : "(");
    std::size_t inner = start + 1;
    if (has_symbol_head(node)) {
      inner = call(node, start, closers, extra);
    } else {
      const std::size_t padding = node.bindings ? padding_of(node) : 0;
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (i > 0) begin_item(node.items[i], inner, true);
        item(node, i, closers, padding);
      }
    }
    close(node, inner);
    broke_ = true;
  }

  /// A list whose head is a name; returns the column of its other items.
  std::size_t call(const FormatNode& node, std::size_t start, std::size_t closers,
                   std::size_t extra) {
    const Row& row = row_of(node);
    const std::size_t first = std::min(1 + row.header, node.items.size());
    item(node, 0, closers);
    for (std::size_t i = 1; i < first; ++i) {
      if (can_follow(node.items[i])) {
        write(" ");
      } else {
        begin_item(node.items[i], start + 2 * body_indent, i > 1);
      }
      item(node, i, closers);
    }
    const std::size_t indented = start + body_indent;
    if (first == node.items.size()) return indented;
    const std::size_t aligned = column() + 1 + extra;
    if (row.style == Style::body || !can_follow(node.items[first]) ||
        !fits_aligned(node, first, aligned, closers)) {
      for (std::size_t i = first; i < node.items.size(); ++i) {
        const bool fill = i > first && row.style == Style::fill;
        next_item(node, i, indented, closers, fill, i > first);
      }
      return indented;
    }
    write(std::string(1 + extra, ' '));
    item(node, first, closers);
    for (std::size_t i = first + 1; i < node.items.size(); ++i) {
      next_item(node, i, aligned, closers, row.style == Style::fill, true);
    }
    return aligned;
  }

  void next_item(const FormatNode& node, std::size_t i, std::size_t column, std::size_t closers,
                 bool fill, bool may_be_blank) {
    const FormatNode& next = node.items[i];
    if (fill && can_follow(next) && !broke_ && !next.blank_before && !next.must_break &&
        this->column() + 1 + next.width + closers_after(node, i, closers) <= format_width) {
      write(" ");
    } else {
      begin_item(next, column, may_be_blank);
    }
    item(node, i, closers);
  }

  void begin_item(const FormatNode& next, std::size_t column, bool may_be_blank) {
    new_line(column);
    lead(next, column, may_be_blank, false);
  }

  void item(const FormatNode& node, std::size_t i, std::size_t closers, std::size_t padding = 0) {
    print(node.items[i], closers_after(node, i, closers), padding);
    trail(node.items[i]);
  }

  static std::size_t closers_after(const FormatNode& node, std::size_t i, std::size_t closers) {
    const bool closes =
        i + 1 == node.items.size() && node.at_end.empty() && node.items[i].after.empty();
    return closes ? closers + 1 : 0;
  }

  bool can_follow(const FormatNode& next) const { return !commented_ && next.before.empty(); }

  static bool fits_aligned(const FormatNode& node, std::size_t first, std::size_t column,
                           std::size_t closers) {
    for (std::size_t i = first; i < node.items.size(); ++i) {
      if (column + node.items[i].least + closers_after(node, i, closers) > format_width) {
        return false;
      }
    }
    return true;
  }

  void close(const FormatNode& node, std::size_t inner) {
    for (std::size_t i = 0; i < node.at_end.size(); ++i) {
      new_line(inner);
      if (node.at_end[i].blank_before) blank_line();
      write(node.at_end[i].text);
      commented_ = true;
    }
    if (commented_) new_line(inner);
    write(node.square ? "]" : ")");
  }

  static bool can_pad(const FormatNode& binding) {
    return binding.list && binding.items.size() == 2 && has_symbol_head(binding) &&
           binding.items[0].after.empty() && binding.items[1].before.empty() &&
           binding.items[0].width <= widest_padding;
  }
  static std::size_t padding_of(const FormatNode& bindings) {
    std::size_t widest = 0;
    for (const FormatNode& binding : bindings.items) {
      if (can_pad(binding)) widest = std::max(widest, binding.items[0].width);
    }
    return widest;
  }

  std::string out_;
  std::size_t column_ = 0;
  std::size_t indent_ = 0;  ///< still to be written at the start of the line
  bool broke_ = false;      ///< the last node took several lines
  bool commented_ = false;  ///< the line ends with a comment
};

}  // namespace

Result<std::string> format_text(const SourceMap& sources, std::uint32_t file) {
  Diagnostics errors;
  const std::vector<Datum> data = read_data(sources, file, errors);
  if (!errors.empty()) return errors;
  FormatFile tree = format_tree(sources.text(file), data);
  for (FormatNode& form : tree.forms) measure(form);
  Writer writer;
  writer.file(tree);
  return std::move(writer).take();
}

}  // namespace lapis::lang
