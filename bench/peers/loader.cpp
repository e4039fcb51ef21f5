// Asks a server, spinning on its own core, and counts right answers only.
//
//   loader udp PORT FILE SECONDS IN_FLIGHT             a fixed number of queries outstanding
//   loader spread PORTS FILE SECONDS IN_FLIGHT SOCKETS the same over several sockets, which take
//                                                      turns at the ports (by commas)
//   loader tcp PORT FILE SECONDS CONNECTIONS PIPELINED the same on each of some connections
//   loader rate PORT FILE SECONDS QUERIES_PER_SECOND   evenly spaced, whatever comes back
//
// With "--echo" at the end only id and QR of an answer are looked at. FILE holds the queries and
// what makes their answers right, one after the other: octets of the query (2, big endian), RCODE
// (1), least number of answer records (1), octets of expected rdata (1), the query, the rdata that
// the first answer record must have. They are asked in the order of the file, from a place that
// depends on the time. Prints one line: sent right wrong lost p50 p99 max (latencies in ns).
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Octets = std::vector<std::uint8_t>;

constexpr std::int64_t patience_ns = 200'000'000;
constexpr unsigned burst = 64;
constexpr std::size_t room = 2048;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

/// One question and what makes an answer to it right.
struct Question {
  std::uint32_t at = 0;
  std::uint16_t size = 0;
  std::uint8_t rcode = 0, answers = 0, rdata = 0;
};

class Questions {
 public:
  explicit Questions(const char* path) {
    std::ifstream in(path, std::ios::binary);
    octets_.assign(std::istreambuf_iterator<char>(in), {});
    for (std::size_t at = 0; at + 5 <= octets_.size();) {
      const std::uint8_t* p = octets_.data() + at;
      Question q{static_cast<std::uint32_t>(at + 5), static_cast<std::uint16_t>(p[0] << 8 | p[1]),
                 p[2], p[3], p[4]};
      at += 5u + q.size + q.rdata;
      all_.push_back(q);
    }
    if (all_.empty()) fail("no questions");
    next_ = static_cast<std::size_t>(now_ns() / 1000) % all_.size();
  }

  const Question& next() {
    const Question& q = all_[next_];
    if (++next_ == all_.size()) next_ = 0;
    return q;
  }
  const std::uint8_t* octets(const Question& q) const { return octets_.data() + q.at; }

  bool right(const Question& q, const std::uint8_t* answer, std::size_t size, bool echo) const {
    if (size < q.size - 11u || (answer[2] & 0x80) == 0) return false;
    if (echo) return true;
    if ((answer[3] & 15) != q.rcode || (answer[6] << 8 | answer[7]) < q.answers) return false;
    if ((answer[2] & 2) != 0) return false;  // truncated
    if (q.rdata == 0) return true;
    // The owner of the first record is a pointer to the question, as every server writes it.
    std::size_t at = 12;
    while (at < size && answer[at] != 0) at += answer[at] + 1u;
    at += 5 + 12;
    return at + q.rdata <= size && std::memcmp(answer + at, octets(q) + q.size, q.rdata) == 0;
  }

 private:
  Octets octets_;
  std::vector<Question> all_;
  std::size_t next_ = 0;
};

struct Tally {
  std::uint64_t sent = 0, right = 0, wrong = 0, lost = 0;
  std::vector<std::uint32_t> latencies;

  void answered(bool good, std::int64_t ns) {
    ++(good ? right : wrong);
    latencies.push_back(static_cast<std::uint32_t>(std::min<std::int64_t>(ns, 0xFFFFFFFF)));
  }
  void print() {
    std::sort(latencies.begin(), latencies.end());
    const auto quantile = [&](double q) -> unsigned {
      return latencies.empty() ? 0
                               : latencies[static_cast<std::size_t>(
                                     q * static_cast<double>(latencies.size() - 1))];
    };
    std::printf("%llu %llu %llu %llu %u %u %u\n", static_cast<unsigned long long>(sent),
                static_cast<unsigned long long>(right), static_cast<unsigned long long>(wrong),
                static_cast<unsigned long long>(lost), quantile(0.5), quantile(0.99), quantile(1));
  }
};

