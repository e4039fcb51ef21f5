"""`lapis eval --trace` and `lapis trace`: what is shown of an evaluation, and where values come from."""
import json
import os
import socket
import stat
import tempfile
import threading
import unittest

from lapis import Server, free_port, run, run_json

PROGRAMS = """\
(attribute plan (one-of "free" "pro") (default "free"))
(attribute tier (int 0 9))
(attribute owner string (default "nobody"))
(field site (one-of "ams1" "fra1"))
(program lab
  (match (in-prefix? client "198.51.100.0/24"))
  (response (list (ipv4 "203.0.113.9")) (list) (ttl 30)))
(program pro
  (match (and (= plan "pro") (= site "ams1") (> tier 2) (!= owner "x")
              (not (in-prefix? client "198.51.100.0/24"))))
  (response (list (ipv4 "192.0.2.1") (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::1"))
            (if (= country "DE") (ttl 30) (ttl 60))))
"""
ZONE = """\
$ORIGIN example.com.
$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
@ NS ns
ns A 192.0.2.53
www A 192.0.2.10
a.shop A 192.0.2.11
"""
CONFIG = """\
server:
  listen: ["127.0.0.1@{port}"]
  workers: 1
  site: ams1
  control: control.sock
  client-subnet: ["127.0.0.0/8"]
zones:
  - name: example.com.
    file: example.com.zone
    addressing: true
    attributes: {tier: 3}
    attributes-file: example.com.csv
  - {name: plain.example., file: plain.example.zone}
programs: programs
"""
FILES = {"lapis.yaml": CONFIG, "programs/set.lisp": PROGRAMS, "example.com.zone": ZONE,
         "plain.example.zone": ZONE.replace("example.com.", "plain.example."),
         "example.com.csv": "name,plan,tier\nshop,pro,\nwww,,5\n"}


class Eval(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lapis-trace-")
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "set.lisp")
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(PROGRAMS)

    def trace(self, *words):
        _, answer = run_json("eval", self.path, "--qname", "www.example.com.", "--site", "ams1",
                             "--client", "192.0.2.77", "--trace", "--format", "json", *words)
        return answer["trace"]

    def test_every_part_with_its_value_and_place(self):
        trace = self.trace("--attr", "plan=pro", "--attr", "tier=1")
        self.assertIsNone(trace["program"])
        lab, pro = trace["tried"]
        self.assertEqual(lab["match"]["value"], False)
        self.assertEqual(lab["match"]["parts"][0]["value"], "192.0.2.77")
        self.assertEqual(lab["match"]["at"], {"path": self.path, "line": 6, "column": 10,
                                              "end_line": 6, "end_column": 47})
        self.assertEqual([part["value"] for part in pro["match"]["parts"]], [True, True, False])
        self.assertEqual(pro["match"]["parts"][2]["parts"][0]["value"], 1)
        self.assertEqual([left["expression"] for left in pro["match"]["not_looked_at"]],
                         ['(!= owner "x")', '(not (in-prefix? client "198.51.100.0/24"))'])

    def test_where_fields_come_from(self):
        fields = {f["name"]: f for f in self.trace("--attr", "plan=pro", "--attr", "tier=4")["fields"]}
        self.assertEqual(fields["plan"]["source"], "--attr")
        self.assertEqual(fields["client"]["source"], "--client")
        self.assertEqual((fields["owner"]["source"], fields["owner"]["at"]["line"]),
                         ("its default", 3))
        self.assertNotIn("qname", fields)
        self.assertEqual(fields["country"]["source"], "not given")
        fields = {f["name"]: f for f in self.trace("--attr", "plan=pro", "--attr", "tier=4",
                                                   "--country", "DE")["fields"]}
        self.assertEqual((fields["country"]["value"], fields["country"]["source"]),
                         ("DE", "--country"))

    def test_the_response(self):
        trace = self.trace("--attr", "plan=pro", "--attr", "tier=4")
        self.assertEqual(trace["program"], "pro")
        self.assertEqual(trace["response"]["ipv4"]["value"], ["192.0.2.1", "192.0.2.2"])
        self.assertEqual(trace["response"]["ttl"]["value"], 60)

    def test_text(self):
        done = run("eval", self.path, "--qname", "www.example.com.", "--trace")
        self.assertIn('(= plan "pro") = false', done.stdout)
        self.assertIn("(> tier 2): not looked at", done.stdout)
        self.assertNotIn("tier =", done.stdout)
        self.assertIn('plan = "free": its default', done.stdout)


