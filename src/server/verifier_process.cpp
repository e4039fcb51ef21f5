#include "verifier_process.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string_view>
#include <thread>

#include "sockets.h"

namespace lapis::server {
namespace {

/// The running program itself: the same version, whatever has been installed meanwhile.
constexpr const char* own_binary = "/proc/self/exe";
/// The verifier keeps its own time; only when it fails to, it is ended from here.
constexpr std::uint64_t grace_ms = 5000;
constexpr std::size_t most_output = std::size_t{64} << 20U;
constexpr std::size_t most_complaints = std::size_t{64} << 10U;
constexpr std::size_t read_size = std::size_t{64} << 10U;

/// Threads of the verifier. Each takes address space of its own, which is limited.
unsigned jobs() {
  constexpr unsigned most = 8;
  return std::clamp(std::thread::hardware_concurrency(), 1U, most);
}

/// When the system runs out of memory, the verifier is to be ended, not the server (proc(5)).
void make_first_victim(int pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/oom_score_adj";
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  constexpr std::string_view most = "1000";
  // Where the system does not allow it (a descriptor of -1, too), things are as they were.
  [[maybe_unused]] const ssize_t n = ::write(file.get(), most.data(), most.size());
}

}  // namespace

VerifierProcess::VerifierProcess(uv_loop_t& loop, Done done)
    : loop_(loop), done_(std::move(done)) {}

void VerifierProcess::start(const std::vector<std::string>& paths, const VerifyLimits& limits) {
  std::vector<std::string> words = {"lapis", "verify",
                                    // A policy can't make a set fit to be served.
                                    "--no-policy", "--format", "json", "--quiet", "--jobs",
                                    std::to_string(jobs()), "--limit-seconds",
                                    std::to_string(limits.seconds), "--limit-memory",
                                    std::to_string(limits.memory_mib)};
  if (!limits.cache.empty()) words.insert(words.end(), {"--cache", limits.cache});
  words.emplace_back("--");
  words.insert(words.end(), paths.begin(), paths.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  open_pipe(output_, end_.output, most_output, true);
  open_pipe(complaints_, end_.complaints, most_complaints, false);
  uv_stdio_container_t streams[3] = {};
  streams[0].flags = UV_IGNORE;
  const auto written = static_cast<uv_stdio_flags>(UV_CREATE_PIPE | UV_WRITABLE_PIPE);
  streams[1].flags = written;
  streams[1].data.stream = reinterpret_cast<uv_stream_t*>(&output_.handle);
  streams[2].flags = written;
  streams[2].data.stream = reinterpret_cast<uv_stream_t*>(&complaints_.handle);

  uv_process_options_t options{};
  options.file = own_binary;
  options.args = arguments.data();
  options.stdio = streams;
  options.stdio_count = 3;
  options.exit_cb = [](uv_process_t* handle, std::int64_t status, int signal) {
    static_cast<VerifierProcess*>(handle->data)->exited(status, signal);
  };
  process_.data = this;
  ++open_;
  const int failure = uv_spawn(&loop_, &process_, &options);
  if (failure != 0) {
    end_.spawn_error = uv_strerror(failure);
    close(reinterpret_cast<uv_handle_t*>(&process_));
    close(reinterpret_cast<uv_handle_t*>(&output_.handle));
    close(reinterpret_cast<uv_handle_t*>(&complaints_.handle));
    return;
  }
  make_first_victim(process_.pid);
  watch_deadline(limits.seconds);
  read(output_);
  read(complaints_);
}

void VerifierProcess::open_pipe(Pipe& pipe, std::string& text, std::size_t most, bool required) {
  pipe.text = &text;
  pipe.most = most;
  pipe.required = required;
  pipe.handle.data = this;
  uv_pipe_init(&loop_, &pipe.handle, 0);
  ++open_;
}

void VerifierProcess::read(Pipe& pipe) {
  uv_read_start(
      reinterpret_cast<uv_stream_t*>(&pipe.handle),
      [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
        std::string& room = static_cast<VerifierProcess*>(handle->data)->buffer_;
        room.resize(read_size);
        *buffer = uv_buf_init(room.data(), static_cast<unsigned>(room.size()));
      },
      [](uv_stream_t* stream, ssize_t count, const uv_buf_t*) {
        auto* self = static_cast<VerifierProcess*>(stream->data);
        auto* handle = reinterpret_cast<uv_handle_t*>(stream);
        if (count < 0) return self->close(handle);
        const bool output = handle == reinterpret_cast<uv_handle_t*>(&self->output_.handle);
        self->take(output ? self->output_ : self->complaints_, static_cast<std::size_t>(count));
      });
}

void VerifierProcess::take(Pipe& pipe, std::size_t count) {
  const std::size_t room = pipe.most - pipe.text->size();
  pipe.text->append(buffer_, 0, std::min(count, room));
  if (count <= room || !pipe.required) return;
  end_.too_much = true;
  kill();
}

void VerifierProcess::watch_deadline(std::uint32_t seconds) {
  deadline_.data = this;
  uv_timer_init(&loop_, &deadline_);
  ++open_;
  uv_timer_start(
      &deadline_,
      [](uv_timer_t* handle) {
        auto* self = static_cast<VerifierProcess*>(handle->data);
        self->end_.timed_out = true;
        self->kill();
      },
      std::uint64_t{1000} * seconds + grace_ms, 0);
}

void VerifierProcess::kill() {
  if (uv_is_active(reinterpret_cast<uv_handle_t*>(&process_)) != 0) {
    uv_process_kill(&process_, SIGKILL);
  }
}

void VerifierProcess::exited(std::int64_t status, int signal) {
  end_.exit_code = static_cast<int>(status);
  end_.signal = signal;
  close(reinterpret_cast<uv_handle_t*>(&process_));
  close(reinterpret_cast<uv_handle_t*>(&deadline_));
}

void VerifierProcess::close(uv_handle_t* handle) {
  if (uv_is_closing(handle) != 0) return;
  uv_close(handle, [](uv_handle_t* closed) {
    auto* self = static_cast<VerifierProcess*>(closed->data);
    if (--self->open_ != 0) return;
    // The last statement that touches this object: `done` may destroy it.
    const Done done = std::move(self->done_);
    done(std::move(self->end_));
  });
}

}  // namespace lapis::server
