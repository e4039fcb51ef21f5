"""Zones with one planted defect have that finding, at its record, and no other; clean zones have
none. LAPIS_LINT_ZONES says how many zones of each kind."""
import os
import tempfile
import unittest

import clean_zones
import lapis_lint
import planted
import planted_values  # its planters

COUNT = int(os.environ.get("LAPIS_LINT_ZONES", "4"))
# Notes that the material of the zones gives rise to, not what is planted.
MATERIAL = {"special-address", "tlsa-unsigned", "zonemd-unknown", "unsigned-with-keys"}


class Planted(unittest.TestCase):
    def lint(self, text, rule="", included=""):
        """With `included`, the zone's name, the records stand in a file that its own file includes."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "zone.txt")
            if included:
                with open(path, "w", encoding="ascii") as file:
                    file.write("; all of it is elsewhere\n\n$INCLUDE records.txt\n")
            with open(os.path.join(folder, "records.txt") if included else path, "wb") as file:
                file.write(text.encode())
            return [f for f in lapis_lint.findings(*(["--origin", included] if included else []), path)
                    if f["rule"] not in MATERIAL - {rule}
                    and "documentation" not in f["message"]]

    def test_clean(self):
        for number in range(COUNT * 25):
            with self.subTest(number):
                text = clean_zones.Writer(clean_zones.make(number), number).text()
                loud = [f for f in self.lint(text) if f["severity"] != "note"]
                self.assertEqual(loud, [], text)

    def test_planted(self):
        for rule in planted.PLANTERS:
            for number in range(COUNT):
                with self.subTest(rule=rule, number=number):
                    p = planted.plant(rule, number)
                    found = [(f["rule"], f["line"]) for f in self.lint(
                        p.text, rule, p.origin if number % 4 == 3 else "")]
                    self.assertEqual(found, [(rule, p.line)], p.text)

    def test_every_rule_is_planted(self):
        corpus = set(os.listdir(lapis_lint.CORPUS))
        without = {"unreadable-file", "missing-origin", "missing-owner"}  # not in a whole zone
        self.assertEqual(corpus - without - set(planted.PLANTERS), set())


if __name__ == "__main__":
    unittest.main()
