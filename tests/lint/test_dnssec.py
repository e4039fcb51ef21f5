"""Signed zones: what real signers make is clean, and each defect planted in it is named.

Zones are signed here by ldns-signzone and dnssec-signzone with fresh keys of every algorithm in
use. A defect is a change of the signed text; the rules that it must raise, and no others at warning
or above, stand beside it.
"""
import os
import re
import tempfile
import unittest

import lapis_lint
from lapis_lint import sh

ZONE = """\
$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300
@ NS ns1
@ NS ns2.example.net.
@ MX 10 Mail
@ TXT "v=spf1 mx -all"
ns1 A 192.0.2.53
mail A 192.0.2.25
mail AAAA 2001:db8::25
www 600 A 192.0.2.80
www 600 A 192.0.2.81
*.wild A 192.0.2.82
deep.down.there TXT "below empty names"
alias CNAME WWW
away DNAME example.net.
_sip._tcp SRV 0 5 5060 Mail
naptr NAPTR 100 10 "u" "sip+E2U" "!^.*$!sip:info@example.com!" .
child NS ns.child
child NS ns2.example.net.
ns.child A 192.0.2.54
kid.nowhere NS ns2.example.net.
secure NS ns2.example.net.
secure DS 60485 13 2 2bb183af5f22588179a53b0a98631fad1a292118ab12d9f0b6c8e5f7c6b5a4d3
zz TYPE65280 \\# 3 010203
"""


class Signed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = cls.folder.name
        with open(os.path.join(cls.path, "zone"), "w", encoding="ascii") as file:
            file.write(ZONE)
        cls.zsk = sh("ldns-keygen", "-a", "ECDSAP256SHA256", "example.com", cwd=cls.path)
        cls.ksk = sh("ldns-keygen", "-k", "-a", "ECDSAP256SHA256", "example.com", cwd=cls.path)
        cls.signed = {
            "nsec": cls.sign("nsec"),
            "nsec3": cls.sign("nsec3", "-n", "-t", "0"),
            "opt-out": cls.sign("opt-out", "-n", "-p", "-t", "0"),
            "digest": cls.sign("digest", "-z", "simple:sha384", "-z", "simple:sha512"),
        }

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def sign(cls, name, *options):
        sh("ldns-signzone", *options, "-f", name, "zone", cls.zsk, cls.ksk, cwd=cls.path)
        with open(os.path.join(cls.path, name), encoding="ascii") as file:
            return file.read().splitlines()

    def rules(self, lines, *options):
        """Rules at warning or above, and the notes of signed zones."""
        path = os.path.join(self.path, "changed")
        with open(path, "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")
        found = lapis_lint.findings("--origin", "example.com", *options, path)
        return {f["rule"] for f in found if f["severity"] != "note"}

    @staticmethod
    def line(lines, pattern):
        """Number of the only line that matches."""
        found = [i for i, line in enumerate(lines) if re.search(pattern, line)]
        assert len(found) == 1, (pattern, [lines[i] for i in found])
        return found[0]

    def change(self, kind, pattern, old, new):
        lines = list(self.signed[kind])
        at = self.line(lines, pattern)
        changed = re.sub(old, new, lines[at], count=1)
        self.assertNotEqual(changed, lines[at])
        lines[at] = changed
        return lines

    def drop(self, kind, *patterns):
        lines = list(self.signed[kind])
        for pattern in patterns:
            del lines[self.line(lines, pattern)]
        return lines


WWW_SIGNATURE = r"^www\S*\s.*RRSIG\s+A "


