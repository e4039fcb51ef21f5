#include "lapis/zone/format.h"

#include <algorithm>
#include <vector>

#include "lapis/zone/load.h"
#include "lapis/zone/rr_type.h"
#include "scanner.h"

namespace lapis::zone {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

std::string_view trimmed_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

/// Columns a text takes: code points, which is right for everything but wide scripts.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// One line of text inside an entry: words, and the comment behind them.
struct Line {
  std::string words;
  std::string_view comment;
};

/// A line of the file, or several in parentheses.
struct Item {
  enum class Kind : std::uint8_t { blank, comment, verbatim, directive, record } kind = Kind::blank;
  bool indented = false;  // a comment that does not start its line
  std::string_view text;  // of comment and verbatim
  std::string owner, ttl, class_word, type;
  std::vector<Line> lines;    // of the data, or of a directive; the first one beside the type
  bool closes_alone = false;  // the closing parenthesis stands on a line of its own
};

class Formatter {
 public:
  explicit Formatter(std::string_view text) : text_(text) {}

  std::string run() {
    read();
    measure();
    for (const Item& item : items_) write(item);
    return std::move(out_);
  }

 private:
  void read() {
    std::size_t at = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    out_ = text_.substr(0, at);
    while (at < text_.size()) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      const std::string_view line = trimmed_end(text_.substr(at, end - at));
      const std::size_t first = line.find_first_not_of(" \t");
      if (first == std::string_view::npos) {
        // One blank line is a paragraph; more are noise, and so are those at the ends.
        if (!items_.empty() && items_.back().kind != Item::Kind::blank) items_.emplace_back();
        at = end + 1;
      } else if (line[first] == ';') {
        Item& item = items_.emplace_back();
        item.kind = Item::Kind::comment;
        item.indented = first > 0;
        item.text = line.substr(first);
        at = end + 1;
      } else {
        at = read_entry(at);
      }
    }
    while (!items_.empty() && items_.back().kind == Item::Kind::blank) items_.pop_back();
  }

  std::string_view chars(const Token& token) const {
    return token.quoted ? text_.substr(token.begin - 1, token.end + 2 - token.begin)
                        : text_.substr(token.begin, token.end - token.begin);
  }
  static std::uint32_t begin_of(const Token& token) { return token.begin - (token.quoted ? 1 : 0); }
  static std::uint32_t end_of(const Token& token) { return token.end + (token.quoted ? 1 : 0); }

  std::size_t read_entry(std::size_t at) {
    Scanner scanner(text_, at);
    Entry entry;
    scanner.next(entry);
    const std::size_t end = scanner.position();
    Item& item = items_.emplace_back();
    item.text = trimmed_end(text_.substr(at, end - at));
    while (item.text.ends_with('\n'))
      item.text = trimmed_end(item.text.substr(0, item.text.size() - 1));
    item.kind = Item::Kind::verbatim;
    if (entry.error != ScanError::none || entry.tokens.empty()) return end;
    std::size_t first = 0;
    if (!entry.leading_blank && chars(entry.tokens[0]).starts_with('$')) {
      if (item.text.find('\n') != std::string_view::npos) return end;
      item.kind = Item::Kind::directive;
    } else {
      first = read_header(entry, item);
      if (first == 0) return end;
    }
    read_lines(entry, first, end, item);
    return end;
  }

  /// Owner to type; the index of the first word of data, or 0 when that is not on one line.
  std::size_t read_header(const Entry& entry, Item& item) {
    const auto& tokens = entry.tokens;
    std::size_t at = 0;
    if (!entry.leading_blank) item.owner = chars(tokens[at++]);
    for (; at < tokens.size(); ++at) {
      const std::string word = upper(chars(tokens[at]));
      if (item.ttl.empty() && parse_ttl(word)) {
        item.ttl = chars(tokens[at]);
      } else if (item.class_word.empty() && (word == "IN" || word == "CLASS1")) {
        item.class_word = word;
      } else {
        break;
      }
    }
    if (at >= tokens.size() || tokens[at].quoted || !type_from_text(chars(tokens[at]))) return 0;
    item.type = upper(chars(tokens[at]));
    const std::string_view header =
        text_.substr(begin_of(tokens[0]), end_of(tokens[at]) - begin_of(tokens[0]));
    if (header.find('\n') != std::string_view::npos) return 0;
    item.kind = Item::Kind::record;
    return at + 1;
  }

  /// What stands between words: line ends and comments. Parentheses are put back when writing.
  void read_gap(std::size_t begin, std::size_t end, std::vector<Line>& lines) const {
    for (std::size_t at = begin; at < end; ++at) {
      if (text_[at] == '\n') {
        lines.emplace_back();
      } else if (text_[at] == ';') {
        const std::size_t stop = std::min(text_.find('\n', at), end);
        lines.back().comment = trimmed_end(text_.substr(at, stop - at));
        at = stop - 1;
      }
    }
  }

  void read_lines(const Entry& entry, std::size_t first, std::size_t end, Item& item) {
    const auto& tokens = entry.tokens;
    item.lines.emplace_back();
    std::size_t last_end = first == 0 ? begin_of(tokens[0]) : end_of(tokens[first - 1]);
    std::size_t last_words = 0;
    for (std::size_t i = first; i < tokens.size(); ++i) {
      read_gap(last_end, begin_of(tokens[i]), item.lines);
      std::string& words = item.lines.back().words;
      if (!words.empty() && !tokens[i].glued) words += ' ';
      words += chars(tokens[i]);
      last_words = item.lines.size();
      last_end = end_of(tokens[i]);
    }
    // The line end of the entry itself begins no further line of it.
    if (end > last_end && text_[end - 1] == '\n') --end;
    read_gap(last_end, end, item.lines);
    // Lines without anything, and those that held only a parenthesis.
    for (std::size_t i = item.lines.size(); i-- > 1;) {
      const Line& line = item.lines[i];
      if (line.words.empty() && line.comment.empty()) {
        item.lines.erase(item.lines.begin() + static_cast<std::ptrdiff_t>(i));
        if (i < last_words) --last_words;
      }
    }
    item.closes_alone = item.lines.size() > 1 && item.lines.back().words.empty();
  }

