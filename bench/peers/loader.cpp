// Asks for the A record of h0 … hN-1.bench.test with 64 queries outstanding, spinning, and prints
// how many right answers came: known id, QR, NOERROR, one answer or more.
// Usage: loader PORT SECONDS NAMES
#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  using Clock = std::chrono::steady_clock;
  constexpr unsigned kBatch = 64;
  const unsigned names = static_cast<unsigned>(std::atoi(argv[3]));
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(argv[1])));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 1;
  std::array<std::string, kBatch> queries;
  static std::array<std::array<unsigned char, 1500>, kBatch> replies;
  std::array<iovec, kBatch> out{}, in{};
  std::array<mmsghdr, kBatch> send{}, receive{};
  unsigned long right = 0, asked = 0;
  unsigned random = 1, round = 0;
  const auto end = Clock::now() + std::chrono::duration<double>(std::atof(argv[2]));
  while (Clock::now() < end) {
    ++round;
    for (unsigned i = 0; i < kBatch; ++i) {
      random = random * 1664525u + 1013904223u;
      const std::string label = "h" + std::to_string((random >> 8) % names);
      std::string& q = queries[i];
      q.assign("\0\0\0\0\0\1\0\0\0\0\0\0", 12);
      q[0] = static_cast<char>(round);
      q[1] = static_cast<char>(i);
      q += static_cast<char>(label.size());
      q += label;
      q.append("\5bench\4test\0\0\1\0\1", 16);
      out[i] = {q.data(), q.size()};
      send[i].msg_hdr = {nullptr, 0, &out[i], 1, nullptr, 0, 0};
      in[i] = {replies[i].data(), replies[i].size()};
      receive[i].msg_hdr = {nullptr, 0, &in[i], 1, nullptr, 0, 0};
    }
    const int sent = sendmmsg(fd, send.data(), kBatch, 0);
    if (sent > 0) asked += static_cast<unsigned long>(sent);
    const auto patience = Clock::now() + std::chrono::milliseconds(50);
    for (int got = 0; got < sent && Clock::now() < patience;) {
      const int n = recvmmsg(fd, receive.data(), kBatch, MSG_DONTWAIT, nullptr);
      for (int i = 0; i < n; ++i) {
        const auto& r = replies[i];
        if (receive[i].msg_len < 12 || r[0] != (round & 0xff)) continue;
        ++got;
        if ((r[2] & 0x80) && (r[3] & 15) == 0 && (r[6] || r[7])) ++right;
      }
    }
  }
  std::printf("%lu %lu\n", asked, right);
}
