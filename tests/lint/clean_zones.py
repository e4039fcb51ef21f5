"""Random zones without any defect, in as many shapes as zones have.

A zone is a list of records whose names are kept apart from their spelling, so that the same zone
can be written with relative or absolute names, with or without owners, TTLs and classes, on one
line or in parentheses; `write` also says on which line each record begins.
"""
import base64
import dataclasses
import random

ORIGINS = ["example.com", "example.net", "a.example", "dept.univ.example", "xn--bcher-kva.example",
           "EXAMPLE.org", "long-label-with-many-letters.test", "z"]
WORDS = ["alpha", "beta", "gamma", "delta", "omega", "east", "west", "core", "edge", "lab", "dev",
         "prod", "cdn", "img", "api", "db1", "db2", "vpn", "git", "wiki", "mail", "web", "shop"]
IDN = ["xn--bcher-kva", "xn--mnchen-3ya", "xn--fiqs8s", "xn--p1ai", "xn--e1afmkfd", "xn--wgv71a",
       "xn--mgbaam7a8h", "xn--4dbrk0ce"]


class Name(str):
    """A name of the zone, relative to its apex; empty for the apex itself."""


class Far(str):
    """A name of another zone, absolute, with its final dot."""


@dataclasses.dataclass
class Record:
    owner: Name
    type: str
    data: list  # words: str, Name or Far
    ttl: int = 3600
    raw: str = ""  # the whole line, when it is not written from the parts


@dataclasses.dataclass
class Zone:
    origin: str
    records: list

    def owners(self):
        return {record.owner.lower() for record in self.records}

    def hosts(self):
        """Names with an address that answer queries."""
        cuts = {r.owner for r in self.records if r.type == "NS" and r.owner}
        occluding = cuts | {r.owner for r in self.records if r.type == "DNAME"}
        return sorted({r.owner for r in self.records if r.type in ("A", "AAAA")
                       and r.owner not in cuts and not r.owner.startswith("*")
                       and not any(below(r.owner, cut) for cut in occluding)})

    def cuts(self):
        return sorted({r.owner for r in self.records if r.type == "NS" and r.owner})


def below(name, ancestor):
    """Strictly below."""
    return ancestor == "" and name != "" or name.lower().endswith("." + ancestor.lower())


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.number = 0
        self.zone = Zone(self.random.choice(ORIGINS), [])

    def fresh(self, parent=""):
        """A name that is new, and below nothing but `parent`."""
        self.number += 1
        label = f"{self.random.choice(WORDS)}{self.number}"
        return Name(f"{label}.{parent}" if parent else label)

    def add(self, owner, kind, *data, ttl=None):
        chosen = self.random.choice([60, 300, 3600, 86400]) if ttl is None else ttl
        for record in self.zone.records:
            if record.owner.lower() == owner.lower() and record.type == kind:
                chosen = record.ttl
        self.zone.records.append(Record(Name(owner), kind, list(data), chosen))

    def ipv4(self):
        r = self.random
        return f"{r.choice(['192.0.2', '198.51.100', '203.0.113'])}.{r.randint(1, 254)}"

    def ipv6(self):
        return f"2001:db8:{self.random.randint(1, 0xffff):x}::{self.random.randint(1, 0xffff):x}"

    def address(self, owner):
        if self.random.random() < 0.9:
            for value in {self.ipv4() for _ in range(self.random.choice([1, 1, 1, 2, 4]))}:
                self.add(owner, "A", value)
        else:
            self.add(owner, "AAAA", self.ipv6())
        if self.random.random() < 0.4:
            self.add(owner, "AAAA", "2001:db8:ffff::1")
        return owner

    def a_host(self):
        hosts = self.zone.hosts()
        if hosts and self.random.random() < 0.7:
            return Name(self.random.choice(hosts))
        if self.random.random() < 0.5:
            return Far(f"host{self.random.randint(1, 9)}.elsewhere.example.")
        return self.address(self.fresh())

    def make(self):
        r = self.random
        primary = self.fresh()
        apex = Name("")
        self.add(apex, "SOA", primary, Name("hostmaster"), str(r.randint(1, 2**32 - 1)), "7200",
                 "3600", "1209600", str(r.choice([300, 900, 3600])), ttl=3600)
        self.add(apex, "NS", primary)
        self.address(primary)
        for _ in range(r.randint(1, 3)):
            if r.random() < 0.5:
                self.add(apex, "NS", Far(f"ns{r.randint(1, 99)}.provider{r.randint(1, 9)}.example."))
            else:
                self.add(apex, "NS", self.address(self.fresh()))
        if len({str(x.data[0]) for x in self.zone.records if x.type == "NS"}) < 2:
            self.add(apex, "NS", Far("ns.other.example."))
        for shape in r.sample(SHAPES, r.randint(4, len(SHAPES))):
            for _ in range(r.randint(1, 2)):
                shape(self)
        once = {}
        for record in self.zone.records:
            key = (record.owner.lower(), record.type, tuple(str(x).lower() for x in record.data))
            once.setdefault(key, record)
        self.zone.records = list(once.values())
        return self.zone


