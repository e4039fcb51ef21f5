// The strict reader of witness objects: a SAX handler, so that a line costs no tree.
#include <limits>
#include <nlohmann/json.hpp>

#include "lapis/report/witness.h"

namespace lapis::report {
namespace {

using Json = nlohmann::json;

enum class Key : std::uint8_t {
  qname,
  zone,
  qtype,
  client,
  resolver,
  transport,
  site,
  region,
  country,
  continent,
  asn,
  attributes,
  none,
};

constexpr std::array<std::string_view, 12> key_names{
    "qname", "zone",   "qtype",   "client",    "resolver", "transport",
    "site",  "region", "country", "continent", "asn",      "attributes"};

Key key_of(std::string_view name) {
  for (std::size_t i = 0; i < key_names.size(); ++i) {
    if (key_names[i] == name) return static_cast<Key>(i);
  }
  return Key::none;
}

class Reader : public nlohmann::json_sax<Json> {
 public:
  Reader(Witness& out, std::string& error) : out_(out), error_(error) {}

  bool seen(Key key) const { return (seen_ & 1U << static_cast<unsigned>(key)) != 0; }

  bool null() override { return wrong_type("null"); }
  bool boolean(bool value) override {
    if (depth_ == 2) return attribute(value);
    return wrong_type("a boolean");
  }
  bool number_integer(number_integer_t value) override {
    if (depth_ == 2) return attribute(std::int64_t{value});
    return wrong_type("a negative number");
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (depth_ == 2) {
      if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return fail("attribute '" + attribute_ + "' is over 64 bits");
      }
      return attribute(static_cast<std::int64_t>(value));
    }
    if (depth_ != 1 || key_ != Key::asn) return wrong_type("a number");
    if (value > std::numeric_limits<std::uint32_t>::max()) {
      return fail("'asn' must be at most 4294967295");
    }
    out_.asn = static_cast<std::uint32_t>(value);
    return true;
  }
  bool number_float(number_float_t, const string_t&) override { return wrong_type("a fraction"); }
  bool string(string_t& value) override {
    if (depth_ == 2) return attribute(std::move(value));
    std::string* field = depth_ == 1 ? string_field() : nullptr;
    if (field == nullptr) return wrong_type("a string");
    field->swap(value);
    return true;
  }
  bool binary(binary_t&) override { return wrong_type("binary"); }
  bool start_object(std::size_t) override {
    if (depth_ == 1 && key_ != Key::attributes) return wrong_type("an object");
    if (depth_ == 2) return wrong_type("an object");
    ++depth_;
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override { return wrong_type("an array"); }
  bool end_array() override { return true; }
  bool key(string_t& name) override {
    if (depth_ == 2) {
      for (const auto& [known, value] : out_.attributes) {
        if (known == name) return fail("attribute '" + name + "' is given twice");
      }
      attribute_.swap(name);
      return true;
    }
    key_ = key_of(name);
    if (key_ == Key::none) return fail("unknown key '" + name + "'");
    const std::uint32_t bit = 1U << static_cast<unsigned>(key_);
    if ((seen_ & bit) != 0) return fail("key '" + name + "' is given twice");
    seen_ |= bit;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return fail("not JSON at octet " + std::to_string(position));
  }

 private:
  bool fail(std::string words) {
    error_ = std::move(words);
    return false;
  }
  bool wrong_type(const char* got) {
    if (depth_ == 0) return fail(std::string("expected an object, got ") + got);
    if (depth_ == 2) {
      return fail("attribute '" + attribute_ + "' must be a string, a number or a boolean, not " +
                  got);
    }
    const char* wanted = key_ == Key::asn          ? "a number from 0"
                         : key_ == Key::attributes ? "an object"
                                                   : "a string";
    return fail("'" + std::string(key_names[static_cast<std::size_t>(key_)]) + "' must be " +
                wanted + ", not " + got);
  }
  bool attribute(AttributeText value) {
    out_.attributes.emplace_back(attribute_, std::move(value));
    return true;
  }
  std::string* string_field() {
    switch (key_) {
      case Key::qname:
        return &out_.qname;
      case Key::zone:
        return &out_.zone;
      case Key::qtype:
        return &out_.qtype;
      case Key::client:
        return &out_.client;
      case Key::resolver:
        return &out_.resolver;
      case Key::transport:
        return &out_.transport;
      case Key::site:
        return &out_.site;
      case Key::region:
        return &out_.region;
      case Key::country:
        return &out_.country;
      case Key::continent:
        return &out_.continent;
      case Key::asn:
      case Key::attributes:
      case Key::none:
        return nullptr;
    }
    return nullptr;
  }

  Witness& out_;
  std::string& error_;
  std::string attribute_;
  Key key_ = Key::none;
  std::uint32_t seen_ = 0;
  int depth_ = 0;
};

void reset(Witness& out) {
  for (std::string* field : {&out.qname, &out.zone, &out.client, &out.resolver, &out.site,
                             &out.region, &out.country, &out.continent}) {
    field->clear();
  }
  out.qtype = "A";
  out.transport = "udp";
  out.asn = 0;
  out.attributes.clear();
}

}  // namespace

bool read_witness(std::string_view json, Witness& out, std::string& error, PlaceKeys* given) {
  reset(out);
  Reader reader(out, error);
  // The handler answers errors with false, so sax_parse has nothing to throw but bad_alloc.
  const bool read = Json::sax_parse(json.begin(), json.end(), &reader);
  if (given != nullptr) {
    *given = {reader.seen(Key::country), reader.seen(Key::continent), reader.seen(Key::asn)};
  }
  return read;
}

}  // namespace lapis::report
