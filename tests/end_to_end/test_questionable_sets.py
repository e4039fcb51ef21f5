"""Every set in lisp_programs/questionable passes, with exactly the warnings its comments expect."""
import os
import unittest

from lapis import SOURCE, run_json
from test_broken_sets import expectations, replay

FOLDER = os.path.join(SOURCE, "lisp_programs", "questionable")


class QuestionableSets(unittest.TestCase):
    def test_there_is_a_set_for_every_warning(self):
        rules = {row[0] for kind in os.listdir(FOLDER)
                 for row in expectations(os.path.join(FOLDER, kind))}
        self.assertEqual(rules, {"answer-differs", "redundant-condition", "constant-branch",
                                 "mixed-family-gap", "unused", "ttl-spread"})

    def check(self, kind):
        folder = os.path.join(FOLDER, kind)
        status, report = run_json("verify", folder, "--format", "json")
        self.assertEqual((status, report["verdict"]), (0, "verified"))
        found = sorted(((f["rule"], f["program"], f["line"], sorted(f["related"]))
                        for f in report["findings"]), key=str)
        self.assertEqual(found, expectations(folder))
        for finding in report["findings"]:
            self.assertEqual(finding["severity"], "warning")
            if finding["witness"] is not None:
                replay(folder, finding["witness"])


def add_tests():
    for kind in sorted(os.listdir(FOLDER)):
        name = "test_" + kind.replace("-", "_")
        setattr(QuestionableSets, name, lambda self, kind=kind: self.check(kind))


add_tests()

if __name__ == "__main__":
    unittest.main()
