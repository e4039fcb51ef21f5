#include "daemon.h"

#include <malloc.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <iterator>
#include <utility>

#include "control_service.h"
#include "dns_service.h"
#include "log.h"
#include "notify.h"
#include "sockets.h"

namespace lapis::server {
namespace {

/// Opens `addresses` for all workers: all of them, or none and every reason.
SocketsByWorker open_all(const std::vector<ListenAddress>& addresses, std::size_t workers,
                         Diagnostics& errors) {
  SocketsByWorker by_worker(workers);
  for (const ListenAddress& address : addresses) {
    // Nobody asked for it by name: "everywhere" leaves out what this system does not have.
    if (!address.span.known() && !has_family(address.address.family())) continue;
    auto sockets = open_listen_sockets(address, static_cast<unsigned>(workers));
    if (!sockets) {
      std::move(sockets.errors().begin(), sockets.errors().end(), std::back_inserter(errors));
      continue;
    }
    for (std::size_t i = 0; i < workers; ++i) by_worker[i].push_back(std::move((*sockets)[i]));
  }
  return by_worker;
}

void log_listening(const std::vector<ListenAddress>& addresses) {
  for (const ListenAddress& address : addresses) {
    spdlog::info("listening on {}, UDP and TCP", address.to_string());
  }
}

/// Those of `these` that are not in `others`.
std::vector<ListenAddress> without(const std::vector<ListenAddress>& these,
                                   const std::vector<ListenAddress>& others) {
  std::vector<ListenAddress> rest;
  std::copy_if(these.begin(), these.end(), std::back_inserter(rest), [&](const ListenAddress& a) {
    return std::find(others.begin(), others.end(), a) == others.end();
  });
  return rest;
}

void log_databases(const answer::Snapshot& snapshot) {
  if (!snapshot.settings().places) return;
  for (const geo::DatabaseInfo& database : snapshot.settings().places->databases()) {
    spdlog::info("geo database {}", geo::to_string(database, std::time(nullptr)));
  }
}

/// From now on this thread has the least share of a core that a worker wants too, and so has each
/// thread and process that it starts, from its first instruction: what loads and proves the next
/// state. The idle class would be less, but then a reload under full load would hardly end.
void give_way_to_workers() {
  constexpr int last_in_line = 19;
  // Linux keeps nice values by thread.
  setpriority(PRIO_PROCESS, 0, last_in_line);
}

std::string described(const Prepared& prepared) {
  std::string words = std::to_string(prepared.config.zones.size() - prepared.broken_zones) +
                      " zones, " + std::to_string(prepared.records) + " records";
  if (prepared.broken_zones != 0) {
    words += ", " + std::to_string(prepared.broken_zones) + " zones skipped";
  }
  if (!prepared.digest.empty()) {
    words += ", " + std::to_string(prepared.programs) + " programs verified" +
             (prepared.proof_reused ? " before" : "") + " (" + prepared.digest.substr(0, 12) + ")";
  }
  return words + ", in " + std::to_string(static_cast<std::int64_t>(prepared.elapsed_ms)) + " ms";
}

}  // namespace

Daemon::Daemon(std::string config_path, std::string version)
    : config_path_(std::move(config_path)),
      version_(std::move(version)),
      control_(loop_,
               [this](std::string_view request) { return answer_control_request(request); }) {
  uv_loop_init(&loop_);
  watch_signal(terminate_, SIGTERM);
  watch_signal(interrupt_, SIGINT);
  watch_signal(hang_up_, SIGHUP);
  watch_signal(user_, SIGUSR1);
  workers_wake_.data = this;
  uv_async_init(&loop_, &workers_wake_,
                [](uv_async_t* handle) { static_cast<Daemon*>(handle->data)->workers_moved(); });
  drain_time_.data = this;
  uv_timer_init(&loop_, &drain_time_);
}

Daemon::~Daemon() {
  uv_loop_close(&loop_);
}

Served Daemon::run() {
  set_up_log(LogLevel::info, LogFormat::text);
  spdlog::info("lapis {} starts, process {}, configuration {}", version_, getpid(), config_path_);
  prepare(false);
  uv_run(&loop_, UV_RUN_DEFAULT);
  return std::move(served_);
}

// ---- signals

void Daemon::watch_signal(uv_signal_t& handle, int number) {
  handle.data = this;
  uv_signal_init(&loop_, &handle);
  uv_signal_start(
      &handle,
      [](uv_signal_t* signal, int received) {
        static_cast<Daemon*>(signal->data)->on_signal(received);
      },
      number);
}

void Daemon::on_signal(int number) {
  switch (number) {
    case SIGUSR1:
      log_state();
      return;
    case SIGHUP:
      if (state_ == State::draining || state_ == State::ending) return;
      spdlog::info("SIGHUP: reloading {}{}", config_path_,
                   preparation_ ? " once the load under way has ended" : "");
      if (preparation_) {
        prepare_again_ = true;
      } else {
        prepare(true);
      }
      return;
    default:
      break;
  }
  const char* name = number == SIGINT ? "SIGINT" : "SIGTERM";
  if (state_ == State::draining) {
    spdlog::warn("{} again: ending without draining", name);
    abort();
    return;
  }
  if (state_ == State::ending) return;
  spdlog::info("{}: {}", name, state_ == State::serving ? "draining" : "ending");
  notify_service_manager("STOPPING=1");
  prepare_again_ = false;
  if (preparation_) preparation_->cancel();
  if (state_ == State::serving) {
    begin_drain();
  } else {
    end();
  }
}

// ---- changes

void Daemon::prepare(bool reload) {
  if (reload) notify_reloading();
  Preparation::Request request{config_path_, own_secret_, proven_digest_,
                               snapshot_ ? snapshot_->settings().places : nullptr};
  preparation_ = std::make_unique<Preparation>(
      loop_, std::move(request), [this](Prepared result) { prepared(std::move(result)); });
  preparation_->start();
}

void Daemon::prepared(Prepared result) {
  preparation_.reset();
  if (state_ == State::starting) {
    start(std::move(result));
  } else if (state_ == State::serving) {
    reload(std::move(result));
  }
  // What was only needed to load (texts, records) goes back to the system.
  malloc_trim(0);
  if (std::exchange(prepare_again_, false) && state_ == State::serving) prepare(true);
}

/// Opens what `result` listens on beyond what is bound already. When something can't be bound, the
/// findings say so and the change is refused.
SocketsByWorker Daemon::open_new(Prepared& result, std::size_t workers) {
  if (!result.accepted()) return {};
  Diagnostics errors;
  SocketsByWorker sockets =
      open_all(without(result.config.server.listen, config_.server.listen), workers, errors);
  const ServerConfig& server = result.config.server;
  std::string words;
  // Last, because it takes effect at once.
  if (errors.empty() && !control_.listen(server.control, words)) {
    errors.push_back(error_at(server.control_span, "listen", server.control + ": " + words));
  }
  if (errors.empty()) return sockets;
  std::move(errors.begin(), errors.end(), std::back_inserter(result.findings));
  result.snapshot.reset();
  return {};
}

void Daemon::start(Prepared result) {
  set_up_log(result.config.server.log_level, result.config.server.log_format);
  const std::size_t count = result.config.server.workers;
  SocketsByWorker sockets = open_new(result, count);
  if (!result.accepted()) {
    spdlog::error("not started: the configuration is refused");
    served_.refused = std::move(result);
    end();
    return;
  }
  log_findings(result.findings, result.sources, result.config.programs);
  spdlog::info("loaded {}", described(result));
  log_databases(*result.snapshot);
  raise_descriptor_limit();
  connections_ = std::make_unique<ConnectionTable>(result.config.server.tcp);
  for (std::size_t i = 0; i < count; ++i) {
    Employed employed;
    employed.worker = std::make_unique<Worker>(
        *connections_, [](Counters& counters) { return std::make_unique<DnsService>(counters); },
        [this] { uv_async_send(&workers_wake_); });
    Worker::Order first;
    first.snapshot = result.snapshot;
    first.tcp = result.config.server.tcp;
    first.listen = std::move(sockets[i]);
    order(employed, std::move(first));
    employed.worker->start();
    workers_.push_back(std::move(employed));
  }
  log_listening(result.config.server.listen);
  give_way_to_workers();
  state_ = State::serving;
  served_.started = true;
  remember(std::move(result));
  spdlog::info("serving with {} worker{}", count, count == 1 ? "" : "s");
  notify_service_manager("READY=1");
}

void Daemon::reload(Prepared result) {
  SocketsByWorker sockets = open_new(result, workers_.size());
  log_findings(result.findings, result.sources, result.config.programs);
  if (result.accepted()) {
    put_in_place(std::move(result), std::move(sockets));
    return;
  }
  ++reloads_refused_;
  if (!result.undecided_reason.empty()) {
    spdlog::error("the programs are not proved: {}", result.undecided_reason);
  }
  if (!result.internal_error.empty()) spdlog::error("{}", result.internal_error);
  spdlog::error("reload refused: what was running goes on unchanged");
  notify_service_manager("READY=1\nSTATUS=reload refused, the previous state is serving");
}

void Daemon::put_in_place(Prepared result, SocketsByWorker sockets) {
  ++reloads_ok_;
  const ServerConfig& server = result.config.server;
  const std::vector<ListenAddress> silence = without(config_.server.listen, server.listen);
  connections_->set_limits(server.tcp);
  Retired old{std::move(snapshot_), {}};
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    Worker::Order change;
    change.snapshot = result.snapshot;
    change.tcp = server.tcp;
    change.listen = std::move(sockets[i]);
    change.silence = silence;
    order(workers_[i], std::move(change));
    old.until.push_back(workers_[i].ordered);
  }
  retired_.push_back(std::move(old));
  set_up_log(server.log_level, server.log_format);
  if (server.workers != workers_.size()) {
    spdlog::warn("'workers' is now {}; that takes effect at the next start, {} go on serving",
                 server.workers, workers_.size());
  }
  for (const ListenAddress& address : silence) {
    spdlog::info("no longer listening on {}", address.to_string());
  }
  log_listening(without(server.listen, config_.server.listen));
  spdlog::info("reloaded {}", described(result));
  log_databases(*result.snapshot);
  remember(std::move(result));
  notify_service_manager("READY=1\nSTATUS=serving");
}

