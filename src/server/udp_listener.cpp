#include "udp_listener.h"

#include <poll.h>

#include <cerrno>
#include <cstring>

namespace lapis::server {
namespace {

/// Batches per wake-up: enough to save system calls under load, few enough that TCP gets its turn.
constexpr int batches_per_turn = 16;
/// Fewer queries in a batch mean that there is time between them.
constexpr int few = 16;
/// How long a full send buffer is waited for before answers are dropped.
constexpr int send_wait_ms = 5;

IpAddress peer_address(const sockaddr_in6& peer, std::uint16_t& port) {
  if (peer.sin6_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &peer, sizeof v4);
    port = ntohs(v4.sin_port);
    return IpAddress::v4(ntohl(v4.sin_addr.s_addr));
  }
  port = ntohs(peer.sin6_port);
  return IpAddress::v6(std::span<const std::uint8_t, 16>(peer.sin6_addr.s6_addr, 16));
}

/// The address a datagram was sent to, from its packet info; `fallback` when there is none.
IpAddress destination(const msghdr& header, const IpAddress& fallback) {
  msghdr copy = header;
  for (cmsghdr* c = CMSG_FIRSTHDR(&copy); c != nullptr; c = CMSG_NXTHDR(&copy, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      return IpAddress::v4(ntohl(info.ipi_addr.s_addr));
    }
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      return IpAddress::v6(std::span<const std::uint8_t, 16>(info.ipi6_addr.s6_addr, 16));
    }
  }
  return fallback;
}

/// Turns the packet info of a query into that of its answer: from the address asked, through
/// whatever interface the routes say (but link-local peers need theirs).
void answer_from_address_asked(msghdr& header, const sockaddr_in6& peer) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      info.ipi_spec_dst = info.ipi_addr;
      info.ipi_ifindex = 0;
      std::memcpy(CMSG_DATA(c), &info, sizeof info);
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      if (IN6_IS_ADDR_LINKLOCAL(&peer.sin6_addr)) continue;
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      info.ipi6_ifindex = 0;
      std::memcpy(CMSG_DATA(c), &info, sizeof info);
    }
  }
}

}  // namespace

UdpBatch::UdpBatch() : octets_(new std::uint8_t[2 * size * stride]()) {
  for (std::size_t i = 0; i < size; ++i) {
    in_vectors_[i] = {query(i), query_room};
    out_vectors_[i] = {nullptr, 0};
    in_[i] = {};
    in_[i].msg_hdr.msg_iov = &in_vectors_[i];
    in_[i].msg_hdr.msg_iovlen = 1;
    in_[i].msg_hdr.msg_name = &peers_[i];
    out_[i] = {};
    out_[i].msg_hdr.msg_iov = &out_vectors_[i];
    out_[i].msg_hdr.msg_iovlen = 1;
    exchanges_[i].client.transport = answer::Transport::udp;
  }
}

UdpListener::UdpListener(uv_loop_t& loop, Descriptor socket, const ListenAddress& address,
                         UdpBatch& batch, Service& service, Counters& counters)
    : socket_(std::move(socket)),
      address_(address),
      wildcard_(address.address.high() == 0 && address.address.low() == 0),
      batch_(batch),
      service_(service),
      counters_(counters) {
  poll_.data = this;
  turn_.data = this;
  uv_poll_init(&loop, &poll_, socket_.get());
  uv_idle_init(&loop, &turn_);
  watch();
}

void UdpListener::watch() {
  uv_idle_stop(&turn_);
  uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* handle, int, int) {
    auto* self = static_cast<UdpListener*>(handle->data);
    if (self->serve(batches_per_turn)) self->keep_asking();
  });
}

void UdpListener::keep_asking() {
  uv_poll_stop(&poll_);
  uv_idle_start(&turn_, [](uv_idle_t* handle) {
    auto* self = static_cast<UdpListener*>(handle->data);
    if (!self->serve(batches_per_turn)) self->watch();
  });
}

