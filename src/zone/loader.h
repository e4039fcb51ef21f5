// Master-file entries to records: the state that runs through a zone file and its inclusions.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lapis/zone/load.h"
#include "rdata_text.h"
#include "scanner.h"

namespace lapis::zone {

/// Whether a text has control characters or octets above 127.
bool has_odd_characters(std::string_view text);

/// A word without its escapes, up to the first that is none.
std::string unescaped(std::string_view text);

/// The file that $INCLUDE `written` in the file `including` leads to, links resolved; empty when
/// there is none or it may not be read.
std::string included_path(const std::string& including, const std::string& written,
                          const LoadOptions& options);

class Loader {
 public:
  Loader(SourceMap& sources, const LoadOptions& options, const dns::Name& apex, LoadedZone& zone);

  /// Reads a whole file, `origin` being the origin at its start (the root when not known).
  void read(std::uint32_t file, const dns::Name& origin, bool origin_known);
  /// Adds what can only be said at the end: how many diagnostics were not kept.
  void finish();

 private:
  /// Text being read: a file, or the text made by one step of $GENERATE.
  struct Source {
    std::string_view text;
    std::uint32_t file = 0;
    std::optional<Span> fixed;  // the place of everything in generated text
    bool odd = false;           // holds characters worth a second look

    Span span(std::uint32_t begin, std::uint32_t end) const {
      return fixed ? *fixed : Span{file, begin, end};
    }
    Span span(const Token& token) const {
      if (!token.quoted) return span(token.begin, token.end);
      const bool closed = token.end < text.size() && text[token.end] == '"';
      return span(token.begin - 1, token.end + (closed ? 1 : 0));
    }
    Span span(const Token& first, const Token& last) const {
      return fixed ? *fixed : Span{file, span(first).begin, span(last).end};
    }
    std::string_view chars(const Token& token) const {
      return text.substr(token.begin, token.end - token.begin);
    }
  };

  /// What stands before the rdata of a record.
  struct Header {
    std::optional<std::uint32_t> ttl;
    std::uint16_t type = 0;
    std::size_t rdata_at = 0;  // index of the first rdata token
  };

  struct OddCharacter {
    Span place;
    const char* rule;
    std::string message;
  };

  // loader.cpp
  void entry(const Source& source, const Entry& entry);
  void ordinary_entry(const Source& source, const Entry& entry);
  void record(const Source& source, const Entry& entry);
  bool owner(const Source& source, const Entry& entry);
  bool header(const Source& source, const Entry& entry, std::size_t at, Header& header);
  bool ttl_or_class(const Source& source, const Token& token, Header& header, bool& class_seen,
                    bool& failed);
  std::uint32_t choose_ttl(const Source& source, const Entry& entry, const Header& header,
                           std::uint32_t rdata);
  std::uint32_t checked_ttl(std::uint32_t ttl, Span place);
  void reject_at_apex(Record record);
  bool in_zone(const Source& source, const Entry& entry);
  void scan_error(const Source& source, const Entry& entry);
  dns::NameView last_owner() const;

  // suspicions.cpp
  void doubt_ttl(std::string_view text, Span place);
  void doubt_owner(const Source& source, const Entry& entry, const Header& head);
  bool is_owner_after_blank(const Source& source, const Entry& entry) const;
  void entry_with_odd_characters(const Source& source, const Entry& entry);
  std::optional<OddCharacter> odd_character(const Source& source, const Entry& entry,
                                            bool letters) const;

  // directives.cpp
  void directive(const Source& source, const Entry& entry);
  void set_origin(const Source& source, const Entry& entry);
  void set_ttl(const Source& source, const Entry& entry);
  void include(const Source& source, const Entry& entry);
  bool find_include(const Source& source, const Token& token, std::string& path);
  bool directive_name(const Source& source, const Token& token, dns::Name& name);

  // generate.cpp
  void generate(const Source& source, const Entry& entry);

  bool needs_origin(std::string_view name) const;
  void miss_origin(Span span, const char* help);
  void report(Diagnostic diagnostic);
  void error(Span span, const char* rule, std::string message, std::string help = {});
  void warning(Span span, const char* rule, std::string message, std::string help = {});

  SourceMap& sources_;
  const LoadOptions& options_;
  const dns::Name apex_;
  LoadedZone& zone_;

  dns::Name origin_;
  bool origin_known_ = false;
  std::optional<std::uint32_t> default_ttl_;   // $TTL
  std::optional<std::uint32_t> previous_ttl_;  // of the last record that stated one
  bool missing_ttl_told_ = false;
  bool origin_changed_ = false;  // by $ORIGIN, and no record since

  // The last owner, for records that leave it out and to share equal ones.
  enum class OwnerState : std::uint8_t { none, good, bad } owner_state_ = OwnerState::none;
  bool owner_in_zone_ = false;
  std::uint32_t owner_at_ = 0;
  std::uint32_t owner_size_ = 0;
  std::string_view owner_text_;  // as written, empty when it can't be compared
  std::uint32_t origin_serial_ = 0;
  std::uint32_t owner_origin_serial_ = 0;

  std::vector<std::string> open_files_;  // resolved paths of the inclusion stack
  std::uint32_t includes_ = 0;
  std::uint64_t generated_ = 0;
  std::size_t dropped_diagnostics_ = 0;
  std::size_t names_without_origin_ = 0;
  std::size_t first_without_origin_ = 0;  // the diagnostic about the first of them
  bool full_ = false;                     // the octets no longer fit 32-bit offsets
};

}  // namespace lapis::zone
