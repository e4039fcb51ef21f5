"""Options, formats and exit codes of the commands."""
import json
import os
import subprocess
import tempfile
import unittest

from lapis import SOURCE, run, run_json

LAPIS = os.environ["LAPIS"]
DEMO = os.path.join(SOURCE, "lisp_programs", "demo")
BROKEN = os.path.join(SOURCE, "lisp_programs", "broken")


def eval_demo(*arguments, **options):
    return run_json("eval", DEMO, "--format", "json", "--site", "ams1", "--region", "eu",
                    *arguments, **options)


class ExitCodes(unittest.TestCase):
    TABLE = [
        (["--help"], 0),
        (["--version"], 0),
        ([], 2),
        (["no-such-command"], 2),
        (["verify"], 2),
        (["verify", "/no/such/folder"], 2),
        (["verify", DEMO], 0),
        (["verify", DEMO, "--format", "no-such-format"], 2),
        (["verify", os.path.join(BROKEN, "conflict")], 1),
        (["verify", os.path.join(BROKEN, "syntax")], 1),
        (["eval", DEMO], 2),
        (["eval", DEMO, "--qname", "x..y."], 2),
        (["eval", DEMO, "--qname", "x.example.", "--client", "1.2.3"], 2),
        (["eval", DEMO, "--qname", "x.example.", "--qtype", "MX"], 2),
        (["eval", DEMO, "--qname", "x.example.", "--attr", "plan=platinum"], 2),
        (["eval", DEMO, "--qname", "x.example.", "--attr", "plam=pro"], 2),
        (["eval", DEMO, "--qname", "x.example.", "--attr", "plan"], 2),
        (["eval", DEMO, "--qname", "x.example.", "--zone", "example.com."], 2),
        (["eval", DEMO, "--qname", "x.example.", "--site", "mars1"], 2),
        (["eval", DEMO, "--qname", "x.example."], 0),
        (["eval", os.path.join(BROKEN, "syntax"), "--qname", "x.example."], 1),
        (["eval", DEMO, "--queries", "/no/such/file"], 2),
        (["lint", os.path.join(SOURCE, "zones", "example.net.zone")], 0),
        (["lint", "/no/such/file"], 2),
        (["check", "--config", "/no/such/file"], 2),
        (["check", "--config", os.path.join(SOURCE, "lapis.yaml")], 0),
        (["serve"], 2),
        (["serve", "--config", "/no/such/file"], 2),
        (["explain", "unreachable"], 0),
        (["explain"], 0),
        (["explain", "no-such-rule"], 2),
    ]

    def test_a_misspelt_command_is_named(self):
        self.assertIn("there is no command 'verfy'; did you mean 'verify'?", run("verfy").stderr)

    def test_a_reader_that_has_seen_enough_is_not_told(self):
        done = subprocess.run(f'"{LAPIS}" explain | true', shell=True, capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.stderr, "")

    def test_table(self):
        for arguments, expected in self.TABLE:
            with self.subTest(arguments=arguments):
                done = run(*arguments)
                self.assertEqual(done.returncode, expected, done)
                self.assertFalse(done.returncode != 0 and not done.stdout + done.stderr, "silent")


