"""The demo that ships is verified, linted clean, and answers what its comments promise."""
import os
import unittest

from lapis import SOURCE, run_json

DEMO = os.path.join(SOURCE, "lisp_programs", "demo")

# (qname, plan, client, site, region, continent) -> program
CASES = [
    (("www.example.com.", "pro", "198.51.100.9", "ams1", "eu", "EU"), "test-lab"),
    (("www.example.com.", "pro", "192.0.2.9", "fra1", "eu", "EU"), "drained-site"),
    (("shop.example.com.", "enterprise", "192.0.2.9", "ams1", "eu", "EU"), "enterprise-shop"),
    (("a.shop.example.com.", "enterprise", "192.0.2.9", "ams1", "eu", "EU"), "enterprise-shop"),
    (("big.example.com.", "enterprise", "192.0.2.9", "ams1", "eu", "EU"), "enterprise"),
    (("api.example.com.", "business", "192.0.2.9", "sin1", "ap", "AS"), "business-ap"),
    (("api.example.com.", "business", "192.0.2.9", "ams1", "eu", "EU"), "business"),
    (("blog.example.com.", "free", "192.0.2.9", "ams1", "eu", "EU"), "free-europe"),
    (("blog.example.com.", "free", "192.0.2.9", "ams1", "eu", ""), "default"),
]


class DemoSet(unittest.TestCase):
    def test_is_verified_without_findings(self):
        status, report = run_json("verify", DEMO, "--format", "json")
        self.assertEqual(status, 0)
        self.assertEqual(report["verdict"], "verified")
        self.assertEqual(report["findings"], [])
        self.assertGreaterEqual(report["programs"], 8)

    def test_zones_are_clean(self):
        for zone in ("example.com.zone", "example.net.zone"):
            status, report = run_json("lint", os.path.join(SOURCE, "zones", zone),
                                      "--format", "json")
            serious = [f for f in report["findings"] if f["severity"] != "note"]
            self.assertEqual((status, serious), (0, []), zone)

    def test_programs_answer_as_documented(self):
        for (qname, plan, client, site, region, continent), program in CASES:
            with self.subTest(qname=qname, plan=plan, client=client):
                _, answer = run_json("eval", DEMO, "--format", "json", "--qname", qname, "--attr",
                                     f"plan={plan}", "--client", client, "--site", site,
                                     "--region", region, "--continent", continent)
                self.assertEqual(answer["program"], program)

    def test_percentage_split_takes_some_names(self):
        answers = set()
        for i in range(200):
            _, answer = run_json("eval", DEMO, "--format", "json", "--qname", f"n{i}.example.com.",
                                 "--attr", "plan=pro", "--site", "ams1", "--region", "eu")
            answers.add(answer["program"])
            if len(answers) == 2:
                break
        self.assertEqual(answers, {"pro", "pro-canary"})


if __name__ == "__main__":
    unittest.main()
