// Program text is written by a grammar that keeps the types, ranges and domains the checker will
// find, so that what it writes is well-typed without asking the checker.
#include "generator.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "vocabulary.h"

namespace lapis::agreement {
namespace {

using Texts = std::vector<std::string>;

/// Written expressions with what the checker will know about them.
struct Number {
  std::string text;
  std::int64_t low;
  std::int64_t high;
};
struct Words {
  std::string text;
  Texts domain;         ///< empty: any string
  bool opaque = false;  ///< a parameter: its domain is that of each argument
};
enum class Sort { boolean, number, words, name, address, list4, list6 };
struct Variable {
  std::string name;
  Sort sort;
  Number range{};
  Words words{};
};
struct Function {
  std::string name;
  std::vector<Sort> parameters;
  Sort result;
};
struct AttributeWords {
  std::string name;
  std::string type;
  Sort sort;
  std::int64_t low = 0;
  std::int64_t high = 0;
  Texts domain{};
};

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

const AttributeWords all_attributes[] = {
    {"plan", R"((one-of "free" "pro" "business"))", Sort::words, 0, 0, {"free", "pro", "business"}},
    {"tier", "(int 0 5)", Sort::number, 0, 5},
    {"weight", "(int -100 100)", Sort::number, -100, 100},
    {"big", "(int -9223372036854775808 9223372036854775807)", Sort::number, least, most},
    {"flag", "bool", Sort::boolean},
    {"owner", "string", Sort::words},
    {"mode", R"((one-of "A" "a" ""))", Sort::words, 0, 0, {"A", "a", ""}},
};

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

class SetWriter {
 public:
  SetWriter(Random& random, const Size& size) : r_(random), size_(size) {}

  std::string write() {
    choose_vocabulary();
    attributes();
    fields();
    pools();
    for (int i = 0; i < size_.definitions; ++i) {
      if (chance(r_, 60)) define();
    }
    const int programs = 1 + static_cast<int>(pick(static_cast<std::size_t>(size_.programs)));
    for (int i = 0; i < programs; ++i) program("p" + std::to_string(i));
    programs_ = programs;
    in_invariant_ = true;
    for (int i = 0; i < size_.invariants; ++i) {
      if (chance(r_, 60)) {
        out_ += "(invariant i" + std::to_string(i) + " " + boolean(size_.depth - 1) + ")\n";
      }
    }
    return out_;
  }

 private:
  // ---- vocabulary

  std::size_t pick(std::size_t n) { return below(r_, n); }

  template <class Range>
  Texts some(const Range& range, std::size_t count) {
    Texts words;
    for (std::size_t i = 0; i < count; ++i) words.emplace_back(any_of(r_, range));
    return words;
  }

  void choose_vocabulary() {
    names_ = some(name_words, 5);
    prefixes_ = some(prefix4_words, 3);
    for (const std::string& word : some(prefix6_words, 2)) prefixes_.push_back(word);
    addresses_ = some(client4_words, 3);
    for (const std::string& word : some(client6_words, 2)) addresses_.push_back(word);
    countries_ = some(country_words, 3);
    places_ = some(place_words, 3);
    for (int i = 0; i < 4; ++i) numbers_.push_back(any_of(r_, number_words));
  }

  std::string name_word() { return quoted(any_of(r_, names_)); }
  std::string prefix_word() { return quoted(any_of(r_, prefixes_)); }
  std::string address_word() { return quoted(any_of(r_, addresses_)); }
  std::string fresh(const char* stem) { return stem + std::to_string(++counter_); }

  /// A literal within a range: what the checker wants when the other side is a field.
  std::string number_in(std::int64_t low, std::int64_t high) {
    std::int64_t value = any_of(r_, numbers_);
    if (chance(r_, 20)) value = low;
    if (chance(r_, 20)) value = high;
    return std::to_string(std::clamp(value, low, high));
  }
  std::string word_for(const Words& words) {
    if (!words.domain.empty()) return quoted(any_of(r_, words.domain));
    return quoted(chance(r_, 50) ? any_of(r_, countries_) : any_of(r_, places_));
  }

  // ---- top level

