#include "tcp_connections.h"

#include <sys/socket.h>

#include <cerrno>

namespace lapis::server {

/// One accepted connection.
class TcpConnection final : public TcpSink {
 public:
  TcpConnection(TcpConnections& owner, Descriptor socket, const answer::Client& client)
      : owner_(owner), socket_(std::move(socket)), client_(client), stream_(client) {
    last_alive_ = uv_now(&owner.loop_);
  }
  TcpConnection(const TcpConnection&) = delete;
  TcpConnection& operator=(const TcpConnection&) = delete;

  void start() {
    poll_.data = this;
    uv_poll_init(&owner_.loop_, &poll_, socket_.get());
    watch(UV_READABLE);
  }

  /// Reads once, answers, writes. May delete this connection.
  void readable();
  void writable();
  std::size_t write(std::span<const std::uint8_t> octets) override;

 private:
  friend class TcpConnections;
  using Status = TcpStream::Status;

  void watch(int events) {
    if (events == watched_) return;
    watched_ = events;
    uv_poll_start(&poll_, events, [](uv_poll_t* handle, int status, int) {
      auto* self = static_cast<TcpConnection*>(handle->data);
      if (status < 0) {
        self->owner_.close(*self);
      } else if (self->watched_ == UV_READABLE) {
        self->readable();
      } else {
        self->writable();
      }
    });
  }
  void settle(Status status, std::uint64_t queries_before);
  void alive() { last_alive_ = uv_now(&owner_.loop_); }

