"""Zones of every trade (clean/: the root, registries, reverse trees, ENUM, offices with all their mail
and service records, catalogs, response policies) have no finding above a note, plain or signed by
any of the common signers."""
import os
import re
import shutil
import tempfile
import unittest

import knot
import lapis_lint
from lapis_lint import sh

CLEAN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clean")
ZONES = sorted(name[:-5] for name in os.listdir(CLEAN) if name.endswith(".zone"))
# Not read by every signer ($GENERATE, $INCLUDE, quoted owners; a slash in the name of a key file), or
# not the kind of zone to sign.
NOT_FOR_LDNS = {"classless", "company", "odd", "policy", "reverse4", "reverse6"}
NOT_FOR_KNOT = {"odd", "policy", "reverse4", "reverse6"}


def origin_of(name):
    with open(os.path.join(CLEAN, name + ".zone"), encoding="utf-8") as file:
        return re.search(r"^\$ORIGIN (\S+)", file.read(), re.MULTILINE).group(1)


class Clean(unittest.TestCase):
    maxDiff = None

    def assert_clean(self, path, origin):
        loud = [(f["rule"], f["line"], f["message"])
                for f in lapis_lint.findings("--origin", origin, path) if f["severity"] != "note"]
        self.assertEqual(loud, [])

    def folder(self, name):
        """A folder with the zone, what it includes, and nothing else."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        shutil.copy(os.path.join(CLEAN, name + ".zone"), os.path.join(folder.name, "zone"))
        shutil.copy(os.path.join(CLEAN, "included.text"), folder.name)
        return folder.name

    def test_plain(self):
        self.assertGreater(len(ZONES), 10)
        for name in ZONES:
            with self.subTest(name):
                self.assert_clean(os.path.join(CLEAN, name + ".zone"), origin_of(name))

    def test_together(self):
        """Parents, children, the zones of their nameservers and a reverse zone, all in one call."""
        folder = os.path.join(CLEAN, "set")
        found = lapis_lint.findings(*(os.path.join(folder, name) for name in sorted(os.listdir(folder))))
        self.assertEqual([f for f in found if f["severity"] != "note"], [])

    def test_signed_by_bind(self):
        for name in ZONES:
            origin = origin_of(name)
            folder = self.folder(name)
            for role in ((), ("-f", "KSK")):
                sh("dnssec-keygen", "-q", "-a", "ED25519", *role, origin, cwd=folder)
            for kind in ((), ("-3", "-"), ("-3", "-", "-A"), ("-3", "aabb", "-H", "0")):
                with self.subTest(name, kind=kind):
                    sh("dnssec-signzone", "-q", "-S", "-z", "-o", origin, *kind, "-f", "signed", "zone",
                       cwd=folder)
                    self.assert_clean(os.path.join(folder, "signed"), origin)

    def test_signed_by_ldns(self):
        for name in set(ZONES) - NOT_FOR_LDNS:
            origin = origin_of(name)
            folder = self.folder(name)
            keys = [sh("ldns-keygen", *role, "-a", "ECDSAP256SHA256", origin, cwd=folder)
                    for role in ((), ("-k", ))]
            for kind in ((), ("-n", "-t", "0"), ("-n", "-p", "-t", "0"), ("-z", "simple:sha384")):
                with self.subTest(name, kind=kind):
                    sh("ldns-signzone", "-o", origin, *kind, "-f", "signed", "zone", *keys, cwd=folder)
                    self.assert_clean(os.path.join(folder, "signed"), origin)

    def test_signed_by_knot(self):
        if shutil.which("kzonesign") is None:
            self.skipTest("kzonesign is not installed")
        kinds = ((True, False, False, "zonemd-sha384"), (False, True, False, "zonemd-sha512"),
                 (False, True, True, "none"))
        for name in set(ZONES) - NOT_FOR_KNOT:
            origin = origin_of(name)
            for single, nsec3, opt_out, digest in kinds:
                with self.subTest(name, nsec3=nsec3, opt_out=opt_out, digest=digest):
                    folder = self.folder(name)
                    knot.configure(folder, origin, single=single, nsec3=nsec3, opt_out=opt_out, digest=digest)
                    self.assert_clean(knot.sign(folder, origin), origin)


if __name__ == "__main__":
    unittest.main()