/// `result` is what is running from now on.
void Daemon::remember(Prepared result) {
  snapshot_ = std::move(result.snapshot);
  proven_digest_ = std::move(result.digest);
  config_ = std::move(result.config);
  sources_ = std::move(result.sources);
  sources_.keep_first(std::min(sources_.size(), result.program_files));
}

std::string Daemon::answer_control_request(std::string_view request) const {
  if (!snapshot_) return R"({"error":"the server is still starting"})";
  return answer_control(request, {*snapshot_, config_, sources_});
}

// ---- workers

void Daemon::order(Employed& employed, Worker::Order order) {
  employed.worker->order(std::move(order));
  ++employed.ordered;
}

/// Some worker has carried out its orders, or has ended.
void Daemon::workers_moved() {
  const auto moved_on = [this](const Retired& old) {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (workers_[i].worker->orders_done() < old.until[i]) return false;
    }
    return true;
  };
  const auto kept = std::remove_if(retired_.begin(), retired_.end(), moved_on);
  if (kept != retired_.end()) {
    retired_.erase(kept, retired_.end());
    malloc_trim(0);
  }
  const bool ended = std::all_of(workers_.begin(), workers_.end(),
                                 [](const Employed& e) { return e.worker->finished(); });
  if (state_ == State::draining && ended) end();
}

