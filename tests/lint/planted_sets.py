"""One planted defect for every rule about several files: zones given together, the published zone,
and zones with the programs of their server. Also for those about files as such.
"""
import copy
import random

import clean_zones
import dns.dnssec
from clean_zones import Far, Maker, Name, Record, below
from planted import Case, NotThisZone, first_that_works
from planted_signed import two_keys
from signed_zones import SIGNERS, Line, SignedZone, SignerRefuses

PLANTERS = {}
PROGRAM_PLANTERS = {}
# What a checker that is given one file and its name has no notion of.
WITHOUT_NOTION = {"unreadable-file", "missing-origin"}


def planter(rule, table=PLANTERS):
    def register(function):
        table[rule] = function
        return function
    return register


def plant(rule, number):
    make = {**PLANTERS, **PROGRAM_PLANTERS}[rule]
    return first_that_works(lambda seed: make(Several(rule, seed)), number,
                            (NotThisZone, SignerRefuses, IndexError, StopIteration))


class Several:
    """Zones that belong together, first clean and then with a defect."""

    def __init__(self, rule, seed):
        self.rule, self.seed = rule, seed
        self.random = random.Random(f"{rule} {seed}")
        self.zones = {}  # file name: Zone
        self.clean = {}

    def maker(self, origin=None):
        maker = Maker(self.random.getrandbits(32))
        maker.zone.origin = origin or maker.zone.origin
        maker.make()
        return maker

    def add(self, name, maker):
        self.zones[name] = maker.zone
        return maker

    def now_spoil(self):
        """What is changed from here on is the defect."""
        self.clean = copy.deepcopy(self.zones)

    def written(self, name, zone, seed):
        writer = clean_zones.Writer(zone, f"{self.seed} {seed}", not any(r.raw for r in zone.records))
        return writer, writer.text()

    def case(self, target, names=(), arguments=None, more=None):
        files, place = dict(more or {}), None
        for seed, (name, zone) in enumerate(self.zones.items()):
            writer, text = self.written(name, zone, seed)
            files[name] = (zone.origin, self.written(name, self.clean[name], seed)[1], text)
            for at, record in enumerate(zone.records):
                if record is target:
                    place = name, writer.starts[at], writer.columns[at]
        if place is None:
            place = target
            names = list(names)
        else:
            names = [target.owner, *names]
        return Case(self.rule, files, arguments or [name for name, file in files.items() if file[0]],
                    place, [str(name).rstrip(".") for name in names if name])


def put(maker, owner, kind, *data, ttl=None):
    """The record, new; a TTL that its RRset has already."""
    if ttl is None:
        ttl = next((r.ttl for r in maker.zone.records
                    if r.owner.lower() == owner.lower() and r.type == kind), 3600)
    record = Record(Name(owner), kind, list(data), ttl)
    maker.zone.records.append(record)
    return record


def insert(p, maker, owner, kind, *data):
    """Not at the end but somewhere."""
    record = put(maker, owner, kind, *data)
    maker.zone.records.pop()
    maker.zone.records.insert(p.random.randint(1, len(maker.zone.records)), record)
    return record


# ---- one zone after the other

@planter("serial-not-increased")
def serial_not_increased(p):
    zone = p.add("new.zone", p.maker()).zone
    published = copy.deepcopy(zone)
    zone.records[p.random.randrange(1, len(zone.records))].ttl = 3599
    for record in zone.records:  # of the whole RRset
        if any(r.ttl == 3599 and r.owner.lower() == record.owner.lower() and r.type == record.type
               for r in zone.records):
            record.ttl = 3599
    old = int(published.records[0].data[2])
    zone.records[0].data[2] = str((old + p.random.choice([1, 2**31 - 1])) % 2**32)
    p.now_spoil()
    zone.records[0].data[2] = str((old + p.random.choice([0, 0, -1, 2**31, 2**31 + 1])) % 2**32)
    text = p.written("old.zone", published, 7)[1]
    return p.case(zone.records[0], arguments=["--previous", "old.zone", "new.zone"],
                  more={"old.zone": (None, text, text)})