def hosts(m):
    for _ in range(m.random.randint(1, 6)):
        m.address(m.fresh())


def deep_host(m):
    m.address(Name("a.b.c." + m.fresh()))


def delegation(m):
    cut = m.fresh()
    for i in range(m.random.randint(2, 3)):
        kind = m.random.random()
        if kind < 0.5:
            server = Name(f"ns{i}.{cut}")
            m.address(server)
        elif kind < 0.8:
            server = Far(f"ns{i}.dns.example.")
        else:
            server = m.address(m.fresh())
        m.add(cut, "NS", server)
    if m.random.random() < 0.5:
        m.add(cut, "DS", str(m.random.randint(1, 65535)), "13", "2", "%064X" % m.random.getrandbits(256))


def sibling_glue(m):
    one, two = m.fresh(), m.fresh()
    server = m.address(Name(f"ns.{one}"))
    m.add(one, "NS", server)
    m.add(two, "NS", server)
    m.add(two, "NS", Far("ns.third.example."))


def self_glue(m):
    cut = m.fresh()
    m.add(cut, "NS", cut)
    m.add(cut, "A", m.ipv4())


def wildcard(m):
    parent = m.fresh()
    m.add(parent, "TXT", '"the parent of a wildcard"')
    m.add(Name(f"*.{parent}"), "A", m.ipv4())
    m.add(Name(f"*.{parent}"), "MX", "10", m.a_host())
    m.address(Name(f"known.{parent}"))


def empty_non_terminals(m):
    base = m.fresh()
    m.add(Name(f"x.y.{base}"), "TXT", '"below two empty names"')
    m.add(Name(f"_tcp.z.{base}"), "TXT", '"x"')


def aliases(m):
    last = m.a_host()
    for _ in range(m.random.randint(1, 4)):
        alias = m.fresh()
        m.add(alias, "CNAME", last)
        last = alias


def mail(m):
    owner = m.fresh()
    if m.random.random() < 0.3:
        m.add(owner, "MX", "0", Far("."))
        return
    for preference in (10, 20):
        m.add(owner, "MX", str(preference), m.a_host())


def texts(m):
    owner = m.fresh()
    m.add(owner, "TXT", *[f'"part {i} ; not a comment"' for i in range(m.random.randint(1, 40))])
    m.add(owner, "TXT", '"quotes \\" and \\\\ and \\200"', "unquoted\\ word", '""')
    m.add(owner, "TXT", '"' + "x" * 255 + '"')
    m.add(owner, "HINFO", '"CPU"', "OS")


