// The limit: receives and sends in batches, flips QR and appends one A record. Over TCP it answers
// everything one read brought with one write.
// Usage: echo PORT
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

constexpr unsigned batch = 64;
constexpr std::size_t room = 2048;
constexpr std::array<std::uint8_t, 16> record{0xc0, 12, 0, 1, 0,   1, 0, 0,
                                              14,   16, 0, 4, 192, 0, 2, 1};

/// Turns the query of `size` octets into an answer in place and returns the size of that.
std::size_t turn(std::uint8_t* message, std::size_t size) {
  if (size < 12) return size;
  message[2] |= 0x80;
  message[7] = 1;
  std::memcpy(message + size, record.data(), record.size());
  return size + record.size();
}

int bound(int type, int port) {
  const int fd = socket(AF_INET, type | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::exit(1);
  return fd;
}

void serve_udp(int fd) {
  static std::uint8_t octets[batch][room + record.size()];
  static std::array<sockaddr_in, batch> peers;
  static std::array<iovec, batch> parts;
  static std::array<mmsghdr, batch> messages;
  for (unsigned i = 0; i < batch; ++i) {
    parts[i] = {octets[i], room};
    messages[i].msg_hdr = {&peers[i], sizeof peers[i], &parts[i], 1, nullptr, 0, 0};
  }
  const int count = recvmmsg(fd, messages.data(), batch, MSG_DONTWAIT, nullptr);
  for (int i = 0; i < count; ++i) {
    const auto k = static_cast<unsigned>(i);
    parts[k].iov_len = turn(octets[k], messages[k].msg_len);
  }
  for (int sent = 0; sent < count;) {
    const int n = sendmmsg(fd, messages.data() + sent, static_cast<unsigned>(count - sent), 0);
    sent += n > 0 ? n : 1;
  }
}

void serve_tcp(int fd) {
  static std::uint8_t in[65536], out[4 * sizeof in];
  const ssize_t n = recv(fd, in, sizeof in, MSG_DONTWAIT);
  if (n <= 0) {
    close(fd);
    return;
  }
  std::size_t at = 0, made = 0;
  while (at + 2 <= static_cast<std::size_t>(n)) {
    const std::size_t size = static_cast<std::size_t>(in[at] << 8 | in[at + 1]);
    std::memcpy(out + made + 2, in + at + 2, size);
    const std::size_t answer = turn(out + made + 2, size);
    out[made] = static_cast<std::uint8_t>(answer >> 8);
    out[made + 1] = static_cast<std::uint8_t>(answer);
    at += 2 + size;
    made += 2 + answer;
  }
  if (send(fd, out, made, MSG_NOSIGNAL) < 0) close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const int udp = bound(SOCK_DGRAM, std::atoi(argv[1]));
  const int tcp = bound(SOCK_STREAM, std::atoi(argv[1]));
  listen(tcp, 128);
  const int poll = epoll_create1(0);
  const auto watch = [&](int fd) {
    epoll_event event{EPOLLIN, {}};
    event.data.fd = fd;
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
  };
  watch(udp);
  watch(tcp);
  std::array<epoll_event, 64> events;
  for (;;) {
    const int n = epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < n; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == udp) {
        serve_udp(udp);
      } else if (fd == tcp) {
        const int accepted = accept4(tcp, nullptr, nullptr, SOCK_NONBLOCK);
        const int on = 1;
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(accepted);
      } else {
        serve_tcp(fd);
      }
    }
  }
}
