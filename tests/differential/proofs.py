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
            return kind not in types and T.CNAME not in types
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
        return types is not None and kind not in types and T.CNAME not in types

    def name_error(self, name):
        found = self.encloser(name)
        return found is not None and self.covering(STAR + found[0]) is not None

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
    """For one signed zone; the keys are the apex DNSKEY RRset of its file."""

    def __init__(self, origin, keys):
        self.origin = dns.name.from_text(origin)
        self.keys = {self.origin: keys}
        self.verified = {}

    def problem(self, answer):
        """What a validating resolver would object to, or None."""
        message = answer.message
        sections = message.answer + message.authority
        data = [s for s in sections if s.rdtype != T.RRSIG]
        signatures = {(canonical(s.name), s.covers): s for s in sections if s.rdtype == T.RRSIG}
        proofs = self._proofs(sections)
        redirected = [s.name for s in message.answer if s.rdtype == T.DNAME]
        for rrset in data:
            trouble = self._signature_problem(rrset, signatures, proofs, redirected, message)
            if trouble:
                return trouble
        return self._denial_problem(answer, proofs)

    def _proofs(self, sections):
        if any(s.rdtype == T.NSEC3 for s in sections):
            return Nsec3(sections, self.origin)
        return Nsec(sections)

    def _signature_problem(self, rrset, signatures, proofs, redirected, message):
        if not rrset.name.is_subdomain(self.origin):
            return None
        signed = signatures.get((canonical(rrset.name), rrset.rdtype))
        if signed is None:
            delegation = rrset.rdtype == T.NS and rrset in message.authority
            synthesized = rrset.rdtype == T.CNAME and any(rrset.name.is_subdomain(d)
                                                          for d in redirected)
            return None if delegation or synthesized else f"{rrset.name} {rrset.rdtype} unsigned"
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
        if labels < own and rrset in message.answer and not proofs.no_closer(name, labels):
            return f"{name}: from a wildcard, without proof that nothing closer exists"
        return None

    def _denial_problem(self, answer, proofs):
        name, kind = self._end_of_chain(answer)
        if not name.is_subdomain(self.origin):
            return None
        if answer.rcode == "NXDOMAIN":
            return None if proofs.name_error(name) else f"NXDOMAIN of {name} not proved"
        if answer.rcode != "NOERROR":
            return None
        authority = answer.message.authority
        if any(s.rdtype == T.SOA for s in authority):
            return None if proofs.no_data(name, kind) else f"NODATA of {name} not proved"
        cut = next((s.name for s in authority if s.rdtype == T.NS and s.name != self.origin), None)
        if cut is not None and not any(s.rdtype == T.DS for s in authority):
            return None if proofs.no_ds(canonical(cut)) else f"no proof that {cut} is unsigned"
        return None

    @staticmethod
    def _end_of_chain(answer):
        question = answer.message.question[0]
        name = canonical(question.name)
        targets = {canonical(s.name): canonical(s[0].target) for s in answer.message.answer
                   if s.rdtype == T.CNAME}
        seen = set()
        while name in targets and question.rdtype != T.CNAME and name not in seen:
            seen.add(name)
            name = targets[name]
        return name, question.rdtype
