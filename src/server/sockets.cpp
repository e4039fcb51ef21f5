#include "sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lapis::server {
namespace {

constexpr int udp_buffer_octets = 4 << 20;
constexpr int accept_backlog = 1024;

socklen_t to_sockaddr(const ListenAddress& listen, sockaddr_storage& storage) {
  std::memset(&storage, 0, sizeof storage);
  const auto octets = listen.address.octets();
  if (listen.address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(listen.port);
    std::memcpy(&v4.sin_addr, octets.data(), 4);
    std::memcpy(&storage, &v4, sizeof v4);
    return sizeof v4;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(listen.port);
  std::memcpy(&v6.sin6_addr, octets.data(), 16);
  std::memcpy(&storage, &v6, sizeof v6);
  return sizeof v6;
}

bool set(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

bool is_wildcard(const IpAddress& address) {
  return address.high() == 0 && address.low() == 0;
}

/// Options without which answers would be wrong fail; those that only help are tried.
bool set_udp_options(int fd, const IpAddress& address) {
  set(fd, SOL_SOCKET, SO_RCVBUF, udp_buffer_octets);
  set(fd, SOL_SOCKET, SO_SNDBUF, udp_buffer_octets);
  const bool v4 = address.is_v4();
  // Path MTU learnt from ICMP is not believed: forged messages could force fragmentation.
  if (v4) set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT);
  if (!v4) set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
  if (!is_wildcard(address)) return true;
  return v4 ? set(fd, IPPROTO_IP, IP_PKTINFO, 1) : set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

bool set_tcp_options(int fd) {
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  return set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
}

/// A bound socket of `type`; on failure errno says why and `step` names the call.
Descriptor bind_socket(const ListenAddress& listen, int type, bool shared, const char*& step) {
  step = "socket";
  const int family = listen.address.is_v4() ? AF_INET : AF_INET6;
  Descriptor fd(socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return {};
  step = "setsockopt";
  const bool v6 = family == AF_INET6;
  if (v6 && !set(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1)) return {};
  if (shared && !set(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1)) return {};
  const bool options =
      type == SOCK_DGRAM ? set_udp_options(fd.get(), listen.address) : set_tcp_options(fd.get());
  if (!options) return {};
  step = "bind";
  sockaddr_storage storage;
  const socklen_t size = to_sockaddr(listen, storage);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0) return {};
  return fd;
}

Diagnostic bind_error(const ListenAddress& listen, const char* protocol, const char* step,
                      int number) {
  std::string help;
  if (number == EADDRINUSE) help = "another server is bound there";
  if (number == EACCES) help = "ports below 1024 need CAP_NET_BIND_SERVICE";
  if (number == EADDRNOTAVAIL) help = "no interface has this address";
  return error_at(listen.span, "listen",
                  "can't listen on " + listen.to_string() + " (" + protocol + "): " + step + ": " +
                      std::strerror(number),
                  help);
}

std::uint16_t bound_port(int fd) {
  sockaddr_storage storage;
  socklen_t size = sizeof storage;
  std::uint16_t port = 0;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) == 0) {
    address_of(storage, port);
  }
  return port;
}

Result<ListenSockets> open_pair(const ListenAddress& listen, bool shared) {
  const char* step = "";
  ListenSockets pair;
  pair.address = listen;
  pair.udp = bind_socket(listen, SOCK_DGRAM, shared, step);
  if (!pair.udp.valid()) return bind_error(listen, "UDP", step, errno);
  pair.address.port = bound_port(pair.udp.get());
  pair.tcp = bind_socket(pair.address, SOCK_STREAM, shared, step);
  if (!pair.tcp.valid()) return bind_error(pair.address, "TCP", step, errno);
  return pair;
}

bool start_listening(ListenSockets& pair) {
  return listen(pair.tcp.get(), accept_backlog) == 0;
}

/// Sole possession of the address: without SO_REUSEPORT the system refuses when anybody, also
/// another process of ours, is bound there; with it, both would silently get half the queries.
Result<ListenSockets> open_alone(const ListenAddress& address) {
  // A free UDP port need not be free for TCP; with port 0 another one can be tried.
  const int attempts = address.port == 0 ? 20 : 1;
  for (int attempt = 1;; ++attempt) {
    Result<ListenSockets> pair = open_pair(address, false);
    if (pair || attempt == attempts) return pair;
  }
}

}  // namespace

void Descriptor::reset() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Result<std::vector<ListenSockets>> open_listen_sockets(const ListenAddress& address,
                                                       unsigned workers) {
  std::vector<ListenSockets> sockets;
  Result<ListenSockets> alone = open_alone(address);
  if (!alone) return alone.errors();
  const ListenAddress bound = alone->address;
  if (workers <= 1) {
    sockets.push_back(std::move(alone).value());
  } else {
    *alone = ListenSockets();
    for (unsigned i = 0; i < workers; ++i) {
      Result<ListenSockets> pair = open_pair(bound, true);
      if (!pair) return pair.errors();
      sockets.push_back(std::move(pair).value());
    }
  }
  // Only now, so that no connection ends in a queue that is closed again.
  for (ListenSockets& pair : sockets) {
    if (!start_listening(pair)) return bind_error(bound, "TCP", "listen", errno);
  }
  return sockets;
}

bool has_family(Family family) {
  const int number = family == Family::v4 ? AF_INET : AF_INET6;
  return Descriptor(socket(number, SOCK_DGRAM | SOCK_CLOEXEC, 0)).valid();
}

IpAddress address_of(const sockaddr_storage& storage, std::uint16_t& port) {
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &storage, sizeof v4);
    port = ntohs(v4.sin_port);
    return IpAddress::v4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6;
  std::memcpy(&v6, &storage, sizeof v6);
  port = ntohs(v6.sin6_port);
  return IpAddress::v6(std::span<const std::uint8_t, 16>(v6.sin6_addr.s6_addr, 16));
}

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < limit.rlim_max) {
    const rlimit wanted{limit.rlim_max, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &wanted) == 0) limit = wanted;
  }
  return limit.rlim_cur;
}

}  // namespace lapis::server
