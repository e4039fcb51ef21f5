"""SIGHUP: everything that changed is put in place, or nothing is, and no query is lost."""
import os
import shutil
import socket
import threading
import time
import unittest

import dns_client
from lapis import Server, free_port, sanitized
from service import CONFIG, CONFLICT, FILES, HARD, PLAIN_ZONE, PROGRAMS, ZONE

REFUSED = ["reload refused"]
RELOADED = ["info: reloaded"]


class Load:
    """Clients that ask without a pause until they are told to stop."""

    QUESTIONS = [("www.example.com.", "A"), ("vip.example.com.", "A"),
                 ("alias.example.com.", "A"), ("big.example.net.", "TXT")]

    def __init__(self, server, allowed, clients=4):
        self.server, self.allowed = server, allowed
        self.stop = threading.Event()
        self.asked = 0
        self.faults = []
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def run(self, number):
        i = number
        while not self.stop.is_set():
            name, qtype = self.QUESTIONS[i % len(self.QUESTIONS)]
            tcp = i % 5 == 0
            fault = None
            try:
                answer = self.server.ask(name, qtype, tcp=tcp, timeout=20)
                found = tuple(answer.addresses())
                if answer.rcode != 0 or found not in self.allowed[name]:
                    fault = f"{name} {qtype} tcp={tcp}: {answer.rcode} {found}"
            except (OSError, AssertionError) as error:
                fault = f"{name} {qtype} tcp={tcp}: {error!r}"
            with self.lock:
                self.asked += 1
                if fault:
                    self.faults.append(fault)
            i += 1

    def wait_for_queries(self, more):
        end = self.asked + more
        while self.asked < end:
            time.sleep(0.005)


class Accepted(unittest.TestCase):
    def test_zone_programs_attributes_and_settings_change_together(self):
        with Server(FILES) as server:
            server.write("zones/example.com.zone", ZONE + "new A 192.0.2.81\n")
            server.write("zones/example.com.csv", "name,plan\nnew,pro\n")
            server.write("programs/set.lisp", PROGRAMS.replace("203.0.113.4", "203.0.113.44"))
            server.write("lapis.yaml", CONFIG.replace("region: eu", "region: eu\n  identity: one"))
            server.reload()
            server.wait_for_answer("www.example.com.", ["203.0.113.44"])
            self.assertEqual(server.ask("new.example.com.").addresses(),
                             ["203.0.113.2", "203.0.113.3"])
            self.assertEqual(server.ask("vip.example.com.").addresses(), ["203.0.113.44"])

    def test_zones_come_and_go(self):
        with Server(FILES) as server:
            server.write("zones/example.org.zone", PLAIN_ZONE)
            server.write("lapis.yaml", CONFIG.replace("example.net.", "example.org."))
            self.assertEqual(server.ask("ns1.example.org.").rcode, dns_client.REFUSED)
            server.reload()
            server.wait_for_answer("ns1.example.org.", ["192.0.2.53"])
            self.assertEqual(server.ask("ns1.example.net.").rcode, dns_client.REFUSED)

    def test_listen_addresses_come_and_go(self):
        with Server(FILES) as server:
            old, new = server.port, free_port()
            server.port = new
            server.write("lapis.yaml", CONFIG)
            server.reload()
            server.wait_for_log(RELOADED)
            for tcp in (False, True):
                self.assertEqual(server.ask("www.example.com.", tcp=tcp).addresses(),
                                 ["203.0.113.4"])
            server.wait_for_log([f"no longer listening on 127.0.0.1:{old}"])
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
                    if stream.connect_ex(("127.0.0.1", old)) != 0:
                        return
                time.sleep(0.02)
            self.fail("the old address still listens")

    def test_what_needs_a_restart_is_said(self):
        with Server(FILES) as server:
            server.write("lapis.yaml", CONFIG.replace("workers: 2", "workers: 3"))
            server.reload()
            server.wait_for_log(["'workers' is now 3; that takes effect at the next start"])
            server.wait_for_log(RELOADED)

    def test_an_unchanged_set_is_not_proved_again(self):
        with Server(FILES) as server:
            server.reload()
            self.assertIn("verified before", server.wait_for_log(RELOADED))

    def test_connections_outlive_a_reload(self):
        with Server(FILES) as server, \
                socket.create_connection(("127.0.0.1", server.port), 30) as stream:
            server.write("programs/set.lisp", PROGRAMS.replace("203.0.113.4", "203.0.113.44"))
            server.reload()
            server.wait_for_answer("www.example.com.", ["203.0.113.44"])
            message = dns_client.query("www.example.com.", "A")
            stream.sendall(len(message).to_bytes(2, "big") + message)
            size = int.from_bytes(dns_client.exactly(stream, 2), "big")
            answer = dns_client.Message(dns_client.exactly(stream, size))
            # Another worker than the one that has answered above may hold this connection.
            self.assertIn(answer.addresses(), (["203.0.113.4"], ["203.0.113.44"]))

    def test_signals_while_one_is_under_way_are_remembered(self):
        with Server(FILES) as server:
            for i in range(20):
                server.write("zones/example.com.zone", ZONE + f"step{i} A 192.0.2.{i}\n")
                server.reload()
            # Whatever was loaded in between, the last state is loaded in the end. Its address
            # comes from the program; that the name exists is the zone's change.
            server.wait_for_answer("step19.example.com.", ["203.0.113.4"])


