// Tests: expressions that are true or false.
#include "set_writer.h"

namespace lapis::agreement {

std::string SetWriter::atom() {
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

std::string SetWriter::boolean(int depth) {
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

std::string SetWriter::several(const char* op, int depth) {
  std::string out = std::string("(") + op;
  for (std::size_t i = pick(3) + 1; i > 0; --i) out += " " + boolean(depth - 1);
  return out + " " + atom() + ")";
}

std::string SetWriter::number_test(int depth) {
  if (chance(r_, 8)) return number_relation(depth);
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

std::string SetWriter::number_relation(int depth) {
  const std::string op = chance(r_, 40) ? any_of(r_, Texts{"=", "!="}) : order();
  std::string x;
  std::string y;
  if (chance(r_, 50)) {
    const bool zone_first = chance(r_, 50);
    x = zone_first ? "(label-count zone)" : "(label-count qname)";
    y = zone_first ? "(label-count qname)" : "(label-count zone)";
  } else {
    x = bucket(depth - 1).text;
    y = bucket(depth - 1).text;
  }
  return "(" + op + " " + x + " " + y + ")";
}

std::string SetWriter::words_test(int depth) {
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

std::string SetWriter::name_test(int depth) {
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
      return "(has-prefix? " + name(depth - 1, false) + " " + quoted(any_of(r_, piece_words)) + ")";
    case 8:
      return "(has-suffix? " + name(depth - 1, false) + " " + quoted(any_of(r_, piece_words)) + ")";
    case 9:
      return "(contains? " + name(depth - 1, false) + " " + quoted(any_of(r_, piece_words)) + ")";
    default:
      return "(glob? " + name(depth - 1, true) + " " + quoted(any_of(r_, glob_words)) + ")";
  }
}

std::string SetWriter::address_test(int depth) {
  switch (pick(7)) {
    case 0:
      return "(= " + address(depth - 1, false) + " " + address(depth - 1, true) + ")";
    case 1:
      return "(" + order() + " " + address(depth - 1, false) + " " + address(depth - 1, true) + ")";
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

std::string SetWriter::list_test(int depth) {
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

std::string SetWriter::call(Sort result, int depth) {
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

}  // namespace lapis::agreement
