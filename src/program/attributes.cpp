#include "lapis/program/attributes.h"

#include "lapis/program/attribute_rows.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <map>
#include <optional>

#include "lapis/dns/hashed_name.h"
#include "lapis/program/program_set.h"

namespace lapis::program {
namespace {

/// One cell of a CSV file (RFC 4180): unquoted content and where it stands.
struct Cell {
  std::string text;
  bool quoted = false;
  Span span;
};

/// Reads one CSV record at `at`, which moves past its line ending. False on a broken quote.
bool read_row(std::string_view text, std::uint32_t file, std::size_t& at, std::vector<Cell>& cells,
              Diagnostics& diagnostics) {
  cells.clear();
  bool good = true;
  while (true) {
    Cell cell;
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    const std::size_t start = at;
    if (at < text.size() && text[at] == '"') {
      ++at;
      cell.quoted = true;
      bool closed = false;
      while (at < text.size()) {
        if (text[at] == '"') {
          ++at;
          if (at >= text.size() || text[at] != '"') {
            closed = true;
            break;
          }
        }
        cell.text += text[at++];
      }
      cell.span = {file, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(at)};
      if (!closed) {
        diagnostics.push_back(error_at(cell.span, "syntax", "the quoted cell is never closed"));
        good = false;
      }
      while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    } else {
      while (at < text.size() && text[at] != ',' && text[at] != '\n') ++at;
      std::size_t end = at;
      while (end > start &&
             (text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == '\r')) {
        --end;
      }
      cell.text = text.substr(start, end - start);
      cell.span = {file, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end)};
    }
    cells.push_back(std::move(cell));
    if (at < text.size() && text[at] == ',') {
      ++at;
      continue;
    }
    if (at < text.size() && text[at] != '\n' && text[at] != '\r') {
      const auto here = static_cast<std::uint32_t>(at);
      diagnostics.push_back(
          error_at({file, here, here + 1}, "syntax", "expected ',' or the end of the line"));
      good = false;
      while (at < text.size() && text[at] != '\n') ++at;
    }
    while (at < text.size() && text[at] == '\r') ++at;
    if (at < text.size() && text[at] == '\n') ++at;
    return good;
  }
}

bool blank(const std::vector<Cell>& cells) {
  return cells.size() == 1 && (cells[0].text.empty() || cells[0].text[0] == '#');
}

/// A value before texts have their final home.
struct Parsed {
  std::int64_t number = 0;
  std::string text;
};

std::optional<Parsed> parse_value(const lang::Attribute& attribute, const std::string& text,
                                  Span span, Diagnostics& diagnostics) {
  Parsed value;
  const lang::Type& type = attribute.type;
  const auto refuse = [&](std::string help) {
    diagnostics.push_back(error_at(span, "attribute-domain",
                                   "'" + text + "' is not a value of attribute '" + attribute.name +
                                       "' (" + to_string(type) + ")",
                                   std::move(help)));
    return std::nullopt;
  };
  switch (type.kind) {
    case lang::Kind::boolean:
      if (text != "true" && text != "false") return refuse("write true or false");
      value.number = text == "true" ? 1 : 0;
      return value;
    case lang::Kind::integer: {
      const auto [end, code] =
          std::from_chars(text.data(), text.data() + text.size(), value.number);
      if (code != std::errc{} || end != text.data() + text.size() || text.empty()) {
        return refuse("write a whole number");
      }
      if (value.number < type.low || value.number > type.high) return refuse("");
      return value;
    }
    default:
      break;
  }
  if (text.size() > lang::max_text) return refuse("a string value has at most 255 octets");
  if (type.domain && !std::binary_search(type.domain->begin(), type.domain->end(), text)) {
    const std::string near = did_you_mean(text, *type.domain);
    return refuse(near.empty() ? "" : "did you mean '" + near + "'?");
  }
  value.text = text;
  return value;
}

std::vector<std::string> attribute_names(const lang::Set& set) {
  std::vector<std::string> names;
  for (const lang::Attribute& attribute : set.attributes) names.push_back(attribute.name);
  return names;
}

std::optional<std::size_t> find_attribute(const lang::Set& set, const std::string& name, Span span,
                                          Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < set.attributes.size(); ++i) {
    if (set.attributes[i].name == name) return i;
  }
  const std::string near = did_you_mean(name, attribute_names(set));
  diagnostics.push_back(
      error_at(span, "unknown-name", "the program set declares no attribute '" + name + "'",
               near.empty() ? "declare it with (attribute …)" : "did you mean '" + near + "'?"));
  return std::nullopt;
}

/// Rows as given: only the cells that hold a value.
struct GivenRow {
  dns::Name name;
  Span span;
  std::vector<std::optional<Parsed>> values;
};

class CsvReader {
 public:
  CsvReader(const lang::Set& set, dns::NameView zone, std::string_view text, std::uint32_t file,
            Diagnostics& diagnostics)
      : set_(set), zone_(zone), text_(text), file_(file), diagnostics_(diagnostics) {}

