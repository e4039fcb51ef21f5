"""`lapis fmt`: what it writes, lists, prints and refuses."""
import os
import shutil
import stat
import subprocess
import tempfile
import unittest

from lapis import SOURCE, run, run_json

UGLY = "(program p ; why\n(match true)(response (list) (list)\n (ttl 60)))\n"
TIDY = "(program p  ; why\n  (match true)\n  (response (list) (list) (ttl 60)))\n"
BROKEN = "(program p\n  (match true]\n"


class Fmt(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lapis-fmt-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def read(self, path):
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()

    def test_writes_files_below_directories_and_names_them(self):
        ugly = self.write("a/b/ugly.lisp", UGLY)
        tidy = self.write("tidy.lisp", TIDY)
        hidden = self.write(".hidden/x.lisp", UGLY)
        other = self.write("notes.txt", UGLY)
        os.chmod(ugly, 0o640)
        before = os.stat(tidy).st_mtime_ns
        done = run("fmt", self.folder)
        self.assertEqual((done.returncode, done.stdout), (0, ugly + "\n"))
        self.assertEqual(self.read(ugly), TIDY)
        self.assertEqual(stat.S_IMODE(os.stat(ugly).st_mode), 0o640)
        self.assertEqual(os.stat(tidy).st_mtime_ns, before)
        self.assertEqual(self.read(hidden), UGLY)
        self.assertEqual(self.read(other), UGLY)
        self.assertEqual(sorted(os.listdir(os.path.dirname(ugly))), ["ugly.lisp"])

    def test_check_lists_and_writes_nothing(self):
        ugly = self.write("ugly.lisp", UGLY)
        self.write("tidy.lisp", TIDY)
        done = run("fmt", "--check", self.folder)
        self.assertEqual((done.returncode, done.stdout), (1, ugly + "\n"))
        self.assertEqual(self.read(ugly), UGLY)
        run("fmt", ugly)
        self.assertEqual(run("fmt", "--check", self.folder).returncode, 0)

    def test_diff_is_what_patch_takes(self):
        ugly = self.write("ugly.lisp", UGLY)
        done = run("fmt", "--diff", "ugly.lisp", cwd=self.folder)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.read(ugly), UGLY)
        if not shutil.which("patch"):
            self.skipTest("no patch(1)")
        subprocess.run(["patch", "-p1"], input=done.stdout, text=True, cwd=self.folder, check=True,
                       capture_output=True)
        self.assertEqual(self.read(ugly), TIDY)

    def test_links_are_followed(self):
        target = self.write("real/x.lisp", UGLY)
        link = os.path.join(self.folder, "x.lisp")
        os.symlink(target, link)
        self.assertEqual(run("fmt", link).returncode, 0)
        self.assertTrue(os.path.islink(link))
        self.assertEqual(self.read(target), TIDY)

    def test_text_that_does_not_parse_is_left_alone(self):
        bad = self.write("a.lisp", BROKEN)
        ugly = self.write("b.lisp", UGLY)
        done = run("fmt", self.folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{bad}:2:14: error:", done.stderr)
        self.assertEqual(self.read(bad), BROKEN)
        self.assertEqual(self.read(ugly), TIDY)

    def test_standard_input(self):
        done = run("fmt", "--stdin", stdin=UGLY)
        self.assertEqual((done.returncode, done.stdout), (0, TIDY))
        self.assertEqual(run("fmt", "--stdin", "--check", stdin=UGLY).returncode, 1)
        self.assertEqual(run("fmt", "--stdin", "--check", stdin=TIDY).returncode, 0)
        done = run("fmt", "--stdin", "--stdin-name", "x.lisp", stdin=BROKEN)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("x.lisp:2:14: error:", done.stderr)

    def test_wrong_usage(self):
        self.assertEqual(run("fmt").returncode, 2)
        self.assertEqual(run("fmt", "--stdin", "x.lisp").returncode, 2)
        self.assertEqual(run("fmt", "/no/such/file.lisp").returncode, 2)
        self.assertEqual(run("fmt", self.write("p.yaml", "[]")).returncode, 2)

    def test_the_demo_set_is_tidy(self):
        self.assertEqual(run("fmt", "--check", os.path.join(SOURCE, "lisp_programs/demo")).stdout,
                         "")

    def test_a_formatted_set_is_the_same_set(self):
        source = os.path.join(SOURCE, "lisp_programs/questionable/constant-branch")
        copy = os.path.join(self.folder, "set")
        shutil.copytree(source, copy)
        self.assertEqual(run("fmt", copy).returncode, 0)
        rules = [[f["rule"] for f in run_json("verify", path, "--format", "json")[1]["findings"]]
                 for path in (source, copy)]
        self.assertEqual(*rules)


if __name__ == "__main__":
    unittest.main()
