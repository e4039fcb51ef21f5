"""The html report in a real browser: what it shows, by mouse and by keyboard, and that it is alone."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from lapis import SOURCE, run

BROWSER = shutil.which("chromium")


def many_programs(count):
    """A set with all relations: customers in three plans, test prefixes over them, one shadow."""
    lines = ['(attribute plan (one-of "free" "pro" "business" "enterprise"))']
    for i in range(count):
        name = f"customer{i // 3}.example."
        plan = ("pro", "business", "enterprise")[i % 3]
        match = f'(and (under? qname "{name}") (= plan "{plan}"))'
        exclusive = "true"
        if i % 25 == 24:
            match, exclusive = f'(in-prefix? client "198.51.{i % 256}.0/24")', "false"
        if i % 100 == 50:
            match, exclusive = f'(under? qname "{name}")', "true"
        if i % 100 == 75:
            match, exclusive = f'(and (under? qname "www.customer{(i - 3) // 3}.example.") (= plan "pro"))', "false"
        lines.append(f"""(program p{i}
  (doc "Program number {i}")
  (exclusive {exclusive})
  (match {match})
  (response (list (ipv4 "192.0.2.{i % 250 + 1}")) (list (ipv6 "2001:db8::{i:x}")) (ttl 60)))""")
    return "\n".join(lines) + "\n"


def report(*arguments, **options):
    done = run(*arguments, "--format", "html", **options)
    assert done.returncode in (0, 1), done
    return done.stdout


def browse(page, script=""):
    """The document after its own scripts, and `script`, have run."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(page.replace("</body>", f"<script>{script}</script></body>"))
        done = subprocess.run(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--disable-dev-shm-usage", f"--user-data-dir={folder}/profile", "--window-size=1400,1000",
             "--virtual-time-budget=20000", "--dump-dom", "file://" + path],
            capture_output=True, text=True, timeout=240, check=True)
        return done.stdout


def ask(page, script):
    """Runs `script`, whose value is JSON, in the page."""
    dom = browse(page, "try { const value = (() => {" + script + "})(); "
                 "document.body.dataset.asked = JSON.stringify(value); } "
                 "catch (e) { document.body.dataset.asked = JSON.stringify('failed: ' + e); }")
    found = re.search(r'data-asked="([^"]*)"', dom)
    assert found, dom[:2000]
    return json.loads(found[1].replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">")
                      .replace("&amp;", "&"))


class Alone(unittest.TestCase):
    def test_nothing_is_fetched(self):
        page = report("verify", "lisp_programs/broken/conflict")
        self.assertIn("default-src 'none'", page)
        self.assertNotRegex(page.split("<script type")[0], r"(src|href)=\"(?!#)")
        self.assertNotRegex(page, r"@import|url\(|https?://(?!json)")

    def test_text_can_not_break_out(self):
        with tempfile.TemporaryDirectory() as root:
            with open(os.path.join(root, "a.lisp"), "w", encoding="utf-8") as file:
                file.write('(program a (doc "</script><script>alert(1)</script><!--")\n'
                           '  (match (= qtype "A"))\n  (response (list (ipv4 "192.0.2.1")) (list) (ttl 60)))\n')
            page = report("verify", root)
        self.assertEqual(page.count("</script>"), 2)
        self.assertNotIn("<!--", page)


