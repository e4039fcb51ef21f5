// The state of one session with an editor, and the requests it answers.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "language_features.h"
#include "proof.h"
#include "transport.h"
#include "workspace.h"

namespace lapis::editor {

class Server {
 public:
  Server(int input, int output, std::string version, std::string cache);
  /// Until `exit` or the end of the input; the exit code.
  int run();

 private:
  using Clock = std::chrono::steady_clock;
  /// Typing that pauses this long starts the verifier.
  static constexpr std::chrono::milliseconds pause{400};

  /// What a request without an answer fails with.
  struct Failure {
    int code;
    std::string message;
  };

  bool read_input();
  void wait();
  void receive(const MessageCutter::Message& message);
  void handle(const Json& message);
  Json request(const std::string& method, const Json& params);
  void notification(const std::string& method, const Json& params);
  void send(const Json& message);
  void answer(const Json& id, Json result);
  void fail(const Json& id, const Failure& failure);

  Json initialize(const Json& params);
  void did_open(const Json& params);
  void did_change(const Json& params);
  void did_close(const Json& params);
  Json code_actions_for(const Json& params);
  Json rename_for(const Json& params);

  /// The document that `params` names, checked; fails when it is not open.
  Place place_of(const Json& params, bool with_position);
  std::string set_of(const Json& params);

  void changed(const std::string& uri);
  /// The checks of all sets that changed; before anything is answered.
  void catch_up();
  void publish(const std::string& set);
  void schedule_proof(const std::string& set, std::chrono::milliseconds delay);
  void start_due_proof();
  void take_in_proof();

  const int input_;
  const int output_;
  const std::string version_;
  const std::string cache_;
  MessageCutter cutter_;
  Workspace workspace_;
  Encoding encoding_ = Encoding::utf16;
  bool initialized_ = false;
  bool shut_down_ = false;
  bool exit_ = false;
  bool output_gone_ = false;
  std::set<std::string> to_check_;             ///< sets whose text is newer than their check
  std::map<std::string, Diagnostics> proved_;  ///< by set: findings of the last proof
  std::map<std::string, std::vector<report::Fix>> fixes_;  ///< by set: of what was proved
  std::map<std::string, std::set<std::string>> shown_;     ///< by set: URIs with diagnostics
  std::map<std::string, Clock::time_point> due_;           ///< proofs to start
  std::unique_ptr<Proof> proof_;
};

}  // namespace lapis::editor