class Eval(unittest.TestCase):
    def test_answer(self):
        status, answer = eval_demo("--qname", "blog.example.com.", "--continent", "EU")
        self.assertEqual(status, 0)
        self.assertEqual(answer, {"program": "free-europe", "ipv4": ["192.0.2.3", "192.0.2.4"],
                                  "ipv6": ["2001:db8:1::3"], "ttl": 300})

    def test_client_decides(self):
        _, answer = eval_demo("--qname", "blog.example.com.", "--client", "198.51.100.77")
        self.assertEqual(answer["program"], "test-lab")
        _, answer = eval_demo("--qname", "blog.example.com.", "--client", "198.51.101.77")
        self.assertEqual(answer["program"], "default")

    def test_client_defaults_to_the_resolver(self):
        _, answer = eval_demo("--qname", "blog.example.com.", "--resolver", "198.51.100.77")
        self.assertEqual(answer["program"], "test-lab")

    def test_text_says_why_earlier_programs_did_not_match(self):
        done = run("eval", DEMO, "--qname", "api.example.com.", "--attr", "plan=business",
                   "--site", "ams1", "--region", "eu")
        self.assertEqual(done.returncode, 0)
        self.assertIn("program business\n", done.stdout)
        self.assertIn("test-lab: ", done.stdout)
        self.assertIn('business-ap: (= region "ap") is false: region is "eu"', done.stdout)

    def test_reasons_speak_as_the_source_does(self):
        done = run("eval", DEMO, "--qname", "www.example.com.", "--site", "ams1")
        self.assertIn('  pro: (= plan "pro") is false: plan is "free"\n', done.stdout)
        self.assertNotIn("attribute#", done.stdout)

    def test_trace_in_json(self):
        _, answer = eval_demo("--qname", "x.example.com.", "--trace")
        self.assertEqual(answer["tried"][0]["program"], "test-lab")
        self.assertIn("false", answer["tried"][0]["reason"])

    def test_queries_one_answer_a_line(self):
        lines = ['{"qname":"shop.example.com.","attributes":{"plan":"enterprise"},"site":"ams1"}',
                 '{"qname":"x.example.com.","client":"198.51.100.1"}',
                 '{"qname":"x.example.com.","colour":"blue"}',
                 'not json',
                 '{"qname":"x.example.com.","attributes":{"plan":7}}',
                 '{"qname":"x.example.com.","site":"fra1"}']
        done = run("eval", DEMO, "--queries", "-", stdin="\n".join(lines))
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(answers), len(lines))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(answers[0]["program"], "enterprise-shop")
        self.assertEqual(answers[1]["program"], "test-lab")
        self.assertIn("line 3: unknown key 'colour'", answers[2]["error"])
        self.assertIn("line 4: ", answers[3]["error"])
        self.assertIn("attribute 'plan' must be one of", answers[4]["error"])
        self.assertEqual(answers[5]["program"], "drained-site")

    def test_queries_from_a_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.write('{"qname":"x.example.com."}\n' * 5000)
            file.flush()
            done = run("eval", DEMO, "--queries", file.name)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count("\n"), 5000)
        self.assertEqual(len(set(done.stdout.splitlines())), 1)


class Formats(unittest.TestCase):
    CONFLICT = os.path.join("lisp_programs", "broken", "conflict")

    def test_json_keys(self):
        status, report = run_json("verify", self.CONFLICT, "--format", "json")
        self.assertEqual(status, 1)
        self.assertEqual((report["version"], report["command"], report["verdict"],
                          report["programs"]), (1, "verify", "rejected", 2))
        finding = [f for f in report["findings"] if f["severity"] == "error"][0]
        self.assertEqual(set(finding["witness"]),
                         {"qname", "zone", "qtype", "client", "resolver", "transport", "site",
                          "region", "country", "continent", "asn", "attributes"})
        self.assertEqual(finding["file"], os.path.join(self.CONFLICT, "set.lisp"))
        self.assertLessEqual((finding["line"], finding["column"]),
                             (finding["end_line"], finding["end_column"]))

    def test_sarif_and_junit_and_github(self):
        _, sarif = run_json("verify", self.CONFLICT, "--format", "sarif")
        self.assertEqual(sarif["runs"][0]["results"][0]["ruleId"], "conflict")
        self.assertIn("<failure type=\"conflict\"",
                      run("verify", self.CONFLICT, "--format", "junit").stdout)
        self.assertTrue(run("verify", self.CONFLICT, "--format", "github").stdout
                        .startswith("::error title=lapis%3A conflict,file="))

    def test_no_colour_unless_asked(self):
        self.assertNotIn("\033", run("verify", self.CONFLICT).stdout)
        self.assertIn("\033", run("verify", self.CONFLICT, "--color", "always").stdout)

    def test_printed_replay_line_runs(self):
        text = run("verify", self.CONFLICT).stdout
        line = [row for row in text.splitlines() if row.startswith("  replay: lapis ")][0]
        words = line.split()[2:]
        self.assertEqual(run(*words).returncode, 0, line)


if __name__ == "__main__":
    unittest.main()
