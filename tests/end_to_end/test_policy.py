"""Levels, suppressions and baselines: what .lapis.yaml and comments do to the findings."""
import json
import os
import tempfile
import unittest

from lapis import run, run_json

CONFLICT = """\
(attribute plan (one-of "free" "pro") (default "free"))
{above}(program pro {beside}
  (match (= plan "pro"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
(program over-tcp
  (match (= transport "tcp"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
"""
ZONE = """\
$ORIGIN example.com.
$TTL 300
@    SOA ns1 hostmaster 1 3600 900 604800 300
     NS  ns1
     NS  ns2
ns1  A   192.0.2.1
ns2  A   192.0.2.2
mail MX  10 alias {comment}
alias CNAME ns1
"""


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = os.path.realpath(temporary.name)

    def write(self, path, text):
        whole = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as file:
            file.write(text)
        return whole

    def conflict(self, above="", beside=""):
        return self.write("set/a.lisp", CONFLICT.format(above=above, beside=beside))

    def zone(self, comment=""):
        return self.write("zones/example.com.zone", ZONE.format(comment=comment))

    def json(self, *arguments):
        return run_json(*arguments, "--format", "json", cwd=self.root)

    def rules(self, report):
        return sorted(finding["rule"] for finding in report["findings"])


class Levels(Folder):
    def test_a_rule_is_lowered_raised_and_turned_off(self):
        self.conflict()
        for level, code, severities in (("warning", 0, ["warning"]), ("note", 0, ["note"]),
                                        ("off", 0, []), ("error", 1, ["error"])):
            with self.subTest(level=level):
                self.write(".lapis.yaml", f"rules:\n  conflict: {level}\n")
                exit_code, report = self.json("verify", "set")
                found = [f["severity"] for f in report["findings"] if f["rule"] == "conflict"]
                self.assertEqual((exit_code, found), (code, severities))
                self.assertEqual(report["verdict"], "rejected" if code else "verified")
                self.assertEqual(report["silenced"]["off"], 1 if level == "off" else 0)
                self.assertEqual(report["policies"], [".lapis.yaml"])

    def test_no_policy_is_what_the_server_goes_by(self):
        self.conflict(above="; lapis: allow(conflict) meant so\n")
        self.write(".lapis.yaml", "rules:\n  conflict: off\n")
        code, report = self.json("verify", "set", "--no-policy")
        self.assertEqual((code, self.rules(report)), (1, ["conflict"]))

    def test_the_server_refuses_what_a_policy_turned_down(self):
        self.conflict(above="; lapis: allow(conflict) meant so\n")
        self.write(".lapis.yaml", "rules:\n  conflict: off\n")
        self.zone()
        config = self.write("lapis.yaml", """\
server:
  listen: "127.0.0.1@5399"
zones:
  - name: example.com.
    file: zones/example.com.zone
    addressing: true
programs: set
""")
        code, report = self.json("check", "--config", config)
        self.assertEqual(code, 1)
        self.assertIn("conflict", self.rules(report))
        served = run("serve", "--config", config, cwd=self.root)
        self.assertEqual(served.returncode, 1, served)
        self.assertIn("[conflict]", served.stdout + served.stderr)

    def test_nearest_policy_counts(self):
        self.conflict()
        self.write(".lapis.yaml", "rules:\n  conflict: off\n")
        self.write("set/.lapis.yaml", "rules:\n  conflict: note\n")
        code, report = self.json("verify", "set")
        self.assertEqual((code, report["findings"][0]["severity"]), (0, "note"))
        self.assertEqual(report["policies"], ["set/.lapis.yaml"])
        code, report = self.json("verify", "set", "--policy", ".lapis.yaml")
        self.assertEqual((code, report["findings"]), (0, []))

    def test_by_path(self):
        self.conflict()
        for pattern, met in (("set/", True), ("set/**", True), ("*.lisp", True), ("set/a.lisp", True),
                             ("**/a.lisp", True), ("a.lisp", True), ("other/", False),
                             ("set/b.lisp", False), ("s*t/?.lisp", True), ("*/*/a.lisp", False)):
            with self.subTest(pattern=pattern):
                self.write(".lapis.yaml", "overrides:\n- paths: %s\n  rules: {conflict: off}\n"
                           % json.dumps(pattern))
                code, report = self.json("verify", "set")
                self.assertEqual((code, self.rules(report)), (0, []) if met else (1, ["conflict"]))

    def test_by_zone_and_owner(self):
        self.zone()
        rule = "mx-target-is-cname"
        for zones, owners, met in (("example.com.", "mail.example.com.", True),
                                   ("EXAMPLE.com.", "*.example.com.", True),
                                   ("**", "mail.**", True),
                                   ("*.com.", "**", True),
                                   ("example.net.", "**", False),
                                   ("example.com.", "www.example.com.", False)):
            with self.subTest(zones=zones, owners=owners):
                self.write(".lapis.yaml",
                           f"overrides:\n- zones: '{zones}'\n  owners: ['{owners}']\n"
                           f"  rules: {{{rule}: off}}\n")
                _, report = self.json("lint", "zones/example.com.zone")
                self.assertEqual(rule in self.rules(report), not met, report)

    def test_fail_level(self):
        self.zone()
        code, report = self.json("lint", "zones/example.com.zone")
        self.assertEqual((code, report["verdict"]), (0, "verified"))
        self.assertIn("warning", [f["severity"] for f in report["findings"]])
        code, report = self.json("lint", "zones/example.com.zone", "--fail-level", "warning")
        self.assertEqual((code, report["verdict"]), (1, "rejected"))
        self.write(".lapis.yaml", "fail-level: warning\n")
        self.assertEqual(self.json("lint", "zones/example.com.zone")[0], 1)
        self.assertEqual(self.json("lint", "zones/example.com.zone", "--fail-level", "error")[0], 0)

    def test_errors_are_located(self):
        self.conflict()
        cases = (("ruls:\n  conflict: off\n", 1, 1, "did you mean 'rules'?"),
                 ("rules:\n  conflct: off\n", 2, 3, "did you mean 'conflict'?"),
                 ("rules:\n  conflict: of\n", 2, 13, "did you mean 'off'?"),
                 ("rules:\n  syntax: off\n", 2, 11, "nothing is proved"),
                 ("overrides:\n- rules: {conflict: off}\n", 2, 3, "under the top 'rules'"),
                 ("overrides:\n- owners: example.com\n  rules: {}\n", 2, 11, "end with a dot"),
                 ("rules: [\n", 2, 1, ""))
        for text, line, column, words in cases:
            with self.subTest(text=text):
                self.write(".lapis.yaml", text)
                code, report = self.json("verify", "set")
                self.assertEqual(code, 2)
                places = [(f["line"], f["column"]) for f in report["findings"]
                          if f["file"] == ".lapis.yaml"]
                self.assertEqual(places, [(line, column)], report)
                helps = [f["help"] or "" for f in report["findings"] if f["file"] == ".lapis.yaml"]
                self.assertIn(words, helps[0])

    def test_print_config(self):
        self.conflict()
        self.write(".lapis.yaml", "fail-level: warning\nrules:\n  conflict: note\noverrides:\n"
                   "- paths: set\n  rules: {unused: error}\n"
                   "- owners: '**'\n  rules: {single-ns: off}\n")
        code, shown = self.json("verify", "set", "--print-config")
        self.assertEqual(code, 0)
        here = shown["paths"][0]
        self.assertEqual(here["rules"]["conflict"], {"level": "note", "from": ".lapis.yaml:3:3"})
        self.assertEqual(here["rules"]["unused"], {"level": "error", "from": ".lapis.yaml:6:11"})
        self.assertEqual(here["rules"]["unreachable"], {"level": "error", "from": "default"})
        self.assertEqual(here["rules"]["single-ns"], {"level": "warning", "from": "default"})
        self.assertEqual(here["conditional"][0]["rule"], "single-ns")
        self.assertEqual(here["fail_level"], {"level": "warning", "from": ".lapis.yaml:1:13"})
        text = run("lint", "set/a.lisp", "--print-config", cwd=self.root).stdout
        self.assertRegex(text, r"conflict +note +\.lapis\.yaml:3:3")
        self.assertRegex(text, r"unsatisfiable +error +default")


