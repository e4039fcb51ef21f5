"""Every format of findings, checked by its schema or by what reads it for real."""
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

try:
    import jsonschema
    import junitparser
except ImportError:  # python3-jsonschema, python3-junitparser: scripts/packages-ci
    jsonschema = junitparser = None

from lapis import SOURCE, run

SCHEMAS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "schemas")
# No Debian package has it, and it is not ours to ship; ours is the part of it that we write.
OFFICIAL_SARIF = os.environ.get("LAPIS_SARIF_SCHEMA")
ODD_ZONE = """\
$ORIGIN example.com.
@ 300 SOA ns1 hostmaster 1 3600 900 604800 300
@ 300 NS ns1
ns1 300 A 192.0.2.999
we%ird|<b>`x`</b> 300 TXT "a" extra "::error::%0A" A
odd 300 BOGUS "\u202e tab\there
"""


def commands():
    """Runs with findings of all kinds, and without any."""
    yield ("verify", "lisp_programs/demo"), None
    for kind in ("broken", "questionable"):
        for path in sorted(glob.glob(os.path.join(SOURCE, "lisp_programs", kind, "*"))):
            yield ("verify", os.path.relpath(path, SOURCE)), None
    for name in ("broken/conflict", "broken/unreachable", "questionable/unused"):
        yield ("verify", "lisp_programs/" + name, "--suggest-fixes"), None
    yield ("lint", "zones/example.net.zone"), None
    yield ("lint", "-", "--stdin-filename", "odd % dir/e,x:y.zone"), ODD_ZONE
    yield ("check", "--config", "lapis.yaml"), None
    yield ("verify", "lisp_programs/demo", "--limit-seconds", "0.000001"), None


def outputs(form):
    for command, text in commands():
        done = run(*command, "--format", form, stdin=text or "")
        assert done.returncode in (0, 1, 3), done
        as_json = json.loads(run(*command, "--format", "json", stdin=text or "").stdout)
        yield command, done, as_json


def schema(path):
    with open(path, encoding="utf-8") as file:
        value = json.load(file)
    jsonschema.Draft202012Validator.check_schema(value)
    return value


def validator(path):
    return jsonschema.Draft202012Validator(schema(path))


