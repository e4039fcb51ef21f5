"""The contract of the rules: corpus/RULE/fail*.zone has exactly the findings that its comments
announce, each at its line and column; corpus/RULE/pass*.zone has none at warning or above and none
of RULE.

A comment `; <- RULE COLUMN [END_COLUMN]` announces a finding on its line. What is not announced
must not be found: one finding for each defect, and none for what only follows from it.
"""
import os
import re
import unittest

import lapis_lint

ANNOUNCED = re.compile(r"<- ([a-z0-9-]+) (\d+)(?: (\d+))?")

# The corpus is written with the addresses of RFC 5737; that they are such is a note.
ADDRESSES = ("special-address", )


def announced(path):
    with open(path, encoding="utf-8", newline="") as file:
        for number, line in enumerate(file, 1):
            for rule, column, end in ANNOUNCED.findall(line):
                yield rule, number, int(column), int(end) if end else None


def zone_files(rule, kind):
    folder = os.path.join(lapis_lint.CORPUS, rule)
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))
            if name.startswith(kind) and name.endswith(".zone")]


class Corpus(unittest.TestCase):
    maxDiff = None

    def test_rules_have_both(self):
        listed = lapis_lint.rules()
        for rule in os.listdir(lapis_lint.CORPUS):
            with self.subTest(rule):
                self.assertIn(rule, listed)
                self.assertTrue(zone_files(rule, "pass"))
                if rule not in ("unreadable-file", ):
                    self.assertTrue(zone_files(rule, "fail"))

    def test_failing_files(self):
        for rule in sorted(os.listdir(lapis_lint.CORPUS)):
            for path in zone_files(rule, "fail"):
                with self.subTest(os.path.relpath(path, lapis_lint.CORPUS)):
                    wanted = sorted(announced(path))
                    self.assertIn(rule, {w[0] for w in wanted})
                    found = lapis_lint.findings(path)
                    found = [f for f in found if rule == f["rule"] or f["rule"] not in ADDRESSES]
                    ends = {w[:3]: w[3] for w in wanted}
                    got = sorted((f["rule"], f["line"], f["column"]) for f in found)
                    self.assertEqual(got, sorted(w[:3] for w in wanted), found)
                    for f in found:
                        end = ends[(f["rule"], f["line"], f["column"])]
                        if end:
                            self.assertEqual(f["end_column"], end, f)
                        self.assertEqual(f["file"], path)

    def test_passing_files(self):
        for rule in sorted(os.listdir(lapis_lint.CORPUS)):
            for path in zone_files(rule, "pass"):
                with self.subTest(os.path.relpath(path, lapis_lint.CORPUS)):
                    loud = [f for f in lapis_lint.findings(path)
                            if f["severity"] != "note" or f["rule"] == rule]
                    self.assertEqual(loud, [])


if __name__ == "__main__":
    unittest.main()
