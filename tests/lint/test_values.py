"""Values line by line: what the RFCs allow passes, and each line that they forbid is named."""
import os
import tempfile
import unittest

import lapis_lint

HEAD = """$ORIGIN example.com.
$TTL 3600
@ SOA ns1.example.net. hostmaster 1 7200 1800 1209600 300
@ NS ns1.example.net.
@ NS ns2.example.net.
"""

SPF_GOOD = [
    # RFC 7208 appendix A, section 7 and the grammar of section 12
    "v=spf1 a -all", "v=spf1 a:example.org -all", "v=spf1 mx -all",
    "v=spf1 mx:example.org -all", "v=spf1 mx mx:example.org -all", "v=spf1 mx/30 mx:example.org/30 -all",
    "v=spf1 ip4:192.0.2.128/28 -all", "v=spf1 include:example.org -all", "V=SPF1 INCLUDE:example.org ~ALL",
    "v=spf1 a/24//64 mx//96 -all", "v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all", "v=spf1 ?all",
    "v=spf1 exists:%{l1r+}._at_.%{o}._spf.example.org -all", "v=spf1 redirect=_spf.example.org",
    "v=spf1 mx -all exp=explain._spf.%{d}", "v=spf1 ip6:2001:db8::/32 ip6:::1 -all", "v=spf1  a   -all ",
    "v=spf1 exists:%{L}%%%_%-.example.org -all", "v=spf1 a -all unknown=anything%{d}", "v=spf10 not ours",
    "v=spf1 include:a.example.co-op -all", "v=spf1 a:example.org./24 -all", "v=spf1 include:_a.xn--p1ai -all",
]
SPF_BAD = [
    "v=spf1 -all:x", "v=spf1 a:", "v=spf1 include -all", "v=spf1 ip4 -all", "v=spf1 ip4:1.2.3 -all",
    "v=spf1 ip4:1.2.3.4/33 -all", "v=spf1 ip4:1.2.3.4/032 -all", "v=spf1 ip6:1.2.3.4 -all", "v=spf1 ip4:::1 -all",
    "v=spf1 mx/129 -all", "v=spf1 a//129 -all", "v=spf1 a/24/64 -all", "v=spf1 exists:%{q}.a.b -all",
    "v=spf1 exists:%{d.a.b -all", "v=spf1 exists:%.a.b -all", "v=spf1 include:example.1 -all",
    "v=spf1 include:.example.org -all", "v=spf1 mx, -all", "v=spf1 =x -all", "v=spf1 -all exp=a.b exp=c.d",
    "v=spf1 exists:%{c}.a.b -all", "v=spf1\ta -all", "v=spf1,a,-all", "v=spf1 \xe9 -all", "v=spf1 ipv4:1.2.3.4 -all",
    "v=spf1 include:example.org/24 -all", "spf1 a -all",
]
DMARC_GOOD = ["v=DMARC1; p=none", "v=DMARC1;p=none;", "v = DMARC1 ; p = none ; rua = mailto:a@b.example , mailto:c@d.example",
              "v=DMARC1; p=Reject; sp=none; pct=0; fo=0:1", "v=DMARC1; p=none; rua=https://a.example/x!50k"]
DMARC_BAD = ["v=DMARC1", "v=DMARC1; sp=none", "v=dmarc1; p=none", "v=DMARC1; p=", "v=DMARC1; p=none; rua=",
             "v=DMARC1; p=none; rua=mailto:", "v=DMARC1; p=none; rua=mailto:a@b.example!10x", "v=DMARC1; p=none; pct=1000",
             "p=none; v=DMARC1", "v=DMARC1; p none", "v=DMARC1; p=none; aspf=strict", "v=DMARC1; p=none;; fo=1"]
CAA_GOOD = ['0 issue "ca.example"', '0 issue ";"', '0 issue ""', '0 issue "ca.example; a=1; b=2"', '128 issuewild " ca.example ; a = 1 "',
            '0 iodef "https://iodef.example/x"', '0 ISSUE "ca.example;"', '0 contactemail "a@b.example"']
