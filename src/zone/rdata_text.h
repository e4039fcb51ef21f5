// Rdata from presentation form to uncompressed wire form.
//
// The common types have a reader of their own; the others are described by a list of fields
// (rdata_types.cpp). Each field is read by FieldReader; the few with a notation of their own
// (NSAP, ATMA, mnemonics of CERT and of algorithms) are handed to ldns.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lapis/dns/name.h"
#include "scanner.h"

namespace lapis::zone {

/// What is wrong and where, as byte offsets of the text that was read.
struct TextError {
  const char* rule = "bad-rdata";
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string message;
  std::string help;
};

/// Appends a name in wire form. `text` is one token's characters. False, with nothing appended,
/// when it is no name; `error` then has rule and message but no place.
bool append_name(std::string_view text, dns::NameView origin, std::vector<std::uint8_t>& out,
                 TextError& error);

/// Cursor over the rdata tokens of one record. Each reader takes what its field needs, appends
/// the wire form to `out` and returns true, or sets `error` and returns false.
class FieldReader {
 public:
  /// `tokens[first]` is the first rdata token; the one before it (the type) gives the place of
  /// "too few fields" when there is none. REQUIRES: first > 0.
  FieldReader(std::string_view text, std::span<const Token> tokens, std::size_t first,
              dns::NameView origin, std::vector<std::uint8_t>& out, TextError& error)
      : text_(text), tokens_(tokens), next_(first), origin_(origin), out_(out), error_(error) {}

  bool at_end() const { return next_ >= tokens_.size(); }
  std::size_t remaining() const { return tokens_.size() - next_; }
  std::string_view peek() const { return chars(tokens_[next_]); }
  const Token& peek_token() const { return tokens_[next_]; }
  std::vector<std::uint8_t>& out() { return out_; }
  std::string_view text() const { return text_; }
  dns::NameView origin() const { return origin_; }

  /// Takes the next token; null and an error naming `what` when there is none.
  const Token* take(const char* what);
  std::string_view chars(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }

  bool name();
  bool number(std::uint64_t limit, std::uint64_t& value, const char* what);
  bool u8(const char* what = "a number from 0 to 255");
  bool u16(const char* what = "a number from 0 to 65535");
  bool u32(const char* what = "a number from 0 to 4294967295");
  bool period();
  bool ipv4();
  bool ipv6();
  bool character_string();
  bool character_strings();
  bool long_text();
  bool hex_rest(bool may_be_empty);
  bool base64_rest(bool may_be_empty);
  bool finished();

  void put8(std::uint64_t value) { out_.push_back(static_cast<std::uint8_t>(value)); }
  void put16(std::uint64_t value) {
    put8(value >> 8 & 0xFF);
    put8(value & 0xFF);
  }
  void put32(std::uint64_t value) {
    put16(value >> 16 & 0xFFFF);
    put16(value & 0xFFFF);
  }

  /// Sets the error at `token` (or after the last token) and returns false.
  bool fail(const Token& token, std::string message, std::string help = {}) {
    return fail(token, token, std::move(message), std::move(help));
  }
  bool fail(const Token& first, const Token& last, std::string message, std::string help = {});
  bool fail_at_end(std::string message);
  /// As fail(), for what has a rule of its own.
  bool fail_by(const char* rule, const Token& token, std::string message) {
    fail(token, std::move(message));
    error_.rule = rule;
    return false;
  }
  TextError& error() { return error_; }

 private:
  template <class Decode>
  bool encoded_rest(bool may_be_empty, const char* what, Decode decode);

  std::string_view text_;
  std::span<const Token> tokens_;
  std::size_t next_;
  dns::NameView origin_;
  std::vector<std::uint8_t>& out_;
  TextError& error_;
};

/// Appends the octets of `hex` (even number of digits). False when it is not hexadecimal.
bool append_hex(std::string_view hex, std::vector<std::uint8_t>& out);
/// Appends the octets of complete base64 `text` (RFC 4648 §4, padding required).
bool append_base64(std::string_view text, std::vector<std::uint8_t>& out);

/// Appends the rdata of `type` to `out`, known types also in the form `\# length hex` (RFC 3597
/// §5). `tokens[first]` is the first token after the type. On failure `out` is as it was.
bool append_rdata(std::uint16_t type, std::string_view text, std::span<const Token> tokens,
                  std::size_t first, dns::NameView origin, std::vector<std::uint8_t>& out,
                  TextError& error);

/// Readers of the fields with a notation of their own.
bool read_time(FieldReader& in);
bool read_algorithm(FieldReader& in);
bool read_cert_type(FieldReader& in);
bool read_type_number(FieldReader& in);
bool read_type_bitmap(FieldReader& in);
bool read_nxt_bitmap(FieldReader& in);
bool read_salt(FieldReader& in);
bool read_hashed_owner(FieldReader& in);
bool read_caa_tag(FieldReader& in);
bool read_apl(FieldReader& in);
bool read_node_id(FieldReader& in);
bool read_eui(FieldReader& in, std::size_t octets);
bool read_ipseckey(FieldReader& in);
bool read_amtrelay(FieldReader& in);
bool read_hip(FieldReader& in);
bool read_loc(FieldReader& in);
bool read_wks(FieldReader& in);
bool read_nsap(FieldReader& in);
bool read_atma(FieldReader& in);
bool read_svc_params(FieldReader& in);

/// The rule that parameters in wire form break (RFC 9460 §2.2, §7, §8), or null.
const char* svc_params_defect(std::span<const std::uint8_t> parameters);

/// The rule that `rdata` breaks when it has not the form its type demands, or null; types without
/// a description are free.
const char* rdata_defect(std::uint16_t type, std::span<const std::uint8_t> rdata);

}  // namespace lapis::zone
