// A fixed block of octets for what is served; large blocks ask the kernel for huge pages, because
// with a million names the page-table walk costs more than the cache miss it precedes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include <sys/mman.h>

namespace lapis::answer {

class PackedMemory {
 public:
  PackedMemory() = default;

  /// Uninitialised; pages that are never written stay without memory.
  explicit PackedMemory(std::size_t size) : size_(size) {
    constexpr std::size_t huge = std::size_t{2} << 20;
    if (size < 2 * huge) {
      data_.reset(static_cast<std::uint8_t*>(std::malloc(size == 0 ? 1 : size)));
    } else {
      const std::size_t rounded = (size + huge - 1) / huge * huge;
      data_.reset(static_cast<std::uint8_t*>(std::aligned_alloc(huge, rounded)));
      if (data_) madvise(data_.get(), rounded, MADV_HUGEPAGE);
    }
    if (!data_) std::abort();  // as operator new would without a handler
  }

  std::uint8_t* data() { return data_.get(); }
  const std::uint8_t* data() const { return data_.get(); }
  std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(std::uint8_t* p) const { std::free(p); }
  };
  std::unique_ptr<std::uint8_t, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace lapis::answer