int open_socket(int type, int port) {
  const int fd = socket(AF_INET, type, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int octets = 4 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    fail("connect");
  }
  if (type == SOCK_STREAM) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return fd;
}

/// Queries over one UDP socket. A slot is a query outstanding; the id is slot and generation, so
/// that an answer that comes after its slot was given up is not taken for another one's.
class Udp {
 public:
  Udp(int port, Questions& questions, unsigned slots, bool echo)
      : fd_(open_socket(SOCK_DGRAM, port)), questions_(questions), slots_(slots), echo_(echo) {
    for (unsigned i = 0; i < slots; ++i) free_.push_back(i);
    for (unsigned i = 0; i < burst; ++i) {
      in_[i] = {};
      out_[i] = {};
      in_vectors_[i] = {in_octets_[i], room};
      in_[i].msg_hdr.msg_iov = &in_vectors_[i];
      out_[i].msg_hdr.msg_iov = &out_vectors_[i];
      in_[i].msg_hdr.msg_iovlen = out_[i].msg_hdr.msg_iovlen = 1;
    }
  }

  std::size_t free() const { return free_.size(); }
  std::size_t outstanding() const { return slots_.size() - free_.size(); }

  void send(std::size_t count, Tally& tally) {
    const unsigned n = static_cast<unsigned>(std::min({count, free_.size(), std::size_t{burst}}));
    const std::int64_t now = now_ns();
    for (unsigned i = 0; i < n; ++i) {
      const unsigned slot = free_.front();
      free_.pop_front();
      Slot& s = slots_[slot];
      s.question = questions_.next();
      s.generation = static_cast<std::uint8_t>(s.generation + 1);
      s.since = now;
      s.busy = true;
      std::memcpy(out_octets_[i], questions_.octets(s.question), s.question.size);
      const unsigned id = slot | static_cast<unsigned>(s.generation % generations()) * stride();
      out_octets_[i][0] = static_cast<std::uint8_t>(id >> 8);
      out_octets_[i][1] = static_cast<std::uint8_t>(id);
      out_vectors_[i] = {out_octets_[i], s.question.size};
    }
    for (unsigned done = 0; done < n;) {
      const int k = sendmmsg(fd_, out_ + done, n - done, 0);
      if (k <= 0) fail("sendmmsg");
      done += static_cast<unsigned>(k);
    }
    tally.sent += n;
  }

  void receive(Tally& tally) {
    const int n = recvmmsg(fd_, in_, burst, MSG_DONTWAIT, nullptr);
    if (n <= 0) return;
    const std::int64_t now = now_ns();
    for (int i = 0; i < n; ++i) {
      const std::uint8_t* a = in_octets_[i];
      if (in_[i].msg_len < 12) continue;
      const unsigned id = static_cast<unsigned>(a[0] << 8 | a[1]);
      const unsigned slot = id % stride();
      if (slot >= slots_.size()) continue;
      Slot& s = slots_[slot];
      if (!s.busy || s.generation % generations() != id / stride()) continue;
      tally.answered(questions_.right(s.question, a, in_[i].msg_len, echo_), now - s.since);
      s.busy = false;
      free_.push_back(slot);
    }
  }

  void give_up(std::int64_t older_than, Tally& tally) {
    for (unsigned i = 0; i < slots_.size(); ++i) {
      if (!slots_[i].busy || slots_[i].since > older_than) continue;
      slots_[i].busy = false;
      ++tally.lost;
      free_.push_back(i);
    }
  }

 private:
  struct Slot {
    Question question;
    std::int64_t since = 0;
    std::uint8_t generation = 0;
    bool busy = false;
  };
  unsigned stride() const { return slots_.size() <= 256 ? 256 : 16384; }
  unsigned generations() const { return 65536 / stride(); }

