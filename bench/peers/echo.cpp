// The limit of the UDP path: receives and sends in batches, flips QR and appends one A record.
// Usage: echo PORT
#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <cstring>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  constexpr unsigned kBatch = 64;
  constexpr size_t kRoom = 512;
  constexpr std::array<unsigned char, 16> kRecord{0xc0, 12, 0, 1, 0,   1, 0, 0,
                                                  14,   16, 0, 4, 192, 0, 2, 1};
  static std::array<std::array<unsigned char, kRoom + kRecord.size()>, kBatch> buffers;
  std::array<sockaddr_in, kBatch> peers{};
  std::array<iovec, kBatch> parts{};
  std::array<mmsghdr, kBatch> messages{};
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(argv[1])));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 1;
  for (;;) {
    for (unsigned i = 0; i < kBatch; ++i) {
      parts[i] = {buffers[i].data(), kRoom};
      messages[i].msg_hdr = {&peers[i], sizeof peers[i], &parts[i], 1, nullptr, 0, 0};
    }
    const int count = recvmmsg(fd, messages.data(), kBatch, MSG_WAITFORONE, nullptr);
    for (int i = 0; i < count; ++i) {
      const size_t length = messages[i].msg_len;
      if (length >= 12) {
        buffers[i][2] |= 0x80;
        buffers[i][7] = 1;
        std::memcpy(buffers[i].data() + length, kRecord.data(), kRecord.size());
        parts[i].iov_len = length + kRecord.size();
      } else {
        parts[i].iov_len = length;
      }
    }
    for (int sent = 0; sent < count;) {
      const int n = sendmmsg(fd, messages.data() + sent, static_cast<unsigned>(count - sent), 0);
      sent += n > 0 ? n : 1;
    }
  }
}
