// UDP service on one socket: batches of datagrams in, batches of answers out.
//
// One system call receives up to 64 queries, one sends their answers. The socket is watched with
// uv_poll: uv_udp costs more per datagram than the kernel's own path. Under load it is not watched
// at all but asked at every turn of the loop: for a socket that someone watches the kernel goes
// through its waiters at every datagram *sent*, because sending makes room for more, and that is
// some 7 % of an answer. Owned by a worker and used by its thread only; `UdpBatch` is shared by all
// listeners of that worker.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <uv.h>

#include <array>
#include <cstdint>
#include <memory>

#include "counters.h"
#include "service.h"
#include "sockets.h"

namespace lapis::server {

/// Buffers of one batch. Holds nothing between calls.
class UdpBatch {
 public:
  static constexpr std::size_t size = answer::max_batch;
  /// Longer datagrams are no queries anybody sends; they are dropped.
  static constexpr std::size_t query_room = 4096;
  static constexpr std::size_t answer_room = 4096;

  UdpBatch();

 private:
  friend class UdpListener;
  // Not a power of two apart, so that the first octets of the 64 buffers do not all compete for
  // the same few cache sets.
  static constexpr std::size_t stride = 4096 + 192;
  static constexpr std::size_t control_room = CMSG_SPACE(sizeof(in6_pktinfo)) >
                                                      CMSG_SPACE(sizeof(in_pktinfo))
                                                  ? CMSG_SPACE(sizeof(in6_pktinfo))
                                                  : CMSG_SPACE(sizeof(in_pktinfo));

  std::uint8_t* query(std::size_t i) { return octets_.get() + i * stride; }
  std::uint8_t* answer(std::size_t i) { return octets_.get() + (size + i) * stride; }

  struct alignas(cmsghdr) Control {
    std::array<std::uint8_t, control_room> octets;
  };
  std::unique_ptr<std::uint8_t[]> octets_;
  std::array<sockaddr_in6, size> peers_;  // room for either family
  std::array<Control, size> controls_;
  std::array<iovec, size> in_vectors_;
  std::array<iovec, size> out_vectors_;
  std::array<mmsghdr, size> in_;
  std::array<mmsghdr, size> out_;
  std::array<Exchange, size> exchanges_;
};

class UdpListener {
 public:
  /// Takes over `socket`, which is bound to `address`.
  UdpListener(uv_loop_t& loop, Descriptor socket, const ListenAddress& address, UdpBatch& batch,
              Service& service, Counters& counters);
  UdpListener(const UdpListener&) = delete;
  UdpListener& operator=(const UdpListener&) = delete;

  /// Answers what has arrived so far, then closes. The object deletes itself when libuv is done
  /// with it: it must have been made with `new`.
  void close();
  /// Batches are full: the socket is asked at every turn of the loop.
  bool under_load() const {
    return uv_is_active(reinterpret_cast<const uv_handle_t*>(&turn_)) != 0;
  }

 private:
  ~UdpListener() = default;
  /// Receives and answers until the socket is most likely empty or the turn is over: then true.
  bool serve(int batches);
  /// Waits for the loop to say that there are queries.
  void watch();
  /// Asks at every turn, until there is nothing.
  void keep_asking();
  int receive();
  std::size_t collect(int received);
  bool acceptable(const mmsghdr& message, const IpAddress& peer, std::uint16_t port) const;
  void send(std::size_t count);

  uv_poll_t poll_{};
  uv_idle_t turn_{};
  int open_handles_ = 2;
  Descriptor socket_;
  ListenAddress address_;
  bool wildcard_;
  UdpBatch& batch_;
  Service& service_;
  Counters& counters_;
  std::array<std::uint8_t, UdpBatch::size> slot_{};  // exchange -> received message
};

}  // namespace lapis::server