class Refused(unittest.TestCase):
    # file, its new text (None: it is gone), words of the log
    CASES = [
        ("lapis.yaml", CONFIG.replace("site: ams1", "site: mars1"),
         "lapis.yaml:4:9: error: the program set knows no site 'mars1'"),
        ("lapis.yaml", CONFIG.replace("site:", "sight:"), "lapis.yaml:4:3: error: unknown key"),
        ("lapis.yaml", "server: [", "lapis.yaml:1:"),
        ("lapis.yaml", None, "no such file"),
        ("lapis.yaml", CONFIG.replace('"]', '", "192.0.2.1@{port}"]'),
         "lapis.yaml:2:31: error: can't listen on 192.0.2.1"),
        ("zones/example.com.zone", ZONE + "www A 192.0.2.256\n", "example.com.zone:8:7: error: "),
        ("zones/example.com.zone", ZONE.replace("SOA", "TXT", 1), "no soa record"),
        ("zones/example.com.zone", None, "lapis.yaml:8:11: error: "),
        ("zones/example.com.csv", "name,plan\nvip,gold\n", "example.com.csv:2:5: error: "),
        ("programs/set.lisp", PROGRAMS + ")", "set.lisp:12:1: error: "),
        ("programs/set.lisp", CONFLICT, "set.lisp:2:10: error: "),
        ("programs/set.lisp", None, "lapis.yaml:14:11: error: "),
    ]

    def answers(self, server):
        return [server.ask("www.example.com.").addresses(),
                server.ask("vip.example.com.", tcp=True).addresses(),
                server.ask("www.example.com.", subnet="198.51.100.1/32").addresses(),
                server.ask("big.example.net.", "TXT", tcp=True).types()]

    def test_whatever_is_wrong_leaves_all_as_it_was(self):
        with Server(FILES) as server:
            before = self.answers(server)
            for name, text, words in self.CASES:
                with self.subTest(words=words):
                    # A good change rides along, and must not be put in place either.
                    server.write("zones/example.net.zone", PLAIN_ZONE + "rider A 192.0.2.7\n")
                    if text is None:
                        os.remove(server.path(name))
                    else:
                        server.write(name, text)
                    seen = len(server.log)
                    server.reload()
                    server.wait_for_log(REFUSED, seen)
                    self.assertIn(words.lower(), "\n".join(server.log[seen:]).lower())
                    self.assertEqual(self.answers(server), before)
                    self.assertEqual(server.ask("rider.example.net.").rcode, dns_client.NXDOMAIN)
                    for path, content in FILES.items():
                        server.write(path, content)
            server.reload()
            server.wait_for_log(RELOADED)

    def test_a_set_that_can_not_be_proved_within_its_limits_is_refused(self):
        if sanitized():
            self.skipTest("the sanitizer and a limit on address space exclude each other")
        config = CONFIG.replace("workers: 2", "workers: 2\n  verify: {memory: 64}") \
            .replace("    attributes: {plan: free}\n", "")
        with Server(FILES) as server:
            server.write("lapis.yaml", config)
            server.write("programs/set.lisp", HARD)
            server.write("zones/example.com.csv", "name,n\n")
            seen = len(server.log)
            server.reload()
            server.wait_for_log(REFUSED, seen)
            self.assertIn("the programs are not proved: ", "\n".join(server.log[seen:]))
            self.assertEqual(server.ask("www.example.com.").addresses(), ["203.0.113.4"])