  void measure() {
    for (const Item& item : items_) {
      if (item.kind != Item::Kind::record) continue;
      constexpr std::size_t widest = 32;  // a longer owner moves only its own line
      if (width_of(item.owner) <= widest) owner_ = std::max(owner_, width_of(item.owner));
      ttl_ = std::max(ttl_, width_of(item.ttl));
      class_ = std::max(class_, width_of(item.class_word));
      type_ = std::max(type_, std::min<std::size_t>(width_of(item.type), 10));
    }
  }

  void pad(std::size_t column_begin, std::size_t width) {
    const std::size_t used = width_of(std::string_view(out_).substr(column_begin));
    out_.append(used < width ? width - used : 0, ' ');
  }

  void column(std::string_view word, std::size_t width) {
    if (width == 0) return;
    const std::size_t begin = out_.size();
    out_ += word;
    pad(begin, width);
    out_ += ' ';
  }

  std::size_t data_column() const {
    std::size_t sum = 0;
    for (const std::size_t width : {owner_, ttl_, class_, type_}) sum += width == 0 ? 0 : width + 1;
    // Without any owner a record still begins with a blank.
    return sum + (owner_ == 0 ? 1 : 0);
  }

  void end_line(std::string_view comment) {
    if (!comment.empty()) {
      if (!out_.ends_with(' ')) out_ += ' ';
      out_ += comment;
    }
    while (out_.ends_with(' ')) out_.pop_back();
    out_ += '\n';
  }

  void write(const Item& item) {
    switch (item.kind) {
      case Item::Kind::blank:
        out_ += '\n';
        return;
      case Item::Kind::comment:
        if (item.indented) out_.append(owner_ + 1, ' ');
        out_ += item.text;
        out_ += '\n';
        return;
      case Item::Kind::verbatim:
        out_ += item.text;
        out_ += '\n';
        return;
      case Item::Kind::directive:
        out_ += item.lines[0].words;
        return end_line(item.lines[0].comment);
      case Item::Kind::record:
        return write_record(item);
    }
  }

  void write_record(const Item& item) {
    if (owner_ == 0) out_ += ' ';
    column(item.owner, owner_);
    column(item.ttl, ttl_);
    column(item.class_word, class_);
    column(item.type, type_);
    if (item.lines.size() == 1) {
      out_ += item.lines[0].words;
      return end_line(item.lines[0].comment);
    }
    // Comments inside the parentheses stand below one another.
    std::size_t widest = 0;
    for (std::size_t i = 0; i < item.lines.size(); ++i) {
      widest = std::max(widest, width_of(item.lines[i].words) + (i == 0 ? 2 : 0));
    }
    const bool has_words = !item.lines[0].words.empty();
    for (std::size_t i = 0; i < item.lines.size(); ++i) {
      if (i > 0) out_.append(data_column(), ' ');
      const std::size_t begin = out_.size();
      out_ += item.lines[i].words;
      if (i == 0) out_ += has_words ? " (" : "(";
      const bool last = i + 1 == item.lines.size();
      if (last && !item.closes_alone) out_ += " )";
      if (!item.lines[i].comment.empty())
        pad(begin, item.lines[i].words.empty() && i > 0 ? 0 : widest);
      end_line(item.lines[i].comment);
    }
    if (!item.closes_alone) return;
    out_.append(data_column(), ' ');
    out_ += ")\n";
  }

  std::string_view text_;
  std::vector<Item> items_;
  std::size_t owner_ = 0, ttl_ = 0, class_ = 0, type_ = 0;
  std::string out_;
};

LoadedZone load_for_proof(SourceMap& sources, std::uint32_t file) {
  // With the root as origin any text is in its zone, and names that differ stay different.
  LoadOptions options;
  options.origin = dns::Name();
  return load_zone_text(file, sources, options);
}

bool same_records(const ZoneRecords& a, const ZoneRecords& b) {
  return std::equal(a.records.begin(), a.records.end(), b.records.begin(), b.records.end(),
                    [&](const Record& x, const Record& y) {
                      const auto owner_x = a.owner(x).octets();
                      const auto owner_y = b.owner(y).octets();
                      const auto data_x = a.rdata(x);
                      const auto data_y = b.rdata(y);
                      return x.type == y.type && x.ttl == y.ttl &&
                             std::equal(owner_x.begin(), owner_x.end(), owner_y.begin(),
                                        owner_y.end()) &&
                             std::equal(data_x.begin(), data_x.end(), data_y.begin(), data_y.end());
                    });
}

}  // namespace

Result<std::string> format_zone(SourceMap& sources, std::uint32_t file) {
  const LoadedZone before = load_for_proof(sources, file);
  Diagnostics errors;
  for (const Diagnostic& said : before.diagnostics) {
    // A part of a zone that is included elsewhere may rely on the TTL there.
    if (said.severity == Severity::error && said.rule != "missing-ttl") errors.push_back(said);
  }
  if (!errors.empty()) return errors;
  std::string laid_out = Formatter(sources.text(file)).run();
  const std::uint32_t again = sources.add(sources.path(file), laid_out);
  if (!same_records(before.records, load_for_proof(sources, again).records)) {
    return error_at({file, 0, 0}, "internal",
                    "the layout would change what the file means; this is a defect of Lapis");
  }
  return laid_out;
}

}  // namespace lapis::zone
