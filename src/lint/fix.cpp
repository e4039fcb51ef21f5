#include "lapis/lint/fix.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "context.h"
#include "lapis/base/text_edit.h"
#include "lapis/zone/record_text.h"

namespace lapis::lint {
namespace {

using Edit = TextEdit;

class Fixer {
 public:
  Fixer(const zone::LoadedZone& zone, const SourceMap& sources, const LintOptions& options)
      : zone_(zone), sources_(sources), options_(options) {
    for (const zone::Record& record : zone.records.records) by_place_[key(record.span)] = &record;
  }

  Fixes run(const Diagnostics& findings, std::uint32_t today) {
    bool serial = false;
    for (const Diagnostic& finding : findings) {
      if (finding.rule == "missing-final-dot") {
        add({{finding.span.file, finding.span.end, finding.span.end}, "."});
        ++fixes_.repaired;
      } else if (finding.rule == "duplicate-record") {
        remove(finding);
      } else if (finding.rule == "rrset-ttl-mismatch") {
        equalise(finding);
      } else if (finding.rule == "serial-not-increased") {
        serial = true;
        ++fixes_.repaired;
      }
    }
    if (serial || fixes_.repaired > 0) raise_serial(today);
    apply();
    return std::move(fixes_);
  }

 private:
  using Place = std::pair<std::uint32_t, std::uint32_t>;
  static Place key(Span span) { return {span.file, span.begin}; }

  void add(Edit edit) { edits_.push_back(std::move(edit)); }

  const zone::Record* record_at(Span span) const {
    const auto found = by_place_.find(key(span));
    return found == by_place_.end() ? nullptr : found->second;
  }

  /// The record that follows in the same file, or null.
  const zone::Record* next_of(const zone::Record& record) const {
    auto next = by_place_.upper_bound(key(record.span));
    // Records made by one $GENERATE share their place.
    return next == by_place_.end() || next->first.first != record.span.file ? nullptr
                                                                            : next->second;
  }

  /// Offset behind the line on which the entry of `record` ends: closing parentheses and a comment
  /// may follow its last word.
  std::uint32_t end_of_entry(const zone::Record& record) const {
    const std::string_view text = sources_.text(record.span.file);
    int depth = 0;
    bool quoted = false;
    bool comment = false;
    const std::size_t line = text.rfind('\n', record.span.begin);
    std::size_t at = line == std::string_view::npos ? 0 : line + 1;
    for (; at < text.size(); ++at) {
      const char c = text[at];
      if (c == '\n') {
        comment = false;
        if (depth == 0 && at >= record.span.end) return static_cast<std::uint32_t>(at + 1);
      } else if (comment) {
        continue;
      } else if (c == '\\') {
        ++at;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == ';') {
        comment = true;
      } else if (!quoted && (c == '(' || c == ')')) {
        depth += c == '(' ? 1 : -1;
      }
    }
    return static_cast<std::uint32_t>(text.size());
  }

  std::uint32_t begin_of_line(std::uint32_t file, std::uint32_t at) const {
    const std::size_t line =
        at == 0 ? std::string_view::npos : sources_.text(file).rfind('\n', at - 1);
    return line == std::string_view::npos ? 0 : static_cast<std::uint32_t>(line + 1);
  }

  void remove(const Diagnostic& finding) {
    const zone::Record* record = record_at(finding.span);
    if (record == nullptr) return;
    const auto text = zone::record_text(sources_, *record);
    if (!text) return;
    const Span place = record->span;
    const std::uint32_t end = end_of_entry(*record);
    const zone::Record* next = next_of(*record);
    const auto next_text = next != nullptr ? zone::record_text(sources_, *next) : std::nullopt;
    const bool owner_is_needed = text->owner && next_text && !next_text->owner;
    if (owner_is_needed) {
      // The next record takes its owner from this one: it gets the word itself, if nothing stands
      // between the two.
      if (begin_of_line(place.file, next->span.begin) != end) return;
      add({{place.file, text->owner->end, end}, ""});
    } else {
      add({{place.file, begin_of_line(place.file, place.begin), end}, ""});
    }
    ++fixes_.repaired;
    removed_.push_back(record);
  }

