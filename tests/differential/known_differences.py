"""Where the peers answer otherwise and why; docs/dns-decisions.md gives the reasons at length."""

import dns.name
import dns.rdatatype

NSEC, NSEC3, RRSIG = dns.rdatatype.NSEC, dns.rdatatype.NSEC3, dns.rdatatype.RRSIG


def covered_type(record):
    return int.from_bytes(record[3][:2], "big")


def is_denial(record):
    return record[2] in (NSEC, NSEC3) or (record[2] == RRSIG
                                          and covered_type(record) in (NSEC, NSEC3))


def leaves_the_zone(zone, ours, theirs):
    """Both peers end a chain at the border of the zone, though they serve the next one too."""
    origin = dns.name.from_text(zone.origin)
    more = ours.answer - theirs.answer
    if any(not owner.is_subdomain(origin) for owner, _, _, _ in more):
        return not theirs.answer - ours.answer
    # The first name outside may have nothing to add to the answer section.
    last = [r for r in ours.answer if r[2] == dns.rdatatype.CNAME]
    targets = {dns.name.from_wire(r[3], 0)[0] for r in last}
    return (ours.answer == theirs.answer and not theirs.authority - ours.authority
            and any(not t.is_subdomain(origin) for t in targets))


def dname_links(answer):
    """How often each DNAME of the answer was applied."""
    owners = answer.owners(answer.answer, dns.rdatatype.DNAME)
    names = answer.owners(answer.answer, dns.rdatatype.CNAME)
    return [sum(name != owner and name.is_subdomain(owner) for name in names) for owner in owners]


def dname_loop(peer, ours, theirs):
    """A DNAME that leads below itself makes ever longer names."""
    links = dname_links(ours)
    if not links or theirs.answer - ours.answer:
        return None
    if peer == "nsd" and max(links) > 1:
        return "a DNAME is applied once"
    if peer == "named" and theirs.rcode == "SERVFAIL" and sum(links) > 10:
        return "SERVFAIL for a long chain of DNAMEs"
    return None


def explain(zone, validator, peer, parts, ours, theirs):
    """A few words for a difference that is understood, None for one that is not."""
    if leaves_the_zone(zone, ours, theirs):
        return "chain ends at the border of the zone"
    if peer == "named" and parts == ["glue"]:
        if theirs.essence()["glue"] < ours.essence()["glue"]:
            return "no addresses of name servers outside the delegated zone"
    if "answer" in parts and dname_loop(peer, ours, theirs):
        return dname_loop(peer, ours, theirs)
    if parts == ["authority"] and validator is not None:
        return explain_proof(validator, ours, theirs)
    return None


def explain_proof(validator, ours, theirs):
    """Ours validates (that is checked for every answer), so what they may do is do too much."""
    if not all(is_denial(r) for r in ours.authority ^ theirs.authority):
        return None
    if validator.problem(theirs):
        return "the proof would not convince a validator"
    if not ours.authority - theirs.authority:
        return "more NSEC or NSEC3 records than are needed"
    return None
