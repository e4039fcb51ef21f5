"""Geo databases: what the running server answers with them, reloads, and the commands that use them."""
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from lapis import SOURCE, Server, run, run_json

WRITER = os.environ["LAPIS_WRITE_MMDB"]
PERL = "/usr/bin/perl"
PERL_SCRIPT = """
use MaxMind::DB::Writer::Tree;
my %types = (country => 'map', iso_code => 'utf8_string', names => 'map', en => 'utf8_string');
my $tree = MaxMind::DB::Writer::Tree->new(
    ip_version => 6, record_size => 28, database_type => 'Perl-Country', languages => ['en'],
    description => { en => 'made by the reference writer' }, alias_ipv6_to_ipv4 => 1,
    remove_reserved_networks => 0,
    map_key_type_callback => sub { $types{ $_[0] } });
$tree->insert_network('198.51.100.0/22', { country => { iso_code => 'DE', names => { en => 'x' } } });
$tree->insert_network('198.51.100.128/26', { country => { iso_code => 'NL', names => { en => 'y' } } });
$tree->insert_network('2001:db8::/32', { country => { iso_code => 'FR', names => { en => 'z' } } });
open my $file, '>:raw', $ARGV[0] or die $!;
$tree->write_tree($file);
close $file;
"""

CONFIG = """\
server:
  listen: ["127.0.0.1@{port}"]
  workers: 2
  control: control.sock
geo:
  country: geo/country.mmdb
  asn: {file: geo/asn.mmdb, key: autonomous_system_number}
  max-age: 36500
zones:
  - name: example.com.
    file: example.com.zone
    addressing: true
programs: programs
"""
ZONE = """\
$TTL 300
@ SOA ns1.example.net. host 1 2h 30m 2w 5m
@ NS ns1.example.net.
www A 192.0.2.80
www AAAA 2001:db8::80
net A 192.0.2.81
"""
PROGRAMS = """\
(program german
  (match (and (under? qname "www.example.com.") (= country "DE")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8:de::1")) (ttl 30)))
(program european
  (match (and (under? qname "www.example.com.") (= continent "EU") (!= country "DE")))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8:e::1")) (ttl 30)))
(program system
  (match (and (under? qname "net.example.com.") (= asn 64496)))
  (response (list (ipv4 "192.0.2.3")) (list (ipv6 "2001:db8:f::1")) (ttl 30)))
"""


def country(code, continent="EU"):
    return {"country": {"iso_code": code, "names": {"en": "a land"}},
            "continent": {"code": continent}}


COUNTRIES = {"type": "Made-Country", "networks": [
    ["198.51.100.0/22", country("DE")], ["198.51.100.128/26", country("NL")],
    ["203.0.113.0/24", country("US", "NA")], ["127.0.0.0/8", country("DE")],
    ["2001:db8::/32", country("DE")]]}
SYSTEMS = {"type": "Made-ASN", "record_size": 28, "networks": [
    ["198.51.100.0/28", {"autonomous_system_number": 64496}]]}