  void attributes() {
    for (const AttributeWords& attribute : all_attributes) {
      if (static_cast<int>(attributes_.size()) >= size_.attributes || chance(r_, 40)) continue;
      attributes_.push_back(attribute);
      out_ += "(attribute " + attribute.name + " " + attribute.type;
      if (chance(r_, 30)) out_ += R"( (doc "random"))";
      if (chance(r_, 50)) {
        out_ += " (default ";
        if (attribute.sort == Sort::boolean) out_ += "true";
        if (attribute.sort == Sort::number) out_ += number_in(attribute.low, attribute.high);
        if (attribute.sort == Sort::words) out_ += word_for({"", attribute.domain});
        out_ += ")";
      }
      out_ += ")\n";
    }
  }

  void fields() {
    for (const char* field : {"site", "region"}) {
      if (!chance(r_, 40)) continue;
      Texts values = some(place_words, 3);
      std::sort(values.begin(), values.end());
      values.erase(std::unique(values.begin(), values.end()), values.end());
      out_ += std::string("(field ") + field + " (one-of";
      for (const std::string& value : values) out_ += " " + quoted(value);
      out_ += "))\n";
      (field[0] == 's' ? sites_ : regions_) = values;
    }
  }

  void pools() {
    out_ += "(define pool-a " + literal_list(4, 1 + pick(4)) + ")\n";
    out_ += "(define pool-b " + literal_list(6, 1 + pick(3)) + ")\n";
    out_ += "(define nets (list " + prefix_word() + " " + prefix_word() + "))\n";
    out_ += "(define (low-half a) (in-prefix? a (list \"192.0.2.0/25\" \"2001:db8:1::/48\")))\n";
    out_ += "(define (wanted a) (or (low-half a) " + atom() + "))\n";
    if (chance(r_, 20)) out_ += "(pools pool-a pool-b)\n";
    if (chance(r_, 10)) out_ += "(total true)\n";
  }

  void define() {
    Function f;
    f.name = fresh("f");
    const std::size_t count = pick(3);
    std::string head = f.name;
    for (std::size_t i = 0; i < count; ++i) {
      Variable v;
      v.name = fresh("a");
      v.sort = any_of(r_, std::vector<Sort>{Sort::boolean, Sort::number, Sort::words, Sort::name,
                                            Sort::address});
      v.range = {v.name, -1000, 1000};
      v.words = {v.name, {}, true};
      f.parameters.push_back(v.sort);
      head += " " + v.name;
      scope_.push_back(v);
    }
    const bool boolean_result = chance(r_, 70);
    f.result = boolean_result ? Sort::boolean : Sort::number;
    std::string body;
    if (boolean_result) {
      body = boolean(size_.depth - 2);
    } else {
      body = "(clamp " + number(size_.depth - 2).text + " -1000 1000)";
    }
    scope_.clear();
    // Both spellings of a definition without parameters.
    f.name = count == 0 && chance(r_, 50) ? f.name : "(" + f.name;
    out_ += "(define " + (f.name[0] == '(' ? "(" + head + ")" : head) + " " + body + ")\n";
    functions_.push_back(f);
  }

  void program(const std::string& name) {
    scope_.clear();
    std::string config;
    const auto bind = [&](Sort sort, const std::string& value) {
      Variable v;
      v.name = fresh("c");
      v.sort = sort;
      config += " [" + v.name + " " + value + "]";
      scope_.push_back(v);
      return v.name;
    };
    if (chance(r_, 70)) bind(Sort::list4, literal_list(4, pick(5)));
    if (chance(r_, 60)) bind(Sort::list6, literal_list(6, pick(4)));
    if (chance(r_, 20)) bind(Sort::list4, "(map ipv4 (list \"192.0.2.9\" \"192.0.2.8\"))");
    Texts clauses;
    if (!config.empty()) clauses.push_back("(config (" + config.substr(1) + "))");
    if (chance(r_, 30)) clauses.emplace_back(R"((doc "a \"random\" program"))");
    if (chance(r_, 50))
      clauses.emplace_back(chance(r_, 70) ? "(exclusive false)" : "(exclusive true)");
    clauses.push_back("(match " + boolean(size_.depth) + ")");
    clauses.push_back("(response " + list(4, size_.depth - 1) + " " + list(6, size_.depth - 1) +
                      " " + ttl(size_.depth - 2) + ")");
    std::swap(clauses[pick(clauses.size())], clauses[pick(clauses.size())]);
    out_ += "(program " + name;
    for (const std::string& clause : clauses) out_ += "\n  " + clause;
    out_ += ")\n";
    scope_.clear();
  }