class Suppressions(Folder):
    def silenced(self, *arguments):
        code, report = self.json(*arguments)
        return code, self.rules(report), report["silenced"]["suppressed"]

    def test_program_files(self):
        for above, beside in (("; lapis: allow(conflict) meant so\n", ""),
                              ("", "; lapis: allow(conflict) meant so"),
                              ("; lapis: allow(conflict): meant so\n; and more words\n", ""),
                              (";;; lapis:allow( conflict , unused )  meant so\n"
                               ";; lapis: allow(conflict) said again\n", None)):
            with self.subTest(above=above, beside=beside):
                self.conflict(above, beside or "")
                code, rules, count = self.silenced("verify", "set")
                self.assertEqual((code, count), (0, 1))
                self.assertEqual(rules, [] if beside is not None else ["unused-suppression"] * 2)

    def test_a_blank_line_or_another_rule_does_not_suppress(self):
        for above in ("; lapis: allow(conflict) meant so\n\n", "; lapis: allow(unused) meant so\n",
                      '(define (f) (= site "; lapis: allow(conflict) x"))\n'):
            with self.subTest(above=above):
                self.conflict(above)
                code, rules, count = self.silenced("verify", "set")
                self.assertEqual((code, count), (1, 0))
                self.assertIn("conflict", rules)

    def test_bad_ones_are_findings(self):
        for comment, column in (("; lapis: allow(conflict)", 3), ("; lapis: alow(conflict) x", 3),
                                ("; lapis: allow(conflict x", 3),
                                ("; lapis: allow(conflct) x", 16),
                                ("; lapis: allow(syntax) x", 16)):
            with self.subTest(comment=comment):
                self.conflict(comment + "\n")
                code, report = self.json("verify", "set")
                self.assertEqual(code, 1)
                self.assertEqual(self.rules(report), ["bad-suppression", "conflict"])
                bad = [f for f in report["findings"] if f["rule"] == "bad-suppression"][0]
                self.assertEqual((bad["line"], bad["column"]), (2, column))

    def test_zone_files(self):
        self.zone("; lapis: allow(mx-target-is-cname) moves next week")
        code, rules, count = self.silenced("lint", "zones/example.com.zone")
        self.assertEqual((code, count), (0, 1))
        self.assertNotIn("mx-target-is-cname", rules)

    def test_strings_of_zone_files_are_no_comments(self):
        self.write("zones/example.com.zone", ZONE.format(comment="") +
                   'txt TXT "; lapis: allow(mx-target-is-cname) x" a\\;b ; lapis: allow(single-ns) y\n')
        code, report = self.json("lint", "zones/example.com.zone")
        unused = [f for f in report["findings"] if f["rule"] == "unused-suppression"]
        self.assertEqual([(f["line"], "single-ns" in f["message"]) for f in unused], [(10, True)])

    def test_yaml(self):
        self.write("set/a.yaml", """\
- name: pro  # lapis: allow(conflict) meant so
  match: |
    (= qtype "A")
  response: |
    (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))
- name: tcp
  match: |
    (= transport "tcp")
  response: |
    (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))
""")
        code, rules, count = self.silenced("verify", "set")
        self.assertEqual((code, rules, count), (0, [], 1))

    def test_not_called_unused_when_not_all_was_checked(self):
        self.conflict("; lapis: allow(unused) meant so\n")
        _, report = self.json("verify", "set", "--core-only")
        self.assertEqual(self.rules(report), ["conflict"])

    def test_sarif_says_who_suppressed(self):
        self.conflict("; lapis: allow(conflict) meant so\n")
        _, sarif = run_json("verify", "set", "--format", "sarif", cwd=self.root)
        result = sarif["runs"][0]["results"][0]
        self.assertEqual(result["suppressions"], [{"kind": "inSource", "status": "accepted",
                                                   "justification": "meant so"}])


