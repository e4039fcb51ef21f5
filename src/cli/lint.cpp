#include "command.h"
namespace lapis::cli { void add_lint(CLI::App&, Status&) {} }
