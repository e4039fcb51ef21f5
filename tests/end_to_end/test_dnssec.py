"""Pre-signed zones as validators see them: every kind of answer, by delv, drill -S and dnsviz.

Nine zones, signed with three algorithms and proving denial in three ways, each with a signed and an
unsigned child served beside it. The tools get the zone's key as the one they trust."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from lapis import Server

ALGORITHMS = {"ecdsa": ["ECDSAP256SHA256"], "ed25519": ["ED25519"],
              "rsa": ["RSASHA256", "-b", "2048"]}
DENIALS = {"nsec": [], "nsec3": ["-n", "-t", "1", "-s", "aabb"], "opt-out": ["-n", "-p", "-t", "0"]}

ZONE = """\
$TTL 300
@ SOA ns host 1 2h 30m 2w 5m
@ NS ns
@ MX 10 www
ns A 127.0.0.1
www A 192.0.2.1
www AAAA 2001:db8::1
alias CNAME www
gone CNAME nowhere
lost CNAME x.wild
dname DNAME target
x.target TXT "below a DNAME"
*.wild A 192.0.2.2
*.wild TXT "wild"
*.cwild CNAME www
a.*.void TXT "the wildcard is an empty non-terminal"
! TXT "sorts before the wildcard"
* HINFO "any" "name"
a.ent.deep TXT "empty non-terminals are above"
secure NS ns.secure
ns.secure A 127.0.0.1
insecure NS ns.insecure
ns.insecure A 127.0.0.1
other.insecurely NS ns.insecure
"""

CHILD = """\
$TTL 300
@ SOA ns host 1 2h 30m 2w 5m
@ NS ns
ns A 127.0.0.1
www A 192.0.2.9
*.wild A 192.0.2.10
"""

VALID = "; fully validated"
DENIED = "; negative response, fully validated"
UNSIGNED = "; unsigned answer"

# name below the zone (empty: the apex), type, what delv says, and a word of the answer. Below a
# covering span with opt-out a validator can't know whether a delegation stands there, and calls a
# wildcard's answer unsigned (RFC 5155 section 9.2).
QUESTIONS = [
    ("www", "A", VALID, "192.0.2.1"),
    ("www", "AAAA", VALID, "2001:db8::1"),
    ("", "SOA", VALID, "SOA"),
    ("", "NS", VALID, "NS"),
    ("", "MX", VALID, "MX"),
    ("", "DNSKEY", VALID, "DNSKEY"),
    ("alias", "A", VALID, "192.0.2.1"),
    ("alias", "CNAME", VALID, "CNAME"),
    ("x.dname", "TXT", VALID, "below a DNAME"),
    ("dname", "DNAME", VALID, "DNAME"),
    ("www", "MX", DENIED, "NXRRSET"),
    ("alias", "MX", (DENIED, VALID), "NXRRSET"),
    ("gone", "A", (DENIED, VALID), "NXRRSET"),
    ("deep", "TXT", DENIED, "NXRRSET"),
    ("ent.deep", "A", DENIED, "NXRRSET"),
    ("nx.ent.deep", "A", DENIED, "NXDOMAIN"),
    ("nx.www", "A", DENIED, "NXDOMAIN"),
    ("foo.bar.wild", "A", (VALID, UNSIGNED), "192.0.2.2"),
    ("foo.wild", "TXT", (VALID, UNSIGNED), "wild"),
    ("foo.wild", "MX", DENIED, "NXRRSET"),
    ("*.wild", "A", VALID, "192.0.2.2"),
    ("x.cwild", "AAAA", (VALID, UNSIGNED), "2001:db8::1"),
    ("lost", "MX", (DENIED, VALID), "NXRRSET"),
    ("x.void", "A", DENIED, "NXRRSET"),
    ("anything", "HINFO", (VALID, UNSIGNED), "HINFO"),
    ("anything", "A", DENIED, "NXRRSET"),
    ("#", "A", DENIED, "NXRRSET"),
    ("secure", "DS", VALID, "DS"),
    ("insecure", "DS", DENIED, "NXRRSET"),
    ("insecurely", "A", DENIED, "NXRRSET"),
    ("other.insecurely", "DS", DENIED, "NXRRSET"),
    ("www.secure", "A", VALID, "192.0.2.9"),
    ("www.secure", "TXT", DENIED, "NXRRSET"),
    ("nx.secure", "A", DENIED, "NXDOMAIN"),
    ("a.wild.secure", "A", (VALID, UNSIGNED), "192.0.2.10"),
    ("www.insecure", "A", UNSIGNED, "192.0.2.9"),
]


def tool(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False,
                          **options)


class Fixture:
    """Keys and signed zones in a folder of their own, and the server that serves them."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="lapis-dnssec-")
        self.zones = []
        self.keys = {}
        config = 'server:\n  listen: ["127.0.0.1@{port}"]\n  workers: 1\nzones:\n'
        for origin, file in self._make():
            config += f"  - name: {origin}\n    file: {os.path.join(self.folder, file)}\n"
        # What Server asks for to see that all is up.
        with open(self.path("example.zone"), "w", encoding="utf-8") as out:
            out.write(CHILD)
        config += f"  - name: example.com.\n    file: {self.path('example.zone')}\n"
        self.server = Server({"lapis.yaml": config})
        self.server.__enter__()

    def close(self):
        self.server.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def _sign(self, origin, text, algorithm, denial):
        file = origin + "zone"
        with open(self.path(file), "w", encoding="utf-8") as out:
            out.write(text)
        key = self.must("ldns-keygen", "-a", *ALGORITHMS[algorithm], "-k", origin).stdout.strip()
        self.must("ldns-signzone", *DENIALS[denial], "-o", origin, "-i", "20200101000000",
                  "-e", "20380101000000", "-f", file + ".signed", file, key)
        return file + ".signed", key

    def must(self, *command):
        done = tool(*command, cwd=self.folder)
        if done.returncode != 0:
            raise AssertionError(f"{command}: {done}")
        return done

    def _make(self):
        for algorithm in ALGORITHMS:
            for denial in DENIALS:
                origin = f"{algorithm}-{denial}.test."
                child, key = self._sign("secure." + origin, CHILD, algorithm, denial)
                yield "secure." + origin, child
                with open(self.path("insecure." + origin + "zone"), "w", encoding="utf-8") as out:
                    out.write(CHILD)
                yield "insecure." + origin, "insecure." + origin + "zone"
                ds = self.must("ldns-key2ds", "-n", "-2", key + ".key").stdout
                file, key = self._sign(origin, ZONE + ds, algorithm, denial)
                yield origin, file
                self.zones.append((origin, file, denial))
                with open(self.path(key + ".key"), encoding="utf-8") as record:
                    words = record.read().split(";")[0].split()
                self.keys[origin] = (self.path(key + ".key"), words[3:])
                with open(self.path(origin + "anchor"), "w", encoding="utf-8") as out:
                    flags, protocol, number, *data = words[3:]
                    out.write(f'trust-anchors {{ "{origin}" static-key {flags} {protocol} '
                              f'{number} "{"".join(data)}"; }};\n')


