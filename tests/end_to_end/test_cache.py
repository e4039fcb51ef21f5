"""The cache of proofs, as `lapis verify` and the server use it."""
import os
import re
import tempfile
import unittest

from lapis import SOURCE, Server, run, run_json
from service import CONFIG, FILES, PROGRAMS

SETS = ["lisp_programs/questionable/answer-differs", "lisp_programs/broken/unreachable",
        "lisp_programs/broken/conflict"]


def without_times(report):
    return {key: value for key, value in report.items() if "elapsed" not in key and key != "stats"}


class Cache(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lapis-cache-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.cache = os.path.join(folder.name, "made", "when-needed")

    def settled(self, path):
        """How many questions the cache settled."""
        done = run("verify", "--stats", "--cache", self.cache, path)
        return int(re.search(r"settled by cache\s+(\d+)", done.stdout + done.stderr).group(1))

    def test_reports_are_the_same(self):
        for path in SETS:
            path = os.path.join(SOURCE, path)
            status, plain = run_json("verify", "--format", "json", path)
            for _ in range(2):
                kept_status, kept = run_json("verify", "--format", "json", "--cache", self.cache, path)
                self.assertEqual(status, kept_status)
                self.assertEqual(without_times(plain), without_times(kept))

    def test_an_edit_asks_only_what_it_touches(self):
        path = os.path.join(self.folder, "set.lisp")
        programs = "".join(
            f'(program p{i} (match (under? qname "d{i}.example.")) '
            '(response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))\n'
            for i in range(50))
        with open(path, "w", encoding="utf-8") as file:
            file.write(programs)
        self.assertEqual(self.settled(path), 0)
        everything = self.settled(path)
        self.assertGreaterEqual(everything, 50)
        with open(path, "w", encoding="utf-8") as file:
            file.write(programs.replace('"d7.example."', '"d8.example."'))
        self.assertIn(everything - self.settled(path), range(1, 6))
        status, report = run_json("verify", "--format", "json", "--cache", self.cache, path)
        self.assertEqual(status, 1)
        self.assertEqual({f["rule"] for f in report["findings"]}, {"conflict", "unreachable"})

    def test_a_damaged_file_is_as_good_as_none(self):
        path = os.path.join(SOURCE, "lisp_programs", "questionable", "answer-differs")
        self.settled(path)
        self.assertGreater(self.settled(path), 0)
        with open(os.path.join(self.cache, "proofs"), "r+b") as file:
            file.seek(60)
            file.write(b"damaged")
        self.assertEqual(self.settled(path), 0)
        self.assertGreater(self.settled(path), 0)

    def test_that_can_not_be_written_is_said_and_changes_nothing(self):
        path = os.path.join(SOURCE, "lisp_programs", "questionable", "answer-differs")
        self.cache = os.path.join(self.folder, "file")
        with open(self.cache, "w", encoding="utf-8") as file:
            file.write("no directory")
        done = run("verify", "--cache", self.cache, path)
        self.assertEqual(done.returncode, 0)
        self.assertIn("the cache was not written", done.stderr)

    def test_the_server_keeps_its_proofs(self):
        config = CONFIG.replace("server:\n", "server:\n  verify: {cache: kept}\n")
        files = {**FILES, "lapis.yaml": config}
        with Server(files) as server:
            kept = server.path("kept/proofs")
            first = os.path.getsize(kept)
            name = next(n for n in files if n.startswith("programs/"))
            server.write(name, PROGRAMS.replace("198.51.100.0/24", "198.51.100.0/25"))
            start = len(server.log)
            server.reload()
            server.wait_for_log(["info: reloaded"], start)
            self.assertGreater(os.path.getsize(kept), first)


if __name__ == "__main__":
    unittest.main()