class Running(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(FILES).__enter__()
        cls.control = cls.server.path("control.sock")

    @classmethod
    def tearDownClass(cls):
        try:
            assert cls.server.terminate() == 0
            assert not os.path.exists(cls.control)
        finally:
            cls.server.__exit__()

    def trace(self, *words):
        code, answer = run_json("trace", "--control", self.control, "--format", "json", *words)
        self.assertEqual(code, 0)
        return answer

    def fields(self, *words):
        return {f["name"]: f for f in self.trace(*words)["fields"]}

    def test_attributes_come_from_rows_zone_and_defaults(self):
        fields = self.fields("a.shop.example.com.")
        self.assertEqual((fields["plan"]["value"], fields["plan"]["at"]["line"]), ("pro", 12))
        self.assertIn("the row of shop.example.com. in ", fields["plan"]["source"])
        self.assertEqual((fields["tier"]["value"], fields["tier"]["source"]),
                         (3, "the attributes of the zone"))
        self.assertTrue(fields["tier"]["at"]["path"].endswith("lapis.yaml"))
        self.assertEqual(fields["owner"]["source"], "its default")
        self.assertEqual(fields["site"]["source"], "the server's site")
        self.assertEqual((fields["country"]["value"], fields["country"]["source"]),
                         ("", "unknown: the server has no geo database"))

    def test_the_client_subnet_counts_as_it_does_for_queries(self):
        fields = self.fields("www.example.com.", "--client", "198.51.100.1")
        self.assertEqual((fields["client"]["value"], fields["client"]["source"]),
                         ("198.51.100.1", "the client-subnet option"))
        fields = self.fields("www.example.com.", "--client", "198.51.100.1", "--resolver", "192.0.2.1")
        self.assertEqual(fields["client"]["value"], "192.0.2.1")
        self.assertIn("not believed", fields["client"]["source"])

    def test_it_is_what_is_answered(self):
        trace = self.trace("a.shop.example.com.", "AAAA")
        answer = self.server.ask("a.shop.example.com.", "AAAA")
        self.assertEqual(trace["program"], "pro")
        self.assertEqual(sorted(answer.addresses()), trace["response"]["ipv6"]["value"])

    def test_text(self):
        done = run("trace", "--control", self.control, "www.example.com.", "--client", "198.51.100.1")
        self.assertEqual(done.returncode, 0)
        self.assertTrue(done.stdout.startswith(
            "zone example.com.\nprogram lab\n  ipv4 203.0.113.9\n  ipv6 none\n  ttl  30\n"))

    def test_questions_without_a_trace(self):
        for words, error in ((["www.example.org."], "no zone"), (["a..b."], "domain name"),
                             (["www.plain.example."], "no addressing"),
                             (["www.example.com.", "MX"], "A and AAAA"),
                             (["www.example.com.", "--client", "1.2"], "not an address")):
            done = run("trace", "--control", self.control, *words)
            self.assertEqual((done.returncode, error in done.stderr), (2, True), done)
        self.assertEqual(run("trace", "--control", "/no/such.sock", "a.").returncode, 2)

    def raw(self, octets):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
            stream.settimeout(30)
            stream.connect(self.control)
            stream.sendall(octets)
            answer = b""
            while part := stream.recv(65536):
                answer += part
            return answer

    def test_anything_in_an_answer_out(self):
        for line in (b"", b"nonsense", b"[]", b'{"command":"stop"}', b'{"command":7}', b"\xff\xfe",
                     b'{"command":"trace"}', b'{"command":"trace","query":[]}',
                     b'{"command":"trace","format":"pdf","query":{"qname":"a."}}',
                     b'{"command":"trace","query":{"qname":"www.example.com.","site":"fra1"}}',
                     b"[" * 60000):
            self.assertIn("error", json.loads(self.raw(line + b"\n")), line)

    def test_only_the_owner_may_connect(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.control).st_mode), 0o600)

    def test_silent_connections_do_not_keep_others_out(self):
        silent = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(8)]
        for stream in silent:
            stream.connect(self.control)
            stream.sendall(b'{"command":')
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.trace("www.example.com.")))
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(answers), 4)
        for stream in silent:
            stream.close()


class Lifetime(unittest.TestCase):
    def test_a_reload_moves_the_socket(self):
        with Server(FILES) as server:
            server.write("lapis.yaml", CONFIG.replace("control.sock", "other.sock"))
            server.reload()
            server.wait_for_log(["reloaded"])
            self.assertFalse(os.path.exists(server.path("control.sock")))
            self.assertEqual(run("trace", "--control", server.path("other.sock"),
                                 "www.example.com.").returncode, 0)

    def test_a_stale_socket_is_replaced(self):
        server = Server(FILES)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stale:
            stale.bind(server.path("control.sock"))
        with server:
            self.assertEqual(run("trace", "--control", server.path("control.sock"),
                                 "www.example.com.").returncode, 0)

    def test_a_file_is_not_replaced(self):
        with tempfile.TemporaryDirectory(prefix="lapis-trace-") as folder:
            for name, text in {**FILES, "control.sock": "precious"}.items():
                path = os.path.join(folder, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text.replace("{port}", str(free_port())))
            done = run("serve", "--config", os.path.join(folder, "lapis.yaml"))
            self.assertEqual(done.returncode, 1)
            self.assertIn("not a socket", done.stderr)
            with open(os.path.join(folder, "control.sock"), encoding="utf-8") as file:
                self.assertEqual(file.read(), "precious")


if __name__ == "__main__":
    unittest.main()