class Clean(Signed):
    def test_ldns(self):
        for kind, lines in self.signed.items():
            with self.subTest(kind):
                self.assertEqual(self.rules(lines), set())

    def test_bind(self):
        """Every algorithm that BIND signs with, NSEC, NSEC3 and opt-out."""
        for number, algorithm in enumerate(("RSASHA256", "RSASHA512", "ECDSAP256SHA256",
                                            "ECDSAP384SHA384", "ED25519", "ED448")):
            keys = os.path.join(self.path, algorithm)
            os.mkdir(keys)
            for role in ((), ("-f", "KSK")):
                sh("dnssec-keygen", "-q", "-K", keys, "-a", algorithm, "-b", "2048", *role,
                   "example.com", cwd=self.path)
            for kind in ((), ("-3", "-"), ("-3", "-", "-A"), ("-x", ), ("-z", "-x"))[number % 2::2]:
                with self.subTest(algorithm, kind=kind):
                    sh("dnssec-signzone", "-q", "-S", "-K", keys, "-o", "example.com", *kind, "-f",
                       "bind", "zone", cwd=self.path)
                    with open(os.path.join(self.path, "bind"), encoding="ascii") as file:
                        self.assertEqual(self.rules(file.read().splitlines()), set())


class Signatures(Signed):
    def test_planted(self):
        lines = self.signed["nsec"]
        signature = lines[self.line(lines, WWW_SIGNATURE)]
        glue = re.sub(r"^www", "ns.child", signature)
        self.assertNotEqual(glue, signature)
        fields = signature.split("\t")
        cases = [
            ("missing", self.drop("nsec", WWW_SIGNATURE), {"rrsig-missing"}),
            ("data changed", self.change("nsec", r"^www.*192\.0\.2\.80", r"2\.80", "2.79"),
             {"rrsig-invalid"}),
            ("record added", lines + ["www.example.com. 600 IN A 192.0.2.82"], {"rrsig-invalid"}),
            ("record removed", self.drop("nsec", r"^www.*192\.0\.2\.80"), {"rrsig-invalid"}),
            ("signature changed", self.change("nsec", WWW_SIGNATURE, r"(example\.com\. .)",
                                              lambda m: m[1][:-1] + ("A" if m[1][-1] != "A" else "B")),
             {"rrsig-invalid"}),
            ("over glue", lines + [glue], {"rrsig-extra"}),
            ("over delegation", lines + [re.sub(r"RRSIG\s+A ", "RRSIG NS ",
                                                re.sub(r"^www", "child", signature))],
             {"rrsig-extra"}),
            ("over nothing", lines + [re.sub(r"RRSIG\s+A ", "RRSIG MX ", signature)],
             {"rrsig-extra"}),
            ("TTL changed", self.change("nsec", WWW_SIGNATURE, r"\t600\t", "\t601\t"),
             {"rrsig-ttl"}),
            ("signer", self.change("nsec", WWW_SIGNATURE, r"(\d{14} \d+ )example\.com", r"\1example.org"),
             {"rrsig-fields"}),
            ("labels", self.change("nsec", WWW_SIGNATURE, r"(A 13) 3", r"\1 2"), {"rrsig-fields"}),
            ("tag", self.change("nsec", WWW_SIGNATURE, r"(\d{14}) \d+ example", r"\1 1 example"),
             {"rrsig-no-key"}),
            ("no keys", [line for line in lines if "\tDNSKEY\t" not in line
                         and "DNSKEY 13" not in line], {"rrsig-without-keys"}),
            ("no signatures", [line for line in lines if "\tRRSIG\t" not in line], {"unsigned-with-keys"}),
        ]
        self.assertGreater(len(fields), 3)
        for name, changed, wanted in cases:
            with self.subTest(name):
                self.assertEqual(self.rules(changed), wanted)

    def test_one_algorithm_missing(self):
        other = sh("ldns-keygen", "-k", "-a", "ED25519", "example.com", cwd=self.path)
        sh("ldns-signzone", "-A", "-f", "both", "zone", self.zsk, self.ksk, other, cwd=self.path)
        with open(os.path.join(self.path, "both"), encoding="ascii") as file:
            lines = file.read().splitlines()
        if not any(re.search(r"RRSIG\tA 15 ", line) for line in lines):
            self.assertEqual(self.rules(lines), {"rrsig-missing-algorithm"})

    def test_times(self):
        lines = self.signed["nsec"]
        expiry, inception = re.search(r"(\d{14}) (\d{14})",
                                      lines[self.line(lines, WWW_SIGNATURE)]).groups()
        for at, wanted in ((inception, set()), (expiry, {"rrsig-expires-soon"}),
                           (str(int(expiry[:4]) + 1) + expiry[4:], {"rrsig-expired"}),
                           (str(int(inception[:4]) - 1) + inception[4:], {"rrsig-not-yet-valid"})):
            with self.subTest(at=at):
                self.assertEqual(self.rules(lines, "--at", at), wanted)
        self.assertEqual(self.rules(lines, "--at", expiry, "--expiry-margin", "0"), set())
        self.assertEqual(self.rules(lines, "--at", inception, "--expiry-margin", "20w"),
                         {"rrsig-expires-soon"})

    def test_keys(self):
        """The key-signing key's signature over the DNSKEY records is gone, the other's is there."""
        sh("ldns-signzone", "-A", "-f", "all", "zone", self.zsk, self.ksk, cwd=self.path)
        with open(os.path.join(self.path, "all"), encoding="ascii") as file:
            lines = file.read().splitlines()
        tag = self.ksk.split("+")[-1].lstrip("0")
        del lines[self.line(lines, rf"RRSIG\tDNSKEY .* {tag} example")]
        self.assertEqual(self.rules(lines), {"dnskey-not-signed"})