def write_database(path, description):
    """Puts a database in place as updaters do: written beside, then renamed."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    subprocess.run([WRITER, path + ".new"], input=json.dumps(description), text=True, check=True)
    os.rename(path + ".new", path)


class GeoServer(Server):
    def __init__(self, config=CONFIG):
        super().__init__({"lapis.yaml": config, "example.com.zone": ZONE,
                          "programs/set.lisp": PROGRAMS})
        write_database(self.path("geo/country.mmdb"), COUNTRIES)
        write_database(self.path("geo/asn.mmdb"), SYSTEMS)

    def told(self, name, subnet, qtype="A"):
        answer = self.ask(name, qtype, subnet=subnet)
        return answer.addresses(), answer.scope

    def dig(self, *words):
        done = subprocess.run(["dig", "@127.0.0.1", "-p", str(self.port), "+time=5", *words],
                              capture_output=True, text=True, timeout=60, check=True)
        return done.stdout


class Serve(unittest.TestCase):
    def test_answers_and_scopes(self):
        with GeoServer() as server:
            for name, subnet, qtype, wanted in (
                    ("www.example.com.", "198.51.100.0/24", "A", (["192.0.2.1"], 25)),
                    ("www.example.com.", "198.51.100.128/25", "A", (["192.0.2.2"], 26)),
                    ("www.example.com.", "198.51.102.0/24", "AAAA", (["2001:db8:de::1"], 23)),
                    ("www.example.com.", "203.0.113.0/24", "A", (["192.0.2.80"], 24)),
                    ("www.example.com.", "2001:db8:1::/48", "A", (["192.0.2.1"], 32)),
                    ("net.example.com.", "198.51.100.0/24", "A", (["192.0.2.3"], 28)),
                    ("net.example.com.", "198.51.100.16/28", "A", (["192.0.2.81"], 28))):
                self.assertEqual(server.told(name, subnet, qtype), wanted, (name, subnet))
            self.assertEqual(server.ask("www.example.com.").addresses(), ["192.0.2.1"],
                             "without the option the source address counts")
            shown = server.dig("+subnet=198.51.100.128/25", "www.example.com", "A")
            self.assertIn("CLIENT-SUBNET: 198.51.100.128/25/26", shown)
            self.assertRegex(shown, r"www\.example\.com\.\s+30\s+IN\s+A\s+192\.0\.2\.2\n")
            loaded = [line for line in server.log if "geo database" in line]
            self.assertEqual(len(loaded), 2, server.log)
            self.assertRegex(loaded[0], r"country\.mmdb \(Made-Country, built 2026-01-01, \d+ days "
                                        r"old\): country and continent, \d+ ranges of addresses")
            start = len(server.log)
            server.process.send_signal(signal.SIGUSR1)
            server.wait_for_log(["geo database asn.mmdb (made-asn, "], start)
            self.assertEqual(server.terminate(), 0)

    def test_trace_tells_the_network_and_the_database(self):
        with GeoServer() as server:
            code, shown = run_json("trace", "--control", server.path("control.sock"), "--format",
                                   "json", "--client", "198.51.100.130", "www.example.com.")
            self.assertEqual(code, 0)
            fields = {field["name"]: field for field in shown["fields"]}
            self.assertEqual(fields["country"]["value"], "NL")
            self.assertEqual(fields["country"]["source"], "198.51.100.128/26 in country.mmdb "
                                                          "(Made-Country, built 2026-01-01)")
            self.assertEqual(fields["country"]["at"]["line"], 6)
            self.assertEqual(fields["continent"]["source"], "198.51.100.0/22 in country.mmdb "
                                                            "(Made-Country, built 2026-01-01)")
            self.assertEqual((shown["program"], shown["scope"]), ("european", 26))

    def test_truncated_and_overwritten_in_place(self):
        """Nothing of a file is looked at after it has been loaded."""
        with GeoServer() as server:
            with open(server.path("geo/country.mmdb"), "r+b") as file:
                file.truncate(100)
            with open(server.path("geo/asn.mmdb"), "r+b") as file:
                size = os.fstat(file.fileno()).st_size
                file.write(b"\xff" * size)
            for i in range(200):
                self.assertEqual(server.told("www.example.com.", f"198.51.102.{i}/32")[0],
                                 ["192.0.2.1"])
                self.assertEqual(server.told("net.example.com.", "198.51.100.3/32"),
                                 (["192.0.2.3"], 28))
            start = len(server.log)
            server.reload()
            line = server.wait_for_log(["reload refused"], start)
            self.assertIn("what was running goes on", line)
            said = "\n".join(server.log[start:])
            self.assertRegex(said, r"lapis\.yaml:6:12: .*country\.mmdb is not a MaxMind DB file")
            self.assertRegex(said, r"lapis\.yaml:7:15: .*asn\.mmdb is not a MaxMind DB file")
            self.assertEqual(server.told("www.example.com.", "198.51.102.0/24")[0], ["192.0.2.1"])
            write_database(server.path("geo/country.mmdb"), COUNTRIES)
            write_database(server.path("geo/asn.mmdb"), SYSTEMS)
            start = len(server.log)
            server.reload()
            server.wait_for_log(["reloaded "], start)
            self.assertEqual(server.terminate(), 0)

    def test_reload_with_other_databases_under_queries(self):
        """Each answer is that of one database or the other, and none is lost."""
        moved = dict(COUNTRIES, networks=[["198.51.100.0/22", country("NL")]])
        with GeoServer() as server:
            seen, failures, stop = set(), [], threading.Event()

            def ask():
                while not stop.is_set():
                    try:
                        seen.add((tuple(server.told("www.example.com.", "198.51.102.0/24")[0])))
                    except (OSError, AssertionError) as error:
                        failures.append(error)

            threads = [threading.Thread(target=ask) for _ in range(3)]
            for thread in threads:
                thread.start()
            try:
                for turn in range(6):
                    start = len(server.log)
                    write_database(server.path("geo/country.mmdb"),
                                   moved if turn % 2 == 0 else COUNTRIES)
                    server.reload()
                    server.wait_for_log(["reloaded "], start)
                    server.wait_for_answer("www.example.com.",
                                           ["192.0.2.2" if turn % 2 == 0 else "192.0.2.1"],
                                           subnet="198.51.102.0/24")
            finally:
                stop.set()
                for thread in threads:
                    thread.join()
            self.assertEqual(failures, [])
            self.assertEqual(seen, {("192.0.2.1",), ("192.0.2.2",)})
            self.assertEqual(server.terminate(), 0)


class Check(unittest.TestCase):
    def setUp(self):
        self.server = GeoServer()
        self.addCleanup(self.server.folder.cleanup)

    def check(self, config=CONFIG):
        self.server.write("lapis.yaml", config)
        return run_json("check", "--config", self.server.path("lapis.yaml"), "--format", "json")

    def test_finds_what_is_wrong_with_its_place(self):
        code, report = self.check()
        self.assertEqual((code, report["findings"]), (0, []))
        code, report = self.check(CONFIG.replace("geo/asn.mmdb", "geo/country.mmdb"))
        self.assertEqual(code, 1)
        self.assertEqual([f["rule"] for f in report["findings"]], ["geo-database"])
        self.assertIn("has no asn: none of its", report["findings"][0]["message"])
        self.assertIn("a record has the keys continent, country", report["findings"][0]["help"])
        self.assertEqual(report["findings"][0]["line"], 7)
        code, report = self.check(CONFIG.replace("geo/asn.mmdb", "geo/none.mmdb"))
        self.assertEqual(code, 2)
        self.assertIn("No such file", report["findings"][0]["message"])

    def test_warns_of_age_and_of_fields_without_a_database(self):
        code, report = self.check(CONFIG.replace("max-age: 36500", "max-age: 1"))
        self.assertEqual(code, 0)
        self.assertEqual([(f["rule"], f["severity"]) for f in report["findings"]],
                         [("geo-database-old", "warning")] * 2)
        lines = [line for line in CONFIG.splitlines(True) if " asn: " not in line]
        code, report = self.check("".join(lines))
        self.assertEqual([(f["rule"], f["severity"]) for f in report["findings"]],
                         [("config-no-geo", "warning")])
        self.assertIn("'asn'", report["findings"][0]["message"])


class Commands(unittest.TestCase):
    def setUp(self):
        self.server = GeoServer()
        self.addCleanup(self.server.folder.cleanup)
        self.config = self.server.path("lapis.yaml")
        self.programs = self.server.path("programs")

    def eval(self, *options):
        code, shown = run_json("eval", self.programs, "--qname", "www.example.com.", "--format",
                               "json", "--trace", *options)
        self.assertEqual(code, 0)
        return shown["program"], {f["name"]: f["source"] for f in shown["trace"]["fields"]}

    def test_eval(self):
        program, sources = self.eval("--client", "198.51.100.1")
        self.assertEqual((program, sources["country"]), (None, "not given"))
        program, sources = self.eval("--client", "198.51.100.1", "--geo", self.config)
        self.assertEqual((program, sources["country"]),
                         ("german", "198.51.100.0/25 in country.mmdb (Made-Country, built 2026-01-01)"))
        program, sources = self.eval("--client", "198.51.100.1", "--geo", self.config, "--country",
                                     "FR")
        self.assertEqual((program, sources["country"]), ("european", "--country"))
        program, sources = self.eval("--client", "198.51.100.1", "--geo", self.config, "--country",
                                     "", "--continent", "")
        self.assertEqual((program, sources["country"]), (None, "--country"))

    def test_eval_of_many_queries(self):
        lines = "".join(json.dumps(dict({"qname": "www.example.com."}, **query)) + "\n" for query in (
            {"client": "198.51.100.1"}, {"client": "198.51.100.130"}, {"client": "203.0.113.1"},
            {"client": "198.51.100.1", "country": ""},
            {"client": "198.51.100.1", "country": "", "continent": ""}))
        done = run("eval", self.programs, "--queries", "-", "--geo", self.config, stdin=lines)
        self.assertEqual([json.loads(line)["program"] for line in done.stdout.splitlines()],
                         ["german", "european", None, "european", None])

    def test_test(self):
        cases = self.server.path("cases.yaml")
        self.server.write("cases.yaml", """\
