"""One planted defect for every rule about signed zones: signed by each of three signers in turn,
changed, and where the changed record needs a signature that verifies, signed again.

A planter takes a `SignedZone` and returns the line where the finding belongs, and perhaps names by
which other checkers may speak of it.
"""
import copy
import random
import re

import clean_zones
import dns.dnssec
from planted import Case, first_that_works
from signed_zones import DAY, SIGNERS, Line, SignedZone, SignerRefuses, key

PLANTERS = {}
CHAINS = ("nsec", "nsec3", "opt-out")


def two_keys(algorithm):
    return lambda: [key(algorithm, True), key(algorithm)]


def planter(rule, kinds=CHAINS, keys=(two_keys(13), ), instead_of=None):
    """The chains that the defect is possible in, and the keys to sign with. When these are the defect,
    `instead_of` is the chain that the clean zone has."""
    def register(function):
        PLANTERS[rule] = function, kinds, keys, instead_of
        return function
    return register


def plant(rule, number):
    def make(seed):
        return one_case(rule, seed, list(SIGNERS)[(number + seed) % len(SIGNERS)])
    # What is not found in a zone has no place in it.
    return first_that_works(make, number, (SignerRefuses, IndexError, StopIteration))


def one_case(rule, seed, signer):
    function, kinds, keys, instead_of = PLANTERS[rule]
    chance = random.Random(f"{rule} {seed}")
    zone = clean_zones.make(chance.getrandbits(32))
    text = clean_zones.Writer(zone, seed, styled=False).text()
    signed = SignedZone(signer, zone.origin, text, chance.choice(keys)(), chance.choice(kinds), chance)
    clean = signed.text()
    if instead_of:
        clean = SignedZone(signer, zone.origin, text, two_keys(13)(), instead_of, chance).text()
    made = function(signed)
    line, *names = made if isinstance(made, tuple) else (made, )
    return Case(rule, {"zone.txt": (zone.origin, clean, signed.text())},
                ["--origin", zone.origin, "zone.txt"], ("zone.txt", signed.number(line), 1),
                [line.owner.rstrip("."), *(name.rstrip(".") for name in names)])


def clean(number):
    """Origin and text of a signed zone without defects."""
    chance = random.Random(f"clean {number}")
    zone = clean_zones.make(chance.getrandbits(32))
    text = clean_zones.Writer(zone, number, styled=False).text()
    signer = list(SIGNERS)[number % len(SIGNERS)]
    return zone.origin, SignedZone(signer, zone.origin, text, two_keys(13)(), chance.choice(CHAINS), chance).text()


def any_signature(z, *but):
    """A signature over something other than these types."""
    return z.pick("RRSIG", where=lambda line: line.covers() not in but)


def changed(z, line, data):
    """The record with other data, and its RRset signed again."""
    assert data != line.data, line
    line.data = data
    z.sign_again(line.owner, line.type)
    return line


# ---- keys and signatures

@planter("rrsig-without-keys")
def rrsig_without_keys(z):
    z.drop(*z.all("DNSKEY"), *z.signatures(z.apex, "DNSKEY"))
    return z.first(*z.all("RRSIG")), z.apex


@planter("rrsig-missing")
def rrsig_missing(z):
    one = any_signature(z)
    z.drop(*z.signatures(one.owner, one.covers()))
    return z.first(*z.rrset(one.owner, one.covers()))


@planter("rrsig-missing-algorithm", keys=(lambda: two_keys(13)() + two_keys(15)(), ))
def rrsig_missing_algorithm(z):
    one = any_signature(z, "DNSKEY")
    z.drop(one)
    return z.first(*z.rrset(one.owner, one.covers()))


@planter("rrsig-extra")
def rrsig_extra(z):
    signer = z.keys[-1]
    kind = z.random.randrange(3)
    if kind == 0:  # over nothing
        owner = z.pick("A").owner
        over = [Line(owner, 3600, "TYPE65432", "\\# 1 00")]
        return z.put(z.signed(over, signer))
    cut = z.pick("NS", where=lambda line: line.owner.lower() != z.apex.lower())
    if kind == 1:
        return z.put(z.signed(z.rrset(cut.owner, "NS"), signer))
    glue = z.pick("A", where=lambda line: line.owner.lower().endswith("." + cut.owner.lower()))
    return z.put(z.signed(z.rrset(glue.owner, "A"), signer))


