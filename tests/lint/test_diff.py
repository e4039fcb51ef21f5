"""`lapis diff OLD.zone NEW.zone`: records, and the answers that change."""
import json
import os
import random
import tempfile
import unittest

import clean_zones
import lapis_lint

HEAD = """$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster {serial} 7200 3600 1209600 300
@ NS ns1
ns1 A 192.0.2.1
"""


class Diff(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def paths(self, before, after):
        paths = [os.path.join(self.folder, name) for name in ("old.zone", "new.zone")]
        for path, text in zip(paths, (before, after)):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return paths

    def diff(self, before, after):
        """Between two versions that differ in these records; the SOA's own changes left out."""
        done = lapis_lint.run("diff", "--format", "json",
                              *self.paths(HEAD.format(serial=1) + before, HEAD.format(serial=2) + after))
        self.assertEqual(done.returncode, 0, done)
        value = json.loads(done.stdout)
        self.assertEqual(value["serial"], {"before": 1, "after": 2})
        rrsets = [r for r in value["rrsets"] if r["type"] != "SOA"]
        # Of several changes of the same names that of type A, or the first.
        answers = {}
        for a in value["answers"]:
            if a["types"] != ["SOA"] and ("A" in a["types"] or (a["name"], a["scope"]) not in answers):
                answers[a["name"], a["scope"]] = a
        return rrsets, answers

    def test_records(self):
        rrsets, answers = self.diff("www 300 A 192.0.2.2\nwww 300 A 192.0.2.3\nt TXT a\n",
                                    "www 60 A 192.0.2.3\nwww 60 A 192.0.2.4\nT TXT \"a\"\n")
        self.assertEqual(rrsets, [{"owner": "www.example.com.", "type": "A",
                                   "removed": ["192.0.2.2"], "added": ["192.0.2.4"],
                                   "ttl_before": 300, "ttl_after": 60}])
        self.assertEqual(set(answers), {("www.example.com.", "name")})
        change = answers["www.example.com.", "name"]
        self.assertEqual((change["types"], change["before"], change["after"]),
                         (["A"], "A 192.0.2.2, 192.0.2.3 (TTL 300)", "A 192.0.2.3, 192.0.2.4 (TTL 60)"))

    def test_order_spelling_and_case_are_no_difference(self):
        rrsets, answers = self.diff("a A 192.0.2.2\na A 192.0.2.3\nm MX 10 NS1\n",
                                    "m 1h IN MX 10 ns1.example.com.\nA A 192.0.2.3\nA A 192.0.2.2\n")
        self.assertEqual((rrsets, answers), ([], {}))

    def test_empty_non_terminal_takes_names_from_a_wildcard(self):
        _, answers = self.diff("* A 192.0.2.9\n", "* A 192.0.2.9\na.b TXT x\n")
        self.assertIn(("a.b.example.com.", "name"), answers)
        ent = answers["b.example.com.", "name"]
        self.assertEqual((ent["types"], ent["before"], ent["after"]),
                         (["A"], "A 192.0.2.9 (TTL 3600)", "NODATA"))
        self.assertIn("is an empty non-terminal", ent["reason"])
        below = answers["b.example.com.", "below"]
        self.assertEqual(below["before"], "A 192.0.2.9 (TTL 3600)")
        self.assertEqual(below["after"], "NXDOMAIN")

    def test_a_new_wildcard_answers_for_what_was_missing(self):
        _, answers = self.diff("", "* TXT new\n")
        below = answers["example.com.", "below"]
        self.assertEqual(below["reason"],
                         "does not exist; now is answered by the wildcard *.example.com.")

    def test_a_delegation_hides_what_is_below(self):
        _, answers = self.diff("www.sub A 192.0.2.2\n",
                               "www.sub A 192.0.2.2\nsub NS ns.example.org.\n")
        for key in (("www.sub.example.com.", "name"), ("sub.example.com.", "name")):
            self.assertTrue(answers[key]["after"].startswith("referral: NS ns.example.org."), answers)

    def test_aliases_answer_with_what_they_lead_to(self):
        rrsets, answers = self.diff("www CNAME host\nhost A 192.0.2.2\n",
                                    "www CNAME host\nhost A 192.0.2.3\n")
        self.assertEqual([r["owner"] for r in rrsets], ["host.example.com."])
        self.assertEqual(set(answers), {("host.example.com.", "name"), ("www.example.com.", "name")})

    def test_the_last_record_takes_the_name_away(self):
        _, answers = self.diff("a.b.c TXT x\n", "")
        self.assertEqual(answers["c.example.com.", "name"]["after"], "NXDOMAIN")

    def test_same_zone_in_other_spelling(self):
        for number in range(12):
            zone = clean_zones.make(number)
            one = clean_zones.Writer(zone, 1).text()
            random.Random(number).shuffle(zone.records[1:])
            two = clean_zones.Writer(zone, 2).text()
            done = lapis_lint.run("diff", "--exit-code", *self.paths(one, two))
            self.assertEqual(done.returncode, 0, done.stdout.decode())
            self.assertIn(b"no difference", done.stdout)

    def test_formats_and_exit_codes(self):
        old, new = self.paths(HEAD.format(serial=1), HEAD.format(serial=2) + "www A 192.0.2.2\n")
        text = lapis_lint.run("diff", "--exit-code", old, new)
        self.assertEqual(text.returncode, 1)
        self.assertIn(b"+ www.example.com. 3600 A 192.0.2.2", text.stdout)
        markdown = lapis_lint.run("diff", "--format", "markdown", old, new).stdout.decode()
        self.assertIn("| added | `www.example.com. A 192.0.2.2` |", markdown)
        broken, _ = self.paths("a A x\n", "")
        self.assertEqual(lapis_lint.run("diff", broken, new).returncode, 2)
        self.assertEqual(lapis_lint.run("diff", old, new + ".missing").returncode, 2)


if __name__ == "__main__":
    unittest.main()
