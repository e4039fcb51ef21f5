"""`lapis lint` and `lapis fmt` as people use them: repairs, layout, standard input, a server's zones."""
import json
import os
import pty
import re
import stat
import subprocess
import tempfile
import unittest

import clean_zones
import lapis_lint
import planted
import planted_values  # its planters

HEAD = """$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 2024010101 7200 3600 1209600 300
  NS ns1
  NS ns2
ns1 A 192.0.2.1
ns2 A 192.0.2.2
"""


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(text.encode())
        return path

    def read(self, path):
        with open(path, "rb") as file:
            return file.read().decode()


class Fix(Folder):
    def fixed(self, text, *arguments):
        path = self.write("example.com.zone", text)
        done = lapis_lint.run("lint", "--fix", *arguments, path)
        self.assertIn(done.returncode, (0, 1), done)
        return self.read(path), done.stdout.decode()

    def serial(self, text):
        return int(re.search(r"hostmaster (\d+) ", text).group(1))

    def test_final_dot(self):
        text, diff = self.fixed(HEAD + "@ MX 10 ns1.example.com\nwww.example.com TXT x\n",
                                "--at", "20260131000000")
        self.assertIn("@ MX 10 ns1.example.com.\nwww.example.com. TXT x\n", text)
        self.assertEqual(self.serial(text), 2026013100)
        self.assertIn("-@ MX 10 ns1.example.com\n", diff)
        self.assertIn("+@ MX 10 ns1.example.com.\n", diff)

    def test_ttl(self):
        text, _ = self.fixed(HEAD + "www 1h A 192.0.2.3\nwww IN 60 A 192.0.2.4\nwww A 192.0.2.5\n")
        self.assertIn("www 60 A 192.0.2.3\nwww IN 60 A 192.0.2.4\nwww 60 A 192.0.2.5\n", text)

    def test_duplicates(self):
        text, _ = self.fixed(HEAD + 'www TXT "a"\nwww TXT ( a\n ) ; twice\nx A 192.0.2.3\n'
                             "X A 192.0.2.3\n TXT keeps-its-owner\n")
        self.assertTrue(text.endswith('www TXT "a"\nx A 192.0.2.3\nX TXT keeps-its-owner\n'), text)

    def test_serial_in_other_forms(self):
        for before, after in ((7, 8), (4294967295, 1), (2099010199, 2099010200)):
            text, _ = self.fixed(HEAD.replace("2024010101", str(before)) +
                                 "www A 192.0.2.3\nwww A 192.0.2.3\n")
            self.assertEqual(self.serial(text), after)

    def test_serial_against_previous(self):
        previous = self.write("previous", HEAD.replace("2024010101", "2099010105"))
        text, _ = self.fixed(HEAD + "www A 192.0.2.3\n", "--previous", previous)
        self.assertEqual(self.serial(text), 2099010106)

    def test_nothing_to_do(self):
        text, diff = self.fixed(HEAD)
        self.assertEqual(text, HEAD)
        self.assertNotIn("---", diff)

    def test_diff_changes_nothing(self):
        path = self.write("example.com.zone", HEAD + "@ MX 10 ns1.example.com\n")
        before = self.read(path)
        done = lapis_lint.run("lint", "--diff", path)
        self.assertIn(b"+@ MX 10 ns1.example.com.", done.stdout)
        self.assertEqual(self.read(path), before)

    def test_every_planted_zone(self):
        """A repaired zone has no finding of the repaired rules, and none that it did not have."""
        for rule in ("duplicate-record", "rrset-ttl-mismatch", "missing-final-dot"):
            for number in range(8):
                with self.subTest(rule=rule, number=number):
                    plant = planted.plant(rule, number)
                    path = self.write("zone", plant.text)
                    before = {f["rule"] for f in lapis_lint.findings("--origin", plant.origin, path)}
                    lapis_lint.run("lint", "--fix", "--origin", plant.origin, path)
                    after = {f["rule"] for f in lapis_lint.findings("--origin", plant.origin, path)}
                    # A missing dot may hide that the name does not exist.
                    revealed = {"target-does-not-exist", "rewrite-black-hole"}
                    self.assertLessEqual(after - revealed, before - {rule}, plant.text)

    def test_keeps_mode(self):
        path = self.write("example.com.zone", HEAD + "@ MX 10 ns1.example.com\n")
        os.chmod(path, 0o640)
        lapis_lint.run("lint", "--fix", path)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o640)