def services(m):
    for service in ("_sip._tcp", "_xmpp-client._tcp", "_ldap._udp"):
        owner = Name(f"{service}.{m.fresh()}")
        if m.random.random() < 0.2:
            m.add(owner, "SRV", "0", "0", "0", Far("."))
        else:
            m.add(owner, "SRV", "10", "60", "5060", m.a_host())


def service_bindings(m):
    owner = m.fresh()
    address = m.ipv4()
    m.add(owner, "A", address)
    m.add(owner, "HTTPS", "1", Far("."), "alpn=h2,h3", f"ipv4hint={address}", "port=8443")
    other = m.fresh()
    m.add(other, "HTTPS", "0", m.a_host())
    m.add(Name(f"_foo.{m.fresh()}"), "SVCB", "2", m.a_host(), 'mandatory=alpn', 'alpn="bar"')


def naptr(m):
    owner = m.fresh()
    m.add(owner, "NAPTR", "100", "10", '"u"', '"E2U+sip"', '"!^.*$!sip:info@example.com!"', Far("."))


def certificates(m):
    owner = m.address(m.fresh())
    m.add(owner, "CAA", "0", "issue", '"ca.example"')
    m.add(owner, "CAA", "0", "iodef", '"mailto:security@example.com"')
    m.add(owner, "SSHFP", "4", "2", "%064x" % m.random.getrandbits(256))
    m.add(Name(f"_443._tcp.{owner}"), "TLSA", "3", "1", "1", "%064x" % m.random.getrandbits(256))


def redirection(m):
    owner = m.fresh()
    m.add(owner, "DNAME", Far(f"target{m.number}.example."))
    if m.random.random() < 0.5:
        m.address(owner)


def internationalized(m):
    label = m.random.choice(IDN)
    owner = m.address(Name(f"{label}.{m.fresh()}"))
    m.add(m.fresh(), "CNAME", owner)


def unknown_types(m):
    m.add(m.fresh(), "TYPE65280", "\\#", "3", "010203")
    m.add(m.fresh(), "TYPE65281", "\\#", "0")


def others(m):
    owner = m.fresh()
    m.add(owner, "LOC", "52", "22", "23.000", "N", "4", "53", "32.000", "E", "-2.00m", "0.00m",
          "10000m", "10m")
    m.add(owner, "RP", Name("hostmaster"), Far("."))
    m.add(owner, "AFSDB", "1", m.a_host())
    m.add(owner, "URI", "10", "1", '"https://www.example.com/path"')
    m.add(owner, "OPENPGPKEY", base64.b64encode(m.random.randbytes(30)).decode())


def cases(m):
    owner = m.fresh()
    m.add(Name(owner.upper()), "A", m.ipv4())
    m.add(m.fresh(), "CNAME", Name(owner.title()))


def service_instances(m):
    base = m.fresh()
    m.add(Name(f"_http._tcp.{base}"), "PTR", Name(f"My\\032Site\\046._http._tcp.{base}"))
    m.add(Name(f"My\\032Site\\046._http._tcp.{base}"), "SRV", "0", "0", "80", m.a_host())
    m.add(Name(f"My\\032Site\\046._http._tcp.{base}"), "TXT", '"path=/"')


SHAPES = [hosts, deep_host, delegation, sibling_glue, self_glue, wildcard, empty_non_terminals,
          aliases, mail, texts, services, service_bindings, naptr, certificates, redirection,
          internationalized, unknown_types, others, cases, service_instances]