@planter("rrsig-fields")
def rrsig_fields(z):
    one = any_signature(z)
    kind = z.random.randrange(3)
    fields = one.data.split()
    if kind == 0:
        one.data = z.signed(z.rrset(one.owner, one.covers()), z.key_of(one), signer="elsewhere.example.").data
    elif kind == 1:
        fields[2] = str(int(fields[2]) + z.random.choice([1, -1]))
        one.data = " ".join(fields)
    else:
        one.data = z.signed(z.rrset(one.owner, one.covers()), z.key_of(one), since=DAY, until=-DAY).data
    return one


@planter("rrsig-ttl")
def rrsig_ttl(z):
    one = any_signature(z)
    if z.random.random() < 0.5:
        one.ttl += 1
        return one
    records = z.rrset(one.owner, one.covers())
    one.data = z.signed(records, z.key_of(one), ttl=records[0].ttl + 60).data
    return one


@planter("rrsig-no-key")
def rrsig_no_key(z):
    one = any_signature(z, "DNSKEY")
    stranger = key(z.keys[0].algorithm, number=1)
    one.data = z.signed(z.rrset(one.owner, one.covers()), stranger).data
    return one


@planter("rrsig-invalid")
def rrsig_invalid(z):
    kind = z.random.randrange(4)
    if kind == 0:  # a bit of the signature
        one = any_signature(z)
        head, _, last = one.data.rpartition(" ")
        one.data = f"{head} {last[:8]}{'A' if last[8] != 'A' else 'B'}{last[9:]}"
        return one
    signed_sets = {(line.owner.lower(), line.covers()) for line in z.all("RRSIG")}
    one = z.pick("A", "TXT", "MX", where=lambda line: (line.owner.lower(), line.type) in signed_sets
                 and line.owner.lower() not in z.names("HTTPS"))  # they hint at addresses
    if kind == 1:  # other data
        one.data = {"A": "192.0.2.250", "TXT": '"other"', "MX": "77 mail.elsewhere.example."}[one.type]
    elif kind == 2 or len(z.rrset(one.owner, one.type)) == 1:  # one record more
        z.put(Line(one.owner, one.ttl, one.type,
                   {"A": "192.0.2.251", "TXT": '"more"', "MX": "78 mail.elsewhere.example."}[one.type]))
    else:
        z.drop(one)
    if one.type == "MX" and any(line.data == "0 ." for line in z.rrset(one.owner, "MX")):
        raise IndexError
    signature, = z.signatures(one.owner, one.type)
    return signature


def times(rule, since, until):
    @planter(rule)
    def plant_times(z):
        one = any_signature(z)
        one.data = z.signed(z.rrset(one.owner, one.covers()), z.key_of(one), since=since, until=until).data
        return one
    return plant_times


times("rrsig-expired", -30 * DAY, -1 * DAY)
times("rrsig-not-yet-valid", 2 * DAY, 30 * DAY)
times("rrsig-expires-soon", -10 * DAY, 1 * DAY)


@planter("dnskey-not-signed")
def dnskey_not_signed(z):
    entry = next(each for each in z.keys if each.entry_point)
    other = next(each for each in z.keys if not each.entry_point)
    z.drop(*z.signatures(z.apex, "DNSKEY"))
    z.put(z.signed(z.rrset(z.apex, "DNSKEY"), other))
    assert all(line.tag() != entry.tag for line in z.signatures(z.apex, "DNSKEY"))
    return z.first(*z.all("DNSKEY")), z.apex


def more_keys(z, data):
    """A DNSKEY record beside the others, all signed again."""
    line = z.put(Line(z.apex, z.rrset(z.apex, "DNSKEY")[0].ttl, "DNSKEY", data))
    z.sign_again(z.apex, "DNSKEY")
    return line