void Daemon::begin_drain() {
  state_ = State::draining;
  for (Employed& employed : workers_) {
    Worker::Order last;
    last.drain = true;
    order(employed, std::move(last));
  }
  uv_timer_start(
      &drain_time_,
      [](uv_timer_t* handle) {
        spdlog::warn("the time to drain is over; connections are closed as they are");
        static_cast<Daemon*>(handle->data)->abort();
      },
      std::uint64_t{1000} * config_.server.drain_seconds, 0);
}

void Daemon::abort() {
  for (Employed& employed : workers_) {
    if (employed.worker->finished()) continue;
    Worker::Order now;
    now.abort = true;
    order(employed, std::move(now));
  }
}

void Daemon::end() {
  if (state_ == State::ending) return;
  state_ = State::ending;
  for (Employed& employed : workers_) employed.worker->join();
  if (!workers_.empty()) log_state();
  spdlog::info("ended");
  control_.close();
  for (uv_signal_t* handle : {&terminate_, &interrupt_, &hang_up_, &user_}) {
    uv_close(reinterpret_cast<uv_handle_t*>(handle), nullptr);
  }
  uv_close(reinterpret_cast<uv_handle_t*>(&workers_wake_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&drain_time_), nullptr);
}

CounterTotals Daemon::totals() const {
  CounterTotals totals;
  for (const Employed& employed : workers_) totals.add(employed.worker->counters());
  totals.reloads_ok = reloads_ok_;
  totals.reloads_refused = reloads_refused_;
  if (snapshot_) totals.broken_zones = snapshot_->settings().broken_zones.size();
  return totals;
}

void Daemon::log_state() const {
  spdlog::info("{}", totals().to_string());
  if (snapshot_) log_databases(*snapshot_);
}

}  // namespace lapis::server
