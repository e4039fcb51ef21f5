// The manual page and the shells' completions, made from the one table there is: the options as
// CLI11 knows them. `lapis manual KIND` prints one; share/ holds them as files.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "command.h"
#include "lapis/lint/lint.h"
#include "lapis/report/rules.h"

namespace lapis::cli {
namespace {

struct Option {
  std::vector<std::string> shorts;  ///< without dash
  std::vector<std::string> longs;   ///< without dashes
  std::string value;                ///< what it takes, or empty for a flag
  std::vector<std::string> choices;
  std::string description;
  bool positional = false;
  bool required = false;
  bool repeated = false;
  bool files = true;  ///< a value that may be a path
};

struct Command {
  std::string name;
  std::string description;
  std::vector<Option> options;
};

/// The words of "{a,b,c}" in a type as CLI11 shows it.
std::vector<std::string> choices_of(const std::string& type) {
  std::vector<std::string> out;
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return out;
  for (std::size_t at = open + 1; at < close;) {
    const std::size_t end = std::min(type.find(',', at), close);
    out.push_back(type.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

Option option_of(const CLI::Option& from) {
  Option out;
  out.shorts = from.get_snames();
  out.longs = from.get_lnames();
  out.positional = from.get_positional();
  out.required = from.get_required();
  out.repeated = from.get_expected_max() > 1;
  out.description = from.get_description();
  if (from.get_items_expected_max() > 0) {
    const std::string type = from.get_type_name();
    out.choices = choices_of(type);
    out.value = out.choices.empty() ? type.substr(0, type.find_first_of(":[ ")) : "WORD";
    out.files =
        out.value == "PATH" || out.value == "FILE" || out.value == "DIR" || out.value == "ZONEFILE";
    if (out.value == "RULE") {
      for (const RuleInfo& rule : report::rules()) out.choices.emplace_back(rule.id);
      for (const RuleInfo& rule : lint::lint_rules()) out.choices.emplace_back(rule.id);
      std::sort(out.choices.begin(), out.choices.end());
      out.choices.erase(std::unique(out.choices.begin(), out.choices.end()), out.choices.end());
    }
  }
  if (out.positional) out.value = out.value.empty() ? "WORD" : out.value;
  return out;
}

std::vector<Command> commands_of(const CLI::App& app) {
  std::vector<Command> out;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (sub->get_group().empty()) continue;  // hidden
    Command command{sub->get_name(), sub->get_description(), {}};
    for (const CLI::Option* option : sub->get_options()) {
      if (option->get_group().empty()) continue;
      command.options.push_back(option_of(*option));
    }
    out.push_back(std::move(command));
  }
  return out;
}

// --- roff (man(7)) ---

std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      // A dot or quote at the start of a line would be a request.
      if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
      out += c;
    }
  }
  return out;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

std::string man_option(const Option& option) {
  std::string names;
  const auto add = [&](const std::string& name) {
    names += (names.empty() ? "\\fB" : ", \\fB") + roff(name) + "\\fR";
  };
  for (const std::string& name : option.shorts) add("-" + name);
  for (const std::string& name : option.longs) add("--" + name);
  if (!option.value.empty() && option.value != "WORD") {
    names += (names.empty() ? "\\fI" : " \\fI") + roff(option.value) + "\\fR";
  } else if (!option.choices.empty()) {
    names += " \\fI" + roff(joined(option.choices, "|")) + "\\fR";
  }
  return ".TP\n" + names + "\n" + roff(option.description) + ".\n";
}

std::string manual(const std::vector<Command>& commands) {
  std::string out =
      ".\\\" Made by lapis manual man.\n.TH LAPIS 1 \"2026-11-26\" \"lapis " LAPIS_VERSION
      "\" \"User Commands\"\n.SH NAME\nlapis \\- nameserver with verified addressing programs, "
      "their verifier, and a zone linter\n.SH SYNOPSIS\n.B lapis\n.I command\n.RI [ option ...]\n"
      ".SH DESCRIPTION\nLapis answers A and AAAA queries as small programs decide. It proves a set "
      "of programs for every possible query before it loads them, shows a query for each finding, "
      "and checks zone files.\n.SH COMMANDS\n";
  for (const Command& command : commands) {
    std::string usage = ".SS \"lapis " + roff(command.name);
    for (const Option& option : command.options) {
      if (!option.positional) continue;
      const std::string word = roff(option.value) + (option.repeated ? "..." : "");
      usage += option.required ? " " + word : " [" + word + "]";
    }
    out += usage + " [option...]\"\n" + roff(command.description) + ".\n";
    for (const Option& option : command.options) out += man_option(option);
  }
  return out +
         ".SH EXIT STATUS\n.TP\n.B 0\nAll is well; there may be findings below the level that "
         "fails.\n.TP\n.B 1\nFindings of severity error, or of the level given with "
         "\\fB\\-\\-fail\\-level\\fR.\n.TP\n.B 2\nWrong usage, a file that can't be read, or a "
         "policy that is wrong.\n.TP\n.B 3\nUndecided, or out of time or memory.\n.TP\n.B 70\nA "
         "defect of Lapis.\n.SH FILES\n.TP\n.I .lapis.yaml\nLevels of rules and what else counts, "
         "looked for in the folder of each file and above it.\n.SH ENVIRONMENT\n.TP\n.B NO_COLOR\n"
         "When set and not empty, text is not coloured.\n.SH SEE ALSO\n.BR dig (1),\n"
         ".BR named\\-checkzone (1)\n";
}

// --- completions ---

std::vector<std::string> dashed(const Option& option) {
  std::vector<std::string> out;
  for (const std::string& name : option.longs) out.push_back("--" + name);
  for (const std::string& name : option.shorts) out.push_back("-" + name);
  return out;
}

std::string bash(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.name);
  std::string out =
      "# Made by lapis manual bash.\n_lapis() {\n  local cur=${COMP_WORDS[COMP_CWORD]} "
      "prev=${COMP_WORDS[COMP_CWORD-1]}\n  COMPREPLY=()\n  if ((COMP_CWORD == 1)); then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"" +
      joined(names, " ") +
      " --help --version\" -- \"$cur\")\n    return\n  fi\n  case "
      "${COMP_WORDS[1]} in\n";
  for (const Command& command : commands) {
    std::string valued;
    std::vector<std::string> options;
    std::string words;
    bool paths = false;
    for (const Option& option : command.options) {
      if (option.positional) {
        if (option.choices.empty()) {
          paths = paths || option.files;
        } else {
          words = joined(option.choices, " ");
        }
        continue;
      }
      for (const std::string& name : dashed(option)) options.push_back(name);
      if (option.value.empty()) continue;
      valued += "        " + joined(dashed(option), "|") + ")\n          ";
      if (!option.choices.empty()) {
        valued += "mapfile -t COMPREPLY < <(compgen -W \"" + joined(option.choices, " ") +
                  "\" -- \"$cur\")\n          ";
      } else if (option.files) {
        valued += "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n          ";
      }
      valued += "return ;;\n";
    }
    out += "    " + command.name + ")\n";
    if (!valued.empty()) out += "      case $prev in\n" + valued + "      esac\n";
    out += "      if [[ $cur == -* ]]; then\n        mapfile -t COMPREPLY < <(compgen -W \"" +
           joined(options, " ") + "\" -- \"$cur\")\n";
    if (!words.empty()) {
      out += "      else\n        mapfile -t COMPREPLY < <(compgen -W \"" + words +
             "\" -- \"$cur\")\n";
    } else if (paths) {
      out += "      else\n        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n";
    }
    out += "      fi ;;\n";
  }
  return out + "  esac\n}\ncomplete -o filenames -F _lapis lapis\n";
}

/// Text in a zsh specification: brackets and colons have a meaning there.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out;
}