  // ---- scope

  std::vector<Variable> visible(Sort sort) const {
    std::vector<Variable> found;
    for (const Variable& v : scope_) {
      if (v.sort == sort) found.push_back(v);
    }
    return found;
  }

  /// `(let ([x VALUE]) BODY)` with a value of any sort.
  template <class Body>
  std::string with_let(int depth, Body body) {
    Variable v;
    v.name = fresh("v");
    std::string value;
    switch (pick(7)) {
      case 0:
        v.sort = Sort::boolean;
        value = boolean(depth - 1);
        break;
      case 1: {
        v.sort = Sort::number;
        const Number n = number(depth - 1);
        v.range = {v.name, n.low, n.high};
        value = n.text;
        break;
      }
      case 2: {
        v.sort = Sort::words;
        const Words w = words(depth - 1);
        v.words = {v.name, w.domain, w.opaque};
        value = w.text;
        break;
      }
      case 3:
        v.sort = Sort::name;
        value = name(depth - 1, false);
        break;
      case 4:
        v.sort = Sort::address;
        value = address(depth - 1, false);
        break;
      case 5:
        v.sort = Sort::list4;
        value = list(4, depth - 1);
        break;
      default:
        v.sort = Sort::list6;
        value = list(6, depth - 1);
        break;
    }
    const std::size_t before = scope_.size();
    scope_.push_back(v);
    const std::string inner = body();
    scope_.resize(before);
    return "(let ([" + v.name + " " + value + "]) " + inner + ")";
  }

  // ---- tests

  /// A test that certainly depends on the query.
  std::string atom() {
    switch (pick(8)) {
      case 0:
        return std::string("(= qtype ") + (chance(r_, 50) ? "\"A\")" : "\"AAAA\")");
      case 1:
        return std::string("(!= transport ") + (chance(r_, 50) ? "\"udp\")" : "\"tls\")");
      case 2:
        return "(= country " + quoted(any_of(r_, countries_)) + ")";
      case 3:
        return "(under? qname " + name_word() + ")";
      case 4:
        return "(in-prefix? client " + prefix_word() + ")";
      case 5:
        return "(< (bucket qname 100 \"canary\") 50)";
      case 6:
        return "(in asn (list 0 1 64496))";
      default:
        return "(= qname " + name_word() + ")";
    }
  }

  std::string boolean(int depth) {
    if (depth <= 0) {
      const auto locals = visible(Sort::boolean);
      if (!locals.empty() && chance(r_, 30)) return any_of(r_, locals).name;
      for (const AttributeWords& attribute : attributes_) {
        if (attribute.sort == Sort::boolean && chance(r_, 20)) return attribute.name;
      }
      if (chance(r_, 2)) return chance(r_, 50) ? "true" : "false";
      return atom();
    }
    switch (pick(20)) {
      case 0:
      case 1:
      case 2:
        return several("and", depth);
      case 3:
      case 4:
        return several("or", depth);
      case 5:
        return "(not " + boolean(depth - 1) + ")";
      case 6:
        return "(implies " + boolean(depth - 1) + " " + boolean(depth - 1) + ")";
      case 7:
        return choice(depth, [&](int d) { return boolean(d); });
      case 8:
        return with_let(depth, [&] { return boolean(depth - 1); });
      case 9:
        return "(= " + boolean(depth - 1) + " " + boolean(depth - 1) + ")";
      case 10:
        return call(Sort::boolean, depth);
      case 11:
      case 12:
        return number_test(depth);
      case 13:
      case 14:
        return words_test(depth);
      case 15:
      case 16:
        return name_test(depth);
      case 17:
      case 18:
        return address_test(depth);
      default:
        return in_invariant_ || chance(r_, 10) ? list_test(depth) : boolean(depth - 1);
    }
  }

