#include "proof_cache.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>
#include <z3.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "lapis/base/replace_file.h"

namespace lapis::verify {
namespace {

constexpr std::string_view magic = "lapis proofs 1\n";
constexpr std::size_t record_size = sizeof(ContentKey) + 1;
constexpr std::size_t header_size = magic.size() + sizeof(ContentKey);

ContentKey sha256_of(std::string_view text) {
  ContentKey out{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data());
  return out;
}

/// Contents of a file that only we or root can have written; empty when there is none.
std::string trusted_contents(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return {};
  struct stat about {};
  std::string text;
  const bool good = fstat(file, &about) == 0 && S_ISREG(about.st_mode) &&
                    (about.st_uid == geteuid() || about.st_uid == 0) &&
                    (about.st_mode & (S_IWGRP | S_IWOTH)) == 0;
  if (good) {
    text.resize(static_cast<std::size_t>(about.st_size));
    std::size_t at = 0;
    while (at < text.size()) {
      const ssize_t got = ::read(file, text.data() + at, text.size() - at);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      at += static_cast<std::size_t>(got);
    }
    text.resize(at);
  }
  close(file);
  return text;
}

}  // namespace

ProofCache::ProofCache(std::string directory, const ContentKey& writer, std::size_t most)
    : directory_(std::move(directory)), writer_(writer), most_(most) {
  read();
  asked_ = std::make_unique<std::atomic<bool>[]>(entries_.size());
}

std::string ProofCache::path() const {
  return directory_ + "/proofs";
}

void ProofCache::read() {
  const std::string text = trusted_contents(path());
  if (text.size() < header_size + sizeof(ContentKey) || !text.starts_with(magic)) return;
  const std::string_view whole = text;
  const std::string_view told = whole.substr(whole.size() - sizeof(ContentKey));
  const std::string_view body = whole.substr(0, whole.size() - sizeof(ContentKey));
  if (std::memcmp(body.data() + magic.size(), writer_.data(), writer_.size()) != 0) return;
  if ((body.size() - header_size) % record_size != 0) return;
  const ContentKey sum = sha256_of(body);
  if (std::memcmp(sum.data(), told.data(), sum.size()) != 0) return;
  const std::size_t count = (body.size() - header_size) / record_size;
  if (count > most_) return;
  entries_.resize(count);
  const char* at = body.data() + header_size;
  for (Entry& entry : entries_) {
    std::memcpy(entry.key.data(), at, sizeof entry.key);
    entry.age = static_cast<std::uint8_t>(at[sizeof entry.key]);
    at += record_size;
  }
  const auto before = [](const Entry& a, const Entry& b) { return a.key < b.key; };
  if (!std::is_sorted(entries_.begin(), entries_.end(), before)) entries_.clear();
}

bool ProofCache::holds(const ContentKey& key) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key,
                                   [](const Entry& e, const ContentKey& k) { return e.key < k; });
  if (at == entries_.end() || at->key != key) return false;
  asked_[static_cast<std::size_t>(at - entries_.begin())].store(true, std::memory_order_relaxed);
  return true;
}

void ProofCache::add(const ContentKey& key) {
  const std::lock_guard lock(mutex_);
  added_.push_back(key);
}

namespace {

/// Removes what runs that were killed while they wrote have left.
void remove_leftovers(const std::string& directory) {
  std::error_code code;
  const auto now = std::filesystem::file_time_type::clock::now();
  for (std::filesystem::directory_iterator at(directory, code), end; !code && at != end;
       at.increment(code)) {
    std::error_code ignored;
    if (!at->path().filename().string().starts_with(draft_prefix("proofs"))) continue;
    if (now - at->last_write_time(ignored) > std::chrono::hours(1) && !ignored) {
      std::filesystem::remove(at->path(), ignored);
    }
  }
}

}  // namespace

bool ProofCache::save(std::string& error) {
  if (added_.empty()) return true;
  std::vector<Entry> all;
  all.reserve(entries_.size() + added_.size());
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Entry entry = entries_[i];
    if (asked_[i].load(std::memory_order_relaxed)) {
      entry.age = 0;
    } else if (entry.age < UINT8_MAX) {
      ++entry.age;
    }
    all.push_back(entry);
  }
  for (const ContentKey& key : added_) all.push_back({key, 0});
  if (all.size() > most_) {
    std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(most_), all.end(),
                     [](const Entry& a, const Entry& b) { return a.age < b.age; });
    all.resize(most_);
  }
  std::sort(all.begin(), all.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
  all.erase(std::unique(all.begin(), all.end(),
                        [](const Entry& a, const Entry& b) { return a.key == b.key; }),
            all.end());
  std::string text(magic);
  text.append(reinterpret_cast<const char*>(writer_.data()), writer_.size());
  for (const Entry& entry : all) {
    text.append(reinterpret_cast<const char*>(entry.key.data()), entry.key.size());
    text.push_back(static_cast<char>(entry.age));
  }
  const ContentKey sum = sha256_of(text);
  text.append(reinterpret_cast<const char*>(sum.data()), sum.size());

  std::error_code code;
  std::filesystem::create_directories(directory_, code);
  remove_leftovers(directory_);
  if (code || !replace_file(path(), text, error, Replace::by_private_file)) {
    error = path() + ": " + (code ? code.message() : error);
    return false;
  }
  return true;
}

namespace {

/// Appends the build's identity (the linker's NT_GNU_BUILD_ID note) of the main program.
int find_build_id(dl_phdr_info* object, std::size_t, void* out) {
  auto& id = *static_cast<std::string*>(out);
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const auto* at = reinterpret_cast<const char*>(object->dlpi_addr + segment.p_vaddr);
    const char* end = at + segment.p_memsz;
    while (at + sizeof(ElfW(Nhdr)) <= end) {
      ElfW(Nhdr) note;
      std::memcpy(&note, at, sizeof note);
      const auto padded = [](std::size_t size) { return (size + 3) & ~std::size_t{3}; };
      const char* name = at + sizeof note;
      const char* value = name + padded(note.n_namesz);
      if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
          std::memcmp(name, "GNU", 4) == 0) {
        id.assign(value, note.n_descsz);
      }
      at = value + padded(note.n_descsz);
    }
  }
  return 1;  // the main program comes first
}

}  // namespace

bool build_identity(ContentKey& out) {
  std::string id;
  dl_iterate_phdr(find_build_id, &id);
  if (id.empty()) return false;
  KeyHash hash;
  hash.begin();
  hash.add(std::string_view(id));
  hash.add(std::string_view(Z3_get_full_version()));
  out = hash.end();
  return true;
}

}  // namespace lapis::verify
