// Opening the listening sockets, with the system's refusals as diagnostics.
#pragma once

#include <utility>
#include <vector>

#include "lapis/base/ip.h"
#include "lapis/base/result.h"
#include "lapis/server/config.h"

struct sockaddr_storage;

namespace lapis::server {

/// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

/// The sockets of one listen address for one worker.
struct ListenSockets {
  ListenAddress address;  ///< with the port the system chose when 0 was asked for
  Descriptor udp;
  Descriptor tcp;
};

/// Opens UDP and TCP sockets at `address` for `workers` workers (SO_REUSEPORT when several). Fails
/// when anything else is bound there, even with SO_REUSEPORT. Port 0 takes a free one.
Result<std::vector<ListenSockets>> open_listen_sockets(const ListenAddress& address,
                                                       unsigned workers);

/// The system knows addresses of this family at all (a kernel without IPv6 does not).
bool has_family(Family family);

/// The address and port in `storage`, which holds an AF_INET or AF_INET6 address.
IpAddress address_of(const sockaddr_storage& storage, std::uint16_t& port);

/// Lets the process open as many descriptors as the system allows; returns that number.
std::uint64_t raise_descriptor_limit();

}  // namespace lapis::server
