"""Rules that need more than one file: the published zone, reverse zones, parents and children, the
programs of a server."""
import os
import tempfile
import unittest

import lapis_lint

HEAD = ("$TTL 3600\n@ SOA ns1.elsewhere.test. hostmaster.elsewhere.test. {serial} 7200 1800 1209600 300\n"
        "@ NS ns1.elsewhere.test.\n@ NS ns2.elsewhere.test.\n")

CONFIG = """server:
  listen: [127.0.0.1@5300]
  site: here
programs: [set.lisp]
zones:
  - name: example.com
    file: example.com.
    addressing: true
    attributes-file: rows.csv
"""
OF_QUERIES = {"cname-loop", "rewrite-loop", "rewrite-black-hole", "dname-growth", "delegation-missing",
              "delegation-inconsistent", "glue-inconsistent", "lame-delegation", "cyclic-dependency"}


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def zone(self, origin, records, serial=1, head=HEAD, name=None):
        return self.write(name or origin, f"$ORIGIN {origin}\n{head.format(serial=serial)}{records}\n")

    def rules(self, *arguments):
        """{(rule, file, line)} at warning or above. What is said of queries has one that was asked."""
        found = lapis_lint.findings(*arguments)
        for f in found:
            self.assertNotIn("defect of Lapis", f["message"])
            if f["rule"] in OF_QUERIES:
                self.assertTrue(f["witness"]["qname"], f)
        return sorted((f["rule"], os.path.basename(f["file"]), f["line"])
                      for f in found if f["severity"] != "note")


class Serials(Folder):
    def check(self, serial, before, records="www A 192.0.2.1", records_before="www A 192.0.2.2"):
        previous = self.zone("example.com.", records_before, before, name="previous")
        current = self.zone("example.com.", records, serial, name="current")
        return [rule for rule, _, _ in self.rules("--previous", previous, current)]

    def test_serials(self):
        wrong = ["serial-not-increased"]
        for serial, before, wanted in ((2, 1, []), (1, 1, wrong), (1, 2, wrong), (0, 4294967295, []),
                                       (2147483648, 1, []), (2147483649, 1, wrong),
                                       (2147483650, 1, wrong), (1, 2147483650, [])):
            with self.subTest(serial=serial, before=before):
                self.assertEqual(self.check(serial, before), wanted)

    def test_unchanged(self):
        """Order, case and spelling are no content; a TTL is."""
        self.assertEqual(self.check(7, 7, "a A 192.0.2.1\nb MX 1 HOST.test.",
                                    "B MX 1 host.test.\nA.example.com. 3600 IN A 192.0.2.1"), [])
        self.assertEqual(self.check(7, 7, "a 60 A 192.0.2.1", "a A 192.0.2.1"),
                         ["serial-not-increased"])


