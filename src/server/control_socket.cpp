#include "control_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace lapis::server {
namespace {

/// Somebody accepts connections at `path`.
bool is_alive(const std::string& path) {
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return true;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  const bool connected =
      connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const bool refused = !connected && errno == ECONNREFUSED;
  ::close(descriptor);
  return !refused;
}

/// Makes room at `path`: what a server that was killed has left is taken away, nothing else.
bool clear_path(const std::string& path, std::string& error) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return true;
  if (!S_ISSOCK(info.st_mode)) {
    error = "there is a file of that name that is not a socket";
    return false;
  }
  if (is_alive(path)) {
    error = "another process listens there";
    return false;
  }
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return true;
  error = std::strerror(errno);
  return false;
}

}  // namespace

struct ControlSocket::Listener {
  uv_pipe_t pipe{};
};

struct ControlSocket::Connection {
  ControlSocket* owner = nullptr;
  uv_pipe_t pipe{};
  uv_timer_t timer{};
  uv_write_t write{};
  std::array<char, 4096> buffer{};
  std::string input;
  std::string output;
  int handles = 2;
  bool closing = false;

  static Connection& of(void* data) { return *static_cast<Connection*>(data); }

  void start() {
    uv_timer_start(
        &timer, [](uv_timer_t* t) { of(t->data).close(); }, patience_ms, 0);
    uv_read_start(
        reinterpret_cast<uv_stream_t*>(&pipe),
        [](uv_handle_t* handle, std::size_t, uv_buf_t* out) {
          Connection& self = of(handle->data);
          *out = uv_buf_init(self.buffer.data(), static_cast<unsigned>(self.buffer.size()));
        },
        [](uv_stream_t* stream, ssize_t got, const uv_buf_t*) { of(stream->data).received(got); });
  }

  void received(ssize_t got) {
    if (got == 0) return;
    if (got < 0 || input.size() > longest_request) {
      close();
      return;
    }
    input.append(buffer.data(), static_cast<std::size_t>(got));
    const std::size_t end = input.find('\n');
    if (end == std::string::npos) return;
    uv_read_stop(reinterpret_cast<uv_stream_t*>(&pipe));
    uv_timer_again(&timer);
    output = owner->answer_(std::string_view(input).substr(0, end)) + "\n";
    const uv_buf_t out = uv_buf_init(output.data(), static_cast<unsigned>(output.size()));
    write.data = this;
    const int code = uv_write(&write, reinterpret_cast<uv_stream_t*>(&pipe), &out, 1,
                              [](uv_write_t* request, int) { of(request->data).close(); });
    if (code != 0) close();
  }

  void close() {
    if (std::exchange(closing, true)) return;
    auto& all = owner->connections_;
    all.erase(std::remove(all.begin(), all.end(), this), all.end());
    const auto closed = [](uv_handle_t* handle) {
      Connection* self = &of(handle->data);
      if (--self->handles == 0) delete self;
    };
    uv_close(reinterpret_cast<uv_handle_t*>(&pipe), closed);
    uv_close(reinterpret_cast<uv_handle_t*>(&timer), closed);
  }
};

ControlSocket::ControlSocket(uv_loop_t& loop, Answer answer)
    : loop_(loop), answer_(std::move(answer)) {}

bool ControlSocket::listen(const std::string& path, std::string& error) {
  if (path == path_) return true;
  Listener* fresh = nullptr;
  if (!path.empty()) {
    if (!clear_path(path, error)) return false;
    fresh = new Listener;
    fresh->pipe.data = this;
    uv_pipe_init(&loop_, &fresh->pipe, 0);
    int code = uv_pipe_bind(&fresh->pipe, path.c_str());
    // Before listening, so that nobody else is ever let in.
    if (code == 0 && chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) code = -errno;
    if (code == 0) {
      code = uv_listen(reinterpret_cast<uv_stream_t*>(&fresh->pipe),
                       static_cast<int>(most_connections), [](uv_stream_t* server, int status) {
                         if (status == 0) static_cast<ControlSocket*>(server->data)->accept();
                       });
    }
    if (code != 0) {
      error = uv_strerror(code);
      fresh->pipe.data = fresh;
      uv_close(reinterpret_cast<uv_handle_t*>(&fresh->pipe),
               [](uv_handle_t* handle) { delete static_cast<Listener*>(handle->data); });
      return false;
    }
  }
  if (listener_ != nullptr) {
    // Closing removes the socket file as well.
    listener_->pipe.data = listener_;
    uv_close(reinterpret_cast<uv_handle_t*>(&listener_->pipe),
             [](uv_handle_t* handle) { delete static_cast<Listener*>(handle->data); });
  }
  listener_ = fresh;
  path_ = path;
  return true;
}

void ControlSocket::close() {
  std::string error;
  listen({}, error);
  while (!connections_.empty()) connections_.back()->close();
}

void ControlSocket::accept() {
  auto* connection = new Connection;
  connection->owner = this;
  uv_pipe_init(&loop_, &connection->pipe, 0);
  uv_timer_init(&loop_, &connection->timer);
  connection->pipe.data = connection;
  connection->timer.data = connection;
  connections_.push_back(connection);
  const bool taken = uv_accept(reinterpret_cast<uv_stream_t*>(&listener_->pipe),
                               reinterpret_cast<uv_stream_t*>(&connection->pipe)) == 0;
  if (!taken || connections_.size() > most_connections) {
    connection->close();
    return;
  }
  connection->start();
}

}  // namespace lapis::server