class Priority(unittest.TestCase):
    def test_the_proof_gives_way_to_the_workers(self):
        own = os.getpriority(os.PRIO_PROCESS, 0)
        with Server(FILES) as server:
            server.wait_for_log(["serving with"])
            pid = server.process.pid
            tasks = sorted(map(int, os.listdir(f"/proc/{pid}/task")))
            self.assertGreater(len(tasks), 2)
            for task in tasks:
                expected = 19 if task == pid else own
                self.assertEqual(os.getpriority(os.PRIO_PROCESS, task), expected)
            server.write("programs/set.lisp", HARD)
            server.write("zones/example.com.csv", "name,n\n")
            server.write("lapis.yaml", CONFIG.replace("    attributes: {plan: free}\n", ""))
            server.reload()
            child = ""
            while not child:
                with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                    child = file.read().strip()
            self.assertEqual(os.getpriority(os.PRIO_PROCESS, int(child)), 19)
            self.assertEqual(server.terminate(), 0)


class EndedMeanwhile(unittest.TestCase):
    def test_sigterm_does_not_wait_for_a_proof(self):
        with Server(FILES) as server:
            server.write("programs/set.lisp", HARD)
            server.write("zones/example.com.csv", "name,n\n")
            server.write("lapis.yaml", CONFIG.replace("    attributes: {plan: free}\n", ""))
            server.reload()
            children = f"/proc/{server.process.pid}/task/{server.process.pid}/children"
            child = ""
            while not child:
                with open(children, encoding="ascii") as file:
                    child = file.read().strip()
            self.assertEqual(server.ask("www.example.com.").addresses(), ["203.0.113.4"])
            self.assertEqual(server.terminate(), 0)
            server.reader.join(10)
            self.assertFalse([line for line in server.log if "refused" in line], server.log)
            self.assertFalse(os.path.exists(f"/proc/{child}"), "the verifier is still there")


class UnderLoad(unittest.TestCase):
    def test_no_query_is_lost_by_refused_and_accepted_reloads(self):
        allowed = {
            "www.example.com.": {("203.0.113.4",), ("203.0.113.44",)},
            "vip.example.com.": {("203.0.113.2", "203.0.113.3")},
            "alias.example.com.": {("203.0.113.4",), ("203.0.113.44",)},
            "big.example.net.": {()},
        }
        with Server(FILES) as server:
            with Load(server, allowed) as load:
                load.wait_for_queries(200)
                for round_number in range(6):
                    for name, text, _ in (Refused.CASES[0], Refused.CASES[5], Refused.CASES[10]):
                        server.write(name, text)
                        seen = len(server.log)
                        server.reload()
                        server.wait_for_log(REFUSED, seen)
                        server.write(name, FILES[name])
                    last = "203.0.113.44" if round_number % 2 == 0 else "203.0.113.4"
                    server.write("programs/set.lisp", PROGRAMS.replace("203.0.113.4", last))
                    seen = len(server.log)
                    server.reload()
                    server.wait_for_log(RELOADED, seen)
                    load.wait_for_queries(100)
                server.wait_for_answer("www.example.com.", [last])
            self.assertEqual(load.faults, [])
            self.assertGreater(load.asked, 1000)
            self.assertEqual(server.terminate(), 0)
            server.reader.join(10)
            counters = [line for line in server.log if "queries=" in line][-1]
            self.assertIn("reloads_ok=6 reloads_refused=18", counters)
            self.assertNotIn("dropped=", counters)

    def test_files_replaced_while_they_are_read(self):
        """Renaming over a folder's files while reloads run: never a mixture, never a crash."""
        with Server(FILES) as server:
            for i in range(30):
                server.write("programs/set.lisp.new",
                             PROGRAMS.replace("203.0.113.4", f"203.0.113.{100 + i}"))
                shutil.move(server.path("programs/set.lisp.new"),
                            server.path("programs/set.lisp"))
                server.reload()
            server.wait_for_answer("www.example.com.", ["203.0.113.129"])


if __name__ == "__main__":
    unittest.main()
