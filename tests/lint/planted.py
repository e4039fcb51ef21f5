"""One defect planted in a clean zone, for every rule about text and structure.

`PLANTERS[rule](plant)` changes `plant.zone` and returns the records (or a line and column) where the
finding belongs. What else follows from the defect must not be reported.
"""
import copy
import dataclasses
import random

import clean_zones
from clean_zones import Far, Name, Record, below

DIGEST = "%064X" % 0x1234


@dataclasses.dataclass
class Case:
    """What a planter made, ready to be given to checkers."""
    rule: str
    files: dict  # name: (origin, clean text, spoilt text); without origin for what is no zone
    arguments: list  # of `lapis lint`, in the folder of the files
    place: tuple  # file, line and column of the finding; column None where it is a part of the record
    owners: list  # names by which other checkers may speak of it
    included: bool = False  # the zone's own file does nothing but include the other


class Plant:
    """A clean zone, the tools to spoil it, and in the end its text and where the defect is."""

    def __init__(self, rule, seed):
        self.rule = rule
        self.random = random.Random(f"{rule} {seed}")
        maker = clean_zones.Maker(self.random.getrandbits(32))
        if rule in ("missing-final-dot", "leading-blank"):
            maker.zone.origin = "example.com"
        self.zone = maker.make()
        self.maker = maker
        self.default_ttl = True
        self.prefix = ""
        self.suffix = ""
        spelling = self.random.getrandbits(32)
        clean = copy.deepcopy(self.zone)
        target = PLANTERS[rule](self)
        styled = not any(record.raw for record in self.zone.records)
        self.clean_text = clean_zones.Writer(clean, spelling, styled).text()
        writer = clean_zones.Writer(self.zone, spelling, styled, self.default_ttl)
        body = writer.text()
        self.text = self.prefix + body + self.suffix
        shift = self.prefix.count("\n")
        self.owner = ""  # what a checker that goes by names would show
        if isinstance(target, int):
            self.line = target
            self.column = None
        else:
            at = next(i for i, record in enumerate(self.zone.records) if record is target)
            self.line = writer.starts[at] + shift
            # What can't be read is pointed at within the record.
            self.column = None if target.raw else writer.columns[at]
            self.owner = target.owner or (target.raw.split() or [""])[0].rstrip(".")
        self.origin = self.zone.origin

    def case(self, included=False):
        """With `included` the records stand in a file that the zone's own file includes."""
        texts = (self.clean_text, self.text)
        files, name = {"zone.txt": (self.origin, *texts)}, "zone.txt"
        if included:
            name, head = "records.txt", "; all of it is elsewhere\n\n$INCLUDE records.txt\n"
            files = {"zone.txt": (self.origin, head, head), name: (None, *texts)}
        return Case(self.rule, files, ["--origin", self.origin, "zone.txt"],
                    (name, self.line, self.column), [self.owner] if self.owner else [], included)

    def put(self, owner, kind, *data, ttl=None, raw="", at=None):
        """Adds a record at a random place behind the SOA, or at `at`; TTL as its RRset has it."""
        if ttl is None:
            ttl = next((r.ttl for r in self.zone.records
                        if r.owner.lower() == owner.lower() and r.type == kind), 3600)
        record = Record(Name(owner), kind, list(data), ttl, raw)
        place = self.random.randint(1, len(self.zone.records)) if at is None else at
        self.zone.records.insert(place, record)
        return record

    def last(self, owner, kind, *data, **options):
        return self.put(owner, kind, *data, at=len(self.zone.records), **options)

    def raw(self, raw):
        """A line as it is, between records."""
        return self.put("", "", raw=raw)

    def fresh(self, parent=""):
        return self.maker.fresh(parent)

    def pick(self, kind, where=lambda record: True):
        found = [r for r in self.zone.records if r.type == kind and where(r)]
        if found:
            return self.random.choice(found)
        raise NotThisZone

    def remove(self, where):
        self.zone.records = [r for r in self.zone.records if not where(r)]

    def index(self, record):
        return next(i for i, r in enumerate(self.zone.records) if r is record)


