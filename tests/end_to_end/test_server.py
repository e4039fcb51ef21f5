"""The daemon from outside: answers over UDP and TCP, configuration errors, its end."""
import json
import re
import signal
import socket
import struct
import subprocess
import tempfile
import os
import unittest

import dns_client
from lapis import Server, free_port, run, run_json
from service import CONFIG, FILES, PROGRAMS, ZONE


def dig(server, *words):
    done = subprocess.run(["dig", "@127.0.0.1", "-p", str(server.port), "+tries=2", "+time=5",
                           *words], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"dig {words}: {done}")
    return done.stdout


def short(server, *words):
    return sorted(dig(server, "+short", *words).split("\n")[:-1])


class TcpClient:
    """One connection; messages go out as they are, answers come back one by one."""

    def __init__(self, port, receive_buffer=None):
        self.stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.stream.settimeout(30)
        self.stream.connect(("127.0.0.1", port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def send(self, octets):
        self.stream.sendall(octets)

    def answer(self):
        size = struct.unpack("!H", dns_client.exactly(self.stream, 2))[0]
        return dns_client.Message(dns_client.exactly(self.stream, size))

    def closed(self):
        try:
            return self.stream.recv(1) == b""
        except ConnectionResetError:
            return True


def framed(name, qtype="A", **options):
    message = dns_client.query(name, qtype, **options)
    return struct.pack("!H", len(message)) + message


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(FILES).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def test_programs_decide_over_udp_and_tcp(self):
        for transport in ("+notcp", "+tcp"):
            with self.subTest(transport=transport):
                ask = lambda *words: short(self.server, transport, *words)
                self.assertEqual(ask("www.example.com", "A"), ["203.0.113.4"])
                self.assertEqual(ask("www.example.com", "AAAA"), ["2001:db8:f::1"])
                self.assertEqual(ask("vip.example.com", "A"), ["203.0.113.2", "203.0.113.3"])
                self.assertEqual(ask("vip.example.com", "A", "+subnet=198.51.100.9/32"),
                                 ["203.0.113.1"])
                self.assertEqual(ask("alias.example.com", "A"),
                                 ["203.0.113.4", "www.example.com."])

    def test_what_programs_do_not_decide(self):
        self.assertEqual(short(self.server, "big.example.net", "TXT")[0][:4], '"00 ')
        self.assertIn("status: NXDOMAIN", dig(self.server, "nowhere.example.com", "A"))
        self.assertIn("status: REFUSED", dig(self.server, "example.org", "A"))
        # `vip` has no AAAA record, so no program is asked.
        answer = dig(self.server, "vip.example.com", "AAAA")
        self.assertIn("status: NOERROR", answer)
        self.assertIn("ANSWER: 0, AUTHORITY: 1", answer)

    def test_scope_follows_what_was_consulted(self):
        # All programs ask for 198.51.100.0/24 alone; 203 differs from 198 in the fifth bit.
        for subnet, scope in (("198.51.100.9/32", 24), ("203.0.113.9/32", 5)):
            with self.subTest(subnet=subnet):
                self.assertEqual(self.server.ask("www.example.com.", subnet=subnet).scope, scope)
        self.assertEqual(self.server.ask("ns1.example.net.", subnet="203.0.113.9/32").scope, 0)

    def test_truncation_and_retry(self):
        self.assertIn(" tc", re.search("flags:[^;]*;", dig(
            self.server, "+ignore", "big.example.net", "TXT"))[0])
        retried = dig(self.server, "big.example.net", "TXT")
        self.assertIn("Truncated, retrying in TCP mode", retried)
        self.assertIn("ANSWER: 40,", retried)

    def test_udp_answers_never_exceed_what_was_offered(self):
        for size in (512, 600, 1232, 4096, 65535):
            answer = self.server.ask("big.example.net.", "TXT", size=size)
            self.assertLessEqual(len(answer.octets), min(size, 1232))
            self.assertTrue(answer.truncated)
        self.assertLessEqual(
            len(self.server.ask("big.example.net.", "TXT", edns=False).octets), 512)

    def test_counters_on_sigusr1(self):
        self.server.ask("www.example.com.")
        seen = len(self.server.log)
        self.server.process.send_signal(signal.SIGUSR1)
        line = self.server.wait_for_log(["queries="], seen)
        self.assertRegex(line, r"queries=\d+ .*noerror=\d+.*by_program=\d+")


class Tcp(unittest.TestCase):
    CONFIG = CONFIG.replace("workers: 2", "workers: 2\n  tcp: {idle-time: 60, write-time: 1}")

    @classmethod
    def setUpClass(cls):
        cls.server = Server(dict(FILES, **{"lapis.yaml": cls.CONFIG})).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def test_a_pipeline_of_large_answers_is_served_whole(self):
        with TcpClient(self.server.port) as client:
            client.send(b"".join(framed("huge.example.net.", "TXT", number=i)
                                 for i in range(200)))
            ids = set()
            for _ in range(200):
                answer = client.answer()
                self.assertGreater(len(answer.octets), 50000)
                self.assertEqual(len(answer.answers), 200)
                ids.add(answer.id)
            self.assertEqual(ids, set(range(200)))

    def test_any_segmentation(self):
        octets = framed("www.example.com.", number=1) + framed("vip.example.com.", number=2) \
            + framed("www.example.com.", "AAAA", number=3)
        for size in (1, 2, 3, 7, 20, 60, len(octets)):
            with TcpClient(self.server.port) as client:
                client.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for at in range(0, len(octets), size):
                    client.send(octets[at:at + size])
                answers = {answer.id: answer.addresses()
                           for answer in (client.answer() for _ in range(3))}
                self.assertEqual(answers, {1: ["203.0.113.4"],
                                           2: ["203.0.113.2", "203.0.113.3"],
                                           3: ["2001:db8:f::1"]})

    def test_a_thousand_idle_connections_survive(self):
        idle = []
        try:
            for _ in range(1000):
                idle.append(TcpClient(self.server.port))
            self.assertEqual(self.server.ask("www.example.com.", tcp=True).addresses(),
                             ["203.0.113.4"])
            self.assertEqual(self.server.ask("www.example.com.").addresses(), ["203.0.113.4"])
            for number, client in enumerate(idle):
                client.send(framed("www.example.com.", number=number))
            for number, client in enumerate(idle):
                self.assertEqual(client.answer().id, number)
        finally:
            for client in idle:
                client.stream.close()

    def test_a_slow_reader_is_dropped(self):
        with TcpClient(self.server.port, receive_buffer=4096) as slow:
            query = framed("huge.example.net.", "TXT")
            # More answers than all socket buffers hold; the server stops reading, then hangs up.
            with self.assertRaises(OSError):
                slow.stream.settimeout(60)
                while True:
                    slow.send(query * 1000)
        self.assertEqual(self.server.ask("www.example.com.", tcp=True).addresses(),
                         ["203.0.113.4"])

    def test_a_broken_frame_ends_the_connection(self):
        for octets in (b"\0\0", b"\0\5hello", b"\0\x0b" + b"x" * 11):
            with TcpClient(self.server.port) as client:
                client.send(framed("www.example.com.", number=7) + octets)
                self.assertEqual(client.answer().id, 7)
                self.assertTrue(client.closed())

    def test_a_half_closed_connection_gets_its_answers(self):
        with TcpClient(self.server.port) as client:
            client.send(framed("huge.example.net.", "TXT", number=9) * 3)
            client.stream.shutdown(socket.SHUT_WR)
            for _ in range(3):
                self.assertEqual(client.answer().id, 9)
            self.assertTrue(client.closed())


class End(unittest.TestCase):
    def test_sigterm_answers_what_was_received(self):
        with Server(FILES) as server, TcpClient(server.port) as busy, \
                TcpClient(server.port) as idle:
            busy.send(framed("huge.example.net.", "TXT") * 100)
            busy.answer()
            server.process.send_signal(signal.SIGTERM)
            for _ in range(99):
                self.assertEqual(len(busy.answer().answers), 200)
            self.assertTrue(busy.closed())
            self.assertTrue(idle.closed())
            self.assertEqual(server.process.wait(30), 0)

    def test_sigint_ends_too(self):
        with Server(FILES) as server:
            server.process.send_signal(signal.SIGINT)
            self.assertEqual(server.process.wait(30), 0)
            server.reader.join(10)
            self.assertTrue(server.log[-1].endswith(" ended"), server.log)

    def test_systemd_is_told(self):
        with tempfile.TemporaryDirectory() as folder, \
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            path = os.path.join(folder, "notify")
            manager.bind(path)
            manager.settimeout(30)
            with Server(FILES, env={"NOTIFY_SOCKET": path}) as server:
                self.assertEqual(manager.recv(1000), b"READY=1")
                server.reload()
                self.assertRegex(manager.recv(1000), rb"^RELOADING=1\nMONOTONIC_USEC=\d+$")
                self.assertEqual(manager.recv(1000), b"READY=1\nSTATUS=serving")
                server.write("programs/set.lisp", "(")
                server.reload()
                manager.recv(1000)
                self.assertIn(b"STATUS=reload refused", manager.recv(1000))
                self.assertEqual(server.terminate(), 0)
                self.assertEqual(manager.recv(1000), b"STOPPING=1")

    def stubborn(self, drain):
        """A server that drains a connection whose client does not read."""
        config = CONFIG.replace("workers: 2", f"workers: 2\n  drain-time: {drain}\n"
                                "  tcp: {write-time: 3600}")
        server = Server(dict(FILES, **{"lapis.yaml": config}))
        server.__enter__()
        client = TcpClient(server.port, receive_buffer=4096)
        client.send(framed("huge.example.net.", "TXT") * 500)
        client.answer()
        return server, client

    def test_draining_has_an_end(self):
        server, client = self.stubborn(1)
        with client:
            self.assertEqual(server.terminate(), 0)
            server.wait_for_log(["the time to drain is over"])
        server.__exit__()

    def test_a_second_sigterm_ends_at_once(self):
        server, client = self.stubborn(3600)
        with client:
            server.process.send_signal(signal.SIGTERM)
            server.wait_for_log(["sigterm: draining"])
            self.assertIsNone(server.process.poll())
            self.assertEqual(server.terminate(), 0)
        server.__exit__()


class Configuration(unittest.TestCase):
    """What can't be served is refused at the start, with its place, by serve and check alike."""

    CASES = [
        # file, its text, exit code, words of the diagnostic
        ("lapis.yaml", CONFIG.replace("site: ams1", "sight: ams1"), 1,
         "lapis.yaml:4:3: error: unknown key 'sight' in server"),
        ("lapis.yaml", CONFIG.replace("ams1", "ams2"), 1,
         "lapis.yaml:4:9: error: the program set knows no site 'ams2'"),
        ("lapis.yaml", CONFIG.replace('["127.0.0.1@{port}"]', '["127.0.0.1@0"]'), 1,
         "lapis.yaml:2:12: error: '127.0.0.1@0' is not a listen address"),
        ("lapis.yaml", CONFIG.replace("zones/example.net.zone", "zones/nowhere.zone"), 2,
         "lapis.yaml:13:11: error: "),
        ("lapis.yaml", CONFIG + "\tx", 1, "lapis.yaml:15:1: error: "),
        ("zones/example.com.zone", ZONE + "www A 192.0.2.256\n", 1,
         "example.com.zone:8:7: error: "),
        ("zones/example.com.zone", ZONE + "alias TXT beside\n", 1,
         "example.com.zone:8:1: error: alias.example.com. has a CNAME and other data"),
        ("zones/example.com.csv", "name,plan\nvip,gold\n", 1,
         "example.com.csv:2:5: error: 'gold' is not a value of attribute 'plan'"),
        ("programs/set.lisp", PROGRAMS.replace("in-prefix?", "in-perfix?", 1), 1,
         "set.lisp:4:11: error: "),
    ]

    def test_refused_with_its_place(self):
        for name, text, code, words in self.CASES:
            with self.subTest(words=words), tempfile.TemporaryDirectory() as folder:
                for path, content in dict(FILES, **{name: text}).items():
                    full = os.path.join(folder, path)
                    os.makedirs(os.path.dirname(full), exist_ok=True)
                    with open(full, "w", encoding="utf-8") as file:
                        file.write(content.replace("{port}", str(free_port())))
                config = os.path.join(folder, "lapis.yaml")
                for command in ("check", "serve"):
                    done = run(command, "--config", config)
                    self.assertEqual(done.returncode, code, done)
                    self.assertIn(words, done.stdout + done.stderr)

    def test_check_reports_as_verify_does(self):
        with Server(FILES) as server:
            code, report = run_json("check", "--config", server.path("lapis.yaml"),
                                    "--format", "json")
            _, proof = run_json("verify", server.path("programs"), "--format", "json")
        self.assertEqual(code, 0)
        self.assertEqual((report["command"], report["verdict"], report["programs"]),
                         ("check", "verified", 3))
        self.assertEqual(report["digest"], proof["digest"])
        # What the child process found stands at the same places.
        self.assertEqual(report["findings"], proof["findings"])
        self.assertEqual([f["rule"] for f in report["findings"]], ["mixed-family-gap"])

    def test_a_taken_address_is_refused(self):
        with Server(FILES) as server:
            done = run("serve", "--config", server.path("lapis.yaml"))
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, r"lapis.yaml:2:12: error: can't listen on 127.0.0.1:\d+")
            self.assertEqual(run("check", "--config", server.path("lapis.yaml")).returncode, 0)

    def test_a_broken_zone_can_be_left_out(self):
        files = dict(FILES)
        files["lapis.yaml"] = CONFIG.replace("site: ams1", "site: ams1\n  on-zone-error: skip")
        files["zones/example.net.zone"] += "@ A nonsense\n"
        with Server(files) as server:
            self.assertEqual(server.ask("www.example.com.").addresses(), ["203.0.113.4"])
            answer = server.ask("ns1.example.net.")
            self.assertEqual(answer.rcode, dns_client.SERVFAIL)
            self.assertIn(15, answer.options)  # Extended DNS Error, RFC 8914
            server.wait_for_log(["zone example.net. has errors"])
            server.process.send_signal(signal.SIGUSR1)
            self.assertIn("broken_zones=1", server.wait_for_log(["queries="]))

    def test_log_lines_can_be_json(self):
        config = CONFIG.replace("workers: 2", "workers: 1\n  log: {format: json, level: debug}")
        with Server(dict(FILES, **{"lapis.yaml": config})) as server:
            server.terminate()
            server.reader.join(10)
            lines = [json.loads(line) for line in server.log if line.startswith("{")]
            self.assertGreater(len(lines), 3)
            self.assertEqual(set(lines[-1]), {"time", "level", "message"})
            self.assertEqual(lines[-1]["message"], "ended")

    def test_a_wildcard_answers_from_the_address_asked(self):
        config = CONFIG.replace("127.0.0.1@", "0.0.0.0@")
        with Server(dict(FILES, **{"lapis.yaml": config})) as server:
            for address in ("127.0.0.1", "127.0.0.9", "127.3.2.1"):
                # The client's socket is connected: an answer from elsewhere would not arrive.
                answer = dns_client.ask((address, server.port), "www.example.com.")
                self.assertEqual(answer.addresses(), ["203.0.113.4"])


if __name__ == "__main__":
    unittest.main()
