// Questions that were answered before with nothing to report, kept from one run to the next.
//
// What is kept is only that there is nothing to find: "no query" where a query would be a finding,
// "there is a query" where its absence would be one. Findings and their witnesses are never taken
// from here, so what a report shows was found, and replayed, in the run that shows it.
//
// On disk it is one file. It is read only when this very build of Lapis, with this solver, wrote
// it, when nobody but its owner could have, and when its SHA-256 says that it is whole: anything
// else is as good as no file. It is replaced in one step, so runs side by side lose at most each
// other's additions.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "content_key.h"

namespace lapis::verify {

class ProofCache {
 public:
  /// Questions kept at most: 34 MB on disk. Those not asked for longest go first.
  static constexpr std::size_t usual_most = std::size_t{1} << 20U;

  /// Reads what `directory` holds. `writer` says who writes: see build_identity().
  ProofCache(std::string directory, const ContentKey& writer, std::size_t most = usual_most);

  /// Safe from many threads, as add() is.
  bool holds(const ContentKey& key);
  void add(const ContentKey& key);
  /// Questions read.
  std::size_t size() const { return entries_.size(); }
  /// Writes what was added. False with the system's words in `error` when that can't be done.
  bool save(std::string& error);

 private:
  struct Entry {
    ContentKey key;
    std::uint8_t age = 0;  ///< saves since it was last asked for
  };
  std::string path() const;
  void read();

  const std::string directory_;
  const ContentKey writer_;
  const std::size_t most_;
  std::vector<Entry> entries_;  // sorted
  std::unique_ptr<std::atomic<bool>[]> asked_;
  std::mutex mutex_;
  std::vector<ContentKey> added_;
};

/// What this program is, as a hash of the build's own identity and the solver's version; false when
/// the build has none, so that nothing can be kept.
bool build_identity(ContentKey& out);

}  // namespace lapis::verify