set: programs
tests:
  - {name: a German client, query: {qname: www.example.com., client: 198.51.100.1},
     expect: {program: german}}
  - {name: the same named elsewhere, query: {qname: www.example.com., client: 198.51.100.1, country: NL},
     expect: {program: european}}
  - {name: an American one, query: {qname: www.example.com., client: 203.0.113.1},
     expect: {program: european}}
""")
        code, report = run_json("test", cases, "--geo", self.config, "--format", "json")
        self.assertEqual(code, 1, report)
        self.assertEqual([f["message"] for f in report["findings"]],
                         ["'an American one': no program answers, expected program 'european'"])
        self.assertEqual(report["findings"][0]["witness"]["country"], "US",
                         "shown with what was looked up")

    def test_errors(self):
        done = run("eval", self.programs, "--qname", "www.example.com.", "--geo",
                   self.server.path("none.yaml"))
        self.assertEqual(done.returncode, 2)
        self.server.write("plain.yaml", "zones: []\n")
        done = run("eval", self.programs, "--qname", "www.example.com.", "--geo",
                   self.server.path("plain.yaml"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("names no geo database", done.stderr)


class Demo(unittest.TestCase):
    def test_its_database_is_the_one_described(self):
        with open(os.path.join(SOURCE, "zones", "places.json"), encoding="utf-8") as file:
            description = json.load(file)
        with tempfile.TemporaryDirectory(prefix="lapis-geo-") as folder:
            path = os.path.join(folder, "places.mmdb")
            write_database(path, description)
            with open(path, "rb") as made, \
                    open(os.path.join(SOURCE, "zones", "places.mmdb"), "rb") as shipped:
                self.assertEqual(made.read(), shipped.read())


def has_reference_writer():
    done = subprocess.run([PERL, "-MMaxMind::DB::Writer::Tree", "-e", "1"], capture_output=True,
                          check=False)
    return done.returncode == 0


@unittest.skipUnless(has_reference_writer(), "needs libmaxmind-db-writer-perl")
class ReferenceWriter(unittest.TestCase):
    def test_reads_what_the_reference_writer_wrote(self):
        with tempfile.TemporaryDirectory(prefix="lapis-geo-") as folder:
            path = os.path.join(folder, "perl.mmdb")
            subprocess.run([PERL, "-e", PERL_SCRIPT, path], check=True)
            config = os.path.join(folder, "lapis.yaml")
            with open(config, "w", encoding="utf-8") as file:
                file.write("geo: {country: perl.mmdb}\n")
            programs = os.path.join(folder, "set.lisp")
            with open(programs, "w", encoding="utf-8") as file:
                file.write('(program p (match (= country "NL")) (response (list) (list) (ttl 1)))')
            for client, network, code in (
                    ("198.51.100.130", "198.51.100.128/26", "NL"),
                    ("198.51.103.1", "198.51.102.0/23", "DE"),
                    ("2001:db8::1", "2001:db8::/32", "FR"),
                    ("2002:c633:6482::1", "2002:c633:6480::/42", "NL")):
                _, shown = run_json("eval", programs, "--qname", "a.", "--client", client, "--geo",
                                    config, "--trace", "--format", "json")
                field = shown["trace"]["fields"][0]
                self.assertEqual(field["value"], code, client)
                built = time.strftime("%Y-", time.gmtime())
                self.assertTrue(field["source"].startswith(
                    f"{network} in perl.mmdb (Perl-Country, built {built}"), field["source"])


if __name__ == "__main__":
    unittest.main()
