// Blocking client sockets for the tests, with generous time-outs that only a failure reaches.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "../../src/server/sockets.h"

namespace lapis::server {

class ClientSocket {
 public:
  ClientSocket(int type, std::uint16_t port, const char* to = "127.0.0.1")
      : fd_(socket(family(to), type | SOCK_CLOEXEC, 0)) {
    const timeval limit{10, 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    connected_ = connect_to(to, port);
  }
  bool connected() const { return connected_; }
  int fd() const { return fd_.get(); }
  std::uint16_t local_port() const {
    sockaddr_storage storage;
    socklen_t size = sizeof storage;
    std::uint16_t port = 0;
    getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&storage), &size);
    address_of(storage, port);
    return port;
  }

  bool send(std::span<const std::uint8_t> octets) {
    while (!octets.empty()) {
      const ssize_t n = ::send(fd_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      octets = octets.subspan(static_cast<std::size_t>(n));
    }
    return true;
  }
  void finish_sending() { shutdown(fd_.get(), SHUT_WR); }

  /// One datagram; nothing after the time-out.
  std::optional<std::vector<std::uint8_t>> datagram() {
    std::vector<std::uint8_t> buffer(65536);
    const ssize_t n = recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (n < 0) return std::nullopt;
    buffer.resize(static_cast<std::size_t>(n));
    return buffer;
  }
  /// One length-prefixed message; nothing at the end of the stream or after the time-out.
  std::optional<std::vector<std::uint8_t>> message() {
    std::uint8_t prefix[2];
    if (!whole(prefix)) return std::nullopt;
    std::vector<std::uint8_t> buffer(static_cast<std::size_t>(prefix[0]) << 8U | prefix[1]);
    if (!whole(buffer)) return std::nullopt;
    return buffer;
  }
  /// The peer has closed and nothing is left to read.
  bool at_end() {
    std::uint8_t octet = 0;
    return recv(fd_.get(), &octet, 1, 0) == 0;
  }

 private:
  static int family(const char* to) { return std::strchr(to, ':') != nullptr ? AF_INET6 : AF_INET; }
  bool whole(std::span<std::uint8_t> room) {
    while (!room.empty()) {
      const ssize_t n = recv(fd_.get(), room.data(), room.size(), 0);
      if (n <= 0) return false;
      room = room.subspan(static_cast<std::size_t>(n));
    }
    return true;
  }
  bool connect_to(const char* to, std::uint16_t port) {
    if (family(to) == AF_INET) {
      sockaddr_in v4{};
      v4.sin_family = AF_INET;
      v4.sin_port = htons(port);
      inet_pton(AF_INET, to, &v4.sin_addr);
      return connect(fd_.get(), reinterpret_cast<const sockaddr*>(&v4), sizeof v4) == 0;
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    inet_pton(AF_INET6, to, &v6.sin6_addr);
    return connect(fd_.get(), reinterpret_cast<const sockaddr*>(&v6), sizeof v6) == 0;
  }

  Descriptor fd_;
  bool connected_ = false;
};

}  // namespace lapis::server