class NotThisZone(Exception):
    """The clean zone has no place for the defect; another one will."""


PLANTERS = {}


def planter(rule):
    def register(function):
        PLANTERS[rule] = function
        return function
    return register


def first_that_works(make, number, refusals):
    """What `make` makes of the first seed, from those of this number on, that is not refused."""
    seed = number * 1000
    while True:
        try:
            return make(seed)
        except refusals:
            seed += 1


def plant(rule, number):
    """Number `number` of the zones with this defect."""
    return first_that_works(lambda seed: Plant(rule, seed), number, NotThisZone)


# ---- text

BAD_DATA = ["A 192.0.2.256", "A 192.0.2", "A 1.2.3.4.5", "A 192.0.2.01", "AAAA 2001:db8:::1",
            "AAAA 192.0.2.1", "MX mail", "MX 65536 mail", "MX 10", "NS", "CNAME a b",
            "SRV 1 2 3", "TXT", 'TXT "' + "x" * 256 + '"', "SSHFP 1 1 zz", "DS 1 8 2 012",
            "CAA 256 issue \"x\"", "TYPE65282 \\# 2 01", "NAPTR 1 1 \"u\" \"\"", "LOC 91 0 0 N 0 0 0 E 0",
            "HTTPS x .", "TLSA 3 1 1 x", "SOA a b 1 2 3 4", "DNSKEY 256 3 13 !", "PTR"]


@planter("bad-rdata")
def bad_rdata(p):
    return p.raw(f"{p.fresh()} {p.random.choice(BAD_DATA)}")


@planter("bad-name")
def bad_name(p):
    name = p.random.choice(["a..b", ".a", "a\\300b", "x\\25"])
    if p.random.random() < 0.5:
        return p.raw(f"{name} A 192.0.2.1")
    return p.raw(f"{p.fresh()} CNAME {name}")


@planter("bad-ttl")
def bad_ttl(p):
    return p.raw(f"{p.fresh()} {p.random.choice(['1x', '99999999999', '3600.0', '4294967295'])} A 192.0.2.1")


@planter("bad-class")
def bad_class(p):
    return p.raw(f"{p.fresh()} {p.random.choice(['CH', 'HS', 'CLASS3'])} TXT x")


@planter("unknown-type")
def unknown_type(p):
    return p.raw(f"{p.fresh()} {p.random.choice(['AA', 'CNAM', 'TXTT', 'ADDRESS', 'AXFR', 'TYPE70000'])} x")


@planter("unknown-directive")
def unknown_directive(p):
    return p.raw(f"{p.random.choice(['$ORIGN', '$INCLUD', '$TTTL', '$FOO'])} x")


@planter("syntax")
def syntax(p):
    kind = p.random.randrange(5)
    if kind == 0:
        return p.raw(f'{p.fresh()} TXT "never closed')
    if kind == 1:
        return p.raw(f"{p.fresh()} A 192.0.2.1 )")
    if kind == 2:
        return p.raw(p.fresh())
    if kind == 3:
        return p.raw(f"{p.fresh()} 300 IN")
    return p.last("", "", raw=f"{p.fresh()} TXT ( a")


@planter("generate")
def generate(p):
    return p.raw(p.random.choice(["$GENERATE 9-1 h$ A 192.0.2.$", "$GENERATE 1-2 h${0,x A 192.0.2.$",
                                   "$GENERATE x h$ A 192.0.2.$"]))


@planter("include")
def include(p):
    return p.raw(p.random.choice(["$INCLUDE no/such/file.zone", "$INCLUDE"]))