@planter("dnskey-fields")
def dnskey_fields(z):
    standby = key(z.keys[0].algorithm, number=2).data
    return more_keys(z, re.sub(r"^256 3", z.random.choice(["256 4", "256 0", "0 3", "2 3", "1024 3"]), standby))


@planter("dnskey-malformed")
def dnskey_malformed(z):
    number = z.keys[0].algorithm
    return more_keys(z, f"256 3 {number} " + z.random.choice(["AAAA", "AwEAAQ==", "A" * 84 + "AA=="]))


@planter("dnskey-weak", keys=(lambda: [key(8, True, 1024), key(8)], ), instead_of="nsec")
def dnskey_weak(z):
    line, = (each for each in z.all("DNSKEY") if each.data.startswith("257"))
    return line


@planter("dnskey-same-tag", keys=(two_keys(15), ))
def dnskey_same_tag(z):
    entry = z.keys[0].record
    # The tag is a sum of 16-bit words (RFC 4034 appendix B): their order does not matter.
    octets = bytearray(entry.key)
    at = 2 * z.random.randrange(14)
    octets[at:at + 2], octets[at + 2:at + 4] = octets[at + 2:at + 4], octets[at:at + 2]
    twin = copy.copy(entry).replace(key=bytes(octets))
    if twin == entry or dns.dnssec.key_id(twin) != dns.dnssec.key_id(entry):
        raise IndexError
    line = more_keys(z, twin.to_text())
    same = [each for each in z.all("DNSKEY") if each is line or each.data.startswith("257")]
    return next(each for each in same if each is not z.first(*same))


@planter("dnssec-algorithm", keys=(two_keys(5), two_keys(10)), instead_of="nsec")
def dnssec_algorithm(z):
    return z.first(*z.all("DNSKEY"))


# ---- denial

@planter("no-denial")
def no_denial(z):
    kinds = ("NSEC", "NSEC3", "NSEC3PARAM")
    z.drop(*z.all(*kinds), *(line for line in z.all("RRSIG") if line.covers() in kinds))
    return z.first(*z.all("RRSIG")), z.apex


def without_link(z, kind):
    one = z.pick(kind, where=lambda line: line.owner.lower() != z.apex.lower())
    z.drop(one, *z.signatures(one.owner, kind))
    return one


@planter("nsec-missing", kinds=("nsec", ))
def nsec_missing(z):
    one = without_link(z, "NSEC")
    return z.first(*(line for line in z.lines if line.owner.lower() == one.owner.lower()))


@planter("nsec-extra", kinds=("nsec", ))
def nsec_extra(z):
    one = z.pick("NSEC")
    if z.random.random() < 0.5:  # a second one
        fields = one.data.split()
        other = z.pick("NSEC", where=lambda line: line.data.split()[0].lower() != fields[0].lower())
        line = Line(one.owner, one.ttl, "NSEC", " ".join([other.data.split()[0], *fields[1:]]))
        z.lines.insert(z.number(one), line)
        z.sign_again(one.owner, "NSEC")
        return line
    cut = z.pick("NS", where=lambda line: line.owner.lower() != z.apex.lower())
    glue = z.pick("A", where=lambda line: line.owner.lower().endswith("." + cut.owner.lower()))
    return z.put(Line(glue.owner, one.ttl, "NSEC", f"{one.data.split()[0]} A NSEC"))


@planter("nsec-next", kinds=("nsec", ))
def nsec_next(z):
    one = z.pick("NSEC")
    fields = one.data.split()
    other = z.random.choice([z.pick("NSEC").owner, "nowhere." + z.apex, "zz9." + z.apex])
    if other.lower() == fields[0].lower():
        raise IndexError
    return changed(z, one, " ".join([other, *fields[1:]]))


def other_types(z, words):
    """A list of types with one more or one less."""
    spare = [word for word in words if word not in ("RRSIG", "NSEC")]
    if spare and z.random.random() < 0.5:
        words.remove(z.random.choice(spare))
    else:
        words.append(z.random.choice([kind for kind in ("HINFO", "LOC", "TYPE1234") if kind not in words]))
    return words


