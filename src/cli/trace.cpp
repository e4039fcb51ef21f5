// `lapis trace --control SOCKET QNAME`: asks the running server why it answers as it does.
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "command.h"
#include "lapis/base/diagnostic.h"
#include "lapis/report/witness.h"

namespace lapis::cli {
namespace {

constexpr time_t patience_seconds = 30;

struct TraceOptions {
  std::string control;
  Witness query;
  std::string format = "text";
};

Exit failed(const std::string& words) {
  std::fprintf(stderr, "lapis trace: %s\n", words.c_str());
  return Exit::usage;
}

/// The socket, or -1 with `errno`.
int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::copy(path.begin(), path.end(), address.sun_path);
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  const timeval patience{patience_seconds, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return descriptor;
  }
  const int code = errno;
  close(descriptor);
  errno = code;
  return -1;
}

/// Sends one line and reads until the other side closes. False with `errno`.
bool exchange(int descriptor, std::string_view request, std::string& answer) {
  while (!request.empty()) {
    const ssize_t sent = send(descriptor, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    request.remove_prefix(static_cast<std::size_t>(sent));
  }
  char buffer[65536];
  for (;;) {
    const ssize_t got = recv(descriptor, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0;
    answer.append(buffer, static_cast<std::size_t>(got));
  }
}

Exit run_trace(const TraceOptions& options) {
  std::string request = R"({"command":"trace","format":")" + options.format + R"(","query":)" +
                        report::witness_json(options.query) + "}\n";
  const int descriptor = connect_to(options.control);
  if (descriptor < 0) return failed(options.control + ": " + std::strerror(errno));
  std::string line;
  const bool done = exchange(descriptor, request, line);
  const std::string words = std::strerror(errno);
  close(descriptor);
  if (!done) return failed(options.control + ": " + words);
  const auto answer = nlohmann::json::parse(line, nullptr, false);
  if (answer.is_object() && answer.contains("output") && answer["output"].is_string()) {
    const auto output = answer["output"].get<std::string>();
    std::fwrite(output.data(), 1, output.size(), stdout);
    if (output.empty() || output.back() != '\n') std::fputc('\n', stdout);
    return Exit::fine;
  }
  if (answer.is_object() && answer.contains("error") && answer["error"].is_string()) {
    return failed(answer["error"].get<std::string>());
  }
  return failed(options.control + ": the answer is not one of a Lapis server");
}

}  // namespace

void add_trace(CLI::App& app, Status& status) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command =
      app.add_subcommand("trace", "Ask the running server why it answers a query as it does");
  Witness& query = options->query;
  command
      ->add_option("--control", options->control, "Control socket of the server (server.control)")
      ->required()
      ->type_name("SOCKET");
  command->add_option("qname", query.qname, "Owner name of the address records asked for")
      ->required()
      ->type_name("QNAME");
  command->add_option("qtype", query.qtype, "A or AAAA")->type_name("QTYPE")->capture_default_str();
  command->add_option("--client", query.client,
                      "Address in the client-subnet option; default: none");
  command->add_option("--resolver", query.resolver, "Source address; default: 127.0.0.1");
  command->add_option("--transport", query.transport, "udp, tcp or tls")->capture_default_str();
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->callback([options, &status] { status = run_trace(*options); });
}

}  // namespace lapis::cli