# ---- reverse zones

def with_reverse(p):
    """A zone and the reverse zones of its addresses, which agree."""
    maker = p.add("forward.zone", p.maker())
    zone = maker.zone
    makers = {}
    for network in ("192.0.2", "198.51.100", "203.0.113"):
        last, middle, first = reversed(network.split("."))
        reverse = Maker(p.random.getrandbits(32))
        reverse.zone.origin = f"{last}.{middle}.{first}.in-addr.arpa"
        reverse.zone.records = [
            Record(Name(""), "SOA", [Far("ns1.elsewhere.test."), Far("hostmaster.elsewhere.test."),
                                     "1", "7200", "1800", "1209600", "300"]),
            Record(Name(""), "NS", [Far("ns1.elsewhere.test.")]),
            Record(Name(""), "NS", [Far("ns2.elsewhere.test.")])]
        makers[network] = p.add(f"{network}.zone", reverse)
    hosts = set(zone.hosts())
    told = set()
    for record in zone.records:
        if record.type == "A" and record.owner in hosts and record.data[0] not in told:
            network, _, host = record.data[0].rpartition(".")
            told.add(record.data[0])
            put(makers[network], host, "PTR", Far(f"{record.owner}.{zone.origin}."))
    if not told:
        raise NotThisZone
    return maker, makers


@planter("ptr-without-address")
def ptr_without_address(p):
    forward, makers = with_reverse(p)
    p.now_spoil()
    network, maker = p.random.choice(list(makers.items()))
    used = {r.data[0] for r in forward.zone.records if r.type == "A"}
    host = next(h for h in range(1, 255) if f"{network}.{h}" not in used)
    target = p.random.choice([forward.fresh(), p.random.choice(forward.zone.hosts())])
    if any(below(target, r.owner) for r in forward.zone.records if r.type in ("NS", "DNAME") and r.owner):
        raise NotThisZone
    return p.case(insert(p, maker, str(host), "PTR", Far(f"{target}.{forward.zone.origin}.")))


@planter("address-without-ptr")
def address_without_ptr(p):
    forward, makers = with_reverse(p)
    p.now_spoil()
    network = p.random.choice(list(makers))
    used = {r.data[0] for r in forward.zone.records if r.type == "A"}
    host = next(h for h in range(1, 255) if f"{network}.{h}" not in used)
    return p.case(insert(p, forward, forward.fresh(), "A", f"{network}.{host}"))


# ---- parents and children

def family(p):
    """A parent, a child and a delegation that agree."""
    parent = p.add("parent.zone", p.maker())
    cut = parent.fresh()
    child = p.add("child.zone", p.maker(f"{cut}.{parent.zone.origin}"))
    apex = [r for r in child.zone.records if r.type == "NS" and r.owner == ""]
    for ns in apex:
        target = ns.data[0]
        inside = isinstance(target, Name)
        put(parent, cut, "NS", Name(f"{target}.{cut}") if inside else target)
        for record in [r for r in child.zone.records
                       if inside and r.owner == target and r.type in ("A", "AAAA")]:
            put(parent, f"{target}.{cut}", record.type, *record.data)
    return parent, child, cut


@planter("delegation-missing")
def delegation_missing(p):
    parent, child, cut = family(p)
    p.now_spoil()
    parent.zone.records = [r for r in parent.zone.records if r.owner != cut and not below(r.owner, cut)]
    return p.case(child.zone.records[0], [f"{cut}.{parent.zone.origin}"])