  std::string several(const char* op, int depth) {
    std::string out = std::string("(") + op;
    for (std::size_t i = pick(3) + 1; i > 0; --i) out += " " + boolean(depth - 1);
    return out + " " + atom() + ")";
  }

  template <class Arm>
  std::string choice(int depth, Arm arm) {
    if (chance(r_, 60)) {
      return "(if " + boolean(depth - 1) + " " + arm(depth - 1) + " " + arm(depth - 1) + ")";
    }
    return "(cond [" + boolean(depth - 1) + " " + arm(depth - 1) + "] [" + atom() + " " +
           arm(depth - 2) + "] [else " + arm(depth - 1) + "])";
  }

  std::string number_test(int depth) {
    const Number x = number(depth - 1);
    switch (pick(6)) {
      case 0:
        return "(in " + x.text + " (list " + number_in(x.low, x.high) + " " +
               number_in(x.low, x.high) + "))";
      case 1:
        return "(one-of? " + x.text + " " + number_in(x.low, x.high) + " " +
               number_in(x.low, x.high) + ")";
      case 2:
        return "(" + order() + " " + x.text + " " + number(depth - 1).text + ")";
      case 3:
        return "(" + order() + " " + number_in(x.low, x.high) + " " + x.text + " " +
               number(depth - 2).text + ")";
      case 4:
        return "(!= " + x.text + " " + number_in(x.low, x.high) + ")";
      default:
        return "(= " + x.text + " " + number_in(x.low, x.high) + ")";
    }
  }

  std::string order() { return any_of(r_, Texts{"<", "<=", ">", ">="}); }

  std::string words_test(int depth) {
    const Words x = words(depth - 1);
    const std::size_t kind = x.opaque ? 4 + pick(3) : pick(7);
    switch (kind) {
      case 0:
        return "(in " + x.text + " (list " + word_for(x) + " " + word_for(x) + "))";
      case 1:
        return "(one-of? " + x.text + " " + word_for(x) + " " + word_for(x) + ")";
      case 2:
        return "(!= " + x.text + " " + word_for(x) + ")";
      case 3:
        return "(= " + x.text + " " + word_for(x) + ")";
      case 4:
        return "(has-prefix? " + x.text + " " + quoted(any_of(r_, piece_words)) + ")";
      case 5:
        return "(has-suffix? " + x.text + " " + quoted(any_of(r_, piece_words)) + ")";
      default:
        return "(contains? " + x.text + " " + quoted(any_of(r_, piece_words)) + ")";
    }
  }

  std::string name_test(int depth) {
    switch (pick(11)) {
      case 0:
        return "(= " + name(depth - 1, false) + " " + name(depth - 1, true) + ")";
      case 1:
        return "(!= " + name(depth - 1, true) + " " + name(depth - 1, false) + ")";
      case 2:
        return "(in " + name(depth - 1, false) + " (list " + name_word() + " " + name_word() + "))";
      case 3:
        return "(one-of? " + name(depth - 1, false) + " " + name_word() + " " + name_word() + ")";
      case 4:
        return "(under? " + name(depth - 1, true) + " " + name(depth - 1, true) + ")";
      case 5:
      case 6:
        return "(strictly-under? " + name(depth - 1, true) + " " + name_word() + ")";
      case 7:
        return "(has-prefix? " + name(depth - 1, false) + " " + quoted(any_of(r_, piece_words)) +
               ")";
      case 8:
        return "(has-suffix? " + name(depth - 1, false) + " " + quoted(any_of(r_, piece_words)) +
               ")";
      case 9:
        return "(contains? " + name(depth - 1, false) + " " + quoted(any_of(r_, piece_words)) + ")";
      default:
        return "(glob? " + name(depth - 1, true) + " " + quoted(any_of(r_, glob_words)) + ")";
    }
  }