  int fd_;
  Questions& questions_;
  std::vector<Slot> slots_;
  std::deque<unsigned> free_;
  bool echo_;
  std::uint8_t in_octets_[burst][room], out_octets_[burst][room];
  iovec in_vectors_[burst], out_vectors_[burst];
  mmsghdr in_[burst], out_[burst];
};

void drain(Udp& udp, Tally& tally) {
  const std::int64_t end = now_ns() + patience_ns;
  while (udp.outstanding() != 0 && now_ns() < end) udp.receive(tally);
  udp.give_up(now_ns(), tally);
}

void run_udp(int port, Questions& questions, double seconds, unsigned in_flight, bool echo) {
  Udp udp(port, questions, in_flight, echo);
  Tally tally;
  const std::int64_t end = now_ns() + static_cast<std::int64_t>(seconds * 1e9);
  std::int64_t look = now_ns() + patience_ns;
  for (std::int64_t now = now_ns(); now < end; now = now_ns()) {
    if (udp.free() != 0) udp.send(udp.free(), tally);
    udp.receive(tally);
    if (now > look) {
      udp.give_up(now - patience_ns, tally);
      look = now + patience_ns;
    }
  }
  drain(udp, tally);
  tally.print();
}

/// Each socket is a flow of its own, so that the kernel spreads them over a server's workers.
void run_spread(const std::string& ports, Questions& questions, double seconds, unsigned in_flight,
                unsigned sockets, bool echo) {
  std::vector<int> all;
  for (std::size_t at = 0; at <= ports.size();
       at = std::min(ports.find(',', at), ports.size()) + 1) {
    all.push_back(std::atoi(ports.c_str() + at));
  }
  std::vector<std::unique_ptr<Udp>> flows;
  for (unsigned i = 0; i < sockets; ++i) {
    flows.push_back(
        std::make_unique<Udp>(all[i % all.size()], questions, in_flight / sockets, echo));
  }
  Tally tally;
  const std::int64_t end = now_ns() + static_cast<std::int64_t>(seconds * 1e9);
  std::int64_t look = now_ns() + patience_ns;
  for (std::int64_t now = now_ns(); now < end; now = now_ns()) {
    const bool late = now > look;
    for (const auto& flow : flows) {
      if (flow->free() != 0) flow->send(flow->free(), tally);
      flow->receive(tally);
      if (late) flow->give_up(now - patience_ns, tally);
    }
    if (late) look = now + patience_ns;
  }
  for (const auto& flow : flows) drain(*flow, tally);
  tally.print();
}

void run_rate(int port, Questions& questions, double seconds, double rate, bool echo) {
  Udp udp(port, questions, 16384, echo);
  Tally tally;
  const std::int64_t start = now_ns();
  const auto total = static_cast<std::uint64_t>(seconds * rate);
  while (tally.sent < total) {
    const double due = static_cast<double>(now_ns() - start) * rate / 1e9;
    if (due > static_cast<double>(tally.sent)) {
      if (udp.free() == 0) break;
      udp.send(1, tally);
    }
    udp.receive(tally);
  }
  drain(udp, tally);
  tally.print();
}

/// One connection; answers may come in any order (RFC 7766 §6.2.1.1).
struct Connection {
  int fd = -1;
  Octets in;
  std::vector<Question> asked;  // by id
  std::vector<std::int64_t> since;
  std::vector<unsigned> free;
};

void ask(Connection& c, Questions& questions, Tally& tally) {
  static Octets out;
  out.clear();
  const std::int64_t now = now_ns();
  for (const unsigned id : c.free) {
    const Question q = questions.next();
    c.asked[id] = q;
    c.since[id] = now;
    const std::uint8_t* p = questions.octets(q);
    out.push_back(static_cast<std::uint8_t>(q.size >> 8));
    out.push_back(static_cast<std::uint8_t>(q.size));
    out.push_back(static_cast<std::uint8_t>(id >> 8));
    out.push_back(static_cast<std::uint8_t>(id));
    out.insert(out.end(), p + 2, p + q.size);
    ++tally.sent;
  }
  c.free.clear();
  for (std::size_t done = 0; done < out.size();) {
    const ssize_t n = ::send(c.fd, out.data() + done, out.size() - done, MSG_NOSIGNAL);
    if (n <= 0) fail("send");
    done += static_cast<std::size_t>(n);
  }
}

