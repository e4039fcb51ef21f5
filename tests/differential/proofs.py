"""Validates signed answers as a resolver would: signatures, and that every "no" is proved.

NSEC by RFC 4035 §5.4, NSEC3 by RFC 5155 §8. Only what is in the answer is believed."""

import base64
import hashlib

import dns.dnssec
import dns.name
import dns.rdatatype as T

STAR = dns.name.Name((b"*",))


def canonical(name):
    return name.canonicalize()


def types_in(rdata):
    found = set()
    for window, bitmap in rdata.windows:
        for i, byte in enumerate(bitmap):
            found.update(window * 256 + i * 8 + bit for bit in range(8) if byte & (0x80 >> bit))
    return found


def contradicts(types, kind):
    """Whether a bitmap of `types` contradicts that there is no data of type `kind`: the type is
    there or a CNAME is, or the record is the wrong side's of a zone cut (RFC 6840 §4.1, §4.4)."""
    if kind == T.DS and T.SOA in types:
        return True
    if kind != T.DS and T.NS in types and T.SOA not in types:
        return True
    return kind in types or T.CNAME in types


class Nsec:
    """The NSEC records of an answer."""

    def __init__(self, rrsets):
        self.spans = [(canonical(s.name), canonical(r.next), types_in(r)) for s in rrsets
                      if s.rdtype == T.NSEC for r in s]

    def matching(self, name):
        return next((types for owner, _, types in self.spans if owner == name), None)

    def covering(self, name):
        for owner, following, types in self.spans:
            last = following <= owner  # back to the apex
            if owner < name and (last or name < following):
                # What is below a cut or a DNAME says nothing of names below it.
                if name.is_subdomain(owner) and (T.DNAME in types
                                                 or (T.NS in types and T.SOA not in types)):
                    continue
                return owner, following
        return None

    def is_empty_non_terminal(self, name):
        span = self.covering(name)
        return span is not None and span[1].is_subdomain(name)

    def encloser(self, name):
        """Longest ancestor that the covering span shows to exist."""
        span = self.covering(name)
        if span is None or span[1].is_subdomain(name):
            return None
        shared = [name.fullcompare(end)[2] for end in span]
        return name.split(max(shared))[1]

    def no_type(self, name, kind):
        types = self.matching(name)
        if types is not None:
            return not contradicts(types, kind)
        return self.is_empty_non_terminal(name)

    def name_error(self, name):
        encloser = self.encloser(name)
        return encloser is not None and self.encloser(STAR + encloser) is not None

    def no_data(self, name, kind):
        if self.no_type(name, kind):
            return True
        encloser = self.encloser(name)
        return encloser is not None and self.no_type(STAR + encloser, kind)

    def no_closer(self, name, labels):
        """No name of more than `labels` labels stands between the wildcard and `name`."""
        encloser = self.encloser(name)
        return encloser is not None and len(encloser) - 1 <= labels

    def no_ds(self, name):
        types = self.matching(name)
        return types is not None and T.NS in types and T.DS not in types and T.SOA not in types


