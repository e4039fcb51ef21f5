#include "workspace.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace lapis::editor {
namespace {

namespace fs = std::filesystem;

/// As sets take them: program/program_set.cpp.
bool is_program_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return !name.empty() && name[0] != '.' &&
         (path.extension() == ".lisp" || path.extension() == ".yaml");
}

/// What a set is called whose text is no file.
constexpr std::string_view alone = "untitled ";

}  // namespace

std::uint32_t CheckedSet::file_of(const std::string& uri) const {
  const auto at = std::find_if(files.begin(), files.end(),
                               [&](const SetText& file) { return file.uri == uri; });
  return at == files.end() ? 0 : static_cast<std::uint32_t>(at - files.begin()) + 1;
}

void Workspace::open(Document document) {
  std::string uri = document.uri;
  documents_.insert_or_assign(std::move(uri), std::move(document));
}

bool Workspace::close(const std::string& uri) {
  outlines_.erase(uri);
  return documents_.erase(uri) != 0;
}

Document* Workspace::document(const std::string& uri) {
  const auto at = documents_.find(uri);
  return at == documents_.end() ? nullptr : &at->second;
}

std::string Workspace::set_of(const std::string& uri) {
  const std::string path = path_of_uri(uri);
  if (path.empty()) return std::string(alone) + uri;
  return fs::path(path).lexically_normal().parent_path().string();
}

std::vector<std::string> Workspace::open_sets() const {
  std::vector<std::string> out;
  for (const auto& [uri, document] : documents_) {
    std::string set = set_of(uri);
    if (std::find(out.begin(), out.end(), set) == out.end()) out.push_back(std::move(set));
  }
  return out;
}

bool Workspace::is_open(const std::string& set) const {
  return std::any_of(documents_.begin(), documents_.end(),
                     [&](const auto& entry) { return set_of(entry.first) == set; });
}

/// In the order in which the files of a set are read.
Workspace::Texts Workspace::texts_of(const std::string& set) const {
  std::map<std::string, std::pair<std::string, std::string>> by_name;
  if (!set.starts_with(alone)) {
    std::error_code code;
    for (fs::directory_iterator at(set, code), end; !code && at != end; at.increment(code)) {
      std::error_code ignored;
      if (!is_program_file(at->path()) || fs::is_directory(at->path(), ignored)) continue;
      const std::string uri = uri_of_path(at->path().string());
      by_name[at->path().filename().string()] = {uri, {}};
    }
  }
  for (const auto& [uri, document] : documents_) {
    if (set_of(uri) != set) continue;
    const std::string path = path_of_uri(uri);
    // Clients escape differently: the file's own name decides.
    const std::string name = path.empty() ? uri : fs::path(path).filename().string();
    by_name[name] = {uri, document.text};
  }
  Texts out;
  for (auto& [name, entry] : by_name) {
    if (documents_.count(entry.first) == 0) {
      std::string error;
      if (!read_file(path_of_uri(entry.first), entry.second, error)) continue;
    }
    out.push_back(std::move(entry));
  }
  return out;
}

std::shared_ptr<const lang::Outline> Workspace::outline(const std::string& uri,
                                                        const SourceMap& sources,
                                                        std::uint32_t file) {
  Outlined& kept = outlines_[uri];
  const std::string_view text = sources.text(file);
  if (!kept.outline || kept.file != file || kept.text != text) {
    kept = {file, std::string(text),
            std::make_shared<const lang::Outline>(lang::outline_of(sources, file))};
  }
  return kept.outline;
}

const CheckedSet& Workspace::check(const std::string& set) {
  CheckedSet fresh;
  fresh.generation = ++generation_;
  std::vector<lang::SetFile> files;
  for (auto& [uri, text] : texts_of(set)) {
    const std::string path = path_of_uri(uri);
    const std::uint32_t file = fresh.sources.add(path.empty() ? uri : path, std::move(text));
    files.push_back({file});
    fresh.files.push_back({uri, outline(uri, fresh.sources, file)});
  }
  Diagnostics warnings;
  auto checked = lang::check_set(files, fresh.sources, warnings);
  fresh.findings = std::move(warnings);
  if (checked.ok()) {
    fresh.set = std::move(checked).value();
  } else {
    fresh.findings.insert(fresh.findings.begin(), checked.errors().begin(), checked.errors().end());
  }
  return sets_.insert_or_assign(set, std::move(fresh)).first->second;
}

CheckedSet& Workspace::checked(const std::string& set) {
  const auto at = sets_.find(set);
  if (at == sets_.end()) check(set);
  return sets_.find(set)->second;
}

Diagnostics Workspace::check_with(const std::string& set,
                                  const std::map<std::string, std::string>& texts) {
  SourceMap sources;
  std::vector<lang::SetFile> files;
  for (auto& [uri, text] : texts_of(set)) {
    const auto replaced = texts.find(uri);
    const std::string path = path_of_uri(uri);
    files.push_back({sources.add(path.empty() ? uri : path,
                                 replaced == texts.end() ? std::move(text) : replaced->second)});
  }
  Diagnostics warnings;
  auto checked = lang::check_set(files, sources, warnings);
  return checked.ok() ? Diagnostics{} : std::move(checked.errors());
}

}  // namespace lapis::editor