  std::string address_test(int depth) {
    switch (pick(7)) {
      case 0:
        return "(= " + address(depth - 1, false) + " " + address(depth - 1, true) + ")";
      case 1:
        return "(" + order() + " " + address(depth - 1, false) + " " + address(depth - 1, true) +
               ")";
      case 2:
        return "(in " + address(depth - 1, false) + " (list " + address_word() + " " +
               address_word() + "))";
      case 3:
        return "(in-prefix? " + address(depth - 1, true) + " nets)";
      case 4:
        return "(in-prefix? " + address(depth - 1, true) + " (list " + prefix_word() + " " +
               prefix_word() + " " + prefix_word() + "))";
      default:
        return "(in-prefix? " + address(depth - 1, true) + " " + prefix_word() + ")";
    }
  }

  std::string list_test(int depth) {
    const auto side = [&] {
      if (in_invariant_ && chance(r_, 50)) {
        return std::string(chance(r_, 50) ? "answer-ipv4" : "answer-ipv6");
      }
      return list(chance(r_, 50) ? 4 : 6, depth - 1);
    };
    if (in_invariant_ && chance(r_, 30)) {
      const std::string name = "p" + std::to_string(pick(static_cast<std::size_t>(programs_)));
      return "(= answered-by " + quoted(chance(r_, 20) ? "" : name) + ")";
    }
    const std::string a = side();
    return (chance(r_, 50) ? "(disjoint? " : "(subset? ") + a + " " + side() + ")";
  }

  // ---- numbers

  Number number(int depth) {
    if (depth <= 0) return number_leaf(depth);
    switch (pick(14)) {
      case 0:
      case 1:
        return binary("+", number(depth - 1), number(depth - 1));
      case 2:
        return binary("-", number(depth - 1), number(depth - 1));
      case 3: {
        const Number x = number(depth - 1);
        std::int64_t high = 0;
        if (__builtin_sub_overflow(std::int64_t{0}, x.low, &high)) return x;
        return {"(- " + x.text + ")", -x.high, high};
      }
      case 4:
        return product(number(depth - 1), any_of(r_, std::vector<std::int64_t>{-3, 0, 2, 100}));
      case 5: {
        const Number x = number(depth - 1);
        const std::int64_t m = any_of(r_, std::vector<std::int64_t>{1, 2, 7, 1000});
        const bool within = x.low >= 0 && x.high < m;
        return {"(mod " + x.text + " " + std::to_string(m) + ")", within ? x.low : 0,
                within ? x.high : m - 1};
      }
      case 6: {
        const Number x = number(depth - 1);
        const Number y = number(depth - 1);
        return {"(min " + x.text + " " + y.text + ")", std::min(x.low, y.low),
                std::min(x.high, y.high)};
      }
      case 7: {
        const Number x = number(depth - 1);
        const Number y = number(depth - 1);
        return {"(max " + x.text + " " + y.text + ")", std::max(x.low, y.low),
                std::max(x.high, y.high)};
      }
      case 8: {
        const Number x = number(depth - 1);
        return {"(clamp " + x.text + " -5 100)", std::clamp<std::int64_t>(x.low, -5, 100),
                std::clamp<std::int64_t>(x.high, -5, 100)};
      }
      case 9: {
        const Number x = number(depth - 1);
        const Number y = number(depth - 1);
        return {"(if " + boolean(depth - 1) + " " + x.text + " " + y.text + ")",
                std::min(x.low, y.low), std::max(x.high, y.high)};
      }
      case 10: {
        Number inner{};
        const std::string text = with_let(depth, [&] {
          inner = number(depth - 1);
          return inner.text;
        });
        return {text, inner.low, inner.high};
      }
      case 11:
        return {"(length " + list(chance(r_, 50) ? 4 : 6, depth - 1) + ")", 0, 4096};
      case 12: {
        const int n = any_of(r_, bucket_counts);
        std::string text = "(bucket " + key(depth - 1) + " " + std::to_string(n);
        if (chance(r_, 60)) text += " " + quoted(any_of(r_, salt_words));
        return {text + ")", 0, n - 1};
      }
      default:
        return {call(Sort::number, depth), -1000, 1000};
    }
  }

