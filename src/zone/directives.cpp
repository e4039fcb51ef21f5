// $ORIGIN, $TTL (RFC 1035 §5.1, RFC 2308 §4) and $INCLUDE.
#include <algorithm>
#include <filesystem>

#include "lapis/zone/record_text.h"
#include "loader.h"

namespace lapis::zone {
namespace {

namespace fs = std::filesystem;

/// The path with links and dots resolved, or empty when there is no regular file.
std::string resolve(const fs::path& path) {
  std::error_code failure;
  const fs::path real = fs::canonical(path, failure);
  if (failure || !fs::is_regular_file(real, failure)) return {};
  return real.string();
}

bool is_inside(const std::string& file, const std::string& directory) {
  std::error_code failure;
  const fs::path root = fs::canonical(directory, failure);
  if (failure) return false;
  const fs::path path(file);
  return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
}

/// Beside the including file first: that is what a zone's author sees. Then as BIND and NSD do.
std::string written_path(const std::string& including, const std::string& written,
                         const LoadOptions& options) {
  const std::string beside = resolve(fs::path(including).parent_path() / written);
  return beside.empty() ? resolve(fs::path(options.include_directory) / written) : beside;
}

std::string upper_word(std::string_view word) {
  std::string out(word);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

}  // namespace

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::uint8_t c = 0;
    if (!dns::read_escaped(text, i, c)) break;
    out += static_cast<char>(c);
  }
  return out;
}

std::string included_path(const std::string& including, const std::string& written,
                          const LoadOptions& options) {
  if (written.empty() || written.find('\0') != std::string::npos) return {};
  std::string path = written_path(including, written, options);
  const bool allowed = options.include_root.empty() || is_inside(path, options.include_root);
  return allowed ? path : std::string();
}

void Loader::directive(const Source& source, const Entry& entry) {
  const std::string word = upper_word(source.chars(entry.tokens[0]));
  if (word == "$ORIGIN") return set_origin(source, entry);
  if (word == "$TTL") return set_ttl(source, entry);
  if (word == "$INCLUDE") return include(source, entry);
  if (word == "$GENERATE") return generate(source, entry);
  const std::string near = did_you_mean(word, {"$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE"});
  error(source.span(entry.tokens[0]), "unknown-directive", "unknown directive",
        near.empty() ? "an owner name that starts with $ is written \\$"
                     : "did you mean " + near + "?");
}

bool Loader::directive_name(const Source& source, const Token& token, dns::Name& name) {
  const std::string_view text = source.chars(token);
  if (needs_origin(text)) {
    miss_origin(source.span(token), "give --origin NAME, or write the name with a final dot");
    return false;
  }
  std::vector<std::uint8_t> octets;
  TextError problem;
  if (!append_name(text, origin_, octets, problem)) {
    error(source.span(token), problem.rule, std::move(problem.message), std::move(problem.help));
    return false;
  }
  name = dns::Name(dns::NameView(octets.data(), octets.size()));
  if (lacks_final_dot(text, apex_)) {
    warning(source.span(token), "missing-final-dot",
            "read as " + dns::to_text(name) + ": the final dot seems to be missing",
            "write " + std::string(text) + ".");
  }
  return true;
}

void Loader::set_origin(const Source& source, const Entry& entry) {
  if (entry.tokens.size() != 2) {
    return error(source.span(entry.tokens.front(), entry.tokens.back()), "syntax",
                 "$ORIGIN takes one domain name");
  }
  if (!directive_name(source, entry.tokens[1], origin_)) return;
  origin_known_ = true;
  origin_changed_ = true;
  ++origin_serial_;
}

