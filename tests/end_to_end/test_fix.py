"""`lapis verify --fix` and `--suggest-fixes`: proved changes of the files."""
import json
import os
import shutil
import stat
import tempfile
import unittest

from lapis import SOURCE, run, run_json

SETS = os.path.join(SOURCE, "lisp_programs")


class Fix(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lapis-fix-")
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)

    def copy(self, kind):
        target = os.path.join(self.folder, kind.replace("/", "-"))
        shutil.copytree(os.path.join(SETS, kind), target)
        return target

    def text(self, folder, name="set.lisp"):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return file.read()

    def test_sets_that_can_be_mended_without_judgement(self):
        for kind in ("questionable/unused", "questionable/redundant-condition", "broken/conflict",
                     "broken/unreachable", "broken/unreachable-by-union", "broken/unsatisfiable"):
            with self.subTest(kind):
                folder = self.copy(kind)
                before = os.path.join(SETS, kind)
                done = run("verify", folder, "--fix")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("fix: ", done.stdout)
                self.assertIn("no findings", done.stdout)
                comments = [line for line in self.text(before).split("\n") if line.startswith(";")]
                for comment in comments:
                    self.assertIn(comment, self.text(folder))
                status, difference = run_json("diff", before, folder, "--format", "json")
                self.assertEqual((status, difference["verdict"]), (0, "same"))
                again = run("verify", folder, "--fix")
                self.assertIn("no finding has a fix", again.stdout)

    def test_the_diff_is_what_is_written(self):
        folder = self.copy("questionable/unused")
        before = self.text(folder)
        mode = stat.S_IMODE(os.stat(os.path.join(folder, "set.lisp")).st_mode)
        done = run("verify", "questionable-unused", "--fix", cwd=self.folder)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder, "set.lisp")).st_mode), mode)
        removed = [line[1:] for line in done.stdout.split("\n")
                   if line.startswith("-") and not line.startswith("---")]
        self.assertIn('(attribute plan (one-of "free" "pro"))', removed)
        for line in removed:
            self.assertIn(line, before.split("\n"))

    def test_reports_for_programs_keep_standard_output(self):
        folder = self.copy("broken/conflict")
        done = run("verify", folder, "--fix", "--format", "json")
        self.assertEqual(json.loads(done.stdout)["verdict"], "verified")
        self.assertIn("fix: let program 'over-tcp'", done.stderr)

    def test_suggestions_change_nothing_and_are_edits(self):
        folder = self.copy("broken/conflict")
        before = self.text(folder)
        status, report = run_json("verify", folder, "--suggest-fixes", "--format", "json")
        self.assertEqual((status, self.text(folder)), (1, before))
        fix = report["findings"][0]["fixes"][0]
        self.assertTrue(fix["same_answers"])
        (edit,) = fix["edits"]
        lines = before.split("\n")
        self.assertEqual((edit["column"], edit["end_column"]), (1, 1))
        lines[edit["line"] - 1:edit["end_line"] - 1] = edit["text"].rstrip("\n").split("\n")
        with open(os.path.join(folder, "set.lisp"), "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        self.assertEqual(run("verify", folder).returncode, 0)

    def test_without_the_options_there_are_none(self):
        _, report = run_json("verify", os.path.join(SETS, "broken/conflict"), "--format", "json")
        self.assertNotIn("fixes", report["findings"][0])

    def test_a_move_only_when_asked_for(self):
        folder = self.copy("broken/unreachable")
        path = os.path.join(folder, "set.lisp")
        text = self.text(folder)
        at = text.rindex("192.0.2.1")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text[:at] + "192.0.2.9" + text[at + 9:])
        before = os.path.join(self.folder, "before")
        shutil.copytree(folder, before)
        status, report = run_json("verify", folder, "--suggest-fixes", "--format", "json")
        unreachable = [f for f in report["findings"] if f["rule"] == "unreachable"][0]
        self.assertEqual([f["same_answers"] for f in unreachable["fixes"]], [True, False])
        self.assertIn("are answered by 'shop'", unreachable["fixes"][1]["changes"][0])
        done = run("verify", folder, "--fix", "--reorder")
        self.assertIn("move program 'shop' before 'customer'", done.stdout)
        self.assertEqual(done.returncode, 0)
        text = self.text(folder)
        self.assertLess(text.index("(program shop\n"), text.index("(program customer\n"))
        _, difference = run_json("diff", before, folder, "--format", "json")
        self.assertEqual([(c["before"]["program"], c["after"]["program"])
                          for c in difference["changes"]], [("customer", "shop")])

    def test_accepted_findings_are_left_alone(self):
        folder = self.copy("questionable/unused")
        path = os.path.join(folder, "set.lisp")
        text = self.text(folder).replace("(attribute plan",
                                         "; lapis: allow(unused) the next release uses it\n"
                                         "(attribute plan")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self.assertEqual(run("verify", folder, "--fix").returncode, 0)
        self.assertIn("(attribute plan", self.text(folder))
        self.assertNotIn("old-pool (", self.text(folder))

    def test_options_that_do_not_go_together(self):
        folder = self.copy("questionable/unused")
        self.assertEqual(run("verify", folder, "--fix", "--suggest-fixes").returncode, 2)
        self.assertEqual(run("verify", folder, "--reorder").returncode, 2)


if __name__ == "__main__":
    unittest.main()
