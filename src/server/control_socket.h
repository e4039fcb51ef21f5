// A Unix socket on which the operator asks the running server questions: one line in, one line out,
// then the connection is closed.
//
// It belongs to the control thread's loop, so no thread that answers DNS queries takes part. Only
// the user that the server runs as may connect (mode 0600).
#pragma once

#include <uv.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lapis::server {

class ControlSocket {
 public:
  /// One request line to one answer line, both without their ends. Called from the loop.
  using Answer = std::function<std::string(std::string_view request)>;

  static constexpr std::size_t longest_path = 107;  // sun_path of sockaddr_un (unix(7))
  static constexpr std::size_t longest_request = 65536;
  static constexpr std::size_t most_connections = 16;
  static constexpr std::uint64_t patience_ms = 10000;  ///< for a request, and for its reader

  ControlSocket(uv_loop_t& loop, Answer answer);
  /// REQUIRES: close() was called and the loop has run to its end since.
  ~ControlSocket() = default;
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  /// Listens at `path` and no longer where it did; an empty path is nowhere. A socket file that
  /// nobody listens at any more is replaced. False, with words in `error`, when that can't be: then
  /// nothing has changed.
  bool listen(const std::string& path, std::string& error);
  /// Ends listening and every connection. The loop finishes it.
  void close();

 private:
  struct Listener;
  struct Connection;

  void accept();

  uv_loop_t& loop_;
  Answer answer_;
  std::string path_;
  Listener* listener_ = nullptr;  // owned; deletes itself once closed
  std::vector<Connection*> connections_;
};

}  // namespace lapis::server