  TcpConnections& owner_;
  uv_poll_t poll_{};
  Descriptor socket_;
  answer::Client client_;
  TcpStream stream_;
  TcpConnections::List::iterator place_;
  bool in_writing_list_ = false;
  int watched_ = 0;
  std::uint64_t last_alive_ = 0;         // ms, of the loop's clock
  std::uint64_t taken_since_alive_ = 0;  // octets, while answers wait for the peer
};

std::size_t TcpConnection::write(std::span<const std::uint8_t> octets) {
  std::size_t done = 0;
  while (done < octets.size()) {
    const ssize_t n = send(socket_.get(), octets.data() + done, octets.size() - done,
                           MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      done += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (errno != EINTR) {
      return broken;
    }
  }
  taken_since_alive_ += done;
  if (taken_since_alive_ >= TcpBuffers::write_mark) {
    taken_since_alive_ = 0;
    alive();
  }
  return done;
}

void TcpConnection::readable() {
  const std::span<std::uint8_t> room = stream_.receive_room(owner_.buffers_);
  const ssize_t n = recv(socket_.get(), room.data(), room.size(), MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
  // The end of the peer's queries (it may still read): whatever was complete has been answered.
  if (n <= 0) return owner_.close(*this);
  const std::uint64_t before = stream_.queries();
  settle(stream_.received(static_cast<std::size_t>(n), owner_.buffers_, owner_.service_, *this),
         before);
}

void TcpConnection::writable() {
  const std::uint64_t before = stream_.queries();
  settle(stream_.resume(owner_.buffers_, owner_.service_, *this), before);
}

void TcpConnection::settle(Status status, std::uint64_t queries_before) {
  const std::uint64_t answered = stream_.queries() - queries_before;
  owner_.counters_.tcp_queries.add(answered);
  if (answered != 0) ++owner_.answered_;
  if (status == Status::closed) return owner_.close(*this);
  if (status == Status::reading && owner_.draining_) return owner_.close(*this);
  // A yielding stream, too, goes on only when the peer has taken enough.
  const bool writing = status != Status::reading;
  const bool moved = writing != in_writing_list_;
  if (answered != 0 || moved) alive();
  if (moved) taken_since_alive_ = 0;
  if (last_alive_ == uv_now(&owner_.loop_)) {
    // Keeps both lists in order of last_alive_.
    TcpConnections::List& from = in_writing_list_ ? owner_.writing_ : owner_.idle_;
    TcpConnections::List& to = writing ? owner_.writing_ : owner_.idle_;
    to.splice(to.end(), from, place_);
    in_writing_list_ = writing;
  }
  watch(status == Status::reading ? UV_READABLE : UV_WRITABLE);
}

TcpConnections::TcpConnections(uv_loop_t& loop, ConnectionTable& table, Service& service,
                               Counters& counters)
    : loop_(loop), table_(table), service_(service), counters_(counters) {}

TcpConnections::~TcpConnections() = default;

void TcpConnections::accept(Descriptor socket, const answer::Client& client) {
  ConnectionTable::Verdict verdict = table_.admit(client.address);
  if (verdict == ConnectionTable::Verdict::full && close_longest_idle()) {
    verdict = table_.admit(client.address);
  }
  if (verdict != ConnectionTable::Verdict::admitted) {
    counters_.tcp_refused.add();
    return;
  }
  counters_.tcp_connections.add();
  idle_.push_back(std::make_unique<TcpConnection>(*this, std::move(socket), client));
  TcpConnection& connection = *idle_.back();
  connection.place_ = std::prev(idle_.end());
  connection.start();
}

void TcpConnections::close(TcpConnection& connection) {
  List& list = connection.in_writing_list_ ? writing_ : idle_;
  TcpConnection* last = connection.place_->release();
  list.erase(last->place_);
  table_.release(last->client_.address);
  uv_poll_stop(&last->poll_);
  uv_close(reinterpret_cast<uv_handle_t*>(&last->poll_),
           [](uv_handle_t* handle) { delete static_cast<TcpConnection*>(handle->data); });
  last->socket_.reset();
}

bool TcpConnections::close_longest_idle() {
  for (const auto& connection : idle_) {
    if (!connection->stream_.at_rest()) continue;
    counters_.tcp_timeouts.add();
    close(*connection);
    return true;
  }
  return false;
}

void TcpConnections::expire() {
  const std::uint64_t now = uv_now(&loop_);
  const auto expire_list = [&](List& list, std::uint64_t seconds) {
    while (!list.empty() && now - list.front()->last_alive_ >= seconds * 1000) {
      counters_.tcp_timeouts.add();
      close(*list.front());
    }
  };
  expire_list(idle_, limits_.idle_seconds);
  expire_list(writing_, limits_.write_seconds);
}

void TcpConnections::drain() {
  draining_ = true;
  std::vector<TcpConnection*> all;
  for (const auto& connection : idle_) all.push_back(connection.get());
  for (TcpConnection* connection : all) {
    // What has already arrived is still answered; readable() closes the connection afterwards.
    if (connection->watched_ != UV_READABLE) continue;
    std::uint8_t octet = 0;
    const bool waiting = recv(connection->socket_.get(), &octet, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
    if (waiting) {
      connection->readable();
    } else {
      close(*connection);
    }
  }
}

void TcpConnections::close_all() {
  while (!idle_.empty()) close(*idle_.front());
  while (!writing_.empty()) close(*writing_.front());
}

TcpListener::TcpListener(uv_loop_t& loop, Descriptor socket, TcpConnections& connections)
    : socket_(std::move(socket)), connections_(connections) {
  poll_.data = this;
  uv_poll_init(&loop, &poll_, socket_.get());
  watch();
}

void TcpListener::watch() {
  constexpr int accepts_per_turn = 64;
  paused_ = false;
  uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* handle, int, int) {
    static_cast<TcpListener*>(handle->data)->accept_some(accepts_per_turn);
  });
}

void TcpListener::resume() {
  if (paused_) watch();
}

void TcpListener::close() {
  constexpr int last_accepts = 4096;
  accept_some(last_accepts);
  uv_poll_stop(&poll_);
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_),
           [](uv_handle_t* handle) { delete static_cast<TcpListener*>(handle->data); });
  socket_.reset();
}

void TcpListener::accept_some(int limit) {
  for (int i = 0; i < limit; ++i) {
    sockaddr_storage storage;
    socklen_t size = sizeof storage;
    Descriptor socket(accept4(socket_.get(), reinterpret_cast<sockaddr*>(&storage), &size,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.valid()) {
      answer::Client client;
      client.address = address_of(storage, client.port);
      client.transport = answer::Transport::tcp;
      connections_.accept(std::move(socket), client);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      // The pending connection would wake us for ever: make room, or wait for the next second.
      if (connections_.close_longest_idle()) continue;
      paused_ = true;
      uv_poll_stop(&poll_);
      return;
    } else if (errno != ECONNABORTED && errno != EINTR) {
      return;
    }
  }
}

}  // namespace lapis::server