class Format(Folder):
    def laid_out(self, text, name="example.com.zone"):
        path = self.write(name, text)
        done = lapis_lint.run("fmt", path)
        self.assertEqual(done.returncode, 0, done)
        return self.read(path)

    def test_columns_and_comments(self):
        text = self.laid_out('$ORIGIN example.com. ; here\n\n\n@ 1h in soa ns1 host ( 1 ; serial\n'
                             '2h 1h 2w 300 )\n\tns\tns1;first\n; between\nlong-name A 192.0.2.1\n'
                             'x HTTPS 1 . alpn="h2,h3" port=1\n')
        self.assertEqual(text, """$ORIGIN example.com. ; here

@         1h IN SOA   ns1 host 1 ( ; serial
                      2h 1h 2w 300 )
                NS    ns1 ;first
; between
long-name       A     192.0.2.1
x               HTTPS 1 . alpn="h2,h3" port=1
""")

    def test_twice_is_once_and_means_the_same(self):
        texts = [clean_zones.Writer(clean_zones.make(n), n).text() for n in range(30)]
        for rule in os.listdir(lapis_lint.CORPUS):
            folder = os.path.join(lapis_lint.CORPUS, rule)
            texts += [self.read(os.path.join(folder, name)) for name in os.listdir(folder)
                      if name.startswith("pass") and name.endswith(".zone") and rule != "include"]
        for text in texts:
            path = self.write("z.zone", text)
            before = sorted((f["rule"], f["message"]) for f in lapis_lint.findings(path))
            once = self.laid_out(text, "z.zone")
            self.assertEqual(self.laid_out(once, "z.zone"), once)
            after = sorted((f["rule"], f["message"]) for f in lapis_lint.findings(path))
            self.assertEqual(after, before, text)
            comments = re.compile(r"; a comment|; more|; opens")
            self.assertEqual(len(comments.findall(once)), len(comments.findall(text)))

    def test_text_with_errors_stays(self):
        path = self.write("z.zone", "a A 192.0.2.256\n")
        done = lapis_lint.run("fmt", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"bad-rdata", done.stderr)
        self.assertEqual(self.read(path), "a A 192.0.2.256\n")


