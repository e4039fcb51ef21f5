"""`lapis diff` on directories and git revisions."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

LAPIS = os.environ["LAPIS"]
DEMO = pathlib.Path(os.environ["LAPIS_SOURCE_DIR"]) / "lisp_programs" / "demo"


def lapis(*words, cwd=None, stdin=None):
    return subprocess.run([LAPIS, *map(str, words)], capture_output=True, text=True, cwd=cwd,
                          input=stdin, timeout=300)


try:
    import jsonschema
except ImportError:  # python3-jsonschema: scripts/packages-ci
    jsonschema = None
SCHEMA = pathlib.Path(os.environ["LAPIS_SOURCE_DIR"]) / "docs" / "schema" / "diff.schema.json"


class Diff(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.old = self.folder / "old"
        self.new = self.folder / "new"
        shutil.copytree(DEMO, self.old)
        shutil.copytree(DEMO, self.new)

    def edit(self, name, before, after):
        path = self.new / name
        text = path.read_text()
        self.assertIn(before, text)
        path.write_text(text.replace(before, after))

    def test_nothing(self):
        self.edit("40-pro.lisp", "; Pro customers", ";; The pro customers")
        run = lapis("diff", self.old, self.new, "--exit-code")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("no query is answered differently (proved)", run.stdout)

    def test_edit_is_shown_with_answers_that_eval_gives(self):
        self.edit("40-pro.lisp", '(ipv4 "192.0.2.31")', '(ipv4 "192.0.2.32")')
        run = lapis("diff", self.old, self.new, "--format", "json", "--exit-code")
        self.assertEqual(run.returncode, 1, run.stderr)
        report = json.loads(run.stdout)
        self.assertEqual(report["verdict"], "different")
        self.assertEqual([(c["before"]["program"], c["after"]["program"], c["answer_changes"])
                          for c in report["changes"]], [("pro-canary", "pro-canary", True)])
        change = report["changes"][0]
        self.assertEqual(change["before"]["ipv4"], ["192.0.2.31"])
        self.assertEqual(change["after"]["ipv4"], ["192.0.2.32"])
        for side, folder in (("before", self.old), ("after", self.new)):
            answer = lapis("eval", folder, "--queries", "-", stdin=json.dumps(change["witness"]))
            got = json.loads(answer.stdout)
            self.assertEqual(got["program"], change[side]["program"])
            self.assertEqual(sorted(got["ipv4"]), change[side]["ipv4"])

    def test_log_and_limits(self):
        self.edit("40-pro.lisp", '(ipv4 "192.0.2.31")', '(ipv4 "192.0.2.32")')
        run = lapis("diff", self.old, self.new, "--format", "json")
        witness = json.loads(run.stdout)["changes"][0]["witness"]
        calm = dict(witness, client="198.51.100.1")
        log = self.folder / "log"
        log.write_text("".join(json.dumps(q) + "\n" for q in [witness, calm, calm, calm]))
        run = lapis("diff", self.old, self.new, "--queries", log, "--max-changed", "25%")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("of 4 queries in the log 1 (25.00 %) are answered differently", run.stdout)
        run = lapis("diff", self.old, self.new, "--queries", log, "--max-changed", "24%")
        self.assertEqual(run.returncode, 1)
        run = lapis("diff", self.old, self.new, "--max-changed", "0")
        self.assertEqual(run.returncode, 1)
        run = lapis("diff", self.old, self.new, "--max-changed", "5%")
        self.assertEqual(run.returncode, 2)
        log.write_text("not json\n")
        run = lapis("diff", self.old, self.new, "--queries", log)
        self.assertEqual(run.returncode, 2)
        self.assertIn(":1:", run.stderr)
        for limit in ("nan", "inf", "0x1", "-1", "", "%", "5%%"):
            run = lapis("diff", self.old, self.new, f"--max-changed={limit}")
            self.assertEqual(run.returncode, 2, limit)

    def test_attributes_of_one_side(self):
        (self.new / "05-more.lisp").write_text(
            '(attribute extra (int 0 5))\n'
            '(program more (exclusive false) (match (and (= qname "x.example.com.") (> extra 2)))\n'
            '  (response (list (ipv4 "192.0.2.250")) (list) (ttl 5)))\n')
        run = lapis("diff", self.old, self.new)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("attribute extra is new", run.stdout)
        self.assertIn("default -> more", run.stdout)

    def test_another_default_changes_what_names_without_a_value_get(self):
        self.edit("00-declarations.lisp", '(default "free")', '(default "pro")')
        run = lapis("diff", self.old, self.new, "--format", "json", "--exit-code")
        self.assertEqual(run.returncode, 1, run.stderr)
        report = json.loads(run.stdout)
        self.assertIn(("free-europe", "pro"), [(c["before"]["program"], c["after"]["program"])
                                               for c in report["changes"]])
        for change in report["changes"]:
            self.assertEqual(change["unset"], ["plan"])
            self.assertNotIn("plan", change["witness"]["attributes"])
            for side, folder in (("before", self.old), ("after", self.new)):
                answer = lapis("eval", folder, "--queries", "-", stdin=json.dumps(change["witness"]))
                self.assertEqual(json.loads(answer.stdout)["program"], change[side]["program"])

    def test_a_set_with_errors_is_no_difference(self):
        self.edit("40-pro.lisp", "(canary)", "(canry)")
        for words in ([], ["--exit-code"]):
            run = lapis("diff", self.old, self.new, *words)
            self.assertEqual(run.returncode, 2)
            self.assertEqual(run.stdout, "")
            self.assertIn("did you mean 'canary'", run.stderr)
        run = lapis("diff", self.old, self.new, "--format", "json")
        report = json.loads(run.stdout)
        self.assertEqual((report["command"], report["verdict"]), ("diff", "rejected"))
        self.assertEqual(report["findings"][0]["rule"], "unknown-name")

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_json_is_as_its_schema_says(self):
        schema = json.loads(SCHEMA.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        # Nothing beyond the keys that the schema knows: each has its words there.
        schema["additionalProperties"] = False
        for part in schema["$defs"].values():
            part["additionalProperties"] = False
        valid = jsonschema.Draft202012Validator(schema)
        log = self.folder / "log"
        log.write_text('{"qname": "www.example.com.", "site": "ams1"}\n')
        seen = set()
        for name, before, after in (("40-pro.lisp", "; Pro customers", "; The pro customers"),
                                    ("40-pro.lisp", "(program pro\n", "(program pro-2\n"),
                                    ("30-business.lisp", "192.0.2.41", "192.0.2.47"),
                                    ("00-declarations.lisp", '(default "free")', '(default "pro")'),
                                    ("00-declarations.lisp", '"eu" "na" "ap"', '"ex" "nx" "ax"')):
            self.edit(name, before, after)
            if name == "00-declarations.lisp" and '"ax"' in after:
                self.edit("30-business.lisp", 'region "ap"', 'region "ax"')
            run = lapis("diff", self.old, self.new, "--format", "json", "--queries", log, "--stats")
            report = json.loads(run.stdout)
            valid.validate(report)
            seen.add(report["verdict"])
        self.assertEqual(seen, {"same", "different", "undecided"})

    def test_zone_files(self):
        zone = "@ 300 SOA a. b. 1 2 3 4 5\n@ 300 NS ns\nns 300 A 192.0.2.1\n"
        before, after = self.folder / "a.zone", self.folder / "b.zone"
        before.write_text("$ORIGIN example.com.\n" + zone)
        after.write_text("$ORIGIN example.com.\n" + zone.replace("192.0.2.1", "192.0.2.2"))
        self.assertEqual(lapis("diff", before, after, "--exit-code").returncode, 1)
        for option in (["--max-changed", "0"], ["--queries", before], ["--stats"]):
            run = lapis("diff", before, after, *option)
            self.assertEqual(run.returncode, 2, option)
            self.assertIn("is for program sets", run.stderr)
        after.write_text("$ORIGIN example.com.\n" + zone.replace("192.0.2.1", "192.0.2.999"))
        run = lapis("diff", before, after, "--exit-code", "--format", "json")
        self.assertEqual(run.returncode, 2)
        self.assertEqual(json.loads(run.stdout)["verdict"], "rejected")

    def test_stats(self):
        run = lapis("diff", self.old, self.new, "--stats")
        self.assertRegex(run.stdout, r"seconds to check both sets +\d+\.\d+\n")
        self.assertRegex(run.stdout, r"seconds to compare +\d+\.\d+\n")
        run = lapis("diff", self.old, self.new, "--stats", "--format", "json")
        self.assertIn("seconds to compare", json.loads(run.stdout)["stats"])

    @unittest.skipUnless(shutil.which("git"), "git comes with scripts/packages-ci")
    def test_git_revision(self):
        def git(*words):
            subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words],
                           cwd=self.folder, check=True, capture_output=True)
        git("init", "-q")
        git("add", "new")
        git("commit", "-qm", "first")
        self.edit("40-pro.lisp", '(ipv4 "192.0.2.31")', '(ipv4 "192.0.2.32")')
        run = lapis("diff", "HEAD:new", "new", "--exit-code", cwd=self.folder)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("pro-canary -> pro-canary", run.stdout)
        self.assertRegex(run.stdout, r"\n  replay   lapis eval new ")
        for here in ("HEAD:./", "HEAD:.", "HEAD:../new"):
            run = lapis("diff", here, ".", "--exit-code", cwd=self.new)
            self.assertEqual(run.returncode, 1, here + run.stderr)
            self.assertIn("pro-canary -> pro-canary", run.stdout)
        run = lapis("diff", "HEAD:40-pro.lisp", ".", cwd=self.new)
        self.assertIn("write 'HEAD:./40-pro.lisp'", run.stderr)
        zone = self.folder / "x.zone"
        zone.write_text("$ORIGIN x.\n@ 300 SOA a. b. 1 2 3 4 5\n@ 300 NS ns\nns 300 A 192.0.2.1\n")
        git("add", "x.zone")
        git("commit", "-qm", "zone")
        zone.write_text(zone.read_text().replace("192.0.2.1", "192.0.2.2"))
        run = lapis("diff", "HEAD:x.zone", "x.zone", cwd=self.folder)
        self.assertIn("+ ns.x. 300 A 192.0.2.2", run.stdout)
        run = lapis("diff", "nobody:new", "new", cwd=self.folder)
        self.assertIn("no revision 'nobody'", run.stderr)
        run = lapis("diff", "HEAD:new/40-pro.lisp", ".", cwd=self.new)
        self.assertEqual(run.returncode, 2)  # a part of a set is no set
        self.assertIn("HEAD:new/40-pro.lisp:", run.stderr)
        self.assertNotIn("lapis-revision", run.stderr)
        run = lapis("diff", "HEAD:nowhere", "new", cwd=self.folder)
        self.assertEqual(run.returncode, 2)
        self.assertIn("git knows no", run.stderr)


if __name__ == "__main__":
    unittest.main()
