#include "words.h"

#include <algorithm>
#include <array>

#include "automaton.h"

namespace lapis::verify {

std::string presentation(std::uint8_t octet) {
  dns::Name name;
  name.prepend(std::array{octet});
  std::string text = dns::to_text(name);
  text.pop_back();
  return text;
}

bool matches(const Pattern& pattern, const std::string& text) {
  const std::string subject = pattern.lowered ? lowered(text) : text;
  switch (pattern.kind) {
    case PatternKind::prefix:
      return subject.starts_with(pattern.text);
    case PatternKind::suffix:
      return subject.ends_with(pattern.text);
    case PatternKind::contains:
      return subject.find(pattern.text) != std::string::npos;
    default:
      return subject == pattern.text;
  }
}

bool matches(const Pattern& pattern, dns::NameView name) {
  if (pattern.kind != PatternKind::glob) return matches(pattern, dns::to_text(name));
  const auto automaton = glob_automaton(pattern.text);
  int state = automaton->start();
  for (int i = name.label_count() - 1; i >= 0; --i) {
    std::string label;
    for (std::uint8_t octet : name.parent(i).first_label()) label += presentation(octet);
    std::reverse(label.begin(), label.end());
    state = automaton->label_start(state);
    for (char c : label) state = automaton->step(state, static_cast<std::uint8_t>(c));
    state = automaton->label_end(state);
  }
  return automaton->accepts(state);
}

}  // namespace lapis::verify