  std::vector<GivenRow> rows() {
    std::vector<GivenRow> out;
    std::size_t at = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    std::vector<Cell> cells;
    bool header = false;
    while (at < text_.size()) {
      const bool good = read_row(text_, file_, at, cells, diagnostics_);
      if (!good || blank(cells)) continue;
      if (!header) {
        header = true;
        if (!read_header(cells)) return {};
        continue;
      }
      if (auto row = read_cells(cells)) out.push_back(std::move(*row));
    }
    if (!header) {
      diagnostics_.push_back(error_at({file_, 0, 0}, "syntax", "the attributes file is empty",
                                      "start with a header: name,ATTRIBUTE,…"));
    }
    return out;
  }

 private:
  bool read_header(const std::vector<Cell>& cells) {
    if (cells[0].text != "name") {
      diagnostics_.push_back(error_at(cells[0].span, "syntax",
                                      "the first column must be headed 'name'",
                                      "the header is name,ATTRIBUTE,…"));
      return false;
    }
    bool good = true;
    for (std::size_t i = 1; i < cells.size(); ++i) {
      const auto index = find_attribute(set_, cells[i].text, cells[i].span, diagnostics_);
      if (!index) {
        good = false;
      } else if (std::find(columns_.begin(), columns_.end(), *index) != columns_.end()) {
        diagnostics_.push_back(error_at(cells[i].span, "duplicate-name",
                                        "two columns are headed '" + cells[i].text + "'"));
        good = false;
      }
      columns_.push_back(index.value_or(0));
    }
    return good;
  }

  std::optional<GivenRow> read_cells(const std::vector<Cell>& cells) {
    const Span line{file_, cells.front().span.begin, cells.back().span.end};
    if (cells.size() != columns_.size() + 1) {
      diagnostics_.push_back(error_at(line, "syntax",
                                      "expected " + std::to_string(columns_.size() + 1) +
                                          " cells as in the header, found " +
                                          std::to_string(cells.size())));
      return std::nullopt;
    }
    dns::NameError error{};
    const auto name = dns::parse_name(cells[0].text, zone_, error);
    if (!name) {
      diagnostics_.push_back(error_at(cells[0].span, "bad-literal",
                                      std::string("not a domain name: ") + to_string(error)));
      return std::nullopt;
    }
    if (!dns::is_under(*name, zone_)) {
      diagnostics_.push_back(
          error_at(cells[0].span, "out-of-zone",
                   dns::to_text(*name) + " is not in the zone " + dns::to_text(zone_)));
      return std::nullopt;
    }
    GivenRow row{name->lowered(), cells[0].span, {}};
    row.values.resize(set_.attributes.size());
    const std::string key(reinterpret_cast<const char*>(row.name.data()), row.name.size());
    const auto [first, fresh] = seen_.emplace(key, cells[0].span);
    if (!fresh) {
      Diagnostic d =
          error_at(cells[0].span, "duplicate-name", "a second row for " + dns::to_text(row.name));
      d.related.push_back({"", "the first is here", first->second});
      diagnostics_.push_back(std::move(d));
      return std::nullopt;
    }
    for (std::size_t i = 1; i < cells.size(); ++i) {
      // An empty cell inherits; a quoted one is the empty string.
      if (cells[i].text.empty() && !cells[i].quoted) continue;
      row.values[columns_[i - 1]] =
          parse_value(set_.attributes[columns_[i - 1]], cells[i].text, cells[i].span, diagnostics_);
    }
    return row;
  }

  const lang::Set& set_;
  dns::NameView zone_;
  std::string_view text_;
  std::uint32_t file_;
  Diagnostics& diagnostics_;
  std::vector<std::size_t> columns_;
  std::map<std::string, Span> seen_;
};

/// Names in lower case, by the hashes that a HashedName has anyway: one look-up reads one slot, and
/// the name itself when the hash is right.
class NameTable {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  explicit NameTable(std::size_t names = 0) : slots_(std::bit_ceil(names * 2 + 1)) {}

  /// REQUIRES: fewer names than announced have been added, and not this one
  void add(const dns::HashedName& name, std::uint32_t value) {
    std::size_t at = name.hash() & (slots_.size() - 1);
    while (slots_[at].value != none) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {name.hash(), static_cast<std::uint32_t>(octets_.size()), value};
    octets_.insert(octets_.end(), name.data(), name.data() + name.size());
    least_labels_ = std::min(least_labels_, name.labels());
  }

  /// The value of the suffix of `name` with `labels` labels, or `none`.
  std::uint32_t find(const dns::HashedName& name, int labels) const {
    const std::uint64_t hash = name.hash(labels);
    const dns::NameView wanted = name.suffix(labels);
    for (std::size_t at = hash & (slots_.size() - 1); slots_[at].value != none;
         at = (at + 1) & (slots_.size() - 1)) {
      // A name ends with its root label, so that no other one begins with it.
      if (slots_[at].hash == hash && slots_[at].name + wanted.size() <= octets_.size() &&
          std::memcmp(octets_.data() + slots_[at].name, wanted.data(), wanted.size()) == 0) {
        return slots_[at].value;
      }
    }
    return none;
  }
  /// Labels of the shortest name.
  int least_labels() const { return least_labels_; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t name = 0;      // where it begins in octets_
    std::uint32_t value = none;  // none: free
  };
  std::vector<Slot> slots_;
  std::vector<std::uint8_t> octets_;
  int least_labels_ = std::numeric_limits<int>::max();
};

}  // namespace