@planter("delegation-inconsistent")
def delegation_inconsistent(p):
    parent, child, cut = family(p)
    p.now_spoil()
    maker, owner = p.random.choice([(parent, cut), (child, "")])
    if p.random.random() < 0.5:
        return p.case(insert(p, maker, owner, "NS", Far("ns99.elsewhere.test.")))
    # One less on one side: the record is the other side's.
    mine = [r for r in maker.zone.records if r.type == "NS" and r.owner == owner]
    gone = p.random.choice(mine)
    if len(mine) < 3 or gone.data[0] == maker.zone.records[0].data[0]:
        raise NotThisZone
    other = child if maker is parent else parent
    name = str(gone.data[0]).removesuffix("." + cut)
    wanted = (name, f"{name}.{cut}")
    maker.zone.records = [r for r in maker.zone.records if r is not gone]
    if isinstance(gone.data[0], Name) and maker is parent:  # its glue goes, too
        maker.zone.records = [r for r in maker.zone.records if r.owner != gone.data[0]]
    target = next(r for r in other.zone.records if r.type == "NS" and str(r.data[0]) in wanted
                  and r.owner == ("" if other is child else cut))
    return p.case(target, [cut])


@planter("glue-inconsistent")
def glue_inconsistent(p):
    parent, _, cut = family(p)
    p.now_spoil()
    glue = p.random.choice([r for r in parent.zone.records if r.type == "A" and below(r.owner, cut)])
    if p.random.random() < 0.5:
        glue.data[0] = "192.0.2.255"
        return p.case(glue)
    return p.case(insert(p, parent, glue.owner, "A", "192.0.2.255"))


def signed_family(p, digests):
    """`digests` makes the DS data, clean and spoilt, out of those of the child's keys."""
    parent, child, cut = family(p)
    signer = p.random.choice(list(SIGNERS))
    kind = p.random.choice(["nsec", "nsec3"])
    child_signed = SignedZone(signer, child.zone.origin, plain(child.zone), two_keys(13)(), kind, p.random)
    texts = []
    keys = [dns.dnssec.make_ds(child.zone.origin + ".", each.record, "SHA256").to_text()
            for each in two_keys(13)() if each.entry_point]
    for data in digests(keys[0]):
        zone = copy.deepcopy(parent.zone)
        zone.records += [Record(Name(cut), "DS", each.split()) for each in data]
        texts.append(SignedZone(signer, zone.origin, plain(zone), two_keys(13)(), kind, p.random))
    child_text = child_signed.text()
    return texts, cut + "." + parent.zone.origin, lambda line: Case(
        p.rule, {"parent.zone": (parent.zone.origin, texts[0].text(), texts[1].text()),
                 "child.zone": (child.zone.origin, child_text, child_text)},
        ["parent.zone", "child.zone"], ("parent.zone", texts[1].number(line), 1), [line.owner.rstrip(".")])


def plain(zone):
    return clean_zones.Writer(zone, 0, styled=False).text()


@planter("ds-no-key")
def ds_no_key(p):
    def digests(good):
        tag, algorithm, kind, digest = good.split()
        yield [good]
        yield [" ".join(p.random.choice([[str(int(tag) ^ 1), algorithm, kind, digest],
                                         [tag, "8", kind, digest],
                                         [tag, algorithm, kind, digest[::-1]]]))]
    (_, spoilt), _, case = signed_family(p, digests)
    line, = (each for each in spoilt.all("DS") if each.owner.lower() == signed_cut(spoilt, p))
    return case(line)


def signed_cut(signed, p):
    child = p.zones["child.zone"].origin.lower() + "."
    assert signed.rrset(child, "NS")
    return child


@planter("ds-missing")
def ds_missing(p):
    (_, spoilt), _, case = signed_family(p, lambda good: [[good], []])
    return case(spoilt.first(*spoilt.rrset(signed_cut(spoilt, p), "NS")))


# ---- nameservers

@planter("lame-delegation")
def lame_delegation(p):
    maker = p.add("zone.zone", p.maker())
    servers = p.add("servers.zone", p.maker("servers.test"))
    p.now_spoil()
    name = servers.fresh()
    if p.random.random() < 0.5:
        put(servers, name, "TXT", '"no address"')
    owner = p.random.choice(["", maker.fresh(), *maker.zone.cuts()])
    return p.case(insert(p, maker, owner, "NS", Far(f"{name}.{servers.zone.origin}.")))