class OneEach(Signed):
    """A signed zone that is edited without signing it again has one finding, with the cause, not one
    for each of the consequences."""

    def one(self, lines, *options):
        path = os.path.join(self.path, "changed")
        with open(path, "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")
        return [f["rule"] for f in lapis_lint.findings("--origin", "example.com", *options, path)
                if f["severity"] != "note"]

    def edits(self, lines, nsec):
        """(rule, how, lines): every record that can be edited so, one after the other."""
        for at, line in enumerate(lines):
            owner, ttl, _, kind, data = line.split("\t", 4) if line.count("\t") >= 4 else [None] * 5
            if owner is None:
                continue
            def edited(*fields):
                return lines[:at] + ["\t".join(fields)] + lines[at + 1:]
            without = lines[:at] + lines[at + 1:]
            words = data.split(";")[0].split()
            if kind == nsec:
                yield f"{nsec.lower()}-missing", "removed alone", without
                yield f"{nsec.lower()}-bitmap", "a type more", edited(owner, ttl, "IN", kind, data.split(";")[0] + " LOC")
            elif kind == "NSEC3PARAM":
                yield "nsec3-params", "removed alone", without
            elif kind == "DNSKEY":
                yield "rrsig-no-key", "removed", without
                yield "dnskey-fields", "flags", edited(owner, ttl, "IN", kind, " ".join(["0"] + words[1:]))
                yield "dnskey-fields", "protocol", edited(owner, ttl, "IN", kind, " ".join(words[:1] + ["4"] + words[2:]))
                yield "dnskey-malformed", "algorithm", edited(owner, ttl, "IN", kind, " ".join(words[:2] + ["15"] + words[3:]))
            elif kind in ("CNAME", "DNAME", "NAPTR", "SRV", "TYPE65280", "DS"):
                yield "rrsig-extra", "removed without its signature", without
                yield "rrsig-ttl", "TTL", edited(owner, "1234", "IN", kind, data)
            elif kind == "RRSIG":
                yield "rrsig-missing", "removed", without
                yield "duplicate-record", "twice", without + [line, line]
                for rule, field, value in (("rrsig-no-key", 6, str(int(words[6]) ^ 1)), ("rrsig-no-key", 1, "15"),
                                           ("rrsig-fields", 2, "9"), ("rrsig-ttl", 3, "77"),
                                           ("rrsig-fields", 7, "example.org.")):
                    yield rule, f"field {field}", edited(owner, ttl, "IN", kind, " ".join(words[:field] + [value] + words[field + 1:]))

    def test_edits(self):
        for kind, nsec in (("nsec", "NSEC"), ("nsec3", "NSEC3"), ("opt-out", "NSEC3")):
            done = set()
            for rule, how, lines in self.edits(self.signed[kind], nsec):
                done.add((rule, how))
                with self.subTest(kind, rule=rule, how=how):
                    found = self.one(lines)
                    if kind == "opt-out" and rule == "nsec3-missing":
                        # Of names that may be left out the record before it tells.
                        self.assertIn(found, ([rule], ["nsec3-next"]))
                    else:
                        self.assertEqual(found, [rule])
            self.assertGreater(len(done), 13)

    def test_new_records(self):
        for kind in ("nsec", "nsec3", "opt-out"):
            for line in ("xx.example.com. 600 IN A 192.0.2.1", "www.example.com. 600 IN TXT x",
                         "a.b.new.example.com. 600 IN A 192.0.2.1"):
                with self.subTest(kind, line=line):
                    self.assertEqual(self.one(self.signed[kind] + [line]), ["rrsig-missing"])

    def test_times(self):
        """However many signatures end at one time."""
        for when, rule in (("20500101000000", "rrsig-expired"), ("20200101000000", "rrsig-not-yet-valid")):
            self.assertEqual(self.one(self.signed["nsec3"], "--at", when), [rule])
        # Without signing it again, a signature that says it has expired does not verify either.
        lines = list(self.signed["nsec"])
        at = self.line(lines, WWW_SIGNATURE)
        begin = re.search(r"\d{14} (\d{14})", lines[at])[1]
        lines[at] = re.sub(r"\d{14} \d{14}", f"{int(begin) + 1} {begin}", lines[at])
        self.assertEqual(self.one(lines), ["rrsig-expired"])

    def test_chain_removed_and_names_removed(self):
        lines = self.signed["nsec3"]
        iterations = next(at for at, line in enumerate(lines) if re.search(r"\tNSEC3\t.* A RRSIG *$", line))
        other = list(lines)
        other[iterations] = re.sub(r"(NSEC3\t1 \d) \d+", r"\1 3", other[iterations])
        self.assertEqual(self.one(other), ["nsec3-params"])
        # With the name the empty ones above it are gone.
        gone = [line for line in lines if not line.startswith("deep.down.there.")]
        self.assertLess(len(gone), len(lines))
        self.assertEqual(self.one(gone), ["nsec3-extra"])


