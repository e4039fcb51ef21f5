"""The nine kinds of invalid zone that research on nameservers generates (a validity condition of a
zone, broken): each is named, and the zone is refused or not as the rule says."""
import os
import tempfile
import unittest

import lapis_lint

SOA = "zone.example.\t500\tSOA\tns1.outside.edu. root.zone.example. 3 6048 2400 2419200 6048\n"
NS = "zone.example.\tNS\tns1.outside.edu.\nzone.example.\tNS\tns2.outside.edu.\n"

KINDS = {
    "all records are different":
        (SOA + NS + "a.zone.example.\tTXT\t\"x\"\na.zone.example.\tTXT\t\"x\"\n", "duplicate-record"),
    "one SOA record": (NS.replace("\tNS", "\t500\tNS") + "a.zone.example.\tTXT\t\"x\"\n", "soa-count"),
    "owners at or below the apex":
        (SOA + NS + "a.other.example.\tTXT\t\"x\"\n", "out-of-zone"),
    "a CNAME alone":
        (SOA + NS + "a.zone.example.\tCNAME\tb.\na.zone.example.\tTXT\t\"x\"\n", "cname-and-other-data"),
    "one CNAME": (SOA + NS + "a.zone.example.\tCNAME\tb.\na.zone.example.\tCNAME\tc.\n", "multiple-cname"),
    "one DNAME": (SOA + NS + "a.zone.example.\tDNAME\tb.\na.zone.example.\tDNAME\tc.\n", "multiple-dname"),
    "no DNAME and NS below the apex":
        (SOA + NS + "a.zone.example.\tDNAME\tb.\na.zone.example.\tNS\tc.\n", "dname-and-ns"),
    "nothing below a DNAME":
        (SOA + NS + "a.zone.example.\tDNAME\tb.\nx.a.zone.example.\tTXT\t\"x\"\n", "data-below-dname"),
    "no NS below an NS":
        (SOA + NS + "a.zone.example.\tNS\tb.\nx.a.zone.example.\tNS\tc.\n", "data-below-delegation"),
    "glue for every nameserver below a cut":
        (SOA + NS + "a.zone.example.\tNS\tns.a.zone.example.\n", "missing-glue"),
}


class InvalidKinds(unittest.TestCase):
    def test_each_is_named(self):
        for kind, (text, rule) in KINDS.items():
            with self.subTest(kind), tempfile.TemporaryDirectory() as folder:
                # A name that says nothing about the zone, and no --origin.
                path = os.path.join(folder, "7.txt")
                with open(path, "w", encoding="ascii") as file:
                    file.write(text)
                loud = [f["rule"] for f in lapis_lint.findings(path) if f["severity"] != "note"]
                self.assertEqual(loud, [rule])


if __name__ == "__main__":
    unittest.main()
