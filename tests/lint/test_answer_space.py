"""The rules of the answer space against brute force: on random small sets of zones every query over
a small alphabet is asked of the answer code, and what comes out must be what the linter claims.

Names are short and labels few, so that loops, growth and holes are frequent. LAPIS_LINT_SETS says
how many sets.
"""
import itertools
import os
import random
import struct
import subprocess
import tempfile
import unittest

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

import lapis_lint

PIPE = os.environ.get("LAPIS_ANSWER_PIPE",
                      os.path.join(lapis_lint.SOURCE, "build", "release", "tests", "differential",
                                   "answer_pipe"))
COUNT = int(os.environ.get("LAPIS_LINT_SETS", "100"))
LABELS = ("a", "b", "c")
UNUSED = "z"
STUCK = {"cname-loop", "rewrite-loop", "dname-growth"}
HEAD = "@ 60 SOA ns.o. h.o. 1 7200 1800 1209600 300\n@ 60 NS ns1.o.\n@ 60 NS ns2.o.\n"


class Set:
    """Random zones, none with a structural error."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        apexes = self.random.sample(["e.", "f.", "a.e.", "b.e.", "a.a.e."], self.random.randint(1, 3))
        self.zones = {apex: {} for apex in sorted(apexes, key=len)}  # owner -> list of records
        for apex, owners in self.zones.items():
            for _ in range(self.random.randint(1, 6)):
                self.record(apex, owners)

    def name(self, apex, wildcard=0.0):
        labels = [self.random.choice(LABELS) for _ in range(self.random.randint(0, 2))]
        if labels and self.random.random() < wildcard:
            labels[0] = "*"
        return ".".join(labels + [apex])

    def target(self):
        if self.random.random() < 0.1:
            return "x.o."
        return self.name(self.random.choice(list(self.zones)))

    def record(self, apex, owners):
        kind = self.random.choices(["A", "CNAME", "DNAME", "NS"], (3, 4, 4, 1))[0]
        owner = self.name(apex, 0 if kind in ("DNAME", "NS") else 0.2)
        if owner == apex and kind in ("CNAME", "NS"):
            return
        there = {record.split()[0] for record in owners.get(owner, ())}
        if there and (kind in there or "CNAME" in there or kind == "CNAME" or there | {kind} == {"DNAME", "NS"}):
            return
        data = {"A": "192.0.2.1", "NS": "ns1.o."}.get(kind) or self.target()
        owners.setdefault(owner, []).append(f"{kind} {data}")

    def text(self, apex):
        lines = [f"{owner} 60 {record}\n" for owner, records in self.zones[apex].items()
                 for record in records]
        return f"$ORIGIN {apex}\n{HEAD}{''.join(lines)}"

    def queries(self):
        """Names of up to three labels below each apex, one of them perhaps in no zone."""
        for apex in self.zones:
            for size in range(4):
                for labels in itertools.product(LABELS + (UNUSED, ), repeat=size):
                    yield ".".join(labels + (apex, ))


class Pipe:
    def __init__(self, folder, apexes):
        listing = os.path.join(folder, "list")
        with open(listing, "w", encoding="ascii") as file:
            file.writelines(f"{apex} {os.path.join(folder, apex)}\n" for apex in apexes)
        self.process = subprocess.Popen([PIPE, listing], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, name, kind):
        wire = dns.message.make_query(name, kind).to_wire()
        self.process.stdin.write(struct.pack("!H", len(wire)) + wire)
        self.process.stdin.flush()
        size, = struct.unpack("!H", self.process.stdout.read(2))
        return dns.message.from_wire(self.process.stdout.read(size))

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class Brute:
    """What all queries together show."""

    def __init__(self, zones, pipe):
        self.zones = zones
        self.pipe = pipe
        self.stuck = []
        self.holes = {}  # the CNAME record that leads there -> a query
        for name in dict.fromkeys(zones.queries()):
            self.look(name)

    def owner_of(self, name):
        """The owner of the CNAME record that answers for a name: itself or a wildcard."""
        owners = {owner for records in self.zones.zones.values() for owner, list_ in records.items()
                  if any(record.startswith("CNAME") for record in list_)}
        candidates = [name]
        while name.count(".") > 1:
            name = name.split(".", 1)[1]
            candidates.append("*." + name)
        return next(candidate for candidate in candidates if candidate in owners)

    def look(self, name):
        reply = self.pipe.ask(name, "A")
        if reply.rcode() == dns.rcode.YXDOMAIN:
            self.stuck.append(name)
            return
        chain = []
        redirected = []
        for rrset in reply.answer:
            owner = rrset.name.to_text()
            if rrset.rdtype == dns.rdatatype.DNAME:
                redirected.append(rrset.name)
            elif rrset.rdtype == dns.rdatatype.CNAME:
                # The answer code writes a DNAME in front of the first CNAME made by it.
                made = any(rrset.name != d and rrset.name.is_subdomain(d) for d in redirected)
                chain.append((owner, rrset[0].target.to_text(), made))
            else:
                return  # answered
        if not chain:
            return
        last = chain[-1][1]
        referral = not any(r.rdtype == dns.rdatatype.SOA for r in reply.authority)
        if reply.rcode() == dns.rcode.NOERROR and referral:
            # A referral has NS records; a chain out of all zones has nothing; a circle neither.
            inside = any(last == apex or last.endswith("." + apex) for apex in self.zones.zones)
            if inside and not reply.authority:
                self.stuck.append(name)
            return
        plain = [owner for owner, _, made in chain if not made]
        if not plain:
            return
        if reply.rcode() == dns.rcode.NXDOMAIN or self.owns_nothing(last):
            self.holes.setdefault(self.owner_of(plain[-1]), name)

    def owns_nothing(self, name):
        for kind in ("A", "DNAME", "SOA", "NS", "CNAME"):
            if self.pipe.ask(name, kind).answer:
                return False
        return True


class AnswerSpace(unittest.TestCase):
    maxDiff = None

    def test_random_sets(self):
        seen = {"stuck": 0, "holes": 0, "clean": 0}
        for seed in range(COUNT):
            zones = Set(seed)
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as folder:
                for apex in zones.zones:
                    with open(os.path.join(folder, apex), "w", encoding="ascii") as file:
                        file.write(zones.text(apex))
                pipe = Pipe(folder, zones.zones)
                brute = Brute(zones, pipe)
                pipe.close()
                found = lapis_lint.findings(*(os.path.join(folder, apex) for apex in zones.zones))
                self.compare(zones, brute, found)
                seen["stuck"] += bool(brute.stuck)
                seen["holes"] += bool(brute.holes)
                seen["clean"] += not brute.stuck and not brute.holes
        if COUNT >= 100:
            self.assertGreater(min(seen.values()), COUNT // 20, seen)

    def compare(self, zones, brute, found):
        shown = "\n".join(zones.text(apex) for apex in zones.zones)
        self.assertEqual([f["message"] for f in found if "defect of Lapis" in f["message"]], [], shown)
        claims = [f for f in found if f["rule"] in STUCK]
        self.assertEqual(bool(claims), bool(brute.stuck), f"{shown}\n{brute.stuck[:3]} {claims}")
        for claim in claims:
            if claim["witness"]:
                self.assertTrue(claim["witness"]["qname"])
        told = set()
        for claim in found:
            if claim["rule"] != "rewrite-black-hole":
                continue
            with open(claim["file"], encoding="ascii") as file:
                owner, _, kind, _ = file.read().splitlines()[claim["line"] - 1].split()
            if kind == "CNAME":
                told.add(owner)
        self.assertEqual(told & set(brute.holes), set(brute.holes), f"{shown}\n{brute.holes}")


if __name__ == "__main__":
    unittest.main()
