"""Answers in a form in which servers can be compared."""

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

NS, A, AAAA, SOA, RRSIG = (dns.rdatatype.NS, dns.rdatatype.A, dns.rdatatype.AAAA,
                           dns.rdatatype.SOA, dns.rdatatype.RRSIG)


def make_query(name, kind, number, dnssec):
    """A query in wire form with `number` as its id."""
    query = dns.message.make_query(name, kind, use_edns=0, payload=4096, want_dnssec=dnssec)
    query.flags = 0
    query.id = number
    return query.to_wire()


class Answer:
    """Sections as sets of (owner, TTL, type, rdata in canonical form)."""

    def __init__(self, wire):
        self.message = dns.message.from_wire(wire)
        self.rcode = dns.rcode.to_text(self.message.rcode())
        self.aa = bool(self.message.flags & dns.flags.AA)
        self.tc = bool(self.message.flags & dns.flags.TC)
        self.answer = self._records(self.message.answer)
        self.authority = self._records(self.message.authority)
        self.additional = self._records(self.message.additional)

    @staticmethod
    def _records(section):
        out = set()
        for rrset in section:
            owner = rrset.name.canonicalize()
            for rdata in rrset:
                data = rdata.to_digestable()
                if rrset.rdtype in (dns.rdatatype.SVCB, dns.rdatatype.HTTPS):
                    data = data.lower()  # not canonical form, but NSD folds the target
                out.add((owner, rrset.ttl, rrset.rdtype, data))
        return out

    def owners(self, section, kind):
        return {owner for owner, _, rdtype, _ in section if rdtype == kind}

    @property
    def is_referral(self):
        return (self.rcode == "NOERROR" and SOA not in {r[2] for r in self.authority}
                and any(r[2] == NS for r in self.authority) and not self.is_positive)

    @property
    def is_positive(self):
        """The last name of the chain has the data that was asked for."""
        wanted = self.message.question[0].rdtype
        if wanted == dns.rdatatype.ANY:
            return bool(self.answer)
        return any(r[2] == wanted for r in self.answer)

    def essence(self):
        """What must agree: the optional parts of each kind of answer are left out."""
        authority = self.authority
        if self.is_positive or (self.answer and not self.is_referral
                                and SOA not in {r[2] for r in authority}):
            # RFC 1034 §4.3.2 lets the apex NS RRset stand here; proofs of wildcards stay.
            authority = {r for r in authority if r[2] != NS and not covers_ns(r)}
        glue = set()
        if self.is_referral:
            glue = {r for r in self.additional if r[2] in (A, AAAA)}
        return {"rcode": self.rcode, "aa": self.aa, "answer": self.answer,
                "authority": authority, "glue": glue}


def covers_ns(record):
    return record[2] == RRSIG and record[3][:2] == NS.to_bytes(2, "big")


def differences(ours, theirs):
    a, b = ours.essence(), theirs.essence()
    return [part for part in a if a[part] != b[part]]