@planter("nsec-bitmap", kinds=("nsec", ))
def nsec_bitmap(z):
    one = z.pick("NSEC")
    fields = one.data.split()
    return changed(z, one, " ".join([fields[0], *other_types(z, fields[1:])]))


@planter("nsec-ttl", kinds=("nsec", ))
def nsec_ttl(z):
    one = z.pick("NSEC")
    one.ttl = 86400
    z.sign_again(one.owner, "NSEC")
    return one


NSEC3 = ("nsec3", "opt-out")


@planter("nsec3-missing", kinds=("nsec3", ))
def nsec3_missing(z):
    names = {}
    for line in z.lines:
        names.setdefault(line.owner.lower(), line)
    hashes = {f"{z.hashed(name)}.{z.apex.lower()}": line for name, line in names.items()}
    one = z.pick("NSEC3", where=lambda line: line.owner.lower() in hashes)
    z.drop(one, *z.signatures(one.owner, "NSEC3"))
    named = hashes[one.owner.lower()].owner.lower()
    return z.first(*(line for line in z.lines if line.owner.lower() == named)), one.owner


@planter("nsec3-extra", kinds=NSEC3)
def nsec3_extra(z):
    one = z.pick("NSEC3")
    fields = one.data.split()
    name = f"{z.hashed('nowhere' + str(z.random.random()))}.{z.apex}"
    links = sorted(z.names("NSEC3"))
    after = next((link for link in links if link > name.lower()), links[0])
    line = z.put(Line(name, one.ttl, "NSEC3", " ".join([*fields[:4], after.split(".")[0], "A", "RRSIG"])))
    z.put(z.signed([line], z.keys[-1]))
    return line


@planter("nsec3-next", kinds=NSEC3)
def nsec3_next(z):
    one, other = z.pick("NSEC3"), z.pick("NSEC3")
    fields = one.data.split()
    wrong = z.random.choice([other.owner.split(".")[0], z.hashed("nowhere.")]).lower()
    if wrong == fields[4].lower():
        raise IndexError
    return changed(z, one, " ".join([*fields[:4], wrong, *fields[5:]]))


@planter("nsec3-bitmap", kinds=NSEC3)
def nsec3_bitmap(z):
    one = z.pick("NSEC3", where=lambda line: len(line.data.split()) > 5)  # not of an empty name
    fields = one.data.split()
    return changed(z, one, " ".join([*fields[:5], *other_types(z, fields[5:])]))


@planter("nsec3-params", kinds=NSEC3)
def nsec3_params(z):
    param, = z.all("NSEC3PARAM")
    kind = z.random.randrange(3)
    if kind == 0:  # none
        z.drop(param, *z.signatures(z.apex, "NSEC3PARAM"))
        apex, = (line for line in z.all("NSEC3") if line.owner.split(".")[0].lower() == z.hashed(z.apex))
        changed(z, apex, apex.data.replace(" NSEC3PARAM", ""))
        return z.first(*z.all("NSEC3")), z.apex
    if kind == 1:  # of another chain
        return changed(z, param, re.sub(r"\S+$", "abcd", param.data))
    one = z.pick("NSEC3")  # a record of another chain
    fields = one.data.split()
    label = dns.dnssec.nsec3_hash(z.apex, bytes.fromhex("abcd"), 0, 1).lower()
    line = z.put(Line(f"{label}.{z.apex}", one.ttl, "NSEC3", " ".join([*fields[:3], "abcd", label, *fields[5:]])))
    z.put(z.signed([line], z.keys[-1]))
    return line


@planter("nsec3-iterations", kinds=("iterations", ), instead_of="nsec3")
def nsec3_iterations(z):
    line, = z.all("NSEC3PARAM")
    return line


@planter("nsec3-salt", kinds=("salt", ), instead_of="nsec3")
def nsec3_salt(z):
    line, = z.all("NSEC3PARAM")
    return line