class Chains(Signed):
    def test_nsec(self):
        lines = self.signed["nsec"]
        cases = [
            ("no record", self.drop("nsec", r"^www\S*\t.*\tNSEC\t", r"^www\S*\t.*RRSIG\tNSEC "),
             {"nsec-missing"}),
            ("next", self.change("nsec", r"^mail\S*\t.*\tNSEC\t", r"NSEC\t\S+", "NSEC\tzz.example.com."),
             {"nsec-next"}),
            ("type too many", self.change("nsec", r"^www\S*\t.*\tNSEC\t", r" A ", " A MX "),
             {"nsec-bitmap"}),
            ("type lacking", self.change("nsec", r"^mail\S*\t.*\tNSEC\t", r" AAAA", ""),
             {"nsec-bitmap"}),
            ("at glue", lines + ["ns.child.example.com. 300 IN NSEC zz.example.com. A NSEC"],
             {"nsec-extra"}),
            ("none", [line for line in lines if not re.search(r"\tNSEC\t|RRSIG\tNSEC ", line)],
             {"no-denial"}),
            ("new name", lines + ["xx.example.com. 300 IN A 192.0.2.1"],
             {"rrsig-missing"}),
        ]
        for name, changed, wanted in cases:
            with self.subTest(name):
                self.assertEqual(self.rules(changed), wanted)

    def test_nsec3(self):
        lines = self.signed["nsec3"]
        links = [line for line in lines if "\tNSEC3\t" in line]
        owners = [line.split("\t")[0] for line in links]
        self.assertGreater(len(links), 15)
        www = next(line for line in links if re.search(r" A RRSIG *$", line))
        owner = www.split("\t")[0]
        cases = [
            ("no record", [line for line in lines if not line.startswith(owner)],
             {"nsec3-missing"}),
            ("next", [line.replace(line.split()[8], owners[0].split(".")[0], 1) if line == www
                      else line for line in lines], {"nsec3-next"}),
            ("bitmap", [line.replace(" A RRSIG", " A MX RRSIG") if line == www else line
                        for line in lines], {"nsec3-bitmap"}),
            ("no parameters", [line for line in lines if "NSEC3PARAM" not in line.split("RRSIG")[0]
                               and "RRSIG\tNSEC3PARAM" not in line], {"nsec3-params"}),
            ("other salt", [re.sub(r"(NSEC3PARAM\t1 0 0) \S+", r"\1 ab", line) for line in lines],
             {"nsec3-params"}),
            ("of no name", lines + ["00000000000000000000000000000000.example.com. 300 IN NSEC3 "
                                    f"1 0 0 - {owners[0].split('.')[0]} A RRSIG"],
             {"nsec3-extra"}),
            ("new name", lines + ["xx.example.com. 300 IN A 192.0.2.1"], {"rrsig-missing"}),
        ]
        for name, changed, wanted in cases:
            with self.subTest(name):
                self.assertEqual(self.rules(changed), wanted)

    def test_opt_out(self):
        """An unsigned delegation may be left out under opt-out, and a signed name may not."""
        keys = os.path.join(self.path, "opt-out-keys")
        os.mkdir(keys)
        for role in ((), ("-f", "KSK")):
            sh("dnssec-keygen", "-q", "-K", keys, "-a", "ECDSAP256SHA256", *role, "example.com",
               cwd=self.path)
        sh("dnssec-signzone", "-q", "-S", "-K", keys, "-o", "example.com", "-3", "-", "-A", "-O",
           "full", "-f", "left-out", "zone", cwd=self.path)
        with open(os.path.join(self.path, "left-out"), encoding="ascii") as file:
            lines = file.read().splitlines()
        self.assertEqual(self.rules(lines), set())
        plain = [re.sub(r"(\sNSEC3\s+1) 1", r"\1 0", line) for line in lines]
        self.assertEqual(self.rules(plain), {"nsec3-missing", "rrsig-invalid"})

    def test_iterations(self):
        self.assertEqual(self.rules(self.sign("many", "-n", "-t", "50", "-s", "abcd")),
                         {"nsec3-iterations"})


