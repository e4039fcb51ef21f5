"""Every set in lisp_programs/broken is rejected with exactly the findings its comments expect, and
every witness is replayed through `lapis eval --queries`."""
import json
import os
import re
import unittest

from lapis import SOURCE, run, run_json

FOLDER = os.path.join(SOURCE, "lisp_programs", "broken")
EXPECT = re.compile(r"^; EXPECT: (\S+)(.*)$", re.MULTILINE)


def expectations(folder):
    """(rule, program, line, sorted related) of each EXPECT comment; None where it says nothing."""
    found = []
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            for rule, rest in EXPECT.findall(file.read()):
                words = dict(word.split("=", 1) for word in rest.split())
                found.append((rule, words.get("program"), int(words["line"]),
                              sorted(words["related"].split(",")) if "related" in words else []))
    return sorted(found, key=str)


def replay(folder, witness):
    done = run("eval", folder, "--queries", "-", stdin=json.dumps(witness) + "\n")
    assert done.returncode == 0, done
    return json.loads(done.stdout)


class BrokenSets(unittest.TestCase):
    def test_there_are_sets_for_every_core_rule(self):
        rules = {row[0] for kind in os.listdir(FOLDER)
                 for row in expectations(os.path.join(FOLDER, kind))}
        self.assertLessEqual({"unsatisfiable", "unreachable", "conflict", "syntax",
                              "type-mismatch", "unknown-name"}, rules)

    def check(self, kind):
        folder = os.path.join(FOLDER, kind)
        expected = expectations(folder)
        self.assertTrue(expected, "no EXPECT comment")
        status, report = run_json("verify", folder, "--format", "json")
        self.assertEqual(status, 1)
        self.assertEqual(report["verdict"], "rejected")
        errors = [f for f in report["findings"] if f["severity"] == "error"]
        named = {(rule, line): program for rule, program, line, _ in expected}
        found = sorted(((f["rule"], f["program"] if named.get((f["rule"], f["line"])) else None,
                         f["line"], sorted(f["related"])) for f in errors), key=str)
        self.assertEqual(found, expected)
        for finding in errors:
            self.check_witness(folder, finding)

    def check_witness(self, folder, finding):
        witness = finding["witness"]
        if finding["rule"] in ("unreachable", "conflict"):
            self.assertIsNotNone(witness)
        if witness is None:
            return
        answer = replay(folder, witness)
        if finding["rule"] == "unreachable":
            self.assertIn(answer["program"], finding["related"])
        elif finding["rule"] == "conflict":
            self.assertIsNotNone(answer["program"])
        elif finding["rule"] == "empty-answer":
            self.assertEqual((answer["program"], answer["ipv4"], answer["ipv6"]),
                             (finding["program"], [], []))


def add_tests():
    for kind in sorted(os.listdir(FOLDER)):
        name = "test_" + kind.replace("-", "_")
        setattr(BrokenSets, name, lambda self, kind=kind: self.check(kind))


add_tests()

if __name__ == "__main__":
    unittest.main()
