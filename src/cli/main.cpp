// `lapis`: the nameserver, the verifier and the linter in one binary.
//
// Exceptions of libraries end here: whatever escapes a command is a defect and exits 70.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "command.h"
#include "lapis/base/diagnostic.h"

namespace {

using lapis::cli::Exit;

/// An exception nobody caught, on any thread. Running out of memory (--limit-memory) leaves the
/// question undecided; anything else is a defect. No allocation here.
[[noreturn]] void on_terminate() {
  const char* reason = "lapis: internal error: terminated\n";
  Exit code = Exit::internal;
  try {
    if (const std::exception_ptr current = std::current_exception()) {
      std::rethrow_exception(current);
    }
  } catch (const std::bad_alloc&) {
    reason = "lapis: undecided: out of memory\n";
    code = Exit::undecided;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "lapis: internal error: %s\n", e.what());
    _exit(static_cast<int>(code));
  } catch (...) {
    reason = "lapis: internal error: unknown exception\n";
  }
  std::fputs(reason, stderr);
  _exit(static_cast<int>(code));
}

bool has_command(const CLI::App& app, const std::string& word) {
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  return std::any_of(commands.begin(), commands.end(),
                     [&](const CLI::App* command) { return command->check_name(word); });
}

Exit no_such_command(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    // A hidden command has no group.
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  const std::string near = lapis::did_you_mean(word, names);
  std::fprintf(stderr, "lapis: there is no command '%s'%s\nRun with --help for more information.\n",
               word.c_str(), near.empty() ? "" : ("; did you mean '" + near + "'?").c_str());
  return Exit::usage;
}

Exit run(int argc, char** argv) {
  CLI::App app{
      "Lapis: an authoritative nameserver whose addressing is decided by verified programs",
      "lapis"};
  app.set_version_flag("--version,-V", "lapis " LAPIS_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 fine, 1 findings of severity error, 2 wrong usage or unreadable file,\n"
      "3 undecided or out of time, 64 and above an internal error.");
  lapis::cli::Status status = Exit::fine;
  lapis::cli::add_serve(app, status);
  lapis::cli::add_check(app, status);
  lapis::cli::add_verify(app, status);
  lapis::cli::add_diff(app, status);
  lapis::cli::add_eval(app, status);
  lapis::cli::add_lint(app, status);
  lapis::cli::add_explain(app, status);
  lapis::cli::add_test(app, status);
  lapis::cli::add_lsp(app, status);
  lapis::cli::add_manual(app, status);
  lapis::cli::add_trace(app, status);
  lapis::cli::add_fmt(app, status);
  if (argc > 1 && argv[1][0] != '-' && !has_command(app, argv[1])) {
    return no_such_command(app, argv[1]);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? Exit::fine : Exit::usage;
  }
  return status;
}

/// Buffered output that can't be written (a full disk) must not look like success.
Exit flushed(Exit status) {
  const bool failed = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
  if (!failed) return status;
  // A reader that has seen enough, as in `lapis explain | head`, needs no message.
  if (errno == EPIPE) return status == Exit::fine ? Exit::usage : status;
  std::fputs("lapis: the output could not be written\n", stderr);
  return status == Exit::fine ? Exit::usage : status;
}

}  // namespace

int main(int argc, char** argv) {
  std::set_terminate(on_terminate);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return static_cast<int>(flushed(run(argc, argv)));
  } catch (const std::bad_alloc&) {
    std::fputs("lapis: undecided: out of memory\n", stderr);
    return static_cast<int>(Exit::undecided);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "lapis: internal error: %s\n", e.what());
    return static_cast<int>(Exit::internal);
  }
}