class Digests(Signed):
    def test_digest(self):
        lines = self.signed["digest"]
        self.assertEqual(self.rules([line.replace("192.0.2.54", "192.0.2.55") for line in lines]),
                         {"zonemd-mismatch"})
        self.assertEqual(
            self.rules([re.sub(r"(hostmaster\S*) 2026010101", r"\1 2026010102", line)
                        for line in lines]), {"zonemd-serial", "rrsig-invalid"})


class Parents(Signed):
    def test_child_keys(self):
        digest = sh("ldns-key2ds", "-n", "-2", self.ksk + ".key", cwd=self.path)
        other = re.sub(r"(DS\s+)\d+", r"\g<1>1", digest)
        self.assertNotEqual(other, digest)
        parent = ["$ORIGIN com.", "$TTL 3600", "@ SOA ns1.example.net. a.example.net. 1 7200 1800 1209600 300",
                  "@ NS ns1.example.net.", "@ NS ns2.example.net.", "example NS ns1.example",
                  "example NS ns2.example.net.", "ns1.example A 192.0.2.53"]
        child = os.path.join(self.path, "nsec")
        for ds, wanted in ((digest, set()), (other, {"ds-no-key"})):
            path = os.path.join(self.path, "com.zone")
            with open(path, "w", encoding="ascii") as file:
                file.write("\n".join(parent + [ds]) + "\n")
            found = lapis_lint.findings(path, child)
            self.assertEqual({f["rule"] for f in found if f["severity"] != "note"}, wanted)


del Signed

if __name__ == "__main__":
    unittest.main()