class Writer:
    """Spells a zone. `styled` varies the spelling; otherwise each record is one plain line."""

    def __init__(self, zone, seed, styled=True, default_ttl=True):
        self.zone, self.seed, self.styled = zone, seed, styled
        self.random = random.Random(seed)
        self.default_ttl = default_ttl
        self.lines = []
        self.keeps_case = False
        self.below = ""  # what $ORIGIN has put in front of the zone's name
        self.starts = []  # line of each record, from 1
        self.columns = []

    def name(self, name):
        if isinstance(name, Far):
            return str(name)
        if self.below:
            if name == self.below:
                return "@"
            if name.endswith("." + self.below):
                return self.spelt(name.removesuffix("." + self.below))
            return self.spelt(f"{name}.{self.zone.origin}." if name else f"{self.zone.origin}.")
        if name == "":
            return "@" if self.random.random() < 0.7 else f"{self.zone.origin}."
        relative = not self.styled or self.random.random() < 0.8
        return self.spelt(str(name) if relative else f"{name}.{self.zone.origin}.")

    def spelt(self, name):
        """The name with another case, or a letter written as an escape: the same name."""
        kind = self.random.random()
        if not self.styled or kind > 0.2 or "\\" in name:
            return name
        if kind > 0.1:
            if self.keeps_case:
                return name
            return "".join(self.random.choice([c.lower(), c.upper()]) for c in name)
        letters = [i for i, c in enumerate(name) if c.isalpha()]
        if not letters:
            return name
        at = self.random.choice(letters)
        escape = f"\\{ord(name[at]):03}" if kind > 0.03 else "\\" + name[at]
        return name[:at] + escape + name[at + 1:]

    def change_origin(self, owner):
        """Now and then the records that follow are relative to another name."""
        if not self.styled or self.random.random() > 0.08:
            return False
        if self.below:
            self.below = ""
            self.lines.append(f"$ORIGIN {self.zone.origin}.")
        elif "." in owner and "\\" not in owner and not owner.startswith("*"):
            self.below = owner.split(".", 1)[1]
            self.lines.append(f"$ORIGIN {self.below}.{self.zone.origin}.")
        else:
            return False
        return True

    def words(self, record):
        # Of names in these the case is content (RFC 4034 section 6.2 as of RFC 6840 section 5.1).
        self.keeps_case = record.type in ("HTTPS", "SVCB")
        words = [self.name(word) if isinstance(word, (Name, Far)) else word for word in record.data]
        self.keeps_case = False
        return words

    def text(self):
        self.lines.append(f"$ORIGIN {self.zone.origin}.")
        self.lines.append(self.random.choice(["$TTL 1h", "$TTL 3600"]) if self.default_ttl else "")
        last = None
        for record in self.zone.records:
            # By the record, so that one more record leaves the spelling of the others as it is.
            self.random.seed(f"{self.seed} {record.owner} {record.type} {record.data}")
            if self.styled and self.starts and self.random.random() < 0.1:
                self.lines.append(self.random.choice(["", "; a comment", "   ; more", "\t"]))
            if self.change_origin(record.owner):
                last = None  # an owner left out behind $ORIGIN would be a mistake
            self.starts.append(len(self.lines) + 1)
            if record.raw:
                self.lines += record.raw.split("\n")
                self.columns.append(1 + len(record.raw) - len(record.raw.lstrip()))
                last = None
                continue
            omit = self.styled and last == record.owner and self.random.random() < 0.5
            last = record.owner
            gap = self.random.choice([" ", "\t", "   "]) if self.styled else " "
            head = "" if omit else self.name(record.owner)
            middle = []
            if record.ttl != 3600 or (self.styled and self.random.random() < 0.3):
                middle.append(str(record.ttl))
            if self.styled and self.random.random() < 0.5:
                middle.insert(self.random.randint(0, len(middle)), "IN")
            kind = record.type.lower() if self.styled and self.random.random() < 0.1 else record.type
            words = self.words(record)
            line = gap.join([head, *middle, kind])
            self.columns.append(1 + len(gap) if omit else 1)
            if self.styled and len(words) > 2 and self.random.random() < 0.2:
                at = self.random.randint(0, len(words) - 1)
                self.lines.append(gap.join([line, *words[:at], "("]) + "  ; opens")
                self.lines.append("    " + gap.join(words[at:]) + " )")
            else:
                self.lines.append(gap.join([line, *words]))
        return "\n".join(self.lines) + "\n"


def make(seed):
    return Maker(seed).make()
