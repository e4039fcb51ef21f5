#include "preparation.h"

#include <pthread.h>

#include <csignal>
#include <iterator>
#include <utility>

namespace lapis::server {
namespace {

void append(Diagnostics& to, Diagnostics from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

}  // namespace

Preparation::Preparation(uv_loop_t& loop, Request request, Done done)
    : loop_(loop), request_(std::move(request)), done_(std::move(done)) {}

Preparation::~Preparation() = default;

void Preparation::start() {
  wake_.data = this;
  uv_async_init(&loop_, &wake_,
                [](uv_async_t* handle) { static_cast<Preparation*>(handle->data)->look(); });
  auto config = load_config(request_.config_path, result_.sources);
  if (!config) {
    append(result_.findings, std::move(config.errors()));
    finish();
    return;
  }
  result_.config = std::move(config).value();
  append(result_.findings, result_.config.warnings);
  loader_.emplace(result_.config, request_.own_secret, result_.sources, cancelled_);
  loader_->take_over(std::move(request_.places));
  thread_ = std::thread([this] { load(); });
}

void Preparation::cancel() {
  cancelled_.store(true, std::memory_order_relaxed);
  if (proof_running_) verifier_->kill();
}

/// On the loading thread, which has config, sources and loader to itself until it is done.
void Preparation::load() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  loader_->load_programs();
  result_.program_files = result_.sources.size();
  reach(Stage::zones);
  loader_->load_zones();
  reach(Stage::loaded);
}

void Preparation::reach(Stage stage) {
  stage_.store(stage, std::memory_order_release);
  uv_async_send(&wake_);
}

/// On the control thread, whenever something has come to an end.
void Preparation::look() {
  const Stage stage = stage_.load(std::memory_order_acquire);
  if (closing_ || stage == Stage::programs) return;
  if (!std::exchange(programs_seen_, true)) prove();
  if (stage != Stage::loaded || proof_running_) return;
  thread_.join();
  conclude();
  finish();
}

void Preparation::prove() {
  const auto& set = loader_->programs();
  if (set == nullptr || cancelled_.load(std::memory_order_relaxed)) return;
  if (set->digest() == request_.proven_digest) {
    result_.proof_reused = true;
    return;
  }
  verifier_ = std::make_unique<VerifierProcess>(loop_, [this](ChildEnd end) {
    verifier_end_ = std::move(end);
    proof_running_ = false;
    look();
  });
  proof_running_ = true;
  const Config& config = result_.config;
  verifier_->start(config.programs, config.server.verify);
}

/// Both halves are there: what the loader built counts only with the proof for exactly its set.
void Preparation::conclude() {
  append(result_.findings, loader_->take_findings());
  result_.records = loader_->records();
  result_.broken_zones = loader_->broken_zones();
  bool proved = true;
  if (const auto& set = loader_->programs()) {
    result_.digest = set->digest();
    result_.programs = set->programs().size();
    proved = result_.proof_reused || (verifier_end_ && proves_the_set());
  }
  const bool whole = proved && !has_errors(result_.findings);
  if (whole && !cancelled_.load(std::memory_order_relaxed)) result_.snapshot = loader_->snapshot();
}

/// What the verifier found goes into the result; true when it is the proof that was needed.
bool Preparation::proves_the_set() {
  Proof proof = read_proof(*verifier_end_, result_.sources);
  append(result_.findings, std::move(proof.findings));
  switch (proof.verdict) {
    case Proof::Verdict::verified:
      if (proof.digest == result_.digest) return true;
      result_.findings.push_back(error_at(result_.config.program_spans.front(), "programs-changed",
                                          "the program set was changed while it was being verified",
                                          "load it again"));
      return false;
    case Proof::Verdict::undecided:
      result_.undecided_reason = proof.reason;
      return false;
    case Proof::Verdict::failed:
      result_.internal_error = proof.reason;
      return false;
    case Proof::Verdict::rejected:
      return false;
  }
  return false;
}

void Preparation::finish() {
  closing_ = true;
  uv_close(reinterpret_cast<uv_handle_t*>(&wake_), [](uv_handle_t* handle) {
    auto* self = static_cast<Preparation*>(handle->data);
    // What was loaded is in the result or refused; either way the loader's share goes.
    self->loader_.reset();
    self->result_.elapsed_ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - self->begun_)
            .count();
    // The last statement that touches this object: `done` may destroy it.
    const Done done = std::move(self->done_);
    done(std::move(self->result_));
  });
}

}  // namespace lapis::server