  Number number_leaf(int depth) {
    const auto locals = visible(Sort::number);
    if (!locals.empty() && chance(r_, 40)) return any_of(r_, locals).range;
    if (in_invariant_ && chance(r_, 20)) return {"answer-ttl", 0, 2147483647};
    for (const AttributeWords& attribute : attributes_) {
      if (attribute.sort == Sort::number && chance(r_, 40)) {
        return {attribute.name, attribute.low, attribute.high};
      }
    }
    switch (pick(4)) {
      case 0:
        return {"asn", 0, 4294967295};
      case 1:
        return {"(label-count " + name(depth - 1, true) + ")", 0, 127};
      case 2:
        return {"(bucket client 10)", 0, 9};
      default: {
        const std::int64_t n = any_of(r_, numbers_);
        return {std::to_string(n), n, n};
      }
    }
  }

  /// Sum or difference; clamps first where it could overflow, as an author would have to.
  Number binary(const char* op, Number x, Number y) {
    Number out{};
    for (;;) {
      const bool minus = op[0] == '-';
      bool overflow = false;
      if (minus) {
        overflow = __builtin_sub_overflow(x.low, y.high, &out.low);
        overflow = __builtin_sub_overflow(x.high, y.low, &out.high) || overflow;
      } else {
        overflow = __builtin_add_overflow(x.low, y.low, &out.low);
        overflow = __builtin_add_overflow(x.high, y.high, &out.high) || overflow;
      }
      if (!overflow) break;
      x = narrowed(x);
      y = narrowed(y);
    }
    out.text = std::string("(") + op + " " + x.text + " " + y.text + ")";
    return out;
  }

  Number product(Number x, std::int64_t factor) {
    std::int64_t a = 0;
    std::int64_t b = 0;
    if (__builtin_mul_overflow(x.low, factor, &a) || __builtin_mul_overflow(x.high, factor, &b)) {
      x = narrowed(x);
      a = x.low * factor;
      b = x.high * factor;
    }
    const std::string f = std::to_string(factor);
    return {chance(r_, 50) ? "(* " + x.text + " " + f + ")" : "(* " + f + " " + x.text + ")",
            std::min(a, b), std::max(a, b)};
  }

  static Number narrowed(const Number& x) {
    constexpr std::int64_t bound = 1000000;
    return {"(clamp " + x.text + " -1000000 1000000)", std::clamp(x.low, -bound, bound),
            std::clamp(x.high, -bound, bound)};
  }

  // ---- words, names, addresses, keys

  Words words(int depth) {
    if (depth > 0) {
      switch (pick(7)) {
        case 0: {
          const Words x = words(depth - 1);
          Words out{"(lower " + x.text + ")", x.domain, x.opaque};
          for (std::string& value : out.domain) {
            for (char& c : value) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
          }
          return out;
        }
        case 1: {
          const Words x = words(depth - 1);
          const Words y = words(depth - 1);
          Words out{"(if " + atom() + " " + x.text + " " + y.text + ")", {}, x.opaque || y.opaque};
          if (!x.domain.empty() && !y.domain.empty()) {
            out.domain = x.domain;
            out.domain.insert(out.domain.end(), y.domain.begin(), y.domain.end());
          }
          return out;
        }
        case 2:
          // Of a constant it is one itself, of a domain the writer does not work out.
          if (chance(r_, 15)) return {"(label " + name_word() + " 1)", {}, true};
          return {
              "(label " + name(depth - 1, false) + " " + std::to_string(pick(4)) + ")", {}, false};
        case 3:
          if (chance(r_, 30)) return {"(family " + address(depth - 1, true) + ")", {}, true};
          return {
              chance(r_, 70) ? "(family client)" : "(family resolver)", {"ipv4", "ipv6"}, false};
        case 4: {
          Words inner;
          const std::string text = with_let(depth, [&] {
            inner = words(depth - 1);
            return inner.text;
          });
          return {text, inner.domain, inner.opaque};
        }
        default:
          break;
      }
    }
    const auto locals = visible(Sort::words);
    if (!locals.empty() && chance(r_, 40)) return any_of(r_, locals).words;
    for (const AttributeWords& attribute : attributes_) {
      if (attribute.sort == Sort::words && chance(r_, 40)) {
        return {attribute.name, attribute.domain, false};
      }
    }
    switch (pick(7)) {
      case 0:
        return {"qtype", {"A", "AAAA"}, false};
      case 1:
        return {"transport", {"udp", "tcp", "tls"}, false};
      case 2:
        return {"site", sites_, false};
      case 3:
        return {"region", regions_, false};
      case 4:
        return {"country", {}, false};
      case 5:
        return {"continent", {}, false};
      default: {
        const std::string word(any_of(r_, countries_));
        return {quoted(word), {word}, false};
      }
    }
  }

