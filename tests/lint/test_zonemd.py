"""The test vectors of RFC 8976 appendix A, and what becomes of their digests when one thing changes."""
import os
import re
import tempfile
import unittest

import lapis_lint

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "zonemd")
VECTORS = sorted(os.listdir(FOLDER))



def read(name):
    with open(os.path.join(FOLDER, name), encoding="ascii") as file:
        return file.read()


class Vectors(unittest.TestCase):
    def rules(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "zone")
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
            return [f["rule"] for f in lapis_lint.findings("--at", "20210201000000", path)
                    if f["rule"].startswith("zonemd")]

    def test_vectors(self):
        others = {"a2.zone": ["zonemd-placement"], "a3.zone": ["zonemd-unknown", "zonemd-unknown"]}
        self.assertEqual(VECTORS, [f"a{n}.zone" for n in range(1, 6)])
        for name in VECTORS:
            with self.subTest(name):
                self.assertEqual(self.rules(read(name)), others.get(name, []))

    def test_signed_vector(self):
        """Appendix A.4 is clean as a signed zone, too, at its time."""
        found = lapis_lint.findings("--at", "20210201000000", os.path.join(FOLDER, "a4.zone"))
        self.assertEqual([f for f in found if f["severity"] != "note"], [])

    def test_changed_digest(self):
        for name in VECTORS:
            text = read(name)
            digest = re.search(r"ZONEMD\s+\d+ 1 1 \(?\s*([0-9a-fA-F])", text)
            changed = "1" if digest[1] != "1" else "2"
            with self.subTest(name):
                spoilt = text[:digest.start(1)] + changed + text[digest.end(1):]
                self.assertIn("zonemd-mismatch", self.rules(spoilt))

    def test_changed_record(self):
        """What is digested, and what is not."""
        for name, old, new, wrong in (
                ("a1.zone", "203.0.113.63", "203.0.113.64", True),
                ("a1.zone", "ns1           3600", "ns1           3601", True),
                ("a1.zone", "ns2           3600", "NS2           3600", False),
                ("a2.zone", "I'm occluded", "I am occluded", True),
                ("a2.zone", "just once\"\nfoo", "just once.\"\nfoo", True),
                ("a2.zone", "out-of-zone", "out of zone", False),
                ("a2.zone", "UPPERCASE", "uppercase", False),
                ("a2.zone", "10 Mail2.Example.", "10 mail2", False),
                ("a2.zone", "dont-forget", "do-forget", True),
                ("a2.zone", "616c6c6f776564", "616c6c6f776565", True),
                ("a3.zone", "multiple digests", "many digests", True),
                ("a3.zone", "e2d523f654b9422a", "f2d523f654b9422a", False),
                ("a4.zone", "pechora", "pechora2", True),
                ("a5.zone", "2001:dc3::35", "2001:dc3::36", True)):
            with self.subTest(name, old=old):
                text = read(name)
                self.assertIn(old, text)
                found = self.rules(text.replace(old, new, 1))
                self.assertEqual("zonemd-mismatch" in found, wrong, found)

    def test_serial(self):
        text = read("a1.zone")
        self.assertEqual(self.rules(text.replace("admin 2018031900", "admin 2018031901")),
                         ["zonemd-serial"])


if __name__ == "__main__":
    unittest.main()