void Loader::set_ttl(const Source& source, const Entry& entry) {
  if (entry.tokens.size() != 2) {
    return error(source.span(entry.tokens.front(), entry.tokens.back()), "syntax",
                 "$TTL takes one TTL");
  }
  const Token& token = entry.tokens[1];
  const auto ttl = parse_ttl(source.chars(token));
  // A wrong value must not make every record that follows an error of its own.
  default_ttl_ = 3600;
  if (!ttl) {
    return error(source.span(token), "bad-ttl", "expected a TTL",
                 "a number of seconds up to 2147483647, or with units, such as 1h30m");
  }
  default_ttl_ = checked_ttl(*ttl, source.span(token));
  const std::string_view text = source.chars(token);
  const bool no_unit = text.back() >= '0' && text.back() <= '9';
  // Nobody keeps a whole zone for less than half a minute; a day has 24 hours.
  if (*ttl > 0 && *ttl <= 24 && no_unit) {
    return warning(source.span(token), "ttl-unit",
                   "a default TTL of " + std::to_string(*ttl) + " seconds",
                   "if hours or days are meant, write the unit: 1h, 1d");
  }
  doubt_ttl(text, source.span(token));
}

bool Loader::find_include(const Source& source, const Token& token, std::string& path) {
  const std::string written = unescaped(source.chars(token));
  const Span place = source.span(token);
  if (written.empty() || written.find('\0') != std::string::npos) {
    error(place, "include", "expected a file name");
    return false;
  }
  path = written_path(sources_.path(source.file), written, options_);
  if (path.empty()) {
    error(place, "include", "no such file: " + written);
    return false;
  }
  if (!options_.include_root.empty() && !is_inside(path, options_.include_root)) {
    error(place, "include", written + " is outside of " + options_.include_root,
          "$INCLUDE is limited to that directory here");
    return false;
  }
  if (std::find(open_files_.begin(), open_files_.end(), path) != open_files_.end()) {
    error(place, "include", written + " includes itself");
    return false;
  }
  return true;
}

void Loader::include(const Source& source, const Entry& entry) {
  const Span whole = source.span(entry.tokens.front(), entry.tokens.back());
  if (source.fixed || entry.tokens.size() < 2 || entry.tokens.size() > 3) {
    return error(whole, "include", "$INCLUDE takes a file name and perhaps an origin");
  }
  dns::Name origin = origin_;
  if (entry.tokens.size() == 3 && !directive_name(source, entry.tokens[2], origin)) return;
  const bool origin_known = origin_known_ || entry.tokens.size() == 3;
  std::string main_file = resolve(sources_.path(source.file));
  if (open_files_.empty() && !main_file.empty()) open_files_.push_back(std::move(main_file));
  std::string path;
  if (!find_include(source, entry.tokens[1], path)) return;
  if (open_files_.size() > options_.max_include_depth) {
    return error(whole, "include",
                 "files include one another more than " +
                     std::to_string(options_.max_include_depth) + " deep");
  }
  if (++includes_ > options_.max_includes) {
    if (includes_ == options_.max_includes + 1) {
      error(whole, "include",
            "more than " + std::to_string(options_.max_includes) + " inclusions in one zone");
    }
    return;
  }
  std::string text;
  std::string failure;
  if (!read_file(path, text, failure)) return error(whole, "include", path + ": " + failure);

  // RFC 1035 §5.1: an inclusion does not change the origin of the file it stands in; like BIND,
  // neither does it change the current owner.
  const dns::Name origin_before = origin_;
  const bool known_before = origin_known_;
  const OwnerState state = owner_state_;
  const bool in_zone_before = owner_in_zone_;
  const std::uint32_t at = owner_at_;
  const std::uint32_t size = owner_size_;
  open_files_.push_back(path);
  read(sources_.add(path, std::move(text)), origin, origin_known);
  open_files_.pop_back();
  origin_ = origin_before;
  origin_known_ = known_before;
  ++origin_serial_;
  owner_state_ = state;
  owner_in_zone_ = in_zone_before;
  owner_at_ = at;
  owner_size_ = size;
  owner_text_ = {};
}

}  // namespace lapis::zone