void UdpListener::close() {
  serve(batches_per_turn);
  const auto closed = [](uv_handle_t* handle) {
    auto* self = static_cast<UdpListener*>(handle->data);
    if (--self->open_handles_ == 0) delete self;
  };
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&turn_), closed);
}

bool UdpListener::serve(int batches) {
  for (int i = 0; i < batches; ++i) {
    const int received = receive();
    if (received <= 0) return false;
    const std::size_t count = collect(received);
    if (count != 0) {
      service_.answer({batch_.exchanges_.data(), count});
      send(count);
    }
    // A batch with few queries most likely emptied the socket; asking again would cost a call.
    if (received < few) return false;
  }
  return true;
}

int UdpListener::receive() {
  for (std::size_t i = 0; i < UdpBatch::size; ++i) {
    msghdr& header = batch_.in_[i].msg_hdr;
    header.msg_namelen = sizeof(sockaddr_in6);
    if (wildcard_) {
      header.msg_control = batch_.controls_[i].octets.data();
      header.msg_controllen = batch_.controls_[i].octets.size();
    } else {
      header.msg_control = nullptr;
      header.msg_controllen = 0;
    }
  }
  for (;;) {
    const int n = recvmmsg(socket_.get(), batch_.in_.data(), UdpBatch::size, MSG_DONTWAIT, nullptr);
    if (n >= 0 || errno != EINTR) return n;
  }
}

bool UdpListener::acceptable(const mmsghdr& message, const IpAddress& peer,
                             std::uint16_t port) const {
  if (port == 0 || (message.msg_hdr.msg_flags & MSG_TRUNC) != 0) return false;
  // A datagram that claims to come from this very socket would make us talk to ourselves.
  if (port != address_.port) return true;
  return peer != (wildcard_ ? destination(message.msg_hdr, address_.address) : address_.address);
}

std::size_t UdpListener::collect(int received) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(received); ++i) {
    const mmsghdr& message = batch_.in_[i];
    Exchange& exchange = batch_.exchanges_[count];
    exchange.client.address = peer_address(batch_.peers_[i], exchange.client.port);
    if (!acceptable(message, exchange.client.address, exchange.client.port)) {
      counters_.dropped.add();
      continue;
    }
    exchange.query = {batch_.query(i), message.msg_len};
    exchange.out = {batch_.answer(count), UdpBatch::answer_room};
    exchange.size = 0;
    slot_[count] = static_cast<std::uint8_t>(i);
    ++count;
  }
  counters_.udp_queries.add(count);
  return count;
}

void UdpListener::send(std::size_t count) {
  unsigned ready = 0;
  for (std::size_t e = 0; e < count; ++e) {
    const Exchange& exchange = batch_.exchanges_[e];
    if (exchange.size == 0) continue;
    const std::size_t i = slot_[e];
    batch_.out_vectors_[ready] = {exchange.out.data(), exchange.size};
    msghdr& header = batch_.out_[ready].msg_hdr;
    header.msg_name = &batch_.peers_[i];
    header.msg_namelen = batch_.in_[i].msg_hdr.msg_namelen;
    header.msg_control = nullptr;
    header.msg_controllen = 0;
    if (wildcard_) {
      header.msg_control = batch_.in_[i].msg_hdr.msg_control;
      header.msg_controllen = batch_.in_[i].msg_hdr.msg_controllen;
      answer_from_address_asked(header, batch_.peers_[i]);
    }
    ++ready;
  }
  bool waited = false;
  for (unsigned sent = 0; sent < ready;) {
    const int n = sendmmsg(socket_.get(), batch_.out_.data() + sent, ready - sent, MSG_DONTWAIT);
    if (n > 0) {
      sent += static_cast<unsigned>(n);
    } else if (errno == EINTR) {
      continue;
    } else if ((errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) && !waited) {
      waited = true;
      pollfd writable{socket_.get(), POLLOUT, 0};
      poll(&writable, 1, send_wait_ms);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      counters_.dropped.add(ready - sent);
      return;
    } else {
      // This one can't be sent (no route, a firewall, …); the others can.
      counters_.dropped.add();
      ++sent;
    }
  }
}

}  // namespace lapis::server