  void equalise(const Diagnostic& finding) {
    const zone::Record* one = record_at(finding.span);
    if (one == nullptr) return;
    std::vector<const zone::Record*> set;
    for (const zone::Record& record : zone_.records.records) {
      if (record.type == one->type &&
          dns::equal(zone_.records.owner(record), zone_.records.owner(*one))) {
        set.push_back(&record);
      }
    }
    const std::uint32_t lowest =
        (*std::min_element(set.begin(), set.end(), [](const auto* a, const auto* b) {
          return a->ttl < b->ttl;
        }))->ttl;
    std::vector<Edit> edits;
    for (const zone::Record* record : set) {
      if (record->ttl == lowest) continue;
      const auto text = zone::record_text(sources_, *record);
      if (!text) return;
      if (text->ttl) {
        edits.push_back({*text->ttl, std::to_string(lowest)});
      } else {
        const Span before = text->class_word ? *text->class_word : text->type;
        edits.push_back({{before.file, before.begin, before.begin}, std::to_string(lowest) + " "});
      }
    }
    for (Edit& edit : edits) add(std::move(edit));
    ++fixes_.repaired;
  }

  static std::uint32_t serial_of(const zone::ZoneRecords& records, const zone::Record& soa) {
    const std::uint8_t* p = records.octets.data() + soa.rdata + soa.rdata_size - 20;
    return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
  }

  static const zone::Record* soa_of(const zone::ZoneRecords& records) {
    const auto soa = std::find_if(records.records.begin(), records.records.end(),
                                  [](const auto& record) { return record.type == rr::soa; });
    return soa == records.records.end() ? nullptr : &*soa;
  }

  /// RFC 1982 section 3.2: a is ahead of b.
  static bool is_ahead(std::uint32_t a, std::uint32_t b) {
    return a != b && static_cast<std::uint32_t>(a - b) < 0x80000000U;
  }

  static bool is_dated(std::uint32_t serial) {
    const std::uint32_t day = serial / 100 % 100;
    const std::uint32_t month = serial / 10'000 % 100;
    const std::uint32_t year = serial / 1'000'000;
    return year >= 1980 && year <= 2199 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  }

  void raise_serial(std::uint32_t today) {
    const zone::Record* soa = soa_of(zone_.records);
    if (soa == nullptr) return;
    const auto text = zone::record_text(sources_, *soa);
    if (!text || text->rdata.size() < 7) return;
    const std::uint32_t now = serial_of(zone_.records, *soa);
    std::uint32_t highest = now;
    if (options_.previous != nullptr) {
      if (const zone::Record* before = soa_of(options_.previous->records)) {
        const std::uint32_t published = serial_of(options_.previous->records, *before);
        if (is_ahead(published, highest)) highest = published;
        // Already ahead of what is published: these changes go out with it.
        if (is_ahead(now, published)) return;
      }
    }
    std::uint32_t next = highest + 1;
    if (next == 0) next = 1;  // some programs take 0 for "no serial"
    if (is_dated(highest) && is_ahead(today * 100, next)) next = today * 100;
    fixes_.serial = next;
    add({text->rdata[2], std::to_string(next)});
  }

  void apply() {
    // What is about a removed record is dropped with it.
    std::erase_if(edits_, [&](const Edit& edit) {
      return std::any_of(removed_.begin(), removed_.end(), [&](const zone::Record* record) {
        return edit.at.file == record->span.file && edit.at.begin >= record->span.begin &&
               edit.at.end <= record->span.end && !edit.text.empty();
      });
    });
    std::set<std::uint32_t> files;
    for (const Edit& edit : edits_) files.insert(edit.at.file);
    for (const std::uint32_t file : files) {
      fixes_.files.push_back({file, apply_edits(sources_.text(file), file, edits_)});
    }
  }

  const zone::LoadedZone& zone_;
  const SourceMap& sources_;
  const LintOptions& options_;
  std::map<Place, const zone::Record*> by_place_;
  std::vector<Edit> edits_;
  std::vector<const zone::Record*> removed_;
  Fixes fixes_;
};

}  // namespace

Fixes fix_zone(const zone::LoadedZone& zone, const SourceMap& sources, const Diagnostics& findings,
               std::uint32_t today, const LintOptions& options) {
  return Fixer(zone, sources, options).run(findings, today);
}

}  // namespace lapis::lint