CAA_BAD = ['0 issue "ca_.example"', '0 issue "ca.example a=1"', '0 issue "ca.example; =1"', '0 issue "-ca.example"',
           '0 issue "ca.example.;"', '0 iodef "ca.example"', '0 issue "%"', '0 issue "a.example; x=y z"']


class Values(unittest.TestCase):
    def lint(self, lines):
        """{line: rules at warning or above}, counted from the first of `lines`."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "zone")
            with open(path, "w", encoding="latin-1") as file:
                file.write(HEAD + "\n".join(lines) + "\n")
            found = {}
            for f in lapis_lint.findings(path):
                if f["severity"] != "note":
                    found.setdefault(f["line"] - HEAD.count("\n") - 1, set()).add(f["rule"])
            return found

    def check(self, owner, kind, good, bad, rule, quote=True):
        def line(i, value):
            text = '"' + value.replace("\\", "\\\\") + '"' if quote else value
            return f"{owner.format(i)} {kind} {text}"
        self.assertEqual({good[i]: rules for i, rules in
                          self.lint([line(i, value) for i, value in enumerate(good)]).items()}, {})
        found = self.lint([line(i, value) for i, value in enumerate(bad)])
        for i, value in enumerate(bad):
            with self.subTest(value):
                self.assertIn(rule, found.get(i, set()))

    def test_spf(self):
        self.check("h{}", "TXT", SPF_GOOD, SPF_BAD, "spf-syntax")

    def test_dmarc(self):
        self.check("_dmarc.h{}", "TXT", DMARC_GOOD, DMARC_BAD, "dmarc-syntax")

    def test_caa(self):
        self.check("h{}", "CAA", CAA_GOOD, CAA_BAD, "caa-syntax", quote=False)

    def test_lookups(self):
        """Ten look-ups are fine, eleven are not; includes of the zone are followed."""
        ten = " ".join(f"a:h{i}.example.net" for i in range(10))
        self.assertEqual(self.lint([f'a TXT "v=spf1 {ten} -all"']), {})
        self.assertEqual(self.lint([f'a TXT "v=spf1 {ten} mx -all"']), {0: {"spf-too-many-lookups"}})
        self.assertEqual(self.lint([f'a TXT "v=spf1 {ten} -all mx"']), {})
        five = " ".join(f"a:h{i}.example.net" for i in range(5))
        inside = [f'b TXT "v=spf1 {five} -all"', 'a TXT "v=spf1 include:b.example.com include:b.example.com -all"']
        self.assertEqual(self.lint(inside), {1: {"spf-too-many-lookups"}})
        inside[1] = 'a TXT "v=spf1 include:b.example.com a:h.example.net -all"'
        self.assertEqual(self.lint(inside), {})
        self.assertEqual(self.lint(['a TXT "v=spf1 include:a.example.com -all"']), {0: {"spf-too-many-lookups"}})
        self.assertEqual(self.lint(['a TXT "v=spf1 redirect=b.%{d}"', f'b.a TXT "v=spf1 {ten} -all"']),
                         {0: {"spf-too-many-lookups"}})
        # What includes a record that costs too much by itself is not to blame.
        self.assertEqual(self.lint(['a TXT "v=spf1 redirect=b.%{d}"', f'b.a TXT "v=spf1 {ten} mx:x.example.net -all"']),
                         {1: {"spf-too-many-lookups"}})

    def test_hints(self):
        lines = ["@ HTTPS 1 web ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1", "web A 192.0.2.1", "web A 192.0.2.2",
                 "web AAAA 2001:db8::1"]
        self.assertEqual(self.lint(lines), {})
        self.assertEqual(self.lint(lines[:3]), {0: {"svcb-hint"}})
        self.assertEqual(self.lint(lines[:2] + lines[3:]), {0: {"svcb-hint"}})


if __name__ == "__main__":
    unittest.main()