  /// `literal`: the place reads a string in quotes as a name.
  std::string name(int depth, bool literal) {
    if (depth > 1 && chance(r_, 20)) {
      return "(if " + atom() + " " + name(depth - 1, literal) + " " + name(depth - 1, literal) +
             ")";
    }
    if (depth > 1 && chance(r_, 8)) {
      return with_let(depth - 1, [&] { return name(depth - 2, literal); });
    }
    const auto locals = visible(Sort::name);
    if (!locals.empty() && chance(r_, 40)) return any_of(r_, locals).name;
    if (literal && chance(r_, 50)) return name_word();
    return chance(r_, 75) ? "qname" : "zone";
  }

  std::string address(int depth, bool literal) {
    if (depth > 1 && chance(r_, 15)) {
      return "(if " + atom() + " " + address(depth - 1, literal) + " " +
             address(depth - 1, literal) + ")";
    }
    if (depth > 1 && chance(r_, 5)) {
      return with_let(depth - 1, [&] { return address(depth - 2, literal); });
    }
    if (depth > 0 && chance(r_, 25)) {
      const std::string inner = address(depth - 1, literal);
      if (chance(r_, 50)) return "(prefix-of " + inner + " " + std::to_string(pick(33)) + ")";
      return "(prefix-of " + inner + " " + std::to_string(pick(33)) + " " +
             std::to_string(pick(129)) + ")";
    }
    const auto locals = visible(Sort::address);
    if (!locals.empty() && chance(r_, 40)) return any_of(r_, locals).name;
    if (literal && chance(r_, 20)) return address_word();
    if (chance(r_, 10)) return "(ipv4 " + quoted(any_of(r_, pool4_words)) + ")";
    if (chance(r_, 5)) return "(ipv6 " + quoted(any_of(r_, pool6_words)) + ")";
    return chance(r_, 75) ? "client" : "resolver";
  }

  std::string key(int depth) {
    if (depth > 0 && chance(r_, 30)) {
      std::string out = "(key";
      for (std::size_t i = pick(3) + 1; i > 0; --i) out += " " + key_part(depth - 1);
      return out + ")";
    }
    return key_part(depth);
  }

  std::string key_part(int depth) {
    switch (pick(4)) {
      case 0:
        return address(depth, false);
      case 1:
        return words(depth).text;
      default:
        return name(depth, false);
    }
  }

  // ---- lists and TTLs

  std::string literal_list(int family, std::size_t count) {
    std::string out = "(list";
    for (std::size_t i = 0; i < count; ++i) out += " " + pool_address(family);
    return out + ")";
  }

  std::string pool_address(int family) {
    return family == 4 ? "(ipv4 " + quoted(any_of(r_, pool4_words)) + ")"
                       : "(ipv6 " + quoted(any_of(r_, pool6_words)) + ")";
  }

  std::string constant_list(int family) {
    if (chance(r_, 50)) return family == 4 ? "pool-a" : "pool-b";
    return literal_list(family, 1 + pick(4));
  }