class Reverse(Folder):
    def test_both_ways(self):
        forward = self.zone("example.com.", "good A 192.0.2.1\nbare A 192.0.2.2\nwrong A 192.0.2.4\n"
                            "alias CNAME good\nsix AAAA 2001:db8::1\nfar A 198.51.100.1")
        reverse = self.zone("2.0.192.in-addr.arpa.", "1 PTR good.example.com.\n3 PTR gone.example.com.\n"
                            "4 PTR good.example.com.\n5 PTR host.elsewhere.test.\n6 CNAME 6.sub\nsub NS ns.elsewhere.test.")
        six = self.zone("8.b.d.0.1.0.0.2.ip6.arpa.", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR six.example.com.")
        self.assertEqual(self.rules(forward, reverse, six),
                         [("address-without-ptr", "example.com.", 7),
                          ("ptr-without-address", "2.0.192.in-addr.arpa.", 7),
                          ("ptr-without-address", "2.0.192.in-addr.arpa.", 8)])
        self.assertEqual(self.rules(forward), [])
        self.assertEqual(self.rules(reverse), [])


class Parents(Folder):
    def test_delegations(self):
        own = ("$TTL 3600\n@ SOA ns1 hostmaster {serial} 7200 1800 1209600 300\n@ NS ns1\n@ NS ns2\n"
               "ns1 A 192.0.2.1\nns2 A 192.0.2.2\n")
        child = self.zone("a.test.", "", head=own)
        for records, wanted in (
                ("a NS ns1.a\na NS ns2.a\nns1.a A 192.0.2.1\nns2.a A 192.0.2.2", []),
                ("a NS ns1.a\nns1.a A 192.0.2.1", [("delegation-inconsistent", "a.test.", 5)]),
                ("a NS ns1.a\na NS ns2.a\na NS ns9.elsewhere.example.\nns1.a A 192.0.2.1\nns2.a A 192.0.2.2",
                 [("delegation-inconsistent", "test.", 8)]),
                ("a NS ns1.a\na NS ns2.a\nns1.a A 192.0.2.9\nns2.a A 192.0.2.2",
                 [("glue-inconsistent", "test.", 8)]),
                ("www A 192.0.2.1", [("delegation-missing", "a.test.", 3)]),
                # The child's names are the child's, delegated or not.
                ("x.a CNAME y.a\ny.a CNAME x.a\nmail MX 10 ns1.a", [("delegation-missing", "a.test.", 3)]),
                ("mx.a A 192.0.2.1\nmail MX 10 mx.a",
                 [("delegation-missing", "a.test.", 3), ("target-does-not-exist", "test.", 7)])):
            with self.subTest(records):
                parent = self.zone("test.", records, head=HEAD.replace("elsewhere.test", "elsewhere.example"))
                self.assertEqual(self.rules(parent, child), wanted)

    def test_lame(self):
        one = self.zone("one.test.", "child NS gone.two.test.\nkid NS ns1.elsewhere.test.\nlad NS other.two.test.")
        two = self.zone("two.test.", "other CNAME host\nhost A 192.0.2.1")
        self.assertEqual(self.rules(one, two), [("lame-delegation", "one.test.", 6),
                                                ("ns-target-is-cname", "one.test.", 8)])

    def test_targets_in_other_zones(self):
        two = self.zone("two.test.", "host A 192.0.2.1\nother CNAME host\nbare TXT x\nsvc HTTPS 1 host\n"
                        "sub NS ns.sub\nsub NS ns.elsewhere.test.\nns.sub A 192.0.2.1")
        for record, rule in (
                ("m MX 10 gone.two.test.", "target-does-not-exist"), ("m MX 10 bare.two.test.", "target-does-not-exist"),
                ("_s._tcp SRV 0 0 1 GONE.two.test.", "target-does-not-exist"),
                ("h HTTPS 0 bare.two.test.", "target-does-not-exist"), ("h SVCB 1 gone.two.test.", "target-does-not-exist"),
                ("m MX 10 other.two.test.", "mx-target-is-cname"), ("_s._tcp SRV 0 0 1 other.two.test.", "srv-target-is-cname"),
                ("m MX 10 host.two.test.", None), ("h HTTPS 0 svc.two.test.", None), ("h HTTPS 1 other.two.test.", None),
                ("m MX 10 gone.sub.two.test.", None), ("m MX 10 gone.three.test.", None)):
            with self.subTest(record):
                one = self.zone("one.test.", record)
                self.assertEqual(self.rules(one, two), [(rule, "one.test.", 6)] if rule else [])
                self.assertEqual(self.rules(one), [])
        # The child's zone, not what its parent has there, says what exists.
        head = HEAD.replace("elsewhere.test", "elsewhere.example")
        parent = self.zone("test.", "two NS ns1.elsewhere.example.\ntwo NS ns2.elsewhere.example.\nm MX 10 gone.two",
                           head=head)
        child = self.zone("two.test.", "host A 192.0.2.1", head=head)
        self.assertEqual(self.rules(parent, child), [("target-does-not-exist", "test.", 8)])

    def test_chains_through_zones(self):
        """Also through a DNAME; a chain that is too long inside one zone is told once."""
        end = "\nc5 A 192.0.2.1"
        two = self.zone("two.test.", "\n".join(f"c{i} CNAME c{i + 1}.one.test." for i in range(5)) + end)
        one = self.zone("one.test.", "\n".join(f"c{i} CNAME c{i}.two.test." for i in range(6)))
        self.assertEqual(self.rules(one, two), [("chain-too-long", "one.test.", 6)])
        short = self.zone("one.test.", "\n".join(f"c{i} CNAME c{i}.two.test." for i in range(2, 6)))
        self.assertEqual(self.rules(short, self.zone("two.test.", "\n".join(
            f"c{i} CNAME c{i + 1}.one.test." for i in range(2, 5)) + end)), [])
        alone = self.zone("one.test.", "\n".join(f"c{i} CNAME c{i + 1}" for i in range(10)) +
                          "\nc10 CNAME host.two.test.")
        self.assertEqual(self.rules(alone, self.zone("two.test.", "host A 192.0.2.1")),
                         [("chain-too-long", "one.test.", 6)])
        through = self.zone("one.test.", "\n".join(f"c{i} CNAME c{i + 1}.old" for i in range(10)) +
                            "\nc10 A 192.0.2.1\nold DNAME one.test.")
        self.assertEqual([f for f in self.rules(through) if f[0] == "chain-too-long"],
                         [("chain-too-long", "one.test.", 6)])

    def test_cycles(self):
        parent = self.zone("net.", "a NS ns.b\nb NS ns.a\nc NS ns.d\nd NS ns.d\nns.d A 192.0.2.1")
        rules = [rule for rule in self.rules(parent) if rule[0] == "cyclic-dependency"]
        self.assertEqual(rules, [("cyclic-dependency", "net.", 6)])
        com = self.zone("example.com.", "", head=HEAD.replace("elsewhere.test", "example.net"))
        net = self.zone("example.net.", "ns1 A 192.0.2.1\nns2 A 192.0.2.2",
                        head=HEAD.replace("elsewhere.test", "example.com"))
        self.assertIn("cyclic-dependency", {rule for rule, _, _ in self.rules(com, net)})

    def test_no_witness_without_answer(self):
        """Zones that can't be served can't be asked: the finding stands, without witness."""
        path = self.zone("one.test.", "a CNAME b\nb CNAME a\nwww A 192.0.2.256")
        loop, = (f for f in lapis_lint.findings(path) if f["rule"] == "cname-loop")
        self.assertIsNone(loop["witness"])

    def test_rewrites_between_zones(self):
        one = self.zone("one.test.", "a CNAME b.two.test.\nc CNAME gone.two.test.\nd DNAME e.two.test.")
        two = self.zone("two.test.", "b CNAME a.one.test.\ne DNAME d.one.test.\nf DNAME x.f")
        self.assertEqual(self.rules(one, two),
                         [("dname-growth", "two.test.", 8), ("rewrite-black-hole", "one.test.", 7),
                          ("rewrite-loop", "one.test.", 6), ("rewrite-loop", "one.test.", 8)])


class Programs(Folder):
    def test_server(self):
        self.zone("example.com.", "www A 192.0.2.1\n*.wild A 192.0.2.2\ndeep.name A 192.0.2.3\ntxt TXT x")
        self.write("rows.csv", "name,plan\nwww,a\nx.wild,a\nname,a\ntxt,a\ngone,a\n@,a\n")
        self.write("set.lisp", """(attribute plan (one-of "a" "b") (default "a"))
(program one (match (= qname "gone.example.com."))
  (response (list (ipv4 "192.0.2.9")) (list (ipv6 "2001:db8::9")) (ttl 60)))
(program two (match (and (= plan "b") (in qname (list "www.example.com." "txt.example.com."))))
  (response (list (ipv4 "192.0.2.9")) (list (ipv6 "2001:db8::9")) (ttl 60)))
(program three (match (= qname "a.wild.example.com."))
  (response (list (ipv4 "192.0.2.9")) (list (ipv6 "2001:db8::9")) (ttl 60)))
""")
        config = self.write("lapis.yaml", CONFIG)
        self.assertEqual(self.rules("--config", config),
                         [("attribute-row-unused", "rows.csv", 5), ("attribute-row-unused", "rows.csv", 6),
                          ("program-name-unasked", "set.lisp", 2), ("program-name-unasked", "set.lisp", 4)])

    def unused(self, match, rows="name,plan\nwww,b\n"):
        """Names whose addresses no query gets, for a set of programs with these matches."""
        self.zone("example.com.", "www A 192.0.2.1\nwww AAAA 2001:db8::1\napi A 192.0.2.2\n*.wild A 192.0.2.3\n"
                  "known.wild TXT x")
        self.write("rows.csv", rows)
        matches = [match] if isinstance(match, str) else match
        self.write("set.lisp", '(attribute plan (one-of "a" "b") (default "a"))\n' + "".join(
            f"""(program p{n} (match {one})
  (response (list (ipv4 "192.0.2.9")) (list (ipv6 "2001:db8::9")) (ttl 60)))
""" for n, one in enumerate(matches)))
        config = self.write("lapis.yaml", CONFIG)
        found = [f for f in lapis_lint.findings("--config", config) if f["rule"] == "static-address-unused"]
        lines = {6: "www A", 7: "www AAAA", 8: "api", 9: "wild"}
        for f in found:
            self.assertIn("never the answer", f["message"])
        return {lines[f["line"]] for f in found}

    def test_static_addresses(self):
        www = '(= qname "www.example.com.")'
        wild = '(under? qname "wild.example.com.")'
        both = {"www A", "www AAAA"}
        for match, wanted in (
                ("true", both | {"api", "wild"}), (www, both), (f'(and {www} (= qtype "A"))', {"www A"}),
                ('(= zone "example.com.")', both | {"api", "wild"}),
                ([f'(and {www} (= transport "{t}"))' for t in ("udp", "tcp", "tls")], both),
                ([f'(and {www} (= transport "{t}"))' for t in ("udp", "tls")], set()),
                ([f"(and {www} (in-prefix? client \"{half}\"))"
                  for half in ("0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1")], both),
                ([f"(and {www} (in-prefix? client \"{half}\"))"
                  for half in ("0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3", "224.0.0.0/4", "::/0")], set()),
                ('(= plan "b")', both), ('(= plan "a")', {"api", "wild"}),
                ('(and (= site "here") (!= qname "api.example.com."))', both | {"wild"}), ('(= site "there")', set()),
                (wild, {"wild"}), ('(strictly-under? qname "wild.example.com.")', {"wild"}),
                (f'(and {wild} (!= qname "known.wild.example.com."))', {"wild"}),
                (f'(and {wild} (!= qname "other.wild.example.com."))', set())):
            with self.subTest(match):
                self.assertEqual(self.unused(match), wanted)

    def test_static_addresses_behind_a_wildcard(self):
        """Names that a wildcard stands for may have attributes of their own."""
        wild = '(and (under? qname "wild.example.com.") (= plan "a"))'
        self.assertEqual(self.unused(wild), {"wild"})
        self.assertEqual(self.unused(wild, "name,plan\nx.wild,b\n"), set())
        self.assertEqual(self.unused(wild, "name,plan\nx.wild,b\nwild,b\n"), set())
        self.assertEqual(self.unused(wild, "name,plan\nx.known.wild,b\n"), {"wild"})
        self.assertEqual(self.unused([wild, '(under? qname "x.wild.example.com.")'],
                                     "name,plan\nx.wild,b\n"), {"wild"})
        self.assertEqual(self.unused([wild, '(= qname "x.wild.example.com.")'], "name,plan\nx.wild,b\n"),
                         set())


del Folder

if __name__ == "__main__":
    unittest.main()