@planter("cyclic-dependency")
def cyclic_dependency(p):
    if p.random.random() < 0.5:  # within one zone
        maker = p.add("zone.zone", p.maker())
        p.now_spoil()
        cuts = [maker.fresh() for _ in range(p.random.randint(2, 4))]
        made = [put(maker, one, "NS", Name(f"{p.random.choice(['ns', 'a.b'])}.{two}"))
                for one, two in zip(cuts, cuts[1:] + cuts[:1])]
        return p.case(made[0], cuts)
    one = p.add("a.zone", p.maker("one.test"))
    two = p.add("b.zone", p.maker("two.example"))
    for maker in (one, two):
        if not any(r.type == "A" for r in maker.zone.records):
            raise NotThisZone
    p.now_spoil()
    for maker, other in ((one, two), (two, one)):
        host = p.random.choice(other.zone.hosts())
        maker.zone.records = [r for r in maker.zone.records if r.type != "NS" or r.owner]
        second = put(other, other.fresh(), "A", "192.0.2.99").owner
        maker.zone.records[0].data[0] = Far(f"{host}.{other.zone.origin}.")
        for name in (host, second):
            put(maker, "", "NS", Far(f"{name}.{other.zone.origin}."))
    return p.case(next(r for r in one.zone.records if r.type == "NS" and r.owner == ""))


# ---- files

@planter("unreadable-file")
def unreadable_file(p):
    maker = p.add("zone.zone", p.maker())
    p.now_spoil()
    origin = "gone.example"
    other = p.maker(origin).zone
    return p.case(("gone.zone", 1, 1), arguments=["zone.zone", "gone.zone"],
                  more={"gone.zone": (origin, p.written("gone.zone", other, 9)[1], None)})


@planter("missing-origin")
def missing_origin(p):
    zone = p.maker().zone
    clean = clean_zones.Writer(zone, 0, styled=False).text()
    text = clean.split("\n", 1)[1].replace(f"\n{zone.origin}. ", "\n@ ")
    text = text.replace(f"{zone.origin}. ", "@ ", 1) if text.split("\n")[1][0] != "@" else text
    return Case(p.rule, {"x": (zone.origin, clean, text)}, ["x"], ("x", 2, 1), [])


@planter("missing-owner")
def missing_owner(p):
    zone = p.maker().zone
    clean = clean_zones.Writer(zone, 0, styled=False).text()
    head, _, rest = clean.partition("\n")
    gap = p.random.choice([" ", "\t", "    "])
    text = f"{head}\n{gap}3600 IN TXT \"first of all\"\n{rest}"
    return Case(p.rule, {"zone.txt": (zone.origin, clean, text)}, ["--origin", zone.origin, "zone.txt"],
                ("zone.txt", 2, len(gap) + 1), [])


# ---- zones with programs

CONFIG = """server:
  listen: [127.0.0.1@5300]
programs: [set.lisp]
zones:
  - name: {origin}
    file: zone.zone
    addressing: true
    attributes-file: rows.csv
"""
PROGRAM = """(program p{number}
  (match {match})
  (response (list (ipv4 "192.0.2.9")) (list (ipv6 "2001:db8::9")) (ttl 60)))
"""


def programs(matches):
    """The text of a set, and the line of each match."""
    text = '(attribute plan (one-of "basic" "gold" "none") (default "basic"))\n'
    lines = []
    for number, match in enumerate(matches):
        lines.append(text.count("\n") + 2)
        text += PROGRAM.format(number=number, match=match)
    return text, lines