class Dnssec(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fixture = Fixture()

    @classmethod
    def tearDownClass(cls):
        cls.fixture.close()

    @property
    def port(self):
        return str(self.fixture.server.port)

    def test_zones_verify_before_they_are_served(self):
        for _, file, _ in self.fixture.zones:
            done = tool("ldns-verify-zone", self.fixture.path(file))
            self.assertEqual(done.returncode, 0, done)

    def test_delv_validates_every_kind_of_answer(self):
        for origin, _, denial in self.fixture.zones:
            for name, kind, said, word in QUESTIONS:
                full = f"{name}.{origin}" if name else origin
                with self.subTest(name=full, type=kind):
                    done = tool("delv", "@127.0.0.1", "-p", self.port, "-a",
                                self.fixture.path(origin + "anchor"), f"+root={origin}", full, kind)
                    allowed = said if isinstance(said, tuple) else (said,)
                    verdicts = [line for line in done.stdout.splitlines()
                                if line in (VALID, DENIED, UNSIGNED)]
                    self.assertTrue(verdicts, done.stdout + done.stderr)
                    for verdict in verdicts:
                        self.assertIn(verdict, allowed, done.stdout + done.stderr)
                    if UNSIGNED in verdicts and "insecure" not in full:
                        self.assertEqual(denial, "opt-out", done.stdout)
                    self.assertIn(word, done.stdout)
                    self.assertNotIn("no valid", done.stdout + done.stderr)

    def test_drill_chases_signatures(self):
        # drill takes the CNAME that a DNAME makes for an unsigned one, follows no DS to a child,
        # and takes no NSEC that covers a name as proof that it is an empty non-terminal.
        chased = [q for q in QUESTIONS if not q[0].startswith(("x.dname", "www.insecure"))
                  and not q[0].endswith("secure")]
        self.assertGreater(len(chased), 20)
        for origin, _, denial in self.fixture.zones:
            for name, kind, _, _ in chased:
                if denial == "nsec" and name in ("deep", "ent.deep", "insecurely"):
                    continue
                full = f"{name}.{origin}" if name else origin
                with self.subTest(name=full, type=kind):
                    done = tool("drill", "-S", "-t", "-p", self.port, "-k", self.fixture.keys[origin][0],
                                "@127.0.0.1", full, kind)
                    self.assertIn("Chase successful", done.stdout, done.stdout)

    def test_dnsviz_finds_no_fault(self):
        names = ["", "www.", "alias.", "x.dname.", "foo.wild.", "x.cwild.", "x.void.", "ent.deep.",
                 "nx.ent.deep.", "anything.", "secure.", "www.secure.", "insecure.",
                 "www.insecure."]
        for origin, _, denial in self.fixture.zones:
            with self.subTest(zone=origin):
                if denial == "nsec" and "x.void." in names:
                    names.remove("x.void.")  # dnsviz knows no wildcards that are non-terminals
                servers = []
                for zone in (origin, "secure." + origin, "insecure." + origin):
                    servers += ["-x", f"{zone[:-1]}{'+' if zone == origin else ''}:ns.{zone[:-1]}=127.0.0.1:{self.port}"]
                probe = tool("dnsviz", "probe", "-A", "-4", "-d", "0", "-a", origin, *servers,
                             *[n + origin for n in names])
                self.assertEqual(probe.returncode, 0, probe.stderr)
                graph = tool("dnsviz", "grok", "-l", "info", input=probe.stdout)
                self.assertEqual(graph.returncode, 0, graph.stderr)
                found = json.loads(graph.stdout)
                self.assertGreaterEqual(len(found), len(names) - 1)
                faults = []
                self.collect(found, "", faults)
                self.assertEqual(faults, [])
                # Both children were reached, and by a proof that convinces.
                self.assertEqual(found["secure." + origin]["delegation"]["status"], "SECURE")
                self.assertEqual(found["insecure." + origin]["delegation"]["status"], "INSECURE")

    def collect(self, value, path, faults):
        """All errors and warnings; that names of the test lie on loopback is no fault."""
        if isinstance(value, list):
            for item in value:
                self.collect(item, path, faults)
        if not isinstance(value, dict):
            return
        for key, item in value.items():
            if key in ("errors", "warnings"):
                faults += [f"{path}: {fault['code']}" for fault in item
                           if not re.search("PRIVATE_IP", fault["code"])]
            else:
                self.collect(item, f"{path}/{key}", faults)


if __name__ == "__main__":
    unittest.main()