class Nsec3:
    """The NSEC3 records of an answer."""

    def __init__(self, rrsets, origin):
        self.origin = origin
        self.spans = []
        self.salt, self.iterations = b"", 0
        for s in rrsets:
            for r in s if s.rdtype == T.NSEC3 else ():
                self.salt, self.iterations = r.salt, r.iterations
                label = s.name.labels[0].decode().upper()
                self.spans.append((self._decode(label), r.next, types_in(r), bool(r.flags & 1)))

    @staticmethod
    def _decode(label):
        table = str.maketrans("0123456789ABCDEFGHIJKLMNOPQRSTUV", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        return base64.b32decode(label.translate(table))

    def hash(self, name):
        digest = hashlib.sha1(name.to_digestable() + self.salt).digest()
        for _ in range(self.iterations):
            digest = hashlib.sha1(digest + self.salt).digest()
        return digest

    def matching(self, name):
        digest = self.hash(name)
        return next((types for owner, _, types, _ in self.spans if owner == digest), None)

    def covering(self, name):
        """None, or whether the covering span is opted out."""
        digest = self.hash(name)
        for owner, following, _, opt_out in self.spans:
            inside = owner < digest < following if owner < following else (
                digest > owner or digest < following)
            if inside:
                return opt_out
        return None

    def encloser(self, name):
        """(closest encloser, opt-out of the span over the next closer name), or None."""
        closer = name
        while closer != self.origin:
            parent = closer.parent()
            if self.matching(parent) is not None:
                types = self.matching(parent)
                bad = T.DNAME in types or (T.NS in types and T.SOA not in types)
                covered = self.covering(closer)
                return None if covered is None or bad else (parent, covered)
            closer = parent
        return None

    def no_type(self, name, kind):
        types = self.matching(name)
        return types is not None and not contradicts(types, kind)

    def name_error(self, name):
        found = self.encloser(name)
        if found is None:
            return False
        if found[1] and self.matching(STAR + found[0]) is not None:
            # The true encloser is a name above opted-out delegations only and has no NSEC3; the
            # wildcard that exists is one at a name above it. Nothing in the zone shows that.
            return True
        return self.covering(STAR + found[0]) is not None

    def no_data(self, name, kind):
        if self.no_type(name, kind):
            return True
        found = self.encloser(name)
        if found is None:
            return False
        # An opted-out delegation (no DS), or an empty non-terminal above only such.
        return found[1] or self.no_type(STAR + found[0], kind)

    def no_closer(self, name, labels):
        return self.covering(name.split(labels + 2)[1]) is not None

    def no_ds(self, name):
        types = self.matching(name)
        if types is not None:
            return T.NS in types and T.DS not in types and T.SOA not in types
        found = self.encloser(name)
        return found is not None and found[1]


class Validator:
    """For the zones that an answer can come from, signed or not."""

    def __init__(self, keys):
        """`keys`: origin -> DNSKEY RRset at the apex, None for an unsigned zone."""
        self.origins = set(keys)
        self.keys = {origin: rrset for origin, rrset in keys.items() if rrset is not None}
        self.verified = {}

    def zone_of(self, name, kind=None):
        """The zone that speaks for a name; of a DS RRset at an apex the parent, if served here."""
        above = [o for o in (dns.name.Name(name[i:]) for i in range(len(name)))
                 if o in self.origins]
        if kind == T.DS and len(above) > 1 and above[0] == name:
            return above[1]
        return above[0] if above else None

    def signed_zone_of(self, name, kind=None):
        zone = self.zone_of(name, kind)
        return zone if zone in self.keys else None

    def problem(self, answer):
        """What a validating resolver would object to, or None."""
        message = answer.message
        sections = message.answer + message.authority
        data = [s for s in sections if s.rdtype != T.RRSIG]
        signatures = {}
        for s in sections:
            if s.rdtype == T.RRSIG:
                signatures.setdefault((canonical(s.name), s.covers), s)
        signers = {key: canonical(s[0].signer) for key, s in signatures.items()}
        redirected = [s.name for s in message.answer if s.rdtype == T.DNAME]
        proofs = {zone: self._proofs(zone, sections, signers) for zone in set(signers.values())}
        for rrset in data:
            trouble = self._signature_problem(rrset, signatures, signers, proofs, redirected,
                                              message)
            if trouble:
                return trouble
        return self._denial_problem(answer, proofs)

    @staticmethod
    def _proofs(zone, sections, signers):
        """The NSEC or NSEC3 records that this zone signed."""
        mine = [s for s in sections if s.rdtype in (T.NSEC, T.NSEC3)
                and signers.get((canonical(s.name), s.rdtype)) == zone]
        if any(s.rdtype == T.NSEC3 for s in mine):
            return Nsec3(mine, zone)
        return Nsec(mine)

    def _signature_problem(self, rrset, signatures, signers, proofs, redirected, message):
        signed = signatures.get((canonical(rrset.name), rrset.rdtype))
        zone = signers.get((canonical(rrset.name), rrset.rdtype))
        if zone is None:
            if self.signed_zone_of(canonical(rrset.name), rrset.rdtype) is None:
                return None
            delegation = rrset.rdtype == T.NS and rrset in message.authority
            synthesized = rrset.rdtype == T.CNAME and any(rrset.name.is_subdomain(d)
                                                          for d in redirected)
            return None if delegation or synthesized else f"{rrset.name} {rrset.rdtype} unsigned"
        if zone not in self.keys:
            return f"{rrset.name} {rrset.rdtype} signed by {zone}"
        key = (canonical(rrset.name), rrset.rdtype, rrset.to_rdataset().to_text(), str(signed))
        if key not in self.verified:
            try:
                dns.dnssec.validate(rrset, signed, self.keys)
                self.verified[key] = None
            except (dns.dnssec.ValidationFailure, dns.dnssec.UnsupportedAlgorithm) as error:
                self.verified[key] = f"{rrset.name} {rrset.rdtype}: {error}"
        if self.verified[key]:
            return self.verified[key]
        name = canonical(rrset.name)
        labels = signed[0].labels
        own = len(name) - 1 - (1 if name.is_wild() else 0)
        if labels < own and rrset in message.answer and not proofs[zone].no_closer(name, labels):
            return f"{name}: from a wildcard, without proof that nothing closer exists"
        return None

    def _denial_problem(self, answer, proofs):
        name, kind = self._end_of_chain(answer)
        zone = self.signed_zone_of(name, kind)
        if zone is None or (kind == T.DS and zone == name):
            return None  # the DS of an apex whose parent is elsewhere is not ours to deny
        if zone not in proofs:
            proofs[zone] = Nsec([])
        if answer.rcode == "NXDOMAIN":
            return None if proofs[zone].name_error(name) else f"NXDOMAIN of {name} not proved"
        if answer.rcode != "NOERROR":
            return None
        authority = answer.message.authority
        if any(s.rdtype == T.SOA for s in authority):
            return None if proofs[zone].no_data(name, kind) else f"NODATA of {name} not proved"
        cut = next((s.name for s in authority if s.rdtype == T.NS and s.name != zone), None)
        if cut is not None and not any(s.rdtype == T.DS for s in authority):
            return None if proofs[zone].no_ds(canonical(cut)) else f"no proof that {cut} is unsigned"
        return None

    @staticmethod
    def _end_of_chain(answer):
        question = answer.message.question[0]
        name = canonical(question.name)
        targets = {canonical(s.name): canonical(s[0].target) for s in answer.message.answer
                   if s.rdtype == T.CNAME}
        dnames = [canonical(s.name) for s in answer.message.answer if s.rdtype == T.DNAME]
        seen = set()
        while name in targets and question.rdtype != T.CNAME and name not in seen:
            # A CNAME is an answer to ANY, one that a DNAME made is not.
            made = any(name.is_subdomain(d) and name != d for d in dnames)
            if question.rdtype == T.ANY and not made:
                break
            seen.add(name)
            name = targets[name]
        return name, question.rdtype
