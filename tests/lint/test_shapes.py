"""One defect in the many forms that zone text has for it: wildcards, absolute and relative names, other
cases, escapes, several lines, generic rdata, $ORIGIN, $GENERATE. Each has the one finding, on the
line of the offending record."""
import os
import tempfile
import unittest

import lapis_lint
import planted
import planted_values  # its planters

HEAD = ("$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300\n@ NS ns1\n"
        "@ NS ns2\nns1 A 93.184.216.34\nns2 A 93.184.216.35\n")
# What other tools go by.
CONTRACT = """duplicate-record soa-count out-of-zone cname-and-other-data multiple-cname multiple-dname
dname-and-ns data-below-dname data-below-delegation missing-glue unneeded-glue rrset-ttl-mismatch no-apex-ns
single-ns wildcard-delegation wildcard-blocked-by-ent ns-target-is-cname mx-target-is-cname srv-target-is-cname
target-does-not-exist null-mx-mixed name-too-long chain-too-long""".split()
SHAPES = [
    ("cname-and-other-data", '*.w CNAME x.net.\n*.W.EXAMPLE.COM. A 93.184.216.36', 9),
    ("multiple-cname", '*.w CNAME x.net.\n*.w CNAME y.net.', 9),
    ("multiple-cname", 'a\\.b CNAME x.net.\n\\097\\046b CNAME y.net.', 9),
    ("multiple-cname", '$GENERATE 1-2 g CNAME x$.net.', 8),
    ("duplicate-record", 'w A 93.184.216.36\nW.Example.COM. 3600 IN A 93.184.216.36', 9),
    ("duplicate-record", 'w MX 10 ns1\nw MX 10 NS1.example.com.', 9),
    ("duplicate-record", 'w TXT "ab" "c"\nw TXT ( "\\097b"\n "c" )', 9),
    ("duplicate-record", 'w AAAA 2001:470::1\nw AAAA 2001:0470:0:0::1', 9),
    ("duplicate-record", 'w TYPE1 \\# 4 5db8d824\nw A 93.184.216.36', 9),
    ("multiple-dname", 'd DNAME x.net.\nD.example.com. DNAME y.net.', 9),
    ("dname-and-ns", 'd NS x.net.\nd DNAME y.net.', 9),
    ("data-below-dname", 'd DNAME y.net.\na.b.D A 93.184.216.36', 9),
    ("data-below-dname", 'd DNAME y.net.\n*.d A 93.184.216.36', 9),
    ("data-below-delegation", 'd NS x.net.\nd NS y.net.\na.D NS z.net.', 10),
    ("data-below-delegation", 'd NS x.net.\nd NS y.net.\n*.d TXT x', 10),
    ("missing-glue", 'd NS NS.D\nd NS x.net.', 8),
    ("missing-glue", 'd NS x.net.\nd NS d.Example.com.', 9),
    ("missing-glue", 'd NS x.net.\ne NS ns.d\ne NS y.net.', 9),
    ("unneeded-glue", 'd NS x.net.\nd NS y.net.\nNS3.d AAAA 2001:470::1', 10),
    ("unneeded-glue", 'd NS a.dd.d\nd NS y.net.\na.dd.d A 93.184.216.36\nb.Dd.d A 93.184.216.36', 11),
    ("data-below-delegation", 'd NS a.d\nd NS y.net.\na.d A 93.184.216.36\nwww.d A 93.184.216.36', 11),
    ("data-below-delegation", 'd NS x.net.\nd NS y.net.\ntransport.d A 93.184.216.36', 10),
    ("spf-too-many-lookups", 'a TXT "v=spf1 include:b.example.com -all"\nb TXT "v=spf1 redirect=a.example.com"', 8),
    ("spf-too-many-lookups", 'a TXT "v=spf1 include:b.example.com -all"\nb TXT "v=spf1 include:b.example.com -all"', 9),
    ("spf-too-many-lookups", 'a TXT "v=spf1 include:b.example.com -all"\n'
     'b TXT "v=spf1 ' + "a:ns1.example.com " * 11 + '-all"', 9),
    ("rrset-ttl-mismatch", 'w 60 A 93.184.216.36\nW 61 A 93.184.216.37', 9),
    ("rrset-ttl-mismatch", 'w 60 A 93.184.216.36\nw 61 A 93.184.216.37\nw 62 A 93.184.216.38', 9),
    ("wildcard-delegation", '*.d NS x.net.\n*.d NS y.net.', 8),
    ("wildcard-blocked-by-ent", '* A 93.184.216.36\na.b TXT x', 9),
    ("ns-target-is-cname", 'd NS al\nd NS x.net.\nal CNAME ns1', 8),
    ("ns-target-is-cname", 'd NS q.w\nd NS x.net.\n*.w CNAME ns1', 8),
    ("ns-target-is-cname", 'd NS q.w\nd NS x.net.\nw DNAME y.net.', 8),
    ("mx-target-is-cname", '@ MX 10 AL\nal CNAME ns1', 8),
    ("mx-target-is-cname", 'm MX 10 q.w\n*.w CNAME ns1', 8),
    ("srv-target-is-cname", '_s._tcp SRV 0 0 1 al\nal CNAME x.net.', 8),
    ("target-does-not-exist", 'm MX 10 gone', 8),
    ("target-does-not-exist", 'm MX 10 *.w\n*.w TXT x', 8),
    ("target-does-not-exist", 'm SVCB 1 gone alpn=h2', 8),
    ("target-does-not-exist", '*.m MX 10 gone', 8),
    ("target-does-not-exist", '@ MX 10 @', 8),
    ("null-mx-mixed", 'm MX 10 ns1\nm MX 0 .', 9),
    ("null-mx-mixed", '*.m MX 0 .\n*.m MX 10 ns1', 8),
    ("out-of-zone", 'EXAMPLE.COM.org. A 93.184.216.36', 8),
    ("out-of-zone", 'xexample.com. A 93.184.216.36', 8),
    ("out-of-zone", '$ORIGIN org.\nw A 93.184.216.36', 9),
    ("soa-count", 'sub SOA ns1 h 1 7200 1800 1209600 300', 8),
    ("soa-count", '@ SOA ns1 hostmaster 2026010102 7200 1800 1209600 300', 8),
    ("chain-too-long", "".join(f"c{i} CNAME c{i + 1}\n" for i in range(12)) + "c12 A 93.184.216.36", 8),
    ("cname-loop", '*.w CNAME a.w', 8),
    ("cname-loop", '@ TXT x\nw CNAME W', 9),
    ("cname-loop", 'a CNAME b\nb CNAME c\nc CNAME b', 9),
    ("name-too-long", "w CNAME " + ("x" * 60 + ".") * 4 + "a.b.c.d", 8),
    ("missing-final-dot", '@ MX 10 ns1.example.com', 8),
    ("missing-final-dot", '_s._tcp SRV 0 0 1 NS1.Example.COM', 8),
    ("missing-final-dot", 'w.example.com A 93.184.216.36', 8),
    ("address-as-name", 'd NS 93.184.216.36\nd NS x.net.', 8),
    ("url-as-name", 'w CNAME http://x.net/', 8),
    ("svcb-alias-self", 'w HTTPS 0 W', 8),
    ("spf-several-records", '@ TXT "v=spf1 -all"\n@ TXT "V=SPF1 ~all"', 9),
    ("dmarc-syntax", '_DMARC TXT "v=DMARC1; p=nonsense"', 8),
]


class Shapes(unittest.TestCase):
    def test_one_finding(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "zone")
            for rule, records, line in SHAPES:
                with self.subTest(rule, records=records):
                    with open(path, "w", encoding="ascii") as file:
                        file.write(HEAD + records + "\n")
                    found = [(f["rule"], f["line"])
                             for f in lapis_lint.findings("--origin", "example.com", path)
                             if f["severity"] != "note" or f["rule"] == rule]
                    self.assertEqual(found, [(rule, line)])

    def test_contract(self):
        """These ids stay as they are, and each is planted."""
        for rule in CONTRACT:
            with self.subTest(rule):
                self.assertIn(rule, lapis_lint.rules())
                self.assertIn(rule, planted.PLANTERS)


if __name__ == "__main__":
    unittest.main()
