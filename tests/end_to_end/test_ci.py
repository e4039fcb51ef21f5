"""What pipelines and shells use: the pre-commit hooks, completions, the manual page."""
import os
import shutil
import subprocess
import tempfile
import unittest

from lapis import BINARY, SOURCE, run

SHARE = {"man": "lapis.1", "bash": "lapis.bash", "zsh": "_lapis", "fish": "lapis.fish"}


def call(*arguments, cwd, env=None):
    return subprocess.run(arguments, cwd=cwd, env=env, capture_output=True, text=True, check=False)


@unittest.skipIf(shutil.which("pre-commit") is None, "pre-commit is not installed")
class PreCommit(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = temporary.name
        bin_folder = os.path.join(self.root, "bin")
        os.makedirs(bin_folder)
        os.symlink(os.path.abspath(BINARY), os.path.join(bin_folder, "lapis"))
        self.env = dict(os.environ, HOME=self.root, PRE_COMMIT_HOME=os.path.join(self.root, "cache"),
                        PATH=bin_folder + os.pathsep + os.environ["PATH"],
                        GIT_CONFIG_GLOBAL=os.devnull, GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@b",
                        GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@b")
        self.hooks = self.repository("hooks")
        shutil.copy(os.path.join(SOURCE, ".pre-commit-hooks.yaml"), self.hooks)
        self.git(self.hooks, "add", "-A")
        self.git(self.hooks, "commit", "-qm", "hooks")
        self.project = self.repository("project")

    def repository(self, name):
        path = os.path.join(self.root, name)
        os.makedirs(path)
        self.git(path, "init", "-q")
        return path

    def git(self, where, *arguments):
        done = call("git", *arguments, cwd=where, env=self.env)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout.strip()

    def write(self, path, text):
        whole = os.path.join(self.project, path)
        os.makedirs(os.path.dirname(whole) or ".", exist_ok=True)
        with open(whole, "w", encoding="utf-8") as file:
            file.write(text)

    def hook(self, name, *arguments):
        self.write(".pre-commit-config.yaml", f"""\
repos:
- repo: {self.hooks}
  rev: {self.git(self.hooks, "rev-parse", "HEAD")}
  hooks:
  - id: {name}
    args: [{", ".join(arguments)}]
""")
        self.git(self.project, "add", "-A")
        return call("pre-commit", "run", "--all-files", cwd=self.project, env=self.env)

    def test_lint(self):
        good = ("$ORIGIN example.com.\n@ 300 SOA ns1 hostmaster 1 3600 900 604800 300\n"
                "@ 300 NS ns1\n@ 300 NS ns2\nns1 300 A 192.0.2.1\nns2 300 A 192.0.2.2\n")
        self.write("zones/example.com.zone", good)
        done = self.hook("lapis-lint")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("Passed", done.stdout)
        self.write("zones/example.com.zone", good + "www 300 CNAME ns1\nwww 300 A 192.0.2.3\n")
        done = self.hook("lapis-lint")
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("[cname-and-other-data]", done.stdout)

    def test_verify(self):
        for kind, code in (("demo", 0), ("broken/conflict", 1)):
            shutil.rmtree(os.path.join(self.project, "programs"), ignore_errors=True)
            shutil.copytree(os.path.join(SOURCE, "lisp_programs", kind),
                            os.path.join(self.project, "programs"))
            done = self.hook("lapis-verify", "programs")
            self.assertEqual(done.returncode, code, done)
        self.assertIn("[conflict]", done.stdout)

    def test_fmt(self):
        self.write("a.lisp", "(program   a (match true) (response (list) (list) (ttl 60)))\n")
        self.assertEqual(self.hook("lapis-fmt-programs").returncode, 1)
        self.assertEqual(run("fmt", "a.lisp", cwd=self.project).returncode, 0)
        done = self.hook("lapis-fmt-programs")
        self.assertEqual(done.returncode, 0, done)


class Shells(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.share = temporary.name
        for kind, name in SHARE.items():
            with open(os.path.join(self.share, name), "w", encoding="utf-8") as file:
                file.write(run("manual", kind).stdout)

    def complete_bash(self, *words):
        script = (f"source {os.path.join(self.share, 'lapis.bash')}; "
                  f"COMP_WORDS=({' '.join(words[:-1])} '{words[-1]}'); COMP_CWORD={len(words) - 1}; "
                  "_lapis; printf '%s\\n' \"${COMPREPLY[@]}\"")
        done = call("bash", "-c", script, cwd=SOURCE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_bash(self):
        self.assertEqual(self.complete_bash("lapis", "ver"), ["verify"])
        self.assertEqual(self.complete_bash("lapis", "verify", "--fail"), ["--fail-level"])
        self.assertEqual(self.complete_bash("lapis", "verify", "--format", "sa"), ["sarif"])
        self.assertEqual(self.complete_bash("lapis", "explain", "unreach"), ["unreachable"])
        self.assertIn("lapis.yaml", self.complete_bash("lapis", "check", "--config", "lapis.y"))
        self.assertIn("zones", self.complete_bash("lapis", "lint", "zon"))

    @unittest.skipIf(shutil.which("fish") is None, "fish is not installed")
    def test_fish(self):
        script = f"source {os.path.join(self.share, 'lapis.fish')}; complete -C "
        for line, wanted in (("lapis ver", "verify"), ("lapis verify --fail", "--fail-level"),
                             ("lapis verify --format sa", "sarif"),
                             ("lapis explain unreach", "unreachable")):
            with self.subTest(line=line):
                done = call("fish", "--no-config", "-c", script + f"'{line}'", cwd=SOURCE)
                self.assertEqual(done.returncode, 0, done)
                self.assertIn(wanted, done.stdout)

    @unittest.skipIf(shutil.which("zsh") is None, "zsh is not installed")
    def test_zsh(self):
        path = self.share
        done = call("zsh", "-f", "-n", os.path.join(path, "_lapis"), cwd=SOURCE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        # The functions of the completion system are stood in for: what would be offered is printed.
        script = (f"_describe() {{ print -l ${{(P)2}} }}; _arguments() {{ print -l -- $@ }}; "
                  f"words=(lapis verify --f); CURRENT=3; source {os.path.join(path, '_lapis')}")
        done = call("zsh", "-f", "-c", script, cwd=SOURCE)
        self.assertIn("--fail-level[", done.stdout)
        self.assertIn("sarif", done.stdout)

    @unittest.skipIf(shutil.which("mandoc") is None, "mandoc is not installed")
    def test_manual_page_is_well_formed(self):
        done = call("mandoc", "-T", "lint", "-W", "warning",
                    os.path.join(self.share, "lapis.1"), cwd=SOURCE)
        self.assertEqual(done.stdout.replace("mandoc: ", "").strip(), "", done)

    def test_manual_page_names_everything(self):
        page = run("manual", "man").stdout.replace("\\-", "-")
        for command in ("serve", "check", "verify", "eval", "lint", "explain", "fmt"):
            self.assertIn(f'.SS "lapis {command}', page)
        self.assertIn("--fail-level", page)


if __name__ == "__main__":
    unittest.main()