class Server:
    """A zone with addressing, rows for some of its hosts, and programs that each answer some queries."""

    def __init__(self, p):
        self.p = p
        self.maker = p.add("zone.zone", p.maker())
        self.zone = self.maker.zone
        p.now_spoil()
        hosts = [r.owner for r in self.zone.records if r.type == "A" and r.owner in self.zone.hosts()]
        self.hosts = list({host.lower(): host for host in hosts}.values())
        p.random.shuffle(self.hosts)
        if len(self.hosts) < 3:
            raise NotThisZone
        self.rows = [f"{host},{p.random.choice(['gold', 'basic'])}" for host in self.hosts[::2]]
        self.matches = [f'(and (= qname "{host}.{self.zone.origin}.") (= transport "{p.random.choice(["udp", "tcp"])}"))'
                        for host in self.hosts[:p.random.randint(2, 6)]]
        self.matches.append('(= plan "none")')

    def nameless(self):
        """A name that programs are not asked for."""
        kind = self.p.random.randrange(3)
        if kind == 0:
            return self.maker.fresh()
        texts = [r.owner for r in self.zone.records if r.type == "TXT" and "\\" not in r.owner
                 and not any(x.type in ("A", "AAAA") and (x.owner == r.owner or below(x.owner, r.owner))
                             for x in self.zone.records)]
        return self.p.random.choice(texts) if kind == 1 else Name(f"x.{self.hosts[0]}")

    def case(self, before, after, place, names=()):
        """Before and after: rows and matches."""
        files = {"lapis.yaml": (None, *[CONFIG.format(origin=self.zone.origin)] * 2),
                 "rows.csv": (None, *["\n".join(["name,plan", *rows]) + "\n" for rows, _ in (before, after)]),
                 "set.lisp": (None, *[programs(matches)[0] for _, matches in (before, after)])}
        return self.p.case(place, names, arguments=["--config", "lapis.yaml"], more=files)


@planter("attribute-row-unused", PROGRAM_PLANTERS)
def attribute_row_unused(p):
    server = Server(p)
    name = server.nameless()
    at = p.random.randint(0, len(server.rows))
    rows = [*server.rows[:at], f"{name},gold", *server.rows[at:]]
    return server.case((server.rows, server.matches), (rows, server.matches), ("rows.csv", at + 2, 1))


@planter("program-name-unasked", PROGRAM_PLANTERS)
def program_name_unasked(p):
    server = Server(p)
    name = p.random.choice([f"{server.nameless()}.{server.zone.origin}.", "www.elsewhere.test."])
    head = p.random.choice(["(and ", '(and (!= transport "tls") ', "(not (and (= transport \"udp\") "])
    inner = p.random.choice([f'(= qname "{name}")', f'(in qname (list "{server.hosts[0]}.{server.zone.origin}." "{name}"))',
                             f'(under? qname "{name}")', '(= zone "elsewhere.test.")'])
    tail = ' (= transport "tcp"))'
    if head.startswith("(not"):
        head, tail = "(and (= transport \"tcp\") (not ", ") (= plan \"none\"))"
    at = p.random.randint(0, len(server.matches))
    matches = [*server.matches[:at], head + inner + tail, *server.matches[at:]]
    return server.case((server.rows, server.matches), (server.rows, matches),
                       ("set.lisp", programs(matches)[1][at], len("  (match ") + len(head) + 1))


@planter("static-address-unused", PROGRAM_PLANTERS)
def static_address_unused(p):
    server = Server(p)
    host = next(h for h in server.hosts if not any(r.type == "AAAA" and r.owner.lower() == h.lower()
                                                   for r in server.zone.records))
    full = f"{host}.{server.zone.origin}."
    all_queries = p.random.choice([[f'(= qname "{full}")'],
                                   [f'(and (= qname "{full}") (= qtype "A"))'],
                                   [f'(and (= qname "{full}") (= transport "{t}"))' for t in ("udp", "tcp", "tls")],
                                   [f'(and (= qname "{full}") (in-prefix? client "{half}"))'
                                    for half in ("0.0.0.0/1", "128.0.0.0/1", "::/0")]])
    matches = server.matches + all_queries
    target = next(r for r in server.zone.records if r.type == "A" and r.owner.lower() == host.lower())
    return server.case((server.rows, server.matches), (server.rows, matches), target)