  std::string list(int family, int depth) {
    if (depth <= 0) {
      const auto locals = visible(family == 4 ? Sort::list4 : Sort::list6);
      if (!locals.empty() && chance(r_, 50)) return any_of(r_, locals).name;
      if (chance(r_, 40)) return constant_list(family);
      return literal_list(family, pick(4));
    }
    switch (pick(13)) {
      case 0:
        return (chance(r_, 50) ? "(append " : "(concat ") + list(family, depth - 1) + " " +
               list(family, depth - 1) + ")";
      case 1: {
        const std::string count = chance(r_, 60) ? std::to_string(pick(4)) : number(depth - 1).text;
        return "(take " + count + " " + list(family, depth - 1) + ")";
      }
      case 2:
        return "(unique " + list(family, depth - 1) + ")";
      case 3:
        return "(if-empty " + list(family, depth - 1) + " " + list(family, depth - 1) + ")";
      case 4:
      case 5:
        return "(pick " + std::to_string(1 + pick(3)) + " " + list(family, depth - 1) + " " +
               key(depth - 1) + ")";
      case 6:
        return weighted(family, depth);
      case 7:
        return "(rotate " + list(family, depth - 1) + " " + key(depth - 1) + ")";
      case 8:
        return "(filter " + std::string(chance(r_, 50) ? "low-half " : "wanted ") +
               constant_list(family) + ")";
      case 9:
      case 10:
        return choice(depth, [&](int d) { return list(family, d); });
      case 11:
        return "(list " + pool_address(family) + " (if " + boolean(depth - 1) + " " +
               pool_address(family) + " " + pool_address(family) + "))";
      default:
        return with_let(depth, [&] { return list(family, depth - 1); });
    }
  }

  /// Distinct addresses with weights, at least one of them positive.
  std::string weighted(int family, int depth) {
    Texts all;
    if (family == 4) {
      all.assign(std::begin(pool4_words), std::end(pool4_words));
    } else {
      all.assign(std::begin(pool6_words), std::end(pool6_words));
    }
    const std::size_t count = 1 + pick(3);
    const std::size_t start = pick(all.size());
    std::string elements;
    std::string weights = " " + std::to_string(1 + pick(9));
    for (std::size_t i = 0; i < count; ++i) {
      elements +=
          (family == 4 ? " (ipv4 " : " (ipv6 ") + quoted(all[(start + i) % all.size()]) + ")";
      if (i > 0) weights += " " + std::to_string(pick(3));
    }
    return "(pick-weighted " + std::to_string(1 + pick(3)) + " (list" + elements + ") (list" +
           weights + ") " + key(depth - 1) + ")";
  }

  std::string ttl(int depth) {
    switch (depth > 0 ? pick(6) : 0) {
      case 1:
        return "(if " + boolean(depth - 1) + " (ttl 60) (ttl 2147483647))";
      case 2:
        return "(ttl (clamp " + number(depth - 1).text + " 0 3600))";
      case 3:
        return "(min (ttl 300) (ttl (max 0 (min 100 (label-count qname)))))";
      case 4:
        return with_let(depth, [&] { return ttl(depth - 1); });
      default:
        return "(ttl " + any_of(r_, Texts{"0", "30", "60", "300"}) + ")";
    }
  }

  // ---- calls

  std::string call(Sort result, int depth) {
    std::vector<Function> candidates;
    for (const Function& f : functions_) {
      if (f.result == result) candidates.push_back(f);
    }
    if (candidates.empty()) {
      return result == Sort::boolean ? atom() : "(clamp " + number_leaf(0).text + " -1000 1000)";
    }
    const Function& f = any_of(r_, candidates);
    if (f.name[0] != '(') return f.name;
    std::string out = f.name;
    for (const Sort parameter : f.parameters) {
      out += " ";
      switch (parameter) {
        case Sort::boolean:
          out += boolean(depth - 1);
          break;
        case Sort::number:
          out += "(clamp " + number(depth - 1).text + " -1000 1000)";
          break;
        case Sort::words:
          out += words(depth - 1).text;
          break;
        case Sort::name:
          out += name(depth - 1, false);
          break;
        default:
          out += address(depth - 1, false);
          break;
      }
    }
    return out + ")";
  }

  Random& r_;
  const Size& size_;
  std::string out_;
  Texts names_, prefixes_, addresses_, countries_, places_, sites_, regions_;
  std::vector<std::int64_t> numbers_;
  std::vector<AttributeWords> attributes_;
  std::vector<Function> functions_;
  std::vector<Variable> scope_;
  int counter_ = 0;
  int programs_ = 1;
  bool in_invariant_ = false;
};

}  // namespace

std::string random_set(Random& random, const Size& size) {
  return SetWriter(random, size).write();
}

}  // namespace lapis::agreement
