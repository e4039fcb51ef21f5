#include "policy_files.h"

#include <filesystem>

namespace lapis::policy {
namespace fs = std::filesystem;
namespace {

fs::path canonical(const std::string& path) {
  std::error_code failed;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path.empty() ? "." : path), failed);
  if (!failed) return whole;
  const fs::path absolute = fs::absolute(path, failed);
  return failed ? fs::path(path) : absolute;
}

/// How a path is shown: relative to the working folder when it lies below it.
std::string shown(const fs::path& path) {
  std::error_code failed;
  const fs::path here = fs::current_path(failed);
  if (failed) return path.string();
  const fs::path from_here = path.lexically_relative(here);
  const bool below = !from_here.empty() && *from_here.begin() != "..";
  return below ? from_here.string() : path.string();
}

}  // namespace

PolicyFile* PolicyFiles::governing(const std::string& path) {
  if (options_.ignore) return nullptr;
  if (!options_.file.empty()) return load(options_.file, true);
  const fs::path whole = canonical(path);
  std::error_code failed;
  const fs::path folder = fs::is_directory(whole, failed) ? whole : whole.parent_path();
  return in_folder(folder.string());
}

PolicyFile* PolicyFiles::in_folder(const std::string& folder) {
  const auto [entry, fresh] = by_folder_.try_emplace(folder, nullptr);
  if (!fresh) return entry->second;
  const fs::path here(folder);
  std::error_code failed;
  PolicyFile* found = nullptr;
  if (fs::is_regular_file(here / policy_file_name, failed)) {
    found = load(shown(here / policy_file_name), true);
  } else if (here.has_parent_path() && here.parent_path() != here) {
    found = in_folder(here.parent_path().string());  // as deep as the path has folders
  }
  by_folder_[folder] = found;
  return found;
}

PolicyFile* PolicyFiles::load(const std::string& path, bool must_exist) {
  const auto [entry, fresh] = by_path_.try_emplace(path);
  if (!fresh) return entry->second.get();
  std::string text;
  std::string error;
  if (!read_file(path, text, error)) {
    if (must_exist) {
      errors_.push_back(error_at({}, "unreadable", "can't read " + path + ": " + error));
    }
    return nullptr;
  }
  const std::uint32_t file = sources_.add(path, std::move(text));
  const std::string folder = canonical(path).parent_path().string();
  entry->second =
      std::make_unique<PolicyFile>(read_policy(file, folder, sources_, find_rule_, ids_, errors_));
  return entry->second.get();
}

std::string PolicyFiles::relative(const PolicyFile& policy, const std::string& path) {
  return canonical(path).lexically_proximate(policy.folder).generic_string();
}

std::vector<PolicyFile*> PolicyFiles::all() const {
  std::vector<PolicyFile*> out;
  for (const auto& [path, policy] : by_path_) {
    if (policy != nullptr) out.push_back(policy.get());
  }
  return out;
}

}  // namespace lapis::policy
