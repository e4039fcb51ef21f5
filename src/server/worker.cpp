#include "worker.h"

#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>

#include <algorithm>
#include <iterator>
#include <thread>

namespace lapis::server {
namespace {

constexpr std::uint64_t second_ms = 1000;
/// While draining, how often it is looked whether the last connection is done.
constexpr std::uint64_t drain_check_ms = 20;
/// How much later than asked the system may wake a worker, ns. Ordinary threads allow for more than
/// a whole rest.
constexpr unsigned long timer_slack = 1000;

/// Signals are the control thread's business.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

}  // namespace

Worker::Worker(ConnectionTable& table, const MakeService& make_service, Notify notify)
    : service_(make_service(counters_)),
      notify_(std::move(notify)),
      connections_(loop_, table, *service_, counters_) {
  uv_loop_init(&loop_);
  wake_.data = this;
  uv_async_init(&loop_, &wake_,
                [](uv_async_t* handle) { static_cast<Worker*>(handle->data)->take_orders(); });
  second_.data = this;
  uv_timer_init(&loop_, &second_);
  uv_timer_start(
      &second_, [](uv_timer_t* handle) { static_cast<Worker*>(handle->data)->tick(); }, second_ms,
      second_ms);
  turn_end_.data = this;
  uv_check_init(&loop_, &turn_end_);
  uv_check_start(&turn_end_,
                 [](uv_check_t* handle) { static_cast<Worker*>(handle->data)->turn_ended(); });
}

Worker::~Worker() {
  if (!thread_.joinable() && !ended_) {
    // Never started: the handles are still to be closed.
    take_orders();
    end();
    uv_run(&loop_, UV_RUN_DEFAULT);
  }
  join();
  uv_loop_close(&loop_);
}

void Worker::start() {
  thread_ = std::thread([this] { run(); });
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::order(Order order) {
  {
    const std::lock_guard lock(mutex_);
    if (order.snapshot) pending_.snapshot = std::move(order.snapshot);
    if (order.tcp) pending_.tcp = order.tcp;
    append(pending_.listen, order.listen);
    append(pending_.silence, order.silence);
    pending_.drain |= order.drain;
    pending_.abort |= order.abort;
    ++ordered_;
  }
  uv_async_send(&wake_);
}

void Worker::run() {
  block_signals();
  prctl(PR_SET_TIMERSLACK, timer_slack);
  uv_run(&loop_, UV_RUN_DEFAULT);
  finished_.store(true, std::memory_order_release);
  notify_();
}

void Worker::take_orders() {
  Order order;
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    order = std::move(pending_);
    pending_ = Order();
    number = ordered_;
  }
  if (ended_) return;
  if (order.snapshot) service_->adopt(std::move(order.snapshot));
  if (order.tcp) connections_.set_limits(*order.tcp);
  for (ListenSockets& sockets : order.listen) {
    Listening listening;
    listening.address = sockets.address;
    listening.udp = new UdpListener(loop_, std::move(sockets.udp), sockets.address, batch_,
                                    *service_, counters_);
    listening.tcp = new TcpListener(loop_, std::move(sockets.tcp), connections_);
    listening_.push_back(listening);
  }
  for (const ListenAddress& address : order.silence) silence(address);
  if (order.drain && !draining_) begin_drain();
  if (order.abort) end();
  orders_done_.store(number, std::memory_order_release);
  notify_();
}

void Worker::silence(const ListenAddress& address) {
  const auto found = std::find_if(listening_.begin(), listening_.end(),
                                  [&](const Listening& l) { return l.address == address; });
  if (found == listening_.end()) return;
  found->udp->close();
  found->tcp->close();
  listening_.erase(found);
}

void Worker::begin_drain() {
  draining_ = true;
  for (const Listening& listening : listening_) {
    listening.udp->close();
    listening.tcp->close();
  }
  listening_.clear();
  connections_.drain();
  uv_timer_start(
      &second_, [](uv_timer_t* handle) { static_cast<Worker*>(handle->data)->tick(); }, 0,
      drain_check_ms);
}

void Worker::tick() {
  connections_.expire();
  for (const Listening& listening : listening_) listening.tcp->resume();
  if (draining_ && connections_.empty()) end();
}

void Worker::turn_ended() {
  const unsigned answered = connections_.answered_this_turn();
  // A socket that has UDP queries all the time is to be asked at every turn.
  const auto asking = [](const Listening& l) { return l.udp->under_load(); };
  if (!moderation_.due(answered) || draining_ ||
      std::any_of(listening_.begin(), listening_.end(), asking)) {
    return;
  }
  const auto begun = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(Moderation::rest);
  moderation_.rested(std::chrono::steady_clock::now() - begun);
}

void Worker::end() {
  if (ended_) return;
  ended_ = true;
  for (const Listening& listening : listening_) {
    listening.udp->close();
    listening.tcp->close();
  }
  listening_.clear();
  connections_.close_all();
  uv_close(reinterpret_cast<uv_handle_t*>(&wake_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&second_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&turn_end_), nullptr);
}

}  // namespace lapis::server