@planter("missing-ttl")
def missing_ttl(p):
    p.zone.records[0].raw = "@ SOA ns hostmaster 1 7200 3600 1209600 300"
    p.put("ns", "A", "192.0.2.1")
    p.remove(lambda r: r.type == "NS" and r.owner == "")
    p.put("", "NS", Name("ns"))
    p.put("", "NS", Far("ns2.elsewhere.example."))
    for record in p.zone.records[1:]:
        record.ttl = 3601 if record.ttl == 3600 else record.ttl
    p.default_ttl = False
    return p.zone.records[0]


@planter("name-too-long")
def name_too_long(p):
    if p.random.random() < 0.5:
        return p.raw(".".join(["x" * 60] * 4) + "." + "y" * 20 + " A 192.0.2.1")
    return p.raw(f"{p.fresh()} CNAME " + ".".join(["x" * 60] * 4) + "." + "y" * 20)


@planter("out-of-zone")
def out_of_zone(p):
    outside = p.random.choice(["www.elsewhere.test.", "example.", "."])
    return p.last("", "", raw=f"{outside} A 192.0.2.1")


@planter("leading-blank")
def leading_blank(p):
    name = p.random.choice([p.fresh(), Name("mx"), Name("ns")])
    return p.raw(f" {name} A 192.0.2.77")


@planter("ttl-unit")
def ttl_unit(p):
    ttl = p.random.choice(["3600h", "86400m", "1m1h", "86400000", "3600d", "1h1h"])
    return p.raw(f"{p.fresh()} {ttl} A 192.0.2.1")


@planter("url-as-name")
def url_as_name(p):
    url = p.random.choice(["http://www.example.org/", "https://cdn.example.net/x", "www.example.org/a",
                           "postmaster@example.org."])
    return p.raw(f"{p.fresh()} {p.random.choice(['CNAME', 'MX 10', 'SRV 0 0 80'])} {url}")


@planter("address-as-name")
def address_as_name(p):
    address = p.random.choice(["192.0.2.25", "198.51.100.3.", "2001:db8::25"])
    return p.raw(f"{p.fresh()} {p.random.choice(['CNAME', 'MX 10', 'NS', 'SRV 0 0 80'])} {address}")


@planter("missing-final-dot")
def missing_final_dot(p):
    name = f"{p.fresh()}.{p.zone.origin}"
    return p.raw(p.random.choice([f"{name} A 192.0.2.1", f"{p.fresh()} MX 10 {name}",
                                   f"{p.fresh()} CNAME {name}", f"{p.fresh()} NS {name}"]))


@planter("unprintable-character")
def unprintable_character(p):
    octet = p.random.choice(["\\000", "\\007", "\\032", "\\127"])
    return p.raw(p.random.choice([f"a{octet}b A 192.0.2.1", f"{p.fresh()} CNAME a{octet}b.example.org."]))


@planter("look-alike-character")
def look_alike_character(p):
    return p.raw(p.random.choice([
        f"{p.fresh()}\u00a0A 192.0.2.1", f"{p.fresh()} TXT \u201ctext\u201d", "p\u0430ge A 192.0.2.1",
        f"{p.fresh()} \u0410 192.0.2.1", f"{p.fresh()} A 192\uff0e0.2.1",
        "zero\u200bwidth A 192.0.2.1"]))


@planter("idn-label")
def idn_label(p):
    return p.raw(p.random.choice(["xn--bcher-kv A 192.0.2.1", "xn--abc- A 192.0.2.1",
                                   "m\u00fcnchen A 192.0.2.1", "xn--a-ecp A 192.0.2.1"]))


@planter("suspicious-text")
def byte_order_mark(p):
    p.prefix = "\ufeff"
    return 1


# ---- structure

@planter("duplicate-record")
def duplicate_record(p):
    record = p.pick(p.random.choice(["A", "TXT", "MX", "NS", "CNAME", "CAA"]))
    return p.put(record.owner.upper() if p.random.random() < 0.3 else record.owner, record.type,
                 *record.data, ttl=record.ttl, at=p.random.randint(p.index(record) + 1,
                                                                   len(p.zone.records)))


