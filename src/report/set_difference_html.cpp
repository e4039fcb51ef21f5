// The difference of two sets as one HTML file that asks nothing of the network, in the style of the
// html report of findings. Everything is there without its script, which only filters.
#include <map>

#include "excerpt.h"
#include "html_assets.h"
#include "lapis/report/set_difference.h"
#include "set_difference_words.h"

namespace lapis::report {
namespace {

constexpr const char* filter_script = R"js("use strict";
(() => {
const input = document.getElementById("filter");
const told = document.getElementById("told");
const all = [...document.querySelectorAll("article.finding")];
function filter() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const same = document.getElementById("same");
  let shown = 0;
  for (const article of all) {
    const text = article.textContent.toLowerCase();
    const hidden = !words.every(word => text.includes(word)) ||
      (same !== null && !same.checked && article.dataset.answer === "same");
    article.hidden = hidden;
    if (!hidden) ++shown;
  }
  told.textContent = `${shown} of ${all.length} shown`;
}
for (const control of document.querySelectorAll(".bar input")) control.addEventListener("input", filter);
// A change that is linked to is shown, whatever the filter says.
addEventListener("hashchange", () => {
  const target = document.querySelector(location.hash);
  if (target !== null && target.hidden) { input.value = ""; filter(); target.scrollIntoView(); }
});
filter();
})();
)js";

std::string escaped(std::string_view text) {
  return markup_escape(showable(text));
}

std::string code(const std::string& text) {
  return "<code>" + escaped(text) + "</code>";
}

class Page {
 public:
  explicit Page(const SetDifference& difference) : d_(difference) {}

  std::string render() {
    const std::string verdict = verdict_of(d_);
    const std::string badge = verdict == "same"        ? "verified"
                              : verdict == "different" ? "rejected"
                                                       : "undecided";
    out_ =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>" +
        escaped("lapis diff " + d_.before_path + " " + d_.after_path + ": " + verdict) +
        "</title>\n<style>\n" + html_style() +
        "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#changes\">To the changes</a>\n"
        "<header class=\"top\">\n<h1>lapis diff " +
        code(d_.before_path) + " to " + code(d_.after_path) + " <span class=\"badge " + badge +
        "\">" + verdict + "</span></h1>\n<p class=\"meta\">" + escaped(difference_summary(d_)) +
        "; " + std::to_string(d_.before_programs) + " programs before, " +
        std::to_string(d_.after_programs) + " after</p>\n";
    if (d_.queries)
      out_ += "<p class=\"meta\">" + escaped(difference_weights(*d_.queries)) + "</p>\n";
    out_ += "</header>\n<nav aria-label=\"Parts of the report\">";
    if (!d_.changes.empty()) out_ += "<a href=\"#programs\">Who answers instead</a>";
    out_ += "<a href=\"#changes\">Changes<span class=\"count\">" +
            std::to_string(d_.changes.size()) + "</span></a>";
    if (!d_.attributes.empty()) out_ += "<a href=\"#declarations\">Declarations</a>";
    if (!d_.undecided.empty()) out_ += "<a href=\"#undecided\">Undecided</a>";
    out_ += "</nav>\n<div class=\"page alone\">\n<main>\n";
    if (!d_.changes.empty()) programs();
    changes();
    list("declarations", "Declarations", d_.attributes);
    list("undecided", "Undecided", d_.undecided);
    out_ += "</main>\n</div>\n";
    if (!d_.changes.empty()) out_ += std::string("<script>\n") + filter_script + "</script>\n";
    out_ += "</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void open_section(const std::string& id, const std::string& title, const std::string& lead) {
    out_ += "<section id=\"" + id + "\" aria-labelledby=\"" + id + "-title\">\n<h2 id=\"" + id +
            "-title\">" + title + "</h2>\n";
    if (!lead.empty()) out_ += "<p class=\"lead\">" + lead + "</p>\n";
  }

