#include "lapis/base/text_edit.h"

#include <algorithm>

namespace lapis {

std::string apply_edits(std::string_view text, std::uint32_t file, std::vector<TextEdit> edits) {
  std::erase_if(edits, [&](const TextEdit& edit) { return edit.at.file != file; });
  // From the end, so that earlier places stay where they are.
  std::stable_sort(edits.begin(), edits.end(), [](const TextEdit& a, const TextEdit& b) {
    if (a.at.begin != b.at.begin) return a.at.begin > b.at.begin;
    return a.at.end > b.at.end;
  });
  std::string out(text);
  std::size_t limit = out.size();
  for (const TextEdit& edit : edits) {
    if (edit.at.end > limit) continue;
    out.replace(edit.at.begin, edit.at.end - edit.at.begin, edit.text);
    limit = edit.at.begin;
  }
  return out;
}

}  // namespace lapis