@planter("soa-count")
def soa_count(p):
    kind = p.random.randrange(3)
    soa = p.zone.records[0]
    if kind == 0:
        p.remove(lambda r: r.type == "SOA")
        return p.zone.records[0]
    if kind == 1:
        return p.put("", "SOA", *soa.data[:2], "77", *soa.data[3:], ttl=soa.ttl)
    return p.put(p.fresh(), "SOA", *soa.data)


@planter("cname-and-other-data")
def cname_and_other_data(p):
    if p.random.random() < 0.5:
        alias = p.pick("CNAME")
        return p.last(alias.owner, *p.random.choice([("TXT", '"x"'), ("A", "192.0.2.1")]))
    owner = p.pick("A", lambda r: r.owner in p.zone.hosts() and not used_as_target(p, r.owner)).owner
    return p.last(owner, "CNAME", Far("www.elsewhere.example."))


def used_as_target(p, name):
    return any(isinstance(word, Name) and word.lower() == name.lower()
               for record in p.zone.records for word in record.data)


@planter("multiple-cname")
def multiple_cname(p):
    alias = p.pick("CNAME")
    return p.last(alias.owner, "CNAME", Far("second.elsewhere.example."), ttl=alias.ttl)


@planter("multiple-dname")
def multiple_dname(p):
    owner = p.fresh()
    p.put(owner, "DNAME", Far("one.elsewhere.example."))
    return p.last(owner, "DNAME", Far("two.elsewhere.example."))


@planter("dname-and-ns")
def dname_and_ns(p):
    owner = p.fresh()
    pair = [("DNAME", Far("one.elsewhere.example.")), ("NS", Far("ns.elsewhere.example."))]
    p.random.shuffle(pair)
    p.put(owner, *pair[0])
    return p.last(owner, *pair[1])


@planter("data-below-dname")
def data_below_dname(p):
    owner = p.fresh()
    p.put(owner, "DNAME", Far("one.elsewhere.example."))
    return p.put(p.fresh(owner), *p.random.choice([("A", "192.0.2.1"), ("TXT", "x"),
                                                   ("CNAME", Far("x.elsewhere.example."))]))


@planter("data-below-delegation")
def data_below_delegation(p):
    cut = p.fresh()
    p.put(cut, "NS", Far("ns1.elsewhere.example."))
    p.put(cut, "NS", Far("ns2.elsewhere.example."))
    kind = p.random.randrange(4)
    if kind == 0:
        return p.put(Name(f"www.{cut}"), "A", "192.0.2.1")
    if kind == 1:
        return p.put(p.fresh(cut), "TXT", "occluded")
    if kind == 2:
        return p.put(Name(f"a.b.{cut}"), "NS", Far("ns3.elsewhere.example."))
    return p.put(cut, "MX", "10", Far("mail.elsewhere.example."))


@planter("missing-glue")
def missing_glue(p):
    cut = p.fresh()
    p.put(cut, "NS", Far("ns1.elsewhere.example."))
    where = p.random.choice([cut, Name(f"ns.{cut}"), Name(f"ns.deep.{cut}")])
    return p.put(cut, "NS", where)


@planter("unneeded-glue")
def unneeded_glue(p):
    cut = p.fresh()
    p.put(cut, "NS", Name(f"ns1.{cut}"))
    p.put(f"ns1.{cut}", "A", "192.0.2.1")
    p.put(cut, "NS", Far("ns2.elsewhere.example."))
    return p.put(f"{p.random.choice(['ns2', 'ns', 'oldns', 'dns3', 'ns-old', 'ns1b', 'glue'])}.{cut}", "A", "192.0.2.1")