std::string zsh_action(const Option& option) {
  if (!option.choices.empty()) return "(" + joined(option.choices, " ") + ")";
  return option.files ? "_files" : " ";
}

std::string zsh(const std::vector<Command>& commands) {
  std::string out =
      "#compdef lapis\n# Made by lapis manual zsh.\n_lapis() {\n  local -a commands\n  "
      "commands=(\n";
  for (const Command& command : commands) {
    out += "    '" + command.name + ":" + zsh_text(command.description) + "'\n";
  }
  out +=
      "  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n"
      "  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case $command in\n";
  for (const Command& command : commands) {
    out += "    " + command.name + ")\n      _arguments";
    for (const Option& option : command.options) {
      if (option.positional) {
        out += " \\\n        '" + std::string(option.repeated ? "*" : "") + ":" +
               zsh_text(option.value) + ":" + zsh_action(option) + "'";
        continue;
      }
      for (const std::string& name : dashed(option)) {
        out += " \\\n        '" + name + "[" + zsh_text(option.description) + "]";
        if (!option.value.empty()) {
          out += ":" + zsh_text(option.value) + ":" + zsh_action(option);
        }
        out += "'";
      }
    }
    out += " ;;\n";
  }
  return out + "  esac\n}\n_lapis \"$@\"\n";
}

std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish(const std::vector<Command>& commands) {
  std::string out = "# Made by lapis manual fish.\ncomplete -c lapis -f\n";
  for (const Command& command : commands) {
    out += "complete -c lapis -n __fish_use_subcommand -a " + command.name + " -d " +
           fish_quoted(command.description) + "\n";
  }
  for (const Command& command : commands) {
    const std::string head =
        "complete -c lapis -n '__fish_seen_subcommand_from " + command.name + "'";
    for (const Option& option : command.options) {
      std::string line = head;
      for (const std::string& name : option.longs) line += " -l " + name;
      for (const std::string& name : option.shorts) line += " -s " + name;
      if (!option.choices.empty()) {
        line += std::string(option.positional ? "" : " -x") + " -a " +
                fish_quoted(joined(option.choices, " "));
      } else if (option.positional) {
        line += option.files ? " -F" : "";
      } else if (!option.value.empty()) {
        line += option.files ? " -r -F" : " -x";
      }
      if (!option.positional) line += " -d " + fish_quoted(option.description);
      out += line + "\n";
    }
  }
  return out;
}

}  // namespace

void add_manual(CLI::App& app, Status& status) {
  auto kind = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("manual", "Print the manual page or a shell's completions");
  command->add_option("kind", *kind, "man, bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"man", "bash", "zsh", "fish"}));
  command->callback([&app, kind, &status] {
    const std::vector<Command> commands = commands_of(app);
    const std::string text = *kind == "man"    ? manual(commands)
                             : *kind == "bash" ? bash(commands)
                             : *kind == "zsh"  ? zsh(commands)
                                               : fish(commands);
    std::fwrite(text.data(), 1, text.size(), stdout);
    status = Exit::fine;
  });
}

}  // namespace lapis::cli
