#include "set_case.h"

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <sstream>

namespace lapis::agreement {
namespace {

constexpr int usual_cases = 800;

/// Before RapidCheck reads it: the same cases in every run, unless others are asked for.
const bool configured = [] {
  const char* seed = std::getenv("LAPIS_AGREEMENT_SEED");
  const std::string parameters = "seed=" + std::string(seed != nullptr ? seed : "1") +
                                 " max_success=" + std::to_string(case_count());
  setenv("RC_PARAMS", parameters.c_str(), 0);
  return true;
}();

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A bracketed form and the forms and words in it.
struct Node {
  Range whole;
  std::vector<Range> parts;
  std::vector<std::size_t> lists;  ///< which of the nodes are parts of it
};

/// All bracketed forms, outer ones first.
std::vector<Node> nodes_of(const std::string& text) {
  std::vector<Node> nodes;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '(' || c == '[') {
      open.push_back(nodes.size());
      nodes.push_back({{i, i}, {}, {}});
      ++i;
    } else if (c == ')' || c == ']') {
      ++i;
      if (open.empty()) return {};
      nodes[open.back()].whole.end = i;
      const Range whole = nodes[open.back()].whole;
      open.pop_back();
      if (!open.empty()) nodes[open.back()].parts.push_back(whole);
    } else if (c == ' ' || c == '\n') {
      ++i;
    } else {
      const std::size_t begin = i;
      if (c == '"') {
        for (++i; i < text.size() && text[i] != '"'; ++i) i += text[i] == '\\' ? 1 : 0;
        ++i;
      } else {
        while (i < text.size() &&
               std::string_view("()[]\" \n").find(text[i]) == std::string::npos) {
          ++i;
        }
      }
      if (!open.empty()) nodes[open.back()].parts.push_back({begin, std::min(i, text.size())});
    }
  }
  return nodes;
}

/// Without the blank lines that are left.
std::string replaced(const std::string& text, Range at, std::string_view by) {
  std::istringstream lines(text.substr(0, at.begin) + std::string(by) + text.substr(at.end));
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(' ') != std::string::npos) out += line + "\n";
  }
  return out;
}

rc::Seq<SetCase> shrinks(const SetCase& set) {
  std::vector<SetCase> out;
  for (std::string& text : smaller_texts(set.text)) out.push_back({std::move(text), set.seed});
  return rc::seq::fromContainer(std::move(out));
}

}  // namespace

int case_count() {
  const char* wanted = std::getenv("LAPIS_AGREEMENT_SETS");
  return wanted != nullptr ? std::atoi(wanted) : usual_cases;
}

void showValue(const SetCase& set, std::ostream& out) {
  out << "choices " << set.seed << "\n" << set.text;
}

std::vector<std::string> smaller_texts(const std::string& text) {
  std::vector<std::string> out;
  const std::vector<Node> nodes = nodes_of(text);
  std::vector<Range> top;
  for (const Node& node : nodes) {
    if (top.empty() || node.whole.begin >= top.back().end) top.push_back(node.whole);
  }
  for (std::size_t size = top.size() / 2; size > 0; size /= 2) {
    for (std::size_t at = 0; at + size <= top.size(); at += size) {
      out.push_back(replaced(text, {top[at].begin, top[at + size - 1].end}, ""));
    }
  }
  for (const Node& node : nodes) {
    const std::string_view whole(text.data() + node.whole.begin, node.whole.end - node.whole.begin);
    for (const Range& part : node.parts) {
      const std::string_view inner(text.data() + part.begin, part.end - part.begin);
      if (part.begin != node.parts.front().begin) out.push_back(replaced(text, node.whole, inner));
    }
    if (whole != "(= qtype \"A\")") out.push_back(replaced(text, node.whole, "(= qtype \"A\")"));
    for (const Range& part : node.parts) out.push_back(replaced(text, part, ""));
  }
  std::erase(out, text);
  return out;
}

rc::Gen<SetCase> set_cases(const Size& size) {
  return [size](const rc::Random& random, int nominal) {
    rc::Random source(random);
    SetCase set;
    set.seed = source.next();
    // RapidCheck's size grows from 0 to 100.
    const auto scaled = [&](int most, int least) {
      return std::clamp(least + (most - least) * (nominal + 1) / 60, least, most);
    };
    Random choices(set.seed);
    set.text = random_set(
        choices, {scaled(size.programs, 1), scaled(size.depth, 2), scaled(size.attributes, 0),
                  scaled(size.definitions, 0), size.invariants});
    return rc::shrinkable::shrinkRecur(std::move(set), &shrinks);
  };
}

}  // namespace lapis::agreement