@planter("rrset-ttl-mismatch")
def rrset_ttl_mismatch(p):
    record = p.pick(p.random.choice(["A", "NS", "TXT", "MX"]))
    value = {"A": ["192.0.2.99"], "NS": [Far("ns99.elsewhere.example.")], "TXT": ['"other"'],
             "MX": ["99", Far("mx99.elsewhere.example.")]}[record.type]
    if record.type == "MX" and record.data[0] == "0":
        raise NotThisZone
    return p.last(record.owner, record.type, *value, ttl=record.ttl + 1)


@planter("no-apex-ns")
def no_apex_ns(p):
    p.remove(lambda r: r.type == "NS" and r.owner == "")
    return p.zone.records[0]


@planter("single-ns")
def single_ns(p):
    keep = next(r for r in p.zone.records if r.type == "NS" and r.owner == "")
    p.remove(lambda r: r.type == "NS" and r.owner == "" and r is not keep)
    return keep


@planter("wildcard-delegation")
def wildcard_delegation(p):
    return p.put(f"*.{p.fresh()}", "NS", Far("ns1.elsewhere.example."))


@planter("wildcard-blocked-by-ent")
def wildcard_blocked_by_ent(p):
    parent = p.fresh()
    p.put(f"*.{parent}", "A", "192.0.2.1")
    return p.put(f"{p.random.choice(['a', 'a.b', '_x'])}.{p.fresh(parent)}", "TXT", "x")


@planter("ns-target-is-cname")
def ns_target_is_cname(p):
    alias = p.pick("CNAME").owner
    owner = p.random.choice([Name(""), p.fresh()])
    return p.put(owner, "NS", alias)


@planter("mx-target-is-cname")
def mx_target_is_cname(p):
    return p.put(p.fresh(), "MX", "10", p.pick("CNAME").owner)


@planter("srv-target-is-cname")
def srv_target_is_cname(p):
    return p.put(f"_sip._tcp.{p.fresh()}", "SRV", "0", "0", "5060", p.pick("CNAME").owner)


@planter("target-does-not-exist")
def target_does_not_exist(p):
    target = p.random.choice([p.fresh(), p.pick("TXT", lambda r: "*" not in r.owner and not any(
        x.owner == r.owner and x.type in ("A", "AAAA") for x in p.zone.records)).owner])
    if any(below(target, r.owner) for r in p.zone.records if r.type in ("NS", "DNAME") and r.owner):
        raise NotThisZone
    kind = p.random.choice([("MX", "10"), ("SRV", "0", "0", "80"), ("NS", ), ("HTTPS", "1"),
                            ("SVCB", "1")])
    owner = p.random.choice([p.fresh(), Name("")]) if kind[0] == "NS" else p.fresh()
    return p.put(owner, *kind, target)


@planter("null-mx-mixed")
def null_mx_mixed(p):
    owner = p.fresh()
    p.put(owner, "MX", "10", Far("mail.elsewhere.example."))
    return p.put(owner, "MX", "0", Far("."))


@planter("chain-too-long")
def chain_too_long(p):
    names = [p.fresh() for _ in range(p.random.randint(10, 20))]
    last = p.maker.address(p.fresh())
    first = None
    for one, two in zip(names, names[1:] + [last]):
        record = p.put(one, "CNAME", two)
        first = first or record
    return first


@planter("cname-loop")
def cname_loop(p):
    names = [p.fresh() for _ in range(p.random.randint(1, 5))]
    records = [p.put(one, "CNAME", two) for one, two in zip(names, names[1:] + names[:1])]
    return min(records, key=p.index)


@planter("soa-mname")
def soa_mname(p):
    p.zone.records[0].data[0] = Far("hidden.elsewhere.example.")
    return p.zone.records[0]


@planter("soa-rname")
def soa_rname(p):
    p.zone.records[0].data[1] = "hostmaster@example.com."
    return p.zone.records[0]


@planter("soa-timers")
def soa_timers(p):
    p.zone.records[0].data[3:6] = p.random.choice([["7200", "3600", "3600"], ["3600", "7200", "1209600"],
                                                   ["7200", "3600", "9000"]])
    return p.zone.records[0]
