#include "server.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "lapis/editor/serve.h"

namespace lapis::editor {
namespace {

// Error codes of JSON-RPC 2.0 and of the protocol.
constexpr int parse_error = -32700;
constexpr int invalid_request = -32600;
constexpr int method_not_found = -32601;
constexpr int invalid_params = -32602;
constexpr int server_not_initialized = -32002;
constexpr int request_failed = -32803;

Position position_of(const Json& json) {
  return {json.at("line").get<std::uint32_t>(), json.at("character").get<std::uint32_t>()};
}

std::string uri_of(const Json& params) {
  return params.at("textDocument").at("uri").get<std::string>();
}

}  // namespace

int serve(int input, int output, const std::string& version, const std::string& cache) {
  return Server(input, output, version, cache).run();
}

Server::Server(int input, int output, std::string version, std::string cache)
    : input_(input), output_(output), version_(std::move(version)), cache_(std::move(cache)) {}

// ---- the loop

int Server::run() {
  while (!exit_ && !output_gone_) {
    while (auto message = cutter_.next()) {
      receive(*message);
      if (exit_) return shut_down_ ? 0 : 1;
    }
    // Everything that had come is taken in: now, once, what it means.
    catch_up();
    start_due_proof();
    wait();
    if (exit_) break;
  }
  return shut_down_ && !output_gone_ && exit_ ? 0 : 1;
}

/// Sleeps until there is something to do.
void Server::wait() {
  pollfd watched[2] = {{input_, POLLIN, 0}, {proof_ ? proof_->descriptor() : -1, POLLIN, 0}};
  int timeout = -1;
  if (!proof_ && !due_.empty()) {
    auto next = Clock::time_point::max();
    for (const auto& [set, time] : due_) next = std::min(next, time);
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(next - Clock::now()).count();
    timeout = static_cast<int>(std::clamp<std::int64_t>(left + 1, 0, 60000));
  }
  if (poll(watched, 2, timeout) < 0 && errno != EINTR) {
    exit_ = true;
    return;
  }
  if (watched[0].revents != 0 && !read_input()) exit_ = true;
  if (watched[1].revents != 0) take_in_proof();
}

bool Server::read_input() {
  char buffer[65536];
  const ssize_t got = read(input_, buffer, sizeof buffer);
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  cutter_.add({buffer, static_cast<std::size_t>(got)});
  return got > 0;
}

void Server::receive(const MessageCutter::Message& message) {
  if (message.too_long) {
    fail(nullptr, {invalid_request, "the message is longer than 64 MiB"});
    return;
  }
  const Json json = Json::parse(message.text, nullptr, false);
  if (json.is_discarded()) {
    fail(nullptr, {parse_error, "the message is not JSON"});
  } else {
    handle(json);
  }
}

void Server::handle(const Json& message) {
  if (!message.is_object()) {
    fail(nullptr, {invalid_request, "a message is an object"});
    return;
  }
  const bool has_id = message.contains("id");
  const Json id = has_id ? message["id"] : Json();
  if (!message.contains("method")) return;  // an answer to a question we never ask
  if (!message["method"].is_string()) {
    if (has_id) fail(id, {invalid_request, "'method' is a string"});
    return;
  }
  const auto method = message["method"].get<std::string>();
  const Json params = message.contains("params") ? message["params"] : Json::object();
  try {
    if (!has_id) {
      notification(method, params);
    } else {
      answer(id, request(method, params));
    }
  } catch (const Failure& failure) {
    if (has_id) fail(id, failure);
  } catch (const Json::exception& e) {
    if (has_id) fail(id, {invalid_params, e.what()});
  }
}

void Server::send(const Json& message) {
  const std::string text = message.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (!send_message(output_, text)) output_gone_ = true;
}

void Server::answer(const Json& id, Json result) {
  send({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
}

void Server::fail(const Json& id, const Failure& failure) {
  send({{"jsonrpc", "2.0"},
        {"id", id},
        {"error", {{"code", failure.code}, {"message", failure.message}}}});
}

// ---- requests

Json Server::request(const std::string& method, const Json& params) {
  if (method == "initialize") return initialize(params);
  if (!initialized_) throw Failure{server_not_initialized, "initialize comes first"};
  if (shut_down_) throw Failure{invalid_request, "the server is shut down"};
  if (method == "shutdown") {
    shut_down_ = true;
    proof_.reset();
    due_.clear();
    return nullptr;
  }
  catch_up();
  const auto ranges_of = [&](const Place& place) { return Ranges(place.set, encoding_); };
  if (method == "textDocument/hover") {
    const Place place = place_of(params, true);
    Ranges ranges = ranges_of(place);
    return hover(place, ranges);
  }
  if (method == "textDocument/completion") {
    const Place place = place_of(params, true);
    Ranges ranges = ranges_of(place);
    return completion(place, ranges);
  }
  if (method == "textDocument/definition") {
    const Place place = place_of(params, true);
    Ranges ranges = ranges_of(place);
    return definition(place, ranges);
  }
  if (method == "textDocument/references") {
    const Place place = place_of(params, true);
    Ranges ranges = ranges_of(place);
    const bool declaration =
        params.contains("context") && params["context"].value("includeDeclaration", false);
    return references(place, ranges, declaration);
  }
  if (method == "textDocument/documentSymbol") {
    const Place place = place_of(params, false);
    Ranges ranges = ranges_of(place);
    return document_symbols(place.set, place.file, ranges);
  }
  if (method == "textDocument/prepareRename") {
    const Place place = place_of(params, true);
    Ranges ranges = ranges_of(place);
    return prepare_rename(place, ranges);
  }
  if (method == "textDocument/rename") return rename_for(params);
  if (method == "textDocument/formatting") {
    const Place place = place_of(params, false);
    Ranges ranges = ranges_of(place);
    return formatting(place.set, place.file, ranges);
  }
  if (method == "textDocument/codeAction") return code_actions_for(params);
  throw Failure{method_not_found, "there is no method '" + method + "'"};
}

Json Server::initialize(const Json& params) {
  if (initialized_) throw Failure{invalid_request, "initialize comes once"};
  initialized_ = true;
  if (params.contains("capabilities") && params["capabilities"].is_object()) {
    const Json& capabilities = params["capabilities"];
    const Json offered = capabilities.contains("general") && capabilities["general"].is_object()
                             ? capabilities["general"].value("positionEncodings", Json::array())
                             : Json::array();
    if (std::find(offered.begin(), offered.end(), "utf-8") != offered.end()) {
      encoding_ = Encoding::utf8;
    }
  }
  return {{"serverInfo", {{"name", "lapis"}, {"version", version_}}},
          {"capabilities",
           {{"positionEncoding", encoding_ == Encoding::utf8 ? "utf-8" : "utf-16"},
            {"textDocumentSync", {{"openClose", true}, {"change", 2}, {"save", true}}},
            {"hoverProvider", true},
            {"completionProvider", {{"triggerCharacters", Json::array({"(", "\""})}}},
            {"definitionProvider", true},
            {"referencesProvider", true},
            {"renameProvider", {{"prepareProvider", true}}},
            {"documentFormattingProvider", true},
            {"documentSymbolProvider", true},
            {"codeActionProvider", {{"codeActionKinds", Json::array({"quickfix"})}}}}}};
}

Place Server::place_of(const Json& params, bool with_position) {
  const std::string uri = uri_of(params);
  if (workspace_.document(uri) == nullptr) {
    throw Failure{request_failed, "the document is not open: " + uri};
  }
  const CheckedSet& set = workspace_.checked(Workspace::set_of(uri));
  const std::uint32_t file = set.file_of(uri);
  if (file == 0) throw Failure{request_failed, "the document is no file of a program set"};
  std::uint32_t offset = 0;
  if (with_position) {
    offset = static_cast<std::uint32_t>(
        Lines(set.sources.text(file)).offset(position_of(params.at("position")), encoding_));
  }
  return {set, file, offset};
}

Json Server::rename_for(const Json& params) {
  const Place place = place_of(params, true);
  Ranges ranges(place.set, encoding_);
  Renaming renaming = rename(workspace_, Workspace::set_of(uri_of(params)), place, ranges,
                             params.at("newName").get<std::string>());
  if (!renaming.refused.empty()) throw Failure{request_failed, renaming.refused};
  return std::move(renaming.edit);
}

Json Server::code_actions_for(const Json& params) {
  const Place place = place_of(params, false);
  Ranges ranges(place.set, encoding_);
  const Lines lines(place.set.sources.text(place.file));
  const Json& range = params.at("range");
  const Span span{
      place.file,
      static_cast<std::uint32_t>(lines.offset(position_of(range.at("start")), encoding_)),
      static_cast<std::uint32_t>(lines.offset(position_of(range.at("end")), encoding_))};
  Diagnostics findings = place.set.findings;
  const auto proved = proved_.find(Workspace::set_of(uri_of(params)));
  if (proved != proved_.end()) {
    findings.insert(findings.end(), proved->second.begin(), proved->second.end());
  }
  const auto fixes = fixes_.find(Workspace::set_of(uri_of(params)));
  return code_actions(place.set, place.file, span, findings,
                      fixes != fixes_.end() ? fixes->second : std::vector<report::Fix>{}, ranges);
}

// ---- notifications

void Server::notification(const std::string& method, const Json& params) {
  if (method == "exit") {
    exit_ = true;
    return;
  }
  if (!initialized_ || shut_down_) return;
  if (method == "textDocument/didOpen") {
    did_open(params);
  } else if (method == "textDocument/didChange") {
    did_change(params);
  } else if (method == "textDocument/didClose") {
    did_close(params);
  } else if (method == "textDocument/didSave") {
    const std::string uri = uri_of(params);
    if (workspace_.document(uri) == nullptr) return;
    changed(uri);
    schedule_proof(Workspace::set_of(uri), std::chrono::milliseconds(0));
  } else if (method == "workspace/didChangeWatchedFiles") {
    for (const std::string& set : workspace_.open_sets()) {
      to_check_.insert(set);
      schedule_proof(set, pause);
    }
  }
}

void Server::did_open(const Json& params) {
  const Json& given = params.at("textDocument");
  Document document;
  document.uri = given.at("uri").get<std::string>();
  document.text = given.at("text").get<std::string>();
  document.version = given.value("version", std::int64_t{0});
  const std::string uri = document.uri;
  workspace_.open(std::move(document));
  changed(uri);
}

void Server::did_change(const Json& params) {
  const std::string uri = uri_of(params);
  Document* document = workspace_.document(uri);
  if (document == nullptr) return;
  document->version = params["textDocument"].value("version", document->version + 1);
  for (const Json& change : params.at("contentChanges")) {
    const auto text = change.at("text").get<std::string>();
    if (!change.contains("range") || change["range"].is_null()) {
      document->text = text;
      continue;
    }
    const Lines lines(document->text);
    std::size_t begin = lines.offset(position_of(change["range"].at("start")), encoding_);
    std::size_t end = lines.offset(position_of(change["range"].at("end")), encoding_);
    if (end < begin) std::swap(begin, end);
    document->text.replace(begin, end - begin, text);
  }
  changed(uri);
}

void Server::did_close(const Json& params) {
  const std::string uri = uri_of(params);
  const std::string set = Workspace::set_of(uri);
  if (!workspace_.close(uri)) return;
  if (workspace_.is_open(set)) {
    changed(uri);
    return;
  }
  // Nobody looks at the set any more.
  for (const std::string& shown : shown_[set]) {
    send({{"jsonrpc", "2.0"},
          {"method", "textDocument/publishDiagnostics"},
          {"params", {{"uri", shown}, {"diagnostics", Json::array()}}}});
  }
  shown_.erase(set);
  proved_.erase(set);
  fixes_.erase(set);
  due_.erase(set);
  to_check_.erase(set);
  if (proof_ && proof_->set() == set) proof_.reset();
  workspace_.forget(set);
}

// ---- diagnostics

void Server::changed(const std::string& uri) {
  const std::string set = Workspace::set_of(uri);
  to_check_.insert(set);
  // What is being proved is a text of the past.
  if (proof_ && proof_->set() == set) proof_.reset();
  proved_.erase(set);
  fixes_.erase(set);
  schedule_proof(set, pause);
}

void Server::catch_up() {
  for (const std::string& set : std::exchange(to_check_, {})) {
    workspace_.check(set);
    publish(set);
  }
}

void Server::publish(const std::string& name) {
  const CheckedSet& set = workspace_.checked(name);
  Ranges ranges(set, encoding_);
  std::map<std::string, Json> by_uri;
  for (const std::string& uri : shown_[name]) by_uri[uri] = Json::array();
  for (const SetText& file : set.files) {
    if (workspace_.document(file.uri) != nullptr) by_uri[file.uri] = Json::array();
  }
  const auto add = [&](const Diagnostics& findings) {
    for (const Diagnostic& finding : findings) {
      // What has no place is shown where it is seen.
      const bool placed = set.knows(finding.span);
      if (!placed && set.files.empty()) continue;
      by_uri.try_emplace(set.uri_of(placed ? finding.span.file : 1), Json::array())
          .first->second.push_back(diagnostic_json(finding, set, ranges));
    }
  };
  add(set.findings);
  const auto proved = proved_.find(name);
  if (proved != proved_.end()) add(proved->second);
  std::set<std::string> shown;
  for (auto& [uri, diagnostics] : by_uri) {
    if (!diagnostics.empty()) shown.insert(uri);
    Json params = {{"uri", uri}, {"diagnostics", std::move(diagnostics)}};
    if (const Document* document = workspace_.document(uri)) params["version"] = document->version;
    send({{"jsonrpc", "2.0"},
          {"method", "textDocument/publishDiagnostics"},
          {"params", std::move(params)}});
  }
  shown_[name] = std::move(shown);
}

void Server::schedule_proof(const std::string& set, std::chrono::milliseconds delay) {
  due_[set] = Clock::now() + delay;
}

/// One proof at a time.
void Server::start_due_proof() {
  if (proof_) return;
  const auto now = Clock::now();
  for (auto at = due_.begin(); at != due_.end();) {
    if (at->second > now) {
      ++at;
      continue;
    }
    const std::string name = at->first;
    due_.erase(at);
    const CheckedSet& set = workspace_.checked(name);
    if (set.set && !set.set->programs.empty()) proof_ = Proof::start(name, set, cache_);
    if (proof_) return;
    at = due_.begin();
  }
}

void Server::take_in_proof() {
  if (!proof_) return;
  const bool done = proof_->read();
  const std::string name = proof_->set();
  if (to_check_.count(name) != 0 || workspace_.checked(name).generation != proof_->generation()) {
    proof_.reset();  // of a text of the past
    return;
  }
  if (proved_.count(name) == 0) {
    if (auto findings = proof_->findings()) {
      proved_[name] = std::move(*findings);
      publish(name);
    }
  }
  if (!done) return;
  fixes_[name] = proof_->fixes();
  // A child that its limits stopped has found nothing.
  if (proved_.try_emplace(name).second) publish(name);
  proof_.reset();
}

}  // namespace lapis::editor
