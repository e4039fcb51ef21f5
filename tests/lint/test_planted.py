"""Zones with one planted defect have that finding, at its record, and no other; clean zones have
none. LAPIS_LINT_ZONES says how many zones of each kind."""
import os
import re
import tempfile
import unittest

import cases
import clean_zones
import lapis_lint

COUNT = int(os.environ.get("LAPIS_LINT_ZONES", "4"))


class Planted(unittest.TestCase):
    maxDiff = None

    def test_clean(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "zone.txt")
            for number in range(COUNT * 25):
                with self.subTest(number):
                    text = clean_zones.Writer(clean_zones.make(number), number).text()
                    with open(path, "wb") as file:
                        file.write(text.encode())
                    loud = [f for f in lapis_lint.findings(path) if f["severity"] != "note"]
                    self.assertEqual(loud, [], text)

    def check(self, kind):
        for rule in cases.rules(kind):
            for number in range(COUNT):
                with self.subTest(rule=rule, number=number), tempfile.TemporaryDirectory() as folder:
                    case = cases.plant(rule, number)
                    self.assertEqual(cases.findings(case, folder, clean=True), [], case.files)
                    found = cases.findings(case, folder)
                    self.assertTrue(cases.as_wanted(case, found), (case.place, found, case.files))

    def test_zones(self):
        self.check("zones")

    def test_signed_zones(self):
        self.check("signed zones")

    def test_several_zones(self):
        self.check("several zones")

    def test_programs(self):
        self.check("programs")

    def test_every_rule_is_planted(self):
        pages = os.path.join(lapis_lint.SOURCE, "docs", "lint", "rules.md")
        with open(pages, encoding="utf-8") as file:
            rules = set(re.findall(r"^\| \[([a-z0-9-]+)\]", file.read(), re.MULTILINE))
        self.assertGreater(len(rules), 100)
        self.assertEqual(rules, set(cases.rules()))


if __name__ == "__main__":
    unittest.main()
