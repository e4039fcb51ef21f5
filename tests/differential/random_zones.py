"""Random zones, each with the questions that are interesting to ask of it.

A zone is made on few labels so that cuts, DNAMEs, wildcards, chains and targets meet. Some zones
have a child that is served beside them, at a name they delegate. All text is in the common ground
of master files; what only one server loads is not the subject here."""

import random

import dns.name

LABELS = ["a", "b", "c", "www", "*", "MiXed", r"dot\.ted", r"sp\032ace", r"\000\255", "_tcp",
          "x" * 63]
QUERY_TYPES = ["A", "AAAA", "NS", "SOA", "MX", "TXT", "CNAME", "DNAME", "DS", "SRV", "PTR",
               "HTTPS", "CAA", "TYPE65280", "ANY", "NSEC", "RRSIG", "DNSKEY"]


class Zone:
    def __init__(self, number, seed, parent=None, cut=None):
        """With `parent`, the zone below it at `cut`."""
        self.random = random.Random(seed)
        self.number = number
        self.origin = cut or f"z{number}.test."
        self.parent = parent
        self.rows = []          # (owner, ttl, type, rdata)
        self.owners = {}        # owner in lower case -> types
        self.targets = []
        self.signing = None     # arguments of the signer, None for an unsigned zone
        self.file = None
        self._owner_names = {}
        self.loaded = False     # by the server under test
        self._make()

    def _name(self, deepest=4):
        name = self.origin
        for _ in range(self.random.randint(0, deepest)):
            weights = [6] * 4 + [3] + [1] * (len(LABELS) - 5)
            name = self.random.choices(LABELS, weights)[0] + "." + name
        return name if len(name) < 200 else self.origin

    def _target(self):
        kind = self.random.random()
        if kind < 0.1:
            other = f"z{self.random.randint(max(0, self.number - 3), self.number)}.test."
            return self.random.choice(["out.example.", "www.out.example.", other, "a." + other,
                                       "."])
        if self.parent and kind < 0.3:
            name = self.random.choice(self.parent.rows)[0]
            self.targets.append(name)
            return name
        if kind < 0.6 and self.rows:
            name = self.random.choice(self.rows)[0]
        else:
            name = self._name()
        self.targets.append(name)
        return name

    def add(self, owner, kind, rdata, ttl=None):
        types = self.owners.setdefault(owner.lower(), set())
        if "CNAME" in types or (kind == "CNAME" and types) or (kind == "DNAME" and kind in types):
            return
        types.add(kind)
        self.rows.append((owner, ttl or self.random.choice([0, 60, 300, 3600]), kind, rdata))

    def _make(self):
        r = self.random
        apex = self.origin
        minimum = r.choice([0, 60, 900, 7200])
        self.add(apex, "SOA", f"ns1.{apex} hostmaster.{apex} {r.randint(1, 4294967295)} "
                              f"7200 900 1209600 {minimum}", r.choice([60, 600, 3600]))
        self.add(apex, "NS", f"ns1.{apex}")
        self.add(f"ns1.{apex}", "A", "192.0.2.53")
        if r.random() < 0.5:
            self.add(apex, "NS", "ns.out.example.")
        for _ in range(r.choice([3, 8, 15, 30])):
            self._add_random()
        if r.random() < 0.7:
            self._prune()
        # One TTL for an RRset: how unequal ones are made equal is tested elsewhere.
        ttls = {}
        self.rows = [(o, ttls.setdefault((o.lower(), k), t), k, d) for o, t, k, d in self.rows]

    def holds(self, name):
        return ("." + name.lower()).endswith("." + self.origin.lower())

    def cuts(self):
        """Delegated names at which a child zone can be served here too."""
        hiding = {o.lower() for o, _, kind, _ in self.rows if kind in ("NS", "DNAME")}
        hiding.discard(self.origin.lower())
        return sorted({o for o, _, kind, _ in self.rows if kind == "NS" and o != self.origin
                       and "\\" not in o and "*" not in o
                       and not any(a.lower() in hiding for a in self._parents(o))})

    def _prune(self):
        """Takes away what lies below a DNAME; NSD does not load such zones."""
        hiding = [o.lower() for o, _, kind, _ in self.rows if kind == "DNAME"]
        kept = []
        for row in self.rows:
            owner = row[0].lower()
            hidden = any(owner != h and owner.endswith("." + h) for h in hiding)
            if not hidden:
                kept.append(row)
        if len([r for r in kept if r[0] == self.origin]) >= 2:
            self.rows = kept

    def _add_random(self):
        r = self.random
        owner = self._name()
        below_apex = owner != self.origin
        wild = owner.startswith("*.")
        kind = r.choices(
            ["A", "AAAA", "TXT", "MX", "SRV", "CNAME", "DNAME", "NS", "DS", "other"],
            [5, 3, 2, 2, 2, 5, 2, 4, 2, 3])[0]
        if kind == "A":
            for _ in range(r.randint(1, 3)):
                self.add(owner, "A", f"192.0.2.{r.randint(1, 250)}")
        elif kind == "AAAA":
            self.add(owner, "AAAA", f"2001:db8::{r.randint(1, 9999)}")
        elif kind == "TXT":
            self.add(owner, "TXT", '"' + r.choice(["t", "x" * 250, r"q\"uote\\d", ""]) + '" "second"')
        elif kind == "MX":
            self.add(owner, "MX", f"{r.randint(0, 20)} {self._target()}")
        elif kind == "SRV":
            self.add(owner, "SRV", f"1 2 {r.randint(1, 65535)} {self._target()}")
        elif kind == "CNAME":
            self.add(owner, "CNAME", self._target())
        elif kind == "DNAME" and not wild and "NS" not in self.owners.get(owner.lower(), ()):
            if r.random() < 0.5 or below_apex:
                self.add(owner, "DNAME", self._target())
        elif kind == "NS" and below_apex and not wild:
            self._add_delegation(owner)
        elif kind == "DS" and below_apex:
            if "NS" in self.owners.get(owner.lower(), ()):
                self.add(owner, "DS", f"{r.randint(1, 65535)} 13 2 {'ab' * 32}")
        elif kind == "other":
            rows = [("PTR", self._target()), ("HINFO", '"cpu" "os"'), ("CAA", '0 issue "ca.example"'),
                    ("NAPTR", f'1 2 "u" "sip" "!.*!x!" {self._target()}'),
                    ("TLSA", "3 1 1 " + "cd" * 32), ("SSHFP", "4 2 " + "ef" * 32),
                    ("LOC", "52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m"),
                    ("RP", f"{self._target()} {self._target()}"),
                    ("AFSDB", f"1 {self._target()}"), ("TYPE65280", r"\# 4 01020304"),
                    ("HTTPS", f"1 {self._target()} alpn=h2"), ("SVCB", f"0 {self._target()}"),
                    ("KX", f"1 {self._target()}")]
            self.add(owner, *r.choice(rows))

    def _add_delegation(self, owner):
        r = self.random
        if "DNAME" in self.owners.get(owner.lower(), ()):
            return
        for i in range(r.randint(1, 3)):
            host = r.choice([f"ns{i}.{owner}", f"ns{i}.{owner}", f"ns{i}.glue.{self.origin}",
                             "ns.out.example.", self._target()])
            if host == ".":
                continue
            self.add(owner, "NS", host)
            if self.holds(host) and r.random() < 0.9:
                self.add(host, "A", f"192.0.2.{r.randint(1, 250)}")
                if r.random() < 0.4:
                    self.add(host, "AAAA", f"2001:db8::{r.randint(1, 9999)}")
        if r.random() < 0.3:
            self.add(owner, "DS", f"{r.randint(1, 65535)} 13 2 {'ab' * 32}")

    def owner_names(self, kind=None):
        """Of records of that type, or of any."""
        if kind not in self._owner_names:
            self._owner_names[kind] = {dns.name.from_text(o).canonicalize()
                                       for o, _, k, _ in self.rows if kind in (None, k)}
        return self._owner_names[kind]

    def text(self):
        return "".join(f"{o} {t} IN {k} {d}\n" for o, t, k, d in self.rows)

    def _parents(self, name):
        while name.lower() != self.origin.lower() and "." in name:
            cut = 0
            while cut < len(name) and name[cut] != ".":
                cut += 2 if name[cut] == "\\" else 1
            name = name[cut + 1:]
            if self.holds(name):
                yield name

    def names(self):
        """Owners, targets, everything between them and the apex, and names beside and below."""
        near = {row[0] for row in self.rows}
        near |= {t for t in self.targets if self.holds(t)}
        for name in sorted(near):
            near.update(self._parents(name))
        out = set(near)
        for name in sorted(near):
            if len(name) < 170:
                out.add(self.random.choice(["zz.", "a.", "*.", "www.a.", "0."]) + name)
        out.add("beside." + self.origin.split(".", 1)[1])
        return sorted(out)

    def questions(self, limit):
        everything = [(n, t) for n in self.names() for t in QUERY_TYPES]
        everything += [(self.origin, t) for t in ("NSEC3PARAM", "NSEC3", "CDS")]
        if len(everything) > limit:
            everything = self.random.sample(everything, limit)
        return everything
