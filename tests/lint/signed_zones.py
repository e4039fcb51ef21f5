"""Zones signed by real signers with a few keys that are made once, and what it takes to change one
record of them and sign it again: an RRset at a time, with the same keys (dnspython).
"""
import atexit
import base64
import dataclasses
import functools
import os
import re
import shutil
import struct
import tempfile
import threading
import time

import dns.dnssec
import dns.name
import dns.rdata
import dns.rdatatype
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from dns.rdtypes.ANY.RRSIG import RRSIG

import knot
from lapis_lint import sh

DAY = 86400
ALGORITHMS = {5: "RSASHA1", 8: "RSASHA256", 10: "RSASHA512", 13: "ECDSAP256SHA256", 15: "ED25519"}


class SignerRefuses(Exception):
    """The signer does not read this zone; another one will do."""


class Key:
    """A key pair without owner: `files` writes it for a zone."""

    def __init__(self, folder, algorithm, bits, entry_point):
        options = ["-b", str(bits)] if bits else []
        options += ["-f", "KSK"] if entry_point else []
        base = sh("dnssec-keygen", "-q", "-a", ALGORITHMS[algorithm], *options, "example", cwd=folder)
        with open(os.path.join(folder, base + ".private"), encoding="ascii") as file:
            self.private_text = file.read()
        with open(os.path.join(folder, base + ".key"), encoding="ascii") as file:
            self.data = re.search(r"^example\. .*?DNSKEY (.*)$", file.read(), re.MULTILINE).group(1)
        self.algorithm, self.entry_point = algorithm, entry_point
        self.record = dns.rdata.from_text("IN", "DNSKEY", self.data)
        self.tag = dns.dnssec.key_id(self.record)
        self.private = private_key(algorithm, self.private_text)

    def sign(self, octets):
        """With the algorithms that RRsets are signed again by: 13 and 15 (RFC 6605, 8080)."""
        if self.algorithm == 15:
            return self.private.sign(octets)
        r, s = decode_dss_signature(self.private.sign(octets, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def files(self, folder, origin):
        """Writes the pair as signers expect it; its name without extension."""
        base = f"K{origin.lower()}.+{self.algorithm:03}+{self.tag:05}"
        with open(os.path.join(folder, base + ".private"), "w", encoding="ascii") as file:
            file.write(self.private_text)
        with open(os.path.join(folder, base + ".key"), "w", encoding="ascii") as file:
            file.write(f"{origin}. 3600 IN DNSKEY {self.data}\n")
        return base


def private_key(algorithm, text):
    """Of the form that BIND's tools write."""
    found = re.search(r"^PrivateKey: (.*)$", text, re.MULTILINE)
    octets = base64.b64decode(found.group(1)) if found else b""
    if algorithm == 13:
        return ec.derive_private_key(int.from_bytes(octets, "big"), ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.from_private_bytes(octets) if algorithm == 15 else None


LOCK = threading.RLock()


@functools.lru_cache(maxsize=None)
def work_folder():
    folder = tempfile.mkdtemp(prefix="lapis-lint-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@functools.lru_cache(maxsize=None)
def made_key(algorithm, bits, entry_point, number):
    del number  # several keys of one kind
    return Key(work_folder(), algorithm, bits, entry_point)


def key(algorithm=13, entry_point=False, bits=None, number=0):
    """One of few keys, made when it is first wanted."""
    if bits is None and algorithm in (5, 8, 10):
        bits = 2048
    with LOCK:
        return made_key(algorithm, bits, entry_point, number)


@dataclasses.dataclass(eq=False)
class Line:
    """One record on one line. `owner` is absolute."""
    owner: str
    ttl: int
    type: str
    data: str

    def text(self):
        return f"{self.owner} {self.ttl} IN {self.type} {self.data}"

    def covers(self):
        """The type whose RRset an RRSIG signs."""
        return self.data.split()[0] if self.type == "RRSIG" else ""

    def tag(self):
        return int(self.data.split()[6])


def read_line(text):
    """A record of a signer's output: none of them leaves anything out or breaks lines."""
    if not text.strip() or text[0] in ";$":
        return None
    owner, ttl, rest = text.split(None, 2)
    kind, data = re.sub(r"^IN\s+", "", rest).split(None, 1)
    if kind in ("DNSKEY", "RRSIG", "NSEC3", "DS"):
        data = data.split(";")[0]
    return Line(owner, int(ttl), kind, data.strip())


def by_bind(folder, origin, keys, kind):
    options = {"nsec": [], "nsec3": ["-3", "-"], "opt-out": ["-3", "-", "-A"],
               "iterations": ["-3", "-", "-H", "10"], "salt": ["-3", "ab12"]}[kind]
    single = ["-z"] if len(keys) == 1 else []
    for each in keys:
        each.files(folder, origin)
    sh("dnssec-signzone", "-q", "-S", "-O", "full", *single, *options, "-o", origin, "-f", "signed", "zone",
       cwd=folder)
    return os.path.join(folder, "signed")


def by_ldns(folder, origin, keys, kind):
    options = {"nsec": [], "nsec3": ["-n", "-t", "0"], "opt-out": ["-n", "-p", "-t", "0"],
               "iterations": ["-n", "-t", "10"], "salt": ["-n", "-t", "0", "-s", "ab12"]}[kind]
    names = [each.files(folder, origin) for each in keys]
    # Its default is four weeks, like that of the others a matter of taste.
    sh("ldns-signzone", "-o", origin, *options, "-f", "signed", "zone", *names, cwd=folder)
    return os.path.join(folder, "signed")


def by_knot(folder, origin, keys, kind):
    knot.configure(folder, origin, manual=True, algorithm=ALGORITHMS[keys[0].algorithm].lower(),
                   single=len(keys) == 1, nsec3=kind != "nsec", iterations=10 if kind == "iterations" else 0,
                   salt=2 if kind == "salt" else 0, opt_out=kind == "opt-out")
    for each in keys:
        sh("keymgr", "-c", "knot.conf", origin, "import-bind", each.files(folder, origin) + ".key", cwd=folder)
    if kind == "salt":
        sh("keymgr", "-c", "knot.conf", origin, "nsec3-salt", "ab12", cwd=folder)
    return knot.sign(folder, origin)


SIGNERS = {"dnssec-signzone": by_bind, "ldns-signzone": by_ldns, "kzonesign": by_knot}


class SignedZone:
    """What a signer made of a zone, as lines."""

    def __init__(self, signer, origin, text, keys, kind, random):
        self.origin, self.keys, self.kind, self.random = origin, keys, kind, random
        self.apex = origin + "."
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "zone"), "w", encoding="ascii") as file:
                file.write(text)
            try:
                path = SIGNERS[signer](folder, origin, keys, kind)
            except AssertionError as error:
                raise SignerRefuses(str(error)) from error
            with open(path, encoding="ascii") as file:
                self.lines = [line for line in map(read_line, file) if line]

    def text(self):
        return "".join(line.text() + "\n" for line in self.lines)

    # ---- finding

    def rrset(self, owner, kind):
        return [line for line in self.lines
                if line.owner.lower() == owner.lower() and line.type == kind]

    def signatures(self, owner, kind):
        return [line for line in self.lines if line.owner.lower() == owner.lower()
                and line.covers() == kind]

    def all(self, *kinds):
        return [line for line in self.lines if line.type in kinds]

    def pick(self, *kinds, where=lambda line: True):
        return self.random.choice([line for line in self.all(*kinds) if where(line)])

    def first(self, *lines):
        """The one that stands first in the file."""
        return next(line for line in self.lines if any(line is each for each in lines))

    def number(self, line):
        return next(i for i, each in enumerate(self.lines) if each is line) + 1

    def names(self, kind):
        """Owners of records of a type, once each."""
        return sorted({line.owner.lower() for line in self.all(kind)})

    # ---- changing

    def drop(self, *lines):
        self.lines = [line for line in self.lines if not any(line is each for each in lines)]

    def put(self, line):
        """At a random place, but not before the SOA record."""
        self.lines.insert(self.random.randint(1, len(self.lines)), line)
        return line

    def signed(self, records, by, signer=None, since=-DAY, until=28 * DAY, ttl=None):
        """A new signature over an RRset, by the key `by`; times are relative to now (RFC 4034 section 3.1)."""
        now = int(time.time())
        owner, kind = dns.name.from_text(records[0].owner), dns.rdatatype.from_text(records[0].type)
        ttl = records[0].ttl if ttl is None else ttl
        labels = len(owner) - 1 - owner.is_wild()
        # dns.dnssec.sign counts the label of a wildcard, and keeps one NSEC record of an RRset only.
        rrsig = RRSIG("IN", "RRSIG", kind, by.algorithm, labels, ttl, now + until, now + since, by.tag,
                      dns.name.from_text(signer or self.apex), b"")
        head = owner.to_digestable() + struct.pack("!HHI", kind, 1, ttl)
        octets = rrsig.to_wire()[:18] + rrsig.signer.to_digestable()
        for data in sorted(dns.rdata.from_text("IN", kind, r.data).to_digestable() for r in records):
            octets += head + struct.pack("!H", len(data)) + data
        return Line(records[0].owner, records[0].ttl, "RRSIG",
                    rrsig.replace(signature=by.sign(octets)).to_text())

    def key_of(self, signature):
        return next(each for each in self.keys if each.tag == signature.tag())

    def sign_again(self, owner, kind, **options):
        """Replaces each signature over an RRset, for it was changed or the signatures shall be others;
        returns the new ones."""
        fresh = []
        for old in self.signatures(owner, kind):
            new = self.signed(self.rrset(owner, kind), self.key_of(old), **options)
            old.data, old.ttl = new.data, new.ttl
            fresh.append(old)
        return fresh

    def hashed(self, name):
        """The label of a name's NSEC3 record."""
        salt, iterations = "", 0
        for line in self.all("NSEC3PARAM"):
            fields = line.data.split()
            salt, iterations = fields[3].replace("-", ""), int(fields[2])
        return dns.dnssec.nsec3_hash(name.lower(), bytes.fromhex(salt), iterations, 1).lower()