/// Texts have stable homes here; values point into them.
struct AttributeTable::Data {
  std::map<std::string, std::string_view> texts;
  NameTable rows;                      // offset of a row in `values`
  std::vector<AttributeValue> values;  // the zone-wide row first
  std::vector<bool> given;             // for each value: it is not inherited
  std::size_t width = 0;

  std::string_view keep(const std::string& text) {
    const auto [at, fresh] = texts.emplace(text, std::string_view());
    if (fresh) at->second = at->first;
    return at->second;
  }
};

AttributeTable::AttributeTable() = default;
AttributeTable::~AttributeTable() = default;
AttributeTable::AttributeTable(AttributeTable&&) noexcept = default;
AttributeTable& AttributeTable::operator=(AttributeTable&&) noexcept = default;

bool AttributeTable::empty() const {
  return data_ == nullptr;
}

Result<AttributeTable> AttributeTable::build(const ProgramSet& program_set, dns::NameView zone,
                                             const std::vector<ZoneWide>& zone_wide,
                                             const SourceMap& sources, std::uint32_t file) {
  const lang::Set& set = program_set.definition();
  Diagnostics diagnostics;
  auto data = std::make_unique<Data>();
  data->width = set.attributes.size();
  for (const AttributeValue& value : program_set.defaults()) {
    data->values.push_back({value.number, data->keep(std::string(value.text))});
  }
  data->given.resize(data->width);
  for (const ZoneWide& given : zone_wide) {
    const auto index = find_attribute(set, given.name, given.name_span, diagnostics);
    if (!index) continue;
    const auto value =
        parse_value(set.attributes[*index], given.value, given.value_span, diagnostics);
    if (!value) continue;
    data->values[*index] = {value->number, data->keep(value->text)};
    data->given[*index] = true;
  }
  std::vector<GivenRow> rows;
  if (file != 0) rows = CsvReader(set, zone, sources.text(file), file, diagnostics).rows();
  if (!diagnostics.empty()) return diagnostics;

  // Shorter names first, so that a row finds its enclosing rows already complete.
  std::sort(rows.begin(), rows.end(), [](const GivenRow& a, const GivenRow& b) {
    return a.name.view().label_count() < b.name.view().label_count();
  });
  AttributeTable table;
  table.data_ = std::move(data);
  Data& d = *table.data_;
  d.rows = NameTable(rows.size());
  dns::HashedName name;
  for (const GivenRow& given : rows) {
    name.assign(given.name);
    const AttributeValue* outer = table.row(name);
    std::vector<AttributeValue> values(outer, outer + d.width);
    for (std::size_t i = 0; i < d.width; ++i) {
      d.given.push_back(given.values[i].has_value());
      if (given.values[i]) values[i] = {given.values[i]->number, d.keep(given.values[i]->text)};
    }
    d.rows.add(name, static_cast<std::uint32_t>(d.values.size()));
    d.values.insert(d.values.end(), values.begin(), values.end());
  }
  return table;
}

const AttributeValue* AttributeTable::row(const dns::HashedName& qname) const {
  if (data_ == nullptr) return nullptr;
  for (int labels = qname.labels(); labels >= data_->rows.least_labels(); --labels) {
    const std::uint32_t found = data_->rows.find(qname, labels);
    if (found != NameTable::none) return data_->values.data() + found;
  }
  return data_->values.data();
}

const AttributeValue* AttributeTable::row(dns::NameView qname) const {
  dns::HashedName name;
  name.assign(qname);
  return row(name);
}

AttributeTable::Origin AttributeTable::origin(dns::NameView qname, std::size_t attribute) const {
  if (data_ == nullptr) return {};
  dns::HashedName name;
  name.assign(qname);
  for (int labels = name.labels(); labels >= data_->rows.least_labels(); --labels) {
    const std::uint32_t found = data_->rows.find(name, labels);
    if (found != NameTable::none && data_->given[found + attribute]) {
      return {Origin::Kind::row, dns::Name(name.suffix(labels))};
    }
  }
  return {data_->given[attribute] ? Origin::Kind::zone_wide : Origin::Kind::declared, {}};
}

std::vector<AttributeRow> attribute_rows(dns::NameView zone, const SourceMap& sources,
                                         std::uint32_t file) {
  std::vector<AttributeRow> rows;
  const std::string_view text = sources.text(file);
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  std::vector<Cell> cells;
  Diagnostics ignored;
  bool header = false;
  while (at < text.size()) {
    if (!read_row(text, file, at, cells, ignored) || blank(cells)) continue;
    if (!header) {
      header = true;
      continue;
    }
    dns::NameError error{};
    const auto name = dns::parse_name(cells[0].text, zone, error);
    if (name && dns::is_under(*name, zone)) rows.push_back({*name, cells[0].span});
  }
  return rows;
}

}  // namespace lapis::program