class Inputs(Folder):
    def test_standard_input(self):
        found = lapis_lint.findings("-", "--stdin-filename", "sub/example.com.zone",
                                    stdin=(HEAD.replace("$ORIGIN example.com.\n", "") +
                                           "www A 1.2.3\n").encode())
        self.assertEqual([(f["file"], f["line"]) for f in found if f["severity"] == "error"],
                         [("sub/example.com.zone", 7)])

    def test_all_zones_of_a_server(self):
        self.write("a.zone", HEAD + "www A 192.0.2.300\n")
        self.write("b.zone", HEAD.replace("$ORIGIN example.com.\n", "") + "www CNAME x\nwww A 192.0.2.1\n")
        config = self.write("lapis.yaml", f"""server:
  listen: ["127.0.0.1:5300"]
zones:
  - name: example.com.
    file: {self.folder}/a.zone
  - name: example.net.
    file: {self.folder}/b.zone
""")
        found = lapis_lint.findings("--config", config)
        self.assertEqual([(os.path.basename(f["file"]), f["rule"]) for f in found
                          if f["severity"] == "error"],
                         [("a.zone", "bad-rdata"), ("b.zone", "cname-and-other-data")])
        done = lapis_lint.run("lint", "--config", os.path.join(self.folder, "missing.yaml"))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(lapis_lint.run("lint").returncode, 2)

    def test_several_zones(self):
        paths = []
        for n in range(50):
            paths.append(self.write(f"z{n}.example.zone", HEAD.replace("example.com.", f"z{n}.example.") +
                                    "bad A x\n"))
        found = [f for f in lapis_lint.findings(*paths) if f["severity"] == "error"]
        self.assertEqual([f["file"] for f in found], paths)

    def test_progress_on_a_terminal(self):
        """Whoever waits at a terminal is told what for, and the line is gone in the end."""
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        process = subprocess.Popen([lapis_lint.BINARY, "lint", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=theirs,
                                   env={**os.environ, "TERM": "xterm"})
        os.close(theirs)
        seen = b""
        while b"reading zones" not in seen:
            seen += os.read(ours, 1024)
        process.stdin.write(HEAD.encode())  # it is waited for until the progress line was seen
        process.stdin.close()
        while not seen.endswith(b"\r\x1b[K"):
            seen += os.read(ours, 1024)
        self.assertEqual(process.wait(), 0)

    def test_errorformat(self):
        """The compact format is what editors read: file:line:column: severity: message [rule]."""
        path = self.write("example.com.zone", HEAD + "www A x\n")
        lines = lapis_lint.run("lint", "--format", "compact", path).stdout.decode().splitlines()
        self.assertRegex(lines[-1] if "error" in lines[-1] else "\n".join(lines),
                         re.escape(path) + r":8:7: error: .* \[bad-rdata\]")


class Spans(Folder):
    def test_any_text(self):
        """Mutated zones never crash it, and every place lies inside the file."""
        pick = planted.random.Random(1)
        pieces = [b"(", b")", b'"', b";", b"\\", b"\n", b" ", b"\t", b"$ORIGIN ", b"$TTL ", b"$GENERATE 1-3 ",
                  b"@", b".", b"\xc2\xa0", b"\xff", b"\0", b"SOA", b"HTTPS 1 . ", b"\\# 3 ", b"A ", b"\r\n"]
        paths = []
        for number in range(150):
            text = bytearray(clean_zones.Writer(clean_zones.make(number), number).text().encode())
            for _ in range(pick.randint(1, 12)):
                at = pick.randrange(len(text))
                if pick.random() < 0.5:
                    text[at:at] = pick.choice(pieces)
                else:
                    del text[at:at + pick.randint(1, 9)]
            path = os.path.join(self.folder, f"m{number}.zone")
            with open(path, "wb") as file:
                file.write(text)
            paths.append(path)
        for path in paths:
            with open(path, "rb") as file:
                lines = file.read().decode("utf-8", "surrogateescape").split("\n")
            for f in lapis_lint.findings("--origin", "example.com", path):
                if f["file"] is None:
                    continue
                for line, column in ((f["line"], f["column"]), (f["end_line"], f["end_column"])):
                    self.assertTrue(1 <= line <= len(lines), f)
                    self.assertTrue(1 <= column <= len(lines[line - 1]) + 1, (f, lines[line - 1]))
                self.assertLessEqual((f["line"], f["column"]), (f["end_line"], f["end_column"]), f)


class OneLoader(Folder):
    """Server and linter read with one loader: what makes the server refuse a zone are the linter's
    errors about reading it and about what keeps it from being served, the same in the same places,
    and a zone without such errors is served."""
    SERVABLE = {"soa-count", "cname-and-other-data", "multiple-cname", "multiple-dname"}
    READING = {"unreadable-file", "bad-class", "bad-name", "bad-rdata", "bad-ttl", "generate", "include",
               "syntax", "missing-origin", "missing-owner", "missing-ttl", "unknown-directive",
               "unknown-type", "name-too-long", "out-of-zone", "svcb-params", "svcb-mandatory",
               "svcb-no-default-alpn", "ds-length", "sshfp-length", "zonemd-length",
               # these as far as the record can't be read because of it
               "leading-blank", "look-alike-character"}

    def places(self, findings, path):
        return {(f["rule"], f["line"], f["column"]) for f in findings
                if f["severity"] == "error" and f["file"] and os.path.basename(f["file"]) == os.path.basename(path)}

    def check(self, path, origin):
        config = self.write("lapis.yaml", f"server:\n  listen: ['127.0.0.1:5300']\nzones:\n"
                            f"  - name: '{origin}'\n    file: {path}\n")
        done = lapis_lint.run("check", "--config", config, "--format", "json")
        report = json.loads(done.stdout)
        refused = self.places(report["findings"], path)
        reported = self.places(lapis_lint.findings("--origin", origin, path), path)
        # A SOA record that is below the apex for want of a final dot is told as that.
        because = {("soa-count", *place[1:]) if place[0] == "missing-final-dot" else place for place in reported
                   if place[0] in self.SERVABLE | self.READING | {"missing-final-dot"}}
        self.assertEqual(refused, because)
        self.assertEqual(done.returncode != 0, bool(because))
        return {rule for rule, _, _ in refused}

    def test_planted(self):
        for rule in planted.PLANTERS:
            plant = planted.plant(rule, 1)
            with self.subTest(rule):
                self.check(self.write("zone.txt", plant.text), plant.origin + ".")

    def test_corpus(self):
        """Also the zones of the rules that no planter knows, signed ones with them."""
        seen = set()
        for rule in sorted(os.listdir(lapis_lint.CORPUS)):
            folder = os.path.join(lapis_lint.CORPUS, rule)
            for name in sorted(os.listdir(folder)):
                if not name.endswith(".zone"):
                    continue
                with self.subTest(f"{rule}/{name}"):
                    path = os.path.join(folder, name)
                    text = self.read(path)
                    origin = re.search(r"^\$ORIGIN\s+(\S+)", text, re.MULTILINE)
                    seen |= self.check(path, origin[1] if origin else "example.com.")
        self.assertEqual((self.READING | self.SERVABLE) - seen,
                         {"unreadable-file", "missing-origin"})  # the server knows the origin

    def test_every_error_level_rule(self):
        """Errors of rules beyond those lists are about zones that are served all the same."""
        errors = {rule for rule, severity in lapis_lint.rules().items() if severity == "error"}
        zone_rules = errors & {name.removesuffix(".md")
                               for name in os.listdir(os.path.join(lapis_lint.SOURCE, "docs", "lint"))}
        shown = set(planted.PLANTERS) | set(os.listdir(lapis_lint.CORPUS))
        elsewhere = {"unreadable-file",  # test_unreadable
                     # of several zones together, and of signed zones: test_together, test_dnssec
                     "lame-delegation", "cyclic-dependency", "ds-no-key",
                     "serial-not-increased"}
        signed = {rule for rule in zone_rules
                  if rule.startswith(("rrsig-", "nsec", "dnskey-", "no-denial", "cds-"))}
        self.assertEqual(zone_rules - shown - elsewhere - signed, set())

    def test_unreadable(self):
        path = os.path.join(self.folder, "missing.zone")
        config = self.write("lapis.yaml", f"server:\n  listen: ['127.0.0.1:5300']\nzones:\n"
                            f"  - name: example.com.\n    file: {path}\n")
        self.assertNotEqual(lapis_lint.run("check", "--config", config).returncode, 0)
        self.assertEqual(lapis_lint.run("lint", path).returncode, 2)
        self.assertEqual(lapis_lint.run("lint", "--config", config).returncode, 2)
        # The other files are looked at all the same.
        other = self.write("example.com.zone", "@ 60 SOA ns1.test. h.test. 1 7200 1800 1209600 300\n")
        done = lapis_lint.run("lint", "--format", "json", path, other)
        self.assertEqual(done.returncode, 2)
        self.assertEqual([(f["rule"], f["file"], f["line"]) for f in json.loads(done.stdout)["findings"]],
                         [("unreadable-file", path, 1), ("no-apex-ns", other, 1)])


if __name__ == "__main__":
    unittest.main()