  /// Every pair of programs, each with a link to its first class.
  void programs() {
    struct Pair {
      std::size_t first = 0;
      std::size_t classes = 0;
      std::size_t answers = 0;
      std::uint64_t queries = 0;
    };
    std::map<std::pair<std::string, std::string>, std::size_t> number;
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < d_.changes.size(); ++i) {
      const ChangeEntry& c = d_.changes[i];
      const auto [at, fresh] =
          number.emplace(std::pair(c.before.program, c.after.program), pairs.size());
      if (fresh) pairs.push_back({i});
      Pair& pair = pairs[at->second];
      ++pair.classes;
      if (c.answer) ++pair.answers;
      pair.queries += c.queries;
    }
    open_section("programs", "Who answers instead",
                 "For each program of the old set, which one of the new set takes its queries.");
    out_ += std::string(
                "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
                "aria-labelledby=\"programs-title\"><table class=\"list\"><thead><tr>"
                "<th scope=\"col\">Before</th><th scope=\"col\">After</th>"
                "<th scope=\"col\">Answer</th>") +
            (d_.queries ? "<th scope=\"col\">Queries of the log</th>" : "") +
            "</tr></thead><tbody>\n";
    for (const Pair& pair : pairs) {
      const ChangeEntry& c = d_.changes[pair.first];
      out_ += "<tr><td><a href=\"#change-" + std::to_string(pair.first + 1) + "\">" +
              escaped(program_words(c.before)) + "</a></td><td>" + escaped(program_words(c.after)) +
              "</td><td>" + (pair.answers > 0 ? "changes" : "stays") + "</td>";
      if (d_.queries) out_ += "<td class=\"number\">" + std::to_string(pair.queries) + "</td>";
      out_ += "</tr>\n";
    }
    out_ += "</tbody></table></div>\n</section>\n";
  }

  void changes() {
    if (d_.changes.empty()) {
      open_section("changes", "Changes", escaped(difference_summary(d_)) + ".");
      out_ += "</section>\n";
      return;
    }
    open_section("changes", "Changes",
                 "Each is a class of queries, with one that was asked of both sets.");
    out_ += "<div class=\"bar\"><label>Filter <input type=\"search\" id=\"filter\"></label>";
    bool same = false;
    for (const ChangeEntry& c : d_.changes) same = same || !c.answer;
    if (same) {
      out_ += "<label><input type=\"checkbox\" id=\"same\" checked> with the same answer</label>";
    }
    out_ += "<span id=\"told\" role=\"status\"></span></div>\n";
    for (std::size_t i = 0; i < d_.changes.size(); ++i) change(i);
    out_ += "</section>\n";
  }

  void change(std::size_t i) {
    const ChangeEntry& c = d_.changes[i];
    out_ += "<article class=\"finding " + std::string(c.answer ? "error" : "note") +
            "\" id=\"change-" + std::to_string(i + 1) + "\" data-answer=\"" +
            (c.answer ? "changes" : "same") + "\">\n<h3>" + escaped(program_words(c.before)) +
            " → " + escaped(program_words(c.after)) + (c.answer ? "" : " (the same answer)") +
            "</h3>\n";
    if (d_.queries) {
      out_ += "<p class=\"where\">" + std::to_string(c.queries) + " queries of the log</p>\n";
    }
    out_ += "<dl class=\"witness\">";
    // A condition a line: side by side nobody sees where one ends.
    for (std::size_t k = 0; k < c.where.size(); ++k) {
      out_ += (k == 0 ? "<dt>where</dt><dd>" : "<br>") + code(c.where[k]);
    }
    if (!c.where.empty()) out_ += "</dd>";
    out_ += "<dt>such as</dt><dd>" + escaped(witness_words(c)) + "</dd><dt>before</dt><dd>" +
            escaped(answer_words(c.before)) + "</dd><dt>after</dt><dd>" +
            escaped(answer_words(c.after)) + "</dd></dl>\n";
    if (!c.before.replay.empty() || !c.after.replay.empty()) {
      out_ += "<details><summary>Replay it</summary>";
      for (const SideAnswer* side : {&c.before, &c.after}) {
        if (side->replay.empty()) continue;
        out_ += "<pre tabindex=\"0\">" + code(side->replay) + "</pre>";
      }
      out_ += "</details>\n";
    }
    out_ += "</article>\n";
  }

  void list(const std::string& id, const std::string& title,
            const std::vector<std::string>& items) {
    if (items.empty()) return;
    open_section(id, title, "");
    out_ += "<ul>\n";
    for (const std::string& item : items) out_ += "<li>" + escaped(item) + "</li>\n";
    out_ += "</ul>\n</section>\n";
  }

  const SetDifference& d_;
  std::string out_;
};

}  // namespace

std::string difference_html(const SetDifference& d) {
  return Page(d).render();
}

}  // namespace lapis::report