void take(Connection& c, const Questions& questions, bool echo, Tally& tally) {
  const std::size_t held = c.in.size();
  c.in.resize(held + 65536);
  const ssize_t n = recv(c.fd, c.in.data() + held, 65536, MSG_DONTWAIT);
  if (n == 0) fail("closed by the server");
  c.in.resize(held + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  const std::int64_t now = now_ns();
  std::size_t at = 0;
  while (at + 14 <= c.in.size()) {
    const std::size_t size = static_cast<std::size_t>(c.in[at] << 8 | c.in[at + 1]);
    if (at + 2 + size > c.in.size()) break;
    const std::uint8_t* a = c.in.data() + at + 2;
    const unsigned id = static_cast<unsigned>(a[0] << 8 | a[1]);
    if (id >= c.asked.size()) fail("unknown id");
    tally.answered(questions.right(c.asked[id], a, size, echo), now - c.since[id]);
    c.free.push_back(id);
    at += 2 + size;
  }
  c.in.erase(c.in.begin(), c.in.begin() + static_cast<std::ptrdiff_t>(at));
}

void run_tcp(int port, Questions& questions, double seconds, unsigned count, unsigned pipelined,
             bool echo) {
  std::vector<Connection> connections(count);
  const int poll = epoll_create1(0);
  Tally tally;
  for (unsigned i = 0; i < count; ++i) {
    Connection& c = connections[i];
    c.fd = open_socket(SOCK_STREAM, port);
    c.asked.resize(pipelined);
    c.since.resize(pipelined);
    for (unsigned id = 0; id < pipelined; ++id) c.free.push_back(id);
    epoll_event event{EPOLLIN, {}};
    event.data.u32 = i;
    epoll_ctl(poll, EPOLL_CTL_ADD, c.fd, &event);
    ask(c, questions, tally);
  }
  std::vector<epoll_event> events(count);
  const std::int64_t end = now_ns() + static_cast<std::int64_t>(seconds * 1e9);
  while (now_ns() < end) {
    const int n = epoll_wait(poll, events.data(), static_cast<int>(count), 0);
    for (int i = 0; i < n; ++i) {
      Connection& c = connections[events[static_cast<std::size_t>(i)].data.u32];
      take(c, questions, echo, tally);
      if (!c.free.empty()) ask(c, questions, tally);
    }
  }
  tally.print();
}

}  // namespace

int main(int argc, char** argv) {
  const bool echo = argc > 1 && std::string_view(argv[argc - 1]) == "--echo";
  if (echo) --argc;
  if (argc < 6) return 2;
  const std::string_view mode = argv[1];
  const int port = std::atoi(argv[2]);
  Questions questions(argv[3]);
  const double seconds = std::atof(argv[4]);
  if (mode == "udp") {
    run_udp(port, questions, seconds, static_cast<unsigned>(std::atoi(argv[5])), echo);
  } else if (mode == "rate") {
    run_rate(port, questions, seconds, std::atof(argv[5]), echo);
  } else if (mode == "spread" && argc == 7) {
    run_spread(argv[2], questions, seconds, static_cast<unsigned>(std::atoi(argv[5])),
               static_cast<unsigned>(std::atoi(argv[6])), echo);
  } else if (mode == "tcp" && argc == 7) {
    run_tcp(port, questions, seconds, static_cast<unsigned>(std::atoi(argv[5])),
            static_cast<unsigned>(std::atoi(argv[6])), echo);
  } else {
    return 2;
  }
}