@unittest.skipIf(jsonschema is None, "python3-jsonschema and python3-junitparser are not installed")
class Formats(unittest.TestCase):
    def test_json_and_its_lines(self):
        path = os.path.join(SOURCE, "docs", "schema", "report.schema.json")
        report = validator(path)
        finding = jsonschema.Draft202012Validator(
            {"$ref": "#/$defs/finding", "$defs": schema(path)["$defs"]})
        for command, done, as_json in outputs("jsonl"):
            with self.subTest(command=command):
                report.validate(as_json)
                lines = [json.loads(line) for line in done.stdout.splitlines()]
                for line in lines:
                    finding.validate(line)
                self.assertEqual([line["rule"] for line in lines],
                                 [f["rule"] for f in as_json["findings"]])
        with self.assertRaises(jsonschema.ValidationError):
            report.validate({"version": 1})

    def test_sarif(self):
        sarif = validator(os.path.join(SCHEMAS, "sarif.schema.json"))
        for command, done, as_json in outputs("sarif"):
            with self.subTest(command=command):
                log = json.loads(done.stdout)
                sarif.validate(log)
                only = log["runs"][0]
                rules = only["tool"]["driver"]["rules"]
                self.assertEqual(len(only["results"]), len(as_json["findings"]))
                for result in only["results"]:
                    self.assertEqual(rules[result["ruleIndex"]]["id"], result["ruleId"])
                    self.assertIn("help", rules[result["ruleIndex"]])
                self.assertEqual([len(r.get("fixes", [])) for r in only["results"]],
                                 [len(f.get("fixes", [])) for f in as_json["findings"]])
                prints = [r["partialFingerprints"]["lapis/v1"] for r in only["results"]]
                self.assertEqual(len(prints), len(set(prints)))

    @unittest.skipUnless(OFFICIAL_SARIF, "LAPIS_SARIF_SCHEMA names no copy of the standard's schema")
    def test_sarif_by_the_schema_of_the_standard(self):
        with open(OFFICIAL_SARIF, encoding="utf-8") as file:
            standard = json.load(file)
        kind = jsonschema.validators.validator_for(standard)
        sarif = kind(standard, format_checker=jsonschema.FormatChecker())
        for command, done, _ in outputs("sarif"):
            with self.subTest(command=command):
                sarif.validate(json.loads(done.stdout))
        with self.assertRaises(jsonschema.ValidationError):
            sarif.validate({"version": "2.1.0"})

    def test_junit(self):
        for command, done, as_json in outputs("junit"):
            with self.subTest(command=command), tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "junit.xml")
                with open(path, "w", encoding="utf-8") as file:
                    file.write(done.stdout)
                suites = junitparser.JUnitXml.fromfile(path)
                cases = [case for suite in suites for case in suite]
                failed = [case for case in cases
                          if any(isinstance(r, (junitparser.Failure, junitparser.Error))
                                 for r in case.result)]
                errors = sum(f["severity"] == "error" for f in as_json["findings"])
                self.assertEqual(len(failed), errors + (as_json["verdict"] == "undecided"))
                self.assertEqual((suites.tests, suites.failures + suites.errors),
                                 (len(cases), len(failed)))

    GITHUB = re.compile(r"::(error|warning|notice) ((?:[A-Za-z]+=[^,:]*)(?:,[A-Za-z]+=[^,:]*)*)::(.*)")

    def test_github(self):
        """The grammar of workflow commands, read as the runner reads it."""
        for command, done, as_json in outputs("github"):
            with self.subTest(command=command):
                lines = done.stdout.splitlines()
                self.assertEqual(len(lines), len(as_json["findings"]))
                for line, finding in zip(lines, as_json["findings"]):
                    found = self.GITHUB.fullmatch(line)
                    self.assertTrue(found, line)
                    unescaped = dict(part.split("=", 1) for part in found[2].split(","))
                    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","),
                                       ("%25", "%")):
                        unescaped = {k: v.replace(code, char) for k, v in unescaped.items()}
                    self.assertEqual(unescaped["title"], "lapis: " + finding["rule"])
                    if finding["file"]:
                        self.assertEqual(unescaped["file"], finding["file"])
                        self.assertEqual(int(unescaped["line"]), finding["line"])

    GITLAB = {"type": "array", "items": {
        "type": "object", "additionalProperties": False,
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object", "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./).+"},
                    "lines": {"type": "object", "required": ["begin"],
                              "properties": {"begin": {"type": "integer", "minimum": 1},
                                             "end": {"type": "integer", "minimum": 1}}}}}}}}

    def test_gitlab(self):
        for command, done, as_json in outputs("gitlab"):
            with self.subTest(command=command):
                issues = json.loads(done.stdout)
                jsonschema.validate(issues, self.GITLAB)
                undecided = as_json["verdict"] == "undecided"
                self.assertEqual(len(issues), len(as_json["findings"]) + undecided)
                prints = [issue["fingerprint"] for issue in issues]
                self.assertEqual(len(prints), len(set(prints)))

    @unittest.skipIf(shutil.which("cmark-gfm") is None, "cmark-gfm is not installed")
    def test_markdown(self):
        """Rendered, the table has a row a finding with its words, and no markup from outside."""
        for command, done, as_json in outputs("markdown"):
            with self.subTest(command=command):
                page = subprocess.run(["cmark-gfm", "-e", "table", "--unsafe"], input=done.stdout,
                                      capture_output=True, text=True, check=True).stdout
                rows = re.findall(r"<tr>\n<td>(.*?)</td>\n<td><code>(.*?)</code></td>", page)
                self.assertEqual(rows, [(f["severity"], f["rule"]) for f in as_json["findings"]])
                self.assertNotIn("<b>", page)
                self.assertEqual(page.count("<details>"), len(as_json["findings"]))

    def test_colour_only_when_wanted(self):
        broken = "lisp_programs/broken/conflict"
        self.assertNotIn("\033", run("verify", broken).stdout)
        self.assertIn("\033[1;31m", run("verify", broken, "--color", "always").stdout)
        for environment, coloured in (({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False),
                                      ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": ""}, True)):
            with self.subTest(environment=environment):
                self.assertEqual("\033" in on_terminal(["verify", broken], environment), coloured)


def on_terminal(arguments, environment):
    """What a command writes to a terminal."""
    import pty
    from lapis import BINARY
    leader, follower = pty.openpty()
    clean = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    process = subprocess.Popen([BINARY, *arguments], stdout=follower, stderr=subprocess.DEVNULL,
                               cwd=SOURCE, env=dict(clean, **environment))
    os.close(follower)
    out = b""
    while True:
        try:
            piece = os.read(leader, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        out += piece
    process.wait()
    os.close(leader)
    return out.decode()


if __name__ == "__main__":
    unittest.main()