@unittest.skipIf(BROWSER is None, "chromium is not installed")
class InABrowser(unittest.TestCase):
    def test_conflict_is_found_by_click_and_by_key(self):
        page = report("verify", "lisp_programs/broken/conflict")
        told = ask(page, """
          const canvas = document.querySelector(".matrix canvas"), detail = document.getElementById("detail");
          const key = k => canvas.dispatchEvent(new KeyboardEvent("keydown", {key: k, bubbles: true}));
          key("n");
          const said = document.querySelector(".cursor").textContent;
          key("Enter");
          const shown = detail.textContent;
          document.querySelector("#programs tbody button").click();
          const program = detail.querySelector("h2").textContent;
          return {said, shown, program, focusable: canvas.tabIndex, label: canvas.getAttribute("aria-label")};
        """)
        self.assertEqual(told["said"], "pro and over-tcp: conflict")
        for words in ("both are exclusive", "(program pro", "(program over-tcp", "lapis eval",
                      "--transport tcp"):
            self.assertIn(words, told["shown"])
        self.assertEqual((told["program"], told["focusable"]), ("1. pro", 0))
        self.assertIn("Arrow keys", told["label"])

    def test_picture(self):
        page = report("verify", "lisp_programs/broken/coverage")
        told = ask(page, """
          const cells = [...document.querySelectorAll("table.picture td")].map(c => c.textContent);
          const columns = [...document.querySelectorAll("table.picture thead th")].map(c => c.textContent);
          document.querySelector("table.picture td button.own").click();
          return {cells, columns, shown: document.getElementById("detail").textContent};
        """)
        self.assertEqual(told["columns"][1:], ["business", "enterprise", "free"])
        self.assertEqual(told["cells"], ["zone's own records", "enterprise", "free"])
        self.assertIn("No program answers this query", told["shown"])

    def test_every_control_has_a_name(self):
        page = report("verify", "lisp_programs/demo")
        bad = ask(page, """
          const named = e => (e.getAttribute("aria-label") || e.textContent || (e.labels && e.labels.length)) ? true : false;
          const bad = [...document.querySelectorAll("button, input, canvas[tabindex], [role=region], a")]
            .filter(e => !named(e)).map(e => e.outerHTML);
          const headings = [...document.querySelectorAll("main > section")].filter(s => !s.querySelector("h2")).length;
          return {bad, headings, lang: document.documentElement.lang, mains: document.querySelectorAll("main").length,
                  wide: document.documentElement.scrollWidth > innerWidth};
        """)
        self.assertEqual(bad, {"bad": [], "headings": 0, "lang": "en", "mains": 1, "wide": False})

    def test_contrast(self):
        """Text on its ground, WCAG 2.1 §1.4.3: at least 4.5 to 1, in both colour schemes."""
        with open(os.path.join(SOURCE, "src/report/html/report.css"), encoding="utf-8") as file:
            style = file.read()
        for scheme in re.findall(r":root \{(.*?)\}", style, re.DOTALL):
            colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", scheme))

            def light(name):
                parts = [int(colours[name][i:i + 2], 16) / 255 for i in (1, 3, 5)]
                r, g, b = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
                return 0.2126 * r + 0.7152 * g + 0.0722 * b
            for text, ground in (("ink", "paper"), ("ink", "back"), ("soft", "paper"), ("soft", "back"),
                                 ("accent", "paper"), ("error", "paper"), ("warning", "paper"),
                                 ("note", "paper"), ("error", "error-back"), ("warning", "warning-back"),
                                 ("note", "note-back"), ("good", "good-back"), ("soft", "error-back")):
                low, high = sorted((light(text), light(ground)))
                with self.subTest(text=text, ground=ground):
                    self.assertGreaterEqual((high + 0.05) / (low + 0.05), 4.5)

    def test_five_hundred_programs(self):
        with tempfile.TemporaryDirectory() as root:
            with open(os.path.join(root, "set.lisp"), "w", encoding="utf-8") as file:
                file.write(many_programs(500))
            page = report("verify", root)
        self.assertLess(len(page), 8_000_000)
        told = ask(page, """
          const canvas = document.querySelector(".matrix canvas");
          const key = k => canvas.dispatchEvent(new KeyboardEvent("keydown", {key: k, bubbles: true}));
          const said = [];
          for (let i = 0; i < 3; ++i) { key("n"); said.push(document.querySelector(".cursor").textContent); }
          return {said, programs: document.querySelectorAll("#programs tbody tr").length,
                  rows: document.querySelectorAll("table.picture tbody tr").length,
                  nodes: document.querySelectorAll("*").length};
        """)
        self.assertEqual(told["programs"], 200)  # by portions
        self.assertGreater(told["rows"], 100)
        self.assertLess(told["nodes"], 20_000)
        self.assertEqual(len(set(told["said"])), 3)

    def test_the_difference_of_two_sets(self):
        with tempfile.TemporaryDirectory() as root:
            before = os.path.join(root, "be&fore")
            shutil.copytree(os.path.join(SOURCE, "lisp_programs", "demo"), before)
            after = os.path.join(root, "after")
            shutil.copytree(before, after)
            self.assertIn("no query is answered differently (proved)", report("diff", before, after))
            path = os.path.join(after, "50-free.lisp")
            with open(path, encoding="utf-8") as file:
                text = file.read()
            with open(path, "w", encoding="utf-8") as file:
                file.write(re.sub(r'"192\.0\.2\.(\d+)"', r'"198.51.100.\1"', text))
            os.remove(os.path.join(after, "40-pro.lisp"))
            page = report("diff", before, after)
            changes = json.loads(run("diff", before, after, "--format", "json").stdout)["changes"]
        self.assertGreater(len(changes), 1)
        self.assertNotRegex(page, r"(src|href)=\"(?!#)|@import|url\(|https?://")
        told = ask(page, """
          const shown = () => [...document.querySelectorAll("article.finding")].filter(a => !a.hidden).length;
          const all = shown(), input = document.getElementById("filter");
          const titles = [...document.querySelectorAll("article.finding h3")].map(h => h.textContent);
          const rows = document.querySelectorAll("#programs tbody tr").length;
          const links = [...document.querySelectorAll("#programs tbody a, nav a, a.skip")]
            .filter(a => document.querySelector(a.getAttribute("href")) === null).length;
          input.value = "no program"; input.dispatchEvent(new Event("input"));
          const some = shown(), said = document.getElementById("told").textContent;
          const summary = document.querySelector("details > summary");
          summary.click();
          const named = e => (e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.textContent ||
            (e.labels && e.labels.length)) ? true : false;
          const bad = [...document.querySelectorAll("input, a, summary, [role=region]")].filter(e => !named(e)).length;
          return {all, titles, rows, links, some, said, open: summary.parentElement.open, bad,
                  wide: document.documentElement.scrollWidth > innerWidth,
                  replay: summary.parentElement.textContent};
        """)
        self.assertEqual(told["all"], len(changes))
        self.assertEqual((told["links"], told["bad"], told["wide"], told["open"]), (0, 0, False, True))
        self.assertEqual(told["rows"], len({(c["before"]["program"], c["after"]["program"])
                                            for c in changes}))
        names = [(c["before"]["program"] or "no program") + " → " +
                 (c["after"]["program"] or "no program") for c in changes]
        self.assertEqual([t.replace(" (the same answer)", "") for t in told["titles"]], names)
        self.assertEqual(told["some"], sum("no program" in n for n in names))
        self.assertEqual(told["said"], f"{told['some']} of {len(changes)} shown")
        self.assertIn("lapis eval", told["replay"])

    def test_zone_findings(self):
        page = report("lint", "-", "--stdin-filename", "x.zone",
                      stdin="$ORIGIN x.\n@ 60 SOA a b 1 2 3 4 5\n@ 60 NS a\na 60 CNAME b\na 60 A 192.0.2.1\n")
        told = ask(page, """
          return {findings: document.querySelectorAll("article.finding").length,
                  marked: document.querySelectorAll(".source .row.error").length,
                  alone: document.querySelector("aside.detail") === null};
        """)
        self.assertGreater(told["findings"], 0)
        self.assertGreater(told["marked"], 0)
        self.assertTrue(told["alone"])


if __name__ == "__main__":
    unittest.main()