class Baselines(Folder):
    def test_a_known_finding_counts_for_nothing_wherever_it_moves(self):
        self.conflict()
        code, report = self.json("verify", "set", "--baseline", "known.json", "--update-baseline")
        self.assertEqual((code, report["findings"], report["silenced"]["baseline"]), (0, [], 1))
        self.conflict(above="; lines\n; above\n\n")
        code, report = self.json("verify", "set", "--baseline", "known.json")
        self.assertEqual((code, report["findings"], report["silenced"]["baseline"]), (0, [], 1))

    def test_from_another_folder_and_in_the_policy(self):
        self.conflict()
        self.write(".lapis.yaml", "baseline: ci/known.json\n")
        os.makedirs(os.path.join(self.root, "ci"))
        self.assertEqual(self.json("verify", "set")[0], 2)
        self.assertEqual(self.json("verify", "set", "--update-baseline")[0], 0)
        code, report = run_json("verify", ".", "--format", "json",
                                cwd=os.path.join(self.root, "set"))
        self.assertEqual((code, report["silenced"]["baseline"]), (0, 1))

    def test_a_new_finding_shows(self):
        path = self.conflict()
        self.json("verify", "set", "--baseline", "known.json", "--update-baseline")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.write("set/b.lisp", text[text.index("(program over-tcp"):].replace(
            "over-tcp", "also-tcp"))
        code, report = self.json("verify", "set", "--baseline", "known.json")
        self.assertEqual(code, 1)
        self.assertEqual(report["silenced"]["baseline"], 1)
        self.assertTrue(all("also-tcp" in [f["program"], *f["related"]]
                            for f in report["findings"]), report["findings"])

    def test_a_repaired_finding_is_noted_and_forgotten(self):
        path = self.conflict()
        self.json("verify", "set", "--baseline", "known.json", "--update-baseline")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.write("set/a.lisp", text.replace('(= transport "tcp")',
                                              '(and (= transport "tcp") (!= plan "pro"))'))
        code, report = self.json("verify", "set", "--baseline", "known.json")
        self.assertEqual((code, self.rules(report)), (0, ["stale-baseline"]))
        self.json("verify", "set", "--baseline", "known.json", "--update-baseline")
        code, report = self.json("verify", "set", "--baseline", "known.json")
        self.assertEqual((code, report["findings"]), (0, []))

    def test_commands_share_one_baseline(self):
        self.conflict()
        self.zone()
        lint = ("lint", "zones/example.com.zone", "--fail-level", "note", "--baseline", "known.json")
        verify = ("verify", "set", "--baseline", "known.json")
        for command in (lint, verify):
            self.assertEqual(self.json(*command, "--update-baseline")[0], 0)
        for command in (lint, verify):
            code, report = self.json(*command)
            self.assertEqual((code, report["findings"]), (0, []))

    def test_what_can_not_be_read_is_never_known(self):
        self.write("set/a.lisp", "(program")
        code, report = self.json("verify", "set", "--baseline", "known.json", "--update-baseline")
        self.assertEqual(code, 2)
        self.assertIn("syntax", self.rules(report))
        self.assertFalse(os.path.exists(os.path.join(self.root, "known.json")))

    def test_a_file_that_is_none(self):
        self.conflict()
        for text in ("", "[]", "{}", '{"version": 2, "findings": []}',
                     '{"version": 1, "findings": [{}]}'):
            with self.subTest(text=text):
                self.write("known.json", text)
                code, report = self.json("verify", "set", "--baseline", "known.json")
                self.assertEqual(code, 2)
                self.assertIn("bad-baseline", self.rules(report))


if __name__ == "__main__":
    unittest.main()
